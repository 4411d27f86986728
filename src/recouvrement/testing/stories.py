"""Stories of debtors, told to a policy to see which of its rules ever speak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain
from typing import Final, NamedTuple

import attrs

from recouvrement.facts.account import Account
from recouvrement.facts.commitment import Bill, PaymentPlan, Promise
from recouvrement.facts.debtor import Debtor, Person
from recouvrement.facts.dispute import Dispute
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction
from recouvrement.facts.invoice import Instalment, Invoice
from recouvrement.facts.legal import Insolvency
from recouvrement.facts.settlement import Allocation, Payment, Reversal
from recouvrement.facts.words import (
    Channel,
    ContactResult,
    Direction,
    InsolvencyKind,
    Means,
)
from recouvrement.money import Money
from recouvrement.policy.decision import Decision
from recouvrement.policy.policy import Policy
from recouvrement.testing.cases_drawn import PLAIN, TERMS, Drawn, constants_of, debtors_of
from recouvrement.testing.law import Breach, Law, against
from recouvrement.testing.lives import Case, Decider, lived

DUE: Final = date(2026, 3, 2)
# Long enough for a ladder of six levels with a notice, and for a rule that counts in quarters.
DAYS: Final = 150


class Story(NamedTuple):
    """An account whose facts come with their days, lived from a day on, and a reply to contacts."""

    account: Account
    since: date = DUE - timedelta(15)
    days: int = DAYS
    reply: ContactResult | None = None

    def told(self, policy: Policy, decide: Decider) -> Iterator[Case]:
        """The days of the story."""
        return lived(Case(policy, self.account, self.since, decide), self.days, reply=self.reply)


def on(days: int) -> date:
    """So many days after the due date of the stories."""
    return DUE + timedelta(days)


def silent(debtor: Debtor, amount: Money, *more: Fact, tags: Iterable[str] = ()) -> Account:
    """A debtor with one invoice, and what else happens."""
    invoice = Invoice("F-1", DUE - TERMS, due_on=DUE, total=amount, tags=frozenset(tags))
    return Account.of(debtor, invoice, *more)


def stories_of(policy: Policy) -> Iterator[Story]:
    """The silent debtor first, then what debtors say and do, then debtors and amounts of a kind."""
    amounts, debtors = _amounts(policy), debtors_of(policy)
    tags = [word for name, word in constants_of(policy).words if name == "tags"]
    plain = amounts[0]
    yield Story(silent(debtors[0], plain))
    for amount in amounts:
        yield from _spoken(debtors[0], amount)
        yield from _long(policy, debtors[0], amount)
    for debtor in chain(debtors[1:], _particular(debtors[0], plain)):
        for amount in amounts:
            yield Story(silent(debtor, amount))
        yield from _spoken(debtor, plain)
    for tag in tags:
        for amount in amounts:
            yield Story(silent(debtors[0], amount, tags=[tag]))


def silent_lives(policy: Policy) -> Iterator[Drawn]:
    """Lives that are looked at before any is drawn: debtors who do nothing, and hear of it."""
    debtors, amounts = debtors_of(policy), _amounts(policy)
    since = DUE - timedelta(15)
    for debtor in debtors:
        yield Drawn(silent(debtor, amounts[0]), since, 90)
    for amount in amounts:
        yield Drawn(silent(debtors[0], amount), since, 30)
    many = silent(debtors[0], amounts[0], *_weekly(amounts[0]))
    yield Drawn(many, since, 90)
    yield Drawn(many, since, 90, eager=True)
    # A house that looks for the first time at claims of any age.
    yield Drawn(many, on(max(constants_of(policy).ages, default=0) + 10), 30)


def _amounts(policy: Policy) -> list[Money]:
    """A plain amount, then what lies around the constants of the policy, the large ones first."""
    currency = policy.currency
    found = {Money.of(PLAIN, currency): None}
    for one in reversed(constants_of(policy).amounts):
        if one.currency == currency:
            found.update({Money(max(1, one.minor + shift), currency): None for shift in (1, -1)})
    return list(found)


def _spoken(debtor: Debtor, amount: Money) -> Iterator[Story]:
    """What debtors say and do about one invoice."""
    half, rest = amount.split((1, 1))
    broken = [
        Promise(f"W-{at}", on(at), due_on=on(at + 6), amount=amount, means=Means.TRANSFER)
        for at in (4, 18, 40, 70)
    ]
    yield Story(silent(debtor, amount, *broken))
    for reply in ContactResult:
        yield Story(silent(debtor, amount), reply=reply)
    if half and rest:
        partly = Promise("W-1", on(4), due_on=on(10), amount=amount, means=Means.TRANSFER)
        yield Story(silent(debtor, amount, partly, Payment("P-1", on(9), amount=half)))
        yield Story(silent(debtor, amount, Dispute("D-1", on(5), invoice="F-1", amount=half)))
        for clause in (False, True):
            plan = PaymentPlan(
                "L-1",
                on(5),
                instalments=(Instalment(on(20), half), Instalment(on(50), rest)),
                invoices=("F-1",),
                signed_on=on(5),
                acceleration_clause=clause,
            )
            yield Story(silent(debtor, amount, plan))
    yield Story(silent(debtor, amount, Dispute("D-1", on(5), invoice="F-1")))
    yield Story(silent(debtor, amount, *_returned(amount)))
    yield Story(silent(debtor, amount, *_unapplied(amount)))
    for kind in InsolvencyKind:
        yield Story(silent(debtor, amount, Insolvency("J-1", kind, opened_on=on(20))))
    bill = Bill("B-1", on(5), matures_on=on(40), amount=amount, invoices=("F-1",))
    yield Story(silent(debtor, amount, bill))
    yield Story(silent(debtor, amount, *_weekly(amount)))
    yield Story(silent(debtor, amount, *_habit(amount)))
    yield Story(silent(debtor, amount, *_written(on(12))))


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


def _written(day: date) -> tuple[Fact, ...]:
    """A message of the debtor's, by e-mail."""
    return (Interaction("I-in", day, channel=Channel.EMAIL, direction=Direction.INCOMING),)


