"""A policy is written as the document that says it, and reading that gives the policy again."""

from __future__ import annotations

import tomllib
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recouvrement import (
    ActionKind,
    BusinessCalendar,
    Channel,
    Conventions,
    DebtorKind,
    DocumentKind,
    ExchangeRate,
    ExchangeRates,
    InvalidInput,
    Money,
    Policy,
    Tone,
    preset,
    read_policy,
)
from recouvrement.law import pack_names
from recouvrement.policy import Climb, Floor, Handler, Hold, Level, Pace, Scope, read_condition
from recouvrement.policy.criteria import Criterion
from recouvrement.policy.ladder import INSIDE, Offer, Trigger
from recouvrement.policy.points import read_points
from recouvrement.policy.reader import preset_names
from recouvrement.policy.rules import ANSWERS, RECURRING, RUNGS
from recouvrement.policy.style import Partner, Style, Worklist
from recouvrement.policy.words import TaskKind
from recouvrement.policy.writing import policy_text

HOUSE = """\
name     = "house"
version  = "1"
currency = "EUR"
for      = ["business"]

[pace]
between_contacts = 5
per_30_days      = 5
between_levels   = 7
climb            = "one-level"

[promises]
tolerance        = 0
horizon          = 30
broken_tolerated = 1

[[level]]
id      = "reminder"
when    = "days_past_due >= 2"
do      = "remind"
channel = "email"
tone    = "courteous"
"""


def refused(policy: Policy) -> str:
    with pytest.raises(InvalidInput) as caught:
        policy_text(policy)
    return str(caught.value)


# --- presets and pages ---------------------------------------------------------------------------


@pytest.mark.parametrize("currency", [None, "USD", "TND"])
@pytest.mark.parametrize("name", preset_names())
def test_every_preset_is_written_and_read_again(name: str, currency: str | None) -> None:
    policy = preset(name, currency=currency)
    text = policy_text(policy)
    assert read_policy(text) == policy
    assert policy_text(read_policy(text)) == text


def test_figures_of_a_restated_preset_are_written_in_its_currency() -> None:
    text = policy_text(preset("fr-b2b", currency="USD"))
    assert "EUR" not in text
    assert 'currency = "USD"' in text
    assert "USD(5_000)" in text


def test_document_that_has_every_default_written_is_its_own_text() -> None:
    assert policy_text(read_policy(HOUSE)) == HOUSE


def test_comments_spaces_and_order_of_the_source_leave_no_trace() -> None:
    odd = 'for = ["business"] # them\n' + HOUSE.replace('for      = ["business"]\n', "# x\n")
    odd = odd.replace("= 5", "=5").replace('tone    = "courteous"', "")
    assert policy_text(read_policy(odd)) == HOUSE


def test_what_is_inherited_is_written_out() -> None:
    child = 'extends = "house"\nname = "patient"\n[pace]\nbetween_contacts = 9\n'
    policy = read_policy(child, documents={"house": HOUSE})
    assert policy_text(policy) == HOUSE.replace('"house"', '"patient"').replace(
        "between_contacts = 5", "between_contacts = 9"
    )


