"""The last day before a claim is lost by time, and what moved it, in plain integers."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, NamedTuple

from recouvrement.dates import months_after
from recouvrement.facts.book import NEVER, Item, LegalEvent
from recouvrement.facts.words import LegalStepKind
from recouvrement.position.conventions import Conventions, LimitationStart
from recouvrement.position.standing import Row, Standing

# While one of these lasts the period does not run; it starts again, whole, when it ends.
INTERRUPTING: Final = frozenset(
    {LegalStepKind.CLAIM, LegalStepKind.PROTECTIVE_MEASURE, LegalStepKind.ENFORCEMENT}
)
# A claim that ended in one of these ways counts as never brought.
VOID: Final = frozenset({"withdrawn", "lapsed", "rejected"})


class Limit(NamedTuple):
    """The last day to act, NEVER while the period is interrupted.

    `since` is the day from which the period runs and `suspended` the days that come on top, `by`
    what restarted or interrupted it, `suspended_by` the mediation that holds it now, `late` the
    steps that came once it had run out.
    """

    last: int
    since: int
    suspended: int
    by: LegalEvent | None
    suspended_by: LegalEvent | None
    late: tuple[LegalEvent, ...]


def limit_of(start: int, events: Iterable[LegalEvent], day: int, years: int) -> Limit:
    """The limitation of a claim, from the day it starts to run, as the legal steps moved it.

    An acknowledgement restarts the period at its date. A claim, a protective measure or an
    enforcement interrupts it until it ends, then it restarts whole, unless the claim came to
    nothing. A mediation suspends it. Nothing revives a period that has run out, and none runs
    before that day. A title moves nothing: its own limitation is another one.
    """
    known = [one for one in events if one.on <= day]
    pauses = [one for one in known if _suspends(one)]
    since, by, late = start, None, []
    for one in known:
        kind = one.fact.kind
        interrupts = kind in INTERRUPTING
        if not interrupts and kind is not LegalStepKind.ACKNOWLEDGEMENT:
            continue
        if one.on > _last(since, pauses, one.on, years):
            late.append(one)
        elif not interrupts:
            if one.on > since:
                since, by = one.on, one
        elif one.ended > day:
            return Limit(NEVER, since, 0, one, None, tuple(late))
        elif one.fact.outcome not in VOID and one.ended > since:
            since, by = one.ended, one
    last, whole = _last(since, pauses, day, years), years_after(since, years)
    now = [one for one in pauses if one.ended > day and since <= day <= last]
    return Limit(last, since, last - whole, by, now[0] if now else None, tuple(late))


def last_from(since: int, events: Iterable[LegalEvent], day: int, years: int) -> int:
    """The last day of a period that would run from a day, with what suspended it by another."""
    return _last(since, [one for one in events if _suspends(one)], day, years)


def _suspends(event: LegalEvent) -> bool:
    return event.fact.kind is LegalStepKind.MEDIATION


def _last(since: int, pauses: list[LegalEvent], day: int, years: int) -> int:
    """The last day of a period as it stands on a day: what was suspended by then comes on top."""
    last = years_after(since, years)
    for start, end in _merged(pauses, since, day):
        if start > last:
            break  # it had run out before: nothing is left to suspend
        last += end - start
    return min(last, NEVER)


def _merged(pauses: list[LegalEvent], since: int, day: int) -> Iterator[tuple[int, int]]:
    """The suspensions from a day to another, those that overlap taken once."""
    reached = since
    for one in pauses:
        start, end = max(one.on, reached), min(one.ended, day)
        if end > start:
            yield start, end
            reached = end


def years_after(day: int, years: int) -> int:
    """The same day so many years later; NEVER beyond the calendar."""
    try:
        return months_after(date.fromordinal(day), 12 * years).toordinal()
    except ValueError:
        return NEVER


def runs_from(item: Item, conventions: Conventions) -> int:
    """The day from which limitation runs for an item with a due date, by the conventions."""
    starts = conventions.limitation_from
    if starts is LimitationStart.DELIVERY:
        return item.supplied
    if starts is LimitationStart.DUE_DATE:
        return item.due
    day = item.due
    if starts is LimitationStart.END_OF_SUPPLY_YEAR:
        day = min(item.supplied, day)
    return date(date.fromordinal(day).year, 12, 31).toordinal()


def supply_assumed(item: Item, conventions: Conventions) -> bool:
    """Whether limitation runs from a supply whose day the invoice does not say."""
    starts = conventions.limitation_from
    from_supply = starts in {LimitationStart.DELIVERY, LimitationStart.END_OF_SUPPLY_YEAR}
    return from_supply and item.invoice.supplied_on is None


def limitation_day(s: Standing, r: Row, years: int) -> int:
    """The last day to act on an open item; NEVER without a due date, and while interrupted."""
    if r.due == NEVER:
        return NEVER
    start = runs_from(r.item, s.conventions)
    if not s.book.legal:
        return years_after(start, years)
    return limit_of(start, legal_events(s, r.item.place), s.day, years).last


def legal_events(s: Standing, place: int) -> list[LegalEvent]:
    """The legal steps about an item, in order."""
    return [one for one in s.book.legal if place in one.places]
