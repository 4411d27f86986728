"""What was billed, credited, received, reversed and written off: the other side of the ledger.

Gathered by day from the facts alone, so that the ledger of any closing is a sum over days.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeAlias, TypeVar

from recouvrement.facts.invoice import SALES, Invoice
from recouvrement.facts.settlement import CreditNote, Payment, Reversal, WriteOff
from recouvrement.facts.words import InvoiceKind, WriteOffReason
from recouvrement.kpi.gathering import Part, View
from recouvrement.kpi.measure import Exclusion, Tally
from recouvrement.money import Money

Key = TypeVar("Key")
ByDay: TypeAlias = dict[date, list[int]]
"""How many on each day, and how much."""


class Flows(Part):
    """The facts of one currency, by day; `sold` are the sales, `aside` other invoices by kind."""

    __slots__ = (
        "aside",
        "credited",
        "currency",
        "elsewhere",
        "received",
        "received_elsewhere",
        "replacing",
        "reversed",
        "sold",
        "written_off",
        "written_off_elsewhere",
    )

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.sold: ByDay = {}
        # Whether the account at hand has an invoice that replaces another: few do.
        self.replacing = False
        self.aside: dict[tuple[date, InvoiceKind], list[int]] = {}
        self.elsewhere: dict[tuple[date, str], list[int]] = {}
        self.credited: dict[date, int] = defaultdict(int)
        self.received: dict[date, int] = defaultdict(int)
        self.received_elsewhere: dict[tuple[date, str], list[int]] = {}
        self.reversed: dict[date, int] = defaultdict(int)
        self.written_off: dict[tuple[date, WriteOffReason], list[int]] = {}
        self.written_off_elsewhere: dict[tuple[date, str], list[int]] = {}

    def meet(self, view: View) -> None:
        """Count the facts of one account."""
        currency, facts = self.currency, view.facts
        self._invoices(facts[Invoice])
        received = self.received
        for payment in facts[Payment]:
            amount = payment.amount
            if amount.currency == currency:
                received[payment.received_on] += amount.minor
            else:
                key = payment.received_on, amount.currency
                count(self.received_elsewhere, key, amount.minor)
        for note in facts[CreditNote]:
            if note.total.currency == currency:
                self.credited[note.issued_on] += note.total.minor
        for loss in facts[WriteOff]:
            if loss.amount.currency == currency:
                count(self.written_off, (loss.on, loss.reason), loss.amount.minor)
            else:
                key = loss.on, loss.amount.currency
                count(self.written_off_elsewhere, key, loss.amount.minor)
        if facts[Reversal]:
            self._reversals(facts[Payment], facts[Reversal])

    def _invoices(self, invoices: Iterable[Invoice]) -> None:
        currency, sold = self.currency, self.sold
        self.replacing = False
        for invoice in invoices:
            total, on = invoice.total, invoice.issued_on
            if invoice.replaces is not None:
                self.replacing = True
            if total.currency != currency:
                if invoice.is_sale:
                    count(self.elsewhere, (on, total.currency), total.minor)
            elif invoice.kind not in SALES:
                count(self.aside, (on, invoice.kind), total.minor)
            elif on in sold:
                cell = sold[on]
                cell[0] += 1
                cell[1] += total.minor
            else:
                sold[on] = [1, total.minor]

    def _reversals(self, payments: Iterable[Payment], reversals: Iterable[Reversal]) -> None:
        came = {one.id: one for one in payments}
        for one in reversals:
            payment = came.get(one.payment)
            if payment is not None and payment.amount.currency == self.currency:
                # What has not come yet cannot have gone back.
                on = max(one.on, payment.received_on)
                self.reversed[on] += (one.amount or payment.amount).minor

    def billed(self, on: date) -> int:
        """All that was billed through a day, sale or not."""
        sold = sum([minor for day, (_, minor) in self.sold.items() if day <= on])
        return sold + sum([minor for (day, _), (_, minor) in self.aside.items() if day <= on])

    def ledger(self, on: date, unapplied: int, owed: int) -> Tally:
        """How what is open at the end of a day follows from these facts and from what waits."""
        lines = (
            ("billed", self.billed(on)),
            ("credited", -through(self.credited, on)),
            ("received", -through(self.received, on)),
            ("reversed", through(self.reversed, on)),
            ("written off", -self.given_up(on)),
            ("unapplied", unapplied),
        )
        return Tally(
            f"ledger on {on}",
            tuple((label, Money(minor, self.currency)) for label, minor in lines),
            Money(owed, self.currency),
        )

    def given_up(self, on: date) -> int:
        """All that was written off through a day, whatever the reason."""
        return sum([minor for (day, _), (_, minor) in self.written_off.items() if day <= on])


def elsewhere(
    reason: str, tallies: Mapping[tuple[date, str], Sequence[int]], on: date, since: date | None
) -> tuple[Exclusion, ...]:
    """What is in other currencies, of the days through `on`; after `since`, when it is given."""
    merged: dict[str, list[int]] = {}
    for (day, currency), (number, minor) in tallies.items():
        if day <= on and (since is None or day > since):
            cell = merged.setdefault(currency, [0, 0])
            cell[0] += number
            cell[1] += minor
    return tuple(
        Exclusion(f"{reason} in another currency", number, Money(minor, currency))
        for currency, (number, minor) in sorted(merged.items())
    )


def count(tallies: dict[Key, list[int]], key: Key, minor: int) -> None:
    """One more of this key, and so much more."""
    cell = tallies.setdefault(key, [0, 0])
    cell[0] += 1
    cell[1] += minor


def through(amounts: dict[date, int], on: date, *, since: date | None = None) -> int:
    """The amounts of the days through `on`; after `since`, when it is given."""
    return sum(
        [minor for day, minor in amounts.items() if day <= on and (since is None or day > since)]
    )
