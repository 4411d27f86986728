"""How much of what could be collected in a period was."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from recouvrement.facts.account import Account
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Measure, amount_of, answered, raised
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, perimeter_of, whole
from recouvrement.kpi.sales import sales_of
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date


def collection_effectiveness(
    accounts: Iterable[Account],
    *,
    since: date,
    as_of: date,
    currency: str = "EUR",
    months: int | None = None,
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """Collection effectiveness index (CEI) of a period, in percent (K6).

    What was open on `since` plus the sales of the period, less what is open on `as_of`; ÷ the same,
    less only what is not yet due on `as_of`. Undefined when nothing was collectable. With `months`,
    the monthly-average variant: the sales of the period are divided by that number. It passes 100,
    and is flagged, when credits netted exceed what is overdue.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 2), total=Money.of(100, "EUR")),
    ...     Invoice("F-2", date(2026, 9, 8), due_on=date(2026, 9, 30), total=Money.of(20, "EUR")),
    ...     Invoice("F-3", date(2026, 9, 9), due_on=date(2026, 11, 9), total=Money.of(80, "EUR")),
    ...     Payment("P-1", date(2026, 9, 2), amount=Money.of(100, "EUR")),
    ... )
    >>> collection_effectiveness([account], since=date(2026, 8, 31), as_of=date(2026, 10, 31))
    <K6 collection effectiveness on 2026-10-31: 83.33 percent>
    """
    check_date("since", since)
    divisor = 1 if months is None else whole("months", months, least=1)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        tax_basis="gross",
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
        options=(("sales", "of the period" if months is None else f"of the period / {months}"),),
    )

    def collect(reading: Reading) -> Finish:
        start, end = (closing_of(reading, perimeter, on) for on in (since, as_of))
        sales = sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            sold = sales.after(since)
            entered = Fraction(start.balance) + Fraction(sold.minor, divisor)
            collected, collectable = entered - end.balance, entered - end.not_due
            exact = 100 * collected / collectable if collectable else None
            return Measure(
                formula="K6",
                name="collection effectiveness",
                definition=(
                    "(open at the start + sales - open at the end)"
                    " / (open at the start + sales - not yet due at the end) * 100"
                ),
                unit="percent",
                perimeter=perimeter,
                **answered(exact, f"nothing was collectable after {since} through {as_of}"),
                numerator=amount_of(collected, currency),
                denominator=amount_of(collectable, currency),
                population=(
                    ("accounts", reading.accounts),
                    ("open items at the start", start.items),
                    *end.population(),
                    ("sales invoices", sold.invoices),
                ),
                excluded=(*start.excluded_then(), *end.excluded(), *sold.excluded()),
                reconciliation=(
                    end.ledger(),
                    start.ledger(),
                    start.used("balance at the start"),
                    sold.tally(),
                    end.used("balance at the end"),
                ),
                flags=raised(
                    {
                        "net credit": start.balance < 0 or end.balance < 0,
                        "negative sales": sold.minor < 0,
                        "negative base": collectable < 0,
                        "above 100": exact is not None and exact > 100,
                        "negative": exact is not None and exact < 0,
                    }
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)
