"""The generated functions say exactly what an interpreter of the rules, written apart, says.

They are generated from validated nodes only: a test reads every token of the source.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import date
from functools import cache
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.interpreter import (
    COMPARED,
    REMINDERS,
    Broken,
    Day,
    Values,
    climbed,
    is_true,
    lifted,
    said_again,
)

from recouvrement import (
    Account,
    ActionKind,
    Assignment,
    CreditNote,
    Dispute,
    DunningBlock,
    ExchangeRate,
    ExchangeRates,
    Insolvency,
    Money,
    Payment,
    Placement,
    Policy,
    WriteOff,
    read_policy,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import (
    CRITERIA,
    Climb,
    Criterion,
    CriterionType,
    Hold,
    Scope,
    Trigger,
    Worse,
)
from recouvrement.policy.condition import Always, Comparison, read_condition
from recouvrement.policy.criteria import READERS
from recouvrement.policy.custom import CriterionFailed
from recouvrement.policy.expressions import Vocabulary
from recouvrement.policy.words import Handler
from recouvrement.position import Position
from recouvrement.position.position import OpenItem
from recouvrement.position.standing import standing_of
from recouvrement.testing import strategies

# --- what a host adds ----------------------------------------------------------------------------


def brittle(item: OpenItem, _: Position) -> object:
    """A number, or nothing, or what was not declared; now and then it raises."""
    rest = item.open.minor % 7
    return [1, 5, None, "a word", True, 10 // (rest - 5), 10 // (rest - 5)][rest]


HOSTS = (
    Criterion(
        *("brittle", "integer"),
        absent=True,
        aggregates="max",
        doc="It breaks.",
        least=2,
        read=brittle,
    ),
    Criterion(
        *("parcels", "integer"),
        aggregates="sum",
        doc="How many parcels.",
        read=lambda item, _: item.open.minor % 5,
    ),
    Criterion(
        *("oldest_parcel", "integer"),
        aggregates="min",
        doc="The age of one of them.",
        read=lambda item, _: item.open.minor % 3,
    ),
    Criterion(
        *("freight", "money"),
        aggregates="max",
        doc="A part of the amount.",
        worse=Worse.UP,
        read=lambda item, _: item.open.split([3, 1])[1],
    ),
    Criterion(
        *("fragile", "flag"),
        aggregates="any",
        doc="Whether it breaks.",
        read=lambda item, _: item.open.minor % 2 == 0,
    ),
    Criterion(
        *("sealed", "flag"),
        aggregates="all",
        doc="Whether it is shut.",
        read=lambda item, _: item.open.minor % 2 == 1,
    ),
    Criterion(
        *("route", "word"),
        words=("sea", "road"),
        doc="How it went; by air, which nobody declared, when it went fast.",
        read=lambda item, _: ("sea", "road", "sea", "air")[item.open.minor % 4],
    ),
    Criterion(
        *("labels", "words"),
        doc="What is written on it.",
        read=lambda item, _: ["audit", "none"][: item.open.minor % 3],
    ),
    Criterion(
        *("visits", "integer"),
        scope="account",
        absent=True,
        most=5,
        doc="How many visits; too many of them for large accounts.",
        read=lambda position, _: len(position.open_items) * 2 or None,
    ),
    Criterion(
        *("insured", "flag"),
        scope="account",
        doc="Is it?",
        read=lambda _, debtor: debtor.vip,
    ),
    Criterion(
        *("cover", "money"),
        scope="account",
        doc="How far; a debtor without a name has none, which raises.",
        read=lambda _, debtor: {"business": Money.of(2, "USD"), "public": Money.of(1, "EUR")}[
            debtor.kind
        ],
    ),
)
VOCABULARY = {**CRITERIA, **{one.name: one for one in HOSTS}}


@attrs.frozen
class Odd:
    """A rule of the host: met when what it reads adds up to an odd number; it fears the sevens."""

    text: str
    criteria: frozenset[str]

    def met(self, **values: Any) -> bool:
        assert values.keys() == self.criteria
        total = sum(one for one in values.values() if type(one) is int)
        if total % 10 == 7:
            raise ValueError(total)
        return total % 2 == 1


# --- any condition, any policy -------------------------------------------------------------------

BOOLEANS = st.booleans()
SOME_WORDS = ("a", "b", "FR")
NUMBERS = (-2, -1, 0, 1, 2, 3, 5, 10, 30)


def words_of(criterion: Criterion) -> tuple[str, ...]:
    if criterion.name == "level_reached":
        return ("level-0", "level-1")
    return tuple(map(str, criterion.words)) or SOME_WORDS


@cache  # a strategy takes longer to build than to draw from
def among(*options: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(options)


@cache
def names_for(scope: Scope | None = None, *, fixed: bool = False) -> tuple[str, ...]:
    """The criteria that a rule of a scope may name."""
    names = [
        name
        for name, one in VOCABULARY.items()
        if (scope in (None, one.scope) or one.aggregates is not None) and (one.fixed or not fixed)
    ]
    return tuple(names)


@st.composite
def comparisons(draw: st.DrawFn, *, scope: Scope | None = None, fixed: bool = False) -> str:
    """One comparison of one criterion, of any type."""
    criterion = VOCABULARY[draw(among(*names_for(scope, fixed=fixed)))]
    name, sign = criterion.name, draw(among(*COMPARED))
    match criterion.type:
        case CriterionType.INTEGER:
            return f"{name} {sign} {draw(among(*NUMBERS))}"
        case CriterionType.MONEY:
            return f"EUR({draw(among(0, 1, 100, 500))}) {sign} {name}"
        case CriterionType.FLAG:
            return f"{name}{draw(among('', ' == True', ' != True'))}"
        case CriterionType.WORDS:
            word = draw(among("audit", "export", "none"))
            return f"'{word}' {draw(among('in', 'not in'))} {name}"
        case CriterionType.WORD:
            words = [draw(among(*words_of(criterion))) for _ in range(draw(among(1, 2)))]
            if draw(BOOLEANS):
                return f"{name} {draw(among('==', '!='))} '{words[0]}'"
            return f"{name} {draw(among('in', 'not in'))} {words}"


@cache
def conditions(**options: Any) -> st.SearchStrategy[str]:
    """Comparisons joined and negated in any way."""
    return st.recursive(
        comparisons(**options) | among("True", "False"),
        lambda inner: st.one_of(
            inner.map(lambda one: f"not ({one})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]}) and ({two[1]})"),
            st.tuples(inner, inner).map(lambda two: f"({two[0]}) or ({two[1]})"),
        ),
        max_leaves=4,
    ).filter(lambda text: len(text) <= 400)


def likely() -> st.SearchStrategy[str]:
    """A condition of which many are met: rules that never apply would show nothing."""
    return among("True", "days_past_due >= 1") | conditions()


OUTSIDE = ("remind", "call", "visit", "propose_plan")
INSIDE = ("task", "propose_order_stop")


@st.composite
def tables(draw: st.DrawFn) -> str:
    """A document of any rules, sensible or not."""
    return "\n".join(
        [
            'name = "x"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]',
            f'[pace]\nclimb = "{draw(among(*Climb))}"',
            f"[deadlines]\nlimitation_years = {draw(among(1, 2))}",
            *(draw(points()) for _ in range(draw(among(0, 1)))),
            *(draw(holds(number)) for number in range(draw(among(0, 1, 2)))),
            *(draw(triggers(number)) for number in range(draw(among(0, 1, 2, 3)))),
            *draw(ladders()),
            *(draw(styles()) for _ in range(draw(among(0, 1, 2, 3)))),
            *(draw(partners(number)) for number in range(draw(among(0, 1, 2)))),
        ]
    )


@st.composite
def points(draw: st.DrawFn) -> str:
    names = [name for name in names_for(Scope.ACCOUNT) if VOCABULARY[name].type in _COUNTED]
    one, other = draw(among(*names)), draw(among(*names))
    return f'[agenda]\npoints = "3 * {counted(one)} - 2 * {counted(other)} + 5"'


@st.composite
def holds(draw: st.DrawFn, number: int) -> str:
    scope = draw(among(*Scope))
    when = draw(conditions(scope=scope if scope is Scope.ACCOUNT else None))
    return f'[[hold]]\nid = "hold-{number}"\nscope = "{scope}"\nwhen = """{when}"""'


@st.composite
def triggers(draw: st.DrawFn, number: int) -> str:
    act = draw(among(*OUTSIDE, *INSIDE))
    parts = [f'[[trigger]]\nid = "trigger-{number}"\ndo = "{act}"']
    parts.append(f'when = """{draw(likely())}"""')
    if act in OUTSIDE:
        parts.append(f'channel = "phone"\nclimb = {draw(among(0, 1, 2))}')
        parts.append(draw(among(*EVERY)))
    return "\n".join([*parts, *draw(for_some())])


@st.composite
def ladders(draw: st.DrawFn) -> list[str]:
    """Two to four levels, those before the due date first."""
    rungs, early = [], draw(among(0, 1, 2))
    for number in range(draw(among(2, 3, 4))):
        act = "pre_due_reminder" if number < early else draw(among(*DEMANDS))
        parts = [f'[[level]]\nid = "level-{number}"\ndo = "{act}"\nchannel = "letter"']
        parts.append(f'when = """{draw(likely())}"""')
        if act in {"remind", "call"}:
            parts.append(draw(among(*EVERY)))
        if draw(among(1, 2, 3)) == 3:
            parts.append(f'until = """{draw(conditions())}"""')
        rungs.append("\n".join([*parts, *draw(for_some())]))
    return rungs


@st.composite
def for_some(draw: st.DrawFn) -> list[str]:
    return [f'for = """{draw(conditions(fixed=True))}"""'] if draw(among(1, 2, 3)) == 3 else []


@st.composite
def styles(draw: st.DrawFn) -> str:
    when = draw(conditions(scope=Scope.ACCOUNT))
    acts = [str(draw(among(*ActionKind))) for _ in range(draw(among(0, 1, 2)))]
    return f'[[style]]\nwhen = """{when}"""\nacts = {acts}\ntone = "firm"'


@st.composite
def partners(draw: st.DrawFn, number: int) -> str:
    head = f'[[partner]]\nid = "partner-{number}"\nrole = "bailiff"'
    if draw(BOOLEANS):
        head += f'\nwhen = """{draw(conditions(scope=Scope.ACCOUNT))}"""'
    return head


DEMANDS = ("remind", "call", "formal_notice", "place")
EVERY = ("", "repeat_every = 1", "repeat_every = 5", "repeat_every = 40")
_COUNTED = (CriterionType.INTEGER, CriterionType.FLAG, CriterionType.MONEY)


def counted(name: str) -> str:
    amount = VOCABULARY[name].type is CriterionType.MONEY
    return f"({name} / EUR(12.50))" if amount else name


@st.composite
def rules(draw: st.DrawFn, scope: Scope | None = None) -> Odd:
    """A rule in Python that reads anything it may."""
    names = [draw(among(*names_for(scope))) for _ in range(draw(among(0, 1, 2, 3)))]
    return Odd("odd", frozenset(names))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Policies of any rules, some of them written in Python."""
    rates = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2020, 1, 1), value="0.5"))
    policy = read_policy(draw(tables()), criteria=HOSTS).completed(rates=rates)
    if draw(BOOLEANS):
        scope = draw(among(*Scope))
        when = draw(rules(scope if scope is Scope.ACCOUNT else None))
        policy = attrs.evolve(
            policy, holds=(*policy.holds, Hold(id="coded", when=when, scope=scope))
        )
    if draw(BOOLEANS):
        coded = Trigger(
            id="coded-trigger",
            when=draw(rules()),
            do=draw(among(ActionKind.CALL, ActionKind.TASK)),
            channel=None,
            tone=policy.levels[0].tone,
            handler=Handler.COLLECTOR,
            template="coded",
            climb=1,
        )
        policy = attrs.evolve(policy, triggers=(*policy.triggers, coded))
    if draw(BOOLEANS):
        *others, last = policy.levels
        last = attrs.evolve(last, when=draw(rules()), until=draw(st.none() | rules()))
        policy = attrs.evolve(policy, levels=(*others, last))
    return policy


