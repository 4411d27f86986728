"""One line from the decisions of a recipient's accounts: who leads, who does what, by when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from attrs import evolve

from recouvrement.agenda.line import Duty, Line, items_of
from recouvrement.agenda.undone import Stood, Undone
from recouvrement.agenda.voices import Voice
from recouvrement.dates import BusinessCalendar
from recouvrement.errors import OutsideCoverage
from recouvrement.facts.words import ActionKind, Channel, DebtorKind
from recouvrement.policy.compiler import FORMAL
from recouvrement.policy.decision import Action, Decision, Task
from recouvrement.policy.message import BUSINESS_DAYS_TO_ACT, FIRMNESS
from recouvrement.policy.policy import Policy
from recouvrement.policy.words import Handler

# What a person needs for each act, where the document does not say.
MINUTES: Final[Mapping[ActionKind, int]] = MappingProxyType(
    {
        ActionKind.PRE_DUE_REMINDER: 5,
        ActionKind.REMIND: 5,
        ActionKind.CALL: 10,
        ActionKind.VISIT: 60,
        ActionKind.FORMAL_NOTICE: 20,
        ActionKind.PLACE: 30,
        ActionKind.PROPOSE_PLAN: 15,
        ActionKind.PROPOSE_ORDER_STOP: 5,
        ActionKind.THANK: 5,
        ActionKind.TASK: 5,
    }
)
# From the lightest to the heaviest: the highest of several leads.
_WEIGHT: Final = {
    kind: weight
    for weight, kind in enumerate(
        (
            ActionKind.TASK,
            ActionKind.PROPOSE_ORDER_STOP,
            ActionKind.THANK,
            ActionKind.PRE_DUE_REMINDER,
            ActionKind.REMIND,
            ActionKind.PROPOSE_PLAN,
            ActionKind.CALL,
            ActionKind.VISIT,
            ActionKind.FORMAL_NOTICE,
            ActionKind.PLACE,
        )
    )
}


class Asking(NamedTuple):
    """What one account asks for, the policy that says so, and the points it gives.

    `closed` are the channels that its debtor refuses, `kind` what sort of debtor it is.
    """

    decision: Decision
    policy: Policy
    points: Fraction
    closed: frozenset[Channel] = frozenset()
    kind: DebtorKind = DebtorKind.UNKNOWN

    def rides_with(self, lead: Asking) -> bool:
        """Whether what it has to say may be said on the occasion that another account leads.

        Alike, it may, and a formal act beside another. Otherwise only where the leading policy
        serves such a debtor, and he does not refuse its channel; one of unknown kind waits.
        """
        own, other = self.decision.action, lead.decision.action
        if own is None or other is None or (own.kind, own.channel) == (other.kind, other.channel):
            return True
        if own.kind in FORMAL or other.kind in FORMAL:
            return own.kind in FORMAL and other.kind in FORMAL
        known = self.kind is not DebtorKind.UNKNOWN and self.kind in lead.policy.serves
        return known and other.channel not in self.closed


class Assembly:
    """How the lines of one day are made, each from the decisions of a recipient's accounts."""

    __slots__ = ("_as_of", "_earlier", "_soon")

    def __init__(self, as_of: date, earlier: Undone) -> None:
        self._as_of = as_of
        self._earlier = earlier
        self._soon: dict[int, date] = {}

    def line(self, voice: Voice, asking: list[Asking], spoken_to: int) -> tuple[Line, Policy]:
        """The line of a recipient, and the policy of its leading decision.

        `spoken_to` is the ordinal of the last day he was spoken to: what earlier agendas had to say
        to him by then is done.
        """
        asking.sort(key=rank)
        decisions = tuple([one.decision for one in asking])
        before, duties = self._earlier.of(voice), []
        if decisions[0].action is not None:
            duties.append(self._contact(asking, before.contact(items_of(decisions), spoken_to)))
        for decision, policy, *_ in asking:
            for task in decision.tasks:
                stood = before.task(decision.account, task)
                duties.append(self._task(decision.account, task, policy, stood))
        if len(duties) > 1:
            duties.sort(key=_order)
        line = Line(
            recipient=voice.recipient,
            creditor=voice.creditor,
            decisions=decisions,
            points=sum([one.points for one in asking[1:]], asking[0].points),
            duties=tuple(duties),
        )
        return line, asking[0].policy

    def _contact(self, asking: list[Asking], stood: Stood | None) -> Duty:
        """The one occasion for all that is said, when every account's policy lets it be."""
        leading, policy, *_ = asking[0]
        actions = [one.decision.action for one in asking if one.decision.action is not None]
        lead = actions[0]
        own = Duty(
            what=lead.kind,
            account=leading.account,
            handler=lead.handler,
            owner=_answering(actions),
            minutes=_minutes(policy, lead.kind, lead.handler),
            since=self._as_of,
            act_by=max(lead.act_by, *(one.execute_on for one in actions)),
        )
        return self._carried(own, lead.kind, policy, stood)

    def _task(self, account: str, task: Task, policy: Policy, stood: Stood | None) -> Duty:
        own = Duty(
            what=task.kind,
            account=account,
            handler=task.handler,
            owner=task.owner,
            minutes=_minutes(policy, ActionKind.TASK, task.handler),
            since=self._as_of,
            act_by=task.due or self._in_three_days(policy),
            task=task,
        )
        return self._carried(own, ActionKind.TASK, policy, stood)

    def _in_three_days(self, policy: Policy) -> date:
        # Asked for every task of the day; the policies of a table outlive its lines.
        known = self._soon.get(id(policy))
        if known is None:
            calendar = policy.conventions.calendar
            known = business_days_after(calendar, self._as_of, BUSINESS_DAYS_TO_ACT)
            self._soon[id(policy)] = known
        return known

    def _carried(self, own: Duty, kind: ActionKind, policy: Policy, stood: Stood | None) -> Duty:
        """The duty with its first dates; once it is late it is the collector's.

        A right is preserved by whoever can, and a date that the facts leave is the date.
        """
        if stood is None:
            return own
        dated = own.task is not None and own.task.due is not None
        act_by = own.act_by if dated else stood.act_by
        calendar = policy.conventions.calendar
        late = max(act_by, business_days_after(calendar, stood.since, BUSINESS_DAYS_TO_ACT))
        own = evolve(own, since=stood.since, act_by=act_by)
        if self._as_of <= late or own.preserves_right:
            return own
        return evolve(
            own,
            handler=Handler.COLLECTOR,
            owner=own.owner if own.handler is Handler.COLLECTOR else None,
            minutes=_minutes(policy, kind, Handler.COLLECTOR),
            passed_on=True,
        )


