"""Exact figures, and how they are said: divided once, to 28 digits, whatever the host's context."""

from collections.abc import Mapping
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any, Final

from recouvrement.money import Money, exponent_of

# Wholly stated, because the context of the host may be anything.
_DIVISION: Final = Context(
    prec=28,
    rounding=ROUND_HALF_EVEN,
    Emin=MIN_EMIN,
    Emax=MAX_EMAX,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[],
)


def decimal_of(exact: Fraction) -> Decimal:
    """The exact ratio, divided once, to 28 significant digits.

    >>> decimal_of(Fraction(45)), decimal_of(Fraction(2, 3))
    (Decimal('45'), Decimal('0.6666666666666666666666666667'))
    """
    return _DIVISION.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def answered(exact: Fraction | None, why_not: str) -> dict[str, Any]:
    """The figure as the fields of a `Measure` have it; undefined, and why, when there is none."""
    if exact is None:
        return {"undefined": why_not}
    return {"value": decimal_of(exact), "exact": exact}


def amount_of(minor: Fraction, currency: str) -> Money | Decimal:
    """An amount; a Decimal in major units when averaging left parts of a minor unit."""
    if minor.denominator == 1:
        return Money(minor.numerator, currency)
    return decimal_of(minor / 10 ** exponent_of(currency))


def raised(flags: Mapping[str, bool]) -> tuple[str, ...]:
    """The flags that are up, in order."""
    return tuple(flag for flag, met in flags.items() if met)
