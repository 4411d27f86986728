"""Periods of law packs as deadlines of an account, and the last days of procedures."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recouvrement import (
    Account,
    BusinessCalendar,
    Conventions,
    Debtor,
    DebtorKind,
    Insolvency,
    Instalment,
    InvalidInput,
    Invoice,
    LegalStep,
    Money,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.law import CaveatCode, pack
from recouvrement.policy.readings import limitation_days
from recouvrement.position import (
    Deadline,
    DeadlineKind,
    Ground,
    LimitationStart,
    deadlines_of,
    limitation_of,
    periods_under,
    procedural_deadline,
)

DUE, AS_OF = date(2026, 3, 31), date(2026, 11, 20)


def account(*facts: Fact, **more: Any) -> Account:
    invoice = Invoice("F-1", date(2026, 3, 1), due_on=DUE, total=Money.of(100, "EUR"), **more)
    return Account.of(Debtor("C-17", "Atelier Vasseur", kind=DebtorKind.BUSINESS), invoice, *facts)


def told(conventions: Conventions, *facts: Fact, **more: Any) -> list[Deadline]:
    return list(deadlines_of(account(*facts, **more), as_of=AS_OF, conventions=conventions))


@pytest.mark.parametrize(
    ("law", "kind", "sector", "last", "why"),
    [
        ("FR", "business", None, date(2031, 3, 31), Ground.DUE_DATE),
        ("FR", "consumer", None, date(2028, 3, 31), Ground.DUE_DATE),
        ("FR", "business", "road_transport", date(2027, 3, 1), Ground.DELIVERY),
        ("FR-public", "public", None, date(2030, 12, 31), Ground.END_OF_SUPPLY_YEAR),
        ("DE", "business", None, date(2029, 12, 31), Ground.END_OF_YEAR),
        ("UK", "business", None, date(2032, 3, 31), Ground.DUE_DATE),
        ("UK", "business", "scotland", date(2031, 3, 31), Ground.DUE_DATE),
    ],
)
def test_the_limitation_of_a_law(
    law: str, kind: str, sector: str | None, last: date, why: Ground
) -> None:
    periods = periods_under(law, kind=kind, sector=sector)
    (one,) = told(periods.conventions())
    assert (one.kind, one.on, one.why) == (DeadlineKind.LIMITATION, last, why)
    assert periods.limitation.source.article
    assert periods.law == law


def test_a_delivery_is_the_day_supplied_where_the_invoice_says_it() -> None:
    transport = periods_under("FR", sector="road_transport").conventions()
    (one,) = told(transport, supplied_on=date(2026, 2, 20))
    assert one.on == date(2027, 2, 20)


@pytest.mark.parametrize(
    ("supplied", "due", "last"),
    [
        (date(2025, 12, 10), date(2026, 1, 14), date(2029, 12, 31)),
        (date(2026, 1, 2), date(2026, 1, 14), date(2030, 12, 31)),
        # An advance payment, due before the service: the earlier year all the same.
        (date(2026, 1, 2), date(2025, 12, 20), date(2029, 12, 31)),
    ],
)
def test_a_public_debt_counts_from_the_earlier_of_supply_and_due_date(
    supplied: date, due: date, last: date
) -> None:
    periods = periods_under("FR-public", kind="public")
    assert [one.code for one in periods.caveats] == ["limitation_start_not_settled"]
    whole = Invoice(
        "F-1", date(2025, 12, 15), due_on=due, total=Money.of(9, "EUR"), supplied_on=supplied
    )
    one = Account.of(Debtor("M-1", "Mairie", kind=DebtorKind.PUBLIC), whole)
    conventions = periods.conventions()
    (found,) = deadlines_of(one, as_of=AS_OF, conventions=conventions)
    assert (found.on, found.caveats) == (last, ())
    standing = position_of(one, as_of=AS_OF, conventions=conventions).standing
    assert limitation_days(standing, standing.rows[0]) == (last - AS_OF).days


@pytest.mark.parametrize(
    ("law", "kind", "sector"), [("FR", "business", "road_transport"), ("FR-public", "public", None)]
)
def test_a_supply_whose_day_the_invoice_does_not_say_is_assumed_and_said(
    law: str, kind: str, sector: str | None
) -> None:
    conventions = periods_under(law, kind=kind, sector=sector).conventions()
    (one,) = told(conventions)
    (caveat,) = one.caveats
    assert caveat.code == CaveatCode.SUPPLY_DAY_ASSUMED
    assert (caveat.value("invoice"), caveat.value("assumed")) == ("F-1", date(2026, 3, 1))
    found = limitation_of(position_of(account(), as_of=AS_OF, conventions=conventions), "F-1")
    assert found is not None
    assert found.caveats == one.caveats
    # Neither where the invoice says it, nor where the period runs from something else.
    assert told(conventions, supplied_on=date(2026, 2, 20))[0].caveats == ()
    step = LegalStep("S-1", date(2026, 10, 1), kind="acknowledgement", invoices=("F-1",))
    moved = told(conventions, step)[0]
    assert moved.caveats == (() if moved.fact else one.caveats)
    assert told(periods_under("FR").conventions())[0].caveats == ()


def test_an_acknowledgement_starts_the_period_again_at_its_own_date() -> None:
    german = periods_under("DE").conventions()
    step = LegalStep("S-1", date(2026, 10, 1), kind="acknowledgement", invoices=("F-1",))
    # It had not begun to run: nothing is there to start again.
    assert told(german, step)[0].on == date(2029, 12, 31)
    french = periods_under("FR").conventions()
    assert told(french, step)[0].on == date(2031, 10, 1)


def test_the_delay_to_file_a_claim_is_longer_for_a_creditor_abroad() -> None:
    opened = Insolvency(
        "J-1",
        "receivership",
        opened_on=date(2026, 11, 2),
        published_on=date(2026, 11, 10),
    )
    for abroad, last in ((False, date(2027, 1, 10)), (True, date(2027, 3, 10))):
        periods = periods_under(pack("FR"), abroad=abroad)
        claims = [
            one.on
            for one in told(periods.conventions(), opened)
            if one.kind is DeadlineKind.CLAIM_TO_FILE
        ]
        assert claims == [last]


def test_a_law_without_that_delay_tells_none() -> None:
    periods = periods_under("DE")
    assert periods.claim is None
    assert periods.conventions().claim_months is None


def test_the_other_conventions_are_kept() -> None:
    mine = Conventions(promise_tolerance=3)
    assert periods_under("FR").conventions(mine).promise_tolerance == 3


def test_what_the_pack_says_of_its_rows_goes_with_the_dates() -> None:
    assert [one.code for one in pack("FI").accepting("FI").limitation("business").caveats] == [
        "from_memory"
    ]
    assert periods_under("FR").caveats == ()
    late = periods_under("FR", on=date(2027, 6, 1))
    assert [one.code for one in late.caveats] == ["after_verified_until"] * len(late.caveats)
    assert late.caveats


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("law", {"law": 3}),
        ("kind", {"kind": "public"}),
        ("kind", {"kind": "title"}),
        ("sector", {"sector": "moon"}),
        ("allow", {"law": "FI"}),
        # What it runs from was not looked up.
        ("kind", {"law": "FI", "allow": ["FI"]}),
    ],
)
def test_a_period_that_the_pack_cannot_give_is_refused(field: str, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as error:
        periods_under(**{"law": "FR", **options})
    assert error.value.field == field


def test_a_start_of_limitation_that_does_not_exist_is_refused() -> None:
    with pytest.raises(
        InvalidInput, match="one of due_date, end_of_year, end_of_supply_year, del"
    ) as error:
        Conventions(limitation_from="judgment")
    assert error.value.field == "conventions.limitation_from"
    assert Conventions().limitation_from is LimitationStart.DUE_DATE


def test_policies_count_their_days_to_the_same_date() -> None:
    german = periods_under("DE").conventions()
    standing = position_of(account(), as_of=AS_OF, conventions=german).standing
    assert limitation_days(standing, standing.rows[0]) == (date(2029, 12, 31) - AS_OF).days
    step = LegalStep("S-1", date(2026, 10, 1), kind="mediation", invoices=("F-1",))
    standing = position_of(account(step), as_of=AS_OF, conventions=german).standing
    assert limitation_days(standing, standing.rows[0]) == (date(2029, 12, 31) - AS_OF).days
    undated = (Instalment(None, Money.of(100, "EUR")),)
    standing = position_of(account(schedule=undated), as_of=AS_OF, conventions=german).standing
    assert limitation_days(standing, standing.rows[0]) is None


# --- procedures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "start", "last"),
    [
        # Orders made before September 2026 are served within six months, later ones within three.
        ("payment_order.service", date(2026, 8, 31), date(2027, 2, 28)),
        ("payment_order.service", date(2026, 9, 1), date(2026, 12, 1)),
        ("payment_order.opposition", date(2026, 1, 31), date(2026, 2, 28)),
        ("payment_order.deposit", date(2026, 5, 30), date(2026, 6, 14)),
        ("insolvency.payment_annulment", date(2024, 2, 29), date(2027, 2, 28)),
    ],
)
def test_the_last_day_of_a_procedure(name: str, start: date, last: date) -> None:
    found = procedural_deadline("FR", name, start)
    assert (found.name, found.start, found.on) == (name, start, last)
    assert found.source.article


def test_a_last_day_that_is_not_worked_is_shifted_to_the_next() -> None:
    found = procedural_deadline("FR", "payment_order.deposit", date(2026, 5, 30))
    assert (found.on.weekday(), found.shifted) == (6, date(2026, 6, 15))
    assert [one.code for one in found.caveats] == ["secondary_source"]
    holidays = BusinessCalendar.france(2026, 2027)
    found = procedural_deadline(
        pack("FR"), "payment_order.opposition", date(2026, 6, 14), calendar=holidays
    )
    assert (found.on, found.shifted) == (date(2026, 7, 14), date(2026, 7, 15))


@pytest.mark.parametrize(
    ("field", "options"),
    [
        ("name", {"name": "insolvency.stay"}),
        ("name", {"name": "small_claims.cap"}),
        # Possible from a day on: no last day.
        ("name", {"name": "uncontested_claims.report"}),
        ("name", {"name": "payment_order.enforceable"}),
        ("name", {"name": "nothing.at_all"}),
        ("start", {"start": "2026-09-01"}),
        ("law", {"law": None}),
    ],
)
def test_what_is_no_delay_is_refused(field: str, options: dict[str, Any]) -> None:
    asked = {"law": "FR", "name": "payment_order.service", "start": date(2026, 9, 1), **options}
    with pytest.raises(InvalidInput) as error:
        procedural_deadline(**asked)
    assert error.value.field == field
