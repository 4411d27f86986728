"""Tasks that an account's facts give by themselves, so that nothing waits in silence."""

from __future__ import annotations

from collections.abc import Iterator

from recouvrement.facts.words import DebtorKind
from recouvrement.policy.decision import Task
from recouvrement.policy.policy import Policy
from recouvrement.policy.words import Handler, TaskKind
from recouvrement.position.contests import OWES_CREDIT
from recouvrement.position.standing import Standing


def tasks_of(policy: Policy, kind: DebtorKind, s: Standing, horizon: int) -> list[Task]:
    """What the facts ask of the house that day; `horizon` is the last day on which events count."""
    tasks = []
    if kind is DebtorKind.UNKNOWN:
        tasks.append(Task(TaskKind.QUALIFY))
    elif kind not in policy.serves:
        tasks.append(Task(TaskKind.CHOOSE_POLICY))
    if not s.book.quiet:
        if s.book.stays:
            tasks.extend(_claims(s, horizon))
        if s.book.contests:
            tasks.extend(_disputes(s))
        if s.book.blocks:
            tasks.extend(_blocks(s))
    if s.book.assumed:
        exhausted = _exhausted(policy, s)
        if exhausted:
            tasks.append(Task(TaskKind.CONFIRM_DUE_DATE, exhausted))
    return tasks


def _claims(s: Standing, horizon: int) -> Iterator[Task]:
    for stay in s.book.stays:
        filed = stay.fact.claim_filed_on
        if stay.opened <= s.day < stay.ended and (filed is None or filed.toordinal() > horizon):
            stayed = tuple(row.id for row in s.rows if row.item.supplied <= stay.opened)
            if stayed:
                yield Task(TaskKind.CLAIM_TO_FILE, stayed, handler=Handler.ACCOUNT_MANAGER)


def _disputes(s: Standing) -> Iterator[Task]:
    for contest in s.book.contests:
        rows = [s.by_place[place] for place in contest.places if place in s.by_place]
        items = tuple(row.id for row in rows if row.disputed)
        if not items or contest.opened > s.day:
            continue
        resolve_by = contest.fact.resolve_by
        if contest.resolved <= s.day:
            if contest.fact.outcome in OWES_CREDIT:
                yield Task(TaskKind.CREDIT_NOTE_DUE, items)
        elif resolve_by is not None and resolve_by.toordinal() < s.day:
            yield Task(TaskKind.DISPUTE_OVERDUE, items, handler=Handler.ACCOUNT_MANAGER)


def _blocks(s: Standing) -> Iterator[Task]:
    for block in s.book.blocks:
        review = block.fact.review_on
        if (
            review is not None
            and review.toordinal() <= s.day
            and block.since <= s.day <= block.last
        ):
            places = block.places if block.places is not None else tuple(s.by_place)
            items = tuple(s.by_place[place].id for place in places if place in s.by_place)
            if items:
                yield Task(TaskKind.BLOCK_TO_REVIEW, items)


def _exhausted(policy: Policy, s: Standing) -> tuple[str, ...]:
    """Items that had every reminder, and nothing dearer because nobody agreed their due date."""
    last = policy.compiled.last_reminder
    return tuple(
        row.id for row in s.rows if row.item.assumed and row.collectable and row.reached >= last
    )
