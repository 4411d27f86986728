"""Accounts about which two policies decide differently, looked for where a change is felt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from attrs import field, frozen

from recouvrement.facts.account import Account
from recouvrement.facts.commitment import Promise
from recouvrement.facts.fact import Fact
from recouvrement.facts.legal import Insolvency
from recouvrement.facts.words import ActionKind, InsolvencyKind, Means
from recouvrement.money import Money
from recouvrement.policy.cells import Cell, Key, Span, Word
from recouvrement.policy.changes import Changed, ChangeKind
from recouvrement.policy.condition import Condition
from recouvrement.policy.criteria import Scope
from recouvrement.policy.decision import Decision
from recouvrement.policy.diagrams import ALWAYS, NEVER, Diagram, TooLarge
from recouvrement.policy.engine import decide
from recouvrement.policy.ladder import Hold, Level, Test
from recouvrement.policy.life import life
from recouvrement.policy.links import Stand
from recouvrement.policy.policy import Policy
from recouvrement.policy.regions import Regions
from recouvrement.policy.scenes import DAY, ITEM, ordinary_amount, scene
from recouvrement.policy.style import Partner, Style
from recouvrement.policy.witnesses import Realising, name_of

# Days of a life that are compared, and accounts that are tried for a change.
_DAYS: Final = 50
_ACCOUNTS: Final = 16
_YEAR: Final = 365


class Effect(StrEnum):
    """Whether a change is felt: by the account shown, by none (proved), or it is not decided."""

    DECIDES_DIFFERENTLY = "decides_differently"
    NONE = "none"
    NOT_DECIDED = "not_decided"


@frozen(kw_only=True)
class Contrast:
    """An account about which two policies decide differently on a day, and both decisions.

    `cells` are the values that were looked for, each as all those that both policies treat alike.
    """

    cells: tuple[tuple[str, Cell], ...]
    account: Account = field(repr=False)
    as_of: date
    before: Decision = field(repr=False)
    after: Decision = field(repr=False)


Wanted = Mapping[Key, Cell]


class Contrasts:
    """Two policies, asked about the same accounts."""

    def __init__(self, old: Policy, new: Policy) -> None:
        self.old, self.new = old, new
        self.regions: Regions | None = None
        if old.currency == new.currency:
            try:
                self.regions = Regions(old, new)
            except TooLarge:  # pragma: no cover (the accounts of a life are tried all the same)
                self.regions = None

    def of(self, one: Changed) -> tuple[Effect, Contrast | None]:
        """Whether a change is felt, and by whom: an account decided by the rule, if there is any."""
        if one.rule == "agenda" or self.idle(one):
            return Effect.NONE, None
        other: Contrast | None = None
        for wanted, account in islice(self.accounts(one), _ACCOUNTS):
            contrast = self.contrast(wanted, account)
            if contrast is None:
                continue
            if one.is_key or isinstance(one.old or one.new, Style) or _names(contrast, one.rule):
                return Effect.DECIDES_DIFFERENTLY, contrast
            other = other or contrast
        if other is not None:
            return Effect.DECIDES_DIFFERENTLY, other
        return Effect.NOT_DECIDED, None

    def idle(self, one: Changed) -> bool:
        """Whether a rule says the same in other words."""
        if self.regions is None or one.kind is not ChangeKind.CHANGED or one.is_key:
            return False
        tests = [*_tests(one.old), *_tests(one.new)]
        if set(one.keys) - _TESTS or not all(isinstance(test, Condition) for _, test in tests):
            return False
        return all(
            self.limit(self.apart(one, name), _stand(one.old), number) == NEVER
            for name in one.keys
            for number in (0, 1)
        )

    def apart(self, one: Changed, name: str) -> Diagram:
        """The cases on which a test of a rule before and after do not agree."""
        assert self.regions is not None
        diagrams, scope = self.regions.diagrams, _scope(one.old)
        before, after = (
            self.regions.of(dict(_tests(rule)).get(name), scope).maybe
            for rule in (one.old, one.new)
        )
        if name == "until":
            # A level without one is never passed over for it.
            before = NEVER if one.old.until is None else before
            after = NEVER if one.new.until is None else after
        return diagrams.either(diagrams.less(before, after), diagrams.less(after, before))

    def limit(self, what: Diagram, stand: Stand, number: int = 0) -> Diagram:
        assert self.regions is not None
        return self.regions.limit(what, stand, policy=number)

    # --- accounts to try -------------------------------------------------------------------------

    def accounts(self, one: Changed) -> Iterator[tuple[Wanted, Account]]:
        """Accounts on which a change may be felt, the likeliest first."""
        if one.is_key:
            for wanted, facts in _of_key(one, self.new):
                yield from self.made(wanted, *facts)
            return
        for wanted in self.cases(one):
            yield from self.made(wanted)
            # The same before anything happened, so that both lives begin together.
            fresh = {**wanted, ("days_past_due", None): Span(-30, -30)}
            yield from self.made({key: fresh[key] for key in fresh if key[0] not in _LIVED})

    def made(self, wanted: Wanted, *facts: Fact) -> Iterator[tuple[Wanted, Account]]:
        level = wanted.get(("level_reached", None))
        known = [one.id for one in self.new.levels]
        policy = self.old if isinstance(level, Word) and level.word not in known else self.new
        try:
            account = scene(policy, wanted)
            yield wanted, account.record(*facts) if facts else account
        except ValueError:
            return

    def cases(self, one: Changed) -> Iterator[Wanted]:
        """Cases in which a rule of one of the two says something that the other does not."""
        regions = self.regions
        if regions is None:
            yield {}
            return
        realising = Realising(regions, self.new)
        stand = _stand(one.old or one.new)
        for focus in self.focuses(one):
            for context in (*self.below(one), ALWAYS):
                what = self.limit(regions.diagrams.both(focus, context), stand)
                for cells in islice(realising.cases(what), 4):
                    yield realising.wanted(cells)

    def focuses(self, one: Changed) -> Iterator[Diagram]:
        """Where the tests of a rule disagree, then where it holds in either."""
        assert self.regions is not None
        diagrams = self.regions.diagrams
        served = self.regions.kinds(self.old.serves & self.new.serves)
        if one.kind is ChangeKind.CHANGED:
            for name in one.keys:
                if name in _TESTS:
                    yield diagrams.both(served, self.apart(one, name))
        whole = [self.region(rule) for rule in (one.new, one.old) if rule is not None]
        yield diagrams.both(served, diagrams.any_of(whole))

    def region(self, rule: Any) -> Diagram:
        """Where all that a rule asks for is so."""
        assert self.regions is not None
        diagrams, scope, met = self.regions.diagrams, _scope(rule), ALWAYS
        for name, test in _tests(rule):
            holds = self.regions.of(test, scope).maybe
            met = diagrams.less(met, holds) if name == "until" else diagrams.both(met, holds)
        return met

    def below(self, one: Changed) -> Iterator[Diagram]:
        """Where an item stands just below a level, before or after."""
        assert self.regions is not None
        if isinstance(one.old or one.new, Level):
            for policy, place in zip((self.new, self.old), reversed(one.places), strict=True):
                if place is not None:
                    ids = [policy.levels[place - 1].id] if place else []
                    yield self.regions.reached(ids, none=not ids)

    # --- asking both -----------------------------------------------------------------------------

    def contrast(self, wanted: Wanted, account: Account) -> Contrast | None:
        """The first day of a life, under either policy, on which the two decide differently."""
        for leader in (self.new, self.old):
            for day in islice(life(leader, account, DAY), _DAYS):
                before = decide(self.old, day.account, as_of=day.on)
                after = decide(self.new, day.account, as_of=day.on)
                if _answer(before) != _answer(after):
                    cells = tuple((name_of(key), cell) for key, cell in wanted.items())
                    return Contrast(
                        cells=cells, account=day.account, as_of=day.on, before=before, after=after
                    )
        return None


def _answer(decision: Decision) -> tuple[object, ...]:
    """What two decisions are compared by: all but the version of the policy."""
    return decision.action, decision.tasks, decision.because


def _names(contrast: Contrast, rule: str) -> bool:
    """Whether a rule is behind one of the two decisions."""
    for one in (contrast.before, contrast.after):
        action = one.action
        given = [*one.because, *(task.rule for task in one.tasks)]
        if rule in given or (action is not None and rule in (action.rule, action.partner)):
            return True
    return False


# What a life brings about by itself.
_LIVED: Final = frozenset(
    {
        "contacts_30d",
        "days_since_issue",
        "days_since_last_contact",
        "days_until_due",
        "last_channel",
        "level_reached",
        "limitation_days",
        "notice_days",
        "oldest_days_past_due",
        "reminders",
        "silence",
        "unanswered",
    }
)
_TESTS: Final = frozenset({"when", "until", "for"})


def _tests(rule: Any) -> Iterator[tuple[str, Test]]:
    """The tests of a rule, by their keys."""
    for key, name in (("when", "when"), ("until", "until"), ("for", "serves")):
        test = getattr(rule, name, None)
        if test is not None:
            yield key, test


def _scope(rule: Any) -> Scope:
    if isinstance(rule, Hold):
        return rule.scope
    return Scope.ACCOUNT if isinstance(rule, Style | Partner) else Scope.ITEM


def _stand(rule: Any) -> Stand:
    early = isinstance(rule, Level) and rule.do is ActionKind.PRE_DUE_REMINDER
    return Stand.NOT_YET_DUE if early else Stand.COLLECTABLE


# --- keys of the document ------------------------------------------------------------------------

_FRESH: Final[Wanted] = {("days_past_due", None): Span(-30, -30)}


def _days(name: str, count: int) -> Wanted:
    return {(name, None): Span(count, count)}


def _of_key(one: Changed, policy: Policy) -> Iterator[tuple[Wanted, tuple[Fact, ...]]]:
    """What may tell two values of a key apart: something that lies between them."""
    numbers = [value for value in (one.old, one.new) if type(value) is int]
    least = min(numbers, default=0)
    match one.rule:
        case "for":
            for kind in sorted(one.old ^ one.new):
                yield {("kind", None): Word(str(kind)), **_FRESH}, ()
        case "floor.formal_notice" | "floor.placement":
            amounts = [value.minor for value in (one.old, one.new) if isinstance(value, Money)]
            for minor in {max(amounts) - 1, max(min(amounts) - 1, 1)}:
                yield {("collectable", None): Span(max(minor, 1), max(minor, 1)), **_FRESH}, ()
        case "pace.per_30_days":
            yield {**_days("contacts_30d", least), **_days("days_since_last_contact", 8)}, ()
        case "promises.tolerance" | "promises.horizon" | "promises.broken_tolerated":
            yield from _of_promises(
                one.rule, least, Money(ordinary_amount(policy), policy.currency)
            )
        case "deadlines.limitation_years":
            yield _days("days_past_due", max(least, 1) * _YEAR - 200), ()
        case "deadlines.claim_months":
            opened = DAY - timedelta(10)
            kind = InsolvencyKind.RECEIVERSHIP
            yield {}, (Insolvency("J-1", kind, opened_on=opened, published_on=opened),)
        case _:
            yield _days("days_since_last_contact", max(least, 1)), ()
    yield _FRESH, ()
    yield {}, ()


def _of_promises(key: str, least: int, amount: Money) -> Iterator[tuple[Wanted, tuple[Fact, ...]]]:
    """A promise that one of two conventions believes, and the other does not."""
    made, due, broken = DAY - timedelta(5), DAY + timedelta(5), 0
    if key == "promises.tolerance":
        due = DAY - timedelta(least + 1)
        made = due - timedelta(5)
    elif key == "promises.horizon":
        made, due = DAY, DAY + timedelta(least + 1)
    else:
        broken = least + 1
    wanted: Wanted = _days("broken_promises", broken) if broken else {}
    promise = Promise("W-9", made, due_on=due, amount=amount, means=Means.TRANSFER, invoices=[ITEM])
    yield wanted, (promise,)
