"""The generated functions say exactly what an interpreter of the nodes, written here, says.

They are generated from validated nodes only: a test reads every token of the source.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    ActionKind,
    ExchangeRate,
    ExchangeRates,
    Money,
    Policy,
    read_policy,
)
from recouvrement.policy import CRITERIA, Climb, Criterion, CriterionType, Level, Scope
from recouvrement.policy.condition import (
    Always,
    Both,
    Comparison,
    Containment,
    Either,
    Flag,
    Membership,
    Node,
    Not,
    read_condition,
)
from recouvrement.policy.criteria import READERS
from recouvrement.policy.expressions import Vocabulary
from recouvrement.position.standing import Row, Standing, standing_of
from recouvrement.testing import strategies

# --- an interpreter of nodes, and of ladders -----------------------------------------------------

Values = Mapping[str, Any]


COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def is_true(node: Node, values: Values) -> bool:
    """Whether a condition holds; None is absent, and a comparison with it is false."""
    match node:
        case Comparison(name, sign, constant):
            bound = constant.minor if isinstance(constant, Money) else constant
            found = values[name] is not None and COMPARED[sign](values[name], bound)
        case Membership(name, words, negated):
            found = values[name] is not None and (values[name] in words) is not negated
        case Containment(word, name, negated):
            found = (word in values[name]) is not negated
        case Flag(name):
            found = bool(values[name])
        case Always(value):
            found = value
        case Not(operand):
            found = not is_true(operand, values)
        case Both(operands):
            found = all(is_true(one, values) for one in operands)
        case Either(operands):
            found = any(is_true(one, values) for one in operands)
    return found


REMINDERS = (ActionKind.PRE_DUE_REMINDER, ActionKind.REMIND)


def passed_over(level: Level, values: Values) -> bool:
    late = values["days_past_due"] is not None and values["days_past_due"] >= 1
    return (
        (level.serves is not None and not is_true(level.serves.node, values))
        or (level.until is not None and is_true(level.until.node, values))
        or (level.do is ActionKind.PRE_DUE_REMINDER and late)
    )


def climbed(
    policy: Policy,
    reached: int,
    values: Values,
    *,
    only: tuple[ActionKind, ...] = tuple(ActionKind),
    ceiling: int = 99,
) -> int:
    """The rank that an item has earned on the ladder, -1 when it waits."""
    above = [
        (rank, is_true(level.when.node, values))
        for rank, level in enumerate(policy.levels)
        if reached < rank < ceiling and level.do in only and not passed_over(level, values)
    ]
    if policy.pace.climb is Climb.ONE_LEVEL:
        return above[0][0] if above and above[0][1] else -1
    return max([rank for rank, met in above if met], default=-1)


# --- any condition, any policy -------------------------------------------------------------------

SOME_WORDS = ("a", "b", "FR")
NUMBERS = (-2, -1, 0, 1, 2, 3, 5, 10, 30)


def words_of(criterion: Criterion) -> tuple[str, ...]:
    if criterion.name == "level_reached":
        return tuple(f"level-{number}" for number in range(4))
    return tuple(map(str, criterion.words)) or SOME_WORDS


@st.composite
def comparisons(draw: st.DrawFn, *, scope: Scope | None = None, fixed: bool = False) -> str:
    """One comparison of one criterion, of any type."""
    names = [
        name
        for name, one in CRITERIA.items()
        if scope in (None, one.scope) and (one.fixed or not fixed)
    ]
    criterion = CRITERIA[draw(st.sampled_from(names))]
    name, sign = criterion.name, draw(st.sampled_from(list(COMPARED)))
    match criterion.type:
        case CriterionType.INTEGER:
            return f"{name} {sign} {draw(st.sampled_from(NUMBERS))}"
        case CriterionType.MONEY:
            return f"EUR({draw(st.sampled_from([0, 1, 100, 500]))}) {sign} {name}"
        case CriterionType.FLAG:
            return draw(st.sampled_from([name, f"{name} == True", f"{name} != True"]))
        case CriterionType.WORDS:
            word = draw(st.sampled_from(["audit", "export", "none"]))
            return f"'{word}' {draw(st.sampled_from(['in', 'not in']))} {name}"
        case CriterionType.WORD:
            words = draw(st.lists(st.sampled_from(words_of(criterion)), min_size=1, max_size=2))
            if draw(st.booleans()):
                return f"{name} {draw(st.sampled_from(['==', '!=']))} '{words[0]}'"
            return f"{name} {draw(st.sampled_from(['in', 'not in']))} {words}"


def conditions(**options: Any) -> st.SearchStrategy[str]:
    """Comparisons joined and negated in any way."""
    return st.recursive(
        comparisons(**options) | st.sampled_from(["True", "False"]),
        lambda inner: st.one_of(
            inner.map(lambda one: f"not ({one})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]}) and ({two[1]})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]}) or ({two[1]})"),
        ),
        max_leaves=4,
    ).filter(lambda text: len(text) <= 400)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Policies of any conditions, sensible or not."""
    parts = ['name = "x"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n[pace]']
    parts.append(f'climb = "{draw(st.sampled_from(Climb))}"')
    for number in range(draw(st.integers(0, 3))):
        scope = draw(st.sampled_from(Scope))
        when = draw(conditions(scope=scope if scope is Scope.ACCOUNT else None))
        parts.append(f'[[hold]]\nid = "hold-{number}"\nscope = "{scope}"\nwhen = """{when}"""')
    early = draw(st.integers(0, 2))
    for number in range(4):
        demands = ["remind", "call", "formal_notice", "place"]
        act = "pre_due_reminder" if number < early else draw(st.sampled_from(demands))
        parts.append(f'[[level]]\nid = "level-{number}"\ndo = "{act}"\nchannel = "letter"')
        parts.append(f'when = """{draw(conditions())}"""')
        if draw(st.booleans()):
            parts.append(f'until = """{draw(conditions())}"""')
        if draw(st.booleans()):
            parts.append(f'for = """{draw(conditions(fixed=True))}"""')
    rates = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2020, 1, 1), value="0.5"))
    return read_policy("\n".join(parts)).completed(rates=rates)


