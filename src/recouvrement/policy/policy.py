"""A policy as one frozen value: what we said we would do, ready to decide with."""

from __future__ import annotations

from typing import Any

from attrs import evolve, field, fields, frozen

from recouvrement.dates import BusinessCalendar
from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.words import DebtorKind
from recouvrement.money import ExchangeRates
from recouvrement.policy.compiler import Compiled, compiled_from
from recouvrement.policy.ladder import Floor, Hold, Level, Pace
from recouvrement.position.conventions import ApplicationRule, Conventions


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
        object.__setattr__(
            self, "compiled", compiled_from(self.levels, self.holds, self.pace.climb)
        )

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


def check_inputs(policy: object, account: object) -> None:
    """`InvalidInput` unless a policy is asked about one account: many are asked one by one."""
    if not isinstance(policy, Policy):
        raise InvalidInput("policy", "a Policy", type(policy).__name__)
    if not isinstance(account, Account):
        raise InvalidInput("account", "one Account", type(account).__name__)
