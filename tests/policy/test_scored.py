"""A policy may read the score of a debtor, by the table that the host gives."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from recouvrement import (
    Account,
    Debtor,
    InvalidInput,
    InvalidPolicy,
    Invoice,
    Money,
    decide,
    read_policy,
)
from recouvrement.policy import Policy, score_criterion
from recouvrement.position import Scorecard, ScoreCriterion, ScoreRange, score_of

DUE = date(2026, 3, 2)
CARD = Scorecard(
    "house",
    "1",
    criteria=[
        ScoreCriterion(
            "oldest_days_past_due",
            weight="1.5",
            ranges=[ScoreRange(9, below=31), ScoreRange("0.5", at_least=31)],
        )
    ],
)
TEXT = """
name = "house"
version = "1"
currency = "EUR"
for = ["business"]
[[hold]]
id = "good"
when = "score >= 13"
scope = "account"
[[level]]
id = "reminder"
when = "days_past_due >= 2"
do = "remind"
channel = "email"
"""


def policy(**given: Any) -> Policy:
    return read_policy(TEXT, criteria=[score_criterion(CARD, **given)])


def account() -> Account:
    invoice = Invoice("F-1", DUE - timedelta(30), due_on=DUE, total=Money.of(900, "EUR"))
    return Account.of(Debtor("C-17", "Atelier Vasseur", kind="business"), invoice)


@pytest.mark.parametrize(("late", "because"), [(30, ("good",)), (31, ("reminder",))])
def test_score_decides_by_its_whole_part(late: int, because: tuple[str, ...]) -> None:
    """9 × 1.5 = 13.5 through thirty days, 0.75 from then on."""
    as_of = DUE + timedelta(late)
    decision = decide(policy(), account(), as_of=as_of)
    assert decision.because == because
    assert (decision.action is None) is (late == 30)
    assert score_of(account(), CARD, as_of=as_of).value in {13.5, 0.75}


def test_score_that_is_undefined_compares_with_nothing() -> None:
    """Nothing was paid yet: the only criterion of the table has no value."""
    bands = [ScoreRange(9, below=10), ScoreRange(0, at_least=10)]
    habits = [ScoreCriterion("median_delay", weight=1, ranges=bands)]
    card = Scorecard("habits", "1", criteria=habits)
    as_of = DUE + timedelta(5)
    assert score_of(account(), card, as_of=as_of).value is None
    text = TEXT.replace("score >= 13", "score < 13 or score >= 13")
    decision = decide(read_policy(text, criteria=[score_criterion(card)]), account(), as_of=as_of)
    assert decision.because == ("reminder",)


def test_table_says_which_way_is_worse() -> None:
    assert [one.worse for one in policy(worse="down").criteria] == ["down"]
    assert policy().criteria[0].worse == "neither"


def test_score_needs_a_table() -> None:
    with pytest.raises(InvalidInput, match="card: expected a Scorecard, got str"):
        score_criterion("house")  # type: ignore[arg-type]
    with pytest.raises(InvalidPolicy, match="score"):
        read_policy(TEXT)
