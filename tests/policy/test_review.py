"""The day on which a decision changes by itself, told story by story around Monday 2 March 2026.

Compared day by day over drawn accounts in tests/properties/test_review_laws.py.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from tests.policy.telling import (
    BEFORE,
    LADDER,
    PRESET,
    REMINDER,
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
    Allocation,
    Bill,
    BusinessCalendar,
    CreditNote,
    Debtor,
    Dispute,
    Document,
    DunningBlock,
    ExchangeRate,
    ExchangeRates,
    Insolvency,
    Instalment,
    InteractionResult,
    InvalidInput,
    Invoice,
    LegalStep,
    PaymentPlan,
    Person,
    Placement,
    Policy,
    Reversal,
    decide,
    review_on,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import Criterion, Hold, Scope
from recouvrement.policy import review as reviewing
from recouvrement.policy.clocks import Clock
from recouvrement.policy.engine import answer_on
from recouvrement.policy.review import HORIZON, foreseeable, turning_days

FRANCE = BusinessCalendar.france(2026, 2026)
PLAIN = house(LADDER)


def review(day: int, *facts: Fact, policy: Policy = PLAIN, **asked: Any) -> int | None:
    """The day of the review of an account, counted from the due date, once checked day by day."""
    return looked_at(day, account(*facts), policy, **asked)


def looked_at(day: int, told: Account, policy: Policy = PLAIN, **asked: Any) -> int | None:
    found = review_on(policy, told, as_of=on(day), **asked)
    days = 430 if found is None else (found - on(day)).days
    assert found == first_change(policy, told, on(day), days, **asked)
    return None if found is None else (found - on(0)).days


def first_change(
    policy: Policy, told: Account, as_of: date, days: int, **asked: Any
) -> date | None:
    """The first day on which the answer differs, looked for day by day."""
    asked.setdefault("known_on", as_of)

    def answer(day: date) -> object:
        decision = decide(policy, told, as_of=day, **asked)
        action = decision.action
        if action is not None:
            action = attrs.evolve(action, execute_on=date.min, act_by=date.min)
        return action, decision.because

    left = (date.max - as_of).days
    after = (as_of + timedelta(number) for number in range(1, min(days, left) + 1))
    now = answer(as_of)
    return next((day for day in after if answer(day) != now), None)


# --- time ----------------------------------------------------------------------------------------


def test_without_anything_open_nothing_will_change() -> None:
    assert review(3) is None
    assert review(3, invoice(), paid("P-1", 1, 1000)) is None


def test_invoice_not_yet_due_is_looked_at_when_its_first_reminder_leaves() -> None:
    assert review(-20, invoice()) == 2
    # Saturday: the reminder of Sunday leaves on Monday, and is proposed before.
    assert review(-20, invoice(due=4)) == 6


def test_silent_debtor_is_looked_at_when_the_next_level_is_earned() -> None:
    assert review(3, invoice(), contact(2, F_1="reminder")) == 10
    assert review(12, invoice(), contact(2, F_1="reminder"), contact(10, F_1="call")) == 20
    # Seven days between two levels, counted to the day it leaves.
    assert review(9, invoice(), contact(8, F_1="reminder")) == 15


def test_standing_proposal_does_not_change_by_itself() -> None:
    assert review(70, invoice(), contact(61, "call", F_1="letter")) is None


def test_pace_is_measured_on_the_day_that_a_message_leaves() -> None:
    # Spoken to on Wednesday 4 March; the fifth day is Monday 9, so Saturday 7 proposes it.
    told = (invoice(), invoice("F-2", due=1), contact(2, F_1="reminder"))
    assert review(3, *told, policy=house(REMINDER)) == 5


def test_contact_leaves_the_thirty_days_before_it() -> None:
    policy = house("[pace]\nbetween_contacts = 1\nper_30_days = 2\n", REMINDER)
    told = (invoice(), invoice("F-2", due=-40), contact(-35, F_2="reminder"))
    pair = (contact(-8, F_2="reminder"), contact(-20, F_2="reminder"))
    assert review(3, *told, *pair, policy=policy) == 10


def test_person_who_leaves_is_no_longer_asked_for() -> None:
    style = table("style", when="collectable >= EUR(1)", recipient="accounts_payable")
    people = (
        Person("N-1", "Mme Petit", role="accounts_payable", until=on(9)),
        Person("N-2", "M. Lenoir", role="accounts_payable"),
    )
    assert looked_at(3, account(invoice(), people=people), house(REMINDER, style)) == 10


def test_level_and_trigger_that_recur_are_looked_at_when_they_speak_again() -> None:
    again = REMINDER + "repeat_every = 14\n"
    assert review(3, invoice(), contact(2, F_1="reminder"), policy=house(again)) == 16
    late = trigger("silent", "days_past_due >= 1", repeat_every=10)
    told = (invoice(), contact(2, F_1="reminder"))
    assert review(3, *told, policy=house(late, REMINDER)) == 12


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("days_past_due >= 9", 9),
        ("days_past_due > 9", 10),
        ("days_past_due == 9", 9),
        ("days_past_due != 4", 4),
        ("not days_past_due < 9", 9),
        ("not days_past_due <= 9", 10),
        ("days_until_due < -8", 9),
        ("days_until_due <= -9", 9),
        ("not days_until_due > -9", 9),
        ("not days_until_due >= -8", 9),
        ("days_since_issue >= 40", 10),
        ("oldest_days_past_due >= 12", 12),
    ],
)
def test_clock_crosses_its_bound_on_the_very_day(when: str, day: int) -> None:
    policy = house(table("level", id="rung", when=when, do="remind", channel="email"))
    assert review(3, invoice(), policy=policy) == day


# --- what was agreed -----------------------------------------------------------------------------


def test_promise_is_looked_at_the_day_after_its_date() -> None:
    told = (invoice(), contact(2, F_1="reminder"), promise(5, 14))
    assert review(6, *told) == 15
    patient = house("[promises]\ntolerance = 2\n", LADDER)
    assert review(6, *told, policy=patient) == 17


def test_promise_that_will_be_broken_starts_its_clock() -> None:
    policy = house(
        table("level", id="firm", when="days_since_broken_promise >= 4", do="call", channel="phone")
    )
    assert review(6, invoice(), promise(5, 14), policy=policy) == 18


def test_missed_instalment_is_looked_at_the_day_after_its_date() -> None:
    plan = PaymentPlan(
        "L-1",
        on(4),
        invoices=["F-1"],
        instalments=(Instalment(on(12), euros(400)), Instalment(on(40), euros(600))),
    )
    assert review(6, invoice(), plan) == 13


def test_block_bill_and_dispute_are_looked_at_when_they_no_longer_hold() -> None:
    assert review(3, invoice(), DunningBlock("K-1", on(1), until=on(11), reason="move")) == 12
    bill = Bill("B-1", on(1), matures_on=on(11), amount=euros(1000), invoices=["F-1"])
    assert review(3, invoice(), bill) == 12
    overdue = house(table("hold", id="ours", when="dispute_overdue", scope="item"), REMINDER)
    part = Dispute(
        "D-1", on(1), invoice="F-1", cause="wrong_price", amount=euros(1), resolve_by=on(9)
    )
    assert review(3, invoice(), part, policy=overdue) == 10


def test_notice_is_looked_at_when_it_has_run_out() -> None:
    told = (invoice(), contact(31, "formal_notice", F_1="notice"), notice(31, "F-1", days=30))
    assert review(60, *told) == 62


def test_document_and_stay_are_looked_at_on_their_days() -> None:
    needs = house(REMINDER.replace("reminder", "pressing") + 'documents = ["order"]\n')
    order = Document("O-1", on(9), kind="order", recorded_on=on(1))
    assert review(3, invoice(), order, policy=needs) == 9
    stay = Insolvency("J-1", "safeguard", opened_on=on(1), ended_on=on(40))
    assert review(3, invoice(), stay) is None
    assert review(3, invoice(), stay, known_on=on(40)) == 40


def test_placement_takes_its_day_whole() -> None:
    given = Placement("T-1", on(5), to="agency", invoices=["F-2"])
    assert review(5, invoice(), invoice("F-2"), given) == 6


def test_limitation_is_counted_from_the_last_legal_step() -> None:
    near = trigger("near", "limitation_days <= 90", do="call")
    policy = house("[deadlines]\nlimitation_years = 1\n", near, LADDER)
    assert review(200, invoice(), contact(190, F_1="notice"), policy=policy) == 275
    known = LegalStep("E-1", on(100), kind="acknowledgement", invoices=["F-1"])
    assert review(200, invoice(), contact(190, F_1="notice"), known, policy=policy) == 375
    claim = LegalStep(
        "E-2", on(100), kind="claim", invoices=["F-1"], ended_on=on(120), outcome="granted"
    )
    assert review(200, invoice(), contact(190, F_1="notice"), claim, policy=policy) == 395
    lasting = attrs.evolve(claim, ended_on=None, outcome=None)
    assert review(200, invoice(), contact(190, F_1="notice"), lasting, policy=policy) is None
    assert review(200, invoice(), policy=house(near, REMINDER)) is None
    # Undated, nothing runs.
    parts = (Instalment(None, euros(9), kind="retention"),)
    undated = Invoice("F-1", on(-30), due_on=on(0), total=euros(9), schedule=parts)
    assert review(200, undated, policy=policy) is None


def test_clocks_of_what_was_said_and_paid_are_followed() -> None:
    told = (invoice(), invoice("F-2"), contact(2, F_1="reminder"))
    vague = InteractionResult("IR-1", on(4), interaction="I-2-remind", result="vague_promise")
    back = Reversal("X-1", on(4), payment="P-1", reason="returned")
    for when, fact in [
        ("days_since_vague_promise >= 9", (vague,)),
        ("days_since_returned_payment >= 9", (paid("P-1", 3, 1000, "F-1"), back)),
        ("days_since_last_payment >= 10", (paid("P-1", 3, 5),)),
        ("days_since_last_contact >= 11", ()),
    ]:
        policy = house(trigger("late", when), table("level", **LAST))
        assert review(5, *told, *fact, policy=policy) == 13


LAST = {"id": "last", "when": "days_past_due >= 400", "do": "remind", "channel": "email"}


# --- what is known -------------------------------------------------------------------------------


def test_what_happens_later_is_not_foreseen() -> None:
    told = (invoice(), contact(2, F_1="reminder"), paid("P-1", 5, 1000))
    assert review(3, *told) == 10
    # Asked with what was known on the tenth, nobody will be called.
    assert review(3, *told, known_on=on(10)) is None


def test_ending_that_comes_later_is_not_foreseen() -> None:
    given = Placement("T-1", on(1), to="agency", invoices=["F-1"], ended_on=on(20))
    assert review(3, invoice(), given) is None
    assert review(3, invoice(), given, known_on=on(25)) == 20


def test_what_is_recorded_ahead_is_known() -> None:
    coming = Invoice("F-9", on(6), due_on=on(8), total=euros(5), recorded_on=on(1))
    assert review(3, coming, policy=house(REMINDER)) == 10


AHEAD = {"known_on": on(40)}
BOUNCED = InteractionResult("IR-1", on(9), interaction="I-2-remind", result="bounced")
REDIRECTED = paid("P-1", 1, 900, "F-9")
NEW = Invoice("F-9", on(9), due_on=on(60), total=euros(900))
CREDIT = CreditNote("A-1", on(9), total=euros(900), allocations=(Allocation("F-9", euros(900)),))
LATER = Invoice("F-9", on(20), due_on=on(60), total=euros(900))
AGREED = PaymentPlan(
    "L-1", on(1), invoices=("F-1",), instalments=(Instalment(on(60), euros(1000)),)
)
HEARD = trigger("silent", "unanswered >= 1")
CALLED = attrs.evolve(contact(2, "thank"), id="I-thanks", channel="phone")


@pytest.mark.parametrize(
    ("day", "facts", "policy"),
    [
        (9, [invoice(due=20), Invoice("F-9", on(9), due_on=on(11), total=euros(5))], "early"),
        (9, [invoice(), paid("P-1", 9, 300)], "reminder"),
        (9, [invoice(), REDIRECTED, NEW], "netted"),
        (9, [invoice(), CREDIT, LATER], "netted"),
        (9, [invoice(), invoice("F-2"), paid("P-1", 9, 1000, "F-2")], "reminder"),
        (9, [invoice(), Reversal("X-1", on(9), payment="P-1"), paid("P-1", 1, 300)], "reminder"),
        (9, [invoice(), promise(9, 30)], "reminder"),
        (9, [invoice(), attrs.evolve(promise(1, 30), withdrawn_on=on(9))], "reminder"),
        (9, [invoice(), attrs.evolve(AGREED, agreed_on=on(9))], "reminder"),
        (9, [invoice(), attrs.evolve(AGREED, ended_on=on(9))], "reminder"),
        (9, [invoice(), Dispute("D-1", on(9), invoice="F-1")], "reminder"),
        (
            9,
            [
                invoice(),
                Dispute("D-1", on(1), invoice="F-1", resolved_on=on(9), outcome="rejected"),
            ],
            "reminder",
        ),
        (9, [invoice(), contact(9, F_1="reminder")], "reminder"),
        (9, [invoice(), contact(2, F_1="reminder"), BOUNCED], "reminder"),
        (9, [invoice(), attrs.evolve(BOUNCED, interaction="I-thanks"), CALLED], "call"),
        (9, [invoice(), attrs.evolve(BOUNCED, result="seen"), contact(2)], "heard"),
        (9, [invoice(), LegalStep("E-1", on(9), kind="claim", invoices=["F-1"])], "barred"),
    ],
)
def test_what_is_known_ahead_is_looked_at_on_its_day(
    day: int, facts: list[Fact], policy: str
) -> None:
    deciding = {
        "early": house(BEFORE, REMINDER),
        "reminder": house("[pace]\nbetween_contacts = 1\n", REMINDER),
        "netted": house(REMINDER).completed(application="explicit_only"),
        "call": house(rung("days_past_due >= 1", "call", "phone")),
        "heard": house("[pace]\nbetween_contacts = 1\n", HEARD, rung("days_past_due >= 90")),
        "barred": house("[deadlines]\nlimitation_years = 1\n", rung("limitation_days <= 364")),
    }
    assert review(3, *facts, policy=deciding[policy], **AHEAD) == day


def rung(when: str, do: str = "remind", channel: str = "email") -> str:
    return table("level", id="rung", when=when, do=do, channel=channel)


def test_due_date_on_a_weekend_is_looked_at_on_its_days() -> None:
    # Saturday 7 March: announced on Friday at the latest, listed from Sunday on.
    assert review(1, invoice(due=5), policy=house(BEFORE, REMINDER)) == 5
    assert review(3, invoice(), invoice("F-2", due=5), policy=house(REMINDER)) == 6


def test_contact_on_a_weekend_lets_its_items_move_the_day_after() -> None:
    daily = house("[pace]\nbetween_contacts = 1\nbetween_levels = 1\n", LADDER)
    assert review(12, invoice(), contact(12, F_1="reminder"), policy=daily) == 13


def test_window_of_thirty_days_is_a_criterion_too() -> None:
    policy = house(rung("contacts_30d == 0 and days_past_due >= 1"))
    assert review(3, invoice(), contact(2), policy=policy) == 32


def test_what_was_learnt_late_was_not_known_before() -> None:
    cash = paid("P-1", 1, 1000, recorded_on=on(6))
    assert review(3, invoice(), contact(2, F_1="reminder"), cash) == 10


def test_other_accounts_of_the_recipient_count_for_the_pace() -> None:
    told = account(invoice())
    assert looked_at(3, told, spoken=[on(1), on(3)]) == 8
    assert looked_at(3, told, spoken=[on(5)]) == 5
    with pytest.raises(InvalidInput, match="spoken"):
        review_on(PLAIN, told, as_of=on(3), spoken=["yesterday"])  # type: ignore[list-item]


# --- calendars and rates -------------------------------------------------------------------------


def test_weekend_and_holidays_are_rolled_over() -> None:
    # Easter Monday is 6 April: what may leave on the Tuesday is proposed from Saturday 4 on.
    told = (invoice(), invoice("F-2", due=30), contact(31, F_1="reminder"))
    policy = house(REMINDER, "[pace]\nbetween_contacts = 3\n").completed(calendar=FRANCE)
    assert review(32, *told, policy=policy) == 33


def test_end_of_the_calendar_is_a_change() -> None:
    calendar = BusinessCalendar.of([], valid_from=on(-10), valid_until=on(20))
    policy = house(REMINDER).completed(calendar=calendar)
    assert review(3, invoice(), policy=policy) == 19
    by_hand = REMINDER + 'handler = "collector"\n'
    slow = house(by_hand).completed(calendar=calendar)
    # Three business days before, there is no day left to act by.
    assert review(3, invoice(), policy=slow) == 16
    # And its beginning.
    assert review(-15, invoice(due=-20), policy=policy) == -10
    assert review(-15, invoice(due=-20), contact(-16), policy=policy) == -10


def test_calendar_in_which_nobody_works_never_changes_anything() -> None:
    saturday = on(5)
    never = BusinessCalendar.of([], valid_from=saturday, valid_until=saturday)
    assert review(6, invoice(), policy=PLAIN.completed(calendar=never)) is None


def test_rate_that_begins_gives_the_account_a_voice() -> None:
    rates = ExchangeRates.of(ExchangeRate("USD", "EUR", since=on(9), value="0.50"))
    dear = table("level", id="dear", when="amount_due >= EUR(10)", do="remind", channel="email")
    policy = house(dear).completed(rates=rates)
    assert review(3, invoice(total=dollars(50)), policy=policy) == 9


def test_end_of_all_dates_is_no_news_until_it_is_near() -> None:
    told = Account.of(
        Debtor("C-17", "Atelier Vasseur", kind="business"),
        Invoice("F-1", date(9999, 1, 4), due_on=date(9999, 2, 1), total=euros(5)),
        Invoice("F-2", date(2026, 1, 4), due_on=date.max, total=euros(5)),
    )
    assert review_on(PLAIN, told, as_of=date.max) is None
    assert review_on(PLAIN, told, as_of=date(2026, 2, 1)) is None
    for as_of in (date(9999, 2, 20), date(9999, 12, 24), date(9999, 12, 29)):
        found = review_on(PLAIN, told, as_of=as_of)
        assert found == first_change(PLAIN, told, as_of, 400)


# --- what a host adds ----------------------------------------------------------------------------


def month_of(item: Any, position: Any) -> int:
    """A criterion that changes on the first of each month, which nobody could guess."""
    del item
    month: int = position.as_of.month
    return month


def test_criterion_of_the_host_is_looked_at_day_by_day() -> None:
    month = Criterion(
        "month", "integer", unit="months", doc="The month of the year.", read=month_of
    )
    level = {"do": "remind", "channel": "email"}
    april = house(table("level", id="april", when="month == 4", **level), criteria=[month])
    assert not foreseeable(april)
    assert review(3, invoice(), policy=april) == 30
    never = house(table("level", id="never", when="month == 13", **level), criteria=[month])
    assert review(3, invoice(), policy=never) is None
    fixed = attrs.evolve(month, fixed=True)
    assert foreseeable(house(table("level", id="x", when="month == 3", **level), criteria=[fixed]))


class Odd:
    """A rule in Python: silence on even days past due."""

    text = "an even number of days"
    criteria = frozenset({"days_past_due"})

    def met(self, **values: Any) -> bool:
        return int(values["days_past_due"]) % 2 == 0


def test_rule_in_python_is_looked_at_day_by_day() -> None:
    policy = attrs.evolve(PLAIN, holds=(Hold(id="even", when=Odd(), scope=Scope.ITEM),))
    assert not foreseeable(policy)
    assert review(3, invoice(), policy=policy) == 4
    days = turning_days(policy, account(invoice()), account(invoice()).book, on(3).toordinal())
    assert {on(3 + ahead).toordinal() for ahead in range(1, HORIZON + 1)} <= days


def test_clock_says_on_which_days_its_bounds_are_crossed() -> None:
    up, down = Clock(lambda *_: ()), Clock(lambda *_: (), down=True)
    assert [[*up.crossings(100, sign, 7)] for sign in (">=", "<", ">", "<=", "!=")] == [
        [107],
        [107],
        [108],
        [108],
        [107, 108],
    ]
    assert [[*down.crossings(100, sign, 7)] for sign in (">=", "<", ">", "<=", "==")] == [
        [94],
        [94],
        [93],
        [93],
        [93, 94],
    ]


# --- what it costs -------------------------------------------------------------------------------


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days on which the decision was made again."""
    asked: list[date] = []
    inner = answer_on

    def counted(policy: Any, told: Any, book: Any, day: date, spoken: Any) -> Any:
        asked.append(day)
        return inner(policy, told, book, day, spoken)

    monkeypatch.setattr(reviewing, "answer_on", counted)
    return asked