@st.composite
def values(draw: st.DrawFn) -> Values:
    """A value of each criterion, or none where it may be absent."""
    found: dict[str, Any] = {}
    for name, one in CRITERIA.items():
        match one.type:
            case CriterionType.INTEGER:
                some: st.SearchStrategy[Any] = st.sampled_from(NUMBERS)
            case CriterionType.MONEY:
                some = st.sampled_from([0, 99, 100, 10_000, 50_000])
            case CriterionType.FLAG:
                some = st.booleans()
            case CriterionType.WORDS:
                some = st.frozensets(st.sampled_from(["audit", "export"]))
            case CriterionType.WORD:
                some = st.sampled_from(words_of(one))
        found[name] = draw(st.none() | some if one.absent else some)
    return found


# --- the ladder ----------------------------------------------------------------------------------


@given(conditions(), values())
def test_expression_of_a_condition_says_what_its_nodes_say(text: str, given_: Values) -> None:
    node = read_condition(text, currency="EUR").node
    variables = {f"c_{name}": value for name, value in given_.items()}
    said = eval(Vocabulary().expression(node), {"__builtins__": {}}, variables)  # noqa: S307 (ours)
    assert bool(said) is is_true(node, given_)


@given(policies(), values(), st.integers(-1, 3))
def test_climb_is_what_the_interpreter_of_the_ladder_says(
    policy: Policy, given_: Values, reached: int
) -> None:
    compiled = policy.compiled
    arguments = [given_[name] for name in compiled.arguments]
    assert compiled.climb(reached, *arguments) == climbed(policy, reached, given_)
    gently = climbed(policy, reached, given_, only=REMINDERS)
    assert compiled.climb_gently(reached, *arguments) == gently


