"""Deciding: from an account and a date to at most one outward action, tasks, and reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TypeVar

from attrs import evolve

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.book import Book
from recouvrement.facts.words import ActionKind, DebtorKind
from recouvrement.policy.case import days_spoken, standing_under
from recouvrement.policy.compiler import REMINDERS, Earned, Silenced
from recouvrement.policy.custom import CriterionFailed
from recouvrement.policy.decision import Action, Decision, Task
from recouvrement.policy.housekeeping import last_day_left, tasks_of
from recouvrement.policy.message import Draft, Manner, message_of
from recouvrement.policy.policy import Policy, check_inputs
from recouvrement.policy.steps import Fired, Steps
from recouvrement.policy.style import Style
from recouvrement.policy.words import Handler, TaskKind
from recouvrement.position.position import book_known, check_date
from recouvrement.position.standing import Row


def decide(
    policy: Policy,
    account: Account,
    *,
    as_of: date,
    known_on: date | None = None,
    spoken: Iterable[date] = (),
) -> Decision:
    """What to do about an account on a date, and why; the same inputs always give the same answer.

    At most one outward action: the highest step that any item has earned, or a trigger's. Whatever
    the document says, a slice that is not collectable is never demanded, unapplied cash is netted
    first, pace is kept, formal acts need approval, and a debtor of unknown kind gets reminders
    only. `spoken` are the days on which the same recipient was spoken to through other accounts:
    the pace counts them.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.money import Money
    >>> from recouvrement.policy import preset
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur", kind="business"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ... )
    >>> decision = decide(preset("fr-b2b"), account, as_of=date(2026, 10, 5))
    >>> decision.action.kind.value, decision.action.amounts, decision.because
    ('remind', (Money.of("900.00", "EUR"),), ('first-reminder',))
    """
    case = _asked(policy, account, as_of, known_on, spoken)
    return _nothing(policy, account, as_of) if case is None else case.decision()


def weighed(
    policy: Policy,
    account: Account,
    *,
    as_of: date,
    known_on: date | None = None,
    spoken: Iterable[date] = (),
) -> tuple[Decision, int]:
    """The decision, and the points that the policy's worklist gives the account."""
    case = _asked(policy, account, as_of, known_on, spoken)
    if case is None:
        return _nothing(policy, account, as_of), 0
    decision = case.decision()
    points = case.points()
    if len(case.tasks) > len(decision.tasks):
        decision = evolve(decision, tasks=tuple(case.tasks))
    return decision, points


