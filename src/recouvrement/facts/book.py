"""What an account's facts become for every replay: grouped, sorted by date, in integers.

Dates are ordinals, amounts minor units, open items places in one sequence, oldest first. Nothing
here depends on a date or on a convention; nothing here is read by users. `bookkeeping` writes it.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final, NamedTuple

from recouvrement.facts.commitment import PaymentPlan, Promise
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.legal import Document, FormalNotice, Insolvency, LegalStep
from recouvrement.facts.words import Channel

NEVER: Final = date.max.toordinal() + 1

# What one event of the ledger does, in the order of a day: what comes back of earlier days, so
# that money of the day finds open what it is meant for; directed money, later advice that directs
# it, money that nobody directed, what is given up, what goes back the day it came. Credit notes
# precede payments.
CAME_BACK, DIRECTED, ADVICE, LOOSE, GIVEN_UP, WENT_BACK = range(6)


class Item(NamedTuple):
    """One open item: an invoice, or one part of a scheduled one."""

    place: int
    id: str
    invoice: Invoice
    part: int
    issued: int
    due: int
    total: int
    currency: str
    supplied: int
    assumed: bool


class Source(NamedTuple):
    """Money that settles: a payment, a credit note, or (never netted) an excess written off."""

    id: str
    on: int
    amount: int
    currency: str
    cash: bool
    netted: bool


class Event(NamedTuple):
    """One movement of the ledger; `places` is empty for money that nobody directed.

    `alone` is the place of directed money that concerns one item, else -1.
    """

    on: int
    phase: int
    order: int
    source: int
    places: tuple[int, ...]
    amount: int
    alone: int = -1


class Pledge(NamedTuple):
    """A promise: `places` is None when it names no invoice."""

    fact: Promise
    made: int
    due: int
    amount: int
    places: tuple[int, ...] | None
    withdrawn: int
    superseded: int


class Plan(NamedTuple):
    """A payment plan, its instalments in order of date."""

    fact: PaymentPlan
    agreed: int
    instalments: tuple[tuple[int, int], ...]
    places: tuple[int, ...]
    ended: int


class Contest(NamedTuple):
    """A dispute, with what credit notes gave on its items.

    `linked` are the credits (day, amount) that name it, `given` those (day, amount, number) that
    name no dispute, `before` the earlier disputes that may have taken some of these.
    """

    fact: Dispute
    opened: int
    resolved: int
    amount: int | None
    places: tuple[int, ...]
    linked: tuple[tuple[int, int], ...]
    given: tuple[tuple[int, int, int], ...]
    before: tuple["Contest", ...]


class Hold(NamedTuple):
    """Items on which somebody else, or nobody, speaks: from the first day until the day it ends."""

    since: int
    ended: int
    places: tuple[int, ...]


class Cover(NamedTuple):
    """A bill of exchange, through its maturity."""

    since: int
    last: int
    amount: int
    places: tuple[int, ...]


class Block(NamedTuple):
    """A dunning block; `places` is None when it holds the whole account."""

    fact: DunningBlock
    since: int
    last: int
    places: tuple[int, ...] | None


class Stay(NamedTuple):
    """An insolvency that stays what was supplied until it opened."""

    fact: Insolvency
    opened: int
    ended: int


class Touch(NamedTuple):
    """One item moved to one level; `bounced` is the day it was known not to have arrived."""

    on: int
    bounced: int
    place: int
    level: str
    pre_due: bool


class Contact(NamedTuple):
    """One time we spoke first to the debtor about money.

    `bounced`, `seen` and `answered` are the days these were known, NEVER until then.
    """

    on: int
    bounced: int
    channel: Channel
    seen: int
    answered: int


class Voice(NamedTuple):
    """One contact on one channel, theirs or ours; `bounced` as for a touch."""

    on: int
    bounced: int
    channel: Channel
    incoming: bool


class Notice(NamedTuple):
    """A formal notice, and the last day to respond to it."""

    fact: FormalNotice
    on: int
    respond_by: int
    places: tuple[int, ...]


class Doubt(NamedTuple):
    """Items held to be doubtful from a day on, with the probable loss in percent."""

    on: int
    places: tuple[int, ...]
    loss_rate: Decimal


class Rating(NamedTuple):
    """A score given to the debtor from a day on."""

    on: int
    source: str
    score: Decimal


class LegalEvent(NamedTuple):
    """A legal step on items, until the day it ends."""

    fact: LegalStep
    on: int
    ended: int
    places: tuple[int, ...]


class Book:
    """Everything a replay reads, built once per account and never changed."""

    __slots__ = (
        "arrived",
        "assignments",
        "assumed",
        "blocks",
        "bounces",
        "contacts",
        "contests",
        "covers",
        "currencies",
        "documents",
        "doubts",
        "dues",
        "events",
        "heard",
        "issue_days",
        "issue_order",
        "items",
        "kept_apart",
        "last_issue",
        "legal",
        "needs_log",
        "needs_undo",
        "notices",
        "offers",
        "outgoing",
        "placements",
        "plans",
        "pledges",
        "quiet",
        "ratings",
        "returns",
        "source_days",
        "sources",
        "stays",
        "totals",
        "touches",
        "vague",
        "voices",
    )

    items: tuple[Item, ...]
    totals: list[int]
    documents: tuple[Document, ...]
    dues: list[int]
    issue_order: list[int]
    issue_days: list[int]
    last_issue: int
    currencies: tuple[str, ...]
    sources: tuple[Source, ...]
    events: tuple[Event, ...]
    pledges: tuple[Pledge, ...]
    plans: tuple[Plan, ...]
    contests: tuple[Contest, ...]
    placements: tuple[Hold, ...]
    assignments: tuple[Hold, ...]
    covers: tuple[Cover, ...]
    blocks: tuple[Block, ...]
    stays: tuple[Stay, ...]
    touches: tuple[Touch, ...]
    contacts: tuple[Contact, ...]
    outgoing: tuple[tuple[int, int, frozenset[int]], ...]
    offers: tuple[tuple[int, int, frozenset[int]], ...]
    voices: tuple[Voice, ...]
    bounces: bool
    heard: tuple[int, ...]
    vague: tuple[int, ...]
    legal: tuple[LegalEvent, ...]
    returns: tuple[tuple[int, int], ...]
    notices: tuple[Notice, ...]
    doubts: tuple[Doubt, ...]
    ratings: tuple[Rating, ...]
    kept_apart: bool
    quiet: bool
    needs_log: bool
    needs_undo: bool
    source_days: list[int]
    arrived: list[int]
    assumed: bool

    def with_payment_of(self, name: str, minor: int) -> "Book":
        """The same had this payment been of another amount; nothing directs it or takes it back.

        Whoever tries many amounts prepares one book.
        """
        at = next(at for at, one in enumerate(self.sources) if one.cash and one.id == name)
        sources = list(self.sources)
        sources[at] = sources[at]._replace(amount=minor)
        events = [one._replace(amount=minor) if one.source == at else one for one in self.events]
        days, arrived = arrivals_of(sources)
        changed = {
            "sources": tuple(sources),
            "events": tuple(events),
            "source_days": days,
            "arrived": arrived,
        }
        return _rebuilt({**self._parts(), **changed})

    def _parts(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self._parts(),)


def arrivals_of(sources: Iterable[Source]) -> tuple[list[int], list[int]]:
    """The days on which sources come, in order, and what has come in all before each and after."""
    arrivals = sorted((one.on, one.amount) for one in sources)
    return [on for on, _ in arrivals], [0, *accumulate(amount for _, amount in arrivals)]


def _rebuilt(parts: Mapping[str, Any]) -> Book:
    book = Book()
    for name, value in parts.items():
        setattr(book, name, value)
    return book
