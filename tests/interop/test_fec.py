"""What each sentence about the French accounting export means, on entries written for it."""

from __future__ import annotations

from datetime import date

import pytest

from recouvrement import (
    Account,
    Allocation,
    Conventions,
    DebtorKind,
    EndOfMonth,
    InvalidFact,
    InvalidInput,
    InvoiceKind,
    Money,
    PaymentTerms,
    position_of,
)
from recouvrement.interop import Problem, Reading, fec

# fmt: off
COLUMNS = [
    "JournalCode", "JournalLib", "EcritureNum", "EcritureDate", "CompteNum", "CompteLib",
    "CompAuxNum", "CompAuxLib", "PieceRef", "PieceDate", "EcritureLib", "Debit", "Credit",
    "EcritureLet", "DateLet", "ValidDate", "Montantdevise", "Idevise",
]
# fmt: on
LABELS = {"411000": "Clients", "706000": "Prestations", "445710": "TVA", "512000": "Banque"}
EXPLICIT = Conventions(application="explicit_only")


def row(
    account: str,
    debit: str = "",
    credit: str = "",
    *,
    on: str = "20260105",
    number: str = "1",
    journal: str = "VE",
    journal_label: str = "Ventes",
    auxiliary: str = "",
    name: str = "",
    letter: str = "",
    piece: str = "",
    label: str = "",
    account_label: str | None = None,
) -> list[str]:
    known = LABELS.get(account, "") if account_label is None else account_label
    cells = [journal, journal_label, number, on, account, known, auxiliary, name]
    return [*cells, piece, on, label, debit, credit, letter, "", on, "", ""]


def export(*rows: list[str], separator: str = "|", header: list[str] = COLUMNS) -> str:
    return "\n".join(separator.join(cells) for cells in [header, *rows])


def sale(
    gross: str = "120,00", net: str = "100,00", tax: str = "20,00", **common: str
) -> list[list[str]]:
    other = {name: cell for name, cell in common.items() if name in ("on", "number", "journal")}
    return [
        row("411000", gross, "0,00", **common),
        row("706000", "0,00", net, **other),
        row("445710", "0,00", tax, **other),
    ]


def receipt(amount: str, **common: str) -> list[list[str]]:
    common = {"journal": "BQ", "number": "9", **common}
    other = {name: cell for name, cell in common.items() if name in ("on", "number", "journal")}
    return [
        row("512000", amount, "0,00", **other),
        row("411000", "0,00", amount, **common),
    ]


def only(reading: Reading) -> Account:
    (account,) = reading.accounts
    return account


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


def open_and_unapplied(account: Account, as_of: date) -> tuple[Money, Money]:
    position = position_of(account, as_of=as_of, conventions=EXPLICIT)
    return position.amount_of("open", "EUR"), position.amount_of("unapplied", "EUR")


# --- the text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("separator", ["\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_legal_form_of_the_text_reads_the_same(
    separator: str, encoding: str, ending: str
) -> None:
    text = export(*sale(name="Société Véga", auxiliary="C1"), separator=separator)
    reading = fec.read(text.replace("\n", ending).encode(encoding))
    assert only(reading).debtor.name == "Société Véga"
    assert only(reading).invoices[0].total == euros("120.00")
    assert reading.problems == ()
    assert reading.about["read_as_latin_1"] == (encoding == "latin-1")


def test_one_bad_byte_makes_the_whole_file_latin_1() -> None:
    raw = export(*sale(name="Société", auxiliary="C1")).encode("utf-8") + b"\n\xe9"
    reading = fec.read(raw)
    assert only(reading).debtor.name == "SociÃ©tÃ©"


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_bytes_in_any_container_are_read(wrap: type) -> None:
    assert len(fec.read(wrap(export(*sale()).encode())).accounts) == 1


def test_text_may_begin_with_a_byte_order_mark() -> None:
    assert fec.read("\ufeff" + export(*sale())).problems == ()


