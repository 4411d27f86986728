"""Which facts of an account are past the times of a law pack, and the account without them.

Accounting records are kept for one time once the debt is settled, whatever else was said or done
about it for another. Nothing about a debt that is still open is let go.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

from attrs import evolve, frozen

from recouvrement.dates import months_after
from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.commitment import PaymentPlan, Promise
from recouvrement.facts.dispute import Dispute
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction, InteractionResult
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.legal import Assignment, Insolvency, Placement
from recouvrement.facts.risk import Doubtful
from recouvrement.facts.settlement import (
    Allocation,
    CashApplication,
    CreditNote,
    Payment,
    Reversal,
    WriteOff,
)
from recouvrement.law import Caveat, CaveatCode, LawPack, Row, pack_of
from recouvrement.money import Money
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date, position_of

_ACCOUNTING: Final = (
    Invoice,
    CreditNote,
    Payment,
    CashApplication,
    Reversal,
    WriteOff,
    Doubtful,
)
# They decide which money pays which invoice.
_STEERING: Final = (Promise, PaymentPlan, Dispute, Placement, Assignment, Insolvency)
_ROWS: Final = ("retention.archive", "retention.accounting_records")
_NOBODY: Final[frozenset[str]] = frozenset()
_ONE_DAY: Final = timedelta(days=1)
# Of a financial year that is taken to be the calendar year of the settlement.
_END_OF_YEAR: Final = "end_of_settlement_year"
_STARTS: Final = ("settlement", _END_OF_YEAR)
Key = tuple[type[Fact], str]


@frozen(kw_only=True)
class Expired:
    """A fact past the time of a row, since which day, and what must be said with that.

    The caveats are those of the row, and what was assumed for the day.
    """

    fact: Fact
    since: date
    row: Row
    caveats: tuple[Caveat, ...] = ()


def expired_facts(
    account: Account,
    *,
    as_of: date,
    law: LawPack | str,
    conventions: Conventions = Conventions(),  # noqa: B008 (a frozen value)
    allow: Iterable[str] = _NOBODY,
) -> tuple[Expired, ...]:
    """The facts that are past their time on a day, in their order, each under its row.

    What concerns invoices goes by the last of them to be settled; what names none, by those that
    were open on its day, else by its own date. The accounting records that one payment ties
    together go together, once nothing that is kept speaks of them. A fact without which the rest
    would read differently stays with it. `InvalidInput` for a pack without rows on retention.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.money import Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur", kind="business"),
    ...     Invoice("F-1", date(2019, 1, 5), due_on=date(2019, 2, 4), total=Money.of(9, "EUR")),
    ...     Interaction("I-1", date(2019, 2, 20), channel="email", invoices=["F-1"]),
    ...     Payment("P-1", date(2019, 3, 1), amount=Money.of(9, "EUR")),
    ... )
    >>> for one in expired_facts(account, as_of=date(2026, 1, 1), law="FR"):
    ...     print(one.fact.id, one.since, one.row.name)
    I-1 2024-03-02 retention.archive
    """
    return _Review(account, as_of, law, conventions, allow).expired


def without_expired(
    account: Account,
    *,
    as_of: date,
    law: LawPack | str,
    conventions: Conventions = Conventions(),  # noqa: B008 (a frozen value)
    allow: Iterable[str] = _NOBODY,
) -> Account:
    """The account without the facts that are past their time; what is open stays the same.

    A credit note whose dispute goes says by itself which invoice it was for.
    """
    return _Review(account, as_of, law, conventions, allow).rest


class _Review:
    """One reading of an account: how long each fact is kept, and what may go."""

    def __init__(
        self,
        account: Account,
        as_of: date,
        law: LawPack | str,
        conventions: Conventions,
        allow: Iterable[str],
    ) -> None:
        if not isinstance(account, Account):
            raise InvalidInput("account", "an Account", type(account).__name__)
        self.account = account
        self.as_of = check_date("as_of", as_of)
        self.conventions = conventions
        found = pack_of(law)
        held = {row.name for row in found.retention}
        if not held.issuperset(_ROWS):
            expected = f"a pack with rows [[retention]] {' and '.join(_ROWS)}, in years from the"
            expected = f"{expected} settlement (they can be laid over {found.name} by read_pack)"
            raise InvalidInput("law", expected, ", ".join(sorted(held)) or "none")
        self.archive, self.records = (found.rule(row, on=as_of, allow=allow) for row in _ROWS)
        self.position = position_of(account, as_of=as_of, conventions=conventions)
        self.ledger = self.position.standing.logged()
        self.settled = self._settled()
        self.held = _Held((one.issued_on, self.settled[one.id]) for one in account.invoices)
        self.item_of = {item.id: item.invoice.id for item in self.ledger.book.items}
        self.left = self._left()
        self.bonds = _Bonds()
        self._tie()
        speech = self._speech()
        sober = {key: one for key, one in speech.items() if not isinstance(one.fact, _STEERING)}
        self._let_go({**speech, **self._books(speech)})
        # What decides where money went stays, if the rest would read differently without it; and so
        # do the books, if it is they that are missed.
        if not self._reads_the_same():
            self._let_go({**sober, **self._books(sober)})
        if not self._reads_the_same():
            self._let_go(sober)

    def _let_go(self, gone: dict[Key, Expired]) -> None:
        facts = self.account.facts
        self.expired = tuple(gone[key] for one in facts if (key := _key(one)) in gone)
        self.rest = _cut(self.account, gone.keys())

    # --- when a debt was settled ----------------------------------------------------------------

    def _settled(self) -> dict[str, date | None]:
        """The day on which each invoice was settled, None for one that is not."""
        ledger, found = self.ledger, dict[str, date | None]()
        for item in ledger.book.items:
            moves = ledger.by_place.get(item.place, [])
            name = item.invoice.id
            if ledger.open[item.place] or not moves:
                found[name] = None
            elif found.setdefault(name, date.min) is not None:
                last = date.fromordinal(max(on for on, _, _ in moves))
                found[name] = max(last, found[name] or last)
        return found

    def _about(self, fact: Fact) -> set[str]:
        """The invoices that a fact names."""
        return {self.item_of.get(name, name) for name in _names(fact)}

    # --- what goes together ---------------------------------------------------------------------

    def _tie(self) -> None:
        """Bind the accounting records that money ties together, and what answers to what."""
        ledger, bonds = self.ledger, self.bonds
        for place, moves in ledger.by_place.items():
            for _, at, _ in moves:
                source = ledger.book.sources[at]
                kind = Payment if source.cash else CreditNote if source.netted else WriteOff
                bonds.tie((kind, source.id), (Invoice, ledger.book.items[place].invoice.id))
        for fact in self.account.facts:
            for other in _answers_to(fact):
                bonds.tie(_key(fact), other)
            if isinstance(fact, _ACCOUNTING):
                for name in self._about(fact):
                    bonds.tie(_key(fact), (Invoice, name))
        # What a credit note answers, it may one day have to say by itself.
        answers = {str(one.id): one for one in self.account.disputes}
        for note in self.account.credit_notes:
            if note.dispute is not None:
                for name in self._about(answers[note.dispute]):
                    bonds.tie(_key(note), (Invoice, name))

    def _groups(self) -> Iterator[list[Fact]]:
        groups: dict[Key, list[Fact]] = defaultdict(list)
        for fact in self.account.facts:
            groups[self.bonds.head(_key(fact))].append(fact)
        yield from groups.values()

    # --- what may go ----------------------------------------------------------------------------

    def _speech(self) -> dict[Key, Expired]:
        """What was said and done that is past its time."""
        found: dict[Key, Expired] = {}
        for group in self._groups():
            if not isinstance(group[0], _ACCOUNTING):
                since = self._gone_since(group, self._ends(group), self.archive)
                if since is not None:
                    found.update({_key(one): self._expired(one, since) for one in group})
        return found

    def _ends(self, group: list[Fact]) -> Iterator[date | None]:
        """When what a group is about was settled: invoices named, else those open on the day."""
        for fact in group:
            named = self._about(fact)
            for name in named:
                yield self.settled.get(name)
            if not named and not isinstance(fact, Reversal):
                yield from self.held.ends(fact.happened_on)

    def _books(self, gone: dict[Key, Expired]) -> dict[Key, Expired]:
        """The accounting records past their time of which nothing speaks that is kept."""
        spoken: set[str] = set()
        for fact in self.account.facts:
            if not isinstance(fact, _ACCOUNTING) and _key(fact) not in gone:
                spoken |= {name.partition("/")[0] for name in _names(fact)} | set(_names(fact))
        found: dict[Key, Expired] = {}
        for group in self._groups():
            invoices = {one.id for one in group if isinstance(one, Invoice)}
            names = invoices | {name for one in group for name in _items(one)}
            if (
                isinstance(group[0], _ACCOUNTING)
                and names.isdisjoint(spoken)
                and self._spent(group)
            ):
                ends = map(self.settled.get, invoices)
                since = self._gone_since(group, ends, self.records)
                if since is not None:
                    found.update({_key(one): self._expired(one, since) for one in group})
        return found

    def _left(self) -> frozenset[str]:
        """The payments and credit notes of which something is left."""
        ledger = self.ledger
        return frozenset(
            source.id
            for at, source in enumerate(ledger.book.sources)
            if (source.cash or source.netted) and ledger.free(at)
        )

    def _spent(self, group: list[Fact]) -> bool:
        """Whether nothing is left of the money in a group."""
        money = (one.id for one in group if isinstance(one, (Payment, CreditNote)))
        return self.left.isdisjoint(money)

    def _gone_since(self, group: list[Fact], ends: Iterable[date | None], row: Row) -> date | None:
        """The first day after the time of a group, None when that is still to come."""
        settled = list(ends)
        days = [one.happened_on for one in group]
        if None in settled or max(days) > self.as_of:
            return None
        last = max([*days, *(day for day in settled if day is not None)])
        if row.starts == _END_OF_YEAR:
            last = date(last.year, 12, 31)
        kept = months_after(last, 12 * _years(row))
        return kept + _ONE_DAY if kept < self.as_of else None

    def _expired(self, fact: Fact, since: date) -> Expired:
        row = self.records if isinstance(fact, _ACCOUNTING) else self.archive
        caveats = row.caveats
        if row.starts == _END_OF_YEAR:
            close = date(since.year - _years(row) - 1, 12, 31)
            said = (("year_end", close),)
            assumed = Caveat(CaveatCode.FINANCIAL_YEAR_ASSUMED, row.source.article, said)
            caveats = (*caveats, assumed)
        return Expired(fact=fact, since=since, row=row, caveats=caveats)

    def _reads_the_same(self) -> bool:
        """Whether the rest stands where it stood: what is open, and what is unapplied."""
        then = position_of(self.rest, as_of=self.as_of, conventions=self.conventions)
        before = {row.id: row.open for row in self.position.rows}
        return before == {row.id: row.open for row in then.rows} and (
            then.unapplied == self.position.unapplied
        )


class _Held:
    """Which invoices were open on a day, asked once for every fact that names none.

    In the order of issue, each with the last of the settlements so far, and whether one is open to
    this day: what was issued by a day is a beginning of that order.
    """

    def __init__(self, invoices: Iterable[tuple[date, date | None]]) -> None:
        ordered = sorted(invoices, key=lambda one: one[0])
        self.issued = [issued for issued, _ in ordered]
        self.last = list(accumulate((settled or date.min for _, settled in ordered), max))
        self.open = list(accumulate((settled is None for _, settled in ordered), max))

    def ends(self, on: date) -> Iterator[date | None]:
        """The last settlement of those open that day, and None where one is open still."""
        place = bisect_right(self.issued, on) - 1
        if place >= 0:
            if self.open[place]:
                yield None
            if self.last[place] >= on:
                yield self.last[place]


class _Bonds:
    """Which facts go together."""

    def __init__(self) -> None:
        self.up: dict[Key, Key] = {}

    def head(self, key: Key) -> Key:
        """The one that stands for all that go with this one."""
        up = self.up
        while key in up:
            above = up[key]
            up[key] = up.get(above, above)  # the way is halved for those who ask next
            key = above
        return key

    def tie(self, one: Key, other: Key) -> None:
        """From now on these two go together."""
        first, second = self.head(one), self.head(other)
        if first != second:
            self.up[first] = second


def _key(fact: Fact) -> Key:
    name: str = fact.id  # type: ignore[attr-defined]
    return type(fact), name


def _names(fact: Fact) -> list[str]:
    """The invoices, or parts of them, that a fact names."""
    names = [*getattr(fact, "invoices", ())]
    one = getattr(fact, "invoice", None)
    if one is not None:
        names.append(one)
    names += [part.invoice for part in getattr(fact, "steps", ())]
    names += [part.invoice for part in getattr(fact, "allocations", ())]
    return names


def _items(fact: Fact) -> tuple[str, ...]:
    return fact.item_ids if isinstance(fact, Invoice) else ()


def _answers_to(fact: Fact) -> Iterator[Key]:
    """The facts of its own sort without which a fact means nothing."""
    match fact:
        case InteractionResult():
            yield Interaction, fact.interaction
        case Promise(supersedes=str(former)):
            yield Promise, former
        case Reversal():
            yield Payment, fact.payment
        case CashApplication():
            yield Payment, fact.source
            yield CreditNote, fact.source
        case _:
            pass


def _years(row: Row) -> int:
    if type(row.value) is not int or row.unit != "years" or row.starts not in _STARTS:
        expected = f"a row {row.name} in years from the settlement, or the end of its year"
        raise InvalidInput("law", expected, f"{row.value} {row.unit} from {row.starts}")
    return row.value


def _cut(account: Account, gone: Iterable[Key]) -> Account:
    """The account without these facts, what remains speaking of none of them."""
    lost = set(gone)
    said = _Said(account)
    rest: list[Fact] = []
    for fact in account.facts:
        if _key(fact) in lost:
            continue
        if isinstance(fact, Invoice) and (Invoice, fact.replaces) in lost:
            rest.append(evolve(fact, replaces=None))
        elif isinstance(fact, CreditNote) and (Dispute, fact.dispute) in lost:
            parts = fact.allocations or said.by(fact)
            rest.append(evolve(fact, dispute=None, allocations=parts))
        else:
            rest.append(fact)
    return Account.of(account.debtor, *rest, creditor=account.creditor)


class _Said:
    """What credit notes without allocations give the invoices of their disputes."""

    def __init__(self, account: Account) -> None:
        self.targets = {str(one.id): one.invoice for one in account.disputes}
        self.advised: dict[str, int] = defaultdict(int)
        for one in account.cash_applications:
            self.advised[str(one.source)] += one.amount.minor

    def by(self, note: CreditNote) -> tuple[Allocation, ...]:
        """What one gives, less what advices direct: both are never more than it has."""
        left = Money(note.total.minor - self.advised[str(note.id)], note.total.currency)
        return (Allocation(self.targets[note.dispute or ""], left),) if left else ()
