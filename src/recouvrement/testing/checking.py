"""The laws run on a user's policy: what holds, and the smallest account on which one does not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from html import escape
from typing import Final

import attrs
from attrs import frozen
from hypothesis import HealthCheck, Phase, given, settings

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.fact import Fact
from recouvrement.policy import engine
from recouvrement.policy.criteria import Criterion
from recouvrement.policy.policy import Policy
from recouvrement.policy.reader import read_policy
from recouvrement.tables import html_table
from recouvrement.testing.cases_drawn import cases_of
from recouvrement.testing.law import Breach, Law
from recouvrement.testing.laws import breach_of, laws_named
from recouvrement.testing.laws_reached import dead_rules, rules_in
from recouvrement.testing.lives import Case, Decider, NoAnswer, Scene
from recouvrement.testing.monotone import against_monotone
from recouvrement.testing.pasting import pasteable
from recouvrement.testing.reducing import smallest
from recouvrement.testing.stories import first_scenes

EXAMPLES: Final = 400
# Of so many cases that break a law, the one with the fewest facts is made smaller.
_COMPARED: Final = 4


@frozen(kw_only=True)
class Failure:
    """A law that does not hold: the smallest account found on which it shows, and on which day.

    `further` are the facts recorded after the first answer, where the law compares two. `source`
    is Python that builds `account`, `as_of` and `further` again: paste it into a test.
    """

    number: int | None
    name: str
    statement: str
    account: Account
    as_of: date
    expected: str
    came: str
    further: tuple[Fact, ...] = ()

    @property
    def source(self) -> str:
        """What to paste into a test."""
        return pasteable(self.account, self.as_of, *self.further)

    def __str__(self) -> str:
        title = f"law {self.number}, {self.name}" if self.number else self.name
        return "\n".join(
            [
                f"{title}: {self.statement}",
                f"  expected {self.expected}",
                f"  came {self.came}",
                "",
                self.source,
            ]
        )


@frozen(kw_only=True)
class Waived:
    """A law that was not looked at, and why."""

    number: int | None
    name: str
    reason: str


@frozen(kw_only=True)
class Check:
    """What a check found: the laws that held, those that did not, those that were not looked at.

    `examples` is how many cases were looked at. A law that passed held on all of them, which is
    evidence and no proof: `verify` proves what can be proved of a document.
    """

    policy: str
    version: str
    passed: tuple[Law, ...]
    failed: tuple[Failure, ...]
    waived: tuple[Waived, ...]
    examples: int

    def raise_on_failure(self) -> None:
        """`AssertionError` with every counter-example, ready to paste, unless all laws held."""
        if self.failed:
            counts = f"{len(self.failed)} of {len(self.passed) + len(self.failed)} laws"
            fails = "fails" if len(self.failed) == 1 else "fail"
            title = f"policy {self.policy}, version {self.version}: {counts} {fails}"
            raise AssertionError("\n\n".join([title, *map(str, self.failed)]))

    def to_rows(self) -> list[dict[str, object]]:
        """One plain mapping per law, those that failed first."""
        rows: list[dict[str, object]] = [
            _row("failed", one, expected=one.expected, came=one.came, source=one.source)
            for one in self.failed
        ]
        rows += [_row("waived", one, expected=one.reason) for one in self.waived]
        rows += [_row("passed", one) for one in self.passed]
        return rows

    def _repr_html_(self) -> str:
        counts = f"{len(self.passed)} passed, {len(self.failed)} failed, {len(self.waived)} waived"
        caption = f"{self.policy} {self.version}: {counts}, on {self.examples} cases"
        columns = ("law", "name", "result", "expected", "came")
        table = html_table(self.to_rows(), caption=caption, columns=columns)
        return "\n".join([table, *(f"<pre>{escape(str(one))}</pre>" for one in self.failed)])


def _row(result: str, law: Law | Failure | Waived, **more: object) -> dict[str, object]:
    return {"law": law.number, "name": law.name, "result": result, **more}


def check_policy(
    policy: Policy | str,
    *,
    criteria: Iterable[Criterion] = (),
    decide: Decider = engine.decide,
    examples: int | None = None,
    laws: Collection[int | str] | None = None,
    stories: Iterable[Account] = (),
) -> Check:
    """What the laws of the house find in a policy, or in code of the host's that decides with it.

    `policy` is a `Policy` or the text of a document, `criteria` the host's own. `decide` is what
    answers, called like `recouvrement.decide`: a wrapper around it, or something else altogether.
    The lives of silent debtors are looked at first, then cases drawn close to the policy's own
    constants: `examples` of them, 400 unless given, in some ten seconds; the same call draws the
    same ones. `laws` are numbers or names of those to look at. `stories` are accounts to live
    through for rules that no story of ours reaches.

    >>> from recouvrement.policy import preset
    >>> check = check_policy(preset("fr-b2b"), examples=5, laws=["pace"])
    >>> [law.name for law in check.passed], check.failed, check.examples
    (['pace'], (), 5)

    `InvalidPolicy` for a document with faults, `InvalidInput` for laws that do not exist.
    """
    policy = _policy(policy, tuple(criteria))
    chosen, waived = [], []
    against = against_monotone(policy)
    for law in laws_named(laws):
        if law.monotone and against:
            reason = "the policy is not monotone: " + "; ".join(against)
        elif law.engine and decide is not engine.decide:
            reason = "it speaks of the engine's own answers, and another decides"
        else:
            chosen.append(law)
            continue
        waived.append(Waived(number=law.number, name=law.name, reason=reason))
    watch = _Watch(policy, decide, tuple(chosen))
    for scene in first_scenes(policy):
        watch.see(scene)
    seen = _looked_at(watch, _number(examples))
    for law in chosen:
        if law.once:
            breach = dead_rules(policy, decide, reached=watch.reached, shown=tuple(stories))
            watch.breaches[law.name] = [] if breach is None else [breach]
    failed = tuple(_failure(law, watch) for law in chosen if watch.breaches[law.name])
    names = {one.name for one in failed}
    return Check(
        policy=policy.name,
        version=policy.version,
        passed=tuple(law for law in chosen if law.name not in names),
        failed=failed,
        waived=tuple(waived),
        examples=seen,
    )


def _policy(policy: Policy | str, criteria: tuple[Criterion, ...]) -> Policy:
    if isinstance(policy, str):
        return read_policy(policy, criteria=criteria)
    if not isinstance(policy, Policy):
        raise InvalidInput("policy", "a Policy, or the text of one", type(policy).__name__)
    known = {one.name for one in policy.criteria}
    more = tuple(one for one in criteria if one.name not in known)
    return attrs.evolve(policy, criteria=policy.criteria + more) if more else policy


def _number(examples: int | None) -> int:
    if examples is None:
        return EXAMPLES
    if type(examples) is not int or examples < 0:
        raise InvalidInput("examples", "a whole number, 0 or more", repr(examples))
    return examples


class _Watch:
    """The cases seen so far, the breaches among them, and the rules that spoke."""

    def __init__(self, policy: Policy, decide: Decider, laws: tuple[Law, ...]) -> None:
        self.policy = policy
        self.decide = decide
        self.laws = tuple(law for law in laws if not law.once)
        self.breaches: dict[str, list[Breach]] = {law.name: [] for law in laws}
        self.reached: set[str] = set()

    @property
    def asked(self) -> list[Law]:
        """The laws still looked at: one that is broken often enough is not asked again."""
        return [law for law in self.laws if len(self.breaches[law.name]) < _COMPARED]

    def see(self, scene: Scene) -> None:
        """Look at a day under all the laws, or at every day of a life under the daily ones."""
        asked = self.asked
        daily = [law for law in asked if law.daily] if scene.days else asked
        try:
            for day in scene.days_of(self.policy, self.decide) if asked else ():
                self.weigh(day, daily)
                if scene.days:
                    self.reached.update(rules_in(day.decision))
        except NoAnswer as error:
            self.weigh(Case(self.policy, error.account, error.as_of, self.decide), asked)

    def weigh(self, case: Case, laws: Iterable[Law]) -> None:
        """Look at one day under some laws."""
        for law in laws:
            breach = breach_of(law, case)
            if breach is not None:
                self.breaches[law.name].append(breach)


def _looked_at(watch: _Watch, examples: int) -> int:
    """Have so many cases looked at; how many there were."""
    seen = 0
    if not examples or not watch.asked:
        return seen

    # Nothing is written, nothing is shrunk here, and every run draws the same cases.
    @settings(
        database=None,
        deadline=None,
        derandomize=True,
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases_of(watch.policy))
    def look(scene: Scene) -> None:
        nonlocal seen
        seen += 1
        watch.see(scene)

    look()
    return seen


def _failure(law: Law, watch: _Watch) -> Failure:
    """The law that does not hold, on the smallest account found."""
    breach = min(watch.breaches[law.name], key=_size)
    if not law.once:
        case = Case(watch.policy, breach.account, breach.as_of, watch.decide)
        breach = smallest(law, case) or breach
    return Failure(
        number=law.number,
        name=law.name,
        statement=law.statement,
        **attrs.asdict(breach, recurse=False),
    )


def _size(breach: Breach) -> int:
    return len(breach.account.facts)
