"""Deciding: from an account and a date to at most one outward action, tasks, and reasons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.words import ActionKind, DebtorKind
from recouvrement.money import Money
from recouvrement.policy.decision import Action, Decision, Task
from recouvrement.policy.housekeeping import tasks_of
from recouvrement.policy.message import Draft, Earned, message_of
from recouvrement.policy.policy import Level, Policy
from recouvrement.policy.words import TaskKind
from recouvrement.position.position import book_known, check_date
from recouvrement.position.standing import Row, Standing, standing_of


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
    case = _Case(policy, account, s, as_of)
    case.tasks = tasks_of(policy, account.debtor.kind, s, horizon)
    action = case.action()
    return Decision(
        account.debtor.id,
        as_of,
        action=action,
        tasks=tuple(case.tasks),
        because=tuple(case.because),
        policy_version=policy.version,
    )


def _as_it_is(minor: int, currency: str) -> int:  # noqa: ARG001 (the reader of amounts' signature)
    return minor


class _Case:
    """One account on one day, under decision."""

    __slots__ = ("account", "amount_in", "as_of", "because", "owed", "policy", "s", "spare", "tasks")

    def __init__(self, policy: Policy, account: Account, s: Standing, as_of: date) -> None:
        self.policy = policy
        self.account = account
        self.s = s
        self.as_of = as_of
        self.tasks: list[Task] = []
        self.because: list[str] = []
        alone = s.book.currencies == (policy.currency,)
        self.amount_in: Callable[[int, str], int] = _as_it_is if alone else self.converted
        # Per currency: unapplied cash that may be netted, and what may be demanded.
        self.spare = s.ledger.nettable()
        self.owed: dict[str, int] = {}

    def converted(self, minor: int, source: str) -> int:
        target = self.policy.currency
        if source == target:
            return minor
        rates = self.policy.conventions.rates
        return rates.convert(Money(minor, source), target, on=self.as_of).minor

    def action(self) -> Action | None:
        policy, s, compiled = self.policy, self.s, self.policy.compiled
        kind, day = self.account.debtor.kind, s.day
        unknown = kind is DebtorKind.UNKNOWN
        rows = self.priced(s.rows) if compiled.item_money or compiled.account_money else s.rows
        earned, held = compiled.propose(rows, day, s, self.account, self.amount_in, unknown)
        if held:
            silenced = {row.item.place for _, _, row in held}
            rows = [row for row in rows if row.item.place not in silenced]
        eligible = [row for row in rows if row.collectable]
        self.count(eligible)
        if not earned:
            silencing = (policy.holds[at].id for at, rank, _ in held if rank >= 0)
            self.because.extend(dict.fromkeys(silencing))
            return None
        if not unknown and kind not in policy.serves:
            self.because.append("kind-not-served")
            return None
        at = compiled.account_hold(day, s, self.account, self.amount_in)
        if at >= 0:
            self.because.append(policy.holds[at].id)
            return None
        try:
            return self.outward(earned, eligible)
        except OutsideCoverage:
            # The host's calendar does not say which days are worked: nobody is chased blindly.
            self.tasks.append(Task(TaskKind.MISSING_CALENDAR))
            self.because[:] = ["outside-calendar"]
            return None

    def priced(self, rows: list[Row]) -> list[Row]:
        """The rows whose amounts can be told in the policy's currency; a task for the others."""
        missing = {one for one in self.s.book.currencies if not self.has_rate(one)}
        without = tuple([row.id for row in rows if row.currency in missing])
        if not without and not missing.intersection(self.spare):
            return rows
        self.tasks.append(Task(TaskKind.MISSING_RATE, without))
        if self.policy.compiled.account_money:
            return []
        return [row for row in rows if row.currency not in missing]

    def has_rate(self, currency: str) -> bool:
        if currency == self.policy.currency:
            return True
        try:
            self.policy.conventions.rates.rate_on(currency, self.policy.currency, self.as_of)
        except OutsideCoverage:
            return False
        return True

    def count(self, eligible: list[Row]) -> None:
        """Add up what may be demanded; a task where unapplied cash covers all of it."""
        owed = self.owed
        for row in eligible:
            currency = row.item.currency
            owed[currency] = owed.get(currency, 0) + row.collectable
        if self.spare:
            covered = tuple([row.id for row in eligible if not self.due_in(row.currency)])
            if covered:
                self.tasks.append(Task(TaskKind.UNMATCHED_CREDIT, covered))

    def due_in(self, currency: str) -> int:
        """What is owed in a currency less unapplied cash, 0 when the cash covers it."""
        return max(0, self.owed.get(currency, 0) - self.spare.get(currency, 0))

    def outward(self, earned: Earned, eligible: list[Row]) -> Action | None:
        policy, s = self.policy, self.s
        pace, compiled = policy.pace, policy.compiled
        execute_on = policy.conventions.calendar.next_business_day(self.as_of)
        execute = execute_on.toordinal()
        # An item waits between two levels, and never climbs twice on one day.
        latest = min(execute - pace.between_levels, s.day - 1)
        demands, early, formal = [], [], False
        for one in earned:
            rank, row = one
            if compiled.pre_due[rank]:
                if row.not_yet_due:
                    early.append(one)
            elif row.collectable and row.last_step <= latest:
                demands.append(one)
                formal = formal or compiled.formal[rank]
        if self.spare:
            demands, early = self.uncovered(demands, early)
        if formal:
            demands = self.worthwhile(self.notified(demands))
        draft = self.demand(demands, eligible) or self.announcement(early)
        if draft is None:
            return None
        ids = compiled.ids
        self.because[:] = dict.fromkeys([ids[rank] for rank, _ in draft.earned])
        last = s.last_contact()
        if (last and (last >= s.day or execute - last < pace.between_contacts)) or (
            s.contact_days(execute - 30) >= pace.per_30_days
        ):
            self.because.insert(0, "pace")
            return None
        action = message_of(policy, self.account.debtor, draft, execute_on, s.documents())
        if action is None:
            self.tasks.append(Task(TaskKind.FIND_COORDINATES))
            self.because.insert(0, "channels-refused")
        return action

    def uncovered(self, demands: Earned, early: Earned) -> tuple[Earned, Earned]:
        """Only what unapplied cash does not cover: first what is due, then what will be."""
        asked = [one for one in demands if self.due_in(one[1].currency)]
        if len(asked) < len(demands):
            self.because.append("unapplied-cash")
        coming: dict[str, int] = {}
        for _, row in early:
            coming[row.currency] = coming.get(row.currency, 0) + row.not_yet_due
        announced = [one for one in early if coming[one[1].currency] > self.left(one[1].currency)]
        return asked, announced

    def left(self, currency: str) -> int:
        """The unapplied cash that remains once all that is owed is covered."""
        return max(0, self.spare.get(currency, 0) - self.owed.get(currency, 0))

    def notified(self, demands: Earned) -> Earned:
        """Placement takes only items named in a notice whose last day to respond has passed."""
        levels, s = self.policy.levels, self.s
        placing = [row for rank, row in demands if levels[rank].do is ActionKind.PLACE]
        named = {
            place
            for one in s.book.notices
            if one.on <= s.day and one.respond_by < s.day
            for place in one.places
        }
        lacking = [row for row in placing if row.item.place not in named]
        if not lacking:
            return demands
        self.tasks.append(Task(TaskKind.RECORD_NOTICE, tuple([row.id for row in lacking])))
        return [one for one in demands if one[1] not in lacking]

    def worthwhile(self, demands: Earned) -> Earned:
        """Without the formal steps that the amount owed is not worth."""
        least = self.policy.compiled.least
        total = self.total_owed()
        kept = [one for one in demands if total >= least[one[0]]]
        if len(kept) < len(demands):
            self.because[:] = ["floor"]
        return kept

    def total_owed(self) -> int:
        """What is owed net of cash, in the policy's currency; without a rate it counts as none."""
        total = 0
        for currency in self.owed:
            if self.has_rate(currency):
                total += self.amount_in(self.due_in(currency), currency)
            elif not any(task.kind is TaskKind.MISSING_RATE for task in self.tasks):
                self.tasks.append(Task(TaskKind.MISSING_RATE))
        return total

    def demand(self, demands: Earned, eligible: list[Row]) -> Draft | None:
        """The highest step earned, with the other steps and items that the same message carries."""
        levels = self.policy.levels
        while demands:
            top = levels[max(demands, key=_rank)[0]]
            steps, listed = demands, eligible
            if top.do is ActionKind.PLACE:
                # Handed over are the items that earned it, and no other.
                steps = [one for one in demands if levels[one[0]].do is top.do]
                listed = [row for _, row in steps]
            elif top.do is ActionKind.FORMAL_NOTICE:
                steps = [one for one in demands if not one[1].item.assumed]
                listed = [row for row in eligible if not row.item.assumed]
            draft = self.drafted(top, steps, listed, eligible)
            if draft is not None:
                return draft
            self.because[:] = ["unapplied-cash"]
            demands = [one for one in demands if one not in steps]
        return None

    def drafted(
        self, top: Level, steps: Earned, listed: list[Row], eligible: list[Row]
    ) -> Draft | None:
        """The draft with what is due on its items less all unapplied cash; None if that is nothing.

        Items in a currency that the cash covers drop out.
        """
        due = self.owed
        if listed is not eligible:
            due = {}
            for row in listed:
                due[row.currency] = due.get(row.currency, 0) + row.collectable
        if not self.spare:
            return Draft(top, steps, listed, due)
        net = {currency: minor - self.spare.get(currency, 0) for currency, minor in due.items()}
        asked = {currency: minor for currency, minor in net.items() if minor > 0}
        steps = [one for one in steps if one[1].currency in asked]
        listed = [row for row in listed if row.currency in asked]
        return Draft(top, steps, listed, asked) if steps else None

    def announcement(self, early: Earned) -> Draft | None:
        """A reminder of what will be due: it never lists what is late, so it demands nothing."""
        if not early:
            return None
        coming: dict[str, int] = {}
        for _, row in early:
            coming[row.currency] = coming.get(row.currency, 0) + row.not_yet_due
        amounts = {currency: minor - self.left(currency) for currency, minor in coming.items()}
        return Draft(self.policy.levels[max(early, key=_rank)[0]], early, [], amounts)


def _rank(one: tuple[int, Row]) -> int:
    return one[0]
