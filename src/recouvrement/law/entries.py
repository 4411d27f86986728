"""Typed access to the entries of a law: dates, numbers, percentages, words, hours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from recouvrement.documents import Gathering, Path, Places, Said
from recouvrement.law.timeline import RowValue

Word = TypeVar("Word", bound=StrEnum)

# Dates of law: earlier ones are typing errors, later ones are not law yet.
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
# A number of law: percent, years, days, amounts of a fine.
_MOST = Decimal(10) ** 12
# Percent a year, or points: what lies outside is 265 for 2.65, or a sign too many.
_LEAST_PERCENT, _MOST_PERCENT = Decimal(-5), Decimal(100)
_NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
# Takes the place of a date that cannot be read.
SOME_DAY = date(2000, 1, 1)
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS = re.compile(r"([0-2]\d):([0-5]\d)-([0-2]\d):([0-5]\d)")


class Entries(Gathering):
    """One pass over the document of a law pack."""

    def __init__(self, document: dict[str, Any], places: Places) -> None:
        super().__init__(document, places)
        self.at: set[Path] = set()

    def fault(self, path: Path, expected: str, got: object) -> None:
        """One more thing that is wrong; its path is kept."""
        self.at.add(path)
        super().fault(path, expected, got)

    def is_dated(self, path: Path) -> bool:
        """Whether nothing is wrong with the dates of a row: else its neighbours are not judged."""
        return self.at.isdisjoint(((*path, "since"), (*path, "until")))

    def are_dated(self, rows: Iterable[tuple[object, Path]]) -> bool:
        """The same of some rows with their paths."""
        return all(self.is_dated(path) for _, path in rows)

    def optional_text(self, path: Path) -> str | None:
        """Some text, None where there is none."""
        return None if self.get(path) is None else self.text(path)

    def name(self, path: Path) -> str:
        """A name of lower-case words, joined by dots, hyphens or underscores."""
        value = self.get(path)
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            expected = "a name of lower-case words joined by dots, hyphens or underscores"
            self.fault(path, expected, value)
            return "?"
        return value

    def optional_name(self, path: Path) -> str | None:
        """A name, None where there is none."""
        return None if self.get(path) is None else self.name(path)

    def day(self, path: Path) -> date | None:
        """A date, None where there is none."""
        value = self.get(path)
        if value is None:
            return None
        plain = isinstance(value, date) and not isinstance(value, datetime)
        if not plain or not _FIRST_YEAR <= value.year <= _LAST_YEAR:
            expected = f"a date between {_FIRST_YEAR} and {_LAST_YEAR}"
            self.fault(path, expected, Said(value) if isinstance(value, date) else value)
            return SOME_DAY
        return date(value.year, value.month, value.day)

    def number(self, path: Path) -> Decimal | None:
        """A number as it was written, None where there is none."""
        value = self.get(path)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            self.fault(path, "a number", value)
            return Decimal(0)
        number = Decimal(value)
        if not number.is_finite() or abs(number) > _MOST:
            self.fault(path, f"a number of at most {_MOST:f}", value)
            return Decimal(0)
        return number

    def needed(self, path: Path) -> Decimal:
        """A number that must be there."""
        value = self.number(path)
        if value is None:
            self.fault(path, "a number", None)
            return Decimal(0)
        return value

    def percent(self, path: Path) -> Decimal | None:
        """A percentage, or points of one, that a law could have; None where there is none."""
        value = self.number(path)
        if value is not None and not _LEAST_PERCENT <= value <= _MOST_PERCENT:
            expected = f"percent, from {_LEAST_PERCENT} to {_MOST_PERCENT}: 2.65 for 2.65 %"
            self.fault(path, expected, value)
            return Decimal(0)
        return value

    def needed_percent(self, path: Path) -> Decimal:
        """A percentage that must be there."""
        value = self.percent(path)
        if value is None:
            self.fault(path, "a number", None)
            return Decimal(0)
        return value

    def whole(self, path: Path, most: int = 1000) -> int:
        """A whole number of at least one, which must be there."""
        value = self.get(path)
        if type(value) is not int or not 1 <= value <= most:
            self.fault(path, f"a whole number from 1 to {most}", value)
            return 1
        return value

    def optional_whole(self, path: Path) -> int | None:
        """A whole number, None where there is none."""
        return None if self.get(path) is None else self.whole(path)

    def flag(self, path: Path) -> bool | None:
        """True or false, None where there is none."""
        value = self.get(path)
        if value is not None and not isinstance(value, bool):
            self.fault(path, "true or false", value)
            return None
        return value

    def word(self, path: Path, words: type[Word], default: Word | None = None) -> Word:
        """One of some words, or the default."""
        value = self.get(path)
        if value is None and default is not None:
            return default
        if isinstance(value, str) and value in list(words):
            return words(value)
        self.fault(path, "one of " + ", ".join(words), value)
        return next(iter(words))

    def optional_word(self, path: Path, words: type[Word]) -> str | None:
        """One of some words, as plain text; None where there is none."""
        return None if self.get(path) is None else str(self.word(path, words))

    def words(self, path: Path, words: type[Word]) -> frozenset[Word]:
        """A list of some of the words, not empty."""
        values, known = self.get(path), list(words)
        if not isinstance(values, list) or not values or any(one not in known for one in values):
            self.fault(path, "a list of " + ", ".join(words), values)
            return frozenset()
        return frozenset(words(one) for one in values)

    def value(self, path: Path) -> RowValue:
        """A number, a text, true or false, a date, or a list of texts."""
        value = self.get(path)
        if isinstance(value, Decimal) or (type(value) is int):
            number = self.needed(path)
            return int(number) if type(value) is int else number
        if isinstance(value, date):
            return self.day(path) or SOME_DAY
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return tuple(value)
        if not isinstance(value, (str, bool)) or value == "":
            self.fault(path, "a number, a text, true or false, a date, or a list of texts", value)
            return False
        return value

    def week(self, path: Path) -> frozenset[int]:
        """Days of the week by their names, Monday being 0; the whole week where none are given."""
        values = self.get(path)
        if values is None:
            return frozenset(range(7))
        if not isinstance(values, list) or not values or any(one not in _WEEK for one in values):
            self.fault(path, "a list of " + ", ".join(_WEEK), values)
            return frozenset()
        return frozenset(map(_WEEK.index, values))

    def hours(self, path: Path) -> tuple[tuple[time, time], ...]:
        """Hours such as "10:00-13:00", in order; none where none are given."""
        values = self.get(path)
        read: list[tuple[time, time]] = []
        for one in values if isinstance(values, list) else [] if values is None else [values]:
            parts = _HOURS.fullmatch(one) if isinstance(one, str) else None
            first, last = _minutes(parts) if parts else (0, 0)
            if not first < last <= 24 * 60 - 1 or (read and _at(first) < read[-1][1]):
                self.fault(path, 'hours in order, such as ["10:00-13:00", "14:00-20:00"]', values)
                return ()
            read.append((_at(first), _at(last)))
        return tuple(read)

    def tables(self, name: str) -> list[Path]:
        """The paths of the tables of one name, none where there are none."""
        tables = self.document.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            self.fault((name,), f"tables [[{name}]]", tables)
            return []
        return [(name, place) for place in range(len(tables))]

    def table(self, path: Path) -> bool:
        """Whether there is a table; something else in its place is a fault."""
        value = self.get(path)
        if value is not None and not isinstance(value, dict):
            self.fault(path, f"a table [{'.'.join(map(str, path))}]", value)
            return False
        return value is not None


def _minutes(parts: re.Match[str]) -> tuple[int, int]:
    first_hour, first, last_hour, last = map(int, parts.groups())
    return first_hour * 60 + first, last_hour * 60 + last


def _at(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
