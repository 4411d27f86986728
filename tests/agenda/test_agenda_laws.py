"""What holds of every agenda: nothing is dropped, one voice each, no more than time allows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    ActionKind,
    Debtor,
    Decision,
    Direction,
    Dispute,
    Insolvency,
    Interaction,
    InteractionResult,
    Invoice,
    Money,
    Policy,
    Step,
    decide,
    preset,
    read_policy,
)
from recouvrement.agenda import Agenda, Line, agenda_of
from recouvrement.facts.fact import Fact
from recouvrement.policy import Handler
from recouvrement.testing import strategies

START = date(2026, 1, 5)
LAST = START + timedelta(120)
DAY = timedelta(1)
PRESET = preset("fr-b2b")
HASTY = read_policy(
    """
name     = "hasty"
version  = "1"
currency = "EUR"
for      = ["business", "public"]

[pace]
between_contacts = 2
per_30_days      = 3
between_levels   = 1
climb            = "to-age"

[[level]]
id      = "pre-due"
when    = "days_until_due <= 20"
do      = "pre_due_reminder"
channel = "email"

[[level]]
id      = "reminder"
when    = "days_past_due >= 1"
do      = "remind"
channel = "email"

[[level]]
id      = "call"
when    = "days_past_due >= 4"
do      = "call"
channel = "phone"

[[level]]
id      = "visit"
when    = "days_past_due >= 9"
do      = "visit"
channel = "visit"

[[style]]
when    = "vip"
handler = "account_manager"

[agenda]
points = "open / EUR(70) - 3 * broken_promises + 20 * vip"
"""
)
RECIPIENTS = st.sampled_from((None, None, "C-1", "HQ", "HQ"))
OWNERS = st.sampled_from((None, "Nadia", "Ali"))
SAID = (Interaction, InteractionResult)
NO_DEMAND = (ActionKind.THANK, ActionKind.TASK)


class Table(NamedTuple):
    """A policy for some debtors and another for the rest."""

    some: Policy
    rest: Policy

    def policy_for(self, account: Account) -> Policy:
        return self.some if account.debtor.id in ("C-1", "C-4") else self.rest


tables = st.sampled_from([Table(PRESET, PRESET), Table(HASTY, HASTY), Table(HASTY, PRESET)])


class Case(NamedTuple):
    """A house, its accounts and a day."""

    table: Table
    accounts: tuple[Account, ...]
    as_of: date

    def agenda(self, **asked: Any) -> Agenda:
        alike = self.table.some is self.table.rest
        policy = self.table.some if alike else self.table
        return agenda_of(policy, self.accounts, **{"as_of": self.as_of, **asked})


@st.composite
def late_payers(draw: st.DrawFn, name: str, levels: tuple[str, ...]) -> Account:
    """A debtor who has an invoice or two to pay, was spoken to or not, and may contest or fail."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(1, 2))):
        due = LAST - draw(st.integers(-5, 45)) * DAY
        total = Money(draw(st.integers(1, 900_000)), "EUR")
        facts.append(Invoice(f"F-{number}", due - 30 * DAY, due_on=due, total=total))
    for number in range(draw(st.integers(0, 2))):
        on = LAST - draw(st.integers(0, 31)) * DAY
        step = Step("F-0", draw(st.sampled_from(levels)))
        facts.append(Interaction(f"I-{number}", on, channel="email", act="remind", steps=(step,)))
        if draw(st.integers(0, 4)) == 0:
            lost = on + draw(st.integers(0, 3)) * DAY
            facts.append(
                InteractionResult(f"R-{number}", lost, interaction=f"I-{number}", result="bounced")
            )
    opened = LAST - 35 * DAY
    if draw(st.integers(0, 3)) == 0:
        facts.append(Dispute("D-0", opened, invoice="F-0", cause="wrong_price"))
    if draw(st.integers(0, 5)) == 0:
        facts.append(Insolvency("J-0", kind="safeguard", opened_on=opened))
    kind = draw(st.sampled_from(("business", "business", "business", "unknown", "public")))
    debtor = Debtor(name, name, kind=kind, vip=draw(st.booleans()), owner=draw(OWNERS))
    return Account.of(debtor, *facts)


@st.composite
def cases(draw: st.DrawFn, /, **wishes: Any) -> Case:
    """A few accounts that often share a recipient, on a day when there is much to say."""
    table = draw(tables)
    levels = tuple(sorted({level.id for policy in table for level in policy.levels}))
    anyone = strategies.portfolios(
        max_accounts=2, ages=(2, 10, 30), levels=levels, max_invoices=3, **wishes
    )
    accounts = list(draw(anyone)) if draw(st.booleans()) else []
    for number in range(len(accounts), draw(st.integers(2, 6))):
        one = draw(late_payers(f"C-{number + 1}", levels))
        if wishes:
            facts = (fact for fact in one.facts if not isinstance(fact, SAID))
            one = Account.of(one.debtor, *facts)
        accounts.append(one)
    sharing = tuple(
        attrs.evolve(one, debtor=attrs.evolve(one.debtor, dunning_recipient=draw(RECIPIENTS)))
        for one in accounts
    )
    return Case(table, sharing, LAST + draw(st.integers(-3, 9)) * DAY)


