"""What is not paid, and what never will be: unpaid rate, irrecoverable share."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction
from typing import Final, Literal, TypeAlias

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER
from recouvrement.facts.words import WriteOffReason
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.flows import Flows, count, elsewhere
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Exclusion, Measure, Tally, answered, raised
from recouvrement.kpi.perimeter import (
    USUAL,
    Credits,
    Disputed,
    Perimeter,
    one_of,
    perimeter_of,
    whole,
    window_start,
)
from recouvrement.kpi.sales import sales_of
from recouvrement.money import Money
from recouvrement.position.conventions import Conventions

LossBase: TypeAlias = Literal["sales", "fallen_due"]
"""What losses are compared with: the sales of the period, or what fell due in it."""

_LOST: Final = frozenset({WriteOffReason.BAD_DEBT})


class Maturities(Part):
    """What was billed in one currency by a day, by ordinal of its due date (NEVER without one)."""

    __slots__ = ("by_due", "currency", "elsewhere", "on")

    def __init__(self, currency: str, on: date) -> None:
        self.currency = currency
        self.on = on
        self.by_due: dict[int, int] = defaultdict(int)
        self.elsewhere: dict[tuple[date, str], list[int]] = {}

    def meet(self, view: View) -> None:
        """Count the items of one account."""
        day, by_due, currency = self.on.toordinal(), self.by_due, self.currency
        for item in view.book.items:
            if item.issued > day:
                continue
            if item.currency == currency:
                by_due[item.due] += item.total
            elif item.due <= day:
                key = date.fromordinal(item.due), item.currency
                count(self.elsewhere, key, item.total)

    def fallen_due(self, since: date | None, billed: int) -> Tally:
        """How what fell due after `since` follows from all that was billed."""
        first = 0 if since is None else since.toordinal()
        last = self.on.toordinal()
        amounts = self.by_due.items()
        lines = [
            ("billed", billed),
            ("due before the period", -sum([minor for due, minor in amounts if due <= first])),
            ("not due by its end", -sum([minor for due, minor in amounts if last < due < NEVER])),
            ("without a due date", -sum([minor for due, minor in amounts if due == NEVER])),
        ]
        within = sum([minor for due, minor in amounts if first < due <= last])
        return Tally(
            "fallen due",
            tuple((label, Money(minor, self.currency)) for label, minor in lines),
            Money(within, self.currency),
        )


def maturities_of(reading: Reading, perimeter: Perimeter) -> Maturities:
    """What was billed by the day of the perimeter, by due date."""
    return reading.part(Maturities, perimeter.currency, perimeter.as_of, until=perimeter.as_of)


class _Losses:
    """What was written off after `since` through `on`, by reason."""

    def __init__(
        self, flows: Flows, since: date | None, on: date, reasons: Collection[WriteOffReason]
    ) -> None:
        self.currency = flows.currency
        self.elsewhere = elsewhere("written off", flows.written_off_elsewhere, on, since)
        self.number = self.minor = self.outside = 0
        self.others: dict[WriteOffReason, list[int]] = {}
        for (day, reason), (number, minor) in flows.written_off.items():
            if day > on:
                continue
            if since is not None and day <= since:
                self.outside += minor
            elif reason in reasons:
                self.number += number
                self.minor += minor
            else:
                cell = self.others.setdefault(reason, [0, 0])
                cell[0] += number
                cell[1] += minor

    def tally(self, given_up: int) -> Tally:
        """How the losses follow from all that was written off."""
        lines = [
            ("written off", given_up),
            ("written off outside the period", -self.outside),
            *((str(reason), -minor) for reason, (_, minor) in sorted(self.others.items())),
        ]
        return Tally(
            "losses",
            tuple((label, Money(minor, self.currency)) for label, minor in lines),
            Money(self.minor, self.currency),
        )

    def excluded(self) -> tuple[Exclusion, ...]:
        """What was written off for other reasons, and in other currencies."""
        others = [
            Exclusion(f"written off, {reason}: no loss", number, Money(minor, self.currency))
            for reason, (number, minor) in sorted(self.others.items())
        ]
        return (*others, *self.elsewhere)


def unpaid_rate(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    window_days: int = 365,
    older_than: int = 90,
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The share of sales, in percent, that is lost, doubtful or long overdue (K8).

    Bad debts written off in the window, what is open on invoices held to be doubtful (`Doubtful`,
    with a loss rate above 0), and what else is open more than `older_than` days past due; ÷ the
    sales of the window. An amount counts once. Undefined when the window sold nothing, or less.

    >>> from recouvrement import Debtor, Invoice, Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 5, 3), due_on=date(2026, 6, 2), total=Money.of(30, "EUR")),
    ...     Invoice("F-2", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(970, "EUR")),
    ... )
    >>> unpaid_rate([account], as_of=date(2026, 10, 31))
    <K8 unpaid rate on 2026-10-31: 3 percent>
    """
    since, limit = window_start(as_of, window_days), whole("older_than", older_than, least=0)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        window_days=window_days,
        tax_basis="gross",
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
        options=(("older than, days", str(limit)),),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        doubtful = closing.doubts()
        sales = sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            sold, flows = sales.after(since), closing.flows
            lost = _Losses(flows, since, as_of, _LOST)
            doubted = sum([amount for _, amount in doubtful.values()])
            oldest = as_of.toordinal() - limit
            older = sum(
                [
                    amount - doubtful.get(due, (0, 0))[1]
                    for due, (_, amount) in closing.by_due.items()
                    if due < oldest
                ]
            )
            others = sum(
                [
                    amount - doubtful.get(due, (0, 0))[1]
                    for due, (_, amount) in closing.by_due.items()
                    if due >= oldest
                ]
            )
            unpaid = lost.minor + doubted + older
            exact = Fraction(100 * unpaid, sold.minor) if sold.minor > 0 else None
            lines = [
                ("losses", lost.minor),
                ("balance", closing.balance),
                ("credit beyond the items", closing.beyond),
                ("neither doubtful nor older", -others),
            ]
            return Measure(
                formula="K8",
                name="unpaid rate",
                definition="(losses + doubtful + older) / sales * 100",
                unit="percent",
                perimeter=perimeter,
                **answered(exact, f"sales after {since} through {as_of} are not above 0"),
                numerator=closing.money(unpaid),
                denominator=sold.total,
                population=(
                    ("accounts", reading.accounts),
                    *closing.population(),
                    ("doubtful items", sum([number for number, _ in doubtful.values()])),
                    ("sales invoices", sold.invoices),
                ),
                excluded=(*closing.excluded(), *lost.excluded(), *sold.excluded()),
                reconciliation=(
                    closing.ledger(),
                    closing.used("balance"),
                    lost.tally(flows.given_up(as_of)),
                    closing.tally("unpaid", lines, unpaid),
                    sold.tally(),
                ),
                beside=(
                    ("losses", closing.money(lost.minor)),
                    ("doubtful", closing.money(doubted)),
                    (f"more than {limit} days past due", closing.money(older)),
                ),
                flags=raised({"negative sales": sold.minor < 0}),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def irrecoverable_share(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    of: LossBase = "sales",
    recovered: Money | None = None,
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The share, in percent, that was given up: bad debts ÷ sales, or ÷ what fell due (K17).

    Bad debts written off after `since` (ever, without it) through `as_of`; small balances,
    discounts and the like are no losses and are said. `recovered` is what came back in the period
    on debts given up earlier, as the host's accounts have it: it is taken off, and may make the
    share negative, which is flagged. Undefined when the base is 0.

    >>> from recouvrement import Debtor, Invoice, Money, WriteOff
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 5, 3), due_on=date(2026, 6, 2), total=Money.of(100, "EUR")),
    ...     WriteOff("W-1", date(2026, 9, 1), invoice="F-1", amount=Money.of(1, "EUR")),
    ... )
    >>> irrecoverable_share([account], as_of=date(2026, 10, 31))
    <K17 irrecoverable share on 2026-10-31: 1 percent>
    """
    word = one_of("of", ("sales", "fallen_due"), of)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        tax_basis="gross",
        balances=False,
        conventions=conventions,
        known_on=known_on,
        options=(("of", word.replace("_", " ")),),
    )
    back = _recovered(recovered, currency)

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        sales = sales_of(reading, perimeter, as_of)
        due = None if word == "sales" else maturities_of(reading, perimeter)

        def finish() -> Measure:
            flows, sold = closing.flows, sales.after(since)
            lost = _Losses(flows, since, as_of, _LOST)
            base = due.fallen_due(since, flows.billed(as_of)) if due else sold.tally()
            net = lost.minor - back
            exact = Fraction(100 * net, base.total.minor) if base.total.minor else None
            lines = [("losses", lost.minor), ("recovered since", -back)]
            return Measure(
                formula="K17",
                name="irrecoverable share",
                definition=f"(written off as bad debt - recovered) / {base.title} * 100",
                unit="percent",
                perimeter=perimeter,
                **answered(exact, f"{base.title} through {as_of} is 0"),
                numerator=closing.money(net),
                denominator=base.total,
                population=(
                    ("accounts", reading.accounts),
                    ("write-offs", lost.number),
                    ("sales invoices", sold.invoices),
                ),
                excluded=(
                    *lost.excluded(),
                    *(
                        elsewhere("fallen due", due.elsewhere, as_of, since)
                        if due
                        else sold.excluded()
                    ),
                ),
                reconciliation=(
                    closing.ledger(),
                    lost.tally(flows.given_up(as_of)),
                    closing.tally("net losses", lines, net),
                    base,
                ),
                flags=raised(
                    {
                        "negative sales": base.total.minor < 0,
                        "negative": exact is not None and exact < 0,
                    }
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def _recovered(recovered: Money | None, currency: str) -> int:
    if recovered is None:
        return 0
    if not isinstance(recovered, Money) or recovered.currency != currency:
        raise InvalidInput("recovered", f"an amount in {currency}", repr(recovered))
    return recovered.minor
