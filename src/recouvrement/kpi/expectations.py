"""When each part of what is open is expected: its given day, else delays that were seen before."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from attrs import frozen

from recouvrement.facts.book import NEVER
from recouvrement.facts.debtor import DebtorId
from recouvrement.kpi.expected_cash import CashGround, Piece, pieces_of
from recouvrement.kpi.gathering import Part, View
from recouvrement.money import Money
from recouvrement.position.habits import FLOOR, contested, paid_items, rank_of
from recouvrement.position.standing import standing_of

Basis: TypeAlias = Literal["own", "segment", "portfolio"]
"""Whose delays a date rests on: the debtor's, those of his segment, those of all accounts read."""

Spread: TypeAlias = tuple[int, int, int]

_LAST: Final = date.max.toordinal()


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
    """Days that were waited before: of a debtor, of a segment or of all, in order of length."""

    __slots__ = ("days", "sorted")

    def __init__(self, days: Sequence[int] = ()) -> None:
        self.days = list(days)
        self.sorted = False

    def add(self, days: Sequence[int]) -> None:
        """Count some more."""
        self.days += days
        self.sorted = False

    def longer_than(self, days: int, spread: Spread) -> tuple[list[int], int] | None:
        """The quantiles of the waits that were longer, and how many those are.

        None when they are too few: what has waited already will not end in the past.
        """
        if not self.sorted:
            self.days.sort()
            self.sorted = True
        first = bisect_right(self.days, days)
        count = len(self.days) - first
        if count < FLOOR:
            return None
        return [self.days[first + rank_of(count, percent)] for percent in spread], count


class Pools:
    """The waits of one kind, by debtor's account, by segment and of all."""

    __slots__ = ("everybody", "of_segment")

    def __init__(self) -> None:
        self.of_segment: dict[str, Waits] = defaultdict(Waits)
        self.everybody = Waits()

    def add(self, segment: str | None, days: Sequence[int]) -> None:
        """Count the waits of one account."""
        if segment is not None:
            self.of_segment[segment].add(days)
        self.everybody.add(days)

    def longer_than(
        self, own: Waits, segment: str | None, days: int, spread: Spread
    ) -> tuple[list[int], int, Basis] | None:
        """The quantiles of longer waits, how many, and whose: the nearest who have enough."""
        pools: list[tuple[Basis, Waits]] = [("own", own)]
        if segment is not None:
            pools.append(("segment", self.of_segment[segment]))
        for basis, waits in (*pools, ("portfolio", self.everybody)):
            found = waits.longer_than(days, spread)
            if found is not None:
                return *found, basis
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
        self.delays.add(debtor.segment, delays)
        self.disputes.add(debtor.segment, lasted)
        pieces = tuple(pieces_of(s, self.currency))
        if pieces:
            self.accounts.append(
                _Expected(debtor.id, debtor.segment, pieces, Waits(delays), Waits(lasted))
            )

    def items(self, as_of: date, spread: Spread) -> Iterator[ForecastItem]:
        """Every part of what is open, with its dates; none is in the past."""
        day = as_of.toordinal()
        for account in self.accounts:
            for piece in account.pieces:
                yield self._item(account, piece, day, spread)

    def _item(self, account: _Expected, piece: Piece, day: int, spread: Spread) -> ForecastItem:
        days: list[int] | None = None
        basis: Basis | None = None
        count = 0
        if piece.on:
            days = [piece.on] * 3
        elif piece.ground is CashGround.USUAL_DELAY:
            found = self._after(account, piece.due, day - piece.due, spread)
            if found is not None:
                days, count, basis = found
        elif piece.ground is CashGround.DISPUTE:
            found = self._contested(account, piece, day, spread)
            if found is not None:
                days, count, basis = found
        early, expected, late = (None, None, None) if days is None else map(_date, days)
        return ForecastItem(
            debtor=account.debtor,
            item=piece.item,
            amount=Money(piece.amount, self.currency),
            due_on=None if piece.due == NEVER else date.fromordinal(piece.due),
            ground=piece.ground,
            basis=basis,
            rests_on=count,
            early=early,
            expected=expected,
            late=late,
        )

    def _after(
        self, account: _Expected, since: int, waited: int, spread: Spread
    ) -> tuple[list[int], int, Basis] | None:
        """The days on which a wait that began on `since`, and is longer than `waited`, may end."""
        found = self.delays.longer_than(account.delays, account.segment, waited, spread)
        if found is None:
            return None
        waits, count, basis = found
        return [since + wait for wait in waits], count, basis

    def _contested(
        self, account: _Expected, piece: Piece, day: int, spread: Spread
    ) -> tuple[list[int], int, Basis] | None:
        """The days on which what is disputed may come, once that is resolved."""
        resolved = self._resolution(account, piece, day)
        if resolved is None or piece.due == NEVER:
            return None
        # Nobody pays what he disputes before it is resolved: from there on, nobody is early.
        return self._after(account, max(resolved, piece.due), -1, spread)

    def _resolution(self, account: _Expected, piece: Piece, day: int) -> int | None:
        """When a dispute is expected to be resolved; None when nothing says so."""
        found = self.disputes.longer_than(
            account.disputes, account.segment, day - piece.opened, (50, 50, 50)
        )
        if found is not None:
            return piece.opened + found[0][1]
        return piece.resolve_by if piece.resolve_by > day else None


def _date(day: int) -> date:
    return date.fromordinal(min(day, _LAST))
