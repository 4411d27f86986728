"""Exact ratios, and the Decimal that shows one."""

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Final

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


def in_decimal(exact: Fraction) -> Decimal:
    """The exact ratio, divided once, to 28 significant digits.

    >>> in_decimal(Fraction(45)), in_decimal(Fraction(2, 3))
    (Decimal('45'), Decimal('0.6666666666666666666666666667'))
    """
    return _DIVISION.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def percent_of(part: int, whole: int) -> Fraction | None:
    """The exact share in percent; None of nothing."""
    return Fraction(100 * part, whole) if whole else None
