"""Interest counted one day after the other, by somebody who knows no tricks.

No segments, no ledger, no integers: the rates are looked up in the tables that were read, day by
day, and the cents are rounded where the rate or the principal changes. It shares no code with the
library.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import NamedTuple

TABLES = Path(__file__).parents[2] / "docs" / "law" / "tables"
ONE_DAY = timedelta(1)
CENT = Decimal("0.01")


class Receipt(NamedTuple):
    """Cash, or a credit note where `cash` is False."""

    on: date
    amount: Decimal
    cash: bool = True


class Line(NamedTuple):
    since: date
    until: date
    base: Decimal
    rate: Decimal
    amount: Decimal


class Counted(NamedTuple):
    principal: Decimal
    interest: Decimal
    accrued: Decimal
    lines: tuple[Line, ...]


def rows_of(name: str) -> list[dict[str, str]]:
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def french() -> dict[tuple[int, bool], Decimal]:
    """The French default rate by year and half of it."""
    return {
        (int(row["semester"][:4]), row["semester"].endswith("S2")): Decimal(
            row["fr_l441_10_default_pct"]
        )
        for row in rows_of("fr_default_rate_by_semester.csv")
    }


@cache
def british() -> dict[tuple[int, bool], Decimal]:
    """The British rate by the year and half of it in which interest starts."""
    return {
        (int(row["interest_starts_in"][:4]), row["interest_starts_in"].endswith("S2")): Decimal(
            row["statutory_pct_locked_for_whole_debt"]
        )
        for row in rows_of("uk_statutory_rate.csv")
    }


@cache
def german() -> list[tuple[date, Decimal]]:
    """The Basiszinssatz, where it changed."""
    return [
        (date.fromisoformat(row["effective_date"]), Decimal(row["basiszinssatz_pct"]))
        for row in rows_of("de_basiszinssatz.csv")
    ]


def german_rate(day: date, margin: int) -> Decimal:
    return [base for since, base in german() if since <= day][-1] + margin


def rate_of(law: str, day: date, start: date) -> Decimal:
    """The rate of a day for interest that started on another."""
    match law:
        case "FR":
            return french()[day.year, day.month > 6]
        case "FR-public":
            return french()[start.year, start.month > 6] - 2
        case "UK":
            return british()[start.year, start.month > 6]
        case "DE":
            return german_rate(day, 9)
        case _:
            assert law == "DE consumer"
            return german_rate(day, 5)


def thirty(day: date) -> int:
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def worth(day: date, day_count: str) -> Fraction:
    """What one day is worth, in years."""
    match day_count:
        case "ACT/365":
            return Fraction(1, 365)
        case "ACT/360":
            return Fraction(1, 360)
        case "ACT/ACT":
            leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
            return Fraction(1, 366 if leap else 365)
        case _:
            assert day_count == "30E/360"
            return Fraction(thirty(day) - thirty(day - ONE_DAY), 360)


def to_cent(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_HALF_UP)


def count(
    total: Decimal,
    due: date,
    as_of: date,
    receipts: Iterable[Receipt],
    rate_on: Callable[[date], Decimal],
    *,
    interest_first: bool = True,
    day_count: str = "ACT/365",
) -> Counted:
    """What remains of one debt at the end of a day."""
    # On one day credit notes come first, as in the ledger.
    came = sorted(receipts, key=lambda one: (one.on, one.cash))
    # Credit notes that take all that was late say that nothing was.
    in_time = sum((one.amount for one in came if one.cash and one.on <= due), Decimal(0))
    credited = sum((one.amount for one in came if not one.cash), Decimal(0))
    never_late = in_time + credited >= total
    principal, paid = total, Decimal(0)
    ended: list[Line] = []
    running: list[tuple[date, date, Decimal, Decimal, Fraction]] = []
    day = min([due + ONE_DAY, *(one.on for one in came)])
    while day <= as_of:
        if day > due and principal > 0 and not never_late:
            rate = rate_on(day)
            part = Fraction(principal) * Fraction(rate) / 100 * worth(day, day_count)
            if running and running[-1][3] == rate:
                since, _, base, _, sum_ = running.pop()
                running.append((since, day, base, rate, sum_ + part))
            else:
                running.append((day, day, principal, rate, part))
        before = principal
        for one in came:
            if one.on == day:
                taken = one.amount
                if one.cash and interest_first:
                    so_far = ended + [Line(*line[:4], to_cent(line[4])) for line in running]
                    owed = sum((line.amount for line in so_far), Decimal(0)) - paid
                    to_interest = min(one.amount, owed)
                    paid += to_interest
                    taken -= to_interest
                to_principal = min(taken, principal)
                principal -= to_principal
                if one.cash and not interest_first:
                    so_far = ended + [Line(*line[:4], to_cent(line[4])) for line in running]
                    owed = sum((line.amount for line in so_far), Decimal(0)) - paid
                    paid += min(taken - to_principal, owed)
        if principal != before:
            ended += [Line(*line[:4], to_cent(line[4])) for line in running]
            running = []
        day += ONE_DAY
    ended += [Line(*line[:4], to_cent(line[4])) for line in running]
    accrued = sum((line.amount for line in ended), Decimal(0))
    return Counted(principal, accrued - paid, accrued, tuple(ended))
