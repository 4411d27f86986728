"""The worklist of a day, as those who work it down see it.

Monday 5 October 2026, unless a test says otherwise. The house reminds from the second day of
delay, by itself; calls from the tenth; gives notice from the thirtieth.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import attrs
import pytest

from recouvrement import (
    Account,
    ActionKind,
    BusinessCalendar,
    Channel,
    Debtor,
    Dispute,
    FormalNotice,
    Insolvency,
    Interaction,
    InteractionResult,
    InvalidInput,
    Invoice,
    Money,
    Policy,
    Tone,
    read_policy,
)
from recouvrement.agenda import Agenda, Duty, Line, Load, agenda_of
from recouvrement.agenda.assembly import Asking, Assembly
from recouvrement.agenda.undone import Undone
from recouvrement.agenda.voices import Voice
from recouvrement.facts.fact import Fact
from recouvrement.policy import Action, Decision, Handler, Task, TaskKind

MONDAY = date(2026, 10, 5)
DAY = timedelta(1)
HOUSE = """
name     = "house"
version  = "1"
currency = "EUR"
for      = ["business"]

[pace]
between_contacts = 5
per_30_days      = 3
between_levels   = 7
climb            = "to-age"

[[level]]
id      = "reminder"
when    = "days_past_due >= 2"
do      = "remind"
channel = "email"

[[level]]
id      = "call"
when    = "days_past_due >= 10"
do      = "call"
channel = "phone"
tone    = "firm"

[[level]]
id      = "notice"
when    = "days_past_due >= 30"
do      = "formal_notice"
channel = "registered_letter"

