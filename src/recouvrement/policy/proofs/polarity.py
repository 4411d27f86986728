"""Rules that stop being true as things worsen: a debtor who gets worse is then spoken to less."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from recouvrement.policy.condition import Condition
from recouvrement.policy.criteria import Worse
from recouvrement.policy.ladder import Level, Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Absent
from recouvrement.policy.proofs.diagrams import NEVER, Diagram
from recouvrement.policy.proofs.findings import Finding, FindingKind
from recouvrement.policy.proofs.links import Stand, stand_of
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.witnesses import Realising


class Polarity:
    """The levels and outward triggers of one policy, held against what each criterion declares."""

    def __init__(self, regions: Regions, policy: Policy, realising: Realising) -> None:
        self.regions, self.policy, self.realising = regions, policy, realising
        self.diagrams = regions.diagrams

    def found(self) -> Iterator[Finding]:
        """Each rule that may stop being true, with a case that a worse one silences.

        A criterion that does not say which way is worse may do so whichever way it moves; fixed
        facts do not move.
        """
        rules: list[Level | Trigger] = [*self.policy.levels]
        rules += [one for one in self.policy.triggers if not one.inside]
        for rule in rules:
            if isinstance(rule.when, Condition):
                case = self.falling(self.regions.of(rule.when).surely, stand_of(rule))
                if case is not None:
                    yield self.finding(rule, case)

    def falling(self, when: Diagram, stand: Stand) -> Diagram | None:
        """Cases in which a condition holds that no longer does in a worse one."""
        for place in sorted(self.diagrams.support(when) - self.regions.fixed):
            axis = self.diagrams.axes[place]
            worse = self.regions.criteria[axis.name].worse
            # From the mildest to the worst: where there is no value, nothing has happened.
            cells = [at for at, cell in enumerate(axis.cells) if not isinstance(cell, Absent)]
            if worse is Worse.DOWN:
                cells.reverse()
            absent = [at for at, cell in enumerate(axis.cells) if isinstance(cell, Absent)]
            steps = [*absent, *cells]
            pairs = list(pairwise(steps))
            if worse is Worse.NEITHER:
                pairs += [(after, before) for before, after in pairs]
            for mild, bad in pairs:
                lost = self.diagrams.less(
                    self.diagrams.given(when, {place: mild}),
                    self.diagrams.given(when, {place: bad}),
                )
                milder, worst = (self.here(lost, place, cell, stand) for cell in (mild, bad))
                if NEVER not in {milder, worst}:
                    return milder
        return None

    def here(self, what: Diagram, place: int, cell: int, stand: Stand) -> Diagram:
        """The cases in one cell of an axis that some account can show."""
        only = self.diagrams.axes[place].cells[cell]
        there = self.diagrams.where(place, lambda one: one == only)
        return self.regions.limit(self.diagrams.both(what, there), stand)

    def finding(self, rule: Level | Trigger, cases: Diagram) -> Finding:
        """The finding, with a case in which the rule still holds."""
        witness = self.realising.best(cases)
        return Finding(FindingKind.NON_MONOTONE, (rule.id,), witness=witness)
