"""Triggers: what happened beside the ladder is answered, in one voice, and nothing is skipped."""

from __future__ import annotations

import attrs
import pytest
from tests.policy.telling import (
    AUDIT,
    BEFORE,
    CALL,
    LADDER,
    LETTER,
    NOTICE,
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
    listed,
    notice,
    on,
    paid,
    promise,
    recorded,
    silent,
    steps_of,
    tasks_of,
    trigger,
)

from recouvrement import (
    BusinessCalendar,
    Dispute,
    DunningBlock,
    Instalment,
    InteractionResult,
    Payment,
    PaymentPlan,
    Placement,
    Policy,
    Reversal,
    Step,
    Tone,
    preset,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import Handler, Offer

ALWAYS = "days_past_due >= 1"
BROKEN = trigger("broken", "days_since_broken_promise >= 1", tone="firm", climb=1)


# --- what it says --------------------------------------------------------------------------------


def test_trigger_speaks_of_items_without_moving_them() -> None:
    decision = ask(
        account(invoice(due=-1), invoice("F-2", 70, due=20)),
        0,
        house(trigger("alert", ALWAYS), REMINDER),
    )
    action = action_of(decision)
    assert (action.kind, action.channel, action.rule, action.level) == (
        *("call", "phone", "alert", None),
    )
    assert (action.steps, action.lists, action.amounts) == ((), ("F-1",), (euros(1000),))
    assert (action.template, action.handler, action.tone) == ("alert", "collector", "courteous")
    assert decision.because == ("alert",)


def test_trigger_says_how_it_speaks() -> None:
    said = trigger(
        "alert", ALWAYS, "remind", channel="sms", tone="formal", handler="lawyer", template="t"
    )
    action = action_of(ask(account(invoice(due=-1)), 0, house(said, REMINDER)))
    assert (action.kind, action.channel, action.tone) == ("remind", "sms", "formal")
    assert (action.handler, action.template, action.approval) == ("lawyer", "t", False)


@pytest.mark.parametrize(
    ("act", "tone", "handler"),
    [
        ("remind", "courteous", "automatic"),
        ("call", "courteous", "collector"),
        ("visit", "firm", "collector"),
        ("propose_plan", "courteous", "collector"),
    ],
)
def test_each_answer_has_its_register_and_hands_unless_told(
    act: str, tone: str, handler: str
) -> None:
    action = action_of(
        ask(account(invoice(due=-1)), 0, house(trigger("alert", ALWAYS, act), REMINDER))
    )
    assert (action.kind, action.tone, action.handler) == (act, tone, handler)
    assert action.missing_documents == ()


def test_steps_of_other_items_ride_along_and_the_rest_is_listed() -> None:
    told = account(
        invoice("F-1", 1000, due=-12),
        invoice("F-2", 200, due=-9),
        invoice("F-3", 30, due=-3),
        contact(-8, F_1="reminder"),
        contact(-2, F_2="reminder"),
    )
    decision = ask(
        told, 5, house(trigger("alert", "reminders == 1 and days_past_due >= 17"), LADDER)
    )
    action = action_of(decision)
    assert (action.rule, action.level, action.template) == ("alert", "call", "alert")
    assert action.steps == (Step("F-1", "call"), Step("F-2", "call"), Step("F-3", "reminder"))
    assert action.amounts == (euros(1230),)
    # The levels are named of items that no trigger touches, or that the ladder carried higher.
    assert decision.because == ("alert", "call", "reminder")


def test_first_trigger_of_the_document_gives_the_action_and_all_are_named() -> None:
    remind, call = trigger("one", "amount_due >= EUR(500)", "remind"), trigger("two", ALWAYS)
    told = account(invoice(due=-1), invoice("F-2", 70, due=-1))
    decision = ask(told, 0, house(remind, call, REMINDER))
    assert (action_of(decision).rule, decision.because) == ("one", ("one", "two"))
    decision = ask(told, 0, house(call, remind, REMINDER))
    assert (action_of(decision).rule, decision.because) == ("two", ("two", "one"))
    assert action_of(decision).lists == ("F-2", "F-1")


def test_register_is_the_firmer_of_the_trigger_and_the_highest_step() -> None:
    policy = house(trigger("alert", "'odd' in tags", tone="friendly"), LADDER)
    told = account(invoice(due=-25, tags=["odd"]), contact(-10, "call", F_1="call"))
    assert (steps_of(ask(told, 0, policy)), action_of(ask(told, 0, policy)).tone) == (
        *({"F-1": "letter"}, Tone.FIRM),
    )
    told = account(invoice(due=-1, tags=["odd"]))
    assert action_of(ask(told, 0, policy)).tone is Tone.FRIENDLY
    firm = house(trigger("alert", "'odd' in tags", tone="firm"), LADDER)
    told = account(invoice(due=-3, tags=["odd"]))
    assert action_of(ask(told, 0, firm)).tone is Tone.FIRM


# --- climbing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reached", "climb", "level"),
    [
        (None, 1, "reminder"),
        (None, 2, "call"),
        (None, 3, "letter"),
        (None, 9, "letter"),
        ("reminder", 1, "call"),
        ("reminder", 2, "letter"),
        ("call", 2, "letter"),
        ("letter", 1, None),
        ("notice", 1, None),
        ("placement", 1, None),
    ],
)
def test_item_climbs_so_many_levels_and_never_to_a_formal_one(
    reached: str | None, climb: int, level: str | None
) -> None:
    policy = house(trigger("alert", ALWAYS, climb=climb), BEFORE, LADDER)
    steps = () if reached is None else (contact(-9, F_1=reached),)
    action = action_of(ask(account(invoice(due=-1), *steps), 0, policy))
    assert action.level == level
    assert action.invoices == ("F-1",)


