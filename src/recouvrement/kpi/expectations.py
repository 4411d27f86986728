"""When each part of what is open is expected: its given day, else delays that were seen before."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final, Literal, NamedTuple, TypeAlias

from attrs import frozen

from recouvrement.facts.book import NEVER
from recouvrement.facts.debtor import DebtorId
from recouvrement.kpi.expected_cash import CashGround, Piece, pieces_of
from recouvrement.kpi.gathering import Part, View
from recouvrement.money import Money
from recouvrement.position.habits import FLOOR, contested, paid_items, rank_of, waiting
from recouvrement.position.standing import standing_of

Basis: TypeAlias = Literal["own", "segment", "portfolio"]
"""Whose delays a date rests on: the debtor's, those of his segment, those of all accounts read."""

Spread: TypeAlias = tuple[int, int, int]

_LAST: Final = date.max.toordinal()
WHOLE: Final = 10**12
"""What shares are parts of: whole numbers, so that every machine finds the same."""


@frozen(kw_only=True)
class ForecastItem:
    """When a part of an open item is expected, and what says so.

    `early`, `expected` and `late` are the days of the three quantiles, all after the day of the
    forecast; one and the same where a promise, a plan or a bill gives the date; None where nothing
    does. `basis` and `rests_on` say whose delays were counted, and how many of them.
    """

    debtor: DebtorId
    item: str
    amount: Money
    due_on: date | None
    ground: CashGround
    basis: Basis | None
    rests_on: int
    early: date | None
    expected: date | None
    late: date | None


class Waits:
    """Days that were waited before: of a debtor, of a segment or of all, in order of length.

    `ongoing` are waits that have not ended yet, which are at least that long.
    """

    __slots__ = ("_left", "_steps", "days", "ongoing", "sorted")

    def __init__(self, days: Sequence[int] = (), ongoing: Sequence[int] = ()) -> None:
        self.days = list(days)
        self.ongoing = list(ongoing)
        self.sorted = False
        self._steps: list[int] = []
        self._left: list[int] = []

    def add(self, days: Sequence[int], ongoing: Sequence[int] = ()) -> None:
        """Count some more."""
        self.days += days
        self.ongoing += ongoing
        self.sorted = False

    def _sort(self) -> None:
        if not self.sorted:
            self.days.sort()
            self.ongoing.sort()
            self.sorted = True
            self._steps, self._left = [], []

    def left_after(self, days: int) -> int:
        """Of `WHOLE` waits, how many are longer: those that last count as long as they are known.

        The product, over the lengths at which some ended, of the share that did not (the estimate
        of Kaplan and Meier), in whole numbers.
        """
        self._sort()
        if not self._left:
            self._steps, self._left, left = sorted(set(self.days)), [WHOLE], WHOLE
            for step in self._steps:
                first, after = bisect_left(self.days, step), bisect_right(self.days, step)
                at_risk = len(self.days) - first
                at_risk += len(self.ongoing) - bisect_left(self.ongoing, step)
                left = left * (at_risk - (after - first)) // at_risk
                self._left.append(left)
        return self._left[bisect_right(self._steps, days)]

    def longer_than(self, days: int, spread: Spread) -> tuple[list[int], int] | None:
        """The quantiles of the waits that were longer, and how many those are.

        None when they are too few: what has waited already will not end in the past.
        """
        self._sort()
        first = bisect_right(self.days, days)
        count = len(self.days) - first
        if count < FLOOR:
            return None
        return [self.days[first + rank_of(count, percent)] for percent in spread], count


class Found(NamedTuple):
    """Quantiles of comparable waits, or the days they lead to: how many, whose, and these waits."""

    days: list[int]
    rests_on: int
    basis: Basis
    waits: Waits


class Pools:
    """The waits of one kind, by debtor's account, by segment and of all."""

    __slots__ = ("everybody", "of_segment")

    def __init__(self) -> None:
        self.of_segment: dict[str, Waits] = defaultdict(Waits)
        self.everybody = Waits()

    def add(self, segment: str | None, days: Sequence[int], ongoing: Sequence[int] = ()) -> None:
        """Count the waits of one account."""
        if segment is not None:
            self.of_segment[segment].add(days, ongoing)
        self.everybody.add(days, ongoing)

    def longer_than(
        self, own: Waits, segment: str | None, days: int, spread: Spread
    ) -> Found | None:
        """The quantiles of longer waits, how many, and whose: the nearest who have enough."""
        pools: list[tuple[Basis, Waits]] = [("own", own)]
        if segment is not None:
            pools.append(("segment", self.of_segment[segment]))
        for basis, waits in (*pools, ("portfolio", self.everybody)):
            found = waits.longer_than(days, spread)
            if found is not None:
                return Found(*found, basis, waits)
        return None


