"""Where money goes: each rule of cash application, told as a small story."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    ApplicationRule,
    Assignee,
    CashApplication,
    Conventions,
    CreditNote,
    Debtor,
    Dispute,
    InsolvencyKind,
    Instalment,
    Invoice,
    Means,
    Money,
    Payment,
    PaymentPlan,
    Placement,
    PlacementAgent,
    Promise,
    Reversal,
    WriteOff,
    WriteOffReason,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.facts.legal import Assignment, Insolvency
from recouvrement.position import application

END = date(2026, 12, 31)


@pytest.fixture(autouse=True, params=[application.FEW, -1], ids=["looked-at", "indexed"])
def few(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example, with items looked at one by one and found through the index."""
    monkeypatch.setattr(application, "FEW", request.param)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def on(month: int, day: int) -> date:
    return date(2026, month, day)


JANUARY = on(1, 1)


def invoice(name: str, amount: str, due: date, issued: date = JANUARY, **more: Any) -> Invoice:
    return Invoice(name, issued, due_on=due, total=eur(amount), **more)


def payment(name: str, received: date, amount: str, **more: Any) -> Payment:
    return Payment(name, received, amount=eur(amount), **more)


def to(name: str, amount: str) -> tuple[Allocation, ...]:
    return (Allocation(name, eur(amount)),)


def promise(name: str, made: date, due: date, amount: str, **more: Any) -> Promise:
    return Promise(name, made, due_on=due, amount=eur(amount), means=Means.TRANSFER, **more)


def left(*facts: Fact, as_of: date = END, **more: Any) -> dict[str, str]:
    """What is open per item, and under the name "unapplied" what settles nothing."""
    position = position_of(Account.of(Debtor("C-1", "Vasseur"), *facts), as_of=as_of, **more)
    result = {item.id: str(item.open.amount) for item in position.open_items}
    spare = position.amount_of("unapplied", "EUR")
    return result | ({"unapplied": str(spare.amount)} if spare else {})


TWO = (invoice("F-1", "100", on(2, 1)), invoice("F-2", "60", on(3, 1)))


# --- in the order of the rule --------------------------------------------------------------------


def test_money_goes_where_its_allocation_says_though_an_older_item_is_open() -> None:
    paid = payment("P-1", on(4, 1), "40", allocations=to("F-2", "40"))
    assert left(*TWO, paid) == {"F-1": "100.00", "F-2": "20.00"}


def test_what_an_allocation_leaves_of_a_payment_is_applied_by_the_rule() -> None:
    paid = payment("P-1", on(4, 1), "50", allocations=to("F-2", "40"))
    assert left(*TWO, paid) == {"F-1": "90.00", "F-2": "20.00"}


def test_what_exceeds_the_invoice_it_was_directed_to_is_applied_by_the_rule() -> None:
    paid = payment("P-1", on(4, 1), "80", allocations=to("F-2", "80"))
    assert left(*TWO, paid) == {"F-1": "80.00"}


def test_surplus_of_a_directed_payment_waits_for_what_else_is_directed_that_day() -> None:
    first = payment("P-1", on(4, 1), "80", allocations=to("F-2", "80"))
    second = payment("P-2", on(4, 1), "100", allocations=to("F-1", "100"))
    assert left(*TWO, first, second) == {"unapplied": "20.00"}


def test_payment_of_exactly_a_promise_goes_to_the_promised_invoice() -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "60", invoices=["F-2"])
    older = invoice("F-0", "60", on(1, 15))
    paid = payment("P-1", on(3, 20), "60")
    assert left(older, *TWO, promised, paid) == {"F-0": "60.00", "F-1": "100.00"}


def test_payment_of_another_amount_ignores_the_promise() -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "60", invoices=["F-2"])
    paid = payment("P-1", on(3, 20), "59.99")
    assert left(*TWO, promised, paid) == {"F-1": "40.01", "F-2": "60.00"}


@pytest.mark.parametrize(
    ("when", "more"),
    [
        (on(3, 10), {}),  # made that very day: the money was not the answer to it
        (on(3, 21), {}),  # after its date it is broken
        (on(3, 20), {"withdrawn_on": on(3, 19)}),
    ],
    ids=["same day", "too late", "withdrawn"],
)
def test_payment_outside_the_life_of_a_promise_ignores_it(when: date, more: dict[str, Any]) -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "60", invoices=["F-2"], **more)
    older = invoice("F-0", "60", on(1, 15))
    assert left(older, *TWO, promised, payment("P-1", when, "60")) == {
        "F-1": "100.00",
        "F-2": "60.00",
    }


def test_promise_to_pay_at_once_is_met_by_money_of_the_same_day() -> None:
    promised = promise("W-1", on(3, 10), on(3, 10), "60", invoices=["F-2"])
    older = invoice("F-0", "60", on(1, 15))
    assert "F-2" not in left(older, *TWO, promised, payment("P-1", on(3, 10), "60"))


def test_tolerance_keeps_a_promise_open_for_the_money_too() -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "60", invoices=["F-2"])
    older = invoice("F-0", "60", on(1, 15))
    paid = payment("P-1", on(3, 22), "60")
    rule = Conventions(promise_tolerance=2)
    assert "F-2" not in left(older, *TWO, promised, paid, conventions=rule)


