"""When a decision changes by itself: the days on which it may, and the first on which it does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from attrs import evolve

from recouvrement.dates import BusinessCalendar
from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.book import Book
from recouvrement.policy.case import days_spoken
from recouvrement.policy.clocks import CLOCKS, STEADY, comparisons
from recouvrement.policy.condition import Condition
from recouvrement.policy.decision import Action
from recouvrement.policy.engine import answer_on
from recouvrement.policy.message import BUSINESS_DAYS_TO_ACT
from recouvrement.policy.policy import Policy, check_inputs, rules_of
from recouvrement.position.application import ledger_at
from recouvrement.position.conventions import ApplicationRule, Conventions
from recouvrement.position.position import book_known, check_date

# How far every day is looked at, where the days that matter cannot be told.
HORIZON: Final = 400
_LAST: Final = date.max.toordinal()


def review_on(
    policy: Policy,
    account: Account,
    *,
    as_of: date,
    known_on: date | None = None,
    spoken: Iterable[date] = (),
) -> date | None:
    """The first day after `as_of` on which the answer differs by itself; None when it never does.

    The answer is what `decide` gives with the same `known_on` and `spoken`: its action (but for
    `execute_on` and `act_by`, which move with the day asked about) and `because`. Tasks are not
    part of it. `known_on` is `as_of` unless given: what was not known then is never foreseen, but
    the dates that known facts agree on (a promise, an instalment, the end of a block) are.

    It is exact: no earlier day answers otherwise. Where a policy reads criteria of the host or
    rules written in Python, nobody can tell when these change: for them every day of the next 400
    is looked at, and what they alone change later is not seen.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.money import Money
    >>> from recouvrement.policy import preset
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur", kind="business"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ... )
    >>> review_on(preset("fr-b2b"), account, as_of=date(2026, 9, 14))
    datetime.date(2026, 9, 26)
    """
    check_inputs(policy, account)
    day = check_date("as_of", as_of).toordinal()
    book = book_known(account, as_of if known_on is None else known_on)
    others = days_spoken(spoken)
    now = _answer(policy, account, book, as_of, others)
    for later in sorted(turning_days(policy, account, book, day, others)):
        on = date.fromordinal(later)
        if _answer(policy, account, book, on, others) != now:
            return on
    return None


def _answer(
    policy: Policy, account: Account, book: Book, on: date, spoken: frozenset[int]
) -> tuple[Action | None, tuple[str, ...]]:
    """What is compared from one day to another."""
    action, because = answer_on(policy, account, book, on, spoken)
    if action is not None:
        action = evolve(action, execute_on=date.min, act_by=date.min)
    return action, because


def turning_days(
    policy: Policy, account: Account, book: Book, day: int, spoken: frozenset[int] = frozenset()
) -> set[int]:
    """The days after `day` on which the answer may change, as ordinals: on no other does it."""
    conventions = policy.applicable(account.debtor.kind).conventions
    places = _places(policy, book, day)
    days = {*_named(book, conventions), *_crossed(policy, book, places, conventions)}
    for place in places:
        days.add(book.dues[place] + 1)
    last_days = (person.until for person in account.debtor.people)
    days.update(last.toordinal() + 1 for last in last_days if last)
    for rate in conventions.rates.rates:
        days.add(rate.since.toordinal())
    for on in spoken:
        days.update((on, on + 1))
    days.update(_again(policy, book))
    for first in _leaving(policy, book, places, spoken):
        if first > day:
            days.update(_asked(conventions.calendar, first))
    days.update(_uncharted(conventions.calendar, day))
    if not foreseeable(policy):
        days.update(range(day + 1, day + HORIZON + 1))
    return {one for one in days if day < one <= _LAST}


def foreseeable(policy: Policy) -> bool:
    """Whether the days on which the conditions of a policy may change are known beforehand.

    >>> from recouvrement.policy import preset
    >>> foreseeable(preset("fr-b2b"))
    True
    """
    fixed = {one.name for one in policy.criteria if one.fixed}
    known = CLOCKS.keys() | STEADY | fixed
    return all(
        isinstance(test, Condition) and test.criteria <= known for _, test, _ in rules_of(policy)
    )


def _places(policy: Policy, book: Book, day: int) -> list[int]:
    """The items that are open that day, or may be later."""
    if book.events and book.events[-1].on > day:
        return list(range(len(book.items)))
    explicit = policy.conventions.application is ApplicationRule.EXPLICIT_ONLY
    tolerance = policy.conventions.promise_tolerance
    left = ledger_at(book, day, explicit_only=explicit, tolerance=tolerance).open
    return [item.place for item in book.items if left[item.place] or item.issued > day]


def _named(book: Book, conventions: Conventions) -> Iterator[int]:
    """The days that the facts name: those on which one begins to count, or no longer does."""
    yield from _of_money(book)
    yield from _of_promises(book, conventions.promise_tolerance)
    yield from _of_holds(book)
    yield from _of_contacts(book)
    for notice in book.notices:
        yield from (notice.on, notice.respond_by + 1)
    for step in book.legal:
        yield from (step.on, step.ended)
    for document in book.documents:
        yield document.on.toordinal()


def _of_money(book: Book) -> Iterator[int]:
    for item in book.items:
        yield item.issued
    for source in book.sources:
        yield source.on
    for event in book.events:
        yield event.on


def _of_promises(book: Book, tolerance: int) -> Iterator[int]:
    for pledge in book.pledges:
        yield from (pledge.made, pledge.due + tolerance + 1, pledge.withdrawn, pledge.superseded)
    for plan in book.plans:
        yield from (plan.agreed, plan.ended)
        for due, _ in plan.instalments:
            yield due + tolerance + 1


def _of_holds(book: Book) -> Iterator[int]:
    for contest in book.contests:
        yield from (contest.opened, contest.resolved)
        yield from (one.toordinal() + 1 for one in (contest.fact.resolve_by,) if one)
    for cover in book.covers:
        yield from (cover.since, cover.last + 1)
    for block in book.blocks:
        yield from (block.since, block.last + 1)
    for stay in book.stays:
        yield from (stay.opened, stay.ended)
    for hold in (*book.placements, *book.assignments):
        # A placement takes its day whole: on the next, other items may be spoken of.
        yield from (hold.since, hold.since + 1, hold.ended)


def _of_contacts(book: Book) -> Iterator[int]:
    for voice in book.voices:
        # The day after, an item may move again; thirty days later it has left the window.
        yield from (voice.on, voice.on + 1, voice.on + 30, voice.bounced)
    yield from book.heard


def _crossed(
    policy: Policy, book: Book, places: list[int], conventions: Conventions
) -> Iterator[int]:
    """The days on which a clock crosses a constant of the policy."""
    bounds = {
        (one.criterion, one.operator, one.constant)
        for _, test, _ in rules_of(policy)
        if isinstance(test, Condition)
        for one in comparisons(test.node)
        if one.criterion in CLOCKS and isinstance(one.constant, int)
    }
    for name, operator, constant in bounds:
        clock = CLOCKS[name]
        for zero in clock.zeros(book, places, conventions):
            yield from clock.crossings(zero, operator, int(constant))


def _again(policy: Policy, book: Book) -> Iterator[int]:
    """The days on which a rule that recurs may speak again."""
    steps = {level.repeat_every for level in policy.levels if level.repeat_every}
    for every in steps:
        for touch in book.touches:
            yield touch.on + every
    answers = {trigger.repeat_every for trigger in policy.triggers if trigger.repeat_every}
    for every in answers:
        for contact in book.contacts:
            yield contact.on + every


def _leaving(
    policy: Policy, book: Book, places: list[int], spoken: frozenset[int]
) -> Iterator[int]:
    """The first days on which a message may leave, or no longer may: pace is measured there."""
    pace = policy.pace
    for on in {contact.on for contact in book.contacts} | spoken:
        yield from (on + pace.between_contacts, on + 30)
    for touch in book.touches:
        yield touch.on + pace.between_levels
    for place in places:
        yield book.dues[place] + 1


def _asked(calendar: BusinessCalendar, first: int) -> Iterator[int]:
    """The first day whose next business day is that one or later."""
    if first <= _LAST:
        try:
            eve = calendar.previous_business_day(date.fromordinal(first - 1))
        except OutsideCoverage:
            return  # the bounds of the calendar are looked at apart
        yield eve.toordinal() + 1


def _uncharted(calendar: BusinessCalendar, day: int) -> Iterator[int]:
    """The days on which the calendar begins to answer, and those on which it no longer does."""
    if calendar.valid_from is not None:
        yield calendar.valid_from.toordinal()
    last = calendar.valid_until or date.max
    # The end of all dates is no news, unless it is near.
    if last < date.max or day >= _LAST - HORIZON:
        try:
            eve = calendar.previous_business_day(last)
            # First there is no day left to act by, in the end none to leave on.
            for _ in range(BUSINESS_DAYS_TO_ACT + 1):
                yield eve.toordinal() + 1
                eve = calendar.add_business_days(eve, -1)
        except OutsideCoverage:
            return
