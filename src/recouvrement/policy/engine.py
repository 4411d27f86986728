"""Deciding: from an account and a date to at most one outward action, tasks, and reasons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.words import ActionKind, DebtorKind
from recouvrement.money import Money
from recouvrement.policy.decision import Decision, Task
from recouvrement.policy.housekeeping import tasks_of
from recouvrement.policy.message import Draft, Earned, message_of, rank_of
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
    case = _case(policy, account, as_of, known_on)
    if case is None:
        return Decision(account.debtor.id, as_of, policy_version=policy.version)
    horizon = as_of if known_on is None else min(as_of, known_on)
    tasks = case.tasks = tasks_of(policy, account.debtor.kind, case.s, horizon.toordinal())
    draft, action = case.draft(), None
    if draft is not None:
        documents = case.s.documents()
        action = message_of(policy, account.debtor, draft, case.execute_on, documents)
        if action is None:
            tasks.append(Task(TaskKind.FIND_COORDINATES))
            case.because.insert(0, "channels-refused")
    return Decision(
        account.debtor.id,
        as_of,
        action=action,
        tasks=tuple(tasks),
        because=tuple(case.because),
        policy_version=policy.version,
    )


def deciding(
    policy: Policy, account: Account, as_of: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The deciding rules and the items that climb, as `decide` finds them, without the message."""
    case = _case(policy, account, as_of, None)
    if case is None:
        return (), ()
    draft = case.draft()
    items = () if draft is None else tuple([row.item.id for _, row in draft.earned])
    return tuple(case.because), items


def _case(policy: Policy, account: Account, as_of: date, known_on: date | None) -> _Case | None:
    day = check_date("as_of", as_of).toordinal()
    book = account.book if known_on is None else book_known(account, known_on)
    s = standing_of(book, day, policy.conventions, policy.compiled.ranks)
    return _Case(policy, account, s, as_of) if s.rows else None


def _as_it_is(minor: int, currency: str) -> int:  # noqa: ARG001 (the reader of amounts' signature)
    return minor


# Bound once: looking a member up on its enum costs more than comparing it.
_UNKNOWN, _PLACE, _NOTICE = DebtorKind.UNKNOWN, ActionKind.PLACE, ActionKind.FORMAL_NOTICE


class _Case:
    """One account on one day, under decision."""

    __slots__ = (
        "account",
        "amount_in",
        "as_of",
        "because",
        "execute_on",
        "owed",
        "policy",
        "s",
        "spare",
        "tasks",
    )

    def __init__(self, policy: Policy, account: Account, s: Standing, as_of: date) -> None:
        self.policy = policy
        self.account = account
        self.s = s
        self.as_of = self.execute_on = as_of
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

    def draft(self) -> Draft | None:
        """What there is to say today; without anything, `because` says what suppressed it."""
        policy, s, compiled = self.policy, self.s, self.policy.compiled
        kind, rows = self.account.debtor.kind, s.rows
        unknown = kind is _UNKNOWN
        if compiled.item_money or compiled.account_money:
            rows = self.priced(rows)
        earned, held = compiled.propose(rows, s.day, s, self.account, self.amount_in, unknown)
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
        at = compiled.account_hold(s.day, s, self.account, self.amount_in)
        if at >= 0:
            self.because.append(policy.holds[at].id)
            return None
        try:
            return self.paced(earned, eligible)
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
        if eligible and len(self.s.book.currencies) == 1:
            self.owed = {eligible[0].currency: sum([row.collectable for row in eligible])}
        else:
            self.owed = _by_currency(eligible)
        if self.spare:
            covered = tuple([row.id for row in eligible if not self.due_in(row.currency)])
            if covered:
                self.tasks.append(Task(TaskKind.UNMATCHED_CREDIT, covered))

    def due_in(self, currency: str) -> int:
        """What is owed in a currency less unapplied cash, 0 when the cash covers it."""
        return max(0, self.owed.get(currency, 0) - self.spare.get(currency, 0))

    def paced(self, earned: Earned, eligible: list[Row]) -> Draft | None:
        """The message of the day, unless the pace towards the recipient forbids it."""
        pace, s = self.policy.pace, self.s
        self.execute_on = self.policy.conventions.calendar.next_business_day(self.as_of)
        execute = self.execute_on.toordinal()
        draft = self.ripe(earned, eligible, execute - pace.between_levels)
        if draft is None:
            return None
        ids = self.policy.compiled.ids
        self.because[:] = dict.fromkeys([ids[rank] for rank, _ in draft.earned])
        last = s.last_contact()
        if last and (
            last >= s.day
            or execute - last < pace.between_contacts
            or s.contact_days(execute - 30) >= pace.per_30_days
        ):
            self.because.insert(0, "pace")
            return None
        return draft

    def ripe(self, earned: Earned, eligible: list[Row], latest: int) -> Draft | None:
        """The steps that may be taken today, made into one draft.

        An item whose last step came after `latest` waits, and none climbs twice on one day.
        """
        compiled = self.policy.compiled
        latest = min(latest, self.s.day - 1)
        demands, early, dear, placing = [], [], False, False
        for one in earned:
            rank, row = one
            if compiled.pre_due[rank]:
                if row.not_yet_due:
                    early.append(one)
            elif row.collectable and row.last_step <= latest:
                demands.append(one)
                if compiled.formal[rank]:
                    dear = True
                    placing = placing or compiled.places[rank]
        if self.spare:
            demands, early = self.uncovered(demands, early)
        if placing:
            demands = self.notified(demands)
        if dear:
            demands = self.worthwhile(demands)
        return self.demand(demands, eligible) or self.announcement(early)

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
        places, s = self.policy.compiled.places, self.s
        placing = [row for rank, row in demands if places[rank]]
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
            top = levels[max(demands, key=rank_of)[0]]
            steps, listed = demands, eligible
            if top.do is _PLACE:
                # Handed over are the items that earned it, and no other.
                steps = [one for one in demands if levels[one[0]].do is top.do]
                listed = [row for _, row in steps]
            elif top.do is _NOTICE:
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
            due = _by_currency(listed)
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
        return Draft(self.policy.levels[max(early, key=rank_of)[0]], early, [], amounts)


def _by_currency(rows: list[Row]) -> dict[str, int]:
    due: dict[str, int] = {}
    for row in rows:
        due[row.currency] = due.get(row.currency, 0) + row.collectable
    return due
