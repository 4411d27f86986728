"""A second opinion on policies: their rules interpreted one by one, from what they say.

Nothing here is generated, and nothing is shared with the compiler but the registry's texts. What
a rule of the host raises comes out as `Broken`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from recouvrement import Account, ActionKind, Money, Policy
from recouvrement.policy import CRITERIA, Aggregate, Climb, Criterion, CriterionType, Level, Scope
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
from recouvrement.policy.criteria import READERS
from recouvrement.policy.ladder import Test, Trigger
from recouvrement.position import position_of
from recouvrement.position.standing import Row, Standing

Values = Mapping[str, Any]
REMINDERS = (ActionKind.PRE_DUE_REMINDER, ActionKind.REMIND)
FORMAL = (ActionKind.FORMAL_NOTICE, ActionKind.PLACE)
EVERYTHING = tuple(ActionKind)

COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Broken(Exception):
    """A criterion or a rule of the host that could not be read, by its name."""


# --- one condition -------------------------------------------------------------------------------


def is_true(node: Node, values: Values) -> bool:
    """Whether a condition holds; None is absent, and a comparison with it is false."""
    match node:
        case Comparison(name, sign, constant):
            bound = constant.minor if isinstance(constant, Money) else constant
            found = values[name] is not None and COMPARED[sign](values[name], bound)
        case Membership(name, words, negated):
            found = values[name] is not None and (values[name] in words) is not negated
        case Containment(word, name, negated):
            found = (word in values[name]) is not negated
        case Flag(name):
            found = bool(values[name])
        case Always(value):
            found = value
        case Not(operand):
            found = not is_true(operand, values)
        case Both(operands):
            found = all(is_true(one, values) for one in operands)
        case Either(operands):
            found = any(is_true(one, values) for one in operands)
    return found


def is_met(test: Test, values: Values) -> bool:
    """Whether a rule is met: a condition, or an object that the host wrote."""
    if isinstance(test, Condition):
        return is_true(test.node, values)
    try:
        return bool(test.met(**{name: values[name] for name in test.criteria}))
    except Exception:  # noqa: BLE001 (whatever it is)
        raise Broken(test.text) from None


# --- the ladder ----------------------------------------------------------------------------------


def passed_over(level: Level, values: Values) -> bool:
    if level.serves is not None and not is_met(level.serves, values):
        return True
    if level.until is not None and is_met(level.until, values):
        return True
    if level.do is not ActionKind.PRE_DUE_REMINDER:
        return False
    return values["days_past_due"] is not None and values["days_past_due"] >= 1


def climbed(
    policy: Policy,
    reached: int,
    values: Values,
    *,
    only: tuple[ActionKind, ...] = EVERYTHING,
    ceiling: int = 99,
) -> int:
    """The rank that an item has earned on the ladder, -1 when it waits."""
    above = [
        (rank, level)
        for rank, level in enumerate(policy.levels)
        if reached < rank < ceiling and level.do in only
    ]
    if policy.pace.climb is Climb.TO_AGE:
        for rank, level in reversed(above):
            if not passed_over(level, values) and is_met(level.when, values):
                return rank
        return -1
    for rank, level in above:
        if not passed_over(level, values):
            return rank if is_met(level.when, values) else -1
    return -1


def said_again(
    policy: Policy,
    reached: int,
    rested: int,
    values: Values,
    *,
    only: tuple[ActionKind, ...] = EVERYTHING,
) -> int:
    """The rank an item stands on, when its level recurs and has rested; else -1."""
    if reached < 0:
        return -1
    level = policy.levels[reached]
    if not level.repeat_every or level.do not in only or rested < level.repeat_every:
        return -1
    return reached if not passed_over(level, values) and is_met(level.when, values) else -1


def lifted(policy: Policy, reached: int, climb: int, values: Values, *, gently: bool) -> int:
    """The level that so many levels up is: fewer where the ladder ends, never a formal one."""
    only = REMINDERS if gently else EVERYTHING
    up = -1
    for rank, level in enumerate(policy.levels):
        if not climb:
            break
        if rank <= reached or level.do not in only or level.do is ActionKind.PRE_DUE_REMINDER:
            continue
        if passed_over(level, values):
            continue
        if level.do in FORMAL:
            break
        up, climb = rank, climb - 1
    return up


# --- what criteria are ---------------------------------------------------------------------------


def names_of(tests: Iterable[Test | None]) -> set[str]:
    return {name for test in tests if test is not None for name in test.criteria}


class Observed:
    """One account on one day: every criterion read on its own, the host's from public values."""

    def __init__(self, policy: Policy, told: Account, s: Standing) -> None:
        self.policy, self.told, self.s = policy, told, s
        as_of = date.fromordinal(s.day)
        self.position = position_of(told, as_of=as_of, conventions=policy.conventions)
        self.items = {item.id: item for item in self.position.open_items}
        self.custom = {one.name: one for one in policy.criteria}

    def amount_in(self, minor: int, currency: str) -> int:
        on = date.fromordinal(self.s.day)
        rates = self.policy.conventions.rates
        return rates.convert(Money(minor, currency), self.policy.currency, on=on).minor

    def of(self, names: Iterable[str], row: Row | None) -> dict[str, Any]:
        """The values of these criteria for an item, in order of name; None asks for the account."""
        return {name: self.value(name, row) for name in sorted(names)}

    def value(self, name: str, row: Row | None) -> Any:
        if name not in self.custom:
            scope = {**READERS, "level_ids": self.policy.compiled.ids, "s": self.s, "r": row}
            scope |= {"a": self.told, "day": self.s.day, "amount_in": self.amount_in}
            return eval(CRITERIA[name].source, scope)  # noqa: S307 (the registry's own text)
        one = self.custom[name]
        if one.scope is Scope.ACCOUNT:
            return self.read(one, self.position, self.told.debtor)
        if row is not None:
            return self.read(one, self.items[row.id], self.position)
        found = [
            self.read(one, self.items[each.id], self.position)
            for each in self.s.rows
            if each.collectable
        ]
        return self.whole(one, found)

    def whole(self, one: Criterion, found: list[Any]) -> Any:
        present = [value for value in found if value is not None]
        match one.aggregates:
            case Aggregate.ANY:
                return True in found
            case Aggregate.ALL:
                return bool(found) and False not in found
            case Aggregate.SUM:
                return sum(present)
            case Aggregate.MAX:
                return max(present, default=None)
            case _:
                return min(present, default=None)

    def read(self, one: Criterion, *given: Any) -> Any:
        """What the host's function gives, if it is what was declared."""
        assert one.read is not None
        try:
            value = one.read(*given)
        except Exception:  # noqa: BLE001 (whatever it is)
            raise Broken(one.name) from None
        right = {
            CriterionType.INTEGER: type(value) is int,
            CriterionType.MONEY: isinstance(value, Money),
            CriterionType.FLAG: type(value) is bool,
            CriterionType.WORD: isinstance(value, str),
            CriterionType.WORDS: isinstance(value, (frozenset, set, tuple, list)),
        }
        if not (right[one.type] or (value is None and one.absent)):
            raise Broken(one.name)
        if isinstance(value, Money):
            value = self.amount_in(value.minor, value.currency)
        if value is not None and one.least is not None and value < one.least:
            raise Broken(one.name)
        if value is not None and one.most is not None and value > one.most:
            raise Broken(one.name)
        if value is not None and one.words and value not in one.words:
            raise Broken(one.name)
        return value


