"""The lines of a FEC: which columns there are, and what each line says, or why it cannot be read.

The format is that of the French tax code (Livre des procédures fiscales, art. A47 A-1): 18 columns
named in a header, separated by tabs or vertical bars, dates as YYYYMMDD, amounts with a comma.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

from recouvrement.errors import Fault, InvalidInput
from recouvrement.interop.reading import Doubt, shown_cell

# Without one of these a line says nothing; amounts come in one of two pairs.
NEEDED: Final = ("JournalCode", "EcritureNum", "EcritureDate", "CompteNum")
AMOUNTS: Final = (("Debit", "Credit"), ("Montant", "Sens"))
USEFUL: Final = (
    "JournalLib",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "EcritureLet",
)
RECEIVABLE: Final = "411"

_AMOUNT: Final = re.compile(r"([+-]?)([0-9]{0,27})(?:[.,]([0-9]*))?")
_DAY: Final = re.compile(r"[0-9]{8}")
_SENSE: Final = {"d": 1, "+1": 1, "1": 1, "+": 1, "c": -1, "-1": -1, "-": -1}


class Line(NamedTuple):
    """One line: `amount` is the debit less the credit, in minor units; None could not be read."""

    number: int
    journal: str
    journal_label: str
    entry: str
    on: date | None
    account: str
    account_label: str
    auxiliary: str
    auxiliary_label: str
    piece: str
    label: str
    letter: str
    amount: int | None
    doubts: tuple[Doubt, ...]

    @property
    def is_receivable(self) -> bool:
        """Whether the line stands on a customer's account."""
        return self.account.startswith(RECEIVABLE)


class Misshapen(NamedTuple):
    """A line whose cells are not those of the header, so that none of them can be trusted."""

    number: int
    doubt: Doubt


def lines_of(text: str, digits: int) -> Iterator[Line | Misshapen]:
    """The lines below the header, blank ones left out; amounts in units of `digits` decimals.

    Raises `InvalidInput` with every column that is missing or there twice.
    """
    # Only line ends end a line: the other separators that Python knows occur inside labels.
    physical = text.split("\n") if "\n" in text else text.split("\r")
    numbered = ((number, raw) for number, raw in enumerate(physical, 1) if raw.strip())
    _, header = next(numbered, (1, ""))
    layout = _Layout.of(header, digits)
    return (layout.line(number, raw) for number, raw in numbered)


class _Cut(NamedTuple):
    """How a line is cut into cells; quotes are content unless the header stands in them."""

    separator: str
    quoted: bool

    def cells(self, raw: str) -> list[str]:
        cells = [cell.strip() for cell in raw.split(self.separator)]
        return [cell.strip('"').strip() for cell in cells] if self.quoted else cells


