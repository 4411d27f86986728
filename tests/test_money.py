"""Money is exact: no float comes in, no cent is lost, no two currencies meet."""

from __future__ import annotations

import operator
import pickle
from collections.abc import Callable
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import (
    CurrencyMismatch,
    ExchangeRate,
    ExchangeRates,
    InvalidFact,
    Money,
    OutsideCoverage,
    Rounding,
)
from recouvrement.money import exponent_of, round_fraction, total_of
from recouvrement.testing import strategies

DAY = date(2026, 3, 2)
MODES = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.UP: ROUND_UP,
    Rounding.DOWN: ROUND_DOWN,
}
minors = st.integers(-(10**12), 10**12)
moneys = st.builds(Money, minors, strategies.currencies())
euros = st.builds(Money, minors, st.just("EUR"))


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


# --- what it is ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("1234.50", "EUR", 123_450),
        ("0.1", "EUR", 10),
        (" 7 ", "EUR", 700),
        ("-0.01", "EUR", -1),
        ("1E+3", "EUR", 100_000),
        (12, "EUR", 1200),
        (Decimal("12.340"), "EUR", 1234),
        ("1500", "JPY", 1500),
        ("1.234", "TND", 1234),
        ("1.2345", "CLF", 12_345),
        ("0", "EUR", 0),
        (10**29, "EUR", 10**31),
    ],
)
def test_amount_is_kept_to_the_last_digit(
    amount: str | int | Decimal, currency: str, minor: int
) -> None:
    assert Money.of(amount, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("currency", "digits"),
    [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("RSD", 2), ("ISK", 0), ("DEM", 2)],
)
def test_currency_has_the_digits_that_iso_4217_gives_it(currency: str, digits: int) -> None:
    assert exponent_of(currency) == digits


@pytest.mark.parametrize("code", ["eur", "EURO", "", None, ["EUR"]])
def test_code_that_the_standard_does_not_have_is_refused(code: Any) -> None:
    with pytest.raises(InvalidFact) as caught:
        exponent_of(code)
    assert (caught.value.field, caught.value.got) == ("money.currency", repr(code))


@given(moneys)
def test_amount_and_text_say_the_same_with_the_digits_of_the_currency(money: Money) -> None:
    assert Money.of(money.amount, money.currency) == money
    assert str(money) == f"{money.amount} {money.currency}"
    assert money.amount.as_tuple().exponent == -exponent_of(money.currency)


@given(moneys)
def test_money_reads_back_from_its_representation_and_its_bytes(money: Money) -> None:
    assert eval(repr(money), {"Money": Money}) == money  # noqa: S307 (our own text)
    assert pickle.loads(pickle.dumps(money)) == money  # noqa: S301 (our own bytes)


def test_money_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        eur("1").minor = 2  # type: ignore[misc]


@pytest.mark.parametrize("amount", [1.1, True, None, b"1", "1,50", "1 000", "1_000", "", "x"])
def test_what_is_no_exact_amount_is_refused(amount: Any) -> None:
    with pytest.raises(InvalidFact) as caught:
        Money.of(amount, "EUR")
    assert (caught.value.field, caught.value.got) == ("money.amount", repr(amount))


def test_float_is_refused_with_the_name_of_the_way_in() -> None:
    amount: Any = 0.1
    with pytest.raises(InvalidFact, match=r"for a float: Money\.from_float"):
        Money.of(amount, "EUR")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "1E+30", "1E-61", "9" * 61])
def test_amount_that_no_ledger_holds_is_refused(amount: str) -> None:
    with pytest.raises(InvalidFact, match="a finite amount of at most 30 digits"):
        Money.of(amount, "EUR", rounding=Rounding.DOWN)


# --- rounding, always named ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "currency", "decimals"), [("10.005", "EUR", 2), ("10.5", "JPY", 0)]
)
def test_more_digits_than_the_currency_has_are_refused_without_a_rounding(
    amount: str, currency: str, decimals: int
) -> None:
    with pytest.raises(InvalidFact) as caught:
        Money.of(amount, currency)
    assert caught.value.expected == f"at most {decimals} decimals in {currency} (or a rounding)"


@pytest.mark.parametrize(
    ("rounding", "up", "down"),
    [
        ("half_up", "0.13", "-0.13"),
        ("half_even", "0.12", "-0.12"),
        ("up", "0.13", "-0.13"),
        ("down", "0.12", "-0.12"),
    ],
)
def test_rounding_is_the_one_named_and_mirrors_below_zero(
    rounding: Rounding, up: str, down: str
) -> None:
    assert Money.of("0.125", "EUR", rounding=rounding) == eur(up)
    assert Money.of("-0.125", "EUR", rounding=rounding) == eur(down)


