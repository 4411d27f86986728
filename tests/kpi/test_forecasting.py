"""The cash forecast: one date for each open cent, never in the past, and nothing seen ahead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Allocation,
    Assignment,
    Bill,
    Conventions,
    Debtor,
    Dispute,
    DunningBlock,
    Insolvency,
    Instalment,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    Placement,
    Promise,
    Reversal,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.kpi.backtesting import Backtest, backtest
from recouvrement.kpi.expectations import ForecastItem
from recouvrement.kpi.forecasting import Forecast, cash_forecast
from recouvrement.position import behaviour_of
from recouvrement.testing import strategies

DAY = date(2026, 6, 1)
SLICES = ("stayed", "placed", "assigned")


def on(days: int) -> date:
    return DAY + timedelta(days)


def euros(amount: int) -> Money:
    return Money.of(amount, "EUR")


def invoice(name: str, due: int, amount: int = 100, **other: Any) -> Invoice:
    fields = {"due_on": on(due), "total": euros(amount), **other}
    return Invoice(name, on(min(due, 0) - 30), **fields)


def paid(name: str, day: int, item: str, amount: int = 100) -> Payment:
    given = euros(amount)
    return Payment(name, on(day), amount=given, allocations=(Allocation(item, given),))


def history(*delays: int) -> list[Fact]:
    """One invoice for each delay, due 200 days ago, paid so many days later."""
    facts: list[Fact] = []
    for number, late in enumerate(delays):
        facts += [invoice(f"H-{number}", -200), paid(f"P-{number}", late - 200, f"H-{number}")]
    return facts


def told(*facts: Fact, name: str = "C-1", **other: Any) -> Account:
    return Account.of(Debtor(name, "Atelier Vasseur", **other), *facts)


def forecast(*accounts: Account, **asked: Any) -> Forecast:
    return cash_forecast(accounts, **{"as_of": DAY, **asked})


def the_item(*facts: Fact, **asked: Any) -> ForecastItem:
    (item,) = forecast(told(*facts), **asked).items
    return item


def days_of(item: ForecastItem) -> list[int | None]:
    dates = (item.early, item.expected, item.late)
    return [None if one is None else (one - DAY).days for one in dates]


# --- usual delays --------------------------------------------------------------------------------


def test_date_is_the_due_date_and_a_delay_the_debtor_had() -> None:
    item = the_item(*history(10, 20, 30, 40, 50), invoice("F-1", 5))
    assert days_of(item) == [15, 35, 55]
    assert (item.ground, item.basis, item.rests_on) == ("usual_delay", "own", 5)
    assert (item.debtor, item.item, item.amount, item.due_on) == ("C-1", "F-1", euros(100), on(5))


def test_what_is_late_waits_longer_than_it_has_already() -> None:
    item = the_item(*history(10, 20, 30, 40, 50), invoice("F-1", -20))
    assert days_of(item) == [10, 20, 30]
    assert item.rests_on == 3


def test_nearest_who_have_enough_delays_are_counted_and_it_is_said() -> None:
    late = invoice("F-1", -30)
    mine = told(*history(1, 2, 3), late, segment="retail")
    peers = told(*history(40, 41, 42), name="C-2", segment="retail")
    others = told(*history(60, 61, 62), name="C-3", segment="industry")
    (item,) = forecast(mine, peers, others).items
    assert (days_of(item), item.basis, item.rests_on) == ([10, 11, 12], "segment", 3)
    (item,) = forecast(mine, others).items
    assert (days_of(item), item.basis, item.rests_on) == ([30, 31, 32], "portfolio", 3)
    (item,) = forecast(told(*history(1, 2, 3), late), peers).items
    assert item.basis == "portfolio"
    measure = forecast(mine, peers)
    assert ("parts dated by segment delays", 1) in measure.population


def test_what_is_later_than_anything_ever_paid_is_undated() -> None:
    measure = forecast(told(*history(10, 20, 30), invoice("F-1", -29)))
    (item,) = measure.items
    assert (days_of(item), item.basis, item.rests_on) == ([None] * 3, None, 0)
    assert (measure.value, measure.undated) == (None, euros(100))
    assert (
        measure.undefined
        == "nothing that is open has a date: no due date, or too few delays before"
    )
    assert measure.flags == ("all of it is undated",)
    assert dict(measure.beside)["likely"] is None
    assert forecast(told(*history(10, 20, 30), invoice("F-1", -9))).flags == ()


def test_what_has_no_due_date_is_undated() -> None:
    parts = [Instalment(None, euros(100), kind="retention")]
    item = the_item(*history(1, 2, 3), invoice("F-1", 0, schedule=parts))
    assert (item.ground, item.due_on, item.expected) == ("no_date", None, None)


def test_quantiles_are_chosen() -> None:
    facts = (*history(10, 20, 30, 40), invoice("F-1", 0))
    assert days_of(the_item(*facts, quantiles=(25, 50, 75))) == [10, 20, 30]
    assert days_of(the_item(*facts, quantiles=[0, 100, 100])) == [10, 40, 40]


# --- given days ----------------------------------------------------------------------------------


def test_promise_gives_its_date_to_what_it_shelters() -> None:
    promise = Promise(
        "W-1", on(-2), due_on=on(9), amount=euros(60), means="transfer", invoices=["F-1"]
    )
    measure = forecast(told(*history(10, 20, 30), invoice("F-1", -5), promise))
    assert [(one.ground, one.amount, days_of(one)) for one in measure.items] == [
        ("promise", euros(60), [9, 9, 9]),
        ("usual_delay", euros(40), [5, 15, 25]),
    ]


def test_broken_promise_rolls_on_as_if_there_had_been_none() -> None:
    broken = Promise("W-1", on(-9), due_on=on(-1), amount=euros(100), means="transfer")
    facts = (*history(10, 20, 30), invoice("F-1", -5))
    assert the_item(*facts, broken) == the_item(*facts)


def test_promise_of_today_is_for_tomorrow_at_the_earliest() -> None:
    promise = Promise("W-1", on(-9), due_on=DAY, amount=euros(100), means="transfer")
    assert days_of(the_item(invoice("F-1", -20), promise)) == [1, 1, 1]


def test_plan_gives_the_dates_of_its_instalments() -> None:
    plan = PaymentPlan(
        "L-1",
        on(-40),
        invoices=["F-1", "F-2"],
        instalments=tuple(Instalment(on(day), euros(50)) for day in (-10, 20, 50, 80)),
    )
    facts = [invoice("F-1", -60), invoice("F-2", -55), plan]
    items = forecast(told(*history(80, 90, 100), *facts)).items
    assert [(one.item, one.ground, days_of(one)[1]) for one in items] == [
        ("F-1", "plan", 20),
        ("F-1", "usual_delay", 30),
        ("F-2", "plan", 50),
        ("F-2", "plan", 80),
    ]
    assert {one.amount for one in items} == {euros(50)}


def test_bill_gives_the_day_on_which_it_matures() -> None:
    bill = Bill("B-1", on(-3), matures_on=on(30), amount=euros(100), invoices=["F-1"])
    assert days_of(the_item(invoice("F-1", -5), bill)) == [30, 30, 30]


def test_block_of_ours_changes_no_date() -> None:
    facts = (*history(10, 20, 30), invoice("F-1", -5))
    block = DunningBlock("K-1", on(-1), until=on(99))
    assert the_item(*facts, block) == the_item(*facts)


# --- disputes ------------------------------------------------------------------------------------


def test_dispute_comes_after_its_usual_end_and_a_usual_delay() -> None:
    ended = [
        Dispute(f"D-{n}", on(-90), invoice=f"H-{n}", resolved_on=on(days - 90), outcome="rejected")
        for n, days in enumerate((15, 25, 35))
    ]
    facts = [*history(-9, 20, 30, 40), *ended, invoice("F-1", -5)]
    item = the_item(*facts, Dispute("D-9", on(-10), invoice="F-1"))
    # Resolved on the fifteenth day from now; nobody was early before that.
    assert (item.ground, days_of(item), item.rests_on) == ("dispute", [35, 45, 55], 3)
    # Longer than two of three: only its own date for resolution is left.
    late = Dispute("D-9", on(-26), invoice="F-1", resolve_by=on(2))
    assert days_of(the_item(*facts, late)) == [22, 32, 42]
    forgotten = Dispute("D-9", on(-26), invoice="F-1", resolve_by=DAY)
    assert days_of(the_item(*facts, forgotten)) == [None] * 3
    assert days_of(the_item(invoice("F-1", -5), late)) == [None] * 3


def test_dispute_of_what_is_not_due_waits_for_the_due_date() -> None:
    facts = [*history(10, 20, 30), invoice("F-1", 60)]
    dispute = Dispute("D-9", on(-1), invoice="F-1", amount=euros(30), resolve_by=on(5))
    items = forecast(told(*facts, dispute)).items
    assert [(one.ground, one.amount, days_of(one)) for one in items] == [
        ("dispute", euros(30), [70, 80, 90]),
        ("usual_delay", euros(70), [70, 80, 90]),
    ]


def test_disputed_retention_is_undated() -> None:
    parts = [Instalment(None, euros(100), kind="retention")]
    kept = invoice("F-1", 0, schedule=parts)
    item = the_item(*history(1, 2, 3), kept, Dispute("D-1", on(-1), invoice="F-1"))
    assert (item.ground, item.expected) == ("dispute", None)


def test_credit_owed_is_no_cash_to_come() -> None:
    upheld = Dispute(
        "D-1",
        on(-9),
        invoice="F-1",
        amount=euros(40),
        resolved_on=on(-1),
        outcome="upheld",
    )
    measure = forecast(told(*history(10, 20, 30), invoice("F-1", -5), upheld))
    assert [(one.ground, one.amount) for one in measure.items] == [
        ("credit_owed", euros(40)),
        ("usual_delay", euros(60)),
    ]
    assert measure.value == euros(60)


def test_of_two_disputes_on_an_item_the_one_not_resolved_decides() -> None:
    upheld = Dispute(
        "D-1",
        on(-9),
        invoice="F-1",
        amount=euros(40),
        resolved_on=on(-1),
        outcome="upheld",
    )
    other = Dispute("D-2", on(-20), invoice="F-1", amount=euros(10))
    for pair in ((upheld, other), (evolve(upheld, opened_on=on(-30)), other)):
        items = forecast(told(*history(10, 20, 30), invoice("F-1", -5), *pair)).items
        assert [(one.ground, one.amount) for one in items] == [
            ("dispute", euros(50)),
            ("usual_delay", euros(50)),
        ]


# --- apart ---------------------------------------------------------------------------------------


def test_litigation_and_what_is_assigned_are_apart() -> None:
    facts = [
        *(invoice(f"F-{n}", -5, 10**n) for n in (1, 2, 3)),
        Placement("T-1", on(-1), to="agency", invoices=["F-1"]),
        Assignment("S-1", on(-1), to="factor", invoices=["F-2"], notified_on=on(-1)),
    ]
    measure = forecast(told(*history(10, 20, 30), *facts))
    assert measure.value == euros(1000)
    apart = {one.reason: (one.count, one.amount) for one in measure.excluded}
    assert apart == {
        "placed, apart": (1, euros(10)),
        "assigned, apart": (1, euros(100)),
    }
    stayed = forecast(told(*facts, Insolvency("J-1", "liquidation", opened_on=DAY)))
    assert stayed.value == euros(0)
    assert [(one.reason, one.amount) for one in stayed.excluded] == [
        ("stayed, apart", euros(1110)),
    ]


def test_unapplied_money_is_taken_from_nothing_and_said() -> None:
    by_hand = Conventions(application="explicit_only")
    facts = [*history(10, 20, 30), invoice("F-1", 0), Payment("P-9", DAY, amount=euros(70))]
    measure = forecast(told(*facts), conventions=by_hand)
    assert measure.value == euros(100)
    assert [(one.reason, one.amount) for one in measure.excluded] == [
        ("unapplied, apart", euros(70))
    ]


# --- weeks ---------------------------------------------------------------------------------------


def test_weeks_begin_the_day_after_and_add_up_with_what_is_beyond() -> None:
    def due(name: str, day: int, amount: int) -> list[Fact]:
        bill = Bill(f"B-{name}", on(-1), matures_on=on(day), amount=euros(amount), invoices=[name])
        return [invoice(name, -5, amount), bill]

    facts = [
        fact
        for number, day in enumerate((1, 7, 8, 14, 15), 1)
        for fact in due(f"F-{number}", day, 10**number)
    ]
    measure = forecast(told(*facts), weeks=2)
    assert [(one.number, one.first, one.last, one.expected) for one in measure.weeks] == [
        (1, on(1), on(7), euros(110)),
        (2, on(8), on(14), euros(11000)),
    ]
    assert (measure.value, measure.beyond, measure.undated) == (
        *(euros(11110), euros(100000), euros(0)),
    )
    assert len(forecast(told(*facts)).weeks) == 13


def test_sums_by_the_end_of_each_week_at_worst_and_at_best() -> None:
    measure = forecast(told(*history(3, 10, 17), invoice("F-1", 0)), weeks=3)
    assert [
        tuple(one.minor // 100 for one in (w.by_then_late, w.by_then_expected, w.by_then_early))
        for w in measure.weeks
    ] == [(0, 0, 100), (0, 100, 100), (100, 100, 100)]


def test_rows_and_certificate_show_the_weeks() -> None:
    measure = forecast(told(*history(3, 10, 17), invoice("F-1", 0)), weeks=2)
    assert repr(measure) == "<K20 cash forecast on 2026-06-01: 100.00 EUR>"
    assert measure.to_rows()[1] == {
        "week": 2,
        "first": on(8),
        "last": on(14),
        "expected": euros(100),
        "likely": Money(3333, "EUR"),
        "by_then_late": euros(0),
        "by_then_expected": euros(100),
        "by_then_early": euros(100),
    }
    shown = measure._repr_html_()
    assert "<caption>K20 cash forecast on 2026-06-01, EUR</caption>" in shown
    assert "<td>week 2</td>" in shown
    assert dict(measure.perimeter.options) == {"weeks": "2", "quantiles": "10/50/90"}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"weeks": 0}, "weeks"),
        ({"weeks": 10**9}, "weeks"),
        ({"quantiles": "123"}, "quantiles"),
        ({"quantiles": (50,)}, "quantiles"),
        ({"quantiles": 50}, "quantiles"),
        ({"quantiles": (50, 10, 90)}, "quantiles"),
        ({"quantiles": (10, 50, 101)}, "quantiles"),
        ({"quantiles": (10, 50.0, 90)}, "quantiles"),
        ({"as_of": "today"}, "as_of"),
        ({"currency": "EURO"}, "currency"),
    ],
)
def test_question_that_cannot_be_answered_names_the_argument(
    asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        forecast(**asked)
    assert caught.value.field == field


def test_wait_that_never_ends_is_cut_at_the_last_day_there_is() -> None:
    far = invoice("F-1", 0, due_on=date(9999, 12, 30))
    assert the_item(*history(10, 20, 30), far).late == date.max


# --- laws, and once more by hand -----------------------------------------------------------------

portfolios = strategies.portfolios(min_accounts=1, currencies=("EUR", "JPY"))


@st.composite
def questions(draw: st.DrawFn) -> tuple[tuple[Account, ...], dict[str, Any]]:
    portfolio = draw(portfolios)
    days = st.one_of(*(strategies.as_ofs(one) for one in portfolio))
    return portfolio, {"as_of": draw(days), "known_on": draw(st.none() | days)}


def quantile(delays: Sequence[int], percent: int) -> int:
    """The least of them that at least so many percent do not exceed, looked for one by one."""
    return next(
        one
        for one in sorted(delays)
        if 100 * sum(other <= one for other in delays) >= percent * len(delays)
    )


@given(questions())
def test_every_open_cent_is_forecast_once(
    question: tuple[tuple[Account, ...], dict[str, Any]],
) -> None:
    portfolio, asked = question
    measure = cash_forecast(portfolio, **asked)
    assert measure.reconciles
    found: dict[tuple[str, str], int] = {}
    for one in measure.items:
        name = (one.debtor, one.item)
        found[name] = found.get(name, 0) + one.amount.minor
    assert found == {
        (account.debtor.id, item.id): item.open.minor
        for account in portfolio
        for item in position_of(account, **asked).open_items
        if item.currency == "EUR"
    }
    for ground in SLICES:
        assert sum(one.amount.minor for one in measure.items if one.ground == ground) == sum(
            position_of(account, **asked).amount_of(ground, "EUR").minor for account in portfolio
        )


@given(questions())
def test_no_date_is_in_the_past_and_quantiles_are_in_order(
    question: tuple[tuple[Account, ...], dict[str, Any]],
) -> None:
    portfolio, asked = question
    measure = cash_forecast(portfolio, **asked)
    for one in measure.items:
        if one.early is not None and one.expected is not None and one.late is not None:
            assert asked["as_of"] < one.early <= one.expected <= one.late
        assert (one.early is None) == (one.expected is None) == (one.late is None)
    for week in measure.weeks:
        assert week.by_then_late <= week.by_then_expected <= week.by_then_early


@given(questions(), st.sampled_from([(10, 50, 90), (25, 50, 75), (0, 33, 100)]))
def test_usual_delays_are_what_a_hand_would_find(
    question: tuple[tuple[Account, ...], dict[str, Any]], quantiles: tuple[int, int, int]
) -> None:
    portfolio, asked = question
    as_of = asked["as_of"]
    paid_by = [behaviour_of(one, **asked).delays for one in portfolio]
    everybody = [delay for delays in paid_by for delay in delays]
    segments = [one.debtor.segment for one in portfolio]
    found = cash_forecast(portfolio, quantiles=quantiles, **asked).items
    mine = {str(one.debtor.id): place for place, one in enumerate(portfolio)}
    for one in found:
        if one.ground != "usual_delay" or one.due_on is None:
            continue
        place = mine[one.debtor]
        peers = [
            delay
            for delays, segment in zip(paid_by, segments, strict=True)
            if segment is not None and segment == segments[place]
            for delay in delays
        ]
        pools = {"own": paid_by[place], "segment": peers, "portfolio": everybody}
        dates: list[date] | None = None
        for basis, delays in pools.items():
            longer = [delay for delay in delays if one.due_on + timedelta(delay) > as_of]
            if len(longer) >= 3:
                dates = [one.due_on + timedelta(quantile(longer, q)) for q in quantiles]
                assert (one.basis, one.rests_on) == (basis, len(longer))
                event(f"dated by {basis} delays")
                break
        told_dates = [one.early, one.expected, one.late]
        assert told_dates == dates if dates else not any(told_dates)
        event(f"dated: {dates is not None}")


def test_likely_takes_of_each_amount_the_share_of_waits_that_ended_by_then() -> None:
    # Of five that waited, three were paid after 3, 10 and 17 days; two still wait, for 200 days.
    forgotten = [invoice("X-1", -200), invoice("X-2", -200)]
    account = told(*history(3, 10, 17), *forgotten, invoice("F-1", 0))
    measure = forecast(account, weeks=3)
    assert [one.likely for one in measure.weeks] == [euros(20)] * 3
    assert (measure.value, measure.likely) == (euros(100), euros(60))
    assert measure.beside[0] == ("likely", euros(60))
    # Of the five that waited longer than five days, one ended in the first week, two in the second.
    late = forecast(told(*history(3, 10, 17, 18), *forgotten, invoice("F-1", -5)), weeks=2)
    assert [one.likely for one in late.weeks] == [euros(20), euros(40)]


def test_what_has_a_given_day_is_likely_on_that_day() -> None:
    promise = Promise("W-1", on(-9), due_on=on(9), amount=euros(100), means="transfer")
    measure = forecast(told(invoice("F-1", -20), promise), weeks=2)
    assert [one.likely for one in measure.weeks] == [euros(0), euros(100)]


def survival(ended: Sequence[int], ongoing: Sequence[int], days: int) -> Fraction:
    """The share of waits longer than that, by the product over every length that ended."""
    left = Fraction(1)
    for length in sorted({one for one in ended if one <= days}):
        at_risk = sum(one >= length for one in (*ended, *ongoing))
        left *= Fraction(at_risk - ended.count(length), at_risk)
    return left


@given(questions())
def test_likely_is_what_a_hand_would_find(
    question: tuple[tuple[Account, ...], dict[str, Any]],
) -> None:
    portfolio, asked = question
    as_of = asked["as_of"]
    paid_by = {str(one.debtor.id): behaviour_of(one, **asked).delays for one in portfolio}
    waits = {
        str(account.debtor.id): [
            (as_of - item.due_on).days
            for item in position_of(account, **asked).open_items
            if item.due_on and item.invoice.is_sale and not item.invoice.due_assumed
        ]
        for account in portfolio
    }
    segments = {str(one.debtor.id): one.debtor.segment for one in portfolio}
    measure = cash_forecast(portfolio, weeks=4, **asked)
    expected = [Fraction(0)] * 4
    for one in measure.items:
        if one.expected is None:
            continue
        pool = [
            name
            for name in segments
            if one.basis == "portfolio"
            or name == one.debtor
            or (one.basis == "segment" and segments[name] == segments[one.debtor])
        ]
        ended = [delay for name in pool for delay in paid_by[name]]
        ongoing = [age for name in pool for age in waits[name]]
        for week in range(4):
            first, last = as_of + timedelta(7 * week), as_of + timedelta(7 * week + 7)
            if one.basis is None:
                expected[week] += one.amount.minor * (first < one.expected <= last)
            elif one.ground == "usual_delay" and one.due_on is not None:
                waited = (as_of - one.due_on).days
                share = survival(ended, ongoing, waited + 7 * week) - survival(
                    ended, ongoing, waited + 7 * week + 7
                )
                expected[week] += one.amount.minor * share / survival(ended, ongoing, waited)
            else:
                event("dispute")
                return
    event(f"likely: {sum(expected) > 0}")
    for told_week, amount in zip(measure.weeks, expected, strict=True):
        assert abs(told_week.likely.minor - amount) <= Fraction(6, 10)


@given(questions(), st.integers(1, 30))
def test_what_happens_or_is_learnt_later_changes_nothing(
    question: tuple[tuple[Account, ...], dict[str, Any]], days: int
) -> None:
    portfolio, asked = question
    later = max(asked["as_of"], asked["known_on"] or asked["as_of"]) + timedelta(days)
    more = []
    for account in portfolio:
        facts: list[Fact] = [
            Invoice("later", later, due_on=later, total=euros(100)),
            Payment("later", later, amount=euros(100)),
            Insolvency("later", "liquidation", opened_on=later),
        ]
        for one in account.invoices:
            name: Any = f"later-{one.id}"
            due: Any = {"due_on": later + timedelta(9), "amount": one.total}
            facts += [
                Promise(name, later, means="transfer", invoices=[one.id], **due),
                Dispute(name, later, invoice=one.id),
                Placement(name, later, to="lawyer", invoices=[one.id]),
                Payment(
                    name,
                    later,
                    amount=one.total,
                    allocations=(Allocation(one.id, one.total),),
                ),
            ]
        more.append(account.record(*facts))
    assert cash_forecast(more, **asked) == cash_forecast(portfolio, **asked)


ENDINGS = ("resolved_on", "withdrawn_on", "ended_on", "outcome")


@given(questions())
def test_endings_and_facts_to_come_are_as_if_they_were_not_written(
    question: tuple[tuple[Account, ...], dict[str, Any]],
) -> None:
    portfolio, asked = question
    as_of, asked = asked["as_of"], {"as_of": asked["as_of"]}
    cut = []
    for account in portfolio:
        facts = []
        for fact in account.facts:
            if fact.happened_on <= as_of:
                ended = getattr(fact, "resolved_on", None) or getattr(fact, "ended_on", None)
                changes: dict[str, Any] = {}
                if ended is not None and ended > as_of:
                    changes = {name: None for name in ENDINGS if hasattr(fact, name)}
                facts.append(evolve(fact, **changes))
        try:
            cut.append(Account.of(account.debtor, *facts))
        except InvalidInput:  # something of that day refers to what is to come
            event("refers to what is to come")
            return
    assert cash_forecast(cut, **asked) == cash_forecast(portfolio, **asked)


@given(questions())
def test_order_of_accounts_changes_the_order_of_items_and_nothing_else(
    question: tuple[tuple[Account, ...], dict[str, Any]],
) -> None:
    portfolio, asked = question
    here = cash_forecast(portfolio, **asked)
    there = cash_forecast(iter(portfolio[::-1]), **asked)
    assert sorted(here.items, key=repr) == sorted(there.items, key=repr)
    assert evolve(here, items=()) == evolve(there, items=())


# --- backtest ------------------------------------------------------------------------------------


def compared(*accounts: Account, **asked: Any) -> Backtest:
    return backtest(accounts, **{"on": [DAY], "as_of": on(120), "weeks": 3, **asked})


FACTS = (*history(3, 10, 17), invoice("F-1", 0), invoice("F-2", 2, 50))


def test_error_is_what_each_week_missed_of_what_came() -> None:
    account = told(*FACTS, paid("P-A", 6, "F-1"), paid("P-B", 12, "F-2", 50))
    found = compared(account)
    assert [(w.number, w.expected, w.received, w.error) for w in found.weeks] == [
        (1, euros(0), euros(100), euros(-100)),
        (2, euros(150), euros(50), euros(100)),
        (3, euros(0), euros(0), euros(0)),
    ]
    # 200 missed of 150; as much expected as came; both within; 4 and 0 days off.
    assert (found.numerator, found.denominator) == (euros(200), euros(150))
    assert found.exact == Fraction(400, 3)
    assert str(found.value)[:6] == "133.33"
    assert [found.bias, found.within] == [0, 100]
    # A third of both was likely in each week: 50 too little, nothing, 50 too much.
    assert [w.likely for w in found.weeks] == [euros(50)] * 3
    assert str(found.likely_error)[:5] == "66.66"
    assert found.likely_bias == 0
    assert found.beside[0] == ("bias", found.bias)
    assert str(found.days_off)[:6] == "2.6666"
    assert found.reconciles


def test_only_weeks_that_have_ended_are_compared() -> None:
    account = told(*FACTS, paid("P-A", 6, "F-1"))
    assert [len(compared(account, as_of=on(day)).weeks) for day in (6, 7, 13, 14, 99)] == [
        *(0, 1, 1, 2, 3)
    ]
    early = compared(account, as_of=on(6))
    assert (early.value, early.undefined) == (None, "no week has ended by 2026-06-07")
    assert (early.bias, early.within, early.days_off) == (None, None, None)
    nothing = compared(told(*FACTS))
    assert (nothing.value, nothing.undefined) == (None, "nothing came in the weeks compared")


def test_what_came_counts_on_what_was_open_then_and_not_apart() -> None:
    account = told(
        *FACTS,
        paid("P-A", 6, "F-1"),
        Invoice("F-9", on(1), due_on=on(2), total=euros(70)),
        paid("P-C", 5, "F-9", 70),
        invoice("F-8", -3, 30),
        Placement("T-1", on(-1), to="agency", invoices=["F-8"]),
        paid("P-D", 5, "F-8", 30),
        Invoice("F-7", on(-9), due_on=on(0), total=Money.of(9, "USD")),
    )
    found = compared(account)
    assert [one.received for one in found.weeks] == [euros(100), euros(0), euros(0)]
    used = found.reconciliation[-1]
    assert [amount for _, amount in used.lines] == [euros(200), euros(-100)]


def test_money_that_went_back_never_came() -> None:
    back = Reversal("R-1", on(30), payment="P-A", reason="returned")
    account = told(*FACTS, paid("P-A", 6, "F-1"), back)
    assert compared(account, as_of=on(29)).denominator == euros(100)
    assert compared(account).denominator == euros(0)


def test_cash_outside_its_quantiles_is_outside() -> None:
    found = compared(told(*FACTS, paid("P-A", 2, "F-1"), paid("P-B", 19, "F-2", 50)))
    # 100 came 8 days before it was expected, and before its early day; 50 on its late day, 7 after.
    assert str(found.within)[:5] == "33.33"
    assert str(found.days_off)[:5] == "7.666"


def test_item_of_several_dates_or_of_none_has_no_quantiles_to_be_in() -> None:
    promise = Promise(
        "W-1", on(-2), due_on=on(9), amount=euros(60), means="transfer", invoices=["F-1"]
    )
    for facts in ((*FACTS, promise), (invoice("F-1", 0),)):
        found = compared(told(*facts, paid("P-A", 6, "F-1")))
        assert found.denominator == euros(100)
        assert (found.within, found.days_off) == (None, None)


def test_several_days_are_compared_in_order() -> None:
    account = told(*FACTS, paid("P-A", 6, "F-1"))
    found = compared(account, on=[on(7), DAY, DAY], weeks=1)
    assert [(w.forecast_on, w.received) for w in found.weeks] == [
        (DAY, euros(100)),
        (on(7), euros(0)),
    ]
    assert found.to_rows()[0]["error"] == euros(-100)
    assert "<td>received</td>" in found._repr_html_()
    assert repr(found).startswith("<K20 cash forecast, backtest on 2026-09-29: ")
    assert dict(found.population)["weeks compared"] == 2


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"on": []}, "on"),
        ({"on": "2026-01-01"}, "on"),
        ({"on": DAY}, "on"),
        ({"on": [DAY, "today"]}, "on"),
        ({"on": [on(120)]}, "on"),
        ({"as_of": None}, "as_of"),
    ],
)
def test_backtest_that_cannot_be_made_names_the_argument(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        compared(**asked)
    assert caught.value.field == field


@pytest.mark.parametrize("wrong", [told(), 3])
def test_backtest_of_what_are_no_accounts_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        backtest(wrong, on=[DAY], as_of=on(9))
    assert caught.value.field == "accounts"


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Account, ...]:
    """Accounts whose every payment says which invoice it pays, and never too much."""
    accounts = []
    for place in range(draw(st.integers(1, 3))):
        facts: list[Fact] = []
        for number in range(draw(st.integers(1, 6))):
            due, name = draw(st.integers(-60, 30)), f"F-{number}"
            facts.append(invoice(name, due, 100))
            for part, amount in enumerate(draw(st.sampled_from([(), (100,), (100,), (30, 60)]))):
                late = draw(st.integers(-5, 40))
                facts.append(paid(f"P-{number}-{part}", due + late, name, amount))
        if draw(st.booleans()):
            facts.append(Placement("T-1", on(-1), to="agency", invoices=["F-0"]))
        accounts.append(told(*facts, name=f"C-{place}"))
    return tuple(accounts)


@given(ledgers(), st.integers(0, 40), st.integers(1, 4))
def test_backtest_is_what_a_hand_would_find(
    portfolio: tuple[Account, ...], span: int, weeks: int
) -> None:
    found = compared(*portfolio, as_of=on(span + 1), weeks=weeks)
    then = forecast(*portfolio, weeks=weeks).weeks
    rows = []
    for number in range(min(weeks, (span + 1) // 7)):
        first, last = on(7 * number + 1), on(7 * number + 7)
        came = 0
        for account in portfolio:
            apart = {name for one in account.placements for name in one.invoices}
            standing = {one.id for one in position_of(account, as_of=DAY).open_items} - apart
            came += sum(
                one.amount.minor
                for one in account.payments
                if first <= one.received_on <= last and one.allocations[0].invoice in standing
            )
        rows.append((first, last, then[number].expected.minor, came))
    assert rows == [(w.first, w.last, w.expected.minor, w.received.minor) for w in found.weeks]
    total = sum(came for *_, came in rows)
    missed = sum(abs(said - came) for *_, said, came in rows)
    event(f"something came: {total > 0}")
    assert found.exact == (Fraction(100 * missed, total) if total else None)
    assert (found.undefined is None) == (total > 0)
    assert found.reconciles


@given(portfolios, st.integers(5, 100), st.integers(8, 60))
def test_backtest_rests_on_forecasts_that_saw_nothing_ahead(
    portfolio: tuple[Account, ...], start: int, span: int
) -> None:
    first = date(2026, 1, 5) + timedelta(start)
    found = backtest(portfolio, on=[first], as_of=first + timedelta(span))
    known = []
    for account in portfolio:
        facts = [one for one in account.facts if one.happened_on <= first and one.known_on <= first]
        try:
            known.append(Account.of(account.debtor, *facts))
        except InvalidInput:  # something known refers to what is to come
            event("refers to what is to come")
            return
    said = cash_forecast(known, as_of=first, known_on=first)
    ended = said.weeks[: span // 7]
    assert [one.expected for one in found.weeks] == [one.expected for one in ended]
    assert found.reconciles
