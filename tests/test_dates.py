"""Payment terms, business calendars and French public holidays, by worked dates and by rules."""

from __future__ import annotations

import copy
import pickle
import re
from datetime import date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement.dates import BusinessCalendar, EndOfMonth, PaymentTerms, french_holidays
from recouvrement.errors import InvalidFact, OutsideCoverage

READING_A = EndOfMonth.DAYS_THEN_MONTH_END
READING_B = EndOfMonth.MONTH_END_THEN_DAYS
NOON = datetime(2026, 1, 15, 12)  # noqa: DTZ001
ONE_DAY = timedelta(days=1)

days_issued = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@st.composite
def payment_terms(draw: st.DrawFn) -> PaymentTerms:
    ten_days = draw(st.booleans())
    return PaymentTerms(
        draw(st.integers(0, 120)),
        end_of_month=EndOfMonth.NONE if ten_days else draw(st.sampled_from(EndOfMonth)),
        day_of_month=draw(st.none() | st.integers(1, 31)),
        ten_days=ten_days,
    )


@st.composite
def calendars(draw: st.DrawFn) -> BusinessCalendar:
    """Any weekend and holidays, known around 2026 or without bounds."""
    bounded = draw(st.booleans())
    return BusinessCalendar(
        draw(st.frozensets(st.integers(0, 6), max_size=6)),
        draw(st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=40)),
        valid_from=date(2020, 1, 1) if bounded else None,
        valid_until=date(2032, 12, 31) if bounded else None,
    )


days_near = st.dates(date(2025, 12, 15), date(2026, 4, 15))


# The due date.


@pytest.mark.parametrize(
    ("issued_on", "reading_a", "reading_b"),
    [
        # Published: expertfiscal.fr (A), fnaseph.org (A and B), solices.fr (A).
        (date(2025, 2, 15), date(2025, 4, 30), date(2025, 4, 14)),
        (date(2025, 3, 10), date(2025, 4, 30), date(2025, 5, 15)),
        (date(2025, 4, 10), date(2025, 5, 31), date(2025, 6, 14)),
        # Computed by hand: the two readings cross within one month.
        (date(2025, 7, 17), date(2025, 8, 31), date(2025, 9, 14)),
        (date(2025, 12, 31), date(2026, 2, 28), date(2026, 2, 14)),
        (date(2024, 1, 16), date(2024, 3, 31), date(2024, 3, 16)),
    ],
)
def test_45_days_end_of_month_has_two_readings(
    issued_on: date, reading_a: date, reading_b: date
) -> None:
    assert PaymentTerms.month_end(45, READING_A).due_on(issued_on) == reading_a
    assert PaymentTerms.month_end(45, READING_B).due_on(issued_on) == reading_b


@given(days_issued)
def test_both_readings_of_45_days_give_45_to_75_days_and_differ_by_17_at_most(
    issued_on: date,
) -> None:
    first = PaymentTerms.month_end(45, READING_A).due_on(issued_on)
    second = PaymentTerms.month_end(45, READING_B).due_on(issued_on)

    assert 45 <= (first - issued_on).days <= 75
    assert 45 <= (second - issued_on).days <= 75
    assert abs((first - second).days) <= 17