def test_whole_document_reads_as_the_page_has_it() -> None:
    rest = """\
[floor]
formal_notice = 150
placement     = 500.50

[promises]
tolerance        = 1
horizon          = 20
broken_tolerated = 2

[deadlines]
limitation_years = 5

[[hold]]
id    = "under-review"
when  = "'audit' in tags"
scope = "item"

[[trigger]]
id      = "unkept"
when    = "days_since_broken_promise >= 1"
for     = "not vip"
do      = "propose_plan"
channel = "phone"
tone    = "firm"
climb   = 1

[trigger.offer]
instalments = 4
days        = 60
first_share = 30
approver    = "lawyer"

[[trigger]]
id      = "late-plan"
when    = "days_since_missed_instalment >= 1"
do      = "task"
handler = "lawyer"
task    = "follow_up"

[[level]]
id           = "reminder"
when         = "days_past_due >= 2"
until        = "amount_due < EUR(10)"
for          = "segment == \\"it's\\" or vip"
do           = "remind"
channel      = "email"
tone         = "firm"
handler      = "collector"
template     = "first"
repeat_every = 10

[[level]]
id        = "notice"
when      = 'segment == "x"'
do        = "formal_notice"
channel   = "registered_letter"
tone      = "formal"
documents = ["order", "terms"]

[[style]]
id        = "big"
when      = "collectable >= EUR(20_000)"
acts      = ["remind", "call"]
channel   = "phone"
tone      = "courteous"
handler   = "account_manager"
template  = "by-hand"
recipient = "accounts_payable"

[[partner]]
id   = "bailiff"
role = "commissaire de justice"
when = "country == 'FR'"

[agenda]
points = "collectable / EUR(1_000) + 30 * broken_promises"

[agenda.minutes]
remind = 2
call   = 10
"""
    head = HOUSE.partition("[promises]")[0]
    text = head + rest
    assert policy_text(read_policy(text)) == text


# --- texts ---------------------------------------------------------------------------------------


@given(st.text(min_size=1).filter(str.strip), st.text(min_size=1).filter(str.strip))
@example('"', "'")
@example("\\", '"\\"')
@example("\x00\x07\x7f\x85\u2028\ufeff", "\U000e0001\ud800")
@example("a\r\nb\tc", "'''\"\"\"")
def test_texts_are_quoted_so_that_they_come_back(name: str, role: str) -> None:
    policy = attrs.evolve(read_policy(HOUSE), name=name, partners=(Partner(id="it", role=role),))
    text = policy_text(policy)
    assert read_policy(text) == policy
    assert len(text.splitlines()) == len(HOUSE.splitlines()) + 4


def test_nothing_that_hides_is_written_as_it_is() -> None:
    text = policy_text(attrs.evolve(read_policy(HOUSE), version="a\u202eb\u200b\n\U000e0001"))
    assert 'version  = "a\\u202Eb\\u200B\\n\\U000E0001"' in text


def test_amounts_are_numbers_with_the_digits_they_have() -> None:
    policy = read_policy(HOUSE.replace("EUR", "TND"))
    floor = Floor(formal_notice=Money.of("12.345", "TND"), placement=Money.of("1E+3", "TND"))
    document = tomllib.loads(policy_text(attrs.evolve(policy, floor=floor)), parse_float=Decimal)
    assert document["floor"] == {"formal_notice": Decimal("12.345"), "placement": 1000}


# --- what cannot be written ----------------------------------------------------------------------


def test_what_only_the_host_knows_is_left_out() -> None:
    policy = read_policy(HOUSE)
    rates = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2026, 1, 1), value="0.85"))
    host: dict[str, Any] = {
        "calendar": BusinessCalendar.france(2026, 2027),
        "rates": rates,
        "application": "explicit_only",
    }
    completed = policy.completed(**host)
    assert policy_text(completed) == HOUSE
    assert read_policy(policy_text(completed)).completed(**host) == completed


class Rule:
    text = "an odd day"
    criteria = frozenset({"days_past_due"})

    def met(self, **values: Any) -> bool:
        return bool(values["days_past_due"] % 2)


def test_rules_written_in_python_are_refused_all_at_once() -> None:
    policy = read_policy(HOUSE)
    (level,) = policy.levels
    coded = attrs.evolve(
        policy,
        levels=(attrs.evolve(level, when=Rule(), until=Rule()),),
        holds=(Hold(id="odd", when=Rule(), scope=Scope.ITEM),),
    )
    got = "got one written in Python, 'an odd day'"
    assert refused(coded).split("\n") == [
        f"hold odd: expected a rule that a document can say, {got}",
        f"level reminder: expected a rule that a document can say, {got}",
        f"level reminder: expected a rule that a document can say, {got}",
    ]


@pytest.mark.parametrize("policy", [None, "fr-b2b", HOUSE])
def test_policies_are_written_and_nothing_else(policy: Any) -> None:
    assert refused(policy).startswith("policy: expected a Policy, got ")


