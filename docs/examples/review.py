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
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from recouvrement import (
    Account,
    Action,
    Debtor,
    Decision,
    Dispute,
    DunningBlock,
    FormalNotice,
    Insolvency,
    Interaction,
    Money,
    OpenItem,
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
from recouvrement.tables import text_table

BUNDLED = Path(__file__).parent / "ledger"
# The Monday after the last entry of the bundled ledger, so that every run gives the same answer.
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
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    rows.fieldnames = [name.strip() for name in rows.fieldnames or ()]
    return rows


def policy_of(path: str | None, currency: str) -> Policy:
    """The user's policy, else the preset in the ledger's currency; no cash is placed by rule."""
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
    try:
        reading = records.read(
            table_of(options.path),
            columns=options.map,
            currency=options.currency,
            date_format=options.date_format,
            payments=() if options.payments is None else table_of(options.payments),
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
    conventions = ledger.policy.conventions
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
        "decisions": [decision_json(one, one.action) for one in review.decisions if one.action],
        "problems": [problem_json(one) for one in ledger.reading.problems],
        "seconds": round(seconds, 3),
    }
    members = (f"{json.dumps(name)}: {json_of(value)}" for name, value in answer.items())
    return "{" + ",\n ".join(members) + "}"


def json_of(value: object) -> str:
    """The value as JSON; a Decimal as the number it is, since a float would lose its digits."""
    return format(value, "f") if isinstance(value, Decimal) else json.dumps(value)


def decision_json(decision: Decision, action: Action) -> dict[str, object]:
    """One line of the worklist; in several currencies the amount is a list."""
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
    """One line that was odd or set aside."""
    return {
        "where": problem.where,
        "field": problem.field,
        "expected": problem.expected,
        "got": problem.got,
    }


def as_text(review: Review, seconds: float) -> str:
    """Figures, ageing, worklist with reasons, who is left in peace and why, problems."""
    ledger, reading = review.ledger, review.ledger.reading
    head = f"{ledger.title}, as of {ledger.as_of:%A} {ledger.as_of}, in {ledger.currency}"
    parts = [
        f"{head}\n{'=' * len(head)}",
        text_table(figure_rows(review)),
        f"Ageing, by days past due\n\n{text_table(ageing_rows(review))}",
    ]
    both = list(zip(review.decisions, review.positions, strict=True))
    chased = [one for one in both if one[0].action is not None]
    chased.sort(key=lambda one: -sum(amount.minor for amount in acted(one[0]).amounts))
    quiet = [row for decision, position in both for row in quiet_rows(decision, position)]
    for title, rows in (
        (f"Worklist: {len(chased)} to act on", [worklist_row(*one) for one in chased]),
        (f"Not chased today: {len(quiet)}", quiet),
        ("Tasks in the house", [row for one in review.decisions for row in task_rows(one)]),
    ):
        if rows:
            parts.append(f"{title}\n\n{text_table(rows)}")
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in reading.about.items())
    parts.append(f"Read: {counts}")
    if reading.problems:
        said = [f"  {problem}" for problem in reading.problems[:SHOWN_PROBLEMS]]
        if len(reading.problems) > SHOWN_PROBLEMS:
            said.append(
                f"  … and {len(reading.problems) - SHOWN_PROBLEMS} more (--json has them all)"
            )
        parts.append("\n".join([f"Problems: {len(reading.problems)}", "", *said]))
    parts.append(f"Reviewed in {seconds:.1f} s")
    return "\n\n".join(parts)


def figure_rows(review: Review) -> list[dict[str, object]]:
    """The figures, and the reason where there is none."""
    opened, unapplied = review.total("open"), review.total("unapplied")
    rows: list[dict[str, object]] = [
        {"figure": "debtors", "value": str(len(review.ledger.accounts))},
        {"figure": "open invoices", "value": str(review.open_invoices)},
        {"figure": "open", "value": str(opened)},
        {"figure": "unapplied", "value": str(unapplied)},
        {"figure": "balance", "value": str(opened - unapplied)},
    ]
    for measure in review.figures.values():
        shown = "undefined" if measure.value is None else f"{measure.value:.1f} {measure.unit}"
        reason = {"why": measure.undefined} if measure.undefined else {}
        rows.append({"figure": measure.name, "value": shown, **reason})
    return rows


def ageing_rows(review: Review) -> list[dict[str, object]]:
    """The buckets, and each one's share of what is open."""
    whole = review.total("open").minor
    return [
        {
            "bucket": one.label,
            "amount": one.amount,
            "items": one.count,
            "share": f"{100 * one.amount.minor / whole:.0f} %" if whole else "",
        }
        for one in review.ageing.buckets
    ]


def worklist_row(decision: Decision, position: Position) -> dict[str, object]:
    """What to do about one debtor, on which documents, and why."""
    action = acted(decision)
    debtor = position.account.debtor
    spoken_of = set(action.invoices)
    items = [item for item in position.open_items if item.id in spoken_of]
    oldest = max(item.days_past_due for item in items if item.days_past_due is not None)
    approval = ["somebody named approves it"] if action.approval else []
    return {
        "debtor": debtor.id,
        "name": debtor.name + (" (VIP)" if debtor.vip else ""),
        "do": action.kind,
        "by": action.channel or action.partner or "file",
        "who": debtor.owner or action.handler,
        "amount": ", ".join(map(str, action.amounts)),
        "because": "; ".join([", ".join(decision.because), late(oldest), *approval]),
        "about": names_of(action.invoices, items),
    }


