"""Tasks that an account's facts give by themselves, so that nothing waits in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER
from recouvrement.facts.legal import Insolvency
from recouvrement.facts.words import ContactResult, DebtorKind
from recouvrement.policy.decision import Task
from recouvrement.policy.policy import Policy
from recouvrement.policy.readings import bounced, notices_on
from recouvrement.policy.words import Handler, TaskKind
from recouvrement.position.contests import awaits_credit
from recouvrement.position.deadlines import claim_due, orders_to_serve, service_due
from recouvrement.position.limitation import limitation_day
from recouvrement.position.standing import Row, Standing


def tasks_of(policy: Policy, account: Account, s: Standing, known_on: date | None) -> list[Task]:
    """What the facts ask of the house that day, as it knew them."""
    tasks = []
    kind, book = account.debtor.kind, s.book
    known = NEVER if known_on is None else known_on.toordinal()
    if kind is DebtorKind.UNKNOWN:
        tasks.append(Task(TaskKind.QUALIFY))
    elif kind not in policy.serves:
        tasks.append(Task(TaskKind.CHOOSE_POLICY))
    if policy.reads_limitation and policy.applicable(kind).missing:
        tasks.extend(_unlawful(policy, kind, s))
    if not book.quiet:
        owner = account.debtor.owner
        if book.stays:
            tasks.extend(_claims(s, min(known, s.day), owner))
        if book.contests:
            tasks.extend(_disputes(s, owner))
        if book.blocks:
            tasks.extend(_blocks(s))
    if book.legal:
        tasks.extend(_orders(s, account.debtor.owner))
    if book.assumed:
        tasks.extend(_exhausted(policy, s))
    tasks.extend(_contacts(policy, account, s, known))
    return tasks


def _unlawful(policy: Policy, kind: DebtorKind, s: Standing) -> Iterator[Task]:
    """Items whose claim may lapse while no law says when: nothing would ever tell."""
    if kind in policy.serves or kind is DebtorKind.UNKNOWN:
        yield Task(TaskKind.MISSING_LAW, tuple([row.id for row in s.rows]))


def _contacts(policy: Policy, account: Account, s: Standing, known: int) -> Iterator[Task]:
    """What is to be done about what was said, and about what was not heard."""
    if s.book.touches:
        yield from _unrecorded(policy, s)
        yield from _unplaced(policy, s)
    if any(lost <= s.day for _, lost, _ in s.book.outgoing):
        yield from _bounced(s)
    if s.book.heard:
        yield from _vague(account, s, known)


def last_day_left(s: Standing, rows: Iterable[Row]) -> date | None:
    """The earliest of the last days before limitation of these items, None where there is none."""
    years = s.conventions.limitation_years
    if years is None:
        return None
    last = min([limitation_day(s, row, years) for row in rows])
    return None if last == NEVER else date.fromordinal(last)


def _claims(s: Standing, horizon: int, owner: str | None) -> Iterator[Task]:
    for stay in s.book.stays:
        filed = stay.fact.claim_filed_on
        if stay.opened <= s.day < stay.ended and (filed is None or filed.toordinal() > horizon):
            stayed = tuple(row.id for row in s.rows if row.item.supplied <= stay.opened)
            if stayed:
                yield Task(
                    TaskKind.CLAIM_TO_FILE,
                    stayed,
                    handler=Handler.ACCOUNT_MANAGER,
                    due=_last_day_to_file(s, stay.fact, horizon),
                    owner=owner,
                )


def _last_day_to_file(s: Standing, insolvency: Insolvency, horizon: int) -> date | None:
    """The last day the law leaves, None while nobody knows of the publication it runs from."""
    months, published = s.conventions.claim_months, insolvency.published_on
    if months is None or published is None or published.toordinal() > horizon:
        return None
    return claim_due(insolvency, months)


def _orders(s: Standing, owner: str | None) -> Iterator[Task]:
    """Orders to pay that nobody served yet: after the last day they are worth nothing."""
    for order, items in orders_to_serve(s):
        due = service_due(order, s.conventions.service_months)
        by = Handler.LAWYER
        yield Task(TaskKind.ORDER_TO_SERVE, items, handler=by, due=due, owner=owner)


def _disputes(s: Standing, owner: str | None) -> Iterator[Task]:
    for contest in s.book.contests:
        rows = [s.by_place[place] for place in contest.places if place in s.by_place]
        items = tuple(row.id for row in rows if row.disputed)
        if not items or contest.opened > s.day:
            continue
        resolve_by = contest.fact.resolve_by
        if contest.resolved <= s.day:
            if awaits_credit(contest, s.day):
                yield Task(TaskKind.CREDIT_NOTE_DUE, items)
        elif resolve_by is not None and resolve_by.toordinal() < s.day:
            named, by = contest.fact.owner or owner, Handler.ACCOUNT_MANAGER
            yield Task(TaskKind.DISPUTE_OVERDUE, items, handler=by, owner=named)


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


def _exhausted(policy: Policy, s: Standing) -> Iterator[Task]:
    """Items that had every reminder, and nothing dearer because nobody agreed their due date."""
    last = policy.compiled.last_reminder
    items = tuple(
        [row.id for row in s.rows if row.item.assumed and row.collectable and row.reached >= last]
    )
    if items:
        yield Task(TaskKind.CONFIRM_DUE_DATE, items)


def _unrecorded(policy: Policy, s: Standing) -> Iterator[Task]:
    """Items moved to a formal notice that nobody recorded: nothing would run out."""
    notices = policy.compiled.notices
    first = notices.index(True) if True in notices else len(notices)
    items = tuple(
        [
            row.id
            for row in s.rows
            if row.reached >= first and row.collectable and not notices_on(s, row)
        ]
    )
    if items:
        yield Task(TaskKind.RECORD_NOTICE, items)


def _unplaced(policy: Policy, s: Standing) -> Iterator[Task]:
    """Items said to be handed over, of which no placement was recorded: nobody collects them."""
    places = policy.compiled.places
    said = [row for row in s.rows if row.reached >= 0 and places[row.reached] and row.collectable]
    if said:
        placed = {place for one in s.book.placements if one.since <= s.day for place in one.places}
        items = tuple([row.id for row in said if row.item.place not in placed])
        if items:
            yield Task(TaskKind.RECORD_PLACEMENT, items)


def _bounced(s: Standing) -> Iterator[Task]:
    """Items about which our latest contact did not arrive: the address is a bad one."""
    items = tuple([row.id for row in s.rows if bounced(s, row)])
    if items:
        yield Task(TaskKind.FIND_COORDINATES, items)


def _vague(account: Account, s: Standing, known: int) -> Iterator[Task]:
    """A vague promise without an exact one since: its date, amount and means are to be obtained."""
    vague = [
        one
        for one in account.results
        if one.result is ContactResult.VAGUE_PROMISE
        and one.on.toordinal() <= s.day
        and one.known_on.toordinal() <= known
    ]
    if not vague:
        return
    latest = vague[-1]
    if any(latest.on.toordinal() <= pledge.made <= s.day for pledge in s.book.pledges):
        return
    about = {
        item
        for one in account.interactions
        if one.id == latest.interaction
        for item in (*one.invoices, *(step.invoice for step in one.steps))
    }
    named = tuple([row.id for row in s.rows if {row.id, row.invoice.id} & about])
    if named or not about:
        yield Task(TaskKind.OBTAIN_PROMISE, named)
