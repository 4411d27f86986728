"""What reduces a debt: payments, credit notes, write-offs, and what undoes or directs them."""

from datetime import date
from typing import ClassVar, NewType

from attrs import field, frozen
from attrs.converters import optional

from recouvrement.facts.checks import checked, refuse
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import InvoiceId
from recouvrement.facts.words import Means, PaymentPurpose, ReversalReason, WriteOffReason
from recouvrement.money import Money

CreditNoteId = NewType("CreditNoteId", str)
PaymentId = NewType("PaymentId", str)
CashApplicationId = NewType("CashApplicationId", str)
ReversalId = NewType("ReversalId", str)
WriteOffId = NewType("WriteOffId", str)
SourceId = NewType("SourceId", str)
DisputeRef = NewType("DisputeRef", str)


@frozen(field_transformer=checked)
class Allocation:
    """So much of a payment or credit note, to one invoice.

    >>> Allocation("F-41", Money.of("5000.00", "EUR")).invoice
    'F-41'
    """

    invoice: InvoiceId = field(converter=InvoiceId)
    amount: Money

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            refuse(self, "amount", "more than 0", self.amount)


def _within(source: "Payment | CreditNote", amount: Money) -> None:
    currencies = {one.amount.currency for one in source.allocations} - {amount.currency}
    if currencies:
        refuse(source, "allocations", f"amounts in {amount.currency}", sorted(currencies))
    allocated = sum(one.amount.minor for one in source.allocations)
    if allocated > amount.minor:
        refuse(source, "allocations", f"at most {amount}", Money(allocated, amount.currency))


@frozen(field_transformer=checked)
class CreditNote(Fact):
    """An amount the creditor gives back; linked to a dispute it consumes the disputed part first.

    >>> CreditNote("A-3", date(2026, 5, 4), total=Money.of(20, "EUR"), dispute="D-1").dispute
    'D-1'
    """

    _dated: ClassVar[str] = "issued_on"

    id: CreditNoteId = field(converter=CreditNoteId)
    issued_on: date
    total: Money = field(kw_only=True)
    allocations: tuple[Allocation, ...] = field(default=(), kw_only=True)
    reason: str | None = field(default=None, kw_only=True)
    dispute: DisputeRef | None = field(default=None, kw_only=True, converter=optional(DisputeRef))

    def __attrs_post_init__(self) -> None:
        if self.total.minor <= 0:
            refuse(self, "total", "more than 0", self.total)
        _within(self, self.total)


@frozen(field_transformer=checked)
class Payment(Fact):
    """Money received; what its allocations do not direct is applied by the convention in force.

    >>> Payment("P-9", date(2026, 10, 20), amount=Money.of("5000.00", "EUR")).purpose
    <PaymentPurpose.SETTLEMENT: 'settlement'>
    """

    _dated: ClassVar[str] = "received_on"

    id: PaymentId = field(converter=PaymentId)
    received_on: date
    amount: Money = field(kw_only=True)
    means: Means | None = field(default=None, kw_only=True, converter=optional(Means))
    payer: str | None = field(default=None, kw_only=True)
    remittance: str | None = field(default=None, kw_only=True)
    purpose: PaymentPurpose = field(
        default=PaymentPurpose.SETTLEMENT, kw_only=True, converter=PaymentPurpose
    )
    allocations: tuple[Allocation, ...] = field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            refuse(self, "amount", "more than 0 (a reversal states what went back)", self.amount)
        _within(self, self.amount)


@frozen(field_transformer=checked)
class CashApplication(Fact):
    """A remittance advice that came later: so much of `source` settles `invoice`, from `on`.

    >>> CashApplication("R-1", date(2026, 5, 4), source="P-9", invoice="F-41",
    ...                 amount=Money.of(10, "EUR")).source
    'P-9'
    """

    _dated: ClassVar[str] = "on"

    id: CashApplicationId = field(converter=CashApplicationId)
    on: date
    source: SourceId = field(kw_only=True, converter=SourceId)
    invoice: InvoiceId = field(kw_only=True, converter=InvoiceId)
    amount: Money = field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            refuse(self, "amount", "more than 0", self.amount)


@frozen(field_transformer=checked)
class Reversal(Fact):
    """Money that went back: from `on`, what the payment paid is open again at its due date.

    Without an amount, the whole payment went back.

    >>> Reversal("X-1", date(2026, 5, 4), payment="P-9", reason="returned").reason
    <ReversalReason.RETURNED: 'returned'>
    """

    _dated: ClassVar[str] = "on"

    id: ReversalId = field(converter=ReversalId)
    on: date
    payment: PaymentId = field(kw_only=True, converter=PaymentId)
    amount: Money | None = field(default=None, kw_only=True)
    reason: ReversalReason = field(
        default=ReversalReason.RETURNED, kw_only=True, converter=ReversalReason
    )

    def __attrs_post_init__(self) -> None:
        if self.amount is not None and self.amount.minor <= 0:
            refuse(self, "amount", "more than 0, or None for all", self.amount)


@frozen(field_transformer=checked)
class WriteOff(Fact):
    """An amount given up on an invoice, from `on`.

    >>> WriteOff("W-1", date(2026, 5, 4), invoice="F-41", amount=Money.of(1, "EUR"),
    ...          reason="small_balance").invoice
    'F-41'
    """

    _dated: ClassVar[str] = "on"

    id: WriteOffId = field(converter=WriteOffId)
    on: date
    invoice: InvoiceId = field(kw_only=True, converter=InvoiceId)
    amount: Money = field(kw_only=True)
    reason: WriteOffReason = field(
        default=WriteOffReason.BAD_DEBT, kw_only=True, converter=WriteOffReason
    )

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            refuse(self, "amount", "more than 0", self.amount)
