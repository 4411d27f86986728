"""What is open at the end of one day over many accounts, and the ledger that it comes from."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from recouvrement.facts.book import Book, Item
from recouvrement.facts.risk import Doubtful
from recouvrement.kpi.flows import Flows, count
from recouvrement.kpi.gathering import Part, Reading, View
from recouvrement.kpi.measure import Exclusion, Tally
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.money import Money
from recouvrement.position.slices import held_slices

NOT_DUE: Final = (0,)
"""The least that ages are told apart by: through the due date, and after."""


class Closing(Part):
    """The sums of one day in one currency, account after account, in minor units.

    `by_due` is what is open after what the perimeter leaves out or nets, by ordinal of the due date
    (NEVER without one): how many items, and how much. By day of issue and by debtor on request.
    """

    __slots__ = (
        "_only",
        "assumed",
        "beyond",
        "by_debtor",
        "by_due",
        "by_issue",
        "currency",
        "disputed",
        "doubtful",
        "elsewhere",
        "flows",
        "holders",
        "keepers",
        "leaves_disputed",
        "left_over",
        "netted",
        "netting",
        "on",
        "open",
        "unapplied",
    )

    def __init__(
        self,
        flows: Flows,
        on: date,
        netting: bool,  # noqa: FBT001 (made by `closing_of` alone)
        leaves_disputed: bool,  # noqa: FBT001
    ) -> None:
        self.flows = flows
        self.currency = flows.currency
        self._only = (flows.currency,)
        self.on = on
        self.netting = netting
        self.leaves_disputed = leaves_disputed
        self.by_due: dict[int, list[int]] = {}
        self.by_issue: dict[int, list[int]] | None = None
        self.by_debtor: dict[str, int] | None = None
        self.doubtful: dict[int, list[int]] | None = None
        self.open = self.unapplied = 0
        # What was netted; the part of it that exceeded the items of its account.
        self.netted = self.beyond = 0
        # Accounts with unapplied money, with some that is never netted, with some left over.
        self.holders = self.keepers = self.left_over = 0
        self.disputed = [0, 0]
        self.assumed = 0
        self.elsewhere: dict[tuple[str, str], list[int]] = {}

    @property
    def rows_only(self) -> bool:  # type: ignore[override]
        """What disputes hold of an item is asked of the ledger."""
        return not self.leaves_disputed

    def issues(self) -> dict[int, list[int]]:
        """What is open by ordinal of the day of issue, which is gathered from now on."""
        if self.by_issue is None:
            self.by_issue = {}
        return self.by_issue

    def debtors(self) -> dict[str, int]:
        """What each debtor owes, below 0 when he is in credit, which is gathered from now on."""
        if self.by_debtor is None:
            self.by_debtor = defaultdict(int)
        return self.by_debtor

    def doubts(self) -> dict[int, list[int]]:
        """What is open of doubtful invoices by due date, which is gathered from now on."""
        if self.doubtful is None:
            self.doubtful = {}
        return self.doubtful

    def close(self, view: View) -> None:
        """Count one account at the end of the day."""
        rows, book = view.open, view.book
        if book.currencies != self._only:
            rows = self._mine(view)
        credit, kept = self._unapplied(view) if view.spare else (0, 0)
        self.open += sum([amount for _, amount in rows])
        if self.leaves_disputed and book.contests:
            rows = self._undisputed(view, rows)
        if credit or kept:
            rows, credit = _netted(rows, credit)
            self.beyond += credit
            self.left_over += credit + kept > 0
        self._age(book, rows)
        if self.doubtful is not None and view.facts[Doubtful]:
            self._doubts(self.doubtful, view, rows)
        if self.by_debtor is not None and (rows or credit):
            debtor = view.account.debtor.id
            self.by_debtor[debtor] += sum([amount for _, amount in rows]) - credit

    def _age(self, book: Book, rows: Iterable[tuple[int, int]]) -> None:
        dues, by_due, by_issue = book.dues, self.by_due, self.by_issue
        for place, amount in rows:
            due = dues[place]
            if due in by_due:
                cell = by_due[due]
                cell[0] += 1
                cell[1] += amount
            else:
                by_due[due] = [1, amount]
        if by_issue is not None:
            items = book.items
            for place, amount in rows:
                issued = items[place].issued
                if issued in by_issue:
                    cell = by_issue[issued]
                    cell[0] += 1
                    cell[1] += amount
                else:
                    by_issue[issued] = [1, amount]
        if book.assumed:
            self.assumed += sum(book.items[place].assumed for place, _ in rows)

    def _doubts(
        self, doubtful: dict[int, list[int]], view: View, rows: Iterable[tuple[int, int]]
    ) -> None:
        doubted = _doubted(view, self.on)
        for place, amount in rows:
            item = view.book.items[place]
            if _in_doubt(doubted, item):
                count(doubtful, item.due, amount)

    def _mine(self, view: View) -> list[tuple[int, int]]:
        """The open items of the currency; the others are counted apart."""
        mine, items = [], view.book.items
        for place, amount in view.open:
            currency = items[place].currency
            if currency == self.currency:
                mine.append((place, amount))
            else:
                count(self.elsewhere, ("open", currency), amount)
        return mine

    def _undisputed(self, view: View, rows: list[tuple[int, int]]) -> list[tuple[int, int]]:
        # What promises and plans shelter comes after what is disputed: it takes nothing from it.
        held = held_slices(view.ledger, (), (), view.conventions)
        left = []
        for place, amount in rows:
            disputed = held.get(place, {}).get("disputed", 0)
            self.disputed[0] += disputed > 0
            self.disputed[1] += disputed
            if amount > disputed:
                left.append((place, amount - disputed))
        return left

    def _unapplied(self, view: View) -> tuple[int, int]:
        """Count the account's unapplied money; what of it to net, and what never to net."""
        mine = 0
        for currency, minor in view.spare.items():
            if currency == self.currency:
                mine = minor
            else:
                count(self.elsewhere, ("unapplied", currency), minor)
        self.unapplied += mine
        self.holders += mine > 0
        if not mine or not self.netting:
            return 0, 0
        credit = view.ledger.nettable().get(self.currency, 0)
        self.netted += credit
        self.keepers += credit < mine
        return credit, mine - credit

    @property
    def balance(self) -> int:
        """What is open, less what the perimeter leaves out or nets: below 0, a net credit."""
        return self.aged_total - self.beyond

    @property
    def aged_total(self) -> int:
        """What is open of the items that are left once the perimeter leaves out or nets."""
        return sum([amount for _, amount in self.by_due.values()])

    @property
    def items(self) -> int:
        """How many items the balance is made of."""
        return sum([number for number, _ in self.by_due.values()])

    @property
    def not_due(self) -> int:
        """The part of the balance that is not due yet."""
        return self.aged(NOT_DUE)[0][1]

    def aged(self, bounds: Sequence[int]) -> list[list[int]]:
        """How many items and how much, by days past due: up to each bound, and above the last."""
        ages, day = [[0, 0] for _ in range(len(bounds) + 1)], self.on.toordinal()
        for due, (number, amount) in self.by_due.items():
            cell = ages[bisect_left(bounds, day - due)]
            cell[0] += number
            cell[1] += amount
        return ages

    @property
    def never_netted(self) -> int:
        """The unapplied money that netting leaves alone: deposits and securities."""
        return self.unapplied - self.netted

    def money(self, minor: int) -> Money:
        """An amount in the currency of the closing."""
        return Money(minor, self.currency)

    def ledger(self) -> Tally:
        """What was billed, less what settled it, plus what settles nothing yet, is what is open."""
        return self.flows.ledger(self.on, self.unapplied, self.open)

    def used(self, title: str) -> Tally:
        """How the balance follows from what the ledger has open."""
        lines = (
            ("open", self.open),
            ("disputed, left out", -self.disputed[1]),
            ("unapplied, netted", -self.netted),
        )
        return self.tally(title, lines, self.balance)

    def overdue(self) -> Tally:
        """How what is overdue follows from the balance."""
        lines = [("balance", self.balance), ("not due", -self.not_due)]
        day = self.on.toordinal()
        late = sum([amount for due, (_, amount) in self.by_due.items() if due < day])
        return self.tally("overdue", lines, late - self.beyond)

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
            Exclusion(f"{what} in another currency", number, Money(minor, currency))
            for (what, currency), (number, minor) in sorted(self.elsewhere.items())
        ]
        return (
            *(
                Exclusion(what, number, self.money(minor))
                for what, number, minor in left_out
                if number
            ),
            *elsewhere,
        )

    def excluded_then(self) -> tuple[Exclusion, ...]:
        """What is left out of the closing at the start of a period."""
        return tuple(
            Exclusion(f"{one.reason}, at the start", one.count, one.amount)
            for one in self.excluded()
        )

    def population(self) -> tuple[tuple[str, int], ...]:
        """How many open items the balance is made of."""
        items = ("open items", self.items)
        return (items, ("open items with an assumed due date", self.assumed))


