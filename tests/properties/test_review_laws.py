"""Laws 12 and 13: what is shown is what decided, and nothing changes before `review_on`.

The policies drawn use every criterion with every operator, so they need not be sensible; presets
are drawn as often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from typing import Any, NamedTuple

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.costly import costly

from recouvrement import (
    Account,
    Action,
    BusinessCalendar,
    Debtor,
    Dispute,
    DunningBlock,
    ExchangeRate,
    ExchangeRates,
    Instalment,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    Policy,
    Promise,
    decide,
    preset,
    read_policy,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import CRITERIA, Condition, Criterion, CriterionType, Scope
from recouvrement.policy.case import Case as Asked
from recouvrement.policy.clocks import CLOCKS, STEADY, comparisons
from recouvrement.policy.explanation import Explanation, RuleKind, RuleSeen, Verdict
from recouvrement.policy.policy import rules_of
from recouvrement.policy.replay import explain
from recouvrement.policy.review import review_on
from recouvrement.position.position import book_known
from recouvrement.position.standing import standing_of
from recouvrement.testing import strategies

START = date(2026, 1, 5)
DAYS = 120
LAST = START + timedelta(DAYS)
FRANCE = BusinessCalendar.france(2025, 2028)
# One that ends while accounts are looked at, so that what it no longer covers is seen.
SHORT = BusinessCalendar.of(
    [date(2026, 4, 6), date(2026, 5, 1)], valid_from=date(2026, 3, 2), valid_until=date(2026, 6, 2)
)
RATES = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2020, 1, 1), value="0.85"))
MOVING = ExchangeRates.of(
    ExchangeRate("USD", "EUR", since=date(2026, 4, 20), value="0.85"),
    ExchangeRate("USD", "EUR", since=date(2026, 5, 20), value="0.25"),
)
PRESETS = [
    preset(entry.name.removesuffix(".toml"))
    for entry in (resources.files("recouvrement") / "policy" / "presets").iterdir()
    if entry.name.endswith(".toml")
]

# --- policies ------------------------------------------------------------------------------------

DAYS_COUNTED = (-30, -5, 0, 1, 2, 7, 10, 14, 30, 45, 90)
WORDS = {
    "level_reached": ("level-0",),
    "plan_state": ("on_track", "late", "defaulted"),
    "last_channel": ("email", "phone", "letter"),
    "answering_channel": ("email", "phone"),
    "kind": ("business", "consumer"),
    "segment": ("a", "b"),
    "sector": ("retail",),
    "country": ("FR", "DE"),
    "language": ("fr", "en"),
}
CHANNELS = {"remind": "email", "call": "phone", "visit": "visit", "propose_plan": "letter"}
wish = st.sampled_from


# A policy of cents, where every payment can be tried, has the same amounts in another unit.
EUROS = {1: "1", 100: "100", 150: "150", 500: "500", 1000: "1000"}
CENTS = {1: "0.01", 100: "0.05", 150: "0.10", 500: "0.12", 1000: "0.30"}


@st.composite
def clauses(draw: st.DrawFn, criterion: Criterion, unit: dict[int, str]) -> str:
    """One test of a criterion, of a sort that the criterion allows."""
    name = criterion.name
    match criterion.type:
        case CriterionType.INTEGER:
            operator = draw(wish((">=", ">=", "<", "<=", ">", "==", "!=")))
            small = not (criterion.unit == "days" and name != "contacts_30d")
            return f"{name} {operator} {draw(st.integers(0, 4) if small else wish(DAYS_COUNTED))}"
        case CriterionType.MONEY:
            operator = draw(wish((">=", "<", "==")))
            return f"{name} {operator} EUR({unit[draw(wish((1, 100, 500, 1000)))]})"
        case CriterionType.WORD:
            return f"{name} {draw(wish(('==', '!=')))} '{draw(wish(WORDS[name]))}'"
        case CriterionType.WORDS:
            return f"'audit' in {name}"
        case _:
            return name


@st.composite
def conditions(draw: st.DrawFn, unit: dict[int, str], *, account: bool = False) -> str:
    """One to three such tests, some of them denied."""
    able = [one for one in CRITERIA.values() if not account or one.scope is Scope.ACCOUNT]
    clocks = [one for one in able if one.name in CLOCKS]
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        part = draw(clauses(draw(wish(clocks if draw(st.booleans()) else able)), unit))
        parts.append(f"not {part}" if draw(st.integers(0, 5)) == 5 else part)
    return draw(wish((" and ", " or "))).join(parts)


def table(name: str, **entries: object) -> str:
    """One table of a document; what is None is left out."""
    lines = [
        f"{key} = {value}" if isinstance(value, (int, list)) else f'{key} = "{value}"'
        for key, value in entries.items()
        if value is not None
    ]
    return "\n".join([f"[{name}]", *lines, ""])


def rules(draw: st.DrawFn, unit: dict[int, str]) -> Iterator[str]:
    """The tables of holds, triggers, levels, styles and partners."""
    rarely = wish((None, None, None, 3, 10))
    for number in range(draw(st.integers(0, 2))):
        scope = draw(wish(("item", "account")))
        when = draw(conditions(unit, account=scope == "account"))
        yield table("[hold]", id=f"hold-{number}", when=when, scope=scope)
    for number in range(draw(st.integers(0, 3))):
        do = draw(wish((*CHANNELS, "task")))
        said = {} if do == "task" else {"climb": draw(st.integers(0, 2)), "channel": CHANNELS[do]}
        said |= {} if do == "task" else {"repeat_every": draw(rarely)}
        yield table(
            "[trigger]",
            **{"id": f"trigger-{number}", "do": do, "when": draw(conditions(unit)), **said},
            **{"for": draw(wish((None, None, "vip")))},
        )
    if draw(st.booleans()):
        when = f"days_until_due <= {draw(st.integers(1, 9))}"
        rung = {"do": "pre_due_reminder", "channel": "email", "when": when}
        yield table("[level]", id="pre-due", until=draw(wish((None, "days_until_due < 3"))), **rung)
    acts = ("remind", "remind", "call", "visit", "formal_notice", "place")
    for number, do in enumerate(draw(st.lists(wish(acts), min_size=1, max_size=4))):
        formal = do in ("formal_notice", "place")
        yield table(
            "[level]",
            id=f"level-{number}",
            do=do,
            channel=CHANNELS.get(do, "registered_letter" if do == "formal_notice" else None),
            when=draw(conditions(unit)),
            until=draw(conditions(unit)) if draw(st.integers(0, 2)) == 2 else None,
            repeat_every=None if formal else draw(rarely),
            documents=["order"] if formal else None,
        )
    for _ in range(draw(st.integers(0, 2))):
        yield table(
            "[style]",
            when=draw(conditions(unit, account=True)),
            handler=draw(wish((None, "account_manager"))),
            tone=draw(wish(("firm", "friendly"))),
            channel=draw(wish((None, "letter", "phone"))),
            recipient=draw(wish((None, "accounts_payable"))),
        )
    if draw(st.booleans()):
        when = draw(conditions(unit, account=True))
        yield table("[partner]", id="bailiff", role="commissaire de justice", when=when)


@st.composite
def any_policies(draw: st.DrawFn, unit: dict[int, str] = EUROS) -> Policy:
    """Documents that use any criterion anywhere."""
    parts = [
        'name = "drawn"\nversion = "1"\ncurrency = "EUR"\nfor = ["business", "consumer"]\n',
        table(
            "pace",
            between_contacts=draw(st.integers(1, 8)),
            per_30_days=draw(st.integers(1, 4)),
            between_levels=draw(st.integers(1, 10)),
            climb=draw(wish(("one-level", "to-age"))),
        ),
        f"[floor]\nformal_notice = {unit[150]}\nplacement = {unit[500]}\n",
        table(
            "promises",
            tolerance=draw(st.integers(0, 3)),
            horizon=draw(wish((10, 30))),
            broken_tolerated=draw(st.integers(0, 2)),
        ),
        table("deadlines", limitation_years=draw(wish((1, 1, 5)))),
        *rules(draw, unit),
    ]
    return read_policy("\n".join(parts))


@st.composite
def policies(draw: st.DrawFn, unit: dict[int, str] = EUROS) -> Policy:
    """A preset or a drawn policy, with a host's calendar and rates."""
    chosen = draw(any_policies(unit) if draw(st.booleans()) else wish(PRESETS))
    return chosen.completed(
        calendar=draw(wish((BusinessCalendar(), FRANCE, FRANCE, SHORT))),
        rates=draw(wish((RATES, RATES, MOVING))),
        application=draw(wish(("oldest_first", "oldest_first", "explicit_only"))),
    )


