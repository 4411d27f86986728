"""Levels that recur: the same thing is said again, in its own rhythm, while nothing is above it."""

from __future__ import annotations

import pytest
from tests.policy.telling import (
    AUDIT,
    BEFORE,
    CALL,
    NOTICE,
    PLACEMENT,
    REMINDER,
    TO_AGE,
    account,
    action_of,
    ask,
    contact,
    euros,
    house,
    invoice,
    listed,
    on,
    paid,
    recorded,
    silent,
    steps_of,
    tasks_of,
    trigger,
)

from recouvrement import Account, DunningBlock, Policy, Step

MONTHLY = REMINDER + "repeat_every = 30\n"
CALLS = CALL + "repeat_every = 5\n"


def days_of(policy: Policy, told: Account, first: int, last: int) -> dict[int, str]:
    """The level of each message that leaves from one day to another, each recorded."""
    said = {}
    for day in range(first, last + 1):
        decision = ask(told, day, policy)
        if decision.action is not None and decision.action.execute_on == on(day):
            said[day] = str(decision.action.level)
            told = recorded(told, decision)
    return said


# --- its rhythm ----------------------------------------------------------------------------------


@pytest.mark.parametrize("climb", ["", TO_AGE])
def test_last_level_is_said_again_so_many_days_after_its_last_step(climb: str) -> None:
    told = account(invoice(due=-9), contact(0, F_1="reminder"))
    policy = house(climb, MONTHLY)
    assert silent(ask(told, 29, policy))
    decision = ask(told, 30, policy)
    assert action_of(decision).steps == (Step("F-1", "reminder"),)
    assert (action_of(decision).rule, decision.because) == ("reminder", ("reminder",))
    assert days_of(policy, told, 1, 95) == {30: "reminder", 60: "reminder", 91: "reminder"}


def test_level_that_does_not_recur_is_said_once() -> None:
    told = account(invoice(due=-9), contact(0, F_1="reminder"))
    assert days_of(house(REMINDER), told, 1, 200) == {}


def test_repetition_has_its_own_rhythm_and_waits_for_no_gap_between_levels() -> None:
    told = account(invoice(due=-12), contact(0, "call", F_1="call"))
    assert days_of(house(CALLS), told, 1, 11) == {7: "call"}  # the fifth day is a Saturday
    policy = house("[pace]\nbetween_contacts = 2\n", CALL + "repeat_every = 2\n")
    assert days_of(policy, told, 1, 4) == {2: "call", 4: "call"}


def test_repetition_keeps_the_pace() -> None:
    often = REMINDER + "repeat_every = 1\n"
    told = account(invoice(due=-9), contact(0, F_1="reminder"))
    assert silent(ask(told, 4, house(often)), "pace", "reminder")
    assert steps_of(ask(told, 5, house(often))) == {"F-1": "reminder"}
    assert silent(ask(told, 0, house(often)))  # not twice on one day


def test_next_level_takes_over_as_soon_as_it_is_earned() -> None:
    told = account(invoice(), contact(2, F_1="reminder"))
    policy = house(REMINDER + "repeat_every = 3\n", CALL)
    # Due for the call on the tenth day, seven days after the last letter of that week.
    assert days_of(policy, told, 3, 20) == {7: "reminder", 14: "call"}


def test_level_that_is_passed_over_above_it_does_not_stop_it() -> None:
    told = account(invoice(due=-20), contact(-10, F_1="reminder"))
    not_for = CALL + 'for = "vip"\n'
    assert steps_of(ask(told, 0, house(REMINDER + "repeat_every = 9\n", not_for))) == {
        "F-1": "reminder"
    }


# --- while it still holds ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "rule",
    [
        REMINDER.replace("days_past_due >= 2", "days_past_due >= 2 and amount_due >= EUR(500)"),
        REMINDER + 'until = "amount_due < EUR(500)"\n',
        REMINDER + "until = \"'over' in tags\"\n",
        REMINDER + "for = \"'over' not in tags\"\n",
    ],
    ids=["when", "until", "until tags", "for"],
)
def test_repetition_ends_when_its_level_is_no_longer_for_the_item(rule: str) -> None:
    policy = house(rule + "repeat_every = 10\n")
    told = account(invoice(due=-20), contact(-10, F_1="reminder"))
    assert steps_of(ask(told, 0, policy)) == {"F-1": "reminder"}
    over = account(
        invoice(due=-20, tags=["over"]),
        contact(-10, F_1="reminder"),
        paid("P-1", -1, 501, to="F-1"),
    )
    assert silent(ask(over, 0, policy))


def test_repetition_says_what_is_still_open_and_rides_along_with_other_steps() -> None:
    told = account(
        invoice(due=-20),
        invoice("F-2", 70, due=-3),
        contact(-30, F_1="reminder"),
        paid("P-1", -1, 400, to="F-1"),
    )
    action = action_of(ask(told, 0, house(MONTHLY)))
    assert action.steps == (Step("F-1", "reminder"), Step("F-2", "reminder"))
    assert action.amounts == (euros(670),)


