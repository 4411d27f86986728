"""A debtor's history while it is being drawn: what exists, so that what comes may meet it."""

from collections.abc import Sequence
from datetime import date, timedelta

from attrs import frozen

from recouvrement.facts.commitment import Promise
from recouvrement.facts.dispute import Dispute
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.settlement import CreditNote, Payment
from recouvrement.facts.words import DebtorKind
from recouvrement.money import Money, exponent_of
from recouvrement.testing.choices import Choices

START = date(2026, 1, 5)
LEVELS = ("first-reminder", "second-reminder", "call", "firm-letter", "formal-notice")


@frozen(kw_only=True)
class Wishes:
    """What is asked of a history: its span, its currencies, the constants to stay close to."""

    currencies: tuple[str, ...] = ("EUR",)
    start: date = START
    days: int = 120
    around: tuple[int | Money, ...] = ()
    ages: tuple[int, ...] = ()
    levels: tuple[str, ...] = LEVELS
    kinds: tuple[DebtorKind, ...] = tuple(DebtorKind)
    max_invoices: int = 6
    without: frozenset[type[Fact]] = frozenset()

    @property
    def last(self) -> date:
        """The last day on which a fact of the history happens."""
        return self.start + timedelta(self.days)


class Source:
    """A payment or a credit note, with what of it nothing directs yet and what went back."""

    __slots__ = ("fact", "gone", "room")

    def __init__(self, fact: Payment | CreditNote) -> None:
        self.fact = fact
        self.gone = 0
        self.room = self.whole.minor - sum(one.amount.minor for one in fact.allocations)

    @property
    def whole(self) -> Money:
        """All that it brought."""
        return self.fact.amount if isinstance(self.fact, Payment) else self.fact.total


class History:
    """What was drawn so far, and the choices that the next fact makes among it."""

    def __init__(self, choices: Choices, wishes: Wishes, invoices: Sequence[Invoice] = ()) -> None:
        self.choices = choices
        self.wishes = wishes
        self.invoices = list(invoices)
        self.sources: list[Source] = []
        self.promises: list[Promise] = []
        self.disputes: list[Dispute] = []
        self.interactions: list[Interaction] = []
        # Days and amounts that a later fact may meet exactly, and money that somebody expects.
        self.days: list[date] = []
        self.amounts: list[Money] = [one.total for one in invoices]
        self.expected: list[tuple[date, Money]] = []
        # In one account out of three, some facts are entered late.
        self.tardy = choices.rarely(3)

    def day(self, first: date | None = None, last: date | None = None) -> date:
        """A day of the span, half of the time one that has been used already, or next to it."""
        first = first or self.wishes.start
        last = max(first, last or self.wishes.last)
        span = (last - first).days
        near = [one for one in self.days[-8:] if first < one < last]
        step = self.choices.number(0, span + len(near) * 3 * (1 + span // (3 * len(near) or 1)))
        if step <= span:
            day = first + timedelta(step)
        else:
            at, shift = divmod((step - span - 1) % (3 * len(near)), 3)
            day = near[at] + timedelta(shift - 1)
        self.days.append(day)
        return day

    def later(self, on: date, most: int = 60) -> date:
        """A day on or after `on`, more often a near one."""
        reach = self.choices.one_of((1, 7, most))
        return on + timedelta(self.choices.number(0, reach))

    def learnt(self, on: date) -> date | None:
        """When the host learnt it: mostly that day, sometimes later, once in a while before."""
        delay = self.choices.one_of((0, 0, 1, 3, 10, 20, -1)) if self.tardy else 0
        return on + timedelta(delay) if delay else None

    def currency(self) -> str:
        """A currency of the invoices, else one of those asked for."""
        if self.invoices and not self.choices.rarely(8):
            return self.choices.one_of(self.invoices).total.currency
        return self.choices.one_of(self.wishes.currencies)

    def amount(self, currency: str | None = None) -> Money:
        """An amount: round, any, one seen before, or one unit around a constant asked for."""
        choices, currency = self.choices, currency or self.choices.one_of(self.wishes.currencies)
        unit = 10 ** exponent_of(currency)
        seen = [one.minor for one in self.amounts if one.currency == currency]
        constants = self.constants(currency)
        form = choices.number(0, 3 if constants else 2)
        if form == 0:
            minor = 100 * unit * choices.number(1, 50)
        elif form == 1:
            minor = choices.number(1, 20_000 * unit)
        elif form == 2 and seen:
            minor = choices.one_of(seen)
        elif constants:
            minor = max(1, choices.one_of(constants) + choices.number(0, 2) - 1)
        else:
            minor = 1
        amount = Money(minor, currency)
        self.amounts.append(amount)
        return amount

    def constants(self, currency: str) -> list[int]:
        """The amounts asked for, in minor units of the currency."""
        return [
            one.minor if isinstance(one, Money) else one
            for one in self.wishes.around
            if not isinstance(one, Money) or one.currency == currency
        ]

    def part_of(self, whole: Money) -> Money:
        """From one minor unit to all of an amount, its ends and its middle more often."""
        choices, most = self.choices, whole.minor
        form = choices.number(0, 4)
        if form == 4:
            return Money(choices.number(1, most), whole.currency)
        return Money(max(1, (most, most // 2, most - 1, 1)[form]), whole.currency)

    def items(self, currency: str | None = None) -> list[tuple[str, Money]]:
        """What can be named, with its amount: every invoice, and every part of a scheduled one."""
        named = []
        for invoice in self.invoices:
            if currency in (None, invoice.total.currency):
                named.append((str(invoice.id), invoice.total))
                for name, part in zip(invoice.item_ids, invoice.schedule, strict=False):
                    named.append((str(name), part.amount))
        return named

    def item(self, currency: str | None = None) -> tuple[str, Money]:
        """One of the items."""
        return self.choices.one_of(self.items(currency))

    def some_items(self, currency: str, most: int = 2) -> tuple[str, ...]:
        """From one to `most` of the items of a currency; nothing when there is none."""
        return tuple(name for name, _ in self.choices.some_of(self.items(currency), most))
