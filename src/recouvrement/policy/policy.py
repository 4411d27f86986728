"""A policy as one frozen value: what we said we would do, ready to decide with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve, field, fields, frozen

from recouvrement.dates import BusinessCalendar
from recouvrement.errors import Fault, InvalidInput, InvalidPolicy, shown
from recouvrement.facts.account import Account
from recouvrement.facts.words import DebtorKind
from recouvrement.money import ExchangeRates
from recouvrement.policy.compiler import Compiled, compiled_from
from recouvrement.policy.condition import Condition
from recouvrement.policy.criteria import CRITERIA, Criterion, Scope
from recouvrement.policy.ladder import CodedRule, Floor, Hold, Level, Pace, Test, Trigger
from recouvrement.policy.points import Points
from recouvrement.policy.style import Partner, Style, Worklist
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
    triggers: tuple[Trigger, ...] = ()
    styles: tuple[Style, ...] = ()
    partners: tuple[Partner, ...] = ()
    worklist: Worklist = field(factory=Worklist)
    criteria: tuple[Criterion, ...] = ()
    compiled: Compiled = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _check_rules(self)
        # Generated once per policy, from validated nodes only.
        object.__setattr__(self, "compiled", compiled_from(self))

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


def rules_of(policy: Policy) -> Iterator[tuple[str, Test, Scope]]:
    """Every condition of a policy: what it belongs to, the condition, and its scope."""
    for hold in policy.holds:
        yield f"hold {hold.id}", hold.when, hold.scope
    for trigger in policy.triggers:
        yield f"trigger {trigger.id}", trigger.when, Scope.ITEM
        if trigger.serves is not None:
            yield f"trigger {trigger.id}", trigger.serves, Scope.ITEM
    for level in policy.levels:
        for test in (level.serves, level.until, level.when):
            if test is not None:
                yield f"level {level.id}", test, Scope.ITEM
    for at, style in enumerate(policy.styles):
        yield f"style {at + 1}", style.when, Scope.ACCOUNT
    for partner in policy.partners:
        if partner.when is not None:
            yield f"partner {partner.id}", partner.when, Scope.ACCOUNT


def _check_rules(policy: Policy) -> None:
    """`InvalidPolicy` for rules that are none, or that read what they cannot.

    What a document says was checked as it was read; a host may build rules by hand.
    """
    known = {**CRITERIA, **{one.name: one for one in policy.criteria}}
    faults = []
    points = policy.worklist.points
    read = [*rules_of(policy), *([("points", points, Scope.ACCOUNT)] if points else [])]
    for where, test, scope in read:
        if not isinstance(test, (Condition, Points, CodedRule)):
            expected = "a condition, or an object with text, criteria and met"
            faults.append(Fault(where, expected, shown(test)))
            continue
        for name in sorted(test.criteria):
            criterion = known.get(name)
            if criterion is None:
                expected = "criteria among " + ", ".join(sorted(known))
                faults.append(Fault(where, expected, repr(name)))
            elif scope is Scope.ACCOUNT and (
                criterion.scope is Scope.ITEM and criterion.aggregates is None
            ):
                faults.append(Fault(where, "criteria of the account", repr(name)))
    if faults:
        raise InvalidPolicy.of(faults)


def _rebuilt(parts: dict[str, Any]) -> Policy:
    return Policy(**parts)


def check_inputs(policy: object, account: object) -> None:
    """`InvalidInput` unless a policy is asked about one account: many are asked one by one."""
    if not isinstance(policy, Policy):
        raise InvalidInput("policy", "a Policy", type(policy).__name__)
    if not isinstance(account, Account):
        raise InvalidInput("account", "one Account", type(account).__name__)
