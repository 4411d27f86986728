"""What of an account may no longer be kept, and the account without it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Allocation,
    ApplicationRule,
    CashApplication,
    Conventions,
    CreditNote,
    CreditRating,
    Debtor,
    Dispute,
    Doubtful,
    DunningBlock,
    Instalment,
    Interaction,
    InteractionResult,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    Promise,
    Reversal,
    Signal,
    Step,
    WriteOff,
    position_of,
)
from recouvrement.dates import months_after
from recouvrement.facts.fact import Fact
from recouvrement.law import pack, read_pack
from recouvrement.position import expired_facts, without_expired
from recouvrement.testing import strategies

ISSUED, DUE, PAID = date(2014, 1, 6), date(2014, 2, 5), date(2014, 3, 3)
# The archive counts from the settlement, the records from the end of its year.
FIVE_YEARS, TEN_YEARS = date(2019, 3, 3), date(2024, 12, 31)


def euros(amount: int) -> Money:
    return Money.of(amount, "EUR")


def invoice(name: str = "F-1", total: int = 100, **more: Any) -> Invoice:
    more.setdefault("issued_on", ISSUED)
    return Invoice(name, due_on=more.pop("due_on", DUE), total=euros(total), **more)


def payment(name: str = "P-1", on: date = PAID, amount: int = 100, **to: int) -> Payment:
    parts = tuple(
        Allocation(one.replace("_", "-"), euros(part))
        for one, part in (to or {"F_1": amount}).items()
    )
    return Payment(name, on, amount=euros(amount), allocations=parts)


def spoken(name: str = "I-1", on: date = date(2014, 2, 10), *about: str) -> Interaction:
    return Interaction(name, on, channel="email", invoices=about or ("F-1",))


def account(*facts: Fact) -> Account:
    return Account.of(Debtor("C-17", "Atelier Vasseur"), *facts)


def gone(on: date, *facts: Fact, **options: Any) -> list[str]:
    found = expired_facts(account(*facts), as_of=on, law="FR", **options)
    rest = without_expired(account(*facts), as_of=on, law="FR", **options)
    kept = {(type(one), one.id) for one in rest.facts}  # type: ignore[attr-defined]
    names = [one.fact.id for one in found]  # type: ignore[attr-defined]
    assert len(kept) + len(names) == len(facts)
    assert not kept & {(type(one.fact), one.fact.id) for one in found}  # type: ignore[attr-defined]
    return names


def test_what_was_said_goes_five_years_after_the_debt_was_settled() -> None:
    facts = invoice(), payment(), spoken()
    assert gone(FIVE_YEARS, *facts) == []
    assert gone(FIVE_YEARS + timedelta(1), *facts) == ["I-1"]
    (one,) = expired_facts(account(*facts), as_of=date(2020, 1, 1), law="FR")
    assert one.since == FIVE_YEARS + timedelta(1)
    assert (one.row.name, one.row.caveats[0].code) == ("retention.archive", "secondary_source")


def test_accounting_records_go_ten_years_after_the_end_of_the_year() -> None:
    facts = invoice(), payment(), spoken()
    assert gone(TEN_YEARS, *facts) == ["I-1"]
    assert gone(TEN_YEARS + timedelta(1), *facts) == ["F-1", "I-1", "P-1"]
    rows = {
        one.row.name for one in expired_facts(account(*facts), as_of=date(2025, 1, 1), law="FR")
    }
    said = {
        one.row.name: [(str(each.code), each.value("year_end")) for each in one.caveats]
        for one in expired_facts(account(*facts), as_of=date(2026, 5, 5), law="FR")
    }
    assert said == {
        "retention.archive": [("secondary_source", None)],
        "retention.accounting_records": [
            ("secondary_source", None),
            ("financial_year_assumed", date(2014, 12, 31)),
        ],
    }
    assert rows == {"retention.archive", "retention.accounting_records"}


def test_nothing_about_an_open_debt_goes() -> None:
    facts = invoice(), payment(amount=99), spoken()
    assert gone(date(2060, 1, 1), *facts) == []


def test_a_part_that_is_still_open_keeps_the_whole_invoice() -> None:
    parts = [Instalment(DUE, euros(60)), Instalment(None, euros(40))]
    for schedule in (parts, parts[::-1]):
        assert (
            gone(date(2060, 1, 1), invoice(schedule=schedule), payment(amount=60), spoken()) == []
        )
    dated = [Instalment(DUE, euros(60)), Instalment(date(2014, 6, 1), euros(40))]
    second = Payment("P-1", PAID, amount=euros(40), allocations=(Allocation("F-1/2", euros(40)),))
    assert gone(date(2060, 1, 1), invoice(schedule=dated), second, spoken()) == []
    settled = payment("P-2", date(2014, 6, 2), 40)
    facts = invoice(schedule=dated), payment(amount=60), settled, spoken("I-1", DUE, "F-1/1")
    assert gone(date(2019, 6, 2), *facts) == []
    assert gone(date(2019, 6, 3), *facts) == ["I-1"]


def test_what_concerns_two_invoices_goes_by_the_last_settled() -> None:
    second = invoice("F-2", due_on=date(2014, 4, 1))
    late = payment("P-2", date(2015, 9, 9), 100, F_2=100)
    facts = invoice(), payment(), second, late, spoken("I-1", DUE, "F-1", "F-2")
    assert gone(date(2020, 9, 9), *facts) == []
    assert gone(date(2020, 9, 10), *facts) == ["I-1"]


def test_what_names_no_invoice_goes_by_those_open_on_its_day() -> None:
    said = Signal("V-1", date(2014, 2, 20), cause="cash_strain", words="nothing before June")
    before = Signal("V-2", date(2013, 2, 20), cause="other", words="hello")
    other = invoice("F-2", issued_on=date(2016, 1, 4), due_on=date(2016, 2, 3))
    facts = invoice(), payment(), other, said, before
    assert gone(date(2018, 2, 21), *facts) == ["V-2"]
    assert gone(FIVE_YEARS + timedelta(1), *facts) == ["V-2", "V-1"]


def test_a_doubt_is_kept_with_the_books_and_a_rating_as_what_was_said() -> None:
    doubt = Doubtful("U-1", date(2014, 2, 10), invoice="F-1", loss_rate=30)
    rating = CreditRating("Y-1", date(2014, 2, 11), source="bureau", score=62)
    facts = invoice(), payment(), doubt, rating
    assert gone(FIVE_YEARS, *facts) == []
    assert gone(FIVE_YEARS + timedelta(1), *facts) == ["Y-1"]
    assert gone(TEN_YEARS + timedelta(1), *facts) == ["F-1", "U-1", "Y-1", "P-1"]


def test_what_was_said_long_after_goes_by_its_own_day() -> None:
    facts = invoice(), payment(), spoken(on=date(2017, 5, 5))
    assert gone(date(2022, 5, 5), *facts) == []
    assert gone(date(2022, 5, 6), *facts) == ["I-1"]


def test_a_result_goes_with_its_contact() -> None:
    heard = InteractionResult("R-1", date(2016, 5, 5), interaction="I-1", result="answered")
    facts = invoice(), payment(), spoken(), heard
    assert gone(date(2021, 5, 5), *facts) == []
    assert gone(date(2021, 5, 6), *facts) == ["I-1", "R-1"]


def test_facts_to_come_are_kept() -> None:
    facts = invoice(), payment(), spoken(on=date(2030, 1, 1))
    assert gone(date(2025, 1, 1), *facts) == []
    assert gone(date(2034, 1, 1), *facts) == []


def test_accounting_records_stay_while_something_kept_speaks_of_them() -> None:
    facts = invoice(), payment(), spoken(on=date(2022, 5, 5))
    assert gone(TEN_YEARS + timedelta(1), *facts) == []
    stepped = Interaction("I-1", date(2022, 5, 5), channel="email", steps=(Step("F-1", "call"),))
    assert gone(TEN_YEARS + timedelta(1), invoice(), payment(), stepped) == []


def test_records_that_one_payment_ties_together_go_together() -> None:
    both = Payment(
        "P-1",
        PAID,
        amount=euros(150),
        allocations=(Allocation("F-1", euros(100)), Allocation("F-2", euros(50))),
    )
    second = invoice("F-2", due_on=date(2014, 4, 1))
    facts = invoice(), second, both, payment("P-2", date(2016, 6, 6), 50, F_2=50)
    assert gone(date(2026, 12, 31), *facts) == []
    assert gone(date(2027, 1, 1), *facts) == ["F-1", "F-2", "P-1", "P-2"]


def test_money_that_is_left_keeps_the_records() -> None:
    assert gone(date(2060, 1, 1), invoice(), payment(amount=120, F_1=100)) == []
    assert gone(date(2060, 1, 1), Payment("P-1", PAID, amount=euros(5))) == []


def test_a_payment_that_went_back_whole_goes_with_its_reversal() -> None:
    returned = Reversal("X-1", date(2014, 3, 10), payment="P-1")
    again = payment("P-2", date(2014, 4, 1))
    facts = invoice(), payment(), returned, again
    assert gone(TEN_YEARS, *facts) == []
    assert gone(TEN_YEARS + timedelta(1), *facts) == ["F-1", "P-1", "X-1", "P-2"]
    lost = Payment("P-1", PAID, amount=euros(5))
    assert gone(TEN_YEARS + timedelta(1), lost, returned) == ["P-1", "X-1"]


def test_a_credit_note_keeps_saying_which_invoice_it_was_for() -> None:
    dispute = Dispute(
        "D-1",
        date(2014, 2, 10),
        invoice="F-1",
        amount=euros(30),
        resolved_on=date(2014, 2, 20),
        outcome="upheld",
    )
    note = CreditNote("A-1", date(2014, 2, 20), total=euros(30), dispute="D-1")
    facts = invoice(), dispute, note, payment(amount=70)
    rest = without_expired(account(*facts), as_of=date(2020, 1, 1), law="FR")
    (kept,) = rest.credit_notes
    assert (rest.disputes, kept.dispute) == ((), None)
    assert kept.allocations == (Allocation("F-1", euros(30)),)
    directed = attrs.evolve(note, allocations=(Allocation("F-1", euros(30)),))
    rest = without_expired(
        account(invoice(), dispute, directed, payment(amount=70)), as_of=date(2020, 1, 1), law="FR"
    )
    assert rest.credit_notes[0].allocations == directed.allocations


def test_an_advice_about_such_a_credit_note_is_counted_once() -> None:
    dispute = Dispute("D-1", date(2014, 2, 10), invoice="F-1", resolved_on=date(2014, 2, 20))
    note = CreditNote("A-1", date(2014, 2, 20), total=euros(30), dispute="D-1")
    for advised, left in ((10, [20]), (30, [])):
        advice = CashApplication(
            "R-1", date(2014, 2, 21), source="A-1", invoice="F-1", amount=euros(advised)
        )
        facts = invoice(), dispute, note, advice, payment(amount=70)
        rest = without_expired(account(*facts), as_of=date(2020, 1, 1), law="FR")
        (kept,) = rest.credit_notes
        assert kept.dispute is None
        assert [one.amount for one in kept.allocations] == [euros(part) for part in left]


def test_an_invoice_forgets_the_one_it_replaced() -> None:
    old = invoice("F-0")
    note = CreditNote(
        "A-1", date(2014, 1, 20), total=euros(100), allocations=(Allocation("F-0", euros(100)),)
    )
    new = invoice(replaces="F-0")
    later = payment("P-1", date(2015, 1, 5))
    rest = without_expired(account(old, note, new, later), as_of=date(2025, 1, 1), law="FR")
    assert [(one.id, one.replaces) for one in rest.invoices] == [("F-1", None)]


def test_an_advice_and_a_write_off_go_with_the_money_they_are_about() -> None:
    loose = Payment("P-1", PAID, amount=euros(60))
    advice = CashApplication("R-1", date(2014, 3, 5), source="P-1", invoice="F-1", amount=euros(60))
    lost = WriteOff("G-1", date(2014, 4, 1), invoice="F-1", amount=euros(40))
    by_hand = Conventions(application="explicit_only")
    facts = invoice(), loose, advice, lost
    assert gone(TEN_YEARS, *facts, conventions=by_hand) == []
    after = TEN_YEARS + timedelta(1)
    assert gone(after, *facts, conventions=by_hand) == ["F-1", "P-1", "R-1", "G-1"]


def test_a_promise_without_which_money_would_have_gone_elsewhere_is_kept() -> None:
    first = invoice("F-1")
    second = invoice("F-2", due_on=date(2014, 2, 25))
    word = Promise(
        "W-1", date(2014, 2, 26), due_on=PAID, amount=euros(100), means="transfer", invoices=["F-2"]
    )
    loose = Payment("P-1", PAID, amount=euros(100))
    said = spoken("I-1", date(2014, 2, 27), "F-2")
    facts = first, second, word, loose, said
    # Without the promise the payment would have paid F-1, which is open to this day.
    assert gone(date(2020, 1, 1), *facts) == ["I-1"]
    # Once the payment goes too, nothing is left to be read differently.
    assert gone(date(2060, 1, 1), *facts) == ["F-2", "W-1", "I-1", "P-1"]


def test_books_without_which_money_would_have_gone_elsewhere_are_kept() -> None:
    word = Promise(
        "W-1",
        date(2014, 2, 6),
        due_on=date(2014, 3, 31),
        amount=euros(100),
        means="transfer",
    )
    facts = (
        invoice("F-1"),
        invoice("F-3", 300, due_on=date(2014, 2, 6)),
        invoice("F-4", 100, due_on=date(2014, 3, 6)),
        word,
        spoken("I-1", date(2014, 2, 27), "F-1"),
        Payment("P-1", PAID, amount=euros(100)),
        Payment("P-2", date(2014, 3, 10), amount=euros(100)),
        spoken("I-2", date(2058, 1, 1), "F-4"),
    )
    # The first payment kept the promise; without it the second would, and pay F-3 instead of F-4.
    assert gone(date(2060, 1, 1), *facts) == ["I-1"]


def test_a_promise_goes_with_the_one_it_superseded() -> None:
    first = Promise(
        "W-1",
        date(2014, 2, 6),
        due_on=date(2014, 2, 20),
        amount=euros(100),
        means="transfer",
        invoices=["F-1"],
    )
    second = attrs.evolve(
        first, id="W-2", made_on=date(2014, 2, 15), due_on=date(2014, 3, 1), supersedes="W-1"
    )
    facts = invoice(), payment(), first, second
    assert gone(FIVE_YEARS + timedelta(1), *facts) == ["W-1", "W-2"]


def test_a_block_of_the_whole_account_goes_too() -> None:
    block = DunningBlock("K-1", date(2014, 2, 6), until=date(2014, 2, 20))
    one = DunningBlock("K-2", date(2014, 2, 6), until=date(2014, 2, 20), invoice="F-1")
    assert gone(FIVE_YEARS + timedelta(1), invoice(), payment(), block, one) == ["K-1", "K-2"]


def test_a_pack_without_rows_on_retention_is_refused() -> None:
    with pytest.raises(InvalidInput) as error:
        expired_facts(account(), as_of=DUE, law="DE")
    assert error.value.field == "law"
    assert error.value.expected == (
        "a pack with rows [[retention]] retention.archive and retention.accounting_records,"
        " in years from the settlement (they can be laid over DE by read_pack)"
    )
    assert error.value.got == "none"


def test_a_row_that_counts_from_something_else_is_refused() -> None:
    odd = read_pack(
        """
        version        = "1"
        verified_until = 2026-12-31

        [[retention]]
        name   = "retention.archive"
        value  = 6
        unit   = "years"
        starts = "publication"
        source = { title = "a rule", published = "this test", read_on = 2026-11-21 }
        """,
        base=pack("FR"),
    )
    with pytest.raises(InvalidInput, match="years from the settlement") as error:
        expired_facts(account(invoice(), payment(), spoken()), as_of=date(2026, 1, 1), law=odd)
    assert error.value.field == "law"


@pytest.mark.parametrize(
    ("field", "options"),
    [("as_of", {"as_of": None}), ("law", {"law": 3}), ("account", {"account": None})],
)
def test_an_argument_that_is_none_is_named(field: str, options: dict[str, Any]) -> None:
    asked = {"account": account(), "as_of": DUE, "law": "FR", **options}
    with pytest.raises(InvalidInput) as error:
        without_expired(asked.pop("account"), **asked)
    assert error.value.field == field


@given(
    account=strategies.accounts(currencies=("EUR", "JPY")),
    years=st.sampled_from([0, 5, 10, 12]),
    shift=st.integers(-130, 10),
    rule=st.sampled_from(ApplicationRule),
)
def test_what_is_kept_stands_where_it_stood(
    account: Account, years: int, shift: int, rule: ApplicationRule
) -> None:
    assume(account.facts)
    last = max(fact.happened_on for fact in account.facts)
    as_of = months_after(last, 12 * years) + timedelta(shift)
    by_rule = Conventions(application=rule)
    found = expired_facts(account, as_of=as_of, law="FR", conventions=by_rule)
    rest = without_expired(account, as_of=as_of, law="FR", conventions=by_rule)
    event(f"{years} years: {'something' if found else 'nothing'} went")
    assert len(rest.facts) + len(found) == len(account.facts)
    before = position_of(account, as_of=as_of, conventions=by_rule)
    after = position_of(rest, as_of=as_of, conventions=by_rule)
    assert [(one.id, one.open) for one in before.open_items] == [
        (one.id, one.open) for one in after.open_items
    ]
    assert before.unapplied == after.unapplied
    assert all(one.since <= as_of for one in found)
    assert years or not found
