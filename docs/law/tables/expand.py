"""Writes the packs of src/recouvrement/law/packs: `python docs/law/tables/expand.py`.

A pack is a page of rows written by hand (`written/`) and the series that the tables hold. Tables
list changes; a pack has one row for each semester, so that a missing one is seen. What is derived
twice, in one table and in another, must agree, else nothing is written. A test fails while the
packs say something else than this script.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

TABLES = Path(__file__).parent
PACKS = TABLES.parents[2] / "src" / "recouvrement" / "law" / "packs"

READ_ON = "2026-11-21"
LAST = date(2026, 7, 1)  # the last semester of which the tables know the rates
COVERS_UNTIL = "2026-12-31"
# The word of a table for what was found in a secondary place only.
LABELS = {"S": "S", "S2": "S2", "S (secondary)": "S2", "S/M": "M", "M": "M"}
# The euro came later than the series begins: before, the reference was another one.
EURO_SINCE = {"LV": date(2014, 1, 1), "LT": date(2015, 1, 1)}
CURRENCIES = {
    "BG": "EUR",
    "CH": "CHF",
    "CZ": "CZK",
    "DK": "DKK",
    "HU": "HUF",
    "NO": "NOK",
    "PL": "PLN",
    "RO": "RON",
    "SE": "SEK",
}
NAMES = {
    "BG": "Bulgaria",
    "CH": "Switzerland",
    "CY": "Cyprus",
    "CZ": "Czechia",
    "DK": "Denmark",
    "EE": "Estonia",
    "EL": "Greece",
    "FI": "Finland",
    "HR": "Croatia",
    "HU": "Hungary",
    "LT": "Lithuania",
    "LV": "Latvia",
    "MT": "Malta",
    "NO": "Norway",
    "PL": "Poland",
    "PT": "Portugal",
    "RO": "Romania",
    "SE": "Sweden",
    "SI": "Slovenia",
    "SK": "Slovakia",
}


class Entry(NamedTuple):
    """One row of a series: from a day on, a value, where it was read, how sure it is."""

    since: date
    value: Decimal
    read_in: str
    label: str


# --- tables --------------------------------------------------------------------------------------


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def changes(name: str, day: str, value: str) -> list[Entry]:
    """The changes that a table lists, in order."""
    found = [
        Entry(
            date.fromisoformat(row[day]),
            Decimal(row[value]),
            row["source"],
            LABELS[row.get("label", "S")],
        )
        for row in table(name)
    ]
    for one, two in pairwise(found):
        if one.since >= two.since:
            message = f"{name}: {two.since} comes after {one.since}"
            raise SystemExit(message)
    return found


def semesters(first: date, last: date = LAST) -> Iterator[date]:
    """The first days of the semesters from one to another."""
    year, month = first.year, first.month
    while date(year, month, 1) <= last:
        yield date(year, month, 1)
        year, month = (year, 7) if month == 1 else (year + 1, 1)


def in_force(entries: list[Entry], day: date) -> Entry:
    """The last change up to a day."""
    return [one for one in entries if one.since <= day][-1]


def expanded(entries: list[Entry], first: date) -> list[Entry]:
    """One row for each semester, with what was in force on its first day."""
    return [in_force(entries, day)._replace(since=day) for day in semesters(first)]


def agree(what: str, day: date, *values: Decimal) -> None:
    """Stops where two tables say different things."""
    if len(set(values)) > 1:
        message = f"{what} on {day}: {', '.join(map(str, values))}"
        raise SystemExit(message)


# --- series --------------------------------------------------------------------------------------


def ecb(first: date) -> list[Entry]:
    """The ECB rate of each semester, as the table of French rates has it too."""
    found = expanded(changes("ecb_mro", "effective_date", "mro_pct"), first)
    french = {row["valid_from"]: row for row in table("fr_default_rate_by_semester")}
    for one in found:
        row = french[one.since.isoformat()]
        agree("ECB rate", one.since, one.value, Decimal(row["ecb_mro_on_first_day_pct"]))
        agree("FR", one.since, one.value + 10, Decimal(row["fr_l441_10_default_pct"]))
        public = row["fr_public_debtor_pct_if_interest_starts_in_semester"]
        if public:
            agree("FR-public", one.since, one.value + 8, Decimal(public))
    return found


def basiszinssatz() -> list[Entry]:
    """The German Basiszinssatz, whose table lists only the half-years in which it changed."""
    listed = changes("de_basiszinssatz", "effective_date", "basiszinssatz_pct")
    for one, row in zip(listed, table("de_basiszinssatz"), strict=True):
        margin = 8 if one.since < date(2014, 7, 29) else 9
        business = Decimal(row["b2b_default_pct_by_margin_then_in_force"])
        agree("DE", one.since, one.value + margin, business)
        agree("DE consumers", one.since, one.value + 5, Decimal(row["consumer_default_pct"]))
    # The last one was read in public files that quote the Bundesbank, not at the Bundesbank.
    listed[-1] = listed[-1]._replace(label="S2")
    return expanded(listed, listed[0].since)


def bank_rate() -> list[Entry]:
    """Bank Rate on 30 June and 31 December, for the half-year that follows."""
    listed = changes("boe_bank_rate", "effective_date", "bank_rate_pct")
    found = []
    for row in table("uk_statutory_rate"):
        since = date.fromisoformat(row["from"])
        used = in_force(listed, date.fromisoformat(row["reference_day"]))
        agree("Bank Rate", since, used.value, Decimal(row["bank_rate_pct"]))
        total = Decimal(row["statutory_pct_locked_for_whole_debt"])
        agree("UK", since, used.value + 8, total)
        found.append(used._replace(since=since))
    if [one.since for one in found] != list(semesters(found[0].since)):
        message = "uk_statutory_rate: a half-year is missing"
        raise SystemExit(message)
    return found


def legal_rates() -> Iterator[tuple[Entry, Decimal]]:
    """The French legal rate by semester, and that of private creditors; yearly before 2015."""
    rows = table("fr_legal_rate")
    for row in rows:
        others, private = Decimal(row["other_creditor_pct"]), Decimal(row["consumer_creditor_pct"])
        first = date.fromisoformat(row["valid_from"])
        agree("floor", first, others * 3, Decimal(row["floor_3x_other_pct"]))
        for since in semesters(first, date.fromisoformat(row["valid_to"])):
            yield Entry(since, others, row["source"], LABELS[row["label"]]), private


# --- what is written -----------------------------------------------------------------------------


def quoted(text: str) -> str:
    """A text as TOML has it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def source_ids(entries: list[Entry], stem: str) -> dict[tuple[str, str], str]:
    """An id for each source of a series."""
    places = dict.fromkeys((one.read_in, one.label) for one in entries)
    return {place: f"{stem}-{number}" for number, place in enumerate(places, 1)}


