"""What is known of a risk: a receivable that may be lost, a score that somebody gives a debtor."""

from datetime import date
from decimal import Decimal
from typing import ClassVar, NewType

from attrs import field, frozen

from recouvrement.facts.checks import checked, refuse
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import InvoiceId

DoubtfulId = NewType("DoubtfulId", str)
CreditRatingId = NewType("CreditRatingId", str)


def exact_number(value: "str | int | Decimal") -> Decimal:
    """The number given; only type checkers read this, the fact's own check stands in for it."""
    return Decimal(value)


@frozen(field_transformer=checked)
class Doubtful(Fact):
    """From `on`, an invoice is held to be doubtful, with a probable loss of `loss_rate` percent.

    It holds until another one about the same invoice, or part of one; a rate of 0 says that the
    doubt is over. It changes nothing of what the debtor owes.

    >>> Doubtful("U-1", date(2026, 12, 31), invoice="F-41", loss_rate="30").loss_rate
    Decimal('30')
    """

    _dated: ClassVar[str] = "on"

    id: DoubtfulId = field(converter=DoubtfulId)
    on: date
    invoice: InvoiceId = field(kw_only=True, converter=InvoiceId)
    loss_rate: Decimal = field(kw_only=True, converter=exact_number)

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.loss_rate <= 100:
            refuse(self, "loss_rate", "a percentage from 0 to 100", self.loss_rate)


@frozen(field_transformer=checked)
class CreditRating(Fact):
    """The score that a source (a bureau, an insurer, the house) gives the debtor from `on`.

    It holds until the next one of the same source. What the number means, and which way is better,
    is the source's own: two sources are never mixed.

    >>> CreditRating("Y-1", date(2026, 3, 2), source="bureau", score="62.5").score
    Decimal('62.5')
    """

    _dated: ClassVar[str] = "on"

    id: CreditRatingId = field(converter=CreditRatingId)
    on: date
    source: str = field(kw_only=True)
    score: Decimal = field(kw_only=True, converter=exact_number)
