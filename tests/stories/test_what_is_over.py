"""What is over is over: paid between two mornings, promised and paid late, paid again."""

from __future__ import annotations

from tests.stories.storybook import (
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
    promised,
    returned,
)

from recouvrement import Dispute, Interaction

HOUSE = house(LADDER)
TRIGGERS = """
[[trigger]]
id      = "broken-promise"
when    = "days_since_broken_promise >= 1"
do      = "call"
channel = "phone"
tone    = "firm"
climb   = 1
[[trigger]]
id      = "returned-payment"
when    = "days_since_returned_payment >= 0"
do      = "call"
channel = "phone"
[[trigger]]
id      = "vague-promise"
when    = "days_since_vague_promise >= 3"
do      = "call"
channel = "phone"
"""
ALERT = house(LADDER, TRIGGERS)
UNHEARD = """
[[trigger]]
id      = "unheard"
when    = "silence == 2"
do      = "visit"
channel = "visit"
"""


# --- between two mornings ------------------------------------------------------------------------


def test_letter_proposed_on_saturday_is_not_sent_on_monday_if_he_paid_on_sunday() -> None:
    """It was ready for Monday's post; the money came on Sunday, and the letter never left."""
    story = Story(HOUSE, invoice(due="5 Mar"), paid("8 Mar", 1000))
    assert story.proposal("7 Mar").execute_on == on("9 Mar")
    assert story.lives("5 Mar", "31 Mar").acts == []


def test_call_that_i_make_two_days_late_is_counted_from_the_day_i_made_it() -> None:
    """It was on my list on Thursday, I rang on Monday: seven days to the letter from Monday."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "11 Mar")
    assert story.proposal("12 Mar").act_by == on("17 Mar")
    assert story.proposal("13 Mar").level == "call"
    story.happens(contact("16 Mar", "call", F_1="call")).lives("16 Mar", "31 Mar")
    assert story.acts[1:] == ["Mon 23 Mar: remind F-1 (firm-letter)"]


def test_dispute_that_came_before_my_call_takes_the_call_off_my_list() -> None:
    """I was about to ring; in the morning he wrote that the goods are broken."""
    story = Story(HOUSE, invoice(), Dispute("D-1", on("12 Mar"), invoice="F-1"))
    assert story.lives("1 Mar", "31 Mar").acts == ["Wed 4 Mar: remind F-1 (reminder)"]


# --- paid, only later ----------------------------------------------------------------------------


def test_promise_kept_two_days_late_is_not_held_against_the_next_invoice() -> None:
    """Promised for the 10th, paid on the 12th: his next invoice gets a courteous first reminder."""
    story = Story(
        ALERT,
        invoice(),
        contact("9 Mar", F_1="reminder"),
        promised("9 Mar", 1000, "10 Mar"),
        paid("12 Mar", 1000),
        invoice("F-2", 400, due="20 Mar"),
    )
    assert story.lives("10 Mar", "25 Mar").acts == ["Mon 23 Mar: remind F-2 (reminder)"]


def test_payment_returned_and_made_again_is_not_held_against_the_next_invoice() -> None:
    """A debit came back on the 6th, he paid on the 9th, before the date: in April nobody rings."""
    story = Story(
        ALERT,
        invoice(due="10 Mar"),
        paid("2 Mar", 1000, "F-1", means="direct_debit", name="P-1"),
        returned("6 Mar", "P-1"),
        paid("9 Mar", 1000, "F-1", name="P-2"),
        invoice("F-2", 400, due="30 Mar"),
    )
    assert story.lives("1 Mar", "3 Apr").acts == ["Wed 1 Apr: remind F-2 (reminder)"]


def test_vague_promise_that_was_followed_by_money_is_not_held_against_the_next_invoice() -> None:
    """He said he would pay soon, and did: next month he is reminded like anybody else."""
    story = Story(ALERT, invoice(), paid("16 Mar", 1000), invoice("F-2", 400, due="31 Mar"))
    story.lives("1 Mar", "12 Mar").hears("vague_promise", "12 Mar")
    assert story.lives("13 Mar", "3 Apr").acts[2:] == ["Thu 2 Apr: remind F-2 (reminder)"]


def test_broken_promise_of_last_year_does_not_make_this_years_first_letter_firm() -> None:
    """He broke his word in November and settled everything since: we start courteously."""
    story = Story(
        ALERT,
        invoice("F-0", due="15 Oct 2025"),
        promised("3 Nov 2025", 1000, "10 Nov 2025", "F-0"),
        contact("11 Nov 2025", "call", F_0="call"),
        paid("14 Nov 2025", 1000),
        invoice(),
    )
    assert story.lives("1 Mar", "4 Mar").acts == ["Wed 4 Mar: remind F-1 (reminder)"]


def test_broken_promise_about_a_blocked_invoice_waits_with_it() -> None:
    """That one is left alone until April, I agreed: no firm call about another, a day late."""
    story = Story(
        ALERT,
        invoice(),
        contact("4 Mar", F_1="reminder"),
        promised("5 Mar", 1000, "10 Mar", "F-1"),
        blocked("9 Mar", "31 Mar", "F-1"),
        invoice("F-2", 400, due="10 Mar"),
    )
    story.lives("5 Mar", "1 Apr")
    assert story.acts[0] == "Thu 12 Mar: remind F-2 (reminder)"


# --- he did hear us ------------------------------------------------------------------------------


def test_debtor_who_paid_half_after_our_letter_has_heard_us() -> None:
    """Five hundred came after the call: nobody drives to his door because he is so silent."""
    story = Story(house(LADDER, UNHEARD), invoice(), paid("13 Mar", 500))
    assert story.lives("1 Mar", "23 Mar").acts[2:] == ["Mon 23 Mar: remind F-1 (firm-letter)"]


def test_debtor_who_promised_something_has_heard_us() -> None:
    """He promised six hundred by the 27th: for the other four hundred I need not look for him."""
    story = Story(house(LADDER, UNHEARD), invoice(), promised("13 Mar", 600, "27 Mar"))
    assert story.lives("1 Mar", "23 Mar").acts[2:] == ["Mon 23 Mar: remind F-1 (firm-letter)"]


def test_debtor_who_complained_about_a_part_has_heard_us() -> None:
    """He contests two hundred euros of it, so he reads what we send: the ladder goes on."""
    story = Story(house(LADDER, UNHEARD), invoice(), disputed("13 Mar", "F-1", 200))
    assert story.lives("1 Mar", "23 Mar").acts[2:] == ["Mon 23 Mar: remind F-1 (firm-letter)"]


def test_debtor_who_wrote_to_us_has_heard_us() -> None:
    """He wrote, about something else: he is there, and nobody visits him."""
    wrote = Interaction("I-in", on("13 Mar"), channel="email", direction="incoming")
    story = Story(house(LADDER, UNHEARD), invoice(), wrote)
    assert story.lives("1 Mar", "23 Mar").acts[2:] == ["Mon 23 Mar: remind F-1 (firm-letter)"]


# --- what came back long ago ---------------------------------------------------------------------


def test_e_mail_that_came_back_late_undoes_itself_and_not_the_call_that_followed() -> None:
    """Two weeks later the reminder is found undelivered: I rang since, we go on from there."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "12 Mar")
    story.hears("bounced", "18 Mar", of="4 Mar").lives("13 Mar", "23 Mar")
    assert story.levels("23 Mar") == {"F-1": "firm-letter"}
    assert story.acts[2:] == ["Mon 23 Mar: remind F-1 (firm-letter)"]