# --- one day -------------------------------------------------------------------------------------


def tests_of(levels: Iterable[Level]) -> list[Test | None]:
    return [test for one in levels for test in (one.when, one.until, one.serves)]


def trigger_tests(triggers: Iterable[Trigger]) -> list[Test | None]:
    return [test for one in triggers for test in (one.when, one.serves)]


class Day:
    """What `Compiled` answers about an account on a day, worked out rule by rule."""

    def __init__(self, policy: Policy, told: Account, s: Standing, *, gently: bool) -> None:
        self.policy, self.s, self.gently = policy, s, gently
        self.see = Observed(policy, told, s)
        self.outward = [(at, one) for at, one in enumerate(policy.triggers) if not one.inside]
        self.holds = [(at, one) for at, one in enumerate(policy.holds) if one.scope is Scope.ITEM]
        self.early = [one for one in policy.levels if one.do is ActionKind.PRE_DUE_REMINDER]
        self.held_tests = [one.when for _, one in self.holds]
        self.late_tests = [
            *tests_of(policy.levels),
            *self.held_tests,
            *trigger_tests(one for _, one in self.outward),
        ]

    def proposals(self) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
        """Earned, held, fired and failed."""
        names = names_of(self.late_tests) | ({"days_past_due"} if self.early else set())
        shared = {name for name in names if self.scope(name) is Scope.ACCOUNT}
        account = self.see.of(shared, None)
        earned: list[Any] = []
        held: list[Any] = []
        fired: list[Any] = []
        failed: list[Any] = []
        for row in self.s.rows:
            if not row.collectable and not (self.early and row.not_yet_due):
                continue
            own = names - shared
            if not row.collectable:
                own &= names_of([*tests_of(self.early), *self.held_tests]) | {"days_past_due"}
            try:
                values = {**account, **self.see.of(own, row)}
                rank = self.rank(row, values)
                holding = next((at for at, one in self.holds if is_met(one.when, values)), None)
                if holding is None:
                    if row.collectable:
                        fired.extend(self.answers(row, values))
                    if rank >= 0:
                        earned.append((rank, row))
                else:
                    answering = bool(row.collectable) and any(
                        self.in_force(one, row, values) for _, one in self.outward
                    )
                    held.append((holding, rank, row, answering))
            except Broken as broken:
                failed.append((str(broken), row))
        return earned, held, fired, failed

    def scope(self, name: str) -> Scope:
        return (self.see.custom.get(name) or CRITERIA[name]).scope

    def rank(self, row: Row, values: Values) -> int:
        if not row.collectable:
            only: tuple[ActionKind, ...] = (ActionKind.PRE_DUE_REMINDER,)
            return climbed(self.policy, row.reached, values, only=only)
        only = REMINDERS if self.gently or row.item.assumed else EVERYTHING
        rank = climbed(self.policy, row.reached, values, only=only)
        if rank < 0:
            rested = self.s.day - row.last_step
            rank = said_again(self.policy, row.reached, rested, values, only=only)
        return rank

    def in_force(self, one: Trigger, row: Row, values: Values) -> bool:
        if one.do not in REMINDERS and (self.gently or row.item.assumed):
            return False
        if not is_met(one.when, values):
            return False
        if one.serves is not None and not is_met(one.serves, values):
            return False
        offered = one.do is ActionKind.PROPOSE_PLAN
        place = row.item.place
        last = self.s.last_offered(place) if offered else self.s.last_spoken(place)
        return one.repeat_every is None or self.s.day - last >= one.repeat_every

    def answers(self, row: Row, values: Values) -> Iterable[tuple[int, int, Row]]:
        gently = self.gently or row.item.assumed
        for at, one in self.outward:
            if self.in_force(one, row, values):
                rank = lifted(self.policy, row.reached, one.climb, values, gently=gently)
                yield at, rank, row

    def alert(self, at: int) -> tuple[list[Row], list[Any]]:
        """The rows that an inside trigger is about, and those on which it fails."""
        one = self.policy.triggers[at]
        names = names_of([one.when, one.serves])
        shared = {name for name in names if self.scope(name) is Scope.ACCOUNT}
        account = self.see.of(shared, None)
        raised, failed = [], []
        for row in self.s.rows:
            try:
                values = {**account, **self.see.of(names - account.keys(), row)}
                if is_met(one.when, values) and (one.serves is None or is_met(one.serves, values)):
                    raised.append(row)
            except Broken as broken:
                failed.append((str(broken), row))
        return raised, failed

    def instead(self, row: Row, ceiling: int) -> int:
        """What an item has earned below a level that may not be taken."""
        to_age = self.policy.pace.climb is Climb.TO_AGE
        if not to_age and not any(one.repeat_every for one in self.policy.levels):
            return -1
        late = {"days_past_due"} if self.early else set()
        names = names_of(tests_of(self.policy.levels)) | late
        shared = {name for name in names if self.scope(name) is Scope.ACCOUNT}
        values = {**self.see.of(shared, None), **self.see.of(names - shared, row)}
        if to_age:
            rank = climbed(self.policy, row.reached, values, ceiling=ceiling)
            if rank >= 0:
                return rank
        return said_again(self.policy, row.reached, self.s.day - row.last_step, values)

    def first(self, rows: Iterable[tuple[int, Test | None]]) -> int:
        """The first of these rules about the account that holds; the values of all are read."""
        rows = list(rows)
        values = self.see.of(names_of(test for _, test in rows), None)
        for at, test in rows:
            if test is None or is_met(test, values):
                return at
        return -1

    def account_hold(self) -> int:
        holds = enumerate(self.policy.holds)
        return self.first((at, one.when) for at, one in holds if one.scope is Scope.ACCOUNT)

    def partner(self) -> int:
        return self.first((at, one.when) for at, one in enumerate(self.policy.partners))

    def style(self, act: ActionKind) -> int:
        styles = list(enumerate(self.policy.styles))
        values = self.see.of(names_of(one.when for _, one in styles), None)
        for at, one in styles:
            if (not one.acts or act in one.acts) and is_met(one.when, values):
                return at
        return -1

    def points(self) -> int:
        points = self.policy.worklist.points
        if points is None:
            return 0
        values = self.see.of(points.criteria, None)
        return points.constant + sum(
            weight * int(values[name] or 0) for name, weight in points.weights.items()
        )
