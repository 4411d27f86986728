"""The behaviour score as a criterion: documents name it, the host says by which table."""

from __future__ import annotations

from math import floor

from recouvrement.errors import InvalidInput
from recouvrement.facts.debtor import Debtor
from recouvrement.policy.criterion import Criterion, Scope, Worse
from recouvrement.position.position import Position
from recouvrement.position.scorecard import Scorecard
from recouvrement.position.scoring import score_at


def score_criterion(card: Scorecard, *, worse: Worse | str = Worse.NEITHER) -> Criterion:
    """The criterion `score`: the whole part of what the table gives the debtor that day.

    It is absent where the table leaves the score undefined: missing history is no bad history, and
    no comparison with it holds. `worse` says which way a score gets worse in this table; unless
    stated, no policy that reads it is monotone.

    >>> from recouvrement.policy import read_policy
    >>> from recouvrement.position import ScoreCriterion, ScoreRange
    >>> bands = [ScoreRange(9, below=31), ScoreRange(0, at_least=31)]
    >>> card = Scorecard("house", "1", criteria=[
    ...     ScoreCriterion("oldest_days_past_due", weight=1, ranges=bands)])
    >>> policy = read_policy('''
    ... extends = "fr-b2b"
    ... name    = "house"
    ... [[hold]]
    ... id    = "good-payer"
    ... when  = "score >= 9 and oldest_days_past_due < 10"
    ... scope = "account"
    ... ''', criteria=[score_criterion(card, worse="down")])
    >>> policy.holds[0].when.text
    'score >= 9 and oldest_days_past_due < 10'
    """
    if not isinstance(card, Scorecard):
        raise InvalidInput("card", "a Scorecard", type(card).__name__)

    def read(position: Position, debtor: Debtor) -> int | None:
        exact = score_at(position.standing, debtor, card).exact
        return None if exact is None else floor(exact)

    return Criterion(
        "score",
        "integer",
        scope=Scope.ACCOUNT,
        unit="points",
        worse=Worse(worse),
        absent=True,
        doc=f"The score by the table {card.name} {card.version}; absent where it is undefined.",
        read=read,
    )
