"""Accounts about which two policies decide differently, looked for where a change is felt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice
from typing import Final, TypeAlias

from attrs import field, frozen

from recouvrement.facts.account import Account
from recouvrement.facts.commitment import Promise
from recouvrement.facts.fact import Fact
from recouvrement.facts.legal import Insolvency
from recouvrement.facts.words import InsolvencyKind, Means
from recouvrement.money import Money
from recouvrement.policy.decision import Decision
from recouvrement.policy.engine import decide
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Cell, Key, Span, Word
from recouvrement.policy.proofs.changes import Changed, alone
from recouvrement.policy.proofs.diagrams import TooLarge
from recouvrement.policy.proofs.focus import Focus
from recouvrement.policy.proofs.life import life
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.scenes import DAY, ITEM, Unshowable, ordinary_amount, scene
from recouvrement.policy.proofs.silence import FOLLOWED
from recouvrement.policy.proofs.witnesses import name_of

# Days of a life that are compared, and accounts that are tried for a change.
_DAYS: Final = 50
_ACCOUNTS: Final = 16
_YEAR: Final = 365

Wanted: TypeAlias = Mapping[Key, Cell]


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


class Contrasts:
    """Two policies, asked about the same accounts."""

    def __init__(self, old: Policy, new: Policy) -> None:
        self.old, self.new = old, new
        self.focus = _focus(old, new)

    def of(self, one: Changed) -> tuple[Effect, Contrast | None]:
        """Whether a change is felt, and by whom."""
        if one.rule == "agenda" or (self.focus is not None and self.focus.idle(one)):
            return Effect.NONE, None
        only = alone(self.old, self.new, one)
        for wanted, account in islice(self.accounts(one), _ACCOUNTS):
            contrast = self.contrast(wanted, account, only)
            if contrast is not None:
                return Effect.DECIDES_DIFFERENTLY, contrast
        return Effect.NOT_DECIDED, None

    # --- accounts to try -------------------------------------------------------------------------

    def accounts(self, one: Changed) -> Iterator[tuple[Wanted, Account]]:
        """Accounts on which a change may be felt, the likeliest first."""
        if one.is_key:
            for wanted, facts in _of_key(one, self.new):
                yield from self.made(wanted, *facts)
            return
        cases: Iterator[Wanted] = iter([{}]) if self.focus is None else self.focus.cases(one)
        for wanted in cases:
            yield from self.made(wanted)
            # The same before anything happened, so that both lives begin together.
            kept = {key: cell for key, cell in wanted.items() if key[0] not in FOLLOWED}
            yield from self.made({**kept, **_FRESH})

    def made(self, wanted: Wanted, *facts: Fact) -> Iterator[tuple[Wanted, Account]]:
        """The account that shows what is wanted, unless none can."""
        level = wanted.get(("level_reached", None))
        known = [one.id for one in self.new.levels]
        policy = self.old if isinstance(level, Word) and level.word not in known else self.new
        try:
            yield wanted, scene(policy, wanted).record(*facts)
        except Unshowable:
            return

    # --- asking both -----------------------------------------------------------------------------

    def contrast(self, wanted: Wanted, account: Account, only: Policy) -> Contrast | None:
        """The first day of a life, under either policy, on which the two decide differently.

        So has the old policy with this change alone (`only`): else it is another that is felt.
        """
        for leader in (self.new, self.old):
            for day in islice(life(leader, account, DAY), _DAYS):
                before, after, change = (
                    decide(policy, day.account, as_of=day.on)
                    for policy in (self.old, self.new, only)
                )
                if answer(before) not in (answer(after), answer(change)):
                    cells = tuple((name_of(key), cell) for key, cell in wanted.items())
                    return Contrast(
                        cells=cells, account=day.account, as_of=day.on, before=before, after=after
                    )
        return None


def _focus(old: Policy, new: Policy) -> Focus | None:
    """Where the rules of two policies apply; amounts in two currencies have no axis in common."""
    if old.currency != new.currency:
        return None
    try:
        return Focus(Regions(old, new), old, new)
    except TooLarge:
        return None


def answer(decision: Decision) -> tuple[object, ...]:
    """What two decisions are compared by: all but the version of the policy."""
    return decision.action, decision.tasks, decision.because


_FRESH: Final[Wanted] = {("days_past_due", None): Span(-30, -30)}


# --- keys of the document ------------------------------------------------------------------------


def _just(name: str, count: int) -> dict[Key, Cell]:
    return {(name, None): Span(count, count)}


def _of_key(one: Changed, policy: Policy) -> Iterator[tuple[Wanted, tuple[Fact, ...]]]:
    """What may tell two values of a key apart: something that lies between them."""
    numbers = [value for value in (one.old, one.new) if type(value) is int]
    least = min(numbers, default=0)
    match one.rule.partition("."):
        case ("for", _, _):
            kinds = sorted(one.old ^ one.new)
            yield from (({("kind", None): Word(str(kind)), **_FRESH}, ()) for kind in kinds)
        case ("floor", _, _):
            amounts = [value.minor for value in (one.old, one.new) if isinstance(value, Money)]
            for minor in (max(amounts), min(amounts)):
                yield {**_just("collectable", max(1, minor - 1)), **_FRESH}, ()
        case ("pace", _, "per_30_days"):
            yield {**_just("contacts_30d", least), **_just("days_since_last_contact", 8)}, ()
        case ("promises", _, key):
            yield from _of_promises(key, least, policy)
        case ("deadlines", _, "limitation_years"):
            yield _just("days_past_due", max(1, least) * _YEAR - 200), ()
        case ("deadlines", _, _):
            opened = DAY - timedelta(10)
            kind = InsolvencyKind.RECEIVERSHIP
            yield {}, (Insolvency("J-1", kind, opened_on=opened, published_on=opened),)
        case _:
            yield _just("days_since_last_contact", max(1, least)), ()
    yield _FRESH, ()
    yield {}, ()


def _of_promises(key: str, least: int, policy: Policy) -> Iterator[tuple[Wanted, tuple[Fact, ...]]]:
    """A promise that one of two conventions believes, and the other does not."""
    made, due = DAY - timedelta(5), DAY + timedelta(5)
    wanted: Wanted = {}
    if key == "tolerance":
        due = DAY - timedelta(least + 1)
        made = due - timedelta(5)
    elif key == "horizon":
        made, due = DAY, DAY + timedelta(least + 1)
    else:
        wanted = _just("broken_promises", least + 1)
    amount = Money(ordinary_amount(policy), policy.currency)
    promise = Promise("W-9", made, due_on=due, amount=amount, means=Means.TRANSFER, invoices=[ITEM])
    yield wanted, (promise,)
