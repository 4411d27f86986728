"""Which money paid which item, dated by the day it came: the ledger as interest must read it.

The ledger says what each source settled. Interest asks one thing more: since when the creditor had
the money. An advice that comes later, or an item issued later, changes nothing of that.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from recouvrement.facts.book import ADVICE, DIRECTED, LOOSE, Source
from recouvrement.position.application import Ledger, kept_apart_on
from recouvrement.position.interest.appropriation import Claim

# In the order of a day: what went back; what the ledger settled; what was directed to an invoice
# beyond its principal; what the ledger's rule settled with such money; what it found no item for;
# what it kept for an item issued later.
WENT_BACK, SETTLED, BEYOND, BY_RULE, SURPLUS, LATER = range(6)

Refunds = Mapping[tuple[int, int], int]
"""What was refunded, by day and source: that money was there until then."""


Reopened = dict[tuple[int, int], list[tuple[int, int]]]


class Receipt(NamedTuple):
    """An amount that one source brings to these items on a day; to whichever owe, for a SURPLUS.

    `moved` is the day on which the ledger moved it, where that is later.
    """

    on: int
    rank: int
    moved: int
    source: int
    places: tuple[int, ...]
    amount: int


class Receipts(NamedTuple):
    """All receipts in order, and what those sources hold that may bring more than principal.

    `reopened` says how much of which items the ledger holds open again after a refund.
    """

    ordered: list[Receipt]
    purses: dict[int, int]
    reopened: Reopened


def receipts_of(
    ledger: Ledger, currency: str, refunds: Refunds, *, explicit_only: bool
) -> Receipts:
    """The receipts of a logged ledger in one currency.

    What went back counts as never come, but for `refunds`. What an advice moved counts where it was
    moved to, since it came.
    """
    sources = ledger.book.sources
    reopened, net = _net(ledger, currency, refunds)
    ordered = [
        Receipt(on, WENT_BACK, 0, source, (), amount)
        for (on, source), amount in refunds.items()
        if on <= ledger.day and sources[source].currency == currency
    ]
    beyond = _beyond(ledger, currency, net)
    beyond.update(one.source for one in ordered if sources[one.source].netted)
    if not beyond:
        ordered += [
            Receipt(sources[source].on, SETTLED, 0, source, (place,), total)
            for (source, place), (total, _, _) in net.items()
            if total
        ]
        ordered.sort()
        return Receipts(ordered, {}, reopened)
    told = _Directions(ledger, beyond)
    # What waits for an invoice is only what the ledger has free: an advice may have moved it since,
    # and what goes back takes it first.
    purses = {
        at: sources[at].amount
        - ledger.gone.get(at, 0)
        - min(told.reserved(at), max(0, ledger.free(at)))
        for at in beyond
    }
    for one in ordered:
        if one.source in purses:
            purses[one.source] += one.amount
    for (source, place), (total, later, moved) in net.items():
        on = sources[source].on
        if source not in beyond or place in told.named[source]:
            ordered.append(Receipt(on, SETTLED, 0, source, (place,), total))
        else:
            kept = min(max(later, 0), total)
            ordered.append(Receipt(on, BY_RULE, 0, source, (place,), total - kept))
            ordered.append(Receipt(on, LATER, moved, source, (place,), kept))
    ordered += told.excesses(net)
    if not explicit_only:
        ordered += [
            Receipt(sources[at].on, SURPLUS, 0, at, (), sources[at].amount) for at in beyond
        ]
    return Receipts(sorted(one for one in ordered if one.amount), purses, reopened)


Net = dict[tuple[int, int], tuple[int, int, int]]
_NONE: Final = (0, 0, 0)


def _net(ledger: Ledger, currency: str, refunds: Refunds) -> tuple[Reopened, Net]:
    """What refunds reopened; what each source settled of each item, them left aside.

    In all, and after the day it came, with the first such day.
    """
    items, sources = ledger.book.items, ledger.book.sources
    reopened: Reopened = {}
    net: Net = {}
    for place, moves in ledger.by_place.items():
        if items[place].currency != currency:
            continue
        for on, source, amount in moves:
            if amount < 0 and (on, source) in refunds:
                reopened.setdefault((on, source), []).append((place, -amount))
                continue
            total, later, moved = net.get((source, place), _NONE)
            if on > sources[source].on:
                later, moved = later + amount, moved or on
            net[source, place] = total + amount, later, moved
    return reopened, net


def _beyond(ledger: Ledger, currency: str, net: Net) -> set[int]:
    """The sources that may have brought more than the principal they were meant for."""
    sources, day = ledger.book.sources, ledger.day
    found: set[int] = set()
    if currency in ledger.nettable():
        found = {
            at
            for at, one in enumerate(sources)
            if one.on <= day and one.currency == currency and one.netted and ledger.free(at) > 0
        }
    several: set[int] = set()
    for (at, _), (_, later, _) in net.items():
        # One that settled several items was perhaps directed to one of them, for more.
        if sources[at].netted and (later or at in several):
            found.add(at)
        several.add(at)
    return found


class _Directions:
    """Where the debtor, or the host, directed some sources, by the end of the ledger's day."""

    def __init__(self, ledger: Ledger, beyond: set[int]) -> None:
        self.sources: Sequence[Source] = ledger.book.sources
        self.named: dict[int, set[int]] = {at: set() for at in beyond}
        self.amounts: dict[tuple[int, tuple[int, ...]], int] = defaultdict(int)
        self.loose: dict[int, int] = defaultdict(int)
        self.directed: dict[int, int] = defaultdict(int)
        for on, phase, _, source, places, amount, _ in ledger.book.events:
            if on > ledger.day:
                break
            if source not in beyond:
                continue
            if phase == LOOSE:
                self.loose[source] += amount
            elif phase in (DIRECTED, ADVICE):
                self.named[source].update(places)
                self.amounts[source, places] += amount
                self.directed[source] += amount if phase == DIRECTED else 0

    def reserved(self, source: int) -> int:
        """What is directed to invoices that are not issued yet: it waits for them."""
        return self.sources[source].amount - self.loose[source] - self.directed[source]

    def excesses(self, net: Net) -> Iterator[Receipt]:
        """What was directed to invoices beyond what it settled of them."""
        for (source, places), amount in self.amounts.items():
            settled = sum([net.get((source, place), _NONE)[0] for place in places])
            if amount > settled:
                yield Receipt(self.sources[source].on, BEYOND, 0, source, places, amount - settled)


