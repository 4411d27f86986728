"""Cases drawn close to what a policy asks: its ages and amounts ± 1, contacts from its levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

import attrs
from hypothesis.strategies import DrawFn, SearchStrategy, booleans, composite

from recouvrement.facts.account import Account
from recouvrement.facts.commitment import PaymentPlan, Promise
from recouvrement.facts.debtor import Debtor
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction, Step
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.legal import Assignment, Insolvency, Placement
from recouvrement.facts.settlement import CreditNote, Payment, WriteOff
from recouvrement.facts.words import ActionKind, Channel, DebtorKind, Means
from recouvrement.money import Money
from recouvrement.policy.condition import (
    Comparison,
    Condition,
    Containment,
    Flag,
    Leaf,
    Membership,
    leaves_of,
)
from recouvrement.policy.ladder import Level, Test
from recouvrement.policy.policy import Policy, rules_of
from recouvrement.policy.proofs.life import notice
from recouvrement.testing.accounts_drawn import SECTIONS, draw_account
from recouvrement.testing.choices import Choices
from recouvrement.testing.history import START, History, Wishes
from recouvrement.testing.lives import Scene, without_contacts

LAST: Final = START + timedelta(120)
# An invoice of a plain account is issued so many days before it is due.
TERMS: Final = timedelta(30)
_YES_NO: Final = booleans()
# An amount that no policy calls small, and one that none calls large.
PLAIN: Final = 1_000


class Constants(NamedTuple):
    """What a policy compares with: days past due, amounts, and the words of the debtor's."""

    ages: tuple[int, ...]
    amounts: tuple[Money, ...]
    words: tuple[tuple[str, str], ...]


def constants_of(policy: Policy) -> Constants:
    """The ages, the amounts and the words at which a policy changes its mind.

    >>> from recouvrement.policy import preset
    >>> constants_of(preset("fr-b2b")).ages[:4]
    (-5, -3, 2, 10)
    """
    floor, tests = policy.floor, [test for _, test, _ in rules_of(policy)]
    amounts = {one for one in (floor.formal_notice, floor.placement) if one}
    words: set[tuple[str, str]] = set()
    for leaf in _leaves(*tests):
        match leaf:
            case Comparison(constant=Money() as amount):
                amounts.add(amount)
            case Comparison(name, _, str(word)) | Containment(word, name):
                words.add((name, word))
            case Membership(name, many):
                words.update((name, word) for word in many)
            case Flag(name):
                words.add((name, ""))
            case _:
                pass
    return Constants(
        _ages_in(*tests),
        tuple(sorted(amounts, key=lambda one: (one.currency, one.minor))),
        tuple(sorted(words)),
    )


def _ages_in(*tests: Test | None) -> tuple[int, ...]:
    """The days past due at which conditions change their mind."""
    ages: set[int] = set()
    for leaf in _leaves(*tests):
        match leaf:
            case Comparison("days_past_due" | "oldest_days_past_due", _, int(age)):
                ages.add(age)
            case Comparison("days_until_due", _, int(age)):
                ages.add(-age)
            case Comparison("days_since_issue", _, int(age)):
                ages.add(age - TERMS.days)
            case _:
                pass
    return tuple(sorted(ages))


def _leaves(*tests: Test | None) -> Iterator[Leaf]:
    """Every comparison and flag of the conditions; rules written in Python have none."""
    for test in tests:
        if isinstance(test, Condition):
            yield from leaves_of(test.node)


def kinds_of(policy: Policy) -> tuple[DebtorKind, ...]:
    """The kinds of debtor that a policy serves, the plainest first."""
    return tuple(kind for kind in DebtorKind if kind in policy.serves)


def debtors_of(policy: Policy) -> tuple[Debtor, ...]:
    """Debtors of whom a policy may think differently: plain ones, then one for each of its words.

    >>> from recouvrement.policy import preset
    >>> [debtor.vip for debtor in debtors_of(preset("fr-b2b"))]
    [False, True]
    """
    kinds = kinds_of(policy)
    debtors = [Debtor("C-1", "Debtor C-1", kind=kind) for kind in kinds]
    for name, word in constants_of(policy).words:
        if name == "vip":
            debtors.append(Debtor("C-1", "Debtor C-1", kind=kinds[0], vip=True))
        elif name in {"segment", "sector", "country", "language"}:
            given = {name: word}
            debtors.append(Debtor("C-1", "Debtor C-1", kind=kinds[0], **given))  # type: ignore[arg-type]
    return tuple(dict.fromkeys(debtors))


