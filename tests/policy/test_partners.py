"""Partners: a placement goes to the first whose condition holds, and to nobody in silence."""

from __future__ import annotations

import pytest
from tests.policy.telling import (
    LADDER,
    account,
    action_of,
    ask,
    contact,
    dollars,
    house,
    invoice,
    notice,
    silent,
    steps_of,
    table,
    tasks_of,
)

from recouvrement import Account, Policy

BAILIFF = table("partner", id="bailiff", role="commissaire de justice", when="country == 'FR'")
AGENCY = table("partner", id="agency", role="agency", when="collectable >= EUR(500)")
LAWYER = table("partner", id="lawyer", role="lawyer")


def ripe(total: int = 1000, **debtor: str) -> Account:
    """An invoice whose notice has run out."""
    late = (contact(-40, F_1="notice"), notice(-20, "F-1"))
    return account(invoice(total=total, due=-80), *late, owner="Nadia", **debtor)


@pytest.mark.parametrize(
    ("told", "partner"),
    [
        (ripe(country="FR"), "bailiff"),
        (ripe(country="DE"), "agency"),
        (ripe(country="DE", total=499), "lawyer"),
        (ripe(total=500), "agency"),
    ],
)
def test_first_partner_whose_condition_holds_takes_the_file(told: Account, partner: str) -> None:
    decision = ask(told, 0, house(BAILIFF, AGENCY, LAWYER, LADDER))
    assert (action_of(decision).kind, action_of(decision).partner) == ("place", partner)
    assert (decision.because, decision.tasks) == (("placement",), ())


def test_placement_that_no_partner_takes_is_proposed_with_a_task_to_choose_one() -> None:
    decision = ask(ripe(total=499), 0, house(BAILIFF, AGENCY, LADDER))
    assert (action_of(decision).kind, action_of(decision).partner) == ("place", None)
    assert tasks_of(decision) == [("choose_partner", "F-1")]
    assert action_of(decision).approval


def test_house_without_partners_chooses_for_itself() -> None:
    decision = ask(ripe(), 0, house(LADDER))
    assert (action_of(decision).partner, decision.tasks) == (None, ())


def test_nothing_but_a_placement_has_a_partner() -> None:
    policy = house(LAWYER, LADDER)
    assert action_of(ask(account(invoice(due=-3)), 0, policy)).partner is None
    noticed = ask(account(invoice(due=-40), contact(-12, F_1="letter")), 0, policy)
    assert (action_of(noticed).kind, action_of(noticed).partner) == ("formal_notice", None)


def test_partner_asks_for_what_the_whole_account_owes_as_far_as_rates_tell() -> None:
    policy: Policy = house(AGENCY, LAWYER, LADDER)
    small = ripe(total=300)
    assert action_of(ask(small, 0, policy)).partner == "lawyer"
    more = small.record(invoice("F-2", 200, due=-1))
    assert action_of(ask(more, 0, policy)).partner == "agency"
    unknown = small.record(invoice("F-2", dollars(9000), due=-1))
    decision = ask(unknown, 0, policy)
    assert action_of(decision).partner == "lawyer"
    assert tasks_of(decision) == [("missing_rate",)]


def test_placement_that_waits_for_its_notice_chooses_nobody() -> None:
    told = account(invoice(due=-80), contact(-40, F_1="notice"))
    decision = ask(told, 0, house(BAILIFF, AGENCY, LADDER))
    assert silent(decision, "awaiting-notice")
    assert tasks_of(decision) == [("record_notice", "F-1")]
    assert steps_of(ask(account(invoice(due=-3)), 0, house(BAILIFF, LADDER)))