class _Expected(NamedTuple):
    """What one account has open, and how long it and its disputes took before."""

    debtor: DebtorId
    segment: str | None
    pieces: tuple[Piece, ...]
    delays: Waits
    disputes: Waits


class Expectations(Part):
    """What every account has open on a day, and how long everybody took until then."""

    __slots__ = ("accounts", "currency", "delays", "disputes")

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.accounts: list[_Expected] = []
        self.delays = Pools()
        self.disputes = Pools()

    def close(self, view: View) -> None:
        """Keep what one account has open at the end of the day; count how long it took before."""
        s = standing_of(view.book, view.day, view.conventions)
        debtor = view.account.debtor
        delays, lasted = [one.delay for one in paid_items(s)], contested(s).lasted
        ongoing = waiting(s)
        self.delays.add(debtor.segment, delays, ongoing)
        self.disputes.add(debtor.segment, lasted)
        pieces = tuple(pieces_of(s, self.currency))
        if pieces:
            self.accounts.append(
                _Expected(debtor.id, debtor.segment, pieces, Waits(delays, ongoing), Waits(lasted))
            )

    def items(
        self, as_of: date, spread: Spread, weeks: int
    ) -> Iterator[tuple[ForecastItem, list[int]]]:
        """Every part of what is open with its dates, none in the past, and its share by week."""
        day = as_of.toordinal()
        ends = [day + 7 * number for number in range(weeks + 1)]
        for account in self.accounts:
            for piece in account.pieces:
                yield self._item(account, piece, day, spread, ends)

    def _item(
        self, account: _Expected, piece: Piece, day: int, spread: Spread, ends: list[int]
    ) -> tuple[ForecastItem, list[int]]:
        since, waited, found = piece.due, day - piece.due, None
        days, shares = [piece.on] * 3 if piece.on else None, [0] * (len(ends) - 1)
        if piece.on:
            shares = [WHOLE * (first < piece.on <= last) for first, last in pairwise(ends)]
        elif piece.ground is CashGround.USUAL_DELAY:
            found = self.delays.longer_than(account.delays, account.segment, waited, spread)
        elif piece.ground is CashGround.DISPUTE and piece.due != NEVER:
            resolved = self._resolution(account, piece, day)
            if resolved is not None:
                # Nobody pays what he disputes before that: from there on, nobody is early.
                since, waited = max(resolved, piece.due), -1
                found = self.delays.longer_than(account.delays, account.segment, waited, spread)
        if found is not None:
            days = [since + wait for wait in found.days]
            shares = _shares(found.waits, since, waited, ends)
        early, expected, late = (None, None, None) if days is None else map(_date, days)
        item = ForecastItem(
            debtor=account.debtor,
            item=piece.item,
            amount=Money(piece.amount, self.currency),
            due_on=None if piece.due == NEVER else date.fromordinal(piece.due),
            ground=piece.ground,
            basis=None if found is None else found.basis,
            rests_on=0 if found is None else found.rests_on,
            early=early,
            expected=expected,
            late=late,
        )
        return item, shares

    def _resolution(self, account: _Expected, piece: Piece, day: int) -> int | None:
        """When a dispute is expected to be resolved; None when nothing says so."""
        found = self.disputes.longer_than(
            account.disputes, account.segment, day - piece.opened, (50, 50, 50)
        )
        if found is not None:
            return piece.opened + found.days[1]
        return piece.resolve_by if piece.resolve_by > day else None


def _shares(waits: Waits, since: int, waited: int, ends: list[int]) -> list[int]:
    """Of `WHOLE` waits from `since` that are longer than `waited`, how many end in each week."""
    longer = waits.left_after(waited)
    left = [waits.left_after(max(waited, end - since)) for end in ends]
    return [WHOLE * (before - after) // longer for before, after in pairwise(left)]


def _date(day: int) -> date:
    return date.fromordinal(min(day, _LAST))