def test_promise_superseded_before_its_date_draws_no_money() -> None:
    first = promise("W-1", on(3, 10), on(3, 20), "60", invoices=["F-2"])
    second = promise("W-2", on(3, 12), on(3, 30), "35", supersedes="W-1")
    older = invoice("F-0", "60", on(1, 15))
    assert "F-0" not in left(older, *TWO, first, second, payment("P-1", on(3, 20), "60"))


def test_two_payments_of_the_same_amount_meet_two_promises() -> None:
    older = invoice("F-0", "500", on(1, 15))
    promises = [
        promise("W-1", on(3, 10), on(3, 20), "30", invoices=["F-1"]),
        promise("W-2", on(3, 10), on(3, 25), "30", invoices=["F-2"]),
    ]
    paid = [payment("P-1", on(3, 15), "30"), payment("P-2", on(3, 15), "30")]
    assert left(older, *TWO, *promises, *paid) == {
        "F-0": "500.00",
        "F-1": "70.00",
        "F-2": "30.00",
    }


def test_payment_of_exactly_an_instalment_goes_to_the_invoices_of_the_plan() -> None:
    plan = PaymentPlan(
        "L-1",
        on(3, 5),
        instalments=(Instalment(on(4, 1), eur("30")), Instalment(on(5, 1), eur("30"))),
        invoices=("F-2",),
    )
    paid = [payment("P-1", on(4, 1), "30"), payment("P-2", on(5, 1), "30")]
    assert left(*TWO, plan, *paid) == {"F-1": "100.00"}
    assert left(*TWO, plan, *paid, payment("P-3", on(5, 2), "30")) == {"F-1": "70.00"}


@pytest.mark.parametrize(
    ("when", "drawn"), [(on(3, 4), False), (on(3, 5), True), (on(3, 19), True), (on(3, 20), False)]
)
def test_plan_draws_money_from_the_day_it_was_agreed_until_the_day_it_ends(
    when: date,
    drawn: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    plan = PaymentPlan(
        "L-1",
        on(3, 5),
        instalments=(Instalment(on(4, 1), eur("30")),),
        invoices=("F-2",),
        ended_on=on(3, 20),
    )
    opened = left(*TWO, plan, payment("P-1", when, "30"))
    assert opened["F-2"] == ("30.00" if drawn else "60.00")


def test_payment_of_another_amount_ignores_the_plan() -> None:
    plan = PaymentPlan(
        "L-1", on(3, 5), instalments=(Instalment(on(4, 1), eur("30")),), invoices=("F-2",)
    )
    assert left(*TWO, plan, payment("P-1", on(4, 1), "31")) == {"F-1": "69.00", "F-2": "60.00"}


def test_promise_and_plan_each_draw_their_own_money() -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "20", invoices=["F-2"])
    plan = PaymentPlan(
        "L-1", on(3, 5), instalments=(Instalment(on(4, 1), eur("30")),), invoices=("F-2",)
    )
    paid = [payment("P-1", on(3, 15), "20"), payment("P-2", on(4, 1), "30")]
    assert left(*TWO, promised, plan, *paid) == {"F-1": "100.00", "F-2": "10.00"}


def test_plan_that_ended_draws_no_money() -> None:
    plan = PaymentPlan(
        "L-1",
        on(3, 5),
        instalments=(Instalment(on(4, 1), eur("30")),),
        invoices=("F-2",),
        ended_on=on(3, 20),
    )
    assert left(*TWO, plan, payment("P-1", on(4, 1), "30")) == {"F-1": "70.00", "F-2": "60.00"}


def test_what_a_promise_cannot_take_goes_on_by_the_rule() -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "80", invoices=["F-2"])
    assert left(*TWO, promised, payment("P-1", on(3, 15), "80")) == {"F-1": "80.00"}


def test_payment_of_exactly_what_is_open_on_one_item_pays_that_item() -> None:
    assert left(*TWO, payment("P-1", on(4, 1), "60")) == {"F-1": "100.00"}


def test_exact_match_is_with_what_is_open_not_with_what_was_billed() -> None:
    part = payment("P-1", on(3, 1), "20", allocations=to("F-2", "20"))
    assert left(*TWO, part, payment("P-2", on(4, 1), "40")) == {"F-1": "100.00"}


def test_of_two_items_of_exactly_that_amount_the_older_is_paid() -> None:
    twin = invoice("F-0", "60", on(3, 2))
    assert left(*TWO, twin, payment("P-1", on(4, 1), "60")) == {"F-1": "100.00", "F-0": "60.00"}


def test_of_two_items_of_exactly_that_amount_the_one_not_in_dispute_is_paid() -> None:
    twin = invoice("F-0", "60", on(1, 15))
    contested = Dispute("D-1", on(2, 10), invoice="F-0", amount=eur("10"))
    paid = payment("P-1", on(4, 1), "60")
    assert left(*TWO, twin, contested, paid) == {"F-0": "60.00", "F-1": "100.00"}


