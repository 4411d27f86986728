"""What a measure may be asked: everything else is refused, with the name of the argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from tests.kpi.asking import balances, others

from recouvrement import Account, Conventions, Debtor, InvalidInput, Invoice, Money, kpi
from recouvrement.kpi import Measure

DAY = date(2026, 11, 20)
SINCE = date(2026, 10, 31)

Function = Callable[..., Measure]
ANY_DAY: list[Function] = [
    kpi.ageing,
    kpi.average_days_delinquent,
    kpi.dso,
    kpi.dso_best_possible,
    kpi.dso_count_back,
    kpi.outstanding,
    kpi.overdue_rate,
]
WINDOWED: list[Function] = [kpi.average_days_delinquent, kpi.dso, kpi.dso_best_possible]


def effectiveness(accounts: Any, **asked: Any) -> Measure:
    return kpi.collection_effectiveness(accounts, **{"since": SINCE, **asked})


EVERY: list[Function] = [*ANY_DAY, effectiveness, *balances(SINCE)]
ALL: list[Function] = [*EVERY, *others(SINCE)]
every = pytest.mark.parametrize("function", EVERY, ids=lambda function: function.__name__)

of_all = pytest.mark.parametrize("function", ALL, ids=lambda function: function.__name__)


def refused(function: Function, accounts: Any = (), **asked: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        function(accounts, **{"as_of": DAY, **asked})
    return str(caught.value)


@of_all
@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"as_of": "2026-11-20"}, "as_of: expected a date, got '2026-11-20'"),
        (
            {"as_of": datetime(2026, 11, 20)},  # noqa: DTZ001 (the point is to have it refused)
            "as_of: expected a date, got datetime.datetime(2026, 11, 20, 0, 0)",
        ),
        ({"known_on": 3}, "known_on: expected a date, got 3"),
        ({"currency": "EURO"}, "currency: expected an ISO 4217 code, got 'EURO'"),
        ({"currency": None}, "currency: expected an ISO 4217 code, got None"),
        ({"conventions": {}}, "conventions: expected a Conventions, got {}"),
    ],
)
def test_wrong_perimeter_is_refused_by_name(
    function: Function, asked: dict[str, Any], message: str
) -> None:
    assert refused(function, **asked) == message


@every
@pytest.mark.parametrize("word", ["no", True])
def test_disputed_is_in_or_out(function: Function, word: Any) -> None:
    message = f"disputed: expected one of in, out, got {word!r}"
    assert refused(function, disputed=word) == message


@every
def test_mode_of_credits_is_one_that_the_measure_knows(function: Function) -> None:
    words = "apart, own_bucket, netted" if function is kpi.ageing else "apart, netted"
    assert refused(function, credits="aged") == f"credits: expected one of {words}, got 'aged'"


@of_all
def test_accounts_are_accounts(function: Function) -> None:
    account = Account.of(Debtor("C-1", "x"))
    assert refused(function, account) == "accounts: expected an iterable of accounts, got Account"
    assert refused(function, None) == "accounts: expected an iterable of accounts, got NoneType"
    message = "accounts: expected accounts only, got Debtor"
    assert refused(function, [account, account.debtor]) == message


@of_all
def test_no_account_is_an_answer(function: Function) -> None:
    measure = function([], as_of=DAY)
    assert measure.reconciles
    assert dict(measure.population)["accounts"] == 0
    assert (measure.value is None) == (measure.undefined is not None)


@every
def test_perimeter_is_stated_in_the_measure(function: Function) -> None:
    measure = function(
        [],
        as_of=DAY,
        currency="USD",
        disputed="out",
        credits="netted",
        known_on=SINCE,
        conventions=Conventions(application="explicit_only", promise_tolerance=2),
    )
    perimeter = measure.perimeter
    assert (perimeter.as_of, perimeter.currency, perimeter.known_on) == (DAY, "USD", SINCE)
    assert (perimeter.disputed, perimeter.credits) == ("out", "netted")
    assert perimeter.application == "explicit_only"
    assert ("promise tolerance, days", "2") in perimeter.options


@of_all
def test_currency_of_an_unknown_kind_has_its_own_digits(function: Function) -> None:
    account = Account.of(
        Debtor("C-1", "x"), Invoice("F-1", DAY, due_on=DAY, total=Money.of("1.234", "TND"))
    )
    measure = function([account], as_of=DAY, currency="TND")
    assert measure.reconciliation[0].total == Money.of("1.234", "TND")


@pytest.mark.parametrize("function", WINDOWED, ids=lambda function: function.__name__)
@pytest.mark.parametrize("days", [0, -1, 90.0, True, "90"])
def test_window_is_at_least_one_day(function: Function, days: Any) -> None:
    message = f"window_days: expected a whole number, 1 or more, got {days!r}"
    assert refused(function, window_days=days) == message


def test_window_begins_in_the_calendar() -> None:
    assert refused(kpi.dso, window_days=10**9) == (
        f"window_days: expected fewer than {DAY.toordinal()} days, got 1000000000"
    )
    longest = DAY.toordinal() - 1
    assert kpi.dso([], as_of=DAY, window_days=longest).perimeter.since == date.min


@pytest.mark.parametrize("since", [DAY, date(2026, 12, 1)])
def test_period_begins_before_it_ends(since: date) -> None:
    message = f"since: expected a date before 2026-11-20, got {since}"
    assert refused(effectiveness, since=since) == message


def test_period_begins_on_a_date() -> None:
    assert refused(effectiveness, since="x") == "since: expected a date, got 'x'"


@pytest.mark.parametrize("months", [0, 1.5, True])
def test_months_of_the_average_are_counted(months: Any) -> None:
    message = f"months: expected a whole number, 1 or more, got {months!r}"
    assert refused(effectiveness, months=months) == message


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ((30, 30), "bounds: expected days past due, in order, got (30, 30)"),
        ((60, 30), "bounds: expected days past due, in order, got (60, 30)"),
        ("30", "bounds: expected days past due, in order, got '30'"),
        ({30}, "bounds: expected days past due, in order, got {30}"),
        ((-30, 0), "bounds: expected a whole number, 0 or more, got -30"),
        ((30.5,), "bounds: expected a whole number, 0 or more, got 30.5"),
    ],
)
def test_bounds_of_an_ageing_are_days_in_order(bounds: Any, message: str) -> None:
    assert refused(kpi.ageing, bounds=bounds) == message


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"month_days": 30}, "month_days: expected one of actual, 30, got 30"),
        ({"without_sales": "go"}, "without_sales: expected one of skip, stop, got 'go'"),
    ],
)
def test_options_of_a_count_back_are_words(option: dict[str, Any], message: str) -> None:
    assert refused(kpi.dso_count_back, **option) == message
