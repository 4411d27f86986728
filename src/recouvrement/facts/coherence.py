"""Whether the facts of one account agree with each other; every fault is found, not the first."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from recouvrement.errors import Fault
from recouvrement.facts.commitment import Bill, PaymentPlan, Promise
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction, InteractionResult
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.legal import FormalNotice
from recouvrement.facts.risk import Doubtful
from recouvrement.facts.settlement import (
    CashApplication,
    CreditNote,
    Payment,
    Reversal,
    WriteOff,
)
from recouvrement.money import Money


def faults_among(facts: Iterable[Fact]) -> list[Fault]:
    """Every contradiction among the facts of one account, in the order of the facts."""
    by_kind: dict[type[Fact], dict[str, Any]] = defaultdict(dict)
    faults = []
    for fact in facts:
        known = by_kind[type(fact)]
        identifier = fact.id  # type: ignore[attr-defined]
        if identifier in known:
            faults.append(Fault(f"{_name(fact)}.id", "unique within its kind", repr(identifier)))
        known[identifier] = fact
    return faults + list(_Register(by_kind).faults())


def _name(fact: Fact) -> str:
    return f"{type(fact).__name__}({fact.id!r})"  # type: ignore[attr-defined]


class _Register:
    """The facts by kind and id, and the currency of every open item."""

    def __init__(self, by_kind: dict[type[Fact], dict[str, Any]]) -> None:
        self.by_kind = by_kind
        self.currency: dict[str, str] = {}
        self.taken: Counter[str] = Counter()
        for invoice in by_kind[Invoice].values():
            self.currency[invoice.id] = invoice.total.currency
            self.taken.update(dict.fromkeys((invoice.id, *invoice.item_ids), 1))
            for item in invoice.item_ids:
                self.currency[item] = invoice.total.currency
        self.sources = {
            source.id: (source.total if isinstance(source, CreditNote) else source.amount)
            for kind in (Payment, CreditNote)
            for source in by_kind[kind].values()
        }

    def faults(self) -> Iterator[Fault]:
        for item, times in self.taken.items():
            if times > 1:
                expected = "distinct from the parts of others"
                yield Fault(f"Invoice({item!r}).id", expected, repr(item))
        for identifier in sorted(self.by_kind[Payment].keys() & self.by_kind[CreditNote].keys()):
            expected = "distinct between payments and credit notes"
            yield Fault(f"Payment({identifier!r}).id", expected, repr(identifier))
        for known in list(self.by_kind.values()):
            for fact in known.values():
                yield from self._references(fact)
        yield from self._disputed_currencies()
        yield from self._supersessions()
        yield from self._within_sources()
        yield from self._within_payments()

    def _references(self, fact: Fact) -> Iterator[Fault]:
        for field, item, amount in _items_of(fact):
            currency = self.currency.get(item)
            if currency is None:
                expected = "the id of an invoice of the account"
                yield Fault(f"{_name(fact)}.{field}", expected, repr(item))
            elif amount is not None and amount.currency != currency:
                expected = f"the currency of {item}, {currency}"
                yield Fault(f"{_name(fact)}.{field}", expected, str(amount))
        for field, kind, identifier in _others_of(fact):
            if identifier not in self.by_kind[kind]:
                expected = f"an id among the {kind.__name__} facts of the account"
                yield Fault(f"{_name(fact)}.{field}", expected, repr(identifier))

    def _disputed_currencies(self) -> Iterator[Fault]:
        for note in self.by_kind[CreditNote].values():
            dispute = self.by_kind[Dispute].get(note.dispute)
            if dispute is None:
                continue
            currency = self.currency.get(dispute.invoice, note.total.currency)
            if currency != note.total.currency:
                expected = f"the currency of {dispute.invoice}, {currency}"
                yield Fault(f"{_name(note)}.total", expected, str(note.total))

    def _supersessions(self) -> Iterator[Fault]:
        promises = self.by_kind[Promise]
        told: set[str] = set()
        for one in promises.values():
            former, seen = promises.get(one.supersedes), {one.id}
            if former is not None and former.made_on > one.made_on:
                expected = f"a promise made on or before {one.made_on}"
                got = f"{former.id!r}, made on {former.made_on}"
                yield Fault(f"{_name(one)}.supersedes", expected, got)
            while former is not None and former.id not in seen:
                seen.add(former.id)
                former = promises.get(former.supersedes)
            if former is not None and told.isdisjoint(seen):
                # In a ring nobody would be the last, and nothing would stand.
                told |= seen
                yield Fault(f"{_name(one)}.supersedes", "an earlier promise", repr(one.supersedes))

    def _within_sources(self) -> Iterator[Fault]:
        directed: Counter[str] = Counter()
        for kind in (Payment, CreditNote):
            for source in self.by_kind[kind].values():
                directed[source.id] = sum(one.amount.minor for one in source.allocations)
        for one in self.by_kind[CashApplication].values():
            whole = self.sources.get(one.source)
            if whole is None:
                expected = "the id of a payment or a credit note of the account"
                yield Fault(f"{_name(one)}.source", expected, repr(one.source))
            elif whole.currency != one.amount.currency:
                expected = f"the currency of {one.source}, {whole.currency}"
                yield Fault(f"{_name(one)}.amount", expected, str(one.amount))
            else:
                directed[one.source] += one.amount.minor
                if directed[one.source] > whole.minor:
                    expected = f"at most {whole} of {one.source} applied in all"
                    got = Money(directed[one.source], whole.currency)
                    yield Fault(f"{_name(one)}.amount", expected, str(got))

    def _within_payments(self) -> Iterator[Fault]:
        reversed_: Counter[str] = Counter()
        for one in self.by_kind[Reversal].values():
            payment = self.by_kind[Payment].get(one.payment)
            if payment is None:
                continue  # said among the references
            if one.amount is not None and one.amount.currency != payment.amount.currency:
                expected = f"the currency of {payment.id}, {payment.amount.currency}"
                yield Fault(f"{_name(one)}.amount", expected, str(one.amount))
                continue
            if one.on < payment.received_on:
                expected = f"on or after the payment, {payment.received_on}"
                yield Fault(f"{_name(one)}.on", expected, str(one.on))
            reversed_[payment.id] += (one.amount or payment.amount).minor
            if reversed_[payment.id] > payment.amount.minor:
                expected = f"at most {payment.amount} reversed in all"
                got = Money(reversed_[payment.id], payment.amount.currency)
                yield Fault(f"{_name(one)}.amount", expected, str(got))


def _items_of(fact: Fact) -> Iterator[tuple[str, str, Money | None]]:
    """The references of a fact to invoices, each with the amount that must be in its currency."""
    match fact:
        case CreditNote() | Payment():
            for one in fact.allocations:
                yield "allocations", one.invoice, one.amount
        case CashApplication() | WriteOff() | Dispute():
            yield "invoice", fact.invoice, fact.amount
        case DunningBlock(invoice=str(item)) | Doubtful(invoice=item):
            yield "invoice", item, None
        case Interaction():
            for step in fact.steps:
                yield "steps", step.invoice, None
        case _:
            pass
    for item in getattr(fact, "invoices", ()):
        yield "invoices", item, _amount_of(fact)


def _amount_of(fact: Fact) -> Money | None:
    match fact:
        case Promise() | FormalNotice() | Bill():
            return fact.amount
        case PaymentPlan():
            return fact.total
        case _:
            return None


def _others_of(fact: Fact) -> Iterator[tuple[str, type[Fact], str]]:
    """The references of a fact to facts that are no invoices."""
    match fact:
        case CreditNote(dispute=str(identifier)):
            yield "dispute", Dispute, identifier
        case Invoice(replaces=str(identifier)):
            yield "replaces", Invoice, identifier
        case Reversal():
            yield "payment", Payment, fact.payment
        case Promise(supersedes=str(identifier)):
            yield "supersedes", Promise, identifier
        case InteractionResult():
            yield "interaction", Interaction, fact.interaction
        case _:
            pass
