"""The French accounting export (*Fichier des écritures comptables*, FEC) read into accounts."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from recouvrement.dates import PaymentTerms
from recouvrement.errors import InvalidFact, InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.debtor import Debtor
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.settlement import Allocation, CreditNote, Payment
from recouvrement.facts.words import DebtorKind, InvoiceKind
from recouvrement.interop.fec_entries import Sort, sorts_of
from recouvrement.interop.fec_letters import Movement, Share, lettering_of
from recouvrement.interop.fec_lines import Line, lines_of
from recouvrement.interop.reading import (
    Counts,
    Doubt,
    Problem,
    Reading,
    debtor_kind,
    problem_of,
    shown_cell,
)
from recouvrement.money import Money, exponent_of

__all__ = ["read"]

ASSUMED_TERMS: Final = PaymentTerms.net(30)

_MARK: Final = "\ufeff"
_KINDS: Final = {
    Sort.INVOICE: InvoiceKind.STANDARD,
    Sort.OPENING: InvoiceKind.OPENING,
    Sort.ADJUSTMENT: InvoiceKind.ADJUSTMENT,
}


def read(
    text_or_bytes: str | bytes,
    *,
    terms: int | PaymentTerms | None = None,
    currency: str = "EUR",
    kind: DebtorKind | str = DebtorKind.UNKNOWN,
) -> Reading:
    r"""The customers' accounts of an export, with every line that is odd or set aside.

    Debits on accounts 411 become invoices due `terms` after their date (a number of days, or
    `PaymentTerms`), credits become credit notes or payments, allocated as they are lettered. Ids
    come from the line number. Without `terms` 30 days are assumed, and every invoice says so
    (`due_assumed`).

    Raises `InvalidInput` when the header lacks a column; nothing below the header is refused.

    >>> text = '''JournalCode|EcritureNum|EcritureDate|CompteNum|CompteLib|Debit|Credit
    ... VE|1|20260105|411000|Atelier Vasseur|120,00|0,00
    ... VE|1|20260105|706000|Prestations|0,00|100,00
    ... VE|1|20260105|445710|TVA|0,00|20,00'''
    >>> reading = read(text, terms=30, kind="business")
    >>> reading.accounts[0].invoices[0].due_on, reading.about["invoices"], reading.problems
    (datetime.date(2026, 2, 4), 1, ())
    """
    of_debtors = debtor_kind(kind)
    agreed = PaymentTerms.net(terms) if isinstance(terms, int) else terms
    if agreed is not None and not isinstance(agreed, PaymentTerms):
        raise InvalidInput("terms", "a number of days, PaymentTerms or None", shown_cell(terms))
    digits = exponent_of(currency)
    text, is_latin = _decoded(text_or_bytes)
    lines, misshapen = [], []
    for line in lines_of(text, digits):
        if isinstance(line, Line):
            lines.append(line)
        else:
            misshapen.append(problem_of(line.number, [line.doubt]))
    ledger = _Ledger(agreed, currency, of_debtors, misshapen)
    accounts = ledger.accounts(lines)
    sorts = ledger.sorts
    return Reading(
        accounts,
        tuple(sorted(ledger.problems, key=lambda problem: problem.where)),
        Counts.of(
            lines=len(lines) + len(misshapen),
            lines_411=sum(line.is_receivable for line in lines),
            set_aside=ledger.set_aside,
            debtors=len(accounts),
            invoices=sorts[Sort.INVOICE],
            openings=sorts[Sort.OPENING],
            adjustments=sorts[Sort.ADJUSTMENT],
            credit_notes=sorts[Sort.CREDIT_NOTE],
            payments=sorts[Sort.PAYMENT],
            letters=ledger.letters,
            unbalanced_letters=ledger.unbalanced,
            read_as_latin_1=int(is_latin),
        ),
    )


def _decoded(source: object) -> tuple[str, bool]:
    """The text, and whether it had to be read as latin-1."""
    if isinstance(source, str):
        return source.removeprefix(_MARK), False
    if not isinstance(source, (bytes, bytearray, memoryview)):
        raise InvalidInput("text_or_bytes", "the text or the bytes of a FEC", shown_cell(source))
    raw = bytes(source)
    try:
        return raw.decode("utf-8").removeprefix(_MARK), False
    except UnicodeDecodeError:
        # Whole: a file has one encoding, and latin-1 gives a letter to every byte.
        return raw.decode("latin-1"), True


class _Ledger:
    """The accounts under construction, and what there is to say about their lines."""

    def __init__(
        self,
        agreed: PaymentTerms | None,
        currency: str,
        kind: DebtorKind,
        misshapen: Iterable[Problem],
    ) -> None:
        self.agreed = agreed
        self.currency = currency
        self.kind = kind
        self.problems = list(misshapen)
        self.set_aside = len(self.problems)
        self.sorts: Counter[Sort] = Counter()
        self.letters = 0
        self.unbalanced = 0
        self.dues: dict[date, date] = {}

    def accounts(self, lines: Sequence[Line]) -> tuple[Account, ...]:
        """One account per pair of CompteNum and CompAuxNum, in the order they come."""
        sorts = sorts_of(lines)
        of_debtor: dict[tuple[str, str], list[Line]] = defaultdict(list)
        for line in lines:
            if line.is_receivable:
                of_debtor[line.account, line.auxiliary].append(line)
            elif line.doubts:
                self.problems.append(problem_of(line.number, line.doubts))
        return tuple(self.account(own, sorts) for own in of_debtor.values())

    def account(self, lines: Sequence[Line], sorts: Mapping[int, Sort]) -> Account:
        """The account that one debtor's lines make; what cannot be booked is set aside."""
        name, doubted = _named(lines)
        movements, booked = [], []
        for line in lines:
            doubts = [*line.doubts, *doubted.get(line.number, ())]
            movement = self.movement(line, doubts)
            if movement is None:
                self.set_aside += 1
            else:
                movements.append(movement)
                booked.append(line)
            if doubts:
                self.problems.append(problem_of(line.number, doubts))
        lettering = lettering_of(movements, self.currency)
        self.letters += lettering.letters
        self.unbalanced += len(lettering.problems)
        self.problems += lettering.problems
        facts = [
            self.fact(line, movement, sorts[line.number], lettering.shares.get(line.number, ()))
            for line, movement in zip(booked, movements, strict=True)
        ]
        first = lines[0]
        identifier = f"{first.account}/{first.auxiliary}" if first.auxiliary else first.account
        return Account.of(Debtor(identifier, name or identifier, kind=self.kind), *facts)

    def movement(self, line: Line, doubts: list[Doubt]) -> Movement | None:
        """The line as it can be booked, else None and a doubt that says why."""
        on, amount = line.on, line.amount
        if amount == 0:
            doubts.append(Doubt("amount", "a debit or a credit other than 0", "0"))
        if on is None or not amount:
            return None
        if on not in self.dues:
            try:
                self.dues[on] = (self.agreed or ASSUMED_TERMS).due_on(on)
            except InvalidFact as error:
                doubts.append(Doubt("EcritureDate", error.expected, error.got))
                return None
        return Movement(line.number, on, amount, line.letter)

    def fact(self, line: Line, movement: Movement, sort: Sort, shares: Iterable[Share]) -> Fact:
        """What one line becomes."""
        self.sorts[sort] += 1
        identifier, on = f"L{line.number}", movement.on
        amount = Money(abs(movement.amount), self.currency)
        if sort in _KINDS:
            return Invoice(
                identifier,
                on,
                due_on=self.dues[on],
                total=amount,
                kind=_KINDS[sort],
                reference=line.piece or None,
                terms=self.agreed,
                due_assumed=self.agreed is None,
            )
        allocations = tuple(
            Allocation(f"L{share.debit}", Money(share.amount, self.currency)) for share in shares
        )
        words = line.label or None
        if sort is Sort.CREDIT_NOTE:
            return CreditNote(identifier, on, total=amount, allocations=allocations, reason=words)
        return Payment(identifier, on, amount=amount, allocations=allocations, remittance=words)


def _named(lines: Sequence[Line]) -> tuple[str, Mapping[int, tuple[Doubt, ...]]]:
    """The debtor's name, and by line the doubts about every other label, each said once.

    The entries' own labels never name a debtor: they say what was sold or paid.
    """
    labels = [(line.number, "CompAuxLib", line.auxiliary_label) for line in lines]
    if not any(label for _, _, label in labels):
        labels = [(line.number, "CompteLib", line.account_label) for line in lines]
    first: dict[str, tuple[int, str]] = {}
    for number, column, label in labels:
        if label:
            first.setdefault(label, (number, column))
    if not first:
        return "", {}
    name, *others = first
    return name, {
        first[other][0]: (Doubt(first[other][1], f"{name!r}, as before", shown_cell(other)),)
        for other in others
    }