@pytest.mark.parametrize(
    ("terms", "issued_on", "due_on"),
    [
        (PaymentTerms.net(0), date(2026, 2, 28), date(2026, 2, 28)),
        (PaymentTerms.net(30), date(2026, 9, 1), date(2026, 10, 1)),
        (PaymentTerms.net(60), date(2023, 12, 31), date(2024, 2, 29)),
        (PaymentTerms.month_end(0, READING_A), date(2026, 2, 1), date(2026, 2, 28)),
        (PaymentTerms.month_end(30, READING_A), date(2026, 1, 31), date(2026, 3, 31)),
        (PaymentTerms.month_end(30, READING_B), date(2026, 1, 31), date(2026, 3, 2)),
        # 30 days end of month the 10th, in both readings.
        (
            PaymentTerms(30, end_of_month=READING_A, day_of_month=10),
            date(2026, 1, 15),
            date(2026, 3, 10),
        ),
        (
            PaymentTerms(30, end_of_month=READING_B, day_of_month=10),
            date(2026, 1, 15),
            date(2026, 3, 10),
        ),
        (
            PaymentTerms(30, end_of_month=READING_B, day_of_month=15),
            date(2026, 4, 20),
            date(2026, 6, 15),
        ),
        # The day itself is on time; the day after waits for the next month, over the new year too.
        (PaymentTerms(0, day_of_month=10), date(2026, 11, 10), date(2026, 11, 10)),
        (PaymentTerms(0, day_of_month=10), date(2026, 11, 11), date(2026, 12, 10)),
        (PaymentTerms(30, day_of_month=5), date(2026, 11, 25), date(2027, 1, 5)),
        # Days 29 to 31 end with the month, and come back in the next.
        (PaymentTerms(0, day_of_month=31), date(2026, 2, 3), date(2026, 2, 28)),
        (PaymentTerms(0, day_of_month=30), date(2024, 2, 29), date(2024, 2, 29)),
        (PaymentTerms(0, day_of_month=29), date(2026, 1, 30), date(2026, 2, 28)),
        (PaymentTerms(0, day_of_month=31), date(2026, 2, 28), date(2026, 2, 28)),
        (PaymentTerms(1, day_of_month=31), date(2026, 2, 28), date(2026, 3, 31)),
        # Ten-day periods: to the 10th, the 20th, the month's last day.
        (PaymentTerms(0, ten_days=True), date(2026, 2, 1), date(2026, 2, 10)),
        (PaymentTerms(0, ten_days=True), date(2026, 2, 10), date(2026, 2, 10)),
        (PaymentTerms(0, ten_days=True), date(2026, 2, 11), date(2026, 2, 20)),
        (PaymentTerms(0, ten_days=True), date(2026, 2, 20), date(2026, 2, 20)),
        (PaymentTerms(0, ten_days=True), date(2026, 2, 21), date(2026, 2, 28)),
        (PaymentTerms(0, ten_days=True), date(2026, 1, 31), date(2026, 1, 31)),
        (PaymentTerms(30, ten_days=True), date(2026, 1, 15), date(2026, 2, 19)),
        (PaymentTerms(30, ten_days=True, day_of_month=10), date(2026, 1, 15), date(2026, 3, 10)),
    ],
)
def test_due_date_worked_by_hand(terms: PaymentTerms, issued_on: date, due_on: date) -> None:
    assert terms.due_on(issued_on) == due_on


@given(payment_terms(), days_issued)
def test_due_date_is_never_before_the_days_have_run(terms: PaymentTerms, issued_on: date) -> None:
    assert terms.due_on(issued_on) >= issued_on + terms.days * ONE_DAY


@given(payment_terms(), days_issued, days_issued)
def test_earlier_invoice_never_falls_due_after_a_later_one(
    terms: PaymentTerms, one: date, other: date
) -> None:
    assert terms.due_on(min(one, other)) <= terms.due_on(max(one, other))


@given(payment_terms(), days_issued)
def test_one_more_day_never_falls_due_earlier(terms: PaymentTerms, issued_on: date) -> None:
    longer = attrs.evolve(terms, days=terms.days + 1)

    assert terms.due_on(issued_on) <= longer.due_on(issued_on)


@given(payment_terms(), st.integers(1, 31), days_issued)
def test_day_of_month_is_met_or_is_the_last_day_of_a_shorter_month(
    terms: PaymentTerms, day: int, issued_on: date
) -> None:
    reached = attrs.evolve(terms, day_of_month=None).due_on(issued_on)
    due_on = attrs.evolve(terms, day_of_month=day).due_on(issued_on)

    ends_month = (due_on + ONE_DAY).day == 1
    assert due_on.day == day or (ends_month and due_on.day < day)
    assert 0 <= (due_on - reached).days <= 31


@given(st.integers(0, 90), days_issued)
def test_reading_a_ends_a_month_and_reading_b_counts_from_one(days: int, issued_on: date) -> None:
    first = PaymentTerms.month_end(days, READING_A).due_on(issued_on)
    second = PaymentTerms.month_end(days, READING_B).due_on(issued_on)

    assert (first + ONE_DAY).day == 1
    assert (second - (days - 1) * ONE_DAY).day == 1


