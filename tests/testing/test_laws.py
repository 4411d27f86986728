"""Each law tells what is against it from what is not, one decision at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from recouvrement import (
    Account,
    ActionKind,
    Allocation,
    BusinessCalendar,
    Debtor,
    Decision,
    Dispute,
    DunningBlock,
    FormalNotice,
    Instalment,
    Interaction,
    InteractionResult,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    Person,
    Placement,
    Policy,
    Promise,
    Reversal,
    Step,
    decide,
    preset,
    read_policy,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import Handler, preset_names
from recouvrement.policy.explanation import Verdict
from recouvrement.policy.replay import explain
from recouvrement.testing import laws_reached, laws_replayed
from recouvrement.testing.law import Breach, Law, against, height, said
from recouvrement.testing.laws import LAWS, breach_of, laws_named
from recouvrement.testing.laws_reached import dead_rules, unreached
from recouvrement.testing.lives import Case, NoAnswer, lived, recorded, too_soon
from recouvrement.testing.monotone import against_monotone
from recouvrement.testing.reducing import smallest
from recouvrement.testing.stories import first_scenes, stories_of

TEXT = (Path(__file__).parent / "broken" / "sound.toml").read_text(encoding="utf-8")
SOUND = read_policy(TEXT)
DUE = date(2026, 3, 2)  # a Monday
Change = Callable[[Decision], Any]


def on(days: int) -> date:
    return DUE + timedelta(days)


def euros(amount: int) -> Money:
    return Money.of(amount, "EUR")


def invoice(name: str = "F-1", due: int = 0, amount: int = 900, **other: Any) -> Invoice:
    return Invoice(name, on(due - 30), due_on=on(due), total=euros(amount), **other)


def account(*facts: Fact, **debtor: Any) -> Account:
    return Account.of(Debtor("C-1", "Atelier Vasseur", **{"kind": "business", **debtor}), *facts)


def contact(name: str, day: int, *levels: str, **other: Any) -> Interaction:
    steps = tuple(Step("F-1", level) for level in levels)
    return Interaction(name, on(day), **{"channel": "email", "steps": steps, **other})


def case(told: Account, day: int, change: Change | None = None, *, policy: Policy = SOUND) -> Case:
    """An account on a day, before the engine or before one that changes what it answers."""

    def changed(*given: Any, **asked: Any) -> Any:
        decision = decide(*given, **asked)
        return change(decision) if change is not None else decision

    return Case(policy, told, on(day), changed)


def acting(**changes: Any) -> Change:
    """What changes the action, if there is one."""

    def change(decision: Decision) -> Decision:
        if decision.action is None:
            return decision
        return attrs.evolve(decision, action=attrs.evolve(decision.action, **changes))

    return change


def breach(law: str, shown: Case) -> Breach | None:
    (one,) = laws_named([law])
    return breach_of(one, shown)


def told(law: str, shown: Case) -> tuple[str, str]:
    """What was expected and what came, where a law does not hold."""
    found = breach(law, shown)
    assert found is not None
    return found.expected, found.came


LATE = account(invoice())


# --- the table of laws ---------------------------------------------------------------------------

PAGE = Path(__file__).parents[2] / "docs" / "checking_policies.md"


def test_every_law_has_a_name_of_its_own() -> None:
    assert len({law.name for law in LAWS}) == len(LAWS)
    assert {law.number for law in LAWS} == {None, *range(6, 14), 17, 18}


@pytest.mark.skipif(not PAGE.exists(), reason="the pages of docs/ are not here")
def test_page_lists_every_law_as_it_is_stated() -> None:
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ")
    ]
    assert rows[1:] == [(str(law.number or ""), law.name, law.statement) for law in LAWS]


# --- the safeguards ------------------------------------------------------------------------------


def test_every_law_holds_on_what_the_engine_says_of_a_late_invoice() -> None:
    for day in (-4, 0, 1, 2, 3, 10, 45):
        for law in LAWS:
            assert law.once or breach_of(law, case(LATE, day)) is None


@pytest.mark.parametrize(
    ("law", "change", "expected"),
    [
        ("collectable-only", acting(steps=(), lists=()), "at least one item, each of them once"),
        ("collectable-only", acting(lists=("F-1",)), "at least one item, each of them once"),
        ("collectable-only", acting(lists=("F-9",)), "nothing about F-9, which is not open"),
        ("collectable-only", acting(recipient="C-9"), "a message to C-1, not to C-9"),
        ("amounts", acting(amounts=()), "an amount asked for"),
        ("amounts", acting(amounts=(euros(901),)), "at most 900.00 EUR"),
        ("amounts", acting(amounts=(euros(0),)), "more than nothing, at most 900.00 EUR"),
        ("worked-days", acting(execute_on=on(5)), "a day that is worked, from 2026-03-04 on"),
        ("worked-days", acting(execute_on=on(1)), "a day that is worked, from 2026-03-04 on"),
        ("worked-days", acting(act_by=on(0)), "a day that is worked, from 2026-03-04 on"),
    ],
)
def test_message_that_says_what_it_may_not_is_seen(law: str, change: Change, expected: str) -> None:
    assert breach(law, case(LATE, 2)) is None
    assert expected in told(law, case(LATE, 2, change))[0]


def test_nobody_is_contacted_without_anything_open() -> None:
    paid = account(invoice(), Payment("P-1", on(1), amount=euros(900)))
    spoken = decide(SOUND, LATE, as_of=on(2)).action
    shown = case(paid, 2, lambda decision: attrs.evolve(decision, action=spoken))
    assert told("nothing-open", shown)[0] == "no contact: nothing is open"


def test_nothing_is_demanded_before_it_is_due() -> None:
    assert breach("nothing-open", case(LATE, -4)) is None  # a pre-due reminder
    shown = case(LATE, -4, acting(kind="remind"))
    assert told("nothing-open", shown)[0].startswith("at most a pre-due reminder")
    shown = case(account(invoice(), invoice("F-2")), -4, acting(lists=("F-1", "F-2"), steps=()))
    assert told("collectable-only", shown)[0] == "a pre-due reminder that lists nothing else"


def test_what_is_held_is_not_asked_for() -> None:
    held = account(invoice(), invoice("F-2"), Dispute("D-1", on(1), invoice="F-2"))
    assert breach("collectable-only", case(held, 2)) is None
    shown = case(held, 2, acting(lists=("F-2",)))
    assert told("collectable-only", shown)[0] == "nothing about F-2, which is disputed"


def test_pre_due_amounts_are_what_will_be_due() -> None:
    assert breach("amounts", case(LATE, -4)) is None
    assert breach("amounts", case(LATE, -4, acting(amounts=(euros(901),)))) is not None


NOTICED = account(
    invoice(),
    contact("I-1", 20, "firm-letter"),
    contact("I-2", 30, "notice", act="formal_notice"),
    FormalNotice("N-1", on(30), invoices=("F-1",), amount=euros(900), respond_by=on(38)),
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (acting(approval=False), "a formal act that a person approves"),
        (acting(handler=Handler.AUTOMATIC), "a formal act that a person approves"),
        (acting(amounts=(euros(499),)), "nothing so dear below 500.00 EUR"),
    ],
)
def test_formal_act_is_approved_and_worth_it(change: Change, expected: str) -> None:
    assert case(NOTICED, 39).decision.because == ("placement",)
    assert breach("formal-acts", case(NOTICED, 39)) is None
    assert told("formal-acts", case(NOTICED, 39, change))[0] == expected


def test_notice_without_floor_has_no_least_amount() -> None:
    shown = case(account(invoice(amount=1), contact("I-1", 20, "firm-letter")), 30)
    assert shown.action is not None
    assert shown.action.kind == "formal_notice"
    assert breach("formal-acts", shown) is None


def test_placement_takes_only_what_a_notice_that_ran_out_names() -> None:
    placed = case(NOTICED, 39).action
    other = attrs.evolve(
        NOTICED.notices[0], invoices=("F-2",), respond_by=on(38), amount=euros(900)
    )
    facts = [one for one in NOTICED.facts if not isinstance(one, FormalNotice)]
    for late in (
        account(*facts),
        account(*facts, attrs.evolve(NOTICED.notices[0], respond_by=on(40))),
        account(*facts, invoice("F-2"), other),
    ):
        shown = case(late, 39, lambda decision: attrs.evolve(decision, action=placed))
        assert told("formal-acts", shown)[0].startswith("no placement of F-1, which no notice")


def test_unknown_debtor_gets_reminders_and_a_task() -> None:
    unknown = account(invoice(), kind="unknown")
    assert breach("reminders-only", case(unknown, 2)) is None
    shown = case(unknown, 2, acting(kind="call"))
    assert told("reminders-only", shown)[0] == "at most a reminder to a debtor of unknown kind"
    shown = case(unknown, 2, lambda decision: attrs.evolve(decision, tasks=()))
    assert told("reminders-only", shown) == (
        "a task to qualify a debtor of unknown kind",
        "no task",
    )


def test_due_date_that_nobody_agreed_gets_reminders() -> None:
    assumed = account(invoice(due_assumed=True))
    assert breach("reminders-only", case(assumed, 2)) is None
    expected = told("reminders-only", case(assumed, 2, acting(kind="call")))[0]
    assert expected == "at most a reminder to a debtor whose due date is assumed"


def test_debtor_of_another_kind_is_not_served() -> None:
    public = account(invoice(), kind="public")
    assert breach("reminders-only", case(public, 2)) is None
    spoken = decide(SOUND, LATE, as_of=on(2)).action
    shown = case(public, 2, lambda decision: attrs.evolve(decision, action=spoken))
    assert told("reminders-only", shown)[0] == "nothing to a public debtor, not served"


def test_refused_channel_is_used_by_nobody_but_the_postman() -> None:
    refusing = account(invoice(), refused_channels=frozenset({"email", "letter"}))
    assert breach("refused-channels", case(refusing, 2)) is None
    expected, came = told("refused-channels", case(refusing, 2, acting(channel="email")))
    assert (expected, came) == ("another way than email, which is refused", "remind by email")
    posted = acting(channel="letter", kind="formal_notice")
    assert breach("refused-channels", case(refusing, 2, posted)) is None


def test_channel_that_the_person_asked_for_refuses_is_not_used() -> None:
    person = Person("N-1", "Mme Petit", refused_channels=frozenset({"email"}))  # type: ignore[arg-type]
    people = account(invoice(), people=(person,))
    assert breach("refused-channels", case(people, 2)) is None
    assert breach("refused-channels", case(people, 2, acting(person="N-1"))) is not None


# --- whoever gives no answer ---------------------------------------------------------------------


def test_decider_that_raises_breaks_one_law_and_no_other() -> None:
    def raising(_: Decision) -> Decision:
        raise KeyError("F-1")

    shown = case(LATE, 2, raising)
    assert told("answers", shown) == (
        "a decision that can be acted on and recorded",
        "KeyError: 'F-1'",
    )
    assert breach("pace", shown) is None


def test_answer_that_is_no_decision_is_seen() -> None:
    assert told("answers", case(LATE, 2, lambda _: "nothing"))[1] == "a value of type str"


def test_decision_about_somebody_else_is_seen() -> None:
    shown = case(LATE, 2, lambda decision: attrs.evolve(decision, account="C-9"))
    assert told("answers", shown) == (
        "a decision about C-1 as of 2026-03-04",
        "one about C-9 as of 2026-03-04",
    )


@pytest.mark.parametrize("kind", [ActionKind.REMIND, ActionKind.FORMAL_NOTICE])
def test_proposal_that_no_account_can_record_is_seen(kind: ActionKind) -> None:
    shown = case(LATE, 2, acting(steps=(Step("F-9", "call"),), kind=kind))
    assert "cannot be recorded" in told("answers", shown)[1]


def test_notice_is_recorded_in_the_currency_of_what_it_names() -> None:
    listed = Invoice("F-2", on(-30), due_on=on(29), total=Money.of(70, "USD"))
    shown = case(account(invoice(), listed, contact("I-1", 20, "firm-letter")), 30)
    assert shown.action is not None
    assert [one.currency for one in shown.action.amounts] == ["EUR", "USD"]
    (given,) = recorded(shown).notices
    assert (given.invoices, given.amount) == (("F-1",), euros(900))


def test_life_stops_where_nothing_can_be_recorded() -> None:
    with pytest.raises(NoAnswer):
        list(lived(case(LATE, 2, acting(lists=("F-9",))), 3))


def test_day_outside_the_calendar_is_not_judged() -> None:
    until = BusinessCalendar.of([], valid_from=on(-60), valid_until=on(1))
    shown = case(LATE, 2, policy=SOUND.completed(calendar=until))
    assert shown.decision.because == ("outside-calendar",)
    assert [law for law in LAWS if not law.once and breach_of(law, shown)] == []


# --- what payments, blocks and days may do -------------------------------------------------------


def test_payment_that_wakes_the_house_is_seen() -> None:
    held = f"{TEXT}\n[[hold]]\nid = 'large'\nwhen = 'open >= EUR(900)'\nscope = 'item'"
    shown = case(LATE, 2, policy=read_policy(held))
    expected, came = told("further-payment", shown)
    assert expected == "no more than: nothing (because: large)"
    assert came == "once 300.00 EUR came: remind (first-reminder) about F-1, 600.00 EUR"


def test_payment_that_keeps_a_promise_or_a_plan_is_left_aside() -> None:
    promised = Promise("W-1", on(0), due_on=on(20), amount=euros(900), means="transfer")
    plan = PaymentPlan(
        "L-1", on(1), invoices=("F-1",), instalments=(Instalment(on(40), euros(900)),)
    )
    for sheltered in (account(invoice(), promised), account(invoice(), plan)):
        assert breach("further-payment", case(sheltered, 2)) is None


def test_payment_is_not_looked_at_before_what_is_to_come() -> None:
    held = f"{TEXT}\n[[hold]]\nid = 'large'\nwhen = 'open >= EUR(900)'\nscope = 'item'"
    later = account(invoice(), Payment("P-1", on(9), amount=euros(1)))
    assert breach("further-payment", case(later, 2, policy=read_policy(held))) is None


def test_payment_comes_in_the_currency_of_the_policy_too() -> None:
    dollars = Invoice("F-1", on(-30), due_on=DUE, total=Money.of(900, "USD"))
    assert breach("further-payment", case(account(dollars), 2)) is None


def test_reminder_that_waited_for_a_trigger_is_no_rise_and_no_fall() -> None:
    """The call after a broken promise says nothing of a due date that nobody agreed."""
    assumed = invoice("F-2", due=-20, due_assumed=True)
    policy = read_policy(TEXT.replace("climb   = 1\n", ""))
    promise = attrs.evolve(BROKEN, invoices=("F-1",))
    promised = account(invoice(), assumed, promise, contact("I-1", 1, "call"))
    spoken = [case(promised, day, policy=policy) for day in (8, 9)]
    assert [one.action and one.action.rule for one in spoken] == [
        "first-reminder",
        "broken-promise",
    ]
    for law in ("further-payment", "further-block", "next-day"):
        assert [breach(law, one) for one in spoken] == [None, None]


def test_block_that_makes_the_house_speak_is_seen() -> None:
    held = f"{TEXT}\n[[hold]]\nid = 'large'\nwhen = 'collectable >= EUR(900)'\nscope = 'item'"
    shown = case(account(invoice(), invoice("F-2")), 2, policy=read_policy(held))
    assert breach("further-block", shown) is None  # one is left, and it is as large
    shown = case(account(invoice(), invoice("F-2", amount=20)), 2, policy=read_policy(held))
    expected, came = told("further-block", shown)
    assert expected == "no more than: nothing (because: large)"
    assert came.startswith("once F-1 is blocked: remind (first-reminder) about F-2")


def test_block_on_the_account_silences_all() -> None:
    spoken = decide(SOUND, LATE, as_of=on(2)).action
    shown = case(LATE, 2, lambda decision: attrs.evolve(decision, action=spoken))
    assert told("further-block", shown)[0] == "nothing: the account is blocked"


def test_proposal_that_falls_with_time_is_seen_where_it_stood() -> None:
    def forgetful(decision: Decision) -> Decision:
        quiet = attrs.evolve(decision, action=None, because=())
        return quiet if decision.as_of > on(2) else decision

    later = account(invoice(), Payment("P-1", on(9), amount=euros(1)))
    for law in ("next-day", "skipped-days"):
        found = breach(law, case(later, 2, forgetful))
        assert found is not None
        assert (found.came, found.account) == ("nothing", LATE)  # without what is to come


def test_what_is_to_come_stays_where_something_speaks_of_it() -> None:
    def forgetful(decision: Decision) -> Decision:
        quiet = attrs.evolve(decision, action=None, because=())
        return quiet if decision.as_of > on(2) else decision

    naming = account(invoice(), invoice("F-2", due=90), Dispute("D-1", on(1), invoice="F-2"))
    found = breach("next-day", case(naming, 2, forgetful))
    assert found is not None
    assert found.account == naming


def test_height_of_a_proposal_counts_what_is_demanded_then_its_level() -> None:
    early, late = (case(LATE, day).decision for day in (-4, 2))
    beside = acting(level=None)(late)
    nothing = attrs.evolve(late, action=None)
    heights = [height(SOUND, one) for one in (nothing, early, beside, late)]
    assert heights == sorted(set(heights))
    assert said(attrs.evolve(nothing, because=())) == "nothing"


# --- promises ------------------------------------------------------------------------------------

BROKEN = Promise("W-1", on(3), due_on=on(8), amount=euros(900), means="transfer")


def silent_about(reason: str) -> Change:
    def change(decision: Decision) -> Decision:
        return attrs.evolve(decision, action=None, because=(reason,))

    return change


def test_broken_promise_that_nobody_acts_on_is_seen() -> None:
    promised = account(invoice(), BROKEN)
    assert breach("broken-promise", case(promised, 9)) is None
    assert (
        "broken-promise in because"
        in told("broken-promise", case(promised, 9, silent_about("")))[0]
    )
    expected = told("broken-promise", case(promised, 9, silent_about("broken-promise")))[0]
    assert expected.startswith("an action: promise W-1, broken since 2026-03-11")


@pytest.mark.parametrize(
    "reason", ["unapplied-cash", "channels-refused", "kind-not-served", "outside-calendar"]
)
def test_what_suppresses_everything_suppresses_that_too(reason: str) -> None:
    shown = case(account(invoice(), BROKEN), 9, silent_about(reason))
    assert breach("broken-promise", shown) is None


def test_promise_may_wait_for_the_pace() -> None:
    spoken = account(invoice(), BROKEN, contact("I-1", 7))
    assert case(spoken, 9).decision.because[0] == "pace"
    assert breach("broken-promise", case(spoken, 9)) is None


@pytest.mark.parametrize(
    "other",
    [
        account(invoice(), BROKEN, contact("I-1", 9)),  # somebody has spoken since
        account(invoice(due_assumed=True), BROKEN),  # about a date nobody agreed
        account(invoice(), BROKEN, kind="public"),
        account(invoice(), BROKEN, DunningBlock("K-1", on(9), until=on(40))),
        account(invoice(), BROKEN, Payment("P-1", on(8), amount=euros(900))),  # kept
        account(invoice(), BROKEN, Payment("P-1", on(20), amount=euros(900))),  # paid since
    ],
)
def test_promise_that_asks_for_nothing_is_left_aside(other: Account) -> None:
    assert breach("broken-promise", case(other, 30, silent_about(""))) is None


def test_amount_without_rate_is_not_chased() -> None:
    dollars = Money.of(900, "USD")
    foreign = account(
        Invoice("F-1", on(-30), due_on=DUE, total=dollars), attrs.evolve(BROKEN, amount=dollars)
    )
    priced = f"{TEXT}\n[[hold]]\nid = 'small'\nwhen = 'collectable < EUR(5)'\nscope = 'item'"
    shown = case(foreign, 9, policy=read_policy(priced))
    assert shown.action is None
    assert breach("broken-promise", shown) is None


# --- pace, steps, reminders ----------------------------------------------------------------------


def test_demand_inside_the_pace_is_seen_and_thanks_are_no_demand() -> None:
    spoken = account(invoice(), contact("I-1", 1, channel="phone"))
    demand = decide(SOUND, LATE, as_of=on(2)).action
    shown = case(spoken, 2, lambda decision: attrs.evolve(decision, action=demand))
    expected, came = told("pace", shown)
    assert expected.startswith("nothing on 2026-03-04: the pace is one contact in 5 days and 5")
    assert came.startswith("after a contact on 2026-03-03: remind")
    assert demand is not None
    thanks = attrs.evolve(demand, kind=ActionKind.THANK)
    shown = case(spoken, 2, lambda decision: attrs.evolve(decision, action=thanks))
    assert breach("pace", shown) is None


def test_pace_counts_demands_that_arrived_and_placements() -> None:
    def soon(*facts: Fact) -> str | None:
        return too_soon(case(account(invoice(), *facts), 10), on(10))

    assert soon() is None
    assert soon(contact("I-1", 5)) is None
    assert soon(contact("I-1", 6)) == "a contact on 2026-03-08"
    assert soon(contact("I-1", 6, direction="incoming", steps=())) is None
    assert soon(contact("I-1", 6, act="thank")) is None
    bounced = InteractionResult("IR-1", on(7), interaction="I-1", result="bounced")
    assert soon(contact("I-1", 6), bounced) is None
    seen = attrs.evolve(bounced, result="seen")
    assert soon(contact("I-1", 6), seen) is not None
    assert soon(Placement("T-1", on(10), to="agency", invoices=("F-1",))) is not None
    five = [contact(f"I-{day}", day) for day in (-19, -14, -9, -4, 1)]
    assert soon(*five) == "5 contacts in 30 days"
    assert soon(*five[1:]) is None


def test_second_demand_of_the_day_is_seen() -> None:
    spoken = decide(SOUND, LATE, as_of=on(2)).action
    shown = case(LATE, 2, lambda decision: attrs.evolve(decision, action=spoken))
    found = breach("once-recorded", shown)
    assert found is not None
    assert [type(fact) for fact in found.further] == [Interaction]


def test_step_back_and_step_too_soon_are_seen() -> None:
    called = account(invoice(), contact("I-1", 10, "call"))
    assert breach("never-back", case(called, 20)) is None
    back = acting(steps=(Step("F-1", "first-reminder"),))
    assert told("never-back", case(called, 20, back))[0] == "a step of F-1 above call"
    soon = account(invoice(), contact("I-1", 15, "call"))
    letter = decide(SOUND, called, as_of=on(21))
    shown = case(soon, 21, lambda _: letter)
    expected, came = told("never-back", shown)
    assert expected == "7 days between two steps of F-1"
    assert came.startswith("last step on 2026-03-17, now remind (firm-letter)")


def test_steps_that_are_of_no_level_or_no_item_are_not_compared() -> None:
    called = account(invoice(), contact("I-1", 10, "call", "of another policy"))
    elsewhere = acting(steps=(Step("F-1", "of another policy"), Step("F-9", "call")))
    assert breach("never-back", case(called, 20, elsewhere)) is None


def test_pre_due_reminder_leaves_the_gap_between_levels_alone() -> None:
    early = account(invoice(), contact("I-1", -3, "pre-due", act="pre_due_reminder"))
    assert case(early, 2).decision.because == ("first-reminder",)
    assert breach("never-back", case(early, 2)) is None


def test_level_that_recurs_may_be_said_again_in_its_time() -> None:
    *below, letter = SOUND.levels[:4]
    policy = attrs.evolve(SOUND, levels=(*below, attrs.evolve(letter, repeat_every=15)))
    lettered = account(invoice(), contact("I-1", 20, "firm-letter"))
    assert case(lettered, 35, policy=policy).decision.because == ("firm-letter",)
    assert breach("never-back", case(lettered, 35, policy=policy)) is None
    repeated = decide(policy, lettered, as_of=on(35))
    early = account(invoice(), contact("I-1", 28, "firm-letter"))
    shown = case(early, 35, lambda _: repeated, policy=policy)
    assert told("never-back", shown)[0] == "15 days between two steps of F-1"


def test_item_that_nobody_speaks_of_is_seen() -> None:
    two = account(invoice(), invoice("F-2"))
    assert breach("first-reminder", case(two, 3)) is None
    mute = silent_about("")
    assert breach("first-reminder", case(two, 2, mute)) is None  # there is still a day
    assert told("first-reminder", case(two, 3, mute))[0] == "F-1, 3 days late, spoken of"
    one = acting(steps=(Step("F-1", "first-reminder"),), lists=())
    assert told("first-reminder", case(two, 3, one))[0] == "F-2, 3 days late, spoken of"


@pytest.mark.parametrize(
    "other",
    [
        account(invoice(), contact("I-1", 2, "first-reminder")),
        account(invoice(), contact("I-1", 1)),  # too soon after it
        account(invoice(), Payment("P-1", on(1), amount=euros(5))),
        account(invoice(recorded_on=on(2))),
        account(invoice(due_assumed=True)),
        account(invoice(), kind="public"),
        account(invoice(), refused_channels=frozenset({"email"})),
        account(invoice(due=1)),
    ],
)
def test_item_that_need_not_be_spoken_of_yet_is_left_aside(other: Account) -> None:
    assert breach("first-reminder", case(other, 3, silent_about(""))) is None


def test_hold_on_fixed_facts_is_the_choice_of_the_house() -> None:
    for when, left in (("'audit' in tags", True), ("days_past_due >= 3", False)):
        held = f'{TEXT}\n[[hold]]\nid = "apart"\nwhen = "{when}"\nscope = "item"'
        audited = account(invoice(tags=frozenset({"audit"})))
        shown = case(audited, 3, policy=read_policy(held))
        assert shown.decision.because == ("apart",)
        assert (breach("first-reminder", shown) is None) is left


# --- what is told beside -------------------------------------------------------------------------


def test_explanation_of_something_else_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    real = explain(SOUND, LATE, as_of=on(2))
    item = real.items[0]
    unmet = tuple(attrs.evolve(rule, verdict=Verdict.UNMET) for rule in item.rules)
    wrong = [
        attrs.evolve(real, decision=decide(SOUND, LATE, as_of=on(1))),
        attrs.evolve(real, items=()),
        attrs.evolve(real, items=(attrs.evolve(item, rules=unmet),)),
        attrs.evolve(real, items=(attrs.evolve(item, step="call"),)),
    ]
    assert breach("explanation", case(LATE, 2)) is None
    found = []
    for one in wrong:
        monkeypatch.setattr(laws_replayed, "explain", lambda *_, given=one, **__: given)
        found.append(told("explanation", case(LATE, 2)))
    assert [came for _, came in found] == ["nothing", "items ", "it is unmet", "call"]


@pytest.mark.parametrize("announced", [3, 9, None])
def test_review_date_too_early_or_too_late_is_seen(
    announced: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reminder comes on the second day."""
    assert breach("review-date", case(LATE, 1)) is None
    given = None if announced is None else on(announced)
    monkeypatch.setattr(laws_replayed, "review_on", lambda *_, **__: given)
    expected, came = told("review-date", case(LATE, 1))
    assert expected == f"the answer to differ on {given}, and not before"
    assert came.startswith("as of 2026-03-03: nothing; as of 2026-03-04: remind")


