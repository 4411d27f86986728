"""One pass over a document: what is wrong is gathered with its place, and the reading goes on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from recouvrement.documents.lines import Path
from recouvrement.errors import Fault, shown


class Places(Protocol):
    """Where the entries of a document stand."""

    def where(self, path: Path) -> tuple[str, int] | None:
        """The document ("" for the one read) and the line of an entry, or of what holds it."""


class Said(str):
    """A description of what came, to be shown as it is."""

    __slots__ = ()


class Gathering:
    """A document being read: a stand-in takes the place of what cannot be.

    >>> from recouvrement.documents.lines import lines_of
    >>> reading = Gathering({"rate": ""}, lines_of('rate = ""'))
    >>> reading.text(("rate",)), [str(one) for one in reading.faults]
    ('?', ["line 1: rate: expected some text, got ''"])
    """

    def __init__(self, document: dict[str, Any], places: Places) -> None:
        self.document = document
        self.places = places
        self.found: list[tuple[str, int, Fault]] = []

    @property
    def faults(self) -> list[Fault]:
        """What is wrong, in order of document and line."""
        return [fault for _, _, fault in sorted(self.found, key=lambda one: one[:2])]

    def fault(self, path: Path, expected: str, got: object) -> None:
        """One more thing that is wrong, with the line it stands on."""
        name = ".".join(f"{one + 1}" if isinstance(one, int) else one for one in path)
        said = str(got) if isinstance(got, Said) else shown(got)
        document, line = self.places.where(path) or ("", 0)
        place = f"line {line}" if line else None
        if document and place:
            place = f"{document}, {place}"
        self.found.append((document, line, Fault(name, expected, said, place)))

    def get(self, path: Path) -> Any:
        """The value at a path, None where there is none."""
        value: Any = self.document
        for one in path:
            value = value.get(one) if isinstance(value, dict) else value[one]
        return value

    def unknown(self, path: Path, keys: Iterable[str], known: tuple[str, ...]) -> None:
        """A fault for each of the keys at a path that is not among those known there."""
        for key in keys:
            if key not in known:
                expected = "one of " + ", ".join(known)
                self.fault((*path, key), expected, Said("a key not known here"))

    def text(self, path: Path) -> str:
        """Some text that is not blank."""
        value = self.get(path)
        if not isinstance(value, str) or not value.strip():
            self.fault(path, "some text", value)
            return "?"
        return value
