"""Limitation and the other dates after which something is lost.

One invoice of 1 000 EUR, issued on 1 January 2026 and due on 1 March; five years of limitation and
two months to file a claim, unless a story says more.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Conventions,
    CreditNote,
    Debtor,
    Dispute,
    Insolvency,
    Instalment,
    InvalidFact,
    InvalidInput,
    Invoice,
    LegalStep,
    LegalStepKind,
    Money,
    Payment,
    PaymentPlan,
    Promise,
    Reversal,
    position_of,
)
from recouvrement.dates import months_after
from recouvrement.facts.fact import Fact
from recouvrement.position import (
    Deadline,
    DeadlineKind,
    Ground,
    Limitation,
    claim_due,
    deadlines_of,
    limitation_of,
    service_due,
)
from recouvrement.testing import strategies

DUE = date(2026, 3, 1)
LAST = date(2031, 3, 1)
FRENCH = Conventions(limitation_years=5, claim_months=2)


def after(days: int) -> date:
    return DUE + timedelta(days)


def euros(amount: int) -> Money:
    return Money.of(amount, "EUR")


def invoice(name: str = "F-1", **other: Any) -> Invoice:
    return Invoice(name, date(2026, 1, 1), **{"due_on": DUE, "total": euros(1000), **other})


def step(name: str, kind: str, on: date, ended_on: date | None = None, **other: Any) -> LegalStep:
    return LegalStep(name, on, **{"kind": kind, "invoices": ["F-1"], "ended_on": ended_on, **other})


def told(*facts: Fact) -> Account:
    return Account.of(Debtor("C-1", "Atelier Vasseur"), invoice(), *facts)


def limit(*facts: Fact, as_of: date, item: str = "F-1", **other: Any) -> Limitation:
    position = position_of(told(*facts), as_of=as_of, conventions=FRENCH)
    found = limitation_of(position, item, **other)
    assert found is not None
    return found


# --- limitation ----------------------------------------------------------------------------------


def test_limitation_runs_from_the_due_date() -> None:
    found = limit(as_of=after(0))
    assert (found.on, found.since, found.suspended) == (LAST, DUE, 0)
    assert (found.item, found.why, found.fact) == ("F-1", Ground.DUE_DATE, None)
    assert (found.possible_on, found.possible_why, found.possible_fact) == (None, None, None)


def test_years_may_be_given_with_the_question() -> None:
    assert limit(as_of=after(0), years=2).on == date(2028, 3, 1)


def test_without_years_or_due_date_there_is_no_limitation() -> None:
    position = position_of(told(), as_of=after(0))
    assert limitation_of(position, "F-1") is None
    assert limitation_of(position, "F-1", years=5) is not None
    undated = invoice("F-2", schedule=[Instalment(None, euros(1000))])
    position = position_of(told(undated), as_of=after(0), conventions=FRENCH)
    assert limitation_of(position, "F-2/1") is None


def test_month_without_that_day_ends_on_its_last() -> None:
    leap = invoice("F-2", due_on=date(2028, 2, 29))
    assert limit(leap, as_of=after(0), item="F-2").on == date(2033, 2, 28)


def test_beyond_the_calendar_there_is_no_date() -> None:
    far = date(9997, 1, 1)
    talks = step("S-1", "mediation", far, far + timedelta(30), invoices=["F-2"])
    facts = [invoice("F-2", due_on=far), talks]
    for as_of in (after(0), far + timedelta(60)):
        assert limit(*facts, as_of=as_of, item="F-2").on is None


def test_acknowledgement_restarts_the_period_at_its_date() -> None:
    on = date(2028, 6, 15)
    known = step("S-1", "acknowledgement", on)
    assert limit(known, as_of=on - timedelta(1)).on == LAST
    found = limit(known, as_of=on)
    assert (found.on, found.since, found.why, found.fact) == (
        *(date(2033, 6, 15), on, Ground.ACKNOWLEDGEMENT, "S-1"),
    )


@pytest.mark.parametrize("on", [date(2026, 2, 1), DUE])
def test_acknowledgement_by_the_due_date_moves_nothing(on: date) -> None:
    found = limit(step("S-1", "acknowledgement", on), as_of=after(10))
    assert (found.on, found.why) == (LAST, Ground.DUE_DATE)
    ended = limit(step("S-1", "claim", date(2026, 1, 20), on), as_of=after(10))
    assert (ended.on, ended.why) == (LAST, Ground.DUE_DATE)


@pytest.mark.parametrize("kind", ["claim", "protective_measure", "enforcement"])
def test_claim_interrupts_until_it_ends_then_the_period_restarts_whole(kind: str) -> None:
    on, end = date(2027, 1, 10), date(2028, 4, 5)
    sued = step("S-1", kind, on, end)
    assert limit(sued, as_of=on - timedelta(1)).on == LAST
    for day in (on, end - timedelta(1)):
        found = limit(sued, as_of=day)
        assert (found.on, found.why, found.fact) == (None, Ground(kind), "S-1")
    found = limit(sued, as_of=end)
    assert (found.on, found.since, found.why, found.fact) == (
        *(date(2033, 4, 5), end, Ground(kind), "S-1"),
    )


@pytest.mark.parametrize("outcome", ["withdrawn", "lapsed", "rejected"])
def test_claim_that_came_to_nothing_counts_as_never_brought(outcome: str) -> None:
    on, end = date(2027, 1, 10), date(2028, 4, 5)
    sued = step("S-1", "claim", on, end, outcome=outcome)
    # As long as it lasts nobody knows how it ends.
    assert limit(sued, as_of=end - timedelta(1)).on is None
    found = limit(sued, as_of=end)
    assert (found.on, found.why) == (LAST, Ground.DUE_DATE)


def test_what_ends_before_the_due_date_or_inside_a_claim_moves_nothing_more() -> None:
    early = step("S-0", "protective_measure", date(2026, 1, 5), date(2026, 2, 1))
    assert limit(early, as_of=after(5)).on == LAST
    claim = step("S-1", "claim", date(2027, 1, 10), date(2028, 4, 5))
    within = [
        step("S-2", "acknowledgement", date(2027, 5, 1)),
        step("S-3", "enforcement", date(2027, 6, 1), date(2027, 7, 1)),
    ]
    found = limit(claim, *within, as_of=date(2029, 1, 1))
    assert (found.on, found.fact) == (date(2033, 4, 5), "S-1")


def test_mediation_suspends_and_what_was_left_runs_afterwards() -> None:
    on, end = date(2027, 1, 10), date(2027, 4, 20)
    talks = step("S-1", "mediation", on, end)
    assert limit(talks, as_of=on).on == LAST
    during = limit(talks, as_of=on + timedelta(30))
    assert (during.on, during.suspended) == (LAST + timedelta(30), 30)
    assert (during.why, during.fact) == (Ground.MEDIATION, "S-1")
    later = limit(talks, as_of=date(2028, 1, 1))
    assert (later.on, later.suspended) == (LAST + timedelta(100), 100)
    assert (later.why, later.fact, later.since) == (Ground.DUE_DATE, None, DUE)


def test_mediations_that_overlap_are_counted_once_and_none_before_the_due_date() -> None:
    talks = [
        step("S-1", "mediation", after(-20), after(10)),
        step("S-2", "mediation", after(5), after(40)),
        step("S-3", "mediation", after(20), after(30)),
    ]
    assert limit(*talks, as_of=after(100)).suspended == 40
    # Before the due date there is nothing to suspend yet.
    early = limit(*talks, as_of=after(-5))
    assert (early.on, early.suspended, early.why) == (LAST, 0, Ground.DUE_DATE)


def test_acknowledgement_wipes_out_what_was_suspended_before_it() -> None:
    talks = step("S-1", "mediation", after(10), after(60))
    on = after(30)
    found = limit(talks, step("S-2", "acknowledgement", on), as_of=after(100))
    assert (found.since, found.suspended) == (on, 30)


@pytest.mark.parametrize("kind", ["acknowledgement", "claim", "mediation"])
def test_nothing_revives_a_period_that_has_run_out(kind: str) -> None:
    late = step("S-1", kind, LAST + timedelta(1))
    found = limit(late, as_of=LAST + timedelta(400))
    assert (found.on, found.why) == (LAST, Ground.DUE_DATE)
    on_time = step("S-1", kind, LAST)
    assert limit(on_time, as_of=LAST + timedelta(400)).on != LAST


def test_step_taken_too_late_shows_a_date_on_which_nobody_should_rely() -> None:
    on = LAST + timedelta(1)
    found = limit(step("S-1", "acknowledgement", on), as_of=on)
    assert (found.on, found.possible_on) == (LAST, date(2036, 3, 2))
    assert (found.possible_why, found.possible_fact) == (Ground.ACKNOWLEDGEMENT, "S-1")


def test_title_moves_nothing() -> None:
    assert limit(step("S-1", "title", date(2027, 1, 10)), as_of=date(2028, 1, 1)).on == LAST


def test_act_of_one_day_restarts_the_period_that_day() -> None:
    on = date(2027, 1, 10)
    found = limit(step("S-1", "enforcement", on, on), as_of=on)
    assert (found.on, found.since) == (date(2032, 1, 10), on)


def test_steps_about_other_invoices_move_nothing() -> None:
    other = step("S-1", "acknowledgement", date(2027, 1, 10), invoices=["F-2"])
    assert limit(invoice("F-2"), other, as_of=date(2028, 1, 1)).on == LAST
    assert limit(invoice("F-2"), other, as_of=date(2028, 1, 1), item="F-2").on == date(2032, 1, 10)


def plan(name: str, on: date) -> PaymentPlan:
    parts = (Instalment(after(400), euros(1000)),)
    return PaymentPlan(name, on, instalments=parts, invoices=["F-1"])


def promise(name: str, on: date, due: date, **other: Any) -> Promise:
    given = {"amount": euros(1000), "means": "transfer", "invoices": ["F-1"], **other}
    return Promise(name, on, due_on=due, **given)


@pytest.mark.parametrize(
    ("fact", "why"),
    [
        (Payment("X-1", after(50), amount=euros(100)), Ground.PAYMENT),
        (promise("X-1", after(50), after(60)), Ground.PROMISE),
        (plan("X-1", after(50)), Ground.PLAN),
    ],
)
def test_what_may_be_an_acknowledgement_moves_only_the_possible_date(
    fact: Fact, why: Ground
) -> None:
    assert limit(fact, as_of=after(49)).possible_on is None
    found = limit(fact, as_of=after(50))
    assert (found.on, found.since, found.why) == (LAST, DUE, Ground.DUE_DATE)
    possible = months_after(after(50), 60)
    assert (found.possible_on, found.possible_why, found.possible_fact) == (possible, why, "X-1")


def test_possible_date_is_the_latest_one_and_needs_to_be_later_than_the_sure_one() -> None:
    part = Payment("P-1", after(50), amount=euros(100))
    word = promise("W-1", after(80), after(90))
    found = limit(part, word, as_of=after(100))
    assert (found.possible_fact, found.possible_on) == ("W-1", months_after(after(80), 60))
    sure = step("S-1", "acknowledgement", after(90))
    assert limit(part, word, sure, as_of=after(100)).possible_on is None
    early = Payment("P-1", after(-5), amount=euros(100))  # before the due date nothing runs
    assert limit(early, as_of=after(100)).possible_on is None
    claim = step("S-1", "claim", after(60))
    assert limit(part, claim, as_of=after(100)).possible_on is None


def test_possible_date_counts_what_suspends_the_period() -> None:
    part = Payment("P-1", after(50), amount=euros(100))
    talks = step("S-1", "mediation", after(60), after(70))
    found = limit(part, talks, as_of=after(100))
    assert found.on == LAST + timedelta(10)
    assert found.possible_on == months_after(after(50), 60) + timedelta(10)


def test_money_that_went_back_and_what_we_gave_acknowledge_nothing() -> None:
    facts = [
        Payment("P-1", after(50), amount=euros(100)),
        Reversal("R-1", after(55), payment="P-1", reason="returned"),
        CreditNote("A-1", after(60), total=euros(100)),
    ]
    assert limit(*facts, as_of=after(54)).possible_fact == "P-1"
    assert limit(*facts, as_of=after(70)).possible_on is None


def test_words_about_another_invoice_acknowledge_nothing_here() -> None:
    elsewhere = [
        invoice("F-2"),
        promise("W-1", after(50), after(60), invoices=["F-2"]),
        attrs.evolve(plan("L-1", after(51)), invoices=["F-2"]),
    ]
    assert limit(*elsewhere, as_of=after(80)).possible_on is None


def test_question_about_limitation_that_cannot_be_answered_names_its_argument() -> None:
    position = position_of(told(), as_of=after(0), conventions=FRENCH)
    cases: list[tuple[tuple[Any, ...], str]] = [
        ((position, "F-9", None), "item"),
        (("F-1", "F-1", None), "position"),
        ((position, "F-1", 0), "years"),
        ((position, "F-1", 2.5), "years"),
        ((position, "F-1", True), "years"),
    ]
    for arguments, field in cases:
        with pytest.raises(InvalidInput) as caught:
            limitation_of(arguments[0], arguments[1], years=arguments[2])
        assert caught.value.field == field


# --- claims to file ------------------------------------------------------------------------------


def insolvency(**other: Any) -> Insolvency:
    given = {"opened_on": after(10), "published_on": date(2026, 3, 31), **other}
    return Insolvency("J-1", given.pop("kind", "receivership"), **given)


def test_claim_is_due_so_many_months_after_publication() -> None:
    assert claim_due(insolvency(), 2) == date(2026, 5, 31)
    assert claim_due(insolvency(), 3) == date(2026, 6, 30)
    assert claim_due(insolvency(published_on=None), 2) is None
    assert claim_due(insolvency(published_on=date(9999, 12, 1)), 2) is None


def test_question_about_a_claim_that_cannot_be_answered_names_its_argument() -> None:
    cases: list[tuple[Any, str]] = [
        ((told(), 2), "insolvency"),
        ((insolvency(), 0), "months"),
        ((insolvency(), True), "months"),
    ]
    for arguments, field in cases:
        with pytest.raises(InvalidInput) as caught:
            claim_due(*arguments)
        assert caught.value.field == field


def claims(*facts: Fact, **other: Any) -> list[Deadline]:
    asked = {"as_of": after(40), "conventions": FRENCH, **other}
    found = deadlines_of(told(*facts), **asked)
    return [one for one in found if one.kind is DeadlineKind.CLAIM_TO_FILE]


def test_claim_to_file_names_what_the_proceeding_stays() -> None:
    new = Invoice("F-2", after(20), due_on=after(50), total=euros(10))
    (found,) = claims(insolvency(), new)
    assert (found.on, found.items, found.fact, found.why) == (
        *(date(2026, 5, 31), ("F-1",), "J-1", Ground.PUBLICATION),
    )


@pytest.mark.parametrize(
    "other",
    [
        {"published_on": None},
        {"published_on": after(41)},
        {"claim_filed_on": after(40)},
        {"ended_on": after(40)},
        {"opened_on": after(41), "published_on": after(41)},
        {"kind": "conciliation"},
    ],
)
def test_no_claim_to_file(other: dict[str, Any]) -> None:
    assert claims(insolvency(**other)) == []


def test_claim_filed_later_or_not_known_to_be_is_still_to_file() -> None:
    assert claims(insolvency(claim_filed_on=after(41)))
    assert claims(insolvency(claim_filed_on=after(39)), known_on=after(38))
    assert not claims(insolvency(), known_on=date(2026, 3, 30))


def test_claim_needs_its_months_and_something_to_claim() -> None:
    assert claims(insolvency(), conventions=Conventions(limitation_years=5)) == []
    assert claims(insolvency(), Payment("P-1", after(1), amount=euros(1000))) == []


# --- orders to serve -----------------------------------------------------------------------------


def of_kind(kind: DeadlineKind, *facts: Fact, as_of: date, **other: Any) -> list[Deadline]:
    found = deadlines_of(told(*facts), as_of=as_of, **other)
    return [one for one in found if one.kind is kind]


MONTHS = ((None, 6), (date(2026, 9, 1), 3))


def ordered(on: date = date(2026, 8, 31), **other: Any) -> LegalStep:
    return LegalStep("S-9", on, kind="order", invoices=["F-1"], **other)


def to_serve(*facts: Fact, as_of: date = date(2026, 10, 1), **other: Any) -> list[Deadline]:
    asked = Conventions(service_months=MONTHS)
    return of_kind(DeadlineKind.ORDER_TO_SERVE, *facts, as_of=as_of, conventions=asked, **other)


@pytest.mark.parametrize(
    ("made", "last"),
    [
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2026, 9, 1), date(2026, 12, 1)),
    ],
)
def test_order_is_served_within_the_months_of_its_own_date(made: date, last: date) -> None:
    (found,) = to_serve(ordered(made))
    assert (found.on, found.items, found.fact, found.why) == (last, ("F-1",), "S-9", Ground.ORDER)


def test_order_is_to_serve_until_it_is_served() -> None:
    served = ordered(ended_on=date(2026, 9, 20))
    assert [bool(to_serve(served, as_of=date(2026, 9, day))) for day in (19, 20)] == [True, False]
    assert not to_serve(ordered(), as_of=date(2026, 8, 30))
    assert to_serve(ordered(), as_of=date(2028, 1, 1))  # missed, and still told


def test_order_served_too_late_is_not_served() -> None:
    late = ordered(ended_on=date(2027, 3, 1))
    (found,) = to_serve(late, as_of=date(2027, 4, 1))
    assert found.on == date(2027, 2, 28)
    assert not to_serve(attrs.evolve(late, outcome="lapsed"), as_of=date(2027, 4, 1))
    asked = attrs.evolve(FRENCH, service_months=MONTHS)
    at = position_of(told(late), as_of=date(2027, 4, 1), conventions=asked)
    limit = limitation_of(at, "F-1")
    assert limit is not None
    assert limit.possible_on is None


def test_order_on_what_an_insolvency_stays_is_not_served() -> None:
    stayed = Insolvency("J-1", "receivership", opened_on=date(2026, 9, 10))
    assert not to_serve(ordered(), stayed)
    assert to_serve(ordered(), attrs.evolve(stayed, kind="conciliation"))


def test_order_on_what_was_paid_is_not_to_serve() -> None:
    assert not to_serve(ordered(), Payment("P-1", after(1), amount=euros(1000)))


def test_no_order_is_dated_without_the_months_of_a_law() -> None:
    assert not of_kind(DeadlineKind.ORDER_TO_SERVE, ordered(), as_of=date(2026, 10, 1))
    assert service_due(ordered(), [(date(2026, 9, 1), 3)]) is None
    assert service_due(ordered(date(9999, 12, 1)), MONTHS) is None
    for odd in (None, LegalStep("S-1", DUE, kind="claim", invoices=["F-1"])):
        with pytest.raises(InvalidInput, match="order: expected a LegalStep of the kind order"):
            service_due(odd, MONTHS)  # type: ignore[arg-type]


def test_service_of_an_order_is_only_a_possible_start_of_limitation() -> None:
    """Whether the service, or the request before it, restarts the period is the lawyer's to say."""
    served = ordered(ended_on=date(2026, 9, 20))
    at: dict[str, Any] = {"as_of": date(2026, 10, 1), "conventions": FRENCH}
    found = limitation_of(position_of(told(served), **at), "F-1")
    assert found is not None
    assert (found.on, found.possible_on) == (LAST, date(2031, 9, 20))
    assert (found.possible_why, found.possible_fact) == (Ground.ORDER, "S-9")
    for other in (ordered(), attrs.evolve(served, outcome="lapsed")):
        unserved = limitation_of(position_of(told(other), **at), "F-1")
        assert unserved is not None
        assert (unserved.on, unserved.possible_on) == (LAST, None)


