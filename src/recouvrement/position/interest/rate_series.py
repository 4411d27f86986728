"""The rates and fixed sums of a law pack as claims bear them, kept by day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Final

from attrs import evolve, frozen

from recouvrement.errors import InvalidInput, OutsideCoverage
from recouvrement.law import FixedSum, LawPack, RateSegment, joined
from recouvrement.money import Money
from recouvrement.position.interest.accrual import Rate

_ONE_DAY: Final = timedelta(days=1)
# A pack answers in tens of microseconds and a portfolio asks it thousands of times for the same
# days. Beyond so many of them, what is kept is dropped.
_MOST_KEPT: Final = 10_000


@frozen(kw_only=True)
class Terms:
    """On which terms a pack is asked: whose debt it is, which rate was agreed, what is accepted.

    `contract_rate` is text, as two decimals may be equal and not read the same. With
    `at_least_floor` it is raised, day by day, to the least one that the law allows.
    """

    consumer: bool
    contract_rate: str | None
    at_least_floor: bool
    allow: frozenset[str]


class RateSeries:
    """The rates and fixed sums of one pack on some terms: what a statement asks for each claim."""

    __slots__ = ("kept", "law", "sums", "terms", "tiers")

    def __init__(self, law: LawPack, terms: Terms) -> None:
        self.law = law
        self.terms = terms
        self.kept: dict[tuple[int, int], tuple[Rate, ...] | None] = {}
        self.sums: dict[tuple[int, int], FixedSum | None] = {}
        self.tiers = any(one.tiers for one in law.fixed_sums)

    def __call__(self, first: int, last: int, until: int) -> tuple[Rate, ...]:
        """The rates of a claim that bears interest from `first`, through `last` where they reach.

        Where they do not, through `until`; `OutsideCoverage` where not even that is known.
        """
        rates = self.kept.get((first, last))
        if rates is None:
            rates = self._through(first, last) or self._through(first, until)
        # Where neither is known, the pack says why.
        return rates or self._rates(first, until)

    def _through(self, first: int, last: int) -> tuple[Rate, ...] | None:
        try:
            return self.kept[first, last]
        except KeyError:
            pass
        if len(self.kept) >= _MOST_KEPT:
            self.kept.clear()
        found: tuple[Rate, ...] | None = None
        try:
            found = self._rates(first, last)
        except (OutsideCoverage, InvalidInput):
            found = None
        self.kept[first, last] = found
        return found

    def fixed_sum(self, overdue: int, due: int) -> FixedSum | None:
        """The sum added to a debt of so many minor units of the pack's currency, due on a day."""
        key = overdue if self.tiers else 0, due
        try:
            return self.sums[key]
        except KeyError:
            pass
        if len(self.sums) >= _MOST_KEPT:
            self.sums.clear()
        found = self.sums[key] = self.law.fixed_sum(
            Money(overdue, self.law.currency),
            due_on=date.fromordinal(due),
            late_on=date.fromordinal(due + 1),
            consumer=self.terms.consumer,
            allow=self.terms.allow,
        )
        return found

    def _rates(self, first: int, last: int) -> tuple[Rate, ...]:
        since, until = date.fromordinal(first), date.fromordinal(last)
        return tuple([_rate(one) for one in joined(self._segments(since, until))])

    def _segments(self, since: date, until: date) -> tuple[RateSegment, ...]:
        terms = self.terms
        found = self.law.segments(
            since,
            until,
            consumer=terms.consumer,
            contract_rate=terms.contract_rate,
            allow=terms.allow,
        )
        if terms.contract_rate is None or not terms.at_least_floor:
            return found
        return tuple(part for one in found for part in self._raised(one))

    def _raised(self, agreed: RateSegment) -> Iterator[RateSegment]:
        """An agreed rate, raised to the least one allowed in each semester where it is lower."""
        since = agreed.since
        while since <= agreed.until:
            least = self.law.floor(since, allow=self.terms.allow)
            if least is None:
                yield evolve(agreed, since=since)
                return
            until = min(least.until or agreed.until, agreed.until)
            part = evolve(agreed, since=since, until=until)
            value = Decimal(str(least.value))
            if value > part.rate:
                part = evolve(part, rate=value, source=least.source)
            yield part
            since = until + _ONE_DAY


def _rate(segment: RateSegment) -> Rate:
    numerator, denominator = segment.rate.as_integer_ratio()
    since, until = segment.since.toordinal(), segment.until.toordinal()
    return Rate(since, until, numerator, denominator, segment)


class _Same:
    """A pack as a key of what is kept: the very same one, as comparing two costs too much."""

    __slots__ = ("law",)

    def __init__(self, law: LawPack) -> None:
        self.law = law

    def __hash__(self) -> int:
        return id(self.law)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.law is self.law


@lru_cache(maxsize=16)
def _series(same: _Same, terms: Terms) -> RateSeries:
    return RateSeries(same.law, terms)


def series_of(law: LawPack, terms: Terms) -> RateSeries:
    """The series of a pack on some terms; asked again for the same pack, the same one."""
    return _series(_Same(law), terms)
