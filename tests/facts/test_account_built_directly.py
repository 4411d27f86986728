"""However an account is built, its facts are checked, put in order and kept from the caller."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs
import pytest

from recouvrement import (
    Account,
    Bill,
    Debtor,
    Dispute,
    Instalment,
    InvalidFact,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    Promise,
    PromiseStatus,
    position_of,
)
from recouvrement.facts.fact import Fact

VASSEUR = Debtor("C-17", "Atelier Vasseur", kind="business")
EUROS = Money.of(100, "EUR")


def invoice(name: str = "F-1", *, due_on: date = date(2026, 1, 31), **more: Any) -> Invoice:
    return Invoice(name, date(2026, 1, 1), due_on=due_on, total=EUROS, **more)


def test_account_built_from_a_list_keeps_nothing_of_the_list() -> None:
    facts: list[Fact] = [invoice()]
    account = Account(VASSEUR, facts)  # type: ignore[arg-type]
    facts.append(invoice("F-2"))

    assert account == Account.of(VASSEUR, invoice())
    assert hash(account) == hash(Account.of(VASSEUR, invoice()))


def test_account_built_from_a_generator_holds_its_facts() -> None:
    account = Account(VASSEUR, (one for one in [invoice()]))  # type: ignore[arg-type]
    assert account.invoices == (invoice(),)


@pytest.mark.parametrize("facts", [None, "abc", (1, 2), (invoice(), invoice())])
def test_account_built_directly_is_checked_as_any_other(facts: Any) -> None:
    with pytest.raises(InvalidFact):
        Account(VASSEUR, facts)


def test_account_of_nobody_is_refused() -> None:
    with pytest.raises(InvalidFact) as caught:
        Account("Vasseur", ())  # type: ignore[arg-type]
    assert caught.value.field == "account.debtor"


def retention(due_on: date | None, *, amount: Money = EUROS) -> Invoice:
    parts = (Instalment(date(2026, 1, 31), EUROS), Instalment(due_on, amount))
    return Invoice(
        "F-9",
        date(2026, 1, 1),
        due_on=date(2026, 1, 31),
        total=EUROS + amount,
        schedule=parts,
    )


def test_retention_is_released_by_giving_its_part_a_date() -> None:
    held = Account.of(VASSEUR, retention(None))
    released = held.amend(retention(date(2027, 1, 31)))

    late = date(2027, 2, 1)
    assert position_of(held, as_of=late).amount_of("collectable", "EUR") == EUROS
    assert position_of(released, as_of=late).amount_of("collectable", "EUR") == EUROS * 2


@pytest.mark.parametrize(
    "changed",
    [
        retention(date(2027, 1, 31), amount=EUROS * 2),
        attrs.evolve(retention(None), schedule=()),
        attrs.evolve(invoice("F-9"), total=EUROS * 2),
    ],
)
def test_release_of_a_retention_changes_nothing_else(changed: Invoice) -> None:
    with pytest.raises(InvalidFact):
        Account.of(VASSEUR, retention(None)).amend(changed)


def test_date_of_a_part_once_given_stays() -> None:
    with pytest.raises(InvalidFact):
        Account.of(VASSEUR, retention(date(2027, 1, 31))).amend(retention(date(2027, 2, 28)))


def test_promise_beyond_what_is_due_shelters_what_falls_due_later() -> None:
    account = Account.of(
        VASSEUR,
        invoice("F-1"),
        invoice("F-2", due_on=date(2026, 3, 3)),
        Promise(
            "W-1", date(2026, 2, 10), due_on=date(2026, 3, 8), amount=EUROS * 2, means="transfer"
        ),
    )
    position = position_of(account, as_of=date(2026, 3, 5))
    assert position.amount_of("promised", "EUR") == EUROS * 2

    half = account.record(Payment("P-1", date(2026, 2, 20), amount=EUROS))
    state = position_of(half, as_of=date(2026, 3, 9)).promises[0]
    assert (state.status, state.received) == (PromiseStatus.PARTLY_KEPT, EUROS)


def test_promise_of_what_is_due_shelters_that_alone() -> None:
    account = Account.of(
        VASSEUR,
        invoice("F-1"),
        invoice("F-2", due_on=date(2026, 3, 3)),
        Promise("W-1", date(2026, 2, 10), due_on=date(2026, 3, 8), amount=EUROS, means="transfer"),
    )
    position = position_of(account, as_of=date(2026, 3, 5))
    assert [item.promised for item in position.open_items] == [EUROS, Money.zero("EUR")]


def test_dispute_at_the_end_of_time_has_a_date_to_be_resolved_by() -> None:
    assert Dispute("D-1", date(9999, 12, 10), invoice="F-1").resolve_by == date.max


def test_bill_that_matured_before_it_came_is_refused() -> None:
    with pytest.raises(InvalidFact) as caught:
        Bill(
            "B-1",
            date(2026, 2, 1),
            matures_on=date(2026, 1, 31),
            amount=EUROS,
            invoices=["F-1"],
        )
    assert caught.value.field == "bill.matures_on"


def test_question_about_no_account_names_what_came() -> None:
    with pytest.raises(InvalidInput) as caught:
        position_of([Account.of(VASSEUR)], as_of=date(2026, 1, 1))  # type: ignore[arg-type]
    assert (caught.value.field, caught.value.got) == ("account", "list")


def test_question_on_no_conventions_names_what_came() -> None:
    with pytest.raises(InvalidInput) as caught:
        position_of(Account.of(VASSEUR), as_of=date(2026, 1, 1), conventions={})  # type: ignore[arg-type]
    assert caught.value.field == "conventions"
