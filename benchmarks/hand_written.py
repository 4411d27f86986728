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
    "firm-letter": 3,
    "formal-notice": 4,
    "placement": 5,
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


def climb(reached: int, late: int, notice: int | None, reminders: int) -> int:
    """The ladder of `fr-b2b`, written out."""
    if reached < 0 and not -late < 3:
        return 0 if -late <= 5 else -1
    if reached < 1:
        return 1 if late >= 2 else -1
    if reached < 2:
        return 2 if late >= 10 else -1
    if reached < 3:
        return 3 if late >= 20 else -1
    if reached < 4:
        return 4 if (late >= 30 and reminders >= 3) or late >= 45 else -1
    if reached < 5:
        return 5 if notice is not None and notice >= 1 else -1
    return -1


def next_step(reached: int) -> int:
    """Where a broken promise moves an item: one level up, and never onto a formal one."""
    return max(1, reached + 1) if reached < 3 else -1


LEVELS = tuple(RANKS)


def decide(data: Grouped, as_of: date, execute_on: date) -> tuple[str, tuple[str, ...]]:
    """The deciding rule and the items that climb."""
    rule, chosen, _, _ = _decided(data, as_of, execute_on)
    return rule, tuple([one.id for _, one in chosen])


# What each rule does: act, channel, tone, by whom.
MANNER = {
    "pre-due": ("pre_due_reminder", "email", "friendly", "automatic"),
    "first-reminder": ("remind", "email", "courteous", "automatic"),
    "call": ("call", "phone", "courteous", "collector"),
    "firm-letter": ("remind", "letter", "firm", "automatic"),
    "formal-notice": ("formal_notice", "registered_letter", "formal", "collector"),
    "placement": ("place", None, "formal", "account_manager"),
    "broken-promise": ("call", "phone", "firm", "collector"),
    "partly-kept-promise": ("call", "phone", "firm", "collector"),
}
Said = tuple[object, ...]


def act(account: Account, data: Grouped, as_of: date, execute_on: date, act_by: date) -> Said:
    """The same values as a whole decision: what is said, how, by whom, on what, how much, by when.

    Empty when nothing is said. Large debtors are called, by the account manager if there is one.
    """
    rule, chosen, listed, asked = _decided(data, as_of, execute_on)
    if rule in ("", "pace"):
        return ()
    kind, channel, tone, handler = MANNER[rule]
    debtor = account.debtor
    formal = kind in ("formal_notice", "place")
    late = sum([amount for _, amount in listed])
    if debtor.vip or late >= 2_000_000:
        handler = "account_manager"
        if not formal:
            channel = "phone"
            if kind == "remind":
                kind = "call"
    elif kind == "remind":
        _, payments, disputes, promises, past = data
        heard = [one.received_on for one in payments if one.received_on <= as_of]
        heard += [one.opened_on for one in disputes if one.opened_on <= as_of]
        heard += [one.made_on for one in promises if one.made_on <= as_of]
        since = max(heard, default=date.min)
        past = [said for said in past if said.on <= as_of]
        unheard = {said.on for said in past if said.on > since}
        if len(unheard) >= 3 and past[-1].channel == "email":
            channel = "letter"
    if handler == "account_manager" and debtor.owner is None:
        handler = "collector"
    refused = debtor.refused_channels
    if channel is not None and channel in refused and not formal:
        channel = next((one for one in ("email", "portal", "letter") if one not in refused), None)
    steps = tuple([(one.id, LEVELS[rank]) for rank, one in chosen])
    climbing = {one for one, _ in steps}
    others = () if rule == "pre-due" else [one.id for one, _ in listed if one.id not in climbing]
    return (
        kind,
        channel,
        tone,
        handler,
        rule,
        debtor.recipient,
        steps,
        tuple(others),
        asked,
        execute_on,
        execute_on if handler == "automatic" else act_by,
        formal,
    )


Chosen = list[tuple[int, Invoice]]


def _decided(
    data: Grouped, as_of: date, execute_on: date
) -> tuple[str, Chosen, list[tuple[Invoice, int]], int]:
    """The rule, the items that climb with their ranks, all that is late, and what is asked."""
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
    broken, partly = (
        _promised(promises, disputes, opens, held, received, as_of, contact)
        if promises
        else (None, None)
    )
    owed, coming, steps, early, late_ones = 0, 0, [], [], []
    for one in invoices:
        invoice = one.id
        amount = opens[invoice]
        if not amount:
            continue
        amount -= held.get(invoice, 0)
        if not amount:
            continue
        late = (as_of - one.due_on).days
        rank = climb(reached.get(invoice, -1), late, None, reminders.get(invoice, 0))
        if late > 0:
            owed += amount
            late_ones.append((one, amount))
            if rank > 0 and (invoice not in last or (execute_on - last[invoice]).days >= 7):
                steps.append((rank, one))
        elif rank == 0:
            early.append((rank, one))
            coming += amount
    if spare and spare >= owed:
        steps, late_ones = [], []
    if owed - spare < 50_000:
        steps = [step for step in steps if step[0] != 5]
    if owed - spare < 15_000:
        steps = [step for step in steps if step[0] != 4]
    rule = "broken-promise" if broken else "partly-kept-promise" if partly else ""
    if rule and late_ones and not any(rank >= 4 for rank, _ in steps):
        climbing = {one.id: rank for rank, one in steps}
        chosen = []
        for one, _ in late_ones:
            rank = climbing.get(one.id, -1)
            if broken:
                rank = max(rank, next_step(reached.get(one.id, -1)))
            if rank > 0:
                chosen.append((rank, one))
    else:
        rule = ""
        chosen = steps or early
        if not chosen:
            return "", [], [], 0
    if (contact and (execute_on - contact).days < 5) or len(recent) >= 5:
        return "pace", [], [], 0
    chosen.sort(key=lambda step: -step[0])
    rule = rule or LEVELS[chosen[0][0]]
    asked = coming - max(0, spare - owed) if rule == "pre-due" else owed - spare
    return rule, chosen, late_ones, asked


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
) -> tuple[date | None, date | None]:
    """Shelter what open promises cover; the latest broken, and partly kept, nobody followed."""
    broken, partly = None, None
    for promise in promises:
        made, until, invoice = promise.made_on, promise.due_on, promise.invoices[0]
        if made > as_of:
            continue
        got = sum([taken for on, at, taken in received if at == invoice and made < on <= until])
        if as_of <= until:
            sheltered = min(opens[invoice] - held.get(invoice, 0), promise.amount.minor - got)
            if sheltered > 0:
                held[invoice] = held.get(invoice, 0) + sheltered
        elif opens[invoice] > _disputed(disputes, invoice, opens[invoice], until):
            if not got:
                broken = until if broken is None else max(broken, until)
            elif got < promise.amount.minor:
                partly = until if partly is None else max(partly, until)
    if contact is not None:
        broken = None if broken is None or contact > broken else broken
        partly = None if partly is None or contact > partly else partly
    return broken, partly


def _disputed(disputes: list[Dispute], invoice: InvoiceId, left: int, on: date) -> int:
    for dispute in disputes:
        if dispute.invoice == invoice and dispute.opened_on <= on:
            return left if dispute.amount is None else dispute.amount.minor
    return 0
