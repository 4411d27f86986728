"""A law document is read whole: one pack, or every fault at once with its line and its key."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import Fault, InvalidInput, InvalidLaw, Money
from recouvrement.law import (
    Compounding,
    DayCount,
    Fixing,
    Label,
    LawPack,
    RateRounding,
    Status,
    pack,
    pack_text,
    read_pack,
)

HEAD = """\
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
covers_until = 2020-12-31

[day_count]
value = "ACT/ACT"
article = "art. 2"
source = "text"

[compounds]
value = "never"
article = "art. 3"
source = "text"

[[margin]]
since = 2020-01-01
value = 8
source = "text"

[[rate]]
since = 2020-01-01
reference = 0.50
source = "text"

[[rate]]
since = 2020-07-01
reference = 0.75
value = 8.75
source = "text"
"""
LINES = HEAD.count("\n")
# A document laid over the pack above.
OVER = 'version = "2"\nverified_until = 2027-12-31\n'
SOURCED = 'article = "art. 9"\nsource = { title = "t", published = "p", read_on = 2026-01-02 }\n'


def faults(text: object, base: LawPack | None = None) -> list[str]:
    with pytest.raises(InvalidLaw) as caught:
        read_pack(text, base=base)  # type: ignore[arg-type]
    assert type(caught.value) is InvalidLaw
    return [str(fault) for fault in caught.value.faults]


def fault(text: object, base: LawPack | None = None) -> str:
    (only,) = faults(text, base)
    return only


def own(rows: str) -> LawPack:
    return read_pack(HEAD + rows)


# --- what a document gives -----------------------------------------------------------------------


def test_document_becomes_a_pack() -> None:
    one = own("")
    assert (one.name, one.version, one.title, one.currency) == ("X", "1", "A place", "EUR")
    assert one.status is Status.COMPLETE
    assert one.lawyer_validated is False
    assert one.day_count is DayCount.ACT_ACT
    assert one.compounds.value == Compounding.NEVER
    assert one.interest.fixing is Fixing.SPLIT
    assert one.interest.rounding is RateRounding.NONE
    assert one.covers_until == date(2020, 12, 31)
    first, second = one.segments(date(2020, 6, 30), date(2020, 7, 1))
    assert (first.rate, second.rate) == (Decimal("8.50"), Decimal("8.75"))
    assert first.source.title == "the text"
    assert first.source.article == "art. 1"
    assert [row.value for row in one.interest.rates] == [Decimal("8.50"), Decimal("8.75")]
    assert hash(one) == hash(own(""))


def test_row_has_what_its_source_has_unless_it_says_otherwise() -> None:
    one = own(
        """
