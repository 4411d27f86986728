"""A decision is a value that a notebook, a table or a person can look at."""

from __future__ import annotations

from datetime import date

import attrs

from recouvrement import Action, Channel, Decision, Money, Step, Task, TaskKind, Tone
from recouvrement.policy import Handler

ACTION = Action(
    kind="call",  # type: ignore[arg-type]
    channel=Channel.PHONE,
    tone=Tone.FIRM,
    handler=Handler.COLLECTOR,
    template="call",
    recipient="C-17",
    level="call",
    steps=(Step("F-41", "call"), Step("F-40", "first-reminder")),
    lists=("F-42",),
    amounts=(Money.of(900, "EUR"),),
    execute_on=date(2026, 10, 5),
    act_by=date(2026, 10, 8),
)
TASK = Task(
    TaskKind.DISPUTE_OVERDUE,
    ("F-43",),
    handler=Handler.ACCOUNT_MANAGER,
    due=date(2026, 10, 30),
    owner="Nadia",
)
DECISION = Decision(
    "C-<17>",
    date(2026, 10, 5),
    action=ACTION,
    tasks=(TASK,),
    because=("call", "first-reminder"),
    policy_version="1",
)


def test_action_speaks_of_what_climbs_then_of_what_it_lists() -> None:
    assert ACTION.invoices == ("F-41", "F-40", "F-42")


def test_action_asks_for_no_approval_and_names_no_partner_unless_told() -> None:
    assert (ACTION.approval, ACTION.missing_documents, ACTION.partner) == (False, (), None)


def test_action_is_given_by_its_level_unless_a_trigger_is_named() -> None:
    assert (ACTION.rule, ACTION.person, ACTION.owner, ACTION.offer) == ("call", None, None, None)
    assert attrs.evolve(ACTION, rule="broken-promise").rule == "broken-promise"
    given = {one.name: getattr(ACTION, one.name) for one in attrs.fields(Action)}
    del given["rule"]
    assert Action(**{**given, "level": None}).rule == ""


def test_placement_is_entrusted_to_a_partner_and_nothing_else_changes() -> None:
    entrusted = ACTION.entrusted_to("sea")
    assert entrusted == attrs.evolve(ACTION, partner="sea")
    assert ACTION.partner is None


def test_task_is_a_collectors_and_the_librarys_unless_told() -> None:
    plain = Task(TaskKind.QUALIFY)
    assert (plain.invoices, plain.handler, plain.rule, plain.due, plain.owner) == (
        *((), Handler.COLLECTOR, None, None, None),
    )
    assert (TASK.due, TASK.owner) == (date(2026, 10, 30), "Nadia")


def test_decision_is_one_row_per_action_and_task() -> None:
    assert DECISION.to_rows() == [
        {
            "what": "call",
            "channel": Channel.PHONE,
            "level": "call",
            "invoices": ("F-41", "F-40", "F-42"),
            "amounts": (Money.of(900, "EUR"),),
            "by": Handler.COLLECTOR,
            "act_by": date(2026, 10, 8),
        },
        {"what": "dispute_overdue", "invoices": ("F-43",), "by": Handler.ACCOUNT_MANAGER},
    ]


def test_notebook_shows_ids_amounts_and_reasons_escaped() -> None:
    html = DECISION._repr_html_()
    assert "C-&lt;17&gt; as of 2026-10-05: call, first-reminder" in html
    assert "900.00 EUR" in html
    assert "C-<17>" not in html


def test_decision_of_nothing_says_so() -> None:
    nothing = Decision("C-1", date(2026, 10, 5), policy_version="1")
    assert nothing.to_rows() == []
    assert "C-1 as of 2026-10-05: nothing to do" in nothing._repr_html_()
    assert nothing.law_version is None
