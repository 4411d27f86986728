"""What was recovered in a period, in the three senses of the word that are in use."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.flows import elsewhere, through
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.losses import maturities_of
from recouvrement.kpi.measure import Measure, Tally, answered, raised
from recouvrement.kpi.payments import free_cash
from recouvrement.kpi.perimeter import USUAL, one_of, perimeter_of, whole
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date

RecoveryOf: TypeAlias = Literal["due_at_start", "fallen_due", "age_cohort"]
"""Recovered of what was due at the start; collected against what fell due; of some ages alone."""

Ages: TypeAlias = tuple[int | None, int | None]
"""The least and the most days past due at the start, both included; None for no bound."""


class Recovery(Part):
    """What cash settled between two days of what was open on the first.

    `settled` is, by ordinal of the due date, what cash settled since of the items open at the
    start, net of what went back; `others` what cash settled of everything else.
    """

    __slots__ = ("_before", "currency", "free_after", "free_before", "others", "settled", "since")

    def __init__(self, currency: str, since: date) -> None:
        self.currency = currency
        self.since = since.toordinal()
        self.settled: dict[int, int] = defaultdict(int)
        self.others = self.free_before = self.free_after = 0
        self._before: dict[int, int] = {}

    def close(self, view: View) -> None:
        """Count one account: what is open at the start, then what became of it."""
        currency = self.currency
        free = free_cash(view.ledger, currency) if currency in view.spare else 0
        if view.day == self.since:
            self.free_before += free
            self._before = dict(view.open)
            return
        self.free_after += free
        items, sources = view.book.items, view.book.sources
        for _, place, at, amount in view.moved_since(self.since):
            if not sources[at].cash or items[place].currency != currency:
                continue
            if place in self._before:
                self.settled[items[place].due] += amount
            else:
                self.others += amount


def recovery_rate(
    accounts: Iterable[Account],
    *,
    since: date,
    as_of: date,
    currency: str = "EUR",
    of: RecoveryOf = "due_at_start",
    ages: Ages | None = None,
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The share, in percent, that was recovered in a period: three meanings, one to be named (K7).

    - "due_at_start": of what was open on `since` and due by then, what cash settled through
      `as_of`, net of what went back.
    - "fallen_due": what cash settled in the period of whatever was open, net of what went back ÷
      the totals of what fell due in it. It may pass 100, which is flagged.
    - "age_cohort": as the first, of what was between two `ages` on `since`, in days past due; what
      was not due has ages of 0 and less, and None is no bound: (1, 30), (91, None).

    Credit notes and write-offs recover nothing; unapplied cash nothing yet. What is due exactly on
    `since` is due at the start, at an age of 0. Undefined when there was nothing to recover.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 2), total=Money.of(400, "EUR")),
    ...     Invoice("F-2", date(2026, 9, 3), due_on=date(2026, 10, 2), total=Money.of(200, "EUR")),
    ...     Payment("P-1", date(2026, 10, 9), amount=Money.of(300, "EUR")),
    ... )
    >>> period = {"since": date(2026, 9, 30), "as_of": date(2026, 10, 31)}
    >>> recovery_rate([account], **period)
    <K7 recovery rate on 2026-10-31: 75 percent>
    >>> recovery_rate([account], **period, of="fallen_due")
    <K7 recovery rate on 2026-10-31: 150 percent, above 100>
    >>> recovery_rate([account], **period, of="age_cohort", ages=(31, 60)).undefined
    'there was nothing to recover after 2026-09-30 through 2026-10-31'
    """
    check_date("since", since)
    word = one_of("of", ("due_at_start", "fallen_due", "age_cohort"), of)
    low, high = _bounds(word, ages)
    options = [("recovery", word.replace("_", " "))]
    if word == "age_cohort":
        options.append(("days past due at the start", f"{_said(low)} to {_said(high)}"))
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        balances=False,
        conventions=conventions,
        known_on=known_on,
        options=tuple(options),
    )

    def collect(reading: Reading) -> Finish:
        start, end = (closing_of(reading, perimeter, on) for on in (since, as_of))
        due = maturities_of(reading, perimeter) if word == "fallen_due" else None
        recovery = reading.part(Recovery, currency, since, on=[since, as_of], logged=True)

        def finish() -> Measure:
            cash = _collected(end, since)
            if due is not None:
                top = _settled(recovery, start, cash)
                base = due.fallen_due(since, end.flows.billed(as_of))
            else:
                top, base = _recovered(recovery, start, cash, low, high)
            exact = Fraction(100 * top.total.minor, base.total.minor) if base.total.minor else None
            why_not = f"there was nothing to recover after {since} through {as_of}"
            return Measure(
                formula="K7",
                name="recovery rate",
                definition=_DEFINITIONS[word],
                unit="percent",
                perimeter=perimeter,
                **answered(exact, why_not),
                numerator=top.total,
                denominator=base.total,
                population=(
                    ("accounts", reading.accounts),
                    ("open items at the start", start.items),
                    *end.population(),
                ),
                excluded=(
                    *start.excluded_then(),
                    *end.excluded(),
                    *elsewhere("received", end.flows.received_elsewhere, as_of, since),
                    *(elsewhere("fallen due", due.elsewhere, as_of, since) if due else ()),
                ),
                reconciliation=(end.ledger(), start.ledger(), top, base),
                flags=raised(
                    {
                        "above 100": exact is not None and exact > 100,
                        "negative": exact is not None and exact < 0,
                    }
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


_DEFINITIONS = {
    "due_at_start": "recovered in the period / open and due at its start * 100",
    "fallen_due": "settled by cash in the period / fallen due in the period * 100",
    "age_cohort": "recovered in the period / open at its start at these ages * 100",
}


def _bounds(word: str, ages: object) -> tuple[int | None, int | None]:
    """The ages at the start, in days past due."""
    if word != "age_cohort":
        if ages is not None:
            raise InvalidInput("ages", "None, unless of='age_cohort'", repr(ages))
        return (0, None)
    if not isinstance(ages, tuple) or len(ages) != 2:
        raise InvalidInput("ages", "the least and the most days past due, or None", repr(ages))
    least = -(10**7)
    low, high = (None if one is None else whole("ages", one, least=least) for one in ages)
    if low is not None and high is not None and low > high:
        raise InvalidInput("ages", "the least and the most days past due, in order", repr(ages))
    return low, high


def _said(bound: int | None) -> str:
    return "any" if bound is None else str(bound)


def _collected(end: Closing, since: date) -> Tally:
    """The cash of the period, net of what went back in it."""
    came = through(end.flows.received, end.on, since=since)
    back = through(end.flows.reversed, end.on, since=since)
    lines = [("received in the period", came), ("reversed in the period", -back)]
    return end.tally("collected", lines, came - back)


def _settled(recovery: Recovery, start: Closing, cash: Tally) -> Tally:
    """What cash settled in the period, whatever it settled."""
    return start.tally(
        "settled by cash",
        _applied(recovery, cash),
        sum(recovery.settled.values()) + recovery.others,
    )


def _applied(recovery: Recovery, cash: Tally) -> list[tuple[str, int]]:
    """The cash of the period, and what waited at its start, less what waits at its end."""
    return [
        ("collected", cash.total.minor),
        ("unapplied at the start", recovery.free_before),
        ("unapplied at the end", -recovery.free_after),
    ]


def _recovered(
    recovery: Recovery, start: Closing, cash: Tally, low: int | None, high: int | None
) -> tuple[Tally, Tally]:
    """What cash settled of the items of these ages, and what was open on them."""
    day, top, base, aside, younger = recovery.since, 0, 0, recovery.others, 0
    for due, (_, amount) in start.by_due.items():
        late, settled = day - due, recovery.settled.get(due, 0)
        dated = due != NEVER or low is None
        if dated and (low is None or late >= low) and (high is None or late <= high):
            top += settled
            base += amount
        else:
            aside += settled
            younger += amount
    lines = [*_applied(recovery, cash), ("on other items", -aside)]
    owed = [("open at the start", start.open), ("of other ages", -younger)]
    return start.tally("recovered", lines, top), start.tally("to recover", owed, base)
