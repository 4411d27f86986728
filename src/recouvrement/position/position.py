"""Where an account stands on a date: the open items, their slices, promises and plans."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER
from recouvrement.facts.bookkeeping import book_of
from recouvrement.facts.commitment import PaymentPlan, Promise
from recouvrement.facts.invoice import Invoice
from recouvrement.money import Money, amounts_of, sums_of
from recouvrement.position.commitments import PlanStatus, PromiseStatus
from recouvrement.position.conventions import Conventions
from recouvrement.position.slices import HELD
from recouvrement.position.standing import Row, Standing, standing_of
from recouvrement.tables import html_table

SLICES = (*HELD, "collectable", "not_yet_due")


@frozen(kw_only=True)
class OpenItem:
    """What is still open of one invoice, or of one part of it, and who or what holds it.

    `open = stayed + placed + assigned + covered + disputed + in_plan + promised + blocked +
    collectable + not_yet_due`, to the cent. `days_past_due` is negative before the due date and
    None without one. `steps` are the (day, level) moves that reached the debtor, in order.
    """

    id: str
    invoice: Invoice = field(repr=False)
    part: int
    issued_on: date
    due_on: date | None
    days_past_due: int | None
    total: Money
    open: Money
    stayed: Money
    placed: Money
    assigned: Money
    covered: Money
    disputed: Money
    in_plan: Money
    promised: Money
    blocked: Money
    collectable: Money
    not_yet_due: Money
    steps: tuple[tuple[date, str], ...]
    reminders: int
    broken_promises: int

    @property
    def currency(self) -> str:
        """The currency of every amount of the item."""
        return self.open.currency

    @property
    def level(self) -> str | None:
        """The level its last step moved it to, None when nothing moved it yet."""
        return self.steps[-1][1] if self.steps else None


@frozen(kw_only=True)
class PromiseState:
    """What became of a promise, and what was received for it."""

    promise: Promise
    status: PromiseStatus
    received: Money
    items: tuple[str, ...]


@frozen(kw_only=True)
class PaymentPlanState:
    """What became of a plan, what was received for it, and the instalments left to pay."""

    plan: PaymentPlan
    status: PlanStatus
    received: Money
    unpaid: tuple[tuple[date, Money], ...]


@frozen
class Position:
    """An account as of a date: a value to look at, never one to carry around.

    Amounts that may come in several currencies are tuples, one per currency, in order of code.
    """

    account: Account = field(repr=False)
    as_of: date
    known_on: date | None = field(kw_only=True)
    conventions: Conventions = field(kw_only=True, repr=False)
    standing: Standing = field(kw_only=True, repr=False, eq=False)

    @property
    def rows(self) -> list[Row]:
        """The open items in plain integers, oldest first: for sums over many accounts."""
        return self.standing.rows

    @property
    def open_items(self) -> tuple[OpenItem, ...]:
        """What is open, oldest first: by due date, date of issue, amount, id."""
        return tuple(open_item(self.standing, row) for row in self.standing.rows)

    @property
    def unapplied_minor(self) -> dict[str, int]:
        """Unapplied money per currency, in minor units."""
        return self.standing.ledger.unapplied()

    @property
    def unapplied(self) -> tuple[Money, ...]:
        """Money that settles nothing yet: on account, deposits and securities included."""
        return amounts_of(self.unapplied_minor)

    @property
    def nettable(self) -> tuple[Money, ...]:
        """Unapplied money that is netted before anyone is chased."""
        return amounts_of(self.standing.ledger.nettable())

    def amounts_of(self, name: str) -> tuple[Money, ...]:
        """The total of a slice, of "open" or of "unapplied", per currency, zeros left out."""
        if name == "unapplied":
            return self.unapplied
        if name != "open" and name not in SLICES:
            expected = "open, unapplied or one of " + ", ".join(SLICES)
            raise InvalidInput("position.slice", expected, repr(name))
        rows = self.standing.rows
        return amounts_of(sums_of((_minor(row, name), row.currency) for row in rows))

    def amount_of(self, name: str, currency: str) -> Money:
        """The total of a slice, of "open" or of "unapplied", in one currency."""
        for amount in self.amounts_of(name):
            if amount.currency == currency:
                return amount
        return Money.zero(currency)

    @property
    def promises(self) -> tuple[PromiseState, ...]:
        """The promises made by then, in order of their date."""
        items = self.standing.book.items
        return tuple(
            PromiseState(
                promise=one.pledge.fact,
                status=one.status,
                received=Money(one.received, one.pledge.fact.amount.currency),
                items=tuple(items[place].id for place in one.places),
            )
            for one in self.standing.pledges
        )

    @property
    def plans(self) -> tuple[PaymentPlanState, ...]:
        """The plans agreed by then, in that order."""
        return tuple(
            PaymentPlanState(
                plan=one.plan.fact,
                status=one.status,
                received=Money(one.received, one.plan.fact.total.currency),
                unpaid=tuple(
                    (date.fromordinal(due), Money(minor, one.plan.fact.total.currency))
                    for due, minor in one.unpaid
                ),
            )
            for one in self.standing.plans
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """One plain mapping per open item, for any table library; empty slices are left out."""
        return [
            {
                "id": item.id,
                "due_on": item.due_on,
                "days_past_due": item.days_past_due,
                "open": item.open,
                **{name: getattr(item, name) or None for name in SLICES},
                "level": item.level,
            }
            for item in self.open_items
        ]

    def _repr_html_(self) -> str:
        caption = f"{self.account.debtor.id} as of {self.as_of}"
        return html_table(self.to_rows(), caption=caption)


def check_date(name: str, value: object) -> date:
    """The date given, or `InvalidInput` that names the argument."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise InvalidInput(name, "a date", repr(value))
    return value


