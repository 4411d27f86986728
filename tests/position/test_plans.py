"""What becomes of a payment plan, and what of its invoices it shelters."""

from __future__ import annotations

from datetime import date
from typing import Any

from recouvrement import (
    Account,
    Allocation,
    ApplicationRule,
    Conventions,
    CreditNote,
    Debtor,
    FormalNotice,
    Instalment,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    PlanStatus,
    Position,
    position_of,
)
from recouvrement.facts.fact import Fact


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def on(month: int, day: int) -> date:
    return date(2026, month, day)


INVOICES = (
    Invoice("F-1", on(1, 1), due_on=on(2, 1), total=eur("150")),
    Invoice("F-2", on(1, 1), due_on=on(2, 15), total=eur("200")),
)
THREE = tuple(Instalment(on(month, 1), eur("100")) for month in (4, 5, 6))


def plan(**more: Any) -> PaymentPlan:
    fields: dict[str, Any] = {"instalments": THREE, "invoices": ("F-1", "F-2")} | more
    return PaymentPlan("L-1", on(3, 10), **fields)


def paid(name: str, when: date, amount: str = "100", **more: Any) -> Payment:
    return Payment(name, when, amount=eur(amount), **more)


def at(as_of: date, *facts: Fact, **more: Any) -> Position:
    account = Account.of(Debtor("C-1", "Vasseur"), *INVOICES, *facts)
    return position_of(account, as_of=as_of, **more)


def status(position: Position) -> str:
    return str(position.plans[0].status)


def in_plan(position: Position) -> dict[str, tuple[str, str]]:
    """What is in the plan and what is collectable, per item."""
    return {
        item.id: (str(item.in_plan.amount), str(item.collectable.amount))
        for item in position.open_items
    }


def test_plan_is_invisible_before_it_was_agreed() -> None:
    assert at(on(3, 9), plan()).plans == ()
    assert len(at(on(3, 10), plan()).plans) == 1


def test_plan_on_track_shelters_its_instalments_along_its_oldest_items() -> None:
    position = at(on(3, 31), plan())
    assert status(position) == "on_track"
    assert in_plan(position) == {"F-1": ("150.00", "0.00"), "F-2": ("150.00", "50.00")}


def test_instalment_is_not_missed_on_its_day_but_the_next() -> None:
    assert status(at(on(4, 1), plan())) == "on_track"
    assert status(at(on(4, 2), plan())) == "late"
    tolerant = Conventions(promise_tolerance=2)
    assert status(at(on(4, 3), plan(), conventions=tolerant)) == "on_track"
    assert status(at(on(4, 4), plan(), conventions=tolerant)) == "late"


def test_missed_instalment_is_collectable_and_those_to_come_stay_sheltered() -> None:
    position = at(on(4, 2), plan())
    assert in_plan(position) == {"F-1": ("50.00", "100.00"), "F-2": ("150.00", "50.00")}
    state = position.plans[0]
    assert state.unpaid == tuple((part.due_on, part.amount) for part in THREE)


def test_instalment_of_the_day_or_within_the_tolerance_is_still_sheltered() -> None:
    whole = {"F-1": ("150.00", "0.00"), "F-2": ("150.00", "50.00")}
    assert in_plan(at(on(4, 1), plan())) == whole
    tolerant = Conventions(promise_tolerance=2)
    assert in_plan(at(on(4, 3), plan(), conventions=tolerant)) == whole
    late = in_plan(at(on(4, 4), plan(), conventions=tolerant))
    assert late == {"F-1": ("50.00", "100.00"), "F-2": ("150.00", "50.00")}


def test_item_paid_before_the_plan_takes_no_part_in_it() -> None:
    early = paid("P-1", on(3, 1), "150")
    assert in_plan(at(on(4, 2), plan(), early)) == {"F-2": ("100.00", "100.00")}


def test_instalments_paid_move_the_plan_on() -> None:
    position = at(on(4, 20), plan(), paid("P-1", on(4, 1)))
    assert status(position) == "on_track"
    assert position.plans[0].received == eur("100")
    assert position.plans[0].unpaid == ((on(5, 1), eur("100")), (on(6, 1), eur("100")))


def test_part_of_an_instalment_leaves_the_rest_missed() -> None:
    position = at(on(4, 2), plan(), paid("P-1", on(4, 1), "60"))
    assert status(position) == "late"
    assert position.plans[0].unpaid[0] == (on(4, 1), eur("40"))


def test_plan_is_kept_once_every_instalment_is_paid() -> None:
    money = [paid(f"P-{part.due_on}", part.due_on) for part in THREE if part.due_on]
    position = at(on(6, 1), plan(), *money)
    assert status(position) == "kept"
    assert in_plan(position) == {"F-2": ("0.00", "50.00")}


def test_plan_is_kept_when_nothing_is_left_on_its_items() -> None:
    credit = CreditNote("A-1", on(4, 1), total=eur("350"))
    assert status(at(on(5, 15), plan(), credit)) == "kept"