class _Layout:
    """Where each column stands, and how a line is cut."""

    def __init__(self, cut: "_Cut", width: int, places: dict[str, int], digits: int) -> None:
        self.cut = cut
        self.width = width
        self.places = places
        self.pair = next(pair for pair in AMOUNTS if pair[0] in places and pair[1] in places)
        # A column that the file lacks reads as blank: one more cell is kept for it.
        self.at = {name: places.get(name, width) for name in (*NEEDED, *USEFUL, *self.pair)}
        self.full = 1 + max(places[name] for name in (*NEEDED, *self.pair))
        self.amount = _debit_less_credit if self.pair == AMOUNTS[0] else _amount_with_sense
        self.digits = digits

    @classmethod
    def of(cls, header: str, digits: int) -> "_Layout":
        cut = _Cut("\t" if "\t" in header else "|", header.lstrip().startswith('"'))
        names = cut.cells(header)
        while names and not names[-1]:
            names.pop()
        spelling = {name.casefold(): name for name in (*NEEDED, *USEFUL, *AMOUNTS[0], *AMOUNTS[1])}
        places: dict[str, int] = {}
        faults = []
        for place, name in enumerate(names):
            known = spelling.get(name.casefold())
            if known in places:
                faults.append(Fault("fec.header", f"one column {known}", "two", where="line 1"))
            elif known is not None:
                places[known] = place
        faults += _missing(places, names)
        if faults:
            raise InvalidInput.of(faults)
        return cls(cut, len(names), places, digits)

    def line(self, number: int, raw: str) -> Line | Misshapen:
        cells = self.cut.cells(raw)
        width, doubts = self.width, []
        if len(cells) > width and any(cells[width:]):
            return Misshapen(number, self.shape(len(cells)))
        if len(cells) < width:
            doubts.append(self.shape(len(cells)))
            if not self.only_the_end_is_missing(cells):
                return Misshapen(number, doubts[0])
            cells += [""] * (width - len(cells))
        cells[width:] = [""]
        at = self.at
        on, amount = None, None
        try:
            on = _day(cells[at["EcritureDate"]])
        except ValueError:
            got = shown_cell(cells[at["EcritureDate"]])
            doubts.append(Doubt("EcritureDate", "a date as YYYYMMDD", got))
        first, second = (cells[at[name]] for name in self.pair)
        try:
            amount = self.amount(first, second, self.digits)
        except ValueError as reason:
            got = f"{shown_cell(first)} and {shown_cell(second)}"
            doubts.append(Doubt(" and ".join(self.pair), str(reason), got))
        return Line(
            number,
            cells[at["JournalCode"]],
            cells[at["JournalLib"]],
            cells[at["EcritureNum"]],
            on,
            cells[at["CompteNum"]],
            cells[at["CompteLib"]],
            cells[at["CompAuxNum"]],
            cells[at["CompAuxLib"]],
            cells[at["PieceRef"]],
            cells[at["EcritureLib"]],
            cells[at["EcritureLet"]],
            amount,
            tuple(doubts),
        )

    def shape(self, count: int) -> Doubt:
        return Doubt("line", f"{self.width} cells, as in the header", str(count))

    def only_the_end_is_missing(self, cells: list[str]) -> bool:
        """Whether a short line lost blank cells at its end, and no separator before them.

        A lost separator shifts what follows: a date then stands where none can be, or one of the
        two amounts is blank.
        """
        if len(cells) < self.full or not all(cells[self.at[name]] for name in self.pair):
            return False
        pieces_on = cells[self.at["PieceDate"]] if "PieceDate" in self.places else ""
        return not pieces_on or _DAY.fullmatch(pieces_on) is not None


def _missing(places: dict[str, int], names: Sequence[str]) -> Iterator[Fault]:
    got = ", ".join(names) or "nothing"
    wanted = [(name, name in places) for name in NEEDED]
    complete = any(one in places and other in places for one, other in AMOUNTS)
    wanted.append(("Debit and Credit, or Montant and Sens", complete))
    for name, there in wanted:
        if not there:
            expected = f"a column {name}, between tabs or vertical bars"
            yield Fault("fec.header", expected, shown_cell(got), where="line 1")


@lru_cache(maxsize=4096)
def _day(cell: str) -> date:
    if not _DAY.fullmatch(cell):
        raise ValueError
    return date(int(cell[:4]), int(cell[4:6]), int(cell[6:]))


def _minor(cell: str, digits: int) -> int:
    """The amount in minor units, blank being 0; `ValueError` says what was expected."""
    if not cell:
        return 0
    match = _AMOUNT.fullmatch(cell)
    if match is None or not (match[2] or match[3]):
        raise ValueError("amounts such as 1234,56")
    sign, whole, decimals = match[1], match[2], (match[3] or "").rstrip("0")
    if len(decimals) > digits:
        raise ValueError(f"amounts of at most {digits} decimals")
    minor = int(whole + decimals.ljust(digits, "0") or "0")
    return -minor if sign == "-" else minor


def _debit_less_credit(debit: str, credit: str, digits: int) -> int:
    return _minor(debit, digits) - _minor(credit, digits)


def _amount_with_sense(amount: str, sense: str, digits: int) -> int:
    minor = _minor(amount, digits)
    if sense.casefold() not in _SENSE:
        if not minor and not sense:
            return 0
        raise ValueError("an amount and D or C (or +1 or -1)")
    return minor * _SENSE[sense.casefold()]
