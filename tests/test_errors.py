"""Errors keep their parts, say them in one order, and survive a trip to another process."""

from __future__ import annotations

import pickle
from datetime import date

import pytest

from recouvrement import (
    CurrencyMismatch,
    Fault,
    InvalidFact,
    InvalidInput,
    InvalidLaw,
    InvalidPolicy,
    OutsideCoverage,
    RecouvrementError,
)

SHAPED_ALIKE = [InvalidInput, InvalidFact, InvalidPolicy, InvalidLaw]
alike = pytest.mark.parametrize("kind", SHAPED_ALIKE)


def test_fault_reads_field_expected_and_got() -> None:
    assert str(Fault("as_of", "a date", "'today'")) == "as_of: expected a date, got 'today'"


def test_fault_begins_with_its_place_when_it_has_one() -> None:
    fault = Fault("level.when", "a condition", "'x ='", where="line 12")
    assert str(fault) == "line 12: level.when: expected a condition, got 'x ='"


@alike
def test_error_keeps_the_parts_of_its_message(kind: type[InvalidInput]) -> None:
    error = kind("as_of", "a date", "'today'", "line 3")
    assert (error.field, error.expected, error.got) == ("as_of", "a date", "'today'")
    assert error.where == "line 3"
    assert str(error) == "line 3: as_of: expected a date, got 'today'"
    assert error.faults == (Fault("as_of", "a date", "'today'", "line 3"),)


@alike
def test_error_carries_every_fault_and_its_parts_are_those_of_the_first(
    kind: type[InvalidInput],
) -> None:
    faults = (Fault("a", "one", "two"), Fault("b", "three", "four", "line 9"))
    error = kind.of(iter(faults))
    assert type(error) is kind
    assert error.faults == faults
    assert (error.field, error.where) == ("a", None)
    assert str(error) == "a: expected one, got two\nline 9: b: expected three, got four"


def test_error_of_no_fault_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        InvalidFact.of([])


@pytest.mark.parametrize(
    "error",
    [
        InvalidInput("a", "b", "c"),
        InvalidFact.of([Fault("a", "b", "c", "line 1"), Fault("d", "e", "f")]),
        InvalidPolicy("a", "b", "c", "line 7"),
        InvalidLaw("a", "b", "c"),
        CurrencyMismatch("EUR", "USD"),
        OutsideCoverage("holidays", date(2031, 1, 1), None, date(2030, 12, 31)),
    ],
    ids=lambda error: type(error).__name__,
)
def test_error_survives_a_trip_to_another_process(error: RecouvrementError) -> None:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 (our own bytes)
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert back.args == error.args
    assert vars(back) == vars(error)


@pytest.mark.parametrize(
    ("kind", "also"),
    [(one, ValueError) for one in (*SHAPED_ALIKE, CurrencyMismatch)]
    + [(OutsideCoverage, LookupError)],
)
def test_error_is_ours_and_the_one_python_programmers_expect(
    kind: type[Exception], also: type[Exception]
) -> None:
    assert issubclass(kind, RecouvrementError)
    assert issubclass(kind, also)


def test_mixture_of_currencies_names_both() -> None:
    error = CurrencyMismatch("EUR", "USD")
    assert (error.left, error.right) == ("EUR", "USD")
    assert str(error) == "expected one currency, got EUR and USD"


@pytest.mark.parametrize(
    ("since", "until", "covered"),
    [
        (date(2020, 1, 1), date(2030, 12, 31), "2020-01-01 to 2030-12-31"),
        (None, date(2030, 12, 31), "the beginning to 2030-12-31"),
        (date(2020, 1, 1), None, "2020-01-01 to the end"),
    ],
)
def test_date_outside_coverage_says_what_is_covered(
    since: date | None, until: date | None, covered: str
) -> None:
    error = OutsideCoverage("rates", date(2031, 1, 1), since, until)
    assert (error.what, error.on) == ("rates", date(2031, 1, 1))
    assert (error.since, error.until) == (since, until)
    assert str(error) == f"rates: nothing is known on 2031-01-01 (covered: {covered})"
