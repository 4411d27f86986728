"""An example host: it reads a ledger, asks the library, and prints figures and a worklist.

    review.py                                     the bundled, fictional ledger
    review.py fec LEDGER.txt --as-of 2019-07-31   a French accounting export
    review.py csv INVOICES.csv --as-of 2013-06-30 --currency USD --map id=no,debtor=client,…

All input and output of the example is here: the library itself opens nothing and asks no clock.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import evolve, fields_dict, frozen

from recouvrement import (
    Account,
    Conventions,
    Debtor,
    Dispute,
    DunningBlock,
    FormalNotice,
    Insolvency,
    Interaction,
    Money,
    Policy,
    Position,
    Promise,
    RecouvrementError,
    Step,
    decide,
    kpi,
    position_of,
    preset,
    read_policy,
)
from recouvrement.interop import Problem, Reading, fec, records
from recouvrement.kpi import Measure
from recouvrement.policy import Decision
from recouvrement.tables import text_table

BUNDLED = Path(__file__).parent / "ledger"
# The Monday after the last entry of the bundled ledger: the answer is the same whenever it is asked.
BUNDLED_DAY = date(2026, 11, 2)
FIGURES = ("dso", "dso_best_possible", "average_days_delinquent", "dso_count_back")
HELD = ("stayed", "placed", "assigned", "covered", "disputed", "in_plan", "promised", "blocked")
SHOWN_PROBLEMS = 20


class UserError(Exception):
    """Something about the command or its files that only the user can mend."""


# --- reading -------------------------------------------------------------------------------------


@frozen
class Ledger:
    """What was read, and what it is asked about."""

    title: str
    reading: Reading
    as_of: date
    currency: str
    policy: Policy

    @property
    def accounts(self) -> tuple[Account, ...]:
        """One account per debtor."""
        return self.reading.accounts


def bytes_of(path: str | Path) -> bytes:
    """The content of a file, or a message that names it."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}") from None


def text_of(path: str | Path) -> str:
    """The text of a file: utf-8, else latin-1."""
    raw = bytes_of(path)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def table_of(path: str | Path) -> csv.DictReader[str]:
    """The rows of a CSV file, whatever of `,`, `;` or a tab separates its columns."""
    text = text_of(path)
    header = text.partition("\n")[0]
    if not header.strip():
        raise UserError(f"{path}: expected a header on line 1, got nothing")
    separator = max(",;\t|", key=header.count)
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)


def policy_of(path: str | None, currency: str) -> Policy:
    """The user's policy, else the preset in the ledger's currency; cash goes where it is told to."""
    if path is None:
        policy = preset("fr-b2b", currency=currency)
    else:
        try:
            policy = read_policy(text_of(path))
        except RecouvrementError as error:
            raise UserError(f"{path}: not a policy\n{error}") from None
    return policy.completed(application="explicit_only")


def from_fec(options: argparse.Namespace) -> Ledger:
    """A French accounting export, as of a date."""
    policy = policy_of(options.policy, "EUR")
    reading = fec.read(bytes_of(options.path), terms=options.terms, kind=options.kind)
    return Ledger(options.path, reading, options.as_of, "EUR", policy)


def from_csv(options: argparse.Namespace) -> Ledger:
    """A table of invoices, and perhaps one of payments, as of a date."""
    policy = policy_of(options.policy, options.currency)
    payments: Sequence[Any] | csv.DictReader[str] = ()
    if options.payments is not None:
        payments = table_of(options.payments)
    try:
        reading = records.read(
            table_of(options.path),
            columns=options.map,
            currency=options.currency,
            date_format=options.date_format,
            payments=payments,
            payment_columns=options.map_payments,
            kind=options.kind,
        )
    except csv.Error as error:
        raise UserError(f"{options.path}: not a CSV file: {error}") from None
    return Ledger(options.path, reading, options.as_of, options.currency, policy)


# --- the bundled ledger: an export, and the facts that no accounting export holds ----------------


def bundled() -> Ledger:
    """The fictional ledger beside this file: a FEC, and one table per other kind of fact."""
    reading = fec.read(bytes_of(BUNDLED / "ledger_fec.txt"), terms=30, kind="business")
    ids = {
        invoice.reference: invoice.id
        for account in reading.accounts
        for invoice in account.invoices
    }
    about = {row["debtor"]: row for row in rows_of("debtors.csv")}
    facts: dict[str, list[Any]] = {}
    for name, build in FACTS.items():
        for row in rows_of(name):
            cells = {field: value_of(field, cell, ids) for field, cell in row.items() if cell}
            facts.setdefault(cells.pop("debtor"), []).append(build(**cells))
    accounts = tuple(
        Account.of(described(account.debtor, about), *account.facts, *more)
        for account in reading.accounts
        for more in [facts.get(account.debtor.id, [])]
    )
    policy = policy_of(None, "EUR")
    title = "the bundled, fictional ledger"
    return Ledger(title, evolve(reading, accounts=accounts), BUNDLED_DAY, "EUR", policy)


