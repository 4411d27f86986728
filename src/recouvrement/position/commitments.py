"""What became of every promise and plan by a day: kept, broken, missed, or still to come."""

from enum import StrEnum
from typing import NamedTuple

from recouvrement.facts.book import NEVER, Book, Plan, Pledge
from recouvrement.position.application import Ledger, counts_for, kept_apart_on, pledged_places
from recouvrement.position.contests import contested_on
from recouvrement.position.conventions import Conventions


class PromiseStatus(StrEnum):
    """What became of a promise: MOOT ones (nothing was left to pay) are out of every ratio."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    MOOT = "moot"


class PlanStatus(StrEnum):
    """What became of a payment plan: DEFAULTED means that the whole has fallen due."""

    ON_TRACK = "on_track"
    LATE = "late"
    DEFAULTED = "defaulted"
    KEPT = "kept"
    ENDED = "ended"


class PledgeState(NamedTuple):
    """A promise on a day; `broken_on` is the first day it is broken, NEVER unless it is."""

    pledge: Pledge
    places: tuple[int, ...]
    status: PromiseStatus
    received: int
    applied: int
    broken_on: int


class PlanState(NamedTuple):
    """A plan on a day; `unpaid` are (due, amount) in order, `missed` the first day one was late."""

    plan: Plan
    status: PlanStatus
    received: int
    unpaid: tuple[tuple[int, int], ...]
    missed: int


# The cents received for these are theirs; the others leave them to another promise.
_SPENDING = (PromiseStatus.KEPT, PromiseStatus.OPEN, PromiseStatus.PARTLY_KEPT)


class _Receipt:
    """Cash of one day on one item, or unapplied: each cent of it keeps one promise only."""

    __slots__ = ("currency", "left", "on", "place")

    def __init__(self, on: int, place: int | None, currency: str, left: int) -> None:
        self.on = on
        self.place = place
        self.currency = currency
        self.left = left


def _receipts(ledger: Ledger, since: int, wanted: set[int]) -> list[_Receipt]:
    """The cash received from `since` on, on these items or on none yet, in order of date."""
    sources = ledger.book.sources
    receipts = []
    for place in wanted & ledger.by_place.keys():
        net: dict[int, int] = {}
        for _, at, amount in ledger.by_place[place]:
            if sources[at].on >= since and sources[at].cash:
                net[at] = net.get(at, 0) + amount
        for at, amount in net.items():
            if amount > 0:
                receipts.append(_Receipt(sources[at].on, place, sources[at].currency, amount))
    receipts += _unapplied(ledger, since)
    # Money on an item first: it can keep fewer promises than money that lies unapplied.
    if len(receipts) > 1:
        receipts.sort(key=lambda one: (one.on, one.place is None, one.place or 0))
    return receipts


def _unapplied(ledger: Ledger, since: int) -> list[_Receipt]:
    """The cash received from `since` on that settles nothing yet."""
    if not ledger.nettable():
        return []
    return [
        _Receipt(source.on, None, source.currency, free)
        for at, source in enumerate(ledger.book.sources)
        if since <= source.on <= ledger.day and source.cash and source.netted
        if (free := ledger.free(at)) > 0
    ]


def pledge_states(ledger: Ledger, conventions: Conventions) -> tuple[PledgeState, ...]:
    """Every visible promise, in order of its date; earlier ones take their cents first."""
    visible = [
        (one, pledged_places(ledger, one)) for one in ledger.book.pledges if one.made <= ledger.day
    ]
    if not visible:
        return ()
    if len(visible) > 1:
        visible.sort(key=lambda pair: (pair[0].due, pair[0].made, pair[0].fact.id))
    wanted = {place for _, places in visible for place in places}
    receipts = _receipts(ledger, min(one.made for one, _ in visible), wanted)
    return tuple([_state(ledger, one, at, receipts, conventions) for one, at in visible])


def _state(
    ledger: Ledger,
    pledge: Pledge,
    places: tuple[int, ...],
    receipts: list[_Receipt],
    conventions: Conventions,
) -> PledgeState:
    day, last = ledger.day, pledge.due + conventions.promise_tolerance
    end = min(day, last, pledge.withdrawn, pledge.superseded)
    paid: list[_Receipt] = []
    received = applied = 0
    if receipts:
        mine, currency = set(places), pledge.fact.amount.currency
        paid = [
            one
            for one in receipts
            if one.left
            and one.on <= end
            and counts_for(pledge, one.on)
            and one.currency == currency
            and (one.place is None or one.place in mine)
        ]
        received = min(pledge.amount, sum([one.left for one in paid]))
        applied = min(pledge.amount, sum([one.left for one in paid if one.place is not None]))
    owed = min(pledge.amount, applied + _payable(ledger, places, end))
    broken_on = NEVER
    if received >= owed > 0:
        status = PromiseStatus.KEPT
    elif pledge.withdrawn <= min(day, last):
        status = PromiseStatus.WITHDRAWN
    elif pledge.superseded <= day:
        status = PromiseStatus.SUPERSEDED
    elif owed == 0:
        status = PromiseStatus.MOOT
    elif day <= last:
        status = PromiseStatus.OPEN
    elif received:
        status = PromiseStatus.PARTLY_KEPT
    else:
        status, broken_on = PromiseStatus.BROKEN, last + 1
    if paid and status in _SPENDING:
        _spend(paid, received)
    return PledgeState(pledge, places, status, received, applied, broken_on)


def _payable(ledger: Ledger, places: tuple[int, ...], day: int) -> int:
    """What could still be paid on these items that day: neither disputed nor stayed."""
    book = ledger.book
    open_on = _still_owed if book.needs_undo else Ledger.open_on
    then = {place: open_on(ledger, place, day) for place in places}
    if not book.contests and not book.kept_apart:
        return sum(then.values())
    for contest in book.contests:
        for place in contest.places:
            if place not in then:
                then[place] = open_on(ledger, place, day)
    held = contested_on(book, day, then) if book.contests else {}
    apart = kept_apart_on(book, day) if book.kept_apart else set()
    return sum(max(0, then[at] - held.get(at, 0)) for at in places if at not in apart)


def _still_owed(ledger: Ledger, place: int, day: int) -> int:
    """What was open on an item that day, had the money that left it since not been there."""
    if ledger.book.items[place].issued > day:
        return 0
    later: dict[int, int] = {}
    for on, source, amount in ledger.by_place[place]:
        if on > day:
            later[source] = later.get(source, 0) + amount
    return ledger.open[place] + sum(max(0, amount) for amount in later.values())


def _spend(paid: list[_Receipt], amount: int) -> None:
    for one in paid:
        taken = min(one.left, amount)
        one.left -= taken
        amount -= taken


def plan_states(ledger: Ledger, conventions: Conventions) -> tuple[PlanState, ...]:
    """Every visible plan, in the order they were agreed."""
    tolerance = conventions.promise_tolerance
    visible = [one for one in ledger.book.plans if one.agreed <= ledger.day]
    if not visible:
        return ()
    unapplied = _unapplied(ledger, visible[0].agreed)
    return tuple(_plan_state(ledger, one, unapplied, tolerance) for one in visible)


def _plan_state(ledger: Ledger, plan: Plan, unapplied: list[_Receipt], tolerance: int) -> PlanState:
    book, day, total = ledger.book, ledger.day, plan.fact.total
    received = sum(
        amount
        for place in plan.places
        for _, at, amount in ledger.by_place[place]
        if book.sources[at].cash and book.sources[at].on >= plan.agreed
    )
    # An instalment that came without its references is no missed one.
    spare = [one for one in unapplied if one.on >= plan.agreed and one.currency == total.currency]
    counted = max(0, min(total.minor - received, sum(one.left for one in spare)))
    _spend(spare, counted)
    received += counted
    left, unpaid = received, []
    for due, amount in plan.instalments:
        paid = min(left, amount)
        left -= paid
        if paid < amount:
            unpaid.append((due, amount - paid))
    missed = unpaid[0][0] + tolerance + 1 if unpaid else NEVER
    if plan.ended <= day:
        status = PlanStatus.ENDED
    elif not unpaid or not any(ledger.open[place] for place in plan.places):
        status = PlanStatus.KEPT
    elif missed > day:
        status = PlanStatus.ON_TRACK
    elif plan.fact.acceleration_clause and _notified(book, plan, missed, day):
        status = PlanStatus.DEFAULTED
    else:
        status = PlanStatus.LATE
    return PlanState(plan, status, received, tuple(unpaid), missed)


def _notified(book: Book, plan: Plan, missed: int, day: int) -> bool:
    """Whether a formal notice sent after the miss has run out."""
    return any(
        notice.on >= missed and notice.respond_by < day and set(notice.places) & set(plan.places)
        for notice in book.notices
    )
