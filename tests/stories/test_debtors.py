"""Who owes: important customers, public bodies, strangers, groups, and claims that are not ours."""

from __future__ import annotations

import pytest
from tests.stories.storybook import (
    EVERY_DAY,
    LADDER,
    Story,
    contact,
    euros,
    house,
    invoice,
    on,
    paid,
)

from recouvrement import (
    Assignment,
    Bill,
    Instalment,
    Placement,
    Policy,
    WriteOff,
    decide,
    read_policy,
)

HOUSE = house(LADDER)
BY_A_PERSON = """
[[style]]
when    = "vip"
handler = "account_manager"
channel = "phone"
tone    = "courteous"
"""
VISIT = """
[[level]]
id      = "reminder"
when    = "days_past_due >= 2"
do      = "remind"
channel = "email"
[[level]]
id      = "visit"
when    = "days_past_due >= 7"
for     = "vip"
do      = "visit"
channel = "visit"
handler = "account_manager"
[[level]]
id      = "firm-letter"
when    = "days_past_due >= 15"
do      = "remind"
channel = "letter"
"""
ORDER_STOP = """
[[trigger]]
id      = "order-stop"
when    = "over_limit and days_past_due >= 15"
do      = "propose_order_stop"
"""


# --- important customers -------------------------------------------------------------------------


def test_important_customer_is_telephoned_by_the_person_who_knows_him() -> None:
    """Our best customer is late: no machine writes to him, Nadia rings him up."""
    story = Story(house(LADDER, BY_A_PERSON), invoice(), vip=True, owner="Nadia")
    call = story.proposal("4 Mar")
    assert (call.kind, call.channel, call.handler, call.owner) == (
        *("call", "phone", "account_manager", "Nadia"),
    )
    assert story.lives("1 Mar", "5 Mar").acts == ["Wed 4 Mar: call F-1 (reminder)"]
    assert story.tasks == []


def test_important_customer_whom_nobody_owns_is_not_forgotten() -> None:
    """Nobody was named for him: the collector rings, and somebody has to be named."""
    story = Story(house(LADDER, BY_A_PERSON), invoice(), vip=True, owner=None)
    call = story.proposal("4 Mar")
    assert (call.kind, call.handler, call.owner) == ("call", "collector", None)
    assert story.lives("1 Mar", "5 Mar").tasks == ["Wed 4 Mar: assign_owner"]


def test_notice_to_an_important_customer_stays_a_registered_letter() -> None:
    """He is telephoned about reminders; a formal notice is a letter for him too."""
    story = Story(house(LADDER, BY_A_PERSON), invoice(), vip=True).lives("1 Mar", "1 Apr")
    assert [str(act.channel) for act in story.done.values()] == [
        *("phone", "phone", "phone", "registered_letter"),
    ]


def test_visit_is_for_important_customers_and_the_others_are_written_to() -> None:
    """Nadia goes to see him; the other customers pass over that step and get the letter."""
    visited = Story(house(VISIT), invoice(), vip=True).lives("1 Mar", "31 Mar")
    assert visited.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Wed 11 Mar: visit F-1 (visit)",
        "Wed 18 Mar: remind F-1 (firm-letter)",
    ]
    written = Story(house(VISIT), invoice()).lives("1 Mar", "31 Mar")
    assert written.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Tue 17 Mar: remind F-1 (firm-letter)",
    ]


def test_large_sums_are_spoken_of_and_small_ones_written_about() -> None:
    """Twenty thousand euros deserve a voice from the first day; two hundred an e-mail."""
    by_sum = '[[style]]\nwhen = "collectable >= EUR(20_000)"\nchannel = "phone"\n'
    large = Story(house(LADDER, by_sum), invoice(amount=20_000)).proposal("4 Mar")
    small = Story(house(LADDER, by_sum), invoice(amount=200)).proposal("4 Mar")
    assert (large.kind, large.channel, large.handler) == ("call", "phone", "collector")
    assert (small.kind, small.channel, small.handler) == ("remind", "email", "automatic")