@given(st.integers(0, 90), days_issued)
def test_a_ten_day_period_closes_in_less_than_eleven_days(days: int, issued_on: date) -> None:
    due_on = PaymentTerms(days, ten_days=True).due_on(issued_on)
    closed_on = due_on - days * ONE_DAY

    assert 0 <= (closed_on - issued_on).days <= 10
    assert closed_on.day in {10, 20} or (closed_on + ONE_DAY).day == 1


def test_end_of_month_takes_the_word_of_a_document() -> None:
    by_word: Any = "month_end_then_days"

    assert PaymentTerms(45, end_of_month=by_word) == PaymentTerms.month_end(45, READING_B)
    assert PaymentTerms.month_end(45, by_word).end_of_month is READING_B


@pytest.mark.parametrize(
    ("fields", "field", "expected", "got"),
    [
        ({"days": -1}, "days", "a whole number of days, 0 or more", "-1"),
        ({"days": True}, "days", "a whole number of days, 0 or more", "True"),
        ({"days": 30.0}, "days", "a whole number of days, 0 or more", "30.0"),
        ({"days": "30"}, "days", "a whole number of days, 0 or more", "'30'"),
        ({"day_of_month": 0}, "day_of_month", "a day from 1 to 31, or None", "0"),
        ({"day_of_month": 32}, "day_of_month", "a day from 1 to 31, or None", "32"),
        ({"day_of_month": True}, "day_of_month", "a day from 1 to 31, or None", "True"),
        ({"day_of_month": "10"}, "day_of_month", "a day from 1 to 31, or None", "'10'"),
        ({"ten_days": 1}, "ten_days", "True or False", "1"),
        (
            {"end_of_month": "eom"},
            "end_of_month",
            "one of none, days_then_month_end, month_end_then_days",
            "'eom'",
        ),
        (
            {"end_of_month": True},
            "end_of_month",
            "one of none, days_then_month_end, month_end_then_days",
            "True",
        ),
        (
            {"ten_days": True, "end_of_month": READING_A},
            "ten_days",
            "False beside end_of_month days_then_month_end (terms close one period)",
            "True",
        ),
        (
            {"ten_days": True, "end_of_month": READING_B},
            "ten_days",
            "False beside end_of_month month_end_then_days (terms close one period)",
            "True",
        ),
    ],
)
def test_terms_that_cannot_be_are_refused_by_field(
    fields: dict[str, Any], field: str, expected: str, got: str
) -> None:
    with pytest.raises(InvalidFact) as refused:
        PaymentTerms(**{"days": 30, **fields})

    error = refused.value
    assert (error.field, error.expected, error.got) == (f"payment_terms.{field}", expected, got)


def test_month_end_without_a_reading_is_refused() -> None:
    with pytest.raises(
        InvalidFact,
        match="end_of_month: expected days_then_month_end or month_end_then_days, got 'none'",
    ):
        PaymentTerms.month_end(45, EndOfMonth.NONE)


@pytest.mark.parametrize("value", [NOON, "2026-01-15", None, 20260115])
def test_due_date_of_anything_but_a_date_is_refused(value: Any) -> None:
    with pytest.raises(InvalidFact, match="issued_on: expected a date, got") as refused:
        PaymentTerms.net(30).due_on(value)

    assert refused.value.got == repr(value)


@pytest.mark.parametrize(
    "terms",
    [
        PaymentTerms.net(10**12),
        PaymentTerms.net(3_000_000),
        PaymentTerms(0, day_of_month=1),
        PaymentTerms.net(1),
    ],
)
def test_due_date_that_no_calendar_holds_is_refused(terms: PaymentTerms) -> None:
    with pytest.raises(InvalidFact, match="expected a due date before year 10000"):
        terms.due_on(date(9999, 12, 31))


def test_terms_are_values() -> None:
    terms = PaymentTerms(30, end_of_month=READING_A, day_of_month=10)

    assert pickle.loads(pickle.dumps(terms)) == terms  # noqa: S301
    assert len({terms, copy.copy(terms), PaymentTerms(30)}) == 2
    assert not hasattr(terms, "__dict__")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        terms.days = 0  # type: ignore[misc]


# Business days.


