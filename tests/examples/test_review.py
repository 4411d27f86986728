"""The example host: its three forms, what it prints, and what it says when it cannot."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
LEDGER = EXAMPLES / "ledger"
SAMPLES = Path(os.environ.get("RECOUVREMENT_SAMPLES") or "absent")

KEYS = [
    "as_of",
    "currency",
    "accounts",
    "open_invoices",
    "open",
    "unapplied",
    "balance",
    "ageing",
    "dso",
    "dso_best_possible",
    "average_days_delinquent",
    "dso_count_back",
    "undefined",
    "decisions",
    "problems",
    "seconds",
]


def loaded() -> ModuleType:
    spec = util.spec_from_file_location("review", EXAMPLES / "review.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules["review"] = module
    spec.loader.exec_module(module)
    return module


review = loaded()

Run = Callable[..., str]
Ask = Callable[..., Any]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command with these arguments; what it wrote on standard output."""

    def command(*arguments: object) -> str:
        assert review.main([str(one) for one in arguments]) == 0
        return capsys.readouterr().out

    return command


@pytest.fixture
def ask(run: Run) -> Ask:
    """The command with these arguments and --json; its object, ratios as Decimal."""

    def command(*arguments: object) -> Any:
        return json.loads(run(*arguments, "--json"), parse_float=Decimal)

    return command


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command with these arguments, which it refuses; its message."""

    def command(*arguments: object) -> str:
        try:
            status = review.main([str(one) for one in arguments])
        except SystemExit as stopped:  # argparse ends the command itself
            status = stopped.code
        said = capsys.readouterr()
        assert status == 2
        assert said.out == ""
        return said.err

    return command


# --- the bundled ledger --------------------------------------------------------------------------


def entries() -> list[dict[str, str]]:
    text = (LEDGER / "ledger_fec.txt").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def cents(cell: str) -> int:
    return int(cell.replace(",", ""))


def test_every_entry_of_the_bundled_ledger_balances() -> None:
    balances: dict[tuple[str, str], int] = defaultdict(int)
    for line in entries():
        key = (line["EcritureNum"], line["EcritureDate"])
        balances[key] += cents(line["Debit"]) - cents(line["Credit"])
    assert set(balances.values()) == {0}


def test_the_bundled_ledger_covers_thirty_debtors_over_fourteen_months() -> None:
    assert len({line["CompAuxNum"] for line in entries()} - {""}) == 30
    months = {line["EcritureDate"][:6] for line in entries()}
    assert (min(months), max(months), len(months)) == ("202509", "202610", 14)


def test_without_arguments_the_bundled_ledger_is_reviewed_as_of_its_monday(ask: Ask) -> None:
    answer = ask()
    assert answer["as_of"] == "2026-11-02"
    assert date.fromisoformat(answer["as_of"]).weekday() == 0
    assert answer["accounts"] == 30
    debits_less_credits = sum(
        cents(line["Debit"]) - cents(line["Credit"])
        for line in entries()
        if line["CompteNum"].startswith("411")
    )
    assert Decimal(answer["balance"]) == Decimal(debits_less_credits) / 100


def test_the_bundled_ledger_shows_every_kind_of_outcome(ask: Ask, run: Run) -> None:
    decisions = {one["debtor"].partition("/")[2]: one for one in ask()["decisions"]}
    levels = {debtor: one["level"] for debtor, one in decisions.items()}
    assert levels["BRIO"] == "pre-due"
    assert levels["CALO"] == levels["ROSE"] == levels["LAVA"] == levels["PINS"] == "first-reminder"
    assert levels["IRIS"] == levels["DAME"] == "call"
    assert decisions["IRIS"]["because"][0] == "broken-promise"
    assert levels["ESTU"] == levels["URBA"] == levels["XANT"] == "firm-letter"
    assert levels["FLOR"] == "formal-notice"
    assert levels["GRAN"] == "placement"
    assert set(levels.values()) == {
        "pre-due",
        "first-reminder",
        "call",
        "firm-letter",
        "formal-notice",
        "placement",
    }
    assert decisions["LAVA"]["amount"] == "1920.00"  # of 2 400, 480 are disputed
    assert decisions["PINS"]["amount"] == "2000.00"  # of 3 000, 1 000 are on account
    assert decisions["URBA"]["because"] == ["firm-letter", "call", "first-reminder"]
    silent = {"HALL", "KERM", "MISS", "NACR", "OPAL", "QUAI", "SABL", "TERR", "EPIN", "YOLE"}
    assert silent & set(decisions) == set()
    text = run()
    for reason in (
        "promised 3720.00 EUR",
        "disputed 1056.00 EUR",
        "blocked 1524.00 EUR",
        "stayed 3948.00 EUR",
        "unapplied-cash; unapplied 1416.00 EUR",
        "floor",
        "pace; first-reminder",
        "no level reached yet",
        "(VIP)",
        "due in 4 days",
        "claim_to_file",
        "unmatched_credit",
    ):
        assert reason in text


def test_the_readable_review_has_figures_ageing_then_the_worklist_with_reasons(run: Run) -> None:
    text = run()
    parts = ("as of Monday 2026-11-02", "DSO", "Ageing", "Worklist: 16", "Not chased", "Tasks")
    places = [text.index(part) for part in (*parts, "Read: 845 lines", "Problems: 3", "Reviewed")]
    assert places == sorted(places)
    assert re.search(
        r"IRIS +Iris Optique +call +phone .* 1968.00 EUR +broken-promise; 31 days", text
    )
    assert "Traceback" not in text


def test_the_script_runs_by_itself_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "review.py"), "--json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert json.loads(done.stdout)["accounts"] == 30


# --- the JSON ------------------------------------------------------------------------------------


def test_json_holds_exactly_the_promised_keys(ask: Ask) -> None:
    answer = ask()
    assert list(answer) == KEYS
    assert [one["bucket"] for one in answer["ageing"]] == [
        "not due", "1-30", "31-60", "61-90", "91-120", ">120",
    ]  # fmt: skip
    assert {tuple(one) for one in answer["ageing"]} == {("bucket", "amount", "count")}
    assert {tuple(one) for one in answer["decisions"]} == {
        ("debtor", "action", "channel", "amount", "invoices", "level", "because")
    }
    assert {tuple(one) for one in answer["problems"]} == {("where", "field", "expected", "got")}
    assert all(isinstance(one["where"], int) for one in answer["problems"])
    assert answer["seconds"] > 0


def test_json_amounts_add_up(ask: Ask) -> None:
    answer = ask()
    opened, unapplied = Decimal(answer["open"]), Decimal(answer["unapplied"])
    assert opened - unapplied == Decimal(answer["balance"])
    assert sum(Decimal(one["amount"]) for one in answer["ageing"]) == opened
    assert sum(one["count"] for one in answer["ageing"]) == answer["open_invoices"]


def test_ratios_are_numbers_with_every_digit(ask: Ask) -> None:
    answer = ask()
    ratios = [answer[name] for name in KEYS[8:12]]
    assert all(isinstance(ratio, Decimal) for ratio in ratios)
    assert max(len(ratio.as_tuple().digits) for ratio in ratios) == 28
    assert answer["undefined"] == {}


EXPORT = """\
JournalCode|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|Debit|Credit|EcritureLet
VE|1|20190601|411000|Clients|C1|Véga|120,00|0,00|
VE|1|20190601|706000|Ventes|||0,00|100,00|
VE|1|20190601|445710|TVA|||0,00|20,00|
BQ|2|20190720|512000|Banque|||30,00|0,00|
BQ|2|20190720|411000|Clients|C1|Véga|0,00|30,00|
VE|3|20190601|411000|Clients|C2|Altaïr|0,00|0,00|
"""


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.txt"
    path.write_text(EXPORT, encoding="utf-8")
    return path


def test_json_may_be_asked_before_or_after_the_form(run: Run, export: Path) -> None:
    before = json.loads(run("--json", "fec", export, "--as-of", "2019-07-31"))
    after = json.loads(run("fec", export, "--as-of", "2019-07-31", "--json"))
    assert {**before, "seconds": 0} == {**after, "seconds": 0}


# --- fec -----------------------------------------------------------------------------------------


def test_fec_reads_a_ledger_as_of_a_date(ask: Ask, export: Path) -> None:
    answer = ask("fec", export, "--as-of", "2019-07-31")
    assert answer["currency"] == "EUR"
    assert (answer["accounts"], answer["open_invoices"]) == (2, 1)
    assert (answer["open"], answer["unapplied"], answer["balance"]) == ("120.00", "30.00", "90.00")
    assert answer["problems"] == [
        {
            "where": 7,
            "field": "amount",
            "expected": "a debit or a credit other than 0",
            "got": "0",
        }
    ]
    assert ask("fec", export, "--as-of", "2019-07-19")["unapplied"] == "0.00"


def test_a_debtor_of_unknown_kind_gets_reminders_only(ask: Ask, export: Path) -> None:
    (decision,) = ask("fec", export, "--as-of", "2019-07-31")["decisions"]
    assert decision == {
        "debtor": "411000/C1",
        "action": "remind",
        "channel": "email",
        "amount": "90.00",
        "invoices": ["L2"],
        "level": "first-reminder",
        "because": ["first-reminder"],
    }


def test_terms_are_those_given(ask: Ask, export: Path) -> None:
    answer = ask("fec", export, "--as-of", "2019-07-31", "--terms", "60", "--kind", "business")
    assert answer["decisions"] == []
    assert answer["ageing"][0] == {"bucket": "not due", "amount": "120.00", "count": 1}


POLICY = """\
name = "mine"
version = "1"
currency = "EUR"
for = ["business"]