# --- rules that nobody hears ---------------------------------------------------------------------


def test_review_date_on_which_nothing_changes_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laws_replayed, "review_on", lambda *_, **__: on(3))
    assert told("review-date", case(LATE, 2))[1].endswith("as of 2026-03-05: " + REMINDED)


REMINDED = "remind (first-reminder) about F-1, 900.00 EUR"


def test_rules_known_to_speak_need_no_story() -> None:
    ids = [level.id for level in SOUND.levels]
    assert unreached(SOUND, decide, reached=[*ids, "broken-promise"]) == ()
    assert dead_rules(SOUND, decide) is None


def test_decider_that_never_stops_is_not_listened_to_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoken = decide(SOUND, LATE, as_of=on(2)).action
    assert spoken is not None
    few = list(stories_of(SOUND))[:2]
    monkeypatch.setattr(laws_reached, "stories_of", lambda _: iter(few))
    heard = []

    def again(policy: Policy, told: Account, *, as_of: date, known_on: date | None) -> Decision:
        heard.append(len(told.interactions))
        decision = decide(policy, told, as_of=as_of, known_on=known_on)
        action = attrs.evolve(spoken, execute_on=as_of, act_by=as_of)
        return attrs.evolve(decision, action=action, because=())

    missing = unreached(SOUND, again)
    assert missing == ("pre-due", "call", "firm-letter", "notice", "placement", "broken-promise")
    assert max(heard) < 70
    assert len(heard) < 150