def walked(calendar: BusinessCalendar, day: date, count: int) -> date:
    """The reference: one day at a time."""
    step = ONE_DAY if count > 0 else -ONE_DAY
    while count:
        day += step
        if calendar.is_business_day(day):
            count -= 1 if count > 0 else -1
    return day


def test_default_calendar_works_from_monday_to_friday() -> None:
    calendar = BusinessCalendar()
    week = [date(2026, 11, 16) + day * ONE_DAY for day in range(7)]

    assert [calendar.is_business_day(day) for day in week] == [True] * 5 + [False] * 2
    assert calendar.is_business_day(date.min)
    assert calendar.is_business_day(date.max)


@given(calendars(), days_near)
def test_day_is_worked_unless_weekend_or_holiday(calendar: BusinessCalendar, day: date) -> None:
    closed = day.weekday() in calendar.weekend or day in calendar.holidays

    assert calendar.is_business_day(day) is not closed


@given(calendars(), days_near)
def test_rolling_finds_the_nearest_business_day(calendar: BusinessCalendar, day: date) -> None:
    later, earlier = calendar.next_business_day(day), calendar.previous_business_day(day)

    assert calendar.is_business_day(later)
    assert calendar.is_business_day(earlier)
    between = [earlier + n * ONE_DAY for n in range(1, (later - earlier).days)]
    assert not any(map(calendar.is_business_day, between))
    assert earlier <= day <= later
    assert (earlier == day == later) is calendar.is_business_day(day)


@given(calendars(), days_near, st.integers(-60, 60))
def test_adding_business_days_equals_walking(
    calendar: BusinessCalendar, day: date, count: int
) -> None:
    assert calendar.add_business_days(day, count) == walked(calendar, day, count)


@given(calendars(), days_near, st.integers(0, 30), st.integers(0, 30))
def test_adding_twice_is_adding_the_sum(
    calendar: BusinessCalendar, day: date, first: int, second: int
) -> None:
    reached = calendar.add_business_days(calendar.add_business_days(day, first), second)

    assert reached == calendar.add_business_days(day, first + second)


@given(calendars(), days_near, days_near)
def test_counting_between_equals_walking_and_changes_sign_when_turned(
    calendar: BusinessCalendar, one: date, other: date
) -> None:
    start, end = min(one, other), max(one, other)
    days = [start + n * ONE_DAY for n in range(1, (end - start).days + 1)]

    assert calendar.business_days_between(start, end) == sum(map(calendar.is_business_day, days))
    assert calendar.business_days_between(end, start) == -calendar.business_days_between(start, end)


@given(calendars(), days_near, days_near, days_near)
def test_adjacent_periods_add_up(
    calendar: BusinessCalendar, start: date, middle: date, end: date
) -> None:
    between = calendar.business_days_between

    assert between(start, middle) + between(middle, end) == between(start, end)


@given(calendars(), days_near, st.integers(0, 60))
def test_days_added_are_the_days_between(calendar: BusinessCalendar, day: date, count: int) -> None:
    assert calendar.business_days_between(day, calendar.add_business_days(day, count)) == count


def test_zero_business_days_on_is_the_day_itself_even_if_not_worked() -> None:
    assert BusinessCalendar().add_business_days(date(2026, 11, 21), 0) == date(2026, 11, 21)


def test_a_thousand_years_of_business_days_cost_one_step() -> None:
    assert BusinessCalendar().add_business_days(date(2026, 11, 20), 5 * 52_000) == (
        date(2026, 11, 20) + timedelta(weeks=52_000)
    )


def test_bounded_calendar_answers_on_its_bounds_and_not_a_day_further() -> None:
    calendar = BusinessCalendar.france(2026, 2026)

    assert calendar.is_business_day(date(2026, 12, 31))
    assert not calendar.is_business_day(date(2026, 1, 1))
    for day in (date(2025, 12, 31), date(2027, 1, 1)):
        with pytest.raises(OutsideCoverage, match=f"business calendar: nothing is known on {day}"):
            calendar.is_business_day(day)