# --- the loop over items -------------------------------------------------------------------------


def observed(policy: Policy, told: Account, s: Standing, r: Row | None) -> Values:
    """Each criterion on its own, read from the registry."""

    def amount_in(minor: int, currency: str) -> int:
        rates = policy.conventions.rates
        return rates.convert(Money(minor, currency), "EUR", on=date.fromordinal(s.day)).minor

    scope = {**READERS, "level_ids": policy.compiled.ids, "s": s, "a": told, "day": s.day}
    scope |= {"amount_in": amount_in, "r": r}
    return {
        name: eval(one.source, dict(scope))  # noqa: S307 (the registry's own text)
        for name, one in CRITERIA.items()
        if r is not None or one.scope is Scope.ACCOUNT
    }


@given(policies(), st.data(), st.booleans())
def test_loop_over_items_is_what_the_interpreter_says(
    policy: Policy,
    data: st.DataObject,
    gently: bool,  # noqa: FBT001 (drawn)
) -> None:
    told = data.draw(
        strategies.accounts(
            currencies=("EUR", "EUR", "USD"),
            levels=[level.id for level in policy.levels],
            ages=[1, 2, 5, 10],
        ).filter(lambda one: one.invoices)
    )
    on = data.draw(strategies.as_ofs(told) | st.just(date(2026, 5, 5)))
    compiled = policy.compiled
    s = standing_of(told.book, on.toordinal(), policy.conventions, compiled.ranks)

    def amount_in(minor: int, currency: str) -> int:
        return minor if currency == "EUR" else (minor + 1) // 2

    earned, held = [], []
    for row in s.rows:
        if not (row.collectable or row.not_yet_due):
            continue
        seen = observed(policy, told, s, row)
        if not row.collectable:
            acts: tuple[ActionKind, ...] = (ActionKind.PRE_DUE_REMINDER,)
        else:
            acts = REMINDERS if gently or row.item.assumed else tuple(ActionKind)
        rank = climbed(policy, row.reached, seen, only=acts)
        holding = [
            at
            for at, hold in enumerate(policy.holds)
            if hold.scope is Scope.ITEM and is_true(hold.when.node, seen)
        ]
        if holding and (row.collectable or any(compiled.pre_due)):
            held.append((holding[0], rank, row))
        elif rank >= 0 and not holding:
            earned.append((rank, row))
    assert compiled.propose(s.rows, s.day, s, told, amount_in, gently) == (earned, held)
    seen = observed(policy, told, s, None)
    holding = [
        at
        for at, hold in enumerate(policy.holds)
        if hold.scope is Scope.ACCOUNT and is_true(hold.when.node, seen)
    ]
    assert compiled.account_hold(s.day, s, told, amount_in) == (holding[0] if holding else -1)
    for row in s.rows:
        seen = observed(policy, told, s, row)
        for ceiling in range(4):
            instead = -1
            if policy.pace.climb is Climb.TO_AGE:
                instead = climbed(policy, row.reached, seen, ceiling=ceiling)
            assert compiled.instead(row, ceiling, s.day, s, told, amount_in) == instead


# --- the source ----------------------------------------------------------------------------------

# What the generator itself writes, beside the registry and the constants.
OUR_NAMES = {
    *("climb", "climb_gently", "announce", "propose", "instead", "account_hold"),
    *("reached", "rows", "day", "s", "a", "amount_in", "gently", "ceiling", "r", "rank"),
    *("earned", "held"),
    *(f"c_{name}" for name in CRITERIA),
    *READERS,
    "level_ids",
}
REGISTRY_ATTRIBUTES = {
    node.attr
    for one in CRITERIA.values()
    for node in ast.walk(ast.parse(one.source))
    if isinstance(node, ast.Attribute)
}


