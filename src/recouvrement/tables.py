"""Rows as the plainest tables: escaped HTML for a notebook, aligned text for a terminal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from html import escape
from typing import TypeAlias

from recouvrement.errors import InvalidInput

Rows: TypeAlias = Sequence[Mapping[str, object]]
"""What every result offers to a table library: one mapping of column to value per row."""

# How an amount writes itself: "-12400.00 EUR". Money is not imported, as siblings never meet.
_AMOUNT = re.compile(r"-?\d+(\.\d+)? [A-Z]{3}")
_GAP = "  "


def cell_text(value: object) -> str:
    r"""The value as one line of plain text.

    Nothing for None, ISO dates, decimals without exponent, the word of an enum, collections joined
    by commas (a set in the order of its texts), the rest as `str` gives it. Characters that a
    terminal would obey or that would hide others are shown by their codes, never sent.

    >>> cell_text(date(2026, 11, 21)), cell_text(Decimal("1.5E+3")), cell_text(("F-1", "F-2"))
    ('2026-11-21', '1500', 'F-1, F-2')
    >>> print(cell_text("two\nlines"))
    two\nlines
    """
    match value:
        case None:
            text = ""
        case Enum():
            text = cell_text(value.value)
        case date():
            text = value.isoformat()
        case Decimal():
            text = format(value, "f")
        case tuple() | list():
            text = ", ".join(map(cell_text, value))
        case set() | frozenset():
            text = ", ".join(sorted(map(cell_text, value)))
        case _:
            text = str(value)
    return text if text.isprintable() else "".join(map(_visible, text))


def html_table(rows: Rows, *, caption: str, columns: Sequence[str] | None = None) -> str:
    """A table with its caption and column headers, everything that came from outside escaped.

    Columns are those given, else every key in order of first appearance; a row that lacks one has
    an empty cell.

    >>> print(html_table([{"id": "<F-1>", "days": 12}], caption="Late"))
    <table>
    <caption>Late</caption>
    <thead><tr><th scope="col">id</th><th scope="col">days</th></tr></thead>
    <tbody>
    <tr><td>&lt;F-1&gt;</td><td>12</td></tr>
    </tbody>
    </table>
    """
    names = _columns(rows, columns)
    heads = "".join(f'<th scope="col">{_escaped(name)}</th>' for name in names)
    lines = [
        "<tr>" + "".join(f"<td>{_escaped(row.get(name))}</td>" for name in names) + "</tr>"
        for row in rows
    ]
    return "\n".join(
        [
            "<table>",
            f"<caption>{_escaped(caption)}</caption>",
            f"<thead><tr>{heads}</tr></thead>",
            "<tbody>",
            *lines,
            "</tbody>",
            "</table>",
        ]
    )


def text_table(rows: Rows, columns: Sequence[str] | None = None) -> str:
    """The rows under their headers, in columns wide enough; numbers and amounts to the right.

    >>> print(text_table([{"id": "F-1", "days": 12}, {"id": "F-204", "days": 3}]))
    id     days
    -----  ----
    F-1      12
    F-204     3
    """
    names = _columns(rows, columns)
    drawn = [_column(name, [row.get(name) for row in rows]) for name in names]
    return "\n".join(_GAP.join(cells).rstrip() for cells in zip(*drawn, strict=True))


def _columns(rows: Rows, columns: Sequence[str] | None) -> tuple[str, ...]:
    if isinstance(columns, str):
        # A text is a sequence of its letters: one column each is never what was meant.
        raise InvalidInput("columns", "a sequence of column names", repr(columns))
    if columns is not None:
        return tuple(columns)
    return tuple(dict.fromkeys(name for row in rows for name in row))


def _column(name: str, values: Sequence[object]) -> Iterable[str]:
    """The header, the rule and the cells of one column, all of one width."""
    texts = [cell_text(name), *map(cell_text, values)]
    width = max(map(_width, texts))
    blanks = [" " * (width - _width(text)) for text in texts]
    present = [value for value in values if value is not None]
    if present and all(map(_is_figure, present)):
        cells = [blank + text for blank, text in zip(blanks, texts, strict=True)]
    else:
        cells = [text + blank for blank, text in zip(blanks, texts, strict=True)]
    return [cells[0], "-" * width, *cells[1:]]


def _is_figure(value: object) -> bool:
    if isinstance(value, (bool, str)):
        # An id made of digits is a name.
        return False
    if isinstance(value, (int, float, Decimal, Fraction)):
        return True
    return _AMOUNT.fullmatch(str(value)) is not None


def _escaped(value: object) -> str:
    return escape(cell_text(value), quote=True)


def _visible(character: str) -> str:
    if character.isprintable():
        return character
    if unicodedata.category(character) == "Zs":
        # The narrow and no-break spaces of French figures.
        return " "
    return character.encode("unicode_escape").decode("ascii")


def _width(text: str) -> int:
    """How many places a terminal gives the text: two to wide letters, none to combining marks."""
    if text.isascii():
        return len(text)
    marks = sum(1 for character in text if unicodedata.combining(character))
    wide = sum(1 for character in text if unicodedata.east_asian_width(character) in "WF")
    return len(text) - marks + wide