@pytest.mark.parametrize(
    "odd",
    [
        3,
        [3],
        [(None,)],
        [(DUE, 0)],
        [(DUE, True)],
        [("2026-09-01", 3)],
        [(DUE, 3), (None, 6)],
        [(DUE, 3), (DUE, 6)],
        [(after(1), 3), (DUE, 6)],
    ],
)
def test_months_of_service_are_in_order_of_their_dates(odd: Any) -> None:
    with pytest.raises(InvalidInput, match=r"conventions\.service_months: expected pairs"):
        Conventions(service_months=odd)


# --- promises and disputes -----------------------------------------------------------------------


def test_promise_can_be_kept_through_its_tolerance() -> None:
    word = promise("W-1", after(5), after(15))
    kind = DeadlineKind.PROMISE
    (found,) = of_kind(kind, word, as_of=after(15))
    assert (found.on, found.items, found.fact, found.why) == (
        *(after(15), ("F-1",), "W-1", Ground.PROMISE),
    )
    assert of_kind(kind, word, as_of=after(4)) == []
    assert of_kind(kind, word, as_of=after(16)) == []
    (found,) = of_kind(kind, word, as_of=after(17), conventions=Conventions(promise_tolerance=2))
    assert found.on == after(17)
    paid = Payment("P-1", after(6), amount=euros(1000))
    assert of_kind(kind, word, paid, as_of=after(10)) == []