def test_invoice_has_its_own_owner_where_all_of_them_agree() -> None:
    """Karim sold both: he answers for them. One of Karim's and one of Lea's: Nadia does."""
    his = [invoice(owner="Karim"), invoice("F-2", 400, owner="Karim")]
    mixed = [invoice(owner="Karim"), invoice("F-2", 400, owner="Lea")]
    policy = house(LADDER, BY_A_PERSON)
    assert Story(policy, *his, vip=True).proposal("4 Mar").owner == "Karim"
    assert Story(policy, *mixed, vip=True).proposal("4 Mar").owner == "Nadia"


# --- stop delivering -----------------------------------------------------------------------------


def test_stop_of_orders_is_proposed_inside_the_house_and_the_letters_go_on() -> None:
    """Beyond his limit and fifteen days late: a question for Nadia, not a word to him about it."""
    story = Story(house(LADDER, ORDER_STOP), invoice(amount=9000), credit_limit=euros(8000)).lives(
        "1 Mar", "23 Mar"
    )
    assert story.tasks == ["Tue 17 Mar: order_stop F-1"]
    [stop] = story.ask("18 Mar").tasks
    assert (stop.handler, stop.owner, stop.rule) == ("account_manager", "Nadia", "order-stop")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
        "Mon 23 Mar: remind F-1 (firm-letter)",
    ]


def test_customer_within_his_limit_goes_on_being_delivered() -> None:
    """Late, but within the limit: the letters go on, and so do his orders."""
    story = Story(house(LADDER, ORDER_STOP), invoice(amount=8000), credit_limit=euros(8000))
    assert story.lives("1 Mar", "23 Mar").tasks == []


# --- whom the policy is not for ------------------------------------------------------------------


def test_debtor_of_whom_we_know_nothing_is_reminded_and_never_threatened() -> None:
    """Is it a firm or a private person? Until somebody says, letters and no call, no notice."""
    story = Story(HOUSE, invoice(), kind="unknown").lives("1 Mar", "30 Jun")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Mon 23 Mar: remind F-1 (firm-letter)",
    ]
    assert story.tasks == ["Sun 1 Mar: qualify"]


def test_stranger_who_turns_out_to_be_a_firm_goes_on_from_where_he_was() -> None:
    """He was qualified in June: the notice that was due in April is proposed at once."""
    story = Story(HOUSE, invoice(), kind="unknown").lives("1 Mar", "31 May")
    known = Story(HOUSE, *story.account.facts)
    assert known.lives("1 Jun", "1 Jun").acts == ["Mon 1 Jun: formal_notice F-1 (notice)"]


@pytest.mark.parametrize("kind", ["public", "consumer", "non_professional"])
def test_town_hall_or_private_person_is_not_chased_by_the_rules_made_for_firms(kind: str) -> None:
    """Another policy is for them: nothing is sent, and somebody has to choose which one."""
    story = Story(HOUSE, invoice(), kind=kind).lives("1 Mar", "30 Apr")
    assert story.acts == []
    assert story.tasks == ["Sun 1 Mar: choose_policy"]
    assert story.why("30 Apr") == ("kind-not-served",)


def test_policy_made_for_public_bodies_serves_the_town_hall() -> None:
    """With the policy that is for them, the same town hall is asked how far the payment is."""
    gentle = """
name = "town-halls"
version = "1"
currency = "EUR"
for = ["public"]
[[level]]
id      = "status"
when    = "days_past_due >= 5"
do      = "remind"
channel = "portal"
"""
    policy: Policy = read_policy(gentle)
    story = Story(policy, invoice(), kind="public").lives("1 Mar", "31 Mar")
    assert story.acts == ["Mon 9 Mar: remind F-1 (status)"]


