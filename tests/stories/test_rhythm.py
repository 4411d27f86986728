"""When we speak: days that are worked, runs that are missed or repeated, one voice for all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.stories.storybook import (
    EVERY_DAY,
    LADDER,
    Story,
    blocked,
    contact,
    disputed,
    euros,
    house,
    invoice,
    on,
    paid,
    said,
)

from recouvrement import BusinessCalendar, EndOfMonth, PaymentTerms

HOUSE = house(LADDER)
TO_AGE = house('[pace]\nclimb = "to-age"\n', LADDER)
FRANCE = house(LADDER, worked=BusinessCalendar.france(2026, 2027))

# --- a silent debtor -----------------------------------------------------------------------------


def test_debtor_who_never_answers_climbs_the_whole_ladder_and_is_handed_over() -> None:
    """He said nothing for six weeks: five steps, each in its time, and the bailiff has the file."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "1 Jun")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
        "Mon 23 Mar: remind F-1 (firm-letter)",
        "Wed 1 Apr: formal_notice F-1 (notice)",
        "Fri 10 Apr: place F-1 (placement)",
    ]
    assert story.tasks == []


def test_debtor_who_pays_after_the_first_reminder_hears_no_more_from_us() -> None:
    """It was an oversight: one courteous e-mail, and the money came."""
    story = Story(HOUSE, invoice(), paid("9 Mar", 1000)).lives("1 Mar", "1 Jun")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]


def test_small_amounts_get_their_first_reminder_like_the_others() -> None:
    """Twelve euros are chased from the second day too: habit starts with small sums."""
    story = Story(HOUSE, invoice(amount="12.00")).lives("1 Mar", "5 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]


# --- runs missed, runs repeated ------------------------------------------------------------------


def test_reminder_whose_day_was_missed_leaves_the_next_day() -> None:
    """The server was down on the day of the reminder: it left the morning after, not never."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "3 Mar").lives("5 Mar", "20 Mar")
    assert story.acts == ["Thu 5 Mar: remind F-1 (reminder)", "Thu 12 Mar: call F-1 (call)"]


def test_three_weeks_without_a_run_send_no_backlog() -> None:
    """Back from leave I find three invoices late: one message, and not three letters in a day."""
    owed = [invoice(), invoice("F-2", 300, due="9 Mar"), invoice("F-3", 50, due="20 Mar")]
    story = Story(HOUSE, *owed).lives("1 Mar", "3 Mar").lives("25 Mar", "10 Apr")
    assert story.acts == [
        "Wed 25 Mar: remind F-1 (reminder), F-2 (reminder), F-3 (reminder)",
        "Wed 1 Apr: call F-1 (call), F-2 (call), F-3 (call)",
        "Wed 8 Apr: remind F-1 (firm-letter), F-2 (firm-letter), F-3",
    ]


def test_house_that_works_on_mondays_only_loses_nothing() -> None:
    """Half an hour a week: each step waits for my Monday, and none is skipped."""
    story = Story(HOUSE, invoice()).lives("2 Mar", "20 Apr", every=7)
    assert story.acts == [
        "Mon 9 Mar: remind F-1 (reminder)",
        "Mon 16 Mar: call F-1 (call)",
        "Mon 23 Mar: remind F-1 (firm-letter)",
        "Mon 6 Apr: formal_notice F-1 (notice)",
        "Mon 20 Apr: place F-1 (placement)",
    ]


def test_program_that_runs_every_hour_writes_once() -> None:
    """Somebody put the run on an hourly timer: twenty-four runs, one e-mail."""
    story = Story(HOUSE, invoice())
    for _ in range(24):
        story.works(on("4 Mar"))
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]
    assert len(story.account.interactions) == 1


def test_run_that_was_stopped_before_recording_proposes_the_very_same_thing() -> None:
    """The machine stopped between proposing and sending: asked again, it says the same."""
    story = Story(HOUSE, invoice(), invoice("F-2", 300, due="1 Mar"))
    assert story.ask("4 Mar") == story.ask("4 Mar")


def test_contact_noted_on_monday_for_friday_counts_from_friday() -> None:
    """I rang on Friday and noted it on Monday: the next step is counted from my call."""
    story = Story(HOUSE, invoice(due="20 Feb"), contact("6 Mar", "call", F_1="call"))
    assert story.ask("12 Mar").action is None
    assert story.lives("9 Mar", "20 Mar").acts == ["Fri 13 Mar: remind F-1 (firm-letter)"]


# --- old claims ----------------------------------------------------------------------------------


def test_claim_taken_over_at_two_hundred_days_climbs_quickly_but_step_by_step() -> None:
    """We took the ledger over with a very old invoice: a step every seven days, none repeated."""
    story = Story(HOUSE, invoice(due="1 Sep 2025")).lives("2 Mar", "30 Apr")
    assert story.acts == [
        "Mon 2 Mar: remind F-1 (reminder)",
        "Mon 9 Mar: call F-1 (call)",
        "Mon 16 Mar: remind F-1 (firm-letter)",
        "Mon 23 Mar: formal_notice F-1 (notice)",
        "Wed 1 Apr: place F-1 (placement)",
    ]


def test_claim_taken_over_may_start_at_the_level_its_age_deserves() -> None:
    """A house that goes by age gives notice at once, and still places nothing without it."""
    story = Story(TO_AGE, invoice(due="1 Sep 2025")).lives("2 Mar", "30 Apr")
    assert story.acts == [
        "Mon 2 Mar: formal_notice F-1 (notice)",
        "Wed 11 Mar: place F-1 (placement)",
    ]


def test_going_by_age_sends_one_letter_of_the_highest_level_whatever_was_not_sent_before() -> None:
    """Twenty-five days late and never reminded: the firm letter, and the courteous ones no more."""
    story = Story(TO_AGE, invoice()).lives("27 Mar", "15 Apr")
    assert story.acts == ["Fri 27 Mar: remind F-1 (firm-letter)"]
    story.lives("16 Apr", "20 Apr")
    assert story.acts[1:] == ["Thu 16 Apr: formal_notice F-1 (notice)"]


# --- one voice -----------------------------------------------------------------------------------


def test_two_invoices_at_different_levels_and_a_third_disputed_make_one_voice() -> None:
    """Each climbs by itself, one message carries both; the disputed one is my colleague's task."""
    story = Story(
        HOUSE,
        invoice("F-1", 1000, due="2 Mar"),
        invoice("F-2", 400, due="18 Mar"),
        invoice("F-3", 700, due="20 Feb"),
        disputed("21 Feb", "F-3", owner="Karim"),
    )
    story.lives("1 Mar", "24 Mar")
    both = story.ask("25 Mar")  # the task never swallows the letter, nor the letter the task
    assert both.action is not None
    [task] = both.tasks
    assert (task.kind, task.invoices) == ("dispute_overdue", ("F-3",))
    story.lives("25 Mar", "8 Apr")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
        "Fri 20 Mar: remind F-2 (reminder), F-1",
        "Wed 25 Mar: remind F-1 (firm-letter), F-2",
        "Mon 30 Mar: call F-2 (call), F-1",
        "Mon 6 Apr: formal_notice F-1 (notice), F-2",
    ]
    assert story.tasks == ["Tue 24 Mar: dispute_overdue F-3"]
    assert story.levels("8 Apr") == {"F-3": None, "F-1": "notice", "F-2": "call"}


