"""The measures of a ledger one after another, as in a notebook: text, and a page when asked.

    measuring.py                                            the bundled, fictional ledger
    measuring.py FOLDER --as-of 2025-12-31 --currency INR   the tables of a folder
    measuring.py … --html measures.html                     also what a notebook would show

A folder has Invoices.csv and Payments.csv, and may have Customer_Master.csv.

Each section asks one thing of the library and shows its answer. All input and output is here.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from html import escape
from pathlib import Path
from typing import Any, Final, Protocol

from attrs import evolve, frozen
from review import Ledger, UserError, bundled, day, policy_of, table_of

from recouvrement import Account, InvalidFact, Money, RecouvrementError, kpi
from recouvrement.interop import records
from recouvrement.position import Behaviour, behaviour_of
from recouvrement.tables import html_table, text_table

WINDOW: Final = 90
SLOWEST: Final = 10
# An average of fewer payments says more about chance than about the debtor.
FEWEST_PAID: Final = 3
FORECAST_BEFORE: Final = (182, 91)
# Those of the published example of IFRS 9, since neither ledger says what was ever lost.
LOSS_RATES: Final = ("0.3", "1.6", "3.6", "6.6", "10.6")

INVOICES: Final = {
    "id": "Invoice_ID", "debtor": "Customer_ID", "issued_on": "Invoice_Date",
    "due_on": "Due_Date", "total": "Invoice_Amount",
}  # fmt: skip
PAYMENTS: Final = {
    "id": "Payment_ID", "invoice": "Invoice_ID", "received_on": "Payment_Date",
    "amount": "Amount_Paid",
}  # fmt: skip


class Shown(Protocol):
    """What every answer of the library offers: rows for a table, and a page for a notebook."""

    def to_rows(self) -> list[dict[str, object]]:
        """One mapping of column to value per row."""

    def _repr_html_(self) -> str: ...


# --- reading -------------------------------------------------------------------------------------


def from_folder(folder: Path, as_of: date, currency: str) -> Ledger:
    """The tables of a folder; customers give names and credit limits, when they are there."""
    reading = records.read(
        table_of(folder / "Invoices.csv"),
        columns=INVOICES,
        currency=currency,
        payments=table_of(folder / "Payments.csv"),
        payment_columns=PAYMENTS,
        kind="business",
    )
    master = folder / "Customer_Master.csv"
    about = {row["Customer_ID"]: row for row in table_of(master)} if master.exists() else {}
    accounts = tuple(described(one, about, currency) for one in reading.accounts)
    policy = policy_of(None, currency)
    return Ledger(str(folder), evolve(reading, accounts=accounts), as_of, currency, policy)


def described(account: Account, about: Mapping[str, Mapping[str, str]], currency: str) -> Account:
    """The account with what the customer table says of its debtor."""
    row = about.get(account.debtor.id)
    if row is None:
        return account
    try:
        limit = Money.of(row["Credit_Limit"].strip(), currency)
    except InvalidFact:
        limit = None  # a cell that is no amount is no limit
    debtor = evolve(
        account.debtor,
        name=row["Customer_Name"].strip() or account.debtor.id,
        sector=row["Industry"].strip() or None,
        owner=row["Account_Manager"].strip() or None,
        credit_limit=limit,
    )
    return evolve(account, debtor=debtor)


# --- asking the library --------------------------------------------------------------------------


@frozen
class Slow:
    """The debtors who paid latest, on average, over what they paid; the latest first."""

    payers: tuple[tuple[Account, Behaviour, Fraction], ...]

    def to_rows(self) -> list[dict[str, object]]:
        """One row per debtor."""
        return [
            {
                "debtor": account.debtor.id,
                "name": account.debtor.name,
                "paid": one.settled,
                "average delay": Decimal(average.numerator) / average.denominator,
                "median": one.median_delay,
                "habitual": one.habitual_delay,
                "trend": one.trend,
                "late, percent": one.late_share,
                "unpaid and late": len(one.still_late),
                "latest of these, days": one.still_late[-1] if one.still_late else None,
            }
            for account, one, average in self.payers
        ]

    def _repr_html_(self) -> str:
        pages = [html_table(self.to_rows(), caption="The slowest payers")]
        return "\n".join([*pages, *(one._repr_html_() for _, one, _ in self.payers)])


def slowest(ledger: Ledger) -> Slow:
    """The debtors with the greatest average delay; of equals, the first by id."""
    conventions, found = ledger.policy.conventions, []
    for account in ledger.accounts:
        one = behaviour_of(account, as_of=ledger.as_of, conventions=conventions)
        if one.settled >= FEWEST_PAID:
            found.append((account, one, Fraction(sum(one.delays), one.settled)))
    found.sort(key=lambda payer: (-payer[2], payer[0].debtor.id))
    return Slow(tuple(found[:SLOWEST]))


@frozen
class Section:
    """A title, one sentence, rows to print, and the answers of the library for a page."""

    title: str
    says: str
    rows: Sequence[Mapping[str, object]]
    answers: tuple[Shown, ...]


@frozen
class Measured:
    """Every answer about a ledger."""

    ledger: Ledger
    ageing: kpi.Measure
    days: kpi.Survey
    slow: Slow
    backtest: kpi.Backtest
    forecast: kpi.Forecast
    provision: kpi.ProvisionMatrix
    exposure: kpi.Exposure

    @property
    def sections(self) -> Iterator[Section]:
        """The answers in the order in which they are read."""
        says = f"{len(self.ledger.accounts)} accounts; unapplied money is apart. {self.ageing!r}"
        yield section("Ageing, by days past due", says, self.ageing)
        says = f"DSO three ways and collection effectiveness; of {WINDOW} days, but the count-back."
        rows: list[dict[str, object]] = [
            {"measure": one.title, "value": one.value, "unit": one.unit, "why not": one.undefined}
            for one in self.days.whole
        ]
        yield Section("Days of sales", says, rows, self.days.whole)
        says = f"By average delay, of the debtors who paid {FEWEST_PAID} invoices or more."
        yield section(f"The {SLOWEST} slowest payers", says, self.slow)
        yield section("Forecast against what then happened", self.was_forecast, self.backtest)
        yield section("Cash forecast", repr(self.forecast), self.forecast)
        says = f"{self.provision!r}, at the rates of a published example."
        yield section("Provision matrix", says, self.provision)
        says = f"{self.exposure!r}; the furthest over first."
        rows = self.exposure.to_rows()[:SLOWEST]
        yield Section("Exposure against credit limits", says, rows, (self.exposure,))

    @property
    def was_forecast(self) -> str:
        """How past forecasts ended, in one sentence per day."""
        said = []
        for on in sorted({one.forecast_on for one in self.backtest.weeks}):
            weeks = [one for one in self.backtest.weeks if one.forecast_on == on]
            zero = Money.zero(self.ledger.currency)
            expected = sum((one.expected for one in weeks), zero)
            likely = sum((one.likely for one in weeks), zero)
            received = sum((one.received for one in weeks), zero)
            said.append(
                f"On {on}, {expected} were expected in {len(weeks)} weeks, {likely} held likely;"
                f" {received} came."
            )
        return " ".join([*said, repr(self.backtest)])


def section(title: str, says: str, answer: Shown) -> Section:
    """A section of one answer, whose rows are printed."""
    return Section(title, says, answer.to_rows(), (answer,))


def measured(ledger: Ledger) -> Measured:
    """Every measure of the example, on the conventions of the ledger's policy."""
    accounts, as_of = ledger.accounts, ledger.as_of
    perimeter: dict[str, Any] = {
        "as_of": as_of, "currency": ledger.currency, "conventions": ledger.policy.conventions,
    }  # fmt: skip
    days: dict[str, Callable[..., kpi.Measure]] = {
        "simple": partial(kpi.dso, window_days=WINDOW),
        "count-back": kpi.dso_count_back,
        "best possible": partial(kpi.dso_best_possible, window_days=WINDOW),
        "CEI": kpi.collection_effectiveness,
    }
    past = [as_of - timedelta(before) for before in FORECAST_BEFORE]
    return Measured(
        ledger,
        ageing=kpi.ageing(accounts, **perimeter),
        days=kpi.survey(accounts, days, since=as_of - timedelta(WINDOW), **perimeter),
        slow=slowest(ledger),
        backtest=kpi.backtest(accounts, on=past, **perimeter),
        forecast=kpi.cash_forecast(accounts, **perimeter),
        provision=kpi.provision_matrix(accounts, rates=LOSS_RATES, **perimeter),
        exposure=kpi.exposure(accounts, **perimeter),
    )


