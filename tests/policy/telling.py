"""The words in which tests of the engine are told: a house, its rungs, facts by day, answers.

They happen around Monday 2 March 2026, the day on which invoices fall due unless they say
otherwise; `on(3)` is three days after it. The policy is the French preset unless a house has its
own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from recouvrement import (
    Account,
    Action,
    Allocation,
    Debtor,
    Decision,
    ExchangeRate,
    ExchangeRates,
    FormalNotice,
    Interaction,
    Invoice,
    Money,
    Payment,
    Policy,
    Promise,
    Step,
    decide,
    preset,
    read_policy,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import Criterion

DUE = date(2026, 3, 2)
PRESET = preset("fr-b2b")
RATES = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2026, 1, 1), value="0.50"))

HEAD = 'name = "house"\nversion = "7"\ncurrency = "EUR"\nfor = ["business"]\n'
BEFORE = """
[[level]]
id = "before"
when = "days_until_due <= 5"
do = "pre_due_reminder"
channel = "email"
"""
REMINDER = """
[[level]]
id = "reminder"
when = "days_past_due >= 2"
do = "remind"
channel = "email"
"""
CALL = """
[[level]]
id = "call"
when = "days_past_due >= 10"
do = "call"
channel = "phone"
"""
LETTER = """
[[level]]
id = "letter"
when = "days_past_due >= 20"
do = "remind"
channel = "letter"
tone = "firm"
"""
NOTICE = """
[[level]]
id = "notice"
when = "days_past_due >= 30"
do = "formal_notice"
channel = "registered_letter"
"""
PLACEMENT = """
[[level]]
id = "placement"
when = "days_past_due >= 60"
do = "place"
"""
LADDER = REMINDER + CALL + LETTER + NOTICE + PLACEMENT
TO_AGE = '[pace]\nclimb = "to-age"\n'
AUDIT = """
[[hold]]
id = "audited"
when = "'audit' in tags"
scope = "item"
"""
VIP = """
[[hold]]
id = "by-hand"
when = "vip"
scope = "account"
"""


def house(*tables: str, criteria: Iterable[Criterion] = ()) -> Policy:
    """A policy of our own for businesses, in euros."""
    return read_policy(HEAD + "\n".join(tables), criteria=criteria)


def table(kind: str, **keys: object) -> str:
    """One rule of a document: `serves` stands for its key `for`."""
    lines = [f"{key.replace('serves', 'for')} = {value!r}" for key, value in keys.items()]
    return "\n".join([f"\n[[{kind}]]", *lines, ""])


def trigger(
    name: str = "alert", when: str = "reminders >= 1", do: str = "call", **more: Any
) -> str:
    """A trigger: a call by phone unless it says otherwise."""
    inside = do in {"task", "propose_order_stop"}
    channel = {} if inside or "channel" in more else {"channel": "phone"}
    return table("trigger", id=name, when=when, do=do, **channel, **more)


def on(days: int) -> date:
    return DUE + timedelta(days)


def euros(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


def dollars(amount: int | str) -> Money:
    return Money.of(amount, "USD")


def money(amount: Money | int) -> Money:
    return euros(amount) if isinstance(amount, int) else amount


def invoice(name: str = "F-1", total: Money | int = 1000, due: int = 0, **other: Any) -> Invoice:
    return Invoice(name, on(min(due, 0) - 30), due_on=on(due), total=money(total), **other)


def paid(name: str, day: int, amount: Money | int, to: str | None = None, **other: Any) -> Payment:
    allocations = (Allocation(to, money(amount)),) if to else ()
    return Payment(name, on(day), amount=money(amount), allocations=allocations, **other)


def contact(day: int, act: str = "remind", /, channel: str = "", **levels: str) -> Interaction:
    """One contact of ours: `F_1="call"` moves F-1 to the call."""
    steps = tuple(Step(item.replace("_", "-"), level) for item, level in levels.items())
    channel = channel or ("phone" if act == "call" else "email")
    return Interaction(f"I-{day}-{act}", on(day), channel=channel, act=act, steps=steps)


def listed(day: int, *items: str, act: str = "call", channel: str = "phone") -> Interaction:
    """One contact of ours that spoke of items without moving them."""
    return Interaction(f"L-{day}", on(day), channel=channel, act=act, invoices=items)


def promise(made: int, due: int, amount: int = 1000, *items: str) -> Promise:
    return Promise(
        f"W-{made}", on(made), due_on=on(due), amount=euros(amount), means="card", invoices=items
    )


def notice(day: int, *items: str, days: int = 8) -> FormalNotice:
    return FormalNotice(
        f"N-{day}", on(day), invoices=items, amount=euros(1), respond_by=on(day + days)
    )


def account(*facts: Fact, kind: str = "business", **debtor: Any) -> Account:
    return Account.of(Debtor("C-17", "Atelier Vasseur", kind=kind, **debtor), *facts)


def ask(told: Account, day: int, policy: Policy = PRESET, known: int | None = None) -> Decision:
    known_on = None if known is None else on(known)
    return decide(policy, told, as_of=on(day), known_on=known_on)


def action_of(decision: Decision) -> Action:
    assert decision.action is not None, decision.because
    return decision.action


def steps_of(decision: Decision) -> dict[str, str]:
    return {step.invoice: step.level for step in action_of(decision).steps}


def tasks_of(decision: Decision) -> list[tuple[str, ...]]:
    return [(task.kind, *task.invoices) for task in decision.tasks]


def silent(decision: Decision, *because: str) -> bool:
    """Whether nothing is said, for these reasons."""
    return decision.action is None and decision.because == because


def recorded(told: Account, decision: Decision) -> Account:
    """The account once the host has done what was proposed on the day of its execution."""
    action = action_of(decision)
    assert action.channel is not None
    return told.record(
        Interaction(
            f"I-{action.execute_on}",
            action.execute_on,
            channel=action.channel,
            act=action.kind,
            steps=action.steps,
            invoices=action.lists,
        )
    )
