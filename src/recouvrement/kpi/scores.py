"""The behaviour score of a debtor, shown as a measure: the position computes it."""

from __future__ import annotations

from datetime import date

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.kpi.balances import outstanding
from recouvrement.kpi.measure import Measure
from recouvrement.kpi.perimeter import USUAL, perimeter_of
from recouvrement.position.conventions import Conventions
from recouvrement.position.scorecard import RiskClass, Scorecard
from recouvrement.position.scoring import Score, ScoreLine, score_of
from recouvrement.tables import html_table, text_table


@frozen(kw_only=True, repr=False)
class ScoreMeasure(Measure):
    """A measure whose value is a debtor's score: one line per criterion of the table.

    `least` and `most` are in `beside`, with the percentage of the weights that have a value.
    """

    score: Score = field(repr=False)

    @property
    def lines(self) -> tuple[ScoreLine, ...]:
        """What each criterion gave, in the order of the table."""
        return self.score.lines

    @property
    def risk_class(self) -> RiskClass | None:
        """The class that the score falls into; None without a score, or without classes."""
        return self.score.risk_class

    def to_rows(self) -> list[dict[str, object]]:
        """One row per criterion, and the score below them."""
        return self.score.to_rows()

    def __str__(self) -> str:
        return f"{super().__str__()}\n\n{text_table(self.to_rows())}"

    def _repr_html_(self) -> str:
        table = html_table(self.to_rows(), caption=f"{self.title} of {self.score.debtor}")
        return f"{table}\n{html_table(self.certificate(), caption=self.title)}"


def score(
    account: Account,
    card: Scorecard,
    *,
    as_of: date,
    currency: str = "EUR",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> ScoreMeasure:
    """The sum of weight × points over the criteria of a table, for one debtor (K23).

    What `position.score_of` computes, with its certificate; `currency` is that of the ledger shown
    beside it, no amount of which enters the score. Undefined where too little has a value: missing
    history is no bad history. Source: kpi.md, K23.

    >>> from recouvrement import Debtor, Invoice, Money
    >>> from recouvrement.position import ScoreCriterion, ScoreRange
    >>> bands = [ScoreRange(9, below=1), ScoreRange(4, at_least=1)]
    >>> late = ScoreCriterion("oldest_days_past_due", weight=2, ranges=bands)
    >>> due = date(2026, 3, 1)
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", due, due_on=due, total=Money.of(900, "EUR")),
    ... )
    >>> score(account, Scorecard("house", "1", criteria=[late]), as_of=date(2026, 3, 20))
    <K23 behaviour score on 2026-03-20: 8 points>
    """
    if not isinstance(account, Account):
        raise InvalidInput("account", "an Account", type(account).__name__)
    found = score_of(account, card, as_of=as_of, known_on=known_on, conventions=conventions)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed="in",
        credits="apart",
        conventions=conventions,
        known_on=known_on,
        options=(("scorecard", f"{card.name} {card.version}"),),
    )
    ledger = outstanding(
        [account], as_of=as_of, currency=currency, conventions=conventions, known_on=known_on
    )
    return ScoreMeasure(
        formula="K23",
        name="behaviour score",
        definition="sum of weight * points, over the criteria of the table",
        unit="points",
        perimeter=perimeter,
        value=found.value,
        undefined=found.undefined,
        exact=found.exact,
        numerator=found.value,
        population=(
            ("criteria", len(found.lines)),
            ("criteria with a value", len(found.lines) - len(found.missing)),
        ),
        reconciliation=ledger.reconciliation[:1],
        flags=tuple(f"not known: {name}" for name in found.missing),
        beside=(("known, percent", found.known), ("least", found.least), ("most", found.most)),
        score=found,
    )
