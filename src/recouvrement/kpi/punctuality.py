"""Whether what was planned towards debtors was done by the day it was to be done by."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.interaction import Interaction
from recouvrement.facts.words import ActionKind, Direction
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Measure, answered
from recouvrement.kpi.perimeter import USUAL, perimeter_of
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date
from recouvrement.position.ratios import in_decimal

_Key: TypeAlias = tuple[str, str | None]
"""Who owes, and to whom: an account."""


def _act(value: object) -> ActionKind:
    try:
        return ActionKind(str(value))
    except ValueError:
        expected = "one of " + ", ".join(ActionKind)
        raise InvalidInput("planned_action.act", expected, repr(value)) from None


@frozen
class PlannedAction:
    """One action towards an account that was to be done from `since` to `act_by`, both included.

    `account` is the id of its debtor, as in a decision and in a worklist; `creditor` tells his
    accounts apart where a host has several creditors.

    >>> PlannedAction("C-17", "call", since=date(2026, 10, 5), act_by=date(2026, 10, 7)).act
    <ActionKind.CALL: 'call'>
    """

    account: str
    act: ActionKind = field(converter=_act)
    since: date = field(kw_only=True)
    act_by: date = field(kw_only=True)
    creditor: str | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.account, str) or not self.account.strip():
            raise InvalidInput("planned_action.account", "the id of a debtor", repr(self.account))
        check_date("planned_action.since", self.since)
        if check_date("planned_action.act_by", self.act_by) < self.since:
            expected = f"on or after {self.since}"
            raise InvalidInput("planned_action.act_by", expected, str(self.act_by))


class _Done(StrEnum):
    ON_TIME = "done on time"
    LATE = "done late"
    NOT = "not done"


class Doings(Part):
    """The days on which something planned may have been done, by account and act."""

    __slots__ = ("accounts", "days", "on", "planned")

    def __init__(self, on: date, planned: frozenset[_Key]) -> None:
        self.on = on
        self.planned = planned
        self.accounts: set[_Key] = set()
        self.days: dict[tuple[_Key, ActionKind], list[date]] = defaultdict(list)

    def meet(self, view: View) -> None:
        """Note the contacts of one account, if anything was planned towards it."""
        key = (view.account.debtor.id, view.account.creditor)
        if key not in self.planned:
            return
        self.accounts.add(key)
        for one in view.facts[Interaction]:
            if one.act and one.on <= self.on and one.direction is Direction.OUTGOING:
                self.days[key, one.act].append(one.on)


def actions_on_time(
    accounts: Iterable[Account],
    planned: Iterable[PlannedAction],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The share, in percent, of the planned actions that were done by their day.

    `planned` are the actions of the host's worklists; one that several worklists repeat, alike in
    everything, is one. Counted are those to be done after `since` (ever, without it) through
    `as_of`. An action is done by an outgoing `Interaction` of its account and its act, from its
    first day on; one contact does one action, so that as many as possible are done on time. Done
    later is late. What is planned for accounts that are not read is left out, and counted in the
    population. Undefined when nothing was to be done. The currency decides nothing here but the
    ledger that is shown.

    >>> from recouvrement import Debtor
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Interaction("I-1", date(2026, 10, 6), channel="phone", act="call"),
    ...     Interaction("I-2", date(2026, 10, 20), channel="email", act="remind"),
    ... )
    >>> planned = [
    ...     PlannedAction("C-17", "call", since=date(2026, 10, 5), act_by=date(2026, 10, 7)),
    ...     PlannedAction("C-17", "remind", since=date(2026, 10, 15), act_by=date(2026, 10, 19)),
    ... ]
    >>> actions_on_time([account], planned, as_of=date(2026, 10, 31))
    <actions on time on 2026-10-31: 50 percent>
    """
    plan = _checked(planned)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        balances=False,
        conventions=conventions,
        known_on=known_on,
        options=(("actions planned", str(len(plan))),),
    )
    keys = frozenset((one.account, one.creditor) for one in plan)

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        doings = reading.part(Doings, as_of, keys, until=as_of)

        def finish() -> Measure:
            read = [one for one in plan if (one.account, one.creditor) in doings.accounts]
            due = [one for one in read if one.act_by <= as_of]
            if since is not None:
                due = [one for one in due if one.act_by > since]
            became = _became(read, doings)
            counts = Counter(became[one] for one in due)
            number, in_time = len(due), counts[_Done.ON_TIME]
            after = "" if since is None else f"after {since} "
            exact = Fraction(100 * in_time, number) if number else None
            return Measure(
                formula="actions on time",
                name="actions on time",
                definition="planned actions done by their day / planned actions * 100",
                unit="percent",
                perimeter=perimeter,
                **answered(exact, f"no action was to be done {after}through {as_of}"),
                numerator=in_decimal(Fraction(in_time)),
                denominator=in_decimal(Fraction(number)),
                population=(
                    ("accounts", reading.accounts),
                    ("actions to be done", number),
                    *((word.value, counts[word]) for word in _Done),
                    ("planned for another time", len(read) - number),
                    ("planned for accounts not read", len(plan) - len(read)),
                ),
                reconciliation=(closing.ledger(),),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def _checked(planned: object) -> tuple[PlannedAction, ...]:
    """The actions planned, each once."""
    expected = "a collection of PlannedAction"
    if isinstance(planned, str) or not isinstance(planned, Iterable):
        raise InvalidInput("planned", expected, repr(planned))
    kept = tuple(planned)
    for one in kept:
        if not isinstance(one, PlannedAction):
            raise InvalidInput("planned", expected, repr(one))
    return tuple(dict.fromkeys(kept))


def _became(planned: Sequence[PlannedAction], doings: Doings) -> dict[PlannedAction, _Done]:
    """What became of each action: contacts in order, each for what is to be done the soonest.

    To take what is due the soonest among what is not late yet is what leaves most done on time.
    """
    became = dict.fromkeys(planned, _Done.NOT)
    waiting: dict[tuple[_Key, ActionKind], list[PlannedAction]] = defaultdict(list)
    for one in sorted(planned, key=lambda one: (one.act_by, one.since)):
        waiting[(one.account, one.creditor), one.act].append(one)
    for key, todo in waiting.items():
        for on in sorted(doings.days.get(key, ())):
            begun = [one for one in todo if one.since <= on]
            in_time = [one for one in begun if on <= one.act_by]
            if begun:
                done = (in_time or begun)[0]
                became[done] = _Done.ON_TIME if in_time else _Done.LATE
                todo.remove(done)
    return became