# --- accounts ------------------------------------------------------------------------------------


class Case(NamedTuple):
    """A policy, an account, the day on which to ask, and what was known then."""

    policy: Policy
    account: Account
    as_of: date
    known_on: date | None

    def answer(self, on: date) -> tuple[Action | None, tuple[str, ...]]:
        """What is compared from one day to another."""
        known = self.known_on or self.as_of
        decision = decide(self.policy, self.account, as_of=on, known_on=known)
        action = decision.action
        if action is not None:
            action = attrs.evolve(action, execute_on=date.min, act_by=date.min)
        return action, decision.because

    def first_change(self, days: int) -> date | None:
        """The first day within so many on which the answer differs, looked for day by day."""
        now = self.answer(self.as_of)
        after = (self.as_of + timedelta(number) for number in range(1, days + 1))
        return next((day for day in after if self.answer(day) != now), None)


def bounds(policy: Policy) -> tuple[list[int], list[Money]]:
    """The ages and the amounts at which a policy changes its mind."""
    ages, amounts = (
        {0},
        {one for one in (policy.floor.formal_notice, policy.floor.placement) if one},
    )
    for _, test, _ in rules_of(policy):
        for one in comparisons(test.node) if isinstance(test, Condition) else ():
            if isinstance(one.constant, Money):
                amounts.add(one.constant)
            elif one.criterion in CLOCKS:
                ages.add(int(one.constant))
    return sorted(ages), sorted(amounts)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    policy = draw(policies())
    ages, amounts = bounds(policy)
    account = draw(
        strategies.accounts(
            days=DAYS,
            around=amounts,
            ages=ages,
            levels=[level.id for level in policy.levels],
            kinds=(*["business"] * 7, "unknown", "public"),
            currencies=draw(wish((("EUR",), ("EUR",), ("EUR", "USD")))),
        ).filter(lambda one: one.invoices)
    )
    near = st.integers(-5, 9).map(lambda shift: LAST + timedelta(shift))
    as_of = draw(near | strategies.as_ofs(account))
    lag = draw(wish((None, None, None, -20, -1, 3, 40)))
    return Case(policy, account, as_of, None if lag is None else as_of + timedelta(lag))


