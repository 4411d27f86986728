"""The rules of a statement of interest, one by one: who, which days, on what, how much.

Unless a story says more: FR, one invoice of 10 000 EUR due on 31 January 2025, asked on 30 June.
The 150 days from 1 February bear 13.15 %: 540.41 EUR.
"""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    Assignment,
    Bill,
    CashApplication,
    Conventions,
    CreditNote,
    Debtor,
    DebtorKind,
    Dispute,
    DunningBlock,
    Insolvency,
    Instalment,
    InvalidFact,
    InvalidInput,
    Invoice,
    Money,
    OutsideCoverage,
    Payment,
    PaymentPlan,
    PaymentPurpose,
    Promise,
    Reversal,
    WriteOff,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.law import pack, read_pack
from recouvrement.position import (
    FixedSumLine,
    InterestRounding,
    Statement,
    StatementCaveat,
    interest_statement,
)

DUE, AS_OF = date(2025, 1, 31), date(2025, 6, 30)
BY_HAND = Conventions(application="explicit_only")


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def late(name: str = "F-1", total: str | int = 10_000, due: date = DUE, **more: Any) -> Invoice:
    more.setdefault("issued_on", date(2025, 1, 2))
    return Invoice(name, due_on=due, total=euros(total), **more)


def paid(name: str, on: date, amount: str | int, **to: str | int) -> Payment:
    """A payment; `F_1=100` directs a hundred of it to F-1."""
    parts = [Allocation(one.replace("_", "-"), euros(part)) for one, part in to.items()]
    return Payment(name, on, amount=euros(amount), allocations=tuple(parts))


def account(*facts: Fact, kind: str = "business") -> Account:
    return Account.of(Debtor("C-17", "Atelier Vasseur", kind=DebtorKind(kind)), *facts)


def asked(*facts: Fact, kind: str = "business", **options: Any) -> Statement:
    options = {"as_of": AS_OF, "law": "FR", **options}
    return interest_statement(account(*facts, kind=kind), **options)


def codes(statement: Statement) -> list[str]:
    return [one.code for one in statement.caveats]


def spans(statement: Statement) -> list[str]:
    return [f"{one.invoice} {one.since} {one.until} {one.base.amount}" for one in statement.lines]


# --- whose law ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["unknown", "non_professional"])
def test_a_debtor_whom_nobody_qualified_is_refused(kind: str) -> None:
    with pytest.raises(InvalidInput, match="the host qualifies the debtor first") as error:
        asked(late(), kind=kind)
    assert (error.value.field, error.value.got) == ("kind", repr(kind))


def test_a_consumer_under_the_law_of_businesses_is_refused() -> None:
    with pytest.raises(InvalidInput, match="FR has no rule for consumers") as error:
        asked(late(), kind="consumer")
    assert error.value.field == "kind"


def test_a_consumer_is_computed_where_the_pack_has_a_rule_for_consumers() -> None:
    statement = asked(late(), kind="consumer", law="DE")
    assert [str(one.rate) for one in statement.lines] == ["7.27"]
    assert statement.fixed_sums == euros(0)
    assert statement.fixed_lines == ()


@pytest.mark.parametrize(
    ("kind", "law"), [("public", "FR"), ("public", "DE"), ("business", "FR-public")]
)
def test_public_debtors_and_public_packs_go_together(kind: str, law: str) -> None:
    with pytest.raises(InvalidInput, match="supply the kind, or another pack") as error:
        asked(late(), kind=kind, law=law)
    assert error.value.field == "kind"


def test_a_pack_says_whom_it_is_for() -> None:
    for law, whose in (
        ("FR", "business debtors;"),
        ("DE", "business debtors and consumers;"),
    ):
        with pytest.raises(InvalidInput, match=f"is for: {whose}"):
            asked(late(), kind="public", law=law)


