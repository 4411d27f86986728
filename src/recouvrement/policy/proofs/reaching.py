"""Which rules of a policy can ever decide: proofs that some cannot, whatever the account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from attrs import evolve, frozen

from recouvrement.facts.words import ActionKind, DebtorKind
from recouvrement.policy.compiler import FORMAL, REMINDERS
from recouvrement.policy.criteria import Scope
from recouvrement.policy.ladder import Hold, Level, Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Absent, Cell, Span, Word
from recouvrement.policy.proofs.diagrams import ALWAYS, NEVER, Diagram
from recouvrement.policy.proofs.findings import FindingKind, Premise
from recouvrement.policy.proofs.links import Link, Stand, stand_of
from recouvrement.policy.proofs.regions import Region, Regions
from recouvrement.policy.words import Climb

_PRE_DUE, _PLACE = ActionKind.PRE_DUE_REMINDER, ActionKind.PLACE
_NEVER_FIRES, _SHADOWED = FindingKind.NEVER_FIRES, FindingKind.SHADOWED
_DEADLOCK = FindingKind.DEADLOCK


@frozen
class Proof:
    """A finding before its witness: `showing` are the cases that show it, an item standing so."""

    kind: FindingKind
    rules: tuple[str, ...]
    against: tuple[str, ...] = ()
    premise: Premise = Premise.WHATEVER_IS_RECORDED
    showing: Diagram = NEVER
    stand: Stand = Stand.COLLECTABLE


class Demand(NamedTuple):
    """One more thing that a rule needs, and what it means that it cannot be had."""

    needs: Diagram
    kind: FindingKind
    against: tuple[str, ...] = ()


class Reaching:
    """The proofs about one policy; its rules in the order of the document."""

    def __init__(self, regions: Regions, policy: Policy) -> None:
        self.regions = regions
        self.policy = policy
        self.diagrams = regions.diagrams
        self.ids = tuple(level.id for level in policy.levels)
        self.served = regions.kinds(policy.serves)
        self.heard = regions.kinds({*policy.serves, DebtorKind.UNKNOWN})
        self.proposed = _Proposed(regions, policy)

    def proofs(self) -> Iterator[Proof]:
        """Every rule that cannot decide, once, with what is in its way."""
        levels = list(self.levels())
        dead = {one.rules[0] for one in levels}
        ladder = _Ladder(self, dead)
        yield from levels
        yield from ladder.proofs()
        for stand in (Stand.COLLECTABLE, Stand.OPEN):
            yield from self.triggers(stand, ladder)
        for scope in Scope:
            yield from self.holds(scope, ladder)
        yield from self.styles()
        yield from self.partners()

    # --- what every rule meets -------------------------------------------------------------------

    def limit(self, what: Diagram, stand: Stand) -> Diagram:
        """The cases that some account can show."""
        return self.regions.limit(what, stand)

    def first_wanting(self, rule: str, stand: Stand, demands: list[Demand]) -> Proof | Diagram:
        """The proof that a rule lacks something, or the cases in which it has all it needs."""
        whole = self.limit(self.diagrams.all_of(one.needs for one in demands), stand)
        if whole != NEVER:
            return whole
        showing = ALWAYS
        for demand in demands:
            left = self.limit(self.diagrams.both(showing, demand.needs), stand)
            if left == NEVER:
                return Proof(demand.kind, (rule,), demand.against, showing=showing, stand=stand)
            showing = left
        raise AssertionError  # pragma: no cover (one after the other they make the whole)

    def held(self, scope: Scope | None = None) -> Diagram:
        """Where some hold surely silences."""
        return self.diagrams.any_of(
            self.regions.of(hold.when, hold.scope).surely
            for hold in self.policy.holds
            if scope in (None, hold.scope)
        )

    def holding(self, what: Diagram) -> tuple[str, ...]:
        """The holds that silence a part of these cases."""
        return tuple(
            hold.id
            for hold in self.policy.holds
            if self.diagrams.both(what, self.regions.of(hold.when, hold.scope).surely) != NEVER
        )

    def audience(self, do: ActionKind) -> Diagram:
        """The kinds of debtor towards whom an act is done: unknown ones get reminders only."""
        return self.heard if do in REMINDERS else self.served

    # --- levels ----------------------------------------------------------------------------------

    def below(self, rank: int) -> Diagram:
        """Where an item stands below a level, or on it when the level recurs."""
        recurs = self.policy.levels[rank].repeat_every is not None
        return self.regions.reached(self.ids[: rank + recurs], none=True)

    def worth(self, level: Level) -> Diagram:
        """What a formal act needs beside its condition: its floor, a notice that has run out."""
        needed = ALWAYS
        floor = self.policy.floor.of(level.do)
        if floor is not None:
            needed = self.regions.at("collectable", least=floor.minor)
        if level.do is _PLACE:
            needed = self.diagrams.both(needed, self.regions.at("notice_days", least=1))
        return needed

    def standing(self, level: Level) -> Region:
        """Where a level is for an item and not passed over."""
        serves, until = self.regions.of(level.serves), self.until(level)
        return Region(
            self.diagrams.less(serves.surely, until.maybe),
            self.diagrams.less(serves.maybe, until.surely),
        )

    def until(self, level: Level) -> Region:
        """Where a level is passed over for its `until`."""
        if level.until is None:
            return Region(NEVER, NEVER)
        return self.regions.of(level.until)

    def levels(self) -> Iterator[Proof]:
        """Levels that no item can earn, wherever it stands."""
        contrary, of = self.diagrams.contrary, self.regions.of
        for rank, level in enumerate(self.policy.levels):
            stand, when = stand_of(level), of(level.when).maybe
            met = self.limit(self.diagrams.both(when, self.audience(level.do)), stand)
            demands = [
                Demand(when, _NEVER_FIRES),
                Demand(self.below(rank), _NEVER_FIRES),
                Demand(of(level.serves).maybe, _NEVER_FIRES),
                Demand(self.audience(level.do), _NEVER_FIRES),
                Demand(contrary(self.until(level).surely), _SHADOWED),
                Demand(self.worth(level), _DEADLOCK),
                Demand(contrary(self.held()), _SHADOWED, self.holding(met)),
            ]
            found = self.first_wanting(level.id, stand, demands)
            if isinstance(found, Proof):
                yield found
            elif self.policy.pace.climb is Climb.TO_AGE:
                yield from self.outgrown(rank, found)

    def outgrown(self, rank: int, cases: Diagram) -> Iterator[Proof]:
        """Straight to the age it deserves, an item never stops where a higher level is met too.

        A formal level may be denied, so it covers none; nor does a call cover a reminder, which is
        all that some get.
        """
        level = self.policy.levels[rank]
        covering = [
            other
            for other in self.policy.levels[rank + 1 :]
            if other.do not in FORMAL
            and (level.do not in REMINDERS or other.do in REMINDERS)
            and stand_of(other) is stand_of(level)
        ]
        rows = [self.met_surely(other) for other in covering]
        yield from self.covered(level.id, cases, covering, rows, stand_of(level))

    def met_surely(self, level: Level) -> Diagram:
        """Where a level is surely met, and not passed over."""
        return self.diagrams.both(self.standing(level).surely, self.regions.of(level.when).surely)

    def covered(
        self,
        rule: str,
        cases: Diagram,
        others: Sequence[Level | Trigger | Hold],
        rows: Sequence[Diagram],
        stand: Stand,
    ) -> Iterator[Proof]:
        """The proof that all the cases of a rule are others' too."""
        if cases != NEVER and self.diagrams.implies(cases, self.diagrams.any_of(rows)):
            against = tuple(
                other.id
                for other, row in zip(others, rows, strict=True)
                if self.diagrams.both(cases, row) != NEVER
            )
            yield Proof(_SHADOWED, (rule,), against, showing=cases, stand=stand)

    # --- triggers and holds ----------------------------------------------------------------------

    def triggers(self, stand: Stand, ladder: _Ladder) -> Iterator[Proof]:
        """Triggers that never apply, and outward ones that never give the action."""
        of, both = self.regions.of, self.diagrams.both
        before: list[tuple[Trigger, Diagram]] = []
        for trigger in self.policy.triggers:
            if trigger.inside is not (stand is Stand.OPEN):
                continue
            when, serves = of(trigger.when), of(trigger.serves)
            demands = [Demand(when.maybe, _NEVER_FIRES), Demand(serves.maybe, _NEVER_FIRES)]
            if not trigger.inside:
                met = self.limit(both(when.maybe, self.audience(trigger.do)), stand)
                demands += [
                    Demand(self.audience(trigger.do), _NEVER_FIRES),
                    Demand(self.diagrams.contrary(self.held()), _SHADOWED, self.holding(met)),
                ]
            found = self.first_wanting(trigger.id, stand, demands)
            if isinstance(found, Proof):
                yield found
                continue
            lacking = ladder.lacking(trigger.id, found, stand)
            if lacking is not None:
                yield lacking
            elif not trigger.inside:
                first = [(one, row) for one, row in before if _outranks(one, trigger)]
                others, rows = [one for one, _ in first], [row for _, row in first]
                yield from self.covered(trigger.id, found, others, rows, stand)
                before.append((trigger, self.regions.in_force(trigger).surely))

    def holds(self, scope: Scope, ladder: _Ladder) -> Iterator[Proof]:
        """Holds that never silence anything, and those that earlier ones always precede."""
        before: list[tuple[Hold, Diagram]] = []
        for hold in self.policy.holds:
            if hold.scope is not scope:
                continue
            region = self.regions.of(hold.when, scope)
            stand = Stand.OPEN if scope is Scope.ITEM else Stand.ACCOUNT
            heard = ALWAYS if scope is Scope.ITEM else self.heard
            demands = [Demand(region.maybe, _NEVER_FIRES), Demand(heard, _NEVER_FIRES)]
            found = self.first_wanting(hold.id, stand, demands)
            if isinstance(found, Proof):
                yield found
                continue
            lacking = ladder.lacking(hold.id, found, stand)
            if lacking is not None:
                yield lacking
                continue
            others, rows = [one for one, _ in before], [row for _, row in before]
            yield from self.covered(hold.id, found, others, rows, stand)
            before.append((hold, region.surely))

    # --- tables ----------------------------------------------------------------------------------

    def styles(self) -> Iterator[Proof]:
        """Rows that never apply, and rows that earlier ones always precede, act by act."""
        done = {level.do for level in self.policy.levels}
        done |= {trigger.do for trigger in self.policy.triggers if not trigger.inside}
        before: list[tuple[str, frozenset[ActionKind], Diagram]] = []
        for number, row in enumerate(self.policy.styles, 1):
            name = row.id or f"style.{number}"
            region = self.regions.of(row.when, Scope.ACCOUNT)
            acts = frozenset(done & row.acts if row.acts else done)
            demands = [Demand(region.maybe, _NEVER_FIRES), Demand(self.heard, _NEVER_FIRES)]
            found = self.first_wanting(name, Stand.ACCOUNT, demands)
            if isinstance(found, Proof):
                yield found
                continue
            if not acts:
                yield Proof(_NEVER_FIRES, (name,), stand=Stand.ACCOUNT)
                continue
            if all(
                self.diagrams.implies(
                    found, self.diagrams.any_of(one for _, served, one in before if act in served)
                )
                for act in acts
            ):
                against = tuple(
                    other
                    for other, served, one in before
                    if acts & served and self.diagrams.both(found, one) != NEVER
                )
                yield Proof(_SHADOWED, (name,), against, showing=found, stand=Stand.ACCOUNT)
            before.append((name, acts, region.surely))

    def partners(self) -> Iterator[Proof]:
        """Partners to whom no file ever goes."""
        places = any(level.do is _PLACE for level in self.policy.levels)
        earlier: list[str] = []
        taken = NEVER
        for partner in self.policy.partners:
            region = self.regions.of(partner.when, Scope.ACCOUNT)
            demands = [Demand(region.maybe, _NEVER_FIRES), Demand(self.served, _NEVER_FIRES)]
            found = self.first_wanting(partner.id, Stand.ACCOUNT, demands)
            if isinstance(found, Proof):
                yield found
            elif not places:
                yield Proof(_NEVER_FIRES, (partner.id,), stand=Stand.ACCOUNT)
            elif earlier and self.diagrams.implies(found, taken):
                against = tuple(earlier)
                yield Proof(_SHADOWED, (partner.id,), against, showing=found, stand=Stand.ACCOUNT)
            taken = self.diagrams.either(taken, region.surely)
            earlier.append(partner.id)


