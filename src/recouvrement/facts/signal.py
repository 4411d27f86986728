"""What the debtor told us: the cause of a delay, in his own words."""

from datetime import date
from typing import ClassVar, NewType

from attrs import field, frozen

from recouvrement.facts.checks import checked
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import InvoiceId, invoice_ids
from recouvrement.facts.words import CauseCode
from recouvrement.money import Money

SignalId = NewType("SignalId", str)


@frozen(field_transformer=checked)
class Signal(Fact):
    """A cause heard, by whom, about what, with what is at stake when that is known.

    >>> Signal("V-1", date(2026, 3, 3), cause="cash_strain", words="nothing before June").cause
    <CauseCode.CASH_STRAIN: 'cash_strain'>
    """

    _dated: ClassVar[str] = "on"

    id: SignalId = field(converter=SignalId)
    on: date
    cause: CauseCode = field(kw_only=True, converter=CauseCode)
    words: str = field(kw_only=True)
    heard_by: str | None = field(default=None, kw_only=True)
    invoices: tuple[InvoiceId, ...] = field(default=(), kw_only=True, converter=invoice_ids)
    stake: Money | None = field(default=None, kw_only=True)
