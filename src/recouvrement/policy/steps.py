"""From what items have earned to what may be said today, as one draft or none."""

from __future__ import annotations

from recouvrement.facts.book import NEVER
from recouvrement.facts.words import ActionKind
from recouvrement.policy.case import Case
from recouvrement.policy.compiler import FORMAL, REMINDERS, Earned
from recouvrement.policy.decision import Task
from recouvrement.policy.message import Draft, highest_first
from recouvrement.policy.readings import notices_on
from recouvrement.policy.words import TaskKind
from recouvrement.position.standing import Row

Fired = list[tuple[int, int, Row]]

# Bound once: looking a member up on its enum costs more than comparing it.
_PLACE, _RECORD = ActionKind.PLACE, TaskKind.RECORD_NOTICE


class Steps(Case):
    """The steps of the day, those that cash, floors and notices allow, made into one draft."""

    __slots__ = ()

    def ripe(
        self, earned: Earned, fired: Fired, eligible: list[Row], latest: int, execute: int
    ) -> Draft | None:
        """The steps that may be taken today, made into one draft, with the reasons for it.

        An item whose last step is later than `latest` waits, unless a trigger is in force on it.
        """
        compiled = self.policy.compiled
        demands, early = self.rested(earned, latest, execute)
        if self.spare:
            demands, early = self.uncovered(demands, early)
            fired = self.unpaid(fired)
        dear = [rank for rank, _ in demands if compiled.formal[rank]]
        if dear:
            placing = any(compiled.places[rank] for rank in dear)
            demands = self.allowed(demands, eligible, placing=placing)
        draft = self.demand(demands, eligible)
        if fired and (draft is None or draft.rule.do not in FORMAL):
            answer = self.answer(demands, fired, eligible)
            if answer is not None:
                return answer
        if draft is None:
            draft = self.announcement(early)
        if draft is not None:
            ids, triggers = compiled.ids, self.policy.triggers
            steps = [ids[rank] for rank, _ in draft.earned]
            formal = draft.rule.do in FORMAL
            self.because.settle([*steps, *(triggers[at].id for at, _, _ in fired if formal)])
        return draft

    def rested(self, earned: Earned, latest: int, execute: int) -> tuple[Earned, Earned]:
        """The steps that nothing recent delays: what is due, and what will be."""
        pre_due = self.policy.compiled.pre_due
        demands, early = [], []
        for one in earned:
            rank, row = one
            if pre_due[rank]:
                # Sent after the date, or about no date, it would be no reminder of one.
                if execute <= row.due < NEVER:
                    early.append(one)
            elif row.last_step <= latest or rank <= row.reached:
                # What is said again is no step: the level has its own rhythm.
                demands.append(one)
        return demands, early

    def uncovered(self, demands: Earned, early: Earned) -> tuple[Earned, Earned]:
        """Only what unapplied cash does not cover: first what is due, then what will be."""
        asked = [one for one in demands if self.owes_in(one[1].currency)]
        if len(asked) < len(demands):
            self.because.note("unapplied-cash")
        coming = self.coming(early)
        announced = [one for one in early if coming[one[1].currency] > self.left(one[1].currency)]
        return asked, announced

    def coming(self, early: Earned) -> dict[str, int]:
        """What will be due on these items, per currency."""
        return self.s.totals("not_yet_due", [row for _, row in early])

    def unpaid(self, fired: Fired) -> Fired:
        """The triggers on items that unapplied cash does not cover."""
        kept = [one for one in fired if self.owes_in(one[2].currency)]
        if len(kept) < len(fired):
            self.because.note("unapplied-cash")
        return kept

    def allowed(self, demands: Earned, eligible: list[Row], *, placing: bool) -> Earned:
        """The steps without the formal acts that may not be taken: items wait, or earn another.

        Neither act is worth less than its floor: a notice, all that is owed at agreed dates; a
        placement, what is placed.
        """
        floor, places = self.policy.floor, self.policy.compiled.places
        owed = self.owed
        if self.s.book.assumed:
            owed = self.s.totals("collectable", [row for row in eligible if not row.item.assumed])
        noticing = self.worth(owed, floor.formal_notice)
        if noticing and not placing:
            return demands
        kept = self.permitted(demands, noticing=noticing, placing=True)
        placed = [row for rank, row in kept if places[rank]]
        if placed and not self.worth(self.s.totals("collectable", placed), floor.placement):
            kept = self.permitted(demands, noticing=noticing, placing=False)
        return kept

    def permitted(self, demands: Earned, *, noticing: bool, placing: bool) -> Earned:
        """For each item the highest step it has earned among those that may be taken, if any."""
        compiled, s = self.policy.compiled, self.s
        kept, unnamed = [], set()
        for earned, row in demands:
            rank = earned
            while rank >= 0 and compiled.formal[rank]:
                notices = notices_on(s, row) if compiled.places[rank] else []
                if not (placing if compiled.places[rank] else noticing):
                    self.because.note("floor")
                elif compiled.notices[rank] or (
                    notices and all(one.respond_by < s.day for one in notices)
                ):
                    break
                else:
                    # Placement takes only what a notice named, once it has run out.
                    self.because.note("awaiting-notice")
                    if not notices:
                        unnamed.add(row.item.place)
                rank = compiled.instead(row, rank, s.day, s, self.account, self.amount_in)
            if rank >= 0:
                kept.append((rank, row))
                if compiled.notices[rank]:
                    unnamed.discard(row.item.place)
        self.record_notice(unnamed)
        return kept

    def record_notice(self, places: set[int]) -> None:
        """A task for the items that wait for a notice nobody recorded, unless it is there."""
        known = {one for task in self.tasks if task.kind is _RECORD for one in task.invoices}
        ids = [row.id for row in self.s.rows if row.item.place in places and row.id not in known]
        if ids:
            self.tasks.append(Task(_RECORD, tuple(ids)))

    def demand(self, demands: Earned, eligible: list[Row]) -> Draft | None:
        """The highest step earned, with the other steps and items that the same message carries.

        Its amounts are what is due on them less all unapplied cash.
        """
        levels = self.policy.levels
        demands = highest_first(demands)
        while demands:
            top = levels[demands[0][0]]
            steps, listed = demands, eligible
            if top.do is _PLACE:
                # Handed over are the items that earned it, and no other.
                steps = [one for one in demands if levels[one[0]].do is top.do]
                listed = [row for _, row in steps]
            elif self.s.book.assumed and top.do not in REMINDERS:
                # A date that nobody agreed gets reminders only.
                steps = [one for one in demands if not one[1].item.assumed]
                listed = [row for row in eligible if not row.item.assumed]
            due = self.owed if listed is eligible else self.s.totals("collectable", listed)
            if not self.spare:
                return Draft(top, steps, listed, due)
            asked = self.asked(due)
            covered = [one for one in steps if one[1].currency not in asked]
            if not covered:
                listed = [row for row in listed if row.currency in asked]
                return Draft(top, steps, listed, asked)
            # The cash covers a part that would have been asked for apart: what is left decides.
            self.because.note("unapplied-cash")
            demands = [one for one in demands if one not in covered]
        return None

    def answer(self, demands: Earned, fired: Fired, eligible: list[Row]) -> Draft | None:
        """What the first trigger in force says, with the steps of the ladder that ride along."""
        compiled, triggers = self.policy.compiled, self.policy.triggers
        fired = sorted(fired, key=lambda one: one[0])
        climbed = {row.item.place: rank for rank, row in demands if not compiled.formal[rank]}
        while fired:
            rule, listed = triggers[fired[0][0]], eligible
            targets: dict[int, int] = {}
            for _, target, row in fired:
                targets[row.item.place] = max(target, targets.get(row.item.place, -1))
            if self.s.book.assumed and rule.do not in REMINDERS:
                listed = [row for row in eligible if not row.item.assumed]
            asked = self.asked(self.s.totals("collectable", listed))
            if all(row.currency in asked for _, _, row in fired):
                listed = [row for row in listed if row.currency in asked]
                best = [
                    (max(climbed.get(row.item.place, -1), targets.get(row.item.place, -1)), row)
                    for row in listed
                ]
                steps = highest_first([one for one in best if one[0] >= 0])
                ids = compiled.ids
                beyond = [
                    ids[rank] for rank, row in steps if rank > targets.get(row.item.place, -1)
                ]
                self.because.settle([*(triggers[at].id for at, _, _ in fired), *beyond])
                return Draft(rule, steps, listed, asked)
            self.because.note("unapplied-cash")
            fired = [one for one in fired if one[2].currency in asked]
        return None

    def announcement(self, early: Earned) -> Draft | None:
        """A reminder of what will be due: it never lists what is late, so it demands nothing."""
        if not early:
            return None
        coming = self.coming(early)
        amounts = {currency: minor - self.left(currency) for currency, minor in coming.items()}
        early = highest_first(early)
        return Draft(self.policy.levels[early[0][0]], early, [], amounts)