SETTLED = (
    *(Payment, CreditNote, WriteOff, Insolvency, Placement, Assignment, DunningBlock, Dispute),
)
# Accounts are drawn over the four months from January on.
DAYS = st.dates(date(2026, 4, 1), date(2026, 6, 1))


def told_by(policy: Policy) -> st.SearchStrategy[Account]:
    """Accounts in two currencies: of any facts, or with most of what was billed still open."""

    def accounts(*without: type[Fact]) -> st.SearchStrategy[Account]:
        return strategies.accounts(
            currencies=("EUR", "EUR", "USD"),
            levels=[level.id for level in policy.levels],
            ages=[1, 2, 5, 10],
            without=without,
        )

    return (accounts() | accounts(*SETTLED)).filter(lambda one: one.invoices)


@st.composite
def values(draw: st.DrawFn) -> Values:
    """A value of each criterion, or none where it may be absent."""
    found: dict[str, Any] = {}
    for name, one in VOCABULARY.items():
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


def answer(asked: Callable[[], Any]) -> Any:
    """What is answered, or the name of what the host got wrong."""
    try:
        return asked()
    except (CriterionFailed, Broken) as failure:
        return f"failed: {failure}"


# --- the ladder ----------------------------------------------------------------------------------


@given(conditions(), values())
def test_expression_of_a_condition_says_what_its_nodes_say(text: str, given_: Values) -> None:
    node = read_condition(text, currency="EUR", criteria=VOCABULARY).node
    variables = {f"c_{name}": value for name, value in given_.items()}
    expression = Vocabulary(HOSTS).expression(node)
    said = eval(expression, {"__builtins__": {}}, variables)  # noqa: S307 (ours)
    assert bool(said) is is_true(node, given_)


