"""The figures of docs/examples/measuring.py by another way, with nothing of the library.

    by_hand.py fec docs/examples/ledger/ledger_fec.txt 2026-11-02
    by_hand.py tables FOLDER 2025-12-31

Both files become one plain list of invoices with the money that settled each; every figure is then
computed from that list by its definition, one loop at a time.
"""

from __future__ import annotations

import csv
import sys
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

WINDOW = 90
SLOWEST = 10
FEWEST_PAID = 3
AGEING = (0, 30, 60, 90, 120)
MATRIX = (0, 30, 60, 90)
LOSS_RATES = ("0.3", "1.6", "3.6", "6.6", "10.6")


class Settled(NamedTuple):
    """So much of an invoice on a day, by money or by a credit note."""

    on: date
    amount: Fraction
    cash: bool


class Sold(NamedTuple):
    """One invoice: who owes it, whether it is a sale of the period, and what settled it."""

    debtor: str
    issued: date
    due: date
    total: Fraction
    is_sale: bool
    settled: list[Settled]

    def open_on(self, day: date) -> Fraction:
        """What is owed of it at the end of a day; money that came before it waits for it."""
        if self.issued > day:
            return Fraction(0)
        return self.total - sum(one.amount for one in self.settled if one.on <= day)


# --- the tables of a folder ----------------------------------------------------------------------


