"""A law pack: the dated, sourced rows of one jurisdiction, and the questions they answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from itertools import chain
from typing import NoReturn, Self, TypeVar

from attrs import Factory, evolve, field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.law.rates import (
    Days,
    Guard,
    InterestRule,
    LegalRate,
    PackCaveat,
    RateSegment,
    contract_segment,
    default_segments,
    floor_on,
    legal_rate_on,
)
from recouvrement.law.terms import (
    ClaimDelay,
    ContactRule,
    FixedSum,
    FixedSumRule,
    LimitationPeriod,
    TermCeiling,
)
from recouvrement.law.timeline import AnyRow, Caveat, Row, Source, answered, in_force, plain_date
from recouvrement.law.words import Applies, DayCount, Label, Status
from recouvrement.money import Money

_ONE_DAY = timedelta(days=1)
_NOTHING: frozenset[str] = frozenset()
_Sectoral = TypeVar("_Sectoral", LimitationPeriod, TermCeiling)


@frozen(kw_only=True)
class LawPack:
    """What the law of one jurisdiction says: values with dates and sources, never a verdict.

    Every answer has its source, and the caveats that must be shown with it. A value that is only
    remembered (label `M`) is refused unless `allow` names the pack or the row; `accepting` gives a
    pack that has been told so once for all.

    >>> from recouvrement.law import pack
    >>> for one in pack("FR").segments(date(2026, 6, 1), date(2026, 7, 31)):
    ...     print(one.since, one.until, one.rate, one.source.article)
    2026-06-01 2026-06-30 12.15 Code de commerce, art. L441-10 II
    2026-07-01 2026-07-31 12.40 Code de commerce, art. L441-10 II
    """

    name: str
    version: str
    title: str
    currency: str
    status: Status
    lawyer_validated: bool = False
    interest: InterestRule
    day_count_rule: Row
    compounds: Row
    caveats: tuple[PackCaveat, ...] = ()
    fixed_sums: tuple[FixedSumRule, ...] = ()
    limitation_periods: tuple[LimitationPeriod, ...] = ()
    claim_delays: tuple[ClaimDelay, ...] = ()
    term_ceilings: tuple[TermCeiling, ...] = ()
    contact_rules: tuple[ContactRule, ...] = ()
    retention: tuple[Row, ...] = ()
    procedures: tuple[Row, ...] = ()
    parameters: tuple[Row, ...] = ()
    accepted: frozenset[str] = _NOTHING
    _guard: Guard = field(
        default=Factory(lambda own: Guard(own.name, own.accepted), takes_self=True),
        init=False,
        eq=False,
        repr=False,
    )

    def __repr__(self) -> str:
        return f"<LawPack {self.name} {self.version}>"

    # --- what it holds ---------------------------------------------------------------------------

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row of the pack: each has its source and its dates."""
        rule = self.interest
        return tuple(
            chain(
                (rule, self.day_count_rule, self.compounds),
                rule.rates,
                rule.margins,
                rule.consumer_margins,
                rule.legal_rates,
                rule.floors,
                self.caveats,
                self.fixed_sums,
                self.limitation_periods,
                self.claim_delays,
                self.term_ceilings,
                self.contact_rules,
                self.retention,
                self.procedures,
                self.parameters,
            )
        )

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every source that a row of the pack rests on, once, in the order of the rows."""
        return tuple(dict.fromkeys(row.source for row in self.rows))

    @property
    def day_count(self) -> DayCount:
        """How days make a fraction of a year where nothing else was agreed."""
        return DayCount(str(self.day_count_rule.value))

    def counting(self, *, on: date, allow: Iterable[str] = _NOTHING) -> Row:
        """The row of the day count as an answer: refused where it is only remembered.

        >>> from recouvrement.law import pack
        >>> row = pack("DE").counting(on=date(2026, 3, 1))
        >>> row.value, [one.code.value for one in row.caveats]
        ('ACT/365', ['secondary_source'])
        """
        row, guard = self.day_count_rule, self._guarded(allow)
        if row.label is Label.MEMORY:
            why = f"the row {row.name} is only remembered"
            guard.refuse_unless_accepted(row, why, "a day count of the caller's, or ")
        return answered(row, plain_date(on, "on"))

    def accepts(self, row: Row, allow: Iterable[str] = _NOTHING) -> bool:
        """Whether a row, or the whole pack, was accepted by name."""
        return self._guarded(allow).accepts(row)

    @property
    def sectors(self) -> tuple[str, ...]:
        """The sectors that have a payment term or a period of limitation of their own, sorted.

        >>> from recouvrement.law import pack
        >>> pack("FR-public").sectors, pack("BE").sectors
        (('health', 'public_undertaking'), ())
        """
        found = {row.sector for row in self.term_ceilings}
        found |= {row.sector for row in self.limitation_periods}
        return tuple(sorted(sector for sector in found if sector is not None))

    @property
    def covers_until(self) -> date | None:
        """The last day for which the rates of late interest are known; None without any."""
        return self.interest.covers_until

    def accepting(self, *names: str) -> Self:
        """The same pack, with the names of what the caller accepts though it is only remembered.

        >>> from recouvrement.law import pack
        >>> finland = pack("FI").accepting("FI")
        >>> [str(one.rate) for one in finland.segments(date(2026, 1, 1), date(2026, 1, 31))]
        ['10.5']
        """
        return evolve(self, accepted=self.accepted | _names(names))

    # --- interest --------------------------------------------------------------------------------

    def segments(
        self,
        start: date,
        until: date,
        *,
        consumer: bool = False,
        contract_rate: Decimal | int | str | None = None,
        allow: Iterable[str] = _NOTHING,
    ) -> tuple[RateSegment, ...]:
        """The rates of every day from `start` through `until`, as laws fix them; none for no day.

        Without an agreed rate, the days are cut where the law fixes the rate anew, or bear the one
        of the semester in which interest starts. A `contract_rate` (percent a year) comes back as
        given, in one segment, with a caveat where the law knows a least rate above it.

        `OutsideCoverage` where a semester is missing, before the first row or after the last: lay
        its row over the pack with `read_pack`. `InvalidInput` for a consumer where the pack has no
        rule for consumers, for rows only remembered and not accepted, and for what is no rate.

        >>> from recouvrement.law import pack
        >>> one, = pack("UK").segments(date(2024, 6, 1), date(2025, 3, 1))
        >>> print(one.rate, "=", one.reference, "+", one.margin)
        13.25 = 5.25 + 8
        """
        plain_date(start, "start")
        plain_date(until, "until")
        agreed = None if contract_rate is None else _percent(contract_rate)
        margins = self.interest.consumer_margins if consumer else self.interest.margins
        if consumer and not margins:
            self._no_rule_for_consumers()
        if until < start:
            return ()
        days, guard = Days(start, until), self._guarded(allow)
        if agreed is not None:
            notes = self.notes_on(Applies.CONTRACT, start)
            return (contract_segment(self.interest, agreed, notes, days, guard),)
        if not self.interest.rates or not margins:
            lacks = [] if self.interest.rates else ["[interest] covers_until", "[[rate]]"]
            lacks += [] if margins else ["[[margin]]"]
            expected = f"{', '.join(lacks)} laid over the pack {self.name} by read_pack"
            raise InvalidInput("law", expected, "none")
        notes = () if consumer else self.notes_on(Applies.DEFAULT, start)
        return default_segments(self.interest, margins, notes, days, guard)

    def floor(self, on: date, *, allow: Iterable[str] = _NOTHING) -> Row | None:
        """The least rate that a contract may fix that day; None where the pack knows of none.

        It never raises the rate that holds without a contract.

        >>> from recouvrement.law import pack
        >>> print(pack("FR").floor(date(2024, 3, 1)).value, pack("DE").floor(date(2024, 3, 1)))
        15.21 None
        """
        plain_date(on, "on")
        if not self.interest.floors:
            return None
        return floor_on(self.interest, on, self._guarded(allow))

    def legal_rate(self, on: date, *, allow: Iterable[str] = _NOTHING) -> LegalRate | None:
        """The rate of legal interest that day: `value`, and `consumer` for private creditors.

        >>> from recouvrement.law import pack
        >>> found = pack("FR").legal_rate(date(2025, 10, 1))
        >>> print(found.value, found.consumer)
        2.76 6.65
        """
        plain_date(on, "on")
        if not self.interest.legal_rates:
            return None
        return answered(legal_rate_on(self.interest, on, self._guarded(allow)), on)

    def fixed_sum(
        self,
        amount: Money,
        *,
        due_on: date,
        late_on: date,
        consumer: bool = False,
        allow: Iterable[str] = _NOTHING,
    ) -> FixedSum | None:
        """The sum that the law adds to a debt still unpaid on `late_on`, once.

        It is the sum of the day after `due_on`. None when `late_on` is not later than `due_on`, for
        a consumer, where the law gave none then, and where the pack holds none at all.

        >>> from recouvrement.law import pack
        >>> debt, due = Money.of("12000.00", "GBP"), date(2026, 3, 1)
        >>> pack("UK").fixed_sum(debt, due_on=due, late_on=date(2026, 3, 2)).amount
        Money.of("100.00", "GBP")
        """
        plain_date(due_on, "due_on")
        plain_date(late_on, "late_on")
        if not isinstance(amount, Money):
            raise InvalidInput("amount", "Money", repr(amount))
        if consumer or late_on <= due_on or not self.fixed_sums:
            return None
        first = due_on + _ONE_DAY
        guard = self._guarded(allow)
        row = in_force(self.fixed_sums, first, guard.about("fixed sum"))
        guard.pass_only(row)
        found = row.sum_for(amount, self.currency)
        if not found:
            return None
        notes = self.notes_on(Applies.FIXED_SUM, first)
        return FixedSum(amount=found, source=row.source, caveats=(*notes, *row.caveats_on(first)))

    # --- terms and periods -----------------------------------------------------------------------

    def limitation(
        self,
        kind: str = "business",
        sector: str | None = None,
        *,
        on: date | None = None,
        allow: Iterable[str] = _NOTHING,
    ) -> LimitationPeriod:
        """How long a claim can be brought, by whose debt it is; a sector may have its own period.

        A sector that the pack knows for its terms only has the general period. `on` is the day the
        claim fell due: without it, the latest row answers. What the pack says of such dates goes
        with it. `InvalidInput` for a kind the pack lacks, and for a sector it does not know.

        >>> from recouvrement.law import pack
        >>> found = pack("FR").limitation("business", "road_transport")
        >>> found.years, found.starts, found.source.article
        (1, 'delivery', 'Code de commerce, art. L133-6')
        """
        rows = [row for row in self.limitation_periods if row.kind == kind]
        if not rows:
            kinds = ", ".join(dict.fromkeys(row.kind for row in self.limitation_periods)) or "none"
            raise InvalidInput("kind", f"one that the pack {self.name} holds: {kinds}", repr(kind))
        found = self._one(self._of_sector(rows, sector), on, "limitation", allow)
        notes = self.notes_on(Applies.LIMITATION, on or date.max)
        return evolve(found, caveats=(*notes, *found.caveats)) if notes else found

    def claim_delay(
        self,
        abroad: bool = False,  # noqa: FBT001 (the contract of the room)
        *,
        on: date | None = None,
        allow: Iterable[str] = _NOTHING,
    ) -> ClaimDelay | None:
        """How long a claim can be filed after insolvency is published; None where none is held.

        >>> from recouvrement.law import pack
        >>> pack("FR").claim_delay().months, pack("FR").claim_delay(abroad=True).months
        (2, 4)
        """
        rows = [row for row in self.claim_delays if row.abroad is abroad]
        return self._one(rows, on, "delay for filing a claim", allow) if rows else None

    def term_ceiling(
        self, sector: str | None = None, *, on: date, allow: Iterable[str] = _NOTHING
    ) -> tuple[TermCeiling, ...]:
        """The longest terms allowed on a day, case by case; a sector may have its own.

        A sector that the pack knows for its limitation only has the general ceilings; there are
        none where the pack holds none. `InvalidInput` for a sector it does not know.

        >>> from recouvrement.law import pack
        >>> for one in pack("FR").term_ceiling(on=date(2026, 3, 1)):
        ...     print(one.case, one.days, one.starts, len(one.readings))
        nothing_agreed 30 receipt 1
        agreed 60 invoice 1
        agreed_end_of_month 45 invoice 2
        periodic_invoice 45 invoice 1
        """
        plain_date(on, "on")
        cases: dict[str, list[TermCeiling]] = {}
        for row in self._of_sector(self.term_ceilings, sector):
            cases.setdefault(row.case, []).append(row)
        return tuple(self._one(case, on, "payment terms", allow) for case in cases.values())

    def rule(self, name: str, *, on: date, allow: Iterable[str] = _NOTHING) -> Row:
        """The row of that name that holds on a day, among procedures, retention and parameters.

        >>> from recouvrement.law import pack
        >>> order = pack("FR").rule("payment_order.service", on=date(2026, 10, 1))
        >>> order.value, order.unit, order.starts
        (3, 'months', 'order')
        """
        named = self._named
        rows = [row for row in named if row.name == name]
        if not rows:
            names = ", ".join(dict.fromkeys(row.name for row in named)) or "none"
            raise InvalidInput("name", f"one that the pack {self.name} holds: {names}", repr(name))
        return self._one(rows, plain_date(on, "on"), name, allow)

    def under(self, prefix: str) -> tuple[Row, ...]:
        """The rows whose names begin so: `notice`, `insolvency`, `limitation`, `payment_order`.

        They are the rows themselves, of all dates and labels.

        >>> from recouvrement.law import pack
        >>> for row in pack("FR").under("notice")[-1:]:
        ...     print(row.name, row.value, row.label, row.source.article)
        notice.interrupts_limitation False S2 Cass. com. 18 May 2022, no. 20-23.204
        """
        return tuple(row for row in self._named if row.name.startswith(f"{prefix}."))

    # --- what may be used ------------------------------------------------------------------------

    @property
    def _named(self) -> tuple[Row, ...]:
        return (*self.procedures, *self.retention, *self.parameters)

    def _of_sector(self, rows: Iterable[_Sectoral], sector: str | None) -> list[_Sectoral]:
        # A name that nobody holds would otherwise read as the general rule: "moon", "Transport".
        if sector is not None and sector not in self.sectors:
            held = ", ".join(self.sectors) or "none, all have the general rule"
            raise InvalidInput(
                "sector", f"one that the pack {self.name} knows: {held}", repr(sector)
            )
        rows = list(rows)
        own = [row for row in rows if row.sector == sector]
        return own or [row for row in rows if row.sector is None]

    def _one(self, rows: list[AnyRow], on: date | None, what: str, allow: Iterable[str]) -> AnyRow:
        guard = self._guarded(allow)
        row = rows[-1] if on is None else in_force(rows, plain_date(on, "on"), guard.about(what))
        guard.pass_only(row)
        return answered(row, on)

    def _guarded(self, allow: Iterable[str]) -> Guard:
        return self._guard if allow is _NOTHING else Guard(self.name, self.accepted | _names(allow))

    def notes_on(self, subject: Applies, start: date) -> tuple[Caveat, ...]:
        """What the pack itself says beside an answer of that sort, for interest that starts then.

        >>> from recouvrement.law import pack
        >>> from recouvrement.law.words import Applies
        >>> [one.code for one in pack("FR").notes_on(Applies.APPROPRIATION, date(2026, 3, 1))]
        ['appropriation_not_settled']
        """
        return tuple(self._noted(subject, start)) if self.caveats else ()

    def _noted(self, subject: Applies, start: date) -> Iterator[Caveat]:
        for one in self.caveats:
            if one.concerns(subject, start):
                yield one.caveat

    def _no_rule_for_consumers(self) -> NoReturn:
        expected = (
            f"a business: the pack {self.name} has no rule for consumers"
            " (lay rows [[consumer_margin]] over it by read_pack)"
        )
        raise InvalidInput("kind", expected, "a consumer")


def _names(names: Iterable[str]) -> frozenset[str]:
    # A text is a collection of its letters, and no letter is a pack.
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise InvalidInput("allow", "a collection of names", repr(names))
    return frozenset(names)


def _percent(rate: Decimal | int | str) -> Decimal:
    expected = "percent a year, from 0 to 1000, as text, a whole number or a Decimal"
    if isinstance(rate, bool) or not isinstance(rate, (str, int, Decimal)):
        raise InvalidInput("contract_rate", expected, repr(rate))
    try:
        value = Decimal("" if isinstance(rate, str) and "_" in rate else rate)
    except InvalidOperation:
        raise InvalidInput("contract_rate", expected, repr(rate)) from None
    if not value.is_finite() or not 0 <= value <= 1000:
        raise InvalidInput("contract_rate", expected, repr(rate))
    return value