def test_only_item_of_exactly_that_amount_is_paid_though_it_is_in_dispute() -> None:
    contested = Dispute("D-1", on(2, 10), invoice="F-2")
    assert left(*TWO, contested, payment("P-1", on(4, 1), "60")) == {"F-1": "100.00"}


def test_money_as_promised_pays_what_is_not_in_dispute_of_the_promised_items_first() -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "50", invoices=["F-1", "F-2"])
    contested = Dispute("D-1", on(3, 12), invoice="F-1", amount=eur("70"))
    assert left(*TWO, promised, contested, payment("P-1", on(3, 15), "50")) == {
        "F-1": "70.00",
        "F-2": "40.00",
    }


def test_any_other_amount_pays_the_oldest_items_first() -> None:
    assert left(*TWO, payment("P-1", on(4, 1), "130")) == {"F-2": "30.00"}


def test_undisputed_part_of_what_is_due_is_paid_before_any_disputed_part() -> None:
    contested = Dispute("D-1", on(2, 10), invoice="F-1", amount=eur("80"))
    assert left(*TWO, contested, payment("P-1", on(4, 1), "50")) == {
        "F-1": "80.00",
        "F-2": "30.00",
    }
    assert left(*TWO, contested, payment("P-1", on(4, 1), "95")) == {"F-1": "65.00"}


def test_disputed_but_due_is_paid_before_what_is_not_due_yet() -> None:
    contested = Dispute("D-1", on(2, 10), invoice="F-1")
    to_come = invoice("F-3", "500", on(12, 1))
    assert left(*TWO, to_come, contested, payment("P-1", on(4, 1), "130")) == {
        "F-1": "30.00",
        "F-3": "500.00",
    }


def test_what_is_not_due_yet_is_paid_last() -> None:
    to_come = invoice("F-3", "500", on(12, 1))
    assert left(*TWO, to_come, payment("P-1", on(4, 1), "170")) == {"F-3": "490.00"}


@pytest.mark.parametrize(
    "hold",
    [
        Insolvency("J-1", InsolvencyKind.RECEIVERSHIP, opened_on=on(3, 15)),
        Placement("T-1", on(3, 15), to=PlacementAgent.AGENCY, invoices=("F-1", "F-2")),
        Assignment(
            "G-1",
            on(3, 15),
            to=Assignee.FACTOR,
            invoices=("F-1", "F-2"),
            notified_on=on(3, 20),
        ),
    ],
    ids=["stayed", "placed", "assigned"],
)
def test_undirected_money_never_goes_to_what_is_stayed_placed_or_assigned(hold: Fact) -> None:
    after = invoice("F-3", "10", on(4, 15), issued=on(3, 30))
    assert left(*TWO, after, hold, payment("P-1", on(4, 20), "25")) == {
        "F-1": "100.00",
        "F-2": "60.00",
        "unapplied": "15.00",
    }


@pytest.mark.parametrize(
    "hold",
    [
        Insolvency("J-1", InsolvencyKind.SAFEGUARD, opened_on=on(3, 15), ended_on=on(5, 1)),
        Placement("T-1", on(3, 15), to=PlacementAgent.COURT, invoices=["F-1"], ended_on=on(5, 1)),
    ],
    ids=["stayed", "placed"],
)
@pytest.mark.parametrize(
    ("when", "able"), [(on(3, 14), True), (on(3, 15), False), (on(4, 30), False), (on(5, 1), True)]
)
def test_hold_keeps_undirected_money_away_from_its_first_day_until_the_day_it_ends(
    hold: Fact,
    when: date,
    able: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    expected = {"F-1": "75.00"} if able else {"F-1": "100.00", "unapplied": "25.00"}
    assert left(TWO[0], hold, payment("P-1", when, "25")) == expected


def test_item_issued_the_day_a_proceeding_opens_is_stayed_for_money_too() -> None:
    opened = Insolvency("J-1", InsolvencyKind.SAFEGUARD, opened_on=JANUARY)
    assert left(TWO[0], opened, payment("P-1", on(4, 1), "25"))["unapplied"] == "25.00"


def test_directed_money_goes_to_a_placed_item_because_the_debtor_says_so() -> None:
    hold = Placement("T-1", on(3, 15), to=PlacementAgent.AGENCY, invoices=("F-1",))
    paid = payment("P-1", on(4, 1), "25", allocations=to("F-1", "25"))
    assert left(*TWO, hold, paid) == {"F-1": "75.00", "F-2": "60.00"}


def test_promised_item_that_was_placed_meanwhile_takes_no_undirected_money() -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "60", invoices=["F-2"])
    hold = Placement("T-1", on(3, 15), to=PlacementAgent.AGENCY, invoices=("F-2",))
    assert left(*TWO, promised, hold, payment("P-1", on(3, 18), "60")) == {
        "F-1": "40.00",
        "F-2": "60.00",
    }


def test_money_of_one_currency_never_pays_an_item_of_another() -> None:
    dollars = Payment("P-1", on(4, 1), amount=Money.of("60", "USD"))
    assert left(*TWO, dollars) == {"F-1": "100.00", "F-2": "60.00"}


