"""What a proof of a policy says: findings, with their rules and witnesses, and what is left."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from attrs import field, frozen

from recouvrement.policy.proofs.diagrams import NEVER, Diagram
from recouvrement.policy.proofs.links import Stand
from recouvrement.policy.proofs.witnesses import Witness


class FindingKind(StrEnum):
    """What is wrong with a rule, or worth knowing about it; the first six are faults."""

    NEVER_FIRES = "never_fires"
    SHADOWED = "shadowed"
    OVERLAP = "overlap"
    GAP = "gap"
    DEAD_END = "dead_end"
    DEADLOCK = "deadlock"
    SMALL_BALANCE = "small_balance"
    NON_MONOTONE = "non_monotone"
    HOUNDS = "hounds"


FAULTS: Final = (
    FindingKind.NEVER_FIRES,
    FindingKind.SHADOWED,
    FindingKind.OVERLAP,
    FindingKind.GAP,
    FindingKind.DEAD_END,
    FindingKind.DEADLOCK,
)


class Premise(StrEnum):
    """What a finding rests on: nothing, or that only what the policy proposes is recorded."""

    WHATEVER_IS_RECORDED = "whatever_is_recorded"
    AS_PROPOSED = "as_proposed"


class Doubt(StrEnum):
    """Why something is not decided."""

    WRITTEN_IN_PYTHON = "written_in_python"
    DEPENDS_ON_HOST = "depends_on_host"
    NOT_REALISED = "not_realised"
    TOO_LARGE = "too_large"


@frozen
class Finding:
    """One thing found: `rules` are those it is about, `against` those in their way.

    A row of the style table is named by its place, "style.2". `witness` is a case that shows it;
    None where no case can, or where none could be made.
    """

    kind: FindingKind
    rules: tuple[str, ...]
    against: tuple[str, ...] = field(default=(), kw_only=True)
    premise: Premise = field(default=Premise.WHATEVER_IS_RECORDED, kw_only=True)
    witness: Witness | None = field(default=None, kw_only=True)

    @property
    def is_fault(self) -> bool:
        """Whether the policy should be changed; other findings are information."""
        return self.kind in FAULTS


@frozen
class Undecided:
    """What could not be decided about some rules (or about the policy, when there are none), why.

    `kind` is what was looked for, None when it was everything.
    """

    rules: tuple[str, ...]
    reason: Doubt
    kind: FindingKind | None = field(default=None, kw_only=True)


@frozen
class Proof:
    """A finding before its witness: `showing` are the cases that show it, an item standing so."""

    kind: FindingKind
    rules: tuple[str, ...]
    against: tuple[str, ...] = ()
    premise: Premise = Premise.WHATEVER_IS_RECORDED
    showing: Diagram = NEVER
    stand: Stand = Stand.COLLECTABLE