@pytest.mark.parametrize(
    "question",
    [
        lambda calendar, day: calendar.is_business_day(day),
        lambda calendar, day: calendar.next_business_day(day),
        lambda calendar, day: calendar.previous_business_day(day),
        lambda calendar, day: calendar.add_business_days(day, 0),
        lambda calendar, day: calendar.business_days_between(day, date(2026, 6, 1)),
        lambda calendar, day: calendar.business_days_between(date(2026, 6, 1), day),
    ],
)
def test_every_question_outside_the_window_is_refused_with_the_window(question: Any) -> None:
    with pytest.raises(OutsideCoverage) as refused:
        question(BusinessCalendar.france(2026, 2026), date(2027, 1, 2))

    error = refused.value
    assert (error.what, error.on) == ("business calendar", date(2027, 1, 2))
    assert (error.since, error.until) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("calendar", "day", "count", "on"),
    [
        (BusinessCalendar.france(2026, 2026), date(2026, 12, 31), 1, date(2027, 1, 1)),
        (BusinessCalendar.france(2026, 2026), date(2026, 1, 2), -1, date(2025, 12, 31)),
        (BusinessCalendar(), date(9999, 12, 31), 1, "a day after 9999-12-31"),
        (BusinessCalendar(), date(1, 1, 1), -1, "a day before 0001-01-01"),
        (BusinessCalendar(), date(2026, 1, 1), 10**30, "a day after 9999-12-31"),
    ],
)
def test_step_past_the_window_names_the_first_unknown_day(
    calendar: BusinessCalendar, day: date, count: int, on: object
) -> None:
    with pytest.raises(OutsideCoverage) as refused:
        calendar.add_business_days(day, count)

    assert refused.value.on == on


def test_window_open_on_one_side_answers_on_that_side() -> None:
    since = BusinessCalendar(valid_from=date(2026, 1, 1))
    until = BusinessCalendar(valid_until=date(2026, 12, 31))

    assert since.is_business_day(date(2050, 1, 3))
    assert until.is_business_day(date(2000, 1, 3))
    with pytest.raises(OutsideCoverage, match="covered: 2026-01-01 to the end"):
        since.is_business_day(date(2025, 12, 31))
    with pytest.raises(OutsideCoverage, match="covered: the beginning to 2026-12-31"):
        until.is_business_day(date(2027, 1, 1))


@pytest.mark.parametrize("weekly", [True, False])
@pytest.mark.parametrize("value", [NOON, "2026-01-15", None])
def test_business_day_of_anything_but_a_date_is_refused(value: Any, *, weekly: bool) -> None:
    calendar = BusinessCalendar() if weekly else BusinessCalendar.france(2026, 2026)

    with pytest.raises(InvalidFact, match="day: expected a date, got"):
        calendar.is_business_day(value)
    with pytest.raises(InvalidFact, match="day: expected a date, got"):
        calendar.add_business_days(value, 1)


def test_subclass_of_date_is_a_date() -> None:
    class Day(date):
        pass

    assert BusinessCalendar().is_business_day(Day(2026, 11, 20))
    assert not BusinessCalendar().is_business_day(Day(2026, 11, 21))


@pytest.mark.parametrize("count", [True, 1.0, "1", None])
def test_count_of_business_days_is_a_whole_number(count: Any) -> None:
    with pytest.raises(InvalidFact, match="count: expected a whole number, got"):
        BusinessCalendar().add_business_days(date(2026, 1, 2), count)


WEEKEND = "days from 0 (Monday) to 6 (Sunday), not all"


@pytest.mark.parametrize(
    ("fields", "field", "expected", "got"),
    [
        ({"weekend": range(7)}, "weekend", WEEKEND, "[0, 1, 2, 3, 4, 5, 6]"),
        ({"weekend": {7}}, "weekend", WEEKEND, "[7]"),
        ({"weekend": {-1}}, "weekend", WEEKEND, "[-1]"),
        ({"weekend": {True}}, "weekend", WEEKEND, "True"),
        ({"weekend": "56"}, "weekend", WEEKEND, "'56'"),
        ({"weekend": 6}, "weekend", WEEKEND, "6"),
        ({"holidays": [NOON]}, "holidays", "a date", repr(NOON)),
        ({"holidays": ["2026-01-01"]}, "holidays", "a date", "'2026-01-01'"),
        ({"holidays": "2026-01-01"}, "holidays", "dates", "'2026-01-01'"),
        ({"holidays": None}, "holidays", "dates", "None"),
        ({"valid_from": NOON}, "valid_from", "a date", repr(NOON)),
        ({"valid_until": "2026"}, "valid_until", "a date", "'2026'"),
        (
            {"valid_from": date(2026, 1, 2), "valid_until": date(2026, 1, 1)},
            "valid_until",
            "a date on or after valid_from 2026-01-02",
            "2026-01-01",
        ),
    ],
)
def test_calendar_that_cannot_be_is_refused_by_field(
    fields: dict[str, Any], field: str, expected: str, got: str
) -> None:
    with pytest.raises(InvalidFact) as refused:
        BusinessCalendar(**fields)

    error = refused.value
    assert (error.field, error.expected, error.got) == (f"business_calendar.{field}", expected, got)