# --- ties ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (invoice("B", "50", on(2, 1)), invoice("A", "50", on(2, 2))),
        (invoice("B", "50", on(2, 1)), invoice("A", "50", on(2, 1), issued=on(1, 2))),
        (invoice("B", "50", on(2, 1)), invoice("A", "51", on(2, 1))),
        (invoice("A", "50", on(2, 1)), invoice("B", "50", on(2, 1))),
    ],
    ids=["due date", "date of issue", "amount", "id"],
)
def test_ties_go_by_due_date_then_issue_then_amount_then_id(
    first: Invoice, second: Invoice
) -> None:
    opened = left(second, first, payment("P-1", on(4, 1), "7"))
    assert list(opened) == [first.id, second.id]
    assert opened[first.id] == "43.00"


def test_tenth_part_of_an_invoice_comes_after_the_second() -> None:
    parts = tuple(Instalment(on(2, 1), eur("10")) for _ in range(10))
    whole = invoice("F-1", "100", on(2, 1), schedule=parts)
    opened = left(whole, payment("P-1", on(4, 1), "25"))
    assert list(opened) == [f"F-1/{part}" for part in range(3, 11)]
    assert opened["F-1/3"] == "5.00"


# --- money that waits ----------------------------------------------------------------------------


def test_money_without_any_item_waits_for_the_next_invoice() -> None:
    paid = payment("P-1", on(1, 10), "150")
    later = invoice("F-1", "100", on(3, 1), issued=on(2, 1))
    assert left(later, paid, as_of=on(1, 31)) == {"unapplied": "150.00"}
    assert left(later, paid, as_of=on(2, 1)) == {"unapplied": "50.00"}
    after = invoice("F-2", "100", on(4, 1), issued=on(3, 1))
    assert left(later, after, paid) == {"F-2": "50.00"}


def test_first_money_that_waits_is_the_first_served() -> None:
    waiting = [payment("P-1", on(1, 10), "30"), payment("P-2", on(1, 11), "50")]
    later = invoice("F-1", "70", on(3, 1), issued=on(2, 1))
    back = Reversal("X-1", on(2, 2), payment="P-2")
    assert left(later, *waiting) == {"unapplied": "10.00"}
    assert left(later, *waiting, back) == {"F-1": "40.00"}


def test_waiting_money_is_served_before_money_of_the_day_of_issue() -> None:
    early, late = payment("P-2", on(1, 10), "70"), payment("P-1", on(2, 1), "70")
    issued = invoice("F-1", "70", on(3, 1), issued=on(2, 1))
    back = Reversal("X-1", on(2, 2), payment="P-2")
    assert left(issued, early, late, back) == {"F-1": "70.00", "unapplied": "70.00"}


def test_money_that_waits_comes_after_what_is_directed_the_day_of_issue() -> None:
    early = payment("P-1", on(1, 10), "50")
    directed = payment("P-2", on(2, 1), "100", allocations=to("F-1", "100"))
    issued = invoice("F-1", "100", on(3, 1), issued=on(2, 1))
    after = invoice("F-2", "20", on(4, 1), issued=on(3, 1))
    assert left(issued, early, directed, as_of=on(2, 1)) == {"unapplied": "50.00"}
    back = Reversal("X-1", on(2, 2), payment="P-2")
    # What comes back is offered to the money that still waits, when the next item is issued.
    assert left(issued, early, directed, back) == {"F-1": "100.00", "unapplied": "50.00"}
    assert left(issued, after, early, directed, back) == {"F-1": "50.00", "F-2": "20.00"}


def test_surplus_and_undirected_part_of_one_payment_wait_together() -> None:
    paid = payment("P-1", on(4, 1), "200", allocations=to("F-1", "150"))
    later = invoice("F-3", "500", on(6, 1), issued=on(5, 1))
    assert left(TWO[0], later, paid) == {"F-3": "400.00"}


def test_surpluses_of_two_allocations_of_one_payment_add_up() -> None:
    both = (Allocation("F-1", eur("110")), Allocation("F-2", eur("80")))
    paid = payment("P-1", on(4, 1), "190", allocations=both)
    later = invoice("F-3", "500", on(6, 1), issued=on(5, 1))
    assert left(*TWO, later, paid) == {"F-3": "470.00"}


def test_invoice_of_today_is_open_though_others_are_to_come() -> None:
    later = invoice("F-3", "500", on(6, 1), issued=on(5, 1))
    assert left(*TWO, later, as_of=JANUARY) == {"F-1": "100.00", "F-2": "60.00"}


def test_money_directed_to_an_invoice_not_yet_issued_waits_for_that_invoice() -> None:
    paid = payment("P-1", on(1, 10), "60", allocations=to("F-9", "60"))
    later = invoice("F-9", "60", on(3, 1), issued=on(2, 1))
    assert left(TWO[0], later, paid, as_of=on(1, 31)) == {"F-1": "100.00", "unapplied": "60.00"}
    assert left(TWO[0], later, paid) == {"F-1": "100.00"}


