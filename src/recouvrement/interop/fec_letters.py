"""Lettering: which credits of an account its accountant paired with which debits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from recouvrement.interop.reading import Doubt, Problem, problem_of
from recouvrement.money import Money


class Movement(NamedTuple):
    """A line that can be booked: `amount` is the debit less the credit, never 0."""

    number: int
    on: date
    amount: int
    letter: str


class Share(NamedTuple):
    """So much of a credit, to the debit on a line."""

    debit: int
    amount: int


class Lettering(NamedTuple):
    """What each lettered credit settles, by its line; how many letters there are; what is odd."""

    shares: Mapping[int, tuple[Share, ...]]
    letters: int
    problems: tuple[Problem, ...]


def lettering_of(movements: Iterable[Movement], currency: str) -> Lettering:
    """The lettering of one account: within a letter credits meet debits, oldest first.

    Both go in order of date, so that as of any day what is open, or unapplied, is what the lines of
    the letter dated by then add up to. A letter that does not balance is one problem.
    """
    letters: dict[str, list[Movement]] = defaultdict(list)
    for movement in movements:
        if movement.letter:
            letters[movement.letter].append(movement)
    shares: dict[int, tuple[Share, ...]] = {}
    problems = []
    for letter, group in letters.items():
        shares |= _matched(sorted(group, key=lambda one: (one.on, one.number)))
        balance = sum(one.amount for one in group)
        if balance:
            rest = Money(abs(balance), currency)
            got = f"{rest} {'open' if balance > 0 else 'unapplied'} under {letter!r}"
            doubt = Doubt("EcritureLet", "as much credit as debit under one letter", got)
            problems.append(problem_of(group[0].number, [doubt]))
    return Lettering(shares, len(letters), tuple(problems))


def _matched(group: Sequence[Movement]) -> dict[int, tuple[Share, ...]]:
    debits = ((one.number, one.amount) for one in group if one.amount > 0)
    number, left = next(debits, (0, 0))
    shares = {}
    for credit in group:
        rest, taken = -credit.amount, []
        while rest > 0 and left:
            part = min(rest, left)
            taken.append(Share(number, part))
            rest -= part
            left -= part
            if not left:
                number, left = next(debits, (0, 0))
        if taken:
            shares[credit.number] = tuple(taken)
    return shares
