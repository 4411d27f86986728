"""The position as a value: what it can be asked, what it refuses, how it reads as a table."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from typing import Any

import pytest

from recouvrement import (
    Account,
    ApplicationRule,
    BusinessCalendar,
    Channel,
    Conventions,
    Debtor,
    DunningBlock,
    ExchangeRates,
    Interaction,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    PaymentPurpose,
    Step,
    position_of,
)
from recouvrement.facts.fact import Fact


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


def on(month: int, day: int) -> date:
    return date(2026, month, day)


def account(*facts: Fact) -> Account:
    return Account.of(Debtor("C-17", "Atelier Vasseur"), *facts)


LATE = Invoice("F-1", on(1, 1), due_on=on(2, 1), total=eur("100"))
TO_COME = Invoice("F-2", on(1, 1), due_on=on(12, 1), total=eur("70"))
ABROAD = Invoice("F-3", on(1, 1), due_on=on(3, 1), total=Money.of("8000", "JPY"))
SAID = Interaction("I-1", on(2, 10), channel=Channel.EMAIL, steps=(Step("F-1", "call"),))


def test_account_without_facts_stands_at_nothing() -> None:
    position = position_of(account(), as_of=on(1, 1))
    assert (position.open_items, position.unapplied, position.nettable) == ((), (), ())
    assert (position.promises, position.plans) == ((), ())
    assert position.amounts_of("open") == ()
    assert position.amount_of("open", "EUR") == Money.zero("EUR")


def test_open_items_are_oldest_first_with_all_that_is_known_of_them() -> None:
    position = position_of(account(TO_COME, ABROAD, LATE, SAID), as_of=on(4, 1))
    assert [item.id for item in position.open_items] == ["F-1", "F-3", "F-2"]
    item = position.open_items[0]
    assert (item.invoice, item.part, item.currency) == (LATE, 0, "EUR")
    assert (item.issued_on, item.due_on, item.days_past_due) == (on(1, 1), on(2, 1), 59)
    assert (item.total, item.open, item.collectable) == (eur("100"), eur("100"), eur("100"))
    assert (item.level, item.steps) == ("call", ((on(2, 10), "call"),))


def test_totals_are_given_per_currency_in_order_of_code() -> None:
    position = position_of(account(LATE, TO_COME, ABROAD), as_of=on(4, 1))
    assert position.amounts_of("open") == (eur("170"), Money.of(8000, "JPY"))
    assert position.amounts_of("collectable") == (eur("100"), Money.of(8000, "JPY"))
    assert position.amount_of("not_yet_due", "EUR") == eur("70")
    assert position.amounts_of("not_yet_due") == (eur("70"),)
    assert position.amount_of("stayed", "JPY") == Money.zero("JPY")


def test_unapplied_money_is_given_per_currency_and_with_or_without_deposits() -> None:
    money = [
        Payment("P-1", on(3, 1), amount=Money.of("5", "USD")),
        Payment("P-2", on(3, 1), amount=eur("30"), purpose=PaymentPurpose.DEPOSIT),
        Payment("P-3", on(3, 2), amount=Money.of("2", "USD")),
    ]
    position = position_of(account(LATE, *money), as_of=on(4, 1))
    assert position.unapplied == (eur("30"), Money.of("7", "USD"))
    assert position.unapplied == position.amounts_of("unapplied")
    assert position.unapplied_minor == {"EUR": 3000, "USD": 700}
    assert position.nettable == (Money.of("7", "USD"),)


def test_rows_are_the_same_items_in_plain_integers() -> None:
    position = position_of(account(LATE, TO_COME), as_of=on(4, 1))
    assert [(row.id, row.open, row.collectable, row.not_yet_due) for row in position.rows] == [
        ("F-1", 10_000, 10_000, 0),
        ("F-2", 7_000, 0, 7_000),
    ]
    assert position.rows[0].due == on(2, 1).toordinal()
    assert position.rows[0].currency == "EUR"


def test_unknown_slice_is_refused_with_the_words_that_exist() -> None:
    position = position_of(account(LATE), as_of=on(4, 1))
    with pytest.raises(InvalidInput) as caught:
        position.amounts_of("overdue")
    assert str(caught.value) == (
        "position.slice: expected open, unapplied or one of stayed, placed, assigned, covered, "
        "disputed, in_plan, promised, blocked, collectable, not_yet_due, got 'overdue'"
    )


@pytest.mark.parametrize("name", ["as_of", "known_on"])
@pytest.mark.parametrize("wrong", ["2026-04-01", datetime(2026, 4, 1)])  # noqa: DTZ001
def test_date_that_is_no_plain_date_is_refused_by_name(name: str, wrong: Any) -> None:
    asked = {"as_of": on(4, 1)} | {name: wrong}
    with pytest.raises(InvalidInput) as caught:
        position_of(account(LATE), **asked)
    assert (caught.value.field, caught.value.expected, caught.value.got) == (
        name,
        "a date",
        repr(wrong),
    )


def test_position_is_a_value() -> None:
    block = DunningBlock("K-1", on(3, 1), until=on(5, 1))
    here = account(LATE, block)
    one, same = position_of(here, as_of=on(4, 1)), position_of(here, as_of=on(4, 1))
    assert one == same
    assert one != position_of(here, as_of=on(4, 2))
    assert one != position_of(here, as_of=on(4, 1), known_on=on(4, 1))


def test_account_travels_to_another_process_with_its_book() -> None:
    here = account(LATE, TO_COME, SAID, Payment("P-1", on(3, 1), amount=eur("40")))
    there = pickle.loads(pickle.dumps(here))  # noqa: S301 (our own bytes)
    assert there == here
    mine, theirs = position_of(here, as_of=on(4, 1)), position_of(there, as_of=on(4, 1))
    assert theirs.open_items == mine.open_items


def test_cash_of_friday_entered_on_monday_does_not_rewrite_friday() -> None:
    friday, monday = on(4, 3), on(4, 6)
    late = Payment("P-1", friday, amount=eur("100"), recorded_on=monday)
    assert position_of(account(LATE, late), as_of=friday).open_items == ()
    then = position_of(account(LATE, late), as_of=friday, known_on=friday)
    assert [item.open for item in then.open_items] == [eur("100")]
    assert position_of(account(LATE, late), as_of=friday, known_on=monday).open_items == ()


def test_post_dated_fact_known_in_advance_is_visible_from_its_own_date_only() -> None:
    ahead = Payment("P-1", on(4, 10), amount=eur("100"), recorded_on=on(4, 1))
    assert position_of(account(LATE, ahead), as_of=on(4, 9), known_on=on(4, 9)).open_items
    assert not position_of(account(LATE, ahead), as_of=on(4, 10), known_on=on(4, 1)).open_items


def test_table_has_a_row_per_item_and_leaves_empty_slices_out() -> None:
    position = position_of(account(LATE, TO_COME), as_of=on(4, 1))
    first, second = position.to_rows()
    assert (first["id"], first["collectable"], first["not_yet_due"]) == ("F-1", eur("100"), None)
    assert (second["days_past_due"], second["level"]) == (-244, None)


def test_notebooks_show_a_captioned_table() -> None:
    html = position_of(account(LATE), as_of=on(4, 1))._repr_html_()
    assert "C-17 as of 2026-04-01" in html
    assert "100.00 EUR" in html


# --- conventions ---------------------------------------------------------------------------------


def test_conventions_have_the_defaults_of_the_house() -> None:
    usual = Conventions()
    assert usual.application is ApplicationRule.OLDEST_FIRST
    assert (usual.promise_tolerance, usual.promise_horizon) == (0, 30)
    assert usual.broken_promises_tolerated == 1
    assert (usual.calendar, usual.rates) == (BusinessCalendar(), ExchangeRates())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            {"application": "fifo"},
            "conventions.application: expected one of oldest_first, explicit_only, got 'fifo'",
        ),
        (
            {"promise_tolerance": -1},
            "conventions.promise_tolerance: expected a whole number, 0 or more, got -1",
        ),
        (
            {"promise_horizon": True},
            "conventions.promise_horizon: expected a whole number, 0 or more, got True",
        ),
        (
            {"broken_promises_tolerated": 1.0},
            "conventions.broken_promises_tolerated: expected a whole number, 0 or more, got 1.0",
        ),
        ({"calendar": None}, "conventions.calendar: expected a BusinessCalendar, got None"),
        ({"rates": ()}, "conventions.rates: expected ExchangeRates, got ()"),
    ],
)
def test_wrong_convention_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Conventions(**wrong)
    assert str(caught.value) == message