def declared(ids: dict[tuple[str, str], str], title: str, label: str | None) -> Iterator[str]:
    """The sources of a series; `label` stands instead of theirs."""
    for (read_in, own), name in ids.items():
        yield f"[sources.{name}]"
        yield f"title          = {quoted(title)}"
        yield f"published      = {quoted(read_in)}"
        yield f"read_on        = {READ_ON}"
        yield f'label          = "{label or own}"'
        yield f"verified_until = {COVERS_UNTIL}"
        yield ""


class Renumbered(NamedTuple):
    """A text that moved to another article on a day."""

    on: date
    old: str
    new: str

    def article(self, semester: date) -> str | None:
        """The articles of a semester, None where it is the one of the whole series."""
        if self.on <= semester:
            return None
        last = semester.replace(month=12 if semester.month > 6 else 6, day=30)
        return self.old if last < self.on else f"{self.old}; {self.new}"


# The same rule under its older number, so that nothing cites an article before it was there.
FR_MOVED = Renumbered(
    date(2019, 4, 26),
    "Code de commerce, art. L441-6 (until 25 April 2019)",
    "Code de commerce, art. L441-10 II",
)
PUBLIC_MOVED = Renumbered(
    date(2019, 4, 1),
    "Décret 2013-269, art. 8 (until 31 March 2019)",
    "Code de la commande publique, art. R2192-31",
)