def test_value_that_the_reader_would_refuse_is_not_written() -> None:
    policy = read_policy(HOUSE)
    (level,) = policy.levels
    assert refused(attrs.evolve(policy, levels=(attrs.evolve(level, id="A B"),))) == (
        "level.1.id: expected an id of lower-case words joined by hyphens, got 'A B'"
    )
    assert refused(attrs.evolve(policy, levels=())) == (
        "level: expected at least one [[level]], got nothing"
    )


def test_value_that_would_come_back_otherwise_is_not_written() -> None:
    policy = read_policy(HOUSE)
    abroad = attrs.evolve(policy, floor=Floor(placement=Money.of(5, "USD")))
    assert refused(abroad) == "policy: expected what a document can say, got another floor"


def test_criteria_of_the_host_are_named_and_given_again() -> None:
    orders = Criterion(
        "open_orders",
        "integer",
        scope="account",
        doc="Orders that wait.",
        read=lambda _, debtor: len(debtor.id),
    )
    text = HOUSE.replace("days_past_due >= 2", "open_orders >= 2 and days_past_due >= 1")
    policy = read_policy(text, criteria=(orders,))
    assert policy_text(policy) == text
    assert read_policy(policy_text(policy), criteria=policy.criteria) == policy


# --- whatever the policy -------------------------------------------------------------------------

ABOUT_ITEMS = [
    "days_past_due >= 2",
    "2 <= days_past_due < 10 or not (vip and disputed)",
    "amount_due >= EUR(12.50) and 'a \"b\" é' in tags",
    'segment in ("it\'s", "key") or open > EUR (1_000)',
    "True",
    "level_reached == 'level-0'",
]
ABOUT_ACCOUNTS = ["vip", "country != 'FR'", "collectable >= EUR(20_000) or broken_promises >= 2"]
FIXED = ["vip", "'audit' in tags", "not kind == 'public'"]
POINTS = ["collectable / EUR(1_000) + 30 * broken_promises", "50 * vip - 1"]

days = st.integers(1, 36_525)
texts = st.text(min_size=1).filter(str.strip)


def condition(text: str) -> Any:
    return read_condition(text, currency="EUR", words={"level_reached": ["level-0"]})


def among(words: list[str]) -> st.SearchStrategy[Any]:
    return st.sampled_from([condition(text) for text in words])


