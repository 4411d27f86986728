"""A table of plain rows: where each stands, which repeat another, and its fields one by one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar

from recouvrement.errors import Fault, InvalidInput
from recouvrement.interop.cells import Cells, UnreadableCellError, is_blank
from recouvrement.interop.reading import Doubt, Problem, problem_of, shown_cell

Value = TypeVar("Value")
RawRow = Mapping[Any, Any]

FIRST_ROW: Final = 2


class Row:
    """One row by our fields, those that hold something; it remembers every doubt about them."""

    def __init__(self, where: int, cells: Mapping[str, object], reader: Cells, table: str) -> None:
        self.where = where
        self.doubts: list[Doubt] = []
        self.is_set_aside = False
        self.repeats = False
        self._cells = cells
        self._reader = reader
        self._table = table

    def needed(self, field: str, read: Callable[[Any], Value], expected: str) -> Value | None:
        """The field; when it is blank or unreadable, the row is set aside."""
        before = len(self.doubts)
        value = self.given(field, read)
        if value is None:
            self.is_set_aside = True
            if len(self.doubts) == before:
                self.say(field, expected, "nothing")
        return value

    def given(self, field: str, read: Callable[[Any], Value]) -> Value | None:
        """The field; blank, it is None, and unreadable too, with a doubt."""
        if field not in self._cells:
            return None
        raw = self._cells[field]
        try:
            cell = self._reader.converted(field, raw)
            return None if is_blank(cell) else read(cell)
        except UnreadableCellError as error:
            self.say(field, error.expected, shown_cell(raw))
            return None

    def has(self, field: str) -> bool:
        """Whether there is something in the field; a field without column has nothing."""
        return field in self._cells

    def say(self, field: str, expected: str, got: str) -> None:
        """Remember that something about a field is odd."""
        self.doubts.append(Doubt(f"{self._table}.{field}", expected, got))

    def set_aside(self, field: str, expected: str, got: str) -> None:
        """Remember why the row cannot be used."""
        self.is_set_aside = True
        self.say(field, expected, got)

    @property
    def problem(self) -> Problem:
        """All its doubts as one problem; there must be one."""
        return problem_of(self.where, self.doubts)


class Table:
    """Rows under the names of our fields, in the order of the source."""

    def __init__(
        self, name: str, rows: Iterable[RawRow], columns: Mapping[str, str], reader: Cells
    ) -> None:
        self.name = name
        self.columns = columns
        self.reader = reader
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        """Every row; one that repeats an earlier one in all its columns is set aside already."""
        known: dict[frozenset[object], int] = {}
        for where, raw in self._numbered():
            cells = {
                field: cell
                for field, column in self.columns.items()
                if not is_blank(cell := raw.get(column))
            }
            row = Row(where, cells, self.reader, self.name)
            same = known.setdefault(_content(raw), where)
            if same != where:
                row.repeats = True
                row.set_aside("row", "a row that repeats no other", f"line {same} again")
            elif not is_blank(extra := _beyond_header(raw)):
                row.set_aside("row", "as many cells as the header", f"also {shown_cell(extra)}")
            yield row

    def _numbered(self) -> Iterator[tuple[int, RawRow]]:
        """The rows with their physical lines: a `csv.DictReader` knows them, others have one each.

        A cell may hold line ends, and its row then stands where it begins.
        """
        header = getattr(self._rows, "fieldnames", None) or ()
        absent = {field: column for field, column in self.columns.items() if column not in header}
        there = header
        for place, raw in enumerate(self._rows, FIRST_ROW):
            if not isinstance(raw, Mapping):
                expected = "mappings from column to cell, such as frame.to_dict('records')"
                raise InvalidInput(f"{self.name}.rows", expected, shown_cell(raw))
            there = there or tuple(raw)
            for field in [one for one, column in absent.items() if column in raw]:
                del absent[field]
            last = getattr(self._rows, "line_num", None)
            yield (place if last is None else last - _line_ends(raw)), raw
        if absent and there:
            # A column may be missing from some rows, which then hold nothing there; not from all.
            expected = "one of the columns " + ", ".join(map(str, there))
            raise InvalidInput.of(
                Fault(f"{self.name}.columns.{field}", expected, shown_cell(column))
                for field, column in absent.items()
            )


def check_fields(
    argument: str, columns: Mapping[str, str], needed: Sequence[str], others: Iterable[str]
) -> None:
    """Whether a mapping from our fields to columns has those needed and no unknown one."""
    if not isinstance(columns, Mapping):
        raise InvalidInput(argument, "a mapping from field to column", shown_cell(columns))
    fields = (*needed, *others)
    faults = [
        Fault(argument, f"a column for {field}", "none") for field in needed if field not in columns
    ]
    faults += [
        Fault(argument, "fields among " + ", ".join(fields), shown_cell(field))
        for field in columns
        if field not in fields
    ]
    if faults:
        raise InvalidInput.of(faults)


def _content(raw: RawRow) -> frozenset[object]:
    """What makes two rows the same: every column, trimmed, blanks alike."""
    return frozenset((column, _trimmed(cell)) for column, cell in raw.items())


def _trimmed(cell: object) -> object:
    if is_blank(cell):
        return None
    if isinstance(cell, str):
        return cell.strip()
    try:
        hash(cell)
    except TypeError:
        return repr(cell)
    return cell


def _beyond_header(raw: RawRow) -> str:
    """The cells that a `csv.DictReader` found beyond the header's."""
    extra = raw.get(None)
    return ",".join(filter(None, map(str.strip, extra))) if isinstance(extra, list) else ""


def _line_ends(raw: RawRow) -> int:
    return sum(cell.count("\n") for cell in raw.values() if isinstance(cell, str))
