"""Accounts made to show wanted values of criteria: one item, and as few facts as that takes.

What is wanted may contradict itself, or what is made to show one value may change another: whoever
asks for a scene reads its values again before trusting it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Final

from recouvrement.facts.account import Account
from recouvrement.facts.commitment import PaymentPlan, Promise
from recouvrement.facts.debtor import Debtor
from recouvrement.facts.dispute import Dispute
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction, InteractionResult, Step
from recouvrement.facts.invoice import Instalment, Invoice
from recouvrement.facts.legal import FormalNotice, Insolvency
from recouvrement.facts.settlement import Allocation, Payment, Reversal
from recouvrement.facts.words import (
    ActionKind,
    Channel,
    ContactResult,
    DebtorKind,
    InsolvencyKind,
    Means,
)
from recouvrement.money import Money
from recouvrement.policy.policy import Policy
from recouvrement.policy.proofs.cells import Cell, Key, OtherWord, Span, Truth, Word
from recouvrement.position.commitments import PlanStatus

ITEM: Final = "F-1"
# A Wednesday of an ordinary week, so that what is said that day may leave that day.
DAY: Final = date(2026, 6, 17)
# Days from issue to due date, where nothing else is wanted.
TERM: Final = 30
_MONTH: Final = 30
# Days between two promises of a debtor.
_APART: Final = 10
# So many contacts, or promises, an account may have for one value to be shown.
_MOST: Final = 100


class Unshowable(Exception):
    """What is wanted contradicts itself, the calendar of dates, or what a person would look at."""


def scene(policy: Policy, wanted: Mapping[Key, Cell], *, day: date = DAY) -> Account:
    """An account on which, on that day, its item shows these cells as far as it can.

    `Unshowable` where no such account can be made.

    >>> from recouvrement.policy import preset
    >>> account = scene(preset("fr-b2b"), {("days_past_due", None): Span(10, 19)})
    >>> account.debtor.kind.value, account.invoices[0].due_on
    ('business', datetime.date(2026, 6, 5))
    """
    try:
        return _Scene(policy, wanted, day).account()
    except (ValueError, OverflowError):
        raise Unshowable from None


def ordinary_amount(policy: Policy) -> int:
    """A thousand, in minor units of the policy's currency."""
    return Money.of(1000, policy.currency).minor


def pick(
    cell: Cell | None, ordinary: int, *, least: int | None = None, most: int | None = None
) -> int:
    """The number of a span nearest to an ordinary one, within bounds of its own."""
    low, high = (cell.low, cell.high) if isinstance(cell, Span) else (None, None)
    for bound in (low, least):
        if bound is not None:
            ordinary = max(ordinary, bound)
    for bound in (high, most):
        if bound is not None:
            ordinary = min(ordinary, bound)
    return ordinary


