"""How lately each recipient was spoken to, over all accounts that he answers for."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from recouvrement.facts.book import Book
from recouvrement.policy.ladder import Pace

# The pace counts contacts over 30 days: one bit for each of them, beside the last day of all.
_WINDOW: Final = 30
_DAYS: Final = (1 << _WINDOW) - 1


class Voice(NamedTuple):
    """One recipient as one creditor knows him: ids of two creditors' debtors may be alike."""

    creditor: str | None
    recipient: str


class Voices:
    """The days of contact of every recipient, in one small number each.

    An account that comes later may share the recipient of one that is gone, so that what was said
    through it is kept, and nothing else of it. Contacts `reach` days ago, or more, are forgotten.
    """

    __slots__ = ("_day", "_reach", "_spoken")

    def __init__(self, as_of: date, reach: int | None) -> None:
        self._day = as_of.toordinal()
        self._reach = self._day if reach is None else max(reach, _WINDOW)
        self._spoken: dict[Voice, int] = {}

    def hear(self, voice: Voice, book: Book) -> None:
        """What was said through one more account counts from now on."""
        day, last, lately = self._day, 0, 0
        for contact in reversed(book.contacts):
            if contact.on <= day < contact.bounced:
                ago = day - contact.on
                last = last or contact.on
                if ago >= _WINDOW:
                    break
                lately |= 1 << ago
        if last and day - last < self._reach:
            known = self._spoken.get(voice, 0)
            last = max(last, known >> _WINDOW)
            self._spoken[voice] = last << _WINDOW | known & _DAYS | lately

    def last(self, voice: Voice) -> int:
        """The ordinal of the last day the recipient was spoken to, 0 if never."""
        return self._spoken.get(voice, 0) >> _WINDOW

    def too_soon(self, voice: Voice, execute_on: date, pace: Pace) -> bool:
        """Whether a pace forbids to speak to the recipient on a day, today or a later one."""
        spoken = self._spoken.get(voice, 0)
        if not spoken:
            return False
        last, execute = spoken >> _WINDOW, execute_on.toordinal()
        # The days that are still among the last 30 on the day it would be said.
        lately = spoken & (_DAYS >> (execute - self._day))
        return (
            last >= self._day
            or execute - last < pace.between_contacts
            or lately.bit_count() >= pace.per_30_days
        )
