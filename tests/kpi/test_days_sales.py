"""DSO and what it is made of: the published examples, from facts, and the edges of a window."""

from __future__ import annotations

from datetime import date, timedelta
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
    Dispute,
    Invoice,
    Money,
    Payment,
)
from recouvrement.facts.fact import Fact
from recouvrement.kpi import average_days_delinquent, dso, dso_best_possible

DAY = date(2026, 11, 30)
BY_HAND = Conventions(application="explicit_only")
FUNCTIONS = [dso, dso_best_possible, average_days_delinquent]


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def account(*facts: Fact) -> Account:
    return Account.of(Debtor("C-1", "x"), *facts)


def sale(name: str, ago: int, amount: str | int, *, due_in: int = 30, **other: Any) -> Invoice:
    issued = DAY - timedelta(ago)
    return Invoice(name, issued, due_on=DAY + timedelta(due_in), total=euros(amount), **other)


def paid(name: str, invoice: str, amount: str | int) -> Payment:
    return Payment(
        name, DAY, amount=euros(amount), allocations=(Allocation(invoice, euros(amount)),)
    )


def test_published_example_of_dso() -> None:
    one = account(sale("F-1", 10, 40_000), sale("F-2", 80, 20_000), paid("P-1", "F-1", 30_000))
    measure = dso([one], as_of=DAY, window_days=90)
    assert measure.value == Decimal(45)
    assert (measure.numerator, measure.denominator) == (euros(30_000), euros(60_000))
    assert (measure.formula, measure.unit) == ("K1", "days")
    assert measure.reconciles


def test_published_example_of_best_possible_and_delinquent_days() -> None:
    one = account(
        sale("F-0", 200, 11_000, due_in=-170),
        sale("F-1", 20, 4_000),
        sale("F-2", 10, 6_000),
        paid("P-1", "F-2", 6_000),
    )
    accounts = [one]
    assert dso(accounts, as_of=DAY, window_days=30).value == Decimal(45)
    assert dso_best_possible(accounts, as_of=DAY, window_days=30).value == Decimal(12)
    late = average_days_delinquent(accounts, as_of=DAY, window_days=30)
    assert late.value == Decimal(33)
    assert (late.numerator, late.denominator) == (euros(11_000), euros(10_000))


def test_default_window_is_90_days_and_tax_included() -> None:
    perimeter = dso([], as_of=DAY).perimeter
    assert perimeter.window_days == 90
    assert perimeter.since == date(2026, 9, 1)
    assert perimeter.tax_basis == "gross"


@pytest.mark.parametrize(("ago", "sold"), [(89, 100), (90, 0)])
def test_window_excludes_its_first_day_and_includes_the_last(ago: int, sold: int) -> None:
    one = account(sale("F-1", ago, 100), sale("F-2", 0, 50))
    assert dso([one], as_of=DAY).denominator == euros(sold + 50)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.__name__)
def test_window_without_sales_is_undefined_never_zero(function: Any) -> None:
    measure = function([account(sale("F-1", 100, 40))], as_of=DAY)
    assert measure.value is None
    assert measure.exact is None
    assert measure.undefined == "sales after 2026-09-01 through 2026-11-30 are 0"
    assert measure.denominator == euros(0)


def test_nothing_open_is_zero_days() -> None:
    one = account(sale("F-1", 10, 40), paid("P-1", "F-1", 40))
    assert dso([one], as_of=DAY).value == Decimal(0)


@pytest.mark.parametrize("kind", ["opening", "accessories", "adjustment"])
def test_what_is_no_sale_is_open_but_not_sold(kind: str) -> None:
    one = account(sale("F-1", 10, 40), sale("O-1", 10, 60, kind=kind))
    measure = dso([one], as_of=DAY)
    assert measure.value == Decimal(225)
    assert (measure.numerator, measure.denominator) == (euros(100), euros(40))
    assert [(e.reason, e.count, e.amount) for e in measure.excluded] == [
        (f"billed, {kind}: no sale", 1, euros(60))
    ]
    assert measure.reconciliation[-1].amount_of(kind) == euros(-60)
    assert measure.reconciles


@pytest.mark.parametrize("kind", ["standard", "deposit", "progress", "final"])
def test_every_kind_of_sale_counts(kind: str) -> None:
    assert dso([account(sale("F-1", 10, 40, kind=kind))], as_of=DAY).value == Decimal(90)


def test_open_is_gross_unless_credits_are_netted() -> None:
    one = account(sale("F-1", 10, 100), Payment("P-1", DAY, amount=euros(30)))
    assert dso([one], as_of=DAY, conventions=BY_HAND).numerator == euros(100)
    netted = dso([one], as_of=DAY, conventions=BY_HAND, credits="netted")
    assert netted.numerator == euros(70)
    assert netted.reconciles


def test_net_credit_is_negative_and_flagged() -> None:
    one = account(sale("F-1", 10, 100), Payment("P-1", DAY, amount=euros(150)))
    measure = dso([one], as_of=DAY, conventions=BY_HAND, credits="netted")
    assert measure.value == Decimal(-45)
    assert measure.flags == ("net credit", "negative")


def test_delinquent_days_are_negative_when_what_is_overdue_is_a_credit() -> None:
    rich = Account.of(Debtor("C-2", "y"), Payment("P-1", DAY, amount=euros(50)))
    accounts = [account(sale("F-1", 10, 100)), rich]
    measure = average_days_delinquent(accounts, as_of=DAY, conventions=BY_HAND, credits="netted")
    assert measure.value == Decimal(-45)
    assert measure.flags == ("negative",)
    best = dso_best_possible(accounts, as_of=DAY, conventions=BY_HAND, credits="netted")
    assert best.value == Decimal(90)
    assert best.reconciles
    assert measure.reconciles


def test_disputed_slice_may_be_left_out_of_open() -> None:
    one = account(sale("F-1", 10, 100), Dispute("D-1", DAY, invoice="F-1", amount=euros(40)))
    measure = dso([one], as_of=DAY, disputed="out")
    assert measure.exact == Fraction(60 * 90, 100)
    assert measure.reconciles


def test_credit_notes_beyond_the_sales_of_the_window_make_them_negative_and_flagged() -> None:
    one = account(
        sale("F-1", 200, 100),
        CreditNote("A-1", DAY, total=euros(100), allocations=(Allocation("F-1", euros(100)),)),
        sale("F-2", 10, 40, replaces="F-1"),
    )
    measure = dso([one], as_of=DAY)
    assert measure.denominator == euros(-60)
    assert measure.value == Decimal(-60)
    assert measure.flags == ("negative sales", "negative")
    assert measure.reconciles


def test_population_counts_accounts_items_and_sales() -> None:
    one = account(sale("F-1", 10, 40), sale("F-2", 20, 40), paid("P-1", "F-1", 40))
    population = dict(dso([one, account()], as_of=DAY).population)
    assert population == {
        "accounts": 2,
        "open items": 1,
        "open items with an assumed due date": 0,
        "sales invoices": 2,
    }
