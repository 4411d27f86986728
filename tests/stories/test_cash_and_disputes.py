"""What is really owed: cash without references, credit notes, disputes, and balances of nothing."""

from __future__ import annotations

import pytest
from tests.stories.storybook import (
    LADDER,
    Story,
    contact,
    disputed,
    euros,
    house,
    invoice,
    on,
    paid,
    returned,
)

from recouvrement import (
    Allocation,
    CashApplication,
    CreditNote,
    ExchangeRate,
    ExchangeRates,
    InvalidFact,
    Money,
)

HOUSE = house(LADDER)
BY_HAND = house(LADDER, application="explicit_only")  # our accountant applies cash herself


def credited(day: str, amount: int, to: str | None = None) -> CreditNote:
    allocations = (Allocation(to, euros(amount)),) if to else ()
    return CreditNote(f"A {day}", on(day), total=euros(amount), allocations=allocations)


def advised(day: str, payment: str, item: str, amount: int) -> CashApplication:
    return CashApplication(
        f"R {day} {item}", on(day), source=payment, invoice=item, amount=euros(amount)
    )


# --- cash that settles nothing yet ---------------------------------------------------------------


def test_cash_that_covers_everything_is_a_question_for_us_and_no_reminder_for_him() -> None:
    """His transfer had no reference: until we know what it pays, he is not chased."""
    story = Story(BY_HAND, invoice(), invoice("F-2", 400, due="9 Mar"), paid("3 Mar", 1400))
    story.lives("1 Mar", "31 Mar")
    assert story.acts == []
    assert story.tasks == [
        "Tue 3 Mar: unmatched_credit F-1",
        "Tue 10 Mar: unmatched_credit F-1 F-2",
    ]
    assert story.why("12 Mar") == ("unapplied-cash",)


def test_cash_that_covers_a_part_is_deducted_from_what_i_ask_for() -> None:
    """He owes fourteen hundred, nine hundred lie unapplied: the letter asks for five hundred."""
    story = Story(BY_HAND, invoice(), invoice("F-2", 400, due="1 Mar"), paid("3 Mar", 900))
    assert story.proposal("4 Mar").amounts == (euros(500),)


def test_cash_once_applied_is_no_more_deducted() -> None:
    """The advice came on the 10th: it paid the second invoice, and the first is asked for whole."""
    told = [invoice(), invoice("F-2", 400), paid("3 Mar", 400, name="P-1")]
    story = Story(BY_HAND, *told, advised("10 Mar", "P-1", "F-2", 400))
    before, after = story.proposal("9 Mar"), story.proposal("10 Mar")
    assert (set(before.invoices), before.amounts) == ({"F-1", "F-2"}, (euros(1000),))
    assert (set(after.invoices), after.amounts) == ({"F-1"}, (euros(1000),))


def test_debtor_in_credit_is_asked_for_nothing_when_his_next_invoice_falls_due() -> None:
    """He paid three hundred too much in February: March's invoice of three hundred is covered."""
    story = Story(BY_HAND, paid("10 Feb", 300), invoice(amount=300)).lives("1 Mar", "15 Apr")
    assert story.acts == []
    assert story.tasks == ["Tue 3 Mar: unmatched_credit F-1"]


def test_new_invoice_that_outgrows_his_credit_is_asked_for_by_the_difference() -> None:
    """His credit of three hundred covers the first invoice; with the second he owes again."""
    told = [paid("10 Feb", 300), invoice(amount=300), invoice("F-2", 500, due="16 Mar")]
    story = Story(BY_HAND, *told).lives("1 Mar", "18 Mar")
    assert story.acts == ["Tue 17 Mar: remind F-1 (reminder), F-2"]
    assert story.done[on("17 Mar")].amounts == (euros(500),)


def test_advance_for_an_order_to_come_pays_no_invoice_of_yesterday() -> None:
    """A deposit is no settlement: the late invoice is asked for whole."""
    story = Story(HOUSE, invoice(), paid("3 Mar", 1000, purpose="deposit"))
    assert story.proposal("4 Mar").amounts == (euros(1000),)


def test_cash_that_equals_one_disputed_invoice_exactly_pays_that_one() -> None:
    """He paid 412.50, to the cent what he contested: that affair is over, the other is not."""
    story = Story(
        HOUSE,
        invoice("F-1", 1000),
        invoice("F-2", "412.50"),
        disputed("20 Feb", "F-2"),
        paid("6 Mar", "412.50"),
    )
    story.lives("1 Mar", "31 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
        "Mon 23 Mar: remind F-1 (firm-letter)",
    ]
    assert {action.amounts for action in story.done.values()} == {(euros(1000),)}
    assert story.tasks == []  # nobody has a dispute to settle about what was paid