def test_what_is_neither_text_nor_bytes_is_refused() -> None:
    with pytest.raises(InvalidInput, match="text_or_bytes: expected the text or the bytes"):
        fec.read(12)  # type: ignore[arg-type]


def test_header_names_are_read_in_any_case_and_other_columns_ignored() -> None:
    header = ["Extra", *(name.upper() for name in COLUMNS), "ModeRglt"]
    rows = [["?", *cells, "VIR"] for cells in sale(name="Véga", auxiliary="C1")]
    reading = fec.read(export(*rows, header=header))
    assert only(reading).invoices[0].total == euros("120.00")
    assert reading.problems == ()


def test_optional_columns_may_be_missing() -> None:
    wanted = [0, 2, 3, 4, 11, 12]
    rows = [[cells[place] for place in wanted] for cells in sale()]
    reading = fec.read(export(*rows, header=[COLUMNS[place] for place in wanted]))
    assert only(reading).debtor.id == "411000"
    assert only(reading).debtor.name == "411000"
    assert only(reading).invoices[0].reference is None
    assert reading.problems == ()


def test_every_missing_column_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        fec.read("JournalCode|EcritureDate|CompteLib|Debit|Sens")
    assert [fault.expected for fault in refused.value.faults] == [
        "a column EcritureNum, between tabs or vertical bars",
        "a column CompteNum, between tabs or vertical bars",
        "a column Debit and Credit, or Montant and Sens, between tabs or vertical bars",
    ]
    assert refused.value.where == "line 1"


@pytest.mark.parametrize("text", ["", "\n\n", "JournalCode;EcritureNum;EcritureDate"])
def test_a_text_without_header_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"fec.header: expected a column JournalCode"):
        fec.read(text)


def test_a_column_there_twice_is_refused() -> None:
    with pytest.raises(InvalidInput, match="expected one column Debit, got two"):
        fec.read(export(header=[*COLUMNS, "DEBIT"]))


def test_trailing_separators_and_padded_cells_are_no_problem() -> None:
    header = [*COLUMNS, ""]
    rows = [[f" {cell}   " for cell in [*cells, ""]] for cells in sale(name="Véga", auxiliary="C1")]
    reading = fec.read(export(*rows, header=header) + "\n\n")
    assert only(reading).debtor.id == "411000/C1"
    assert reading.problems == ()


def test_quotes_are_content_unless_the_header_stands_in_them() -> None:
    plain = fec.read(export(*sale(name='Le "Petit" Véga', auxiliary="C1")))
    assert only(plain).debtor.name == 'Le "Petit" Véga'
    rows = [[f'"{cell}"' for cell in cells] for cells in sale(name="Véga", auxiliary="C1")]
    quoted = fec.read(export(*rows, header=[f'"{name}"' for name in COLUMNS]))
    assert only(quoted).debtor.name == "Véga"
    assert only(quoted).invoices[0].total == euros("120.00")


def test_a_control_character_inside_a_label_ends_no_line() -> None:
    reading = fec.read(export(*sale(label="A\x85B\x0bC\x1cD"), row("401000", "1,00", "0,00")))
    assert reading.about["lines"] == 4
    assert reading.problems == ()


# --- amounts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("debit", "credit", "minor"),
    [
        ("120,00", "0,00", 12000),
        ("0000000120,00", "0000000000,00", 12000),
        ("120.5", "", 12050),
        (",50", "0", 50),
        ("120,", "0", 12000),
        ("+7", "", 700),
        ("120,5000", "", 12050),
        ("150,00", "30,00", 12000),
        ("", "-120,00", 12000),
    ],
)
def test_amount_of_a_line_is_its_debit_less_its_credit(debit: str, credit: str, minor: int) -> None:
    reading = fec.read(export(row("411000", debit, credit)))
    assert only(reading).invoices[0].total == Money(minor, "EUR")
    assert reading.problems == ()