def test_style_of_large_sums_does_not_ring_up_a_stranger() -> None:
    """A large sum, and we do not know who he is: he is written to, whatever the style says."""
    by_sum = '[[style]]\nwhen = "collectable >= EUR(500)"\nchannel = "phone"\n'
    told = Story(house(LADDER, by_sum), invoice(), kind="unknown").proposal("4 Mar")
    assert (told.kind, told.channel) == ("remind", "email")


# --- not ours to ask for -------------------------------------------------------------------------


def test_invoice_sold_to_a_factor_is_asked_for_by_us_until_the_debtor_is_told() -> None:
    """The sale is confidential until the 10th: until then we ask, from then on the factor does."""
    sold = Assignment("S-1", on("2 Mar"), to="factor", invoices=["F-1"], notified_on=on("10 Mar"))
    story = Story(HOUSE, invoice(), sold).lives("1 Mar", "31 May")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]


def test_confidential_assignment_changes_nothing_for_the_debtor() -> None:
    """The bank holds the invoice and nobody told him: he hears from us as ever."""
    story = Story(HOUSE, invoice(), Assignment("S-1", on("2 Mar"), to="bank", invoices=["F-1"]))
    assert story.lives("1 Mar", "12 Mar").acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
    ]


def test_invoice_given_back_by_the_factor_climbs_from_where_it_was() -> None:
    """After ninety days the factor gave it back: the call comes next, and no first reminder."""
    sold = Assignment(
        "S-1",
        on("5 Mar"),
        to="factor",
        invoices=["F-1"],
        notified_on=on("5 Mar"),
        ended_on=on("3 Jun"),
    )
    story = Story(HOUSE, invoice(), sold).lives("1 Mar", "3 Jun")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)", "Wed 3 Jun: call F-1 (call)"]


def test_file_that_the_agency_gave_back_is_not_started_anew() -> None:
    """The agency gave up in June: nothing courteous again, I am asked to whom it goes next."""
    placed = Placement("T-1", on("10 Apr"), to="agency", invoices=["F-1"], ended_on=on("1 Jun"))
    story = Story(HOUSE, invoice(), placed).lives("1 Mar", "5 Jun")
    assert story.acts[3:] == [
        "Wed 1 Apr: formal_notice F-1 (notice)",
        "Mon 1 Jun: place F-1 (placement)",
    ]


def test_bill_of_exchange_covers_its_invoice_until_it_matures() -> None:
    """He accepted a bill for the 30th: silence until then, and the call if it is not honoured."""
    bill = Bill("B-1", on("5 Mar"), matures_on=on("30 Mar"), amount=euros(1000), invoices=["F-1"])
    story = Story(HOUSE, invoice(), bill).lives("1 Mar", "31 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)", "Tue 31 Mar: call F-1 (call)"]


def test_amount_given_up_is_not_asked_for() -> None:
    """We wrote off the three euros of bank charges: the rest was paid, and nobody is bothered."""
    story = Story(
        HOUSE,
        invoice(),
        paid("3 Mar", 997),
        WriteOff("G-1", on("3 Mar"), invoice="F-1", amount=euros(3), reason="bank_charges"),
    )
    assert story.lives("1 Mar", "31 Mar").acts == []


# --- dates that nobody agreed, or not yet --------------------------------------------------------


def test_retention_without_a_date_is_not_late_however_old_the_works() -> None:
    """Five percent held back until the works are accepted: the rest is chased, that part never."""
    parts = [
        Instalment(on("2 Mar"), euros(950)),
        Instalment(None, euros(50), kind="retention"),
    ]
    story = Story(HOUSE, invoice(schedule=parts)).lives("1 Mar", "1 Jun")
    assert {step.invoice for act in story.done.values() for step in act.steps} == {"F-1/1"}
    assert all(act.amounts == (euros(950),) for act in story.done.values())


