"""The style table: how, by whom and to whom, without touching what a formal act needs."""

from __future__ import annotations

from typing import Any

import pytest
from tests.policy.telling import (
    BEFORE,
    REMINDER,
    account,
    action_of,
    ask,
    contact,
    house,
    invoice,
    notice,
    on,
    silent,
    table,
    tasks_of,
    trigger,
)

from recouvrement import (
    Action,
    Channel,
    Interaction,
    InteractionResult,
    Person,
    Task,
    TaskKind,
    Tone,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import Handler


def rung(do: str, channel: str | None = None, **more: Any) -> str:
    """A ladder of one level; a placement has none above it, and its channel is nobody's."""
    channels = {} if channel is None else {"channel": channel}
    return table("level", id="rung", when="days_past_due >= 2", do=do, **channels, **more)


def style(when: str = "True", **keys: Any) -> str:
    return table("style", when=when, **keys)


def said(*tables: str, facts: tuple[Fact, ...] = (), day: int = 4, **debtor: Any) -> Action:
    """What a house of one level says of an invoice of two days and more."""
    return action_of(ask(account(invoice(), *facts, **debtor), day, house(*tables)))


# --- which row -----------------------------------------------------------------------------------


def test_first_row_that_holds_decides_alone() -> None:
    rows = (style("vip", channel="letter"), style("collectable >= EUR(500)", tone="firm"))
    plain = said(*rows, rung("remind", "email"))
    assert (plain.channel, plain.tone) == ("email", "firm")
    vip = said(*rows, rung("remind", "email"), vip=True)
    assert (vip.channel, vip.tone) == ("letter", "courteous")
    neither = said(style("vip", tone="formal"), rung("remind", "email"))
    assert (neither.channel, neither.tone) == ("email", "courteous")


def test_row_is_for_its_acts_or_for_all() -> None:
    rows = (style(acts=["call", "visit"], tone="formal"), style(tone="firm"))
    assert said(*rows, rung("call", "phone")).tone is Tone.FORMAL
    assert said(*rows, rung("remind", "email")).tone is Tone.FIRM
    assert said(style(acts=["call"], tone="firm"), rung("remind", "email")).tone is Tone.COURTEOUS


def test_row_reads_the_act_of_the_rule_and_not_what_another_row_would_make_of_it() -> None:
    rows = (style(acts=["remind"], channel="phone"), style(acts=["call"], tone="formal"))
    found = said(*rows, rung("remind", "email"))
    assert (found.kind, found.tone) == ("call", "courteous")


def test_style_is_laid_over_what_a_trigger_says_too() -> None:
    call = trigger("alert", "days_past_due >= 1")
    found = said(
        style(acts=["call"], channel="letter", template="t"), call, rung("remind", "email")
    )
    assert (found.rule, found.kind, found.channel, found.template) == (
        *("alert", "remind", "letter", "t"),
    )


def test_rows_read_the_whole_account_of_that_day() -> None:
    large = style("collectable >= EUR(1_500)", tone="firm")
    assert said(large, rung("remind", "email")).tone is Tone.COURTEOUS
    assert said(large, rung("remind", "email"), facts=(invoice("F-2", 500),)).tone is Tone.FIRM


# --- what it changes -----------------------------------------------------------------------------


def test_row_changes_what_it_names_and_nothing_else() -> None:
    policy = (style(tone="formal", handler="lawyer", template="t"), rung("remind", "email"))
    found = said(*policy)
    assert (found.tone, found.handler, found.template) == ("formal", "lawyer", "t")
    assert (found.kind, found.channel, found.level) == ("remind", "email", "rung")
    assert found.act_by == on(9)  # a person has three business days


@pytest.mark.parametrize(
    ("do", "channel", "style_channel", "kind", "handler"),
    [
        ("remind", "email", "phone", "call", "collector"),
        ("remind", "email", "visit", "visit", "collector"),
        ("remind", "email", "letter", "remind", "automatic"),
        ("call", "phone", "email", "remind", "collector"),
        ("call", "phone", "registered_letter", "remind", "collector"),
        ("call", "phone", "portal", "remind", "collector"),
        ("call", "phone", "visit", "visit", "collector"),
        ("visit", "visit", "phone", "call", "collector"),
        ("visit", "visit", "sms", "remind", "collector"),
    ],
)
def test_channel_makes_a_call_of_a_reminder_and_a_reminder_of_a_call(
    do: str, channel: str, style_channel: str, kind: str, handler: str
) -> None:
    found = said(style(channel=style_channel), rung(do, channel))
    assert (found.kind, found.channel, found.handler) == (kind, style_channel, handler)
    assert (found.level, found.template) == ("rung", "rung")


def test_who_speaks_aloud_is_a_person_unless_the_document_insists() -> None:
    robot = style(channel="phone", handler="automatic")
    assert said(robot, rung("remind", "email")).handler is Handler.AUTOMATIC
    lawyer = style(channel="phone", handler="lawyer")
    assert said(lawyer, rung("remind", "email")).handler is Handler.LAWYER
    own = said(style(channel="phone"), rung("remind", "email", handler="lawyer"))
    assert own.handler is Handler.LAWYER


def test_pre_due_reminder_stays_one_and_is_told_by_a_person_on_the_phone() -> None:
    found = said(style(channel="phone"), BEFORE, REMINDER, day=-3)
    assert (found.kind, found.channel, found.handler) == ("pre_due_reminder", "phone", "collector")


def test_offer_of_a_plan_stays_one_on_any_channel() -> None:
    plan = trigger("plan", "days_past_due >= 1", "propose_plan", handler="automatic")
    found = said(style(channel="letter"), plan, rung("remind", "email"))
    assert (found.kind, found.channel, found.handler) == ("propose_plan", "letter", "automatic")
    found = said(style(channel="visit"), plan, rung("remind", "email"))
    assert (found.kind, found.channel, found.handler) == ("propose_plan", "visit", "collector")
    assert found.approval


# --- formal acts ---------------------------------------------------------------------------------


def test_formal_act_keeps_its_channel_its_register_and_a_person() -> None:
    row = style(channel="email", tone="friendly", handler="automatic", template="t")
    found = said(row, rung("formal_notice", "registered_letter"))
    assert (found.kind, found.channel, found.tone) == (
        *("formal_notice", "registered_letter", "formal"),
    )
    assert (found.handler, found.template, found.approval) == ("collector", "t", True)


def test_formal_act_may_change_hands_and_whom_it_asks_for() -> None:
    boss = Person("P-1", "Mme Petit", role="director")
    row = style(handler="lawyer", recipient="director")
    found = said(row, rung("formal_notice", "registered_letter"), people=(boss,))
    assert (found.handler, found.person) == ("lawyer", "P-1")
    placed = said(row, rung("place"), facts=(notice(1, "F-1", days=1),), people=(boss,))
    assert (placed.kind, placed.channel, placed.handler) == ("place", None, "lawyer")


# --- whom it asks for ----------------------------------------------------------------------------

BUYER = Person("P-0", "M. Roux", role="buyer")
GONE = Person("P-1", "M. Lenoir", role="accounts_payable", until=on(3))
PETIT = Person(
    "P-2", "Mme Petit", role="accounts_payable", refused_channels=frozenset({Channel.PHONE})
)
OTHER = Person("P-3", "M. Blanc", role="accounts_payable")
ASKING = style(recipient="accounts_payable")


def test_first_who_still_has_the_role_is_asked_for() -> None:
    people = (BUYER, GONE, PETIT, OTHER)
    assert said(ASKING, rung("remind", "email"), people=people).person == "P-2"
    assert said(ASKING, rung("remind", "email"), people=people, day=3).person == "P-1"
    assert said(ASKING, rung("remind", "email"), people=(BUYER, GONE)).person is None
    assert said(rung("remind", "email"), people=people).person is None


def test_channel_that_the_person_refuses_is_not_used() -> None:
    found = said(ASKING, rung("call", "phone"), people=(PETIT,))
    assert (found.kind, found.channel, found.person) == ("remind", "email", "P-2")
    # Others there may be rung.
    found = said(ASKING, rung("call", "phone"), people=(OTHER, PETIT))
    assert (found.kind, found.channel, found.person) == ("call", "phone", "P-3")


def test_what_the_debtor_and_the_person_refuse_together_leaves_what_neither_refuses() -> None:
    found = said(
        ASKING, rung("call", "phone"), people=(PETIT,), refused_channels=["email", "portal"]
    )
    assert (found.channel, found.person) == ("letter", "P-2")


# --- who answers for it --------------------------------------------------------------------------


def test_account_manager_without_a_name_is_a_collector_and_a_task() -> None:
    policy = house(style(handler="account_manager"), rung("remind", "email"))
    decision = ask(account(invoice()), 4, policy)
    assert (action_of(decision).handler, action_of(decision).owner) == ("collector", None)
    assert decision.tasks == (Task(TaskKind.ASSIGN_OWNER),)
    decision = ask(account(invoice(), owner="Nadia"), 4, policy)
    assert (action_of(decision).handler, action_of(decision).owner) == ("account_manager", "Nadia")
    assert decision.tasks == ()


def test_owner_of_the_items_answers_before_the_owner_of_the_debtor() -> None:
    policy = house(rung("call", "phone", handler="account_manager"))
    karim, lea = invoice("F-1", owner="Karim"), invoice("F-2", owner="Lea")

    def owner(*facts: Fact, **debtor: Any) -> str | None:
        return action_of(ask(account(*facts, **debtor), 4, policy)).owner

    assert owner(karim, owner="Nadia") == "Karim"
    assert owner(karim) == "Karim"
    assert owner(karim, lea, owner="Nadia") == "Nadia"
    assert owner(karim, invoice("F-3"), owner="Nadia") == "Nadia"
    assert owner(karim, lea) is None
    assert tasks_of(ask(account(karim, lea), 4, policy)) == [("assign_owner",)]


def test_owner_of_what_climbs_answers_for_the_message() -> None:
    karim, lea = invoice("F-1", owner="Karim"), invoice("F-2", owner="Lea", due=3)
    policy = house(trigger("alert", "days_past_due >= 1"), rung("remind", "email"))
    action = action_of(ask(account(karim, lea, owner="Nadia"), 4, policy))
    assert ([step.invoice for step in action.steps], action.lists) == (["F-1"], ("F-2",))
    assert action.owner == "Karim"


def test_owner_of_what_is_only_listed_answers_where_nothing_climbs() -> None:
    policy = house(trigger("alert", "days_past_due >= 1"), rung("remind", "email"))
    told = account(invoice(owner="Karim", due=3), owner="Nadia")
    assert action_of(ask(told, 4, policy)).owner == "Karim"


def test_what_runs_by_itself_has_no_owner() -> None:
    assert said(rung("remind", "email"), owner="Nadia").owner is None
    assert said(rung("call", "phone"), owner="Nadia").owner == "Nadia"


# --- what we do not know -------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["phone", "visit"])
def test_nobody_calls_about_a_doubt_of_ours(channel: str) -> None:
    row = style(channel=channel, tone="firm", handler="collector")
    unknown = said(row, rung("remind", "email"), kind="unknown")
    assert (unknown.kind, unknown.channel, unknown.tone) == ("remind", "email", "firm")
    policy = house(row, rung("remind", "email"))
    assumed = action_of(ask(account(invoice(due_assumed=True)), 4, policy))
    assert (assumed.kind, assumed.channel, assumed.handler) == ("remind", "email", "collector")
    early = said(row, BEFORE, REMINDER, day=-3, kind="unknown")
    assert (early.kind, early.channel) == ("pre_due_reminder", "email")


def test_doubt_about_one_item_stops_no_call_about_the_others() -> None:
    policy = house(style(channel="visit"), rung("call", "phone"))
    told = account(invoice(), invoice("F-2", due_assumed=True))
    found = action_of(ask(told, 4, policy))
    assert (found.kind, found.invoices) == ("visit", ("F-1",))


def test_unknown_debtor_may_be_written_to_another_way() -> None:
    found = said(style(channel="letter"), rung("remind", "email"), kind="unknown")
    assert (found.kind, found.channel) == ("remind", "letter")


# --- channels that are closed --------------------------------------------------------------------


def lost(day: int, *channels: str) -> tuple[Fact, ...]:
    """Contacts on these channels, thanks that cost no pace, all of which came back."""
    facts: list[Fact] = []
    for channel in channels:
        name = f"B-{day}-{channel}"
        facts.append(Interaction(name, on(day), channel=channel, act="thank"))
        facts.append(InteractionResult(f"R-{name}", on(day), interaction=name, result="bounced"))
    return tuple(facts)


def test_channel_of_the_table_that_the_debtor_refuses_is_not_used() -> None:
    found = said(style(channel="phone"), rung("remind", "email"), refused_channels=["phone"])
    assert (found.kind, found.channel) == ("remind", "email")


def test_channel_on_which_the_last_contact_came_back_is_not_used() -> None:
    found = said(rung("remind", "email"), facts=lost(-1, "email"))
    assert (found.kind, found.channel) == ("remind", "letter")
    found = said(rung("call", "phone"), facts=lost(-1, "phone"))
    assert (found.kind, found.channel) == ("remind", "letter")
    found = said(rung("remind", "email"), facts=lost(-1, "email", "letter"))
    assert found.channel == "portal"
    found = said(rung("remind", "email"), facts=lost(-1, "email"), preferred_channels=["sms"])
    assert found.channel == "sms"
    found = said(rung("remind", "email"), facts=lost(-1, "sms"))
    assert found.channel == "email"


@pytest.mark.parametrize(
    "since",
    [
        Interaction("I-2", on(0), channel="email", act="thank"),
        Interaction("I-2", on(0), channel="email", direction="incoming"),
    ],
    ids=["arrived", "came"],
)
def test_channel_is_open_again_once_something_passes(since: Fact) -> None:
    found = said(rung("remind", "email"), facts=(*lost(-1, "email"), since))
    assert found.channel == "email"


def test_bounce_counts_from_the_day_it_is_known() -> None:
    sent = Interaction("I-1", on(0), channel="email", act="thank")
    back = InteractionResult("IR-1", on(3), interaction="I-1", result="bounced")
    assert said(rung("remind", "email"), facts=(sent, back), day=2).channel == "email"
    assert said(rung("remind", "email"), facts=(sent, back), day=3).channel == "letter"


def test_formal_act_goes_by_post_even_where_post_came_back() -> None:
    post = said(rung("formal_notice", "letter"), facts=lost(-1, "letter", "registered_letter"))
    assert post.channel == "letter"
    email = said(rung("formal_notice", "email"), facts=lost(-1, "email"))
    assert (email.kind, email.channel) == ("formal_notice", "registered_letter")


def test_debtor_who_cannot_be_reached_is_a_task() -> None:
    every = [str(one) for one in Channel if one is not Channel.REGISTERED_LETTER]
    policy = house(rung("remind", "email"))
    decision = ask(account(invoice(), *lost(-1, *every)), 4, policy)
    assert silent(decision, "channels-refused", "rung")
    assert tasks_of(decision) == [("find_coordinates",)]
    # Half of them refused, the others lost.
    told = account(
        invoice(), *lost(-1, "letter", "sms"), refused_channels=["email", "portal", "whatsapp"]
    )
    assert silent(ask(told, 4, policy), "channels-refused", "rung")


# --- the French preset ---------------------------------------------------------------------------


def test_preset_rings_the_large_accounts_and_hands_them_to_their_manager() -> None:
    found = action_of(ask(account(invoice(total=20_000), owner="Nadia"), 2))
    assert (found.kind, found.channel, found.handler, found.owner) == (
        *("call", "phone", "account_manager", "Nadia"),
    )
    assert (found.level, found.template) == ("first-reminder", "first-reminder")
    assert action_of(ask(account(invoice(total=19_999), owner="Nadia"), 2)).channel == "email"
    assert action_of(ask(account(invoice(), vip=True, owner="Nadia"), 2)).kind == "call"


def test_preset_writes_another_way_after_three_contacts_without_an_answer() -> None:
    told = account(invoice(due=-20), *(contact(day) for day in (-30, -20, -10)))
    assert action_of(ask(told, 0)).channel == "letter"
    answered = told.record(Interaction("I-in", on(-5), channel="email", direction="incoming"))
    assert action_of(ask(answered, 0)).channel == "email"
    two = account(invoice(due=-20), contact(-20), contact(-10))
    assert action_of(ask(two, 0)).channel == "email"
