"""Every field of a fact checks itself by its annotation: wrong types are refused by name."""

import types
import typing
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final, get_args, get_origin

from attrs import Attribute

from recouvrement.errors import InvalidFact
from recouvrement.money import Money

Check = Callable[[Any], Any]

_MOST_DIGITS: Final = 20


def checked(cls: type, fields: list["Attribute[Any]"]) -> list["Attribute[Any]"]:
    """The class's fields, each with the converter that its annotation implies.

    Given to `attrs.frozen(field_transformer=…)`. Words become members of their enum, iterables
    become tuples or frozensets; anything else that is not of the annotated type raises
    `InvalidFact` with the field's name. A converter written on a field is for type checkers (it
    says that plain text is taken for an identifier); the one made here stands in for it.
    """
    owner = "_".join(_words(cls.__name__))
    return [
        one.evolve(converter=_check_of(one.type, f"{owner}.{one.name}")) if one.init else one
        for one in fields
    ]


def refuse(fact: object, name: str, expected: str, got: object) -> typing.NoReturn:
    """Raise `InvalidFact` about one field of a fact under construction."""
    owner = "_".join(_words(type(fact).__name__))
    raise InvalidFact(f"{owner}.{name}", expected, shown(got))


def shown(value: object) -> str:
    """How a value reads in a fault: dates and money plainly, the rest as Python writes it.

    >>> shown(date(2026, 1, 2)), shown(Money.of(5, "EUR")), shown("x")
    ('2026-01-02', '5.00 EUR', "'x'")
    """
    if isinstance(value, (date, Decimal, Money)) and not isinstance(value, datetime):
        return str(value)
    return repr(value)


def _words(name: str) -> list[str]:
    starts = [place for place, letter in enumerate(name) if letter.isupper()]
    return [name[start:end].lower() for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _check_of(annotation: Any, name: str) -> Check:
    base = annotation
    while hasattr(base, "__supertype__"):  # a NewType is checked as what it stands for
        base = base.__supertype__
    if get_origin(base) in (types.UnionType, typing.Union):
        (inner,) = (part for part in get_args(base) if part is not types.NoneType)
        return _optional(_check_of(inner, name))
    if get_origin(base) in (tuple, frozenset):
        return _many(get_origin(base), get_args(base)[0], name)
    if base in _PLAIN:
        return _PLAIN[base](name)
    if isinstance(base, type) and issubclass(base, StrEnum):
        return _word(base, name)
    return _instance(base, name)


def _optional(check: Check) -> Check:
    return lambda value: None if value is None else check(value)


def _many(collect: type, item: Any, name: str) -> Check:
    check = _check_of(item, name)

    def convert(values: Any) -> Any:
        if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
            raise InvalidFact(name, "a collection", shown(values))
        return collect(map(check, values))

    return convert


def _text(name: str) -> Check:
    def convert(value: Any) -> Any:
        if not isinstance(value, str) or not value.strip():
            raise InvalidFact(name, "some text", shown(value))
        return value

    return convert


def _plain_date(name: str) -> Check:
    def convert(value: Any) -> Any:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise InvalidFact(name, "a date", shown(value))
        return value

    return convert


def _number(name: str) -> Check:
    def convert(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise InvalidFact(name, "text, a whole number or a Decimal", shown(value))
        try:
            # Python reads "1_000" as a number; whoever writes a rate never means it.
            number = Decimal("" if isinstance(value, str) and "_" in value else value)
        except InvalidOperation:
            raise InvalidFact(name, "a decimal number", shown(value)) from None
        # Beyond this nobody rates anything, and an exponent typed by mistake would fill the memory.
        digits = max(len(number.as_tuple().digits), abs(number.adjusted()))
        if not number.is_finite() or digits > _MOST_DIGITS:
            expected = f"a finite number of at most {_MOST_DIGITS} digits"
            raise InvalidFact(name, expected, shown(value))
        return number

    return convert


def _word(words: type[StrEnum], name: str) -> Check:
    def convert(value: Any) -> Any:
        try:
            return words(value)
        except ValueError:
            raise InvalidFact(name, "one of " + ", ".join(words), shown(value)) from None

    return convert


def _instance(kind: type, name: str) -> Check:
    def convert(value: Any) -> Any:
        # A bool is an int to Python, never to an account.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise InvalidFact(name, f"a value of type {kind.__name__}", shown(value))
        return value

    return convert


_PLAIN: Final[dict[object, Callable[[str], Check]]] = {
    str: _text,
    date: _plain_date,
    Decimal: _number,
}
