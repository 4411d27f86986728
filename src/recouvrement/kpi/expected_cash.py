"""What an account is expected to pay: each open cent once, with what tells when it comes."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from recouvrement.facts.book import NEVER, Contest
from recouvrement.position.commitments import PromiseStatus
from recouvrement.position.contests import awaits_credit
from recouvrement.position.standing import Row, Standing


class CashGround(StrEnum):
    """What tells when money comes, or why it is not expected as cash."""

    BILL = "bill"
    PLAN = "plan"
    PROMISE = "promise"
    DISPUTE = "dispute"
    USUAL_DELAY = "usual_delay"
    NO_DATE = "no_date"
    STAYED = "stayed"
    PLACED = "placed"
    ASSIGNED = "assigned"
    CREDIT_OWED = "credit_owed"


APART: Final = (
    CashGround.STAYED,
    CashGround.PLACED,
    CashGround.ASSIGNED,
    CashGround.CREDIT_OWED,
)
"""Litigation, what comes to somebody else, and what is owed back: never in a forecast."""


class Piece(NamedTuple):
    """So much of an open item: `on` is its day where one was given, else 0.

    `opened` and `resolve_by` are those of the dispute that holds it, else 0.
    """

    item: str
    due: int
    amount: int
    ground: CashGround
    on: int = 0
    opened: int = 0
    resolve_by: int = 0


def pieces_of(s: Standing, currency: str) -> Iterator[Piece]:
    """Every cent that is open in a currency, once; a given day is never in the past."""
    dated = _dated(s)
    contests = _contests(s)
    for row in s.rows:
        if row.currency != currency:
            continue
        place, held = row.item.place, row.held
        for ground in (CashGround.STAYED, CashGround.PLACED, CashGround.ASSIGNED):
            if held.get(ground):
                yield _piece(row, held[ground], ground)
        for ground, on, amount in dated.get(place, ()):
            yield _piece(row, amount, ground, on)
        if row.disputed:
            yield _contested(row, contests[place], s.day)
        # What a block of ours holds is paid as the rest is: the debtor does not know of it.
        rest = row.collectable + row.not_yet_due + held.get("blocked", 0)
        if rest:
            known = row.due != NEVER
            yield _piece(row, rest, CashGround.USUAL_DELAY if known else CashGround.NO_DATE)


def _piece(row: Row, amount: int, ground: CashGround, on: int = 0) -> Piece:
    return Piece(row.id, row.due, amount, ground, on)


def _contested(row: Row, contest: Contest, day: int) -> Piece:
    if awaits_credit(contest, day):
        return _piece(row, row.disputed, CashGround.CREDIT_OWED)
    by = contest.fact.resolve_by
    resolve_by = 0 if by is None else by.toordinal()
    return Piece(row.id, row.due, row.disputed, CashGround.DISPUTE, 0, contest.opened, resolve_by)


def _contests(s: Standing) -> dict[int, Contest]:
    """The dispute that holds each item: the latest, since it is the last to be resolved."""
    found: dict[int, Contest] = {}
    for contest in s.book.contests:
        if contest.opened <= s.day and (contest.resolved > s.day or awaits_credit(contest, s.day)):
            for place in contest.places:
                if place not in found or contest.resolved > s.day:
                    found[place] = contest
    return found


def _dated(s: Standing) -> dict[int, list[tuple[CashGround, int, int]]]:
    """What bills, plans and promises hold of each item, cut by the day on which it is to come."""
    day, found = s.day, dict[int, list[tuple[CashGround, int, int]]]()

    def lay(ground: CashGround, name: str, places: tuple[int, ...], parts: list[list[int]]) -> None:
        """Lay (day, amount) parts along the items, in order, within what the slice holds."""
        for place in places:
            room = left.get((name, place), 0)
            while room and parts:
                on, amount = parts[0]
                taken = min(room, amount)
                found.setdefault(place, []).append((ground, max(on, day + 1), taken))
                room -= taken
                parts[0][1] -= taken
                if not parts[0][1]:
                    parts.pop(0)
            left[name, place] = room

    left = {
        (name, row.item.place): amount
        for row in s.rows
        for name, amount in row.held.items()
        if name in ("covered", "in_plan", "promised")
    }
    for cover in s.book.covers:
        if cover.since <= day <= cover.last:
            lay(CashGround.BILL, "covered", cover.places, [[cover.last, cover.amount]])
    floor = day - s.conventions.promise_tolerance
    for plan in s.plans:
        to_come = [[due, amount] for due, amount in plan.unpaid if due >= floor]
        lay(CashGround.PLAN, "in_plan", plan.plan.places, to_come)
    for one in s.pledges:
        if one.status is PromiseStatus.OPEN:
            owed = one.pledge.amount - one.applied
            lay(CashGround.PROMISE, "promised", one.places, [[one.pledge.due, owed]])
    return found
