"""A TOML document read from text: its entries, and the line on which each of them stands."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable
from decimal import Decimal
from itertools import accumulate
from typing import Any, Final

from attrs import frozen

from recouvrement.errors import InvalidInput

Path = tuple[str | int, ...]

_NUMBER: Final = re.compile(r"[0-9]+")
_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BETWEEN: Final = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_DOT: Final = re.compile(r"[ \t]*(?:\.[ \t]*)?")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*'""")
_TEXT: Final = re.compile(
    r'''"""(?:\\.|[^\\])*?"{3,5}|\'{3}.*?\'{3,5}|"(?:\\.|[^"\\])*"|'[^']*\'''', re.DOTALL
)
_PLAIN: Final = re.compile(r"[^,\]}#\n]*")
# A key of more parts than any table has: reading it would cost the square of their number.
_ENDLESS: Final = re.compile(
    r"""(?<![A-Za-z0-9_-])
    (?:(?:[A-Za-z0-9_-]++|"(?:\\.|[^"\\\n])*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){32}""",
    re.VERBOSE,
)


@frozen
class Lines:
    """The line of every key and table of one document."""

    by_path: dict[Path, int]

    def line(self, path: Path) -> int | None:
        """The line of a key, or of the nearest table around it; None when there is neither."""
        while path:
            if path in self.by_path:
                return self.by_path[path]
            path = path[:-1]
        return None

    def where(self, path: Path) -> tuple[str, int] | None:
        """The same, with the name of the document: none, for the one that was read."""
        line = self.line(path)
        return None if line is None else ("", line)


def document_of(
    text: object, kind: str, refused: type[InvalidInput], *, longest: int
) -> tuple[dict[str, Any], Lines]:
    """A document's entries, decimals exact, and where they stand; `refused` for what is no TOML.

    `kind` names the document in errors. One of more than `longest` characters is refused: what
    takes longer than its length to refuse stays bounded.

    >>> from recouvrement.errors import InvalidLaw
    >>> entries, lines = document_of("rate = 12.40", "law", InvalidLaw, longest=1_000)
    >>> entries, lines.line(("rate",))
    ({'rate': Decimal('12.40')}, 1)
    """
    if not isinstance(text, str):
        raise refused(kind, "the text of a TOML document", type(text).__name__)
    text = text.removeprefix("\ufeff")  # some editors begin a file with a mark of their own
    if len(text) > longest:
        raise refused(kind, f"at most {longest} characters", str(len(text)))

    def unreadable(reason: str, line: int) -> InvalidInput:
        return refused(kind, "a TOML document", reason, f"line {line}")

    def beyond_measure() -> InvalidInput:
        lengths = [len(one) for one in text.split("\n")]
        reason = "a number or a nesting beyond measure"
        return unreadable(reason, lengths.index(max(lengths)) + 1)

    if is_endless(text):
        raise beyond_measure()
    try:
        return tomllib.loads(text, parse_float=Decimal), lines_of(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).partition(" (at ")
        line = _NUMBER.search(place)  # none where the document ends too early
        raise unreadable(reason, int(line[0]) if line else text.count("\n") + 1) from None
    except (ValueError, ArithmeticError, RecursionError):
        raise beyond_measure() from None


def is_endless(text: str) -> bool:
    """Whether some key of a document has more parts than anybody would write.

    >>> is_endless("pace.climb = 1"), is_endless("a." * 40 + "a = 1")
    (False, True)
    """
    return _ENDLESS.search(text) is not None


def lines_of(text: str) -> Lines:
    r"""The lines of a document that the TOML reader accepts.

    >>> lines_of('name = "x"\n[[level]]\nid = "call"').line(("level", 0, "id"))
    3
    """
    scan = _Scan(text)
    scan.document()
    return Lines(scan.by_path)


class _Scan:
    """One walk over a valid document: it knows where values end, not what they mean."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
        self.by_path: dict[Path, int] = {}
        self.last: dict[Path, int] = {}

    def document(self) -> None:
        table: Path = ()
        self.take(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.take(_BLANK)

    def take(self, pattern: re.Pattern[str]) -> str:
        """What the pattern matches here, passed over."""
        start = self.at
        self.at = pattern.match(self.text, start).end()  # type: ignore[union-attr]
        return self.text[start : self.at]

    def mark(self, path: Path, at: int) -> None:
        self.by_path.setdefault(path, bisect_right(self.starts, at))

    def header(self) -> Path:
        start = self.at
        many = self.text.startswith("[[", start)
        self.at += 2 if many else 1
        *around, name = self.key()
        self.at += 2 if many else 1
        table: Path = ()
        for part in around:
            table = self.latest((*table, part))
            self.mark(table, start)
        table = (*table, name)
        if many:
            self.mark(table, start)
            self.last[table] = self.last.get(table, -1) + 1
            table = self.latest(table)
        self.mark(table, start)
        return table

    def latest(self, table: Path) -> Path:
        """A table, or the last of an array of tables."""
        return (*table, self.last[table]) if table in self.last else table

    def key(self) -> list[str]:
        """The parts of a key, dots between them; the cursor is then past the blanks behind it."""
        parts = []
        self.take(_DOT)
        while self.text[self.at] not in "=]":
            part = self.take(_KEY)
            quoted = part[0] in "\"'"
            parts.append(tomllib.loads(f"it = {part}")["it"] if quoted else part)
            self.take(_DOT)
        return parts

    def pair(self, table: Path) -> None:
        start, path = self.at, table
        for part in self.key():
            path = (*path, part)
            self.mark(path, start)
        self.at += 1
        self.value(path)

    def value(self, path: Path) -> None:
        self.take(_BLANK)
        match self.text[self.at]:
            case "[":
                self.inside("]", lambda place: self.element((*path, place)))
            case "{":
                self.inside("}", lambda _: self.pair(path))
            case '"' | "'":
                self.take(_TEXT)
            case _:
                self.take(_PLAIN)

    def element(self, path: Path) -> None:
        self.mark(path, self.at)
        self.value(path)

    def inside(self, closing: str, read: Callable[[int], None]) -> None:
        """Read the parts of an array or of an inline table, through its closing mark."""
        self.at += 1
        self.take(_BETWEEN)
        place = 0
        while self.text[self.at] != closing:
            read(place)
            place += 1
            self.take(_BETWEEN)
        self.at += 1
