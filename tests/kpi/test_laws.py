"""Laws of measures, on accounts of every shape: sums, reconciliation, invisibility, definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import pytest
from attrs import evolve, fields, has
from hypothesis import given
from hypothesis import strategies as st
from tests.kpi.asking import balances, others

from recouvrement import (
    Account,
    Allocation,
    CashApplication,
    Conventions,
    CreditNote,
    Debtor,
    Dispute,
    Instalment,
    Invoice,
    InvoiceKind,
    Means,
    Money,
    Payment,
    PaymentPurpose,
    Promise,
    Reversal,
    WriteOff,
    kpi,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import InvoiceId
from recouvrement.kpi import Measure

START = date(2026, 1, 1)
DAY = START + timedelta(200)
SINCE = START + timedelta(110)

Portfolio: TypeAlias = list[Account]
Asked: TypeAlias = dict[str, Any]
Function: TypeAlias = Callable[..., Measure]


def effectiveness(accounts: Any, **asked: Any) -> Measure:
    return kpi.collection_effectiveness(accounts, **{"since": SINCE, **asked})


def count_back(accounts: Any, **asked: Any) -> Measure:
    return kpi.dso_count_back(accounts, **asked)


RATIOS: list[Function] = [
    kpi.average_days_delinquent,
    kpi.dso,
    kpi.dso_best_possible,
    effectiveness,
]


def without_balances(function: Function) -> Function:
    """The measure, deaf to a choice that it does not have."""

    def asked(accounts: Any, **given: Any) -> Measure:
        given = {word: value for word, value in given.items() if word not in CHOICES}
        return function(accounts, **given)

    asked.__name__ = function.__name__
    return asked


CHOICES = {"disputed", "credits"}
BALANCES: list[Function] = [
    *RATIOS,
    kpi.ageing,
    kpi.outstanding,
    kpi.overdue_rate,
    count_back,
    *balances(SINCE),
]
EVERY: list[Function] = [*BALANCES, *map(without_balances, others(SINCE))]
every = pytest.mark.parametrize("function", EVERY, ids=lambda function: function.__name__)

days = st.integers(0, 260).map(lambda number: START + timedelta(number))
minors = st.sampled_from([1, 99, 100, 3333, 10_000, 123_456])
currencies = st.sampled_from(["EUR", "EUR", "EUR", "USD"])


@st.composite
def accounts(draw: st.DrawFn, debtor: str = "C-1") -> Account:
    """One account: invoices first, then whatever may refer to them."""
    invoices: list[Invoice] = []
    for number in range(draw(st.integers(0, 5))):
        total = Money(draw(minors), draw(currencies))
        earlier = [one.id for one in invoices if one.total.currency == total.currency]
        issued = draw(days)
        due = issued + timedelta(draw(st.sampled_from([-3, 0, 29, 30, 31, 60])))
        schedule: tuple[Instalment, ...] = ()
        if total.minor > 1 and draw(st.booleans()):
            part, rest = total.split([3, 1])
            if part and rest:
                schedule = (Instalment(due, part), Instalment(None, rest))
        invoices.append(
            Invoice(
                InvoiceId(f"F-{number}"),
                issued,
                due_on=due,
                total=total,
                kind=draw(st.sampled_from([InvoiceKind.STANDARD, *InvoiceKind])),
                schedule=schedule,
                replaces=draw(st.sampled_from([None, *earlier])),
                due_assumed=draw(st.booleans()),
            )
        )
    facts: list[Fact] = [*invoices]
    for number in range(draw(st.integers(0, 4))):
        facts += draw(settlements(invoices, number))
    for number, invoice in enumerate(invoices):
        if draw(st.integers(0, 3)) == 0:
            facts.append(Dispute(f"D-{number}", draw(days), invoice=invoice.id))
        if draw(st.integers(0, 3)) == 0:
            made = draw(days)
            facts.append(
                Promise(
                    f"W-{number}",
                    made,
                    due_on=made + timedelta(20),
                    amount=invoice.total,
                    means=Means.TRANSFER,
                    invoices=(invoice.id,),
                )
            )
    return Account.of(Debtor(debtor, "x"), *facts)


@st.composite
def settlements(draw: st.DrawFn, invoices: list[Invoice], number: int) -> list[Fact]:
    """One payment, credit note or write-off, and what may become of it."""
    amount, on = Money(draw(minors), draw(currencies)), draw(days)
    targets = [one for one in invoices if one.total.currency == amount.currency]
    target = draw(st.sampled_from([None, *targets]))
    directed = target is not None and draw(st.booleans())
    parts = (Allocation(target.id, amount),) if target is not None and directed else ()
    what = draw(st.sampled_from(["payment", "payment", "note", "write_off"]))
    name: Any = f"S-{number}"
    if what == "write_off" and target is not None:
        return [WriteOff(name, on, invoice=target.id, amount=amount)]
    facts: list[Fact] = []
    if target is not None and not directed and draw(st.booleans()):
        later = on + timedelta(draw(st.integers(0, 40)))
        facts.append(CashApplication(name, later, source=name, invoice=target.id, amount=amount))
    if what == "note":
        return [CreditNote(name, on, total=amount, allocations=parts), *facts]
    purpose = draw(st.sampled_from([PaymentPurpose.SETTLEMENT, *PaymentPurpose]))
    facts.append(Payment(name, on, amount=amount, purpose=purpose, allocations=parts))
    if draw(st.integers(0, 3)) == 0:
        part = draw(st.sampled_from([None, Money(1, amount.currency)]))
        later = on + timedelta(draw(st.integers(0, 60)))
        facts.append(Reversal(name, later, payment=name, amount=part))
    return facts


@st.composite
def portfolios(draw: st.DrawFn) -> Portfolio:
    return [draw(accounts(f"C-{number}")) for number in range(draw(st.integers(0, 3)))]


functions = st.sampled_from(EVERY)
askings = st.fixed_dictionaries(
    {
        "as_of": st.just(DAY),
        "disputed": st.sampled_from(["in", "out"]),
        "credits": st.sampled_from(["apart", "netted"]),
        "conventions": st.sampled_from([Conventions(), Conventions(application="explicit_only")]),
    }
)


def amount(portfolio: Portfolio, name: str, on: date, conventions: Conventions) -> int:
    """A sum of positions, by the public way."""
    return sum(
        position_of(one, as_of=on, conventions=conventions).amount_of(name, "EUR").minor
        for one in portfolio
    )


def exact(measure: Measure) -> Fraction:
    assert measure.exact is not None
    return measure.exact


def minor(money: Money | Decimal | None) -> int:
    assert isinstance(money, Money)
    return money.minor


# --- sums and reconciliation -------------------------------------------------------------------


@every
@given(portfolio=portfolios(), asked=askings)
def test_every_measure_reconciles_with_the_ledger(
    function: Function, portfolio: Portfolio, asked: Asked
) -> None:
    measure = function(portfolio, **asked)
    assert measure.reconciles
    ledger = measure.reconciliation[0]
    assert ledger.total.minor == amount(portfolio, "open", DAY, asked["conventions"])
    unapplied = amount(portfolio, "unapplied", DAY, asked["conventions"])
    assert ledger.amount_of("unapplied").minor == unapplied


@given(portfolio=portfolios(), asked=askings, bounds=st.sets(st.integers(0, 150)).map(sorted))
def test_buckets_sum_to_open_or_to_open_less_unapplied(
    portfolio: Portfolio, asked: Asked, bounds: list[int]
) -> None:
    conventions, disputed = asked["conventions"], 0
    if asked["disputed"] == "out":
        disputed = amount(portfolio, "disputed", DAY, conventions)
    due = amount(portfolio, "open", DAY, conventions) - disputed
    unapplied = amount(portfolio, "unapplied", DAY, conventions)
    for credit, total in [
        ("apart", due),
        ("own_bucket", due - unapplied),
        ("netted", due - unapplied),
    ]:
        measure = kpi.ageing(portfolio, bounds=bounds, **{**asked, "credits": credit})
        assert sum(one.amount.minor for one in measure.buckets) == total
        assert minor(measure.value) == total


@given(portfolio=portfolios(), asked=askings)
def test_ageing_agrees_with_the_items_one_by_one(portfolio: Portfolio, asked: Asked) -> None:
    expected: dict[str, int] = {}
    spans = [("1-30", 1, 30), ("31-60", 31, 60), ("61-90", 61, 90), ("91-120", 91, 120)]
    for one in portfolio:
        position = position_of(one, as_of=DAY, conventions=asked["conventions"])
        for item in position.open_items:
            if item.currency == "EUR":
                late = item.days_past_due
                label = next(
                    (name for name, low, high in spans if late and low <= late <= high),
                    ">120" if late is not None and late > 120 else "not due",
                )
                expected[label] = expected.get(label, 0) + item.open.minor
    measure = kpi.ageing(portfolio, as_of=DAY, conventions=asked["conventions"])
    assert {b.label: b.amount.minor for b in measure.buckets if b.count} == expected


@given(portfolio=portfolios(), asked=askings)
def test_netting_takes_from_the_oldest_first_and_from_no_one_else(
    portfolio: Portfolio, asked: Asked
) -> None:
    asked = {**asked, "disputed": "in"}
    apart = kpi.ageing(portfolio, **{**asked, "credits": "apart"})
    netted = kpi.ageing(portfolio, **{**asked, "credits": "netted"})
    for before, after in zip(apart.buckets, netted.buckets, strict=False):
        assert 0 <= after.amount.minor <= before.amount.minor
    if len(portfolio) == 1:
        aged = netted.buckets[:6]
        taken = [b.amount != a.amount for b, a in zip(apart.buckets, aged, strict=False)]
        if any(taken):
            youngest = taken.index(True)
            assert all(not b.amount for b in aged[youngest + 1 :])


@given(portfolio=portfolios(), asked=askings, cut=st.integers(0, 3))
def test_splitting_a_portfolio_splits_its_amounts(
    portfolio: Portfolio, asked: Asked, cut: int
) -> None:
    parts = [portfolio[:cut], portfolio[cut:]]
    for function in (kpi.outstanding, kpi.ageing):
        whole = minor(function(portfolio, **asked).value)
        assert whole == sum(minor(function(part, **asked).value) for part in parts)


@given(portfolio=portfolios(), asked=askings)
def test_dso_is_the_best_possible_plus_the_delinquent_days(
    portfolio: Portfolio, asked: Asked
) -> None:
    whole = kpi.dso(portfolio, **asked)
    best = kpi.dso_best_possible(portfolio, **asked)
    late = kpi.average_days_delinquent(portfolio, **asked)
    if whole.exact is None:
        assert best.exact is None
        assert late.exact is None
    else:
        assert whole.exact == exact(best) + exact(late)


# --- definitions -------------------------------------------------------------------------------


def sales(portfolio: Portfolio, since: date) -> int:
    """Sales by the definition, the slow way, without any reissue."""
    return sum(
        one.total.minor
        for account in portfolio
        for one in account.invoices
        if one.is_sale and one.total.currency == "EUR" and since < one.issued_on <= DAY
    )


def without_reissues(portfolio: Portfolio) -> Portfolio:
    return [
        Account.of(
            account.debtor,
            *(
                evolve(fact, replaces=None) if isinstance(fact, Invoice) else fact
                for fact in account.facts
            ),
        )
        for account in portfolio
    ]


@given(portfolio=portfolios().map(without_reissues), asked=askings, window=st.integers(1, 150))
def test_dso_is_its_definition(portfolio: Portfolio, asked: Asked, window: int) -> None:
    asked = {**asked, "credits": "apart", "disputed": "in"}
    measure = kpi.dso(portfolio, window_days=window, **asked)
    sold = sales(portfolio, DAY - timedelta(window))
    assert (measure.value is None) == (sold == 0)
    if sold:
        due = amount(portfolio, "open", DAY, asked["conventions"])
        assert measure.exact == Fraction(due * window, sold)


@given(portfolio=portfolios().map(without_reissues), asked=askings)
def test_collection_effectiveness_is_its_definition(portfolio: Portfolio, asked: Asked) -> None:
    asked = {**asked, "credits": "apart", "disputed": "in"}
    conventions = asked["conventions"]
    measure = effectiveness(portfolio, **asked)
    entered = amount(portfolio, "open", SINCE, conventions) + sales(portfolio, SINCE)
    left = amount(portfolio, "open", DAY, conventions)
    not_due = sum(
        item.open.minor
        for account in portfolio
        for item in position_of(account, as_of=DAY, conventions=conventions).open_items
        if item.currency == "EUR" and (item.days_past_due is None or item.days_past_due <= 0)
    )
    assert (measure.value is None) == (entered == not_due)
    if measure.value is not None:
        assert measure.exact == Fraction(100 * (entered - left), entered - not_due)


@given(portfolio=portfolios(), asked=askings)
def test_overdue_rate_is_the_share_of_delinquent_days(portfolio: Portfolio, asked: Asked) -> None:
    rate = kpi.overdue_rate(portfolio, **asked)
    whole = kpi.dso(portfolio, **asked)
    late = kpi.average_days_delinquent(portfolio, **asked)
    assert (rate.value is None) == (minor(whole.numerator) <= 0)
    if rate.value is not None and whole.exact:
        assert rate.exact == 100 * exact(late) / whole.exact


@given(portfolio=portfolios(), asked=askings, stop=st.sampled_from(["skip", "stop"]))
def test_count_back_walks_until_the_balance_is_made_up(
    portfolio: Portfolio, asked: Asked, stop: str
) -> None:
    measure = count_back(portfolio, without_sales=stop, **asked)
    due = minor(measure.numerator)
    made_up = sum(max(one.sales.minor, 0) for one in measure.months)
    # Each month's days are rounded to 28 digits by themselves, so their sum may miss by the last.
    told = Decimal(str(measure.value or measure.lower_bound or 0))
    counted = sum((one.days for one in measure.months), Decimal(0))
    assert abs(counted - told) < Decimal("1e-20")
    if due < 0:
        assert measure.undefined is not None
        assert measure.lower_bound is None
    elif made_up >= due:
        assert measure.value is not None
    else:
        assert measure.value is None
        assert measure.lower_bound is not None


@given(portfolio=portfolios(), asked=askings)
def test_30_day_months_never_move_the_balance(portfolio: Portfolio, asked: Asked) -> None:
    actual = count_back(portfolio, **asked)
    thirty = count_back(portfolio, month_days="30", **asked)
    assert [(m.month, m.sales, m.rest) for m in actual.months] == [
        (m.month, m.sales, m.rest) for m in thirty.months
    ]


@pytest.mark.parametrize("function", RATIOS, ids=lambda function: function.__name__)
@given(portfolio=portfolios(), asked=askings)
def test_ratio_is_undefined_exactly_when_its_denominator_is_zero(
    function: Function, portfolio: Portfolio, asked: Asked
) -> None:
    measure = function(portfolio, **asked)
    assert (measure.value is None) == (minor(measure.denominator) == 0)
    assert (measure.undefined is None) == (measure.value is not None)
    assert (measure.exact is None) == (measure.value is None)


@every
@given(portfolio=portfolios(), asked=askings)
def test_negative_figures_are_flagged(
    function: Function, portfolio: Portfolio, asked: Asked
) -> None:
    measure = function(portfolio, **asked)
    value = measure.value.minor if isinstance(measure.value, Money) else measure.value
    if value is not None and value < 0:
        assert {"negative", "net credit"} & set(measure.flags)


# --- what changes nothing ----------------------------------------------------------------------


@given(function=functions, portfolio=portfolios(), asked=askings)
def test_generator_is_read_once_and_gives_what_a_list_gives(
    function: Function, portfolio: Portfolio, asked: Asked
) -> None:
    def stream() -> Iterator[Account]:
        yield from portfolio

    assert function(stream(), **asked) == function(portfolio, **asked)


@given(function=functions, portfolio=portfolios(), asked=askings, data=st.data())
def test_order_of_accounts_and_facts_is_irrelevant(
    function: Function, portfolio: Portfolio, asked: Asked, data: st.DataObject
) -> None:
    shuffled = [
        Account.of(one.debtor, *data.draw(st.permutations(one.facts)))
        for one in data.draw(st.permutations(portfolio))
    ]
    assert function(shuffled, **asked) == function(portfolio, **asked)


@given(
    function=functions,
    portfolio=portfolios(),
    asked=askings,
    after=st.integers(1, 30),
    data=st.data(),
)
def test_later_facts_are_invisible(
    function: Function, portfolio: Portfolio, asked: Asked, after: int, data: st.DataObject
) -> None:
    on = DAY + timedelta(after)
    longer = []
    for one in portfolio:
        latest: list[Fact] = [
            Invoice("L-1", on, due_on=on, total=Money(500, "EUR")),
            Payment("L-2", on, amount=Money(70, "EUR")),
        ]
        targets = [invoice for invoice in one.invoices if invoice.total.currency == "EUR"]
        if targets:
            target = data.draw(st.sampled_from(targets))
            again: Any = f"L-{target.id}"
            latest += [
                CreditNote(
                    again,
                    on,
                    total=target.total,
                    allocations=(Allocation(target.id, target.total),),
                ),
                Invoice(again, on, due_on=on, total=target.total, replaces=target.id),
                Dispute(again, on, invoice=target.id),
                WriteOff(again, on, invoice=target.id, amount=Money(1, "EUR")),
            ]
        longer.append(one.record(*latest))
    assert function(longer, **asked) == function(portfolio, **asked)


@given(function=functions, portfolio=portfolios(), asked=askings)
def test_facts_learnt_after_the_day_of_knowledge_are_invisible(
    function: Function, portfolio: Portfolio, asked: Asked
) -> None:
    learnt = DAY + timedelta(1)
    longer = [
        one.record(
            Invoice("L-1", SINCE, due_on=SINCE, total=Money(500, "EUR"), recorded_on=learnt),
            Payment("L-2", SINCE, amount=Money(70, "EUR"), recorded_on=learnt),
        )
        for one in portfolio
    ]
    assert function(longer, known_on=DAY, **asked) == function(portfolio, known_on=DAY, **asked)


@given(function=functions, portfolio=portfolios(), asked=askings)
def test_knowing_everything_is_knowing_what_was_known_at_the_end(
    function: Function, portfolio: Portfolio, asked: Asked
) -> None:
    told = function(portfolio, known_on=START + timedelta(400), **asked)
    asked_all = function(portfolio, **asked)
    assert evolve(told, perimeter=asked_all.perimeter) == asked_all


@given(function=functions, portfolio=portfolios(), asked=askings)
def test_renaming_the_debtors_changes_nothing(
    function: Function, portfolio: Portfolio, asked: Asked
) -> None:
    renamed = [
        evolve(one, debtor=Debtor(f"Z-{number}", "z")) for number, one in enumerate(portfolio)
    ]
    assert function(renamed, **asked) == function(portfolio, **asked)


def changed(value: Any, *, times: int = 1, days: int = 0) -> Any:
    """A fact, or a part of one, with its amounts multiplied and its dates shifted."""
    if isinstance(value, Money):
        return Money(value.minor * times, value.currency)
    if isinstance(value, date):
        return value + timedelta(days)
    if isinstance(value, tuple):
        return tuple(changed(one, times=times, days=days) for one in value)
    if has(type(value)):
        parts = {one.name: getattr(value, one.name) for one in fields(type(value))}
        return evolve(
            value, **{name: changed(part, times=times, days=days) for name, part in parts.items()}
        )
    return value


def everywhere(portfolio: Portfolio, **change: int) -> Portfolio:
    return [
        Account.of(one.debtor, *(changed(fact, **change) for fact in one.facts))
        for one in portfolio
    ]


CALENDAR = {"count_back", "dso_rolling", "dso_true", "turnover_of_months"}


@given(
    function=functions, portfolio=portfolios(), asked=askings, times=st.sampled_from([2, 7, 1000])
)
def test_scaling_all_amounts_leaves_ratios_unchanged(
    function: Function, portfolio: Portfolio, asked: Asked, times: int
) -> None:
    before, after = (
        function(one, **asked) for one in (portfolio, everywhere(portfolio, times=times))
    )
    if function.__name__ == "cost_of_delay":
        assert after.exact == exact(before) * times
    elif isinstance(before.value, Money):
        assert minor(after.value) == before.value.minor * times
    else:
        assert (after.exact, after.undefined) == (before.exact, before.undefined)


@given(
    function=functions.filter(lambda one: one.__name__ not in CALENDAR),
    portfolio=portfolios(),
    asked=askings,
    days=st.integers(-400, 400),
)
def test_shifting_all_dates_leaves_everything_unchanged(
    function: Function, portfolio: Portfolio, asked: Asked, days: int
) -> None:
    later = {**asked, "as_of": DAY + timedelta(days)}
    before = function(portfolio, **asked)
    if before.perimeter.since is not None and before.perimeter.window_days is None:
        later["since"] = before.perimeter.since + timedelta(days)
    after = function(everywhere(portfolio, days=days), **later)
    assert (after.value, after.exact, after.buckets) == (before.value, before.exact, before.buckets)
    assert after.population == before.population
    assert [(one.count, one.amount) for one in after.excluded] == [
        (one.count, one.amount) for one in before.excluded
    ]


@pytest.mark.parametrize(
    "function", [kpi.outstanding, kpi.ageing, *balances(SINCE)[3:4]], ids=lambda one: one.__name__
)
@given(portfolio=portfolios(), asked=askings, cut=st.integers(0, 3))
def test_adding_the_parts_of_a_portfolio_is_measuring_it(
    function: Function, portfolio: Portfolio, asked: Asked, cut: int
) -> None:
    whole = function(portfolio, **asked)
    told = function(portfolio[:cut], **asked) + function(portfolio[cut:], **asked)
    assert (told.value, told.exact, told.numerator) == (whole.value, whole.exact, whole.numerator)
    assert (told.population, told.reconciles) == (whole.population, True)
    assert {one.label: (one.amount, one.count) for one in told.buckets} == {
        one.label: (one.amount, one.count) for one in whole.buckets
    }
    excluded = {(one.reason, one.amount.currency): one for one in told.excluded}
    assert excluded == {(one.reason, one.amount.currency): one for one in whole.excluded}
    assert told.reconciliation == whole.reconciliation
