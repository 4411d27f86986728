"""Rows in time: which one holds on a day, and what is wrong between neighbours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import OutsideCoverage
from recouvrement.law import Label, Row, Source
from recouvrement.law.timeline import (
    disorder,
    in_force,
    semester_after,
    semester_end,
    semester_of,
)

SOURCE = Source("art. 1", "the text", published="the gazette", read_on=date(2026, 1, 2))


def row(value: int, since: str | None = None, until: str | None = None) -> Row:
    return Row(
        name="sum",
        value=value,
        source=SOURCE,
        label=Label.SOURCED,
        verified_until=date(2026, 12, 31),
        since=None if since is None else date.fromisoformat(since),
        until=None if until is None else date.fromisoformat(until),
    )


IN_ORDER = [row(1, until="2009-12-31"), row(2, "2010-01-01"), row(3, "2020-05-05", "2024-12-31")]


@pytest.mark.parametrize(
    ("day", "value"),
    [
        ("1900-01-01", 1),
        ("2009-12-31", 1),
        ("2010-01-01", 2),
        ("2020-05-04", 2),
        ("2020-05-05", 3),
        ("2024-12-31", 3),
    ],
)
def test_row_holds_until_the_next_one_or_its_own_end(day: str, value: int) -> None:
    assert in_force(IN_ORDER, date.fromisoformat(day), "sum").value == value


@pytest.mark.parametrize(
    ("rows", "day"),
    [
        (IN_ORDER, "2025-01-01"),
        (IN_ORDER[1:], "2009-12-31"),
        ([row(1, "2010-01-01", "2010-06-30"), row(2, "2011-01-01")], "2010-07-01"),
        ([], "2026-01-01"),
    ],
)
def test_day_that_no_row_holds_is_refused(rows: list[Row], day: str) -> None:
    with pytest.raises(OutsideCoverage, match="the sum: nothing is known on"):
        in_force(rows, date.fromisoformat(day), "the sum")


def test_rows_in_order_have_nothing_wrong() -> None:
    assert list(disorder(IN_ORDER)) == []
    assert list(disorder([])) == []


@pytest.mark.parametrize(
    ("rows", "place", "expected", "got"),
    [
        (
            [row(1, "2010-01-01"), row(2, "2009-01-01")],
            1,
            "a later date than the row before, 2010-01-01",
            "2009-01-01",
        ),
        (
            [row(1, "2010-01-01"), row(2, "2010-01-01")],
            1,
            "a later date than the row before, 2010-01-01",
            "2010-01-01",
        ),
        (
            [row(1, "2010-01-01", "2010-12-31"), row(2, "2010-12-31")],
            1,
            "2011-01-01, the day after the row before ends",
            "2010-12-31 (an overlap)",
        ),
        (
            [row(1, "2010-01-01", "2010-12-31"), row(2, "2011-01-02")],
            1,
            "2011-01-01, the day after the row before ends",
            "2011-01-02 (a gap)",
        ),
        (
            [row(1), row(2)],
            1,
            "a date since which it holds: only the first row may have none",
            "nothing",
        ),
        (
            [row(1, "2010-01-02", "2010-01-01")],
            0,
            "until on or after since 2010-01-02",
            "2010-01-01",
        ),
    ],
)
def test_what_is_wrong_between_neighbours_is_told_at_the_later_one(
    rows: list[Row], place: int, expected: str, got: str
) -> None:
    assert list(disorder(rows)) == [(place, expected, got)]


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_day_is_in_its_semester(day: date) -> None:
    first = semester_of(day)
    assert first <= day <= semester_end(first)
    assert semester_end(first) + timedelta(days=1) == semester_after(first)
    assert semester_of(first) == first


def test_caveats_follow_from_label_and_day() -> None:
    one = row(1)
    day = one.verified_until
    assert one.caveats_on(None) == one.caveats_on(day) == ()
    (late,) = one.caveats_on(day + timedelta(days=1))
    assert (late.code, late.article) == ("after_verified_until", "art. 1")
    assert late.value("verified_until") == day
    for label, code in ((Label.SECONDARY, "secondary_source"), (Label.MEMORY, "from_memory")):
        (caveat,) = evolve(one, label=label).caveats_on(None)
        assert (caveat.code, caveat.value("title"), caveat.value("x")) == (code, "the text", None)