def test_decider_that_never_speaks_reaches_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    few = list(stories_of(SOUND))[:2]
    monkeypatch.setattr(laws_reached, "stories_of", lambda _: iter(few))

    def mute(policy: Policy, told: Account, **asked: Any) -> Decision:
        return attrs.evolve(decide(policy, told, **asked), action=None)

    found = dead_rules(SOUND, mute)
    assert found is not None
    assert found.came == "silence reaches nothing"


MANY_WORDS = f"""{TEXT.replace("placement = 500", "placement = 40_000")}
[deadlines]
limitation_years = 1

[[trigger]]
id = "old"
when = "limitation_days <= 60"
do = "task"

[[trigger]]
id = "retail"
when = "segment in ('retail', 'food') and not kind != 'business' and amount_due >= EUR(40_000)"
do = "task"

[[trigger]]
id = "export"
when = "'export' in tags and days_since_issue >= 75"
do = "task"

[[trigger]]
id = "vip"
when = "vip and country == 'DE'"
do = "task"
"""


def test_amounts_of_another_currency_and_a_single_cent_have_stories_too() -> None:
    cents = read_policy(TEXT.replace("placement = 500", "placement = 0.01"))
    dollars = attrs.evolve(SOUND, floor=attrs.evolve(SOUND.floor, placement=Money.of(5, "USD")))
    amounts = [
        {one.total for scene in stories_of(policy) for one in scene.account.invoices}
        for policy in (cents, dollars)
    ]
    assert Money(1, "EUR") in amounts[0]
    assert {one.currency for one in amounts[1]} == {"EUR"}


