"""A rate of late interest is a series and a fixing rule: what they give between two days."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import Final, cast

from attrs import Factory, evolve, field, frozen

from recouvrement.errors import InvalidInput, OutsideCoverage
from recouvrement.law.timeline import Caveat, Row, Source, in_force, semester_end
from recouvrement.law.words import Applies, CaveatCode, Fixing, Label, RateRounding

_ONE_DAY: Final = timedelta(days=1)
_HALF: Final = Decimal("0.5")
# Between the articles of a value that two texts hold, one after the other.
_AND: Final = "; "


@frozen(kw_only=True)
class RateSegment:
    """Days in a row that bear one rate: `since` and `until` are the first and the last of them.

    `rate` is in percent a year. `reference` and `margin` are what it is made of, where it is.
    """

    since: date
    until: date
    rate: Decimal
    source: Source
    caveats: tuple[Caveat, ...] = ()
    reference: Decimal | None = None
    margin: Decimal | None = None


def joined(segments: Iterable[RateSegment]) -> tuple[RateSegment, ...]:
    """The segments with neighbours of one rate made one: only a change of rate ends a line.

    A joined segment has the source of its first part, with the articles of all of them where the
    text moved from one to another, and the caveats of all of them.

    >>> source = Source("art. 1", "the text", published="the gazette", read_on=date(2026, 1, 2))
    >>> first = RateSegment(
    ...     since=date(2026, 1, 1), until=date(2026, 6, 30), rate=Decimal(8), source=source
    ... )
    >>> second = evolve(first, since=date(2026, 7, 1), until=date(2026, 9, 1))
    >>> [(str(one.since), str(one.until)) for one in joined([first, second])]
    [('2026-01-01', '2026-09-01')]
    """
    found: list[RateSegment] = []
    for one in segments:
        last = found[-1] if found else None
        if last and last.rate == one.rate and last.until + _ONE_DAY == one.since:
            caveats = tuple(dict.fromkeys((*last.caveats, *one.caveats)))
            source = _both(last.source, one.source)
            found[-1] = evolve(last, until=one.until, caveats=caveats, source=source)
        else:
            found.append(one)
    return tuple(found)


def _both(first: Source, second: Source) -> Source:
    """The first source, which names the articles of the second too."""
    if first.article == second.article:
        return first
    articles = (*first.article.split(_AND), *second.article.split(_AND))
    return evolve(first, article=_AND.join(dict.fromkeys(articles)))


@frozen(kw_only=True)
class RateRow(Row):
    """The rate from a day on. With a `reference` it is that plus the margin; else it is `value`."""

    reference: Decimal | None = None


@frozen(kw_only=True)
class LegalRate(Row):
    """The rate of legal interest: `value` for most creditors, `consumer` for private persons."""

    consumer: Decimal | None = None


@frozen(kw_only=True)
class PackCaveat(Row):
    """A caveat of the pack itself: `value` is its code, `applies` what it is about.

    It goes with interest that starts from `since` through `until`.
    """

    applies: frozenset[Applies] = frozenset()

    def concerns(self, subject: Applies, start: date) -> bool:
        """Whether it goes with interest of that sort which starts that day."""
        late_enough = self.since is None or self.since <= start
        early_enough = self.until is None or start <= self.until
        return subject in self.applies and late_enough and early_enough

    @property
    def caveat(self) -> Caveat:
        """The caveat as an answer carries it."""
        return Caveat(str(self.value), self.source.article)


@frozen(kw_only=True)
class InterestRule(Row):
    """How late interest is fixed; `value` is the `Fixing`.

    The margin is the one in force when interest starts, as laws that change it leave the debts
    already late alone. A floor is a multiple of the legal rate, and binds contract rates only.
    """

    rounding: RateRounding = RateRounding.NONE
    covers_until: date | None = None
    rates: tuple[RateRow, ...] = ()
    margins: tuple[Row, ...] = ()
    consumer_margins: tuple[Row, ...] = ()
    legal_rates: tuple[LegalRate, ...] = ()
    legal_covers_until: date | None = None
    floors: tuple[Row, ...] = ()
    # A consequence of `rates`, kept because every question needs it.
    _starts: tuple[date, ...] = field(
        default=Factory(
            lambda own: tuple(one.since or date.min for one in own.rates), takes_self=True
        ),
        init=False,
        eq=False,
        repr=False,
    )

    @property
    def fixing(self) -> Fixing:
        """The word of the rule."""
        return Fixing(cast("str", self.value))

    def place_on(self, day: date, what: str) -> int:
        """The place of the row of a day; `OutsideCoverage` before the first and after the last."""
        place, last = bisect_right(self._starts, day) - 1, self.covers_until or date.max
        if place < 0 or day > last:
            # Of several days asked for, the first that nothing is known about.
            missing = day if place < 0 else min(day, last + _ONE_DAY)
            raise OutsideCoverage(what, missing, self._starts[0], last)
        return place


def rounded(rate: Decimal, rounding: RateRounding, when: RateRounding) -> Decimal:
    """The rate, up to the next half point where the rule rounds there.

    >>> rounded(Decimal("10.15"), RateRounding.RATE_UP, RateRounding.RATE_UP)
    Decimal('10.5')
    >>> rounded(Decimal("-0.62"), RateRounding.REFERENCE_UP, RateRounding.REFERENCE_UP)
    Decimal('-0.5')
    """
    if rounding is not when:
        return rate
    return (rate / _HALF).to_integral_value(ROUND_CEILING) * _HALF


def rate_of(reference: Decimal, margin: Decimal, rounding: RateRounding) -> Decimal:
    """A reference and a margin, rounded as the rule says."""
    base = rounded(reference, rounding, RateRounding.REFERENCE_UP)
    return rounded(base + margin, rounding, RateRounding.RATE_UP)


def percent(row: Row) -> Decimal:
    """The value of a row of rates, margins or multiples, which its reader made a Decimal."""
    return cast("Decimal", row.value)


@frozen
class Guard:
    """Refuses rows that are only remembered, unless they or their pack were accepted by name."""

    pack: str
    accepted: frozenset[str]

    def pass_only(self, *rows: Row) -> None:
        """Refuses each row that is only remembered and was not accepted."""
        for row in rows:
            if row.label is Label.MEMORY:
                self.refuse_unless_accepted(row, f"the row {row.name} is only remembered")

    def accepts(self, row: Row) -> bool:
        """Whether the row or its pack was accepted."""
        return not self.accepted.isdisjoint((self.pack, row.name))

    def refuse_unless_accepted(self, row: Row, why: str, instead: str = "") -> None:
        """Refuses the row, whatever its label, when neither it nor its pack was accepted.

        `instead` is what would do as well.
        """
        if not self.accepts(row):
            names = f"{self.pack!r} or {row.name!r} among the names accepted"
            expected = f"{instead}{names}: {why}"
            raise InvalidInput("allow", expected, repr(sorted(self.accepted)))

    def about(self, what: str) -> str:
        """What a question is about, as `OutsideCoverage` says it."""
        return f"{what} in the pack {self.pack} (its rows can be laid over it by read_pack)"


@frozen
class Days:
    """The first and the last day that bear interest, both included."""

    start: date
    until: date


def default_segments(
    rule: InterestRule,
    margins: tuple[Row, ...],
    notes: tuple[Caveat, ...],
    days: Days,
    guard: Guard,
) -> tuple[RateSegment, ...]:
    """The rates that hold without an agreed one, over all the days and no others."""
    what = guard.about("late interest")
    first = last = rule.place_on(days.start, what)
    if rule.fixing is not Fixing.LOCKED:
        last = rule.place_on(days.until, what)
    rows = rule.rates[first : last + 1]
    margin = in_force(margins, days.start, what)
    guard.pass_only(rule, *rows)
    if margin.label is Label.MEMORY and any(row.reference is not None for row in rows):
        guard.pass_only(margin)
    found = tuple(_spread(rule, rows, margin, notes, days))
    if rule.fixing is Fixing.UNSETTLED and _readings_differ(rule, found, days.start):
        why = "the sources do not settle whether the rate changes by semester or stays locked"
        guard.refuse_unless_accepted(rule, f"{why} ({rule.source.article})")
        doubt = Caveat(CaveatCode.FIXING_NOT_SETTLED, rule.source.article)
        found = tuple([evolve(one, caveats=(*one.caveats, doubt)) for one in found])
    return found


def _readings_differ(rule: InterestRule, found: tuple[RateSegment, ...], start: date) -> bool:
    """Whether the days bear several rates, or the due date another one than the day after it.

    A due date of which no rate is known may have another one.
    """
    due, first = start - _ONE_DAY, rule.rates[0].since
    if first is not None and due < first:
        return True
    own = percent(in_force(rule.rates, due, "late interest"))
    return {one.rate for one in found} != {own}


def _spread(
    rule: InterestRule,
    rows: tuple[RateRow, ...],
    margin: Row,
    notes: tuple[Caveat, ...],
    days: Days,
) -> Iterator[RateSegment]:
    points, since = percent(margin), days.start
    for place, row in enumerate(rows, 1):
        following = rows[place].since if place < len(rows) else None
        until = days.until if following is None else following - _ONE_DAY
        reference = row.reference
        caveats = (*notes, *rule.caveats_on(until), *row.caveats_on(until))
        if reference is None:
            rate, added = percent(row), None
        else:
            rate, added = rate_of(reference, points, rule.rounding), points
            caveats += margin.caveats_on(until)
        yield RateSegment(
            since=since,
            until=until,
            rate=rate,
            source=row.source,
            caveats=tuple(dict.fromkeys(caveats)) if caveats else (),
            reference=reference,
            margin=added,
        )
        since = until + _ONE_DAY


def contract_segment(
    rule: InterestRule, rate: Decimal, notes: tuple[Caveat, ...], days: Days, guard: Guard
) -> RateSegment:
    """The rate agreed, over all the days and as it came, with a caveat for each least rate above.

    Whether the least rate is that of the contract's date or of each semester is not settled: every
    semester in which the rate is below it is told.
    """
    guard.pass_only(rule)
    source = Source("contract", "the rate agreed", published="the caller", read_on=None)
    caveats = (*notes, *_below_floor(rule, rate, days, guard)) if rule.floors else notes
    return RateSegment(
        since=days.start, until=days.until, rate=rate, source=source, caveats=caveats
    )


def _below_floor(rule: InterestRule, rate: Decimal, days: Days, guard: Guard) -> Iterator[Caveat]:
    until = days.start - _ONE_DAY
    while until < days.until:
        day = until + _ONE_DAY
        try:
            least = floor_on(rule, day, guard)
        except OutsideCoverage as error:
            # Before the first row the series begins later; after the last nothing follows.
            known = error.since if isinstance(error.since, date) and day < error.since else None
            until = days.until if known is None else min(known - _ONE_DAY, days.until)
            said = (("since", day), ("until", until))
            yield Caveat(CaveatCode.FLOOR_NOT_KNOWN, rule.floors[-1].source.article, said)
        else:
            until = least.until or days.until
            if rate < percent(least):
                values = (("floor", least.value), ("since", least.since or day), ("until", until))
                yield Caveat(CaveatCode.BELOW_FLOOR, least.source.article, values)
                yield from least.caveats


def floor_on(rule: InterestRule, on: date, guard: Guard) -> Row:
    """The least rate that a contract may fix on a day: a multiple of that semester's legal rate."""
    multiple = in_force(rule.floors, on, guard.about("least contract rate"))
    legal = legal_rate_on(rule, on, guard)
    parts = (multiple, legal)
    guard.pass_only(*parts)
    return Row(
        name=multiple.name,
        value=percent(multiple) * percent(legal),
        unit="percent a year",
        source=evolve(legal.source, article=multiple.source.article),
        label=max((one.label for one in parts), key=list(Label).index),
        verified_until=min(one.verified_until for one in parts),
        rule=multiple.rule,
        since=legal.since,
        until=legal.until,
        caveats=tuple(dict.fromkeys(caveat for one in parts for caveat in one.caveats_on(on))),
    )


def legal_rate_on(rule: InterestRule, on: date, guard: Guard) -> LegalRate:
    """The row of the rate of legal interest on a day; its caveats are not filled in."""
    covers, rows = rule.legal_covers_until or date.max, rule.legal_rates
    what = guard.about("rate of legal interest")
    found = in_force(rows, min(on, covers), what)
    if on > covers:
        raise OutsideCoverage(what, on, rows[0].since, covers)
    guard.pass_only(found)
    return evolve(found, until=min(semester_end(found.since or on), covers))
