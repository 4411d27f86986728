"""Late interest: what the formulas give for an account on a day, computed from dated rates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from attrs import frozen

from recouvrement.dates import BusinessCalendar
from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.book import Book, Item
from recouvrement.facts.debtor import Debtor
from recouvrement.facts.words import (
    DebtorKind,
    ReversalReason,
    WriteOffReason,
)
from recouvrement.law import Caveat, DayCount, FixedSum, LawPack, Row, pack_of
from recouvrement.money import exponent_of
from recouvrement.position.application import Ledger, ledger_at
from recouvrement.position.conventions import ApplicationRule, Conventions
from recouvrement.position.interest.accrual import (
    Amount,
    InterestRounding,
    amount_with,
    rounding_of,
)
from recouvrement.position.interest.appropriation import Appropriation, Claim, appropriation_of
from recouvrement.position.interest.caveats import (
    WITHOUT_FIXED_SUM,
    StatementCaveat,
    bears,
    said,
    stops,
)
from recouvrement.position.interest.conceded import Conceded, conceded_in
from recouvrement.position.interest.day_counts import CALENDARS
from recouvrement.position.interest.rate_series import RateSeries, Terms, series_of
from recouvrement.position.interest.receipts import receipts_of, replay
from recouvrement.position.interest.rules import (
    appropriation_notes,
    compounding_notes,
    consumer_notes,
    counting_of,
    left_to_compound,
    shift_of,
    without_sum,
)
from recouvrement.position.interest.statement import Statement
from recouvrement.position.interest.workings import Workings
from recouvrement.position.position import book_known, check_date

_FLOORS: Final = ("caveat", "apply")
_KINDS: Final = (DebtorKind.BUSINESS, DebtorKind.CONSUMER, DebtorKind.PUBLIC)
_PUBLIC: Final = "-public"
_NOBODY: Final[frozenset[str]] = frozenset()


def interest_statement(
    account: Account,
    *,
    as_of: date,
    law: LawPack | str,
    contract_rate: Decimal | int | str | None = None,
    floor: str = "caveat",
    appropriation: Appropriation | str = Appropriation.INTEREST_FIRST,
    day_count: DayCount | str | None = None,
    rounding: InterestRounding | str = InterestRounding.HALF_UP,
    currency: str | None = None,
    allow: Iterable[str] = _NOBODY,
    known_on: date | None = None,
    conventions: Conventions = Conventions(),  # noqa: B008 (a frozen value)
) -> Statement:
    """What the formulas give for an account on a day: principal, interest and sums, line by line.

    Interest runs from the day after the due date through `as_of`, or through the day a payment
    came, both included; each day bears its own rate. A line ends when the rate or the principal
    changes and is rounded once. The ledger says which payment paid which item; within the item it
    pays interest or principal first, as agreed, and never the fixed sum. Credit notes and
    write-offs take from principal alone. Nothing bears interest but principal.

    `law` is a pack or the name of one. A `contract_rate` below the least one that the law allows is
    kept, with a caveat, unless `floor="apply"` raises it. `day_count` is the pack's unless given.
    One statement is in one currency: it must be named where the account has invoices in several.
    `allow` names the packs or rows accepted though nobody verified them. Where the law adds the
    interest of each year to what bears interest, more than a year is refused unless that is
    accepted to be left out.

    `InvalidInput` for a debtor of a kind that the pack has no rule for, and for arguments that are
    none; `OutsideCoverage` for days whose rate is not known.

    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.money import Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur", kind="business"),
    ...     Invoice("F-41", date(2026, 1, 5), due_on=date(2026, 2, 4), total=Money.of(900, "EUR")),
    ... )
    >>> statement = interest_statement(account, as_of=date(2026, 3, 6), law="FR")
    >>> for one in statement.lines:
    ...     print(one.invoice, one.since, one.until, one.days, one.base, one.rate, one.amount)
    F-41 2026-02-05 2026-03-06 30 900.00 EUR 12.15 8.99 EUR
    >>> print(statement.principal, statement.interest, statement.fixed_sums, statement.total)
    900.00 EUR 8.99 EUR 40.00 EUR 948.99 EUR
    """
    if not isinstance(account, Account):
        raise InvalidInput("account", "an Account", type(account).__name__)
    if not isinstance(conventions, Conventions):
        raise InvalidInput("conventions", "Conventions", repr(conventions))
    day = check_date("as_of", as_of).toordinal()
    found = pack_of(law)
    terms = _terms(found, account.debtor, contract_rate, floor, allow)
    counted, counting = counting_of(found, day_count, as_of, terms.allow)
    rounded, rule = rounding_of(rounding), appropriation_of(appropriation)
    shift = shift_of(found)
    book = book_known(account, known_on)
    chosen = _currency(book, day, found, currency)
    work = _Work(
        account=account,
        ledger=ledger_at(
            book,
            day,
            explicit_only=conventions.application is ApplicationRule.EXPLICIT_ONLY,
            tolerance=conventions.promise_tolerance,
            logged=True,
        ),
        currency=chosen,
        known_on=known_on,
        law=found,
        series=series_of(found, terms),
        amount=amount_with(CALENDARS[counted], rounded),
        interest_first=rule is Appropriation.INTEREST_FIRST,
        rests=(
            *counting,
            *compounding_notes(found, as_of),
            *consumer_notes(found, as_of, consumer=terms.consumer),
        ),
        paid_first=appropriation_notes(found, rule, as_of),
        shift=shift,
        without_sum=without_sum(found, terms),
        # Saturdays and Sundays whatever the host's weekend, and the holidays that he knows; made
        # only where it is asked, as it costs as much as an invoice.
        calendar=None
        if shift is None
        else BusinessCalendar(holidays=conventions.calendar.holidays),
    )
    return Statement(
        account,
        as_of,
        law=found,
        currency=chosen,
        contract_rate=None if terms.contract_rate is None else Decimal(terms.contract_rate),
        floor=floor,
        appropriation=rule,
        day_count=counted,
        rounding=rounded,
        known_on=known_on,
        workings=work.done(explicit_only=conventions.application is ApplicationRule.EXPLICIT_ONLY),
    )


def _terms(
    law: LawPack,
    debtor: Debtor,
    contract_rate: Decimal | int | str | None,
    floor: str,
    allow: Iterable[str],
) -> Terms:
    """On which terms the pack is asked for this debtor, once nothing about them is wrong."""
    if floor not in _FLOORS:
        raise InvalidInput("floor", "one of " + ", ".join(_FLOORS), repr(floor))
    if isinstance(allow, str) or not isinstance(allow, Iterable):
        raise InvalidInput("allow", "a collection of names", repr(allow))
    accepted = frozenset(allow)
    consumer = _consumer(debtor.kind, law)
    # No day is asked for: only whether the pack has a rule for this debtor, and takes this rate.
    law.segments(date.max, date.min, consumer=consumer, contract_rate=contract_rate, allow=accepted)
    return Terms(
        consumer=consumer,
        contract_rate=None if contract_rate is None else str(contract_rate),
        at_least_floor=floor == "apply",
        allow=accepted,
    )


def _consumer(kind: DebtorKind, law: LawPack) -> bool:
    """Whether to ask for the consumer's rule; refused where the pack is not for such a debtor."""
    public = law.name.endswith(_PUBLIC)
    if kind not in _KINDS:
        expected = "business, consumer or public: the host qualifies the debtor first"
    elif (kind is DebtorKind.PUBLIC) is not public:
        consumers = " and consumers" if law.interest.consumer_margins else ""
        whose = "public debtors" if public else f"business debtors{consumers}"
        expected = (
            f"a kind that the pack {law.name} is for: {whose}; supply the kind, or another pack"
            f" (those for public debtors are named …{_PUBLIC})"
        )
    else:
        return kind is DebtorKind.CONSUMER
    raise InvalidInput("kind", expected, repr(str(kind)))


