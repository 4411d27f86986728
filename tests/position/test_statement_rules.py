"""What a statement rests on beside rates: day counts, interest on interest, sums not held."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    BusinessCalendar,
    Conventions,
    CreditNote,
    Debtor,
    DebtorKind,
    Insolvency,
    InvalidInput,
    Invoice,
    Money,
    Payment,
)
from recouvrement.facts.fact import Fact
from recouvrement.law import Caveat, CaveatCode, pack, read_pack
from recouvrement.position import Statement, StatementCaveat, interest_statement

DUE, ONE_DAY = date(2024, 12, 31), timedelta(1)
A_YEAR = date(2025, 12, 31)
# Not next to a change of rates.
MIDDLE = date(2025, 1, 15)


def euros(amount: str | int) -> Money:
    return Money.of(amount, "EUR")


def late(due: date = DUE, total: str | int = 10_000) -> Invoice:
    return Invoice("F-1", due - timedelta(30), due_on=due, total=euros(total))


def paid(on: date, amount: str | int) -> Payment:
    parts = (Allocation("F-1", euros(amount)),)
    return Payment("P-1", on, amount=euros(amount), allocations=parts)


def asked(*facts: Fact, kind: str = "business", **options: Any) -> Statement:
    account = Account.of(Debtor("C-17", "Atelier Vasseur", kind=DebtorKind(kind)), *facts)
    return interest_statement(account, **{"as_of": A_YEAR, "law": "FR", **options})


def said(statement: Statement, code: str) -> list[Caveat]:
    return [one for one in statement.caveats if one.code == code]


# --- day counts -----------------------------------------------------------------------------------


@pytest.mark.parametrize("law", ["ES", "NL", "LU"])
def test_a_day_count_that_is_only_remembered_is_refused_unless_given_or_accepted(law: str) -> None:
    with pytest.raises(InvalidInput) as error:
        asked(late(), law=law)
    assert error.value.field == "allow"
    assert error.value.expected.startswith(
        f"a day count of the caller's, or '{law}' or 'day_count'"
    )
    names = ["day_count", "fixed_sum"]
    given = asked(late(), law=law, day_count="ACT/365", allow=["fixed_sum"])
    accepted = asked(late(), law=law, allow=names)
    assert given.interest == accepted.interest
    articles = [one.article for one in said(accepted, "from_memory") if one.article == "no article"]
    assert articles == ["no article"]
    assert "no article" not in [one.article for one in given.caveats]


def test_a_day_count_of_a_secondary_source_says_so_in_the_statement() -> None:
    german = asked(late(), law="DE")
    assert [one.article for one in said(german, "secondary_source")] == ["no article", "BGB, § 289"]
    chosen = asked(late(), law="DE", day_count="30E/360")
    assert [one.article for one in said(chosen, "secondary_source")] == ["BGB, § 289"]
    # Nothing late, nothing to say.
    assert asked(late(A_YEAR), law="DE").caveats == ()
    assert asked(late()).caveats == ()


# --- interest on interest -------------------------------------------------------------------------


@pytest.mark.parametrize("law", ["AT", "ES", "FR-public", "IE"])
def test_simple_interest_that_nobody_looked_up_says_so(law: str) -> None:
    kind = "public" if law == "FR-public" else "business"
    options: dict[str, Any] = {
        "law": law,
        "kind": kind,
        "day_count": "ACT/365",
        "as_of": date(2025, 3, 1),
    }
    (caveat,) = said(asked(late(MIDDLE), **options), CaveatCode.COMPOUNDING_NOT_VERIFIED)
    assert caveat.article == "Directive 2011/7/EU, art. 2"
    assert "simple interest" in str(caveat.value("title"))
    none_late = asked(late(date(2025, 3, 1)), **options)
    assert said(none_late, CaveatCode.COMPOUNDING_NOT_VERIFIED) == []


@pytest.mark.parametrize("law", ["FR", "DE", "UK", "LU"])
def test_simple_interest_that_was_looked_up_is_not_in_doubt(law: str) -> None:
    options: dict[str, Any] = {"law": law, "day_count": "ACT/365", "allow": ["fixed_sum"]}
    assert said(asked(late(), **options), CaveatCode.COMPOUNDING_NOT_VERIFIED) == []


def test_a_year_of_dutch_interest_is_computed() -> None:
    statement = asked(late(), law="NL", day_count="ACT/365")
    # 181 days at 11.15, 184 at 10.15.
    assert statement.interest == euros("552.92") + euros("511.67")
    assert said(statement, CaveatCode.INTEREST_ON_INTEREST) == []


@pytest.mark.parametrize(
    "options", [{}, {"contract_rate": 12}, {"appropriation": "principal_first"}]
)
def test_more_than_a_year_of_dutch_interest_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match=r"BW 6:119a \(3\) adds") as error:
        asked(late(), law="NL", day_count="ACT/365", as_of=A_YEAR + ONE_DAY, **options)
    assert error.value.field == "allow"
    assert error.value.got == "interest since 2025-01-01"


@pytest.mark.parametrize("name", ["NL", "compounds"])
def test_more_than_a_year_of_dutch_interest_is_simple_for_whoever_accepts_it(name: str) -> None:
    due, as_of = date(2023, 7, 1), date(2026, 6, 30)
    statement = asked(late(due), law="NL", day_count="ACT/365", as_of=as_of, allow=[name])
    assert statement.interest == euros("3410.38")
    (caveat,) = said(statement, CaveatCode.INTEREST_ON_INTEREST)
    assert caveat.article == "BW 6:119a (3)"
    assert (caveat.value("invoice"), caveat.value("since")) == ("F-1", due + ONE_DAY)


def test_dutch_interest_that_ended_within_the_year_is_computed() -> None:
    later: dict[str, Any] = {"law": "NL", "day_count": "ACT/365", "as_of": date(2026, 6, 30)}
    settled = paid(date(2025, 3, 31), "10274.93")
    done = asked(late(), settled, **later)
    assert (done.principal, done.interest) == (euros(0), euros(0))
    # Interest left unpaid a year on would bear interest, even with no principal left.
    with pytest.raises(InvalidInput, match="BW 6:119a"):
        asked(late(), paid(date(2025, 3, 31), 10_000), appropriation="principal_first", **later)
    opened = Insolvency("J-1", "liquidation", opened_on=date(2025, 3, 1))
    stopped = asked(late(), opened, **later)
    assert stopped.interest > euros(0)
    # What was never late bears none.
    assert asked(late(date(2026, 6, 30)), **later).interest == euros(0)


# --- payments -------------------------------------------------------------------------------------


def test_that_payments_pay_french_interest_first_is_a_reading_and_said() -> None:
    (caveat,) = asked(late(), paid(date(2025, 3, 31), 100)).caveats
    assert (caveat.code, caveat.article) == ("appropriation_not_settled", "Code civil, art. 1343-1")
    for facts, options in (
        ((late(),), {}),
        ((late(), paid(DUE, 100)), {}),
        ((late(), paid(date(2025, 3, 31), 100)), {"appropriation": "principal_first"}),
    ):
        assert said(asked(*facts, **options), "appropriation_not_settled") == []
    note = CreditNote("A-1", DUE, total=euros(5), allocations=(Allocation("F-1", euros(5)),))
    assert said(asked(late(), note), "appropriation_not_settled") == []


# --- fixed sums -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("law", "allow"), [("NL", []), ("IE", []), ("CH", ["CH"])])
def test_a_sum_that_the_pack_does_not_hold_is_said_and_not_computed(
    law: str, allow: list[str]
) -> None:
    options: dict[str, Any] = {
        "law": law,
        "day_count": "ACT/365",
        "allow": allow,
        "as_of": date(2025, 3, 1),
    }
    statement = asked(late(MIDDLE), **options)
    (caveat,) = said(statement, StatementCaveat.FIXED_SUM_NOT_HELD)
    assert caveat.value("invoice") == "F-1"
    assert statement.fixed_sums == euros(0)
    assert statement.total == statement.principal + statement.interest
    assert [one.fixed_sum_computed for one in statement.items] == [False]
    assert said(asked(late(date(2025, 3, 1)), **options), StatementCaveat.FIXED_SUM_NOT_HELD) == []


def test_a_law_that_gives_no_sum_and_one_in_another_currency_are_something_else() -> None:
    old = asked(late(date(2014, 6, 1)), law="DE", as_of=date(2014, 7, 1))
    assert said(old, StatementCaveat.FIXED_SUM_NOT_HELD) == []
    assert [one.fixed_sum_computed for one in old.items] == [True]
    consumer = asked(late(), law="DE", kind="consumer")
    assert said(consumer, StatementCaveat.FIXED_SUM_NOT_HELD) == []


# --- due dates ------------------------------------------------------------------------------------

SATURDAY = date(2022, 12, 31)


def test_a_german_due_date_on_a_weekend_is_said_and_the_figure_left() -> None:
    statement = asked(late(SATURDAY), law="DE", as_of=date(2023, 6, 30))
    assert statement.lines[0].since == date(2023, 1, 1)
    assert statement.interest == euros("526.64")
    (caveat,) = said(statement, StatementCaveat.DUE_ON_WEEKEND)
    assert caveat.article == "BGB, § 193"
    assert [caveat.value(name) for name in ("invoice", "due_on", "moved")] == [
        "F-1",
        SATURDAY,
        date(2023, 1, 2),
    ]


def test_holidays_that_the_host_knows_move_it_too() -> None:
    holidays = BusinessCalendar(
        holidays=[date(2023, 1, 2), date(2024, 1, 1)],
        valid_from=date(2023, 1, 1),
        valid_until=date(2023, 12, 31),
    )
    options: dict[str, Any] = {
        "law": "DE",
        "as_of": date(2024, 6, 30),
        "conventions": Conventions(calendar=holidays),
    }
    # A calendar that ends does not stop the statement.
    (caveat,) = said(asked(late(SATURDAY), **options), StatementCaveat.DUE_ON_WEEKEND)
    assert caveat.value("moved") == date(2023, 1, 3)
    (caveat,) = said(asked(late(date(2024, 1, 1)), **options), StatementCaveat.DUE_ON_WEEKEND)
    assert caveat.value("moved") == date(2024, 1, 2)


def test_a_working_day_and_a_law_that_moves_none_say_nothing() -> None:
    friday = asked(late(date(2022, 12, 30)), law="DE", as_of=date(2023, 6, 30))
    assert said(friday, StatementCaveat.DUE_ON_WEEKEND) == []
    french = asked(late(SATURDAY), as_of=date(2023, 6, 30))
    assert said(french, StatementCaveat.DUE_ON_WEEKEND) == []


# --- rates agreed with a British debtor -----------------------------------------------------------

WITH_CONTRACT = "fixed_sum.with_contract_rate"


def british(**options: Any) -> Statement:
    pounds = Invoice("F-1", date(2024, 12, 1), due_on=DUE, total=Money.of(10_000, "GBP"))
    return asked(pounds, **{"law": "UK", **options})


def test_the_british_fixed_sum_goes_with_the_rate_of_the_law() -> None:
    assert british().fixed_sums == Money.of(100, "GBP")
    statement = british(contract_rate=9)
    assert statement.fixed_sums == Money.of(0, "GBP")
    assert statement.fixed_lines == ()
    (caveat,) = said(statement, StatementCaveat.FIXED_SUM_WITH_AGREED_RATE)
    assert caveat.article.endswith("s. 5A (1)")
    assert caveat.values == (("invoice", "F-1"),)
    assert said(british(), StatementCaveat.FIXED_SUM_WITH_AGREED_RATE) == []
    # The contract leaves it, as the host says by the name of the row.
    ways: list[dict[str, Any]] = [
        {"allow": [WITH_CONTRACT]},
        {"law": pack("UK").accepting(WITH_CONTRACT)},
    ]
    for options in ways:
        kept = british(contract_rate=9, **options)
        assert kept.fixed_sums == Money.of(100, "GBP")
        assert said(kept, StatementCaveat.FIXED_SUM_WITH_AGREED_RATE) == []


def test_that_an_agreed_rate_leaves_no_sum_is_a_row_of_the_pack() -> None:
    row = """
