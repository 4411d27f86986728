"""Outstanding, overdue rate and ageing on accounts small enough to check by hand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    Conventions,
    CreditNote,
    Debtor,
    Dispute,
    DunningBlock,
    Instalment,
    Invoice,
    Money,
    Payment,
    Reversal,
    WriteOff,
)
from recouvrement.facts.fact import Fact
from recouvrement.kpi import Measure, ageing, outstanding, overdue_rate

DAY = date(2026, 11, 20)
BY_HAND = Conventions(application="explicit_only")


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def account(*facts: Fact) -> Account:
    return Account.of(Debtor("C-1", "x"), *facts)


def late(name: str, days: int, amount: str | int, **other: Any) -> Invoice:
    due = DAY - timedelta(days)
    return Invoice(name, due - timedelta(30), due_on=due, total=euros(amount), **other)


def loose(name: str, amount: str | int, **other: Any) -> Payment:
    return Payment(name, DAY, amount=euros(amount), **other)


def amounts(measure: Measure) -> dict[str, Money]:
    return {one.label: one.amount for one in measure.buckets}


def filled(measure: Measure) -> dict[str, tuple[Money, int]]:
    return {one.label: (one.amount, one.count) for one in measure.buckets if one.amount}


# --- outstanding ------------------------------------------------------------------------------


def test_outstanding_is_gross_and_says_what_is_unapplied_apart() -> None:
    one = account(late("F-1", 10, 900), loose("P-1", 500))
    measure = outstanding([one], as_of=DAY, conventions=BY_HAND)
    assert measure.value == euros(900)
    assert [(e.reason, e.count, e.amount) for e in measure.excluded] == [
        ("unapplied, apart", 1, euros(500))
    ]
    assert measure.unit == "EUR"
    assert measure.formula == "outstanding"


def test_outstanding_netted_may_be_a_net_credit_and_is_flagged() -> None:
    one = account(late("F-1", 10, 100), loose("P-1", 500))
    measure = outstanding([one], as_of=DAY, conventions=BY_HAND, credits="netted")
    assert measure.value == euros(-400)
    assert measure.flags == ("net credit",)
    assert measure.excluded == ()
    assert measure.reconciles


def test_deposits_and_securities_are_never_netted() -> None:
    one = account(late("F-1", 10, 900), loose("P-1", 500, purpose="deposit"), loose("P-2", 100))
    measure = outstanding([one], as_of=DAY, conventions=BY_HAND, credits="netted")
    assert measure.value == euros(800)
    assert [(e.reason, e.count, e.amount) for e in measure.excluded] == [
        ("unapplied, never netted", 1, euros(500))
    ]


def test_ledger_shows_every_movement_and_adds_up() -> None:
    one = account(
        late("F-1", 40, 900),
        CreditNote("A-1", DAY, total=euros(100), allocations=(Allocation("F-1", euros(100)),)),
        loose("P-1", 300, allocations=[Allocation("F-1", euros(300))]),
        Reversal("X-1", DAY, payment="P-1", amount=euros(50)),
        loose("P-2", 70),
        Reversal("X-2", DAY, payment="P-2"),
        WriteOff("W-1", DAY, invoice="F-1", amount=euros(5)),
        loose("P-3", 20),
    )
    measure = outstanding([one], as_of=DAY, conventions=BY_HAND)
    ledger, used = measure.reconciliation
    assert dict(ledger.lines) == {
        "billed": euros(900),
        "credited": euros(-100),
        "received": euros(-390),
        "reversed": euros(120),
        "written off": euros(-5),
        "unapplied": euros(20),
    }
    assert ledger.total == used.total == euros(545)
    assert measure.reconciles


def test_reversal_of_a_payment_that_is_not_known_yet_is_no_movement() -> None:
    one = account(
        late("F-1", 40, 900),
        Payment("P-1", DAY, amount=euros(50), recorded_on=DAY + timedelta(3)),
        Reversal("X-1", DAY, payment="P-1"),
    )
    measure = outstanding([one], as_of=DAY, known_on=DAY)
    assert measure.value == euros(900)
    assert measure.reconciliation[0].amount_of("reversed") == euros(0)
    assert measure.reconciles


def test_other_currencies_are_counted_apart_and_never_mixed() -> None:
    one = account(
        late("F-1", 10, 900),
        Invoice("U-1", DAY, due_on=DAY, total=Money.of(70, "USD")),
        Invoice("U-2", DAY, due_on=DAY, total=Money.of(30, "USD")),
        Invoice("G-1", DAY, due_on=DAY, total=Money.of(8, "GBP")),
        Payment("P-1", DAY, amount=Money.of(3, "CHF")),
    )
    measure = outstanding([one], as_of=DAY)
    assert measure.value == euros(900)
    assert [(e.reason, e.count, str(e.amount)) for e in measure.excluded] == [
        ("open in another currency", 1, "8.00 GBP"),
        ("open in another currency", 2, "100.00 USD"),
        ("unapplied in another currency", 1, "3.00 CHF"),
    ]


def test_disputed_slice_may_be_left_out() -> None:
    one = account(
        late("F-1", 10, 900),
        late("F-2", 10, 100),
        late("F-3", 10, 60),
        Dispute("D-1", DAY, invoice="F-1", amount=euros(250)),
        Dispute("D-2", DAY, invoice="F-2"),
    )
    assert outstanding([one], as_of=DAY).value == euros(1060)
    measure = outstanding([one], as_of=DAY, disputed="out")
    assert measure.value == euros(710)
    assert [(e.reason, e.count, e.amount) for e in measure.excluded] == [
        ("disputed", 2, euros(350))
    ]
    assert dict(measure.population)["open items"] == 2
    assert measure.reconciles


def test_item_held_for_another_reason_is_not_disputed() -> None:
    block = DunningBlock("K-1", DAY, until=DAY, reason="audit")
    measure = outstanding([account(late("F-1", 10, 900), block)], as_of=DAY, disputed="out")
    assert measure.value == euros(900)
    assert measure.excluded == ()


def test_assumed_due_dates_are_counted_in_the_population() -> None:
    one = account(late("F-1", 10, 900, due_assumed=True), late("F-2", 10, 100))
    population = dict(outstanding([one], as_of=DAY).population)
    assert population == {
        "accounts": 1,
        "open items": 2,
        "open items with an assumed due date": 1,
    }


def test_known_on_hides_what_was_learnt_later() -> None:
    friday = Payment("P-1", DAY - timedelta(3), amount=euros(900), recorded_on=DAY, allocations=())
    one = account(late("F-1", 10, 900), friday)
    assert outstanding([one], as_of=DAY).value == euros(0)
    measure = outstanding([one], as_of=DAY, known_on=DAY - timedelta(1))
    assert measure.value == euros(900)
    assert measure.reconciles


# --- overdue rate -----------------------------------------------------------------------------


def test_overdue_rate_is_overdue_over_open_in_percent() -> None:
    one = account(late("F-1", 1, 100), late("F-2", 0, 200), late("F-3", -1, 100))
    measure = overdue_rate([one], as_of=DAY)
    assert measure.value == Decimal(25)
    assert (measure.numerator, measure.denominator) == (euros(100), euros(400))
    assert (measure.formula, measure.unit) == ("K8", "percent")


def test_item_without_a_due_date_is_not_overdue() -> None:
    parts = [Instalment(DAY - timedelta(1), euros(90)), Instalment(None, euros(10))]
    one = account(late("F-1", 1, 100, schedule=parts))
    assert overdue_rate([one], as_of=DAY).value == Decimal(90)


def test_overdue_rate_is_undefined_when_nothing_is_open() -> None:
    measure = overdue_rate([account()], as_of=DAY)
    assert measure.value is None
    assert measure.undefined == "nothing is owed on 2026-11-20"
    assert measure.flags == ()


def test_overdue_rate_is_undefined_on_a_net_credit() -> None:
    one = account(late("F-1", 10, 100), loose("P-1", 500))
    measure = overdue_rate([one], as_of=DAY, conventions=BY_HAND, credits="netted")
    assert measure.value is None
    assert measure.flags == ("net credit",)


def test_overdue_rate_netted_may_be_negative_and_is_flagged() -> None:
    rich = Account.of(Debtor("C-2", "y"), loose("P-1", 50))
    accounts = [account(late("F-1", -10, 100)), rich]
    measure = overdue_rate(accounts, as_of=DAY, conventions=BY_HAND, credits="netted")
    assert measure.value == Decimal(-100)
    assert measure.flags == ("negative",)
    assert measure.reconciles


# --- ageing -----------------------------------------------------------------------------------


def test_published_example_of_credits_netted() -> None:
    one = account(late("F-1", 35, 200), loose("P-1", 50))
    measure = ageing([one], as_of=DAY, conventions=BY_HAND, credits="netted")
    assert filled(measure) == {"31-60": (euros(150), 1)}
    assert measure.value == euros(150)
    assert len(measure.buckets) == 6


def test_published_example_of_credits_apart() -> None:
    one = account(late("F-1", 35, 200), loose("P-1", 50))
    measure = ageing([one], as_of=DAY, conventions=BY_HAND)
    assert filled(measure) == {"31-60": (euros(200), 1)}
    assert measure.excluded[0].amount == euros(50)
    own = ageing([one], as_of=DAY, conventions=BY_HAND, credits="own_bucket")
    assert filled(own) == {"31-60": (euros(200), 1), "credits": (euros(-50), 1)}
    assert own.value == euros(150)
    assert own.excluded == ()


@pytest.mark.parametrize(
    ("days", "label"),
    [
        (-5, "not due"),
        (0, "not due"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "91-120"),
        (120, "91-120"),
        (121, ">120"),
    ],
)
def test_each_age_has_its_bucket(days: int, label: str) -> None:
    measure = ageing([account(late("F-1", days, 10))], as_of=DAY)
    assert filled(measure) == {label: (euros(10), 1)}


def test_buckets_say_their_bounds_in_order() -> None:
    measure = ageing([], as_of=DAY)
    assert [(b.label, b.low, b.high) for b in measure.buckets] == [
        ("not due", None, 0),
        ("1-30", 1, 30),
        ("31-60", 31, 60),
        ("61-90", 61, 90),
        ("91-120", 91, 120),
        (">120", 121, None),
    ]


@pytest.mark.parametrize(
    ("bounds", "labels"),
    [
        ((0, 15, 45), ["not due", "1-15", "16-45", ">45"]),
        ((15, 45), ["not due", "1-15", "16-45", ">45"]),
        ([0, 1, 2], ["not due", "1", "2", ">2"]),
        ((), ["not due", ">0"]),
        (range(0, 90, 30), ["not due", "1-30", "31-60", ">60"]),
    ],
)
def test_bounds_are_a_parameter_and_not_due_is_always_apart(bounds: Any, labels: list[str]) -> None:
    measure = ageing([], as_of=DAY, bounds=bounds)
    assert [one.label for one in measure.buckets] == labels


def test_undated_part_is_not_due_in_an_ageing() -> None:
    parts = [Instalment(DAY - timedelta(40), euros(90)), Instalment(None, euros(10))]
    measure = ageing([account(late("F-1", 40, 100, schedule=parts))], as_of=DAY)
    assert filled(measure) == {"not due": (euros(10), 1), "31-60": (euros(90), 1)}


def test_netting_starts_with_the_oldest_item() -> None:
    one = account(late("F-1", 100, 80), late("F-2", 5, 70), late("F-3", -5, 60), loose("P-1", 90))
    measure = ageing([one], as_of=DAY, conventions=BY_HAND, credits="netted")
    assert filled(measure) == {"1-30": (euros(60), 1), "not due": (euros(60), 1)}


def test_credit_of_one_account_never_nets_the_items_of_another() -> None:
    rich = Account.of(Debtor("C-2", "y"), loose("P-1", 50))
    accounts = [account(late("F-1", 35, 200)), rich]
    measure = ageing(accounts, as_of=DAY, conventions=BY_HAND, credits="netted")
    assert filled(measure) == {"31-60": (euros(200), 1), "credits": (euros(-50), 1)}
    assert measure.value == euros(150)


def test_deposit_keeps_a_bucket_of_its_own_when_credits_are_netted() -> None:
    one = account(late("F-1", 35, 200), loose("P-1", 50, purpose="deposit"), loose("P-2", 20))
    measure = ageing([one], as_of=DAY, conventions=BY_HAND, credits="netted")
    assert filled(measure) == {"31-60": (euros(180), 1), "credits": (euros(-50), 1)}
    assert measure.excluded == ()
    assert measure.reconciles


def test_bucket_of_credits_is_there_even_when_empty() -> None:
    measure = ageing([account(late("F-1", 35, 200))], as_of=DAY, credits="own_bucket")
    assert amounts(measure)["credits"] == euros(0)
    assert len(measure.buckets) == 7


def test_net_credit_of_an_ageing_is_flagged() -> None:
    measure = ageing([account(loose("P-1", 5))], as_of=DAY, credits="own_bucket")
    assert measure.value == euros(-5)
    assert measure.flags == ("net credit",)


def test_ageing_leaves_the_disputed_slice_out_when_asked() -> None:
    one = account(late("F-1", 35, 200), Dispute("D-1", DAY, invoice="F-1", amount=euros(30)))
    measure = ageing([one], as_of=DAY, disputed="out")
    assert filled(measure) == {"31-60": (euros(170), 1)}
    assert measure.reconciliation[1].amount_of("disputed, left out") == euros(-30)
    assert measure.reconciles


def test_bounds_and_age_are_in_the_perimeter() -> None:
    measure = ageing([], as_of=DAY, bounds=(30,))
    assert measure.perimeter.options == (("bounds", "0/30"), ("age from", "due date"))
    assert measure.formula == "K9"