[agenda]
points = "collectable / EUR(100) + oldest_days_past_due"
"""
POLICY = read_policy(HOUSE)


def account(
    debtor: str,
    *facts: Fact,
    late: int = 0,
    euros: int = 100,
    creditor: str | None = None,
    **options: Any,
) -> Account:
    """A debtor with one invoice that is `late` days late on the Monday, if at all."""
    if late:
        due = MONDAY - timedelta(late)
        total = Money.of(euros, "EUR")
        facts = (Invoice("F-1", due - timedelta(30), due_on=due, total=total), *facts)
    options = {"kind": "business", **options}
    return Account.of(Debtor(debtor, f"Debtor {debtor}", **options), *facts, creditor=creditor)


def agenda(*accounts: Account, policy: Any = POLICY, as_of: date = MONDAY, **more: Any) -> Agenda:
    return agenda_of(policy, accounts, as_of=as_of, **more)


def only(*accounts: Account, **more: Any) -> Line:
    """The one line that these accounts give."""
    found = agenda(*accounts, **more)
    (line,) = (*found.lines, *found.carried_over)
    return line


def recipients(lines: tuple[Line, ...]) -> list[str]:
    return [line.recipient for line in lines]


def spoken(account: Account, on: date, number: str = "I-1", **options: Any) -> Account:
    """The account once its debtor was reminded on a day."""
    given = {"channel": "email", "act": "remind", "invoices": ["F-1"], **options}
    return account.record(Interaction(number, on, **given))


def disputed(debtor: str, late: int = 20, **options: Any) -> Account:
    """An account whose dispute should have been resolved: a task for the account manager."""
    opened = MONDAY - timedelta(40)
    return account(
        debtor,
        Dispute("D-1", opened, invoice="F-1", cause="wrong_price"),
        late=late,
        **options,
    )


def insolvent(debtor: str, **options: Any) -> Account:
    """An account in receivership: a claim to file."""
    opened = Insolvency("J-1", kind="receivership", opened_on=MONDAY - DAY)
    return account(debtor, opened, late=20, **options)


# --- one line per recipient ----------------------------------------------------------------------


def test_account_with_something_to_say_has_a_line_and_the_others_are_counted() -> None:
    found = agenda(account("C-1", late=3), account("C-2"), account("C-3", late=1))
    assert recipients(found.lines) == ["C-1"]
    assert (found.seen, found.silent, found.silences) == (3, 2, (("nothing to do", 2),))
    assert found.carried_over == ()


def test_silent_accounts_are_counted_by_the_first_reason_of_their_decision() -> None:
    held = spoken(account("C-1", late=3), MONDAY - DAY)
    found = agenda(held, account("C-2"))
    assert found.silences == (("nothing to do", 1), ("pace", 1))


def test_agenda_of_no_account_is_empty() -> None:
    found = agenda()
    assert (found.lines, found.carried_over, found.seen, found.totals) == ((), (), 0, ())


def test_line_carries_what_the_decision_says() -> None:
    line = only(account("C-1", late=12, owner="Nadia"))
    (decision,) = line.decisions
    assert line.lead is decision.action
    assert (line.accounts, line.handler, line.owner) == (("C-1",), Handler.COLLECTOR, "Nadia")
    assert (line.minutes, line.act_by, line.since) == (10, date(2026, 10, 8), MONDAY)
    assert (line.execute_on, line.next_on, line.passed_on) == (MONDAY, None, False)
    assert line.amounts == (Money.of(100, "EUR"),)
    assert line.because == ("call",)
    assert line.points == 1 + 12


def test_accounts_that_share_a_recipient_share_a_line_and_the_highest_action_leads() -> None:
    small = account("C-1", late=3, euros=50, dunning_recipient="HQ")
    large = account("C-2", late=12, dunning_recipient="HQ")
    line = only(small, large)
    assert (line.recipient, line.accounts) == ("HQ", ("C-2", "C-1"))
    assert [action.kind for action in line.actions] == [ActionKind.CALL, ActionKind.REMIND]
    assert line.amounts == (Money.of(150, "EUR"),)
    assert line.because == ("call", "reminder")
    assert line.points == (1 + 12) + (Fraction(1, 2) + 3)


def test_what_rides_along_is_said_on_the_one_occasion_by_the_one_who_leads() -> None:
    line = only(
        account("C-1", late=3, dunning_recipient="HQ"),
        account("C-2", late=12, dunning_recipient="HQ"),
    )
    assert (line.human, line.automatic) == (line.actions, ())  # no e-mail beside the call
    assert [(one.what, one.minutes) for one in line.duties] == [(ActionKind.CALL, 10)]


@pytest.mark.parametrize("parent_first", [True, False])
def test_parent_that_is_the_recipient_of_others_shares_their_line(parent_first: bool) -> None:  # noqa: FBT001
    parent = account("HQ", late=3)
    child = account("C-1", late=3, dunning_recipient="HQ")
    line = only(*((parent, child) if parent_first else (child, parent)))
    assert (line.recipient, line.accounts) == ("HQ", ("C-1", "HQ"))


def test_debtors_of_two_creditors_may_have_one_id_and_have_two_lines() -> None:
    found = agenda(account("C-1", late=3, creditor="Nord"), account("C-1", late=3, creditor="Sud"))
    assert [line.creditor for line in found.lines] == ["Nord", "Sud"]


def test_account_that_only_gives_a_task_has_a_line_without_a_contact() -> None:
    line = only(disputed("C-1"))
    assert (line.lead, line.contact, line.execute_on, line.amounts) == (None, None, None, ())
    assert (line.automatic, line.human) == ((), ())
    assert [task.kind for task in line.tasks] == [TaskKind.DISPUTE_OVERDUE]
    assert (line.handler, line.minutes) == (Handler.ACCOUNT_MANAGER, 5)
    assert line.act_by == date(2026, 10, 8)  # three business days


def test_line_may_run_by_itself_and_have_a_task_for_a_person() -> None:
    found = agenda(account("C-1", late=3, kind="unknown"))
    (line,) = found.lines
    assert (line.automatic, line.human) == (line.actions, ())
    assert [(one.what, one.handler, one.minutes) for one in line.duties] == [
        (ActionKind.REMIND, Handler.AUTOMATIC, 0),
        (TaskKind.QUALIFY, Handler.COLLECTOR, 5),
    ]
    assert found.automatic == found.human == (line,)


def test_person_leads_what_would_have_run_by_itself() -> None:
    document = HOUSE + "[[style]]\nwhen = 'vip'\nhandler = 'account_manager'\n"
    line = only(
        account("C-1", late=3, dunning_recipient="HQ"),
        account("C-2", late=3, dunning_recipient="HQ", vip=True, owner="Nadia"),
        policy=read_policy(document),
    )
    assert (line.accounts, line.handler, line.owner) == (
        ("C-2", "C-1"),
        Handler.ACCOUNT_MANAGER,
        "Nadia",
    )
    assert [one.minutes for one in line.duties] == [5]  # a reminder by a person


def test_line_names_who_answers_for_what_rides_along_where_the_lead_names_nobody() -> None:
    def call(name: str, owner: str | None, late: int) -> Account:
        return account(name, late=late, dunning_recipient="HQ", owner=owner)

    assert only(call("C-1", None, 30), call("C-2", "Nadia", 30)).owner == "Nadia"
    assert only(call("C-1", "Ali", 30), call("C-2", "Nadia", 30)).owner == "Ali"
    nobody = only(call("C-1", None, 30), call("C-2", "Nadia", 30), call("C-3", "Ali", 30))
    assert nobody.owner is None


# --- one voice -----------------------------------------------------------------------------------


@pytest.mark.parametrize("silent_first", [True, False])
def test_what_was_said_through_one_account_counts_for_the_others(silent_first: bool) -> None:  # noqa: FBT001
    silent = spoken(account("C-1", late=1, dunning_recipient="HQ"), MONDAY - 4 * DAY)
    late = account("C-2", late=3, dunning_recipient="HQ")
    found = agenda(*((silent, late) if silent_first else (late, silent)))
    assert found.lines == ()
    assert found.silences == (("nothing to do", 1), ("pace", 1))


@pytest.mark.parametrize("parent_first", [True, False])
def test_pace_of_a_parent_seen_before_or_after_its_child_holds(parent_first: bool) -> None:  # noqa: FBT001
    parent = account("HQ", late=12)
    child = spoken(account("C-1", late=1, dunning_recipient="HQ"), MONDAY - 4 * DAY)
    assert agenda(*((parent, child) if parent_first else (child, parent))).lines == ()


def test_fifth_day_after_another_account_was_spoken_of_is_free() -> None:
    other = spoken(account("C-1", late=1, dunning_recipient="HQ"), MONDAY - 5 * DAY)
    assert only(other, account("C-2", late=3, dunning_recipient="HQ")).accounts == ("C-2",)


def test_contacts_of_thirty_days_add_up_over_the_accounts() -> None:
    first = account("C-1", late=1, dunning_recipient="HQ")
    for number, ago in enumerate((29, 20, 10)):
        first = spoken(first, MONDAY - ago * DAY, f"I-{number}")
    late = account("C-2", late=3, dunning_recipient="HQ")
    assert agenda(first, late).lines == ()
    assert only(first, late, as_of=MONDAY + DAY).recipient == "HQ"  # the first is 30 days old


def test_thirty_days_are_counted_back_from_the_day_on_which_it_would_be_said() -> None:
    saturday, monday = MONDAY + 5 * DAY, MONDAY + 7 * DAY
    first = account("C-1", late=1, dunning_recipient="HQ")
    for number, ago in enumerate((30, 20, 10)):
        first = spoken(first, monday - ago * DAY, f"I-{number}")
    late = account("C-2", late=3, dunning_recipient="HQ")
    assert only(first, late, as_of=saturday).execute_on == monday
    closer = spoken(first, monday - 29 * DAY, "I-9")
    assert agenda(closer, late, as_of=saturday).lines == ()


@pytest.mark.parametrize("shift", [0, 1])
def test_contact_of_thirty_days_ago_leaves_the_last_one_where_it_is(shift: int) -> None:
    today = MONDAY + shift * DAY
    first = spoken(account("C-1", late=1, dunning_recipient="HQ"), today - 30 * DAY)
    late = account("C-2", late=3, dunning_recipient="HQ")
    assert only(spoken(first, today - 5 * DAY, "I-2"), late, as_of=today).lead
    assert agenda(spoken(first, today - 4 * DAY, "I-2"), late, as_of=today).lines == ()


@pytest.mark.parametrize("days", [(4, 20), (20, 4)])
def test_last_contact_is_the_latest_over_the_accounts_in_any_order(days: tuple[int, int]) -> None:
    others = [
        spoken(account(f"C-{ago}", late=1, dunning_recipient="HQ"), MONDAY - ago * DAY)
        for ago in days
    ]
    assert agenda(*others, account("C-9", late=3, dunning_recipient="HQ")).lines == ()


def test_day_of_a_contact_is_taken_whole_even_when_the_next_one_waits_for_monday() -> None:
    saturday = MONDAY + 5 * DAY
    policy = read_policy(HOUSE.replace("between_contacts = 5", "between_contacts = 1"))
    other = account("C-1", late=1, dunning_recipient="HQ")
    late = account("C-2", late=3, dunning_recipient="HQ")
    found = agenda(spoken(other, saturday), late, policy=policy, as_of=saturday)
    assert "C-2" not in {name for line in found.lines for name in line.accounts}
    found = agenda(spoken(other, saturday - DAY), late, policy=policy, as_of=saturday)
    assert found.lines[0].accounts == ("C-1", "C-2")


def test_pace_of_more_than_thirty_days_is_kept_too() -> None:
    policy = read_policy(HOUSE.replace("between_contacts = 5", "between_contacts = 40"))
    other = spoken(account("C-1", late=1, dunning_recipient="HQ"), MONDAY - 39 * DAY)
    late = account("C-2", late=3, dunning_recipient="HQ")
    assert agenda(other, late, policy=policy).lines == ()
    assert only(other, late, policy=policy, as_of=MONDAY + DAY).lead


def test_copies_of_one_voice_count_as_one_day() -> None:
    accounts = [
        spoken(account(f"C-{number}", late=1, dunning_recipient="HQ"), MONDAY - 10 * DAY)
        for number in range(3)
    ]
    assert only(*accounts, account("C-9", late=3, dunning_recipient="HQ")).accounts == ("C-9",)


def test_contact_that_bounced_or_is_not_known_yet_was_not_heard() -> None:
    lost = InteractionResult("R-1", MONDAY - DAY, interaction="I-1", result="bounced")
    other = spoken(account("C-1", late=1, dunning_recipient="HQ"), MONDAY - 2 * DAY)
    late = account("C-2", late=3, dunning_recipient="HQ")
    assert "C-2" in only(other.record(lost), late).accounts
    entered = spoken(
        account("C-1", late=1, dunning_recipient="HQ"), MONDAY - 2 * DAY, recorded_on=MONDAY + DAY
    )
    assert agenda(entered, late).lines == ()
    assert only(entered, late, known_on=MONDAY).accounts == ("C-2",)


def test_account_that_waits_keeps_its_tasks_but_those_of_its_action() -> None:
    document = HOUSE + "[[style]]\nwhen = 'vip'\nhandler = 'account_manager'\n"
    other = spoken(account("C-1", late=1, dunning_recipient="HQ"), MONDAY - DAY)
    vip = account("C-2", late=3, dunning_recipient="HQ", vip=True, kind="unknown")
    policy = read_policy(document)
    assert [one.kind for one in only(vip, policy=policy).tasks] == [
        TaskKind.ASSIGN_OWNER,
        TaskKind.QUALIFY,
    ]
    line = only(other, vip, policy=policy)
    assert [one.kind for one in line.tasks] == [TaskKind.QUALIFY]
    assert line.because == ("pace", "reminder")


# --- order ---------------------------------------------------------------------------------------


def test_lines_stand_by_points_then_by_the_day_to_act_then_by_recipient() -> None:
    found = agenda(
        account("C-1", late=3, euros=100),
        account("C-2", late=3, euros=900),
        account("C-4", late=3, euros=100),
        account("C-3", late=3, euros=100),
    )
    assert recipients(found.lines) == ["C-2", "C-1", "C-3", "C-4"]
    without = attrs.evolve(POLICY, worklist=attrs.evolve(POLICY.worklist, points=None))
    found = agenda(account("C-1", late=12), account("C-2", late=3), policy=without)
    assert [(line.recipient, line.points) for line in found.lines] == [
        ("C-2", Fraction(0)),
        ("C-1", Fraction(0)),
    ]


def test_rights_come_first_whatever_the_points() -> None:
    found = agenda(account("C-1", late=12, euros=90_000), insolvent("C-2"))
    assert recipients(found.lines) == ["C-2", "C-1"]
    assert found.lines[0].preserves_right


def test_policies_of_a_table_are_compared_by_exact_points() -> None:
    finer = read_policy(HOUSE.replace("EUR(100)", "EUR(99)"))

    class Table:
        def policy_for(self, account: Account) -> Policy:
            return finer if account.debtor.vip else POLICY

    found = agenda(
        account("C-1", late=3, euros=200),
        account("C-2", late=3, euros=200, vip=True),
        policy=Table(),
    )
    assert [line.points for line in found.lines] == [Fraction(200, 99) + 3, Fraction(5)]


# --- capacity ------------------------------------------------------------------------------------


def test_what_a_person_has_no_room_for_is_carried_over_with_its_next_date() -> None:
    friday = MONDAY + 4 * DAY
    accounts = [account(f"C-{number}", late=12, euros=100 * number) for number in (1, 2, 3, 4)]
    found = agenda(*accounts, as_of=friday, capacity={"collector": 30})
    assert recipients(found.lines) == ["C-4", "C-3", "C-2"]
    (later,) = found.carried_over
    assert (later.recipient, later.carried_over, later.next_on) == ("C-1", True, MONDAY + 7 * DAY)
    assert later.today == ()
    assert later.put_off == later.duties


def test_next_date_is_a_business_day_of_the_policy_if_its_calendar_knows() -> None:
    fridays = BusinessCalendar.of([MONDAY + DAY], weekend={4, 5, 6})
    for calendar, next_on in (
        (fridays, MONDAY + 2 * DAY),
        (attrs.evolve(fridays, valid_until=MONDAY), MONDAY + DAY),
    ):
        policy = POLICY.completed(calendar=calendar)
        line = only(disputed("C-1"), policy=policy, capacity={"account_manager": 0})
        assert line.next_on == next_on


def test_last_day_of_time_is_followed_by_none() -> None:
    calendar = BusinessCalendar.of([], valid_from=date.max - DAY, valid_until=date.max - DAY)
    line = only(
        disputed("C-1"),
        policy=POLICY.completed(calendar=calendar),
        as_of=date.max,
        capacity={"account_manager": 0},
    )
    assert line.next_on == line.act_by == date.max


def test_shorter_line_further_down_may_still_fit() -> None:
    found = agenda(
        account("C-1", late=31, euros=900),
        account("C-2", late=31, euros=800),
        account("C-3", late=12),
        capacity={Handler.COLLECTOR: 30},
    )
    assert recipients(found.lines) == ["C-1", "C-3"]  # 20 minutes, then 10
    assert recipients(found.carried_over) == ["C-2"]


def test_what_runs_by_itself_takes_no_room() -> None:
    accounts = [account(f"C-{number}", late=3) for number in range(5)]
    found = agenda(*accounts, capacity={"collector": 0})
    assert len(found.lines) == len(found.automatic) == 5
    assert found.human == found.carried_over == ()


def test_line_goes_on_by_itself_while_its_task_waits() -> None:
    found = agenda(account("C-1", late=3, kind="unknown"), capacity={"collector": 4})
    (line,) = found.lines
    assert (line.carried_over, line.next_on) == (False, MONDAY + DAY)
    assert [one.what for one in line.today] == [ActionKind.REMIND]
    assert [one.what for one in line.put_off] == [TaskKind.QUALIFY]
    assert (found.automatic, found.human) == ((line,), ())


def test_one_person_without_room_does_not_keep_another_from_his_part() -> None:
    busy = disputed("C-1").record(
        Invoice("F-2", MONDAY - 40 * DAY, due_on=MONDAY - 12 * DAY, total=Money.of(70, "EUR"))
    )
    (line,) = agenda(busy, capacity={"collector": 0}).lines
    assert [one.what for one in line.today] == [TaskKind.DISPUTE_OVERDUE]
    assert [one.what for one in line.put_off] == [ActionKind.CALL]
    (line,) = agenda(busy, capacity={"account_manager": 0}).lines
    assert [one.what for one in line.today] == [ActionKind.CALL]


def test_what_one_person_has_to_do_on_a_line_fits_whole_or_waits_whole() -> None:
    called = account("C-1", late=12, kind="business").record(
        Invoice("F-2", MONDAY - 40 * DAY, due_on=MONDAY - 12 * DAY, total=Money.of(70, "EUR"))
    )
    unknown = account("C-2", late=3, kind="unknown", dunning_recipient="C-1")
    line = only(called, unknown, capacity={"collector": 14})  # a call of 10 and a task of 5
    assert line.carried_over
    assert not only(called, unknown, capacity={"collector": 15}).carried_over


def test_rights_are_exempt_from_capacity() -> None:
    found = agenda(
        insolvent("C-1"), account("C-2", late=12), capacity={"account_manager": 0, "collector": 10}
    )
    assert recipients(found.lines) == ["C-1", "C-2"]
    assert found.totals == (
        Load(handler=Handler.COLLECTOR, minutes=10, capacity=10, exempt=0, put_off=0),
        Load(handler=Handler.ACCOUNT_MANAGER, minutes=0, capacity=0, exempt=5, put_off=0),
    )


def test_tasks_of_a_lawyer_and_limitation_are_rights() -> None:
    duty = only(disputed("C-1")).duties[0]
    assert not duty.preserves_right
    for task in (
        Task(TaskKind.FOLLOW_UP, handler=Handler.LAWYER),
        Task(TaskKind.LIMITATION_NEAR),
    ):
        assert attrs.evolve(duty, task=task).preserves_right
    assert not attrs.evolve(duty, task=None, handler=Handler.LAWYER).preserves_right


def test_minutes_are_the_documents_or_the_usual_ones() -> None:
    policy = read_policy(HOUSE + "[agenda.minutes]\ncall = 12\ntask = 7\nremind = 3\n")
    assert only(account("C-1", late=12), policy=policy).minutes == 12
    assert only(disputed("C-1"), policy=policy).minutes == 7
    assert only(account("C-1", late=3), policy=policy).minutes == 0  # by itself all the same
    assert only(account("C-1", late=31), policy=policy).minutes == 20


# --- what was not done ---------------------------------------------------------------------------


def test_what_stands_undone_keeps_its_first_dates() -> None:
    late = account("C-1", late=12)
    first = agenda(late)
    line = only(late, as_of=MONDAY + 2 * DAY, undone=[first])
    assert (line.since, line.act_by, line.passed_on) == (MONDAY, MONDAY + 3 * DAY, False)
    assert line.lead
    assert line.lead.act_by == MONDAY + 7 * DAY  # its own count starts again every day


def test_what_was_not_done_in_three_business_days_passes_to_the_collector() -> None:
    document = HOUSE + "[[style]]\nwhen = 'vip'\nhandler = 'account_manager'\n"
    policy = read_policy(document + "[agenda.minutes]\ncall = 12\n")
    vip = account("C-1", late=12, vip=True, owner="Nadia")
    first = agenda(vip, policy=policy)
    in_time = only(vip, policy=policy, as_of=MONDAY + 3 * DAY, undone=first.lines)
    assert (in_time.handler, in_time.owner) == (Handler.ACCOUNT_MANAGER, "Nadia")
    late = only(vip, policy=policy, as_of=MONDAY + 4 * DAY, undone=[in_time])
    assert (late.handler, late.owner, late.passed_on) == (Handler.COLLECTOR, None, True)
    assert (late.since, late.act_by, late.minutes) == (MONDAY, MONDAY + 3 * DAY, 12)
    still = only(vip, policy=policy, as_of=MONDAY + 7 * DAY, undone=[late])
    assert (still.since, still.passed_on) == (MONDAY, True)


def test_late_line_of_a_collector_stays_with_him_and_is_marked() -> None:
    late = account("C-1", late=12, owner="Nadia")
    line = only(late, as_of=MONDAY + 4 * DAY, undone=[agenda(late)])
    assert (line.handler, line.owner, line.passed_on) == (Handler.COLLECTOR, "Nadia", True)


def test_message_that_did_not_leave_by_itself_has_three_days_too() -> None:
    late = account("C-1", late=3)
    first = agenda(late)
    again = agenda(late, as_of=MONDAY + 3 * DAY, undone=[first])
    assert (again.automatic, again.lines[0].act_by) == (again.lines, MONDAY)
    passed = agenda(late, as_of=MONDAY + 4 * DAY, undone=[first])
    assert (passed.automatic, passed.human) == ((), passed.lines)
    assert (passed.lines[0].handler, passed.lines[0].minutes) == (Handler.COLLECTOR, 5)


def test_tasks_pass_on_too_and_those_that_preserve_a_right_never() -> None:
    for made, handler, passed in (
        (disputed("C-1"), Handler.COLLECTOR, True),
        (insolvent("C-1"), Handler.ACCOUNT_MANAGER, False),
    ):
        line = only(made, as_of=MONDAY + 10 * DAY, undone=[agenda(made)])
        assert (line.handler, line.passed_on, line.since) == (handler, passed, MONDAY)


def test_task_with_a_date_of_its_own_is_late_after_it() -> None:
    line = only(disputed("C-1"))
    (duty,) = line.duties
    assert duty.task
    due = MONDAY + 20 * DAY
    dated = Decision("C-1", MONDAY, tasks=(attrs.evolve(duty.task, due=due),), policy_version="1")

    def on(as_of: date, undone: list[Line]) -> Duty:
        found = Assembly(as_of, Undone(undone, as_of)).line(
            Voice(None, "C-1"), [Asking(dated, POLICY, Fraction(0))], 0
        )
        return found[0].duties[0]

    assert on(MONDAY, []).act_by == due
    # It had no date when it was first asked for.
    assert (on(due, [line]).act_by, on(due, [line]).passed_on) == (due, False)
    assert on(due + DAY, [line]).passed_on


def test_tasks_of_two_rules_are_two_matters() -> None:
    def line(as_of: date, rule: str, *undone: Line) -> Line:
        task = Task(TaskKind.FOLLOW_UP, ("F-1",), rule=rule)
        decision = Decision("C-1", as_of, tasks=(task,), policy_version="1")
        assembly = Assembly(as_of, Undone(undone, as_of))
        return assembly.line(Voice(None, "C-1"), [Asking(decision, POLICY, Fraction(0))], 0)[0]

    first = line(MONDAY, "one")
    assert line(MONDAY + DAY, "one", first).since == MONDAY
    assert line(MONDAY + DAY, "other", first).since == MONDAY + DAY


def test_what_was_said_since_is_done() -> None:
    late = account("C-1", late=12)
    first = agenda(late)
    bounced = InteractionResult("R-1", MONDAY + DAY, interaction="I-1", result="bounced")
    done = spoken(late, MONDAY)
    week = MONDAY + 14 * DAY
    assert only(done, as_of=week, undone=[first]).since == week
    assert only(done.record(bounced), as_of=week, undone=[first]).since == MONDAY
    much_later = MONDAY + 70 * DAY
    assert only(done, as_of=much_later, undone=[first]).since == much_later


def test_what_no_longer_stands_is_not_proposed_again() -> None:
    late = account("C-1", late=12)
    other = account("C-2", late=12)
    first = agenda(late, other, disputed("C-3"))
    assert recipients(agenda(other, as_of=MONDAY + DAY, undone=[first]).lines) == ["C-2"]


def test_other_items_and_other_tasks_are_another_matter() -> None:
    first = agenda(account("C-1", late=12), disputed("C-2"), account("C-3", late=3, kind="unknown"))
    second = Invoice("F-2", MONDAY - 40 * DAY, due_on=MONDAY - 12 * DAY, total=Money.of(7, "EUR"))
    other = Dispute("D-1", MONDAY - 40 * DAY, invoice="F-2", cause="wrong_price")
    found = agenda(
        account("C-1", second), account("C-2", second, other), undone=[first], as_of=MONDAY + DAY
    )
    assert {line.since for line in found.lines} == {MONDAY + DAY}
    again = only(account("C-3", late=3, kind="unknown"), undone=[first], as_of=MONDAY + DAY)
    assert [one.since for one in again.duties] == [MONDAY, MONDAY]


def test_first_of_several_earlier_days_counts_and_later_ones_do_not() -> None:
    late = account("C-1", late=14)
    days = [agenda(late, as_of=MONDAY + shift * DAY) for shift in (1, 0, 9)]
    line = only(late, as_of=MONDAY + 2 * DAY, undone=days)
    assert (line.since, line.act_by) == (MONDAY, MONDAY + 3 * DAY)
    line = only(late, as_of=MONDAY, undone=days[2:])
    assert (line.since, line.act_by) == (MONDAY, MONDAY + 3 * DAY)


def test_what_was_put_off_may_be_given_back_like_the_rest() -> None:
    late = account("C-1", late=12)
    first = agenda(late, capacity={"collector": 0})
    assert first.carried_over
    line = only(late, as_of=MONDAY + DAY, undone=[first], capacity={"collector": 10})
    assert (line.since, line.carried_over) == (MONDAY, False)


# --- what the house sees -------------------------------------------------------------------------


def crowd() -> tuple[Account, ...]:
    return (
        account("C-1", late=12, euros=100, owner="Nadia"),
        account("C-2", late=3, euros=200),
        disputed("C-3"),
        insolvent("C-4"),
        account("C-5", late=31, euros=5000),
        account("C-6"),
    )


def test_lines_are_found_by_who_does_them() -> None:
    found = agenda(*crowd()).by_handler()
    assert {handler: recipients(lines) for handler, lines in found.items()} == {
        Handler.AUTOMATIC: ["C-2"],
        Handler.COLLECTOR: ["C-5", "C-1"],
        Handler.ACCOUNT_MANAGER: ["C-4", "C-3"],
    }


def test_lines_are_found_by_the_person_who_answers_for_them() -> None:
    found = agenda(*crowd(), account("C-7", late=40, owner="Ali")).by_owner()
    assert {name: recipients(lines) for name, lines in found.items()} == {
        "Ali": ["C-7"],
        "Nadia": ["C-1"],
    }


def test_what_is_put_off_is_on_nobodys_list_of_today() -> None:
    found = agenda(*crowd(), capacity={"collector": 20})
    assert recipients(found.by_handler()[Handler.COLLECTOR]) == ["C-5"]
    assert found.by_owner() == {}


def test_totals_say_what_each_has_to_do_and_what_is_asked_for() -> None:
    found = agenda(*crowd(), capacity={"collector": 20, "lawyer": 60})
    assert found.totals == (
        Load(handler=Handler.COLLECTOR, minutes=20, capacity=20, exempt=0, put_off=10),
        Load(handler=Handler.ACCOUNT_MANAGER, minutes=5, capacity=None, exempt=5, put_off=0),
        Load(handler=Handler.LAWYER, minutes=0, capacity=60, exempt=0, put_off=0),
    )
    assert found.amounts == (Money.of(5200, "EUR"),)  # not the call that waits
    assert agenda(*crowd()).amounts == (Money.of(5300, "EUR"),)


def test_amounts_are_summed_by_currency() -> None:
    due = MONDAY - 3 * DAY
    foreign = Invoice("F-2", due - 30 * DAY, due_on=due, total=Money.of(70, "USD"))
    policy = read_policy(HOUSE.partition("[agenda]")[0])
    line = only(account("C-1", foreign, late=3), policy=policy)
    assert line.amounts == (Money.of(100, "EUR"), Money.of(70, "USD"))


def test_rows_are_the_lines_in_order_and_then_what_is_carried_over() -> None:
    rows = agenda(*crowd(), capacity={"collector": 20}).to_rows()
    assert [row["recipient"] for row in rows] == ["C-4", "C-5", "C-2", "C-3", "C-1"]
    assert rows[-1] == {
        "recipient": "C-1",
        "accounts": ("C-1",),
        "what": ActionKind.CALL,
        "channel": Channel.PHONE,
        "tasks": (),
        "by": Handler.COLLECTOR,
        "owner": "Nadia",
        "minutes": 10,
        "points": 13,
        "amounts": (Money.of(100, "EUR"),),
        "act_by": MONDAY + 3 * DAY,
        "passed_on": None,
        "next_on": MONDAY + DAY,
        "because": ("call",),
    }
    assert (rows[3]["what"], rows[3]["tasks"]) == (None, (TaskKind.DISPUTE_OVERDUE,))


def test_notebook_shows_the_agenda_escaped() -> None:
    html = agenda(account("C-<1>", late=3), account("C-2"))._repr_html_()
    assert "2026-10-05: 1 lines, 0 carried over, 1 of 2 accounts silent" in html
    assert "C-&lt;1&gt;" in html


def test_occasion_waits_for_the_last_day_on_which_all_may_be_said() -> None:
    # Two policies of one table, one of which works on Saturday.
    saturday = MONDAY - 2 * DAY
    worked = POLICY.completed(calendar=BusinessCalendar(weekend=frozenset({6})))

    class Table:
        def policy_for(self, account: Account) -> Policy:
            return worked if account.debtor.id == "C-1" else POLICY

    line = only(
        account("C-1", late=12, dunning_recipient="HQ"),
        account("C-2", late=5, dunning_recipient="HQ"),
        policy=Table(),
        as_of=saturday,
    )
    assert [action.execute_on for action in line.actions] == [saturday, MONDAY]
    assert line.execute_on == MONDAY
    line = only(
        account("C-1", late=5, dunning_recipient="HQ"),
        account("C-2", late=5, dunning_recipient="HQ"),
        policy=Table(),
        as_of=saturday,
    )
    assert (line.accounts, line.automatic) == (("C-1", "C-2"), line.actions)
    assert (line.execute_on, line.act_by) == (MONDAY, MONDAY)


def test_several_actions_of_one_sort_are_led_by_the_firmest_then_by_the_first_account() -> None:
    def action(level: str | None, **options: Any) -> Action:
        given: dict[str, Any] = {
            "kind": ActionKind.REMIND,
            "channel": Channel.EMAIL,
            "tone": Tone.COURTEOUS,
            "handler": Handler.AUTOMATIC,
            "template": "x",
            "recipient": "HQ",
            "rule": "x",
            "level": level,
            "steps": (),
            "lists": ("F-1",),
            "amounts": (),
            "execute_on": MONDAY,
            "act_by": MONDAY,
            **options,
        }
        return Action(**given)

    actions = {
        "C-1": action(None),
        "C-2": action("reminder"),
        "C-3": action("call"),
        "C-4": action("reminder", tone=Tone.FIRM),
        "C-5": action("reminder"),
        "C-6": action("reminder", kind=ActionKind.CALL),
        "C-7": action("reminder", handler=Handler.COLLECTOR),
    }
    asking = [
        Asking(
            Decision(name, MONDAY, action=one, policy_version="1"),
            POLICY,
            Fraction(0),
        )
        for name, one in actions.items()
    ]
    line, _ = Assembly(MONDAY, Undone((), MONDAY)).line(Voice(None, "HQ"), asking, 0)
    assert line.accounts == ("C-7", "C-6", "C-4", "C-3", "C-2", "C-5", "C-1")
    assert line.items == frozenset((name, "F-1") for name in actions)  # listed, as nothing climbs


# --- what may be asked ---------------------------------------------------------------------------


def test_accounts_may_come_from_a_generator_and_are_let_go() -> None:
    alive: weakref.WeakSet[Account] = weakref.WeakSet()
    most = 0

    def stream() -> Iterator[Account]:
        nonlocal most
        for number in range(200):
            one = account(f"C-{number}", late=12, dunning_recipient=f"HQ-{number % 50}")
            alive.add(one)
            most = max(most, len(alive))
            yield one

    found = agenda_of(POLICY, stream(), as_of=MONDAY)
    gc.collect()
    assert (found.seen, len(found.lines)) == (200, 50)
    assert most <= 3
    assert not alive


@pytest.mark.parametrize(
    ("asked", "field", "expected", "got"),
    [
        ({"policy": "fr-b2b"}, "policy", "a Policy, or something with policy_for(account)", "str"),
        ({"accounts": "C-1"}, "accounts", "accounts, one after the other", "str"),
        ({"accounts": 7}, "accounts", "accounts, one after the other", "int"),
        ({"accounts": account("C-1")}, "accounts", "accounts, one after the other", "Account"),
        ({"accounts": [None]}, "accounts", "accounts only", "NoneType"),
        (
            {"accounts": [account("C-1", late=3)] * 2},
            "accounts",
            "each account once",
            "'C-1' twice",
        ),
        ({"as_of": "today"}, "as_of", "a date", "'today'"),
        ({"undone": [7]}, "undone", "agendas, or lines of them", "int"),
        (
            {"capacity": 30},
            "capacity",
            "minutes by handler: collector, account_manager, lawyer",
            "30",
        ),
        ({"capacity": {"Nadia": 30}}, "capacity", "minutes by handler: collector", "'Nadia'"),
        (
            {"capacity": {"automatic": 30}},
            "capacity",
            "minutes by handler: collector",
            "'automatic'",
        ),
        ({"capacity": {"collector": -1}}, "capacity.collector", "minutes, 0 or more", "-1"),
        ({"capacity": {"collector": 0.5}}, "capacity.collector", "minutes, 0 or more", "0.5"),
        ({"capacity": {"collector": True}}, "capacity.collector", "minutes, 0 or more", "True"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    asked: dict[str, Any], field: str, expected: str, got: str
) -> None:
    asked = {"policy": POLICY, "accounts": [], "as_of": MONDAY, **asked}
    with pytest.raises(InvalidInput) as caught:
        agenda_of(asked.pop("policy"), asked.pop("accounts"), **asked)
    assert caught.value.field == field
    assert caught.value.expected.startswith(expected)
    assert caught.value.got == got


def test_accounts_that_come_twice_are_seen_among_others_of_their_recipient() -> None:
    twice = account("C-1", late=3, dunning_recipient="HQ")
    with pytest.raises(InvalidInput):
        agenda(twice, account("C-2", late=3, dunning_recipient="HQ"), twice)


def test_placement_and_notices_ride_like_any_other_act() -> None:
    ladder = "[[level]]\nid = 'placement'\nwhen = 'days_past_due >= 60'\ndo = 'place'\n\n[agenda]"
    policy = read_policy(HOUSE.replace("[agenda]", ladder))
    respond_by = MONDAY - 3 * DAY
    notice = FormalNotice(
        "N-1",
        MONDAY - 12 * DAY,
        invoices=["F-1"],
        amount=Money.of(100, "EUR"),
        respond_by=respond_by,
    )
    ripe = account("C-1", notice, late=70, dunning_recipient="HQ", owner="Nadia")
    other = account("C-2", late=31, dunning_recipient="HQ")
    line = only(ripe, other, policy=policy)
    assert [one.kind for one in line.actions] == [ActionKind.PLACE, ActionKind.FORMAL_NOTICE]
    assert (line.minutes, line.handler) == (30, Handler.ACCOUNT_MANAGER)


# --- who may share an occasion -------------------------------------------------------------------


def test_recipient_who_refuses_the_telephone_is_not_called_through_another_account() -> None:
    called = account("C-2", late=12, dunning_recipient="HQ")
    assert only(called).actions[0].channel == "phone"
    refuses = account("HQ", late=5, refused_channels={"phone"})
    line = only(refuses, called)
    assert (line.accounts, [one.channel for one in line.actions]) == (("HQ",), ["email"])
    silent = account("HQ", late=0, refused_channels={"phone"})
    assert agenda(silent, called).silences == (("channels-refused", 1), ("nothing to do", 1))


def test_account_whose_debtor_refuses_the_channel_of_the_lead_waits() -> None:
    called = account("C-1", late=12, dunning_recipient="HQ")
    refuses = account("C-2", late=5, dunning_recipient="HQ", refused_channels={"phone"})
    assert only(called, refuses).accounts == ("C-1",)
    assert agenda(called, refuses).silences == (("pace", 1),)


def test_debtor_of_unknown_kind_is_no_part_of_a_call() -> None:
    called = account("C-1", late=12, dunning_recipient="HQ")
    unknown = account("C-2", late=5, dunning_recipient="HQ", kind="unknown")
    line = only(called, unknown)
    assert [(one.account, one.action is None) for one in line.decisions] == [
        ("C-1", False),
        ("C-2", True),
    ]
    assert line.decisions[1].because[0] == "pace"


def test_reminder_is_no_part_of_the_formal_notice_of_another_account() -> None:
    noticed = account("C-1", late=31, dunning_recipient="HQ")
    reminded = account("C-2", late=5, dunning_recipient="HQ")
    line = only(noticed, reminded)
    assert [one.kind for one in line.actions] == [ActionKind.FORMAL_NOTICE]