def test_cash_of_the_same_amount_pays_the_invoice_nobody_disputes_first() -> None:
    """Two invoices of one amount, one contested: the money is for the other."""
    told = [invoice("F-1", 500), disputed("20 Feb", "F-1"), invoice("F-2", 500)]
    story = Story(HOUSE, *told, paid("3 Mar", 500)).lives("1 Mar", "23 Mar")
    assert story.acts == []
    assert story.tasks == ["Mon 23 Mar: dispute_overdue F-1"]


def test_direct_debit_returned_after_our_thanks_is_asked_for_at_once_and_from_where_it_was() -> (
    None
):
    """Paid on the 5th, thanked on the 6th, sent back on the 13th: I ring that very day."""
    story = Story(
        HOUSE,
        invoice(),
        paid("5 Mar", 1000, means="direct_debit", name="P-1"),
        contact("6 Mar", "thank"),
        returned("13 Mar", "P-1"),
    )
    assert story.lives("1 Mar", "20 Mar").acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Fri 13 Mar: call F-1 (call)",
    ]


def test_returned_payment_may_have_its_own_answer() -> None:
    """A house that rings the day a payment comes back does it before the ladder would."""
    bounced = """
[[trigger]]
id      = "returned-payment"
when    = "days_since_returned_payment >= 0"
do      = "call"
channel = "phone"
"""
    story = Story(
        house(LADDER, bounced),
        invoice(),
        paid("2 Mar", 1000, means="direct_debit", name="P-1"),
        contact("3 Mar", "thank"),
        returned("3 Mar", "P-1"),
    )
    assert story.lives("1 Mar", "10 Mar").acts == [
        "Tue 3 Mar: call F-1",
        "Mon 9 Mar: remind F-1 (reminder)",
    ]


def test_money_that_comes_the_day_a_payment_goes_back_pays_what_came_back() -> None:
    """His debit failed, his transfer came the same day: he owes nothing that is late."""
    story = Story(
        HOUSE,
        invoice(),
        paid("2 Mar", 1000, means="direct_debit", name="P-1"),
        returned("6 Mar", "P-1"),
        paid("6 Mar", 1000, name="P-2"),
        invoice("F-2", 400, due="31 Mar"),
    )
    assert story.lives("1 Mar", "31 Mar").acts == []


# --- credit notes --------------------------------------------------------------------------------


def test_open_credit_note_is_taken_off_before_anybody_is_reminded() -> None:
    """We owe him a hundred and twenty: the letter asks for eight hundred and eighty."""
    story = Story(BY_HAND, invoice(), credited("20 Feb", 120))
    assert story.proposal("4 Mar").amounts == (euros(880),)


def test_credit_note_larger_than_its_invoice_pays_the_others() -> None:
    """We gave back more than the invoice was: the rest goes to what else he owes."""
    told = [invoice("F-1", 300), invoice("F-2", 1000), credited("3 Mar", 450)]
    story = Story(HOUSE, *told)
    assert story.proposal("4 Mar").amounts == (euros(850),)


def test_credit_note_larger_than_all_he_owes_leaves_him_in_peace() -> None:
    """Now it is we who owe: nothing is asked, not even when the next invoice falls due."""
    told = [invoice(amount=300), credited("3 Mar", 800), invoice("F-2", 500, due="16 Mar")]
    story = Story(HOUSE, *told).lives("1 Mar", "30 Apr")
    assert (story.acts, story.tasks) == ([], [])


def test_credit_note_of_the_whole_invoice_ends_its_dunning() -> None:
    """Billed by mistake and credited: no further letter about it."""
    story = Story(HOUSE, invoice(), credited("9 Mar", 1000, "F-1")).lives("1 Mar", "30 Apr")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]


# --- partial payments ----------------------------------------------------------------------------


def test_partly_paid_invoice_climbs_on_for_what_is_left() -> None:
    """Nine hundred came after the reminder: I ring about the last hundred, from where we were."""
    story = Story(HOUSE, invoice(), paid("9 Mar", 900)).lives("1 Mar", "24 Mar")
    assert story.acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Thu 12 Mar: call F-1 (call)",
        "Mon 23 Mar: remind F-1 (firm-letter)",
    ]
    assert [action.amounts for action in story.done.values()] == [
        (euros(amount),) for amount in (1000, 100, 100)
    ]


def test_last_cent_is_asked_for_politely_and_nothing_dearer() -> None:
    """One cent is left: reminders go on, and no registered letter is spent on it."""
    floor = "[floor]\nformal_notice = 150\n"
    story = Story(house(floor, LADDER), invoice(), paid("9 Mar", "999.99"))
    story.lives("1 Mar", "30 Jun")
    assert [act.split()[3] for act in story.acts] == ["remind", "call", "remind"]
    assert story.why("30 Jun") == ("floor",)


