"""The packs themselves: every value sourced and dated, the catalogue whole, the known figures."""

from __future__ import annotations

import copy
import pickle
import tomllib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from recouvrement import InvalidInput, Money, OutsideCoverage
from recouvrement.documents import lines_of
from recouvrement.law import (
    Compounding,
    DayCount,
    Fixing,
    Label,
    LawPack,
    RateRounding,
    RateRow,
    Status,
    pack,
    pack_names,
    pack_text,
    read_pack,
)

EU = {
    "AT",
    "BE",
    "BG",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "EL",
    "ES",
    "FI",
    "FR",
    "HR",
    "HU",
    "IE",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
}
COMPLETE = {"FR", "FR-public", "DE", "UK"}
RATES = {"AT", "BE", "ES", "IT", "LU", "NL", "IE"}

every_pack = pytest.mark.parametrize("name", pack_names())


def rate(name: str, day: date, *, consumer: bool = False) -> Decimal:
    """The rate of interest that starts that day."""
    (one,) = pack(name).segments(day, day, consumer=consumer)
    return one.rate


def semester(text: str) -> date:
    """The first day of a semester such as 2026-S2."""
    year, half = text.split("-S")
    return date(int(year), 1 if half == "1" else 7, 1)


# --- what every pack owes its reader -------------------------------------------------------------


@every_pack
def test_every_value_has_a_source_and_dates(name: str) -> None:
    one = pack(name)
    for row in one.rows:
        assert row.source.article.strip(), row.name
        assert row.source.title.strip(), row.name
        assert row.source.published.strip(), row.name
        assert isinstance(row.source.read_on, date), row.name
        assert isinstance(row.verified_until, date), row.name
        assert row.label in set(Label), row.name


@every_pack
def test_every_figure_that_moves_in_time_says_since_when(name: str) -> None:
    one = pack(name)
    rule = one.interest
    for row in (*rule.rates, *rule.legal_rates, *rule.floors):
        assert row.since is not None, row.name
    undated = [row for row in (*rule.margins, *one.fixed_sums) if row.since is None]
    assert all(row.label is Label.MEMORY for row in undated)


@every_pack
def test_no_pack_claims_that_a_lawyer_read_it(name: str) -> None:
    assert pack(name).lawyer_validated is False


@every_pack
def test_nothing_was_read_later_than_it_was_vouched_for(name: str) -> None:
    for row in pack(name).rows:
        ended = row.until is not None and row.until < date(2026, 11, 1)
        codes = "April 2026" in row.source.title
        assert row.source.read_on is not None
        assert ended or codes or row.source.read_on <= row.verified_until, row.name


def test_catalogue_has_all_states_of_the_union_and_three_beside() -> None:
    assert set(pack_names()) == EU | {"FR-public", "UK", "CH", "NO"}
    assert len(EU) == 27


def test_every_state_is_complete_or_has_rates_or_is_refused() -> None:
    by_status: dict[Status, set[str]] = {status: set() for status in Status}
    for name in pack_names():
        by_status[pack(name).status].add(name)
    assert by_status[Status.COMPLETE] == COMPLETE
    assert by_status[Status.RATES] == RATES
    assert by_status[Status.UNVERIFIED] == set(pack_names()) - COMPLETE - RATES


@pytest.mark.parametrize("name", sorted(COMPLETE | RATES))
def test_rates_of_verified_packs_rest_on_nothing_remembered(name: str) -> None:
    rule = pack(name).interest
    rows = (rule, *rule.rates, *rule.margins, *rule.consumer_margins, *rule.floors)
    assert {row.label for row in rows} <= {Label.SOURCED, Label.SECONDARY}


@pytest.mark.parametrize("name", sorted(set(pack_names()) - COMPLETE - RATES))
def test_unverified_state_refuses_every_question_and_says_what_to_name(name: str) -> None:
    one, day = pack(name), date(2026, 3, 1)
    assert {row.label for row in one.rows} == {Label.MEMORY}
    with pytest.raises(InvalidInput) as caught:
        one.segments(day, day)
    assert caught.value.field in {"allow", "law"}
    with pytest.raises(InvalidInput, match=f"'{name}' or "):
        one.segments(day, day, contract_rate=5)


