"""What earlier agendas asked for and nobody did: it keeps its first dates while it stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from recouvrement.agenda.day import Agenda
from recouvrement.agenda.line import Line
from recouvrement.agenda.voices import Voice
from recouvrement.errors import InvalidInput
from recouvrement.policy.decision import Task


class Stood(NamedTuple):
    """Since when a duty has stood, and by when it was to be done."""

    since: date
    act_by: date


class Before:
    """What earlier agendas asked for about one recipient."""

    __slots__ = ("_lines",)

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = lines

    def contact(self, items: frozenset[tuple[str, str]], spoken_to: int) -> Stood | None:
        """Since when he was to be spoken to about one of these items, and was not."""
        return _first(
            Stood(contact.since, contact.act_by)
            for line in self._lines
            if (contact := line.contact) is not None
            and contact.since.toordinal() > spoken_to
            and not items.isdisjoint(line.items)
        )

    def task(self, account: str, task: Task) -> Stood | None:
        """Since when an account has had a task of that sort, about one of its items."""
        return _first(
            Stood(duty.since, duty.act_by)
            for line in self._lines
            for duty in line.duties
            if duty.account == account and duty.task is not None and _alike(duty.task, task)
        )


_NOTHING_BEFORE = Before(())


class Undone:
    """The lines that the host gives back, by recipient; those of later days say nothing yet."""

    def __init__(self, given: Iterable[Line | Agenda], as_of: date) -> None:
        self._lines: dict[Voice, list[Line]] = {}
        self._oldest = as_of
        for one in given:
            if isinstance(one, Agenda):
                lines = (*one.lines, *one.carried_over)
            elif isinstance(one, Line):
                lines = (one,)
            else:
                raise InvalidInput("undone", "agendas, or lines of them", type(one).__name__)
            for line in lines:
                if line.since <= as_of:
                    self._oldest = min(self._oldest, line.since)
                    self._lines.setdefault(Voice(line.creditor, line.recipient), []).append(line)

    @property
    def since(self) -> date:
        """The first day from which something is given back; the day asked about, without any."""
        return self._oldest

    def of(self, voice: Voice) -> Before:
        """What was to be done about a recipient."""
        lines = self._lines.get(voice)
        return _NOTHING_BEFORE if lines is None else Before(lines)


def _alike(one: Task, other: Task) -> bool:
    if (one.kind, one.rule) != (other.kind, other.rule):
        return False
    return one.invoices == other.invoices or not set(one.invoices).isdisjoint(other.invoices)


def _first(found: Iterable[Stood]) -> Stood | None:
    """The first day of all, and the first by which it was to be done."""
    stood = list(found)
    if not stood:
        return None
    return Stood(min(one.since for one in stood), min(one.act_by for one in stood))