def test_a_negative_debit_is_a_credit() -> None:
    reading = fec.read(export(row("411000", "-40,00", "0,00"), row("512000", "40,00", "0,00")))
    assert only(reading).payments[0].amount == euros("40.00")


@pytest.mark.parametrize(
    ("sense", "is_debit"),
    [("D", True), ("d", True), ("+1", True), ("1", True), ("C", False), ("-1", False)],
)
def test_amount_and_sense_stand_for_debit_and_credit(sense: str, is_debit: bool) -> None:  # noqa: FBT001
    header = ["Montant" if name == "Debit" else name for name in COLUMNS]
    header = ["Sens" if name == "Credit" else name for name in header]
    reading = fec.read(export(row("411000", "2500,00", sense), header=header))
    account = only(reading)
    assert (len(account.invoices), len(account.payments)) == (is_debit, not is_debit)
    assert reading.problems == ()


def test_amount_without_sense_is_set_aside_unless_there_is_none() -> None:
    header = ["Montant" if name == "Debit" else name for name in COLUMNS]
    header = ["Sens" if name == "Credit" else name for name in header]
    reading = fec.read(export(row("411000", "5,00", "X"), row("512000", "", ""), header=header))
    expected = "an amount and D or C (or +1 or -1)"
    assert reading.problems == (Problem(2, "Montant and Sens", expected, "'5,00' and 'X'"),)


@pytest.mark.parametrize("cell", ["abc", "1 234,50", "1.234,50", "-", "1_0", "١٢", "9" * 28, "1e3"])
def test_an_unreadable_amount_sets_its_line_aside(cell: str) -> None:
    reading = fec.read(export(row("411000", cell, "0,00"), *sale(number="2")))
    (problem,) = reading.problems
    assert (problem.where, problem.field) == (2, "Debit and Credit")
    assert problem.expected == "amounts such as 1234,56"
    assert len(only(reading).invoices) == 1
    assert reading.about["set_aside"] == 1


def test_more_decimals_than_the_currency_has_are_not_rounded_away() -> None:
    (problem,) = fec.read(export(row("411000", "1,005", "0"))).problems
    assert problem.expected == "amounts of at most 2 decimals"
    assert fec.read(export(row("411000", "1,005", "0")), currency="TND").problems == ()
    assert (
        only(fec.read(export(row("411000", "5", "0")), currency="JPY")).invoices[0].total.minor == 5
    )


def test_an_amount_of_zero_is_a_problem_on_a_customer_account_only() -> None:
    reading = fec.read(export(row("411000", "0,00", "0,00"), row("706000", "", "")))
    expected = "a debit or a credit other than 0"
    assert reading.problems == (Problem(2, "amount", expected, "0"),)
    assert only(reading).facts == ()
    assert reading.about["set_aside"] == 1


# --- dates ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("on", ["20261301", "20260230", "2026-01-05", "00000101", "", "999999999"])
def test_an_unreadable_date_sets_its_line_aside(on: str) -> None:
    reading = fec.read(export(row("411000", "5,00", "0,00", on=on), *sale()))
    assert reading.problems == (Problem(2, "EcritureDate", "a date as YYYYMMDD", repr(on)),)
    assert len(only(reading).invoices) == 1


def test_several_faults_of_one_line_are_one_problem() -> None:
    cells = row("411000", "x", "0,00", on="20261301", name="Autre")
    reading = fec.read(export(row("411000", "1,00", "0,00", name="Véga"), cells))
    (problem,) = reading.problems
    assert problem.where == 3
    assert problem.field == "EcritureDate; Debit and Credit; CompAuxLib"


def test_a_due_date_past_the_calendar_sets_its_line_aside() -> None:
    reading = fec.read(export(row("411000", "5,00", "0,00", on="99991231")))
    (problem,) = reading.problems
    assert problem.expected == "a due date before year 10000"
    assert only(reading).facts == ()