# --- 13: the day of the next review --------------------------------------------------------------


@costly
@given(cases())
def test_review_is_due_on_the_first_day_that_changes_the_answer(case: Case) -> None:
    found = review_on(case.policy, case.account, as_of=case.as_of, known_on=case.known_on)
    if found is None:
        event("never")
        assert case.first_change(400) is None
    elif (found - case.as_of).days > 200:
        event("far away")
        assert case.first_change(200) is None
        assert case.answer(found) != case.answer(case.as_of)
        assert case.answer(found - timedelta(1)) == case.answer(case.as_of)
    else:
        event(f"{(found - case.as_of).days // 10}0 days")
        assert found == case.first_change(200)


@pytest.mark.parametrize("name", sorted(CRITERIA))
def test_every_criterion_says_whether_it_moves_by_itself(name: str) -> None:
    assert (name in CLOCKS) != (name in STEADY)


# --- 12: an explanation replays the decision -----------------------------------------------------

TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda seen, bound: seen == bound,
    "!=": lambda seen, bound: seen != bound,
    "<": lambda seen, bound: seen < bound,
    "<=": lambda seen, bound: seen <= bound,
    ">": lambda seen, bound: seen > bound,
    ">=": lambda seen, bound: seen >= bound,
    "in": lambda seen, bound: seen in bound,
    "not in": lambda seen, bound: seen not in bound,
    "contains": lambda seen, bound: bound in seen,
    "does not contain": lambda seen, bound: bound not in seen,
    "is": lambda seen, bound: seen is bound,
}


