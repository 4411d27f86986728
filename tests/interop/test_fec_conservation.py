"""Not a cent is lost: open and unapplied against sums that this file makes by itself.

The sums know nothing of the library: they cut the text, add up debits less credits by lettering
group through a day, and take what is above 0 as open and what is below as unapplied.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import Conventions, position_of
from recouvrement.interop import Reading, fec

EXPLICIT = Conventions(application="explicit_only")
FIRST_DAY = date(2026, 1, 1)
Sums = tuple[Decimal, Decimal]


# --- the sums ------------------------------------------------------------------------------------


def decimal_of(cell: str) -> Decimal:
    return Decimal(cell.strip().replace(",", ".") or "0")


def lines_411(text: str) -> Iterator[tuple[tuple[str, str, str], date, Decimal]]:
    header, *lines = text.splitlines()
    separator = "\t" if "\t" in header else "|"
    names = [name.strip().lower() for name in header.split(separator)]
    for line in lines:
        if not line.strip():
            continue
        cells = dict(zip(names, (cell.strip() for cell in line.split(separator)), strict=False))
        if "sens" in cells:
            sign = 1 if cells["sens"] in ("D", "+1") else -1
            amount = sign * decimal_of(cells["montant"])
        else:
            amount = decimal_of(cells["debit"]) - decimal_of(cells["credit"])
        day = cells["ecrituredate"]
        if cells["comptenum"].startswith("411"):
            key = (cells["comptenum"], cells["compauxnum"], cells["ecriturelet"])
            yield key, date(int(day[:4]), int(day[4:6]), int(day[6:])), amount


def sums_by_letter(text: str, as_of: date) -> Sums:
    balances: dict[tuple[str, str, str, int], Decimal] = defaultdict(Decimal)
    for number, ((account, auxiliary, letter), day, amount) in enumerate(lines_411(text)):
        if day <= as_of:
            balances[account, auxiliary, letter, 0 if letter else number] += amount
    return (
        sum((balance for balance in balances.values() if balance > 0), Decimal()),
        -sum((balance for balance in balances.values() if balance < 0), Decimal()),
    )


def sums_read(reading: Reading, as_of: date) -> Sums:
    opened, unapplied = Decimal(), Decimal()
    for account in reading.accounts:
        position = position_of(account, as_of=as_of, conventions=EXPLICIT)
        opened += position.amount_of("open", "EUR").amount
        unapplied += position.amount_of("unapplied", "EUR").amount
    return opened, unapplied


# --- exports as wild as the format allows --------------------------------------------------------

HEADERS = {
    False: "JournalCode JournalLib EcritureNum EcritureDate CompteNum CompteLib CompAuxNum"
    " CompAuxLib PieceRef PieceDate EcritureLib Debit Credit EcritureLet",
    True: "JOURNALCODE JOURNALLIB ECRITURENUM ECRITUREDATE COMPTENUM COMPTELIB COMPAUXNUM"
    " COMPAUXLIB PIECEREF PIECEDATE ECRITURELIB MONTANT SENS ECRITURELET",
}
amounts = st.sampled_from([0, 1, 99, 100, 101, 5000, 12000, 12001]) | st.integers(-2000, 200_000)


def cell_of(minor: int, *, padded: bool) -> str:
    sign, minor = ("-", -minor) if minor < 0 else ("", minor)
    return f"{sign}{minor // 100:0{10 if padded else 1}d},{minor % 100:02d}"


@st.composite
def exports(draw: st.DrawFn) -> str:
    """Lines of any sort on few accounts, letters and days, so that everything meets everything."""
    separator, ending = draw(st.sampled_from("\t|")), draw(st.sampled_from(["\n", "\r\n"]))
    with_sense, padded, trailing = (draw(st.booleans()) for _ in range(3))
    numbering = draw(st.sampled_from(["constant", "own", "blank"]))
    header = HEADERS[with_sense].split(" ")
    rows = [header]
    for number in range(draw(st.integers(0, 14))):
        day = FIRST_DAY + timedelta(draw(st.integers(0, 9)))
        on = f"{day:%Y%m%d}"
        journal = draw(st.sampled_from([("VE", "Ventes"), ("AN", "À nouveau"), ("BQ", "Banque")]))
        entry = {"constant": "1", "own": str(number), "blank": ""}[numbering]
        customer = draw(st.sampled_from(["411000", "4111", "401000"]))
        auxiliary = draw(st.sampled_from(["", "C1", "C2"]))
        letter = draw(st.sampled_from(["", "A", "B", "b"]))
        other = draw(st.sampled_from(["706000", "707100", "512000", "4191"]))
        debit, credit = draw(amounts), draw(amounts | st.just(0))
        if with_sense:
            both = [
                [cell_of(debit, padded=padded), draw(st.sampled_from(["D", "C", "+1", "-1"]))],
                [cell_of(debit, padded=padded), "C"],
            ]
        else:
            both = [
                [cell_of(debit, padded=padded), cell_of(credit, padded=padded)],
                [cell_of(credit, padded=padded), cell_of(debit, padded=padded)],
            ]
        ids = [*journal, entry, on]
        rows.append([*ids, customer, "Clients", auxiliary, "", "P", on, "L", *both[0], letter])
        rows.append([*ids, other, "Autre", "", "", "P", on, "L", *both[1], ""])
    pad = "  " if padded else ""
    end = separator if trailing else ""
    return ending.join(separator.join(pad + cell + pad for cell in row) + end for row in rows)


@given(exports())
def test_open_and_unapplied_are_the_sums_by_letter_on_every_day(text: str) -> None:
    reading = fec.read(text)
    for days in range(-1, 11):
        as_of = FIRST_DAY + timedelta(days)
        assert sums_read(reading, as_of) == sums_by_letter(text, as_of)


@given(exports())
def test_debits_less_credits_are_the_balance_at_the_last_date(text: str) -> None:
    opened, unapplied = sums_read(fec.read(text), FIRST_DAY + timedelta(9))
    assert opened - unapplied == sum((amount for *_, amount in lines_411(text)), Decimal())


@given(exports())
def test_every_line_on_a_customer_account_is_a_fact_or_set_aside(text: str) -> None:
    reading = fec.read(text)
    facts = sum(len(account.facts) for account in reading.accounts)
    about = reading.about
    assert facts == about["lines_411"] - about["set_aside"]
    sorts = ("invoices", "openings", "adjustments", "credit_notes", "payments")
    assert facts == sum(about[sort] for sort in sorts)
    assert about["unbalanced_letters"] == sum(
        one.field == "EcritureLet" for one in reading.problems
    )


@given(exports(), st.data())
def test_a_spoilt_line_takes_nothing_else_with_it(text: str, data: st.DataObject) -> None:
    lines = text.splitlines()
    if len(lines) < 2:
        return
    place = data.draw(st.integers(1, len(lines) - 1))
    without = "\n".join(line for number, line in enumerate(lines) if number != place)
    lines[place] = "spoilt"
    spoilt = fec.read("\n".join(lines))
    assert [problem.where for problem in spoilt.problems].count(place + 1) == 1
    last = FIRST_DAY + timedelta(9)
    assert sums_read(spoilt, last) == sums_by_letter(without, last)


@given(st.text("JournalCodeEcritureDbt|\t\n\r0123456789,-411 \x85\ufeff'\"", max_size=200))
def test_no_text_below_a_header_is_refused(text: str) -> None:
    header = "JournalCode|EcritureNum|EcritureDate|CompteNum|Debit|Credit\n"
    reading = fec.read(header + text)
    assert reading.about["lines"] >= len(reading.problems)


# --- real exports, where the host has some -------------------------------------------------------

SAMPLES = Path(os.environ.get("RECOUVREMENT_SAMPLES") or "absent") / "fec"
REAL = sorted(SAMPLES.glob("*")) if SAMPLES.is_dir() else []


def text_of(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


@pytest.mark.skipif(not REAL, reason="RECOUVREMENT_SAMPLES names no folder with fec/ in it")
@pytest.mark.parametrize("path", REAL, ids=lambda path: path.name)
def test_real_exports_lose_nothing_at_their_last_date_and_before(path: Path) -> None:
    text = text_of(path)
    days = sorted({day for _, day, _ in lines_411(text)})
    reading = fec.read(path.read_bytes())
    for as_of in {days[-1], days[len(days) * 2 // 3], days[len(days) // 3], days[0]}:
        assert sums_read(reading, as_of) == sums_by_letter(text, as_of)
    unbalanced = {problem.where for problem in reading.problems if problem.field == "EcritureLet"}
    assert len(unbalanced) == reading.about["unbalanced_letters"]
