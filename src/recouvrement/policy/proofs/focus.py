"""The cases in which a change of a rule can be felt: where two policies do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from recouvrement.facts.words import ActionKind
from recouvrement.policy.condition import Condition
from recouvrement.policy.criteria import Scope
from recouvrement.policy.ladder import INSIDE, Hold, Level, Test, Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Cell, Key, Span, Word
from recouvrement.policy.proofs.changes import Changed, ChangeKind
from recouvrement.policy.proofs.diagrams import ALWAYS, NEVER, Diagram
from recouvrement.policy.proofs.links import Stand, stand_of
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.witnesses import Realising
from recouvrement.policy.style import Partner, Style

_TESTS: Final = {"when": "when", "until": "until", "for": "serves"}
_CASES: Final = 4
_PRE_DUE: Final = ActionKind.PRE_DUE_REMINDER


class Focus:
    """Two policies on the same axes."""

    def __init__(self, regions: Regions, old: Policy, new: Policy) -> None:
        self.regions, self.old, self.new = regions, old, new
        self.diagrams = regions.diagrams
        self.realising = Realising(regions, new)

    def idle(self, one: Changed) -> bool:
        """Whether a rule says the same in other words."""
        # The name of a row of the style table is for documents that extend this one.
        keys = set(one.keys) - ({"id"} if isinstance(one.old, Style) else set())
        if one.kind is not ChangeKind.CHANGED or one.is_key or keys - _TESTS.keys():
            return False
        tests = [test for rule in one.rules for _, test in _tests(rule)]
        if not all(isinstance(test, Condition) for test in tests):
            return False
        return all(
            self.regions.limit(self.apart(one, key), _asked(one.old), policy=number) == NEVER
            for key in keys
            for number in (0, 1)
        )

    def apart(self, one: Changed, key: str) -> Diagram:
        """The cases on which a test of a rule, before and after, does not agree."""
        before, after = self.holds(one.old, key), self.holds(one.new, key)
        less = self.diagrams.less
        return self.diagrams.either(less(before, after), less(after, before))

    def holds(self, rule: Any, key: str) -> Diagram:
        """Where a test of a rule holds; without an `until` a level is never passed over for it."""
        test = getattr(rule, _TESTS[key])
        return (
            NEVER if test is None and key == "until" else self.regions.of(test, _scope(rule)).maybe
        )

    def cases(self, one: Changed) -> Iterator[Mapping[Key, Cell]]:
        """Cases in which one of the two says something that the other may not."""
        stand, further = _stand(one.rules[0]), self.resting(one)
        for focus in self.focuses(one):
            for context in (*self.below(one), ALWAYS):
                what = self.regions.limit(self.diagrams.both(focus, context), stand)
                for cells in islice(self.realising.cases(what), _CASES):
                    yield {**self.realising.wanted(cells), **further}

    def focuses(self, one: Changed) -> Iterator[Diagram]:
        """Where the tests of a rule disagree, then where it holds in either."""
        served = self.regions.kinds(self.old.serves & self.new.serves)
        for key in one.keys:
            if key in _TESTS:
                yield self.diagrams.both(served, self.apart(one, key))
        if one.kind is ChangeKind.MOVED:
            both = self.diagrams.both(served, self.region(one.new))
            yield from (self.diagrams.both(both, self.region(other)) for other in self.passed(one))
        whole = self.diagrams.any_of(map(self.region, one.rules))
        yield self.diagrams.both(served, whole)

    def passed(self, one: Changed) -> list[Any]:
        """The rules that came before it and come after it now, or the other way round."""
        olds, news = (getattr(policy, one.table) for policy in (self.old, self.new))
        was_at, at = one.places
        before = {rule.id for rule in olds[:was_at]}
        return [
            rule
            for place, rule in enumerate(news)
            if rule.id != one.rule and (rule.id in before) is not (place < (at or 0))
        ]

    @staticmethod
    def resting(one: Changed) -> dict[Key, Cell]:
        """Where a rule that recurs speaks again before, or after, but not both."""
        if "repeat_every" not in one.keys:
            return {}
        least: int = min(rule.repeat_every for rule in (one.old, one.new) if rule.repeat_every)
        wanted: dict[Key, Cell] = {("days_since_last_contact", None): Span(least, least)}
        if isinstance(one.new, Level):
            return {**wanted, ("level_reached", None): Word(one.rule)}
        return {**wanted, ("silence", None): Span(1, 1)}

    def region(self, rule: Any) -> Diagram:
        """Where all that a rule asks for is so."""
        met = ALWAYS
        for key, _ in _tests(rule):
            holds = self.holds(rule, key)
            met = (
                self.diagrams.less(met, holds) if key == "until" else self.diagrams.both(met, holds)
            )
        return met

    def below(self, one: Changed) -> Iterator[Diagram]:
        """Where an item stands just below a level, after or before."""
        if isinstance(one.rules[0], Level):
            for policy, place in zip((self.old, self.new), one.places, strict=True):
                if place is not None:
                    ids = [policy.levels[place - 1].id] if place else []
                    yield self.regions.reached(ids, none=not ids)


def _tests(rule: Any) -> Iterator[tuple[str, Test]]:
    """The tests of a rule, by their keys."""
    for key, name in _TESTS.items():
        test = getattr(rule, name, None)
        if test is not None:
            yield key, test


def _scope(rule: Any) -> Scope:
    if isinstance(rule, Hold):
        return rule.scope
    return Scope.ACCOUNT if isinstance(rule, Style | Partner) else Scope.ITEM


def _asked(rule: Any) -> Stand:
    """How every item stands that a rule is asked about."""
    late = isinstance(rule, Level | Trigger) and rule.do not in INSIDE | {_PRE_DUE}
    return Stand.COLLECTABLE if late else Stand.OPEN


def _stand(rule: Any) -> Stand:
    """How an item stands on which a rule is best seen."""
    return stand_of(rule) if isinstance(rule, Level | Trigger) else Stand.COLLECTABLE
