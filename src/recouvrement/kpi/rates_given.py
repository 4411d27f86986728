"""Percentages that a caller gives, checked before any account is read."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction

from recouvrement.errors import InvalidInput


def percentage(
    name: str, value: object, *, least: int | None = 0, most: int | None = None
) -> Fraction:
    """The percentage given as text, a whole number or a Decimal; `InvalidInput` names the argument.

    Of any sign when `least` is None.

    >>> percentage("rate", "12.5")
    Fraction(25, 2)
    """
    bounds = ""
    if least is not None:
        bounds = f" {least} or more" if most is None else f" from {least} to {most}"
    expected = f"a percentage{bounds}, as text, a whole number or a Decimal"
    if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
        raise InvalidInput(name, expected, repr(value))
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise InvalidInput(name, expected, repr(value)) from None
    # A percentage of a million, or of a thousand digits, is a slip, and would be computed with.
    digits = len(number.as_tuple().digits)
    if not number.is_finite() or abs(number) >= 10**6 or number.adjusted() < -20 or digits > 40:
        raise InvalidInput(name, expected, repr(value))
    if (least is not None and number < least) or (most is not None and number > most):
        raise InvalidInput(name, expected, str(number))
    return Fraction(number)
