"""The rules a policy is made of: pace, floor, holds, the levels of its ladder, its triggers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from attrs import evolve, field, frozen

from recouvrement.errors import word_of
from recouvrement.facts.words import ActionKind, Channel, Tone
from recouvrement.law import ContactRule
from recouvrement.money import Money
from recouvrement.policy.condition import Condition
from recouvrement.policy.criteria import Scope
from recouvrement.policy.words import Climb, Handler, TaskKind


@runtime_checkable
class CodedRule(Protocol):
    """A condition written in Python: the criteria it reads, and whether it is met by their values.

    `met` is called with one keyword argument per criterion, None where its value is absent, amounts
    in minor units of the policy's currency. `text` is what explanations show.
    """

    @property
    def text(self) -> str:
        """What it says, for those who read the policy."""

    @property
    def criteria(self) -> frozenset[str]:
        """The names of the criteria it reads."""

    @property
    def met(self) -> Callable[..., bool]:
        """Whether it is met."""


Test = Condition | CodedRule


@frozen(kw_only=True)
class Pace:
    """One voice towards a recipient: days between two contacts, how many in 30 days, and levels.

    The next contact is allowed on the `between_contacts`-th day, not before. A `contact_rule`
    of the law keeps contacts to its days, calls and visits to its hours, and `per_30_days` at its
    number at most: see `under`.
    """

    between_contacts: int = 5
    per_30_days: int = 5
    between_levels: int = 7
    climb: Climb = Climb.ONE_LEVEL
    contact_rule: ContactRule | None = None

    def under(self, rule: ContactRule) -> Pace:
        """The same pace kept within a contact rule, which may only tighten it."""
        most = self.per_30_days if rule.at_most is None else min(self.per_30_days, rule.at_most)
        return evolve(self, per_30_days=most, contact_rule=rule)


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


def _scope(word: str) -> Scope:
    return word_of(Scope, word, "hold.scope")


@frozen(kw_only=True)
class Hold:
    """A rule that silences an item, or the whole account, while its condition is true."""

    id: str
    when: Test
    scope: Scope = field(converter=_scope)


@frozen(kw_only=True)
class Level:
    """One rung of the ladder.

    `when` lets an item climb to it; `serves` (fixed facts) and `until` pass it over. With
    `repeat_every`, an item that reached it is spoken of again after so many days while nothing
    above is earned.
    """

    id: str
    when: Test
    do: ActionKind
    channel: Channel | None
    tone: Tone
    handler: Handler
    template: str
    until: Test | None = None
    serves: Condition | None = None
    documents: tuple[str, ...] = ()
    repeat_every: int | None = None


@frozen(kw_only=True)
class Offer:
    """What may be offered to a debtor, and who approves it.

    At most `instalments` within `days`, with `first_share` percent paid at once.
    """

    instalments: int = 3
    days: int = 90
    first_share: int = 0
    approver: Handler = Handler.ACCOUNT_MANAGER


@frozen(kw_only=True)
class Trigger:
    """A rule beside the ladder: something happened that wants an answer of its own.

    It moves an item `climb` levels up, never onto a formal one, or speaks without moving it, at
    most once in `repeat_every` days; one that does `task` or `propose_order_stop` stays inside.
    """

    id: str
    when: Test
    do: ActionKind
    channel: Channel | None
    tone: Tone
    handler: Handler
    template: str
    climb: int = 0
    repeat_every: int | None = None
    serves: Condition | None = None
    task: TaskKind = TaskKind.FOLLOW_UP
    offer: Offer | None = None

    @property
    def inside(self) -> bool:
        """Whether it gives a task to the house and says nothing to the debtor."""
        return self.do in INSIDE


INSIDE = frozenset({ActionKind.TASK, ActionKind.PROPOSE_ORDER_STOP})
