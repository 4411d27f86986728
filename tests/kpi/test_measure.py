"""The certificate: exact figures, tallies that add up, rows and words for people."""

from __future__ import annotations

import decimal
import pickle
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from attrs import evolve

from recouvrement import Account, Debtor, Invoice, InvoiceKind, Money, Payment
from recouvrement.kpi import (
    Bucket,
    Measure,
    Perimeter,
    Tally,
    ageing,
    concentration,
    dso,
    dso_count_back,
)
from recouvrement.position.ratios import in_decimal

DAY = date(2026, 10, 31)


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def an_account() -> Account:
    return Account.of(
        Debtor("C-17", "Atelier <Vasseur>"),
        Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 2), total=euros(300)),
        Invoice("F-2", date(2026, 10, 1), due_on=date(2026, 11, 1), total=euros(700)),
        Payment("P-1", date(2026, 9, 2), amount=euros(100)),
    )


def a_measure() -> Measure:
    return dso([an_account()], as_of=DAY)


def rebuilt(measure: Measure, value: Decimal) -> Measure:
    return evolve(measure, value=value)


def test_ratio_is_divided_once_to_28_significant_digits() -> None:
    assert in_decimal(Fraction(1, 3)) == Decimal("0." + "3" * 28)
    assert in_decimal(Fraction(-2, 3)) == Decimal("-0." + "6" * 27 + "7")
    assert in_decimal(Fraction(10**40, 3)) == Decimal("3." + "3" * 27 + "E39")


def test_ratio_ignores_the_decimal_context_of_the_host() -> None:
    with decimal.localcontext() as context:
        context.prec = 3
        context.traps[decimal.Inexact] = True
        assert str(in_decimal(Fraction(1, 7))) == "0.1428571428571428571428571429"


def test_exact_ratio_is_kept_beside_its_decimal() -> None:
    measure = a_measure()
    assert measure.exact == Fraction(900 * 90, 1000)
    assert measure.value == Decimal(81)


def test_tally_that_misses_a_cent_says_so() -> None:
    tally = Tally("open", (("billed", euros("9.00")),), euros("9.01"))
    assert not tally.adds_up
    measure = evolve(a_measure(), reconciliation=(*a_measure().reconciliation, tally))
    assert a_measure().reconciles
    assert not measure.reconciles
    assert "total, which the lines do not make" in str(measure)


def test_amount_of_an_absent_line_is_zero_in_the_currency() -> None:
    assert Tally("open", (), euros(0)).amount_of("billed") == euros(0)


def test_one_row_holds_figure_terms_and_perimeter() -> None:
    assert a_measure().to_rows() == [
        {
            "formula": "K1",
            "measure": "DSO",
            "value": Decimal(81),
            "unit": "days",
            "undefined": None,
            "lower_bound": None,
            "numerator": euros(900),
            "denominator": euros(1000),
            "as_of": DAY,
            "since": date(2026, 8, 2),
            "currency": "EUR",
            "flags": (),
        }
    ]


def test_ageing_has_one_row_per_bucket() -> None:
    rows = ageing([an_account()], as_of=DAY, bounds=(30,)).to_rows()
    assert rows == [
        {"bucket": "not due", "low": None, "high": 0, "amount": euros(700), "count": 1},
        {"bucket": "1-30", "low": 1, "high": 30, "amount": euros(0), "count": 0},
        {"bucket": ">30", "low": 31, "high": None, "amount": euros(200), "count": 1},
    ]


def test_bucket_unpacks_in_the_order_of_its_fields() -> None:
    assert tuple(Bucket("1-30", 1, 30, euros(5), 2)) == ("1-30", 1, 30, euros(5), 2)


def test_repr_is_one_line_that_reads() -> None:
    assert repr(a_measure()) == "<K1 DSO on 2026-10-31: 81 days>"
    nothing = dso([], as_of=DAY)
    reason = "sales after 2026-08-02 through 2026-10-31 are 0"
    assert repr(nothing) == f"<K1 DSO on 2026-10-31: undefined ({reason})>"


def test_repr_of_a_lower_bound_says_at_least() -> None:
    account = Account.of(
        Debtor("C-1", "x"),
        Invoice("F-1", DAY, due_on=DAY, total=euros(10)),
        Invoice("O-1", DAY, due_on=DAY, total=euros(5), kind=InvoiceKind.OPENING),
    )
    assert repr(dso_count_back([account], as_of=DAY)) == (
        "<K2 DSO by count-back on 2026-10-31: at least 31 days"
        " (history too short: no sales are known before 2026-10), lower bound>"
    )


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("45", "45 days"),
        ("82.428", "82.43 days"),
        ("0.001", "0 days"),
        ("-0.001", "0 days"),
        ("-1.50", "-1.5 days"),
        ("1E+3", "1000 days"),
    ],
)
def test_display_rounds_to_two_places_and_never_writes_an_exponent(value: str, shown: str) -> None:
    measure = rebuilt(a_measure(), Decimal(value))
    assert repr(measure) == f"<K1 DSO on 2026-10-31: {shown}>"
    assert measure.value == Decimal(value)