def test_repetition_is_silenced_like_everything_else_and_the_hold_is_named() -> None:
    told = account(invoice(due=-20, tags=["audit"]), contact(-10, F_1="reminder"))
    policy = house(AUDIT, REMINDER + "repeat_every = 3\n")
    assert silent(ask(told, -8, policy))
    assert silent(ask(told, -7, policy), "audited")
    blocked = account(
        invoice(due=-20), contact(-30, F_1="reminder"), DunningBlock("K-1", on(-1), until=on(1))
    )
    assert silent(ask(blocked, 1, house(MONTHLY)))
    assert steps_of(ask(blocked, 2, house(MONTHLY))) == {"F-1": "reminder"}


def test_hold_is_named_for_a_repetition_within_the_gap_between_levels() -> None:
    told = account(invoice(due=-20, tags=["audit"]), contact(0, F_1="reminder"))
    policy = house("[pace]\nbetween_contacts = 2\n", AUDIT, REMINDER + "repeat_every = 2\n")
    assert [ask(told, day, policy).because for day in (1, 2)] == [(), ("audited",)]


def test_trigger_speaks_first_and_the_repetition_rides_along() -> None:
    told = account(invoice(due=-40), contact(-30, F_1="reminder"))
    decision = ask(told, 0, house(trigger("alert", "days_past_due >= 1"), MONTHLY))
    assert (action_of(decision).rule, steps_of(decision)) == ("alert", {"F-1": "reminder"})
    assert decision.because == ("alert", "reminder")


def test_contact_that_moved_nothing_does_not_put_a_repetition_off() -> None:
    told = account(invoice(due=-40), contact(-30, F_1="reminder"), listed(-9, "F-1"))
    assert steps_of(ask(told, 0, house(MONTHLY))) == {"F-1": "reminder"}


# --- reminders only ------------------------------------------------------------------------------


def test_reminder_recurs_for_whom_gets_reminders_only_and_a_call_does_not() -> None:
    unknown = account(invoice(due=-20), contact(-10, F_1="reminder"), kind="unknown")
    assert steps_of(ask(unknown, 0, house(REMINDER + "repeat_every = 9\n", CALLS))) == {
        "F-1": "reminder"
    }
    for kind, assumed in (("unknown", False), ("business", True)):
        rung = account(
            invoice(due=-20, due_assumed=assumed), contact(-10, "call", F_1="call"), kind=kind
        )
        assert silent(ask(rung, 0, house(REMINDER + "repeat_every = 9\n", CALLS)))


def test_reminder_is_no_repetition_of_a_level_that_another_item_stands_on() -> None:
    told = account(invoice(due=-20), contact(-10, "call", F_1="call"))
    assert silent(ask(told, 0, house(REMINDER + "repeat_every = 9\n", CALL)))


def test_what_is_not_due_yet_is_reminded_of_once() -> None:
    told = account(invoice(), contact(-5, "pre_due_reminder", F_1="before"))
    assert silent(ask(told, -1, house(BEFORE, MONTHLY)))


# --- below the floor -----------------------------------------------------------------------------

FLOOR = "[floor]\nformal_notice = 5000\nplacement = 5000\n"


@pytest.mark.parametrize("climb", ["", TO_AGE])
def test_below_its_floor_a_notice_leaves_the_reminders_going_on(climb: str) -> None:
    policy = house(FLOOR, climb, MONTHLY, NOTICE)
    told = account(invoice(due=-60), contact(-30, F_1="reminder"))
    assert silent(ask(told, -1, policy), "floor")
    decision = ask(told, 0, policy)
    assert (steps_of(decision), decision.because) == ({"F-1": "reminder"}, ("reminder",))
    rich = account(invoice(total=5000, due=-60), contact(-30, F_1="reminder"))
    assert steps_of(ask(rich, 0, policy)) == {"F-1": "notice"}


def test_placement_that_lacks_its_notice_leaves_the_reminders_going_on() -> None:
    policy = house(MONTHLY, PLACEMENT.replace(">= 60", ">= 30"))
    told = account(invoice(due=-60), contact(-30, F_1="reminder"))
    assert silent(ask(told, -1, policy), "awaiting-notice")
    decision = ask(told, 0, policy)
    assert (steps_of(decision), decision.because) == ({"F-1": "reminder"}, ("reminder",))
    assert tasks_of(decision) == [("record_notice", "F-1")]


def test_ladder_that_does_not_recur_waits_below_its_floor() -> None:
    policy = house(FLOOR, REMINDER, NOTICE)
    told = account(invoice(due=-60), contact(-30, F_1="reminder"))
    assert silent(ask(told, 0, policy), "floor")


def test_notice_is_no_recurring_level_and_nothing_is_said_again_after_it() -> None:
    policy = house(FLOOR, MONTHLY, NOTICE, PLACEMENT)
    told = account(invoice(due=-90), contact(-50, F_1="notice"))
    assert silent(ask(told, 0, policy), "awaiting-notice")
