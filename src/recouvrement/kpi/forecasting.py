"""What will come in, week by week, from what debtors did so far: no wish, and no look ahead."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, cast

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.expectations import WHOLE, Expectations, ForecastItem
from recouvrement.kpi.expected_cash import APART
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Exclusion, Measure
from recouvrement.kpi.perimeter import USUAL, Perimeter, perimeter_of, whole
from recouvrement.money import Money, Rounding, round_fraction
from recouvrement.position.conventions import Conventions
from recouvrement.tables import html_table

WEEKS: Final = 13
QUANTILES: Final = (10, 50, 90)
_LAST: Final = date.max.toordinal()


@frozen(kw_only=True)
class ForecastWeek:
    """One week, its days included: what is expected in it, and by its end at worst and at best.

    `expected` is what comes in the week itself, all of it on its expected day; `likely` is each
    amount by the share of comparable waits that end in the week, those that never ended counted.
    The others are sums from the first week on, had every delay been the late, the expected or the
    early quantile.
    """

    number: int
    first: date
    last: date
    expected: Money
    likely: Money
    by_then_late: Money
    by_then_expected: Money
    by_then_early: Money


@frozen(kw_only=True, repr=False)
class Forecast(Measure):
    """A measure whose value is what is expected within its weeks, with what each item rests on.

    What comes in the weeks, `beyond` them, and what is `undated` add up, with what is apart
    (litigation, what was assigned, credit owed), to what is open. `likely` is the sum of the weeks'
    own: less than the value where some of what is open was never paid before.
    """

    weeks: tuple[ForecastWeek, ...] = ()
    items: tuple[ForecastItem, ...] = field(default=(), repr=False)
    beyond: Money
    undated: Money
    likely: Money

    def to_rows(self) -> list[dict[str, object]]:
        """One row per week."""
        return [
            {
                "week": one.number,
                "first": one.first,
                "last": one.last,
                "expected": one.expected,
                "likely": one.likely,
                "by_then_late": one.by_then_late,
                "by_then_expected": one.by_then_expected,
                "by_then_early": one.by_then_early,
            }
            for one in self.weeks
        ]

    def _repr_html_(self) -> str:
        caption = f"{self.title} on {self.perimeter.as_of}, {self.perimeter.currency}"
        table = html_table(self.to_rows(), caption=caption)
        return f"{table}\n{html_table(self.certificate(), caption=self.title)}"


def cash_forecast(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    weeks: int = WEEKS,
    quantiles: Sequence[int] = QUANTILES,
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Forecast:
    """What is expected of what is open, by weeks from the day after `as_of` (K20).

    Each open cent has one date: that of its bill, of its promise, of its plan's instalment; else
    the due date plus a delay that the debtor had before, among those that would not have come by
    now; a broken promise is such an item again. Under 3 of these, the delays of his segment are
    counted, then those of all accounts read, and the item says so; with none, it is `undated`. A
    dispute comes after its expected resolution (the usual time of disputes, else its `resolve_by`)
    and a usual delay. Stayed, placed and assigned items, and credit owed, are apart. `quantiles`
    are the percentages of delays that an early, an expected and a late date do not exceed.

    The value is what is expected within the weeks; undefined where nothing that is open has a date
    and some is undated. Delays are those of what was paid, so beside it
    `likely` takes of each amount the share of comparable waits that ended by then (the estimate of
    Kaplan and Meier over what was paid and what still waits): what is never paid lowers it.

    Facts after `as_of` change nothing. Unapplied money is taken from nothing, and said. Source:
    kpi.md, K20.

    >>> from recouvrement import Allocation, Debtor, Invoice, Payment
    >>> amount, facts = Money.of(100, "EUR"), []
    >>> for month, late in ((1, 20), (2, 22), (3, 24)):
    ...     due, name = date(2026, month, 2), f"F-{month}"
    ...     facts.append(Invoice(name, date(2026, month, 1), due_on=due, total=amount))
    ...     facts.append(Payment(f"P-{month}", due + timedelta(late), amount=amount,
    ...                          allocations=[Allocation(name, amount)]))
    >>> facts.append(Invoice("F-4", date(2026, 4, 1), due_on=date(2026, 4, 2), total=amount))
    >>> forecast = cash_forecast([Account.of(Debtor("C-17", "Atelier Vasseur"), *facts)],
    ...                          as_of=date(2026, 4, 5))
    >>> forecast
    <K20 cash forecast on 2026-04-05: 100.00 EUR>
    >>> item, = forecast.items
    >>> str(item.early), str(item.expected), str(item.late), item.basis, item.rests_on
    ('2026-04-22', '2026-04-24', '2026-04-26', 'own', 3)
    """
    spread = _quantiles(quantiles)
    count = whole("weeks", weeks, least=1)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed="in",
        credits="apart",
        conventions=conventions,
        known_on=known_on,
        options=(("weeks", str(count)), ("quantiles", "/".join(map(str, spread)))),
    )
    if as_of.toordinal() + 7 * count > _LAST:
        raise InvalidInput("weeks", f"weeks that end by {date.max}", repr(weeks))

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        gathered = reading.part(Expectations, currency, on=[as_of])

        def finish() -> Measure:
            pairs = list(gathered.items(as_of, spread, count))
            return _forecast(pairs, closing, reading.accounts, count, perimeter)

        return finish

    return cast("Forecast", measured(accounts, perimeter, conventions, collect))


def _quantiles(given: object) -> tuple[int, int, int]:
    expected = "three whole percentages from 0 to 100, in order"
    if isinstance(given, str) or not isinstance(given, Sequence) or len(given) != 3:
        raise InvalidInput("quantiles", expected, repr(given))
    early, middle, late = given
    if any(type(one) is not int for one in given) or not 0 <= early <= middle <= late <= 100:
        raise InvalidInput("quantiles", expected, repr(given))
    return early, middle, late


class _Sums:
    """The amounts expected by week, on one of the three dates of each item."""

    def __init__(self, as_of: date, weeks: int) -> None:
        self.as_of = as_of
        self.by_week = [0] * weeks
        self.beyond = 0

    def add(self, on: date, amount: int) -> None:
        """Count an amount in the week of its day; the first begins on the next day."""
        week = ((on - self.as_of).days - 1) // 7
        if week < len(self.by_week):
            self.by_week[week] += amount
        else:
            self.beyond += amount


def _forecast(
    pairs: list[tuple[ForecastItem, list[int]]],
    closing: Closing,
    accounts: int,
    weeks: int,
    perimeter: Perimeter,
) -> Forecast:
    as_of, money = perimeter.as_of, closing.money
    early, expected, late = (_Sums(as_of, weeks) for _ in range(3))
    undated, apart = 0, {ground: [0, 0] for ground in APART}
    shared = [0] * weeks
    for one, shares in pairs:
        minor = one.amount.minor
        for week, share in enumerate(shares):
            shared[week] += minor * share
        if one.ground in apart:
            apart[one.ground][0] += 1
            apart[one.ground][1] += minor
        elif one.early is None or one.expected is None or one.late is None:
            undated += minor
        else:
            early.add(one.early, minor)
            expected.add(one.expected, minor)
            late.add(one.late, minor)
    inside, items = sum(expected.by_week), tuple(one for one, _ in pairs)
    blind = undated > 0 and not inside and not expected.beyond
    likely = [round_fraction(Fraction(one, WHOLE), Rounding.HALF_UP) for one in shared]
    lines = [
        *((f"week {number}", minor) for number, minor in enumerate(expected.by_week, 1)),
        ("beyond the weeks", expected.beyond),
        ("undated", undated),
        *((ground.value, minor) for ground, (_, minor) in apart.items()),
    ]
    return Forecast(
        formula="K20",
        name="cash forecast",
        definition=f"sum of what is open and expected within {weeks} weeks, each part on its date",
        unit=perimeter.currency,
        perimeter=perimeter,
        value=None if blind else money(inside),
        undefined="nothing that is open has a date: no due date, or too few delays before"
        if blind
        else None,
        numerator=None if blind else money(inside),
        population=(
            ("accounts", accounts),
            *closing.population(),
            *(
                (f"parts dated by {word} delays", sum(one.basis == word for one in items))
                for word in ("own", "segment", "portfolio")
            ),
        ),
        excluded=(
            *(
                Exclusion(f"{ground.value}, apart", count, money(minor))
                for ground, (count, minor) in apart.items()
                if count
            ),
            *closing.excluded(),
        ),
        beside=(
            ("likely", None if blind else money(sum(likely))),
            ("beyond the weeks", money(expected.beyond)),
            ("undated", money(undated)),
        ),
        reconciliation=(closing.ledger(), closing.tally("forecast", lines, closing.open)),
        weeks=tuple(
            ForecastWeek(
                number=number,
                first=as_of + timedelta(7 * number - 6),
                last=as_of + timedelta(7 * number),
                expected=money(minor),
                likely=money(likely[number - 1]),
                by_then_late=money(sum(late.by_week[:number])),
                by_then_expected=money(sum(expected.by_week[:number])),
                by_then_early=money(sum(early.by_week[:number])),
            )
            for number, minor in enumerate(expected.by_week, 1)
        ),
        items=items,
        beyond=money(expected.beyond),
        undated=money(undated),
        likely=money(sum(likely)),
        flags=(f"{'all' if blind else 'some'} of it is undated",) if undated else (),
    )
