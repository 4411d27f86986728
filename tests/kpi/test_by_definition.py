"""Every measure against a slow computation written from its definition, on drawn portfolios."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    ActionKind,
    ContactResult,
    Conventions,
    Direction,
    DisputeOutcome,
    Doubtful,
    InvoiceKind,
    Money,
    WriteOffReason,
    kpi,
    position_of,
)
from recouvrement.kpi import Measure
from recouvrement.position import OpenItem, PromiseStatus
from recouvrement.testing import strategies
from recouvrement.testing.history import START

SINCE = START + timedelta(50)
DAY = START + timedelta(110)
NO_SALE = {InvoiceKind.OPENING, InvoiceKind.ACCESSORIES, InvoiceKind.ADJUSTMENT}

Portfolio: TypeAlias = tuple[Account, ...]

portfolios = strategies.portfolios(currencies=("EUR", "EUR", "USD"), max_accounts=3)
conventions = st.sampled_from(
    [Conventions(), Conventions(application="explicit_only", promise_tolerance=3)]
)
sinces = st.sampled_from([None, SINCE])


def euros(money: object) -> int:
    assert isinstance(money, Money)
    return money.minor


def open_on(portfolio: Portfolio, on: date, conventions: Conventions) -> list[OpenItem]:
    return [
        item
        for one in portfolio
        for item in position_of(one, as_of=on, conventions=conventions).open_items
        if item.currency == "EUR"
    ]


def balance(portfolio: Portfolio, on: date, conventions: Conventions) -> int:
    return sum(item.open.minor for item in open_on(portfolio, on, conventions))


def sold(portfolio: Portfolio, since: date | None, until: date) -> int:
    """Sales of a period through the library's own DSO, whose sales have tests of their own."""
    start = since or date(1990, 1, 1)
    window = (until - start).days
    return euros(kpi.dso(portfolio, as_of=until, window_days=window).denominator)


def within(on: date, since: date | None, until: date = DAY) -> bool:
    return on <= until and (since is None or on > since)


class Item:
    """One open item as billed, with what became of it: (day, source's day, cash, amount)."""

    def __init__(self, account: Account, place: int, conventions: Conventions) -> None:
        standing = position_of(account, as_of=DAY, conventions=conventions).standing
        ledger, row = standing.logged(), account.book.items[place]
        self.invoice = row.invoice
        self.issued = date.fromordinal(row.issued)
        self.due = None if row.due > date.max.toordinal() else date.fromordinal(row.due)
        self.total, self.open = row.total, ledger.open[place]
        self.moves = [
            (date.fromordinal(on), at, account.book.sources[at], amount)
            for on, at, amount in ledger.by_place.get(place, ())
        ]

    @property
    def is_sale(self) -> bool:
        return self.invoice.kind not in NO_SALE

    def paid(self) -> list[tuple[date, int, bool]]:
        """What settles it at the end: the day the money came, how much, whether it is cash."""
        kept = []
        for at in {at for _, at, _, _ in self.moves}:
            amount = sum(minor for _, number, _, minor in self.moves if number == at)
            source = next(one for _, number, one, _ in self.moves if number == at)
            if amount:
                kept.append((max(date.fromordinal(source.on), self.issued), amount, source.cash))
        return kept

    def settled(self) -> date | None:
        """The day cash settled it in full, if the last of its money was cash."""
        if self.open:
            return None
        last = max(day for day, _, _ in self.paid())
        return last if any(cash for day, _, cash in self.paid() if day == last) else None


def items(portfolio: Portfolio, conventions: Conventions) -> Iterator[Item]:
    for account in portfolio:
        for row in account.book.items:
            if row.currency == "EUR" and row.issued <= DAY.toordinal():
                yield Item(account, row.place, conventions)


def exact(measure: Measure) -> Fraction:
    assert measure.exact is not None
    return measure.exact


def same(measure: Measure, top: Fraction | int, base: int, scale: int = 1) -> None:
    """The ratio, or undefined exactly when its base is 0."""
    assert measure.reconciles, [t for t in measure.reconciliation if not t.adds_up]
    assert (measure.value is None) == (base == 0)
    assert (measure.undefined is None) == (base != 0)
    if base:
        assert measure.exact == Fraction(scale * top) / base


# --- balances ----------------------------------------------------------------------------------


