"""Conditions as reduced ordered decision diagrams over the cells that a policy's constants cut.

One diagram per condition: two conditions that hold in the same cases are the same diagram, one that
never holds is `NEVER`, one that always holds is `ALWAYS`. Diagrams are numbers that belong to one
`Diagrams`, which keeps every node once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from recouvrement.policy.condition import Always, Both, Either, Node, Not
from recouvrement.policy.proofs.cells import Axis, truth

Diagram: TypeAlias = int
Cells: TypeAlias = Mapping[int, int]
"""Which cell of an axis, by the place of the axis."""

NEVER: Final[Diagram] = 0
ALWAYS: Final[Diagram] = 1
MOST_NODES: Final = 200_000


class TooLarge(Exception):
    """The cases of a policy are too many to be told apart."""


class Diagrams:
    """Every node made over some axes, in the order of the axes.

    `TooLarge` once there are more than `most` nodes: a proof that long is not attempted.

    >>> from recouvrement.policy.proofs.cells import axes_of
    >>> from recouvrement.policy.condition import read_condition
    >>> late = read_condition("days_past_due >= 2 or days_past_due >= 9", currency="EUR").node
    >>> early = read_condition("days_past_due >= 2", currency="EUR").node
    >>> diagrams = Diagrams(axes_of([late, early]))
    >>> diagrams.of(late) == diagrams.of(early)
    True
    """

    def __init__(self, axes: Sequence[Axis], *, most: int = MOST_NODES) -> None:
        self.axes = tuple(axes)
        self.most = most
        self.places = {axis.key: place for place, axis in enumerate(self.axes)}
        # The two ends lie below every axis.
        self._nodes: list[tuple[int, tuple[Diagram, ...]]] = [(len(self.axes), ())] * 2
        self._known: dict[tuple[int, tuple[Diagram, ...]], Diagram] = {}
        self._both: dict[tuple[Diagram, Diagram], Diagram] = {}
        self._contrary: dict[Diagram, Diagram] = {NEVER: ALWAYS, ALWAYS: NEVER}
        self._read: dict[Node, Diagram] = {}
        self._support: dict[Diagram, frozenset[int]] = {NEVER: frozenset(), ALWAYS: frozenset()}

    def __len__(self) -> int:
        return len(self._nodes)

    def node(self, place: int, below: tuple[Diagram, ...]) -> Diagram:
        """The diagram that goes on as `below` says for each cell of an axis."""
        first = below[0]
        if all(one == first for one in below):
            return first
        key = (place, below)
        known = self._known.get(key)
        if known is None:
            if len(self._nodes) >= self.most:
                raise TooLarge
            known = self._known[key] = len(self._nodes)
            self._nodes.append(key)
        return known

    # --- reading ---------------------------------------------------------------------------------

    def of(self, node: Node) -> Diagram:
        """The diagram of a condition's node."""
        known = self._read.get(node)
        if known is None:
            known = self._read[node] = self._of(node)
        return known

    def _of(self, node: Node) -> Diagram:
        match node:
            case Always(value):
                return ALWAYS if value else NEVER
            case Not(operand):
                return self.contrary(self.of(operand))
            case Both(operands):
                return self.all_of(map(self.of, operands))
            case Either(operands):
                return self.any_of(map(self.of, operands))
            case _:
                place = next(place for place, axis in enumerate(self.axes) if axis.is_of(node))
                return self.where(place, lambda cell: truth(node, cell))

    def where(self, place: int, chosen: Callable[..., bool]) -> Diagram:
        """What holds in the chosen cells of one axis."""
        return self.node(
            place, tuple([ALWAYS if chosen(cell) else NEVER for cell in self.axes[place].cells])
        )

    # --- combining -------------------------------------------------------------------------------

    def both(self, one: Diagram, other: Diagram) -> Diagram:
        """What holds where both do."""
        if other in {one, ALWAYS}:
            return one
        if one == ALWAYS:
            return other
        if NEVER in (one, other):
            return NEVER
        key = (one, other) if one < other else (other, one)
        known = self._both.get(key)
        if known is None:
            place, below = self._nodes[one]
            place_of_other, below_other = self._nodes[other]
            first = min(place, place_of_other)
            count = range(len(self.axes[first].cells))
            ones = below if place == first else [one] * len(count)
            others = below_other if place_of_other == first else [other] * len(count)
            known = self.node(first, tuple([self.both(ones[at], others[at]) for at in count]))
            self._both[key] = known
        return known

    def contrary(self, one: Diagram) -> Diagram:
        """What holds where it does not."""
        known = self._contrary.get(one)
        if known is None:
            place, below = self._nodes[one]
            known = self.node(place, tuple(map(self.contrary, below)))
            self._contrary[one] = known
            self._contrary[known] = one
        return known

    def either(self, one: Diagram, other: Diagram) -> Diagram:
        """What holds where one of the two does."""
        return self.contrary(self.both(self.contrary(one), self.contrary(other)))

    def less(self, one: Diagram, other: Diagram) -> Diagram:
        """What holds where the first does and the second does not."""
        return self.both(one, self.contrary(other))

    def implies(self, one: Diagram, other: Diagram) -> bool:
        """Whether the second holds wherever the first does."""
        return self.less(one, other) == NEVER

    def all_of(self, diagrams: Iterable[Diagram]) -> Diagram:
        """What holds where all do."""
        whole = ALWAYS
        for one in diagrams:
            whole = self.both(whole, one)
        return whole

    def any_of(self, diagrams: Iterable[Diagram]) -> Diagram:
        """What holds where one of them does."""
        whole = ALWAYS
        for one in diagrams:
            whole = self.both(whole, self.contrary(one))
        return self.contrary(whole)

    # --- asking ----------------------------------------------------------------------------------

    def holds(self, diagram: Diagram, cells: Cells) -> bool:
        """Whether it holds in this cell of every axis it reads."""
        return self.given(diagram, cells) == ALWAYS

    def given(self, diagram: Diagram, cells: Cells) -> Diagram:
        """What remains to be known once these axes are."""
        # Most often the axes that are known come first: a walk is then enough.
        while diagram > ALWAYS:
            place, below = self._nodes[diagram]
            if place not in cells:
                break
            diagram = below[cells[place]]
        if diagram <= ALWAYS or max(cells, default=-1) < self._nodes[diagram][0]:
            return diagram
        return self._given(diagram, cells, {})

    def _given(self, diagram: Diagram, cells: Cells, known: dict[Diagram, Diagram]) -> Diagram:
        if diagram <= ALWAYS:
            return diagram
        if diagram not in known:
            place, below = self._nodes[diagram]
            if place in cells:
                known[diagram] = self._given(below[cells[place]], cells, known)
            else:
                parts = tuple([self._given(one, cells, known) for one in below])
                known[diagram] = self.node(place, parts)
        return known[diagram]

    def whatever(self, diagram: Diagram, places: Collection[int]) -> Diagram:
        """What holds for some cell of these axes, whatever it is."""
        return self._whatever(diagram, frozenset(places), {})

    def _whatever(
        self, diagram: Diagram, places: frozenset[int], known: dict[Diagram, Diagram]
    ) -> Diagram:
        if diagram <= ALWAYS:
            return diagram
        if diagram not in known:
            place, below = self._nodes[diagram]
            parts = [self._whatever(one, places, known) for one in below]
            if place in places:
                known[diagram] = self.any_of(parts)
            else:
                known[diagram] = self.node(place, tuple(parts))
        return known[diagram]

    def support(self, diagram: Diagram) -> frozenset[int]:
        """The places of the axes that a diagram reads."""
        known = self._support.get(diagram)
        if known is None:
            place, below = self._nodes[diagram]
            known = self._support[diagram] = frozenset([place]).union(*map(self.support, below))
        return known

    def cases(
        self, diagram: Diagram, order: Callable[[int], Sequence[int]] | None = None
    ) -> Iterator[dict[int, int]]:
        """The cases in which it holds, each as the cells of the axes that matter to it.

        `order` gives the cells of an axis in the order to try them.
        """
        if diagram == ALWAYS:
            yield {}
        elif diagram != NEVER:
            place, below = self._nodes[diagram]
            for cell in order(place) if order else range(len(below)):
                for case in self.cases(below[cell], order):
                    yield {place: cell, **case}
