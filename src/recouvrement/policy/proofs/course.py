"""The course that an unanswered item takes through a policy: how it ends, for every fixed fact.

Time and what is recorded are followed from day to day; what does not move while a debtor keeps
silent (amounts, the kind of debtor, its segment, …) stays open, as the region in which the course
is taken. What a course ends in is a claim: an account has to show it before it is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from attrs import frozen

from recouvrement.facts.words import ActionKind
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Cell
from recouvrement.policy.proofs.diagrams import NEVER, Diagram
from recouvrement.policy.proofs.links import Link, Stand
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.sayings import Saying, Sayings
from recouvrement.policy.proofs.silence import Moment, Silence, State

# So often may the same be said, before what follows is no longer followed.
_MOST_TIMES: Final = 60


class EndKind(StrEnum):
    """How a course ends: never spoken of at all, spoken of late, no longer, or worth no more."""

    FORGOTTEN = "forgotten"
    LATE = "late"
    SILENT = "silent"
    UNDER_FLOOR = "under_floor"


@frozen
class Ending:
    """One way in which a course ends, and for which facts.

    `last` is the rule that spoke last, `waiting` those that would have to speak next. `since` is
    the day from which the item is followed, counted from its due date, and `term` the days from
    issue to due date.
    """

    kind: EndKind
    last: str | None
    waiting: tuple[str, ...]
    since: int
    term: int
    region: Diagram


class Course:
    """The courses of one policy for items due `term` days after issue.

    `within` is the day, counted from the due date, by which something should have been said.
    `exhausted` becomes true when a course was too long to be followed to its end.
    """

    def __init__(self, regions: Regions, policy: Policy, *, within: int, term: int) -> None:
        self.regions, self.policy = regions, policy
        self.diagrams = regions.diagrams
        self.within = within
        self.silence = Silence(policy, self.diagrams.axes, term)
        self.sayings = Sayings(regions, policy, self.silence)
        self.exhausted = False

    def endings(self, since: int) -> Iterator[Ending]:
        """Every way in which the course of an item ends that is followed from a day on."""
        left = {State(): self.anyone()}
        while left:
            # In the order of days: what comes to one state by several ways is followed once.
            state = min(left, key=lambda one: one.contacts[-1:])
            yield from self.followed(state, left.pop(state), since, left)

    def anyone(self) -> Diagram:
        """All that a debtor served may be, with one item that is all he owes."""
        whole = self.diagrams.both(
            self.regions.kinds(self.policy.serves), self.regions.at("collectable", least=1)
        )
        same = [Link("amount_due", "collectable", _same), Link("collectable", "open", _same)]
        return self.regions.limit(whole, Stand.ACCOUNT, *same)

    # --- one state -------------------------------------------------------------------------------

    def followed(
        self, state: State, region: Diagram, since: int, left: dict[State, Diagram]
    ) -> Iterator[Ending]:
        """What becomes of a state as time passes: where it goes on is added to what is left."""
        less, rest, late = self.diagrams.less, region, NEVER
        first = state.contacts[-1] + 1 if state.contacts else since
        days = self.silence.days(state, first)
        prompt = not state.demanded and since <= self.within
        prompt = prompt and self.silence.paced(state, self.within)
        for day in days:
            if prompt and day > self.within:
                late, prompt = less(rest, self.excused(state, days)), False
            moment = self.silence.moment(state, day)
            for saying in self.sayings.said(moment, rest):
                rest = less(rest, saying.region)
                self.go_on(moment, saying, left)
            if rest == NEVER:
                break
        asked = NEVER
        if rest != NEVER:
            moments = [self.silence.moment(state, day) for day in days]
            asked = self.diagrams.any_of(map(self.sayings.asked, moments))
        # What is never spoken of is worse than late.
        yield from self.ended(EndKind.LATE, moment, since, less(late, less(rest, asked)))
        yield from self.stopped(moment, since, less(rest, self.sayings.held(moment)), asked)

    def excused(self, state: State, days: list[int]) -> Diagram:
        """What was asked of the house, or held on purpose, while something should be said."""
        moments = [self.silence.moment(state, day) for day in days if day <= self.within]
        reasons = [self.sayings.asked(one) for one in moments]
        return self.diagrams.any_of([*reasons, *map(self.sayings.held, moments)])

    def go_on(self, moment: Moment, saying: Saying, left: dict[State, Diagram]) -> None:
        """Add what follows something said; what will be said for ever is left alone."""
        if saying.rule.do is ActionKind.PLACE:
            return
        after, region = self.silence.after(moment, saying.rule, saying.rank), saying.region
        if saying.rank <= moment.state.reached and self.silence.counted(after):
            region = self.diagrams.less(region, self.for_ever(after, moment.day, region))
        if after.times > _MOST_TIMES:
            self.exhausted = True
        elif region != NEVER:
            left[after] = self.diagrams.either(region, left.get(after, NEVER))

    def for_ever(self, after: State, day: int, region: Diagram) -> Diagram:
        """The facts with which, once time changes nothing any more, the same is said again."""
        far = self.silence.moment(after, self.silence.days(after, day + 1)[-1])
        return self.diagrams.any_of(
            one.region
            for one in self.sayings.said(far, region)
            if self.silence.alike(self.silence.after(far, one.rule, one.rank), after)
        )

    # --- the end ---------------------------------------------------------------------------------

    def stopped(
        self, moment: Moment, since: int, silent: Diagram, asked: Diagram
    ) -> Iterator[Ending]:
        """The endings of what nothing is ever said of again."""
        kind, denied = EndKind.FORGOTTEN, NEVER
        if moment.state.demanded:
            kind = EndKind.SILENT
            # All else that is earned was said: what is left is formal, and may not be done.
            for one in self.sayings.climb(moment, silent):
                below = self.diagrams.less(one.region, self.sayings.worth(one.rule))
                denied = self.diagrams.either(denied, below)
                yield from self.ended(EndKind.UNDER_FLOOR, moment, since, below, (one.rule.id,))
        silent = self.diagrams.less(silent, self.diagrams.either(denied, asked))
        for region, waiting in self.waiting(moment, silent):
            yield from self.ended(kind, moment, since, region, waiting)

    def ended(
        self,
        kind: EndKind,
        moment: Moment,
        since: int,
        region: Diagram,
        waiting: tuple[str, ...] = (),
    ) -> Iterator[Ending]:
        """The ending of a region, if there is anything in it."""
        if region != NEVER:
            last, term = moment.state.last, self.silence.term
            yield Ending(kind, last, waiting, since, term, region)

    def waiting(self, moment: Moment, region: Diagram) -> Iterator[tuple[Diagram, tuple[str, ...]]]:
        """The parts of a region, each with the levels that an item there still looks at."""
        ids: list[str] = []
        for rank in range(moment.state.reached + 1, len(self.policy.levels)):
            level = self.policy.levels[rank]
            stands = self.diagrams.both(region, self.sayings.stands(rank, moment))
            if stands == NEVER or level.do is ActionKind.PRE_DUE_REMINDER:
                continue
            if self.sayings.one_level:
                yield stands, (level.id,)
                region = self.diagrams.less(region, stands)
            else:
                ids.append(level.id)
        if region != NEVER:
            yield region, tuple(ids)


def _same(one: Cell, other: Cell) -> bool:
    return one == other
