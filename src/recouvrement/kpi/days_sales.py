"""What is open, in days of the sales of a window: all of it, at best, and what lateness adds."""

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from typing import Final

from recouvrement.facts.account import Account
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Measure, Tally, answered, raised
from recouvrement.kpi.perimeter import (
    USUAL,
    Credits,
    Disputed,
    Perimeter,
    perimeter_of,
    window_start,
)
from recouvrement.kpi.sales import sales_of
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

    def tallies(closing: Closing) -> list[Tally]:
        return [closing.used("numerator")]

    definition = "open / sales * window"
    return measured(
        accounts, perimeter, conventions, _collecting("K1", "DSO", definition, perimeter, tallies)
    )


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

    def tallies(closing: Closing) -> list[Tally]:
        late = closing.balance - closing.not_due
        lines = [("balance", closing.balance), ("overdue", -late)]
        return [closing.tally("numerator", lines, closing.not_due), closing.used("balance")]

    name, definition = "best possible DSO", "open not yet due / sales * window"
    return measured(
        accounts, perimeter, conventions, _collecting("K4", name, definition, perimeter, tallies)
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

    def tallies(closing: Closing) -> list[Tally]:
        return [closing.overdue(), closing.used("balance")]

    name = "average days delinquent"
    definition = "DSO - best possible DSO = overdue / sales * window"
    return measured(
        accounts, perimeter, conventions, _collecting("K4", name, definition, perimeter, tallies)
    )


def _collecting(
    formula: str,
    name: str,
    definition: str,
    perimeter: Perimeter,
    tallies: Callable[[Closing], list[Tally]],
) -> Callable[[Reading], Finish]:
    """How the total of the first tally comes to be said in days of the sales of the window."""
    since, as_of, window = perimeter.since, perimeter.as_of, perimeter.window_days or 0

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        sales = sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            told, sold = tallies(closing), sales.after(since)
            numerator = told[0].total
            exact = Fraction(numerator.minor * window, sold.minor) if sold.minor else None
            return Measure(
                formula=formula,
                name=name,
                definition=definition,
                unit="days",
                perimeter=perimeter,
                **answered(exact, f"sales after {since} through {as_of} are 0"),
                numerator=numerator,
                denominator=sold.total,
                population=(
                    ("accounts", reading.accounts),
                    *closing.population(),
                    ("sales invoices", sold.invoices),
                ),
                excluded=(*closing.excluded(), *sold.excluded()),
                reconciliation=(closing.ledger(), *told, sold.tally()),
                flags=raised(
                    {
                        "net credit": closing.balance < 0,
                        "negative sales": sold.minor < 0,
                        "negative": exact is not None and exact < 0,
                    }
                ),
            )

        return finish

    return collect
