"""A policy's conditions turned into one module of Python, generated from validated nodes only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import frozen

from recouvrement.facts.words import ActionKind
from recouvrement.policy.condition import Comparison
from recouvrement.policy.criteria import READERS, CriterionType, Scope
from recouvrement.policy.expressions import Vocabulary, variable
from recouvrement.policy.ladder import Level, Test, Trigger
from recouvrement.policy.words import Climb
from recouvrement.position.standing import Row

if TYPE_CHECKING:
    from recouvrement.policy.policy import Policy

# Kind unknown, or a due date that nobody agreed: reminders only.
REMINDERS = frozenset({ActionKind.PRE_DUE_REMINDER, ActionKind.REMIND})
FORMAL = frozenset({ActionKind.FORMAL_NOTICE, ActionKind.PLACE})
_PRE_DUE = ActionKind.PRE_DUE_REMINDER

Ladder: TypeAlias = "list[tuple[int, Level]]"
Earned: TypeAlias = "list[tuple[int, Row]]"
Silenced: TypeAlias = "tuple[int, int, Row, bool]"
Failed: TypeAlias = "list[tuple[str, Row]]"
Proposals: TypeAlias = "tuple[Earned, list[Silenced], list[tuple[int, int, Row]], Failed]"
Alerts: TypeAlias = "tuple[list[Row], Failed, list[Row]]"


@frozen
class Compiled:
    """What deciding needs of a policy, computed once.

    `climb(reached, *criteria)` gives the rank an item has earned, or -1; `climb_gently` does so
    with reminders alone, and `announce` with pre-due reminders alone. `propose(rows, day, s, a,
    amount_in, gently)` gives four lists: earned (rank, row); (hold, rank, row, answering) for each
    row that a hold of item scope silenced, and whether a trigger was in force on it; (trigger,
    rank, row) for each outward trigger in force, the rank being the one it climbs to or -1; and
    (name, row) where a host's criterion failed.
    `alerts` are the triggers that stay inside, each with the function of (rows, day, s, a,
    amount_in) that gives the rows it is about, (name, row) for those on which a host's criterion
    failed, and those without a rate. `instead(r, ceiling, day, s, a, amount_in)` gives the rank
    that a row has earned below one that may not be taken, or -1: one level at a time, it waits, or
    hears again what recurs. `account_hold`, `style` and `partner` give the index of the first that
    applies, or -1; `points` the numerator of the worklist's points.
    """

    source: str
    arguments: tuple[str, ...]
    climb: Callable[..., int]
    climb_gently: Callable[..., int]
    announce: Callable[..., int]
    propose: Callable[..., Proposals]
    alerts: tuple[tuple[int, Callable[..., Alerts]], ...]
    instead: Callable[..., int]
    account_hold: Callable[..., int]
    style: Callable[..., int]
    partner: Callable[..., int]
    points: Callable[..., int]
    ids: tuple[str, ...]
    ranks: Mapping[str, int]
    pre_due: tuple[bool, ...]
    notices: tuple[bool, ...]
    places: tuple[bool, ...]
    formal: tuple[bool, ...]
    last_reminder: int
    item_money: bool
    account_money: bool


def compiled_from(policy: Policy) -> Compiled:
    """The generated functions of a policy; its text never reaches the generator, only nodes."""
    levels = policy.levels
    writer = _Writer(policy)
    source = writer.source()
    acts = [level.do for level in levels]
    ids = tuple(level.id for level in levels)
    scope = defined_by(source, **writer.vocabulary.scope, level_ids=ids)
    criteria = writer.vocabulary.criteria
    used = writer.vocabulary.names(
        [
            *writer.tests_of(writer.ladder),
            *(hold.when for hold in policy.holds),
            *writer.trigger_tests(one for _, one in writer.outward),
        ]
    )
    money = [criteria[name] for name in used if criteria[name].type is CriterionType.MONEY]
    return Compiled(
        source=source,
        arguments=writer.arguments,
        climb=scope["climb"],
        climb_gently=scope["climb_gently"],
        announce=scope["announce"],
        propose=scope["propose"],
        alerts=tuple([(at, scope[f"alert_{at}"]) for at, _ in writer.inside]),
        instead=scope["instead"],
        account_hold=scope["account_hold"],
        style=scope["style"],
        partner=scope["partner"],
        points=scope["points"],
        ids=ids,
        ranks={level: rank for rank, level in enumerate(ids)},
        pre_due=tuple([act is _PRE_DUE for act in acts]),
        notices=tuple([act is ActionKind.FORMAL_NOTICE for act in acts]),
        places=tuple([act is ActionKind.PLACE for act in acts]),
        formal=tuple([act in FORMAL for act in acts]),
        last_reminder=max((rank for rank, _ in writer.gentle), default=-1),
        item_money=any(one.scope is Scope.ITEM for one in money),
        account_money=any(one.scope is Scope.ACCOUNT for one in money),
    )


def defined_by(source: str, **given: object) -> dict[str, Any]:
    """What generated source defines, with the readers of criteria and what is `given` at hand."""
    scope: dict[str, Any] = {**READERS, **given}
    # Every token of the source comes from the table of criteria, or is the repr of a constant.
    exec(compile(source, "<policy>", "exec"), scope)  # noqa: S102
    return scope


class _Writer:
    """The source of one policy's module, function by function."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.vocabulary = Vocabulary(policy.criteria)
        self.one_level = policy.pace.climb is Climb.ONE_LEVEL
        self.ladder: Ladder = list(enumerate(policy.levels))
        self.gentle = [(rank, level) for rank, level in self.ladder if level.do in REMINDERS]
        self.early = [(rank, level) for rank, level in self.ladder if level.do is _PRE_DUE]
        self.arguments = self.criteria_of(self.ladder)
        self.announced = self.criteria_of(self.early)
        self.outward = [(at, one) for at, one in enumerate(policy.triggers) if not one.inside]
        self.inside = [(at, one) for at, one in enumerate(policy.triggers) if one.inside]
        self.recurring = [(rank, level) for rank, level in self.ladder if level.repeat_every]

    def source(self) -> str:
        return "\n".join(
            [
                *self.climb("climb", self.ladder, self.arguments),
                *self.climb("climb_gently", self.gentle, self.arguments),
                *self.climb("announce", self.early, self.announced),
                *self.again("again", self.recurring),
                *self.again("again_gently", [one for one in self.recurring if one in self.gentle]),
                *self.step_up("step_up", self.ladder),
                *self.step_up("step_up_gently", self.gentle),
                *self.propose(),
                *self.alerts(),
                *self.instead(),
                *self.account_hold(),
                *self.style(),
                *self.partner(),
                *self.points(),
            ]
        )

    # --- the ladder ------------------------------------------------------------------------------

    def tests_of(self, ladder: Ladder) -> Iterator[Test]:
        for _, level in ladder:
            yield from (one for one in (level.when, level.until, level.serves) if one is not None)

    def trigger_tests(self, triggers: Iterable[Trigger]) -> Iterator[Test]:
        for one in triggers:
            yield one.when
            if one.serves is not None:
                yield one.serves

    def criteria_of(self, ladder: Ladder) -> tuple[str, ...]:
        """The criteria that a ladder asks for; `days_past_due` beside a pre-due reminder."""
        names = {"days_past_due"} if any(level.do is _PRE_DUE for _, level in ladder) else set()
        return tuple(sorted(names | self.vocabulary.names(self.tests_of(ladder))))

    def climb(self, name: str, ladder: Ladder, arguments: tuple[str, ...]) -> Iterator[str]:
        """One level at a time: the first level above that is not passed over decides alone."""
        yield f"def {name}({', '.join(['reached', *map(variable, arguments)])}):"
        for rank, level in ladder if self.one_level else reversed(ladder):
            tests, met = self.tests(rank, level)
            if self.one_level:
                yield f"    if {' and '.join(tests)}:"
                yield f"        return {rank} if {met} else -1"
            else:
                yield f"    if {' and '.join([*tests, met])}:"
                yield f"        return {rank}"
        yield "    return -1"

    def above(self, rank: int, level: Level) -> list[str]:
        """When a level stands above an item and is not passed over."""
        return [f"reached < {rank}", *self.standing(level)]

    def standing(self, level: Level) -> list[str]:
        """When a level is not passed over."""
        test, tests = self.vocabulary.test, []
        if level.serves is not None:
            tests.append(test(level.serves))
        if level.until is not None:
            tests.append(f"not {test(level.until)}")
        if level.do is _PRE_DUE:
            # Once late, an item passes over what comes before the due date, whatever is written.
            late = self.vocabulary.expression(Comparison("days_past_due", ">=", 1))
            tests.append(f"not {late}")
        return tests

    def tests(self, rank: int, level: Level) -> tuple[list[str], str]:
        """When a level is above an item and not passed over, and when it is met."""
        return self.above(rank, level), self.vocabulary.test(level.when)

    def again(self, name: str, recurring: Ladder) -> Iterator[str]:
        """The level an item stands on, when it is time to speak of it again."""
        if recurring:
            given = ["reached", "rested", *map(variable, self.arguments)]
            yield f"def {name}({', '.join(given)}):"
            for rank, level in recurring:
                tests = [f"reached == {rank}", f"rested >= {level.repeat_every}"]
                tests += [*self.standing(level), self.vocabulary.test(level.when)]
                yield f"    if {' and '.join(tests)}:"
                yield f"        return {rank}"
            yield "    return -1"

    def step_up(self, name: str, ladder: Ladder) -> Iterator[str]:
        """The level a trigger climbs to: so many above, never a formal one; or where it stands."""
        if any(one.climb for _, one in self.outward):
            yield f"def {name}({', '.join(['reached', 'left', *map(variable, self.arguments)])}):"
            yield "    up = -1"
            for rank, level in ladder:
                if level.do is not _PRE_DUE:
                    yield f"    if left and {' and '.join(self.above(rank, level))}:"
                    if level.do in FORMAL:
                        yield "        return up"
                    yield f"        up, left = {rank}, left - 1"
            yield "    return up"

    # --- proposing -------------------------------------------------------------------------------

    def propose(self) -> Iterator[str]:
        """The loop over open items."""
        names = self.vocabulary.names
        silencing = [
            (at, hold) for at, hold in enumerate(self.policy.holds) if hold.scope is Scope.ITEM
        ]
        held = names(hold.when for _, hold in silencing)
        fired = names(self.trigger_tests(one for _, one in self.outward))
        late = held.union(self.arguments, fired)
        yield "def propose(rows, day, s, a, amount_in, gently):"
        yield "    earned, held, fired, failed = [], [], [], []"
        yield from self.vocabulary.assignments(late, Scope.ACCOUNT, "    ")
        yield "    for r in rows:"
        indent = "        "
        guarded = self.vocabulary.coded(
            [
                *self.tests_of(self.ladder),
                *(hold.when for _, hold in silencing),
                *self.trigger_tests(one for _, one in self.outward),
            ]
        )
        if guarded:
            yield f"{indent}try:"
            indent += "    "
        body = [
            "if r.collectable:",
            *self.vocabulary.assignments(late, Scope.ITEM, "    "),
            *self.earn(),
            *self.early_lines(held),
            "else:",
            "    continue",
        ]
        yield from (f"{indent}{line}" for line in body)
        for at, hold in silencing:
            yield f"{indent}if {self.vocabulary.test(hold.when)}:"
            yield f"{indent}    held.append(({at}, rank, r, {self.answering()}))"
            yield f"{indent}    continue"
        yield from (f"{indent}{line}" for line in self.fire())
        if guarded:
            yield "        except CriterionFailed as failure:"
            yield "            failed.append((failure.name, r))"
            yield "            continue"
        yield "        if rank >= 0:"
        yield "            earned.append((rank, r))"
        yield "    return earned, held, fired, failed"

    def earn(self) -> Iterator[str]:
        """The rank a late item has earned."""
        given = ", ".join(["r.reached", *map(variable, self.arguments)])
        again = ", ".join(["r.reached", "day - r.last_step", *map(variable, self.arguments)])
        yield "    if gently or r.item.assumed:"
        yield f"        rank = climb_gently({given})"
        if any(one in self.gentle for one in self.recurring):
            yield "        if rank < 0:"
            yield f"            rank = again_gently({again})"
        yield "    else:"
        yield f"        rank = climb({given})"
        if self.recurring:
            yield "        if rank < 0:"
            yield f"            rank = again({again})"

    def early_lines(self, held: set[str]) -> Iterator[str]:
        """What an item not yet due has earned, if the ladder speaks before the date."""
        if self.early:
            given = ", ".join(["r.reached", *map(variable, self.announced)])
            yield "elif r.not_yet_due:"
            yield from self.vocabulary.assignments(held.union(self.announced), Scope.ITEM, "    ")
            yield f"    rank = announce({given})"

    def fire(self) -> Iterator[str]:
        """The outward triggers in force on a late item."""
        if not self.outward:
            return
        yield "if r.collectable:"
        arguments = ["r.reached", "{climb}", *map(variable, self.arguments)]
        for at, one in self.outward:
            yield f"    if {self.in_force(one)}:"
            if not one.climb:
                yield f"        fired.append(({at}, -1, r))"
                continue
            given = ", ".join(arguments).format(climb=one.climb)
            yield "        if gently or r.item.assumed:"
            yield f"            fired.append(({at}, step_up_gently({given}), r))"
            yield "        else:"
            yield f"            fired.append(({at}, step_up({given}), r))"

    def in_force(self, one: Trigger) -> str:
        """Whether an outward trigger is in force on a late item."""
        tests = [self.vocabulary.test(test) for test in self.trigger_tests([one])]
        if one.repeat_every:
            # A reminder, a call and a visit are one another's equals; an offer is not.
            last = "offered" if one.do is ActionKind.PROPOSE_PLAN else "spoken"
            tests.append(f"day - s.last_{last}(r.item.place) >= {one.repeat_every}")
        if one.do not in REMINDERS:
            tests.insert(0, "not gently and not r.item.assumed")
        return " and ".join(tests)

    def answering(self) -> str:
        """Whether some outward trigger is in force on an item that a hold silences."""
        fires = " or ".join([f"({self.in_force(one)})" for _, one in self.outward])
        return f"r.collectable > 0 and ({fires})" if fires else "False"

    def alerts(self) -> Iterator[str]:
        """What each trigger that stays inside asks of the house, about any open item."""
        for at, one in self.inside:
            tests = list(self.trigger_tests([one]))
            names = self.vocabulary.names(tests)
            met = " and ".join(map(self.vocabulary.test, tests))
            yield f"def alert_{at}(rows, day, s, a, amount_in):"
            yield "    raised, failed, unpriced = [], [], []"
            yield from self.vocabulary.assignments(names, Scope.ACCOUNT, "    ")
            yield "    for r in rows:"
            yield "        try:"
            yield from self.vocabulary.assignments(names, Scope.ITEM, "            ")
            yield f"            if {met}:"
            yield "                raised.append(r)"
            yield "        except CriterionFailed as failure:"
            yield "            failed.append((failure.name, r))"
            yield "        except OutsideCoverage:"
            yield "            unpriced.append(r)"
            yield "    return raised, failed, unpriced"

    def instead(self) -> Iterator[str]:
        """What an item has earned below a level that may not be taken."""
        yield "def instead(r, ceiling, day, s, a, amount_in):"
        if self.recurring or not self.one_level:
            yield from self.vocabulary.assignments(self.arguments, Scope.ACCOUNT, "    ")
            yield from self.vocabulary.assignments(self.arguments, Scope.ITEM, "    ")
        if not self.one_level:
            yield "    reached = r.reached"
            for rank, level in reversed(self.ladder):
                tests, met = self.tests(rank, level)
                yield f"    if {rank} < ceiling and {' and '.join([*tests, met])}:"
                yield f"        return {rank}"
        if self.recurring:
            given = ", ".join(map(variable, self.arguments))
            yield f"    return again(r.reached, day - r.last_step, {given})"
        else:
            yield "    return -1"

    # --- rules about the account -----------------------------------------------------------------

    def account_hold(self) -> Iterator[str]:
        silencing = [
            (at, hold.when)
            for at, hold in enumerate(self.policy.holds)
            if hold.scope is Scope.ACCOUNT
        ]
        yield from self.first("account_hold", "day, s, a, amount_in", silencing)

    def style(self) -> Iterator[str]:
        rows = list(enumerate(self.policy.styles))
        names = self.vocabulary.names(row.when for _, row in rows)
        yield "def style(act, day, s, a, amount_in):"
        yield from self.vocabulary.overall(names, "    ")
        for at, row in rows:
            acts = f"act in {tuple(sorted(map(str, row.acts)))!r} and " if row.acts else ""
            yield f"    if {acts}{self.vocabulary.test(row.when)}:"
            yield f"        return {at}"
        yield "    return -1"

    def partner(self) -> Iterator[str]:
        rows = [(at, one.when) for at, one in enumerate(self.policy.partners)]
        yield from self.first("partner", "day, s, a, amount_in", rows)

    def first(
        self, name: str, given: str, rows: Sequence[tuple[int, Test | None]]
    ) -> Iterator[str]:
        """The index of the first row whose condition holds; without one it always does."""
        yield f"def {name}({given}):"
        yield from self.vocabulary.overall(self.vocabulary.names(when for _, when in rows), "    ")
        for at, when in rows:
            yield f"    if {'True' if when is None else self.vocabulary.test(when)}:"
            yield f"        return {at}"
        yield "    return -1"

    def points(self) -> Iterator[str]:
        points = self.policy.worklist.points
        yield "def points(day, s, a, amount_in):"
        if points is None:
            yield "    return 0"
            return
        yield from self.vocabulary.overall(points.weights, "    ")
        terms = [f"{weight} * ({variable(name)} or 0)" for name, weight in points.weights.items()]
        yield f"    return {' + '.join([*terms, str(points.constant)])}"
