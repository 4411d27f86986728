"""An agreed term beside the ceilings of the law: the days by which it goes beyond each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.position.day_by_day import rows_of

from recouvrement import EndOfMonth, InvalidFact, InvalidInput, Invoice, Money, PaymentTerms
from recouvrement.law import pack
from recouvrement.position import TermCheck, check_term

ISSUED = date(2025, 3, 10)


def over(check: TermCheck) -> list[tuple[str, int | None]]:
    return [(one.case, one.over) for one in check.readings]


def invoice(due_on: date, **more: Any) -> Invoice:
    return Invoice("F-1", ISSUED, due_on=due_on, total=Money.of(1, "EUR"), **more)


@pytest.mark.parametrize("row", rows_of("eom_terms.csv"), ids=lambda row: row["invoice_date"])
def test_published_end_of_month_terms_are_the_two_readings_of_the_ceiling(
    row: dict[str, str],
) -> None:
    issued = date.fromisoformat(row["invoice_date"])
    one, other = check_term((issued, issued), law="FR").of("agreed_end_of_month")
    assert (one.terms.end_of_month, other.terms.end_of_month) == (
        EndOfMonth.DAYS_THEN_MONTH_END,
        EndOfMonth.MONTH_END_THEN_DAYS,
    )
    assert str(one.latest) == row["reading_A_plus45_then_eom"], row["source"]
    assert str(other.latest) == row["reading_B_eom_then_plus45"], row["source"]


def test_a_due_date_is_set_beside_every_ceiling() -> None:
    check = check_term((ISSUED, date(2025, 5, 15)), law=pack("FR"))
    assert over(check) == [
        ("nothing_agreed", None),
        ("agreed", 6),
        ("agreed_end_of_month", 15),
        ("agreed_end_of_month", 0),
        ("periodic_invoice", 21),
    ]
    assert check.due_on == date(2025, 5, 15)
    assert {one.source.article for one in check.readings} == {"Code de commerce, art. L441-10 I"}
    assert check.of("agreed")[0].start == ISSUED


def test_the_days_that_an_invoice_says_are_those_the_law_counts_from() -> None:
    told = invoice(date(2025, 4, 15), received_on=date(2025, 3, 12), supplied_on=date(2025, 2, 27))
    (nothing,) = check_term(told, law="FR").of("nothing_agreed")
    assert (nothing.start, nothing.latest, nothing.over) == (
        date(2025, 3, 12),
        date(2025, 4, 11),
        4,
    )
    (spirits,) = check_term(told, law="FR", sector="spirits").readings
    # Thirty days after the end of the month of delivery.
    assert (spirits.latest, spirits.over) == (date(2025, 3, 30), 16)
    assert spirits.rule is not None


@pytest.mark.parametrize(
    ("received", "supplied", "start"),
    [
        (date(2025, 3, 12), None, date(2025, 3, 12)),
        (date(2025, 3, 12), date(2025, 3, 20), date(2025, 3, 20)),
        (date(2025, 3, 12), date(2025, 3, 1), date(2025, 3, 12)),
        (None, date(2025, 3, 20), None),
    ],
)
def test_a_public_term_runs_from_the_request_or_the_performance_if_later(
    received: date | None, supplied: date | None, start: date | None
) -> None:
    told = invoice(date(2025, 4, 15), received_on=received, supplied_on=supplied)
    (one,) = check_term(told, law="FR-public").readings
    assert one.start == start


def test_terms_without_dates_are_shown_where_they_go_furthest() -> None:
    reading_b = PaymentTerms.month_end(45, EndOfMonth.MONTH_END_THEN_DAYS)
    check = check_term(reading_b, law="FR", on=date(2025, 1, 1))
    assert check.due_on is None
    assert over(check) == [
        ("nothing_agreed", None),
        ("agreed", 15),
        ("agreed_end_of_month", 17),
        ("agreed_end_of_month", 0),
        ("periodic_invoice", 30),
    ]
    (furthest,) = check.of("agreed")
    assert furthest.start is not None
    assert reading_b.due_on(furthest.start).toordinal() == furthest.latest.toordinal() + 15  # type: ignore[union-attr]
    # Of several such days, the first.
    assert check_term(PaymentTerms.net(60), law="FR", on=ISSUED).of("agreed")[0].start == ISSUED


def test_rows_that_are_only_remembered_need_to_be_accepted() -> None:
    asked: dict[str, Any] = {"law": "FR", "sector": "export_purchases"}
    with pytest.raises(InvalidInput) as error:
        check_term((ISSUED, ISSUED), **asked)
    assert error.value.field == "allow"
    (one,) = check_term((ISSUED, ISSUED), **asked, allow=["FR"]).readings
    assert [caveat.code for caveat in one.caveats] == ["from_memory"]


def test_the_day_of_the_contract_decides_which_rows_hold() -> None:
    with pytest.raises(LookupError):
        check_term((ISSUED, ISSUED), law="FR", sector="spirits", on=date(2020, 1, 1))


def test_a_case_that_the_law_does_not_have_is_named() -> None:
    with pytest.raises(InvalidInput, match="nothing_agreed, agreed, ") as error:
        check_term((ISSUED, ISSUED), law="FR").of("seasonal")
    assert error.value.field == "case"
    with pytest.raises(InvalidInput, match="one of none"):
        check_term((ISSUED, ISSUED), law="CH", allow=["CH"]).of("agreed")


@pytest.mark.parametrize(
    ("field", "term", "options"),
    [
        ("term", "60 days", {}),
        ("term", (ISSUED,), {}),
        ("term", ("2025-03-10", ISSUED), {}),
        ("term.due_on", (ISSUED, None), {}),
        ("term.due_on", (ISSUED, date(2025, 3, 9)), {}),
        ("term.due_on", invoice(date(2025, 3, 9)), {}),
        ("term.due_assumed", invoice(date(2025, 5, 9), due_assumed=True), {}),
        ("on", PaymentTerms.net(60), {}),
        ("on", (ISSUED, ISSUED), {"on": "2025"}),
        ("law", (ISSUED, ISSUED), {"law": None}),
        ("sector", (ISSUED, ISSUED), {"sector": "transport"}),
    ],
)
def test_an_argument_that_is_none_is_named(field: str, term: Any, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as error:
        check_term(term, **{"law": "FR", **options})
    assert error.value.field == field


def test_the_day_of_the_invoice_itself_is_a_term() -> None:
    for term in ((ISSUED, ISSUED), invoice(ISSUED)):
        assert check_term(term, law="FR").of("agreed")[0].over == -60


def test_terms_at_the_end_of_the_calendar_are_refused_as_terms_refuse_them() -> None:
    with pytest.raises(InvalidFact, match="before year 10000"):
        check_term(PaymentTerms.net(60), law="FR", on=date(9999, 11, 30))


def test_rows_and_html() -> None:
    check = check_term((ISSUED, date(2025, 5, 15)), law="FR")
    assert check.to_rows()[1] == {
        "case": "agreed",
        "days": 60,
        "end_of_month": EndOfMonth.NONE,
        "from": "invoice",
        "start": ISSUED,
        "latest": date(2025, 5, 9),
        "over": 6,
        "article": "Code de commerce, art. L441-10 I",
    }
    assert "<caption>terms under FR</caption>" in check._repr_html_()


@given(issued=st.dates(date(2019, 6, 1), date(2026, 10, 1)), days=st.integers(0, 120))
def test_a_term_beyond_a_ceiling_falls_due_so_many_days_after_the_last_day(
    issued: date, days: int
) -> None:
    due = PaymentTerms.net(days).due_on(issued)
    for one in check_term((issued, due), law="FR").readings:
        if one.latest is not None:
            assert one.over == (due - one.latest).days
    worst = check_term(PaymentTerms.net(days), law="FR", on=date(2025, 1, 1))
    assert worst.of("agreed")[0].over == days - 60