capacities = st.fixed_dictionaries(
    {}, optional={one: st.integers(0, 40) for one in ("collector", "account_manager", "lawyer")}
)


def voice(account: Account) -> tuple[str | None, str]:
    return account.creditor, account.debtor.recipient


def every_line(agenda: Agenda) -> tuple[Line, ...]:
    return (*agenda.lines, *agenda.carried_over)


def contacts(account: Account, by: date) -> set[date]:
    """The days on which we spoke first and, as far as was known by then, were heard."""
    lost = {one.interaction for one in account.results if one.result == "bounced" and one.on <= by}
    return {
        one.on
        for one in account.interactions
        if one.on <= by
        and one.direction is Direction.OUTGOING
        and one.act not in NO_DEMAND
        and one.id not in lost
    }


def decided(case: Case) -> list[Decision]:
    """What each account asks for when it knows what was said through the others."""
    decisions = []
    for one in case.accounts:
        others = [other for other in case.accounts if voice(other) == voice(one)]
        spoken = {day for other in others for day in contacts(other, case.as_of)}
        policy = case.table.policy_for(one)
        decisions.append(decide(policy, one, as_of=case.as_of, spoken=spoken))
    return decisions


def left_of(one: Decision, case: Case, found: Mapping[str, Decision]) -> Decision:
    """A decision as it stands in an agenda, or what is left of it while its account waits.

    It waits only for what is said in another manner to the same recipient that day.
    """
    action = one.action
    if action is None or found.get(one.account) == one:
        return one
    mine = next(voice(account) for account in case.accounts if account.debtor.id == one.account)
    beside = [found.get(account.debtor.id) for account in case.accounts if voice(account) == mine]
    said = [other.action for other in beside if other is not None and other.action is not None]
    assert any((each.kind, each.channel) != (action.kind, action.channel) for each in said)
    tasks = [task for task in one.tasks if task.kind not in {"assign_owner", "choose_partner"}]
    return attrs.evolve(one, action=None, tasks=tuple(tasks), because=("pace", *one.because))


# --- nothing dropped, one voice ------------------------------------------------------------------


@given(cases(), capacities, st.randoms(use_true_random=False))
def test_order_in_which_accounts_arrive_changes_nothing(
    case: Case, capacity: dict[str, int], chance: random.Random
) -> None:
    shuffled = list(case.accounts)
    chance.shuffle(shuffled)
    again = case._replace(accounts=tuple(shuffled))
    assert again.agenda(capacity=capacity) == case.agenda(capacity=capacity)


@given(cases(), capacities)
def test_every_decision_that_asks_for_something_is_there_once(
    case: Case, capacity: dict[str, int]
) -> None:
    agenda = case.agenda(capacity=capacity)
    found = {one.account: one for line in every_line(agenda) for one in line.decisions}
    expected = [left_of(one, case, found) for one in decided(case)]
    asking = [one for one in expected if one.action is not None or one.tasks]
    assert sum(len(line.decisions) for line in every_line(agenda)) == len(found)
    assert sorted(found.values(), key=repr) == sorted(asking, key=repr)
    quiet = Counter(
        one.because[0] if one.because else "nothing to do" for one in expected if one not in asking
    )
    assert (agenda.seen, dict(agenda.silences)) == (len(expected), dict(quiet))
    event(f"{sum(len(line.decisions) > 1 for line in agenda.lines)} shared lines")
    alone = [decide(case.table.policy_for(one), one, as_of=case.as_of) for one in case.accounts]
    waiting = sum(
        one.action is not None and other.action is None
        for one, other in zip(alone, expected, strict=True)
    )
    event(f"{waiting} wait for what was said through another account")


@given(cases(), capacities)
def test_recipient_has_one_line_and_each_task_one_duty(
    case: Case, capacity: dict[str, int]
) -> None:
    lines = every_line(case.agenda(capacity=capacity))
    names = [(line.creditor, line.recipient) for line in lines]
    assert len(set(names)) == len(names)
    for line in lines:
        tasks = [(one.account, one.task) for one in line.duties if one.task is not None]
        assert sorted(tasks, key=repr) == sorted(
            ((one.account, task) for one in line.decisions for task in one.tasks), key=repr
        )
        assert len(line.duties) - len(tasks) == bool(line.actions)
        assert sorted([*line.automatic, *line.human], key=repr) == sorted(line.actions, key=repr)


# --- time ----------------------------------------------------------------------------------------


