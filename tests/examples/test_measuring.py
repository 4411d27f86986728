"""The example of measures: its figures are those computed by hand, and it shows them all."""

from __future__ import annotations

import ast
import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.examples import by_hand

from recouvrement import Money
from recouvrement.money import exponent_of

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FEC = EXAMPLES / "ledger" / "ledger_fec.txt"
SAMPLES = Path(os.environ.get("RECOUVREMENT_SAMPLES") or "absent")
AR_DIRTY = SAMPLES / "ar_dirty"
needs_samples = pytest.mark.skipif(
    not AR_DIRTY.is_dir(), reason="RECOUVREMENT_SAMPLES names no folder with ar_dirty/ in it"
)


def loaded(name: str) -> ModuleType:
    spec = util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


review = loaded("review")
measuring = loaded("measuring")

Run = Callable[..., str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The command with these arguments; what it wrote on standard output."""

    def command(*arguments: object) -> str:
        assert measuring.main([str(one) for one in arguments]) == 0
        return capsys.readouterr().out

    return command


def units(money: object) -> Fraction:
    assert isinstance(money, Money)
    return Fraction(money.minor, 10 ** exponent_of(money.currency))


def figures(told: Any) -> dict[str, Any]:
    """What the library said, in the shape of what was computed by hand."""
    simple, back, best, effectiveness = told.days.whole
    assert all(one.reconciles for one in (told.ageing, *told.days.whole, told.provision))
    return {
        "ageing": [(units(one.amount), one.count) for one in told.ageing.buckets],
        "DSO": simple.exact,
        "DSO, count-back": back.exact,
        "DSO, best possible": best.exact,
        "CEI": effectiveness.exact,
        "slowest": [
            (account.debtor.id, one.settled, average) for account, one, average in told.slow.payers
        ],
        "provision": [units(one.provision) for one in told.provision.lines],
    }


def agree(told: Any, sold: list[by_hand.Sold]) -> dict[str, Any]:
    """Both ways say the same of every figure, and of the money that came after each forecast."""
    computed = by_hand.figures(sold, told.ledger.as_of)
    assert figures(told) == computed
    for on in {one.forecast_on for one in told.backtest.weeks}:
        weeks = [one for one in told.backtest.weeks if one.forecast_on == on]
        assert [units(one.received) for one in weeks] == by_hand.received(sold, on)
    return computed


# --- figures -------------------------------------------------------------------------------------


def test_the_check_by_hand_uses_nothing_of_the_library() -> None:
    tree = ast.parse(Path(by_hand.__file__).read_text(encoding="utf-8"))
    names = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [one.name for one in node.names]
    assert "csv" in names
    assert {name.partition(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_figures_of_the_bundled_ledger_are_those_computed_by_hand() -> None:
    told = measuring.measured(review.bundled())
    computed = agree(told, by_hand.from_fec(FEC, terms=30))
    assert computed["CEI"] == Fraction(7879700, 314813)
    assert computed["slowest"][0] == ("411000/GRAN", 4, 29)


def test_figures_of_a_folder_are_those_computed_by_hand(folder: Path) -> None:
    told = measuring.measured(measuring.from_folder(folder, date(2025, 12, 31), "INR"))
    computed = agree(told, by_hand.from_tables(folder))
    assert [amount for amount, _ in computed["ageing"]] == [300, 0, 60, 0, 0, 500]
    assert computed["slowest"] == [("C1", 3, Fraction(20, 3))]


@needs_samples
def test_figures_of_real_tables_are_those_computed_by_hand() -> None:
    told = measuring.measured(measuring.from_folder(AR_DIRTY, date(2025, 12, 31), "INR"))
    computed = agree(told, by_hand.from_tables(AR_DIRTY))
    with (AR_DIRTY / "Customer_Master.csv").open(encoding="utf-8") as lines:
        limits = {row["Customer_ID"]: row["Credit_Limit"] for row in csv.DictReader(lines)}
    owing: dict[str, Fraction] = {}
    for one in by_hand.from_tables(AR_DIRTY):
        owing[one.debtor] = owing.get(one.debtor, Fraction(0)) + one.open_on(told.ledger.as_of)
    granted = sum(Fraction(limits[debtor]) for debtor in {*limits} & {*known(told)})
    assert told.exposure.exact == 100 * sum(owing.values(), Fraction(0)) / granted
    assert len(computed["slowest"]) == 10


def known(told: Any) -> Iterator[str]:
    return (account.debtor.id for account in told.ledger.accounts)


# --- the command ---------------------------------------------------------------------------------

INVOICES = """\
Invoice_ID,Customer_ID,Invoice_Date,Due_Date,Invoice_Amount
F-1,C1,2025-01-05,2025-02-04,100.00
F-2,C1,2025-03-01,2025-03-31,100.00
F-3,C1,2025-05-01,2025-05-31,100.00
F-3,C1,2025-05-01,2025-05-31,100.00
F-4,C1,2025-06-01,99/99/9999,100.00
F-5,C2,2025-06-01,2025-07-01,500.00
F-6,C2,2025-10-16,2025-11-15,100.00
F-7,C3,2025-12-02,2026-01-01,300.00
F-8,C3,2025-12-02,,-3
"""
PAYMENTS = """\
Payment_ID,Invoice_ID,Payment_Date,Amount_Paid
P1,F-1,2025-02-14,100.00
P2,F-2,2025-04-05,60.00
P3,F-2,2025-04-10,70.00
P4,F-3,2025-05-31,100.00
P5,F-6,2025-12-20,40.00
P6,F-9,2025-12-20,40.00
P7,F-5,2026-01-20,40.00
P8,F-5,2025-12-20,x
"""
CUSTOMERS = """\
Customer_ID,Customer_Name,Region,Industry,Credit_Limit,Payment_Terms,Account_Manager
C1,One & Co,North,Retail,1000,Net 30,Asha
C2,Two,South,,400,Net 30,Ravi
C3, ,South,Retail,none,Net 30,
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("Invoices", INVOICES), ("Payments", PAYMENTS)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


ASKED = ("--as-of", "2025-12-31", "--currency", "INR")
SECTIONS = (
    "Ageing, by days past due",
    "Days of sales",
    "The 10 slowest payers",
    "Forecast against what then happened",
    "Cash forecast",
    "Provision matrix",
    "Exposure against credit limits",
)


def test_text_shows_every_section_in_order(run: Run) -> None:
    text = run()
    places = [text.index(f"\n{title}\n---") for title in SECTIONS]
    assert places == sorted(places)
    for figure in ("K1 DSO", "94.7", "96.7", "24.7", "25.0", "26331.60 EUR came", "1970.44 EUR"):
        assert figure in text
    assert "undefined (no debtor has a credit limit above 0 in EUR)" in text


def test_customers_give_names_and_limits_when_they_are_there(run: Run, folder: Path) -> None:
    assert "no debtor has a credit limit" in run(folder, *ASKED)
    (folder / "Customer_Master.csv").write_text(CUSTOMERS, encoding="utf-8")
    text = run(folder, *ASKED)
    assert "One & Co" in text
    assert "<exposure against limits on 2025-12-31: 40 percent>" in text
    assert "160.00 INR" in text  # of C2, who owes 560 for a limit of 400


def test_customers_who_bought_nothing_change_nothing(run: Run, folder: Path) -> None:
    (folder / "Customer_Master.csv").write_text(
        CUSTOMERS.replace("C2,Two", "C9,Nine"), encoding="utf-8"
    )
    assert "<exposure against limits on 2025-12-31: 0 percent>" in run(folder, *ASKED)


def test_page_shows_what_a_notebook_would(run: Run, folder: Path, tmp_path: Path) -> None:
    (folder / "Customer_Master.csv").write_text(CUSTOMERS, encoding="utf-8")
    path = tmp_path / "measures.html"
    run(folder, *ASKED, "--html", path)
    page = path.read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert page.count("<h2>") == len(SECTIONS)
    assert "<svg" in page
    assert "One &amp; Co" in page
    assert "One & Co" not in page


def test_the_script_runs_by_itself_from_any_folder(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "measuring.py"), "--html", "page.html"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout.startswith("Measures of the bundled, fictional ledger, as of 2026-11-02")
    assert (tmp_path / "page.html").exists()


def test_the_check_by_hand_runs_by_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-I", by_hand.__file__, "fec", str(FEC), "2026-11-02"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "DSO: 94.7363\nDSO, count-back: 96.6894" in done.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["absent", *ASKED], "Invoices.csv: No such file"),
        (["absent"], "a folder, --as-of and --currency go together"),
        (["--currency", "INR"], "a folder, --as-of and --currency go together"),
        (["--html", "absent/page.html"], "absent/page.html: No such file"),
        (["absent", "--as-of", "soon", "--currency", "INR"], "expected a date as YYYY-MM-DD"),
    ],
)
def test_what_the_user_has_to_mend_is_said(
    capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    try:
        status = measuring.main(given)
    except SystemExit as stopped:  # argparse ends the command itself
        status = stopped.code
    told = capsys.readouterr()
    assert status == 2
    assert told.out == ""
    assert said in told.err


def test_a_currency_that_does_not_exist_is_said(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    given = [str(folder), "--as-of", "2025-12-31", "--currency", "RUPEE"]
    assert measuring.main(given) == 2
    assert "expected an ISO 4217 code" in capsys.readouterr().err
