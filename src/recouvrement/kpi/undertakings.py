"""Whether debtors keep their word: promises whose day has passed."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from recouvrement.facts.account import Account
from recouvrement.facts.commitment import Promise
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.flows import count, elsewhere
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Exclusion, Measure, Tally, answered
from recouvrement.kpi.perimeter import USUAL, one_of, perimeter_of
from recouvrement.money import Money
from recouvrement.position.commitments import PromiseStatus, pledge_states
from recouvrement.position.conventions import Conventions
from recouvrement.position.ratios import in_decimal

Weight: TypeAlias = Literal["count", "amount"]
"""Each case counts once, or for its amount."""

_JUDGED: Final = (PromiseStatus.KEPT, PromiseStatus.PARTLY_KEPT, PromiseStatus.BROKEN)


class Promises(Part):
    """What became of the promises in one currency by a day, by the last day to keep them.

    By (last day, status): how many, how much was promised, how much of it was received.
    """

    rows_only = False

    __slots__ = ("became", "currency", "elsewhere", "made", "on")

    def __init__(self, currency: str, on: date) -> None:
        self.currency = currency
        self.on = on
        self.became: dict[tuple[int, PromiseStatus], list[int]] = {}
        self.made = 0
        self.elsewhere: dict[tuple[date, str], list[int]] = {}

    def meet(self, view: View) -> None:
        """Count what one account promised, from the facts alone."""
        for one in view.facts[Promise]:
            if one.made_on > self.on:
                continue
            if one.amount.currency == self.currency:
                self.made += one.amount.minor
            else:
                count(self.elsewhere, (one.made_on, one.amount.currency), one.amount.minor)

    def close(self, view: View) -> None:
        """Count what became of the promises of one account."""
        if not view.book.pledges:
            return
        tolerance = view.conventions.promise_tolerance
        for one in pledge_states(view.ledger, view.conventions):
            if one.pledge.fact.amount.currency == self.currency:
                key = one.pledge.due + tolerance, one.status
                cell = self.became.setdefault(key, [0, 0, 0])
                cell[0] += 1
                cell[1] += one.pledge.amount
                cell[2] += one.received


def promise_kept_ratio(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    weight: Weight = "count",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The share, in percent, of matured promises that were kept (K14).

    A promise has matured once its last day has passed: its date and the days of tolerance of the
    `conventions`, which the perimeter states. Counted are those whose last day is on or after
    `since` (any, without it) and before `as_of`, so that each belongs to one period: kept ÷ (kept +
    partly kept + broken), by "count" or by "amount" promised. Partly kept ones are not kept;
    `beside` says them. Promises still open, withdrawn, superseded or moot are left out, and said.
    Undefined when none has matured.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> def promised(name, day, amount):
    ...     due, total = date(2026, 10, day), Money.of(amount, "EUR")
    ...     return Promise(name, date(2026, 10, 1), due_on=due, amount=total, means="transfer")
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 1), total=Money.of(400, "EUR")),
    ...     promised("W-1", 10, 300), promised("W-2", 20, 100),
    ...     Payment("P-1", date(2026, 10, 9), amount=Money.of(300, "EUR")),
    ... )
    >>> promise_kept_ratio([account], as_of=date(2026, 10, 31))
    <K14 promises kept on 2026-10-31: 50 percent>
    >>> promise_kept_ratio([account], as_of=date(2026, 10, 31), weight="amount")
    <K14 promises kept on 2026-10-31: 75 percent>
    """
    word = one_of("weight", ("count", "amount"), weight)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        balances=False,
        conventions=conventions,
        known_on=known_on,
        options=(("weight", word),),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        promises = reading.part(Promises, currency, as_of, on=[as_of])

        def finish() -> Measure:
            inside, outside = _matured(promises, since)
            kept, partly, _ = (inside[status] for status in _JUDGED)
            at = 0 if word == "count" else 1
            matured = [sum(one[place] for one in inside.values()) for place in (0, 1)]
            exact = Fraction(100 * kept[at], matured[at]) if matured[at] else None
            terms = [
                in_decimal(Fraction(minor)) if at == 0 else Money(minor, currency)
                for minor in (kept[at], matured[at])
            ]
            since_when = "" if since is None else f"from {since} "
            return Measure(
                formula="K14",
                name="promises kept",
                definition="kept / (kept + partly kept + broken) * 100",
                unit="percent",
                perimeter=perimeter,
                **answered(exact, f"no promise matured {since_when}to {as_of}"),
                numerator=terms[0],
                denominator=terms[1],
                population=(
                    ("accounts", reading.accounts),
                    *((str(status).replace("_", " "), inside[status][0]) for status in _JUDGED),
                ),
                excluded=(
                    *(
                        Exclusion(reason, number, Money(minor, currency))
                        for reason, (number, minor) in sorted(outside.items())
                    ),
                    *elsewhere("promised", promises.elsewhere, as_of, None),
                ),
                reconciliation=(
                    closing.ledger(),
                    Tally(
                        "promised",
                        (
                            ("matured", Money(matured[1], currency)),
                            *(
                                (reason, Money(minor, currency))
                                for reason, (_, minor) in sorted(outside.items())
                            ),
                        ),
                        Money(promises.made, currency),
                    ),
                ),
                beside=(
                    ("partly kept", partly[0]),
                    ("received of the partly kept", Money(partly[2], currency)),
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def _matured(
    promises: Promises, since: date | None
) -> tuple[dict[PromiseStatus, list[int]], dict[str, list[int]]]:
    """The promises that matured in the period, by status, and why the others are left out."""
    first = 0 if since is None else since.toordinal()
    inside: dict[PromiseStatus, list[int]] = {status: [0, 0, 0] for status in _JUDGED}
    outside: dict[str, list[int]] = {}
    for (last, status), (number, minor, received) in promises.became.items():
        if status not in inside:
            reason = str(status)
        elif last < first:
            reason = "matured before the period"
        elif last >= promises.on.toordinal():
            reason = f"{status} before its last day has passed".replace("_", " ")
        else:
            cell = inside[status]
            cell[0] += number
            cell[1] += minor
            cell[2] += received
            continue
        left = outside.setdefault(reason, [0, 0])
        left[0] += number
        left[1] += minor
    return inside, outside
