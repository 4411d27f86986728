"""The collection effectiveness index: the published example and its edges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from recouvrement import (
    Account,
    Allocation,
    Conventions,
    Debtor,
    Invoice,
    InvoiceKind,
    Money,
    Payment,
)
from recouvrement.facts.fact import Fact
from recouvrement.kpi import collection_effectiveness

SINCE, DAY = date(2026, 6, 30), date(2026, 9, 30)
BY_HAND = Conventions(application="explicit_only")


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def account(*facts: Fact) -> Account:
    return Account.of(Debtor("C-1", "x"), *facts)


def invoice(name: str, issued: date, due: date, amount: int) -> Invoice:
    return Invoice(name, issued, due_on=due, total=euros(amount))


def paid(name: str, on: date, target: str, amount: int) -> Payment:
    return Payment(name, on, amount=euros(amount), allocations=(Allocation(target, euros(amount)),))


def published() -> Account:
    return account(
        invoice("F-1", date(2026, 5, 1), date(2026, 6, 1), 100_000),
        invoice("F-2", date(2026, 7, 1), date(2026, 8, 1), 900_000),
        invoice("F-3", date(2026, 9, 1), date(2026, 10, 15), 100_000),
        paid("P-1", date(2026, 7, 5), "F-1", 100_000),
        paid("P-2", date(2026, 8, 1), "F-2", 880_000),
    )


def test_published_example() -> None:
    measure = collection_effectiveness([published()], since=SINCE, as_of=DAY)
    assert measure.value == Decimal(98)
    assert (measure.numerator, measure.denominator) == (euros(980_000), euros(1_000_000))
    assert (measure.formula, measure.unit) == ("K6", "percent")
    assert measure.perimeter.since == SINCE
    assert measure.flags == ()
    assert measure.reconciles


def test_balance_at_the_start_is_at_the_end_of_that_day() -> None:
    one = account(
        invoice("F-1", SINCE, SINCE, 100),
        paid("P-1", SINCE, "F-1", 60),
        paid("P-2", DAY, "F-1", 10),
    )
    measure = collection_effectiveness([one], since=SINCE, as_of=DAY)
    assert measure.exact == Fraction(100 * (40 + 0 - 30), 40)
    assert dict(measure.population)["open items at the start"] == 1
    assert dict(measure.population)["sales invoices"] == 0


def test_nothing_collectable_is_undefined() -> None:
    one = account(invoice("F-1", date(2026, 9, 1), date(2026, 12, 1), 100))
    measure = collection_effectiveness([one], since=SINCE, as_of=DAY)
    assert measure.value is None
    assert measure.undefined == "nothing was collectable after 2026-06-30 through 2026-09-30"
    assert measure.denominator == euros(0)


def test_monthly_average_divides_the_sales() -> None:
    measure = collection_effectiveness([published()], since=SINCE, as_of=DAY, months=4)
    assert measure.exact == Fraction(100 * (100 + 250 - 120), 100 + 250 - 100)
    assert measure.numerator == euros(230_000)
    assert ("sales", "of the period / 4") in measure.perimeter.options


def test_monthly_average_that_splits_a_cent_is_stated_in_decimals() -> None:
    measure = collection_effectiveness([published()], since=SINCE, as_of=DAY, months=3)
    assert measure.denominator == Decimal(1_000_000) / 3
    assert isinstance(measure.denominator, Decimal)


def test_credits_netted_may_take_it_above_100_and_it_is_flagged() -> None:
    one = account(
        invoice("F-1", date(2026, 5, 1), date(2026, 6, 1), 100),
        paid("P-1", date(2026, 7, 1), "F-1", 100),
        Payment("P-2", date(2026, 7, 2), amount=euros(20)),
    )
    measure = collection_effectiveness(
        [one], since=SINCE, as_of=DAY, conventions=BY_HAND, credits="netted"
    )
    assert measure.value == Decimal(120)
    assert measure.flags == ("net credit", "above 100")
    assert measure.reconciles


def test_balance_that_grew_without_sales_is_negative_and_flagged() -> None:
    opening = Invoice("O-1", DAY, due_on=SINCE, total=euros(50), kind=InvoiceKind.OPENING)
    one = account(invoice("F-1", date(2026, 5, 1), date(2026, 6, 1), 100), opening)
    measure = collection_effectiveness([one], since=SINCE, as_of=DAY)
    assert measure.value == Decimal(-50)
    assert measure.flags == ("negative",)


def test_negative_base_is_flagged_not_hidden() -> None:
    opening = Invoice(
        "O-1", DAY, due_on=date(2027, 1, 1), total=euros(50), kind=InvoiceKind.OPENING
    )
    measure = collection_effectiveness([account(opening)], since=SINCE, as_of=DAY)
    assert measure.value == Decimal(100)
    assert measure.denominator == euros(-50)
    assert "negative base" in measure.flags


def test_exclusions_of_the_start_are_named_so() -> None:
    one = account(
        invoice("F-1", date(2026, 5, 1), date(2026, 6, 1), 100),
        Payment("P-1", date(2026, 6, 2), amount=euros(20)),
    )
    measure = collection_effectiveness([one], since=SINCE, as_of=DAY, conventions=BY_HAND)
    assert [(e.reason, e.amount) for e in measure.excluded] == [
        ("unapplied, apart, at the start", euros(20)),
        ("unapplied, apart", euros(20)),
    ]


def test_both_ledgers_are_in_the_reconciliation() -> None:
    measure = collection_effectiveness([published()], since=SINCE, as_of=DAY)
    assert [tally.title for tally in measure.reconciliation] == [
        "ledger on 2026-09-30",
        "ledger on 2026-06-30",
        "balance at the start",
        "sales",
        "balance at the end",
    ]
