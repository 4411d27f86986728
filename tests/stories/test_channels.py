"""Ways to be heard: what came back, what is refused or never answered, and whom to ask for."""

from __future__ import annotations

import pytest
from tests.stories.storybook import (
    LADDER,
    Story,
    contact,
    house,
    invoice,
    on,
)

from recouvrement import Channel, Interaction, Person

HOUSE = house(LADDER)
UNHEARD = """
[[trigger]]
id      = "unheard"
when    = "silence == 2"
do      = "call"
channel = "phone"
"""
LETTERS = """
[[level]]
id      = "first"
when    = "days_past_due >= 2"
do      = "remind"
channel = "email"
[[level]]
id      = "second"
when    = "days_past_due >= 10"
do      = "remind"
channel = "email"
[[level]]
id      = "third"
when    = "days_past_due >= 20"
do      = "remind"
channel = "email"
"""
POST_WHEN_SILENT = """
[[style]]
when    = "unanswered >= 2"
acts    = ["remind"]
channel = "letter"
"""
AS_HE_ANSWERS = """
[[style]]
when    = "answering_channel == 'phone'"
acts    = ["remind"]
channel = "phone"
"""


def way(story: Story, day: str) -> tuple[str, str]:
    action = story.proposal(day)
    return str(action.kind), str(action.channel)


# --- what came back ------------------------------------------------------------------------------


def test_ladder_goes_on_another_way_when_the_e_mail_came_back() -> None:
    """Unknown mailbox: the same reminder leaves another way at once, and so does what follows."""
    story = Story(house(LETTERS), invoice()).lives("1 Mar", "4 Mar")
    story.hears("bounced", "5 Mar").lives("5 Mar", "31 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (first)",
        "Thu 5 Mar: remind F-1 (first)",
        "Thu 12 Mar: remind F-1 (second)",
        "Mon 23 Mar: remind F-1 (third)",
    ]
    assert [str(act.channel) == "email" for act in story.done.values()] == [True, *[False] * 3]


def test_what_replaces_an_e_mail_that_came_back_is_a_letter() -> None:
    """We know of no portal of his: what e-mail cannot carry goes by post."""
    story = Story(house(LETTERS), invoice()).lives("1 Mar", "4 Mar").hears("bounced", "5 Mar")
    assert way(story, "5 Mar") == ("remind", "letter")


def test_address_that_came_back_is_looked_for_until_something_arrives() -> None:
    """A task for a good address the day it came back; none any more once a letter was sent."""
    story = Story(house(LETTERS), invoice()).lives("1 Mar", "4 Mar").hears("bounced", "5 Mar")
    assert [task.kind for task in story.ask("5 Mar").tasks] == ["find_coordinates"]
    assert story.proposal("5 Mar").channel != "email"


def test_mailbox_is_used_again_once_he_wrote_from_it() -> None:
    """His mailbox was full; a week later he wrote to us from it: e-mail works again."""
    wrote = Interaction("I-in", on("10 Mar"), channel="email", direction="incoming")
    story = Story(house(LETTERS), invoice(), wrote).lives("1 Mar", "4 Mar")
    story.hears("bounced", "5 Mar").lives("5 Mar", "5 Mar")
    assert way(story, "12 Mar") == ("remind", "email")


def test_e_mail_that_came_back_does_not_count_as_a_reminder() -> None:
    """It never reached him: the ladder does not climb on it, nor the pace count it."""
    story = Story(HOUSE, invoice()).lives("1 Mar", "4 Mar").hears("bounced", "5 Mar")
    assert story.levels("4 Mar") == {"F-1": "reminder"}
    assert story.levels("5 Mar") == {"F-1": None}
    assert story.proposal("5 Mar").level == "reminder"


# --- what he refuses -----------------------------------------------------------------------------


def test_debtor_who_refuses_the_telephone_is_written_to_instead() -> None:
    """He asked never to be rung up: the call becomes a letter, by the same person."""
    story = Story(HOUSE, invoice(), refused_channels=["phone"]).lives("1 Mar", "12 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)", "Thu 12 Mar: remind F-1 (call)"]
    written = story.done[on("12 Mar")]
    assert (written.channel, written.handler) == ("email", "collector")


def test_telephone_is_not_forced_on_who_refuses_it_because_his_sum_is_large() -> None:
    """The style of large sums is the telephone; his refusal is stronger than our style."""
    by_sum = '[[style]]\nwhen = "collectable >= EUR(500)"\nchannel = "phone"\n'
    story = Story(house(LADDER, by_sum), invoice(), refused_channels=["phone"])
    assert way(story, "4 Mar") == ("remind", "email")


def test_debtor_who_refuses_everything_is_a_task_and_his_notice_is_posted_all_the_same() -> None:
    """He refuses every channel: reminders stop, we look for a way, and the notice needs none."""
    every = ["email", "sms", "phone", "whatsapp", "letter", "registered_letter", "visit", "portal"]
    story = Story(HOUSE, invoice(), refused_channels=every)
    assert story.why("4 Mar") == ("channels-refused", "reminder")
    assert [task.kind for task in story.ask("4 Mar").tasks] == ["find_coordinates"]
    story.happens(
        contact("4 Mar", F_1="reminder"),
        contact("12 Mar", "call", F_1="call"),
        contact("23 Mar", F_1="firm-letter"),
    )
    assert way(story, "1 Apr") == ("formal_notice", "registered_letter")


