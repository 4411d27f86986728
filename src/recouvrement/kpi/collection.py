"""How much of what could be collected in a period was."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from recouvrement.facts.account import Account
from recouvrement.kpi.closing import Closing, read
from recouvrement.kpi.measure import Exclusion, Measure, decimal_of
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, perimeter_of, whole
from recouvrement.kpi.sales import PERIOD, Sales
from recouvrement.money import Money, exponent_of
from recouvrement.position.conventions import Conventions


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
    start, end = Closing(perimeter, since), Closing(perimeter, as_of)
    sales = Sales(perimeter)
    count = read(accounts, [start, end], conventions, sales)
    sold = sales.tally(end.billed, [PERIOD])
    entered = Fraction(start.balance) + Fraction(sold.total.minor, divisor)
    collected, collectable = entered - end.balance, entered - end.not_due
    exact = 100 * collected / collectable if collectable else None
    nothing = f"nothing was collectable after {since} through {as_of}"
    said = {
        "net credit": start.balance < 0 or end.balance < 0,
        "negative sales": sold.total.minor < 0,
        "negative base": collectable < 0,
        "above 100": exact is not None and exact > 100,
        "negative": exact is not None and exact < 0,
    }
    return Measure(
        formula="K6",
        name="collection effectiveness",
        definition=(
            "(open at the start + sales - open at the end)"
            " / (open at the start + sales - not yet due at the end) * 100"
        ),
        unit="percent",
        perimeter=perimeter,
        value=None if exact is None else decimal_of(exact),
        undefined=nothing if exact is None else None,
        exact=exact,
        numerator=_amount(collected, currency),
        denominator=_amount(collectable, currency),
        population=(
            ("accounts", count),
            ("open items at the start", sum(start.counts)),
            *end.population(),
            ("sales invoices", sales.count([PERIOD])),
        ),
        excluded=(
            *(
                Exclusion(f"{one.reason}, at the start", one.count, one.amount)
                for one in start.excluded()
            ),
            *end.excluded(),
            *sales.excluded([PERIOD]),
        ),
        reconciliation=(
            end.ledger(),
            start.ledger(),
            start.used("balance at the start"),
            sold,
            end.used("balance at the end"),
        ),
        flags=tuple(flag for flag, met in said.items() if met),
    )


def _amount(minor: Fraction, currency: str) -> Money | Decimal:
    """An amount; a Decimal in major units when averaging left parts of a minor unit."""
    if minor.denominator == 1:
        return Money(minor.numerator, currency)
    return decimal_of(minor / 10 ** exponent_of(currency))
