"""What the conditions of a policy see: values read by the very expressions that decide."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, assert_never

from attrs import evolve, frozen

from recouvrement.errors import OutsideCoverage
from recouvrement.money import Money
from recouvrement.policy.case import Case
from recouvrement.policy.compiler import defined_by
from recouvrement.policy.condition import (
    Always,
    Both,
    Comparison,
    Condition,
    Containment,
    Either,
    Flag,
    Membership,
    Node,
    Not,
)
from recouvrement.policy.criteria import CRITERIA, Criterion, CriterionType, Scope
from recouvrement.policy.custom import CriterionFailed, rule_reader
from recouvrement.policy.expressions import Vocabulary, overall_reader, reader, variable
from recouvrement.policy.ladder import CodedRule, Test
from recouvrement.position.standing import Row

Value = int | str | bool | Money | tuple[str, ...] | None


@frozen(kw_only=True)
class ComparisonSeen:
    """One comparison of a condition: what was observed, against which bound, and its answer.

    `observed` is None where the criterion is absent, and where it could not be read, of which
    `unread` then gives the reason. Words that an item has are compared by `contains`, a flag by
    `is`. `decisive` says that the answer of the whole condition rests on this one: of several
    joined by `and`, those that fail, or all when none does; by `or` the other way round. For a
    rule written in Python there is no operator, and its whole answer is `met`.
    """

    criterion: str
    observed: Value
    operator: str | None
    bound: Value
    met: bool
    decisive: bool
    unread: str | None = None


@frozen(kw_only=True)
class ConditionSeen:
    """One condition of a rule, its text and answer; `part` is the key it stands under."""

    part: str
    text: str
    held: bool
    comparisons: tuple[ComparisonSeen, ...]

    @property
    def unread(self) -> bool:
        """Whether something that it reads could not be read."""
        return any(one.unread for one in self.comparisons)


_TESTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda word, words: word in words,
    "not in": lambda word, words: word not in words,
    "contains": lambda words, word: word in words,
    "does not contain": lambda words, word: word not in words,
    "is": lambda flag, expected: bool(flag) is expected,
}


@cache
def _ours() -> Mapping[str, Callable[..., Any]]:
    """One function for each criterion of the table, made of the expression that decides."""
    lines = [
        f"def {variable(one.name)}(r, day, s, a, amount_in, level_ids):\n    return {one.source}"
        for one in CRITERIA.values()
    ]
    made = defined_by("\n".join(lines))
    return {name: made[variable(name)] for name in CRITERIA}


class Observer:
    """Reads conditions for one account on one day; each value is read once."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.vocabulary = Vocabulary(case.policy.criteria)
        self.read: dict[tuple[str, int | None], tuple[Any, str | None]] = {}

    def condition(self, part: str, test: Test, row: Row | None) -> ConditionSeen:
        """A condition about an item, or with None about the account."""
        if isinstance(test, Condition):
            held, seen = self.node(test.node, row)
        else:
            held, seen = self.coded(test, row)
        return ConditionSeen(part=part, text=test.text, held=held, comparisons=tuple(seen))

    def node(self, node: Node, row: Row | None) -> tuple[bool, list[ComparisonSeen]]:
        """The answer of a node, and its comparisons: decisive are those it rests on."""
        match node:
            case Always(value):
                return value, []
            case Not(operand):
                held, seen = self.node(operand, row)
                return not held, seen
            case Both(operands):
                return self.joined([self.node(one, row) for one in operands], tipping=False)
            case Either(operands):
                return self.joined([self.node(one, row) for one in operands], tipping=True)
            case Comparison(name, sign, bound):
                one = self.compared(name, sign, bound, row)
            case Membership(name, words, negated):
                one = self.compared(name, "not in" if negated else "in", words, row)
            case Containment(word, name, negated):
                sign = "does not contain" if negated else "contains"
                one = self.compared(name, sign, word, row)
            case Flag(name):
                one = self.compared(name, "is", bound=True, row=row)
            case _:  # pragma: no cover (closed: the type checker proves it)
                assert_never(node)
        return one.met, [one]

    def joined(
        self, parts: list[tuple[bool, list[ComparisonSeen]]], *, tipping: bool
    ) -> tuple[bool, list[ComparisonSeen]]:
        """Parts of which one that is `tipping` settles the whole."""
        held = tipping if any(part == tipping for part, _ in parts) else not tipping
        seen = []
        for part, leaves in parts:
            # Where the whole is as the tipping answer, the others did not matter.
            matters = part == held
            seen += [one if matters else evolve(one, decisive=False) for one in leaves]
        return held, seen

    def compared(self, name: str, sign: str, bound: Any, row: Row | None) -> ComparisonSeen:
        """One comparison, on the value as it was compared."""
        criterion = self.criterion(name)
        value, unread = self.value(criterion, row)
        against = bound.minor if isinstance(bound, Money) else bound
        absent = value is None and (criterion.absent or unread is not None)
        return ComparisonSeen(
            criterion=name,
            observed=self.told(criterion, value),
            operator=sign,
            bound=bound,
            met=not absent and _TESTS[sign](value, against),
            decisive=True,
            unread=unread,
        )

    def coded(self, rule: CodedRule, row: Row | None) -> tuple[bool, list[ComparisonSeen]]:
        """A rule written in Python: the values it was given."""
        given = {name: self.value(self.criterion(name), row) for name in sorted(rule.criteria)}
        reason = next((unread for _, unread in given.values() if unread), None)
        met = False
        if reason is None:
            try:
                met = rule_reader(rule)(**{name: value for name, (value, _) in given.items()})
            except CriterionFailed:
                reason = "criterion-failed"
        return met, [
            ComparisonSeen(
                criterion=name,
                observed=self.told(self.criterion(name), value),
                operator=None,
                bound=None,
                met=met,
                decisive=True,
                unread=unread or reason,
            )
            for name, (value, unread) in given.items()
        ]

    def criterion(self, name: str) -> Criterion:
        """The criterion of that name, ours or the host's."""
        return self.vocabulary.criteria[name]

    def value(self, criterion: Criterion, row: Row | None) -> tuple[Any, str | None]:
        """The value as it is compared, or None with the reason for which it cannot be read."""
        about = row if criterion.scope is Scope.ITEM else None
        key = criterion.name, None if about is None else about.item.place
        if key not in self.read:
            try:
                self.read[key] = self.reading(criterion, about), None
            except OutsideCoverage:
                self.read[key] = None, "missing-rate"
            except CriterionFailed:
                self.read[key] = None, "criterion-failed"
        return self.read[key]

    def reading(self, criterion: Criterion, row: Row | None) -> Any:
        """The value as it is compared; raises where it cannot be read."""
        case = self.case
        s, a, amount_in = case.s, case.account, case.amount_in
        name, scope = criterion.name, self.vocabulary.scope
        if name not in self.vocabulary.custom:
            return _ours()[name](row, s.day, s, a, amount_in, case.policy.compiled.ids)
        if criterion.scope is Scope.ACCOUNT:
            return scope[reader(name)](s, a, amount_in)
        if row is None:
            return scope[overall_reader(name)](s, a, s.day, amount_in)
        return scope[reader(name)](row, s, a, amount_in)

    def told(self, criterion: Criterion, value: Any) -> Value:
        """The value as a host reads it."""
        return as_told(criterion, value, self.case.policy.currency)


def as_told(criterion: Criterion, value: Any, currency: str) -> Value:
    """A value as a host reads it: amounts as money of the policy's currency, words in order."""
    if value is None:
        return None
    if criterion.type is CriterionType.MONEY:
        return Money(value, currency)
    if criterion.type is CriterionType.WORDS:
        return tuple(sorted(value))
    told: Value = value
    return told