# --- what is never answered ----------------------------------------------------------------------


def test_two_e_mails_without_a_sign_are_followed_by_a_call() -> None:
    """Sent is not seen: after two e-mails that nobody opened I ring before I write a third."""
    story = Story(house(LETTERS, UNHEARD), invoice()).lives("1 Mar", "31 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (first)",
        "Thu 12 Mar: remind F-1 (second)",
        "Tue 17 Mar: call F-1",
        "Mon 23 Mar: remind F-1 (third)",
    ]


def test_e_mail_that_was_opened_is_not_silence() -> None:
    """He opened the second one: nobody rings, the third e-mail goes its way."""
    story = Story(house(LETTERS, UNHEARD), invoice()).lives("1 Mar", "12 Mar")
    story.hears("seen", "13 Mar").lives("13 Mar", "31 Mar")
    assert story.acts[2:] == ["Mon 23 Mar: remind F-1 (third)"]


def test_third_message_changes_its_format_where_two_e_mails_had_no_answer() -> None:
    """By the style table: what two e-mails did not do, a letter on paper may."""
    story = Story(house(LETTERS, POST_WHEN_SILENT), invoice()).lives("1 Mar", "31 Mar")
    assert [str(act.channel) for act in story.done.values()] == ["email", "email", "letter"]


def test_debtor_who_answers_the_telephone_only_is_telephoned() -> None:
    """Three calls last year, three answers; e-mails never: he is rung up from the first day."""
    past = [contact(f"{day} Nov 2025", "call") for day in (3, 10, 17)]
    story = Story(house(LETTERS, AS_HE_ANSWERS), invoice(), *past)
    for one in past:
        story.hears("answered", f"{one.on.day} Nov 2025", of=f"{one.on.day} Nov 2025")
    assert way(story, "4 Mar") == ("call", "phone")


def test_debtor_of_whom_we_have_no_habits_is_written_to_as_the_level_says() -> None:
    """One contact proves nothing: no habit is read out of it."""
    story = Story(house(LETTERS, AS_HE_ANSWERS), invoice(), contact("3 Nov 2025", "call"))
    story.hears("answered", "3 Nov 2025")
    assert way(story, "4 Mar") == ("remind", "email")


# --- whom to ask for -----------------------------------------------------------------------------

TO_THE_ACCOUNTANT = """
[[style]]
when      = "oldest_days_past_due < 20"
recipient = "accounts_payable"
[[style]]
when      = "oldest_days_past_due >= 20"
acts      = ["remind", "call"]
recipient = "director"
"""
NO_CALLS = frozenset({Channel.PHONE})
PEOPLE = (
    Person("P-1", "M. Lenoir", role="accounts_payable", until=on("28 Feb")),
    Person(
        "P-2", "Mme Petit", role="accounts_payable", refused_channels=frozenset({Channel.PHONE})
    ),
    Person("P-3", "M. Vasseur", role="director"),
)


@pytest.mark.parametrize(
    ("day", "person", "channel"),
    [("4 Mar", "P-2", "email"), ("12 Mar", "P-2", "email"), ("23 Mar", "P-3", "letter")],
)
def test_accountant_is_asked_first_and_the_director_last(
    day: str, person: str, channel: str
) -> None:
    """Mme Petit followed M. Lenoir and takes no calls; after twenty days I write to the boss."""
    story = Story(house(LADDER, TO_THE_ACCOUNTANT), invoice(), people=PEOPLE).lives("1 Mar", day)
    done = story.done[on(day)]
    assert (done.person, done.channel) == (person, channel)


def test_role_that_nobody_holds_stops_no_letter() -> None:
    """We know nobody in their accounts department: the letter goes to the firm."""
    story = Story(house(LADDER, TO_THE_ACCOUNTANT), invoice())
    assert (story.proposal("4 Mar").person, story.proposal("4 Mar").recipient) == (None, "C-17")


# --- the same thing again ------------------------------------------------------------------------


def test_last_letter_is_repeated_every_month_and_no_more_often() -> None:
    """There is no step above it: he is reminded once a month until he pays or I decide."""
    monthly = LETTERS.replace('id      = "third"', 'id      = "third"\nrepeat_every = 30')
    story = Story(house(monthly), invoice()).lives("1 Mar", "30 Jun")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (first)",
        "Thu 12 Mar: remind F-1 (second)",
        "Mon 23 Mar: remind F-1 (third)",
        "Wed 22 Apr: remind F-1 (third)",
        "Fri 22 May: remind F-1 (third)",
        "Mon 22 Jun: remind F-1 (third)",
    ]


def test_repeated_letter_gives_way_to_the_next_step_when_its_time_comes() -> None:
    """I ring every five days until the firm letter is due: then that one, and no call more."""
    often = LADDER.replace('id      = "call"', 'id      = "call"\nrepeat_every = 5')
    story = Story(house(often), invoice()).lives("1 Mar", "25 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
        "Tue 17 Mar: call F-1 (call)",
        "Tue 24 Mar: remind F-1 (firm-letter)",
    ]
