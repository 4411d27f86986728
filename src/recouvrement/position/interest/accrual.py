"""What a principal bears over a period whose rates are known, line by line, in minor units."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from recouvrement.errors import InvalidInput, word_of
from recouvrement.law import RateSegment
from recouvrement.money import Rounding, round_fraction
from recouvrement.position.interest.day_counts import BY_DAY, Calendar


class InterestRounding(StrEnum):
    """Where interest is rounded to the minor unit: once per line, or the amount of one day.

    The first four round each line once, as `Rounding` says. DAILY_HALF_UP rounds the interest of
    one day and multiplies it by the days, a habit of some published calculators.
    """

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"
    DAILY_HALF_UP = "daily_half_up"


def rounding_of(word: object) -> InterestRounding:
    """The rounding of that name, or `InvalidInput`."""
    return word_of(InterestRounding, word, "rounding")


class Rate(NamedTuple):
    """A rate from one day through another, percent a year as a ratio; `segment` is where from."""

    since: int
    until: int
    numerator: int
    denominator: int
    segment: RateSegment


class Accrued(NamedTuple):
    """One line: what a base bore from one day through another, both included, at one rate."""

    since: int
    until: int
    base: int
    amount: int
    rate: Rate


Rates = Callable[[int, int, int], Sequence[Rate]]
"""The rates of a claim that bears interest from a first day through a last one, if it is not paid;
they must be known through the third day at least."""

Amount = Callable[[int, int, int, int, int], int]
"""The rounded interest of a base, at a rate (its ratio), from one day through another."""


def amount_with(calendar: Calendar, rounding: InterestRounding) -> Amount:
    """The function that gives the rounded interest of one line; never less than 0."""
    if rounding is InterestRounding.HALF_UP:
        return _half_up(calendar)
    if rounding is InterestRounding.DAILY_HALF_UP:
        return _daily(calendar)
    mode, units, year = Rounding(rounding.value), calendar.units, 100 * calendar.per_year

    def amount(base: int, numerator: int, denominator: int, since: int, until: int) -> int:
        owed = base * numerator * (units(until) - units(since - 1))
        return round_fraction(Fraction(max(owed, 0), year * denominator), mode)

    return amount


def _half_up(calendar: Calendar) -> Amount:
    units, year = calendar.units, 200 * calendar.per_year

    # Without a Fraction: one line of every invoice passes here. A reference below zero may leave a
    # rate below zero: nobody owes that.
    def amount(base: int, numerator: int, denominator: int, since: int, until: int) -> int:
        owed = 2 * base * numerator * (units(until) - units(since - 1))
        whole = year * denominator
        return (owed + whole // 2) // whole if owed > 0 else 0

    def amount_by_day(base: int, numerator: int, denominator: int, since: int, until: int) -> int:
        owed = 2 * base * numerator * (until - since + 1)
        whole = year * denominator
        return (owed + whole // 2) // whole if owed > 0 else 0

    return amount_by_day if calendar in BY_DAY else amount


def _daily(calendar: Calendar) -> Amount:
    if calendar not in BY_DAY:
        expected = "half_up, half_even, up or down: days are not all worth the same here"
        raise InvalidInput("rounding", expected, repr(str(InterestRounding.DAILY_HALF_UP)))
    one_day = _half_up(calendar)

    def amount(base: int, numerator: int, denominator: int, since: int, until: int) -> int:
        return one_day(base, numerator, denominator, since, since) * (until - since + 1)

    return amount