def test_a_line_is_dated_by_the_entry_and_not_by_the_document() -> None:
    cells = row("411000", "5,00", "0,00", on="20260105")
    cells[COLUMNS.index("PieceDate")] = "20251220"
    assert only(fec.read(export(cells))).invoices[0].issued_on == date(2026, 1, 5)


# --- the shape of lines --------------------------------------------------------------------------


def test_a_line_with_more_cells_than_the_header_is_set_aside() -> None:
    reading = fec.read(export([*row("411000", "5,00", "0,00"), "x"], *sale()))
    assert reading.problems == (Problem(2, "line", "18 cells, as in the header", "19"),)
    assert len(only(reading).invoices) == 1
    assert reading.about["set_aside"] == 1
    assert reading.about["lines"] == 4


def test_a_line_cut_short_before_its_amounts_is_set_aside() -> None:
    reading = fec.read(export(row("411000", "5,00", "0,00")[:9], *sale()))
    assert reading.problems == (Problem(2, "line", "18 cells, as in the header", "9"),)
    assert len(only(reading).invoices) == 1


def test_a_line_that_lost_only_blank_cells_at_its_end_is_said_and_kept() -> None:
    reading = fec.read(export(row("411000", "5,00", "0,00")[:13], *sale()[:1]))
    assert reading.problems == (Problem(2, "line", "18 cells, as in the header", "13"),)
    assert len(only(reading).invoices) == 2
    assert reading.about["set_aside"] == 0


def test_a_line_that_lost_a_separator_before_its_amounts_is_set_aside() -> None:
    whole = row("411000", "5,00", "0,00", name="Véga", auxiliary="C1", piece="F1", label="Vente")
    for place in range(COLUMNS.index("Credit")):
        joined = [*whole[:place], whole[place] + whole[place + 1], *whole[place + 2 :]]
        reading = fec.read(export(joined))
        assert [problem.where for problem in reading.problems] == [2]
        assert reading.accounts == ()


def test_without_dates_of_documents_a_short_line_is_judged_by_its_amounts() -> None:
    header = ["JournalCode", "EcritureNum", "EcritureDate", "CompteNum", "Debit", "Credit", "X"]
    text = export(["VE", "1", "20260105", "411000", "5,00", "0,00"], header=header)
    assert len(only(fec.read(text)).invoices) == 1


# --- debtors -------------------------------------------------------------------------------------


def test_only_accounts_that_start_with_411_are_read() -> None:
    rows = [row("4111", "1,00"), row("411", "2,00"), row("416000", "3,00"), row("41", "4,00")]
    reading = fec.read(export(*rows))
    assert [account.debtor.id for account in reading.accounts] == ["4111", "411"]
    assert reading.about["lines_411"] == 2


def test_a_debtor_is_a_pair_of_account_and_auxiliary() -> None:
    rows = [
        row("411000", "1,00", auxiliary="C1", name="Véga"),
        row("411100", "2,00", auxiliary="C1", name="Véga"),
        row("411000", "3,00", auxiliary="C2", name="Altaïr"),
        row("411000", "4,00"),
        row("411000", "5,00", auxiliary="C1", name="Véga"),
    ]
    reading = fec.read(export(*rows))
    ids = [account.debtor.id for account in reading.accounts]
    assert ids == ["411000/C1", "411100/C1", "411000/C2", "411000"]
    assert [len(account.invoices) for account in reading.accounts] == [2, 1, 1, 1]
    assert reading.about["debtors"] == 4


def test_a_debtor_is_named_by_the_first_label_of_its_auxiliary_else_of_its_account() -> None:
    rows = [
        row("411000", "1,00", auxiliary="C1"),
        row("411000", "1,00", auxiliary="C1", name="Véga"),
        row("411000", "1,00", auxiliary="C2", account_label="Clients divers"),
        row("411000", "1,00", auxiliary="C3", account_label="", label="Martin, facture 3"),
    ]
    reading = fec.read(export(*rows))
    names = [account.debtor.name for account in reading.accounts]
    assert names == ["Véga", "Clients divers", "411000/C3"]
    assert reading.problems == ()