@pytest.mark.parametrize("name", sorted(set(pack_names()) - COMPLETE - RATES))
def test_unverified_state_answers_whoever_accepts_it_and_says_so(name: str) -> None:
    one, day = pack(name), date(2026, 3, 1)
    if not one.interest.rates:
        with pytest.raises(InvalidInput, match=r"covers_until, \[\[rate\]\].* laid over"):
            one.segments(day, day, allow={name})
        return
    (found,) = one.segments(day, day, allow={name})
    assert "from_memory" in [caveat.code for caveat in found.caveats]
    assert one.accepting(name).segments(day, day) == (found,)


@every_pack
def test_text_of_a_pack_can_be_read_again(name: str) -> None:
    assert read_pack(pack_text(name)) == pack(name)


def test_pack_is_read_once() -> None:
    assert pack("FR") is pack("FR")


@pytest.mark.parametrize(("code", "name"), [("GB", "UK"), ("GR", "EL")])
def test_codes_of_the_iso_are_understood(code: str, name: str) -> None:
    assert pack(code) is pack(name)


@pytest.mark.parametrize("name", ["XX", "fr", "FR-private", "", None, 3, ["FR"]])
def test_unknown_country_is_refused_with_those_there_are(name: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        pack(name)  # type: ignore[arg-type]
    assert caught.value.field == "pack"
    assert "FR-public" in caught.value.expected
    assert "read_pack" in caught.value.expected


# --- golden rates --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("half", "default", "floor"),
    [
        ("2013-S1", "10.75", "0.12"),
        ("2014-S2", "10.15", "0.12"),
        ("2015-S1", "10.05", "2.79"),
        ("2018-S1", "10.00", "2.67"),  # a public site prints 0.88 for 0.89
        ("2019-S1", "10.00", "2.58"),  # another prints 0.76 for 0.86
        ("2022-S1", "10.00", "2.28"),  # and 0.77 for 0.76
        ("2022-S2", "10.00", "2.31"),
        ("2023-S1", "12.50", "6.18"),
        ("2023-S2", "14.00", "12.66"),
        ("2024-S1", "14.50", "15.21"),
        ("2024-S2", "14.25", "14.76"),
        ("2025-S1", "13.15", "11.13"),
        ("2025-S2", "12.15", "8.28"),
        ("2026-S1", "12.15", "7.86"),
        ("2026-S2", "12.40", "8.25"),
    ],
)
def test_french_rate_and_least_contract_rate(half: str, default: str, floor: str) -> None:
    day = semester(half)
    assert rate("FR", day) == Decimal(default)
    found = pack("FR").floor(day)
    assert found is not None
    assert found.value == Decimal(floor)
    older = "Code de commerce, art. L441-6 (until 25 April 2019)"
    assert found.source.article == (
        older if day < date(2019, 4, 26) else "Code de commerce, art. L441-10 II"
    )


@pytest.mark.parametrize(
    ("name", "half", "articles"),
    [
        ("FR", "2018-S2", ["L441-6 (until 25 April 2019)"]),
        ("FR", "2019-S1", ["L441-6 (until 25 April 2019)", "L441-10 II"]),
        ("FR", "2019-S2", ["L441-10 II"]),
        ("FR-public", "2018-S2", ["8 (until 31 March 2019)"]),
        ("FR-public", "2019-S1", ["8 (until 31 March 2019)", "R2192-31"]),
        ("FR-public", "2019-S2", ["R2192-31"]),
    ],
)
def test_no_article_is_cited_before_it_was_there(name: str, half: str, articles: list[str]) -> None:
    day = semester(half)
    (one,) = pack(name).segments(day, day)
    assert [part.split("art. ")[1] for part in one.source.article.split("; ")] == articles
    sums = pack(name).fixed_sum(Money.of(9, "EUR"), due_on=day, late_on=date(2026, 1, 1))
    assert sums is not None
    older = name == "FR-public" and day < date(2019, 4, 1)
    assert ("Décret 2013-269" in sums.source.article) is older