def test_later_invoice_never_moves_money_already_applied() -> None:
    paid = payment("P-1", on(1, 10), "100")
    older_date = invoice("F-3", "100", on(1, 15), issued=on(2, 1))
    assert left(*TWO, older_date, paid) == {"F-3": "100.00", "F-2": "60.00"}


# --- deposits, securities, write-offs ------------------------------------------------------------


@pytest.mark.parametrize("purpose", ["deposit", "security"])
def test_deposit_is_never_netted_and_never_applied_by_the_rule(purpose: str) -> None:
    account = Account.of(
        Debtor("C-1", "Vasseur"), *TWO, payment("P-1", on(4, 1), "60", purpose=purpose)
    )
    position = position_of(account, as_of=END)
    assert [str(item.open) for item in position.open_items] == ["100.00 EUR", "60.00 EUR"]
    assert position.unapplied == (eur("60"),)
    assert position.nettable == ()


def test_deposit_settles_the_invoice_it_is_directed_to_and_its_surplus_stays_a_deposit() -> None:
    kept = payment("P-1", on(4, 1), "90", purpose="deposit", allocations=to("F-2", "70"))
    assert left(*TWO, kept) == {"F-1": "100.00", "unapplied": "30.00"}


def test_deposit_keeps_no_promise_of_the_same_amount() -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "60", invoices=["F-2"])
    kept = payment("P-1", on(3, 15), "60", purpose="deposit")
    account = Account.of(Debtor("C-1", "Vasseur"), *TWO, promised, kept)
    assert position_of(account, as_of=on(3, 21)).promises[0].status == "broken"


def test_amount_written_off_is_open_no_more() -> None:
    small = WriteOffReason.SMALL_BALANCE
    loss = WriteOff("G-1", on(4, 1), invoice="F-1", amount=eur("0.50"), reason=small)
    paid = payment("P-1", on(3, 15), "99.50", allocations=to("F-1", "99.50"))
    assert left(*TWO, loss, paid, as_of=on(3, 31)) == {"F-1": "0.50", "F-2": "60.00"}
    assert left(*TWO, loss, paid) == {"F-2": "60.00"}


def test_more_written_off_than_was_open_pays_nothing_else_and_stays_visible() -> None:
    loss = WriteOff("G-1", on(4, 1), invoice="F-1", amount=eur("120"))
    account = Account.of(Debtor("C-1", "Vasseur"), *TWO, loss)
    position = position_of(account, as_of=END)
    assert [item.id for item in position.open_items] == ["F-2"]
    assert position.unapplied == (eur("20"),)
    assert position.nettable == ()


def test_amount_written_off_before_its_invoice_is_issued_waits_for_it() -> None:
    loss = WriteOff("G-1", on(1, 10), invoice="F-9", amount=eur("5"))
    later = invoice("F-9", "60", on(3, 1), issued=on(2, 1))
    assert left(later, loss, as_of=on(1, 15)) == {"unapplied": "5.00"}
    assert left(later, loss) == {"F-9": "55.00"}


# --- credit notes --------------------------------------------------------------------------------


def test_credit_note_without_allocation_is_applied_like_money() -> None:
    note = CreditNote("A-1", on(4, 1), total=eur("60"))
    assert left(*TWO, note) == {"F-1": "100.00"}


def test_credit_note_keeps_no_promise() -> None:
    promised = promise("W-1", on(3, 10), on(3, 20), "30", invoices=["F-2"])
    note = CreditNote("A-1", on(3, 15), total=eur("30"))
    assert left(*TWO, promised, note) == {"F-1": "70.00", "F-2": "60.00"}


def test_credit_note_of_a_dispute_goes_to_the_invoice_in_dispute() -> None:
    contested = Dispute("D-1", on(2, 10), invoice="F-2", amount=eur("25"))
    note = CreditNote("A-1", on(4, 1), total=eur("25"), dispute="D-1")
    assert left(*TWO, contested, note) == {"F-1": "100.00", "F-2": "35.00"}


def test_credit_note_that_follows_full_payment_is_the_surplus() -> None:
    paid = payment("P-1", on(3, 1), "100", allocations=to("F-1", "100"))
    note = CreditNote("A-1", on(4, 1), total=eur("15"), allocations=to("F-1", "15"))
    assert left(*TWO, paid, note) == {"F-2": "45.00"}
    assert left(TWO[0], paid, note) == {"unapplied": "15.00"}


def test_payment_that_follows_a_credit_note_is_the_surplus() -> None:
    note = CreditNote("A-1", on(3, 1), total=eur("15"), allocations=to("F-1", "15"))
    paid = payment("P-1", on(4, 1), "100", allocations=to("F-1", "100"))
    back = Reversal("X-1", on(5, 1), payment="P-1")
    assert left(*TWO, paid, note) == {"F-2": "45.00"}
    assert left(*TWO, paid, note, back) == {"F-1": "85.00", "F-2": "60.00"}


def test_on_the_same_day_the_credit_note_comes_first() -> None:
    note = CreditNote("Z-1", on(4, 1), total=eur("15"), allocations=to("F-1", "15"))
    paid = payment("P-1", on(4, 1), "100", allocations=to("F-1", "100"))
    back = Reversal("X-1", on(5, 1), payment="P-1")
    assert left(*TWO, paid, note, back) == {"F-1": "85.00", "F-2": "60.00"}


