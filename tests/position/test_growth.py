"""What takes twice the facts takes about twice the steps, counted: no clock is asked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    Debtor,
    Interaction,
    Invoice,
    Money,
    Payment,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.position import expired_facts, interest_statement
from recouvrement.position.open_items import OpenItems

FEW, MANY = 80, 320
# Twice twice the facts: the square of four would be sixteen.
MOST = 6.5
DAY = date(2014, 1, 6)


def steps_of(function: Callable[[], Any]) -> int:
    """How many instructions of Python a function takes, which is the same on every machine."""
    steps = 0

    def count(frame: Any, event: str, _argument: Any) -> Any:
        nonlocal steps
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        steps += event == "opcode"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        function()
    finally:
        sys.settrace(before)
    return steps


def account(*facts: Fact) -> Account:
    return Account.of(Debtor("C-17", "Atelier Vasseur", kind="business"), *facts)


def invoice(place: int) -> Invoice:
    issued = DAY + timedelta(place)
    total = Money(10_000 + place, "EUR")
    return Invoice(f"F-{place}", issued, due_on=issued + timedelta(30), total=total)


def half_late(size: int) -> Account:
    """Every second invoice is late when the page is asked for."""
    return account(
        *(
            Invoice(
                f"F-{one}", DAY, due_on=DAY + timedelta(30 + one % 2 * 90), total=Money(100, "EUR")
            )
            for one in range(size)
        )
    )


def payment(place: int, minor: int, to: str | None = None) -> Payment:
    amount = Money(minor, "EUR")
    parts = () if to is None else (Allocation(to, amount),)
    on = DAY + timedelta(400 + place)
    return Payment(f"P-{place}", on, amount=amount, allocations=parts)


def undirected(size: int, amount: Callable[[int], int]) -> Account:
    return account(*map(invoice, range(size)), *(payment(one, amount(one)) for one in range(size)))


def settled(size: int, *, named: bool) -> Account:
    spoken = (
        Interaction(
            f"I-{one}",
            DAY + timedelta(one + 10),
            channel="email",
            invoices=(f"F-{one}",) if named else (),
        )
        for one in range(size)
    )
    paid = (payment(one, 10_000 + one, f"F-{one}") for one in range(size))
    return account(*map(invoice, range(size)), *paid, *spoken)


def position(one: Account) -> Callable[[], object]:
    return lambda: position_of(one, as_of=date(2018, 1, 1))


def retention(one: Account) -> Callable[[], object]:
    return lambda: expired_facts(one, as_of=date(2026, 1, 1), law="FR")


def page(one: Account) -> Callable[[], object]:
    found = interest_statement(one, as_of=DAY + timedelta(60), law="FR").page
    return lambda: list(found._tables())


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        # Of an amount of its own each: the last item first, so that all the others stay open.
        (lambda size: undirected(size, lambda one: 10_000 + size - 1 - one), position),
        # Of any amount: each pays a part of the oldest.
        (lambda size: undirected(size, lambda one: 5_000 + one % 7), position),
        (lambda size: settled(size, named=True), retention),
        (lambda size: settled(size, named=False), retention),
        # Little is done for each item, so that there must be more of them to see the square.
        (lambda size: half_late(4 * size), page),
    ],
    ids=["exact", "oldest first", "spoken of invoices", "spoken of none", "page"],
)
def test_steps_grow_with_the_facts_and_not_with_their_square(
    made: Callable[[int], Account], asked: Callable[[Account], Callable[[], object]]
) -> None:
    few, many = asked(made(FEW)), asked(made(MANY))
    few()  # what is read once, is read here
    assert steps_of(many) / steps_of(few) < MOST


class Watched(list[int]):
    """A list that counts how often one of its entries is looked at."""

    looked = 0

    def __getitem__(self, place: Any) -> Any:
        self.looked += 1
        return super().__getitem__(place)


def test_an_item_is_found_without_looking_at_the_others() -> None:
    book = account(*map(invoice, range(500))).book
    opens = Watched(book.totals)
    found = OpenItems(book, opens)
    found.add(book.issue_order)
    opens.looked = 0
    assert found.exactly(10_400, "EUR") == 400
    assert found.first("EUR") == 0
    assert (found.exactly(10_400, "USD"), found.first("USD")) == (None, None)
    assert opens.looked < 10


def test_what_is_no_longer_open_is_passed_over() -> None:
    book = account(*map(invoice, range(3))).book
    opens = book.totals[:]
    found = OpenItems(book, opens)
    found.add(book.issue_order[:2])
    found.changed(2)  # not issued yet: nobody finds it
    assert found.exactly(10_002, "EUR") is None
    opens[0], opens[1] = 0, 7
    found.changed(0)
    found.changed(1)
    assert (found.first("EUR"), found.exactly(7, "EUR"), found.exactly(10_001, "EUR")) == (
        1,
        1,
        None,
    )
    assert [found.holds(place, "EUR") for place in range(3)] == [False, True, False]
    assert not found.holds(1, "USD")
    opens[1] = 0
    assert not found.any_open()
    opens[0] = 10_000
    found.add([0])
    assert found.any_open()
    assert found.exactly(10_000, "EUR") == 0
