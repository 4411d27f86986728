"""The sections of a law document, each read into its rows; what is wrong is gathered on the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, TypeVar

from attrs import frozen

from recouvrement.dates import EndOfMonth, PaymentTerms
from recouvrement.documents import Path, Places, Said
from recouvrement.errors import InvalidInput
from recouvrement.law.entries import SOME_DAY, Entries
from recouvrement.law.keys import SOURCE, TABLES, TIER, names_of
from recouvrement.law.rates import LegalRate, PackCaveat, RateRow
from recouvrement.law.terms import (
    ClaimDelay,
    ContactRule,
    FixedSumRule,
    LimitationPeriod,
    TermCeiling,
    Tier,
)
from recouvrement.law.timeline import Row, Source
from recouvrement.law.words import (
    Applies,
    ClaimStart,
    Label,
    PeriodKind,
    PeriodStart,
    TermStart,
)
from recouvrement.money import Money

AnyRow = TypeVar("AnyRow", bound=Row)
Own = list[tuple[AnyRow, Path]]
# A least contract rate of more times the legal one is a rate written in its place.
_MOST_TIMES = 100


@frozen(kw_only=True)
class Origin:
    """A source as a document declares it, with the label and the date its rows have by default."""

    title: str
    published: str
    read_on: date
    label: Label
    verified_until: date | None


class Sections(Entries):
    """The rows of a document, section by section, each with the path it stands at."""

    def __init__(self, document: dict[str, Any], lines: Places, articles: dict[str, str]) -> None:
        super().__init__(document, lines)
        # The article of a row that states none: that of its section, or of its like in the base.
        self.articles = articles
        self.verified_until = self.day(("verified_until",))
        self.origins: dict[str, Origin] = {}
        if self.table(("sources",)):
            for name in self.get(("sources",)):
                path: Path = ("sources", name)
                if self.table(path):
                    self.origins[name] = self.declared(path)

    # --- what every row has ----------------------------------------------------------------------

    def declared(self, path: Path) -> Origin:
        """A source declared in a table."""
        self.unknown(path, self.get(path), names_of(SOURCE))
        read_on = self.day((*path, "read_on"))
        if read_on is None:
            self.fault((*path, "read_on"), "the date on which it was read", None)
        return Origin(
            title=self.text((*path, "title")),
            published=self.text((*path, "published")),
            read_on=read_on or SOME_DAY,
            label=self.word((*path, "label"), Label, Label.SOURCED),
            verified_until=self.day((*path, "verified_until")),
        )

    def origin(self, path: Path) -> Origin:
        """The source of a row: declared by its id, or in place."""
        value = self.get(path)
        if isinstance(value, dict):
            return self.declared(path)
        if isinstance(value, str) and value in self.origins:
            return self.origins[value]
        known = ", ".join(self.origins) or "none is declared"
        expected = f"a source: the id of one ({known}), or its title, published and read_on"
        self.fault(path, expected, value)
        return Origin(
            title="?", published="?", read_on=SOME_DAY, label=Label.SOURCED, verified_until=None
        )

    def dated(self, path: Path, name: str) -> dict[str, Any]:
        """What every row has: its name, its dates, its source, its label."""
        origin = self.origin((*path, "source"))
        article = self.optional_text((*path, "article")) or self.articles.get(name)
        if article is None:
            self.fault((*path, "article"), "the article that it stands in", None)
        verified = self.day((*path, "verified_until"))
        verified = verified or origin.verified_until or self.verified_until
        if verified is None:
            expected = "the last day for which it was checked, here or for the document"
            self.fault((*path, "verified_until"), expected, None)
        return {
            "name": name,
            "since": self.day((*path, "since")),
            "until": self.day((*path, "until")),
            "rule": self.optional_text((*path, "rule")),
            "source": Source(
                article or "?",
                origin.title,
                published=origin.published,
                read_on=origin.read_on,
            ),
            "label": self.word((*path, "label"), Label, origin.label),
            "verified_until": verified or SOME_DAY,
        }

    def each(self, section: str, read: Callable[[Path], AnyRow]) -> Own[AnyRow]:
        """The rows of a section, with their paths."""
        found = []
        for path in self.tables(section):
            self.unknown(path, self.get(path), TABLES[section].names)
            found.append((read(path), path))
        return found

    # --- interest --------------------------------------------------------------------------------

    def rates(self) -> Own[RateRow]:
        """Rates: `reference`, or `value`, or both, which must then agree."""
        return self.each("rate", self.rate)

    def rate(self, path: Path) -> RateRow:
        """A row of rates; the value that its reference gives is computed once all is read."""
        value, reference = self.percent((*path, "value")), self.percent((*path, "reference"))
        if value is None and reference is None:
            self.fault((*path, "value"), "a rate, or a reference that the margin is added to", None)
        return RateRow(
            **self.dated(path, "rate"),
            value=value or Decimal(0),
            reference=reference,
            unit="percent a year",
        )

    def margins(self, section: str) -> Own[Row]:
        """Points that are added to a reference."""
        return self.each(section, lambda path: self.margin(path, section))

    def margin(self, path: Path, name: str) -> Row:
        """A row of points."""
        value = self.needed_percent((*path, "value"))
        return Row(**self.dated(path, name), value=value, unit="points")

    def floors(self) -> Own[Row]:
        """Least contract rates, as multiples of the legal rate."""
        return self.each("floor", self.floor)

    def floor(self, path: Path) -> Row:
        """A multiple of the legal rate."""
        times = self.needed((*path, "value"))
        if not 0 <= times <= _MOST_TIMES:
            self.fault((*path, "value"), f"a multiple, from 0 to {_MOST_TIMES}", times)
        return Row(**self.dated(path, "floor"), value=times, unit="times the legal rate")

    def legal_rates(self) -> Own[LegalRate]:
        """Rates of legal interest: `value`, and `consumer` for private creditors."""
        return self.each("legal_rate", self.legal_rate)

    def legal_rate(self, path: Path) -> LegalRate:
        """A row of the rates of legal interest."""
        return LegalRate(
            **self.dated(path, "legal_rate"),
            value=self.needed_percent((*path, "value")),
            consumer=self.percent((*path, "consumer")),
            unit="percent a year",
        )

    def pack_caveats(self) -> Own[PackCaveat]:
        """Caveats of the pack itself."""
        return self.each("caveat", self.pack_caveat)

    def pack_caveat(self, path: Path) -> PackCaveat:
        """A caveat: its code, and what it is about."""
        code = self.name((*path, "code"))
        applies = self.words((*path, "applies"), Applies)
        return PackCaveat(**self.dated(path, f"caveat.{code}"), value=code, applies=applies)

    # --- sums and terms --------------------------------------------------------------------------

    def fixed_sums(self, currency: str) -> Own[FixedSumRule]:
        """Fixed sums: `value`, or `tiers` by the size of the debt; exact in the currency."""
        return self.each("fixed_sum", lambda path: self.fixed_sum(path, currency))

    def fixed_sum(self, path: Path, currency: str) -> FixedSumRule:
        """A row of fixed sums."""
        tiers: tuple[Tier, ...] = ()
        if self.get((*path, "tiers")) is None:
            value = self.sum((*path, "value"), currency)
        else:
            tiers = self.tiers((*path, "tiers"), currency)
            value = tiers[0].sum if tiers else Decimal(0)
            if self.get((*path, "value")) is not None:
                self.fault((*path, "value"), "no value beside tiers", self.get((*path, "value")))
        return FixedSumRule(**self.dated(path, "fixed_sum"), value=value, tiers=tiers, unit="sum")

    def sum(self, path: Path, currency: str) -> Decimal:
        """An amount that must be there, 0 or more, exact in the currency."""
        value = self.needed(path)
        try:
            Money.of(value, currency)
        except InvalidInput as error:
            self.fault(path, error.expected, value)
        if value < 0:
            self.fault(path, "a sum of 0 or more", value)
        return value

    def tiers(self, path: Path, currency: str) -> tuple[Tier, ...]:
        """Sums by size of the debt: bounds that rise, and a last tier without bound."""
        tables = self.get(path)
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            self.fault(path, "tables of below and sum, the last without below", tables)
            return ()
        found = []
        for place in range(len(tables)):
            self.unknown((*path, place), self.get((*path, place)), names_of(TIER))
            below: Path = (*path, place, "below")
            bound = None if self.get(below) is None else self.sum(below, currency)
            found.append(Tier(below=bound, sum=self.sum((*path, place, "sum"), currency)))
        bounds = [one.below for one in found[:-1] if one.below is not None]
        rising = all(low < high for low, high in pairwise(bounds))
        if len(bounds) != len(found) - 1 or found[-1].below is not None or not rising:
            expected = "bounds that rise, and a last tier without below"
            self.fault(path, expected, Said(", ".join(str(one.below) for one in found) or "none"))
            return ()
        return tuple(found)

    def limitation_periods(self) -> Own[LimitationPeriod]:
        """Periods of limitation: `kind`, `sector`, so many years from what `starts` says."""
        return self.each("limitation", self.limitation)

    def limitation(self, path: Path) -> LimitationPeriod:
        """A period of limitation."""
        kind = str(self.word((*path, "kind"), PeriodKind))
        sector = self.optional_name((*path, "sector"))
        return LimitationPeriod(
            **self.dated(path, ".".join(filter(None, ("limitation", kind, sector)))),
            kind=kind,
            sector=sector,
            value=self.whole((*path, "years")),
            unit="years",
            starts=self.optional_word((*path, "starts"), PeriodStart),
        )

    def claim_delays(self) -> Own[ClaimDelay]:
        """Delays for filing a claim in insolvency proceedings."""
        return self.each("claim", self.claim_delay)

    def claim_delay(self, path: Path) -> ClaimDelay:
        """A delay for filing a claim."""
        abroad = self.flag((*path, "abroad")) or False
        return ClaimDelay(
            **self.dated(path, "claim.abroad" if abroad else "claim"),
            abroad=abroad,
            value=self.whole((*path, "months")),
            unit="months",
            starts=str(self.word((*path, "starts"), ClaimStart)),
        )

    def term_ceilings(self) -> Own[TermCeiling]:
        """Ceilings of payment terms, by case and sector."""
        return self.each("term", self.term_ceiling)

    def term_ceiling(self, path: Path) -> TermCeiling:
        """A ceiling: so many days from what `starts` says, in each of its readings."""
        case, sector = self.name((*path, "case")), self.optional_name((*path, "sector"))
        days = self.whole((*path, "days"))
        given = self.get((*path, "end_of_month")) is not None
        ends = self.words((*path, "end_of_month"), EndOfMonth) if given else {EndOfMonth.NONE}
        ten_days = self.flag((*path, "ten_days")) or False
        try:
            readings = tuple(
                PaymentTerms(days, end_of_month=one, ten_days=ten_days)
                for one in EndOfMonth
                if one in ends
            )
        except InvalidInput as error:
            self.fault((*path, "ten_days"), error.expected, Said(error.got))
            readings = (PaymentTerms(days),)
        return TermCeiling(
            **self.dated(path, ".".join(filter(None, ("term", case, sector)))),
            case=case,
            sector=sector,
            value=days,
            unit="days",
            starts=self.optional_word((*path, "starts"), TermStart),
            readings=readings,
        )

    # --- rules as data ---------------------------------------------------------------------------

    def contact_rules(self) -> Own[ContactRule]:
        """When and how often contacts are made."""
        return self.each("contact", self.contact_rule)

    def contact_rule(self, path: Path) -> ContactRule:
        """A rule about contacts of a sort."""
        return ContactRule(
            **self.dated(path, self.name((*path, "name"))),
            value=self.name((*path, "sort")),
            binding=self.flag((*path, "binding")) or False,
            default=self.flag((*path, "default")) or False,
            days=self.week((*path, "days")),
            holidays=self.flag((*path, "holidays")),
            hours=self.hours((*path, "hours")),
            at_most=self.optional_whole((*path, "at_most")),
            within_days=self.optional_whole((*path, "within_days")),
        )

    def named(self, section: str) -> Own[Row]:
        """Rows with a name and a value of any sort: procedures, retention, parameters."""
        return self.each(section, self.named_row)

    def named_row(self, path: Path) -> Row:
        """A row with a name and a value of any sort."""
        return Row(
            **self.dated(path, self.name((*path, "name"))),
            value=self.value((*path, "value")),
            unit=self.optional_text((*path, "unit")),
            starts=self.optional_name((*path, "starts")),
            earliest=self.flag((*path, "earliest")) or False,
        )
