"""One pass over accounts for many measures: each account is seen once, and nothing is kept of it.

A measure asks a `Reading` for the parts it is made of (a closing, the facts by day, …) and says how
it ends in a `Measure` once every account has passed. Measures that ask for the same part share it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

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

Visible: TypeAlias = Mapping[type[Fact], Sequence[Any]]
"""Facts by kind, in order of date."""


class View:
    """One account as the parts see it; `ledger`, `day` and `open` are those of the day at hand."""

    __slots__ = ("account", "book", "conventions", "day", "facts", "ledger", "open")

    account: Account
    book: Book
    conventions: Conventions
    facts: Visible
    ledger: Ledger
    day: int
    open: list[tuple[int, int]]

    def open_in(self, currency: str) -> dict[int, int]:
        """What is open at the end of the day on each item of the currency, by place."""
        items = self.book.items
        return {place: amount for place, amount in self.open if items[place].currency == currency}


class Part:
    """What is gathered of every account: its facts once, and its ledger on each day asked for."""

    __slots__ = ()

    def meet(self, view: View) -> None:
        """Count one account: its facts through the last day of the reading, whatever its ledger."""

    def close(self, view: View) -> None:
        """Count one account at the end of a day; the days come in order."""


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
        for day in days:
            self.closing_on[day.toordinal()].append(made)
        self.days = sorted(self.closing_on)
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
    book = view.book = book_known(account, known_on)
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
    explicit = conventions.application is ApplicationRule.EXPLICIT_ONLY
    for ledger in ledgers_at(
        book,
        first.days,
        explicit_only=explicit,
        tolerance=conventions.promise_tolerance,
        logged=first.logged,
    ):
        view.ledger, view.day = ledger, ledger.day
        view.open = [(place, amount) for place, amount in enumerate(ledger.open) if amount]
        for reading in readings:
            for part in reading.closing_on[ledger.day]:
                part.close(view)


def visible_on(facts: Visible, on: date) -> Visible:
    """The facts through a day."""
    return defaultdict(
        list,
        {kind: ones[: bisect_right(ones, on, key=_happened_on)] for kind, ones in facts.items()},
    )
