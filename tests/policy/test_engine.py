"""Deciding, sentence by sentence, as a credit manager would tell it (see `telling`)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from tests.policy.telling import (
    AUDIT,
    BEFORE,
    CALL,
    DUE,
    NOTICE,
    PLACEMENT,
    PRESET,
    RATES,
    REMINDER,
    TO_AGE,
    VIP,
    account,
    action_of,
    ask,
    contact,
    dollars,
    euros,
    house,
    invoice,
    notice,
    on,
    paid,
    silent,
    steps_of,
    tasks_of,
)

from recouvrement import (
    Account,
    Action,
    ActionKind,
    Assignment,
    Bill,
    BusinessCalendar,
    Channel,
    CreditNote,
    Debtor,
    Decision,
    Dispute,
    DunningBlock,
    Insolvency,
    Instalment,
    Interaction,
    InteractionResult,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    Placement,
    Promise,
    Reversal,
    Step,
    Task,
    TaskKind,
    Tone,
    WriteOff,
    decide,
    preset,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import Handler
from recouvrement.policy.engine import answer_on, deciding

# --- the example of the first page ---------------------------------------------------------------


VERSIONS: Any = {"policy_version": "2026.11", "law_version": "2026.11"}


def test_broken_promise_asks_for_a_firm_call_about_what_is_left() -> None:
    told = Account.of(
        Debtor("C-17", "Atelier Vasseur", kind="business", owner="Nadia"),
        Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=euros("12400.00")),
        Payment("P-9", date(2026, 10, 20), amount=euros("5000.00")),
        Promise(
            "W-3",
            date(2026, 11, 3),
            due_on=date(2026, 11, 17),
            amount=euros("7400.00"),
            means="transfer",
        ),
    )
    decision = decide(PRESET, told, as_of=date(2026, 11, 20))
    assert decision == Decision(
        "C-17",
        date(2026, 11, 20),
        action=Action(
            kind=ActionKind.CALL,
            channel=Channel.PHONE,
            tone=Tone.FIRM,
            handler=Handler.COLLECTOR,
            template="broken-promise",
            recipient="C-17",
            rule="broken-promise",
            level="first-reminder",
            steps=(Step("F-41", "first-reminder"),),
            lists=(),
            amounts=(euros("7400.00"),),
            execute_on=date(2026, 11, 20),
            act_by=date(2026, 11, 25),
            owner="Nadia",
        ),
        because=("broken-promise",),
        **VERSIONS,
    )
    assert decide(PRESET, told, as_of=date(2026, 11, 17)).action is None


# --- the ladder ----------------------------------------------------------------------------------


def test_before_the_due_date_there_is_one_friendly_reminder() -> None:
    told = account(invoice())
    spoken = [day for day in range(-12, 2) if ask(told, day).action is not None]
    assert spoken == [-5, -4, -3]
    action = action_of(ask(told, -5))
    assert (action.kind, action.channel, action.tone) == ("pre_due_reminder", "email", "friendly")
    assert action.amounts == (euros(1000),)
    assert ask(told.record(contact(-5, "pre_due_reminder", F_1="pre-due")), -3).action is None


def test_first_reminder_comes_two_days_after_the_due_date() -> None:
    told = account(invoice())
    assert silent(ask(told, 0))
    assert silent(ask(told, 1))
    action = action_of(ask(told, 2))
    assert (action.kind, action.channel, action.tone) == ("remind", "email", "courteous")
    assert (action.handler, action.template, action.level) == (
        *("automatic", "first-reminder", "first-reminder"),
    )
    assert action.execute_on == action.act_by == on(2)


def test_due_today_is_not_late() -> None:
    policy = house(REMINDER.replace(">= 2", ">= 0"))
    assert silent(ask(account(invoice()), 0, policy))
    assert steps_of(ask(account(invoice()), 1, policy)) == {"F-1": "reminder"}


def test_item_waits_between_two_levels() -> None:
    told = account(invoice(due=-20), contact(2, F_1="first-reminder"))
    assert [silent(ask(told, day)) for day in range(3, 9)] == [True] * 6
    assert steps_of(ask(told, 9)) == {"F-1": "call"}


def test_pre_due_reminder_delays_no_later_step() -> None:
    policy = house("[pace]\nbetween_contacts = 1\n", BEFORE, REMINDER)
    told = account(invoice(), contact(1, "pre_due_reminder", F_1="before"))
    assert steps_of(ask(told, 2, policy)) == {"F-1": "reminder"}


def test_one_level_at_a_time_however_late() -> None:
    told = account(invoice(due=-80))
    assert steps_of(ask(told, 0)) == {"F-1": "first-reminder"}
    told = told.record(contact(0, F_1="first-reminder"))
    assert steps_of(ask(told, 7)) == {"F-1": "call"}


def test_to_age_goes_to_the_highest_level_met() -> None:
    policy = house(TO_AGE, BEFORE, REMINDER, CALL, NOTICE)
    levels = [steps_of(ask(account(invoice()), day, policy))["F-1"] for day in (-5, 2, 10, 29, 30)]
    assert levels == ["before", "reminder", "call", "call", "notice"]


def test_next_level_alone_decides_when_climbing_one_at_a_time() -> None:
    """Its `when` unmet, the item waits, even where a later level is met."""
    tables = (REMINDER.replace("days_past_due >= 2", "reminders >= 9"), CALL)
    told = account(invoice(due=-20))
    assert silent(ask(told, 0, house(*tables)))
    assert steps_of(ask(told, 0, house(TO_AGE, *tables))) == {"F-1": "call"}


@pytest.mark.parametrize("climb", ["", TO_AGE])
def test_level_is_passed_over_by_those_it_is_not_for(climb: str) -> None:
    policy = house(climb, REMINDER, CALL.replace(">= 10", ">= 2") + 'for = "vip"')
    told = contact(-9, F_1="reminder")
    facts = (invoice(due=-20), told)
    assert silent(ask(account(*facts), 0, policy))
    assert steps_of(ask(account(*facts, vip=True), 0, policy)) == {"F-1": "call"}


@pytest.mark.parametrize("climb", ["", TO_AGE])
def test_level_is_passed_over_once_its_time_is_over(climb: str) -> None:
    policy = house(climb, REMINDER + 'until = "days_past_due >= 20"', CALL.replace("10", "25"))
    told = account(invoice())
    assert steps_of(ask(told, 19, policy)) == {"F-1": "reminder"}
    assert silent(ask(told, 20, policy))
    assert steps_of(ask(told, 25, policy)) == {"F-1": "call"}


@pytest.mark.parametrize("climb", ["", TO_AGE])
def test_late_item_passes_over_pre_due_levels_whatever_the_document_says(climb: str) -> None:
    policy = house(climb, BEFORE, REMINDER)  # no until: "at most five days before" stays true
    assert steps_of(ask(account(invoice()), 2, policy)) == {"F-1": "reminder"}


def test_level_met_by_what_is_not_due_yet_asks_for_nothing() -> None:
    policy = house(TO_AGE, BEFORE, REMINDER.replace("days_past_due >= 2", "days_since_issue >= 3"))
    told = account(invoice())
    assert silent(ask(told, -10, policy))
    assert steps_of(ask(told, -5, policy)) == {"F-1": "before"}
    assert steps_of(ask(told, 1, policy)) == {"F-1": "reminder"}


def test_bounced_contact_moved_nothing() -> None:
    told = account(
        invoice(),
        contact(2, F_1="first-reminder"),
        InteractionResult("IR-1", on(4), interaction="I-2-remind", result="bounced"),
    )
    assert silent(ask(told, 3))
    assert steps_of(ask(told, 4)) == {"F-1": "first-reminder"}


def test_item_merely_listed_does_not_climb() -> None:
    listed = Interaction("I-1", on(2), channel="email", act="remind", invoices=["F-1"])
    assert steps_of(ask(account(invoice(), listed), 12)) == {"F-1": "first-reminder"}


def test_step_of_another_policy_is_no_level_of_this_one_but_is_waited_after() -> None:
    told = account(invoice(due=-20), contact(0, F_1="their-third-letter"))
    assert silent(ask(told, 4))
    assert steps_of(ask(told, 7)) == {"F-1": "first-reminder"}


def test_missed_run_loses_nothing() -> None:
    told = account(invoice())
    assert [steps_of(ask(told, day)) for day in (2, 3, 30)] == [{"F-1": "first-reminder"}] * 3


def test_second_run_of_the_day_says_nothing_once_the_first_is_recorded() -> None:
    told = account(invoice())
    action = action_of(ask(told, 2))
    told = told.record(
        Interaction("I-1", on(2), channel="email", act=action.kind, steps=action.steps)
    )
    assert ask(told, 2).action is None


def test_item_does_not_climb_twice_on_one_day_even_where_nobody_was_spoken_to() -> None:
    policy = house("[pace]\nbetween_levels = 1\n", REMINDER, CALL)
    moved = contact(5, "task", F_1="reminder")  # a Saturday, for Monday
    told = account(invoice(due=-20), moved)
    assert silent(ask(told, 5, policy))
    assert steps_of(ask(told, 6, policy)) == {"F-1": "call"}


def test_broken_promise_never_lowers_what_the_ladder_proposes() -> None:
    """Somebody called, 25 days have passed: the firm letter stays next when a promise breaks."""
    facts = (
        invoice(due=-25),
        invoice("F-2", due=-25),
        contact(-15, "call", F_1="call", F_2="call"),
        Promise("W-1", on(-9), due_on=on(0), amount=euros(1000), means="card", invoices=["F-2"]),
    )
    assert steps_of(ask(account(*facts), 0)) == {"F-1": "firm-letter"}
    assert steps_of(ask(account(*facts), 1)) == {"F-1": "firm-letter", "F-2": "firm-letter"}
    # Each item goes up by one; the register is that of a broken promise.
    told = account(*facts[:2], contact(-15, F_1="first-reminder"), facts[3])
    assert steps_of(ask(told, 0)) == {"F-1": "call"}
    assert steps_of(ask(told, 1)) == {"F-1": "call", "F-2": "first-reminder"}
    assert action_of(ask(told, 1)).tone is Tone.FIRM


def test_each_broken_promise_brings_the_next_level_and_never_a_formal_one() -> None:
    told = account(invoice())
    for number, level in enumerate(["first-reminder", "call", "firm-letter"]):
        made, due = on(number * 6), on(number * 6 + 5)
        told = told.record(
            Promise(f"W-{number}", made, due_on=due, amount=euros(1000), means="card")
        )
        assert ask(told, number * 6 + 5).because in {(), ("awaiting-notice",), (level,)}
        decision = ask(told, number * 6 + 6)
        assert (steps_of(decision), decision.because) == ({"F-1": level}, ("broken-promise",))
        told = told.record(contact(number * 6 + 6, "call", F_1=level))
    told = told.record(
        Promise("W-9", on(18), due_on=on(23), amount=euros(1000), means="card"),
    )
    decision = ask(told, 24)
    assert (steps_of(decision), decision.because) == ({}, ("broken-promise",))
    assert (action_of(decision).lists, action_of(decision).level) == (("F-1",), None)


# --- one message ---------------------------------------------------------------------------------


def test_highest_step_wins_carries_the_steps_of_others_and_lists_the_rest() -> None:
    told = account(
        invoice("F-1", 1000, due=-25),
        invoice("F-2", 200, due=-12),
        invoice("F-3", 30, due=-9),
        invoice("F-4", 4, due=-1),
        invoice("F-5", 50_000, due=20),
        contact(-8, F_1="call", F_2="first-reminder"),
        contact(-1, F_3="first-reminder"),
    )
    decision = ask(told, 4)
    action = action_of(decision)
    assert (action.kind, action.channel, action.level) == ("remind", "letter", "firm-letter")
    assert action.steps == (
        Step("F-1", "firm-letter"),
        Step("F-2", "call"),
        Step("F-4", "first-reminder"),
    )
    assert action.lists == ("F-3",)
    assert action.amounts == (euros(1234),)
    assert decision.because == ("firm-letter", "call", "first-reminder")


def test_among_steps_of_one_level_the_oldest_item_comes_first() -> None:
    told = account(invoice("F-9", due=-9), invoice("F-1", due=-8), invoice("F-5", due=-7))
    assert list(steps_of(ask(told, 0))) == ["F-9", "F-1", "F-5"]


def test_parts_of_an_invoice_climb_each_on_its_own() -> None:
    parts = [Instalment(on(0), euros(300)), Instalment(on(30), euros(700))]
    told = account(invoice(schedule=parts))
    action = action_of(ask(told, 2))
    assert action.steps == (Step("F-1/1", "first-reminder"),)
    assert action.amounts == (euros(300),)
    told = told.record(Interaction("I-1", on(2), channel="email", act="remind", steps=action.steps))
    assert steps_of(ask(told, 32)) == {"F-1/1": "call", "F-1/2": "first-reminder"}


def test_amounts_are_told_per_currency() -> None:
    told = account(invoice(), invoice("F-2", dollars(70)), invoice("F-3", dollars(30)))
    assert action_of(ask(told, 2)).amounts == (euros(1000), dollars(100))


# --- unapplied cash ------------------------------------------------------------------------------

BY_HAND = PRESET.completed(application="explicit_only")


def test_unapplied_cash_is_netted_from_what_is_asked() -> None:
    told = account(invoice(), invoice("F-2", 500), paid("P-1", 1, 400))
    decision = ask(told, 2, BY_HAND)
    assert action_of(decision).amounts == (euros(1100),)
    assert decision.tasks == ()


@pytest.mark.parametrize("cash", [1500, 1501])
def test_cash_that_covers_everything_is_a_question_for_the_house(cash: int) -> None:
    told = account(invoice(), invoice("F-2", 500), paid("P-1", 1, cash))
    decision = ask(told, 2, BY_HAND)
    assert silent(decision, "unapplied-cash")
    assert tasks_of(decision) == [("unmatched_credit", "F-2", "F-1")]


def test_last_cent_is_asked_for() -> None:
    cent = Money(1, "EUR")
    told = account(invoice(), paid("P-1", 1, euros("999.99")))
    decision = ask(told, 2, BY_HAND)
    assert action_of(decision).amounts == (cent,)
    assert decision.tasks == ()
    told = account(invoice(total=cent), invoice("F-2", dollars(5)), paid("P-1", 1, dollars(5)))
    assert action_of(ask(told, 2, BY_HAND)).amounts == (cent,)


def test_credit_notes_are_netted_too_and_deposits_are_not() -> None:
    note = CreditNote("A-1", on(1), total=euros(1000))
    assert silent(ask(account(invoice(), note), 2, BY_HAND), "unapplied-cash")
    deposit = paid("P-1", 1, 1000, purpose="deposit")
    assert action_of(ask(account(invoice(), deposit), 2, BY_HAND)).amounts == (euros(1000),)


def test_cash_covers_its_own_currency_only() -> None:
    told = account(invoice(), invoice("F-2", dollars(500)), paid("P-1", 1, dollars(500)))
    decision = ask(told, 2, BY_HAND)
    assert steps_of(decision) == {"F-1": "first-reminder"}
    assert action_of(decision).lists == ()
    assert action_of(decision).amounts == (euros(1000),)
    # The style table would know how much is at stake in all.
    assert tasks_of(decision) == [("unmatched_credit", "F-2"), ("missing_rate",)]


def test_cash_that_covers_what_is_due_leaves_what_will_be_due() -> None:
    told = account(invoice(), invoice("F-2", 500, due=6), paid("P-1", 1, 1100))
    decision = ask(told, 2, BY_HAND)
    assert steps_of(decision) == {"F-2": "pre-due"}
    assert action_of(decision).amounts == (euros(400),)
    assert decision.because == ("pre-due",)
    assert tasks_of(decision) == [("unmatched_credit", "F-1")]


def test_cash_that_covers_what_will_be_due_announces_nothing() -> None:
    told = account(invoice(due=5), paid("P-1", -1, 1000))
    assert silent(ask(told, 0, BY_HAND))


def test_reversed_payment_is_owed_again_at_its_due_date() -> None:
    told = account(
        invoice(), paid("P-1", 0, 1000, to="F-1"), Reversal("X-1", on(12), payment="P-1")
    )
    assert silent(ask(told, 11))
    assert steps_of(ask(told, 12)) == {"F-1": "first-reminder"}


# --- what takes no part --------------------------------------------------------------------------

FIRST = "first-reminder"


@pytest.mark.parametrize(
    "fact",
    [
        Dispute("D-1", on(1), invoice="F-1"),
        DunningBlock("K-1", on(1), until=on(9), invoice="F-1", reason="new manager"),
        Promise("W-1", on(1), due_on=on(9), amount=euros(1000), means="card", invoices=["F-1"]),
        PaymentPlan("L-1", on(1), invoices=["F-1"], instalments=(Instalment(on(9), euros(1000)),)),
        Bill("B-1", on(1), matures_on=on(9), amount=euros(1000), invoices=["F-1"]),
        Placement("T-1", on(1), to="agency", invoices=["F-1"]),
        Assignment("S-1", on(1), to="factor", invoices=["F-1"], notified_on=on(1)),
        paid("P-1", 1, 1000, to="F-1"),
        WriteOff("G-1", on(1), invoice="F-1", amount=euros(1000)),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_item_in_another_slice_is_neither_asked_for_nor_listed(fact: Fact) -> None:
    assert silent(ask(account(invoice(), fact), 2))
    action = action_of(ask(account(invoice(), invoice("F-2", 500), fact), 2))
    assert action.invoices == ("F-2",)
    assert action.amounts == (euros(500),)


def test_confidential_assignment_leaves_us_to_collect() -> None:
    told = account(invoice(), Assignment("S-1", on(1), to="bank", invoices=["F-1"]))
    assert steps_of(ask(told, 2)) == {"F-1": FIRST}


def test_what_was_supplied_before_an_insolvency_is_stayed_and_the_rest_climbs() -> None:
    told = account(
        invoice(),
        Invoice("F-2", on(1), due_on=on(5), total=euros(70)),
        Insolvency("J-1", "receivership", opened_on=on(0), claim_filed_on=on(0)),
    )
    assert silent(ask(told, 6))
    assert action_of(ask(told, 7)).invoices == ("F-2",)


def test_partial_dispute_holds_its_slice_and_only_its_slice() -> None:
    told = account(invoice(), Dispute("D-1", on(1), invoice="F-1", amount=euros(400)))
    action = action_of(ask(told, 2))
    assert action.amounts == (euros(600),)
    assert action.steps == (Step("F-1", FIRST),)


def test_promise_about_a_part_shelters_that_part() -> None:
    told = account(invoice(), Promise("W-1", on(1), due_on=on(9), amount=euros(400), means="card"))
    assert action_of(ask(told, 2)).amounts == (euros(600),)


def test_rejected_dispute_puts_the_item_back_at_its_former_level() -> None:
    told = account(
        invoice(),
        contact(2, F_1=FIRST),
        Dispute("D-1", on(8), invoice="F-1", resolved_on=on(28), outcome="rejected"),
    )
    assert silent(ask(told, 27))
    assert steps_of(ask(told, 28)) == {"F-1": "call"}


def test_grace_day_itself_still_protects() -> None:
    told = account(invoice(), DunningBlock("K-1", on(1), until=on(9), reason="flood"))
    assert silent(ask(told, 9))
    assert steps_of(ask(told, 10)) == {"F-1": FIRST}


def test_nothing_open_nothing_said() -> None:
    nothing = Decision("C-17", on(2), **VERSIONS)
    assert ask(account(), 2) == nothing
    assert ask(account(invoice(), paid("P-1", 1, 1000)), 2) == nothing
    assert ask(account(invoice()), -31) == Decision("C-17", on(-31), **VERSIONS)


# --- holds of the document -----------------------------------------------------------------------


def test_hold_of_item_scope_silences_the_item_and_not_the_account() -> None:
    told = account(invoice(tags=["audit"]), invoice("F-2", 500))
    decision = ask(told, 2, house(AUDIT, REMINDER))
    assert action_of(decision).invoices == ("F-2",)
    assert action_of(decision).amounts == (euros(500),)
    assert decision.because == ("reminder",)


def test_hold_is_named_when_it_suppressed_an_action_and_only_then() -> None:
    policy = house(AUDIT, BEFORE, REMINDER)
    told = account(invoice(tags=["audit"]))
    assert silent(ask(told, -6, policy))
    assert silent(ask(told, -5, policy), "audited")
    assert silent(ask(told, 1, policy))
    assert silent(ask(told, 2, policy), "audited")
    told = told.record(contact(3, F_1="reminder"))
    assert silent(ask(told, 20, policy))  # the ladder is over: there was nothing to suppress


def test_hold_is_not_named_while_the_item_waits_anyway() -> None:
    policy = house(AUDIT, REMINDER, CALL)
    told = account(invoice(due=-20, tags=["audit"]), contact(0, F_1="reminder"))
    assert silent(ask(told, 4, policy))
    assert silent(ask(told, 5, policy), "audited")  # for Monday, seven days after Monday


def test_each_hold_that_silenced_an_item_is_named_once() -> None:
    flagged = AUDIT.replace("audited", "tagged").replace("'audit'", "'legal'")
    told = account(
        invoice(tags=["audit"]), invoice("F-2", tags=["legal"]), invoice("F-3", tags=["audit"])
    )
    assert silent(ask(told, 2, house(flagged, AUDIT, REMINDER)), "audited", "tagged")


def test_held_item_is_no_part_of_what_cash_is_set_against() -> None:
    told = account(invoice(tags=["audit"]), invoice("F-2", 500), paid("P-1", 1, 500))
    policy = house(AUDIT, REMINDER).completed(application="explicit_only")
    decision = ask(told, 2, policy)
    assert silent(decision, "unapplied-cash")
    assert tasks_of(decision) == [("unmatched_credit", "F-2")]


def test_hold_of_account_scope_silences_everything() -> None:
    policy = house(VIP, REMINDER)
    assert silent(ask(account(invoice(), vip=True), 2, policy), "by-hand")
    assert silent(ask(account(invoice(), vip=True), 1, policy))
    assert steps_of(ask(account(invoice()), 2, policy)) == {"F-1": "reminder"}


def test_hold_comes_before_the_pace_in_the_reasons() -> None:
    told = account(invoice(), contact(1), vip=True)
    assert silent(ask(told, 2, house(VIP, REMINDER)), "by-hand")
    assert silent(ask(account(invoice(), contact(1)), 2, house(VIP, REMINDER)), "pace", "reminder")


def test_hold_is_not_named_where_cash_covers_everything() -> None:
    policy = house(VIP, REMINDER).completed(application="explicit_only")
    told = account(invoice(), paid("P-1", 1, 1000), vip=True)
    assert silent(ask(told, 2, policy), "unapplied-cash")


def test_first_account_hold_that_is_true_is_the_one_named() -> None:
    large = VIP.replace("by-hand", "large").replace('"vip"', '"collectable >= EUR(5_000)"')
    policy = house(large, VIP, REMINDER)
    assert silent(ask(account(invoice(total=5000), vip=True), 2, policy), "large")
    assert silent(ask(account(invoice(total=4999), vip=True), 2, policy), "by-hand")


# --- pace ----------------------------------------------------------------------------------------


def test_next_demand_is_allowed_on_the_fifth_day_not_before() -> None:
    told = account(invoice(), contact(0))
    assert silent(ask(told, 2), "pace", FIRST)
    assert silent(ask(told, 4), "pace", FIRST)
    assert steps_of(ask(told, 5)) == {"F-1": FIRST}


def test_a_day_is_spoken_on_once_even_when_both_messages_would_leave_on_monday() -> None:
    policy = house("[pace]\nbetween_contacts = 1\n", REMINDER)
    assert silent(ask(account(invoice(), contact(5)), 5, policy), "pace", "reminder")
    assert steps_of(ask(account(invoice(), contact(5)), 6, policy)) == {"F-1": "reminder"}


def test_one_voice_counts_every_invoice_channel_and_currency_together() -> None:
    told = account(invoice(), invoice("F-2", dollars(50)), contact(0, "call", F_2="call"))
    assert silent(ask(told, 3), "pace", FIRST)


def test_pace_is_measured_on_the_day_of_execution() -> None:
    """On Saturday 7 March the message leaves on Monday, five days after Wednesday the 4th."""
    told = account(invoice(), contact(2))
    assert silent(ask(told, 4), "pace", FIRST)
    saturday = action_of(ask(told, 5))
    assert saturday.execute_on == on(7)
    told = account(invoice(), contact(3))
    assert silent(ask(told, 5), "pace", FIRST)  # Monday is only four days after Thursday


def test_gap_between_levels_is_measured_on_the_day_of_execution_too() -> None:
    told = account(invoice(due=-30), contact(0, F_1=FIRST))
    assert silent(ask(told, 4))
    assert steps_of(ask(told, 5)) == {"F-1": "call"}  # for Monday, seven days after Monday


def test_no_more_contacts_in_thirty_days_than_the_document_says() -> None:
    policy = house("[pace]\nper_30_days = 2\nbetween_contacts = 1\n", REMINDER)
    told = account(invoice(due=-5), contact(-12), contact(-5), invoice("F-0", 1))
    assert silent(ask(told, 17, policy), "pace", "reminder")
    assert steps_of(ask(told, 18, policy)) == {"F-1": "reminder", "F-0": "reminder"}


def test_two_contacts_of_one_day_are_copies_of_one_voice() -> None:
    policy = house("[pace]\nper_30_days = 2\nbetween_contacts = 1\n", REMINDER)
    told = account(invoice(), contact(0), contact(0, "call"))
    assert steps_of(ask(told, 2, policy)) == {"F-1": "reminder"}


@pytest.mark.parametrize(
    "fact",
    [
        contact(1, "thank"),
        contact(1, "task"),
        Interaction("I-1", on(1), channel="email", direction="incoming"),
        contact(3),  # tomorrow's
    ],
)
def test_what_demands_nothing_leaves_the_pace_alone(fact: Fact) -> None:
    assert steps_of(ask(account(invoice(), fact), 2)) == {"F-1": FIRST}


def test_contact_that_bounced_is_no_contact() -> None:
    lost = InteractionResult("IR-1", on(2), interaction="I-1-remind", result="bounced")
    assert silent(ask(account(invoice(), contact(1)), 2), "pace", FIRST)
    assert steps_of(ask(account(invoice(), contact(1), lost), 2)) == {"F-1": FIRST}


def test_contact_without_a_stated_act_counts_as_a_demand() -> None:
    said = Interaction("I-1", on(1), channel="phone")
    assert silent(ask(account(invoice(), said), 2), "pace", FIRST)


def test_pace_is_named_only_when_there_was_something_to_say() -> None:
    assert silent(ask(account(invoice(), contact(0)), 1))


def test_placement_takes_its_day_whole() -> None:
    told = account(invoice(due=-60), invoice("F-2", 500, due=-1))
    placed = told.record(Placement("T-1", on(1), to="agency", invoices=["F-1"]))
    earlier = Placement("T-0", on(-9), to="agency", invoices=["F-1"], ended_on=on(-5))
    assert silent(ask(placed, 1), "pace", FIRST)
    assert silent(ask(placed.record(earlier), 1), "pace", FIRST)
    assert steps_of(ask(placed, 2)) == {"F-2": FIRST}


def test_recipient_is_the_one_who_hears_us() -> None:
    told = account(invoice(), dunning_recipient="group-treasury")
    assert action_of(ask(told, 2)).recipient == "group-treasury"
    assert action_of(ask(account(invoice()), 2)).recipient == "C-17"


# --- days that are not worked --------------------------------------------------------------------


def test_weekends_roll_to_monday() -> None:
    told = account(invoice(due=3))
    assert action_of(ask(told, 5)).execute_on == on(7)
    assert action_of(ask(told, 6)).execute_on == on(7)
    assert action_of(ask(told, 7)).execute_on == on(7)


def test_french_holidays_roll_to_the_next_day_worked() -> None:
    france = PRESET.completed(calendar=BusinessCalendar.france(2026, 2026))
    told = account(invoice(due=32))  # due on Good Friday, late enough on Easter Sunday
    action = action_of(ask(told, 34, france))
    assert action.execute_on == date(2026, 4, 7)  # after Easter Monday
    told = account(invoice(due=50))
    call = account(invoice(due=50), contact(52, F_1=FIRST))
    assert action_of(ask(told, 60, france)).execute_on == date(2026, 5, 4)  # Labour Day, a Friday
    assert action_of(ask(call, 66, france)).act_by == date(2026, 5, 13)  # 8 May is closed too


def test_person_has_three_business_days_to_act() -> None:
    told = account(invoice(), contact(2, F_1=FIRST))
    action = action_of(ask(told, 10))
    assert (action.kind, action.handler) == ("call", "collector")
    assert (action.execute_on, action.act_by) == (on(10), on(15))


def test_calendar_that_does_not_reach_chases_nobody() -> None:
    policy = PRESET.completed(calendar=BusinessCalendar.france(2025, 2025))
    decision = ask(account(invoice()), 2, policy)
    assert silent(decision, "outside-calendar")
    assert tasks_of(decision) == [("missing_calendar",)]
    assert ask(account(invoice()), 1, policy) == Decision("C-17", on(1), **VERSIONS)


def test_calendar_that_ends_before_a_person_could_act_chases_nobody() -> None:
    short = BusinessCalendar.of([], valid_from=date(2026, 1, 1), valid_until=on(11))
    told = account(invoice(), contact(2, F_1=FIRST))
    decision = ask(told, 10, PRESET.completed(calendar=short))
    assert silent(decision, "outside-calendar")
    assert tasks_of(decision) == [("missing_calendar",)]
    # What runs by itself needs no more days.
    assert action_of(ask(account(invoice()), 11, PRESET.completed(calendar=short))).act_by == on(11)


def test_decisions_exist_on_the_first_and_on_the_last_of_days() -> None:
    told = account(invoice())
    assert silent(decide(PRESET, told, as_of=date.min))
    assert decide(house(REMINDER), told, as_of=date.max).because == ("reminder",)
    assert silent(decide(house(CALL), told, as_of=date.max), "outside-calendar")


# --- reminders before the date -------------------------------------------------------------------


def test_pre_due_reminder_lists_nothing_that_is_late() -> None:
    told = account(invoice(due=-1), invoice("F-2", 70, due=5))
    action = action_of(ask(told, 0))
    assert (action.kind, action.invoices) == ("pre_due_reminder", ("F-2",))
    assert action.amounts == (euros(70),)


def test_demand_takes_the_day_of_a_pre_due_reminder() -> None:
    told = account(invoice(due=-2), invoice("F-2", 70, due=5))
    action = action_of(ask(told, 0))
    assert (action.kind, action.invoices, action.amounts) == ("remind", ("F-1",), (euros(1000),))


def test_pre_due_reminder_that_would_leave_after_the_date_is_not_sent() -> None:
    policy = house(BEFORE, REMINDER)
    told = account(invoice(due=6))  # a Sunday
    assert action_of(ask(told, 4, policy)).execute_on == on(4)
    assert silent(ask(told, 5, policy))
    told = account(invoice(due=7))
    assert action_of(ask(told, 5, policy)).execute_on == on(7)


def test_part_without_a_date_is_reminded_of_nothing() -> None:
    policy = house(BEFORE.replace("days_until_due <= 5", "days_since_issue >= 1"), REMINDER)
    parts = [Instalment(on(9), euros(950)), Instalment(None, euros(50), kind="retention")]
    told = account(invoice(schedule=parts))
    assert steps_of(ask(told, 0, policy)) == {"F-1/1": "before"}


def test_pre_due_reminder_speaks_of_all_that_falls_due_soon() -> None:
    told = account(invoice(), invoice("F-2", dollars(50), due=1), invoice("F-3", 9, due=9))
    action = action_of(ask(told, -4))
    assert action.invoices == ("F-1", "F-2")
    assert action.amounts == (euros(1000), dollars(50))


# --- formal acts ---------------------------------------------------------------------------------

CLIMBED = (
    contact(-40, F_1=FIRST),
    contact(-30, "call", F_1="call"),
    contact(-20, F_1="firm-letter"),
)


def test_formal_notice_needs_approval_and_says_what_is_missing_from_the_file() -> None:
    told = account(invoice(due=-45), *CLIMBED)
    action = action_of(ask(told, 0))
    assert (action.kind, action.channel, action.tone) == (
        *("formal_notice", "registered_letter", "formal"),
    )
    assert action.approval
    assert action.handler is Handler.COLLECTOR
    assert action.missing_documents == ("order", "delivery_note", "terms")


def test_formal_notice_lists_the_other_items_that_are_due() -> None:
    told = account(invoice(due=-45), invoice("F-2", 70, due=-1), *CLIMBED)
    action = action_of(ask(told, 0))
    assert (action.invoices, action.amounts) == (("F-1", "F-2"), (euros(1070),))


@pytest.mark.parametrize(("amount", "level"), [("149.99", None), ("150.00", "formal-notice")])
def test_below_its_floor_no_formal_notice(amount: str, level: str | None) -> None:
    decision = ask(account(invoice(total=euros(amount), due=-45), *CLIMBED), 0)
    if level is None:
        assert silent(decision, "floor")
    else:
        assert action_of(decision).level == level


def test_floor_is_measured_on_all_that_is_owed_net_of_cash() -> None:
    small, other = invoice(total=100, due=-45), invoice("F-2", 60, due=-1)
    assert action_of(ask(account(small, other, *CLIMBED), 0)).level == "formal-notice"
    told = account(small, other, paid("P-1", -1, 11), *CLIMBED)
    assert silent(ask(told, 0, BY_HAND), "floor")


def test_below_the_floor_reminders_go_on() -> None:
    policy = house("[floor]\nformal_notice = 150\n", TO_AGE, REMINDER, CALL, NOTICE)
    told = account(invoice(total=149, due=-50))
    decision = ask(told, 0, policy)
    assert steps_of(decision) == {"F-1": "call"}  # what its age deserves but for the floor
    assert decision.because == ("call",)
    assert silent(ask(told.record(contact(0, "call", F_1="call")), 30, policy), "floor")
    assert steps_of(ask(account(invoice(total=150, due=-50)), 0, policy)) == {"F-1": "notice"}


def test_other_items_are_asked_for_where_a_floor_stops_one() -> None:
    told = account(invoice(total=100, due=-45), invoice("F-2", 20, due=-3), *CLIMBED)
    decision = ask(told, 0)
    assert steps_of(decision) == {"F-2": FIRST}
    assert action_of(decision).lists == ("F-1",)
    assert decision.because == (FIRST,)


def test_placement_takes_only_what_a_notice_named_and_only_once_it_ran_out() -> None:
    told = account(
        invoice(due=-60),
        invoice("F-2", 5000, due=-5),
        *CLIMBED,
        contact(-10, "formal_notice", F_1="formal-notice"),
        contact(-3, F_2=FIRST),
        notice(-10, "F-1"),
    )
    assert silent(ask(told, -2))  # the last day to respond is not over
    decision = ask(told, 4)
    action = action_of(decision)
    # Nobody is named as the account manager, so a collector sees to it and to that. For so much,
    # so late, the preset wants no new order either.
    assert (action.kind, action.channel, action.handler) == ("place", None, "collector")
    assert tasks_of(decision) == [("assign_owner",), ("order_stop", "F-1")]
    assert action.approval
    assert (action.invoices, action.amounts) == (("F-1",), (euros(1000),))
    assert decision.because == ("placement",)


def placed_by_age(*facts: Fact, climb: str = "", floor: str = "") -> Decision:
    """What a house that places by age alone does about an invoice of 80 days."""
    return ask(account(invoice(due=-80), *facts), 0, house(floor, climb, NOTICE, PLACEMENT))


def test_no_document_places_what_no_notice_named() -> None:
    noticed = contact(-40, "formal_notice", F_1="notice")
    decision = placed_by_age(noticed)
    assert silent(decision, "awaiting-notice")
    assert tasks_of(decision) == [("record_notice", "F-1")]
    decision = placed_by_age(noticed, notice(-7, "F-1"))  # its last day is tomorrow
    assert silent(decision, "awaiting-notice")
    assert decision.tasks == ()
    assert silent(placed_by_age(noticed, notice(-8, "F-1")), "awaiting-notice")
    assert steps_of(placed_by_age(noticed, notice(-9, "F-1"))) == {"F-1": "placement"}


def test_ladder_without_a_notice_places_nothing_and_says_what_is_missing() -> None:
    told = account(invoice(due=-80), invoice("F-2", due=-81), contact(-9, F_1="a", F_2="a"))
    decision = ask(told, 0, house(PLACEMENT))
    assert silent(decision, "awaiting-notice")
    assert tasks_of(decision) == [("record_notice", "F-2", "F-1")]


def test_notice_given_before_the_item_was_late_named_nothing() -> None:
    noticed = contact(-40, "formal_notice", F_1="notice")
    assert silent(placed_by_age(noticed, notice(-80, "F-1")), "awaiting-notice")


def test_to_age_falls_back_on_the_notice_that_a_placement_lacks() -> None:
    decision = placed_by_age(climb=TO_AGE)
    assert steps_of(decision) == {"F-1": "notice"}
    assert decision.tasks == ()
    sent = contact(-40, "formal_notice", F_1="notice")  # and nobody recorded it
    decision = placed_by_age(sent, climb=TO_AGE)
    assert silent(decision, "awaiting-notice")
    assert tasks_of(decision) == [("record_notice", "F-1")]
    assert steps_of(placed_by_age(notice(-20, "F-1"), climb=TO_AGE)) == {"F-1": "placement"}


def test_no_fallback_goes_round_the_notice() -> None:
    """A ladder that places before it gives notice, and a notice that is not worth its floor."""
    floor = "[floor]\nformal_notice = 5000\n"
    policy = house(floor, TO_AGE, CALL, PLACEMENT.replace("60", "20"), NOTICE)
    told = account(invoice(due=-80))
    assert steps_of(ask(told, 0, policy)) == {"F-1": "call"}
    assert tasks_of(ask(told, 0, policy)) == [("record_notice", "F-1")]
    told = told.record(notice(-20, "F-1"))
    assert steps_of(ask(told, 0, policy)) == {"F-1": "placement"}


def test_placement_is_worth_what_is_placed_not_what_is_owed() -> None:
    noticed = (contact(-40, "formal_notice", F_1="notice"), notice(-20, "F-1"))
    floor = "[floor]\nplacement = 1200\n"
    decision = placed_by_age(invoice("F-2", 900, due=0), *noticed, floor=floor)
    assert silent(decision, "floor")
    late = (invoice("F-2", 900, due=-70), contact(-39, "formal_notice", F_2="notice"))
    decision = placed_by_age(*late, *noticed, notice(-19, "F-2"), floor=floor)
    assert steps_of(decision) == {"F-1": "placement", "F-2": "placement"}


def test_other_steps_wait_while_items_are_placed() -> None:
    """Whoever takes the claim over is told of what was placed, and of nothing else."""
    noticed = (contact(-40, "formal_notice", F_1="notice"), notice(-20, "F-1"))
    decision = placed_by_age(invoice("F-2", 900, due=-35), *noticed)
    assert action_of(decision).invoices == ("F-1",)
    assert decision.because == ("placement",)


def test_cash_that_covers_what_would_be_placed_leaves_the_other_steps() -> None:
    noticed = (contact(-40, "formal_notice", F_1="notice"), notice(-20, "F-1"))
    told = account(invoice(due=-80), invoice("F-2", 900, due=-35), paid("P-1", -1, 1000), *noticed)
    policy = house(NOTICE, PLACEMENT).completed(application="explicit_only")
    decision = ask(told, 0, policy)
    assert steps_of(decision) == {"F-2": "notice"}
    assert action_of(decision).amounts == (euros(900),)


def test_cash_that_covers_all_that_would_be_placed_places_nothing() -> None:
    noticed = (contact(-40, "formal_notice", F_1="notice"), notice(-20, "F-1"))
    told = account(
        *(invoice(due=-80), invoice("F-2", 900, due=-35), paid("P-1", -1, 1000)),
        *(*noticed, contact(-5, F_2="notice")),
    )
    policy = house(NOTICE, PLACEMENT).completed(application="explicit_only")
    assert silent(ask(told, 0, policy), "unapplied-cash")


def test_what_cash_leaves_to_ask_for_gives_the_level() -> None:
    """The cash covers the euros agreed, not those of an assumed date: nobody calls about them."""
    told = account(
        invoice("F-1", 100, due=-12),
        invoice("F-2", 100, due=-12, due_assumed=True),
        invoice("F-3", dollars(100), due=-9),
        paid("P-1", -1, 100),
        contact(-10, F_1=FIRST),
    )
    decision = ask(told, 0, BY_HAND)
    assert steps_of(decision) == {"F-2": FIRST, "F-3": FIRST}
    action = action_of(decision)
    assert (action.level, action.lists) == (FIRST, ("F-1",))
    assert action.amounts == (euros(100), dollars(100))


# --- what we do not know -------------------------------------------------------------------------


def test_debtor_of_unknown_kind_gets_reminders_only_and_a_task_to_qualify() -> None:
    told = account(invoice(due=-90), kind="unknown")
    decision = ask(told, 0)
    assert steps_of(decision) == {"F-1": FIRST}
    assert tasks_of(decision) == [("qualify",)]
    told = told.record(contact(0, F_1=FIRST))
    assert steps_of(ask(told, 20)) == {"F-1": "firm-letter"}  # the call is passed over
    told = told.record(contact(20, F_1="firm-letter"))
    assert silent(ask(told, 90))
    assert tasks_of(ask(told, 90)) == [("qualify",)]


@pytest.mark.parametrize("kind", ["consumer", "non_professional", "public"])
def test_kind_that_the_policy_does_not_serve_holds_with_a_task(kind: str) -> None:
    told = account(invoice(), kind=kind)
    assert silent(ask(told, 2), "kind-not-served")
    assert tasks_of(ask(told, 2)) == [("choose_policy",)]
    assert silent(ask(told, 1))


def test_assumed_due_date_gets_reminders_only() -> None:
    told = account(invoice(due=-90, due_assumed=True))
    assert steps_of(ask(told, 0)) == {"F-1": FIRST}
    told = told.record(contact(0, F_1=FIRST))
    assert steps_of(ask(told, 20)) == {"F-1": "firm-letter"}
    told = told.record(contact(20, F_1="firm-letter"))
    decision = ask(told, 90)
    assert silent(decision)
    assert tasks_of(decision) == [("confirm_due_date", "F-1")]


def test_assumed_date_is_no_part_of_what_is_dearer_than_a_reminder() -> None:
    told = account(
        invoice(due=-12),
        invoice("F-2", 70, due=-12, due_assumed=True),
        contact(-8, F_1=FIRST, F_2=FIRST),
    )
    action = action_of(ask(told, 0))
    assert (action.kind, action.invoices, action.amounts) == ("call", ("F-1",), (euros(1000),))
    # A reminder may speak of both.
    told = account(invoice(due=-12), invoice("F-2", 70, due=-12, due_assumed=True))
    assert action_of(ask(told, 0)).invoices == ("F-2", "F-1")


def test_assumed_dates_make_no_amount_worth_a_notice() -> None:
    told = account(
        invoice(total=100, due=-45), invoice("F-2", 900, due=-45, due_assumed=True), *CLIMBED
    )
    decision = ask(told, 0)
    assert steps_of(decision) == {"F-2": FIRST}


# --- currencies ----------------------------------------------------------------------------------


def test_conditions_read_amounts_in_the_currency_of_the_policy() -> None:
    policy = house(REMINDER.replace("days_past_due >= 2", "amount_due >= EUR(100)"))
    told = account(invoice("F-1", dollars(200)), invoice("F-2", dollars(199)))
    rated = policy.completed(rates=RATES)
    assert steps_of(ask(told, 2, rated)) == {"F-1": "reminder"}
    assert action_of(ask(told, 2, rated)).amounts == (dollars(399),)


def test_missing_rate_removes_the_items_that_need_it_with_a_task() -> None:
    policy = house(REMINDER.replace("days_past_due >= 2", "amount_due >= EUR(100)"))
    decision = ask(account(invoice("F-1", dollars(200)), invoice("F-2")), 2, policy)
    assert action_of(decision).invoices == ("F-2",)
    assert tasks_of(decision) == [("missing_rate", "F-1")]
    decision = ask(account(invoice("F-1", dollars(200))), 2, policy)
    assert silent(decision)
    assert tasks_of(decision) == [("missing_rate", "F-1")]


def test_missing_rate_silences_an_account_whose_total_cannot_be_told() -> None:
    policy = house(REMINDER.replace("days_past_due >= 2", "collectable >= EUR(100)"))
    decision = ask(account(invoice("F-1", dollars(200)), invoice("F-2")), 2, policy)
    assert silent(decision)
    assert tasks_of(decision) == [("missing_rate", "F-1")]
    rated = ask(
        account(invoice("F-1", dollars(200)), invoice("F-2")), 2, policy.completed(rates=RATES)
    )
    assert action_of(rated).invoices == ("F-1", "F-2")


def test_missing_rate_of_cash_counts_too() -> None:
    policy = house(REMINDER.replace("days_past_due >= 2", "unapplied <= EUR(100)"))
    policy = policy.completed(application="explicit_only")
    decision = ask(account(invoice(), paid("P-1", 0, dollars(5))), 2, policy)
    assert silent(decision)
    assert tasks_of(decision) == [("missing_rate",)]


def test_cash_in_one_currency_makes_up_for_nothing_in_another() -> None:
    policy = house("[floor]\nformal_notice = 150\n", NOTICE).completed(
        rates=RATES, application="explicit_only"
    )
    debts = (invoice(total=100, due=-45), invoice("F-2", dollars(100), due=-45))
    assert steps_of(ask(account(*debts), 0, policy)) == {"F-2": "notice", "F-1": "notice"}
    told = account(*debts, paid("P-1", -1, dollars(500)))
    assert silent(ask(told, 0, policy), "unapplied-cash", "floor")


def test_currency_that_is_settled_needs_no_rate() -> None:
    policy = house(REMINDER.replace("days_past_due >= 2", "collectable >= EUR(100)"))
    told = account(invoice(), invoice("F-2", dollars(5)), paid("P-1", 0, dollars(5), to="F-2"))
    assert action_of(ask(told, 2, policy)).invoices == ("F-1",)


def test_policy_that_asks_for_no_amount_needs_no_rate_but_for_its_floors() -> None:
    policy = house("[floor]\nformal_notice = 150\n", REMINDER, NOTICE)
    decision = ask(account(invoice("F-1", dollars(900))), 2, policy)
    assert steps_of(decision) == {"F-1": "reminder"}
    assert decision.tasks == ()
    told = account(invoice("F-1", dollars(900), due=-45), contact(-40, F_1="reminder"))
    decision = ask(told, 0, policy)
    assert silent(decision, "floor")
    assert tasks_of(decision) == [("missing_rate",)]
    assert steps_of(ask(told, 0, policy.completed(rates=RATES))) == {"F-1": "notice"}


def test_amounts_of_the_style_table_and_of_tasks_are_asked_for_and_hold_nobody() -> None:
    """The preset would know how much is at stake: without a rate it speaks as for nothing."""
    decision = ask(account(invoice("F-1", dollars(90_000))), 2)
    assert (steps_of(decision), action_of(decision).channel) == ({"F-1": FIRST}, "email")
    assert tasks_of(decision) == [("missing_rate",)]
    rated = ask(account(invoice("F-1", dollars(90_000))), 2, PRESET.completed(rates=RATES))
    assert (action_of(rated).kind, action_of(rated).channel) == ("call", "phone")
    assert tasks_of(rated) == [("assign_owner",)]


def test_missing_rate_is_one_task() -> None:
    told = account(
        invoice("F-1", dollars(900), due=-45),
        invoice("F-2", Money.of(900, "GBP"), due=-45),
        *CLIMBED,
    )
    assert [task.kind for task in ask(told, 0).tasks] == ["missing_rate"]


def test_preset_in_another_currency_serves_a_ledger_of_that_currency() -> None:
    policy = preset("fr-b2b", currency="USD")
    told = account(invoice("F-1", dollars(150), due=-45), *CLIMBED)
    assert action_of(ask(told, 0, policy)).level == "formal-notice"


# --- what was known ------------------------------------------------------------------------------


def test_cash_of_friday_entered_on_monday_does_not_rewrite_fridays_decision() -> None:
    cash = Payment("P-1", on(4), amount=euros(1000), recorded_on=on(7))
    told = account(invoice(due=-10), cash)
    assert silent(ask(told, 4))
    assert steps_of(ask(told, 4, known=4)) == {"F-1": FIRST}
    assert steps_of(ask(told, 6, known=6)) == {"F-1": FIRST}
    assert silent(ask(told, 7, known=7))


def test_resolution_learnt_later_was_not_known() -> None:
    told = account(
        invoice(due=-10),
        Dispute("D-1", on(-5), invoice="F-1", resolved_on=on(1), outcome="rejected"),
    )
    assert steps_of(ask(told, 2)) == {"F-1": FIRST}
    assert silent(ask(told, 2, known=0))


@pytest.mark.parametrize("asked", [{"as_of": "2026-03-02"}, {"as_of": datetime(2026, 3, 2)}])  # noqa: DTZ001
def test_date_is_a_date(asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        decide(PRESET, account(invoice()), **asked)
    assert caught.value.field == "as_of"


def test_known_on_is_a_date() -> None:
    with pytest.raises(InvalidInput) as caught:
        decide(PRESET, account(invoice()), as_of=DUE, known_on="yesterday")  # type: ignore[arg-type]
    assert caught.value.field == "known_on"


@pytest.mark.parametrize("given", [None, "fr-b2b", [account(invoice())]])
def test_one_policy_is_asked_about_one_account(given: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        decide(given, account(invoice()), as_of=DUE)
    assert (caught.value.field, caught.value.expected) == ("policy", "a Policy")
    with pytest.raises(InvalidInput) as caught:
        decide(PRESET, given, as_of=DUE)
    assert (caught.value.field, caught.value.expected) == ("account", "one Account")
    assert caught.value.got == type(given).__name__


def test_deciding_rule_of_nothing_is_nothing() -> None:
    assert deciding(PRESET, account(), DUE) == ((), ())
    assert deciding(PRESET, account(invoice()), on(2)) == ((FIRST,), ("F-1",))
    assert deciding(PRESET, account(invoice(), contact(1)), on(2)) == (("pace", FIRST), ())


def test_answer_on_the_facts_of_a_book_is_that_of_the_decision() -> None:
    told = account(invoice(), contact(1))
    for day in (1, 2, 6):
        decision = ask(told, day)
        said = answer_on(PRESET, told, told.book, on(day))
        assert said == (decision.action, decision.because)
    assert answer_on(PRESET, account(), account().book, DUE) == (None, ())
    others = frozenset({on(4).toordinal()})
    assert answer_on(PRESET, told, told.book, on(6), others)[1] == ("pace", FIRST)


# --- refused channels ----------------------------------------------------------------------------


def test_debtor_who_refuses_every_way_to_be_reached_is_a_task() -> None:
    told = account(invoice(), refused_channels=list(Channel))
    decision = ask(told, 2)
    assert silent(decision, "channels-refused", FIRST)
    assert decision.tasks == (Task(TaskKind.FIND_COORDINATES),)
