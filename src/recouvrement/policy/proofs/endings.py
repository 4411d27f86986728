"""Where the courses of a policy leave money, each shown by an account that lives through one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Final, NamedTuple

from recouvrement.facts.words import ActionKind
from recouvrement.policy.decision import Action
from recouvrement.policy.engine import decide
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Cell, Key, Span
from recouvrement.policy.proofs.course import Course, Ending, EndKind
from recouvrement.policy.proofs.findings import Doubt, Finding, FindingKind, Premise, Undecided
from recouvrement.policy.proofs.life import Day, life
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.scenes import TERM, Unshowable, scene
from recouvrement.policy.proofs.witnesses import Realising
from recouvrement.policy.review import foreseeable

# So often may something be said before it is taken to be said for ever.
_MOST_TIMES: Final = 40
_MONDAY: Final = date(2026, 6, 15)
_WEEK: Final = 5
_KINDS: Final = {
    EndKind.FORGOTTEN: FindingKind.GAP,
    EndKind.LATE: FindingKind.GAP,
    EndKind.SILENT: FindingKind.DEAD_END,
    EndKind.UNDER_FLOOR: FindingKind.SMALL_BALANCE,
}


class Shown(NamedTuple):
    """The day that shows an ending, the rules it is about, and those in their way."""

    day: Day
    rules: tuple[str, ...]
    against: tuple[str, ...] = ()


class Endings:
    """The endings of one policy; `within` days after the due date something should be said."""

    def __init__(self, regions: Regions, policy: Policy, realising: Realising, within: int) -> None:
        self.regions, self.policy = regions, policy
        self.realising, self.within = realising, within
        # Nobody can tell when a criterion of the host changes: no life of it has an end.
        self.foreseeable = foreseeable(policy)
        self.exhausted = False

    def found(self) -> Iterator[Finding | Undecided]:
        """Each way in which money is left, once, with an account that shows it."""
        claimed: set[tuple[FindingKind, tuple[str, ...]]] = set()
        shown: set[tuple[FindingKind, tuple[str, ...], tuple[str, ...]]] = set()
        doubts: dict[tuple[FindingKind, tuple[str, ...]], Undecided] = {}
        for ending in self.claimed():
            kind = _KINDS[ending.kind]
            rules = (*((ending.last,) if ending.last else ()), *ending.waiting)
            if (kind, rules) in claimed:
                continue
            finding = self.shown(ending)
            if finding is None:
                doubts.setdefault((kind, rules), self.doubt(kind, rules, ending))
                continue
            claimed.add((kind, rules))
            if (kind, finding.rules, finding.against) not in shown:
                shown.add((kind, finding.rules, finding.against))
                yield finding
        yield from (one for key, one in doubts.items() if key not in claimed)
        if self.exhausted:
            yield Undecided((), Doubt.TOO_LARGE, kind=FindingKind.DEAD_END)

    def claimed(self) -> Iterator[Ending]:
        """The endings of items followed from their issue on, and of items that come in old."""
        read = ("days_since_issue", None) in self.regions.diagrams.places
        for term in (TERM, 0) if read else (TERM,):
            course = Course(self.regions, self.policy, within=self.within, term=term)
            for since in (-term, *self.old(course)):
                yield from course.endings(since)
            self.exhausted = self.exhausted or course.exhausted

    def old(self, course: Course) -> Iterator[int]:
        """The age of an item for which every day that rules name has passed, but limitation.

        Where limitation is looked at, also the age of one that is about to be lost.
        """
        ages = ("days_past_due", "days_since_issue", "oldest_days_past_due")
        cells = (
            cell for axis in self.regions.diagrams.axes if axis.name in ages for cell in axis.cells
        )
        days = [cell.low for cell in cells if isinstance(cell, Span) and cell.low is not None]
        yield max([1, self.within, *days]) + 1
        if ("limitation_days", None) in self.regions.diagrams.places and course.silence.limit:
            yield course.silence.limit - 7

    def doubt(self, kind: FindingKind, rules: tuple[str, ...], ending: Ending) -> Undecided:
        """What an ending is that no account shows."""
        hosts = {one.name for one in self.policy.criteria}
        read = self.regions.diagrams.support(ending.region)
        names = {self.regions.given_name(self.regions.diagrams.axes[at].name) for at in read}
        if not self.foreseeable or names & hosts:
            return Undecided(rules, Doubt.DEPENDS_ON_HOST, kind=kind)
        return Undecided(rules, Doubt.NOT_REALISED, kind=kind)

    # --- showing ---------------------------------------------------------------------------------

    def shown(self, ending: Ending) -> Finding | None:
        """The finding that an ending is, on the first account that lives through it."""
        cases = self.realising.cases(ending.region) if self.foreseeable else ()
        # A weekend may hide that something is late by a day.
        dues = range(_WEEK if ending.kind is EndKind.LATE else 1)
        for facts, shift in product(map(self.realising.wanted, cases), dues):
            shown = self.claim(ending, facts, _MONDAY + timedelta(shift))
            if shown is not None and self.realising.has(shown.day.account, shown.day.on, facts):
                return Finding(
                    _KINDS[ending.kind],
                    shown.rules,
                    against=shown.against,
                    premise=Premise.AS_PROPOSED,
                    witness=self.realising.on(shown.day.account, shown.day.on, facts),
                )
        return None

    def claim(self, ending: Ending, facts: dict[Key, Cell], due: date) -> Shown | None:
        """What the life of an account shows of an ending; None when it is another life."""
        age = max(0, ending.since + ending.term)
        begins: dict[Key, Cell] = {
            ("days_past_due", None): Span(ending.since, ending.since),
            ("days_since_issue", None): Span(age, age),
        }
        try:
            since = due + timedelta(ending.since)
            account = scene(self.policy, {**facts, **begins}, day=since)
        except (Unshowable, OverflowError):
            return None
        lived = life(self.policy, account, since)
        if ending.kind is EndKind.LATE:
            return self.late(lived, due)
        story = _Story.of(lived)
        return None if story is None else self.end(ending, story)

    def end(self, ending: Ending, story: _Story) -> Shown | None:
        """What a life that came to an end shows of an ending."""
        holds = {hold.id for hold in self.policy.holds}
        final, because = story.final, story.last.decision.because
        left = not story.asked and not holds.intersection(because)
        if final is None:
            forgotten = left and ending.kind is EndKind.FORGOTTEN
            return Shown(story.last, ending.waiting) if forgotten else None
        if ending.kind is EndKind.UNDER_FLOOR and "floor" in because:
            return Shown(story.last, ending.waiting, (final.rule,))
        if ending.kind is EndKind.SILENT and left and final.kind is not ActionKind.PLACE:
            return Shown(story.last, (final.rule,), ending.waiting)
        return None

    def late(self, lived: Iterable[Day], due: date) -> Shown | None:
        """The day by which something should have been said, when it was only said later."""
        limit = self.policy.conventions.calendar.next_business_day(due + timedelta(self.within))
        first = next((day for day in lived if _demand(day) or day.asked), None)
        if first is None or first.on <= limit:
            return None
        decision = decide(self.policy, first.account, as_of=limit)
        waits = decision.action is None and "pace" not in decision.because
        asking = tuple([task.rule for task in first.decision.tasks if task.rule])
        rules = asking[:1] if first.acted is None else (first.acted.rule,)
        return Shown(Day(limit, first.account, decision), rules) if waits else None


class _Story(NamedTuple):
    """A life that came to an end: its last day, what was demanded last, what was asked since."""

    last: Day
    final: Action | None
    asked: bool

    @classmethod
    def of(cls, lived: Iterable[Day]) -> _Story | None:
        """The story of a life; None when it goes on, or there is something left to say."""
        final, asked, times = None, False, 0
        for day in lived:
            if day.acted is not None:
                times, asked = times + 1, False
                final = _demand(day) or final
            asked = asked or day.asked
            if times > _MOST_TIMES:
                return None
        return cls(day, final, asked) if day.decision.action is None else None


def _demand(day: Day) -> Action | None:
    """What was said that day to ask for money."""
    early = day.acted is not None and day.acted.kind is ActionKind.PRE_DUE_REMINDER
    return None if early else day.acted
