"""What was sold, period by period, as the accounts go by.

Sales are the totals, tax included, of the invoices that are sales. Openings, accessories and
adjustments are set aside and counted. A credit note reduces sales only when it cancels an invoice
that was issued again, since both invoices count: any other credit note (a discount, goods taken
back) is a settlement, and leaves sales as they were invoiced.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from recouvrement.facts.dispute import Dispute
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.settlement import CashApplication, CreditNote
from recouvrement.facts.words import InvoiceKind
from recouvrement.kpi.measure import Exclusion, Tally
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.money import Money

PERIOD: Final = 1
BEFORE: Final = 0
"""The periods of a measure that has one: after `since`, and before."""

Visible = Mapping[type[Fact], Sequence[Any]]


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


class Sales:
    """The sales of one currency, gathered by period; `period_of` numbers the period of a day.

    Without it there are two: `PERIOD`, from `since` (excluded) on, and `BEFORE`.
    """

    __slots__ = ("aside", "currency", "elsewhere", "invoices", "period_of", "reissued", "sold")

    def __init__(
        self, perimeter: Perimeter, period_of: Callable[[date], int] | None = None
    ) -> None:
        since = perimeter.since
        self.currency = perimeter.currency
        self.period_of = period_of or (
            lambda on: BEFORE if since is not None and on <= since else PERIOD
        )
        self.sold: dict[int, int] = defaultdict(int)
        self.invoices: dict[int, int] = defaultdict(int)
        self.reissued: dict[int, int] = defaultdict(int)
        # By period and kind, by period and other currency: [how many, how much].
        self.aside: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
        self.elsewhere: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, visible: Visible) -> None:
        """Count what one account was sold."""
        currency, period_of = self.currency, self.period_of
        for invoice in visible[Invoice]:
            period = period_of(invoice.issued_on)
            total = invoice.total
            if total.currency != currency:
                if invoice.is_sale:
                    _count(self.elsewhere[period, total.currency], total.minor)
            elif invoice.is_sale:
                self.sold[period] += total.minor
                self.invoices[period] += 1
            else:
                _count(self.aside[period, str(invoice.kind)], total.minor)
        for note, amount in cancelled_and_reissued(visible):
            if note.total.currency == currency:
                self.reissued[period_of(note.issued_on)] += amount

    def total(self, period: int) -> int:
        """The sales of a period, net of what was cancelled and issued again."""
        return self.sold.get(period, 0) - self.reissued.get(period, 0)

    def count(self, periods: Iterable[int]) -> int:
        """How many invoices these periods sold."""
        return sum(self.invoices.get(period, 0) for period in periods)

    def tally(self, billed: int, periods: Iterable[int]) -> Tally:
        """How the sales of these periods follow from all that was ever billed."""
        inside = frozenset(periods)
        outside = sum(minor for period, minor in self.sold.items() if period not in inside)
        for (period, _), (_, minor) in self.aside.items():
            outside += 0 if period in inside else minor
        again = sum(minor for period, minor in self.reissued.items() if period in inside)
        lines = [
            ("billed", billed),
            ("billed outside the period", -outside),
            *((kind, -minor) for kind, (_, minor) in _merged(self.aside, inside)),
            ("credit notes that cancel and reissue", -again),
        ]
        return Tally(
            "sales",
            tuple((label, Money(minor, self.currency)) for label, minor in lines),
            Money(sum(map(self.total, inside)), self.currency),
        )

    def excluded(self, periods: Iterable[int]) -> tuple[Exclusion, ...]:
        """What these periods billed that is no sale, or is in another currency."""
        inside = frozenset(periods)
        aside = [
            Exclusion(f"billed, {kind}: no sale", count, Money(minor, self.currency))
            for kind, (count, minor) in _merged(self.aside, inside)
        ]
        elsewhere = [
            Exclusion("sales in another currency", count, Money(minor, currency))
            for currency, (count, minor) in _merged(self.elsewhere, inside)
        ]
        return (*aside, *elsewhere)


def _count(tally: list[int], minor: int) -> None:
    tally[0] += 1
    tally[1] += minor


def _merged(
    tallies: Mapping[tuple[int, str], list[int]], inside: frozenset[int]
) -> list[tuple[str, list[int]]]:
    """The tallies of these periods, one per word, in order of word."""
    merged: dict[str, list[int]] = {}
    for (period, word), (count, minor) in tallies.items():
        if period in inside:
            whole = merged.setdefault(word, [0, 0])
            whole[0] += count
            whole[1] += minor
    return sorted(merged.items())