def test_what_the_table_only_remembers_names_no_article_and_no_start() -> None:
    remembered = [
        row
        for name in pack_names()
        for row in pack(name).rows
        if row.source.title.startswith("Notes on the states") and row.name.count(".")
    ]
    assert len(remembered) > 100
    own = {"caveat.food_products_differ"}
    for row in remembered:
        if row.name not in own:
            assert (row.source.article, row.starts) == ("not looked up", None), row.name


def test_least_contract_rate_never_raises_the_default_rate() -> None:
    # 2024-S1 and 2024-S2: three times the legal rate is above ECB + 10, and stays out of it.
    fr = pack("FR")
    for half in ("2024-S1", "2024-S2"):
        day = semester(half)
        least = fr.floor(day)
        assert least is not None
        assert isinstance(least.value, Decimal)
        assert rate("FR", day) < least.value


def test_least_contract_rate_takes_the_column_of_other_creditors() -> None:
    found = pack("FR").legal_rate(date(2025, 10, 1))
    assert found is not None
    assert (found.value, found.consumer) == (Decimal("2.76"), Decimal("6.65"))
    least = pack("FR").floor(date(2025, 10, 1))
    assert least is not None
    assert least.value == 3 * Decimal("2.76")


def test_legal_rate_was_yearly_before_2015_and_is_by_semester_since() -> None:
    fr = pack("FR")
    first, second = fr.legal_rate(date(2012, 3, 1)), fr.legal_rate(date(2012, 9, 1))
    assert first is not None
    assert second is not None
    assert first.value == second.value == Decimal("0.71")
    assert first.until == date(2012, 6, 30)


@pytest.mark.parametrize(
    ("half", "expected"),
    [("2013-S2", "8.50"), ("2023-S1", "10.50"), ("2024-S1", "12.50"), ("2026-S2", "10.40")],
)
def test_french_public_rate_of_interest_that_starts_in_a_semester(half: str, expected: str) -> None:
    assert rate("FR-public", semester(half)) == Decimal(expected)


@pytest.mark.parametrize(
    ("day", "business", "consumer"),
    [
        ("2002-01-01", "10.57", "7.57"),
        ("2010-04-01", "8.12", "5.12"),  # not in the table of changes: still that of 2009-S2
        ("2013-01-01", "7.87", "4.87"),  # negative from here on
        ("2013-07-01", "7.62", "4.62"),
        ("2014-07-01", "7.27", "4.27"),
        ("2014-07-28", "7.27", "4.27"),
        ("2014-07-29", "8.27", "4.27"),
        ("2015-01-01", "8.17", "4.17"),
        ("2019-05-05", "8.12", "4.12"),
        ("2022-12-31", "8.12", "4.12"),
        ("2023-01-01", "10.62", "6.62"),
        ("2023-07-01", "12.12", "8.12"),
        ("2026-06-30", "10.27", "6.27"),
        ("2026-07-01", "10.52", "6.52"),
    ],
)
def test_german_rates(day: str, business: str, consumer: str) -> None:
    on = date.fromisoformat(day)
    assert rate("DE", on) == Decimal(business)
    assert rate("DE", on, consumer=True) == Decimal(consumer)


@pytest.mark.parametrize(
    ("half", "expected"),
    [
        ("2003-S1", "12.00"),
        ("2009-S1", "10.00"),
        ("2016-S2", "8.50"),
        ("2017-S1", "8.25"),
        ("2020-S1", "8.75"),
        ("2020-S2", "8.10"),
        ("2022-S2", "9.25"),
        ("2023-S2", "13.00"),
        ("2024-S2", "13.25"),
        ("2025-S1", "12.75"),
        ("2025-S2", "12.25"),
        ("2026-S2", "11.75"),
    ],
)
def test_british_rate_of_interest_that_starts_in_a_half_year(half: str, expected: str) -> None:
    assert rate("UK", semester(half)) == Decimal(expected)


