"""A document's rows laid over those of a base, and what is wrong between neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from attrs import evolve

from recouvrement.documents import Path
from recouvrement.law.entries import Said
from recouvrement.law.sections import AnyRow, Own, Sections
from recouvrement.law.timeline import Row, disorder, semester_after, semester_end, semester_of

_ONE_DAY: Final = timedelta(days=1)


def laid_over(sections: Sections, base: Iterable[AnyRow], own: Own[AnyRow]) -> tuple[AnyRow, ...]:
    """The rows of both, name by name: from its date on, a row of the document stands instead.

    A row of the base goes when the document has one of its name and date, and ends the day before
    the next row of the document. Rows that overlap, leave a gap or are out of order are faults.
    """
    kept: dict[str, list[AnyRow]] = {}
    for row in base:
        kept.setdefault(row.name, []).append(row)
    added: dict[str, Own[AnyRow]] = {}
    for row, path in own:
        added.setdefault(row.name, []).append((row, path))
    found: list[AnyRow] = []
    for name in dict.fromkeys((*kept, *added)):
        found.extend(_one_name(sections, kept.get(name, []), added.get(name, [])))
    return tuple(found)


def _one_name(sections: Sections, base: list[AnyRow], own: Own[AnyRow]) -> list[AnyRow]:
    paths: dict[date | None, Path] = {row.since: path for row, path in own}
    rows = [row for row, _ in own]
    for place, expected, got in disorder(rows):
        sections.fault((*own[place][1], "since"), expected, Said(got))
        return rows
    below = [_ending_before(row, rows) for row in base if row.since not in paths]
    both = sorted((*below, *rows), key=lambda row: row.since or date.min)
    # Rows of the base are in order among themselves, so one of each two neighbours is our own.
    for place, expected, got in disorder(both) if own and below else ():
        path = paths.get(both[place].since) or paths[both[place - 1].since]
        sections.fault((*path, "since"), expected, Said(got))
    return both


def _ending_before(row: AnyRow, later: list[AnyRow]) -> AnyRow:
    """A row of the base, cut where a row of the document begins."""
    starts = [one.since for one in later if one.since and one.since > (row.since or date.min)]
    if row.until is None or not starts or min(starts) > row.until:
        return row
    return evolve(row, until=min(starts) - _ONE_DAY)


def semesters(sections: Sections, rows: Iterable[Row], own: Own[AnyRow], section: str) -> None:
    """Faults for rows of a series that do not each begin the semester after the one before."""
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
    sections: Sections, key: str, rows: tuple[Row, ...], before: date | None, *, by_semester: bool
) -> date | None:
    """The last day that a series covers: stated, or else the end of its last semester.

    `before` is what the base covers. A series never covers more than its last row.
    """
    path: Path = ("interest", key)
    stated = sections.day(path)
    if not rows:
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