def test_steps_earned_on_one_day_leave_in_one_message() -> None:
    """A reminder, a call and a firm letter ripen on one day: one firm letter carries all three."""
    story = Story(
        HOUSE,
        invoice("F-1", 1000, due="2 Mar"),
        invoice("F-2", 400, due="12 Mar"),
        invoice("F-3", 50, due="20 Mar"),
        contact("12 Mar", "call", F_1="call"),
        contact("16 Mar", F_2="reminder"),
    )
    assert story.lives("22 Mar", "25 Mar").acts == [
        "Mon 23 Mar: remind F-1 (firm-letter), F-2 (call), F-3 (reminder)"
    ]
    assert story.done[on("23 Mar")].amounts == (euros(1450),)


def test_weekly_invoices_make_one_message_in_five_days_and_none_is_forgotten() -> None:
    """He buys every week and pays nothing: he hears from us often, never twice in five days."""
    dues = ["5 Jan", "12 Jan", "19 Jan", "26 Jan"]
    weekly = [invoice(f"F-{n}", 100, due=due) for n, due in enumerate(dues, 1)]
    friendly = house(LADDER.partition("[[level]]\nid        = ")[0])
    story = Story(friendly, *weekly).lives("1 Jan", "31 Mar")
    assert story.acts == [
        "Wed 7 Jan: remind F-1 (reminder)",
        "Wed 14 Jan: remind F-2 (reminder), F-1",
        "Mon 19 Jan: call F-1 (call), F-2",
        "Mon 26 Jan: remind F-1 (firm-letter), F-2 (call), F-3 (reminder)",
        "Mon 2 Feb: remind F-2 (firm-letter), F-3 (call), F-4 (reminder), F-1",
        "Mon 9 Feb: remind F-3 (firm-letter), F-4 (call), F-1, F-2",
        "Mon 16 Feb: remind F-4 (firm-letter), F-1, F-2, F-3",
    ]


def test_invoice_that_falls_due_between_two_messages_joins_the_next_one() -> None:
    """I wrote on Wednesday; the other invoice ripened on Friday and waits five days, not weeks."""
    story = Story(HOUSE, invoice(), invoice("F-2", 400, due="4 Mar")).lives("1 Mar", "12 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Mon 9 Mar: remind F-2 (reminder), F-1",
    ]
    assert story.why("6 Mar") == ("pace", "reminder")
    assert story.why("12 Mar") == ("pace", "call")


