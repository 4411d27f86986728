"""What was said and heard: the steps of each item, our last contact, the debtor's last sign."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from recouvrement import (
    Account,
    ActionKind,
    Channel,
    ContactResult,
    Conventions,
    Debtor,
    Direction,
    Document,
    DocumentKind,
    Instalment,
    Interaction,
    InteractionResult,
    Invoice,
    Money,
    OpenItem,
    Payment,
    Step,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.position.standing import Standing, standing_of

TODAY = date(2026, 6, 30)


def on(month: int, day: int) -> date:
    return date(2026, month, day)


HALF = Money.of("50", "EUR")
INVOICES = (
    Invoice("F-1", on(1, 1), due_on=on(2, 1), total=HALF * 2),
    Invoice("F-2", on(1, 1), due_on=on(3, 1), total=HALF * 2),
)


def contact(name: str, when: date, *steps: tuple[str, str], **more: Any) -> Interaction:
    fields: dict[str, Any] = {"channel": Channel.EMAIL, "act": ActionKind.REMIND} | more
    return Interaction(name, when, steps=tuple(Step(*step) for step in steps), **fields)


def result(name: str, when: date, of: str, word: str) -> InteractionResult:
    return InteractionResult(name, when, interaction=of, result=ContactResult(word))


def account(*facts: Fact) -> Account:
    return Account.of(Debtor("C-1", "Vasseur"), *INVOICES, *facts)


def item(*facts: Fact, as_of: date = TODAY, **more: Any) -> OpenItem:
    return position_of(account(*facts), as_of=as_of, **more).open_items[0]


def standing(*facts: Fact, as_of: date = TODAY, **ranks: int) -> Standing:
    return standing_of(account(*facts).book, as_of.toordinal(), Conventions(), ranks)


# --- steps ---------------------------------------------------------------------------------------


def test_each_step_moves_its_own_item_to_its_own_level() -> None:
    said = contact("I-1", on(3, 5), ("F-1", "second-reminder"), ("F-2", "first-reminder"))
    first, second = position_of(account(said), as_of=TODAY).open_items
    assert first.steps == ((on(3, 5), "second-reminder"),)
    assert second.steps == ((on(3, 5), "first-reminder"),)
    assert (first.level, first.reminders) == ("second-reminder", 1)


def test_item_merely_listed_does_not_climb() -> None:
    said = contact("I-1", on(3, 5), ("F-2", "first-reminder"), invoices=["F-1"])
    assert (item(said).steps, item(said).level, item(said).reminders) == ((), None, 0)


def test_reminders_count_the_interactions_that_moved_the_item_whatever_they_were() -> None:
    said = [
        contact("I-1", on(1, 28), ("F-1", "pre-due"), act=ActionKind.PRE_DUE_REMINDER),
        contact("I-2", on(2, 5), ("F-1", "first-reminder")),
        contact("I-3", on(2, 15), ("F-1", "call"), act=ActionKind.CALL, channel=Channel.PHONE),
    ]
    assert item(*said).reminders == 3
    assert item(*said).level == "call"


def test_step_of_a_message_that_bounced_does_not_count_once_it_is_known() -> None:
    said = contact("I-1", on(3, 5), ("F-1", "first-reminder"))
    lost = result("IR-1", on(3, 7), "I-1", "bounced")
    assert item(said, lost, as_of=on(3, 6)).reminders == 1
    assert item(said, lost, as_of=on(3, 7)).steps == ()
    assert item(said, lost, as_of=on(3, 7)).reminders == 0


def test_first_of_two_bounces_counts() -> None:
    said = contact("I-1", on(3, 5), ("F-1", "first-reminder"))
    lost = [result("IR-1", on(3, 9), "I-1", "bounced"), result("IR-2", on(3, 7), "I-1", "bounced")]
    assert item(said, *lost, as_of=on(3, 8)).reminders == 0


@pytest.mark.parametrize("word", ["delivered", "seen", "answered", "no_answer", "objection"])
def test_any_other_result_leaves_the_step_standing(word: str) -> None:
    said = contact("I-1", on(3, 5), ("F-1", "first-reminder"))
    assert item(said, result("IR-1", on(3, 7), "I-1", word)).reminders == 1


def test_step_of_a_later_day_is_invisible() -> None:
    assert item(contact("I-1", on(3, 5), ("F-1", "call")), as_of=on(3, 4)).reminders == 0


def test_step_recorded_later_was_not_known() -> None:
    late = contact("I-1", on(3, 5), ("F-1", "call"), recorded_on=on(3, 9))
    assert item(late, as_of=on(3, 6), known_on=on(3, 6)).reminders == 0
    assert item(late, as_of=on(3, 6)).reminders == 1


def test_step_on_an_item_that_is_paid_is_told_to_nobody() -> None:
    said = contact("I-1", on(3, 5), ("F-1", "call"))
    paid = Payment("P-1", on(3, 6), amount=HALF * 2)
    assert [row.id for row in standing(said, paid).rows] == ["F-2"]


def test_item_that_reopens_finds_its_steps_again() -> None:
    said = contact("I-1", on(3, 5), ("F-1", "call"))
    assert item(said).level == "call"


@pytest.mark.parametrize(
    ("when", "moved"),
    [(on(1, 20), ["F-3/1"]), (on(2, 10), ["F-3/1"]), (on(3, 1), ["F-3/1", "F-3/2"])],
    ids=["nothing due", "one due", "two due"],
)
def test_step_on_a_whole_scheduled_invoice_moves_the_parts_due_then_else_the_next(
    when: date, moved: list[str]
) -> None:
    parts = tuple(Instalment(day, HALF) for day in (on(2, 1), on(3, 1), on(9, 1)))
    whole = Invoice("F-3", on(1, 1), due_on=on(9, 1), total=HALF * 3, schedule=parts)
    said = contact("I-1", when, ("F-3", "first-reminder"))
    position = position_of(Account.of(Debtor("C-1", "V"), whole, said), as_of=TODAY)
    assert [one.id for one in position.open_items if one.reminders] == moved


def test_level_reached_is_the_highest_on_the_readers_ladder_even_when_said_earlier() -> None:
    said = [
        contact("I-1", on(2, 5), ("F-1", "call")),
        contact("I-2", on(2, 9), ("F-1", "first-reminder")),
        contact("I-3", on(2, 15), ("F-1", "pre-due"), act=ActionKind.PRE_DUE_REMINDER),
        contact("I-4", on(2, 16), ("F-1", "of-another-policy"), act=ActionKind.PRE_DUE_REMINDER),
    ]
    ladder = {"pre-due": 0, "first-reminder": 1, "call": 2}
    row = standing_of(account(*said).book, TODAY.toordinal(), Conventions(), ladder).rows[0]
    assert (row.reached, row.reminders) == (2, 4)
    assert row.last_step == on(2, 9).toordinal()
    assert (row.invoice.id, row.issued) == ("F-1", on(1, 1).toordinal())


def test_item_that_nothing_moved_stands_before_the_ladder() -> None:
    strange = contact(
        "I-1", on(2, 9), ("F-1", "of-another-policy"), act=ActionKind.PRE_DUE_REMINDER
    )
    first, second = standing(strange, call=0).rows
    assert (first.reached, first.reminders, first.last_step) == (-1, 1, 0)
    assert (second.reached, second.reminders, second.last_step) == (-1, 0, 0)


def test_step_and_contact_of_the_day_itself_count_and_a_bounce_of_the_day_undoes_them() -> None:
    said = contact("I-1", on(3, 5), ("F-1", "call"))
    today = standing(said, as_of=on(3, 5))
    assert (today.rows[0].reminders, today.last_contact()) == (1, on(3, 5).toordinal())
    assert today.contact_days(on(3, 4).toordinal()) == 1
    lost = result("IR-1", on(3, 5), "I-1", "bounced")
    undone = standing(said, lost, as_of=on(3, 5))
    assert (undone.rows[0].reminders, undone.last_contact()) == (0, 0)
    assert undone.contact_days(on(3, 4).toordinal()) == 0


# --- contacts ------------------------------------------------------------------------------------


def test_last_contact_is_the_last_day_we_spoke_first_about_money() -> None:
    said = [
        contact("I-1", on(3, 5)),
        contact("I-2", on(3, 9)),
        contact("I-3", on(3, 12), act=ActionKind.THANK),
        contact("I-4", on(3, 13), act=ActionKind.TASK),
        contact("I-5", on(3, 14), direction=Direction.INCOMING, act=None),
    ]
    assert standing(*said).last_contact() == on(3, 9).toordinal()
    assert standing(*said, as_of=on(3, 8)).last_contact() == on(3, 5).toordinal()
    assert standing(*said, as_of=on(3, 4)).last_contact() == 0


def test_contact_that_bounced_is_no_contact() -> None:
    said = [contact("I-1", on(3, 5)), contact("I-2", on(3, 9), act=None)]
    lost = result("IR-1", on(3, 9), "I-2", "bounced")
    assert standing(*said).last_contact() == on(3, 9).toordinal()
    assert standing(*said, lost).last_contact() == on(3, 5).toordinal()
    assert standing(*said, lost).contact_days(0) == 1


def test_copies_of_one_voice_on_a_day_count_once() -> None:
    said = [
        contact("I-1", on(3, 1)),
        contact("I-2", on(3, 5)),
        contact("I-3", on(3, 5), channel=Channel.LETTER),
        contact("I-4", on(3, 9)),
    ]
    assert standing(*said).contact_days(on(3, 1).toordinal()) == 2
    assert standing(*said, as_of=on(3, 8)).contact_days(on(3, 1).toordinal()) == 1
    assert standing().contact_days(0) == 0


def test_debtor_is_heard_when_he_speaks_first_or_answers_not_when_we_write() -> None:
    said = [contact("I-1", on(3, 5)), contact("I-2", on(3, 7), direction=Direction.INCOMING)]
    assert standing(said[0]).heard_on() == 0
    assert standing(*said).heard_on() == on(3, 7).toordinal()
    assert standing(*said, as_of=on(3, 6)).heard_on() == 0


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ("seen", True),
        ("answered", True),
        ("objection", True),
        ("vague_promise", True),
        ("delivered", False),
        ("no_answer", False),
        ("bounced", False),
    ],
)
def test_sent_is_not_seen(word: str, heard: bool) -> None:  # noqa: FBT001 (a column of the table)
    said, told = contact("I-1", on(3, 5)), result("IR-1", on(3, 8), "I-1", word)
    assert standing(said, told).heard_on() == (on(3, 8).toordinal() if heard else 0)


def test_documents_held_by_then_are_told() -> None:
    papers = [
        Document("O-1", on(3, 1), kind=DocumentKind.ORDER),
        Document("O-2", on(4, 1), kind=DocumentKind.TERMS),
    ]
    assert [one.id for one in standing(*papers, as_of=on(3, 31)).documents()] == ["O-1"]
    assert len(standing(*papers, as_of=on(4, 1)).documents()) == 2
