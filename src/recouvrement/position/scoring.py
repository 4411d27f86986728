"""The behaviour score of a debtor: what was looked at, the points it gave, what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.debtor import Debtor, DebtorId
from recouvrement.position.conventions import Conventions
from recouvrement.position.observations import (
    CREDIT_RATING,
    OBSERVATIONS,
    Evidence,
    Seen,
    rating_of,
)
from recouvrement.position.position import position_of
from recouvrement.position.ratios import in_decimal
from recouvrement.position.scorecard import (
    RiskClass,
    Scorecard,
    ScoreCriterion,
    ScoreRange,
    span_of,
)
from recouvrement.position.standing import Standing
from recouvrement.tables import html_table


@frozen(kw_only=True)
class ScoreLine:
    """What one criterion gave: its value, the range it is in, and weight × points.

    A criterion without a value says why in `missing`, and gives nothing, neither good nor bad.
    """

    criterion: str
    value: Decimal | None
    unit: str
    rests_on: int
    missing: str | None
    range: ScoreRange | None
    weight: Decimal
    points: Decimal | None
    contribution: Decimal | None


@frozen(kw_only=True)
class Score:
    """The score of a debtor on a day, line by line; None with `undefined` when too little is known.

    `exact` is the sum of weight × points where every criterion has a value. Where one has none, it
    is taken to stand between its worst and its best as the others do together: missing history is
    no bad history, nor a good one.
    `known` is the percentage of the weights that have a value, `least` and `most` the lowest and
    highest scores that the table can give.
    """

    debtor: DebtorId
    as_of: date
    known_on: date | None
    card: Scorecard = field(repr=False)
    value: Decimal | None
    undefined: str | None
    exact: Fraction | None = field(repr=False)
    lines: tuple[ScoreLine, ...] = field(repr=False)
    known: Decimal
    least: Decimal
    most: Decimal
    risk_class: RiskClass | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The criteria that have no value."""
        return tuple(one.criterion for one in self.lines if one.missing is not None)

    def to_rows(self) -> list[dict[str, Any]]:
        """One plain mapping per criterion, in the order of the table, and the score below them."""
        rows: list[dict[str, Any]] = [
            {
                "criterion": one.criterion,
                "value": one.value,
                "unit": one.unit,
                "rests_on": one.rests_on,
                "range": one.missing if one.range is None else one.range.shown,
                "points": one.points,
                "weight": one.weight,
                "contribution": one.contribution,
            }
            for one in self.lines
        ]
        total = dict.fromkeys(rows[0])
        label = "score" if self.undefined is None else f"score: {self.undefined}"
        return [*rows, {**total, "criterion": label, "contribution": self.value}]

    def _repr_html_(self) -> str:
        title = f"{self.debtor} as of {self.as_of}, {self.card.name} {self.card.version}"
        return html_table(self.to_rows(), caption=title)


def score_of(
    account: Account,
    card: Scorecard,
    *,
    as_of: date,
    known_on: date | None = None,
    conventions: Conventions = Conventions(),  # noqa: B008 (a frozen value)
) -> Score:
    """The score that a table gives the debtor at the end of `as_of`, with what was known.

    Later facts are invisible. `InvalidInput` for what is no account, table, date or conventions.
    Source: kpi.md, K23.

    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.money import Money
    >>> bands = [ScoreRange(9, below=1), ScoreRange(4, at_least=1, below=31)]
    >>> late = ScoreCriterion(
    ...     "oldest_days_past_due", weight=2, ranges=[*bands, ScoreRange(0, at_least=31)]
    ... )
    >>> card = Scorecard("house", "1", criteria=[late])
    >>> due = date(2026, 3, 1)
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", due, due_on=due, total=Money.of(900, "EUR")),
    ... )
    >>> score_of(account, card, as_of=date(2026, 3, 20)).value
    Decimal('8')
    """
    if not isinstance(card, Scorecard):
        raise InvalidInput("card", "a Scorecard", type(card).__name__)
    position = position_of(account, as_of=as_of, known_on=known_on, conventions=conventions)
    return score_at(position.standing, account.debtor, card, known_on=known_on)


def score_at(
    s: Standing, debtor: Debtor, card: Scorecard, *, known_on: date | None = None
) -> Score:
    """The score of a debtor who stands there: what engines that hold a standing call."""
    evidence = Evidence(s, debtor)
    lines = tuple(_line(evidence, one) for one in card.criteria)
    exact, share = _sum(card, lines)
    least, most = span_of(card.criteria)
    undefined = None
    if share < card.least_known or not share:
        exact = None
        undefined = f"only {in_decimal(share):.0f} percent of the weights have a value"
    elif exact is None:
        undefined = "what has a value gives every debtor the same points"
    return Score(
        debtor=debtor.id,
        as_of=date.fromordinal(s.day),
        known_on=known_on,
        card=card,
        value=None if exact is None else in_decimal(exact),
        undefined=undefined,
        exact=exact,
        lines=lines,
        known=in_decimal(share),
        least=in_decimal(least),
        most=in_decimal(most),
        risk_class=None if exact is None else card.class_of(exact),
    )


def _sum(card: Scorecard, lines: tuple[ScoreLine, ...]) -> tuple[Fraction | None, Fraction]:
    """The score, None where no debtor could have another, and the percentage of weights known."""
    pairs = list(zip(card.criteria, lines, strict=True))
    known = [criterion for criterion, line in pairs if line.missing is None]
    share = 100 * _weight(known) / _weight(card.criteria)
    gained = sum((Fraction(one.contribution or 0) for one in lines), Fraction(0))
    if len(known) == len(lines):
        return gained, share
    worst, best = span_of(known)
    if worst == best:
        return None, share
    least, most = span_of(card.criteria)
    return least + (gained - worst) / (best - worst) * (most - least), share


def _weight(criteria: Iterable[ScoreCriterion]) -> Fraction:
    return sum((Fraction(one.weight) for one in criteria), Fraction(0))


def _line(evidence: Evidence, criterion: ScoreCriterion) -> ScoreLine:
    seen = _seen(evidence, criterion)
    found = None if seen.value is None else criterion.points_at(seen.value)
    return ScoreLine(
        criterion=criterion.name,
        value=None if seen.value is None else in_decimal(seen.value),
        unit="points" if criterion.of == CREDIT_RATING else OBSERVATIONS[criterion.of].unit,
        rests_on=seen.rests_on,
        missing=seen.missing,
        range=found,
        weight=criterion.weight,
        points=None if found is None else found.points,
        contribution=None if found is None else _product(criterion, found),
    )


def _seen(evidence: Evidence, criterion: ScoreCriterion) -> Seen:
    if criterion.of == CREDIT_RATING:
        return rating_of(evidence, str(criterion.source), criterion.valid_days)
    return OBSERVATIONS[criterion.of].read(evidence)


def _product(criterion: ScoreCriterion, found: ScoreRange) -> Decimal:
    return in_decimal(Fraction(criterion.weight) * Fraction(found.points))