# --- two reasons at once -------------------------------------------------------------------------


def test_broken_promise_on_an_invoice_and_a_first_reminder_on_another_make_one_call() -> None:
    """He broke his word about the one, the other is two days late: I ring once, about both."""
    story = Story(
        ALERT,
        invoice(),
        contact("4 Mar", F_1="reminder"),
        promised("5 Mar", 1000, "16 Mar", "F-1"),
        invoice("F-2", 400, due="15 Mar"),
    )
    assert story.lives("5 Mar", "17 Mar").acts == ["Tue 17 Mar: call F-1 (call), F-2 (reminder)"]
    assert story.done[on("17 Mar")].amounts == (euros(1400),)


def test_placement_that_is_ripe_comes_before_a_broken_promise_elsewhere() -> None:
    """The first goes to the bailiff; about the other, where he broke his word, I ring next."""
    story = Story(ALERT, invoice(), invoice("F-2", 400, due="31 Mar")).lives("1 Mar", "1 Apr")
    story.happens(promised("2 Apr", 400, "9 Apr", "F-2")).lives("2 Apr", "14 Apr")
    assert story.acts[4:] == [
        "Fri 10 Apr: place F-1 (placement)",
        "Mon 13 Apr: call F-2 (reminder)",
    ]


def test_account_that_i_keep_for_myself_is_silent_and_still_has_its_tasks() -> None:
    """I handle him by hand: no letter leaves, and the dispute nobody answers is still shown."""
    by_hand = '[[hold]]\nid = "by-hand"\nwhen = "vip"\nscope = "account"\n'
    story = Story(
        house(by_hand, LADDER, TRIGGERS),
        invoice(),
        invoice("F-2", 400),
        disputed("20 Feb", "F-2"),
        promised("5 Mar", 1000, "10 Mar", "F-1"),
        vip=True,
    )
    story.lives("1 Mar", "31 Mar")
    assert story.acts == []
    assert story.tasks == ["Mon 23 Mar: dispute_overdue F-2"]
    assert story.why("11 Mar") == ("by-hand",)


def test_hold_that_silences_an_answer_is_named_from_the_first_day() -> None:
    """He broke his word while we look into the invoice: I am told what kept me from ringing."""
    review = '[[hold]]\nid = "under-review"\nwhen = "\'audit\' in tags"\nscope = "item"\n'
    story = Story(
        house(review, LADDER, TRIGGERS),
        invoice(tags={"audit"}),
        contact("4 Mar", F_1="reminder"),
        promised("5 Mar", 1000, "10 Mar"),
    )
    assert [story.why(day) for day in ("10 Mar", "11 Mar", "12 Mar")] == [
        *((), ("under-review",), ("under-review",)),
    ]


def test_two_blocks_that_follow_each_other_leave_no_day_between_them() -> None:
    """One block through the 15th, the next from the 16th: no letter slips through in between."""
    story = Story(HOUSE, invoice(), blocked("3 Mar", "15 Mar"), blocked("16 Mar", "31 Mar"))
    assert story.lives("1 Mar", "31 Mar").acts == []
    assert story.lives("1 Apr", "1 Apr").acts == ["Wed 1 Apr: remind F-1 (reminder)"]
