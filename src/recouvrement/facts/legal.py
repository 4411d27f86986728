"""What has legal effects: notices, legal steps, insolvency, placements, assignments, documents."""

from datetime import date
from typing import ClassVar, NewType

from attrs import field, frozen

from recouvrement.facts.checks import checked, refuse
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import InvoiceId, invoice_ids
from recouvrement.facts.words import (
    Assignee,
    DocumentKind,
    InsolvencyKind,
    LegalStepKind,
    PlacementAgent,
)
from recouvrement.money import Money

FormalNoticeId = NewType("FormalNoticeId", str)
LegalStepId = NewType("LegalStepId", str)
InsolvencyId = NewType("InsolvencyId", str)
PlacementId = NewType("PlacementId", str)
AssignmentId = NewType("AssignmentId", str)
DocumentId = NewType("DocumentId", str)


def _needs_invoices(fact: "FormalNotice | LegalStep | Placement | Assignment") -> None:
    if not fact.invoices:
        refuse(fact, "invoices", "at least one invoice", fact.invoices)


def _ends_after(fact: "LegalStep | Insolvency | Placement | Assignment") -> None:
    if fact.ended_on is not None and fact.ended_on < fact.happened_on:
        refuse(fact, "ended_on", f"on or after {fact.happened_on}", fact.ended_on)


@frozen(field_transformer=checked)
class FormalNotice(Fact):
    """A formal demand on named invoices, which gives the debtor until `respond_by`.

    >>> FormalNotice("N-1", date(2026, 3, 3), invoices=["F-1"], amount=Money.of(9, "EUR"),
    ...              respond_by=date(2026, 3, 18)).respond_by
    datetime.date(2026, 3, 18)
    """

    _dated: ClassVar[str] = "on"

    id: FormalNoticeId = field(converter=FormalNoticeId)
    on: date
    invoices: tuple[InvoiceId, ...] = field(kw_only=True, converter=invoice_ids)
    amount: Money = field(kw_only=True)
    respond_by: date = field(kw_only=True)
    received_on: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _needs_invoices(self)
        if self.amount.minor <= 0:
            refuse(self, "amount", "more than 0", self.amount)
        if self.respond_by < self.on:
            refuse(self, "respond_by", f"on or after {self.on}", self.respond_by)


@frozen(field_transformer=checked)
class LegalStep(Fact):
    """An event that the law gives effects to, such as an acknowledgement of debt or a claim.

    >>> LegalStep("S-1", date(2026, 3, 3), kind="acknowledgement", invoices=["F-1"]).kind
    <LegalStepKind.ACKNOWLEDGEMENT: 'acknowledgement'>
    """

    _dated: ClassVar[str] = "on"

    id: LegalStepId = field(converter=LegalStepId)
    on: date
    kind: LegalStepKind = field(kw_only=True, converter=LegalStepKind)
    invoices: tuple[InvoiceId, ...] = field(kw_only=True, converter=invoice_ids)
    ended_on: date | None = field(default=None, kw_only=True)
    outcome: str | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _needs_invoices(self)
        _ends_after(self)


@frozen(field_transformer=checked)
class Insolvency(Fact):
    """A proceeding opened on the debtor; what was supplied until that day is stayed.

    >>> Insolvency("J-1", "receivership", opened_on=date(2026, 3, 3)).happened_on
    datetime.date(2026, 3, 3)
    """

    _dated: ClassVar[str] = "opened_on"

    id: InsolvencyId = field(converter=InsolvencyId)
    kind: InsolvencyKind = field(converter=InsolvencyKind)
    opened_on: date = field(kw_only=True)
    published_on: date | None = field(default=None, kw_only=True)
    ended_on: date | None = field(default=None, kw_only=True)
    claim_filed_on: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _ends_after(self)


@frozen(field_transformer=checked)
class Placement(Fact):
    """Named invoices handed over for collection; we fall silent on them until it ends.

    >>> Placement("T-1", date(2026, 3, 3), to="agency", invoices=["F-1"]).to
    <PlacementAgent.AGENCY: 'agency'>
    """

    _dated: ClassVar[str] = "on"

    id: PlacementId = field(converter=PlacementId)
    on: date
    to: PlacementAgent = field(kw_only=True, converter=PlacementAgent)
    invoices: tuple[InvoiceId, ...] = field(kw_only=True, converter=invoice_ids)
    ended_on: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _needs_invoices(self)
        _ends_after(self)


@frozen(field_transformer=checked)
class Assignment(Fact):
    """Named invoices assigned; until the debtor is notified, it is still ours to collect.

    >>> Assignment("G-1", date(2026, 3, 3), to="factor", invoices=["F-1"]).notified_on
    """

    _dated: ClassVar[str] = "on"

    id: AssignmentId = field(converter=AssignmentId)
    on: date
    to: Assignee = field(kw_only=True, converter=Assignee)
    invoices: tuple[InvoiceId, ...] = field(kw_only=True, converter=invoice_ids)
    notified_on: date | None = field(default=None, kw_only=True)
    ended_on: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        _needs_invoices(self)
        _ends_after(self)


@frozen(field_transformer=checked)
class Document(Fact):
    """A piece of the file that the host holds: the library knows that it exists, never its text.

    >>> Document("O-1", date(2026, 1, 3), kind="delivery_note", invoices=["F-1"]).kind
    <DocumentKind.DELIVERY_NOTE: 'delivery_note'>
    """

    _dated: ClassVar[str] = "on"

    id: DocumentId = field(converter=DocumentId)
    on: date
    kind: DocumentKind = field(kw_only=True, converter=DocumentKind)
    invoices: tuple[InvoiceId, ...] = field(default=(), kw_only=True, converter=invoice_ids)
