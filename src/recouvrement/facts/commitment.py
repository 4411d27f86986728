"""What a debtor undertook: a promise to pay, a payment plan, a bill of exchange."""

from datetime import date
from typing import ClassVar, NewType

from attrs import field, frozen
from attrs.converters import optional

from recouvrement.facts.checks import checked, refuse
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import Instalment, InvoiceId, invoice_ids
from recouvrement.facts.words import Means
from recouvrement.money import Money

PromiseId = NewType("PromiseId", str)
PaymentPlanId = NewType("PaymentPlanId", str)
BillId = NewType("BillId", str)


@frozen(field_transformer=checked)
class Promise(Fact):
    """A debtor's word to pay an exact amount, on an exact date, by named means.

    All three are required: a vague promise is recorded as an `InteractionResult` of
    `VAGUE_PROMISE`, and gives the task to obtain them. Without `invoices` it is about the
    undisputed items due on `made_on`, oldest first. It never moves a due date.

    >>> Promise("W-3", date(2026, 11, 3), due_on=date(2026, 11, 17),
    ...         amount=Money.of("7400.00", "EUR"), means="transfer").means
    <Means.TRANSFER: 'transfer'>
    """

    _dated: ClassVar[str] = "made_on"

    id: PromiseId = field(converter=PromiseId)
    made_on: date
    due_on: date = field(kw_only=True)
    amount: Money = field(kw_only=True)
    means: Means = field(kw_only=True, converter=Means)
    invoices: tuple[InvoiceId, ...] = field(default=(), kw_only=True, converter=invoice_ids)
    made_by: str | None = field(default=None, kw_only=True)
    supersedes: PromiseId | None = field(default=None, kw_only=True, converter=optional(PromiseId))
    withdrawn_on: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            refuse(self, "amount", "more than 0", self.amount)
        if self.due_on < self.made_on:
            refuse(self, "due_on", f"on or after {self.made_on}", self.due_on)
        if self.withdrawn_on is not None and self.withdrawn_on < self.made_on:
            refuse(self, "withdrawn_on", f"on or after {self.made_on}", self.withdrawn_on)
        if self.supersedes == self.id:
            refuse(self, "supersedes", "another promise", self.supersedes)


@frozen(field_transformer=checked)
class PaymentPlan(Fact):
    """An agreed series of instalments over named invoices, each with a date.

    Its acceleration (the whole falls due when one instalment is missed) needs the clause and a
    formal notice.

    >>> PaymentPlan("L-1", date(2026, 1, 5), invoices=["F-1"], instalments=[
    ...     Instalment(date(2026, 2, 1), Money.of(50, "EUR")),
    ...     Instalment(date(2026, 3, 1), Money.of(50, "EUR"))]).total
    Money.of("100.00", "EUR")
    """

    _dated: ClassVar[str] = "agreed_on"

    id: PaymentPlanId = field(converter=PaymentPlanId)
    agreed_on: date
    instalments: tuple[Instalment, ...] = field(kw_only=True)
    invoices: tuple[InvoiceId, ...] = field(kw_only=True, converter=invoice_ids)
    signed_on: date | None = field(default=None, kw_only=True)
    acceleration_clause: bool = field(default=False, kw_only=True)
    ended_on: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        dates = [part.due_on for part in self.instalments]
        if not dates or None in dates:
            refuse(self, "instalments", "at least one instalment, each with a date", dates)
        if len({part.amount.currency for part in self.instalments}) > 1:
            refuse(self, "instalments", "one currency", [str(p.amount) for p in self.instalments])
        if not self.invoices:
            refuse(self, "invoices", "at least one invoice", self.invoices)
        if self.ended_on is not None and self.ended_on < self.agreed_on:
            refuse(self, "ended_on", f"on or after {self.agreed_on}", self.ended_on)

    @property
    def total(self) -> Money:
        """What the instalments add up to."""
        first = self.instalments[0].amount
        return Money(sum(part.amount.minor for part in self.instalments), first.currency)


@frozen(field_transformer=checked)
class Bill(Fact):
    """A bill of exchange in hand: it covers its invoices until it matures.

    >>> Bill("B-1", date(2026, 1, 5), matures_on=date(2026, 3, 31), invoices=["F-1"],
    ...      amount=Money.of(50, "EUR")).matures_on
    datetime.date(2026, 3, 31)
    """

    _dated: ClassVar[str] = "received_on"

    id: BillId = field(converter=BillId)
    received_on: date
    matures_on: date = field(kw_only=True)
    amount: Money = field(kw_only=True)
    invoices: tuple[InvoiceId, ...] = field(kw_only=True, converter=invoice_ids)

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            refuse(self, "amount", "more than 0", self.amount)
        if self.matures_on < self.received_on:
            refuse(self, "matures_on", f"on or after {self.received_on}", self.matures_on)
        if not self.invoices:
            refuse(self, "invoices", "at least one invoice", self.invoices)
