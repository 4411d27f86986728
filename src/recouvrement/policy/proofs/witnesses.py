"""Cases that show what is said of a policy, on accounts that `decide` was asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any, Final

from attrs import field, frozen

from recouvrement.facts.account import Account
from recouvrement.policy.case import Case, standing_under
from recouvrement.policy.decision import Decision
from recouvrement.policy.engine import decide
from recouvrement.policy.observing import Observer, as_told
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Absent, Cell, Key, OtherWord, Span, Truth
from recouvrement.policy.proofs.diagrams import Cells, Diagram
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.scenes import DAY, ITEM, Unshowable, ordinary_amount, pick, scene

_TRIES: Final = 12


@frozen(kw_only=True)
class Witness:
    """A case: values of criteria, and an account that has them on a day, with what it is answered.

    `cells` are the values that matter, each as all those that the policy treats alike; `values`
    those read on the account. Without an account the case could not be realised.
    """

    cells: tuple[tuple[str, Cell], ...]
    values: tuple[tuple[str, Any], ...] = ()
    account: Account | None = field(default=None, repr=lambda one: "None" if one is None else "…")
    as_of: date | None = None
    decision: Decision | None = field(default=None, repr=lambda one: "None" if one is None else "…")

    @property
    def realised(self) -> bool:
        """Whether an account shows it."""
        return self.account is not None


def name_of(key: Key) -> str:
    """How a criterion is named; a word among others, as conditions write it.

    >>> name_of(("tags", "audit")), name_of(("vip", None))
    ("'audit' in tags", 'vip')
    """
    name, word = key
    return name if word is None else f"'{word}' in {name}"


def observed(
    policy: Policy, account: Account, as_of: date, names: Iterable[str], *, item: str = ITEM
) -> dict[str, Any]:
    """The values of these criteria on a day, as conditions compare them; amounts in minor units.

    Those of an item that is not open are left out, and so is what cannot be read.
    """
    s = standing_under(policy, account, account.book, as_of)
    observer = Observer(Case(policy, account, s, as_of))
    row = next((one for one in s.rows if one.id == item), None)
    found = {}
    for name in names:
        criterion = observer.criterion(name)
        if row is None and criterion.scope == "item":
            continue
        value, unread = observer.value(criterion, row)
        if unread is None:
            found[name] = value
    return found


class Realising:
    """Makes accounts for cases, and asks `decide` about them."""

    def __init__(self, regions: Regions, policy: Policy) -> None:
        self.regions = regions
        self.policy = policy
        self.axes = regions.diagrams.axes
        amount = ordinary_amount(policy)
        self.usual = {**_USUAL, "amount_due": amount, "collectable": amount, "open": amount}

    def wanted(self, cells: Cells) -> dict[Key, Cell]:
        """The cells of a case by the criterion they are of."""
        return {self.axes[place].key: self.axes[place].cells[cell] for place, cell in cells.items()}

    def case(self, cells: Cells) -> Witness:
        """The case without an account."""
        return Witness(cells=self.named(self.wanted(cells)))

    @staticmethod
    def named(wanted: Mapping[Key, Cell]) -> tuple[tuple[str, Cell], ...]:
        """The cells by the names of their criteria."""
        return tuple((name_of(key), cell) for key, cell in wanted.items())

    def best(self, diagram: Diagram) -> Witness | None:
        """The first case that an account shows; without any, the first; None for no case at all."""
        first = None
        for cells in self.cases(diagram):
            shown = self.shown(cells)
            if shown is not None:
                return shown
            first = first or self.case(cells)
        return first

    def shown(self, cells: Cells) -> Witness | None:
        """The case on an account that has its values, None when no such account is made."""
        wanted = self.wanted(cells)
        try:
            account = scene(self.policy, wanted)
        except Unshowable:
            return None
        if not self.has(account, DAY, wanted):
            return None
        return self.on(account, DAY, wanted)

    def on(self, account: Account, as_of: date, wanted: Mapping[Key, Cell]) -> Witness:
        """The witness that an account is on a day."""
        names = dict.fromkeys(name for name, _ in wanted)
        return Witness(
            cells=self.named(wanted),
            values=tuple(self.shown_values(account, as_of, names)),
            account=account,
            as_of=as_of,
            decision=decide(self.policy, account, as_of=as_of),
        )

    def shown_values(
        self, account: Account, as_of: date, names: Iterable[str]
    ) -> Iterator[tuple[str, Any]]:
        """The values of these criteria as a person reads them."""
        known = dict.fromkeys(map(self.regions.given_name, names))
        for name, value in observed(self.policy, account, as_of, known).items():
            yield name, as_told(self.regions.criteria[name], value, self.policy.currency)

    def has(self, account: Account, as_of: date, wanted: Mapping[Key, Cell]) -> bool:
        """Whether an account has these values on a day."""
        names = dict.fromkeys(name for name, _ in wanted)
        if any(self.regions.given_name(name) != name for name in names):
            return False  # what a criterion of the host is over all items, no scene can tell
        found = observed(self.policy, account, as_of, names)
        return all(
            name in found and cell.has(found[name] if word is None else word in found[name])
            for (name, word), cell in wanted.items()
        )

    def cases(self, diagram: Diagram) -> Iterator[Cells]:
        """Cases of a diagram, the most ordinary first."""
        return islice(self.regions.diagrams.cases(diagram, self.order), _TRIES)

    def order(self, place: int) -> list[int]:
        """The cells of an axis, the most ordinary first."""
        axis = self.axes[place]
        usual = self.usual.get(axis.name)
        return sorted(range(len(axis.cells)), key=lambda at: _oddity(axis.cells[at], usual))


def _oddity(cell: Cell, usual: int | None) -> tuple[int, int]:
    """How far a cell is from what most accounts show."""
    match cell:
        case Truth(value):
            return int(value), 0
        case Absent():
            return (0, 0) if usual is None else (2, 0)
        case Span():
            return 1, abs(pick(cell, usual or 0) - (usual or 0))
        case OtherWord():
            return 1, 0
        case _:  # a word of its own
            return 2, 0


# Values that most accounts have.
_USUAL: Final[Mapping[str, int]] = {
    "days_past_due": 30,
    "days_since_issue": 60,
    "days_since_last_contact": 10,
    "limitation_days": 1800,
    "oldest_days_past_due": 30,
}
