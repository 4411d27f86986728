"""What of each item is disputed on a day: a dispute holds its slice, and only its slice."""

from collections.abc import Mapping, Sequence

from recouvrement.facts.book import Book, Contest
from recouvrement.facts.words import DisputeOutcome

# Somebody was right to complain: the amount waits for the credit note that is owed.
OWES_CREDIT = frozenset({DisputeOutcome.UPHELD, DisputeOutcome.PARTLY_UPHELD})


def contested_on(
    book: Book, day: int, opens: Sequence[int] | Mapping[int, int]
) -> dict[int, int]:
    """The disputed amount of each disputed item, given what is open on every item that day.

    A credit note linked to the dispute consumes the disputed part first; payments leave it whole
    until nothing else is open.
    """
    held: dict[int, int] = {}
    for contest in book.contests:
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
    if contest.resolved > day or contest.fact.outcome not in OWES_CREDIT:
        return False
    given = sum(amount for on, amount in contest.given if contest.opened <= on <= day)
    if contest.fact.outcome is DisputeOutcome.PARTLY_UPHELD:
        return given == 0
    return contest.amount is None or given < contest.amount


def holds(contest: Contest, day: int) -> int | None:
    """How much a dispute holds that day: an amount, None for all that is open, 0 once over."""
    if contest.resolved <= day:
        if not awaits_credit(contest, day):
            return 0
        given = contest.given
    else:
        given = contest.linked
    if contest.amount is None:
        return None
    credited = sum(amount for on, amount in given if contest.opened <= on <= day)
    return max(0, contest.amount - credited)