def or_none(one: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | one


tones = st.sampled_from(Tone)
channels = st.sampled_from(list(Channel))
people = st.sampled_from([one for one in Handler if one is not Handler.AUTOMATIC])
holds = st.builds(Hold, id=st.just("?"), when=among(ABOUT_ACCOUNTS), scope=st.sampled_from(Scope))
offers = st.builds(
    Offer,
    instalments=st.integers(1, 120),
    days=days,
    first_share=st.integers(0, 100),
    approver=people,
)
partners = st.builds(Partner, id=st.just("?"), role=texts, when=or_none(among(ABOUT_ACCOUNTS)))
amounts = st.integers(0, 10**30).map(lambda minor: Money(minor, "EUR"))
floors = st.builds(Floor, formal_notice=or_none(amounts), placement=or_none(amounts))
paces = st.builds(
    Pace,
    between_contacts=days,
    per_30_days=days,
    between_levels=days,
    climb=st.sampled_from(Climb),
)
conventions = st.builds(
    Conventions,
    promise_tolerance=st.integers(0, 99),
    promise_horizon=st.integers(0, 99),
    broken_promises_tolerated=st.integers(0, 99),
    limitation_years=or_none(st.integers(1, 100)),
    claim_months=or_none(st.integers(1, 100)),
)
worklists = st.builds(
    Worklist,
    points=or_none(st.sampled_from(POINTS).map(lambda text: read_points(text, currency="EUR"))),
    allotted=st.dictionaries(st.sampled_from(ActionKind), st.integers(0, 1440)).map(
        lambda minutes: tuple(sorted(minutes.items()))
    ),
)


@st.composite
def levels(draw: st.DrawFn, act: ActionKind) -> Level:
    _, handler = RUNGS[act]
    return Level(
        id="?",
        when=draw(among(ABOUT_ITEMS)),
        until=draw(or_none(among(ABOUT_ITEMS))),
        serves=draw(or_none(among(FIXED))),
        do=act,
        channel=draw(channels if act is not ActionKind.PLACE else or_none(channels)),
        tone=draw(tones),
        handler=draw(people | st.just(handler)),
        template=draw(texts),
        documents=tuple(draw(st.lists(st.sampled_from(list(DocumentKind))))),
        repeat_every=draw(or_none(days)) if act in RECURRING else None,
    )


@st.composite
def triggers(draw: st.DrawFn) -> Trigger:
    act = draw(st.sampled_from(list(ANSWERS)))
    outward = act not in INSIDE
    tone, handler = ANSWERS[act]
    kinds = {
        ActionKind.TASK: st.sampled_from(TaskKind),
        ActionKind.PROPOSE_ORDER_STOP: st.just(TaskKind.ORDER_STOP),
    }
    return Trigger(
        id="?",
        when=draw(among(ABOUT_ITEMS)),
        serves=draw(or_none(among(FIXED))),
        do=act,
        channel=draw(channels) if outward else None,
        tone=draw(tones) if outward else tone,
        handler=draw(people | st.just(handler)),
        template=draw(texts),
        climb=draw(st.integers(0, 100)) if outward else 0,
        repeat_every=draw(or_none(days)) if outward else None,
        task=draw(kinds.get(act, st.just(TaskKind.FOLLOW_UP))),
        offer=draw(offers) if act is ActionKind.PROPOSE_PLAN else None,
    )


@st.composite
def styles(draw: st.DrawFn) -> Style:
    return Style(
        id=draw(st.sampled_from([None, "?"])),
        when=draw(among(ABOUT_ACCOUNTS)),
        acts=frozenset(draw(st.lists(st.sampled_from(ActionKind)))),
        channel=draw(or_none(channels)),
        tone=draw(tones),
        handler=draw(or_none(people)),
        template=draw(or_none(texts)),
        recipient=draw(or_none(texts)),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy that a document can say; templates are sometimes the ids, as by default."""
    numbers = count()

    def named(rules: list[Any], kind: str) -> tuple[Any, ...]:
        done = []
        for at, rule in enumerate(rules):
            name = f"level-{at}" if kind == "level" else f"{kind}-{next(numbers)}"
            change = {} if rule.id is None else {"id": name}
            if hasattr(rule, "template") and kind != "style" and draw(st.booleans()):
                change["template"] = name
            done.append(attrs.evolve(rule, **change))
        return tuple(done)

    early = ActionKind.PRE_DUE_REMINDER
    acts = draw(st.lists(st.sampled_from(list(RUNGS)), min_size=1, max_size=5))
    acts.sort(key=lambda act: act is not early)
    return Policy(
        name=draw(texts),
        version=draw(texts),
        currency="EUR",
        law=draw(or_none(st.sampled_from(pack_names()))),
        serves=draw(st.frozensets(st.sampled_from(DebtorKind), min_size=1)),
        pace=draw(paces),
        floor=draw(floors),
        conventions=draw(conventions),
        holds=named(draw(st.lists(holds, max_size=2)), "hold"),
        triggers=named(draw(st.lists(triggers(), max_size=3)), "trigger"),
        levels=named([draw(levels(act)) for act in acts], "level"),
        styles=named(draw(st.lists(styles(), max_size=2)), "style"),
        partners=named(draw(st.lists(partners, max_size=2)), "partner"),
        worklist=draw(worklists),
    )


@given(policies())
def test_what_is_written_is_read_again_and_written_the_same(policy: Policy) -> None:
    text = policy_text(policy)
    again = read_policy(text)
    assert again == policy
    assert policy_text(again) == text


@given(policies())
def test_written_policy_can_be_extended(policy: Policy) -> None:
    documents = {"it": policy_text(policy)}
    assert read_policy('extends = "it"', documents=documents) == policy
