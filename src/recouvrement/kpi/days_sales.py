"""What is open, in days of the sales of a window: all of it, at best, and what lateness adds."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Final

from attrs import frozen

from recouvrement.facts.account import Account
from recouvrement.kpi.balances import overdue_of
from recouvrement.kpi.closing import Closing, read
from recouvrement.kpi.measure import Measure, Tally, decimal_of
from recouvrement.kpi.perimeter import (
    USUAL,
    Credits,
    Disputed,
    Perimeter,
    perimeter_of,
    window_start,
)
from recouvrement.kpi.sales import PERIOD, Sales
from recouvrement.position.conventions import Conventions

WINDOW: Final = 90


def dso(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    window_days: int = WINDOW,
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """Days sales outstanding: what is open ÷ the sales of the window × its days (K1).

    Both sides tax included. Undefined when the window sold nothing; negative, and flagged, when
    credits netted exceed what is open or credit notes exceed the sales of the window.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 2), total=Money.of(30, "EUR")),
    ...     Invoice("F-2", date(2026, 10, 1), due_on=date(2026, 11, 1), total=Money.of(30, "EUR")),
    ...     Payment("P-1", date(2026, 9, 2), amount=Money.of(30, "EUR")),
    ... )
    >>> dso([account], as_of=date(2026, 10, 31))
    <K1 DSO on 2026-10-31: 45 days>
    """
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=window_start(as_of, window_days),
        window_days=window_days,
        tax_basis="gross",
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
    )
    window = _Window.read(accounts, perimeter, conventions, window_days)
    return window.days_of("K1", "DSO", "open / sales * window", window.closing.used("numerator"))


def dso_best_possible(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    window_days: int = WINDOW,
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The DSO there would be if nothing were late: not yet due ÷ sales × window (K4).

    An item without a due date is not due. Undefined when the window sold nothing.

    >>> from recouvrement import Debtor, Invoice, Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 2), total=Money.of(30, "EUR")),
    ...     Invoice("F-2", date(2026, 10, 1), due_on=date(2026, 11, 1), total=Money.of(30, "EUR")),
    ... )
    >>> dso_best_possible([account], as_of=date(2026, 10, 31))
    <K4 best possible DSO on 2026-10-31: 45 days>
    """
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=window_start(as_of, window_days),
        window_days=window_days,
        tax_basis="gross",
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
    )
    window = _Window.read(accounts, perimeter, conventions, window_days)
    closing = window.closing
    late = closing.balance - closing.not_due
    lines = [("balance", closing.balance), ("overdue", -late)]
    return window.days_of(
        "K4",
        "best possible DSO",
        "open not yet due / sales * window",
        closing.tally("numerator", lines, closing.not_due),
        closing.used("balance"),
    )


def average_days_delinquent(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    window_days: int = WINDOW,
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The days of DSO that come from lateness alone: DSO less the best possible DSO (K4).

    That is what is overdue ÷ sales × window. Undefined when the window sold nothing; negative, and
    flagged, when what is overdue is a net credit.

    >>> from recouvrement import Debtor, Invoice, Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 2), total=Money.of(10, "EUR")),
    ...     Invoice("F-2", date(2026, 10, 1), due_on=date(2026, 11, 1), total=Money.of(30, "EUR")),
    ... )
    >>> average_days_delinquent([account], as_of=date(2026, 10, 31))
    <K4 average days delinquent on 2026-10-31: 22.5 days>
    """
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=window_start(as_of, window_days),
        window_days=window_days,
        tax_basis="gross",
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
    )
    window = _Window.read(accounts, perimeter, conventions, window_days)
    closing = window.closing
    return window.days_of(
        "K4",
        "average days delinquent",
        "DSO - best possible DSO = overdue / sales * window",
        overdue_of(closing),
        closing.used("balance"),
    )


@frozen(kw_only=True)
class _Window:
    """A balance at the end of a window, and what the window sold."""

    days: int
    closing: Closing
    sales: Sales
    accounts: int

    @classmethod
    def read(
        cls,
        accounts: Iterable[Account],
        perimeter: Perimeter,
        conventions: Conventions,
        days: int,
    ) -> "_Window":
        closing = Closing(perimeter, perimeter.as_of)
        sales = Sales(perimeter)
        count = read(accounts, [closing], conventions, sales)
        return cls(days=days, closing=closing, sales=sales, accounts=count)

    def days_of(self, formula: str, name: str, definition: str, *tallies: Tally) -> Measure:
        """The total of the first tally in days of the window's sales."""
        closing, sales = self.closing, self.sales
        perimeter, numerator = closing.perimeter, tallies[0].total
        sold = sales.tally(closing.billed, [PERIOD])
        minor = sold.total.minor
        exact = Fraction(numerator.minor * self.days, minor) if minor else None
        said = {
            "net credit": closing.balance < 0,
            "negative sales": minor < 0,
            "negative": exact is not None and exact < 0,
        }
        nothing = f"sales after {perimeter.since} through {perimeter.as_of} are 0"
        return Measure(
            formula=formula,
            name=name,
            definition=definition,
            unit="days",
            perimeter=perimeter,
            value=None if exact is None else decimal_of(exact),
            undefined=nothing if exact is None else None,
            exact=exact,
            numerator=numerator,
            denominator=sold.total,
            population=(
                ("accounts", self.accounts),
                *closing.population(),
                ("sales invoices", sales.count([PERIOD])),
            ),
            excluded=(*closing.excluded(), *sales.excluded([PERIOD])),
            reconciliation=(closing.ledger(), *tallies, sold),
            flags=tuple(flag for flag, met in said.items() if met),
        )