# --- advice that comes later ---------------------------------------------------------------------


def advice(name: str, when: date, target: str, amount: str, source: str = "P-1") -> CashApplication:
    return CashApplication(name, when, source=source, invoice=target, amount=eur(amount))


def test_later_advice_takes_the_money_back_from_where_the_rule_had_put_it() -> None:
    paid = payment("P-1", on(4, 1), "50")
    late = advice("R-1", on(4, 10), "F-2", "50")
    assert left(*TWO, paid, late, as_of=on(4, 9)) == {"F-1": "50.00", "F-2": "60.00"}
    assert left(*TWO, paid, late) == {"F-1": "100.00", "F-2": "10.00"}


def test_advice_that_confirms_what_the_rule_did_moves_nothing() -> None:
    paid = payment("P-1", on(4, 1), "130")
    sure = [advice("R-1", on(4, 10), "F-1", "100"), advice("R-2", on(4, 11), "F-2", "30")]
    assert left(*TWO, paid, *sure) == {"F-2": "30.00"}


def test_advice_of_less_than_the_rule_had_placed_there_takes_nothing_from_elsewhere() -> None:
    contested = Dispute("D-1", on(2, 10), invoice="F-1", amount=eur("20"))
    paid = payment("P-1", on(4, 1), "110")  # 80 on F-1 (undisputed), 30 on F-2
    late = advice("R-1", on(4, 10), "F-1", "50")
    assert left(*TWO, contested, paid, late) == {"F-1": "20.00", "F-2": "30.00"}


def test_money_that_an_advice_fixed_is_not_moved_by_another_advice() -> None:
    paid = payment("P-1", on(4, 1), "50")
    first, second = advice("R-1", on(4, 10), "F-1", "40"), advice("R-2", on(4, 11), "F-2", "10")
    assert left(*TWO, paid, first, second) == {"F-1": "60.00", "F-2": "50.00"}


def test_advice_never_takes_more_than_is_open() -> None:
    paid = [payment("P-1", on(4, 1), "90"), payment("P-2", on(4, 2), "45")]
    late = advice("R-1", on(4, 10), "F-2", "90")
    # P-1 paid 90 of F-1, P-2 the last 10 and 35 of F-2: 25 are open there, and 25 move.
    assert left(*TWO, *paid, late) == {"F-1": "25.00"}


def test_advice_uses_money_that_waits_before_it_takes_any_back() -> None:
    placed = invoice("F-9", "60", on(3, 15))
    hold = Placement("T-1", on(3, 20), to=PlacementAgent.AGENCY, invoices=["F-9"])
    paid = payment("P-1", on(4, 1), "180")
    told = advice("R-1", on(4, 10), "F-9", "40")
    assert left(*TWO, placed, hold, paid) == {"F-9": "60.00", "unapplied": "20.00"}
    assert left(*TWO, placed, hold, paid, told) == {"F-2": "20.00", "F-9": "20.00"}


@pytest.mark.parametrize(
    ("reason", "amount"),
    [
        (promise("W-1", on(3, 10), on(3, 20), "45", invoices=["F-1"]), "45"),
        (Dispute("D-1", on(2, 10), invoice="F-1", amount=eur("30")), "65"),
        (Dispute("D-1", on(2, 10), invoice="F-2"), "100"),
    ],
    ids=["as promised", "undisputed first", "exactly"],
)
def test_advice_beats_the_rule_whatever_the_rule_went_by(reason: Fact, amount: str) -> None:
    paid = payment("P-1", on(3, 15), amount)
    told = advice("R-1", on(4, 10), "F-2", "40")
    assert left(*TWO, reason, paid, as_of=on(4, 9))["F-2"] == "60.00"
    assert left(*TWO, reason, paid, told)["F-2"] == "20.00"


def test_payment_half_confirmed_and_half_redirected_goes_back_whole() -> None:
    paid = payment("P-1", on(4, 1), "80")
    told = [advice("R-1", on(4, 10), "F-1", "50"), advice("R-2", on(4, 11), "F-2", "30")]
    back = Reversal("X-1", on(4, 20), payment="P-1")
    assert left(*TWO, paid, *told) == {"F-1": "50.00", "F-2": "30.00"}
    assert left(*TWO, paid, *told, back) == {"F-1": "100.00", "F-2": "60.00"}


def test_advice_takes_back_only_what_the_money_at_hand_does_not_cover() -> None:
    paid = payment("P-1", on(4, 1), "130")
    over = WriteOff("G-1", on(3, 20), invoice="F-2", amount=eur("50"))
    later = invoice("F-3", "60", on(6, 1), issued=on(5, 1))
    told = advice("R-1", on(5, 2), "F-3", "40")
    # 100 pay F-1, 10 the rest of F-2, 20 wait and then pay F-3: 20 more come from the last.
    assert left(*TWO, over, later, paid, as_of=on(5, 1)) == {"F-3": "40.00"}
    assert left(*TWO, over, later, paid, told) == {"F-2": "10.00", "F-1": "10.00", "F-3": "20.00"}


