"""The schema of policy documents says what the reader says, and every document of ours fits it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pytest

from recouvrement import InvalidPolicy, Policy, preset, read_policy
from recouvrement.policy import Floor, Pace
from recouvrement.policy.keys import (
    ANSWERS,
    DOCUMENT,
    HOLD,
    ID,
    LEVEL,
    OFFER,
    PACE,
    PROMISES,
    RUNGS,
    Key,
    KeyType,
    every_key,
    names_of,
)
from recouvrement.policy.ladder import Offer
from recouvrement.policy.reader import preset_names, preset_text
from recouvrement.policy.schema import policy_schema
from recouvrement.policy.writing import policy_text
from recouvrement.position.conventions import Conventions

SCHEMA: Final = policy_schema()
TOP = Path(__file__).parent.parent.parent
PAGES = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))]

WHOLE = """\
name = "house"
version = "1"
currency = "EUR"
law = "FR"
for = ["business"]
[pace]
between_contacts = 6
per_30_days = 4
between_levels = 8
climb = "to-age"
contact_rule = "contact.collection"
[floor]
formal_notice = 150
placement = "500.50"
[promises]
tolerance = 1
horizon = 20
broken_tolerated = 2
[deadlines]
limitation_years = 5
claim_months = 2
sector = "road_transport"
[[hold]]
id = "known"
when = "vip"
scope = "item"
[[trigger]]
id = "unkept"
when = "days_since_broken_promise >= 1"
for = "not vip"
do = "propose_plan"
channel = "phone"
tone = "firm"
handler = "collector"
template = "plan"
climb = 1
repeat_every = 15
[trigger.offer]
instalments = 4
days = 60
first_share = 30
approver = "lawyer"
[[trigger]]
id = "near"
when = "limitation_days <= 90"
do = "task"
task = "limitation_near"
[[level]]
id = "reminder"
when = "days_past_due >= 2"
until = "vip"
for = "not vip"
do = "remind"
channel = "email"
tone = "courteous"
handler = "automatic"
template = "first"
documents = ["order"]
repeat_every = 10
[[style]]
id = "big"
when = "vip"
acts = ["remind"]
channel = "phone"
tone = "courteous"
handler = "lawyer"
template = "by-hand"
recipient = "accounts_payable"
[[partner]]
id = "bailiff"
role = "commissaire de justice"
when = "country == 'FR'"
[agenda]
points = "open / EUR(1)"
[agenda.minutes]
call = 10
"""


def plain(text: str) -> Any:
    return tomllib.loads(text, parse_float=Decimal)


# --- what of JSON Schema a test needs ------------------------------------------------------------

KINDS: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int}
SAID = {"$schema", "title", "description", "default", "if", "then", "else"}


def violations(value: Any, schema: Any, path: str = "") -> list[str]:
    """Where a value breaks a schema: the keywords that ours uses, and no other is let through."""
    if isinstance(schema, bool):
        return [] if schema else [f"{path}: nothing may stand here"]
    found = []
    for keyword, asked in schema.items():
        if keyword not in SAID and not CHECKS[keyword](value, asked):
            found.append(f"{path}: {keyword}")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for key, one in value.items():
            found += violations(one, properties.get(key, True), f"{path}.{key}")
        strangers = set(value) - set(properties)
        if strangers and not schema.get("additionalProperties", True):
            found.append(f"{path}: {sorted(strangers)}")
    if isinstance(value, list):
        for at, one in enumerate(value):
            found += violations(one, schema.get("items", True), f"{path}.{at + 1}")
    if "if" in schema:
        branch = "else" if violations(value, schema["if"]) else "then"
        found += violations(value, schema.get(branch, True), path)
    return found


def is_number(value: Any) -> bool:
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def is_of_type(value: Any, kind: str) -> bool:
    if kind in ("number", "integer"):
        return is_number(value) and (kind == "number" or isinstance(value, int))
    return isinstance(value, KINDS[kind])


CHECKS: dict[str, Any] = {
    "type": is_of_type,
    "enum": lambda value, words: value in words,
    "pattern": lambda value, shape: not isinstance(value, str) or re.search(shape, value),
    "maxLength": lambda value, most: not isinstance(value, str) or len(value) <= most,
    "minimum": lambda value, least: not is_number(value) or value >= least,
    "maximum": lambda value, most: not is_number(value) or value <= most,
    "minItems": lambda value, least: not isinstance(value, list) or len(value) >= least,
    "required": lambda value, keys: not isinstance(value, dict) or set(keys) <= set(value),
    "anyOf": lambda value, schemas: any(not violations(value, one) for one in schemas),
    "properties": lambda _, __: True,
    "items": lambda _, __: True,
    "additionalProperties": lambda _, __: True,
}


def fits(text: str) -> bool:
    return violations(plain(text), SCHEMA) == []


# --- the schema ----------------------------------------------------------------------------------


def test_packaged_file_is_the_schema_of_today() -> None:
    file = resources.files("recouvrement.policy") / "policy.schema.json"
    written = json.dumps(policy_schema(), indent=2, ensure_ascii=False) + "\n"
    assert file.read_text(encoding="utf-8") == written, "nox -s schema writes it again"


def test_schema_is_plain_json_and_belongs_to_who_asks() -> None:
    mine = policy_schema()
    assert json.loads(json.dumps(mine)) == mine
    mine["properties"]["remove"]["items"]["pattern"] = "x"
    assert policy_schema() == SCHEMA


def described(schema: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for key, one in schema.get("properties", {}).items():
        yield f"{path}{key}", one
        yield from described(one.get("items", one), f"{path}{key}.")


def test_every_key_is_described_in_a_sentence() -> None:
    found = dict(described(SCHEMA))
    assert list(found) == [name for name, _ in every_key()]
    for one in found.values():
        assert re.fullmatch(r"[A-Z].*\.", one["description"])


def test_the_words_of_the_document_are_those_of_the_code() -> None:
    level = SCHEMA["properties"]["level"]["items"]["properties"]
    assert level["do"]["enum"] == list(RUNGS)
    assert level["channel"]["enum"][:3] == ["email", "sms", "phone"]
    trigger = SCHEMA["properties"]["trigger"]["items"]["properties"]
    assert trigger["do"]["enum"] == list(ANSWERS)
    assert "limitation_near" in trigger["task"]["enum"]


# --- documents that fit --------------------------------------------------------------------------


@pytest.mark.parametrize("name", preset_names())
def test_every_preset_fits(name: str) -> None:
    assert violations(plain(preset_text(name)), SCHEMA) == []
    assert violations(plain(policy_text(preset(name))), SCHEMA) == []


def documents_of(page: Path) -> Iterator[str]:
    """The policy documents in the examples of a page."""
    text = page.read_text(encoding="utf-8")
    for found in re.findall(r'"""\\?\n(.*?)"""|```toml\n(.*?)```', text, flags=re.DOTALL):
        document = "".join(found)
        # Whole ones: some pages build a document up, part by part.
        if re.match(r"(?s)\s*(name\b.*^\[\[level\]\]|extends\b)", document, flags=re.MULTILINE):
            yield document


@pytest.mark.skipif(not (TOP / "docs").exists(), reason="the pages are not here")
def test_every_document_of_the_pages_fits() -> None:
    documents = [one for page in PAGES if page.exists() for one in documents_of(page)]
    assert documents
    assert [one for one in documents if violations(plain(one), SCHEMA)] == []


def test_document_with_every_key_fits_and_is_read() -> None:
    names = {re.sub(r"\.[0-9]+", "", name) for name in leaves(plain(WHOLE))}
    minutes = {f"agenda.minutes.{act}" for act in SCHEMA_MINUTES if act != "call"}
    extending = {name for name, key in every_key() if key.extending or name == "extends"}
    assert names == {name for name, _ in every_key()} - minutes - extending
    assert fits(WHOLE)
    assert isinstance(read_policy(WHOLE), Policy)


SCHEMA_MINUTES = SCHEMA["properties"]["agenda"]["properties"]["minutes"]["properties"]


def leaves(value: Any, path: str = "") -> Iterator[str]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, one in value.items():
            yield from leaves(one, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for at, one in enumerate(value):
            yield from leaves(one, f"{path}.{at + 1}")


@pytest.mark.parametrize(
    "change",
    [
        'remove = ["call"]',
        "[pace]\nper_30_days = 3",
        '[[level]]\nid = "call"\nafter = "reminder"',
        '[[style]]\nchannel = "sms"',
        "level = []",
    ],
)
def test_document_that_extends_another_says_only_what_it_changes(change: str) -> None:
    assert fits(f'extends = "house"\n{change}')
    assert not fits(change)
    assert not fits(WHOLE.replace("[pace]", f"{change}\n[pace]", 1) if "remove" in change else "")


# --- what the reader refuses ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "house"', "name = 3"),
        ('name = "house"', 'name = " "'),
        ('name = "house"', ""),
        ('["business"]', "[]"),
        ('["business"]', '["company"]'),
        ("per_30_days = 4", "per_30_days = 0"),
        ("per_30_days = 4", "per_30_days = 4.0"),
        ("per_30_days = 4", "per_month = 4"),
        ('"to-age"', '"fast"'),
        ("= 150", "= -1"),
        ("= 150", "= []"),
        ('scope = "item"', ""),
        ('id = "known"', 'id = "Known 2"'),
        ('do = "remind"', 'do = "thank"'),
        ('do = "task"', 'do = "place"'),
        ('"days_past_due >= 2"', '""'),
        ('"days_past_due >= 2"', '"' + "vip or " * 80 + 'vip"'),
        ('documents = ["order"]', 'documents = "order"'),
        ('approver = "lawyer"', 'approver = "automatic"'),
        ("call = 10", "call = 1441"),
        ("call = 10", "sing = 10"),
    ],
)
def test_what_breaks_the_schema_is_refused_by_the_reader(old: str, new: str) -> None:
    text = WHOLE.replace(old, new, 1)
    assert text != WHOLE
    assert not fits(text)
    with pytest.raises(InvalidPolicy):
        read_policy(text)


def test_rules_and_places_of_another_document_need_one() -> None:
    text = WHOLE.replace('id = "reminder"', 'id = "reminder"\nafter = "x"')
    assert violations(plain(text), SCHEMA) == [".level.1.after: nothing may stand here"]


# --- the table of keys says what the reader does -------------------------------------------------


def with_value(name: str, value: str) -> str:
    """The whole document with another value for one key."""
    *tables, key = name.split(".")
    header = ".".join(tables)
    start = WHOLE.index(f"[{header}]") if tables else 0
    before, after = WHOLE[:start], WHOLE[start:]
    return before + re.sub(rf"^{key} = .*$", f"{key} = {value}", after, count=1, flags=re.MULTILINE)


NUMBERS = [
    (name, key)
    for name, key in every_key()
    if key.type is KeyType.INTEGER and (not name.startswith("agenda.") or key.name == "call")
]


@pytest.mark.parametrize(("name", "key"), NUMBERS, ids=[name for name, _ in NUMBERS])
def test_bounds_of_numbers_are_those_of_the_reader(name: str, key: Key) -> None:
    for value in (key.least, key.most):
        read_policy(with_value(name, str(value)))
    for value in (key.least - 1, key.most + 1):
        text = with_value(name, str(value))
        with pytest.raises(InvalidPolicy) as caught:
            read_policy(text)
        (only,) = caught.value.faults
        assert re.sub(r"\.[0-9]+", "", only.field) == name
        assert f"from {key.least} to {key.most}" in only.expected
        assert not fits(text)


WORDS = [
    (name, key)
    for name, key in every_key()
    if key.type in (KeyType.WORD, KeyType.WORDS) and not name.endswith(".do")
]


@pytest.mark.parametrize(("name", "key"), WORDS, ids=[name for name, _ in WORDS])
def test_words_of_the_table_are_those_of_the_reader(name: str, key: Key) -> None:
    for word in key.words:
        value = f'["{word}"]' if key.type is KeyType.WORDS else f'"{word}"'
        read_policy(with_value(name, value))
    with pytest.raises(InvalidPolicy):
        read_policy(with_value(name, '"?"'))


@pytest.mark.parametrize("act", RUNGS)
def test_levels_do_what_the_table_says(act: str) -> None:
    level = '[[level]]\nid = "it"\nwhen = "vip"\nchannel = "letter"\n'
    head = WHOLE.partition("[[hold]]")[0]
    assert read_policy(f'{head}{level}do = "{act}"\n').levels[0].do == act


@pytest.mark.parametrize("act", ANSWERS)
def test_triggers_do_what_the_table_says(act: str) -> None:
    inside = act in ("task", "propose_order_stop")
    channel = "" if inside else 'channel = "letter"\n'
    trigger = f'[[trigger]]\nid = "it"\nwhen = "vip"\n{channel}do = "{act}"\n'
    head = WHOLE.partition("[[hold]]")[0]
    level = '[[level]]\nid = "x"\nwhen = "vip"\nchannel = "letter"\ndo = "remind"\n'
    assert read_policy(head + trigger + level).triggers[0].do == act


def test_keys_that_are_required_are_those_the_reader_asks_for() -> None:
    required = [name for name, key in every_key() if key.required and name != "level"]
    for name in required:
        *tables, key = name.split(".")
        start = WHOLE.index(f"[[{tables[0]}]]") if tables else 0
        after = re.sub(rf"^{key} = .*\n", "", WHOLE[start:], count=1, flags=re.MULTILINE)
        with pytest.raises(InvalidPolicy):
            read_policy(WHOLE[:start] + after)
    lines = [
        line for line in WHOLE.split("\n") if line.partition(" ")[0] in KEPT or "[" in line[:1]
    ]
    bare = "\n".join(lines).replace("[floor]\n", "").replace("[trigger.offer]\n", "")
    assert isinstance(read_policy(bare.replace('tone = "courteous"', "")), Policy)


# What no document can leave out, and what a style row needs so as to change something.
KEPT = {"name", "version", "currency", "for", "id", "when", "scope", "do", "channel", "role"}


def test_defaults_of_the_table_are_those_of_the_values() -> None:
    defaults = {name: key.default for name, key in every_key() if key.default is not None}
    pace, offer, conventions = Pace(), Offer(), Conventions()
    values: dict[str, object] = {
        **{f"pace.{name}": getattr(pace, name) for name in names_of(PACE)},
        **{f"trigger.offer.{name}": getattr(offer, name) for name in names_of(OFFER)},
        "promises.tolerance": conventions.promise_tolerance,
        "promises.horizon": conventions.promise_horizon,
        "promises.broken_tolerated": conventions.broken_promises_tolerated,
        "trigger.climb": 0,
        "trigger.task": "follow_up",
    }
    assert values.pop("pace.contact_rule") is None
    assert defaults == values
    assert Floor() == Floor(formal_notice=None, placement=None)


def test_names_come_in_the_order_of_a_document() -> None:
    assert names_of(PROMISES) == ("tolerance", "horizon", "broken_tolerated")
    assert names_of(HOLD) == ("id", "after", "before", "when", "scope")
    assert names_of(DOCUMENT)[:3] == ("extends", "remove", "name")
    assert re.fullmatch(ID, "first-reminder")
    assert not re.fullmatch(ID, "First reminder")
    assert len(set(names_of(LEVEL))) == len(LEVEL)
