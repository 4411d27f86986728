"""Sums, differences and ratios of measures: of one perimeter, or refused.

Two figures that were not asked the same question have no sum, no difference and no ratio: the
commonest error with measures of receivables is to compute one all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields

from recouvrement.errors import InvalidInput
from recouvrement.kpi.figures import answered
from recouvrement.money import Money, Rounding, exponent_of, round_fraction

if TYPE_CHECKING:
    from recouvrement.kpi.measure import Bucket, Exclusion, Measure, Tally


def total(left: Measure, right: Measure) -> Measure:
    """One measure of two portfolios that share no account, from the measure of each."""
    _one_perimeter(left, right)
    same = left.formula == right.formula and left.name == right.name
    if not same or not (left.is_extensive and right.is_extensive):
        expected = (
            f"another {left.title}, and amounts or numbers of cases: "
            "ratios, forecasts and provisions do not add up"
        )
        raise InvalidInput("measure", expected, right.title)
    ours, theirs = ([tally.title for tally in one.reconciliation] for one in (left, right))
    if ours != theirs:
        expected = "one with the same tallies: " + ", ".join(ours)
        raise InvalidInput("measure", expected, ", ".join(theirs))
    flags = dict.fromkeys((*left.flags, *right.flags))
    figures = _sum(left, right)
    if isinstance(figures["value"], Money) and figures["value"].minor >= 0:
        flags.pop("net credit", None)
        flags.pop("negative", None)
    return evolve(
        left,
        **figures,
        numerator=_added(left.numerator, right.numerator),
        denominator=_added(left.denominator, right.denominator),
        population=tuple(_merged((*left.population, *right.population))),
        excluded=_excluded(left, right),
        reconciliation=_reconciled(left, right),
        buckets=_buckets(left, right),
        # Means beside a sum would have to be weighted: they are asked again, of both.
        beside=(),
        flags=tuple(flags),
    )


def difference(left: Measure, right: Measure) -> Measure:
    """How much one measure exceeds another of the same unit."""
    _one_perimeter(left, right)
    if left.unit != right.unit:
        raise InvalidInput("measure", f"a measure in {left.unit}", right.unit)
    told = _undefined(left, right)
    if told is None and isinstance(left.value, Money) and isinstance(right.value, Money):
        figures: dict[str, Any] = {"value": left.value - right.value}
    else:
        figures = _answered(None if told else _exact(left) - _exact(right), told)
    return _derived("-", left, right, left.unit, figures)


def ratio(left: Measure, right: Measure) -> Measure:
    """How many times one measure holds another; undefined when the other is 0."""
    _one_perimeter(left, right)
    told = _undefined(left, right)
    if told is None and not _exact(right):
        told = f"{right.title} is 0"
    unit = "times" if left.unit == right.unit else f"{left.unit} / {right.unit}"
    figures = _answered(None if told else _exact(left) / _exact(right), told)
    return _derived("/", left, right, unit, figures)


def _one_perimeter(left: Measure, right: Measure) -> None:
    if left.perimeter == right.perimeter:
        return
    parts = [
        (one.name, getattr(left.perimeter, one.name), getattr(right.perimeter, one.name))
        for one in fields(type(left.perimeter))
    ]
    differ = [(name, ours, theirs) for name, ours, theirs in parts if ours != theirs]
    raise InvalidInput(
        "perimeter",
        "the same of both measures: " + ", ".join(f"{name} {ours}" for name, ours, _ in differ),
        ", ".join(f"{name} {theirs}" for name, _, theirs in differ),
    )


def _exact(measure: Measure) -> Fraction:
    """The exact figure, amounts in the unit of their currency."""
    if measure.exact is not None:
        return measure.exact
    assert isinstance(measure.value, Money)  # noqa: S101 (what has no exact ratio is an amount)
    return Fraction(measure.value.minor, 10 ** exponent_of(measure.value.currency))


def _undefined(*measures: Measure) -> str | None:
    told = [f"{one.title}: {one.undefined}" for one in measures if one.value is None]
    return "; ".join(told) or None


def _answered(exact: Fraction | None, told: str | None) -> dict[str, Any]:
    return {"value": None, "exact": None, "undefined": None, **answered(exact, told or "")}


def _derived(
    sign: str, left: Measure, right: Measure, unit: str, figures: dict[str, Any]
) -> Measure:
    """A measure made of two others, which keeps the certificates of both."""
    more = tuple(one for one in right.reconciliation if one not in left.reconciliation)
    return evolve(
        left,
        formula=f"{left.formula} {sign} {right.formula}",
        name=f"{left.name} {sign} {right.name}",
        definition=f"({left.definition}) {sign} ({right.definition})",
        unit=unit,
        **figures,
        lower_bound=None,
        numerator=left.value,
        denominator=right.value,
        population=tuple(dict.fromkeys((*left.population, *right.population))),
        excluded=tuple(dict.fromkeys((*left.excluded, *right.excluded))),
        reconciliation=(*left.reconciliation, *more),
        buckets=(),
        months=(),
        rolls=(),
        beside=(),
        flags=tuple(dict.fromkeys((*left.flags, *right.flags))),
    )


def _sum(left: Measure, right: Measure) -> dict[str, Any]:
    """The sum of two figures; of rounded ones, the rounded sum of what they are exactly."""
    if left.exact is None or right.exact is None:
        return {"value": _added(left.value, right.value)}
    exact = left.exact + right.exact
    if isinstance(left.value, Money):
        currency = left.value.currency
        minor = round_fraction(exact * 10 ** exponent_of(currency), Rounding.HALF_UP)
        return {"value": Money(minor, currency), "exact": exact}
    return answered(exact, "")


def _added(left: object, right: object) -> Money | None:
    return left + right if isinstance(left, Money) and isinstance(right, Money) else None


def _merged(pairs: Iterable[tuple[str, int]]) -> Iterable[tuple[str, int]]:
    counts: dict[str, int] = {}
    for name, number in pairs:
        counts[name] = counts.get(name, 0) + number
    return counts.items()


def _excluded(left: Measure, right: Measure) -> tuple[Exclusion, ...]:
    merged: dict[tuple[str, str], Exclusion] = {}
    for one in (*left.excluded, *right.excluded):
        key = one.reason, one.amount.currency
        known = merged.get(key)
        merged[key] = (
            one
            if known is None
            else evolve(known, count=known.count + one.count, amount=known.amount + one.amount)
        )
    return tuple(merged.values())


def _reconciled(left: Measure, right: Measure) -> tuple[Tally, ...]:
    """The tallies of both, line by line: they are of one formula and one perimeter."""
    tallies = []
    for ours, theirs in zip(left.reconciliation, right.reconciliation, strict=True):
        names = dict.fromkeys(name for name, _ in (*ours.lines, *theirs.lines))
        tallies.append(
            evolve(
                ours,
                lines=tuple(
                    (name, ours.amount_of(name) + theirs.amount_of(name)) for name in names
                ),
                total=ours.total + theirs.total,
            )
        )
    return tuple(tallies)


def _buckets(left: Measure, right: Measure) -> tuple[Bucket, ...]:
    merged: dict[str, Bucket] = {}
    for one in (*left.buckets, *right.buckets):
        known = merged.get(one.label)
        merged[one.label] = (
            one
            if known is None
            else evolve(known, amount=known.amount + one.amount, count=known.count + one.count)
        )
    return tuple(merged.values())