def test_a_debtor_of_no_use_to_the_pack_is_refused_even_where_nothing_is_late() -> None:
    with pytest.raises(InvalidInput, match="kind"):
        asked(kind="consumer")


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("law", {"law": None}),
        ("floor", {"floor": "raise"}),
        ("allow", {"allow": "BG"}),
        ("allow", {"allow": 3}),
        ("appropriation", {"appropriation": "oldest"}),
        ("day_count", {"day_count": "ACT/364"}),
        ("rounding", {"rounding": "nearest"}),
        ("rounding", {"rounding": "daily_half_up", "day_count": "ACT/ACT"}),
        ("rounding", {"rounding": "daily_half_up", "day_count": "30E/360"}),
        ("contract_rate", {"contract_rate": 4.5}),
        ("contract_rate", {"contract_rate": "-1"}),
        ("as_of", {"as_of": "2025-06-30"}),
        ("known_on", {"known_on": "2025-06-30"}),
        ("conventions", {"conventions": "explicit_only"}),
        ("money.currency", {"currency": "EURO"}),
    ],
)
def test_an_argument_that_is_none_is_named(field: str, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as error:
        asked(late(), **options)
    assert error.value.field == field


def test_only_an_account_has_a_statement() -> None:
    with pytest.raises(InvalidInput, match="expected an Account, got list"):
        interest_statement([], as_of=AS_OF, law="FR")  # type: ignore[arg-type]


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(InvalidInput, match="XX"):
        asked(late(), law="XX")


def test_what_nobody_verified_is_refused_unless_it_is_accepted_by_name() -> None:
    with pytest.raises(InvalidInput) as error:
        asked(late(), law="FI")
    assert error.value.field == "allow"
    assert "from_memory" in codes(asked(late(), law="FI", allow=["FI"]))


# --- which days -----------------------------------------------------------------------------------


def test_interest_runs_from_the_day_after_the_due_date_through_the_day_asked() -> None:
    statement = asked(late())
    assert spans(statement) == ["F-1 2025-02-01 2025-06-30 10000.00"]
    assert statement.interest == euros("540.41")
    assert statement.total == euros("10580.41")


def test_days_after_the_last_known_semester_are_refused() -> None:
    with pytest.raises(OutsideCoverage, match="read_pack"):
        asked(late(), as_of=date(2027, 1, 1))


def test_days_before_the_first_known_semester_are_refused() -> None:
    old = late(due=date(2001, 1, 31), issued_on=date(2001, 1, 1))
    with pytest.raises(OutsideCoverage):
        asked(old)


def test_a_missing_semester_is_laid_over_the_pack() -> None:
    longer = read_pack(
        """
        version        = "2027.01"
        verified_until = 2027-06-30

        [[rate]]
        since     = 2027-01-01
        reference = 2.65
        source    = { title = "a bulletin", published = "the host", read_on = 2027-01-04 }
        """,
        base=pack("FR"),
    )
    line = asked(late(), as_of=date(2027, 1, 15), law=longer).lines[-1]
    assert (str(line.until), str(line.rate)) == ("2027-01-15", "12.65")


def test_a_claim_settled_in_time_needs_no_rate_of_later_days() -> None:
    far = date(2031, 5, 5)
    settled = paid("P-1", date(2025, 3, 31), "10212.56", F_1="10212.56")
    statement = asked(late(), settled, as_of=far)
    assert statement.principal == statement.interest == euros(0)
    assert statement.fixed_sums == euros(40)
    with pytest.raises(OutsideCoverage):
        asked(late(), paid("P-1", date(2025, 3, 31), "10212.55", F_1="10212.55"), as_of=far)


def test_a_promise_a_plan_and_a_block_move_no_due_date() -> None:
    statement = asked(
        late(),
        Promise(
            "W-1",
            date(2025, 2, 10),
            due_on=date(2025, 7, 15),
            amount=euros(10_000),
            means="transfer",
        ),
        PaymentPlan(
            "L-1",
            date(2025, 2, 11),
            invoices=["F-1"],
            instalments=(Instalment(date(2025, 8, 1), euros(10_000)),),
        ),
        DunningBlock("K-1", date(2025, 2, 12), until=date(2025, 12, 31)),
    )
    assert statement.interest == euros("540.41")
    assert codes(statement) == [StatementCaveat.PLAN]
    assert statement.caveats[0].value("plan") == "L-1"


def test_a_plan_that_is_over_is_not_spoken_of() -> None:
    over = PaymentPlan(
        "L-1",
        date(2025, 2, 11),
        invoices=["F-1"],
        ended_on=date(2025, 6, 30),
        instalments=(Instalment(date(2025, 8, 1), euros(10_000)),),
    )
    assert codes(asked(late(), over)) == []


def test_a_dispute_does_not_stop_interest_and_is_said() -> None:
    dispute = Dispute("D-1", date(2025, 2, 10), invoice="F-1", amount=euros(2_500))
    statement = asked(late(), dispute)
    assert statement.interest == euros("540.41")
    (caveat,) = statement.caveats
    assert caveat.code == StatementCaveat.DISPUTED
    assert caveat.values == (("invoice", "F-1"), ("amount", euros(2_500)))


def test_a_bill_moves_no_due_date_and_is_said() -> None:
    bill = Bill(
        "B-1",
        date(2025, 1, 15),
        matures_on=date(2025, 3, 31),
        invoices=["F-1"],
        amount=euros(10_000),
    )
    statement = asked(late(), bill)
    assert statement.interest == euros("540.41")
    assert statement.caveats[0].value("matures_on") == date(2025, 3, 31)
    early = Bill("B-1", date(2025, 1, 15), matures_on=DUE, invoices=["F-1"], amount=euros(10_000))
    assert codes(asked(late(), early)) == []


def test_an_assigned_claim_is_said() -> None:
    assigned = Assignment(
        "G-1", date(2025, 3, 3), to="factor", invoices=["F-1"], notified_on=date(2025, 3, 10)
    )
    statement = asked(late(), assigned)
    assert codes(statement) == [StatementCaveat.ASSIGNED]
    assert statement.caveats[0].value("since") == date(2025, 3, 10)
    assert codes(asked(late(), assigned, as_of=date(2025, 3, 9))) == []


def test_an_invoice_due_before_its_issue_is_late_from_its_due_date_and_said() -> None:
    statement = asked(late(issued_on=date(2025, 3, 1)))
    assert statement.interest == euros("540.41")
    assert codes(statement) == [StatementCaveat.DUE_BEFORE_ISSUE]


def test_an_invoice_not_issued_yet_is_in_no_statement() -> None:
    statement = asked(late(issued_on=date(2025, 7, 1)))
    assert statement.items == ()
    assert statement.total == euros(0)


# --- insolvency -----------------------------------------------------------------------------------

OPENED = date(2025, 4, 1)


def opened(kind: str = "receivership", **more: Any) -> Insolvency:
    return Insolvency("J-1", kind, opened_on=more.pop("on", OPENED), **more)


def test_interest_stops_the_day_before_a_proceeding_opens() -> None:
    statement = asked(late(), opened())
    assert spans(statement) == ["F-1 2025-02-01 2025-03-31 10000.00"]
    assert statement.interest == euros("212.56")
    assert statement.fixed_sums == euros(40)
    assert statement.caveats[0].code == StatementCaveat.INSOLVENCY
    assert statement.caveats[0].value("proceeding") == "J-1"
    assert statement.caveats[0].value("opened_on") == OPENED


def test_interest_does_not_start_again_when_the_proceeding_ends() -> None:
    assert asked(late(), opened(ended_on=date(2025, 5, 2))).interest == euros("212.56")


def test_a_conciliation_stops_nothing() -> None:
    statement = asked(late(), opened("conciliation"))
    assert statement.interest == euros("540.41")
    assert codes(statement) == []


def test_what_was_supplied_after_the_opening_bears_interest() -> None:
    new = late(issued_on=date(2025, 1, 2), supplied_on=date(2025, 4, 2))
    assert asked(new, opened()).interest == euros("540.41")


def test_an_invoice_due_after_the_opening_bears_nothing_and_no_fixed_sum() -> None:
    statement = asked(late(due=date(2025, 4, 30)), opened())
    assert statement.lines == ()
    assert statement.total == euros(10_000)
    assert [one.values for one in statement.caveats] == [
        (("invoice", "F-1"), ("proceeding", "J-1"), ("opened_on", OPENED))
    ]
    # What is not late yet would bear nothing anyway.
    assert codes(asked(late(due=AS_OF), opened())) == []


def test_a_payment_forbidden_on_the_due_date_itself_gives_no_fixed_sum() -> None:
    for on, amount in ((DUE, 0), (DUE + timedelta(1), 40)):
        statement = asked(late(), opened(on=on))
        assert (statement.interest, statement.fixed_sums) == (euros(0), euros(amount))
        assert codes(statement) == [StatementCaveat.INSOLVENCY]


def test_a_proceeding_is_said_of_what_was_unpaid_when_it_opened_alone() -> None:
    whole = late(), opened()
    before = paid("P-1", OPENED - timedelta(1), "10212.56", F_1="10212.56")
    assert StatementCaveat.INSOLVENCY not in codes(asked(*whole, before))
    after = paid("P-1", OPENED, "10212.56", F_1="10212.56")
    assert StatementCaveat.INSOLVENCY in codes(asked(*whole, after))
    interest_left = paid("P-1", OPENED - timedelta(1), 10_000, F_1=10_000)
    assert StatementCaveat.INSOLVENCY in codes(
        asked(*whole, interest_left, appropriation="principal_first")
    )


def test_a_proceeding_over_by_the_due_date_forbade_nothing_that_day() -> None:
    over = opened(on=date(2025, 1, 10), ended_on=DUE)
    statement = asked(late(), over)
    assert statement.fixed_sums == euros(40)
    assert statement.interest == euros(0)


def test_a_proceeding_opened_later_is_invisible() -> None:
    assert asked(late(), opened(on=date(2025, 7, 1))).interest == euros("540.41")


def test_a_payment_after_the_opening_pays_the_interest_that_had_run() -> None:
    statement = asked(late(), opened(), paid("P-1", date(2025, 5, 5), 1_000, F_1=1_000))
    (item,) = statement.items
    assert (item.interest_paid, item.principal) == (euros("212.56"), euros("9212.56"))


# --- what bears interest --------------------------------------------------------------------------


def test_an_assumed_due_date_supports_no_interest_until_it_is_confirmed() -> None:
    assumed = late(due_assumed=True)
    statement = asked(assumed)
    assert statement.lines == ()
    assert statement.total == euros(10_000)
    assert codes(statement) == [StatementCaveat.DUE_DATE_ASSUMED]
    confirmed = account(assumed).amend(late())
    assert interest_statement(confirmed, as_of=AS_OF, law="FR").interest == euros("540.41")
    assert codes(asked(late(due_assumed=True, due=AS_OF))) == []


def test_accessories_bear_no_interest_and_no_fixed_sum() -> None:
    statement = asked(late(kind="accessories"))
    assert statement.lines == ()
    assert statement.total == statement.principal == euros(10_000)
    assert codes(statement) == []


def test_accessories_billed_beside_late_invoices_are_said() -> None:
    billed = late("F-2", 50, kind="accessories", issued_on=DUE + timedelta(1), due=AS_OF)
    statement = asked(late(), billed)
    assert statement.total == euros("10630.41")
    assert [(one.code, *one.values) for one in statement.caveats] == [
        (
            StatementCaveat.ACCESSORIES_BILLED,
            ("invoice", "F-2"),
            ("amount", euros(50)),
            ("paid", euros(0)),
        )
    ]


def test_accessories_that_were_paid_are_said_and_the_figures_are_not_touched() -> None:
    first = late(), paid("P-1", date(2025, 3, 31), 10_000, F_1=10_000)
    billed = late("F-2", "212.56", kind="accessories", issued_on=date(2025, 4, 2), due=AS_OF)
    both = *first, billed, paid("P-2", date(2025, 4, 20), "212.56", F_2="212.56")
    for rule in ("principal_first", "interest_first"):
        alone, statement = (asked(*facts, appropriation=rule) for facts in (first, both))
        assert statement.total == alone.total
        (caveat,) = (one for one in statement.caveats if one.code == "accessories_billed")
        assert (caveat.value("amount"), caveat.value("paid")) == (euros("212.56"), euros("212.56"))


def test_accessories_billed_before_anything_was_late_are_not_this_interest() -> None:
    before = late("F-2", 50, kind="accessories", issued_on=DUE, due=AS_OF)
    assert codes(asked(late(), before)) == []
    assert codes(asked(late(), before, as_of=DUE)) == []


def test_accessories_beside_a_fixed_sum_alone_are_said_too() -> None:
    sum_only = late(), opened(on=DUE + timedelta(1))
    billed = late("F-2", 40, kind="accessories", issued_on=date(2025, 2, 10), due=AS_OF)
    assert asked(*sum_only, billed).fixed_sums == euros(40)
    assert codes(asked(*sum_only, billed)) == ["insolvency", "accessories_billed"]


@pytest.mark.parametrize("kind", ["opening", "adjustment"])
def test_an_entry_that_is_no_invoice_bears_interest_but_no_fixed_sum(kind: str) -> None:
    statement = asked(late(kind=kind))
    assert statement.interest == euros("540.41")
    assert statement.fixed_sums == euros(0)
    assert codes(statement) == [StatementCaveat.NOT_AN_INVOICE]


def test_each_part_of_an_invoice_is_late_by_itself_and_the_sum_is_given_once() -> None:
    works = late(
        schedule=[
            Instalment(DUE, euros(4_000)),
            Instalment(date(2025, 4, 30), euros(5_000)),
            Instalment(None, euros(1_000), kind="retention"),
        ]
    )
    statement = asked(works)
    assert spans(statement) == [
        "F-1/1 2025-02-01 2025-06-30 4000.00",
        "F-1/2 2025-05-01 2025-06-30 5000.00",
    ]
    assert statement.fixed_sums == euros(40)
    (line,) = statement.fixed_lines
    assert (line.invoice, line.since) == ("F-1", date(2025, 2, 1))
    assert statement.principal == euros(10_000)
    assert statement.not_yet_due == euros(1_000)
    assert statement.item("F-1/3").due_on is None
    assert statement.item("F-1/2").invoice is works


def test_the_sum_is_given_for_the_first_part_that_was_late() -> None:
    works = late(
        schedule=[Instalment(DUE, euros(4_000)), Instalment(date(2025, 4, 30), euros(6_000))]
    )
    statement = asked(works, paid("P-1", DUE, 4_000, F_1=4_000))
    assert [str(one.since) for one in statement.fixed_lines] == ["2025-05-01"]


def test_a_retention_released_bears_interest_from_its_own_date() -> None:
    parts = [Instalment(DUE, euros(9_000)), Instalment(None, euros(1_000))]
    released = [Instalment(DUE, euros(9_000)), Instalment(date(2025, 5, 31), euros(1_000))]
    works = account(late(schedule=parts)).amend(late(schedule=released))
    statement = interest_statement(works, as_of=AS_OF, law="FR")
    assert spans(statement)[1] == "F-1/2 2025-06-01 2025-06-30 1000.00"


def test_interest_bears_no_interest() -> None:
    (line,) = asked(late(), paid("P-1", date(2025, 3, 31), 100, F_1=100)).lines
    assert line.base == euros(10_000)


# --- rates ----------------------------------------------------------------------------------------


def test_an_agreed_rate_below_the_floor_is_kept_and_said() -> None:
    statement = asked(late(), contract_rate=5)
    assert [str(one.rate) for one in statement.lines] == ["5"]
    assert statement.lines[0].source.article == "contract"
    (caveat,) = statement.caveats
    assert caveat.code == "below_floor"
    assert caveat.article == "Code de commerce, art. L441-10 II"
    assert caveat.value("floor") == Decimal("11.13")


def test_a_floor_of_days_that_bore_nothing_is_not_said() -> None:
    settled = paid("P-1", date(2025, 3, 31), "10080.82", F_1="10080.82")
    statement = asked(late(), settled, contract_rate=5, as_of=date(2026, 3, 1))
    assert statement.principal == euros(0)
    below = [one for one in statement.caveats if one.code == "below_floor"]
    assert [one.value("since") for one in below] == [date(2025, 1, 1)]


def test_the_floor_is_applied_on_request_day_by_day() -> None:
    statement = asked(late(), contract_rate="8.26", floor="apply", as_of=date(2026, 7, 31))
    assert [(str(one.since), str(one.rate)) for one in statement.lines] == [
        ("2025-02-01", "11.13"),
        ("2025-07-01", "8.28"),
        ("2026-01-01", "8.26"),
    ]
    assert statement.lines[0].source.article == "Code de commerce, art. L441-10 II"
    assert statement.lines[2].source.article == "contract"


def test_a_rate_above_the_floor_is_one_line_when_the_floor_is_applied() -> None:
    statement = asked(late(), contract_rate=15, floor="apply", as_of=date(2026, 7, 31))
    assert spans(statement) == ["F-1 2025-02-01 2026-07-31 10000.00"]


def test_where_the_law_has_no_floor_there_is_none_to_apply() -> None:
    statement = asked(late(), law="DE", contract_rate=5, floor="apply")
    assert [str(one.rate) for one in statement.lines] == ["5"]


def test_an_agreed_rate_beyond_what_is_known_of_the_floor() -> None:
    far = date(2027, 2, 1)
    assert "floor_not_known" in codes(asked(late(), contract_rate=20, as_of=far))
    with pytest.raises(OutsideCoverage):
        asked(late(), contract_rate=20, floor="apply", as_of=far)


def test_an_agreed_rate_reads_as_it_was_given() -> None:
    for said in ("12", "12.0", "12.00"):
        assert [str(one.rate) for one in asked(late(), contract_rate=said).lines] == [said]


def test_an_agreed_rate_of_nothing_bears_nothing() -> None:
    (line,) = asked(late(), contract_rate=0).lines
    assert line.amount == euros(0)


def test_a_rate_below_zero_bears_nothing() -> None:
    low = read_pack(
        """
        version        = "2026.11-low"
        verified_until = 2026-11-30

        [[margin]]
        since  = 2025-01-01
        value  = -5
        source = { title = "a margin", published = "this test", read_on = 2026-11-21 }
        """,
        base=pack("FR"),
    )
    for rounding in InterestRounding:
        (line,) = asked(late(), law=low, rounding=rounding).lines
        assert line.rate < 0
        assert line.amount == euros(0)
        assert line.exact == 0


def test_what_the_pack_says_of_its_rows_travels_with_the_figures() -> None:
    assert codes(asked(late(), as_of=date(2026, 7, 1))) == ["secondary_source"]


def test_what_the_pack_says_of_days_that_bore_nothing_does_not() -> None:
    assert codes(asked(late(), as_of=date(2026, 6, 30))) == []


@pytest.mark.parametrize(
    ("rounding", "amount"),
    [
        ("half_up", "0.01"),
        ("half_even", "0.00"),
        ("up", "0.01"),
        ("down", "0.00"),
        ("daily_half_up", "0.01"),
    ],
)
def test_half_a_cent_is_rounded_as_named(rounding: str, amount: str) -> None:
    one = late(total="18.25", due=date(2025, 6, 29))
    assert asked(one, contract_rate=10, rounding=rounding).interest == euros(amount)


def test_the_interest_of_one_day_may_be_rounded_and_multiplied() -> None:
    # 1000 at 13.15 % is 0.3602 a day: 0.36 × 150.
    statement = asked(late(total=1_000), rounding="daily_half_up")
    assert statement.interest == euros("54.00")
    assert asked(late(total=1_000)).interest == euros("54.04")


# --- fixed sums -----------------------------------------------------------------------------------


def test_payments_never_reduce_fixed_sums() -> None:
    statement = asked(late(), paid("P-1", AS_OF, 50_000, F_1=10_000))
    assert statement.principal == statement.interest == euros(0)
    assert statement.fixed_sums == statement.total == euros(40)
    assert statement.unapplied == euros("39459.59")


def test_each_invoice_has_its_own_fixed_sum_on_its_own_line() -> None:
    statement = asked(late(), late("F-2", 5))
    assert [one.invoice for one in statement.fixed_lines] == ["F-2", "F-1"]
    assert statement.fixed_sums == euros(80)
    assert isinstance(statement.fixed_lines[0], FixedSumLine)
    assert statement.fixed_lines[0].source.article == "Code de commerce, art. D441-5"


def test_what_was_written_off_but_as_a_bad_debt_was_not_paid_late() -> None:
    rest = WriteOff(
        "G-1", date(2025, 2, 20), invoice="F-1", amount=euros(12), reason="bank_charges"
    )
    facts = late(), paid("P-1", DUE, 9_988, F_1=9_988)
    assert asked(*facts, rest).fixed_sums == euros(0)
    lost = WriteOff("G-1", date(2025, 2, 20), invoice="F-1", amount=euros(12), reason="bad_debt")
    statement = asked(*facts, lost)
    assert statement.fixed_sums == euros(40)
    assert [one.code for one in statement.caveats] == [StatementCaveat.BAD_DEBT_GIVEN_UP]
    assert statement.caveats[0].value("write_off") == "G-1"


def test_what_is_written_off_stops_bearing_interest_from_the_next_day() -> None:
    lost = WriteOff("G-1", date(2025, 3, 31), invoice="F-1", amount=euros(4_000), reason="bad_debt")
    statement = asked(late(), lost)
    assert spans(statement) == [
        "F-1 2025-02-01 2025-03-31 10000.00",
        "F-1 2025-04-01 2025-06-30 6000.00",
    ]
    (item,) = statement.items
    assert (item.written_off, item.principal) == (euros(4_000), euros(6_000))


def test_the_sum_goes_by_what_was_unpaid_when_the_due_date_had_passed() -> None:
    pounds = Invoice("F-1", date(2025, 1, 2), due_on=DUE, total=Money.of(12_000, "GBP"))
    part = Payment(
        "P-1",
        DUE,
        amount=Money.of(2_000, "GBP"),
        allocations=(Allocation("F-1", Money.of("2000.00", "GBP")),),
    )
    assert asked(pounds, law="UK").fixed_sums == Money.of(100, "GBP")
    assert asked(pounds, part, law="UK").fixed_sums == Money.of(100, "GBP")
    more = Payment(
        "P-2", DUE, amount=Money.of(1, "GBP"), allocations=(Allocation("F-1", Money.of(1, "GBP")),)
    )
    assert asked(pounds, part, more, law="UK").fixed_sums == Money.of(70, "GBP")


def test_a_sum_in_another_currency_is_left_out_and_said() -> None:
    dollars = Invoice("F-1", date(2025, 1, 2), due_on=DUE, total=Money.of(1_000, "USD"))
    statement = asked(dollars)
    assert statement.fixed_sums == Money.of(0, "USD")
    assert statement.interest == Money.of("54.04", "USD")
    assert codes(statement) == [StatementCaveat.FIXED_SUM_IN_OTHER_CURRENCY]
    assert statement.caveats[0].value("currency") == "EUR"
    pounds = Invoice("F-1", date(2025, 1, 2), due_on=DUE, total=Money.of(1_000, "EUR"))
    assert codes(asked(pounds, law="UK")) == [StatementCaveat.FIXED_SUM_IN_OTHER_CURRENCY]


def test_no_sum_is_missed_where_the_law_has_none() -> None:
    dollars = Invoice("F-1", date(2025, 1, 2), due_on=DUE, total=Money.of(1_000, "USD"))
    assert StatementCaveat.FIXED_SUM_IN_OTHER_CURRENCY not in codes(
        asked(dollars, law="DE", kind="consumer")
    )


# --- currencies -----------------------------------------------------------------------------------


def test_an_account_in_several_currencies_needs_one_to_be_named() -> None:
    dollars = Invoice("F-2", date(2025, 1, 2), due_on=DUE, total=Money.of(700, "USD"))
    with pytest.raises(InvalidInput, match="one of EUR, USD") as error:
        asked(late(), dollars)
    assert error.value.field == "currency"
    assert asked(late(), dollars, currency="EUR").principal == euros(10_000)
    assert asked(late(), dollars, currency="USD").principal == Money.of(700, "USD")
    payment = Payment("P-1", date(2025, 2, 3), amount=Money.of(100, "USD"))
    assert asked(late(), dollars, payment, currency="EUR").interest == euros("540.41")


def test_what_is_in_another_currency_is_said_with_its_amounts() -> None:
    dollars = Invoice("F-2", date(2025, 1, 2), due_on=DUE, total=Money.of(700, "USD"))
    yens = Payment("P-1", date(2025, 2, 3), amount=Money.of(100, "JPY"))
    statement = asked(late(), dollars, yens, currency="EUR")
    assert [one.values for one in statement.caveats] == [
        (
            ("currency", "JPY"),
            ("open", Money.of(0, "JPY")),
            ("unapplied", Money.of(100, "JPY")),
        ),
        (
            ("currency", "USD"),
            ("open", Money.of(700, "USD")),
            ("unapplied", Money.of(0, "USD")),
        ),
    ]
    later = Invoice("F-2", date(2025, 7, 1), due_on=AS_OF, total=Money.of(700, "USD"))
    assert codes(asked(late(), later, currency="EUR")) == []


@pytest.mark.parametrize("purpose", ["deposit", "security"])
def test_what_is_held_apart_is_said_and_not_deducted(purpose: str) -> None:
    held = Payment(
        "P-1",
        date(2025, 1, 10),
        amount=euros(5_000),
        purpose=PaymentPurpose(purpose),
        allocations=(Allocation("F-1", euros(1_000)),),
    )
    back = Reversal("X-1", date(2025, 2, 3), payment="P-1", amount=euros(500), reason="refunded")
    settled = Payment("P-2", DUE, amount=euros(100), purpose=PaymentPurpose(purpose))
    statement = asked(late(), held, back, settled, as_of=date(2025, 2, 28))
    assert statement.principal == euros(9_000)
    assert statement.unapplied == euros(0)
    assert statement.held_apart == euros(3_600)
    assert [one.values for one in statement.caveats] == [
        (("payment", "P-1"), ("purpose", purpose), ("amount", euros(3_500))),
        (("payment", "P-2"), ("purpose", purpose), ("amount", euros(100))),
    ]
    assert codes(asked(late(), held, as_of=date(2025, 1, 9))) == []


def test_an_account_without_invoices_is_in_the_currency_of_the_law() -> None:
    assert asked(law="UK").total == Money.of(0, "GBP")


# --- credit notes ---------------------------------------------------------------------------------


def credited(name: str, on: date, amount: int, to: str | None = "F-1") -> CreditNote:
    parts = () if to is None else (Allocation(to, euros(amount)),)
    return CreditNote(name, on, total=euros(amount), allocations=parts)


def test_a_credit_note_reduces_principal_only_from_the_next_day() -> None:
    statement = asked(late(), credited("A-1", date(2025, 3, 31), 4_000))
    assert spans(statement) == [
        "F-1 2025-02-01 2025-03-31 10000.00",
        "F-1 2025-04-01 2025-06-30 6000.00",
    ]
    (item,) = statement.items
    assert (item.credited, item.interest_paid) == (euros(4_000), euros(0))
    assert [(one.code, one.value("credit_note")) for one in statement.caveats] == [
        (StatementCaveat.CREDITED_LATE, "A-1")
    ]


def test_a_credit_note_beyond_the_principal_pays_no_interest() -> None:
    facts = late(), paid("P-1", date(2025, 2, 1), 100, F_1=100)
    statement = asked(*facts, credited("A-1", date(2025, 3, 31), 9_999))
    # Of the first payment 3.60 paid interest: 9903.60 bore some for 58 days.
    assert statement.interest == euros("206.94")
    assert statement.principal == euros(0)
    assert statement.unapplied == euros("95.40")


def test_a_credit_note_reaches_the_principal_that_interest_left_open() -> None:
    facts = late(), paid("P-1", date(2025, 3, 31), 10_000, F_1=10_000)
    assert asked(*facts).principal == euros("212.56")
    for to in ("F-1", None):
        statement = asked(*facts, credited("A-1", date(2025, 4, 30), 300, to))
        assert statement.principal == euros(0)
        assert statement.unapplied == euros("87.44")
        assert statement.interest == euros("2.30")  # thirty days on 212.56


# --- which payment paid what ----------------------------------------------------------------------


def test_money_that_nobody_directed_pays_what_the_ledger_says() -> None:
    statement = asked(
        late(), late("F-2", 700, date(2025, 2, 28)), paid("P-1", date(2025, 3, 31), 700)
    )
    assert [one.id for one in statement.items if one.received] == ["F-2"]


def test_paying_what_the_statement_says_settles_principal_and_interest() -> None:
    due_on_31_march = asked(late(), as_of=date(2025, 3, 31))
    amount = str((due_on_31_march.principal + due_on_31_march.interest).amount)
    for payment in (
        paid("P-1", date(2025, 3, 31), amount),
        paid("P-1", date(2025, 3, 31), amount, F_1=amount),
        paid("P-1", date(2025, 3, 31), amount, F_1=10_000),
    ):
        for rule in ("interest_first", "principal_first"):
            statement = asked(late(), payment, appropriation=rule)
            assert statement.principal == statement.interest == statement.unapplied == euros(0)
            assert statement.total == euros(40)


def test_what_was_directed_to_an_invoice_pays_its_interest_before_anything_else() -> None:
    other = late("F-2", 700, date(2025, 8, 31))
    whole = paid("P-1", date(2025, 3, 31), "10212.56", F_1="10212.56")
    statement = asked(late(), other, whole)
    # The ledger gave what exceeded F-1 to F-2, which nobody named.
    assert statement.item("F-1").total == euros(40)
    assert statement.item("F-2").principal == euros(700)


def test_what_nobody_directed_stays_where_the_ledger_put_it() -> None:
    other = late("F-2", 700, date(2025, 8, 31))
    statement = asked(late(), other, paid("P-1", date(2025, 3, 31), "10212.56", F_1=10_000))
    assert statement.item("F-1").principal == euros("212.56")
    assert statement.item("F-2").principal == euros("487.44")


def test_a_surplus_pays_the_interest_of_older_invoices_too_the_oldest_first() -> None:
    facts = (
        late(),
        late("F-2", 10_000, date(2025, 2, 28)),
        paid("P-1", date(2025, 3, 31), 20_000, F_1=10_000, F_2=10_000),
    )
    before = asked(*facts)
    assert before.item("F-1").principal == euros("212.56")
    assert before.item("F-2").principal == euros("111.68")
    after = asked(*facts, paid("P-2", date(2025, 3, 31), 250))
    assert after.item("F-1").principal == euros(0)
    assert after.item("F-2").principal == euros("74.24")


def test_a_surplus_first_pays_what_the_same_payment_paid() -> None:
    facts = (
        late(),
        paid("P-1", date(2025, 3, 31), 10_000, F_1=10_000),
        late("F-2", 10_000, date(2025, 2, 28)),
    )
    statement = asked(*facts, paid("P-2", date(2025, 4, 30), 10_100, F_2=10_000))
    assert statement.item("F-1").principal == euros("212.56")
    assert statement.item("F-2").principal == euros("119.77")


def test_a_surplus_is_left_alone_where_money_is_applied_by_hand() -> None:
    payment = paid("P-1", date(2025, 3, 31), "10212.56", F_1=10_000)
    statement = asked(late(), payment, conventions=BY_HAND)
    assert (statement.principal, statement.unapplied) == (euros("212.56"), euros("212.56"))
    directed = paid("P-1", date(2025, 3, 31), "10212.56", F_1="10212.56")
    assert asked(late(), directed, conventions=BY_HAND).principal == euros(0)


def test_a_surplus_pays_nothing_that_somebody_else_collects() -> None:
    facts = (
        late(),
        paid("P-1", date(2025, 3, 31), 10_000, F_1=10_000),
        Assignment(
            "G-1", date(2025, 4, 3), to="factor", invoices=["F-1"], notified_on=date(2025, 4, 3)
        ),
        paid("P-2", date(2025, 4, 30), 500),
    )
    statement = asked(*facts)
    assert (statement.principal, statement.unapplied) == (euros("212.56"), euros(500))


def test_a_surplus_once_used_is_not_used_again_by_an_invoice_issued_later() -> None:
    facts = late(), paid("P-1", date(2025, 3, 31), 10_300)
    later = late("F-2", 700, date(2025, 6, 15), issued_on=date(2025, 5, 15))
    assert asked(*facts).unapplied == euros("87.44")
    statement = asked(*facts, later)
    assert statement.item("F-1").principal == euros(0)
    # The ledger has given the whole 300 to F-2.
    assert statement.item("F-2").received[0].principal == euros("87.44")
    assert statement.unapplied == euros(0)
    # What is short there was paid, as far as the ledger and the debtor know.
    settled = paid("P-2", date(2025, 6, 15), 400, F_2=400)
    assert [one.invoice for one in asked(*facts, later, settled).fixed_lines] == ["F-1"]


def test_a_shortage_of_that_sort_is_paid_by_the_next_surplus() -> None:
    facts = (
        late(),
        paid("P-1", date(2025, 3, 31), 10_300),
        late("F-2", 700, date(2025, 8, 15), issued_on=date(2025, 5, 15)),
        paid("P-2", date(2025, 6, 10), 400, F_2=400),
    )
    assert asked(*facts).item("F-2").principal == euros("212.56")
    assert asked(*facts, paid("P-3", date(2025, 6, 11), 300)).principal == euros(0)
    # Once it is late, it bears interest like any other.
    later = asked(*facts, paid("P-3", date(2025, 9, 15), 300), as_of=date(2025, 9, 30))
    assert later.item("F-2").interest_paid == euros("2.19")
    assert later.principal == euros(0)


def test_money_directed_to_an_invoice_to_come_pays_no_interest_meanwhile() -> None:
    later = late("F-2", 700, date(2025, 9, 30), issued_on=date(2025, 7, 15))
    advance = paid("P-2", date(2025, 4, 30), 800, F_2=700)
    facts = late(), paid("P-1", date(2025, 3, 31), 10_000, F_1=10_000), later, advance
    statement = asked(*facts)
    # 100 were not directed: they pay what F-1 still owes.
    assert statement.item("F-1").principal == euros("114.86")
    assert statement.unapplied == euros(700)


def test_money_counts_from_the_day_it_came_whatever_the_advice_says_later() -> None:
    advice = CashApplication(
        "R-1", date(2025, 6, 2), source="P-1", invoice="F-1", amount=euros(5_000)
    )
    payment = paid("P-1", date(2025, 3, 31), 5_000)
    statement = asked(late(), payment, advice, conventions=BY_HAND)
    assert spans(statement)[0] == "F-1 2025-02-01 2025-03-31 10000.00"
    assert statement.items[0].received[0].on == date(2025, 3, 31)


def test_an_advice_moves_money_from_one_invoice_to_another_since_it_came() -> None:
    facts = (
        late(),
        late("F-2", 5_000, date(2025, 2, 28)),
        paid("P-1", date(2025, 3, 31), 3_000),
    )
    advice = CashApplication(
        "R-1", date(2025, 6, 2), source="P-1", invoice="F-2", amount=euros(3_000)
    )
    assert [one.id for one in asked(*facts).items if one.received] == ["F-1"]
    statement = asked(*facts, advice)
    (moved,) = [one for one in statement.items if one.received]
    assert (moved.id, moved.received[0].on) == ("F-2", date(2025, 3, 31))
    assert statement.item("F-1").interest == euros("540.41")


# --- money that goes back -------------------------------------------------------------------------


def back(reason: str, amount: int | None = None, on: date = date(2025, 5, 31)) -> Reversal:
    money = None if amount is None else euros(amount)
    return Reversal("X-1", on, payment="P-1", amount=money, reason=reason)


@pytest.mark.parametrize("reason", ["returned", "chargeback", "misposted"])
def test_money_that_never_was_there_paid_nothing(reason: str) -> None:
    facts = late(), paid("P-1", date(2025, 3, 31), 4_000, F_1=4_000)
    statement = asked(*facts, back(reason))
    assert spans(statement) == ["F-1 2025-02-01 2025-06-30 10000.00"]
    assert statement.total == asked(late()).total
    before = asked(*facts, back(reason), as_of=date(2025, 5, 30))
    assert before.principal == euros("6212.56")


def test_a_part_that_went_back_is_open_again_since_its_due_date() -> None:
    statement = asked(
        late(), paid("P-1", date(2025, 3, 31), 4_000, F_1=4_000), back("returned", 1_000)
    )
    same = asked(late(), paid("P-1", date(2025, 3, 31), 3_000, F_1=3_000))
    assert statement.total == same.total


def test_money_that_we_refunded_was_there_until_then() -> None:
    payment = paid("P-1", date(2025, 3, 31), 4_000, F_1=4_000)
    statement = asked(late(), payment, back("refunded"), appropriation="principal_first")
    assert spans(statement) == [
        "F-1 2025-02-01 2025-03-31 10000.00",
        "F-1 2025-04-01 2025-05-31 6000.00",
        "F-1 2025-06-01 2025-06-30 10000.00",
    ]
    assert statement.principal == euros(10_000)
    assert statement.fixed_sums == euros(40)


def test_a_refund_owes_again_what_was_paid_last() -> None:
    payment = paid("P-1", date(2025, 3, 31), 4_000, F_1=4_000)
    first = asked(late(), payment, back("refunded", 3_900))
    (item,) = first.items
    # 212.56 of interest, then 3787.44 of principal: the principal comes back first.
    assert (item.interest_paid, item.principal) == (euros("100.00"), euros(10_000))
    whole = paid("P-1", date(2025, 3, 31), 10_100, F_1=10_100)
    (item,) = asked(late(), whole, back("refunded", 150), appropriation="principal_first").items
    assert (item.interest_paid, item.principal) == (euros(0), euros(50))


def test_a_refund_of_what_settled_nothing_changes_nothing() -> None:
    payment = paid("P-1", date(2025, 3, 31), 10_512, F_1=10_000)
    statement = asked(late(), payment, back("refunded", 200))
    assert statement.principal == statement.interest == euros(0)
    assert statement.unapplied == euros("99.44")


def test_money_given_back_on_the_day_it_came_was_there_on_no_day() -> None:
    day = date(2025, 3, 3)
    same = Reversal("X-1", day, payment="P-1", reason="refunded")
    statement = asked(late(), paid("P-1", day, 1_000), same)
    assert (statement.total, statement.unapplied) == (asked(late()).total, euros(0))
    assert statement.items[0].received == ()


@pytest.mark.parametrize("appropriation", ["interest_first", "principal_first"])
def test_money_that_waits_for_an_invoice_and_goes_back_is_owed_by_no_other(
    appropriation: str,
) -> None:
    """A part was directed to an invoice that is not issued yet, and all of it came back unpaid."""
    day = date(2025, 3, 8)
    first, second = late("F-1", 10), late("F-2", 150, date(2025, 2, 20))
    later = late("F-9", 100, date(2025, 11, 10), issued_on=date(2025, 10, 15))
    payment = paid("P-1", day, 300, F_9=100, F_1=10)
    returned = Reversal("X-1", day, payment="P-1", reason="returned")
    statement = asked(first, second, later, payment, returned, appropriation=appropriation)
    assert [one.principal for one in statement.items] == [euros(10), euros(150)]
    assert statement.unapplied == euros(0)


def test_what_waits_for_an_invoice_goes_back_first() -> None:
    """Half of it came back: of the hundred for the later invoice, and then of what paid."""
    day = date(2025, 3, 8)
    first, second = late("F-1", 10), late("F-2", 150, date(2025, 2, 20))
    later = late("F-9", 100, date(2025, 11, 10), issued_on=date(2025, 10, 15))
    payment = paid("P-1", day, 260, F_9=100, F_1=10)
    half = Reversal("X-1", date(2025, 3, 20), payment="P-1", amount=euros(130), reason="returned")
    facts = (first, second, later, payment, half)
    statement = asked(*facts, appropriation="principal_first")
    assert statement.principal == position_of(account(*facts), as_of=AS_OF).amount_of("open", "EUR")
    assert statement.principal == euros(30)


def test_what_waited_for_an_invoice_pays_where_an_advice_moved_it() -> None:
    """A credit note for the dispute about an invoice to come, of which an advice used the half."""
    day = date(2025, 1, 20)
    later = late("F-9", 500, date(2025, 11, 10), issued_on=date(2025, 9, 1))
    facts = (
        *(late("F-1", 100), later),
        Dispute("D-1", day, invoice="F-9", resolved_on=day),
        CreditNote("A-1", day, total=euros(200), dispute="D-1"),
        CashApplication("R-1", day, source="A-1", invoice="F-1", amount=euros(200)),
    )
    statement = asked(*facts, conventions=BY_HAND)
    open_ = position_of(account(*facts), as_of=AS_OF, conventions=BY_HAND).amount_of("open", "EUR")
    assert (statement.principal, statement.interest, open_) == (euros(0), euros(0), euros(0))


def test_a_refunded_surplus_is_owed_again_where_it_paid_and_nowhere_else() -> None:
    """It paid the interest of F-1; F-2 was paid in time, and owes nothing before or after."""
    second = late("F-2", 500, date(2025, 5, 31))
    facts = [
        *(late(), second, paid("P-0", date(2025, 3, 3), 10_000, F_1=10_000)),
        paid("P-2", date(2025, 5, 30), 500, F_2=500),
        paid("P-1", date(2025, 6, 2), 200),
    ]
    back = Reversal("X-1", date(2025, 6, 10), payment="P-1", reason="refunded")
    conditions = {"appropriation": "principal_first"}
    before, after = asked(*facts, **conditions), asked(*facts, back, **conditions)
    assert [(one.id, one.interest) for one in before.items] == [("F-1", euros(0))]
    ((name, interest),) = [(one.id, one.interest) for one in after.items]
    assert (name, interest) == ("F-1", before.items[0].accrued)
    assert interest > euros(0)
    assert after.unapplied == euros(0)


def test_what_was_refunded_is_reached_by_a_later_surplus() -> None:
    facts = (
        late(),
        paid("P-1", date(2025, 3, 31), "10212.56"),
        back("refunded", 1_000, on=date(2025, 4, 15)),
        paid("P-2", date(2025, 4, 30), 1_010),
    )
    statement = asked(*facts)
    assert statement.principal == statement.interest == euros(0)
    assert statement.unapplied == euros("4.60")


def test_a_deposit_directed_and_refunded_was_there_until_then() -> None:
    deposit = Payment(
        "P-1",
        date(2025, 3, 31),
        amount=euros(5_000),
        purpose=PaymentPurpose.DEPOSIT,
        allocations=(Allocation("F-1", euros(4_000)),),
    )
    statement = asked(late(), deposit, back("refunded"), appropriation="principal_first")
    assert [line.split()[-1] for line in spans(statement)] == ["10000.00", "6000.00", "10000.00"]
    assert statement.unapplied == euros(0)
    # Beside it, money that is too much settles all there is, once the deposit is gone.
    settled = paid("P-2", AS_OF, 11_000, F_1=11_000)
    statement = asked(late(), deposit, back("refunded"), settled)
    assert statement.principal == statement.interest == euros(0)


def test_a_refund_may_reach_the_interest_alone() -> None:
    whole = paid("P-1", date(2025, 3, 31), 10_100, F_1=10_100)
    statement = asked(late(), whole, back("refunded", 60), appropriation="principal_first")
    (item,) = statement.items
    assert (item.principal, item.interest_paid) == (euros(0), euros(40))
    assert [one.interest.minor for one in item.received] == [10_000, -6_000]


def test_a_surplus_passes_by_what_owes_nothing_any_more() -> None:
    # A refund is in the account, so nothing is forgotten; what is settled is still not paid twice.
    facts = (
        late(),
        late("F-2", 500, date(2025, 2, 28)),
        paid("P-1", date(2025, 3, 31), "10212.56", F_1="10212.56"),
        paid("P-2", date(2025, 3, 31), 700, F_2=500),
        back("refunded", 1_000),
        paid("P-3", date(2025, 4, 15), 50),
    )
    statement = asked(*facts, as_of=date(2025, 5, 30))
    assert statement.total == euros(80)
    # 194.42 of the second payment, and the third.
    assert statement.unapplied == euros("244.42")


# --- many days ------------------------------------------------------------------------------------


def test_what_is_kept_of_rates_and_sums_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recouvrement.position.interest.rate_series._MOST_KEPT", 3)
    law = pack("FR").accepting("nobody")  # a pack of its own, so that nothing is kept for it
    invoices = [
        late(f"F-{number}", 1_000, date(2025, 1, 2) + timedelta(number)) for number in range(8)
    ]
    first = interest_statement(account(*invoices), as_of=AS_OF, law=law)
    again = interest_statement(account(*invoices), as_of=AS_OF, law=law)
    assert first.to_rows() == again.to_rows() == asked(*invoices).to_rows()


# --- what was known -------------------------------------------------------------------------------


def test_a_payment_entered_later_is_not_in_what_was_known() -> None:
    entered = Payment(
        "P-1",
        date(2025, 3, 31),
        amount=euros(4_000),
        recorded_on=date(2025, 4, 3),
        allocations=(Allocation("F-1", euros(4_000)),),
    )
    on = date(2025, 3, 31)
    assert asked(late(), entered, as_of=on).principal == euros("6212.56")
    assert asked(late(), entered, as_of=on, known_on=on).principal == euros(10_000)


def test_a_statement_survives_being_pickled() -> None:
    statement = asked(late(), paid("P-1", date(2025, 3, 31), 4_000), contract_rate=5)
    again = pickle.loads(pickle.dumps(statement))  # noqa: S301 (our own)
    assert again.text() == statement.text()
    assert again == statement


def test_an_item_of_the_statement_must_be_in_it() -> None:
    with pytest.raises(InvalidInput, match="F-9") as error:
        asked(late()).item("F-9")
    assert error.value.field == "item"


def test_bad_currency_is_refused_as_money_refuses_it() -> None:
    with pytest.raises(InvalidFact):
        asked(late(), currency="XXX")
