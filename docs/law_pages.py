"""The pages of docs/law, written from the law packs: `python docs/law_pages.py`.

One page for each jurisdiction that computes, one for all those that are not verified, and between
two marks the table of all packs in the index, and those of all keys in the page on writing rows. A
test fails while a page says something else than the packs and the reader.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from recouvrement.law import (
    ContactRule,
    FixedSumRule,
    Label,
    LawPack,
    RateRow,
    Row,
    Source,
    Status,
    TermCeiling,
    pack,
    pack_names,
)
from recouvrement.law.keys import DATED, HEAD, SOURCE, TABLES, TIER, Key, KeyType

PAGES = Path(__file__).parent / "law"
PART = re.compile(r"(<!-- written: ([a-z]+) -->\n)(.*?)(<!-- end -->)", re.DOTALL)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORDS = {
    "split": "each day has the rate of its semester",
    "locked": "all days have the rate of the semester in which interest starts",
    "flat": "one rate, which no calendar moves",
    "unsettled": "by semester, or one rate for all days (that of the due date, of the day after"
    " it, of the payment), which is not settled; refused where they differ",
    "none": "",
    "reference_up_to_half": ", the reference rounded up to the next half point",
    "rate_up_to_half": ", rounded up to the next half point",
    "never": "no interest on interest",
    "yearly": "the interest of each year bears interest; more than a year is refused",
    "full_year_if_agreed": "interest on interest only if due for a full year, and agreed",
    True: "yes",
    False: "no",
}


# --- words ---------------------------------------------------------------------------------------


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> Iterator[str]:
    """A Markdown table, nothing where it has no rows."""
    written = [tuple(shown(cell).replace("|", "\\|") for cell in row) for row in rows]
    if written:
        yield "| " + " | ".join(head) + " |"
        yield "|" + "---|" * len(head)
        yield from ("| " + " | ".join(row) + " |" for row in written)
        yield ""


def shown(cell: object) -> str:
    """A cell of a table."""
    match cell:
        case None:
            return ""
        case bool():
            return WORDS[cell]
        case Decimal():
            return f"{cell:f}"
        case tuple() | list() | frozenset():
            return "; ".join(map(shown, cell))
        case _:
            return str(cell)


def period(row: Row) -> str:
    """From when to when a row holds."""
    since = "" if row.since is None else f"since {row.since}"
    until = "" if row.until is None else f"until {row.until}"
    return " ".join(filter(None, (since, until))) or "as read"


def figure(row: Row) -> str:
    """The value of a row with its unit and what it runs from."""
    if row.unit in {None, "sum"}:
        return shown(row.value)
    unit = (row.unit or "").removesuffix("s") if row.value == 1 else row.unit
    starts = "" if row.starts is None else f" from {row.starts.replace('_', ' ')}"
    first = "not before " if row.earliest else ""
    return f"{first}{shown(row.value)} {unit}{starts}"


class Numbers:
    """The numbers that the sources of a page have, in the order in which they are named."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str, date | None], int] = {}

    def of(self, source: Source) -> str:
        """The number of a source."""
        place = (source.title, source.published, source.read_on)
        return f"[{self.found.setdefault(place, len(self.found) + 1)}]"

    def sure(self, row: Row) -> str:
        """How sure a row is, and where it was read."""
        return f"{row.label} {self.of(row.source)}"


# --- sections ------------------------------------------------------------------------------------


