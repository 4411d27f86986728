"""The agenda of a day: what is done today, what waits for another day, who has how much to do."""

from __future__ import annotations

from datetime import date

from attrs import frozen

from recouvrement.agenda.line import Line, summed
from recouvrement.money import Money
from recouvrement.policy.words import Handler
from recouvrement.tables import html_table


@frozen(kw_only=True)
class Load:
    """The day of one pair of hands, in minutes.

    `minutes` is what today's lines take of the `capacity` (None: no limit), `exempt` what acts that
    preserve a right take beside it, and `put_off` what today had no room for.
    """

    handler: Handler
    minutes: int
    capacity: int | None
    exempt: int
    put_off: int


@frozen(kw_only=True)
class Agenda:
    """The worklist of a day, in the order in which it is to be worked down.

    A recipient has one line, in `lines` when something of it is done today, else in `carried_over`.
    `silences` counts the accounts that ask for nothing, by the first reason their decisions give,
    and `capacity` is the time that was given, in minutes by handler.
    """

    as_of: date
    lines: tuple[Line, ...]
    carried_over: tuple[Line, ...]
    seen: int
    silences: tuple[tuple[str, int], ...] = ()
    capacity: tuple[tuple[Handler, int], ...] = ()

    @property
    def automatic(self) -> tuple[Line, ...]:
        """The lines on which something is said by itself: no one's time is needed."""
        return tuple(line for line in self.lines if line.automatic)

    @property
    def human(self) -> tuple[Line, ...]:
        """The lines on which a person has something to do today."""
        return tuple(
            line
            for line in self.lines
            if any(one.handler is not Handler.AUTOMATIC for one in line.today)
        )

    @property
    def silent(self) -> int:
        """How many accounts ask for nothing."""
        return sum(count for _, count in self.silences)

    @property
    def totals(self) -> tuple[Load, ...]:
        """The load of everyone who has something to do, or a capacity."""
        lines, room = (*self.lines, *self.carried_over), dict(self.capacity)
        duties = [one for line in lines for one in line.duties]
        loads = []
        for handler in Handler:
            own = [one for one in duties if one.handler is handler is not Handler.AUTOMATIC]
            if own or handler in room:
                today = [one for one in own if one.next_on is None]
                loads.append(
                    Load(
                        handler=handler,
                        minutes=sum(one.minutes for one in today if one.counts),
                        capacity=room.get(handler),
                        exempt=sum(one.minutes for one in today if not one.counts),
                        put_off=sum(one.minutes for one in own if one.next_on is not None),
                    )
                )
        return tuple(loads)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """What is asked for today, per currency."""
        return summed(
            amount
            for line in self.lines
            if line.contact is not None and line.contact.next_on is None
            for amount in line.amounts
        )

    def by_handler(self) -> dict[Handler, tuple[Line, ...]]:
        """For each who has something to do today, those lines in order."""
        found = {
            handler: tuple(
                line for line in self.lines if any(one.handler is handler for one in line.today)
            )
            for handler in Handler
        }
        return {handler: lines for handler, lines in found.items() if lines}

    def by_owner(self) -> dict[str, tuple[Line, ...]]:
        """For each person named for something of today, those lines in order."""
        named = {one.owner for line in self.lines for one in line.today if one.owner is not None}
        return {
            name: tuple(line for line in self.lines if any(one.owner == name for one in line.today))
            for name in sorted(named)
        }

    def to_rows(self) -> list[dict[str, object]]:
        """One plain mapping per line: today's in order, then those carried over."""
        return [line.to_row() for line in (*self.lines, *self.carried_over)]

    def _repr_html_(self) -> str:
        count = f"{len(self.lines)} lines, {len(self.carried_over)} carried over"
        silent = f"{self.silent} of {self.seen} accounts silent"
        return html_table(self.to_rows(), caption=f"{self.as_of}: {count}, {silent}")
