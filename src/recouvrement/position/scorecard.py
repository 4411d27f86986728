"""The table a score is computed by: criteria, their weights, and points for every range."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

from attrs import field, frozen
from attrs.converters import optional

from recouvrement.documents import Lines, document_of
from recouvrement.errors import Fault, InvalidFact, InvalidInput, shown
from recouvrement.facts.checks import checked, refuse
from recouvrement.facts.risk import exact_number
from recouvrement.position.observations import CREDIT_RATING, NAMES
from recouvrement.position.ratios import in_decimal

# Several times the longest table that anybody would read aloud.
_LONGEST: Final = 100_000


@frozen(field_transformer=checked)
class ScoreRange:
    """Points for every value from `at_least` (included) to `below` (excluded); None is no bound.

    >>> ScoreRange("60", at_least=1, below=31).shown
    '1 to below 31'
    """

    points: Decimal = field(converter=exact_number)
    at_least: Decimal | None = field(default=None, kw_only=True, converter=optional(exact_number))
    below: Decimal | None = field(default=None, kw_only=True, converter=optional(exact_number))

    @property
    def shown(self) -> str:
        """The range in words."""
        return _shown(self)

    def holds(self, value: Any) -> bool:
        """Whether a value is inside."""
        return _holds(self, value)


@frozen(field_transformer=checked)
class RiskClass:
    """Debtors whose score lies from `at_least` (included) to `below` (excluded), and their terms.

    `limit_days` is how many days of a debtor's own purchases may be outstanding, `terms_days` the
    net days to grant: what a credit advice proposes. None proposes nothing.
    """

    id: str
    at_least: Decimal | None = field(default=None, kw_only=True, converter=optional(exact_number))
    below: Decimal | None = field(default=None, kw_only=True, converter=optional(exact_number))
    limit_days: int | None = field(default=None, kw_only=True)
    terms_days: int | None = field(default=None, kw_only=True)
    note: str | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for name in ("limit_days", "terms_days"):
            days = getattr(self, name)
            if days is not None and days < 0:
                refuse(self, name, "0 days or more", days)

    @property
    def shown(self) -> str:
        """The range in words."""
        return _shown(self)

    def holds(self, value: Any) -> bool:
        """Whether a score is inside."""
        return _holds(self, value)


def _ranges(values: Iterable[ScoreRange]) -> tuple[ScoreRange, ...]:
    return tuple(values)


@frozen(field_transformer=checked)
class ScoreCriterion:
    """One thing looked at, its weight, and ranges that give points to every value it can have.

    `ranges` are in order: the first has no lower bound, each begins where the one before ends, the
    last has no upper bound. A credit rating needs its `source`; one older than `valid_days` is not
    taken.

    >>> ranges = [ScoreRange(100, below=1), ScoreRange(40, at_least=1)]
    >>> ScoreCriterion("median_delay", weight=3, ranges=ranges).points_at(12).points
    Decimal('40')
    """

    of: str
    weight: Decimal = field(kw_only=True, converter=exact_number)
    ranges: tuple[ScoreRange, ...] = field(kw_only=True, converter=_ranges)
    source: str | None = field(default=None, kw_only=True)
    valid_days: int | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.of not in NAMES:
            refuse(self, "of", "one of " + ", ".join(NAMES), self.of)
        if self.weight <= 0:
            refuse(self, "weight", "more than 0", self.weight)
        rated = self.of == CREDIT_RATING
        if rated and self.source is None:
            refuse(self, "source", "whose rating it is", None)
        if not rated and (self.source, self.valid_days) != (None, None):
            name = "source" if self.source is not None else "valid_days"
            refuse(self, name, f"none beside {self.of}", getattr(self, name))
        if self.valid_days is not None and self.valid_days < 0:
            refuse(self, "valid_days", "0 days or more", self.valid_days)
        _total_and_disjoint(self, "ranges", self.ranges)

    @property
    def name(self) -> str:
        """What it looks at, with the source of a rating."""
        return self.of if self.source is None else f"{self.of} ({self.source})"

    def points_at(self, value: Any) -> ScoreRange:
        """The one range that a value is in."""
        (found,) = (one for one in self.ranges if one.holds(value))
        return found


# Type checkers alone read these converters: the check of each field stands in for them.
def _criteria(values: Iterable[ScoreCriterion]) -> tuple[ScoreCriterion, ...]:
    return tuple(values)


def _classes(values: Iterable[RiskClass]) -> tuple[RiskClass, ...]:
    return tuple(values)


@frozen(field_transformer=checked)
class Scorecard:
    """Criteria and weights with a name and a version, and the classes that scores fall into.

    No score is given when criteria of less than `least_known` percent of the weights have a value.
    Each class has an id of its own, and scores that fall into it.
    """

    name: str
    version: str
    criteria: tuple[ScoreCriterion, ...] = field(kw_only=True, converter=_criteria)
    classes: tuple[RiskClass, ...] = field(default=(), kw_only=True, converter=_classes)
    least_known: Decimal = field(default=Decimal(50), kw_only=True, converter=exact_number)

    def __attrs_post_init__(self) -> None:
        if not self.criteria:
            refuse(self, "criteria", "at least one criterion", self.criteria)
        names = [one.name for one in self.criteria]
        for name in sorted({one for one in names if names.count(one) > 1}):
            refuse(self, "criteria", "each of them once", name)
        if not 0 <= self.least_known <= 100:
            refuse(self, "least_known", "a percentage from 0 to 100", self.least_known)
        if self.classes:
            _total_and_disjoint(self, "classes", self.classes)
            self._check_classes()

    def _check_classes(self) -> None:
        """Refuse classes of one id, and those that no score falls into."""
        ids = [one.id for one in self.classes]
        for name in sorted({one for one in ids if ids.count(one) > 1}):
            refuse(self, "classes", "each id once", name)
        least, most = span_of(self.criteria)
        for one in self.classes:
            above = one.at_least is not None and most < one.at_least
            below = one.below is not None and one.below <= least
            if above or below:
                scale = f"{in_decimal(least):f} to {in_decimal(most):f}"
                refuse(self, "classes", f"classes that a score of {scale} may fall into", one.shown)

    def class_of(self, value: Any) -> RiskClass | None:
        """The class of a score; None in a table without classes."""
        return next((one for one in self.classes if one.holds(value)), None)


def span_of(criteria: Iterable[ScoreCriterion]) -> tuple[Fraction, Fraction]:
    """The lowest and the highest score that these criteria can give."""
    least = most = Fraction(0)
    for one in criteria:
        points = [Fraction(band.points) for band in one.ranges]
        least += Fraction(one.weight) * min(points)
        most += Fraction(one.weight) * max(points)
    return least, most


def _shown(one: ScoreRange | RiskClass) -> str:
    if one.at_least is None:
        return "any" if one.below is None else f"below {one.below}"
    return (
        f"{one.at_least} or more" if one.below is None else f"{one.at_least} to below {one.below}"
    )


def _holds(one: ScoreRange | RiskClass, value: Any) -> bool:
    return (one.at_least is None or one.at_least <= value) and (
        one.below is None or value < one.below
    )


def _total_and_disjoint(owner: object, name: str, ranges: Sequence[ScoreRange | RiskClass]) -> None:
    """Refuse ranges among which a value finds none, or two."""
    if not ranges:
        refuse(owner, name, "at least one range", ranges)
    if ranges[0].at_least is not None:
        refuse(owner, name, "a first range without at_least", ranges[0].shown)
    if ranges[-1].below is not None:
        refuse(owner, name, "a last range without below", ranges[-1].shown)
    for before, after in pairwise(ranges):
        if before.below is None or before.below != after.at_least:
            expected = f"ranges that begin where the one before ends ({before.shown})"
            refuse(owner, name, expected, after.shown)
        if after.below is not None and before.below >= after.below:
            refuse(owner, name, "ranges that end after they begin", after.shown)


# --- the document --------------------------------------------------------------------------------

_HEAD: Final = ("name", "version", "least_known", "criterion", "class")
_CRITERION: Final = ("of", "source", "valid_days", "weight", "ranges")
_RANGE: Final = ("at_least", "below", "points")
_CLASS: Final = ("id", "at_least", "below", "limit_days", "terms_days", "note")


def read_scorecard(text: str) -> Scorecard:
    """The table that a TOML document states, or one `InvalidInput` with its faults and their lines.

    >>> card = read_scorecard('''
    ... name = "house"
    ... version = "2026.1"
    ... [[criterion]]
    ... of = "median_delay"
    ... weight = 2
    ... ranges = [
    ...     { below = 1, points = 100 },
    ...     { at_least = 1, below = 31, points = 60 },
    ...     { at_least = 31, points = 0 },
    ... ]
    ... ''')
    >>> card.criteria[0].ranges[1].shown
    '1 to below 31'
    """
    document, lines = document_of(text, "scorecard", InvalidInput, longest=_LONGEST)
    reading = _Reading(lines)
    card = reading.scorecard(document)
    if reading.faults or card is None:
        raise InvalidInput.of(reading.faults)
    return card


class _Reading:
    """One reading: values check themselves, and their faults get the line they stand on."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.faults: list[Fault] = []

    def fault(self, path: tuple[str | int, ...], expected: str, got: str) -> None:
        line = self.lines.line(path)
        name = ".".join(str(one + 1) if isinstance(one, int) else one for one in path)
        self.faults.append(Fault(name, expected, got, None if line is None else f"line {line}"))

    def scorecard(self, document: dict[str, Any]) -> Scorecard | None:
        self.known((), document, _HEAD)
        criteria = [
            self.criterion(("criterion", at), entry)
            for at, entry in enumerate(self.tables((), document, "criterion"))
        ]
        classes = [
            self.built(("class", at), entry, RiskClass, _CLASS, ("id",))
            for at, entry in enumerate(self.tables((), document, "class"))
        ]
        if self.faults:
            return None
        head = {name: document[name] for name in ("least_known",) if name in document}
        given = {"name": document.get("name"), "version": document.get("version"), **head}
        card: Scorecard | None = self.made(
            (), Scorecard, {**given, "criteria": criteria, "classes": classes}
        )
        return card

    def criterion(self, path: tuple[str | int, ...], entry: dict[str, Any]) -> object:
        ranges = [
            self.built((*path, "ranges", at), one, ScoreRange, _RANGE, ("points",))
            for at, one in enumerate(self.tables(path, entry, "ranges"))
        ]
        if None in ranges:
            return None
        return self.built(
            path, {**entry, "ranges": ranges}, ScoreCriterion, _CRITERION, ("of", "weight")
        )

    def tables(
        self, path: tuple[str | int, ...], entry: dict[str, Any], name: str
    ) -> list[dict[str, Any]]:
        """The tables of an array; a fault where there is something else."""
        found = entry.get(name, [])
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.fault((*path, name), "tables", shown(found))
            return []
        return found

    def known(
        self, path: tuple[str | int, ...], entry: dict[str, Any], names: tuple[str, ...]
    ) -> None:
        for key in entry:
            if key not in names:
                self.fault((*path, key), "one of " + ", ".join(names), "a key not known here")

    def built(
        self,
        path: tuple[str | int, ...],
        entry: dict[str, Any],
        kind: type[Any],
        names: tuple[str, ...],
        needed: tuple[str, ...],
    ) -> Any:
        """The value that a table states; what it needs and does not say is None, and refused."""
        self.known(path, entry, names)
        given = {name: entry.get(name) for name in needed}
        given.update({name: entry[name] for name in names if name in entry})
        return self.made(path, kind, given)

    def made(self, path: tuple[str | int, ...], kind: type[Any], given: dict[str, Any]) -> Any:
        try:
            return kind(**given)
        except InvalidFact as refused:
            for one in refused.faults:
                key = one.field.rpartition(".")[2]
                self.fault((*path, key), one.expected, one.got)
            return None