def interest(one: LawPack, numbers: Numbers) -> Iterator[str]:
    """The rule of late interest, its margins and its series."""
    rule = one.interest
    yield "## Late interest"
    yield ""
    yield f"{rule.rule} ({rule.source.article}, {numbers.sure(rule)})"
    yield ""
    covers = "no rate is held" if rule.covers_until is None else f"known until {rule.covers_until}"
    yield f"- Fixing: {WORDS[rule.fixing]}{WORDS[rule.rounding]}; {covers}."
    counting, compounds = one.day_count_rule, one.compounds
    note = "" if counting.rule is None else f" {counting.rule}"
    yield f"- Days: {counting.value} ({numbers.sure(counting)}).{note}"
    article = compounds.source.article
    note = "" if compounds.rule is None else f" {compounds.rule}"
    sure = numbers.sure(compounds)
    yield f"- Compounding: {WORDS[str(compounds.value)]} ({article}, {sure}).{note}"
    yield ""
    margins = [*rule.margins, *rule.consumer_margins]
    yield from table(
        ("margin", "points", "for interest that starts", "article", "source"),
        (
            (
                "consumers" if row.name == "consumer_margin" else "businesses",
                row.value,
                period(row),
                row.source.article,
                numbers.sure(row),
            )
            for row in margins
        ),
    )
    yield from table(
        ("days", "reference", "rate for businesses", "source"),
        (
            (span(rows), rows[0].reference, rows[0].value, numbers.sure(rows[0]))
            for rows in alike(rule.rates)
        ),
    )
    yield from caveats(one, numbers)
    yield from floors(one, numbers)


def alike(rates: tuple[RateRow, ...]) -> Iterator[list[RateRow]]:
    """The rows of a series, those in a row that say the same together."""
    for _, rows in groupby(
        rates, key=lambda row: (row.reference, row.value, row.source, row.label)
    ):
        yield list(rows)


def span(rows: list[RateRow]) -> str:
    """The semesters of some rows."""
    first, last = (
        f"{row.since:%Y}-S{1 if row.since.month == 1 else 2}"
        for row in (rows[0], rows[-1])
        if row.since
    )
    return first if first == last else f"{first} to {last}"


def caveats(one: LawPack, numbers: Numbers) -> Iterator[str]:
    """What is said with the figures."""
    yield from table(
        ("caveat", "with", "interest that starts", "because", "source"),
        (
            (
                f"`{row.value}`",
                sorted(row.applies),
                period(row) if row.since or row.until else "any day",
                f"{row.rule} ({row.source.article})",
                numbers.sure(row),
            )
            for row in one.caveats
        ),
    )


def floors(one: LawPack, numbers: Numbers) -> Iterator[str]:
    """The least contract rate, and the legal rate that it is a multiple of."""
    rule = one.interest
    if not rule.floors:
        return
    yield "## The least rate of a contract"
    yield ""
    for row in rule.floors:
        read = f"{row.source.article}, {numbers.sure(row)}"
        yield f"{row.rule} {figure(row)}, {period(row)} ({read})."
    yield ""
    least = rule.floors[0].since or date.min
    yield from table(
        ("semester", "legal rate", "of private creditors", "least contract rate", "source"),
        (
            (
                f"{row.since:%Y}-S{1 if row.since.month == 1 else 2}",
                row.value,
                row.consumer,
                found.value if (found := one.floor(row.since, allow={one.name})) else None,
                numbers.sure(row),
            )
            for row in rule.legal_rates
            if row.since is not None and row.since >= least
        ),
    )


def rows_of(title: str, rows: Iterable[Row], numbers: Numbers, said: str = "") -> Iterator[str]:
    """A section of rows: what, how much, from when, the article, the source."""
    found = list(rows)
    if found:
        yield f"## {title}"
        yield ""
        if said:
            yield said
            yield ""
        yield from table(
            ("what", "value", "holds", "article", "source"),
            (
                (
                    f"`{row.name}`",
                    " ".join(filter(None, (value(row), row.rule))),
                    period(row),
                    row.source.article,
                    numbers.sure(row),
                )
                for row in found
            ),
        )


def value(row: Row) -> str:
    """The value of a row, each sort in its own words; a full stop where a sentence follows."""
    match row:
        case FixedSumRule() if row.tiers:
            parts = [
                f"{tier.sum} below {tier.below}" if tier.below else f"{tier.sum} from there on"
                for tier in row.tiers
            ]
            said = ", ".join(parts)
        case TermCeiling() if len(row.readings) > 1:
            readings = " or ".join(one.end_of_month.replace("_", " ") for one in row.readings)
            said = f"{figure(row)}, {readings}"
        case ContactRule():
            said = ", ".join(filter(None, contact(row)))
        case _:
            said = figure(row)
    return said if row.rule is None else f"{said}."


