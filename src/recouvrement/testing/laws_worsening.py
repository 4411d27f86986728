"""The laws of monotone policies: what can lower a proposal, what can raise one, what time does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from recouvrement.facts.account import Account
from recouvrement.facts.dispute import DunningBlock
from recouvrement.facts.settlement import Payment
from recouvrement.facts.words import PaymentPurpose
from recouvrement.money import Money
from recouvrement.policy.decision import Decision
from recouvrement.position.position import Position, position_of
from recouvrement.testing.law import Breach, Law, against, height, in_the_dark, said
from recouvrement.testing.laws_safeguards import is_pre_due, spoken_of
from recouvrement.testing.lives import Case, undated

# Amounts of a further payment: of so many items at most, whole and in part.
_ITEMS: Final = 3
_SKIPPED: Final = (2, 3, 5, 8, 13, 30)


def further_payment(case: Case) -> Breach | None:
    """A further payment raises no level, unless it keeps a promise or a plan.

    What a promise or a plan sheltered may be asked for once it is kept: such payments are left
    aside. So are accounts with facts to come, which the payment may meet on their day, and those
    of which something cannot be known: without it, the account may speak.
    """
    account = case.account
    if in_the_dark(case.decision) or any(one.happened_on > case.as_of for one in account.facts):
        return None
    then, kept = case.decision, _received(case.position)
    for payment in _payments(case):
        after = account.record(payment)
        conventions = case.policy.applicable(case.account.debtor.kind).conventions
        position = position_of(after, as_of=case.as_of, conventions=conventions)
        if _received(position) != kept:
            continue
        now = case.decided(after)
        if _higher(case, now, then):
            expected = f"no more than: {said(then)}"
            return against(case, expected, f"once {payment.amount} came: {said(now)}", payment)
    return None


def _higher(case: Case, now: Decision, then: Decision) -> bool:
    rises = height(case.policy, now) > height(case.policy, then)
    return rises and not _in_turn(case, now, then)


def _received(position: Position) -> list[Money]:
    promises = [one.received for one in position.promises]
    return promises + [one.received for one in position.plans]


def _payments(case: Case) -> Iterator[Payment]:
    amounts = [item.open for item in case.items.values()][:_ITEMS]
    amounts += [Money(max(1, one.minor // 3), one.currency) for one in amounts]
    if case.policy.currency not in {one.currency for one in amounts}:
        amounts.append(Money.of(100, case.policy.currency))
    for amount in dict.fromkeys(amounts):
        yield Payment("P-further", case.as_of, amount=amount)
    for purpose in (PaymentPurpose.DEPOSIT, PaymentPurpose.SECURITY):
        yield Payment("P-further", case.as_of, amount=amounts[0], purpose=purpose)


def further_block(case: Case) -> Breach | None:
    """A further block creates no action and raises no level; on the account, it silences all."""
    then = case.decision
    for blocked in (None, *list(case.items)[:_ITEMS]):
        block = DunningBlock(
            "K-further",
            case.as_of - timedelta(3),
            until=case.as_of,
            invoice=blocked,
            reason="a further block",
        )
        now = case.decided(case.account.record(block))
        if blocked is None and now.action is not None:
            return against(case, "nothing: the account is blocked", said(now), block)
        if _higher(case, now, then):
            expected = f"no more than: {said(then)}"
            return against(case, expected, f"once {blocked} is blocked: {said(now)}", block)
    return None


def next_day(case: Case) -> Breach | None:
    """With the facts known today, from the due date on, tomorrow proposes no less."""
    return _lowered(case, (1,))


def skipped_days(case: Case) -> Breach | None:
    """With the facts known today, whoever looks again only later misses no level."""
    return _lowered(case, _SKIPPED)


def _lowered(case: Case, days: tuple[int, ...]) -> Breach | None:
    # What the host learns later is no matter of time.
    today = case.at(undated(case.account), case.as_of)
    known = today.decided(known_on=case.as_of)
    if known.action is None or is_pre_due(known.action):
        return None
    least = height(case.policy, known)
    for day in days:
        later = today.decided(as_of=case.as_of + timedelta(day), known_on=case.as_of)
        if height(case.policy, later) < least and not _in_turn(today, known, later):
            expected = f"on {later.as_of}, with nothing new, no less than: {said(known)}"
            return against(_as_known(today), expected, said(later))
    return None


def _in_turn(case: Case, ladder: Decision, trigger: Decision) -> bool:
    """Whether a trigger speaks instead of the ladder, about whose items it may say nothing.

    A due date that nobody agreed gets reminders only: what the ladder says of it waits its turn.
    """
    ids = {one.id for one in case.policy.triggers}
    if ladder.action is None or trigger.action is None or trigger.action.rule not in ids:
        return False
    return any(item.invoice.due_assumed for item in spoken_of(case, ladder.action))


def _as_known(case: Case) -> Case:
    """The case without what happens later, where that makes an account."""
    facts = [fact for fact in case.account.facts if fact.happened_on <= case.as_of]
    try:
        account = Account.of(case.account.debtor, *facts, creditor=case.account.creditor)
    except ValueError:
        return case
    return case.at(account, case.as_of)


WORSENING: Final = (
    Law(
        number=6,
        name="further-payment",
        statement=(
            "A further payment never raises the level of the decision, unless it keeps a promise"
            " or a plan."
        ),
        breach=further_payment,
        monotone=True,
    ),
    Law(
        number=7,
        name="further-block",
        statement="A further block never creates an outward action nor raises its level.",
        breach=further_block,
        monotone=True,
    ),
    Law(
        number=8,
        name="next-day",
        statement=(
            "With the facts known at d, from the due date on, the level proposed at d + 1 is not"
            " lower."
        ),
        breach=next_day,
        monotone=True,
    ),
    Law(
        number=11,
        name="skipped-days",
        statement="Skipping days never lowers the next proposal, pre-due reminders excepted.",
        breach=skipped_days,
        monotone=True,
    ),
)
