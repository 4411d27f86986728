"""Figures on several balances: a mean of closings says more than one that may be a lucky day."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.book import CAME_BACK, WENT_BACK, Book
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Measure, Tally, amount_of, answered, raised
from recouvrement.kpi.perimeter import (
    USUAL,
    Credits,
    Disputed,
    Perimeter,
    one_of,
    perimeter_of,
    whole,
)
from recouvrement.kpi.sales import sales_of
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date

BalancesOf: TypeAlias = Literal["ends", "months"]
"""The mean is of the balances at both ends of the period, or also at every month end inside."""


_BACK: Final = frozenset({CAME_BACK, WENT_BACK})


class Movements(Part):
    """What was issued and what moved in one currency, by day: the balance of any day is a sum.

    That is all that a mean of many balances needs, where nothing is netted and nothing left out.
    """

    __slots__ = ("arrived", "currency", "gone", "issued", "moved")

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.issued: dict[int, int] = defaultdict(int)
        self.moved: dict[int, int] = defaultdict(int)
        self.arrived: dict[int, int] = defaultdict(int)
        self.gone: dict[int, int] = defaultdict(int)

    def end(self, view: View) -> None:
        """Count what one account was billed, and what became of it."""
        currency, moved, book = self.currency, self.moved, view.book
        items, sources = book.items, book.sources
        for item in items:
            if item.currency == currency:
                self.issued[item.issued] += item.total
        for place, some in view.ledger.by_place.items():
            if items[place].currency == currency:
                for on, _, amount in some:
                    moved[on] += amount
        for source in sources:
            if source.currency == currency:
                self.arrived[source.on] += source.amount
        if book.needs_undo:
            self._back(book)

    def _back(self, book: Book) -> None:
        for on, phase, _, at, _, amount, _ in book.events:
            source = book.sources[at]
            if phase in _BACK and source.currency == self.currency:
                # What has not come yet cannot have gone back.
                self.gone[max(on, source.on)] += amount

    def balance(self, on: date) -> int:
        """What is open at the end of a day."""
        return _through(self.issued, on) - _through(self.moved, on)

    def unapplied(self, on: date) -> int:
        """What had come by a day and settled nothing."""
        return _through(self.arrived, on) - _through(self.moved, on) - _through(self.gone, on)


def _through(amounts: dict[int, int], on: date) -> int:
    last = on.toordinal()
    return sum([minor for day, minor in amounts.items() if day <= last])


class Balances:
    """The balances of several days, the last of which is closed like any other."""

    def __init__(self, reading: Reading, perimeter: Perimeter, days: Sequence[date]) -> None:
        self.days = days
        self.last = closing_of(reading, perimeter, days[-1])
        plain = perimeter.disputed == "in" and perimeter.credits == "apart"
        self._movements = (
            reading.part(Movements, perimeter.currency, until=days[-1], logged=True)
            if plain
            else None
        )
        self._closings = [] if plain else [closing_of(reading, perimeter, on) for on in days]

    def told(self) -> list[tuple[date, int]]:
        """Each day with its balance."""
        if self._movements is None:
            return [(one.on, one.balance) for one in self._closings]
        return [(on, self._movements.balance(on)) for on in self.days]

    def tallies(self) -> tuple[Tally, ...]:
        """The ledger of each day, the last one first, and how the balances follow from them."""
        last, movements = self.last, self._movements
        if movements is None:
            parts = [last.ledger(), *(one.ledger() for one in self._closings[:-1])]
            parts += [one.used(f"balance on {one.on}") for one in self._closings]
        else:
            parts = [last.ledger()]
            parts += [
                last.flows.ledger(on, movements.unapplied(on), movements.balance(on))
                for on in self.days[:-1]
            ]
        lines = [(f"on {on}", minor) for on, minor in self.told()]
        return (*parts, last.tally("balances", lines, sum([minor for _, minor in lines])))


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
        balances = Balances(reading, perimeter, ends)
        sales = sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            last, sold = balances.last, sales.after(since[0])
            told = [balance for _, balance in balances.told()]
            mean = Fraction(sum(told), number)
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
                excluded=(*last.excluded(), *sold.excluded()),
                reconciliation=(*balances.tallies(), sold.tally()),
                flags=raised(
                    {
                        "net credit": min(told) < 0,
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
    balances: BalancesOf = "ends",
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
        several = Balances(reading, perimeter, [since, *between, as_of])
        sales = sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            last, sold = several.last, sales.after(since)
            told = [balance for _, balance in several.told()]
            mean = Fraction(sum(told), len(told))
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
                    ("closings", len(told)),
                    *last.population(),
                    ("sales invoices", sold.invoices),
                ),
                excluded=(*last.excluded(), *sold.excluded()),
                reconciliation=(*several.tallies(), sold.tally()),
                beside=(("days of one turn", turn),),
                flags=raised(
                    {
                        "net credit": min(told) < 0,
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