@given(st.decimals("-999999", "999999", places=5), st.sampled_from(Rounding))
def test_rounding_is_pythons_own(amount: Decimal, rounding: Rounding) -> None:
    expected = amount.quantize(Decimal("0.01"), MODES[rounding])
    assert Money.of(amount, "EUR", rounding=rounding).amount == expected


@given(st.fractions(-(10**9), 10**9, max_denominator=10**6), st.sampled_from(Rounding))
def test_exact_ratio_is_rounded_to_a_neighbour_by_the_same_rules(
    ratio: Fraction, rounding: Rounding
) -> None:
    found = round_fraction(ratio, rounding)
    assert abs(found - ratio) < 1
    if (2 * ratio).denominator == 1 or rounding in (Rounding.UP, Rounding.DOWN):
        as_decimal = Decimal(ratio.numerator) / Decimal(ratio.denominator)
        assert found == as_decimal.to_integral_value(MODES[rounding])
    else:
        assert abs(found - ratio) < Fraction(1, 2)


@pytest.mark.parametrize("rounding", Rounding)
def test_whole_ratio_is_never_moved(rounding: Rounding) -> None:
    assert [round_fraction(Fraction(n), rounding) for n in (-2, 0, 3)] == [-2, 0, 3]


@pytest.mark.parametrize(
    ("amount", "text"), [(0.1 + 0.2, "0.30"), (1.005, "1.01"), (-2.675, "-2.68"), (3, "3.00")]
)
def test_float_is_read_as_its_shortest_digits_and_then_rounded(amount: float, text: str) -> None:
    assert Money.from_float(amount, "EUR") == eur(text)
    assert Money.from_float(2.5, "JPY", rounding=Rounding.HALF_EVEN) == Money(2, "JPY")


@pytest.mark.parametrize("amount", [True, "1.0", None, float("nan"), float("inf")])
def test_what_is_no_number_is_no_float_either(amount: Any) -> None:
    with pytest.raises(InvalidFact):
        Money.from_float(amount, "EUR")


# --- operations ----------------------------------------------------------------------------------


@given(euros, euros, st.integers(-100, 100))
def test_sums_differences_and_multiples_are_those_of_whole_cents(
    left: Money, right: Money, times: int
) -> None:
    assert (left + right).minor == left.minor + right.minor
    assert left - right == left + -right
    assert (left * times).minor == (times * left).minor == left.minor * times
    assert abs(left) == max(left, -left)
    assert bool(left) == (left.minor != 0)
    assert (left < right, left <= right) == (left.minor < right.minor, left.minor <= right.minor)
    assert (left > right, left >= right) == (left.minor > right.minor, left.minor >= right.minor)


@pytest.mark.parametrize(
    "operation",
    [operator.add, operator.sub, operator.lt, operator.ge],
    ids=lambda one: one.__name__,
)
def test_two_currencies_never_meet(operation: Callable[[Money, Money], object]) -> None:
    with pytest.raises(CurrencyMismatch) as caught:
        operation(eur("1"), Money.of("1", "USD"))
    assert (caught.value.left, caught.value.right) == ("EUR", "USD")


def test_same_number_in_two_currencies_is_not_the_same_money() -> None:
    assert eur("1") != Money.of("1", "USD")
    other: object = 1
    assert eur("1") != other


@pytest.mark.parametrize(
    "operation",
    [operator.add, operator.sub, operator.mul, operator.lt],
    ids=lambda one: one.__name__,
)
@pytest.mark.parametrize("other", [1.5, "1", None, Decimal(1), True])
def test_money_meets_only_money_and_is_multiplied_by_whole_numbers_only(
    operation: Callable[[Any, Any], object], other: object
) -> None:
    with pytest.raises(TypeError):
        operation(eur("1"), other)


def test_sum_starts_from_a_zero_with_a_currency() -> None:
    assert total_of([], "EUR") == Money.zero("EUR")
    assert total_of([eur("1.10"), eur("-2.20")], "EUR") == eur("-1.10")
    with pytest.raises(CurrencyMismatch):
        total_of([eur("1"), Money.of("1", "USD")], "EUR")


# --- splitting -----------------------------------------------------------------------------------

weights = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(moneys, weights)
def test_shares_of_a_split_add_up_to_the_whole(money: Money, by: list[int]) -> None:
    assert total_of(money.split(by), money.currency) == money


@given(moneys, weights)
def test_each_share_is_within_a_unit_of_its_exact_part(money: Money, by: list[int]) -> None:
    for share, weight in zip(money.split(by), by, strict=True):
        exact = Fraction(money.minor * weight, sum(by))
        assert abs(share.minor - exact) < 1
        assert share.minor * money.minor >= 0


def test_units_left_over_go_to_the_shares_that_lost_most_the_first_among_equals() -> None:
    assert eur("100").split((1, 1, 1)) == (eur("33.34"), eur("33.33"), eur("33.33"))
    assert eur("0.05").split((1, 2, 2)) == (eur("0.01"), eur("0.02"), eur("0.02"))
    assert eur("0.03").split((2, 5, 0)) == (eur("0.01"), eur("0.02"), eur("0"))


