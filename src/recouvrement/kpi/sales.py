"""What was sold, period by period, as the accounts go by.

Sales are the totals, tax included, of the invoices that are sales. Openings, accessories and
adjustments are set aside and counted. A credit note reduces sales only when it cancels an invoice
that was issued again, since both invoices count: any other credit note (a discount, goods taken
back) is a settlement, and leaves sales as they were invoiced.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TypeVar

from recouvrement.facts.dispute import Dispute
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.settlement import CashApplication, CreditNote
from recouvrement.facts.words import InvoiceKind
from recouvrement.kpi.closing import flows_of
from recouvrement.kpi.flows import Flows
from recouvrement.kpi.gathering import Part, Reading, View, Visible, visible_on
from recouvrement.kpi.measure import Exclusion, Tally
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.money import Money

Word = TypeVar("Word", bound=str)


def cancelled_and_reissued(visible: Visible) -> Iterator[tuple[CreditNote, int]]:
    """Each credit note with what it cancels, in minor units, of invoices issued again.

    Recognised by three facts together: an invoice, a sale, that `replaces` another; that other, a
    sale or an opening; and a credit note directed to it, by its allocations, by the dispute that it
    closes, or by a cash application. No invoice is cancelled for more than its total: the earliest
    credit notes count.
    """
    reissued = {one.replaces for one in visible[Invoice] if one.replaces and one.is_sale}
    if not reissued:
        return
    left: dict[str, int] = {}
    invoice_of: dict[str, str] = {}
    for one in visible[Invoice]:
        if one.id in reissued and (one.is_sale or one.kind is InvoiceKind.OPENING):
            left[one.id] = one.total.minor
            invoice_of.update(dict.fromkeys((one.id, *one.item_ids), one.id))
    for note in visible[CreditNote]:
        cancelled = 0
        for item, amount in _directions(note, visible):
            invoice = invoice_of.get(item)
            if invoice is not None:
                taken = min(amount, left[invoice])
                left[invoice] -= taken
                cancelled += taken
        if cancelled:
            yield note, cancelled


def _directions(note: CreditNote, visible: Visible) -> Iterator[tuple[str, int]]:
    """The items that a credit note was directed to, and for how much."""
    for part in note.allocations:
        yield part.invoice, part.amount.minor
    if note.dispute is not None and not note.allocations:
        for dispute in visible[Dispute]:
            if dispute.id == note.dispute:
                yield dispute.invoice, note.total.minor
    for advice in visible[CashApplication]:
        if advice.source == note.id:
            yield advice.invoice, advice.amount.minor


class Sales(Part):
    """The sales of one currency as they are known through one day, by day."""

    __slots__ = ("currency", "flows", "on", "reissued")

    def __init__(self, flows: Flows, on: date) -> None:
        self.flows = flows
        self.currency = flows.currency
        self.on = on
        self.reissued: dict[date, int] = defaultdict(int)

    def meet(self, view: View) -> None:
        """Count what one account was sold again: the rest is in the flows."""
        if self.flows.replacing:
            for note, amount in cancelled_and_reissued(visible_on(view.facts, self.on)):
                if note.total.currency == self.currency:
                    self.reissued[note.issued_on] += amount

    def earliest(self) -> date | None:
        """The day of the first sale known."""
        return min((day for day in self.flows.sold if day <= self.on), default=None)

    def after(self, since: date | None) -> "Sold":
        """The sales of the days after `since`; of all days without it."""
        return Sold(self, since, self.on)

    def between(self, since: date | None, until: date) -> "Sold":
        """The sales of the days after `since` through `until`."""
        return Sold(self, since, min(until, self.on))


class Sold:
    """The sales of a period: from `since` (excluded) to `until` (included)."""

    def __init__(self, sales: Sales, since: date | None, until: date) -> None:
        self.sales = sales
        self.since = since
        self.until = until
        inside = [cell for day, cell in sales.flows.sold.items() if self.holds(day)]
        again = [minor for day, minor in sales.reissued.items() if self.holds(day)]
        self.invoices = sum([number for number, _ in inside])
        self.gross = sum([minor for _, minor in inside])
        self.reissued = sum(again)
        self.minor = self.gross - self.reissued

    def holds(self, day: date) -> bool:
        """Whether a day is in the period."""
        return day <= self.until and (self.since is None or day > self.since)

    @property
    def total(self) -> Money:
        """The sales, net of what was cancelled and issued again."""
        return Money(self.minor, self.sales.currency)

    def tally(self, *, gross: bool = False) -> Tally:
        """How these sales follow from all that was ever billed; `gross`, before any reissue."""
        flows, on = self.sales.flows, self.sales.on
        outside = sum(
            [minor for day, (_, minor) in flows.sold.items() if day <= on and not self.holds(day)]
        ) + sum(
            [
                minor
                for (day, _), (_, minor) in flows.aside.items()
                if day <= on and not self.holds(day)
            ]
        )
        lines = [
            ("billed", flows.billed(on)),
            ("billed outside the period", -outside),
            *((str(kind), -minor) for kind, (_, minor) in self._merged(flows.aside)),
        ]
        if not gross:
            lines.append(("credit notes that cancel and reissue", -self.reissued))
        return Tally(
            "sales",
            tuple((label, Money(minor, flows.currency)) for label, minor in lines),
            Money(self.gross, flows.currency) if gross else self.total,
        )

    def excluded(self) -> tuple[Exclusion, ...]:
        """What the period billed that is no sale, or is in another currency."""
        flows = self.sales.flows
        aside = [
            Exclusion(f"billed, {kind}: no sale", number, Money(minor, flows.currency))
            for kind, (number, minor) in self._merged(flows.aside)
        ]
        elsewhere = [
            Exclusion("sales in another currency", number, Money(minor, currency))
            for currency, (number, minor) in self._merged(flows.elsewhere)
        ]
        return (*aside, *elsewhere)

    def _merged(
        self, tallies: Mapping[tuple[date, Word], Sequence[int]]
    ) -> list[tuple[Word, tuple[int, int]]]:
        """The tallies of the period, one per word, in order of word."""
        merged: dict[Word, tuple[int, int]] = {}
        for (day, word), (number, minor) in tallies.items():
            if self.holds(day):
                known = merged.get(word, (0, 0))
                merged[word] = known[0] + number, known[1] + minor
        return sorted(merged.items())


def sales_of(reading: Reading, perimeter: Perimeter, on: date) -> Sales:
    """The sales known through a day, in the currency of the perimeter."""
    return reading.part(Sales, flows_of(reading, perimeter, on), on, until=on)
