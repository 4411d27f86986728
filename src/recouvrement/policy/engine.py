"""Deciding: from an account and a date to at most one outward action, tasks, and reasons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER
from recouvrement.facts.words import ActionKind, DebtorKind
from recouvrement.money import Money
from recouvrement.policy.compiler import REMINDERS
from recouvrement.policy.criteria import notices_on
from recouvrement.policy.decision import Decision, Task
from recouvrement.policy.housekeeping import tasks_of
from recouvrement.policy.message import Draft, Earned, highest_first, message_of
from recouvrement.policy.policy import Policy, check_inputs
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
    check_inputs(policy, account)
    case = _case(policy, account, as_of, known_on)
    if case is None:
        return Decision(account.debtor.id, as_of, policy_version=policy.version)
    case.tasks = tasks_of(policy, account, case.s, known_on)
    draft, action = case.draft(), None
    if draft is not None:
        try:
            action = message_of(policy, account.debtor, draft, case.execute_on, case.s.documents())
        except OutsideCoverage:
            case.uncharted()
        else:
            if action is None:
                case.tasks.append(Task(TaskKind.FIND_COORDINATES))
                case.because.insert(0, "channels-refused")
    return Decision(
        account.debtor.id,
        as_of,
        action=action,
        tasks=tuple(case.tasks),
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
_UNKNOWN, _PLACE, _RECORD = DebtorKind.UNKNOWN, ActionKind.PLACE, TaskKind.RECORD_NOTICE


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
        s, compiled = self.s, self.policy.compiled
        rows = s.rows
        if compiled.item_money or compiled.account_money:
            rows = self.priced(rows)
            if not rows:
                return None
        unknown = self.account.debtor.kind is _UNKNOWN
        earned, held = compiled.propose(rows, s.day, s, self.account, self.amount_in, unknown)
        if held:
            silenced = {row.item.place for _, _, row in held}
            rows = [row for row in rows if row.item.place not in silenced]
        eligible = [row for row in rows if row.collectable]
        self.count(eligible)
        if not earned and not held:
            return None
        try:
            return self.timely(earned, held, eligible)
        except OutsideCoverage:
            self.uncharted()
            return None

    def note(self, reason: str) -> None:
        """One more reason for which something is not said, kept unless something else is."""
        if reason not in self.because:
            self.because.append(reason)

    def uncharted(self) -> None:
        """The host's calendar does not say which days are worked: nobody is chased blindly."""
        self.tasks.append(Task(TaskKind.MISSING_CALENDAR))
        self.because[:] = ["outside-calendar"]

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
            covered = tuple([row.id for row in eligible if not self.owes_in(row.currency)])
            if covered:
                self.tasks.append(Task(TaskKind.UNMATCHED_CREDIT, covered))

    def owes_in(self, currency: str) -> bool:
        """Whether unapplied cash leaves something to ask for in a currency."""
        return self.owed[currency] > self.spare.get(currency, 0)

    def timely(
        self, earned: Earned, held: list[tuple[int, int, Row]], eligible: list[Row]
    ) -> Draft | None:
        """The message of the day, unless something stands in its way, which `because` then names.

        An item whose last step is too recent waits, and none climbs twice on one day.
        """
        pace, s, compiled = self.policy.pace, self.s, self.policy.compiled
        self.execute_on = self.policy.conventions.calendar.next_business_day(self.as_of)
        execute = self.execute_on.toordinal()
        latest = min(execute - pace.between_levels, s.day - 1)
        draft = self.ripe(earned, eligible, latest, execute) if earned else None
        if draft is None:
            if held and not self.because:
                silencing = [
                    self.policy.holds[at].id
                    for at, rank, row in held
                    if rank >= 0 and (compiled.pre_due[rank] or row.last_step <= latest)
                ]
                self.because.extend(dict.fromkeys(silencing))
            return None
        kind = self.account.debtor.kind
        if kind is not _UNKNOWN and kind not in self.policy.serves:
            self.because[:] = ["kind-not-served"]
            return None
        if self.policy.holds:
            at = compiled.account_hold(s.day, s, self.account, self.amount_in)
            if at >= 0:
                self.because[:] = [self.policy.holds[at].id]
                return None
        ids = compiled.ids
        self.because[:] = dict.fromkeys([ids[rank] for rank, _ in draft.earned])
        if self.too_soon(execute):
            self.because.insert(0, "pace")
            return None
        return draft

    def too_soon(self, execute: int) -> bool:
        """Whether the pace forbids another message; a placement takes its day whole."""
        pace, s = self.policy.pace, self.s
        if s.book.placements and any(one.since == s.day for one in s.book.placements):
            return True
        last = s.last_contact()
        return last > 0 and (
            last >= s.day
            or execute - last < pace.between_contacts
            or s.contact_days(execute - 30) >= pace.per_30_days
        )

    def ripe(self, earned: Earned, eligible: list[Row], latest: int, execute: int) -> Draft | None:
        """The steps that may be taken today, made into one draft."""
        compiled = self.policy.compiled
        demands, early, dear, placing = [], [], False, False
        for one in earned:
            rank, row = one
            if compiled.pre_due[rank]:
                # Sent after the date, or about no date, it would be no reminder of one.
                if execute <= row.due < NEVER:
                    early.append(one)
            elif row.last_step <= latest:
                demands.append(one)
                if compiled.formal[rank]:
                    dear = True
                    placing = placing or compiled.places[rank]
        if self.spare:
            demands, early = self.uncovered(demands, early)
        if dear:
            demands = self.allowed(demands, eligible, placing=placing)
        return self.demand(demands, eligible) or self.announcement(early)

    def uncovered(self, demands: Earned, early: Earned) -> tuple[Earned, Earned]:
        """Only what unapplied cash does not cover: first what is due, then what will be."""
        asked = [one for one in demands if self.owes_in(one[1].currency)]
        if len(asked) < len(demands):
            self.note("unapplied-cash")
        coming: dict[str, int] = {}
        for _, row in early:
            coming[row.currency] = coming.get(row.currency, 0) + row.not_yet_due
        announced = [one for one in early if coming[one[1].currency] > self.left(one[1].currency)]
        return asked, announced

    def left(self, currency: str) -> int:
        """The unapplied cash that remains once all that is owed is covered."""
        return max(0, self.spare.get(currency, 0) - self.owed.get(currency, 0))

    def allowed(self, demands: Earned, eligible: list[Row], *, placing: bool) -> Earned:
        """The steps without the formal acts that may not be taken: items wait, or earn another.

        Neither act is worth less than its floor: a notice, all that is owed at agreed dates; a
        placement, what is placed.
        """
        floor, places = self.policy.floor, self.policy.compiled.places
        owed = self.owed
        if self.s.book.assumed:
            owed = _by_currency([row for row in eligible if not row.item.assumed])
        noticing = self.worth(owed, floor.formal_notice)
        if noticing and not placing:
            return demands
        kept = self.permitted(demands, noticing=noticing, placing=True)
        placed = [row for rank, row in kept if places[rank]]
        if placed and not self.worth(_by_currency(placed), floor.placement):
            kept = self.permitted(demands, noticing=noticing, placing=False)
        return kept

    def permitted(self, demands: Earned, *, noticing: bool, placing: bool) -> Earned:
        """For each item the highest step it has earned among those that may be taken, if any."""
        compiled, s = self.policy.compiled, self.s
        kept, unnamed = [], set()
        for earned, row in demands:
            rank = earned
            while rank >= 0 and compiled.formal[rank]:
                notices = notices_on(s, row) if compiled.places[rank] else []
                if not (placing if compiled.places[rank] else noticing):
                    self.note("floor")
                elif compiled.notices[rank] or any(one.respond_by < s.day for one in notices):
                    break
                else:
                    # Placement takes only what a notice named, once it has run out.
                    self.note("awaiting-notice")
                    if not notices:
                        unnamed.add(row.item.place)
                rank = compiled.instead(row, rank, s.day, s, self.account, self.amount_in)
            if rank >= 0:
                kept.append((rank, row))
                if compiled.notices[rank]:
                    unnamed.discard(row.item.place)
        self.record_notice(unnamed)
        return kept

    def record_notice(self, places: set[int]) -> None:
        """A task for the items that wait for a notice nobody recorded, unless it is there."""
        known = {one for task in self.tasks if task.kind is _RECORD for one in task.invoices}
        ids = [row.id for row in self.s.rows if row.item.place in places and row.id not in known]
        if ids:
            self.tasks.append(Task(_RECORD, tuple(ids)))

    def worth(self, due: dict[str, int], least: Money | None) -> bool:
        """Whether what is due, less unapplied cash, is worth a formal act.

        Without a rate, a currency counts as nothing, with a task.
        """
        if least is None:
            return True
        total = 0
        for currency, minor in due.items():
            net = max(0, minor - self.spare.get(currency, 0))
            if currency == least.currency:
                total += net
            elif self.has_rate(currency):
                total += self.converted(net, currency)
            elif not any(task.kind is TaskKind.MISSING_RATE for task in self.tasks):
                self.tasks.append(Task(TaskKind.MISSING_RATE))
        return total >= least.minor

    def demand(self, demands: Earned, eligible: list[Row]) -> Draft | None:
        """The highest step earned, with the other steps and items that the same message carries.

        Its amounts are what is due on them less all unapplied cash.
        """
        levels = self.policy.levels
        demands = highest_first(demands)
        while demands:
            top = levels[demands[0][0]]
            steps, listed = demands, eligible
            if top.do is _PLACE:
                # Handed over are the items that earned it, and no other.
                steps = [one for one in demands if levels[one[0]].do is top.do]
                listed = [row for _, row in steps]
            elif self.s.book.assumed and top.do not in REMINDERS:
                # A date that nobody agreed gets reminders only.
                steps = [one for one in demands if not one[1].item.assumed]
                listed = [row for row in eligible if not row.item.assumed]
            due = self.owed if listed is eligible else _by_currency(listed)
            if not self.spare:
                return Draft(top, steps, listed, due)
            net = {cur: minor - self.spare.get(cur, 0) for cur, minor in due.items()}
            asked = {cur: minor for cur, minor in net.items() if minor > 0}
            covered = [one for one in steps if one[1].currency not in asked]
            if not covered:
                listed = [row for row in listed if row.currency in asked]
                return Draft(top, steps, listed, asked)
            # The cash covers a part that would have been asked for apart: what is left decides.
            self.note("unapplied-cash")
            demands = [one for one in demands if one not in covered]
        return None

    def announcement(self, early: Earned) -> Draft | None:
        """A reminder of what will be due: it never lists what is late, so it demands nothing."""
        if not early:
            return None
        coming: dict[str, int] = {}
        for _, row in early:
            coming[row.currency] = coming.get(row.currency, 0) + row.not_yet_due
        amounts = {currency: minor - self.left(currency) for currency, minor in coming.items()}
        early = highest_first(early)
        return Draft(self.policy.levels[early[0][0]], early, [], amounts)


def _by_currency(rows: list[Row]) -> dict[str, int]:
    due: dict[str, int] = {}
    for row in rows:
        currency = row.item.currency
        due[currency] = due.get(currency, 0) + row.collectable
    return due