@pytest.mark.parametrize(
    ("name", "day", "expected"),
    [
        ("BE", "2026-01-01", "10.5"),  # 10.15, up to the next half point
        ("BE", "2025-01-01", "11.5"),
        ("BE", "2023-07-01", "12.0"),  # already on it
        ("NL", "2024-01-01", "12.50"),
        ("NL", "2024-07-01", "12.25"),
        ("IT", "2026-01-01", "10.15"),
        ("ES", "2015-03-01", "8.05"),
        ("LU", "2024-07-01", "12.25"),
        ("IE", "2024-07-02", "12.25"),
        ("IE", "2013-07-02", "8.50"),
        ("AT", "2013-07-01", "9.08"),
        ("AT", "2017-07-01", "8.58"),
        ("AT", "2024-07-01", "13.08"),
        ("AT", "2026-01-01", "10.73"),
    ],
)
def test_rates_of_the_other_states(name: str, day: str, expected: str) -> None:
    assert rate(name, date.fromisoformat(day)) == Decimal(expected)


def test_finland_rounds_the_reference_up_for_whoever_accepts_it() -> None:
    finland = pack("FI").accepting("FI")
    (one,) = finland.segments(date(2026, 1, 1), date(2026, 1, 31))
    assert (one.reference, one.rate) == (Decimal("2.15"), Decimal("10.5"))
    assert finland.interest.rounding is RateRounding.REFERENCE_UP
    assert pack("SE").interest.rounding is RateRounding.REFERENCE_UP


def test_swiss_rate_moves_with_no_calendar() -> None:
    found = pack("CH").accepting("CH").segments(date(1999, 12, 1), date(2026, 8, 1))
    assert [one.rate for one in found] == [5]
    assert pack("CH").interest.fixing is Fixing.FLAT
    assert pack("CH").day_count is DayCount.ACT_360


def test_austrian_rate_says_that_the_debtor_must_answer_for_the_delay() -> None:
    (one,) = pack("AT").segments(date(2026, 1, 1), date(2026, 1, 31))
    assert [caveat.code for caveat in one.caveats] == ["debtor_at_fault", "secondary_source"]
    assert pack("AT").rule("interest.not_at_fault", on=date(2026, 1, 1)).value == 4


# --- sums ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owed", "expected"),
    [
        ("0.01", "40.00"),
        ("999.99", "40.00"),
        ("1000.00", "70.00"),
        ("9999.99", "70.00"),
        ("10000.00", "100.00"),
        ("250000.00", "100.00"),
    ],
)
def test_british_sum_depends_on_the_debt(owed: str, expected: str) -> None:
    due = date(2026, 3, 1)
    found = pack("UK").fixed_sum(Money.of(owed, "GBP"), due_on=due, late_on=date(2026, 3, 2))
    assert found is not None
    assert found.amount == Money.of(expected, "GBP")
    assert found.source.article == "Late Payment of Commercial Debts (Interest) Act 1998, s. 5A"


@pytest.mark.parametrize("name", ["FR", "FR-public", "DE", "AT", "ES"])
def test_sum_of_forty_euros(name: str) -> None:
    found = pack(name).fixed_sum(
        Money.of("120.00", "EUR"), due_on=date(2026, 3, 1), late_on=date(2026, 3, 2)
    )
    assert found is not None
    assert found.amount == Money.of(40, "EUR")