def quiet_rows(decision: Decision, position: Position) -> Iterator[dict[str, object]]:
    """Why a debtor who owes something late, or to whom we owe, hears nothing today."""
    if decision.action is not None:
        return
    reasons = [*decision.because]
    reasons += [f"{name} {amount}" for name in HELD for amount in position.amounts_of(name)]
    reasons += [f"unapplied {amount}" for amount in position.unapplied]
    if not reasons and position.amounts_of("collectable"):
        reasons.append("no level reached yet")
    if reasons:
        yield {
            "debtor": position.account.debtor.id,
            "name": position.account.debtor.name,
            "open": ", ".join(map(str, position.amounts_of("open"))),
            "because": "; ".join(reasons),
        }


def task_rows(decision: Decision) -> Iterator[dict[str, object]]:
    """What somebody in the house has to do about one debtor."""
    for task in decision.tasks:
        yield {
            "debtor": decision.account,
            "task": task.kind,
            "who": task.handler,
            "items": shortened(task.invoices),
        }


def acted(decision: Decision) -> Action:
    """The action of a decision that has one."""
    if decision.action is None:
        raise ValueError(decision)
    return decision.action


def late(days: int) -> str:
    """How late the oldest item is, in words."""
    if days <= 0:
        return f"due in {-days} days"
    return f"{days} days late" if days > 1 else "1 day late"


def names_of(invoices: Sequence[str], items: Sequence[OpenItem]) -> str:
    """The documents' own references, which a debtor knows; with the id where one is not enough."""
    known = {item.id: item.invoice.reference or item.id for item in items}
    times = Counter(known.values())
    return shortened(
        [known[one] if times[known[one]] == 1 else f"{known[one]} ({one})" for one in invoices]
    )


def shortened(names: Sequence[str]) -> str:
    """The first three names, and how many more."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


# --- the command ---------------------------------------------------------------------------------


class Telling:
    """Says on standard error what is going on, once a review has taken more than a second."""

    def __init__(self, began: float) -> None:
        self.began = began

    @contextmanager
    def __call__(self, what: str) -> Iterator[None]:
        """While the block runs; nothing is said about what ends in time."""
        wait = max(0.0, 1.0 - (time.perf_counter() - self.began))
        timer = threading.Timer(wait, lambda: print(f"{what} …", file=sys.stderr, flush=True))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def mapping(text: str) -> dict[str, str]:
    """`id=no,debtor=client` as a mapping from our fields to the file's columns."""
    pairs = [pair.partition("=") for pair in text.split(",")]
    if not all(name and column for name, _, column in pairs):
        raise argparse.ArgumentTypeError(f"expected field=column,field=column, got {text!r}")
    return {name.strip(): column.strip() for name, _, column in pairs}


def day(text: str) -> date:
    """A date as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a date as YYYY-MM-DD, got {text!r}") from None


def arguments() -> argparse.ArgumentParser:
    """The three forms of the command."""
    parser = argparse.ArgumentParser(prog="review.py", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.set_defaults(read=lambda _: bundled(), what="the bundled ledger")
    forms = parser.add_subparsers(metavar="fec | csv", title="a ledger of yours")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("path", help="the file to read")
    common.add_argument("--as-of", type=day, required=True, help="the day asked about, YYYY-MM-DD")
    common.add_argument(
        "--kind",
        default="unknown",
        help="of every debtor, such as business; unknown: reminders only",
    )
    common.add_argument("--policy", help="a policy document; without it, the preset fr-b2b")
    # Suppressed by default, so that --json may stand before the form or after it.
    common.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="one JSON object"
    )
    one = forms.add_parser("fec", parents=[common], help="a fichier des écritures comptables")
    one.add_argument("--terms", type=int, help="net days agreed; without it 30 are assumed")
    one.set_defaults(read=from_fec)
    two = forms.add_parser("csv", parents=[common], help="a table of invoices, one of payments")
    two.add_argument("--currency", required=True, help="an ISO 4217 code, such as USD")
    two.add_argument("--date-format", default="%Y-%m-%d", help="such as %%m/%%d/%%Y")
    two.add_argument("--map", type=mapping, required=True, help="field=column,field=column")
    two.add_argument("--payments", help="the file of payments")
    two.add_argument("--map-payments", type=mapping, help="field=column,field=column")
    two.set_defaults(read=from_csv)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; what the user has to mend is one message on standard error, and 2."""
    began = time.perf_counter()
    parser = arguments()
    options = parser.parse_args(argv)
    if (getattr(options, "payments", None) is None) != (
        getattr(options, "map_payments", None) is None
    ):
        parser.error("--payments and --map-payments go together")
    telling = Telling(began)
    try:
        with telling(f"reading {getattr(options, 'path', 'the bundled ledger')}"):
            ledger = options.read(options)
        review = review_of(ledger, telling)
    except (UserError, RecouvrementError) as error:
        said = str(error).replace("\n", "\n  ")
        print(f"review.py: {said}", file=sys.stderr)
        return 2
    write = as_json if options.json else as_text
    print(write(review, time.perf_counter() - began))
    return 0


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that lacks a letter of a name still shows the rest of the line.
            stream.reconfigure(errors="backslashreplace")
    sys.exit(main())
