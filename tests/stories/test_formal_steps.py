"""Notice and placement: signed by a person, never without the notice, never below their worth."""

from __future__ import annotations

import pytest
from tests.stories.storybook import (
    LADDER,
    Story,
    blocked,
    contact,
    disputed,
    euros,
    house,
    invoice,
    noticed,
    on,
    paid,
    promised,
)

from recouvrement import Document, Insolvency, LegalStep, Money

HOUSE = house(LADDER)
REMINDED = (
    contact("4 Mar", F_1="reminder"),
    contact("12 Mar", "call", F_1="call"),
    contact("23 Mar", F_1="firm-letter"),
)
LAWYER = """
[[trigger]]
id      = "limitation-near"
when    = "limitation_days <= 180"
do      = "task"
task    = "limitation_near"
handler = "lawyer"
"""
FIVE_YEARS = "[deadlines]\nlimitation_years = 5\n"


# --- the notice ----------------------------------------------------------------------------------


def test_notice_and_placement_are_proposed_and_never_done_without_a_name() -> None:
    """The machine prepares the notice and the file: somebody signs for each, or nothing leaves."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "30 Apr")
    approved = {str(act.kind): act.approval for act in story.done.values()}
    assert approved == {"remind": False, "call": False, "formal_notice": True, "place": True}
    assert {act.handler for act in story.done.values() if act.approval} == {
        *("collector", "account_manager"),
    }


def test_file_says_what_it_lacks_and_the_notice_leaves_all_the_same() -> None:
    """We have the order, not the signed delivery note: I am told, and nothing waits for it."""
    with_file = LADDER.replace(
        'channel   = "registered_letter"',
        'channel   = "registered_letter"\ndocuments = ["order", "delivery_note"]',
    )
    order = Document("O-1", on("1 Feb"), kind="order", invoices=["F-1"])
    story = Story(house(with_file), invoice(), order, *REMINDED)
    assert story.proposal("1 Apr").missing_documents == ("delivery_note",)
    assert story.lives("1 Apr", "1 Apr").acts == ["Wed 1 Apr: formal_notice F-1 (notice)"]


def test_registered_letter_that_waits_at_the_post_office_gives_him_no_more_time() -> None:
    """Sent on 1 April, still at the post office on the 10th: his eight days ran all the same."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "1 Apr")
    assert story.account.notices[0].received_on is None
    assert [story.why(day) for day in ("2 Apr", "9 Apr")] == [(), ()]
    assert story.lives("2 Apr", "10 Apr").acts[4:] == ["Fri 10 Apr: place F-1 (placement)"]


def test_registered_letter_that_came_back_is_sent_again_before_anything_is_placed() -> None:
    """Unknown at this address: I look for the right one, send it again, and only then hand over."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "8 Apr")
    story.hears("bounced", "9 Apr").lives("9 Apr", "9 Apr")
    assert story.acts[4:] == ["Thu 9 Apr: formal_notice F-1 (notice)"]
    assert story.tasks == ["Thu 9 Apr: find_coordinates F-1"]
    assert story.lives("10 Apr", "20 Apr").acts[5:] == ["Mon 20 Apr: place F-1 (placement)"]


def test_debtor_who_pays_on_the_last_day_of_the_notice_is_not_placed() -> None:
    """He had until the 9th, and paid on the 9th."""
    story = Story(HOUSE, invoice(), paid("9 Apr", 1000)).lives("1 Mar", "30 Apr")
    assert len(story.acts) == 4


def test_debtor_who_promises_after_the_notice_is_believed_and_then_placed() -> None:
    """On the 8th he promised for the 20th: nothing came, and the file went on the 21st."""
    story = Story(HOUSE, invoice(), promised("8 Apr", 1000, "20 Apr")).lives("1 Mar", "30 Apr")
    assert story.acts[4:] == ["Tue 21 Apr: place F-1 (placement)"]


def test_invoice_that_no_notice_named_is_never_placed_with_the_others() -> None:
    """The notice was for the first invoice: the second climbs its own ladder and stays with us."""
    story = Story(HOUSE, invoice(), invoice("F-2", 5000, due="31 Mar")).lives("1 Mar", "14 Apr")
    assert story.acts[3:] == [
        "Wed 1 Apr: formal_notice F-1 (notice), F-2",
        "Mon 6 Apr: remind F-2 (reminder), F-1",
        "Mon 13 Apr: place F-1 (placement)",
        "Tue 14 Apr: call F-2 (call)",
    ]
    assert story.done[on("13 Apr")].amounts == (euros(1000),)


def test_house_without_a_notice_in_its_ladder_places_nothing_and_is_told_why() -> None:
    """Somebody wrote a policy that hands over without notice: it waits, and says what for."""
    hasty = """
