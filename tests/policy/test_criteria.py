"""What each criterion says of an item, or of an account, on a day.

One invoice of 1 000 EUR, issued on 1 September 2026 and due on 1 October, unless a story says more.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

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
    InvalidFact,
    InvalidInput,
    Invoice,
    LegalStep,
    Money,
    Payment,
    PaymentPlan,
    Placement,
    Promise,
    Reversal,
    Step,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import CRITERIA, Criterion, CriterionType, Scope, Worse
from recouvrement.policy.criteria import READERS, Aggregate
from recouvrement.policy.readings import limitation_days, over_limit
from recouvrement.position.standing import standing_of
from recouvrement.testing import strategies

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


def test_registry_has_the_criteria_that_documents_may_name() -> None:
    items = {name for name, one in CRITERIA.items() if one.scope is Scope.ITEM}
    assert items == {
        *("days_past_due", "days_until_due", "days_since_issue", "amount_due", "disputed"),
        *("reminders", "level_reached", "silence", "bounced", "notice_days", "dispute_overdue"),
        *("limitation_days", "tags"),
    }
    assert CRITERIA.keys() - items == {
        *("collectable", "open", "unapplied", "oldest_days_past_due", "over_limit"),
        *("days_since_last_contact", "contacts_30d", "unanswered", "last_channel"),
        *("answering_channel", "broken_promises", "days_since_broken_promise"),
        *(
            "days_since_partly_kept_promise",
            "days_since_vague_promise",
            "days_since_returned_payment",
        ),
        *("days_since_last_payment", "plan_state", "days_since_missed_instalment", "insolvent"),
        *("median_delay", "habitual_delay"),
        *("vip", "kind", "segment", "sector", "country", "language"),
    }


def test_every_name_that_a_source_uses_is_given_to_the_generated_code() -> None:
    given = {*READERS, "level_ids", "s", "a", "r", "day", "amount_in"}
    for one in CRITERIA.values():
        names = {node.id for node in ast.walk(ast.parse(one.source)) if isinstance(node, ast.Name)}
        assert names <= given, one.name


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
    assert one.read is None
    # What stands for an account is another criterion, which `instead` names.
    assert one.aggregates is None
    assert one.instead is None or CRITERIA[one.instead].scope is Scope.ACCOUNT


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


def test_notice_days_run_from_the_last_day_to_respond_to_the_latest_notice() -> None:
    told = account(
        invoice(),
        invoice("F-2"),
        FormalNotice("N-1", after(30), invoices=["F-1"], amount=euros(9), respond_by=after(38)),
        FormalNotice("N-2", after(40), invoices=["F-1"], amount=euros(9), respond_by=after(48)),
    )
    assert [observed("notice_days", told, day) for day in (29, 30, 38, 39, 40, 50)] == [
        *(None, -8, 0, 1, -8, 2)
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


# --- promises, payments and answers --------------------------------------------------------------


def test_promise_kept_in_part_is_new_until_we_have_spoken_since() -> None:
    told = account(
        invoice(),
        promise("W-1", 1, 5, 600),
        Payment("P-1", after(4), amount=euros(200)),
        contact("I-1", 9, "F-1"),
        promise("W-2", 10, 12, 500),
        contact("I-2", 15, "F-1"),
    )
    name, days = "days_since_partly_kept_promise", (5, 6, 8, 9, 13)
    assert [observed(name, told, day) for day in days] == [None, 1, 3, None, None]
    # The second one was not kept at all: that is another criterion.
    read = [observed("days_since_broken_promise", told, day) for day in (6, 12, 13, 15)]
    assert read == [None, None, 1, None]
    late = Conventions(promise_tolerance=2)
    assert [observed(name, told, day, conventions=late) for day in (7, 8)] == [None, 1]
    assert observed(name, account(invoice()), 6) is None


def test_contact_on_the_last_day_of_a_promise_does_not_follow_it() -> None:
    paid = Payment("P-1", after(4), amount=euros(200))
    for day, left in ((5, 1), (6, None)):
        told = account(invoice(), promise("W-1", 1, 5, 600), paid, contact("I-1", day, "F-1"))
        assert observed("days_since_partly_kept_promise", told, 6) == left


def test_promise_about_what_was_paid_since_is_over() -> None:
    paid = Payment("P-1", after(12), amount=euros(1000))
    told = account(invoice(), promise("W-1", 1, 5), paid, invoice("F-2", due_on=after(60)))
    days = (6, 11, 12)
    assert [observed("days_since_broken_promise", told, day, "F-2") for day in days] == [1, 6, None]
    part = Payment("P-0", after(4), amount=euros(200))
    rest = Payment("P-1", after(12), amount=euros(800))
    told = account(
        invoice(), promise("W-1", 1, 5, 600), part, rest, invoice("F-2", due_on=after(60))
    )
    assert [observed("days_since_partly_kept_promise", told, day, "F-2") for day in days] == [
        *(1, 6, None)
    ]


def test_promise_kept_whole_is_not_kept_in_part() -> None:
    told = account(
        invoice(), promise("W-1", 1, 5, 600), Payment("P-1", after(4), amount=euros(600))
    )
    assert observed("days_since_partly_kept_promise", told, 8) is None


def test_vague_promise_waits_for_a_later_contact_or_for_an_exact_promise() -> None:
    vague = [contact("I-1", 2, "F-1", channel="phone"), result("IR-1", 2, "I-1", "vague_promise")]
    told = account(invoice(), *vague, contact("I-2", 9, "F-1"))
    days = (1, 2, 3, 8, 9, 20)
    # The call that got it is of the same day, and does not follow it.
    assert [observed("days_since_vague_promise", told, day) for day in days] == [
        *(None, 0, 1, 6, None, None)
    ]
    told = account(invoice(), *vague, promise("W-1", 2, 12))
    assert observed("days_since_vague_promise", told, 2) is None
    told = account(invoice(), *vague, promise("W-1", 4, 12))
    assert [observed("days_since_vague_promise", told, day) for day in (3, 4)] == [1, None]
    told = account(invoice(), *vague, Payment("P-1", after(5), amount=euros(10)))
    assert [observed("days_since_vague_promise", told, day) for day in (4, 5)] == [2, None]
    told = account(invoice(), promise("W-0", 1, 12), *vague)
    assert observed("days_since_vague_promise", told, 3) == 1
    seen = result("IR-1", 2, "I-1", "answered")
    assert observed("days_since_vague_promise", account(invoice(), vague[0], seen), 3) is None


@pytest.mark.parametrize(
    ("reason", "counts"),
    [("returned", True), ("chargeback", True), ("refunded", False), ("misposted", False)],
)
def test_payment_that_came_back_by_itself_counts_until_we_have_spoken(
    reason: str, counts: object
) -> None:
    told = account(
        invoice(),
        Payment("P-1", after(3), amount=euros(400)),
        contact("I-1", 8, "F-1"),
        Reversal("R-1", after(10), payment="P-1", reason=reason),
        contact("I-2", 14, "F-1"),
    )
    days = (9, 10, 13, 14, 20)
    expected = [None, 0, 3, None, None] if counts else [None] * 5
    assert [observed("days_since_returned_payment", told, day) for day in days] == expected


def test_contact_on_the_day_a_payment_came_back_follows_it() -> None:
    told = account(
        invoice(),
        Payment("P-1", after(3), amount=euros(400)),
        Reversal("R-1", after(10), payment="P-1", reason="returned"),
        contact("I-1", 10, "F-1"),
    )
    assert observed("days_since_returned_payment", told, 10) is None


def test_payment_that_came_back_and_was_made_anew_is_over() -> None:
    told = account(
        invoice(),
        invoice("F-2", due_on=after(5)),
        Payment("P-1", after(3), amount=euros(1000)),
        Reversal("R-1", after(10), payment="P-1", reason="returned"),
        Payment("P-2", after(12), amount=euros(1000)),
    )
    days = (9, 10, 11, 12)
    assert [observed("days_since_returned_payment", told, day, "F-2") for day in days] == [
        *(None, 0, 1, None)
    ]


def test_return_and_vague_promise_count_from_the_latest() -> None:
    told = account(
        invoice(),
        Payment("P-1", after(3), amount=euros(400)),
        Payment("P-2", after(4), amount=euros(400)),
        Reversal("R-1", after(6), payment="P-1", reason="returned"),
        Reversal("R-2", after(9), payment="P-2", reason="returned"),
        contact("I-1", 1, "F-1"),
        result("IR-1", 7, "I-1", "vague_promise"),
        result("IR-2", 11, "I-1", "vague_promise"),
    )
    assert [observed("days_since_returned_payment", told, day) for day in (8, 9)] == [2, 0]
    assert [observed("days_since_vague_promise", told, day) for day in (10, 12)] == [3, 1]


def test_last_payment_is_money_that_came_and_stayed() -> None:
    told = account(
        invoice(),
        CreditNote("A-1", after(1), total=euros(10)),
        Payment("P-1", after(3), amount=euros(100)),
        Payment("P-2", after(8), amount=euros(200)),
        Reversal("R-2", after(12), payment="P-2", reason="returned"),
        Payment("P-3", after(20), amount=euros(50), purpose="deposit"),
        Reversal("R-3", after(24), payment="P-3", amount=euros(20), reason="refunded"),
    )
    days = (2, 3, 7, 8, 11, 12, 20, 30)
    assert [observed("days_since_last_payment", told, day) for day in days] == [
        *(None, 0, 4, 0, 3, 9, 0, 10)
    ]
    assert observed("days_since_last_payment", account(invoice()), 5) is None


def test_unanswered_counts_our_days_since_we_were_last_heard() -> None:
    told = account(
        invoice(),
        contact("I-1", 2, "F-1"),
        contact("I-2", 2, "F-1", channel="letter"),  # the same day, the same voice
        contact("I-3", 5, "F-1", channel="phone", act="call"),
        result("IR-3", 5, "I-3", "no_answer"),
        result("IR-1", 8, "I-1", "seen"),
        contact("I-4", 12),
        contact("I-5", 15, "F-1"),
        result("IR-5", 17, "I-5", "bounced"),
    )
    days = (1, 2, 5, 7, 8, 12, 15, 17)
    assert [observed("unanswered", told, day) for day in days] == [0, 1, 2, 2, 0, 1, 2, 1]
    assert observed("unanswered", account(invoice()), 5) == 0


def test_last_channel_is_that_of_our_latest_demand_that_arrived() -> None:
    told = account(
        invoice(),
        contact("I-1", 2, "F-1"),
        contact("I-2", 5, "F-1", channel="phone", act="call"),
        contact("I-3", 6, act="thank", channel="sms"),
        contact("I-4", 7, direction="incoming", steps=(), channel="portal"),
        contact("I-5", 9, "F-1", channel="letter"),
        result("IR-5", 12, "I-5", "bounced"),
    )
    days = (1, 2, 5, 8, 9, 12)
    assert [observed("last_channel", told, day) for day in days] == [
        *(None, "email", "phone", "phone", "letter", "phone")
    ]


def test_answering_channel_needs_three_contacts_and_an_answer() -> None:
    calls = [contact(f"I-{n}", n, "F-1", channel="phone") for n in (1, 2, 3)]
    mails = [contact(f"M-{n}", n, "F-1") for n in (4, 5, 6, 7)]
    told = account(
        invoice(),
        *calls,
        *mails,
        result("IR-1", 3, "I-1", "objection"),
        result("IR-4", 8, "M-4", "answered"),
        result("IR-5", 8, "M-5", "vague_promise"),
        result("IR-6", 9, "M-6", "seen"),  # seen is not answered
    )
    days = (2, 3, 7, 8, 9)
    assert [observed("answering_channel", told, day) for day in days] == [
        *(None, "phone", "phone", "email", "email")  # 2 of 4 is more than 1 of 3
    ]
    assert observed("answering_channel", account(invoice(), *mails), 9) is None


def test_language_is_the_debtors() -> None:
    assert observed("language", account(invoice(), language="fr"), 1) == "fr"
    assert observed("language", account(invoice()), 1) is None


def test_over_limit_looks_at_all_that_is_open_in_the_currency_of_the_limit() -> None:
    told = account(
        invoice(),
        invoice("F-2", total=Money.of(400, "USD")),
        credit_limit=euros(1100),
    )
    assert observed("over_limit", told, -5, conventions=Conventions(rates=RATES)) is True
    # Without a rate nobody knows what the dollars are worth, and nobody is over a limit on a guess.
    assert observed("over_limit", told, -5) is False
    assert observed("over_limit", account(invoice(), credit_limit=euros(999)), 1) is True
    assert observed("over_limit", account(invoice(), credit_limit=euros(1000)), 1) is False
    assert observed("over_limit", account(invoice(), credit_limit=Money.of(1, "USD")), 1) is False
    assert observed("over_limit", account(invoice()), 1) is False
    assert over_limit(standing_of(told.book, 1, USUAL), account(invoice())) is False


def test_delays_are_those_of_the_invoices_paid() -> None:
    facts: list[Fact] = []
    for number, late in enumerate((40, 10, 30), 1):
        paid = (Allocation(f"F-{number}", euros(1000)),)
        facts += [
            invoice(f"F-{number}"),
            Payment(f"P-{number}", after(late), amount=euros(1000), allocations=paid),
        ]
    told = account(*facts, invoice("F-9", due_on=after(90)))
    read = [
        (observed("median_delay", told, day, "F-9"), observed("habitual_delay", told, day, "F-9"))
        for day in (39, 40)
    ]
    assert read == [(None, None), (30, 10)]
    assert observed("median_delay", account(invoice()), 5) is None
    assert observed("habitual_delay", account(invoice()), 5) is None


def test_limitation_days_run_to_the_last_day_to_act() -> None:
    two = Conventions(limitation_years=2)
    told = account(invoice(), invoice("F-2", schedule=[Instalment(None, euros(1000))]))
    last = (date(2028, 10, 1) - DUE).days
    days = (0, last - 1, last, last + 1)
    read = [observed("limitation_days", told, day, conventions=two) for day in days]
    assert read == [last, 1, 0, -1]
    assert observed("limitation_days", told, 0) is None  # no law said how many years
    assert observed("limitation_days", told, 0, "F-2/1", conventions=two) is None
    step = LegalStep("S-1", after(10), kind="claim", invoices=["F-1"], ended_on=after(30))
    sued = account(invoice(), step)
    read = [observed("limitation_days", sued, day, conventions=two) for day in (9, 10, 29, 30)]
    assert read == [last - 9, None, None, last]


def test_limitation_that_no_policy_measures_is_absent() -> None:
    told = account(invoice())
    standing = standing_of(told.book, DUE.toordinal(), USUAL)
    assert limitation_days(standing, standing.rows[0]) is None


# --- a host's own --------------------------------------------------------------------------------


def nothing(*_: object) -> None:
    """What a host's criterion may be read by."""


