"""Nothing changes before `review_on`, and on that day something does: compared day by day.

The policies drawn use every criterion with every operator, so they need not be sensible; presets
are drawn as often.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from importlib import resources
from typing import NamedTuple

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Action,
    BusinessCalendar,
    ExchangeRate,
    ExchangeRates,
    Money,
    Policy,
    decide,
    preset,
    read_policy,
)
from recouvrement.policy import CRITERIA, Condition, Criterion, CriterionType, Scope
from recouvrement.policy.clocks import CLOCKS, STEADY, comparisons
from recouvrement.policy.policy import rules_of
from recouvrement.policy.review import review_on
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


@st.composite
def clauses(draw: st.DrawFn, criterion: Criterion) -> str:
    """One test of a criterion, of a sort that the criterion allows."""
    name = criterion.name
    match criterion.type:
        case CriterionType.INTEGER:
            operator = draw(wish((">=", ">=", "<", "<=", ">", "==", "!=")))
            small = not (criterion.unit == "days" and name != "contacts_30d")
            return f"{name} {operator} {draw(st.integers(0, 4) if small else wish(DAYS_COUNTED))}"
        case CriterionType.MONEY:
            operator = draw(wish((">=", "<", "==")))
            return f"{name} {operator} EUR({draw(wish((1, 100, 500, 1000)))})"
        case CriterionType.WORD:
            return f"{name} {draw(wish(('==', '!=')))} '{draw(wish(WORDS[name]))}'"
        case CriterionType.WORDS:
            return f"'audit' in {name}"
        case _:
            return name


@st.composite
def conditions(draw: st.DrawFn, *, account: bool = False) -> str:
    """One to three such tests, some of them denied."""
    able = [one for one in CRITERIA.values() if not account or one.scope is Scope.ACCOUNT]
    clocks = [one for one in able if one.name in CLOCKS]
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        part = draw(wish(clocks if draw(st.booleans()) else able).flatmap(clauses))
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


def rules(draw: st.DrawFn) -> Iterator[str]:
    """The tables of holds, triggers, levels, styles and partners."""
    rarely = wish((None, None, None, 3, 10))
    for number in range(draw(st.integers(0, 2))):
        scope = draw(wish(("item", "account")))
        when = draw(conditions(account=scope == "account"))
        yield table("[hold]", id=f"hold-{number}", when=when, scope=scope)
    for number in range(draw(st.integers(0, 3))):
        do = draw(wish((*CHANNELS, "task")))
        said = {} if do == "task" else {"climb": draw(st.integers(0, 2)), "channel": CHANNELS[do]}
        said |= {} if do == "task" else {"repeat_every": draw(rarely)}
        yield table(
            "[trigger]",
            **{"id": f"trigger-{number}", "do": do, "when": draw(conditions()), **said},
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
            when=draw(conditions()),
            until=draw(conditions()) if draw(st.integers(0, 2)) == 2 else None,
            repeat_every=None if formal else draw(rarely),
            documents=["order"] if formal else None,
        )
    for _ in range(draw(st.integers(0, 2))):
        yield table(
            "[style]",
            when=draw(conditions(account=True)),
            handler=draw(wish((None, "account_manager"))),
            tone=draw(wish(("firm", "friendly"))),
            channel=draw(wish((None, "letter", "phone"))),
            recipient=draw(wish((None, "accounts_payable"))),
        )
    if draw(st.booleans()):
        when = draw(conditions(account=True))
        yield table("[partner]", id="bailiff", role="commissaire de justice", when=when)


@st.composite
def any_policies(draw: st.DrawFn) -> Policy:
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
        table("floor", formal_notice=draw(wish((None, 150))), placement=draw(wish((None, 500)))),
        table(
            "promises",
            tolerance=draw(st.integers(0, 3)),
            horizon=draw(wish((10, 30))),
            broken_tolerated=draw(st.integers(0, 2)),
        ),
        table("deadlines", limitation_years=draw(wish((1, 1, 5)))),
        *rules(draw),
    ]
    return read_policy("\n".join(parts))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A preset or a drawn policy, with a host's calendar and rates."""
    chosen = draw(any_policies() if draw(st.booleans()) else wish(PRESETS))
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
    ages, amounts = {0}, {one for one in (policy.floor.formal_notice, policy.floor.placement) if one}
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
