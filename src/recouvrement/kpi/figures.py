"""Exact figures, and how they are said: divided once, to 28 digits, whatever the host's context."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from recouvrement.money import Money, exponent_of
from recouvrement.position.ratios import in_decimal


def answered(exact: Fraction | None, why_not: str) -> dict[str, Any]:
    """The figure as the fields of a `Measure` have it; undefined, and why, when there is none."""
    if exact is None:
        return {"undefined": why_not}
    return {"value": in_decimal(exact), "exact": exact}


def amount_of(minor: Fraction, currency: str) -> Money | Decimal:
    """An amount; a Decimal in major units when averaging left parts of a minor unit."""
    if minor.denominator == 1:
        return Money(minor.numerator, currency)
    return in_decimal(minor / 10 ** exponent_of(currency))


def raised(flags: Mapping[str, bool]) -> tuple[str, ...]:
    """The flags that are up, in order."""
    return tuple(flag for flag, met in flags.items() if met)