# --- disputes ------------------------------------------------------------------------------------


def test_disputed_part_is_held_and_the_rest_is_asked_for() -> None:
    """He contests three of ten pallets: the seven others are due, and I say so."""
    story = Story(HOUSE, invoice(), disputed("3 Mar", "F-1", 300)).lives("1 Mar", "12 Mar")
    assert [action.amounts for action in story.done.values()] == [(euros(700),)] * 2


def test_dispute_we_lost_holds_until_the_credit_note_is_given() -> None:
    """He was right on the 10th; the credit note came on the 20th: in between I ask for nothing."""
    story = Story(
        HOUSE,
        invoice(amount=300),
        disputed("1 Mar", "F-1", resolved="10 Mar", outcome="upheld"),
        credited("20 Mar", 300, "F-1"),
    )
    story.lives("1 Mar", "30 Apr")
    assert story.acts == []
    assert story.tasks == ["Tue 10 Mar: credit_note_due F-1"]


def test_dispute_we_won_puts_the_invoice_back_where_it_was() -> None:
    """Reminded on the 4th, contested on the 6th, rejected on the 27th: the call comes next."""
    story = Story(HOUSE, invoice(), disputed("6 Mar", "F-1", resolved="27 Mar", outcome="rejected"))
    assert story.lives("1 Mar", "27 Mar").acts == [
        "Wed 4 Mar: remind F-1 (reminder)",
        "Fri 27 Mar: call F-1 (call)",
    ]


def test_dispute_that_nobody_settles_is_asked_about_every_day_until_somebody_does() -> None:
    """Thirty days to answer a customer: on the thirty-first it is a task, and stays one."""
    story = Story(HOUSE, invoice(), disputed("3 Mar", "F-1")).lives("1 Mar", "30 Apr")
    assert story.acts == []
    assert story.tasks == ["Fri 3 Apr: dispute_overdue F-1"]
    assert [task.kind for task in story.ask("30 Apr").tasks] == ["dispute_overdue"]


def test_dispute_that_is_late_is_asked_of_the_person_who_took_it_on() -> None:
    """Karim took the complaint: when it is late the task bears his name, not just anybody's."""
    story = Story(HOUSE, invoice(), disputed("3 Mar", "F-1", owner="Karim"))
    [task] = story.ask("3 Apr").tasks
    assert (task.kind, task.owner) == ("dispute_overdue", "Karim")


# --- zero and credit balances --------------------------------------------------------------------


@pytest.mark.parametrize("received", [1000, 1250])
def test_balance_of_nothing_or_less_needs_no_action(received: int) -> None:
    """Nothing is open, or we owe him: no letter, no task, no line on anybody's list."""
    decision = Story(HOUSE, invoice(), paid("3 Mar", received)).ask("20 Mar")
    assert (decision.action, decision.tasks, decision.because) == (None, (), ())


def test_invoice_of_nothing_is_no_invoice_that_anybody_could_be_late_with() -> None:
    """A sample billed at 0.00 is refused when it is recorded, and can never be reminded of."""
    with pytest.raises(InvalidFact, match="more than 0"):
        invoice("F-0", 0)


# --- currencies ----------------------------------------------------------------------------------

BY_AMOUNT = """
[[level]]
id      = "reminder"
when    = "days_past_due >= 2 and amount_due >= EUR(50)"
do      = "remind"
channel = "email"
"""


def test_debt_in_a_currency_without_a_rate_waits_with_a_task_and_the_rest_goes_on() -> None:
    """Nobody gave me the rate of the dollar: the euros are asked for, the dollars are a task."""
    dollars = invoice("F-2", Money.of(400, "USD"))
    story = Story(house(BY_AMOUNT), invoice(), dollars).lives("1 Mar", "10 Mar")
    assert story.acts == ["Wed 4 Mar: remind F-1 (reminder)"]
    assert story.tasks == ["Sun 1 Mar: missing_rate F-2"]


def test_rate_given_later_brings_the_foreign_debt_into_the_next_message() -> None:
    """The rate came: from that day the dollars are asked for in dollars, at their own level."""
    dollars = invoice("F-2", Money.of(400, "USD"))
    story = Story(house(BY_AMOUNT), invoice(), dollars).lives("1 Mar", "6 Mar")
    rate = ExchangeRate("USD", "EUR", since=on("6 Mar"), value="0.90")
    story.policy = house(BY_AMOUNT, rates=ExchangeRates.of(rate))
    story.lives("7 Mar", "9 Mar")
    assert story.acts[1:] == ["Mon 9 Mar: remind F-2 (reminder), F-1"]
    assert story.done[on("9 Mar")].amounts == (euros(1000), Money.of(400, "USD"))