def _doubted(view: View, on: date) -> dict[str, tuple[date, bool]]:
    """By invoice, or part of one, the last day something was said of its doubt, and whether it is.

    The facts come in order of date: the last one said holds.
    """
    return {
        one.invoice: (one.on, one.loss_rate > 0) for one in view.facts[Doubtful] if one.on <= on
    }


def _in_doubt(doubted: Mapping[str, tuple[date, bool]], item: Item) -> bool:
    """Whether an item is in doubt: the latest word on it, or on its invoice, says so."""
    said = [doubted[name] for name in (item.invoice.id, item.id) if name in doubted]
    return max(said, key=lambda one: one[0])[1] if said else False


def _netted(rows: list[tuple[int, int]], credit: int) -> tuple[list[tuple[int, int]], int]:
    """The items left once the credit has paid the oldest, and the credit that found none."""
    left = []
    for place, amount in rows:
        taken = min(credit, amount)
        credit -= taken
        if amount > taken:
            left.append((place, amount - taken))
    return left, credit


def closing_of(reading: Reading, perimeter: Perimeter, on: date) -> Closing:
    """The closing of a day on this perimeter, shared by all that ask for it."""
    return reading.part(
        Closing,
        flows_of(reading, perimeter, on),
        on,
        perimeter.credits == "netted",
        perimeter.disputed == "out",
        on=[on],
    )


def flows_of(reading: Reading, perimeter: Perimeter, until: date) -> Flows:
    """The facts by day, in the currency of the perimeter, through a day at least."""
    return reading.part(Flows, perimeter.currency, until=until)
