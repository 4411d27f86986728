"""A policy's conditions turned into one module of Python, generated from validated nodes only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias, assert_never

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
from recouvrement.policy.ladder import Hold, Level
from recouvrement.policy.words import Climb
from recouvrement.position.standing import Row

# Kind unknown, or a due date that nobody agreed: reminders only.
REMINDERS = frozenset({ActionKind.PRE_DUE_REMINDER, ActionKind.REMIND})
FORMAL = frozenset({ActionKind.FORMAL_NOTICE, ActionKind.PLACE})
_PRE_DUE = ActionKind.PRE_DUE_REMINDER

Ladder: TypeAlias = "list[tuple[int, Level]]"
Proposals: TypeAlias = "tuple[list[tuple[int, Row]], list[tuple[int, int, Row]]]"


@frozen
class Compiled:
    """What deciding needs of a policy, computed once.

    `climb(reached, *criteria)` gives the rank an item has earned, or -1; `climb_gently` does so
    with reminders alone, and `announce` with pre-due reminders alone. `propose(rows, day, s, a,
    amount_in, gently)` gives the earned (rank, row) pairs and (hold, rank, row) for each row that a
    hold of item scope silenced. `instead(r, ceiling, day, s, a, amount_in)` gives the rank that a
    row has earned below one that may not be taken, or -1: one level at a time, it waits.
    `account_hold` gives the index of the first hold of account scope that is true, or -1.
    """

    source: str
    arguments: tuple[str, ...]
    climb: Callable[..., int]
    climb_gently: Callable[..., int]
    announce: Callable[..., int]
    propose: Callable[..., Proposals]
    instead: Callable[..., int]
    account_hold: Callable[..., int]
    ids: tuple[str, ...]
    ranks: Mapping[str, int]
    pre_due: tuple[bool, ...]
    notices: tuple[bool, ...]
    places: tuple[bool, ...]
    formal: tuple[bool, ...]
    last_reminder: int
    item_money: bool
    account_money: bool


def compiled_from(levels: tuple[Level, ...], holds: tuple[Hold, ...], climb: Climb) -> Compiled:
    """The generated functions of a policy; its text never reaches the generator, only nodes."""
    ladder = list(enumerate(levels))
    gentle = [(rank, level) for rank, level in ladder if level.do in REMINDERS]
    early = [(rank, level) for rank, level in ladder if level.do is _PRE_DUE]
    arguments = _criteria_of(ladder)
    source = "\n".join(
        [
            *_climb("climb", arguments, ladder, climb),
            *_climb("climb_gently", arguments, gentle, climb),
            *_climb("announce", _criteria_of(early), early, climb),
            *_propose(holds, arguments, _criteria_of(early) if early else None),
            *_instead(arguments, ladder, climb),
            *_account_hold(holds),
        ]
    )
    acts = [level.do for level in levels]
    ids = tuple(level.id for level in levels)
    scope: dict[str, Any] = {**READERS, "level_ids": ids}
    # Every token of the source comes from the table of criteria, or is the repr of a constant.
    exec(compile(source, "<policy>", "exec"), scope)  # noqa: S102
    used = set(arguments).union(*(hold.when.criteria for hold in holds))
    money = [CRITERIA[name] for name in used if CRITERIA[name].type is CriterionType.MONEY]
    return Compiled(
        source=source,
        arguments=arguments,
        climb=scope["climb"],
        climb_gently=scope["climb_gently"],
        announce=scope["announce"],
        propose=scope["propose"],
        instead=scope["instead"],
        account_hold=scope["account_hold"],
        ids=ids,
        ranks={level: rank for rank, level in enumerate(ids)},
        pre_due=tuple([act is _PRE_DUE for act in acts]),
        notices=tuple([act is ActionKind.FORMAL_NOTICE for act in acts]),
        places=tuple([act is ActionKind.PLACE for act in acts]),
        formal=tuple([act in FORMAL for act in acts]),
        last_reminder=max((rank for rank, _ in gentle), default=-1),
        item_money=any(one.scope is Scope.ITEM for one in money),
        account_money=any(one.scope is Scope.ACCOUNT for one in money),
    )


def _criteria_of(ladder: Ladder) -> tuple[str, ...]:
    """The criteria that a ladder asks for; `days_past_due` beside a pre-due reminder."""
    names = {"days_past_due"} if any(level.do is _PRE_DUE for _, level in ladder) else set()
    for _, level in ladder:
        for condition in (level.when, level.until, level.serves):
            if condition is not None:
                names |= condition.criteria
    return tuple(sorted(names))


def _climb(name: str, arguments: tuple[str, ...], ladder: Ladder, climb: Climb) -> Iterator[str]:
    """One level at a time: the first level above that is not passed over decides alone."""
    yield f"def {name}({', '.join(['reached', *map(_variable, arguments)])}):"
    for rank, level in ladder if climb is Climb.ONE_LEVEL else reversed(ladder):
        tests, met = _tests(rank, level)
        if climb is Climb.ONE_LEVEL:
            yield f"    if {' and '.join(tests)}:"
            yield f"        return {rank} if {met} else -1"
        else:
            yield f"    if {' and '.join([*tests, met])}:"
            yield f"        return {rank}"
    yield "    return -1"


def _tests(rank: int, level: Level) -> tuple[list[str], str]:
    """When a level is above an item and not passed over, and when it is met."""
    tests = [f"reached < {rank}"]
    if level.serves is not None:
        tests.append(expression(level.serves.node))
    if level.until is not None:
        tests.append(f"not {expression(level.until.node)}")
    if level.do is _PRE_DUE:
        # Once late, an item passes over what comes before the due date, whatever the document says.
        tests.append(f"not {expression(Comparison('days_past_due', '>=', 1))}")
    return tests, expression(level.when.node)


def _propose(
    holds: tuple[Hold, ...], arguments: tuple[str, ...], early: tuple[str, ...] | None
) -> Iterator[str]:
    """The loop over open items; `early` are the criteria of pre-due reminders, if there is any."""
    silencing = [(at, hold) for at, hold in enumerate(holds) if hold.scope is Scope.ITEM]
    held = {name for _, hold in silencing for name in hold.when.criteria}
    yield "def propose(rows, day, s, a, amount_in, gently):"
    yield "    earned, held = [], []"
    yield from _assignments(sorted(held.union(arguments)), Scope.ACCOUNT, "    ")
    yield "    for r in rows:"
    yield "        if r.collectable:"
    yield from _assignments(sorted(held.union(arguments)), Scope.ITEM, "            ")
    given = ", ".join(["r.reached", *map(_variable, arguments)])
    yield "            if gently or r.item.assumed:"
    yield f"                rank = climb_gently({given})"
    yield "            else:"
    yield f"                rank = climb({given})"
    if early is not None:
        yield "        elif r.not_yet_due:"
        yield from _assignments(sorted(held.union(early)), Scope.ITEM, "            ")
        given = ", ".join(["r.reached", *map(_variable, early)])
        yield f"            rank = announce({given})"
    yield "        else:"
    yield "            continue"
    for at, hold in silencing:
        yield f"        if {expression(hold.when.node)}:"
        yield f"            held.append(({at}, rank, r))"
        yield "            continue"
    yield "        if rank >= 0:"
    yield "            earned.append((rank, r))"
    yield "    return earned, held"


def _instead(arguments: tuple[str, ...], ladder: Ladder, climb: Climb) -> Iterator[str]:
    yield "def instead(r, ceiling, day, s, a, amount_in):"
    if climb is Climb.TO_AGE:
        yield from _assignments(arguments, Scope.ACCOUNT, "    ")
        yield from _assignments(arguments, Scope.ITEM, "    ")
        yield "    reached = r.reached"
        for rank, level in reversed(ladder):
            tests, met = _tests(rank, level)
            yield f"    if {rank} < ceiling and {' and '.join([*tests, met])}:"
            yield f"        return {rank}"
    yield "    return -1"


def _account_hold(holds: tuple[Hold, ...]) -> Iterator[str]:
    silencing = [(at, hold) for at, hold in enumerate(holds) if hold.scope is Scope.ACCOUNT]
    used = sorted({name for _, hold in silencing for name in hold.when.criteria})
    yield "def account_hold(day, s, a, amount_in):"
    yield from _assignments(used, Scope.ACCOUNT, "    ")
    for at, hold in silencing:
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
            text = _present(name, f"{_variable(name)} {operator} {value}")
        case Membership(name, words, negated):
            operator = "not in" if negated else "in"
            text = _present(name, f"{_variable(name)} {operator} {words!r}")
        case Containment(word, name, negated):
            text = f"({word!r} {'not in' if negated else 'in'} {_variable(name)})"
        case Flag(name):
            text = _variable(name)
        case Always(value):
            text = repr(value)
        case Not(operand):
            text = f"(not {expression(operand)})"
        case Both(operands):
            text = f"({' and '.join(map(expression, operands))})"
        case Either(operands):
            text = f"({' or '.join(map(expression, operands))})"
        case _:  # pragma: no cover (closed: the type checker proves it)
            assert_never(node)
    return text


def _present(name: str, test: str) -> str:
    if CRITERIA[name].absent:
        return f"({_variable(name)} is not None and {test})"
    return f"({test})"
