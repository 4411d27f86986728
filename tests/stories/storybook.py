"""The words in which stories are told: facts with plain dates, a house, and its days of work.

A story is told in 2026 unless it says another year. `Story` is the host: every day it asks what to
do, does what is for that day, records it, and asks again, to be told that nothing is left to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from recouvrement import (
    Account,
    Action,
    ActionKind,
    Allocation,
    BusinessCalendar,
    Debtor,
    Decision,
    Direction,
    Dispute,
    DunningBlock,
    FormalNotice,
    Instalment,
    Interaction,
    InteractionResult,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    Placement,
    Policy,
    Promise,
    Reversal,
    Step,
    Task,
    decide,
    position_of,
    read_policy,
)
from recouvrement.facts.fact import Fact

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

HEAD = 'name = "house"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n'

# The house of most stories: a reminder, a call, a firm letter, a notice, a placement.
LADDER = """
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

[[level]]
id      = "firm-letter"
when    = "days_past_due >= 20"
do      = "remind"
channel = "letter"
tone    = "firm"

[[level]]
id        = "notice"
when      = "days_past_due >= 30 and reminders >= 3 or days_past_due >= 45"
do        = "formal_notice"
channel   = "registered_letter"

[[level]]
id   = "placement"
when = "notice_days >= 1"
do   = "place"
"""


def on(text: str) -> date:
    """A date as people write it: `2 Mar`, `2 Mar 2024`.

    >>> on("2 Mar"), on("29 Feb 2024")
    (datetime.date(2026, 3, 2), datetime.date(2024, 2, 29))
    """
    day, month, *year = text.split()
    return date(int(year[0]) if year else 2026, MONTHS.index(month) + 1, int(day))


def plain(day: date) -> str:
    """The same day as `on` reads it.

    >>> plain(date(2026, 3, 2)), plain(date(2024, 2, 29))
    ('2 Mar', '29 Feb 2024')
    """
    year = "" if day.year == 2026 else f" {day.year}"
    return f"{day.day} {MONTHS[day.month - 1]}{year}"


def said(day: date) -> str:
    """A date as a story tells it, with its day of the week.

    >>> said(date(2026, 3, 2))
    'Mon 2 Mar'
    """
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]}"


def house(*tables: str, worked: BusinessCalendar | None = None, **completed: Any) -> Policy:
    """A policy of our own for businesses, in euros; `tables` are its rules as TOML."""
    return read_policy(HEAD + "\n".join(tables)).completed(calendar=worked, **completed)


# For figures that count plain days: no weekend, no holiday.
EVERY_DAY = BusinessCalendar(weekend=frozenset())


def euros(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


def money(amount: Money | int | str) -> Money:
    return amount if isinstance(amount, Money) else euros(amount)


# --- facts ---------------------------------------------------------------------------------------


def invoice(
    name: str = "F-1",
    amount: Money | int | str = 1000,
    *,
    due: str = "2 Mar",
    issued: str | None = None,
    **other: Any,
) -> Invoice:
    """An invoice, issued thirty days before it falls due unless the story says when."""
    due_on = on(due)
    issued_on = due_on - timedelta(30) if issued is None else on(issued)
    return Invoice(name, issued_on, due_on=due_on, total=money(amount), **other)


def paid(
    day: str, amount: Money | int | str, to: str | None = None, *, name: str = "", **other: Any
) -> Payment:
    """Money that came, for one invoice or for none in particular."""
    sum_paid = money(amount)
    allocations = (Allocation(to, sum_paid),) if to else ()
    return Payment(name or f"P {day}", on(day), amount=sum_paid, allocations=allocations, **other)


def returned(day: str, payment: str, **other: Any) -> Reversal:
    """A payment that the bank took back."""
    return Reversal(f"X {day}", on(day), payment=payment, **other)


def promised(
    day: str, amount: Money | int | str, by: str, *items: str, name: str = "", **other: Any
) -> Promise:
    """A debtor's word: on `day` he promised an amount by a date, by transfer."""
    return Promise(
        name or f"W {day}",
        on(day),
        due_on=on(by),
        amount=money(amount),
        means=other.pop("means", "transfer"),
        invoices=items,
        **other,
    )


def agreed(day: str, *parts: tuple[str, int], invoices: Iterable[str], **other: Any) -> PaymentPlan:
    """A payment plan: dates and amounts, over named invoices."""
    instalments = tuple(Instalment(on(due), euros(amount)) for due, amount in parts)
    return PaymentPlan(
        f"L {day}", on(day), instalments=instalments, invoices=tuple(invoices), **other
    )


def disputed(
    day: str, item: str, amount: Money | int | None = None, *, resolved: str = "", **other: Any
) -> Dispute:
    """The debtor contests an invoice, or an amount of it."""
    return Dispute(
        f"D {day}",
        on(day),
        invoice=item,
        amount=None if amount is None else money(amount),
        resolved_on=on(resolved) if resolved else None,
        **other,
    )


def blocked(day: str, until: str, item: str | None = None, reason: str = "agreed") -> DunningBlock:
    """We hold our voice until a date, that day included."""
    return DunningBlock(f"K {day}", on(day), until=on(until), invoice=item, reason=reason)


