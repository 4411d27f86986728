"""What is open, in the days of the latest sales that it takes to make it up (épuisement)."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from attrs import frozen

from recouvrement.facts.account import Account
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Measure, Month
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, one_of, perimeter_of
from recouvrement.kpi.sales import Sales, Sold, sales_of
from recouvrement.position.conventions import Conventions
from recouvrement.position.ratios import in_decimal

_DAY: Final = timedelta(1)

MonthDays: TypeAlias = Literal["actual", "30"]
"""A whole month has its own days, or 30."""

WithoutSales: TypeAlias = Literal["skip", "stop"]
"""A month without sales gives its days and the walk goes on, or the walk ends before it."""


def dso_count_back(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    month_days: MonthDays = "actual",
    without_sales: WithoutSales = "skip",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """Days sales outstanding by count-back: the days of latest sales that what is open fills (K2).

    From the month of `as_of`, cut at that day, calendar months are taken whole while what is left
    covers their sales, then a part of one. A month with sales of 0 or less gives its days
    (`without_sales="skip"`) or ends the walk ("stop"). When the walk ends, or the sales known end,
    before what is open does, there is no value, `undefined` says why, and `lower_bound` is what was
    counted. Undefined too when what is open is a net credit; 0 when nothing is open.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> def sold(name, month, amount):
    ...     total = Money.of(amount, "EUR")
    ...     return Invoice(name, date(2026, month, 5), due_on=date(2026, 12, 31), total=total)
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     sold("F-9", 9, 700), sold("F-10", 10, 800), sold("F-11", 11, 1200),
    ...     Payment("P-1", date(2026, 11, 30), amount=Money.of(200, "EUR")),
    ... )
    >>> measure = dso_count_back([account], as_of=date(2026, 11, 30))
    >>> measure
    <K2 DSO by count-back on 2026-11-30: 82.43 days>
    >>> [(one.month, str(one.sales), round(one.days, 1)) for one in measure.months][-1]
    ('2026-09', '700.00 EUR', Decimal('21.4'))
    """
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        tax_basis="gross",
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
        options=(
            ("month days", one_of("month_days", ("actual", "30"), month_days)),
            ("months without sales", one_of("without_sales", ("skip", "stop"), without_sales)),
        ),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        sales = sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            walk = _walk(closing, sales, thirty=month_days == "30", stops=without_sales == "stop")
            sold, whole = walk.sold, walk.stopped is None
            days = in_decimal(walk.days)
            return Measure(
                formula="K2",
                name="DSO by count-back",
                definition="days of the latest months of sales that make up what is open",
                unit="days",
                perimeter=perimeter,
                value=days if whole else None,
                undefined=walk.stopped,
                exact=walk.days if whole else None,
                lower_bound=days if walk.is_lower_bound else None,
                numerator=closing.money(closing.balance),
                denominator=sold.total,
                population=(
                    ("accounts", reading.accounts),
                    *closing.population(),
                    ("sales invoices", sold.invoices),
                    ("months", len(walk.months)),
                ),
                excluded=(*closing.excluded(), *sold.excluded()),
                reconciliation=(closing.ledger(), closing.used("numerator"), sold.tally()),
                months=walk.months,
                flags=walk.flags,
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


@frozen(kw_only=True)
class _Walk:
    """The months taken, latest first, and why the walk ended too early, if it did."""

    days: Fraction
    sold: Sold
    months: tuple[Month, ...]
    stopped: str | None
    is_lower_bound: bool
    flags: tuple[str, ...]


def _walk(closing: Closing, sales: Sales, *, thirty: bool, stops: bool) -> _Walk:
    on, rest = closing.on, closing.balance
    first: date | None = sales.earliest()
    until: date | None = on
    days, months, stopped = Fraction(0), [], None
    if rest < 0:
        stopped = "what is open is a net credit, which no sales make up"
    while rest > 0:
        if until is None or first is None or until < first.replace(day=1):
            since = "" if first is None else f" before {first.isoformat()[:7]}"
            stopped = f"history too short: no sales are known{since}"
            break
        opening = until.replace(day=1)
        before = None if opening == date.min else opening - _DAY
        sold = sales.between(before, until).minor
        label = until.isoformat()[:7]
        if sold <= 0 and stops:
            stopped = f"{label} has no sales"
            break
        length = _length(until, on, thirty=thirty)
        taken = Fraction(length * rest, sold) if sold > rest else Fraction(length)
        rest -= min(rest, max(sold, 0))
        days += taken
        months.append(Month(label, closing.money(sold), in_decimal(taken), closing.money(rest)))
        until = before
    incomplete = rest > 0
    return _Walk(
        days=days,
        sold=sales.after(until),
        months=tuple(months),
        stopped=stopped,
        is_lower_bound=incomplete,
        flags=("lower bound",) if incomplete else ("net credit",) if stopped else (),
    )


def month_end(on: date) -> date:
    """The last day of the month of a day."""
    return on.replace(day=monthrange(on.year, on.month)[1])


def _length(until: date, on: date, *, thirty: bool) -> int:
    """The days of a month; the month of the day itself has those through that day."""
    _, last = monthrange(until.year, until.month)
    days = until.day if until == on else last
    if thirty:
        return 30 if days == last else min(days, 30)
    return days
