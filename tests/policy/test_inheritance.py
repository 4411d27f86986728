"""A document that extends another says what it changes, and the result is one flat policy."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import Channel, InvalidPolicy, Money, Policy, Tone, preset, read_policy
from recouvrement.documents import Lines, lines_of
from recouvrement.policy.inheritance import MOST_PARENTS, in_another_currency, merged
from recouvrement.policy.placed import in_currency

HOUSE = """\
name = "house"
version = "1"
currency = "EUR"
for = ["business"]

[pace]
between_contacts = 6
per_30_days = 4

[floor]
placement = 500

[[hold]]
id = "audit"
when = "'audit' in tags"
scope = "item"

[[trigger]]
id = "broken"
when = "days_since_broken_promise >= 1"
do = "propose_plan"
channel = "phone"
[trigger.offer]
instalments = 4
days = 60

[[level]]
id = "reminder"
when = "days_past_due >= 2"
do = "remind"
channel = "email"
tone = "friendly"

[[level]]
id = "call"
when = "days_past_due >= 10 and amount_due >= EUR(50)"
do = "call"
channel = "phone"

[[level]]
id = "notice"
when = "days_past_due >= 30"
do = "formal_notice"
channel = "registered_letter"

[[style]]
id = "big"
when = "collectable >= EUR(20_000)"
handler = "account_manager"

[[style]]
when = "vip"
tone = "courteous"

[[partner]]
id = "bailiff"
role = "commissaire de justice"

