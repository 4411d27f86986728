"""Count-back: the published example, and every way a walk can end."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    Conventions,
    CreditNote,
    Debtor,
    Invoice,
    InvoiceKind,
    Money,
    Payment,
)
from recouvrement.facts.fact import Fact
from recouvrement.kpi import dso_count_back

LAST = date(2026, 11, 30)
FAR = date(2027, 1, 31)
BY_HAND = Conventions(application="explicit_only")


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def account(*facts: Fact) -> Account:
    return Account.of(Debtor("C-1", "x"), *facts)


def sold(month: int, amount: int, *, year: int = 2026, day: int = 5, **other: Any) -> Invoice:
    name = f"F-{year}-{month}-{day}"
    return Invoice(name, date(year, month, day), due_on=FAR, total=euros(amount), **other)


def received(amount: int, on: date = LAST) -> Payment:
    return Payment("P-1", on, amount=euros(amount))


def test_published_example() -> None:
    one = account(sold(9, 700), sold(10, 800), sold(11, 1200), received(200))
    measure = dso_count_back([one], as_of=LAST)
    assert measure.numerator == euros(2500)
    assert measure.exact == 30 + 31 + Fraction(500 * 30, 700)
    assert isinstance(measure.value, Decimal)
    assert round(measure.value, 1) == Decimal("82.4")
    assert [(m.month, m.sales, m.rest) for m in measure.months] == [
        ("2026-11", euros(1200), euros(1300)),
        ("2026-10", euros(800), euros(500)),
        ("2026-09", euros(700), euros(0)),
    ]
    assert measure.denominator == euros(2700)
    assert measure.reconciles


def test_month_of_the_day_is_cut_at_that_day() -> None:
    on = date(2026, 11, 12)
    one = account(sold(10, 800), sold(11, 1200), sold(11, 999, day=13), received(1600, on))
    measure = dso_count_back([one], as_of=on)
    assert measure.value == Decimal(4)


def test_balance_equal_to_the_sales_of_whole_months_takes_all_their_days() -> None:
    one = account(sold(9, 700), sold(10, 800), sold(11, 1200), received(700))
    measure = dso_count_back([one], as_of=LAST)
    assert measure.value == Decimal(61)
    assert len(measure.months) == 2


def test_year_is_crossed() -> None:
    on = date(2026, 1, 31)
    one = account(sold(12, 310, year=2025), sold(1, 100), received(155, on))
    assert dso_count_back([one], as_of=on).value == Decimal("46.5")


@pytest.mark.parametrize(
    ("on", "days"),
    [
        (date(2026, 10, 31), 30),
        (date(2026, 2, 28), 30),
        (date(2026, 2, 27), 27),
        (date(2026, 10, 30), 30),
        (date(2026, 10, 12), 12),
    ],
)
def test_month_of_30_days_is_whole_on_its_last_day(on: date, days: int) -> None:
    one = account(sold(on.month, 100))
    measure = dso_count_back([one], as_of=on, month_days="30")
    assert measure.value == Decimal(days)
    assert ("month days", "30") in measure.perimeter.options


def test_months_before_have_30_days_when_asked() -> None:
    one = account(sold(9, 700), sold(10, 800), sold(11, 1200))
    assert dso_count_back([one], as_of=LAST, month_days="30").value == Decimal(90)
    assert dso_count_back([one], as_of=LAST).value == Decimal(91)


def test_month_without_sales_gives_its_days_and_is_skipped() -> None:
    one = account(sold(8, 310), sold(11, 100), received(255))
    measure = dso_count_back([one], as_of=LAST)
    assert measure.value == Decimal("96.5")
    assert [(m.month, m.sales) for m in measure.months][1:3] == [
        ("2026-10", euros(0)),
        ("2026-09", euros(0)),
    ]


def test_month_without_sales_may_stop_the_walk_with_a_lower_bound() -> None:
    one = account(sold(8, 310), sold(11, 100))
    measure = dso_count_back([one], as_of=LAST, without_sales="stop")
    assert measure.value is None
    assert measure.undefined == "2026-10 has no sales"
    assert measure.lower_bound == Decimal(30)
    assert measure.flags == ("lower bound",)


def test_month_of_negative_sales_is_skipped_and_adds_nothing_to_the_rest() -> None:
    cancel = CreditNote(
        "A-1",
        date(2026, 10, 9),
        total=euros(310),
        allocations=(Allocation("F-2026-8-5", euros(310)),),
    )
    one = account(
        sold(8, 310), cancel, sold(10, 110, replaces="F-2026-8-5"), sold(11, 100), received(55)
    )
    measure = dso_count_back([one], as_of=LAST)
    assert measure.months[1].sales == euros(-200)
    assert measure.exact == 30 + 31 + 30 + Fraction(31 * 55, 310)
    assert measure.reconciles


def test_history_too_short_gives_a_lower_bound_and_no_value() -> None:
    opening = Invoice(
        "O-1", date(2026, 1, 1), due_on=FAR, total=euros(900), kind=InvoiceKind.OPENING
    )
    measure = dso_count_back([account(opening, sold(10, 200), sold(11, 100))], as_of=LAST)
    assert measure.value is None
    assert measure.exact is None
    assert measure.undefined == "history too short: no sales are known before 2026-10"
    assert measure.lower_bound == Decimal(61)
    assert measure.flags == ("lower bound",)
    assert measure.reconciles


def test_no_sales_at_all_is_a_history_too_short() -> None:
    opening = Invoice(
        "O-1", date(2026, 1, 1), due_on=FAR, total=euros(900), kind=InvoiceKind.OPENING
    )
    measure = dso_count_back([account(opening)], as_of=LAST)
    assert measure.value is None
    assert measure.lower_bound == Decimal(0)
    assert measure.undefined == "history too short: no sales are known"


def test_nothing_open_is_zero_days_whatever_was_sold() -> None:
    assert dso_count_back([], as_of=LAST).value == Decimal(0)
    assert dso_count_back([account(sold(11, 10), received(10))], as_of=LAST).value == Decimal(0)


def test_net_credit_has_no_count_back() -> None:
    one = account(sold(11, 10), received(30))
    measure = dso_count_back([one], as_of=LAST, conventions=BY_HAND, credits="netted")
    assert measure.value is None
    assert measure.lower_bound is None
    assert measure.undefined == "what is open is a net credit, which no sales make up"
    assert measure.flags == ("net credit",)


def test_exclusions_are_those_of_the_months_walked() -> None:
    def adjustment(month: int) -> Invoice:
        return sold(month, 50, day=6, kind="adjustment")

    one = account(
        sold(9, 700), sold(10, 800), sold(11, 1200), adjustment(9), adjustment(11), received(1500)
    )
    measure = dso_count_back([one], as_of=LAST)
    assert [m.month for m in measure.months] == ["2026-11", "2026-10"]
    assert [(e.reason, e.count) for e in measure.excluded] == [("billed, adjustment: no sale", 1)]
    assert dict(measure.population)["sales invoices"] == 2
    assert dict(measure.population)["months"] == 2
    assert measure.reconciles


def test_walk_ends_with_the_calendar() -> None:
    one = Account.of(
        Debtor("C-1", "x"),
        Invoice("F-1", date.min, due_on=date.min, total=Money.of(5, "EUR")),
        Invoice("O-1", date.min, due_on=date.min, total=Money.of(9, "EUR"), kind="opening"),
    )
    measure = dso_count_back([one], as_of=date(1, 1, 20))
    assert (measure.value, measure.lower_bound) == (None, Decimal(20))
    assert measure.undefined == "history too short: no sales are known before 0001-01"