def _outranks(earlier: Trigger, later: Trigger) -> bool:
    """Whether an earlier trigger is in force whenever both conditions hold and the later one is."""
    every = earlier.repeat_every
    rested = every is None or (later.repeat_every is not None and every <= later.repeat_every)
    return rested and (earlier.do in REMINDERS or later.do not in REMINDERS)


class _Proposed:
    """What is known once only what the policy proposes is recorded."""

    def __init__(self, regions: Regions, policy: Policy) -> None:
        self.regions = regions
        self.policy = policy
        self.ranks = {level.id: rank for rank, level in enumerate(policy.levels)}
        recurring = [rank for rank, level in enumerate(policy.levels) if level.repeat_every]
        self.counted = min(recurring, default=len(policy.levels))

    def counting(self) -> Link:
        """Each contact that moved an item moved it to a level of its own, unless one recurs."""

        def allows(reached: Cell, reminders: Cell) -> bool:
            rank = self.ranks.get(reached.word, -1) if isinstance(reached, Word) else -1
            fewest = reminders.low if isinstance(reminders, Span) else None
            return fewest is None or rank >= self.counted or fewest <= rank + 1

        return Link("level_reached", "reminders", allows)

    def noticed(self, levels: Iterable[str]) -> Link:
        """A notice names the items that climbed to one of these levels, and only those."""
        first = min((self.ranks[one] for one in levels), default=None)

        def allows(days: Cell, reached: Cell) -> bool:
            if isinstance(days, Absent):
                return True
            rank = self.ranks.get(reached.word, -1) if isinstance(reached, Word) else -1
            return first is not None and rank >= first

        return Link("notice_days", "level_reached", allows)