def _answering(actions: list[Action]) -> str | None:
    """Whom the leading action names, else the one person whom those that ride along do."""
    named = {one.owner for one in actions if one.owner is not None}
    return actions[0].owner or (named.pop() if len(named) == 1 else None)


def business_days_after(calendar: BusinessCalendar, day: date, count: int) -> date:
    """A day of work; where the calendar says nothing, any day of the week but its weekend.

    Work inside the house is not held up by a holiday that nobody entered.
    """
    for one in (calendar, BusinessCalendar(calendar.weekend)):
        try:
            return one.add_business_days(day, count)
        except OutsideCoverage:
            continue
    return day


def rank(one: Asking) -> tuple[Any, ...]:
    """The leading decision first: a person's before what runs by itself, then the highest."""
    action, account = one.decision.action, one.decision.account
    if action is None:
        return (1, account)
    height = one.policy.compiled.ranks.get(action.level or "", -1)
    by_itself = action.handler is Handler.AUTOMATIC
    return (0, by_itself, -_WEIGHT[action.kind], -FIRMNESS[action.tone], -height, account)


def _minutes(policy: Policy, kind: ActionKind, handler: Handler) -> int:
    if handler is Handler.AUTOMATIC:
        return 0
    return policy.worklist.minutes.get(kind, MINUTES[kind])


def _order(duty: Duty) -> tuple[Any, ...]:
    """What preserves a right first, then the contact, then the tasks that are due first."""
    task = duty.task
    if task is None:
        return (True, False)
    rest = (duty.act_by, duty.account, task.kind, task.rule or "", task.invoices)
    return (not duty.preserves_right, True, *rest)