def test_advice_directs_money_that_nothing_had_taken() -> None:
    deposit = payment("P-1", on(4, 1), "30", purpose="deposit")
    assert left(*TWO, deposit, advice("R-1", on(4, 10), "F-2", "30")) == {
        "F-1": "100.00",
        "F-2": "30.00",
    }


def test_advice_takes_from_money_that_was_waiting() -> None:
    hold = Placement("T-1", on(1, 2), to=PlacementAgent.AGENCY, invoices=("F-1", "F-2"))
    paid = payment("P-1", on(4, 1), "50")
    told = advice("R-1", on(4, 2), "F-2", "20")
    later = invoice("F-3", "100", on(6, 1), issued=on(5, 1))
    assert left(*TWO, hold, paid, told) == {"F-1": "100.00", "F-2": "40.00", "unapplied": "30.00"}
    assert left(*TWO, later, hold, paid, told)["F-3"] == "70.00"


def test_advice_for_all_that_waited_leaves_nothing_to_wait() -> None:
    hold = Placement("T-1", on(1, 2), to=PlacementAgent.AGENCY, invoices=("F-1", "F-2"))
    paid = payment("P-1", on(4, 1), "50")
    told = advice("R-1", on(4, 2), "F-2", "50")
    later = invoice("F-3", "100", on(6, 1), issued=on(5, 1))
    assert left(*TWO, later, hold, paid, told)["F-3"] == "100.00"


def test_advice_may_direct_a_credit_note_and_may_precede_its_money() -> None:
    note = CreditNote("A-1", on(4, 10), total=eur("20"))
    early = advice("R-1", on(4, 1), "F-2", "20", source="A-1")
    assert left(*TWO, note, early) == {"F-1": "100.00", "F-2": "40.00"}


def test_advice_for_an_invoice_not_yet_issued_waits_for_it() -> None:
    paid = payment("P-1", on(1, 10), "60")
    told = advice("R-1", on(1, 20), "F-9", "60")
    later = invoice("F-9", "60", on(3, 1), issued=on(2, 1))
    assert left(TWO[0], later, paid, told, as_of=on(1, 31)) == {"F-1": "40.00"}
    assert left(TWO[0], later, paid, told) == {"F-1": "100.00"}


# --- money that goes back ------------------------------------------------------------------------


def test_what_a_returned_payment_paid_is_open_again_at_its_due_date() -> None:
    paid = payment("P-1", on(4, 1), "100", allocations=to("F-1", "100"))
    back = Reversal("X-1", on(4, 15), payment="P-1")
    account = Account.of(Debtor("C-1", "Vasseur"), *TWO, paid, back)
    assert [item.id for item in position_of(account, as_of=on(4, 14)).open_items] == ["F-2"]
    again = position_of(account, as_of=on(4, 15)).open_items[0]
    assert (again.id, again.open, again.days_past_due) == ("F-1", eur("100"), 73)


def test_part_of_a_payment_goes_back_from_its_last_application() -> None:
    paid = payment("P-1", on(4, 1), "130")
    back = Reversal("X-1", on(4, 15), payment="P-1", amount=eur("40"))
    assert left(*TWO, paid, back) == {"F-1": "10.00", "F-2": "60.00"}


def test_two_reversals_of_one_payment_undo_each_application_once() -> None:
    paid = payment("P-1", on(4, 1), "130")
    first = Reversal("X-1", on(4, 15), payment="P-1", amount=eur("40"))
    second = Reversal("X-2", on(4, 16), payment="P-1", amount=eur("50"))
    assert left(*TWO, paid, first) == {"F-1": "10.00", "F-2": "60.00"}
    assert left(*TWO, paid, first, second) == {"F-1": "60.00", "F-2": "60.00"}


def test_reversal_of_more_than_lay_idle_undoes_only_the_difference() -> None:
    paid = payment("P-1", on(4, 1), "200")
    back = Reversal("X-1", on(4, 15), payment="P-1", amount=eur("70"))
    assert left(*TWO, paid, back) == {"F-2": "30.00"}


def test_money_that_settled_nothing_goes_back_first() -> None:
    paid = payment("P-1", on(4, 1), "200")
    back = Reversal("X-1", on(4, 15), payment="P-1", amount=eur("30"))
    assert left(*TWO, paid, back) == {"unapplied": "10.00"}


def test_money_that_went_back_waits_for_nothing() -> None:
    paid = payment("P-1", on(1, 10), "150")
    later = invoice("F-1", "100", on(3, 1), issued=on(2, 1))
    part = Reversal("X-1", on(1, 20), payment="P-1", amount=eur("90"))
    rest = Reversal("X-2", on(1, 21), payment="P-1", amount=eur("60"))
    assert left(later, paid, part) == {"F-1": "40.00"}
    assert left(later, paid, part, rest) == {"F-1": "100.00"}


