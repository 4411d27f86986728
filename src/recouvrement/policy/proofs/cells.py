"""The cells of a policy: the values of each criterion that no rule of the policy tells apart.

The axis of a criterion is cut at the constants that rules compare it with. Numbers and amounts fall
into spans; words into one cell for each word named and one for any other; a criterion that may be
absent has a cell for that. Every condition is constant on every cell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from attrs import frozen

from recouvrement.money import Money
from recouvrement.policy.condition import (
    Comparison,
    Containment,
    Leaf,
    Membership,
    Node,
    leaves_of,
)
from recouvrement.policy.criteria import CRITERIA, Criterion, CriterionType


@frozen
class Span:
    """Whole numbers, or amounts in minor units of `currency`, from `low` to `high`, both included.

    None is no bound.

    >>> print(Span(2, 9), Span(30, None), Span(0, 9999, "EUR"), Span(4, 4))
    2..9 30.. 0.00 EUR..99.99 EUR 4
    """

    low: int | None
    high: int | None
    currency: str | None = None

    @property
    def value(self) -> int:
        """A value of it: the nearest to zero of its bounds."""
        bounds = [one for one in (self.low, self.high) if one is not None]
        return min(bounds, key=abs, default=0)

    def has(self, value: object) -> bool:
        """Whether a value lies in it."""
        return (
            isinstance(value, int)
            and (self.low is None or self.low <= value)
            and (self.high is None or value <= self.high)
        )

    def __str__(self) -> str:
        low, high = self._shown(self.low), self._shown(self.high)
        return low if low and low == high else f"{low}..{high}"

    def _shown(self, bound: int | None) -> str:
        if bound is None:
            return ""
        return str(bound) if self.currency is None else str(Money(bound, self.currency))


@frozen
class Word:
    """One word.

    >>> print(Word("retail"))
    'retail'
    """

    word: str

    @property
    def value(self) -> str:
        """The word."""
        return self.word

    def has(self, value: object) -> bool:
        """Whether it is that word."""
        return value == self.word

    def __str__(self) -> str:
        return f"'{self.word}'"


@frozen
class OtherWord:
    """Any word but these; `value` is one.

    >>> print(OtherWord(("retail", "public"), "other"))
    not 'retail', 'public'
    """

    besides: tuple[str, ...]
    value: str

    def has(self, value: object) -> bool:
        """Whether it is another word."""
        return isinstance(value, str) and value not in self.besides

    def __str__(self) -> str:
        return "not " + ", ".join(f"'{one}'" for one in self.besides)


@frozen
class Truth:
    """True or false: a flag, or whether a word is among those of a criterion.

    >>> print(Truth(True))
    true
    """

    value: bool

    def has(self, value: object) -> bool:
        """Whether it is so."""
        return bool(value) is self.value

    def __str__(self) -> str:
        return "true" if self.value else "false"


@frozen
class Absent:
    """No value.

    >>> print(Absent())
    absent
    """

    value: None = None

    def has(self, value: object) -> bool:
        """Whether there is none."""
        return value is None

    def __str__(self) -> str:
        return "absent"


Cell: TypeAlias = Span | Word | OtherWord | Truth | Absent
Key: TypeAlias = tuple[str, str | None]
"""A criterion, and for one that has words the word that may be among them."""


@frozen
class Axis:
    """All the cells of one criterion, or of one word that a criterion may have among its own."""

    key: Key
    cells: tuple[Cell, ...]

    @property
    def name(self) -> str:
        """The criterion."""
        return self.key[0]

    def is_of(self, leaf: Leaf) -> bool:
        """Whether it is the axis that a comparison reads."""
        return self.key == key_of(leaf)

    def place(self, value: Any) -> int:
        """The cell that a value lies in; a set of words is looked up for the axis's own."""
        word = self.key[1]
        found = value if word is None else word in value
        return next(at for at, cell in enumerate(self.cells) if cell.has(found))


def key_of(leaf: Leaf) -> Key:
    """The axis that a comparison reads."""
    return leaf.criterion, leaf.word if isinstance(leaf, Containment) else None


_COMPARED: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
)


def truth(leaf: Leaf, cell: Cell) -> bool:
    """Whether a comparison holds in a cell; none holds where the value is absent.

    >>> truth(Comparison("days_past_due", ">=", 2), Span(2, 9))
    True
    """
    value = cell.value
    match leaf:
        case Comparison(_, operator, constant):
            bound = constant.minor if isinstance(constant, Money) else constant
            return value is not None and _COMPARED[operator](value, bound)
        case Membership(_, words, negated):
            return value is not None and (value in words) is not negated
        case Containment(_, _, negated):
            return value is not negated
        case _:  # a flag
            return value is True