version        = "2026.12"
verified_until = 2026-12-31

[[parameter]]
name    = "fixed_sum.with_contract_rate"
value   = VALUE
article = "as we were told"
source  = { title = "our counsel", published = "this test", read_on = 2026-11-21 }
"""
    france = read_pack(row.replace("VALUE", "false"), base=pack("FR"))
    statement = asked(late(), law=france, contract_rate=20)
    assert statement.fixed_sums == euros(0)
    (caveat,) = said(statement, StatementCaveat.FIXED_SUM_WITH_AGREED_RATE)
    assert caveat.article == "as we were told"
    assert asked(late(), law=france).fixed_sums == euros(40)
    assert asked(late(), contract_rate=20).fixed_sums == euros(40)
    britain = read_pack(row.replace("VALUE", "true"), base=pack("UK"))
    assert british(contract_rate=9, law=britain).fixed_sums == Money.of(100, "GBP")


# --- consumers ------------------------------------------------------------------------------------


def test_that_a_german_consumer_must_be_told_by_the_invoice_is_said() -> None:
    statement = asked(late(), law="DE", kind="consumer")
    (caveat,) = said(statement, "consumer_told_by_invoice")
    assert caveat.article == "BGB, § 286 (3)"
    assert said(asked(late(), law="DE"), "consumer_told_by_invoice") == []
    assert said(asked(late(), law="DE", kind="consumer", as_of=DUE), caveat.code) == []


# --- Ireland --------------------------------------------------------------------------------------


def test_irish_interest_is_refused_where_the_due_date_has_another_rate_than_the_day_after() -> None:
    options: dict[str, Any] = {"law": "IE", "as_of": date(2026, 8, 1)}
    with pytest.raises(InvalidInput, match="'IE' or 'interest' among the names accepted"):
        asked(late(date(2026, 6, 30)), **options)
    (line,) = asked(late(date(2026, 7, 1)), **options).lines
    assert line.rate == Decimal("10.40")
    accepted = asked(late(date(2026, 6, 30)), allow=["interest"], **options)
    assert said(accepted, CaveatCode.FIXING_NOT_SETTLED) != []


# --- articles -------------------------------------------------------------------------------------


def test_a_line_over_two_numbers_of_an_article_cites_both() -> None:
    (line,) = asked(late(date(2018, 6, 30)), as_of=date(2020, 6, 30)).lines
    assert line.source.article == (
        "Code de commerce, art. L441-6 (until 25 April 2019); Code de commerce, art. L441-10 II"
    )
    (line,) = asked(late(date(2015, 6, 30)), as_of=date(2015, 12, 31)).lines
    assert line.source.article == "Code de commerce, art. L441-6 (until 25 April 2019)"


# --- rows of a host -------------------------------------------------------------------------------

SIMPLE = """
version        = "2026.12"
verified_until = 2026-12-31

[compounds]
value   = "never"
article = "a term of the contract"
source  = { title = "the contract", published = "this test", read_on = 2026-11-21 }

[day_count]
value   = "ACT/365"
article = "a term of the contract"
source  = { title = "the contract", published = "this test", read_on = 2026-11-21 }
"""


def test_rows_of_the_host_settle_what_the_pack_leaves_open() -> None:
    own = read_pack(SIMPLE, base=pack("NL"))
    statement = asked(late(), law=own, as_of=date(2026, 6, 30))
    assert statement.interest > euros(1500)
    assert {one.code for one in statement.caveats} == {StatementCaveat.FIXED_SUM_NOT_HELD}