def test_certificate_says_perimeter_terms_population_exclusions_and_reconciliation() -> None:
    account = an_account().record(
        Payment("P-2", date(2026, 10, 2), amount=euros(50)),
        Invoice("U-1", date(2026, 9, 1), due_on=DAY, total=Money.of(40, "USD")),
    )
    measure = dso([account], as_of=DAY, known_on=DAY)
    lines = {(row["part"], row["line"]): row["figure"] for row in measure.certificate()}
    assert lines["result", "value"] == "76.5 days"
    assert lines["result", "definition"] == "open / sales * window"
    assert lines["result", "numerator"] == euros(850)
    assert lines["perimeter", "as of"] == DAY
    assert lines["perimeter", "since (excluded)"] == date(2026, 8, 2)
    assert lines["perimeter", "window, days"] == 90
    assert lines["perimeter", "tax basis"] == "gross"
    assert lines["perimeter", "cash application"] == "oldest_first"
    assert lines["perimeter", "known on"] == DAY
    assert lines["population", "accounts"] == 1
    assert lines["population", "open items"] == 2
    assert lines["population", "sales invoices"] == 2
    assert lines["excluded", "open in another currency (1)"] == Money.of(40, "USD")
    assert lines["excluded", "sales in another currency (1)"] == Money.of(40, "USD")
    assert lines["ledger on 2026-10-31", "billed"] == euros(1000)
    assert lines["ledger on 2026-10-31", "received"] == euros(-150)
    assert lines["ledger on 2026-10-31", "total"] == euros(850)
    assert lines["sales", "total"] == euros(1000)
    assert ("result", "undefined") not in lines


def test_certificate_of_a_count_back_shows_its_months() -> None:
    lines = [
        (row["part"], row["line"])
        for row in dso_count_back([an_account()], as_of=DAY).certificate()
    ]
    assert ("month", "2026-10: 31 days") in lines
    assert ("month", "2026-08: 20.67 days") in lines


def test_certificate_of_an_ageing_shows_its_buckets() -> None:
    lines = {row["line"]: row["figure"] for row in ageing([an_account()], as_of=DAY).certificate()}
    assert lines["31-60 (1)"] == euros(200)


def test_certificate_shows_what_is_to_be_read_beside() -> None:
    lines = {
        row["line"]: row["figure"]
        for row in concentration([an_account()], as_of=DAY).certificate()
        if row["part"] == "beside"
    }
    assert lines == {"share of the largest debtor, percent": "100"}


def test_text_is_the_title_and_the_certificate_as_a_table() -> None:
    first, header, *rest = str(a_measure()).splitlines()
    assert first == "K1 DSO"
    assert header.split() == ["part", "line", "figure"]
    assert any("81 days" in line for line in rest)


def test_notebook_shows_the_certificate_and_an_ageing_its_buckets_first() -> None:
    assert a_measure()._repr_html_().count("<table>") == 1
    page = ageing([an_account()], as_of=DAY)._repr_html_()
    assert page.index("K9 ageing, buckets") < page.index("<caption>K9 ageing</caption>")
    assert "&gt;120" in page


def test_certificate_holds_ids_and_numbers_only() -> None:
    assert "Vasseur" not in str(a_measure())
    assert "Vasseur" not in a_measure()._repr_html_()


def test_measure_is_a_value() -> None:
    assert a_measure() == a_measure()
    assert pickle.loads(pickle.dumps(a_measure())) == a_measure()  # noqa: S301 (our own bytes)
    with pytest.raises(AttributeError):
        a_measure().value = Decimal(1)  # type: ignore[misc]


def test_perimeters_compare_part_by_part() -> None:
    one = Perimeter(as_of=DAY, currency="EUR")
    assert one == Perimeter(as_of=DAY, currency="EUR")
    assert one != Perimeter(as_of=DAY, currency="EUR", disputed="out")


@pytest.mark.parametrize(
    ("debtors", "shown"), [(1, "1 index"), (50, "0.02 index"), (1000, "0.001 index"), (0, None)]
)
def test_small_index_is_not_shown_as_none(debtors: int, shown: str | None) -> None:
    sold = Invoice("F-1", DAY, due_on=DAY, total=Money.of(1, "EUR"))
    accounts = [Account.of(Debtor(f"C-{number}", "x"), sold) for number in range(debtors)]
    text = repr(concentration(accounts, as_of=DAY))
    assert (shown or "undefined") in text
