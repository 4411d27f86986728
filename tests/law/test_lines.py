"""Every key of a law document has its line, however TOML lets it be written."""

from __future__ import annotations

import tomllib

import pytest

from recouvrement.law import pack_names, pack_text
from recouvrement.law.document import Lines, Path, is_endless, lines_of

DOCUMENT = '''# [[rate]] in a comment is no rate
name = "a" # it's """ here, and nothing opens
"quoted key" = 1
interest.fixing = "x"
a . "by law" . 'b' = 3
sources = [
  "one", # ]
  { k = 1, l.m = "}" },
]
text = """
[[rate]]
value = "no" \\"""
"""
other = \'\'\'
x = 1\'\'\'\'
[[rate]]  # the first
since = 2026-01-01
[rate.sub]
k = 1
[[ rate ]]
value = -1.5
[[rate.deep]]
z=1
[tail]
n = { below = 1, sum = [1, 2] }'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("name",), 2),
        (("quoted key",), 3),
        (("interest", "fixing"), 4),
        (("a", "by law", "b"), 5),
        (("sources", 0), 7),
        (("sources", 1, "l", "m"), 8),
        (("text",), 10),
        (("other",), 14),
        (("rate", 0, "since"), 17),
        (("rate", 0, "sub", "k"), 19),
        (("rate", 1), 20),
        (("rate", 1, "value"), 21),
        (("rate", 1, "deep", 0, "z"), 23),
        (("tail", "n", "sum", 1), 25),
        (("rate", 1, "missing"), 20),
        (("nowhere",), None),
        ((), None),
    ],
)
def test_every_key_has_the_line_on_which_it_stands(path: Path, line: int | None) -> None:
    assert lines_of(DOCUMENT).line(path) == line


def test_example_is_a_document_that_the_reader_accepts() -> None:
    assert tomllib.loads(DOCUMENT)["tail"]["n"]["below"] == 1


def test_empty_document_has_no_lines() -> None:
    assert lines_of("# nothing") == Lines({})


def test_key_without_end_is_seen_before_it_is_read() -> None:
    assert is_endless("a." * 40 + "a = 1")
    assert not is_endless("interest.rate.since = 1")


@pytest.mark.parametrize("name", pack_names())
def test_rows_of_the_packs_stand_where_they_are_written(name: str) -> None:
    text = pack_text(name)
    lines, document = lines_of(text), tomllib.loads(text)
    written = text.split("\n")
    for section in ("rate", "margin", "term"):
        for place in range(len(document.get(section, []))):
            line = lines.line((section, place))
            assert line is not None
            assert written[line - 1] == f"[[{section}]]"
