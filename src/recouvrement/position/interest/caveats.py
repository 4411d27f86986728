"""What must be said beside the figures of a statement, as codes and values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from typing import Final

from recouvrement.facts.book import NEVER, Book, Item, Stay
from recouvrement.facts.words import InvoiceKind
from recouvrement.law import Caveat
from recouvrement.law.timeline import CaveatValue
from recouvrement.money import Money
from recouvrement.position.contests import contested_on
from recouvrement.position.interest.accrual import Accrued
from recouvrement.position.interest.appropriation import Claim
from recouvrement.position.interest.workings import Workings

# Entries of books that stand for no invoice: what they hold may bear interest, not a sum a piece.
WITHOUT_FIXED_SUM: Final = frozenset({InvoiceKind.OPENING, InvoiceKind.ADJUSTMENT})


class StatementCaveat(StrEnum):
    """What a statement says of an item, or of the account, beside its figures.

    DUE_DATE_ASSUMED: the agreed date is not known, so there is no interest and no fixed sum until
    it is confirmed. DISPUTED: part of it is disputed, which does not stop interest. DISPUTE_UPHELD:
    the debtor was right about so much, whose credit note has not come: it bears nothing from the
    due date on. INSOLVENCY: interest stopped the day before the proceeding opened, or never
    started, and does not start again when it ends. BILL, PLAN: a bill of exchange or a payment plan
    stands; neither moves the due date here. ASSIGNED: the claim was assigned and the debtor
    notified. CREDITED_LATE: a credit note came once the item was late, and counts from its own day.
    CREDITED_FROM_START: such a one settles a dispute, or all that was late: what it took away bears
    nothing from the due date on. BAD_DEBT_GIVEN_UP: a bad debt was written off in the books, which
    stops interest here. DUE_BEFORE_ISSUE: it fell due before it was issued. NOT_AN_INVOICE: an
    opening or an adjustment, without a fixed sum. ACCESSORIES_BILLED: accessories were billed since
    something was late, so much of them was paid, and they may be the same interest.
    FIXED_SUM_IN_OTHER_CURRENCY: the fixed sum is in the currency of the law and left out.
    FIXED_SUM_NOT_HELD: the pack knows nothing of a fixed sum, so none was computed.
    FIXED_SUM_WITH_AGREED_RATE: the law has it with its own rate, and another one was agreed, so
    none was computed. DUE_ON_WEEKEND: the law moves a due date that is no working day, here it is
    not moved; `moved` is the day it would be. HELD_APART: a deposit or a security is held, and not
    deducted. OTHER_CURRENCIES: the account has items or money in another currency, and this
    statement nothing of them.
    """

    DUE_DATE_ASSUMED = "due_date_assumed"
    DISPUTED = "disputed"
    DISPUTE_UPHELD = "dispute_upheld"
    INSOLVENCY = "insolvency"
    BILL = "bill"
    PLAN = "plan"
    ASSIGNED = "assigned"
    CREDITED_LATE = "credited_late"
    CREDITED_FROM_START = "credited_from_start"
    BAD_DEBT_GIVEN_UP = "bad_debt_given_up"
    DUE_BEFORE_ISSUE = "due_before_issue"
    NOT_AN_INVOICE = "not_an_invoice"
    ACCESSORIES_BILLED = "accessories_billed"
    FIXED_SUM_IN_OTHER_CURRENCY = "fixed_sum_in_other_currency"
    FIXED_SUM_NOT_HELD = "fixed_sum_not_held"
    FIXED_SUM_WITH_AGREED_RATE = "fixed_sum_with_agreed_rate"
    DUE_ON_WEEKEND = "due_on_weekend"
    HELD_APART = "held_apart"
    OTHER_CURRENCIES = "other_currencies"


def bears(item: Item, day: int) -> bool:
    """Whether an item bears interest by a day, as far as the item itself decides."""
    late = item.due < day
    return late and not item.assumed and item.invoice.kind is not InvoiceKind.ACCESSORIES


def said(code: StatementCaveat, item: str, **values: CaveatValue) -> Caveat:
    """A caveat about an item, on the ground of facts and of no article."""
    return Caveat(code, "", (("invoice", item), *values.items()))


def law_caveats(work: Workings) -> tuple[Caveat, ...]:
    """What the law says beside the rates and the sums that were used, on the days they were."""
    found: dict[Caveat, None] = {}
    awaited: dict[int, list[Caveat]] = {}
    for claim in work.claims.values():
        for line in claim.lines:
            rate = line.rate
            if not rate.segment.caveats:
                continue
            rest = awaited.setdefault(id(rate), list(rate.segment.caveats))
            for one in [one for one in rest if _concerns(one, line)]:
                rest.remove(one)
                found[one] = None
    for fixed in work.sums.values():
        found.update(dict.fromkeys(fixed.caveats))
    if any(claim.lines for claim in work.claims.values()):
        found.update(dict.fromkeys(work.rests))
        if work.paid_first and _paid_interest(work):
            found.update(dict.fromkeys(work.paid_first))
    return tuple(found)


def _paid_interest(work: Workings) -> bool:
    """Whether a payment paid interest."""
    return any(entry.interest > 0 for claim in work.claims.values() for entry in claim.entries)


def _concerns(caveat: Caveat, line: Accrued) -> bool:
    """Whether a caveat about some days is about those of a line; one about none always is."""
    since, until = caveat.value("since"), caveat.value("until")
    if isinstance(since, date) and since.toordinal() > line.until:
        return False
    return not isinstance(until, date) or until.toordinal() >= line.since


def item_caveats(work: Workings) -> dict[int, list[Caveat]]:
    """What to say of each item that is late, by place."""
    book, day = work.ledger.book, work.ledger.day
    disputed = contested_on(book, day, work.ledger.open) if book.contests else {}
    late = [one.first for place, one in work.claims.items() if one.lines or place in work.sums]
    first = min(late, default=NEVER)
    found: dict[int, list[Caveat]] = {}
    for place, claim in work.claims.items():
        item = book.items[place]
        about = list(_of_item(work, item, claim, first))
        if bears(item, day):
            about += _of_disputes(work, item, claim, disputed.get(place, 0))
            about += _of_entries(work, claim, item)
            about += _of_stays(book, claim, day)
        if claim.lines:
            about += _of_commitments(book, claim, day)
            about += _of_shift(work, item)
        if place in work.left_out:
            about.append(work.left_out[place])
        if about:
            found[place] = about
    return found


def _of_item(work: Workings, item: Item, claim: Claim, first: int) -> Iterator[Caveat]:
    """What the item itself says, and whether it bears interest at all."""
    kind = item.invoice.kind
    if item.assumed and item.due < work.ledger.day and claim.principal:
        yield said(StatementCaveat.DUE_DATE_ASSUMED, item.id)
    if kind is InvoiceKind.ACCESSORIES and item.issued >= first:
        # Paid or not: what was billed once something was late may be what is computed here.
        sources = work.ledger.book.sources
        paid = sum(one.principal for one in claim.entries if sources[one.source].cash)
        billed, received = Money(item.total, item.currency), Money(paid, item.currency)
        yield said(StatementCaveat.ACCESSORIES_BILLED, item.id, amount=billed, paid=received)
    if claim.lines:
        if item.issued > item.due:
            yield said(StatementCaveat.DUE_BEFORE_ISSUE, item.id)
        if kind in WITHOUT_FIXED_SUM:
            yield said(StatementCaveat.NOT_AN_INVOICE, item.id)


def _of_disputes(work: Workings, item: Item, claim: Claim, disputed: int) -> Iterator[Caveat]:
    """What of it is disputed, and what was conceded already."""
    conceded = work.conceded.awaited.get(item.place, 0)
    if conceded:
        amount = Money(conceded, item.currency)
        yield said(StatementCaveat.DISPUTE_UPHELD, item.id, amount=amount)
    if disputed > conceded and claim.lines:
        amount = Money(disputed - conceded, item.currency)
        yield said(StatementCaveat.DISPUTED, item.id, amount=amount)


def _of_entries(work: Workings, claim: Claim, item: Item) -> Iterator[Caveat]:
    """What came once the item was late, and was no payment."""
    sources, void = work.ledger.book.sources, work.conceded.void.get(item.place, {})
    for at, minor in void.items():
        on, amount = date.fromordinal(sources[at].on), Money(minor, item.currency)
        code = StatementCaveat.CREDITED_FROM_START
        yield said(code, item.id, credit_note=sources[at].id, on=on, amount=amount)
    if not claim.lines:
        return
    void = dict(void)
    for entry in claim.entries:
        source = sources[entry.source]
        if entry.on < claim.first or source.cash:
            continue
        on = date.fromordinal(entry.on)
        from_start = min(void.get(entry.source, 0), entry.principal)
        if source.netted and entry.principal > from_start:
            amount = Money(entry.principal - from_start, item.currency)
            late = StatementCaveat.CREDITED_LATE
            yield said(late, item.id, credit_note=source.id, on=on, amount=amount)
        elif entry.source in work.bad_debts:
            yield said(StatementCaveat.BAD_DEBT_GIVEN_UP, item.id, write_off=source.id, on=on)
        if from_start:
            void[entry.source] -= from_start


def _of_stays(book: Book, claim: Claim, day: int) -> Iterator[Caveat]:
    """The proceedings that opened while something of the item was unpaid."""
    item = book.items[claim.place]
    for stay in book.stays:
        since = sum(one.principal + one.interest for one in claim.entries if one.on >= stay.opened)
        unpaid = claim.principal or claim.accrued > claim.interest_paid
        if stops(stay, item) and stay.opened <= day and (unpaid or since > 0):
            opened = date.fromordinal(stay.opened)
            insolvency = StatementCaveat.INSOLVENCY
            yield said(insolvency, item.id, proceeding=stay.fact.id, opened_on=opened)


def _of_commitments(book: Book, claim: Claim, day: int) -> Iterator[Caveat]:
    """Who or what else holds the item, or held it while it bore interest."""
    place = claim.place
    item = book.items[place]
    for cover in book.covers:
        if place in cover.places and cover.since <= day and cover.last >= claim.first:
            until = date.fromordinal(cover.last)
            yield said(StatementCaveat.BILL, item.id, matures_on=until)
    for plan in book.plans:
        if place in plan.places and plan.agreed <= day < plan.ended:
            yield said(StatementCaveat.PLAN, item.id, plan=plan.fact.id)
    for hold in book.assignments:
        if place in hold.places and hold.since <= day < hold.ended:
            yield said(StatementCaveat.ASSIGNED, item.id, since=date.fromordinal(hold.since))


def _of_shift(work: Workings, item: Item) -> Iterator[Caveat]:
    """The due date that the law would move to the next working day."""
    if work.shift is None or work.calendar is None:
        return
    due = date.fromordinal(item.due)
    moved = work.calendar.next_business_day(due)
    if moved != due:
        values = (("invoice", item.id), ("due_on", due), ("moved", moved))
        yield Caveat(StatementCaveat.DUE_ON_WEEKEND, work.shift.source.article, values)


def stops(stay: Stay, item: Item) -> bool:
    """Whether a proceeding stops the interest of an item: only what was supplied by then."""
    return item.supplied <= stay.opened
