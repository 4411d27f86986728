"""The strategies give what they promise: valid, near the constants asked for, and varied."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from recouvrement import (
    Account,
    CashApplication,
    CreditNote,
    DebtorKind,
    Dispute,
    DisputeOutcome,
    InvalidFact,
    Invoice,
    Money,
    Payment,
    Promise,
)
from recouvrement.facts.fact import Fact
from recouvrement.testing import strategies
from recouvrement.testing.choices import Choices

START = date(2026, 1, 5)


# --- options -------------------------------------------------------------------------------------


@given(strategies.amounts(around=[15_000, Money.of(1, "USD")], min_minor=14_999, max_minor=15_001))
def test_amounts_stay_within_their_bounds(amount: Money) -> None:
    assert amount.currency == "EUR"
    assert 14_999 <= amount.minor <= 15_001


@given(strategies.amounts(currency="JPY"))
def test_amounts_are_above_zero_in_the_currency_asked_for(amount: Money) -> None:
    assert (amount.currency, amount.minor > 0) == ("JPY", True)


@given(strategies.currencies(among=["USD", "TND"]), strategies.dates(min_value=START))
def test_currencies_and_dates_are_those_asked_for(currency: str, day: date) -> None:
    assert currency in ("USD", "TND")
    assert START <= day <= START + timedelta(120)


@given(strategies.dates(min_value=START, max_value=START))
def test_span_of_one_day_is_that_day(day: date) -> None:
    assert day == START


@given(strategies.accounts(currencies=["JPY"], kinds=["public"], max_invoices=2, debtor="D-7"))
def test_account_is_of_the_currency_kind_and_size_asked_for(account: Account) -> None:
    assert account.debtor.id == "D-7"
    assert account.debtor.kind is DebtorKind.PUBLIC
    assert len(account.invoices) <= 2
    assert {one.total.currency for one in account.invoices} <= {"JPY"}
    assert {one.amount.currency for one in account.payments} <= {"JPY"}


def test_currency_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(InvalidFact, match="an ISO 4217 code, got 'EURO'"):
        strategies.accounts(currencies=["EURO"])


def test_kind_of_debtor_that_does_not_exist_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="'martian' is not a valid DebtorKind"):
        strategies.debtors(kinds=["martian"])


@given(strategies.accounts(without=[Payment, Promise]))
def test_sorts_of_facts_left_out_are_left_out(account: Account) -> None:
    assert (account.payments, account.promises) == ((), ())


@given(strategies.portfolios(min_accounts=2, max_accounts=3, max_invoices=1))
def test_portfolio_is_of_distinct_debtors(accounts: tuple[Account, ...]) -> None:
    assert 2 <= len(accounts) <= 3
    assert len({account.debtor.id for account in accounts}) == len(accounts)


@given(strategies.accounts(max_invoices=1), st.data())
def test_day_worth_asking_about_is_a_date_of_the_account_or_beside_one(
    account: Account, data: st.DataObject
) -> None:
    day = data.draw(strategies.as_ofs(account))
    written = repr(account.facts)
    near = [day + timedelta(shift) for shift in (-1, 0, 1)]
    assert not account.facts or any(repr(one) in written for one in near)


@pytest.mark.parametrize(
    "strategy",
    [
        strategies.cash_applications(sources=()),
        strategies.reversals(payments=()),
        strategies.interaction_results(interactions=()),
    ],
    ids=["advice", "reversal", "result"],
)
def test_fact_that_needs_another_cannot_be_drawn_without_it(
    strategy: st.SearchStrategy[Fact],
) -> None:
    with pytest.raises(Unsatisfiable):
        find(strategy, lambda _: True, settings=settings(max_examples=10, database=None))


@given(st.data())
def test_choices_are_within_what_they_choose_from(data: st.DataObject) -> None:
    draw: Any = data.draw
    choices = Choices(draw)
    assert choices.some_of((), 3) == ()
    assert choices.one_of(["only"]) == "only"
    assert set(choices.some_of("abc", 2)) < set("abc")
    assert choices.number(3, 2) == 3


# --- variety -------------------------------------------------------------------------------------

ACCOUNTS = strategies.accounts(
    currencies=("EUR", "USD"), levels=("call",), around=[15_000], ages=[30]
)


STORIES: dict[str, Callable[[Account], object]] = {
    "no invoice at all": lambda a: a.payments and not a.invoices,
    "parts without a date": lambda a: any(
        part.due_on is None for one in a.invoices for part in one.schedule
    ),
    "due before issue": lambda a: any(one.due_on < one.issued_on for one in a.invoices),
    "an assumed due date": lambda a: any(one.due_assumed for one in a.invoices),
    "an invoice that replaces another": lambda a: any(one.replaces for one in a.invoices),
    "the same amount twice": lambda a: len({one.total for one in a.invoices}) < len(a.invoices),
    "two currencies": lambda a: len({one.total.currency for one in a.invoices}) == 2,
    "several facts on one day": lambda a: len({f.happened_on for f in a.facts}) < len(a.facts),
    "partial allocation": lambda a: any(
        sum(part.amount.minor for part in one.allocations) < one.amount.minor
        for one in a.payments
        if one.allocations
    ),
    "two allocations": lambda a: any(len(one.allocations) == 2 for one in a.payments),
    "a deposit": lambda a: any(one.purpose != "settlement" for one in a.payments),
    "a credit note of a dispute": lambda a: any(one.dispute for one in a.credit_notes),
    "a later advice on a credit note": lambda a: (
        {one.source for one in a.cash_applications} & {str(one.id) for one in a.credit_notes}
    ),
    "part of a payment gone back": lambda a: any(one.amount for one in a.reversals),
    "all of a payment gone back": lambda a: any(one.amount is None for one in a.reversals),
    "more written off than owed": lambda a: any(
        one.invoice == due.id and one.amount > due.total
        for one in a.write_offs
        for due in a.invoices
    ),
    "a superseded promise": lambda a: any(one.supersedes for one in a.promises),
    "a withdrawn promise": lambda a: any(one.withdrawn_on for one in a.promises),
    "money as promised": lambda a: (
        {one.amount for one in a.promises} & {one.amount for one in a.payments}
    ),
    "a plan with its clause": lambda a: any(one.acceleration_clause for one in a.plans),
    "a plan that ended": lambda a: any(one.ended_on for one in a.plans),
    "a block of the account": lambda a: any(one.invoice is None for one in a.blocks),
    "a block to review": lambda a: any(one.until is None for one in a.blocks),
    "a bill": lambda a: a.bills,
    "a placement that ended": lambda a: any(one.ended_on for one in a.placements),
    "a confidential assignment": lambda a: any(not one.notified_on for one in a.assignments),
    "a notified assignment": lambda a: any(one.notified_on for one in a.assignments),
    "an insolvency": lambda a: any(one.kind != "conciliation" for one in a.insolvencies),
    "a step at a level asked for": lambda a: any(
        step.level == "call" for one in a.interactions for step in one.steps
    ),
    "a message that bounced": lambda a: any(one.result == "bounced" for one in a.results),
    "a contact of the debtor": lambda a: any(one.direction == "incoming" for one in a.interactions),
    "a notice": lambda a: a.notices,
    "a legal step": lambda a: a.legal_steps,
    "a document": lambda a: a.documents,
    "a signal": lambda a: a.signals,
    "recorded late": lambda a: any(
        one.recorded_on and one.recorded_on > one.happened_on for one in a.facts
    ),
    "recorded early": lambda a: any(
        one.recorded_on and one.recorded_on < one.happened_on for one in a.facts
    ),
    "a debtor with people": lambda a: a.debtor.people,
    "a creditor": lambda a: a.creditor,
    **{
        f"a dispute {outcome}": lambda a, outcome=outcome: any(  # type: ignore[misc]
            one.outcome is outcome for one in a.disputes
        )
        for outcome in DisputeOutcome
    },
    "a dispute over without a word": lambda a: any(
        one.resolved_on and not one.outcome for one in a.disputes
    ),
    "a partial dispute": lambda a: any(one.amount for one in a.disputes),
}


NEAR: dict[str, Callable[[Account], object]] = {
    **{
        f"an amount at the constant {shift:+}": lambda a, shift=shift: any(  # type: ignore[misc]
            one.total.minor == 15_000 + shift for one in a.invoices
        )
        for shift in (-1, 0, 1)
    },
    **{
        f"an age at the constant {shift:+}": lambda a, shift=shift: any(  # type: ignore[misc]
            one.due_on == START + timedelta(120 - 30 - shift) for one in a.invoices
        )
        for shift in (-1, 0, 1)
    },
}


class AllToldError(Exception):
    """Every story was told."""


def test_accounts_tell_every_story_and_come_one_unit_near_every_constant() -> None:
    stories, told = STORIES | NEAR, Counter[str]()

    @settings(max_examples=700, derandomize=True, database=None, phases=[Phase.generate])
    @given(ACCOUNTS)
    def listen(account: Account) -> None:
        told.update(name for name, story in stories.items() if story(account))
        if len(told) == len(stories):
            raise AllToldError

    with suppress(AllToldError):  # there is nothing more to wait for
        listen()
    assert [name for name in stories if not told[name]] == []


def test_single_facts_may_name_the_facts_given() -> None:
    dispute = Dispute("D-1", START, invoice="F-1")
    found = find(strategies.credit_notes(disputes=[dispute]), lambda one: one.dispute == "D-1")
    assert isinstance(found, CreditNote)
    invoice = Invoice("F-7", START, due_on=START, total=Money.of(70, "JPY"))
    told = find(
        strategies.cash_applications(
            invoices=[invoice], sources=[Payment("P-7", START, amount=Money.of(70, "JPY"))]
        ),
        lambda _: True,
    )
    assert isinstance(told, CashApplication)
    assert (told.source, told.invoice, told.amount.currency) == ("P-7", "F-7", "JPY")


@given(strategies.payments(min_date=START, max_date=START, invoices=(), around=[1]))
def test_single_facts_happen_on_the_days_given(payment: Payment) -> None:
    assert payment.received_on == START
    assert payment.amount.currency == "EUR"
