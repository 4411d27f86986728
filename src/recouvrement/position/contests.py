"""What of each item is disputed on a day: a dispute holds its slice, and only its slice."""

from collections.abc import Iterable, Mapping, Sequence

from recouvrement.facts.book import Book, Contest
from recouvrement.facts.words import DisputeOutcome

# Somebody was right to complain: the amount waits for the credit note that is owed.
OWES_CREDIT = frozenset({DisputeOutcome.UPHELD, DisputeOutcome.PARTLY_UPHELD})


def contested_on(book: Book, day: int, opens: Sequence[int] | Mapping[int, int]) -> dict[int, int]:
    """The disputed amount of each disputed item, given what is open on every item that day.

    A credit note linked to the dispute consumes the disputed part first; payments leave it whole
    until nothing else is open.
    """
    return _held(book.contests, day, opens)


def still_contested_on(
    book: Book, day: int, opens: Sequence[int] | Mapping[int, int]
) -> dict[int, int]:
    """The same of disputes that are not resolved yet, whatever the others wait for."""
    return _held([one for one in book.contests if one.resolved > day], day, opens)


def _held(
    contests: Iterable[Contest], day: int, opens: Sequence[int] | Mapping[int, int]
) -> dict[int, int]:
    held: dict[int, int] = {}
    for contest in contests:
        if contest.opened > day:
            continue
        left = holds(contest, day)
        for place in contest.places:
            if left == 0:
                break
            room = opens[place] - held.get(place, 0)
            taken = room if left is None else min(room, left)
            if taken > 0:
                held[place] = held.get(place, 0) + taken
                if left is not None:
                    left -= taken
    return held


def awaits_credit(contest: Contest, day: int) -> bool:
    """Whether the debtor was found right and what is owed to him has not been given yet."""
    return contest.resolved <= day and holds(contest, day) != 0


def holds(contest: Contest, day: int) -> int | None:
    """How much a dispute holds that day: an amount, None for all that is open, 0 once over.

    Resolved in the debtor's favour, it holds until the credit owed has been given. A credit that
    names no dispute answers the earliest that waits for one: each cent answers one dispute.
    """
    spent: dict[int, int] = {}
    for earlier in contest.before:
        _holds(earlier, day, spent)
    return _holds(contest, day, spent)


def _holds(contest: Contest, day: int, spent: dict[int, int]) -> int | None:
    credited = sum(amount for on, amount in contest.linked if contest.opened <= on <= day)
    if contest.resolved <= day:
        outcome = contest.fact.outcome
        if outcome not in OWES_CREDIT:
            return 0
        for on, amount, number in contest.given:
            if contest.opened <= on <= day:
                left = amount - spent.get(number, 0)
                taken = left if contest.amount is None else min(left, contest.amount - credited)
                if taken > 0:
                    spent[number] = spent.get(number, 0) + taken
                    credited += taken
        if outcome is DisputeOutcome.PARTLY_UPHELD and credited:
            return 0
    return None if contest.amount is None else max(0, contest.amount - credited)
