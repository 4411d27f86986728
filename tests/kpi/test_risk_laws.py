"""Forecasts, provisions and scores: what changes nothing in them, and what only changes amounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import attrs
import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import Account, Debtor, Invoice, Money
from recouvrement.kpi.doubtful_debts import provision_per_receivable
from recouvrement.kpi.forecasting import cash_forecast
from recouvrement.kpi.measure import Measure
from recouvrement.kpi.provisions import provision_matrix
from recouvrement.kpi.surveys import survey
from recouvrement.position import Scorecard, ScoreCriterion, ScoreRange, score_of
from recouvrement.position.observations import OBSERVATIONS
from recouvrement.testing import strategies

IFRS = ("0.3", "1.6", "3.6", "6.6", "10.6")
Question = tuple[tuple[Account, ...], date]
Asked = Callable[[tuple[Account, ...], date], Measure]


def forecast(portfolio: tuple[Account, ...], as_of: date) -> Measure:
    return cash_forecast(portfolio, as_of=as_of)


def matrix(portfolio: tuple[Account, ...], as_of: date) -> Measure:
    return provision_matrix(portfolio, as_of=as_of, rates=IFRS, doubtful="apart")


def derived(portfolio: tuple[Account, ...], as_of: date) -> Measure:
    history = [as_of - timedelta(days) for days in (60, 30, 0)]
    return provision_matrix(portfolio, as_of=as_of, history=history)


def receivables(portfolio: tuple[Account, ...], as_of: date) -> Measure:
    return provision_per_receivable(
        portfolio, as_of=as_of, since=as_of - timedelta(30), tax_rate=20
    )


EVERY: list[Asked] = [forecast, matrix, derived, receivables]
every = pytest.mark.parametrize("function", EVERY, ids=lambda function: function.__name__)
CARD = Scorecard(
    "every observation",
    "1",
    criteria=[
        ScoreCriterion(
            name,
            weight=1,
            ranges=[
                ScoreRange(5, below=0),
                *(ScoreRange(-at, at_least=at, below=at + 1) for at in range(40)),
                ScoreRange(-40, at_least=40),
            ],
        )
        for name in OBSERVATIONS
    ],
    least_known=0,
)


def everywhere(account: Account, change: Callable[[Any], Any]) -> Account:
    """The account with every value of every fact changed."""

    def changed(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(changed, value))
        if attrs.has(type(value)) and not isinstance(value, Money):
            fields = [one for one in attrs.fields(type(value)) if one.init]
            return evolve(value, **{one.name: changed(getattr(value, one.name)) for one in fields})
        return change(value)

    return Account.of(account.debtor, *map(changed, account.facts))


portfolios = strategies.portfolios(min_accounts=1, currencies=("EUR", "JPY"))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    portfolio = draw(portfolios)
    return portfolio, draw(st.one_of(*(strategies.as_ofs(one) for one in portfolio)))


@every
@given(questions(), st.integers(-400, 400))
def test_moving_every_date_alike_changes_no_amount(
    function: Asked, question: Question, days: int
) -> None:
    portfolio, as_of = question

    def moved(value: Any) -> Any:
        return value + timedelta(days) if isinstance(value, date) else value

    there = function(tuple(everywhere(one, moved) for one in portfolio), as_of + timedelta(days))
    here = function(portfolio, as_of)
    assert (there.value, there.undefined, there.population) == (
        *(here.value, here.undefined, here.population),
    )
    shown = [tuple(map(moved, row.values())) for row in here.to_rows()]
    assert [tuple(row.values()) for row in there.to_rows()] == shown


@every
@given(questions())
def test_other_names_of_debtors_change_nothing_but_names(
    function: Asked, question: Question
) -> None:
    portfolio, as_of = question
    renamed = tuple(
        evolve(one, debtor=evolve(one.debtor, id=f"~{one.debtor.id}", name="z"))
        for one in portfolio
    )
    here, there = function(portfolio, as_of), function(renamed, as_of)
    assert (there.value, there.excluded, there.reconciliation, there.flags) == (
        *(here.value, here.excluded, here.reconciliation, here.flags),
    )


@pytest.mark.parametrize("function", [matrix, receivables, forecast])
@given(questions(), st.integers(2, 9))
def test_amounts_grow_as_the_ledger_does(function: Asked, question: Question, times: int) -> None:
    portfolio, as_of = question

    def grown(value: Any) -> Any:
        return value * (100 * times) if isinstance(value, Money) else value

    def hundred(value: Any) -> Any:
        return value * 100 if isinstance(value, Money) else value

    small = function(tuple(everywhere(one, hundred) for one in portfolio), as_of)
    large = function(tuple(everywhere(one, grown) for one in portfolio), as_of)
    if small.value is None:
        assert function is forecast
        assert large.undefined == small.undefined
        return
    assert isinstance(small.value, Money)
    assert isinstance(large.value, Money)
    # Each line is rounded to the cent by itself.
    lines = len(small.to_rows())
    assert abs(large.value.minor - times * small.value.minor) <= times * lines
    if function is forecast:
        assert large.value == small.value * times


@pytest.mark.parametrize("function", [matrix, receivables])
@given(questions(), st.integers(0, 4))
def test_provisions_of_the_parts_of_a_portfolio_add_up(
    function: Asked, question: Question, cut: int
) -> None:
    portfolio, as_of = question
    whole, first, second = (
        function(one, as_of) for one in (portfolio, portfolio[:cut], portfolio[cut:])
    )
    assert isinstance(whole.value, Money)
    assert isinstance(first.value, Money)
    assert isinstance(second.value, Money)
    off = abs(whole.value.minor - first.value.minor - second.value.minor)
    # A bucket shared by both parts is rounded once in the whole, and twice in them.
    assert off <= (0 if function is receivables else len(IFRS))


@given(questions())
def test_survey_by_group_gives_what_each_group_gives_alone(question: Question) -> None:
    portfolio, as_of = question
    asked: dict[str, Callable[..., Measure]] = {
        "forecast": cash_forecast,
        "matrix": partial(provision_matrix, rates=IFRS),
    }
    found = survey(portfolio, asked, as_of=as_of, by="segment")
    assert found["forecast"] == cash_forecast(portfolio, as_of=as_of)
    for segment, measure in found.by_group("matrix").items():
        mine = tuple(one for one in portfolio if one.debtor.segment == segment)
        assert measure == provision_matrix(mine, as_of=as_of, rates=IFRS)
    for segment, measure in found.by_group("forecast").items():
        mine = tuple(one for one in portfolio if one.debtor.segment == segment)
        assert measure == cash_forecast(mine, as_of=as_of)


@given(questions(), st.integers(-400, 400), st.integers(2, 9))
def test_score_knows_neither_the_calendar_nor_the_unit_of_account(
    question: Question, days: int, times: int
) -> None:
    portfolio, as_of = question
    account = portfolio[0]

    def changed(value: Any) -> Any:
        if isinstance(value, Money):
            return value * times
        return value + timedelta(days) if isinstance(value, date) else value

    limit = Money(50_000, "EUR")
    here = score_of(
        evolve(account, debtor=evolve(account.debtor, credit_limit=limit)), CARD, as_of=as_of
    )
    elsewhere = everywhere(account, changed)
    other = Debtor("~1", "z", credit_limit=limit * times)
    there = score_of(evolve(elsewhere, debtor=other), CARD, as_of=as_of + timedelta(days))
    assert (there.lines, there.exact, there.known) == (here.lines, here.exact, here.known)


@given(st.lists(st.tuples(st.integers(1, 10**9), st.sampled_from(IFRS)), min_size=5, max_size=5))
def test_matrix_formula_is_the_sum_of_gross_times_rate(pairs: list[tuple[int, str]]) -> None:
    as_of, ages = date(2026, 12, 31), (-5, 10, 40, 70, 100)
    account = Account.of(
        Debtor("C-1", "x"),
        *(
            Invoice(
                f"F-{age}",
                date(2026, 1, 1),
                due_on=as_of - timedelta(age),
                total=Money(minor, "EUR"),
            )
            for age, (minor, _) in zip(ages, pairs, strict=True)
        ),
    )
    rates = [rate for _, rate in pairs]
    measure = provision_matrix([account], as_of=as_of, rates=rates)
    exact = sum(
        (Fraction(minor) * Fraction(Decimal(rate)) / 100 for minor, rate in pairs), Fraction(0)
    )
    assert isinstance(measure.value, Money)
    assert abs(measure.value.minor - exact) <= Fraction(5, 2)
