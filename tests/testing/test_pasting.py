"""An account written as source: what is pasted into a test is the very account that was seen."""

from __future__ import annotations

import ast
from datetime import date
from typing import Any

from hypothesis import event, given

import recouvrement
from recouvrement import (
    Account,
    Channel,
    Debtor,
    Dispute,
    Insolvency,
    Instalment,
    Interaction,
    Invoice,
    Money,
    Payment,
    PaymentTerms,
    Person,
    Promise,
    Step,
)
from recouvrement.testing import strategies
from recouvrement.testing.pasting import WIDTH, pasteable, written

DAY = date(2026, 3, 2)
NAMES: dict[str, Any] = {**vars(recouvrement), "date": date}
INVOICE = Invoice("F-1", DAY, due_on=date(2026, 4, 1), total=Money.of(100, "EUR"))


def built(source: str) -> object:
    """What an expression gives to somebody who imported the package."""
    return eval(source, NAMES)  # noqa: S307


def pasted(source: str) -> dict[str, Any]:
    """The names that a snippet defines, run as it is."""
    names: dict[str, Any] = {}
    exec(source, names)  # noqa: S102
    return names


# --- the round trip ------------------------------------------------------------------------------


@given(strategies.accounts(currencies=("EUR", "JPY", "TND")))
def test_source_of_an_account_builds_the_same_account(account: Account) -> None:
    source = written(account)
    event(f"{len(source) // 1000} thousand characters")
    assert built(source) == account


@given(strategies.accounts(), strategies.dates())
def test_snippet_imports_what_it_uses_and_nothing_else(account: Account, day: date) -> None:
    source = pasteable(account, day)
    names = pasted(source)
    assert (names["account"], names["as_of"]) == (account, day)
    tree = ast.parse(source)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported == used - {"account", "as_of"}


@given(strategies.accounts(currencies=("EUR", "USD")))
def test_source_is_as_wide_as_a_page_and_indented_by_four(account: Account) -> None:
    for line in written(account).splitlines():
        assert len(line) <= WIDTH
        assert (len(line) - len(line.lstrip())) % 4 == 0


def test_facts_that_come_later_are_pasted_beside_the_account() -> None:
    payment = Payment("P-1", DAY, amount=Money.of(5, "EUR"))
    account = Account.of(Debtor("C-1", "Atelier Vasseur"), INVOICE, creditor="our-company")
    names = pasted(pasteable(account, DAY, payment))
    assert names["account"].creditor == "our-company"
    assert names["account"].record(*names["further"]) == account.record(payment)


# --- what a person reads -------------------------------------------------------------------------


def test_what_has_its_default_is_left_out() -> None:
    dispute = Dispute("D-1", DAY, invoice="F-1")
    assert written(dispute) == 'Dispute("D-1", date(2026, 3, 2), invoice="F-1")'
    later = Dispute("D-1", DAY, invoice="F-1", resolve_by=DAY)
    assert written(later).endswith('invoice="F-1", resolve_by=date(2026, 3, 2))')


def test_what_cannot_be_left_out_alone_stays() -> None:
    resolved = Dispute("D-1", DAY, invoice="F-1", resolved_on=DAY, outcome="rejected")
    assert 'resolved_on=date(2026, 3, 2), outcome="rejected"' in written(resolved)


def test_words_stand_for_the_members_of_enums() -> None:
    assert written(Insolvency("J-1", "receivership", opened_on=DAY)) == (
        'Insolvency("J-1", "receivership", opened_on=date(2026, 3, 2))'
    )
    assert written(
        Debtor("C-1", "A", refused_channels=frozenset({Channel.SMS, Channel.EMAIL}))
    ) == ('Debtor("C-1", "A", refused_channels={"email", "sms"})')


def test_text_of_any_kind_comes_back() -> None:
    for name in ('He said "no"', "C:\\new", "two\nlines", "Société Générale", "it's"):
        assert built(written(Debtor("C-1", name))) == Debtor("C-1", name)
    assert written("Société") == '"Société"'


def test_day_it_was_learnt_comes_last() -> None:
    promise = Promise(
        "W-1", DAY, due_on=DAY, amount=Money.of(5, "EUR"), means="cash", recorded_on=DAY
    )
    assert written(promise).endswith("recorded_on=date(2026, 3, 2),\n)")


BROKEN_UP = """\
Invoice(
        "F-1",
        date(2026, 3, 2),
        due_on=date(2026, 3, 2),
        total=Money.of("100.00", "EUR"),
        terms=PaymentTerms(30, day_of_month=10),
        schedule=[
            Instalment(date(2026, 3, 2), Money.of("50.00", "EUR")),
            Instalment(None, Money.of("50.00", "EUR")),
        ],
    )"""


def test_long_expression_has_one_argument_to_a_line() -> None:
    parts = (Instalment(DAY, Money.of(50, "EUR")), Instalment(None, Money.of(50, "EUR")))
    invoice = Invoice(
        "F-1",
        DAY,
        due_on=DAY,
        total=Money.of(100, "EUR"),
        terms=PaymentTerms(30, day_of_month=10),
        schedule=parts,
    )
    assert written(invoice, indent=1) == BROKEN_UP
    assert built(written(invoice)) == invoice


def test_word_longer_than_a_line_stays_whole() -> None:
    name = "x" * 2 * WIDTH
    assert built(written(Debtor("C-1", name))) == Debtor("C-1", name)


def test_parts_of_parts_come_back() -> None:
    contact = Interaction("I-1", DAY, channel="email", steps=(Step("F-1", "call"),), person="N-1")
    person = Person("N-1", "Mme Petit", role="accounts_payable", until=DAY)
    account = Account.of(Debtor("C-1", "A", people=(person,)), INVOICE, contact)
    assert built(written(account)) == account
