"""The points of a worklist: what a credit manager may add up, what it weighs, what is refused."""

from __future__ import annotations

import warnings
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recouvrement import InvalidInput
from recouvrement.policy import CRITERIA, Criterion, CriterionType, Scope
from recouvrement.policy.condition import MAX_DEPTH, MAX_LENGTH
from recouvrement.policy.points import Points, read_points


def read(text: object, **options: Any) -> Points:
    return read_points(text, **{"currency": "EUR", **options})


def refused(text: object, **options: Any) -> InvalidInput:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Python must have nothing to remark on the text either
        with pytest.raises(InvalidInput) as caught:
            read(text, **options)
    assert type(caught.value) is InvalidInput
    assert caught.value.field == "points"
    return caught.value


def exact(points: Points) -> dict[str, Fraction]:
    """What one unit of each criterion is worth."""
    return {name: Fraction(weight, points.denominator) for name, weight in points.terms}


def own(name: str, **options: Any) -> Criterion:
    """A criterion that a host adds."""
    options = {"doc": "A figure of the host.", "read": lambda *_: 1, **options}
    return Criterion(name, CriterionType.INTEGER, **options)


# --- what may be written -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "weights", "denominator"),
    [
        ("oldest_days_past_due", {"oldest_days_past_due": 1}, 1),
        ("2 * oldest_days_past_due", {"oldest_days_past_due": 2}, 1),
        ("oldest_days_past_due * 2", {"oldest_days_past_due": 2}, 1),
        ("-broken_promises", {"broken_promises": -1}, 1),
        ("-3 * broken_promises", {"broken_promises": -3}, 1),
        ("broken_promises * -3", {"broken_promises": -3}, 1),
        ("50 * vip - 10 * insolvent", {"insolvent": -10, "vip": 50}, 1),
        ("collectable / EUR(1)", {"collectable": 1}, 100),
        ("collectable / EUR(0.01)", {"collectable": 1}, 1),
        ("5 * collectable / EUR(1_000)", {"collectable": 1}, 20_000),
        ("collectable / EUR(1_000) * 5", {"collectable": 1}, 20_000),
        ("5 * (collectable / EUR(1_000))", {"collectable": 1}, 20_000),
        ("(collectable - unapplied) / EUR(10)", {"collectable": 1, "unapplied": -1}, 1000),
        ("3 * (vip + broken_promises)", {"broken_promises": 3, "vip": 3}, 1),
        ("vip + vip", {"vip": 2}, 1),
        ("2 * 3 * vip * 2", {"vip": 12}, 1),
        ("(1 + 1) * (vip - insolvent)", {"insolvent": -2, "vip": 2}, 1),
        (
            "collectable / EUR(1_000) + 2 * oldest_days_past_due + 30 * broken_promises",
            {"broken_promises": 3_000_000, "collectable": 1, "oldest_days_past_due": 200_000},
            100_000,
        ),
        (
            "collectable / EUR(6) - open / EUR(4)",
            {"collectable": 2, "open": -3},
            1200,
        ),
    ],
)
def test_each_form_is_read_into_whole_weights_over_one_denominator(
    text: str, weights: dict[str, int], denominator: int
) -> None:
    points = read(text)
    assert (points.weights, points.denominator, points.constant) == (weights, denominator, 0)
    assert points.text == text
    assert points.criteria == frozenset(weights)


def test_number_that_stands_alone_counts_for_every_account() -> None:
    points = read("100 + collectable / EUR(10) - 2 * 3")
    assert (points.weights, points.constant, points.denominator) == (
        {"collectable": 1},
        94_000,
        1000,
    )
    assert points.of({}) == 94_000


def test_what_weighs_nothing_is_not_read() -> None:
    assert read("0 * vip + broken_promises - broken_promises").weights == {}


def test_points_may_run_over_several_lines() -> None:
    assert read("\n  collectable / EUR(10)\n\t+ vip\n").text == "collectable / EUR(10)  + vip"


def test_two_equal_texts_are_two_equal_values() -> None:
    assert read("2 * vip") == read("2 * vip")
    assert hash(read("2 * vip")) == hash(read("2 * vip"))
    assert read("2 * vip") != read("vip + vip")  # not written alike


def test_longest_sum_is_no_deeper_than_a_short_one() -> None:
    assert read(" + ".join(["vip"] * 60)).weights == {"vip": 60}


def test_host_adds_its_own_criteria_and_item_ones_that_stand_for_the_account() -> None:
    risk = own("risk", scope=Scope.ACCOUNT)
    assert read("3 * risk", criteria={**CRITERIA, "risk": risk}).weights == {"risk": 3}
    worst = own("worst", aggregates="max")
    assert read("3 * worst", criteria={"worst": worst}).weights == {"worst": 3}
    error = refused("3 * worst", criteria={"worst": own("worst")})
    assert error.expected == "an account criterion, such as collectable"


# --- what values are worth -----------------------------------------------------------------------


def test_of_counts_flags_as_one_and_what_is_absent_as_nothing() -> None:
    points = read("collectable / EUR(1_000) + 2 * oldest_days_past_due + 50 * vip")
    given: dict[str, Any] = {"collectable": 150_000, "oldest_days_past_due": None, "vip": True}
    assert Fraction(points.of(given), points.denominator) == Fraction(515, 10)
    assert points.of({"vip": False}) == 0