def test_retention_is_asked_for_once_the_acceptance_gave_it_a_date() -> None:
    """Accepted in June: from then on the five percent are due, and reminded of like the rest."""
    held_back = [Instalment(on("2 Mar"), euros(950)), Instalment(None, euros(50), kind="retention")]
    dated = [held_back[0], Instalment(on("1 Jun"), euros(50), kind="retention")]
    story = Story(HOUSE, invoice(schedule=held_back), paid("2 Mar", 950)).lives("1 Mar", "31 May")
    assert story.acts == []
    story.account = story.account.amend(invoice(schedule=dated))
    assert story.lives("1 Jun", "4 Jun").acts == ["Wed 3 Jun: remind F-1/2 (reminder)"]


def test_retention_that_nobody_thought_of_for_a_year_is_a_task() -> None:
    """Nothing falls due by itself: after a year somebody asks whether the works were accepted."""
    forgotten = """
[[trigger]]
id   = "forgotten-retention"
when = "days_since_issue >= 365"
do   = "task"
"""
    parts = [Instalment(on("2 Apr 2025"), euros(950)), Instalment(None, euros(50))]
    told = invoice(issued="3 Mar 2025", due="2 Apr 2025", schedule=parts)
    story = Story(house(LADDER, forgotten), told, paid("2 Apr 2025", 950))
    assert story.lives("1 Mar", "31 Mar").tasks == ["Tue 3 Mar: follow_up F-1/2"]
    assert story.acts == []


def test_due_date_that_we_only_assumed_gives_letters_and_no_notice() -> None:
    """Nobody knows which terms were agreed: I remind him, and have the date confirmed first."""
    story = Story(HOUSE, invoice(due_assumed=True)).lives("1 Mar", "30 Jun")
    assert [act.split()[3] for act in story.acts] == ["remind", "remind"]
    assert story.tasks == ["Tue 24 Mar: confirm_due_date F-1"]


# --- a group with one voice ----------------------------------------------------------------------


def test_subsidiary_whose_bills_the_group_pays_is_written_to_at_the_group() -> None:
    """The treasury of the group pays for all: our letter goes there, about this subsidiary."""
    story = Story(HOUSE, invoice(), dunning_recipient="group-treasury")
    assert story.proposal("4 Mar").recipient == "group-treasury"


def test_two_subsidiaries_of_one_group_hear_one_voice() -> None:
    """We wrote to the treasury about the sister on Monday: this one waits until Saturday."""
    story = Story(HOUSE, invoice(), dunning_recipient="group-treasury")
    spoken = [on("2 Mar")]
    waiting = decide(story.policy, story.account, as_of=on("5 Mar"), spoken=spoken)
    assert (waiting.action, waiting.because) == (None, ("pace", "reminder"))
    said = decide(story.policy, story.account, as_of=on("7 Mar"), spoken=spoken)
    assert said.action is not None
    assert said.action.execute_on == on("9 Mar")


def test_debtor_who_settled_everything_starts_afresh() -> None:
    """Last winter he had a notice; he paid. In March a new invoice gets a courteous e-mail."""
    story = Story(
        HOUSE,
        invoice("F-0", due="1 Nov 2025"),
        contact("3 Jan", "formal_notice", F_0="notice"),
        paid("8 Jan", 1000),
        invoice(),
    )
    assert story.lives("1 Mar", "4 Mar").acts == ["Wed 4 Mar: remind F-1 (reminder)"]


def test_change_of_policy_sends_nobody_back_to_the_first_letter_the_same_week() -> None:
    """We renamed our levels on 10 March: the reminder of the 4th still keeps its seven days."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "9 Mar")
    renamed = LADDER.replace('"reminder"', '"first-letter"').replace('"call"', '"telephone"', 1)
    story.policy = house(renamed, worked=EVERY_DAY)
    assert story.why("10 Mar") == ()
    assert story.lives("10 Mar", "11 Mar").acts[1:] == ["Wed 11 Mar: remind F-1 (first-letter)"]
