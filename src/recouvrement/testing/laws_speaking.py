"""The laws of speaking: in time, not too often, never twice, never back, after a broken word."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from recouvrement.facts.interaction import Interaction
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.legal import FormalNotice, Placement
from recouvrement.facts.words import ActionKind, Direction
from recouvrement.policy.criteria import known_criteria
from recouvrement.policy.policy import Policy
from recouvrement.position.commitments import PromiseStatus
from recouvrement.position.position import OpenItem, PromiseState
from recouvrement.testing.law import Breach, Law, against, in_the_dark, said
from recouvrement.testing.lives import (
    NO_DEMAND,
    Case,
    demands,
    recorded,
    too_soon,
)

# How late the first reminder of an item may come, and the criteria by which a rule hears promises.
DAYS_TO_REMIND: Final = 3
PROMISES: Final = frozenset({"broken_promises", "days_since_broken_promise"})
# Reasons of the engine for which nothing is said whatever is owed, other than the pace.
_SUPPRESSING: Final = frozenset(
    {"channels-refused", "kind-not-served", "outside-calendar", "unapplied-cash"}
)


# --- 9: a broken promise -------------------------------------------------------------------------


def broken_promise(case: Case) -> Breach | None:
    """A broken promise on money due is in the reasons, and acted on when the pace allows.

    Until somebody has spoken to the debtor about it. What the document holds, what unapplied cash
    covers, what lacks an exchange rate, a debtor whom the policy does not serve, and a due date
    that nobody agreed are left aside.
    """
    if not case.account.promises or case.account.debtor.kind not in case.policy.serves:
        return None
    promise = _unanswered(case)
    if promise is None or _suppressed(case):
        return None
    hearing = hearing_promises(case.policy)
    about = f"promise {promise.promise.id}, broken since {_broken_on(case, promise)}"
    if not hearing.intersection(case.decision.because):
        rules = " or ".join(sorted(hearing)) or "a rule that reads days_since_broken_promise"
        return against(case, f"{rules} in because: {about}", said(case.decision))
    if case.action is None and too_soon(case, case.execute_on) is None:
        expected = f"an action: {about}, and nothing stands in its way"
        return against(case, expected, said(case.decision))
    return None


def _suppressed(case: Case) -> bool:
    """Whether the document, or what the engine cannot know, says that nothing is to be said."""
    reasons = _SUPPRESSING.union(hold.id for hold in case.policy.holds)
    return bool(reasons.intersection(case.decision.because)) or in_the_dark(case.decision)


def _unanswered(case: Case) -> PromiseState | None:
    """A broken promise on money due, if nobody has spoken to the debtor since it was broken."""
    spoken = max(demands(case.account, case.as_of), default=date.min)
    for one in case.position.promises:
        if one.status is PromiseStatus.BROKEN and spoken < _broken_on(case, one):
            items = [case.items[name] for name in one.items if name in case.items]
            if any(item.collectable and not item.invoice.due_assumed for item in items):
                return one
    return None


def _broken_on(case: Case, state: PromiseState) -> date:
    return state.promise.due_on + timedelta(1 + case.policy.conventions.promise_tolerance)


def hearing_promises(policy: Policy) -> frozenset[str]:
    """The rules that speak to the debtor and read what became of his promises."""
    rules = [(one.id, one.when) for one in policy.levels]
    rules += [(one.id, one.when) for one in policy.triggers if not one.inside]
    return frozenset(name for name, when in rules if when.criteria & PROMISES)


# --- 10: the pace --------------------------------------------------------------------------------


def inside_the_pace(case: Case) -> Breach | None:
    """No demand comes closer to an earlier one, on any channel, than the pace allows."""
    if case.action is None or case.action.kind in NO_DEMAND:
        return None
    why = too_soon(case, case.action.execute_on)
    if why is None:
        return None
    pace = case.policy.pace
    expected = (
        f"nothing on {case.action.execute_on}: the pace is one contact in {pace.between_contacts}"
        f" days and {pace.per_30_days} in 30"
    )
    return against(case, expected, f"after {why}: {said(case.decision)}")


# --- 11: the same day ----------------------------------------------------------------------------


def once_recorded(case: Case) -> Breach | None:
    """Once what was proposed is recorded, the same day proposes nothing."""
    if case.action is None:
        return None
    account = recorded(case)
    now = case.decided(account)
    if now.action is None:
        return None
    facts = [fact for fact in account.facts if fact not in case.account.facts]
    expected = f"nothing once it is recorded: {said(case.decision)}"
    return against(case, expected, said(now), *facts)


# --- each item's own ladder ----------------------------------------------------------------------


def never_back(case: Case) -> Breach | None:
    """Every step goes up, or repeats a level that recurs; none climbs twice between two levels."""
    action, policy = case.action, case.policy
    if action is None:
        return None
    rules = {level.id: level for level in policy.levels}
    ids = list(rules)
    by_ladder = action.rule in rules and not set(case.decision.because) - set(ids)
    for step in action.steps:
        item = case.items.get(step.invoice)
        if item is None or step.level not in rules:
            continue
        reached = max((ids.index(name) for _, name in item.steps if name in rules), default=-1)
        again = ids.index(step.level) == reached and rules[step.level].repeat_every is not None
        if ids.index(step.level) <= reached and not again:
            expected = f"a step of {item.id} above {ids[reached]}"
            return against(case, expected, f"{step.level}: {said(case.decision)}")
        gap = (again and rules[step.level].repeat_every) or policy.pace.between_levels
        last = max(_late_steps(case, item), default=date.min)
        if by_ladder and (action.execute_on - last).days < gap:
            expected = f"{gap} days between two steps of {item.id}"
            return against(case, expected, f"last step on {last}, now {said(case.decision)}")
    return None


def _late_steps(case: Case, item: OpenItem) -> Iterator[date]:
    """The days of an item's steps that were no pre-due reminder."""
    early = {
        (one.on, step.level)
        for one in case.account.interactions
        if one.act is ActionKind.PRE_DUE_REMINDER
        for step in one.steps
    }
    return (on for on, level in item.steps if (on, level) not in early)