@given(policies(), values(), st.integers(-1, 3))
def test_climb_is_what_the_interpreter_of_the_ladder_says(
    policy: Policy, given_: Values, reached: int
) -> None:
    compiled = policy.compiled
    arguments = [given_[name] for name in compiled.arguments]
    said = answer(lambda: compiled.climb(reached, *arguments))
    assert said == answer(lambda: climbed(policy, reached, given_))
    gently = answer(lambda: climbed(policy, reached, given_, only=REMINDERS))
    assert answer(lambda: compiled.climb_gently(reached, *arguments)) == gently


@given(policies(), values(), st.integers(-1, 3), st.integers(0, 2), st.integers(0, 41))
def test_levels_said_again_and_those_climbed_to_are_what_the_interpreter_says(
    policy: Policy, given_: Values, reached: int, climb: int, rested: int
) -> None:
    scope: dict[str, Any] = {**READERS}
    scope.update(policy.compiled.propose.__globals__)
    reached = min(reached, len(policy.levels) - 1)
    arguments = [given_[name] for name in policy.compiled.arguments]
    for gently, suffix in ((False, ""), (True, "_gently")):
        only = REMINDERS if gently else tuple(ActionKind)
        if f"again{suffix}" in scope:
            again = scope[f"again{suffix}"]
            said = answer(lambda: again(reached, rested, *arguments))  # noqa: B023 (called at once)
            assert said == answer(
                lambda: said_again(policy, reached, rested, given_, only=only)  # noqa: B023
            )
        if f"step_up{suffix}" in scope:
            step_up = scope[f"step_up{suffix}"]
            said = answer(lambda: step_up(reached, climb, *arguments))  # noqa: B023
            assert said == answer(
                lambda: lifted(policy, reached, climb, given_, gently=gently)  # noqa: B023
            )