def explained(case: Case) -> Explanation:
    return explain(case.policy, case.account, as_of=case.as_of, known_on=case.known_on)


def all_rules(why: Explanation) -> Iterator[RuleSeen]:
    yield from why.rules
    for item in why.items:
        yield from item.rules


@given(cases())
def test_explanation_holds_the_decision_and_shows_what_compares_as_it_says(case: Case) -> None:
    why = explained(case)
    assert why.decision == decide(
        case.policy, case.account, as_of=case.as_of, known_on=case.known_on
    )
    for rule in all_rules(why):
        for condition in rule.conditions:
            for one in condition.comparisons:
                assert one.operator is not None
                absent = one.observed is None
                assert one.met == (not absent and TESTS[one.operator](one.observed, one.bound))
                assert one.unread in (None, "missing-rate")
            # Turning over every decisive comparison turns the condition over.
            decisive = any(one.decisive for one in condition.comparisons)
            assert decisive == bool(condition.comparisons)


@given(cases())
def test_what_is_shown_is_what_the_compiled_policy_decides(case: Case) -> None:
    why, policy = explained(case), case.policy
    compiled = policy.compiled
    book = book_known(case.account, case.known_on)
    s = standing_of(book, case.as_of.toordinal(), policy.conventions, compiled.ranks)
    asked = Asked(policy, case.account, s, case.as_of)
    if compiled.item_money or compiled.account_money:
        asked.price()
        if not asked.known:
            event("no rate")
            assert all(item.left_out == "missing-rate" for item in why.items)
            return
    known = {row.id for row in asked.known}
    assert {item.id for item in why.items if item.left_out is None} == known
    unknown = case.account.debtor.kind == "unknown"
    earned, held, fired, _ = compiled.propose(
        asked.known, s.day, s, case.account, asked.amount_in, unknown
    )
    silenced = {row.id: (at, rank) for at, rank, row, _ in held}
    ranks = {row.id: rank for rank, row in earned}
    for item in why.items:
        rank = ranks.get(item.id, silenced.get(item.id, (0, -1))[1])
        assert item.earned == (policy.levels[rank].id if rank >= 0 else None)
        assert applying(item.rules, RuleKind.HOLD) == (
            [policy.holds[silenced[item.id][0]].id] if item.id in silenced else []
        )
        speaking = {policy.triggers[at].id for at, _, row in fired if row.id == item.id}
        outward = {one.id for one in policy.triggers if not one.inside}
        assert outward.intersection(applying(item.rules, RuleKind.TRIGGER)) == speaking
    event(f"{len(ranks)} earned, {len(fired)} in force, {len(silenced)} silenced")


def applying(rules: Iterable[RuleSeen], kind: RuleKind) -> list[str]:
    """The ids of the rules of a kind that count."""
    return [one.id for one in rules if one.kind is kind and one.verdict is Verdict.APPLIES]


@given(cases())
def test_rules_about_the_account_are_those_that_the_decision_took(case: Case) -> None:
    why, policy = explained(case), case.policy
    action = why.decision.action
    holding = applying(why.rules, RuleKind.HOLD)
    assert len(holding) <= 1
    if action is not None:
        assert not holding
        assert [one for one in [action.partner] if one] == applying(why.rules, RuleKind.PARTNER)
    elif why.decision.because in [(one.id,) for one in policy.holds if one.scope is Scope.ACCOUNT]:
        assert holding == list(why.decision.because)
    told = {(task.rule, item) for task in why.decision.tasks for item in task.invoices if task.rule}
    inside = {one.id for one in policy.triggers if one.inside}
    assert told == {
        (rule, item.id)
        for item in why.items
        for rule in inside.intersection(applying(item.rules, RuleKind.TRIGGER))
    }