@given(portfolio=portfolios, rule=conventions)
def test_average_age(portfolio: Portfolio, rule: Conventions) -> None:
    owed = open_on(portfolio, DAY, rule)
    dated = [item for item in owed if item.days_past_due is not None]
    top = sum(item.open.minor * (item.days_past_due or 0) for item in dated)
    measure = kpi.average_age(portfolio, as_of=DAY, conventions=rule)
    same(measure, top, sum(item.open.minor for item in dated))
    top = sum(item.open.minor * (DAY - item.issued_on).days for item in owed)
    measure = kpi.average_age(portfolio, as_of=DAY, age_from="issue", conventions=rule)
    same(measure, top, sum(item.open.minor for item in owed))


@given(portfolio=portfolios, rule=conventions, netted=st.booleans())
def test_concentration(portfolio: Portfolio, rule: Conventions, *, netted: bool) -> None:
    owed = []
    for one in portfolio:
        position = position_of(one, as_of=DAY, conventions=rule)
        credit = sum(m.minor for m in position.nettable if m.currency == "EUR") if netted else 0
        owed.append(position.amount_of("open", "EUR").minor - credit)
    debits = [amount for amount in owed if amount > 0]
    measure = kpi.concentration(
        portfolio, as_of=DAY, conventions=rule, credits="netted" if netted else "apart"
    )
    same(measure, sum(amount * amount for amount in debits), sum(debits) ** 2)
    if debits:
        assert 0 < exact(measure) <= 1


@given(portfolio=portfolios, rule=conventions, days=st.sampled_from([0, 20, 90]))
def test_unpaid_rate(portfolio: Portfolio, rule: Conventions, days: int) -> None:
    unpaid = 0
    for one in portfolio:
        for item in open_on((one,), DAY, rule):
            said = [
                fact
                for fact in one.facts
                if isinstance(fact, Doubtful)
                and fact.on <= DAY
                and fact.invoice in (item.id, item.invoice.id)
            ]
            latest = max((fact.on for fact in said), default=None)
            words = [fact.loss_rate > 0 for fact in said if fact.on == latest]
            late = item.days_past_due is not None and item.days_past_due > days
            if len(set(words)) > 1:
                return  # two words on one day: the order of ids decides
            if late or any(words):
                unpaid += item.open.minor
        unpaid += sum(
            loss.amount.minor
            for loss in one.write_offs
            if loss.amount.currency == "EUR"
            and loss.reason is WriteOffReason.BAD_DEBT
            and within(loss.on, DAY - timedelta(100))
        )
    base = sold(portfolio, DAY - timedelta(100), DAY)
    measure = kpi.unpaid_rate(
        portfolio, as_of=DAY, window_days=100, older_than=days, conventions=rule
    )
    same(measure, unpaid, max(base, 0), 100)


@given(portfolio=portfolios, rule=conventions)
def test_cost_of_delay(portfolio: Portfolio, rule: Conventions) -> None:
    late = [
        item.open.minor * item.days_past_due
        for item in open_on(portfolio, DAY, rule)
        if item.days_past_due is not None and item.days_past_due > 0
    ]
    measure = kpi.cost_of_delay(
        portfolio, as_of=DAY, rate=Decimal("4.5"), day_base=365, margin=10, conventions=rule
    )
    cost = Fraction(sum(late)) * Fraction(45, 10) / 100 / 365
    assert measure.exact == cost / 100
    assert euros(measure.value) == int(cost + Fraction(1, 2))
    assert euros(dict(measure.beside)["sales that make the cost up"]) == int(
        cost * 10 + Fraction(1, 2)
    )
    assert measure.reconciles


# --- several closings --------------------------------------------------------------------------


def month_ends(number: int, last: date) -> list[date]:
    ends = [last]
    while len(ends) < number:
        ends.append(ends[-1].replace(day=1) - timedelta(1))
    return ends[::-1]


@given(portfolio=portfolios, rule=conventions, number=st.integers(1, 4))
def test_rolling_dso(portfolio: Portfolio, rule: Conventions, number: int) -> None:
    last = date(DAY.year, DAY.month, 1) - timedelta(1)
    start, *ends = month_ends(number + 1, last)
    owed = sum(balance(portfolio, on, rule) for on in ends)
    base = sold(portfolio, start, last)
    measure = kpi.dso_rolling(portfolio, as_of=last, periods=number, conventions=rule)
    same(measure, owed * (last - start).days, base * number)


