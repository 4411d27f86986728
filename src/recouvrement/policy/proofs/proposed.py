"""How far what a policy proposes brings an item, when only that is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from attrs import evolve

from recouvrement.facts.words import ActionKind
from recouvrement.policy.compiler import FORMAL, REMINDERS
from recouvrement.policy.ladder import Level
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Absent, Cell, Span, Word
from recouvrement.policy.proofs.diagrams import NEVER, Diagram
from recouvrement.policy.proofs.findings import FindingKind, Premise, Proof
from recouvrement.policy.proofs.links import Link, Stand, stand_of
from recouvrement.policy.proofs.needs import Needs
from recouvrement.policy.words import Climb

_PRE_DUE = ActionKind.PRE_DUE_REMINDER


class Proposed:
    """How far the policy's own proposals bring an item, for the fixed facts that let it go on."""

    def __init__(self, needs: Needs, dead: set[str]) -> None:
        self.needs = needs
        self.regions, self.policy = needs.regions, needs.policy
        self.diagrams = needs.diagrams
        self.dead = dead
        self.ranks = {level.id: rank for rank, level in enumerate(self.policy.levels)}
        self.moving = frozenset(range(len(self.diagrams.axes))) - self.regions.fixed
        self.counting = _counting(self.policy, self.ranks)
        notices = [one.id for one in self.policy.levels if one.do is ActionKind.FORMAL_NOTICE]
        while True:
            self.noticed = _noticed(self.ranks, notices)
            self.stuck: dict[str, tuple[str, ...]] = {}
            self.open = self.climbed()
            live = [one for one in notices if self.open[self.ranks[one]] != NEVER]
            if live == notices:
                break
            notices = live

    def limit(self, what: Diagram, stand: Stand) -> Diagram:
        """The cases of `what` that only the policy's own proposals bring about."""
        return self.regions.limit(what, stand, self.counting, self.noticed)

    def climbed(self) -> list[Diagram]:
        """For each level, the fixed facts with which an item can come to it."""
        levels = self.policy.levels
        found = [NEVER] * len(levels)
        everyone = self.needs.heard
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
                standing = self.needs.standing(level)
                left = self.diagrams.less(going, standing.surely)
                if left != going:
                    blocking = [level.id]
                going = left

    def earned(self, level: Level) -> Diagram:
        """Where a level is met by an item below it."""
        parts = [
            self.needs.standing(level).maybe,
            self.regions.of(level.when).maybe,
            self.needs.worth(level),
            self.needs.audience(level.do),
            self.needs.free,
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
                        there = self.diagrams.both(fired, self.needs.standing(level).maybe)
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
            cases = self.diagrams.both(self.earned(level), self.needs.below(rank))
            stand = stand_of(level)
            proof = self.lacking(level.id, self.regions.limit(cases, stand), stand)
            if proof is not None:
                found.append(proof)
                continue
            against = self.stuck.get(level.id, ())
            if against in told:
                other = found[told[against]]
                found[told[against]] = evolve(other, rules=(*other.rules, level.id))
            else:
                told[against] = len(found)
                found.append(Proof(FindingKind.DEADLOCK, (level.id,), against, Premise.AS_PROPOSED))
        yield from found

    def lacking(self, rule: str, cases: Diagram, stand: Stand) -> Proof | None:
        """The proof that what the policy proposes never gives a rule what it asks for."""
        notices = [one.id for one in self.policy.levels if one.do is ActionKind.FORMAL_NOTICE]
        against = tuple(one for one in notices if one != rule)
        for link, kind, others in (
            (self.counting, FindingKind.NEVER_FIRES, ()),
            (self.noticed, FindingKind.DEADLOCK, against),
        ):
            left = self.regions.limit(cases, stand, link)
            if left == NEVER:
                return Proof(kind, (rule,), others, Premise.AS_PROPOSED, cases, stand)
            cases = left
        return None


def _counting(policy: Policy, ranks: Mapping[str, int]) -> Link:
    """Each contact that moved an item moved it to a level of its own, unless one recurs."""
    recurring = [rank for rank, level in enumerate(policy.levels) if level.repeat_every]
    counted = min(recurring, default=len(policy.levels))

    def allows(reached: Cell, reminders: Cell) -> bool:
        fewest = reminders.low if isinstance(reminders, Span) else None
        rank = _rank(reached, ranks)
        return fewest is None or rank >= counted or fewest <= rank + 1

    return Link("level_reached", "reminders", allows)


def _noticed(ranks: Mapping[str, int], levels: Iterable[str]) -> Link:
    """A notice names the items that climbed to one of these levels, and only those."""
    first = min((ranks[one] for one in levels), default=None)

    def allows(days: Cell, reached: Cell) -> bool:
        return isinstance(days, Absent) or (first is not None and _rank(reached, ranks) >= first)

    return Link("notice_days", "level_reached", allows)


def _rank(reached: Cell, ranks: Mapping[str, int]) -> int:
    """The rank of the level in a cell, -1 below them all."""
    return ranks.get(reached.word, -1) if isinstance(reached, Word) else -1