def contact(row: ContactRule) -> Iterator[str]:
    """The parts of a rule about contacts."""
    yield "a text" if row.binding else "a default of this library" if row.default else ""
    if len(row.days) < len(DAYS):
        yield f"{DAYS[min(row.days)]} to {DAYS[max(row.days)]}"
    yield "; ".join(f"{first:%H:%M}–{last:%H:%M}" for first, last in row.hours)
    if row.holidays is not None:
        yield "holidays too" if row.holidays else "not on holidays"
    if row.at_most is not None:
        yield f"at most {row.at_most} in {row.within_days} days"


def not_verified(one: LawPack) -> Iterator[str]:
    """What is refused, what comes with a caveat, and when the rest was last checked."""
    yield "## What is not verified"
    yield ""
    yield "Nothing here was checked by a lawyer."
    yield ""
    compounds = one.compounds
    # A caveat is said whatever its label: nothing waits for it.
    said = {compounds.name, *(row.name for row in one.caveats)}
    refused = [row for row in one.rows if row.label is Label.MEMORY and row.name not in said]
    simple = [compounds] if compounds.label is Label.MEMORY else []
    secondary = [row for row in one.rows if row.label is Label.SECONDARY]
    for rows, head in (
        (refused, "Refused unless accepted by name (M)"),
        (simple, "Taken as simple, with the caveat `compounding_not_verified` (M)"),
        (secondary, "Answered with a caveat (S2)"),
    ):
        if rows:
            names = dict.fromkeys(f"{row.name}" for row in rows)
            yield f"- {head}: " + ", ".join(f"`{name}`" for name in names) + "."
    checked = sorted({row.verified_until for row in one.rows})
    days = ", ".join(str(day) for day in checked)
    yield f"- Values come with a caveat after the day until which they were checked: {days}."
    yield ""


def sources(numbers: Numbers) -> Iterator[str]:
    """The sources of a page by their numbers."""
    yield "## Sources"
    yield ""
    for (title, published, read_on), number in numbers.found.items():
        yield f"{number}. {title}: {published} (read on {read_on})."
    yield ""


def page(one: LawPack) -> str:
    """The page of one pack."""
    return "\n".join(_page(one)).rstrip() + "\n"


def _page(one: LawPack) -> Iterator[str]:
    numbers = Numbers()
    yield f"# {one.title}"
    yield ""
    yield f"The pack `{one.name}`, version {one.version}, sums in {one.currency}."
    yield "Written by docs/law_pages.py from the pack: facts, formulas and sources, no advice."
    yield "Labels: S, a source was found; S2, only a secondary one; M, from memory, refused."
    yield ""
    yield from interest(one, numbers)
    yield from rows_of(f"The fixed sum ({one.currency})", one.fixed_sums, numbers)
    yield from rows_of("Payment terms", one.term_ceilings, numbers)
    limitation = one.under("limitation")
    yield from rows_of("Limitation", [*one.limitation_periods, *limitation], numbers)
    notice = one.under("notice")
    yield from rows_of("Formal notice", notice, numbers)
    insolvency = one.under("insolvency")
    yield from rows_of("Insolvency", [*one.claim_delays, *insolvency], numbers)
    steps = [row for row in one.procedures if row not in insolvency]
    yield from rows_of("Procedures and deadlines", steps, numbers)
    yield from rows_of("Contacts", one.contact_rules, numbers)
    yield from rows_of("Keeping personal data", one.retention, numbers)
    rest = [row for row in one.parameters if row not in limitation and row not in notice]
    yield from rows_of("Also held", rest, numbers)
    yield from not_verified(one)
    yield from sources(numbers)


