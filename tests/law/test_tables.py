"""Packs and pages say what the tables and scripts beside them say, and the tables what was read."""

from __future__ import annotations

import csv
import importlib.util
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from importlib import resources
from pathlib import Path
from types import ModuleType

import pytest

from recouvrement import PaymentTerms
from recouvrement.law import pack, pack_names

DOCS = Path(__file__).parents[2] / "docs"
TABLES = DOCS / "law" / "tables"

pytestmark = pytest.mark.skipif(not DOCS.exists(), reason="the pages are not here")


def script(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(name: str) -> list[dict[str, str]]:
    if not TABLES.exists():
        return []
    with (TABLES / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_packs_are_what_the_script_makes_of_the_tables() -> None:
    folder = resources.files("recouvrement.law") / "packs"
    there = {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir()}
    made = script(TABLES / "expand.py").packs()
    stale = sorted(name for name in there | made if there.get(name) != made.get(name))
    assert stale == [], "run: python docs/law/tables/expand.py"


def test_pages_are_what_the_script_makes_of_the_packs() -> None:
    pages = DOCS / "law"
    there = {one.name: one.read_text(encoding="utf-8") for one in pages.glob("*.md")}
    made = script(DOCS / "law_pages.py").pages()
    stale = sorted(name for name in there | made if there.get(name) != made.get(name))
    assert stale == [], "run: python docs/law_pages.py"


# --- the tables as they were handed over ---------------------------------------------------------


@pytest.mark.parametrize(
    "row", table("fr_default_rate_by_semester")[8:], ids=lambda row: str(row["semester"])
)
def test_french_rates_are_those_of_their_table(row: dict[str, str]) -> None:
    first, last = (date.fromisoformat(row[key]) for key in ("valid_from", "valid_to"))
    (private,) = pack("FR").segments(first, last)
    assert private.rate == Decimal(row["fr_l441_10_default_pct"])
    public = row["fr_public_debtor_pct_if_interest_starts_in_semester"]
    if public:
        (found,) = pack("FR-public").segments(first, last)
        assert found.rate == Decimal(public)


@pytest.mark.parametrize("row", table("fr_legal_rate"), ids=lambda row: str(row["period"]))
def test_french_legal_rates_are_those_of_their_table(row: dict[str, str]) -> None:
    fr = pack("FR")
    for key in ("valid_from", "valid_to"):
        day = date.fromisoformat(row[key])
        found = fr.legal_rate(day)
        assert found is not None
        assert found.value == Decimal(row["other_creditor_pct"])
        assert found.consumer == Decimal(row["consumer_creditor_pct"])
        if day.year >= 2009:
            least = fr.floor(day)
            assert least is not None
            assert least.value == Decimal(row["floor_3x_other_pct"])


@pytest.mark.parametrize(
    "row", table("de_basiszinssatz"), ids=lambda row: str(row["effective_date"])
)
def test_german_rates_are_those_of_their_table(row: dict[str, str]) -> None:
    day = date.fromisoformat(row["effective_date"])
    (business,) = pack("DE").segments(day, day)
    (consumer,) = pack("DE").segments(day, day, consumer=True)
    assert business.reference == Decimal(row["basiszinssatz_pct"])
    assert business.rate == Decimal(row["b2b_default_pct_by_margin_then_in_force"])
    assert consumer.rate == Decimal(row["consumer_default_pct"])


@pytest.mark.parametrize(
    "row", table("uk_statutory_rate"), ids=lambda row: str(row["interest_starts_in"])
)
def test_british_rates_are_those_of_their_table(row: dict[str, str]) -> None:
    first, last = (date.fromisoformat(row[key]) for key in ("from", "to"))
    for start in (first, last):
        (one,) = pack("UK").segments(start, date(2026, 12, 31))
        assert one.rate == Decimal(row["statutory_pct_locked_for_whole_debt"])


def test_every_jurisdiction_of_the_table_has_its_pack() -> None:
    assert {row["iso"] for row in table("jurisdictions")} == set(pack_names())


@pytest.mark.parametrize("row", table("eom_terms"), ids=lambda row: str(row["invoice_date"]))
def test_both_readings_of_end_of_month_are_the_published_ones(row: dict[str, str]) -> None:
    invoiced = date.fromisoformat(row["invoice_date"])
    (ceiling,) = [
        one for one in pack("FR").term_ceiling(on=invoiced) if one.case == "agreed_end_of_month"
    ]
    assert [str(one.due_on(invoiced)) for one in ceiling.readings] == [
        row["reading_A_plus45_then_eom"],
        row["reading_B_eom_then_plus45"],
    ]
    assert all(isinstance(one, PaymentTerms) for one in ceiling.readings)


def test_examples_of_rates_are_found_again() -> None:
    examples = {row["id"]: row for row in table("worked_examples")}
    (german,) = pack("DE").segments(date(2023, 1, 1), date(2023, 6, 30))
    assert german.rate == Decimal(examples["W22"]["rate_pct"])
    # W33: 4.25 + 10 without a contract, though three times 4.92 is more.
    (french,) = pack("FR").segments(date(2024, 7, 1), date(2024, 12, 31))
    least = pack("FR").floor(date(2024, 7, 1))
    assert least is not None
    assert examples["W33"]["published_result"] == f"default {french.rate}; floor {least.value}"
    # W07: the contract rate that is just three times the legal rate of 2024-S2.
    assert Decimal(examples["W07"]["rate_pct"]) == least.value


# --- the French parameters -----------------------------------------------------------------------

ON = date(2026, 11, 1)


def rule(name: str, on: date = ON) -> Callable[[], object]:
    return lambda: pack("FR").rule(name, on=on).value


def public(name: str) -> Callable[[], object]:
    return lambda: pack("FR-public").rule(name, on=ON).value


def years(kind: str, sector: str | None = None) -> Callable[[], object]:
    return lambda: pack("FR").limitation(kind, sector).years


def term(case: str, sector: str | None = None) -> Callable[[], object]:
    def found() -> object:
        ceilings = pack("FR").term_ceiling(sector, on=ON)
        return next(one.days for one in ceilings if one.case == case)

    return found


def months(*, abroad: bool) -> int:
    found = pack("FR").claim_delay(abroad)
    assert found is not None
    return found.months


# Where each row of the table is in the packs, and the value it has there.
PARAMETERS: list[tuple[str, Callable[[], object], object]] = [
    ("penalty.default_margin", lambda: pack("FR").interest.margins[-1].value, 10),
    ("penalty.default_margin", rule("penalty.margin_before_2009", date(2008, 1, 1)), 7),
    ("penalty.anchor", lambda: pack("FR").interest.fixing, "split"),
    ("penalty.contract_floor", lambda: pack("FR").interest.floors[-1].value, 3),
    (
        "penalty.contract_floor",
        rule("penalty.contract_floor_before_2009", date(2008, 1, 1)),
        Decimal("1.5"),
    ),
    ("penalty.start", rule("penalty.start"), "the day after the due date printed on the invoice"),
    ("penalty.reminder_needed", rule("penalty.reminder_needed"), False),
    ("penalty.base", rule("penalty.base"), "the unpaid amount including VAT"),
    ("penalty.vat", rule("penalty.vat"), "out of scope"),
    ("penalty.cumul_with_legal_interest", rule("penalty.cumul_with_legal_interest"), False),
    ("fixed_sum", lambda: pack("FR").fixed_sums[-1].value, 40),
    ("fixed_sum.per_invoice", rule("fixed_sum.per_invoice"), True),
    ("fixed_sum.insolvency_bar", rule("fixed_sum.insolvency_bar"), True),
    ("fixed_sum.extra_costs", rule("fixed_sum.extra_costs"), "more on justification"),
    (
        "l441_10.text_version_ends",
        lambda: pack("FR").rule("penalty.text_changes", on=date(2027, 1, 1)).since,
        date(2027, 1, 1),
    ),
    ("term.default", term("nothing_agreed"), 30),
    ("term.max", term("agreed"), 60),
    ("term.max_eom", term("agreed_end_of_month"), 45),
    ("term.max_periodic", term("periodic_invoice"), 45),
    ("term.transport", term("agreed", "road_transport"), 30),
    ("term.perishable", term("agreed", "perishable_food"), 30),
    ("term.livestock_fresh_meat", term("agreed", "livestock_and_fresh_meat"), 20),
    ("term.spirits_403CGI", term("agreed", "spirits"), 30),
    ("fine.max_legal_person", rule("fine.max_legal_person"), 2_000_000),
    ("fine.max_natural_person", rule("fine.max_natural_person"), 75_000),
    ("limitation.b2b", years("business"), 5),
    ("limitation.consumer", years("consumer"), 2),
    ("limitation.transport", years("business", "road_transport"), 1),
    ("limitation.long_stop", years("long_stop"), 20),
    ("limitation.starts_at_term", rule("limitation.starts_at_term"), True),
    (
        "limitation.interrupting_acts",
        rule("limitation.interrupting_acts"),
        ("acknowledgement", "claim", "protective_measure", "enforcement"),
    ),
    ("limitation.formal_notice_interrupts", rule("notice.interrupts_limitation"), False),
    ("limitation.restart", rule("limitation.restart"), "same duration"),
    (
        "limitation.contract_bounds",
        rule("limitation.contract_bounds"),
        "1 to 10 years; not for periodic claims, never against a consumer",
    ),
    (
        "limitation.count",
        rule("limitation.count"),
        "by days, complete when the last day has ended",
    ),
    (
        "imputation.partial",
        rule("appropriation.partial"),
        "interest first, then principal; the contract may differ",
    ),
    (
        "imputation.several",
        rule("appropriation.several"),
        (
            "the debtor's choice",
            "due debts first",
            "the one he had most interest to pay",
            "the oldest",
            "pro rata",
        ),
    ),
    ("imputation.partial_refusal", rule("appropriation.partial_refusal"), True),
    ("interest.compounding", lambda: pack("FR").compounds.value, "full_year_if_agreed"),
    ("interest.legal_from", rule("interest.legal_from"), "formal notice"),
    ("interest.judgment_uplift", rule("interest.judgment_uplift"), 5),
    (
        "notice.forms",
        rule("notice.forms"),
        (
            "summons",
            "an act with sufficient demand",
            "the due date alone if the contract says so",
        ),
    ),
    ("grace.max", rule("grace.max"), 2),
    (
        "costs.before_title",
        rule("costs.before_title"),
        "borne by the creditor; a contrary clause is void",
    ),
    ("small_claims.cap", rule("small_claims.cap"), 5000),
    ("small_claims.delay", rule("small_claims.answer"), 1),
    ("uncontested.in_force", rule("uncontested_claims.in_force"), date(2026, 4, 25)),
    ("uncontested.contest_delay", rule("uncontested_claims.answer"), 1),
    ("uncontested.report_delay", rule("uncontested_claims.report"), 8),
    ("uncontested.service_delay", rule("uncontested_claims.service"), 6),
    ("injonction.service_delay", rule("payment_order.service", date(2026, 8, 31)), 6),
    ("injonction.service_delay", rule("payment_order.service", date(2026, 9, 1)), 3),
    ("injonction.opposition", rule("payment_order.opposition"), 1),
    ("injonction.enforce_after", rule("payment_order.enforceable"), 2),
    (
        "deadline.weekend_shift",
        rule("deadline.weekend_shift"),
        "Saturday, Sunday or holiday: the next working day, for procedural delays only",
    ),
    ("deadline.months", rule("deadline.months"), "the same day of the month, else its last day"),
    (
        "insolvency.claim_delay",
        lambda: (months(abroad=False), months(abroad=True)),
        (2, 4),
    ),
    ("insolvency.relief_delay", rule("insolvency.relief"), 6),
    ("insolvency.stay", rule("insolvency.stay"), "no action for payment, no enforcement"),
    (
        "insolvency.interest_stop",
        rule("insolvency.interest_stops"),
        "on the opening judgment; loans of a year or more excepted",
    ),
    ("insolvency.payment_annulment", rule("insolvency.payment_annulment"), 3),
    (
        "public.term",
        lambda: [
            pack("FR-public").term_ceiling(sector, on=ON)[0].days
            for sector in (None, "health", "public_undertaking")
        ],
        [30, 50, 60],
    ),
    ("public.margin", lambda: pack("FR-public").interest.margins[-1].value, 8),
    (
        "public.interest_end",
        public("interest.end"),
        "the day the principal is put into payment, included",
    ),
    ("public.accessories_due", public("accessories.due"), 45),
    ("public.waiver", public("waiver"), "deemed unwritten"),
    (
        "collector.letter_mentions",
        rule("collector.letter_mentions"),
        (
            "name, address, activity",
            "the creditor",
            "basis and itemised amount",
            "the demand and the means",
            "art. L111-8 al. 2 and 3 reproduced",
        ),
    ),
    (
        "collector.prerequisites",
        rule("collector.prerequisites"),
        (
            "liability insurance",
            "dedicated account",
            "declaration to the prosecutor",
            "written mandate",
        ),
    ),
    ("collector.remit", rule("collector.remit"), 1),
    (
        "contact.hours_enforcement",
        lambda: [
            f"{first:%H:%M}-{last:%H:%M}" for first, last in pack("FR").contact_rules[1].hours
        ],
        ["06:00-21:00"],
    ),
    (
        "contact.hours_prospecting",
        lambda: [
            f"{first:%H:%M}-{last:%H:%M}" for first, last in pack("FR").contact_rules[2].hours
        ],
        ["10:00-13:00", "14:00-20:00"],
    ),
    ("gdpr.exclusion_list_removal", rule("retention.exclusion_list"), 48),
    (
        "gdpr.framework",
        lambda: pack("FR").rule("data_protection.framework", on=ON).since,
        date(2022, 4, 11),
    ),
]


@pytest.mark.parametrize(("key", "found", "expected"), PARAMETERS)
def test_french_parameter_is_in_the_packs(
    key: str, found: Callable[[], object], expected: object
) -> None:
    assert found() == expected, key


def test_no_french_parameter_of_the_table_was_left_out() -> None:
    keys = [row["key"].removeprefix("fr.") for row in table("fr_parameters")]
    assert sorted(keys) == sorted(key for key, _, _ in PARAMETERS)


def test_numbers_of_french_parameters_are_those_of_the_table() -> None:
    expected = {(key, str(value)) for key, _, value in PARAMETERS if type(value) in {int, Decimal}}
    numbers = {
        (row["key"].removeprefix("fr."), str(Decimal(row["value"]).normalize().__format__("f")))
        for row in table("fr_parameters")
        if re.fullmatch(r"\d+(\.\d+)?", row["value"])
    }
    apart = {("insolvency.claim_delay", "2"), ("public.term", "30")}
    assert numbers - apart == expected
