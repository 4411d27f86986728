"""What suspends the demand: a dispute of the debtor's, a dunning block of ours."""

from datetime import date, timedelta
from typing import ClassVar, NewType

from attrs import field, frozen
from attrs.converters import optional

from recouvrement.facts.checks import checked, refuse
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import InvoiceId
from recouvrement.facts.words import CauseCode, DisputeOutcome
from recouvrement.money import Money

DisputeId = NewType("DisputeId", str)
DunningBlockId = NewType("DunningBlockId", str)

DAYS_TO_RESOLVE = 30


@frozen(field_transformer=checked)
class Dispute(Fact):
    """The debtor contests an invoice, or `amount` of it; only that slice is held.

    `resolve_by` is 30 days after the opening unless given. `resolved_on` takes effect on its own
    day. UPHELD and PARTLY_UPHELD wait for the credit note that is owed; REJECTED and WITHDRAWN put
    the item back where it was.

    >>> Dispute("D-1", date(2026, 3, 1), invoice="F-1", cause="wrong_price").resolve_by
    datetime.date(2026, 3, 31)
    """

    _dated: ClassVar[str] = "opened_on"

    id: DisputeId = field(converter=DisputeId)
    opened_on: date
    invoice: InvoiceId = field(kw_only=True, converter=InvoiceId)
    cause: CauseCode = field(default=CauseCode.OTHER, kw_only=True, converter=CauseCode)
    amount: Money | None = field(default=None, kw_only=True)
    words: str | None = field(default=None, kw_only=True)
    case: str | None = field(default=None, kw_only=True)
    owner: str | None = field(default=None, kw_only=True)
    resolve_by: date | None = field(default=None, kw_only=True)
    resolved_on: date | None = field(default=None, kw_only=True)
    outcome: DisputeOutcome | None = field(
        default=None, kw_only=True, converter=optional(DisputeOutcome)
    )

    def __attrs_post_init__(self) -> None:
        if self.amount is not None and self.amount.minor <= 0:
            refuse(self, "amount", "more than 0, or None for all", self.amount)
        if self.resolved_on is not None and self.resolved_on < self.opened_on:
            refuse(self, "resolved_on", f"on or after {self.opened_on}", self.resolved_on)
        if self.outcome is not None and self.resolved_on is None:
            refuse(self, "resolved_on", "the day of the outcome", None)
        if self.resolve_by is None:
            # Filled in while the value is being built, so that readers never meet None.
            days = min(DAYS_TO_RESOLVE, (date.max - self.opened_on).days)
            object.__setattr__(self, "resolve_by", self.opened_on + timedelta(days))


@frozen(field_transformer=checked)
class DunningBlock(Fact):
    """We hold our voice on one invoice, or on the account, through `until`.

    A block without an end needs a date to review it.

    >>> DunningBlock("K-1", date(2026, 3, 1), until=date(2026, 3, 15), reason="new manager").invoice
    """

    _dated: ClassVar[str] = "since"

    id: DunningBlockId = field(converter=DunningBlockId)
    since: date
    until: date | None = field(default=None, kw_only=True)
    reason: str | None = field(default=None, kw_only=True)
    invoice: InvoiceId | None = field(default=None, kw_only=True, converter=optional(InvoiceId))
    review_on: date | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.until is None and self.review_on is None:
            refuse(self, "until", "a last day (or review_on, the day to look at it again)", None)
        if self.until is not None and self.until < self.since:
            refuse(self, "until", f"on or after {self.since}", self.until)