def test_each_differing_label_of_a_debtor_is_a_problem_once() -> None:
    rows = [
        row("411000", "1,00", auxiliary="C1", name="Véga"),
        row("411000", "1,00", auxiliary="C1", name="Véga SAS"),
        row("411000", "1,00", auxiliary="C1", name="Véga SAS"),
        row("411000", "1,00", auxiliary="C1", name="Altaïr"),
        row("411900", "1,00", account_label="Divers"),
        row("411900", "1,00", account_label="Autres"),
    ]
    reading = fec.read(export(*rows))
    assert reading.problems == (
        Problem(3, "CompAuxLib", "'Véga', as before", "'Véga SAS'"),
        Problem(5, "CompAuxLib", "'Véga', as before", "'Altaïr'"),
        Problem(7, "CompteLib", "'Divers', as before", "'Autres'"),
    )
    assert len(reading.accounts[0].invoices) == 4


def test_a_debtor_whose_lines_are_all_bad_is_still_there() -> None:
    reading = fec.read(export(row("411000", "x", auxiliary="C1", name="Véga")))
    assert only(reading).debtor.name == "Véga"
    assert only(reading).facts == ()
    assert reading.about["debtors"] == 1


def test_the_kind_of_every_debtor_is_what_the_host_says() -> None:
    assert only(fec.read(export(*sale()))).debtor.kind is DebtorKind.UNKNOWN
    assert only(fec.read(export(*sale()), kind="business")).debtor.kind is DebtorKind.BUSINESS
    with pytest.raises(InvalidInput, match="kind: expected one of business"):
        fec.read(export(*sale()), kind="company")


# --- invoices, openings, adjustments -------------------------------------------------------------


def test_ids_come_from_the_line_and_nothing_is_deduplicated() -> None:
    reading = fec.read(export(*sale(), *sale()))
    assert [invoice.id for invoice in only(reading).invoices] == ["L2", "L5"]
    assert reading.problems == ()


def test_without_terms_30_days_are_assumed_and_every_due_date_says_so() -> None:
    invoice = only(fec.read(export(*sale(piece="F-7")))).invoices[0]
    assert (invoice.due_on, invoice.due_assumed) == (date(2026, 2, 4), True)
    assert invoice.reference == "F-7"
    assert invoice.terms is None


def test_terms_that_the_host_gives_are_agreed_terms() -> None:
    invoice = only(fec.read(export(*sale()), terms=45)).invoices[0]
    assert (invoice.due_on, invoice.due_assumed) == (date(2026, 2, 19), False)
    month_end = PaymentTerms.month_end(45, EndOfMonth.DAYS_THEN_MONTH_END)
    invoice = only(fec.read(export(*sale()), terms=month_end)).invoices[0]
    assert (invoice.due_on, invoice.terms) == (date(2026, 2, 28), month_end)


@pytest.mark.parametrize("terms", ["30", 30.0, date(2026, 1, 1)])
def test_terms_that_are_none_are_refused(terms: object) -> None:
    with pytest.raises(InvalidInput, match="terms: expected a number of days"):
        fec.read(export(), terms=terms)  # type: ignore[arg-type]


def test_terms_before_the_invoice_and_unknown_currencies_are_refused() -> None:
    with pytest.raises(InvalidFact, match=r"payment_terms\.days"):
        fec.read(export(), terms=-1)
    with pytest.raises(InvalidFact, match="ISO 4217"):
        fec.read(export(), currency="EURO")


