"""What was paid, when and how late, as the accounts go by: what measures of delays rest on."""

from collections.abc import Iterable
from datetime import date

from recouvrement.facts.book import NEVER, Item, Source
from recouvrement.facts.invoice import SALES
from recouvrement.kpi.gathering import Part, Reading, View
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.position.application import Ledger


class Paid:
    """Payments on sales, or sales paid in full: how many, how much, and how long they took.

    `waited` weights the days from issue with `amount`, `late` the days from the due date with
    `dated` (what has an agreed due date), `beyond` the same with early payments as 0; the `plain`
    ones count each once, whatever its amount.
    """

    __slots__ = (
        "amount",
        "beyond",
        "dated",
        "dates",
        "late",
        "number",
        "plain_late",
        "plain_waited",
        "waited",
    )

    def __init__(self) -> None:
        self.number = self.amount = self.waited = self.plain_waited = 0
        self.dates = self.dated = self.late = self.beyond = self.plain_late = 0

    def add(self, item: Item, on: int, amount: int) -> None:
        """Count an amount paid on a day."""
        days, due = on - item.issued, item.due
        self.number += 1
        self.amount += amount
        self.waited += days * amount
        self.plain_waited += days
        if due != NEVER and not item.assumed:
            late = on - due
            self.dates += 1
            self.dated += amount
            self.late += late * amount
            self.plain_late += late
            if late > 0:
                self.beyond += late * amount

    def with_(self, other: "Paid") -> "Paid":
        """What either counts."""
        both = Paid()
        for name in self.__slots__:
            setattr(both, name, getattr(self, name) + getattr(other, name))
        return both


class Payments(Part):
    """The cash that settles items of one currency at the end of a day, and came after another.

    Money paid before an invoice counts on the day of issue. An item is settled on the day of the
    last money that it took, when that is cash. `*_before` are amounts of what came too early for
    the period, `no_sale` what paid items that are no sales.
    """

    rows_only = False

    __slots__ = (
        "_at_once",
        "_in_parts",
        "_lastly",
        "_late",
        "_open",
        "apart",
        "cash_before",
        "currency",
        "first",
        "free",
        "no_sale",
        "otherwise",
        "settled_before",
    )

    def __init__(self, currency: str, since: date | None) -> None:
        self.currency = currency
        self.first = 0 if since is None else since.toordinal()
        # Most items are paid at once, in full: counted once, for payments and for items.
        self._at_once, self._in_parts, self._lastly = Paid(), Paid(), Paid()
        self.cash_before = self.settled_before = self.no_sale = self.free = 0
        # How many and how much: items still open, of these the late ones, items settled otherwise,
        # and items that are no sale, all at their totals.
        self._open, self._late = [0, 0], [0, 0]
        self.otherwise = [0, 0]
        self.apart = [0, 0]

    @property
    def open(self) -> dict[str, list[int]]:
        """How many items are still open, and of these late; and their totals."""
        return {"open": self._open, "late": self._late}

    @property
    def cash(self) -> Paid:
        """What was paid in the period, payment by payment and item by item."""
        return self._at_once.with_(self._in_parts)

    @property
    def settled(self) -> Paid:
        """The items that cash settled in full in the period."""
        return self._at_once.with_(self._lastly)

    def close(self, view: View) -> None:
        """Count what one account paid."""
        ledger, sources, day, currency = view.ledger, view.book.sources, view.day, self.currency
        opens, by_place, first = ledger.open, ledger.by_place, self.first
        for item in view.book.items:
            if item.issued > day or item.currency != currency:
                continue
            moves = by_place.get(item.place, ())
            if item.invoice.kind not in SALES or (moves and (opens[item.place] or len(moves) != 1)):
                self._count(item, moves, opens[item.place], view)
                continue
            if not moves:
                self._owed(item, day)
                continue
            source = sources[moves[0][1]]
            if not source.cash:
                _tell(self.otherwise, item.total)
                continue
            on = max(source.on, item.issued)
            if on > first:
                self._at_once.add(item, on, item.total)
            else:
                self.cash_before += item.total
                self.settled_before += item.total
        if currency in view.spare:
            self.free += free_cash(ledger, currency)

    def _count(
        self, item: Item, moves: Iterable[tuple[int, int, int]], left: int, view: View
    ) -> None:
        """Count an item that was not paid at once, in full, by one payment."""
        sources = view.book.sources
        net = {sources[at]: amount for at, amount in _net(moves).items()}
        cash = [(source, amount) for source, amount in net.items() if source.cash]
        if item.invoice.kind not in SALES:
            self.no_sale += sum([amount for _, amount in cash])
            _tell(self.apart, item.total)
            return
        for source, amount in cash:
            on = max(source.on, item.issued)
            if on > self.first:
                self._in_parts.add(item, on, amount)
            else:
                self.cash_before += amount
        if left:
            self._owed(item, view.day)
        else:
            self._settle(item, net)

    def _owed(self, item: Item, day: int) -> None:
        total = item.total
        self._open[0] += 1
        self._open[1] += total
        if item.due < day:
            self._late[0] += 1
            self._late[1] += total

    def _settle(self, item: Item, net: Iterable[Source]) -> None:
        last, by_cash = max((max(source.on, item.issued), source.cash) for source in net)
        if not by_cash:
            _tell(self.otherwise, item.total)
        elif last > self.first:
            self._lastly.add(item, last, item.total)
        else:
            self.settled_before += item.total


def _net(moves: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """What each source settles once what went back is taken off."""
    net: dict[int, int] = {}
    for _, at, amount in moves:
        net[at] = net.get(at, 0) + amount
    return {at: amount for at, amount in net.items() if amount}


def free_cash(ledger: Ledger, currency: str) -> int:
    """The cash received by the day of the ledger that settles nothing."""
    return sum(
        [
            ledger.free(at)
            for at, source in enumerate(ledger.book.sources)
            if source.cash and source.on <= ledger.day and source.currency == currency
        ]
    )


def _tell(tally: list[int], minor: int) -> None:
    tally[0] += 1
    tally[1] += minor


def payments_of(reading: Reading, perimeter: Perimeter) -> Payments:
    """What settles the items at the end of the perimeter, and came in its period."""
    on = [perimeter.as_of]
    return reading.part(Payments, perimeter.currency, perimeter.since, on=on, logged=True)