# --- the loop over items -------------------------------------------------------------------------


@given(policies(), st.data())
def test_loop_over_items_is_what_the_interpreter_says(policy: Policy, data: st.DataObject) -> None:
    told = data.draw(told_by(policy))
    for on in data.draw(st.lists(DAYS, min_size=3, max_size=3)):
        for gently in (True, False):
            the_day_is_told_right(policy, told, on, gently=gently)


def the_day_is_told_right(policy: Policy, told: Account, on: date, *, gently: bool) -> None:
    compiled = policy.compiled
    s = standing_of(told.book, on.toordinal(), policy.conventions, compiled.ranks)
    day = Day(policy, told, s, gently=gently)
    asked = (s.day, s, told, amount_in)
    said = answer(lambda: compiled.propose(s.rows, *asked, gently))
    assert said == answer(day.proposals)
    assert answer(lambda: compiled.account_hold(*asked)) == answer(day.account_hold)
    for row in s.rows:
        for ceiling in range(4):
            instead = answer(lambda: compiled.instead(row, ceiling, *asked))  # noqa: B023
            assert instead == answer(lambda: day.instead(row, ceiling))  # noqa: B023
    for at, alert in compiled.alerts:
        raised = answer(lambda: alert(s.rows, *asked))  # noqa: B023 (called at once)
        expected = answer(lambda: day.alert(at))  # noqa: B023
        # Amounts are all told here: no item is left without a rate.
        assert raised in (expected, (*expected, []))


