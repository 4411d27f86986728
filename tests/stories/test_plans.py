"""Solutions: a plan proposed within bounds, agreed, followed, missed; and who approves what."""

from __future__ import annotations

import pytest
from tests.stories.storybook import (
    LADDER,
    Story,
    agreed,
    contact,
    euros,
    house,
    invoice,
    noticed,
    on,
    paid,
    promised,
)

from recouvrement.facts.fact import Fact
from recouvrement.policy import Handler
from recouvrement.policy.ladder import Offer

MISSED = """
[[trigger]]
id           = "missed-instalment"
when         = "days_since_missed_instalment >= 1"
do           = "call"
channel      = "phone"
tone         = "firm"
climb        = 1
repeat_every = 15
"""
OFFER = """
[[trigger]]
id           = "offer-a-plan"
when         = "amount_due >= EUR(5_000) and reminders >= 2"
do           = "propose_plan"
channel      = "phone"
repeat_every = 30

[trigger.offer]
instalments = 4
days        = 90
first_share = 25
approver    = "account_manager"
"""
HOUSE = house(LADDER, MISSED)
PLAN = (("20 Mar", 400), ("20 Apr", 300), ("20 May", 300))


def in_plan(*facts: Fact, clause: bool = False) -> Story:
    """One invoice, a call, and three instalments agreed on 12 March."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "12 Mar")
    plan = agreed("12 Mar", *PLAN, invoices=["F-1"], acceleration_clause=clause)
    return story.happens(plan, *facts)


# --- followed ------------------------------------------------------------------------------------


def test_plan_that_is_followed_is_never_chased() -> None:
    """Three instalments, each in time: between them he hears nothing from us."""
    story = in_plan(paid("20 Mar", 400), paid("17 Apr", 300), paid("19 May", 300))
    assert story.lives("13 Mar", "30 Jun").acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
    ]


def test_new_invoice_beside_a_plan_follows_its_own_ladder() -> None:
    """The plan is about the old invoice: the new one is reminded of like any other, and alone."""
    story = in_plan(invoice("F-2", 500, due="16 Mar"), paid("20 Mar", 400))
    story.lives("13 Mar", "20 Mar")
    assert story.acts[2:] == ["Wed 18 Mar: remind F-2 (reminder)"]
    assert story.done[on("18 Mar")].amounts == (euros(500),)


# --- missed --------------------------------------------------------------------------------------


def test_missed_instalment_is_called_about_the_day_after_and_alone() -> None:
    """The second did not come on Monday 20 April: I ring on Tuesday, for that one only."""
    story = in_plan(paid("20 Mar", 400)).lives("13 Mar", "21 Apr")
    assert story.acts[2:] == ["Tue 21 Apr: call F-1 (firm-letter)"]
    call = story.done[on("21 Apr")]
    assert (call.rule, call.tone, call.amounts) == (*("missed-instalment", "firm", (euros(300),)),)


def test_missed_instalment_is_not_called_about_every_week() -> None:
    """I rang about it once: the ladder speaks next, the missed instalment again in 15 days."""
    story = in_plan(paid("20 Mar", 400)).lives("13 Mar", "27 Apr")
    assert len(story.acts) == 3
    story.lives("28 Apr", "28 Apr")
    assert story.acts[3:] == ["Tue 28 Apr: formal_notice F-1 (notice)"]


def test_instalment_that_comes_late_puts_the_plan_back_on_its_way() -> None:
    """Two days late, and there it was: nothing more is said until the third is missed."""
    story = in_plan(paid("20 Mar", 400), paid("22 Apr", 300)).lives("13 Mar", "20 May")
    assert [act.split(":")[0] for act in story.acts] == ["Wed 4 Mar", "Thu 12 Mar", "Tue 21 Apr"]


@pytest.mark.parametrize(("clause", "asked"), [(False, 300), (True, 600)])
def test_whole_debt_falls_due_only_with_the_clause_and_after_a_notice(
    *, clause: bool, asked: int
) -> None:
    """An instalment missed, notice given until 5 May: then all of it, if so agreed."""
    notice = noticed("27 Apr", "F-1", by="5 May")
    story = in_plan(paid("20 Mar", 400), notice, clause=clause)
    assert story.proposal("5 May").amounts == (euros(300),)
    assert story.proposal("6 May").amounts == (euros(asked),)


def test_clause_without_a_notice_accelerates_nothing() -> None:
    """The clause alone is not enough: until I give notice, one instalment is all I may ask for."""
    story = in_plan(paid("20 Mar", 400), clause=True)
    assert story.proposal("15 May").amounts == (euros(300),)


def test_notice_given_before_anything_was_missed_accelerates_nothing() -> None:
    """A notice of before the plan is spent: the missed instalment needs one of its own."""
    story = in_plan(noticed("11 Mar", "F-1", by="19 Mar"), paid("20 Mar", 400), clause=True)
    assert story.proposal("23 Apr").amounts == (euros(300),)


def test_plan_ended_by_us_gives_the_invoice_back_at_the_level_it_had() -> None:
    """We ended the plan on 27 April: what is left is asked for, from the call on and not anew."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "12 Mar")
    story.happens(
        agreed("12 Mar", *PLAN, invoices=["F-1"], ended_on=on("27 Apr")), paid("20 Mar", 400)
    )
    assert story.levels("26 Apr") == {"F-1": "call"}
    story.lives("27 Apr", "27 Apr")
    assert story.acts[2:] == ["Mon 27 Apr: remind F-1 (firm-letter)"]
    assert story.done[on("27 Apr")].amounts == (euros(600),)


# --- proposed ------------------------------------------------------------------------------------


def test_plan_is_proposed_within_our_bounds_and_says_who_approves_it() -> None:
    """A large sum, two reminders without an answer: I may offer four parts, a quarter at once."""
    story = Story(house(LADDER, OFFER), invoice(amount=8000)).lives("1 Mar", "17 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
        "Tue 17 Mar: propose_plan F-1",
    ]
    offer = Offer(instalments=4, days=90, first_share=25, approver=Handler.ACCOUNT_MANAGER)
    proposed = story.done[on("17 Mar")]
    assert (proposed.offer, proposed.approval) == (offer, True)


def test_plan_is_offered_once_and_the_ladder_goes_on() -> None:
    """He did not take the offer: the firm letter follows, and no second offer for thirty days."""
    story = Story(house(LADDER, OFFER), invoice(amount=8000)).lives("1 Mar", "10 Apr")
    assert [act for act in story.acts if "propose_plan" in act] == ["Tue 17 Mar: propose_plan F-1"]
    assert story.acts[3:] == [
        "Mon 23 Mar: remind F-1 (firm-letter)",
        "Wed 1 Apr: formal_notice F-1 (notice)",
        "Fri 10 Apr: place F-1 (placement)",
    ]


def test_no_plan_is_offered_for_a_sum_that_is_too_small() -> None:
    """For four thousand we offer nothing: he is asked for the whole."""
    story = Story(house(LADDER, OFFER), invoice(amount=4999)).lives("1 Mar", "22 Mar")
    assert [act.split()[3] for act in story.acts] == ["remind", "call"]


def test_no_plan_is_offered_to_who_has_promised_the_whole() -> None:
    """He promised it all: there is nothing to offer him."""
    story = Story(
        house(LADDER, OFFER),
        invoice(amount=8000),
        contact("4 Mar", F_1="reminder"),
        contact("12 Mar", "call", F_1="call"),
        promised("12 Mar", 8000, "31 Mar"),
    )
    assert story.lives("13 Mar", "31 Mar").acts == []
