"""One cell of a row of plain data: whether it is blank, and what it says otherwise."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from numbers import Rational, Real
from typing import Any, Final, TypeVar

from recouvrement.errors import InvalidFact, InvalidInput
from recouvrement.money import Money, Rounding, exponent_of

Word = TypeVar("Word", bound=StrEnum)
Converter = Callable[[Any], Any]

# What pandas puts where nothing is, known by name so that pandas need not be there.
_ABSENT: Final = frozenset({"NaTType", "NAType"})
_PROBE: Final = date(2027, 11, 23)
# Python loads what reads dates when first asked: asked here, no reading later touches a file.
datetime.strptime(f"{_PROBE}", "%Y-%m-%d")  # noqa: DTZ007


class UnreadableCellError(ValueError):
    """A cell that does not say what its column should; `args[0]` is what was expected."""

    @property
    def expected(self) -> str:
        """What the cell should have been."""
        return str(self.args[0])


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing: None, NaN, NaT or blank text.

    >>> is_blank(" "), is_blank(float("nan")), is_blank(Decimal("NaN")), is_blank(0)
    (True, True, True, False)
    """
    if isinstance(value, str):
        return not value.strip()
    if value is None:
        return True
    if isinstance(value, Decimal):
        return value.is_nan()
    if type(value).__name__ in _ABSENT:
        return True
    return isinstance(value, Real) and bool(value != value)  # noqa: PLR0124 (what NaN is)


class Cells:
    """How the cells of a table are read: the form of its dates, and what becomes of floats."""

    def __init__(
        self,
        date_format: str,
        floats: Rounding | str | None,
        converters: Mapping[str, Converter],
    ) -> None:
        _check_format(date_format)
        if floats is not None and floats not in list(Rounding):
            expected = "None or one of " + ", ".join(Rounding)
            raise InvalidInput("floats", expected, repr(floats))
        self.date_format = date_format
        self.floats = None if floats is None else Rounding(floats)
        self.converters = converters
        self._days: dict[str, date] = {}

    def converted(self, field: str, value: object) -> object:
        """What a cell that holds something becomes by the host's converter of its field."""
        convert = self.converters.get(field)
        if convert is None:
            return value
        try:
            return convert(value)
        except (ValueError, TypeError, ArithmeticError, LookupError, AttributeError) as error:
            expected = "what its converter reads"
            raise UnreadableCellError(expected) from error

    def day(self, value: object) -> date:
        """A date: one already, a datetime at midnight, or text in the format of the table."""
        if isinstance(value, datetime):
            if value.time() != time.min:
                raise UnreadableCellError("a date, or a datetime at midnight")
            return value.date()
        if isinstance(value, date):
            return value
        if not isinstance(value, str):
            raise UnreadableCellError(f"a date, or text as {self.date_format}")
        text = value.strip()
        if text not in self._days:
            try:
                # A ledger's date has no zone: it is read, and its zone is left to the host.
                moment = datetime.strptime(text, self.date_format)  # noqa: DTZ007
            except ValueError:
                raise UnreadableCellError(f"a date as {self.date_format}") from None
            if moment.time() != time.min:
                raise UnreadableCellError("a date, or a datetime at midnight")
            self._days[text] = moment.date()
        return self._days[text]

    def amount(self, value: object, currency: str) -> Money:
        """An amount above 0; a float only if the host said how to round it."""
        try:
            money = self._money(value, currency)
        except InvalidFact as error:
            raise UnreadableCellError(error.expected) from None
        if money.minor <= 0:
            raise UnreadableCellError("an amount above 0")
        return money

    def _money(self, value: object, currency: str) -> Money:
        if isinstance(value, str):
            return Money.of(value.strip(), currency)
        if isinstance(value, Real) and not isinstance(value, Rational):
            if self.floats is None:
                expected = "text, a whole number or a Decimal (floats need floats=, a Rounding)"
                raise UnreadableCellError(expected)
            return Money.from_float(float(value), currency, rounding=self.floats)
        if isinstance(value, Rational) and not isinstance(value, bool) and value.denominator == 1:
            # Whole numbers of other libraries too, which Money itself refuses.
            return Money.of(int(value.numerator), currency)
        return Money.of(value, currency)  # type: ignore[arg-type]

    def text(self, value: object) -> str:
        """An identifier or a name: text, or what stands for itself as text."""
        if isinstance(value, (float, bool, bytes)):
            raise UnreadableCellError("text or a whole number")
        return str(value).strip()

    def currency(self, value: object) -> str:
        """A currency by its code, in any case."""
        code = str(value).strip().upper()
        try:
            exponent_of(code)
        except InvalidFact as error:
            raise UnreadableCellError(error.expected) from None
        return code

    def word(self, value: object, words: type[Word]) -> Word:
        """One of the library's words, in any case."""
        try:
            return words(str(value).strip().casefold())
        except ValueError:
            raise UnreadableCellError("one of " + ", ".join(words)) from None


def _check_format(date_format: object) -> None:
    expected = "a format that gives year, month and day, such as %Y-%m-%d"
    try:
        text = _PROBE.strftime(date_format)  # type: ignore[arg-type]
        back = datetime.strptime(text, date_format)  # type: ignore[arg-type]  # noqa: DTZ007
    except (TypeError, ValueError):
        raise InvalidInput("date_format", expected, repr(date_format)) from None
    if back != datetime.combine(_PROBE, time.min):
        raise InvalidInput("date_format", expected, repr(date_format))
