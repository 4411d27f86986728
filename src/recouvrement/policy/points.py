"""What a line of the worklist is worth: a sum that a person can check, read into exact weights."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import lcm
from typing import Any, Final

from attrs import frozen

from recouvrement.errors import InvalidInput, shown
from recouvrement.policy.condition import MAX_DEPTH, MAX_LENGTH, Refused, amount_in, parsed
from recouvrement.policy.criteria import CRITERIA, Criterion, CriterionType, Scope

_COUNTED: Final = (CriterionType.INTEGER, CriterionType.FLAG)
# The weight of what stands alone, beside those of criteria; no criterion has an empty name.
_ALONE: Final = ""


@frozen
class Points:
    """A sum of weighed criteria: the text as the document has it, and whole weights.

    Each weight, and the constant that stands alone, counts `denominator`-ths of a point, for one
    unit of its criterion: one day, one promise, one minor unit of the policy's currency.
    """

    text: str
    terms: tuple[tuple[str, int], ...]
    constant: int
    denominator: int

    @property
    def weights(self) -> dict[str, int]:
        """The weight of each criterion, by name."""
        return dict(self.terms)

    @property
    def criteria(self) -> frozenset[str]:
        """The names of the criteria it reads."""
        return frozenset(name for name, _ in self.terms)

    def of(self, values: Mapping[str, Any]) -> int:
        """The points that these values give, in `denominator`-ths; exact.

        Amounts are in minor units of the policy's currency, a flag that is true counts 1, an absent
        value counts 0.

        >>> points = read_points("collectable / EUR(1_000) + 50 * vip", currency="EUR")
        >>> points.of({"collectable": 250_000, "vip": True}), points.denominator
        (5250000, 100000)
        """
        worth = sum(weight * (values.get(name) or 0) for name, weight in self.terms)
        return self.constant + worth


def read_points(
    text: object,
    *,
    currency: str,
    criteria: Mapping[str, Criterion] = CRITERIA,
) -> Points:
    """The points that a text states, or `InvalidInput` with what was expected instead.

    They are linear: sums and differences of account criteria that count something, each times a
    whole number, and of amounts divided by an amount. Amounts are written `EUR(1_000)`, in the
    document's `currency`.

    >>> points = read_points("collectable / EUR(1_000) + 2 * oldest_days_past_due", currency="EUR")
    >>> points.weights, points.denominator
    ({'collectable': 1, 'oldest_days_past_due': 200000}, 100000)
    """
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput("points", "points such as 2 * oldest_days_past_due", shown(text))
    if len(text) > MAX_LENGTH:
        raise InvalidInput("points", f"at most {MAX_LENGTH} characters", f"{len(text)}")
    line = text.replace("\n", " ").replace("\t", " ").strip()
    try:
        reader = _Reader(line, currency, criteria)
        weights = reader.points(parsed(line, "points"))
    except Refused as refused:
        raise InvalidInput("points", refused.expected, refused.got) from None
    denominator = lcm(*(weight.denominator for weight in weights.values()))
    whole = {name: int(weight * denominator) for name, weight in weights.items() if weight}
    constant = whole.pop(_ALONE, 0)
    return Points(line, tuple(sorted(whole.items())), constant, denominator)


@frozen
class _Sum:
    """What a part of the text is worth; `money` while no amount has divided it."""

    weights: Mapping[str, Fraction]
    money: bool

    @property
    def number(self) -> Fraction | None:
        """What it is worth whatever the account, None when a criterion has a part in it."""
        return self.weights[_ALONE] if self.weights.keys() == {_ALONE} else None

    def times(self, factor: Fraction) -> _Sum:
        return _Sum({name: weight * factor for name, weight in self.weights.items()}, self.money)


@frozen
class _Reader:
    text: str
    currency: str
    criteria: Mapping[str, Criterion]

    def points(self, tree: ast.expr) -> Mapping[str, Fraction]:
        whole = self.part(tree, 1)
        if whole.money:
            raise self.undivided(tree)
        return whole.weights

    def part(self, tree: ast.expr, depth: int) -> _Sum:
        if depth > MAX_DEPTH:
            raise Refused(f"at most {MAX_DEPTH} levels of nesting", repr(self.text))
        match tree:
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return self.total(tree, depth + 1)
            case ast.BinOp(left=left, op=ast.Mult(), right=right):
                return self.product(tree, left, right, depth + 1)
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self.quotient(tree, left, right, depth + 1)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.part(operand, depth + 1).times(Fraction(-1))
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                return _Sum({_ALONE: Fraction(value)}, money=False)
            case ast.Name(id=name):
                return _Sum({name: Fraction(1)}, self.is_money(name))
            case _:
                expected = "criteria times whole numbers and amounts / amounts, added up"
                raise Refused(expected, repr(self.segment(tree)))

    def total(self, tree: ast.expr, depth: int) -> _Sum:
        """A sum, whose terms are as deep as each other however many there are."""
        signed = [(sign, self.part(term, depth)) for sign, term in _terms(tree)]
        if len({part.money for _, part in signed}) > 1:
            amount = next(term for _, term in _terms(tree) if self.part(term, depth).money)
            raise self.undivided(amount)
        weights: dict[str, Fraction] = {}
        for sign, part in signed:
            for name, weight in part.weights.items():
                weights[name] = weights.get(name, Fraction(0)) + sign * weight
        return _Sum(weights, signed[0][1].money)

    def product(self, tree: ast.expr, left: ast.expr, right: ast.expr, depth: int) -> _Sum:
        one, other = self.part(left, depth), self.part(right, depth)
        for factor, part in ((one, other), (other, one)):
            if factor.number is not None:
                return part.times(factor.number)
        raise Refused("a criterion times a whole number", repr(self.segment(tree)))

    def quotient(self, tree: ast.expr, left: ast.expr, right: ast.expr, depth: int) -> _Sum:
        amount = amount_in(right, self.text, self.currency)
        divided = self.part(left, depth)
        if amount is None or not divided.money:
            expected = f"an amount / an amount, such as collectable / {self.currency}(1_000)"
            raise Refused(expected, repr(self.segment(tree)))
        if not amount.minor:
            raise Refused("an amount above 0 to divide by", repr(self.segment(right)))
        return _Sum(divided.times(Fraction(1, amount.minor)).weights, money=False)

    def is_money(self, name: str) -> bool:
        """Whether a criterion is an amount; refused when it neither counts nor measures money."""
        criterion = self.criteria.get(name)
        if criterion is None:
            names = (one.name for one in self.criteria.values() if _weighs(one))
            raise Refused("a criterion, one of " + ", ".join(sorted(names)), repr(name))
        if not _of_account(criterion):
            expected = f"an account criterion, such as {criterion.instead or 'collectable'}"
            raise Refused(expected, f"{name!r}, which is about one item")
        if criterion.type not in (*_COUNTED, CriterionType.MONEY):
            expected = "a criterion that is a number, an amount, true or false"
            raise Refused(expected, f"{name!r} ({criterion.type})")
        return criterion.type is CriterionType.MONEY

    def undivided(self, tree: ast.expr) -> Refused:
        segment = self.segment(tree)
        expected = f"an amount divided by an amount, such as {segment} / {self.currency}(1_000)"
        return Refused(expected, repr(segment))

    def segment(self, tree: ast.AST) -> str:
        return ast.get_source_segment(self.text, tree) or self.text


def _of_account(criterion: Criterion) -> bool:
    """Whether it tells of the account, or stands for it over all items."""
    return criterion.scope is Scope.ACCOUNT or criterion.aggregates is not None


def _weighs(criterion: Criterion) -> bool:
    return _of_account(criterion) and criterion.type in (*_COUNTED, CriterionType.MONEY)


def _terms(tree: ast.expr) -> Iterator[tuple[int, ast.expr]]:
    """The terms of a sum and their signs, from the last to the first."""
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, (ast.Add, ast.Sub)):
        yield (1 if isinstance(tree.op, ast.Add) else -1), tree.right
        tree = tree.left
    yield 1, tree
