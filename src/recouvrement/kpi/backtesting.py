"""A forecast of past days beside what then came in: how far off it was, and which way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, TypeAlias

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.kpi.balances import outstanding
from recouvrement.kpi.expectations import ForecastItem
from recouvrement.kpi.expected_cash import APART
from recouvrement.kpi.forecasting import QUANTILES, WEEKS, Forecast, cash_forecast
from recouvrement.kpi.measure import Measure, Tally
from recouvrement.kpi.perimeter import USUAL, perimeter_of
from recouvrement.money import Money
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date
from recouvrement.position.ratios import in_decimal
from recouvrement.position.standing import standing_of
from recouvrement.tables import html_table

_Receipts: TypeAlias = dict[tuple[str, str], dict[int, int]]


@frozen(kw_only=True)
class BacktestWeek:
    """A week of one past forecast: what it expected, what came, and the first less the second."""

    forecast_on: date
    number: int
    first: date
    last: date
    expected: Money
    likely: Money
    received: Money

    @property
    def error(self) -> Money:
        """Above 0 when more was expected than came."""
        return self.expected - self.received


@frozen(kw_only=True, repr=False)
class Backtest(Measure):
    """A measure whose value is the error of past forecasts, in percent of what came.

    `bias` is the same with its sign: above 0, the forecasts promised too much; `likely_error` and
    `likely_bias` are those of what the forecasts held likely instead. `within` is the
    percentage of the money received that came from the early to the late day of its item, and
    `days_off` the mean distance from the expected day, both weighted by amount, over the items that
    had one date. All are None where nothing came.
    """

    weeks: tuple[BacktestWeek, ...] = field(default=(), repr=False)
    bias: Decimal | None
    likely_error: Decimal | None
    likely_bias: Decimal | None
    within: Decimal | None
    days_off: Decimal | None

    def to_rows(self) -> list[dict[str, object]]:
        """One row per week of each forecast."""
        return [
            {
                "forecast_on": one.forecast_on,
                "week": one.number,
                "first": one.first,
                "last": one.last,
                "expected": one.expected,
                "likely": one.likely,
                "received": one.received,
                "error": one.error,
            }
            for one in self.weeks
        ]

    def _repr_html_(self) -> str:
        table = html_table(self.to_rows(), caption=f"{self.title} on {self.perimeter.as_of}")
        return f"{table}\n{html_table(self.certificate(), caption=self.title)}"


def backtest(
    accounts: Iterable[Account],
    *,
    on: Sequence[date],
    as_of: date,
    currency: str = "EUR",
    weeks: int = WEEKS,
    quantiles: Sequence[int] = QUANTILES,
    conventions: Conventions = USUAL,
) -> Backtest:
    """What `cash_forecast` would have said on past days, and what had come by `as_of` (K20).

    Each forecast is made of what was known on its own day: of the facts of later days, and of those
    recorded later, it sees nothing. Only whole weeks that have ended by `as_of` are compared. What
    came is the cash received in the week on the items that were in the forecast, net of what went
    back since; cash for later invoices is no part of either. The value is the sum of the absolute
    errors of the weeks, in percent of the cash received; undefined where none was, or no week has
    ended. The accounts are kept in memory. Source: kpi.md, K20.

    >>> from recouvrement import Debtor, Invoice, Payment, Promise
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 3, 1), due_on=date(2026, 3, 1), total=Money.of(900, "EUR")),
    ...     Promise("W-1", date(2026, 3, 9), due_on=date(2026, 3, 20), amount=Money.of(900, "EUR"),
    ...             means="transfer"),
    ...     Payment("P-1", date(2026, 3, 19), amount=Money.of(900, "EUR")),
    ... )
    >>> found = backtest([account], on=[date(2026, 3, 9)], as_of=date(2026, 4, 30), weeks=3)
    >>> found, str(found.days_off)
    (<K20 cash forecast, backtest on 2026-04-30: 0 percent>, '1')
    """
    days = _days(on, as_of)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed="in",
        credits="apart",
        conventions=conventions,
        known_on=None,
        options=(("forecasts on", ", ".join(map(str, days))),),
    )
    if isinstance(accounts, Account) or not isinstance(accounts, Iterable):
        raise InvalidInput("accounts", "an iterable of accounts", type(accounts).__name__)
    kept = tuple(accounts)  # each past day reads them again
    now = outstanding(kept, as_of=as_of, currency=currency, conventions=conventions)
    forecasts = [
        cash_forecast(
            kept,
            as_of=day,
            known_on=day,
            currency=currency,
            weeks=weeks,
            quantiles=quantiles,
            conventions=conventions,
        )
        for day in days
    ]
    receipts = _received(kept, as_of, currency, conventions)
    compared = [_Compared(one, receipts, as_of) for one in forecasts]
    rows = tuple(row for one in compared for row in one.weeks)
    came = sum(row.received.minor for row in rows)
    missed = sum(abs(row.error.minor) for row in rows)
    exact = Fraction(100 * missed, came) if came > 0 else None
    hits = [hit for one in compared for hit in one.hits]
    dated = sum(hit.amount for hit in hits)
    off = {
        "bias": _share(100 * sum(row.error.minor for row in rows), came),
        "likely_error": _share(
            100 * sum(abs(row.likely.minor - row.received.minor) for row in rows), came
        ),
        "likely_bias": _share(
            100 * sum(row.likely.minor - row.received.minor for row in rows), came
        ),
        "within": _share(100 * sum(hit.amount for hit in hits if hit.inside), dated),
        "days_off": _share(sum(hit.amount * hit.days_off for hit in hits), dated),
    }
    return Backtest(
        formula="K20",
        name="cash forecast, backtest",
        definition="sum of the absolute errors by week / cash received * 100",
        unit="percent",
        perimeter=perimeter,
        value=None if exact is None else in_decimal(exact),
        undefined=None if exact is not None else _reason(rows, as_of),
        exact=exact,
        numerator=Money(missed, currency),
        denominator=Money(came, currency),
        population=(*now.population, ("forecasts", len(days)), ("weeks compared", len(rows))),
        excluded=now.excluded,
        reconciliation=(now.reconciliation[0], _used(compared, rows, currency)),
        weeks=rows,
        beside=tuple((name.replace("_", " "), figure) for name, figure in off.items()),
        bias=off["bias"],
        likely_error=off["likely_error"],
        likely_bias=off["likely_bias"],
        within=off["within"],
        days_off=off["days_off"],
    )


def _days(on: object, as_of: object) -> tuple[date, ...]:
    last = check_date("as_of", as_of)
    if isinstance(on, str) or not isinstance(on, Sequence) or not on:
        raise InvalidInput("on", "one or more dates", repr(on))
    days = sorted({check_date("on", one) for one in on})
    if days[-1] >= last:
        raise InvalidInput("on", f"dates before {last}", str(days[-1]))
    return tuple(days)


def _received(
    accounts: Iterable[Account], as_of: date, currency: str, conventions: Conventions
) -> _Receipts:
    """The cash on every item, by debtor, item and day of receipt, net of what went back since."""
    receipts: _Receipts = defaultdict(lambda: defaultdict(int))
    for account in accounts:
        s = standing_of(account.book, as_of.toordinal(), conventions)
        sources, items = s.book.sources, s.book.items
        for place, moves in s.logged().by_place.items():
            item = items[place]
            for _, at, amount in moves:
                if sources[at].cash and item.currency == currency:
                    receipts[account.debtor.id, item.id][sources[at].on] += amount
    return receipts


class _Hit(NamedTuple):
    """Cash on an item that had one date: whether it came within its quantiles, and how far off."""

    amount: int
    inside: bool
    days_off: int


class _Compared:
    """One past forecast beside what came in its weeks that have ended."""

    def __init__(self, forecast: Forecast, receipts: _Receipts, as_of: date) -> None:
        self.on = forecast.perimeter.as_of
        self.ended = [week for week in forecast.weeks if week.last <= as_of]
        self.awaited: dict[tuple[str, str], list[ForecastItem]] = defaultdict(list)
        for one in forecast.items:
            if one.ground not in APART:
                self.awaited[one.debtor, one.item].append(one)
        self.by_week = [0] * len(self.ended)
        self.hits: list[_Hit] = []
        self.all_cash = self.elsewhere = 0
        for name, received in receipts.items():
            for day, amount in received.items():
                week = (day - self.on.toordinal() - 1) // 7
                if 0 <= week < len(self.ended):
                    self._receive(name, week, day, amount)

    def _receive(self, name: tuple[str, str], week: int, day: int, amount: int) -> None:
        """Count cash on an item, in a week that is compared."""
        self.all_cash += amount
        if name not in self.awaited:
            self.elsewhere += amount
            return
        self.by_week[week] += amount
        one, *others = self.awaited[name]
        if not others and amount > 0 and one.early and one.expected and one.late:
            inside = one.early.toordinal() <= day <= one.late.toordinal()
            self.hits.append(_Hit(amount, inside, abs(day - one.expected.toordinal())))

    @property
    def weeks(self) -> list[BacktestWeek]:
        """The weeks compared, in order."""
        return [
            BacktestWeek(
                forecast_on=self.on,
                number=week.number,
                first=week.first,
                last=week.last,
                expected=week.expected,
                likely=week.likely,
                received=Money(received, week.expected.currency),
            )
            for week, received in zip(self.ended, self.by_week, strict=True)
        ]


def _share(part: int, of: int) -> Decimal | None:
    return in_decimal(Fraction(part, of)) if of > 0 else None


def _reason(rows: Sequence[BacktestWeek], as_of: date) -> str:
    return "nothing came in the weeks compared" if rows else f"no week has ended by {as_of}"


def _used(compared: Sequence[_Compared], rows: Sequence[BacktestWeek], currency: str) -> Tally:
    """How what came in the weeks compared follows from all the cash that items received then."""
    lines = (
        ("cash on items, in the weeks compared", sum(one.all_cash for one in compared)),
        ("on items not in the forecast", -sum(one.elsewhere for one in compared)),
    )
    return Tally(
        "received",
        tuple((label, Money(minor, currency)) for label, minor in lines),
        Money(sum(row.received.minor for row in rows), currency),
    )
