"""What a law is: a statement about every decision, and the breach of it that a case may show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from attrs import frozen

from recouvrement.facts.account import Account
from recouvrement.facts.fact import Fact
from recouvrement.facts.words import ActionKind
from recouvrement.policy.decision import Decision
from recouvrement.policy.policy import Policy
from recouvrement.policy.words import TaskKind
from recouvrement.testing.lives import Case

_UNKNOWN: Final = frozenset({TaskKind.CRITERION_FAILED, TaskKind.MISSING_RATE})


@frozen(kw_only=True)
class Breach:
    """A case in which a law does not hold: what was expected, and what came.

    `further` are the facts recorded after the first answer, where the law compares two.
    """

    account: Account
    as_of: date
    expected: str
    came: str
    further: tuple[Fact, ...] = ()


@frozen(kw_only=True)
class Law:
    """A statement about every decision that a policy gives.

    `number` is that of the design, None for a safeguard. `breach` looks at one case. Laws that are
    `monotone` hold for policies whose rules only become true as things worsen; those that are
    `daily` are looked at on every day of the lives that are led; those of the `engine` speak of
    what else it answers beside `decide`; those looked at `once` are about the policy as a whole.
    """

    name: str
    statement: str
    breach: Callable[[Case], Breach | None]
    number: int | None = None
    monotone: bool = False
    daily: bool = False
    engine: bool = False
    once: bool = False


def against(case: Case, expected: str, came: str, *further: Fact) -> Breach:
    """The breach that a case shows."""
    return Breach(
        account=case.account, as_of=case.as_of, expected=expected, came=came, further=further
    )


def said(decision: Decision) -> str:
    """A decision in a few words, for those who read a breach."""
    action, because = decision.action, ", ".join(decision.because)
    if action is None:
        return f"nothing (because: {because})" if because else "nothing"
    amounts = ", ".join(map(str, action.amounts))
    return f"{action.kind} ({because}) about {', '.join(action.invoices)}, {amounts}"


def in_the_dark(decision: Decision) -> bool:
    """Whether the engine could not know what it needed, so that it did not chase."""
    return bool(_UNKNOWN & {task.kind for task in decision.tasks})


def height(policy: Policy, decision: Decision) -> tuple[int, int]:
    """How high a proposal stands: nothing, a pre-due reminder, a demand; and its level.

    A demand that climbs to no level is below all of them.
    """
    action = decision.action
    if action is None:
        return 0, -1
    ids = [level.id for level in policy.levels]
    rank = ids.index(action.level) if action.level in ids else -1
    return (1 if action.kind == ActionKind.PRE_DUE_REMINDER else 2), rank
