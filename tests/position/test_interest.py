"""Statements of interest: published examples, and cases worked out from the rates."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.position.day_by_day import Receipt, count, rate_of, rows_of, thirty

from recouvrement import (
    Account,
    Allocation,
    CreditNote,
    Debtor,
    DebtorKind,
    EndOfMonth,
    Invoice,
    Money,
    Payment,
    PaymentTerms,
)
from recouvrement.facts.fact import Fact
from recouvrement.law import pack
from recouvrement.position import Statement, interest_statement

ONE_DAY = timedelta(1)
CURRENCY = {"FR": "EUR", "FR-public": "EUR", "DE": "EUR", "UK": "GBP", "CH": "CHF"}


def euros(amount: str | int | Decimal) -> Money:
    return Money.of(amount, "EUR")


def business(*facts: Fact, kind: str = "business") -> Account:
    return Account.of(Debtor("C-17", "Atelier Vasseur", kind=DebtorKind(kind)), *facts)


def invoice(total: Money, due_on: date, name: str = "F-1", **more: Any) -> Invoice:
    more.setdefault("issued_on", due_on - timedelta(30))
    return Invoice(name, due_on=due_on, total=total, **more)


def payment(name: str, on: date, amount: Money, to: str | None = "F-1") -> Payment:
    parts = [] if to is None else [Allocation(to, amount)]
    return Payment(name, on, amount=amount, allocations=tuple(parts))


def credit(name: str, on: date, amount: Money, to: str = "F-1") -> CreditNote:
    return CreditNote(name, on, total=amount, allocations=(Allocation(to, amount),))


def drawn(statement: Statement) -> list[str]:
    return [
        f"{one.since} {one.until} {one.days} {one.base.amount} {one.rate} {one.amount.amount}"
        for one in statement.lines
    ]


# --- published examples: docs/law/tables/worked_examples.csv --------------------------------------

EXAMPLES = {row["id"]: row for row in rows_of("worked_examples.csv")}
PLAIN = ("W06", "W07", "W17", "W18", "W22", "W26")


@pytest.mark.parametrize("name", PLAIN)
def test_published_example(name: str) -> None:
    row = EXAMPLES[name]
    law, days = row["jurisdiction"], int(row["days"])
    # W06, W07 and W26 publish a number of days and no dates: the date is ours, in one semester and
    # in no leap year, and none of the three depends on it.
    due = date.fromisoformat(row["due_date"]) if row["due_date"] else date(2025, 3, 1)
    basis = {"360": "ACT/360", "365": "ACT/365", "366": "ACT/ACT"}[row["day_base"]]
    total = Money.of(row["principal"], row["currency"])
    # W22 and W26 are about the rate of the law, W26 about its day count too.
    statement = interest_statement(
        business(invoice(total, due)),
        as_of=due + timedelta(days),
        law=law,
        contract_rate=None if name in {"W22", "W26"} else row["rate_pct"],
        day_count=None if name == "W26" else basis,
        allow=("CH",),
    )
    assert statement.day_count == basis
    (line,) = statement.lines
    assert line.days == days
    assert str(statement.interest.amount) == row["published_result"], row["source"]
    assert line.rate == Decimal(row["rate_pct"])


@pytest.mark.parametrize(("name", "rule"), [("W12", "interest_first"), ("W13", "principal_first")])
def test_published_example_of_a_part_payment(name: str, rule: str) -> None:
    row = EXAMPLES[name]
    account = business(
        invoice(euros(row["principal"]), date.fromisoformat(row["due_date"])),
        payment("P-1", date(2025, 7, 1), euros(4000)),
    )
    statement = interest_statement(
        account,
        as_of=date.fromisoformat(row["end_date"]),
        law="FR",
        contract_rate=row["rate_pct"],
        appropriation=rule,
    )
    assert "+".join(str(one.days) for one in statement.lines) == row["days"]
    said = (
        f"principal {statement.principal.amount.normalize():f};"
        f" interest {statement.interest.amount}; total {statement.total.amount}"
    )
    assert said == row["published_result"], row["source"]
    assert statement.fixed_sums == euros(row["fixed_sum"])


def test_published_example_where_the_floor_is_above_the_rate_of_the_law() -> None:
    row = EXAMPLES["W33"]
    # Published as "from 1 July": the first day that bears interest, as the days here are counted
    # from the day after the due date, which the table therefore has a day later.
    due, end = date.fromisoformat(row["due_date"]) - ONE_DAY, date.fromisoformat(row["end_date"])
    account = business(invoice(euros(1000), due))
    (line,) = interest_statement(account, as_of=end, law="FR").lines
    assert f"default {line.rate}; floor {pack('FR').floor(end).value}" == row["published_result"]  # type: ignore[union-attr]
    # Without a clause the floor is no rate at all, even when it is asked to be applied.
    (line,) = interest_statement(account, as_of=end, law="FR", floor="apply").lines
    assert str(line.rate) == "14.25"


def test_every_published_example_is_tested() -> None:
    assert {*PLAIN, "W12", "W13", "W33"} == EXAMPLES.keys()


@pytest.mark.parametrize("row", rows_of("eom_terms.csv"), ids=lambda row: row["invoice_date"])
def test_published_end_of_month_terms(row: dict[str, str]) -> None:
    issued = date.fromisoformat(row["invoice_date"])
    readings = (
        ("reading_A_plus45_then_eom", EndOfMonth.DAYS_THEN_MONTH_END),
        ("reading_B_eom_then_plus45", EndOfMonth.MONTH_END_THEN_DAYS),
    )
    for column, reading in readings:
        due = PaymentTerms.month_end(45, reading).due_on(issued)
        assert due.isoformat() == row[column], row["source"]


# --- worked out from the rates: golden_statements.toml --------------------------------------------

GOLDEN: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "golden_statements.toml").read_text(encoding="utf-8")
)["case"]


def receipts(case: dict[str, Any]) -> Iterator[Receipt]:
    for said in case.get("received", ()):
        on, kind, amount = said.split()
        yield Receipt(date.fromisoformat(on), Decimal(amount), cash=kind == "payment")


def options(case: dict[str, Any]) -> dict[str, Any]:
    return {
        name: case[name] for name in ("appropriation", "day_count", "contract_rate") if name in case
    }


def account_of(case: dict[str, Any]) -> Account:
    law = case["law"].split()[0]
    kind = (
        "consumer" if "consumer" in case["law"] else "public" if law == "FR-public" else "business"
    )
    facts: list[Fact] = [invoice(Money.of(case["total"], CURRENCY[law]), case["due_on"])]
    for number, one in enumerate(receipts(case)):
        amount = Money.of(one.amount, CURRENCY[law])
        make = payment if one.cash else credit
        facts.append(make(f"S-{number}", one.on, amount))
    return business(*facts, kind=kind)


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_statement_worked_out_from_the_rates(case: dict[str, Any]) -> None:
    law = case["law"].split()[0]
    statement = interest_statement(account_of(case), as_of=case["as_of"], law=law, **options(case))
    assert drawn(statement) == case["lines"]
    assert str(statement.principal.amount) == case["principal"]
    assert str(statement.interest.amount) == case["interest"]
    assert str(statement.fixed_sums.amount) == case["fixed_sum"]
    expected = sum(Decimal(case[name]) for name in ("principal", "interest", "fixed_sum"))
    assert statement.total.amount == expected


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_each_line_is_base_times_rate_times_days(case: dict[str, Any]) -> None:
    for line in case["lines"]:
        since, until, days, base, rate, amount = line.split()
        first, last = date.fromisoformat(since), date.fromisoformat(until)
        basis = case.get("day_count", "ACT/365")
        if basis == "30E/360":
            counted = Decimal(days) / 360
            assert int(days) == thirty(last) - thirty(first - ONE_DAY)
        elif basis == "ACT/ACT":
            # By calendar year: so many days of 365, so many of 366.
            counted = Decimal(0)
            for year in range(first.year, last.year + 1):
                start, end = max(first, date(year, 1, 1)), min(last, date(year, 12, 31))
                length = (date(year, 12, 31) - date(year, 1, 1)).days + 1
                counted += Decimal((end - start).days + 1) / length
        else:
            assert int(days) == (last - first).days + 1
            counted = Decimal(days) / Decimal(basis[4:])
        exact = Decimal(base) * Decimal(rate) / 100 * counted
        assert str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP)) == amount


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["name"])
def test_golden_case_agrees_with_counting_day_by_day(case: dict[str, Any]) -> None:
    start = case["due_on"] + ONE_DAY
    agreed = case.get("contract_rate")
    found = count(
        Decimal(case["total"]),
        case["due_on"],
        case["as_of"],
        receipts(case),
        lambda day: Decimal(agreed) if agreed else rate_of(case["law"], day, start),
        interest_first=case.get("appropriation") != "principal_first",
        day_count=case.get("day_count", "ACT/365"),
    )
    assert (found.principal, found.interest) == (
        Decimal(case["principal"]),
        Decimal(case["interest"]),
    )


def test_there_are_sixty_cases_or_more() -> None:
    assert len(GOLDEN) + len(EXAMPLES) >= 60
