"""Hosts' own code around the engine, each with the mistake that its name says.

Every one forgets a part of what it is told before it asks, which is how such mistakes are made.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from recouvrement import (
    Account,
    Channel,
    Decision,
    DunningBlock,
    Interaction,
    InteractionResult,
    Payment,
    Policy,
    Promise,
    decide,
)
from recouvrement.facts.fact import Fact


def told_only(account: Account, remembered: Callable[[Fact], bool]) -> Account:
    """The account of the facts that are remembered, with what became of contacts among them."""
    kept = [one for one in account.facts if remembered(one)]
    contacts = {one.id for one in kept if isinstance(one, Interaction)}
    kept = [
        one for one in kept if not isinstance(one, InteractionResult) or one.interaction in contacts
    ]
    return Account.of(account.debtor, *kept, creditor=account.creditor)


def forgotten_hold(
    policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
) -> Decision:
    """Dunning blocks are recorded, and never looked at."""
    account = told_only(account, lambda one: not isinstance(one, DunningBlock))
    return decide(policy, account, as_of=as_of, known_on=known_on)


def two_demands_in_the_pace(
    policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
) -> Decision:
    """Calls are made by another department, and nobody counts them."""
    account = told_only(
        account,
        lambda one: not (isinstance(one, Interaction) and one.channel is Channel.PHONE),
    )
    return decide(policy, account, as_of=as_of, known_on=known_on)


def restart_after_a_broken_promise(
    policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
) -> Decision:
    """Once a promise is past, what was said before it is forgotten, and the climb starts over."""
    past = [one.due_on for one in account.promises if one.due_on < as_of]
    since = max(past, default=date.min)
    account = told_only(account, lambda one: not (isinstance(one, Interaction) and one.on <= since))
    return decide(policy, account, as_of=as_of, known_on=known_on)


def cash_not_counted(
    policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
) -> Decision:
    """Money that names no invoice is somebody else's affair."""
    moved: set[str] = {one.payment for one in account.reversals}
    moved.update(one.source for one in account.cash_applications)
    account = told_only(
        account,
        lambda one: not isinstance(one, Payment) or bool(one.allocations) or one.id in moved,
    )
    return decide(policy, account, as_of=as_of, known_on=known_on)


def demand_on_the_day_of_the_promise(
    policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
) -> Decision:
    """The day of a promise is already too late."""
    account = told_only(account, lambda one: not (isinstance(one, Promise) and one.due_on == as_of))
    return decide(policy, account, as_of=as_of, known_on=known_on)


def second_run_speaks_again(
    policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
) -> Decision:
    """What was done today is known tomorrow."""
    account = told_only(account, lambda one: not (isinstance(one, Interaction) and one.on == as_of))
    return decide(policy, account, as_of=as_of, known_on=known_on)
