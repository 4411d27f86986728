"""A law document read whole: every fault at once, each with its line and its key."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from attrs import evolve

from recouvrement.documents import Path, Places, Said, document_of
from recouvrement.errors import InvalidInput, InvalidLaw, OutsideCoverage
from recouvrement.law.keys import CITED, HEAD, TABLES, names_of
from recouvrement.law.lawpack import LawPack
from recouvrement.law.merging import coverage, laid_over, semesters
from recouvrement.law.rates import InterestRule, RateRow, percent, rate_of
from recouvrement.law.sections import Own, Sections
from recouvrement.law.timeline import Row, in_force
from recouvrement.law.words import Compounding, DayCount, Fixing, RateRounding, Status
from recouvrement.money import exponent_of

# Several times the longest pack of ours.
_LONGEST = 500_000

# Codes of countries that write themselves otherwise here.
_ALSO = {"GB": "UK", "GR": "EL"}


def read_pack(text: str, *, base: LawPack | None = None) -> LawPack:
    """The pack that a TOML document states, or one `InvalidLaw` with all its faults.

    With a `base`, the document's rows are laid over it: each stands from its date on, and the base
    itself stays as it is. A host adds a new semester, or the law of a contract, that way.

    >>> own = '''
    ... version = "2027.01"
    ... verified_until = 2027-06-30
    ... [[rate]]
    ... since = 2027-01-01
    ... reference = 2.65
    ... source = { title = "ECB, key rates", published = "ecb.europa.eu", read_on = 2027-01-04 }
    ... '''
    >>> from recouvrement.law import pack
    >>> ours = read_pack(own, base=pack("FR"))
    >>> from datetime import date
    >>> print(ours.segments(date(2027, 2, 1), date(2027, 2, 28))[0].rate, ours.covers_until)
    12.65 2027-06-30
    """
    if base is not None and not isinstance(base, LawPack):
        raise InvalidInput("base", "a LawPack, or None", repr(base))
    document, lines = document_of(text, "law", InvalidLaw, longest=_LONGEST)
    reading = _Reading(document, lines, base)
    found = reading.pack()
    if reading.found:
        raise InvalidLaw.of(reading.faults)
    return found


def pack(name: str) -> LawPack:
    """The law pack of a jurisdiction: a country's code, or such as `FR-public`; read once.

    `InvalidInput` for one that does not exist, with the names of those that do.

    >>> pack("FR").lawyer_validated, pack("GR") == pack("EL")
    (False, True)
    """
    return _pack(_existing(name))


@cache
def _pack(name: str) -> LawPack:
    return read_pack(pack_text(name))


@cache
def pack_names() -> tuple[str, ...]:
    """The names of the packs there are, verified or not, sorted.

    >>> len(pack_names()), "FR-public" in pack_names()
    (31, True)
    """
    folder = resources.files("recouvrement.law") / "packs"
    return tuple(sorted(_named(one.name.removesuffix(".toml")) for one in folder.iterdir()))


def pack_of(law: LawPack | str) -> LawPack:
    """The pack itself, or the one of that name; `InvalidInput` for anything else.

    >>> pack_of("FR") is pack_of(pack("FR"))
    True
    """
    found = pack(law) if isinstance(law, str) else law
    if not isinstance(found, LawPack):
        raise InvalidInput("law", "a LawPack, or the name of one", repr(law))
    return found


def is_pack(name: str) -> bool:
    """Whether `pack` knows that name.

    >>> is_pack("GB"), is_pack("FR-public"), is_pack("Atlantis")
    (True, True, False)
    """
    return _ALSO.get(name, name) in pack_names()


def pack_text(name: str) -> str:
    """The document of a pack, to read, to copy, or to see how rows are written."""
    folder = resources.files("recouvrement.law") / "packs"
    return (folder / f"{_existing(name).lower()}.toml").read_text(encoding="utf-8")


def _existing(name: object) -> str:
    found = _ALSO.get(name, name) if isinstance(name, str) else None
    if found is None or found not in pack_names():
        expected = "one of " + ", ".join(pack_names()) + " (or a document of yours: read_pack)"
        raise InvalidInput("pack", expected, repr(name))
    return found


def _named(stem: str) -> str:
    country, _, rest = stem.partition("-")
    return country.upper() + (f"-{rest}" if rest else "")


class _Reading(Sections):
    """One document, laid over a base where there is one."""

    def __init__(self, document: dict[str, Any], lines: Places, base: LawPack | None) -> None:
        articles = {} if base is None else {row.name: row.source.article for row in base.rows}
        super().__init__(document, lines, articles)
        self.base = base

    def pack(self) -> LawPack:
        """The value that the document states."""
        self.unknown((), self.get(()), (*names_of(HEAD), "sources", *TABLES))
        base, rule, currency = self.base, self.interest(), self.currency()
        day_count, compounds = (base.day_count_rule, base.compounds) if base else (None, None)
        return LawPack(
            name=self.inherited("name", None if base is None else base.name),
            version=self.text(("version",)),
            title=self.inherited("title", None if base is None else base.title),
            currency=currency,
            status=self.word(("status",), Status, None if base is None else base.status),
            lawyer_validated=self.validated(),
            interest=rule,
            day_count_rule=self.chosen("day_count", DayCount, day_count),
            compounds=self.chosen("compounds", Compounding, compounds),
            caveats=laid_over(self, base.caveats if base else (), self.pack_caveats()),
            fixed_sums=laid_over(self, base.fixed_sums if base else (), self.fixed_sums(currency)),
            limitation_periods=laid_over(
                self, base.limitation_periods if base else (), self.limitation_periods()
            ),
            claim_delays=laid_over(self, base.claim_delays if base else (), self.claim_delays()),
            term_ceilings=laid_over(self, base.term_ceilings if base else (), self.term_ceilings()),
            contact_rules=laid_over(self, base.contact_rules if base else (), self.contact_rules()),
            retention=laid_over(self, base.retention if base else (), self.named("retention")),
            procedures=laid_over(self, base.procedures if base else (), self.named("procedure")),
            parameters=laid_over(self, base.parameters if base else (), self.named("parameter")),
            accepted=base.accepted if base else frozenset(),
        )

    def inherited(self, key: str, before: str | None) -> str:
        """A text, that of the base where the document has none."""
        return before if before is not None and self.get((key,)) is None else self.text((key,))

    def currency(self) -> str:
        """The currency of the sums."""
        code = self.inherited("currency", None if self.base is None else self.base.currency)
        try:
            exponent_of(code)
        except InvalidInput as error:
            self.fault(("currency",), error.expected, code)
            return "EUR"
        # The sums of the base are in its currency: 40 EUR are no 40 USD.
        base = self.base
        if base is not None and base.fixed_sums and code != base.currency:
            expected = f"{base.currency}, the currency of the base and of its fixed sums"
            self.fault(("currency",), expected, code)
        return code

    def validated(self) -> bool:
        """Whether a lawyer read the document: said of a whole one only."""
        found = self.flag(("lawyer_validated",)) or False
        if found and self.base is not None:
            expected = "a document without a base: nothing is said of the rows of the base"
            self.fault(("lawyer_validated",), expected, found)
        return found

    def chosen(self, key: str, words: type[DayCount | Compounding], before: Row | None) -> Row:
        """A row whose value is one of some words, in a table of its own."""
        if not self.table((key,)):
            if before is not None:
                return before
            self.fault((key,), f"a table [{key}]", None)
            self.document[key] = {}
        self.unknown((key,), self.get((key,)), TABLES[key].names)
        value = str(self.word((key, "value"), words))
        return Row(**self.dated((key,), key), value=value)

    # --- interest --------------------------------------------------------------------------------

    def interest(self) -> InterestRule:
        """The rule, and the series that it fixes."""
        before = None if self.base is None else self.base.interest
        rule = self.rule(before)
        own_rates, own_legal = self.rates(), self.legal_rates()
        own_margins, own_consumer = self.margins("margin"), self.margins("consumer_margin")
        by_semester = rule.fixing is not Fixing.FLAT
        margins = laid_over(self, rule.margins, own_margins)
        rates = laid_over(self, rule.rates, own_rates, by_semester=by_semester)
        legal = laid_over(self, rule.legal_rates, own_legal, by_semester=True)
        if by_semester:
            semesters(self, rates, own_rates, "rate")
        semesters(self, legal, own_legal, "legal_rate")
        covers = (before.covers_until, before.legal_covers_until) if before else (None, None)
        return evolve(
            rule,
            covers_until=coverage(
                self, "covers_until", rates, own_rates, covers[0], by_semester=by_semester
            ),
            rates=self.computed(
                rule, rates, own_rates, margins if self.are_dated(own_margins) else None
            ),
            margins=margins,
            consumer_margins=laid_over(self, rule.consumer_margins, own_consumer),
            legal_rates=legal,
            legal_covers_until=coverage(
                self, "legal_covers_until", legal, own_legal, covers[1], by_semester=True
            ),
            floors=laid_over(self, rule.floors, self.floors()),
        )

    def rule(self, before: InterestRule | None) -> InterestRule:
        """How interest is fixed: as the base has it, unless the document states it anew."""
        path: Path = ("interest",)
        if self.table(path):
            self.unknown(path, self.get(path), TABLES["interest"].names)
        else:
            self.document["interest"] = {}
        keys = ("fixing", "rounding", *names_of(CITED))
        stated = any(self.get((*path, key)) is not None for key in keys)
        if before is not None and not stated:
            return before
        found = InterestRule(
            **self.dated(path, "interest"),
            value=str(self.word((*path, "fixing"), Fixing)),
            rounding=self.word((*path, "rounding"), RateRounding, RateRounding.NONE),
        )
        for name in ("rate", "margin", "consumer_margin"):
            self.articles[name] = found.source.article
        if before is None:
            return found
        return evolve(
            before,
            value=found.value,
            rounding=found.rounding,
            source=found.source,
            label=found.label,
            verified_until=found.verified_until,
            rule=found.rule,
        )

    def computed(
        self,
        rule: InterestRule,
        rates: tuple[RateRow, ...],
        own: Own[RateRow],
        margins: tuple[Row, ...] | None,
    ) -> tuple[RateRow, ...]:
        """The rows with the value that reference and margin give; one stated must agree.

        Without margins, as where their dates cannot be read, the rows stay as they are.
        """
        paths = {row.since: path for row, path in own}
        if margins is None or not self.are_dated(own):
            return rates
        found = []
        for row in rates:
            path = paths.get(row.since)
            if row.reference is None or row.since is None:
                found.append(row)
                continue
            try:
                margin = in_force(margins, row.since, "margin")
            except OutsideCoverage:
                expected = f"a margin in force on {row.since}, to add to the reference"
                self.fault((*(path or ("margin",)), "reference"), expected, Said("none"))
                continue
            value = rate_of(row.reference, percent(margin), rule.rounding)
            stated = None if path is None else self.get((*path, "value"))
            if stated is not None and percent(row) != value:
                expected = f"{value}, the reference {row.reference} and the margin together"
                self.fault((*path, "value"), expected, stated)  # type: ignore[misc]
            found.append(evolve(row, value=value))
        return tuple(found)
