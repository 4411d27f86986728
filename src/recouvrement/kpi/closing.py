"""What is open at the end of one day over many accounts, and the ledger that it comes from."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Final

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.settlement import CreditNote, Payment, Reversal, WriteOff
from recouvrement.kpi.measure import Exclusion, Tally
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.kpi.sales import Sales, Visible
from recouvrement.money import Money
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import book_known
from recouvrement.position.standing import Standing, standing_of

NOT_DUE: Final = (0,)
"""The least that ages are told apart by: through the due date, and after."""


class Closing:
    """The sums of one day in one currency, account after account, in minor units.

    `amounts` and `counts` are by age, after what the perimeter leaves out or nets: ages up to
    `bounds[0]`, up to `bounds[1]`, …, above the last.
    """

    __slots__ = (
        "amounts",
        "assumed",
        "beyond",
        "billed",
        "bounds",
        "counts",
        "credited",
        "disputed",
        "elsewhere",
        "holders",
        "keepers",
        "left_over",
        "netted",
        "netting",
        "on",
        "open",
        "perimeter",
        "received",
        "reversed",
        "unapplied",
        "written_off",
    )

    def __init__(self, perimeter: Perimeter, on: date, bounds: Sequence[int] = NOT_DUE) -> None:
        self.perimeter = perimeter
        self.on = on
        self.bounds = bounds
        self.netting = perimeter.credits == "netted"
        self.amounts = [0] * (len(bounds) + 1)
        self.counts = [0] * (len(bounds) + 1)
        self.open = self.unapplied = 0
        # What was netted; the part of it that exceeded the items of its account.
        self.netted = self.beyond = 0
        # Accounts with unapplied money, with some that is never netted, with some left over.
        self.holders = self.keepers = self.left_over = 0
        self.disputed = [0, 0]
        self.assumed = 0
        self.billed = self.credited = self.received = self.reversed = self.written_off = 0
        self.elsewhere: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, standing: Standing, visible: Visible) -> None:
        """Count one account: where it stands that day, and its facts visible by then."""
        self._ledger(visible)
        credit, kept = self._unapplied(standing)
        currency, bounds, day = self.perimeter.currency, self.bounds, standing.day
        leave_disputed = self.perimeter.disputed == "out"
        amounts, counts = self.amounts, self.counts
        for row in standing.rows:
            amount = row.open
            if row.item.currency != currency:
                self._other("open", row.item.currency, amount)
                continue
            self.open += amount
            if leave_disputed and row.held:
                amount -= self._left_out(row.disputed)
            if credit:
                taken = min(credit, amount)
                credit -= taken
                amount -= taken
            if amount:
                place = bisect_left(bounds, day - row.due)
                amounts[place] += amount
                counts[place] += 1
                if row.item.invoice.due_assumed:
                    self.assumed += 1
        self.beyond += credit
        self.left_over += credit + kept > 0

    def _unapplied(self, standing: Standing) -> tuple[int, int]:
        """Count the account's unapplied money; what of it to net, and what never to net."""
        mine = 0
        for currency, minor in standing.ledger.unapplied().items():
            if currency == self.perimeter.currency:
                mine = minor
            else:
                self._other("unapplied", currency, minor)
        self.unapplied += mine
        self.holders += mine > 0
        if not mine or not self.netting:
            return 0, 0
        credit = standing.ledger.nettable().get(self.perimeter.currency, 0)
        self.netted += credit
        self.keepers += credit < mine
        return credit, mine - credit

    def _left_out(self, minor: int) -> int:
        self.disputed[0] += minor > 0
        self.disputed[1] += minor
        return minor

    def _other(self, what: str, currency: str, minor: int) -> None:
        tally = self.elsewhere[what, currency]
        tally[0] += 1
        tally[1] += minor

    def _ledger(self, visible: Visible) -> None:
        """The other side, from the facts alone: what was billed and what became of it."""
        paid = visible[Payment]
        self.billed += self._sum(one.total for one in visible[Invoice])
        self.credited += self._sum(one.total for one in visible[CreditNote])
        self.received += self._sum(one.amount for one in paid)
        self.written_off += self._sum(one.amount for one in visible[WriteOff])
        if visible[Reversal]:
            came = {one.id: one.amount for one in paid}
            # What has not come yet cannot have gone back.
            self.reversed += self._sum(
                one.amount or came[one.payment] for one in visible[Reversal] if one.payment in came
            )

    def _sum(self, amounts: Iterable[Money]) -> int:
        currency = self.perimeter.currency
        return sum([amount.minor for amount in amounts if amount.currency == currency])

    @property
    def balance(self) -> int:
        """What is open, less what the perimeter leaves out or nets: below 0, a net credit."""
        return sum(self.amounts) - self.beyond

    @property
    def not_due(self) -> int:
        """The part of the balance that is not due yet."""
        return self.amounts[0]

    @property
    def never_netted(self) -> int:
        """The unapplied money that netting leaves alone: deposits and securities."""
        return self.unapplied - self.netted

    def money(self, minor: int) -> Money:
        """An amount in the currency of the perimeter."""
        return Money(minor, self.perimeter.currency)

    def ledger(self) -> Tally:
        """What was billed, less what settled it, plus what settles nothing yet, is what is open."""
        lines = (
            ("billed", self.billed),
            ("credited", -self.credited),
            ("received", -self.received),
            ("reversed", self.reversed),
            ("written off", -self.written_off),
            ("unapplied", self.unapplied),
        )
        return self.tally(f"ledger on {self.on}", lines, self.open)

    def used(self, title: str) -> Tally:
        """How the balance follows from what the ledger has open."""
        lines = (
            ("open", self.open),
            ("disputed, left out", -self.disputed[1]),
            ("unapplied, netted", -self.netted),
        )
        return self.tally(title, lines, self.balance)

    def tally(self, title: str, lines: Iterable[tuple[str, int]], total: int) -> Tally:
        """Lines in minor units, as amounts."""
        return Tally(
            title,
            tuple((label, self.money(minor)) for label, minor in lines),
            self.money(total),
        )

    def excluded(self, *, unapplied: bool = True) -> tuple[Exclusion, ...]:
        """What is left out, and how much of it there is; `unapplied` money, unless it counts."""
        left_out = [("disputed", self.disputed[0], self.disputed[1])]
        if unapplied and self.netting:
            left_out.append(("unapplied, never netted", self.keepers, self.never_netted))
        elif unapplied:
            left_out.append(("unapplied, apart", self.holders, self.unapplied))
        elsewhere = [
            Exclusion(f"{what} in another currency", count, Money(minor, currency))
            for (what, currency), (count, minor) in sorted(self.elsewhere.items())
        ]
        return (
            *(
                Exclusion(what, count, self.money(minor))
                for what, count, minor in left_out
                if count
            ),
            *elsewhere,
        )

    def population(self) -> tuple[tuple[str, int], ...]:
        """How many open items the balance is made of."""
        items = ("open items", sum(self.counts))
        return (items, ("open items with an assumed due date", self.assumed))