def test_formal_act_bars_the_way_to_what_comes_after_it() -> None:
    after = LETTER.replace('"letter"', '"last-call"', 1)
    policy = house(trigger("alert", ALWAYS, climb=2), REMINDER, NOTICE, after)
    assert steps_of(ask(account(invoice(due=-1)), 0, policy)) == {"F-1": "reminder"}


def test_levels_that_are_passed_over_are_not_counted() -> None:
    not_for = REMINDER + 'for = "vip"\n'
    over = CALL + 'until = "days_past_due >= 1"\n'
    policy = house(trigger("alert", ALWAYS, climb=1), BEFORE, not_for, over, LETTER)
    assert steps_of(ask(account(invoice(due=-1)), 0, policy)) == {"F-1": "letter"}
    assert steps_of(ask(account(invoice(due=-1), vip=True), 0, policy)) == {"F-1": "reminder"}


def test_higher_of_the_climb_and_of_what_the_ladder_proposes_counts() -> None:
    policy = house(TO_AGE, BROKEN, LADDER)
    facts = (invoice(due=-25), promise(-9, -1))
    decision = ask(account(*facts), 0, policy)
    assert (steps_of(decision), decision.because) == ({"F-1": "letter"}, ("broken", "letter"))
    one_level = house(BROKEN, LADDER)
    decision = ask(account(*facts), 0, one_level)
    assert (steps_of(decision), decision.because) == ({"F-1": "reminder"}, ("broken",))


def test_highest_of_two_climbs_counts() -> None:
    one, two = trigger("one", ALWAYS, climb=1), trigger("two", "'odd' in tags", climb=3)
    told = account(invoice(due=-1, tags=["odd"]), invoice("F-2", 70, due=-1))
    for policy in (house(one, two, LADDER), house(two, one, LADDER)):
        assert steps_of(ask(told, 0, policy)) == {"F-1": "letter", "F-2": "reminder"}


