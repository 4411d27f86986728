"""The provision matrix of IFRS 9: gross receivables by age, each with its lifetime loss rate."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, TypeAlias, cast

from attrs import frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.kpi.ages import edges_of, labels_of
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Exclusion, Measure, raised
from recouvrement.kpi.perimeter import USUAL, Perimeter, one_of, perimeter_of
from recouvrement.kpi.rates_given import percentage
from recouvrement.money import Money, Rounding, round_fraction
from recouvrement.position.conventions import Conventions
from recouvrement.position.position import check_date
from recouvrement.position.ratios import in_decimal
from recouvrement.tables import html_table

DoubtfulItems: TypeAlias = Literal["in", "apart"]
"""Invoices held to be doubtful are in the matrix, or assessed by themselves and left out of it."""

MATRIX_BOUNDS: Final = (0, 30, 60, 90)


@frozen(kw_only=True)
class ProvisionLine:
    """A bucket of the matrix, or a debtor assessed alone: gross amount × loss rate, in percent.

    `rate` is what was given or derived, the overlay included.
    """

    label: str
    gross: Money
    rate: Decimal | None
    provision: Money | None


@frozen(kw_only=True)
class FlowRate:
    """The percentage of what was in a bucket that was in the next one at the closing after."""

    bucket: str
    to: str
    before: Money
    after: Money
    rate: Decimal | None


@frozen(kw_only=True, repr=False)
class ProvisionMatrix(Measure):
    """A measure whose value is the sum of its lines, each rounded to the cent by itself.

    `assessed` are debtors assessed alone, `flows` the rates from bucket to bucket that derived
    rates are products of.
    """

    lines: tuple[ProvisionLine, ...] = ()
    assessed: tuple[ProvisionLine, ...] = ()
    flows: tuple[FlowRate, ...] = ()

    def to_rows(self) -> list[dict[str, object]]:
        """One row per bucket, then one per debtor assessed alone."""
        return [
            {
                "bucket": one.label,
                "gross": one.gross,
                "rate": one.rate,
                "provision": one.provision,
            }
            for one in (*self.lines, *self.assessed)
        ]

    def _repr_html_(self) -> str:
        table = html_table(self.to_rows(), caption=f"{self.title} on {self.perimeter.as_of}")
        return f"{table}\n{html_table(self.certificate(), caption=self.title)}"


def provision_matrix(
    accounts: Iterable[Account],
    *,
    as_of: date,
    rates: Sequence[str | int | Decimal] | None = None,
    history: Sequence[date] | None = None,
    final_loss: str | int | Decimal | None = None,
    bounds: Sequence[int] = MATRIX_BOUNDS,
    overlay: str | int | Decimal = 0,
    assessed: Mapping[str, str | int | Decimal] | None = None,
    doubtful: DoubtfulItems = "in",
    currency: str = "EUR",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> ProvisionMatrix:
    """What is open by days past due × lifetime expected loss rates, in percent (K21).

    Either `rates`, one per bucket, or `history`: closings as far apart as the buckets are wide,
    `as_of` not among them unless given. The rate from a bucket to the next is what was in the next
    one at each later closing ÷ what was in this one at the closing before, all closings together
    and at most 100; a bucket's loss rate is the product of these from there on × `final_loss`, the
    percentage of what reaches the last bucket that is lost (100 unless given).

    `overlay` is the forward-looking adjustment: so many percent more, or less, of every rate, which
    stays from 0 to 100. `assessed` are debtors assessed alone, by id, each with a rate of its own
    (no overlay); one who has no account is flagged. Amounts are gross: tax in, disputed in,
    unapplied money apart. Undefined where a flow has nothing to be derived from. No closing comes
    after `as_of`. All rates given are in the perimeter. Source: IFRS 9, 5.5.15 and B5.5.35; kpi.md,
    K21.

    >>> from recouvrement import Debtor, Invoice
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ... )
    >>> rates = ["0.3", "1.6", "3.6", "6.6", "10.6"]
    >>> provision_matrix([account], as_of=date(2026, 11, 15), rates=rates)
    <K21 provision matrix on 2026-11-15: 32.40 EUR>
    """
    edges = edges_of(bounds)
    given = _given(rates, history, edges)
    days = _days(history, edges, as_of)
    lost, more = _lost(final_loss, days), percentage("overlay", overlay, least=-100)
    alone = _alone(assessed)
    apart = one_of("doubtful", ("in", "apart"), doubtful) == "apart"
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed="in",
        credits="apart",
        conventions=conventions,
        known_on=known_on,
        options=(
            ("bounds", "/".join(map(str, edges))),
            ("rates", "derived" if days else "/".join(_said(rate) for rate in given)),
            ("overlay, percent", _said(more)),
            ("doubtful", doubtful),
            *((f"assessed alone, percent: {name}", _said(alone[name])) for name in sorted(alone)),
            *((("closings", ", ".join(map(str, days))),) if days else ()),
            *((("final loss, percent", _said(lost)),) if days else ()),
        ),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        names = frozenset(alone)
        gross = reading.part(Gross, currency, edges, names, apart, as_of, on=[as_of])
        earlier = [
            reading.part(Gross, currency, edges, names, apart, day, on=[day]) for day in days or ()
        ]

        def finish() -> Measure:
            labels = [label for label, _, _ in labels_of(edges)]
            flows = _flows(labels, [one.by_age for one in earlier], currency)
            before: Sequence[Fraction | None] = given if days is None else _derived(flows, lost)
            return _Matrix(gross, closing, perimeter, labels, reading.accounts).measure(
                [None if rate is None else _overlaid(rate, more) for rate in before], alone, flows
            )

        return finish

    return cast("ProvisionMatrix", measured(accounts, perimeter, conventions, collect))


class Gross(Part):
    """What is open by age on a day; debtors assessed alone and doubtful items by themselves."""

    __slots__ = (
        "alone",
        "apart",
        "by_age",
        "by_debtor",
        "currency",
        "day",
        "doubted",
        "edges",
        "without_account",
    )

    def __init__(
        self,
        currency: str,
        edges: tuple[int, ...],
        alone: frozenset[str],
        apart: bool,  # noqa: FBT001 (made by a reading, which passes what it was asked)
        on: date,
    ) -> None:
        self.currency = currency
        self.edges = edges
        self.alone = alone
        self.apart = apart
        self.day = on.toordinal()
        self.by_age = [0] * (len(edges) + 1)
        self.by_debtor: dict[str, int] = dict.fromkeys(alone, 0)
        self.doubted = [0, 0]
        self.without_account = set(alone)

    def close(self, view: View) -> None:
        """Count one account at the end of the day."""
        items, dues = view.book.items, view.book.dues
        debtor = str(view.account.debtor.id)
        self.without_account.discard(debtor)
        doubted = loss_rates(view) if self.apart else {}
        for place, amount in view.open:
            if items[place].currency != self.currency:
                continue
            if debtor in self.alone:
                self.by_debtor[debtor] += amount
            elif doubted.get(place):
                self.doubted[0] += 1
                self.doubted[1] += amount
            else:
                self.by_age[bisect_left(self.edges, self.day - dues[place])] += amount


def loss_rates(view: View) -> dict[int, Decimal]:
    """The loss rate that holds of each item held to be doubtful; 0 where that is over."""
    rates: dict[int, Decimal] = {}
    # They come in order of date: the last one holds.
    for doubt in view.book.doubts:
        if doubt.on <= view.day:
            rates.update(dict.fromkeys(doubt.places, doubt.loss_rate))
    return rates


def _said(rate: Fraction) -> str:
    return f"{in_decimal(rate):f}"


def _lost(final_loss: str | int | Decimal | None, days: object) -> Fraction:
    """The percentage of what reaches the last bucket that is lost; given for derived rates only."""
    if final_loss is None:
        return Fraction(100)
    if days is None:
        raise InvalidInput(
            "final_loss", "None beside rates: the last of them is it", repr(final_loss)
        )
    return percentage("final_loss", final_loss, most=100)


def _given(rates: object, history: object, edges: tuple[int, ...]) -> list[Fraction]:
    """The rates given, one per bucket; none where they are derived."""
    if (rates is None) == (history is None):
        expected = "either rates, one per bucket, or history, a list of closings"
        raise InvalidInput("rates", expected, "both" if rates is not None else "neither")
    if rates is None:
        return []
    count = len(edges) + 1
    if isinstance(rates, str) or not isinstance(rates, Sequence) or len(rates) != count:
        raise InvalidInput("rates", f"{count} percentages, one per bucket", repr(rates))
    return [percentage("rates", rate, most=100) for rate in rates]


def _days(history: object, edges: tuple[int, ...], as_of: date) -> tuple[date, ...] | None:
    if history is None:
        return None
    if isinstance(history, str) or not isinstance(history, Sequence):
        raise InvalidInput("history", "two or more closings, in order", repr(history))
    days = tuple(check_date("history", day) for day in history)
    if len(days) < 2 or any(first >= second for first, second in pairwise(days)):
        raise InvalidInput("history", "two or more closings, in order", repr(history))
    if len(edges) < 2:
        raise InvalidInput("bounds", "a bucket between two bounds, to derive rates", repr(edges))
    last = check_date("as_of", as_of)
    if days[-1] > last:
        raise InvalidInput("history", f"closings through {last}: no look ahead", str(days[-1]))
    return days


def _alone(assessed: object) -> dict[str, Fraction]:
    if assessed is None:
        return {}
    if not isinstance(assessed, Mapping):
        raise InvalidInput("assessed", "a mapping of debtor ids to percentages", repr(assessed))
    return {str(name): percentage("assessed", rate, most=100) for name, rate in assessed.items()}


def _flows(
    labels: Sequence[str], closings: Sequence[Sequence[int]], currency: str
) -> tuple[FlowRate, ...]:
    """What of each bucket was in the next one a closing later, all closings together."""
    if not closings:
        return ()
    flows = []
    for place, (bucket, to) in enumerate(pairwise(labels)):
        before = sum(one[place] for one in closings[:-1])
        after = sum(one[place + 1] for one in closings[1:])
        rate = in_decimal(Fraction(100 * after, before)) if before else None
        flows.append(
            FlowRate(
                bucket=bucket,
                to=to,
                before=Money(before, currency),
                after=Money(after, currency),
                rate=rate,
            )
        )
    return tuple(flows)


def _derived(flows: Sequence[FlowRate], final_loss: Fraction) -> list[Fraction | None]:
    """The loss rate of each bucket: how much of it reaches the last one, and is lost there."""
    rates: list[Fraction | None] = [final_loss]
    for flow in reversed(flows):
        after = rates[0]
        if after is None or not flow.before:
            rates.insert(0, None)
        else:
            share = min(Fraction(1), Fraction(flow.after.minor, flow.before.minor))
            rates.insert(0, after * share)
    return rates


def _overlaid(rate: Fraction, more: Fraction) -> Fraction:
    return min(Fraction(100), rate * (100 + more) / 100)


class _Matrix:
    """A matrix being made: what is gross, and what the ledger says of it."""

    def __init__(
        self,
        gross: Gross,
        closing: Closing,
        perimeter: Perimeter,
        labels: Sequence[str],
        accounts: int,
    ) -> None:
        self.gross = gross
        self.closing = closing
        self.perimeter = perimeter
        self.labels = labels
        self.accounts = accounts

    def measure(
        self,
        rates: Sequence[Fraction | None],
        alone: Mapping[str, Fraction],
        flows: tuple[FlowRate, ...],
    ) -> ProvisionMatrix:
        """The measure, undefined where an amount has no rate."""
        gross, money = self.gross, self.closing.money
        lines = [
            self._line(label, minor, rate)
            for label, minor, rate in zip(self.labels, gross.by_age, rates, strict=True)
        ]
        assessed = [
            self._line(name, gross.by_debtor[name], rate) for name, rate in sorted(alone.items())
        ]
        without = [one.label for one in lines if one.provision is None]
        whole = sum(one.provision.minor for one in (*lines, *assessed) if one.provision is not None)
        total = sum(gross.by_age) + sum(gross.by_debtor.values())
        tallied = [
            *((label, minor) for label, minor in zip(self.labels, gross.by_age, strict=True)),
            *(
                (
                    (f"assessed alone: {name}", minor)
                    for name, minor in sorted(gross.by_debtor.items())
                )
            ),
            ("doubtful, apart", gross.doubted[1]),
        ]
        return ProvisionMatrix(
            formula="K21",
            name="provision matrix",
            definition="sum of what is open by days past due * lifetime loss rate",
            unit=self.perimeter.currency,
            perimeter=self.perimeter,
            value=None if without else money(whole),
            undefined=None
            if not without
            else f"no flow to derive a rate from: {', '.join(without)}",
            numerator=None if without else money(whole),
            denominator=money(total),
            population=(("accounts", self.accounts), *self.closing.population()),
            excluded=self._excluded(),
            reconciliation=(
                self.closing.ledger(),
                self.closing.tally("gross", tallied, self.closing.open),
            ),
            flags=raised(
                {
                    "a flow above 100 percent was cut": any(
                        one.after > one.before for one in flows
                    ),
                    **{
                        f"assessed alone, without an account: {name}": True
                        for name in sorted(gross.without_account)
                    },
                }
            ),
            lines=tuple(lines),
            assessed=tuple(assessed),
            flows=flows,
        )

    def _line(self, label: str, minor: int, rate: Fraction | None) -> ProvisionLine:
        money = self.closing.money
        # What is not there needs no rate.
        provision = 0 if not minor else None
        if rate is not None:
            provision = round_fraction(minor * rate / 100, Rounding.HALF_UP)
        return ProvisionLine(
            label=label,
            gross=money(minor),
            rate=None if rate is None else in_decimal(rate),
            provision=None if provision is None else money(provision),
        )

    def _excluded(self) -> tuple[Exclusion, ...]:
        count, minor = self.gross.doubted
        doubted = (Exclusion("doubtful, apart", count, self.closing.money(minor)),) if count else ()
        return (*doubted, *self.closing.excluded())