def contact(day: str, act: str = "remind", /, channel: str = "", **levels: str) -> Interaction:
    """A contact of ours that the host recorded: `F_1="call"` moved F-1 to the call."""
    steps = tuple(Step(item.replace("_", "-"), level) for item, level in levels.items())
    by = channel or {"call": "phone", "formal_notice": "registered_letter"}.get(act, "email")
    return Interaction(f"I {day} {act}", on(day), channel=by, act=act, steps=steps)


def noticed(day: str, *items: str, by: str, **other: Any) -> FormalNotice:
    """A formal notice on named items, which gives the debtor until a date."""
    return FormalNotice(
        f"N {day}", on(day), invoices=items, amount=euros(1), respond_by=on(by), **other
    )


# --- the host ------------------------------------------------------------------------------------


class Story:
    """One debtor and one policy, lived day after day; `acts` is what was done, line by line.

    A line is the day, the act, and its items: those that climbed with their level in brackets,
    those merely listed without. `tasks` are lines too, one for each first day of a task.
    """

    def __init__(
        self, policy: Policy, *facts: Fact, days_to_answer: int = 8, **debtor: Any
    ) -> None:
        debtor = {"kind": "business", "owner": "Nadia", **debtor}
        self.policy = policy
        self.account = Account.of(Debtor("C-17", "Atelier Vasseur", **debtor), *facts)
        self.days_to_answer = days_to_answer
        self.done: dict[date, Action] = {}
        self.tasks: list[str] = []
        self._standing: set[tuple[str, ...]] = set()

    @property
    def acts(self) -> list[str]:
        """What was done, in order."""
        return [f"{said(day)}: {line(action)}" for day, action in self.done.items()]

    def happens(self, *facts: Fact) -> Story:
        """The host learns of facts; each counts from its own day."""
        self.account = self.account.record(*facts)
        return self

    def ask(self, day: str | date) -> Decision:
        """What the library says that day, without doing anything about it."""
        return decide(self.policy, self.account, as_of=on(day) if isinstance(day, str) else day)

    def why(self, day: str) -> tuple[str, ...]:
        """The reasons given for silence on a day; a story that expected silence was right."""
        decision = self.ask(day)
        assert decision.action is None, line(decision.action)
        return decision.because

    def proposal(self, day: str) -> Action:
        """The action proposed that day, which must be one."""
        action = self.ask(day).action
        assert action is not None, self.ask(day).because
        return action

    def lives(self, first: str, last: str, *, every: int = 1) -> Story:
        """The host works from one day to another, both included, and records what it does."""
        day = on(first)
        while day <= on(last):
            self.works(day)
            day += timedelta(every)
        return self

    def works(self, day: date) -> None:
        """One run: what is for today is done, and asking again finds nothing left to do."""
        decision = self.ask(day)
        self._note(day, decision.tasks)
        action = decision.action
        if action is None or action.execute_on != day:
            return
        self.done[day] = action
        self.account = self.account.record(*self._records(day, action))
        again = self.ask(day).action
        assert again is None, f"twice on {said(day)}: {line(again)}"

    def hears(self, result: str, day: str, *, of: str | None = None) -> Story:
        """What became of our contact of a day, the latest one unless said: bounced, seen…"""
        ours = [one for one in self.account.interactions if one.direction is Direction.OUTGOING]
        sent = [one.id for one in ours if one.on <= on(day) and of in {None, plain(one.on)}]
        fact = InteractionResult(f"IR {day}", on(day), interaction=sent[-1], result=result)
        return self.happens(fact)

    def levels(self, day: str) -> dict[str, str | None]:
        """The level each open item has reached on a day."""
        items = position_of(self.account, as_of=on(day)).open_items
        return {item.id: item.level for item in items}

    def _records(self, day: date, action: Action) -> Iterator[Fact]:
        climbed = tuple(step.invoice for step in action.steps)
        if action.kind is ActionKind.PLACE:
            yield Placement(f"T {said(day)}", day, to="bailiff", invoices=climbed)
            return
        assert action.channel is not None
        yield Interaction(
            f"I {said(day)}",
            day,
            channel=action.channel,
            act=action.kind,
            steps=action.steps,
            invoices=action.lists,
            tone=action.tone,
        )
        if action.kind is ActionKind.FORMAL_NOTICE:
            yield FormalNotice(
                f"N {said(day)}",
                day,
                invoices=climbed,
                amount=action.amounts[0],
                respond_by=day + timedelta(self.days_to_answer),
            )

    def _note(self, day: date, tasks: tuple[Task, ...]) -> None:
        today = {(str(task.kind), *task.invoices) for task in tasks}
        for task in tasks:
            one = (str(task.kind), *task.invoices)
            if one not in self._standing:
                self.tasks.append(f"{said(day)}: {' '.join(one)}")
        self._standing = today


def line(action: Action) -> str:
    """An action in one line: the act, the items that climb, each to its level, and the others."""
    climbing = [f"{step.invoice} ({step.level})" for step in action.steps]
    return f"{action.kind} {', '.join([*climbing, *action.lists])}"
