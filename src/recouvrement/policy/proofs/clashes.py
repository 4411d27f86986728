"""Triggers that clash: two answers to one event, and answers that are given again and again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations, islice
from typing import Final

from recouvrement.facts.account import Account
from recouvrement.policy.ladder import Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Absent
from recouvrement.policy.proofs.diagrams import NEVER, Diagram
from recouvrement.policy.proofs.findings import Doubt, Finding, FindingKind, Undecided
from recouvrement.policy.proofs.life import Day, life
from recouvrement.policy.proofs.links import Stand
from recouvrement.policy.proofs.needs import Needs
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.scenes import BEFORE_CONTACT, DAY
from recouvrement.policy.proofs.witnesses import Realising, Witness

# Criteria that say that something happened: two triggers that read the same one answer it both.
EVENTS: Final = frozenset(
    {
        "bounced",
        "days_since_broken_promise",
        "days_since_missed_instalment",
        "days_since_partly_kept_promise",
        "days_since_returned_payment",
        "days_since_vague_promise",
        "dispute_overdue",
        "disputed",
        "insolvent",
        "limitation_days",
        "over_limit",
        "plan_state",
        "silence",
        "unanswered",
    }
)
_DAYS: Final = 60


class Clashes:
    """What the outward triggers of one policy do to each other, and to the debtor."""

    def __init__(self, regions: Regions, policy: Policy, realising: Realising) -> None:
        self.regions, self.policy, self.realising = regions, policy, realising
        self.diagrams = regions.diagrams
        self.needs = Needs(regions, policy)
        self.outward = [one for one in policy.triggers if not one.inside]

    def cases(self, trigger: Trigger) -> Diagram:
        """Where a trigger is surely in force, and no hold silences it."""
        parts = [
            self.regions.in_force(trigger).surely,
            self.needs.served,
            self.needs.free,
        ]
        return self.regions.limit(self.diagrams.all_of(parts), Stand.COLLECTABLE)

    # --- two answers -----------------------------------------------------------------------------

    def overlaps(self) -> Iterator[Finding | Undecided]:
        """Pairs that answer one event by two acts, where neither is an exception of the other."""
        for one, other in combinations(self.outward, 2):
            if (one.do, one.channel) == (other.do, other.channel):
                continue
            if not one.when.criteria & other.when.criteria & EVENTS:
                continue
            first, second = self.cases(one), self.cases(other)
            shared = self.diagrams.both(first, second)
            if shared in (NEVER, first, second):
                continue
            witness = self.seen(shared, one, other)
            if witness is None:
                rules, kind = (one.id, other.id), FindingKind.OVERLAP
                yield Undecided(rules, Doubt.NOT_REALISED, kind=kind)
            else:
                yield Finding(FindingKind.OVERLAP, (other.id,), against=(one.id,), witness=witness)

    def seen(self, shared: Diagram, one: Trigger, other: Trigger) -> Witness | None:
        """A case in which both are in force, and the first of them speaks."""
        witnesses = map(self.realising.shown, self.realising.cases(shared))
        return next((found for found in witnesses if found and _rest_on(found, one, other)), None)

    # --- again and again -------------------------------------------------------------------------

    def hounding(self) -> Iterator[Finding]:
        """Triggers that speak as often as the pace allows, since speaking does not silence them."""
        for trigger in self.outward:
            if trigger.repeat_every is None:
                spoken = [
                    self.regions.at(name, [Absent()])
                    for name in BEFORE_CONTACT
                    if (name, None) in self.diagrams.places
                ]
                again = self.diagrams.all_of([self.cases(trigger), *spoken])
                for cells in self.realising.cases(self.regions.limit(again, Stand.COLLECTABLE)):
                    witness = self.realising.shown(cells)
                    account = None if witness is None else witness.account
                    if account is not None and self.hounds(trigger, account):
                        yield Finding(FindingKind.HOUNDS, (trigger.id,), witness=witness)
                        break

    def hounds(self, trigger: Trigger, account: Account) -> bool:
        """Whether a trigger speaks on that day, and again as soon as it may."""
        days = islice(life(self.policy, account, DAY), _DAYS)
        said = list(islice((day for day in days if day.acted is not None), 2))
        if len(said) < 2 or said[0].on != DAY:
            return False
        first, second = said
        calendar = self.policy.conventions.calendar
        pace = timedelta(self.policy.pace.between_contacts)
        allowed = calendar.next_business_day(first.on + pace)
        return _rule(first) == _rule(second) == trigger.id and second.on <= allowed


def _rest_on(witness: Witness, *rules: Trigger) -> bool:
    """Whether what was decided rests on all these rules."""
    decision = witness.decision
    return decision is not None and {one.id for one in rules} <= set(decision.because)


def _rule(day: Day) -> str | None:
    return None if day.acted is None else day.acted.rule