def deciding(
    policy: Policy, account: Account, as_of: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The deciding rules and the items that climb, as `decide` finds them, without the message."""
    case = _case(policy, account, account.book, as_of, frozenset())
    if case is None:
        return (), ()
    draft = case.draft()
    items = () if draft is None else tuple([row.item.id for _, row in draft.earned])
    return tuple(case.because.given), items


def answer_on(
    policy: Policy,
    account: Account,
    book: Book,
    as_of: date,
    spoken: frozenset[int] = frozenset(),
) -> tuple[Action | None, tuple[str, ...]]:
    """The action and its reasons, as `decide` gives them on the facts of a book; no tasks."""
    case = _case(policy, account, book, as_of, spoken)
    if case is None:
        return None, ()
    action = case.action()
    return action, tuple(case.because.given)


def _nothing(policy: Policy, account: Account, as_of: date) -> Decision:
    """The decision about an account on which nothing is open."""
    law = policy.applicable(account.debtor.kind).version
    return Decision(account.debtor.id, as_of, policy_version=policy.version, law_version=law)


def _asked(
    policy: Policy,
    account: Account,
    as_of: date,
    known_on: date | None,
    spoken: Iterable[date],
) -> _Case | None:
    """The case behind a question, None where nothing is open; its tasks are those of the facts."""
    check_inputs(policy, account)
    check_date("as_of", as_of)
    others = days_spoken(spoken)
    case = _case(policy, account, book_known(account, known_on), as_of, others)
    if case is not None:
        case.tasks = tasks_of(policy, account, case.s, known_on)
    return case


def _case(
    policy: Policy,
    account: Account,
    book: Book,
    as_of: date,
    spoken: frozenset[int],
) -> _Case | None:
    s = standing_under(policy, account, book, as_of)
    return _Case(policy, account, s, as_of, spoken) if s.rows else None


# Bound once: looking a member up on its enum costs more than comparing it.
_UNKNOWN = DebtorKind.UNKNOWN

Made = TypeVar("Made")


class _Case(Steps):
    """One account on one day, from its open rows to the action and what the house has to do."""

    __slots__ = ()

    def draft(self) -> Draft | None:
        """What there is to say today; without anything, `because` says what suppressed it."""
        return self.unless_unread(self.drafted)

    def drafted(self) -> Draft | None:
        """The same, where everything that it takes can be read."""
        s, compiled = self.s, self.policy.compiled
        if compiled.item_money or compiled.account_money:
            self.price()
            if not self.known:
                return None
        rows = self.known
        unknown = self.account.debtor.kind is _UNKNOWN
        earned, held, fired, failed = compiled.propose(
            rows, s.day, s, self.account, self.amount_in, unknown
        )
        if failed:
            self.failures(failed)
            self.because.settle(["criterion-failed"])
            broken = {row.item.place for _, row in failed}
            rows = self.known = [row for row in rows if row.item.place not in broken]
            fired = [one for one in fired if one[2].item.place not in broken]
        if held:
            silenced = {row.item.place for _, _, row, _ in held}
            rows = [row for row in rows if row.item.place not in silenced]
        eligible = [row for row in rows if row.collectable]
        self.count(eligible)
        if not earned and not held and not fired:
            return None
        return self.timely(earned, fired, held, eligible)

    def timely(
        self,
        earned: Earned,
        fired: Fired,
        held: list[Silenced],
        eligible: list[Row],
    ) -> Draft | None:
        """The message of the day, unless something stands in its way, which `because` then names.

        An item whose last step is too recent waits, and none climbs twice on one day.
        """
        pace, s, compiled = self.policy.pace, self.s, self.policy.compiled
        self.execute_on = self.policy.conventions.calendar.next_business_day(self.as_of)
        execute = self.execute_on.toordinal()
        latest = min(execute - pace.between_levels, s.day - 1)
        draft = None
        if earned or fired:
            draft = self.ripe(earned, fired, eligible, latest, execute)
        if draft is None:
            if held and not self.because.given:
                self.because.settle(
                    self.policy.holds[at].id
                    for at, rank, row, answering in held
                    if answering
                    or 0 <= rank <= row.reached
                    or (rank >= 0 and (compiled.pre_due[rank] or row.last_step <= latest))
                )
            return None
        kind = self.account.debtor.kind
        if kind is not _UNKNOWN and kind not in self.policy.serves:
            self.because.settle(["kind-not-served"])
            return None
        if self.policy.holds:
            at = compiled.account_hold(s.day, s, self.account, self.amount_in)
            if at >= 0:
                self.because.settle([self.policy.holds[at].id])
                return None
        if self.too_soon(execute):
            self.because.first("pace")
            return None
        return draft

    def too_soon(self, execute: int) -> bool:
        """Whether the pace forbids another message; a placement takes its day whole."""
        pace, s = self.policy.pace, self.s
        if s.book.placements and any(one.since == s.day for one in s.book.placements):
            return True
        last, others, since = s.last_contact(), self.spoken, execute - 30
        if others:
            others = frozenset([day for day in others if day <= s.day])
            last = max([last, *others])
        return last > 0 and (
            last >= s.day
            or execute - last < pace.between_contacts
            or sum([day > since for day in s.contacted(since) | others]) >= pace.per_30_days
        )

    def unless_unread(self, make: Callable[..., Made | None], *given: Draft) -> Made | None:
        """What is made, None where something it takes cannot be read: nobody is chased blindly."""
        try:
            return make(*given)
        except OutsideCoverage:
            # The host's calendar does not say which days are worked.
            self.task(TaskKind.MISSING_CALENDAR)
            self.because.settle(["outside-calendar"])
        except CriterionFailed as failure:
            # A criterion of the account, or a rule about it.
            self.failure(failure.name)
            self.because.settle(["criterion-failed"])
        return None

    def decision(self) -> Decision:
        """The whole answer."""
        action = self.action()
        if self.policy.compiled.alerts:
            self.alert()
        return Decision(
            self.account.debtor.id,
            self.as_of,
            action=action,
            tasks=tuple(self.tasks),
            because=tuple(self.because.given),
            policy_version=self.policy.version,
            law_version=self.policy.applicable(self.account.debtor.kind).version,
        )

    # --- the message -----------------------------------------------------------------------------

    def action(self) -> Action | None:
        """The action of the day, said in the manner that the style table and the debtor ask for."""
        draft = self.draft()
        return None if draft is None else self.unless_unread(self.said, draft)

    def said(self, draft: Draft) -> Action | None:
        """The action that says a draft, None when the debtor leaves no way to say it."""
        debtor, s = self.account.debtor, self.s
        style = self.style(draft)
        gently = debtor.kind is _UNKNOWN or s.book.assumed
        gently = gently and draft.rule.do in REMINDERS
        manner = Manner(draft, self.policy.levels, style, gently=gently)
        lost = s.lost_channels() if s.book.bounces else ()
        role = style.recipient if style is not None else None
        if not manner.reach(debtor, role, lost, self.as_of):
            self.task(TaskKind.FIND_COORDINATES)
            self.because.first("channels-refused")
            return None
        if manner.handler is not Handler.AUTOMATIC:
            self.answerable(draft, manner)
        action = message_of(self.policy, debtor, draft, manner, self.execute_on, s.documents())
        if action.kind is ActionKind.PLACE and self.policy.partners:
            return self.entrusted(action)
        return action

    def style(self, draft: Draft) -> Style | None:
        """The first row of the style table that applies."""
        styles, s = self.policy.styles, self.s
        if not styles:
            return None
        at = self.policy.compiled.style(draft.rule.do, s.day, s, self.account, self.told)
        return styles[at] if at >= 0 else None

    def answerable(self, draft: Draft, manner: Manner) -> None:
        """Name who answers for it: a collector where the account manager it wants has no name."""
        rows = [row for _, row in draft.earned] or draft.listed
        owners = {row.invoice.owner for row in rows}
        named = owners.pop() if len(owners) == 1 else None
        manner.owner = named or self.account.debtor.owner
        if manner.handler is Handler.ACCOUNT_MANAGER and manner.owner is None:
            manner.handler = Handler.COLLECTOR
            self.task(TaskKind.ASSIGN_OWNER)

    def entrusted(self, action: Action) -> Action:
        """A placement with the partner it goes to; a task where none of them takes it."""
        s, partners = self.s, self.policy.partners
        at = self.policy.compiled.partner(s.day, s, self.account, self.told)
        if at < 0:
            self.task(TaskKind.CHOOSE_PARTNER, action.invoices)
            return action
        return action.entrusted_to(partners[at].id)

    # --- inside the house ------------------------------------------------------------------------

    def alert(self) -> None:
        """The tasks that triggers ask for, one for each, naming the items."""
        s, owner = self.s, self.account.debtor.owner
        for at, ask in self.policy.compiled.alerts:
            rule = self.policy.triggers[at]
            try:
                raised, failed, unpriced = ask(s.rows, s.day, s, self.account, self.amount_in)
            except OutsideCoverage:
                self.missing_rate()
                continue
            except CriterionFailed as failure:
                self.failure(failure.name)
                continue
            if failed:
                self.failures(failed)
            if unpriced:
                self.missing_rate()
            if raised:
                items = tuple([row.id for row in raised])
                due = last_day_left(s, raised) if "limitation_days" in rule.when.criteria else None
                self.tasks.append(
                    Task(rule.task, items, handler=rule.handler, rule=rule.id, due=due, owner=owner)
                )

    def points(self) -> int:
        """What the worklist's points make of the account; nothing where a criterion fails."""
        s = self.s
        try:
            return self.policy.compiled.points(s.day, s, self.account, self.told)
        except CriterionFailed as failure:
            self.failure(failure.name)
            return 0
