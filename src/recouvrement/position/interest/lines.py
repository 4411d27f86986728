"""The lines of a statement of interest: values, each with what it rests on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from attrs import field, frozen

from recouvrement.facts.invoice import Invoice
from recouvrement.law import Caveat, DayCount, Source
from recouvrement.money import Money
from recouvrement.position.interest.day_counts import year_fraction


@frozen(kw_only=True)
class StatementLine:
    """What an item bore from one day through another, both included, on one base at one rate.

    `days` are counted as the day count does; `amount` is `base × rate ÷ 100 × fraction`, rounded
    once. The rate is `reference + margin` where the law makes it so.
    """

    invoice: str
    since: date
    until: date
    days: int
    base: Money
    rate: Decimal
    amount: Money
    source: Source
    reference: Decimal | None
    margin: Decimal | None
    day_count: DayCount = field(repr=False)

    @property
    def fraction(self) -> Fraction:
        """The exact part of a year that the days make."""
        return year_fraction(self.day_count, self.since, self.until)

    @property
    def exact(self) -> Fraction:
        """The amount before rounding, in minor units: adjacent lines of one base add up."""
        return max(self.base.minor * Fraction(self.rate) / 100 * self.fraction, Fraction(0))


@frozen(kw_only=True)
class FixedSumLine:
    """The sum that the law adds once to an invoice paid late, and the first day it was late."""

    invoice: str
    since: date
    amount: Money
    source: Source


@frozen(kw_only=True)
class Received:
    """What one payment, credit note or write-off took from an item, negative where it went back.

    `kind` is one of these words and `source` its id. A payment counts from the day it came,
    whatever was said later about it.
    """

    on: date
    kind: str
    source: str
    principal: Money
    interest: Money


@frozen(kw_only=True)
class ItemStatement:
    """The statement of one open item: an invoice, or one part of it.

    `billed = principal + principal_paid + credited + written_off` and
    `accrued = interest + interest_paid`: `principal` and `interest` are what remains unpaid. Where
    `fixed_sum_computed` is false, there may be a fixed sum that is in no figure: a caveat says why.
    """

    id: str
    invoice: Invoice = field(repr=False)
    due_on: date | None
    billed: Money
    credited: Money
    written_off: Money
    principal_paid: Money
    principal: Money
    accrued: Money
    interest_paid: Money
    interest: Money
    fixed_sum: Money
    fixed_sum_computed: bool = True
    lines: tuple[StatementLine, ...]
    fixed_line: FixedSumLine | None
    received: tuple[Received, ...]
    caveats: tuple[Caveat, ...]

    @property
    def total(self) -> Money:
        """All that remains unpaid of it: principal, interest and fixed sum."""
        return self.principal + self.interest + self.fixed_sum
