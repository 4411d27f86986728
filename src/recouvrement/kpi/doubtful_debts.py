"""The French provision, receivable by receivable: without tax, at its own probable loss."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, NamedTuple, cast

from attrs import frozen

from recouvrement.facts.account import Account
from recouvrement.facts.book import Item
from recouvrement.facts.debtor import DebtorId
from recouvrement.facts.settlement import WriteOff
from recouvrement.facts.words import WriteOffReason
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Exclusion, Measure
from recouvrement.kpi.perimeter import USUAL, Perimeter, perimeter_of
from recouvrement.kpi.provisions import loss_rates
from recouvrement.kpi.rates_given import percentage
from recouvrement.money import Money, Rounding, round_fraction
from recouvrement.position.conventions import Conventions
from recouvrement.tables import html_table


@frozen(kw_only=True)
class ReceivableProvision:
    """One doubtful receivable: what is open of it, the part without tax, and its probable loss.

    `before` is the provision at the start of the period, 0 where there was none; `movement` the
    provision less that: above 0 it is charged, below 0 released. None without a period.
    """

    debtor: DebtorId
    item: str
    open: Money
    without_tax: Money
    loss_rate: Decimal
    provision: Money
    before: Money | None
    movement: Money | None


@frozen(kw_only=True, repr=False)
class ReceivableProvisions(Measure):
    """A measure whose value is the sum of its lines, each rounded to the cent by itself.

    With a period: `opening` + `charged` − `released` = the value. `losses` are the bad debts
    written off in it without tax, `tax_on_losses` the tax in them, to be recovered.
    """

    lines: tuple[ReceivableProvision, ...] = ()
    opening: Money | None = None
    charged: Money | None = None
    released: Money | None = None
    losses: Money | None = None
    tax_on_losses: Money | None = None

    def to_rows(self) -> list[dict[str, object]]:
        """One row per receivable, provided for at the end or at the start."""
        return [
            {
                "debtor": one.debtor,
                "item": one.item,
                "open": one.open,
                "without_tax": one.without_tax,
                "loss_rate": one.loss_rate,
                "provision": one.provision,
                "before": one.before,
                "movement": one.movement,
            }
            for one in self.lines
        ]

    def _repr_html_(self) -> str:
        table = html_table(self.to_rows(), caption=f"{self.title} on {self.perimeter.as_of}")
        return f"{table}\n{html_table(self.certificate(), caption=self.title)}"


def provision_per_receivable(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    tax_rate: str | int | Decimal | None = None,
    currency: str = "EUR",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> ReceivableProvisions:
    """What is open without tax × probable loss, over the invoices held to be doubtful (K22).

    An invoice is doubtful from the day of its `Doubtful`, until one with another rate (0: no
    longer). The part without tax follows from the invoice's own `total` and `tax`; `tax_rate`, in
    percent, serves those that state no tax; without it they are left out, counted, and flagged.
    With `since`, the movement of the period beside it, receivable by receivable, and the bad debts
    written off in it. Source: kpi.md, K22.

    >>> from recouvrement import Debtor, Doubtful, Invoice
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 3, 1), due_on=date(2026, 3, 31), total=Money.of(1200, "EUR"),
    ...             tax=Money.of(200, "EUR")),
    ...     Doubtful("U-1", date(2026, 12, 31), invoice="F-1", loss_rate=30),
    ... )
    >>> provision_per_receivable([account], as_of=date(2026, 12, 31))
    <K22 provision per receivable on 2026-12-31: 300.00 EUR>
    """
    usual = None if tax_rate is None else percentage("tax_rate", tax_rate)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed="in",
        credits="apart",
        conventions=conventions,
        known_on=known_on,
        since=since,
        tax_basis="net",
        options=() if tax_rate is None else (("tax rate, percent", str(tax_rate)),),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        days = [as_of] if since is None else [since, as_of]
        doubts = reading.part(Doubts, currency, usual, since, as_of, on=days)
        lost = None
        if since is not None:
            lost = reading.part(BadDebts, currency, usual, since, as_of, until=as_of)

        def finish() -> Measure:
            return _measure(perimeter, closing, doubts, lost, reading.accounts)

        return finish

    return cast("ReceivableProvisions", measured(accounts, perimeter, conventions, collect))


class _Provided(NamedTuple):
    """A doubtful item on a day, in minor units."""

    open: int
    without_tax: int
    loss_rate: Decimal
    provision: int


_NOTHING: Final = _Provided(0, 0, Decimal(0), 0)


class _Line(NamedTuple):
    """An item provided for at the end of the period, or at its start."""

    debtor: DebtorId
    item: str
    now: _Provided
    before: _Provided


def share_without_tax(item: Item, usual: Fraction | None) -> Fraction | None:
    """The part of an item that is no tax: its invoice's own, else by a rate; None where unknown."""
    tax, total = item.invoice.tax, item.invoice.total.minor
    if tax is not None:
        return Fraction(total - tax.minor, total)
    return None if usual is None else 100 / (100 + usual)


