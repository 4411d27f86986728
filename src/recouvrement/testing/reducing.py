"""From a counter-example to a smaller one: whatever may go without the law holding again, goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.debtor import Debtor
from recouvrement.facts.fact import Fact
from recouvrement.money import Money
from recouvrement.testing.cases_drawn import PLAIN
from recouvrement.testing.law import Breach, Law
from recouvrement.testing.laws import breach_of
from recouvrement.testing.lives import Case

# How many smaller accounts are tried for one counter-example.
MOST: Final = 2_000


def smallest(law: Law, case: Case) -> Breach | None:
    """The breach that a case shows, on an account from which nothing more can be taken.

    Facts go first, then particulars of the debtor, then fields that have a default, then figures.
    """
    breach = breach_of(law, case)
    if breach is None:
        return None
    # Where a life shows it on a later day, that day shows it alone.
    account, left = breach.account, MOST
    case = case.at(account, breach.as_of)
    smaller = True
    while smaller:
        smaller = False
        for simpler in _simpler(account):
            left -= 1
            found = breach_of(law, case.at(simpler, case.as_of)) if left > 0 else None
            if found is not None:
                breach, account, smaller = found, simpler, True
                break
    return breach


def _simpler(account: Account) -> Iterator[Account]:
    """The accounts one step simpler, the boldest steps first."""
    facts, debtor = list(account.facts), account.debtor
    half = len(facts) // 2
    if half > 1:
        yield from _made(account, debtor, facts[:half])
        yield from _made(account, debtor, facts[half:])
    for fact in reversed(facts):
        yield from _made(account, debtor, _without(facts, fact))
    if account.creditor is not None:
        yield Account.of(debtor, *facts)
    for simpler in _plainer(debtor):
        yield from _made(account, simpler, facts)
    for at, fact in enumerate(facts):
        for plainer in _plainer(fact):
            yield from _made(account, debtor, [*facts[:at], plainer, *facts[at + 1 :]])


def _made(account: Account, debtor: Debtor, facts: list[Fact]) -> Iterator[Account]:
    """The account of these facts, if they make one."""
    try:
        yield Account.of(debtor, *facts, creditor=account.creditor)
    except InvalidInput:
        return


def _without(facts: list[Fact], gone: Fact) -> list[Fact]:
    """The facts without one, and without those that speak of it."""
    name: str = gone.id  # type: ignore[attr-defined]
    return [one for one in facts if one is not gone and not _speaks_of(one, name)]


def _speaks_of(fact: Fact, name: str) -> bool:
    values = (getattr(fact, one.name) for one in attrs.fields(type(fact)) if one.name != "id")
    return any(_names(value, name) for value in values)


def _names(value: Any, name: str) -> bool:
    if isinstance(value, tuple):
        return any(_names(one, name) for one in value)
    if attrs.has(type(value)) and not isinstance(value, Money):
        return any(_names(getattr(value, one.name), name) for one in attrs.fields(type(value)))
    return isinstance(value, str) and (value == name or value.startswith(f"{name}/"))


def _plainer(value: Any) -> Iterator[Any]:
    """The value with one of its fields at its default, one part less, or a plain amount."""
    for one in attrs.fields(type(value)):
        given = getattr(value, one.name)
        if one.default is not attrs.NOTHING and given != one.default:
            yield from _evolved(value, one.name, one.default)
        if isinstance(given, tuple | frozenset) and len(given) > 1:
            for part in given:
                yield from _evolved(value, one.name, tuple(p for p in given if p is not part))
        if isinstance(given, Money):
            plain = Money.of(PLAIN, given.currency)
            if given != plain:
                yield from _evolved(value, one.name, plain)


def _evolved(value: Any, name: str, given: object) -> Iterator[Any]:
    try:
        plainer = attrs.evolve(value, **{name: given})
    except InvalidInput:
        return
    if plainer != value:
        yield plainer
