"""A statement of interest: what remains unpaid on a day, line by line, each with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER
from recouvrement.law import Caveat, DayCount, LawPack
from recouvrement.money import Money
from recouvrement.position.interest.accrual import Accrued, InterestRounding
from recouvrement.position.interest.appropriation import Appropriation, Claim, Entry
from recouvrement.position.interest.beside import beside, held_apart
from recouvrement.position.interest.caveats import item_caveats, law_caveats
from recouvrement.position.interest.day_counts import CALENDARS
from recouvrement.position.interest.lines import (
    FixedSumLine,
    ItemStatement,
    Received,
    StatementLine,
)
from recouvrement.position.interest.page import NOT_COMPUTED, Page
from recouvrement.position.interest.words import meaning_of
from recouvrement.position.interest.workings import Workings

_PAYMENTS: Final = {
    Appropriation.INTEREST_FIRST: "to interest first, then to principal; never to fixed sums",
    Appropriation.PRINCIPAL_FIRST: "to principal first, then to interest; never to fixed sums",
}
_ROUNDED: Final = {
    InterestRounding.HALF_UP: "each line once, half up",
    InterestRounding.HALF_EVEN: "each line once, half to even",
    InterestRounding.UP: "each line once, up",
    InterestRounding.DOWN: "each line once, down",
    InterestRounding.DAILY_HALF_UP: "the interest of one day, half up",
}
# What found nothing to pay, in the order of the workings.
_LEFT: Final = ("payments left over, not deducted", "credit notes left over, not deducted")


@frozen
class Statement:
    """What the formulas give for a day in one currency: principal, interest, fixed sums.

    `principal`, `interest`, `fixed_sums` and `total` are what remains unpaid at the end of `as_of`;
    `accrued` and `interest_paid` say how much interest there was and how much of it was paid.
    `not_yet_due` is the part of the principal that is not late. `unapplied` came, or was given
    back, and found nothing to pay; deposits and securities are `held_apart`: the total deducts
    neither. Whatever must be said beside is in `caveats`.
    """

    account: Account = field(repr=False)
    as_of: date
    law: LawPack = field(kw_only=True)
    currency: str = field(kw_only=True)
    contract_rate: Decimal | None = field(kw_only=True)
    floor: str = field(kw_only=True)
    appropriation: Appropriation = field(kw_only=True)
    day_count: DayCount = field(kw_only=True)
    rounding: InterestRounding = field(kw_only=True)
    known_on: date | None = field(kw_only=True)
    workings: Workings = field(kw_only=True, repr=False, eq=False)

    def _money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def principal(self) -> Money:
        """The principal that remains, due or not."""
        return self._money(sum([one.principal for one in self.workings.claims.values()]))

    @property
    def not_yet_due(self) -> Money:
        """The part of the principal that is not late, or has no due date."""
        day, claims = self.as_of.toordinal(), self.workings.claims.values()
        return self._money(sum([one.principal for one in claims if one.first > day]))

    @property
    def accrued(self) -> Money:
        """All the interest there was, paid or not."""
        return self._money(sum([one.accrued for one in self.workings.claims.values()]))

    @property
    def interest_paid(self) -> Money:
        """The interest that payments paid."""
        return self._money(sum([one.interest_paid for one in self.workings.claims.values()]))

    @property
    def interest(self) -> Money:
        """The interest that remains unpaid."""
        return self.accrued - self.interest_paid

    @property
    def fixed_sums(self) -> Money:
        """The fixed sums for recovery costs; no payment reduces them.

        Those that were not computed are not among them: a caveat says why.
        """
        sums = self.workings.sums.values()
        return self._money(sum([one.amount.minor for one in sums]))

    @property
    def total(self) -> Money:
        """All that remains unpaid: principal, interest and fixed sums."""
        return self.principal + self.interest + self.fixed_sums

    @property
    def unapplied(self) -> Money:
        """What was received, or given back, and found nothing to pay."""
        return self._money(sum(self.workings.unapplied))

    @property
    def held_apart(self) -> Money:
        """What is left of deposits and securities: they pay only what they are directed to."""
        return self._money(sum(held_apart(self.workings).values()))

    @property
    def lines(self) -> tuple[StatementLine, ...]:
        """Every line of interest, by item, oldest first, then by day."""
        return tuple(
            self._line(claim, one) for claim in self.workings.claims.values() for one in claim.lines
        )

    @property
    def fixed_lines(self) -> tuple[FixedSumLine, ...]:
        """Every fixed sum, one line for each invoice paid late."""
        return tuple(self._fixed_line(place) for place in self.workings.sums)

    @property
    def items(self) -> tuple[ItemStatement, ...]:
        """The statement of each item that is not settled, or bore interest, or a fixed sum."""
        work = self.workings
        said = item_caveats(work)
        return tuple(
            self._item(claim, said)
            for place, claim in work.claims.items()
            if claim.principal or claim.lines or place in work.sums
        )

    def item(self, name: str) -> ItemStatement:
        """The statement of one item, or `InvalidInput` for one that this statement has not."""
        for place, claim in self.workings.claims.items():
            if self.workings.ledger.book.items[place].id == name:
                return self._item(claim, item_caveats(self.workings))
        raise InvalidInput("item", f"an item in {self.currency} issued by {self.as_of}", repr(name))

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What must be said with the figures: of the law, item by item, of what lies beside."""
        work = self.workings
        own = [caveat for said in item_caveats(work).values() for caveat in said]
        return (*law_caveats(work), *own, *beside(work, self.account))

    def _line(self, claim: Claim, one: Accrued) -> StatementLine:
        segment = one.rate.segment
        calendar = CALENDARS[self.day_count]
        before = one.since - 1
        return StatementLine(
            invoice=self.workings.ledger.book.items[claim.place].id,
            since=date.fromordinal(one.since),
            until=date.fromordinal(one.until),
            days=calendar.days(one.until) - calendar.days(before),
            base=self._money(one.base),
            rate=segment.rate,
            amount=self._money(one.amount),
            source=segment.source,
            reference=segment.reference,
            margin=segment.margin,
            day_count=self.day_count,
        )

    def _fixed_line(self, place: int) -> FixedSumLine:
        work = self.workings
        found = work.sums[place]
        return FixedSumLine(
            invoice=work.ledger.book.items[place].invoice.id,
            since=date.fromordinal(work.claims[place].first),
            amount=found.amount,
            source=found.source,
        )

    def _item(self, claim: Claim, said: dict[int, list[Caveat]]) -> ItemStatement:
        work, place = self.workings, claim.place
        book = work.ledger.book
        item = book.items[place]
        taken = dict.fromkeys(("payment", "credit note", "write-off"), 0)
        received = []
        for one in _once_a_day(claim.entries):
            source = book.sources[one.source]
            kind = "payment" if source.cash else "credit note" if source.netted else "write-off"
            taken[kind] += one.principal
            received.append(
                Received(
                    on=date.fromordinal(one.on),
                    kind=kind,
                    source=source.id,
                    principal=self._money(one.principal),
                    interest=self._money(one.interest),
                )
            )
        fixed = self._fixed_line(place) if place in work.sums else None
        return ItemStatement(
            id=item.id,
            invoice=item.invoice,
            due_on=None if item.due == NEVER else date.fromordinal(item.due),
            billed=self._money(item.total),
            credited=self._money(taken["credit note"]),
            written_off=self._money(taken["write-off"]),
            principal_paid=self._money(taken["payment"]),
            principal=self._money(claim.principal),
            accrued=self._money(claim.accrued),
            interest_paid=self._money(claim.interest_paid),
            interest=self._money(claim.accrued - claim.interest_paid),
            fixed_sum=self._money(0) if fixed is None else fixed.amount,
            fixed_sum_computed=place not in work.left_out,
            lines=tuple(self._line(claim, one) for one in claim.lines),
            fixed_line=fixed,
            received=tuple(received),
            caveats=tuple(said.get(place, ())),
        )

    def to_rows(self) -> list[dict[str, Any]]:
        """One plain mapping per line of interest and per fixed sum, for any table library."""
        rows: list[dict[str, Any]] = []
        for item in self.items:
            rows += [
                {
                    "invoice": one.invoice,
                    "since": one.since,
                    "until": one.until,
                    "days": one.days,
                    "base": one.base,
                    "rate": one.rate,
                    "amount": one.amount,
                    "source": one.source.article,
                }
                for one in item.lines
            ]
            if item.fixed_line is not None:
                fixed = item.fixed_line
                empty = dict.fromkeys(("until", "days", "base", "rate"))
                rows.append(
                    {
                        "invoice": fixed.invoice,
                        "since": fixed.since,
                        **empty,
                        "amount": fixed.amount,
                        "source": fixed.source.article,
                    }
                )
        return rows

    @property
    def page(self) -> Page:
        """The statement as a page: who, on which terms, item by item, the sums, what to say."""
        return Page(
            title=f"Statement of interest as of {self.as_of}",
            terms=tuple(self._terms()),
            items=self.items,
            sums=tuple(self._sums()),
            caveats=tuple((one, meaning_of(one, self.law)) for one in self.caveats),
        )

    def _sums(self) -> Iterator[tuple[str, Money | str]]:
        yield "principal unpaid", self.principal
        if self.not_yet_due:
            yield "of which not yet due", self.not_yet_due
        yield "interest unpaid", self.interest
        if self.workings.left_out:
            yield "fixed sums for recovery costs", NOT_COMPUTED
            yield "total unpaid, without them", self.total
        else:
            yield "fixed sums for recovery costs", self.fixed_sums
            yield "total unpaid", self.total
        for label, minor in zip(_LEFT, self.workings.unapplied, strict=True):
            if minor:
                yield label, self._money(minor)
        if self.held_apart:
            yield "deposits and securities held, not deducted", self.held_apart

    def _terms(self) -> Iterator[tuple[str, object]]:
        debtor, law = self.account.debtor, self.law
        yield "debtor", f"{debtor.id} ({debtor.kind})"
        if self.account.creditor is not None:
            yield "creditor", self.account.creditor
        if self.known_on is not None:
            yield "as known on", self.known_on
        validated = "validated" if law.lawyer_validated else "not validated"
        yield "law", f"{law.name}, version {law.version}, {validated} by a lawyer"
        yield "rate", self._rate_in_words()
        yield "days", self.day_count
        yield "payments", _PAYMENTS[self.appropriation]
        yield "rounding", _ROUNDED[self.rounding]

    def _rate_in_words(self) -> str:
        if self.contract_rate is None:
            return "as the law fixes it"
        agreed = f"{self.contract_rate:f} % a year, as agreed"
        if self.floor == "apply":
            return f"{agreed}, and never below the least rate that the law allows"
        return agreed

    def text(self) -> str:
        """The statement as a page of plain text."""
        return self.page.text()

    def __str__(self) -> str:
        return self.page.text()

    def _repr_html_(self) -> str:
        return self.page.html()


def _once_a_day(entries: Iterable[Entry]) -> Iterable[Entry]:
    """The entries with those of one source, of one day and of one direction made one."""
    found: dict[tuple[int, int, bool], Entry] = {}
    for one in entries:
        key = one.on, one.source, one.principal + one.interest < 0
        known = found.get(key)
        if known is not None:
            principal, interest = known.principal + one.principal, known.interest + one.interest
            found[key] = Entry(one.on, one.source, principal, interest)
        else:
            found[key] = one
    return found.values()
