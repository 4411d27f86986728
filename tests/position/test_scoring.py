"""The behaviour score: weight × points line by line; what is missing is neither good nor bad."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median_low
from typing import Any

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Allocation,
    Conventions,
    CreditRating,
    Debtor,
    Dispute,
    ExchangeRate,
    ExchangeRates,
    Insolvency,
    Interaction,
    InteractionResult,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    Promise,
    Reversal,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.position import (
    Score,
    Scorecard,
    ScoreCriterion,
    ScoreRange,
    behaviour_of,
    score_of,
)
from recouvrement.position.observations import OBSERVATIONS
from recouvrement.position.ratios import in_decimal, percent_of
from recouvrement.testing import strategies

DUE = date(2026, 3, 1)
END = date(2026, 12, 31)
LIMIT = Money.of(4000, "EUR")


def after(days: int) -> date:
    return DUE + timedelta(days)


def euros(amount: int) -> Money:
    return Money.of(amount, "EUR")


def invoice(name: str, **other: Any) -> Invoice:
    return Invoice(name, date(2026, 1, 1), **{"due_on": DUE, "total": euros(1000), **other})


def paid(name: str, on: int, item: str, amount: int = 1000) -> Payment:
    given = euros(amount)
    return Payment(name, after(on), amount=given, allocations=(Allocation(item, given),))


def paid_late(*delays: int) -> list[Fact]:
    facts: list[Fact] = []
    for number, late in enumerate(delays, 1):
        facts += [invoice(f"F-{number}"), paid(f"P-{number}", late, f"F-{number}")]
    return facts


def told(*facts: Fact, **debtor: Any) -> Account:
    return Account.of(Debtor("C-1", "Atelier Vasseur", **debtor), *facts)


def looking_at(of: str, weight: Any = 1, **other: Any) -> ScoreCriterion:
    """A criterion with one point for each whole unit, from -5 to 100."""
    ranges = [ScoreRange(-6, below=-5)]
    ranges += [ScoreRange(at, at_least=at, below=at + 1) for at in range(-5, 100)]
    return ScoreCriterion(
        of, weight=weight, ranges=[*ranges, ScoreRange(100, at_least=100)], **other
    )


def card(*criteria: ScoreCriterion, **other: Any) -> Scorecard:
    return Scorecard("house", "1", criteria=criteria, **other)


def seen(of: str, *facts: Fact, as_of: date = END, limit: Any = LIMIT, **other: Any) -> Any:
    """What one observation is, the count it rests on, and why it is missing."""
    conventions = other.pop("conventions", Conventions())
    account = told(*facts, credit_limit=limit)
    score = score_of(account, card(looking_at(of, **other)), as_of=as_of, conventions=conventions)
    (line,) = score.lines
    return line.value, line.rests_on, line.missing


# --- one story per observation -------------------------------------------------------------------


def test_delays_are_those_of_behaviour() -> None:
    facts = paid_late(10, 20, 30, 40, 50, 0)
    assert seen("median_delay", *facts) == (20, 6, None)
    assert seen("habitual_delay", *facts) == (10, 6, None)
    assert seen("trend", *facts) == (30, 6, None)
    late = seen("late_share", *facts)
    assert (round(late[0], 4), *late[1:]) == (Decimal("83.3333"), 6, None)
    two = paid_late(10, 20)
    assert seen("median_delay", *two) == (None, 2, "fewer than 3 items paid")
    assert seen("trend", *paid_late(1, 2, 3)) == (None, 3, "fewer than 6 items paid")
    assert seen("late_share", *two) == (None, 2, "fewer than 3 items paid")


def test_promises_kept_of_those_that_came_to_their_day() -> None:
    facts: list[Fact] = [*(invoice(f"F-{n}") for n in range(1, 6)), paid("P-1", 9, "F-1")]
    facts += [
        Promise(
            f"W-{n}",
            after(1),
            due_on=after(10 if n < 5 else 400),
            amount=euros(1000),
            means="transfer",
            invoices=[f"F-{n}"],
        )
        for n in range(1, 6)
    ]
    assert seen("promise_keeping", *facts) == (25, 4, None)
    assert seen("promise_keeping", *facts, as_of=after(9)) == (
        *(None, 1, "fewer than 3 promises come to their day"),
    )


def test_disputes_by_invoice_and_by_ground() -> None:
    facts = [
        *(invoice(f"F-{n}") for n in (1, 2, 3, 4)),
        Dispute("D-1", after(1), invoice="F-1", resolved_on=after(5), outcome="rejected"),
        Dispute("D-2", after(2), invoice="F-1", resolved_on=after(6), outcome="upheld"),
        Dispute("D-3", after(3), invoice="F-2", resolved_on=after(7), outcome="withdrawn"),
    ]
    assert seen("dispute_share", *facts) == (50, 4, None)
    assert seen("dispute_share", *facts[:2]) == (None, 2, "fewer than 3 invoices")
    found = seen("unfounded_share", *facts)
    assert (round(found[0], 2), *found[1:]) == (Decimal("66.67"), 3, None)
    assert seen("unfounded_share", *facts, as_of=after(6)) == (
        *(None, 2, "fewer than 3 disputes resolved"),
    )


def test_answers_on_all_channels_together_and_days_without_one() -> None:
    channels = ("email", "phone", "letter", "email")
    facts: list[Fact] = [
        Interaction(f"I-{n}", after(n), channel=channel, act="remind")
        for n, channel in enumerate(channels)
    ]
    facts.append(InteractionResult("R-1", after(2), interaction="I-0", result="answered"))
    assert seen("answer_rate", *facts) == (25, 4, None)
    assert seen("unanswered", *facts) == (1, 4, None)
    assert seen("answer_rate", *facts[:2]) == (None, 2, "fewer than 3 contacts")
    assert seen("unanswered") == (None, 0, "no contact yet")


def test_lateness_of_what_is_open() -> None:
    facts = [invoice("F-1"), invoice("F-2", due_on=after(50)), invoice("F-3", total=euros(2000))]
    assert seen("oldest_days_past_due", *facts, as_of=after(20)) == (20, 2, None)
    assert seen("overdue_share", *facts, as_of=after(20)) == (75, 3, None)
    assert seen("oldest_days_past_due", *facts, as_of=DUE) == (0, 0, None)
    assert seen("oldest_days_past_due") == (None, 0, "no invoice yet")
    assert seen("overdue_share") == (None, 0, "nothing is open")


def test_use_of_the_limit_is_what_is_open_less_what_is_netted() -> None:
    unapplied = Conventions(application="explicit_only")
    facts: list[Fact] = [
        *(invoice(f"F-{n}") for n in (1, 2, 3)),
        Payment("P-1", after(1), amount=euros(1000)),
        Payment("P-2", after(1), amount=euros(400), purpose="deposit"),
    ]
    assert seen("limit_use", *facts, conventions=unapplied) == (50, 3, None)
    assert seen("limit_use", *facts, as_of=DUE, conventions=unapplied) == (75, 3, None)
    assert seen("limit_use", *facts[3:], conventions=unapplied) == (0, 0, None)
    for none in (None, Money.zero("EUR"), -LIMIT):
        assert seen("limit_use", *facts, limit=none) == (None, 0, "no credit limit")


def test_amounts_in_other_currencies_need_a_rate() -> None:
    rate = ExchangeRate("USD", "EUR", since=DUE, value=Decimal("0.5"))
    facts = [invoice("F-1"), invoice("F-2", total=Money.of(2000, "USD"), due_on=after(50))]
    rated = Conventions(rates=ExchangeRates.of(rate))
    asked: dict[str, Any] = {"as_of": after(20)}
    assert seen("limit_use", *facts, conventions=rated, **asked) == (50, 2, None)
    assert seen("overdue_share", *facts, conventions=rated, **asked) == (50, 2, None)
    assert seen("limit_use", *facts, **asked) == (None, 2, "no exchange rate")
    assert seen("overdue_share", *facts, **asked) == (None, 2, "no exchange rate")


def test_history_returns_and_proceedings() -> None:
    facts: list[Fact] = [
        *paid_late(5, 6),
        Reversal("R-1", after(20), payment="P-1", reason="returned"),
        Reversal("R-2", after(30), payment="P-2", reason="refunded"),
        Insolvency("J-1", "safeguard", opened_on=after(40), ended_on=after(60)),
        Insolvency("J-2", "conciliation", opened_on=after(41)),
    ]
    assert seen("history_days", *facts, as_of=DUE) == (59, 2, None)
    assert seen("history_days") == (None, 0, "no invoice yet")
    years = [seen("returned_payments", *facts, as_of=after(day)) for day in (19, 20, 384, 385)]
    assert years == [(0, 2, None), (1, 2, None), (1, 2, None), (0, 2, None)]
    assert seen("returned_payments", invoice("F-1")) == (None, 0, "no payment yet")
    found = [seen("proceedings", *facts, as_of=after(day)) for day in (39, 40, 59, 60)]
    assert [value for value, _, _ in found] == [0, 1, 1, 0]


def test_rating_is_the_latest_of_its_source_unless_it_is_too_old() -> None:
    ratings = [
        CreditRating("Y-1", DUE, source="bureau", score="12.5"),
        CreditRating("Y-2", after(10), source="bureau", score=40),
        CreditRating("Y-3", after(20), source="insurer", score=7),
    ]

    def rated(day: int, **other: Any) -> Any:
        return seen("credit_rating", *ratings, as_of=after(day), source="bureau", **other)

    assert rated(-1) == (None, 0, "no score of bureau")
    assert rated(9) == (Decimal("12.5"), 1, None)
    assert rated(40) == (40, 2, None)
    assert rated(40, valid_days=30) == (40, 2, None)
    assert rated(41, valid_days=30) == (None, 2, "the score of bureau is older than 30 days")


# --- the sum -------------------------------------------------------------------------------------


def test_score_is_the_sum_of_weight_times_points() -> None:
    account = told(*paid_late(10, 20, 30), invoice("F-9", due_on=after(100)))
    table = card(
        looking_at("median_delay", 3),
        looking_at("oldest_days_past_due", "0.5"),
        looking_at("history_days", 2),
    )
    score = score_of(account, table, as_of=after(107))
    assert [(one.criterion, one.points, one.contribution) for one in score.lines] == [
        ("median_delay", Decimal(20), Decimal(60)),
        ("oldest_days_past_due", Decimal(7), Decimal("3.5")),
        ("history_days", Decimal(100), Decimal(200)),
    ]
    assert (score.value, score.exact) == (Decimal("263.5"), Fraction(527, 2))
    assert score.known == 100
    assert (score.least, score.most) == (Decimal("-33.0"), Decimal("550.0"))
    assert (score.missing, score.undefined, score.risk_class) == ((), None, None)


def test_where_points_are_alike_the_others_make_up_for_what_is_missing_by_weight() -> None:
    account = told(invoice("F-9"))
    table = card(looking_at("oldest_days_past_due", 2), looking_at("median_delay", 1))
    score = score_of(account, table, as_of=after(7))
    assert score.missing == ("median_delay",)
    assert score.value == 2 * 7 * Fraction(3, 2) == 21
    assert round(score.known, 2) == Decimal("66.67")


@pytest.mark.parametrize(("least", "given"), [(0, False), (50, True), (51, False), (100, False)])
def test_too_little_known_is_no_score(least: int, given: bool) -> None:  # noqa: FBT001
    facts = [invoice("F-9")] if least else []
    table = card(looking_at("oldest_days_past_due"), looking_at("median_delay"), least_known=least)
    score = score_of(told(*facts), table, as_of=after(7))
    assert (score.value is not None) == given
    percent = 50 if least else 0
    assert score.undefined == (
        None if given else f"only {percent} percent of the weights have a value"
    )
    assert score.to_rows()[-1]["criterion"] == ("score" if given else f"score: {score.undefined}")


def test_what_is_missing_stands_between_its_worst_and_its_best_as_the_others_do() -> None:
    late = ScoreCriterion(
        "oldest_days_past_due",
        weight=3,
        ranges=[
            ScoreRange(30, below=5),
            ScoreRange(15, at_least=5, below=9),
            ScoreRange(10, at_least=9),
        ],
    )
    other = ScoreCriterion(
        "median_delay", weight=1, ranges=[ScoreRange(0, below=1), ScoreRange(-8, at_least=1)]
    )
    score = score_of(told(invoice("F-9")), card(late, other), as_of=after(7))
    # 15 is a quarter of the way from 10 to 30: so is -6 from -8 to 0.
    assert [score.least, score.value, score.most] == [22, 3 * 15 - 6, 90]


def test_what_gives_every_debtor_the_same_points_stands_for_nothing() -> None:
    same = ScoreCriterion("oldest_days_past_due", weight=9, ranges=[ScoreRange(5)])
    table = card(same, looking_at("median_delay"))
    score = score_of(told(invoice("F-9")), table, as_of=after(7))
    assert (score.value, score.risk_class) == (None, None)
    assert score.undefined == "what has a value gives every debtor the same points"
    assert score_of(told(invoice("F-9")), card(same), as_of=after(7)).value == 45


def test_rows_explain_the_score_line_by_line() -> None:
    table = card(looking_at("oldest_days_past_due", 2), looking_at("median_delay", 1))
    score = score_of(told(invoice("F-9")), table, as_of=after(7))
    assert [tuple(row.values()) for row in score.to_rows()] == [
        ("oldest_days_past_due", 7, "days", 1, "7 to below 8", 7, 2, 14),
        ("median_delay", None, "days", 0, "fewer than 3 items paid", None, 1, None),
        ("score", None, None, None, None, None, None, 21),
    ]
    shown = score._repr_html_()
    assert "<caption>C-1 as of 2026-03-08, house 1</caption>" in shown
    assert "<td>7 to below 8</td>" in shown


def test_question_that_cannot_be_answered_names_the_argument() -> None:
    table = card(looking_at("trend"))
    for asked, field in (
        ((told(), "house"), "card"),
        (("C-1", table), "account"),
    ):
        with pytest.raises(InvalidInput) as caught:
            score_of(*asked, as_of=END)
        assert caught.value.field == field


def test_ratio_is_divided_once_to_28_digits() -> None:
    assert str(in_decimal(Fraction(1, 3))) == "0." + "3" * 28
    assert percent_of(1, 0) is None


# --- once more, by hand --------------------------------------------------------------------------

WEIGHTS = {
    "median_delay": 3,
    "habitual_delay": 2,
    "late_share": 1,
    "promise_keeping": 5,
    "dispute_share": 4,
    "unfounded_share": 2,
    "unanswered": 1,
    "oldest_days_past_due": 2,
    "overdue_share": 3,
    "history_days": 1,
    "credit_rating": 2,
}
TABLE = card(
    *(
        looking_at(name, weight, **({"source": "bureau"} if name == "credit_rating" else {}))
        for name, weight in WEIGHTS.items()
    ),
    least_known=30,
)


def by_hand(account: Account, as_of: date, known_on: date | None) -> dict[str, Fraction | None]:
    """The observations by the public way, each by its definition."""
    asked: dict[str, Any] = {"as_of": as_of, "known_on": known_on}
    found, position = behaviour_of(account, **asked), position_of(account, **asked)
    known = [one for one in account.facts if known_on is None or one.known_on <= known_on]
    issued = [one for one in known if isinstance(one, Invoice) and one.issued_on <= as_of]
    delays = found.delays

    def share(part: int, whole: int) -> Fraction | None:
        return Fraction(100 * part, whole) if whole >= 3 else None

    items = position.open_items
    late = [one for one in items if one.days_past_due is not None and one.days_past_due > 0]
    whole = sum(one.open.minor for one in items)
    ratings = [
        one
        for one in known
        if isinstance(one, CreditRating) and one.source == "bureau" and one.on <= as_of
    ]
    enough = len(delays) >= 3
    return {
        "median_delay": Fraction(median_low(delays)) if enough else None,
        "habitual_delay": Fraction(sorted(delays)[(len(delays) - 1) // 4]) if enough else None,
        "late_share": share(len([one for one in delays if one > 0]), len(delays)),
        "promise_keeping": share(found.promises_that_are("kept"), found.promises_judged),
        "dispute_share": share(found.invoices_disputed, found.invoices),
        "unfounded_share": share(found.disputes_unfounded, found.disputes_resolved),
        "unanswered": Fraction(found.unanswered) if found.contact_days else None,
        "oldest_days_past_due": Fraction(max([one.days_past_due or 0 for one in late], default=0))
        if issued
        else None,
        "overdue_share": Fraction(100 * sum(one.open.minor for one in late), whole)
        if whole
        else None,
        "history_days": Fraction((as_of - min(one.issued_on for one in issued)).days)
        if issued
        else None,
        "credit_rating": Fraction(max(ratings, key=lambda one: (one.on, one.id)).score)
        if ratings
        else None,
    }


def points_by_hand(value: Fraction) -> int:
    if value < -5:
        return -6
    return 100 if value >= 100 else value.numerator // value.denominator


@st.composite
def questions(draw: st.DrawFn) -> tuple[Account, dict[str, Any]]:
    account = draw(strategies.accounts())
    days = strategies.as_ofs(account)
    return account, {"as_of": draw(days), "known_on": draw(st.none() | days)}


@given(questions())
def test_score_is_what_a_hand_would_find(question: tuple[Account, dict[str, Any]]) -> None:
    account, asked = question
    values = by_hand(account, **asked)
    score = score_of(account, TABLE, **asked)
    weight = sum(WEIGHTS[name] for name, value in values.items() if value is not None)
    total = sum(
        WEIGHTS[name] * points_by_hand(value) for name, value in values.items() if value is not None
    )
    every = sum(WEIGHTS.values())
    event(f"known: {100 * weight // every // 20 * 20} percent")
    if 100 * weight >= 30 * every:
        assert score.exact == Fraction(total * every, weight)
    else:
        assert score.exact is None
    assert set(score.missing) == {
        "credit_rating (bureau)" if name == "credit_rating" else name
        for name, value in values.items()
        if value is None
    }


@given(questions())
def test_score_stays_within_what_the_table_can_give(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    every = card(*(looking_at(name) for name in OBSERVATIONS), least_known=0)
    score = score_of(account, every, **asked)
    assert len(score.lines) == len(OBSERVATIONS)
    for one in score.lines:
        assert (one.value is None) == (one.missing is not None) == (one.points is None)
    if score.value is not None:
        assert score.least <= score.value <= score.most


@given(questions(), st.integers(1, 40))
def test_what_happens_or_is_learnt_later_changes_nothing(
    question: tuple[Account, dict[str, Any]], days: int
) -> None:
    account, asked = question
    later = max(asked["as_of"], asked["known_on"] or asked["as_of"]) + timedelta(days)
    more = account.record(
        Invoice("later", later, due_on=later, total=euros(9)),
        Payment("later", later, amount=euros(9)),
        CreditRating("later", later, source="bureau", score=99),
        Insolvency("later", "liquidation", opened_on=later),
    )
    assert score_of(more, TABLE, **asked) == score_of(account, TABLE, **asked)


def test_score_of_nothing_known_is_no_verdict() -> None:
    score = score_of(told(), TABLE, as_of=END)
    assert isinstance(score, Score)
    assert [score.value, score.known] == [None, 0]
    assert attrs.evolve(score) == score