@given(portfolio=portfolios, rule=conventions, months=st.booleans())
def test_turnover(portfolio: Portfolio, rule: Conventions, *, months: bool) -> None:
    between = month_ends(6, date(DAY.year, DAY.month, 1) - timedelta(1))
    days = [SINCE, *(on for on in between if months and SINCE < on < DAY), DAY]
    owed = sum(balance(portfolio, on, rule) for on in days)
    measure = kpi.turnover(
        portfolio,
        since=SINCE,
        as_of=DAY,
        balances="months" if months else "ends",
        conventions=rule,
    )
    same(measure, sold(portfolio, SINCE, DAY) * len(days), owed)


@given(portfolio=portfolios, rule=conventions)
def test_true_dso(portfolio: Portfolio, rule: Conventions) -> None:
    total, left_out, taken = Fraction(0), 0, 0
    for item in open_on(portfolio, DAY, rule):
        month = item.issued_on.replace(day=1)
        following = (month + timedelta(31)).replace(day=1)
        base = sold(portfolio, month - timedelta(1), min(following - timedelta(1), DAY))
        if base > 0:
            taken += 1
            total += Fraction((DAY - item.issued_on).days * item.open.minor, base)
        else:
            left_out += item.open.minor
    measure = kpi.dso_true(portfolio, as_of=DAY, conventions=rule)
    assert measure.exact == (None if left_out and not taken else total)
    assert measure.reconciles
    reasons = {one.reason: one.amount.minor for one in measure.excluded}
    assert reasons.get("issued in a month without sales", 0) == left_out
    stopped = kpi.dso_true(portfolio, as_of=DAY, conventions=rule, without_sales="stop")
    assert stopped.exact == (None if left_out else total)


@given(portfolio=portfolios, rule=conventions)
def test_roll_rates(portfolio: Portfolio, rule: Conventions) -> None:
    def bucket(late: int | None) -> str:
        spans = [("1-30", 1, 30), ("31-60", 31, 60), ("61-90", 61, 90), ("91-120", 91, 120)]
        if late is None or late <= 0:
            return "not due"
        return next((name for name, low, high in spans if low <= late <= high), ">120")

    order = ["not due", "1-30", "31-60", "61-90", "91-120", ">120"]
    expected: dict[tuple[str, str], int] = {}
    for one in portfolio:
        after = {item.id: item for item in open_on((one,), DAY, rule)}
        for item in open_on((one,), SINCE, rule):
            then, now = bucket(item.days_past_due), after.get(item.id)
            still = min(item.open.minor, now.open.minor) if now else 0
            if now and still:
                key = then, bucket(now.days_past_due)
                expected[key] = expected.get(key, 0) + still
            if item.open.minor > still:
                key = then, "settled"
                expected[key] = expected.get(key, 0) + item.open.minor - still
    measure = kpi.roll_rates(portfolio, since=SINCE, as_of=DAY, conventions=rule)
    assert {(one.before, one.after): one.amount.minor for one in measure.rolls} == expected
    older = sum(
        amount
        for (then, now), amount in expected.items()
        if now != "settled" and order.index(now) > order.index(then)
    )
    same(measure, older, balance(portfolio, SINCE, rule), 100)
    for before in order:
        shares = [one.share for one in measure.rolls if one.before == before]
        assert not shares or abs(sum(shares, Decimal(-100))) < Decimal("1e-20")


# --- payments ----------------------------------------------------------------------------------


@given(portfolio=portfolios, rule=conventions, since=sinces)
def test_days_to_pay(portfolio: Portfolio, rule: Conventions, since: date | None) -> None:
    waited, late = [], []
    for item in items(portfolio, rule):
        on = item.settled()
        if on and item.is_sale and within(on, since):
            waited.append((on - item.issued).days)
            if item.due and not item.invoice.due_assumed:
                late.append((on - item.due).days)
    asked: dict[str, Any] = {"as_of": DAY, "since": since, "conventions": rule}
    same(kpi.days_to_pay(portfolio, **asked), sum(waited), len(waited))
    same(kpi.days_to_pay(portfolio, **asked, days_from="due_date"), sum(late), len(late))


