"""What was never owed bears nothing: disputes that the debtor won, invoices cancelled.

Unless a story says more: FR, one invoice of 10 000 EUR due on 31 January 2025, asked on 30 June.
The 150 days from 1 February bear 13.15 %: 540.41 EUR on all of it, 405.31 on three quarters.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.position.day_by_day import Receipt, count, rate_of
from tests.position.test_interest_laws import amounts, days, debts

from recouvrement import (
    Account,
    Allocation,
    CashApplication,
    CreditNote,
    Debtor,
    DebtorKind,
    Dispute,
    Instalment,
    Invoice,
    Money,
    Payment,
)
from recouvrement.facts.fact import Fact
from recouvrement.position import Statement, interest_statement

DUE, AS_OF = date(2025, 1, 31), date(2025, 6, 30)
OPENED, RESOLVED = date(2025, 2, 10), date(2025, 3, 10)
CREDITED = date(2025, 3, 31)
ALL, LESS = "540.41", "405.31"


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def late(name: str = "F-1", total: int = 10_000, **more: Any) -> Invoice:
    return Invoice(name, date(2025, 1, 2), due_on=DUE, total=euros(total), **more)


def dispute(amount: int | None = 2_500, outcome: str | None = "upheld", **more: Any) -> Dispute:
    return Dispute(
        more.pop("name", "D-1"),
        OPENED,
        invoice="F-1",
        amount=None if amount is None else euros(amount),
        resolved_on=None if outcome is None else more.pop("resolved_on", RESOLVED),
        outcome=outcome,
    )


def credit(amount: int = 2_500, *, on: date = CREDITED, **more: Any) -> CreditNote:
    parts = (Allocation("F-1", euros(amount)),)
    return CreditNote(more.pop("name", "A-1"), on, total=euros(amount), allocations=parts, **more)


def paid(name: str, on: date, amount: int) -> Payment:
    parts = (Allocation("F-1", euros(amount)),)
    return Payment(name, on, amount=euros(amount), allocations=parts)


def asked(*facts: Fact, **options: Any) -> Statement:
    account = Account.of(Debtor("C-17", "Atelier Vasseur", kind=DebtorKind.BUSINESS), *facts)
    return interest_statement(account, **{"as_of": AS_OF, "law": "FR", **options})


def told(statement: Statement) -> list[tuple[str, object]]:
    return [(one.code, one.value("amount")) for one in statement.caveats]


def bases(statement: Statement) -> list[str]:
    return [f"{one.since} {one.until} {one.base.amount}" for one in statement.lines]


def test_what_was_conceded_bears_nothing_while_its_credit_note_is_awaited() -> None:
    statement = asked(late(), dispute())
    assert bases(statement) == ["2025-02-01 2025-06-30 7500.00"]
    assert statement.interest == euros(LESS)
    # The ledger holds it open: it is in the principal until the credit note comes.
    assert statement.principal == euros(10_000)
    assert told(statement) == [("dispute_upheld", euros(2_500))]


@pytest.mark.parametrize("named", ["D-1", None])
def test_its_credit_note_changes_nothing_of_the_interest(named: str | None) -> None:
    statement = asked(late(), dispute(), credit(dispute=named))
    assert bases(statement) == ["2025-02-01 2025-06-30 7500.00"]
    assert (statement.principal, statement.interest) == (euros(7_500), euros(LESS))
    assert told(statement) == [("credited_from_start", euros(2_500))]
    assert statement.caveats[0].value("credit_note") == "A-1"
    assert statement.caveats[0].value("on") == CREDITED


@pytest.mark.parametrize("outcome", ["rejected", "withdrawn"])
def test_a_dispute_that_the_debtor_lost_changes_nothing(outcome: str) -> None:
    statement = asked(late(), dispute(outcome=outcome))
    assert (statement.interest, told(statement)) == (euros(ALL), [])


def test_a_dispute_nobody_has_settled_is_claimed_and_said() -> None:
    for unsettled in (dispute(outcome=None), dispute(resolved_on=AS_OF + timedelta(1))):
        statement = asked(late(), unsettled)
        assert statement.interest == euros(ALL)
        assert told(statement) == [("disputed", euros(2_500))]


def test_a_dispute_opened_later_is_invisible_with_what_answers_it() -> None:
    facts = late(), dispute(), credit(dispute="D-1", on=date(2025, 2, 3))
    statement = asked(*facts, as_of=date(2025, 2, 9))
    assert told(statement) == [("credited_late", euros(2_500))]


@pytest.mark.parametrize("outcome", ["rejected", None])
def test_a_credit_note_that_names_a_dispute_takes_from_the_start_whatever_came_of_it(
    outcome: str | None,
) -> None:
    statement = asked(late(), dispute(outcome=outcome), credit(dispute="D-1"))
    assert statement.interest == euros(LESS)


def test_a_credit_note_beyond_what_was_conceded_takes_the_rest_from_its_own_day() -> None:
    statement = asked(late(), dispute(1_500), credit())
    assert bases(statement) == [
        "2025-02-01 2025-03-31 8500.00",
        "2025-04-01 2025-06-30 7500.00",
    ]
    assert told(statement) == [
        ("credited_from_start", euros(1_500)),
        ("credited_late", euros(1_000)),
    ]


def test_a_credit_note_older_than_the_dispute_answers_none() -> None:
    before = credit(1_000, on=OPENED - timedelta(1))
    statement = asked(late(), dispute(), before)
    assert told(statement) == [("dispute_upheld", euros(2_500)), ("credited_late", euros(1_000))]


def test_each_credit_note_answers_one_dispute() -> None:
    second = dispute(1_000, name="D-2")
    statement = asked(late(), dispute(), second, credit(3_000))
    assert statement.interest == asked(late(total=6_500)).interest
    assert told(statement) == [
        ("dispute_upheld", euros(500)),
        ("credited_from_start", euros(3_000)),
    ]


def test_what_is_conceded_in_part_is_left_out_whole_until_the_credit_note_says_how_much() -> None:
    in_part = dispute(outcome="partly_upheld")
    assert asked(late(), in_part).interest == euros(LESS)
    statement = asked(late(), in_part, credit(1_000))
    assert statement.interest == asked(late(total=9_000)).interest
    assert told(statement) == [("credited_from_start", euros(1_000))]


def test_a_dispute_about_all_that_is_open_leaves_no_interest_and_no_fixed_sum() -> None:
    statement = asked(late(), dispute(None))
    assert statement.lines == ()
    assert (statement.principal, statement.total) == (euros(10_000), euros(10_000))
    assert told(statement) == [("dispute_upheld", euros(10_000))]


def test_what_had_been_paid_when_the_dispute_was_opened_was_not_in_dispute() -> None:
    statement = asked(late(), dispute(None), paid("P-1", date(2025, 2, 5), 4_000))
    assert statement.lines[0].base == euros(4_000)
    assert ("dispute_upheld", euros(6_000)) in told(statement)
    assert statement.fixed_sums == euros(40)


def test_what_is_disputed_beside_what_was_conceded_is_said_apart() -> None:
    other = dispute(1_000, outcome=None, name="D-2")
    assert told(asked(late(), dispute(), other)) == [
        ("dispute_upheld", euros(2_500)),
        ("disputed", euros(1_000)),
    ]


def test_two_disputes_never_concede_more_than_the_invoice() -> None:
    statement = asked(late(), dispute(7_000), dispute(7_000, name="D-2"))
    assert statement.lines == ()
    assert told(statement) == [("dispute_upheld", euros(10_000))]


def test_a_dispute_about_an_invoice_in_parts_takes_the_first_ones() -> None:
    parts = [Instalment(DUE, euros(2_000)), Instalment(date(2025, 4, 30), euros(8_000))]
    works = late(schedule=parts)
    assert bases(asked(works, dispute())) == ["2025-05-01 2025-06-30 7500.00"]
    assert told(asked(works, dispute())) == [
        ("dispute_upheld", euros(2_000)),
        ("dispute_upheld", euros(500)),
    ]
    statement = asked(works, dispute(), credit(dispute="D-1"))
    assert bases(statement) == ["2025-05-01 2025-06-30 7500.00"]


def test_the_fixed_sum_goes_by_what_was_not_conceded() -> None:
    pounds = Invoice("F-1", date(2025, 1, 2), due_on=DUE, total=Money.of(12_000, "GBP"))
    right = Dispute(
        "D-1",
        OPENED,
        invoice="F-1",
        amount=Money.of(2_001, "GBP"),
        resolved_on=RESOLVED,
        outcome="upheld",
    )
    assert asked(pounds, law="UK").fixed_sums == Money.of(100, "GBP")
    assert asked(pounds, right, law="UK").fixed_sums == Money.of(70, "GBP")


# --- cancelled ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["interest_first", "principal_first"])
def test_an_invoice_wholly_credited_bears_nothing_and_has_no_fixed_sum(rule: str) -> None:
    two = credit(6_000), credit(4_000, name="A-2", on=date(2025, 4, 30))
    for notes in ([credit(10_000)], two):
        statement = asked(late(), *notes, appropriation=rule)
        assert statement.lines == ()
        assert statement.items == ()
        assert statement.total == statement.accrued == euros(0)
        assert {code for code, _ in told(statement)} == {"credited_from_start"}
    # One of the two is a credit note like another.
    assert told(asked(late(), two[0])) == [("credited_late", euros(6_000))]


def test_a_credit_note_for_all_that_was_left_unpaid_says_that_nothing_was_late() -> None:
    statement = asked(late(), paid("P-1", DUE, 7_500), credit())
    assert statement.total == euros(0)
    assert told(statement) == [("credited_from_start", euros(2_500))]
    # Somebody who paid a day late was late with what he paid.
    a_day_late = asked(late(), paid("P-1", DUE + timedelta(1), 7_500), credit())
    assert a_day_late.fixed_sums == euros(40)
    assert "credited_late" in [code for code, _ in told(a_day_late)]


def test_an_invoice_paid_late_and_cancelled_since_was_never_late() -> None:
    statement = asked(late(), paid("P-1", date(2025, 3, 1), 10_000), credit(10_000))
    assert statement.total == statement.accrued == euros(0)
    assert statement.unapplied == euros(10_000)
    assert told(statement) == [("credited_from_start", euros(10_000))]
    assert "credit notes left over, not deducted  10000.00 EUR" in statement.text()


def test_a_credit_note_that_nobody_directed_cancels_what_it_settles() -> None:
    loose = CreditNote("A-1", CREDITED, total=euros(10_000))
    assert asked(late(), loose).total == euros(0)
    told_later = CashApplication("K-1", AS_OF, source="A-1", invoice="F-1", amount=euros(10_000))
    assert asked(late(), late("F-2"), loose, told_later).fixed_sums == euros(40)


def test_a_part_that_was_cancelled_leaves_the_others_late() -> None:
    parts = [Instalment(DUE, euros(4_000)), Instalment(date(2025, 4, 30), euros(6_000))]
    statement = asked(late(schedule=parts), credit(4_000))
    assert bases(statement) == ["2025-05-01 2025-06-30 6000.00"]
    assert statement.fixed_sums == euros(40)
    paid_late = paid("P-1", date(2025, 3, 1), 10_000)
    assert asked(late(schedule=parts), paid_late, credit(10_000)).accrued == euros(0)


@given(
    debt=debts(),
    conceded=amounts,
    when=st.tuples(days, days, days),
    way=st.sampled_from(["awaited", "named", "unnamed"]),
    rule=st.sampled_from(["interest_first", "principal_first"]),
)
def test_what_was_conceded_bears_as_if_it_had_never_been_billed(
    debt: tuple[int, date, date, list[Receipt]],
    conceded: int,
    when: tuple[date, date, date],
    way: str,
    rule: str,
) -> None:
    total, due, as_of, came = debt
    receipts = [one for one in came if one.cash]
    opened, resolved, credited = sorted(min(one, as_of) for one in when)
    amount = Money(conceded, "EUR")
    first = min([due, opened, *(one.on for one in receipts)]) - timedelta(1)
    facts: list[Fact] = [
        Invoice("F-1", first, due_on=due, total=Money(total, "EUR") + amount),
        Dispute(
            "D-1", opened, invoice="F-1", amount=amount, resolved_on=resolved, outcome="upheld"
        ),
    ]
    for number, one in enumerate(receipts):
        money = Money.of(one.amount, "EUR")
        parts = (Allocation("F-1", money),)
        facts.append(Payment(f"P-{number}", one.on, amount=money, allocations=parts))
    if way != "awaited":
        named, parts = "D-1" if way == "named" else None, (Allocation("F-1", amount),)
        facts.append(CreditNote("A-1", credited, total=amount, allocations=parts, dispute=named))
    statement = asked(*facts, as_of=as_of, appropriation=rule)
    expected = count(
        Decimal(total) / 100,
        due,
        as_of,
        receipts,
        lambda day: rate_of("FR", day, due + timedelta(1)),
        interest_first=rule == "interest_first",
    )
    event(f"{way}, {min(len(expected.lines), 3)} lines or more")
    assert [
        (one.since, one.until, one.base.amount, one.rate, one.amount.amount)
        for one in statement.lines
    ] == list(expected.lines)
    # The ledger loses nothing by it: what was billed is paid, credited or principal.
    item = statement.item("F-1")
    assert item.billed == item.principal + item.principal_paid + item.credited
