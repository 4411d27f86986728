"""One voice over several accounts: the days on which a recipient was spoken to through another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.telling import (
    PRESET,
    REMINDER,
    account,
    ask,
    contact,
    house,
    invoice,
    on,
    silent,
    tasks_of,
    trigger,
)

from recouvrement import Account, Decision, InvalidInput, Policy, decide
from recouvrement.policy.engine import weighed
from recouvrement.testing import strategies

POLICY = house(REMINDER)
TOLD = account(invoice())


def spoken(*days: int, day: int = 2, policy: Policy = POLICY, told: Account = TOLD) -> Decision:
    """What is said of an invoice on a day, spoken to on these through another account."""
    return decide(policy, told, as_of=on(day), spoken=[on(one) for one in days])


def test_contact_through_another_account_counts_like_our_own() -> None:
    assert silent(spoken(0), "pace", "reminder")
    assert silent(spoken(0, day=4), "pace", "reminder")
    assert spoken(0, day=5).action is not None
    for day in range(2, 6):
        own = ask(TOLD.record(contact(0)), day, POLICY)
        assert (own.action is None) == (spoken(0, day=day).action is None)


def test_latest_contact_counts_whichever_account_it_was_through() -> None:
    told = TOLD.record(contact(1))
    assert silent(spoken(-9, told=told), "pace", "reminder")
    assert silent(spoken(-9, 4, day=6, told=told), "pace", "reminder")
    assert spoken(-9, 1, day=6, told=told).action is not None


def test_second_account_of_a_day_says_nothing() -> None:
    daily = house("[pace]\nbetween_contacts = 1\n", REMINDER)
    assert silent(spoken(2, policy=daily), "pace", "reminder")
    assert spoken(1, policy=daily).action is not None


def test_pace_is_measured_on_the_day_of_execution() -> None:
    # On Saturday the message leaves on Monday, five days after Wednesday.
    assert spoken(2, day=5).action is not None
    assert silent(spoken(3, day=5), "pace", "reminder")


def test_days_are_counted_together_and_each_once() -> None:
    pace = house("[pace]\nbetween_contacts = 1\nper_30_days = 3\n", REMINDER)
    told = account(invoice(due=-9), contact(-8), contact(-5))
    assert spoken(day=0, policy=pace, told=told).action is not None
    assert spoken(-8, -5, -5, day=0, policy=pace, told=told).action is not None
    assert silent(spoken(-3, day=0, policy=pace, told=told), "pace", "reminder")
    assert spoken(-30, day=0, policy=pace, told=told).action is not None
    assert silent(spoken(-29, day=0, policy=pace, told=told), "pace", "reminder")
    alone = account(invoice(due=-9))
    assert silent(spoken(-12, -10, -8, day=0, policy=pace, told=alone), "pace", "reminder")
    assert spoken(-12, -10, day=0, policy=pace, told=alone).action is not None


def test_what_will_be_said_later_is_not_said_yet() -> None:
    assert spoken(3, 9).action == spoken().action


def test_trigger_keeps_the_shared_pace_too_and_tasks_do_not() -> None:
    policy = house(
        trigger("alert", "days_past_due >= 1"),
        trigger("look", "days_past_due >= 1", "task"),
        REMINDER,
    )
    decision = spoken(0, policy=policy)
    assert silent(decision, "pace", "alert", "reminder")
    assert tasks_of(decision) == [("follow_up", "F-1")]


def test_nothing_to_say_is_not_put_down_to_the_pace() -> None:
    assert silent(spoken(0, day=1))
    assert decide(POLICY, account(), as_of=on(2), spoken=[on(0)]) == Decision(
        "C-17", on(2), policy_version="7"
    )


def days_in(*days: int) -> Iterator[date]:
    yield from map(on, days)


@pytest.mark.parametrize("given_", [(on(0),), [on(0)], {on(0)}, frozenset({on(0)}), days_in(0)])
def test_days_come_in_any_collection(given_: Iterable[date]) -> None:
    assert silent(decide(POLICY, TOLD, as_of=on(2), spoken=given_), "pace", "reminder")


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        (on(0), "spoken: expected a collection of dates, got datetime.date(2026, 3, 2)"),
        (None, "spoken: expected a collection of dates, got nothing"),
        ("2026-03-02", "spoken: expected a collection of dates, got '2026-03-02'"),
        (b"x", "spoken: expected a collection of dates, got b'x'"),
        (7, "spoken: expected a collection of dates, got 7"),
        (["2026-03-02"], "spoken: expected a date, got '2026-03-02'"),
        (
            [datetime(2026, 3, 2)],  # noqa: DTZ001 (what a host sends by mistake)
            "spoken: expected a date, got datetime.datetime(2026, 3, 2, 0, 0)",
        ),
        ([None], "spoken: expected a date, got None"),
    ],
)
def test_what_is_no_day_is_refused(given_: Any, message: str) -> None:
    for asked in (decide, weighed):
        with pytest.raises(InvalidInput) as caught:
            asked(POLICY, TOLD, as_of=on(2), spoken=given_)
        assert str(caught.value) == message
    with pytest.raises(InvalidInput):
        decide(POLICY, account(), as_of=on(2), spoken=given_)


@given(st.data())
def test_more_that_was_said_never_makes_us_say_more(data: st.DataObject) -> None:
    told: Account = data.draw(
        strategies.accounts(levels=[one.id for one in PRESET.levels], ages=[2, 10, 20, 30])
    )
    as_of = data.draw(strategies.as_ofs(told))
    days = data.draw(st.lists(st.dates(date(2026, 1, 1), date(2026, 7, 1)), max_size=6))
    without = decide(PRESET, told, as_of=as_of)
    decision = decide(PRESET, told, as_of=as_of, spoken=days)
    assert decision.action in {None, without.action}
    if decision.action is None and without.action is not None:
        assert decision.because == ("pace", *without.because)
        last = max(day for day in days if day <= as_of)
        gap = (without.action.execute_on - last).days
        recent = [day for day in days if (without.action.execute_on - day).days < 30]
        assert gap < PRESET.pace.between_contacts or len(recent) >= 1