@given(portfolio=portfolios, rule=conventions, since=sinces)
def test_days_weighted_by_what_was_paid(
    portfolio: Portfolio, rule: Conventions, since: date | None
) -> None:
    paid = [
        (item, on, amount)
        for item in items(portfolio, rule)
        for on, amount, cash in item.paid()
        if cash and item.is_sale and within(on, since)
    ]
    dated = [
        ((on - item.due).days, amount)
        for item, on, amount in paid
        if item.due and not item.invoice.due_assumed
    ]
    base = sum(amount for _, amount in dated)
    asked: dict[str, Any] = {"as_of": DAY, "since": since, "conventions": rule}
    top = sum((on - item.issued).days * amount for item, on, amount in paid)
    same(kpi.weighted_days_to_pay(portfolio, **asked), top, sum(one[2] for one in paid))
    late = kpi.weighted_days_late(portfolio, **asked)
    same(late, sum(days * amount for days, amount in dated), base)
    beyond = kpi.days_beyond_terms(portfolio, **asked)
    same(beyond, sum(max(0, days) * amount for days, amount in dated), base)


@given(portfolio=portfolios, rule=conventions)
@pytest.mark.parametrize("ages", [None, (1, 30), (None, 0), (31, None), (None, None)])
def test_recovery_of_what_was_open(
    portfolio: Portfolio, rule: Conventions, ages: tuple[int | None, int | None] | None
) -> None:
    low, high = ages or (0, None)
    top = base = 0
    for one in portfolio:
        before = {item.id: item for item in open_on((one,), SINCE, rule)}
        for row in one.book.items:
            item = before.get(row.id)
            if item is None:
                continue
            late = item.days_past_due
            if late is None and low is not None:
                continue
            if late is not None and low is not None and late < low:
                continue
            if late is not None and high is not None and late > high:
                continue
            base += item.open.minor
            moves = Item(one, row.place, rule).moves
            top += sum(amount for on, _, source, amount in moves if source.cash and on > SINCE)
    asked: dict[str, Any] = {"of": "age_cohort", "ages": ages} if ages else {}
    measure = kpi.recovery_rate(portfolio, since=SINCE, as_of=DAY, conventions=rule, **asked)
    same(measure, top, base, 100)


@given(portfolio=portfolios, rule=conventions)
def test_collected_against_what_fell_due(portfolio: Portfolio, rule: Conventions) -> None:
    # What lies unapplied has recovered nothing yet; what it settles later counts then.
    settled = sum(
        amount
        for item in items(portfolio, rule)
        for on, _, source, amount in item.moves
        if source.cash and within(on, SINCE)
    )
    due = [item.total for item in items(portfolio, rule) if item.due and within(item.due, SINCE)]
    measure = kpi.recovery_rate(
        portfolio, since=SINCE, as_of=DAY, of="fallen_due", conventions=rule
    )
    same(measure, settled, sum(due), 100)


@given(portfolio=portfolios, since=sinces, due=st.booleans())
def test_irrecoverable_share(portfolio: Portfolio, since: date | None, *, due: bool) -> None:
    lost = sum(
        loss.amount.minor
        for one in portfolio
        for loss in one.write_offs
        if loss.amount.currency == "EUR"
        and loss.reason is WriteOffReason.BAD_DEBT
        and within(loss.on, since)
    )
    fallen = [item for item in items(portfolio, Conventions()) if item.due]
    base = sum(item.total for item in fallen if item.due and within(item.due, since))
    measure = kpi.irrecoverable_share(
        portfolio,
        as_of=DAY,
        since=since,
        of="fallen_due" if due else "sales",
        recovered=Money(100, "EUR"),
    )
    same(measure, lost - 100, base if due else sold(portfolio, since, DAY), 100)


# --- words, disputes, contacts -----------------------------------------------------------------


@given(portfolio=portfolios, rule=conventions, since=sinces)
def test_promises_kept(portfolio: Portfolio, rule: Conventions, since: date | None) -> None:
    judged = {PromiseStatus.KEPT, PromiseStatus.PARTLY_KEPT, PromiseStatus.BROKEN}
    matured = [
        state
        for one in portfolio
        for state in position_of(one, as_of=DAY, conventions=rule).promises
        if state.promise.amount.currency == "EUR"
        and state.status in judged
        and within(state.promise.due_on + timedelta(rule.promise_tolerance + 1), since)
    ]
    kept = [state for state in matured if state.status is PromiseStatus.KEPT]
    asked: dict[str, Any] = {"as_of": DAY, "since": since, "conventions": rule}
    same(kpi.promise_kept_ratio(portfolio, **asked), len(kept), len(matured), 100)
    same(
        kpi.promise_kept_ratio(portfolio, **asked, weight="amount"),
        sum(state.promise.amount.minor for state in kept),
        sum(state.promise.amount.minor for state in matured),
        100,
    )