def test_window_of_one_day_is_a_window() -> None:
    day = date(2026, 1, 2)

    assert BusinessCalendar(valid_from=day, valid_until=day).is_business_day(day)


def test_calendars_are_values_equal_by_their_four_fields() -> None:
    first = BusinessCalendar.france(2026, 2027)
    days: Any = {day: "holiday" for year in (2026, 2027) for day in french_holidays(year)}
    second = BusinessCalendar.of(days)
    saturdays = BusinessCalendar.france(2026, 2027, weekend=[6])

    assert first == second
    assert hash(first) == hash(second)
    assert first != saturdays
    assert pickle.loads(pickle.dumps(first)) == first  # noqa: S301
    assert attrs.evolve(first, weekend={6}) == saturdays
    assert attrs.evolve(first, weekend={6}).is_business_day(date(2026, 11, 21))
    assert not hasattr(first, "__dict__")
    assert "numbering" not in repr(first)
    assert "weekly" not in repr(first)


def test_holidays_that_fall_on_weekends_close_nothing_twice() -> None:
    saturday = BusinessCalendar(holidays=frozenset({date(2026, 11, 21)}))

    assert saturday.business_days_between(date(2026, 11, 16), date(2026, 11, 23)) == 5


# Calendars from any holidays.


def test_window_is_that_of_the_years_in_which_holidays_fall() -> None:
    calendar = BusinessCalendar.of([date(2027, 5, 1), date(2026, 12, 25)])

    assert (calendar.valid_from, calendar.valid_until) == (date(2026, 1, 1), date(2027, 12, 31))


def test_window_given_on_one_side_is_kept_and_the_other_is_inferred() -> None:
    holidays = [date(2026, 12, 25)]

    since = BusinessCalendar.of(holidays, valid_from=date(2026, 6, 1))
    until = BusinessCalendar.of(holidays, valid_until=date(2030, 6, 1))

    assert (since.valid_from, since.valid_until) == (date(2026, 6, 1), date(2026, 12, 31))
    assert (until.valid_from, until.valid_until) == (date(2026, 1, 1), date(2030, 6, 1))


def test_window_given_whole_needs_no_holiday() -> None:
    calendar = BusinessCalendar.of(
        [], weekend=(4, 5), valid_from=date(2026, 1, 1), valid_until=date(2027, 12, 31)
    )

    assert calendar.holidays == frozenset()
    assert calendar.is_business_day(date(2026, 11, 22))
    assert not calendar.is_business_day(date(2026, 11, 20))


def test_no_holidays_and_no_window_is_refused_as_an_unfilled_list() -> None:
    with pytest.raises(InvalidFact, match=r"at least one holiday, or both .*, got none") as refused:
        BusinessCalendar.of({})

    assert refused.value.field == "business_calendar.holidays"


def test_year_without_holidays_in_an_inferred_window_is_refused() -> None:
    holidays = [date(2024, 12, 25), date(2027, 12, 25)]

    with pytest.raises(InvalidFact, match=r"a holiday in every year, or both .*, got none in 2025"):
        BusinessCalendar.of(holidays, valid_until=date(2028, 1, 1))
    complete = BusinessCalendar.of(
        holidays, valid_from=date(2024, 1, 1), valid_until=date(2027, 12, 31)
    )
    assert complete.is_business_day(date(2025, 12, 25))


# French public holidays.


