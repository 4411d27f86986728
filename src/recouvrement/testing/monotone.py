"""Whether a policy is monotone: its levels and triggers can only become true as things worsen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from recouvrement.policy.condition import (
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
from recouvrement.policy.criteria import Criterion, Worse, known_criteria
from recouvrement.policy.ladder import Test
from recouvrement.policy.policy import Policy

Criteria = Mapping[str, Criterion]
_UPWARD = {Worse.UP: (">", ">="), Worse.DOWN: ("<", "<="), Worse.NEITHER: ()}
_DOWNWARD = {Worse.UP: ("<", "<="), Worse.DOWN: (">", ">="), Worse.NEITHER: ()}


def against_monotone(policy: Policy) -> tuple[str, ...]:
    """Why a policy is not monotone: one reason for each condition that may stop being true.

    >>> from recouvrement.policy import preset
    >>> against_monotone(preset("fr-b2b"))
    ()
    """
    criteria = known_criteria(policy.criteria)
    rules: list[tuple[str, Test]] = [(f"level {one.id}", one.when) for one in policy.levels]
    # What stays inside the house says nothing to the debtor, so it neither rises nor falls.
    rules += [(f"trigger {one.id}", one.when) for one in policy.triggers if not one.inside]
    return tuple(f"{where}: {why}" for where, test in rules for why in _against(test, criteria))


def _against(test: Test, criteria: Criteria) -> Iterator[str]:
    if not isinstance(test, Condition):
        yield f"{test.text!r} is written in Python"
        return
    for shown, name in _falling(test.node, criteria, denied=False):
        worse = criteria[name].worse
        if worse is Worse.NEITHER:
            yield f"{shown}, and {name} does not say which way is worse"
        else:
            yield f"{shown} can stop being true as {name} goes {worse}"


def _falling(node: Node, criteria: Criteria, *, denied: bool) -> Iterator[tuple[str, str]]:
    """The comparisons, and their criteria, that may become false as things worsen."""
    match node:
        case Both(operands) | Either(operands):
            for operand in operands:
                yield from _falling(operand, criteria, denied=denied)
        case Not(operand):
            yield from _falling(operand, criteria, denied=not denied)
        case Comparison(name, operator, constant):
            rising = (_DOWNWARD if denied else _UPWARD)[criteria[name].worse]
            # A comparison with an absent value is false, and its contrary true: worse or not, a
            # value that appears makes the contrary false.
            safe = operator in rising and not (denied and criteria[name].absent)
            if not criteria[name].fixed and not safe:
                yield f"{'not ' if denied else ''}{name} {operator} {constant}", name
        case Flag(name):
            worse = Worse.DOWN if denied else Worse.UP
            if not criteria[name].fixed and criteria[name].worse is not worse:
                yield f"{'not ' if denied else ''}{name}", name
        case Membership(name) | Containment(_, name):
            if not criteria[name].fixed:
                yield f"a word of {name}", name
        case _:  # True and False stay what they are
            pass
