"""Cells part every criterion's values, and no condition tells two values of one cell apart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.documents_drawn import conditions
from tests.policy.interpreter import is_true

from recouvrement import Money
from recouvrement.policy import CRITERIA, Criterion, CriterionType
from recouvrement.policy.condition import Node, leaves_of, read_condition
from recouvrement.policy.proofs.cells import (
    Absent,
    Axis,
    Cell,
    OtherWord,
    Span,
    Truth,
    Word,
    axes_of,
    key_of,
    truth,
)

nodes = conditions().map(lambda text: read_condition(text, currency="EUR").node)


def read(text: str) -> Node:
    return read_condition(text, currency="EUR").node


def axis_of(text: str, **options: Any) -> Axis:
    """The only axis of a condition."""
    (axis,) = axes_of([read(text)], **options)
    return axis


def cells_of(text: str, **options: Any) -> list[str]:
    return [str(cell) for cell in axis_of(text, **options).cells]


def values_of(criterion: Criterion) -> st.SearchStrategy[Any]:
    """Values that a criterion can have, as conditions compare them."""
    match criterion.type:
        case CriterionType.INTEGER:
            low = -60 if criterion.least is None else criterion.least
            found: st.SearchStrategy[Any] = st.integers(low, min(criterion.most or 60, 60))
        case CriterionType.MONEY:
            found = st.integers(0, 200_000)
        case CriterionType.FLAG:
            found = st.booleans()
        case CriterionType.WORD:
            known = tuple(map(str, criterion.words)) or ("a", "b", "c", "level-0", "level-1")
            found = st.sampled_from(known)
        case CriterionType.WORDS:
            found = st.frozensets(st.sampled_from(("audit", "legal")))
    return st.none() | found if criterion.absent else found


# --- what the cells are --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("days_past_due >= 2", ["..1", "2..", "absent"]),
        ("days_past_due < 2", ["..1", "2..", "absent"]),
        ("days_past_due > 2", ["..2", "3..", "absent"]),
        ("days_past_due <= 2", ["..2", "3..", "absent"]),
        ("days_past_due == 2", ["..1", "2", "3..", "absent"]),
        ("2 <= days_past_due < 10 or days_past_due != 30", [
            "..1", "2..9", "10..29", "30", "31..", "absent",
        ]),
        ("reminders >= 3", ["0..2", "3.."]),
        ("reminders >= 0", ["0.."]),
        ("contacts_30d > 30 or contacts_30d <= 2", ["0..2", "3..30"]),
        ("vip", ["false", "true"]),
        ("vip == True", ["false", "true"]),
        ("segment in ('a', 'b')", ["'a'", "'b'", "not 'a', 'b'", "absent"]),
        ("plan_state == 'late'", ["'on_track'", "'late'", "'defaulted'", "absent"]),
        ("'audit' in tags", ["false", "true"]),
    ],
)  # fmt: skip
def test_axis_is_cut_where_rules_cut_it(text: str, cells: list[str]) -> None:
    assert cells_of(text) == cells


def test_amounts_are_cut_in_cents_of_the_policy() -> None:
    assert cells_of("collectable >= EUR(12.50)", currency="EUR") == [
        "0.00 EUR..12.49 EUR",
        "12.50 EUR..",
    ]


def test_words_that_only_the_caller_knows_are_all_cells() -> None:
    words = {"level_reached": ("call", "letter")}
    assert cells_of("level_reached == 'call'", words=words) == ["'call'", "'letter'", "absent"]


def test_further_cuts_and_further_criteria_are_asked_for() -> None:
    axes = axes_of([read("vip")], cuts={"reminders": (1,), "silence": (1,)}, also=("reminders",))
    assert [axis.name for axis in axes] == ["vip", "reminders"]
    assert [str(cell) for cell in axes[1].cells] == ["0", "1.."]


def test_each_word_among_others_has_an_axis_of_its_own() -> None:
    axes = axes_of([read("'audit' in tags or 'legal' not in tags")])
    assert [axis.key for axis in axes] == [("tags", "audit"), ("tags", "legal")]
    assert axes[1].place(frozenset({"legal"})) == 1
    assert axes[1].place(frozenset({"audit"})) == 0


def test_kin_are_cut_alike_mirrored_where_their_sign_is() -> None:
    axes = axes_of(
        [read("days_past_due >= 2 and days_until_due >= 1 and vip")],
        kin=[{"days_past_due": 1, "days_until_due": -1, "oldest_days_past_due": 1}],
    )
    assert [str(cell) for cell in axes[0].cells] == ["..-1", "0..1", "2..", "absent"]
    assert [str(cell) for cell in axes[1].cells] == ["..-2", "-1..0", "1..", "absent"]


def test_another_word_is_none_of_those_named() -> None:
    axis = axis_of("segment in ('other', 'other-other')")
    assert axis.cells[2].value not in ("other", "other-other")


@pytest.mark.parametrize(
    ("cell", "inside", "outside"),
    [
        (Span(2, 9), (2, 9), (1, 10, None, "a")),
        (Span(None, 9), (-100, 9), (10,)),
        (Span(2, None), (2, 1000), (1,)),
        (Word("a"), ("a",), ("b", None)),
        (OtherWord(("a",), "other"), ("b",), ("a", None)),
        (Truth(value=True), (True,), (False,)),
        (Truth(value=False), (False,), (True,)),
        (Absent(), (None,), (0, "")),
    ],
)
def test_cell_has_its_values_and_no_other(
    cell: Cell, inside: tuple[object, ...], outside: tuple[object, ...]
) -> None:
    assert all(map(cell.has, (*inside, cell.value)))
    assert not any(map(cell.has, outside))


@pytest.mark.parametrize(
    ("span", "value"),
    [(Span(None, None), 0), (Span(None, -3), -3), (Span(2, None), 2), (Span(-9, -2), -2)],
)
def test_value_of_a_span_is_the_bound_nearest_to_zero(span: Span, value: int) -> None:
    assert span.value == value


# --- and what they are for -----------------------------------------------------------------------


@given(nodes, st.data())
def test_every_value_lies_in_exactly_one_cell(node: Node, data: st.DataObject) -> None:
    for axis in axes_of([node]):
        value = data.draw(values_of(CRITERIA[axis.name]))
        if axis.key[1] is None:
            assert sum(cell.has(value) for cell in axis.cells) == 1
        place = axis.place(value)
        assert axis.cells[place].has(value if axis.key[1] is None else axis.key[1] in value)


@given(nodes, st.data())
def test_condition_is_the_same_for_all_values_of_a_cell(node: Node, data: st.DataObject) -> None:
    for leaf in leaves_of(node):
        axis = next(one for one in axes_of([node]) if one.key == key_of(leaf))
        value = data.draw(values_of(CRITERIA[axis.name]))
        cell = axis.cells[axis.place(value)]
        assert truth(leaf, cell) is is_true(leaf, {axis.name: value})


def test_amounts_compare_by_their_cents() -> None:
    (leaf,) = leaves_of(read("collectable >= EUR(12.50)"))
    assert truth(leaf, Span(1250, None, "EUR"))
    assert not truth(leaf, Span(0, Money.of("12.49", "EUR").minor, "EUR"))
