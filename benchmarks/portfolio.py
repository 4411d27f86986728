"""A realistic book of debtors, the same at every run: twenty invoices each, a year of history."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from recouvrement import (
    Account,
    Allocation,
    Debtor,
    Dispute,
    Interaction,
    Invoice,
    Money,
    Payment,
    Promise,
    Step,
)
from recouvrement.facts.fact import Fact

AS_OF = date(2026, 10, 15)
INVOICES_PER_DEBTOR = 20
LADDER = ("first-reminder", "call", "firm-letter")


def accounts(invoices: int) -> Iterator[Account]:
    """Accounts that hold `invoices` invoices in all."""
    chance = random.Random(20261015)
    for number in range(invoices // INVOICES_PER_DEBTOR):
        yield _account(number, chance)


def _account(number: int, chance: random.Random) -> Account:
    facts: list[Fact] = []
    lateness = chance.choice((0, 0, 5, 12, 40))
    late: list[tuple[str, date, int]] = []
    for place in range(INVOICES_PER_DEBTOR):
        issued = AS_OF - timedelta(chance.randrange(1, 365))
        due = issued + timedelta(chance.choice((30, 30, 45, 60)))
        minor = chance.randrange(2_000, 900_000)
        invoice = f"F-{number}-{place}"
        facts.append(Invoice(invoice, issued, due_on=due, total=Money(minor, "EUR")))
        paid = due + timedelta(lateness + chance.randrange(-3, 15))
        if paid <= AS_OF and chance.random() < 0.85:
            facts.append(_payment(invoice, paid, minor, chance))
        elif due < AS_OF:
            late.append((invoice, due, minor))
    facts.extend(_collection(late, chance))
    debtor = Debtor(f"C-{number}", f"Debtor {number}", kind="business")
    return Account.of(debtor, *facts)


def _payment(invoice: str, on: date, minor: int, chance: random.Random) -> Payment:
    draw = chance.random()
    if draw < 0.80:  # directed, in full
        amount = Money(minor, "EUR")
        parts = (Allocation(invoice, amount),)
        return Payment(f"P-{invoice}", on, amount=amount, allocations=parts)
    if draw < 0.95:  # nobody said what it pays
        return Payment(f"P-{invoice}", on, amount=Money(minor, "EUR"))
    part = Money(minor // 2, "EUR")
    return Payment(f"P-{invoice}", on, amount=part, allocations=(Allocation(invoice, part),))


def _collection(late: list[tuple[str, date, int]], chance: random.Random) -> Iterator[Fact]:
    """What was said about the late invoices: reminders, promises, disputes."""
    said: dict[tuple[date, int], list[Step]] = {}
    for invoice, due, minor in late:
        for rank, level in enumerate(LADDER):
            on = due + timedelta((3, 12, 22)[rank])
            if on < AS_OF and chance.random() < 0.8:
                said.setdefault((on, rank), []).append(Step(invoice, level))
            else:
                break
        if chance.random() < 0.06:
            opened = due + timedelta(4)
            if opened <= AS_OF:
                amount = None if chance.random() < 0.5 else Money(max(1, minor // 3), "EUR")
                yield Dispute(f"D-{invoice}", opened, invoice=invoice, amount=amount)
    for (on, rank), steps in said.items():
        act = "call" if LADDER[rank] == "call" else "remind"
        channel = "phone" if act == "call" else "email"
        name = f"I-{steps[0].invoice}-{rank}"
        yield Interaction(name, on, channel=channel, act=act, steps=tuple(steps))
    if late and chance.random() < 0.25:
        made = AS_OF - timedelta(chance.randrange(2, 20))
        yield Promise(
            f"W-{late[0][0]}",
            made,
            due_on=made + timedelta(10),
            amount=Money(late[0][2], "EUR"),
            means="transfer",
            invoices=(late[0][0],),
        )