def _currency(book: Book, day: int, law: LawPack, currency: str | None) -> str:
    """The currency of the statement: as named, or the only one there is."""
    if currency is not None:
        exponent_of(currency)
        return currency
    found = sorted({item.currency for item in book.items if item.issued <= day})
    if len(found) > 1:
        expected = f"one of {', '.join(found)}: a statement is in one currency"
        raise InvalidInput("currency", expected, "None")
    return found[0] if found else law.currency


@frozen(kw_only=True)
class _Work:
    """The computation of one statement, in plain integers."""

    account: Account
    ledger: Ledger
    currency: str
    known_on: date | None
    law: LawPack
    series: RateSeries
    amount: Amount
    interest_first: bool
    rests: tuple[Caveat, ...]
    paid_first: tuple[Caveat, ...]
    shift: Row | None
    without_sum: Row | None
    calendar: BusinessCalendar | None

    def done(self, *, explicit_only: bool) -> Workings:
        """The claims at the end of the day, and what goes with them."""
        ledger, day = self.ledger, self.ledger.day
        bad_debts = self._bad_debts()
        sources = ledger.book.sources
        forgiven = {at for at, one in enumerate(sources) if not one.cash} - bad_debts
        claims = self._claims()
        conceded = self._conceded({at for at in forgiven if sources[at].netted})
        for place in {*conceded.awaited, *conceded.void} & claims.keys():
            awaited, beyond = conceded.awaited.get(place, 0), conceded.beyond.get(place, 0)
            claims[place].spare(awaited, conceded.void.get(place, {}), beyond)
        receipts = receipts_of(ledger, self.currency, self._refunds(), explicit_only=explicit_only)
        replay(claims, ledger, receipts, forgiven)
        for claim in claims.values():
            claim.end(day)
        sums, left_out = self._fixed_sums(claims)
        allow = self.series.terms.allow
        simple = left_to_compound(self.law, claims.values(), ledger.book, day, allow)
        return Workings(
            ledger=ledger,
            claims=claims,
            conceded=conceded,
            sums=sums,
            left_out=left_out,
            currency=self.currency,
            bad_debts=bad_debts,
            rests=(*self.rests, *simple),
            paid_first=self.paid_first,
            shift=self.shift,
            calendar=self.calendar,
            unapplied=self._unapplied(claims, receipts.purses),
        )

    def _claims(self) -> dict[int, Claim]:
        """One claim for each item issued by then, oldest first."""
        day, book, first = self.ledger.day, self.ledger.book, self.interest_first
        rates, amount = self.series, self.amount
        claims = {}
        for item in book.items:
            if item.issued > day or item.currency != self.currency:
                continue
            last = day if bears(item, day) else 0
            for stay in book.stays:
                if stops(stay, item):
                    last = min(last, stay.opened - 1)
            days = item.due + 1, last
            claims[item.place] = Claim(
                item.place, item.total, days, rates, amount, interest_first=first
            )
        return claims

    def _conceded(self, credits_: set[int]) -> Conceded:
        """What was conceded by then, in disputes and by these sources, which are credit notes."""
        book, linked = self.ledger.book, dict[int, str | None]()
        if book.contests and credits_:
            named = {str(one.id): one.dispute for one in self.account.credit_notes}
            linked = {at: named[book.sources[at].id] for at in credits_}
        return conceded_in(self.ledger, credits_, linked)

    def _refunds(self) -> dict[tuple[int, int], int]:
        """What we gave back, by day and source: it was there until then.

        What went back on the day it came was there on no day: it counts as never come.
        """
        book, found = self.ledger.book, dict[tuple[int, int], int]()
        if book.needs_undo:
            number = {one.id: at for at, one in enumerate(book.sources) if one.cash}
            for one in self.account.reversals:
                known = self.known_on is None or one.known_on <= self.known_on
                if one.reason is ReversalReason.REFUNDED and known and one.payment in number:
                    at = number[one.payment]
                    minor = book.sources[at].amount if one.amount is None else one.amount.minor
                    on = one.on.toordinal()
                    if on > book.sources[at].on:
                        found[on, at] = found.get((on, at), 0) + minor
        return found

    def _bad_debts(self) -> set[int]:
        """The sources that are bad debts written off: the debtor was expected to pay."""
        lost = {one.id for one in self.account.write_offs if one.reason is WriteOffReason.BAD_DEBT}
        return {
            at
            for at, one in enumerate(self.ledger.book.sources)
            if one.id in lost and not one.cash and not one.netted
        }

    def _fixed_sums(
        self, claims: dict[int, Claim]
    ) -> tuple[dict[int, FixedSum], dict[int, Caveat]]:
        """The fixed sum of each invoice paid late, by the place of its part that was late first.

        And the places of those that are not computed, with why: a law without one has a sum of 0.
        """
        sums: dict[int, FixedSum] = {}
        left_out: dict[int, Caveat] = {}
        done: set[str] = set()
        book, day = self.ledger.book, self.ledger.day
        for place, claim in claims.items():
            item = book.items[place]
            if claim.overdue <= 0 or item.due >= day or item.invoice.id in done:
                continue
            if not _has_fixed_sum(book, item, day):
                continue
            done.add(item.invoice.id)
            if self.series.terms.consumer:
                continue
            if not self.law.fixed_sums:
                left_out[place] = said(StatementCaveat.FIXED_SUM_NOT_HELD, item.id)
            elif self.without_sum is not None:
                code = StatementCaveat.FIXED_SUM_WITH_AGREED_RATE
                article = self.without_sum.source.article
                left_out[place] = Caveat(code, article, (("invoice", item.id),))
            elif self.currency != self.law.currency:
                code = StatementCaveat.FIXED_SUM_IN_OTHER_CURRENCY
                left_out[place] = said(code, item.id, currency=self.law.currency)
            else:
                found = self.series.fixed_sum(claim.overdue, item.due)
                if found is not None:
                    sums[place] = found
        return sums, left_out

    def _unapplied(self, claims: dict[int, Claim], purses: dict[int, int]) -> tuple[int, int]:
        """What came, and what was given back, and took nothing from any claim."""
        ledger, sources = self.ledger, self.ledger.book.sources
        left = {True: 0, False: 0}
        if not purses and self.currency not in ledger.nettable():
            return 0, 0
        for at, one in enumerate(sources):
            if one.netted and one.on <= ledger.day and one.currency == self.currency:
                left[one.cash] += one.amount - ledger.gone.get(at, 0)
        for claim in claims.values():
            for entry in claim.entries:
                source = sources[entry.source]
                if source.netted:
                    left[source.cash] -= entry.principal + entry.interest
        return left[True], left[False]


def _has_fixed_sum(book: Book, item: Item, day: int) -> bool:
    """Whether a fixed sum may go with an item that was not paid on its due date.

    None where an insolvency proceeding that was open on the due date forbade paying it: one that
    opened the day after did not.
    """
    if not bears(item, day) or item.invoice.kind in WITHOUT_FIXED_SUM:
        return False
    return not any(stops(one, item) and one.opened <= item.due < one.ended for one in book.stays)