def read(
    accounts: Iterable[Account],
    closings: Sequence[Closing],
    conventions: Conventions,
    sales: Sales | None = None,
) -> int:
    """Each account once, into every closing and into the sales of the last; how many there were.

    Nothing is kept of an account, so a generator may give more of them than memory holds.
    """
    if isinstance(accounts, Account) or not isinstance(accounts, Iterable):
        raise InvalidInput("accounts", "an iterable of accounts", type(accounts).__name__)
    known_on = closings[-1].perimeter.known_on
    count = 0
    for account in accounts:
        if not isinstance(account, Account):
            raise InvalidInput("accounts", "accounts only", type(account).__name__)
        count += 1
        book = book_known(account, known_on)
        facts: Sequence[Fact] = account.facts
        if known_on is not None:
            facts = [fact for fact in facts if fact.known_on <= known_on]
        for closing in closings:
            visible = _visible(facts, closing.on)
            closing.add(standing_of(book, closing.on.toordinal(), conventions), visible)
        if sales is not None:
            sales.add(visible)
    return count


_happened_on = attrgetter("happened_on")


def _visible(facts: Sequence[Fact], on: date) -> Visible:
    """The facts of an account through a day, by kind; they come in order of date."""
    by_kind: dict[type[Fact], list[Any]] = defaultdict(list)
    for fact in facts[: bisect_right(facts, on, key=_happened_on)]:
        by_kind[type(fact)].append(fact)
    return by_kind