def replay(
    claims: dict[int, Claim], ledger: Ledger, receipts: Receipts, forgiven: Collection[int]
) -> None:
    """Bring every receipt to its claims, in order; the purses keep what nothing took.

    `forgiven` are the sources of which no payment was expected: credits, and what was given up.
    """
    sources, purses = ledger.book.sources, receipts.purses
    refunded = any(one.rank == WENT_BACK for one in receipts.ordered) if purses else False
    owing = _Owing(claims, ledger, refunded=refunded) if purses else None
    for on, rank, _, source, places, amount in receipts.ordered:
        if rank == WENT_BACK:
            left = amount - _reopen(claims, receipts, on, source)
            spare = min(left, purses.get(source, left))
            if source in purses:
                purses[source] -= spare
            _undo(claims, on, source, left - spare)
            continue
        held = purses.get(source, amount)
        able = left = min(amount, held)
        if rank not in (BEYOND, SURPLUS):
            claims[places[0]].settle(on, amount, forgiven=source in forgiven)
            if owing is not None:
                owing.paid[source].append(places[0])
                if able < amount:
                    owing.watch(places[0])
        take = Claim.pay if sources[source].cash else Claim.credit
        for place in owing.to(on, source) if rank == SURPLUS and owing is not None else places:
            if not left:
                break
            left = take(claims[place], on, source, left)
        if source in purses:
            purses[source] = held - able + left


def _reopen(claims: dict[int, Claim], receipts: Receipts, on: int, source: int) -> int:
    """Owe again what the ledger holds open again; how much that was."""
    given = 0
    for place, amount in receipts.reopened.get((on, source), ()):
        claims[place].settle(on, -amount, forgiven=False)
        given += amount
        claims[place].give_back(on, source, amount)
    return given


def _undo(claims: dict[int, Claim], on: int, source: int, amount: int) -> None:
    """Owe again what a refunded surplus had paid, of the last items first."""
    for claim in reversed(claims.values()):
        if not amount:
            break
        amount -= claim.give_back(on, source, amount)


class _Owing:
    """The claims that the ledger holds settled and that still owe something, as days go by."""

    def __init__(self, claims: dict[int, Claim], ledger: Ledger, *, refunded: bool) -> None:
        self.claims = claims
        self.ledger = ledger
        self.refunded = refunded
        # A claim owes what the ledger says until it is late: they come in that order.
        self.later = sorted(claims.values(), key=lambda one: (one.first, one.place), reverse=True)
        self.order: list[int] = []
        self.watched: set[int] = set()
        self.paid: dict[int, list[int]] = defaultdict(list)

    def watch(self, place: int) -> None:
        """Look at a claim from now on."""
        if place not in self.watched:
            self.watched.add(place)
            insort(self.order, place)

    def to(self, on: int, source: int) -> Iterator[int]:
        """Those that a surplus finds: first those it paid already, then the others, oldest first.

        None that day that somebody else collects, or nobody.
        """
        while self.later and self.later[-1].first <= on:
            self.watch(self.later.pop().place)
        book, own = self.ledger.book, sorted(self.paid[source])
        apart = kept_apart_on(book, on) if book.kept_apart else ()
        for place in own:
            if place not in apart and not self.claims[place].ledger:
                yield place
        at = 0
        while at < len(self.order):
            place = self.order[at]
            claim = self.claims[place]
            if self.refunded or claim.ledger or claim.principal or claim.owed(on):
                at += 1
                if not claim.ledger and place not in apart:
                    yield place
            else:
                # It will not owe again: nobody need look at it any more.
                self.watched.remove(self.order.pop(at))
