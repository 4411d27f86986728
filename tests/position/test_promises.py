"""What becomes of a promise: kept, broken, withdrawn, superseded, moot; and what it shelters."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    ApplicationRule,
    Conventions,
    CreditNote,
    Debtor,
    Dispute,
    Insolvency,
    InsolvencyKind,
    Invoice,
    Means,
    Money,
    Payment,
    Position,
    Promise,
    Reversal,
    WriteOff,
    position_of,
)
from recouvrement.facts.book import NEVER
from recouvrement.facts.fact import Fact


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def on(month: int, day: int) -> date:
    return date(2026, month, day)


MADE, DUE, AFTER = on(3, 10), on(3, 20), on(3, 21)
INVOICE = Invoice("F-1", on(1, 1), due_on=on(2, 1), total=eur("100"))
OTHER = Invoice("F-2", on(1, 1), due_on=on(2, 15), total=eur("80"))


def promise(name: str = "W-1", made: date = MADE, amount: str = "100", **more: Any) -> Promise:
    fields: dict[str, Any] = {"due_on": DUE, "means": Means.TRANSFER, "amount": eur(amount)} | more
    return Promise(name, made, **fields)


def paid(when: date, amount: str, name: str = "P-1", **more: Any) -> Payment:
    return Payment(name, when, amount=eur(amount), **more)


def at(as_of: date, *facts: Fact, invoices: tuple[Invoice, ...] = (INVOICE,), **more: Any) -> Any:
    account = Account.of(Debtor("C-1", "Vasseur"), *invoices, *facts)
    return position_of(account, as_of=as_of, **more)


def status(as_of: date, *facts: Fact, **more: Any) -> str:
    """The status of the first promise."""
    return str(at(as_of, *facts, **more).promises[0].status)


def promised(position: Position) -> dict[str, str]:
    return {item.id: str(item.promised.amount) for item in position.open_items if item.promised}


# --- what becomes of it --------------------------------------------------------------------------


def test_promise_is_invisible_before_it_is_made() -> None:
    assert at(on(3, 9), promise()).promises == ()


def test_promise_is_open_through_its_date_and_broken_from_the_next_day() -> None:
    days = [MADE, DUE, AFTER, on(12, 31)]
    found = [status(day, promise()) for day in days]
    assert found == ["open", "open", "broken", "broken"]


def test_tolerance_leaves_it_open_some_days_more() -> None:
    rule = Conventions(promise_tolerance=2)
    days = [on(3, 22), on(3, 23)]
    assert [status(day, promise(), conventions=rule) for day in days] == ["open", "broken"]


def test_first_broken_day_is_told_to_those_who_count_from_it() -> None:
    standing = at(on(4, 1), promise()).standing
    assert [one.broken_on for one in standing.pledges] == [AFTER.toordinal()]
    assert at(DUE, promise()).standing.pledges[0].broken_on == NEVER


def test_promise_is_kept_as_soon_as_the_money_is_there() -> None:
    money = paid(on(3, 15), "100")
    states = [at(day, promise(), money).promises[0] for day in (on(3, 14), on(3, 15), AFTER)]
    assert [(str(one.status), one.received) for one in states] == [
        ("open", eur("0")),
        ("kept", eur("100")),
        ("kept", eur("100")),
    ]


def test_money_of_the_day_it_was_made_came_before_it() -> None:
    assert status(AFTER, promise(), paid(MADE, "40")) == "broken"


def test_money_that_comes_too_late_repairs_nothing() -> None:
    late = paid(AFTER, "100")
    assert status(on(4, 1), promise(), late) == "broken"
    assert at(on(4, 1), promise(), late).open_items == ()


def test_promise_is_partly_kept_by_a_part_of_its_amount() -> None:
    some = paid(on(3, 15), "40")
    state = at(AFTER, promise(), some).promises[0]
    assert (str(state.status), state.received) == ("partly_kept", eur("40"))
    assert status(DUE, promise(), some) == "open"


def test_money_for_another_invoice_keeps_no_promise() -> None:
    elsewhere = paid(on(3, 15), "80", allocations=[Allocation("F-2", eur("80"))])
    assert status(AFTER, promise(invoices=["F-1"]), elsewhere, invoices=(INVOICE, OTHER)) == (
        "broken"
    )


def test_promise_larger_than_what_is_left_is_kept_by_what_is_left() -> None:
    early = paid(on(3, 1), "30")
    assert status(AFTER, promise(), early, paid(on(3, 15), "70", "P-2")) == "kept"


def test_money_without_references_keeps_a_promise_where_it_is_never_applied() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    state = at(AFTER, promise(), paid(on(3, 15), "100"), conventions=rule).promises[0]
    assert (str(state.status), state.received) == ("kept", eur("100"))


def test_withdrawn_promise_is_withdrawn_from_that_day() -> None:
    gone = promise(withdrawn_on=on(3, 15))
    days = [on(3, 14), on(3, 15), on(4, 1)]
    assert [status(day, gone) for day in days] == ["open", "withdrawn", "withdrawn"]


def test_promise_withdrawn_after_its_date_is_broken_all_the_same() -> None:
    assert status(on(4, 1), promise(withdrawn_on=on(3, 25))) == "broken"


def test_promise_kept_before_it_was_withdrawn_is_kept() -> None:
    assert status(AFTER, promise(withdrawn_on=on(3, 15)), paid(on(3, 14), "100")) == "kept"


def test_superseded_before_its_date_it_gives_way_to_the_next() -> None:
    second = promise("W-2", on(3, 15), due_on=on(3, 25), supersedes="W-1")
    days = [on(3, 14), on(3, 15), AFTER, on(3, 26)]
    found = [[str(one.status) for one in at(day, promise(), second).promises] for day in days]
    assert found == [
        ["open"],
        ["superseded", "open"],
        ["superseded", "open"],
        ["superseded", "broken"],
    ]


@pytest.mark.parametrize("made", [DUE, AFTER], ids=["on its date", "after it"])
def test_superseded_too_late_it_is_broken(made: date) -> None:
    second = promise("W-2", made, due_on=on(3, 30), supersedes="W-1")
    states = at(on(3, 22), promise(), second).promises
    assert [str(one.status) for one in states] == ["broken", "open"]


def test_new_promise_that_says_nothing_of_the_former_does_not_supersede_it() -> None:
    second = promise("W-2", on(3, 15), due_on=on(3, 25))
    assert status(AFTER, promise(), second) == "broken"


def test_only_the_first_superseding_promise_counts() -> None:
    second = promise("W-2", on(3, 12), due_on=on(3, 25), supersedes="W-1")
    third = promise("W-3", on(3, 14), due_on=on(3, 26), supersedes="W-1")
    assert status(on(3, 12), promise(), second, third) == "superseded"


@pytest.mark.parametrize(
    "event",
    [
        CreditNote("A-1", on(3, 15), total=eur("100")),
        WriteOff("G-1", on(3, 15), invoice="F-1", amount=eur("100")),
        Dispute("D-1", on(3, 15), invoice="F-1"),
        Insolvency("J-1", InsolvencyKind.SAFEGUARD, opened_on=on(3, 15)),
    ],
    ids=["credited", "written off", "disputed", "stayed"],
)
def test_promise_on_what_need_not_be_paid_any_more_is_moot(event: Fact) -> None:
    assert status(on(3, 14), promise(invoices=["F-1"]), event) == "open"
    assert status(AFTER, promise(invoices=["F-1"]), event) == "moot"


def test_dispute_opened_after_the_date_does_not_undo_a_broken_promise() -> None:
    assert status(on(4, 1), promise(), Dispute("D-1", on(3, 25), invoice="F-1")) == "broken"


def test_part_in_dispute_leaves_the_rest_to_be_paid() -> None:
    contested = Dispute("D-1", on(3, 12), invoice="F-1", amount=eur("30"))
    assert status(AFTER, promise(invoices=["F-1"]), contested, paid(on(3, 15), "70")) == "kept"


def test_payment_that_went_back_keeps_nothing() -> None:
    back = Reversal("X-1", on(4, 2), payment="P-1")
    facts = (promise(), paid(on(3, 15), "100"), back)
    assert [status(day, *facts) for day in (on(4, 1), on(4, 2))] == ["kept", "broken"]


# A payment of long ago that bounced: from then on, what was undone is told from what was not.
BOUNCED = (
    Payment("P-0", on(1, 5), amount=eur("7"), allocations=(Allocation("F-0", eur("7")),)),
    Reversal("X-0", on(1, 6), payment="P-0"),
)
SMALL = Invoice("F-0", on(1, 1), due_on=on(8, 1), total=eur("7"))


def test_money_that_came_too_late_and_went_back_repairs_nothing() -> None:
    late, back = paid(on(3, 25), "100"), Reversal("X-1", on(4, 2), payment="P-1")
    found = [status(day, promise(), late, back) for day in (AFTER, on(3, 25), on(4, 2))]
    assert found == ["broken", "broken", "broken"]


def test_what_bounced_long_ago_changes_nothing_for_a_promise() -> None:
    facts = (promise(invoices=["F-1"]), *BOUNCED)
    both = (INVOICE, SMALL)
    assert status(on(4, 1), *facts, paid(on(3, 25), "100"), invoices=both) == "broken"
    assert status(on(4, 1), *facts, paid(on(3, 15), "100"), invoices=both) == "kept"
    early = paid(on(3, 1), "60", "P-2", allocations=[Allocation("F-1", eur("60"))])
    rest = paid(DUE, "40", allocations=[Allocation("F-1", eur("40"))])
    assert status(on(4, 1), *facts, early, rest, invoices=both) == "kept"


@pytest.mark.parametrize(("issued", "word"), [(DUE, "broken"), (AFTER, "moot")])
def test_promise_on_an_invoice_to_come_counts_once_it_is_issued_in_time(
    issued: date, word: str
) -> None:
    to_come = Invoice("F-9", issued, due_on=on(6, 1), total=eur("100"))
    facts = (promise(invoices=["F-9"]), *BOUNCED)
    assert status(on(4, 1), *facts, invoices=(to_come, SMALL)) == word
    assert status(on(4, 1), facts[0], invoices=(to_come,)) == word


def test_promise_on_an_invoice_the_host_did_not_know_of_is_moot() -> None:
    told = Invoice("F-1", on(1, 1), due_on=on(2, 1), total=eur("100"), recorded_on=on(5, 1))
    facts = (promise(invoices=["F-1"]),)
    assert status(DUE, *facts, invoices=(told,), known_on=on(4, 1)) == "moot"


def test_promises_are_told_in_order_of_their_dates() -> None:
    first = promise("W-9", due_on=on(3, 12))
    second = promise("W-1", due_on=on(3, 30), amount="5")
    states = at(MADE, second, first).promises
    assert [one.promise.id for one in states] == ["W-9", "W-1"]


def test_promise_of_one_cent_is_a_promise() -> None:
    cent = promise(amount="0.01")
    assert status(AFTER, cent, paid(on(3, 15), "0.01")) == "kept"
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    assert status(AFTER, cent, paid(on(3, 15), "0.01"), conventions=rule) == "kept"
    assert status(AFTER, cent) == "broken"


@pytest.mark.parametrize("rule", ApplicationRule)
def test_promise_to_pay_at_once_is_kept_by_money_of_that_very_day(rule: ApplicationRule) -> None:
    at_once = promise(due_on=MADE, invoices=["F-1"])
    conventions = Conventions(application=rule)
    assert status(MADE, at_once, paid(MADE, "100"), conventions=conventions) == "kept"
    assert status(MADE, at_once, conventions=conventions) == "open"


def test_promise_on_what_was_credited_is_moot_whatever_is_disputed_elsewhere() -> None:
    elsewhere = Dispute("D-1", on(3, 12), invoice="F-2")
    credited = CreditNote(
        "A-1", on(3, 15), total=eur("100"), allocations=(Allocation("F-1", eur("100")),)
    )
    facts = (promise(invoices=["F-1"]), elsewhere, credited)
    assert status(AFTER, *facts, invoices=(INVOICE, OTHER)) == "moot"


# --- each cent once ------------------------------------------------------------------------------


def test_each_cent_keeps_one_promise_only() -> None:
    two = [promise("W-1", amount="50"), promise("W-2", amount="50", due_on=on(3, 25))]
    once = at(on(4, 1), *two, paid(on(3, 15), "50")).promises
    assert [str(one.status) for one in once] == ["kept", "broken"]
    twice = at(on(4, 1), *two, paid(on(3, 15), "50"), paid(on(3, 16), "50", "P-2")).promises
    assert [str(one.status) for one in twice] == ["kept", "kept"]


def test_what_a_promise_leaves_of_a_payment_keeps_the_next() -> None:
    two = [promise("W-1", amount="40"), promise("W-2", amount="50", due_on=on(3, 25))]
    states = at(on(4, 1), *two, paid(on(3, 15), "100")).promises
    assert [str(one.status) for one in states] == ["kept", "kept"]


def test_broken_promise_keeps_no_cent_from_the_next() -> None:
    first = promise("W-1", amount="60", due_on=on(3, 12))
    second = promise("W-2", amount="60", due_on=on(3, 25))
    states = at(on(4, 1), first, second, paid(on(3, 20), "60")).promises
    assert [str(one.status) for one in states] == ["broken", "kept"]


def test_money_that_came_between_two_promises_keeps_the_first() -> None:
    second = promise("W-2", on(3, 18), due_on=on(3, 25), amount="50")
    states = at(on(4, 1), promise(amount="50"), second, paid(on(3, 15), "50")).promises
    assert [str(one.status) for one in states] == ["kept", "broken"]


def test_promise_takes_the_money_on_its_items_first_and_leaves_the_rest_to_others() -> None:
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    promises = [
        promise("W-1", amount="50", invoices=["F-1"]),
        promise("W-2", amount="50", invoices=["F-2"], due_on=on(3, 25)),
    ]
    money = [
        paid(on(3, 15), "50", "P-1"),
        paid(on(3, 15), "50", "P-2", allocations=[Allocation("F-1", eur("50"))]),
    ]
    states = at(on(4, 1), *promises, *money, invoices=(INVOICE, OTHER), conventions=rule).promises
    assert [str(one.status) for one in states] == ["kept", "kept"]


def test_promise_in_one_currency_is_not_kept_by_money_of_another() -> None:
    dollars = Payment("P-1", on(3, 15), amount=Money.of("100", "USD"))
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    assert status(AFTER, promise(), dollars, conventions=rule) == "broken"


# --- which items ---------------------------------------------------------------------------------


def test_unnamed_it_is_about_the_undisputed_items_due_when_it_was_made_oldest_first() -> None:
    contested = Invoice("F-0", on(1, 1), due_on=on(1, 15), total=eur("500"))
    to_come = Invoice("F-3", on(1, 1), due_on=on(6, 1), total=eur("70"))
    dispute = Dispute("D-1", on(2, 1), invoice="F-0")
    position = at(
        MADE,
        promise(amount="130"),
        dispute,
        invoices=(OTHER, INVOICE, contested, to_come),
    )
    assert position.promises[0].items == ("F-1", "F-2")
    assert promised(position) == {"F-1": "100.00", "F-2": "30.00"}


def test_unnamed_when_nothing_was_due_it_is_about_what_was_open() -> None:
    to_come = Invoice("F-3", on(1, 1), due_on=on(6, 1), total=eur("70"))
    dollars = Invoice("F-4", on(1, 1), due_on=on(6, 1), total=Money.of("70", "USD"))
    position = at(MADE, promise(amount="50"), invoices=(to_come, dollars))
    assert position.promises[0].items == ("F-3",)
    assert promised(position) == {"F-3": "50.00"}


def test_item_issued_the_day_of_the_promise_is_in_it() -> None:
    today = Invoice("F-9", MADE, due_on=MADE, total=eur("70"))
    assert at(DUE, promise(amount="170"), invoices=(INVOICE, today)).promises[0].items == (
        "F-1",
        "F-9",
    )


def test_item_issued_after_the_promise_is_not_in_it() -> None:
    later = Invoice("F-9", on(3, 11), due_on=on(3, 12), total=eur("70"))
    assert at(DUE, promise(amount="170"), invoices=(INVOICE, later)).promises[0].items == ("F-1",)


def test_item_due_the_day_of_the_promise_is_among_those_due() -> None:
    due_now = Invoice("F-8", on(1, 1), due_on=MADE, total=eur("70"))
    due_next = Invoice("F-9", on(1, 1), due_on=on(3, 11), total=eur("70"))
    position = at(DUE, promise(amount="70"), invoices=(due_now, due_next))
    assert position.promises[0].items == ("F-8",)


def test_item_paid_the_day_of_the_promise_is_not_in_it() -> None:
    money = paid(MADE, "80", allocations=[Allocation("F-2", eur("80"))])
    position = at(DUE, promise(), money, invoices=(INVOICE, OTHER))
    assert position.promises[0].items == ("F-1",)


def test_item_paid_before_the_promise_is_not_in_it() -> None:
    early = paid(on(3, 1), "80")
    position = at(DUE, promise(), early, invoices=(INVOICE, OTHER))
    assert position.promises[0].items == ("F-1",)


# --- what it shelters ----------------------------------------------------------------------------


def test_open_promise_shelters_its_amount_and_no_more() -> None:
    item = at(DUE, promise(amount="60")).open_items[0]
    assert (item.promised, item.collectable) == (eur("60"), eur("40"))


def test_what_was_paid_of_it_is_sheltered_no_more() -> None:
    item = at(DUE, promise(amount="60"), paid(on(3, 15), "25")).open_items[0]
    assert (item.open, item.promised, item.collectable) == (eur("75"), eur("35"), eur("40"))


def test_broken_promise_shelters_nothing() -> None:
    assert promised(at(AFTER, promise())) == {}


@pytest.mark.parametrize(("days", "sheltered"), [(30, {"F-1": "100.00"}), (31, {})])
def test_promise_beyond_the_horizon_shelters_nothing(days: int, sheltered: dict[str, str]) -> None:
    far = promise(due_on=date.fromordinal(MADE.toordinal() + days))
    assert promised(at(MADE, far)) == sheltered


def test_debtor_who_broke_more_than_is_tolerated_shelters_nothing() -> None:
    broken = [promise(f"W-{n}", on(2, n), due_on=on(2, n + 1), amount="1") for n in (5, 10)]
    new = promise("W-9")
    assert promised(at(MADE, broken[0], new)) == {"F-1": "100.00"}
    assert promised(at(MADE, *broken, new)) == {}
    lenient = Conventions(broken_promises_tolerated=2)
    assert promised(at(MADE, *broken, new, conventions=lenient)) == {"F-1": "100.00"}


def test_promise_never_moves_the_due_date() -> None:
    assert at(DUE, promise()).open_items[0].days_past_due == 47


def test_broken_promises_are_counted_per_item_and_a_new_one_never_resets_them() -> None:
    first = promise("W-1", due_on=on(3, 12), invoices=["F-1"])
    second = promise("W-2", on(3, 13), due_on=on(3, 15), invoices=["F-1", "F-2"], amount="180")
    third = promise("W-3", on(3, 16), due_on=on(4, 15), invoices=["F-1"])
    items = at(DUE, first, second, third, invoices=(INVOICE, OTHER)).open_items
    assert [(item.id, item.broken_promises) for item in items] == [("F-1", 2), ("F-2", 1)]
