"""The table of a score: ranges total and disjoint, or refused with the line they stand on."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import InvalidFact, InvalidInput
from recouvrement.position import (
    RiskClass,
    Scorecard,
    ScoreCriterion,
    ScoreRange,
    read_scorecard,
    scorecard,
)

CARD = """\
name = "house"
version = "2026.1"
least_known = 40

[[criterion]]
of = "median_delay"
weight = 3
ranges = [
    { below = 1, points = 10 },
    { at_least = 1, below = 31, points = 5.5 },
    { at_least = 31, points = -2 },
]

[[criterion]]
of = "credit_rating"
source = "bureau"
valid_days = 365
weight = 1.5
ranges = [{ points = 4 }]

[[class]]
id = "C"
below = 20
limit_days = 0
terms_days = 0
note = "prepayment"

[[class]]
id = "A"
at_least = 20
limit_days = 60
"""
BANDS = (ScoreRange(10, below=1), ScoreRange(0, at_least=1))


def criterion(of: str = "median_delay", **other: Any) -> ScoreCriterion:
    return ScoreCriterion(of, **{"weight": 1, "ranges": BANDS, **other})


def test_document_becomes_the_table_it_states() -> None:
    card = read_scorecard(CARD)
    assert (card.name, card.version, card.least_known) == ("house", "2026.1", Decimal(40))
    delay, rating = card.criteria
    assert (delay.name, delay.weight, rating.name, rating.weight) == (
        *("median_delay", Decimal(3)),
        *("credit_rating (bureau)", Decimal("1.5")),
    )
    assert [(one.points, one.shown) for one in delay.ranges] == [
        (Decimal(10), "below 1"),
        (Decimal("5.5"), "1 to below 31"),
        (Decimal(-2), "31 or more"),
    ]
    assert [one.shown for one in rating.ranges] == ["any"]
    assert rating.valid_days == 365
    assert card.classes == (
        RiskClass("C", below=20, limit_days=0, terms_days=0, note="prepayment"),
        RiskClass("A", at_least=20, limit_days=60),
    )


def test_lists_are_kept_as_tuples() -> None:
    assert scorecard._ranges(list(BANDS)) == BANDS
    one, top = criterion(), RiskClass("A")
    assert scorecard._criteria([one]) == (one,)
    assert scorecard._classes([top]) == (top,)
    card = Scorecard("house", "1", criteria=[criterion(ranges=list(BANDS))], classes=[top])
    assert card.criteria == (one,)
    assert (card.criteria[0].ranges, card.classes) == (BANDS, (top,))


def test_table_without_classes_has_no_class_for_a_score() -> None:
    card = Scorecard("house", "1", criteria=[criterion()])
    assert card.least_known == Decimal(50)
    assert card.class_of(Fraction(3)) is None


def test_score_is_in_the_class_whose_lower_bound_it_reaches() -> None:
    card = read_scorecard(CARD)
    found = [card.class_of(value) for value in (Fraction(-5), Fraction(59, 3), Fraction(20))]
    assert [one and one.id for one in found] == ["C", "C", "A"]


@given(
    st.sets(st.decimals(-50, 50, places=2), max_size=6).map(sorted),
    st.fractions(-60, 60, max_denominator=300),
)
def test_every_value_is_in_exactly_one_range(cuts: list[Decimal], value: Fraction) -> None:
    edges = [None, *cuts, None]
    ranges = [
        ScoreRange(place, at_least=low, below=high)
        for place, (low, high) in enumerate(pairwise(edges))
    ]
    found = criterion(ranges=ranges).points_at(value)
    assert sum(one.holds(value) for one in ranges) == 1
    assert found.points == sum(cut <= value for cut in cuts)


# --- what is refused -----------------------------------------------------------------------------


def classed(*classes: RiskClass) -> Scorecard:
    bands = (ScoreRange(4, below=1), ScoreRange(0, at_least=1))
    return Scorecard("house", "1", criteria=[criterion(weight=2, ranges=bands)], classes=classes)


BUILT: dict[str, Any] = {
    "score_criterion.of: expected one of median_delay, habitual_delay, trend, late_share, "
    "promise_keeping, dispute_share, unfounded_share, answer_rate, unanswered, "
    "oldest_days_past_due, overdue_share, limit_use, history_days, returned_payments, "
    "proceedings, credit_rating, got 'age'": lambda: criterion("age"),
    "score_criterion.weight: expected more than 0, got 0": lambda: criterion(weight=0),
    "score_criterion.source: expected whose rating it is, got None": lambda: criterion(
        "credit_rating"
    ),
    "score_criterion.source: expected none beside trend, got 'bureau'": lambda: criterion(
        "trend", source="bureau"
    ),
    "score_criterion.valid_days: expected none beside trend, got 30": lambda: criterion(
        "trend", valid_days=30
    ),
    "score_criterion.valid_days: expected 0 days or more, got -1": lambda: criterion(
        "credit_rating", source="bureau", valid_days=-1
    ),
    "score_criterion.ranges: expected at least one range, got ()": lambda: criterion(ranges=[]),
    "score_criterion.ranges: expected a first range without at_least, got '1 or more'": (
        lambda: criterion(ranges=BANDS[1:])
    ),
    "score_criterion.ranges: expected a last range without below, got 'below 1'": (
        lambda: criterion(ranges=BANDS[:1])
    ),
    "score_criterion.ranges: expected ranges that begin where the one before ends (below 1), "
    "got '2 or more'": lambda: criterion(ranges=[BANDS[0], ScoreRange(0, at_least=2)]),
    "score_criterion.ranges: expected ranges that begin where the one before ends (any), "
    "got 'any'": lambda: criterion(ranges=[ScoreRange(0), ScoreRange(1)]),
    "score_criterion.ranges: expected ranges that end after they begin, got '1 to below 1'": (
        lambda: criterion(ranges=[BANDS[0], ScoreRange(3, at_least=1, below=1), BANDS[1]])
    ),
    "risk_class.limit_days: expected 0 days or more, got -1": lambda: RiskClass("A", limit_days=-1),
    "risk_class.terms_days: expected 0 days or more, got -1": lambda: RiskClass("A", terms_days=-1),
    "scorecard.criteria: expected at least one criterion, got ()": lambda: Scorecard(
        "house", "1", criteria=[]
    ),
    "scorecard.criteria: expected each of them once, got 'trend'": lambda: Scorecard(
        "house", "1", criteria=[criterion("trend"), criterion("trend")]
    ),
    "scorecard.least_known: expected a percentage from 0 to 100, got 101": lambda: Scorecard(
        "house", "1", criteria=[criterion()], least_known=101
    ),
    "scorecard.classes: expected a last range without below, got 'below 3'": lambda: Scorecard(
        "house", "1", criteria=[criterion()], classes=[RiskClass("A", below=Decimal(3))]
    ),
    "scorecard.classes: expected each id once, got 'A'": lambda: classed(
        RiskClass("A", below=Decimal(3)), RiskClass("A", at_least=Decimal(3))
    ),
    "scorecard.classes: expected classes that a score of 0 to 8 may fall into, got '9 or more'": (
        lambda: classed(RiskClass("B", below=Decimal(9)), RiskClass("A", at_least=Decimal(9)))
    ),
    "scorecard.classes: expected classes that a score of 0 to 8 may fall into, got 'below 0'": (
        lambda: classed(RiskClass("B", below=Decimal(0)), RiskClass("A", at_least=Decimal(0)))
    ),
}


@pytest.mark.parametrize("message", BUILT)
def test_value_that_leaves_a_hole_or_an_overlap_is_refused(message: str) -> None:
    with pytest.raises(InvalidFact) as caught:
        BUILT[message]()
    assert str(caught.value) == message


WRITTEN = [
    (
        ("below = 31", "below = 30"),
        ["line 8: criterion.1.ranges: expected ranges that begin where"],
    ),
    (("weight = 3", "weight = 0"), ["line 7: criterion.1.weight: expected more than 0, got 0"]),
    (
        ("weight = 3\n", ""),
        ["line 5: criterion.1.weight: expected text, a whole number or a Decimal, got None"],
    ),
    (("points = 5.5", "points = nan"), ["line 10: criterion.1.ranges.2.points: expected a finite"]),
    (
        ("points = 5.5", "score = 5.5"),
        [
            "line 10: criterion.1.ranges.2.score: expected one of",
            "line 10: criterion.1.ranges.2.points: expected text, a whole number or a Decimal, got",
        ],
    ),
    (("points = 4", "points = true"), ["line 19: criterion.2.ranges.1.points: expected text, a"]),
    (('of = "median_delay"', "of = 3"), ["line 6: criterion.1.of: expected some text, got 3"]),
    (
        ("ranges = [{ points = 4 }]", "ranges = 4"),
        [
            "line 19: criterion.2.ranges: expected tables, got 4",
            "line 19: criterion.2.ranges: expected at least one range, got ()",
        ],
    ),
    (("ranges = [{ points = 4 }]", ""), ["line 14: criterion.2.ranges: expected at least one"]),
    (("least_known = 40", "least_known = 140"), ["line 3: least_known: expected a percentage"]),
    (('name = "house"', ""), ["name: expected some text, got None"]),
    (("below = 20", "below = 21"), ["classes: expected ranges that begin where the one before"]),
    (("limit_days = 60", "limit_days = 6.5"), ["line 31: class.2.limit_days: expected a value of"]),
    (("[[class]]", "[[klass]]"), ["line 21: klass: expected one of name, version, least_known"]),
    (
        ("weight", "weigh"),
        [
            "line 7: criterion.1.weigh: expected one of of, source, valid_days, weight, ranges",
            "line 5: criterion.1.weight: expected text",
            "line 18: criterion.2.weigh: expected one of",
            "line 14: criterion.2.weight: expected text",
        ],
    ),
    (("= 3\n", "= = 3\n"), ["line 7: scorecard: expected a TOML document"]),
]


@pytest.mark.parametrize(("change", "messages"), WRITTEN)
def test_fault_of_a_document_names_its_line_and_its_key(
    change: tuple[str, str], messages: list[str]
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_scorecard(CARD.replace(*change))
    told = str(caught.value).splitlines()
    assert len(told) == len(messages), told
    for line, message in zip(told, messages, strict=True):
        assert line.startswith(message), line


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        read_scorecard(3)  # type: ignore[arg-type]
    assert caught.value.field == "scorecard"
