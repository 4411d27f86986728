"""What deciding answers: at most one outward action, any number of tasks, and why."""

from __future__ import annotations

from datetime import date, time

from attrs import Factory, evolve, field, frozen

from recouvrement.facts.interaction import Step
from recouvrement.facts.words import ActionKind, Channel, Tone
from recouvrement.money import Money
from recouvrement.policy.ladder import Offer
from recouvrement.policy.words import Handler, TaskKind
from recouvrement.tables import html_table


@frozen
class Task:
    """Something to do inside the house, about some items, or about the account when empty.

    `rule` is the trigger of the policy that asks for it, or the host's criterion or rule that
    failed; None when the library asks. `due` is the last day that the law or the facts leave, where
    one is known; `owner` the person named for it.
    """

    kind: TaskKind
    invoices: tuple[str, ...] = ()
    handler: Handler = field(default=Handler.COLLECTOR, kw_only=True)
    rule: str | None = field(default=None, kw_only=True)
    due: date | None = field(default=None, kw_only=True)
    owner: str | None = field(default=None, kw_only=True)


@frozen(kw_only=True)
class Action:
    """One thing to say to one recipient: about which items, how, by whom, and by when.

    `steps` are the items that climb, each to its own level; `lists` the other collectable ones that
    the message shows. `amounts` are what is due on both, less unapplied cash, per currency (for a
    pre-due reminder: what will be due). `approval` says that a named person must approve it.
    `rule` is the level or the trigger that gave it, `level` the highest step (None when nothing
    climbs), `owner` the name of who answers for it, `person` whom to ask for at the debtor's, and
    `offer` the bounds of a plan to propose. `hours` are those in which a call or a visit is made,
    where the pace keeps a contact rule that has some.
    The host does it on `execute_on`, and copies `steps` into the `Interaction` it records that day;
    with a formal notice it records a `FormalNotice` too, and for a placement a `Placement`.
    """

    kind: ActionKind
    channel: Channel | None
    tone: Tone
    handler: Handler
    template: str
    recipient: str
    level: str | None
    steps: tuple[Step, ...]
    lists: tuple[str, ...]
    amounts: tuple[Money, ...]
    execute_on: date
    act_by: date
    approval: bool = False
    missing_documents: tuple[str, ...] = ()
    partner: str | None = None
    person: str | None = None
    owner: str | None = None
    offer: Offer | None = None
    hours: tuple[tuple[time, time], ...] = ()
    rule: str = field(default=Factory(lambda self: self.level or "", takes_self=True))

    @property
    def invoices(self) -> tuple[str, ...]:
        """Every item it speaks of: those that climb, then those it lists."""
        return (*(step.invoice for step in self.steps), *self.lists)

    def entrusted_to(self, partner: str) -> Action:
        """The same action, with the partner it is handed over to."""
        return evolve(self, partner=partner)


@frozen
class Decision:
    """The answer for one account on one date; `because` names the deciding rules, first the most.

    With an action, these are the levels it rests on. Without one they say what suppressed it: a
    hold, a safeguard ("awaiting-notice", "channels-refused", "floor", "kind-not-served",
    "outside-calendar", "unapplied-cash") or "pace" with the levels that wait; empty when nothing
    was to be done.
    """

    account: str
    as_of: date
    action: Action | None = field(default=None, kw_only=True)
    tasks: tuple[Task, ...] = field(default=(), kw_only=True)
    because: tuple[str, ...] = field(default=(), kw_only=True)
    policy_version: str = field(kw_only=True)
    law_version: str | None = field(default=None, kw_only=True)

    def to_rows(self) -> list[dict[str, object]]:
        """The action and the tasks, one plain mapping each."""
        rows: list[dict[str, object]] = []
        if self.action is not None:
            rows.append(
                {
                    "what": self.action.kind,
                    "channel": self.action.channel,
                    "level": self.action.level,
                    "invoices": self.action.invoices,
                    "amounts": self.action.amounts,
                    "by": self.action.handler,
                    "act_by": self.action.act_by,
                }
            )
        rows.extend(
            {"what": task.kind, "invoices": task.invoices, "by": task.handler}
            for task in self.tasks
        )
        return rows

    def _repr_html_(self) -> str:
        reasons = ", ".join(self.because) or "nothing to do"
        return html_table(self.to_rows(), caption=f"{self.account} as of {self.as_of}: {reasons}")