def test_germany_gave_no_sum_before_29_july_2014_and_none_from_consumers() -> None:
    de, debt = pack("DE"), Money.of("120.00", "EUR")
    late = date(2020, 1, 1)
    assert de.fixed_sum(debt, due_on=date(2014, 7, 27), late_on=late) is None
    first = de.fixed_sum(debt, due_on=date(2014, 7, 28), late_on=late)
    assert first is not None
    assert [caveat.code for caveat in first.caveats] == ["older_obligation"]
    due = date(2026, 3, 1)
    assert de.fixed_sum(debt, due_on=due, late_on=date(2026, 4, 1), consumer=True) is None


def test_sum_of_a_state_that_is_only_remembered_is_refused() -> None:
    debt, due, late = Money.of("120.00", "EUR"), date(2026, 3, 1), date(2026, 3, 2)
    belgium = pack("BE")
    with pytest.raises(InvalidInput, match="'BE' or 'fixed_sum' among the names accepted"):
        belgium.fixed_sum(debt, due_on=due, late_on=late)
    for names in ({"BE"}, {"fixed_sum"}):
        found = belgium.fixed_sum(debt, due_on=due, late_on=late, allow=names)
        assert found is not None
        assert [caveat.code for caveat in found.caveats] == ["from_memory"]


@pytest.mark.parametrize("name", ["BG", "HU", "RO", "PL", "NO"])
def test_sum_that_the_table_has_in_another_currency_stays_a_text(name: str) -> None:
    one = pack(name)
    assert one.fixed_sums == ()
    assert [row.value for row in one.under("fixed_sum")] != []


@pytest.mark.parametrize(
    ("name", "expected"), [("CZ", "1200.00 CZK"), ("SE", "450.00 SEK"), ("DK", "310.00 DKK")]
)
def test_sum_in_the_currency_of_the_pack_is_one(name: str, expected: str) -> None:
    one = pack(name).accepting(name)
    debt = Money.of(1, one.currency)
    found = one.fixed_sum(debt, due_on=date(2026, 3, 1), late_on=date(2026, 3, 2))
    assert found is not None
    assert str(found.amount) == expected


# --- terms, periods, contacts --------------------------------------------------------------------


def test_french_ceilings_and_both_readings_of_end_of_month() -> None:
    found = {one.case: one for one in pack("FR").term_ceiling(on=date(2025, 2, 15))}
    assert {case: (one.days, one.starts) for case, one in found.items()} == {
        "nothing_agreed": (30, "receipt"),
        "agreed": (60, "invoice"),
        "agreed_end_of_month": (45, "invoice"),
        "periodic_invoice": (45, "invoice"),
    }
    both = found["agreed_end_of_month"]
    assert [one.due_on(date(2025, 2, 15)) for one in both.readings] == [
        date(2025, 4, 30),
        date(2025, 4, 14),
    ]
    assert both.latest(date(2025, 2, 15)) == date(2025, 4, 30)
    assert both.latest(date(2025, 3, 10)) == date(2025, 5, 15)


@pytest.mark.parametrize(
    ("sector", "case", "start", "last"),
    [
        ("road_transport", "agreed", "2026-03-10", "2026-04-09"),
        ("perishable_food", "agreed", "2026-03-10", "2026-04-09"),
        ("perishable_food", "periodic_invoice", "2026-03-12", "2026-04-19"),
        ("livestock_and_fresh_meat", "agreed", "2026-03-10", "2026-03-30"),
        ("spirits", "agreed", "2026-03-10", "2026-04-30"),
        ("other_food", "agreed", "2026-03-10", "2026-05-09"),
    ],
)
def test_french_ceilings_by_sector(sector: str, case: str, start: str, last: str) -> None:
    found = {one.case: one for one in pack("FR").term_ceiling(sector, on=date(2026, 3, 10))}
    assert found[case].latest(date.fromisoformat(start)) == date.fromisoformat(last)
    assert found[case].sector == sector


def test_sector_known_for_one_question_has_the_general_rule_in_the_other() -> None:
    fr, day = pack("FR"), date(2026, 3, 10)
    assert fr.term_ceiling("other_transport", on=day) == fr.term_ceiling(on=day)
    assert fr.limitation("business", "spirits") == fr.limitation("business")
    assert fr.limitation("consumer", "road_transport") == fr.limitation("consumer")


