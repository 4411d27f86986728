"""The safeguards: what no decision may do, whatever the document or the host's code says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Final

from recouvrement.facts.words import ActionKind, Channel, DebtorKind
from recouvrement.policy.decision import Action
from recouvrement.policy.words import Handler, TaskKind
from recouvrement.position.position import SLICES, OpenItem
from recouvrement.testing.law import Breach, Law, against, said
from recouvrement.testing.lives import Case, recorded

REMINDERS: Final = (ActionKind.PRE_DUE_REMINDER, ActionKind.REMIND)
FORMAL: Final = (ActionKind.FORMAL_NOTICE, ActionKind.PLACE)
POST: Final = (Channel.LETTER, Channel.REGISTERED_LETTER)


def is_pre_due(action: Action | None) -> bool:
    """Whether an action reminds of what will be due."""
    return action is not None and action.kind == ActionKind.PRE_DUE_REMINDER


def spoken_of(case: Case, action: Action) -> Iterator[OpenItem]:
    """The open items that an action speaks of."""
    return (case.items[name] for name in action.invoices if name in case.items)


def answers(case: Case) -> Breach | None:
    """Every account gets a decision about itself, whose action can be recorded; else `NoAnswer`."""
    decision = case.decision
    recorded(case)
    if (decision.account, decision.as_of) == (case.account.debtor.id, case.as_of):
        return None
    expected = f"a decision about {case.account.debtor.id} as of {case.as_of}"
    return against(case, expected, f"one about {decision.account} as of {decision.as_of}")


def nothing_open(case: Case) -> Breach | None:
    """No contact without anything open, at most a pre-due reminder without anything overdue."""
    action = case.action
    if action is None:
        return None
    if not case.items:
        return against(case, "no contact: nothing is open", said(case.decision))
    if not is_pre_due(action) and not any(item.collectable for item in case.items.values()):
        expected = "at most a pre-due reminder: nothing may be asked for"
        return against(case, expected, said(case.decision))
    return None


def only_what_may_be_asked(case: Case) -> Breach | None:
    """What is spoken of is collectable (before the due date: not yet due), each item once."""
    action = case.action
    if action is None:
        return None
    for expected in _objections(case, action):
        return against(case, expected, said(case.decision))
    return None


def _objections(case: Case, action: Action) -> Iterator[str]:
    """What should have been, for each thing that a message may not say."""
    early, named = is_pre_due(action), action.invoices
    if not named or len(set(named)) < len(named):
        yield "at least one item, each of them once"
    if action.recipient != case.account.debtor.recipient:
        yield f"a message to {case.account.debtor.recipient}, not to {action.recipient}"
    if early and action.lists:
        yield "a pre-due reminder that lists nothing else"
    for name in named:
        item = case.items.get(name)
        if item is None:
            yield f"nothing about {name}, which is not open"
        elif not (item.not_yet_due if early else item.collectable):
            held = ", ".join(one for one in SLICES if getattr(item, one))
            yield f"nothing about {name}, which is {held}"


def amounts(case: Case) -> Breach | None:
    """No amount asked for exceeds what is owed less unapplied cash."""
    action = case.action
    if action is None:
        return None
    if not action.amounts:
        return against(case, "an amount asked for", said(case.decision))
    spare = {money.currency: money.minor for money in case.position.nettable}
    for amount in action.amounts:
        there = [one for one in spoken_of(case, action) if one.currency == amount.currency]
        if is_pre_due(action):
            owed = sum(one.not_yet_due.minor for one in there)
        else:
            owed = sum(one.collectable.minor for one in there) - spare.get(amount.currency, 0)
        if not 0 < amount.minor <= owed:
            most = type(amount)(max(0, owed), amount.currency)
            expected = f"more than nothing, at most {most}"
            return against(case, expected, said(case.decision))
    return None


def formal_acts(case: Case) -> Breach | None:
    """Formal acts need a person's approval and their floor; a placement, a notice run out."""
    action = case.action
    if action is None or action.kind not in FORMAL:
        return None
    if not action.approval or action.handler == Handler.AUTOMATIC:
        came = f"{action.kind} by {action.handler}, approval {action.approval}"
        return against(case, "a formal act that a person approves", came)
    floor = case.policy.floor.of(action.kind)
    if floor is not None and {one.currency for one in action.amounts} == {floor.currency}:
        worth = sum(one.minor for one in action.amounts)
        if worth < floor.minor:
            return against(case, f"nothing so dear below {floor}", said(case.decision))
    if action.kind == ActionKind.PLACE:
        over = [
            notice.invoices
            for notice in case.account.notices
            if notice.on <= case.as_of and notice.respond_by < case.as_of
        ]
        named = set(chain.from_iterable(over))
        for item in spoken_of(case, action):
            if not {item.id, item.invoice.id} & named:
                expected = f"no placement of {item.id}, which no notice that ran out names"
                return against(case, expected, said(case.decision))
    return None


