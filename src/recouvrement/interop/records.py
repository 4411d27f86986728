"""Rows of plain mappings, from a table library, a database cursor or a CSV, read into accounts."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

from attrs import define, field

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.debtor import Debtor
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.settlement import Allocation, Payment
from recouvrement.facts.words import DebtorKind, InvoiceKind, Means
from recouvrement.interop.cells import Cells, Converter
from recouvrement.interop.reading import Counts, Reading, debtor_kind, shown_cell
from recouvrement.interop.rows import RawRow, Row, Table, check_fields
from recouvrement.money import Money, Rounding, exponent_of

__all__ = ["read"]

OF_AN_INVOICE: Final = ("id", "debtor", "issued_on", "due_on", "total")
ALSO_OF_AN_INVOICE: Final = ("paid_on", "currency", "reference", "invoice_kind", "means")
OF_A_DEBTOR: Final = ("name", "kind", "country", "language", "legal_id", "group", "segment")
ALSO_OF_A_DEBTOR: Final = ("sector", "owner")
OF_A_PAYMENT: Final = ("invoice", "received_on", "amount")
ALSO_OF_A_PAYMENT: Final = ("id", "means")

_BESIDE_INVOICES: Final = (*ALSO_OF_AN_INVOICE, *OF_A_DEBTOR, *ALSO_OF_A_DEBTOR)
_EVERY_FIELD: Final = {*OF_AN_INVOICE, *_BESIDE_INVOICES, *OF_A_PAYMENT}


def read(
    rows: Iterable[RawRow],
    *,
    columns: Mapping[str, str],
    currency: str,
    date_format: str = "%Y-%m-%d",
    converters: Mapping[str, Converter] | None = None,
    payments: Iterable[RawRow] = (),
    payment_columns: Mapping[str, str] | None = None,
    floats: Rounding | str | None = None,
    kind: DebtorKind | str = DebtorKind.UNKNOWN,
) -> Reading:
    """The accounts that rows of invoices make, and rows of payments towards them.

    `columns` and `payment_columns` map our fields to the source's columns. An invoice needs `id`,
    `debtor`, `issued_on`, `due_on` and `total`, and may have `paid_on` (paid in full that day),
    `currency`, `reference`, `invoice_kind`, `means` and, for its debtor, `name`, `kind`, `country`,
    `language`, `legal_id`, `group`, `segment`, `sector`, `owner`; a payment needs `invoice`,
    `received_on` and `amount`, and may have `id` and `means`. `converters` maps a field to what
    makes its cell readable, such as a comma into a point.

    A row that cannot be read is set aside and said in `problems`; the rest of its account stays. A
    payment pays its invoice up to what is open of it, and the rest of it stays unapplied.

    Raises `InvalidInput` for arguments that no row could be read by, such as an unknown column.

    >>> reading = read(
    ...     [{"no": "F-1", "client": "C-1", "dated": "2026-9-1", "due": "2026-10-1", "sum": "900"}],
    ...     columns={"id": "no", "debtor": "client", "issued_on": "dated", "due_on": "due",
    ...              "total": "sum"},
    ...     currency="EUR",
    ... )
    >>> reading.accounts[0].invoices[0].total, reading.problems
    (Money.of("900.00", "EUR"), ())
    """
    exponent_of(currency)
    check_fields("columns", columns, OF_AN_INVOICE, _BESIDE_INVOICES)
    if payment_columns is not None:
        check_fields("payment_columns", payment_columns, OF_A_PAYMENT, ALSO_OF_A_PAYMENT)
    elif any(True for _ in payments):
        expected = "a mapping from field to column, since there are payments"
        raise InvalidInput("payment_columns", expected, "None")
    converters = converters or {}
    for name, convert in converters.items():
        if name not in _EVERY_FIELD or not callable(convert):
            expected = "functions of one cell, by field"
            raise InvalidInput("converters", expected, f"{name!r}: {shown_cell(convert)}")
    cells = Cells(date_format, floats, converters)
    ledger = _Ledger(cells, currency, debtor_kind(kind))
    for row in Table("invoice", rows, columns, cells):
        ledger.take_invoice(row)
    for row in Table("payment", payments, payment_columns or {}, cells):
        ledger.take_payment(row)
    return ledger.reading()


@define
class _Receipt:
    """A payment's row, read."""

    row: Row
    on: date
    amount: Money
    id: str | None
    means: Means | None