def test_debt_is_split_like_a_claim() -> None:
    assert eur("-100").split((1, 1, 1)) == tuple(-one for one in eur("100").split((1, 1, 1)))


@pytest.mark.parametrize("by", [(), (0, 0), (2, -1)])
def test_split_over_nothing_is_refused(by: tuple[int, ...]) -> None:
    with pytest.raises(InvalidFact, match=r"money\.weights"):
        eur("1").split(by)


# --- exchange rates ------------------------------------------------------------------------------


def rate(source: str, target: str, since: date, value: str) -> ExchangeRate:
    return ExchangeRate(source, target, since=since, value=Decimal(value))


RATES = ExchangeRates.of(
    rate("USD", "EUR", date(2026, 2, 1), "0.90"),
    rate("USD", "EUR", date(2026, 1, 1), "0.80"),
    rate("EUR", "JPY", date(2026, 1, 1), "160"),
)


@pytest.mark.parametrize(("on", "value"), [(date(2026, 1, 31), "4/5"), (date(2026, 2, 1), "9/10")])
def test_rate_holds_from_its_date_until_the_next(on: date, value: str) -> None:
    assert RATES.rate_on("USD", "EUR", on) == Fraction(value)


def test_inverse_of_a_given_pair_is_used_when_the_pair_is_missing() -> None:
    assert RATES.rate_on("EUR", "USD", date(2026, 1, 15)) == Fraction(5, 4)
    both = ExchangeRates.of(*RATES.rates, rate("EUR", "USD", date(2026, 1, 1), "1.2"))
    assert both.rate_on("EUR", "USD", date(2026, 1, 15)) == Fraction(6, 5)


def test_rate_of_a_currency_to_itself_is_one() -> None:
    assert ExchangeRates().rate_on("EUR", "EUR", DAY) == 1


@pytest.mark.parametrize(
    ("source", "target", "on"),
    [("USD", "EUR", date(2025, 12, 31)), ("USD", "GBP", DAY), ("USD", "JPY", DAY)],
    ids=["too early", "unknown", "by way of a third"],
)
def test_rate_that_was_not_given_is_refused_never_derived(
    source: str, target: str, on: date
) -> None:
    with pytest.raises(OutsideCoverage) as caught:
        RATES.rate_on(source, target, on)
    assert (caught.value.what, caught.value.on) == (f"exchange rate {source} to {target}", on)


def test_conversion_minds_the_digits_of_both_currencies_and_rounds_once() -> None:
    assert RATES.convert(eur("1.50"), "JPY", on=DAY) == Money.of(240, "JPY")
    assert RATES.convert(Money.of(100, "JPY"), "EUR", on=DAY) == eur("0.63")
    down = RATES.convert(Money.of(100, "JPY"), "EUR", on=DAY, rounding=Rounding.DOWN)
    assert down == eur("0.62")


@given(euros)
def test_conversion_to_the_same_currency_changes_nothing(money: Money) -> None:
    assert ExchangeRates().convert(money, "EUR", on=DAY) == money


def test_order_of_rates_is_irrelevant() -> None:
    assert ExchangeRates.of(*reversed(RATES.rates)) == RATES


def test_two_rates_of_a_pair_on_one_date_are_refused() -> None:
    with pytest.raises(InvalidFact, match="one rate USD to EUR on a date, got two on 2026-01-01"):
        ExchangeRates.of(*RATES.rates, rate("USD", "EUR", date(2026, 1, 1), "0.81"))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"source": "EURO"}, "money.currency"),
        ({"target": "usd"}, "money.currency"),
        ({"target": "USD"}, "exchange_rate.target"),
        ({"since": "2026-01-01"}, "exchange_rate.since"),
        ({"value": "0"}, "exchange_rate.value"),
        ({"value": "-1"}, "exchange_rate.value"),
        ({"value": 0.9}, "money.amount"),
    ],
)
def test_wrong_rate_is_refused(wrong: dict[str, Any], field: str) -> None:
    fields: dict[str, Any] = {"source": "USD", "target": "EUR", "since": DAY, "value": "0.9"}
    with pytest.raises(InvalidFact) as caught:
        ExchangeRate(**fields | wrong)
    assert caught.value.field == field


def test_rounding_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(InvalidFact) as caught:
        Money.of("3.141", "EUR", rounding="nearest")  # type: ignore[arg-type]
    assert (caught.value.field, caught.value.got) == ("rounding", "'nearest'")


class PrintedFloat(float):
    """A float that prints its type, as numerical libraries do."""

    def __repr__(self) -> str:
        return f"np.float64({float(self)})"


def test_float_of_a_numerical_library_is_read_by_its_value() -> None:
    assert Money.from_float(PrintedFloat(0.25), "EUR") == Money.of("0.25", "EUR")
