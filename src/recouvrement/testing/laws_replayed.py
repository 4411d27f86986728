"""The laws of what is told beside the decision: how it was reached, and when it will change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from attrs import evolve

from recouvrement.policy.decision import Action, Decision
from recouvrement.policy.review import review_on
from recouvrement.testing.law import Breach, Law, against, said
from recouvrement.testing.lives import Case

# Every day is looked at so far ahead; beyond, the days around the one announced, or a few.
_NEAR: Final = 60
_FAR: Final = (90, 180, 365, 3 * 365, 7 * 365)


def review_date(case: Case) -> Breach | None:
    """Until the day announced the answer stays what it is, and on that day it differs.

    The days of an action (when it is to be done, and by when) move by themselves.
    """
    announced = review_on(case.policy, case.account, as_of=case.as_of)
    today = case.decided(known_on=case.as_of)
    last = announced or date.max
    days = {case.as_of + timedelta(ahead) for ahead in (*range(1, _NEAR), *_FAR)}
    if announced is not None:
        days |= {announced - timedelta(1), announced}
    for day in sorted(one for one in days if case.as_of < one <= last):
        then = case.decided(as_of=day, known_on=case.as_of)
        if (_answer(then) == _answer(today)) is (day == announced):
            what = f"as of {case.as_of}: {said(today)}; as of {day}: {said(then)}"
            expected = f"the answer to differ on {announced}, and not before"
            return against(case, expected, what)
    return None


def _answer(decision: Decision) -> tuple[Action | None, tuple[str, ...]]:
    action = decision.action
    if action is not None:
        action = evolve(action, execute_on=date.min, act_by=date.min)
    return action, decision.because


REPLAYED: Final = (
    Law(
        number=13,
        name="review-date",
        statement=("Between as_of and review_on the answer does not differ; on review_on it does."),
        breach=review_date,
        engine=True,
    ),
)
