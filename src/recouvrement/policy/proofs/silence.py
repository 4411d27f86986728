"""What is recorded of an account, and what its criteria are, while its debtor keeps silent."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from attrs import evolve, frozen

from recouvrement.facts.words import ActionKind
from recouvrement.policy.ladder import Level, Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Axis, Span
from recouvrement.policy.proofs.life import DAYS_TO_RESPOND

MONTH: Final = 30
Value: TypeAlias = int | str | bool | None


@frozen
class State:
    """What is recorded of the only item of an account; days are counted from its due date.

    `contacts` are those that the pace still counts; `spoken` is how many there were in all and
    `reminders` how many moved the item, both only as far as some rule asks, like `channel`. `last`
    is the rule that spoke last; `demanded` says whether one asked for money, `times` how often
    the same was said.
    """

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


class Moment(NamedTuple):
    """A state on a day, and the cells that the criteria that move are in."""

    state: State
    day: int
    cells: Mapping[int, int]


class Silence:
    """Time, for one policy and an item due `term` days after its issue."""

    def __init__(self, policy: Policy, axes: Sequence[Axis], term: int) -> None:
        self.policy = policy
        self.term = term
        self.levels = policy.levels
        years = policy.applicable().conventions.limitation_years
        # To the day, limitation also depends on the calendar: the account shown will tell.
        self.limit = None if years is None else years * 365 + years // 4
        self.moving = [
            (place, axis, _lows(axis))
            for place, axis in enumerate(axes)
            if axis.name in FOLLOWED or axis.name in _QUIET
        ]
        most = {axis.name: lows[-1] if lows else 0 for _, axis, lows in self.moving}
        self.most_reminders = most["reminders"]
        self.most_spoken = max(most.get("silence", 0), most.get("unanswered", 0))
        self.listens = any(axis.name == "last_channel" for axis in axes)
        self.counts = "contacts_30d" in most or not self._rare()

    def _rare(self) -> bool:
        """Whether contacts never come so often that those of a month are too many."""
        pace = self.policy.pace
        apart = pace.between_contacts
        early = any(level.do is ActionKind.PRE_DUE_REMINDER for level in self.levels)
        if not early and all(one.inside for one in self.policy.triggers):
            apart = max(apart, pace.between_levels)
        return apart * pace.per_30_days >= MONTH

    # --- the state -------------------------------------------------------------------------------

    def after(self, moment: Moment, rule: Level | Trigger, rank: int) -> State:
        """What is recorded once a rule has spoken, and moved the item to a rank or to none (-1)."""
        state, day = moment.state, moment.day
        early = rule.do is ActionKind.PRE_DUE_REMINDER
        noticed = rule.do is ActionKind.FORMAL_NOTICE
        recent = [one for one in state.contacts if one > day - MONTH] if self.counts else []
        return evolve(
            state,
            reached=max(rank, state.reached),
            reminders=min(state.reminders + (rank >= 0), self.most_reminders),
            spoken=min(state.spoken + 1, self.most_spoken),
            contacts=(*recent, day),
            last_step=day if rank >= 0 and not early else state.last_step,
            respond_by=day + DAYS_TO_RESPOND if noticed else state.respond_by,
            channel=(rule.channel or state.channel) if self.listens else None,
            demanded=state.demanded or not early,
            last=rule.id,
            times=state.times + (rank <= state.reached),
        )

    def counted(self, state: State) -> bool:
        """Whether one contact more would make no difference to how many there were."""
        return (state.reminders, state.spoken) == (self.most_reminders, self.most_spoken)

    @staticmethod
    def alike(one: State, other: State) -> bool:
        """Whether two states are the same but for the days."""
        still: dict[str, Any] = {"contacts": (), "last": None, "last_step": None, "times": 0}
        return evolve(one, **still) == evolve(other, **still)

    def paced(self, state: State, day: int) -> bool:
        """Whether the pace lets us speak."""
        if not state.contacts:
            return True
        pace = self.policy.pace
        recent = [one for one in state.contacts if one > day - MONTH]
        return day - state.contacts[-1] >= pace.between_contacts and len(recent) < pace.per_30_days

    def ripe(self, state: State, day: int) -> bool:
        """Whether the item may take another step of the ladder."""
        if state.last_step is None:
            return True
        return state.last_step <= min(day - self.policy.pace.between_levels, day - 1)

    # --- time ------------------------------------------------------------------------------------

    def moment(self, state: State, day: int) -> Moment:
        """The state on a day."""
        zeros = self._zeros(state)
        values = {**_QUIET, **self._followed(state, day)}
        for name, zero in zeros.items():
            values[name] = zero - day if name in _DOWN else day - zero
        if day <= 0:
            # Nothing is collectable before the day after the due date.
            values["oldest_days_past_due"] = None
        cells = {place: _place(axis, lows, values[axis.name]) for place, axis, lows in self.moving}
        return Moment(state, day, cells)

    def _zeros(self, state: State) -> dict[str, int]:
        """The day on which each clock that runs stands at zero."""
        zeros = {
            "days_past_due": 0,
            "days_until_due": 0,
            "oldest_days_past_due": 0,
            "days_since_issue": -self.term,
            "limitation_days": self.limit,
            "notice_days": state.respond_by,
            "days_since_last_contact": state.contacts[-1] if state.contacts else None,
        }
        return {name: zero for name, zero in zeros.items() if zero is not None}

    def _followed(self, state: State, day: int) -> dict[str, Value]:
        """What is no clock, or one that does not run."""
        return {
            "limitation_days": None,
            "notice_days": None,
            "days_since_last_contact": None,
            "level_reached": self.levels[state.reached].id if state.reached >= 0 else None,
            "reminders": state.reminders,
            "silence": state.spoken,
            "unanswered": state.spoken,
            "contacts_30d": sum(one > day - MONTH for one in state.contacts),
            "last_channel": state.channel,
        }

    def days(self, state: State, first: int) -> list[int]:
        """The days from a first one on between which nothing changes, with one after them all."""
        days, zeros = {first, 1}, self._zeros(state)
        for _, axis, lows in self.moving:
            if axis.name in zeros:
                zero, down = zeros[axis.name], axis.name in _DOWN
                days.update(zero + 1 - low if down else zero + low for low in lows)
        if state.contacts:
            last = state.contacts[-1]
            days.add(last + self.policy.pace.between_contacts)
            days.update(one + MONTH for one in state.contacts)
            days.update(last + one.repeat_every for one in self.policy.triggers if one.repeat_every)
        if state.last_step is not None:
            step = state.last_step
            days.add(step + self.policy.pace.between_levels)
            days.update(step + one.repeat_every for one in self.levels if one.repeat_every)
        if state.respond_by is not None:
            days.add(state.respond_by + 1)
        kept = sorted(one for one in days if one >= first)
        return [*kept, kept[-1] + MONTH]


_DOWN: Final = frozenset({"days_until_due", "limitation_days"})
# What time and our own contacts move.
FOLLOWED: Final = frozenset(
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
_QUIET: Final[Mapping[str, Value]] = MappingProxyType(
    {
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
)


def _lows(axis: Axis) -> list[int]:
    """The first values of the cells of an axis, but of the lowest."""
    return [cell.low for cell in axis.cells[1:] if isinstance(cell, Span) and cell.low is not None]


def _place(axis: Axis, lows: list[int], value: Value) -> int:
    """The cell that a value lies in."""
    return bisect_right(lows, value) if lows and isinstance(value, int) else axis.place(value)
