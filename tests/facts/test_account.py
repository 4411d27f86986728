"""The account: one debtor towards one creditor, his facts in one order, added to and amended."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Allocation,
    CashApplication,
    Channel,
    CreditNote,
    Debtor,
    Dispute,
    DisputeOutcome,
    DunningBlock,
    Instalment,
    Interaction,
    InvalidFact,
    Invoice,
    Means,
    Money,
    Payment,
    PaymentPlan,
    Promise,
    Reversal,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.testing import strategies

DAY = date(2026, 3, 2)
LATER = date(2026, 4, 1)
TEN = Money.of(10, "EUR")
DEBTOR = Debtor("C-17", "Atelier Vasseur")
INVOICE = Invoice("F-1", DAY, due_on=LATER, total=TEN)
PAYMENT = Payment("P-1", DAY, amount=TEN)


def amended(account: Account, **changes: object) -> Account:
    """The account with its only fact evolved."""
    (fact,) = account.facts
    untyped: dict[str, Any] = changes
    return account.amend(attrs.evolve(fact, **untyped))


# --- what it holds -------------------------------------------------------------------------------


def test_facts_are_in_order_of_date_then_kind_then_id() -> None:
    early = Payment("P-9", DAY - timedelta(1), amount=TEN)
    other = Invoice("F-0", DAY, due_on=LATER, total=TEN)
    account = Account.of(DEBTOR, PAYMENT, INVOICE, other, early)
    assert account.facts == (early, other, INVOICE, PAYMENT)


GROUPS = {
    "invoices": "Invoice",
    "credit_notes": "CreditNote",
    "payments": "Payment",
    "cash_applications": "CashApplication",
    "reversals": "Reversal",
    "write_offs": "WriteOff",
    "promises": "Promise",
    "plans": "PaymentPlan",
    "disputes": "Dispute",
    "blocks": "DunningBlock",
    "interactions": "Interaction",
    "results": "InteractionResult",
    "notices": "FormalNotice",
    "legal_steps": "LegalStep",
    "insolvencies": "Insolvency",
    "placements": "Placement",
    "assignments": "Assignment",
    "bills": "Bill",
    "documents": "Document",
    "signals": "Signal",
    "doubts": "Doubtful",
    "ratings": "CreditRating",
}


@given(strategies.accounts())
def test_groups_share_out_the_facts_each_in_order(account: Account) -> None:
    together: list[Fact] = []
    for name, kind in GROUPS.items():
        group = getattr(account, name)
        assert group == tuple(fact for fact in account.facts if type(fact).__name__ == kind)
        together += group
    assert sorted(map(repr, together)) == sorted(map(repr, account.facts))


@given(strategies.accounts())
def test_account_travels_as_bytes_and_comes_back_equal(account: Account) -> None:
    back = pickle.loads(pickle.dumps(account))  # noqa: S301 (our own bytes)
    assert back == account
    assert [item.id for item in back.book.items] == [item.id for item in account.book.items]
    assert back.book.events == account.book.events


def test_account_shows_its_debtor_and_how_many_facts_it_holds() -> None:
    assert "facts=<2 facts>" in repr(Account.of(DEBTOR, INVOICE, PAYMENT))


def test_creditor_is_kept_and_tells_accounts_apart() -> None:
    mine = Account.of(DEBTOR, INVOICE, creditor="us")
    assert mine.creditor == "us"
    assert mine != Account.of(DEBTOR, INVOICE)
    assert mine.record(PAYMENT).creditor == "us"
    assert mine.amend(attrs.evolve(INVOICE, owner="Nadia")).creditor == "us"


# --- adding --------------------------------------------------------------------------------------


def test_recording_gives_another_account_and_leaves_this_one() -> None:
    before = Account.of(DEBTOR, INVOICE)
    after = before.record(PAYMENT)
    assert (before.payments, after.payments) == ((), (PAYMENT,))
    assert before.record() == before


@given(strategies.accounts(), st.data())
def test_recording_one_by_one_is_building_at_once(account: Account, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(account.facts)))
    order = sorted(account.facts, key=lambda fact: not isinstance(fact, Invoice))
    try:
        first = Account.of(account.debtor, *order[:cut], creditor=account.creditor)
    except InvalidFact:  # a fact came before the one it names
        event("a fact came before the one it names")
        return
    assert first.record(*order[cut:]) == account


def test_fact_that_is_known_already_cannot_be_recorded_again() -> None:
    with pytest.raises(InvalidFact, match="expected unique within its kind, got 'F-1'"):
        Account.of(DEBTOR, INVOICE).record(INVOICE)


def test_facts_of_two_kinds_may_bear_the_same_id() -> None:
    assert len(Account.of(DEBTOR, INVOICE, Payment("F-1", DAY, amount=TEN)).facts) == 2


# --- amending ------------------------------------------------------------------------------------


def test_ending_is_filled_by_amending() -> None:
    opened = Account.of(DEBTOR, INVOICE, Dispute("D-1", DAY, invoice="F-1"))
    over = attrs.evolve(opened.disputes[0], resolved_on=LATER, outcome=DisputeOutcome.REJECTED)
    closed = opened.amend(over)
    assert closed.disputes == (over,)
    assert opened.disputes[0].resolved_on is None


@pytest.mark.parametrize(
    "changes",
    [
        {"owner": "Nadia"},
        {"tax": Money.of(1, "EUR")},
        {"tags": frozenset({"audit"})},
        {"schedule": (Instalment(LATER, TEN),)},
        {"recorded_on": LATER},
    ],
)
def test_what_was_empty_may_be_filled(changes: dict[str, object]) -> None:
    account = amended(Account.of(DEBTOR, INVOICE), **changes)
    ((name, value),) = changes.items()
    assert getattr(account.invoices[0], name) == value


def test_what_was_filled_may_not_be_changed_nor_emptied() -> None:
    account = Account.of(DEBTOR, attrs.evolve(INVOICE, owner="Nadia"))
    for owner in ("Karim", None):
        with pytest.raises(InvalidFact) as caught:
            amended(account, owner=owner)
        assert str(caught.value) == (
            f"Invoice('F-1').owner: expected unchanged ('Nadia'), got {owner!r}"
        )


def test_every_change_that_is_refused_is_said_at_once() -> None:
    with pytest.raises(InvalidFact) as caught:
        amended(Account.of(DEBTOR, INVOICE), due_on=DAY, total=TEN * 2)
    assert [(one.field, one.expected, one.got) for one in caught.value.faults] == [
        ("Invoice('F-1').due_on", "unchanged (2026-04-01)", "2026-03-02"),
        ("Invoice('F-1').total", "unchanged (10.00 EUR)", "20.00 EUR"),
    ]


def test_false_is_no_empty_answer() -> None:
    plan = PaymentPlan("L-1", DAY, instalments=(Instalment(LATER, TEN),), invoices=("F-1",))
    account = Account.of(DEBTOR, INVOICE, plan)
    with pytest.raises(InvalidFact, match="acceleration_clause: expected unchanged"):
        account.amend(attrs.evolve(plan, acceleration_clause=True))


def test_assumed_due_date_is_confirmed_or_corrected_by_amending() -> None:
    assumed = Account.of(DEBTOR, attrs.evolve(INVOICE, due_assumed=True))
    sure = amended(assumed, due_on=DAY, due_assumed=False)
    assert (sure.invoices[0].due_on, sure.invoices[0].due_assumed) == (DAY, False)
    assert position_of(sure, as_of=LATER).open_items[0].days_past_due == 30
    with pytest.raises(InvalidFact, match="due_on: expected unchanged"):
        amended(sure, due_on=LATER)


def test_agreed_due_date_never_becomes_an_assumed_one() -> None:
    with pytest.raises(InvalidFact, match="due_assumed: expected unchanged"):
        amended(Account.of(DEBTOR, INVOICE), due_assumed=True)


@pytest.mark.parametrize(
    ("fact", "shown"),
    [(PAYMENT, "Payment('P-1')"), ("F-1", "str(None)")],
    ids=["unknown", "no fact"],
)
def test_only_a_fact_of_the_account_is_amended(fact: Fact, shown: str) -> None:
    with pytest.raises(InvalidFact) as caught:
        Account.of(DEBTOR, INVOICE).amend(fact)
    assert str(caught.value) == (
        f"account.amend: expected a fact that the account holds, got {shown}"
    )


def test_amended_fact_is_checked_among_the_others_again() -> None:
    note = CreditNote("A-1", DAY, total=TEN)
    with pytest.raises(InvalidFact, match="expected an id among the Dispute facts"):
        Account.of(DEBTOR, INVOICE, note).amend(attrs.evolve(note, dispute="D-9"))


# --- what it takes -------------------------------------------------------------------------------


def test_invoice_reissued_names_the_one_it_replaces() -> None:
    again = Invoice("F-2", DAY, due_on=LATER, total=TEN, replaces="F-1")
    assert Account.of(DEBTOR, INVOICE, again).invoices[1].replaces == "F-1"


def test_facts_may_name_an_invoice_or_one_of_its_parts() -> None:
    parts = (Instalment(LATER, TEN), Instalment(LATER, TEN))
    whole = Invoice("F-2", DAY, due_on=LATER, total=TEN * 2, schedule=parts)
    block = DunningBlock("K-1", DAY, until=LATER, invoice="F-2/2")
    assert Account.of(DEBTOR, whole, block).blocks == (block,)


def test_allocations_and_advices_may_use_up_their_source_to_the_cent() -> None:
    half = Money.of(5, "EUR")
    paid = Payment("P-2", DAY, amount=TEN, allocations=(Allocation("F-1", half),))
    told = CashApplication("R-1", DAY, source="P-2", invoice="F-1", amount=half)
    gone = [Reversal(name, LATER, payment="P-2", amount=half) for name in ("X-1", "X-2")]
    account = Account.of(DEBTOR, INVOICE, paid, told, *gone)
    assert position_of(account, as_of=DAY).open_items == ()
    assert position_of(account, as_of=LATER).open_items[0].open == TEN


def test_promises_may_follow_one_another_the_same_day() -> None:
    first = Promise("W-2", DAY, due_on=LATER, amount=TEN, means=Means.CASH)
    second = attrs.evolve(first, id="W-1", supersedes="W-2")
    assert Account.of(DEBTOR, INVOICE, first, second).promises == (second, first)


def test_contact_without_any_invoice_is_a_contact() -> None:
    hello = Interaction("I-1", DAY, channel=Channel.PHONE)
    assert Account.of(DEBTOR, hello).interactions == (hello,)
