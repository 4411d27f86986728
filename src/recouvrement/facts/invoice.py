"""What is owed: the invoice, and the parts it falls due in."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, NewType

from attrs import field, frozen
from attrs.converters import optional

from recouvrement.dates import PaymentTerms
from recouvrement.facts.checks import checked, refuse
from recouvrement.facts.fact import Fact
from recouvrement.facts.words import InstalmentKind, InvoiceKind, Means
from recouvrement.money import Money, total_of

InvoiceId = NewType("InvoiceId", str)


def invoice_ids(values: Iterable[str]) -> tuple[InvoiceId, ...]:
    """The ids given, as references to invoices or to parts of them."""
    return tuple(map(InvoiceId, values))


SALES = frozenset(
    {InvoiceKind.STANDARD, InvoiceKind.DEPOSIT, InvoiceKind.PROGRESS, InvoiceKind.FINAL}
)


@frozen(field_transformer=checked)
class Instalment:
    """An amount by a date; without a date it is not due yet (a retention to be released).

    >>> Instalment(date(2026, 3, 1), Money.of(50, "EUR")).kind
    <InstalmentKind.TERM: 'term'>
    """

    due_on: date | None
    amount: Money
    kind: InstalmentKind = field(
        default=InstalmentKind.TERM, kw_only=True, converter=InstalmentKind
    )

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            refuse(self, "amount", "more than 0", self.amount)


@frozen(field_transformer=checked)
class Invoice(Fact):
    """An amount that a debtor owes from the day it is issued, late the day after `due_on`.

    `due_on` may precede `issued_on` (an advance, a reissue). With a `schedule`, each part is an
    open item of its own and the parts add up to `total`. `due_assumed` says that the host does not
    know the agreed date: such an invoice gets reminders only.

    >>> invoice = Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1),
    ...                   total=Money.of("12400.00", "EUR"))
    >>> invoice.is_sale, invoice.happened_on
    (True, datetime.date(2026, 9, 1))
    """

    _dated: ClassVar[str] = "issued_on"

    id: InvoiceId = field(converter=InvoiceId)
    issued_on: date
    due_on: date = field(kw_only=True)
    total: Money = field(kw_only=True)
    kind: InvoiceKind = field(default=InvoiceKind.STANDARD, kw_only=True, converter=InvoiceKind)
    supplied_on: date | None = field(default=None, kw_only=True)
    received_on: date | None = field(default=None, kw_only=True)
    tax: Money | None = field(default=None, kw_only=True)
    reference: str | None = field(default=None, kw_only=True)
    means: Means | None = field(default=None, kw_only=True, converter=optional(Means))
    terms: PaymentTerms | None = field(default=None, kw_only=True)
    owner: str | None = field(default=None, kw_only=True)
    schedule: tuple[Instalment, ...] = field(default=(), kw_only=True)
    replaces: InvoiceId | None = field(default=None, kw_only=True, converter=optional(InvoiceId))
    due_assumed: bool = field(default=False, kw_only=True)
    tags: frozenset[str] = field(default=frozenset(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.total.minor <= 0:
            expected = "more than 0 (a credit note states what is owed back)"
            refuse(self, "total", expected, self.total)
        if self.tax is not None and (
            self.tax.currency != self.total.currency or not 0 <= self.tax.minor <= self.total.minor
        ):
            refuse(self, "tax", f"between 0 and {self.total}", self.tax)
        if self.replaces == self.id:
            refuse(self, "replaces", "another invoice", self.replaces)
        if self.schedule:
            amounts = [part.amount for part in self.schedule]
            currencies = {amount.currency for amount in amounts}
            if currencies != {self.total.currency}:
                refuse(self, "schedule", f"parts in {self.total.currency}", sorted(currencies))
            whole = total_of(amounts, self.total.currency)
            if whole != self.total:
                refuse(self, "schedule", f"parts that add up to {self.total}", whole)

    @property
    def is_sale(self) -> bool:
        """Whether it counts in sales: openings, accessories and adjustments do not."""
        return self.kind in SALES

    @property
    def item_ids(self) -> tuple[str, ...]:
        """The ids of its open items: its own, or one per part of the schedule.

        >>> from recouvrement.facts.invoice import Instalment
        >>> half = Money.of(50, "EUR")
        >>> Invoice("F-1", date(2026, 1, 1), due_on=date(2026, 2, 1), total=Money.of(100, "EUR"),
        ...         schedule=[Instalment(date(2026, 2, 1), half), Instalment(None, half)]).item_ids
        ('F-1/1', 'F-1/2')
        """
        if not self.schedule:
            return (self.id,)
        return tuple(f"{self.id}/{place}" for place in range(1, len(self.schedule) + 1))