def test_money_of_before_the_plan_pays_no_instalment() -> None:
    early = paid("P-1", on(3, 9), "100")
    assert at(on(4, 1), plan(), early).plans[0].received == eur("0")


def test_money_of_the_day_it_was_agreed_pays_the_first_instalment() -> None:
    assert at(on(4, 2), plan(), paid("P-1", on(3, 10))).plans[0].received == eur("100")


def test_instalment_paid_without_references_is_no_missed_one() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    money = [paid("P-1", on(4, 1)), paid("P-2", on(4, 1), "900", purpose="deposit")]
    position = at(on(4, 20), plan(), *money, conventions=rule)
    assert (status(position), position.plans[0].received) == ("on_track", eur("100"))
    # The 100 received are netted, so what they pay is not sheltered twice.
    assert in_plan(position) == {"F-1": ("150.00", "0.00"), "F-2": ("50.00", "150.00")}


def test_money_without_references_is_counted_for_one_plan_only() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    other = PaymentPlan("L-2", on(3, 11), instalments=THREE[:1], invoices=("F-2",))
    first = plan(invoices=("F-1",), instalments=THREE[:1])
    states = at(on(4, 20), first, other, paid("P-1", on(4, 1)), conventions=rule).plans
    assert [str(one.status) for one in states] == ["kept", "late"]


def test_money_without_references_of_before_the_plan_is_not_counted_for_it() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    days = [on(3, 9), on(3, 10)]
    found = [at(on(4, 1), plan(), paid("P-1", day), conventions=rule) for day in days]
    assert [one.plans[0].received for one in found] == [eur("0"), eur("100")]


def test_money_without_references_of_between_two_plans_is_not_counted_for_the_later() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    first = plan(invoices=("F-1",), instalments=THREE[:1])
    later = PaymentPlan("L-2", on(3, 20), instalments=THREE[:1], invoices=("F-2",))
    position = at(on(4, 1), first, later, paid("P-1", on(3, 15), "180"), conventions=rule)
    assert [one.received for one in position.plans] == [eur("100"), eur("0")]


def test_money_of_another_currency_is_not_counted_for_a_plan() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    dollars = Payment("P-1", on(4, 1), amount=Money.of("100", "USD"))
    assert at(on(4, 1), plan(), dollars, conventions=rule).plans[0].received == eur("0")


def test_plan_takes_no_more_money_without_references_than_it_still_needs() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    first = plan(invoices=("F-1",), instalments=THREE[:1])
    other = PaymentPlan("L-2", on(3, 11), instalments=THREE[:1], invoices=("F-2",))
    money = [
        paid("P-1", on(3, 15), "60", allocations=[Allocation("F-1", eur("60"))]),
        paid("P-2", on(3, 16), "100"),
    ]
    position = at(on(4, 1), first, other, *money, conventions=rule)
    assert [one.received for one in position.plans] == [eur("100"), eur("60")]


def test_ended_plan_shelters_nothing_from_that_day() -> None:
    over = plan(ended_on=on(4, 10))
    assert status(at(on(4, 9), over)) == "late"
    position = at(on(4, 10), over)
    assert status(position) == "ended"
    assert in_plan(position) == {"F-1": ("0.00", "150.00"), "F-2": ("0.00", "200.00")}


# --- acceleration --------------------------------------------------------------------------------


SENT, RESPOND_BY = on(4, 10), on(4, 25)


def notice(when: date = SENT) -> FormalNotice:
    return FormalNotice("N-1", when, invoices=("F-1",), amount=eur("100"), respond_by=RESPOND_BY)


CLAUSE = plan(acceleration_clause=True)


def test_whole_falls_due_once_the_notice_after_a_miss_has_run_out() -> None:
    assert status(at(on(4, 25), CLAUSE, notice())) == "late"
    position = at(on(4, 26), CLAUSE, notice())
    assert status(position) == PlanStatus.DEFAULTED
    assert in_plan(position) == {"F-1": ("0.00", "150.00"), "F-2": ("0.00", "200.00")}


def test_without_the_clause_a_notice_accelerates_nothing() -> None:
    assert status(at(on(4, 26), plan(), notice())) == "late"


def test_without_a_notice_the_clause_accelerates_nothing() -> None:
    assert status(at(on(4, 26), CLAUSE)) == "late"


def test_notice_of_before_the_miss_accelerates_nothing() -> None:
    assert status(at(on(4, 26), CLAUSE, notice(on(4, 1)))) == "late"
    assert status(at(on(4, 26), CLAUSE, notice(on(4, 2)))) == "defaulted"


def test_notice_about_other_invoices_accelerates_nothing() -> None:
    only = plan(acceleration_clause=True, invoices=("F-2",))
    assert status(at(on(4, 26), only, notice())) == "late"


def test_missed_instalment_paid_in_the_meantime_puts_the_plan_back_on_track() -> None:
    late = paid("P-1", on(4, 20), allocations=[Allocation("F-1", eur("100"))])
    assert status(at(on(4, 26), CLAUSE, notice(), late)) == "on_track"
