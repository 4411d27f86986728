"""A policy's conditions turned into one module of Python, generated from validated nodes only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, assert_never

from attrs import frozen

from recouvrement.facts.words import ActionKind
from recouvrement.money import Money
from recouvrement.policy.condition import (
    Always,
    Both,
    Comparison,
    Containment,
    Either,
    Flag,
    Membership,
    Node,
    Not,
)
from recouvrement.policy.criteria import CRITERIA, READERS, CriterionType, Scope
from recouvrement.policy.words import Climb

if TYPE_CHECKING:
    from recouvrement.policy.policy import Level, Policy
    from recouvrement.position.standing import Row

# Kind unknown, or a due date that nobody agreed: reminders only.
REMINDERS = frozenset({ActionKind.PRE_DUE_REMINDER, ActionKind.REMIND})
FORMAL = frozenset({ActionKind.FORMAL_NOTICE, ActionKind.PLACE})

Proposals = tuple[list[tuple[int, "Row"]], list[tuple[int, int, "Row"]]]


@frozen
class Compiled:
    """What deciding needs of a policy, computed once.

    `climb(reached, *criteria)` gives the rank an item has earned, or -1; `climb_gently` does so
    with reminders alone. `propose(rows, day, s, a, amount_in, gently)` gives the earned (rank, row)
    pairs and (hold, rank, row) for each row that a hold of item scope silenced; `account_hold` the
    index of the first hold of account scope that is true, or -1.
    """

    source: str
    arguments: tuple[str, ...]
    climb: Callable[..., int]
    climb_gently: Callable[..., int]
    propose: Callable[..., Proposals]
    account_hold: Callable[..., int]
    ids: tuple[str, ...]
    ranks: Mapping[str, int]
    pre_due: tuple[bool, ...]
    formal: tuple[bool, ...]
    places: tuple[bool, ...]
    least: tuple[int, ...]
    last_reminder: int
    item_money: bool
    account_money: bool


def compile_policy(policy: Policy) -> Compiled:
    """The generated functions of a policy; its text never reaches the generator, only nodes."""
    conditions = [
        one
        for level in policy.levels
        for one in (level.when, level.until, level.serves)
        if one is not None
    ]
    arguments = tuple(sorted({name for one in conditions for name in one.criteria}))
    ladder = list(enumerate(policy.levels))
    gentle = [(rank, level) for rank, level in ladder if level.do in REMINDERS]
    source = "\n".join(
        [
            *_climb("climb", arguments, ladder, policy.pace.climb),
            *_climb("climb_gently", arguments, gentle, policy.pace.climb),
            *_propose(policy, arguments),
            *_account_hold(policy),
        ]
    )
    ids = tuple(level.id for level in policy.levels)
    scope: dict[str, Any] = {**READERS, "level_ids": ids}
    # Every token of the source comes from the table of criteria, or is the repr of a constant.
    exec(compile(source, f"<policy {policy.name}>", "exec"), scope)  # noqa: S102
    used = set(arguments).union(*(hold.when.criteria for hold in policy.holds))
    money = [CRITERIA[name] for name in used if CRITERIA[name].type is CriterionType.MONEY]
    return Compiled(
        source=source,
        arguments=arguments,
        climb=scope["climb"],
        climb_gently=scope["climb_gently"],
        propose=scope["propose"],
        account_hold=scope["account_hold"],
        ids=ids,
        pre_due=tuple(level.do is ActionKind.PRE_DUE_REMINDER for level in policy.levels),
        formal=tuple(level.do in FORMAL for level in policy.levels),
        places=tuple(level.do is ActionKind.PLACE for level in policy.levels),
        least=tuple(_least(policy, level) for level in policy.levels),
        ranks={level: rank for rank, level in enumerate(ids)},
        last_reminder=max((rank for rank, _ in gentle), default=-1),
        item_money=any(one.scope is Scope.ITEM for one in money),
        account_money=any(one.scope is Scope.ACCOUNT for one in money),
    )


def _least(policy: Policy, level: Level) -> int:
    floor = policy.floor.of(level.do)
    return 0 if floor is None else floor.minor


def _climb(
    name: str, arguments: tuple[str, ...], ladder: list[tuple[int, Level]], climb: Climb
) -> Iterator[str]:
    """One level at a time: the first level above that is not passed over decides alone."""
    yield f"def {name}({', '.join(['reached', *map(_variable, arguments)])}):"
    for rank, level in ladder if climb is Climb.ONE_LEVEL else reversed(ladder):
        tests = [f"reached < {rank}"]
        if level.serves is not None:
            tests.append(expression(level.serves.node))
        if level.until is not None:
            tests.append(f"not {expression(level.until.node)}")
        met = expression(level.when.node)
        if climb is Climb.TO_AGE:
            yield f"    if {' and '.join([*tests, met])}:"
            yield f"        return {rank}"
        else:
            yield f"    if {' and '.join(tests)}:"
            yield f"        return {rank} if {met} else -1"
    yield "    return -1"


def _propose(policy: Policy, arguments: tuple[str, ...]) -> Iterator[str]:
    holds = [(at, hold) for at, hold in enumerate(policy.holds) if hold.scope is Scope.ITEM]
    used = sorted(set(arguments).union(*(hold.when.criteria for _, hold in holds)))
    yield "def propose(rows, day, s, a, amount_in, gently):"
    yield "    earned, held = [], []"
    yield from _assignments(used, Scope.ACCOUNT, "    ")
    yield "    for r in rows:"
    yield "        if r.collectable or r.not_yet_due:"
    yield from _assignments(used, Scope.ITEM, "            ")
    given = ", ".join(["r.reached", *map(_variable, arguments)])
    yield "            if gently or r.item.assumed:"
    yield f"                rank = climb_gently({given})"
    yield "            else:"
    yield f"                rank = climb({given})"
    for at, hold in holds:
        yield f"            if {expression(hold.when.node)}:"
        yield f"                held.append(({at}, rank, r))"
        yield "                continue"
    yield "            if rank >= 0:"
    yield "                earned.append((rank, r))"
    yield "    return earned, held"


def _account_hold(policy: Policy) -> Iterator[str]:
    holds = [(at, hold) for at, hold in enumerate(policy.holds) if hold.scope is Scope.ACCOUNT]
    used = sorted({name for _, hold in holds for name in hold.when.criteria})
    yield "def account_hold(day, s, a, amount_in):"
    yield from _assignments(used, Scope.ACCOUNT, "    ")
    for at, hold in holds:
        yield f"    if {expression(hold.when.node)}:"
        yield f"        return {at}"
    yield "    return -1"


def _variable(criterion: str) -> str:
    # Prefixed, so that no criterion hides the function or the builtin that bears its name.
    return f"c_{criterion}"


def _assignments(names: Iterable[str], scope: Scope, indent: str) -> Iterator[str]:
    for name in names:
        if CRITERIA[name].scope is scope:
            yield f"{indent}{_variable(name)} = {CRITERIA[name].source}"


def expression(node: Node) -> str:
    """The Python expression of a node; a comparison with an absent value is false.

    >>> expression(Comparison("days_past_due", ">=", 30))
    '(c_days_past_due is not None and c_days_past_due >= 30)'
    """
    match node:
        case Comparison(name, operator, constant):
            value = repr(constant.minor if isinstance(constant, Money) else constant)
            return _present(name, f"{_variable(name)} {operator} {value}")
        case Membership(name, words, negated):
            operator = "not in" if negated else "in"
            return _present(name, f"{_variable(name)} {operator} {words!r}")
        case Containment(word, name, negated):
            return f"({word!r} {'not in' if negated else 'in'} {_variable(name)})"
        case Flag(name):
            return _variable(name)
        case Always(value):
            return repr(value)
        case Not(operand):
            return f"(not {expression(operand)})"
        case Both(operands):
            return f"({' and '.join(map(expression, operands))})"
        case Either(operands):
            return f"({' or '.join(map(expression, operands))})"
        case _:  # pragma: no cover (closed: the type checker proves it)
            assert_never(node)


def _present(name: str, test: str) -> str:
    if CRITERIA[name].absent:
        return f"({_variable(name)} is not None and {test})"
    return f"({test})"