def test_five_contacts_in_thirty_days_are_enough_and_the_sixth_waits() -> None:
    """However many invoices fall due: five times in thirty days, and he is left in peace."""
    owed = [invoice(f"F-{n}", 100, due=f"{2 + 5 * n} Mar") for n in range(6)]
    story = Story(house("[pace]\nper_30_days = 3\n", LADDER, worked=EVERY_DAY), *owed)
    story.lives("1 Mar", "2 Apr")
    assert [said(day) for day in story.done] == ["Wed 4 Mar", "Mon 9 Mar", "Sat 14 Mar"]
    assert story.why("2 Apr")[0] == "pace"
    story.lives("3 Apr", "3 Apr")
    assert list(story.done)[-1] == on("3 Apr")


# --- days that are not worked --------------------------------------------------------------------


def test_message_of_saturday_is_proposed_all_weekend_and_leaves_on_monday_once() -> None:
    """It ripened on a Saturday: shown on Saturday, Sunday and Monday, sent on Monday alone."""
    story = Story(HOUSE, invoice(due="5 Mar"))
    assert {story.proposal(day).execute_on for day in ("7 Mar", "8 Mar")} == {on("9 Mar")}
    assert story.lives("6 Mar", "12 Mar").acts == ["Mon 9 Mar: remind F-1 (reminder)"]


def test_nobody_is_rung_up_on_easter_monday() -> None:
    """Ten days late on Easter Monday: the call is made on Tuesday, by Friday at the latest."""
    story = Story(FRANCE, invoice(due="27 Mar"), contact("30 Mar", F_1="reminder"))
    proposed = story.proposal("6 Apr")
    assert (proposed.kind, proposed.execute_on, proposed.act_by) == (
        *("call", on("7 Apr"), on("10 Apr")),
    )
    assert story.lives("3 Apr", "8 Apr").acts == ["Tue 7 Apr: call F-1 (call)"]


def test_long_weekend_of_may_does_not_shorten_the_days_between_two_contacts() -> None:
    """Labour Day is a Friday: Monday's message still keeps five days from Wednesday's."""
    spoken_on_wednesday = Story(FRANCE, invoice(due="29 Apr"), contact("29 Apr"))
    assert spoken_on_wednesday.proposal("1 May").execute_on == on("4 May")
    spoken_on_thursday = Story(FRANCE, invoice(due="29 Apr"), contact("30 Apr"))
    assert spoken_on_thursday.why("1 May") == ("pace", "reminder")
    assert spoken_on_thursday.lives("1 May", "8 May").acts == ["Tue 5 May: remind F-1 (reminder)"]


@pytest.mark.parametrize(
    ("issued", "due", "first"),
    [
        ("15 Jan", "28 Feb", "Mon 2 Mar"),
        ("29 Jan", "28 Feb", "Mon 2 Mar"),
        ("15 Jan 2024", "29 Feb 2024", "Mon 4 Mar"),
        ("31 Dec 2026", "31 Jan 2027", "Tue 2 Feb"),
    ],
)
def test_terms_at_month_end_are_counted_from_the_last_day_of_the_month(
    issued: str, due: str, first: str
) -> None:
    """Thirty days and month end: he is late after the 28th, the 29th, the 31st, never before."""
    terms = PaymentTerms(30, end_of_month=EndOfMonth.DAYS_THEN_MONTH_END)
    assert terms.due_on(on(issued)) == on(due)
    story = Story(HOUSE, invoice(issued=issued, due=due, terms=terms))
    day = on(due)
    assert story.ask(day + timedelta(1)).action is None
    while not story.done:
        story.works(day)
        day += timedelta(1)
    assert story.acts == [f"{first}: remind F-1 (reminder)"]


def test_customer_who_cannot_pay_before_month_end_is_left_alone_through_its_last_day() -> None:
    """He cannot pay before the month ends and I agreed: silence through the 31st, then the call."""
    story = Story(
        HOUSE, invoice(), blocked("10 Mar", "31 Mar", "F-1", "cannot pay before month end")
    )
    story.lives("1 Mar", "2 Apr")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)", "Wed 1 Apr: call F-1 (call)"]


def test_block_on_one_invoice_leaves_the_others_to_be_asked_for() -> None:
    """The block was for one invoice: the other one is chased, and the blocked one not named."""
    story = Story(
        HOUSE, invoice(), invoice("F-2", 400), blocked("28 Feb", "31 Mar", "F-1", "under review")
    )
    story.lives("1 Mar", "10 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-2 (reminder)"]
    assert story.done[on("4 Mar")].amounts == (euros(400),)
