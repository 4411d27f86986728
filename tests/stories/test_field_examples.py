"""The worked examples that the field tells about its own programs, lived here day after day.

Every day is a working day in these houses, as in the examples; fees and interest are left out.
"""

from __future__ import annotations

from typing import Any

import pytest
from tests.stories.storybook import (
    EVERY_DAY,
    Story,
    blocked,
    contact,
    disputed,
    euros,
    house,
    invoice,
    on,
    paid,
    returned,
)

from recouvrement import Instalment, Policy

ONE_DAY = "[pace]\nbetween_contacts = 1\nbetween_levels = 1\nper_30_days = 30\n"


def reminders(*ages: int, pace: str = ONE_DAY) -> Policy:
    """A house that reminds at these ages, in days past due."""
    levels = [
        f'[[level]]\nid = "level-{n}"\ndo = "remind"\nchannel = "email"\n'
        f'when = "days_past_due >= {age}"\n'
        for n, age in enumerate(ages, 1)
    ]
    return house(pace, *levels, worked=EVERY_DAY)


def spoken(policy: Policy, day: str, *facts: Any) -> bool:
    return Story(policy, *facts).ask(day).action is not None


# --- the ladder of 5, 20 and 40 days -------------------------------------------------------------


def test_three_letters_leave_at_five_twenty_and_forty_days_and_each_leaves_once() -> None:
    """One hundred euros due on 2 March, nobody pays: three letters, then nothing more to send."""
    story = Story(reminders(5, 20, 40), invoice(amount=100)).lives("1 Mar", "1 Jun")
    assert story.acts == [
        "Sat 7 Mar: remind F-1 (level-1)",
        "Sun 22 Mar: remind F-1 (level-2)",
        "Sat 11 Apr: remind F-1 (level-3)",
    ]


def test_letter_that_nobody_sent_is_still_the_first_one_a_month_later() -> None:
    """The draft lay in a tray: on the thirtieth day it is still the first letter that is due."""
    story = Story(reminders(5, 20, 40), invoice(amount=100))
    assert story.ask("6 Mar").action is None
    assert story.proposal("7 Mar").level == "level-1"
    assert story.proposal("1 Apr").level == "level-1"


def test_blocked_invoice_keeps_its_level_and_climbs_when_the_block_is_over() -> None:
    """I blocked it through 1 April: it stays where it was; the second letter leaves on the 2nd."""
    story = Story(reminders(5, 20, 40), invoice(amount=100), blocked("10 Mar", "1 Apr"))
    story.lives("1 Mar", "1 Apr")
    assert story.levels("1 Apr") == {"F-1": "level-1"}
    story.lives("2 Apr", "10 Apr")
    assert story.acts == [
        "Sat 7 Mar: remind F-1 (level-1)",
        "Thu 2 Apr: remind F-1 (level-2)",
    ]


def test_paid_invoice_is_never_written_about_again() -> None:
    """He paid the whole on 1 April, the day the next letter would have left."""
    story = Story(reminders(5, 30, 40), invoice(amount=100), paid("1 Apr", 100))
    story.lives("1 Mar", "21 Apr")
    assert story.acts == ["Sat 7 Mar: remind F-1 (level-1)"]
    assert story.levels("21 Apr") == {}


def test_house_with_one_letter_sends_it_once_the_day_after_the_due_date() -> None:
    """My only letter leaves the first day he is late; the day after nothing is left to say."""
    story = Story(reminders(0), invoice(amount=100)).lives("1 Mar", "4 Mar")
    assert story.acts == ["Tue 3 Mar: remind F-1 (level-1)"]


def test_second_letter_asks_for_the_same_hundred_euros_as_the_first() -> None:
    """Nothing was added between the fifth day and the tenth: no fee grows on another fee."""
    story = Story(reminders(5, 10), invoice(amount=100)).lives("1 Mar", "31 Mar")
    assert [action.amounts for action in story.done.values()] == [(euros(100),)] * 2


def test_without_interest_twenty_days_late_is_still_the_principal() -> None:
    """Twenty days late, no rate and no fee agreed: I ask for 100.00 and not a cent more."""
    story = Story(reminders(20), invoice(amount="100.00"))
    assert story.proposal("22 Mar").amounts == (euros("100.00"),)


