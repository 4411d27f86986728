"""Why a decision is what it is, told story by story around Monday 2 March 2026.

That what is shown is what decided, over drawn policies and accounts, is a law of
tests/properties/test_review_laws.py.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import attrs
import pytest
from tests.policy.telling import (
    AUDIT,
    BEFORE,
    LADDER,
    RATES,
    REMINDER,
    TO_AGE,
    VIP,
    account,
    contact,
    dollars,
    euros,
    house,
    invoice,
    notice,
    on,
    paid,
    promise,
    table,
    trigger,
)

from recouvrement import (
    Account,
    BusinessCalendar,
    CreditNote,
    Debtor,
    Dispute,
    DunningBlock,
    Instalment,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    Placement,
    Policy,
    decide,
    read_policy,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import Criterion, Hold, Scope
from recouvrement.policy.explanation import Change, Explanation, RuleSeen, Verdict
from recouvrement.policy.observing import ComparisonSeen
from recouvrement.policy.replay import explain

PLAIN = house(LADDER)


def why(day: int, *facts: Fact, policy: Policy = PLAIN, **asked: Any) -> Explanation:
    return why_of(day, account(*facts), policy, **asked)


def why_of(day: int, told: Account, policy: Policy = PLAIN, **asked: Any) -> Explanation:
    """The explanation, once checked to be that of the decision."""
    found = explain(policy, told, as_of=on(day), **asked)
    assert found.decision == decide(policy, told, as_of=on(day), **asked)
    return found


def verdicts(found: Explanation, item: str = "F-1") -> dict[str, str]:
    return {one.id: one.verdict.value for one in found.item(item).rules}


def seen(rule: RuleSeen, part: str = "when") -> list[tuple[object, ...]]:
    """What each comparison of a condition says: criterion, value, sign, bound, met, decisive."""
    return [
        (one.criterion, one.observed, one.operator, one.bound, one.met, one.decisive)
        for condition in rule.conditions
        if condition.part == part
        for one in condition.comparisons
    ]


def rung(when: str, **keys: Any) -> Policy:
    return house(
        table("level", **{"id": "rung", "when": when, "do": "remind", "channel": "email", **keys})
    )


# --- the ladder ----------------------------------------------------------------------------------


def test_level_shows_what_it_compared() -> None:
    found = why(3, invoice())
    assert seen(found.item("F-1").rule("reminder")) == [("days_past_due", 3, ">=", 2, True, True)]
    assert verdicts(found) == {
        "reminder": "applies",
        "call": "not_asked",
        "letter": "not_asked",
        "notice": "not_asked",
        "placement": "not_asked",
    }
    assert seen(found.item("F-1").rule("letter")) == [("days_past_due", 3, ">=", 20, False, True)]


def test_item_shows_where_it_stands_and_what_it_earns() -> None:
    told = (invoice(), invoice("F-2", due=3), contact(2, F_1="reminder"))
    item = why(11, *told).item("F-1")
    assert (item.reached, item.earned, item.step) == ("reminder", "call", "call")
    assert (item.due_on, item.last_step, item.next_step) == (on(0), on(2), None)
    assert (item.open, item.collectable, item.not_yet_due) == (euros(1000), euros(1000), euros(0))
    assert not item.listed
    waiting = why(8, *told).item("F-1")
    assert waiting.next_step == on(9)
    listed = why(8, *told)
    assert [one.id for one in listed.items if one.listed] == ["F-1"]


def test_one_level_at_a_time_the_first_level_above_decides() -> None:
    found = why(5, invoice(), contact(2, F_1="reminder"))
    assert list(verdicts(found).values())[:3] == ["reached", "unmet", "not_asked"]
    assert found.item("F-1").earned is None


def test_to_age_the_highest_level_met_decides() -> None:
    found = why(15, invoice(), policy=house(TO_AGE, LADDER))
    assert list(verdicts(found).values())[:4] == ["not_asked", "applies", "unmet", "unmet"]


def test_level_is_passed_over_by_its_for_its_until_and_its_date() -> None:
    passed = house(
        BEFORE,
        table(
            "level",
            id="vips",
            when="days_past_due >= 1",
            serves="vip",
            do="remind",
            channel="email",
        ),
        table(
            "level",
            id="gentle",
            when="days_past_due >= 1",
            until="days_past_due >= 3",
            do="remind",
            channel="email",
        ),
        LADDER,
    )
    found = why(4, invoice(), policy=passed)
    assert list(verdicts(found).values())[:4] == [
        "passed_over",
        "passed_over",
        "passed_over",
        "applies",
    ]
    item = found.item("F-1")
    assert seen(item.rule("vips"), "for") == [("vip", False, "is", True, False, True)]
    assert seen(item.rule("gentle"), "until") == [("days_past_due", 4, ">=", 3, True, True)]
    # Whatever is written, what announces a date is passed over once it has come.
    assert seen(item.rule("before"), "until") == [("days_past_due", 4, ">=", 1, True, True)]


def test_item_not_yet_due_is_asked_about_announcements_only() -> None:
    found = why(-4, invoice(), policy=house(BEFORE, LADDER))
    assert list(verdicts(found).values())[:2] == ["applies", "not_asked"]
    assert why(-4, invoice()).item("F-1").earned is None


def test_level_that_recurs_shows_when_it_speaks_again() -> None:
    policy = house(REMINDER + "repeat_every = 10\n")
    told = (invoice(), contact(2, F_1="reminder"))
    resting = why(11, *told, policy=policy).item("F-1").rule("reminder")
    assert (resting.verdict, resting.again_on) == (Verdict.REACHED, on(12))
    again = why(12, *told, policy=policy).item("F-1")
    assert (again.rule("reminder").verdict, again.step) == (Verdict.APPLIES, "reminder")


def test_what_is_unknown_or_assumed_is_asked_for_reminders_only() -> None:
    told = account(invoice(), contact(2, F_1="reminder"), kind="unknown")
    assert list(verdicts(why_of(11, told)).values())[:3] == ["reached", "not_asked", "unmet"]
    assumed = why(3, invoice(due_assumed=True), policy=house(trigger("call-him"), LADDER))
    assert verdicts(assumed)["call-him"] == "not_asked"
    assert verdicts(assumed)["reminder"] == "applies"


def test_what_somebody_holds_is_shown_by_slice() -> None:
    part = Dispute("D-1", on(1), invoice="F-1", cause="wrong_price", amount=euros(300))
    found = why(3, invoice(), part)
    item = found.item("F-1")
    assert item.held == (("disputed", euros(300)),)
    assert (item.collectable, found.amounts[0].owed) == (euros(700), euros(700))
    blocked = why(3, invoice(), DunningBlock("K-1", on(1), until=on(9), reason="move"))
    assert set(verdicts(blocked).values()) == {"not_asked"}


# --- conditions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        (
            "days_past_due >= 2 and reminders >= 1",
            [
                ("days_past_due", 3, ">=", 2, True, False),
                ("reminders", 0, ">=", 1, False, True),
            ],
        ),
        (
            "days_past_due >= 2 or reminders >= 1",
            [
                ("days_past_due", 3, ">=", 2, True, True),
                ("reminders", 0, ">=", 1, False, False),
            ],
        ),
        (
            "not (days_past_due >= 9 or reminders >= 1)",
            [
                ("days_past_due", 3, ">=", 9, False, True),
                ("reminders", 0, ">=", 1, False, True),
            ],
        ),
        ("segment in ('a', 'b')", [("segment", "b", "in", ("a", "b"), True, True)]),
        ("segment not in ('a', 'c')", [("segment", "b", "not in", ("a", "c"), True, True)]),
        ("sector != 'retail'", [("sector", None, "!=", "retail", False, True)]),
        ("'audit' in tags", [("tags", ("audit", "new"), "contains", "audit", True, True)]),
        (
            "'audit' not in tags",
            [("tags", ("audit", "new"), "does not contain", "audit", False, True)],
        ),
        (
            "amount_due < EUR(12.50)",
            [("amount_due", euros(1000), "<", euros("12.50"), False, True)],
        ),
        ("level_reached == 'rung'", [("level_reached", None, "==", "rung", False, True)]),
        ("vip", [("vip", False, "is", True, False, True)]),
        (
            "2 < days_past_due <= 4",
            [("days_past_due", 3, ">", 2, True, True), ("days_past_due", 3, "<=", 4, True, True)],
        ),
        ("True", []),
    ],
)
def test_each_comparison_says_whether_the_answer_rests_on_it(
    when: str, shown: list[tuple[object, ...]]
) -> None:
    told = account(invoice(tags={"audit", "new"}), segment="b")
    found = why_of(3, told, rung(when))
    assert seen(found.item("F-1").rule("rung")) == shown


# --- holds and triggers --------------------------------------------------------------------------


def test_hold_on_an_item_silences_it() -> None:
    twice = AUDIT + AUDIT.replace("audited", "audited-too")
    found = why(3, invoice(tags={"audit"}), policy=house(twice, trigger(), LADDER))
    assert list(verdicts(found).values())[:4] == ["applies", "not_asked", "not_asked", "applies"]
    assert found.decision.because == ("audited",)
    assert found.amounts == ()
    early = why(-4, invoice(tags={"audit"}), policy=house(AUDIT, BEFORE, LADDER))
    assert verdicts(early)["audited"] == "applies"
    assert verdicts(why(-4, invoice(tags={"audit"}), policy=house(AUDIT, LADDER)))["audited"] == (
        "not_asked"
    )


def test_hold_on_the_account_silences_it() -> None:
    twice = VIP + VIP.replace("by-hand", "by-hand-too")
    found = why_of(3, account(invoice(), vip=True), house(twice, LADDER))
    assert [one.verdict for one in found.rules] == [Verdict.APPLIES, Verdict.NOT_ASKED]
    assert found.rule("by-hand").conditions[0].text == "vip"
    assert found.decision.because == ("by-hand",)


def test_trigger_in_force_shows_what_it_saw() -> None:
    policy = house(trigger("broken", "days_since_broken_promise >= 1"), LADDER)
    found = why(6, invoice(), promise(3, 5), policy=policy)
    assert found.decision.because[0] == "broken"
    assert seen(found.item("F-1").rule("broken")) == [
        ("days_since_broken_promise", 1, ">=", 1, True, True)
    ]


def test_trigger_rests_is_passed_over_or_is_not_about_the_item() -> None:
    policy = house(
        trigger("again", "days_past_due >= 1", repeat_every=10),
        trigger("offer", "days_past_due >= 1", "propose_plan", repeat_every=30),
        trigger("vips", "days_past_due >= 1", serves="vip"),
        trigger("inside", "days_past_due >= 1", "task"),
        trigger("later", "days_past_due >= 90"),
        LADDER,
    )
    told = (invoice(), invoice("F-2", due=40), contact(2, F_1="reminder"))
    offered = contact(3, "propose_plan", F_1="reminder")
    found = why(5, *told, offered, policy=policy)
    assert list(verdicts(found).values())[:5] == [
        "resting",
        "resting",
        "passed_over",
        "applies",
        "unmet",
    ]
    assert found.item("F-1").rule("again").again_on == on(13)
    assert found.item("F-1").rule("offer").again_on == on(33)
    assert list(verdicts(found, "F-2").values())[:5] == [
        "not_asked",
        "not_asked",
        "not_asked",
        "unmet",
        "not_asked",
    ]


# --- style, partners -----------------------------------------------------------------------------

STYLES = (
    table("style", when="collectable >= EUR(5_000)", handler="account_manager"),
    table("style", id="calls", when="collectable >= EUR(1)", acts=["call"], tone="firm"),
    table("style", id="small", when="collectable >= EUR(1)", tone="friendly"),
    table("style", id="rest", when="True", tone="firm"),
)
PARTNERS = (
    table("partner", id="abroad", role="agency", when="country == 'DE'"),
    table("partner", id="bailiff", role="bailiff"),
)


def test_first_row_of_the_style_table_that_serves_the_act_applies() -> None:
    found = why(3, invoice(), policy=house(*STYLES, LADDER))
    assert {one.id: one.verdict.value for one in found.rules} == {
        "style 1": "unmet",
        "calls": "not_asked",
        "small": "applies",
        "rest": "not_asked",
    }
    assert seen(found.rule("style 1")) == [
        ("collectable", euros(1000), ">=", euros(5000), False, True)
    ]
    silent = why(1, invoice(), policy=house(*STYLES, LADDER))
    assert {one.verdict for one in silent.rules} == {Verdict.NOT_ASKED}


def test_partner_is_chosen_for_a_placement() -> None:
    policy = house(*PARTNERS, LADDER)
    told = (invoice(), contact(31, "formal_notice", F_1="notice"), notice(31, "F-1"))
    found = why(61, *told, policy=policy)
    assert {one.id: one.verdict.value for one in found.rules} == {
        "abroad": "unmet",
        "bailiff": "applies",
    }
    assert found.decision.action is not None
    assert found.decision.action.partner == "bailiff"
    assert {one.verdict for one in why(3, *told, policy=policy).rules} == {Verdict.NOT_ASKED}


# --- what cannot be read -------------------------------------------------------------------------


def test_amount_without_a_rate_is_not_read() -> None:
    found = why(3, invoice(total=dollars(50)), policy=rung("amount_due >= EUR(1)"))
    item = found.item("F-1")
    assert (item.left_out, item.earned) == ("missing-rate", None)
    (condition,) = item.rule("rung").conditions
    assert condition.unread
    assert condition.comparisons == (
        ComparisonSeen(
            criterion="amount_due",
            observed=None,
            operator=">=",
            bound=euros(1),
            met=False,
            decisive=True,
            unread="missing-rate",
        ),
    )
    beside = why(3, invoice(total=dollars(50)), invoice("F-2"), policy=rung("amount_due >= EUR(1)"))
    assert [one.left_out for one in beside.items] == ["missing-rate", None]
    told = why(3, invoice(total=dollars(50)), policy=house(*STYLES, REMINDER))
    assert {one.verdict for one in told.rules} == {Verdict.NOT_ASKED}
    assert told.decision.action is not None
    inside = house(trigger("look", "amount_due >= EUR(1)", "task"), REMINDER)
    assert verdicts(why(3, invoice(total=dollars(50)), policy=inside)) == {
        "look": "not_asked",
        "reminder": "applies",
    }


def risk(item: Any, position: Any) -> int | None:
    """What a host knows of an item, and fails to know of one."""
    del position
    if item.id == "F-2":
        raise LookupError
    return 7 if item.id == "F-1" else None


RISK = Criterion("risk", "integer", doc="Risk.", read=risk, absent=True, aggregates="max")


def test_criterion_of_the_host_is_shown_like_ours() -> None:
    level = {"id": "rung", "do": "remind", "channel": "email"}
    policy = house(table("level", when="risk >= 5", **level), criteria=[RISK])
    found = why(3, invoice(), invoice("F-2"), invoice("F-3"), policy=policy)
    assert [one.left_out for one in found.items] == [None, "criterion-failed", None]
    assert seen(found.item("F-1").rule("rung")) == [("risk", 7, ">=", 5, True, True)]
    assert seen(found.item("F-3").rule("rung")) == [("risk", None, ">=", 5, False, True)]
    (broken,) = found.item("F-2").rule("rung").conditions[0].comparisons
    assert broken.unread == "criterion-failed"
    style = table("style", when="risk >= 5", tone="firm")
    whole = house(style, table("level", when="True", **level), criteria=[RISK])
    assert seen(why(3, invoice(), policy=whole).rule("style 1")) == [
        ("risk", 7, ">=", 5, True, True)
    ]


def score(position: Any, debtor: Any) -> Money:
    del debtor
    return euros(len(position.open_items))


def test_criterion_of_the_host_about_the_account_is_shown_as_an_amount() -> None:
    stake = Criterion("stake", "money", scope="account", doc="What is at stake.", read=score)
    level = {"id": "rung", "do": "remind", "channel": "email"}
    policy = house(table("level", when="stake >= EUR(2)", **level), criteria=[stake])
    assert seen(why(3, invoice(), policy=policy).item("F-1").rule("rung")) == [
        ("stake", euros(1), ">=", euros(2), False, True)
    ]


@attrs.frozen
class Coded:
    """A rule written in Python."""

    broken: bool = False
    text: str = "an odd number of days"
    criteria: frozenset[str] = frozenset({"days_past_due", "amount_due"})

    def met(self, **values: Any) -> bool:
        if self.broken:
            raise LookupError
        return bool(values["days_past_due"] % 2)


def held_by(rule: Coded, scope: Scope = Scope.ITEM) -> Policy:
    return attrs.evolve(PLAIN, holds=(Hold(id="odd", when=rule, scope=scope),))


def test_rule_in_python_shows_the_values_it_was_given() -> None:
    found = why(3, invoice(), policy=held_by(Coded()))
    rule = found.item("F-1").rule("odd")
    assert (rule.verdict, rule.conditions[0].text) == (Verdict.APPLIES, "an odd number of days")
    assert seen(rule) == [
        ("amount_due", euros(1000), None, None, True, True),
        ("days_past_due", 3, None, None, True, True),
    ]
    even = why(4, invoice(), policy=held_by(Coded())).item("F-1")
    assert even.rule("odd").verdict is Verdict.UNMET


def test_rule_in_python_that_raises_is_said_to() -> None:
    found = why(3, invoice(), policy=held_by(Coded(broken=True)))
    assert found.item("F-1").left_out == "criterion-failed"
    (condition,) = found.item("F-1").rule("odd").conditions
    assert {one.unread for one in condition.comparisons} == {"criterion-failed"}
    assert found.decision.because == ("criterion-failed",)
    whole = Coded(broken=True, criteria=frozenset({"collectable"}))
    account_wide = why(3, invoice(), policy=held_by(whole, Scope.ACCOUNT))
    assert account_wide.rule("odd").verdict is Verdict.NOT_ASKED


def test_rule_in_python_is_not_called_on_what_cannot_be_read() -> None:
    found = why(3, invoice(total=dollars(50)), policy=held_by(Coded()))
    (condition,) = found.item("F-1").rule("odd").conditions
    assert [one.unread for one in condition.comparisons] == ["missing-rate", "missing-rate"]
    assert not condition.held


def failing(*known: Any) -> int:
    raise LookupError(known)


def test_criterion_about_the_account_that_fails_leaves_every_item_out() -> None:
    bad = Criterion("bad", "integer", scope="account", doc="Fails.", read=failing)
    level = {"id": "rung", "do": "remind", "channel": "email"}
    policy = house(table("level", when="bad >= 1", **level), criteria=[bad])
    found = why(3, invoice(), invoice("F-2"), policy=policy)
    assert {one.left_out for one in found.items} == {"criterion-failed"}


# --- pace and amounts ----------------------------------------------------------------------------


def test_pace_says_when_the_next_contact_may_leave() -> None:
    told = (invoice(), invoice("F-2", due=1), contact(2, F_1="reminder"))
    pace = why(4, *told).pace
    assert (pace.last_contact, pace.next_contact, pace.allowed) == (on(2), on(7), False)
    assert (pace.contacts, pace.per_30_days, pace.between_contacts) == (1, 5, 5)
    assert why(7, *told).pace.allowed
    first = why(4, invoice()).pace
    assert (first.last_contact, first.next_contact, first.allowed) == (None, on(4), True)


def test_pace_counts_thirty_days_other_accounts_and_a_placement() -> None:
    policy = house("[pace]\nbetween_contacts = 1\nper_30_days = 2\n", LADDER)
    told = (invoice(), contact(-20, F_1="reminder"), contact(2, F_1="call"))
    pace = why(4, *told, policy=policy).pace
    assert (pace.contacts, pace.next_contact) == (2, on(10))
    elsewhere = why(4, invoice(), spoken=[on(2), on(30)]).pace
    assert (elsewhere.last_contact, elsewhere.next_contact) == (on(2), on(7))
    given = Placement("T-1", on(4), to="agency", invoices=["F-2"])
    busy = why(4, invoice(), invoice("F-2"), given).pace
    assert (busy.next_contact, busy.allowed) == (on(7), False)


def test_pace_says_nothing_where_the_calendar_says_nothing() -> None:
    calendar = BusinessCalendar.of([], valid_from=on(-40), valid_until=on(4))
    policy = PLAIN.completed(calendar=calendar)
    assert why(2, invoice(), contact(1), policy=policy).pace.next_contact is None
    beyond = why(9, invoice(), policy=policy)
    assert (beyond.pace.next_contact, beyond.pace.allowed) == (None, False)
    assert beyond.decision.because == ("outside-calendar",)
    last = explain(PLAIN, account(invoice()), as_of=date.max, spoken=[date.max])
    assert last.pace.next_contact is None


def test_amounts_are_what_is_owed_less_unapplied_cash() -> None:
    policy = PLAIN.completed(application="explicit_only", rates=RATES)
    found = why(3, invoice(), invoice("F-2", dollars(70)), paid("P-1", 1, 300), policy=policy)
    assert [(one.owed, one.unapplied, one.asked) for one in found.amounts] == [
        (euros(1000), euros(300), euros(700)),
        (dollars(70), dollars(0), dollars(70)),
    ]
    early = why(-4, invoice(), policy=house(BEFORE, LADDER)).amounts
    assert [(one.owed, one.asked) for one in early] == [(euros(0), euros(1000))]


# --- the nearest change --------------------------------------------------------------------------


def after_payment(found: Explanation) -> list[tuple[Money, tuple[str, ...]]]:
    """What a further payment would bring, from the smallest on."""
    return [(one.payment, one.decision.because) for one in found.nearest if one.payment]


def in_time(found: Explanation) -> Change:
    return next(one for one in found.nearest if one.payment is None)


def test_time_alone_changes_the_action() -> None:
    later = in_time(why(5, invoice(), contact(2, F_1="reminder")))
    assert later.on == on(10)
    assert later.decision.because == ("call",)
    standing = why(5, invoice(), policy=house(REMINDER))
    assert all(one.payment for one in standing.nearest)


def test_smallest_payment_settles_an_item_that_climbs() -> None:
    found = why(3, invoice(), invoice("F-2", 200), policy=house(REMINDER))
    # 200 euros settle F-2 exactly; 1200 leave nothing to ask for.
    assert after_payment(found) == [(euros(200), ("reminder",)), (euros(1200), ())]
    (step,) = found.nearest[0].decision.action.steps  # type: ignore[union-attr]
    assert step.invoice == "F-1"


def test_payment_that_is_tried_bears_a_name_that_nobody_has() -> None:
    note = CreditNote("P-1+", on(-40), total=euros(100))
    paid = Payment("P-1", on(-40), amount=euros(100))
    found = why(3, invoice(), note, paid, policy=house(REMINDER))
    assert after_payment(found) == [(euros(800), ())]


def test_smallest_payment_brings_what_is_owed_below_the_floor() -> None:
    policy = house("[floor]\nformal_notice = 150\n", LADDER)
    told = (invoice(), contact(21, F_1="letter"))
    assert after_payment(why(31, *told, policy=policy)) == [(euros("850.01"), ("floor",))]


def test_payment_is_netted_where_nothing_is_applied_by_rule() -> None:
    policy = house(REMINDER).completed(application="explicit_only")
    assert after_payment(why(3, invoice(), paid("P-1", 1, 300), policy=policy)) == [
        (euros(700), ("unapplied-cash",))
    ]


def test_smallest_payment_keeps_a_promise_or_an_instalment() -> None:
    policy = house("[promises]\nbroken_tolerated = 0\n", rung_of("broken_promises == 0"))
    assert after_payment(why(3, invoice(), promise(1, 9, 400), policy=policy)) == [
        (euros(1000), ())
    ]
    plan = PaymentPlan(
        "L-1",
        on(-9),
        invoices=("F-1",),
        instalments=(Instalment(on(-2), euros(400)), Instalment(on(40), euros(600))),
    )
    assert after_payment(why(3, invoice(), plan, policy=house(REMINDER))) == [(euros(400), ())]


def rung_of(when: str) -> str:
    return table("level", id="rung", when=when, do="remind", channel="email")


def half(position: Any, debtor: Any) -> Money:
    del debtor
    return Money(position.amount_of("open", "EUR").minor // 2, "EUR")


def test_bound_that_nobody_can_tell_is_narrowed_down_to_the_unit() -> None:
    stake = Criterion("stake", "money", scope="account", doc="Half of it.", read=half)
    policy = house(rung_of("stake >= EUR(300)"), criteria=[stake])
    assert after_payment(why(3, invoice(), policy=policy)) == [(euros("400.01"), ())]


def test_promise_in_another_currency_is_no_amount_to_try() -> None:
    told = (invoice(), invoice("F-2", dollars(70)), promise(1, 9, 400, "F-1"))
    plan = PaymentPlan(
        "L-1", on(1), invoices=("F-1",), instalments=(Instalment(on(9), euros(300)),)
    )
    found = why(3, *told, plan, policy=house(REMINDER))
    assert [money for money, _ in after_payment(found)] == [euros(1000), dollars(70)]


def test_payment_is_sought_in_each_currency_and_converted_where_a_rate_is_known() -> None:
    policy = house("[floor]\nformal_notice = 150\n", REMINDER).completed(rates=RATES)
    found = why(3, invoice(), invoice("F-2", dollars(70)), policy=policy)
    assert [money for money, _ in after_payment(found)] == [euros(1000), dollars(70)]
    unknown = why(3, invoice(), invoice("F-2", dollars(70)), policy=house(REMINDER))
    assert [money for money, _ in after_payment(unknown)] == [euros(1000), dollars(70)]


def test_credit_limit_of_the_debtor_is_one_of_the_amounts_tried() -> None:
    policy = house(trigger("limit", "over_limit"), REMINDER)
    told = account(invoice(), credit_limit=euros(400))
    assert after_payment(why_of(3, told, policy))[0] == (euros(600), ("reminder",))


def test_payment_is_known_when_the_question_is_asked() -> None:
    told = account(invoice(), paid("P-1", 2, 5, recorded_on=on(9)))
    found = why_of(3, told, house(REMINDER), known_on=on(2))
    assert after_payment(found) == [(euros(1000), ())]


def test_without_an_action_no_payment_is_sought() -> None:
    assert after_payment(why(5, invoice(), contact(2, F_1="reminder"))) == []


def test_rule_in_python_has_no_amounts_to_try() -> None:
    found = why(4, invoice(), policy=held_by(Coded()))
    assert [money for money, _ in after_payment(found)] == [euros(1000)]


# --- to look at ----------------------------------------------------------------------------------


def test_nothing_open_explains_nothing_and_everything() -> None:
    found = why(3)
    assert (found.items, found.amounts, found.nearest) == ((), (), ())
    assert found.pace.allowed


def test_rows_are_one_per_comparison() -> None:
    found = why(3, invoice(), policy=house(*STYLES, REMINDER))
    rows = found.to_rows()
    assert rows[0] == {
        "about": None,
        "rule": "style",
        "id": "style 1",
        "verdict": "unmet",
        "part": "when",
        "criterion": "collectable",
        "observed": euros(1000),
        "operator": ">=",
        "bound": euros(5000),
        "met": False,
        "decisive": True,
    }
    assert rows[3] == {
        "about": None,
        "rule": "style",
        "id": "rest",
        "verdict": "not_asked",
        "part": "when",
        "criterion": "True",
        "met": True,
    }
    assert [row["about"] for row in rows] == [None, None, None, None, "F-1"]
    unread = why(3, invoice(total=dollars(50)), policy=rung("amount_due >= EUR(1)"))
    assert unread.to_rows()[0]["observed"] == "missing-rate"


def test_notebook_shows_items_rules_and_changes() -> None:
    shown = why(3, invoice(), invoice("<F-2>", due=9))._repr_html_()
    captions = re.findall("<caption>(.*?)</caption>", shown)
    assert captions == [
        "C-17 as of 2026-03-05: reminder",
        "C-17 as of 2026-03-05, rule by rule",
        "C-17 as of 2026-03-05, what would alter it",
        "C-17 as of 2026-03-05, what must be said with its deadlines",
    ]
    assert "&lt;F-2&gt;" in shown
    assert "<F-2>" not in shown
    quiet = why(5, invoice(), contact(2, F_1="reminder"), contact(4))._repr_html_()
    assert "nothing to do" in quiet


def test_asking_for_what_is_not_there_is_a_key_error() -> None:
    found = why(3, invoice())
    for ask in (found.item, found.rule, found.item("F-1").rule):
        with pytest.raises(KeyError, match="nobody"):
            ask("nobody")


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"as_of": "2026-03-05"}, "as_of"),
        ({"as_of": on(3), "known_on": 3}, "known_on"),
        ({"as_of": on(3), "spoken": 3}, "spoken"),
    ],
)
def test_what_is_no_date_is_refused(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput, match=field):
        explain(PLAIN, account(invoice()), **asked)


def test_level_taken_instead_of_a_placement_that_waits_is_shown_as_met() -> None:
    text = """
name     = "by-age"
version  = "1"
currency = "EUR"
for      = ["business"]
[pace]
climb = "to-age"
[[level]]
id      = "reminder"
when    = "oldest_days_past_due >= 1"
do      = "remind"
channel = "email"
[[level]]
id   = "placement"
when = "oldest_days_past_due >= 1"
do   = "place"
"""
    told = Account.of(
        Debtor("C-1", "Atelier", kind="business"),
        Invoice("F-1", date(2026, 1, 1), due_on=date(2026, 2, 2), total=Money.of(100, "EUR")),
    )
    seen = explain(read_policy(text), told, as_of=date(2026, 2, 4))
    assert seen.decision.because == ("reminder",)
    assert seen.items[0].earned == "placement"
    assert {one.id: one.verdict for one in seen.items[0].rules} == {
        "reminder": Verdict.APPLIES,
        "placement": Verdict.APPLIES,
    }