def spoken_levels(policy: Policy) -> list[Level]:
    """The levels that are said to the debtor: all but the placements."""
    return [level for level in policy.levels if level.do is not ActionKind.PLACE]


def doors_of(policy: Policy) -> list[tuple[int, ...]]:
    """For each level that is spoken, and once they all are: the ages at which it may open or close.

    Those at which a hold or a trigger changes its mind are among them.
    """
    ages = constants_of(policy).ages or (2,)
    beside: list[Test | None] = [one.when for one in policy.holds]
    beside += [one.when for one in policy.triggers]
    doors = [_ages_in(one.when, one.until, *beside) for one in spoken_levels(policy)]
    return [door or ages for door in (*doors, ages)]


def contacts_up_to(
    levels: Sequence[Level], invoices: Sequence[Invoice], on: date, between: int
) -> Iterator[Fact]:
    """The contacts that brought items up these levels, the last of them on a day."""
    for level in reversed(levels):
        yield Interaction(
            f"I-{on}",
            on,
            channel=level.channel or Channel.LETTER,
            act=level.do,
            steps=tuple(Step(one.id, level.id) for one in invoices),
        )
        if level.do is ActionKind.FORMAL_NOTICE:
            yield notice(f"N-{on}", on, [one.id for one in invoices], invoices[0].total)
        on -= timedelta(between)


# Sorts of facts after which there is often nothing to say: some of the time there are none.
_SILENCING: Final = (Assignment, DunningBlock, Insolvency, Placement)
_SETTLING: Final = (CreditNote, Payment, WriteOff)
_WITHOUT: Final[tuple[tuple[type[Fact], ...], ...]] = (
    (),
    _SILENCING,
    _SETTLING,
    (*_SILENCING, *_SETTLING),
)
# What a plain account may have beside invoices, contacts and a promise: at most two of it, money
# that came and what holds it more often.
_BESIDE: Final = tuple(
    section
    for section in SECTIONS
    if section.kind not in {Interaction, Promise}
    for _ in range(3 if section.kind in {Payment, Dispute, DunningBlock, PaymentPlan} else 1)
)


def cases_of(policy: Policy) -> SearchStrategy[Scene]:
    """Cases drawn for a policy: any account, a plain one, or a life that is led."""
    return _drawn(_Drawing(policy))


@composite
def _drawn(draw: DrawFn, drawing: _Drawing) -> Scene:
    return drawing.case(_YesOrNo(draw))


