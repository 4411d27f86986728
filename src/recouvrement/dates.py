"""When money falls due and which days are worked: payment terms and business calendars, as values.

The only module that imports dateutil, for month arithmetic and Easter.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from typing import NoReturn, Self

from attrs import Factory, field, frozen
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

from recouvrement.errors import InvalidFact, OutsideCoverage, word_of


class EndOfMonth(StrEnum):
    """Which month end a term runs to; "45 days end of month" has two readings, both accepted.

    `DAYS_THEN_MONTH_END` adds the days, then goes to the end of the month reached.
    `MONTH_END_THEN_DAYS` goes to the end of the invoice's month, then adds the days.
    """

    NONE = "none"
    DAYS_THEN_MONTH_END = "days_then_month_end"
    MONTH_END_THEN_DAYS = "month_end_then_days"


_ONE_DAY = timedelta(days=1)
# Where a month has no 31st, dateutil takes its last day.
_TO_MONTH_END = relativedelta(day=31)
_DAYS_OF_A_MONTH = range(1, 32)


def months_after(on: date, months: int) -> date:
    """The same day so many months later, the last of the month where it has no such day.

    >>> months_after(date(2026, 1, 31), 1), months_after(date(2024, 2, 29), 12)
    (datetime.date(2026, 2, 28), datetime.date(2025, 2, 28))
    """
    year, month = divmod(on.year * 12 + on.month - 1 + months, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def _end_of_month(word: EndOfMonth | str) -> EndOfMonth:
    return word_of(EndOfMonth, word, "payment_terms.end_of_month", InvalidFact)


@frozen
class PaymentTerms:
    """What was agreed about the due date of an invoice, read in this order.

    1. With `ten_days`, the ten-day period of the invoice (to the 10th, the 20th or the last day of
       the month) is closed first.
    2. The `days` run, with the month end before or after them as `end_of_month` says.
    3. With `day_of_month`, the first such day on or after the date so far. A month without that day
       gives its last one.

    >>> PaymentTerms(30).due_on(date(2026, 1, 15))
    datetime.date(2026, 2, 14)
    >>> tenth = PaymentTerms(30, end_of_month=EndOfMonth.DAYS_THEN_MONTH_END, day_of_month=10)
    >>> tenth.due_on(date(2026, 1, 15))
    datetime.date(2026, 3, 10)
    >>> PaymentTerms(30, ten_days=True).due_on(date(2026, 1, 15))
    datetime.date(2026, 2, 19)

    A ten-day period and a month end together are refused: terms close one period, not two. A due
    date on a holiday stays there: the date agreed is the date due.
    """

    days: int
    end_of_month: EndOfMonth = field(default=EndOfMonth.NONE, converter=_end_of_month, kw_only=True)
    day_of_month: int | None = field(default=None, kw_only=True)
    ten_days: bool = field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if type(self.days) is not int or self.days < 0:
            expected = "a whole number of days, 0 or more"
            raise InvalidFact("payment_terms.days", expected, repr(self.days))
        day = self.day_of_month
        if day is not None and (type(day) is not int or day not in _DAYS_OF_A_MONTH):
            expected = "a day from 1 to 31, or None"
            raise InvalidFact("payment_terms.day_of_month", expected, repr(day))
        if type(self.ten_days) is not bool:
            raise InvalidFact("payment_terms.ten_days", "True or False", repr(self.ten_days))
        if self.ten_days and self.end_of_month is not EndOfMonth.NONE:
            expected = f"False beside end_of_month {self.end_of_month} (terms close one period)"
            raise InvalidFact("payment_terms.ten_days", expected, "True")

    @classmethod
    def net(cls, days: int) -> Self:
        """So many calendar days after the invoice.

        >>> PaymentTerms.net(30).due_on(date(2026, 9, 1))
        datetime.date(2026, 10, 1)
        """
        return cls(days)

    @classmethod
    def month_end(cls, days: int, reading: EndOfMonth) -> Self:
        """So many days end of month, in the reading that the contract means: there is no default.

        >>> invoiced = date(2025, 2, 15)
        >>> PaymentTerms.month_end(45, EndOfMonth.DAYS_THEN_MONTH_END).due_on(invoiced)
        datetime.date(2025, 4, 30)
        >>> PaymentTerms.month_end(45, EndOfMonth.MONTH_END_THEN_DAYS).due_on(invoiced)
        datetime.date(2025, 4, 14)

        Source: Code de commerce, art. L441-10 I, gives the term and not its reading; the Commission
        d'examen des pratiques commerciales accepts both.
        """
        if _end_of_month(reading) is EndOfMonth.NONE:
            expected = f"{EndOfMonth.DAYS_THEN_MONTH_END} or {EndOfMonth.MONTH_END_THEN_DAYS}"
            raise InvalidFact("payment_terms.end_of_month", expected, repr(str(reading)))
        return cls(days, end_of_month=reading)

    def due_on(self, issued_on: date) -> date:
        """The date on which an invoice of that day falls due: never before it.

        Of two invoices on the same terms, the earlier never falls due after the later.
        """
        _plain_date(issued_on, "issued_on")
        try:
            return self._due_on(issued_on)
        except (OverflowError, ValueError):
            got = f"{self.days} days from {issued_on}"
            raise InvalidFact("payment_terms.days", "a due date before year 10000", got) from None

    def _due_on(self, issued_on: date) -> date:
        reached = _end_of_ten_days(issued_on) if self.ten_days else issued_on
        if self.end_of_month is EndOfMonth.MONTH_END_THEN_DAYS:
            reached += _TO_MONTH_END
        reached += timedelta(days=self.days)
        if self.end_of_month is EndOfMonth.DAYS_THEN_MONTH_END:
            reached += _TO_MONTH_END
        day = self.day_of_month
        return reached if day is None else _first_on_or_after(reached, day)


def _end_of_ten_days(on: date) -> date:
    for last in (10, 20):
        if on.day <= last:
            return on.replace(day=last)
    return on + _TO_MONTH_END


def _first_on_or_after(reached: date, day: int) -> date:
    month_end = reached + _TO_MONTH_END
    this_month = reached.replace(day=min(day, month_end.day))
    if this_month >= reached:
        return this_month
    month_end = month_end + _ONE_DAY + _TO_MONTH_END
    return month_end.replace(day=min(day, month_end.day))


def _plain_date(value: object, name: str) -> date:
    # A datetime is a date to Python, but the day it falls on depends on the place.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidFact(name, "a date", repr(value))
    return value


def _whole(value: object, name: str, expected: str = "a whole number") -> int:
    # True is 1 to Python, never to a calendar.
    if type(value) is not int:
        raise InvalidFact(name, expected, repr(value))
    return value


_WEEK = frozenset(range(7))
_SATURDAY_AND_SUNDAY = frozenset({5, 6})


def _items(values: object, name: str, expected: str) -> tuple[object, ...]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise InvalidFact(name, expected, repr(values))
    return tuple(values)


def _weekend(values: Iterable[int]) -> frozenset[int]:
    name, expected = "business_calendar.weekend", "days from 0 (Monday) to 6 (Sunday), not all"
    days = frozenset(_whole(item, name, expected) for item in _items(values, name, expected))
    if not days < _WEEK:
        raise InvalidFact(name, expected, repr(sorted(days)))
    return days


def _holidays(values: Iterable[date]) -> frozenset[date]:
    name = "business_calendar.holidays"
    return frozenset(_plain_date(item, name) for item in _items(values, name, "dates"))


@frozen
class _Numbering:
    """Business days numbered in order from 0001-01-01, so that steps are sums and not walks."""

    worked: tuple[int, ...]  # the weekdays worked, Monday being 0
    worked_before: tuple[int, ...]  # how many of them come before each weekday
    closed: tuple[int, ...]  # the holidays that fall on them, as ordinals in order
    opened_before: tuple[int, ...]  # how many business days come before each of these holidays

    @classmethod
    def of(cls, weekend: frozenset[int], holidays: frozenset[date]) -> Self:
        worked = tuple(weekday for weekday in range(7) if weekday not in weekend)
        before = (0, *accumulate(weekday not in weekend for weekday in range(6)))
        closed = tuple(sorted(d.toordinal() for d in holidays if d.weekday() not in weekend))
        plain = cls(worked, before, (), ())
        opened = tuple(plain.up_to(one) - 1 - place for place, one in enumerate(closed))
        return cls(worked, before, closed, opened)

    def up_to(self, ordinal: int) -> int:
        """The number of the last business day on or before the day."""
        # Ordinal 1 is a Monday.
        weeks, rest = divmod(ordinal, 7)
        full = weeks * len(self.worked) + self.worked_before[rest]
        return full - bisect_right(self.closed, ordinal)

    def ordinal_of(self, number: int) -> int:
        """The day that bears the number."""
        among_worked = number + bisect_left(self.opened_before, number)
        weeks, rest = divmod(among_worked - 1, len(self.worked))
        return weeks * 7 + self.worked[rest] + 1


@frozen
class BusinessCalendar:
    """Which days are worked: all but the weekend (Monday is 0, Sunday 6) and the holidays given.

    A value, equal and hashed by its four fields. Between `valid_from` and `valid_until`, both
    included, the holidays are known; outside, every question raises `OutsideCoverage`, because a
    holiday nobody entered would look like a day of work.

    The weekend belongs to the calendar as laws count differently: French *jours ouvrés* leave out
    Saturday and Sunday, *jours ouvrables* only Sunday.

    >>> calendar = BusinessCalendar.france(2026, 2027)
    >>> calendar.is_business_day(date(2026, 5, 14))
    False
    >>> calendar.add_business_days(date(2026, 5, 13), 1)
    datetime.date(2026, 5, 15)
    """

    weekend: frozenset[int] = field(default=_SATURDAY_AND_SUNDAY, converter=_weekend)
    holidays: frozenset[date] = field(default=frozenset(), converter=_holidays)
    valid_from: date | None = field(default=None, kw_only=True)
    valid_until: date | None = field(default=None, kw_only=True)
    # Two consequences of the fields above, kept because every question needs them.
    _numbering: _Numbering = field(
        default=Factory(lambda own: _Numbering.of(own.weekend, own.holidays), takes_self=True),
        init=False,
        eq=False,
        repr=False,
    )
    _weekly: bool = field(
        default=Factory(
            lambda own: not own.holidays and own.valid_from is own.valid_until is None,
            takes_self=True,
        ),
        init=False,
        eq=False,
        repr=False,
    )

    def __attrs_post_init__(self) -> None:
        for name, bound in (("valid_from", self.valid_from), ("valid_until", self.valid_until)):
            if bound is not None:
                _plain_date(bound, f"business_calendar.{name}")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            expected = f"a date on or after valid_from {self.valid_from}"
            raise InvalidFact("business_calendar.valid_until", expected, str(self.valid_until))

    @classmethod
    def of(
        cls,
        holidays: Iterable[date],
        *,
        weekend: Iterable[int] = _SATURDAY_AND_SUNDAY,
        valid_from: date | None = None,
        valid_until: date | None = None,
    ) -> Self:
        """The calendar of any holidays that the host has: a list, a set, the keys of a mapping.

        A bound not given is that of the first or last year in which a holiday falls. So that an
        incomplete list is not taken for a calendar without holidays, every year between them must
        then have one; give both bounds to say that the list is complete.

        >>> closing = BusinessCalendar.of([date(2026, 12, 24), date(2026, 12, 25)])
        >>> closing.valid_from, closing.valid_until
        (datetime.date(2026, 1, 1), datetime.date(2026, 12, 31))
        """
        known = _holidays(holidays)
        if valid_from is None or valid_until is None:
            years = {day.year for day in known}
            if not years:
                expected = "at least one holiday, or both valid_from and valid_until"
                raise InvalidFact("business_calendar.holidays", expected, "none")
            first, last = min(years), max(years)
            missing = set(range(first, last + 1)) - years
            if missing:
                expected = "a holiday in every year, or both valid_from and valid_until"
                raise InvalidFact("business_calendar.holidays", expected, f"none in {min(missing)}")
            valid_from = date(first, 1, 1) if valid_from is None else valid_from
            valid_until = date(last, 12, 31) if valid_until is None else valid_until
        return cls(_weekend(weekend), known, valid_from=valid_from, valid_until=valid_until)

    @classmethod
    def france(
        cls,
        first_year: int,
        last_year: int,
        *,
        alsace_moselle: bool = False,
        weekend: Iterable[int] = _SATURDAY_AND_SUNDAY,
    ) -> Self:
        """The French public holidays of whole years; outside them nothing is known.

        >>> BusinessCalendar.france(2026, 2026).next_business_day(date(2026, 4, 4))
        datetime.date(2026, 4, 7)
        """
        _french_year(first_year, "first_year")
        _french_year(last_year, "last_year")
        if first_year > last_year:
            expected = f"a year from first_year {first_year} on"
            raise InvalidFact("last_year", expected, str(last_year))
        years = range(first_year, last_year + 1)
        known = frozenset[date]().union(*(french_holidays(year, alsace_moselle) for year in years))
        return cls.of(known, weekend=weekend)

    def is_business_day(self, day: date) -> bool:
        """Whether the day is worked.

        >>> BusinessCalendar().is_business_day(date(2026, 11, 21))
        False
        """
        # The short way, taken by every calendar of weekends alone: nothing can be outside it.
        if self._weekly and type(day) is date:
            return day.weekday() not in self.weekend
        self._covered(day)
        return day.weekday() not in self.weekend and day not in self.holidays

    def next_business_day(self, day: date) -> date:
        """The day itself when it is worked, else the first one after it.

        >>> BusinessCalendar().next_business_day(date(2026, 11, 21))
        datetime.date(2026, 11, 23)
        """
        return day if self.is_business_day(day) else self.add_business_days(day, 1)

    def previous_business_day(self, day: date) -> date:
        """The day itself when it is worked, else the last one before it.

        >>> BusinessCalendar().previous_business_day(date(2026, 11, 21))
        datetime.date(2026, 11, 20)
        """
        return day if self.is_business_day(day) else self.add_business_days(day, -1)

    def add_business_days(self, day: date, count: int) -> date:
        """The `count`-th business day after the day, or before it when negative; 0 is the day.

        The day itself never counts and need not be worked. The cost does not grow with `count`.

        >>> BusinessCalendar().add_business_days(date(2026, 11, 21), 3)
        datetime.date(2026, 11, 25)
        >>> BusinessCalendar().add_business_days(date(2026, 11, 21), -1)
        datetime.date(2026, 11, 20)
        """
        ordinal = self._covered(day).toordinal()
        if _whole(count, "count") == 0:
            return day
        before = ordinal if count > 0 else ordinal - 1
        # Backwards, the last one before the day is the first to count.
        number = self._numbering.up_to(before) + (count if count > 0 else count + 1)
        return self._date_of(self._numbering.ordinal_of(number))

    def business_days_between(self, start: date, end: date) -> int:
        """How many business days lie after `start` and up to `end`; negative when `end` is earlier.

        Adjacent periods add up, and `add_business_days(start, n)` is n business days away.

        >>> BusinessCalendar().business_days_between(date(2026, 11, 20), date(2026, 11, 23))
        1
        """
        first, last = self._covered(start).toordinal(), self._covered(end).toordinal()
        return self._numbering.up_to(last) - self._numbering.up_to(first)

    def _covered(self, day: date) -> date:
        _plain_date(day, "day")
        if not (self.valid_from or day) <= day <= (self.valid_until or day):
            self._refuse(day)
        return day

    def _date_of(self, ordinal: int) -> date:
        # Past a bound the day found rests on holidays nobody gave: the first unknown day is named.
        first, last = self.valid_from or date.min, self.valid_until or date.max
        if ordinal < first.toordinal():
            self._refuse(first - _ONE_DAY if first > date.min else f"a day before {date.min}")
        if ordinal > last.toordinal():
            self._refuse(last + _ONE_DAY if last < date.max else f"a day after {date.max}")
        return date.fromordinal(ordinal)

    def _refuse(self, on: object) -> NoReturn:
        raise OutsideCoverage("business calendar", on, self.valid_from, self.valid_until)


# The list is today's since the law of 2 October 1981 made 8 May a holiday again, too late for that
# year: 1982 is the first that has all eleven.
_FIRST_FRENCH_YEAR = 1982
# The last year for which dateutil answers for its Easter.
_LAST_FRENCH_YEAR = 4099


def _french_year(year: object, name: str) -> None:
    if not _FIRST_FRENCH_YEAR <= _whole(year, name, "a year") <= _LAST_FRENCH_YEAR:
        what = "French public holidays"
        raise OutsideCoverage(what, year, _FIRST_FRENCH_YEAR, _LAST_FRENCH_YEAR)


def french_holidays(year: int, alsace_moselle: bool = False) -> frozenset[date]:  # noqa: FBT001
    """The public holidays of France in a year: eleven, two of which fall together in some years.

    Bas-Rhin, Haut-Rhin and Moselle add Good Friday (by law only in the communes that have a
    Protestant or a mixed church) and 26 December. The days that overseas territories add are not
    here: a host unites them with these in `BusinessCalendar.of`.

    >>> [day.isoformat() for day in sorted(french_holidays(2026))][:5]
    ['2026-01-01', '2026-04-06', '2026-05-01', '2026-05-08', '2026-05-14']
    >>> sorted(french_holidays(2026, alsace_moselle=True) - french_holidays(2026))
    [datetime.date(2026, 4, 3), datetime.date(2026, 12, 26)]

    Source: Code du travail, art. L3133-1 (all France) and L3134-13 (Alsace-Moselle). Years before
    1982, when 8 May was no holiday, raise `OutsideCoverage`.
    """
    _french_year(year, "year")
    sunday = easter(year)
    monday, ascension, whit_monday = (sunday + timedelta(days=days) for days in (1, 39, 50))
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    days = {monday, ascension, whit_monday, *(date(year, month, day) for month, day in fixed)}
    local = {sunday - timedelta(days=2), date(year, 12, 26)} if alsace_moselle else set()
    return frozenset(days | local)
