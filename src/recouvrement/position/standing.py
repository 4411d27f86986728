"""Where every open item of an account stands on a day, in plain integers: what engines read."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from recouvrement.facts.book import Book, Item
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.legal import Document
from recouvrement.facts.words import Channel
from recouvrement.money import sums_of
from recouvrement.position.application import Ledger, ledger_at
from recouvrement.position.commitments import (
    PlanState,
    PledgeState,
    plan_states,
    pledge_states,
)
from recouvrement.position.conventions import ApplicationRule, Conventions
from recouvrement.position.slices import held_slices

_NOTHING: Mapping[str, int] = {}
_NOTHING_HELD: Mapping[int, Mapping[str, int]] = {}


class Row:
    """One open item on a day: amounts in minor units, dates as ordinals, `due` NEVER if undated.

    `reached` is the highest rank that a touch gave it on the ladder passed in, `last_step` the day
    of its last step that was no pre-due reminder (0 when there is none).
    """

    __slots__ = (
        "collectable",
        "due",
        "held",
        "item",
        "last_step",
        "not_yet_due",
        "open",
        "reached",
        "reminders",
    )

    def __init__(
        self, item: Item, due: int, amount: int, held: Mapping[str, int], day: int
    ) -> None:
        self.item = item
        self.due = due
        self.open = amount
        self.held = held
        rest = amount - sum(held.values()) if held else amount
        if due < day:
            self.collectable = rest
            self.not_yet_due = 0
        else:
            self.collectable = 0
            self.not_yet_due = rest
        self.reached = -1
        self.last_step = 0
        self.reminders = 0

    @property
    def id(self) -> str:
        """The id of the open item."""
        return self.item.id

    @property
    def invoice(self) -> Invoice:
        """The invoice it is, or is a part of."""
        return self.item.invoice

    @property
    def currency(self) -> str:
        """The currency of all its amounts."""
        return self.item.currency

    @property
    def issued(self) -> int:
        """The ordinal of the day it was issued."""
        return self.item.issued

    @property
    def disputed(self) -> int:
        """The disputed slice."""
        return self.held.get("disputed", 0)


class Standing:
    """The open rows of an account on a day, oldest first, with what the day's questions need."""

    __slots__ = (
        "book",
        "by_place",
        "conventions",
        "day",
        "ledger",
        "log",
        "plans",
        "pledges",
        "rows",
    )

    book: Book
    day: int
    conventions: Conventions
    ledger: Ledger
    rows: list[Row]
    by_place: dict[int, Row]
    pledges: tuple[PledgeState, ...]
    plans: tuple[PlanState, ...]
    log: Ledger | None

    def totals(self, name: str, rows: Sequence[Row] | None = None) -> dict[str, int]:
        """The sum of an amount of the rows, per currency; of these, or of all that are open."""
        given, currencies = self.rows if rows is None else rows, self.book.currencies
        if len(currencies) > 1:
            return sums_of([(getattr(row, name), row.item.currency) for row in given])
        # Most accounts are in one currency, and every decision asks: a third of the time.
        return {currencies[0]: sum([getattr(row, name) for row in given])} if given else {}

    def logged(self) -> Ledger:
        """The ledger with every movement by item, replayed once where nothing else needed it."""
        if self.log is None:
            self.log = _ledger(self.book, self.day, self.conventions, logged=True)
        return self.log

    def last_contact(self) -> int:
        """The last day we spoke first to the debtor about money, 0 if never."""
        day = self.day
        for contact in reversed(self.book.contacts):
            if contact.on <= day < contact.bounced:
                return contact.on
        return 0

    def contact_days(self, since: int) -> int:
        """On how many days after `since` we spoke first: copies of one voice count once."""
        return len(self.contacted(since))

    def contacted(self, since: int) -> set[int]:
        """The days after `since` on which we spoke first."""
        days = set()
        for contact in reversed(self.book.contacts):
            if contact.on <= since:
                break
            if contact.on <= self.day < contact.bounced:
                days.add(contact.on)
        return days

    def last_spoken(self, place: int) -> int:
        """The last day we spoke of an item, listed or moved, 0 if never."""
        return self.last_about(place, self.book.outgoing)

    def last_offered(self, place: int) -> int:
        """The last day we proposed a plan for an item, 0 if never."""
        return self.last_about(place, self.book.offers)

    def last_about(self, place: int, said: tuple[tuple[int, int, frozenset[int]], ...]) -> int:
        """The last of these days on which what was said was about an item, and arrived."""
        day = self.day
        for on, lost, about in reversed(said):
            if on <= day < lost and place in about:
                return on
        return 0

    def lost_channels(self) -> set[Channel]:
        """The channels on which the last that passed did not arrive."""
        alive: dict[Channel, bool] = {}
        for on, bounced, channel, _ in self.book.voices:
            if on <= self.day:
                alive[channel] = bounced > self.day
        return {channel for channel, arrived in alive.items() if not arrived}

    def documents(self) -> tuple[Document, ...]:
        """The pieces of the file that the host holds by then."""
        return tuple(one for one in self.book.documents if one.on.toordinal() <= self.day)

    def heard_on(self) -> int:
        """The last day the debtor gave a sign of having heard us, 0 if never."""
        heard = self.book.heard
        at = bisect_right(heard, self.day)
        return heard[at - 1] if at else 0


def standing_of(
    book: Book, day: int, conventions: Conventions, ranks: Mapping[str, int] = _NOTHING
) -> Standing:
    """The standing at the end of `day`; `ranks` places the ids of levels on the reader's ladder."""
    standing = Standing()
    standing.book = book
    standing.day = day
    standing.conventions = conventions
    ledger = standing.ledger = _ledger(book, day, conventions)
    standing.log = ledger if ledger.logged else None
    held: Mapping[int, Mapping[str, int]] = _NOTHING_HELD
    standing.pledges, standing.plans = (), ()
    if not book.quiet:
        if book.pledges:
            standing.pledges = pledge_states(ledger, conventions)
        if book.plans:
            standing.plans = plan_states(ledger, conventions)
        held = held_slices(ledger, standing.pledges, standing.plans, conventions)
    items, dues = book.items, book.dues
    by_place: dict[int, Row] = {}
    for place, amount in enumerate(ledger.open):
        if amount:
            by_place[place] = Row(items[place], dues[place], amount, held.get(place, _NOTHING), day)
    standing.by_place = by_place
    standing.rows = list(by_place.values())
    _climb(standing, ranks)
    return standing


def _ledger(book: Book, day: int, conventions: Conventions, *, logged: bool = False) -> Ledger:
    explicit = conventions.application is ApplicationRule.EXPLICIT_ONLY
    tolerance = conventions.promise_tolerance
    return ledger_at(book, day, explicit_only=explicit, tolerance=tolerance, logged=logged)


def _climb(standing: Standing, ranks: Mapping[str, int]) -> None:
    """Move each row to where the touches that reached the debtor put it."""
    day, by_place = standing.day, standing.by_place
    for on, bounced, place, level, pre_due in standing.book.touches:
        if on > day:
            break
        if place in by_place and bounced > day:
            row = by_place[place]
            row.reminders += 1
            rank = ranks.get(level, -1)
            if rank > row.reached:  # noqa: PLR1730 (max() costs three times this)
                row.reached = rank
            if not pre_due:
                row.last_step = on