def test_money_directed_to_a_later_invoice_cannot_pay_it_once_it_went_back() -> None:
    paid = payment("P-1", on(1, 10), "60", allocations=to("F-9", "60"))
    later = invoice("F-9", "60", on(3, 1), issued=on(2, 1))
    back = Reversal("X-1", on(1, 20), payment="P-1", amount=eur("50"))
    assert left(later, paid, back) == {"F-9": "50.00"}


def test_money_that_went_back_is_not_spent_twice_on_later_invoices() -> None:
    # 10 of 100 are directed to F-9; after the reversals 10 are left, for F-9 alone.
    paid = payment("P-1", on(1, 10), "100", allocations=to("F-9", "10"))
    back = Reversal("X-1", on(1, 20), payment="P-1", amount=eur("90"))
    soon = invoice("F-9", "10", on(3, 1), issued=on(2, 1))
    later = invoice("F-10", "50", on(4, 1), issued=on(3, 1))
    assert left(soon, later, paid, back) == {"F-10": "50.00"}


def test_item_reopened_by_a_reversal_takes_later_money() -> None:
    first = payment("P-1", on(4, 1), "100", allocations=to("F-1", "100"))
    back = Reversal("X-1", on(4, 15), payment="P-1")
    second = payment("P-2", on(4, 20), "30")
    assert left(*TWO, first, back, second) == {"F-1": "70.00", "F-2": "60.00"}


# --- what was not known that day ------------------------------------------------------------------


FRIDAY, MONDAY = on(4, 3), on(4, 6)
TOLD_LATE = invoice("F-9", "100", on(3, 1), recorded_on=MONDAY)
KNOWN: dict[str, Any] = {"as_of": FRIDAY, "known_on": FRIDAY}


def test_money_directed_to_an_invoice_the_host_did_not_know_stays_unapplied() -> None:
    paid = payment("P-1", on(4, 1), "130", allocations=to("F-9", "100"))
    assert left(TWO[0], TOLD_LATE, paid, **KNOWN) == {"F-1": "70.00", "unapplied": "100.00"}
    assert left(TWO[0], TOLD_LATE, paid, as_of=FRIDAY) == {"F-1": "70.00"}


def test_advice_and_write_off_of_an_unknown_invoice_move_nothing() -> None:
    paid, told = payment("P-1", on(4, 1), "30"), advice("R-1", on(4, 2), "F-9", "30")
    loss = WriteOff("G-1", on(4, 2), invoice="F-9", amount=eur("5"))
    assert left(TWO[0], TOLD_LATE, paid, told, loss, **KNOWN) == {
        "F-1": "70.00",
        "unapplied": "5.00",
    }
    assert left(TWO[0], TOLD_LATE, paid, told, loss) == {"F-1": "100.00", "F-9": "65.00"}


def test_reversal_and_advice_of_money_the_host_did_not_know_of_move_nothing() -> None:
    late = payment("P-1", on(4, 1), "30", recorded_on=MONDAY)
    facts = (late, Reversal("X-1", on(4, 2), payment="P-1"), advice("R-1", on(4, 2), "F-1", "10"))
    assert left(TWO[0], *facts, **KNOWN) == {"F-1": "100.00"}


def test_credit_note_of_a_dispute_the_host_did_not_know_of_is_applied_by_the_rule() -> None:
    contested = Dispute("D-1", on(2, 10), invoice="F-2", recorded_on=MONDAY)
    note = CreditNote("A-1", on(4, 1), total=eur("25"), dispute="D-1")
    assert left(*TWO, contested, note, **KNOWN) == {"F-1": "75.00", "F-2": "60.00"}
    assert left(*TWO, contested, note, as_of=FRIDAY) == {"F-1": "100.00", "F-2": "35.00"}


# --- the other named rule ------------------------------------------------------------------------


def test_explicit_only_leaves_every_undirected_cent_visible_and_netted() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    paid = [
        payment("P-1", on(4, 1), "60"),
        payment("P-2", on(4, 1), "110", allocations=to("F-1", "110")),
    ]
    account = Account.of(Debtor("C-1", "Vasseur"), *TWO, *paid)
    position = position_of(account, as_of=END, conventions=rule)
    assert [item.id for item in position.open_items] == ["F-2"]
    assert position.unapplied == position.nettable == (eur("70"),)


def test_explicit_only_follows_later_advice() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    paid, told = payment("P-1", on(4, 1), "60"), advice("R-1", on(4, 9), "F-1", "60")
    assert left(*TWO, paid, told, conventions=rule) == {"F-1": "40.00", "F-2": "60.00"}


def test_what_a_directed_payment_left_open_is_found_by_its_exact_amount() -> None:
    account = Account.of(
        Debtor("C-17", "Atelier Vasseur"),
        invoice("F-0", "30.00", on(1, 10)),
        invoice("F-1", "100.00", on(2, 10)),
        invoice("F-2", "100.00", on(3, 10)),
        payment("P-0", on(4, 1), "30.00"),
        payment("P-1", on(4, 2), "60.00", allocations=to("F-2", "60.00")),
        payment("P-2", on(4, 3), "40.00"),
    )
    position = position_of(account, as_of=END)
    assert {one.id: one.open for one in position.open_items} == {"F-1": eur("100.00")}