class _Ladder:
    """How far the policy's own proposals bring an item, for the fixed facts that let it go on."""

    def __init__(self, reaching: Reaching, dead: set[str]) -> None:
        self.reaching = reaching
        self.regions, self.policy = reaching.regions, reaching.policy
        self.diagrams = reaching.diagrams
        self.dead = dead
        self.moving = frozenset(range(len(self.diagrams.axes))) - self.regions.fixed
        self.counting = reaching.proposed.counting()
        notices = [one.id for one in self.policy.levels if one.do is ActionKind.FORMAL_NOTICE]
        while True:
            self.noticed = reaching.proposed.noticed(notices)
            self.stuck: dict[str, tuple[str, ...]] = {}
            self.open = self.climbed()
            live = [one for one in notices if self.open[self.rank(one)] != NEVER]
            if live == notices:
                break
            notices = live

    def rank(self, level: str) -> int:
        return self.reaching.proposed.ranks[level]

    def limit(self, what: Diagram, stand: Stand) -> Diagram:
        """The cases of `what` that only the policy's own proposals bring about."""
        links = self.regions.links[0]
        return links.limit(stand, what, [self.counting, self.noticed])

    def climbed(self) -> list[Diagram]:
        """For each level, the fixed facts with which an item can come to it."""
        levels = self.policy.levels
        found = [NEVER] * len(levels)
        everyone = self.reaching.heard
        for start in range(-1, len(levels)):
            here = found[start] if start >= 0 else everyone
            if here == NEVER:
                continue
            ids = [levels[start].id] if start >= 0 else []
            at = self.diagrams.both(here, self.regions.reached(ids, none=start < 0))
            for early, gentle in ((True, False), (False, False), (False, True)):
                for rank, facts in self.walk(start, at, early=early, gentle=gentle):
                    found[rank] = self.diagrams.either(found[rank], facts)
            for rank, facts in self.lifted(start, at):
                found[rank] = self.diagrams.either(found[rank], facts)
        return found

    def walk(
        self, start: int, going: Diagram, *, early: bool, gentle: bool
    ) -> Iterator[tuple[int, Diagram]]:
        """The levels that an item earns next, each with the fixed facts that let it."""
        one_level = self.policy.pace.climb is Climb.ONE_LEVEL
        stand = Stand.NOT_YET_DUE if early else Stand.COLLECTABLE
        here = self.policy.levels[start].id if start >= 0 else None
        blocking: list[str] = []
        for rank in range(start + 1, len(self.policy.levels)):
            level = self.policy.levels[rank]
            if (level.do is _PRE_DUE) is not early or (gentle and level.do not in REMINDERS):
                continue
            earned = self.limit(self.diagrams.both(going, self.earned(level)), stand)
            if earned != NEVER:
                yield rank, self.diagrams.whatever(earned, self.moving)
            elif not early and not gentle:
                # The highest level that items come to is the last to be walked from.
                self.stuck[level.id] = tuple(blocking) or ((here,) if here else ())
            if one_level:
                standing = self.reaching.standing(level)
                left = self.diagrams.less(going, standing.surely)
                if left != going:
                    blocking = [level.id]
                going = left

    def earned(self, level: Level) -> Diagram:
        """Where a level is met by an item below it."""
        parts = [
            self.reaching.standing(level).maybe,
            self.regions.of(level.when).maybe,
            self.reaching.worth(level),
            self.reaching.audience(level.do),
            self.diagrams.contrary(self.reaching.held()),
        ]
        return self.diagrams.all_of(parts)

    def lifted(self, start: int, at: Diagram) -> Iterator[tuple[int, Diagram]]:
        """The levels to which triggers may lift an item."""
        for trigger in self.policy.triggers:
            if trigger.climb:
                fired = self.diagrams.both(at, self.regions.in_force(trigger).maybe)
                for rank in range(start + 1, len(self.policy.levels)):
                    level = self.policy.levels[rank]
                    if level.do not in FORMAL and level.do is not _PRE_DUE:
                        there = self.diagrams.both(fired, self.reaching.standing(level).maybe)
                        there = self.limit(there, Stand.COLLECTABLE)
                        if there != NEVER:
                            yield rank, self.diagrams.whatever(there, self.moving)

    # --- proofs ----------------------------------------------------------------------------------

    def proofs(self) -> Iterator[Proof]:
        """Levels that the policy's own proposals never bring an item to."""
        told: dict[tuple[str, ...], int] = {}
        found: list[Proof] = []
        for rank, level in enumerate(self.policy.levels):
            if level.id in self.dead or self.open[rank] != NEVER:
                continue
            cases = self.diagrams.both(self.earned(level), self.reaching.below(rank))
            stand = stand_of(level)
            proof = self.lacking(level.id, self.reaching.limit(cases, stand), stand)
            if proof is not None:
                found.append(proof)
                continue
            against = self.stuck.get(level.id, ())
            if against in told:
                other = found[told[against]]
                found[told[against]] = evolve(other, rules=(*other.rules, level.id))
            else:
                told[against] = len(found)
                found.append(Proof(_DEADLOCK, (level.id,), against, Premise.AS_PROPOSED))
        yield from found

    def lacking(self, rule: str, cases: Diagram, stand: Stand) -> Proof | None:
        """The proof that what the policy proposes never gives a rule what it asks for."""
        links = self.regions.links[0]
        notices = [one.id for one in self.policy.levels if one.do is ActionKind.FORMAL_NOTICE]
        against = tuple(one for one in notices if one != rule)
        for link, kind, others in (
            (self.counting, _NEVER_FIRES, ()),
            (self.noticed, _DEADLOCK, against),
        ):
            left = links.limit(stand, cases, [link])
            if left == NEVER:
                return Proof(kind, (rule,), others, Premise.AS_PROPOSED, cases, stand)
            cases = left
        return None
