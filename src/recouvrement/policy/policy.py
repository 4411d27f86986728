"""A policy as one frozen value: what we said we would do, ready to decide with."""

from __future__ import annotations

from typing import Any

from attrs import evolve, field, fields, frozen

from recouvrement.dates import BusinessCalendar
from recouvrement.facts.words import ActionKind, Channel, DebtorKind, Tone
from recouvrement.money import ExchangeRates, Money
from recouvrement.policy.compiler import Compiled, compile_policy
from recouvrement.policy.condition import Condition
from recouvrement.policy.criteria import Scope
from recouvrement.policy.words import Climb, Handler
from recouvrement.position.conventions import ApplicationRule, Conventions


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


@frozen(kw_only=True)
class Policy:
    """A company's rules, read from a document; two equal documents give two equal policies.

    >>> from recouvrement.policy import preset
    >>> preset("fr-b2b").name
    'fr-b2b'
    """

    name: str
    version: str
    currency: str
    law: str | None
    serves: frozenset[DebtorKind]
    pace: Pace
    floor: Floor
    conventions: Conventions
    holds: tuple[Hold, ...]
    levels: tuple[Level, ...]
    compiled: Compiled = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        # Generated once per policy, from validated nodes only.
        object.__setattr__(self, "compiled", compile_policy(self))

    def completed(
        self,
        *,
        calendar: BusinessCalendar | None = None,
        rates: ExchangeRates | None = None,
        application: ApplicationRule | str | None = None,
    ) -> Policy:
        """The same policy with what only the host knows: its calendar, rates, cash application.

        >>> from recouvrement.policy import preset
        >>> preset("fr-b2b").completed(application="explicit_only").conventions.application
        <ApplicationRule.EXPLICIT_ONLY: 'explicit_only'>
        """
        given: dict[str, Any] = {"calendar": calendar, "rates": rates, "application": application}
        conventions = evolve(
            self.conventions, **{name: one for name, one in given.items() if one is not None}
        )
        return evolve(self, conventions=conventions)

    def __reduce__(self) -> tuple[Any, ...]:
        # Generated functions do not travel; they are generated again on arrival.
        given = {one.name: getattr(self, one.name) for one in fields(Policy) if one.init}
        return _rebuilt, (given,)


def _rebuilt(parts: dict[str, Any]) -> Policy:
    return Policy(**parts)