[[level]]
id      = "reminder"
when    = "days_past_due >= 2"
do      = "remind"
channel = "email"
[[level]]
id   = "placement"
when = "days_past_due >= 30"
do   = "place"
"""
    story = Story(house(hasty), invoice()).lives("1 Mar", "30 Apr")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]
    assert story.why("30 Apr") == ("awaiting-notice",)
    assert story.tasks == ["Wed 1 Apr: record_notice F-1"]


# --- what it is worth ----------------------------------------------------------------------------

FLOORS = "[floor]\nformal_notice = 150\nplacement = 500\n"


@pytest.mark.parametrize(
    ("amount", "last"),
    [
        ("149.99", "remind"),
        ("150.00", "formal_notice"),
        ("499.99", "formal_notice"),
        ("500.00", "place"),
    ],
)
def test_small_debts_are_reminded_of_but_cost_us_no_lawyer(amount: str, last: str) -> None:
    """Below 150 no notice, below 500 no bailiff: the reminders were sent like for the others."""
    story = Story(house(FLOORS, LADDER), invoice(amount=amount)).lives("1 Mar", "31 May")
    acts = [act.split()[3] for act in story.acts]
    assert acts[:3] == ["remind", "call", "remind"]
    assert acts[-1] == last


def test_several_small_invoices_are_together_worth_a_notice() -> None:
    """Three times sixty euros: each is below the floor, what he owes is not."""
    owed = [invoice(f"F-{n}", 60) for n in range(3)]
    story = Story(house(FLOORS, LADDER), *owed).lives("1 Mar", "1 Apr")
    assert story.acts[-1].startswith("Wed 1 Apr: formal_notice")
    assert story.done[on("1 Apr")].amounts == (euros(180),)


# --- rights that would be lost -------------------------------------------------------------------


def test_limitation_that_comes_near_is_a_task_for_the_lawyer_with_its_last_day() -> None:
    """Five years less six months have passed: whoever is silent, the lawyer has it on his list."""
    story = Story(house(FIVE_YEARS, LADDER, LAWYER), invoice(due="1 Jun 2021"))
    task = next(one for one in story.ask("2 Mar").tasks if one.kind == "limitation_near")
    assert (task.invoices, task.handler, task.rule) == (("F-1",), "lawyer", "limitation-near")
    assert story.ask("1 Nov 2025").tasks == ()


@pytest.mark.parametrize(
    "fact",
    [
        contact("2 Mar", F_1="reminder"),
        disputed("1 Mar", "F-1"),
        blocked("1 Mar", "30 Apr"),
        promised("1 Mar", 1000, "15 Mar"),
        noticed("1 Feb", "F-1", by="9 Feb"),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_limitation_waits_for_nobody(fact: object) -> None:
    """Pace, dispute, block, promise: none of them stops the clock, so none hides the task."""
    story = Story(house(FIVE_YEARS, LADDER, LAWYER), invoice(due="1 Jun 2021"))
    story.happens(fact)  # type: ignore[arg-type]
    assert ("limitation_near", ("F-1",)) in [
        (task.kind, task.invoices) for task in story.ask("3 Mar").tasks
    ]


def test_limitation_does_not_wait_for_an_exchange_rate() -> None:
    """Nobody gave the rate of the dollar: his letter may wait for it, the lawyer may not."""
    by_amount = LADDER.replace("days_past_due >= 10", "amount_due >= EUR(500)", 1)
    dollars = invoice("F-1", Money.of(1000, "USD"), due="1 Jun 2021")
    tasks = Story(house(FIVE_YEARS, by_amount, LAWYER), dollars).ask("2 Mar").tasks
    assert {task.kind for task in tasks} == {"missing_rate", "limitation_near"}


def test_acknowledged_debt_starts_its_limitation_anew() -> None:
    """He signed in 2025 that he owes it: the five years run from there, and the lawyer may wait."""
    signed = LegalStep("S-1", on("3 Mar 2025"), kind="acknowledgement", invoices=["F-1"])
    story = Story(house(FIVE_YEARS, LADDER, LAWYER), invoice(due="1 Jun 2021"), signed)
    assert "limitation_near" not in [task.kind for task in story.ask("3 Mar").tasks]


def test_lawyers_task_does_not_replace_the_letter_of_the_day() -> None:
    """The lawyer has his task, and the debtor his reminder, on the same morning."""
    decision = Story(house(FIVE_YEARS, LADDER, LAWYER), invoice(due="1 Jun 2021")).ask("2 Mar")
    assert decision.action is not None
    assert [task.kind for task in decision.tasks] == ["limitation_near"]


# --- insolvency ----------------------------------------------------------------------------------


def test_receivership_stops_every_letter_and_asks_for_the_claim_to_be_filed() -> None:
    """Opened on 16 March: from that day no word about the old invoices, and a claim to file."""
    story = Story(
        HOUSE,
        invoice(),
        invoice("F-2", 400, due="20 Mar"),
        Insolvency("J-1", "receivership", opened_on=on("16 Mar")),
    )
    story.lives("1 Mar", "31 May")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)", "Thu 12 Mar: call F-1 (call)"]
    assert story.tasks == ["Mon 16 Mar: claim_to_file F-1 F-2"]


def test_claim_to_file_says_the_last_day_the_law_leaves() -> None:
    """Two months from the publication: the task carries the date, and nobody has to compute it."""
    story = Story(
        house("[deadlines]\nclaim_months = 2\n", LADDER),
        invoice(),
        Insolvency("J-1", "receivership", opened_on=on("16 Mar"), published_on=on("24 Mar")),
    )
    [task] = story.ask("25 Mar").tasks
    assert (task.kind, task.due) == ("claim_to_file", on("24 May"))


def test_debtor_in_receivership_who_orders_again_is_reminded_of_the_new_invoice_only() -> None:
    """He goes on trading: what was delivered after the judgment is due, and asked for by itself."""
    story = Story(
        HOUSE,
        invoice(),
        Insolvency("J-1", "receivership", opened_on=on("9 Mar"), claim_filed_on=on("12 Mar")),
        invoice("F-2", 700, issued="16 Mar", due="31 Mar"),
    )
    story.lives("1 Mar", "10 Apr")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 2 Apr: remind F-2 (reminder)",
        "Fri 10 Apr: call F-2 (call)",
    ]
    assert story.done[on("2 Apr")].amounts == (euros(700),)
    assert story.tasks == ["Mon 9 Mar: claim_to_file F-1"]


def test_conciliation_stays_nothing() -> None:
    """He negotiates with his banks: that is not a stay, and my ladder goes on."""
    story = Story(HOUSE, invoice(), Insolvency("J-1", "conciliation", opened_on=on("9 Mar")))
    assert story.lives("1 Mar", "12 Mar").acts[1:] == ["Thu 12 Mar: call F-1 (call)"]


def test_plan_of_the_court_that_ends_gives_us_back_our_voice_and_the_old_level() -> None:
    """The proceeding was closed in May: the firm letter that was next is next again."""
    story = Story(
        HOUSE,
        invoice(),
        Insolvency(
            "J-1",
            "safeguard",
            opened_on=on("16 Mar"),
            claim_filed_on=on("20 Mar"),
            ended_on=on("18 May"),
        ),
    )
    story.lives("1 Mar", "18 May")
    assert story.acts[2:] == ["Mon 18 May: remind F-1 (firm-letter)"]