def test_trigger_does_not_wait_for_the_gap_between_levels_and_the_others_do() -> None:
    policy = house(trigger("alert", "'odd' in tags", climb=1), LADDER)
    told = account(
        invoice(due=-30, tags=["odd"]),
        invoice("F-2", 70, due=-30),
        contact(-5, F_1="reminder", F_2="reminder"),
    )
    decision = ask(told, 0, policy)
    assert (steps_of(decision), decision.because) == ({"F-1": "call"}, ("alert",))
    assert action_of(decision).lists == ("F-2",)
    assert steps_of(ask(told, 2, policy)) == {"F-1": "call", "F-2": "call"}


def test_item_that_climbed_by_a_trigger_goes_on_from_there() -> None:
    told = account(invoice(due=-8), contact(-5, F_1="reminder"), promise(-4, -1))
    told = recorded(told, ask(told, 0, house(BROKEN, LADDER)))
    assert silent(ask(told, 6, house(BROKEN, LADDER)))
    assert silent(ask(told, 11, house(BROKEN, LADDER)))
    assert steps_of(ask(told, 12, house(BROKEN, LADDER))) == {"F-1": "letter"}


# --- formal acts come first ----------------------------------------------------------------------


def test_formal_act_that_the_ladder_has_earned_is_not_traded_for_a_call() -> None:
    policy = house(BROKEN, LADDER)
    told = account(
        invoice(due=-40), contact(-12, F_1="letter"), promise(-9, -1), invoice("F-2", 70, due=-3)
    )
    decision = ask(told, 0, policy)
    action = action_of(decision)
    assert (action.kind, action.rule, action.level) == ("formal_notice", "notice", "notice")
    assert action.steps == (Step("F-1", "notice"), Step("F-2", "reminder"))
    assert (action.channel, action.approval) == ("registered_letter", True)
    assert decision.because == ("notice", "reminder", "broken")


def test_placement_takes_its_items_and_the_trigger_is_named_after_it() -> None:
    policy = house(trigger("alert", "'odd' in tags"), LADDER)
    told = account(
        invoice(due=-80),
        contact(-40, F_1="notice"),
        notice(-20, "F-1"),
        invoice("F-2", tags=["odd"], due=-9),
    )
    decision = ask(told, 0, policy)
    assert (action_of(decision).kind, action_of(decision).invoices) == ("place", ("F-1",))
    assert decision.because == ("placement", "alert")


def test_formal_act_under_its_floor_leaves_the_word_to_the_trigger() -> None:
    policy = house("[floor]\nformal_notice = 5000\n", BROKEN, LADDER)
    told = account(invoice(due=-40), contact(-12, F_1="letter"), promise(-9, -1))
    decision = ask(told, 0, policy)
    assert (action_of(decision).kind, decision.because) == ("call", ("broken",))
    assert (action_of(decision).steps, action_of(decision).lists) == ((), ("F-1",))