@given(cases())
def test_pace_and_amounts_are_those_of_the_decision(case: Case) -> None:
    why = explained(case)
    action, because = why.decision.action, why.decision.because
    if action is not None:
        assert why.pace.allowed
        assert why.pace.next_contact == action.execute_on
        assert action.amounts == tuple(one.asked for one in why.amounts if one.asked)
        assert {step.invoice: step.level for step in action.steps} == {
            item.id: item.step for item in why.items if item.step
        }
        assert set(action.lists) == {item.id for item in why.items if item.listed}
    elif because[:1] == ("pace",):
        assert not why.pace.allowed
        waits = why.pace.next_contact
        if waits is not None:
            calendar = case.policy.conventions.calendar
            assert waits > calendar.next_business_day(case.as_of)


# --- the smallest change -------------------------------------------------------------------------


def outcome(case: Case, paid: Money | None) -> tuple[object, ...]:
    """What a further payment may change: the act, its level, its steps."""
    account = case.account
    if paid is not None:
        on, known = case.as_of, case.known_on
        learnt = known if known and known < on else None
        account = account.record(Payment("zz", on, amount=paid, recorded_on=learnt))
    decision = decide(case.policy, account, as_of=case.as_of, known_on=case.known_on)
    action = decision.action
    return (action.kind, action.rule, action.level, set(action.steps)) if action else ()


@given(cases())
def test_nearest_changes_are_real_and_one_unit_less_is_none(case: Case) -> None:
    why = explained(case)
    later = review_on(case.policy, case.account, as_of=case.as_of, known_on=case.known_on)
    days = [one for one in why.nearest if one.payment is None]
    assert [one.on for one in days] == [one for one in [later] if one]
    now = outcome(case, None)
    paid = [one.payment for one in why.nearest if one.payment is not None]
    assert bool(now) or not paid
    for first, second in pairwise([None, *paid]):
        assert second is not None
        assert outcome(case, second) != now
        if second.minor > 1:
            less = outcome(case, second - Money(1, second.currency))
            assert less == now or (first is not None and less[:3] == now[:3])


@st.composite
def cases_of_cents(draw: st.DrawFn) -> Case:
    """Accounts of a few cents: every payment can be tried."""
    cents = st.integers(1, 20).map(lambda minor: Money(minor, "EUR"))
    days = st.integers(0, 50).map(lambda shift: START + timedelta(shift))
    facts: list[Fact] = [
        Invoice(f"F-{number}", START - timedelta(10), due_on=draw(days), total=draw(cents))
        for number in range(draw(st.integers(1, 4)))
    ]
    if draw(st.booleans()):
        facts.append(Payment("P-1", draw(days), amount=draw(cents)))
    if draw(st.booleans()):
        made_on, due_on = draw(days), START + timedelta(55)
        facts.append(Promise("W-1", made_on, due_on=due_on, amount=draw(cents), means="transfer"))
    if draw(st.booleans()):
        part = min(draw(cents), facts[0].total)  # type: ignore[attr-defined]
        facts.append(Dispute("D-1", draw(days), invoice="F-0", amount=part))
    if draw(st.booleans()):
        facts.append(DunningBlock("K-1", START, until=START + timedelta(90), invoice="F-0"))
    if draw(st.booleans()):
        near, far = START + timedelta(35), START + timedelta(65)
        parts = (Instalment(near, draw(cents)), Instalment(far, draw(cents)))
        facts.append(PaymentPlan("L-1", draw(days), invoices=("F-0",), instalments=parts))
    debtor = Debtor("C-1", "Atelier Vasseur", kind="business", credit_limit=draw(cents))
    as_of = START + timedelta(draw(st.integers(20, 70)))
    return Case(draw(policies(CENTS)), Account.of(debtor, *facts), as_of, None)


@given(cases_of_cents())
def test_smallest_payment_is_the_smallest_of_all(case: Case) -> None:
    now, why = outcome(case, None), explained(case)
    found = [one.payment.minor for one in why.nearest if one.payment is not None]
    if not now:
        assert not found
        return
    most = sum(item.open.minor for item in why.items) + 40
    tried = {minor: outcome(case, Money(minor, "EUR")) for minor in range(1, most)}
    event(f"{len(found)} changes")
    assert found == sorted(
        {
            next(minor for minor, then in tried.items() if then[:parts] != now[:parts])
            for parts in (3, 4)
        }
    )
