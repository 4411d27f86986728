"""Typed access to the entries of a document: what is wrong is gathered, and the reading goes on."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from recouvrement.errors import Fault, InvalidInput, shown
from recouvrement.money import Money
from recouvrement.policy.condition import Condition, read_condition
from recouvrement.policy.criteria import Criterion, Scope

Path = tuple[str | int, ...]
Word = TypeVar("Word", bound=StrEnum)

# Reasons that `because` may give beside the ids of rules.
RESERVED = frozenset(
    {
        "awaiting-notice",
        "channels-refused",
        "criterion-failed",
        "floor",
        "kind-not-served",
        "outside-calendar",
        "pace",
        "unapplied-cash",
    }
)
_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
# A century of days: longer than any rule, and short enough for every date.
MOST = 36_525


class Places(Protocol):
    """Where the entries of a document stand."""

    def where(self, path: Path) -> tuple[str, int] | None:
        """The document ("" for the one read) and the line of an entry, or of what holds it."""


class Said(str):
    """A description of what came, to be shown as it is."""

    __slots__ = ()


class Entries:
    """One pass over a document: a stand-in takes the place of what cannot be read."""

    def __init__(
        self,
        document: dict[str, Any],
        places: Places,
        criteria: Mapping[str, Criterion],
    ) -> None:
        self.document = document
        self.places = places
        self.found: list[tuple[str, int, Fault]] = []
        self.currency = "EUR"
        self.criteria = criteria
        self.ids: dict[str, str] = {}
        self.levels: tuple[str, ...] = ()

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

    def unknown(self, path: Path, table: dict[str, Any], known: tuple[str, ...]) -> None:
        """A fault for each key that no table of this name has."""
        for key in table:
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

    def table(self, path: Path, known: tuple[str, ...]) -> dict[str, Any]:
        """A table, empty where there is none."""
        table = self.get(path)
        if table is None:
            return {}
        if not isinstance(table, dict):
            name = ".".join([one for one in path if isinstance(one, str)])
            self.fault(path, f"a table [{name}]", table)
            return {}
        self.unknown(path, table, known)
        return table

    def tables(self, name: str) -> list[dict[str, Any]]:
        """Tables of one name, none where there are none."""
        tables = self.document.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            self.fault((name,), f"tables [[{name}]]", tables)
            return []
        return tables

    def integer(self, path: Path, default: int, least: int, most: int = MOST) -> int:
        """A whole number between two bounds, or the default."""
        value = self.get(path)
        if value is None:
            return default
        if type(value) is not int or not least <= value <= most:
            self.fault(path, f"a whole number from {least} to {most}", value)
            return default
        return value

    def days(self, path: Path) -> int | None:
        """A number of days of at least one, None where there is none."""
        return self.integer(path, 0, 1) or None

    def word(
        self,
        path: Path,
        words: type[Word],
        default: Word | None,
        *,
        among: Collection[Word] | None = None,
    ) -> Word | None:
        """One of some words, of all unless `among` names those that will do, or the default."""
        value, known = self.get(path), list(words) if among is None else among
        if value is None:
            return default
        if isinstance(value, str) and value in known:
            return words(value)
        self.fault(path, "one of " + ", ".join(known), value)
        return default

    def words(self, path: Path, words: type[Word], *, required: bool = False) -> tuple[Word, ...]:
        """A list of some words."""
        values = self.get(path)
        if values is None and not required:
            return ()
        if not isinstance(values, list) or (required and not values):
            self.fault(path, "a list of " + ", ".join(words), values)
            return ()
        strangers = [one for one in values if not isinstance(one, str) or one not in list(words)]
        if strangers:
            self.fault(path, "only " + ", ".join(words), strangers)
            return ()
        return tuple(words(one) for one in values)

    def amount(self, path: Path) -> Money | None:
        """Digits are read as written: TOML numbers come as int or Decimal, never as float."""
        currency, value = self.currency, self.get(path)
        if value is None:
            return None
        try:
            amount = Money.of(value, currency)
        except ValueError:
            amount = None
        if amount is None or amount.minor < 0:
            self.fault(path, f"an amount in {currency}, 0 or more", value)
            return None
        return amount

    def identifier(self, path: Path) -> str:
        """The id of a rule, used once in the document and no reserved word."""
        value = self.get(path)
        if not isinstance(value, str) or not _ID.fullmatch(value):
            self.fault(path, "an id of lower-case words joined by hyphens", value)
            return "?"
        if value in RESERVED:
            self.fault(path, "an id other than the reasons " + ", ".join(sorted(RESERVED)), value)
        elif value in self.ids:
            self.fault(path, "an id used once", Said(f"{value!r}, also {self.ids[value]}"))
        self.ids.setdefault(value, str(path[0]))
        return value

    def condition(
        self, path: Path, *, scope: Scope = Scope.ITEM, fixed_only: bool = False
    ) -> Condition:
        """The condition at a path; one that is never met where it cannot be read."""
        try:
            return read_condition(
                self.get(path),
                currency=self.currency,
                scope=scope,
                criteria=self.criteria,
                words={"level_reached": self.levels},
                fixed_only=fixed_only,
            )
        except InvalidInput as error:
            self.fault(path, error.expected, Said(error.got))
            return read_condition("False", currency="EUR")
