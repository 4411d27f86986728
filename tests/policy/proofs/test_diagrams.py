"""A diagram says of every case what its condition says, and equal conditions are one diagram."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.policy.documents_drawn import conditions
from tests.policy.interpreter import is_true

from recouvrement.policy.condition import Both, Either, Node, Not, read_condition
from recouvrement.policy.proofs.cells import Truth, axes_of
from recouvrement.policy.proofs.diagrams import ALWAYS, NEVER, Diagrams, TooLarge

MOST_CASES = 400


class Read(NamedTuple):
    """Some conditions on the same axes, and every case of these."""

    nodes: tuple[Node, ...]
    diagrams: Diagrams

    def cases(self) -> Iterator[dict[int, int]]:
        sizes = [range(len(axis.cells)) for axis in self.diagrams.axes]
        return (dict(enumerate(case)) for case in product(*sizes))

    def says(self, node: Node, case: dict[int, int]) -> bool:
        """What a condition says of a case, by its own words."""
        values: dict[str, object] = {"tags": set()}
        for place, cell in case.items():
            axis = self.diagrams.axes[place]
            name, word = axis.key
            if word is None:
                values[name] = axis.cells[cell].value
            elif axis.cells[cell] == Truth(value=True):
                values["tags"] = {*values["tags"], word}  # type: ignore[misc]
        return is_true(node, values)


def read(*texts: str) -> Read:
    nodes = tuple(read_condition(text, currency="EUR").node for text in texts)
    words = {"level_reached": ("level-0", "level-1", "level-2")}
    return Read(nodes, Diagrams(axes_of(nodes, words=words)))


@st.composite
def pairs(draw: st.DrawFn) -> Read:
    """Two conditions on few enough axes to go through every case."""
    found = read(draw(conditions()), draw(conditions()))
    count = 1
    for axis in found.diagrams.axes:
        count *= len(axis.cells)
    assume(count <= MOST_CASES)
    return found


@given(pairs())
def test_diagram_says_of_every_case_what_the_condition_says(found: Read) -> None:
    for node in found.nodes:
        diagram = found.diagrams.of(node)
        for case in found.cases():
            assert found.diagrams.holds(diagram, case) is found.says(node, case)


@given(pairs())
def test_combining_diagrams_is_combining_conditions(found: Read) -> None:
    one, other = found.nodes
    a, b = map(found.diagrams.of, found.nodes)
    diagrams = found.diagrams
    assert diagrams.both(a, b) == diagrams.of(Both((one, other))) == diagrams.all_of([a, b])
    assert diagrams.either(a, b) == diagrams.of(Either((one, other))) == diagrams.any_of([a, b])
    assert diagrams.contrary(a) == diagrams.of(Not(one))
    assert diagrams.less(a, b) == diagrams.of(Both((one, Not(other))))
    assert diagrams.implies(a, b) is (diagrams.less(a, b) == NEVER)


@given(pairs())
def test_conditions_that_say_the_same_are_one_diagram(found: Read) -> None:
    one, other = map(found.diagrams.of, found.nodes)
    same = all(
        found.says(found.nodes[0], case) is found.says(found.nodes[1], case)
        for case in found.cases()
    )
    assert (one == other) is same
    assert found.diagrams.contrary(found.diagrams.contrary(one)) == one
    assert found.diagrams.both(one, found.diagrams.contrary(one)) == NEVER
    assert found.diagrams.either(one, found.diagrams.contrary(one)) == ALWAYS


@given(pairs(), st.data())
def test_what_is_known_of_some_axes_leaves_the_rest_to_be_known(
    found: Read, data: st.DataObject
) -> None:
    diagram = found.diagrams.of(found.nodes[0])
    case = data.draw(st.sampled_from(list(found.cases())))
    known = data.draw(st.sets(st.sampled_from(sorted(case))))
    left = found.diagrams.given(diagram, {place: case[place] for place in known})
    assert found.diagrams.support(left).isdisjoint(known)
    assert found.diagrams.holds(left, case) is found.diagrams.holds(diagram, case)


@given(pairs(), st.data())
def test_whatever_an_axis_is_some_cell_of_it_will_do(found: Read, data: st.DataObject) -> None:
    diagram = found.diagrams.of(found.nodes[0])
    places = data.draw(st.sets(st.sampled_from(range(len(found.diagrams.axes)))))
    left = found.diagrams.whatever(diagram, places)
    assert found.diagrams.support(left).isdisjoint(places)
    for case in found.cases():
        others = [
            {**case, **dict(zip(places, cells, strict=True))}
            for cells in product(*(range(len(found.diagrams.axes[at].cells)) for at in places))
        ]
        held = any(found.diagrams.holds(diagram, other) for other in others)
        assert found.diagrams.holds(left, case) is held


@given(pairs())
def test_cases_of_a_diagram_are_all_those_in_which_it_holds(found: Read) -> None:
    diagram = found.diagrams.of(found.nodes[0])
    parts = list(found.diagrams.cases(diagram))
    for case in found.cases():
        inside = [part for part in parts if part.items() <= case.items()]
        assert len(inside) == found.diagrams.holds(diagram, case)


def test_cases_come_in_the_order_asked_for() -> None:
    found = read("vip or segment == 'a'")
    diagram = found.diagrams.of(found.nodes[0])
    backwards = found.diagrams.cases(
        diagram, lambda place: range(len(found.diagrams.axes[place].cells))[::-1]
    )
    assert next(backwards) == {0: 1}


def test_support_is_what_a_diagram_still_reads() -> None:
    found = read("vip and segment == 'a' or not vip and segment == 'a'", "vip")
    assert found.diagrams.support(found.diagrams.of(found.nodes[0])) == {1}
    assert found.diagrams.support(ALWAYS) == frozenset()


def test_constants_are_the_two_ends() -> None:
    found = read("True", "False", "vip")
    assert [found.diagrams.of(node) for node in found.nodes[:2]] == [ALWAYS, NEVER]


def test_every_node_is_kept_once() -> None:
    found = read("days_past_due >= 2", "not days_past_due < 2 and days_past_due >= 0", "vip")
    first = found.diagrams.of(found.nodes[0])
    count = len(found.diagrams)
    assert found.diagrams.of(found.nodes[0]) == first
    assert len(found.diagrams) == count


def test_too_many_nodes_are_refused() -> None:
    node = read_condition("vip or segment == 'a'", currency="EUR").node
    with pytest.raises(TooLarge):
        Diagrams(axes_of([node]), most=3).of(node)
