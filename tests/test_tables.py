"""Tables show what results hold, escaped, aligned and in one line per row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from fractions import Fraction
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement.errors import InvalidInput
from recouvrement.money import Money
from recouvrement.tables import cell_text, html_table, text_table


class Tone(StrEnum):
    FIRM = "firm"


class Rank(Enum):
    FIRST = 1


class Reader(HTMLParser):
    """What a browser would find: the tags in order, with the text of each."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag if not attrs else f"{tag} {attrs}")
        self.texts.append((tag, ""))

    def handle_data(self, data: str) -> None:
        if self.texts and data.strip():
            tag, before = self.texts.pop()
            self.texts.append((tag, before + data))

    def cells(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("F-41", "F-41"),
        (7400, "7400"),
        (True, "True"),
        (Tone.FIRM, "firm"),
        (Rank.FIRST, "1"),
        (date(2026, 11, 21), "2026-11-21"),
        (datetime(2026, 11, 21, 8, 30), "2026-11-21T08:30:00"),  # noqa: DTZ001
        (Decimal("1.5E+3"), "1500"),
        (Decimal("0.0000001"), "0.0000001"),
        (Decimal("NaN"), "NaN"),
        (Fraction(1, 3), "1/3"),
        (Money.of("12400.00", "EUR"), "12400.00 EUR"),
        ((), ""),
        (("F-1", date(2026, 1, 2), None), "F-1, 2026-01-02, "),
        ([Tone.FIRM, ("a", "b")], "firm, a, b"),
        (frozenset({"sms", "call"}), "call, sms"),
        ({3, 20}, "20, 3"),
        ("7\u202f400\xa0€", "7 400 €"),
        ("a\tb\x1b[31m", "a\\tb\\x1b[31m"),
        ("\u202eover", "\\u202eover"),
        ("\ud800", "\\ud800"),
    ],
)
def test_cell_is_one_plain_line(value: object, text: str) -> None:
    assert cell_text(value) == text


@given(st.text())
def test_cell_never_holds_a_character_that_a_terminal_obeys(text: str) -> None:
    assert cell_text(text).isprintable()
    assert cell_text(cell_text(text)) == cell_text(text)


def test_html_has_caption_headers_and_cells() -> None:
    rows: list[dict[str, object]] = [
        {"id": "F-1", "due": date(2026, 10, 1), "open": Money.of(5, "EUR")},
        {"id": "F-2", "due": None, "open": Money.of(7, "EUR")},
    ]

    seen = Reader(html_table(rows, caption="Open items"))

    assert seen.tags[:3] == ["table", "caption", "thead"]
    assert seen.tags.count("th [('scope', 'col')]") == 3
    assert seen.cells("caption") == ["Open items"]
    assert seen.cells("th") == ["id", "due", "open"]
    assert seen.cells("td") == ["F-1", "2026-10-01", "5.00 EUR", "F-2", "", "7.00 EUR"]


def test_html_escapes_caption_headers_and_cells_alike() -> None:
    evil = "<script>alert(\"1\" & '2')</script>"

    source = html_table([{evil: evil}], caption=evil)

    assert "<script" not in source
    assert (
        source.count("&lt;script&gt;alert(&quot;1&quot; &amp; &#x27;2&#x27;)&lt;/script&gt;") == 3
    )


@given(st.lists(st.dictionaries(st.text(), st.text(), max_size=4), max_size=4), st.text())
def test_html_reads_back_as_the_same_cells(rows: list[dict[str, str]], caption: str) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))

    seen = Reader(html_table(rows, caption=caption))

    def shown(text: str) -> str:
        return cell_text(text) if cell_text(text).strip() else ""

    assert seen.cells("caption") == [shown(caption)]
    assert seen.cells("th") == [shown(name) for name in columns]
    assert seen.cells("td") == [shown(row.get(name, "")) for row in rows for name in columns]
    assert set(seen.tags) <= {
        *("table", "caption", "thead", "tr", "th [('scope', 'col')]", "tbody", "td")
    }


def test_html_without_rows_keeps_caption_and_the_columns_asked_for() -> None:
    assert html_table([], caption="None late", columns=("id",)) == (
        '<table>\n<caption>None late</caption>\n<thead><tr><th scope="col">id</th></tr></thead>\n'
        "<tbody>\n</tbody>\n</table>"
    )
    assert "<thead><tr></tr></thead>" in html_table([], caption="None late")


def test_columns_asked_for_choose_and_order_and_may_be_missing_from_a_row() -> None:
    rows = [{"a": 1, "b": 2}, {"b": 3}]

    assert Reader(html_table(rows, caption="", columns=("b", "a"))).cells("td") == [
        *("2", "1", "3", "")
    ]


def test_columns_come_from_every_row_in_order_of_first_appearance() -> None:
    rows = [{"b": 1}, {"a": 2, "b": 3}]

    assert text_table(rows).splitlines()[0] == "b  a"


def test_columns_given_as_one_text_are_refused() -> None:
    with pytest.raises(
        InvalidInput, match="columns: expected a sequence of column names, got 'id'"
    ):
        text_table([{"id": 1}], columns="id")
    with pytest.raises(InvalidInput, match="columns"):
        html_table([{"id": 1}], caption="", columns="id")


def test_text_sets_numbers_and_amounts_to_the_right_and_words_to_the_left() -> None:
    rows = [
        {"id": "7", "open": Money.of("12400.00", "EUR"), "days": 3, "rate": Decimal("12.15")},
        {"id": "F-2041", "open": Money.of("-5.00", "EUR"), "days": None, "rate": Fraction(1, 3)},
    ]

    assert text_table(rows).split("\n") == [
        "id              open  days   rate",
        "------  ------------  ----  -----",
        "7       12400.00 EUR     3  12.15",
        "F-2041     -5.00 EUR          1/3",
    ]


@pytest.mark.parametrize(
    "values",
    [
        ("1", "20"),  # ids made of digits
        (True, False),
        (1, "20"),  # one word makes it a column of words
        (None, None),
        ((1, 2), (3,)),
        (date(2026, 1, 1), None),
    ],
)
def test_text_columns_of_anything_else_stay_left(values: tuple[object, ...]) -> None:
    lines = text_table([{"a wide header": value} for value in values]).split("\n")

    assert lines[2:] == [cell_text(value) for value in values]


def test_text_without_rows_is_its_headers_and_without_columns_nothing() -> None:
    assert text_table([], columns=("id", "days")) == "id  days\n--  ----"
    assert text_table([]) == ""
    assert text_table([{}]) == ""


def test_text_counts_the_places_of_wide_letters_and_combining_marks() -> None:
    rows = [{"name": "東京", "n": 1}, {"name": "Ele\u0301a", "n": 2}, {"name": "abcd", "n": 3}]

    assert text_table(rows).splitlines()[2:] == ["東京  1", "Ele\u0301a  2", "abcd  3"]


@given(st.lists(st.tuples(st.text(alphabet="ab \n", max_size=6), st.integers()), min_size=1))
def test_text_has_one_line_per_row_and_ends_in_no_blank(rows: list[tuple[str, int]]) -> None:
    lines = text_table([{"name": name, "n": number} for name, number in rows]).split("\n")

    assert len(lines) == len(rows) + 2
    assert all(line == line.rstrip() for line in lines)
    assert len({len(line) for line in lines}) == 1
