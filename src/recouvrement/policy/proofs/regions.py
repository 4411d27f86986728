"""The cases in which each rule of a policy applies: its conditions, all on the same axes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from attrs import evolve

from recouvrement.policy.condition import (
    Always,
    Both,
    Condition,
    Either,
    Node,
    Not,
)
from recouvrement.policy.criteria import CRITERIA, Criterion, Scope, known_criteria
from recouvrement.policy.criterion import Aggregate
from recouvrement.policy.ladder import Test, Trigger
from recouvrement.policy.policy import Policy, rules_of
from recouvrement.policy.proofs.cells import Absent, Cell, Span, Word, axes_of
from recouvrement.policy.proofs.diagrams import ALWAYS, MOST_NODES, NEVER, Diagram, Diagrams
from recouvrement.policy.proofs.links import KIN, Link, Links, Stand


class Region(NamedTuple):
    """The cases in which a test holds `surely`, and those in which it `may`.

    They are the same unless a rule is written in Python, of which nothing is known.
    """

    surely: Diagram
    maybe: Diagram


# Those that the silence of a debtor moves come first, those that his facts fix come last; criteria
# that are linked stand close to each other. Both keep diagrams small.
ORDER: Final = (
    "level_reached",
    "reminders",
    "silence",
    "unanswered",
    "last_channel",
    "answering_channel",
    "bounced",
    "notice_days",
    "days_past_due",
    "days_until_due",
    "oldest_days_past_due",
    "limitation_days",
    "days_since_issue",
    "contacts_30d",
    "days_since_last_contact",
    "days_since_vague_promise",
    "days_since_returned_payment",
    "days_since_partly_kept_promise",
    "days_since_broken_promise",
    "days_since_last_payment",
    "plan_state",
    "days_since_missed_instalment",
    "disputed",
    "dispute_overdue",
    "insolvent",
    "unapplied",
    "broken_promises",
    "median_delay",
    "habitual_delay",
    "over_limit",
    "amount_due",
    "collectable",
    "open",
    "kind",
    "vip",
    "tags",
    "segment",
    "sector",
    "country",
    "language",
)
_RANKED: Final[Mapping[str, int]] = {name: at for at, name in enumerate(ORDER)}
# Read whatever the conditions say: the ladder, the floors and the kinds served speak of them.
_NEEDED: Final = (
    "level_reached",
    "reminders",
    "notice_days",
    "days_past_due",
    "collectable",
    "kind",
)


class Regions:
    """The tests of some policies on shared axes; `TooLarge` beyond `most` nodes."""

    def __init__(self, *policies: Policy, most: int = MOST_NODES) -> None:
        self.policies = policies
        custom = {one.name: one for policy in policies for one in policy.criteria}
        self.overall = dict(_overall(custom))
        criteria = known_criteria([*custom.values(), *self.overall.values()])
        nodes = [
            node
            for policy in policies
            for _, test, scope in rules_of(policy)
            if (node := self.node_of(test, scope)) is not None
        ]
        floors = {
            one.minor
            for policy in policies
            for one in (policy.floor.formal_notice, policy.floor.placement)
            if one is not None
        }
        levels = dict.fromkeys(level.id for policy in policies for level in policy.levels)
        axes = axes_of(
            nodes,
            criteria=criteria,
            words={"level_reached": tuple(levels)},
            # At 1, since nothing is asked for where nothing is due; a notice has run out from 1 on.
            cuts={"collectable": {1, *floors}, "notice_days": {1}, "days_past_due": {1}},
            kin=KIN,
            also=_NEEDED,
            currency=policies[0].currency,
        )
        axes = tuple(sorted(axes, key=lambda axis: _RANKED.get(axis.name, len(ORDER))))
        self.criteria: Mapping[str, Criterion] = criteria
        self.diagrams = Diagrams(axes, most=most)
        self.links = tuple(Links(policy, self.diagrams) for policy in policies)
        self.fixed = frozenset(
            place for place, axis in enumerate(axes) if criteria[axis.name].fixed
        )

    # --- tests -----------------------------------------------------------------------------------

    def node_of(self, test: Test, scope: Scope) -> Node | None:
        """The nodes of a condition; None for a rule written in Python."""
        if not isinstance(test, Condition):
            return None
        if scope is Scope.ACCOUNT and self.overall:
            return _renamed(test.node, {name: one.name for name, one in self.overall.items()})
        return test.node

    def of(self, test: Test | None, scope: Scope = Scope.ITEM) -> Region:
        """The cases of a test; without one, all."""
        if test is None:
            return Region(ALWAYS, ALWAYS)
        node = self.node_of(test, scope)
        if node is None:
            return Region(NEVER, ALWAYS)
        diagram = self.diagrams.of(node)
        return Region(diagram, diagram)

    def in_force(self, trigger: Trigger) -> Region:
        """The cases in which a trigger is asked for and met."""
        when, serves = self.of(trigger.when), self.of(trigger.serves)
        both = self.diagrams.both
        return Region(both(when.surely, serves.surely), both(when.maybe, serves.maybe))

    def given_name(self, name: str) -> str:
        """The name that documents use: an aggregate bears that of its criterion."""
        return next((own for own, one in self.overall.items() if one.name == name), name)

    # --- what is known by itself -----------------------------------------------------------------

    def at(self, name: str, chosen: Iterable[Cell] | None = None, **bounds: int) -> Diagram:
        """Where a criterion lies in these cells, or from `least` on."""
        place = self.diagrams.places[name, None]
        if chosen is not None:
            kept = frozenset(chosen)
            return self.diagrams.where(place, lambda cell: cell in kept)
        least = bounds["least"]
        return self.diagrams.where(
            place,
            lambda cell: isinstance(cell, Span) and (cell.high is None or cell.high >= least),
        )

    def reached(self, ids: Iterable[str], *, none: bool = False) -> Diagram:
        """Where the level reached is one of these, or `none` at all."""
        cells: list[Cell] = [Word(one) for one in ids]
        return self.at("level_reached", [*cells, Absent()] if none else cells)

    def kinds(self, words: Iterable[str]) -> Diagram:
        """Where the debtor is of one of these kinds."""
        return self.at("kind", [Word(str(one)) for one in words])

    def limit(self, what: Diagram, stand: Stand, *more: Link, policy: int = 0) -> Diagram:
        """The cases that some account can show, where `more` links hold too."""
        return self.links[policy].limit(stand, what, more)


def _overall(custom: Mapping[str, Criterion]) -> Iterator[tuple[str, Criterion]]:
    """What criteria of the host about items are for the account: another criterion each."""
    for name, one in custom.items():
        if one.scope is Scope.ITEM and one.aggregates is not None:
            other = f"over_{name}"
            while other in custom or other in CRITERIA:
                other += "_"
            summed = one.aggregates is Aggregate.SUM
            yield (
                name,
                evolve(
                    one,
                    name=other,
                    scope=Scope.ACCOUNT,
                    aggregates=None,
                    # A sum of many goes beyond what bounds each; of none, it is 0.
                    least=None if summed else one.least,
                    most=None if summed else one.most,
                    absent=one.aggregates in (Aggregate.MAX, Aggregate.MIN),
                ),
            )


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    """The node, with other names for some criteria."""
    match node:
        case Both(operands):
            return Both(tuple(_renamed(one, names) for one in operands))
        case Either(operands):
            return Either(tuple(_renamed(one, names) for one in operands))
        case Not(operand):
            return Not(_renamed(operand, names))
        case Always():
            return node
        case _:
            return evolve(node, criterion=names.get(node.criterion, node.criterion))
