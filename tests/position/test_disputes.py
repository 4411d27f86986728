"""What a dispute holds, until when, and what each outcome leaves to demand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    CreditNote,
    Debtor,
    Dispute,
    Instalment,
    Invoice,
    Money,
    OpenItem,
    Payment,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.position.contests import awaits_credit

TODAY = date(2026, 6, 30)


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def on(month: int, day: int) -> date:
    return date(2026, month, day)


INVOICE = Invoice("F-1", on(1, 1), due_on=on(2, 1), total=eur("100"))


MARCH = on(3, 1)


def dispute(name: str = "D-1", opened: date = MARCH, **more: Any) -> Dispute:
    return Dispute(name, opened, **{"invoice": "F-1", **more})


def note(name: str, when: date, amount: str, **more: Any) -> CreditNote:
    return CreditNote(name, when, total=eur(amount), **more)


def items(*facts: Fact, as_of: date = TODAY, **more: Any) -> dict[str, OpenItem]:
    position = position_of(Account.of(Debtor("C-1", "Vasseur"), *facts), as_of=as_of, **more)
    return {item.id: item for item in position.open_items}


def cut(*facts: Fact, as_of: date = TODAY) -> tuple[str, str]:
    """The disputed slice and what is collectable of the first invoice."""
    item = items(INVOICE, *facts, as_of=as_of)["F-1"]
    return str(item.disputed.amount), str(item.collectable.amount)


# --- while it stands -----------------------------------------------------------------------------


def test_whole_dispute_holds_all_that_is_open_from_its_first_day() -> None:
    assert cut(dispute(), as_of=on(2, 28)) == ("0.00", "100.00")
    assert cut(dispute(), as_of=on(3, 1)) == ("100.00", "0.00")


def test_partial_dispute_holds_its_slice_and_only_its_slice() -> None:
    assert cut(dispute(amount=eur("30"))) == ("30.00", "70.00")


def test_payments_take_the_undisputed_part_first() -> None:
    paid = Payment("P-1", on(4, 1), amount=eur("50"))
    assert cut(dispute(amount=eur("30")), paid) == ("30.00", "20.00")
    more = Payment("P-2", on(4, 2), amount=eur("35"))
    assert cut(dispute(amount=eur("30")), paid, more) == ("15.00", "0.00")


def test_credit_note_of_the_dispute_takes_the_disputed_slice_first() -> None:
    given = note("A-1", on(4, 1), "20", dispute="D-1")
    assert cut(dispute(amount=eur("30")), given) == ("10.00", "70.00")


def test_credit_note_for_something_else_leaves_the_dispute_whole() -> None:
    other = note("A-1", on(4, 1), "20", allocations=[Allocation("F-1", eur("20"))])
    assert cut(dispute(amount=eur("30")), other) == ("30.00", "50.00")


def test_credit_note_of_before_the_dispute_does_not_answer_it() -> None:
    early = note("A-1", on(2, 15), "20", dispute="D-1")
    assert cut(dispute(amount=eur("30")), early) == ("30.00", "50.00")


def test_credit_note_of_the_day_a_dispute_is_opened_answers_it() -> None:
    given = note("A-1", on(3, 1), "20", dispute="D-1")
    assert cut(dispute(amount=eur("30")), given) == ("10.00", "70.00")
    over = dispute(amount=eur("30"), resolved_on=on(4, 1), outcome="upheld")
    forgot = note("A-1", on(3, 1), "20", allocations=[Allocation("F-1", eur("20"))])
    assert cut(over, forgot) == ("10.00", "70.00")


def test_money_received_while_two_disputes_hold_the_same_invoice_stays_whole() -> None:
    both = [dispute("D-1"), dispute("D-2", amount=eur("60"))]
    elsewhere = Invoice("F-2", on(1, 1), due_on=on(2, 2), total=eur("100"))
    found = items(INVOICE, elsewhere, *both, Payment("P-1", on(4, 1), amount=eur("70")))
    assert [(one.id, one.open) for one in found.values()] == [
        ("F-1", eur("100")),
        ("F-2", eur("30")),
    ]


def test_smallest_credit_note_ends_a_partly_upheld_dispute() -> None:
    over = dispute(amount=eur("30"), resolved_on=on(4, 1), outcome="partly_upheld")
    cent = note("A-1", on(5, 1), "0.01", allocations=[Allocation("F-1", eur("0.01"))])
    assert cut(over, cent) == ("0.00", "99.99")


def test_credit_note_of_a_dispute_allocated_elsewhere_does_not_release_it() -> None:
    elsewhere = Invoice("F-2", on(1, 1), due_on=on(2, 1), total=eur("100"))
    given = note("A-1", on(4, 1), "30", dispute="D-1", allocations=[Allocation("F-2", eur("30"))])
    assert cut(dispute(amount=eur("30")), elsewhere, given) == ("30.00", "70.00")


def test_only_the_part_of_a_credit_note_that_reaches_the_invoice_answers_the_dispute() -> None:
    elsewhere = Invoice("F-2", on(1, 1), due_on=on(2, 1), total=eur("100"))
    shares = [Allocation("F-1", eur("10")), Allocation("F-2", eur("20"))]
    given = note("A-1", on(4, 1), "30", dispute="D-1", allocations=shares)
    assert cut(dispute(amount=eur("30")), elsewhere, given) == ("20.00", "70.00")


def test_two_disputes_of_one_invoice_hold_the_sum_and_never_more_than_is_open() -> None:
    two = [dispute("D-1", amount=eur("30")), dispute("D-2", amount=eur("50"))]
    assert cut(*two) == ("80.00", "20.00")
    assert cut(*two, dispute("D-3")) == ("100.00", "0.00")


def test_dispute_larger_than_the_invoice_holds_the_invoice() -> None:
    assert cut(dispute(amount=eur("500"))) == ("100.00", "0.00")


def test_dispute_of_one_part_leaves_the_other_parts_alone() -> None:
    halves = (Instalment(on(2, 1), eur("50")), Instalment(on(3, 1), eur("50")))
    whole = Invoice("F-1", on(1, 1), due_on=on(2, 1), total=eur("100"), schedule=halves)
    found = items(whole, dispute(invoice="F-1/2"))
    assert found["F-1/1"].collectable == found["F-1/2"].disputed == eur("50")


def test_partial_dispute_of_a_scheduled_invoice_holds_its_oldest_parts() -> None:
    halves = (Instalment(on(2, 1), eur("50")), Instalment(on(3, 1), eur("50")))
    whole = Invoice("F-1", on(1, 1), due_on=on(2, 1), total=eur("100"), schedule=halves)
    found = items(whole, dispute(amount=eur("60")))
    assert [one.disputed for one in found.values()] == [eur("50"), eur("10")]


def test_dispute_learnt_later_did_not_hold_anything_that_day() -> None:
    told = dispute(recorded_on=on(3, 20))
    before = items(INVOICE, told, as_of=on(3, 10), known_on=on(3, 10))["F-1"]
    assert before.collectable == eur("100")
    assert items(INVOICE, told, as_of=on(3, 10))["F-1"].disputed == eur("100")


def test_resolution_learnt_later_still_holds_that_day() -> None:
    over = dispute(resolved_on=on(4, 1), outcome="rejected")
    known = items(INVOICE, over, as_of=on(4, 5), known_on=on(3, 31))["F-1"]
    assert known.disputed == eur("100")


# --- once resolved -------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn", None])
def test_rejected_or_withdrawn_dispute_puts_the_item_back_on_its_own_day(
    outcome: str | None,
) -> None:
    over = dispute(resolved_on=on(4, 1), outcome=outcome)
    assert cut(over, as_of=on(3, 31)) == ("100.00", "0.00")
    assert cut(over, as_of=on(4, 1)) == ("0.00", "100.00")


def test_upheld_dispute_waits_for_its_credit_note() -> None:
    over = dispute(amount=eur("30"), resolved_on=on(4, 1), outcome="upheld")
    given = note("A-1", on(5, 1), "30", dispute="D-1")
    assert cut(over, given, as_of=on(4, 30)) == ("30.00", "70.00")
    assert cut(over, given, as_of=on(5, 1)) == ("0.00", "70.00")


def test_upheld_dispute_still_waits_for_what_the_first_credit_note_left() -> None:
    over = dispute(amount=eur("30"), resolved_on=on(4, 1), outcome="upheld")
    given = note("A-1", on(5, 1), "10", dispute="D-1")
    assert cut(over, given) == ("20.00", "70.00")


def test_upheld_dispute_is_not_answered_by_a_credit_of_before_it_was_opened() -> None:
    over = dispute(amount=eur("30"), resolved_on=on(4, 1), outcome="upheld")
    early = note("A-1", on(2, 20), "30", allocations=[Allocation("F-1", eur("30"))])
    assert cut(over, early) == ("30.00", "40.00")


def test_upheld_dispute_is_answered_by_a_credit_note_that_forgot_to_name_it() -> None:
    over = dispute(amount=eur("30"), resolved_on=on(4, 1), outcome="upheld")
    forgot = note("A-1", on(5, 1), "30", allocations=[Allocation("F-1", eur("30"))])
    assert cut(over, forgot) == ("0.00", "70.00")


def test_whole_dispute_upheld_holds_the_item_until_nothing_is_open() -> None:
    over = dispute(resolved_on=on(4, 1), outcome="upheld")
    assert cut(over, note("A-1", on(5, 1), "40", dispute="D-1")) == ("60.00", "0.00")
    assert "F-1" not in items(INVOICE, over, note("A-1", on(5, 1), "100", dispute="D-1"))


@pytest.mark.parametrize("amount", [None, eur("30")], ids=["whole", "part"])
def test_partly_upheld_dispute_is_over_with_the_credit_note_whatever_its_amount(
    amount: Money | None,
) -> None:
    over = dispute(amount=amount, resolved_on=on(4, 1), outcome="partly_upheld")
    held = "100.00" if amount is None else "30.00"
    assert cut(over)[0] == held
    assert cut(over, note("A-1", on(5, 1), "12", dispute="D-1")) == ("0.00", "88.00")


def test_credit_note_given_before_the_outcome_counts_for_it() -> None:
    over = dispute(amount=eur("30"), resolved_on=on(4, 1), outcome="upheld")
    assert cut(over, note("A-1", on(3, 20), "30", dispute="D-1")) == ("0.00", "70.00")


def test_credit_note_of_one_upheld_dispute_does_not_release_the_other() -> None:
    both = [
        dispute(name, amount=eur("30"), resolved_on=on(4, 1), outcome="upheld")
        for name in ("D-1", "D-2")
    ]
    assert cut(*both, note("A-1", on(5, 1), "30", dispute="D-1")) == ("30.00", "40.00")


def test_each_cent_of_a_credit_note_that_names_no_dispute_answers_one_of_them() -> None:
    both = [
        dispute(name, amount=eur("30"), resolved_on=on(4, 1), outcome="upheld")
        for name in ("D-1", "D-2")
    ]
    first = note("A-1", on(5, 1), "40", allocations=[Allocation("F-1", eur("40"))])
    second = note("A-2", on(5, 2), "20", allocations=[Allocation("F-1", eur("20"))])
    assert cut(*both, first, as_of=on(5, 1)) == ("20.00", "40.00")
    assert cut(*both, first, second) == ("0.00", "40.00")


def test_credit_note_on_a_part_answers_the_dispute_of_the_whole_invoice() -> None:
    halves = (Instalment(on(2, 1), eur("50")), Instalment(on(3, 1), eur("50")))
    whole = Invoice("F-1", on(1, 1), due_on=on(2, 1), total=eur("100"), schedule=halves)
    over = dispute(amount=eur("20"), resolved_on=on(4, 1), outcome="upheld")
    given = note("A-1", on(5, 1), "20", allocations=[Allocation("F-1/2", eur("20"))])
    found = items(whole, over, given)
    assert [one.disputed for one in found.values()] == [eur("0"), eur("0")]
    other = dispute(invoice="F-1/1", amount=eur("20"), resolved_on=on(4, 1), outcome="upheld")
    assert items(whole, other, given)["F-1/1"].disputed == eur("20")


def test_credit_note_that_is_owed_is_asked_for_until_it_is_given() -> None:
    over = dispute(amount=eur("30"), resolved_on=on(4, 1), outcome="upheld")
    account = Account.of(
        Debtor("C-1", "Vasseur"), INVOICE, over, note("A-1", on(5, 1), "30", dispute="D-1")
    )
    (contest,) = account.book.contests
    asked = [awaits_credit(contest, day.toordinal()) for day in (on(3, 31), on(4, 1), on(5, 1))]
    assert asked == [False, True, False]


def test_rejected_dispute_asks_for_no_credit_note() -> None:
    over = dispute(resolved_on=on(4, 1), outcome="rejected")
    account = Account.of(Debtor("C-1", "Vasseur"), INVOICE, over)
    assert not awaits_credit(account.book.contests[0], TODAY.toordinal())
