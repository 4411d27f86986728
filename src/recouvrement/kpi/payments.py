"""What was paid, when and how late, as the accounts go by: what measures of delays rest on."""

from collections.abc import Iterable
from datetime import date

from recouvrement.facts.book import NEVER, Item, Source
from recouvrement.kpi.gathering import Part, Reading, View
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.position.application import Ledger


class Paid:
    """Cash of some days on sales, or the items that it settled in full: how many, and how much.

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
        days = on - item.issued
        self.number += 1
        self.amount += amount
        self.waited += days * amount
        self.plain_waited += days
        if item.due != NEVER and not item.assumed:
            late = on - item.due
            self.dates += 1
            self.dated += amount
            self.late += late * amount
            self.beyond += max(0, late) * amount
            self.plain_late += late

    def merge(self, other: "Paid") -> None:
        """Count what another counted too."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Payments(Part):
    """The cash that settles items of one currency at the end of a day, by the day it came.

    Money paid before an invoice counts on the day of issue. `cash` is by amount paid on sales,
    `settled` by item that cash settled in full, the last of its money being cash; `no_sale` is what
    paid items that are no sales.
    """

    __slots__ = (
        "apart",
        "cash",
        "currency",
        "free",
        "no_sale",
        "on",
        "open",
        "otherwise",
        "settled",
    )

    def __init__(self, currency: str, on: date) -> None:
        self.currency = currency
        self.on = on
        self.cash: dict[int, Paid] = {}
        self.settled: dict[int, Paid] = {}
        self.no_sale = self.free = 0
        # How many and how much: items still open, of these the late ones, items settled otherwise,
        # and items that are no sale, all at their totals.
        self.open = {"open": [0, 0], "late": [0, 0]}
        self.otherwise = [0, 0]
        self.apart = [0, 0]

    def close(self, view: View) -> None:
        """Count what one account paid."""
        ledger, sources = view.ledger, view.book.sources
        day = view.day
        for item in view.book.items:
            if item.issued > day or item.currency != self.currency:
                continue
            moves = ledger.by_place.get(item.place, ())
            net = _net(moves)
            cash = [(sources[at], amount) for at, amount in net.items() if sources[at].cash]
            if not item.invoice.is_sale:
                self.no_sale += sum([amount for _, amount in cash])
                _count(self.apart, item.total)
                continue
            for source, amount in cash:
                self._paid(self.cash, item, source, amount)
            if ledger.open[item.place]:
                _count(self.open["open"], item.total)
                if item.due < day:
                    _count(self.open["late"], item.total)
                continue
            last = max((max(sources[at].on, item.issued), sources[at].cash) for at in net)
            if last[1]:
                self.settled.setdefault(last[0], Paid()).add(item, last[0], item.total)
            else:
                _count(self.otherwise, item.total)
        self.free += free_cash(ledger, self.currency)

    def _paid(self, days: dict[int, Paid], item: Item, source: Source, amount: int) -> None:
        on = max(source.on, item.issued)
        days.setdefault(on, Paid()).add(item, on, amount)

    def within(self, days: dict[int, Paid], since: date | None) -> tuple[Paid, Paid]:
        """What was paid after `since`, and before."""
        inside, outside = Paid(), Paid()
        first = 0 if since is None else since.toordinal()
        for on, paid in days.items():
            (inside if on > first else outside).merge(paid)
        return inside, outside


def _net(moves: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """What each source settles once what went back is taken off."""
    net: dict[int, int] = {}
    for _, at, amount in moves:
        net[at] = net.get(at, 0) + amount
    return {at: amount for at, amount in net.items() if amount}


def free_cash(ledger: Ledger, currency: str) -> int:
    """The cash received by the day of the ledger that settles nothing."""
    if currency not in ledger.unapplied():
        return 0
    return sum(
        [
            ledger.free(at)
            for at, source in enumerate(ledger.book.sources)
            if source.cash and source.on <= ledger.day and source.currency == currency
        ]
    )


def _count(tally: list[int], minor: int) -> None:
    tally[0] += 1
    tally[1] += minor


def payments_of(reading: Reading, perimeter: Perimeter) -> Payments:
    """What settles the items at the end of the day of the perimeter."""
    on = perimeter.as_of
    return reading.part(Payments, perimeter.currency, on, on=[on], logged=True)
