"""The choice of a policy per account: company, then segment and the like, then debtor."""

from __future__ import annotations

import pickle
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Debtor,
    DebtorKind,
    InvalidInput,
    InvalidPolicy,
    Invoice,
    Money,
    Payment,
    Policy,
    preset,
)
from recouvrement.policy.choice import CONDITIONS, Choice, PolicyTable, read_choice

HOUSE = preset("fr-b2b")
NAMES = ("house", "patient", "strict", "gentle")
POLICIES = {name: attrs.evolve(HOUSE, name=name) for name in NAMES}
PUBLIC = attrs.evolve(HOUSE, name="public", serves=frozenset({DebtorKind.PUBLIC}))


def table(rows: str, **more: Policy) -> PolicyTable:
    return read_choice(f'default = "house"\n{rows}', {**POLICIES, **more})


def account(*tags: str, paid: bool = False, **facts: Any) -> Account:
    facts.setdefault("kind", "business")
    debtor = Debtor(facts.pop("id", "C-1"), "Atelier Vasseur", **facts)
    total = Money.of(100, "EUR")
    invoices = [
        Invoice(
            f"F-{tag}",
            date(2026, 1, 1),
            due_on=date(2026, 2, 1),
            total=total,
            tags=frozenset({tag}),
        )
        for tag in tags
    ]
    payments = [Payment(f"P-{tag}", date(2026, 3, 1), amount=total) for tag in tags if paid]
    return Account.of(debtor, *invoices, *payments)


def chosen(rows: str, *tags: str, **facts: Any) -> str:
    return table(rows).policy_for(account(*tags, **facts)).name


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidPolicy) as caught:
        read_choice(text, {**POLICIES, "public": PUBLIC})
    return [str(one) for one in caught.value.faults]


def row(policy: str, **asked: list[str]) -> str:
    lines = [f"{key} = {values}" for key, values in asked.items()]
    return "\n".join(["[[choice]]", f"policy = '{policy}'", *lines, ""])


# --- who gets what -------------------------------------------------------------------------------


def test_without_rows_everybody_has_the_default() -> None:
    assert chosen("") == "house"
    assert table("").why(account()) == Choice(name="house", policy=POLICIES["house"])


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        ({"debtors": ["C-7"]}, {"id": "C-7"}),
        ({"kinds": ["unknown"]}, {"kind": "unknown"}),
        ({"segments": ["key"]}, {"segment": "key"}),
        ({"countries": ["BE"]}, {"country": "BE"}),
    ],
)
def test_row_serves_who_it_asks_for_and_nobody_else(
    asked: dict[str, list[str]], facts: dict[str, str]
) -> None:
    rows = row("patient", **asked)
    assert chosen(rows, **facts) == "patient"
    assert chosen(rows) == "house"


def test_one_of_the_values_is_enough() -> None:
    rows = row("patient", countries=["BE", "NL"])
    assert [chosen(rows, country=one) for one in ("BE", "NL", "FR")] == [
        *("patient", "patient", "house"),
    ]


def test_every_condition_of_a_row_has_to_hold() -> None:
    rows = row("patient", countries=["BE"], segments=["key"])
    assert chosen(rows, country="BE", segment="key") == "patient"
    assert chosen(rows, country="BE") == chosen(rows, segment="key") == "house"


def test_tag_of_any_invoice_counts_paid_or_not() -> None:
    rows = row("gentle", tags=["audit", "project"])
    assert chosen(rows, "freight", "audit") == "gentle"
    assert chosen(rows, "audit", paid=True) == "gentle"
    assert chosen(rows, "freight") == chosen(rows) == "house"


def test_debtor_comes_before_segment_and_segment_before_company() -> None:
    rows = (
        row("strict", segments=["key"], kinds=["business"], countries=["FR"], tags=["audit"])
        + row("patient", debtors=["C-7"])
    )  # fmt: skip
    key = {"segment": "key", "country": "FR"}
    assert chosen(rows, "audit", id="C-7", **key) == "patient"
    assert chosen(rows, "audit", **key) == "strict"
    assert chosen(rows, **key) == "house"