# --- under every safeguard -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "fact",
    [
        Dispute("D-1", on(-1), invoice="F-1"),
        DunningBlock("K-1", on(-1), until=on(9), invoice="F-1", reason="flood"),
        PaymentPlan("L-1", on(-1), invoices=["F-1"], instalments=(Instalment(on(9), euros(1000)),)),
        Placement("T-1", on(-1), to="agency", invoices=["F-1"]),
        promise(-1, 9, 1000, "F-1"),
        paid("P-1", -1, 1000, to="F-1"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_trigger_asks_for_nothing_that_may_not_be_asked_for(fact: Fact) -> None:
    policy = house(trigger("alert", "days_since_issue >= 1"), REMINDER)
    assert silent(ask(account(invoice(due=-1), fact), 0, policy))
    told = account(invoice(due=-1), invoice("F-2", 70, due=-1), fact)
    action = action_of(ask(told, 0, policy))
    assert (action.invoices, action.amounts) == (("F-2",), (euros(70),))


def test_trigger_says_nothing_of_what_is_not_late() -> None:
    policy = house(trigger("alert", "days_since_issue >= 1"), BEFORE, REMINDER)
    assert silent(ask(account(invoice()), -20, policy))
    assert action_of(ask(account(invoice()), -5, policy)).kind == "pre_due_reminder"
    assert action_of(ask(account(invoice()), 1, policy)).rule == "alert"


def test_trigger_comes_before_a_reminder_of_what_will_be_due() -> None:
    policy = house(trigger("alert", ALWAYS), BEFORE, REMINDER)
    decision = ask(account(invoice(due=-1), invoice("F-2", 70, due=3)), 0, policy)
    assert (action_of(decision).invoices, decision.because) == (("F-1",), ("alert",))


def test_trigger_keeps_the_pace_and_is_named_from_the_first_day() -> None:
    policy = house(BROKEN, LADDER)
    told = account(invoice(due=-8), contact(-2, F_1="reminder"), promise(-3, -1))
    # We spoke on Saturday; the promise broke on Monday, and Thursday is the fifth day.
    days = {day: ask(told, day, policy) for day in range(-1, 4)}
    assert silent(days[-1])
    assert all(silent(days[day], "pace", "broken") for day in (0, 1, 2))
    assert (steps_of(days[3]), days[3].because) == ({"F-1": "call"}, ("broken",))


def test_trigger_keeps_to_so_many_contacts_a_month() -> None:
    policy = house("[pace]\nper_30_days = 1\n", trigger("alert", ALWAYS), REMINDER)
    told = account(invoice(due=-40), listed(-20, "F-1"))
    assert silent(ask(told, 0, policy), "pace", "alert", "reminder")
    assert action_of(ask(told, 10, policy)).rule == "alert"


def test_holds_silence_triggers_and_are_named() -> None:
    policy = house(AUDIT, VIP, trigger("alert", ALWAYS), REMINDER.replace(">= 2", ">= 20"))
    assert silent(ask(account(invoice(due=-1, tags=["audit"])), 0, policy), "audited")
    assert silent(ask(account(invoice(tags=["audit"])), 0, policy))
    assert silent(ask(account(invoice(due=-1), vip=True), 0, policy), "by-hand")
    told = account(invoice(due=-1, tags=["audit"]), invoice("F-2", 70, due=-1))
    assert action_of(ask(told, 0, policy)).invoices == ("F-2",)


def test_hold_is_not_named_for_a_trigger_that_would_not_have_spoken() -> None:
    call, kind = trigger("alert", ALWAYS), "unknown"
    policy = house(AUDIT, call, REMINDER.replace(">= 2", ">= 20"))
    assert silent(ask(account(invoice(due=-1, tags=["audit"]), kind=kind), 0, policy))
    policy = house(AUDIT, trigger("alert", ALWAYS, repeat_every=9), REMINDER)
    told = account(invoice(due=-1, tags=["audit"]), listed(-5, "F-1"))
    assert silent(ask(told, 0, policy))
    assert silent(ask(told, 4, policy), "audited")


def test_cash_that_covers_everything_silences_a_trigger() -> None:
    policy = house(trigger("alert", ALWAYS), REMINDER).completed(application="explicit_only")
    told = account(invoice(due=-1), paid("P-1", -1, 1000))
    assert silent(ask(told, 0, policy), "unapplied-cash")
    assert tasks_of(ask(told, 0, policy)) == [("unmatched_credit", "F-1")]
    told = account(invoice(due=-1), paid("P-1", -1, 400))
    assert action_of(ask(told, 0, policy)).amounts == (euros(600),)


def test_cash_that_covers_a_currency_silences_the_triggers_on_it() -> None:
    policy = house(trigger("alert", "'odd' in tags"), REMINDER).completed(
        application="explicit_only"
    )
    told = account(
        invoice(due=-1, tags=["odd"]), invoice("F-2", dollars(70), due=-3), paid("P-1", -1, 1000)
    )
    decision = ask(told, 0, policy)
    assert (steps_of(decision), decision.because) == ({"F-2": "reminder"}, ("reminder",))
    both = told.record(invoice("F-3", dollars(9), due=-1, tags=["odd"]))
    decision = ask(both, 0, policy)
    assert (action_of(decision).rule, decision.because) == ("alert", ("alert", "reminder"))
    assert action_of(decision).invoices == ("F-2", "F-3")


def test_cash_for_what_nobody_calls_about_leaves_the_trigger_to_the_others() -> None:
    """Euros of an assumed date are no part of the call, and the cash covers the other euros."""
    policy = house(trigger("alert", ALWAYS), REMINDER).completed(application="explicit_only")
    told = account(
        invoice("F-1", 100, due=-1),
        invoice("F-2", 100, due=-1, due_assumed=True),
        invoice("F-3", dollars(100), due=-1),
        paid("P-1", -1, 100),
    )
    decision = ask(told, 0, policy)
    action = action_of(decision)
    assert (action.kind, action.lists, action.amounts) == ("call", ("F-3",), (dollars(100),))
    assert decision.because == ("alert",)
    alone = account(
        invoice("F-1", 100, due=-1),
        invoice("F-2", 100, due=-1, due_assumed=True),
        paid("P-1", -1, 100),
    )
    assert silent(ask(alone, 0, policy), "unapplied-cash")


def test_notice_that_cash_covers_does_not_ride_along_with_a_reminder() -> None:
    """The cash covers what is agreed, not what is assumed: a reminder of both, and no notice."""
    policy = house(trigger("alert", ALWAYS, "remind"), LADDER).completed(
        application="explicit_only"
    )
    told = account(
        invoice("F-1", 100, due=-40),
        invoice("F-2", 100, due=-12, due_assumed=True),
        paid("P-1", -1, 100),
        contact(-10, F_1="letter"),
    )
    action = action_of(ask(told, 0, policy))
    assert (action.kind, action.rule, action.amounts) == ("remind", "alert", (euros(100),))
    assert (action.steps, action.lists) == ((Step("F-2", "reminder"),), ("F-1",))


def test_trigger_waits_for_a_day_that_is_worked() -> None:
    policy = house(trigger("alert", ALWAYS), REMINDER)
    assert action_of(ask(account(invoice()), 5, policy)).execute_on == on(7)
    short = policy.completed(calendar=BusinessCalendar.of([], valid_from=on(-9), valid_until=on(9)))
    assert silent(ask(account(invoice()), 20, short), "outside-calendar")


def test_trigger_speaks_to_nobody_whom_the_policy_does_not_serve() -> None:
    policy = house(trigger("alert", ALWAYS), REMINDER)
    assert silent(ask(account(invoice(due=-1), kind="public"), 0, policy), "kind-not-served")


# --- what we do not know -------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["call", "visit", "propose_plan"])
def test_unknown_kind_and_assumed_date_hear_reminders_only(act: str) -> None:
    policy = house(trigger("alert", ALWAYS, act), REMINDER)
    assert silent(ask(account(invoice(due=-1), kind="unknown"), 0, policy))
    assert silent(ask(account(invoice(due=-1, due_assumed=True)), 0, policy))
    told = account(invoice(due=-1), invoice("F-2", 70, due=-1, due_assumed=True))
    action = action_of(ask(told, 0, policy))
    assert (action.kind, action.invoices, action.amounts) == (act, ("F-1",), (euros(1000),))


def test_reminder_of_a_trigger_climbs_over_what_is_no_reminder() -> None:
    policy = house(trigger("alert", ALWAYS, "remind", climb=2), LADDER)
    for told in (
        account(invoice(due=-1), kind="unknown"),
        account(invoice(due=-1, due_assumed=True)),
    ):
        assert steps_of(ask(told, 0, policy)) == {"F-1": "letter"}
    told = account(invoice(due=-1), invoice("F-2", 70, due=-1, due_assumed=True))
    assert steps_of(ask(told, 0, policy)) == {"F-2": "letter", "F-1": "call"}


# --- for whom, and how often ---------------------------------------------------------------------


def test_trigger_is_for_those_it_says() -> None:
    policy = house(trigger("alert", ALWAYS, serves="vip or 'odd' in tags"), REMINDER)
    assert silent(ask(account(invoice(due=-1)), 0, policy))
    assert action_of(ask(account(invoice(due=-1), vip=True), 0, policy)).rule == "alert"
    assert action_of(ask(account(invoice(due=-1, tags=["odd"])), 0, policy)).rule == "alert"


def test_trigger_repeats_so_many_days_after_we_last_spoke_of_the_item() -> None:
    policy = house(
        trigger("alert", "'odd' in tags", repeat_every=15), REMINDER.replace(">= 2", ">= 90")
    )
    told = account(invoice(due=-1, tags=["odd"]), invoice("F-2", 70, due=-1))
    told = recorded(told, ask(told, 0, policy))
    assert [ask(told, day, policy).action is None for day in (5, 14, 15)] == [True, True, False]
    # Whatever the message was, as long as it was about that item and arrived.
    for said, first in (
        (contact(4, F_1="reminder"), 19),
        (listed(4, "F-1", act="remind", channel="email"), 19),
        (listed(4, "F-2"), 15),
        (listed(4, "F-1", act="thank"), 15),
    ):
        later = told.record(said)
        assert silent(ask(later, first - 1, policy))
        assert action_of(ask(later, first, policy)).rule == "alert"
    bounced = InteractionResult("IR-1", on(5), interaction="L-4", result="bounced")
    later = told.record(listed(4, "F-1"), bounced)
    assert action_of(ask(later, 15, policy)).rule == "alert"


def test_without_a_rhythm_the_condition_and_the_pace_alone_decide() -> None:
    policy = house(trigger("alert", ALWAYS), REMINDER.replace(">= 2", ">= 90"))
    told = account(invoice(due=-1))
    told = recorded(told, ask(told, 0, policy))
    assert silent(ask(told, 4, policy), "pace", "alert")
    assert action_of(ask(told, 5, policy)).rule == "alert"


def test_offer_of_a_plan_counts_the_days_since_the_last_offer() -> None:
    offer = trigger("plan", ALWAYS, "propose_plan", repeat_every=30)
    policy = house(offer, REMINDER)
    told = account(invoice(due=-1), listed(-9, "F-1"))
    told = recorded(told, ask(told, 0, policy)).record(listed(9, "F-1"))
    assert action_of(ask(account(invoice(due=-1), listed(-9, "F-1")), 0, policy)).rule == "plan"
    assert ask(told, 29, policy).because == ("reminder",)
    assert ask(told, 30, policy).because == ("plan", "reminder")


def test_offer_says_its_bounds_and_who_approves_it() -> None:
    text = trigger("plan", ALWAYS, "propose_plan")
    action = action_of(ask(account(invoice(due=-1)), 0, house(text, REMINDER)))
    assert (action.offer, action.approval) == (Offer(), True)
    assert Offer() == Offer(instalments=3, days=90, first_share=0, approver=Handler.ACCOUNT_MANAGER)
    text += '[trigger.offer]\ninstalments = 4\ndays = 60\nfirst_share = 25\napprover = "lawyer"\n'
    action = action_of(ask(account(invoice(due=-1)), 0, house(text, REMINDER)))
    assert action.offer == Offer(instalments=4, days=60, first_share=25, approver=Handler.LAWYER)
    assert action_of(ask(account(invoice(due=-3)), 0, house(REMINDER))).offer is None


# --- inside the house ----------------------------------------------------------------------------

STOP = trigger("stop", "collectable >= EUR(500)", "propose_order_stop")
WATCH = trigger("watch", "days_since_issue >= 1", "task", task="limitation_near", handler="lawyer")


def test_inside_trigger_gives_one_task_that_names_the_items() -> None:
    told = account(invoice(due=-1), invoice("F-2", 70, due=20), owner="Nadia")
    decision = ask(told, 0, house(WATCH, STOP, REMINDER))
    assert decision.action is None
    assert [
        (one.kind, one.invoices, one.handler, one.rule, one.owner, one.due)
        for one in decision.tasks
    ] == [
        ("limitation_near", ("F-1", "F-2"), "lawyer", "watch", "Nadia", None),
        ("order_stop", ("F-1", "F-2"), "account_manager", "stop", "Nadia", None),
    ]


def test_task_without_a_kind_is_to_be_followed_up_by_a_collector() -> None:
    policy = house(trigger("look", "'odd' in tags", "task"), REMINDER)
    told = account(invoice(tags=["odd"]), invoice("F-2"))
    (task,) = ask(told, 0, policy).tasks
    assert (task.kind, task.handler, task.invoices) == ("follow_up", "collector", ("F-1",))
    assert ask(account(invoice()), 0, policy).tasks == ()


def test_inside_trigger_is_for_those_it_says() -> None:
    policy = house(trigger("look", ALWAYS, "task", serves="vip"), REMINDER)
    assert ask(account(invoice(due=-1)), 0, policy).tasks == ()
    assert tasks_of(ask(account(invoice(due=-1), vip=True), 0, policy)) == [("follow_up", "F-1")]


SILENCED = {
    "pace": (contact(-1),),
    "dispute": (Dispute("D-1", on(-1), invoice="F-1"),),
    "block": (DunningBlock("K-1", on(-1), until=on(9), reason="flood"),),
    "promise": (promise(-1, 9),),
    "placement": (Placement("T-1", on(-1), to="agency", invoices=["F-1"]),),
}


@pytest.mark.parametrize("facts", SILENCED.values(), ids=SILENCED)
def test_nothing_suppresses_a_task(facts: tuple[Fact, ...]) -> None:
    policy = house(VIP, trigger("look", ALWAYS, "task"), REMINDER)
    for kind in ("business", "public", "unknown"):
        for vip in (True, False):
            told = account(invoice(due=-3), *facts, kind=kind, vip=vip)
            decision = ask(told, 0, policy)
            assert decision.action is None
            assert ("follow_up", "F-1") in tasks_of(decision)


def test_task_stands_beside_the_message_and_never_in_its_place() -> None:
    policy = house(trigger("look", ALWAYS, "task"), trigger("alert", ALWAYS), LADDER)
    decision = ask(account(invoice(due=-3)), 0, policy)
    assert (action_of(decision).rule, decision.because) == ("alert", ("alert", "reminder"))
    assert tasks_of(decision) == [("follow_up", "F-1")]


def test_task_about_time_running_out_says_the_last_day() -> None:
    policy = house(
        "[deadlines]\nlimitation_years = 2\n",
        trigger("late", "limitation_days <= 90", "task", task="limitation_near"),
        trigger("other", "days_past_due >= 600", "task"),
        REMINDER,
    )
    told = account(invoice("F-1", due=-700), invoice("F-2", due=-680), invoice("F-3", due=-10))
    near, other = ask(told, 0, policy).tasks
    assert (near.kind, near.invoices, near.due) == (
        *("limitation_near", ("F-1", "F-2"), on(-700).replace(year=2026)),
    )
    assert (other.invoices, other.due) == (("F-1", "F-2"), None)
    past = ask(account(invoice(due=-800)), 0, policy).tasks[0]
    assert past.due == on(-800).replace(year=on(-800).year + 2)


def test_task_that_never_runs_out_has_no_last_day() -> None:
    watch = trigger("late", "limitation_days <= 90 or 'odd' in tags", "task")
    told = account(invoice(due=-10, tags=["odd"]))
    assert ask(told, 0, house(watch, REMINDER)).tasks[0].due is None
    undated = account(
        invoice(
            schedule=[Instalment(on(0), euros(900)), Instalment(None, euros(100))], tags=["odd"]
        )
    )
    policy = house("[deadlines]\nlimitation_years = 2\n", watch, REMINDER)
    (dated,) = ask(undated, 1, policy).tasks
    assert (dated.invoices, dated.due) == (("F-1/1", "F-1/2"), on(0).replace(year=2028))
    settled = undated.record(paid("P-1", 1, 900, to="F-1/1"))
    assert ask(settled, 2, policy).tasks[0].due is None


def test_task_that_cannot_tell_an_amount_asks_for_the_rate() -> None:
    told = account(invoice("F-1", dollars(2000), due=-1), invoice("F-2", due=-1))
    decision = ask(told, 0, house(STOP, REMINDER.replace(">= 2", ">= 9")))
    assert tasks_of(decision) == [("missing_rate",)]
    per_item = trigger("stop", "amount_due >= EUR(500)", "propose_order_stop")
    decision = ask(told, 0, house(per_item, REMINDER.replace(">= 2", ">= 9")))
    assert tasks_of(decision) == [("missing_rate",), ("order_stop", "F-2")]
    rated = house(STOP, REMINDER.replace(">= 2", ">= 9")).completed(rates=RATES)
    assert tasks_of(ask(told, 0, rated)) == [("order_stop", "F-2", "F-1")]


def test_task_about_what_is_settled_is_no_task() -> None:
    policy = house(trigger("look", "days_since_issue >= 1", "task"), REMINDER)
    told = account(invoice(due=-1), invoice("F-2", 70, due=-1), paid("P-1", 0, 1000, to="F-1"))
    assert tasks_of(ask(told, 0, policy)) == [("follow_up", "F-2")]


# --- the French preset ---------------------------------------------------------------------------


def test_preset_answers_each_thing_that_happens() -> None:
    kept_in_part = (
        invoice(due=-20),
        contact(-9, F_1="call"),
        promise(-8, -1, 800),
        paid("P-1", -2, 300),
    )
    assert ask(account(*kept_in_part), 0).because == ("partly-kept-promise", "firm-letter")
    plan = PaymentPlan(
        "L-1",
        on(-20),
        invoices=["F-1"],
        instalments=(Instalment(on(-1), euros(400)), Instalment(on(29), euros(600))),
    )
    missed = ask(account(invoice(due=-40), contact(-18, F_1="firm-letter"), plan), 0)
    assert (missed.because, action_of(missed).amounts) == (("missed-instalment",), (euros(400),))
    debit: Payment = paid("P-1", -9, 1000, to="F-1")
    back = Reversal("X-1", on(0), payment="P-1", reason="returned")
    returned = ask(account(invoice(due=-10), debit, back), 0)
    assert returned.because == ("returned-payment", "first-reminder")
    old = ask(account(invoice(due=-5 * 365 + 30), contact(-9, F_1="firm-letter")), 0)
    assert ("limitation_near", "F-1") in tasks_of(old)
    large = ask(account(invoice(total=6000, due=-61), contact(-1)), 0)
    assert tasks_of(large) == [("order_stop", "F-1")]


def test_preset_without_its_triggers_is_its_ladder() -> None:
    bare: Policy = attrs.evolve(PRESET, triggers=())
    told = account(invoice(due=-8), contact(-5, F_1="first-reminder"), promise(-4, -1))
    assert silent(ask(told, 0, bare))
    assert ask(told, 0).because == ("broken-promise",)


def test_preset_in_another_currency_reads_its_triggers_in_it() -> None:
    told = account(invoice(total=dollars(6000), due=-61), contact(-1))
    assert tasks_of(ask(told, 0, preset("fr-b2b", currency="USD"))) == [("order_stop", "F-1")]
