"""Every key of a document has its line, however TOML lets it be written."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement.documents import Lines, Path, is_endless, lines_of

DOCUMENT = '''# [[level]] in a comment is no level
name = "a" # it's """ here, and nothing opens
"quoted key" = 1
'literal.key' = 2
pace.climb = "x"
floor . "by act" . 'placement' = 3
for = [
  "business", # ]
  ["nested"],
  { k = 1, l.m = "}" },
]
text = """
[[level]]
id = "no" \\"""
"""
other = \'\'\'
x = 1\'\'\'\'
[[level]]  # the first
id = "x"
 when = "a = b [c]"
[level.sub]
k = 1
[[ level ]]
id = 'y'
[[level.deep]]
z=1
[[level.deep]]
z=2
[tail]
n = { formal_notice = 1, placement = [1, 2] }
d = 1979-05-27T07:32:00Z
e = -1e5 # x
"\\u0061b" = 1'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("quoted key",), 3),
        (("literal.key",), 4),
        (("pace",), 5),
        (("pace", "climb"), 5),
        (("floor", "by act", "placement"), 6),
        (("for",), 7),
        (("for", 0), 8),
        (("for", 1, 0), 9),
        (("for", 2, "l", "m"), 10),
        (("text",), 12),
        (("other",), 16),
        (("level",), 18),
        (("level", 0), 18),
        (("level", 0, "id"), 19),
        (("level", 0, "when"), 20),
        (("level", 0, "sub", "k"), 22),
        (("level", 1), 23),
        (("level", 1, "id"), 24),
        (("level", 1, "deep", 0, "z"), 26),
        (("level", 1, "deep", 1, "z"), 28),
        (("tail", "n", "formal_notice"), 30),
        (("tail", "n", "placement", 1), 30),
        (("tail", "d"), 31),
        (("tail", "e"), 32),
        (("tail", "ab"), 33),
    ],
)
def test_every_key_has_the_line_on_which_it_stands(path: Path, line: int) -> None:
    assert lines_of(DOCUMENT).line(path) == line


def test_example_is_a_document_that_the_reader_accepts() -> None:
    assert tomllib.loads(DOCUMENT)["level"][1]["id"] == "y"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("level", 1, "missing"), 23),  # the table it is missing from
        (("pace", "climb", "deeper"), 5),
        (("nowhere",), None),
        ((), None),
    ],
)
def test_missing_key_has_the_line_of_the_nearest_table(path: Path, line: int | None) -> None:
    assert lines_of(DOCUMENT).line(path) == line


def test_a_key_written_in_two_places_stands_where_it_comes_first() -> None:
    assert lines_of("a.b = 1\na.c = 2").by_path == {("a",): 1, ("a", "b"): 1, ("a", "c"): 2}


def test_windows_line_ends_count_once() -> None:
    assert lines_of("a = 1\r\n[b]\r\nc = 2\r\n") == Lines({("a",): 1, ("b",): 2, ("b", "c"): 3})


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but a comment"])
def test_empty_document_has_no_lines(text: str) -> None:
    assert lines_of(text) == Lines({})


# Keys that no other entry of the generated document can bear, so that the truth is easy to know.
values = st.recursive(
    st.sampled_from(
        ["1", "-2.5", "true", '"a = [b] # c"', "'x'", '"""\nk = 1\n[t]\n"""', "'''y\n'''", '""']
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "[\n" + ",\n".join(parts) + "]"),
    max_leaves=5,
)
entries = st.tuples(st.sampled_from(["k", '"q {}"', "t.k", "[t{}]", "[[many]]", "# c"]), values)


@given(st.lists(entries, max_size=8))
def test_lines_of_generated_documents_are_right(parts: list[tuple[str, str]]) -> None:
    written: list[str] = []
    expected: dict[Path, int] = {}
    table: Path = ()
    tables = 0
    for number, (key, value) in enumerate(parts):
        line = sum(text.count("\n") + 1 for text in written) + 1
        name = key.format(number)
        if key == "# c":
            written.append(f"# {number} = 1")
        elif key == "[[many]]":
            written.append("[[many]]")
            table = ("many", tables)
            tables += 1
            expected[table] = line
        elif key.startswith("["):
            written.append(name)
            table = (f"t{number}",)
            expected[table] = line
        elif key == "t.k":
            written.append(f"part{number} . k = {value}")
            expected[*table, f"part{number}", "k"] = line
        else:
            bare = f"k{number}" if key == "k" else name
            written.append(f"{bare} = {value}")
            expected[*table, bare.strip('"')] = line
    text = "\n".join(written)
    tomllib.loads(text)
    found = lines_of(text)
    assert {path: found.by_path[path] for path in expected} == expected


def test_key_without_end_is_seen_before_it_is_read() -> None:
    assert is_endless("a." * 40 + "a = 1")
    assert not is_endless("interest.rate.since = 1")
