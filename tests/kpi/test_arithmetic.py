"""Measures of one perimeter add up, differ and compare; of two perimeters they are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from recouvrement import (
    Account,
    Conventions,
    Debtor,
    Dispute,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    kpi,
)
from recouvrement.kpi import Measure

DAY = date(2026, 10, 31)
BY_HAND = Conventions(application="explicit_only")


def euros(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


def account(name: str, amount: int, *, paid: int = 0, due: date = DAY) -> Account:
    facts: list[Any] = [Invoice("F-1", date(2026, 9, 1), due_on=due, total=euros(amount))]
    if paid:
        facts.append(Payment("P-1", DAY, amount=euros(paid)))
    return Account.of(Debtor(name, "x"), *facts)


ONE, OTHER = account("C-1", 300), account("C-2", 100, due=date(2026, 10, 1))


def refused(call: Any, *given: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        call(*given)
    return str(caught.value)


def test_amounts_of_two_portfolios_add_up() -> None:
    total = kpi.outstanding([ONE], as_of=DAY) + kpi.outstanding([OTHER], as_of=DAY)
    assert total == kpi.outstanding([ONE, OTHER], as_of=DAY)


def test_net_credit_of_one_may_be_none_of_both() -> None:
    asked: dict[str, Any] = {"as_of": DAY, "credits": "netted", "conventions": BY_HAND}
    poor, rich = account("C-3", 100, paid=150), account("C-4", 100, paid=40)
    left, right = (kpi.outstanding([one], **asked) for one in (poor, rich))
    assert left.flags == ("net credit",)
    assert (left + right).flags == ()
    assert (left + left).flags == ("net credit",)
    assert (left + right) == kpi.outstanding([poor, rich], **asked)


def test_rounded_amounts_add_up_as_they_are_exactly() -> None:
    cent = account("C-1", 1, due=date(2026, 10, 1))
    one, two = (
        kpi.cost_of_delay(accounts, as_of=DAY, rate=6, day_base=360)
        for accounts in ([cent], [cent, cent])
    )
    assert (one.value, two.value) == (euros("0.01"), euros("0.01"))
    assert one.exact == Fraction(30 * 6, 36000)
    assert (one + one).value == two.value == euros("0.01")
    assert (one + one).exact == two.exact


def test_numbers_of_cases_add_up() -> None:
    disputed = ONE.record(Dispute("D-1", DAY, invoice="F-1"))
    one = kpi.open_disputes([disputed], as_of=DAY)
    assert (one + one).value == Decimal(2)
    assert (one + one).beside == ()


@pytest.mark.parametrize("function", [kpi.dso, kpi.overdue_rate, kpi.concentration])
def test_ratios_do_not_add_up(function: Any) -> None:
    one = function([ONE], as_of=DAY)
    message = refused(one.__add__, one)
    expected = f"another {one.title}, and amounts or numbers of cases: "
    expected += "ratios, forecasts and provisions do not add up"
    assert message == f"measure: expected {expected}, got {one.title}"


def test_two_amounts_of_different_names_do_not_add_up() -> None:
    asked: dict[str, Any] = {"as_of": DAY}
    one, other = kpi.outstanding([ONE], **asked), kpi.outstanding([ONE], **asked)
    assert "do not add up" in refused(one.__add__, other / other)


def test_difference_keeps_both_certificates() -> None:
    whole, best = (one([ONE, OTHER], as_of=DAY) for one in (kpi.dso, kpi.dso_best_possible))
    late = whole - best
    assert late.exact == Fraction(100 * 90, 400)
    assert late.value == kpi.average_days_delinquent([ONE, OTHER], as_of=DAY).value
    assert (late.unit, late.numerator, late.denominator) == ("days", whole.value, best.value)
    assert late.reconciles
    assert set(whole.reconciliation) | set(best.reconciliation) == set(late.reconciliation)


def test_difference_of_amounts_is_an_amount() -> None:
    one, other = (kpi.outstanding([account], as_of=DAY) for account in (ONE, OTHER))
    assert (one - other).value == euros(200)
    assert (one - other).undefined is None


def test_difference_needs_one_unit() -> None:
    index, share = kpi.concentration([ONE], as_of=DAY), kpi.overdue_rate([ONE], as_of=DAY)
    assert refused(index.__sub__, share) == "measure: expected a measure in index, got percent"


def test_ratio_is_exact_and_says_its_unit() -> None:
    one, other = (kpi.outstanding([account], as_of=DAY) for account in (ONE, OTHER))
    assert ((one / other).value, (one / other).unit) == (Decimal(3), "times")
    late = kpi.overdue_rate([ONE, OTHER], as_of=DAY)
    assert ((late / one).exact, (late / one).unit) == (Fraction(25, 300), "percent / EUR")


def test_ratio_to_nothing_is_undefined() -> None:
    one, nothing = (kpi.outstanding(accounts, as_of=DAY) for accounts in ([ONE], []))
    assert (one / nothing).value is None
    assert (one / nothing).undefined == "outstanding is 0"


def test_what_is_undefined_stays_so_with_its_reason() -> None:
    asked: dict[str, Any] = {"as_of": DAY}
    one, nothing = kpi.overdue_rate([ONE], **asked), kpi.overdue_rate([], **asked)
    reason = "K8 overdue rate: nothing is owed on 2026-10-31"
    for told in (one - nothing, nothing - one, nothing / one, one / nothing):
        assert (told.value, told.exact, told.undefined) == (None, None, reason)


@pytest.mark.parametrize("sign", ["__add__", "__sub__", "__truediv__"])
def test_different_perimeters_are_refused_by_what_differs(sign: str) -> None:
    one = kpi.outstanding([ONE], as_of=DAY)
    other = kpi.outstanding([ONE], as_of=date(2026, 9, 30), disputed="out")
    message = refused(getattr(one, sign), other)
    expected = "the same of both measures: as_of 2026-10-31, disputed in"
    assert message == f"perimeter: expected {expected}, got as_of 2026-09-30, disputed out"


@pytest.mark.parametrize("sign", ["__add__", "__sub__", "__truediv__"])
def test_measure_meets_measures_only(sign: str) -> None:
    one: Measure = kpi.outstanding([ONE], as_of=DAY)
    assert getattr(one, sign)(3) is NotImplemented


# --- measures with lines of their own -----------------------------------------------------------

RATES = ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "function",
    [
        lambda accounts: kpi.provision_matrix(accounts, as_of=DAY, rates=RATES),
        lambda accounts: kpi.provision_per_receivable(accounts, as_of=DAY, tax_rate=20),
        lambda accounts: kpi.cash_forecast(accounts, as_of=DAY),
    ],
)
def test_sum_that_would_keep_the_lines_of_one_is_refused(function: Any) -> None:
    # Paid, so that a forecast of nothing more is 0 and not undefined.
    one, other = function([account("C-1", 300, paid=300)]), function([account("C-2", 9, paid=9)])
    assert "ratios, forecasts and provisions do not add up" in refused(one.__add__, other)
    plain = kpi.outstanding([ONE], as_of=DAY)
    assert not one.is_extensive
    assert plain.is_extensive


def test_difference_and_ratio_keep_no_lines_of_one_operand() -> None:
    one, other = (kpi.provision_matrix([each], as_of=DAY, rates=RATES) for each in (ONE, OTHER))
    for told in (one - other, one / other):
        assert type(told) is Measure
        assert len(told.to_rows()) == 1
    assert (one - other).value == euros("1.00")


def test_sums_of_differences_need_the_same_tallies() -> None:
    one, other = (kpi.outstanding([each], as_of=DAY) for each in (ONE, OTHER))
    message = refused((one - other).__add__, one - one)
    assert message.startswith("measure: expected one with the same tallies: ledger on 2026-10-31")
    twice = (one - other) + (one - other)
    assert (twice.value, twice.denominator) == (euros(400), euros(200))


def test_built_in_sum_begins_with_nothing() -> None:
    ones = [kpi.outstanding([each], as_of=DAY) for each in (ONE, OTHER)]
    assert sum(ones) == kpi.outstanding([ONE, OTHER], as_of=DAY)
    with pytest.raises(TypeError):
        sum(ones, 0.5)
