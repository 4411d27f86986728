"""What every rule of a policy meets before it can decide: kinds served, holds, ranks, floors."""

from __future__ import annotations

from recouvrement.facts.words import ActionKind, DebtorKind
from recouvrement.policy.compiler import REMINDERS
from recouvrement.policy.ladder import Level
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.diagrams import ALWAYS, NEVER, Diagram
from recouvrement.policy.proofs.regions import Region, Regions


class Needs:
    """The cases in which one policy lets a rule speak, whatever the rule itself asks for."""

    def __init__(self, regions: Regions, policy: Policy) -> None:
        self.regions = regions
        self.policy = policy
        self.diagrams = regions.diagrams
        self.ids = tuple(level.id for level in policy.levels)
        self.served = regions.kinds(policy.serves)
        self.heard = regions.kinds({*policy.serves, DebtorKind.UNKNOWN})
        # Where no hold surely silences.
        self.free = self.diagrams.contrary(
            self.diagrams.any_of(regions.of(one.when, one.scope).surely for one in policy.holds)
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
        if level.do is ActionKind.PLACE:
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

    def met_surely(self, level: Level) -> Diagram:
        """Where a level is surely met, and not passed over."""
        return self.diagrams.both(self.standing(level).surely, self.regions.of(level.when).surely)
