"""What of each item was, as the facts have it, never owed: no interest is counted on it.

A credit note takes from principal from its own day. Some say more: that the debtor was right, or
that nothing was late after all. Then what is credited bore nothing from the due date on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Final, NamedTuple

from recouvrement.facts.book import ADVICE, DIRECTED, Contest
from recouvrement.position.application import Ledger
from recouvrement.position.contests import OWES_CREDIT, awaits_credit, holds

Given = dict[int, dict[int, int]]
"""What each credit note gave on each item: by place, then by source."""


class Conceded(NamedTuple):
    """What bears nothing from the due date on, by place.

    `awaited` was conceded in a dispute and its credit note has not come; `void` is what credit
    notes, by source, took away from the start; `beyond` is what of it went to items that nothing
    was open on any more.
    """

    awaited: Mapping[int, int]
    void: Given
    beyond: Mapping[int, int]


NOTHING: Final = Conceded({}, {}, {})


def conceded_in(
    ledger: Ledger, credits_: Collection[int], linked: Mapping[int, str | None]
) -> Conceded:
    """What was conceded by the end of the ledger's day, in disputes and by these credit notes.

    `linked` says which dispute a credit note names, by source.
    """
    if not credits_ and not ledger.book.contests:
        return NOTHING
    applied = _applied(ledger, credits_)
    given = _given(ledger, credits_, applied)
    void = _void(ledger, given, linked)
    awaited = _awaited(ledger, void)
    beyond = {
        place: sum(amount - applied[place].get(at, 0) for at, amount in by_source.items())
        for place, by_source in void.items()
    }
    return Conceded(awaited, void, beyond)


def _applied(ledger: Ledger, credits_: Collection[int]) -> Given:
    """What credit notes settled, as the ledger has it."""
    found: Given = defaultdict(dict)
    if credits_:
        for place, moves in ledger.by_place.items():
            for _, source, amount in moves:
                if source in credits_:
                    of_item = found[place]
                    of_item[source] = of_item.get(source, 0) + amount
    return found


def _given(ledger: Ledger, credits_: Collection[int], applied: Given) -> Given:
    """What credit notes settled, or were directed to where nothing was open any more."""
    found: Given = defaultdict(dict)
    for place, by_source in applied.items():
        found[place] = dict(by_source)
    directed: dict[tuple[int, tuple[int, ...]], int] = defaultdict(int)
    for on, phase, _, source, places, amount, _ in ledger.book.events:
        if on > ledger.day:
            break
        if source in credits_ and phase in (DIRECTED, ADVICE):
            directed[source, places] += amount
    for (source, places), amount in directed.items():
        left = amount - sum([found[place].get(source, 0) for place in places])
        for place in places:
            of_item = found[place]
            taken = min(left, ledger.book.items[place].total - sum(of_item.values()))
            if taken > 0:
                of_item[source] = of_item.get(source, 0) + taken
                left -= taken
    return found


def _void(ledger: Ledger, given: Given, linked: Mapping[int, str | None]) -> Given:
    """What of that came once the item was late, and says that it never was, or never for so much.

    All of it where credit notes took all that was late; else what names a dispute about the item,
    or answers one that the debtor won.
    """
    items, sources, void = ledger.book.items, ledger.book.sources, dict[int, dict[int, int]]()
    answers = _answers(ledger, given, linked)
    for place, by_source in given.items():
        due = items[place].due
        if due >= ledger.day:
            continue
        late = items[place].total - sum(by_source.values()) - _paid_in_time(ledger, place, due)
        of_item = {
            source: amount if late <= 0 else answers.get((place, source), 0)
            for source, amount in by_source.items()
            if sources[source].on > due
        }
        of_item = {source: amount for source, amount in of_item.items() if amount}
        if of_item:
            void[place] = of_item
    return void


def _paid_in_time(ledger: Ledger, place: int, due: int) -> int:
    sources = ledger.book.sources
    return sum(
        amount
        for _, source, amount in ledger.by_place.get(place, ())
        if sources[source].cash and sources[source].on <= due
    )


def _answers(
    ledger: Ledger, given: Given, linked: Mapping[int, str | None]
) -> dict[tuple[int, int], int]:
    """How much of each credit note answers a dispute about the item it went to.

    One that names the dispute does so wholly, whatever came of it. One that names none answers a
    dispute won, from its opening on and no further than what was disputed.
    """
    found: dict[tuple[int, int], int] = {}
    for contest in ledger.book.contests:
        if contest.opened > ledger.day:
            continue
        left = contest.amount
        for place in contest.places:
            for source, amount in given.get(place, {}).items():
                if linked.get(source) == contest.fact.id:
                    found[place, source] = amount
                    left = None if left is None else max(0, left - amount)
        if _won(contest, ledger.day):
            for place, source, amount in _unnamed(ledger, contest, given, linked):
                free = amount - found.get((place, source), 0)
                taken = free if left is None else min(free, left)
                found[place, source] = found.get((place, source), 0) + taken
                left = None if left is None else left - taken
    return found


def _won(contest: Contest, day: int) -> bool:
    return contest.resolved <= day and contest.fact.outcome in OWES_CREDIT


def _unnamed(
    ledger: Ledger, contest: Contest, given: Given, linked: Mapping[int, str | None]
) -> Iterator[tuple[int, int, int]]:
    """The credit notes on the items of a dispute, since it was opened, that name no dispute."""
    sources = ledger.book.sources
    for place in contest.places:
        for source, amount in sorted(given.get(place, {}).items()):
            if linked.get(source) is None and sources[source].on >= contest.opened:
                yield place, source, amount


def _awaited(ledger: Ledger, void: Given) -> dict[int, int]:
    """What was conceded in disputes whose credit note has not come, or not wholly.

    A dispute about all that is open is about what was open when it was opened.
    """
    book, day, found = ledger.book, ledger.day, dict[int, int]()
    for contest in book.contests:
        if contest.opened > day or not awaits_credit(contest, day):
            continue
        left = holds(contest, day)
        for place in contest.places:
            item = book.items[place]
            room = item.total - found.get(place, 0) - sum(void.get(place, {}).values())
            if left is None:
                opened = ledger.open_on(place, max(contest.opened, item.issued))
                taken = min(room, opened)
            else:
                taken = min(room, left)
                left -= max(taken, 0)
            if taken > 0:
                found[place] = found.get(place, 0) + taken
    return found
