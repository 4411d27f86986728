"""The condition language: text read into a closed set of frozen nodes, checked by type."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import accumulate
from typing import Final

from attrs import Factory, field, frozen

from recouvrement.errors import InvalidInput, shown
from recouvrement.money import Money
from recouvrement.policy.criteria import CRITERIA, Criterion, CriterionType, Scope

MAX_LENGTH: Final = 400
MAX_DEPTH: Final = 12

_QUOTED: Final = re.compile(r"""'[^']*'|"[^"]*\"""")
# A number that runs into letters: 0x1F, 1e3 and 10or mean something to Python, nothing to a reader.
_LETTERED: Final = re.compile(r"(?<![A-Za-z0-9_])[0-9][0-9_.]*[A-Za-z][A-Za-z0-9_.]*")

Constant = int | str | bool | Money


@frozen
class Comparison:
    """A criterion against one constant; `operator` is one of == != < <= > >=."""

    criterion: str
    operator: str
    constant: Constant


@frozen
class Membership:
    """A word criterion among constants (`segment in ('a', 'b')`), or not among them."""

    criterion: str
    words: tuple[str, ...]
    negated: bool


@frozen
class Containment:
    """A constant among the words of a criterion (`'audit' in tags`), or not among them."""

    word: str
    criterion: str
    negated: bool


@frozen
class Flag:
    """A criterion that is true or false by itself."""

    criterion: str


@frozen
class Always:
    """True, or False, whatever the position."""

    value: bool


@frozen
class Not:
    """The contrary of a condition."""

    operand: Node


@frozen
class Both:
    """All of these."""

    operands: tuple[Node, ...]


@frozen
class Either:
    """At least one of these."""

    operands: tuple[Node, ...]


Leaf = Comparison | Membership | Containment | Flag
Node = Leaf | Always | Not | Both | Either


@frozen
class Condition:
    """What a rule asks for: the text as the document has it, and the nodes it was read into.

    `criteria` are the names of those that it reads.
    """

    text: str
    node: Node = field(repr=False)
    # Told once: every decision asks.
    criteria: frozenset[str] = field(
        init=False,
        eq=False,
        repr=False,
        default=Factory(
            lambda self: frozenset([one.criterion for one in leaves_of(self.node)]),
            takes_self=True,
        ),
    )


def leaves_of(node: Node) -> Iterator[Leaf]:
    """Every comparison of a condition, flags and words among them."""
    match node:
        case Both(operands) | Either(operands):
            for operand in operands:
                yield from leaves_of(operand)
        case Not(operand):
            yield from leaves_of(operand)
        case Always():
            pass
        case _:
            yield node


