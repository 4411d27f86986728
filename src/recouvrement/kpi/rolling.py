"""Figures on several balances: a mean of closings says more than one that may be a lucky day."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal, TypeAlias

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Exclusion, Measure, Tally, amount_of, answered, raised
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, one_of, perimeter_of, whole
from recouvrement.kpi.sales import sales_of
from recouvrement.money import Money
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date

Balances: TypeAlias = Literal["ends", "months"]
"""The mean is of the balances at both ends of the period, or also at every month end inside."""


def dso_rolling(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    periods: int = 12,
    sales_periods: int | None = None,
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The mean of what is open at the end of each month ÷ the mean sales of a month, in days (K3).

    The months end on the day of `as_of` (on the last of the month, when that is one), the latest
    with `as_of` itself. Balances are averaged over `periods` of them, sales over `sales_periods`
    (as many, unless given); a month is counted for its mean length over the latter. Undefined when
    these months sold nothing.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 9, 3), due_on=date(2026, 10, 2), total=Money.of(600, "EUR")),
    ...     Invoice("F-2", date(2026, 10, 1), due_on=date(2026, 11, 1), total=Money.of(400, "EUR")),
    ...     Payment("P-1", date(2026, 10, 9), amount=Money.of(600, "EUR")),
    ... )
    >>> dso_rolling([account], as_of=date(2026, 10, 31), periods=2)
    <K3 rolling DSO on 2026-10-31: 30.5 days>
    """
    check_date("as_of", as_of)
    number = whole("periods", periods, least=1)
    spread = number if sales_periods is None else whole("sales_periods", sales_periods, least=1)
    ends = _month_ends(as_of, number, "periods")
    since = _month_ends(as_of, spread + 1, "periods" if sales_periods is None else "sales_periods")
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since[0],
        tax_basis="gross",
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
        options=(("months of balances", str(number)), ("months of sales", str(spread))),
    )
    days = (as_of - since[0]).days

    def collect(reading: Reading) -> Finish:
        closings = [closing_of(reading, perimeter, on) for on in ends]
        sales = sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            last, sold = closings[-1], sales.after(since[0])
            mean = Fraction(sum(one.balance for one in closings), number)
            sold_mean = Fraction(sold.minor, spread)
            exact = mean / sold_mean * Fraction(days, spread) if sold.minor else None
            return Measure(
                formula="K3",
                name="rolling DSO",
                definition="mean open / mean sales of a month * days of a month",
                unit="days",
                perimeter=perimeter,
                **answered(exact, f"sales after {since[0]} through {as_of} are 0"),
                numerator=amount_of(mean, currency),
                denominator=amount_of(sold_mean, currency),
                population=(
                    ("accounts", reading.accounts),
                    ("closings", number),
                    *last.population(),
                    ("sales invoices", sold.invoices),
                ),
                excluded=(*_excluded(closings), *sold.excluded()),
                reconciliation=(*_ledgers(closings), sold.tally()),
                flags=raised(
                    {
                        "net credit": any(one.balance < 0 for one in closings),
                        "negative sales": sold.minor < 0,
                        "negative": exact is not None and exact < 0,
                    }
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def turnover(
    accounts: Iterable[Account],
    *,
    since: date,
    as_of: date,
    currency: str = "EUR",
    balances: Balances = "ends",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """How many times the sales of a period turned what is open over: sales ÷ mean open (K18).

    The mean is of the balances on `since` and `as_of` ("ends"), or of these and of every month end
    between them ("months"): one balance alone is a common error. `beside` has the days of one turn,
    the days of the period ÷ turnover. Undefined when the mean is 0.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 2), total=Money.of(100, "EUR")),
    ...     Invoice("F-2", date(2026, 9, 3), due_on=date(2026, 9, 9), total=Money.of(900, "EUR")),
    ...     Payment("P-1", date(2026, 9, 9), amount=Money.of(900, "EUR")),
    ... )
    >>> turnover([account], since=date(2026, 8, 31), as_of=date(2026, 9, 30))
    <K18 receivables turnover on 2026-09-30: 9 times>
    """
    check_date("since", since)
    word = one_of("balances", ("ends", "months"), balances)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        tax_basis="gross",
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
        options=(("balances", word),),
    )
    between = _ends_between(since, as_of) if word == "months" else []
    days = (as_of - since).days

    def collect(reading: Reading) -> Finish:
        closings = [closing_of(reading, perimeter, on) for on in (since, *between, as_of)]
        sales = sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            sold = sales.after(since)
            mean = Fraction(sum(one.balance for one in closings), len(closings))
            exact = sold.minor / mean if mean else None
            turn = answered(days / exact, "")["value"] if exact else None
            return Measure(
                formula="K18",
                name="receivables turnover",
                definition="sales / mean open",
                unit="times",
                perimeter=perimeter,
                **answered(exact, "what is open is 0 on average"),
                numerator=sold.total,
                denominator=amount_of(mean, currency),
                population=(
                    ("accounts", reading.accounts),
                    ("closings", len(closings)),
                    *closings[-1].population(),
                    ("sales invoices", sold.invoices),
                ),
                excluded=(*_excluded(closings), *sold.excluded()),
                reconciliation=(*_ledgers(closings), sold.tally()),
                beside=(("days of one turn", turn),),
                flags=raised(
                    {
                        "net credit": any(one.balance < 0 for one in closings),
                        "negative sales": sold.minor < 0,
                        "negative": exact is not None and exact < 0,
                    }
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def _month_ends(as_of: date, number: int, name: str) -> list[date]:
    """So many ends of months through `as_of`, in order."""
    last = as_of.day == _length(as_of.year, as_of.month)
    ends = []
    for back in range(number - 1, -1, -1):
        year, month = divmod(as_of.year * 12 + as_of.month - 1 - back, 12)
        if year < 1:
            raise InvalidInput(name, f"fewer months than there are before {as_of}", str(number))
        length = _length(year, month + 1)
        ends.append(date(year, month + 1, length if last else min(as_of.day, length)))
    return ends


def _ends_between(since: date, as_of: date) -> list[date]:
    """The month ends after `since` and before `as_of`, in order."""
    ends: list[date] = []
    day = since
    while True:
        following = day + timedelta(1)
        day = following.replace(day=_length(following.year, following.month))
        if day >= as_of:
            return ends
        ends.append(day)


def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _excluded(closings: list[Closing]) -> tuple[Exclusion, ...]:
    """What is left out of each closing, the last one first."""
    *earlier, last = closings
    then = [one for closing in earlier for one in closing.excluded_then(f"on {closing.on}")]
    return (*last.excluded(), *then)


def _ledgers(closings: list[Closing]) -> tuple[Tally, ...]:
    """The ledger of each closing, the last one first, and how the balances add up."""
    *earlier, last = closings
    total = sum(one.open - one.disputed[1] - one.netted for one in closings)
    return (
        last.ledger(),
        *(one.ledger() for one in earlier),
        Tally(
            "balances",
            tuple((f"on {one.on}", one.money(one.balance)) for one in closings),
            Money(total, last.currency),
        ),
    )
