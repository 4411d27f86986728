"""The statement of interest as a page, as rows, as HTML: it reads by itself and adds up."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from tests.position.test_interest_laws import drawn, in_business

from recouvrement import (
    Account,
    Allocation,
    CreditNote,
    Debtor,
    DebtorKind,
    Instalment,
    Invoice,
    InvoiceKind,
    Money,
    Payment,
    PaymentPurpose,
    Reversal,
    ReversalReason,
    WriteOff,
)
from recouvrement.facts.fact import Fact
from recouvrement.law import CaveatCode, pack, pack_names
from recouvrement.position import Statement, StatementCaveat, interest_statement
from recouvrement.position.interest.words import SENTENCES

DUE, AS_OF = date(2024, 11, 15), date(2025, 8, 31)


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def late(name: str = "F-41", total: str = "12400.00", due: date = DUE) -> Invoice:
    return Invoice(name, date(2024, 10, 16), due_on=due, total=euros(total))


def paid(name: str, on: date, amount: str, to: str = "F-41") -> Payment:
    parts = (Allocation(to, euros(amount)),)
    return Payment(name, on, amount=euros(amount), allocations=parts)


TWO_PAYMENTS = (
    late(),
    paid("P-9", date(2025, 2, 10), "5000.00"),
    paid("P-12", date(2025, 6, 20), "3000.00"),
)


def asked(*facts: Fact, creditor: str | None = None, **options: object) -> Statement:
    debtor = Debtor("C-17", "Atelier Vasseur", kind=DebtorKind.BUSINESS)
    account = Account.of(debtor, *facts, creditor=creditor)
    return interest_statement(account, **{"as_of": AS_OF, "law": "FR", **options})  # type: ignore[arg-type]


def table_of(page: str, title: str) -> list[str]:
    """The lines of one table of a page."""
    lines = page.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(title)) + 4
    return lines[start : start + lines[start:].index("")]


def amounts(lines: list[str]) -> list[Decimal]:
    return [
        Decimal(found[1]) for line in lines if (found := re.search(r"(-?\d+\.\d\d) EUR  \w", line))
    ]


def test_the_page_of_three_semesters_and_two_payments() -> None:
    page = asked(*TWO_PAYMENTS).text()
    shown = (
        page.replace("Code de commerce, art. ", "").replace(" EUR", "").replace("interest at", "at")
    )
    assert [
        " | ".join(line.split("  ")).replace(" |  ", " ").strip()
        for line in (re.sub("  +", "  ", one) for one in table_of(shown, "F-41, issued on 2024"))
    ] == [
        "2024-11-15 | 12400.00 | principal, due that day",
        "2024-11-16 | 40.00 | fixed sum, D441-5 [3]",
        "2024-11-16 | 2024-12-31 | 46 | 12400.00 | 14.25 | 222.69 | at 4.25 + 10, L441-10 II [1]",
        "2025-01-01 | 2025-02-10 | 41 | 12400.00 | 13.15 | 183.16 | at 3.15 + 10, L441-10 II [2]",
        "2025-02-10 | -405.85 | payment P-9, interest",
        "2025-02-10 | -4594.15 | payment P-9, principal",
        "2025-02-11 | 2025-06-20 | 130 | 7805.85 | 13.15 | 365.59 | at 3.15 + 10, L441-10 II [2]",
        "2025-06-20 | -365.59 | payment P-12, interest",
        "2025-06-20 | -2634.41 | payment P-12, principal",
        "2025-06-21 | 2025-06-30 | 10 | 5171.44 | 13.15 | 18.63 | at 3.15 + 10, L441-10 II [2]",
        "2025-07-01 | 2025-08-31 | 62 | 5171.44 | 12.15 | 106.73 | at 2.15 + 10, L441-10 II [2]",
        "| 5336.80 | total unpaid",
        "| 5171.44 | of which principal",
        "| 125.36 | of which interest",
        "| 40.00 | of which fixed sum",
    ]
    assert str(asked(*TWO_PAYMENTS)) == page


def test_the_amounts_of_an_item_add_up_to_its_total() -> None:
    lines = amounts(table_of(asked(*TWO_PAYMENTS).text(), "F-41"))
    assert sum(lines[:-4]) == lines[-4] == sum(lines[-3:])


def test_the_page_says_on_which_terms_it_was_computed() -> None:
    page = asked(*TWO_PAYMENTS, creditor="our-company", known_on=date(2025, 9, 1)).text()
    for line in (
        "debtor       C-17 (business)",
        "creditor     our-company",
        "as known on  2025-09-01",
        "law          FR, version 2026.11, not validated by a lawyer",
        "rate         as the law fixes it",
        "days         ACT/365",
        "payments     to interest first, then to principal; never to fixed sums",
        "rounding     each line once, half up",
    ):
        assert line in page.splitlines()


def test_the_page_says_what_was_agreed() -> None:
    page = asked(*TWO_PAYMENTS, contract_rate="5", appropriation="principal_first").text()
    assert "rate       5 % a year, as agreed\n" in page
    assert "payments   to principal first, then to interest; never to fixed sums\n" in page
    raised = asked(*TWO_PAYMENTS, contract_rate="5", floor="apply").text()
    assert "5 % a year, as agreed, and never below the least rate that the law allows" in raised


def test_the_page_gives_what_must_be_read_with_it_and_its_sources() -> None:
    page = asked(*TWO_PAYMENTS, contract_rate="5").text()
    assert (
        "- below floor; Code de commerce, art. L441-10 II; floor 14.76, since 2024-07-01,"
        " until 2024-12-31 "
    ) in " ".join(page.split())
    assert "[1] contract: the rate agreed; the caller\n" in page
    assert "[2] Code de commerce, art. D441-5: " in page
    assert "To be read with it" not in asked(late()).text()
    settled = asked(*TWO_PAYMENTS).text()
    assert "\n- appropriation not settled; Code civil, art. 1343-1\n" in settled
    assert "To be read" not in asked(*TWO_PAYMENTS, appropriation="principal_first").text()


def test_a_sum_that_the_pack_does_not_hold_is_not_shown_as_nought() -> None:
    page = asked(late(), law="NL", day_count="ACT/365").text()
    assert "not computed  fixed sum\n" in page
    assert "of which fixed sum" not in page
    assert re.search(r"fixed sums for recovery costs +not computed\n", page)
    assert re.search(r"total unpaid, without them +\d", page)
    assert (
        "- fixed sum not held; invoice F-41\n"
        "  No fixed sum is counted: the law pack does not know whether there is one.\n"
    ) in page


def test_a_sum_left_out_beside_an_agreed_rate_or_in_another_currency_is_not_nought() -> None:
    pounds = Invoice("F-1", date(2024, 10, 1), due_on=DUE, total=Money.of(90, "GBP"))
    for statement in (asked(pounds, law="UK", contract_rate=9), asked(pounds)):
        assert re.search(r"fixed sums for recovery costs +not computed\n", statement.text())
        assert not statement.item("F-1").fixed_sum_computed
    assert asked(pounds, law="UK").item("F-1").fixed_sum_computed


def test_the_page_of_an_account_that_owes_nothing() -> None:
    page = asked().text()
    assert "Sources" not in page
    assert page.endswith("total unpaid                   0.00 EUR\n")


def test_what_bears_no_interest_is_listed_apart() -> None:
    parts = [Instalment(DUE, euros(900)), Instalment(None, euros(100))]
    works = Invoice("F-9", date(2024, 10, 1), due_on=DUE, total=euros(1000), schedule=tuple(parts))
    page = asked(works, late("F-50", "70.00", date(2025, 9, 30))).text()
    assert "F-9/1, part of F-9, issued on 2024-10-01, due on 2024-11-15, 900.00 EUR" in page
    assert table_of(page, "Without interest") == [
        "F-50     2025-09-30   70.00 EUR",
        "F-9/2                100.00 EUR",
    ]
    assert re.search(r"of which not yet due +170\.00 EUR", page)


def test_an_entry_that_is_no_invoice_has_a_page_without_fixed_sum() -> None:
    opening = Invoice(
        "F-0", date(2024, 1, 1), due_on=DUE, total=euros(100), kind=InvoiceKind.OPENING
    )
    page = asked(opening).text()
    assert "fixed sum, " not in page
    lines = amounts(table_of(page, "F-0"))
    assert sum(lines[:-4]) == lines[-4]


def test_what_was_received_beside_is_said() -> None:
    page = asked(late(), paid("P-9", DUE, "13000.00")).text()
    assert "payments left over, not deducted  600.00 EUR" in page


def test_what_is_beside_is_told_apart() -> None:
    statement = asked(
        late(),
        paid("P-9", DUE, "13000.00"),
        CreditNote("A-1", DUE, total=euros(70)),
        Payment("P-10", DUE, amount=euros(5000), purpose=PaymentPurpose.SECURITY),
        Invoice("F-7", DUE, due_on=AS_OF, total=Money.of(9, "USD")),
        currency="EUR",
    )
    page = statement.text()
    assert re.search(r"payments left over, not deducted +600\.00 EUR\n", page)
    assert re.search(r"credit notes left over, not deducted +70\.00 EUR\n", page)
    assert re.search(r"deposits and securities held, not deducted +5000\.00 EUR\n", page)
    assert (
        "\n- held apart; payment P-10, purpose security, amount 5000.00 EUR\n"
        "  It is held, pays nothing here and is not deducted.\n"
        "- other currencies; currency USD, open 9.00 USD, unapplied 0.00 USD\n"
        "  Items and money in this currency are in no figure of this statement.\n"
    ) in page


def test_a_payment_of_interest_alone_comes_after_the_line_that_it_is_in() -> None:
    page = asked(late(), paid("P-9", date(2025, 2, 1), "40.00"), as_of=date(2025, 3, 1)).text()
    rows = table_of(page, "F-41")
    assert [row[:10] for row in rows[:5]] == [
        "2024-11-15",
        "2024-11-16",
        "2024-11-16",
        "2025-01-01",
        "2025-02-01",
    ]
    assert rows[4].endswith("-40.00 EUR  payment P-9, interest")


def test_a_payment_directed_above_the_invoice_is_one_row_of_principal_and_one_of_interest() -> None:
    page = asked(late(), paid("P-9", date(2024, 12, 31), "12622.69")).text()
    rows = [row for row in table_of(page, "F-41") if "payment P-9" in row]
    assert [re.sub(" +", " ", row).strip() for row in rows] == [
        "2024-12-31 -222.69 EUR payment P-9, interest",
        "2024-12-31 -12400.00 EUR payment P-9, principal",
    ]


def test_what_a_rate_is_made_of_is_true() -> None:
    finland = asked(late(), law="FI", allow=["FI"]).text()
    assert "  12.5  " in finland
    assert "interest at 4.25 + 8, rounded up to 12.5, " in finland
    assert "interest at 2.15 + 8, rounded up to 10.5, " in finland


def test_every_caveat_says_what_it_means_for_the_figures() -> None:
    assert {*SENTENCES} == {*StatementCaveat, *CaveatCode}
    assert all(one.endswith(".") and ". " not in one for one in SENTENCES.values())
    own = {row.value: row.rule for name in pack_names() for row in pack(name).caveats}
    assert not own.keys() & SENTENCES.keys()
    assert all(own.values())


def test_money_that_went_back_and_what_was_given_up_are_shown() -> None:
    page = asked(
        *TWO_PAYMENTS,
        Reversal("X-1", date(2025, 3, 3), payment="P-9", reason=ReversalReason.REFUNDED),
        WriteOff("G-1", date(2025, 8, 1), invoice="F-41", amount=euros("10.00")),
    ).text()
    assert "  4594.15 EUR  payment P-9, gone back, principal" in page
    assert "   405.85 EUR  payment P-9, gone back, interest" in page
    assert "   -10.00 EUR  write-off G-1, principal" in page
    lines = amounts(table_of(page, "F-41"))
    assert sum(lines[:-4]) == lines[-4]


def test_rows_for_any_table_library() -> None:
    rows = asked(*TWO_PAYMENTS).to_rows()
    assert [row["since"] for row in rows][-2:] == [date(2025, 7, 1), date(2024, 11, 16)]
    assert rows[0] == {
        "invoice": "F-41",
        "since": date(2024, 11, 16),
        "until": date(2024, 12, 31),
        "days": 46,
        "base": euros("12400.00"),
        "rate": Decimal("14.25"),
        "amount": euros("222.69"),
        "source": "Code de commerce, art. L441-10 II",
    }
    assert rows[-1]["amount"] == euros("40.00")
    assert rows[-1]["until"] is None
    assert asked(late(), as_of=DUE).to_rows() == []


def test_html_says_the_same_and_escapes_what_came_from_outside() -> None:
    statement = asked(late("<F&1>"), contract_rate=5)
    html = statement._repr_html_()
    assert "<F&1>" not in html
    assert "&lt;F&amp;1&gt;, issued on 2024-10-16" in html
    assert html.count("<table>") == html.count("</table>") == 5
    for words in ("To be read with it", "Sources", "below floor", "In all"):
        assert words in html
    assert "To be read with it" not in asked(late())._repr_html_()
    assert "Sources" not in asked()._repr_html_()


PAGE = Path(__file__).parents[2] / "docs" / "statement_of_interest.md"


@pytest.mark.skipif(not PAGE.exists(), reason="the pages of docs/ are not here")
def test_the_page_of_the_documentation_shows_what_a_notebook_shows() -> None:
    (table,) = re.findall(
        r"<table>\n<caption>F-41.*?</table>", asked(*TWO_PAYMENTS)._repr_html_(), re.DOTALL
    )
    assert f"\n\n{table}\n\n" in PAGE.read_text(encoding="utf-8")


@given(account=drawn)
def test_every_page_adds_up(account: Account) -> None:
    statement = interest_statement(
        in_business(account), as_of=date(2026, 8, 1), law="FR", currency="EUR"
    )
    page = statement.text()
    for item in statement.items:
        if item.lines or item.fixed_line is not None:
            lines = amounts(table_of(page, f"{item.id}, "))
            assert sum(lines[:-4]) == lines[-4] == item.total.amount