@given(policies())
def test_source_holds_nothing_but_the_registry_and_constants(policy: Policy) -> None:
    calls = {"climb", "climb_gently", "announce", "amount_in", "append", *READERS, "contact_days"}
    for node in ast.walk(ast.parse(policy.compiled.source)):
        assert not isinstance(node, (ast.Import, ast.ImportFrom, ast.Lambda, ast.JoinedStr))
        if isinstance(node, ast.Name):
            assert node.id in OUR_NAMES
        elif isinstance(node, ast.Attribute):
            assert node.attr in REGISTRY_ATTRIBUTES | {"append", "assumed", "collectable"}
        elif isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else None
            called = node.func.attr if isinstance(node.func, ast.Attribute) else called
            assert called in calls
        elif isinstance(node, ast.Constant):
            assert node.value is None or isinstance(node.value, (int, str))


HEAD = 'name = "x"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n'


def test_words_of_a_document_reach_the_source_as_quoted_constants_only() -> None:
    word = "'; import os #\"{x}é"
    text = f'''{HEAD}[[level]]
id = "a"
when = """segment == "'; import os #{{x}}é" and days_past_due >= 1"""
do = "remind"
channel = "email"
'''
    compiled = read_policy(text).compiled
    quoted = repr(word.replace('"', ""))
    assert f"c_segment == {quoted}" in compiled.source
    assert "import" not in compiled.source.replace(quoted, "")


def test_name_of_a_policy_is_no_part_of_what_is_compiled() -> None:
    text = HEAD.replace('"x"', '"a\\u0000b"')
    level = '[[level]]\nid = "a"\nwhen = "vip"\ndo = "remind"\nchannel = "email"'
    assert read_policy(text + level).name == "a\0b"


def test_only_what_levels_and_holds_ask_for_is_computed() -> None:
    level = '[[level]]\nid = "a"\nwhen = "days_past_due >= 2"\ndo = "remind"\nchannel = "email"'
    compiled = read_policy(HEAD + level).compiled
    assert compiled.arguments == ("days_past_due",)
    assert "notice_days" not in compiled.source
    assert not compiled.item_money
    assert not compiled.account_money


@pytest.mark.parametrize(
    ("when", "needed"),
    [
        ("amount_due >= EUR(1)", (True, False)),
        ("open >= EUR(1)", (False, True)),
        ("vip", (False, False)),
    ],
)
def test_policies_that_need_amounts_in_their_currency_are_known(
    when: str, needed: tuple[bool, bool]
) -> None:
    level = '[[level]]\nid = "a"\nwhen = "{}"\ndo = "remind"\nchannel = "email"\n'
    hold = '[[hold]]\nid = "b"\nwhen = "{}"\nscope = "item"\n'
    for text in (level.format(when), level.format("vip") + hold.format(when)):
        compiled = read_policy(HEAD + text).compiled
        assert (compiled.item_money, compiled.account_money) == needed


def test_comparison_with_what_is_never_absent_needs_no_guard() -> None:
    assert Vocabulary().expression(Comparison("reminders", ">=", 3)) == "(c_reminders >= 3)"
    assert Vocabulary().expression(Always(value=True)) == "True"


def test_item_that_is_not_late_is_only_announced() -> None:
    text = f"""{HEAD}[[level]]
id = "before"
when = "days_until_due <= 5"
do = "pre_due_reminder"
channel = "email"
[[level]]
id = "after"
when = "days_since_issue >= 1"
do = "remind"
channel = "email"
"""
    compiled = read_policy(text).compiled
    today = date(2026, 3, 2).toordinal()
    invoice = SimpleNamespace(tags=())
    item = SimpleNamespace(issued=today - 30, assumed=False, place=0, invoice=invoice)
    rows: list[Any] = [
        SimpleNamespace(collectable=c, not_yet_due=n, due=today + due, item=item, reached=-1)
        for c, n, due in ((100, 0, -1), (0, 100, 0), (0, 100, 5), (0, 100, 6), (0, 0, 3))
    ]
    earned, _ = compiled.propose(rows, today, None, None, None, gently=False)
    assert [(rank, rows.index(row)) for rank, row in earned] == [(1, 0), (0, 1), (0, 2)]