class Refused(Exception):
    """A text that is not read, and what was expected: readers make `InvalidInput` of it."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(expected, got)
        self.expected = expected
        self.got = got


def read_condition(
    text: object,
    *,
    currency: str,
    scope: Scope = Scope.ITEM,
    criteria: Mapping[str, Criterion] = CRITERIA,
    words: Mapping[str, Collection[str]] | None = None,
    fixed_only: bool = False,
) -> Condition:
    """The condition that a text states, or `InvalidInput` with what was expected instead.

    Amounts are written `EUR(12.50)`, in the document's `currency`. `words` adds the words that a
    criterion may have.

    >>> read_condition("days_past_due >= 30 and reminders >= 3", currency="EUR").node
    Both(operands=(Comparison(criterion='days_past_due', operator='>=', constant=30), \
Comparison(criterion='reminders', operator='>=', constant=3)))
    """
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput("condition", "a condition such as days_past_due >= 2", shown(text))
    if len(text) > MAX_LENGTH:
        raise InvalidInput("condition", f"at most {MAX_LENGTH} characters", f"{len(text)}")
    line = text.replace("\n", " ").replace("\t", " ").strip()
    reader = _Reader(line, currency, scope, criteria, words or {}, fixed_only)
    try:
        return Condition(line, reader.node(parsed(line, "a condition"), 1))
    except Refused as refused:
        raise InvalidInput("condition", refused.expected, refused.got) from None


def parsed(line: str, what: str) -> ast.expr:
    """The syntax tree of a text that means to Python what a person sees in it, else `Refused`."""
    bare = _QUOTED.sub("''", line)
    # No letter that only looks like another, no character that hides, escapes or comments out.
    strange = [one for one in line if one == "\\" or not one.isprintable()]
    strange += [one for one in bare if one == "#" or not one.isascii()]
    if strange:
        raise Refused("plain characters, without escapes or comments", ascii(strange[0]))
    lettered = _LETTERED.search(bare)
    if lettered:
        raise Refused("numbers in plain digits", repr(lettered[0]))
    if max(accumulate((one in "([{") - (one in ")]}") for one in bare)) > MAX_DEPTH:
        raise Refused(f"at most {MAX_DEPTH} levels of nesting", repr(line))
    try:
        return ast.parse(line, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        reason = error.msg if isinstance(error, SyntaxError) else type(error).__name__
        raise Refused(f"{what} that can be read", f"{line!r} ({reason})") from None


def amount_in(tree: ast.expr, text: str, currency: str) -> Money | None:
    """The amount that `EUR(12.50)` writes, from its digits as they stand; None for another form."""
    match tree:
        case ast.Call(
            func=ast.Name(id=name),
            args=[ast.Constant(value=int() | float() as value) as digits],
            keywords=[],
        ) if name == currency and not isinstance(value, bool):
            figures = ast.get_source_segment(text, digits) or text
            try:
                return Money.of(figures.replace("_", ""), currency)
            except InvalidInput as error:
                reason = error.expected.partition(" (")[0]
                raise Refused(f"an amount in {currency}, {reason}", error.got) from None
        case _:
            return None


_OPERATORS: Final = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_MIRRORED: Final = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@frozen
class _Reader:
    text: str
    currency: str
    scope: Scope
    criteria: Mapping[str, Criterion]
    words: Mapping[str, Collection[str]]
    fixed_only: bool

    def node(self, tree: ast.expr, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise Refused(f"at most {MAX_DEPTH} levels of nesting", repr(self.text))
        match tree:
            case ast.BoolOp(op=ast.And(), values=values):
                return Both(tuple(self.node(one, depth + 1) for one in values))
            case ast.BoolOp(op=ast.Or(), values=values):
                return Either(tuple(self.node(one, depth + 1) for one in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.node(operand, depth + 1))
            case ast.Compare(left=left, ops=ops, comparators=comparators):
                sides = [left, *comparators]
                links = tuple(
                    self.link(one, op, other)
                    for one, op, other in zip(sides, ops, sides[1:], strict=False)
                )
                return links[0] if len(links) == 1 else Both(links)
            case ast.Constant(value=bool(value)):
                return Always(value)
            case ast.Name(id=name):
                criterion = self.criterion(name)
                if criterion.type is not CriterionType.FLAG:
                    expected = f"{name} compared with a value ({criterion.type})"
                    raise Refused(expected, repr(name))
                return Flag(name)
            case _:
                raise self.refused(tree)

    def refused(self, tree: ast.AST) -> Refused:
        expected = "comparisons of one criterion with a constant, joined by and, or, not"
        return Refused(expected, repr(self.segment(tree)))

    def segment(self, tree: ast.AST) -> str:
        return ast.get_source_segment(self.text, tree) or self.text

    def criterion(self, name: str) -> Criterion:
        criterion = self.criteria.get(name)
        if criterion is None:
            raise Refused("a criterion, one of " + ", ".join(sorted(self.criteria)), repr(name))
        if (
            self.scope is Scope.ACCOUNT
            and criterion.scope is Scope.ITEM
            and criterion.aggregates is None
        ):
            expected = f"an account criterion, such as {criterion.instead or 'collectable'}"
            raise Refused(expected, f"{name!r}, which is about one item")
        if self.fixed_only and not criterion.fixed:
            fixed = ", ".join(sorted(one.name for one in self.criteria.values() if one.fixed))
            raise Refused(f"only fixed facts: {fixed}", repr(name))
        return criterion

    def link(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node:
        """One comparison of a chain: exactly one side is a criterion."""
        if isinstance(op, (ast.In, ast.NotIn)):
            return self.membership(left, right, negated=isinstance(op, ast.NotIn))
        operator = _OPERATORS.get(type(op))
        if operator is None:  # is, is not
            raise Refused("one of == != < <= > >= in, not in", repr(self.text))
        if isinstance(right, ast.Name) and not isinstance(left, ast.Name):
            left, right, operator = right, left, _MIRRORED[operator]
        if not isinstance(left, ast.Name):
            raise self.refused(left)
        if isinstance(right, ast.Name):
            raise Refused("a criterion against a constant", f"{left.id} against {right.id}")
        criterion = self.criterion(left.id)
        return Comparison(criterion.name, operator, self.constant(criterion, operator, right))

    def constant(self, criterion: Criterion, operator: str, tree: ast.expr) -> Constant:
        got = repr(self.segment(tree))
        match criterion.type:
            case CriterionType.INTEGER:
                return self.integer(criterion, tree)
            case CriterionType.MONEY:
                return self.money(criterion, tree)
            case CriterionType.WORD:
                if operator not in ("==", "!="):
                    raise Refused(f"== or != with {criterion.name}, which has no order", operator)
                return self.word(criterion, tree)
            case CriterionType.FLAG:
                match tree:
                    case ast.Constant(value=bool(value)) if operator in ("==", "!="):
                        return value
                raise Refused(f"{criterion.name} alone, or not {criterion.name}", got)
            case _:
                raise Refused(f"'a word' in {criterion.name}", got)

    def integer(self, criterion: Criterion, tree: ast.expr) -> int:
        match tree:
            case ast.Constant(value=int(value)) if not isinstance(value, bool):
                return value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))) if not (
                isinstance(value, bool)
            ):
                return -value
            case _:
                expected = f"a whole number of {criterion.unit}"
                raise Refused(expected, repr(self.segment(tree)))

    def money(self, criterion: Criterion, tree: ast.expr) -> Money:
        amount = amount_in(tree, self.text, self.currency)
        if amount is None:
            expected = f"an amount such as {self.currency}(100) for {criterion.name}"
            raise Refused(expected, repr(self.segment(tree)))
        return amount

    def word(self, criterion: Criterion, tree: ast.expr) -> str:
        segment = self.segment(tree)
        # As it stands between its quotes: no prefix, no two texts side by side.
        if (
            not isinstance(tree, ast.Constant)
            or not isinstance(tree.value, str)
            or segment not in (f"'{tree.value}'", f'"{tree.value}"')
        ):
            raise Refused(f"one word in quotes for {criterion.name}", repr(segment))
        known = criterion.words or tuple(self.words.get(criterion.name, ()))
        if known and tree.value not in known:
            raise Refused("one of " + ", ".join(known), repr(tree.value))
        return tree.value

    def membership(self, left: ast.expr, right: ast.expr, *, negated: bool) -> Node:
        if isinstance(right, ast.Name):
            criterion = self.criterion(right.id)
            if criterion.type is not CriterionType.WORDS:
                expected = f"a comparison with {criterion.name} ({criterion.type})"
                raise Refused(expected, f"in {criterion.name}")
            return Containment(self.word(criterion, left), criterion.name, negated)
        if not isinstance(left, ast.Name) or not isinstance(right, (ast.Tuple, ast.List)):
            expected = "a criterion in ('a', 'b'), or 'a' in a criterion"
            raise Refused(expected, repr(self.text))
        criterion = self.criterion(left.id)
        if criterion.type is not CriterionType.WORD or not right.elts:
            expected = "a criterion of words in at least one of them"
            raise Refused(expected, repr(self.segment(right)))
        words = tuple(self.word(criterion, one) for one in right.elts)
        return Membership(criterion.name, words, negated)
