"""Invoices and what settles them, drawn one fact at a time."""

from datetime import date, timedelta

from recouvrement.dates import PaymentTerms
from recouvrement.facts.invoice import Instalment, Invoice
from recouvrement.facts.settlement import (
    Allocation,
    CashApplication,
    CreditNote,
    Payment,
    Reversal,
    WriteOff,
)
from recouvrement.facts.words import (
    InstalmentKind,
    InvoiceKind,
    Means,
    PaymentPurpose,
    ReversalReason,
    WriteOffReason,
)
from recouvrement.money import Money
from recouvrement.testing.history import History, Source

# Days from issue to due date: agreed terms, payment in advance, and a due date before the issue.
TERMS = (30, 45, 60, 14, 0, 1, 90, -5)
TAGS = ("audit", "export", "key-account")


def draw_invoice(h: History, name: str) -> Invoice:
    """An invoice, sometimes due in parts, sometimes due at an age that was asked for."""
    c, total, on = h.choices, h.amount(), h.day()
    due = on + timedelta(c.one_of(TERMS))
    if h.wishes.ages and not c.rarely(3):
        due = h.wishes.last - timedelta(c.one_of(h.wishes.ages) + c.number(0, 2) - 1)
    schedule = _schedule(h, total, due) if c.rarely(5) else ()
    odd = c.rarely(5)
    invoice = Invoice(
        name,
        on,
        due_on=due,
        total=total,
        kind=c.one_of(tuple(InvoiceKind)) if odd else InvoiceKind.STANDARD,
        supplied_on=on + timedelta(c.number(-20, 20)) if odd else None,
        received_on=on if odd else None,
        tax=total.split((1, 5))[0] if odd else None,
        reference="PO-77" if odd else None,
        means=Means.TRANSFER if odd else None,
        terms=PaymentTerms(30) if odd else None,
        owner="Nadia" if odd else None,
        replaces=c.maybe(h.invoices[-1].id) if odd and h.invoices else None,
        due_assumed=odd and c.rarely(2),
        tags=frozenset(c.some_of(TAGS, 2)) if odd else frozenset(),
        schedule=schedule,
        recorded_on=h.learnt(on),
    )
    h.invoices.append(invoice)
    return invoice


def _schedule(h: History, total: Money, due: date) -> tuple[Instalment, ...]:
    c = h.choices
    weights = c.one_of(((1, 1), (3, 7), (1, 1, 1), (19, 1), (2, 3, 3, 2)))
    amounts = [amount for amount in total.split(weights) if amount]
    parts = [
        Instalment(due + timedelta(30 * place), amount) for place, amount in enumerate(amounts)
    ]
    if c.rarely(3):
        kept = Instalment(None, amounts[-1], kind=InstalmentKind.RETENTION)
        parts[-1] = kept
    if c.rarely(4):
        parts.reverse()  # parts are numbered as written, whatever their dates
    return tuple(parts)


def draw_payment(h: History, name: str) -> Payment:
    """Money received: what is expected to the cent, or not; directed to invoices, or not."""
    c = h.choices
    if h.expected and c.rarely(2):
        when, amount = c.one_of(h.expected)
        on = when + timedelta(c.one_of((0, -1, 1, -7, 7)))
    else:
        on, amount = h.day(), h.amount(h.currency())
    odd = c.rarely(6)
    payment = Payment(
        name,
        on,
        amount=amount,
        means=Means.TRANSFER if odd else None,
        payer="P. Durand" if odd else None,
        remittance="F-1 less discount" if odd else None,
        purpose=c.one_of(tuple(PaymentPurpose)) if odd else PaymentPurpose.SETTLEMENT,
        allocations=_allocations(h, amount) if c.rarely(2) else (),
        recorded_on=h.learnt(on),
    )
    h.sources.append(Source(payment))
    return payment


def _allocations(h: History, whole: Money) -> tuple[Allocation, ...]:
    left = whole.minor
    parts: list[Allocation] = []
    items = h.items(whole.currency)
    while items and left and len(parts) < 2:
        name, total = h.choices.one_of(items)
        wanted = h.part_of(total) if h.choices.rarely(3) else total
        part = Money(min(left, wanted.minor), whole.currency)
        parts.append(Allocation(name, part))
        left -= part.minor
        if not h.choices.rarely(2):
            break
    return tuple(parts)


def draw_credit_note(h: History, name: str) -> CreditNote:
    """A credit note: free, allocated, or linked to a dispute and of the amount in dispute."""
    c = h.choices
    on, dispute = h.day(), None
    if h.disputes and not c.rarely(3):
        dispute = c.one_of(h.disputes)
        (whole,) = (total for item, total in h.items() if item == dispute.invoice)
        total = h.part_of(dispute.amount or whole)
        on = max(on, dispute.opened_on) if c.rarely(2) else on
    else:
        total = h.amount(h.currency())
    note = CreditNote(
        name,
        on,
        total=total,
        allocations=_allocations(h, total) if c.rarely(3) else (),
        reason="price",
        dispute=dispute.id if dispute else None,
        recorded_on=h.learnt(on),
    )
    h.sources.append(Source(note))
    return note


def draw_cash_application(h: History, name: str) -> CashApplication | None:
    """A later advice within what its source has left to direct; None when there is none."""
    c = h.choices
    able = [one for one in h.sources if one.room and h.items(one.whole.currency)]
    if not able:
        return None
    source = c.one_of(able)
    item, _ = h.item(source.whole.currency)
    amount = h.part_of(Money(source.room, source.whole.currency))
    source.room -= amount.minor
    on = h.day() if c.rarely(4) else h.later(source.fact.happened_on)
    return CashApplication(
        name,
        on,
        source=source.fact.id,
        invoice=item,
        amount=amount,
        recorded_on=h.learnt(on),
    )


def draw_reversal(h: History, name: str) -> Reversal | None:
    """Money that went back, whole or in part, on or after the day it came; None without money."""
    c = h.choices
    able = [
        one for one in h.sources if isinstance(one.fact, Payment) and one.gone < one.whole.minor
    ]
    if not able:
        return None
    source = c.one_of(able)
    left = Money(source.whole.minor - source.gone, source.whole.currency)
    whole = not source.gone and not c.rarely(3)
    amount = left if whole else h.part_of(left)
    source.gone += amount.minor
    on = h.later(source.fact.happened_on)
    return Reversal(
        name,
        on,
        payment=source.fact.id,
        amount=None if whole else amount,
        reason=c.one_of(tuple(ReversalReason)),
        recorded_on=h.learnt(on),
    )


def draw_write_off(h: History, name: str) -> WriteOff:
    """An amount given up on an item, now and then more than it ever was."""
    c = h.choices
    item, total = h.item()
    on = h.day()
    return WriteOff(
        name,
        on,
        invoice=item,
        amount=total * 2 if c.rarely(8) else h.part_of(total),
        reason=c.one_of(tuple(WriteOffReason)),
        recorded_on=h.learnt(on),
    )
