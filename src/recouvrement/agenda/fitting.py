"""The order of a day's lines, and what of them the time that people have has room for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from math import lcm
from typing import Any

from attrs import evolve

from recouvrement.agenda.assembly import business_days_after
from recouvrement.agenda.line import Line
from recouvrement.policy.policy import Policy
from recouvrement.policy.words import Handler


def fitted(
    lines: Iterable[tuple[Line, Policy]], as_of: date, capacity: Mapping[Handler, int]
) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """The lines of which something is done today and the others, each in the order of the day.

    From the top: what one person has to do on a line fits whole, or is put off to the next business
    day; a shorter line further down may still fit.
    """
    room = dict(capacity)
    today: list[Line] = []
    later: list[Line] = []
    for line, policy in _ranked(list(lines)):
        placed = _placed(line, policy, as_of, room)
        (later if placed.carried_over else today).append(placed)
    return tuple(today), tuple(later)


def _ranked(lines: list[tuple[Line, Policy]]) -> list[tuple[Line, Policy]]:
    """Where a right is at stake first, then by points, then the most pressing."""
    # Over one denominator, whole numbers compare many times faster than ratios.
    whole = lcm(*{line.points.denominator for line, _ in lines})

    def place(pair: tuple[Line, Policy]) -> tuple[Any, ...]:
        line, _ = pair
        points = line.points.numerator * (whole // line.points.denominator)
        settled = (line.act_by, line.recipient, line.creditor or "")
        return (not line.preserves_right, -points, *settled)

    return sorted(lines, key=place)


def _placed(line: Line, policy: Policy, as_of: date, room: dict[Handler, int]) -> Line:
    """The line once each person's part of it has taken its room, or was put off."""
    asked: dict[Handler, int] = {}
    for duty in line.duties:
        if duty.counts:
            asked[duty.handler] = asked.get(duty.handler, 0) + duty.minutes
    full = set()
    for handler, minutes in asked.items():
        if handler in room:
            if minutes <= room[handler]:
                room[handler] -= minutes
            else:
                full.add(handler)
    if not full:
        return line
    next_on = business_days_after(policy.conventions.calendar, as_of, 1)
    duties = (
        evolve(duty, next_on=next_on) if duty.counts and duty.handler in full else duty
        for duty in line.duties
    )
    return evolve(line, duties=tuple(duties))
