"""Every fact as a value: what it keeps, its day, the words it takes, what it never becomes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import recouvrement
from recouvrement import (
    Allocation,
    Assignment,
    Bill,
    CashApplication,
    CreditNote,
    CreditRating,
    Debtor,
    DebtorKind,
    Dispute,
    Document,
    Doubtful,
    DunningBlock,
    FormalNotice,
    Insolvency,
    Instalment,
    Interaction,
    InteractionResult,
    InvalidFact,
    Invoice,
    InvoiceKind,
    LegalStep,
    Means,
    Money,
    Payment,
    PaymentPlan,
    PaymentPurpose,
    PaymentTerms,
    Person,
    Placement,
    Promise,
    Reversal,
    Signal,
    Step,
    WriteOff,
)
from recouvrement.facts import words
from recouvrement.facts.checks import shown
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import invoice_ids
from recouvrement.facts.risk import exact_number
from recouvrement.testing import strategies

DAY = date(2026, 3, 2)
LATER = date(2026, 4, 1)
TEN = Money.of(10, "EUR")

# One example per fact, with nothing but what it needs; words are given as text on purpose.
EXAMPLES: dict[type[Fact], Callable[..., Any]] = {
    Invoice: lambda **m: Invoice("F-1", DAY, **{"due_on": LATER, "total": TEN, **m}),
    CreditNote: lambda **m: CreditNote("A-1", DAY, **{"total": TEN, **m}),
    Payment: lambda **m: Payment("P-1", DAY, **{"amount": TEN, **m}),
    CashApplication: lambda **m: CashApplication(
        "R-1", DAY, **{"source": "P-1", "invoice": "F-1", "amount": TEN, **m}
    ),
    Reversal: lambda **m: Reversal("X-1", DAY, **{"payment": "P-1", **m}),
    WriteOff: lambda **m: WriteOff("G-1", DAY, **{"invoice": "F-1", "amount": TEN, **m}),
    Promise: lambda **m: Promise(
        "W-1", DAY, **{"due_on": LATER, "amount": TEN, "means": "transfer", **m}
    ),
    PaymentPlan: lambda **m: PaymentPlan(
        "L-1", DAY, **{"instalments": [Instalment(LATER, TEN)], "invoices": ["F-1"], **m}
    ),
    Bill: lambda **m: Bill(
        "B-1", DAY, **{"matures_on": LATER, "amount": TEN, "invoices": ["F-1"], **m}
    ),
    Dispute: lambda **m: Dispute("D-1", DAY, **{"invoice": "F-1", **m}),
    DunningBlock: lambda **m: DunningBlock("K-1", DAY, **{"until": LATER, **m}),
    Interaction: lambda **m: Interaction("I-1", DAY, **{"channel": "email", **m}),
    InteractionResult: lambda **m: InteractionResult(
        "IR-1", DAY, **{"interaction": "I-1", "result": "seen", **m}
    ),
    FormalNotice: lambda **m: FormalNotice(
        "N-1", DAY, **{"invoices": ["F-1"], "amount": TEN, "respond_by": LATER, **m}
    ),
    LegalStep: lambda **m: LegalStep("E-1", DAY, **{"kind": "claim", "invoices": ["F-1"], **m}),
    Insolvency: lambda **m: Insolvency("J-1", "safeguard", **{"opened_on": DAY, **m}),
    Placement: lambda **m: Placement("T-1", DAY, **{"to": "agency", "invoices": ["F-1"], **m}),
    Assignment: lambda **m: Assignment("S-1", DAY, **{"to": "bank", "invoices": ["F-1"], **m}),
    Document: lambda **m: Document("O-1", DAY, **{"kind": "order", **m}),
    Doubtful: lambda **m: Doubtful("U-1", DAY, **{"invoice": "F-1", "loss_rate": "30", **m}),
    CreditRating: lambda **m: CreditRating("Y-1", DAY, **{"source": "bureau", "score": 62, **m}),
    Signal: lambda **m: Signal("V-1", DAY, **{"cause": "evasive", "words": "soon", **m}),
}
every_fact = pytest.mark.parametrize("kind", EXAMPLES, ids=lambda kind: kind.__name__)

DRAWN = {
    Invoice: strategies.invoices(),
    CreditNote: strategies.credit_notes(disputes=[Dispute("D-1", DAY, invoice="F-1")]),
    Payment: strategies.payments(),
    CashApplication: strategies.cash_applications(),
    Reversal: strategies.reversals(),
    WriteOff: strategies.write_offs(),
    Promise: strategies.promises(),
    PaymentPlan: strategies.payment_plans(),
    Bill: strategies.bills(),
    Dispute: strategies.disputes(),
    DunningBlock: strategies.dunning_blocks(),
    Interaction: strategies.interactions(),
    InteractionResult: strategies.interaction_results(),
    FormalNotice: strategies.formal_notices(),
    LegalStep: strategies.legal_steps(),
    Insolvency: strategies.insolvencies(),
    Placement: strategies.placements(),
    Assignment: strategies.assignments(),
    Document: strategies.documents(),
    Doubtful: strategies.doubts(),
    CreditRating: strategies.credit_ratings(),
    Signal: strategies.signals(),
}


def refused(make: Callable[[], object]) -> str:
    with pytest.raises(InvalidFact) as caught:
        make()
    return str(caught.value)


# --- what every fact shares ----------------------------------------------------------------------


def test_there_is_an_example_and_a_strategy_of_every_public_fact() -> None:
    public = {getattr(recouvrement, name) for name in recouvrement.__all__}
    facts = {one for one in public if isinstance(one, type) and issubclass(one, Fact)}
    assert set(EXAMPLES) == set(DRAWN) == facts


@every_fact
@given(data=st.data())
def test_fact_is_a_value_that_rebuilds_itself(kind: type[Fact], data: st.DataObject) -> None:
    fact = data.draw(DRAWN[kind])
    assert type(fact) is kind
    assert attrs.evolve(fact) == fact
    assert hash(attrs.evolve(fact)) == hash(fact)
    assert pickle.loads(pickle.dumps(fact)) == fact  # noqa: S301 (our own bytes)


@every_fact
def test_fact_never_changes(kind: type[Fact]) -> None:
    fact = EXAMPLES[kind]()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        fact.id = "another"
    assert not hasattr(fact, "__dict__")


@every_fact
def test_fact_happened_on_its_business_date_and_is_known_that_day_unless_told(
    kind: type[Fact],
) -> None:
    at_once, late = EXAMPLES[kind](), EXAMPLES[kind](recorded_on=LATER)
    assert (at_once.happened_on, at_once.known_on) == (DAY, DAY)
    assert (late.happened_on, late.known_on) == (DAY, LATER)


@every_fact
def test_datetime_is_no_date(kind: type[Fact]) -> None:
    noon = datetime(2026, 3, 2, 12)  # noqa: DTZ001 (what a host sends by mistake)
    assert refused(lambda: EXAMPLES[kind](recorded_on=noon)).endswith(
        ".recorded_on: expected a date, got datetime.datetime(2026, 3, 2, 12, 0)"
    )


@every_fact
def test_nothing_computed_is_stored_on_a_fact(kind: type[Fact]) -> None:
    names = {one.name for one in attrs.fields(kind)}
    assert names & {"status", "balance", "level", "open", "state", "paid"} == set()


@every_fact
def test_collections_of_a_fact_are_tuples_or_frozensets(kind: type[Fact]) -> None:
    fact = EXAMPLES[kind]()
    values = [getattr(fact, one.name) for one in attrs.fields(kind)]
    assert all(
        isinstance(value, (str, date, Decimal, Money, tuple, frozenset, bool, type(None)))
        for value in values
    )


# --- words ---------------------------------------------------------------------------------------


def test_words_are_taken_as_members_or_as_text() -> None:
    text, member = EXAMPLES[Promise](means="cheque"), EXAMPLES[Promise](means=Means.CHEQUE)
    assert text == member
    assert text.means is Means.CHEQUE


def test_every_word_is_the_lower_case_word_that_documents_use() -> None:
    enums = [one for one in vars(words).values() if isinstance(one, type)]
    found = {member for one in enums for member in getattr(one, "__members__", {}).values()}
    assert all(member.value == member.name.lower() for member in found)
    assert len(found) > 60


def test_list_is_kept_as_a_tuple_and_set_as_a_frozenset() -> None:
    listed = EXAMPLES[Interaction](invoices=["F-1", "F-2"], steps=[Step("F-1", "call")])
    assert (listed.invoices, listed.steps) == (("F-1", "F-2"), (Step("F-1", "call"),))
    assert EXAMPLES[Invoice](tags={"audit"}).tags == frozenset({"audit"})


# --- particulars ---------------------------------------------------------------------------------


def test_invoice_of_a_sale_counts_in_sales_and_other_openings_do_not() -> None:
    sales = {kind for kind in InvoiceKind if EXAMPLES[Invoice](kind=kind).is_sale}
    assert sales == {"standard", "deposit", "progress", "final"}


def test_invoice_may_be_due_before_it_is_issued() -> None:
    assert EXAMPLES[Invoice](due_on=DAY - timedelta(90)).due_on < DAY


def test_parts_of_a_scheduled_invoice_are_numbered_as_written() -> None:
    parts = [Instalment(LATER, TEN), Instalment(None, TEN), Instalment(DAY, TEN)]
    assert EXAMPLES[Invoice](total=TEN * 3, schedule=parts).item_ids == ("F-1/1", "F-1/2", "F-1/3")
    assert EXAMPLES[Invoice]().item_ids == ("F-1",)


def test_invoice_keeps_its_particulars() -> None:
    terms = PaymentTerms(30)
    invoice = EXAMPLES[Invoice](tax=Money.of(2, "EUR"), terms=terms, means="bill", owner="Nadia")
    assert (invoice.tax, invoice.terms, invoice.means) == (Money.of(2, "EUR"), terms, Means.BILL)
    assert EXAMPLES[Invoice](tax=Money.of(0, "EUR")).tax == Money.zero("EUR")


def test_payment_is_a_settlement_unless_said_otherwise() -> None:
    assert EXAMPLES[Payment]().purpose is PaymentPurpose.SETTLEMENT


def test_dispute_is_to_be_resolved_in_thirty_days_unless_said_otherwise() -> None:
    assert EXAMPLES[Dispute]().resolve_by == date(2026, 4, 1)
    assert EXAMPLES[Dispute](resolve_by=DAY).resolve_by == DAY


def test_dispute_may_be_over_without_a_word_on_its_outcome() -> None:
    assert EXAMPLES[Dispute](resolved_on=LATER).outcome is None


def test_plan_is_worth_the_sum_of_its_instalments() -> None:
    parts = [Instalment(LATER, TEN), Instalment(LATER + timedelta(30), TEN)]
    assert EXAMPLES[PaymentPlan](instalments=parts).total == TEN * 2


@pytest.mark.parametrize("given", ["12.50", Decimal("12.50"), "  12.50 "])
def test_rate_and_score_are_exact_numbers(given: object) -> None:
    assert EXAMPLES[Doubtful](loss_rate=given).loss_rate == Decimal("12.5")
    assert EXAMPLES[CreditRating](score=given).score == Decimal("12.5")
    assert str(EXAMPLES[CreditRating](score=given).score) == "12.50"


def test_score_may_be_below_zero_and_a_rate_of_loss_goes_from_nothing_to_all() -> None:
    assert EXAMPLES[CreditRating](score=-3).score == Decimal(-3)
    rates = [EXAMPLES[Doubtful](loss_rate=rate).loss_rate for rate in (0, "0.01", 100)]
    assert rates == [Decimal(0), Decimal("0.01"), Decimal(100)]


def test_numbers_are_taken_as_text_by_those_who_check_types() -> None:
    assert exact_number("12.50") == Decimal("12.5")


def test_recipient_of_our_voice_is_the_debtor_unless_another_is_named() -> None:
    assert Debtor("C-1", "Vasseur").recipient == "C-1"
    assert Debtor("C-1", "Vasseur", dunning_recipient="head-office").recipient == "head-office"


def test_debtor_nobody_qualified_is_unknown() -> None:
    assert Debtor("C-1", "Vasseur").kind is DebtorKind.UNKNOWN


@given(strategies.debtors(kinds=["public"]))
def test_debtor_is_a_value(debtor: Debtor) -> None:
    assert debtor.kind is DebtorKind.PUBLIC
    assert attrs.evolve(debtor) == debtor
    assert all(isinstance(person, Person) for person in debtor.people)


def test_names_are_kept_as_they_are_written() -> None:
    assert Debtor("  C 1", "Ünï ✓").name == "Ünï ✓"
    assert Allocation("F-1 ", TEN).invoice == "F-1 "


def test_ids_are_text_to_those_who_write_them_and_names_to_those_who_check_types() -> None:
    assert invoice_ids(["F-1", "F-2/1"]) == ("F-1", "F-2/1")


@pytest.mark.parametrize("wrong", ["", " ", None, 3, ["F-1"]])
def test_step_without_an_invoice_or_a_level_is_refused_by_the_contact_that_holds_it(
    wrong: Any,
) -> None:
    for step in (Step("F-1", wrong), Step(wrong, "call")):
        assert refused(lambda: EXAMPLES[Interaction](steps=[step])) == (  # noqa: B023
            f"interaction.steps: expected an invoice and a level in each, got {step!r}"
        )


# --- what a fault shows --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (DAY, "2026-03-02"),
        (TEN, "10.00 EUR"),
        ("x", "'x'"),
        (None, "None"),
        (Means.CASH, "<Means.CASH: 'cash'>"),
    ],
)
def test_fault_shows_dates_and_money_plainly_and_text_in_quotes(value: object, text: str) -> None:
    assert shown(value) == text


WRONG_TYPES: dict[str, Callable[[], object]] = {
    "invoice.due_assumed: expected a value of type bool, got 1": lambda: EXAMPLES[Invoice](
        due_assumed=1
    ),
    "invoice.total: expected a value of type Money, got 100": lambda: EXAMPLES[Invoice](total=100),
    "invoice.tags: expected a collection, got 'audit'": lambda: EXAMPLES[Invoice](tags="audit"),
    "document.invoices: expected a collection, got None": lambda: EXAMPLES[Document](invoices=None),
    "document.invoices: expected some text, got ''": lambda: EXAMPLES[Document](invoices=[""]),
    "interaction.steps: expected a value of type Step, got 'F-1'": lambda: EXAMPLES[Interaction](
        steps=["F-1"]
    ),
    "payment.amount: expected a value of type Money, got True": lambda: EXAMPLES[Payment](
        amount=True
    ),
}


@pytest.mark.parametrize("message", WRONG_TYPES)
def test_value_of_another_type_is_refused_by_the_name_of_its_field(message: str) -> None:
    assert refused(WRONG_TYPES[message]) == message