[[level]]
id = "knock"
when = "days_past_due >= 1"
do = "visit"
channel = "visit"
tone = "firm"
"""


def test_a_policy_of_ones_own_decides(ask: Ask, export: Path, tmp_path: Path) -> None:
    document = tmp_path / "policy.toml"
    document.write_text(POLICY, encoding="utf-8")
    answer = ask(
        "fec",
        export,
        "--as-of",
        "2019-07-31",
        "--terms",
        "30",
        "--kind",
        "business",
        "--policy",
        document,
    )
    assert [one["level"] for one in answer["decisions"]] == ["knock"]


def test_figures_that_are_undefined_are_null_and_say_why(ask: Ask, run: Run, export: Path) -> None:
    answer = ask("fec", export, "--as-of", "2019-05-01")
    assert (answer["dso"], answer["decisions"]) == (None, [])
    assert set(answer["undefined"]) >= {"dso", "dso_best_possible", "average_days_delinquent"}
    assert all(isinstance(reason, str) for reason in answer["undefined"].values())
    text = run("fec", export, "--as-of", "2019-05-01")
    assert re.search(r"DSO +undefined +sales after", text)


# --- csv -----------------------------------------------------------------------------------------

INVOICES = """\
invoiceNumber,customerID,InvoiceDate,DueDate,InvoiceAmount,SettledDate
F-1,C-1,1/5/2013,2/4/2013,100.00,2/20/2013
F-2,C-1,3/1/2013,3/31/2013,250.50,
F-3,C-2,3/1/2013,99/99/9999,x,
 F-2 ,C-1,3/1/2013,3/31/2013,250.50,