[sources.other]
title = "another"
published = "a library"
read_on = 2025-05-05
label = "S2"
verified_until = 2025-06-30
[[parameter]]
name = "a"
value = true
article = "art. 4"
source = "other"
[[parameter]]
name = "b"
value = "words"
unit = "u"
starts = "birth"
rule = "a rule"
article = "art. 5"
source = "other"
label = "M"
verified_until = 2026-01-31
"""
    )
    first, second = one.parameters
    assert (first.label, first.verified_until) == (Label.SECONDARY, date(2025, 6, 30))
    assert (second.label, second.verified_until) == (Label.MEMORY, date(2026, 1, 31))
    assert (second.unit, second.starts, second.rule) == ("u", "birth", "a rule")
    assert (first.source.published, first.source.read_on) == ("a library", date(2025, 5, 5))


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", 5),
        ("5.50", Decimal("5.50")),
        ("true", True),
        ('"text"', "text"),
        ("2026-01-02", date(2026, 1, 2)),
        ('["a", "b"]', ("a", "b")),
    ],
)
def test_value_of_a_row_is_kept_as_it_was_written(written: str, value: object) -> None:
    one = own(f'[[procedure]]\nname = "a.b"\nvalue = {written}\n{SOURCED}')
    found = one.procedures[0].value
    assert found == value
    assert type(found) is type(value)


def test_rate_may_be_stated_without_a_reference_and_then_needs_no_margin() -> None:
    text = HEAD.replace("reference = 0.50", "value = 7").replace(
        "since = 2020-01-01\nvalue = 8", "value = 8"
    )
    (one,) = read_pack(text).segments(date(2020, 1, 1), date(2020, 1, 1))
    assert one.rate == 7
    assert (one.reference, one.margin) == (None, None)


def test_contact_rule_is_read_whole() -> None:
    one = own(
        '[[contact]]\nname = "contact.call"\nsort = "call"\nbinding = true\nholidays = true\n'
        'days = ["monday", "sunday"]\nhours = ["08:00-12:30", "12:30-18:05"]\nat_most = 2\n'
        f"within_days = 7\n{SOURCED}"
    )
    (rule,) = one.contact_rules
    assert (rule.binding, rule.default, rule.holidays) == (True, False, True)
    assert rule.days == {0, 6}
    assert rule.hours == ((time(8), time(12, 30)), (time(12, 30), time(18, 5)))
    assert (rule.at_most, rule.within_days) == (2, 7)


def test_contact_rule_that_says_nothing_allows_everything_it_does_not_name() -> None:
    (rule,) = own(f'[[contact]]\nname = "c"\nsort = "s"\n{SOURCED}').contact_rules
    assert (rule.days, rule.hours, rule.at_most) == (frozenset(range(7)), (), None)
    assert rule.holidays is None


def test_lawyer_may_have_validated_a_document_of_the_host() -> None:
    assert read_pack("lawyer_validated = true\n" + HEAD).lawyer_validated is True


def test_mark_that_editors_leave_at_the_beginning_is_passed_over() -> None:
    assert read_pack("\ufeff" + HEAD).name == "X"


# --- what is laid over a base --------------------------------------------------------------------


def test_document_laid_over_a_pack_says_only_what_differs() -> None:
    base = own("")
    one = read_pack(OVER + "[[rate]]\nsince = 2021-01-01\nreference = 1\n" + SOURCED, base=base)
    assert (one.name, one.version, one.currency) == ("X", "2", "EUR")
    assert one.covers_until == date(2021, 6, 30)
    assert one.interest.rates[:2] == base.interest.rates
    assert one.segments(date(2021, 6, 30), date(2021, 6, 30))[0].rate == 9


def test_coverage_may_end_before_its_last_semester_does() -> None:
    text = OVER + "[interest]\ncovers_until = 2020-09-30\n"
    assert read_pack(text, base=own("")).covers_until == date(2020, 9, 30)


def test_base_may_be_renamed_and_described_anew() -> None:
    one = read_pack(
        OVER + 'name = "Y"\ntitle = "Elsewhere"\ncurrency = "USD"\nstatus = "rates"\n', base=own("")
    )
    assert (one.name, one.title, one.currency, one.status) == ("Y", "Elsewhere", "USD", "rates")


def test_rule_of_interest_may_be_stated_anew_over_the_same_rates() -> None:
    text = f'{OVER}[interest]\nfixing = "locked"\nrounding = "rate_up_to_half"\n{SOURCED}'
    one = read_pack(text, base=own(""))
    (found,) = one.segments(date(2020, 7, 1), date(2020, 12, 31))
    assert found.rate == Decimal("9.0")
    assert one.interest.source.article == "art. 9"
    assert len(one.interest.rates) == 2


def test_days_and_compounding_may_be_stated_anew() -> None:
    text = f'{OVER}[day_count]\nvalue = "30E/360"\n{SOURCED}'
    text += f'[compounds]\nvalue = "full_year_if_agreed"\n{SOURCED}'
    one = read_pack(text, base=own(""))
    assert one.day_count is DayCount.THIRTY_E_360
    assert one.compounds.value == Compounding.FULL_YEAR_IF_AGREED


def test_margin_laid_over_changes_rates_from_the_interest_that_starts_then() -> None:
    text = f"{OVER}[[margin]]\nsince = 2020-07-01\nvalue = 9\n{SOURCED}"
    one = read_pack(text, base=own(""))
    found = one.segments(date(2020, 6, 30), date(2020, 7, 1))
    assert [part.rate for part in found] == [Decimal("8.50"), Decimal("8.75")]
    assert one.segments(date(2020, 7, 1), date(2020, 7, 1))[0].rate == Decimal("9.75")
    assert one.interest.rates[1].value == Decimal("9.75")


def test_pack_for_consumers_comes_from_a_row_laid_over() -> None:
    text = f"{OVER}[[consumer_margin]]\nsince = 2020-01-01\nvalue = 0\n{SOURCED}"
    one = read_pack(text, base=own(""))
    day = date(2020, 1, 1)
    assert one.segments(day, day, consumer=True)[0].rate == Decimal("0.50")


def test_row_of_the_base_ends_where_one_laid_over_it_begins() -> None:
    base = own(f'[[parameter]]\nname = "a"\nuntil = 2025-12-31\nvalue = 1\n{SOURCED}')
    text = f'{OVER}[[parameter]]\nname = "a"\nsince = 2025-06-01\nvalue = 2\n{SOURCED}'
    one = read_pack(text, base=base)
    assert [row.until for row in one.parameters] == [date(2025, 5, 31), None]
    assert [one.rule("a", on=date(2025, 5, day)).value for day in (1, 31)] == [1, 1]
    assert one.rule("a", on=date(2025, 6, 1)).value == 2


def test_row_of_the_same_date_stands_instead() -> None:
    base = own(f"[[fixed_sum]]\nsince = 2020-01-01\nvalue = 40\n{SOURCED}")
    text = f"{OVER}[[fixed_sum]]\nsince = 2020-01-01\nvalue = 50\n{SOURCED}"
    one = read_pack(text, base=base)
    found = one.fixed_sum(Money.of(1, "EUR"), due_on=date(2020, 1, 1), late_on=date(2020, 1, 2))
    assert found is not None
    assert found.amount == Money.of(50, "EUR")
    assert len(one.fixed_sums) == 1


def test_article_of_a_row_laid_over_is_that_of_its_like() -> None:
    text = f"{OVER}[[legal_rate]]\nsince = 2027-01-01\nvalue = 2.5\n{SOURCED}"
    one = read_pack(text.replace('article = "art. 9"\n', ""), base=pack("FR"))
    found = one.legal_rate(date(2027, 1, 1))
    assert found is not None
    assert found.source.article == "Code monétaire et financier, art. L313-2"
    least = one.floor(date(2027, 1, 1))
    assert least is not None
    assert least.value == Decimal("7.5")


def test_unverified_state_computes_once_its_rows_are_supplied() -> None:
    text = (
        f'{OVER}[interest]\nfixing = "split"\n{SOURCED}'
        f"[[margin]]\nvalue = 10\n{SOURCED}"
        f"[[rate]]\nsince = 2026-07-01\nreference = 4.50\n{SOURCED}"
    )
    # The document has no coverage of its own, nor has the base.
    assert fault(text, pack("PL")).startswith(
        "line 3: interest.covers_until: expected the last day"
    )
    one = read_pack(
        text.replace("[[margin]]", "covers_until = 2026-12-31\n[[margin]]"), base=pack("PL")
    )
    (found,) = one.segments(date(2026, 8, 1), date(2026, 9, 1))
    assert (found.rate, found.caveats) == (Decimal("14.50"), ())


@pytest.mark.parametrize("base", ["FR", 5, {}])
def test_base_is_a_pack(base: object) -> None:
    with pytest.raises(InvalidInput, match="base: expected a LawPack"):
        read_pack(OVER, base=base)  # type: ignore[arg-type]


def overlaid(base: str, rows: str) -> LawPack:
    return read_pack(OVER + rows, base=own(base))


def dated(*lines: str) -> str:
    """Rows of one parameter: each line its value, then its dates."""
    return "".join(
        f'[[parameter]]\nname = "a"\nvalue = {value}\n{SOURCED}'
        + "".join(f"{one}\n" for one in days)
        for value, *days in (line.split("; ") for line in lines)
    )


def spans(one: LawPack) -> list[tuple[object, str, str]]:
    return [(row.value, str(row.since), str(row.until)) for row in one.parameters]


@pytest.mark.parametrize(
    ("base", "over", "expected"),
    [
        # from its date on it stands, whatever the base had later
        (["1; since = 2013-01-01"], ["2; since = 2012-01-01"], [(2, "2012-01-01", "None")]),
        (
            ["1; since = 2002-01-01", "2; since = 2014-07-29"],
            ["3; since = 2010-01-01"],
            [(1, "2002-01-01", "None"), (3, "2010-01-01", "None")],
        ),
        # through its last day, where it states one: then the base again
        (
            ["1; since = 2013-01-01"],
            ["2; since = 2020-01-01; until = 2020-12-31"],
            [
                (1, "2013-01-01", "None"),
                (2, "2020-01-01", "2020-12-31"),
                (1, "2021-01-01", "None"),
            ],
        ),
        (
            ["1; since = 2013-01-01; until = 2020-06-30", "2; since = 2020-07-01"],
            ["3; since = 2020-06-01; until = 2020-09-30"],
            [
                (1, "2013-01-01", "2020-05-31"),
                (3, "2020-06-01", "2020-09-30"),
                (2, "2020-10-01", "None"),
            ],
        ),
        (
            ["1; since = 2013-01-01", "2; since = 2021-01-01"],
            ["3; since = 2012-01-01; until = 2020-12-31"],
            [(3, "2012-01-01", "2020-12-31"), (2, "2021-01-01", "None")],
        ),
        # without a date, in the place of a row without
        (["1"], ["2"], [(2, "None", "None")]),
        (["1"], ["2; until = 2025-12-31"], [(2, "None", "2025-12-31"), (1, "2026-01-01", "None")]),
        (
            ["1; until = 2026-08-31", "2; since = 2026-09-01"],
            ["3; until = 2026-08-31"],
            [(3, "None", "2026-08-31"), (2, "2026-09-01", "None")],
        ),
        (
            ["1", "2; since = 2026-09-01"],
            ["3", "4; since = 2026-10-01"],
            [(3, "None", "None"), (4, "2026-10-01", "None")],
        ),
        (["1"], ["2; since = 2026-09-01"], [(1, "None", "None"), (2, "2026-09-01", "None")]),
        ([], ["2"], [(2, "None", "None")]),
    ],
)
def test_row_laid_over_stands_on_all_the_days_it_is_about(
    base: list[str], over: list[str], expected: list[tuple[object, str, str]]
) -> None:
    assert spans(overlaid(dated(*base), dated(*over))) == expected


@pytest.mark.parametrize(
    "base", [["1; since = 2013-01-01"], ["1", "2; since = 2013-01-01"]], ids=["dated", "both"]
)
def test_row_laid_over_without_a_date_where_the_pack_has_one_is_refused(base: list[str]) -> None:
    assert fault(OVER + dated("2"), own(dated(*base))) == (
        "line 3: parameter.1.since: expected the date from which it stands:"
        " the pack has another since 2013-01-01, got nothing"
    )


@pytest.mark.parametrize(
    ("rows", "since"),
    [
        ('[[limitation]]\nkind = "business"\nyears = 2\nstarts = "due_date"\n', "2008-06-19"),
        ('[[term]]\ncase = "agreed"\ndays = 10\nstarts = "invoice"\n', "2019-04-26"),
        ("[[fixed_sum]]\nvalue = 60\n", "2013-01-01"),
        ("[[margin]]\nvalue = 9\n", "2019-04-26"),
    ],
)
def test_rows_without_dates_over_the_french_pack_say_which_date_lacks(
    rows: str, since: str
) -> None:
    said = fault(OVER + rows + SOURCED, pack("FR"))
    assert said.endswith(f"the pack has another since {since}, got nothing")


def test_sum_from_an_earlier_date_than_that_of_the_pack_takes_effect() -> None:
    one = read_pack(
        f"{OVER}[[fixed_sum]]\nsince = 2012-01-01\nvalue = 60\n{SOURCED}", base=pack("FR")
    )
    for day in (date(2012, 3, 1), date(2026, 3, 1)):
        found = one.fixed_sum(Money.of(1, "EUR"), due_on=day, late_on=date(2026, 6, 1))
        assert found is not None
        assert found.amount == Money.of(60, "EUR")


def test_rates_of_one_semester_change_no_other() -> None:
    one = read_pack(f"{OVER}[[rate]]\nsince = 2020-01-01\nreference = 1\n{SOURCED}", base=own(""))
    assert [row.value for row in one.interest.rates] == [9, Decimal("8.75")]


def test_flat_rate_laid_over_stands_from_its_date_on() -> None:
    flat = HEAD.replace('"split"', '"flat"')
    text = f"{OVER}[[rate]]\nsince = 2020-03-03\nvalue = 5\n{SOURCED}"
    one = read_pack(text, base=read_pack(flat))
    found = one.segments(date(2020, 1, 1), date(2020, 12, 31))
    assert [(str(part.since), part.rate) for part in found] == [
        ("2020-01-01", Decimal("8.50")),
        ("2020-03-03", Decimal(5)),
    ]


@pytest.mark.parametrize(
    ("key", "value"), [("article", '"a"'), ("label", '"S2"'), ("rule", '"r"'), ("source", '"s"')]
)
def test_what_is_said_of_the_rule_of_interest_is_said_beside_its_fixing(
    key: str, value: str
) -> None:
    found = faults(f"{OVER}[interest]\n{key} = {value}\n", pack("FR"))
    assert any("interest.fixing: expected one of split, locked" in one for one in found)
    restated = f'{OVER}[interest]\nfixing = "split"\nrule = "ours"\n{SOURCED}'
    assert read_pack(restated, base=pack("FR")).interest.rule == "ours"


@pytest.mark.parametrize("table", ["interest", "day_count", "compounds"])
def test_tables_that_nothing_dates_refuse_a_date(table: str) -> None:
    text = HEAD.replace(f"[{table}]", f"[{table}]\nsince = 2020-01-01")
    assert f"{table}.since: expected one of" in fault(text)


def test_coverage_without_a_series_is_refused() -> None:
    text = f"{OVER}[interest]\nlegal_covers_until = 2026-12-31\n"
    assert fault(text, own("")) == (
        "line 4: interest.legal_covers_until: expected rows of the series beside it, got 2026-12-31"
    )


@pytest.mark.parametrize("currency", ["USD", "GBP"])
def test_currency_of_the_base_stays_where_it_holds_sums(currency: str) -> None:
    text = f'{OVER}currency = "{currency}"\n'
    assert fault(text, pack("FR")).endswith(
        f"currency: expected EUR, the currency of the base and of its fixed sums, got {currency!r}"
    )
    assert read_pack(text, base=own("")).currency == currency
    assert read_pack(f'{OVER}currency = "EUR"\n', base=pack("FR")).currency == "EUR"


def test_lawyer_who_read_a_document_read_nothing_of_its_base() -> None:
    assert fault(f"{OVER}lawyer_validated = true\n", own("")) == (
        "line 3: lawyer_validated: expected a document without a base:"
        " nothing is said of the rows of the base, got True"
    )
    validated = read_pack("lawyer_validated = true\n" + HEAD)
    assert read_pack(f"{OVER}lawyer_validated = false\n", base=validated).lawyer_validated is False
    assert read_pack(OVER, base=validated).lawyer_validated is False


# --- rows in time --------------------------------------------------------------------------------


def rows(*since: str) -> str:
    return "".join(f'[[parameter]]\nname = "a"\n{one}value = 1\n{SOURCED}' for one in since)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            rows("since = 2021-01-01\n", "since = 2020-01-01\n"),
            "a later date than the row before, 2021-01-01, got 2020-01-01",
        ),
        (
            rows("since = 2021-01-01\n", "since = 2021-01-01\n"),
            "a later date than the row before, 2021-01-01, got 2021-01-01",
        ),
        (
            rows("since = 2021-01-01\nuntil = 2021-12-31\n", "since = 2021-12-01\n"),
            "2022-01-01, the day after the row before ends, got 2021-12-01 (an overlap)",
        ),
        (
            rows("since = 2021-01-01\nuntil = 2021-12-31\n", "since = 2022-02-01\n"),
            "2022-01-01, the day after the row before ends, got 2022-02-01 (a gap)",
        ),
        (
            rows("since = 2021-01-01\n", ""),
            "a date since which it holds: only the first row may have none, got nothing",
        ),
    ],
)
def test_rows_that_overlap_leave_a_gap_or_are_out_of_order_are_refused(
    written: str, said: str
) -> None:
    second = HEAD + written
    place = second[: second.rindex("[[parameter]]")].count("\n") + 1
    line = place + 2 if "since" in written[written.rindex("[[parameter]]") :] else place
    assert fault(second) == f"line {line}: parameter.2.since: expected {said}"


def test_row_that_ends_before_it_begins_is_refused() -> None:
    found = fault(HEAD + rows("since = 2021-01-02\nuntil = 2021-01-01\n"))
    assert found.endswith(
        "parameter.1.since: expected until on or after since 2021-01-02, got 2021-01-01"
    )


def test_row_laid_over_may_not_leave_a_gap() -> None:
    base = own(rows("since = 2021-01-01\nuntil = 2021-12-31\n"))
    found = fault(OVER + rows("since = 2022-02-01\n"), base)
    assert found == (
        "line 5: parameter.1.since: expected 2022-01-01, the day after the row before ends,"
        " got 2022-02-01 (a gap)"
    )


def test_row_laid_over_may_not_end_before_the_next_one_of_the_base() -> None:
    base = own(rows("since = 2021-01-01\n"))
    found = fault(OVER + rows("since = 2020-01-01\nuntil = 2020-05-31\n"), base)
    assert found == (
        "line 5: parameter.1.since: expected 2020-06-01, the day after the row before ends,"
        " got 2021-01-01 (a gap)"
    )


def test_semester_left_out_is_refused_with_its_line() -> None:
    text = HEAD.replace("since = 2020-07-01", "since = 2021-01-01").replace(
        "covers_until = 2020-12-31", "covers_until = 2021-06-30"
    )
    line = text[: text.rindex("since")].count("\n") + 1
    assert fault(text) == (
        f"line {line}: rate.2.since: expected 2020-07-01, so that no semester is missing,"
        " got 2021-01-01"
    )


def test_semester_left_out_between_base_and_row_is_refused() -> None:
    text = f"{OVER}[[rate]]\nsince = 2021-07-01\nreference = 1\n{SOURCED}"
    assert fault(text, own("")) == (
        "line 4: rate.1.since: expected 2021-01-01, so that no semester is missing, got 2021-07-01"
    )


@pytest.mark.parametrize("since", ["since = 2021-02-01\n", ""])
def test_rate_begins_with_its_semester(since: str) -> None:
    text = f"{OVER}[[rate]]\n{since}reference = 1\n{SOURCED}"
    found = faults(text, own(""))
    assert any("the first day of a semester, 1 January or 1 July" in one for one in found)


def test_flat_rate_may_begin_on_any_day() -> None:
    text = HEAD.replace('"split"', '"flat"').replace("since = 2020-07-01", "since = 2020-03-03")
    found = read_pack(text).segments(date(2020, 3, 1), date(2020, 12, 31))
    assert [str(one.since) for one in found] == ["2020-03-01", "2020-03-03"]


@pytest.mark.parametrize("day", ["2021-01-01", "2020-06-30"])
def test_coverage_is_within_the_last_semester(day: str) -> None:
    text = HEAD.replace("covers_until = 2020-12-31", f"covers_until = {day}")
    assert fault(text).endswith(
        f"interest.covers_until: expected from 2020-07-01 to 2020-12-31, got {day}"
    )


def test_flat_rate_is_covered_from_its_last_row_on() -> None:
    text = HEAD.replace('"split"', '"flat"').replace("= 2020-12-31", "= 2020-06-30")
    assert fault(text).endswith("expected a date from 2020-07-01 on, got 2020-06-30")


def test_series_states_its_coverage() -> None:
    text = HEAD.replace("covers_until = 2020-12-31\n", "")
    assert fault(text).endswith(
        "interest.covers_until: expected the last day that the series covers, got nothing"
    )


# --- rates ---------------------------------------------------------------------------------------


def test_rate_that_is_not_its_reference_and_margin_is_refused() -> None:
    text = HEAD.replace("value = 8.75", "value = 8.76")
    assert fault(text) == (
        f"line {LINES - 1}: rate.2.value: expected 8.75,"
        " the reference 0.75 and the margin together, got 8.76"
    )


def test_reference_without_a_margin_in_force_is_refused() -> None:
    text = HEAD.replace("[[margin]]\nsince = 2020-01-01", "[[margin]]\nsince = 2020-07-01")
    assert fault(text) == (
        f"line {LINES - 7}: rate.1.reference: expected a margin in force on 2020-01-01,"
        " to add to the reference, got none"
    )


def test_margin_taken_from_the_base_by_a_later_one_is_refused() -> None:
    # A base cannot be made so; a document may state the only margin of its own.
    base = own("")
    text = f"{OVER}[[margin]]\nsince = 2019-01-01\nuntil = 2019-12-31\nvalue = 7\n{SOURCED}"
    assert read_pack(text, base=base).interest.rates == base.interest.rates


@pytest.mark.parametrize(
    "text",
    [
        HEAD.replace("since = 2020-07-01", 'since = "2020-07-01"'),
        HEAD.replace("since = 2020-01-01\nreference", 'since = "2020-01-01"\nreference'),
        HEAD.replace("since = 2020-01-01\nvalue", 'since = "2020-01-01"\nvalue'),
    ],
    ids=["last rate", "first rate", "margin"],
)
def test_date_that_cannot_be_read_is_one_fault_and_no_others_that_follow_from_it(text: str) -> None:
    assert "since: expected a date between 1900 and 2199, got '2020-0" in fault(text)


def test_date_that_cannot_be_read_over_a_base_is_one_fault() -> None:
    for section in ("rate", "margin", "legal_rate", "fixed_sum"):
        text = f'{OVER}[[{section}]]\nsince = "2027-01-01"\nvalue = 2\n{SOURCED}'
        assert fault(text, pack("FR")) == (
            f"line 4: {section}.1.since: expected a date between 1900 and 2199, got '2027-01-01'"
        )


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("rate", "reference"),
        ("rate", "value"),
        ("margin", "value"),
        ("consumer_margin", "value"),
        ("legal_rate", "value"),
        ("legal_rate", "consumer"),
    ],
)
def test_percentage_that_no_law_has_is_refused(section: str, key: str) -> None:
    more = "" if key == "value" else "value = 1\n" if section == "legal_rate" else ""
    for figure in ("265", "-30", "100.01", "-5.01"):
        text = f"{OVER}[[{section}]]\nsince = 2027-01-01\n{key} = {figure}\n{more}{SOURCED}"
        assert (
            f"line 5: {section}.1.{key}: expected percent, from -5 to 100: 2.65 for 2.65 %,"
            f" got {figure}"
        ) in faults(text, pack("FR"))
    for figure in ("-5", "100", "-0.88"):
        text = f"{OVER}[[{section}]]\nsince = 2027-01-01\n{key} = {figure}\n{more}{SOURCED}"
        assert read_pack(text, base=pack("FR")).version == "2"


@pytest.mark.parametrize("times", ["-1", "101", "15.21e2"])
def test_floor_is_a_multiple_and_no_rate(times: str) -> None:
    text = f"{OVER}[[floor]]\nsince = 2027-01-01\nvalue = {times}\n{SOURCED}"
    assert "floor.1.value: expected a multiple, from 0 to 100, got" in fault(text, pack("FR"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("value = 40.005\n", "fixed_sum.1.value: expected at most 2 decimals in EUR"),
        ("tiers = [{ sum = 0.001 }]\n", "fixed_sum.1.tiers.1.sum: expected at most 2 decimals"),
        (
            "tiers = [{ below = 9.999, sum = 1 }, { sum = 2 }]\n",
            "fixed_sum.1.tiers.1.below: expected at most 2 decimals",
        ),
        (
            "tiers = [{ below = 9, sum = 1 }, { sum = -2 }]\n",
            "fixed_sum.1.tiers.2.sum: expected a sum of 0 or more, got -2",
        ),
        ("value = 1\ntiers = [{ sum = 1 }]\n", "fixed_sum.1.value: expected no value beside tiers"),
        ("tiers = 5\n", "fixed_sum.1.tiers: expected tables of below and sum"),
    ],
)
def test_sum_that_nobody_could_pay_is_refused_at_once_and_once(rows: str, said: str) -> None:
    assert f": {said}" in fault(f"{HEAD}[[fixed_sum]]\n{rows}{SOURCED}")


def test_sum_has_the_decimals_of_the_currency() -> None:
    dinar = HEAD.replace('"EUR"', '"TND"')
    one = read_pack(f"{dinar}[[fixed_sum]]\nvalue = 40.005\n{SOURCED}")
    assert one.fixed_sums[0].value == Decimal("40.005")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            '[[limitation]]\nkind = "business"\nyears = 2\n',
            "due_date, end_of_year, end_of_supply_year",
        ),
        ("[[claim]]\nmonths = 2\n", "publication"),
        ('[[term]]\ncase = "agreed"\ndays = 10\n', "invoice, receipt, receipt_of_request"),
    ],
)
def test_start_that_nobody_knows_is_refused(row: str, words: str) -> None:
    said = fault(f'{HEAD}{row}starts = "moon"\n{SOURCED}')
    assert f".starts: expected one of {words}" in said
    assert said.endswith("got 'moon'")


def test_kind_of_debt_that_nobody_asks_for_is_refused() -> None:
    said = fault(HEAD + PERIOD.replace('"business"', '"busines"'))
    assert "limitation.1.kind: expected one of business, consumer, non_professional, public" in said


def test_row_of_rates_needs_a_figure() -> None:
    text = HEAD.replace("reference = 0.50\n", "")
    assert "rate.1.value: expected a rate, or a reference that the margin is added to" in fault(
        text
    )


# --- single values -------------------------------------------------------------------------------

TERM = f'[[term]]\ncase = "c"\ndays = 30\nstarts = "invoice"\n{SOURCED}'
CONTACT = f'[[contact]]\nname = "c"\nsort = "s"\n{SOURCED}'
SUM = f"[[fixed_sum]]\nvalue = 1\n{SOURCED}"
RULE = f'[[parameter]]\nname = "a"\nvalue = 1\n{SOURCED}'
PERIOD = f'[[limitation]]\nkind = "business"\nyears = 5\nstarts = "due_date"\n{SOURCED}'


def tiers(text: str) -> str:
    return SUM.replace("value = 1", f"tiers = {text}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # the head
        (HEAD.replace('name = "X"\n', ""), "name: expected some text, got nothing"),
        (HEAD.replace('"A place"', '" "'), "title: expected some text, got ' '"),
        (HEAD.replace('version = "1"', "version = 1"), "version: expected some text, got 1"),
        (HEAD.replace('"EUR"', '"EURO"'), "currency: expected an ISO 4217 code, got 'EURO'"),
        (
            HEAD.replace('"complete"', '"done"'),
            "status: expected one of complete, rates, unverified, got 'done'",
        ),
        ("lawyer_validated = 1\n" + HEAD, "lawyer_validated: expected true or false, got 1"),
        ("colour = 1\n" + HEAD, "got a key not known here"),
        (
            HEAD.replace("verified_until = 2026-12-31", "verified_until = 2026-12-31T10:00:00"),
            "verified_until: expected a date between 1900 and 2199, got 2026-12-31 10:00:00",
        ),
        (
            HEAD.replace("verified_until = 2026-12-31", "verified_until = 3026-12-31"),
            "a date between 1900 and 2199, got 3026-12-31",
        ),
        (HEAD.replace("verified_until = 2026-12-31", 'verified_until = "x"'), "got 'x'"),
        # sources
        (
            HEAD.replace('value = 8.75\nsource = "text"', 'value = 8.75\nsource = "txt"'),
            "rate.2.source: expected a source: the id of one (text), or its title",
        ),
        (
            HEAD.replace('value = 8.75\nsource = "text"', "value = 8.75"),
            "or its title, published and read_on, got nothing",
        ),
        (
            HEAD.replace("read_on = 2026-01-02", ""),
            "sources.text.read_on: expected the date on which",
        ),
        (HEAD.replace('"the text"', "5"), "sources.text.title: expected some text, got 5"),
        (
            HEAD.replace('"the gazette"', '"g"\nlabel = "S3"'),
            "sources.text.label: expected one of S, S2, M, got 'S3'",
        ),
        (HEAD.replace('"the gazette"', '"g"\nplace = "p"'), "sources.text.place: expected one of"),
        (HEAD.replace('article = "art. 2"\n', ""), "day_count.article: expected the article"),
        (HEAD + RULE.replace('"t"', "1"), "parameter.1.source.title: expected some text, got 1"),
        (HEAD.replace("value = 8\n", ""), "margin.1.value: expected a number, got nothing"),
        # tables
        (HEAD.replace('value = "ACT/ACT"', 'value = "ACT"'), "expected one of ACT/365, ACT/ACT,"),
        (HEAD.replace('fixing = "split"\n', ""), "interest.fixing: expected one of split, locked,"),
        (
            HEAD.replace('fixing = "split"', 'fixing = "split"\nrounding = "up"'),
            "interest.rounding",
        ),
        (HEAD.replace('fixing = "split"', 'fixing = "split"\nrate = 1'), "interest.rate: expected"),
        (
            HEAD.replace("[[margin]]", "[margins]").replace("since = 2020-01-01\nvalue = 8", ""),
            "margins",
        ),
        # rows
        (
            HEAD + RULE.replace("value = 1", "value = {}"),
            "expected a number, a text, true or false,",
        ),
        (
            HEAD + RULE.replace("value = 1", "value = []"),
            "expected a number, a text, true or false,",
        ),
        (
            HEAD + RULE.replace("value = 1", 'value = ""'),
            "expected a number, a text, true or false,",
        ),
        (HEAD + RULE.replace("value = 1", "value = inf"), "a number of at most 1000000000000, got"),
        (
            HEAD + RULE.replace("value = 1", "value = 1e40"),
            "a number of at most 1000000000000, got",
        ),
        (HEAD + RULE.replace('"a"', '"A b"'), "a name of lower-case words joined by dots"),
        (
            HEAD + RULE.replace("value = 1", "value = 1\nunit = 1"),
            "unit: expected some text, got 1",
        ),
        (HEAD + RULE.replace("value = 1", "value = 1\nstarts = 1"), "starts: expected a name of"),
        (
            HEAD + RULE.replace("value = 1", "value = 1\ncolour = 1"),
            "parameter.1.colour: expected one",
        ),
        (
            HEAD + RULE.replace("value = 1", "value = 1\nrule = 1"),
            "rule: expected some text, got 1",
        ),
        (HEAD + RULE.replace("value = 1", "value = 1\nsince = 1"), "since: expected a date"),
        (
            HEAD + SUM.replace("value = 1", "value = -1"),
            "fixed_sum.1.value: expected a sum of 0 or more",
        ),
        (
            HEAD + SUM.replace("value = 1", 'value = "1"'),
            "fixed_sum.1.value: expected a number, got '1'",
        ),
        (
            HEAD + SUM.replace("value = 1", "value = true"),
            "fixed_sum.1.value: expected a number, got True",
        ),
        (
            HEAD + SUM.replace("value = 1\n", ""),
            "fixed_sum.1.value: expected a number, got nothing",
        ),
        (
            HEAD + tiers("[{ sum = 1 }, { sum = 2 }]"),
            "bounds that rise, and a last tier without below",
        ),
        (
            HEAD + tiers("[{ below = 2, sum = 1 }]"),
            "bounds that rise, and a last tier without below",
        ),
        (
            HEAD + tiers("[{ below = 2, sum = 1 }, { below = 2, sum = 2 }, { sum = 3 }]"),
            "bounds that rise, and a last tier without below, got 2, 2, None",
        ),
        (HEAD + tiers("[{ below = 2, sum = 1, of = 1 }, { sum = 2 }]"), "fixed_sum.1.tiers.1.of"),
        (HEAD + tiers('[{ sum = "x" }]'), "fixed_sum.1.tiers.1.sum: expected a number, got 'x'"),
        (
            HEAD + PERIOD.replace("years = 5", "years = 0"),
            "years: expected a whole number from 1 to 1000",
        ),
        (
            HEAD + PERIOD.replace("years = 5", "years = 5.5"),
            "years: expected a whole number from 1 to",
        ),
        (HEAD + PERIOD.replace("years = 5", "years = 5\nsector = 5"), "sector: expected a name of"),
        (
            HEAD + TERM.replace("days = 30", 'days = 30\nend_of_month = ["eom"]'),
            "expected a list of none,",
        ),
        (
            HEAD + TERM.replace("days = 30", "days = 30\nend_of_month = []"),
            "expected a list of none,",
        ),
        (
            HEAD
            + TERM.replace(
                "days = 30", 'days = 30\nten_days = true\nend_of_month = ["days_then_month_end"]'
            ),
            "term.1.ten_days: expected False beside end_of_month days_then_month_end",
        ),
        (
            HEAD + TERM.replace("days = 30", "days = 30\nten_days = 1"),
            "ten_days: expected true or false",
        ),
        (
            HEAD + CONTACT + 'days = ["lundi"]\n',
            "contact.1.days: expected a list of monday, tuesday",
        ),
        (HEAD + CONTACT + "days = []\n", "contact.1.days: expected a list of monday, tuesday"),
        (
            HEAD + CONTACT + 'hours = ["10:00"]\n',
            "contact.1.hours: expected hours in order, such as",
        ),
        (
            HEAD + CONTACT + 'hours = "10:00-11:00"\nat_most = 0\n',
            "at_most: expected a whole number",
        ),
        (HEAD + CONTACT + 'hours = ["10:00-09:00"]\n', "contact.1.hours: expected hours in order"),
        (HEAD + CONTACT + 'hours = ["10:00-25:00"]\n', "contact.1.hours: expected hours in order"),
        (
            HEAD + CONTACT + 'hours = ["10:00-12:00", "11:00-13:00"]\n',
            "contact.1.hours: expected hours in order",
        ),
        (HEAD + CONTACT + "hours = [1]\n", "contact.1.hours: expected hours in order"),
        (
            HEAD + f'[[caveat]]\ncode = "c"\napplies = ["x"]\n{SOURCED}',
            "caveat.1.applies: expected a list of default, contract, fixed_sum",
        ),
    ],
)
def test_what_is_wrong_is_said_with_what_was_expected(text: str, said: str) -> None:
    found = faults(text)
    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('sources = 5\nversion = "2"', "sources: expected a table [sources], got 5"),
        ('version = "2"\n[sources]\na = 5', "sources.a: expected a table [sources.a], got 5"),
        ('interest = 5\nversion = "2"', "interest: expected a table [interest], got 5"),
        ('day_count = 5\nversion = "2"', "day_count: expected a table [day_count], got 5"),
        ('rate = 5\nversion = "2"', "rate: expected tables [[rate]], got 5"),
        ('rate = [5]\nversion = "2"', "rate: expected tables [[rate]], got [5]"),
        (
            f'version = "2"\n[[parameter]]\nname = "a"\nvalue = 1\n{SOURCED}',
            "parameter.1.verified_until: expected the last day for which it was checked",
        ),
        (
            'version = "2"\nverified_until = 2027-01-01\n[[fixed_sum]]\ntiers = 5\n' + SOURCED,
            "fixed_sum.1.tiers: expected tables of below and sum, the last without below, got 5",
        ),
        (
            'version = "2"\nverified_until = 2027-01-01\n[[fixed_sum]]\ntiers = []\n' + SOURCED,
            "fixed_sum.1.tiers: expected bounds that rise, and a last tier without below, got none",
        ),
    ],
)
def test_wrong_shape_of_a_document_laid_over_is_said(text: str, said: str) -> None:
    found = faults(text, own(""))
    assert any(said in one for one in found), found


def test_row_that_states_no_source_where_none_is_declared() -> None:
    found = fault(f"{OVER}[[margin]]\nsince = 2027-01-01\nvalue = 1\n", own(""))
    assert found == (
        "line 3: margin.1.source: expected a source: the id of one (none is declared),"
        " or its title, published and read_on, got nothing"
    )


def test_empty_document_lacks_everything_and_says_so_at_once() -> None:
    found = faults("")
    for key in ("name", "version", "title", "currency", "status", "day_count", "compounds"):
        assert any(one.startswith(f"{key}: ") for one in found), key
    assert any(one.startswith("interest.fixing: ") for one in found)


def test_all_faults_come_at_once_in_the_order_of_their_lines() -> None:
    text = HEAD.replace('"EUR"', '"E"').replace("value = 8.75", "value = 9")
    found = faults(text.replace("reference = 0.50", "reference = true"))
    assert [one.split(":")[1].strip() for one in found] == [
        "currency",
        "rate.1.reference",
        "rate.2.value",
    ]
    numbers = [int(one.split(":")[0].removeprefix("line ")) for one in found]
    assert numbers == sorted(numbers)


def test_error_keeps_the_parts_of_each_fault() -> None:
    with pytest.raises(InvalidLaw) as caught:
        read_pack(HEAD.replace("value = 8.75", "value = 9"))
    expected = "8.75, the reference 0.75 and the margin together"
    assert caught.value.faults == (Fault("rate.2.value", expected, "9", f"line {LINES - 1}"),)


# --- what is no document -------------------------------------------------------------------------


@pytest.mark.parametrize("text", [None, b"name = 1", 5, ["x"]])
def test_what_is_no_text_is_refused(text: object) -> None:
    assert fault(text).startswith("law: expected the text of a TOML document, got ")


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    assert fault("a = 1\nb = = 2") == "line 2: law: expected a TOML document, got Invalid value"
    assert fault("a = 1\n\n'").startswith("line 3: law: expected a TOML document")


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 3000 + "]" * 3000,
        "a." * 40 + "a = 1",
        "a = " + "9" * 5000,
        "a = 1e99999999999999999999",
    ],
)
def test_numbers_and_nestings_beyond_measure_are_refused(text: str) -> None:
    assert fault("\n" + text) == (
        "line 2: law: expected a TOML document, got a number or a nesting beyond measure"
    )


def test_document_longer_than_any_law_is_refused() -> None:
    assert fault("#" * 500_001) == "law: expected at most 500000 characters, got 500001"


@given(st.data())
def test_document_with_a_line_changed_is_read_or_refused_with_its_faults(
    data: st.DataObject,
) -> None:
    lines = pack_text(data.draw(st.sampled_from(["UK", "DE", "IE", "CH", "AT"]))).split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(lines) - 1))
        key = lines[place].partition("=")[0]
        values = ["1", "-1.5", "true", '"x"', "2020-01-01", "[]", '["a"]', "{}", "nan", "1e400"]
        changed = st.sampled_from(
            ["", "[[rate]]", "[[term]]", *(f"{key} = {one}" for one in values)]
        )
        lines[place] = data.draw(changed)
    try:
        read_pack("\n".join(lines))
    except InvalidLaw as error:
        # Anything else than faults of the document is a fault of the reader.
        event(f"{min(len(error.faults), 3)} faults")
