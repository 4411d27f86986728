"""How and by whom: the style rows of a policy, its partners, and how its worklist is ordered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import field, frozen

from recouvrement.facts.words import ActionKind, Channel, Tone
from recouvrement.policy.ladder import Test
from recouvrement.policy.points import Points
from recouvrement.policy.words import Handler


def _sorted(pairs: Iterable[tuple[ActionKind, int]]) -> tuple[tuple[ActionKind, int], ...]:
    return tuple(sorted(pairs))


@frozen(kw_only=True)
class Style:
    """One row of the style table: the first whose `when` holds, and that serves the act, decides.

    What is None stays as the rule says. `recipient` is a role among the debtor's people. `id` is
    how a document that extends this one names the row.
    """

    when: Test
    acts: frozenset[ActionKind] = frozenset()
    channel: Channel | None = None
    tone: Tone | None = None
    handler: Handler | None = None
    template: str | None = None
    recipient: str | None = None
    id: str | None = None


@frozen(kw_only=True)
class Partner:
    """Somebody to whom files are handed over: the first whose `when` holds (None: always)."""

    id: str
    role: str
    when: Test | None = None


@frozen(kw_only=True)
class Worklist:
    """What orders a day's lines, and the minutes that a person needs for each act."""

    points: Points | None = None
    # Sorted, so that two documents that say the same are equal.
    allotted: tuple[tuple[ActionKind, int], ...] = field(default=(), converter=_sorted)

    @property
    def minutes(self) -> Mapping[ActionKind, int]:
        """The minutes that the document gives each act."""
        return dict(self.allotted)