F-2,C-1,3/1/2013,3/31/2013,9.00,
"""
PAYMENTS = """\
Payment_ID;Invoice_ID;Payment_Date;Amount_Paid
P1;F-2;4/2/2013;50.00
P2;F-3;4/2/2013;10.00
P3;F-2;4/3/2013;300.00
"""
MAP = (
    "id=invoiceNumber,debtor=customerID,issued_on=InvoiceDate,due_on=DueDate,total=InvoiceAmount,"
    "paid_on=SettledDate"
)
MAP_PAYMENTS = "invoice=Invoice_ID,received_on=Payment_Date,amount=Amount_Paid"


@pytest.fixture
def tables(tmp_path: Path) -> list[object]:
    invoices, payments = tmp_path / "invoices.csv", tmp_path / "payments.csv"
    invoices.write_text(INVOICES, encoding="utf-8")
    payments.write_text(PAYMENTS, encoding="latin-1")
    return [
        "csv", invoices, "--currency", "USD", "--date-format", "%m/%d/%Y", "--map", MAP,
        "--payments", payments, "--map-payments", MAP_PAYMENTS, "--kind", "business",
    ]  # fmt: skip


def test_csv_reads_invoices_with_their_payments(ask: Ask, tables: list[object]) -> None:
    answer = ask(*tables, "--as-of", "2013-06-30")
    assert (answer["currency"], answer["accounts"]) == ("USD", 2)
    assert (answer["open"], answer["unapplied"], answer["balance"]) == ("0.00", "99.50", "-99.50")
    april = ask(*tables, "--as-of", "2013-04-02")
    assert (april["open"], april["open_invoices"]) == ("200.50", 1)
    assert ask(*tables, "--as-of", "2013-02-19")["open"] == "100.00"


def test_csv_problems_are_one_per_faulty_row(ask: Ask, tables: list[object]) -> None:
    problems = ask(*tables, "--as-of", "2013-06-30")["problems"]
    assert [(one["where"], one["field"]) for one in problems] == [
        (4, "invoice.due_on; invoice.total"),
        (5, "invoice.row"),
        (6, "invoice.id"),
        (3, "payment.invoice"),
        (4, "payment.amount"),
    ]


def test_padded_names_of_columns_are_found(ask: Ask, tables: list[object]) -> None:
    path = Path(str(tables[1]))
    path.write_text(INVOICES.replace("DueDate", " DueDate "), encoding="utf-8")
    assert ask(*tables, "--as-of", "2013-04-02")["open"] == "200.50"


def test_csv_works_without_payments(ask: Ask, tables: list[object]) -> None:
    answer = ask(*tables[:8], "--kind", "business", "--as-of", "2013-04-10")
    assert answer["open"] == "250.50"
    assert [one["amount"] for one in answer["decisions"]] == ["250.50"]


def test_the_preset_speaks_the_currency_of_the_ledger() -> None:
    policy = review.policy_of(None, "USD")
    assert str(policy.floor.placement) == "500.00 USD"
    assert policy.conventions.application.value == "explicit_only"


def test_an_amount_in_several_currencies_is_a_list(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(
        "no,client,dated,due,sum,cur\n"
        "F-1,C-1,2026-01-05,2026-02-04,10,EUR\n"
        "F-2,C-1,2026-01-05,2026-02-04,20,USD\n",
        encoding="utf-8",
    )
    columns = "id=no,debtor=client,issued_on=dated,due_on=due,total=sum,currency=cur"
    answer = ask("csv", path, "--currency", "EUR", "--map", columns, "--as-of", "2026-02-20")
    (decision,) = answer["decisions"]
    assert decision["amount"] == ["10.00 EUR", "20.00 USD"]
    assert (answer["open"], answer["open_invoices"]) == ("10.00", 1)


def test_an_action_without_message_is_named_a_file(run: Run) -> None:
    assert re.search(r"GRAN +Granulats de Sevrin +place +file", run())


# --- what the user has to mend -------------------------------------------------------------------


def test_a_missing_file_is_named(refused: Run, tmp_path: Path) -> None:
    said = refused("fec", tmp_path / "absent.txt", "--as-of", "2019-07-31")
    assert "absent.txt: No such file" in said


def test_a_file_of_another_kind_is_refused(refused: Run, tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(INVOICES, encoding="utf-8")
    said = refused("fec", path, "--as-of", "2019-07-31")
    assert "fec.header: expected a column JournalCode" in said
    path.write_text("\n", encoding="utf-8")
    said = refused("csv", path, "--as-of", "2019-07-31", "--currency", "EUR", "--map", "id=no")
    assert "expected a header on line 1" in said


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        (["--map", "id=no,debtor"], "expected field=column,field=column"),
        (["--map", "id=invoiceNumber"], "columns: expected a column for debtor"),
        (["--map", MAP.replace("DueDate", "Due")], "invoice.columns.due_on: expected one of the"),
        (["--currency", "EURO"], "money.currency: expected an ISO 4217 code"),
        (["--as-of", "31/07/2019"], "expected a date as YYYY-MM-DD"),
        (["--date-format", "%H"], "date_format: expected a format that gives year"),
        (["--kind", "firm"], "kind: expected one of business"),
        (["--map-payments", MAP_PAYMENTS], "--payments and --map-payments go together"),
    ],
)
def test_a_wrong_argument_is_named(
    refused: Run, tmp_path: Path, wrong: list[str], expected: str
) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(INVOICES, encoding="utf-8")
    right = ["--as-of", "2013-06-30", "--currency", "USD", "--map", MAP]
    said = refused("csv", path, *right, *wrong)
    assert expected in said
    assert "Traceback" not in said


def test_a_bad_policy_is_refused_with_its_lines(refused: Run, export: Path, tmp_path: Path) -> None:
    document = tmp_path / "policy.toml"
    document.write_text(POLICY.replace("days_past_due >= 1", "__import__('os')"), encoding="utf-8")
    said = refused("fec", export, "--as-of", "2019-07-31", "--policy", document)
    assert "policy.toml: not a policy" in said
    assert "line 8: level.1.when" in said


def test_a_csv_that_no_reader_can_cut_is_refused(refused: Run, tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    path.write_text(INVOICES + f'"{"x" * 200_000}"', encoding="utf-8")
    said = refused("csv", path, "--as-of", "2013-06-30", "--currency", "USD", "--map", MAP)
    assert "not a CSV file" in said


# --- progress ------------------------------------------------------------------------------------


def test_nothing_is_said_of_what_takes_less_than_a_second(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with review.Telling(time.perf_counter())("reading"):
        pass
    assert capsys.readouterr().err == ""


def test_what_takes_longer_is_said_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    with review.Telling(time.perf_counter() - 2)("reading"):
        time.sleep(0.2)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "reading …\n")


# --- real tables, where the host has some --------------------------------------------------------


@pytest.mark.skipif(
    not (SAMPLES / "ar_dirty").is_dir(),
    reason="RECOUVREMENT_SAMPLES names no folder with ar_dirty/ in it",
)
def test_real_tables_give_one_problem_per_faulty_row(ask: Ask) -> None:
    folder = SAMPLES / "ar_dirty"
    answer = ask(
        "csv", folder / "Invoices.csv", "--as-of", "2026-03-31", "--currency", "INR", "--map",
        "id=Invoice_ID,debtor=Customer_ID,issued_on=Invoice_Date,due_on=Due_Date,total=Invoice_Amount",
        "--payments", folder / "Payments.csv", "--map-payments", MAP_PAYMENTS,
    )  # fmt: skip

    def good(row: dict[str, str]) -> bool:
        try:
            for name in ("Invoice_Date", "Due_Date"):
                datetime.strptime(row[name], "%Y-%m-%d")  # noqa: DTZ007
            return float(row["Invoice_Amount"]) > 0
        except ValueError:
            return False

    faulty, seen, kept = [], set(), {}
    with (folder / "Invoices.csv").open(encoding="utf-8") as lines:
        for where, row in enumerate(csv.DictReader(lines), 2):
            content = tuple(cell.strip() for cell in row.values())
            if content in seen or not good(row):
                faulty.append(where)
            else:
                kept[row["Invoice_ID"]] = Decimal(row["Invoice_Amount"])
            seen.add(content)
    owed = sum(kept.values())
    with (folder / "Payments.csv").open(encoding="utf-8") as lines:
        for where, row in enumerate(csv.DictReader(lines), 2):
            if row["Invoice_ID"] not in kept:
                faulty.append(where)
            elif row["Payment_Date"] <= "2026-03-31":
                owed -= Decimal(row["Amount_Paid"])
    assert [problem["where"] for problem in answer["problems"]] == faulty
    assert Decimal(answer["balance"]) == owed
