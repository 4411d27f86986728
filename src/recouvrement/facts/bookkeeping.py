"""The book of an account: its facts prepared once, for every replay."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from recouvrement.facts.book import (
    ADVICE,
    CAME_BACK,
    DIRECTED,
    GIVEN_UP,
    LOOSE,
    NEVER,
    WENT_BACK,
    Block,
    Book,
    Contact,
    Contest,
    Cover,
    Doubt,
    Event,
    Hold,
    Item,
    LegalEvent,
    Notice,
    Plan,
    Pledge,
    Rating,
    Source,
    Stay,
    Touch,
    Voice,
    arrivals_of,
)
from recouvrement.facts.commitment import Bill, PaymentPlan, Promise
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction, InteractionResult
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.legal import (
    Assignment,
    Document,
    FormalNotice,
    Insolvency,
    LegalStep,
    Placement,
)
from recouvrement.facts.risk import CreditRating, Doubtful
from recouvrement.facts.settlement import (
    CashApplication,
    CreditNote,
    Payment,
    Reversal,
    WriteOff,
)
from recouvrement.facts.words import (
    ActionKind,
    ContactResult,
    Direction,
    InsolvencyKind,
    PaymentPurpose,
    ReversalReason,
)


def _day(on: date | None) -> int:
    return NEVER if on is None else on.toordinal()


# What the debtor said counts as being heard; what we sent does not.
_HEARD = frozenset(
    {
        ContactResult.SEEN,
        ContactResult.ANSWERED,
        ContactResult.OBJECTION,
        ContactResult.VAGUE_PROMISE,
    }
)
# Of these, what takes more than opening a message.
_ANSWERS = _HEARD - {ContactResult.SEEN}
_BOUNCED = frozenset({ContactResult.BOUNCED})
_VAGUE = frozenset({ContactResult.VAGUE_PROMISE})
# A payment that failed by itself; a refund or a wrong posting says nothing of the debtor.
_RETURNS = frozenset({ReversalReason.RETURNED, ReversalReason.CHARGEBACK})
# An answer of thanks or a task in the house is no demand, so it leaves the pace alone.
_NO_DEMAND = frozenset({ActionKind.THANK, ActionKind.TASK})


def book_of(facts: Iterable[Fact], *, endings_until: date | None = None) -> Book:
    """The book of these facts; endings after `endings_until` are not known yet.

    A reference to a fact that is not among them (not known yet) is left out: money directed to
    such an invoice stays unapplied.
    """
    return _Preparation(facts, _day(endings_until)).book()


class _Preparation:
    def __init__(self, facts: Iterable[Fact], horizon: int) -> None:
        self.horizon = horizon
        self.by_kind: dict[type[Fact], list[Any]] = defaultdict(list)
        for fact in facts:
            self.by_kind[type(fact)].append(fact)
        self.contested = {one.id: one.invoice for one in self.by_kind[Dispute]}
        self.items = self._items()
        self.places: dict[str, tuple[int, ...]] = defaultdict(tuple)
        for item in self.items:
            self.places[item.invoice.id] += (item.place,)
        for item in self.items:
            self.places[item.id] = (item.place,) if item.part else self.places[item.id]

    def book(self) -> Book:
        book = Book()
        items = self.items
        book.items = items
        book.totals = [item.total for item in items]
        book.dues = [item.due for item in items]
        book.issue_order = sorted(range(len(items)), key=lambda place: items[place].issued)
        book.issue_days = [items[place].issued for place in book.issue_order]
        book.last_issue = book.issue_days[-1] if items else 0
        self._settlements(book)
        book.currencies = tuple(
            sorted({item.currency for item in items} | {one.currency for one in book.sources})
        )
        self._commitments(book)
        self._holds(book)
        self._contacts(book)
        book.notices = tuple(
            Notice(one, _day(one.on), _day(one.respond_by), self._all(one.invoices))
            for one in self.by_kind[FormalNotice]
        )
        book.legal = tuple(
            LegalEvent(one, _day(one.on), self._ending(one.ended_on), self._all(one.invoices))
            for one in self.by_kind[LegalStep]
        )
        book.doubts = tuple(
            Doubt(_day(one.on), self._all((one.invoice,)), one.loss_rate)
            for one in self.by_kind[Doubtful]
        )
        book.ratings = tuple(
            Rating(_day(one.on), one.source, one.score) for one in self.by_kind[CreditRating]
        )
        book.kept_apart = bool(book.stays or book.placements or book.assignments)
        book.quiet = not (
            book.kept_apart
            or book.covers
            or book.contests
            or book.plans
            or book.pledges
            or book.blocks
        )
        undone = self.by_kind[Reversal] or self.by_kind[CashApplication]
        book.documents = tuple(self.by_kind[Document])
        book.needs_undo = bool(undone)
        book.needs_log = bool(book.pledges or book.plans or undone)
        book.assumed = any(item.assumed for item in items)
        return book

    def _items(self) -> tuple[Item, ...]:
        loose = []
        for invoice in self.by_kind[Invoice]:
            issued = _day(invoice.issued_on)
            supplied = _day(invoice.supplied_on or invoice.issued_on)
            currency = invoice.total.currency
            if not invoice.schedule:
                due, total, name = _day(invoice.due_on), invoice.total.minor, invoice.id
                loose.append((due, issued, total, name, 0, name, invoice, currency, supplied))
            parts = zip(invoice.schedule, invoice.item_ids, strict=False)  # unscheduled: no part
            for part, (one, name) in enumerate(parts, 1):
                key = (_day(one.due_on), issued, one.amount.minor, invoice.id, part)
                loose.append((*key, name, invoice, currency, supplied))
        # Ties by the id of the invoice, then the part: "F-1/10" comes after "F-1/2".
        loose.sort(key=lambda row: row[:5])
        return tuple(
            Item(
                place,
                name,
                invoice,
                part,
                issued,
                due,
                total,
                currency,
                supplied,
                invoice.due_assumed,
            )
            for place, row in enumerate(loose)
            for due, issued, total, _, part, name, invoice, currency, supplied in (row,)
        )

    def _all(self, references: Iterable[str]) -> tuple[int, ...]:
        """The places that these references name, oldest first, each once."""
        return tuple(sorted({place for one in references for place in self.places.get(one, ())}))

    def _ending(self, on: date | None) -> int:
        """The day of an ending, NEVER while it is not known."""
        day = _day(on)
        return day if day <= self.horizon else NEVER

    def _settlements(self, book: Book) -> None:
        sources: list[Source] = []
        events: list[Event] = []
        number: dict[str, int] = {}
        for note in self.by_kind[CreditNote]:
            number[note.id] = len(sources)
            allocations = self._directed_by(note)
            on, total = _day(note.issued_on), note.total
            sources.append(
                Source(note.id, on, total.minor, total.currency, cash=False, netted=True)
            )
            self._arrival(events, number[note.id], on, total.minor, allocations)
        for payment in self.by_kind[Payment]:
            number[payment.id] = len(sources)
            allocations = [(one.invoice, one.amount.minor) for one in payment.allocations]
            on, amount = _day(payment.received_on), payment.amount
            netted = payment.purpose is PaymentPurpose.SETTLEMENT
            sources.append(
                Source(payment.id, on, amount.minor, amount.currency, cash=True, netted=netted)
            )
            self._arrival(events, number[payment.id], on, amount.minor, allocations)
        for advice in self.by_kind[CashApplication]:
            places = self.places.get(advice.invoice, ())
            if advice.source in number and places:
                at = number[advice.source]
                on = max(_day(advice.on), sources[at].on, self.items[places[0]].issued)
                events.append(Event(on, ADVICE, len(events), at, places, advice.amount.minor))
        for loss in self.by_kind[WriteOff]:
            places = self.places.get(loss.invoice, ())
            on, amount = _day(loss.on), loss.amount
            if places:
                first = max(on, self.items[places[0]].issued)
                order, at = len(events), len(sources)
                events.append(Event(first, GIVEN_UP, order, at, places, amount.minor))
            sources.append(
                Source(loss.id, on, amount.minor, amount.currency, cash=False, netted=False)
            )
        returns = []
        for one in self.by_kind[Reversal]:
            if one.payment in number:
                on, at = _day(one.on), number[one.payment]
                if one.reason in _RETURNS:
                    returns.append((on, at))
                minor = sources[at].amount if one.amount is None else one.amount.minor
                phase = CAME_BACK if sources[at].on < on else WENT_BACK
                events.append(Event(on, phase, len(events), at, (), minor))
        book.returns = tuple(returns)
        events.sort()
        book.sources, book.events = tuple(sources), tuple(events)
        book.source_days, book.arrived = arrivals_of(sources)

    def _directed_by(self, note: CreditNote) -> list[tuple[str, int]]:
        """Where a credit note goes: as allocated, else whole to the invoice of its dispute."""
        if note.allocations or note.dispute is None:
            return [(one.invoice, one.amount.minor) for one in note.allocations]
        target = self.contested.get(note.dispute)
        return [] if target is None else [(target, note.total.minor)]

    def _arrival(
        self,
        events: list[Event],
        source: int,
        on: int,
        amount: int,
        allocations: list[tuple[str, int]],
    ) -> None:
        """Directed money moves when its invoice is issued; what nobody directed, when it comes."""
        for invoice, minor in allocations:
            places = self.places.get(invoice, ())
            if places:
                first = max(on, self.items[places[0]].issued)
                alone = places[0] if len(places) == 1 else -1
                order = len(events)
                events.append(Event(first, DIRECTED, order, source, places, minor, alone))
            amount -= minor
        if amount > 0:
            events.append(Event(on, LOOSE, len(events), source, (), amount))

    def _commitments(self, book: Book) -> None:
        dues = {one.id: one.due_on for one in self.by_kind[Promise]}
        superseded: dict[str, int] = {}
        for one in self.by_kind[Promise]:
            # From its due date on, a promise is kept or broken: another one comes too late.
            if one.supersedes in dues and one.made_on < dues[one.supersedes]:
                superseded.setdefault(one.supersedes, _day(one.made_on))
        book.pledges = tuple(
            Pledge(
                one,
                _day(one.made_on),
                _day(one.due_on),
                one.amount.minor,
                self._all(one.invoices) if one.invoices else None,
                self._ending(one.withdrawn_on),
                superseded.get(one.id, NEVER),
            )
            for one in self.by_kind[Promise]
        )
        book.plans = tuple(
            Plan(
                one,
                _day(one.agreed_on),
                tuple(sorted((_day(part.due_on), part.amount.minor) for part in one.instalments)),
                self._all(one.invoices),
                self._ending(one.ended_on),
            )
            for one in self.by_kind[PaymentPlan]
        )
        book.covers = tuple(
            Cover(
                _day(one.received_on),
                _day(one.matures_on),
                one.amount.minor,
                self._all(one.invoices),
            )
            for one in self.by_kind[Bill]
        )

    def _holds(self, book: Book) -> None:
        book.contests = self._contests()
        book.stays = tuple(
            Stay(one, _day(one.opened_on), self._ending(one.ended_on))
            for one in self.by_kind[Insolvency]
            if one.kind is not InsolvencyKind.CONCILIATION
        )
        book.placements = tuple(
            Hold(_day(one.on), self._ending(one.ended_on), self._all(one.invoices))
            for one in self.by_kind[Placement]
        )
        # A confidential assignment changes nothing for the debtor: we still collect.
        book.assignments = tuple(
            Hold(
                max(_day(one.on), self._ending(one.notified_on)),
                self._ending(one.ended_on),
                self._all(one.invoices),
            )
            for one in self.by_kind[Assignment]
            if one.notified_on is not None
        )
        book.blocks = tuple(
            Block(
                one,
                _day(one.since),
                _day(one.until),
                None if one.invoice is None else self.places.get(one.invoice, ()),
            )
            for one in self.by_kind[DunningBlock]
        )

    def _contests(self) -> tuple[Contest, ...]:
        """The disputes in order, each with the credit notes that may answer it.

        A note that names a dispute answers it by what goes to the invoice in dispute.
        """
        disputes = self.by_kind[Dispute]
        if not disputes:
            return ()
        credited = [
            (note, target, minor)
            for note in self.by_kind[CreditNote]
            for target, minor in self._directed_by(note)
        ]
        linked: dict[str, list[tuple[int, int]]] = defaultdict(list)
        given: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        for number, (note, target, minor) in enumerate(credited):
            day, places = _day(note.issued_on), self.places.get(target, ())
            disputed = self.places.get(self.contested.get(note.dispute or "", ""), ())
            if note.dispute is not None and not set(places).isdisjoint(disputed):
                linked[note.dispute].append((day, minor))
            else:
                for place in places:
                    given[place].append((day, minor, number))
        contests: list[Contest] = []
        for one in disputes:
            places = self.places.get(one.invoice, ())
            loose = tuple(sorted({credit for place in places for credit in given[place]}))
            earlier = (other for other in contests if not set(places).isdisjoint(other.places))
            contests.append(
                Contest(
                    one,
                    _day(one.opened_on),
                    self._ending(one.resolved_on),
                    None if one.amount is None else one.amount.minor,
                    places,
                    tuple(linked[one.id]),
                    loose,
                    tuple(earlier) if loose else (),
                )
            )
        return tuple(contests)

    def _contacts(self, book: Book) -> None:
        results = self.by_kind[InteractionResult]
        bounced, seen, answered = map(self._first, (_BOUNCED, _HEARD, _ANSWERS))
        heard = [_day(one.on) for one in results if one.result in _HEARD]
        # One who pays, promises or complains has heard us, whatever he answers.
        heard += [_day(one.received_on) for one in self.by_kind[Payment]]
        heard += [_day(one.made_on) for one in self.by_kind[Promise]]
        heard += [_day(one.agreed_on) for one in self.by_kind[PaymentPlan]]
        heard += [_day(one.opened_on) for one in self.by_kind[Dispute]]
        book.vague = tuple([_day(one.on) for one in results if one.result in _VAGUE])
        touches, contacts, outgoing, offers, voices = [], [], [], [], []
        for one in self.by_kind[Interaction]:
            on, lost = _day(one.on), bounced.get(one.id, NEVER)
            incoming = one.direction is Direction.INCOMING
            voices.append(Voice(on, lost, one.channel, incoming))
            if incoming:
                heard.append(on)
                continue
            pre_due = one.act is ActionKind.PRE_DUE_REMINDER
            moved = []
            for step in one.steps:
                for place in self._due_parts(self.places.get(step.invoice, ()), on):
                    touches.append(Touch(on, lost, place, step.level, pre_due))
                    moved.append(place)
            if one.act not in _NO_DEMAND:
                read, said = seen.get(one.id, NEVER), answered.get(one.id, NEVER)
                contacts.append(Contact(on, lost, one.channel, read, said))
                items = frozenset([*moved, *self._all(one.invoices)])
                outgoing.append((on, lost, items))
                if one.act is ActionKind.PROPOSE_PLAN:
                    offers.append((on, lost, items))
        book.touches, book.contacts = tuple(touches), tuple(contacts)
        book.offers = tuple(offers)
        book.voices, book.bounces = tuple(voices), bool(bounced)
        book.outgoing, book.heard = tuple(outgoing), tuple(sorted(heard))

    def _first(self, results: frozenset[ContactResult]) -> dict[str, int]:
        """The first day on which one of these results was known, of each contact that had one."""
        days: dict[str, int] = {}
        for one in self.by_kind[InteractionResult]:
            if one.result in results:
                day = _day(one.on)
                days[one.interaction] = min(day, days.get(one.interaction, NEVER))
        return days

    def _due_parts(self, places: tuple[int, ...], on: int) -> tuple[int, ...]:
        """The parts that a step on a whole invoice moved: those due then, else the next one."""
        if len(places) < 2:
            return places
        due = bisect_right(places, on, key=lambda place: self.items[place].due)
        return places[: max(due, 1)]