def test_more_conditions_come_before_fewer() -> None:
    rows = row("patient", segments=["key"]) + row("strict", segments=["key"], countries=["BE"])
    assert chosen(rows, segment="key", country="BE") == "strict"
    assert chosen(rows, segment="key", country="FR") == "patient"


def test_rows_as_specific_that_ask_for_different_things_go_by_the_document() -> None:
    first, second = row("patient", segments=["key"]), row("strict", countries=["BE"])
    assert chosen(first + second, segment="key", country="BE") == "patient"
    assert chosen(second + first, segment="key", country="BE") == "strict"
    tags = row("patient", tags=["a"]) + row("strict", tags=["b"])
    assert chosen(tags, "b", "a") == "patient"


def test_exception_may_lead_back_to_the_default() -> None:
    rows = row("patient", segments=["key"]) + row("house", debtors=["C-7"])
    assert chosen(rows, id="C-7", segment="key") == "house"


def test_row_that_decided_says_where_it_stands() -> None:
    why = table(row("patient", segments=["key"])).why(account(segment="key"))
    assert (why.name, why.where, why.asks) == ("patient", "line 2", ("segments",))
    assert table("").why(account()).where == "line 1"


# --- the table -----------------------------------------------------------------------------------


def test_table_is_a_value() -> None:
    rows = row("patient", segments=["key", "old"]) + row("strict", debtors=["C-7"])
    known = table(rows)
    assert known == table("\n# elsewhere\n" + rows)
    assert hash(known) == hash(table(rows))
    assert pickle.loads(pickle.dumps(known)) == known  # noqa: S301 (our own bytes)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        known.default = known.choices[0]  # type: ignore[misc]


def test_table_is_shown_in_the_order_in_which_it_is_tried() -> None:
    known = table(row("patient", segments=["key"]) + row("strict", debtors=["C-7"]))
    assert [one["policy"] for one in known.to_rows()] == ["strict", "patient", "house"]
    assert known.to_rows()[1]["segments"] == {"key"}
    html = known._repr_html_()
    assert html.index("strict") < html.index("patient") < html.index("house")
    assert '<th scope="col">tags</th>' in html


@pytest.mark.parametrize("strange", [None, "C-1", Debtor("C-1", "Atelier Vasseur")])
def test_table_is_asked_about_accounts(strange: Any) -> None:
    with pytest.raises(InvalidInput, match="account: expected one Account, got "):
        table("").policy_for(strange)


# --- faults --------------------------------------------------------------------------------------


def test_all_faults_come_at_once_with_their_lines() -> None:
    text = """\
colour = "red"
[[choice]]
policy = "hose"
debtors = []
[[choice]]
kinds = ["company"]
segments = "key"
[[choice]]
policy = "patient"
countries = ["BE", ""]
sectors = ["x"]
[[choice]]
policy = "patient"
[[choice]]
policy = "public"
kinds = ["public", "consumer", "unknown"]
"""
    known = "one of gentle, house, patient, public, strict"
    kinds = "business, consumer, non_professional, public, unknown"
    conditions = "debtors, kinds, segments, countries, tags"
    stranger = "got a key not known here"
    assert faults(text) == [
        f"default: expected {known}, got nothing",
        "line 1: colour: expected one of default, choice, got a key not known here",
        f"line 3: choice.1.policy: expected {known}, got 'hose'",
        "line 4: choice.1.debtors: expected a list of debtors, got []",
        f"line 5: choice.2.policy: expected {known}, got nothing",
        f"line 6: choice.2.kinds: expected only {kinds}, got ['company']",
        "line 7: choice.2.segments: expected a list of segments, got 'key'",
        "line 10: choice.3.countries: expected a list of countries, got ['BE', '']",
        f"line 11: choice.3.sectors: expected one of policy, {conditions}, {stranger}",
        f"line 12: choice.4: expected at least one of {conditions}, got none",
        "line 16: choice.5.kinds: expected kinds that public serves: public, got consumer",
    ]