# --- an invoice in two halves --------------------------------------------------------------------


def test_only_the_late_half_of_an_invoice_is_asked_for_until_its_payment_is_cancelled() -> None:
    """Half at five days, half at ten: he pays the first half, his bank takes the money back."""
    halves = [Instalment(on(day), euros(50)) for day in ("7 Mar", "12 Mar")]
    told = invoice(amount=100, issued="2 Mar", due="12 Mar", schedule=halves)
    story = Story(reminders(1, 3), told).lives("2 Mar", "8 Mar")
    assert story.acts == ["Sun 8 Mar: remind F-1/1 (level-1)"]
    assert story.done[on("8 Mar")].amounts == (euros(50),)
    story.happens(paid("9 Mar", 50)).lives("9 Mar", "11 Mar")
    assert len(story.acts) == 1
    story.happens(returned("12 Mar", "P 9 Mar")).lives("12 Mar", "13 Mar")
    assert story.acts[1:] == [
        "Thu 12 Mar: remind F-1/1 (level-2)",
        "Fri 13 Mar: remind F-1/2 (level-1), F-1/1",
    ]


# --- conditions ----------------------------------------------------------------------------------

LARGE = """
[[level]]
id      = "large"
when    = "collectable >= EUR(100.00) and oldest_days_past_due >= 10"
do      = "remind"
channel = "email"
"""


@pytest.mark.parametrize(
    ("amounts", "day", "is_asked"),
    [
        (["60.00", "39.99"], "12 Mar", False),
        (["60.00", "40.00"], "11 Mar", False),
        (["60.00", "40.00"], "12 Mar", True),
        (["60.00", "40.00"], "22 Mar", True),
        (["100.00"], "12 Mar", True),
        ([], "22 Mar", False),
    ],
)
def test_house_asks_for_a_hundred_euros_in_all_from_the_tenth_day_on(
    amounts: list[str], day: str, *, is_asked: bool
) -> None:
    """A hundred euros together, whichever invoices they are on, and ten days: both, or silence."""
    owed = [invoice(f"F-{n}", amount) for n, amount in enumerate(amounts)]
    assert spoken(house(ONE_DAY, LARGE, worked=EVERY_DAY), day, *owed) is is_asked


def test_warning_block_and_end_follow_the_oldest_invoice_that_is_still_unpaid() -> None:
    """The two oldest are paid on 2 June, so the third one counts: its own days, none skipped."""
    states = """
[[level]]
id = "warning"
when = "oldest_days_past_due >= 5"
do = "remind"
channel = "email"
[[level]]
id = "blocked"
when = "oldest_days_past_due >= 7"
do = "remind"
channel = "letter"
[[level]]
id = "cancellation"
when = "oldest_days_past_due >= 11"
do = "remind"
channel = "registered_letter"
"""
    story = Story(
        house(ONE_DAY, states, worked=EVERY_DAY),
        invoice("F-1", "249.95", issued="31 May", due="31 May"),
        invoice("F-2", "500.00", issued="31 May", due="31 May"),
        invoice("F-3", "700.00", issued="2 Jun", due="2 Jun"),
        paid("2 Jun", "249.95", "F-1", name="P-1"),
        paid("2 Jun", "500.00", "F-2", name="P-2"),
        paid("3 Jun", "200.00", "F-3", name="P-3"),
    )
    story.lives("31 May", "30 Jun")
    assert story.acts == [
        "Sun 7 Jun: remind F-3 (warning)",
        "Tue 9 Jun: remind F-3 (blocked)",
        "Sat 13 Jun: remind F-3 (cancellation)",
    ]
    assert {action.amounts for action in story.done.values()} == {(euros("500.00"),)}


