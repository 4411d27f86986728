"""What holds for any triggers, styles and rhythms, on any account: the safeguards come first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.policy.telling import (
    AUDIT,
    BEFORE,
    CALL,
    LETTER,
    NOTICE,
    PLACEMENT,
    RATES,
    REMINDER,
    TO_AGE,
    house,
    table,
    trigger,
)

from recouvrement import (
    Account,
    Action,
    ActionKind,
    Assignment,
    Channel,
    CreditNote,
    DebtorKind,
    Decision,
    Direction,
    Dispute,
    DunningBlock,
    Insolvency,
    Interaction,
    Payment,
    Person,
    Placement,
    Policy,
    WriteOff,
    decide,
    position_of,
)
from recouvrement.policy import Handler, Hold, Level, Scope, Trigger, read_condition
from recouvrement.policy.message import POST
from recouvrement.position.position import OpenItem
from recouvrement.position.standing import Standing, standing_of
from recouvrement.testing import strategies

FORMAL = {ActionKind.FORMAL_NOTICE, ActionKind.PLACE}
REMINDERS = {ActionKind.PRE_DUE_REMINDER, ActionKind.REMIND}
ALOUD = {Channel.PHONE, Channel.VISIT}

TRIGGERS = (
    trigger("broken", "days_since_broken_promise >= 1", tone="firm", climb=1),
    trigger("part", "days_since_partly_kept_promise >= 1"),
    trigger("late", "days_past_due >= 2", "remind", channel="sms", climb=2),
    trigger("missed", "days_since_missed_instalment >= 1", repeat_every=15),
    trigger("returned", "days_since_returned_payment >= 0", "visit", channel="visit"),
    trigger("often", "days_past_due >= 1", repeat_every=7),
    trigger("plan", "amount_due >= EUR(100)", "propose_plan", repeat_every=30),
    trigger("up", "reminders >= 1", "call", climb=5, handler="account_manager"),
    trigger("some", "days_past_due >= 10", serves="'audit' not in tags", climb=1),
)
WATCH = trigger("watch", "days_since_issue >= 1", "task")
STYLES = (
    table("style", when="collectable >= EUR(500)", handler="account_manager", channel="phone"),
    table("style", when="vip", channel="visit", tone="formal"),
    table("style", when="unanswered >= 1", acts=["remind"], channel="letter"),
    table("style", when="True", acts=["call", "visit"], channel="email"),
    table("style", when="True", channel="registered_letter", handler="automatic"),
    table("style", when="True", recipient="accounts_payable", template="t"),
)
RHYTHMS = ("", "repeat_every = 3\n", "repeat_every = 20\n")
PACES = ("", TO_AGE, "[pace]\nbetween_contacts = 2\nper_30_days = 3\nbetween_levels = 3\n")
IDS = ("before", "reminder", "call", "letter", "notice", "placement")


@st.composite
def houses(draw: st.DrawFn) -> Policy:
    """Houses of all sorts, each with a task about whatever is open."""
    triggers = draw(st.lists(st.sampled_from(TRIGGERS), max_size=3, unique=True))
    styles = draw(st.lists(st.sampled_from(STYLES), max_size=2))
    rungs = [rung + draw(st.sampled_from(RHYTHMS)) for rung in (REMINDER, CALL, LETTER)]
    early = draw(st.sampled_from(["", BEFORE]))
    pace, holds = draw(st.sampled_from(PACES)), draw(st.sampled_from(["", AUDIT]))
    tables = (pace, holds, *triggers, WATCH, early, *rungs, NOTICE, PLACEMENT, *styles)
    explicit = draw(st.sampled_from(["oldest_first", "explicit_only"]))
    return house(*tables).completed(rates=RATES, application=explicit)


KINDS = ("business", "business", "business", "unknown", "public")
SETTLING = (Payment, CreditNote, WriteOff, Placement, Assignment, Insolvency)
PEOPLE = (
    Person("N-1", "Mme Petit", role="accounts_payable", refused_channels=frozenset({Channel.SMS})),
    Person("N-2", "M. Lenoir", role="accounts_payable", until=date(2026, 3, 1)),
)


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    """Accounts of debtors who refuse some channels, and have people, or an owner, or neither."""
    told = draw(
        strategies.accounts(
            currencies=("EUR", "EUR", "USD"),
            levels=IDS,
            ages=[2, 10, 20, 30, 60],
            around=[10_000],
            kinds=KINDS,
            without=draw(st.sampled_from([(), SETTLING, SETTLING])),
        )
    )
    refused = draw(st.frozensets(st.sampled_from(Channel), max_size=3))
    debtor = attrs.evolve(
        told.debtor,
        refused_channels=refused,
        people=draw(st.sampled_from([(), PEOPLE, PEOPLE[1:]])),
        owner=draw(st.sampled_from([None, "Nadia"])),
    )
    return Account.of(debtor, *told.facts)


DAYS = st.dates(date(2026, 3, 1), date(2026, 6, 1))


@attrs.frozen
class Case:
    policy: Policy
    account: Account
    as_of: date

    def decided(self, policy: Policy | None = None, account: Account | None = None) -> Decision:
        return decide(policy or self.policy, account or self.account, as_of=self.as_of)

    @property
    def standing(self) -> Standing:
        return standing_of(
            self.account.book,
            self.as_of.toordinal(),
            self.policy.conventions,
            self.policy.compiled.ranks,
        )

    @property
    def items(self) -> dict[str, OpenItem]:
        found = position_of(
            self.account, as_of=self.as_of, conventions=self.policy.conventions
        ).open_items
        return {one.id: one for one in found}


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return Case(draw(houses()), draw(accounts()), draw(DAYS))


def action_in(case: Case) -> Action | None:
    action = case.decided().action
    event(f"action: {action.kind if action else None}")
    return action


def rule_of(case: Case, action: Action) -> Level | Trigger:
    rules: tuple[Level | Trigger, ...] = (*case.policy.levels, *case.policy.triggers)
    return next(rule for rule in rules if rule.id == action.rule)


# --- what is demanded ----------------------------------------------------------------------------


@given(cases())
def test_nothing_is_demanded_but_what_may_be(case: Case) -> None:
    action, items = action_in(case), case.items
    if action is None or action.kind is ActionKind.PRE_DUE_REMINDER:
        return
    owed: dict[str, int] = {}
    for one in action.invoices:
        amount = items[one].collectable
        assert amount.minor > 0
        owed[amount.currency] = owed.get(amount.currency, 0) + amount.minor
    assert len(set(action.invoices)) == len(action.invoices) > 0
    assert all(0 < one.minor <= owed[one.currency] for one in action.amounts)


@given(cases())
def test_what_we_do_not_know_is_reminded_of_and_nothing_else(case: Case) -> None:
    action, items = action_in(case), case.items
    if action is None:
        return
    doubted = [one for one in action.invoices if items[one].invoice.due_assumed]
    if case.account.debtor.kind is DebtorKind.UNKNOWN or doubted:
        assert rule_of(case, action).do in REMINDERS
        assert action.kind in REMINDERS
        assert action.channel not in ALOUD
        ladder = {one.id: one for one in case.policy.levels}
        moved = [step for step in action.steps if step.invoice in doubted]
        assert all(ladder[step.level].do in REMINDERS for step in moved)


@given(cases())
def test_trigger_moves_nothing_to_a_formal_level(case: Case) -> None:
    action = action_in(case)
    if action is None:
        return
    ladder = {one.id: one for one in case.policy.levels}
    formal = [step for step in action.steps if ladder[step.level].do in FORMAL]
    if action.rule in ladder:
        assert (action.kind in FORMAL) == bool(formal)
    else:
        assert not formal
        assert action.kind not in FORMAL
        assert action.approval is (action.offer is not None)


# --- how -----------------------------------------------------------------------------------------


@given(cases())
def test_style_changes_neither_what_is_said_nor_how_a_formal_act_goes(case: Case) -> None:
    action = action_in(case)
    plain = case.decided(attrs.evolve(case.policy, styles=())).action
    if action is None or plain is None:
        return
    same = ("rule", "level", "steps", "lists", "amounts", "execute_on", "offer", "approval")
    assert [getattr(action, one) for one in same] == [getattr(plain, one) for one in same]
    if plain.kind in FORMAL:
        assert (action.kind, action.channel, action.tone) == (plain.kind, plain.channel, plain.tone)
        assert action.handler is not Handler.AUTOMATIC


@given(cases())
def test_every_action_has_somebody_who_answers_for_it(case: Case) -> None:
    decision = case.decided()
    action = decision.action
    if action is None:
        return
    if action.handler is Handler.ACCOUNT_MANAGER:
        assert action.owner is not None
    automatic = action.handler is Handler.AUTOMATIC
    assert (action.owner is None) or not automatic
    assert action.act_by >= action.execute_on >= case.as_of
    assert (action.act_by > action.execute_on) or automatic


@given(cases())
def test_channel_that_is_closed_is_not_used(case: Case) -> None:
    action = action_in(case)
    if action is None or action.channel is None:
        return
    people = {str(one.id): one for one in case.account.debtor.people}
    refused = set(case.account.debtor.refused_channels)
    if action.person is not None:
        refused |= people[action.person].refused_channels
        until = people[action.person].until
        assert until is None or until >= case.as_of
    closed = refused | set(lost_in(case))
    if action.kind in FORMAL:
        assert action.channel not in closed or action.channel in POST
    else:
        assert action.channel not in closed


def lost_in(case: Case) -> Iterator[Channel]:
    """The channels whose last contact, known by then, did not arrive."""
    bounces = {(one.interaction, one.on) for one in case.account.results if one.result == "bounced"}
    for channel in Channel:
        passed = [
            one
            for one in case.account.interactions
            if one.channel is channel and one.on <= case.as_of
        ]
        if passed and any(name == passed[-1].id and on <= case.as_of for name, on in bounces):
            yield channel


# --- when ----------------------------------------------------------------------------------------


def demands(case: Case) -> list[date]:
    """The days on which we spoke first about money, and it arrived as far as anybody knows."""
    quiet = {ActionKind.THANK, ActionKind.TASK}
    lost = {
        one.interaction
        for one in case.account.results
        if one.result == "bounced" and one.on <= case.as_of
    }
    return [
        one.on
        for one in case.account.interactions
        if one.direction is Direction.OUTGOING
        and one.act not in quiet
        and one.on <= case.as_of
        and one.id not in lost
    ]


@given(cases())
def test_pace_is_kept_whatever_happened(case: Case) -> None:
    action, pace, days = action_in(case), case.policy.pace, demands(case)
    if action is None or not days:
        return
    last, lately = max(days), {on for on in days if (action.execute_on - on).days < 30}
    assert last < case.as_of
    assert (action.execute_on - last).days >= pace.between_contacts
    assert len(lately) < pace.per_30_days


@given(cases(), st.integers(1, 4))
def test_reasons_are_named_from_the_first_day(case: Case, ago: int) -> None:
    lately = Interaction("I-now", case.as_of - timedelta(ago), channel="phone", act="call")
    case = attrs.evolve(case, account=case.account.record(lately))
    decision = case.decided()
    if decision.because[:1] != ("pace",):
        return
    assert decision.action is None
    event("waits for the pace")
    placed = any(one.on == case.as_of for one in case.account.placements)
    if placed or max(demands(case)) == case.as_of:
        return
    free = attrs.evolve(case.policy.pace, between_contacts=1, per_30_days=1000)
    spoken = case.decided(attrs.evolve(case.policy, pace=free))
    assert spoken.because in {decision.because[1:], ("channels-refused", *decision.because[1:])}


@given(cases())
def test_trigger_that_speaks_is_in_force_on_an_item_it_names(case: Case) -> None:
    decision = case.decided()
    action, s = decision.action, case.standing
    if action is None:
        return
    ids = [one.id for one in case.policy.triggers]
    named = [one for one in decision.because if one in ids]
    event(f"triggers: {len(named)}")
    if action.rule in ids:
        assert named[0] == action.rule == decision.because[0]
        assert named == sorted(named, key=ids.index)
    for one in named:
        every = case.policy.triggers[ids.index(one)].repeat_every
        rows = [row for row in s.rows if row.collectable]
        last = s.last_offered if one == "plan" else s.last_spoken
        assert every is None or any(s.day - last(row.item.place) >= every for row in rows)


@given(cases())
def test_level_is_said_again_only_in_its_rhythm(case: Case) -> None:
    action, s = action_in(case), case.standing
    if action is None:
        return
    ranks, rows = case.policy.compiled.ranks, {row.id: row for row in s.rows}
    for step in action.steps:
        row, rank = rows[step.invoice], ranks[step.level]
        assert rank >= row.reached
        if rank == row.reached:
            event("said again")
            every = case.policy.levels[rank].repeat_every
            assert every is not None
            assert s.day - row.last_step >= every


# --- inside the house ----------------------------------------------------------------------------


@given(cases())
def test_task_of_a_trigger_is_suppressed_by_nothing(case: Case) -> None:
    items = case.items
    expected = tuple(one.id for one in items.values() if one.invoice.issued_on < case.as_of)
    spoken = Interaction("I-now", case.as_of, channel="phone", act="call")
    block = DunningBlock("K-now", case.as_of, until=case.as_of + timedelta(9), reason="flood")
    disputes = [
        Dispute(f"D-{name}", case.as_of, invoice=name)
        for name in {one.invoice.id for one in items.values()}
    ]
    silence = Hold(id="all", when=read_condition("True", currency="EUR"), scope=Scope.ACCOUNT)
    item_silence = attrs.evolve(silence, id="each", scope=Scope.ITEM)
    quiet = attrs.evolve(case.policy, holds=(silence, item_silence))
    for decision in (
        case.decided(),
        case.decided(account=case.account.record(spoken)),
        case.decided(account=case.account.record(block)),
        case.decided(account=case.account.record(*disputes)),
        case.decided(quiet),
    ):
        watched = [task.invoices for task in decision.tasks if task.rule == "watch"]
        assert watched == ([expected] if expected else [])


@pytest.mark.parametrize("policy", [house(REMINDER), house(TO_AGE, REMINDER, WATCH)])
@given(accounts(), DAYS)
def test_policy_without_triggers_answers_as_its_ladder(
    policy: Policy, told: Account, as_of: date
) -> None:
    decision = decide(policy, told, as_of=as_of)
    known = {"reminder", "pace", "kind-not-served", "unapplied-cash", "channels-refused"}
    assert set(decision.because) <= known
    assert decision.action is None or decision.action.rule == "reminder"