def test_few_days_are_decided_again(answers: list[date]) -> None:
    many = [invoice(f"F-{number}", due=7 * number) for number in range(-9, 2)]
    spoken = [contact(7 * number, F_0="first-reminder") for number in range(-8, 1)]
    cash = [paid(f"P-{number}", 7 * number, 1000, f"F-{number}") for number in range(-9, -3)]
    told = account(*many, *spoken, *cash)
    assert review_on(PRESET, told, as_of=on(1)) is not None
    assert len(answers) <= 10
    answers.clear()
    # All is asked for already: every day that might matter is tried before None is said.
    assert review_on(house(REMINDER), account(*many), as_of=on(30)) is None
    assert len(answers) <= 60


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"as_of": "2026-03-05"}, "as_of"),
        ({"as_of": on(3), "known_on": "2026-03-05"}, "known_on"),
    ],
)
def test_what_is_no_date_is_refused(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput, match=field):
        review_on(PLAIN, account(invoice()), **asked)


def test_what_is_no_policy_or_no_account_is_refused() -> None:
    with pytest.raises(InvalidInput, match="policy"):
        review_on("fr-b2b", account(), as_of=on(3))  # type: ignore[arg-type]
    with pytest.raises(InvalidInput, match="one Account"):
        review_on(PLAIN, [account()], as_of=on(3))  # type: ignore[arg-type]
