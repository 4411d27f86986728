"""Whatever the text, reading it ends soon: with a policy, or with `InvalidPolicy` and its faults.

The documents are drawn by number, so that one which fails can be made again. How many, and from
which number on, the environment says: `HOSTILE_DOCUMENTS` and `HOSTILE_FROM` (`nox -s hostile`).
"""

from __future__ import annotations

import os
import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Any

import pytest

from recouvrement import InvalidPolicy, Policy, preset, read_policy
from recouvrement.errors import shown
from recouvrement.policy import CRITERIA
from recouvrement.policy.choice import PolicyTable, read_choice
from recouvrement.policy.reader import preset_names, preset_text
from recouvrement.policy.writing import policy_text

FIRST = int(os.environ.get("HOSTILE_FROM") or 0)
MANY = int(os.environ.get("HOSTILE_DOCUMENTS") or 150)

CHILD = """\
extends = "fr-b2b"
name = "patient"
remove = ["call"]

[pace]
between_contacts = 9

[[trigger]]
id = "unkept"
when = "days_since_broken_promise >= 1 and open >= EUR(12.50)"
do = "propose_plan"
channel = "phone"
[trigger.offer]
instalments = 4

[[level]]
id = "second"
after = "first-reminder"
when = "2 <= days_past_due < 10 or 'audit' in tags and segment in ('a', "b")"
until = '''vip'''
do = "remind"
channel = "email"

[[style]]
id = "big"
when = "collectable >= EUR(20_000)"
handler = "lawyer"

[agenda]
points = "collectable / EUR(1_000) + 30 * broken_promises"
minutes = { call = 10, visit = 90 }
"""
CHOICE = """\
default = "fr-b2b"

[[choice]]
policy = "key-accounts"
segments = ["key", "old"]
countries = ["FR"]

[[choice]]
policy = "fr-public"
kinds = ["public"]

[[choice]]
policy = "fr-b2b"
debtors = ["C-1", "C-2"]
"""
POLICIES = {name: preset(name) for name in preset_names()}
SEEDS = [*map(preset_text, preset_names()), CHILD, CHILD]

# --- what is done to a text ----------------------------------------------------------------------

TOKENS = [
    *("[", "]", "[[", "]]", "{", "}", "=", ".", ",", "'", '"', "'''", '"""', "#", "\\", "\n"),
    *("\x00", "\ufeff", "\u202e", "\u2028", "\ud800", "\U0001f4a3", "é", "\uff56", "\r", "\x7f"),
    *("true", "nan", "-inf", "1e999999999", "0x" + "F" * 4000, "9" * 5000, "1_000", "-0", "0b1"),
    *("2026-02-30", "1979-05-27T07:32:00Z", "1e-9999999", "0.1", "12,5", "[]", "{}", "''"),
    *("[" * 400, "{a=" * 100, "a." * 40, "(" * 30, "not " * 90, "vip and " * 60, "-" * 300),
    *("extends = 'fr-b2b'", "extends = 'it'", "remove = ['call']", "after = 'call'", "[[level]]"),
    *("id = 'call'", "[trigger.offer]", "level = 3", "[pace]", "currency = 'JPY'", "[a.b.c.d.e]"),
    *("__import__('os')", "EUR(1.005)", "days_past_due", "level_reached == 'x'", "10 ** 99 < open"),
]


def cut(rng: Random, text: str) -> tuple[int, int]:
    """Two places in a text, more often near than far."""
    start = rng.randrange(len(text) + 1)
    return start, min(len(text), start + int(rng.paretovariate(0.6)))


def flipped(rng: Random, text: str) -> str:
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    for _ in range(rng.randint(1, 4)):
        if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data.decode("utf-8", rng.choice(["replace", "surrogateescape"]))


def removed(rng: Random, text: str) -> str:
    start, end = cut(rng, text)
    return text[:start] + text[end:]


