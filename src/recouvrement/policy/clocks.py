"""Which criteria move by themselves as days pass, and the days on which they cross a policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from attrs import frozen

from recouvrement.facts.book import NEVER, Book
from recouvrement.policy.condition import Comparison, Node, leaves_of
from recouvrement.position.conventions import Conventions
from recouvrement.position.limitation import limit_of, runs_from

Places = Iterable[int]


@frozen
class Clock:
    """A criterion that counts days: `zeros` are those on which it is 0, or one day will be.

    It goes up by one a day, or `down`.
    """

    zeros: Callable[[Book, Places, Conventions], Iterable[int]]
    down: bool = False

    def crossings(self, zero: int, operator: str, constant: int) -> Iterator[int]:
        """The days on which a comparison with a constant may change its answer.

        >>> due = Clock(lambda book, places, conventions: ())
        >>> [list(due.crossings(100, operator, 10)) for operator in (">=", ">", "==")]
        [[110], [111], [110, 111]]
        """
        first = zero - constant if self.down else zero + constant
        # At equality, and from the day after on, on this side of the constant or on the other.
        if operator not in ((">=", "<") if self.down else (">", "<=")):
            yield first
        if operator not in ((">", "<=") if self.down else (">=", "<")):
            yield first + 1


def _dues(book: Book, places: Places, conventions: Conventions) -> Iterator[int]:  # noqa: ARG001
    return (book.dues[place] for place in places if book.dues[place] < NEVER)


def _issues(book: Book, places: Places, conventions: Conventions) -> Iterator[int]:  # noqa: ARG001
    return (book.items[place].issued for place in places)


def _notices(book: Book, places: Places, conventions: Conventions) -> Iterator[int]:  # noqa: ARG001
    return (notice.respond_by for notice in book.notices)


def _contacts(book: Book, places: Places, conventions: Conventions) -> Iterator[int]:  # noqa: ARG001
    return (contact.on for contact in book.contacts)


def _promises(book: Book, places: Places, conventions: Conventions) -> Iterator[int]:  # noqa: ARG001
    return (pledge.due + conventions.promise_tolerance for pledge in book.pledges)


def _instalments(book: Book, places: Places, conventions: Conventions) -> Iterator[int]:  # noqa: ARG001
    tolerance = conventions.promise_tolerance
    return (due + tolerance for plan in book.plans for due, _ in plan.instalments)


def _receipts(book: Book, places: Places, conventions: Conventions) -> Iterator[int]:  # noqa: ARG001
    return (source.on for source in book.sources if source.cash)


def _returns(book: Book, places: Places, conventions: Conventions) -> Iterator[int]:  # noqa: ARG001
    return (on for on, _ in book.returns)


def _vague(book: Book, places: Places, conventions: Conventions) -> Iterable[int]:  # noqa: ARG001
    return book.vague


def _limits(book: Book, places: Places, conventions: Conventions) -> Iterator[int]:
    """The last days before limitation, as each legal step leaves them; on hold, time stands."""
    years = conventions.limitation_years
    if years is None:
        return
    for place in places:
        if book.dues[place] < NEVER:
            start = runs_from(book.items[place], conventions)
            steps = [one for one in book.legal if place in one.places]
            ends = (one.ended for one in steps if one.ended < NEVER)
            for day in {start, *(one.on for one in steps), *ends}:
                yield limit_of(start, steps, day, years).last


CLOCKS: Final[Mapping[str, Clock]] = MappingProxyType(
    {
        "days_past_due": Clock(_dues),
        "days_until_due": Clock(_dues, down=True),
        "days_since_issue": Clock(_issues),
        "notice_days": Clock(_notices),
        "oldest_days_past_due": Clock(_dues),
        "days_since_last_contact": Clock(_contacts),
        "days_since_broken_promise": Clock(_promises),
        "days_since_missed_instalment": Clock(_instalments),
        "days_since_partly_kept_promise": Clock(_promises),
        "days_since_vague_promise": Clock(_vague),
        "days_since_returned_payment": Clock(_returns),
        "days_since_last_payment": Clock(_receipts),
        "limitation_days": Clock(_limits, down=True),
    }
)

# These change only on the days that the facts themselves name.
STEADY: Final = frozenset(
    {
        "amount_due",
        "answering_channel",
        "bounced",
        "broken_promises",
        "collectable",
        "contacts_30d",
        "country",
        "dispute_overdue",
        "disputed",
        "habitual_delay",
        "insolvent",
        "kind",
        "language",
        "last_channel",
        "level_reached",
        "median_delay",
        "open",
        "over_limit",
        "plan_state",
        "reminders",
        "sector",
        "segment",
        "silence",
        "tags",
        "unanswered",
        "unapplied",
        "vip",
    }
)


def comparisons(node: Node) -> Iterator[Comparison]:
    """Every comparison of a condition with one constant."""
    return (one for one in leaves_of(node) if isinstance(one, Comparison))