def test_promise_at_the_end_of_the_calendar_has_a_last_day() -> None:
    word = promise("W-1", after(5), date.max)
    late = Conventions(promise_tolerance=2)
    (found,) = of_kind(DeadlineKind.PROMISE, word, as_of=after(6), conventions=late)
    assert found.on == date.max


def test_dispute_is_to_resolve_by_its_day_while_it_holds_something() -> None:
    contest = Dispute("D-1", after(5), invoice="F-1", resolved_on=after(50), outcome="rejected")
    kind = DeadlineKind.DISPUTE
    for day in (5, 49):  # missed, it stays in the list
        (found,) = of_kind(kind, contest, as_of=after(day))
        assert (found.on, found.items, found.fact, found.why) == (
            *(after(35), ("F-1",), "D-1", Ground.DISPUTE),
        )
    assert of_kind(kind, contest, as_of=after(4)) == []
    assert of_kind(kind, contest, as_of=after(50)) == []
    given = CreditNote("A-1", after(6), total=euros(1000), dispute="D-1")
    assert of_kind(kind, contest, given, as_of=after(10)) == []


# --- all together --------------------------------------------------------------------------------


def test_deadlines_come_the_nearest_first() -> None:
    facts = [
        invoice("F-2"),
        Dispute("D-1", after(5), invoice="F-2"),
        promise("W-1", after(5), after(15)),
        Payment("P-1", after(7), amount=euros(100)),
    ]
    found = deadlines_of(told(*facts), as_of=after(12), conventions=FRENCH)
    assert [(one.kind, one.items) for one in found] == [
        ("promise", ("F-1",)),
        ("dispute", ("F-2",)),
        ("limitation", ("F-1",)),
        ("limitation", ("F-2",)),
        ("possible_limitation", ("F-1",)),
    ]
    # Without the years that a law would give, what remains needs none.
    assert deadlines_of(told(*facts), as_of=after(12)) == found[:2]