def series(
    entries: list[Entry],
    stem: str,
    title: str,
    margin: Decimal | None,
    *,
    label: str | None = None,
    moved: Renumbered | None = None,
) -> str:
    """The rows of a series of references, with the rate they give where one margin gives it."""
    ids = source_ids(entries, stem)
    lines = [*declared(ids, title, label)]
    for one in entries:
        lines += ["[[rate]]", f"since     = {one.since}", f"reference = {one.value}"]
        if margin is not None:
            lines.append(f"value     = {one.value + margin}")
        article = None if moved is None else moved.article(one.since)
        if article is not None:
            lines.append(f"article   = {quoted(article)}")
        lines += [f'source    = "{ids[one.read_in, one.label]}"', ""]
    return "\n".join(lines)


def legal_series() -> str:
    """The rows of the French legal rate."""
    found = list(legal_rates())
    ids = source_ids([one for one, _ in found], "legal-rate")
    lines = [*declared(ids, "Taux de l'intérêt légal", None)]
    for one, private in found:
        lines += [
            "[[legal_rate]]",
            f"since    = {one.since}",
            f"value    = {one.value}",
            f"consumer = {private}",
            'article  = "Code monétaire et financier, art. L313-2"',
            f'source   = "{ids[one.read_in, one.label]}"',
            "",
        ]
    return "\n".join(lines)


def remembered(row: dict[str, str], *, without: frozenset[str] = frozenset()) -> str:
    """What the table of jurisdictions says of a state from memory, each a row that is refused."""
    lines: list[str] = []

    # The table names the laws of a state together: which of them holds a row it does not say, nor
    # from which day a period runs.
    def add(section: str, *keys: str) -> None:
        lines.extend([f"[[{section}]]", *keys])
        lines.extend(['article = "not looked up"', 'source  = "table"', ""])

    # A sum in another currency than the pack's, or by size, stays a text.
    currency = CURRENCIES.get(row["iso"], "EUR")
    sums = re.fullmatch(rf"{currency} (\d+)(?: [^/]*)?", row["fixed_compensation"])
    if "fixed_sum" in without:
        pass
    elif sums:
        add("fixed_sum", f"value   = {sums[1]}")
    else:
        said = quoted(row["fixed_compensation"])
        add("parameter", 'name    = "fixed_sum.note"', f"value   = {said}")
    for case, key in (
        ("nothing_agreed", "default_term_days"),
        ("agreed", "b2b_max_term_days"),
        ("public", "public_term_days"),
    ):
        if row[key].isdigit():
            add("term", f'case    = "{case}"', f"days    = {row[key]}")
        else:
            said = quoted(row[key])
            add("parameter", f'name    = "term.{case}"', f"value   = {said}")
    if row["limitation_years"].isdigit():
        add("limitation", 'kind    = "business"', f"years   = {row['limitation_years']}")
    else:
        said = quoted(row["limitation_years"])
        add("parameter", 'name    = "limitation.note"', f"value   = {said}")
    return "\n".join(lines)


HEAD = """\
# Written by docs/law/tables/expand.py from the pages and tables beside it: change those.
# Facts and their sources, checked by no lawyer.

"""

UNVERIFIED = """\
name           = "{iso}"
version        = "2026.11"
title          = "{title}"
currency       = "{currency}"
status         = "unverified"
verified_until = 2026-11-30

[sources.table]
title     = "Notes on the states of Europe"
published = {published}
read_on   = 2026-11-21
label     = "M"

[interest]
article = {law}
source  = "table"
fixing  = "{fixing}"
rounding = "{rounding}"
{covers}rule    = {rule}

[day_count]
value   = "{day_count}"
article = "not looked up"
source  = "table"
rule    = "Not verified."

[compounds]
value   = "never"
article = "not looked up"
source  = "table"

"""


