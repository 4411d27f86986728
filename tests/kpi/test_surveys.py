"""One pass for many measures, many days and many groups gives what each pass of its own gives."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    CashApplication,
    Conventions,
    Debtor,
    Dispute,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    Promise,
    Reversal,
    WriteOff,
    kpi,
)
from recouvrement.kpi import Measure, PlannedAction, Survey
from recouvrement.testing import strategies
from recouvrement.testing.history import START

OPENING = START + timedelta(20)
CLOSINGS = [START + timedelta(days) for days in (50, 51, 80, 110)]
DAY, SINCE = CLOSINGS[-1], CLOSINGS[-2]

PLANNED = [
    PlannedAction(debtor, act, since=START + timedelta(day), act_by=START + timedelta(day + 9))
    for debtor in ("C-1", "C-2", "C-3")
    for act in ("call", "remind")
    for day in range(0, 100, 20)
]
AT_A_DAY: dict[str, Any] = {
    "ageing": partial(kpi.ageing, credits="own_bucket"),
    "average_age": kpi.average_age,
    "age from issue": partial(kpi.average_age, age_from="issue"),
    "concentration": kpi.concentration,
    "concentration again": kpi.concentration,
    "cost": partial(kpi.cost_of_delay, rate=4),
    "dso": kpi.dso,
    "dso 30": partial(kpi.dso, window_days=30),
    "dso out": partial(kpi.dso, disputed="out", credits="netted"),
    "count_back": kpi.dso_count_back,
    "exposure": kpi.exposure,
    "rolling": partial(kpi.dso_rolling, periods=3),
    "true": kpi.dso_true,
    "by hand": partial(kpi.outstanding, conventions=Conventions(application="explicit_only")),
    "known": partial(kpi.outstanding, known_on=START + timedelta(60)),
    "open": kpi.outstanding,
    "open_disputes": kpi.open_disputes,
    "overdue": kpi.overdue_rate,
    "unpaid": kpi.unpaid_rate,
    "unpaid 10": partial(kpi.unpaid_rate, older_than=10),
}
OF_A_PERIOD: dict[str, Any] = {
    "answers": kpi.contact_answer_rate,
    "beyond": kpi.days_beyond_terms,
    "cei": kpi.collection_effectiveness,
    "disputes": kpi.dispute_rate,
    "lost": kpi.irrecoverable_share,
    "on time": partial(kpi.actions_on_time, planned=PLANNED),
    "paid": kpi.days_to_pay,
    "promises": kpi.promise_kept_ratio,
    "recovered": kpi.recovery_rate,
    "rolls": kpi.roll_rates,
    "turnover": kpi.turnover,
}
EVERYTHING = {**AT_A_DAY, **OF_A_PERIOD}

portfolios = strategies.portfolios(currencies=("EUR", "EUR", "USD"), max_accounts=3)
conventions = st.sampled_from([Conventions(), Conventions(promise_tolerance=3)])


def alone(name: str, portfolio: Any, on: date, since: date | None, rule: Conventions) -> Measure:
    """The measure asked by itself."""
    function = EVERYTHING[name]
    asked: dict[str, Any] = {"as_of": on}
    if name in OF_A_PERIOD:
        asked["since"] = since
    if name != "by hand":
        asked["conventions"] = rule
    measure = function(portfolio, **asked)
    assert isinstance(measure, Measure)
    return measure


@given(portfolio=portfolios, rule=conventions)
def test_survey_gives_what_each_measure_gives_by_itself(
    portfolio: tuple[Account, ...], rule: Conventions
) -> None:
    def stream() -> Iterator[Account]:
        yield from portfolio

    told = kpi.survey(stream(), EVERYTHING, as_of=DAY, since=SINCE, conventions=rule)
    for name in EVERYTHING:
        assert told[name] == alone(name, portfolio, DAY, SINCE, rule), name


@given(portfolio=portfolios, rule=conventions)
def test_series_gives_what_each_measure_gives_on_each_day(
    portfolio: tuple[Account, ...], rule: Conventions
) -> None:
    told = kpi.series(
        iter(portfolio), EVERYTHING, closings=CLOSINGS, opening=OPENING, conventions=rule
    )
    assert told.closings == tuple(CLOSINGS)
    assert told.names == tuple(EVERYTHING)
    for name in EVERYTHING:
        starts = [OPENING, *CLOSINGS[:-1]]
        expected = [
            alone(name, portfolio, on, since, rule)
            for on, since in zip(CLOSINGS, starts, strict=True)
        ]
        assert list(told[name]) == expected, name


def test_what_is_written_off_after_a_closing_is_not_lost_before_it() -> None:
    account = Account.of(
        Debtor("C-1", "Atelier Vasseur"),
        Invoice("F-1", START, due_on=START + timedelta(5), total=Money.of(100, "EUR")),
        WriteOff("G-1", CLOSINGS[1], invoice="F-1", amount=Money.of(40, "EUR"), reason="bad_debt"),
    )
    asked = {"lost": kpi.irrecoverable_share}
    told = kpi.series([account], asked, closings=CLOSINGS[:2], opening=START - timedelta(1))
    assert [one.numerator for one in told["lost"]] == [Money.of(0, "EUR"), Money.of(40, "EUR")]


plain = strategies.portfolios(
    currencies=("EUR",),
    max_accounts=2,
    without=(CashApplication, Dispute, Promise, PaymentPlan, Reversal),
)
BY_ROWS = [
    "ageing",
    "age from issue",
    "concentration",
    "dso",
    "exposure",
    "recovered",
    "rolls",
    "true",
]


@given(portfolio=plain, rule=conventions, gaps=st.lists(st.integers(1, 40), min_size=4, max_size=8))
def test_series_of_accounts_whose_money_never_waits(
    portfolio: tuple[Account, ...], rule: Conventions, gaps: list[int]
) -> None:
    days = [OPENING + timedelta(sum(gaps[: number + 1])) for number in range(len(gaps))]
    asked = {name: EVERYTHING[name] for name in BY_ROWS}
    told = kpi.series(portfolio, asked, closings=days, opening=OPENING, conventions=rule)
    for name in BY_ROWS:
        starts = [OPENING, *days[:-1]]
        assert list(told[name]) == [
            alone(name, portfolio, on, since, rule) for on, since in zip(days, starts, strict=True)
        ], name


@given(portfolio=plain, rule=conventions)
def test_days_of_their_own_stand_among_the_others(
    portfolio: tuple[Account, ...], rule: Conventions
) -> None:
    days = [START + timedelta(number) for number in range(30, 115, 12)]
    asked: dict[str, Any] = {
        "paid": partial(kpi.days_to_pay, as_of=days[3]),
        "recovered": partial(kpi.recovery_rate, since=days[0], as_of=days[5]),
        "rolled": partial(kpi.roll_rates, since=days[2], as_of=days[4]),
        **{f"open {number}": partial(kpi.ageing, as_of=on) for number, on in enumerate(days)},
    }
    told = kpi.survey(portfolio, asked, as_of=days[-1], conventions=rule)
    for name, function in asked.items():
        assert told[name] == function(portfolio, conventions=rule), name


def test_series_of_money_that_waited_is_replayed_day_by_day() -> None:
    early = Account.of(
        Debtor("C-1", "x"),
        Payment("P-1", date(2026, 9, 15), amount=Money.of(900, "EUR")),
        Invoice("F-1", date(2026, 10, 1), due_on=date(2026, 11, 1), total=Money.of(900, "EUR")),
        Invoice("F-2", date(2026, 9, 1), due_on=date(2026, 9, 30), total=Money.of(50, "EUR")),
        Payment("P-2", date(2026, 10, 9), amount=Money.of(20, "EUR")),
    )
    told = kpi.series([early], {"open": kpi.outstanding}, closings=[*MONTHS, date(2026, 11, 30)])
    waiting = [one.reconciliation[0].amount_of("unapplied") for one in told["open"]]
    assert [str(one) for one in waiting] == ["0.00 EUR", "850.00 EUR", "0.00 EUR", "0.00 EUR"]
    assert [str(one.value) for one in told["open"]] == [
        "0.00 EUR",
        "0.00 EUR",
        "30.00 EUR",
        "30.00 EUR",
    ]


@given(portfolio=portfolios, owners=st.lists(st.sampled_from([None, "Nadia", "Paul"]), min_size=4))
def test_groups_are_measured_as_if_they_were_alone(
    portfolio: tuple[Account, ...], owners: list[str | None]
) -> None:
    owned = [
        evolve(one, debtor=evolve(one.debtor, owner=owner))
        for one, owner in zip(portfolio, owners, strict=False)
    ]
    told = kpi.survey(owned, EVERYTHING, as_of=DAY, since=SINCE, by="owner")
    assert told.whole == kpi.survey(owned, EVERYTHING, as_of=DAY, since=SINCE).whole
    groups = {one.debtor.owner for one in owned}
    assert [group for group, _ in told.groups] == sorted(groups, key=lambda o: (o is None, str(o)))
    for group, measures in told.groups:
        mine = [one for one in owned if one.debtor.owner == group]
        assert measures == kpi.survey(mine, EVERYTHING, as_of=DAY, since=SINCE).whole


# --- what it shows -----------------------------------------------------------------------------


def an_account(name: str = "C-1", amount: int = 900, **debtor: Any) -> Account:
    return Account.of(
        Debtor(name, "x", **debtor),
        Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(amount, "EUR")),
        Payment("P-1", date(2026, 10, 20), amount=Money.of(500, "EUR")),
    )


TODAY = date(2026, 10, 31)
MONTHS = [date(2026, 8, 31), date(2026, 9, 30), TODAY]


def test_survey_has_a_row_for_all_and_one_for_each_group() -> None:
    accounts = [an_account(segment="a"), an_account("C-2", 600, segment="b"), an_account("C-3")]
    asked = {"open": kpi.outstanding, "late": kpi.overdue_rate}
    told = kpi.survey(accounts, asked, as_of=TODAY, by="segment")
    shown = [(row["group"], str(row["open"]), str(row["late"])) for row in told.to_rows()]
    assert shown == [
        ("all", "900.00 EUR", "100"),
        ("a", "400.00 EUR", "100"),
        ("b", "100.00 EUR", "100"),
        (None, "400.00 EUR", "100"),
    ]
    assert "<caption>Measures on 2026-10-31</caption>" in told._repr_html_()
    assert list(told.by_group("open")) == ["a", "b", None]


def test_groups_by_a_function_of_the_account() -> None:
    accounts = [an_account(), an_account("C-2", 600)]
    told = kpi.survey(
        accounts, {"open": kpi.outstanding}, as_of=TODAY, by=lambda one: one.invoices[0].total
    )
    assert {str(group): str(one.value) for group, one in told.by_group("open").items()} == {
        "600.00 EUR": "100.00 EUR",
        "900.00 EUR": "400.00 EUR",
    }


def test_series_by_group_has_every_closing_of_each() -> None:
    accounts = [an_account(country="FR"), an_account("C-2", 600, country="DE")]
    told = kpi.series(accounts, {"open": kpi.outstanding}, closings=MONTHS, by="country")
    assert {g: [str(m.value) for m in ms] for g, ms in told.by_group("open").items()} == {
        "DE": ["0.00 EUR", "600.00 EUR", "100.00 EUR"],
        "FR": ["0.00 EUR", "900.00 EUR", "400.00 EUR"],
    }
    assert len(told.to_rows()) == 9
    assert told.to_rows()[-1]["as_of"] == TODAY


def test_series_draws_each_measure_beside_its_table() -> None:
    asked = {"open <now>": kpi.outstanding, "dso": kpi.dso}
    page = kpi.series([an_account()], asked, closings=MONTHS)._repr_html_()
    assert page.count("<svg") == 2
    assert page.count("<table>") == 1
    assert "<title>open &lt;now&gt;: outstanding, EUR</title>" in page
    desc = "2026-08-31: undefined; 2026-09-30: 90; 2026-10-31: 40"
    assert f"<desc>{desc}</desc>" in page
    assert page.count("<circle") == 5


# --- what is refused ---------------------------------------------------------------------------


def refused(call: Any, *given: Any, **asked: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        call(*given, **asked)
    return str(caught.value)


MEASURES = "measures: expected names, each with a measure or a partial of one, got "


@pytest.mark.parametrize(
    ("measures", "message"),
    [
        ({}, MEASURES + "{}"),
        ("dso", MEASURES + "'dso'"),
        ({"dso": "dso"}, MEASURES + "'dso'"),
        ({3: None}, MEASURES + "None"),
        (
            {"x": lambda _: None},
            "measures['x']: expected a function of one measure, got 0 measures",
        ),
        (
            {
                "x": lambda accounts, as_of: (
                    kpi.dso(accounts, as_of=as_of) / kpi.dso_best_possible(accounts, as_of=as_of)
                )
            },
            "measures['x']: expected a function of one measure, got 2 measures",
        ),
        (
            {"cei": kpi.collection_effectiveness},
            "since: expected a date: 'cei' is of a period, got None",
        ),
    ],
)
def test_measures_are_functions_of_one_measure_each(measures: Any, message: str) -> None:
    assert refused(kpi.survey, [], measures, as_of=TODAY) == message


def test_period_may_be_left_open_where_the_measure_allows_it() -> None:
    told = kpi.survey([an_account()], {"paid": kpi.weighted_days_to_pay}, as_of=TODAY)
    assert told["paid"].perimeter.since is None


@pytest.mark.parametrize("measure", [kpi.collection_effectiveness, kpi.days_to_pay])
def test_series_of_a_period_needs_its_opening(measure: Any) -> None:
    message = refused(kpi.series, [], {"x": measure}, closings=MONTHS)
    expected = "the day after which the first period of 'x' begins"
    assert message == f"opening: expected {expected}, got None"


@pytest.mark.parametrize(
    ("closings", "message"),
    [
        ([], "closings: expected dates in order, got []"),
        ("2026", "closings: expected dates in order, got '2026'"),
        (TODAY, "closings: expected dates in order, got datetime.date(2026, 10, 31)"),
        ([TODAY, TODAY], "closings: expected dates in order, got 2026-10-31, 2026-10-31"),
        (["x"], "closings: expected a date, got 'x'"),
    ],
)
def test_closings_are_days_in_order(closings: Any, message: str) -> None:
    assert refused(kpi.series, [], {"open": kpi.outstanding}, closings=closings) == message


def test_day_of_a_survey_is_a_date() -> None:
    message = refused(kpi.survey, [], {"open": kpi.outstanding}, as_of="x")
    assert message == "as_of: expected a date, got 'x'"


def test_groups_have_a_name_that_can_be_kept() -> None:
    asked = {"open": kpi.outstanding}
    message = refused(kpi.survey, [], asked, as_of=TODAY, by="owners")
    words = "owner, segment, sector, country, kind, group"
    assert message == f"by: expected a function of an account, or one of {words}, got 'owners'"
    message = refused(kpi.survey, [an_account()], asked, as_of=TODAY, by=lambda _: [])
    assert message == "by: expected a name for each group, got []"


def test_name_of_a_measure_is_one_that_was_asked() -> None:
    told = kpi.survey([], {"open": kpi.outstanding}, as_of=TODAY)
    assert isinstance(told, Survey)
    assert refused(told.__getitem__, "dso") == "name: expected one of open, got 'dso'"


@pytest.mark.parametrize("name", ["group", "as_of"])
def test_names_of_measures_do_not_overwrite_columns(name: str) -> None:
    message = refused(kpi.survey, [an_account()], {name: kpi.outstanding}, as_of=TODAY)
    assert message == f"measures: expected other names than group, as_of, got {name!r}"


def test_group_is_never_called_as_the_total() -> None:
    message = refused(
        kpi.survey,
        [an_account(owner="all")],
        {"open": kpi.outstanding},
        as_of=TODAY,
        by="owner",
    )
    expected = "a name for each group, other than 'all' for all of them"
    assert message == f"by: expected {expected}, got 'all'"


@pytest.mark.parametrize(
    ("measure", "got"),
    [
        (kpi.score, "missing a required argument: 'card'"),
        (partial(kpi.dso, windows_days=60), "partial object"),  # type: ignore[call-arg]
        (kpi.backtest, "missing a required"),
    ],
)
def test_what_a_survey_cannot_ask_is_refused(measure: Any, got: str) -> None:
    for call, days in ((kpi.survey, {"as_of": TODAY}), (kpi.series, {"closings": [TODAY]})):
        message = refused(call, [an_account()], {"x": measure}, **days)
        assert message.startswith("measures['x']: expected a measure of accounts, or a partial")
        assert f"got {got}" in message


def test_tables_for_the_eye_say_why_a_measure_is_undefined() -> None:
    asked = {"late": kpi.overdue_rate}
    told = kpi.survey([], asked, as_of=TODAY)
    assert told.to_rows() == [{"group": "all", "late": None}]
    reason = "undefined: nothing is owed on 2026-10-31"
    assert told.shown_rows() == [{"group": "all", "late": reason}]
    for page in (told, kpi.series([], asked, closings=[TODAY])):
        assert reason in page._repr_html_()


def test_money_that_waited_for_an_invoice_of_the_last_days_is_replayed() -> None:
    days = [START + timedelta(number) for number in (10, 20, 30, 40)]
    waited = Account.of(
        Debtor("C-1", "x"),
        Payment("P-1", START, amount=Money.of(100, "EUR")),
        Invoice("F-1", days[3], due_on=days[3], total=Money.of(100, "EUR")),
    )
    told = kpi.series([waited], {"open": kpi.outstanding}, closings=days)
    for day, measure in zip(days, told["open"], strict=True):
        assert measure == kpi.outstanding([waited], as_of=day)
    assert [len(one.excluded) for one in told["open"]] == [1, 1, 1, 0]
