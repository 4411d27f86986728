"""The least that would alter an action: a later day by itself, or a further payment today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import accumulate

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.book import Book
from recouvrement.facts.settlement import Payment
from recouvrement.money import Money
from recouvrement.policy.case import days_spoken
from recouvrement.policy.clocks import comparisons
from recouvrement.policy.condition import Condition
from recouvrement.policy.decision import Action, Decision
from recouvrement.policy.engine import answer_on, decide
from recouvrement.policy.explanation import Change
from recouvrement.policy.policy import Policy, rules_of
from recouvrement.policy.review import review_on
from recouvrement.position.position import book_known
from recouvrement.position.standing import Row, Standing, standing_of

Outcome = tuple[object, ...]


def nearest_changes(
    policy: Policy,
    account: Account,
    decision: Decision,
    *,
    known_on: date | None = None,
    spoken: tuple[date, ...] = (),
) -> tuple[Change, ...]:
    """The day of `review_on`, then the smallest payments of that day that alter the action.

    A payment alters it when the act, its rule, its level or its steps differ, or when nothing is
    said any more: asking for less is no change. Per currency there is the smallest that does, and
    the smallest that alters the act, its rule or its level where that is another one.

    Guaranteed: the decision shown is the one that `decide` gives with that payment recorded, and
    with one minor unit less nothing changes. It is the smallest among, and next to, the amounts
    that settle open items (in order, or one exactly), keep a promise or an instalment, or bring an
    amount that the policy compares to its bound; an amount that none of these gives is not sought.
    Without an action, no payment is sought: money received is no reason to speak.
    """
    found = []
    known = decision.as_of if known_on is None else known_on
    on = review_on(policy, account, as_of=decision.as_of, known_on=known_on, spoken=spoken)
    if on is not None:
        then = decide(policy, account, as_of=on, known_on=known, spoken=spoken)
        found.append(Change(on=on, decision=then))
    if decision.action is not None:
        search = _Search(policy, account, decision, known_on, spoken)
        for currency in sorted({row.currency for row in search.s.rows}):
            amounts = [search.smallest(currency, of) for of in (_steps, _act)]
            for minor in sorted({one for one in amounts if one is not None}):
                paid = Money(minor, currency)
                then = search.decided(paid)
                found.append(Change(on=decision.as_of, payment=paid, decision=then))
    return tuple(found)


def _act(action: Action | None) -> Outcome:
    return () if action is None else (action.kind, action.rule, action.level)


def _steps(action: Action | None) -> Outcome:
    return () if action is None else (*_act(action), frozenset(action.steps))


class _Search:
    """Payments tried on one account on one day; no amount is decided twice."""

    def __init__(
        self,
        policy: Policy,
        account: Account,
        decision: Decision,
        known_on: date | None,
        spoken: tuple[date, ...],
    ) -> None:
        self.policy = policy
        self.account = account
        self.decision = decision
        self.known_on = known_on
        self.spoken = spoken
        self.others = days_spoken(spoken)
        day = decision.as_of.toordinal()
        conventions = policy.applicable(account.debtor.kind).conventions
        self.s: Standing = standing_of(book_known(account, known_on), day, conventions)
        # After every payment of that day, and a name that nobody has.
        paid = [str(one.id) for one in account.payments]
        self.id = max([*paid, *(str(one.id) for one in account.credit_notes)], default="") + "+"
        self.tried: dict[Money, Action | None] = {}
        # Preparing an account costs more than deciding about it: once for each currency.
        self.books: dict[str, tuple[Account, Book]] = {}

    def with_payment(self, paid: Money) -> Account:
        """The account, had it been received and known that day."""
        on, known = self.decision.as_of, self.known_on
        learnt = known if known is not None and known < on else None
        return self.account.record(Payment(self.id, on, amount=paid, recorded_on=learnt))

    def decided(self, paid: Money) -> Decision:
        """The decision had it been paid."""
        return decide(
            self.policy,
            self.with_payment(paid),
            as_of=self.decision.as_of,
            known_on=self.known_on,
            spoken=self.spoken,
        )

    def action(self, paid: Money) -> Action | None:
        """The action had it been paid."""
        if paid not in self.tried:
            account, book = self.told(paid)
            on = self.decision.as_of
            self.tried[paid], _ = answer_on(self.policy, account, book, on, self.others)
        return self.tried[paid]

    def told(self, paid: Money) -> tuple[Account, Book]:
        """An account and the book by which to decide about a payment."""
        if self.policy.criteria:
            # A criterion of the host may look at the payment itself.
            account = self.with_payment(paid)
            return account, book_known(account, self.known_on)
        if paid.currency not in self.books:
            account = self.with_payment(Money(1, paid.currency))
            self.books[paid.currency] = account, book_known(account, self.known_on)
        account, book = self.books[paid.currency]
        return account, book.with_payment_of(self.id, paid.minor)

    def smallest(self, currency: str, of: Callable[[Action | None], Outcome]) -> int | None:
        """The smallest amount, in minor units, after which the outcome differs."""
        now, same = of(self.decision.action), 0
        for minor in sorted(self.amounts(currency)):
            if of(self.action(Money(minor, currency))) != now:
                return self.between(same, minor, currency, lambda one: of(one) != now)
            same = minor
        return None

    def between(
        self, same: int, other: int, currency: str, differs: Callable[[Action | None], bool]
    ) -> int:
        """The smallest amount that differs, of those from one that does not to one that does."""
        while other - same > 1:
            middle = (same + other) // 2
            if differs(self.action(Money(middle, currency))):
                other = middle
            else:
                same = middle
        return other

    def amounts(self, currency: str) -> set[int]:
        """The amounts at which something may change, and those beside them."""
        rows = [row for row in self.s.rows if row.currency == currency]
        spare = self.s.ledger.nettable().get(currency, 0)
        opens = sum(row.open for row in rows)
        # Money goes to what is due and undisputed first, to one item exactly where it can, and what
        # is asked for is counted without what anything holds.
        asked = [row.collectable + row.not_yet_due for row in rows]
        settled = {row.open for row in rows}
        settled.update(accumulate(self.in_order(rows)), accumulate(asked), self.awaited(currency))
        settled |= {sum(row.collectable for row in rows) - spare, sum(asked) - spare, opens - spare}
        marks = settled | {1}
        for bound in self.bounds(currency):
            marks |= {one - bound for one in settled}
            marks |= {bound - spare, opens + bound - spare}
        return {one + beside for one in marks for beside in (0, 1) if one + beside > 0}

    def in_order(self, rows: list[Row]) -> Iterator[int]:
        """The parts that money without a direction settles one after the other."""
        day = self.s.day
        yield from (row.open - row.disputed for row in rows if row.due <= day)
        yield from (row.disputed if row.due <= day else row.open for row in rows)

    def awaited(self, currency: str) -> Iterator[int]:
        """What promises and instalments still wait for."""
        for pledge in self.s.pledges:
            if pledge.pledge.fact.amount.currency == currency:
                yield from (pledge.pledge.amount, pledge.pledge.amount - pledge.received)
        for plan in self.s.plans:
            if plan.plan.fact.total.currency == currency:
                yield from (amount for _, amount in plan.plan.instalments)
                yield from accumulate(amount for _, amount in plan.unpaid)

    def bounds(self, currency: str) -> Iterator[int]:
        """The amounts that the policy and the debtor's limit compare with, in that currency."""
        rates, on = self.policy.conventions.rates, self.decision.as_of
        for amount in self.compared():
            try:
                yield rates.convert(amount, currency, on=on).minor
            except OutsideCoverage:
                continue

    def compared(self) -> Iterator[Money]:
        floor = self.policy.floor
        given: Iterable[Money | None] = (
            floor.formal_notice,
            floor.placement,
            self.account.debtor.credit_limit,
        )
        yield from (one for one in given if one is not None)
        for _, test, _ in rules_of(self.policy):
            if isinstance(test, Condition):
                for one in comparisons(test.node):
                    if isinstance(one.constant, Money):
                        yield one.constant
