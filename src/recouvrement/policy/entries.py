"""Typed access to the entries of a policy: words, amounts, conditions, ids."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from recouvrement.documents import Gathering, Path, Places, Said
from recouvrement.errors import InvalidInput
from recouvrement.money import Money
from recouvrement.policy.condition import Condition, read_condition
from recouvrement.policy.criteria import Criterion, Scope

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


class Entries(Gathering):
    """One pass over the document of a policy."""

    def __init__(
        self,
        document: dict[str, Any],
        places: Places,
        criteria: Mapping[str, Criterion],
    ) -> None:
        super().__init__(document, places)
        self.currency = "EUR"
        self.criteria = criteria
        self.ids: dict[str, str] = {}
        self.levels: tuple[str, ...] = ()

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