def axes_of(
    nodes: Iterable[Node],
    *,
    criteria: Mapping[str, Criterion] = CRITERIA,
    words: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    cuts: Mapping[str, Iterable[int]] = MappingProxyType({}),
    kin: Iterable[Mapping[str, int]] = (),
    also: Iterable[str] = (),
    currency: str | None = None,
) -> tuple[Axis, ...]:
    """The axis of every criterion that these conditions read, and of those in `also`.

    `words` gives the words that a criterion can have, beside those of the registry; `cuts` further
    cuts, each the first value of a cell. The criteria of one mapping of `kin` are cut alike, the
    sign saying whether as it is (1) or mirrored (-1).

    >>> from recouvrement.policy.condition import read_condition
    >>> node = read_condition("days_past_due >= 2 and vip", currency="EUR").node
    >>> for axis in axes_of([node]):
    ...     print(axis.name, "|", ", ".join(map(str, axis.cells)))
    days_past_due | ..1, 2.., absent
    vip | false, true
    """
    leaves = [leaf for node in nodes for leaf in leaves_of(node)]
    keys = dict.fromkeys([*map(key_of, leaves), *((name, None) for name in also)])
    named: dict[Key, dict[str, None]] = {key: {} for key in keys}
    cut: dict[str, set[int]] = {name: set() for name, _ in keys}
    for name, places in cuts.items():
        cut.setdefault(name, set()).update(places)
    for leaf in leaves:
        match leaf:
            case Comparison(name, _, str(word)):
                named[name, None][word] = None
            case Comparison(name, operator, Money(minor=int(bound))) | Comparison(
                name, operator, int(bound)
            ) if not isinstance(leaf.constant, bool):
                cut[name].update(_cuts(operator, bound))
            case Membership(name, several, _):
                named[name, None].update(dict.fromkeys(several))
            case _:
                pass
    for family in kin:
        _share(cut, family)
    axes = []
    cells: list[Cell]
    for key in keys:
        criterion = criteria[key[0]]
        known = words.get(criterion.name, tuple(map(str, criterion.words)))
        if criterion.type is CriterionType.MONEY:
            cells = list(_spans(criterion, cut[key[0]], currency))
        else:
            cells = _cells(criterion, cut[key[0]], tuple(named[key]), known)
        axes.append(Axis(key, (*cells, Absent()) if criterion.absent else tuple(cells)))
    return tuple(axes)


def _cuts(operator: str, bound: int) -> tuple[int, ...]:
    """The first values of the cells that a comparison begins."""
    if operator in (">=", "<"):
        return (bound,)
    return (bound + 1,) if operator in (">", "<=") else (bound, bound + 1)


def _share(cut: dict[str, set[int]], family: Mapping[str, int]) -> None:
    """Cut each of these criteria wherever one of them is."""
    # Mirrored, the cut between 4 and 5 becomes the one between -5 and -4.
    whole = {
        place if sign > 0 else 1 - place
        for name, sign in family.items()
        for place in cut.get(name, ())
    }
    for name, sign in family.items():
        if name in cut:
            cut[name] = {place if sign > 0 else 1 - place for place in whole}


def _cells(
    criterion: Criterion, cut: set[int], named: tuple[str, ...], known: tuple[str, ...]
) -> list[Cell]:
    """The cells of a criterion that is no amount, but for that of no value."""
    match criterion.type:
        case CriterionType.INTEGER:
            return list(_spans(criterion, cut, None))
        case CriterionType.WORD if known:
            return [Word(one) for one in known]
        case CriterionType.WORD:
            return [*map(Word, named), OtherWord(named, _another(named))]
        case _:
            return [Truth(value=False), Truth(value=True)]


def _spans(criterion: Criterion, cut: set[int], currency: str | None) -> Iterator[Span]:
    low = criterion.least
    for place in sorted(cut):
        inside = (low is None or place > low) and (
            criterion.most is None or place <= criterion.most
        )
        if inside:
            yield Span(low, place - 1, currency)
            low = place
    yield Span(low, criterion.most, currency)


def _another(words: tuple[str, ...]) -> str:
    """A word that is none of these."""
    other = "other"
    while other in words:
        other += "-other"
    return other
