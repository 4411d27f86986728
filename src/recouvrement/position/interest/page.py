"""A statement of interest as a page: the same tables as text and as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import starmap
from textwrap import fill
from typing import Final

from attrs import frozen

from recouvrement.law import Caveat, Source
from recouvrement.money import Money
from recouvrement.position.interest.lines import ItemStatement, StatementLine
from recouvrement.tables import cell_text, html_table, text_table

_COLUMNS: Final = ("from", "to", "days", "base", "rate %", "amount", "what")
_WIDTH: Final = 100
# Stands for a sum that was not computed: nought would be a figure.
NOT_COMPUTED: Final = "not computed"
Rows = list[dict[str, object]]


@frozen(kw_only=True)
class Page:
    """What a page shows, in order; `terms` and `sums` are pairs of a label and a value.

    `caveats` are pairs of one and what it means for the figures. The amounts in the table of an
    item add up to its total.
    """

    title: str
    terms: tuple[tuple[str, object], ...]
    items: tuple[ItemStatement, ...]
    sums: tuple[tuple[str, Money | str], ...]
    caveats: tuple[tuple[Caveat, str], ...]

    def text(self) -> str:
        """The page as plain text."""
        parts = [self.title, text_table(self._terms())]
        for name, rows in self._tables():
            parts += [name, text_table(rows)]
        if self.caveats:
            parts += ["To be read with it", "\n".join(starmap(_caveat_line, self.caveats))]
        numbers = self._numbers()
        if numbers:
            lines = [_source_line(one, number) for one, number in numbers.items()]
            parts += ["Sources", "\n".join(lines)]
        return "\n\n".join(parts) + "\n"

    def html(self) -> str:
        """The page as HTML, everything that came from outside escaped."""
        tables = [html_table(self._terms(), caption=self.title)]
        tables += [html_table(rows, caption=name) for name, rows in self._tables()]
        if self.caveats:
            rows = list(starmap(_caveat_row, self.caveats))
            tables.append(html_table(rows, caption="To be read with it"))
        numbers = self._numbers()
        if numbers:
            rows = [_source_row(one, number) for one, number in numbers.items()]
            tables.append(html_table(rows, caption="Sources"))
        return "\n".join(tables)

    def _terms(self) -> Rows:
        return [{"statement": label, "": value} for label, value in self.terms]

    def _tables(self) -> Iterator[tuple[str, Rows]]:
        numbers = self._numbers()
        quiet: Rows = []
        for item in self.items:
            if item.lines or item.fixed_line is not None:
                yield _heading(item), _rows(item, numbers)
            else:
                due, owed = item.due_on, item.principal
                quiet.append({"invoice": item.id, "due on": due, "principal": owed})
        if quiet:
            yield "Without interest", quiet
        sums: Rows = [{"sum": label, "amount": amount} for label, amount in self.sums]
        yield "In all", sums

    def _numbers(self) -> dict[Source, int]:
        """The sources of the lines, numbered in order of appearance."""
        numbers: dict[Source, int] = {}
        for item in self.items:
            for line in item.lines:
                numbers.setdefault(line.source, len(numbers) + 1)
            if item.fixed_line is not None:
                numbers.setdefault(item.fixed_line.source, len(numbers) + 1)
        return numbers


def _heading(item: ItemStatement) -> str:
    part = "" if item.id == item.invoice.id else f", part of {item.invoice.id}"
    issued = item.invoice.issued_on
    return f"{item.id}{part}, issued on {issued}, due on {item.due_on}, {item.billed}"


def _rows(item: ItemStatement, numbers: Mapping[Source, int]) -> Rows:
    """What was billed, then day by day what it bore and what was received, then what remains."""
    dated: list[tuple[tuple[object, int], dict[str, object]]] = []
    for line in item.lines:
        row = {
            "from": line.since,
            "to": line.until,
            "days": line.days,
            "base": line.base,
            "rate %": line.rate,
            "amount": line.amount,
            "what": f"interest{_made_of(line)}, {_cited(line.source, numbers)}",
        }
        dated.append(((line.until, 0), row))
    for one in item.received:
        for share, paid in (("interest", one.interest), ("principal", one.principal)):
            if paid:
                back = ", gone back" if paid.minor < 0 else ""
                what = f"{one.kind} {one.source}{back}, {share}"
                shown = _after(item, one.on)
                dated.append(((shown, 1), {"from": one.on, "amount": -paid, "what": what}))
    if item.fixed_line is not None:
        fixed = item.fixed_line
        what = f"fixed sum, {_cited(fixed.source, numbers)}"
        row = {"from": fixed.since, "amount": fixed.amount, "what": what}
        dated.append(((fixed.since, 2), row))
    dated.sort(key=lambda pair: pair[0])
    rows: Rows = [{"from": item.due_on, "amount": item.billed, "what": "principal, due that day"}]
    rows += [row for _, row in dated]
    rows += [
        {"amount": item.total, "what": "total unpaid"},
        {"amount": item.principal, "what": "of which principal"},
        {"amount": item.interest, "what": "of which interest"},
    ]
    if item.fixed_sum_computed:
        rows.append({"amount": item.fixed_sum, "what": "of which fixed sum"})
    else:
        rows.append({"amount": NOT_COMPUTED, "what": "fixed sum"})
    return [{name: row.get(name) for name in _COLUMNS} for row in rows]


def _after(item: ItemStatement, on: date) -> date:
    """The last day of the line that a day is in: what ends no line is shown after it."""
    return next((line.until for line in item.lines if line.since <= on <= line.until), on)


def _made_of(line: StatementLine) -> str:
    """What the rate is made of: a law may round the reference, or the sum, up."""
    if line.reference is None or line.margin is None:
        return ""
    made = f" at {line.reference:f} + {line.margin:f}"
    exact = line.reference + line.margin == line.rate
    return made if exact else f"{made}, rounded up to {line.rate:f}"


def _cited(source: Source, numbers: Mapping[Source, int]) -> str:
    return f"{source.article} [{numbers[source]}]"


def _values(caveat: Caveat) -> str:
    pairs = ((name.replace("_", " "), value) for name, value in caveat.values)
    return ", ".join(f"{name} {cell_text(value)}" for name, value in pairs)


def _caveat_row(one: Caveat, meaning: str) -> dict[str, object]:
    words = one.code.replace("_", " ")
    return {"caveat": words, "article": one.article, "values": _values(one), "meaning": meaning}


def _caveat_line(one: Caveat, meaning: str) -> str:
    parts = (one.code.replace("_", " "), one.article, _values(one))
    line = _wrapped("- ", "; ".join(part for part in parts if part))
    return f"{line}\n{_wrapped('  ', meaning)}" if meaning else line


def _source_row(one: Source, number: int) -> dict[str, object]:
    return {
        "no.": number,
        "article": one.article,
        "read in": one.title,
        "published": one.published,
        "read on": one.read_on,
    }


def _source_line(one: Source, number: int) -> str:
    read = "" if one.read_on is None else f", read on {one.read_on}"
    return _wrapped(f"[{number}] ", f"{one.article}: {one.title}; {one.published}{read}")


def _wrapped(mark: str, text: str) -> str:
    # One line in, so that nothing that came from outside makes a line of its own.
    return fill(
        cell_text(text),
        _WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_on_hyphens=False,
    )