FACTS: Mapping[str, Callable[..., Any]] = {
    "promises.csv": Promise,
    "disputes.csv": Dispute,
    "interactions.csv": Interaction,
    "blocks.csv": DunningBlock,
    "notices.csv": FormalNotice,
    "insolvencies.csv": Insolvency,
}


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the bundled tables."""
    yield from table_of(BUNDLED / name)


def value_of(field: str, cell: str, ids: Mapping[str | None, str]) -> Any:
    """A cell as its field needs it; invoices are named by the reference on the document."""
    if field.endswith("_on") or field in ("on", "since", "until", "respond_by"):
        return date.fromisoformat(cell)
    if field == "amount":
        return Money.of(cell, "EUR")
    if field == "invoice":
        return ids[cell]
    if field == "invoices":
        return tuple(ids[one] for one in cell.split())
    if field == "steps":
        pairs = (one.split(":") for one in cell.split())
        return tuple(Step(ids[reference], level) for reference, level in pairs)
    return cell


def described(debtor: Debtor, about: Mapping[str, Mapping[str, str]]) -> Debtor:
    """The debtor with what the host knows of him."""
    row = about.get(debtor.id)
    return debtor if row is None else evolve(debtor, vip=row["vip"] == "yes", owner=row["owner"])


# --- asking the library --------------------------------------------------------------------------


@frozen
class Review:
    """The answers about a ledger on a date."""

    ledger: Ledger
    positions: tuple[Position, ...]
    decisions: tuple[Decision, ...]
    ageing: Measure
    figures: Mapping[str, Measure]

    def total(self, name: str) -> Money:
        """What is open, or unapplied, over all accounts."""
        currency = self.ledger.currency
        whole = Money.zero(currency)
        for position in self.positions:
            whole += position.amount_of(name, currency)
        return whole

    @property
    def open_invoices(self) -> int:
        """How many invoices have something open."""
        currency = self.ledger.currency
        return sum(
            len({row.invoice.id for row in position.rows if row.currency == currency})
            for position in self.positions
        )


def review_of(ledger: Ledger, telling: Telling) -> Review:
    """Positions, figures and decisions, all on the conventions of the policy."""
    conventions: Conventions = ledger.policy.conventions
    accounts, as_of = ledger.accounts, ledger.as_of
    with telling(f"positions of {len(accounts)} accounts"):
        positions = tuple(
            position_of(account, as_of=as_of, conventions=conventions) for account in accounts
        )
    perimeter: dict[str, Any] = {
        "as_of": as_of, "currency": ledger.currency, "conventions": conventions,
    }  # fmt: skip
    with telling("figures"):
        ageing = kpi.ageing(accounts, **perimeter)
        figures = {name: getattr(kpi, name)(accounts, **perimeter) for name in FIGURES}
    with telling(f"decisions about {len(accounts)} accounts"):
        decisions = tuple(decide(ledger.policy, account, as_of=as_of) for account in accounts)
    return Review(ledger, positions, decisions, ageing, figures)


# --- printing ------------------------------------------------------------------------------------


def as_json(review: Review, seconds: float) -> str:
    """One JSON object; a ratio is written with every digit it has."""
    ledger = review.ledger
    opened, unapplied = review.total("open"), review.total("unapplied")
    answer: dict[str, object] = {
        "as_of": str(ledger.as_of),
        "currency": ledger.currency,
        "accounts": len(ledger.accounts),
        "open_invoices": review.open_invoices,
        "open": str(opened.amount),
        "unapplied": str(unapplied.amount),
        "balance": str((opened - unapplied).amount),
        "ageing": [
            {"bucket": one.label, "amount": str(one.amount.amount), "count": one.count}
            for one in review.ageing.buckets
        ],
        **{name: measure.value for name, measure in review.figures.items()},
        "undefined": {
            name: measure.undefined
            for name, measure in review.figures.items()
            if measure.value is None
        },
        "decisions": [decision_json(one) for one in review.decisions if one.action is not None],
        "problems": [problem_json(one) for one in ledger.reading.problems],
        "seconds": round(seconds, 3),
    }
    members = (f"{json.dumps(name)}: {json_of(value)}" for name, value in answer.items())
    return "{" + ",\n ".join(members) + "}"


def json_of(value: object) -> str:
    """The value as JSON; a Decimal as the number it is, since a float would lose its digits."""
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value)


def decision_json(decision: Decision) -> dict[str, object]:
    action = decision.action
    assert action is not None
    amounts = action.amounts
    alone = len(amounts) == 1
    return {
        "debtor": decision.account,
        "action": action.kind,
        "channel": action.channel,
        "amount": str(amounts[0].amount) if alone else [str(amount) for amount in amounts],
        "invoices": list(action.invoices),
        "level": action.level,
        "because": list(decision.because),
    }


def problem_json(problem: Problem) -> dict[str, object]:
    return {
        "where": problem.where,
        "field": problem.field,
        "expected": problem.expected,
        "got": problem.got,
    }


