"""Dated rows of law: what holds from when, where it was read, and until when that was checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final, TypeVar

from attrs import Factory, evolve, field, frozen

from recouvrement.errors import InvalidInput, OutsideCoverage
from recouvrement.law.words import CaveatCode, Label
from recouvrement.money import Money

RowValue = Decimal | int | bool | str | date | tuple[str, ...]
CaveatValue = RowValue | Money
"""What a caveat may say beside its code: what a row may hold, or an amount with its currency."""

_ONE_DAY: Final = timedelta(days=1)


@frozen
class Source:
    """Where a value stands: the article, the text that was read, where, and when.

    `read_on` is None only for what the caller himself supplied.

    >>> Source("Code de commerce, art. D441-5", "the article", published="legifrance.gouv.fr",
    ...        read_on=date(2026, 11, 21)).article
    'Code de commerce, art. D441-5'
    """

    article: str
    title: str
    published: str = field(kw_only=True)
    read_on: date | None = field(kw_only=True)


@frozen
class Caveat:
    """What must be said wherever a value is shown: a code, the article it is about, and values.

    No prose: the words are those of whoever speaks. `values` are pairs of a name and a value.

    >>> low = Caveat("below_floor", "art. L441-10 II", (("floor", Decimal("8.25")),))
    >>> low.value("floor"), low.value("rate")
    (Decimal('8.25'), None)
    """

    code: str
    article: str
    values: tuple[tuple[str, CaveatValue], ...] = ()

    def value(self, name: str) -> CaveatValue | None:
        """The value of that name, None when the caveat has none."""
        return dict(self.values).get(name)


@frozen(kw_only=True)
class Row:
    """One value of law, from `since` through `until`, with its source and how sure it is.

    Without `since` the source does not say from when; without `until` it holds until the next row
    of its name. `starts` says what a period runs from, None where no text was read that says it;
    with `earliest` it ends before a first day, not on a last one. `verified_until` is the last day
    for which the value was checked: later, it comes back with a caveat. `caveats` are filled in
    answers.
    """

    name: str
    value: RowValue
    source: Source
    label: Label
    verified_until: date
    unit: str | None = None
    starts: str | None = None
    earliest: bool = False
    rule: str | None = None
    since: date | None = None
    until: date | None = None
    caveats: tuple[Caveat, ...] = ()

    # A consequence of label and source, kept because every answer needs it.
    standing_caveats: tuple[Caveat, ...] = field(
        default=Factory(lambda own: _of_label(own.label, own.source), takes_self=True),
        init=False,
        eq=False,
        repr=False,
    )

    def caveats_on(self, on: date | None) -> tuple[Caveat, ...]:
        """What must be said with the value on a day; without a day, what its label makes needed."""
        if on is None or on <= self.verified_until:
            return self.standing_caveats
        said = (("verified_until", self.verified_until),)
        late = Caveat(CaveatCode.AFTER_VERIFIED_UNTIL, self.source.article, said)
        return (*self.standing_caveats, late)


def _of_label(label: Label, source: Source) -> tuple[Caveat, ...]:
    if label is Label.SOURCED:
        return ()
    secondary = label is Label.SECONDARY
    code = CaveatCode.SECONDARY_SOURCE if secondary else CaveatCode.FROM_MEMORY
    said = (("title", source.title), ("published", source.published))
    return (Caveat(code, source.article, said),)


AnyRow = TypeVar("AnyRow", bound=Row)


def answered(row: AnyRow, on: date | None) -> AnyRow:
    """The row as an answer about a day: its caveats are filled in."""
    caveats = row.caveats_on(on)
    return evolve(row, caveats=caveats) if caveats else row


def in_force(rows: Sequence[AnyRow], on: date, what: str) -> AnyRow:
    """The row that holds on a day; `OutsideCoverage` before the first, in a gap, after the last.

    Rows are in order, as `disorder` has it.
    """
    found: AnyRow | None = None
    for row in rows:
        if row.since is not None and row.since > on:
            break
        found = row
    if found is None or (found.until is not None and found.until < on):
        first, last = (rows[0].since, rows[-1].until) if rows else (None, None)
        raise OutsideCoverage(what, on, first, last)
    return found


def disorder(rows: Sequence[Row]) -> Iterator[tuple[int, str, str]]:
    """What is wrong between neighbours: the place of the later row, what was expected, what came.

    >>> source = Source("art. 1", "the text", published="the gazette", read_on=date(2026, 1, 2))
    >>> row = Row(name="sum", value=40, source=source, label=Label.SOURCED,
    ...           verified_until=date(2026, 12, 31), since=date(2020, 1, 1))
    >>> list(disorder([row, row]))
    [(1, 'a later date than the row before, 2020-01-01', '2020-01-01')]
    """
    for place, row in enumerate(rows):
        if row.since and row.until and row.until < row.since:
            yield place, f"until on or after since {row.since}", str(row.until)
        if place == 0:
            continue
        before = rows[place - 1]
        if row.since is None:
            yield place, "a date since which it holds: only the first row may have none", "nothing"
        elif before.since is not None and row.since <= before.since:
            expected = f"a later date than the row before, {before.since}"
            yield place, expected, str(row.since)
        elif before.until is not None and row.since != before.until + _ONE_DAY:
            fault = "a gap" if row.since > before.until else "an overlap"
            expected = f"{before.until + _ONE_DAY}, the day after the row before ends"
            yield place, expected, f"{row.since} ({fault})"


# --- semesters -----------------------------------------------------------------------------------


def semester_of(day: date) -> date:
    """The first day of the semester of a day.

    >>> semester_of(date(2026, 6, 30)), semester_of(date(2026, 7, 1))
    (datetime.date(2026, 1, 1), datetime.date(2026, 7, 1))
    """
    return date(day.year, 1 if day.month <= 6 else 7, 1)


def semester_after(first: date) -> date:
    """The first day of the semester that follows."""
    return date(first.year, 7, 1) if first.month == 1 else date(first.year + 1, 1, 1)


def semester_end(first: date) -> date:
    """The last day of a semester."""
    return semester_after(first) - _ONE_DAY


def plain_date(value: object, name: str) -> date:
    """The value, when it is a date without an hour; else `InvalidInput` about that name."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidInput(name, "a date", repr(value))
    return value
