"""One account on one day, under decision: its money in the policy's terms, tasks and reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from recouvrement.errors import InvalidInput, OutsideCoverage, shown
from recouvrement.facts.account import Account
from recouvrement.facts.book import Book
from recouvrement.money import Money
from recouvrement.policy.compiler import Failed
from recouvrement.policy.decision import Task
from recouvrement.policy.policy import Policy
from recouvrement.policy.words import TaskKind
from recouvrement.position.position import check_date
from recouvrement.position.standing import Row, Standing, standing_of

# Bound once: looking a member up on its enum costs more than comparing it.
_FAILED = TaskKind.CRITERION_FAILED


def _as_it_is(minor: int, currency: str) -> int:  # noqa: ARG001 (the reader of amounts' signature)
    return minor


class Reasons:
    """What `because` will say: the rules behind the message, or what stood in its way."""

    __slots__ = ("given",)

    def __init__(self) -> None:
        self.given: list[str] = []

    def note(self, reason: str) -> None:
        """One more reason for which something is not said, kept unless something else is."""
        if reason not in self.given:
            self.given.append(reason)

    def settle(self, reasons: Iterable[str]) -> None:
        """These reasons alone, each once: what was noted before no longer matters."""
        self.given[:] = dict.fromkeys(reasons)

    def first(self, reason: str) -> None:
        """This reason before those that are there."""
        self.given.insert(0, reason)


class Case:
    """What every question about an account on a day starts from."""

    __slots__ = (
        "account",
        "amount_in",
        "as_of",
        "because",
        "execute_on",
        "known",
        "owed",
        "policy",
        "s",
        "spare",
        "spoken",
        "tasks",
    )

    def __init__(
        self,
        policy: Policy,
        account: Account,
        s: Standing,
        as_of: date,
        spoken: frozenset[int] = frozenset(),
    ) -> None:
        self.policy = policy
        self.account = account
        self.s = s
        self.as_of = self.execute_on = as_of
        self.spoken = spoken
        self.tasks: list[Task] = []
        self.because = Reasons()
        # A criterion of the host may give an amount in any currency, whatever the account is in.
        alone = s.book.currencies == (policy.currency,) and not policy.criteria
        self.amount_in: Callable[[int, str], int] = _as_it_is if alone else self.converted
        # Per currency: unapplied cash that may be netted, and what may be demanded.
        self.spare = s.ledger.nettable()
        self.owed: dict[str, int] = {}
        # The rows of which everything is known that the policy asks.
        self.known = s.rows

    def converted(self, minor: int, source: str) -> int:
        """An amount in the policy's currency; `OutsideCoverage` without a rate."""
        target = self.policy.currency
        if source == target:
            return minor
        rates = self.policy.conventions.rates
        return rates.convert(Money(minor, source), target, on=self.as_of).minor

    def told(self, minor: int, source: str) -> int:
        """The same, where an estimate will do: 0 without a rate, with a task to find one."""
        if self.has_rate(source):
            return self.converted(minor, source)
        self.missing_rate()
        return 0

    def has_rate(self, currency: str) -> bool:
        """Whether amounts in a currency can be told in the policy's."""
        if currency == self.policy.currency:
            return True
        try:
            self.policy.conventions.rates.rate_on(currency, self.policy.currency, self.as_of)
        except OutsideCoverage:
            return False
        return True

    def task(self, kind: TaskKind, items: Iterable[str] = ()) -> None:
        """One more thing for the house to do."""
        self.tasks.append(Task(kind, tuple(items)))

    def failure(self, name: str, items: Iterable[str] = ()) -> None:
        """The task to look at a criterion or a rule of the host that raised, unless it is there.

        It is about these items, or without any about the account.
        """
        known = [one.invoices for one in self.tasks if (one.kind, one.rule) == (_FAILED, name)]
        if () not in known:
            named = {item for items in known for item in items}
            given = tuple(items)
            left = tuple([item for item in given if item not in named])
            if left or not given:
                self.tasks.append(Task(_FAILED, left, rule=name))

    def failures(self, failed: Failed) -> None:
        """The same for items on which something raised, one task for each criterion or rule."""
        for name in dict.fromkeys([name for name, _ in failed]):
            self.failure(name, [row.id for one, row in failed if one == name])

    def missing_rate(self) -> None:
        """The task to find a rate, once."""
        if not any(task.kind is TaskKind.MISSING_RATE for task in self.tasks):
            self.task(TaskKind.MISSING_RATE)

    def price(self) -> None:
        """Keep the rows whose amounts can be told in the policy's currency; a task for others."""
        rows = self.known
        missing = {one for one in self.s.book.currencies if not self.has_rate(one)}
        without = [row.id for row in rows if row.currency in missing]
        if without or missing.intersection(self.spare):
            self.task(TaskKind.MISSING_RATE, without)
            if self.policy.compiled.account_money:
                self.known = []
            else:
                self.known = [row for row in rows if row.currency not in missing]

    def count(self, eligible: list[Row]) -> None:
        """Add up what may be demanded; a task where unapplied cash covers all of it."""
        self.owed = self.s.totals("collectable", eligible)
        if self.spare:
            covered = [row.id for row in eligible if not self.owes_in(row.currency)]
            if covered:
                self.task(TaskKind.UNMATCHED_CREDIT, covered)

    def owes_in(self, currency: str) -> bool:
        """Whether unapplied cash leaves something to ask for in a currency."""
        return self.owed[currency] > self.spare.get(currency, 0)

    def left(self, currency: str) -> int:
        """The unapplied cash that remains once all that is owed is covered."""
        return max(0, self.spare.get(currency, 0) - self.owed.get(currency, 0))

    def asked(self, due: dict[str, int]) -> dict[str, int]:
        """What is due less unapplied cash, in the currencies where something is left."""
        net = {currency: minor - self.spare.get(currency, 0) for currency, minor in due.items()}
        return {currency: minor for currency, minor in net.items() if minor > 0}

    def worth(self, due: dict[str, int], least: Money | None) -> bool:
        """Whether what is due, less unapplied cash, is worth a formal act.

        Without a rate, a currency counts as nothing, with a task.
        """
        if least is None:
            return True
        net = [(max(0, minor - self.spare.get(one, 0)), one) for one, minor in due.items()]
        return sum([self.told(minor, currency) for minor, currency in net]) >= least.minor


def standing_under(policy: Policy, account: Account, book: Book, as_of: date) -> Standing:
    """The standing of a book at the end of a day, each row where it stands on a policy's ladder.

    `book` is that of the account, or what was known of it.
    """
    conventions = policy.applicable(account.debtor.kind).conventions
    return standing_of(book, as_of.toordinal(), conventions, policy.compiled.ranks)


def days_spoken(spoken: object) -> frozenset[int]:
    """The days on which a recipient was spoken to through other accounts; else `InvalidInput`."""
    if isinstance(spoken, (str, bytes)) or not isinstance(spoken, Iterable):
        raise InvalidInput("spoken", "a collection of dates", shown(spoken))
    return frozenset([check_date("spoken", day).toordinal() for day in spoken])
