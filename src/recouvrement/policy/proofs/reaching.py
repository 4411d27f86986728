"""Which rules of a policy can ever decide: proofs that some cannot, whatever the account."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from recouvrement.facts.words import ActionKind
from recouvrement.policy.compiler import FORMAL, REMINDERS
from recouvrement.policy.criteria import Scope
from recouvrement.policy.ladder import Hold, Level, Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.diagrams import ALWAYS, NEVER, Diagram
from recouvrement.policy.proofs.findings import FindingKind, Proof
from recouvrement.policy.proofs.links import Stand, stand_of
from recouvrement.policy.proofs.needs import Needs
from recouvrement.policy.proofs.proposed import Proposed
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.words import Climb

_PRE_DUE, _PLACE = ActionKind.PRE_DUE_REMINDER, ActionKind.PLACE
_OFFER = ActionKind.PROPOSE_PLAN
_NEVER_FIRES, _SHADOWED = FindingKind.NEVER_FIRES, FindingKind.SHADOWED
_DEADLOCK = FindingKind.DEADLOCK


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
        self.needs = Needs(regions, policy)

    def proofs(self) -> Iterator[Proof]:
        """Every rule that cannot decide, once, with what is in its way."""
        levels = list(self.levels())
        dead = {one.rules[0] for one in levels}
        proposed = Proposed(self.needs, dead)
        yield from levels
        yield from proposed.proofs()
        for stand in (Stand.COLLECTABLE, Stand.OPEN):
            yield from self.triggers(stand, proposed)
        for scope in Scope:
            yield from self.holds(scope, proposed)
        yield from self.styles()
        yield from self.partners()

    def first_wanting(self, rule: str, stand: Stand, demands: list[Demand]) -> Proof | Diagram:
        """The proof that a rule lacks something, or the cases in which it has all it needs."""
        whole = self.regions.limit(self.diagrams.all_of(one.needs for one in demands), stand)
        if whole != NEVER:
            return whole
        showing = ALWAYS
        for demand in demands:
            left = self.regions.limit(self.diagrams.both(showing, demand.needs), stand)
            if left == NEVER:
                return Proof(demand.kind, (rule,), demand.against, showing=showing, stand=stand)
            showing = left
        raise AssertionError  # pragma: no cover (one after the other they make the whole)

    # --- levels ----------------------------------------------------------------------------------

    def levels(self) -> Iterator[Proof]:
        """Levels that no item can earn, wherever it stands."""
        needs, of = self.needs, self.regions.of
        for rank, level in enumerate(self.policy.levels):
            stand, when = stand_of(level), of(level.when).maybe
            audience = needs.audience(level.do)
            met = self.regions.limit(self.diagrams.both(when, audience), stand)
            demands = [
                Demand(when, _NEVER_FIRES),
                Demand(needs.below(rank), _NEVER_FIRES),
                Demand(of(level.serves).maybe, _NEVER_FIRES),
                Demand(audience, _NEVER_FIRES),
                Demand(self.diagrams.contrary(needs.until(level).surely), _SHADOWED),
                Demand(needs.worth(level), _DEADLOCK),
                Demand(needs.free, _SHADOWED, needs.holding(met)),
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
        rows = [self.needs.met_surely(other) for other in covering]
        yield from self.covered(level.id, cases, covering, rows, stand_of(level))

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

    def triggers(self, stand: Stand, proposed: Proposed) -> Iterator[Proof]:
        """Triggers that never apply, and outward ones that never give the action."""
        of, both = self.regions.of, self.diagrams.both
        before: list[tuple[Trigger, Diagram]] = []
        for trigger in self.policy.triggers:
            if trigger.inside is not (stand is Stand.OPEN):
                continue
            when, serves = of(trigger.when), of(trigger.serves)
            demands = [Demand(when.maybe, _NEVER_FIRES), Demand(serves.maybe, _NEVER_FIRES)]
            if not trigger.inside:
                audience = self.needs.audience(trigger.do)
                met = self.regions.limit(both(when.maybe, audience), stand)
                demands += [
                    Demand(audience, _NEVER_FIRES),
                    Demand(self.needs.free, _SHADOWED, self.needs.holding(met)),
                ]
            found = self.first_wanting(trigger.id, stand, demands)
            if isinstance(found, Proof):
                yield found
                continue
            lacking = proposed.lacking(trigger.id, found, stand)
            if lacking is not None:
                yield lacking
            elif not trigger.inside:
                first = [(one, row) for one, row in before if _outranks(one, trigger)]
                others, rows = [one for one, _ in first], [row for _, row in first]
                yield from self.covered(trigger.id, found, others, rows, stand)
                before.append((trigger, self.regions.in_force(trigger).surely))

    def holds(self, scope: Scope, proposed: Proposed) -> Iterator[Proof]:
        """Holds that never silence anything, and those that earlier ones always precede."""
        before: list[tuple[Hold, Diagram]] = []
        for hold in self.policy.holds:
            if hold.scope is not scope:
                continue
            region = self.regions.of(hold.when, scope)
            stand = Stand.OPEN if scope is Scope.ITEM else Stand.ACCOUNT
            heard = ALWAYS if scope is Scope.ITEM else self.needs.heard
            demands = [Demand(region.maybe, _NEVER_FIRES), Demand(heard, _NEVER_FIRES)]
            found = self.first_wanting(hold.id, stand, demands)
            if isinstance(found, Proof):
                yield found
                continue
            lacking = proposed.lacking(hold.id, found, stand)
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
            demands = [Demand(region.maybe, _NEVER_FIRES), Demand(self.needs.heard, _NEVER_FIRES)]
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
            demands = [Demand(region.maybe, _NEVER_FIRES), Demand(self.needs.served, _NEVER_FIRES)]
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
    # Days without an offer tell nothing of the days without a word; the other way round they do.
    if every is not None and earlier.do is not _OFFER and later.do is _OFFER:
        return False
    return rested and (earlier.do in REMINDERS or later.do not in REMINDERS)
