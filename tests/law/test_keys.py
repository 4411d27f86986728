"""The table of keys is what the reader reads: no key of it is unknown, unread or falsely needed."""

from __future__ import annotations

import pytest

from recouvrement import InvalidLaw
from recouvrement.law import read_pack
from recouvrement.law.keys import CITED, HEAD, SOURCE, TABLES, TIER, Key, KeyType

# What no key takes.
HOUR = "07:00:00"
OPENINGS = {
    "": "",
    "sources.x": "[sources.x]\n",
    "tiers": "[[fixed_sum]]\n[[fixed_sum.tiers]]\n",
    **{name: f"[[{name}]]\n" if one.many else f"[{name}]\n" for name, one in TABLES.items()},
}
KEYS = [
    *(("", key) for key in HEAD),
    *(("sources.x", key) for key in SOURCE),
    *(("tiers", key) for key in TIER),
    *((name, key) for name, one in TABLES.items() for key in (*one.common, *one.keys)),
]
every_key = pytest.mark.parametrize(
    ("table", "key"), KEYS, ids=[f"{table}.{key.name}" for table, key in KEYS]
)


def faults(table: str, lines: str) -> list[tuple[str, str, str]]:
    with pytest.raises(InvalidLaw) as caught:
        read_pack(OPENINGS[table] + lines)
    return [
        (fault.field.split(".")[-1], fault.expected, fault.got) for fault in caught.value.faults
    ]


@every_key
def test_every_key_is_read_and_its_words_are_those_expected(table: str, key: Key) -> None:
    found = [said for name, *said in faults(table, f"{key.name} = {HOUR}\n") if name == key.name]
    assert any(got == "datetime.time(7, 0)" for _, got in found), found
    assert all(got != "a key not known here" for _, got in found)
    for word in key.words:
        assert any(word in expected for expected, _ in found), word


@every_key
def test_key_is_needed_where_the_table_says_so_and_nowhere_else(table: str, key: Key) -> None:
    lacking = [name for name, _, got in faults(table, "") if got == "nothing"]
    # A row needs its article where no base has one, and one of two keys for some figures.
    either = {"article", "verified_until", "value"} - ({key.name} if key.required else set())
    if table in {"rate", "legal_rate"}:
        either.add("since")  # the first day of their semester
    assert (key.name in lacking) == key.required or key.name in either


def test_every_key_says_what_it_means_and_has_words_where_it_is_one() -> None:
    for _, key in KEYS:
        assert key.doc
        assert not key.doc.endswith("."), key.name
        assert bool(key.words) or key.type is not KeyType.WORD, key.name


def test_what_nothing_dates_has_no_dates() -> None:
    assert not {"since", "until"} & {key.name for key in CITED}
    assert {name for name, one in TABLES.items() if not one.many} == {
        "interest",
        "day_count",
        "compounds",
    }
