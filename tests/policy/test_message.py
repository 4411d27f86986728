"""How a message goes: its channel, register and hands, and what is missing from the file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from recouvrement import (
    Account,
    Action,
    ActionKind,
    Channel,
    Debtor,
    Document,
    FormalNotice,
    Invoice,
    Money,
    Policy,
    Tone,
    decide,
    read_policy,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import Handler
from recouvrement.policy.message import BUSINESS_DAYS_TO_ACT, firmer

DUE = date(2026, 3, 2)  # a Monday
HEAD = 'name = "house"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n'


def house(act: str, channel: str | None = None, **level: str) -> Policy:
    """A house with one rung."""
    given = {"id": "rung", "do": act, "when": "days_past_due >= 2", **level}
    if act == "pre_due_reminder":
        given["when"] = "days_until_due <= 5"
    if channel is not None:
        given["channel"] = channel
    lines = [f"{key} = {value if value[0] == '[' else repr(value)}" for key, value in given.items()]
    return read_policy(HEAD + "[[level]]\n" + "\n".join(lines))


def action(policy: Policy, *facts: Fact, day: int = 4, **debtor: Any) -> Action | None:
    invoice = Invoice("F-1", DUE - timedelta(30), due_on=DUE, total=Money.of(1000, "EUR"))
    told = Account.of(Debtor("C-1", "Vasseur", kind="business", **debtor), invoice, *facts)
    return decide(policy, told, as_of=DUE + timedelta(day)).action


def said(policy: Policy, *facts: Fact, **other: Any) -> Action:
    found = action(policy, *facts, **other)
    assert found is not None
    return found


def test_level_decides_channel_register_hands_and_template() -> None:
    found = said(house("call", "whatsapp", tone="formal", handler="lawyer", template="call-fr"))
    assert (found.kind, found.channel) == (ActionKind.CALL, Channel.WHATSAPP)
    assert (found.tone, found.handler, found.template) == (Tone.FORMAL, Handler.LAWYER, "call-fr")
    assert (found.partner, found.approval) == (None, False)


def test_what_runs_by_itself_is_done_the_same_day_and_a_person_has_three() -> None:
    assert BUSINESS_DAYS_TO_ACT == 3
    friday = DUE + timedelta(4)
    assert said(house("remind", "email")).act_by == friday
    assert said(house("call", "phone")).act_by == friday + timedelta(5)


# --- refused channels ----------------------------------------------------------------------------


def test_channel_that_is_not_refused_is_used() -> None:
    found = said(house("call", "phone"), refused_channels=["email", "letter"])
    assert (found.kind, found.channel) == ("call", "phone")


def test_refused_telephone_becomes_something_written_by_the_same_hands() -> None:
    found = said(house("call", "phone", tone="firm"), refused_channels=["phone"])
    assert (found.kind, found.channel, found.handler) == ("remind", "email", "collector")
    assert (found.level, found.tone, found.template) == ("rung", "firm", "rung")


def test_refused_visit_is_no_visit() -> None:
    found = said(house("visit", "visit"), refused_channels=["visit"])
    assert (found.kind, found.channel) == ("remind", "email")


def test_refused_email_leaves_a_reminder_a_reminder() -> None:
    found = said(house("remind", "email"), refused_channels=["email"])
    assert (found.kind, found.channel, found.handler) == ("remind", "portal", "automatic")


def test_pre_due_reminder_stays_one() -> None:
    found = said(house("pre_due_reminder", "email"), day=-3, refused_channels=["email", "portal"])
    assert (found.kind, found.channel) == ("pre_due_reminder", "letter")


@pytest.mark.parametrize(
    ("refused", "channel"),
    [
        (["email"], "portal"),
        (["email", "portal"], "letter"),
        (["email", "portal", "letter"], "sms"),
        (["email", "portal", "letter", "sms"], "whatsapp"),
    ],
)
def test_written_ways_are_taken_from_the_lightest_on(refused: list[str], channel: str) -> None:
    assert said(house("remind", "email"), refused_channels=refused).channel == channel


def test_written_way_that_the_debtor_prefers_comes_first() -> None:
    preferred = ["phone", "email", "sms", "letter"]
    found = said(
        house("call", "phone"), refused_channels=["phone", "email"], preferred_channels=preferred
    )
    assert found.channel == "sms"


def test_preference_does_not_change_a_channel_that_is_not_refused() -> None:
    assert said(house("call", "phone"), preferred_channels=["sms"]).channel == "phone"


def test_nothing_is_said_to_who_refuses_every_written_way() -> None:
    written = ["email", "portal", "letter", "sms", "whatsapp"]
    assert action(house("remind", "email"), refused_channels=written) is None
    assert action(house("call", "phone"), refused_channels=[*written, "phone"]) is None
    # The telephone was not refused, so a call can be made.
    assert said(house("call", "phone"), refused_channels=written).channel == "phone"


@pytest.mark.parametrize("post", ["letter", "registered_letter"])
def test_post_is_used_for_a_formal_act_even_when_refused(post: str) -> None:
    found = said(house("formal_notice", post), refused_channels=[post])
    assert (found.kind, found.channel) == ("formal_notice", post)


@pytest.mark.parametrize("channel", ["email", "portal", "sms"])
def test_formal_act_by_a_refused_channel_goes_by_registered_letter(channel: str) -> None:
    found = said(house("formal_notice", channel), refused_channels=[channel])
    assert (found.kind, found.channel) == ("formal_notice", "registered_letter")
    assert said(house("formal_notice", channel)).channel == channel


def test_placement_speaks_to_no_debtor() -> None:
    notice = FormalNotice(
        "N-1",
        DUE + timedelta(1),
        invoices=["F-1"],
        amount=Money.of(1000, "EUR"),
        respond_by=DUE + timedelta(2),
    )
    assert said(house("place"), notice, refused_channels=list(Channel)).channel is None


def test_registered_letter_of_a_reminder_gives_way_like_any_other() -> None:
    found = said(house("remind", "registered_letter"), refused_channels=["registered_letter"])
    assert (found.kind, found.channel) == ("remind", "email")


@pytest.mark.parametrize(
    ("one", "other", "firmer_of_both"),
    [
        ("friendly", "courteous", "courteous"),
        ("firm", "friendly", "firm"),
        ("formal", "firm", "formal"),
        ("firm", "firm", "firm"),
    ],
)
def test_registers_go_from_the_first_question_to_the_formal_demand(
    one: str, other: str, firmer_of_both: str
) -> None:
    assert firmer(Tone(one), Tone(other)) == firmer_of_both
    assert firmer(Tone(other), Tone(one)) == firmer_of_both


# --- approval and the file -----------------------------------------------------------------------


@pytest.mark.parametrize(("act", "formal"), [("remind", False), ("formal_notice", True)])
def test_formal_acts_need_approval(act: str, formal: bool) -> None:  # noqa: FBT001 (parametrised)
    found = said(house(act, "letter"))
    assert found.approval is formal
    assert (found.handler is Handler.AUTOMATIC) is not formal


FILE = house("formal_notice", "letter", documents='["order", "delivery_note"]')


def piece(name: str, kind: str, *invoices: str, day: int = 0) -> Document:
    return Document(name, DUE + timedelta(day), kind=kind, invoices=invoices)


@pytest.mark.parametrize(
    ("pieces", "missing"),
    [
        ((), ("order", "delivery_note")),
        ((piece("O-1", "order", "F-1"),), ("delivery_note",)),
        ((piece("O-1", "order"),), ("delivery_note",)),  # an order for everything
        ((piece("O-1", "contract", "F-1"),), ("order", "delivery_note")),
        ((piece("O-1", "order", "F-2"),), ("order", "delivery_note")),
        ((piece("O-1", "order", "F-1", day=5),), ("order", "delivery_note")),  # not there yet
        ((piece("O-1", "order", "F-1"), piece("O-2", "delivery_note", "F-1")), ()),
    ],
)
def test_missing_pieces_are_said_and_never_block(
    pieces: tuple[Document, ...], missing: tuple[str, ...]
) -> None:
    other = Invoice(
        "F-2", DUE - timedelta(30), due_on=DUE + timedelta(20), total=Money.of(9, "EUR")
    )
    assert said(FILE, other, *pieces).missing_documents == missing


def test_piece_is_missing_when_one_of_the_items_that_climb_lacks_it() -> None:
    other = Invoice("F-2", DUE - timedelta(30), due_on=DUE, total=Money.of(9, "EUR"))
    one = piece("O-1", "order", "F-1")
    assert said(FILE, other, one).missing_documents == ("order", "delivery_note")
    assert said(FILE, other, one, piece("O-2", "order", "F-2")).missing_documents == (
        "delivery_note",
    )


def test_level_that_asks_for_no_piece_misses_none() -> None:
    assert said(house("remind", "email"), piece("O-1", "order")).missing_documents == ()
