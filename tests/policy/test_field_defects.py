"""What goes wrong in dunning software, as its users report it: each must not go wrong here.

Every test tells one complaint, or one worked example, with figures of its own kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    BusinessCalendar,
    CreditNote,
    Debtor,
    Decision,
    Dispute,
    DunningBlock,
    Instalment,
    Interaction,
    InteractionResult,
    Invoice,
    Money,
    Payment,
    Policy,
    Reversal,
    Step,
    decide,
    position_of,
    preset,
    read_policy,
)
from recouvrement.facts.fact import Fact

DUE = date(2026, 2, 2)
EVERY_DAY = BusinessCalendar(weekend=frozenset())
ACTS = {"remind": "email", "call": "phone", "formal_notice": "letter", "pre_due_reminder": "email"}


def on(days: int) -> date:
    return DUE + timedelta(days)


def euros(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


def house(
    *levels: tuple[str, str, str],
    between_contacts: int = 1,
    between_levels: int = 1,
    climb: str = "one-level",
    more: str = "",
) -> Policy:
    """A house whose days are all worked; a level is its id, its act and its condition."""
    parts = [
        'name = "house"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]',
        f"[pace]\nbetween_contacts = {between_contacts}\nbetween_levels = {between_levels}",
        f'per_30_days = 30\nclimb = "{climb}"\n{more}',
    ]
    parts += [
        f'[[level]]\nid = "{name}"\ndo = "{act}"\nwhen = "{when}"\nchannel = "{ACTS[act]}"'
        for name, act, when in levels
    ]
    return read_policy("\n".join(parts)).completed(calendar=EVERY_DAY)


def ages(*days: int, **options: Any) -> Policy:
    """Reminders at these ages."""
    levels = [(f"level-{n}", "remind", f"days_past_due >= {age}") for n, age in enumerate(days, 1)]
    return house(*levels, **options)


def invoice(name: str = "F-1", amount: int | str = 100, due: int = 0, **other: Any) -> Invoice:
    return Invoice(name, on(due - 30), due_on=on(due), total=euros(amount), **other)


def account(*facts: Fact, **debtor: Any) -> Account:
    return Account.of(Debtor("C-1", "Atelier Vasseur", kind="business", **debtor), *facts)


def ask(policy: Policy, told: Account, day: int) -> Decision:
    return decide(policy, told, as_of=on(day))


def level(policy: Policy, told: Account, day: int) -> str | None:
    action = ask(policy, told, day).action
    return action.level if action else None


def recorded(told: Account, decision: Decision, name: str = "") -> Account:
    """The account once the host did what was proposed."""
    action = decision.action
    assert action is not None
    return told.record(
        Interaction(
            f"I-{decision.as_of}{name}",
            decision.as_of,
            channel=action.channel or "letter",
            act=action.kind,
            steps=action.steps,
            invoices=action.lists,
        )
    )


def lived(policy: Policy, told: Account, first: int, last: int) -> Iterator[tuple[int, str | None]]:
    """The days and levels of what a host does that runs every day and records what it did."""
    for day in range(first, last + 1):
        decision = ask(policy, told, day)
        if decision.action is not None:
            yield day, decision.action.level
            told = recorded(told, decision)


# --- running twice, running late -----------------------------------------------------------------


def test_rerunning_the_same_day_neither_climbs_nor_repeats() -> None:
    """Three reruns in one day must not bring an old invoice to its last level."""
    policy = ages(5, 20, 40).completed(application="explicit_only")
    told = account(invoice(), Payment("P-1", on(100), amount=euros(90)))
    first = ask(policy, told, 200)
    assert first.action is not None
    assert first.action.level == "level-1"
    assert first.action.amounts == (euros(10),)  # the debt net of the money already there
    told = recorded(told, first)
    for _ in range(3):
        assert ask(policy, told, 200).action is None
    assert level(policy, told, 201) == "level-2"


def test_missed_day_loses_no_reminder_and_sends_no_backlog() -> None:
    policy = ages(3, 10, 20, between_levels=7)
    told = account(invoice())
    assert list(lived(policy, told, 0, 60)) == [(3, "level-1"), (10, "level-2"), (20, "level-3")]
    assert list(lived(policy, told, 25, 60)) == [(25, "level-1"), (32, "level-2"), (39, "level-3")]


def test_old_invoice_starts_low_or_at_its_age_as_the_house_says() -> None:
    told = account(invoice())
    assert level(ages(5, 20, 40), told, 200) == "level-1"
    assert level(ages(5, 20, 40, climb="to-age"), told, 200) == "level-3"
    assert level(ages(5, 20, 40, climb="to-age"), told, 20) == "level-2"


def test_run_of_an_earlier_day_is_answered_as_of_that_day() -> None:
    policy = ages(5, 20, 40)
    told = account(invoice())
    later = recorded(told, ask(policy, told, 30))
    assert ask(policy, later, 6) == ask(policy, told, 6)


# --- one voice -----------------------------------------------------------------------------------


def test_invoices_at_different_levels_make_one_message_and_keep_their_own_levels() -> None:
    policy = ages(5, 20, between_levels=7)
    told = account(invoice(due=-20), invoice("F-2", 50, due=-5))
    told = told.record(
        Interaction("I-1", on(-10), channel="email", act="remind", steps=(Step("F-1", "level-1"),))
    )
    action = ask(policy, told, 0).action
    assert action is not None
    assert action.level == "level-2"
    assert action.steps == (Step("F-1", "level-2"), Step("F-2", "level-1"))
    assert action.amounts == (euros(150),)
    told = recorded(told, ask(policy, told, 0))
    levels = {item.id: item.level for item in position_of(told, as_of=on(0)).open_items}
    assert levels == {"F-1": "level-2", "F-2": "level-1"}


def test_reminding_one_invoice_does_not_hide_the_others() -> None:
    """F-2 falls due during the interval: the next message, not a later round, takes it."""
    policy = ages(5, 12, between_contacts=7, between_levels=7)
    told = account(invoice(), invoice("F-2", due=3))
    told = recorded(told, ask(policy, told, 5))
    assert ask(policy, told, 8).because == ("pace", "level-1")
    action = ask(policy, told, 12).action
    assert action is not None
    assert action.steps == (Step("F-1", "level-2"), Step("F-2", "level-1"))


def test_recent_invoice_is_shown_but_not_moved() -> None:
    action = ask(
        ages(5), account(invoice(), invoice("F-2", due=4), invoice("F-3", due=6)), 5
    ).action
    assert action is not None
    assert (action.steps, action.lists) == ((Step("F-1", "level-1"),), ("F-2",))


def test_each_invoice_of_a_message_has_its_own_amount() -> None:
    told = account(
        invoice("F-1", 100),
        invoice("F-2", 250),
        Payment("P-1", on(1), amount=euros(30), allocations=(Allocation("F-2", euros(30)),)),
    )
    action = ask(ages(5), told, 5).action
    assert action is not None
    assert action.amounts == (euros(320),)
    amounts = [item.collectable for item in position_of(told, as_of=on(5)).open_items]
    assert amounts == [euros(100), euros(220)]


# --- what is really owed -------------------------------------------------------------------------


def test_partly_paid_invoice_goes_on_being_reminded_of_for_what_is_left() -> None:
    policy = ages(5, 20)
    told = account(invoice(), Payment("P-1", on(6), amount=euros(60)))
    told = recorded(told, ask(policy, told, 5))
    action = ask(policy, told, 20).action
    assert action is not None
    assert (action.level, action.amounts) == ("level-2", (euros(40),))


def test_open_credit_note_is_netted() -> None:
    by_hand = ages(5).completed(application="explicit_only")
    told = account(invoice(), CreditNote("A-1", on(1), total=euros(30)))
    action = ask(by_hand, told, 5).action
    assert action is not None
    assert action.amounts == (euros(70),)


@pytest.mark.parametrize("cash", [100, 250])
def test_customer_in_credit_gets_no_reminder_and_no_zero_demand(cash: int) -> None:
    by_hand = ages(5).completed(application="explicit_only")
    decision = ask(by_hand, account(invoice(), Payment("P-1", on(1), amount=euros(cash))), 5)
    assert decision.action is None
    assert [task.kind for task in decision.tasks] == ["unmatched_credit"]


def test_paid_invoice_is_left_alone_and_a_returned_payment_brings_it_back() -> None:
    half = euros(50)
    told = account(
        invoice(schedule=[Instalment(on(5), half), Instalment(on(10), half)]),
        Payment("P-1", on(7), amount=half, allocations=(Allocation("F-1", half),)),
        Reversal("X-1", on(9), payment="P-1"),
    )
    policy = ages(1)
    found = [ask(policy, told, day).action for day in (5, 6, 7, 9, 11)]
    items = [action.invoices if action else None for action in found]
    assert items == [None, ("F-1/1",), None, ("F-1/1",), ("F-1/1", "F-1/2")]


def test_each_instalment_is_late_on_its_own_date() -> None:
    parts = [Instalment(on(0), euros(40)), Instalment(on(30), euros(60))]
    told = account(invoice(schedule=parts))
    action = ask(ages(5), told, 29).action
    assert action is not None
    assert (action.invoices, action.amounts) == (("F-1/1",), (euros(40),))


def test_settled_debtor_starts_afresh_with_the_next_invoice() -> None:
    policy = ages(5, 20)
    told = account(invoice(), Payment("P-1", on(22), amount=euros(100)), invoice("F-2", due=40))
    for day in (5, 20):
        told = recorded(told, ask(policy, told, day))
    assert level(policy, told, 45) == "level-1"


def test_state_follows_the_oldest_unpaid_invoice_when_older_ones_are_paid() -> None:
    """Ages 5, 7 and 11 days; the two oldest are paid the day the third is issued."""
    start = date(2026, 5, 31)

    def billed(name: str, day: date, amount: str) -> Invoice:
        return Invoice(name, day, due_on=day, total=euros(amount))

    def settled(name: str, item: str, amount: str) -> Payment:
        allocations = (Allocation(item, euros(amount)),)
        return Payment(name, date(2026, 6, 2), amount=euros(amount), allocations=allocations)

    told = account(
        billed("F-1", start, "249.95"),
        billed("F-2", start, "500.00"),
        billed("F-3", date(2026, 6, 2), "700.00"),
        settled("P-1", "F-1", "249.95"),
        settled("P-2", "F-2", "500.00"),
        Payment(
            "P-3",
            date(2026, 6, 3),
            amount=euros(200),
            allocations=(Allocation("F-3", euros(200)),),
        ),
    )
    policy = ages(5, 7, 11, climb="to-age")
    said = {}
    for day in range(4, 15):
        decision = decide(policy, told, as_of=date(2026, 6, day))
        if decision.action is not None:
            said[day] = decision.action.level
            assert decision.action.amounts == (euros(500),)
            told = recorded(told, decision)
    assert said == {7: "level-1", 9: "level-2", 13: "level-3"}


# --- holding one's voice -------------------------------------------------------------------------


def test_worked_example_of_three_levels_with_a_block() -> None:
    policy = ages(5, 20, 40)
    told = account(invoice())
    assert level(policy, told, 4) is None
    assert level(policy, told, 5) == "level-1"
    assert level(policy, told, 30) == "level-1"  # nobody did it yet
    told = recorded(told, ask(policy, told, 5))
    block = DunningBlock("K-1", on(25), until=on(30), reason="cannot pay before month end")
    assert level(policy, told.record(block), 30) is None
    assert level(policy, told.record(block), 31) == "level-2"
    paid = told.record(Payment("P-1", on(31), amount=euros(100)))
    assert level(policy, paid, 31) is None
    assert level(policy, paid, 50) is None


@pytest.mark.parametrize(("until", "spoken"), [(-2, True), (-1, True), (0, False), (1, False)])
def test_last_day_of_a_grace_still_protects(until: int, spoken: bool) -> None:  # noqa: FBT001
    block = DunningBlock("K-1", on(-5), until=on(until), invoice="F-1", reason="agreed")
    told = account(invoice(due=-15), block)
    assert (level(ages(10), told, 0) is not None) is spoken


@pytest.mark.parametrize(
    ("age", "spoken"), [(-1, False), (0, False), (5, False), (10, True), (11, True), (15, True)]
)
def test_level_of_ten_days(age: int, spoken: bool) -> None:  # noqa: FBT001 (parametrised)
    assert (level(ages(10), account(invoice()), age) is not None) is spoken


def test_disputed_or_settled_invoice_is_left_alone() -> None:
    disputed = account(invoice(), Dispute("D-1", on(2), invoice="F-1"))
    settled = account(invoice(), Payment("P-1", on(2), amount=euros(100)))
    for told in (disputed, settled):
        assert level(ages(10), told, 15) is None


def test_vip_is_handled_by_hand() -> None:
    hold = '[[hold]]\nid = "by-hand"\nwhen = "vip"\nscope = "account"'
    decision = ask(ages(5, more=hold), account(invoice(), vip=True), 9)
    assert (decision.action, decision.because) == (None, ("by-hand",))


def test_second_level_waits_ten_days_after_the_first() -> None:
    policy = ages(10, 20, 30, between_levels=10)
    told = recorded(account(invoice(due=-40)), ask(policy, account(invoice(due=-40)), 0))
    assert [level(policy, told, day) for day in (4, 9, 10, 19)] == [
        *(None, None, "level-2", "level-2")
    ]


def test_one_level_is_said_once() -> None:
    policy = ages(0)
    told = account(invoice())
    assert list(lived(policy, told, -5, 40)) == [(1, "level-1")]


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "age", "spoken"),
    [
        ("99.99", 10, False),
        ("100.00", 10, True),
        ("100.00", 9, False),
        ("100.00", 20, True),
    ],
)
def test_conditions_on_amount_and_age_are_joined(amount: str, age: int, spoken: bool) -> None:  # noqa: FBT001
    when = "collectable >= EUR(100.00) and oldest_days_past_due >= 10"
    policy = house(("all", "remind", when))
    assert (level(policy, account(invoice(amount=amount)), age) is not None) is spoken


def test_nothing_unpaid_meets_no_condition() -> None:
    policy = house(("any", "remind", "collectable >= EUR(0) or oldest_days_past_due >= 0"))
    assert level(policy, account(), 10) is None
    assert level(policy, account(invoice(due=20)), 10) is None


# --- ways out ------------------------------------------------------------------------------------


def test_address_that_bounces_is_a_task_and_holds_no_queue() -> None:
    policy = ages(5, 20)
    told = account(invoice())
    decision = ask(policy, told, 5)
    told = recorded(told, decision).record(
        InteractionResult("IR-1", on(6), interaction=f"I-{on(5)}", result="bounced")
    )
    again = ask(policy, told, 7)
    assert again.action is not None
    assert again.action.level == "level-1"  # what bounced was not said
    assert [(task.kind, task.invoices) for task in again.tasks] == [("find_coordinates", ("F-1",))]


def test_refused_email_is_replaced_by_another_way_in_writing() -> None:
    action = ask(ages(5), account(invoice(), refused_channels=["email"]), 5).action
    assert action is not None
    assert action.channel == "portal"


def test_nothing_leaves_on_a_weekend_or_a_holiday() -> None:
    policy = preset("fr-b2b").completed(calendar=BusinessCalendar.france(2026, 2026))
    for day in range(60):
        told = account(invoice(due=day))
        action = ask(policy, told, day + 2).action
        assert action is not None
        assert policy.conventions.calendar.is_business_day(action.execute_on)


def test_reminders_before_and_after_the_due_date_come_at_their_days() -> None:
    """Issued on 1 March, due on the 15th: five, ten and fifteen days after the issue."""
    told = account(Invoice("F-1", date(2024, 3, 1), due_on=date(2024, 3, 15), total=euros(100)))
    policy = house(
        ("early", "pre_due_reminder", "days_since_issue >= 5"),
        ("soon", "pre_due_reminder", "days_since_issue >= 10"),
        ("late", "remind", "days_since_issue >= 15"),
    )
    first, last = ((day - DUE).days for day in (date(2024, 3, 1), date(2024, 4, 30)))
    said = [(on(day).isoformat(), name) for day, name in lived(policy, told, first, last)]
    assert said == [("2024-03-06", "early"), ("2024-03-11", "soon"), ("2024-03-16", "late")]
