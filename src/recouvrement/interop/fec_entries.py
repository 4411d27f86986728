"""What a line on a customer's account is: the other accounts of the same entry say it."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from recouvrement.interop.fec_lines import Line

SALES: Final = "70"
_OPENING_CODES: Final = frozenset({"an", "ano", "ran"})
_OPENING_LABEL: Final = re.compile(r"\b(a nouveau|bilan d ouverture)")

Entry = Sequence[Line]


class Sort(StrEnum):
    """What a line on a customer's account stands for."""

    INVOICE = "invoice"
    OPENING = "opening"
    ADJUSTMENT = "adjustment"
    CREDIT_NOTE = "credit_note"
    PAYMENT = "payment"


def sorts_of(lines: Sequence[Line]) -> Mapping[int, Sort]:
    """The sort of each readable line on a customer's account, by line number.

    A debit is an invoice when its entry credits sales, an opening item in an opening journal, else
    an adjustment; a credit is a credit note when its entry debits sales, else a payment. A line of
    amount 0 is nothing.
    """
    sorts: dict[int, Sort] = {}
    for entry in _entries(lines):
        sold = any(line.account.startswith(SALES) and (line.amount or 0) < 0 for line in entry)
        taken_back = any(
            line.account.startswith(SALES) and (line.amount or 0) > 0 for line in entry
        )
        for line in entry:
            if not line.is_receivable or not line.amount:
                continue
            if line.amount < 0:
                sorts[line.number] = Sort.CREDIT_NOTE if taken_back else Sort.PAYMENT
            elif is_opening(line.journal, line.journal_label):
                sorts[line.number] = Sort.OPENING
            else:
                sorts[line.number] = Sort.INVOICE if sold else Sort.ADJUSTMENT
    return sorts


def is_opening(code: str, label: str) -> bool:
    """Whether a journal carries balances over from the year before.

    >>> is_opening("AN", ""), is_opening("X1", "Journal des À-nouveaux"), is_opening("VE", "Ventes")
    (True, True, False)
    """
    if code.casefold() in _OPENING_CODES:
        return True
    letters = unicodedata.normalize("NFKD", label.casefold())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _OPENING_LABEL.search(re.sub(r"[\W_]+", " ", plain)) is not None


def _entries(lines: Sequence[Line]) -> Iterator[Entry]:
    """The entries: lines that share journal, number and date, cut further where they tell more.

    Some software gives every entry the same number, or numbers by day or month: a number that goes
    on from one date to the next, or is blank, identifies nothing, and its entries end wherever the
    lines so far balance.
    """
    loose = _loose_numbers(lines)
    groups: dict[tuple[str, str, date | None], list[Line]] = defaultdict(list)
    days: dict[tuple[str, str], date | None] = {}
    for line in lines:
        # A date that cannot be read is most likely that of the line before.
        on = line.on or days.get((line.journal, line.entry))
        days[line.journal, line.entry] = on
        groups[line.journal, line.entry, on].append(line)
    for (journal, number, _), group in groups.items():
        for entry in _by_piece(group):
            if (journal, number) in loose:
                yield from _runs(entry)
            else:
                yield entry


def _loose_numbers(lines: Iterable[Line]) -> set[tuple[str, str]]:
    loose = set()
    last: dict[str, tuple[str, date]] = {}
    for line in lines:
        if line.on is None:
            continue
        number, on = last.get(line.journal, (line.entry, line.on))
        if not line.entry or (number == line.entry and on != line.on):
            loose.add((line.journal, line.entry))
        last[line.journal] = (line.entry, line.on)
    return loose


def _by_piece(group: list[Line]) -> Iterable[Entry]:
    """The lines of each supporting document apart, if each document balances by itself."""
    pieces: dict[str, list[Line]] = defaultdict(list)
    for line in group:
        pieces[line.piece].append(line)
    if all(_balance(piece) == 0 for piece in pieces.values()):
        return pieces.values()
    return [group]


def _runs(entry: Entry) -> Iterator[Entry]:
    start, balance = 0, 0
    for end, line in enumerate(entry, 1):
        balance += line.amount or 0
        if line.amount and balance == 0:
            yield entry[start:end]
            start = end
    yield entry[start:]


def _balance(lines: Iterable[Line]) -> int:
    return sum(line.amount or 0 for line in lines)
