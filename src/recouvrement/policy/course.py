"""The course that an unanswered item takes through a policy: how it ends, for every fixed fact.

Time and what is recorded are followed day by day; what does not move while a debtor keeps silent
(amounts, the kind of debtor, its segment, …) stays open, as the region in which the course is
taken. The engine itself is not asked here: what a course ends in is a claim, to be shown by an
account before it is reported.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

from attrs import evolve, frozen

from recouvrement.facts.words import ActionKind
from recouvrement.policy.cells import Absent, Axis, Cell, OtherWord, Span, Truth, Word
from recouvrement.policy.compiler import FORMAL
from recouvrement.policy.criteria import Scope
from recouvrement.policy.diagrams import NEVER, Diagram
from recouvrement.policy.ladder import Level, Test, Trigger
from recouvrement.policy.life import DAYS_TO_RESPOND
from recouvrement.policy.links import Link, Stand
from recouvrement.policy.policy import Policy
from recouvrement.policy.regions import ORDER, Regions
from recouvrement.policy.words import Climb

# What does not move, and may be anything. The rest follows from time and from what was said, or is
# what an account shows on which nothing else ever happened.
FREE: Final = frozenset(ORDER[ORDER.index("broken_promises") :])
_MONTH: Final = 30
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


@frozen
class State:
    """What is recorded about the item; days are counted from its due date."""

    reached: int = -1
    reminders: int = 0
    spoken: int = 0
    contacts: tuple[int, ...] = ()
    last_step: int | None = None
    respond_by: int | None = None
    channel: str | None = None
    demanded: bool = False
    last: str | None = None
    times: int = 0


class Spoken(NamedTuple):
    """Something said on a day, and for which facts: a rule, and the level it brings the item to."""

    region: Diagram
    rule: Level | Trigger
    rank: int


class Course:
    """The courses of one policy for items due so many days after issue.

    `within` is the day, counted from the due date, by which something should have been said.
    """

    def __init__(self, regions: Regions, policy: Policy, *, within: int, term: int) -> None:
        self.regions, self.policy = regions, policy
        self.diagrams = regions.diagrams
        self.within, self.term = within, term
        self.levels = policy.levels
        self.one_level = policy.pace.climb is Climb.ONE_LEVEL
        self.limit = _years(policy)
        self.moving = [
            (place, axis, _lows(axis))
            for place, axis in enumerate(self.diagrams.axes)
            if axis.name in _MOVING or axis.name in _QUIET
        ]
        self.exhausted = False
        self.most = {axis.name: lows[-1] if lows else 0 for _, axis, lows in self.moving}
        self.loudest = max(self.most.get("silence", 0), self.most.get("unanswered", 0))
        self.counts = self.counting()
        self.rungs = [self.rung(level) for level in self.levels]
        self.triggers = [
            (one, self.both_of(one.when, one.serves)) for one in policy.triggers if not one.inside
        ]
        self.tasks = [self.both_of(one.when, one.serves) for one in policy.triggers if one.inside]
        self.holds = [regions.of(one.when, one.scope).surely for one in policy.holds]

    def rung(self, level: Level) -> tuple[Diagram, Diagram]:
        """Where a level is not passed over, and where it is met."""
        stands = self.regions.of(level.serves).surely
        if level.until is not None:
            stands = self.diagrams.less(stands, self.regions.of(level.until).surely)
        return stands, self.regions.of(level.when).surely

    def both_of(self, when: Test, serves: Test | None) -> Diagram:
        """Where a trigger is in force."""
        return self.diagrams.both(self.regions.of(when).surely, self.regions.of(serves).surely)

    def counting(self) -> bool:
        """Whether the contacts of the last month matter, beside the last of them."""
        pace = self.policy.pace
        speaks = any(not one.inside for one in self.policy.triggers)
        apart = pace.between_contacts
        if not speaks:
            # A pre-due reminder moves nothing, so a step may follow it as soon as the pace allows.
            apart = max(apart, pace.between_levels)
        rare = apart * (pace.per_30_days - 1) >= _MONTH
        return not rare or ("contacts_30d", None) in self.diagrams.places

    def endings(self, since: int) -> Iterator[Ending]:
        """Every way in which the course of an item ends that is followed from a day on."""
        left = {State(): self.anyone()}
        while left:
            # In the order of days: what comes to one state by several ways is followed once.
            state = min(left, key=lambda one: one.contacts[-1:])
            yield from self.followed(state, left.pop(state), since, left)

    def anyone(self) -> Diagram:
        """All that a debtor served may be, with one item that is all he owes."""
        links = self.regions.links[0]
        whole = self.diagrams.both(
            self.regions.kinds(self.policy.serves), self.regions.at("collectable", least=1)
        )
        same = [
            Link(one, other, lambda first, second: first == second)
            for one, other in (("amount_due", "collectable"), ("collectable", "open"))
        ]
        return links.limit(Stand.ACCOUNT, whole, same)

    # --- one state -------------------------------------------------------------------------------

    def followed(
        self, state: State, region: Diagram, since: int, left: dict[State, Diagram]
    ) -> Iterator[Ending]:
        """What becomes of a state as time passes: where it goes on is added to what is left."""
        diagrams, rest = self.diagrams, region
        first = state.contacts[-1] + 1 if state.contacts else since
        # What the house is asked to look at, and what a hold silences in the first days.
        answered = excused = late = NEVER
        prompt = not state.demanded and since <= self.within and self.paced(state, self.within)
        days = self.days(state, first)
        for day in days:
            if prompt and day > self.within:
                late = diagrams.less(rest, diagrams.either(answered, excused))
                prompt = False
            cells = self.cells(state, day)
            for spoken in self.said(state, day, rest, cells):
                rest = diagrams.less(rest, spoken.region)
                if spoken.rule.do is not ActionKind.PLACE:
                    self.go_on(state, day, spoken, left)
            if prompt:
                excused = diagrams.either(excused, self.held(cells))
                answered = diagrams.either(answered, self.asked(cells))
            if rest == NEVER:
                break
        # What is never spoken of is worse than late.
        yield from self.ended(EndKind.LATE, state, since, diagrams.less(late, rest), ())
        rest = diagrams.less(rest, self.held(cells))
        if rest != NEVER:
            answered = diagrams.any_of(self.asked(self.cells(state, day)) for day in days)
            yield from self.stopped(state, since, rest, answered, cells, days[-1])

    def go_on(self, state: State, day: int, spoken: Spoken, left: dict[State, Diagram]) -> None:
        """Add what follows something said; what will be said again and again is left alone."""
        after = self.after(state, day, spoken)
        region = spoken.region
        if spoken.rank <= state.reached:
            far = self.days(after, day + 1)[-1]
            again = self.said(after, far, region, self.cells(after, far))
            region = self.diagrams.less(region, self.diagrams.any_of(one.region for one in again))
            after = evolve(after, times=state.times + 1)
        if after.times > _MOST_TIMES:
            self.exhausted = True
        elif region != NEVER:
            left[after] = self.diagrams.either(region, left.get(after, NEVER))

    def after(self, state: State, day: int, spoken: Spoken) -> State:
        """What is recorded once it is said."""
        rule, rank = spoken.rule, spoken.rank
        early = rule.do is ActionKind.PRE_DUE_REMINDER
        noticed = rule.do is ActionKind.FORMAL_NOTICE
        recent = [one for one in state.contacts if one > day - _MONTH] if self.counts else []
        return evolve(
            state,
            reached=max(rank, state.reached),
            reminders=min(state.reminders + (rank >= 0), self.most["reminders"]),
            spoken=min(state.spoken + 1, self.loudest),
            contacts=(*recent, day),
            last_step=day if rank >= 0 and not early else state.last_step,
            respond_by=day + DAYS_TO_RESPOND if noticed else state.respond_by,
            channel=rule.channel or state.channel,
            demanded=state.demanded or not early,
            last=rule.id,
        )

    def stopped(
        self,
        state: State,
        since: int,
        silent: Diagram,
        answered: Diagram,
        cells: dict[int, int],
        day: int,
    ) -> Iterator[Ending]:
        """The endings of what nothing is ever said of again."""
        kind = EndKind.SILENT if state.demanded else EndKind.FORGOTTEN
        denied = NEVER
        for spoken in self.climb(state, day, silent, cells):
            if spoken.rule.do in FORMAL:
                floor = self.floored(spoken.rule)
                below = self.diagrams.less(spoken.region, floor)
                if state.demanded:
                    ids = (spoken.rule.id,)
                    denied = self.diagrams.either(denied, below)
                    yield from self.ended(EndKind.UNDER_FLOOR, state, since, below, ids)
        silent = self.diagrams.less(silent, self.diagrams.either(denied, answered))
        for region, waiting in self.waiting(state, silent, cells):
            yield from self.ended(kind, state, since, region, waiting)

    def ended(
        self, kind: EndKind, state: State, since: int, region: Diagram, waiting: tuple[str, ...]
    ) -> Iterator[Ending]:
        if region != NEVER:
            yield Ending(kind, state.last, waiting, since, self.term, region)

    def waiting(
        self, state: State, region: Diagram, cells: dict[int, int]
    ) -> Iterator[tuple[Diagram, tuple[str, ...]]]:
        """The parts of a region, each with the levels that an item there still looks at."""
        above = [
            (rank, level)
            for rank, level in enumerate(self.levels)
            if rank > state.reached and level.do is not ActionKind.PRE_DUE_REMINDER
        ]
        ids = []
        for rank, level in above:
            if region == NEVER:
                return
            stands = self.diagrams.both(region, self.standing(rank, cells))
            if stands != NEVER:
                if self.one_level:
                    yield stands, (level.id,)
                    region = self.diagrams.less(region, stands)
                else:
                    ids.append(level.id)
        if region != NEVER:
            yield region, tuple(ids)

    # --- what is said on a day -------------------------------------------------------------------

    def said(self, state: State, day: int, region: Diagram, cells: dict[int, int]) -> list[Spoken]:
        """What is said on a day, for which facts; nothing while the pace forbids it."""
        if not self.paced(state, day):
            return []
        free = self.diagrams.less(region, self.held(cells))
        earned = self.climb(state, day, free, cells)
        if state.last_step is not None:
            latest = min(day - self.policy.pace.between_levels, day - 1)
            early = ActionKind.PRE_DUE_REMINDER
            if state.last_step > latest:
                earned = [one for one in earned if one.rule.do is early]
        earned = [one for each in earned for one in self.allowed(state, day, each, cells)]
        return self.answered(state, day, free, earned, cells) if day > 0 else earned

    def climb(
        self, state: State, day: int, region: Diagram, cells: dict[int, int], below: int = 10**6
    ) -> list[Spoken]:
        """The levels that the ladder proposes."""
        early = day <= 0
        ladder = range(state.reached + 1, min(below, len(self.levels)))
        earned, rest, unmet = [], region, NEVER
        for rank in ladder if self.one_level else reversed(ladder):
            if rest == NEVER:
                break
            level = self.levels[rank]
            if (level.do is ActionKind.PRE_DUE_REMINDER) is not early:
                continue
            stands = self.diagrams.both(rest, self.standing(rank, cells))
            met = self.diagrams.both(stands, self.given(self.rungs[rank][1], cells))
            if met != NEVER:
                earned.append(Spoken(met, level, rank))
            if self.one_level:
                unmet = self.diagrams.either(unmet, self.diagrams.less(stands, met))
                rest = self.diagrams.less(rest, stands)
            else:
                rest = self.diagrams.less(rest, met)
        if state.reached >= 0 and not early and below > len(self.levels):
            rest = self.diagrams.either(rest, unmet)
            earned += self.again(state, day, rest, cells)
        return earned

    def again(
        self, state: State, day: int, region: Diagram, cells: dict[int, int]
    ) -> Iterator[Spoken]:
        """The level that an item stands on, when it recurs and has rested."""
        level = self.levels[state.reached]
        if level.repeat_every and state.last_step is not None:
            met = self.diagrams.both(region, self.given(self.rungs[state.reached][1], cells))
            if met != NEVER and day - state.last_step >= level.repeat_every:
                yield Spoken(met, level, state.reached)

    def allowed(
        self, state: State, day: int, one: Spoken, cells: dict[int, int]
    ) -> Iterator[Spoken]:
        """The step, or what is earned instead of a formal one that may not be taken."""
        if one.rule.do not in FORMAL:
            yield one
            return
        ready = self.floored(one.rule)
        if one.rule.do is ActionKind.PLACE and not (
            state.respond_by is not None and state.respond_by < day
        ):
            ready = NEVER
        granted = self.diagrams.both(one.region, ready)
        if granted != NEVER:
            yield evolve_region(one, granted)
        denied = self.diagrams.less(one.region, ready)
        if denied != NEVER and not self.one_level:
            for lower in self.climb(state, day, denied, cells, one.rank):
                yield from self.allowed(state, day, lower, cells)

    def floored(self, rule: Level | Trigger) -> Diagram:
        """The facts with which an act is worth it."""
        floor = self.policy.floor.of(rule.do)
        least = 0 if floor is None else floor.minor
        return self.regions.at("collectable", least=least)

    def answered(
        self,
        state: State,
        day: int,
        region: Diagram,
        earned: list[Spoken],
        cells: dict[int, int],
    ) -> list[Spoken]:
        """The triggers in force before the steps of the ladder, unless these are formal."""
        diagrams = self.diagrams
        said = [one for one in earned if one.rule.do in FORMAL]
        steps = [one for one in earned if one.rule.do not in FORMAL]
        rest = diagrams.less(region, diagrams.any_of(one.region for one in said))
        for trigger, force in self.triggers:
            fired = diagrams.both(rest, self.given(force, cells))
            if fired == NEVER or not _rested(trigger, state, day):
                continue
            rest = diagrams.less(rest, fired)
            for region_up, up in self.lifted(state.reached, trigger.climb, fired, cells):
                alone = region_up
                for step in steps:
                    along = diagrams.both(region_up, step.region)
                    if along != NEVER:
                        said.append(Spoken(along, trigger, max(up, step.rank)))
                        alone = diagrams.less(alone, along)
                if alone != NEVER:
                    said.append(Spoken(alone, trigger, up))
        for step in steps:
            alone = diagrams.both(rest, step.region)
            if alone != NEVER:
                said.append(evolve_region(step, alone))
        return said

    def lifted(
        self, reached: int, climb: int, region: Diagram, cells: dict[int, int]
    ) -> Iterator[tuple[Diagram, int]]:
        """The levels to which a trigger lifts an item: so many above, never a formal one."""
        parts = [(region, -1, climb)]
        for rank, level in enumerate(self.levels):
            if rank <= reached or level.do is ActionKind.PRE_DUE_REMINDER:
                continue
            stands = self.standing(rank, cells)
            going = []
            for part, up, left in parts:
                here = self.diagrams.both(part, stands) if left else NEVER
                if here != NEVER and level.do in FORMAL:
                    going.append((here, up, 0))
                elif here != NEVER:
                    going.append((here, rank, left - 1))
                apart = self.diagrams.less(part, here)
                if apart != NEVER:
                    going.append((apart, up, left))
            parts = going
        for part, up, _ in parts:
            yield part, up

    def standing(self, rank: int, cells: dict[int, int]) -> Diagram:
        """The facts for which a level is not passed over."""
        return self.given(self.rungs[rank][0], cells)

    def held(self, cells: dict[int, int]) -> Diagram:
        """The facts with which a hold silences the item."""
        return self.diagrams.any_of(self.given(one, cells) for one in self.holds)

    def asked(self, cells: dict[int, int]) -> Diagram:
        """The facts with which a trigger asks something of the house."""
        return self.diagrams.any_of(self.given(one, cells) for one in self.tasks)

    def given(self, region: Diagram, cells: dict[int, int]) -> Diagram:
        return self.diagrams.given(region, cells)

    # --- time ------------------------------------------------------------------------------------

    def paced(self, state: State, day: int) -> bool:
        """Whether the pace lets us speak."""
        if not state.contacts:
            return True
        pace = self.policy.pace
        recent = [one for one in state.contacts if one > day - _MONTH]
        return day - state.contacts[-1] >= pace.between_contacts and len(recent) < pace.per_30_days

    def days(self, state: State, first: int) -> list[int]:
        """The days from a first one on between which nothing changes, with one after them all."""
        pace, days = self.policy.pace, {first, 1, self.within, self.within + 1}
        for _, axis, lows in self.moving:
            days.update(self.crossings(state, axis.name, lows))
        if state.contacts:
            days.add(state.contacts[-1] + pace.between_contacts)
            days.update(one + _MONTH for one in state.contacts)
            days.update(
                state.contacts[-1] + one.repeat_every
                for one in self.policy.triggers
                if one.repeat_every
            )
        if state.last_step is not None:
            days.add(state.last_step + pace.between_levels)
            days.update(
                state.last_step + one.repeat_every for one in self.levels if one.repeat_every
            )
        if state.respond_by is not None:
            days.add(state.respond_by + 1)
        kept = sorted(one for one in days if one >= first)
        return [*kept, kept[-1] + _MONTH]

    def crossings(self, state: State, name: str, lows: list[int]) -> Iterator[int]:
        """The days on which a criterion enters another cell."""
        for low in lows:
            match name:
                case "days_past_due" | "oldest_days_past_due":
                    yield low
                case "days_until_due":
                    yield 1 - low
                case "days_since_issue":
                    yield low - self.term
                case "limitation_days" if self.limit is not None:
                    yield self.limit + 1 - low
                case "notice_days" if state.respond_by is not None:
                    yield state.respond_by + low
                case "days_since_last_contact" if state.contacts:
                    yield state.contacts[-1] + low
                case _:
                    pass

    def cells(self, state: State, day: int) -> dict[int, int]:
        """Where the criteria that move lie on a day."""
        return {
            place: _place(axis, lows, self.value(axis.name, state, day))
            for place, axis, lows in self.moving
        }

    def value(self, name: str, state: State, day: int) -> int | str | bool | None:
        """What a criterion that moves is on a day."""
        match name:
            case "days_past_due":
                return day
            case "days_until_due":
                return -day
            case "oldest_days_past_due":
                return day if day > 0 else None
            case "days_since_issue":
                return max(0, day + self.term)
            case "limitation_days":
                return None if self.limit is None else self.limit - day
            case "notice_days":
                return None if state.respond_by is None else day - state.respond_by
            case "level_reached":
                return self.levels[state.reached].id if state.reached >= 0 else None
            case "reminders":
                return state.reminders
            case "silence" | "unanswered":
                return state.spoken
            case "days_since_last_contact":
                return day - state.contacts[-1] if state.contacts else None
            case "contacts_30d":
                return sum(one > day - _MONTH for one in state.contacts)
            case "last_channel":
                return state.channel
            case _:
                return _QUIET[name]


_MOVING: Final = frozenset(
    {
        "contacts_30d",
        "days_past_due",
        "days_since_issue",
        "days_since_last_contact",
        "days_until_due",
        "last_channel",
        "level_reached",
        "limitation_days",
        "notice_days",
        "oldest_days_past_due",
        "reminders",
        "silence",
        "unanswered",
    }
)
# What an account shows on which nothing but our own contacts ever happened.
_QUIET: Final[dict[str, int | bool | None]] = {
    "answering_channel": None,
    "bounced": False,
    "days_since_broken_promise": None,
    "days_since_last_payment": None,
    "days_since_missed_instalment": None,
    "days_since_partly_kept_promise": None,
    "days_since_returned_payment": None,
    "days_since_vague_promise": None,
    "dispute_overdue": False,
    "disputed": False,
    "insolvent": False,
    "plan_state": None,
    "unapplied": 0,
}


def _years(policy: Policy) -> int | None:
    """The day of limitation, counted from the due date; a year is taken for 365 days and a bit."""
    years = policy.conventions.limitation_years
    return None if years is None else years * 365 + years // 4


def _lows(axis: Axis) -> list[int]:
    """The first values of the cells of an axis, but of the lowest."""
    return [cell.low for cell in axis.cells[1:] if isinstance(cell, Span) and cell.low is not None]


def _place(axis: Axis, lows: list[int], value: int | str | bool | None) -> int:
    """The cell that a value lies in."""
    if lows and isinstance(value, int):
        return bisect_right(lows, value)
    return axis.place(value)


def _rested(trigger: Trigger, state: State, day: int) -> bool:
    """Whether a trigger that recurs may speak again."""
    every = trigger.repeat_every
    return every is None or not state.contacts or day - state.contacts[-1] >= every


def evolve_region(one: Spoken, region: Diagram) -> Spoken:
    """The same said for other facts."""
    return one._replace(region=region)