def unverified(row: dict[str, str]) -> str:
    """A state of which nothing is verified: all its rows are refused unless accepted by name."""
    iso, margin = row["iso"], re.match(r"[\d.]+", row["margin_points"])
    euro = row["reference_rate"].startswith("ECB MRO") and row["margin_points"] == "8"
    flat = row["rate_fixing"] == "flat"
    fixing = "flat" if flat else "locked" if row["rate_fixing"] == "locked" else "split"
    head = UNVERIFIED.format(
        iso=iso,
        title=NAMES[iso],
        currency=CURRENCIES.get(iso, "EUR"),
        published=quoted(row["source"]),
        law=quoted(row["law"]),
        fixing=fixing,
        rounding="reference_up_to_half" if "up to 0.5" in row["rounding"] else "none",
        covers=f"covers_until = {COVERS_UNTIL}\n" if euro or flat else "",
        rule=quoted(
            f"{row['margin_points']}."
            if flat
            else f"{row['reference_rate']}, plus {row['margin_points']}; {row['rate_fixing']}."
        ),
        day_count="ACT/360" if flat else "ACT/365",
    )
    parts = [head]
    plain = row["margin_points"].isdigit() or iso == "PL"
    if plain and margin:
        parts.append(f'[[margin]]\nvalue  = {margin[0]}\nsource = "table"\n\n')
    if euro:
        first = EURO_SINCE.get(iso, date(2013, 7, 1))
        parts.append(series(ecb(first), "ecb", "ECB main refinancing rate", None, label="M"))
    if flat:
        parts.append('[[margin]]\nvalue  = 0\nsource = "table"\n\n')
        parts.append('[[rate]]\nsince  = 1912-01-01\nvalue  = 5\nsource = "table"\n\n')
    return "".join([*parts, "\n", remembered(row)])


def packs() -> dict[str, str]:
    """Every pack by the name of its file."""
    states = {row["iso"]: row for row in table("jurisdictions")}
    ecb_title = "ECB main refinancing rate in force on the first day of the semester"
    tails = {
        "FR": series(ecb(date(2013, 1, 1)), "ecb", ecb_title, Decimal(10), moved=FR_MOVED)
        + legal_series(),
        "FR-public": series(
            ecb(date(2013, 7, 1)), "ecb", ecb_title, Decimal(8), moved=PUBLIC_MOVED
        ),
        "DE": series(basiszinssatz(), "basiszinssatz", "Basiszinssatz of the Bundesbank", None),
        "UK": series(bank_rate(), "bank-rate", "Bank Rate of the Bank of England", Decimal(8)),
        "AT": series(
            changes("at_basiszinssatz", "valid_from", "basiszinssatz_pct"),
            "basiszinssatz",
            "Basiszinssatz of the Oesterreichische Nationalbank",
            Decimal("9.2"),
        )
        + remembered(states["AT"], without=frozenset({"fixed_sum"})),
    }
    for iso in ("BE", "ES", "IT", "LU", "NL", "IE"):
        margin = None if iso == "BE" else Decimal(8)
        known = frozenset({"fixed_sum"}) if iso == "ES" else frozenset[str]()
        rates = series(ecb(date(2013, 7, 1)), "ecb", ecb_title, margin)
        tails[iso] = rates + remembered(states[iso], without=known)
    pages = {name: TABLES / "written" / f"{name.lower()}.toml" for name in tails}
    written = {
        name: page.read_text(encoding="utf-8") + "\n" + tails[name] for name, page in pages.items()
    }
    rest = {iso: unverified(row) for iso, row in states.items() if iso not in written}
    return {
        f"{name.lower()}.toml": HEAD + re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n"
        for name, text in sorted({**written, **rest}.items())
    }


def main() -> None:
    """Write every pack."""
    for name, text in packs().items():
        (PACKS / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