def test_a_debit_whose_entry_credits_sales_is_an_invoice() -> None:
    reading = fec.read(export(*sale()))
    assert only(reading).invoices[0].kind is InvoiceKind.STANDARD
    assert (reading.about["invoices"], reading.about["adjustments"]) == (1, 0)


def test_a_debit_whose_entry_credits_no_sales_is_an_adjustment() -> None:
    reading = fec.read(export(row("411000", "5,00"), row("512000", "", "5,00")))
    assert only(reading).invoices[0].kind is InvoiceKind.ADJUSTMENT
    assert (reading.about["invoices"], reading.about["adjustments"]) == (0, 1)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("AN", "Divers"),
        ("ano", ""),
        ("RAN", ""),
        ("X9", "Journal des à nouveaux"),
        ("X9", "A-NOUVEAU"),
        ("X9", "Report À Nouveau"),
        ("X9", "Bilan d'ouverture"),
        ("X9", "BILAN D\u2019OUVERTURE 2026"),
    ],
)
def test_debits_of_opening_journals_are_openings_whatever_they_face(code: str, label: str) -> None:
    rows = [
        row("411000", "5,00", journal=code, journal_label=label),
        row("706000", "", "5,00", journal=code, journal_label=label),
        row("411000", "", "3,00", journal=code, journal_label=label),
    ]
    reading = fec.read(export(*rows))
    assert only(reading).invoices[0].kind is InvoiceKind.OPENING
    assert not only(reading).invoices[0].is_sale
    assert only(reading).payments[0].amount == euros("3.00")
    assert (reading.about["openings"], reading.about["payments"]) == (1, 1)


@pytest.mark.parametrize(
    ("code", "label"), [("VE", "Ventes"), ("ANX", "Annexe"), ("P", "Pana nouveau")]
)
def test_other_journals_open_nothing(code: str, label: str) -> None:
    reading = fec.read(export(row("411000", "5,00", journal=code, journal_label=label)))
    assert reading.about["openings"] == 0


# --- credit notes and payments -------------------------------------------------------------------


def test_a_credit_whose_entry_debits_sales_is_a_credit_note() -> None:
    rows = [
        row("411000", "", "12,00", label="Avoir 3"),
        row("706000", "10,00", ""),
        row("445710", "2,00", ""),
    ]
    (note,) = only(fec.read(export(*rows))).credit_notes
    assert (note.id, note.issued_on, note.total) == ("L2", date(2026, 1, 5), euros("12.00"))
    assert note.reason == "Avoir 3"


def test_any_other_credit_is_a_payment() -> None:
    (payment,) = only(fec.read(export(*receipt("12,00", label="VIR Véga")))).payments
    assert (payment.id, payment.received_on) == ("L3", date(2026, 1, 5))
    assert (payment.amount, payment.remittance) == (euros("12.00"), "VIR Véga")


def test_each_sort_is_counted() -> None:
    about = fec.read(
        export(
            *sale(number="1"),
            *receipt("12,00"),
            row("411000", "", "1,00", number="2"),
            row("706000", "1,00", "", number="2"),
            row("411000", "5,00", journal="AN", number="1"),
            row("411000", "6,00", journal="OD", number="1"),
        )
    ).about
    sorts = ("invoices", "openings", "adjustments", "credit_notes", "payments")
    assert [about[sort] for sort in sorts] == [1, 1, 1, 1, 1]
    assert (about["lines"], about["lines_411"]) == (9, 5)


# --- which lines are one entry -------------------------------------------------------------------


def sorts_read(*rows: list[str]) -> list[str]:
    account = only(fec.read(export(*rows)))
    return [
        str(getattr(fact, "kind", type(fact).__name__.lower()))
        for fact in sorted(account.facts, key=lambda fact: int(fact.id[1:]))  # type: ignore[attr-defined]
    ]


def test_the_number_of_an_entry_holds_its_lines_together_wherever_they_stand() -> None:
    one, two = sale(number="1"), receipt("7,00", journal="VE", number="2")
    rows = [one[0], two[1], one[1], two[0], one[2]]
    assert sorts_read(*rows) == ["standard", "payment"]


