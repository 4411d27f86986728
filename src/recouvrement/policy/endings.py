"""Where the courses of a policy leave money, each shown by an account that lives through one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from recouvrement.facts.words import ActionKind
from recouvrement.policy.cells import Axis, Span
from recouvrement.policy.course import Course, EndKind, Ending
from recouvrement.policy.engine import decide
from recouvrement.policy.findings import Doubt, Finding, FindingKind, Premise, Undecided
from recouvrement.policy.life import Day, life
from recouvrement.policy.policy import Policy
from recouvrement.policy.regions import Regions
from recouvrement.policy.review import foreseeable
from recouvrement.policy.scenes import DAY, scene
from recouvrement.policy.witnesses import Realising, Witness

# So often may something be said before it is taken to be said for ever.
_MOST_TIMES: Final = 40
_TERM: Final = 30
_KINDS: Final = {
    EndKind.FORGOTTEN: FindingKind.GAP,
    EndKind.LATE: FindingKind.GAP,
    EndKind.SILENT: FindingKind.DEAD_END,
    EndKind.UNDER_FLOOR: FindingKind.SMALL_BALANCE,
}


class Endings:
    """The endings of one policy; `within` days after the due date something should be said."""

    def __init__(self, regions: Regions, policy: Policy, realising: Realising, within: int) -> None:
        self.regions, self.policy = regions, policy
        self.realising, self.within = realising, within

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

    def claimed(self) -> Iterator[Ending]:
        """The endings of items followed from their issue on, and of items that come in old."""
        terms = (
            (_TERM, 0) if ("days_since_issue", None) in self.regions.diagrams.places else (_TERM,)
        )
        for term in terms:
            course = Course(self.regions, self.policy, within=self.within, term=term)
            yield from course.endings(-term)
            yield from course.endings(self.old())

    def old(self) -> int:
        """The age of an item for which every day that rules name has passed, but limitation."""
        days = [1, self.within]
        for axis in self.regions.diagrams.axes:
            if axis.name in ("days_past_due", "days_since_issue", "oldest_days_past_due"):
                days += _bounds(axis)
        return max(days) + 1

    def doubt(self, kind: FindingKind, rules: tuple[str, ...], ending: Ending) -> Undecided:
        hosts = {one.name for one in self.policy.criteria}
        read = self.regions.diagrams.support(ending.region)
        names = {self.regions.given_name(self.regions.diagrams.axes[at].name) for at in read}
        if not foreseeable(self.policy) or names & hosts:
            return Undecided(rules, Doubt.CRITERION_OF_HOST, kind=kind)
        return Undecided(rules, Doubt.NOT_REALISED, kind=kind)

    # --- showing ---------------------------------------------------------------------------------

    def shown(self, ending: Ending) -> Finding | None:
        """The finding that an ending is, on the first account that lives through it."""
        if not foreseeable(self.policy):
            return None
        for cells in self.realising.cases(ending.region):
            facts = self.realising.wanted(cells)
            made = {
                **facts,
                ("days_past_due", None): Span(ending.since, ending.since),
                ("days_since_issue", None): Span(
                    max(0, ending.since + ending.term), max(0, ending.since + ending.term)
                ),
            }
            try:
                account = scene(self.policy, made)
            except ValueError:
                continue
            due = DAY - timedelta(ending.since)
            finding = self.claim(ending, life(self.policy, account, DAY), due)
            if finding is None:
                continue
            last, rules, against = finding
            if not self.realising.has(last.account, last.on, facts):
                continue
            witness = self.realising.on(last.account, last.on, facts)
            return Finding(
                _KINDS[ending.kind],
                rules,
                against=against,
                premise=Premise.AS_PROPOSED,
                witness=witness,
            )
        return None

    def claim(
        self, ending: Ending, lived: Iterator[Day], due: date
    ) -> tuple[Day, tuple[str, ...], tuple[str, ...]] | None:
        """The day that shows the ending, and the rules of it; None when the life is another one."""
        if ending.kind is EndKind.LATE:
            return self.late(lived, due)
        days: list[Day] = []
        said: list[int] = []
        for day in lived:
            if day.acted is not None:
                said.append(len(days))
            days.append(day)
            if len(said) > _MOST_TIMES:
                return None
        demands = [at for at in said if _demands(days[at])]
        since = said[-1] if said else 0
        last = days[-1]
        holds = {hold.id for hold in self.policy.holds}
        if last.decision.action is not None or holds.intersection(last.decision.because):
            return None
        asked = any(day.asked for day in days[since:])
        match ending.kind:
            case EndKind.FORGOTTEN:
                if not demands and not asked:
                    return last, ending.waiting, ()
            case EndKind.SILENT:
                if demands and not asked:
                    rule = days[demands[-1]].acted
                    assert rule is not None
                    if rule.kind is not ActionKind.PLACE:
                        return last, (rule.rule,), ending.waiting
            case _:
                if "floor" in last.decision.because and demands:
                    rule = days[demands[-1]].acted
                    assert rule is not None
                    return last, ending.waiting, (rule.rule,)
        return None

    def late(
        self, days: Iterator[Day], due: date
    ) -> tuple[Day, tuple[str, ...], tuple[str, ...]] | None:
        """The day by which something should have been said, when it was only said later."""
        calendar = self.policy.conventions.calendar
        limit = calendar.next_business_day(due + timedelta(self.within))
        first = next((day for day in days if _demands(day) or day.asked), None)
        if first is None or first.on <= limit or first.acted is None:
            return None
        decision = decide(self.policy, first.account, as_of=limit)
        if decision.action is not None or "pace" in decision.because:
            return None
        return Day(limit, first.account, decision), (first.acted.rule,), ()


def _demands(day: Day) -> bool:
    """Whether something was said that day that asks for money."""
    return day.acted is not None and day.acted.kind is not ActionKind.PRE_DUE_REMINDER


def _bounds(axis: Axis) -> Iterator[int]:
    for cell in axis.cells:
        if isinstance(cell, Span) and cell.low is not None:
            yield cell.low