def test_limitation_that_is_interrupted_has_no_deadline() -> None:
    sued = told(step("S-1", "claim", after(5)))
    assert deadlines_of(sued, as_of=after(6), conventions=FRENCH) == ()


def test_question_without_a_date_names_its_argument() -> None:
    with pytest.raises(InvalidInput) as caught:
        deadlines_of(told(), as_of=None)  # type: ignore[arg-type]
    assert caught.value.field == "as_of"


@pytest.mark.parametrize("name", ["limitation_years", "claim_months"])
@pytest.mark.parametrize("value", [0, -1, 101, 2.0, True, "5"])
def test_period_that_is_none_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        Conventions(**{name: value})
    assert caught.value.field == f"conventions.{name}"
    assert caught.value.got == repr(value)


@pytest.mark.parametrize(
    ("on", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
        (date(2026, 12, 1), 0, date(2026, 12, 1)),
    ],
)
def test_months_after(on: date, months: int, expected: date) -> None:
    assert months_after(on, months) == expected


# --- laws ----------------------------------------------------------------------------------------

LAW = Conventions(limitation_years=1, claim_months=2)
accounts = strategies.accounts(currencies=("EUR", "JPY"))


@given(accounts, st.data())
def test_what_happens_or_is_learnt_later_changes_no_deadline(
    account: Account, data: st.DataObject
) -> None:
    as_of = data.draw(strategies.as_ofs(account))
    known_on = data.draw(st.none() | strategies.as_ofs(account))
    then = account
    for fact in reversed(account.facts):
        if fact.happened_on > as_of or (known_on is not None and fact.known_on > known_on):
            rest = [one for one in then.facts if one is not fact]
            with suppress(InvalidFact):  # others refer to it
                then = Account.of(account.debtor, *rest)
    event(f"facts taken away: {min(len(account.facts) - len(then.facts), 3)}")
    asked: dict[str, Any] = {"as_of": as_of, "known_on": known_on, "conventions": LAW}
    assert deadlines_of(then, **asked) == deadlines_of(account, **asked)


