"""Exact money: integer minor units of one ISO 4217 currency, and the rates between currencies."""

from __future__ import annotations

import decimal
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import total_ordering
from itertools import pairwise
from types import MappingProxyType
from typing import NewType, Self

from attrs import field, frozen

from recouvrement.errors import CurrencyMismatch, InvalidFact, OutsideCoverage, word_of

CurrencyCode = NewType("CurrencyCode", str)

# ISO 4217, list one of January 2026, with the exponents that the standard gives (how many digits an
# account keeps), not those that a locale chooses to display. The last line holds codes withdrawn
# since 1999 that old ledgers still carry.
_CODES_BY_EXPONENT: Mapping[int, str] = MappingProxyType(
    {
        0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        2: (
            "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN"
            " BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD"
            " FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW"
            " KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR"
            " MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG"
            " SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD"
            " USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG"
            " ANG ATS BEF BGN CUC CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MRO MTL NLG"
            " PTE SIT SKK SLL STD VEF ZWL"
        ),
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    }
)
_EXPONENTS: Mapping[str, int] = MappingProxyType(
    {code: digits for digits, codes in _CODES_BY_EXPONENT.items() for code in codes.split()}
)


class Rounding(StrEnum):
    """How the part of a minor unit that cannot be kept is decided; always named by the caller."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    UP = "up"
    DOWN = "down"


_DECIMAL_MODE = {
    Rounding.HALF_UP: decimal.ROUND_HALF_UP,
    Rounding.HALF_EVEN: decimal.ROUND_HALF_EVEN,
    Rounding.UP: decimal.ROUND_UP,
    Rounding.DOWN: decimal.ROUND_DOWN,
}
# Wide enough for any amount an account can hold: no operation below may round by context.
_EXACT = decimal.Context(prec=200, traps=[decimal.InvalidOperation, decimal.Inexact])


def exponent_of(currency: str) -> int:
    """The number of decimal digits that ISO 4217 gives the currency.

    >>> exponent_of("EUR"), exponent_of("JPY"), exponent_of("TND"), exponent_of("RSD")
    (2, 0, 3, 2)

    Source: ISO 4217, list one. Raises `InvalidFact` for a code that is not in it.
    """
    try:
        return _EXPONENTS[currency]
    except (KeyError, TypeError):
        raise InvalidFact("money.currency", "an ISO 4217 code", repr(currency)) from None


def _mode(word: str) -> Rounding:
    return word_of(Rounding, word, "rounding", InvalidFact)


def round_fraction(value: Fraction, rounding: Rounding) -> int:
    """The integer that `rounding` chooses for an exact ratio; the sign mirrors.

    >>> round_fraction(Fraction(5, 2), Rounding.HALF_UP), round_fraction(Fraction(-5, 2), "half_up")
    (3, -3)
    """
    mode = _mode(rounding)
    whole, rest = divmod(abs(value.numerator), value.denominator)
    twice = 2 * rest
    if mode is Rounding.UP:
        whole += rest > 0
    elif mode is Rounding.HALF_UP:
        whole += twice >= value.denominator
    elif mode is Rounding.HALF_EVEN:
        whole += twice > value.denominator or (twice == value.denominator and whole % 2 == 1)
    return -whole if value < 0 else whole


@total_ordering
@frozen
class Money:
    """An exact amount in one currency; operations between two currencies are refused.

    `minor` counts the currency's smallest units: 12.34 EUR is 1234.

    >>> Money.of("1234.50", "EUR") + Money.of(1, "EUR")
    Money.of("1235.50", "EUR")
    >>> Money.of("0.10", "EUR").minor
    10
    """

    minor: int = field(repr=False)
    currency: str

    def __attrs_post_init__(self) -> None:
        if type(self.minor) is not int:
            raise InvalidFact("money.minor", "a whole number of minor units", repr(self.minor))
        exponent_of(self.currency)

    @classmethod
    def of(
        cls, amount: str | int | Decimal, currency: str, *, rounding: Rounding | None = None
    ) -> Self:
        """The amount given, kept to the last digit.

        More digits than the currency has are refused unless `rounding` says how to lose them; a
        float is refused, because its digits are not what was typed: use `Money.from_float`.

        >>> Money.of("3.14159", "EUR", rounding=Rounding.HALF_UP)
        Money.of("3.14", "EUR")
        """
        exponent = exponent_of(currency)
        value = _decimal(amount)
        scaled = value.scaleb(exponent, _EXACT)
        if rounding is not None:
            whole = scaled.to_integral_value(_DECIMAL_MODE[_mode(rounding)])
        else:
            whole = scaled.to_integral_value()
            if whole != scaled:
                expected = f"at most {exponent} decimals in {currency} (or a rounding)"
                raise InvalidFact("money.amount", expected, str(amount))
        return cls(int(whole), currency)

    @classmethod
    def from_float(
        cls, amount: float, currency: str, *, rounding: Rounding = Rounding.HALF_UP
    ) -> Self:
        """A float from a host that stores floats, read as its shortest digits and then rounded.

        >>> Money.from_float(0.1 + 0.2, "EUR")
        Money.of("0.30", "EUR")
        """
        if isinstance(amount, bool) or not isinstance(amount, (int, float)):
            raise InvalidFact("money.amount", "a float", repr(amount))
        # A float of a numerical library prints its type too; only the digits of a plain one count.
        return cls.of(repr(float(amount)), currency, rounding=rounding)

    @classmethod
    def zero(cls, currency: str) -> Self:
        """Nothing, in a currency: where a sum starts."""
        return cls(0, currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, with exactly the currency's digits."""
        return Decimal(self.minor).scaleb(-exponent_of(self.currency), _EXACT)

    def split(self, weights: Sequence[int]) -> tuple[Self, ...]:
        """Shares in proportion to `weights` that add up to the whole, by largest remainder.

        Units left over go to the shares that lost most, the first among equals.

        >>> Money.of("100.00", "EUR").split((1, 1, 1))
        (Money.of("33.34", "EUR"), Money.of("33.33", "EUR"), Money.of("33.33", "EUR"))
        """
        whole = sum(weights)
        if whole <= 0 or any(weight < 0 for weight in weights):
            raise InvalidFact("money.weights", "weights of 0 or more, not all 0", repr(weights))
        sign = -1 if self.minor < 0 else 1
        shares, remainders = [], []
        for place, weight in enumerate(weights):
            share, remainder = divmod(abs(self.minor) * weight, whole)
            shares.append(share)
            remainders.append((-remainder, place))
        for _, place in sorted(remainders)[: abs(self.minor) - sum(shares)]:
            shares[place] += 1
        return tuple(type(self)(sign * share, self.currency) for share in shares)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor

    def __add__(self, other: Money) -> Self:
        if not isinstance(other, Money):
            return NotImplemented
        return type(self)(self.minor + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Self:
        if not isinstance(other, Money):
            return NotImplemented
        return type(self)(self.minor - self._same(other), self.currency)

    def __mul__(self, times: int) -> Self:
        if type(times) is not int:
            return NotImplemented
        return type(self)(self.minor * times, self.currency)

    __rmul__ = __mul__

    def __neg__(self) -> Self:
        return type(self)(-self.minor, self.currency)

    def __abs__(self) -> Self:
        return type(self)(abs(self.minor), self.currency)

    def __bool__(self) -> bool:
        return self.minor != 0

    def __lt__(self, other: Money) -> bool:
        if not isinstance(other, Money):
            return NotImplemented
        return self.minor < self._same(other)

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __repr__(self) -> str:
        return f'Money.of("{self.amount}", "{self.currency}")'


def _decimal(amount: object) -> Decimal:
    if isinstance(amount, float):
        expected = "text, a whole number or a Decimal (for a float: Money.from_float)"
        raise InvalidFact("money.amount", expected, repr(amount))
    if isinstance(amount, bool) or not isinstance(amount, (str, int, Decimal)):
        raise InvalidFact("money.amount", "text, a whole number or a Decimal", repr(amount))
    try:
        # Python reads "1_000" as a number; a ledger never means it.
        value = Decimal("" if isinstance(amount, str) and "_" in amount else amount)
    except decimal.InvalidOperation:
        raise InvalidFact("money.amount", "a decimal number", repr(amount)) from None
    # Beyond this no ledger goes, and an exponent typed by mistake would fill the memory.
    digits = len(value.as_tuple().digits)
    if not value.is_finite() or not -60 < value.adjusted() < 30 or digits > 60:
        raise InvalidFact("money.amount", "a finite amount of at most 30 digits", repr(amount))
    return value


def total_of(amounts: Iterable[Money], currency: str) -> Money:
    """The exact sum, starting from zero in `currency`; another currency is refused.

    >>> total_of([Money.of("1.10", "EUR"), Money.of("2.20", "EUR")], "EUR")
    Money.of("3.30", "EUR")
    """
    minor = 0
    for amount in amounts:
        if amount.currency != currency:
            raise CurrencyMismatch(currency, amount.currency)
        minor += amount.minor
    return Money(minor, currency)


def sums_of(amounts: Iterable[tuple[int, str]]) -> dict[str, int]:
    """The sum of the minor units of each currency, in the order in which currencies come.

    >>> sums_of([(110, "EUR"), (50, "USD"), (220, "EUR")])
    {'EUR': 330, 'USD': 50}
    """
    sums: dict[str, int] = {}
    for minor, currency in amounts:
        sums[currency] = sums.get(currency, 0) + minor
    return sums


def amounts_of(sums: Mapping[str, int]) -> tuple[Money, ...]:
    """The amounts of such sums, in order of currency; a sum of nothing is left out.

    >>> amounts_of({"USD": 50, "EUR": 330, "CHF": 0})
    (Money.of("3.30", "EUR"), Money.of("0.50", "USD"))
    """
    return tuple([Money(minor, currency) for currency, minor in sorted(sums.items()) if minor])


@frozen
class ExchangeRate:
    """From `since` on, one unit of `source` is worth `value` units of `target`.

    >>> ExchangeRate("USD", "EUR", since=date(2026, 1, 2), value="0.85").value
    Decimal('0.85')
    """

    source: str
    target: str
    since: date = field(kw_only=True)
    value: Decimal = field(kw_only=True, converter=_decimal)

    def __attrs_post_init__(self) -> None:
        exponent_of(self.source)
        exponent_of(self.target)
        if not isinstance(self.since, date) or isinstance(self.since, datetime):
            raise InvalidFact("exchange_rate.since", "a date", repr(self.since))
        if self.value <= 0:
            raise InvalidFact("exchange_rate.value", "more than 0", str(self.value))
        if self.source == self.target:
            raise InvalidFact("exchange_rate.target", "another currency", repr(self.target))


@frozen
class ExchangeRates:
    """The rates that the host supplies; what they do not say is refused, never derived twice over.

    A rate holds from its date until the next one of the same pair. The inverse of a given pair is
    used when the pair itself is missing.

    >>> rates = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2026, 1, 2), value="0.80"))
    >>> rates.convert(Money.of("10.00", "USD"), "EUR", on=date(2026, 3, 1))
    Money.of("8.00", "EUR")
    >>> rates.convert(Money.of("8.00", "EUR"), "USD", on=date(2026, 3, 1))
    Money.of("10.00", "USD")
    """

    rates: tuple[ExchangeRate, ...] = ()

    @classmethod
    def of(cls, *rates: ExchangeRate) -> Self:
        """The rates given, in any order; two of one pair on one date are refused."""
        ordered = sorted(rates, key=lambda rate: (rate.source, rate.target, rate.since))
        for earlier, later in pairwise(ordered):
            same_pair = (earlier.source, earlier.target) == (later.source, later.target)
            if same_pair and earlier.since == later.since:
                expected = f"one rate {later.source} to {later.target} on a date"
                raise InvalidFact("exchange_rates", expected, f"two on {later.since}")
        return cls(tuple(ordered))

    def rate_on(self, source: str, target: str, on: date) -> Fraction:
        """The exact factor from one currency to the other that day, else `OutsideCoverage`."""
        if source == target:
            return Fraction(1)
        direct, inverse = None, None
        for rate in self.rates:
            if rate.since <= on:
                if (rate.source, rate.target) == (source, target):
                    direct = Fraction(rate.value)
                elif (rate.source, rate.target) == (target, source):
                    inverse = 1 / Fraction(rate.value)
        factor = direct or inverse
        if factor is None:
            raise OutsideCoverage(f"exchange rate {source} to {target}", on, None, None)
        return factor

    def convert(
        self, money: Money, target: str, *, on: date, rounding: Rounding = Rounding.HALF_UP
    ) -> Money:
        """The amount in `target` at that day's rate, rounded once as named."""
        factor = self.rate_on(money.currency, target, on)
        shift = Fraction(10) ** (exponent_of(target) - exponent_of(money.currency))
        return Money(round_fraction(money.minor * factor * shift, rounding), target)