@pytest.mark.parametrize(
    ("day", "climbs"),
    [("5 Feb 2012", False), ("10 Feb 2012", False), ("11 Feb 2012", True), ("20 Feb 2012", True)],
)
def test_second_letter_waits_ten_days_after_the_first_however_old_the_invoice(
    day: str, *, climbs: bool
) -> None:
    """The first letter left on 1 February 2012: the second may not leave before the 11th."""
    policy = reminders(10, 20, 30, pace="[pace]\nbetween_contacts = 1\nbetween_levels = 10\n")
    first = contact("1 Feb 2012", F_1="level-1")
    story = Story(policy, invoice(due="1 Jan 2012"), first)
    action = story.ask(day).action
    assert (action is not None and action.level == "level-2") is climbs


@pytest.mark.parametrize(
    ("of_debtor", "of_invoice", "is_asked"),
    [
        (None, None, True),
        ("31 Jan 2012", None, True),
        ("31 Jan 2012", "31 Jan 2012", True),
        ("1 Feb 2012", "31 Jan 2012", False),
        ("31 Jan 2012", "1 Feb 2012", False),
        ("2 Feb 2012", None, False),
    ],
)
def test_later_of_two_graces_protects_through_its_last_day(
    of_debtor: str | None, of_invoice: str | None, *, is_asked: bool
) -> None:
    """A grace for the debtor and one for the invoice: whichever ends later, that day included."""
    graces = [
        blocked("2 Jan 2012", until, item, reason="grace")
        for until, item in ((of_debtor, None), (of_invoice, "F-1"))
        if until is not None
    ]
    if len(graces) == 2:
        graces[1] = blocked("3 Jan 2012", of_invoice or "", "F-1", reason="grace")
    told = [invoice(due="1 Jan 2012"), *graces]
    assert spoken(reminders(10), "1 Feb 2012", *told) is is_asked


@pytest.mark.parametrize(
    ("day", "is_asked"),
    [("1 Mar", False), ("7 Mar", False), ("12 Mar", True), ("13 Mar", True), ("17 Mar", True)],
)
def test_reminder_of_ten_days_is_sent_from_the_tenth_day_on(day: str, *, is_asked: bool) -> None:
    """A hundred euros: not yet on the fifth day, yes on the tenth, the eleventh, the fifteenth."""
    assert spoken(reminders(10), day, invoice(amount=100)) is is_asked


def test_disputed_or_paid_is_not_asked_for_at_fifteen_days() -> None:
    """Ten days were over, but he had complained, or he had paid."""
    assert not spoken(reminders(10), "17 Mar", invoice(amount=100), disputed("9 Mar", "F-1"))
    assert not spoken(reminders(10), "17 Mar", invoice(amount=100), paid("9 Mar", 100))


def test_house_that_shows_all_that_is_due_still_shows_nothing_before_its_date() -> None:
    """With a level for every late day, five days late is shown; the day before the date is not."""
    assert spoken(reminders(1, 10), "7 Mar", invoice(amount=100))
    assert not spoken(reminders(1, 10), "1 Mar", invoice(amount=100))
    assert not spoken(reminders(1, 10), "2 Mar", invoice(amount=100))


def test_two_reminders_before_the_due_date_one_after_it_then_every_second_week() -> None:
    """Issued on 1 March 2024, due on the 15th: after five, ten, fifteen days, then fortnightly."""
    calm = """
[[level]]
id      = "early"
when    = "days_since_issue >= 5"
do      = "pre_due_reminder"
channel = "email"
[[level]]
id      = "soon"
when    = "days_since_issue >= 10"
do      = "pre_due_reminder"
channel = "email"
[[level]]
id           = "late"
when         = "days_since_issue >= 15"
do           = "remind"
channel      = "email"
repeat_every = 14
"""
    told = invoice(issued="1 Mar 2024", due="15 Mar 2024", amount=100)
    story = Story(house(calm, worked=EVERY_DAY), told).lives("1 Mar 2024", "30 Apr 2024")
    assert story.acts == [
        "Wed 6 Mar: pre_due_reminder F-1 (early)",
        "Mon 11 Mar: pre_due_reminder F-1 (soon)",
        "Sat 16 Mar: remind F-1 (late)",
        "Sat 30 Mar: remind F-1 (late)",
        "Sat 13 Apr: remind F-1 (late)",
        "Sat 27 Apr: remind F-1 (late)",
    ]
