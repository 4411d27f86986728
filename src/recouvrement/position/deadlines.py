"""The dates after which something is lost: limitation, a claim to file, a promise, a dispute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

from attrs import frozen

from recouvrement.dates import months_after
from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER, LegalEvent
from recouvrement.facts.legal import Insolvency, LegalStep
from recouvrement.facts.words import LegalStepKind
from recouvrement.law import Caveat, CaveatCode
from recouvrement.position.commitments import PromiseStatus
from recouvrement.position.conventions import Conventions
from recouvrement.position.limitation import (
    VOID,
    Limit,
    last_from,
    legal_events,
    limit_of,
    runs_from,
    supply_assumed,
)
from recouvrement.position.position import Position, position_of
from recouvrement.position.standing import Row, Standing


class DeadlineKind(StrEnum):
    """What is lost after a deadline; on a POSSIBLE_LIMITATION, later, nobody should rely."""

    LIMITATION = "limitation"
    POSSIBLE_LIMITATION = "possible_limitation"
    CLAIM_TO_FILE = "claim_to_file"
    ORDER_TO_SERVE = "order_to_serve"
    PROMISE = "promise"
    DISPUTE = "dispute"


class Ground(StrEnum):
    """What a date runs from: the due date, or the event that moved it or may have.

    Some laws count from the end of the year it fell due in, or from the day of the supply, or from
    the end of the year of the earlier of both.
    """

    DUE_DATE = "due_date"
    END_OF_YEAR = "end_of_year"
    END_OF_SUPPLY_YEAR = "end_of_supply_year"
    DELIVERY = "delivery"
    ACKNOWLEDGEMENT = "acknowledgement"
    CLAIM = "claim"
    PROTECTIVE_MEASURE = "protective_measure"
    ENFORCEMENT = "enforcement"
    MEDIATION = "mediation"
    ORDER = "order"
    PAYMENT = "payment"
    PROMISE = "promise"
    PLAN = "plan"
    PUBLICATION = "publication"
    DISPUTE = "dispute"


@frozen(kw_only=True)
class Deadline:
    """A last day, the items it is about, the fact it comes from (None: the invoice), and why.

    `since` is the day from which a law counts, None where no law does. `caveats` say what was
    assumed for it.
    """

    kind: DeadlineKind
    on: date
    items: tuple[str, ...]
    fact: str | None
    why: Ground
    since: date | None = None
    caveats: tuple[Caveat, ...] = ()


@frozen(kw_only=True)
class Limitation:
    """The last day on which an open item can be claimed, and what moved it there.

    The period runs from `since`, and `suspended` days of mediation come on top. `why` and `fact`
    say what it runs from, or what holds it. `on` is None while a claim, a protective measure or an
    enforcement interrupts it; during a mediation it is the date as if that ended the same day.
    `possible_on` is a later date on which nobody should rely: it would hold if what may be an
    acknowledgement (a part payment, a promise, a plan, a step taken too late), or the service of an
    order, were one. `caveats` say what was assumed.
    """

    item: str
    on: date | None
    since: date
    suspended: int
    why: Ground
    fact: str | None
    possible_on: date | None
    possible_why: Ground | None
    possible_fact: str | None
    caveats: tuple[Caveat, ...] = ()


def limitation_of(position: Position, item: str, *, years: int | None = None) -> Limitation | None:
    """The limitation of an open item; None without a due date, or when no law said the years.

    `years` is the position's `conventions.limitation_years` unless given. `InvalidInput` for what
    is no position, for an item that is not open, and for a period that is no number of years.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.facts.legal import LegalStep
    >>> from recouvrement.money import Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ...     LegalStep("S-1", date(2027, 3, 3), kind="acknowledgement", invoices=["F-41"]),
    ... )
    >>> position = position_of(account, as_of=date(2027, 6, 1))
    >>> found = limitation_of(position, "F-41", years=5)
    >>> str(found.on), found.why.value, found.fact
    ('2032-03-03', 'acknowledgement', 'S-1')
    """
    if not isinstance(position, Position):
        raise InvalidInput("position", "a Position", repr(position))
    if years is not None and (type(years) is not int or years < 1):
        raise InvalidInput("years", "a whole number, 1 or more, or None", repr(years))
    s = position.standing
    for row in s.rows:
        if row.id == item:
            break
    else:
        raise InvalidInput("item", "an item that is open", repr(item))
    return _limitation(s, row, s.conventions.limitation_years if years is None else years)


def _limitation(s: Standing, row: Row, years: int | None) -> Limitation | None:
    if years is None or row.due == NEVER:
        return None
    events = legal_events(s, row.item.place)
    limit = limit_of(runs_from(row.item, s.conventions), events, s.day, years)
    by = limit.suspended_by or limit.by
    possible = max(_ambiguous(s, row, limit), default=None)
    later = None
    if possible is not None and limit.last != NEVER:
        later = _date(last_from(possible[0], events, s.day, years))
    known = _date(limit.last)
    if later is None or known is None or later <= known:
        later = possible = None
    return Limitation(
        item=row.id,
        on=known,
        since=date.fromordinal(limit.since),
        suspended=limit.suspended,
        why=Ground(s.conventions.limitation_from if by is None else by.fact.kind),
        fact=None if by is None else by.fact.id,
        possible_on=later,
        possible_why=None if possible is None else possible[1],
        possible_fact=None if possible is None else possible[2],
        caveats=_assumed(s, row) if limit.by is None else (),
    )


def _assumed(s: Standing, row: Row) -> tuple[Caveat, ...]:
    """That the day of the issue stands for that of the supply, where limitation runs from it."""
    if not supply_assumed(row.item, s.conventions):
        return ()
    said = (("invoice", row.id), ("assumed", date.fromordinal(row.item.supplied)))
    return (Caveat(CaveatCode.SUPPLY_DAY_ASSUMED, "", said),)


def _ambiguous(s: Standing, row: Row, limit: Limit) -> Iterator[tuple[int, Ground, str]]:
    """What may be an acknowledgement of the item and may be none: the day, what it is, its id."""
    place = row.item.place
    yield from _paid(s, place)
    for one in s.pledges:
        if place in one.places:
            yield one.pledge.made, Ground.PROMISE, one.pledge.fact.id
    for plan in s.plans:
        if place in plan.plan.places:
            yield plan.plan.agreed, Ground.PLAN, plan.plan.fact.id
    for event in legal_events(s, place):
        is_order = event.fact.kind is LegalStepKind.ORDER and event.ended <= s.day
        if is_order and _served(s, event) and event.fact.outcome not in VOID:
            yield event.ended, Ground.ORDER, event.fact.id
    for step in limit.late:
        yield step.on, Ground(step.fact.kind), step.fact.id


def _paid(s: Standing, place: int) -> Iterator[tuple[int, Ground, str]]:
    """The money that paid some of the item, and still does."""
    sources = s.book.sources
    if not sources:
        return
    net: dict[int, int] = {}
    for _, at, amount in s.logged().by_place[place]:
        net[at] = net.get(at, 0) + amount
    for at, amount in net.items():
        if amount and sources[at].cash:
            yield sources[at].on, Ground.PAYMENT, sources[at].id


def _date(day: int) -> date | None:
    return None if day == NEVER else date.fromordinal(day)


def claim_due(insolvency: Insolvency, months: int) -> date | None:
    """The last day to file a claim: so many months after publication.

    None until it is published, and beyond the calendar. `InvalidInput` for what is no insolvency or
    no number of months.

    >>> from recouvrement.facts.legal import Insolvency
    >>> opened = Insolvency("J-1", "receivership", opened_on=date(2026, 12, 20),
    ...                     published_on=date(2026, 12, 31))
    >>> claim_due(opened, 2)
    datetime.date(2027, 2, 28)
    """
    if not isinstance(insolvency, Insolvency):
        raise InvalidInput("insolvency", "an Insolvency", repr(insolvency))
    if type(months) is not int or months < 1:
        raise InvalidInput("months", "a whole number, 1 or more", repr(months))
    if insolvency.published_on is None:
        return None
    try:
        return months_after(insolvency.published_on, months)
    except ValueError:
        return None


def service_due(order: LegalStep, months: Iterable[tuple[date | None, int]]) -> date | None:
    """The last day to serve an order to pay: so many months after it was made, by its own date.

    `months` are pairs of the first day of the orders that have so long, and how long, in order.
    None for an order older than the first, and beyond the calendar. `InvalidInput` for what is no
    order.

    >>> from recouvrement.facts.legal import LegalStep
    >>> order = LegalStep("S-1", date(2026, 9, 30), kind="order", invoices=["F-41"])
    >>> service_due(order, [(None, 6), (date(2026, 9, 1), 3)])
    datetime.date(2026, 12, 30)
    """
    if not isinstance(order, LegalStep) or order.kind is not LegalStepKind.ORDER:
        raise InvalidInput("order", "a LegalStep of the kind order", repr(order))
    found = [count for since, count in months if since is None or since <= order.on]
    try:
        return months_after(order.on, found[-1]) if found else None
    except ValueError:
        return None


def deadlines_of(
    account: Account,
    *,
    as_of: date,
    conventions: Conventions = Conventions(),  # noqa: B008 (a frozen value)
    known_on: date | None = None,
) -> tuple[Deadline, ...]:
    """The deadlines of an account as of a date, the nearest first; those missed stay in the list.

    For each open item its limitation, and beside it the possible one; for each insolvency that
    stays items, the last day to file the claim; for each order to pay, the last day to serve it;
    for each open promise, the last day it can be kept; for each open dispute, the day by which to
    resolve it. The first three need the years and months of `conventions`: law is never guessed.
    `InvalidInput` as for `position_of`.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.money import Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ... )
    >>> french = Conventions(limitation_years=5)
    >>> deadline, = deadlines_of(account, as_of=date(2026, 11, 20), conventions=french)
    >>> deadline.kind.value, str(deadline.on), deadline.why.value
    ('limitation', '2031-10-01', 'due_date')
    """
    position = position_of(account, as_of=as_of, known_on=known_on, conventions=conventions)
    s = position.standing
    found = [
        *_limitations(s),
        *_claims(s, known_on),
        *_orders(s),
        *_promises(s),
        *_disputes(s),
    ]
    return tuple(sorted(found, key=lambda one: (one.on, one.kind, one.items, one.fact or "")))


def _limitations(s: Standing) -> Iterator[Deadline]:
    for row in s.rows:
        found = _limitation(s, row, s.conventions.limitation_years)
        if found is None or found.on is None:
            continue
        yield Deadline(
            kind=DeadlineKind.LIMITATION,
            on=found.on,
            items=(row.id,),
            fact=found.fact,
            why=found.why,
            since=found.since,
            caveats=found.caveats,
        )
        if found.possible_on is not None and found.possible_why is not None:
            yield Deadline(
                kind=DeadlineKind.POSSIBLE_LIMITATION,
                on=found.possible_on,
                items=(row.id,),
                fact=found.possible_fact,
                why=found.possible_why,
            )


def _claims(s: Standing, known_on: date | None) -> Iterator[Deadline]:
    months = s.conventions.claim_months
    if months is None:
        return
    horizon = (
        date.fromordinal(s.day) if known_on is None else min(date.fromordinal(s.day), known_on)
    )
    for stay in s.book.stays:
        one = stay.fact
        items = tuple([row.id for row in s.rows if row.item.supplied <= stay.opened])
        filed = one.claim_filed_on is not None and one.claim_filed_on <= horizon
        published = one.published_on is not None and one.published_on <= horizon
        due = claim_due(one, months)
        if stay.opened <= s.day < stay.ended and items and published and not filed and due:
            yield Deadline(
                kind=DeadlineKind.CLAIM_TO_FILE,
                on=due,
                items=items,
                fact=one.id,
                why=Ground.PUBLICATION,
                since=one.published_on,
            )


def _orders(s: Standing) -> Iterator[Deadline]:
    for one, items in orders_to_serve(s):
        due = service_due(one, s.conventions.service_months)
        if due is not None:
            yield Deadline(
                kind=DeadlineKind.ORDER_TO_SERVE,
                on=due,
                items=items,
                fact=one.id,
                why=Ground.ORDER,
                since=one.on,
            )


def orders_to_serve(s: Standing) -> Iterator[tuple[LegalStep, tuple[str, ...]]]:
    """The orders to pay that were not served in time yet, each with the items it is worth for.

    One that is served after its last day is worth nothing: it stays, until the host says that it
    lapsed. Items that an insolvency stays are out of it: nothing is pursued on them.
    """
    for one in s.book.legal:
        if one.fact.kind is not LegalStepKind.ORDER or s.day < one.on:
            continue
        places = [place for place in one.places if place in s.by_place]
        rows = [row for place in places if not (row := s.by_place[place]).held.get("stayed")]
        if rows and not _served(s, one):
            yield one.fact, tuple([row.id for row in rows])


def _served(s: Standing, order: LegalEvent) -> bool:
    """Whether an order was served in time by that day, or is over."""
    if order.ended > s.day:
        return False
    due = service_due(order.fact, s.conventions.service_months)
    return due is None or order.ended <= due.toordinal() or order.fact.outcome in VOID


def _promises(s: Standing) -> Iterator[Deadline]:
    for one in s.pledges:
        if one.status is PromiseStatus.OPEN:
            last = min(one.pledge.due + s.conventions.promise_tolerance, NEVER - 1)
            yield Deadline(
                kind=DeadlineKind.PROMISE,
                on=date.fromordinal(last),
                items=_open_among(s, one.places),
                fact=one.pledge.fact.id,
                why=Ground.PROMISE,
            )


def _disputes(s: Standing) -> Iterator[Deadline]:
    for one in s.book.contests:
        items = _open_among(s, one.places)
        if one.opened <= s.day < one.resolved and items and one.fact.resolve_by is not None:
            yield Deadline(
                kind=DeadlineKind.DISPUTE,
                on=one.fact.resolve_by,
                items=items,
                fact=one.fact.id,
                why=Ground.DISPUTE,
            )


def _open_among(s: Standing, places: tuple[int, ...]) -> tuple[str, ...]:
    return tuple([s.by_place[place].id for place in places if place in s.by_place])
