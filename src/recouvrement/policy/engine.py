"""Deciding: from an account and a date to at most one outward action, tasks, and reasons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.interaction import Step
from recouvrement.facts.words import ActionKind, Channel, DebtorKind
from recouvrement.money import Money
from recouvrement.policy.decision import Action, Decision, Task
from recouvrement.policy.housekeeping import tasks_of
from recouvrement.policy.policy import Level, Policy
from recouvrement.policy.words import Handler, TaskKind
from recouvrement.position.position import book_known, check_date
from recouvrement.position.standing import Row, Standing, standing_of

FORMAL: Final = frozenset({ActionKind.FORMAL_NOTICE, ActionKind.PLACE})
# Where a message goes when its channel is refused: in writing, from the lightest on.
WRITTEN: Final = (
    Channel.EMAIL,
    Channel.PORTAL,
    Channel.LETTER,
    Channel.SMS,
    Channel.WHATSAPP,
)
# How long a person has before what was proposed is late.
BUSINESS_DAYS_TO_ACT: Final = 3

Earned = list[tuple[int, Row]]


def decide(
    policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
) -> Decision:
    """What to do about an account on a date, and why; the same inputs always give the same answer.

    At most one outward action: the highest step that any item has earned. Whatever the document
    says, a slice that is not collectable is never demanded, unapplied cash is netted first, pace is
    kept, formal acts need approval, and a debtor of unknown kind gets reminders only.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.policy import preset
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur", kind="business"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ... )
    >>> decision = decide(preset("fr-b2b"), account, as_of=date(2026, 10, 5))
    >>> decision.action.kind.value, decision.action.amounts, decision.because
    ('remind', (Money.of("900.00", "EUR"),), ('first-reminder',))
    """
    day = check_date("as_of", as_of).toordinal()
    s = standing_of(book_known(account, known_on), day, policy.conventions, policy.compiled.ranks)
    if not s.rows:
        return Decision(account.debtor.id, as_of, policy_version=policy.version)
    horizon = day if known_on is None else min(day, known_on.toordinal())
    tasks = tasks_of(policy, account.debtor.kind, s, horizon)
    case = _Case(policy, account, s, as_of, known_on, tasks)
    action = case.action()
    return Decision(
        account.debtor.id,
        as_of,
        action=action,
        tasks=tuple(case.tasks),
        because=tuple(case.because),
        policy_version=policy.version,
    )


class _Case:
    """One account on one day, under decision."""

    __slots__ = ("account", "as_of", "because", "known_on", "owed", "policy", "s", "spare", "tasks")

    def __init__(
        self,
        policy: Policy,
        account: Account,
        s: Standing,
        as_of: date,
        known_on: date | None,
        tasks: list[Task],
    ) -> None:
        self.policy = policy
        self.account = account
        self.s = s
        self.as_of = as_of
        self.known_on = known_on
        self.tasks = tasks
        self.because: list[str] = []
        # Per currency: unapplied cash that may be netted, and what may be demanded.
        self.spare: dict[str, int] = {}
        self.owed: dict[str, int] = {}

    def action(self) -> Action | None:
        policy, s, compiled = self.policy, self.s, self.policy.compiled
        kind = self.account.debtor.kind
        unknown = kind is DebtorKind.UNKNOWN
        amount_in = self.amount_in()
        rows = self.priced(s.rows) if compiled.item_money or compiled.account_money else s.rows
        earned, held = compiled.propose(rows, s.day, s, self.account, amount_in, unknown)
        silenced = {row.item.place for _, _, row in held}
        eligible = [row for row in rows if row.collectable and row.item.place not in silenced]
        self.net(eligible)
        if not earned:
            self.because.extend(
                dict.fromkeys(policy.holds[at].id for at, rank, _ in held if rank >= 0)
            )
            return None
        if not unknown and kind not in policy.serves:
            self.because.append("kind-not-served")
            return None
        at = compiled.account_hold(s.day, s, self.account, amount_in)
        if at >= 0:
            self.because.append(policy.holds[at].id)
            return None
        try:
            return self.outward(earned, eligible)
        except OutsideCoverage:
            # The host's calendar does not say which days are worked: nobody is chased blindly.
            self.tasks.append(Task(TaskKind.MISSING_CALENDAR))
            self.because.append("outside-calendar")
            return None

    def amount_in(self) -> Callable[[int, str], int]:
        currency, rates, as_of = self.policy.currency, self.policy.conventions.rates, self.as_of

        def convert(minor: int, source: str) -> int:
            if source == currency:
                return minor
            return rates.convert(Money(minor, source), currency, on=as_of).minor

        return convert

    def priced(self, rows: list[Row]) -> list[Row]:
        """The rows whose amounts can be told in the policy's currency; a task for the others."""
        foreign = {row.item.currency for row in rows} - {self.policy.currency}
        if not foreign:
            return rows
        missing = {currency for currency in foreign if not self.has_rate(currency)}
        if not missing:
            return rows
        without = tuple(row.id for row in rows if row.item.currency in missing)
        self.tasks.append(Task(TaskKind.MISSING_RATE, without))
        if self.policy.compiled.account_money:
            return []
        return [row for row in rows if row.item.currency not in missing]

    def has_rate(self, currency: str) -> bool:
        try:
            self.policy.conventions.rates.rate_on(currency, self.policy.currency, self.as_of)
        except OutsideCoverage:
            return False
        return True

    def net(self, eligible: list[Row]) -> None:
        """Count what may be demanded and the cash against it; a task where the cash covers it."""
        owed = self.owed
        for row in eligible:
            currency = row.item.currency
            owed[currency] = owed.get(currency, 0) + row.collectable
        self.spare = self.s.ledger.nettable()
        if self.spare:
            covered = tuple(row.id for row in eligible if not self.due_in(row.item.currency))
            if covered:
                self.tasks.append(Task(TaskKind.UNMATCHED_CREDIT, covered))

    def due_in(self, currency: str) -> int:
        """What is owed in a currency less unapplied cash, 0 when the cash covers it."""
        return max(0, self.owed.get(currency, 0) - self.spare.get(currency, 0))

    def outward(self, earned: Earned, eligible: list[Row]) -> Action | None:
        policy, day = self.policy, self.s.day
        levels, pace = policy.levels, policy.pace
        execute_on = policy.conventions.calendar.next_business_day(self.as_of)
        execute = execute_on.toordinal()
        demands: Earned = []
        early: Earned = []
        for rank, row in earned:
            if levels[rank].do is ActionKind.PRE_DUE_REMINDER:
                if row.not_yet_due:
                    early.append((rank, row))
            elif row.collectable and (
                not row.last_step
                or (row.last_step < day and execute - row.last_step >= pace.between_levels)
            ):
                demands.append((rank, row))
        if self.spare:
            demands, early = self.uncovered(demands, early)
        demands = self.worthwhile(self.notified(demands))
        draft = self.demand(demands, eligible) or self.announcement(early)
        if draft is None:
            return None
        self.because.clear()
        self.because.extend(dict.fromkeys(levels[rank].id for rank, _ in draft.earned))
        last = self.s.last_contact()
        if last and (last >= day or execute - last < pace.between_contacts):
            self.because.insert(0, "pace")
            return None
        if self.s.contact_days(execute - 30) >= pace.per_30_days:
            self.because.insert(0, "pace")
            return None
        return self.message(draft, execute_on)

    def uncovered(self, demands: Earned, early: Earned) -> tuple[Earned, Earned]:
        """Only what unapplied cash does not cover: first what is due, then what will be."""
        asked = [(rank, row) for rank, row in demands if self.due_in(row.item.currency)]
        if len(asked) < len(demands):
            self.because.append("unapplied-cash")
        left = {cur: minor - self.owed.get(cur, 0) for cur, minor in self.spare.items()}
        coming: dict[str, int] = {}
        for _, row in early:
            coming[row.item.currency] = coming.get(row.item.currency, 0) + row.not_yet_due
        announced = [
            (rank, row)
            for rank, row in early
            if coming[row.item.currency] > left.get(row.item.currency, 0)
        ]
        return asked, announced

    def notified(self, demands: Earned) -> Earned:
        """Placement takes only items named in a notice whose last day to respond has passed."""
        levels, s = self.policy.levels, self.s
        placing = [row for rank, row in demands if levels[rank].do is ActionKind.PLACE]
        if not placing:
            return demands
        named = {place for one in s.book.notices if one.respond_by < s.day for place in one.places}
        lacking = tuple(row.id for row in placing if row.item.place not in named)
        if lacking:
            self.tasks.append(Task(TaskKind.RECORD_NOTICE, lacking))
        return [
            (rank, row)
            for rank, row in demands
            if levels[rank].do is not ActionKind.PLACE or row.item.place in named
        ]

    def worthwhile(self, demands: Earned) -> Earned:
        """Without the formal steps that the amount owed is not worth."""
        levels = self.policy.levels
        kept = []
        for rank, row in demands:
            floor = self.policy.floor.of(levels[rank].do)
            if floor is None or self.total_owed() >= floor.minor:
                kept.append((rank, row))
            elif "floor" not in self.because:
                self.because.append("floor")
        return kept

    def total_owed(self) -> int:
        """What is owed net of cash, in the policy's currency; without a rate it counts as none."""
        convert, total = self.amount_in(), 0
        for currency in self.owed:
            if currency == self.policy.currency or self.has_rate(currency):
                total += convert(self.due_in(currency), currency)
            elif not any(task.kind is TaskKind.MISSING_RATE for task in self.tasks):
                self.tasks.append(Task(TaskKind.MISSING_RATE))
        return total

    def demand(self, demands: Earned, eligible: list[Row]) -> _Draft | None:
        """The highest step earned, with the other steps and items that the same message carries."""
        levels = self.policy.levels
        while demands:
            top = max(rank for rank, _ in demands)
            do = levels[top].do
            steps, others = demands, eligible
            if do is ActionKind.PLACE:
                # Handed over are the items that earned it, and no other.
                steps, others = [one for one in demands if levels[one[0]].do is do], []
            elif do is ActionKind.FORMAL_NOTICE:
                steps = [one for one in demands if not one[1].item.assumed]
                others = [row for row in eligible if not row.item.assumed]
            draft = _Draft(levels[top], steps, others)
            draft.amounts = self.amounts(draft)
            if draft.amounts:
                return draft
            self.because.append("unapplied-cash")
            demands = [one for one in demands if one not in steps]
        return None

    def amounts(self, draft: _Draft) -> dict[str, int]:
        """What is due on the items spoken of, less all unapplied cash; covered ones drop out."""
        due: dict[str, int] = {}
        for row in draft.rows():
            due[row.item.currency] = due.get(row.item.currency, 0) + row.collectable
        net = {cur: minor - self.spare.get(cur, 0) for cur, minor in due.items()}
        asked = {currency: minor for currency, minor in net.items() if minor > 0}
        draft.keep_only(asked)
        return asked if draft.earned else {}

    def announcement(self, early: Earned) -> _Draft | None:
        """A reminder of what will be due: it never lists what is late, so it demands nothing."""
        if not early:
            return None
        top = max(rank for rank, _ in early)
        draft = _Draft(self.policy.levels[top], early, [])
        for _, row in early:
            currency = row.item.currency
            draft.amounts[currency] = draft.amounts.get(currency, 0) + row.not_yet_due
        for currency in draft.amounts:
            left = self.spare.get(currency, 0) - self.owed.get(currency, 0)
            draft.amounts[currency] -= max(0, left)
        return draft

    def message(self, draft: _Draft, execute_on: date) -> Action | None:
        debtor, level = self.account.debtor, draft.level
        kind, channel, handler = level.do, level.channel, level.handler
        if channel in debtor.refused_channels and kind not in FORMAL:
            kind, handler = ActionKind.REMIND, Handler.AUTOMATIC
            if level.do is ActionKind.PRE_DUE_REMINDER:
                kind = level.do
            choices = (*debtor.preferred_channels, *WRITTEN)
            channel = next(
                (one for one in choices if one in WRITTEN and one not in debtor.refused_channels),
                None,
            )
            if channel is None:
                self.tasks.append(Task(TaskKind.FIND_COORDINATES))
                self.because.insert(0, "channels-refused")
                return None
        calendar, act_by = self.policy.conventions.calendar, execute_on
        if handler is not Handler.AUTOMATIC:
            act_by = calendar.add_business_days(execute_on, BUSINESS_DAYS_TO_ACT)
        stepping = {row.item.place for _, row in draft.earned}
        return Action(
            kind=kind,
            channel=channel,
            tone=level.tone,
            handler=handler,
            template=level.template,
            recipient=debtor.recipient,
            level=level.id,
            steps=tuple(
                Step(row.item.id, self.policy.levels[rank].id)
                for rank, row in draft.earned
            ),
            lists=tuple(row.id for row in draft.others if row.item.place not in stepping),
            amounts=tuple(Money(minor, cur) for cur, minor in sorted(draft.amounts.items())),
            execute_on=execute_on,
            act_by=act_by,
            approval=kind in FORMAL,
            missing_documents=self.missing(level, draft) if level.documents else (),
        )

    def missing(self, level: Level, draft: _Draft) -> tuple[str, ...]:
        """The documents that the file should hold and does not, for some item that climbs."""
        held = [
            one
            for one in self.account.documents
            if one.on <= self.as_of and (self.known_on is None or one.known_on <= self.known_on)
        ]
        items = [row.item for _, row in draft.earned]

        def complete(kind: str) -> bool:
            covering = [one.invoices for one in held if one.kind == kind]
            return all(
                any(not named or item.id in named or item.invoice.id in named for named in covering)
                for item in items
            )

        return tuple(kind for kind in level.documents if not complete(kind))


class _Draft:
    """A message being prepared: highest step first."""

    __slots__ = ("amounts", "earned", "level", "others")

    def __init__(self, level: Level, earned: Earned, others: list[Row]) -> None:
        self.level = level
        self.earned = sorted(earned, key=lambda one: (-one[0], one[1].item.place))
        self.others = others
        self.amounts: dict[str, int] = {}

    def rows(self) -> list[Row]:
        stepping = {row.item.place for _, row in self.earned}
        return [
            *(row for _, row in self.earned),
            *(row for row in self.others if row.item.place not in stepping),
        ]

    def keep_only(self, currencies: dict[str, int]) -> None:
        self.earned = [one for one in self.earned if one[1].item.currency in currencies]
        self.others = [row for row in self.others if row.item.currency in currencies]
