"""One recipient's line in a worklist: what his accounts ask for, and what each of us has to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from attrs import frozen

from recouvrement.facts.words import ActionKind
from recouvrement.money import Money, amounts_of, sums_of
from recouvrement.policy.decision import Action, Decision, Task
from recouvrement.policy.words import Handler, TaskKind

_RIGHTS: Final = frozenset({TaskKind.CLAIM_TO_FILE, TaskKind.LIMITATION_NEAR})
_HUNDREDTHS: Final = 2


@frozen(kw_only=True)
class Duty:
    """One thing to do on a line: the contact of the day (`task` None), or a task about an account.

    `since` is the day of the agenda that first asked for it, and `act_by` the last day to do it in
    time, both as they first were while nobody does it. Past that day it is passed on to the
    collector. `next_on` is the day on which it comes again, when today has no room for it.
    """

    what: ActionKind | TaskKind
    account: str
    handler: Handler
    minutes: int
    since: date
    act_by: date
    owner: str | None = None
    passed_on: bool = False
    next_on: date | None = None
    task: Task | None = None

    @property
    def preserves_right(self) -> bool:
        """Whether a right is lost without it: it then comes first, and no capacity holds it."""
        task = self.task
        return task is not None and (task.kind in _RIGHTS or task.handler is Handler.LAWYER)

    @property
    def counts(self) -> bool:
        """Whether it takes of somebody's time, as capacity limits it."""
        return self.handler is not Handler.AUTOMATIC and not self.preserves_right


@frozen(kw_only=True)
class Line:
    """Everything there is to do about one recipient, over all accounts that he answers for.

    `decisions` are those of his accounts that ask for something, the highest action first: it leads
    and the others ride along, all said on one occasion, which is one of the `duties`. Each task is
    another. `points` add up over the accounts, exactly.
    """

    recipient: str
    creditor: str | None = None
    decisions: tuple[Decision, ...]
    points: Fraction
    duties: tuple[Duty, ...]

    @property
    def accounts(self) -> tuple[str, ...]:
        """The accounts that ask for something, in the order of their decisions."""
        return tuple(one.account for one in self.decisions)

    @property
    def actions(self) -> tuple[Action, ...]:
        """What is to be said on the one occasion, the highest first."""
        return tuple(one.action for one in self.decisions if one.action is not None)

    @property
    def items(self) -> frozenset[tuple[str, str]]:
        """What the occasion is about: each account's items that climb, or else those it lists."""
        return items_of(self.decisions)

    @property
    def lead(self) -> Action | None:
        """The highest action, which gives the occasion its channel, tone and hands."""
        return self.decisions[0].action

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What is to be done inside the house, in the order of the duties."""
        return tuple(one.task for one in self.duties if one.task is not None)

    @property
    def contact(self) -> Duty | None:
        """The one occasion on which the recipient is spoken to, if he is."""
        return next((one for one in self.duties if one.task is None), None)

    @property
    def automatic(self) -> tuple[Action, ...]:
        """The actions that run by themselves: all of them, or none."""
        contact = self.contact
        return self.actions if contact and contact.handler is Handler.AUTOMATIC else ()

    @property
    def human(self) -> tuple[Action, ...]:
        """The actions that a person carries out: all of them, or none."""
        contact = self.contact
        return self.actions if contact and contact.handler is not Handler.AUTOMATIC else ()

    @property
    def handler(self) -> Handler:
        """Who speaks to the recipient; without anything to say, who has the first task."""
        return (self.contact or self.duties[0]).handler

    @property
    def owner(self) -> str | None:
        """The name of that person, where it is known."""
        return (self.contact or self.duties[0]).owner

    @property
    def execute_on(self) -> date | None:
        """The day on which it is said, when all may be: if that is not today, nothing is today."""
        return max((one.execute_on for one in self.actions), default=None)

    @property
    def minutes(self) -> int:
        """What it takes of people's time, put off or not."""
        return sum(one.minutes for one in self.duties)

    @property
    def act_by(self) -> date:
        """The first of the days by which something has to be done."""
        return min(one.act_by for one in self.duties)

    @property
    def since(self) -> date:
        """The day of the agenda that first asked for something that still stands."""
        return min(one.since for one in self.duties)

    @property
    def passed_on(self) -> bool:
        """Whether something on it was not done in time, and came to the collector."""
        return any(one.passed_on for one in self.duties)

    @property
    def preserves_right(self) -> bool:
        """Whether a right is lost when nobody does what it asks for."""
        return any(one.preserves_right for one in self.duties)

    @property
    def today(self) -> tuple[Duty, ...]:
        """The duties that today has room for."""
        return tuple(one for one in self.duties if one.next_on is None)

    @property
    def put_off(self) -> tuple[Duty, ...]:
        """The duties that today has no room for."""
        return tuple(one for one in self.duties if one.next_on is not None)

    @property
    def carried_over(self) -> bool:
        """Whether today has room for nothing of it."""
        return all(one.next_on is not None for one in self.duties)

    @property
    def next_on(self) -> date | None:
        """The day on which what was put off comes again; None when nothing was."""
        return min((one.next_on for one in self.duties if one.next_on is not None), default=None)

    @property
    def amounts(self) -> tuple[Money, ...]:
        """What is asked for on the occasion, over all accounts, per currency."""
        return summed(amount for action in self.actions for amount in action.amounts)

    @property
    def because(self) -> tuple[str, ...]:
        """The rules that decided for the accounts, those of the leading action first."""
        return tuple(dict.fromkeys(rule for one in self.decisions for rule in one.because))

    def to_row(self) -> dict[str, object]:
        """The line as one plain mapping, for any table library."""
        lead = self.lead
        return {
            "recipient": self.recipient,
            "accounts": self.accounts,
            "what": None if lead is None else lead.kind,
            "channel": None if lead is None else lead.channel,
            "tasks": tuple(task.kind for task in self.tasks),
            "by": self.handler,
            "owner": self.owner,
            "minutes": self.minutes,
            "points": Decimal(round(self.points * 10**_HUNDREDTHS)).scaleb(-_HUNDREDTHS),
            "amounts": self.amounts,
            "act_by": self.act_by,
            "passed_on": self.passed_on or None,
            "next_on": self.next_on,
            "because": self.because,
        }


def items_of(decisions: Iterable[Decision]) -> frozenset[tuple[str, str]]:
    """What the actions among some decisions are about, with the account of each item."""
    return frozenset(
        [
            (one.account, item)
            for one in decisions
            if one.action is not None
            for item in [step.invoice for step in one.action.steps] or one.action.lists
        ]
    )


def summed(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """The sums of some amounts, one per currency."""
    return amounts_of(sums_of((one.minor, one.currency) for one in amounts))