@given(accounts, st.data(), st.randoms(use_true_random=False))
def test_order_of_facts_is_irrelevant(account: Account, data: st.DataObject, chance: Any) -> None:
    as_of = data.draw(strategies.as_ofs(account))
    facts = list(account.facts)
    chance.shuffle(facts)
    shuffled = Account.of(account.debtor, *facts)
    assert deadlines_of(shuffled, as_of=as_of, conventions=LAW) == deadlines_of(
        account, as_of=as_of, conventions=LAW
    )


@given(accounts, st.data())
def test_limitation_is_never_earlier_than_the_years_from_the_due_date(
    account: Account, data: st.DataObject
) -> None:
    as_of = data.draw(strategies.as_ofs(account))
    position = position_of(account, as_of=as_of, conventions=LAW)
    for item in position.open_items:
        found = limitation_of(position, item.id)
        assert (found is None) == (item.due_on is None)
        if found is None or item.due_on is None:
            continue
        assert found.since >= item.due_on
        if found.on is not None:
            assert found.on >= months_after(item.due_on, 12)
            assert found.on == months_after(found.since, 12) + timedelta(found.suspended)
            assert found.possible_on is None or found.possible_on > found.on
        assert (found.fact is None) == (found.why is Ground.DUE_DATE)
        assert (found.possible_on is None) == (found.possible_why is None)


