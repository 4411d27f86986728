"""Cash application: the ledger of an account replayed, event by event, up to a day."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import itemgetter

from recouvrement.facts.book import (
    ADVICE,
    DIRECTED,
    GIVEN_UP,
    LOOSE,
    Book,
    Event,
    Pledge,
)
from recouvrement.position.contests import contested_on
from recouvrement.position.open_items import OpenItems


class Ledger:
    """What is open per item and what of each source settled something, at the end of a day."""

    __slots__ = ("applied", "book", "by_place", "by_source", "day", "gone", "logged", "open")

    def __init__(self, book: Book, day: int, *, logged: bool = False) -> None:
        self.book = book
        self.day = day
        self.logged = logged or book.needs_log
        if book.last_issue <= day:
            self.open = book.totals[:]
        else:
            self.open = [item.total if item.issued <= day else 0 for item in book.items]
        self.applied = [0] * len(book.sources)
        self.gone: dict[int, int] = {}
        # Movements by item (day, source, amount), kept on request and where promises or plans will
        # ask, and by source (place, amount, by rule), kept where an advice or a reversal will undo.
        self.by_place: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        self.by_source: dict[int, list[tuple[int, int, bool]]] = defaultdict(list)

    def free(self, source: int) -> int:
        """What the source still has: neither applied nor gone back."""
        return self.book.sources[source].amount - self.applied[source] - self.gone.get(source, 0)

    def open_on(self, place: int, day: int) -> int:
        """What was open on an item at the end of an earlier day, or 0 before it was issued."""
        if self.book.items[place].issued > day:
            return 0
        later = sum(amount for on, _, amount in self.by_place[place] if on > day)
        return self.open[place] + later

    def unapplied(self) -> dict[str, int]:
        """What was received or given back and settles nothing, per currency."""
        return self._spare(netted_only=False)

    def nettable(self) -> dict[str, int]:
        """The unapplied money that is netted before anyone is chased: no deposit, no security."""
        return self._spare(netted_only=True)

    def _spare(self, *, netted_only: bool) -> dict[str, int]:
        spare: dict[str, int] = {}
        day, applied, gone, book = self.day, self.applied, self.gone, self.book
        if not gone and sum(applied) == book.arrived[bisect_right(book.source_days, day)]:
            return spare  # everything that came is applied: the common case, without looking
        for at, (_, on, amount, currency, _, netted) in enumerate(book.sources):
            left = amount - applied[at]
            if left and on <= day and (netted or not netted_only):
                left -= gone.get(at, 0)
                if left:
                    spare[currency] = spare.get(currency, 0) + left
        return spare


def ledger_at(
    book: Book, day: int, *, explicit_only: bool, tolerance: int = 0, logged: bool = False
) -> Ledger:
    """The account's ledger at the end of `day`; `logged` keeps every movement by item.

    Directed money goes up to what is open; what exceeds it is loose. Loose money is applied the day
    it comes to items issued by then and, if some is left, when the next item is issued; it never
    moves afterwards, unless an advice redirects it or it goes back.
    """
    ledger = Ledger(book, day, logged=logged)
    course = _Course(ledger, explicit_only=explicit_only, tolerance=tolerance)
    known = bisect_right(book.events, day, key=_on)
    course.follow(islice(book.events, known), day)
    return ledger


def ledgers_at(
    book: Book,
    days: Sequence[int],
    *,
    explicit_only: bool,
    tolerance: int = 0,
    logged: bool = False,
) -> Iterator[Ledger]:
    """The account's ledger at the end of each of these days, in order, by one replay for all.

    It is one ledger that moves on: what is wanted of a day is read before the next is asked for.
    Each is what `ledger_at` gives on that day.
    """
    # Nothing is open before it is issued: each leg opens what was issued by its last day.
    ledger = Ledger(book, 0, logged=logged)
    course = _Course(ledger, explicit_only=explicit_only, tolerance=tolerance)
    events, issue_days = book.events, book.issue_days
    moved = issued = 0
    last = events[-1][0] if events else 0
    for day in days:
        ledger.day = day
        if issued < len(issue_days) and issue_days[issued] <= day:
            end = bisect_right(issue_days, day, issued)
            for place in book.issue_order[issued:end]:
                ledger.open[place] = book.totals[place]
            issued = end
        end = len(events) if last <= day else bisect_right(events, day, moved, key=_on)
        if end > moved or course.waiting or course.surplus:
            course.follow(events[moved:end], day)
            moved = end
        yield ledger


_on = itemgetter(0)
FEW = 64
"""Up to so many items, each is looked at; beyond, the time would grow with their square."""


class _Course:
    """How far a ledger was replayed: what waits, and who undoes once anything has to be undone."""

    __slots__ = ("explicit_only", "ledger", "replay", "surplus", "tolerance", "waiting")

    def __init__(self, ledger: Ledger, *, explicit_only: bool, tolerance: int) -> None:
        self.ledger = ledger
        self.explicit_only = explicit_only
        self.tolerance = tolerance
        self.replay: _Replay | None = None
        self.waiting: dict[int, int] = {}
        self.surplus: dict[int, tuple[int, int]] = {}

    def follow(self, events: Iterable[Event], day: int) -> None:
        """Let these events, all of them by the end of `day`, move the ledger in order."""
        ledger, waiting, surplus, replay = self.ledger, self.waiting, self.surplus, self.replay
        opens, applied, by_place, log = ledger.open, ledger.applied, ledger.by_place, ledger.logged
        idle = not ledger.book.needs_undo
        for on, phase, _, source, places, amount, place in events:
            if place >= 0 and idle and not waiting and not surplus:
                # The common case, in line: one payment, one invoice, nobody waits, nobody undoes.
                left = opens[place]
                if amount <= left:
                    opens[place] = left - amount
                    applied[source] += amount
                    if replay is not None and replay.found is not None:
                        replay.found.changed(place)
                    if log:
                        by_place[place].append((on, source, amount))
                    continue
            if phase == LOOSE and self.explicit_only:
                continue
            if replay is None:
                replay = self.replay = _Replay(
                    ledger, waiting, surplus, self.explicit_only, self.tolerance
                )
            if phase == LOOSE and not waiting and not surplus:
                replay.loose(source, amount, on)
            else:
                replay.move(on, phase, source, places, amount)
        if replay is not None and (waiting or surplus):
            replay.catch_up(day)


class _Replay:
    __slots__ = (
        "explicit_only",
        "found",
        "issued",
        "ledger",
        "live",
        "matched",
        "surplus",
        "tolerance",
        "waiting",
    )

    def __init__(
        self,
        ledger: Ledger,
        waiting: dict[int, int],
        surplus: dict[int, tuple[int, int]],
        explicit_only: bool,  # noqa: FBT001 (one caller, in this module)
        tolerance: int,
    ) -> None:
        self.ledger = ledger
        self.explicit_only = explicit_only
        self.tolerance = tolerance
        # Loose money that found no item yet, and what directed money left over on a day: that one
        # moves once all that is directed that day has moved.
        self.waiting = waiting
        self.surplus = surplus
        # Few items are looked at in order, for less than an index of them costs to keep; so are all
        # of them where a dispute, a stay or a placement decides which may be paid.
        book = ledger.book
        indexed = len(book.items) > FEW and not book.kept_apart and not book.contests
        self.found = OpenItems(book, ledger.open) if indexed else None
        self.live: list[int] = []
        self.issued = 0
        self.matched: set[tuple[int, int]] = set()

    def move(self, on: int, phase: int, source: int, places: tuple[int, ...], amount: int) -> None:
        if self.waiting or self.surplus:
            self.catch_up(on if phase >= LOOSE else on - 1)
        if phase == LOOSE:
            self.loose(source, amount, on)
        elif phase == DIRECTED:
            left = self.spread(source, places, min(amount, self.ledger.free(source)), on)
            if left and not self.explicit_only:
                self.surplus[source] = (on, left + self.surplus.get(source, (on, 0))[1])
        elif phase == ADVICE:
            self.advise(source, places, amount, on)
        elif phase == GIVEN_UP:
            self.spread(source, places, amount, on)
        else:
            self.go_back(source, amount, on)

    def spread(
        self, source: int, places: Iterable[int], amount: int, on: int, *, by_rule: bool = False
    ) -> int:
        """Apply up to `amount` over these items in turn; what none of them takes is returned."""
        ledger = self.ledger
        opens = ledger.open
        for place in places:
            if not amount:
                break
            taken = min(amount, opens[place])
            if taken:
                self.take(source, place, taken, on, by_rule=by_rule)
                amount -= taken
        return amount

    def take(self, source: int, place: int, amount: int, on: int, *, by_rule: bool) -> None:
        ledger = self.ledger
        ledger.open[place] -= amount
        ledger.applied[source] += amount
        if self.found is not None:
            self.found.changed(place)
        if ledger.logged:
            ledger.by_place[place].append((on, source, amount))
            if ledger.book.needs_undo:
                ledger.by_source[source].append((place, amount, by_rule))

    def untake(self, source: int, amount: int, on: int, *, by_rule_only: bool) -> int:
        """Undo the latest applications of a source; what could not be undone is returned."""
        ledger = self.ledger
        entries = ledger.by_source[source]
        for at in range(len(entries) - 1, -1, -1):
            place, taken, by_rule = entries[at]
            if not amount:
                break
            if by_rule_only and not by_rule:
                continue
            back = min(amount, taken)
            entries[at] = (place, taken - back, by_rule)
            ledger.open[place] += back
            ledger.applied[source] -= back
            ledger.by_place[place].append((on, source, -back))
            amount -= back
            self.reopen(place)
        return amount

    def reopen(self, place: int) -> None:
        if self.found is not None:
            self.found.add((place,))
        elif place not in self.live:
            insort(self.live, place)

    def go_back(self, source: int, amount: int, on: int) -> None:
        ledger = self.ledger
        free = ledger.free(source)
        ledger.gone[source] = ledger.gone.get(source, 0) + amount
        if amount > free:
            self.untake(source, amount - free, on, by_rule_only=False)
        if source in self.waiting:
            self.keep_waiting(source, min(self.waiting[source], ledger.free(source)))

    def advise(self, source: int, places: tuple[int, ...], amount: int, on: int) -> None:
        """An advice beats the rule: what the rule had placed elsewhere is taken back for it."""
        ledger = self.ledger
        entries = ledger.by_source[source]
        for at in range(len(entries)):
            place, taken, by_rule = entries[at]
            if by_rule and place in places and amount and taken:
                already = min(taken, amount)
                entries[at] = (place, already, False)
                if taken > already:
                    entries.append((place, taken - already, True))
                amount -= already
        free = ledger.free(source)
        wanted = min(amount, sum(ledger.open[place] for place in places))
        if wanted > free:
            self.untake(source, wanted - free, on, by_rule_only=True)
        self.spread(source, places, min(wanted, ledger.free(source)), on)
        if source in self.waiting:
            self.keep_waiting(source, min(self.waiting[source], ledger.free(source)))

    def keep_waiting(self, source: int, amount: int) -> None:
        if amount:
            self.waiting[source] = amount
        else:
            self.waiting.pop(source, None)

    def catch_up(self, day: int) -> None:
        """Whatever waits moves as far as it can through `day`."""
        for source, (on, amount) in list(self.surplus.items()):
            if on <= day:
                del self.surplus[source]
                self.wait_until(on)
                self.loose(source, amount, on)
        self.wait_until(day)

    def wait_until(self, day: int) -> None:
        """Offer the waiting money to every item issued up to `day`, one day of issue at a time."""
        days = self.ledger.book.issue_days
        while self.waiting and self.issued < len(days) and days[self.issued] <= day:
            on = days[self.issued]
            self.issue_until(on)
            for source, amount in list(self.waiting.items()):
                if not self.any_open():
                    break  # nothing is left to pay: the others wait on
                # What is directed goes first, and a reversal may have left too little for both.
                able = min(amount, self.ledger.free(source))
                self.keep_waiting(source, self.place_loose(source, able, on))

    def any_open(self) -> bool:
        if self.found is not None:
            return self.found.any_open()
        return any(self.ledger.open[place] for place in self.live)

    def issue_until(self, day: int) -> None:
        book = self.ledger.book
        end = bisect_right(book.issue_days, day, self.issued)
        if end > self.issued:
            places = book.issue_order[self.issued : end]
            self.issued = end
            if self.found is not None:
                self.found.add(places)
            else:
                self.live += places
                self.live.sort()

    def loose(self, source: int, amount: int, on: int) -> None:
        # A deposit or a security settles only what it is directed to.
        if self.explicit_only or not self.ledger.book.sources[source].netted:
            return
        if self.ledger.book.needs_undo:
            amount = min(amount, self.ledger.free(source))
        if amount:
            self.issue_until(on)
            left = self.place_loose(source, amount, on)
            if left:
                self.waiting[source] = self.waiting.get(source, 0) + left

    def place_loose(self, source: int, amount: int, on: int) -> int:
        """Apply loose money by the rule; what nothing takes is returned."""
        if self.found is not None:
            return self.place_found(self.found, source, amount, on)
        return self.place_among_all(source, amount, on)

    def place_found(self, found: OpenItems, source: int, amount: int, on: int) -> int:
        book, opens = self.ledger.book, self.ledger.open
        currency = book.sources[source].currency
        if found.first(currency) is None:
            return amount
        if book.sources[source].cash and (book.pledges or book.plans):
            awaited = self.awaited(amount, currency, on)
            places = [place for place in awaited if found.holds(place, currency)]
            amount = self.spread(source, places, amount, on, by_rule=True)
        exact = found.exactly(amount, currency)
        if exact is not None:
            self.take(source, exact, amount, on, by_rule=True)
            return 0
        while amount and (place := found.first(currency)) is not None:
            taken = min(amount, opens[place])
            self.take(source, place, taken, on, by_rule=True)
            amount -= taken
        return amount

    def place_among_all(self, source: int, amount: int, on: int) -> int:
        book, opens = self.ledger.book, self.ledger.open
        live = self.live = [place for place in self.live if opens[place]]
        if live and (book.kept_apart or len(book.currencies) > 1):
            live = self.eligible(live, book.sources[source].currency, on)
        if not live:
            return amount
        if book.sources[source].cash and (book.pledges or book.plans):
            amount = self.to_awaited(source, live, amount, on)
            if not amount:
                return 0
        for place in live:
            if opens[place] == amount:
                exact = self.least_disputed(live, amount, on) if book.contests else place
                self.take(source, exact, amount, on, by_rule=True)
                return 0
        if book.contests:
            due = live[: bisect_right(live, on, key=book.dues.__getitem__)]
            amount = self.to_undisputed(source, due, amount, on)
        return self.spread(source, live, amount, on, by_rule=True)

    def eligible(self, live: list[int], currency: str, on: int) -> list[int]:
        book = self.ledger.book
        apart = kept_apart_on(book, on) if book.kept_apart else ()
        return [
            place for place in live if book.items[place].currency == currency and place not in apart
        ]

    def to_awaited(self, source: int, live: list[int], amount: int, on: int) -> int:
        """Apply loose money to the promise or instalment of exactly its amount, if there is one."""
        awaited = self.awaited(amount, self.ledger.book.sources[source].currency, on)
        if awaited:
            eligible = set(live)
            places = [place for place in awaited if place in eligible]
            if self.ledger.book.contests:
                amount = self.to_undisputed(source, places, amount, on)
            amount = self.spread(source, places, amount, on, by_rule=True)
        return amount

    def least_disputed(self, live: list[int], amount: int, on: int) -> int:
        """Of the items of exactly this open amount, the oldest that is not in dispute, if any."""
        opens = self.ledger.open
        held = contested_on(self.ledger.book, on, opens)
        exact = [place for place in live if opens[place] == amount]
        return min(exact, key=lambda place: (held.get(place, 0) > 0, place))

    def to_undisputed(self, source: int, places: list[int], amount: int, on: int) -> int:
        """Apply loose money to what is not in dispute of these items; the rest is returned."""
        opens = self.ledger.open
        held = contested_on(self.ledger.book, on, opens)
        for place in places:
            taken = min(amount, opens[place] - held.get(place, 0))
            if taken:
                self.take(source, place, taken, on, by_rule=True)
                amount -= taken
        return amount

    def awaited(self, amount: int, currency: str, on: int) -> tuple[int, ...]:
        """The items of the open promise, else of the plan instalment, of exactly this amount."""
        book = self.ledger.book
        for at, pledge in enumerate(book.pledges):
            if (
                pledge.amount == amount
                and pledge.fact.amount.currency == currency
                and counts_for(pledge, on)
                and on <= min(pledge.due + self.tolerance, pledge.withdrawn, pledge.superseded)
                and (0, at) not in self.matched
            ):
                self.matched.add((0, at))
                return pledged_places(self.ledger, pledge)
        for at, plan in enumerate(book.plans, 1):
            if plan.agreed <= on < plan.ended and plan.fact.total.currency == currency:
                for part, (_, minor) in enumerate(plan.instalments):
                    if minor == amount and (at, part) not in self.matched:
                        self.matched.add((at, part))
                        return plan.places
        return ()


def counts_for(pledge: Pledge, on: int) -> bool:
    """Whether money of that day came after the promise; the same day, only if it was due then."""
    return on > pledge.made or (on == pledge.made == pledge.due)


def pledged_places(ledger: Ledger, pledge: Pledge) -> tuple[int, ...]:
    """The items a promise is about, oldest first.

    Those it names, else the undisputed items due on the day it was made. What it promises beyond
    them is about the undisputed items due later, oldest first: the debtor's word stands for all of
    it.
    """
    if pledge.places is not None:
        return pledge.places
    book, day = ledger.book, pledge.made
    currency = pledge.fact.amount.currency
    then = [ledger.open_on(item.place, day) for item in book.items]
    held = contested_on(book, day, then) if book.contests else {}
    standing = tuple(
        item.place
        for item in book.items
        if item.currency == currency and then[item.place] > held.get(item.place, 0)
    )
    due = tuple(place for place in standing if book.dues[place] <= day)
    covered = sum(then[place] - held.get(place, 0) for place in due)
    return standing if pledge.amount > covered else due


def kept_apart_on(book: Book, day: int) -> set[int]:
    """The items on which nobody, or somebody else, collects that day."""
    apart: set[int] = set()
    for stay in book.stays:
        if stay.opened <= day < stay.ended:
            apart.update(item.place for item in book.items if item.supplied <= stay.opened)
    for hold in (*book.placements, *book.assignments):
        if hold.since <= day < hold.ended:
            apart.update(hold.places)
    return apart