def test_one_name_answers_both_questions_of_a_carrier() -> None:
    fr, day = pack("FR"), date(2026, 3, 10)
    assert [one.days for one in fr.term_ceiling("road_transport", on=day)] == [30]
    assert fr.limitation("business", "road_transport").years == 1


@pytest.mark.parametrize("sector", ["moon", "transport", "Road_transport", "", 5])
@pytest.mark.parametrize("name", ["FR", "UK", "BE"])
def test_sector_that_a_pack_does_not_know_is_refused_with_those_it_knows(
    name: str, sector: Any
) -> None:
    one, day = pack(name), date(2026, 3, 10)
    known = {"FR": "export_purchases, livestock_", "UK": "public, scotland", "BE": "none, all"}
    said = f"sector: expected one that the pack {name} knows: {known[name]}"
    for question in (one.limitation, lambda _, sector: one.term_ceiling(sector, on=day)):
        with pytest.raises(InvalidInput) as caught:
            question("business", sector)
        assert str(caught.value).startswith(said)
        assert caught.value.got == repr(sector)


def test_sectors_of_a_pack_are_those_of_its_terms_and_of_its_limitation() -> None:
    assert pack("UK").sectors == ("public", "scotland")
    assert {"other_food", "other_transport", "road_transport"} <= set(pack("FR").sectors)


def test_ceiling_before_its_text_is_not_known() -> None:
    with pytest.raises(OutsideCoverage, match="payment terms in the pack FR"):
        pack("FR").term_ceiling(on=date(2015, 1, 1))


def test_ceiling_that_is_only_remembered_is_refused_by_its_name() -> None:
    fr, day = pack("FR"), date(2026, 3, 10)
    with pytest.raises(InvalidInput, match=r"'term\.agreed\.export_purchases' among"):
        fr.term_ceiling("export_purchases", on=day)
    allowed = {"term.agreed.export_purchases"}
    (found,) = fr.term_ceiling("export_purchases", on=day, allow=allowed)
    assert found.days == 90


def test_public_terms_by_sector() -> None:
    public, day = pack("FR-public"), date(2026, 3, 10)
    days = [
        public.term_ceiling(one, on=day)[0].days for one in (None, "health", "public_undertaking")
    ]
    assert days == [30, 50, 60]


@pytest.mark.parametrize(
    ("name", "kind", "sector", "years", "starts"),
    [
        ("FR", "business", None, 5, "due_date"),
        ("FR", "business", "road_transport", 1, "delivery"),
        ("FR", "business", "other_transport", 1, "delivery"),
        ("FR", "business", "other_food", 5, "due_date"),
        ("FR", "consumer", None, 2, "due_date"),
        ("FR", "title", None, 10, "title"),
        ("FR-public", "public", None, 4, "end_of_supply_year"),
        ("DE", "business", None, 3, "end_of_year"),
        ("UK", "business", None, 6, "due_date"),
        ("UK", "business", "scotland", 5, "due_date"),
    ],
)
def test_limitation(name: str, kind: str, sector: str | None, years: int, starts: str) -> None:
    found = pack(name).limitation(kind, sector)
    assert (found.years, found.starts) == (years, starts)
    assert found.unit == "years"


def test_limitation_of_a_kind_that_a_pack_has_not() -> None:
    with pytest.raises(InvalidInput, match="kind: expected one that the pack FR holds: business"):
        pack("FR").limitation("public")
    with pytest.raises(InvalidInput, match="holds: none"):
        pack("PL").accepting("PL").limitation("business")


def test_limitation_before_its_text_is_not_known() -> None:
    with pytest.raises(OutsideCoverage, match="limitation in the pack FR"):
        pack("FR").limitation("business", on=date(2005, 1, 1))


