"""What a policy says on a day about one item that is not answered, for every fact that may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from recouvrement.facts.words import ActionKind
from recouvrement.policy.compiler import FORMAL
from recouvrement.policy.ladder import Level, Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.diagrams import NEVER, Diagram
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.silence import Moment, Silence
from recouvrement.policy.words import Climb

_PRE_DUE = ActionKind.PRE_DUE_REMINDER


class Saying(NamedTuple):
    """Something said, and for which facts: a rule, and the level it brings the item to, or -1."""

    region: Diagram
    rule: Level | Trigger
    rank: int


class Sayings:
    """The engine's own reasoning on regions of facts, where it works on one account."""

    def __init__(self, regions: Regions, policy: Policy, silence: Silence) -> None:
        self.regions, self.policy, self.silence = regions, policy, silence
        self.diagrams = regions.diagrams
        self.levels = policy.levels
        self.one_level = policy.pace.climb is Climb.ONE_LEVEL
        self.rungs = [self._rung(level) for level in self.levels]
        force = [(one, regions.in_force(one).surely) for one in policy.triggers]
        self.triggers = [(one, region) for one, region in force if not one.inside]
        self.tasks = [region for one, region in force if one.inside]
        self.holds = [regions.of(one.when, one.scope).surely for one in policy.holds]

    def _rung(self, level: Level) -> tuple[Diagram, Diagram]:
        """Where a level is not passed over, and where it is met."""
        stands = self.regions.of(level.serves).surely
        if level.until is not None:
            stands = self.diagrams.less(stands, self.regions.of(level.until).surely)
        return stands, self.regions.of(level.when).surely

    # --- on a day --------------------------------------------------------------------------------

    def said(self, moment: Moment, region: Diagram) -> list[Saying]:
        """What is said that day, for which facts; nothing while the pace forbids it."""
        state, day, _ = moment
        if not self.silence.paced(state, day):
            return []
        free = self.diagrams.less(region, self.held(moment))
        earned = self.climb(moment, free)
        if not self.silence.ripe(state, day):
            earned = [one for one in earned if one.rule.do is _PRE_DUE]
        earned = [one for each in earned for one in self.allowed(moment, each)]
        return self.answered(moment, free, earned) if day > 0 else earned

    def held(self, moment: Moment) -> Diagram:
        """The facts with which a hold silences the item."""
        given = self.diagrams.given
        return self.diagrams.any_of(given(one, moment.cells) for one in self.holds)

    def asked(self, moment: Moment) -> Diagram:
        """The facts with which a trigger asks something of the house."""
        given = self.diagrams.given
        return self.diagrams.any_of(given(one, moment.cells) for one in self.tasks)

    def stands(self, rank: int, moment: Moment) -> Diagram:
        """The facts for which a level is not passed over."""
        return self.diagrams.given(self.rungs[rank][0], moment.cells)

    def worth(self, rule: Level | Trigger) -> Diagram:
        """The facts with which an act is not below its floor."""
        floor = self.policy.floor.of(rule.do)
        return self.regions.at("collectable", least=0 if floor is None else floor.minor)

    # --- the ladder ------------------------------------------------------------------------------

    def climb(self, moment: Moment, region: Diagram, below: int | None = None) -> list[Saying]:
        """The levels that the ladder proposes, or only those `below` one."""
        diagrams, reached = self.diagrams, moment.state.reached
        early = moment.day <= 0
        ladder = range(reached + 1, len(self.levels) if below is None else below)
        earned, rest, unmet = [], region, NEVER
        for rank in ladder if self.one_level else reversed(ladder):
            level = self.levels[rank]
            if rest == NEVER or (level.do is _PRE_DUE) is not early:
                continue
            stands = diagrams.both(rest, self.stands(rank, moment))
            met = diagrams.both(stands, diagrams.given(self.rungs[rank][1], moment.cells))
            if met != NEVER:
                earned.append(Saying(met, level, rank))
            if self.one_level:
                unmet = diagrams.either(unmet, diagrams.less(stands, met))
                rest = diagrams.less(rest, stands)
            else:
                rest = diagrams.less(rest, met)
        if not early:
            earned += self.again(moment, diagrams.either(rest, unmet))
        return earned

    def again(self, moment: Moment, region: Diagram) -> Iterator[Saying]:
        """The level that an item stands on, when it recurs and has rested."""
        state, day, cells = moment
        if state.reached >= 0 and state.last_step is not None:
            level = self.levels[state.reached]
            stands, when = (self.diagrams.given(one, cells) for one in self.rungs[state.reached])
            met = self.diagrams.all_of([region, stands, when])
            if level.repeat_every and met != NEVER and day - state.last_step >= level.repeat_every:
                yield Saying(met, level, state.reached)

    def allowed(self, moment: Moment, one: Saying) -> Iterator[Saying]:
        """The step, or what is earned instead of a formal one that may not be taken."""
        if one.rule.do not in FORMAL:
            yield one
            return
        respond_by = moment.state.respond_by
        ready = self.worth(one.rule)
        if one.rule.do is ActionKind.PLACE and (respond_by is None or respond_by >= moment.day):
            ready = NEVER
        granted = self.diagrams.both(one.region, ready)
        if granted != NEVER:
            yield one._replace(region=granted)
        denied = self.diagrams.less(one.region, ready)
        if denied != NEVER:
            # One level at a time, nothing else is earned: only what recurs is said again.
            lower = moment.state.reached + 1 if self.one_level else one.rank
            for other in self.climb(moment, denied, lower):
                yield from self.allowed(moment, other)

    # --- triggers --------------------------------------------------------------------------------

    def answered(self, moment: Moment, region: Diagram, earned: list[Saying]) -> list[Saying]:
        """The triggers in force before the steps of the ladder, unless these are formal."""
        diagrams = self.diagrams
        said = [one for one in earned if one.rule.do in FORMAL]
        steps = [one for one in earned if one.rule.do not in FORMAL]
        rest = diagrams.less(region, diagrams.any_of(one.region for one in said))
        for trigger, force in self.triggers:
            fired = diagrams.both(rest, diagrams.given(force, moment.cells))
            if fired == NEVER or not _rested(trigger, moment):
                continue
            rest = diagrams.less(rest, fired)
            for alone, up in self.lifted(moment, trigger, fired):
                left = alone
                for step in steps:
                    along = diagrams.both(alone, step.region)
                    if along != NEVER:
                        said.append(Saying(along, trigger, max(up, step.rank)))
                        left = diagrams.less(left, along)
                if left != NEVER:
                    said.append(Saying(left, trigger, up))
        for step in steps:
            alone = diagrams.both(rest, step.region)
            if alone != NEVER:
                said.append(step._replace(region=alone))
        return said

    def lifted(
        self, moment: Moment, trigger: Trigger, region: Diagram
    ) -> Iterator[tuple[Diagram, int]]:
        """The levels to which a trigger lifts an item: so many above, never a formal one."""
        parts = [(region, -1, trigger.climb)]
        for rank in range(moment.state.reached + 1, len(self.levels)):
            level = self.levels[rank]
            if level.do is _PRE_DUE:
                continue
            stands, going = self.stands(rank, moment), []
            for part, up, left in parts:
                here = self.diagrams.both(part, stands) if left else NEVER
                apart = self.diagrams.less(part, here)
                if here != NEVER:
                    formal = level.do in FORMAL
                    going.append((here, up, 0) if formal else (here, rank, left - 1))
                if apart != NEVER:
                    going.append((apart, up, left))
            parts = going
        for part, up, _ in parts:
            yield part, up


def _rested(trigger: Trigger, moment: Moment) -> bool:
    """Whether a trigger that recurs may speak again."""
    every, contacts = trigger.repeat_every, moment.state.contacts
    return every is None or not contacts or moment.day - contacts[-1] >= every