def day_of(cell: str) -> date | None:
    try:
        return datetime.strptime(cell.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 (a day alone)
    except ValueError:
        return None


def amount_of(cell: str) -> Fraction | None:
    try:
        amount = Fraction(Decimal(cell.strip()))
    except (InvalidOperation, ValueError):
        return None
    return amount if amount > 0 else None


def distinct_rows(path: Path) -> Iterable[dict[str, str]]:
    """The rows of a table, each once: exact repetitions are the commonest dirt."""
    seen = set()
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            content = tuple(cell.strip() for cell in row.values())
            if content not in seen:
                seen.add(content)
                yield row


def from_tables(folder: Path) -> list[Sold]:
    """Invoices with both dates and an amount above 0; each payment pays what is left of its own."""
    sold: dict[str, Sold] = {}
    for row in distinct_rows(folder / "Invoices.csv"):
        issued, due = day_of(row["Invoice_Date"]), day_of(row["Due_Date"])
        total = amount_of(row["Invoice_Amount"])
        name = row["Invoice_ID"].strip()
        if issued and due and total and name not in sold:
            sold[name] = Sold(row["Customer_ID"].strip(), issued, due, total, True, [])  # noqa: FBT003
    paid: dict[str, list[tuple[date, Fraction]]] = defaultdict(list)
    for row in distinct_rows(folder / "Payments.csv"):
        on, amount = day_of(row["Payment_Date"]), amount_of(row["Amount_Paid"])
        if on and amount:
            paid[row["Invoice_ID"].strip()].append((on, amount))
    for name, one in sold.items():
        left = one.total
        for on, amount in sorted(paid[name], key=lambda payment: payment[0]):
            part = min(left, amount)
            left -= part
            if part:
                one.settled.append(Settled(on, part, True))  # noqa: FBT003
    return list(sold.values())


# --- a French accounting export ------------------------------------------------------------------


def cents(cell: str) -> Fraction:
    return Fraction(Decimal(cell.replace(",", ".") or "0"))


def from_fec(path: Path, terms: int) -> list[Sold]:
    """Debits on 411 as invoices, credits as what settles those of their letter, oldest first."""
    entries: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            entries[row["EcritureNum"], row["EcritureDate"]].append(row)
    sold: list[Sold] = []
    letters: dict[tuple[str, str], tuple[list[Sold], list[Settled]]] = defaultdict(lambda: ([], []))
    for entry in entries.values():
        sales = sum(
            cents(row["Credit"]) - cents(row["Debit"])
            for row in entry
            if row["CompteNum"].startswith("70")
        )
        for row in entry:
            if not row["CompteNum"].startswith("411"):
                continue
            on = datetime.strptime(row["EcritureDate"], "%Y%m%d").date()  # noqa: DTZ007 (a day)
            debtor = f"{row['CompteNum']}/{row['CompAuxNum']}"
            owed, money = letters[debtor, row["EcritureLet"].strip()]
            amount = cents(row["Debit"]) - cents(row["Credit"])
            if amount > 0:
                is_sale = sales > 0 and row["JournalCode"] != "AN"
                one = Sold(debtor, on, on + timedelta(terms), amount, is_sale, [])
                sold.append(one)
                owed.append(one)
            else:
                money.append(Settled(on, -amount, sales >= 0))
    for (_, letter), (owed, money) in letters.items():
        if letter:
            pair(owed, money)
    return sold


def pair(owed: list[Sold], money: list[Settled]) -> None:
    """The money of one letter to its invoices, oldest to oldest, as far as it goes."""
    owed.sort(key=lambda one: one.issued)
    for one in sorted(money, key=lambda one: one.on):
        left = one.amount
        for invoice in owed:
            room = invoice.total - sum(part.amount for part in invoice.settled)
            part = min(left, room)
            if part:
                invoice.settled.append(Settled(one.on, part, one.cash))
                left -= part


# --- the definitions -----------------------------------------------------------------------------


def balance(sold: Sequence[Sold], on: date) -> Fraction:
    return sum((one.open_on(on) for one in sold), Fraction(0))


def not_due(sold: Sequence[Sold], on: date) -> Fraction:
    return sum((one.open_on(on) for one in sold if one.due >= on), Fraction(0))


def sales(sold: Sequence[Sold], since: date, until: date) -> Fraction:
    """What was invoiced after `since` through `until`."""
    return sum(
        (one.total for one in sold if one.is_sale and since < one.issued <= until), Fraction(0)
    )


def by_age(sold: Sequence[Sold], on: date, bounds: Sequence[int]) -> list[tuple[Fraction, int]]:
    """How much is open, and of how many invoices, up to each bound of days past due and above."""
    found = []
    for low, high in zip((None, *bounds), (*bounds, None), strict=True):
        late = [
            one.open_on(on)
            for one in sold
            if (low is None or (on - one.due).days > low)
            and (high is None or (on - one.due).days <= high)
        ]
        found.append((sum(late, Fraction(0)), sum(amount > 0 for amount in late)))
    return found


def dso(sold: Sequence[Sold], on: date) -> Fraction:
    return balance(sold, on) / sales(sold, on - timedelta(WINDOW), on) * WINDOW


def best_possible(sold: Sequence[Sold], on: date) -> Fraction:
    return not_due(sold, on) / sales(sold, on - timedelta(WINDOW), on) * WINDOW


def count_back(sold: Sequence[Sold], on: date) -> Fraction | None:
    """The days of the latest months whose sales make up what is open; None: too short a history."""
    rest, days, end = balance(sold, on), Fraction(0), on
    first = min(one.issued for one in sold if one.is_sale)
    while rest > 0:
        if end < first.replace(day=1):
            return None
        start = end.replace(day=1)
        length = end.day if end == on else monthrange(end.year, end.month)[1]
        month = sales(sold, start - timedelta(1), end)
        if month > rest:
            return days + rest / month * length
        days += length
        rest -= month
        end = start - timedelta(1)
    return days


def effectiveness(sold: Sequence[Sold], on: date) -> Fraction:
    """CEI over the window, in percent."""
    since = on - timedelta(WINDOW)
    entered = balance(sold, since) + sales(sold, since, on)
    return 100 * (entered - balance(sold, on)) / (entered - not_due(sold, on))


def average_delays(sold: Sequence[Sold], on: date) -> list[tuple[str, int, Fraction]]:
    """The slowest payers: how many invoices each paid in full in cash, how late on average."""
    delays: dict[str, list[int]] = defaultdict(list)
    for one in sold:
        if not one.is_sale or one.issued > on or one.open_on(on):
            continue
        last = max(part.on for part in one.settled if part.on <= on)
        if any(part.cash for part in one.settled if part.on == last):
            delays[one.debtor].append((max(last, one.issued) - one.due).days)
    found = [
        (debtor, len(each), Fraction(sum(each), len(each)))
        for debtor, each in delays.items()
        if len(each) >= FEWEST_PAID
    ]
    return sorted(found, key=lambda payer: (-payer[2], payer[0]))[:SLOWEST]


def provision(sold: Sequence[Sold], on: date) -> list[Fraction]:
    """What may be lost of each bucket, to the cent, half up."""
    lines = zip(by_age(sold, on, MATRIX), LOSS_RATES, strict=True)
    return [
        Fraction(int(amount * Fraction(rate) + Fraction(1, 2)), 100) for (amount, _), rate in lines
    ]


def received(sold: Sequence[Sold], on: date, weeks: int = 13) -> list[Fraction]:
    """What came in each week after a day, on the invoices that were open at its end."""
    came = [Fraction(0)] * weeks
    for one in sold:
        if one.open_on(on):
            for part in one.settled:
                week = ((part.on - on).days - 1) // 7
                if part.cash and 0 <= week < weeks:
                    came[week] += part.amount
    return came


def figures(sold: Sequence[Sold], on: date) -> dict[str, Any]:
    """Every figure of the example, exactly."""
    return {
        "ageing": by_age(sold, on, AGEING),
        "DSO": dso(sold, on),
        "DSO, count-back": count_back(sold, on),
        "DSO, best possible": best_possible(sold, on),
        "CEI": effectiveness(sold, on),
        "slowest": average_delays(sold, on),
        "provision": provision(sold, on),
    }


def told(value: object) -> str:
    match value:
        case list():
            return "".join(f"\n  {told(one)}" for one in value)
        case tuple():
            return " ".join(map(told, value))
        case Fraction():
            return f"{Decimal(value.numerator) / value.denominator:.4f}"
        case _:
            return str(value)


def main(kind: str, path: str, day: str) -> None:
    sold = from_fec(Path(path), terms=30) if kind == "fec" else from_tables(Path(path))
    for name, value in figures(sold, date.fromisoformat(day)).items():
        sys.stdout.write(f"{name}: {told(value)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
