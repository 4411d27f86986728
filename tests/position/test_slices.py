"""Who or what holds each cent that is open: insolvency, placement, assignment, bills, blocks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recouvrement import (
    Account,
    Assignee,
    Assignment,
    Bill,
    Debtor,
    Dispute,
    DunningBlock,
    Insolvency,
    InsolvencyKind,
    Instalment,
    InstalmentKind,
    Invoice,
    Means,
    Money,
    OpenItem,
    Payment,
    PaymentPlan,
    Placement,
    PlacementAgent,
    Promise,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.position.position import SLICES

TODAY = date(2026, 6, 30)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def invoice(name: str = "F-1", amount: str = "100", **more: Any) -> Invoice:
    fields: dict[str, Any] = {
        "issued_on": on(1, 1),
        "due_on": on(2, 1),
        "total": eur(amount),
    } | more
    return Invoice(name, **fields)


def items(*facts: Fact, as_of: date = TODAY, **more: Any) -> dict[str, OpenItem]:
    position = position_of(Account.of(Debtor("C-1", "Vasseur"), *facts), as_of=as_of, **more)
    return {item.id: item for item in position.open_items}


def cut(item: OpenItem) -> dict[str, str]:
    """The slices of an item that hold something."""
    return {name: str(one.amount) for name in SLICES if (one := getattr(item, name))}


# --- due or not ----------------------------------------------------------------------------------


def test_item_is_collectable_the_day_after_its_due_date_and_not_before() -> None:
    due, late = items(invoice(), as_of=on(2, 1))["F-1"], items(invoice(), as_of=on(2, 2))["F-1"]
    assert (due.days_past_due, cut(due)) == (0, {"not_yet_due": "100.00"})
    assert (late.days_past_due, cut(late)) == (1, {"collectable": "100.00"})


def test_invoice_due_before_it_was_issued_is_late_from_its_first_day() -> None:
    reissued = invoice(due_on=date(2025, 12, 1))
    assert items(reissued, as_of=date(2025, 12, 31)) == {}
    assert items(reissued, as_of=on(1, 1))["F-1"].days_past_due == 31


def test_each_part_of_a_scheduled_invoice_is_an_item_with_its_own_date() -> None:
    parts = (
        Instalment(on(2, 1), eur("60")),
        Instalment(on(8, 1), eur("35")),
        Instalment(None, eur("5"), kind=InstalmentKind.RETENTION),
    )
    found = items(invoice(schedule=parts))
    assert [(one.id, one.part, one.due_on, one.days_past_due) for one in found.values()] == [
        ("F-1/1", 1, on(2, 1), 149),
        ("F-1/2", 2, on(8, 1), -32),
        ("F-1/3", 3, None, None),
    ]
    assert [cut(one) for one in found.values()] == [
        {"collectable": "60.00"},
        {"not_yet_due": "35.00"},
        {"not_yet_due": "5.00"},
    ]


# --- insolvency ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", [one for one in InsolvencyKind if one is not InsolvencyKind.CONCILIATION]
)
def test_insolvency_stays_what_was_issued_by_the_day_it_opened_and_no_later_item(
    kind: InsolvencyKind,
) -> None:
    late = invoice("F-2", issued_on=on(3, 11), due_on=on(4, 1))
    same_day = invoice("F-3", issued_on=on(3, 10), due_on=on(4, 1))
    opened = Insolvency("J-1", kind, opened_on=on(3, 10))
    found = items(invoice(), late, same_day, opened)
    assert {name: cut(one) for name, one in found.items()} == {
        "F-1": {"stayed": "100.00"},
        "F-2": {"collectable": "100.00"},
        "F-3": {"stayed": "100.00"},
    }
    assert cut(items(invoice(), opened, as_of=on(3, 9))["F-1"]) == {"collectable": "100.00"}
    assert cut(items(invoice(), opened, as_of=on(3, 10))["F-1"]) == {"stayed": "100.00"}


@pytest.mark.parametrize(
    ("supplied", "slice_"), [(on(3, 10), "stayed"), (on(3, 11), "collectable")]
)
def test_day_of_supply_decides_when_it_is_known(supplied: date, slice_: str) -> None:
    billed = invoice(issued_on=on(3, 20), due_on=on(4, 1), supplied_on=supplied)
    opened = Insolvency("J-1", InsolvencyKind.RECEIVERSHIP, opened_on=on(3, 10))
    assert cut(items(billed, opened)["F-1"]) == {slice_: "100.00"}


def test_conciliation_stays_nothing() -> None:
    talks = Insolvency("J-1", InsolvencyKind.CONCILIATION, opened_on=on(3, 10))
    assert cut(items(invoice(), talks)["F-1"]) == {"collectable": "100.00"}


def test_insolvency_that_ended_stays_nothing_from_that_day() -> None:
    over = Insolvency("J-1", InsolvencyKind.SAFEGUARD, opened_on=on(3, 10), ended_on=on(5, 1))
    assert cut(items(invoice(), over, as_of=on(4, 30))["F-1"]) == {"stayed": "100.00"}
    assert cut(items(invoice(), over, as_of=on(5, 1))["F-1"]) == {"collectable": "100.00"}


def test_end_of_an_insolvency_not_known_yet_ends_nothing() -> None:
    over = Insolvency("J-1", InsolvencyKind.SAFEGUARD, opened_on=on(3, 10), ended_on=on(5, 1))
    then = items(invoice(), over, as_of=on(5, 3), known_on=on(4, 30))["F-1"]
    assert cut(then) == {"stayed": "100.00"}


# --- placement and assignment --------------------------------------------------------------------


def test_placement_holds_the_items_it_names_until_it_ends() -> None:
    placed = Placement(
        "T-1", on(3, 1), to=PlacementAgent.AGENCY, invoices=["F-1"], ended_on=on(5, 1)
    )
    facts = (invoice(), invoice("F-2"), placed)
    during, after = items(*facts, as_of=on(4, 30)), items(*facts, as_of=on(5, 1))
    assert cut(during["F-1"]) == {"placed": "100.00"}
    assert cut(during["F-2"]) == cut(after["F-1"]) == {"collectable": "100.00"}


def test_confidential_assignment_leaves_the_item_ours_to_collect() -> None:
    quiet = Assignment("G-1", on(3, 1), to=Assignee.FACTOR, invoices=["F-1"])
    assert cut(items(invoice(), quiet)["F-1"]) == {"collectable": "100.00"}


def test_notified_assignment_holds_from_the_day_of_notice_until_it_ends() -> None:
    told = Assignment(
        "G-1", on(3, 1), to=Assignee.BANK, invoices=["F-1"], notified_on=on(4, 1), ended_on=on(5, 1)
    )
    days = [on(3, 31), on(4, 1), on(4, 30), on(5, 1)]
    assert [cut(items(invoice(), told, as_of=day)["F-1"]) for day in days] == [
        {"collectable": "100.00"},
        {"assigned": "100.00"},
        {"assigned": "100.00"},
        {"collectable": "100.00"},
    ]


def test_notice_dated_before_the_assignment_takes_effect_with_it() -> None:
    told = Assignment("G-1", on(3, 1), to=Assignee.BANK, invoices=["F-1"], notified_on=on(2, 15))
    assert cut(items(invoice(), told, as_of=on(2, 20))["F-1"]) == {"collectable": "100.00"}
    assert cut(items(invoice(), told, as_of=on(3, 1))["F-1"]) == {"assigned": "100.00"}


# --- bills of exchange ---------------------------------------------------------------------------


def test_bill_covers_its_amount_through_its_maturity() -> None:
    bill = Bill("B-1", on(2, 10), matures_on=on(4, 30), amount=eur("60"), invoices=["F-1"])
    assert cut(items(invoice(), bill, as_of=on(2, 9))["F-1"]) == {"collectable": "100.00"}
    held = {"covered": "60.00", "collectable": "40.00"}
    assert cut(items(invoice(), bill, as_of=on(2, 10))["F-1"]) == held
    assert cut(items(invoice(), bill, as_of=on(4, 30))["F-1"]) == held
    assert cut(items(invoice(), bill, as_of=on(5, 1))["F-1"]) == {"collectable": "100.00"}


def test_bill_on_several_invoices_covers_the_oldest_first() -> None:
    bill = Bill("B-1", on(2, 10), matures_on=on(8, 1), amount=eur("150"), invoices=["F-2", "F-1"])
    younger = invoice("F-2", due_on=on(3, 1))
    found = items(younger, invoice(), bill)
    assert cut(found["F-1"]) == {"covered": "100.00"}
    assert cut(found["F-2"]) == {"covered": "50.00", "collectable": "50.00"}


def test_bill_covers_what_is_left_open_of_its_invoices_to_the_cent() -> None:
    bill = Bill("B-1", on(2, 10), matures_on=on(8, 1), amount=eur("60"), invoices=["F-2", "F-1"])
    younger = invoice("F-2", due_on=on(3, 1))
    paid = Payment("P-1", on(2, 5), amount=eur("100"))
    found = items(younger, invoice(), bill, paid)
    assert cut(found["F-2"]) == {"covered": "60.00", "collectable": "40.00"}


# --- blocks --------------------------------------------------------------------------------------


def test_block_on_an_invoice_holds_it_through_its_last_day() -> None:
    block = DunningBlock("K-1", on(3, 1), until=on(3, 15), invoice="F-1")
    facts = (invoice(), invoice("F-2"), block)
    assert cut(items(*facts, as_of=on(2, 28))["F-1"]) == {"collectable": "100.00"}
    assert cut(items(*facts, as_of=on(3, 1))["F-1"]) == {"blocked": "100.00"}
    assert cut(items(*facts, as_of=on(3, 15))["F-1"]) == {"blocked": "100.00"}
    assert cut(items(*facts, as_of=on(3, 16))["F-1"]) == {"collectable": "100.00"}
    assert cut(items(*facts, as_of=on(3, 10))["F-2"]) == {"collectable": "100.00"}


def test_block_without_invoice_holds_the_account_due_or_not() -> None:
    block = DunningBlock("K-1", on(3, 1), review_on=on(4, 1))
    to_come = invoice("F-2", due_on=on(12, 1))
    found = items(invoice(), to_come, block)
    assert [cut(one) for one in found.values()] == [{"blocked": "100.00"}] * 2


def test_day_to_review_a_block_does_not_end_it() -> None:
    block = DunningBlock("K-1", on(3, 1), review_on=on(4, 1), invoice="F-1")
    assert cut(items(invoice(), block)["F-1"]) == {"blocked": "100.00"}


# --- precedence ----------------------------------------------------------------------------------

HOLDS: dict[str, Fact] = {
    "stayed": Insolvency("J-1", InsolvencyKind.RECEIVERSHIP, opened_on=on(6, 1)),
    "placed": Placement("T-1", on(6, 1), to=PlacementAgent.LAWYER, invoices=("F-1",)),
    "assigned": Assignment(
        "G-1", on(6, 1), to=Assignee.BANK, invoices=("F-1",), notified_on=on(6, 1)
    ),
    "covered": Bill("B-1", on(6, 1), matures_on=on(7, 1), amount=eur("100"), invoices=("F-1",)),
    "disputed": Dispute("D-1", on(6, 1), invoice="F-1"),
    "in_plan": PaymentPlan(
        "L-1", on(6, 1), instalments=(Instalment(on(7, 15), eur("100")),), invoices=("F-1",)
    ),
    "promised": Promise(
        "W-1", on(6, 1), due_on=on(7, 1), amount=eur("100"), means=Means.TRANSFER, invoices=("F-1",)
    ),
    "blocked": DunningBlock("K-1", on(6, 1), until=on(7, 1)),
}


@pytest.mark.parametrize("stronger", HOLDS)
def test_each_slice_holds_before_those_that_come_after_it(stronger: str) -> None:
    names = list(HOLDS)
    weaker = [HOLDS[name] for name in names[names.index(stronger) :]]
    assert cut(items(invoice(), *weaker)["F-1"]) == {stronger: "100.00"}


def test_partial_holds_lie_side_by_side_and_add_up() -> None:
    bill = Bill("B-1", on(6, 1), matures_on=on(7, 1), amount=eur("20"), invoices=["F-1"])
    contested = Dispute("D-1", on(6, 1), invoice="F-1", amount=eur("30"))
    promised = Promise(
        "W-1", on(6, 1), due_on=on(7, 1), amount=eur("15"), means=Means.CHEQUE, invoices=["F-1"]
    )
    assert cut(items(invoice(), bill, contested, promised)["F-1"]) == {
        "covered": "20.00",
        "disputed": "30.00",
        "promised": "15.00",
        "collectable": "35.00",
    }


def test_hold_on_an_invoice_that_is_paid_holds_nothing() -> None:
    placed = Placement("T-1", on(3, 1), to=PlacementAgent.AGENCY, invoices=["F-1", "F-2"])
    assert list(items(invoice("F-2", due_on=on(3, 1)), invoice(issued_on=on(7, 1)), placed)) == [
        "F-2"
    ]