[agenda]
points = "collectable / EUR(1_000) + oldest_days_past_due"
[agenda.minutes]
call = 10
visit = 90
"""


def child(text: str, **documents: str) -> Policy:
    return read_policy(f'extends = "house"\n{text}', documents={"house": HOUSE, **documents})


def faults(text: str, **documents: str) -> list[str]:
    with pytest.raises(InvalidPolicy) as caught:
        child(text, **documents)
    return [str(one) for one in caught.value.faults]


def fault(text: str, **documents: str) -> str:
    (only,) = faults(text, **documents)
    return only


def ids(policy: Policy) -> list[str]:
    return [level.id for level in policy.levels]


# --- what is inherited, what is changed ----------------------------------------------------------


def test_document_that_changes_nothing_is_the_one_it_extends() -> None:
    assert child("") == read_policy(HOUSE)


def test_two_lines_make_another_policy_and_the_rest_is_inherited() -> None:
    policy = child('name = "patient"\n[pace]\nbetween_contacts = 10\n')
    assert policy.name == "patient"
    assert (policy.pace.between_contacts, policy.pace.per_30_days) == (10, 4)
    flat = HOUSE.replace('"house"', '"patient"').replace("contacts = 6", "contacts = 10")
    assert policy == read_policy(flat)


def test_every_table_is_merged_key_by_key() -> None:
    policy = child(
        "[floor]\nformal_notice = 150\n[promises]\nhorizon = 10\n[deadlines]\nclaim_months = 2\n"
        "[agenda.minutes]\ncall = 5\n"
    )
    assert policy.floor.formal_notice == Money.of(150, "EUR")
    assert policy.floor.placement == Money.of(500, "EUR")
    assert policy.conventions.promise_horizon == 10
    assert policy.conventions.claim_months == 2
    assert dict(policy.worklist.minutes) == {"call": 5, "visit": 90}
    assert policy.worklist.points == read_policy(HOUSE).worklist.points


def test_known_rule_changes_only_the_keys_given() -> None:
    before = read_policy(HOUSE).levels[1]
    after = child('[[level]]\nid = "call"\ntone = "firm"\n').levels[1]
    assert (before.tone, after.tone) == (Tone.COURTEOUS, Tone.FIRM)
    assert (after.when, after.do, after.channel) == (before.when, before.do, Channel.PHONE)


def test_rules_of_every_kind_are_known_by_their_id() -> None:
    policy = child(
        "[[hold]]\nid = 'audit'\nscope = 'item'\nwhen = 'vip'\n"
        "[[trigger]]\nid = 'broken'\noffer = { days = 30 }\n"
        "[[partner]]\nid = 'bailiff'\nrole = 'agency'\n"
    )
    assert [one.when.text for one in policy.holds] == ["vip"]
    (trigger,) = policy.triggers
    assert trigger.offer is not None
    assert (trigger.offer.instalments, trigger.offer.days) == (4, 30)
    assert [(one.id, one.role) for one in policy.partners] == [("bailiff", "agency")]


LAST = '[[level]]\nid = "{}"\nwhen = "days_past_due >= 20"\ndo = "remind"\nchannel = "sms"\n'


def test_unknown_rule_comes_last() -> None:
    assert ids(child(LAST.format("text"))) == ["reminder", "call", "notice", "text"]


@pytest.mark.parametrize(
    ("place", "order"),
    [
        ("after = 'reminder'", ["reminder", "text", "call", "notice"]),
        ("before = 'reminder'", ["text", "reminder", "call", "notice"]),
        ("after = 'notice'", ["reminder", "call", "notice", "text"]),
        ("before = 'notice'", ["reminder", "call", "text", "notice"]),
    ],
)
def test_rule_stands_where_it_says(place: str, order: list[str]) -> None:
    assert ids(child(LAST.format("text") + place)) == order


def test_inherited_rule_may_be_moved() -> None:
    policy = child("[[level]]\nid = 'call'\nbefore = 'reminder'\n")
    assert ids(policy) == ["call", "reminder", "notice"]
    assert set(policy.levels) == set(read_policy(HOUSE).levels)


def test_rule_may_stand_beside_one_of_the_same_document() -> None:
    text = LAST.format("text") + "after = 'reminder'\n" + LAST.format("again") + "before = 'text'\n"
    assert ids(child(text)) == ["reminder", "again", "text", "call", "notice"]


def test_partner_for_one_country_may_come_before_the_one_for_all() -> None:
    partner = "[[partner]]\nid = 'advocaat'\nrole = 'lawyer'\nwhen = \"country == 'NL'\"\n"
    policy = child(partner + "before = 'bailiff'\n")
    assert [one.id for one in policy.partners] == ["advocaat", "bailiff"]


def test_rows_of_style_come_before_those_inherited_unless_they_name_one() -> None:
    policy = child(
        "[[style]]\nwhen = 'not vip'\ntone = 'firm'\n"
        "[[style]]\nid = 'big'\nhandler = 'lawyer'\n"
        "[[style]]\nid = 'abroad'\nwhen = \"country != 'FR'\"\nchannel = 'email'\n"
    )
    assert [(one.id, one.when.text) for one in policy.styles] == [
        (None, "not vip"),
        ("abroad", "country != 'FR'"),
        ("big", "collectable >= EUR(20_000)"),
        (None, "vip"),
    ]
    assert policy.styles[2].handler == "lawyer"


def test_removed_rules_are_gone_whatever_their_kind() -> None:
    policy = child("remove = ['call', 'audit', 'big', 'bailiff', 'broken']\n")
    assert ids(policy) == ["reminder", "notice"]
    assert (policy.holds, policy.partners, policy.triggers) == ((), (), ())
    assert [one.when.text for one in policy.styles] == ["vip"]


def test_document_without_rules_of_a_kind_has_none_of_it_to_remove() -> None:
    house = HOUSE.replace(HOUSE[HOUSE.index("[[hold]]") : HOUSE.index("[[trigger]]")], "")
    assert ids(child("remove = ['call']\n", house=house)) == ["reminder", "notice"]


def test_removed_rule_may_be_written_afresh() -> None:
    text = "remove = ['call']\n" + LAST.format("call") + "after = 'reminder'\n"
    policy = child(text)
    assert ids(policy) == ["reminder", "call", "notice"]
    assert policy.levels[1].channel is Channel.SMS


def test_presets_can_be_extended_by_name() -> None:
    policy = read_policy('extends = "fr-b2b"\nname = "ours"\n[pace]\nper_30_days = 3\n')
    assert (policy.name, policy.pace.per_30_days) == ("ours", 3)
    assert policy.levels == preset("fr-b2b").levels


def test_documents_given_come_before_presets() -> None:
    policy = read_policy('extends = "fr-b2b"\n', documents={"fr-b2b": HOUSE})
    assert policy == read_policy(HOUSE)


def test_chain_is_followed_to_its_top() -> None:
    middle = 'extends = "house"\nname = "middle"\nremove = ["notice"]\n[pace]\nper_30_days = 3\n'
    text = 'extends = "middle"\n[[level]]\nid = "call"\nchannel = "whatsapp"\n'
    policy = read_policy(text, documents={"house": HOUSE, "middle": middle})
    assert (policy.name, policy.pace.per_30_days, policy.pace.between_contacts) == ("middle", 3, 6)
    assert [level.channel for level in policy.levels] == ["email", "whatsapp"]


# --- amounts -------------------------------------------------------------------------------------


def test_another_currency_reads_the_inherited_figures_in_it() -> None:
    policy = child('currency = "USD"\n[floor]\nformal_notice = 150\n')
    flat = HOUSE.replace("EUR", "USD").replace("[floor]", "[floor]\nformal_notice = 150")
    assert policy == read_policy(flat)
    assert policy.levels[1].when.text == "days_past_due >= 10 and amount_due >= USD(50)"


def test_currency_that_does_not_exist_is_one_fault() -> None:
    assert fault('currency = "EURO"\n') == (
        "line 2: currency: expected an ISO 4217 code, got 'EURO'"
    )


def test_preset_in_another_currency_says_so_in_its_conditions() -> None:
    document = in_another_currency(tomllib.loads(HOUSE, parse_float=Decimal), "JPY")
    assert document["currency"] == "JPY"
    assert document["level"][1]["when"] == "days_past_due >= 10 and amount_due >= JPY(50)"
    assert document["style"][0]["when"] == "collectable >= JPY(20_000)"
    assert document["agenda"]["points"] == "collectable / JPY(1_000) + oldest_days_past_due"
    assert document["floor"] == {"placement": 500}


@pytest.mark.parametrize(
    ("text", "restated"),
    [
        ("open >= EUR(5) and open < EUR (9)", "open >= USD(5) and open < USD (9)"),
        ("segment == 'EUR'", "segment == 'EUR'"),
        ('segment == "EUR(1)" or open > EUR(1)', 'segment == "EUR(1)" or open > USD(1)'),
        ("open >= GBP(5)", "open >= GBP(5)"),
        ("XEUR(5)", "XEUR(5)"),
        ("EUR", "EUR"),
    ],
)
def test_only_amounts_are_restated(text: str, restated: str) -> None:
    assert in_currency(text, "EUR", "USD") == restated


# --- faults --------------------------------------------------------------------------------------


def test_fault_in_an_inherited_rule_names_the_document_and_the_line_there() -> None:
    broken = HOUSE.replace("days_past_due >= 30", "days_late >= 30")
    line = broken.split("\n").index('when = "days_late >= 30"') + 1
    with pytest.raises(InvalidPolicy) as caught:
        read_policy('extends = "house"\nversion = 3\n', documents={"house": broken})
    first, second = caught.value.faults
    assert str(first) == "line 2: version: expected some text, got 3"
    assert second.where == f"house, line {line}"
    assert second.field == "level.3.when"


def test_fault_in_the_key_of_an_inherited_rule_stands_in_the_document_that_gives_it() -> None:
    text = '[[level]]\nid = "call"\nchannel = "pigeon"\n'
    assert fault(text).startswith("line 4: level.2.channel: expected one of email, ")


def test_faults_come_document_by_document_and_line_by_line() -> None:
    broken = HOUSE.replace('"friendly"', '"sweet"').replace("per_30_days = 4", "per_30_days = 0")
    found = faults('law = 3\n[[level]]\nid = "late"\n', house=broken)
    assert [one.partition(": expected")[0] for one in found] == [
        "line 2: law",
        "line 3: level.4.do",
        "line 3: level.4.when",
        "line 3: level.4.channel",
        "house, line 8: pace.per_30_days",
        "house, line 32: level.1.tone",
    ]


@pytest.mark.parametrize(
    ("name", "got"), [('"hose"', "'hose'"), ("3", "3"), ("[]", "[]"), ("{ a = 1 }", "{'a': 1}")]
)
def test_unknown_parent_is_told_which_there_are(name: str, got: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(f"\nextends = {name}\n", documents={"house": HOUSE})
    (only,) = caught.value.faults
    assert (only.where, only.field, only.got) == ("line 2", "extends", got)
    assert only.expected.startswith("one of ")
    assert {"house", "fr-b2b"} <= set(only.expected.removeprefix("one of ").split(", "))


def test_unknown_parent_of_a_parent_is_told_where_it_is_asked_for() -> None:
    with pytest.raises(InvalidPolicy) as caught:
        read_policy('extends = "a"', documents={"a": '\nextends = "b"'})
    assert caught.value.faults[0].where == "a, line 2"


def test_circle_is_shown_whole() -> None:
    documents = {"a": 'extends = "b"', "b": '\nextends = "c"', "c": 'extends = "b"'}
    with pytest.raises(InvalidPolicy) as caught:
        read_policy('extends = "a"', documents=documents)
    (only,) = caught.value.faults
    assert (only.where, only.got) == ("c, line 1", "b extends c extends b")
    assert only.expected == "documents that do not extend each other in a circle"


def test_document_that_extends_itself_is_a_circle() -> None:
    with pytest.raises(InvalidPolicy, match="got a extends a"):
        read_policy('extends = "a"', documents={"a": 'extends = "a"'})


def chain(length: int) -> dict[str, str]:
    above = {f"d{at}": f'extends = "d{at + 1}"' for at in range(1, length)}
    return {**above, f"d{length}": HOUSE}


def test_chain_has_its_length() -> None:
    assert read_policy('extends = "d1"', documents=chain(MOST_PARENTS)) == read_policy(HOUSE)
    with pytest.raises(InvalidPolicy) as caught:
        read_policy('extends = "d1"', documents=chain(MOST_PARENTS + 1))
    assert [str(one) for one in caught.value.faults] == [
        "d8, line 1: extends: expected at most 8 documents above one another, got 'd9'"
    ]


@pytest.mark.parametrize(
    ("parent", "where"),
    [("name = ", "house, line 1"), ("\na = [", "house, line 2"), (3, "house"), (None, "house")],
)
def test_parent_that_cannot_be_read_is_named(parent: Any, where: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        read_policy('extends = "house"', documents={"house": parent})
    assert [one.where for one in caught.value.faults] == [where]


def test_removing_what_is_not_inherited_is_a_fault_for_each() -> None:
    known = (
        "the id of an inherited rule, one of audit, broken, reminder, call, notice, bailiff, big"
    )
    assert faults('remove = [\n "call",\n "cal",\n 3,\n ["call"],\n]\n') == [
        f"line 4: remove: expected {known}, got 'cal'",
        f"line 5: remove: expected {known}, got 3",
        f"line 6: remove: expected {known}, got ['call']",
    ]
    assert fault('remove = "call"\n') == (
        "line 2: remove: expected a list of ids of inherited rules, got 'call'"
    )


def test_rule_that_another_speaks_of_cannot_just_be_removed() -> None:
    text = 'remove = ["call"]\n[[level]]\nid = "notice"\nwhen = "level_reached == \'call\'"\n'
    assert fault(text) == ("line 5: level.2.when: expected one of reminder, notice, got 'call'")


@pytest.mark.parametrize("key", ["after", "before"])
def test_place_beside_a_rule_that_is_not_there_is_a_fault(key: str) -> None:
    assert fault(f"{LAST.format('text')}{key} = 'cal'\n") == (
        f"line 7: level.1.{key}: expected one of reminder, call, notice, got 'cal'"
    )
    assert fault(f"{LAST.format('text')}{key} = ['call']\n").endswith("got ['call']")
    assert fault(f"{LAST.format('text')}{key} = 'text'\n").endswith("got 'text'")


def test_rule_stands_on_one_side_only() -> None:
    found = faults(LAST.format("text") + "after = 'reminder'\nbefore = 'call'\n")
    assert found == [
        "line 7: level.1.after: expected after or before, not both, got 'reminder'",
        "line 8: level.1.before: expected after or before, not both, got 'call'",
    ]


def test_id_is_used_once_in_each_document() -> None:
    text = "[[level]]\nid = 'call'\ntone = 'firm'\n[[level]]\nid = 'call'\ntone = 'formal'\n"
    assert fault(text) == "line 6: level.2.id: expected an id used once, got 'call'"


def test_id_of_another_kind_is_taken() -> None:
    hold = "[[hold]]\nid = 'call'\nwhen = 'vip'\nscope = 'account'\n"
    assert (
        fault(hold) == "house, line 35: level.2.id: expected an id used once, got 'call', also hold"
    )


def test_document_that_extends_nothing_has_nothing_to_remove_or_to_stand_beside() -> None:
    text = HOUSE.replace("[pace]", "remove = ['x']\n[pace]")
    text = text.replace('id = "call"', 'id = "call"\nafter = "reminder"')
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(text)
    assert [str(one) for one in caught.value.faults] == [
        "line 6: remove: expected a document that extends another, got no extends",
        "line 37: level.2.after: expected a document that extends another, got no extends",
    ]


@pytest.mark.parametrize(
    ("text", "house", "found"),
    [
        ("level = 3", HOUSE, "line 2: level: expected tables [[level]], got 3"),
        ("level = [3]", HOUSE, "line 2: level: expected tables [[level]], got [3]"),
        ("pace = 3", HOUSE, "line 2: pace: expected a table [pace], got 3"),
        ("style = {}", HOUSE, "line 2: style: expected tables [[style]], got {}"),
        (
            LAST.format("text"),
            HOUSE.partition("[pace]")[0] + "level = 3",
            "house, line 6: level: expected tables [[level]], got 3",
        ),
        (
            "[pace]\nclimb = 'to-age'",
            HOUSE.replace("[pace]\nbetween_contacts = 6\nper_30_days = 4", "pace = 3"),
            None,
        ),
    ],
)
def test_what_is_no_table_is_refused_where_it_stands(
    text: str, house: str, found: str | None
) -> None:
    if found is None:
        assert child(text, house=house).pace.climb == "to-age"
    else:
        assert fault(text, house=house) == found


def test_unknown_keys_are_refused_where_they_stand() -> None:
    house = HOUSE.replace("[floor]", "[floor]\nvisit = 3")
    found = faults("[pace]\nspeed = 3\n[colours]\nred = 1\n", house=house)
    assert [one.partition(": expected")[0] for one in found] == [
        "line 3: pace.speed",
        "line 4: colours",
        "house, line 11: floor.visit",
    ]


def test_values_that_lie_too_deep_to_be_ours_stay_whole() -> None:
    found = fault("[agenda.minutes.call]\nlong.ago = [1, { a = 2 }]\n")
    assert found == (
        "line 2: agenda.minutes.call: expected a whole number from 0 to 1440,"
        " got {'long': {'ago': [1, {'a': 2}]}}"
    )


def test_neither_the_document_nor_its_parents_are_changed_by_merging() -> None:
    texts = {"house": HOUSE, "child": 'extends = "house"\nremove = ["call"]\ncurrency = "USD"\n'}
    parts = {name: (tomllib.loads(text), lines_of(text)) for name, text in texts.items()}
    flat = merged(*parts["child"], names=["house"], read=lambda name: parts[name])
    assert parts["house"][0] == tomllib.loads(HOUSE)
    assert parts["child"][0] == tomllib.loads(texts["child"])
    assert "extends" not in flat.document
    assert flat.places.where(("level", 1, "id")) == (
        "house",
        HOUSE.count("\n", 0, HOUSE.index('"notice"')) + 1,
    )


def test_document_without_lines_has_no_places() -> None:
    flat = merged({"name": "x"}, Lines({}), names=(), read=lambda _: ({}, Lines({})))
    assert flat.document == {"name": "x"}
    assert flat.places.where(("name",)) is None
    assert flat.found == ()


# --- the flat policy, whatever is changed --------------------------------------------------------

PLAIN: dict[str, Any] = tomllib.loads(HOUSE)
ID: Any = itemgetter("id")
CHANGED_LEVEL: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"id": st.sampled_from(["reminder", "notice", "second", "third"])},
    optional={"tone": st.sampled_from(list(Tone)), "template": st.just("t")},
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "name": st.sampled_from(["a", "b"]),
        "pace": st.fixed_dictionaries(
            {}, optional={"per_30_days": st.integers(1, 9), "climb": st.just("to-age")}
        ),
        "remove": st.lists(st.sampled_from(["audit", "call", "big", "bailiff"]), unique=True),
        "level": st.lists(CHANGED_LEVEL, unique_by=ID, max_size=4),
    },
)


def written(table: dict[str, Any], path: str = "") -> str:
    """A document in TOML: what a test needs of it, and no more."""
    plain = {
        key: one
        for key, one in table.items()
        if not isinstance(one, dict) and (key == "for" or not is_rows(one))
    }
    lines = [f"{key} = {quoted(one)}" for key, one in plain.items()]
    for key, one in table.items():
        if isinstance(one, dict):
            lines += [f"[{path}{key}]", written(one, f"{path}{key}.")]
        elif key not in plain:
            for row in one:
                lines += [f"[[{path}{key}]]", written(row, f"{path}{key}.")]
    return "\n".join(lines)


def is_rows(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def quoted(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(map(quoted, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def by_hand(change: dict[str, Any]) -> dict[str, Any]:
    """What the page says of inheritance, said once more and otherwise."""
    flat: dict[str, Any] = {**PLAIN, **{k: v for k, v in change.items() if k in ("name", "pace")}}
    flat["pace"] = {**PLAIN["pace"], **change.get("pace", {})}
    for kind in ("hold", "level", "style", "partner"):
        flat[kind] = [one for one in PLAIN[kind] if one.get("id") not in change.get("remove", [])]
    known = {one["id"]: one for one in flat["level"]}
    for row in change.get("level", []):
        known[row["id"]] = {**known.get(row["id"], {}), **row}
    flat["level"] = list(known.values())
    return flat


FRESH = {"when": "days_past_due >= 90", "do": "remind", "channel": "email"}


@given(changes)
def test_flat_policy_is_the_one_that_a_person_would_have_written(change: dict[str, Any]) -> None:
    rows = [
        FRESH | row if row["id"] in ("second", "third") else row for row in change.get("level", [])
    ]
    change = (
        {**change, "level": rows} if rows else {k: v for k, v in change.items() if k != "level"}
    )
    policy = child(written(change))
    assert policy == read_policy(written(by_hand(change)))
