"""The laws that every account obeys: no cent is lost, and nothing moves by chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import event, given, reject
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Allocation,
    ApplicationRule,
    Assignment,
    CashApplication,
    Conventions,
    CreditNote,
    CreditRating,
    Dispute,
    Insolvency,
    InvalidFact,
    Invoice,
    LegalStep,
    Money,
    Payment,
    PaymentPlan,
    Placement,
    Position,
    Promise,
    PromiseStatus,
    Reversal,
    WriteOff,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.money import total_of
from recouvrement.position.position import SLICES
from recouvrement.testing import strategies

CURRENCIES = ("EUR", "JPY")
BOTH_RULES = [Conventions(), Conventions(application=ApplicationRule.EXPLICIT_ONLY)]
accounts = strategies.accounts(currencies=CURRENCIES)
conventions = st.builds(
    Conventions,
    application=st.sampled_from(ApplicationRule),
    promise_tolerance=st.integers(0, 3),
    promise_horizon=st.sampled_from([29, 30, 31]),
    broken_promises_tolerated=st.integers(0, 2),
)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Account, dict[str, Any]]:
    """An account and what one asks of it: a day, sometimes what was known, and conventions."""
    account = draw(accounts)
    days = strategies.as_ofs(account)
    known_on = draw(st.none() | days)
    asked = {"as_of": draw(days), "known_on": known_on, "conventions": draw(conventions)}
    return account, asked


def visible(account: Account, as_of: date, known_on: date | None) -> list[Fact]:
    """The facts that had happened and, when asked, that the host knew."""
    return [
        fact
        for fact in account.facts
        if fact.happened_on <= as_of
        and (known_on is None or (fact.recorded_on or fact.happened_on) <= known_on)
    ]


def last_day(account: Account) -> date:
    """The day of the last fact, or any day when there is none."""
    return max((fact.happened_on for fact in account.facts), default=date(2026, 3, 1))


def what_it_says(position: Position) -> tuple[Any, ...]:
    """Everything a position says, apart from the account it was asked of."""
    unapplied = (position.unapplied, position.nettable)
    return (position.open_items, unapplied, position.promises, position.plans)


# --- 1: not a cent is lost -----------------------------------------------------------------------


def minor_units_by_currency(facts: Iterable[Fact]) -> Counter[str]:
    """Billed − credited − (received − reversed) − written off, from the facts alone."""
    balance: Counter[str] = Counter()
    received = {fact.id: fact for fact in facts if isinstance(fact, Payment)}
    for fact in facts:
        match fact:
            case Invoice(total=amount):
                balance[amount.currency] += amount.minor
            case CreditNote(total=amount) | Payment(amount=amount) | WriteOff(amount=amount):
                balance[amount.currency] -= amount.minor
            case Reversal(payment=payment) if payment in received:
                amount = fact.amount or received[payment].amount
                balance[amount.currency] += amount.minor
    return balance


@given(questions())
def test_not_a_cent_is_lost(question: tuple[Account, dict[str, Any]]) -> None:
    account, asked = question
    position = position_of(account, **asked)
    expected = minor_units_by_currency(visible(account, asked["as_of"], asked["known_on"]))
    for currency in CURRENCIES:
        opened = sum(item.open.minor for item in position.open_items if item.currency == currency)
        spare = sum(one.minor for one in position.unapplied if one.currency == currency)
        assert opened - spare == expected[currency]
    netted = {one.currency: one.minor for one in position.nettable}
    assert all(netted.get(one.currency, 1) > 0 for one in position.unapplied)
    assert all(one.minor >= netted.get(one.currency, 0) for one in position.unapplied)
    assert set(netted) <= {one.currency for one in position.unapplied}


# --- 2: the slices add up ------------------------------------------------------------------------


@given(questions())
def test_slices_add_up_to_what_is_open_and_none_is_negative(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    position = position_of(account, **asked)
    for item, row in zip(position.open_items, position.rows, strict=True):
        slices = [getattr(item, name).minor for name in SLICES]
        assert min(slices) >= 0
        assert sum(slices) == item.open.minor == row.open
        assert 0 < item.open.minor <= item.total.minor
        assert (row.id, row.disputed, row.collectable) == (
            item.id,
            item.disputed.minor,
            item.collectable.minor,
        )


@given(questions())
def test_only_what_is_strictly_past_due_is_collectable(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    for item in position_of(account, **asked).open_items:
        if item.due_on is None or item.due_on >= asked["as_of"]:
            assert not item.collectable
        else:
            assert not item.not_yet_due
            assert item.days_past_due == (asked["as_of"] - item.due_on).days


@given(questions())
def test_total_of_a_slice_is_the_sum_over_the_items(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    position = position_of(account, **asked)
    for name in ("open", *SLICES):
        for currency in CURRENCIES:
            items = [item for item in position.open_items if item.currency == currency]
            total = sum(getattr(item, name).minor for item in items)
            assert position.amount_of(name, currency) == Money(total, currency)


# --- 3: the order of facts is irrelevant ---------------------------------------------------------


@given(questions(), st.randoms(use_true_random=False))
def test_order_in_which_facts_arrive_is_irrelevant(
    question: tuple[Account, dict[str, Any]], chance: Any
) -> None:
    account, asked = question
    facts = list(account.facts)
    chance.shuffle(facts)
    shuffled = Account.of(account.debtor, *facts, creditor=account.creditor)
    assert shuffled == account
    assert hash(shuffled) == hash(account)
    assert what_it_says(position_of(shuffled, **asked)) == what_it_says(
        position_of(account, **asked)
    )


# --- 4: what comes later changes nothing ---------------------------------------------------------


def without(account: Account, gone: Iterable[Fact]) -> Account:
    """The account without these facts, save those that others refer to."""
    for fact in gone:
        rest = [one for one in account.facts if one is not fact]
        try:
            account = Account.of(account.debtor, *rest, creditor=account.creditor)
        except InvalidFact:
            continue
    return account


@given(questions())
def test_facts_that_happen_later_or_are_learnt_later_change_nothing(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    seen = visible(account, asked["as_of"], asked["known_on"])
    kept = {id(fact) for fact in seen}
    unseen = [fact for fact in account.facts if id(fact) not in kept]
    then = without(account, reversed(unseen))
    event(f"facts taken away: {min(len(account.facts) - len(then.facts), 3)}")
    assert what_it_says(position_of(then, **asked)) == what_it_says(position_of(account, **asked))


ENDINGS = {
    Assignment: ("ended_on", "notified_on"),
    Dispute: ("resolved_on",),
    Insolvency: ("ended_on",),
    LegalStep: ("ended_on",),
    PaymentPlan: ("ended_on",),
    Placement: ("ended_on",),
    Promise: ("withdrawn_on",),
}


def cut(fact: Fact, day: date) -> Fact:
    """The fact as it stood that day, its later endings not written yet."""
    later = [name for name in ENDINGS.get(type(fact), ()) if (getattr(fact, name) or day) > day]
    changes: dict[str, Any] = dict.fromkeys(later)
    if "resolved_on" in changes:
        changes["outcome"] = None
    return attrs.evolve(fact, **changes) if changes else fact


@given(questions(), st.booleans())
def test_every_ending_is_cut_at_the_day_asked(
    question: tuple[Account, dict[str, Any]], only_by_date: object
) -> None:
    account, asked = question
    day = asked["as_of"]
    if not only_by_date:
        day = min(day, asked["known_on"] or day)
    then = Account.of(
        account.debtor, *(cut(fact, day) for fact in account.facts), creditor=account.creditor
    )
    event(f"an ending was cut: {then != account}")
    before, after = position_of(then, **asked), position_of(account, **asked)
    assert before.open_items == after.open_items
    assert before.unapplied == after.unapplied
    assert [(one.promise.id, one.status, one.received) for one in before.promises] == [
        (one.promise.id, one.status, one.received) for one in after.promises
    ]
    assert [(one.plan.id, one.status, one.unpaid) for one in before.plans] == [
        (one.plan.id, one.status, one.unpaid) for one in after.plans
    ]


@given(accounts, st.data())
def test_what_was_known_once_everything_is_known_is_what_is_known(
    account: Account, data: st.DataObject
) -> None:
    as_of = data.draw(strategies.as_ofs(account))
    now, ever = position_of(account, as_of=as_of), date.max
    assert what_it_says(position_of(account, as_of=as_of, known_on=ever)) == what_it_says(now)


# --- 5: names are only names ---------------------------------------------------------------------

REFERENCES = ("id", "invoice", "source", "payment", "supersedes", "dispute", "interaction")


def renamed(account: Account, name: Any) -> Account:
    """The account with every id of every fact replaced, wherever it is written."""
    invoices = {str(one.id) for one in account.invoices}

    def new(old: Any) -> Any:
        if old is None or old in invoices or "/" not in old:
            return None if old is None else name(old)
        invoice, _, part = old.rpartition("/")
        return f"{name(invoice)}/{part}"

    def again(fact: Any) -> Any:
        changes: dict[str, Any] = {}
        for one in attrs.fields(type(fact)):
            value = getattr(fact, one.name)
            if isinstance(fact, CreditRating) and one.name == "source":
                continue  # a bureau, no fact
            if one.name in (*REFERENCES, "replaces"):
                changes[one.name] = new(value)
            elif one.name == "invoices":
                changes[one.name] = tuple(map(new, value))
            elif one.name in ("allocations", "steps"):
                changes[one.name] = tuple(map(again, value))
        return attrs.evolve(fact, **changes)

    return Account.of(account.debtor, *map(again, account.facts), creditor=account.creditor)


@given(questions(), st.data())
def test_renaming_that_keeps_the_order_of_ids_changes_only_ids(
    question: tuple[Account, dict[str, Any]], data: st.DataObject
) -> None:
    account, asked = question
    old = sorted({str(fact.id) for fact in account.facts})  # type: ignore[attr-defined]
    texts = st.text(st.sampled_from("!-/0aé~"), min_size=1, max_size=4).filter(str.strip)
    size = len(old)
    new = data.draw(st.lists(texts, unique=True, min_size=size, max_size=size).map(sorted))
    names = dict(zip(old, new, strict=True))
    try:
        other = renamed(account, names.__getitem__)
    except InvalidFact:  # an invoice got the name of a part of another one
        reject()
    mine, theirs = position_of(account, **asked), position_of(other, **asked)
    same = ("issued_on", "due_on", "total", "open", "part", "reminders", "broken_promises", *SLICES)
    for left, right in zip(mine.open_items, theirs.open_items, strict=True):
        assert names[left.invoice.id] == right.invoice.id
        assert [getattr(left, name) for name in same] == [getattr(right, name) for name in same]
    assert mine.unapplied == theirs.unapplied
    assert [one.status for one in mine.promises] == [one.status for one in theirs.promises]
    assert [one.status for one in mine.plans] == [one.status for one in theirs.plans]


# --- 6: more money never opens anything ----------------------------------------------------------


@given(questions(), st.data())
def test_further_payment_after_all_the_others_raises_no_open_balance(
    question: tuple[Account, dict[str, Any]], data: st.DataObject
) -> None:
    account, asked = question
    moves = Payment | CreditNote | CashApplication | Reversal | WriteOff | Invoice
    last = max(
        (fact.happened_on for fact in account.facts if isinstance(fact, moves)), default=None
    )
    on = (last or date(2026, 3, 1)) + timedelta(1)
    likely = [item.open for item in position_of(account, as_of=on).open_items]
    some = strategies.amounts(around=likely)
    amount = data.draw(some | st.sampled_from(likely) if likely else some)
    same = [one.id for one in account.invoices if one.total.currency == amount.currency]
    directed = data.draw(st.sampled_from([(), *((Allocation(one, amount),) for one in same)]))
    payment = Payment("~", on, amount=amount, allocations=directed)
    asked["as_of"] = max(asked["as_of"], on)
    asked["known_on"] = None
    before = {item.id: item.open for item in position_of(account, **asked).open_items}
    for item in position_of(account.record(payment), **asked).open_items:
        assert item.open <= before[item.id]


# --- cash stays where it was put -----------------------------------------------------------------


@pytest.mark.parametrize("rule", BOTH_RULES)
@given(accounts, strategies.invoices(named="~", currencies=CURRENCIES), st.integers(1, 40))
def test_later_invoice_never_moves_money_already_applied(
    rule: Conventions, account: Account, invoice: Invoice, wait: int
) -> None:
    last = last_day(account)
    late = attrs.evolve(invoice, issued_on=last + timedelta(wait), replaces=None, recorded_on=None)
    as_of = late.issued_on
    before = position_of(account, as_of=as_of, conventions=rule)
    after = position_of(account.record(late), as_of=as_of, conventions=rule)
    others = {item.id: item.open for item in after.open_items if item.invoice.id != "~"}
    former = {item.id: item.open for item in before.open_items}
    event(f"money was waiting: {bool(before.nettable)}")
    if before.nettable:
        # It is offered to what has come back meanwhile too: reopened, or no longer stayed.
        assert all(amount <= former[name] for name, amount in others.items())
    else:
        assert others == former
        assert after.amount_of("open", late.total.currency) == late.total + before.amount_of(
            "open", late.total.currency
        )


@given(accounts, st.data())
def test_explicit_only_never_applies_undirected_money(
    account: Account, data: st.DataObject
) -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    free = Money.of(77, "EUR")
    on = data.draw(strategies.dates())
    as_of = max(on, data.draw(strategies.as_ofs(account)))
    payment = Payment("~", on, amount=free)
    before = position_of(account, as_of=as_of, conventions=rule)
    after = position_of(account.record(payment), as_of=as_of, conventions=rule)
    assert {item.id: item.open for item in before.open_items} == {
        item.id: item.open for item in after.open_items
    }
    assert after.amount_of("unapplied", "EUR") == before.amount_of("unapplied", "EUR") + free


@pytest.mark.parametrize("rule", BOTH_RULES)
@given(accounts, st.data())
def test_reversal_the_next_day_restores_what_the_payment_paid(
    rule: Conventions, account: Account, data: st.DataObject
) -> None:
    # After everything else, so that nothing is offered to other money in between.
    last = last_day(account)
    currency = data.draw(st.sampled_from(CURRENCIES))
    open_then = position_of(account, as_of=last, conventions=rule).open_items
    likely = [item.open for item in open_then if item.currency == currency]
    amount = data.draw(strategies.amounts(currency=currency, around=likely))
    payment = Payment("~", last + timedelta(1), amount=amount)
    back = Reversal("~", last + timedelta(2), payment="~")
    as_of = last + timedelta(2)
    before = position_of(account, as_of=as_of, conventions=rule)
    after = position_of(account.record(payment, back), as_of=as_of, conventions=rule)
    assert {item.id: (item.due_on, item.open) for item in after.open_items} == {
        item.id: (item.due_on, item.open) for item in before.open_items
    }
    assert after.unapplied == before.unapplied


# --- promises, stays and disputes ----------------------------------------------------------------


@given(questions(), strategies.promises(named="~", invoices=()))
def test_promise_never_moves_a_due_date(
    question: tuple[Account, dict[str, Any]], promise: Promise
) -> None:
    account, asked = question
    before = {item.id: item.days_past_due for item in position_of(account, **asked).open_items}
    promised = account.record(attrs.evolve(promise, supersedes=None))
    for item in position_of(promised, **asked).open_items:
        assert item.days_past_due == before.get(item.id, item.days_past_due)


@given(questions())
def test_each_promise_has_one_status_and_the_visible_ones_are_all_there(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    states = position_of(account, **asked).promises
    made = {
        fact.id
        for fact in visible(account, asked["as_of"], asked["known_on"])
        if isinstance(fact, Promise)
    }
    assert sorted(one.promise.id for one in states) == sorted(made)
    for one in states:
        assert 0 <= one.received.minor <= one.promise.amount.minor
        if one.status is PromiseStatus.BROKEN:
            assert not one.received
            assert one.promise.due_on < asked["as_of"]
        if one.status is PromiseStatus.OPEN:
            tolerance = asked["conventions"].promise_tolerance
            assert asked["as_of"] <= one.promise.due_on + timedelta(tolerance)
        if one.status is PromiseStatus.WITHDRAWN:
            assert one.promise.withdrawn_on is not None
            assert one.promise.withdrawn_on <= asked["as_of"]


@given(accounts, conventions, st.integers(1, 60))
def test_promise_broken_by_date_stays_broken_without_news(
    account: Account, rule: Conventions, wait: int
) -> None:
    last = last_day(account)
    endings = [one.withdrawn_on for one in account.promises if one.withdrawn_on]
    last = max([last, *endings, *(one.resolved_on for one in account.disputes if one.resolved_on)])
    now = position_of(account, as_of=last, conventions=rule).promises
    later = position_of(account, as_of=last + timedelta(wait), conventions=rule).promises
    settled = {PromiseStatus.BROKEN, PromiseStatus.PARTLY_KEPT, PromiseStatus.SUPERSEDED}
    for before, after in zip(now, later, strict=True):
        if before.status in settled:
            assert after.status is before.status
        if before.status is PromiseStatus.OPEN:
            assert after.status in {PromiseStatus.OPEN, *settled}


@given(questions())
def test_each_cent_keeps_one_promise_only(question: tuple[Account, dict[str, Any]]) -> None:
    account, asked = question
    states = position_of(account, **asked).promises
    counted = {PromiseStatus.KEPT, PromiseStatus.PARTLY_KEPT, PromiseStatus.OPEN}
    seen = visible(account, asked["as_of"], asked["known_on"])
    for currency in CURRENCIES:
        came = sum(
            fact.amount.minor
            for fact in seen
            if isinstance(fact, Payment) and fact.amount.currency == currency
        )
        kept = sum(
            one.received.minor
            for one in states
            if one.status in counted and one.received.currency == currency
        )
        assert kept <= came


@given(questions())
def test_only_what_was_supplied_by_the_opening_is_stayed(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    open_then = [
        one.opened_on
        for one in visible(account, asked["as_of"], asked["known_on"])
        if isinstance(one, Insolvency)
        and one.kind != "conciliation"
        and not (
            one.ended_on and one.ended_on <= min(asked["as_of"], asked["known_on"] or date.max)
        )
    ]
    for item in position_of(account, **asked).open_items:
        supplied = item.invoice.supplied_on or item.invoice.issued_on
        stayed = any(supplied <= opened for opened in open_then)
        assert item.stayed == (item.open if stayed else Money.zero(item.currency))


@given(questions())
def test_partial_dispute_holds_its_slice_and_only_its_slice(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    asked["known_on"] = None
    whole = {invoice.id for invoice in account.invoices if not invoice.schedule}
    alone = Counter(one.invoice for one in account.disputes)
    for item in position_of(account, **asked).open_items:
        for one in account.disputes:
            standing = one.opened_on <= asked["as_of"] < (one.resolved_on or date.max)
            if (one.invoice, alone[one.invoice]) == (item.id, 1) and item.id in whole and standing:
                credited = sum(
                    sum(part.amount.minor for part in note.allocations if part.invoice == item.id)
                    if note.allocations
                    else note.total.minor
                    for note in account.credit_notes
                    if str(note.dispute) == one.id
                    and one.opened_on <= note.issued_on <= asked["as_of"]
                )
                slice_ = max(0, one.amount.minor - credited) if one.amount else item.open.minor
                before = item.stayed + item.placed + item.assigned + item.covered
                assert item.disputed.minor == min(slice_, (item.open - before).minor)


@given(questions())
def test_nothing_is_sheltered_beyond_what_was_undertaken(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    position = position_of(account, **asked)
    for currency in CURRENCIES:
        bills = [one.amount for one in account.bills if one.amount.currency == currency]
        open_promises = [
            one.promise.amount
            for one in position.promises
            if one.status is PromiseStatus.OPEN and one.received.currency == currency
        ]
        to_come = [
            amount
            for one in position.plans
            if one.status in ("on_track", "late") and one.received.currency == currency
            for _, amount in one.unpaid
        ]
        assert position.amount_of("covered", currency) <= total_of(bills, currency)
        assert position.amount_of("promised", currency) <= total_of(open_promises, currency)
        assert position.amount_of("in_plan", currency) <= total_of(to_come, currency)


@given(accounts, conventions, st.data())
def test_nothing_changes_on_a_day_on_which_nothing_happens(
    account: Account, rule: Conventions, data: st.DataObject
) -> None:
    dates = {
        day
        for fact in account.facts
        for part in (fact, *getattr(fact, "schedule", ()), *getattr(fact, "instalments", ()))
        for one in attrs.fields(type(part))
        if isinstance(day := getattr(part, one.name), date)
    }
    waits = (0, 1, rule.promise_tolerance + 1)
    busy = {day + timedelta(wait) for day in dates for wait in waits}
    today = data.draw(strategies.as_ofs(account))
    tomorrow = today + timedelta(1)
    if tomorrow in busy:
        return
    event("a quiet day")
    then = position_of(account, as_of=today, conventions=rule)
    now = position_of(account, as_of=tomorrow, conventions=rule)
    assert (now.unapplied, now.promises, now.plans) == (then.unapplied, then.promises, then.plans)
    for before, after in zip(then.open_items, now.open_items, strict=True):
        days = None if before.days_past_due is None else before.days_past_due + 1
        assert attrs.evolve(before, days_past_due=days) == after


@given(questions())
def test_an_unresolved_whole_dispute_leaves_nothing_to_demand(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    standing = {
        reference
        for one in visible(account, asked["as_of"], asked["known_on"])
        if isinstance(one, Dispute) and one.amount is None
        if one.resolved_on is None
        or one.resolved_on > min(asked["as_of"], asked["known_on"] or date.max)
        for reference in [one.invoice]
    }
    for item in position_of(account, **asked).open_items:
        if {item.id, item.invoice.id} & standing:
            held = item.collectable + item.promised + item.in_plan + item.blocked
            assert not held