def book_known(account: Account, known_on: date | None) -> Any:
    """The account's book, or the book of what the host knew on a date."""
    if known_on is None:
        return account.book
    check_date("known_on", known_on)
    known = (fact for fact in account.facts if fact.known_on <= known_on)
    return book_of(known, endings_until=known_on)


def position_of(
    account: Account,
    *,
    as_of: date,
    known_on: date | None = None,
    conventions: Conventions = Conventions(),  # noqa: B008 (a frozen value)
) -> Position:
    """Where the account stands at the end of `as_of`, with what was known on `known_on`.

    Later facts are invisible, later endings masked. `known_on=None` means all that is recorded.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.settlement import Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ...     Payment("P-9", date(2026, 10, 20), amount=Money.of(500, "EUR")),
    ... )
    >>> item, = position_of(account, as_of=date(2026, 10, 31)).open_items
    >>> item.collectable, item.days_past_due
    (Money.of("400.00", "EUR"), 30)
    """
    if not isinstance(account, Account):
        raise InvalidInput("account", "an Account", type(account).__name__)
    if not isinstance(conventions, Conventions):
        raise InvalidInput("conventions", "Conventions", repr(conventions))
    day = check_date("as_of", as_of).toordinal()
    standing = standing_of(book_known(account, known_on), day, conventions)
    return Position(account, as_of, known_on=known_on, conventions=conventions, standing=standing)


def _minor(row: Row, name: str) -> int:
    if name in HELD:
        return row.held.get(name, 0)
    amount: int = getattr(row, name)
    return amount


def open_item(standing: Standing, row: Row) -> OpenItem:
    """The public value of an open row."""
    item, day, currency = row.item, standing.day, row.currency
    undated = row.due == NEVER
    return OpenItem(
        id=item.id,
        invoice=item.invoice,
        part=item.part,
        issued_on=date.fromordinal(item.issued),
        due_on=None if undated else date.fromordinal(row.due),
        days_past_due=None if undated else day - row.due,
        total=Money(item.total, currency),
        open=Money(row.open, currency),
        **{name: Money(_minor(row, name), currency) for name in SLICES},
        steps=tuple(
            (date.fromordinal(touch.on), touch.level)
            for touch in standing.book.touches
            if touch.place == item.place and touch.on <= day < touch.bounced
        ),
        reminders=row.reminders,
        broken_promises=broken_promises(standing, item.place),
    )


def broken_promises(standing: Standing, place: int) -> int:
    """How many broken promises were about an item: a new promise never resets them."""
    return sum(
        one.status is PromiseStatus.BROKEN and place in one.places for one in standing.pledges
    )