def test_an_entry_that_balances_midway_is_still_one_entry_when_its_number_is_its_own() -> None:
    rows = [
        row("411000", "120,00", "", number="1"),
        row("419100", "", "120,00", number="1"),
        row("419100", "120,00", "", number="1"),
        row("706000", "", "120,00", number="1"),
        *receipt("7,00", on="20260106", journal="VE", number="2"),
    ]
    assert sorts_read(*rows) == ["standard", "payment"]


def test_a_constant_number_leaves_entries_to_be_told_by_their_balance() -> None:
    rows = [
        *sale(number="1", journal="X"),
        *receipt("12,00", number="1", journal="X"),
        row("411000", "", "6,00", number="1", journal="X"),
        row("706000", "6,00", "", number="1", journal="X"),
        row("411000", "5,00", "", number="1", journal="X"),
        row("512000", "", "5,00", number="1", journal="X"),
        *sale(number="1", journal="X", on="20260106"),
    ]
    expected = ["standard", "payment", "creditnote", "adjustment", "standard"]
    assert sorts_read(*rows) == expected
    blank = [[*cells[:2], "", *cells[3:]] for cells in rows]
    assert sorts_read(*blank) == expected


def test_the_same_number_begun_again_later_is_another_entry() -> None:
    rows = [
        *sale(number="1"),
        *receipt("12,00", journal="VE", number="2"),
        *receipt("12,00", journal="VE", number="1", on="20260201"),
    ]
    assert sorts_read(*rows) == ["standard", "payment", "payment"]


def test_documents_that_balance_by_themselves_are_entries_of_their_own() -> None:
    rows = [
        row("411000", "", "6,00", piece="A1"),
        row("411000", "", "9,00", piece="R1"),
        row("706000", "6,00", "", piece="A1"),
        row("512000", "9,00", "", piece="R1"),
    ]
    assert sorts_read(*rows) == ["creditnote", "payment"]


def test_documents_that_do_not_balance_are_one_entry() -> None:
    rows = [
        row("411000", "6,00", "", piece="F1"),
        row("411000", "9,00", "", piece="F2"),
        row("706000", "", "15,00", piece="LOT"),
    ]
    assert sorts_read(*rows) == ["standard", "standard"]


def test_a_line_without_readable_date_still_says_what_its_entry_is() -> None:
    rows = [
        row("411000", "6,00", "", number="1"),
        row("706000", "", "6,00", number="1", on="?"),
    ]
    reading = fec.read(export(*rows))
    assert only(reading).invoices[0].kind is InvoiceKind.STANDARD
    assert reading.problems == (Problem(3, "EcritureDate", "a date as YYYYMMDD", "'?'"),)
    assert reading.about["set_aside"] == 0


# --- lettering -----------------------------------------------------------------------------------

JANUARY, FEBRUARY, MARCH, APRIL = (f"2026{month:02d}10" for month in range(1, 5))


def on(day: str) -> date:
    return date(int(day[:4]), int(day[4:6]), int(day[6:]))


def test_credits_of_a_letter_go_to_its_debits_oldest_first() -> None:
    rows = [
        *sale("70,00", "70,00", "0", on=FEBRUARY, number="2", letter="A"),
        *sale("50,00", "50,00", "0", on=JANUARY, number="1", letter="A"),
        *receipt("100,00", on=MARCH, number="1", letter="A"),
        *receipt("20,00", on=APRIL, number="2", letter="A"),
    ]
    account = only(fec.read(export(*rows)))
    assert [payment.allocations for payment in account.payments] == [
        (Allocation("L5", euros("50.00")), Allocation("L2", euros("50.00"))),
        (Allocation("L2", euros("20.00")),),
    ]
    assert open_and_unapplied(account, on(APRIL)) == (euros("0"), euros("0"))


