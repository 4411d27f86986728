"""No account breaks a link: whatever happens, what is said between two criteria is so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import Account, Conventions, Money, Policy, read_policy
from recouvrement.policy import CRITERIA
from recouvrement.policy.case import Case
from recouvrement.policy.observing import Observer
from recouvrement.policy.proofs.cells import Absent, Cell, Span, Truth, Word
from recouvrement.policy.proofs.diagrams import NEVER
from recouvrement.policy.proofs.links import LINKS, Link, Stand
from recouvrement.policy.proofs.regions import Regions
from recouvrement.position.standing import Row, standing_of
from recouvrement.testing import strategies

START = date(2026, 1, 5)
DOCUMENT = """
name = "links"
version = "1"
currency = "EUR"
for = ["business"]

[deadlines]
limitation_years = 5

[[level]]
id = "first"
when = "days_past_due >= 2"
do = "remind"
channel = "email"

[[level]]
id = "call"
when = "days_past_due >= 10"
do = "call"
channel = "phone"

[[level]]
id = "notice"
when = "days_past_due >= 30"
do = "formal_notice"
channel = "registered_letter"
"""
POLICY = read_policy(DOCUMENT)
READ = (
    "days_until_due >= 1 or notice_days >= 1 or limitation_days >= 1 or days_past_due >= 1 or"
    " oldest_days_past_due >= 1 or amount_due >= EUR(1) or collectable >= EUR(1) or"
    " open >= EUR(1) or level_reached == 'first' or reminders >= 1 or plan_state == 'late' or"
    " days_since_missed_instalment >= 1 or contacts_30d >= 1"
)


def point(value: Any) -> Cell:
    """The cell of one value alone."""
    if value is None:
        return Absent()
    if isinstance(value, bool):
        return Truth(value)
    return Span(value, value) if isinstance(value, int) else Word(str(value))


def seen(policy: Policy, account: Account, as_of: date) -> Iterator[tuple[Row, dict[str, Any]]]:
    """Every criterion of every open item."""
    day = as_of.toordinal()
    s = standing_of(account.book, day, policy.conventions, policy.compiled.ranks)
    observer = Observer(Case(policy, account, s, as_of))
    for row in s.rows:
        yield row, {name: observer.value(one, row)[0] for name, one in CRITERIA.items()}


accounts = strategies.accounts(
    days=120,
    around=[Money.of(100, "EUR")],
    ages=(0, 1, 2, 10, 30),
    levels=["first", "call", "notice"],
    currencies=("EUR",),
)
offsets = st.lists(st.integers(0, 200), min_size=4, max_size=4)


@given(accounts, offsets, st.integers(0, 3))
def test_no_account_breaks_a_link(account: Account, days: list[int], tolerance: int) -> None:
    policy = Policy(
        **{
            **{one: getattr(POLICY, one) for one in ("name", "version", "currency", "law")},
            **{one: getattr(POLICY, one) for one in ("serves", "pace", "floor", "levels", "holds")},
            "conventions": Conventions(promise_tolerance=tolerance, limitation_years=5),
        }
    )
    regions = Regions(policy)
    links = regions.links[0]
    for offset in days:
        for row, values in seen(policy, account, START + timedelta(offset)):
            stand = Stand.COLLECTABLE if row.collectable else Stand.OPEN
            if row.not_yet_due and values["days_past_due"] is not None:
                stand = Stand.NOT_YET_DUE
            event(stand)
            for link in [*LINKS, *links.between(stand)]:
                assert link.allows(point(values[link.one]), point(values[link.other])), link
            for name, chosen in links.alone(stand).items():
                assert chosen(point(values[name])), name


def regions_of(when: str, *, years: int | None = 5) -> Regions:
    text = DOCUMENT if years else DOCUMENT.replace("limitation_years = 5", "claim_months = 2")
    return Regions(read_policy(f'{text}\n[[hold]]\nid = "h"\nscope = "item"\nwhen = "{when}"\n'))


def possible(when: str, stand: Stand, *, years: int | None = 5) -> bool:
    """Whether some account may show it."""
    regions = regions_of(when, years=years)
    return regions.limit(regions.of(regions.policies[0].holds[0].when).maybe, stand) != NEVER


@pytest.mark.parametrize(
    "when",
    [
        "days_past_due >= 5 and days_until_due >= -4",
        "days_until_due >= 0",
        "days_past_due <= 0",
        "amount_due >= EUR(100) and collectable < EUR(100)",
        "collectable >= EUR(100) and open < EUR(100)",
        "amount_due >= EUR(100) and open < EUR(100)",
        "days_past_due >= 10 and oldest_days_past_due < 10",
        "notice_days >= 10 and days_past_due <= 10",
        "level_reached == 'call' and reminders == 0",
        "days_since_broken_promise >= 1 and broken_promises == 0",
        "days_since_broken_promise >= 9 and days_since_last_contact < 9",
        "days_since_returned_payment >= 9 and days_since_last_contact <= 9",
        "contacts_30d >= 1 and days_since_last_contact >= 30",
        "contacts_30d >= 5 and days_since_last_contact >= 26",
        "contacts_30d == 0 and days_since_last_contact < 30",
        "contacts_30d >= 1 and not days_since_last_contact >= 0",
        "plan_state == 'on_track' and days_since_missed_instalment >= 1",
        "plan_state == 'late' and not days_since_missed_instalment >= 1",
        "last_channel == 'email' and not days_since_last_contact >= 0",
        "median_delay < 5 and habitual_delay >= 5",
        "median_delay >= 5 and not habitual_delay >= 0 and not habitual_delay < 0",
        "limitation_days <= 90 and days_past_due <= 1700",
    ],
)
def test_what_no_account_can_show_is_no_case(when: str) -> None:
    assert not possible(when, Stand.COLLECTABLE)


@pytest.mark.parametrize(
    "when",
    [
        "days_past_due >= 5 and days_until_due <= -5",
        "amount_due < EUR(100) and collectable >= EUR(100) and open >= EUR(100)",
        "notice_days >= 10 and days_past_due >= 11",
        "contacts_30d >= 5 and days_since_last_contact <= 25",
        "plan_state == 'late' and days_since_missed_instalment >= 1",
        "plan_state == 'on_track' and not days_since_missed_instalment >= 1",
        "not plan_state == 'late' and not days_since_missed_instalment >= 1",
        "limitation_days <= 90 and days_past_due >= 1740",
        "days_since_broken_promise >= 9 and not days_since_last_contact >= 0",
    ],
)
def test_what_an_account_can_show_is_a_case(when: str) -> None:
    assert possible(when, Stand.COLLECTABLE)


def test_item_stands_as_it_is_asked_about() -> None:
    assert possible("days_until_due >= 0", Stand.NOT_YET_DUE)
    assert not possible("days_until_due <= -1", Stand.NOT_YET_DUE)
    assert possible("not days_past_due >= 1 and not days_past_due <= 0", Stand.OPEN)
    assert not possible("not days_past_due >= 1 and not days_past_due <= 0", Stand.NOT_YET_DUE)


def test_without_its_years_there_is_no_limitation() -> None:
    assert possible("limitation_days <= 90", Stand.COLLECTABLE)
    assert not possible("limitation_days <= 90", Stand.COLLECTABLE, years=None)
    assert possible("not limitation_days <= 90", Stand.COLLECTABLE, years=None)


def test_link_about_what_is_not_read_adds_nothing() -> None:
    regions = regions_of(READ)
    served = regions.kinds(["business"])
    assert regions.limit(served, Stand.COLLECTABLE) == served
    never = Link("level_reached", "reminders", lambda one, other: False)  # noqa: ARG005
    assert regions.links[0].limit(Stand.COLLECTABLE, served, [never]) == served
    read = regions.at("reminders", least=1)
    assert regions.links[0].limit(Stand.COLLECTABLE, read, [never]) == NEVER
