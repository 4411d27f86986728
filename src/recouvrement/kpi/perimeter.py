"""What a measure is asked about: stated by the caller, checked before any account is read."""

from datetime import date
from typing import Final, Literal, TypeAlias

from attrs import frozen

from recouvrement.errors import InvalidFact, InvalidInput
from recouvrement.money import exponent_of
from recouvrement.position.conventions import ApplicationRule, Conventions
from recouvrement.position.position import check_date

Disputed: TypeAlias = Literal["in", "out"]
"""Whether the disputed slice of what is open counts."""

Credits: TypeAlias = Literal["apart", "netted"]
"""Unapplied money counts nowhere, or is netted from the oldest items of its own account.

Deposits and securities are never netted.
"""

USUAL: Final = Conventions()


@frozen(kw_only=True)
class Perimeter:
    """What a measure was asked about: two figures compare only if theirs are equal.

    A period goes from `since` (excluded) to `as_of` (included). `tax_basis` is None where no sales
    enter the formula, `disputed` and `credits` where no balance does. `options` are the choices
    that only some formulas have, as (name, word).
    """

    as_of: date
    currency: str
    since: date | None = None
    window_days: int | None = None
    tax_basis: str | None = None
    disputed: str | None = "in"
    credits: str | None = "apart"
    application: ApplicationRule = ApplicationRule.OLDEST_FIRST
    known_on: date | None = None
    options: tuple[tuple[str, str], ...] = ()


def one_of(name: str, words: tuple[str, ...], value: object) -> str:
    """The word given, or `InvalidInput` that names the argument and the words it takes."""
    if not isinstance(value, str) or value not in words:
        raise InvalidInput(name, "one of " + ", ".join(words), repr(value))
    return value


def whole(name: str, value: object, *, least: int) -> int:
    """The whole number given, or `InvalidInput` that names the argument."""
    if type(value) is not int or value < least:
        raise InvalidInput(name, f"a whole number, {least} or more", repr(value))
    return value


def perimeter_of(
    *,
    as_of: date,
    currency: str,
    conventions: Conventions,
    known_on: date | None,
    disputed: str | None = None,
    credits: str | None = None,  # noqa: A002 (the word of the field)
    since: date | None = None,
    window_days: int | None = None,
    tax_basis: str | None = None,
    balances: bool = True,
    modes: tuple[str, ...] = ("apart", "netted"),
    options: tuple[tuple[str, str], ...] = (),
) -> Perimeter:
    """The perimeter asked for; `modes` are the ways with credits that the measure knows.

    Where no balance enters the formula there is no choice of what is disputed or unapplied.
    """
    check_date("as_of", as_of)
    if since is not None and check_date("since", since) >= as_of:
        raise InvalidInput("since", f"a date before {as_of}", str(since))
    if known_on is not None:
        check_date("known_on", known_on)
    try:
        exponent_of(currency)
    except InvalidFact as refused:
        raise InvalidInput("currency", refused.expected, refused.got) from None
    if not isinstance(conventions, Conventions):
        raise InvalidInput("conventions", "a Conventions", repr(conventions))
    tolerance = conventions.promise_tolerance
    if tolerance:
        # Money of exactly a promised amount goes to that promise while it stands: ages may differ.
        options = (*options, ("promise tolerance, days", str(tolerance)))
    return Perimeter(
        as_of=as_of,
        currency=currency,
        since=since,
        window_days=window_days,
        tax_basis=tax_basis,
        disputed=one_of("disputed", ("in", "out"), disputed) if balances else None,
        credits=one_of("credits", modes, credits) if balances else None,
        application=conventions.application,
        known_on=known_on,
        options=options,
    )


def window_start(as_of: date, window_days: int) -> date:
    """The day after which a window of so many days ending on `as_of` begins."""
    check_date("as_of", as_of)
    start = as_of.toordinal() - whole("window_days", window_days, least=1)
    if start < 1:
        raise InvalidInput("window_days", f"fewer than {as_of.toordinal()} days", repr(window_days))
    return date.fromordinal(start)
