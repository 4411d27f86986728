"""The law that no rule is dead: every level and trigger speaks in the story of some debtor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Final

from recouvrement.facts.account import Account
from recouvrement.policy.decision import Decision
from recouvrement.policy.policy import Policy
from recouvrement.testing.law import Breach, Law, against
from recouvrement.testing.lives import Case, Decider, Scene
from recouvrement.testing.stories import DAYS, stories_of

# A decider that speaks so often in one story repeats itself, and has no more to tell.
_TALKATIVE: Final = 60


def rules_in(decision: Decision) -> Iterator[str]:
    """The rules that speak in a decision: of its action, its steps, its reasons and its tasks."""
    action = decision.action
    if action is not None:
        yield action.rule
        yield from (step.level for step in action.steps)
        yield from decision.because
    yield from (task.rule for task in decision.tasks if task.rule is not None)


def unreached(
    policy: Policy, decide: Decider, *, reached: Iterable[str] = (), shown: Iterable[Account] = ()
) -> tuple[str, ...]:
    """The levels and triggers that none of the stories reaches, in the order of the document.

    `reached` are those known to speak already; `shown` are accounts of the host's, lived too.
    """
    levels = [one.id for one in policy.levels]
    missing = dict.fromkeys(levels + [one.id for one in policy.triggers])
    for rule in reached:
        missing.pop(rule, None)
    for story in chain(map(_shown, shown), stories_of(policy)):
        if not missing:
            break
        for day in story.days_of(policy, decide):
            for rule in rules_in(day.decision):
                missing.pop(rule, None)
            if len(day.account.interactions) > _TALKATIVE:
                break
    return tuple(missing)


def _shown(account: Account) -> Scene:
    """The life of an account of the host's: from its first fact to half a year after its last."""
    days = [fact.happened_on for fact in account.facts] or [date.min]
    return Scene(account, min(days), (max(days) - min(days)).days + DAYS)


def dead_rules(
    policy: Policy, decide: Decider, *, reached: Iterable[str] = (), shown: Iterable[Account] = ()
) -> Breach | None:
    """The breach of law 17: the silent debtor at the end of his climb, and what he never met."""
    missing = unreached(policy, decide, reached=reached, shown=shown)
    if not missing:
        return None
    climb = list(next(stories_of(policy)).days_of(policy, decide))
    spoken = dict.fromkeys(rule for day in climb for rule in rules_in(day.decision))
    expected = f"{', '.join(missing)} reached by a silent debtor, or in a story"
    return against(climb[-1], expected, f"silence reaches {', '.join(spoken) or 'nothing'}")


def _every_rule(case: Case) -> Breach | None:
    return dead_rules(case.policy, case.decide)


REACHED: Final = Law(
    number=17,
    name="every-rule-reached",
    statement=(
        "Every level and trigger is reached by the simulated climb of a silent debtor, or by a"
        " shown story."
    ),
    breach=_every_rule,
    once=True,
)