# --- 18: the first reminder ----------------------------------------------------------------------

# What a debtor who does nothing has: invoices, and what we did about them.
_SILENT: Final = (Invoice, Interaction, FormalNotice, Placement)


def first_reminder(case: Case) -> Breach | None:
    """Whoever does nothing hears of a late item within three days, or as soon as the pace allows.

    A hold on fixed facts (a segment, a tag) is the house's own choice and is left aside.
    """
    action = case.action
    if action is None and too_soon(case, case.execute_on):
        return None
    if action is not None and action.kind == ActionKind.PLACE:
        return None  # what is handed over is handed over alone
    for item in _forgotten(case):
        if (action is None or item.id not in action.invoices) and not _held_on_purpose(case):
            expected = f"{item.id}, {item.days_past_due} days late, spoken of"
            return against(case, expected, said(case.decision))
    return None


def _forgotten(case: Case) -> Iterator[OpenItem]:
    """The late items of a silent debtor's of which nobody has spoken, when it is time to."""
    account, debtor = case.account, case.account.debtor
    if not all(isinstance(fact, _SILENT) and fact.recorded_on is None for fact in account.facts):
        return
    if debtor.kind not in case.policy.serves or debtor.refused_channels or debtor.people:
        return
    spoken = _spoken_of(case)
    calendar = case.policy.conventions.calendar
    for item in case.items.values():
        if item.collectable and not item.invoice.due_assumed and item.due_on is not None:
            since = max(item.due_on, item.issued_on) + timedelta(DAYS_TO_REMIND)
            ours = {item.id, item.invoice.id}
            if not ours & spoken and case.as_of >= calendar.next_business_day(since):
                yield item


def _spoken_of(case: Case) -> set[str]:
    """The items that a demand moved or listed by then."""
    return {
        name
        for one in case.account.interactions
        if one.on <= case.as_of
        and one.direction is Direction.OUTGOING
        and one.act not in {ActionKind.PRE_DUE_REMINDER, *NO_DEMAND}
        for name in (*one.invoices, *(step.invoice for step in one.steps))
    }


def _held_on_purpose(case: Case) -> bool:
    criteria = known_criteria(case.policy.criteria)
    return any(
        hold.id in case.decision.because and all(criteria[one].fixed for one in hold.when.criteria)
        for hold in case.policy.holds
    )


SPEAKING: Final = (
    Law(
        number=9,
        name="broken-promise",
        statement=(
            "A broken promise on money due is acted on at the first business day that pace, blocks"
            " and unapplied cash allow, and is in because from the first day."
        ),
        breach=broken_promise,
        daily=True,
    ),
    Law(
        number=10,
        name="pace",
        statement="Never two demands inside the pace towards a recipient, on any channel.",
        breach=inside_the_pace,
        daily=True,
    ),
    Law(
        number=11,
        name="once-recorded",
        statement="After recording what was proposed, the same day proposes nothing.",
        breach=once_recorded,
    ),
    Law(
        name="never-back",
        statement="An item only goes up its ladder, one step between two levels.",
        breach=never_back,
        daily=True,
    ),
    Law(
        number=18,
        name="first-reminder",
        statement=(
            "First reminder within 3 days of the due date or the next business day after, or as"
            " soon as the pace allows."
        ),
        breach=first_reminder,
        daily=True,
    ),
)
