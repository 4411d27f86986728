"""A document's rows laid over those of a base, and what is wrong between neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from attrs import evolve

from recouvrement.documents import Path, Said
from recouvrement.law.sections import AnyRow, Own, Sections
from recouvrement.law.timeline import Row, disorder, semester_after, semester_end, semester_of

_ONE_DAY: Final = timedelta(days=1)


def laid_over(
    sections: Sections, base: Iterable[AnyRow], own: Own[AnyRow], *, by_semester: bool = False
) -> tuple[AnyRow, ...]:
    """The rows of both, name by name: on the days a row of the document is about, it stands.

    It is about the days from its date on, through its `until` where it states one: rows of the base
    stand on all other days. Rows of a series by semester are about one semester each. A row without
    a date takes the place of one without. Rows that overlap, leave a gap or are out of order are
    faults, and so is a date that lacks: nothing that a document says is without effect.
    """
    kept: dict[str, list[AnyRow]] = {}
    for row in base:
        kept.setdefault(row.name, []).append(row)
    added: dict[str, Own[AnyRow]] = {}
    for row, path in own:
        added.setdefault(row.name, []).append((row, path))
    found: list[AnyRow] = []
    for name in dict.fromkeys((*kept, *added)):
        rows, ours = kept.get(name, []), added.get(name, [])
        found.extend(_one_name(sections, rows, ours, by_semester=by_semester) if ours else rows)
    return tuple(found)


def _one_name(
    sections: Sections, base: list[AnyRow], own: Own[AnyRow], *, by_semester: bool
) -> list[AnyRow]:
    rows = [row for row, _ in own]
    if not sections.are_dated(own):
        return rows  # a date that cannot be read says nothing of its neighbours
    for place, expected, got in disorder(rows):
        sections.fault((*own[place][1], "since"), expected, Said(got))
        return rows
    if by_semester:
        days = {row.since for row in rows}
        below = [row for row in base if row.since not in days]
    else:
        if _lacks_its_date(sections, base, own):
            return rows
        below = list(_on_other_days(base, rows))
    both = sorted((*below, *rows), key=lambda row: row.since or date.min)
    paths: dict[date | None, Path] = {row.since: path for row, path in own}
    # Rows of the base are in order among themselves, so one of each two neighbours is our own.
    for place, expected, got in disorder(both) if below else ():
        path = paths.get(both[place].since) or paths[both[place - 1].since]
        sections.fault((*path, "since"), expected, Said(got))
    return both


def _lacks_its_date(sections: Sections, base: list[AnyRow], own: Own[AnyRow]) -> bool:
    """Whether the document's first row has no date though those of the base have one: a fault."""
    first, path = own[0]
    dated = [row.since for row in base if row.since is not None]
    whole = len(dated) < len(base) and (first.until is not None or len(own) > 1)
    if first.since is not None or not dated or whole:
        return False
    expected = f"the date from which it stands: the pack has another since {dated[-1]}"
    sections.fault((*path, "since"), expected, None)
    return True


def _on_other_days(base: list[AnyRow], own: list[AnyRow]) -> Iterator[AnyRow]:
    """The rows of the base on the days before and after those that the document is about."""
    first, last = own[0].since or date.min, own[-1].until
    ends = [one.since - _ONE_DAY for one in base[1:] if one.since is not None]
    for row, next_begins in zip(base, [*ends, None], strict=False):
        end = row.until or next_begins
        if (row.since or date.min) < first:
            # Without an end of its own it holds until the next row, which is now the document's.
            cut = row.until is not None and row.until >= first
            yield evolve(row, until=first - _ONE_DAY) if cut else row
        if last is not None and (end is None or end > last):
            yield evolve(row, since=max(row.since or date.min, last + _ONE_DAY))


def semesters(sections: Sections, rows: Iterable[Row], own: Own[AnyRow], section: str) -> None:
    """Faults for rows of a series that do not each begin the semester after the one before."""
    if not sections.are_dated(own):
        return
    paths = {row.since: path for row, path in own}
    before: date | None = None
    for row in rows:
        since = row.since
        path: Path = (*paths.get(since, (section,)), "since")
        if since is None or since != semester_of(since):
            sections.fault(path, "the first day of a semester, 1 January or 1 July", since)
        elif before is not None and since != semester_after(before):
            expected = f"{semester_after(before)}, so that no semester is missing"
            sections.fault(path, expected, Said(since))
        before = None if since is None else semester_of(since)


def coverage(
    sections: Sections,
    key: str,
    rows: tuple[AnyRow, ...],
    own: Own[AnyRow],
    before: date | None,
    *,
    by_semester: bool,
) -> date | None:
    """The last day that a series covers: stated, or else the end of its last semester.

    `before` is what the base covers. A series never covers more than its last row.
    """
    path: Path = ("interest", key)
    stated = sections.day(path)
    if not rows and stated is not None:
        sections.fault(path, "rows of the series beside it", Said(stated))
    if not rows or not sections.are_dated(own):
        return None
    last = rows[-1].since or date.min
    end = semester_end(last) if by_semester else date.max
    if stated is None and before is None:
        sections.fault(path, "the last day that the series covers", None)
    covers = stated or max(before or last, end if by_semester else last)
    if not last <= covers <= end:
        expected = f"a date from {last} on" if not by_semester else f"from {last} to {end}"
        sections.fault(path, expected, Said(covers))
    return covers
