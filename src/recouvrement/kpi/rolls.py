"""How what is open moves from one age to the next: the early sign of what will not be paid."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Final

from recouvrement.facts.account import Account
from recouvrement.kpi.ages import BOUNDS, edges_of, labels_of
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Measure, Roll, answered
from recouvrement.kpi.perimeter import USUAL, perimeter_of
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date
from recouvrement.position.ratios import in_decimal

SETTLED: Final = "settled"


class Rolls(Part):
    """What became by one day of what was open on another, by age then and now.

    `moved` is by (bucket then, bucket now), the bucket after the last being what is open no more.
    """

    __slots__ = ("_before", "bounds", "currency", "moved", "since")

    def __init__(self, currency: str, since: date, bounds: tuple[int, ...]) -> None:
        self.currency = currency
        self.since = since.toordinal()
        self.bounds = bounds
        self.moved: dict[tuple[int, int], int] = {}
        self._before: dict[int, int] = {}

    def close(self, view: View) -> None:
        """Count one account: what is open at the start, then what became of it."""
        items = view.book.items
        if view.day == self.since:
            self._before = view.open_in(self.currency)
            return
        bounds, opens = self.bounds, dict(view.open)
        for place, amount in self._before.items():
            due = items[place].due
            then, now = bisect_left(bounds, self.since - due), bisect_left(bounds, view.day - due)
            # What came back since, by a reversal, was not there to move.
            still = min(amount, opens.get(place, 0))
            for after, part in ((now, still), (len(bounds) + 1, amount - still)):
                if part:
                    self.moved[then, after] = self.moved.get((then, after), 0) + part


def roll_rates(
    accounts: Iterable[Account],
    *,
    since: date,
    as_of: date,
    currency: str = "EUR",
    bounds: Sequence[int] = BOUNDS,
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """What became of each bucket of age between two closings, and the share that rolled on.

    `rolls` has, for each bucket on `since`, what is in each bucket on `as_of`, and what is open no
    more ("settled", by whatever means), with its share of the bucket in percent. The value is the
    share of all that was open on `since` that is in an older bucket on `as_of`. Gross: unapplied
    money is taken from nothing. Undefined when nothing was open on `since`.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 2), total=Money.of(400, "EUR")),
    ...     Payment("P-1", date(2026, 10, 9), amount=Money.of(300, "EUR")),
    ... )
    >>> measure = roll_rates([account], since=date(2026, 9, 30), as_of=date(2026, 10, 31))
    >>> measure
    <roll rates on 2026-10-31: 25 percent>
    >>> [(one.before, one.after, str(one.amount), str(one.share)) for one in measure.rolls]
    [('1-30', '31-60', '100.00 EUR', '25'), ('1-30', 'settled', '300.00 EUR', '75')]
    """
    check_date("since", since)
    edges = edges_of(bounds)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        balances=False,
        conventions=conventions,
        known_on=known_on,
        options=(("bounds", "/".join(map(str, edges))), ("age from", "due date")),
    )
    names = [label for label, _, _ in labels_of(edges)]
    after_names = [*names, SETTLED]

    def collect(reading: Reading) -> Finish:
        start, end = (closing_of(reading, perimeter, on) for on in (since, as_of))
        moved = reading.part(Rolls, currency, since, edges, on=[since, as_of])

        def finish() -> Measure:
            held: dict[int, int] = {}
            for (before, _), amount in moved.moved.items():
                held[before] = held.get(before, 0) + amount
            older = [
                amount
                for (before, after), amount in moved.moved.items()
                if before < after < len(names)
            ]
            total = start.open
            exact = Fraction(100 * sum(older), total) if total else None
            lines = [(names[before], amount) for before, amount in sorted(held.items())]
            return Measure(
                formula="roll rates",
                name="roll rates",
                definition="moved to an older bucket / open at the start * 100",
                unit="percent",
                perimeter=perimeter,
                **answered(exact, f"nothing was open on {since}"),
                numerator=start.money(sum(older)),
                denominator=start.money(total),
                population=(
                    ("accounts", reading.accounts),
                    ("open items at the start", start.items),
                    *end.population(),
                ),
                excluded=(*start.excluded_then(), *end.excluded()),
                reconciliation=(end.ledger(), start.ledger(), start.tally("buckets", lines, total)),
                rolls=tuple(
                    Roll(
                        names[before],
                        after_names[after],
                        start.money(amount),
                        in_decimal(Fraction(100 * amount, held[before])),
                    )
                    for (before, after), amount in sorted(moved.moved.items())
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)
