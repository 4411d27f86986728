"""What becomes of an account when all that is proposed is done, and the debtor keeps silent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from recouvrement.dates import BusinessCalendar
from recouvrement.facts.account import Account
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction
from recouvrement.facts.invoice import InvoiceId
from recouvrement.facts.legal import FormalNotice, Placement
from recouvrement.facts.words import ActionKind, Channel, PlacementAgent
from recouvrement.money import Money
from recouvrement.policy.decision import Action, Decision
from recouvrement.policy.engine import decide
from recouvrement.policy.policy import Policy
from recouvrement.policy.review import turning_days

# How long a formal notice of a life leaves to respond.
DAYS_TO_RESPOND: Final = 8
_ONE_DAY: Final = timedelta(1)


def as_written(policy: Policy) -> Policy:
    """The policy that its document says, where days are worked but at weekends.

    A host's calendar knows a few years; what becomes of money is followed for longer.
    """
    plain = BusinessCalendar()
    calendar = policy.conventions.calendar
    return policy if calendar == plain else policy.completed(calendar=plain)


class Day(NamedTuple):
    """One day of a life on which something may be said or asked, and the account until then."""

    on: date
    account: Account
    decision: Decision

    @property
    def acted(self) -> Action | None:
        """What is done that day: what is proposed, once its day has come."""
        action = self.decision.action
        return action if action is not None and action.execute_on <= self.on else None

    @property
    def asked(self) -> bool:
        """Whether a rule of the policy asks something of the house."""
        return any(task.rule is not None for task in self.decision.tasks)


def life(policy: Policy, account: Account, since: date) -> Iterator[Day]:
    """The days of a life that matter, in order, from `since` on.

    Between two of them nothing changes by itself, and after the last nothing ever does; a policy
    that never stops speaking gives a life without end.
    """
    after = since - _ONE_DAY
    while True:
        for on in _days(policy, account, after):
            today = Day(on, account, decide(policy, account, as_of=on))
            yield today
            if today.acted is not None:
                account, after = recorded(account, today.acted, on), on
                break
        else:
            return


def _days(policy: Policy, account: Account, after: date) -> Iterator[date]:
    """The days after one on which the answer may change, with those on which things are done."""
    turning = turning_days(policy, account, account.book, after.toordinal())
    days = {date.fromordinal(day) for day in (after.toordinal() + 1, *turning)}
    calendar = policy.conventions.calendar
    yield from sorted(days.union(map(calendar.next_business_day, days)))


def recorded(account: Account, action: Action, on: date) -> Account:
    """The account once the host has done what is proposed, and recorded it."""
    return account.record(*recorded_facts(account, action, on))


def recorded_facts(account: Account, action: Action, on: date) -> Iterator[Fact]:
    """What the host records of an action once it is done."""
    items = tuple(step.invoice for step in action.steps)
    if action.kind is ActionKind.PLACE:
        yield Placement(f"T-{on}", on, to=PlacementAgent.AGENCY, invoices=items)
        return
    yield Interaction(
        f"I-{on}",
        on,
        channel=action.channel or Channel.LETTER,
        act=action.kind,
        steps=action.steps,
        invoices=action.lists,
        tone=action.tone,
    )
    if action.kind is ActionKind.FORMAL_NOTICE:
        # A notice is of one currency.
        for amount in action.amounts:
            named = [one for one in items if _currency(account, one) == amount.currency]
            if named:
                yield notice(f"N-{on}-{amount.currency}", on, named, amount)


def notice(name: str, on: date, items: Iterable[str], amount: Money) -> FormalNotice:
    """A formal notice as a life gives it."""
    respond_by = on + timedelta(DAYS_TO_RESPOND)
    return FormalNotice(
        name, on, invoices=tuple(map(InvoiceId, items)), amount=amount, respond_by=respond_by
    )


def _currency(account: Account, item: str) -> str | None:
    for one in account.invoices:
        if item in (one.id, *one.item_ids):
            return one.total.currency
    return None
