"""What is open, in the days of the latest sales that it takes to make it up (épuisement)."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from attrs import frozen

from recouvrement.facts.account import Account
from recouvrement.kpi.closing import Closing, read
from recouvrement.kpi.measure import Measure, Month, decimal_of
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, one_of, perimeter_of
from recouvrement.kpi.sales import Sales
from recouvrement.position.conventions import Conventions

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
    closing = Closing(perimeter, as_of)
    sales = Sales(perimeter, _number)
    count = read(accounts, [closing], conventions, sales)
    walk = _walk(closing, sales, thirty=month_days == "30", stops=without_sales == "stop")
    sold = sales.tally(closing.billed, walk.periods)
    days = decimal_of(walk.days)
    return Measure(
        formula="K2",
        name="DSO by count-back",
        definition="days of the latest months of sales that make up what is open",
        unit="days",
        perimeter=perimeter,
        value=days if walk.stopped is None else None,
        undefined=walk.stopped,
        exact=walk.days if walk.stopped is None else None,
        lower_bound=days if walk.is_lower_bound else None,
        numerator=closing.money(closing.balance),
        denominator=sold.total,
        population=(
            ("accounts", count),
            *closing.population(),
            ("sales invoices", sales.count(walk.periods)),
            ("months", len(walk.periods)),
        ),
        excluded=(*closing.excluded(), *sales.excluded(walk.periods)),
        reconciliation=(closing.ledger(), closing.used("numerator"), sold),
        months=walk.months,
        flags=walk.flags,
    )


@frozen(kw_only=True)
class _Walk:
    """The months taken, latest first, and why the walk ended too early, if it did."""

    days: Fraction
    periods: tuple[int, ...]
    months: tuple[Month, ...]
    stopped: str | None
    is_lower_bound: bool
    flags: tuple[str, ...]


def _walk(closing: Closing, sales: Sales, *, thirty: bool, stops: bool) -> _Walk:
    on, rest = closing.on, closing.balance
    earliest, period = min(sales.sold, default=None), _number(on)
    days, periods, months, stopped = Fraction(0), [], [], None
    if rest < 0:
        stopped = "what is open is a net credit, which no sales make up"
    while rest > 0:
        sold = sales.total(period)
        if earliest is None or period < earliest:
            since = "" if earliest is None else f" before {_label(earliest)}"
            stopped = f"history too short: no sales are known{since}"
            break
        if sold <= 0 and stops:
            stopped = f"{_label(period)} has no sales"
            break
        length = _length(period, on, thirty=thirty)
        taken = Fraction(length * rest, sold) if sold > rest else Fraction(length)
        rest -= min(rest, max(sold, 0))
        days += taken
        periods.append(period)
        months.append(
            Month(_label(period), closing.money(sold), decimal_of(taken), closing.money(rest))
        )
        period -= 1
    incomplete = rest > 0
    return _Walk(
        days=days,
        periods=tuple(periods),
        months=tuple(months),
        stopped=stopped,
        is_lower_bound=incomplete,
        flags=("lower bound",) if incomplete else ("net credit",) if stopped else (),
    )


def _number(on: date) -> int:
    """The month of a day, counted so that the month before is one less."""
    return on.year * 12 + on.month - 1


def _label(period: int) -> str:
    year, month = divmod(period, 12)
    return f"{year:04}-{month + 1:02}"


def _length(period: int, on: date, *, thirty: bool) -> int:
    """The days of a month; the month of the day itself has those through that day."""
    year, month = divmod(period, 12)
    _, last = monthrange(year, month + 1)
    days = on.day if period == _number(on) else last
    if thirty:
        return 30 if days == last else min(days, 30)
    return days
