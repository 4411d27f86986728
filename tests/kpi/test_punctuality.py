"""Planned actions done on time: by hand, and against trying every way to pair them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import Account, Debtor, Interaction, InvalidInput, kpi
from recouvrement.kpi import Measure, PlannedAction

START = date(2026, 3, 2)
DAY = START + timedelta(20)


def on(number: int) -> date:
    return START + timedelta(number)


def plan(first: int, last: int, act: str = "call", account: str = "A", **more: Any) -> Any:
    return PlannedAction(account, act, since=on(first), act_by=on(last), **more)


def spoken(name: str, *said: tuple[int, str], **more: Any) -> Account:
    contacts = [
        Interaction(f"I-{number}", on(day), channel="phone", act=act)
        for number, (day, act) in enumerate(said)
    ]
    return Account.of(Debtor(name, name), *contacts, **more)


def asked(accounts: Sequence[Account], *planned: PlannedAction, **more: Any) -> Measure:
    return kpi.actions_on_time(accounts, planned, **{"as_of": DAY, **more})


def became(measure: Measure) -> dict[str, int]:
    return {name: count for name, count in measure.population if count and name != "accounts"}


def test_an_action_is_on_time_from_its_first_day_to_its_last() -> None:
    for day, word in ((4, "not done"), (5, "done on time"), (7, "done on time"), (8, "done late")):
        measure = asked([spoken("A", (day, "call"))], plan(5, 7))
        assert became(measure) == {"actions to be done": 1, word: 1}
        assert measure.exact == (100 if word == "done on time" else 0)
        assert measure.reconciles


def test_another_act_or_another_account_or_an_incoming_call_does_nothing() -> None:
    heard = Interaction("I-9", on(6), channel="phone", direction="incoming", act="call")
    silent = Interaction("I-8", on(6), channel="phone")
    accounts = [spoken("A", (6, "remind")).record(heard, silent), spoken("B", (6, "call"))]
    assert became(asked(accounts, plan(5, 7))) == {"actions to be done": 1, "not done": 1}


def test_one_contact_does_one_action_and_the_most_are_done_on_time() -> None:
    urgent, easy = plan(0, 3), plan(0, 9)
    measure = asked([spoken("A", (3, "call"), (8, "call"))], easy, urgent)
    assert became(measure) == {"actions to be done": 2, "done on time": 2}
    measure = asked([spoken("A", (5, "call"))], easy, urgent)
    assert became(measure) == {"actions to be done": 2, "done on time": 1, "not done": 1}


def test_an_action_that_several_worklists_repeat_is_one() -> None:
    measure = asked([spoken("A", (6, "call"))], plan(5, 7), plan(5, 7))
    assert measure.denominator == 1


def test_what_was_to_be_done_at_another_time_is_said_apart() -> None:
    account = spoken("A", (1, "call"), (6, "call"), (15, "call"))
    planned = [plan(0, 2), plan(5, 7), plan(14, 30)]
    measure = asked([account], *planned, since=on(2))
    assert became(measure) == {
        "actions to be done": 1,
        "done on time": 1,
        "planned for another time": 2,
    }
    measure = asked([account], plan(14, 30), since=on(2))
    assert measure.value is None
    assert measure.undefined == f"no action was to be done after {on(2)} through {DAY}"
    assert asked([account]).undefined == f"no action was to be done through {DAY}"


def test_actions_of_accounts_that_are_not_read_are_left_out() -> None:
    ours, theirs = spoken("A", (6, "call")), spoken("A", creditor="S-2")
    planned = [plan(5, 7), plan(5, 7, creditor="S-2"), plan(5, 7, account="Z")]
    assert became(asked([ours], *planned))["planned for accounts not read"] == 2
    measure = asked([ours, theirs], *planned)
    assert became(measure)["not done"] == 1
    assert measure.exact == 50


def test_a_contact_after_the_day_or_recorded_after_it_is_not_seen() -> None:
    late = Interaction("I-1", on(6), channel="phone", act="call", recorded_on=on(9))
    account = Account.of(Debtor("A", "A"), late)
    assert asked([account], plan(5, 7), known_on=on(8)).exact == 0
    assert asked([account], plan(5, 7), known_on=on(9)).exact == 100
    days = [on(8), on(20)]
    account = spoken("A", (9, "call"))

    each = partial(kpi.actions_on_time, planned=[plan(5, 7)])
    told = kpi.series([account], {"on time": each}, closings=days, opening=on(0))
    assert [became(one).get("not done", 0) for one in told["on time"]] == [1, 0]


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"account": " "}, "planned_action.account: expected the id of a debtor, got ' '"),
        ({"account": 3}, "planned_action.account: expected the id of a debtor, got 3"),
        ({"act": "dance"}, "planned_action.act: expected one of pre_due_reminder, remind, call"),
        ({"since": None}, "planned_action.since: expected a date, got None"),
        ({"act_by": "x"}, "planned_action.act_by: expected a date, got 'x'"),
        ({"act_by": on(-1)}, f"planned_action.act_by: expected on or after {START}, got"),
    ],
)
def test_a_plan_that_cannot_be_names_its_field(fields: dict[str, Any], message: str) -> None:
    right = {"account": "A", "act": "call", "since": START, "act_by": DAY}
    with pytest.raises(InvalidInput) as caught:
        PlannedAction(**{**right, **fields})
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("planned", ["call", None, [3]])
def test_planned_actions_are_a_collection_of_them(planned: Any) -> None:
    with pytest.raises(InvalidInput, match="planned: expected a collection of PlannedAction"):
        kpi.actions_on_time([], planned, as_of=DAY)


def most_on_time(days: Sequence[int], spans: frozenset[tuple[int, int]]) -> int:
    """The most that any way of giving each contact at most one action does on time."""
    if not days:
        return 0
    day, *rest = days
    ways = [most_on_time(rest, spans)]
    ways += [1 + most_on_time(rest, spans - {span}) for span in spans if span[0] <= day <= span[1]]
    return max(ways)


spans = st.tuples(st.integers(0, 12), st.integers(0, 6)).map(lambda one: (one[0], sum(one)))


@given(
    days=st.lists(st.integers(0, 18), max_size=4),
    planned=st.frozensets(spans, max_size=4),
    since=st.sampled_from([None, 0]),
)
def test_actions_on_time_by_definition(
    days: list[int], planned: frozenset[tuple[int, int]], since: int | None
) -> None:
    account = spoken("A", *((day, "call") for day in days))
    measure = asked(
        [account],
        *(plan(*span) for span in planned),
        since=None if since is None else on(since - 1),
    )
    best = most_on_time(days, planned)
    assert measure.exact == (Fraction(100 * best, len(planned)) if planned else None)
    counts = became(measure)
    assert sum(counts.get(word, 0) for word in ("done on time", "done late", "not done")) == len(
        planned
    )
