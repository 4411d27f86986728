"""What must be said beside the figures of a statement, as codes and values."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from enum import StrEnum
from typing import Final

from recouvrement.facts.book import Book, Item, Stay
from recouvrement.facts.words import InvoiceKind
from recouvrement.law import Caveat
from recouvrement.law.timeline import RowValue
from recouvrement.money import Money
from recouvrement.position.accrual import Accrued
from recouvrement.position.appropriation import Claim
from recouvrement.position.contests import contested_on
from recouvrement.position.statement_workings import Workings

# Entries of books that stand for no invoice: what they hold may bear interest, not a sum a piece.
WITHOUT_FIXED_SUM: Final = frozenset({InvoiceKind.OPENING, InvoiceKind.ADJUSTMENT})


class StatementCaveat(StrEnum):
    """What a statement says of an item beside its figures.

    DUE_DATE_ASSUMED: the agreed date is not known, so there is no interest and no fixed sum until
    it is confirmed. DISPUTED: part of it is disputed, which does not stop interest. INSOLVENCY:
    interest stopped the day before the proceeding opened, and does not start again when it ends.
    BILL, PLAN: a bill of exchange or a payment plan stands; neither moves the due date here.
    ASSIGNED: the claim was assigned and the debtor notified. CREDITED_LATE: a credit note came once
    the item was late, and counts from its own day. BAD_DEBT_GIVEN_UP: a bad debt was written off in
    the books, which stops interest here. DUE_BEFORE_ISSUE: it fell due before it was issued.
    NOT_AN_INVOICE: an opening or an adjustment, without a fixed sum. ACCESSORIES_BILLED: it was
    billed for accessories, bears none, and may be the same interest. FIXED_SUM_IN_OTHER_CURRENCY:
    the fixed sum is in the currency of the law and left out. FIXED_SUM_NOT_HELD: the pack knows
    nothing of a fixed sum, so none was computed. DUE_ON_WEEKEND: the law moves a due date that is
    no working day, here it is not moved; `moved` is the day it would be.
    """

    DUE_DATE_ASSUMED = "due_date_assumed"
    DISPUTED = "disputed"
    INSOLVENCY = "insolvency"
    BILL = "bill"
    PLAN = "plan"
    ASSIGNED = "assigned"
    CREDITED_LATE = "credited_late"
    BAD_DEBT_GIVEN_UP = "bad_debt_given_up"
    DUE_BEFORE_ISSUE = "due_before_issue"
    NOT_AN_INVOICE = "not_an_invoice"
    ACCESSORIES_BILLED = "accessories_billed"
    FIXED_SUM_IN_OTHER_CURRENCY = "fixed_sum_in_other_currency"
    FIXED_SUM_NOT_HELD = "fixed_sum_not_held"
    DUE_ON_WEEKEND = "due_on_weekend"


def said(code: StatementCaveat, item: str, **values: RowValue) -> Caveat:
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


def item_caveats(work: Workings, law_currency: str) -> dict[int, list[Caveat]]:
    """What to say of each item that is late, by place."""
    book, day = work.ledger.book, work.ledger.day
    disputed = contested_on(book, day, work.ledger.open) if book.contests else {}
    late = any(claim.lines for claim in work.claims.values())
    found: dict[int, list[Caveat]] = {}
    for place, claim in work.claims.items():
        item = book.items[place]
        about = list(_of_item(item, claim, day, late=late))
        if claim.lines:
            if disputed.get(place):
                amount = Money(disputed[place], item.currency).amount
                about.append(said(StatementCaveat.DISPUTED, item.id, amount=amount))
            about += _of_entries(book, claim, item.id, work.bad_debts)
            about += _of_commitments(book, claim, day)
            about += _of_shift(work, item)
        if place in work.left_out:
            other = StatementCaveat.FIXED_SUM_IN_OTHER_CURRENCY
            about.append(said(other, item.id, currency=law_currency))
        if place in work.not_held:
            about.append(said(StatementCaveat.FIXED_SUM_NOT_HELD, item.id))
        if about:
            found[place] = about
    return found


def _of_item(item: Item, claim: Claim, day: int, *, late: bool) -> Iterator[Caveat]:
    """What the item itself says, and whether it bears interest at all."""
    kind = item.invoice.kind
    if item.assumed and item.due < day and claim.principal:
        yield said(StatementCaveat.DUE_DATE_ASSUMED, item.id)
    if kind is InvoiceKind.ACCESSORIES and claim.principal and late:
        yield said(StatementCaveat.ACCESSORIES_BILLED, item.id)
    if claim.lines:
        if item.issued > item.due:
            yield said(StatementCaveat.DUE_BEFORE_ISSUE, item.id)
        if kind in WITHOUT_FIXED_SUM:
            yield said(StatementCaveat.NOT_AN_INVOICE, item.id)


def _of_entries(
    book: Book, claim: Claim, item: str, bad_debts: Collection[int]
) -> Iterator[Caveat]:
    """What came once the item was late, and was no payment."""
    for entry in claim.entries:
        source = book.sources[entry.source]
        if entry.on < claim.first or source.cash:
            continue
        on = date.fromordinal(entry.on)
        if source.netted:
            yield said(StatementCaveat.CREDITED_LATE, item, credit_note=source.id, on=on)
        elif entry.source in bad_debts:
            yield said(StatementCaveat.BAD_DEBT_GIVEN_UP, item, write_off=source.id, on=on)


def _of_commitments(book: Book, claim: Claim, day: int) -> Iterator[Caveat]:
    """Who or what else holds the item, or held it while it bore interest."""
    place = claim.place
    item = book.items[place]
    for stay in book.stays:
        if stops(stay, item) and stay.opened <= day:
            opened = date.fromordinal(stay.opened)
            yield said(StatementCaveat.INSOLVENCY, item.id, opened_on=opened)
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
    if work.shift is None:
        return
    due = date.fromordinal(item.due)
    moved = work.calendar.next_business_day(due)
    if moved != due:
        values = (("invoice", item.id), ("due_on", due), ("moved", moved))
        yield Caveat(StatementCaveat.DUE_ON_WEEKEND, work.shift.source.article, values)


def stops(stay: Stay, item: Item) -> bool:
    """Whether a proceeding stops the interest of an item: only what was supplied by then."""
    return item.supplied <= stay.opened
