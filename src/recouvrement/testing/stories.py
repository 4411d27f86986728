"""Stories of debtors that every policy is told: silence first, then what debtors say and do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Any, Final

import attrs

from recouvrement.facts.account import Account
from recouvrement.facts.commitment import Bill, PaymentPlan, Promise
from recouvrement.facts.debtor import Debtor, Person
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction
from recouvrement.facts.invoice import Instalment, Invoice, InvoiceId
from recouvrement.facts.legal import Assignment, Insolvency, Placement
from recouvrement.facts.settlement import Allocation, CreditNote, Payment, Reversal, WriteOff
from recouvrement.facts.words import (
    Assignee,
    Channel,
    ContactResult,
    Direction,
    InsolvencyKind,
    Means,
    PlacementAgent,
)
from recouvrement.money import Money
from recouvrement.policy.policy import Policy
from recouvrement.position.deadlines import limitation_of
from recouvrement.position.position import position_of
from recouvrement.testing.cases_drawn import (
    PLAIN,
    TERMS,
    constants_of,
    contacts_up_to,
    debtors_of,
    doors_of,
    spoken_levels,
)
from recouvrement.testing.lives import Scene

DUE: Final = date(2026, 3, 2)
# Long enough for a ladder of six levels with a notice, and for a rule that counts in quarters.
DAYS: Final = 150
FIRST: Final = InvoiceId("F-1")


def on(days: int) -> date:
    """So many days after the due date of the stories."""
    return DUE + timedelta(days)


def silent(debtor: Debtor, amount: Money, *more: Fact, tags: Iterable[str] = ()) -> Account:
    """A debtor with one invoice, and what else happens."""
    invoice = Invoice(FIRST, DUE - TERMS, due_on=DUE, total=amount, tags=frozenset(tags))
    return Account.of(debtor, invoice, *more)


def life(account: Account, days: int = DAYS, **manner: Any) -> Scene:
    """The life of an account of the stories, from before its first invoice is due."""
    return Scene(account, DUE - timedelta(15), days, **manner)


def first_scenes(policy: Policy) -> Iterator[Scene]:
    """What is looked at before anything is drawn: silence, words, and the door of every level."""
    (plain, *amounts), (debtor, *debtors) = _amounts(policy), debtors_of(policy)
    yield life(silent(debtor, plain), 90)
    for other in debtors:
        yield life(silent(other, plain), 45)
    for amount in amounts:
        yield life(silent(debtor, amount), 30)
    many = silent(debtor, plain, *_weekly(plain))
    yield life(many, 90)
    yield life(many, 90, eager=True)
    # A house that looks for the first time at claims of any age.
    yield Scene(many, on(max(constants_of(policy).ages, default=0) + 10), 30)
    yield from _spoken(debtor, plain, 75)
    yield from _doors(policy, debtor, plain)


def stories_of(policy: Policy) -> Iterator[Scene]:
    """The silent debtor first, then what debtors say and do, then debtors and amounts of a kind.

    Whatever is said and done is told of a plain amount, of the largest and of the smallest that the
    policy speaks of; silence, of all of them.
    """
    amounts, (debtor, *debtors) = _amounts(policy), debtors_of(policy)
    tags = [word for name, word in constants_of(policy).words if name == "tags"]
    plain, largest, smallest = amounts[0], max(amounts, key=_minor), min(amounts, key=_minor)
    yield life(silent(debtor, plain))
    yield from _long(policy, debtor, largest)
    for amount in dict.fromkeys((plain, largest, smallest)):
        yield from _spoken(debtor, amount)
    for amount in amounts:
        yield from _long(policy, debtor, amount)
        for tag in tags:
            yield life(silent(debtor, amount, tags=[tag]))
    for other in chain(debtors, _particular(debtor, plain)):
        for amount in amounts:
            yield life(silent(other, amount))
        yield from _spoken(other, largest)


def _minor(amount: Money) -> int:
    return amount.minor


def _doors(policy: Policy, debtor: Debtor, amount: Money) -> Iterator[Scene]:
    """An invoice that has come to the level before, at each age at which the next may change."""
    ladder, gap = spoken_levels(policy), policy.pace.between_levels
    for top, ages in enumerate(doors_of(policy)):
        for age in dict.fromkeys(age + shift for age in ages for shift in (-1, 0, 1)):
            as_of = DUE + timedelta(age)
            account = silent(debtor, amount)
            last = as_of - timedelta(max(30, gap, policy.pace.between_contacts))
            said = contacts_up_to(ladder[:top], account.invoices, last, gap)
            yield Scene(account.record(*said), as_of)


def _amounts(policy: Policy) -> list[Money]:
    """A plain amount, then what lies around the constants of the policy, the large ones first."""
    currency = policy.currency
    found = {Money.of(PLAIN, currency): None}
    for one in reversed(constants_of(policy).amounts):
        if one.currency == currency:
            found.update({Money(max(1, one.minor + shift), currency): None for shift in (1, -1)})
    return list(found)


def _spoken(debtor: Debtor, amount: Money, days: int = DAYS) -> Iterator[Scene]:
    """What debtors say and do about one invoice."""
    for reply in ContactResult:
        yield life(silent(debtor, amount), days, reply=reply)
    for facts in _words(amount):
        yield life(silent(debtor, amount, *facts), days)


def _words(amount: Money) -> Iterator[tuple[Fact, ...]]:
    """What happens beside an invoice of an amount, one story after the other."""
    half, rest = amount.split((1, 1))
    broken = [
        Promise(f"W-{at}", on(at), due_on=on(at + 6), amount=amount, means=Means.TRANSFER)
        for at in (4, 18, 40, 70)
    ]
    yield tuple(broken)
    if half and rest:
        yield (
            Promise("W-1", on(4), due_on=on(10), amount=amount, means=Means.TRANSFER),
            Payment("P-1", on(9), amount=half),
        )
        yield (Dispute("D-1", on(5), invoice=FIRST, amount=half),)
        for clause in (False, True):
            yield (
                PaymentPlan(
                    "L-1",
                    on(5),
                    instalments=(Instalment(on(20), half), Instalment(on(50), rest)),
                    invoices=(FIRST,),
                    signed_on=on(5),
                    acceleration_clause=clause,
                ),
            )
    yield (Dispute("D-1", on(5), invoice=FIRST),)
    yield (DunningBlock("K-1", on(9), until=on(21)),)
    yield (DunningBlock("K-1", on(9), until=on(21), invoice=FIRST),)
    yield (_factored(),)
    yield (Placement("T-1", on(5), to=PlacementAgent.LAWYER, invoices=(FIRST,), ended_on=on(40)),)
    yield (CreditNote("A-1", on(5), total=half or rest, reason="goods sent back"),)
    yield (WriteOff("G-1", on(5), invoice=FIRST, amount=half or rest),)
    yield _returned(amount)
    yield _unapplied(amount)
    for kind in InsolvencyKind:
        yield (Insolvency("J-1", kind, opened_on=on(20)),)
    yield (Bill("B-1", on(5), matures_on=on(40), amount=amount, invoices=(FIRST,)),)
    yield _weekly(amount)
    yield _habit(amount)
    # An answer of the debtor's, by e-mail.
    yield (Interaction("I-in", on(12), channel=Channel.EMAIL, direction=Direction.INCOMING),)


def _factored() -> Assignment:
    """The claim assigned with notice: another collects it for five weeks."""
    return Assignment(
        "S-1",
        on(5),
        to=Assignee.FACTOR,
        invoices=(FIRST,),
        notified_on=on(5),
        ended_on=on(40),
    )


def _returned(amount: Money) -> tuple[Fact, ...]:
    return Payment("P-1", on(4), amount=amount), Reversal("X-1", on(9), payment="P-1")


def _unapplied(amount: Money) -> tuple[Fact, ...]:
    """Money for an invoice that is issued later only, as much as what is late."""
    later = Invoice("F-2", on(60), due_on=on(90), total=amount * 2)
    paid = Allocation("F-2", amount * 2)
    return later, Payment("P-1", on(5), amount=amount * 2, allocations=(paid,))


def _weekly(amount: Money) -> tuple[Fact, ...]:
    return tuple(
        Invoice(f"F-{at}", on(7 * at) - TERMS, due_on=on(7 * at), total=amount)
        for at in range(2, 12)
    )


def _habit(amount: Money) -> tuple[Fact, ...]:
    """Invoices of last year, each paid a month and a half late."""
    paid: list[Fact] = []
    for at in range(2, 7):
        due = on(-30 * at - 60)
        paid.append(Invoice(f"F-{at}", due - TERMS, due_on=due, total=amount))
        paid.append(
            Payment(
                f"P-{at}",
                due + timedelta(45),
                amount=amount,
                allocations=(Allocation(f"F-{at}", amount),),
            )
        )
    return tuple(paid)


def _long(policy: Policy, debtor: Debtor, amount: Money) -> Iterator[Scene]:
    """The last months before the claim lapses, for nothing said and for what is said late."""
    account = silent(debtor, amount)
    law = policy.applicable(debtor.kind).conventions
    lapses = limitation_of(position_of(account, as_of=DUE, conventions=law), FIRST)
    if lapses is not None and lapses.on is not None:
        yield Scene(account, lapses.on - timedelta(DAYS + 50), DAYS + 60)
    yield life(account, 3 * DAYS)


def _particular(debtor: Debtor, amount: Money) -> Iterator[Debtor]:
    """Debtors with an owner, a limit, refusals, people: what styles and recipients look at."""
    yield attrs.evolve(debtor, owner="Nadia", vip=True)
    yield attrs.evolve(debtor, credit_limit=Money(max(1, amount.minor // 2), amount.currency))
    yield attrs.evolve(debtor, refused_channels=frozenset({Channel.EMAIL, Channel.PHONE}))
    yield attrs.evolve(debtor, people=(Person("N-1", "Mme Petit", role="accounts_payable"),))
