"""The laws of what is told beside the decision: how it was reached, and when it will change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from attrs import evolve

from recouvrement.policy.decision import Action, Decision
from recouvrement.policy.explanation import RuleSeen, Verdict
from recouvrement.policy.replay import explain
from recouvrement.policy.review import review_on
from recouvrement.testing.law import Breach, Law, against, said
from recouvrement.testing.lives import Case

# The days ahead that are looked at, beside the one announced and the day before it.
_AHEAD: Final = (*range(1, 9), 10, 14, 21, 30, 45, 60, 90, 180, 365, 3 * 365, 7 * 365)


def replayed(case: Case) -> Breach | None:
    """The explanation is about the very decision, and every reason in it is a rule that applied."""
    explanation = explain(case.policy, case.account, as_of=case.as_of)
    if explanation.decision != case.decision:
        return against(
            case, f"an explanation of: {said(case.decision)}", said(explanation.decision)
        )
    seen = {item.id: item for item in explanation.items}
    if seen.keys() != case.items.keys():
        return against(case, f"items {', '.join(case.items)}", f"items {', '.join(seen)}")
    rules = [*explanation.rules, *(rule for item in explanation.items for rule in item.rules)]
    applied = {rule.id for rule in rules if rule.verdict is Verdict.APPLIES}
    known = {rule.id for rule in rules}
    for reason in case.decision.because:
        if reason in known and reason not in applied:
            return against(case, f"{reason} shown to apply", f"it is {_verdicts(rules, reason)}")
    action = case.action
    for step in action.steps if action is not None else ():
        if seen[step.invoice].step != step.level:
            came = f"{seen[step.invoice].step}"
            return against(case, f"{step.invoice} shown to take {step.level}", came)
    return None


def _verdicts(rules: Iterable[RuleSeen], reason: str) -> str:
    return ", ".join(dict.fromkeys(rule.verdict for rule in rules if rule.id == reason))


def review_date(case: Case) -> Breach | None:
    """Until the day announced the answer stays what it is, and on that day it differs.

    The days of an action (when it is to be done, and by when) move by themselves.
    """
    announced = review_on(case.policy, case.account, as_of=case.as_of)
    today = case.decided(known_on=case.as_of)
    last = announced or date.max
    days = {case.as_of + timedelta(ahead) for ahead in _AHEAD}
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
        number=12,
        name="explanation",
        statement="explain replays decide.",
        breach=replayed,
        engine=True,
    ),
    Law(
        number=13,
        name="review-date",
        statement=("Between as_of and review_on the answer does not differ; on review_on it does."),
        breach=review_date,
        engine=True,
    ),
)
