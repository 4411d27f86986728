"""Day counts: which fraction of a year lies between two days, in whole units of a year."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Final, NamedTuple

from recouvrement.errors import word_of
from recouvrement.law import DayCount


class Calendar(NamedTuple):
    """A day count in integers: so many units to a year, and how many passed by the end of a day.

    What lies between two days is a difference, so that adjacent periods add up. `days` numbers the
    days that the count sees: what is printed beside the amount.
    """

    per_year: int
    units: Callable[[int], int]
    days: Callable[[int], int]


_COMMON, _LEAP = 365, 366


def _itself(day: int) -> int:
    return day


def _actual(day: int) -> int:
    """Every year has 365 times 366 units; a day of a common year is worth 366 of them."""
    year = date.fromordinal(day).year
    before = date(year, 1, 1).toordinal() - 1
    leap = date(year, 12, 31).toordinal() - before == _LEAP
    return (year - 1) * _COMMON * _LEAP + (day - before) * (_COMMON if leap else _LEAP)


def _thirty(day: int) -> int:
    on = date.fromordinal(day)
    return 360 * on.year + 30 * on.month + min(on.day, 30)


CALENDARS: Final[dict[DayCount, Calendar]] = {
    DayCount.ACT_365: Calendar(_COMMON, _itself, _itself),
    DayCount.ACT_ACT: Calendar(_COMMON * _LEAP, _actual, _itself),
    DayCount.THIRTY_E_360: Calendar(360, _thirty, _thirty),
    DayCount.ACT_360: Calendar(360, _itself, _itself),
}
# Those where every day is worth one unit.
BY_DAY: Final = (CALENDARS[DayCount.ACT_365], CALENDARS[DayCount.ACT_360])


def day_count_of(word: object) -> DayCount:
    """The day count of that name, or `InvalidInput`."""
    return word_of(DayCount, word, "day_count")


def year_fraction(day_count: DayCount | str, since: date, until: date) -> Fraction:
    """The exact fraction of a year from `since` through `until`, both included.

    ACT/365 counts every day as one of 365, in leap years too. ACT/ACT counts each day by the year
    it falls in, of 365 days or of 366. 30E/360 gives every month 30 days. ACT/360 counts every day
    as one of 360. Fractions of adjacent periods add up; where `until` is the day before `since`, 0.

    >>> year_fraction("ACT/365", date(2024, 1, 1), date(2024, 12, 31))
    Fraction(366, 365)
    >>> year_fraction("ACT/ACT", date(2024, 1, 1), date(2024, 12, 31))
    Fraction(1, 1)
    >>> year_fraction("30E/360", date(2025, 2, 1), date(2025, 2, 28))
    Fraction(7, 90)
    """
    calendar = CALENDARS[day_count_of(day_count)]
    first, last = since.toordinal(), until.toordinal()
    return Fraction(calendar.units(last) - calendar.units(first - 1), calendar.per_year)
