"""One debtor towards one creditor: every fact known about what he owes."""

from collections.abc import Iterable, Sequence
from typing import Any, Self, TypeVar

import attrs
from attrs import field, frozen

from recouvrement.errors import Fault, InvalidFact
from recouvrement.facts.book import Book
from recouvrement.facts.bookkeeping import book_of
from recouvrement.facts.checks import shown
from recouvrement.facts.coherence import faults_among
from recouvrement.facts.commitment import Bill, PaymentPlan, Promise
from recouvrement.facts.debtor import Debtor
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction, InteractionResult
from recouvrement.facts.invoice import Instalment, Invoice
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
from recouvrement.facts.signal import Signal

SomeFact = TypeVar("SomeFact", bound=Fact)


@frozen
class Account:
    """A debtor and the facts about him, in one order whatever the order they came in.

    `Account.of` takes the facts one by one; an account never changes, `record` and `amend` return
    another one.

    >>> from datetime import date
    >>> from recouvrement.money import Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur", kind="business"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ... )
    >>> account.record(Payment("P-9", date(2026, 10, 20), amount=Money.of(500, "EUR"))).payments
    (Payment(recorded_on=None, id='P-9', received_on=datetime.date(2026, 10, 20), ...),)
    """

    debtor: Debtor
    facts: tuple[Fact, ...] = field(repr=lambda facts: f"<{len(facts)} facts>")
    creditor: str | None = field(default=None, kw_only=True)
    book: Book = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.debtor, Debtor):
            raise InvalidFact("account.debtor", "a Debtor", shown(self.debtor))
        creditor = self.creditor
        if creditor is not None and (not isinstance(creditor, str) or not creditor.strip()):
            raise InvalidFact("account.creditor", "some text", shown(creditor))
        facts = _ordered(self.facts)
        object.__setattr__(self, "facts", facts)
        # Derived once, because every question about the account starts from it.
        object.__setattr__(self, "book", book_of(facts))

    @classmethod
    def of(cls, debtor: Debtor, *facts: Fact, creditor: str | None = None) -> Self:
        """The account that these facts make, or one `InvalidFact` with every fault among them.

        Ids are unique within their kind, references exist, currencies agree, and what is allocated
        stays within its source. The order of the facts is irrelevant.
        """
        return cls(debtor, facts, creditor=creditor)

    def record(self, *facts: Fact) -> Self:
        """The account once these facts are known too."""
        return type(self).of(self.debtor, *self.facts, *facts, creditor=self.creditor)

    def amend(self, fact: Fact) -> Self:
        """The account with what was empty in one of its facts filled; nothing else may change.

        An ending (`resolved_on`, `withdrawn_on`, …) is filled that way, and so is the date of a
        part that had none (a retention released). An assumed due date counts as empty: amending it
        confirms the agreed one.
        """
        name = f"{type(fact).__name__}({getattr(fact, 'id', None)!r})"
        for known in self.facts:
            if type(known) is type(fact) and _id(known) == _id(fact):
                break
        else:
            raise InvalidFact("account.amend", "a fact that the account holds", name)
        faults = [
            Fault(f"{name}.{one.name}", f"unchanged ({shown(old)})", shown(new))
            for one in attrs.fields(type(fact))
            if (old := getattr(known, one.name)) != (new := getattr(fact, one.name))
            and not _fills(known, one.name, old, new)
        ]
        if faults:
            raise InvalidFact.of(faults)
        rest = (one for one in self.facts if one is not known)
        return type(self).of(self.debtor, *rest, fact, creditor=self.creditor)

    def _of_kind(self, kind: type[SomeFact]) -> tuple[SomeFact, ...]:
        return tuple(fact for fact in self.facts if type(fact) is kind)

    @property
    def invoices(self) -> tuple[Invoice, ...]:
        """What was billed, by date of issue."""
        return self._of_kind(Invoice)

    @property
    def credit_notes(self) -> tuple[CreditNote, ...]:
        """What was given back, by date of issue."""
        return self._of_kind(CreditNote)

    @property
    def payments(self) -> tuple[Payment, ...]:
        """What was received, by date."""
        return self._of_kind(Payment)

    @property
    def cash_applications(self) -> tuple[CashApplication, ...]:
        """Remittance advices that came after their money."""
        return self._of_kind(CashApplication)

    @property
    def reversals(self) -> tuple[Reversal, ...]:
        """Payments that went back."""
        return self._of_kind(Reversal)

    @property
    def write_offs(self) -> tuple[WriteOff, ...]:
        """What was given up."""
        return self._of_kind(WriteOff)

    @property
    def promises(self) -> tuple[Promise, ...]:
        """Promises to pay, by the day they were made."""
        return self._of_kind(Promise)

    @property
    def plans(self) -> tuple[PaymentPlan, ...]:
        """Payment plans, by the day they were agreed."""
        return self._of_kind(PaymentPlan)

    @property
    def disputes(self) -> tuple[Dispute, ...]:
        """Disputes, by the day they were opened."""
        return self._of_kind(Dispute)

    @property
    def blocks(self) -> tuple[DunningBlock, ...]:
        """Dunning blocks, by first day."""
        return self._of_kind(DunningBlock)

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """Contacts in both directions, by date."""
        return self._of_kind(Interaction)

    @property
    def results(self) -> tuple[InteractionResult, ...]:
        """What became of the contacts."""
        return self._of_kind(InteractionResult)

    @property
    def notices(self) -> tuple[FormalNotice, ...]:
        """Formal notices, by date."""
        return self._of_kind(FormalNotice)

    @property
    def legal_steps(self) -> tuple[LegalStep, ...]:
        """Events with legal effects."""
        return self._of_kind(LegalStep)

    @property
    def insolvencies(self) -> tuple[Insolvency, ...]:
        """Proceedings opened on the debtor."""
        return self._of_kind(Insolvency)

    @property
    def placements(self) -> tuple[Placement, ...]:
        """Claims handed over for collection."""
        return self._of_kind(Placement)

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """Claims assigned to a factor or a bank."""
        return self._of_kind(Assignment)

    @property
    def bills(self) -> tuple[Bill, ...]:
        """Bills of exchange in hand."""
        return self._of_kind(Bill)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Pieces of the file."""
        return self._of_kind(Document)

    @property
    def doubts(self) -> tuple[Doubtful, ...]:
        """Invoices held to be doubtful, by date."""
        return self._of_kind(Doubtful)

    @property
    def ratings(self) -> tuple[CreditRating, ...]:
        """Scores given to the debtor, by date."""
        return self._of_kind(CreditRating)

    @property
    def signals(self) -> tuple[Signal, ...]:
        """Causes heard."""
        return self._of_kind(Signal)


def _id(fact: Fact) -> str:
    identifier: str = fact.id  # type: ignore[attr-defined]
    return identifier


def _order(fact: Fact) -> tuple[Any, str, str]:
    return fact.happened_on, type(fact).__name__, _id(fact)


def _ordered(facts: Iterable[object]) -> tuple[Fact, ...]:
    """The facts in their one order, once nothing among them contradicts anything."""
    if isinstance(facts, str) or not isinstance(facts, Iterable):
        raise InvalidFact("account.facts", "facts such as Invoice or Payment", shown(facts))
    known, faults = [], []
    for one in facts:
        if isinstance(one, Fact) and type(one) is not Fact:
            known.append(one)
        else:
            faults.append(Fault("account.facts", "facts such as Invoice or Payment", shown(one)))
    known.sort(key=_order)
    faults = faults or faults_among(known)
    if faults:
        raise InvalidFact.of(faults)
    return tuple(known)


def _fills(fact: Fact, name: str, old: object, new: object) -> bool:
    """Whether a change only fills what was empty."""
    if isinstance(fact, Invoice):
        if fact.due_assumed and name in ("due_on", "due_assumed"):
            return True
        if name == "schedule" and old:
            return _dates_parts(fact.schedule, new)
    return _empty(old)


def _dates_parts(known: tuple[Instalment, ...], given: object) -> bool:
    """Whether a schedule only gives dates to parts that had none, such as a retention released."""
    if not isinstance(given, tuple) or len(given) != len(known):
        return False
    return all(
        old == new or (old.due_on is None and attrs.evolve(new, due_on=None) == old)
        for old, new in zip(known, given, strict=True)
    )


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, Sequence | frozenset) and not value)
