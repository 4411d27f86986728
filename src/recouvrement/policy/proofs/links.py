"""What is known between criteria whatever the account: so that no case is shown that cannot be.

A link speaks of two criteria and says which of their cells can stand together. `LINKS` hold for
every open item of every account. Those of `as_proposed` hold as long as what is recorded is what
the policy proposed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final

from attrs import frozen

from recouvrement.facts.words import ActionKind
from recouvrement.policy.ladder import Level, Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Absent, Cell, Span, Word
from recouvrement.policy.proofs.diagrams import ALWAYS, NEVER, Diagram, Diagrams
from recouvrement.position.commitments import PlanStatus
from recouvrement.position.conventions import LimitationStart


@frozen
class Link:
    """Two criteria, and which of their cells can stand together."""

    one: str
    other: str
    allows: Callable[[Cell, Cell], bool]


class Stand(StrEnum):
    """What a rule is asked about: an item to be collected, one not yet due, any, or the account."""

    COLLECTABLE = "collectable"
    NOT_YET_DUE = "not_yet_due"
    OPEN = "open"
    ACCOUNT = "account"


def stand_of(rule: Level | Trigger) -> Stand:
    """How an item stands when a level, or an outward trigger, speaks of it."""
    early = rule.do is ActionKind.PRE_DUE_REMINDER
    return Stand.NOT_YET_DUE if early else Stand.COLLECTABLE


# --- the forms a link may take -------------------------------------------------------------------

_ENDLESS: Final = 10**18


def _bounds(cell: Span) -> tuple[int, int]:
    low = -_ENDLESS if cell.low is None else cell.low
    return low, _ENDLESS if cell.high is None else cell.high


def at_least(greater: str, lesser: str, by: int = 0) -> Link:
    """The first is the second plus `by`, or more, where both are present."""

    def allows(one: Cell, other: Cell) -> bool:
        if not isinstance(one, Span) or not isinstance(other, Span):
            return True
        return _bounds(one)[1] >= _bounds(other)[0] + by

    return Link(greater, lesser, allows)


def opposite(one: str, other: str) -> Link:
    """The one is the other with its sign changed; both are absent, or none."""

    def allows(first: Cell, second: Cell) -> bool:
        if not isinstance(first, Span) or not isinstance(second, Span):
            return isinstance(first, Span) == isinstance(second, Span)
        low, high = _bounds(second)
        return _bounds(first)[0] <= -low and -high <= _bounds(first)[1]

    return Link(one, other, allows)


def needs(one: str, other: str, least: int | None = None) -> Link:
    """Where the one is present, so is the other, and it is `least` or more."""

    def allows(first: Cell, second: Cell) -> bool:
        if isinstance(first, Absent):
            return True
        if isinstance(second, Absent):
            return False
        return least is None or not isinstance(second, Span) or _bounds(second)[1] >= least

    return Link(one, other, allows)


def together(one: str, other: str) -> tuple[Link, Link]:
    """Both are present, or none."""
    return needs(one, other), needs(other, one)


def _missed(state: Cell, days: Cell) -> bool:
    """An instalment is missed on a plan that is late or in default, and on no other."""
    late = isinstance(state, Word) and state.word in (PlanStatus.LATE, PlanStatus.DEFAULTED)
    return late is isinstance(days, Span)


_MONTH: Final = 30


def _recent(count: Cell, since: Cell) -> bool:
    """Contacts of the last 30 days, and days since the last of them."""
    fewest, most = _bounds(count) if isinstance(count, Span) else (0, _ENDLESS)
    if not isinstance(since, Span):
        return fewest <= 0
    soonest, latest = _bounds(since)
    none = fewest <= 0 and latest >= _MONTH
    return none or (most >= 1 and soonest <= _MONTH - max(fewest, 1))


LINKS: Final = (
    opposite("days_until_due", "days_past_due"),
    at_least("open", "collectable"),
    at_least("open", "amount_due"),
    needs("notice_days", "days_past_due", 1),
    at_least("days_past_due", "notice_days", 1),
    needs("limitation_days", "days_past_due"),
    needs("level_reached", "reminders", 1),
    needs("days_since_broken_promise", "broken_promises", 1),
    at_least("days_since_last_contact", "days_since_broken_promise"),
    at_least("days_since_last_contact", "days_since_partly_kept_promise"),
    at_least("days_since_last_contact", "days_since_vague_promise"),
    at_least("days_since_last_contact", "days_since_returned_payment", 1),
    *together("last_channel", "days_since_last_contact"),
    Link("contacts_30d", "days_since_last_contact", _recent),
    Link("plan_state", "days_since_missed_instalment", _missed),
    *together("median_delay", "habitual_delay"),
    at_least("median_delay", "habitual_delay"),
)

# What an item to be collected adds.
_COLLECTED: Final = (
    at_least("collectable", "amount_due"),
    at_least("oldest_days_past_due", "days_past_due"),
)

# Criteria that are cut alike, so that links between them are exact.
KIN: Final = (
    {"amount_due": 1, "collectable": 1, "open": 1},
    {"days_past_due": 1, "days_until_due": -1, "oldest_days_past_due": 1},
)


class Links:
    """The links of one policy as diagrams, made when they are asked for."""

    def __init__(self, policy: Policy, diagrams: Diagrams) -> None:
        self.policy = policy
        self.diagrams = diagrams
        self._made: dict[Link, Diagram] = {}
        self._stands: dict[Stand, tuple[Mapping[int, Diagram], list[Link]]] = {}

    def limit(self, stand: Stand, what: Diagram, more: Iterable[Link] = ()) -> Diagram:
        """The cases of `what` that some account can show, an item standing so; `more` links hold.

        A criterion that is not read can always be as the others need it, unless it stands between
        two of them, is fixed by how the item stands, or is in one of the `more` links.
        """
        alone, links = self._standing(stand)
        further = self._present(more)
        read = set(self.diagrams.support(what))
        for link in [*further, *reversed(further)]:
            if read & self._places(link):
                read |= self._places(link)
        links = [*links, *further]
        read = self._concerned(read, links, alone)
        for place in read & alone.keys():
            what = self.diagrams.both(what, alone[place])
        for link in links:
            if read >= self._places(link):
                what = self.diagrams.both(what, self._made_of(link))
        return what

    def _concerned(
        self, read: Collection[int], links: Iterable[Link], alone: Collection[int]
    ) -> set[int]:
        """The axes read, and those by which what is read is linked."""
        pairs = {self._places(link) for link in links}
        found = set(read)
        while True:
            ways = Counter(place for one in pairs if len(one & found) == 1 for place in one - found)
            ways.update(place for place in ways if place in alone)
            between = {place for place, count in ways.items() if count > 1}
            if not between:
                return found
            found |= between

    def _places(self, link: Link) -> frozenset[int]:
        places = self.diagrams.places
        return frozenset((places[link.one, None], places[link.other, None]))

    def _standing(self, stand: Stand) -> tuple[Mapping[int, Diagram], list[Link]]:
        """What is known of some axes by themselves, and the links, an item standing so."""
        if stand not in self._stands:
            places, where = self.diagrams.places, self.diagrams.where
            alone = {
                places[name, None]: where(places[name, None], chosen)
                for name, chosen in self.alone(stand).items()
                if (name, None) in places
            }
            self._stands[stand] = alone, self._present(self.between(stand))
        return self._stands[stand]

    def between(self, stand: Stand) -> list[Link]:
        """The links of this policy, an item standing so."""
        links = [*LINKS, *(_COLLECTED if stand is Stand.COLLECTABLE else ())]
        law = self.policy.applicable().conventions
        # From the supply it may lapse sooner after the due date, and the supply may be any day.
        if law.limitation_years is None or law.limitation_from not in _NOT_BEFORE_DUE:
            return links
        return [*links, _limitation(law.limitation_years)]

    def alone(self, stand: Stand) -> dict[str, Callable[[Cell], bool]]:
        """What is known of one criterion by itself, an item standing so."""
        known: dict[str, Callable[[Cell], bool]] = {}
        if self.policy.applicable().conventions.limitation_years is None:
            known["limitation_days"] = _is_absent
        if stand is Stand.COLLECTABLE:
            known["days_past_due"] = lambda cell: isinstance(cell, Span) and _bounds(cell)[1] >= 1
            known["oldest_days_past_due"] = lambda cell: isinstance(cell, Span)
        elif stand is Stand.NOT_YET_DUE:
            known["days_past_due"] = lambda cell: isinstance(cell, Span) and _bounds(cell)[0] <= 0
        return known

    def _present(self, links: Iterable[Link]) -> list[Link]:
        """The links between criteria that have an axis."""
        places = self.diagrams.places
        return [one for one in links if {(one.one, None), (one.other, None)} <= places.keys()]

    def _made_of(self, link: Link) -> Diagram:
        if link not in self._made:
            self._made[link] = pair(self.diagrams, link)
        return self._made[link]


def _is_absent(cell: Cell) -> bool:
    return isinstance(cell, Absent)


_NOT_BEFORE_DUE: Final = (LimitationStart.DUE_DATE, LimitationStart.END_OF_YEAR)


def _limitation(years: int) -> Link:
    """Legal steps only ever move the last day before limitation away."""

    def allows(left: Cell, late: Cell) -> bool:
        if not isinstance(left, Span) or not isinstance(late, Span):
            return True
        return _bounds(left)[1] + _bounds(late)[1] >= 365 * years

    return Link("limitation_days", "days_past_due", allows)


def pair(diagrams: Diagrams, link: Link) -> Diagram:
    """The diagram of a link between two axes."""
    first, second = diagrams.places[link.one, None], diagrams.places[link.other, None]
    allows = link.allows
    if first > second:
        first, second = second, first

        def allows(one: Cell, other: Cell) -> bool:
            return link.allows(other, one)

    rows = [
        diagrams.node(
            second,
            tuple(
                [ALWAYS if allows(one, other) else NEVER for other in diagrams.axes[second].cells]
            ),
        )
        for one in diagrams.axes[first].cells
    ]
    return diagrams.node(first, tuple(rows))
