"""Which credit notes reduce sales: those that cancel an invoice issued again, and only those."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    CashApplication,
    CreditNote,
    Debtor,
    Dispute,
    Instalment,
    Invoice,
    InvoiceKind,
    Money,
)
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import InvoiceId
from recouvrement.kpi import dso

DAY = date(2026, 11, 30)
OCTOBER = date(2026, 10, 5)


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def first(amount: int = 100, **other: Any) -> Invoice:
    return Invoice("F-1", OCTOBER, due_on=DAY, total=euros(amount), **other)


def again(amount: int = 100, *, on: date = DAY, **other: Any) -> Invoice:
    return Invoice("F-2", on, due_on=DAY, total=euros(amount), replaces="F-1", **other)


def note(
    amount: int = 100, *targets: tuple[str, int], name: str = "A-1", **other: Any
) -> CreditNote:
    parts = tuple(Allocation(InvoiceId(item), euros(part)) for item, part in targets)
    return CreditNote(name, date(2026, 11, 2), total=euros(amount), allocations=parts, **other)


def sales(*facts: Fact, as_of: date = DAY) -> Money:
    measure = dso([Account.of(Debtor("C-1", "x"), *facts)], as_of=as_of)
    assert measure.reconciles
    assert isinstance(measure.denominator, Money)
    return measure.denominator


def test_plain_credit_note_leaves_sales_as_they_were_invoiced() -> None:
    assert sales(first(), note(100, ("F-1", 100))) == euros(100)


def test_cancelled_and_reissued_counts_once() -> None:
    assert sales(first(), note(100, ("F-1", 100)), again()) == euros(100)


def test_reissue_at_another_amount_counts_the_new_one() -> None:
    assert sales(first(), note(100, ("F-1", 100)), again(80)) == euros(80)


def test_reissue_without_a_credit_note_counts_both() -> None:
    assert sales(first(), again()) == euros(200)


def test_credit_note_may_be_directed_by_a_cash_application() -> None:
    advice = CashApplication("R-1", DAY, source="A-1", invoice="F-1", amount=euros(100))
    elsewhere = CashApplication("R-0", DAY, source="A-2", invoice="F-1", amount=euros(30))
    facts = [first(), note(100), again(), note(30, name="A-2")]
    assert sales(*facts) == euros(200)
    assert sales(*facts, elsewhere) == euros(170)
    assert sales(*facts, advice, elsewhere) == euros(100)


def test_credit_note_may_be_directed_by_the_dispute_it_closes() -> None:
    dispute = Dispute("D-1", OCTOBER, invoice="F-1")
    other = Dispute("D-0", OCTOBER, invoice="F-2")
    assert sales(first(), again(), dispute, other, note(100, dispute="D-1")) == euros(100)


def test_allocation_is_more_precise_than_the_dispute() -> None:
    dispute = Dispute("D-1", OCTOBER, invoice="F-1")
    credit = note(100, ("F-2", 100), dispute="D-1")
    assert sales(first(), again(), dispute, credit) == euros(200)


def test_credit_note_on_no_invoice_cancels_none() -> None:
    assert sales(first(), note(100), again()) == euros(200)


def test_only_the_part_on_the_replaced_invoice_counts() -> None:
    other = Invoice("F-9", OCTOBER, due_on=DAY, total=euros(50))
    credit = note(120, ("F-1", 100), ("F-9", 20))
    assert sales(first(), other, credit, again()) == euros(150)


def test_part_of_a_scheduled_invoice_is_a_part_of_it() -> None:
    schedule = [Instalment(DAY, euros(60)), Instalment(None, euros(40))]
    credit = note(100, ("F-1/1", 60), ("F-1/2", 40))
    assert sales(first(schedule=schedule), credit, again()) == euros(100)


def test_no_invoice_is_cancelled_for_more_than_its_total() -> None:
    twice = [note(100, ("F-1", 100)), note(100, ("F-1", 100), name="A-2")]
    assert sales(first(), *twice, again()) == euros(100)


def test_reissue_that_is_not_visible_yet_changes_nothing() -> None:
    facts = [first(), note(100, ("F-1", 100)), again()]
    assert sales(*facts, as_of=date(2026, 11, 29)) == euros(100)
    assert sales(*facts[:2], as_of=date(2026, 11, 29)) == euros(100)


def test_opening_reissued_as_a_sale_is_no_new_sale() -> None:
    assert sales(first(kind="opening"), note(100, ("F-1", 100)), again()) == euros(0)


@pytest.mark.parametrize("kind", ["accessories", "adjustment"])
def test_what_never_was_a_sale_cancels_none(kind: str) -> None:
    assert sales(first(kind=kind), note(100, ("F-1", 100)), again()) == euros(100)


def test_reissue_that_is_no_sale_cancels_none() -> None:
    credit = note(100, ("F-1", 100))
    assert sales(first(), credit, again(kind=InvoiceKind.ADJUSTMENT)) == euros(100)


def test_credit_note_counts_on_the_day_it_was_issued() -> None:
    facts = [first(), note(100, ("F-1", 100)), again()]
    account = Account.of(Debtor("C-1", "x"), *facts)
    november = dso([account], as_of=DAY, window_days=30)
    assert november.denominator == euros(0)
    assert november.undefined is not None


def test_other_currencies_have_their_own_sales() -> None:
    dollars = Money.of(70, "USD")
    facts = [
        Invoice("F-1", OCTOBER, due_on=DAY, total=dollars),
        CreditNote("A-1", DAY, total=dollars, allocations=(Allocation(InvoiceId("F-1"), dollars),)),
        Invoice("F-2", DAY, due_on=DAY, total=dollars, replaces="F-1"),
        Invoice("F-3", DAY, due_on=DAY, total=dollars, kind=InvoiceKind.ADJUSTMENT),
        Invoice("E-1", DAY, due_on=DAY, total=euros(10)),
    ]
    account = Account.of(Debtor("C-1", "x"), *facts)
    measure = dso([account], as_of=DAY)
    assert measure.denominator == euros(10)
    elsewhere = [e for e in measure.excluded if e.reason == "sales in another currency"]
    assert [(e.count, e.amount) for e in elsewhere] == [(2, Money.of(140, "USD"))]
    assert dso([account], as_of=DAY, currency="USD").denominator == dollars