def test_debtors_and_tags_of_the_document_have_their_stories() -> None:
    policy = read_policy(MANY_WORDS)
    segments = {scene.account.debtor.segment for scene in first_scenes(policy)}
    assert segments == {None, "retail", "food"}
    # Each word has its debtor, but none is a VIP in Germany.
    debtors = [scene.account.debtor for scene in stories_of(policy)]
    assert not [one for one in debtors if one.vip and one.country == "DE"]
    german = account(invoice(), vip=True, country="DE")
    assert dead_rules(policy, decide, shown=[german]) is None


# --- which policies are monotone -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "reasons"),
    [
        ("days_past_due >= 2 and amount_due > EUR(5)", []),
        ("days_until_due <= 3 or unapplied < EUR(5)", []),
        ("vip or 'audit' in tags or segment in ('a', 'b') or not vip", []),
        ("segment == 'a' and True", []),
        ("over_limit", []),
        ("not over_limit", ["not over_limit can stop being true as over_limit goes up"]),
        ("not reminders < 3", []),
        ("reminders < 3", ["reminders < 3 can stop being true as reminders goes up"]),
        (
            "not days_past_due < 3",
            ["not days_past_due < 3 can stop being true as days_past_due goes up"],
        ),
        ("disputed", ["disputed, and disputed does not say which way is worse"]),
        (
            "level_reached == 'call'",
            ["level_reached == call, and level_reached does not say which way is worse"],
        ),
        (
            "plan_state in ('late', 'defaulted')",
            ["a word of plan_state, and plan_state does not say which way is worse"],
        ),
    ],
)
def test_condition_that_may_stop_being_true_is_named(when: str, reasons: list[str]) -> None:
    text = TEXT.replace('when    = "days_past_due >= 20"', f'when    = "{when}"')
    found = against_monotone(read_policy(text))
    assert found == tuple(f"level firm-letter: {reason}" for reason in reasons)


