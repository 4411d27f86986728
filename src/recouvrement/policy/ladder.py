"""The pieces a policy is made of: its pace, its floor, its holds, and the levels of its ladder."""

from __future__ import annotations

from attrs import frozen

from recouvrement.facts.words import ActionKind, Channel, Tone
from recouvrement.money import Money
from recouvrement.policy.condition import Condition
from recouvrement.policy.criteria import Scope
from recouvrement.policy.words import Climb, Handler


@frozen(kw_only=True)
class Pace:
    """One voice towards a recipient: days between two contacts, how many in 30 days, and levels.

    The next contact is allowed on the `between_contacts`-th day, not before.
    """

    between_contacts: int = 5
    per_30_days: int = 5
    between_levels: int = 7
    climb: Climb = Climb.ONE_LEVEL


@frozen(kw_only=True)
class Floor:
    """Below these amounts reminders go on, but nothing dearer."""

    formal_notice: Money | None = None
    placement: Money | None = None

    def of(self, act: ActionKind) -> Money | None:
        """The least amount worth this act, None when any is."""
        if act is ActionKind.FORMAL_NOTICE:
            return self.formal_notice
        return self.placement if act is ActionKind.PLACE else None


@frozen(kw_only=True)
class Hold:
    """A rule that silences an item, or the whole account, while its condition is true."""

    id: str
    when: Condition
    scope: Scope


@frozen(kw_only=True)
class Level:
    """One rung of the ladder.

    `when` lets an item climb to it; `serves` (fixed facts) and `until` pass it over.
    """

    id: str
    when: Condition
    do: ActionKind
    channel: Channel | None
    tone: Tone
    handler: Handler
    template: str
    until: Condition | None = None
    serves: Condition | None = None
    documents: tuple[str, ...] = ()