@given(portfolio=portfolios, since=sinces)
def test_dispute_rate(portfolio: Portfolio, since: date | None) -> None:
    sold_, disputed, number, amount = 0, 0, 0, 0
    for one in portfolio:
        for invoice in one.invoices:
            if (
                invoice.kind in NO_SALE
                or invoice.total.currency != "EUR"
                or not within(invoice.issued_on, since)
            ):
                continue
            number, sold_ = number + 1, sold_ + invoice.total.minor
            parts = dict(zip(invoice.item_ids, invoice.schedule, strict=False))
            taken = 0
            for dispute in one.disputes:
                if dispute.opened_on > DAY:
                    continue
                if dispute.invoice == invoice.id:
                    most = invoice.total.minor
                elif dispute.invoice in parts:
                    most = parts[dispute.invoice].amount.minor
                else:
                    continue
                taken += min(most, dispute.amount.minor if dispute.amount else most)
            disputed += taken > 0
            amount += min(taken, invoice.total.minor)
    same(kpi.dispute_rate(portfolio, as_of=DAY, since=since), disputed, number, 100)
    measure = kpi.dispute_rate(portfolio, as_of=DAY, since=since, weight="amount")
    same(measure, amount, sold_, 100)


CONCEDED = {DisputeOutcome.UPHELD, DisputeOutcome.PARTLY_UPHELD}


@given(portfolio=portfolios, since=sinces)
def test_disputes_resolved_and_open(portfolio: Portfolio, since: date | None) -> None:
    took, lasting = [], []
    for one in portfolio:
        for dispute in one.disputes:
            named = [i for i in one.invoices if dispute.invoice in (i.id, *i.item_ids)]
            if named[0].total.currency != "EUR" or max(named[0].issued_on, dispute.opened_on) > DAY:
                continue
            if dispute.resolved_on is None or dispute.resolved_on > DAY:
                lasting.append((DAY - dispute.opened_on).days)
            elif within(dispute.resolved_on, since):
                took.append((dispute.resolved_on - dispute.opened_on).days)
    measure = kpi.dispute_resolution_time(portfolio, as_of=DAY, since=since)
    same(measure, sum(took), len(took))
    told = dict(measure.beside)
    assert told["open disputes"] == len(lasting)
    counted = kpi.open_disputes(portfolio, as_of=DAY)
    assert counted.exact == len(lasting)
    age = dict(counted.beside)["mean age of open disputes, days"]
    assert age == told["mean age of open disputes, days"]
    if lasting:
        assert abs(Fraction(str(age)) - Fraction(sum(lasting), len(lasting))) < Fraction(1, 10**20)
    slices = [
        position_of(one, as_of=DAY).amount_of("disputed", "EUR").minor
        for one in portfolio
        if not (one.insolvencies or one.placements or one.assignments or one.bills)
        # What was conceded is held until its credit note comes, and contested by nobody.
        and not any(dispute.outcome in CONCEDED for dispute in one.disputes)
    ]
    if len(slices) == len(portfolio):
        assert euros(counted.numerator) == sum(slices)


@given(portfolio=portfolios, since=sinces)
def test_contacts_answered(portfolio: Portfolio, since: date | None) -> None:
    answers = {ContactResult.ANSWERED, ContactResult.OBJECTION, ContactResult.VAGUE_PROMISE}
    made = answered = 0
    for one in portfolio:
        heard = {r.interaction for r in one.results if r.on <= DAY and r.result in answers}
        for contact in one.interactions:
            if contact.direction is Direction.INCOMING or not within(contact.on, since):
                continue
            if contact.act not in (ActionKind.THANK, ActionKind.TASK):
                made += 1
                answered += contact.id in heard
    same(kpi.contact_answer_rate(portfolio, as_of=DAY, since=since), answered, made, 100)
