"""One pass over accounts for many measures: each account is seen once, and nothing is kept of it.

A measure asks a `Reading` for the parts it is made of (a closing, the facts by day, …) and says how
it ends in a `Measure` once every account has passed. Measures that ask for the same part share it.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from operator import attrgetter, itemgetter
from typing import Any, ClassVar, TypeAlias, TypeVar

from attrs import frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.book import Book
from recouvrement.facts.fact import Fact
from recouvrement.kpi.measure import Measure
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.position.application import Ledger, ledgers_at
from recouvrement.position.conventions import ApplicationRule, Conventions
from recouvrement.position.position import book_known

Move: TypeAlias = tuple[int, int, int, int]
"""The day, the place of the item, the number of the source, and how much it settled."""

_on = itemgetter(0)

Visible: TypeAlias = Mapping[type[Fact], Sequence[Any]]
"""Facts by kind, in order of date."""


class View:
    """One account as the parts see it, on the day at hand where it is one of a day.

    `open` are the places of the open items, oldest first, each with what is open on it; `spare` is
    the unapplied money by currency. The `ledger` has the movements through that day at least, and
    is that of the day for parts that ask for it.
    """

    __slots__ = (
        "account",
        "book",
        "conventions",
        "day",
        "facts",
        "ledger",
        "moves",
        "open",
        "spare",
    )

    account: Account
    book: Book
    conventions: Conventions
    facts: Visible
    ledger: Ledger
    day: int
    open: list[tuple[int, int]]
    spare: dict[str, int]
    moves: list[Move] | None

    def open_in(self, currency: str) -> dict[int, int]:
        """What is open at the end of the day on each item of the currency, by place."""
        items = self.book.items
        return {place: amount for place, amount in self.open if items[place].currency == currency}

    def moved_since(self, since: int) -> list[Move]:
        """The movements of the ledger after a day, through the day at hand, in order."""
        moves = self.moves
        if moves is None:
            moves = self.moves = sorted(
                (on, place, at, amount)
                for place, some in self.ledger.by_place.items()
                for on, at, amount in some
            )
        return moves[bisect_right(moves, since, key=_on) : bisect_right(moves, self.day, key=_on)]


class Part:
    """What is gathered of every account: its facts once, and its ledger on each day asked for."""

    __slots__ = ()

    rows_only: ClassVar[bool] = True
    """Whether `close` needs no more than what is open, unless money waits or goes back."""

    def meet(self, view: View) -> None:
        """Count one account: its facts through the last day of the reading, whatever its ledger."""

    def close(self, view: View) -> None:
        """Count one account at the end of a day; the days come in order."""

    def end(self, view: View) -> None:
        """Count one account at the end of the last day of the reading."""


SomePart = TypeVar("SomePart", bound=Part)
Finish: TypeAlias = Callable[[], Measure]


class Reading:
    """The parts of one reading of the accounts: on one convention, as known on one day."""

    def __init__(self, conventions: Conventions, known_on: date | None) -> None:
        self.conventions = conventions
        self.known_on = known_on
        self.accounts = 0
        self.logged = False
        self.last = date.min
        self.meeting: list[Part] = []
        self.closing_on: dict[int, list[Part]] = defaultdict(list)
        self.days: list[int] = []
        # Of these, the days on which a part asks for the ledger itself: the last one always does.
        self.ledger_days: list[int] = []
        self.ending: list[Part] = []
        self._parts: dict[Hashable, Part] = {}

    def part(
        self,
        kind: type[SomePart],
        *asked: Hashable,
        on: Iterable[date] = (),
        logged: bool = False,
        until: date | None = None,
    ) -> SomePart:
        """The part of this kind that was asked for in these words, made the first time.

        `on` are the days on which it looks at the ledger, `logged` whether it reads movements too,
        `until` the last day whose facts it wants.
        """
        days = tuple(on)
        self.logged = self.logged or logged
        self.last = max(self.last, *days, until or date.min)
        name: Hashable = (kind.__qualname__, days, *asked)
        known = self._parts.get(name)
        if isinstance(known, kind):
            return known
        made = self._parts[name] = kind(*asked)
        if kind.meet is not Part.meet:
            self.meeting.append(made)
        if kind.end is not Part.end:
            self.ending.append(made)
        for day in days:
            self.closing_on[day.toordinal()].append(made)
        self.days = sorted(self.closing_on)
        self.ledger_days = [
            day
            for day in self.days
            if day == self.days[-1] or not all(part.rows_only for part in self.closing_on[day])
        ]
        return made

    def serves(self, perimeter: Perimeter, conventions: Conventions) -> bool:
        """Whether a question on this perimeter is answered by this reading."""
        return self.known_on == perimeter.known_on and self.conventions == conventions


@frozen
class Request:
    """A measure asked for: its perimeter, and how it is gathered."""

    perimeter: Perimeter
    conventions: Conventions
    collect: Callable[[Reading], Finish]


class Desk:
    """The readings that a number of requests need, and the measures that these end in."""

    def __init__(self, requests: Sequence[Request]) -> None:
        self.readings: list[Reading] = []
        self._finishes = [request.collect(self._reading(request)) for request in requests]

    def _reading(self, request: Request) -> Reading:
        for known in self.readings:
            if known.serves(request.perimeter, request.conventions):
                return known
        made = Reading(request.conventions, request.perimeter.known_on)
        self.readings.append(made)
        return made

    def measures(self) -> list[Measure]:
        """The measures of the accounts read so far, in the order they were asked for."""
        return [finish() for finish in self._finishes]


class Sheet:
    """No account at all, and a note of every measure that was asked about them."""

    def __init__(self) -> None:
        self.requests: list[Request] = []

    def __iter__(self) -> Iterator[Account]:
        return iter(())


def measured(
    accounts: Iterable[Account],
    perimeter: Perimeter,
    conventions: Conventions,
    collect: Callable[[Reading], Finish],
) -> Measure:
    """The measure of these accounts, in a pass of its own."""
    request = Request(perimeter, conventions, collect)
    if isinstance(accounts, Sheet):
        accounts.requests.append(request)
    desk = Desk([request])
    read(accounts, lambda _: (desk,))
    return desk.measures()[0]


def read(accounts: Iterable[Account], desks_of: Callable[[Account], Sequence[Desk]]) -> None:
    """Each account once, before each of its desks; all desks were made for the same requests.

    Nothing is kept of an account, so a generator may give more of them than memory holds.
    """
    if isinstance(accounts, Account) or not isinstance(accounts, Iterable):
        raise InvalidInput("accounts", "an iterable of accounts", type(accounts).__name__)
    view = View()
    for account in accounts:
        if not isinstance(account, Account):
            raise InvalidInput("accounts", "accounts only", type(account).__name__)
        view.account = account
        desks = desks_of(account)
        for readings in zip(*(desk.readings for desk in desks), strict=True):
            _show(view, readings)


_happened_on = attrgetter("happened_on")


def _show(view: View, readings: Sequence[Reading]) -> None:
    """Let every part of readings that are alike see the account."""
    first, account = readings[0], view.account
    known_on, conventions = first.known_on, first.conventions
    view.conventions = conventions
    view.book = book_known(account, known_on)
    facts: Sequence[Fact] = account.facts
    if known_on is not None:
        facts = [fact for fact in facts if fact.known_on <= known_on]
    if facts and facts[-1].happened_on > first.last:
        facts = facts[: bisect_right(facts, first.last, key=_happened_on)]
    by_kind: dict[type[Fact], list[Any]] = defaultdict(list)
    for fact in facts:
        by_kind[type(fact)].append(fact)
    view.facts = by_kind
    for reading in readings:
        reading.accounts += 1
        for part in reading.meeting:
            part.meet(view)
    _close(view, readings)


def _close(view: View, readings: Sequence[Reading]) -> None:
    """Let every part see the account at the end of each of its days, in order."""
    first, book, conventions = readings[0], view.book, view.conventions
    replay = partial(
        ledgers_at,
        book,
        explicit_only=conventions.application is ApplicationRule.EXPLICIT_ONLY,
        tolerance=conventions.promise_tolerance,
    )
    days, rows_on, moves = first.days, dict[int, list[tuple[int, int]]](), None
    whole: Ledger | None = None
    if len(days) > len(first.ledger_days) + 1 and _is_plain(book):
        whole = next(replay(days[-1:], logged=True))
        rows_on = _rows_at(whole, [day for day in days if day not in first.ledger_days])
    if whole is not None and rows_on:
        days = first.ledger_days
    if whole is not None and len(days) == 1:
        ledgers: Iterator[Ledger] = iter((whole,))
    else:
        ledgers = replay(days, logged=first.logged)
    for day in first.days:
        view.day = day
        if whole is not None and day in rows_on:
            view.ledger, view.open, view.spare = whole, rows_on[day], {}
        else:
            view.ledger = now = next(ledgers)
            view.open = [(place, amount) for place, amount in enumerate(now.open) if amount]
            view.spare = now.unapplied()
        # The movements of the last day serve all the days that are read from it.
        view.moves = moves if view.ledger is whole else None
        _tell(view, readings)
        if view.ledger is whole:
            moves = view.moves
    for reading in readings:
        for part in reading.ending:
            part.end(view)


def _tell(view: View, readings: Sequence[Reading]) -> None:
    for reading in readings:
        for part in reading.closing_on[view.day]:
            part.close(view)


def _is_plain(book: Book) -> bool:
    """Whether what is open on a day may follow from the movements alone: nothing goes back."""
    return not book.needs_undo and len(book.currencies) == 1


def _rows_at(ledger: Ledger, days: Sequence[int]) -> dict[int, list[tuple[int, int]]]:
    """What was open on each of these earlier days, by place; nothing where money ever waited.

    An item is open from its issue on, less what settled it: each amount stands between two
    movements, whatever the number of days in between.
    """
    if ledger.unapplied():
        return {}
    book, by_place, end = ledger.book, ledger.by_place, len(days)
    rows: list[list[tuple[int, int]]] = [[] for _ in days]
    for item in book.items:
        place, left = item.place, item.total
        at = bisect_left(days, item.issued)
        for on, source, amount in by_place.get(place, ()):
            # Money that waited for an item issued since was unapplied on these days.
            if on != book.sources[source].on:
                return {}
            until = bisect_left(days, on)
            for number in range(at, until):
                rows[number].append((place, left))
            left -= amount
            at = until
        if left:
            for number in range(at, end):
                rows[number].append((place, left))
    return dict(zip(days, rows, strict=True))


def visible_on(facts: Visible, on: date) -> Visible:
    """The facts through a day."""
    return defaultdict(
        list,
        {kind: ones[: bisect_right(ones, on, key=_happened_on)] for kind, ones in facts.items()},
    )