@pytest.mark.parametrize(
    ("year", "good_friday", "easter_monday", "ascension", "whit_monday"),
    [
        (2024, date(2024, 3, 29), date(2024, 4, 1), date(2024, 5, 9), date(2024, 5, 20)),
        (2025, date(2025, 4, 18), date(2025, 4, 21), date(2025, 5, 29), date(2025, 6, 9)),
        (2026, date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)),
    ],
)
def test_french_holidays_of_known_years(
    year: int, good_friday: date, easter_monday: date, ascension: date, whit_monday: date
) -> None:
    national = {
        date(year, 1, 1),
        easter_monday,
        date(year, 5, 1),
        date(year, 5, 8),
        ascension,
        whit_monday,
        date(year, 7, 14),
        date(year, 8, 15),
        date(year, 11, 1),
        date(year, 11, 11),
        date(year, 12, 25),
    }

    assert french_holidays(year) == national
    assert french_holidays(year, alsace_moselle=True) == national | {
        *(good_friday, date(year, 12, 26))
    }


@pytest.mark.parametrize(("year", "shared"), [(1997, date(1997, 5, 8)), (2008, date(2008, 5, 1))])
def test_ascension_may_fall_on_another_holiday(year: int, shared: date) -> None:
    assert shared in french_holidays(year)
    assert len(french_holidays(year)) == 10


@given(st.integers(1982, 4099))
def test_movable_french_holidays_keep_their_weekdays(year: int) -> None:
    movable = french_holidays(year, alsace_moselle=True) - {
        date(year, month, day)
        for month, day in (
            *((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)),
        )
    }

    friday, monday, *rest = sorted(movable)
    assert (friday.weekday(), monday - friday) == (4, 3 * ONE_DAY)
    assert rest[-1] - monday == 49 * ONE_DAY
    assert all(day - monday == 38 * ONE_DAY for day in rest[:-1])
    assert date(year, 3, 20) <= friday <= date(year, 4, 23)


@pytest.mark.parametrize("year", [1981, 0, -5, 4100])
def test_years_whose_french_holidays_are_not_known_are_refused(year: int) -> None:
    with pytest.raises(OutsideCoverage, match="covered: 1982 to 4099") as refused:
        french_holidays(year)

    assert (refused.value.what, refused.value.on) == ("French public holidays", year)
    assert date(1982, 5, 8) in french_holidays(1982)
    assert date(4099, 5, 8) in french_holidays(4099)


@pytest.mark.parametrize("year", [True, "2026", 2026.0, None])
def test_year_of_holidays_is_a_whole_number(year: Any) -> None:
    with pytest.raises(InvalidFact, match=re.escape(f"year: expected a year, got {year!r}")):
        french_holidays(year)
    with pytest.raises(InvalidFact, match="first_year: expected a year"):
        BusinessCalendar.france(year, 2026)
    with pytest.raises(InvalidFact, match="last_year: expected a year"):
        BusinessCalendar.france(2026, year)


def test_french_calendar_covers_whole_years_and_their_holidays() -> None:
    calendar = BusinessCalendar.france(2025, 2026)

    assert calendar.holidays == french_holidays(2025) | french_holidays(2026)
    assert (calendar.valid_from, calendar.valid_until) == (date(2025, 1, 1), date(2026, 12, 31))
    assert calendar.weekend == {5, 6}
    assert calendar.next_business_day(date(2026, 4, 4)) == date(2026, 4, 7)
    assert calendar.previous_business_day(date(2026, 4, 6)) == date(2026, 4, 3)
    assert calendar.business_days_between(date(2025, 12, 31), date(2026, 12, 31)) == 252


def test_french_calendar_of_alsace_moselle_closes_two_more_days() -> None:
    calendar = BusinessCalendar.france(2026, 2026, alsace_moselle=True)

    assert calendar.next_business_day(date(2026, 4, 3)) == date(2026, 4, 7)
    assert date(2026, 12, 26) in calendar.holidays


def test_french_calendar_of_years_in_the_wrong_order_or_too_early_is_refused() -> None:
    with pytest.raises(InvalidFact, match="last_year: expected a year from first_year 2027 on"):
        BusinessCalendar.france(2027, 2026)
    with pytest.raises(OutsideCoverage, match="French public holidays"):
        BusinessCalendar.france(1981, 2026)
    with pytest.raises(OutsideCoverage, match="French public holidays"):
        BusinessCalendar.france(2026, 4100)