class Doubts(Part):
    """The doubtful items at the end of a period and at its start, and those of unknown tax."""

    __slots__ = ("currency", "healthy", "lines", "opening", "since", "untaxed", "until", "usual")

    def __init__(
        self, currency: str, usual: Fraction | None, since: date | None, until: date
    ) -> None:
        self.currency = currency
        self.usual = usual
        self.since = 0 if since is None else since.toordinal()
        self.until = until.toordinal()
        self.lines: list[_Line] = []
        self.untaxed = [0, 0]
        self.healthy = 0
        # Of the account at hand: its days come in order.
        self.opening: dict[int, _Provided] = {}

    def close(self, view: View) -> None:
        """Count one account at the end of a day."""
        if view.day == self.since:
            self.opening = self._provided(view, count=False)
            return
        before, self.opening = self.opening, {}
        now = self._provided(view, count=True)
        opens, items = dict(view.open), view.book.items
        for place in sorted({*before, *now}):
            # What is provided for no more is shown with what is still open of it.
            rest = _NOTHING._replace(open=opens.get(place, 0))
            line = _Line(
                view.account.debtor.id,
                items[place].id,
                now.get(place, rest),
                before.get(place, _NOTHING),
            )
            self.lines.append(line)

    def _provided(self, view: View, *, count: bool) -> dict[int, _Provided]:
        rates, provided = loss_rates(view), dict[int, _Provided]()
        for place, minor in view.open:
            item, rate = view.book.items[place], rates.get(place)
            if item.currency != self.currency:
                continue
            share = share_without_tax(item, self.usual)
            if not rate:
                self.healthy += minor if count else 0
            elif share is not None:
                provided[place] = _Provided(
                    minor,
                    round_fraction(minor * share, Rounding.HALF_UP),
                    rate,
                    round_fraction(minor * share * Fraction(rate) / 100, Rounding.HALF_UP),
                )
            elif count:
                self.untaxed[0] += 1
                self.untaxed[1] += minor
        return provided


class BadDebts(Part):
    """The bad debts written off in a period: without tax, the tax in them, and what states none."""

    __slots__ = ("currency", "losses", "since", "tax", "untaxed", "until", "usual")

    def __init__(self, currency: str, usual: Fraction | None, since: date, until: date) -> None:
        self.currency = currency
        self.usual = usual
        self.since = since
        self.until = until
        self.losses = self.tax = 0
        self.untaxed = [0, 0]

    def meet(self, view: View) -> None:
        """Count the write-offs of one account."""
        lost = [
            one
            for one in view.facts[WriteOff]
            if one.reason is WriteOffReason.BAD_DEBT
            and one.amount.currency == self.currency
            and self.since < one.on <= self.until
        ]
        if not lost:
            return
        items = {one.id: one for one in view.book.items}
        items.update({one.invoice.id: one for one in view.book.items})
        for loss in lost:
            item, minor = items.get(loss.invoice), loss.amount.minor
            share = None if item is None else share_without_tax(item, self.usual)
            if share is None:
                self.untaxed[0] += 1
                self.untaxed[1] += minor
            else:
                without_tax = round_fraction(minor * share, Rounding.HALF_UP)
                self.losses += without_tax
                self.tax += minor - without_tax


def _measure(
    perimeter: Perimeter, closing: Closing, doubts: Doubts, lost: BadDebts | None, accounts: int
) -> ReceivableProvisions:
    money, ledgers = closing.money, [closing.ledger()]
    whole = sum(one.now.provision for one in doubts.lines)
    moves = [one.now.provision - one.before.provision for one in doubts.lines]
    opening = sum(one.before.provision for one in doubts.lines)
    charged, released = sum(max(0, one) for one in moves), sum(max(0, -one) for one in moves)
    doubted = sum(one.now.open for one in doubts.lines if one.now.loss_rate)
    over = sum(one.now.open for one in doubts.lines if not one.now.loss_rate)
    lines = [
        ("not doubtful", doubts.healthy - over),
        ("no longer doubtful", over),
        ("doubtful", doubted),
        ("doubtful, tax not stated", doubts.untaxed[1]),
    ]
    ledgers.append(closing.tally("gross", lines, closing.open))
    if lost is not None:
        movement = [("opening", opening), ("charged", charged), ("released", -released)]
        ledgers.append(closing.tally("movement", movement, whole))
    period = lost is not None
    return ReceivableProvisions(
        formula="K22",
        name="provision per receivable",
        definition="sum of what is open without tax * probable loss, over doubtful invoices",
        unit=perimeter.currency,
        perimeter=perimeter,
        value=money(whole),
        numerator=money(whole),
        denominator=money(doubted),
        population=(
            ("accounts", accounts),
            *closing.population(),
            ("doubtful items", sum(bool(one.now.loss_rate) for one in doubts.lines)),
        ),
        excluded=(*_untaxed("doubtful", doubts.untaxed, closing), *_lost(lost, closing)),
        reconciliation=tuple(ledgers),
        flags=("some tax is not stated",)
        if doubts.untaxed[0] or (lost and lost.untaxed[0])
        else (),
        lines=tuple(_shown(one, closing, period=period) for one in doubts.lines),
        opening=money(opening) if period else None,
        charged=money(charged) if period else None,
        released=money(released) if period else None,
        losses=None if lost is None else money(lost.losses),
        tax_on_losses=None if lost is None else money(lost.tax),
    )


def _shown(line: _Line, closing: Closing, *, period: bool) -> ReceivableProvision:
    now, before, money = line.now, line.before, closing.money
    return ReceivableProvision(
        debtor=line.debtor,
        item=line.item,
        open=money(now.open),
        without_tax=money(now.without_tax),
        loss_rate=now.loss_rate,
        provision=money(now.provision),
        before=money(before.provision) if period else None,
        movement=money(now.provision - before.provision) if period else None,
    )


def _untaxed(what: str, tally: list[int], closing: Closing) -> tuple[Exclusion, ...]:
    if not tally[0]:
        return ()
    return (Exclusion(f"{what}, tax not stated", tally[0], closing.money(tally[1])),)


def _lost(lost: BadDebts | None, closing: Closing) -> tuple[Exclusion, ...]:
    mine = () if lost is None else _untaxed("written off", lost.untaxed, closing)
    return (*mine, *closing.excluded())
