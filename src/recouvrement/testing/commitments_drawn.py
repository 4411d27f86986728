"""Promises, plans, bills, disputes and blocks, drawn one fact at a time."""

from datetime import timedelta

from recouvrement.facts.commitment import Bill, PaymentPlan, Promise
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.invoice import Instalment
from recouvrement.facts.words import CauseCode, DisputeOutcome, Means
from recouvrement.money import Money
from recouvrement.testing.history import History

# Days from a promise to its date: soon, the same day, and one day around a horizon of thirty.
DELAYS = (7, 14, 1, 0, 29, 30, 31, 45)


def draw_promise(h: History, name: str) -> Promise:
    """A promise on named items or on what is due, sometimes withdrawn, sometimes a second one."""
    c, made = h.choices, h.day()
    due = made + timedelta(c.one_of(DELAYS))
    currency = h.currency()
    amount = h.amount(currency)
    named = h.some_items(currency) if c.rarely(2) else ()
    former = [one for one in h.promises if one.made_on <= made]
    supersedes = c.one_of(former).id if former and c.rarely(2) else None
    odd = c.rarely(5)
    promise = Promise(
        name,
        made,
        due_on=due,
        amount=amount,
        means=c.one_of(tuple(Means)) if odd else Means.TRANSFER,
        invoices=named,
        made_by="Mme Petit" if odd else None,
        supersedes=supersedes,
        withdrawn_on=h.later(made, 30) if odd else None,
        recorded_on=h.learnt(made),
    )
    h.promises.append(promise)
    h.expected.append((due, amount))
    return promise


def draw_payment_plan(h: History, name: str) -> PaymentPlan:
    """A plan over one or two items, for what they are worth or for another amount."""
    c, agreed = h.choices, h.day()
    item, total = h.item()
    whole = total if c.rarely(2) else h.amount(total.currency)
    shares = [one for one in whole.split(c.one_of(((1, 1), (1, 1, 1), (1,), (5, 3, 2)))) if one]
    first, pace = c.one_of(((30, 30), (7, 7), (0, 30), (7, 1), (0, 1)))
    dues = [agreed + timedelta(first + pace * place) for place in range(len(shares))]
    h.expected += zip(dues, shares, strict=True)
    return PaymentPlan(
        name,
        agreed,
        instalments=tuple(Instalment(due, one) for due, one in zip(dues, shares, strict=True)),
        invoices=(item, *(h.some_items(total.currency) if c.rarely(3) else ())),
        signed_on=agreed,
        acceleration_clause=c.rarely(2),
        ended_on=h.later(agreed, 90) if c.rarely(5) else None,
        recorded_on=h.learnt(agreed),
    )


def draw_bill(h: History, name: str) -> Bill:
    """A bill of exchange for an item, its amount to the cent or not."""
    c, on = h.choices, h.day()
    item, total = h.item()
    return Bill(
        name,
        on,
        matures_on=h.later(on),
        amount=h.part_of(total) if c.rarely(2) else h.amount(total.currency),
        invoices=(item, *(h.some_items(total.currency) if c.rarely(3) else ())),
        recorded_on=h.learnt(on),
    )


def draw_dispute(h: History, name: str) -> Dispute:
    """A dispute of an item, whole or in part, open or resolved in any way."""
    c, on = h.choices, h.day()
    item, total = h.item()
    ending = c.one_of(("open", "open", None, *DisputeOutcome))
    amount = h.part_of(total) if c.rarely(2) else None
    odd = c.rarely(5)
    dispute = Dispute(
        name,
        on,
        invoice=item,
        cause=c.one_of(tuple(CauseCode)) if odd else CauseCode.OTHER,
        amount=total * 2 if amount and odd else amount,
        words="two pallets short" if odd else None,
        case="affair-1" if odd else None,
        owner="sales" if odd else None,
        resolve_by=on + timedelta(10) if odd else None,
        resolved_on=None if ending == "open" else h.later(on),
        outcome=None if ending == "open" else ending,
        recorded_on=h.learnt(on),
    )
    h.disputes.append(dispute)
    h.amounts.append(dispute.amount or Money(total.minor, total.currency))
    return dispute


def draw_dunning_block(h: History, name: str) -> DunningBlock:
    """A block on an item or on the account, with an end or with a day to review it."""
    c, since = h.choices, h.day()
    endless = c.rarely(4)
    items = h.items()
    return DunningBlock(
        name,
        since,
        until=None if endless else h.later(since),
        reason="new accountant" if endless else None,
        invoice=h.item()[0] if items and c.rarely(2) else None,
        review_on=h.later(since) if endless else None,
        recorded_on=h.learnt(since),
    )