def test_host_may_add_a_criterion() -> None:
    one = Criterion(
        "freight_days",
        "integer",
        unit="days",
        worse="up",
        absent=True,
        least=0,
        aggregates="max",
        doc="Days on the quay.",
        read=nothing,
    )
    assert (one.type, one.scope, one.worse) == (CriterionType.INTEGER, Scope.ITEM, Worse.UP)
    assert (one.aggregates, one.least, one.most, one.source) == (Aggregate.MAX, 0, None, "")
    assert one.read is nothing
    # What reads it is code, no data: it is neither compared nor shown.
    assert one == attrs.evolve(one, read=print)
    assert "read" not in repr(one)


GOOD: dict[str, Any] = {"name": "quay", "type": "integer", "doc": "Days.", "read": nothing}


@pytest.mark.parametrize(
    ("given", "field", "expected"),
    [
        ({"name": "Quay"}, "name", "a lower-case Python identifier that is no keyword"),
        ({"name": "on quay"}, "name", "a lower-case Python identifier that is no keyword"),
        ({"name": "class"}, "name", "a lower-case Python identifier that is no keyword"),
        ({"name": 3}, "name", "a lower-case Python identifier that is no keyword"),
        ({"name": "vip"}, "name", "a name that is no criterion of the registry"),
        ({"type": "float"}, "type", "one of integer, money, flag, word, words"),
        ({"scope": "invoice"}, "scope", "one of item, account"),
        ({"worse": "left"}, "worse", "one of up, down, neither"),
        ({"doc": " "}, "doc", "a sentence that says what it is"),
        ({"doc": None}, "doc", "a sentence that says what it is"),
        ({"read": None}, "read", "a function that reads it"),
        ({"source": "r.open"}, "source", "none beside read"),
        ({"least": 0.5}, "least", "a whole number, of an integer or an amount"),
        ({"most": True}, "most", "a whole number, of an integer or an amount"),
        ({"type": "flag", "most": 1}, "most", "a whole number, of an integer or an amount"),
        ({"least": 3, "most": 2}, "most", "least (3) or more"),
        ({"absent": 1}, "absent", "True or False"),
        ({"fixed": None}, "fixed", "True or False"),
        ({"type": "flag", "absent": True}, "absent", "False for flag: nothing is no flag, and an"),
        ({"type": "words", "absent": True}, "absent", "False for words: nothing is no flag, and"),
        ({"words": ["a"]}, "words", "a tuple of texts"),
        ({"type": "word", "words": (1,)}, "words", "a tuple of texts"),
        ({"words": ("a",)}, "words", "none for integer"),
        ({"aggregates": "mean"}, "aggregates", "one of any, all, max, min, sum"),
        ({"aggregates": "any"}, "aggregates", "max, min, sum for integer"),
        ({"type": "flag", "aggregates": "sum"}, "aggregates", "all, any for flag"),
        ({"type": "word", "aggregates": "max"}, "aggregates", "None for word"),
        (
            {"scope": "account", "aggregates": "max"},
            "aggregates",
            "None for a criterion of the account",
        ),
    ],
)
def test_wrong_criterion_says_which_field(given: dict[str, Any], field: str, expected: str) -> None:
    whole = {**GOOD, **given}
    with pytest.raises(InvalidInput) as caught:
        Criterion(whole.pop("name"), whole.pop("type"), **whole)
    assert caught.value.field == f"criterion.{field}"
    assert caught.value.expected.startswith(expected)
    assert caught.value.got == repr(given[field])