# --- showing -------------------------------------------------------------------------------------


def as_text(told: Measured) -> str:
    """Each section under its title, its rows as a table."""
    head = f"Measures of {told.ledger.title}, as of {told.ledger.as_of}, in {told.ledger.currency}"
    parts = [f"{head}\n{'=' * len(head)}"]
    for one in told.sections:
        parts.append(f"{one.title}\n{'-' * len(one.title)}\n{one.says}")
        if one.rows:
            parts.append(text_table([for_the_eye(row) for row in one.rows]))
    return "\n\n".join(parts)


def for_the_eye(row: Mapping[str, object]) -> dict[str, object]:
    """A row whose ratios have one decimal."""
    return {
        name: f"{cell:.1f}" if isinstance(cell, Decimal) else cell for name, cell in row.items()
    }


def as_page(told: Measured) -> str:
    """One page of what a notebook shows of each answer, drawings and certificates included."""
    title = escape(f"Measures of {told.ledger.title}, as of {told.ledger.as_of}")
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    parts = [f'<!doctype html>\n<html lang="en">\n{head}\n<body>\n<h1>{title}</h1>']
    for one in told.sections:
        parts.append(f"<h2>{escape(one.title)}</h2>\n<p>{escape(one.says)}</p>")
        parts += [answer._repr_html_() for answer in one.answers]
    return "\n".join([*parts, "</body>", "</html>", ""])


# --- the command ---------------------------------------------------------------------------------


def arguments() -> argparse.ArgumentParser:
    """The two forms of the command."""
    about = (__doc__ or "").split("\n")[0]
    parser = argparse.ArgumentParser(prog="measuring.py", description=about)
    parser.add_argument("folder", nargs="?", type=Path, help="Invoices.csv and Payments.csv in it")
    parser.add_argument("--as-of", type=day, help="the day asked about, YYYY-MM-DD")
    parser.add_argument("--currency", help="an ISO 4217 code, such as INR")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page there as well")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; what the user has to mend is one message on standard error, and 2."""
    parser = arguments()
    options = parser.parse_args(argv)
    given = [options.folder, options.as_of, options.currency]
    if any(one is None for one in given) != all(one is None for one in given):
        parser.error("a folder, --as-of and --currency go together")
    try:
        told = measured(bundled() if options.folder is None else from_folder(*given))
        if options.html is not None:
            options.html.write_text(as_page(told), encoding="utf-8")
    except (UserError, RecouvrementError) as error:
        print(f"measuring.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"measuring.py: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    print(as_text(told))
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a letter of a name still shows the rest of the line.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