def repeated(rng: Random, text: str) -> str:
    start, end = cut(rng, text)
    times = rng.choice([2, 2, 3, 50, 1000])
    return text[:start] + text[start:end] * min(times, 1 + 20_000 // (end - start + 1)) + text[end:]


def moved(rng: Random, text: str) -> str:
    start, end = cut(rng, text)
    part, rest = text[start:end], text[:start] + text[end:]
    place = rng.randrange(len(rest) + 1)
    return rest[:place] + part + rest[place:]


def inserted(rng: Random, text: str) -> str:
    place = rng.randrange(len(text) + 1)
    return text[:place] + rng.choice(TOKENS) + text[place:]


def exchanged(rng: Random, text: str) -> str:
    """The value of one key is that of another."""
    lines = text.split("\n")
    keyed = [at for at, line in enumerate(lines) if " = " in line]
    if keyed:
        at, other = rng.choice(keyed), rng.choice(keyed)
        value = lines[other].partition(" = ")[2]
        lines[at] = lines[at].partition(" = ")[0] + " = " + value
    return "\n".join(lines)


def swapped(pattern: str, others: list[str]) -> Callable[[Random, str], str]:
    """One thing of a sort is another of that sort, of the same document or not."""

    def swap(rng: Random, text: str) -> str:
        found = list(re.finditer(pattern, text))
        if not found:
            return text
        one, other = rng.choice(found), rng.choice(found)[0]
        new = rng.choice([other, rng.choice(others)])
        return text[: one.start()] + new + text[one.end() :]

    return swap


def reworded(rng: Random, text: str) -> str:
    """Something stands inside a text between quotes, where conditions are."""
    places = [at + 1 for at, letter in enumerate(text) if letter == '"']
    place = rng.choice([0, *places])
    return text[:place] + rng.choice(TOKENS) + text[place:]


def relined(rng: Random, text: str) -> str:
    """A line is gone, or stands twice, or elsewhere."""
    lines = text.split("\n")
    line = lines.pop(rng.randrange(len(lines)))
    for _ in range(rng.randrange(3)):
        lines.insert(rng.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def reblocked(rng: Random, text: str) -> str:
    """A whole rule is gone, or stands twice, or all of them in another order."""
    blocks = text.split("\n\n")
    block = blocks.pop(rng.randrange(1, len(blocks))) if len(blocks) > 1 else ""
    for _ in range(rng.choice([0, 1, 2, 20])):
        blocks.insert(rng.randint(1, len(blocks)), block)
    return "\n\n".join(blocks)


def joined(rng: Random, text: str) -> str:
    other = rng.choice(SEEDS).split("\n\n")
    return text + "\n\n" + "\n\n".join(rng.sample(other, rng.randint(1, len(other))))


WORDS = ["email", "visit", "firm", "lawyer", "place", "task", "call", "item", "account", "x"]
NUMBERS = ["0", "1", "-1", "36526", "99999999999999999999", "1.5", "1_0", "0x1F", "1e3", "007"]
ROUGH: list[Callable[[Random, str], str]] = [flipped, removed, repeated, moved, inserted, joined]
GENTLE: list[Callable[[Random, str], str]] = [
    *(exchanged, reworded, relined, reblocked),
    swapped(r"(?<=[ (])[0-9]+", NUMBERS),
    swapped(r'(?<=")[a-z_]+(?=")', WORDS),
    swapped(r"[<>=]=|[<>]|\b(?:and|or|not|in)\b", ["==", "!=", "and not", "or", "is", "in", "+"]),
    swapped(rf"\b(?:{'|'.join(CRITERIA)})\b", sorted(CRITERIA)),
]


def mutations_of(rng: Random, text: str) -> str:
    """The text after a few mutations, all gentle or all rough."""
    mutations = GENTLE if rng.random() < 0.7 else ROUGH
    for _ in range(rng.choice([1, 1, 2, 3, 6])):
        text = rng.choice(mutations)(rng, text)
    return text


def mutated(number: int) -> tuple[str, str]:
    """The document of a number, and the one that stands above it when it extends `it`."""
    rng = Random(number)
    text, above = [mutations_of(rng, rng.choice(SEEDS)) for _ in range(2)]
    return (f'extends = "it"\n{text}' if rng.random() < 0.2 else text), above


# --- what comes of it ----------------------------------------------------------------------------


def read(text: str, above: str = "") -> Policy | InvalidPolicy:
    """The policy, or why it is refused; anything else that comes out is a failure."""
    try:
        return read_policy(text, documents={"it": above})
    except InvalidPolicy as error:
        return error


def choose(text: str) -> PolicyTable | InvalidPolicy:
    """The table, or why it is refused."""
    try:
        return read_choice(text, POLICIES)
    except InvalidPolicy as error:
        return error


def calls_of(function: Callable[[], Any]) -> int:
    """How many calls of Python a function makes, which is the same on every machine."""
    calls = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return calls


def peak_of(function: Callable[[], Any]) -> int:
    """How many bytes a function has in hand at most."""
    tracemalloc.start()
    try:
        function()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bounded(reader: Callable[..., Any], *texts: str, number: int = 0) -> Any:
    """What comes of some texts, by work and memory that grow with them; the margins are wide."""
    size, found = sum(map(len, texts)), []
    began = time.process_time()
    calls = calls_of(lambda: found.append(reader(*texts)))
    assert calls <= 100_000 + 40 * size, f"document {number}"
    assert time.process_time() - began <= 5, f"document {number}"
    if number % 20 == 0:
        assert peak_of(lambda: reader(*texts)) <= 4_000_000 + 1_000 * size, f"document {number}"
    if isinstance(found[0], InvalidPolicy):
        assert str(found[0])
    return found[0]


def test_mutated_documents_give_a_policy_or_its_faults() -> None:
    policies = 0
    for number in range(FIRST, FIRST + MANY):
        policy = bounded(read, *mutated(number), number=number)
        if isinstance(policy, Policy):
            policies += 1
            assert read_policy(policy_text(policy)) == policy, f"document {number}"
    # Mutations that nothing survives would only try the reader of TOML.
    assert 0.05 * MANY <= policies <= 0.5 * MANY


def test_mutated_choices_give_a_table_or_its_faults() -> None:
    tables = 0
    for number in range(FIRST, FIRST + MANY // 4):
        table = bounded(choose, mutations_of(Random(number), CHOICE), number=number)
        tables += isinstance(table, PolicyTable)
    assert 0.05 * (MANY // 4) <= tables <= 0.5 * (MANY // 4)


# --- attacks with a name -------------------------------------------------------------------------

HEAD = 'name = "x"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n'
LEVEL = '[[level]]\nid = "{}"\nwhen = "vip"\ndo = "remind"\nchannel = "email"\n'
ONE = LEVEL.format("it")
ATTACKS: dict[str, Callable[[int], str]] = {
    "letters": lambda n: HEAD + 'x = "' + "a" * n + '"',
    "quotes": lambda n: HEAD + "x = " + '""' * n,
    "unclosed": lambda n: HEAD + 'x = """' + "a\n" * n,
    "escapes": lambda n: HEAD + 'x = "' + "\\u0041" * n + '"',
    "blanks": lambda n: HEAD + "x" + " " * n + "= 1",
    "comment": lambda n: HEAD + "#" * n,
    "digits": lambda n: HEAD + "x = 1." + "0" * n,
    "hexadecimal": lambda n: HEAD + "x = 0x" + "F" * n,
    "words with dots": lambda n: HEAD + 'x = "' + "a. b " * n + '"',
    "dotted keys": lambda n: HEAD + ("a." * 30 + "b{} = 1\n").format(n) + "c = 1\n" * (n // 4),
    "broken keys": lambda n: HEAD + ("a." * 31 + "!\n") * (n // 60),
    "keys": lambda n: HEAD + "".join(f"k{at} = 1\n" for at in range(n // 10)),
    "numbers": lambda n: HEAD + "x = [" + "1," * (n // 2) + "]",
    "tables": lambda n: HEAD + "[[hold]]\n" * (n // 10),
    "levels": lambda n: HEAD + "".join(LEVEL.format(at) for at in range(n // 60)),
    "styles": lambda n: HEAD + ONE + "[[style]]\nwhen = 'vip'\ntone = 'firm'\n" * (n // 40),
    "removals": lambda n: 'extends = "fr-b2b"\nremove = [' + '"x",' * (n // 4) + "]",
    "overrides": lambda n: 'extends = "it"\n' + ONE * (n // 60),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_twice_the_text_is_twice_the_work_and_no_more(name: str) -> None:
    calls = []
    for size in (4_000, 8_000):
        text = ATTACKS[name](size)
        calls.append(calls_of(partial(read, text, HEAD + ONE)))
        bounded(read, text, HEAD + ONE)
    assert calls[1] <= 2.5 * calls[0]


@pytest.mark.parametrize(
    "text",
    [
        "pace.climb" + ".a" * 5_000 + " = 1",
        "[pace" + ".a" * 20_000 + "]",
        '"\\"".' * 30_000 + "a = 1",
        " . ".join(["'a'"] * 33) + " = 1",
        "x = " + "[" * 90_000,
        "x = " + "{a = " * 400 + "1" + "}" * 400,
        "x = " + "9" * 5_000,
        "x = 1e" + "9" * 30,
    ],
)
def test_what_is_beyond_measure_is_told_with_its_line(text: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(HEAD + text)
    assert [str(one) for one in caught.value.faults] == [
        "line 5: policy: expected a TOML document, got a number or a nesting beyond measure"
    ]
    assert calls_of(lambda: read(HEAD + text)) < 50_000


def test_keys_of_many_parts_are_read_as_long_as_anybody_could_have_meant_them() -> None:
    with pytest.raises(InvalidPolicy, match="line 5: x: expected one of extends, "):
        read_policy(HEAD + "x" + ".a" * 31 + " = 1\n" + ONE)


def test_document_has_its_length() -> None:
    whole = HEAD + ONE
    assert isinstance(read(whole + "#" * (200_000 - len(whole))), Policy)
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(whole + "#" * (200_001 - len(whole)))
    assert str(caught.value) == "policy: expected at most 200000 characters, got 200001"


@pytest.mark.parametrize("key", ["when", "until", "for", "id", "do", "template", "documents"])
@pytest.mark.parametrize("value", ["0x" + "F" * 5_000, "x.{}".format("a." * 29 + "a"), "nan"])
def test_values_that_python_itself_cannot_show_are_faults(key: str, value: str) -> None:
    path, _, rest = value.partition(".")
    line = f"{key}.{rest} = 1" if rest else f"{key} = {path}"
    level = re.sub(rf"^{key} = .*\n", "", ONE, flags=re.MULTILINE)
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(f"{HEAD}{level}{line}\n")
    (only,) = caught.value.faults
    assert only.field == f"level.1.{key}"
    assert len(only.got) <= 201


def test_points_that_are_no_text_are_a_fault() -> None:
    with pytest.raises(
        InvalidPolicy, match=r"points: expected points such as .* thousands of digits"
    ):
        read_policy(f"{HEAD}{ONE}[agenda]\npoints = 0x{'F' * 5_000}\n")


class Endless:
    def __repr__(self) -> str:
        raise RecursionError


def test_depth_that_only_inline_tables_reach_is_a_fault() -> None:
    deep = "{" + "a." * 30 + "a = "
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(HEAD + ONE + "template = " + deep * 40 + "1" + "}" * 40)
    (only,) = caught.value.faults
    assert only.field == "level.1.template"
    assert len(only.got) <= 201
    # Whether Python can show a nesting depends on its version.
    assert shown(Endless()) == "a nesting beyond measure"