def test_bounds_may_leave_one_value() -> None:
    one = Criterion("quay", "integer", doc="Days.", read=nothing, least=2, most=2)
    assert (one.least, one.most) == (2, 2)


@pytest.mark.parametrize(
    ("kind", "how"),
    [("integer", "sum"), ("money", "min"), ("flag", "any"), ("flag", "all"), ("word", None)],
)
def test_each_type_adds_up_in_its_own_ways(kind: str, how: str | None) -> None:
    given = {**GOOD, "type": kind, "aggregates": how}
    assert Criterion(given.pop("name"), given.pop("type"), **given).aggregates == how


# --- what cannot be seen yet ---------------------------------------------------------------------

ACCOUNTS = strategies.accounts(currencies=("EUR", "JPY"))


@given(ACCOUNTS, st.data())
def test_later_facts_change_no_criterion(told: Account, data: st.DataObject) -> None:
    day = data.draw(strategies.as_ofs(told)).toordinal()
    then = told
    for fact in reversed(told.facts):
        if fact.happened_on.toordinal() > day:
            rest = [one for one in then.facts if one is not fact]
            with suppress(InvalidFact):  # others refer to it
                then = Account.of(told.debtor, *rest)
    event(f"facts taken away: {min(len(told.facts) - len(then.facts), 3)}")
    assert everything(then, day) == everything(told, day)