def reminders_only(case: Case) -> Breach | None:
    """A debtor of unknown kind, and a due date that nobody agreed, get reminders only."""
    action, kind = case.action, case.account.debtor.kind
    if action is None:
        return None
    unknown = kind is DebtorKind.UNKNOWN
    if not unknown and kind not in case.policy.serves:
        return against(case, f"nothing to a {kind} debtor, not served", said(case.decision))
    if unknown and TaskKind.QUALIFY not in {task.kind for task in case.decision.tasks}:
        tasks = ", ".join(task.kind for task in case.decision.tasks)
        return against(case, "a task to qualify a debtor of unknown kind", tasks or "no task")
    assumed = any(item.invoice.due_assumed for item in spoken_of(case, action))
    if (unknown or assumed) and action.kind not in REMINDERS:
        why = "of unknown kind" if unknown else "whose due date is assumed"
        return against(case, f"at most a reminder to a debtor {why}", said(case.decision))
    return None


def refused_channels(case: Case) -> Breach | None:
    """A channel that the debtor, or the person asked for, refuses is never used.

    Post may always carry a formal act.
    """
    action, debtor = case.action, case.account.debtor
    if action is None or action.channel is None:
        return None
    refused = set(debtor.refused_channels)
    for person in debtor.people:
        if action.person in (person.id, person.name):
            refused |= person.refused_channels
    if action.channel in refused and not (action.kind in FORMAL and action.channel in POST):
        expected = f"another way than {action.channel}, which is refused"
        return against(case, expected, f"{action.kind} by {action.channel}")
    return None


def worked_days(case: Case) -> Breach | None:
    """What is proposed is to be done on a day that is worked, and by a day not before it."""
    action = case.action
    if action is None:
        return None
    worked = case.policy.conventions.calendar.is_business_day(action.execute_on)
    if worked and case.as_of <= action.execute_on <= action.act_by:
        return None
    came = f"{action.execute_on}, by {action.act_by}"
    return against(case, f"a day that is worked, from {case.as_of} on", came)


SAFEGUARDS: Final = (
    Law(
        name="answers",
        statement="Every account gets a decision, on every day.",
        breach=answers,
    ),
    Law(
        name="nothing-open",
        statement=(
            "Nothing open: no contact. Nothing that may be asked for: at most a pre-due reminder."
        ),
        breach=nothing_open,
        daily=True,
    ),
    Law(
        name="collectable-only",
        statement="A slice that is not collectable is never demanded.",
        breach=only_what_may_be_asked,
        daily=True,
    ),
    Law(
        name="amounts",
        statement="Amounts never exceed what is owed less unapplied cash.",
        breach=amounts,
        daily=True,
    ),
    Law(
        name="formal-acts",
        statement=(
            "Formal acts need a person's approval; a placement takes only items named in a notice"
            " whose last day to respond has passed."
        ),
        breach=formal_acts,
        daily=True,
    ),
    Law(
        name="reminders-only",
        statement="A debtor of unknown kind, or an assumed due date, gets reminders only.",
        breach=reminders_only,
        daily=True,
    ),
    Law(
        name="refused-channels",
        statement="A refused channel is never used, except post for formal acts.",
        breach=refused_channels,
        daily=True,
    ),
    Law(
        name="worked-days",
        statement="What is proposed is done on a business day.",
        breach=worked_days,
    ),
)