def test_triggers_inside_the_house_may_stop_being_true_and_rules_in_python_may_too() -> None:
    inside = f'{TEXT}\n[[trigger]]\nid = "few"\nwhen = "reminders < 3"\ndo = "task"'
    assert against_monotone(read_policy(inside)) == ()
    outside = inside.replace('"task"', '"remind"\nchannel = "email"')
    assert [one.partition(":")[0] for one in against_monotone(read_policy(outside))] == [
        "trigger few"
    ]

    @attrs.frozen
    class Coded:
        text: str = "late enough"
        criteria: frozenset[str] = frozenset({"days_past_due"})

        def met(self, **values: Any) -> bool:
            return (values["days_past_due"] or 0) >= 2

    first = attrs.evolve(SOUND.levels[1], when=Coded())
    policy = attrs.evolve(SOUND, levels=(SOUND.levels[0], first, *SOUND.levels[2:]))
    assert against_monotone(policy) == ("level first-reminder: 'late enough' is written in Python",)
    assert breach("first-reminder", case(LATE, 3, policy=policy)) is None


def test_every_preset_is_monotone() -> None:
    assert [name for name in preset_names() if against_monotone(preset(name))] == []


# --- smaller counter-examples --------------------------------------------------------------------


def test_counter_example_loses_what_it_does_not_need() -> None:
    (law,) = laws_named(["first-reminder"])
    assert smallest(law, case(LATE, 3)) is None
    parts = (Instalment(on(0), euros(400)), Instalment(on(30), euros(500)))
    much = Account.of(
        Debtor("C-1", "Atelier Vasseur", kind="business", vip=True, country="FR"),
        invoice(schedule=parts, tax=euros(150), tags=frozenset({"a", "b"})),
        invoice("F-2", amount=77),
        contact("I-1", -3, "pre-due", act="pre_due_reminder"),
        contact("I-2", -2, steps=(), invoices=("F-1/1", "F-2"), act="thank"),
        creditor="our-company",
    )
    found = smallest(law, case(much, 3, silent_about("")))
    assert found is not None
    assert found.account == Account.of(
        Debtor("C-1", "Atelier Vasseur", kind="business"), invoice(amount=1000)
    )