@given(ACCOUNTS, st.data())
def test_value_of_a_criterion_is_what_the_registry_declares(
    told: Account, data: st.DataObject
) -> None:
    day = data.draw(strategies.as_ofs(told)).toordinal()
    types: Any = {"integer": int, "money": int, "flag": bool, "word": str, "words": frozenset}
    for (name, _), value in everything(told, day).items():
        one = CRITERIA[name]
        if value is None:
            assert one.absent, name
            continue
        assert isinstance(value, types[one.type]), name
        assert one.least is None or value >= one.least, name
        assert one.most is None or value <= one.most, name
        assert not one.words or value in one.words, name


def everything(told: Account, day: int) -> dict[tuple[str, str], Any]:
    """Every criterion of every open item and of the account."""
    law = Conventions(limitation_years=1)
    s = standing_of(told.book, day, law, {level: rank for rank, level in enumerate(LADDER)})
    scope = {**READERS, "level_ids": LADDER, "s": s, "a": told, "day": day}
    scope["amount_in"] = lambda minor, _: minor
    read = {}
    for name, one in CRITERIA.items():
        code = compile(one.source, name, "eval")
        if one.scope is Scope.ACCOUNT:
            read[name, ""] = eval(code, scope)  # noqa: S307 (the registry's own text)
        else:
            for row in s.rows:
                read[name, row.id] = eval(code, {**scope, "r": row})  # noqa: S307 (likewise)
    return read
