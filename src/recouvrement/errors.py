"""What can go wrong: every error keeps where, which field, what was expected, what came."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Self, TypeVar

from attrs import frozen

Word = TypeVar("Word", bound=StrEnum)

_LONGEST_SHOWN = 200


def shown(value: object) -> str:
    """What came in a document, as a fault shows it: in part where it is long.

    >>> shown(None), shown("x"), shown(Decimal("1.50"))
    ('nothing', "'x'", '1.50')
    """
    try:
        plain = isinstance(value, Decimal)
        text = "nothing" if value is None else str(value) if plain else repr(value)
    except ValueError:  # Python writes no number of more than 4300 digits
        text = "a number of thousands of digits"
    except RecursionError:  # a dotted key nests without end
        text = "a nesting beyond measure"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


@frozen
class Fault:
    """One thing that is wrong: the field, what it should have been, what came, and where it stood.

    >>> print(Fault("invoice.due_on", "a date", "'2026-13-01'", where="line 4"))
    line 4: invoice.due_on: expected a date, got '2026-13-01'
    """

    field: str
    expected: str
    got: str
    where: str | None = None

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.field}: expected {self.expected}, got {self.got}"


class RecouvrementError(Exception):
    """The root of every error this library raises on purpose."""


class InvalidInput(RecouvrementError, ValueError):
    """An argument that no answer can be given for; carries every fault found, not the first only.

    >>> error = InvalidInput("as_of", "a date", "'today'")
    >>> error.field, error.expected, error.got
    ('as_of', 'a date', "'today'")
    """

    faults: tuple[Fault, ...]

    def __init__(
        self, field: str, expected: str, got: str, where: str | None = None, *more: Fault
    ) -> None:
        # The five parts are the exception's own args, so that pickle rebuilds it whole.
        super().__init__(field, expected, got, where, *more)
        self.faults = (Fault(field, expected, got, where), *more)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> Self:
        """One error that carries all the `faults` of one reading; there must be at least one."""
        first, *rest = faults
        return cls(first.field, first.expected, first.got, first.where, *rest)

    @property
    def field(self) -> str:
        """The field of the first fault."""
        return self.faults[0].field

    @property
    def expected(self) -> str:
        """What the first fault's field should have been."""
        return self.faults[0].expected

    @property
    def got(self) -> str:
        """What came instead in the first fault."""
        return self.faults[0].got

    @property
    def where(self) -> str | None:
        """The place of the first fault, such as a line, when there is one."""
        return self.faults[0].where

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


def word_of(
    words: type[Word], word: object, field: str, refused: type[InvalidInput] = InvalidInput
) -> Word:
    """The member of a vocabulary that a word names; the error says which words there are.

    >>> from recouvrement.money import Rounding
    >>> word_of(Rounding, "half_up", "rounding")
    <Rounding.HALF_UP: 'half_up'>
    """
    try:
        return words(word)  # type: ignore[arg-type]
    except ValueError:
        raise refused(field, "one of " + ", ".join(words), repr(word)) from None


class InvalidFact(InvalidInput):
    """A value or a fact that cannot be true, or facts that contradict each other in one account."""


class InvalidPolicy(InvalidInput):
    """A policy document with faults; each names its line and its key."""


class InvalidLaw(InvalidInput):
    """A law document with faults; each names its line and its key."""


class CurrencyMismatch(RecouvrementError, ValueError):
    """Two currencies met in one operation; no exchange rate is ever guessed.

    >>> print(CurrencyMismatch("EUR", "USD"))
    expected one currency, got EUR and USD
    """

    def __init__(self, left: str, right: str) -> None:
        super().__init__(left, right)
        self.left = left
        self.right = right

    def __str__(self) -> str:
        return f"expected one currency, got {self.left} and {self.right}"


class OutsideCoverage(RecouvrementError, LookupError):
    """A date on which the data given says nothing; the answer is refused, never extrapolated.

    >>> from datetime import date
    >>> print(OutsideCoverage("holidays", date(2031, 1, 1), date(2020, 1, 1), date(2030, 12, 31)))
    holidays: nothing is known on 2031-01-01 (covered: 2020-01-01 to 2030-12-31)
    """

    def __init__(self, what: str, on: object, since: object, until: object) -> None:
        super().__init__(what, on, since, until)
        self.what = what
        self.on = on
        self.since = since
        self.until = until

    def __str__(self) -> str:
        since = "the beginning" if self.since is None else self.since
        until = "the end" if self.until is None else self.until
        return f"{self.what}: nothing is known on {self.on} (covered: {since} to {until})"