def test_counter_example_keeps_what_it_needs() -> None:
    (law,) = laws_named(["collectable-only"])
    disputed = account(invoice(), invoice("F-2"), Dispute("D-1", on(1), invoice="F-2"))
    found = smallest(law, case(disputed, 2, acting(lists=("F-2",))))
    assert found is not None
    assert {type(fact) for fact in found.account.facts} == {Invoice}  # F-2 alone, listed twice


def test_facts_that_speak_of_another_go_with_it() -> None:
    parts = (Instalment(on(90), euros(4)), Instalment(on(99), euros(5)))
    directed = Allocation("F-2", euros(5))
    paid = account(
        invoice(),
        invoice("F-2", due=90, amount=9, schedule=parts),
        Payment("P-1", on(1), amount=euros(5), allocations=(directed,)),
        Dispute("D-1", on(1), invoice="F-2/2"),
        Reversal("X-1", on(1), payment="P-1"),
    )
    found = smallest(shown_by(lambda _: True), case(paid, 3))
    assert found is not None
    assert found.account.facts == ()


def test_fact_that_is_needed_keeps_one_part_of_each_sort() -> None:
    halves = (Instalment(on(40), euros(450)), Instalment(on(50), euros(450)))
    plan = PaymentPlan("L-1", on(1), invoices=("F-1", "F-2"), instalments=halves)
    agreed = account(invoice(), invoice("F-2"), plan, Dispute("D-1", on(1), invoice="F-2"))
    law = shown_by(lambda told: bool(told.plans and told.disputes))
    found = smallest(law, case(agreed, 3))
    assert found is not None
    (left,) = found.account.plans
    assert (len(left.invoices), len(left.instalments)) == (1, 1)
    assert len(found.account.facts) == 3
    both = shown_by(lambda told: any(len(one.instalments) == 2 for one in told.plans))
    found = smallest(both, case(agreed, 3))
    assert found is not None
    assert len(found.account.facts) == 2


def shown_by(needed: Callable[[Account], bool]) -> Law:
    """A law that does not hold on the accounts of which this is true."""

    def breach(shown: Case) -> Breach | None:
        return against(shown, "something else", "this") if needed(shown.account) else None

    return Law(name="needed", statement="Something else is true.", breach=breach)