def amount_in(minor: int, currency: str) -> int:
    return minor if currency == "EUR" else (minor + 1) // 2


@given(policies(), st.data())
def test_rules_about_the_account_are_what_the_interpreter_says(
    policy: Policy, data: st.DataObject
) -> None:
    told = data.draw(told_by(policy))
    on = data.draw(DAYS)
    compiled = policy.compiled
    s = standing_of(told.book, on.toordinal(), policy.conventions, compiled.ranks)
    day = Day(policy, told, s, gently=False)
    asked = (s.day, s, told, amount_in)
    for act in ActionKind:
        assert answer(lambda: compiled.style(act, *asked)) == answer(lambda: day.style(act))  # noqa: B023
    assert answer(lambda: compiled.partner(*asked)) == answer(day.partner)
    assert answer(lambda: compiled.points(*asked)) == answer(day.points)


# --- the source ----------------------------------------------------------------------------------

FUNCTIONS = {
    *("climb", "climb_gently", "announce", "again", "again_gently", "step_up", "step_up_gently"),
    *("propose", "instead", "account_hold", "style", "partner", "points"),
    *(f"alert_{at}" for at in range(4)),
}
# What the host passed itself, called by names that no document can choose.
HOST_READERS = {
    *(f"read_{one.name}" for one in HOSTS),
    *(f"over_{one.name}" for one in HOSTS if one.aggregates is not None),
    *(f"rule_{number}" for number in range(60)),
}
# What the generator itself writes, beside the registry and the constants.
OUR_NAMES = {
    *("reached", "rested", "left", "up", "act", "rows", "day", "s", "a", "amount_in", "gently"),
    *("ceiling", "r", "rank", "earned", "held", "fired", "failed", "failure", "raised"),
    *("unpriced", "CriterionFailed", "OutsideCoverage", "level_ids"),
    *(f"c_{name}" for name in VOCABULARY),
    *READERS,
    *FUNCTIONS,
    *HOST_READERS,
}
REGISTRY_ATTRIBUTES = {
    node.attr
    for one in CRITERIA.values()
    for node in ast.walk(ast.parse(one.source))
    if isinstance(node, ast.Attribute)
}
OUR_ATTRIBUTES = {
    *("append", "assumed", "collectable", "not_yet_due", "reached", "last_step", "item", "place"),
    *("last_spoken", "last_offered", "name"),
}


@given(policies())
def test_source_holds_nothing_but_the_registry_and_constants(policy: Policy) -> None:
    calls = {"amount_in", "append", "last_spoken", "last_offered", "contact_days"}
    calls |= {*READERS, *FUNCTIONS, *HOST_READERS}
    for node in ast.walk(ast.parse(policy.compiled.source)):
        assert not isinstance(node, (ast.Import, ast.ImportFrom, ast.Lambda, ast.JoinedStr))
        if isinstance(node, ast.Name):
            assert node.id in OUR_NAMES
        elif isinstance(node, ast.Attribute):
            assert node.attr in REGISTRY_ATTRIBUTES | OUR_ATTRIBUTES
        elif isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else None
            called = node.func.attr if isinstance(node.func, ast.Attribute) else called
            assert called in calls
        elif isinstance(node, ast.keyword):
            assert node.arg in VOCABULARY
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
    earned, *_ = compiled.propose(rows, today, None, None, None, gently=False)
    assert [(rank, rows.index(row)) for rank, row in earned] == [(1, 0), (0, 1), (0, 2)]
