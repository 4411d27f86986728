"""The conserved ledger: what is open on each item, cut into slices that add up to the cent."""

from collections.abc import Callable
from typing import Final

from recouvrement.facts.book import Book
from recouvrement.position.application import Ledger
from recouvrement.position.commitments import (
    PlanState,
    PlanStatus,
    PledgeState,
    PromiseStatus,
)
from recouvrement.position.contests import contested_on
from recouvrement.position.conventions import Conventions

# In order of precedence: what an earlier slice holds, a later one cannot.
HELD: Final = (
    "stayed",
    "placed",
    "assigned",
    "covered",
    "disputed",
    "in_plan",
    "promised",
    "blocked",
)

Take = Callable[[str, int, int], int]


def held_slices(
    ledger: Ledger,
    pledges: tuple[PledgeState, ...],
    plans: tuple[PlanState, ...],
    conventions: Conventions,
) -> dict[int, dict[str, int]]:
    """For each open item of which a part is held: how much each slice holds, by slice name."""
    held: dict[int, dict[str, int]] = {}
    rest = {place: amount for place, amount in enumerate(ledger.open) if amount}

    def take(name: str, place: int, amount: int) -> int:
        """Move up to `amount` of what is left of an item into a slice; how much was moved."""
        taken = min(rest.get(place, 0), amount)
        if taken > 0:
            rest[place] -= taken
            of_item = held.setdefault(place, {})
            of_item[name] = of_item.get(name, 0) + taken
            return taken
        return 0

    book, day = ledger.book, ledger.day
    if book.kept_apart:
        _set_apart(take, rest, book, day)
    _cover(take, book, day)
    if book.contests:
        for place, amount in contested_on(book, day, ledger.open).items():
            take("disputed", place, amount)
    for plan in plans:
        _shelter_plan(take, rest, plan, day - conventions.promise_tolerance)
    _shelter_promises(take, pledges, conventions)
    _block(take, rest, book, day)
    return held


def _set_apart(take: Take, rest: dict[int, int], book: Book, day: int) -> None:
    """What nobody, or somebody else, collects."""
    for stay in book.stays:
        if stay.opened <= day < stay.ended:
            for place, amount in rest.items():
                if book.items[place].supplied <= stay.opened:
                    take("stayed", place, amount)
    for name, holds in (("placed", book.placements), ("assigned", book.assignments)):
        for hold in holds:
            if hold.since <= day < hold.ended:
                for place in hold.places:
                    take(name, place, rest.get(place, 0))


def _cover(take: Take, book: Book, day: int) -> None:
    for cover in book.covers:
        if cover.since <= day <= cover.last:
            _spread(take, "covered", cover.places, cover.amount)


def _block(take: Take, rest: dict[int, int], book: Book, day: int) -> None:
    for block in book.blocks:
        if block.since <= day <= block.last:
            for place in tuple(rest) if block.places is None else block.places:
                take("blocked", place, rest.get(place, 0))


def _spread(take: Take, name: str, places: tuple[int, ...], amount: int) -> None:
    for place in places:
        amount -= take(name, place, amount)


def _shelter_plan(take: Take, rest: dict[int, int], plan: PlanState, floor: int) -> None:
    """Instalments are laid along the plan's items, oldest first; those to come are sheltered."""
    if plan.status not in (PlanStatus.ON_TRACK, PlanStatus.LATE):
        return
    unpaid = list(plan.unpaid)
    for place in plan.plan.places:
        room = rest.get(place, 0)
        while room and unpaid:
            due, amount = unpaid[0]
            part = min(room, amount)
            if due >= floor:
                take("in_plan", place, part)
            room -= part
            if part == amount:
                unpaid.pop(0)
            else:
                unpaid[0] = (due, amount - part)


def _shelter_promises(
    take: Take, pledges: tuple[PledgeState, ...], conventions: Conventions
) -> None:
    """An open promise shelters what it still owes, while it and its debtor can be believed."""
    broken = sum(one.status is PromiseStatus.BROKEN for one in pledges)
    if broken > conventions.broken_promises_tolerated:
        return
    for one in pledges:
        near = one.pledge.due - one.pledge.made <= conventions.promise_horizon
        if one.status is PromiseStatus.OPEN and near:
            _spread(take, "promised", one.places, one.pledge.amount - one.applied)