def test_contradiction_names_what_is_asked_for_twice_and_where() -> None:
    text = 'default = "house"\n' + row("patient", segments=["key", "old"])
    text += row("strict", segments=["new", "old", "key"])
    assert faults(text) == [
        "line 5: choice.2: expected one policy for key and old, got strict here, patient on line 2"
    ]


def test_contradiction_needs_every_condition_in_common() -> None:
    rows = row("patient", segments=["key"], countries=["BE"])
    rows += row("strict", segments=["key"], countries=["NL"])
    assert chosen(rows, segment="key", country="NL") == "strict"
    text = 'default = "house"\n' + rows + row("gentle", segments=["key"], countries=["NL", "DE"])
    assert faults(text) == [
        "line 10: choice.3: expected one policy for key, NL, got gentle here, strict on line 6"
    ]


def test_saying_the_same_twice_is_no_contradiction() -> None:
    rows = row("patient", debtors=["C-7"]) + row("patient", debtors=["C-7", "C-8"])
    assert chosen(rows, id="C-8") == "patient"


def test_each_row_is_told_one_contradiction() -> None:
    text = 'default = "house"\n' + row("patient", tags=["a"]) * 2 + row("strict", tags=["a"]) * 2
    assert [one.partition(":")[0] for one in faults(text)] == ["line 8", "line 11"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("default = ", "line 1: choice: expected a TOML document, got Invalid value"),
        (None, "choice: expected the text of a TOML document, got NoneType"),
        ("default = ['house']", "line 1: default: expected one of gentle, house, patient, "),
        ("default = 'house'\nchoice = 3", "line 2: choice: expected tables [[choice]], got 3"),
    ],
)
def test_document_that_is_none_is_refused(text: Any, fault: str) -> None:
    (only,) = faults(text)
    assert only.startswith(fault)


@pytest.mark.parametrize("policies", [None, [HOUSE], {"house": "fr-b2b"}, {3: HOUSE}])
def test_policies_are_given_by_name(policies: Any) -> None:
    with pytest.raises(InvalidInput, match="policies: expected policies by name, got "):
        read_choice('default = "house"', policies)


# --- whatever the table --------------------------------------------------------------------------

values = {
    "debtors": ["C-1", "C-2"],
    "kinds": ["business", "unknown"],
    "segments": ["key", "old"],
    "countries": ["FR", "BE"],
    "tags": ["a", "b"],
}
asked = st.fixed_dictionaries(
    {},
    optional={key: st.lists(st.sampled_from(one), min_size=1) for key, one in values.items()},
).filter(bool)
accounts = st.builds(
    lambda tags, **facts: account(*tags, **facts),
    st.sets(st.sampled_from(values["tags"])),
    id=st.sampled_from(values["debtors"]),
    kind=st.sampled_from(values["kinds"]),
    segment=st.sampled_from([None, *values["segments"]]),
    country=st.sampled_from([None, *values["countries"]]),
)


@given(st.lists(st.tuples(st.sampled_from(NAMES), asked), max_size=5), accounts)
def test_every_account_has_the_policy_of_the_most_specific_row(
    rows: list[tuple[str, dict[str, list[str]]]], one: Account
) -> None:
    text = "".join(row(name, **conditions) for name, conditions in rows)
    try:
        known = table(text)
    except InvalidPolicy:
        reject()  # two of the rows contradict each other
    debtor = one.debtor
    facts: dict[str, set[Any]] = {
        "debtors": {debtor.id},
        "kinds": {debtor.kind.value},
        "segments": {debtor.segment},
        "countries": {debtor.country},
        "tags": {tag for invoice in one.invoices for tag in invoice.tags},
    }
    met = [
        ("debtors" in conditions, len(conditions), -at, name)
        for at, (name, conditions) in enumerate(rows)
        if all(facts[key] & set(wanted) for key, wanted in conditions.items())
    ]
    expected = max(met)[-1] if met else "house"
    assert known.policy_for(one).name == known.why(one).name == expected
    assert set(CONDITIONS) == set(facts)
