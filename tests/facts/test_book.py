"""What is prepared of an account: one book tells of a payment of any amount."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from recouvrement import Account, Debtor, Invoice, Money, Payment, WriteOff
from recouvrement.testing import strategies

CURRENCIES = ("EUR", "USD")
days = st.integers(0, 140).map(lambda shift: date(2026, 1, 5) + timedelta(shift))


@given(
    strategies.accounts(currencies=CURRENCIES),
    days,
    st.integers(1, 10**9),
    st.sampled_from(CURRENCIES),
)
def test_book_of_a_payment_is_that_of_another_but_for_its_amount(
    account: Account, on: date, minor: int, currency: str
) -> None:
    one = account.record(Payment("P-99+", on, amount=Money(1, currency)))
    other = account.record(Payment("P-99+", on, amount=Money(minor, currency)))
    assert one.book.with_payment_of("P-99+", minor)._parts() == other.book._parts()


def test_write_off_of_the_same_name_is_left_alone() -> None:
    on = date(2026, 3, 2)
    due = Invoice("F-1", on, due_on=on, total=Money(9, "EUR"))
    lost = WriteOff("P-1", on, invoice="F-1", amount=Money(5, "EUR"))
    paid = Payment("P-1", on, amount=Money(1, "EUR"))
    account = Account.of(Debtor("C-1", "Vasseur"), due, lost, paid)
    sources = account.book.with_payment_of("P-1", 7).sources
    assert {(one.cash, one.amount) for one in sources} == {(False, 5), (True, 7)}