@define
class _Owed:
    """An invoice, the day its row says it was paid in full, and the payments towards it."""

    invoice: Invoice
    where: int
    paid_on: date | None
    receipts: list[_Receipt] = field(factory=list)


@define
class _Owing:
    """A debtor under construction: what its rows say of it, and what it owes."""

    about: dict[str, Any] = field(factory=dict)
    owed: list[_Owed] = field(factory=list)


class _Ledger:
    """Everything read so far."""

    def __init__(self, cells: Cells, currency: str, kind: DebtorKind) -> None:
        self.cells = cells
        self.currency = currency
        self.kind = kind
        self.rows: list[Row] = []
        self.payment_rows: list[Row] = []
        self.debtors: dict[str, _Owing] = {}
        self.owed: dict[str, _Owed] = {}
        self.unread: set[str] = set()
        self.payment_ids: dict[str, int] = {}

    def take_invoice(self, row: Row) -> None:
        """Keep the invoice of a row, or the row alone."""
        self.rows.append(row)
        if row.is_set_aside:
            return
        cells = self.cells
        identifier = row.needed("id", cells.text, "an identifier")
        debtor = row.needed("debtor", cells.text, "an identifier")
        issued_on = row.needed("issued_on", cells.day, "a date")
        due_on = row.needed("due_on", cells.day, "a date")
        currency = self.currency
        if row.has("currency"):
            currency = row.needed("currency", cells.currency, "an ISO 4217 code") or currency
        total = row.needed("total", partial(cells.amount, currency=currency), "an amount above 0")
        if identifier in self.owed:
            got = f"{identifier!r}, which line {self.owed[identifier].where} has"
            row.set_aside("id", "an id that no earlier row has", got)
        if debtor is not None:
            self.describe(self.debtors.setdefault(debtor, _Owing()), row)
        if (
            row.is_set_aside
            or identifier is None
            or debtor is None
            or issued_on is None
            or due_on is None
            or total is None
        ):
            self.unread.add(identifier or "")
            return
        if due_on < issued_on:
            row.say("due_on", f"on or after {issued_on} (the row is kept)", str(due_on))
        invoice = Invoice(
            identifier,
            issued_on,
            due_on=due_on,
            total=total,
            kind=row.given("invoice_kind", partial(cells.word, words=InvoiceKind))
            or InvoiceKind.STANDARD,
            means=row.given("means", partial(cells.word, words=Means)),
            reference=row.given("reference", cells.text),
        )
        owed = _Owed(invoice, row.where, row.given("paid_on", cells.day))
        self.owed[identifier] = owed
        self.debtors[debtor].owed.append(owed)

    def describe(self, debtor: _Owing, row: Row) -> None:
        """What the row says of its debtor; what an earlier row said stands."""
        for name in filter(row.has, (*OF_A_DEBTOR, *ALSO_OF_A_DEBTOR)):
            read: Callable[[Any], object] = self.cells.text
            if name == "kind":
                read = partial(self.cells.word, words=DebtorKind)
            value = row.given(name, read)
            if value is not None and debtor.about.setdefault(name, value) != value:
                row.say(name, f"{str(debtor.about[name])!r}, as before", repr(str(value)))

    def take_payment(self, row: Row) -> None:
        """Keep the payment of a row beside its invoice, or the row alone."""
        self.payment_rows.append(row)
        if row.is_set_aside:
            return
        cells = self.cells
        invoice = row.needed("invoice", cells.text, "the id of an invoice")
        on = row.needed("received_on", cells.day, "a date")
        owed = None if invoice is None else self.owed.get(invoice)
        if invoice is not None and owed is None:
            why = ", which was set aside" if invoice in self.unread else ""
            row.set_aside("invoice", "the id of an invoice that was read", f"{invoice!r}{why}")
        currency = self.currency if owed is None else owed.invoice.total.currency
        amount = row.needed("amount", partial(cells.amount, currency=currency), "an amount above 0")
        identifier = row.given("id", cells.text)
        if identifier in self.payment_ids:
            got = f"{identifier!r}, which line {self.payment_ids[identifier]} has"
            row.set_aside("id", "an id that no earlier row has", got)
        means = row.given("means", partial(cells.word, words=Means))
        if row.is_set_aside or owed is None or on is None or amount is None:
            return
        owed.receipts.append(_Receipt(row, on, amount, identifier, means))
        if identifier is not None:
            self.payment_ids[identifier] = row.where

    def reading(self) -> Reading:
        """The accounts, once every row has been taken."""
        accounts = tuple(
            self.account(identifier, debtor) for identifier, debtor in self.debtors.items()
        )
        every = [*self.rows, *self.payment_rows]
        return Reading(
            accounts,
            tuple(row.problem for row in every if row.doubts),
            Counts.of(
                rows=len(self.rows),
                payment_rows=len(self.payment_rows),
                set_aside=sum(row.is_set_aside for row in every),
                repeated=sum(row.repeats for row in every),
                debtors=len(accounts),
                invoices=len(self.owed),
                payments=sum(len(account.payments) for account in accounts),
            ),
        )

    def account(self, identifier: str, debtor: _Owing) -> Account:
        """One debtor's account: every fact in it was checked by its row."""
        about = {"name": identifier, "kind": self.kind, **debtor.about}
        facts: list[Fact] = []
        for owed in debtor.owed:
            facts.append(owed.invoice)
            facts += self.payments_of(owed)
        return Account.of(Debtor(identifier, **about), *facts)

    def payments_of(self, owed: _Owed) -> Iterable[Payment]:
        """The payments towards one invoice, each allocated up to what those before left open."""
        invoice = owed.invoice
        still, currency = invoice.total.minor, invoice.total.currency
        pending = sorted(owed.receipts, key=lambda one: (one.on, one.row.where))
        in_full = owed.paid_on
        for receipt in pending:
            if in_full is not None and in_full < receipt.on:
                yield from self.paid_in_full(invoice, in_full, still)
                still, in_full = 0, None
            part = min(still, receipt.amount.minor)
            if part < receipt.amount.minor:
                rest = Money(receipt.amount.minor - part, currency)
                expected = f"at most the {Money(still, currency)} open on {invoice.id!r}"
                receipt.row.say("amount", expected, f"{receipt.amount}: {rest} stays unapplied")
            still -= part
            yield Payment(
                self.own_id(receipt.id, f"payment-{receipt.row.where}"),
                receipt.on,
                amount=receipt.amount,
                means=receipt.means,
                allocations=_to(invoice, part),
            )
        if in_full is not None:
            yield from self.paid_in_full(invoice, in_full, still)

    def paid_in_full(self, invoice: Invoice, on: date, still: int) -> Iterable[Payment]:
        """The payment that `paid_on` stands for: whatever was open that day."""
        if still:
            amount = Money(still, invoice.total.currency)
            name = self.own_id(None, f"{invoice.id}-paid")
            yield Payment(name, on, amount=amount, allocations=_to(invoice, still))

    def own_id(self, given: str | None, made: str) -> str:
        """The id given, else one made here that no payment was given."""
        if given is not None:
            return given
        while made in self.payment_ids:
            made += "'"
        self.payment_ids[made] = 0
        return made


def _to(invoice: Invoice, minor: int) -> tuple[Allocation, ...]:
    return (Allocation(invoice.id, Money(minor, invoice.total.currency)),) if minor else ()
