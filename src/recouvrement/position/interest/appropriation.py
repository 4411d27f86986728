"""What of each payment pays interest, and what principal: one claim replayed, day by day."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from recouvrement.errors import word_of
from recouvrement.position.interest.accrual import Accrued, Amount, Rates


class Appropriation(StrEnum):
    """What a part payment pays first within a claim, as agreed: its interest, or its principal.

    Either way it never pays the fixed sum for recovery costs, which stands on its own line.
    """

    INTEREST_FIRST = "interest_first"
    PRINCIPAL_FIRST = "principal_first"


def appropriation_of(word: object) -> Appropriation:
    """The appropriation of that name, or `InvalidInput`."""
    return word_of(Appropriation, word, "appropriation")


class Entry(NamedTuple):
    """What one source paid of a claim on a day; negative where it went back.

    `source` is its number in the book, `principal` and `interest` are what it paid of each.
    """

    on: int
    source: int
    principal: int
    interest: int


_new = tuple.__new__
_NONE: Final[Mapping[int, int]] = {}


class Claim:
    """One open item as its interest sees it.

    `principal` is what is left of it, `ledger` what the ledger holds open: less, where money paid
    interest, as the ledger applies cash to principal alone. Interest runs from `first` through
    `last`. `lines` are those that have ended, `accrued` is their sum. `overdue` is what the ledger
    held open when the due date had passed, less what was given up or credited since. What bears
    interest is the principal less `spared`: what was conceded, or is `void` because a credit note
    (by source) took it away from the start.
    """

    __slots__ = (
        "accrued",
        "amount",
        "entries",
        "first",
        "interest_first",
        "interest_paid",
        "last",
        "ledger",
        "lines",
        "overdue",
        "place",
        "principal",
        "rates",
        "since",
        "spared",
        "void",
    )

    def __init__(
        self,
        place: int,
        total: int,
        days: tuple[int, int],
        rates: Rates,
        amount: Amount,
        *,
        interest_first: bool,
    ) -> None:
        self.place = place
        self.principal = self.ledger = self.overdue = total
        self.first, self.last = days
        self.since = self.first
        self.rates = rates
        self.amount = amount
        self.interest_first = interest_first
        self.lines: list[Accrued] = []
        self.entries: list[Entry] = []
        self.accrued = self.interest_paid = self.spared = 0
        self.void: Mapping[int, int] = _NONE

    def spare(self, awaited: int, void: Mapping[int, int], beyond: int) -> None:
        """Nothing is borne by what was conceded and by what these credit notes take away.

        Neither is paid late: `beyond` is what the ledger will not say of them.
        """
        self.void = void
        self.spared = awaited + sum(void.values())
        self.overdue -= awaited + beyond

    def __getstate__(self) -> tuple[None, dict[str, Any]]:
        # What it was computed with is not part of what it came to.
        names = (name for name in self.__slots__ if name not in ("rates", "amount"))
        return None, {name: getattr(self, name) for name in names}

    def settle(self, day: int, amount: int, *, forgiven: bool) -> None:
        """The ledger holds so much less open from that day; more, where the amount is negative."""
        self.ledger -= amount
        if forgiven or day < self.first:
            self.overdue -= amount

    def pending(self, day: int) -> list[Accrued]:
        """The lines that have not ended, as if they ended on a day."""
        since, last, base = self.since, self.last, self.principal - self.spared
        until = day if day < last else last  # noqa: FURB136 (min() costs three times this)
        if since > until or base <= 0:
            return []
        found, amount = [], self.amount
        for rate in self.rates(self.first, last, until):
            first, end, numerator, denominator, _ = rate
            if end < since:
                continue
            if first > until:
                break
            if first < since:  # noqa: PLR1730 (as above)
                first = since
            if end > until:  # noqa: PLR1730 (as above)
                end = until
            owed = amount(base, numerator, denominator, first, end)
            # As Accrued(...) does it, in half the time.
            found.append(_new(Accrued, (first, end, base, owed, rate)))
        return found

    def owed(self, day: int) -> int:
        """The interest accrued through a day and not paid."""
        return self._owed(self.pending(day))

    def _owed(self, lines: list[Accrued]) -> int:
        owed = self.accrued - self.interest_paid
        for line in lines:
            owed += line[3]
        return owed

    def credit(self, day: int, source: int, amount: int) -> int:
        """Take a credit or a write-off from the principal alone; what finds none is returned.

        What bore nothing anyway ends no line.
        """
        taken = min(amount, self.principal - self.ledger)
        void = min(amount, self.void.get(source, 0))
        if taken == void:
            self.principal -= taken
        else:
            self._change(day, -taken, self.pending(day))
        if void:
            self.void = {**self.void, source: self.void[source] - void}
            self.spared -= void
        if taken:
            self.entries.append(Entry(day, source, taken, 0))
        return amount - taken

    def pay(self, day: int, source: int, amount: int) -> int:
        """Take cash, in the order agreed; what finds nothing to pay is returned.

        Of the principal it pays only what the ledger does not hold open: the ledger says which
        money paid what.
        """
        lines = self.pending(day)
        owed = self._owed(lines)
        room = self.principal - self.ledger
        if self.interest_first:
            interest = min(amount, owed)
            principal = min(amount - interest, room)
        else:
            principal = min(amount, room)
            interest = min(amount - principal, owed)
        if principal:
            self._change(day, -principal, lines)
        self.interest_paid += interest
        if principal or interest:
            self.entries.append(Entry(day, source, principal, interest))
        return amount - principal - interest

    def give_back(self, day: int, source: int, amount: int) -> int:
        """Owe again what a source paid here, what it paid last first; how much that was."""
        paid_principal = sum([one.principal for one in self.entries if one.source == source])
        paid_interest = sum([one.interest for one in self.entries if one.source == source])
        if self.interest_first:
            principal = min(amount, paid_principal)
            interest = min(amount - principal, paid_interest)
        else:
            interest = min(amount, paid_interest)
            principal = min(amount - interest, paid_principal)
        if principal:
            self._change(day, principal, self.pending(day))
        self.interest_paid -= interest
        if principal or interest:
            self.entries.append(Entry(day, source, -principal, -interest))
        return principal + interest

    def _change(self, day: int, by: int, lines: list[Accrued]) -> None:
        """Change the principal at the end of a day: the lines that ran end with it."""
        self.principal += by
        for line in lines:
            self.accrued += line[3]
        self.lines += lines
        if day >= self.since:
            self.since = day + 1

    def end(self, day: int) -> None:
        """End every line on a day."""
        lines = self.pending(day)
        if lines:
            self._change(day, 0, lines)
