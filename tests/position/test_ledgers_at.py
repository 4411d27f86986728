"""The ledger at several days by one replay is the ledger of each of these days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from recouvrement import Account
from recouvrement.position.application import Ledger, ledger_at, ledgers_at
from recouvrement.testing import strategies
from recouvrement.testing.history import START

days = st.sets(st.integers(-5, 200), max_size=6).map(sorted)
currencies = ("EUR", "USD")


def told(ledger: Ledger) -> tuple[object, ...]:
    moves = {place: list(some) for place, some in ledger.by_place.items() if some}
    return list(ledger.open), list(ledger.applied), dict(ledger.gone), ledger.unapplied(), moves


@given(
    account=strategies.accounts(currencies=currencies),
    numbers=days,
    explicit=st.booleans(),
    logged=st.booleans(),
    tolerance=st.sampled_from([0, 3]),
)
def test_each_day_has_the_ledger_that_a_replay_of_its_own_gives(
    *, account: Account, numbers: list[int], explicit: bool, logged: bool, tolerance: int
) -> None:
    book = account.book
    ordinals = [(START + timedelta(number)).toordinal() for number in numbers]
    asked: dict[str, Any] = {"explicit_only": explicit, "tolerance": tolerance, "logged": logged}
    several = [told(one) for one in ledgers_at(book, ordinals, **asked)]
    assert several == [told(ledger_at(book, day, **asked)) for day in ordinals]
