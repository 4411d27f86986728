"""What each criterion says of an item, or of an account, on a day.

One invoice of 1 000 EUR, issued on 1 September 2026 and due on 1 October, unless a story says more.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    Conventions,
    CreditNote,
    Debtor,
    Dispute,
    ExchangeRate,
    ExchangeRates,
    FormalNotice,
    Insolvency,
    Instalment,
    Interaction,
    InteractionResult,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    Placement,
    Promise,
    Step,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import CRITERIA, CriterionType, Scope, Worse
from recouvrement.policy.criteria import READERS
from recouvrement.position.standing import standing_of

DUE = date(2026, 10, 1)
LADDER = ("remind", "call", "notice")
USUAL = Conventions()
RATES = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2026, 1, 1), value="0.50"))


def after(days: int) -> date:
    return DUE + timedelta(days)


def euros(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


def invoice(name: str = "F-1", amount: int = 1000, **other: Any) -> Invoice:
    given = {"due_on": DUE, "total": euros(amount), **other}
    return Invoice(name, DUE - timedelta(30), **given)


def contact(name: str, on: int, *items: str, level: str = "remind", **other: Any) -> Interaction:
    steps = tuple(Step(item, level) for item in items)
    return Interaction(
        name, after(on), **{"channel": "email", "act": "remind", "steps": steps, **other}
    )


def result(name: str, on: int, of: str, word: str) -> InteractionResult:
    return InteractionResult(name, after(on), interaction=of, result=word)


def promise(name: str, on: int, due: int, amount: int = 1000, **other: Any) -> Promise:
    given = {"due_on": after(due), "amount": euros(amount), "means": "transfer", **other}
    return Promise(name, after(on), **given)


def account(*facts: Fact, **debtor: Any) -> Account:
    return Account.of(Debtor("C-1", "Atelier Vasseur", **debtor), *facts)


def observed(
    name: str, told: Account, day: int, item: str = "F-1", conventions: Conventions = USUAL
) -> Any:
    """What the criterion says, read as the generated code reads it."""
    on = after(day)
    ranks = {level: rank for rank, level in enumerate(LADDER)}
    s = standing_of(told.book, on.toordinal(), conventions, ranks)

    def amount_in(minor: int, currency: str) -> int:
        return conventions.rates.convert(Money(minor, currency), "EUR", on=on).minor

    scope = {
        **READERS,
        "level_ids": LADDER,
        "s": s,
        "a": told,
        "day": s.day,
        "amount_in": amount_in,
    }
    if CRITERIA[name].scope is Scope.ITEM:
        (scope["r"],) = (row for row in s.rows if row.id == item)
    return eval(CRITERIA[name].source, scope)  # noqa: S307 (the registry's own text)


# --- the registry --------------------------------------------------------------------------------


def test_registry_has_the_criteria_of_the_first_floor() -> None:
    items = {name for name, one in CRITERIA.items() if one.scope is Scope.ITEM}
    assert items == {
        *("days_past_due", "days_until_due", "days_since_issue", "amount_due", "disputed"),
        *("reminders", "level_reached", "silence", "bounced", "notice_days", "dispute_overdue"),
        "tags",
    }
    assert CRITERIA.keys() - items == {
        *("collectable", "open", "unapplied", "oldest_days_past_due", "days_since_last_contact"),
        *("contacts_30d", "broken_promises", "days_since_broken_promise", "plan_state"),
        *(
            "days_since_missed_instalment",
            "insolvent",
            "vip",
            "kind",
            "segment",
            "sector",
            "country",
        ),
    }


@pytest.mark.parametrize("name", CRITERIA)
def test_each_criterion_says_what_it_is(name: str) -> None:
    one = CRITERIA[name]
    assert one.name == name
    assert one.doc.endswith(".")
    assert one.unit or one.type not in (CriterionType.INTEGER, CriterionType.MONEY)
    assert (one.instead is None) == (one.scope is Scope.ACCOUNT)
    assert not one.fixed or one.worse is Worse.NEITHER
    assert not one.words or one.type is CriterionType.WORD
    assert "source" not in repr(one)


# --- an item -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "late"), [(-3, -3), (0, 0), (1, 1), (40, 40)])
def test_days_are_counted_from_the_due_date(day: int, late: int) -> None:
    told = account(invoice())
    assert observed("days_past_due", told, day) == late
    assert observed("days_until_due", told, day) == -late
    assert observed("days_since_issue", told, day) == 30 + late


def test_part_without_a_date_is_neither_late_nor_to_come() -> None:
    parts = [Instalment(DUE, euros(950)), Instalment(None, euros(50), kind="retention")]
    told = account(invoice(schedule=parts))
    assert observed("days_past_due", told, 5, "F-1/1") == 5
    assert observed("days_past_due", told, 5, "F-1/2") is None
    assert observed("days_until_due", told, 5, "F-1/2") is None
    assert observed("days_since_issue", told, 5, "F-1/2") == 35


def test_amount_due_is_what_may_be_asked_for_and_before_what_will_be() -> None:
    dispute = Dispute("D-1", after(2), invoice="F-1", amount=euros(300))
    told = account(invoice(), dispute, Payment("P-1", after(3), amount=euros(200)))
    assert observed("amount_due", told, -5) == 100_000
    assert observed("amount_due", told, 1) == 100_000
    assert observed("amount_due", told, 2) == 70_000
    assert observed("amount_due", told, 3) == 50_000


def test_amount_due_is_told_in_the_currency_of_the_policy() -> None:
    told = account(invoice(total=Money.of(900, "USD")))
    assert observed("amount_due", told, 5, conventions=Conventions(rates=RATES)) == 45_000


def test_disputed_and_dispute_overdue() -> None:
    told = account(
        invoice(),
        invoice("F-2"),
        Dispute(
            "D-1",
            after(2),
            invoice="F-1",
            amount=euros(1),
            resolve_by=after(9),
            resolved_on=after(20),
            outcome="rejected",
        ),
    )
    days = (1, 2, 9, 10, 19, 20)
    assert [observed("disputed", told, day) for day in days] == [False] + [True] * 4 + [False]
    overdue = [observed("dispute_overdue", told, day) for day in days]
    assert overdue == [False, False, False, True, True, False]
    assert observed("dispute_overdue", told, 12, "F-2") is False
    assert observed("dispute_overdue", account(invoice()), 12) is False


def test_reminders_are_the_contacts_that_moved_the_item_and_arrived() -> None:
    told = account(
        invoice(),
        invoice("F-2"),
        contact("I-0", -5, "F-1", act="pre_due_reminder"),
        contact("I-1", 2, "F-1", invoices=("F-2",)),
        contact("I-2", 9, "F-1", "F-2", level="call", act="call"),
        result("IR-2", 12, "I-2", "bounced"),
        contact("I-3", 20, direction="incoming", steps=()),
    )
    assert [observed("reminders", told, day) for day in (-6, -5, 2, 9, 12, 20)] == [
        0,
        1,
        2,
        3,
        2,
        2,
    ]
    assert [observed("reminders", told, day, "F-2") for day in (2, 9, 12)] == [0, 1, 0]


def test_level_reached_is_the_highest_that_arrived() -> None:
    told = account(
        invoice(),
        contact("I-1", 2, "F-1", level="call"),
        contact("I-2", 9, "F-1", level="remind"),
        contact("I-3", 12, "F-1", level="notice"),
        contact("I-4", 13, "F-1", level="a level of another policy"),
        result("IR-3", 15, "I-3", "bounced"),
    )
    reached = [observed("level_reached", told, day) for day in (1, 2, 9, 12, 13, 15)]
    assert reached == [None, "call", "call", "notice", "notice", "call"]


def test_silence_counts_what_we_said_since_we_were_last_heard() -> None:
    told = account(
        invoice(),
        invoice("F-2"),
        contact("I-1", 2, "F-1"),
        contact("I-2", 5, "F-1", invoices=("F-2",)),
        result("IR-2", 6, "I-2", "delivered"),  # sent is not heard
        contact("I-3", 8, "F-1"),
        result("IR-3", 9, "I-3", "seen"),
        contact("I-4", 12, "F-1"),
        contact("I-5", 14, invoices=("F-1",)),
        result("IR-5", 16, "I-5", "bounced"),
        contact("I-6", 18, act="thank", invoices=("F-1",)),  # no demand
        contact("I-7", 20, direction="incoming", steps=()),
    )
    silence = [observed("silence", told, day) for day in (1, 2, 6, 8, 9, 12, 14, 16, 18, 20)]
    assert silence == [0, 1, 2, 3, 0, 1, 2, 1, 1, 0]
    assert [observed("silence", told, day, "F-2") for day in (4, 5, 8, 9)] == [0, 1, 1, 0]


def test_bounced_is_about_the_latest_contact_on_the_item() -> None:
    told = account(
        invoice(),
        invoice("F-2"),
        contact("I-1", 2, "F-1"),
        result("IR-1", 4, "I-1", "bounced"),
        contact("I-2", 6, "F-2"),
        contact("I-3", 9, invoices=("F-1",)),
    )
    assert [observed("bounced", told, day) for day in (1, 2, 4, 6, 9)] == [
        *(False, False, True, True, False)
    ]
    assert [observed("bounced", told, day, "F-2") for day in (5, 6)] == [False, False]


def test_notice_days_run_from_the_last_day_to_respond_to_the_earliest_notice() -> None:
    told = account(
        invoice(),
        invoice("F-2"),
        FormalNotice("N-1", after(30), invoices=["F-1"], amount=euros(9), respond_by=after(38)),
        FormalNotice("N-2", after(40), invoices=["F-1"], amount=euros(9), respond_by=after(48)),
    )
    assert [observed("notice_days", told, day) for day in (29, 30, 38, 39, 50)] == [
        *(None, -8, 0, 1, 12)
    ]
    assert observed("notice_days", told, 50, "F-2") is None
    assert observed("notice_days", account(invoice()), 50) is None


def test_notice_given_before_an_item_was_late_counts_for_nothing() -> None:
    half = euros(500)
    told = account(
        invoice(schedule=[Instalment(DUE, half), Instalment(after(30), half)]),
        FormalNotice("N-1", after(30), invoices=["F-1"], amount=half, respond_by=after(38)),
    )
    assert observed("notice_days", told, 40, "F-1/1") == 2
    assert observed("notice_days", told, 40, "F-1/2") is None


def test_tags_are_those_of_the_invoice() -> None:
    told = account(invoice(tags=["audit", "export"]))
    assert observed("tags", told, 1) == {"audit", "export"}


# --- the account ---------------------------------------------------------------------------------


def test_amounts_of_the_account_add_up_its_currencies() -> None:
    told = account(
        invoice(),
        invoice("F-2", total=Money.of(400, "USD")),
        invoice("F-3", due_on=after(60)),
        Dispute("D-1", after(1), invoice="F-1", amount=euros(300)),
        Payment("P-1", after(2), amount=Money.of(100, "USD")),
        Payment("P-2", after(2), amount=euros(50), purpose="deposit"),
        CreditNote("A-1", after(2), total=euros(20)),
    )
    by_hand = Conventions(rates=RATES, application="explicit_only")
    assert observed("open", told, 2, conventions=by_hand) == 220_000
    assert observed("collectable", told, 2, conventions=by_hand) == 90_000
    # Half of 100 dollars and the credit note; a deposit is never netted.
    assert observed("unapplied", told, 2, conventions=by_hand) == 7_000


def test_oldest_is_the_oldest_that_may_be_asked_for() -> None:
    told = account(
        invoice(),
        invoice("F-2", due_on=after(5)),
        Dispute("D-1", after(8), invoice="F-1"),
    )
    oldest = [observed("oldest_days_past_due", told, day, "F-2") for day in (0, 1, 7, 8, 20)]
    assert oldest == [None, 1, 7, 3, 15]


def test_contacts_are_days_on_which_we_spoke_first() -> None:
    told = account(
        invoice(),
        contact("I-1", 2, "F-1"),
        contact("I-2", 2, "F-1", channel="letter"),  # a copy of the same voice
        contact("I-3", 9, "F-1", act=None),
        contact("I-4", 10, act="thank"),
        contact("I-5", 11, act="task"),
        contact("I-6", 12, direction="incoming", steps=()),
        contact("I-7", 14, "F-1"),
        result("IR-7", 16, "I-7", "bounced"),
    )
    days = (1, 2, 9, 12, 14, 16, 31, 32)
    assert [observed("days_since_last_contact", told, day) for day in days] == [
        *(None, 0, 0, 3, 0, 7, 22, 23)
    ]
    assert [observed("contacts_30d", told, day) for day in days] == [0, 1, 2, 2, 3, 2, 2, 1]


def test_broken_promise_is_new_until_we_have_spoken_since() -> None:
    told = account(
        invoice(),
        contact("I-0", 3, "F-1"),
        promise("W-1", 4, 10, 600),
        promise("W-2", 12, 20, 700),
        contact("I-1", 23, "F-1"),
    )
    days = (10, 11, 15, 20, 21, 22, 23, 40)
    assert [observed("broken_promises", told, day) for day in days] == [0, 1, 1, 1, 2, 2, 2, 2]
    assert [observed("days_since_broken_promise", told, day) for day in days] == [
        *(None, 1, 5, 10, 1, 2, None, None)  # from the latest one, until the contact
    ]
    assert observed("days_since_broken_promise", account(invoice()), 5) is None


def test_contact_on_the_day_promised_does_not_follow_a_broken_promise() -> None:
    told = account(invoice(), promise("W-1", 4, 10), contact("I-1", 10, "F-1"))
    assert observed("days_since_broken_promise", told, 11) == 1
    told = account(invoice(), promise("W-1", 4, 10), contact("I-1", 11, "F-1"))
    assert observed("days_since_broken_promise", told, 11) is None


def test_tolerance_moves_the_day_a_promise_is_broken() -> None:
    told = account(invoice(), promise("W-1", 4, 10))
    late = Conventions(promise_tolerance=2)
    days = (12, 13, 14)
    assert [observed("broken_promises", told, day, conventions=late) for day in days] == [0, 1, 1]
    since = [observed("days_since_broken_promise", told, day, conventions=late) for day in days]
    assert since == [None, 1, 2]


def plan(name: str, item: str, **other: Any) -> PaymentPlan:
    parts = (Instalment(after(10), euros(500)), Instalment(after(40), euros(500)))
    return PaymentPlan(name, after(5), instalments=parts, invoices=[item], **other)


def test_plan_state_is_the_worst_of_the_live_ones() -> None:
    told = account(
        invoice(),
        invoice("F-2"),
        plan("L-1", "F-1"),
        plan("L-2", "F-2", acceleration_clause=True),
        Payment("P-1", after(9), amount=euros(500), allocations=(Allocation("F-2", euros(500)),)),
        FormalNotice("N-1", after(42), invoices=["F-2"], amount=euros(9), respond_by=after(50)),
    )
    days = (4, 5, 10, 11, 50, 51)
    assert [observed("plan_state", told, day) for day in days] == [
        *(None, "on_track", "on_track", "late", "late", "defaulted")
    ]
    missed = [observed("days_since_missed_instalment", told, day) for day in days]
    assert missed == [None, None, None, 1, 40, 41]


def test_plan_that_ended_or_was_kept_says_nothing() -> None:
    kept = Payment(
        "P-1", after(9), amount=euros(1000), allocations=(Allocation("F-1", euros(999)),)
    )
    told = account(invoice(), plan("L-1", "F-1", ended_on=after(12)))
    assert observed("plan_state", told, 12) is None
    assert observed("days_since_missed_instalment", told, 12) is None
    told = account(invoice(), invoice("F-2"), plan("L-1", "F-1"), kept)
    assert observed("plan_state", told, 60) is None


def test_insolvent_while_a_proceeding_that_stays_claims_is_open() -> None:
    told = account(
        invoice(),
        Insolvency("J-0", "conciliation", opened_on=after(1)),
        Insolvency("J-1", "receivership", opened_on=after(5), ended_on=after(20)),
    )
    assert [observed("insolvent", told, day) for day in (4, 5, 19, 20)] == [
        *(False, True, True, False)
    ]


def test_what_is_placed_is_open_and_not_collectable() -> None:
    told = account(invoice(), Placement("T-1", after(5), to="agency", invoices=["F-1"]))
    assert observed("open", told, 6) == 100_000
    assert observed("collectable", told, 6) == 0
    assert observed("oldest_days_past_due", told, 6) is None


def test_attributes_of_the_debtor_are_read_as_they_are() -> None:
    told = account(
        invoice(), kind="public", vip=True, segment="towns", sector="roads", country="FR"
    )
    names = ("kind", "vip", "segment", "sector", "country")
    assert [observed(name, told, 1) for name in names] == ["public", True, "towns", "roads", "FR"]
    plain = account(invoice())
    assert [observed(name, plain, 1) for name in names] == ["unknown", False, None, None, None]