@given(cases(), capacities)
def test_capacity_is_never_exceeded_and_never_left_for_nothing(
    case: Case, capacity: dict[str, int]
) -> None:
    agenda = case.agenda(capacity=capacity)
    for load in agenda.totals:
        assert load.capacity is None or load.minutes <= load.capacity
        # What waits did not fit: beside it, less is left than it takes.
        for line in every_line(agenda):
            waiting = [one for one in line.put_off if one.handler is load.handler]
            if waiting:
                assert load.capacity is not None
                assert sum(one.minutes for one in waiting) > load.capacity - load.minutes
    for line in every_line(agenda):
        assert all(one.counts and one.next_on == line.next_on for one in line.put_off)
        assert bool(line.today) != line.carried_over
        assert line.next_on is None or line.next_on > case.as_of
    assert all(line.today for line in agenda.lines)


@given(cases(), capacities)
def test_lines_stand_by_rights_then_points(case: Case, capacity: dict[str, int]) -> None:
    agenda = case.agenda(capacity=capacity)
    for lines in (agenda.lines, agenda.carried_over):
        ranks = [
            (not line.preserves_right, -line.points, line.act_by, line.recipient) for line in lines
        ]
        assert ranks == sorted(ranks)


@given(cases(), capacities)
def test_views_show_the_lines_of_today_and_no_other(case: Case, capacity: dict[str, int]) -> None:
    agenda = case.agenda(capacity=capacity)
    for handler, lines in agenda.by_handler().items():
        assert lines == tuple(
            line for line in agenda.lines if handler in {one.handler for one in line.today}
        )
    shown = {line.recipient for lines in agenda.by_handler().values() for line in lines}
    assert shown == {line.recipient for line in agenda.lines}
    assert len(agenda.to_rows()) == len(every_line(agenda))


# --- day after day -------------------------------------------------------------------------------


def done(account: Account, decision: Decision, on: date) -> Account:
    """The account once what was proposed has been said; a placement says nothing to the debtor."""
    action = decision.action
    if action is None or action.channel is None:
        return account
    return account.record(
        Interaction(
            f"done-{on}",
            on,
            channel=action.channel,
            act=action.kind,
            steps=action.steps,
            invoices=action.lists,
        )
    )


def worked(case: Case, agenda: Agenda) -> Case:
    """The accounts once the day's lines have been worked down."""
    decisions = {
        (line.creditor, one.account): one
        for line in agenda.lines
        if line.contact and line.contact.next_on is None and line.execute_on == agenda.as_of
        for one in line.decisions
    }
    after = tuple(
        done(one, decisions[one.creditor, one.debtor.id], agenda.as_of)
        if (one.creditor, one.debtor.id) in decisions
        else one
        for one in case.accounts
    )
    return case._replace(accounts=after)


@given(cases(without=(Interaction,)), capacities, st.integers(10, 40))
def test_no_recipient_is_spoken_to_twice_within_the_pace(
    case: Case, capacity: dict[str, int], days: int
) -> None:
    said: dict[tuple[str | None, str], list[date]] = {}
    for shift in range(days):
        today = case.as_of + shift * DAY
        before, case = case, worked(case, case.agenda(as_of=today, capacity=capacity))
        spoken = {
            (voice(new), case.table.policy_for(new).pace)
            for old, new in zip(before.accounts, case.accounts, strict=True)
            if old is not new
        }
        for recipient, pace in spoken:
            known = said.get(recipient, [])
            assert all((today - day).days >= pace.between_contacts for day in known[-1:])
            assert sum((today - day).days < 30 for day in known) < pace.per_30_days
        for recipient in {recipient for recipient, _ in spoken}:
            said.setdefault(recipient, []).append(today)
    event(f"{max(map(len, said.values()), default=0)} contacts with one recipient")


@given(cases(), st.integers(1, 6))
def test_what_was_said_is_not_proposed_again_that_day(case: Case, shift: int) -> None:
    case = case._replace(as_of=case.as_of + shift * DAY)
    agenda = case.agenda()
    said = {
        (line.creditor, line.recipient)
        for line in agenda.lines
        if line.execute_on == case.as_of and any(one.channel for one in line.actions)
    }
    for line in every_line(worked(case, agenda).agenda()):
        assert line.contact is None or (line.creditor, line.recipient) not in said


@given(cases(), capacities)
def test_what_nobody_does_keeps_its_first_date_and_passes_on(
    case: Case, capacity: dict[str, int]
) -> None:
    earlier: list[Agenda] = []
    first: dict[Any, tuple[date, date]] = {}
    for shift in range(9):
        today = case.as_of + shift * DAY
        agenda = case.agenda(as_of=today, capacity=capacity, undone=earlier)
        earlier = [agenda]
        standing: dict[Any, tuple[date, date]] = {}
        for line in every_line(agenda):
            for one in line.duties:
                task = one.task
                subject = task and (task.kind, task.rule, task.invoices)
                key = (line.creditor, line.recipient, one.account if task else None, subject)
                standing[key] = one.since, one.act_by
                since, act_by = first.get(key, (today, one.act_by))
                if one.task is not None:
                    assert one.since == since
                assert one.since <= today
                if one.passed_on:
                    assert one.handler is Handler.COLLECTOR
                    assert today > max(act_by, since)
                assert not (one.passed_on and one.preserves_right)
        first = standing
