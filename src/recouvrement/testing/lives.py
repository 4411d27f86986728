"""One account on one day before a decider, and the life it leads when all is done as proposed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple, TypeAlias

import attrs

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.interaction import Interaction, InteractionResult
from recouvrement.facts.words import (
    ActionKind,
    ContactResult,
    Direction,
)
from recouvrement.policy.decision import Action, Decision
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.life import recorded_facts
from recouvrement.position.position import OpenItem, Position, position_of

Decider: TypeAlias = Callable[..., Decision]
"""What decides: called as `decide(policy, account, as_of=…, known_on=…)`."""

ONE_DAY: Final = timedelta(1)
# What says nothing about money, so leaves the pace alone.
NO_DEMAND: Final = frozenset({ActionKind.THANK, ActionKind.TASK})


class NoAnswer(Exception):
    """The decider raised, gave what is no decision, or proposed what cannot be recorded."""

    def __init__(self, account: Account, as_of: date, came: str) -> None:
        super().__init__(account, as_of, came)
        self.account = account
        self.as_of = as_of
        self.came = came


class Case:
    """A policy, an account, a day on which to ask, and who is asked."""

    __slots__ = ("_decision", "_items", "_position", "account", "as_of", "decide", "policy")

    def __init__(self, policy: Policy, account: Account, as_of: date, decide: Decider) -> None:
        self.policy = policy
        self.account = account
        self.as_of = as_of
        self.decide = decide
        self._decision: Decision | None = None
        self._position: Position | None = None
        self._items: dict[str, OpenItem] | None = None

    def at(self, account: Account, as_of: date) -> Case:
        """The same policy and decider before another account, or on another day."""
        return Case(self.policy, account, as_of, self.decide)

    def decided(
        self,
        account: Account | None = None,
        *,
        as_of: date | None = None,
        known_on: date | None = None,
    ) -> Decision:
        """What is answered, or `NoAnswer`."""
        account, as_of = account or self.account, as_of or self.as_of
        try:
            decision = self.decide(self.policy, account, as_of=as_of, known_on=known_on)
        except Exception as error:
            raise NoAnswer(account, as_of, f"{type(error).__name__}: {error}") from error
        if not isinstance(decision, Decision):
            raise NoAnswer(account, as_of, f"a value of type {type(decision).__name__}")
        return decision

    @property
    def decision(self) -> Decision:
        """What is answered about the account that day."""
        if self._decision is None:
            self._decision = self.decided()
        return self._decision

    @property
    def action(self) -> Action | None:
        """The outward action proposed that day."""
        return self.decision.action

    @property
    def position(self) -> Position:
        """Where the account stands that day, on the policy's conventions."""
        if self._position is None:
            law = self.policy.applicable(self.account.debtor.kind)
            self._position = position_of(
                self.account, as_of=self.as_of, conventions=law.conventions
            )
        return self._position

    @property
    def items(self) -> dict[str, OpenItem]:
        """The open items by id, oldest first."""
        if self._items is None:
            self._items = {item.id: item for item in self.position.open_items}
        return self._items

    @property
    def execute_on(self) -> date:
        """The day on which an action proposed today is to be done."""
        return self.policy.conventions.calendar.next_business_day(self.as_of)

    def done(self, *, eager: bool = False) -> bool:
        """Whether the host does today what is proposed: on its day, or at once when eager."""
        action = self.action
        return action is not None and (eager or action.execute_on == self.as_of)


class Scene(NamedTuple):
    """An account and a day to ask; or, with `days`, a life that is led from that day on.

    `eager` and `reply` say how the host and the debtor behave in it, as for `lived`.
    """

    account: Account
    as_of: date
    days: int = 0
    eager: bool = False
    reply: ContactResult | None = None

    def days_of(self, policy: Policy, decide: Decider) -> Iterator[Case]:
        """The one day, or every day of the life."""
        case = Case(policy, self.account, self.as_of, decide)
        if self.days:
            return lived(case, self.days, eager=self.eager, reply=self.reply)
        return iter((case,))


def lived(
    case: Case, days: int, *, eager: bool = False, reply: ContactResult | None = None
) -> Iterator[Case]:
    """Day after day, when the host does all that is proposed and records it.

    It does so on the day of execution, or when `eager` on the day of the decision. With `reply`,
    that becomes of every contact the day after.
    """
    account = undated(case.account)
    for number in range(days):
        today = case.at(account, case.as_of + timedelta(number))
        yield today
        if today.done(eager=eager):
            account = recorded(today, reply=reply)


def recorded(case: Case, *, reply: ContactResult | None = None) -> Account:
    """The account once the host has done what is proposed today, and recorded it.

    `NoAnswer` when no account can record it: it names an item that is not there.
    """
    account, on = case.account, case.as_of
    if case.action is None:
        return account
    try:
        facts = list(recorded_facts(account, case.action, on))
        if reply is not None and any(isinstance(one, Interaction) for one in facts):
            said = InteractionResult(f"IR-{on}", on + ONE_DAY, interaction=f"I-{on}", result=reply)
            facts.append(said)
        return account.record(*facts)
    except InvalidInput as error:
        came = f"a proposal that cannot be recorded ({error})"
        raise NoAnswer(case.account, case.as_of, came) from error


def undated(account: Account) -> Account:
    """The account whose host learnt everything the day it happened."""
    if all(fact.recorded_on is None for fact in account.facts):
        return account
    facts = [attrs.evolve(fact, recorded_on=None) for fact in account.facts]
    return Account.of(account.debtor, *facts, creditor=account.creditor)


def without_contacts(account: Account) -> Account:
    """The account to which nobody has spoken yet."""
    kept = [one for one in account.facts if not isinstance(one, Interaction | InteractionResult)]
    return Account.of(account.debtor, *kept, creditor=account.creditor)


# --- pace ----------------------------------------------------------------------------------------


def demands(account: Account, by: date) -> list[date]:
    """The days on which we spoke first about money and, as far as is known, were heard."""
    bounced = {
        one.interaction
        for one in account.results
        if one.result is ContactResult.BOUNCED and one.on <= by
    }
    return [
        one.on
        for one in account.interactions
        if one.on <= by
        and one.direction is Direction.OUTGOING
        and one.act not in NO_DEMAND
        and one.id not in bounced
    ]


def too_soon(case: Case, on: date) -> str | None:
    """What of the pace forbids to speak on a day, or None.

    Read from the facts, never from the decision; a placement takes its day whole.
    """
    pace, before = case.policy.pace, demands(case.account, case.as_of)
    if any(one.on == case.as_of for one in case.account.placements):
        return "a placement the same day"
    if not before:
        return None
    last = max(before)
    if last == case.as_of or (on - last).days < pace.between_contacts:
        return f"a contact on {last}"
    recent = {one for one in before if (on - one).days < 30}
    return f"{len(recent)} contacts in 30 days" if len(recent) >= pace.per_30_days else None
