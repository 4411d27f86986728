"""The static proof of a policy: what can never happen, and what will happen that nobody wants."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from attrs import frozen

from recouvrement.errors import InvalidInput
from recouvrement.policy.condition import Condition
from recouvrement.policy.decision import Decision
from recouvrement.policy.policy import Policy, rules_of
from recouvrement.policy.proofs.cells import Span
from recouvrement.policy.proofs.clashes import Clashes
from recouvrement.policy.proofs.diagrams import TooLarge
from recouvrement.policy.proofs.endings import Endings
from recouvrement.policy.proofs.findings import (
    Doubt,
    Finding,
    FindingKind,
    Premise,
    Proof,
    Undecided,
)
from recouvrement.policy.proofs.life import Day, as_written, life
from recouvrement.policy.proofs.polarity import Polarity
from recouvrement.policy.proofs.reaching import Reaching
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.scenes import DAY, TERM, scene
from recouvrement.policy.proofs.witnesses import Realising, Witness
from recouvrement.tables import html_table

# Days of an ordinary life looked at, to show that a rule plays no part in it.
_DAYS: Final = 60


@frozen
class Report:
    """What is found in a policy, and what could not be decided.

    `faults` are the findings for which it should be changed, `notes` those worth knowing. Without
    faults and with nothing undecided, every rule can decide and no money is forgotten.
    """

    policy: Policy
    findings: tuple[Finding, ...]
    undecided: tuple[Undecided, ...] = ()

    @property
    def faults(self) -> tuple[Finding, ...]:
        """The findings that ask for a change."""
        return tuple([one for one in self.findings if one.is_fault])

    @property
    def notes(self) -> tuple[Finding, ...]:
        """The findings that are information."""
        return tuple([one for one in self.findings if not one.is_fault])

    @property
    def decided(self) -> bool:
        """Whether everything looked for was decided."""
        return not self.undecided

    def to_rows(self) -> list[dict[str, object]]:
        """One plain mapping per finding, then per thing undecided."""
        rows: list[dict[str, object]] = []
        for one in self.findings:
            witness = one.witness
            rows.append(
                {
                    "what": one.kind,
                    "fault": one.is_fault,
                    "rules": one.rules,
                    "against": one.against,
                    "premise": one.premise,
                    "values": () if witness is None else _shown(witness),
                    "as_of": None if witness is None else witness.as_of,
                    "because": (
                        ()
                        if witness is None or witness.decision is None
                        else witness.decision.because
                    ),
                    "undecided": None,
                }
            )
        rows.extend(
            {"what": one.kind, "rules": one.rules, "undecided": one.reason}
            for one in self.undecided
        )
        return rows

    def _repr_html_(self) -> str:
        caption = f"{self.policy.name} {self.policy.version}: {len(self.faults)} faults"
        return html_table(self.to_rows(), caption=caption)


def _shown(witness: Witness) -> tuple[str, ...]:
    """Each value with the cell it stands for."""
    return tuple(f"{name}: {cell}" for name, cell in witness.cells)


def verify(policy: Policy, *, first_reminder_within: int = 3) -> Report:
    """Every rule of a policy that cannot decide, and all money that it leaves, with witnesses.

    Nothing is sampled: the values of each criterion are cut at the constants of the policy, and
    all cases are gone through at once. A finding is reported only if it is proved, or if `decide`
    shows it on the account of its witness. What is written in Python is not decided, nor is what no
    account could be made for. `first_reminder_within` is the policy's promise: so many days after
    the due date, or on the next business day, something is said or asked. The host's calendar is
    left out: all days are worked but weekends.

    >>> from recouvrement.policy import preset
    >>> report = verify(preset("fr-b2b"))
    >>> report.faults, report.decided, [one.kind.value for one in report.notes]
    ((), True, ['small_balance', 'small_balance'])
    """
    if not isinstance(policy, Policy):
        raise InvalidInput("policy", "a Policy", type(policy).__name__)
    if type(first_reminder_within) is not int or first_reminder_within < 0:
        expected = "a whole number of days, 0 or more"
        raise InvalidInput("first_reminder_within", expected, repr(first_reminder_within))
    found: list[Finding | Undecided] = [
        Undecided((where.partition(" ")[2].replace(" ", "."),), Doubt.WRITTEN_IN_PYTHON)
        for where, test, _ in rules_of(policy)
        if not isinstance(test, Condition)
    ]
    try:
        found += _Verification(as_written(policy), first_reminder_within).found()
    except TooLarge:
        found.append(Undecided((), Doubt.TOO_LARGE))
    return Report(
        policy,
        tuple([one for one in found if isinstance(one, Finding)]),
        tuple(dict.fromkeys(one for one in found if isinstance(one, Undecided))),
    )


class _Verification:
    """One policy under proof."""

    def __init__(self, policy: Policy, within: int) -> None:
        self.policy = policy
        self.regions = Regions(policy)
        self.realising = Realising(self.regions, policy)
        self.within = within
        self.lived: list[Day] = []

    def found(self) -> Iterator[Finding | Undecided]:
        for proof in Reaching(self.regions, self.policy).proofs():
            yield self.witnessed(proof)
        clashes = Clashes(self.regions, self.policy, self.realising)
        yield from clashes.overlaps()
        yield from Endings(self.regions, self.policy, self.realising, self.within).found()
        yield from clashes.hounding()
        yield from Polarity(self.regions, self.policy, self.realising).found()

    def witnessed(self, proof: Proof) -> Finding | Undecided:
        """The finding that a proof makes, with a case that shows it where one can be had."""
        witness: Witness | None = None
        if proof.premise is Premise.WHATEVER_IS_RECORDED:
            witness = self.realising.best(proof.showing)
        if witness is None:
            witness = self.ordinary()
        days = self.lived if proof.premise is Premise.AS_PROPOSED else ()
        decisions = [day.decision for day in days] + [one for one in (witness.decision,) if one]
        if any(self.contradicts(one, proof) for one in decisions):
            # A proof that an account contradicts is none.
            return Undecided(proof.rules, Doubt.NOT_REALISED, kind=proof.kind)
        return Finding(
            proof.kind, proof.rules, against=proof.against, premise=proof.premise, witness=witness
        )

    def ordinary(self) -> Witness:
        """An ordinary account after a life in which everything was said that is proposed."""
        if not self.lived:
            account = scene(self.policy, {("days_past_due", None): Span(-TERM, -TERM)})
            self.lived = list(islice(life(self.policy, account, DAY), _DAYS))
        last = self.lived[-1]
        return self.realising.on(last.account, last.on, {})

    def contradicts(self, decision: Decision, proof: Proof) -> bool:
        """Whether a decision shows that a rule does decide."""
        rule, action = proof.rules[0], decision.action
        given: list[str | None] = [task.rule for task in decision.tasks]
        if action is not None:
            given += [action.rule, action.partner]
        triggers = {one.id for one in self.policy.triggers}
        # A trigger that another precedes is still among the reasons.
        if proof.kind is not FindingKind.SHADOWED or rule not in triggers:
            given += decision.because
        return rule in given
