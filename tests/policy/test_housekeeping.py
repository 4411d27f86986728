"""Tasks for the house: whatever stands still has somebody who is told to move it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve

from recouvrement import (
    Account,
    Allocation,
    CreditNote,
    Debtor,
    Dispute,
    DunningBlock,
    FormalNotice,
    Insolvency,
    Interaction,
    InteractionResult,
    Invoice,
    LegalStep,
    Money,
    Payment,
    Placement,
    Policy,
    Promise,
    Step,
    Task,
    TaskKind,
    decide,
    preset,
)
from recouvrement.dates import months_after
from recouvrement.facts.fact import Fact
from recouvrement.policy import Handler

DUE = date(2026, 3, 2)  # a Monday
POLICY = preset("fr-b2b")


def on(days: int) -> date:
    return DUE + timedelta(days)


def euros(amount: int) -> Money:
    return Money.of(amount, "EUR")


def invoice(name: str = "F-1", due: int = 0, **other: Any) -> Invoice:
    return Invoice(name, on(due - 30), due_on=on(due), total=euros(1000), **other)


def account(*facts: Fact, kind: str = "business", owner: str | None = None) -> Account:
    return Account.of(Debtor("C-1", "Atelier Vasseur", kind=kind, owner=owner), *facts)


def tasks(told: Account, day: int, known: int | None = None) -> list[tuple[str, ...]]:
    known_on = None if known is None else on(known)
    decision = decide(POLICY, told, as_of=on(day), known_on=known_on)
    return [(task.kind, *task.invoices) for task in decision.tasks]


def contact(day: int, act: str = "remind", /, **levels: str) -> Interaction:
    steps = tuple(Step(item.replace("_", "-"), level) for item, level in levels.items())
    return Interaction(f"I-{day}", on(day), channel="email", act=act, steps=steps)


# --- who they are --------------------------------------------------------------------------------


def test_unknown_debtor_is_to_be_qualified_as_soon_as_something_is_open() -> None:
    told = account(invoice(), kind="unknown")
    assert tasks(told, -31) == []
    assert tasks(told, -30) == [("qualify",)]
    assert tasks(told, 50) == [("qualify",)]


def test_debtor_that_the_policy_does_not_serve_needs_another_one() -> None:
    assert tasks(account(invoice(), kind="public"), -30) == [("choose_policy",)]
    assert tasks(account(invoice()), -30) == []


# --- insolvency ----------------------------------------------------------------------------------


def test_claim_is_to_be_filed_for_all_that_is_stayed_until_it_is() -> None:
    told = account(
        invoice(),
        invoice("F-2", due=20),
        Invoice("F-3", on(6), due_on=on(36), total=euros(9)),
        Insolvency("J-1", "receivership", opened_on=on(5), claim_filed_on=on(15), ended_on=on(40)),
    )
    assert tasks(told, 4) == []
    assert tasks(told, 5) == tasks(told, 14) == [("claim_to_file", "F-1", "F-2")]
    assert tasks(told, 15) == []
    assert tasks(told, 16, known=14) == [("claim_to_file", "F-1", "F-2")]
    (task,) = decide(POLICY, told, as_of=on(5)).tasks
    assert task.handler is Handler.ACCOUNT_MANAGER


def test_claim_that_nobody_filed_is_asked_for_until_the_proceeding_ends() -> None:
    told = account(invoice(), Insolvency("J-1", "liquidation", opened_on=on(5), ended_on=on(40)))
    assert tasks(told, 39) == [("claim_to_file", "F-1")]
    assert tasks(told, 40) == []


def test_nothing_stayed_nothing_to_file() -> None:
    told = account(
        Invoice("F-3", on(6), due_on=on(36), total=euros(9)),
        Insolvency("J-1", "receivership", opened_on=on(5)),
        Insolvency("J-2", "conciliation", opened_on=on(7)),
    )
    assert tasks(told, 8) == []


def claim(told: Account, day: int, known: int | None = None, policy: Policy = POLICY) -> Task:
    known_on = None if known is None else on(known)
    (task,) = decide(policy, told, as_of=on(day), known_on=known_on).tasks
    assert task.kind is TaskKind.CLAIM_TO_FILE
    return task


def test_claim_says_the_last_day_that_the_law_leaves_from_its_publication() -> None:
    """Published on 15 March: two months after, as the French preset has it."""
    opened = Insolvency("J-1", "receivership", opened_on=on(5), published_on=on(13))
    told = account(invoice(), opened, owner="Nadia")
    assert (claim(told, 5).due, claim(told, 12).due) == (None, None)
    assert claim(told, 13).due == claim(told, 80).due == date(2026, 5, 15)
    assert claim(told, 20, known=12).due is None
    assert claim(told, 20, known=13).due == date(2026, 5, 15)
    assert claim(told, 20).owner == "Nadia"
    assert claim(account(invoice(), opened), 20).owner is None
    unsaid = evolve(POLICY, law="UK")
    assert claim(told, 20, policy=unsaid).due is None


def test_order_to_pay_is_served_before_it_is_worth_nothing() -> None:
    order = LegalStep("S-1", on(20), kind="order", invoices=["F-1"], ended_on=on(60))
    told = account(invoice(), order, owner="Nadia")
    (task,) = decide(POLICY, told, as_of=on(30)).tasks
    assert (task.kind, task.invoices, task.handler) == ("order_to_serve", ("F-1",), "lawyer")
    assert (task.due, task.owner) == (months_after(on(20), 6), "Nadia")
    (undated,) = decide(evolve(POLICY, law="DE"), told, as_of=on(30)).tasks
    assert (undated.kind, undated.due) == ("order_to_serve", None)
    assert tasks(told, 60) == []


def test_each_proceeding_has_its_own_last_day() -> None:
    told = account(
        invoice(),
        Insolvency("J-1", "safeguard", opened_on=on(5), published_on=on(13)),
        Insolvency("J-2", "receivership", opened_on=on(30), published_on=on(43)),
    )
    tasks_of_both = decide(POLICY, told, as_of=on(50)).tasks
    assert [task.due for task in tasks_of_both] == [date(2026, 5, 15), date(2026, 6, 14)]


def test_claim_that_no_calendar_reaches_has_no_last_day() -> None:
    late = date.max - timedelta(9)
    told = account(invoice(), Insolvency("J-1", "safeguard", opened_on=on(5), published_on=late))
    (task,) = decide(POLICY, told, as_of=date.max).tasks[:1]
    assert (task.kind, task.due) == ("claim_to_file", None)


# --- disputes ------------------------------------------------------------------------------------


def test_dispute_past_its_date_is_to_be_settled() -> None:
    dispute = Dispute("D-1", on(2), invoice="F-1", resolve_by=on(12), owner="sales")
    told = account(invoice(), dispute)
    assert tasks(told, 1) == tasks(told, 12) == []
    assert tasks(told, 13) == [("dispute_overdue", "F-1")]
    (task,) = decide(POLICY, told, as_of=on(13)).tasks
    assert (task.handler, task.owner) == (Handler.ACCOUNT_MANAGER, "sales")
    assert (task.rule, task.due) == (None, None)


def test_dispute_that_nobody_took_on_is_for_whoever_answers_for_the_debtor() -> None:
    facts = (invoice(), Dispute("D-1", on(2), invoice="F-1", resolve_by=on(12)))
    owners = [decide(POLICY, account(*facts, owner=one), as_of=on(13)) for one in ("Nadia", None)]
    assert [decision.tasks[0].owner for decision in owners] == ["Nadia", None]


def test_dispute_without_a_date_is_late_after_thirty_days() -> None:
    told = account(invoice(), Dispute("D-1", on(2), invoice="F-1"))
    assert tasks(told, 32) == []
    assert tasks(told, 33) == [("dispute_overdue", "F-1")]


def test_dispute_of_an_invoice_that_is_paid_is_no_task() -> None:
    paid = Payment("P-1", on(5), amount=euros(1000), allocations=(Allocation("F-1", euros(1000)),))
    told = account(invoice(), invoice("F-2", due=90), Dispute("D-1", on(2), invoice="F-1"), paid)
    assert tasks(told, 40) == []


@pytest.mark.parametrize("outcome", ["upheld", "partly_upheld"])
def test_debtor_who_was_right_is_owed_a_credit_note(outcome: str) -> None:
    dispute = Dispute(
        "D-1",
        on(2),
        invoice="F-1",
        amount=euros(300),
        resolve_by=on(4),
        resolved_on=on(8),
        outcome=outcome,
    )
    note = CreditNote("A-1", on(20), total=euros(300), dispute="D-1")
    told = account(invoice(), dispute, note)
    assert tasks(told, 8) == [("credit_note_due", "F-1")]
    assert tasks(told, 19) == [("credit_note_due", "F-1")]
    assert tasks(told, 20) == []


def test_rejected_dispute_owes_nothing() -> None:
    told = account(
        invoice(),
        Dispute("D-1", on(2), invoice="F-1", resolved_on=on(8), outcome="rejected"),
    )
    assert tasks(told, 8) == []


def test_credit_given_for_one_dispute_is_not_asked_for_because_of_another() -> None:
    told = account(
        invoice(),
        Dispute(
            "D-1",
            on(2),
            invoice="F-1",
            amount=euros(300),
            resolved_on=on(8),
            outcome="upheld",
        ),
        CreditNote("A-1", on(9), total=euros(300), dispute="D-1"),
        Dispute("D-2", on(10), invoice="F-1", amount=euros(50)),
    )
    assert tasks(told, 8) == [("credit_note_due", "F-1")]
    assert tasks(told, 11) == []


# --- blocks --------------------------------------------------------------------------------------


def test_block_without_an_end_is_looked_at_again() -> None:
    told = account(
        invoice(),
        invoice("F-2", due=1),
        DunningBlock("K-1", on(2), review_on=on(9), reason="new accountant"),
    )
    assert tasks(told, 8) == []
    assert tasks(told, 9) == tasks(told, 99) == [("block_to_review", "F-1", "F-2")]


def test_block_with_an_end_is_looked_at_only_until_then() -> None:
    told = account(
        invoice(),
        invoice("F-2", due=30),
        DunningBlock("K-1", on(2), until=on(12), review_on=on(9), reason="flood", invoice="F-2"),
    )
    assert tasks(told, 12) == [("block_to_review", "F-2")]
    assert tasks(told, 13) == []
    assert tasks(account(invoice(), DunningBlock("K-1", on(2), until=on(12))), 12) == []


def test_block_of_what_is_paid_is_no_task() -> None:
    paid = Payment("P-1", on(5), amount=euros(1000), allocations=(Allocation("F-2", euros(1000)),))
    block = DunningBlock("K-1", on(2), review_on=on(9), invoice="F-2", reason="flood")
    told = account(invoice(due=20), invoice("F-2"), paid, block)
    assert tasks(told, 10) == []


# --- assumed dates -------------------------------------------------------------------------------


def test_assumed_date_is_to_be_confirmed_once_reminders_are_over() -> None:
    told = account(
        invoice(due_assumed=True),
        invoice("F-2", due=60, due_assumed=True),
        contact(2, F_1="first-reminder"),
        contact(20, F_1="firm-letter", F_2="firm-letter"),
    )
    assert tasks(told, 19) == []
    assert tasks(told, 20) == [("confirm_due_date", "F-1")]


# --- notices that nobody recorded ----------------------------------------------------------------


def test_notice_that_was_sent_and_not_recorded_would_never_run_out() -> None:
    sent = contact(30, "formal_notice", F_1="formal-notice")
    told = account(invoice(), invoice("F-2", due=2), contact(20, F_2="call"), sent)
    assert tasks(told, 29) == []
    assert tasks(told, 30) == [("record_notice", "F-1")]
    recorded = FormalNotice("N-1", on(30), invoices=["F-1"], amount=euros(9), respond_by=on(38))
    assert tasks(told.record(recorded), 30) == []


def test_notice_of_what_nobody_may_ask_for_waits_with_it() -> None:
    told = account(
        invoice(),
        contact(30, "formal_notice", F_1="formal-notice"),
        Dispute("D-1", on(31), invoice="F-1"),
    )
    assert tasks(told, 31) == []


# --- placements that nobody recorded -------------------------------------------------------------


def noticed(*facts: Fact) -> Account:
    notice = FormalNotice("N-1", on(30), invoices=["F-1"], amount=euros(9), respond_by=on(38))
    return account(invoice(), contact(30, "formal_notice", F_1="formal-notice"), notice, *facts)


def test_placement_that_was_only_said_would_leave_the_item_with_nobody() -> None:
    said, asked = contact(40, "place", F_1="placement"), ("record_placement", "F-1")
    assert asked not in tasks(noticed(said), 39)
    assert tasks(noticed(said), 40) == [asked]
    assert tasks(noticed(said), 400) == [asked]
    handed = Placement("T-1", on(40), to="agency", invoices=["F-1"])
    assert tasks(noticed(said, handed), 40) == []
    assert tasks(noticed(said, evolve(handed, ended_on=on(60))), 60) == []
    assert tasks(noticed(said, evolve(handed, on=on(50))), 49) == [asked]


def test_placement_of_what_is_disputed_since_waits_with_it() -> None:
    said, dispute = contact(40, "place", F_1="placement"), Dispute("D-1", on(41), invoice="F-1")
    assert tasks(noticed(said, dispute), 41) == []


# --- what was said, and what was not heard -------------------------------------------------------


def test_address_from_which_a_message_came_back_is_to_be_found_again() -> None:
    told = account(
        invoice(),
        invoice("F-2", due=1),
        contact(5, F_1="first-reminder"),
        InteractionResult("IR-1", on(7), interaction="I-5", result="bounced"),
        contact(12, F_1="first-reminder"),
    )
    assert tasks(told, 6) == []
    assert tasks(told, 7) == [("find_coordinates", "F-1")]
    assert tasks(told, 11) == [("find_coordinates", "F-1")]
    assert tasks(told, 12) == []


def test_vague_promise_is_to_be_made_exact() -> None:
    told = account(
        invoice(),
        invoice("F-2", due=1),
        contact(5, F_1="first-reminder"),
        InteractionResult("IR-1", on(6), interaction="I-5", result="vague_promise"),
    )
    assert tasks(told, 5) == []
    assert tasks(told, 6) == tasks(told, 30) == [("obtain_promise", "F-1")]
    exact = Promise("W-1", on(9), due_on=on(20), amount=euros(1000), means="transfer")
    assert tasks(told.record(exact), 8) == [("obtain_promise", "F-1")]
    assert tasks(told.record(exact), 9) == []


def test_vague_promise_about_nothing_in_particular_is_about_the_account() -> None:
    told = account(
        invoice(),
        Interaction("I-1", on(5), channel="phone", direction="incoming"),
        InteractionResult("IR-1", on(5), interaction="I-1", result="vague_promise"),
    )
    assert tasks(told, 5) == [("obtain_promise",)]


def test_vague_promise_about_what_was_paid_since_is_settled() -> None:
    paid = Payment("P-1", on(8), amount=euros(1000), allocations=(Allocation("F-1", euros(1000)),))
    listed = Interaction("I-5", on(5), channel="phone", act="call", invoices=["F-1"])
    told = account(
        invoice(),
        invoice("F-2", due=20),
        listed,
        InteractionResult("IR-1", on(5), interaction="I-5", result="vague_promise"),
        paid,
    )
    assert tasks(told, 7) == [("obtain_promise", "F-1")]
    assert tasks(told, 8) == []


def test_other_answers_are_no_vague_promise() -> None:
    told = account(
        invoice(),
        contact(5, F_1="first-reminder"),
        InteractionResult("IR-1", on(6), interaction="I-5", result="answered"),
    )
    assert tasks(told, 6) == []


def test_vague_promise_counts_once_the_host_knows_of_it() -> None:
    told = account(
        invoice(),
        contact(5, F_1="first-reminder"),
        InteractionResult(
            "IR-1", on(6), interaction="I-5", result="vague_promise", recorded_on=on(9)
        ),
    )
    assert tasks(told, 10, known=8) == []
    assert tasks(told, 10, known=9) == [("obtain_promise", "F-1")]
    assert tasks(told, 6) == [("obtain_promise", "F-1")]  # with all that is recorded by now


# --- together ------------------------------------------------------------------------------------


def test_any_number_of_tasks_stand_beside_one_action() -> None:
    told = account(
        invoice(due=-40),
        invoice("F-2", due=-40),
        invoice("F-3", due=-9),
        Dispute("D-1", on(-38), invoice="F-2"),
        DunningBlock("K-1", on(-9), review_on=on(-1), invoice="F-1", reason="flood"),
        kind="unknown",
    )
    decision = decide(POLICY, told, as_of=on(0))
    assert decision.action is not None
    assert decision.action.invoices == ("F-3",)
    assert decision.tasks == (
        Task(TaskKind.QUALIFY),
        Task(TaskKind.DISPUTE_OVERDUE, ("F-2",), handler=Handler.ACCOUNT_MANAGER),
        Task(TaskKind.BLOCK_TO_REVIEW, ("F-1",)),
    )


def test_account_without_anything_open_has_no_task() -> None:
    paid = Payment("P-1", on(1), amount=euros(1000))
    assert tasks(account(invoice(), paid, kind="unknown"), 50) == []