def _long(policy: Policy, debtor: Debtor, amount: Money) -> Iterator[Story]:
    """The last months before the claim lapses, for nothing said and for what is said late."""
    years = policy.conventions.limitation_years
    if years is not None:
        end = DUE.replace(year=DUE.year + years)
        yield Story(silent(debtor, amount), since=end - timedelta(DAYS + 50), days=DAYS + 60)
    yield Story(silent(debtor, amount), days=3 * DAYS)


def _particular(debtor: Debtor, amount: Money) -> Iterator[Debtor]:
    """Debtors with an owner, a limit, refusals, people: what styles and recipients look at."""
    yield attrs.evolve(debtor, owner="Nadia", vip=True)
    yield attrs.evolve(debtor, credit_limit=Money(max(1, amount.minor // 2), amount.currency))
    yield attrs.evolve(debtor, refused_channels=frozenset({Channel.EMAIL, Channel.PHONE}))
    yield attrs.evolve(debtor, people=(Person("N-1", "Mme Petit", role="accounts_payable"),))


# --- 17: every rule is reached -------------------------------------------------------------------


def rules_in(decision: Decision) -> Iterator[str]:
    """The rules that speak in a decision: of its action, its steps, its reasons and its tasks."""
    action = decision.action
    if action is not None:
        yield action.rule
        yield from (step.level for step in action.steps)
        yield from decision.because
    yield from (task.rule for task in decision.tasks if task.rule is not None)


def unreached(
    policy: Policy, decide: Decider, *, reached: Iterable[str] = (), shown: Iterable[Account] = ()
) -> tuple[str, ...]:
    """The levels and triggers that none of the stories reaches, in the order of the document.

    `reached` are those known to speak already; `shown` are accounts of the host's, lived too.
    """
    levels = [one.id for one in policy.levels]
    missing = dict.fromkeys(levels + [one.id for one in policy.triggers])
    for rule in reached:
        missing.pop(rule, None)
    for story in chain(map(_shown, shown), stories_of(policy)):
        if not missing:
            break
        for day in story.told(policy, decide):
            for rule in rules_in(day.decision):
                missing.pop(rule, None)
    return tuple(missing)


def _shown(account: Account) -> Story:
    """The story of an account of the host's: from its first fact to half a year after its last."""
    days = [fact.happened_on for fact in account.facts]
    since, last = min(days, default=DUE), max(days, default=DUE)
    return Story(account, since=since, days=(last - since).days + DAYS)


def dead_rules(
    policy: Policy, decide: Decider, *, reached: Iterable[str] = (), shown: Iterable[Account] = ()
) -> Breach | None:
    """The breach of law 17: the silent debtor at the end of his climb, and what he never met."""
    missing = unreached(policy, decide, reached=reached, shown=shown)
    if not missing:
        return None
    climb = list(next(stories_of(policy)).told(policy, decide))
    spoken = dict.fromkeys(rule for day in climb for rule in rules_in(day.decision))
    expected = f"{', '.join(missing)} reached by a silent debtor, or in a story"
    return against(climb[-1], expected, f"silence reaches {', '.join(spoken) or 'nothing'}")


def _every_rule(case: Case) -> Breach | None:
    return dead_rules(case.policy, case.decide)


REACHED: Final = Law(
    number=17,
    name="every-rule-reached",
    statement=(
        "Every level and trigger is reached by the simulated climb of a silent debtor, or by a"
        " shown story."
    ),
    breach=_every_rule,
    once=True,
)
