"""A debtor's word: believed through its date, checked the day after, never back to the start."""

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

from recouvrement.facts.fact import Fact

BROKEN = """
[[trigger]]
id      = "broken-promise"
when    = "days_since_broken_promise >= 1"
do      = "call"
channel = "phone"
tone    = "firm"
climb   = 1
"""
PARTLY = """
[[trigger]]
id      = "partly-kept"
when    = "days_since_partly_kept_promise >= 1"
do      = "call"
channel = "phone"
tone    = "courteous"
"""
VAGUE = """
[[trigger]]
id      = "vague-promise"
when    = "days_since_vague_promise >= 3"
do      = "call"
channel = "phone"
"""
HOUSE = house(LADDER, BROKEN)


# --- believed ------------------------------------------------------------------------------------


def test_promise_that_is_kept_ends_the_story() -> None:
    """He promised the whole by the 20th and paid on the 19th: I never had to ring."""
    story = Story(HOUSE, invoice(), promised("6 Mar", 1000, "20 Mar"), paid("19 Mar", 1000))
    story.lives("1 Mar", "1 May")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]
    assert story.tasks == []


def test_promise_holds_my_voice_through_its_last_day() -> None:
    """The call was due on the 12th; he has until the 20th, midnight, and I say nothing."""
    story = Story(HOUSE, invoice(), promised("6 Mar", 1000, "20 Mar")).lives("1 Mar", "20 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]
    assert story.why("20 Mar") == ()


def test_promise_of_a_part_leaves_the_rest_to_be_asked_for() -> None:
    """He promised six hundred of a thousand: for the other four hundred the ladder goes on."""
    story = Story(HOUSE, invoice(), promised("6 Mar", 600, "20 Mar")).lives("1 Mar", "12 Mar")
    assert story.acts[1:] == ["Thu 12 Mar: call F-1 (call)"]
    assert story.done[on("12 Mar")].amounts == (euros(400),)


def test_promise_for_all_he_owes_shelters_what_falls_due_meanwhile() -> None:
    """He owes two thousand and promised two thousand by the 27th: both invoices are covered."""
    story = Story(HOUSE, invoice(), invoice("F-2", due="16 Mar"), promised("6 Mar", 2000, "27 Mar"))
    story.lives("1 Mar", "27 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]
    assert story.proposal("28 Mar").amounts == (euros(2000),)


def test_promise_for_the_day_that_suits_him_in_two_months_shelters_nothing() -> None:
    """Sixty days is no promise but a loan: beyond our thirty days the ladder goes on."""
    story = Story(HOUSE, invoice(), promised("6 Mar", 1000, "5 May")).lives("1 Mar", "25 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
        "Mon 23 Mar: remind F-1 (firm-letter)",
    ]


def test_promise_withdrawn_by_the_debtor_shelters_nothing_from_that_day() -> None:
    """He rang to say that he would not pay after all: the call that was waiting comes at once."""
    story = Story(HOUSE, invoice(), promised("6 Mar", 1000, "31 Mar", withdrawn_on=on("17 Mar")))
    story.lives("1 Mar", "20 Mar")
    assert story.acts[1:] == ["Tue 17 Mar: call F-1 (call)"]


def test_new_date_asked_for_in_time_replaces_the_first() -> None:
    """He rang two days before the date and was given a week more: no promise is broken."""
    story = Story(
        HOUSE,
        invoice(),
        promised("6 Mar", 1000, "16 Mar", name="W-1"),
        promised("13 Mar", 1000, "23 Mar", name="W-2", supersedes="W-1"),
    )
    story.lives("1 Mar", "23 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]
    assert story.proposal("24 Mar").rule == "broken-promise"


def test_new_date_asked_for_afterwards_does_not_undo_the_broken_promise() -> None:
    """He rang two days late to promise again: believed once more, and the first stays broken."""
    story = Story(
        HOUSE,
        invoice(),
        promised("6 Mar", 1000, "16 Mar", name="W-1"),
        promised("17 Mar", 1000, "24 Mar", name="W-2", supersedes="W-1"),
    )
    story.lives("1 Mar", "24 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]
    story.happens(promised("25 Mar", 1000, "10 Apr", name="W-3")).lives("25 Mar", "25 Mar")
    assert story.acts[1:] == [
        "Wed 25 Mar: call F-1 (call)"
    ]  # two were broken: no third is believed


# --- broken --------------------------------------------------------------------------------------


def test_broken_promise_is_acted_on_the_morning_after() -> None:
    """Promised by Tuesday the 10th, nothing came: on Wednesday I ring, firmly, two days early."""
    story = Story(HOUSE, invoice(), promised("5 Mar", 1000, "10 Mar")).lives("1 Mar", "12 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)", "Wed 11 Mar: call F-1 (call)"]
    call = story.done[on("11 Mar")]
    assert (call.tone, call.channel, call.rule, call.level) == (
        *("firm", "phone", "broken-promise", "call"),
    )


def test_promise_broken_the_day_after_a_contact_waits_for_the_pace_and_is_named_from_day_one() -> (
    None
):
    """We wrote on the 12th about another invoice, it broke on the 13th: I ring on the 17th."""
    story = Story(
        HOUSE,
        invoice(),
        invoice("F-2", 400, due="10 Mar"),
        promised("5 Mar", 1000, "12 Mar", "F-1"),
    )
    story.lives("1 Mar", "17 Mar")
    assert [story.ask(day).because[:2] for day in ("13 Mar", "16 Mar")] == [
        ("pace", "broken-promise")
    ] * 2
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: remind F-2 (reminder)",
        "Tue 17 Mar: call F-1 (call), F-2 (call)",
    ]


def test_promise_broken_on_a_saturday_is_acted_on_on_monday() -> None:
    """Promised for Friday: seen broken on Saturday, and the telephone rings on Monday."""
    story = Story(HOUSE, invoice(), promised("6 Mar", 1000, "13 Mar")).lives("1 Mar", "16 Mar")
    assert story.acts[1:] == ["Mon 16 Mar: call F-1 (call)"]
    early = Story(HOUSE, invoice(), promised("6 Mar", 1000, "13 Mar"), contact("4 Mar"))
    assert early.proposal("14 Mar").execute_on == on("16 Mar")


def test_broken_promise_never_sends_an_invoice_back_to_the_start() -> None:
    """He had the firm letter already: I ring about the broken promise, and the notice is next."""
    story = Story(HOUSE, invoice(), promised("24 Mar", 1000, "26 Mar")).lives("1 Mar", "8 Apr")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
        "Mon 23 Mar: remind F-1 (firm-letter)",
        "Mon 30 Mar: call F-1",
        "Mon 6 Apr: formal_notice F-1 (notice)",
    ]


def test_age_goes_on_counting_from_the_due_date_while_a_promise_stands() -> None:
    """Promised through the 26th: the day after he is twenty-five days late, not one."""
    story = Story(HOUSE, invoice(), contact("12 Mar", "call", F_1="call"))
    story.happens(promised("12 Mar", 1000, "26 Mar")).lives("12 Mar", "27 Mar")
    assert story.acts == ["Fri 27 Mar: call F-1 (firm-letter)"]


def test_second_promise_is_believed_once_and_the_third_no_more() -> None:
    """One broken promise is tolerated; after two I go on asking, whatever he promises again."""
    story = Story(
        HOUSE,
        invoice(),
        promised("5 Mar", 1000, "10 Mar", name="W-1"),
        promised("11 Mar", 1000, "18 Mar", name="W-2"),
        promised("19 Mar", 1000, "15 Apr", name="W-3"),
    )
    story.lives("1 Mar", "31 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 19 Mar: call F-1 (call)",
        "Thu 26 Mar: remind F-1 (firm-letter)",
    ]


def test_silent_debtor_is_not_rung_up_every_week_for_one_broken_promise() -> None:
    """I rang about the broken promise: it is said once, and the ladder takes over."""
    story = Story(HOUSE, invoice(), promised("5 Mar", 1000, "10 Mar")).lives("1 Mar", "31 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Wed 11 Mar: call F-1 (call)",
        "Mon 23 Mar: remind F-1 (firm-letter)",
    ]


def test_cheque_that_bounces_breaks_the_promise_it_had_kept() -> None:
    """He promised a cheque by the 13th, it came, and the bank sent it back on the 20th."""
    story = Story(
        HOUSE,
        invoice(),
        promised("6 Mar", 1000, "13 Mar", means="cheque"),
        paid("12 Mar", 1000, means="cheque", name="P-1"),
        returned("20 Mar", "P-1"),
    )
    story.lives("1 Mar", "19 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]
    story.lives("20 Mar", "20 Mar")
    assert story.acts[1:] == ["Fri 20 Mar: call F-1 (call)"]
    assert story.done[on("20 Mar")].rule == "broken-promise"


def test_one_payment_keeps_one_promise_only() -> None:
    """Two promises of five hundred, one payment of five hundred: the second is broken."""
    story = Story(
        HOUSE,
        invoice(),
        promised("5 Mar", 500, "10 Mar", name="W-1"),
        promised("5 Mar", 500, "17 Mar", name="W-2"),
        paid("10 Mar", 500),
    )
    story.lives("1 Mar", "18 Mar")
    assert story.acts[1:] == ["Wed 18 Mar: call F-1 (call)"]
    assert story.done[on("18 Mar")].amounts == (euros(500),)


def test_promise_about_what_he_disputes_since_is_not_held_against_him() -> None:
    """He promised, then found the goods broken: the dispute holds, and no promise is broken."""
    story = Story(HOUSE, invoice(), promised("5 Mar", 1000, "10 Mar"), disputed("9 Mar", "F-1"))
    assert story.lives("1 Mar", "25 Mar").acts == ["Wed 4 Mar: remind F-1 (reminder)"]


def test_promise_broken_during_a_block_is_acted_on_when_the_block_ends() -> None:
    """I had promised my director silence through the 20th: on Monday the 23rd I ring."""
    story = Story(HOUSE, invoice(), promised("5 Mar", 1000, "10 Mar"), blocked("9 Mar", "20 Mar"))
    assert story.lives("1 Mar", "23 Mar").acts[1:] == ["Mon 23 Mar: call F-1 (call)"]


def test_broken_promise_gives_no_formal_act_before_its_time() -> None:
    """A broken promise makes my voice firmer; it never makes a notice of it by itself."""
    ladder = """
[[level]]
id      = "reminder"
when    = "days_past_due >= 2"
do      = "remind"
channel = "email"
[[level]]
id      = "notice"
when    = "days_past_due >= 45"
do      = "formal_notice"
channel = "registered_letter"
"""
    story = Story(house(ladder, BROKEN), invoice(), promised("5 Mar", 1000, "10 Mar"))
    assert story.lives("1 Mar", "31 Mar").acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Wed 11 Mar: call F-1",
    ]


def test_house_that_goes_by_age_calls_and_counts_the_higher_of_the_two() -> None:
    """His age deserves the firm letter, his broken promise a firm call: the call, at that level."""
    by_age = house('[pace]\nclimb = "to-age"\n', LADDER, BROKEN)
    story = Story(
        by_age, invoice(), contact("4 Mar", F_1="reminder"), promised("9 Mar", 1000, "24 Mar")
    )
    assert story.lives("9 Mar", "25 Mar").acts == ["Wed 25 Mar: call F-1 (firm-letter)"]
    assert story.account.interactions[-1].tone == "firm"


# --- kept in part, or vague ----------------------------------------------------------------------


def test_promise_kept_in_part_is_asked_about_the_morning_after() -> None:
    """He promised a thousand by the 18th and paid six hundred: a courteous call about the rest."""
    story = Story(
        house(LADDER, BROKEN, PARTLY),
        invoice(),
        promised("5 Mar", 1000, "18 Mar"),
        paid("17 Mar", 600),
    )
    story.lives("1 Mar", "19 Mar")
    assert story.ask("19 Mar").action is None  # done already
    assert story.acts[1:] == ["Thu 19 Mar: call F-1 (call)"]
    call = story.done[on("19 Mar")]
    assert (call.rule, call.tone, call.amounts) == ("partly-kept", "courteous", (euros(400),))


def test_vague_promise_is_no_promise_and_somebody_has_to_obtain_the_rest() -> None:
    """He said he would pay soon: no shelter, a task for a date and a sum, and I ring again."""
    story = Story(house(LADDER, VAGUE), invoice()).lives("1 Mar", "12 Mar")
    story.hears("vague_promise", "12 Mar").lives("13 Mar", "17 Mar")
    assert story.tasks == ["Fri 13 Mar: obtain_promise F-1"]
    assert story.acts[2:] == ["Tue 17 Mar: call F-1"]
    story.happens(promised("17 Mar", 1000, "31 Mar")).lives("18 Mar", "31 Mar")
    assert len(story.acts) == 3


# --- three payments promised by telephone --------------------------------------------------------


def three_promised(*facts: Fact) -> Story:
    """I rang on the 12th, and he promised three payments: the 20th, the 27th, the 3rd of April."""
    return (
        Story(HOUSE, invoice())
        .lives("1 Mar", "12 Mar")
        .happens(
            promised("12 Mar", 400, "20 Mar", "F-1", name="W-1"),
            promised("12 Mar", 300, "27 Mar", "F-1", name="W-2"),
            promised("12 Mar", 300, "3 Apr", "F-1", name="W-3"),
            *facts,
        )
    )


def test_three_payments_promised_by_telephone_that_come_are_three_promises_kept() -> None:
    """Four hundred, three hundred, three hundred: each came by its date, and I kept silent."""
    story = three_promised(paid("20 Mar", 400), paid("27 Mar", 300), paid("2 Apr", 300))
    assert story.lives("13 Mar", "30 Apr").acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
    ]


def test_second_of_three_promised_payments_missing_is_asked_for_alone() -> None:
    """The first came, the second did not: I ring for that one, the third is not due yet."""
    story = three_promised(paid("20 Mar", 400)).lives("13 Mar", "30 Mar")
    assert story.acts[2:] == ["Mon 30 Mar: call F-1 (firm-letter)"]
    assert story.done[on("30 Mar")].amounts == (euros(300),)


def test_third_payment_in_its_time_leaves_the_second_to_be_collected() -> None:
    """He paid the third on its day and still owes the second: the ladder goes on for that."""
    story = three_promised(paid("20 Mar", 400), paid("3 Apr", 300)).lives("13 Mar", "6 Apr")
    assert story.acts[3:] == ["Mon 6 Apr: formal_notice F-1 (notice)"]
    assert story.done[on("6 Apr")].amounts == (euros(300),)


def test_second_of_three_promised_payments_moved_in_time_is_not_broken() -> None:
    """Before the 27th he asked for the 1st of April for the second one: nothing is broken."""
    moved = promised("25 Mar", 300, "1 Apr", "F-1", name="W-4", supersedes="W-2")
    story = three_promised(moved, paid("20 Mar", 400)).lives("13 Mar", "1 Apr")
    assert len(story.acts) == 2
    assert story.proposal("2 Apr").amounts == (euros(300),)


def test_first_of_three_promised_payments_missing_leaves_the_others_their_time() -> None:
    """The first did not come; one broken promise is tolerated, so I ask for that one only."""
    story = three_promised().lives("13 Mar", "23 Mar")
    assert story.acts[2:] == ["Mon 23 Mar: call F-1 (firm-letter)"]
    assert story.done[on("23 Mar")].amounts == (euros(400),)
    # The second did not come either: two are broken, and the third is believed no more.
    assert story.proposal("30 Mar").amounts == (euros(1000),)
