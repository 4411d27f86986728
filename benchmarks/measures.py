"""Every measure of balances over a million invoices against one hand-written pass.

Both sides start from the same built accounts and give the same exact figures, which are compared
before anything is timed. The second ratio is what two years of monthly closings cost, in closings.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import partial
from typing import Any

import hand_written
import portfolio

from recouvrement import Account, kpi
from recouvrement.kpi import Measure, Survey

AS_OF = portfolio.AS_OF
SINCE = date(2026, 7, 15)
WINDOW = AS_OF - timedelta(90)
YEAR = AS_OF - timedelta(365)
INVOICES = 1_000_000
# Built once and gone through again and again: a million invoices as accounts fill the memory.
BUILT = 20_000
# Enough that the accounts, and not the certificates at the end, are what is timed.
SERIES = 200_000
BOUNDS = (0, 30, 60, 90, 120)

BALANCES: dict[str, Callable[..., Measure]] = {
    "ageing": kpi.ageing,
    "average_age": kpi.average_age,
    "best": kpi.dso_best_possible,
    "cei": kpi.collection_effectiveness,
    "concentration": kpi.concentration,
    "count_back": kpi.dso_count_back,
    "delinquent": kpi.average_days_delinquent,
    "dso": kpi.dso,
    "overdue": kpi.overdue_rate,
    "recovered": kpi.recovery_rate,
    "rolling": kpi.dso_rolling,
    "true": kpi.dso_true,
    "unpaid": kpi.unpaid_rate,
}
EVERY: dict[str, Callable[..., Measure]] = {
    **BALANCES,
    "answers": kpi.contact_answer_rate,
    "beyond": partial(kpi.days_beyond_terms, since=None),
    "cost": partial(kpi.cost_of_delay, rate=4),
    "days_to_pay": partial(kpi.days_to_pay, since=None),
    "disputed": kpi.dispute_rate,
    "kept": kpi.promise_kept_ratio,
    "late": partial(kpi.weighted_days_late, since=None),
    "lost": kpi.irrecoverable_share,
    "open": kpi.outstanding,
    "open_disputes": kpi.open_disputes,
    "rolls": kpi.roll_rates,
    "turnover": kpi.turnover,
    "weighted": partial(kpi.weighted_days_to_pay, since=None),
}

Received = list[tuple[date, Any, int]]


def applied(data: hand_written.Grouped, opens: dict[Any, int], as_of: date) -> Received:
    """What was received, day by day and item by item; `opens` becomes what is left."""
    _, payments, _, _, _ = data
    received: Received = []
    for payment in payments:
        on = payment.received_on
        if on > as_of:
            break
        amount = payment.amount.minor
        for part in payment.allocations:
            taken = min(part.amount.minor, opens[part.invoice])
            opens[part.invoice] -= taken
            amount -= taken
            received.append((on, part.invoice, taken))
        if amount:
            spread(data, opens, received, on, amount)
    return received


def spread(
    data: hand_written.Grouped, opens: dict[Any, int], received: Received, on: date, amount: int
) -> None:
    """Money that nobody directed: to a promise or an item of that amount, else oldest first."""
    invoices, _, _, promises, _ = data
    for promise in promises:
        if promise.amount.minor == amount and promise.made_on < on <= promise.due_on:
            target = promise.invoices[0]
            taken = min(amount, opens[target])
            opens[target] -= taken
            amount -= taken
            received.append((on, target, taken))
    for one in invoices:
        if amount and opens[one.id] == amount and one.issued_on <= on:
            opens[one.id] = 0
            received.append((on, one.id, amount))
            return
    for one in invoices:
        if not amount:
            return
        left = opens[one.id]
        if left and one.issued_on <= on:
            taken = min(amount, left)
            opens[one.id] = left - taken
            amount -= taken
            received.append((on, one.id, taken))


def by_hand(books: Iterable[Account]) -> dict[str, Fraction]:  # noqa: C901, PLR0912, PLR0915
    """One straight pass for this book alone: sales in euros, payments, disputes, promises."""
    sold: dict[date, int] = defaultdict(int)
    cash: dict[date, int] = defaultdict(int)
    by_issue: dict[date, int] = defaultdict(int)
    owed: dict[str, int] = defaultdict(int)
    amounts, moved = [0] * 6, [[0] * 6 for _ in range(6)]
    invoices = aged = late_days = older = due_open = recovered = before_open = 0
    paid = paid_days = waited = late = beyond = weighed = 0
    kept = matured = made = disputed = lasting = 0
    for account in books:
        data = hand_written.grouped(account)
        billed, _, disputes, promises, interactions = data
        opens = {one.id: one.total.minor if one.issued_on <= AS_OF else 0 for one in billed}
        received = applied(data, opens, AS_OF)
        dates = {one.id: (one.issued_on, one.due_on) for one in billed}
        last: dict[Any, date] = {}
        since: dict[Any, int] = {}
        until: dict[Any, int] = {}
        for on, name, amount in received:
            cash[on] += amount
            issued, due = dates[name]
            waited += (on - issued).days * amount
            days = (on - due).days
            late += days * amount
            if days > 0:
                beyond += days * amount
            weighed += amount
            last[name] = on
            if on > SINCE:
                since[name] = since.get(name, 0) + amount
            else:
                until[name] = until.get(name, 0) + amount
        mine = 0
        for one in billed:
            name, issued, due, total = one.id, one.issued_on, one.due_on, one.total.minor
            if issued > AS_OF:
                continue
            invoices += issued > SINCE
            sold[issued] += total
            left = opens[name]
            if left:
                age = (AS_OF - due).days
                amounts[bisect_left(BOUNDS, age)] += left
                aged += age * left
                by_issue[issued] += left
                mine += left
                if age > 0:
                    late_days += age * left
                if age > 90:
                    older += left
            else:
                paid += 1
                paid_days += (last[name] - issued).days
            if issued <= SINCE:
                then = total - until.get(name, 0)
                if then:
                    before_open += then
                    if due <= SINCE:
                        due_open += then
                        recovered += since.get(name, 0)
                    if left:
                        place = bisect_left(BOUNDS, (SINCE - due).days)
                        moved[place][bisect_left(BOUNDS, (AS_OF - due).days)] += min(then, left)
        owed[account.debtor.id] += mine
        contested = set()
        for dispute in disputes:
            if dispute.opened_on <= AS_OF:
                lasting += 1
                if dates[dispute.invoice][0] > SINCE:
                    contested.add(dispute.invoice)
        disputed += len(contested)
        for said in interactions:
            if SINCE < said.on <= AS_OF:
                made += 1
        for promise in promises:
            if SINCE <= promise.due_on < AS_OF:
                name, start, end = promise.invoices[0], promise.made_on, promise.due_on
                got = sum([amt for on, at, amt in received if at == name and start < on <= end])
                rest = opens[name] + sum(
                    [amt for on, at, amt in received if at == name and on > end]
                )
                rest = max(0, rest - hand_written._disputed(disputes, name, rest, end))  # noqa: SLF001
                wanted = min(promise.amount.minor, got + rest)
                if wanted:
                    matured += 1
                    kept += got >= wanted

    def sales(after: date, through: date = AS_OF) -> int:
        return sum([minor for on, minor in sold.items() if after < on <= through])

    def balance(on: date) -> int:
        return sum([m for day, m in sold.items() if day <= on]) - sum(
            [m for day, m in cash.items() if day <= on]
        )

    month = {day: day.replace(day=1) for day in sold}
    monthly: dict[date, int] = defaultdict(int)
    for day, minor in sold.items():
        monthly[month[day]] += minor
    open_, before = sum(amounts), balance(SINCE)
    quarter, rest, first, back = sales(WINDOW), open_, AS_OF.replace(day=1), Fraction(0)
    days = AS_OF.day
    while rest > 0:
        back += Fraction(days * min(rest, monthly[first]), monthly[first])
        rest -= monthly[first]
        last_day = first - timedelta(1)
        first, days = last_day.replace(day=1), last_day.day
    ends = [AS_OF.replace(year=2025 + (10 + n) // 12, month=(10 + n) % 12 + 1) for n in range(12)]
    year_back = AS_OF.replace(year=2025)
    entered = before + sales(SINCE)
    in_2_years = sum(balance(on) for on in ends)
    older_than = sum(moved[a][b] for a in range(6) for b in range(a + 1, 6))
    return {
        "ageing": Fraction(open_, 100),
        "answers": Fraction(0, made),
        "average_age": Fraction(aged, open_),
        "best": Fraction(amounts[0] * 90, quarter),
        "beyond": Fraction(beyond, weighed),
        "cei": Fraction(100 * (entered - open_), entered - amounts[0]),
        "concentration": Fraction(sum([m * m for m in owed.values()]), open_ * open_),
        "cost": Fraction(4 * late_days, 100 * 360 * 100),
        "count_back": back,
        "days_to_pay": Fraction(paid_days, paid),
        "delinquent": Fraction((open_ - amounts[0]) * 90, quarter),
        "disputed": Fraction(100 * disputed, invoices),
        "dso": Fraction(open_ * 90, quarter),
        "kept": Fraction(100 * kept, matured),
        "late": Fraction(late, weighed),
        "lost": Fraction(0),
        "open": Fraction(open_, 100),
        "open_disputes": Fraction(lasting),
        "overdue": Fraction(100 * (open_ - amounts[0]), open_),
        "recovered": Fraction(100 * recovered, due_open),
        "rolling": Fraction(in_2_years * (AS_OF - year_back).days, 12 * sales(year_back)),
        "rolls": Fraction(100 * older_than, before_open),
        "true": sum(
            [Fraction((AS_OF - d).days * m, monthly[month[d]]) for d, m in by_issue.items()],
            Fraction(0),
        ),
        "turnover": Fraction(2 * sales(SINCE), before + open_),
        "unpaid": Fraction(100 * older, sales(YEAR)),
        "weighted": Fraction(waited, weighed),
    }


def ours(books: Iterable[Account], measures: dict[str, Callable[..., Measure]]) -> Survey:
    """The same figures from the library, with the certificate of each."""
    return kpi.survey(books, measures, as_of=AS_OF, since=SINCE)


def again(books: list[Account], invoices: int) -> Iterator[Account]:
    """The same accounts over and over, until they hold so many invoices."""
    for _ in range(invoices // BUILT):
        yield from books


def month_ends(number: int) -> list[date]:
    """So many ends of months before the day of the book, in order."""
    ends = [AS_OF.replace(day=1) - timedelta(1)]
    while len(ends) < number + 1:
        ends.insert(0, ends[0].replace(day=1) - timedelta(1))
    return ends


def ratios(timed: Callable[[Callable[[], object]], float]) -> dict[str, float]:
    """All measures in hand-written passes; two years of closings of the balances in closings."""
    books = list(portfolio.accounts(BUILT))
    told, hand = ours(books, EVERY), by_hand(books)
    for name in EVERY:
        value = told[name].exact
        if value is None:
            value = Fraction(str(told[name].value).split()[0])
        if value != hand[name]:
            raise SystemExit(f"{name} differs: {value} and {hand[name]}")
    opening, *ends = month_ends(24)
    one = timed(lambda: kpi.survey(again(books, SERIES), BALANCES, as_of=ends[-1], since=ends[-2]))
    several = timed(
        lambda: kpi.series(again(books, SERIES), BALANCES, closings=ends, opening=opening)
    )
    by_hand_all = timed(lambda: by_hand(again(books, INVOICES)))
    return {
        "measures_vs_hand": timed(lambda: ours(again(books, INVOICES), EVERY)) / by_hand_all,
        "series_vs_closing": several / one,
    }
