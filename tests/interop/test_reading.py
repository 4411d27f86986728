from __future__ import annotations

import pickle

import pytest

from recouvrement.interop import Counts, Problem
from recouvrement.interop.reading import shown_cell


def test_counts_are_a_mapping_in_the_order_of_the_reader() -> None:
    counts = Counts.of(lines=3, invoices=2)
    assert list(counts) == ["lines", "invoices"]
    assert len(counts) == 2
    assert counts["invoices"] == 2
    assert counts == Counts.of(lines=3, invoices=2)
    assert repr(counts) == "Counts.of(lines=3, invoices=2)"


def test_counts_do_not_invent_what_was_not_counted() -> None:
    with pytest.raises(KeyError):
        Counts.of(lines=3)["invoices"]


def test_a_problem_and_counts_survive_a_pickle() -> None:
    problem, counts = Problem(3, "total", "an amount", "''"), Counts.of(lines=1)
    assert pickle.loads(pickle.dumps((problem, counts))) == (problem, counts)  # noqa: S301


def test_a_problem_reads_as_a_sentence() -> None:
    problem = Problem(3, "total", "an amount", "'x'")
    assert str(problem) == "line 3: total: expected an amount, got 'x'"


def test_a_long_cell_is_shown_shortened() -> None:
    assert shown_cell("x" * 100) == "'" + "x" * 58 + "…"
    assert shown_cell("x" * 58) == "'" + "x" * 58 + "'"