class _Scene:
    """What is wanted, and the figures that follow from it."""

    def __init__(self, policy: Policy, wanted: Mapping[Key, Cell], day: date) -> None:
        self.policy = policy
        self.day = day
        self.cells = {name: cell for (name, word), cell in wanted.items() if word is None}
        self.tags = frozenset(
            word
            for (name, word), cell in wanted.items()
            if name == "tags" and word is not None and cell == Truth(value=True)
        )
        self.tolerance = policy.conventions.promise_tolerance
        self.ids = [level.id for level in policy.levels]
        self.amounts()
        self.dates()
        self.contacts()

    # --- reading what is wanted ------------------------------------------------------------------

    def days(self, name: str) -> Span | None:
        """The span wanted of a criterion, None where it is absent or free."""
        cell = self.cells.get(name)
        return cell if isinstance(cell, Span) else None

    def flag(self, name: str) -> bool:
        """Whether a flag is wanted."""
        return self.cells.get(name) == Truth(value=True)

    def word(self, name: str) -> str | None:
        """The word wanted, None where it is absent or free."""
        cell = self.cells.get(name)
        return cell.value if isinstance(cell, Word | OtherWord) else None

    def money(self, minor: int) -> Money:
        return Money(minor, self.policy.currency)

    def before(self, days: int) -> date:
        """So many days before the day."""
        return self.day - timedelta(days)

    # --- figures ---------------------------------------------------------------------------------

    def amounts(self) -> None:
        """What is due on the item, collectable in all, and open in all, each within the next."""
        ordinary = ordinary_amount(self.policy)
        due, all_due, whole = map(self.days, ("amount_due", "collectable", "open"))
        self.due = pick(due, ordinary, least=1)
        self.collectable = pick(all_due, self.due, least=1)
        if self.collectable < self.due:
            self.due = pick(due, self.collectable, least=1)
        self.open = pick(whole, max(self.collectable, self.due))
        if self.open < self.collectable and all_due is None:
            self.collectable = self.open
            self.due = min(self.due, self.open)

    def dates(self) -> None:
        """How late the item is, and since when it runs."""
        until, notice, oldest = map(
            self.days, ("days_until_due", "notice_days", "oldest_days_past_due")
        )
        limited = self.days("limitation_days")
        low = None if notice is None else pick(notice, 1) + 1
        late = self.days("days_past_due")
        if late is None and until is not None:
            late = Span(
                None if until.high is None else -until.high,
                None if until.low is None else -until.low,
            )
        ordinary = 12
        years = self.policy.applicable().conventions.limitation_years
        if limited is not None and years:
            left = pick(limited, 0, least=-1)
            ordinary = (365 * years) + 1 - left
        self.late = pick(late, ordinary, least=low)
        self.oldest = max(self.late, pick(oldest, self.late))
        self.due_on = self.before(self.late)
        issued = self.days("days_since_issue")
        # Early enough for what the debtor did about it, unless its age is wanted.
        self.issued_on = self.before(pick(issued, max(self.late, 0) + TERM))
        if issued is None and self.story():
            early = 400 + _APART * self.count("broken_promises")
            self.issued_on = min(self.issued_on, self.before(early))

    def story(self) -> bool:
        """Whether the debtor did something about the item."""
        return any(
            isinstance(self.cells.get(name), Span)
            for name in (
                "days_since_broken_promise",
                "days_since_partly_kept_promise",
                "days_since_missed_instalment",
                "days_since_returned_payment",
            )
        ) or bool(self.count("broken_promises"))

    def count(self, name: str, ordinary: int = 0) -> int:
        return pick(self.days(name), ordinary, least=0)

    def contacts(self) -> None:
        """How often we spoke, of that about the item, and on which days."""
        level = self.word("level_reached")
        self.level = level if level in self.ids else None
        self.reminders = self.count("reminders", 1 if self.level else 0)
        self.silent = self.count("silence", self.reminders)
        self.unanswered = self.count("unanswered", self.silent)
        self.about = max(self.reminders, self.silent)
        if max(self.about, self.unanswered, self.count("broken_promises")) > _MOST:
            raise Unshowable
        total = max(self.about, self.unanswered)
        if self.word("answering_channel"):
            total = max(total, 3)
        elif self.days("days_since_last_contact") is not None or self.word("last_channel"):
            total = max(total, 1)
        within = pick(self.days("contacts_30d"), min(total, 3))
        self.spoken = sorted(self.contact_days(max(total, within), within), reverse=True)

    def contact_days(self, total: int, within: int) -> Iterator[int]:
        """How many days ago we spoke, so often in all and so often within a month."""
        least = max([0, *map(self.since_event, BEFORE_CONTACT)])
        if not within:
            least = max(least, _MONTH)
        usual = max(least, min(10, _MONTH - within))
        first = pick(self.days("days_since_last_contact"), usual, least=least)
        gap = max(1, min(7, (_MONTH - 1 - first) // max(within, 1)))
        for number in range(total):
            # Those that are too many lie before the last month.
            yield first + gap * number if number < within else max(first, _MONTH) + 7 * number

    def since_event(self, name: str) -> int:
        """Days since an event that no contact has followed."""
        span = self.days(name)
        return 0 if span is None else pick(span, 1) + BEFORE_CONTACT[name]

    # --- facts -----------------------------------------------------------------------------------

    def account(self) -> Account:
        facts = [
            *self.invoices(),
            *self.said(),
            *self.promised(),
            *self.planned(),
            *self.paid(),
            *self.contested(),
            *self.stayed(),
        ]
        return Account.of(self.debtor(), *facts)

    def debtor(self) -> Debtor:
        kind = self.word("kind")
        limited = "over_limit" in self.cells
        limit = self.money(0 if self.flag("over_limit") else 10**12) if limited else None
        served = [one for one in DebtorKind if one in self.policy.serves]
        return Debtor(
            "C-1",
            "Witness",
            kind=kind or served[0],
            vip=self.flag("vip"),
            segment=self.word("segment"),
            sector=self.word("sector"),
            country=self.word("country"),
            language=self.word("language"),
            credit_limit=limit,
        )

    def invoices(self) -> Iterator[Fact]:
        disputed = 5000 if self.flag("disputed") or self.flag("dispute_overdue") else 0
        partly = self.partly_paid()
        supplied = self.issued_on
        yield Invoice(
            ITEM,
            self.issued_on,
            due_on=self.due_on,
            total=self.money(self.due + disputed + partly),
            supplied_on=supplied,
            tags=self.tags,
        )
        if self.oldest > self.late or self.collectable > self.due:
            rest = max(1, self.collectable - self.due)
            issued = min(self.issued_on, self.before(self.oldest + TERM))
            due = self.before(max(self.oldest, 1))
            yield Invoice("F-2", issued, due_on=due, total=self.money(rest), supplied_on=supplied)
        coming = self.open - self.collectable - disputed
        if coming > 0:
            yield Invoice("F-3", self.issued_on, due_on=self.before(-60), total=self.money(coming))

    def said(self) -> Iterator[Fact]:
        """Our contacts, the notice that one of them was, and what became of them."""
        steps = self.climbed()
        channel = self.word("last_channel") or self.word("answering_channel")
        answered = self.word("answering_channel") is not None
        # Heard on the day of the last contact that is not to count as silence.
        heard = len(self.spoken) - max(self.silent, self.unanswered)
        for number, days in enumerate(self.spoken):
            place = number - (len(self.spoken) - self.about)
            level = steps[place] if 0 <= place < len(steps) else None
            act, by = self.manner(level)
            name, on = f"I-{number + 1}", self.before(days)
            yield Interaction(
                name,
                on,
                channel=channel or by,
                act=act,
                steps=(Step(ITEM, level),) if level else (),
                invoices=[] if level or place < 0 else [ITEM],
            )
            if number + 1 == heard or (answered and number < 3):
                result = ContactResult.ANSWERED
                yield InteractionResult(f"IR-{number + 1}", on, interaction=name, result=result)
        yield from self.noticed()
        if self.flag("bounced"):
            on = self.before(1)
            yield Interaction(
                "I-0", on, channel=Channel.EMAIL, act=ActionKind.REMIND, invoices=[ITEM]
            )
            lost = ContactResult.BOUNCED
            yield InteractionResult("IR-0", self.day, interaction="I-0", result=lost)
        if (vague := self.days("days_since_vague_promise")) is not None:
            on = self.before(pick(vague, 1))
            yield Interaction("I-V", on, channel=Channel.PHONE, act=ActionKind.CALL)
            said = ContactResult.VAGUE_PROMISE
            yield InteractionResult("IR-V", on, interaction="I-V", result=said)

    def climbed(self) -> list[str]:
        """The levels of the contacts that moved the item, the last of them that wanted."""
        if self.level is None:
            # A step to a level that the policy no longer has: it counts, and leads nowhere.
            return ["former"] * self.reminders
        up_to = self.ids[: self.ids.index(self.level) + 1]
        more = [self.level] * (self.reminders - len(up_to))
        return [*up_to[-self.reminders :], *more] if self.reminders else []

    def manner(self, level: str | None) -> tuple[ActionKind, Channel]:
        for one in self.policy.levels:
            if one.id == level and one.channel is not None:
                return one.do, one.channel
        return ActionKind.REMIND, Channel.EMAIL

    def noticed(self) -> Iterator[Fact]:
        """The notice whose delay is wanted; none unless one is."""
        notice = self.days("notice_days")
        if notice is not None:
            respond_by = self.before(pick(notice, 1))
            on = max(self.due_on + timedelta(1), respond_by - timedelta(8))
            on = min(on, respond_by, self.day)
            yield FormalNotice(
                "N-1", on, invoices=[ITEM], amount=self.money(self.due), respond_by=respond_by
            )

    def promised(self) -> Iterator[Fact]:
        """The promises broken, the latest on the day wanted, and one kept in part."""
        broken = self.days("days_since_broken_promise")
        count = max(self.count("broken_promises"), 1 if broken is not None else 0)
        last = pick(broken, 1) if broken is not None else 60
        for number in range(count):
            due = self.before(last + self.tolerance + _APART * number)
            yield self.promise(f"W-{number + 1}", due)
        if self.partly_paid():
            due = self.before(self.partly_kept() + self.tolerance)
            yield self.promise("W-0", due)
            half = self.money(self.partly_paid())
            yield Payment("P-0", due, amount=half, allocations=(Allocation(ITEM, half),))

    def promise(self, name: str, due: date) -> Promise:
        return Promise(
            name,
            due - timedelta(5),
            due_on=due,
            amount=self.money(self.due + self.partly_paid()),
            means=Means.TRANSFER,
            invoices=[ITEM],
        )

    def partly_kept(self) -> int:
        span = self.days("days_since_partly_kept_promise")
        return 0 if span is None else pick(span, 1)

    def partly_paid(self) -> int:
        return 100 if self.partly_kept() else 0

    def planned(self) -> Iterator[Fact]:
        """A plan on the item, of which the only instalment is missed, or still to come."""
        missed = self.days("days_since_missed_instalment")
        state = self.word("plan_state")
        if missed is None and state is None:
            return
        on = self.before(pick(missed, 3) + self.tolerance)
        if state is None or state == PlanStatus.LATE:
            yield self.plan(ITEM, on, self.due)
            return
        # A plan that changes what may be asked for, or that needs a notice, is on another item.
        yield Invoice("F-4", self.issued_on, due_on=self.due_on, total=self.money(1))
        if state == PlanStatus.ON_TRACK:
            yield self.plan("F-4", self.before(-TERM), 1)
            return
        yield self.plan("F-4", on, 1)
        after = on + timedelta(self.tolerance + 1)
        yield FormalNotice(
            "N-2", after, invoices=["F-4"], amount=self.money(1), respond_by=self.before(1)
        )

    def plan(self, item: str, due: date, minor: int) -> PaymentPlan:
        part = Instalment(due, self.money(minor))
        return PaymentPlan(
            "L-1",
            due - timedelta(TERM),
            instalments=(part,),
            invoices=[item],
            acceleration_clause=item != ITEM,
        )

    def paid(self) -> Iterator[Fact]:
        """Money that came, went back, or settles nothing yet; invoices paid as late as wanted."""
        if (back := self.days("days_since_returned_payment")) is not None:
            on = self.before(pick(back, 1))
            whole = self.money(self.due)
            paid = on - timedelta(3)
            yield Payment("P-R", paid, amount=whole, allocations=(Allocation(ITEM, whole),))
            yield Reversal("X-1", on, payment="P-R")
        yield from self.settled()
        free = self.count("unapplied")
        if free:
            amount = self.money(free)
            issued = self.day + timedelta(TERM)
            yield Invoice("F-8", issued, due_on=issued + timedelta(TERM), total=amount)
            # Paid before it is issued: until then the money settles nothing.
            allocated = (Allocation("F-8", amount),)
            yield Payment("P-8", self.before(1), amount=amount, allocations=allocated)

    def settled(self) -> Iterator[Fact]:
        """Three invoices paid, with the delays wanted; one, on the day wanted of a payment."""
        median, habitual = self.days("median_delay"), self.days("habitual_delay")
        hundred = self.money(100)
        if median is not None or habitual is not None:
            usual = pick(habitual, pick(median, 0))
            middle = pick(median, usual, least=usual)
            for number, delay in enumerate((usual, middle, middle)):
                name, due = f"F-{10 + number}", self.before(700 + abs(middle) + abs(usual))
                on = due + timedelta(delay)
                yield Invoice(name, min(due, on) - timedelta(TERM), due_on=due, total=hundred)
                allocated = (Allocation(name, hundred),)
                yield Payment(f"P-{10 + number}", on, amount=hundred, allocations=allocated)
        if (last := self.days("days_since_last_payment")) is not None:
            on = self.before(pick(last, 1))
            yield Invoice("F-9", on - timedelta(TERM), due_on=on, total=hundred)
            yield Payment("P-9", on, amount=hundred, allocations=(Allocation("F-9", hundred),))

    def contested(self) -> Iterator[Fact]:
        overdue = self.flag("dispute_overdue")
        if overdue or self.flag("disputed"):
            opened = self.before(60 if overdue else 5)
            yield Dispute("D-1", opened, invoice=ITEM, amount=self.money(5000))

    def stayed(self) -> Iterator[Fact]:
        if self.flag("insolvent"):
            # What is supplied after the opening is no claim of the proceeding.
            opened = self.issued_on - timedelta(1)
            yield Insolvency("J-1", InsolvencyKind.RECEIVERSHIP, opened_on=opened)


# Events that are no longer seen once we have spoken, and how many days we must have spoken before.
BEFORE_CONTACT: Final[Mapping[str, int]] = {
    "days_since_broken_promise": 0,
    "days_since_partly_kept_promise": 0,
    "days_since_vague_promise": 0,
    "days_since_returned_payment": 1,
}