@given(accounts, st.data())
def test_every_deadline_is_about_what_is_open(account: Account, data: st.DataObject) -> None:
    as_of = data.draw(strategies.as_ofs(account))
    opens = {item.id for item in position_of(account, as_of=as_of, conventions=LAW).open_items}
    found = deadlines_of(account, as_of=as_of, conventions=LAW)
    assert [one.on for one in found] == sorted(one.on for one in found)
    for one in found:
        assert set(one.items) <= opens
        assert one.items or one.kind is DeadlineKind.PROMISE


# --- limitation once more, a day at a time -------------------------------------------------------

INTERRUPTING = {"claim", "protective_measure", "enforcement"}
Walked = tuple[date | None, date, int]


def walked(steps: list[LegalStep], as_of: date) -> Walked:
    """The last day to act, the day it runs from and the days on top, found by living every day."""
    since, on_top, day = DUE, 0, DUE
    while day <= as_of:
        if day > months_after(since, 12) + timedelta(on_top):
            break
        lasting = [
            one.kind
            for one in steps
            if one.on <= day and (one.ended_on is None or day < one.ended_on)
        ]
        brought = INTERRUPTING & set(lasting)
        if any(one.kind in INTERRUPTING and one.ended_on == day for one in steps):
            since, on_top = day, 0
        if brought and day == as_of:
            return None, since, on_top
        if brought:
            since, on_top = day + timedelta(1), 0
        elif any(one.kind == "acknowledgement" and one.on == day for one in steps):
            since, on_top = day, 0
        if "mediation" in lasting and not brought and day < as_of:
            on_top += 1
        day += timedelta(1)
    return months_after(since, 12) + timedelta(on_top), since, on_top


@st.composite
def lives(draw: st.DrawFn) -> tuple[list[LegalStep], date]:
    steps = []
    for number in range(draw(st.integers(0, 4))):
        on = after(draw(st.integers(-30, 700)))
        lasts = draw(st.none() | st.integers(0, 300))
        kind = draw(st.sampled_from(list(LegalStepKind)))
        steps.append(
            step(f"S-{number}", kind, on, lasts if lasts is None else on + timedelta(lasts))
        )
    return steps, after(draw(st.integers(0, 1000)))


@given(lives())
def test_limitation_is_what_living_every_day_would_find(
    life: tuple[list[LegalStep], date],
) -> None:
    steps, as_of = life
    found = limit(*steps, as_of=as_of, years=1)
    expected = walked(steps, as_of)
    event(f"interrupted: {found.on is None}, moved: {found.since > DUE or found.suspended > 0}")
    if found.on is None or expected[0] is None:
        assert found.on is expected[0] is None
    else:
        assert (found.on, found.since, found.suspended) == expected
