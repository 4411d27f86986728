"""Credit advice: exposure against limit, a proposal that explains itself and applies nothing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Conventions,
    Debtor,
    ExchangeRate,
    ExchangeRates,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.position import (
    CreditAdvice,
    RiskClass,
    Scorecard,
    ScoreCriterion,
    ScoreRange,
    credit_advice,
)
from recouvrement.testing import strategies

DAY = date(2026, 3, 1)
END = date(2026, 12, 31)
LATE = ScoreCriterion(
    "oldest_days_past_due", weight=1, ranges=[ScoreRange(10, below=1), ScoreRange(0, at_least=1)]
)
DELAY = ScoreCriterion("median_delay", weight=1, ranges=[ScoreRange(0)])
CLASSES = (
    RiskClass("C", below=Decimal(5), limit_days=0, terms_days=0, note="prepayment"),
    RiskClass("A", at_least=Decimal(5), limit_days=60, terms_days=30),
)
CARD = Scorecard("house", "1", criteria=[LATE, DELAY], classes=CLASSES)


def euros(amount: Any) -> Money:
    return Money.of(amount, "EUR")


def bought(name: str, on: date, amount: int, **other: Any) -> Invoice:
    return Invoice(name, on, **{"due_on": END, "total": euros(amount), **other})


def advised(*facts: Fact, limit: Any = None, card: Any = CARD, **asked: Any) -> CreditAdvice:
    account = Account.of(Debtor("C-1", "Atelier Vasseur", credit_limit=limit), *facts)
    return credit_advice(account, card, **{"as_of": END, **asked})


YEAR_OF_PURCHASES = (bought("F-1", date(2025, 6, 1), 10), bought("F-2", DAY, 3650))


@pytest.mark.parametrize(
    ("limit", "proposal"),
    [(None, "set"), (euros(600), "keep"), (euros(500), "raise"), (euros(700), "lower")],
)
def test_limit_proposed_is_so_many_days_of_the_debtors_own_purchases(
    limit: Money | None, proposal: str
) -> None:
    advice = advised(*YEAR_OF_PURCHASES, limit=limit)
    assert (advice.purchases, advice.purchase_days) == (euros(3650), 365)
    assert (advice.proposed_limit, advice.proposed_terms_days) == (euros(600), 30)
    assert (advice.proposal, advice.limit) == (proposal, limit)
    assert advice.reasons == (
        "score 10.00 of 0 to 10, class A (5 or more)",
        "not known: median_delay",
        "purchases of 3650.00 EUR in 365 days, for 60 days of them",
    )


def test_limit_proposed_is_rounded_down_to_a_step() -> None:
    facts = (*YEAR_OF_PURCHASES, bought("F-3", DAY, 900))
    assert advised(*facts).proposed_limit == euros("747.94")
    assert advised(*facts, step=euros(500)).proposed_limit == euros(500)


def test_class_of_a_bad_score_proposes_no_credit_and_its_note() -> None:
    late = bought("F-3", DAY, 900, due_on=DAY)
    advice = advised(*YEAR_OF_PURCHASES, late, limit=euros(100))
    assert (advice.proposed_limit, advice.proposed_terms_days) == (euros(0), 0)
    assert advice.proposal == "lower"
    assert "prepayment" in advice.reasons


def test_exposure_is_against_the_limit_and_what_is_left_may_be_negative() -> None:
    facts = [
        bought("F-1", DAY, 900, due_on=DAY),
        bought("F-2", DAY, 600),
        Payment("P-1", DAY, amount=euros(300)),
    ]
    by_hand = Conventions(application="explicit_only")
    advice = advised(*facts, limit=euros(1000), conventions=by_hand)
    assert (advice.exposure, advice.overdue) == (euros(1200), euros(900))
    assert (advice.use, advice.headroom) == (Decimal(120), euros(-200))
    credit = advised(facts[2], limit=euros(1000), conventions=by_hand)
    assert (credit.exposure, credit.use, credit.headroom) == (euros(0), Decimal(0), euros(1000))
    assert advised(*facts, limit=euros(0)).use is None
    assert advised(*facts, limit=None).headroom is None


@pytest.mark.parametrize(
    ("card", "facts", "reasons"),
    [
        (None, YEAR_OF_PURCHASES, ("no table of scores was given",)),
        (CARD, (), ("no score: only 0 percent of the weights have a value",)),
        (
            Scorecard("house", "1", criteria=[LATE]),
            YEAR_OF_PURCHASES,
            ("the table house has no classes",),
        ),
        (
            Scorecard("house", "1", criteria=[LATE], classes=[RiskClass("all")]),
            YEAR_OF_PURCHASES,
            ("score 10.00 of 0 to 10, class all (any)",),
        ),
    ],
)
def test_without_a_ground_nothing_is_proposed_and_it_says_why(
    card: Any, facts: Any, reasons: tuple[str, ...]
) -> None:
    advice = advised(*facts, card=card)
    assert (advice.proposal, advice.proposed_limit) == ("none", None)
    assert advice.proposed_terms_days is None
    assert advice.reasons == reasons


def test_less_than_90_days_of_history_say_nothing_of_a_year() -> None:
    start = END - timedelta(89)
    young = advised(bought("F-1", start, 900), as_of=END - timedelta(1))
    assert (young.purchase_days, young.proposal) == (89, "none")
    assert young.reasons[-1] == "89 days of purchases, fewer than 90"
    old_enough = advised(bought("F-1", start, 900))
    assert (old_enough.purchase_days, old_enough.proposed_limit) == (90, euros(600))


def test_purchases_are_sales_of_the_last_365_days() -> None:
    facts = (
        bought("F-0", END - timedelta(365), 10),
        bought("F-1", END - timedelta(364), 365),
        bought("F-2", DAY, 50, kind="opening"),
    )
    assert advised(*facts).purchases == euros(365)


def test_other_currencies_are_converted_or_nothing_is_proposed() -> None:
    dollars = bought("F-3", DAY, 1, total=Money.of(100, "USD"))
    rate = ExchangeRate("USD", "EUR", since=DAY, value=Decimal("0.5"))
    rated = advised(dollars, conventions=Conventions(rates=ExchangeRates.of(rate)))
    assert (rated.exposure, rated.purchases) == (euros(50), euros(50))
    unrated = advised(dollars, *YEAR_OF_PURCHASES, limit=euros(100))
    assert (unrated.exposure, unrated.overdue, unrated.purchases) == (None, None, None)
    assert (unrated.use, unrated.headroom, unrated.proposed_limit) == (None, None, None)
    assert (unrated.proposal.value, unrated.proposed_terms_days) == ("none", None)
    assert unrated.reasons[-1].startswith("amounts are not known: exchange rate USD to EUR")
    assert "exposure" not in [row["line"] for row in unrated.to_rows()]
    own = advised(dollars, limit=Money.of(200, "USD"))
    assert (own.exposure, own.use) == (Money.of(100, "USD"), Decimal(50))
    assert advised(dollars, currency="USD").exposure == Money.of(100, "USD")


def test_rows_show_the_figures_then_the_reasons() -> None:
    advice = advised(*YEAR_OF_PURCHASES, limit=euros(7320))
    assert [tuple(row.values()) for row in advice.to_rows()] == [
        ("exposure", euros(3660)),
        ("overdue", euros(0)),
        ("limit", euros(7320)),
        ("use, percent", Decimal("50.00")),
        ("headroom", euros(3660)),
        ("purchases of 365 days", euros(3650)),
        ("score", Decimal(10)),
        ("proposal", "lower"),
        ("proposed limit", euros(600)),
        ("proposed terms, days", 30),
        *(("because", reason) for reason in advice.reasons),
    ]
    assert "<caption>C-1 as of 2026-12-31: credit</caption>" in advice._repr_html_()
    assert [row["line"] for row in advised(card=None).to_rows()] == [
        *("exposure", "overdue", "purchases of 0 days", "proposal", "because"),
    ]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"card": "house"}, "card"),
        ({"step": Money.of(5, "USD")}, "step"),
        ({"step": euros(0)}, "step"),
        ({"step": 500}, "step"),
        ({"as_of": "today"}, "as_of"),
    ],
)
def test_question_that_cannot_be_answered_names_the_argument(asked: Any, field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        advised(**asked)
    assert caught.value.field == field


@given(strategies.accounts(), st.data())
def test_advice_is_what_a_hand_would_find(account: Account, data: st.DataObject) -> None:
    as_of = data.draw(strategies.as_ofs(account)) + timedelta(data.draw(st.sampled_from([0, 90])))
    limit = Money(100_000, "EUR")
    debtor = Debtor("C-1", "Atelier Vasseur", credit_limit=limit)
    account = Account.of(debtor, *account.facts)
    advice = credit_advice(account, CARD, as_of=as_of)
    position = position_of(account, as_of=as_of)
    due = position.amount_of("open", "EUR").minor
    netted = sum(one.minor for one in position.nettable)
    assert advice.exposure is not None
    assert advice.overdue is not None
    assert advice.purchases is not None
    assert advice.exposure.minor == max(0, due - netted)
    assert advice.headroom == limit - advice.exposure
    assert advice.use is not None
    assert Fraction(advice.use) == Fraction(advice.exposure.minor, 1000)
    assert advice.overdue.minor == sum(
        one.open.minor for one in position.open_items if (one.days_past_due or 0) > 0
    )
    issued = [one for one in account.invoices if one.issued_on <= as_of]
    event(f"proposal: {advice.proposal}")
    if advice.proposed_limit is not None and advice.score is not None:
        first = min(one.issued_on for one in issued)
        days = min(365, (as_of - first).days + 1)
        total = sum(
            one.total.minor
            for one in issued
            if one.is_sale and one.issued_on > as_of - timedelta(365)
        )
        good = advice.overdue.minor == 0
        assert advice.proposed_limit.minor == (total * 60 // days if good else 0)
        assert days >= 90
