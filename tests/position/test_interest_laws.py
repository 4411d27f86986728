"""What holds for every statement of interest, whatever the account."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import attrs
import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from tests.position.day_by_day import Receipt, count, rate_of

from recouvrement import (
    Account,
    Allocation,
    ApplicationRule,
    Conventions,
    CreditNote,
    Debtor,
    DebtorKind,
    Invoice,
    Money,
    Payment,
    PaymentPurpose,
)
from recouvrement.facts.fact import Fact
from recouvrement.money import total_of
from recouvrement.position import (
    InterestRounding,
    Statement,
    StatementCaveat,
    interest_statement,
    position_of,
    year_fraction,
)
from recouvrement.testing import strategies

ONE_DAY = timedelta(1)
CURRENCIES = ("EUR", "JPY")
RULES = ("interest_first", "principal_first")
DAY_COUNTS = ("ACT/365", "ACT/ACT", "30E/360", "ACT/360")
EDGES = [
    date(year, month, day)
    for year in range(2023, 2027)
    for month, day in ((1, 1), (2, 28), (6, 30), (7, 1), (12, 31))
]
days = st.dates(date(2022, 11, 1), date(2026, 11, 30)) | st.sampled_from(
    [*EDGES, date(2024, 2, 29)]
)
amounts = st.integers(1, 3_000_000) | st.sampled_from([1, 99, 1825, 100_000, 2_000_000])


@st.composite
def debts(draw: st.DrawFn) -> tuple[int, date, date, list[Receipt]]:
    """One invoice and what came for it, some of it on the edges of semesters."""
    due, as_of = draw(days), draw(days)
    total = draw(amounts)
    came = draw(st.lists(st.tuples(days, amounts, st.booleans()), max_size=5))
    receipts = [Receipt(min(on, as_of), Decimal(minor) / 100, cash) for on, minor, cash in came]
    return total, due, as_of, receipts


def account_of(total: int, due: date, as_of: date, receipts: list[Receipt]) -> Account:
    first = min([due, as_of, *(one.on for one in receipts)]) - ONE_DAY
    facts: list[Fact] = [Invoice("F-1", first, due_on=due, total=Money(total, "EUR"))]
    for number, one in enumerate(receipts):
        amount = Money.of(one.amount, "EUR")
        parts = (Allocation("F-1", amount),)
        if one.cash:
            facts.append(Payment(f"P-{number}", one.on, amount=amount, allocations=parts))
        else:
            facts.append(CreditNote(f"A-{number}", one.on, total=amount, allocations=parts))
    return Account.of(Debtor("C-1", "One", kind=DebtorKind.BUSINESS), *facts)


@pytest.mark.parametrize("law", ["FR", "FR-public", "DE"])
@given(debt=debts(), rule=st.sampled_from(RULES), day_count=st.sampled_from(DAY_COUNTS))
def test_counting_day_by_day_gives_the_same(
    law: str, debt: tuple[int, date, date, list[Receipt]], rule: str, day_count: str
) -> None:
    total, due, as_of, receipts = debt
    account = account_of(total, due, as_of, receipts)
    if law == "FR-public":
        public = attrs.evolve(account.debtor, kind=DebtorKind.PUBLIC)
        account = Account.of(public, *account.facts)
    statement = interest_statement(
        account, as_of=as_of, law=law, appropriation=rule, day_count=day_count
    )
    expected = count(
        Decimal(total) / 100,
        due,
        as_of,
        receipts,
        lambda day: rate_of(law, day, due + ONE_DAY),
        interest_first=rule == "interest_first",
        day_count=day_count,
    )
    event(f"{min(len(expected.lines), 4)} lines or more")
    assert statement.principal.amount == expected.principal
    assert statement.interest.amount == expected.interest
    assert [
        (one.since, one.until, one.base.amount, one.rate, one.amount.amount)
        for one in statement.lines
    ] == list(expected.lines)


@given(debt=debts(), rule=st.sampled_from(RULES), data=st.data())
def test_splitting_a_payment_in_two_the_same_day_changes_nothing(
    debt: tuple[int, date, date, list[Receipt]], rule: str, data: st.DataObject
) -> None:
    total, due, as_of, receipts = debt
    cut: list[Receipt] = []
    for one in receipts:
        minor = int(one.amount * 100)
        part = Decimal(data.draw(st.integers(0, minor))) / 100
        cut += [one._replace(amount=amount) for amount in (part, one.amount - part) if amount]
    whole, split = (
        interest_statement(
            account_of(total, due, as_of, came), as_of=as_of, law="FR", appropriation=rule
        )
        for came in (receipts, cut)
    )
    assert whole.to_rows() == split.to_rows()
    assert whole.total == split.total
    assert whole.unapplied == split.unapplied


# --- any account ----------------------------------------------------------------------------------

CONVENTIONS = (Conventions(), Conventions(application=ApplicationRule.EXPLICIT_ONLY))
# Facts of more than a year, so that rates change among them.
drawn = strategies.accounts(currencies=CURRENCIES, start=date(2025, 3, 1), days=400)
LAST_KNOWN = date(2026, 12, 31)


def in_business(account: Account, *facts: Fact) -> Account:
    """The same facts of a business debtor."""
    debtor = attrs.evolve(account.debtor, kind=DebtorKind.BUSINESS)
    return Account.of(debtor, *account.facts, *facts, creditor=account.creditor)


@st.composite
def questions(draw: st.DrawFn) -> tuple[Account, dict[str, Any]]:
    """An account and what is asked of it, on a day for which rates are known."""
    account = in_business(draw(drawn))
    known = strategies.as_ofs(account)
    return account, {
        "as_of": min(draw(known), LAST_KNOWN),
        "known_on": draw(st.none() | known),
        "law": "FR",
        "contract_rate": draw(st.sampled_from([None, "0", "10", "36.5"])),
        "currency": draw(st.sampled_from(CURRENCIES)),
        "appropriation": draw(st.sampled_from(RULES)),
        "conventions": draw(st.sampled_from(CONVENTIONS)),
    }


def written(statement: Statement) -> tuple[Any, ...]:
    """All that a statement says."""
    return statement.items, statement.total, statement.unapplied, statement.caveats


@given(question=questions())
def test_no_cent_of_principal_or_interest_is_lost(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    statement = interest_statement(account, **asked)
    event("interest" if statement.lines else "no interest")
    event("unapplied" if statement.unapplied else "nothing unapplied")
    currency = asked["currency"]
    for item in statement.items:
        given = item.principal_paid + item.credited + item.written_off
        assert item.billed == item.principal + given
        assert item.accrued == item.interest + item.interest_paid
        assert item.accrued == total_of((one.amount for one in item.lines), currency)
        assert item.total == item.principal + item.interest + item.fixed_sum
        taken = total_of((one.principal for one in item.received), currency)
        assert taken == given
        for amount in (item.principal, item.interest, item.accrued, item.credited):
            assert amount.minor >= 0
    for line in statement.lines:
        assert line.amount.minor >= 0
        assert line.base.minor > 0
        assert line.since <= line.until <= asked["as_of"]
    assert statement.unapplied.minor >= 0
    # Not a cent of what came in this currency is silent: the position has the same beside.
    position = position_of(
        account,
        as_of=asked["as_of"],
        known_on=asked["known_on"],
        conventions=asked["conventions"],
    )
    event("held apart" if statement.held_apart else "nothing held apart")
    for caveat in statement.caveats:
        if caveat.code == StatementCaveat.OTHER_CURRENCIES:
            other = str(caveat.value("currency"))
            assert caveat.value("unapplied") == position.amount_of("unapplied", other)
            assert caveat.value("open") == position.amount_of("open", other)
    parts = (statement.principal, statement.interest, statement.fixed_sums)
    for name, whole in zip(("principal", "interest", "fixed_sum"), parts, strict=True):
        assert whole == total_of((getattr(one, name) for one in statement.items), currency)


@given(question=questions())
def test_what_came_is_principal_and_interest_paid_or_unapplied_or_held_apart(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    asked["known_on"] = None
    as_of, currency = asked["as_of"], asked["currency"]
    purposes = {one.id for one in account.payments if one.purpose is not PaymentPurpose.SETTLEMENT}
    statement = interest_statement(account, **asked)
    came = Counter[bool]()
    for payment in account.payments:
        if payment.received_on <= as_of and payment.amount.currency == currency:
            came[payment.id in purposes] += payment.amount.minor
    for note in account.credit_notes:
        if note.issued_on <= as_of and note.total.currency == currency:
            came[False] += note.total.minor
    whole = {one.id: one.amount for one in account.payments if one.amount.currency == currency}
    for back in account.reversals:
        if back.on <= as_of and back.payment in whole:
            minor = (back.amount or whole[back.payment]).minor
            came[back.payment in purposes] -= minor
    taken = Counter[bool]()
    for item in everything(statement, account):
        assert item.billed >= item.principal
        for one in item.received:
            if one.kind != "write-off":
                taken[one.source in purposes] += (one.principal + one.interest).minor
    assert came[False] == taken[False] + statement.unapplied.minor
    assert came[True] == taken[True] + statement.held_apart.minor


def everything(statement: Statement, account: Account) -> list[Any]:
    """The statement of every item, those that owe nothing too."""
    return [
        statement.item(name)
        for invoice in account.invoices
        if invoice.issued_on <= statement.as_of and invoice.total.currency == statement.currency
        for name in invoice.item_ids
    ]


@given(question=questions())
def test_later_facts_are_invisible(question: tuple[Account, dict[str, Any]]) -> None:
    account, asked = question
    as_of, known_on = asked["as_of"], asked["known_on"]
    visible = [
        fact
        for fact in account.facts
        if fact.happened_on <= as_of
        and (known_on is None or (fact.recorded_on or fact.happened_on) <= known_on)
    ]
    try:
        then = Account.of(account.debtor, *visible)
    except ValueError:
        return  # what is visible refers to what is not
    assert written(interest_statement(account, **asked)) == written(
        interest_statement(then, **asked)
    )


@given(question=questions(), seed=st.integers(0, 99))
def test_permuting_the_facts_changes_nothing(
    question: tuple[Account, dict[str, Any]], seed: int
) -> None:
    account, asked = question
    facts = list(account.facts)
    random.Random(seed).shuffle(facts)
    again = Account.of(account.debtor, *facts)
    assert written(interest_statement(account, **asked)) == written(
        interest_statement(again, **asked)
    )


@given(question=questions())
def test_where_nothing_was_paid_late_the_principal_is_what_the_ledger_holds_open(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    statement = interest_statement(account, **{**asked, "appropriation": "principal_first"})
    position = position_of(
        account,
        as_of=asked["as_of"],
        known_on=asked["known_on"],
        conventions=asked["conventions"],
    )
    opened = position.amount_of("open", asked["currency"])
    # Only money directed to one invoice for more than its principal may pay its interest before
    # the ledger's rule gives it to another.
    assert statement.principal >= opened
    if not statement.interest_paid:
        assert statement.principal == opened


@given(question=questions())
def test_a_later_invoice_changes_nothing_of_the_earlier_ones(
    question: tuple[Account, dict[str, Any]],
) -> None:
    account, asked = question
    last = max([fact.happened_on for fact in account.facts], default=asked["as_of"])
    assume(last <= LAST_KNOWN - timedelta(60))
    asked["as_of"], asked["known_on"] = last + timedelta(45), None
    # Money that found nothing to pay waits for the next item, and then takes the oldest first.
    waiting = position_of(account, as_of=asked["as_of"], conventions=asked["conventions"])
    assume(not waiting.amount_of("unapplied", asked["currency"]))
    total = Money(777_77, asked["currency"])
    more = in_business(
        account, Invoice("Z-1", last + ONE_DAY, due_on=last + timedelta(20), total=total)
    )
    before, after = (
        {
            # Accessories are spoken of as soon as anything else is late.
            item.id: attrs.evolve(item, caveats=())
            for item in interest_statement(one, **asked).items
            if item.id != "Z-1"
        }
        for one in (account, more)
    )
    assert before == after


@given(question=questions(), minor=amounts)
def test_a_further_payment_never_raises_the_total(
    question: tuple[Account, dict[str, Any]], minor: int
) -> None:
    account, asked = question
    last = max([fact.happened_on for fact in account.facts], default=asked["as_of"])
    assume(last <= LAST_KNOWN - timedelta(60))
    asked["as_of"], asked["known_on"] = last + timedelta(60), None
    on = last + timedelta(1)
    paid = in_business(account, Payment("Z-1", on, amount=Money(minor, asked["currency"])))
    before, after = interest_statement(account, **asked), interest_statement(paid, **asked)
    assert after.total <= before.total


@given(question=questions())
def test_zero_days_bear_no_interest(question: tuple[Account, dict[str, Any]]) -> None:
    account, asked = question
    dues = [
        part.due_on if invoice.schedule else invoice.due_on
        for invoice in account.invoices
        for part in invoice.schedule or (invoice,)
        if part.due_on is not None
    ]
    asked["as_of"] = min([due for due in dues if due is not None], default=asked["as_of"])
    statement = interest_statement(account, **asked)
    assert statement.lines == ()
    assert statement.interest.minor == statement.fixed_sums.minor == 0


@given(
    first=days,
    spans=st.tuples(st.integers(0, 900), st.integers(0, 900)),
    day_count=st.sampled_from(DAY_COUNTS),
)
def test_adjacent_periods_add_up_before_rounding(
    first: date, spans: tuple[int, int], day_count: str
) -> None:
    middle = first + timedelta(spans[0])
    last = middle + timedelta(spans[1])
    halves = year_fraction(day_count, first, middle - ONE_DAY) + year_fraction(
        day_count, middle, last
    )
    assert year_fraction(day_count, first, last) == halves
    assert halves >= 0
    one_by_one = sum(
        (
            year_fraction(day_count, day, day)
            for day in (first + timedelta(place) for place in range((last - first).days + 1))
        ),
        Fraction(0),
    )
    assert one_by_one == halves


@given(debt=debts(), rule=st.sampled_from(RULES), rounding=st.sampled_from(InterestRounding))
def test_lines_are_rounded_once_from_their_exact_amount(
    debt: tuple[int, date, date, list[Receipt]], rule: str, rounding: InterestRounding
) -> None:
    total, due, as_of, receipts = debt
    statement = interest_statement(
        account_of(total, due, as_of, receipts),
        as_of=as_of,
        law="FR",
        appropriation=rule,
        rounding=rounding,
    )
    for line in statement.lines:
        off = line.amount.minor - line.exact
        match rounding:
            case InterestRounding.UP:
                assert 0 <= off < 1
            case InterestRounding.DOWN:
                assert -1 < off <= 0
            case InterestRounding.DAILY_HALF_UP:
                assert abs(off) <= Fraction(line.days, 2)
            case _:
                assert abs(off) <= Fraction(1, 2)
