"""How a debtor behaves: stories of one number each, then the laws that all of them obey.

Each invoice is of 1 000 EUR, issued on 1 January 2026 and due on 1 March, unless a story says more.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from statistics import median_low
from typing import Any

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Allocation,
    CashApplication,
    Channel,
    Conventions,
    CreditNote,
    Debtor,
    Dispute,
    Instalment,
    Interaction,
    InteractionResult,
    InvalidFact,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    Promise,
    PromiseStatus,
    Reversal,
    Step,
    WriteOff,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.position import Behaviour, behaviour_of
from recouvrement.position.habits import paid_items
from recouvrement.position.standing import standing_of
from recouvrement.testing import strategies

DUE = date(2026, 3, 1)
END = date(2026, 12, 31)


def after(days: int) -> date:
    return DUE + timedelta(days)


def euros(amount: int) -> Money:
    return Money.of(amount, "EUR")


def invoice(name: str, **other: Any) -> Invoice:
    return Invoice(name, date(2026, 1, 1), **{"due_on": DUE, "total": euros(1000), **other})


def paid(name: str, on: int, item: str, amount: int = 1000) -> Payment:
    given = euros(amount)
    return Payment(name, after(on), amount=given, allocations=(Allocation(item, given),))


def told(*facts: Fact) -> Account:
    return Account.of(Debtor("C-1", "Atelier Vasseur"), *facts)


def behaved(*facts: Fact, as_of: date = END, **other: Any) -> Behaviour:
    return behaviour_of(told(*facts), as_of=as_of, **other)


def paid_late(*delays: int) -> list[Fact]:
    """One invoice for each delay, paid so many days after its due date."""
    facts: list[Fact] = []
    for number, late in enumerate(delays, 1):
        facts += [invoice(f"F-{number}"), paid(f"P-{number}", late, f"F-{number}")]
    return facts


# --- delays --------------------------------------------------------------------------------------


def test_delays_run_from_due_date_to_the_day_cash_settled_in_order_of_payment() -> None:
    behaviour = behaved(*paid_late(31, -4, 0, 28))
    assert behaviour.delays == (-4, 0, 28, 31)
    assert behaviour.settled == 4


@pytest.mark.parametrize(
    ("delays", "median", "habitual"),
    [
        ((), None, None),
        ((30, 40), None, None),
        ((30, 40, 50), 40, 30),
        ((0, 31, 32, 33), 31, 0),
        # One early payment among many does not hide that the debtor is always a month late.
        ((0, 30, 31, 32, 33), 31, 30),
        ((0, 2, 30, 31, 32, 33, 34, 35, 36), 32, 30),
    ],
)
def test_median_and_habitual_delay(
    delays: tuple[int, ...], median: int | None, habitual: int | None
) -> None:
    behaviour = behaved(*paid_late(*delays))
    assert (behaviour.median_delay, behaviour.habitual_delay) == (median, habitual)


@pytest.mark.parametrize(
    ("delays", "trend"),
    [
        ((1, 2, 3, 4, 5), None),
        ((1, 2, 3, 21, 22, 23), 20),
        ((5, 6, 7, 8, 9, 10, 11), 4),  # the one in the middle belongs to neither half
    ],
)
def test_trend_compares_the_later_half_with_the_earlier(
    delays: tuple[int, ...], trend: int | None
) -> None:
    assert behaved(*paid_late(*delays)).trend == trend


def test_item_is_settled_on_the_day_of_its_last_money() -> None:
    facts = [invoice("F-1"), paid("P-1", 10, "F-1", 600), paid("P-2", 25, "F-1", 400)]
    assert behaved(*facts).delays == (25,)
    assert behaved(*facts, as_of=after(24)).delays == ()


def test_item_that_a_credit_note_or_a_write_off_finished_says_nothing() -> None:
    half = paid("P-1", 10, "F-1", 500)
    rest = CreditNote(
        "A-1", after(20), total=euros(500), allocations=(Allocation("F-1", euros(500)),)
    )
    lost = WriteOff("X-1", after(20), invoice="F-1", amount=euros(500), reason="bad_debt")
    assert behaved(invoice("F-1"), half, rest).delays == ()
    assert behaved(invoice("F-1"), half, lost).delays == ()
    # Had the credit come first, the debtor would have paid what he owed on the twentieth day.
    credit = attrs.evolve(rest, issued_on=after(5))
    assert behaved(invoice("F-1"), credit, paid("P-1", 20, "F-1", 500)).delays == (20,)


def test_cent_given_up_on_the_day_of_the_payment_leaves_it_a_payment() -> None:
    charges = WriteOff("X-1", after(9), invoice="F-1", amount=euros(1), reason="bank_charges")
    assert behaved(invoice("F-1"), paid("P-1", 9, "F-1", 999), charges).delays == (9,)


def test_payment_returned_settles_nothing_and_the_next_one_counts() -> None:
    back = Reversal("R-1", after(15), payment="P-1", reason="returned")
    facts = [invoice("F-1"), paid("P-1", 10, "F-1"), back, paid("P-2", 40, "F-1")]
    assert behaved(*facts, as_of=after(14)).delays == (10,)
    assert behaved(*facts, as_of=after(15)).delays == ()
    assert behaved(*facts).delays == (40,)


def test_day_is_that_of_the_money_however_late_it_was_matched() -> None:
    by_hand = Conventions(application="explicit_only")
    matched = CashApplication("M-1", after(60), source="P-1", invoice="F-1", amount=euros(1000))
    facts = [invoice("F-1"), Payment("P-1", after(12), amount=euros(1000)), matched]
    assert behaved(*facts, conventions=by_hand, as_of=after(59)).delays == ()
    assert behaved(*facts, conventions=by_hand).delays == (12,)


def test_money_that_waited_settles_an_invoice_on_the_day_it_is_issued() -> None:
    ahead = Payment("P-1", date(2025, 11, 3), amount=euros(1000))
    assert behaved(ahead, invoice("F-1")).delays == ((date(2026, 1, 1) - DUE).days,)


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "opening"},
        {"kind": "accessories"},
        {"kind": "adjustment"},
        {"due_assumed": True},
        {"schedule": [Instalment(None, euros(1000), kind="retention")]},
    ],
)
def test_what_is_no_sale_or_has_no_agreed_date_is_left_out(other: dict[str, Any]) -> None:
    assert behaved(invoice("F-1", **other), paid("P-1", 10, "F-1")).delays == ()


def test_each_part_of_a_schedule_is_an_item() -> None:
    parts = [Instalment(DUE, euros(400)), Instalment(after(30), euros(600))]
    split = invoice("F-1", schedule=parts)
    behaviour = behaved(split, paid("P-1", 5, "F-1/1", 400), paid("P-2", 50, "F-1/2", 600))
    assert behaviour.delays == (5, 20)
    assert behaviour.invoices == 1


def test_share_of_delays_above_nothing_is_the_late_share() -> None:
    assert behaved(*paid_late(0, -3, 1, 40)).late_share == Decimal("50.00")
    assert behaved(*paid_late(0, 40)).late_share is None


def test_bands_share_out_the_delays_and_say_the_part_of_each() -> None:
    behaviour = behaved(*paid_late(-3, 0, 1, 30, 31, 60, 61, 90, 91))
    assert [(one.label, one.low, one.high, one.count) for one in behaviour.distribution] == [
        ("in time", None, 0, 2),
        ("1-30", 1, 30, 2),
        ("31-60", 31, 60, 2),
        ("61-90", 61, 90, 2),
        (">90", 91, None, 1),
    ]
    assert [str(one.share) for one in behaviour.distribution] == [*["22.22"] * 4, "11.11"]
    assert {one.share for one in behaved(*paid_late(4)).distribution} == {None}


def test_delay_at_a_share_is_one_of_the_delays() -> None:
    behaviour = behaved(*paid_late(5, 10, 15, 20, 25))
    assert [behaviour.delay_at(one) for one in (0, 20, 21, 50, 80, 81, 100)] == [
        *(5, 5, 10, 15, 20, 25, 25)
    ]
    assert behaved(*paid_late(5, 10)).delay_at(50) is None


@pytest.mark.parametrize("wrong", [-1, 101, True, 0.5, "50"])
def test_share_that_is_no_whole_percentage_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        behaved().delay_at(wrong)
    assert str(caught.value) == f"percent: expected a whole number from 0 to 100, got {wrong!r}"


def test_sales_open_past_their_date_are_the_delays_that_are_not_over() -> None:
    facts = [
        *paid_late(31, 32, 33),
        invoice("F-7", due_on=after(-10)),
        invoice("F-8", due_on=after(20)),
        invoice("F-9", due_on=after(40)),
        invoice("O-1", kind="opening"),
        invoice("O-2", due_assumed=True),
        invoice("O-3", schedule=[Instalment(None, euros(1000), kind="retention")]),
    ]
    assert behaved(*facts, as_of=after(40)).still_late == (20, 50)
    (row,) = [
        one for one in behaved(*facts, as_of=after(40)).to_rows() if one["name"] == "still_late"
    ]
    assert (row["value"], row["rests_on"]) == (50, 2)


# --- promises ------------------------------------------------------------------------------------


def promise(name: str, on: int, due: int, item: str, **other: Any) -> Promise:
    given = {"due_on": after(due), "amount": euros(1000), "means": "transfer", **other}
    return Promise(name, after(on), invoices=[item], **given)


def test_promise_keeping_leaves_out_what_did_not_come_to_its_day() -> None:
    facts = [
        *(invoice(f"F-{n}") for n in range(1, 8)),
        *(promise(f"W-{n}", 1, 10, f"F-{n}") for n in (1, 2, 3)),
        paid("P-1", 9, "F-1"),
        paid("P-2", 9, "F-2", 300),
        promise("W-4", 1, 10, "F-4", withdrawn_on=after(5)),
        promise("W-5", 1, 400, "F-5"),
        promise("W-6", 1, 10, "F-6"),
        promise("W-7", 2, 10, "F-6", supersedes="W-6"),
        paid("P-7", 10, "F-6"),
    ]
    behaviour = behaved(*facts)
    assert dict(behaviour.promises) == {
        PromiseStatus.OPEN: 1,
        PromiseStatus.KEPT: 2,
        PromiseStatus.PARTLY_KEPT: 1,
        PromiseStatus.BROKEN: 1,
        PromiseStatus.WITHDRAWN: 1,
        PromiseStatus.SUPERSEDED: 1,
        PromiseStatus.MOOT: 0,
    }
    assert behaviour.promises_that_are("kept") == 2
    assert behaviour.promises_judged == 4
    assert behaviour.promise_keeping == Decimal("50.00")
    early = behaved(*facts, as_of=after(9))
    assert (early.promises_judged, early.promise_keeping) == (1, None)


# --- disputes ------------------------------------------------------------------------------------


def test_dispute_share_counts_invoices_and_not_disputes() -> None:
    facts = [
        *(invoice(f"F-{n}") for n in (1, 2)),
        invoice("F-3", schedule=[Instalment(DUE, euros(1000))]),
        Invoice("F-4", after(100), due_on=after(130), total=euros(10)),
        Dispute("D-1", after(1), invoice="F-1"),
        Dispute("D-2", after(9), invoice="F-1"),
        Dispute("D-3", after(20), invoice="F-3/1"),
        Dispute("D-4", after(99), invoice="F-4"),  # opened before the invoice was issued
    ]
    shares = [
        (one.disputes, one.invoices_disputed, one.invoices, one.dispute_share)
        for one in (behaved(*facts, as_of=after(day)) for day in (0, 9, 20, 99, 100))
    ]
    assert shares == [
        (0, 0, 3, Decimal("0.00")),
        (2, 1, 3, Decimal("33.33")),
        (3, 2, 3, Decimal("66.67")),
        (4, 2, 3, Decimal("66.67")),
        (4, 3, 4, Decimal("75.00")),
    ]


def test_disputes_without_a_ground_are_those_rejected_or_withdrawn() -> None:
    def ended(name: str, on: int, outcome: Any) -> Dispute:
        return Dispute(
            name,
            after(1),
            invoice=f"F-{name}",
            resolved_on=after(on),
            outcome=outcome,
        )

    facts = [
        *(invoice(f"F-D-{number}") for number in range(1, 7)),
        ended("D-1", 3, "rejected"),
        ended("D-2", 4, "withdrawn"),
        ended("D-3", 5, "upheld"),
        ended("D-4", 6, "partly_upheld"),
        ended("D-5", 7, None),
        Dispute("D-6", after(1), invoice="F-D-6"),
    ]
    found = [
        (one.disputes, one.disputes_resolved, one.disputes_unfounded, one.unfounded_share)
        for one in (behaved(*facts, as_of=after(day)) for day in (0, 2, 4, 5, 7))
    ]
    assert found == [
        (0, 0, 0, None),
        (6, 0, 0, None),
        (6, 2, 2, None),
        (6, 3, 2, Decimal("66.67")),
        (6, 5, 2, Decimal("40.00")),
    ]


# --- answers -------------------------------------------------------------------------------------


def contact(name: str, on: int, **other: Any) -> Interaction:
    return Interaction(name, after(on), **{"channel": "email", "act": "remind", **other})


def heard(name: str, on: int, of: str, word: str) -> InteractionResult:
    return InteractionResult(name, after(on), interaction=of, result=word)


def test_channels_count_what_arrived_what_was_seen_and_what_was_answered() -> None:
    facts = [
        contact("I-1", 1),
        contact("I-2", 5),
        contact("I-3", 9),
        contact("I-4", 13),
        contact("I-5", 15, act="thank"),  # no demand
        contact("C-1", 6, channel="phone", act="call"),
        heard("R-1", 2, "I-1", "seen"),
        heard("R-2", 6, "I-2", "objection"),
        heard("R-3", 10, "I-3", "delivered"),
        heard("R-4", 14, "I-4", "bounced"),
        heard("R-6", 6, "C-1", "no_answer"),
    ]
    behaviour = behaved(*facts)
    seen = [
        (one.channel, one.sent, one.seen, one.answered, one.answer_rate)
        for one in behaviour.channels
    ]
    assert seen == [
        ("email", 3, 2, 1, Decimal("33.33")),
        ("phone", 1, 0, 0, None),
    ]
    assert behaviour.answering_channel is Channel.EMAIL
    before = behaved(*facts, as_of=after(13))
    assert [(one.sent, one.answer_rate) for one in before.channels] == [
        *((4, Decimal("25.00")), (1, None))
    ]


def test_debtor_who_writes_answers_our_latest_contact_on_that_channel() -> None:
    reply = {"direction": "incoming", "act": None}
    facts = [
        contact("I-1", 1),
        contact("I-2", 5),
        contact("C-1", 6, channel="phone"),
        contact("I-3", 9),
        contact("A-1", 0, **reply),  # before we wrote anything
        contact("A-2", 6, **reply),
        contact("A-3", 8, **reply),  # the same letter answered twice is answered once
        contact("A-4", 9, channel="letter", **reply),
    ]
    email, phone = behaved(*facts).channels
    assert (email.sent, email.seen, email.answered) == (3, 1, 1)
    assert (phone.sent, phone.answered) == (1, 0)


@pytest.mark.parametrize(
    ("answers", "best"),
    [
        ({"email": (4, 2), "phone": (3, 2)}, "phone"),
        ({"email": (3, 2), "phone": (4, 2)}, "email"),
        ({"email": (4, 2), "phone": (6, 3)}, "phone"),  # as often, and tried more
        ({"email": (4, 2), "phone": (4, 2)}, "email"),  # as often: the order of channels
        ({"email": (4, 0), "phone": (2, 2)}, None),
    ],
)
def test_answering_channel_is_that_of_the_best_share(
    answers: dict[str, tuple[int, int]], best: str | None
) -> None:
    facts: list[Fact] = []
    for channel, (sent, answered) in answers.items():
        for number in range(sent):
            name = f"{channel}-{number}"
            facts.append(contact(name, number, channel=channel))
            if number < answered:
                facts.append(heard(f"R-{name}", 20, name, "answered"))
    assert behaved(*facts).answering_channel == best


def test_answer_of_the_same_day_answers_the_contact_of_that_day() -> None:
    reply = contact("A-1", 5, direction="incoming", act=None)
    (email,) = behaved(contact("I-1", 1), contact("I-2", 5), reply).channels
    assert email.answered == 1
    results = [heard("R-2", 5, "I-2", "answered"), heard("R-1", 9, "I-1", "answered")]
    (email,) = behaved(contact("I-1", 1), contact("I-2", 5), reply, results[0]).channels
    assert email.answered == 1  # the same one, twice over
    (email,) = behaved(contact("I-1", 1), contact("I-2", 5), reply, results[1]).channels
    assert email.answered == 2


def test_vague_promises_are_counted_from_the_day_they_were_heard() -> None:
    facts = [contact("I-1", 1), heard("R-1", 2, "I-1", "vague_promise")]
    assert [behaved(*facts, as_of=after(day)).vague_promises for day in (1, 2)] == [0, 1]


def test_silence_is_the_days_we_spoke_since_we_were_heard() -> None:
    facts = [
        contact("I-1", 1),
        contact("I-2", 4, channel="phone"),
        contact("I-3", 4, channel="letter"),
        heard("R-1", 6, "I-1", "seen"),
        contact("I-4", 9),
    ]
    silent = [
        (one.unanswered, one.contact_days, one.heard_on)
        for one in (behaved(*facts, as_of=after(day)) for day in (0, 4, 6, 9))
    ]
    assert silent == [(0, 0, None), (2, 2, None), (0, 2, after(6)), (1, 3, after(6))]


# --- as a value ----------------------------------------------------------------------------------


def test_rows_say_what_each_number_rests_on() -> None:
    facts = [*paid_late(30, 31, 32), contact("I-1", 40), promise("W-1", 1, 10, "F-1")]
    rows = behaved(*facts).to_rows()
    assert [(row["name"], row["of"], row["value"], row["rests_on"]) for row in rows] == [
        ("median_delay", None, 31, 3),
        ("habitual_delay", None, 30, 3),
        ("trend", None, None, 3),
        ("late_share", None, Decimal("100.00"), 3),
        ("delays", "1-30", 1, 3),
        ("delays", "31-60", 2, 3),
        ("still_late", None, None, 0),
        ("promise_keeping", None, None, 1),
        ("promises", "broken", 1, 1),
        ("dispute_share", None, Decimal("0.00"), 3),
        ("unfounded_share", None, None, 0),
        ("answer_rate", "email", None, 1),
        ("unanswered", None, 1, 1),
        ("vague_promises", None, 0, 1),
    ]
    assert {row["unit"] for row in rows} == {"answers", "days", "items", "percent", "promises"}


def test_notebook_shows_the_rows_and_escapes_the_name() -> None:
    account = Account.of(Debtor("C<1>", "Atelier"), *paid_late(30, 31, 32))
    shown = behaviour_of(account, as_of=END)._repr_html_()
    assert "<caption>C&lt;1&gt; as of 2026-12-31</caption>" in shown
    assert "<td>habitual_delay</td>" in shown


def test_nothing_known_is_no_verdict() -> None:
    behaviour = behaved()
    assert not behaviour.delays
    assert not behaviour.channels
    assert {row["value"] for row in behaviour.to_rows()} == {None, 0}
    assert (behaviour.answering_channel, behaviour.heard_on) == (None, None)


def test_question_that_cannot_be_answered_names_the_argument() -> None:
    with pytest.raises(InvalidInput) as caught:
        behaviour_of(told(), as_of="today")  # type: ignore[arg-type]
    assert caught.value.field == "as_of"
    with pytest.raises(InvalidInput) as caught:
        behaviour_of("C-1", as_of=END)  # type: ignore[arg-type]
    assert caught.value.field == "account"


# --- laws ----------------------------------------------------------------------------------------

accounts = strategies.accounts(currencies=("EUR", "JPY"))


@st.composite
def questions(draw: st.DrawFn) -> tuple[Account, dict[str, Any]]:
    account = draw(accounts)
    days = strategies.as_ofs(account)
    return account, {"as_of": draw(days), "known_on": draw(st.none() | days)}


@given(questions())
def test_what_happens_or_is_learnt_later_changes_nothing(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    then = account
    for fact in reversed(account.facts):
        late = fact.happened_on > asked["as_of"]
        if late or (asked["known_on"] is not None and fact.known_on > asked["known_on"]):
            rest = [one for one in then.facts if one is not fact]
            with suppress(InvalidFact):  # others refer to it
                then = Account.of(account.debtor, *rest)
    event(f"facts taken away: {min(len(account.facts) - len(then.facts), 3)}")
    assert behaviour_of(then, **asked) == behaviour_of(account, **asked)


@given(questions(), st.randoms(use_true_random=False))
def test_order_of_facts_is_irrelevant(
    question: tuple[Account, dict[str, Any]], chance: Any
) -> None:
    account, asked = question
    facts = list(account.facts)
    chance.shuffle(facts)
    shuffled = Account.of(account.debtor, *facts)
    assert behaviour_of(shuffled, **asked) == behaviour_of(account, **asked)


def everywhere(account: Account, change: Any) -> Account:
    """The account with every value of every fact changed."""

    def changed(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(changed, value))
        if attrs.has(type(value)) and not isinstance(value, Money):
            fields = [one for one in attrs.fields(type(value)) if one.init]
            new = {one.name: changed(getattr(value, one.name)) for one in fields}
            return attrs.evolve(value, **new)
        return change(value)

    return Account.of(account.debtor, *map(changed, account.facts))


@given(questions(), st.integers(-400, 400))
def test_moving_every_date_alike_moves_nothing_else(
    question: tuple[Account, dict[str, Any]], days: int
) -> None:
    account, asked = question

    def moved(value: Any) -> Any:
        return value + timedelta(days) if isinstance(value, date) else value

    there = behaviour_of(
        everywhere(account, moved), **{name: moved(value) for name, value in asked.items()}
    )
    here = behaviour_of(account, **asked)
    dates = ("as_of", "known_on", "heard_on")
    assert there == attrs.evolve(here, **{name: moved(getattr(here, name)) for name in dates})


@given(questions())
def test_other_names_in_the_same_order_change_nothing(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    names = {str(fact.id) for fact in account.facts}  # type: ignore[attr-defined]

    def renamed(value: Any) -> Any:
        invoice, slash, part = str(value).rpartition("/")
        if value in names:
            return f"~{value}"
        return f"~{invoice}/{part}" if slash and invoice in names else value

    other = everywhere(account, renamed)
    assert behaviour_of(other, **asked) == behaviour_of(account, **asked)


@given(questions())
def test_numbers_are_bounded_by_what_they_rest_on(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    found = behaviour_of(account, **asked)
    enough = found.settled >= 3
    assert (found.median_delay is not None) == (found.habitual_delay is not None) == enough
    if found.median_delay is not None and found.habitual_delay is not None:
        assert found.median_delay == median_low(found.delays)
        reached = sum(delay >= found.habitual_delay for delay in found.delays)
        assert 4 * reached >= 3 * found.settled
        assert found.habitual_delay <= found.median_delay
    for rate, base in (
        (found.promise_keeping, found.promises_judged),
        (found.dispute_share, found.invoices),
        (found.unfounded_share, found.disputes_resolved),
        (found.late_share, found.settled),
        *((one.answer_rate, one.sent) for one in found.channels),
    ):
        assert (rate is None) == (base < 3)
        assert rate is None or 0 <= rate <= 100
    for one in found.channels:
        assert one.answered <= one.seen <= one.sent
    assert found.unanswered <= found.contact_days
    assert sum(one.count for one in found.distribution) == found.settled
    assert found.disputes_unfounded <= found.disputes_resolved <= found.disputes
    assert all(late > 0 for late in found.still_late)
    marks = [found.delay_at(percent) for percent in range(0, 101, 5)]
    assert marks == sorted(marks, key=lambda mark: mark or 0)
    assert {None} == set(marks) or (marks[0], marks[-1]) == (
        min(found.delays),
        max(found.delays),
    )
    assert sum(count for _, count in found.promises) == len(position_of(account, **asked).promises)


# --- delays once more, by hand -------------------------------------------------------------------


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[list[Fact], list[tuple[int, int]]]:
    """Invoices wholly settled by directed money, and the (day, delay) of those that cash finished.

    Cash finishes an invoice when nothing else settled a part of it on a later day.
    """
    facts: list[Fact] = []
    expected = []
    for number in range(draw(st.integers(0, 6))):
        name, due = f"F-{number}", draw(st.integers(-20, 20))
        facts.append(invoice(name, due_on=after(due), total=Money(100, "EUR")))
        cuts = draw(st.lists(st.integers(1, 99), max_size=2, unique=True).map(sorted))
        bounds = [0, *cuts, 100]
        last: dict[str, int] = {}
        for place, low in enumerate(bounds[:-1]):
            amount = Money(bounds[place + 1] - low, "EUR")
            sort, day = (
                draw(st.sampled_from(["cash", "cash", "credit", "loss"])),
                draw(st.integers(-30, 60)),
            )
            key, on = f"{sort}-{number}-{place}", after(day)
            to = (Allocation(name, amount),)
            if sort == "cash":
                facts.append(Payment(key, on, amount=amount, allocations=to))
            elif sort == "credit":
                facts.append(CreditNote(key, on, total=amount, allocations=to))
            else:
                facts.append(WriteOff(key, on, invoice=name, amount=amount, reason="small_balance"))
            last[sort] = max(day, last.get(sort, day))
        if "cash" in last and last["cash"] == max(last.values()):
            expected.append((last["cash"], last["cash"] - due))
    return facts, sorted(expected)


@given(ledgers())
def test_delays_are_what_a_hand_would_find(
    drawn: tuple[list[Fact], list[tuple[int, int]]],
) -> None:
    facts, expected = drawn
    found = behaved(*facts)
    event(f"items settled by cash: {min(len(expected), 3)}")
    assert sorted(found.delays) == sorted(delay for _, delay in expected)
    # In the order of payment, whatever the order among those of one day.
    days = [day for day, _ in expected]
    assert [sorted(found.delays[days.index(day) :][: days.count(day)]) for day in days] == [
        sorted(delay for on, delay in expected if on == day) for day in days
    ]


NOTHING_TAKEN_BACK = (CashApplication, Reversal)


@given(strategies.accounts(without=NOTHING_TAKEN_BACK, max_invoices=4), st.data())
def test_item_paid_was_open_until_that_day_and_never_since(
    account: Account, data: st.DataObject
) -> None:
    as_of = data.draw(strategies.as_ofs(account))
    s = standing_of(account.book, as_of.toordinal(), Conventions())
    for one in paid_items(s):
        item = s.book.items[one.place]
        for day in range(one.on - 1, as_of.toordinal() + 1):
            opens = standing_of(account.book, day, Conventions()).by_place
            assert (one.place in opens) == (item.issued <= day < one.on)
        assert one.delay == one.on - item.due


@given(strategies.accounts(without=(CreditNote, WriteOff)), st.data())
def test_where_there_is_only_cash_every_sale_settled_counts(
    account: Account, data: st.DataObject
) -> None:
    as_of = data.draw(strategies.as_ofs(account))
    s = standing_of(account.book, as_of.toordinal(), Conventions())
    settled = {
        item.place
        for item in s.book.items
        if item.issued <= s.day
        and item.place not in s.by_place
        and item.invoice.is_sale
        and not item.assumed
        and item.due < date.max.toordinal()
    }
    assert {one.place for one in paid_items(s)} == settled


def test_contact_with_steps_is_a_contact() -> None:
    moved = contact("I-1", 3, steps=[Step("F-1", "remind")])
    assert behaved(invoice("F-1"), moved).contact_days == 1
