"""What each sentence about rows of plain mappings means, on rows written for it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Allocation,
    Conventions,
    DebtorKind,
    InvalidFact,
    InvalidInput,
    InvoiceKind,
    Means,
    Money,
    Rounding,
    position_of,
)
from recouvrement.interop import Problem, Reading, records

COLUMNS = {"id": "no", "debtor": "client", "issued_on": "dated", "due_on": "due", "total": "sum"}
PAYMENT_COLUMNS = {"invoice": "no", "received_on": "on", "amount": "sum"}
EXPLICIT = Conventions(application="explicit_only")

Row = dict[str, object]


def bill(no: object = "F-1", **changed: object) -> Row:
    return {
        "no": no,
        "client": "C-1",
        "dated": "2026-01-05",
        "due": "2026-02-04",
        "sum": "100.00",
        **changed,
    }


def paid(no: object = "F-1", amount: object = "100.00", **changed: object) -> Row:
    return {"no": no, "on": "2026-02-10", "sum": amount, **changed}


def read(
    *rows: Row, payments: Iterable[Row] = (), also: dict[str, str] | None = None, **more: Any
) -> Reading:
    more.setdefault("payment_columns", PAYMENT_COLUMNS)
    return records.read(
        rows, columns=COLUMNS | (also or {}), currency="EUR", payments=payments, **more
    )


def only(reading: Reading) -> Account:
    (account,) = reading.accounts
    return account


def euros(amount: str) -> Money:
    return Money.of(amount, "EUR")


def fields(reading: Reading) -> list[tuple[int, str]]:
    return [(problem.where, problem.field) for problem in reading.problems]


class NaTType:
    """What pandas puts for a missing date, as far as a reader that does not import it can see."""

    def __ne__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0


class NAType:
    """What pandas puts for a missing value: even comparing it gives no answer."""

    def __ne__(self, other: object) -> Any:
        return self

    def __hash__(self) -> int:
        return 0

    def __bool__(self) -> bool:
        raise TypeError


BLANKS = [None, "", "  \t", float("nan"), Decimal("NaN"), Decimal("sNaN"), NaTType(), NAType()]


# --- invoices ------------------------------------------------------------------------------------


def test_a_row_becomes_an_invoice_of_its_debtor() -> None:
    reading = read(bill(), bill("F-2", client="C-2"), bill("F-3"))
    assert [account.debtor.id for account in reading.accounts] == ["C-1", "C-2"]
    assert [invoice.id for invoice in reading.accounts[0].invoices] == ["F-1", "F-3"]
    invoice = reading.accounts[1].invoices[0]
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 1, 5), date(2026, 2, 4))
    assert (invoice.total, invoice.due_assumed) == (euros("100.00"), False)
    assert reading.problems == ()
    assert dict(reading.about) == {
        "rows": 3,
        "payment_rows": 0,
        "set_aside": 0,
        "repeated": 0,
        "debtors": 2,
        "invoices": 3,
        "payments": 0,
    }


@pytest.mark.parametrize("blank", BLANKS, ids=lambda blank: type(blank).__name__)
@pytest.mark.parametrize("field", ["id", "debtor", "issued_on", "due_on", "total"])
def test_a_row_with_something_needed_blank_is_set_aside(field: str, blank: object) -> None:
    reading = read(bill("F-9"), bill() | {COLUMNS[field]: blank})
    (problem,) = reading.problems
    assert (problem.where, problem.field, problem.got) == (3, f"invoice.{field}", "nothing")
    assert [invoice.id for invoice in only(reading).invoices] == ["F-9"]
    assert reading.about["set_aside"] == 1


@pytest.mark.parametrize("amount", ["abc", "1,234.50", "12.345", "inf", "1_000", "99/99/9999"])
def test_an_unreadable_amount_sets_its_row_aside(amount: str) -> None:
    reading = read(bill(sum=amount))
    assert fields(reading) == [(2, "invoice.total")]
    assert reading.problems[0].got == repr(amount)


@pytest.mark.parametrize("amount", ["0", "0.00", "-5", Decimal(-1), 0])
def test_an_amount_that_is_not_positive_sets_its_row_aside(amount: object) -> None:
    assert read(bill(sum=amount)).problems[0].expected == "an amount above 0"


@pytest.mark.parametrize("field", ["dated", "due"])
@pytest.mark.parametrize(
    "day", ["99/99/9999", "2026-02-30", "05/01/2026", "2026-01-05 09:30", 20260105]
)
def test_an_impossible_date_sets_its_row_aside(field: str, day: object) -> None:
    reading = read(bill(**{field: day}))
    assert len(reading.problems) == 1
    assert only(reading).invoices == ()


def test_several_faults_of_one_row_are_one_problem() -> None:
    reading = read(bill(due="", sum="x", dated="2026-13-01"))
    assert reading.problems == (
        Problem(
            2,
            "invoice.issued_on; invoice.due_on; invoice.total",
            "a date as %Y-%m-%d; a date; a decimal number",
            "'2026-13-01'; nothing; 'x'",
        ),
    )


def test_a_debtor_whose_rows_are_all_bad_is_still_there() -> None:
    reading = read(bill(sum="x", client="C-7"), bill("F-2", client=""))
    assert only(reading).debtor.id == "C-7"
    assert only(reading).facts == ()
    assert reading.about["debtors"] == 1


def test_a_due_date_before_the_invoice_is_kept_and_said() -> None:
    reading = read(bill(due="2026-01-01"))
    assert only(reading).invoices[0].due_on == date(2026, 1, 1)
    assert reading.problems == (
        Problem(2, "invoice.due_on", "on or after 2026-01-05 (the row is kept)", "2026-01-01"),
    )
    assert reading.about["set_aside"] == 0


def test_a_row_that_repeats_another_after_trimming_is_dropped() -> None:
    reading = read(bill(note="x"), bill(no=" F-1 ", note="x "), bill(note="y"))
    assert [(problem.where, problem.field) for problem in reading.problems] == [
        (3, "invoice.row"),
        (4, "invoice.id"),
    ]
    assert reading.problems[0].got == "line 2 again"
    assert reading.problems[1].got == "'F-1', which line 2 has"
    assert len(only(reading).invoices) == 1
    assert reading.about["repeated"] == 1
    assert reading.about["set_aside"] == 2


def test_rows_repeat_each_other_whatever_stands_for_blank_and_whatever_they_hold() -> None:
    reading = read(bill(note=None, tags=["a"]), bill(note=float("nan"), tags=["a"]))
    assert fields(reading) == [(3, "invoice.row")]


def test_a_later_row_with_a_known_key_is_set_aside_even_for_another_debtor() -> None:
    reading = read(bill(), bill(client="C-2", sum="7"))
    assert fields(reading) == [(3, "invoice.id")]
    assert [len(account.invoices) for account in reading.accounts] == [1, 0]


def test_the_key_of_a_row_that_was_set_aside_is_still_free() -> None:
    reading = read(bill(sum=""), bill(sum="7"))
    assert only(reading).invoices[0].total == euros("7.00")
    assert fields(reading) == [(2, "invoice.total")]


def test_unpadded_days_and_months_are_read() -> None:
    reading = read(bill(dated="1/5/2026", due="12/31/2026"), date_format="%m/%d/%Y")
    assert only(reading).invoices[0].issued_on == date(2026, 1, 5)
    assert reading.problems == ()


def test_dates_and_datetimes_at_midnight_are_dates() -> None:
    midnight = datetime(2026, 1, 5, tzinfo=UTC)
    reading = read(bill(dated=midnight, due=date(2026, 2, 4)))
    invoice = only(reading).invoices[0]
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 1, 5), date(2026, 2, 4))
    assert type(invoice.issued_on) is date


def test_a_datetime_at_another_hour_is_a_problem() -> None:
    reading = read(bill(dated=datetime(2026, 1, 5, 9, 30, tzinfo=UTC)))
    assert reading.problems[0].expected == "a date, or a datetime at midnight"


def test_text_dates_may_carry_an_hour_if_it_is_midnight() -> None:
    reading = read(
        bill(dated="2026-01-05 00:00:00", due="2026-02-04 00:00:00"),
        bill("F-2", dated="2026-01-05 00:00:01", due="2026-02-04 00:00:00"),
        date_format="%Y-%m-%d %H:%M:%S",
    )
    assert len(only(reading).invoices) == 1
    assert reading.problems[0].expected == "a date, or a datetime at midnight"


@pytest.mark.parametrize("amount", [7, "7", " 7.00 ", Decimal("7.0"), Decimal("7.000")])
def test_amounts_are_text_whole_numbers_or_decimals(amount: object) -> None:
    assert only(read(bill(sum=amount))).invoices[0].total == euros("7.00")


class Whole:
    """A whole number of another library."""

    numerator, denominator = 7, 1


def test_whole_numbers_of_other_libraries_are_amounts() -> None:
    import numbers  # noqa: PLC0415

    numbers.Rational.register(Whole)
    assert only(read(bill(sum=Whole()))).invoices[0].total == euros("7.00")


@pytest.mark.parametrize("amount", [True, b"7", [7]])
def test_other_things_are_no_amounts(amount: object) -> None:
    assert fields(read(bill(sum=amount))) == [(2, "invoice.total")]


def test_a_float_is_a_problem_unless_a_rounding_is_named() -> None:
    (problem,) = read(bill(sum=99.5)).problems
    assert "floats=" in problem.expected
    assert problem.got == "99.5"
    reading = read(bill(sum=99.995), floats=Rounding.HALF_UP)
    assert only(reading).invoices[0].total == euros("100.00")
    assert only(read(bill(sum=99.995), floats="down")).invoices[0].total == euros("99.99")
    assert fields(read(bill(sum=float("inf")), floats="down")) == [(2, "invoice.total")]


def test_the_kind_of_every_debtor_is_what_the_host_says_unless_a_row_does() -> None:
    reading = read(
        bill(what=""),
        bill("F-2", client="C-2", what=" Public "),
        also={"kind": "what"},
        kind="business",
    )
    kinds = [account.debtor.kind for account in reading.accounts]
    assert kinds == [DebtorKind.BUSINESS, DebtorKind.PUBLIC]
    assert only(read(bill())).debtor.kind is DebtorKind.UNKNOWN


def test_what_rows_say_of_their_debtor_is_kept_and_what_differs_is_said() -> None:
    also = {"name": "name", "owner": "owner", "country": "country"}
    reading = read(
        bill(name=""),
        bill("F-2", name="Véga", owner="Nadia", country="FR"),
        bill("F-3", name="Véga SAS", owner="Nadia"),
        also=also,
    )
    debtor = only(reading).debtor
    assert (debtor.name, debtor.owner, debtor.country) == ("Véga", "Nadia", "FR")
    assert len(only(reading).invoices) == 3
    assert reading.problems == (Problem(4, "invoice.name", "'Véga', as before", "'Véga SAS'"),)


def test_without_a_name_a_debtor_is_named_by_its_id() -> None:
    assert only(read(bill())).debtor.name == "C-1"


def test_what_rows_say_of_their_invoice_is_kept() -> None:
    also = {"reference": "order", "invoice_kind": "type", "means": "means", "currency": "cur"}
    row = bill(order=1742, type="deposit", means="Card", cur="tnd", sum="1.005")
    invoice = only(read(row, also=also)).invoices[0]
    assert (invoice.reference, invoice.kind) == ("1742", InvoiceKind.DEPOSIT)
    assert (invoice.means, invoice.total) == (Means.CARD, Money.of("1.005", "TND"))


def test_an_unreadable_detail_is_said_and_its_row_kept() -> None:
    also = {"invoice_kind": "type", "means": "means", "reference": "order", "paid_on": "paid"}
    row = bill(type="x", means="y", order=1.5, paid="soon")
    reading = read(row, also=also)
    (problem,) = reading.problems
    parts = ["invoice_kind", "means", "reference", "paid_on"]
    assert problem.field == "; ".join(f"invoice.{part}" for part in parts)
    assert only(reading).invoices[0].kind is InvoiceKind.STANDARD
    assert only(reading).payments == ()


def test_an_unknown_currency_sets_its_row_aside_and_a_blank_one_is_the_default() -> None:
    reading = read(bill(cur="XYZ"), bill("F-2", cur=""), also={"currency": "cur"})
    assert fields(reading) == [(2, "invoice.currency")]
    assert only(reading).invoices[0].total.currency == "EUR"


def test_identifiers_may_be_whole_numbers_but_no_floats() -> None:
    reading = read(bill(17, client=3), bill(18.0), payments=[paid(" 17 ")])
    account = reading.accounts[0]
    assert (account.debtor.id, account.invoices[0].id) == ("3", "17")
    assert account.payments[0].allocations[0].invoice == "17"
    assert fields(reading) == [(3, "invoice.id")]


def test_a_converter_makes_a_cell_readable() -> None:
    french = {"total": lambda cell: cell.replace(" ", "").replace(",", ".")}
    reading = read(bill(sum="1 234,50"), converters=french)
    assert only(reading).invoices[0].total == euros("1234.50")


@pytest.mark.parametrize(
    "error", [ValueError, TypeError, KeyError, ZeroDivisionError, AttributeError]
)
def test_a_converter_that_fails_makes_a_problem_and_no_traceback(error: type[Exception]) -> None:
    def convert(_: object) -> object:
        raise error

    reading = read(bill(sum="?"), converters={"total": convert})
    assert reading.problems == (Problem(2, "invoice.total", "what its converter reads", "'?'"),)


def test_a_converter_may_find_a_cell_blank_and_is_not_asked_about_blank_ones() -> None:
    absent = {"paid_on": lambda cell: None if cell == "-" else cell}
    reading = read(
        bill(paid="-"), bill("F-2", paid=None), also={"paid_on": "paid"}, converters=absent
    )
    assert reading.problems == ()
    assert only(reading).payments == ()
    needed = read(bill(sum="-"), converters={"total": lambda _: None})
    assert needed.problems[0].got == "nothing"


# --- where rows stand ----------------------------------------------------------------------------


def dictionaries(text: str) -> csv.DictReader[str]:
    return csv.DictReader(io.StringIO(text, newline=""))


def test_where_is_the_physical_line_of_a_csv() -> None:
    text = (
        "no,client,dated,due,sum\r\n"
        'F-1,"C\r\n1",2026-01-05,2026-02-04,x\r\n'
        "\r\n"
        "F-2,C-1,2026-01-05,2026-02-04,y\r\n"
        'F-3,"C\n1",2026-01-05,2026-02-04,z\r\n'
        "F-4,C-1,2026-01-05,2026-02-04,5\r\n"
    )
    reading = records.read(dictionaries(text), columns=COLUMNS, currency="EUR")
    assert [problem.where for problem in reading.problems] == [2, 5, 6]


def test_a_short_row_of_a_csv_lacks_its_last_cells() -> None:
    text = "no,client,dated,due,sum\nF-1,C-1,2026-01-05,2026-02-04\n"
    reading = records.read(dictionaries(text), columns=COLUMNS, currency="EUR")
    assert fields(reading) == [(2, "invoice.total")]


def test_a_row_with_more_cells_than_the_header_is_set_aside() -> None:
    text = (
        "no,client,dated,due,sum\n"
        "F-1,C,1,2026-01-05,2026-02-04,100\n"
        "F-2,C-1,2026-01-05,2026-02-04,100,,\n"
    )
    reading = records.read(dictionaries(text), columns=COLUMNS, currency="EUR")
    assert reading.problems == (
        Problem(2, "invoice.row", "as many cells as the header", "also '100'"),
    )
    assert only(reading).invoices[0].id == "F-2"


def test_a_column_that_the_source_lacks_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput) as refused:
        records.read([bill()], columns=COLUMNS | {"due_on": "Due", "name": "Name"}, currency="EUR")
    assert [fault.field for fault in refused.value.faults] == [
        "invoice.columns.due_on",
        "invoice.columns.name",
    ]
    assert refused.value.expected == "one of the columns no, client, dated, due, sum"
    with pytest.raises(InvalidInput, match=r"invoice\.columns\.total"):
        records.read(dictionaries("no,client,dated,due\n"), columns=COLUMNS, currency="EUR")


def test_a_column_may_be_missing_from_some_rows_which_then_hold_nothing_there() -> None:
    reading = read(bill(), bill("F-2", name="Véga"), also={"name": "name"})
    assert only(reading).debtor.name == "Véga"
    assert reading.problems == ()


@pytest.mark.parametrize("rows", [[], iter(()), dictionaries("no,client,dated,due,sum\n")])
def test_nothing_to_read_is_an_empty_reading(rows: Iterable[Row]) -> None:
    reading = records.read(rows, columns=COLUMNS, currency="EUR")
    assert (reading.accounts, reading.problems) == ((), ())


# --- payments ------------------------------------------------------------------------------------


def test_a_payment_pays_its_invoice_up_to_what_is_open_and_the_rest_is_said() -> None:
    payments = [paid(amount="30", on="2026-03-01"), paid(amount="80", on="2026-02-01")]
    reading = read(bill(), payments=payments)
    account = only(reading)
    assert [payment.received_on for payment in account.payments] == [
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]
    allocations = [payment.allocations for payment in account.payments]
    assert allocations == [
        (Allocation("F-1", euros("80.00")),),
        (Allocation("F-1", euros("20.00")),),
    ]
    assert reading.problems == (
        Problem(
            2,
            "payment.amount",
            "at most the 20.00 EUR open on 'F-1'",
            "30.00 EUR: 10.00 EUR stays unapplied",
        ),
    )
    position = position_of(account, as_of=date(2026, 3, 1), conventions=EXPLICIT)
    assert position.amount_of("unapplied", "EUR") == euros("10.00")
    assert position.open_items == ()


def test_a_payment_of_a_settled_invoice_stays_unapplied_whole() -> None:
    reading = read(bill(), payments=[paid(), paid(on="2026-02-11")])
    assert only(reading).payments[1].allocations == ()
    assert [problem.where for problem in reading.problems] == [3]


def test_a_payment_before_its_invoice_waits_for_it() -> None:
    reading = read(bill(), payments=[paid(on="2026-01-01")])
    account = only(reading)
    before = position_of(account, as_of=date(2026, 1, 4), conventions=EXPLICIT)
    assert before.amount_of("unapplied", "EUR") == euros("100.00")
    after = position_of(account, as_of=date(2026, 1, 5), conventions=EXPLICIT)
    assert (after.open_items, after.unapplied) == ((), ())
    assert reading.problems == ()


def test_a_payment_whose_invoice_was_set_aside_is_set_aside() -> None:
    reading = read(bill(sum=""), payments=[paid(), paid("F-8")])
    assert reading.problems[1:] == (
        Problem(
            2, "payment.invoice", "the id of an invoice that was read", "'F-1', which was set aside"
        ),
        Problem(3, "payment.invoice", "the id of an invoice that was read", "'F-8'"),
    )
    assert only(reading).payments == ()
    assert reading.about["set_aside"] == 3


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (paid(""), "invoice"),
        (paid(amount=""), "amount"),
        (paid(amount="-5"), "amount"),
        (paid(amount="x"), "amount"),
        (paid(on=""), "received_on"),
        (paid(on="99/99/9999"), "received_on"),
    ],
)
def test_a_payment_that_cannot_be_read_is_set_aside(row: Row, field: str) -> None:
    reading = read(bill(), payments=[row])
    assert fields(reading) == [(2, f"payment.{field}")]
    assert only(reading).payments == ()


def test_a_payment_row_that_repeats_another_is_dropped() -> None:
    reading = read(bill(), payments=[paid(amount="10"), paid(amount="10")])
    assert fields(reading) == [(3, "payment.row")]
    assert len(only(reading).payments) == 1


def test_a_payment_may_have_an_id_of_its_own_and_means() -> None:
    columns = PAYMENT_COLUMNS | {"id": "ref", "means": "by"}
    payments = [
        paid(amount="10", ref="P-1", by="transfer"),
        paid(amount="20", ref="P-1", by="transfer"),
        paid(amount="30", ref="", by="UPI"),
    ]
    reading = read(bill(), payments=payments, payment_columns=columns)
    first, second = only(reading).payments
    assert (first.id, first.means) == ("P-1", Means.TRANSFER)
    assert (second.id, second.means) == ("payment-4", None)
    assert fields(reading) == [(3, "payment.id"), (4, "payment.means")]
    assert reading.problems[0].got == "'P-1', which line 2 has"


def test_made_ids_never_meet_given_ones() -> None:
    columns = PAYMENT_COLUMNS | {"id": "ref"}
    payments = [paid(amount="10", ref=""), paid(amount="20", ref="payment-2")]
    reading = read(bill(), payments=payments, payment_columns=columns)
    assert {payment.id for payment in only(reading).payments} == {"payment-2'", "payment-2"}


def test_an_amount_is_read_in_the_currency_of_its_invoice() -> None:
    reading = read(bill(cur="TND"), payments=[paid(amount="1.005")], also={"currency": "cur"})
    assert only(reading).payments[0].amount == Money.of("1.005", "TND")


# --- paid in full --------------------------------------------------------------------------------

PAID_ON = {"paid_on": "paid"}


def test_paid_on_means_paid_in_full_that_day() -> None:
    reading = read(bill(paid="2026-02-20"), also=PAID_ON)
    (payment,) = only(reading).payments
    assert (payment.id, payment.received_on) == ("F-1-paid", date(2026, 2, 20))
    assert payment.allocations == (Allocation("F-1", euros("100.00")),)
    assert reading.about["payments"] == 1


@pytest.mark.parametrize("blank", BLANKS, ids=lambda blank: type(blank).__name__)
def test_a_blank_paid_on_means_unpaid(blank: object) -> None:
    reading = read(bill(paid=blank), also=PAID_ON)
    assert only(reading).payments == ()
    assert reading.problems == ()


def test_paid_on_is_what_payments_until_then_left_open() -> None:
    payments = [paid(amount="30", on="2026-02-20"), paid(amount="5", on="2026-02-21")]
    reading = read(bill(paid="2026-02-20"), payments=payments, also=PAID_ON)
    amounts = [(one.amount, one.allocations != ()) for one in only(reading).payments]
    assert amounts == [(euros("70.00"), True), (euros("30.00"), True), (euros("5.00"), False)]
    assert fields(reading) == [(3, "payment.amount")]


def test_paid_on_adds_nothing_to_an_invoice_that_payments_settled() -> None:
    reading = read(bill(paid="2026-02-20"), payments=[paid()], also=PAID_ON)
    assert len(only(reading).payments) == 1


# --- arguments -----------------------------------------------------------------------------------


def test_every_fault_of_a_column_mapping_is_named_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        records.read([], columns={"id": "no", "debtor": "client", "colour": "x"}, currency="EUR")
    assert [fault.expected.split(",")[0] for fault in refused.value.faults] == [
        "a column for issued_on",
        "a column for due_on",
        "a column for total",
        "fields among id",
    ]
    assert refused.value.faults[3].got == "'colour'"
    with pytest.raises(InvalidInput, match="payment_columns: expected a column for amount"):
        read(payment_columns={"invoice": "no", "received_on": "on"})
    with pytest.raises(InvalidInput, match="columns: expected a mapping from field to column"):
        records.read([], columns=["no"], currency="EUR")  # type: ignore[arg-type]


def test_payments_need_their_columns_named() -> None:
    with pytest.raises(InvalidInput, match="payment_columns: expected a mapping"):
        read(bill(), payments=[paid()], payment_columns=None)
    assert read(bill(), payment_columns=None).problems == ()


@pytest.mark.parametrize("date_format", ["%Y", "%H:%M", "%Y-%m-%d %z", "", None])
def test_a_date_format_must_give_year_month_and_day(date_format: object) -> None:
    with pytest.raises(InvalidInput, match="date_format: expected a format that gives year"):
        read(date_format=date_format)


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("floats", "nearest"),
        ("kind", "company"),
        ("converters", {"colour": str}),
        ("converters", {"total": "comma"}),
    ],
)
def test_arguments_that_mean_nothing_are_refused(argument: str, value: object) -> None:
    arguments: dict[str, Any] = {argument: value}
    with pytest.raises(InvalidInput, match=f"^{argument}: expected"):
        read(**arguments)


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(InvalidFact, match="ISO 4217"):
        records.read([], columns=COLUMNS, currency="EURO")


def test_rows_that_are_no_mappings_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"invoice\.rows: expected mappings from column to cell"):
        records.read(["no"], columns=COLUMNS, currency="EUR")  # type: ignore[list-item]


# --- whatever comes ------------------------------------------------------------------------------

cells = st.sampled_from(
    [*BLANKS, "F-1", "F-2", "C-1", "2026-01-05", "2026-3-1", "99/99/9999", "100", "-1", "0.5", 7]
) | st.text(max_size=4)
some_cells = st.fixed_dictionaries(dict.fromkeys([*COLUMNS.values(), "paid"], cells))
some_payments = st.fixed_dictionaries(dict.fromkeys(PAYMENT_COLUMNS.values(), cells))
amounts = st.sampled_from(["0.01", "50", "99.99", "100", "100.01", "250"])
days = st.sampled_from(["2026-01-01", "2026-01-05", "2026-02-04", "2026-03-01"])
good_bills = st.builds(
    bill,
    st.sampled_from(["F-1", "F-2", "F-3"]),
    client=st.sampled_from(["C-1", "C-2"]),
    sum=amounts,
    paid=st.sampled_from(["", "2026-01-05", "2026-02-04"]),
)
good_payments = st.builds(paid, st.sampled_from(["F-1", "F-2", "F-3"]), amounts, on=days)


@given(
    st.lists(some_cells | good_bills, max_size=8),
    st.lists(some_payments | good_payments, max_size=8),
)
def test_no_row_is_refused_and_each_is_read_or_said(bills: list[Row], payments: list[Row]) -> None:
    reading = read(*bills, payments=payments, also=PAID_ON)
    about = reading.about
    facts = sum(len(account.invoices) for account in reading.accounts)
    assert about["rows"] == len(bills)
    assert facts == about["invoices"]
    said = {(problem.where, problem.field.split(".")[0]) for problem in reading.problems}
    assert len(said) == len(reading.problems)
    assert about["set_aside"] <= len(said)


@given(st.lists(good_bills, max_size=6), st.lists(good_payments, max_size=8))
def test_what_was_read_is_conserved_to_the_cent(bills: list[Row], payments: list[Row]) -> None:
    reading = read(*bills, payments=payments, also=PAID_ON)
    for account in reading.accounts:
        billed = sum(invoice.total.minor for invoice in account.invoices)
        received = sum(payment.amount.minor for payment in account.payments)
        position = position_of(account, as_of=date(2026, 12, 31), conventions=EXPLICIT)
        balance = position.amount_of("open", "EUR") - position.amount_of("unapplied", "EUR")
        assert balance.minor == billed - received
        rest = position.amount_of("unapplied", "EUR").minor
        allocated = sum(part.amount.minor for one in account.payments for part in one.allocations)
        assert rest == received - allocated
