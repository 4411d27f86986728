"""What a good programmer would write for one company, one policy and this book alone.

It reads the same facts of the same accounts and does the arithmetic that `fr-b2b` needs: cash
application, promises, disputes, the ladder, netting and pace, with nothing general about it.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from recouvrement import Account, Dispute, Interaction, Invoice, Payment, Promise
from recouvrement.facts.invoice import InvoiceId

Grouped = tuple[list[Invoice], list[Payment], list[Dispute], list[Promise], list[Interaction]]
RANKS = {
    "pre-due": 0,
    "first-reminder": 1,
    "call": 2,
    "broken-promise": 3,
    "firm-letter": 4,
    "formal-notice": 5,
    "placement": 6,
}


def grouped(account: Account) -> Grouped:
    """The facts of an account by kind, invoices oldest first, directed money first on its day."""
    groups: dict[type, list[Any]] = {
        Invoice: [],
        Payment: [],
        Dispute: [],
        Promise: [],
        Interaction: [],
    }
    for fact in account.facts:
        groups[type(fact)].append(fact)
    invoices, payments, disputes, promises, interactions = groups.values()
    invoices.sort(key=lambda one: (one.due_on, one.issued_on, one.total.minor, one.id))
    payments.sort(key=lambda one: (one.received_on, not one.allocations))
    return invoices, payments, disputes, promises, interactions


def climb(reached: int, late: int, broken: int | None, notice: int | None, reminders: int) -> int:
    """The ladder of `fr-b2b`, written out."""
    if reached < 0 and not -late < 3:
        return 0 if -late <= 5 else -1
    if reached < 1 and not (broken is not None and broken >= 1):
        return 1 if late >= 2 else -1
    if reached < 2 and not (broken is not None and broken >= 1):
        return 2 if late >= 10 else -1
    if reached < 3 and broken is not None and broken >= 1 and not (reached == 2 and late >= 20):
        return 3
    if reached < 4:
        return 4 if late >= 20 or (broken is not None and broken >= 1) else -1
    if reached < 5:
        return 5 if (late >= 30 and reminders >= 3) or late >= 45 else -1
    if reached < 6:
        return 6 if notice is not None and notice >= 1 else -1
    return -1


LEVELS = tuple(RANKS)


def decide(data: Grouped, as_of: date, execute_on: date) -> tuple[str, tuple[str, ...]]:
    """The deciding rule and the items that climb."""
    invoices, payments, disputes, promises, interactions = data
    opens = {one.id: one.total.minor if one.issued_on <= as_of else 0 for one in invoices}
    spare, received = _apply(invoices, payments, promises, opens, as_of)
    contact, recent = None, set()
    reached: dict[InvoiceId, int] = {}
    last: dict[InvoiceId, date] = {}
    reminders: dict[InvoiceId, int] = {}
    for said in interactions:
        on = said.on
        if on > as_of:
            break
        contact = on
        if (execute_on - on).days < 30:
            recent.add(on)
        for step in said.steps:
            invoice = step.invoice
            if opens[invoice]:
                rank = RANKS[step.level]
                if rank > reached.get(invoice, -1):
                    reached[invoice] = rank
                last[invoice] = on
                reminders[invoice] = reminders.get(invoice, 0) + 1
    held: dict[InvoiceId, int] = {}
    for dispute in disputes:
        left = opens[dispute.invoice]
        if left and dispute.opened_on <= as_of:
            held[dispute.invoice] = (
                left if dispute.amount is None else min(dispute.amount.minor, left)
            )
    broken = (
        _promised(promises, disputes, opens, held, received, as_of, contact) if promises else None
    )
    owed, steps, early = 0, [], []
    for one in invoices:
        invoice = one.id
        amount = opens[invoice]
        if not amount:
            continue
        amount -= held.get(invoice, 0)
        if not amount:
            continue
        late = (as_of - one.due_on).days
        rank = climb(reached.get(invoice, -1), late, broken, None, reminders.get(invoice, 0))
        if late > 0:
            owed += amount
            if rank > 0 and (invoice not in last or (execute_on - last[invoice]).days >= 7):
                steps.append((rank, one))
        elif rank == 0:
            early.append((rank, one))
    if spare and spare >= owed:
        steps = []
    if owed - spare < 50_000:
        steps = [step for step in steps if step[0] != 6]
    if owed - spare < 15_000:
        steps = [step for step in steps if step[0] != 5]
    chosen = steps or early
    if not chosen:
        return "", ()
    if (contact and (execute_on - contact).days < 5) or len(recent) >= 5:
        return "pace", ()
    chosen.sort(key=lambda step: -step[0])
    return LEVELS[chosen[0][0]], tuple([one.id for _, one in chosen])


def _apply(
    invoices: list[Invoice],
    payments: list[Payment],
    promises: list[Promise],
    opens: dict[InvoiceId, int],
    as_of: date,
) -> tuple[int, list[tuple[date, InvoiceId, int]]]:
    """Directed money, then money that nobody directed; what is left over, and what came when."""
    spare = 0
    received = []
    for payment in payments:
        on = payment.received_on
        if on > as_of:
            break
        amount = payment.amount.minor
        for part in payment.allocations:
            taken = min(part.amount.minor, opens[part.invoice])
            opens[part.invoice] -= taken
            amount -= taken
            received.append((on, part.invoice, taken))
        if not amount:
            continue
        for promise in promises:
            if promise.amount.minor == amount and promise.made_on < on <= promise.due_on:
                target = promise.invoices[0]
                taken = min(amount, opens[target])
                opens[target] -= taken
                amount -= taken
                received.append((on, target, taken))
        for one in invoices:
            if amount and opens[one.id] == amount and one.issued_on <= on:
                opens[one.id] = 0
                received.append((on, one.id, amount))
                amount = 0
                break
        for one in invoices:
            if not amount:
                break
            left = opens[one.id]
            if left and one.issued_on <= on:
                taken = min(amount, left)
                opens[one.id] = left - taken
                amount -= taken
                received.append((on, one.id, taken))
        spare += amount
    return spare, received


def _promised(
    promises: list[Promise],
    disputes: list[Dispute],
    opens: dict[InvoiceId, int],
    held: dict[InvoiceId, int],
    received: list[tuple[date, InvoiceId, int]],
    as_of: date,
    contact: date | None,
) -> int | None:
    """Shelter what open promises cover; days since the latest broken one nobody followed."""
    broken = None
    for promise in promises:
        made, until, invoice = promise.made_on, promise.due_on, promise.invoices[0]
        if made > as_of:
            continue
        got = sum([taken for on, at, taken in received if at == invoice and made < on <= until])
        if as_of <= until:
            sheltered = min(opens[invoice] - held.get(invoice, 0), promise.amount.minor - got)
            if sheltered > 0:
                held[invoice] = held.get(invoice, 0) + sheltered
        elif not got and opens[invoice] > _disputed(disputes, invoice, opens[invoice], until):
            broken = until if broken is None else max(broken, until)
    if broken is None or (contact is not None and contact > broken):
        return None
    return (as_of - broken).days


def _disputed(disputes: list[Dispute], invoice: InvoiceId, left: int, on: date) -> int:
    for dispute in disputes:
        if dispute.invoice == invoice and dispute.opened_on <= on:
            return left if dispute.amount is None else dispute.amount.minor
    return 0