@given(
    st.integers(0, 10**12), st.integers(-400, 4000), st.integers(-99, 99), st.integers(1, 99_999)
)
def test_of_is_the_sum_that_a_person_works_out_by_hand(
    minor: int, days: int, times: int, unit: int
) -> None:
    points = read(f"collectable / EUR({unit}) + {times} * oldest_days_past_due")
    by_hand = Fraction(minor, 100 * unit) + times * days
    values = {"collectable": minor, "oldest_days_past_due": days}
    assert Fraction(points.of(values), points.denominator) == by_hand


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "got"),
    [
        (None, "points such as 2 * oldest_days_past_due", "nothing"),
        (7, "points such as 2 * oldest_days_past_due", "7"),
        (" ", "points such as 2 * oldest_days_past_due", "' '"),
        ("vip +", "points that can be read", "'vip +' (invalid syntax)"),
        ("late", "a criterion, one of broken_promises, ", "'late'"),
        ("days_past_due", "an account criterion, such as oldest_days_past_due", "about one item"),
        (
            "2 * segment",
            "a criterion that is a number, an amount, true or false",
            "'segment' (word)",
        ),
        ("collectable", "divided by an amount, such as collectable / EUR(1_000)", "'collectable'"),
        ("2 * open", "such as 2 * open / EUR(1_000)", "'2 * open'"),
        ("vip + open", "such as open / EUR(1_000)", "'open'"),
        ("open - 5", "such as open / EUR(1_000)", "'open'"),
        (
            "vip / EUR(5)",
            "an amount / an amount, such as collectable / EUR(1_000)",
            "'vip / EUR(5)'",
        ),
        ("open / 5", "an amount / an amount", "'open / 5'"),
        ("vip / 2", "an amount / an amount", "'vip / 2'"),
        ("open / USD(5)", "an amount / an amount", "'open / USD(5)'"),
        ("open / EUR(-5)", "an amount / an amount", "'open / EUR(-5)'"),
        ("open / EUR(True)", "an amount / an amount", "'open / EUR(True)'"),
        ("open / EUR('5')", "an amount / an amount", "EUR('5')"),
        ("open / EUR(5, 6)", "an amount / an amount", "EUR(5, 6)"),
        ("open / EUR(0)", "an amount above 0 to divide by", "'EUR(0)'"),
        ("open / EUR(0.001)", "an amount in EUR, at most 2 decimals in EUR", "0.001"),
        ("EUR(5)", "criteria times whole numbers and amounts / amounts", "'EUR(5)'"),
        ("vip * broken_promises", "a criterion times a whole number", "'vip * broken_promises'"),
        ("2.5 * vip", "criteria times whole numbers", "'2.5'"),
        ("True * vip", "criteria times whole numbers", "'True'"),
        ("-vip * -vip", "a criterion times a whole number", "'-vip * -vip'"),
        ("1.5", "criteria times whole numbers", "'1.5'"),
        ("True", "criteria times whole numbers", "'True'"),
        ("+vip", "criteria times whole numbers", "'+vip'"),
        ("vip ** 2", "criteria times whole numbers", "'vip ** 2'"),
        ("vip // 2", "criteria times whole numbers", "'vip // 2'"),
        ("vip > 2", "criteria times whole numbers", "'vip > 2'"),
        ("max(vip, insolvent)", "criteria times whole numbers", "'max(vip, insolvent)'"),
        ("a.b", "criteria times whole numbers", "'a.b'"),
        ("0x10 * vip", "numbers in plain digits", "'0x10'"),
        ("vip # all", "plain characters, without escapes or comments", "'#'"),
        ("(" * 14 + "vip" + ")" * 14, f"at most {MAX_DEPTH} levels of nesting", "vip"),
        ("2 * " * 14 + "vip", f"at most {MAX_DEPTH} levels of nesting", "2 * 2"),
        ("vip + " * 80 + "vip", f"at most {MAX_LENGTH} characters", "483"),
    ],
)
def test_what_is_refused_says_what_was_expected_and_what_came(
    text: object, expected: str, got: str
) -> None:
    error = refused(text)
    assert expected in error.expected
    assert got in error.got


def test_only_criteria_that_can_be_weighed_are_offered() -> None:
    offered = refused("late").expected.removeprefix("a criterion, one of ").split(", ")
    assert offered == sorted(offered)
    assert {"collectable", "oldest_days_past_due", "vip"} <= set(offered)
    assert {"segment", "days_past_due", "tags"}.isdisjoint(offered)


PIECES = st.sampled_from(
    [
        *(one for one in sorted(CRITERIA)),
        *("2", "1_000", "0.5", "EUR(10)", "EUR(0)", "USD(1)", "True", "'a'", "x.y", "f()"),
        *(" + ", " - ", " * ", " / ", " // ", "(", ")", "-", " ", ",", "\n", "[", "lambda:"),
    ]
)


@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40))
@example("(" * 200)
@example("9" * 399)
@example("-" * 399 + "1")
def test_any_text_is_read_or_refused_and_nothing_else_comes_out(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            points = read(text)
        except InvalidInput:
            return
    assert points.denominator >= 1
    assert all(weight for _, weight in points.terms)
    assert points.of(dict.fromkeys(points.weights, 0)) == points.constant
