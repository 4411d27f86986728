"""Python expressions for conditions and criteria: what generated code is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, assert_never

from recouvrement.errors import OutsideCoverage
from recouvrement.money import Money
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
from recouvrement.policy.criteria import Aggregate, Criterion, Scope, known_criteria
from recouvrement.policy.custom import (
    CriterionFailed,
    account_reader,
    aggregated,
    item_reader,
    rule_reader,
)
from recouvrement.policy.ladder import CodedRule, Test


def variable(criterion: str) -> str:
    """The name of a criterion's value: prefixed, so that it hides no function or builtin."""
    return f"c_{criterion}"


def reader(criterion: str) -> str:
    """The name of the function that reads a criterion of the host."""
    return f"read_{criterion}"


def overall_reader(criterion: str) -> str:
    """The name of the one that reads a criterion of the host about items over all of them."""
    return f"over_{criterion}"


class Vocabulary:
    """The criteria a policy may name, and the objects that its generated code calls by name."""

    def __init__(self, custom: Iterable[Criterion] = ()) -> None:
        self.custom = {one.name: one for one in custom}
        self.criteria: Mapping[str, Criterion] = known_criteria(self.custom.values())
        self.scope: dict[str, Any] = {
            "CriterionFailed": CriterionFailed,
            "OutsideCoverage": OutsideCoverage,
        }
        for one in self.custom.values():
            read = item_reader(one) if one.scope is Scope.ITEM else account_reader(one)
            self.scope[reader(one.name)] = read
            if one.scope is Scope.ITEM and one.aggregates is not None:
                self.scope[overall_reader(one.name)] = aggregated(one)

    def test(self, when: Test) -> str:
        """The expression of a condition, or the call of a rule written in Python."""
        if isinstance(when, Condition):
            return self.expression(when.node)
        return self.call(when)

    def call(self, rule: CodedRule) -> str:
        """The call of a rule, which from now on has a name of its own."""
        name = f"rule_{len(self.scope)}"
        self.scope[name] = rule_reader(rule)
        given = ", ".join(f"{one}={variable(one)}" for one in sorted(rule.criteria))
        return f"{name}({given})"

    def coded(self, tests: Iterable[Test | None]) -> bool:
        """Whether some of these may raise: a host's rule, or a criterion of its own."""
        return any(
            one is not None
            and (not isinstance(one, Condition) or bool(one.criteria & self.custom.keys()))
            for one in tests
        )

    def names(self, tests: Iterable[Test | None]) -> set[str]:
        """The criteria that these read."""
        return {name for one in tests if one is not None for name in one.criteria}

    def assignments(self, names: Iterable[str], scope: Scope, indent: str) -> Iterator[str]:
        """One line for each of these criteria of a scope, in order of name."""
        for name in sorted(names):
            if self.criteria[name].scope is scope:
                yield f"{indent}{variable(name)} = {self.source(name)}"

    def overall(self, names: Iterable[str], indent: str) -> Iterator[str]:
        """The same for a rule about the account: an item criterion stands for all its items."""
        for name in sorted(names):
            if self.criteria[name].scope is Scope.ITEM:
                read = overall_reader(name)
                yield f"{indent}{variable(name)} = {read}(s, a, day, amount_in)"
            else:
                yield f"{indent}{variable(name)} = {self.source(name)}"

    def source(self, name: str) -> str:
        """The expression that reads a criterion."""
        if name not in self.custom:
            return self.criteria[name].source
        row = "r, " if self.criteria[name].scope is Scope.ITEM else ""
        return f"{reader(name)}({row}s, a, amount_in)"

    def expression(self, node: Node) -> str:
        """The Python expression of a node; a comparison with an absent value is false.

        >>> Vocabulary().expression(Comparison("days_past_due", ">=", 30))
        '(c_days_past_due is not None and c_days_past_due >= 30)'
        """
        match node:
            case Comparison(name, operator, constant):
                value = repr(constant.minor if isinstance(constant, Money) else constant)
                text = self.present(name, f"{variable(name)} {operator} {value}")
            case Membership(name, words, negated):
                operator = "not in" if negated else "in"
                text = self.present(name, f"{variable(name)} {operator} {words!r}")
            case Containment(word, name, negated):
                text = f"({word!r} {'not in' if negated else 'in'} {variable(name)})"
            case Flag(name):
                text = variable(name)
            case Always(value):
                text = repr(value)
            case Not(operand):
                text = f"(not {self.expression(operand)})"
            case Both(operands):
                text = f"({' and '.join(map(self.expression, operands))})"
            case Either(operands):
                text = f"({' or '.join(map(self.expression, operands))})"
            case _:  # pragma: no cover (closed: the type checker proves it)
                assert_never(node)
        return text

    def present(self, name: str, test: str) -> str:
        """The test, false where the value is absent, or is the highest or lowest of none."""
        one = self.criteria[name]
        if one.absent or one.aggregates in (Aggregate.MAX, Aggregate.MIN):
            return f"({variable(name)} is not None and {test})"
        return f"({test})"