def unverified() -> str:
    """The page of all the jurisdictions of which nothing is verified."""
    lines = [
        "# Not verified",
        "",
        "These jurisdictions are listed, and refuse to compute unless the caller accepts them by",
        "name (`allow`, `accepting`) after a check of his own. Written by docs/law_pages.py.",
        "",
    ]
    for name in pack_names():
        one = pack(name)
        if one.status is Status.UNVERIFIED:
            lines += _unverified(one)
    return "\n".join(lines).rstrip() + "\n"


def _unverified(one: LawPack) -> Iterator[str]:
    rule = one.interest
    rates = "Rates are held" if rule.rates else "No rate is held: lay rows over it"
    yield f"## {one.title} (`{one.name}`)"
    yield ""
    yield f"{rule.rule} {rule.source.article}. {rates}. Days: {one.day_count}."
    yield f"Where from: {rule.source.published} (read on {rule.source.read_on})."
    yield ""
    rows = (*one.fixed_sums, *one.term_ceilings, *one.limitation_periods, *one.parameters)
    yield from table(
        ("what", "value", "label"),
        (
            (
                f"`{row.name}`",
                f"{value(row)} {one.currency}" if row.unit == "sum" else value(row),
                row.label,
            )
            for row in rows
        ),
    )


def packs() -> Iterator[str]:
    """The table of all packs."""
    yield from table(
        ("pack", "what", "status", "currency", "rates", "fixing", "page"),
        (
            (
                f"`{name}`",
                one.title,
                one.status,
                one.currency,
                f"{one.interest.rates[0].since} to {one.covers_until}"
                if one.interest.rates
                else "",
                one.interest.fixing,
                f"[{name}]({file_of(one)})",
            )
            for name in pack_names()
            for one in (pack(name),)
        ),
    )


def file_of(one: LawPack) -> str:
    """The page on which a pack is."""
    return "unverified.md" if one.status is Status.UNVERIFIED else f"{one.name.lower()}.md"


# --- keys ----------------------------------------------------------------------------------------


def keys() -> Iterator[str]:
    """Every key of a document: of its head, of sources, of every row, and table by table."""
    yield from section("The head of the document", HEAD)
    yield from section("`[sources.id]`: what was read", SOURCE)
    yield from section(
        "Every row", DATED, "`[interest]`, `[day_count]` and `[compounds]` have no dates."
    )
    for one in TABLES.values():
        name = f"[[{one.name}]]" if one.many else f"[{one.name}]"
        yield from section(f"`{name}`", one.keys, f"{one.doc}.")
        if any(key.type is KeyType.TIERS for key in one.keys):
            yield "Each of its `tiers`:"
            yield ""
            yield from table_of(TIER)


def section(title: str, found: Iterable[Key], said: str = "") -> Iterator[str]:
    """A heading, what the keys are for, and their table."""
    yield f"### {title}"
    yield ""
    if said:
        yield said
        yield ""
    yield from table_of(found)


def table_of(found: Iterable[Key]) -> Iterator[str]:
    """A table of keys."""
    yield from table(
        ("key", "type", "needed", "meaning"),
        (
            (
                f"`{key.name}`",
                key.type,
                "yes" if key.required else "",
                f"{key.doc}: {', '.join(f'`{word}`' for word in key.words)}"
                if key.words
                else key.doc,
            )
            for key in found
        ),
    )


PARTS: dict[str, Callable[[], Iterator[str]]] = {"keys": keys, "packs": packs}


def rewritten(name: str) -> str:
    """A page written by hand, its parts between marks anew."""
    text = (PAGES / name).read_text(encoding="utf-8")
    return PART.sub(lambda part: part[1] + "\n".join(PARTS[part[2]]()) + part[4], text)


def pages() -> dict[str, str]:
    """Every page by the name of its file; those written by hand with their tables anew."""
    by_hand = ("index.md", "writing_rows.md")
    found = {**{name: rewritten(name) for name in by_hand}, "unverified.md": unverified()}
    for name in pack_names():
        one = pack(name)
        if one.status is not Status.UNVERIFIED:
            found[file_of(one)] = page(one)
    return found


def main() -> None:
    """Write every page."""
    for name, text in pages().items():
        (PAGES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