class _YesOrNo(Choices):
    """Choices made of yes and no alone.

    Among whole numbers Hypothesis mixes the constants of the modules that it finds loaded, which it
    keeps in a folder: a check writes nothing, and looks at the same cases wherever it runs.
    """

    __slots__ = ()

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`; nothing is drawn when there is only one."""
        value = 0
        for _ in range((high - low).bit_length() if low < high else 0):
            value = 2 * value + self._draw(_YES_NO)
        return low + value % max(1, high - low + 1)


class _Drawing:
    """How cases are drawn for one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.constants = constants_of(policy)
        self.debtors = debtors_of(policy)
        self.ages = self.constants.ages or (2,)
        self.tags = tuple(word for name, word in self.constants.words if name == "tags")
        self.ladder = spoken_levels(policy)
        self.doors = doors_of(policy)
        kinds = kinds_of(policy)
        self.wishes = Wishes(
            currencies=(policy.currency,),
            around=self.constants.amounts,
            ages=self.ages,
            levels=tuple(level.id for level in policy.levels),
            kinds=(*kinds * (7 // len(kinds)), DebtorKind.UNKNOWN, *DebtorKind),
        )

    def case(self, c: Choices) -> Scene:
        """A case of one sort or another, the plain ones more often."""
        return c.one_of(
            (self.plain, self.silent, self.any, self.plain, self.busy, self.plain, self.any)
        )(c)

    # --- any account -----------------------------------------------------------------------------

    def any(self, c: Choices) -> Scene:
        """An account with anything in it, asked around its last days or after them."""
        own = self.policy.currency
        wishes = attrs.evolve(
            self.wishes,
            currencies=(own, own, own, "USD" if own == "EUR" else "EUR"),
            without=frozenset(c.one_of(_WITHOUT)),
        )
        account = draw_account(c, wishes, "C-1")
        last = max([LAST, *(fact.happened_on for fact in account.facts)])
        return Scene(account, (last if c.rarely(2) else LAST) + timedelta(c.number(0, 9) - 2))

    def busy(self, c: Choices) -> Scene:
        """A life after anything that a debtor may do, to whom nobody has spoken yet."""
        wishes = attrs.evolve(self.wishes, max_invoices=3, without=frozenset(c.one_of(_WITHOUT)))
        account = without_contacts(draw_account(c, wishes, "C-1"))
        return Scene(account, LAST - timedelta(c.number(0, 9)), 45, c.rarely(2))

    # --- plain accounts --------------------------------------------------------------------------

    def debtor(self, c: Choices) -> Debtor:
        """A plain debtor, now and then one whom the policy treats apart."""
        return c.one_of((*self.debtors[:1] * 3, *self.debtors))

    def invoice(self, c: Choices, number: int, due: date, by: date) -> Invoice:
        """A plain invoice; its amount is now and then one unit around a constant."""
        currency = self.policy.currency
        amount, issued = Money.of(PLAIN, currency), due - TERMS
        near = [one.minor for one in self.constants.amounts if one.currency == currency]
        if near and c.rarely(2):
            amount = Money(max(1, c.one_of(near) + (0, -1, 1)[c.number(0, 2)]), currency)
        tags = c.some_of(self.tags, 1) if self.tags and c.rarely(4) else ()
        return Invoice(
            f"F-{number}", min(issued, by), due_on=due, total=amount, tags=frozenset(tags)
        )

    def silent(self, c: Choices) -> Scene:
        """A life of a debtor who does nothing; the house may look at him late."""
        invoices = [
            self.invoice(c, number, START + timedelta(c.number(0, 40)), date.max)
            for number in range(1, c.number(1, 4) + 1)
        ]
        begun = c.one_of(self.ages) + c.number(0, 9) if c.rarely(3) else -10
        account = Account.of(self.debtor(c), *invoices)
        return Scene(account, START + timedelta(begun), 90, c.rarely(2))

    def plain(self, c: Choices) -> Scene:
        """One to three invoices at the policy's ages, climbed so far, and at most three facts.

        Mostly at the door of a level: at the ages it asks for, come to the level before.
        """
        as_of = LAST + timedelta(c.number(0, 6))
        top = c.number(0, len(self.ladder))
        ages = self.ages if c.rarely(4) else self.doors[top]
        invoices = []
        for number in range(1, c.one_of((1, 1, 2, 3)) + 1):
            due = as_of - timedelta(c.one_of(ages) + (0, 1, -1)[c.number(0, 2)])
            invoices.append(self.invoice(c, number, due, as_of))
        facts: list[Fact] = [*invoices, *self.contacts(c, invoices, as_of, self.ladder[:top])]
        if c.rarely(3):
            facts.append(self.promise(c, invoices[0], as_of))
        history = History(c, Wishes(start=as_of - timedelta(40), days=43), invoices)
        history.interactions = [one for one in facts if isinstance(one, Interaction)]
        for number in range(1, c.one_of((0, 0, 1, 2)) + 1):
            section = c.one_of(_BESIDE)
            fact = section.maker(history, f"{section.letter}-{number}")
            if fact is not None:
                facts.append(fact)
        return Scene(Account.of(self.debtor(c), *facts), as_of)

    def contacts(
        self, c: Choices, invoices: list[Invoice], as_of: date, climbed: list[Level]
    ) -> Iterator[Fact]:
        """What brought items to the last of these levels: one contact, or one for each of them."""
        if not climbed:
            return
        pace = self.policy.pace
        items = invoices if c.rarely(2) else c.some_of(invoices, len(invoices))
        around = (pace.between_levels, pace.between_contacts, 30, 1)
        on = as_of - timedelta(max(0, c.one_of(around) + (0, 1, -1)[c.number(0, 2)]))
        levels = climbed if c.rarely(2) else climbed[-1:]
        yield from contacts_up_to(levels, items, on, pace.between_levels)

    def promise(self, c: Choices, invoice: Invoice, as_of: date) -> Promise:
        """A promise to pay an invoice: broken lately, or due around today."""
        tolerance = self.policy.conventions.promise_tolerance
        due = as_of - timedelta(c.one_of((1, 0, -1, 2, 3, 8)) + tolerance)
        made = due - timedelta(c.one_of((7, 1, 0, 30, 31)))
        return Promise(
            "W-0",
            made,
            due_on=due,
            amount=invoice.total,
            means=Means.TRANSFER,
            invoices=(invoice.id,),
        )