def test_formal_notice_does_not_interrupt_limitation() -> None:
    found = pack("FR").rule("notice.interrupts_limitation", on=date(2026, 3, 1))
    assert found.value is False
    assert [caveat.code for caveat in found.caveats] == ["secondary_source"]


def test_delays_for_filing_a_claim() -> None:
    fr = pack("FR")
    home, abroad = fr.claim_delay(), fr.claim_delay(abroad=True)
    assert home is not None
    assert abroad is not None
    assert (home.months, abroad.months, home.starts) == (2, 4, "publication")
    assert pack("DE").claim_delay() is None


@pytest.mark.parametrize(
    ("day", "months"), [("2026-02-01", 6), ("2026-08-31", 6), ("2026-09-01", 3), ("2027-01-01", 3)]
)
def test_orders_to_pay_are_served_within_three_months_since_the_reform(
    day: str, months: int
) -> None:
    order = pack("FR").rule("payment_order.service", on=date.fromisoformat(day))
    assert (order.value, order.unit, order.starts) == (months, "months", "order")


def test_procedure_for_uncontested_claims_begins_on_25_april_2026() -> None:
    fr = pack("FR")
    assert fr.rule("uncontested_claims.answer", on=date(2026, 4, 25)).value == 1
    with pytest.raises(OutsideCoverage):
        fr.rule("uncontested_claims.answer", on=date(2026, 4, 24))


def test_rule_that_no_row_bears_is_refused_with_those_there_are() -> None:
    with pytest.raises(InvalidInput, match=r"small_claims\.cap"):
        pack("FR").rule("small_claims", on=date(2026, 1, 1))
    with pytest.raises(InvalidInput, match="holds: none"):
        read_pack(SMALL).rule("small_claims", on=date(2026, 1, 1))


def test_contact_rules_say_which_are_texts_and_which_our_own_caution() -> None:
    rules = {one.value: one for one in pack("FR").contact_rules}
    own, acts = rules["collection"], rules["enforcement_act"]
    assert (own.default, own.binding) == (True, False)
    assert own.days == frozenset(range(5))
    assert [f"{one:%H:%M}" for pair in own.hours for one in pair] == [
        "10:00",
        "13:00",
        "14:00",
        "20:00",
    ]
    assert (own.at_most, own.within_days, own.holidays) == (4, 30, False)
    assert (acts.default, acts.binding) == (False, True)
    assert "No text fixes hours" in str(own.rule)


def test_retention_periods_say_what_they_run_from() -> None:
    rows = {row.name: row for row in pack("FR").retention}
    assert (rows["retention.archive"].value, rows["retention.archive"].unit) == (5, "years")
    records = rows.pop("retention.accounting_records")
    assert {row.starts for row in rows.values()} == {"settlement", "payment"}
    assert (records.starts, records.source.article) == (
        "end_of_settlement_year",
        "Code de commerce, art. L123-22",
    )


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("FR", Compounding.FULL_YEAR_IF_AGREED),
        ("DE", Compounding.NEVER),
        ("UK", Compounding.NEVER),
        ("LU", Compounding.NEVER),
        ("NL", Compounding.YEARLY),
    ],
)
def test_interest_on_interest(name: str, expected: Compounding) -> None:
    assert pack(name).compounds.value == expected
    assert pack(name).compounds.label is not Label.MEMORY


@pytest.mark.parametrize("name", ["FR-public", "AT", "BE", "ES", "IE", "IT"])
def test_a_directive_is_no_national_rule_on_interest_on_interest(name: str) -> None:
    row = pack(name).compounds
    assert (row.value, row.label) == (Compounding.NEVER, Label.MEMORY)


