"""The score as a measure: the position's own figure, line by line, with its certificate."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import Account, Debtor, InvalidInput, Invoice, Money
from recouvrement.kpi.scores import score
from recouvrement.position import RiskClass, Scorecard, ScoreCriterion, ScoreRange, score_of
from recouvrement.testing import strategies

DAY = date(2026, 3, 20)
LATE = ScoreCriterion(
    "oldest_days_past_due",
    weight=2,
    ranges=[
        ScoreRange(9, below=1),
        ScoreRange(4, at_least=1, below=31),
        ScoreRange(0, at_least=31),
    ],
)
DELAY = ScoreCriterion(
    "median_delay", weight=1, ranges=[ScoreRange(6, below=9), ScoreRange(0, at_least=9)]
)
CARD = Scorecard("house", "2026.1", criteria=[LATE, DELAY], classes=[RiskClass("all")])
ACCOUNT = Account.of(
    Debtor("C-17", "Atelier Vasseur"),
    Invoice("F-1", date(2026, 3, 1), due_on=date(2026, 3, 1), total=Money.of(900, "EUR")),
)


def test_score_is_shown_with_its_lines_and_its_certificate() -> None:
    measure = score(ACCOUNT, CARD, as_of=DAY)
    assert repr(measure) == (
        "<K23 behaviour score on 2026-03-20: 10.67 points, not known: median_delay>"
    )
    assert [one.criterion for one in measure.lines] == ["oldest_days_past_due", "median_delay"]
    assert dict(measure.perimeter.options) == {"scorecard": "house 2026.1"}
    assert measure.population == (("criteria", 2), ("criteria with a value", 1))
    assert [(name, str(figure)[:5]) for name, figure in measure.beside] == [
        *(("known, percent", "66.66"), ("least", "0"), ("most", "24")),
    ]
    assert measure.risk_class == RiskClass("all")
    assert measure.reconciles
    text = str(measure)
    assert "1 to below 31" in text
    assert text.startswith("K23 behaviour score\n")
    shown = measure._repr_html_()
    assert "<caption>K23 behaviour score of C-17</caption>" in shown
    assert "<td>fewer than 3 items paid</td>" in shown


def test_too_little_known_is_undefined() -> None:
    measure = score(ACCOUNT, Scorecard("house", "1", criteria=[DELAY]), as_of=DAY)
    assert measure.value is None
    assert measure.undefined == "only 0 percent of the weights have a value"


@pytest.mark.parametrize(
    ("account", "card", "field"),
    [([ACCOUNT], CARD, "account"), (ACCOUNT, "house", "card")],
)
def test_question_that_cannot_be_answered_names_the_argument(
    account: Any, card: Any, field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        score(account, card, as_of=DAY)
    assert caught.value.field == field


@given(strategies.accounts(), st.data())
def test_score_is_that_of_the_position(account: Account, data: st.DataObject) -> None:
    days = strategies.as_ofs(account)
    asked: dict[str, Any] = {"as_of": data.draw(days), "known_on": data.draw(st.none() | days)}
    measure, found = score(account, CARD, **asked), score_of(account, CARD, **asked)
    assert (measure.value, measure.exact, measure.undefined) == (
        *(found.value, found.exact, found.undefined),
    )
    assert measure.to_rows() == found.to_rows()
    assert measure.reconciles
