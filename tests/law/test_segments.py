"""The rates between two days: every day once, locked or by semester, with what must be said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import CurrencyMismatch, InvalidInput, Money, OutsideCoverage
from recouvrement.law import LawPack, RateSegment, joined, pack, read_pack
from recouvrement.law.timeline import semester_after, semester_of

ONE_DAY = timedelta(days=1)
FR, PUBLIC, DE, UK, IE = map(pack, ("FR", "FR-public", "DE", "UK", "IE"))


def parts(found: tuple[RateSegment, ...]) -> list[tuple[str, str, str]]:
    return [(str(one.since), str(one.until), str(one.rate)) for one in found]


def codes(found: tuple[RateSegment, ...]) -> list[list[str]]:
    return [[caveat.code for caveat in one.caveats] for one in found]


def days(first: date, last: date) -> st.SearchStrategy[tuple[date, date]]:
    """Two days in order; near the ends of semesters more often than chance would have it."""
    edges = [
        date(year, month, day)
        for year in range(first.year + 1, last.year)
        for month, day in ((1, 1), (6, 30), (7, 1), (12, 31))
    ]
    day = st.dates(first, last) | st.sampled_from(edges)
    return st.tuples(day, day).map(lambda two: (min(two), max(two)))


# --- by semester ---------------------------------------------------------------------------------


def test_days_are_cut_at_each_first_of_january_and_july() -> None:
    assert parts(FR.segments(date(2025, 5, 31), date(2026, 8, 1))) == [
        ("2025-05-31", "2025-06-30", "13.15"),
        ("2025-07-01", "2025-12-31", "12.15"),
        ("2026-01-01", "2026-06-30", "12.15"),
        ("2026-07-01", "2026-08-01", "12.40"),
    ]


def test_each_segment_says_what_its_rate_is_made_of() -> None:
    (one,) = FR.segments(date(2026, 7, 1), date(2026, 7, 1))
    assert (one.reference, one.margin) == (Decimal("2.40"), Decimal(10))
    assert one.rate == Decimal("12.40")
    assert one.source.article == "Code de commerce, art. L441-10 II"


def test_no_day_has_no_segment() -> None:
    assert FR.segments(date(2026, 3, 2), date(2026, 3, 1)) == ()
    assert FR.segments(date(2026, 3, 2), date(2026, 3, 1), contract_rate=5) == ()
    assert FR.segments(date.max, date.min) == ()


def test_neighbours_of_one_rate_are_joined_on_request() -> None:
    found = FR.segments(date(2025, 5, 31), date(2026, 8, 1))
    assert parts(joined(found)) == [
        ("2025-05-31", "2025-06-30", "13.15"),
        ("2025-07-01", "2026-06-30", "12.15"),
        ("2026-07-01", "2026-08-01", "12.40"),
    ]
    assert joined(()) == ()
    apart = (found[1], found[3])
    assert joined(apart) == apart


def test_joined_segment_keeps_the_caveats_of_all_its_parts() -> None:
    base = read_pack(OWN.format(since="2027-01-01", reference="2.40"), base=FR)
    halves = base.segments(date(2026, 7, 1), date(2027, 1, 31))
    (one,) = joined(halves)
    assert set(one.caveats) == {caveat for part in halves for caveat in part.caveats}
    assert len(one.caveats) == len(set(one.caveats))
    assert {"secondary_source", "after_verified_until"} == set(codes((one,))[0])


@given(days(date(2013, 1, 1), date(2026, 12, 31)))
def test_segments_are_all_the_days_once(two: tuple[date, date]) -> None:
    start, until = two
    for one in (FR, DE):
        found = one.segments(start, until)
        assert found[0].since == start
        assert found[-1].until == until
        assert all(before.until + ONE_DAY == after.since for before, after in pairwise(found))
        assert all(part.since <= part.until for part in found)
        assert all(semester_of(part.since) == semester_of(part.until) for part in found)


@given(days(date(2013, 1, 1), date(2026, 12, 31)), st.data())
def test_day_has_the_rate_of_its_semester_whenever_interest_started(
    two: tuple[date, date], data: st.DataObject
) -> None:
    start, until = two
    day = data.draw(st.dates(start, until))
    (alone,) = FR.segments(day, day)
    (among,) = [one for one in FR.segments(start, until) if one.since <= day <= one.until]
    assert (among.rate, among.source) == (alone.rate, alone.source)


@given(days(date(2002, 1, 1), date(2026, 12, 31)))
def test_german_margin_is_the_one_in_force_when_interest_starts(two: tuple[date, date]) -> None:
    start, until = two
    margin = 8 if start < date(2014, 7, 29) else 9
    for one in DE.segments(start, until):
        assert one.reference is not None
        assert one.rate == one.reference + margin
        assert one.margin == margin


def test_german_debt_late_before_29_july_2014_keeps_eight_points() -> None:
    # EGBGB, Art. 229 § 34: the nine points are for obligations that arose after 28 July 2014.
    assert parts(DE.segments(date(2014, 7, 28), date(2015, 1, 2))) == [
        ("2014-07-28", "2014-12-31", "7.27"),
        ("2015-01-01", "2015-01-02", "7.17"),
    ]
    later = DE.segments(date(2014, 7, 29), date(2015, 1, 2))
    assert [rate for _, _, rate in parts(later)] == ["8.27", "8.17"]
    assert codes(later) == [["older_obligation"], ["older_obligation"]]
    assert codes(DE.segments(date(2016, 7, 1), date(2016, 7, 1))) == [[]]


def test_consumer_has_the_consumer_rate_and_no_word_about_old_obligations() -> None:
    found = DE.segments(date(2014, 7, 1), date(2015, 1, 1), consumer=True)
    assert [one.rate for one in found] == [Decimal("4.27"), Decimal("4.17")]
    assert codes(found) == [[], []]


# --- locked --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["FR-public", "UK"])
@given(two=days(date(2013, 7, 1), date(2026, 12, 31)))
def test_locked_rate_is_that_of_the_semester_in_which_interest_starts(
    name: str, two: tuple[date, date]
) -> None:
    start, until = two
    (one,) = pack(name).segments(start, until)
    (first,) = pack(name).segments(semester_of(start), semester_of(start))
    assert (one.since, one.until, one.rate) == (start, until, first.rate)


def test_locked_rate_is_known_beyond_the_last_semester_and_says_how_long_it_was_checked() -> None:
    (one,) = UK.segments(date(2026, 12, 31), date(2027, 3, 1))
    assert one.rate == Decimal("11.75")
    assert {caveat.code for caveat in one.caveats} == {"after_verified_until"}
    assert {caveat.value("verified_until") for caveat in one.caveats} == {
        date(2026, 11, 30),
        date(2026, 12, 31),
    }
    with pytest.raises(OutsideCoverage):
        UK.segments(date(2027, 1, 1), date(2027, 1, 1))


# --- fixing that is not settled ------------------------------------------------------------------


def test_irish_rate_is_computed_where_both_readings_agree() -> None:
    same = IE.segments(date(2025, 8, 1), date(2026, 6, 30))
    assert [one.rate for one in same] == [Decimal("10.15"), Decimal("10.15")]
    assert codes(same) == [[], []]


def test_irish_rate_is_refused_where_the_readings_differ() -> None:
    with pytest.raises(InvalidInput, match="'IE' or 'interest' among the names accepted"):
        IE.segments(date(2026, 6, 30), date(2026, 7, 1))
    found = IE.segments(date(2026, 6, 30), date(2026, 7, 1), allow={"IE"})
    assert [one.rate for one in found] == [Decimal("10.15"), Decimal("10.40")]
    assert codes(found) == [["fixing_not_settled"], ["secondary_source", "fixing_not_settled"]]


@pytest.mark.parametrize("start", [date(2024, 7, 1), date(2013, 7, 1)])
def test_irish_rate_is_refused_where_that_of_the_due_date_is_another_or_not_known(
    start: date,
) -> None:
    with pytest.raises(InvalidInput, match="'IE' or 'interest' among the names accepted"):
        IE.segments(start, start)
    assert codes(IE.segments(start, start, allow={"IE"})) == [["fixing_not_settled"]]
    day_after = start + ONE_DAY
    assert codes(IE.segments(day_after, day_after)) == [[]]


# --- what is not known ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "start", "until", "missing"),
    [
        ("FR", "2012-12-31", "2013-02-01", "2012-12-31"),
        ("FR", "2026-12-01", "2027-02-01", "2027-01-01"),
        ("FR", "2028-05-01", "2028-05-02", "2027-01-01"),
        ("FR-public", "2013-06-30", "2013-07-01", "2013-06-30"),
        ("DE", "2001-12-31", "2002-02-01", "2001-12-31"),
        ("UK", "2002-12-31", "2003-01-01", "2002-12-31"),
        ("BE", "2013-01-01", "2013-12-31", "2013-01-01"),
    ],
)
def test_day_that_no_row_covers_is_refused_by_name(
    name: str, start: str, until: str, missing: str
) -> None:
    with pytest.raises(OutsideCoverage) as caught:
        pack(name).segments(date.fromisoformat(start), date.fromisoformat(until))
    assert caught.value.on == date.fromisoformat(missing)
    assert f"the pack {name}" in caught.value.what
    assert "read_pack" in caught.value.what
    assert caught.value.until == date(2026, 12, 31)


@pytest.mark.parametrize("name", ["FR", "FR-public", "UK", "AT"])
@pytest.mark.parametrize("agreed", [None, 5])
def test_consumer_under_business_law_is_refused_with_what_to_supply(
    name: str, agreed: int | None
) -> None:
    with pytest.raises(InvalidInput) as caught:
        pack(name).segments(date(2026, 1, 1), date(2026, 1, 2), consumer=True, contract_rate=agreed)
    assert caught.value.field == "kind"
    assert "[[consumer_margin]]" in caught.value.expected


def test_consumer_is_refused_even_for_no_day() -> None:
    with pytest.raises(InvalidInput):
        FR.segments(date.max, date.min, consumer=True)


# --- a contract rate -----------------------------------------------------------------------------


@given(days(date(2009, 1, 1), date(2026, 12, 31)), st.decimals(0, 20, places=2))
def test_contract_rate_is_one_segment_as_given(two: tuple[date, date], rate: Decimal) -> None:
    start, until = two
    (one,) = FR.segments(start, until, contract_rate=rate)
    assert (one.since, one.until, one.rate) == (start, until, rate)
    assert one.source.article == "contract"
    assert (one.reference, one.margin) == (None, None)


@given(days(date(2009, 1, 1), date(2026, 12, 31)), st.decimals(0, 20, places=2))
def test_contract_rate_says_each_semester_in_which_it_is_below_the_least(
    two: tuple[date, date], rate: Decimal
) -> None:
    start, until = two
    expected, day = [], start
    while day <= until:
        least = FR.floor(day)
        assert least is not None
        if isinstance(least.value, Decimal) and rate < least.value:
            expected.append((least.value, least.since, least.until))
        day = semester_after(semester_of(day))
    (one,) = FR.segments(start, until, contract_rate=rate)
    below = [caveat for caveat in one.caveats if caveat.code == "below_floor"]
    names = ("floor", "since", "until")
    assert [tuple(map(caveat.value, names)) for caveat in below] == expected
    for caveat in below:
        since = caveat.value("since")
        assert isinstance(since, date)
        assert ("L441-6" in caveat.article) is (since < date(2019, 4, 26))


def test_contract_rate_on_the_least_one_is_not_below_it() -> None:
    assert codes(FR.segments(date(2024, 7, 1), date(2024, 12, 31), contract_rate="14.76")) == [[]]
    below = FR.segments(date(2024, 7, 1), date(2024, 12, 31), contract_rate="14.75")
    assert codes(below) == [["below_floor"]]


def test_least_rate_of_a_secondary_source_says_so_beside() -> None:
    found = FR.segments(date(2026, 7, 1), date(2026, 7, 2), contract_rate=3)
    assert codes(found) == [["below_floor", "secondary_source"]]


def test_days_for_which_no_least_rate_is_known_are_told() -> None:
    before = FR.segments(date(2008, 6, 1), date(2009, 1, 1), contract_rate=3)
    assert codes(before) == [["floor_not_known", "below_floor"]]
    assert [before[0].caveats[0].value(name) for name in ("since", "until")] == [
        date(2008, 6, 1),
        date(2008, 12, 31),
    ]
    only = FR.segments(date(2008, 6, 1), date(2008, 6, 2), contract_rate=3)
    assert only[0].caveats[0].value("until") == date(2008, 6, 2)
    after = FR.segments(date(2026, 12, 1), date(2027, 2, 1), contract_rate=30)
    assert codes(after) == [["floor_not_known"]]
    assert [after[0].caveats[0].value(name) for name in ("since", "until")] == [
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [("FR-public", "waiver_deemed_unwritten"), ("UK", "other_substantial_remedy")],
)
def test_contract_rate_says_what_the_pack_says_of_contracts(name: str, code: str) -> None:
    assert codes(pack(name).segments(date(2026, 1, 1), date(2026, 1, 2), contract_rate=3)) == [
        [code]
    ]


@pytest.mark.parametrize("rate", ["10.50", 10, Decimal("1E+1"), 0, "0", 1000])
def test_contract_rate_is_text_a_whole_number_or_a_decimal(rate: str | int | Decimal) -> None:
    (one,) = DE.segments(date(2026, 1, 1), date(2026, 1, 2), contract_rate=rate)
    assert one.rate == Decimal(rate)


@pytest.mark.parametrize(
    "rate", [10.5, True, "ten", "1_0", "", "-1", 1001, "NaN", "Infinity", b"10", [10]]
)
def test_what_is_no_contract_rate_is_refused(rate: object) -> None:
    with pytest.raises(InvalidInput, match="contract_rate: expected percent a year"):
        DE.segments(date(2026, 1, 1), date(2026, 1, 2), contract_rate=rate)  # type: ignore[arg-type]


# --- rows laid over ------------------------------------------------------------------------------

OWN = """
version = "own"
verified_until = 2026-12-31
[[rate]]
since = {since}
reference = {reference}
source = {{ title = "ECB", published = "ecb.europa.eu", read_on = 2026-11-21 }}
"""

references = st.decimals(-1, 9, places=2)
semesters = st.dates(date(2013, 1, 1), date(2026, 12, 31)).map(semester_of)


@given(references, days(date(2013, 1, 1), date(2026, 12, 31)))
def test_later_rows_change_nothing_earlier(reference: Decimal, two: tuple[date, date]) -> None:
    later = read_pack(OWN.format(since="2027-01-01", reference=reference), base=FR)
    assert later.segments(*two) == FR.segments(*two)
    assert later.floor(two[1]) == FR.floor(two[1])
    with pytest.raises(OutsideCoverage):
        FR.segments(date(2027, 1, 1), date(2027, 1, 1))
    (one,) = later.segments(date(2027, 6, 30), date(2027, 6, 30))
    assert one.rate == reference + 10


@given(semesters, references)
def test_row_laid_over_stands_for_its_semester_only(first: date, reference: Decimal) -> None:
    own = read_pack(OWN.format(since=first, reference=reference), base=FR)
    whole = (date(2013, 1, 1), date(2026, 12, 31))
    for before, after in zip(FR.segments(*whole), own.segments(*whole), strict=True):
        if before.since == first:
            assert after.rate == reference + 10
            assert after.source.published == "ecb.europa.eu"
        else:
            assert after == before


def test_pack_stays_as_it_is_when_rows_are_laid_over_it() -> None:
    before = pack("FR").segments(date(2026, 7, 1), date(2026, 7, 1))
    read_pack(OWN.format(since="2026-07-01", reference="9"), base=pack("FR"))
    assert pack("FR").segments(date(2026, 7, 1), date(2026, 7, 1)) == before


# --- caveats -------------------------------------------------------------------------------------


def test_sourced_row_computes_without_a_word_and_a_secondary_one_with_it() -> None:
    found = FR.segments(date(2026, 6, 30), date(2026, 7, 1))
    assert codes(found) == [[], ["secondary_source"]]
    (caveat,) = found[1].caveats
    assert caveat.article == "Code de commerce, art. L441-10 II"
    assert "thesisinstitute" in str(caveat.value("published"))


def test_value_says_so_once_the_day_of_its_check_has_gone_by() -> None:
    before = PUBLIC.segments(date(2024, 6, 1), date(2026, 4, 30))
    after = PUBLIC.segments(date(2024, 6, 1), date(2026, 5, 1))
    assert (codes(before), codes(after)) == ([[]], [["after_verified_until"]])
    assert after[0].caveats[0].value("verified_until") == date(2026, 4, 30)


def test_fixed_sum_says_so_too() -> None:
    debt = Money.of(100, "EUR")
    inside = FR.fixed_sum(debt, due_on=date(2026, 11, 29), late_on=date(2026, 12, 24))
    outside = FR.fixed_sum(debt, due_on=date(2026, 11, 30), late_on=date(2026, 12, 24))
    assert inside is not None
    assert outside is not None
    assert inside.caveats == ()
    assert [caveat.code for caveat in outside.caveats] == ["after_verified_until"]


def test_answer_about_a_day_says_so_and_one_about_none_does_not() -> None:
    late = FR.rule("interest.legal_from", on=date(2026, 5, 1))
    assert [caveat.code for caveat in late.caveats] == ["after_verified_until"]
    assert FR.limitation("consumer").caveats == ()
    dated = FR.limitation("consumer", on=date(2026, 11, 1))
    assert [caveat.code for caveat in dated.caveats] == ["after_verified_until"]
    legal = FR.legal_rate(date(2026, 8, 1))
    assert legal is not None
    assert [caveat.code for caveat in legal.caveats] == ["secondary_source"]


# --- fixed sums ----------------------------------------------------------------------------------


def test_debt_that_is_not_late_has_no_fixed_sum() -> None:
    due, debt = date(2026, 3, 1), Money.of(100, "EUR")
    assert FR.fixed_sum(debt, due_on=due, late_on=due) is None
    assert FR.fixed_sum(debt, due_on=due, late_on=date(2026, 3, 2), consumer=True) is None


def test_fixed_sum_before_its_text_is_not_known() -> None:
    with pytest.raises(OutsideCoverage, match="fixed sum in the pack FR"):
        FR.fixed_sum(Money.of(100, "EUR"), due_on=date(2012, 12, 30), late_on=date(2013, 5, 1))


def test_sum_by_size_compares_debts_in_its_own_currency_only() -> None:
    due, late = date(2026, 3, 1), date(2026, 3, 2)
    with pytest.raises(CurrencyMismatch):
        UK.fixed_sum(Money.of(100, "EUR"), due_on=due, late_on=late)
    found = FR.fixed_sum(Money.of(100, "USD"), due_on=due, late_on=late)
    assert found is not None
    assert found.amount == Money.of(40, "EUR")


# --- arguments -----------------------------------------------------------------------------------

HOUR = datetime(2026, 3, 1, 12)  # noqa: DTZ001
QUESTIONS: list[Callable[[object], object]] = [
    lambda day: FR.segments(day, date(2026, 3, 1)),  # type: ignore[arg-type]
    lambda day: FR.segments(date(2026, 3, 1), day),  # type: ignore[arg-type]
    FR.floor,  # type: ignore[list-item]
    FR.legal_rate,  # type: ignore[list-item]
    lambda day: FR.term_ceiling(on=day),  # type: ignore[arg-type]
    lambda day: FR.rule("notice.forms", on=day),  # type: ignore[arg-type]
    lambda day: FR.limitation(on=day),  # type: ignore[arg-type]
    lambda day: FR.claim_delay(on=day),  # type: ignore[arg-type]
    lambda day: FR.fixed_sum(Money.of(5, "EUR"), due_on=day, late_on=date(2026, 3, 1)),  # type: ignore[arg-type]
    lambda day: FR.fixed_sum(Money.of(5, "EUR"), due_on=date(2026, 3, 1), late_on=day),  # type: ignore[arg-type]
]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("day", ["2026-03-01", HOUR, 20260301])
def test_what_is_no_date_is_refused(question: Callable[[object], object], day: object) -> None:
    with pytest.raises(InvalidInput, match="expected a date"):
        question(day)


@pytest.mark.parametrize("names", ["FR", 5, None])
def test_names_accepted_are_a_collection(names: object) -> None:
    with pytest.raises(InvalidInput, match="allow: expected a collection of names"):
        FR.segments(date(2026, 3, 1), date(2026, 3, 1), allow=names)  # type: ignore[arg-type]


def test_amount_of_a_debt_is_money() -> None:
    with pytest.raises(InvalidInput, match="amount: expected Money"):
        FR.fixed_sum(100, due_on=date(2026, 3, 1), late_on=date(2026, 3, 2))  # type: ignore[arg-type]


def test_names_once_accepted_stay_with_the_pack_and_with_what_is_laid_over_it() -> None:
    one: LawPack = pack("PT").accepting("PT")
    assert one.accepting("X").accepted == {"PT", "X"}
    own = read_pack(OWN.format(since="2027-01-01", reference="2"), base=one)
    assert own.segments(date(2027, 1, 1), date(2027, 1, 1))[0].rate == 10
    assert one.segments(date(2026, 1, 1), date(2026, 1, 1), allow={"Y"})[0].rate == Decimal("10.15")