def test_a_day_count_that_is_only_remembered_is_refused() -> None:
    day = date(2026, 3, 1)
    for name in ("BE", "ES", "IT", "LU", "NL", "FI"):
        with pytest.raises(InvalidInput, match=f"a day count of the caller's, or '{name}' or 'day"):
            pack(name).counting(on=day)
        assert pack(name).counting(on=day, allow=["day_count"]).value == "ACT/365"
    for name in ("DE", "AT"):
        assert [one.code for one in pack(name).counting(on=day).caveats] == ["secondary_source"]
    for name in ("FR", "FR-public", "UK", "IE"):
        assert pack(name).counting(on=day).caveats == ()
    assert {pack(name).day_count_rule.source.article for name in COMPLETE} == {"no article"}


def test_french_days_are_counted_over_365() -> None:
    assert pack("FR").day_count is DayCount.ACT_365
    assert pack("FR").day_count == "ACT/365"


def test_sources_of_a_pack_are_those_of_its_rows() -> None:
    fr = pack("FR")
    assert {row.source for row in fr.rows} == set(fr.sources)
    assert len(fr.sources) == len(set(fr.sources))


def test_representation_of_a_pack_is_short() -> None:
    assert repr(pack("FR")) == "<LawPack FR 2026.11>"


def test_pack_without_series_answers_nothing_about_them() -> None:
    de: LawPack = pack("DE")
    assert de.floor(date(2026, 1, 1)) is None
    assert de.legal_rate(date(2026, 1, 1)) is None
    assert pack("PL").covers_until is None
    assert (
        pack("CH").fixed_sum(Money.of(5, "CHF"), due_on=date(2026, 1, 1), late_on=date(2026, 1, 2))
        is None
    )


def test_series_have_one_row_for_each_semester() -> None:
    for name in COMPLETE | RATES:
        rows: tuple[RateRow, ...] = pack(name).interest.rates
        days = [row.since for row in rows if row.since]
        assert all((day.month, day.day) in {(1, 1), (7, 1)} for day in days)
        assert (
            len(days)
            == (days[-1].year - days[0].year) * 2 + (days[-1].month - days[0].month) / 6 + 1
        )


SMALL = """\
name = "X"
version = "1"
title = "A place"
currency = "EUR"
status = "complete"
verified_until = 2026-12-31

[sources.text]
title = "the text"
published = "the gazette"
read_on = 2026-01-02

[interest]
article = "art. 1"
source = "text"
fixing = "split"

[day_count]
value = "ACT/365"
article = "art. 2"
source = "text"

[compounds]
value = "never"
article = "art. 3"
source = "text"
"""


def test_pack_survives_being_pickled_and_copied() -> None:
    fr = pack("FR")
    assert pickle.loads(pickle.dumps(fr)) == fr  # noqa: S301
    assert copy.deepcopy(fr) == fr


def test_rows_under_a_name_are_those_that_begin_with_it() -> None:
    fr = pack("FR")
    assert [row.name for row in fr.under("payment_order")][:2] == ["payment_order.service"] * 2
    starts = {"order", "service", "registrar_invitation"}
    assert {row.starts for row in fr.under("payment_order")} == starts
    assert fr.under("payment") == ()


@every_pack
def test_rows_of_the_packs_stand_where_they_are_written(name: str) -> None:
    text = pack_text(name)
    lines, document = lines_of(text), tomllib.loads(text)
    written = text.split("\n")
    for section in ("rate", "margin", "term"):
        for place in range(len(document.get(section, []))):
            line = lines.line((section, place))
            assert line is not None
            assert written[line - 1] == f"[[{section}]]"


def test_pack_without_rates_says_all_that_it_lacks() -> None:
    day = date(2026, 3, 1)
    with pytest.raises(InvalidInput) as caught:
        pack("BG").accepting("BG").segments(day, day)
    assert caught.value.expected == (
        "[interest] covers_until, [[rate]], [[margin]] laid over the pack BG by read_pack"
    )


def test_fixing_that_is_not_settled_is_not_called_unverified() -> None:
    with pytest.raises(InvalidInput) as caught:
        pack("IE").segments(date(2025, 1, 1), date(2026, 6, 30))
    assert "do not settle whether the rate changes by semester or stays locked" in str(caught.value)
    assert "not verified" not in str(caught.value)
