"""A policy as one frozen value: what we said we would do, ready to decide with."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import evolve, field, fields, frozen

from recouvrement.dates import BusinessCalendar
from recouvrement.errors import Fault, InvalidInput, InvalidPolicy, shown, word_of
from recouvrement.facts.account import Account
from recouvrement.facts.words import DebtorKind
from recouvrement.law import ContactRule, LawPack
from recouvrement.money import ExchangeRates
from recouvrement.policy.applicable import (
    Applicable,
    applicable_to,
    host_laws,
    is_law,
    known_laws,
)
from recouvrement.policy.compiler import Compiled, compiled_from
from recouvrement.policy.condition import Condition
from recouvrement.policy.criteria import Criterion, Scope, known_criteria
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
    sector: str | None = None
    laws: tuple[LawPack, ...] = ()
    compiled: Compiled = field(init=False, eq=False, repr=False)
    # Whether some rule needs to know how long a claim may be brought.
    reads_limitation: bool = field(init=False, eq=False, repr=False)
    # What the law says by kind of debtor, found when it is first asked.
    _applicable: dict[str, Applicable] = field(init=False, eq=False, repr=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        _check_rules(self)
        rule = self.pace.contact_rule
        if rule is not None:
            object.__setattr__(self, "conventions", _worked(self.conventions, rule))
        # Generated once per policy, from validated nodes only.
        object.__setattr__(self, "compiled", compiled_from(self))
        read = any("limitation_days" in test.criteria for _, test, _ in rules_of(self))
        object.__setattr__(self, "reads_limitation", read)

    def applicable(self, kind: DebtorKind | str = DebtorKind.UNKNOWN) -> Applicable:
        """What the law of the policy says of claims on debtors of a kind, and its conventions.

        What the document states itself comes before the law. A debtor of unknown kind has the
        shortest period among the kinds that the policy serves.

        >>> from recouvrement.policy import preset
        >>> preset("fr-b2b").applicable("business").conventions.limitation_years
        5
        """
        found = self._applicable.get(kind)
        if found is None:
            found = self._applicable[kind] = applicable_to(
                _kind(kind),
                law=self.law,
                laws=self.laws,
                sector=self.sector,
                conventions=self.conventions,
                serves=self.serves,
            )
        return found

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


def _worked(conventions: Conventions, rule: ContactRule) -> Conventions:
    """The conventions with a calendar that works on no day on which the rule allows no contact."""
    calendar = conventions.calendar
    closed = calendar.weekend | (frozenset(range(7)) - rule.days)
    return evolve(conventions, calendar=evolve(calendar, weekend=closed))


def _kind(word: str) -> DebtorKind:
    return word_of(DebtorKind, word, "kind")


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
    known = known_criteria(policy.criteria)
    faults = []
    if policy.law is not None and not is_law(policy.law, host_laws(policy.laws)):
        faults.append(Fault("law", known_laws(policy.laws), repr(policy.law)))
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