def test_as_of_an_earlier_date_a_lettered_debit_is_open_again() -> None:
    rows = [
        *sale(on=JANUARY, number="1", letter="A"),
        *receipt("120,00", on=MARCH, letter="A"),
    ]
    account = only(fec.read(export(*rows)))
    assert open_and_unapplied(account, on(FEBRUARY)) == (euros("120"), euros("0"))
    assert open_and_unapplied(account, on(MARCH)) == (euros("0"), euros("0"))


def test_a_credit_before_its_debit_waits_for_it() -> None:
    rows = [
        *receipt("120,00", on=JANUARY, letter="A"),
        *sale(on=MARCH, number="1", letter="A"),
    ]
    account = only(fec.read(export(*rows)))
    assert open_and_unapplied(account, on(FEBRUARY)) == (euros("0"), euros("120"))
    assert open_and_unapplied(account, on(MARCH)) == (euros("0"), euros("0"))


def test_a_letter_belongs_to_its_account_and_auxiliary() -> None:
    rows = [
        *sale(on=JANUARY, number="1", letter="A", auxiliary="C1"),
        *receipt("120,00", on=MARCH, letter="A", auxiliary="C2"),
    ]
    reading = fec.read(export(*rows))
    assert reading.accounts[0].payments == ()
    assert reading.accounts[1].payments[0].allocations == ()
    assert [problem.where for problem in reading.problems] == [2, 6]


def test_a_letter_with_too_little_credit_stays_open_and_is_one_problem() -> None:
    rows = [
        *sale(on=JANUARY, number="1", letter="A"),
        *sale(on=JANUARY, number="2", letter="A"),
        *receipt("200,00", on=MARCH, letter="A"),
    ]
    reading = fec.read(export(*rows))
    assert open_and_unapplied(only(reading), on(MARCH)) == (euros("40"), euros("0"))
    expected = "as much credit as debit under one letter"
    assert reading.problems == (Problem(2, "EcritureLet", expected, "40.00 EUR open under 'A'"),)
    assert (reading.about["letters"], reading.about["unbalanced_letters"]) == (1, 1)


def test_a_letter_with_too_much_credit_stays_unapplied_and_is_one_problem() -> None:
    rows = [
        *sale(on=JANUARY, number="1", letter="A"),
        *receipt("100,00", on=FEBRUARY, number="1", letter="A"),
        *receipt("50,00", on=MARCH, number="2", letter="A"),
    ]
    reading = fec.read(export(*rows))
    account = only(reading)
    assert open_and_unapplied(account, on(MARCH)) == (euros("0"), euros("30"))
    assert account.payments[1].allocations == (Allocation("L2", euros("20.00")),)
    assert [problem.got for problem in reading.problems] == ["30.00 EUR unapplied under 'A'"]


def test_lettered_payments_whose_invoices_are_absent_stay_unapplied() -> None:
    reading = fec.read(export(*receipt("18,95", letter="B")))
    assert open_and_unapplied(only(reading), on(JANUARY)) == (euros("0"), euros("18.95"))
    assert len(reading.problems) == 1


def test_credit_notes_are_lettered_like_payments() -> None:
    rows = [
        *sale(on=JANUARY, number="1", letter="A"),
        row("411000", "", "120,00", on=FEBRUARY, number="2", letter="A"),
        row("706000", "120,00", "", on=FEBRUARY, number="2"),
    ]
    (note,) = only(fec.read(export(*rows))).credit_notes
    assert note.allocations == (Allocation("L2", euros("120.00")),)


def test_what_bears_no_letter_is_neither_allocated_nor_guessed() -> None:
    account = only(fec.read(export(*sale(), *receipt("120,00"))))
    assert account.payments[0].allocations == ()
    assert open_and_unapplied(account, on(JANUARY)) == (euros("120"), euros("120"))
