"""What the law says beside rates, each a row with its source: sums, terms, periods, contacts."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import cast

from attrs import frozen

from recouvrement.dates import PaymentTerms
from recouvrement.law.timeline import Caveat, Row, Source
from recouvrement.money import Money


@frozen(kw_only=True)
class Tier:
    """A sum for debts below an amount; without it, for all the others."""

    below: Decimal | None = None
    sum: Decimal


@frozen(kw_only=True)
class FixedSumRule(Row):
    """The sum due once for each debt paid late; `tiers` where it depends on the debt.

    `value` is the only sum, or that of the first tier; 0 where the law gave none.
    """

    tiers: tuple[Tier, ...] = ()

    def sum_for(self, amount: Money, currency: str) -> Money:
        """The sum for a debt; one with tiers compares it in the currency of the pack only."""
        if not self.tiers:
            return Money.of(cast("Decimal", self.value), currency)
        compared = amount - Money.zero(currency)  # refuses another currency
        for tier in self.tiers[:-1]:
            if tier.below is not None and compared.amount < tier.below:
                return Money.of(tier.sum, currency)
        return Money.of(self.tiers[-1].sum, currency)


@frozen(kw_only=True)
class FixedSum:
    """The sum that the law adds to a debt paid late, with its source and what to say with it."""

    amount: Money
    source: Source
    caveats: tuple[Caveat, ...] = ()


@frozen(kw_only=True)
class LimitationPeriod(Row):
    """How long a claim can be brought: `value` years from what `starts` says, None where unknown.

    `kind` is whose debt it is, or a case of its own such as `title`; `sector` narrows it.
    """

    kind: str
    sector: str | None = None

    @property
    def years(self) -> int:
        """The number of years."""
        return cast("int", self.value)


@frozen(kw_only=True)
class ClaimDelay(Row):
    """How long a claim can be filed in insolvency proceedings: `value` months."""

    abroad: bool = False

    @property
    def months(self) -> int:
        """The number of months."""
        return cast("int", self.value)


@frozen(kw_only=True)
class TermCeiling(Row):
    """The longest payment term that the law allows in a case: `value` days.

    `starts` is the day it is counted from: the invoice, the receipt, the delivery; None where that
    was not looked up. `readings` are the terms it stands for: two where "end of month" has two
    accepted readings.
    """

    case: str
    sector: str | None = None
    readings: tuple[PaymentTerms, ...]

    @property
    def days(self) -> int:
        """The number of days."""
        return cast("int", self.value)

    def latest(self, start: date) -> date:
        """The last due date allowed, in the longer reading, counted from that day."""
        return max(terms.due_on(start) for terms in self.readings)


@frozen(kw_only=True)
class ContactRule(Row):
    """When and how often contacts of a sort are made; `value` says which sort.

    With `binding` a text fixes it for that sort of contact. With `default` no text does, and the
    figures are this library's own caution. `days` are those allowed, Monday being 0, `hours` pairs
    of first and last time, `at_most` contacts in `within_days`; `holidays` is None where the source
    does not say.
    """

    binding: bool
    default: bool
    days: frozenset[int] = frozenset(range(7))
    holidays: bool | None = None
    hours: tuple[tuple[time, time], ...] = ()
    at_most: int | None = None
    within_days: int | None = None
