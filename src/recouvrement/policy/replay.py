"""A decision made again with its workings shown: each rule asked in the order of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER
from recouvrement.facts.words import ActionKind, DebtorKind
from recouvrement.law import Caveat
from recouvrement.money import Money
from recouvrement.policy.case import Case, days_spoken, standing_under
from recouvrement.policy.compiler import FORMAL, REMINDERS
from recouvrement.policy.condition import Always, Comparison, Condition
from recouvrement.policy.criteria import Scope
from recouvrement.policy.custom import CriterionFailed
from recouvrement.policy.decision import Action, Decision
from recouvrement.policy.engine import decide
from recouvrement.policy.explanation import (
    AmountSeen,
    Explanation,
    ItemSeen,
    PaceSeen,
    RuleKind,
    RuleSeen,
    Verdict,
)
from recouvrement.policy.ladder import Level, Trigger
from recouvrement.policy.nearest import nearest_changes
from recouvrement.policy.observing import ConditionSeen, Observer
from recouvrement.policy.policy import Policy
from recouvrement.policy.words import Climb
from recouvrement.position.deadlines import deadlines_of
from recouvrement.position.position import book_known
from recouvrement.position.standing import Row

_PRE_DUE = ActionKind.PRE_DUE_REMINDER
# What the engine says of every pre-due reminder, whatever the document says.
_LATE = Condition("days_past_due >= 1", Comparison("days_past_due", ">=", 1))


def explain(
    policy: Policy,
    account: Account,
    *,
    as_of: date,
    known_on: date | None = None,
    spoken: Iterable[date] = (),
) -> Explanation:
    """The decision of `decide`, with every rule that was asked, what it observed and its bound.

    Same arguments, same decision. Each comparison shows the value that decided, read by the same
    expression. `nearest` is found by deciding again: see `nearest_changes` for what is guaranteed.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.policy import preset
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur", kind="business"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ... )
    >>> why = explain(preset("fr-b2b"), account, as_of=date(2026, 10, 2))
    >>> why.item("F-41").rule("first-reminder").conditions[-1].comparisons[0].observed
    1
    >>> why.nearest[0].on, why.nearest[0].decision.because
    (datetime.date(2026, 10, 3), ('first-reminder',))
    """
    others = days_spoken(spoken)
    days = tuple([date.fromordinal(day) for day in sorted(others)])
    decision = decide(policy, account, as_of=as_of, known_on=known_on, spoken=days)
    s = standing_under(policy, account, book_known(account, known_on), as_of)
    replay = Replay(Case(policy, account, s, as_of, others), decision)
    return Explanation(
        decision=decision,
        items=tuple([replay.item(row) for row in s.rows]),
        rules=tuple(replay.account_rules()),
        pace=replay.pace(),
        amounts=tuple(replay.amounts()),
        nearest=nearest_changes(policy, account, decision, known_on=known_on, spoken=days),
        caveats=_caveats(policy, account, as_of, known_on),
    )


def _caveats(
    policy: Policy, account: Account, as_of: date, known_on: date | None
) -> tuple[Caveat, ...]:
    """What must be said with the deadlines of the account."""
    law = policy.applicable(account.debtor.kind)
    asked = law.conventions
    found = deadlines_of(account, as_of=as_of, known_on=known_on, conventions=asked)
    return law.caveats(found, as_of)


class Replay:
    """One account on one day, with the decision already made."""

    def __init__(self, case: Case, decision: Decision) -> None:
        self.case = case
        self.policy = case.policy
        self.decision = decision
        self.see = Observer(case)
        self.left_out: dict[int, str] = {}
        self.silenced: set[int] = set()
        self.unknown = case.account.debtor.kind is DebtorKind.UNKNOWN
        self.leave_out()

    def leave_out(self) -> None:
        """Settle which items no rule is asked about, and which a hold silences."""
        case, compiled = self.case, self.policy.compiled
        rows = case.s.rows
        if compiled.item_money or compiled.account_money:
            case.price()
            self.drop(rows, "missing-rate")
            if not case.known:
                return
        try:
            _, held, _, failed = compiled.propose(
                case.known, case.s.day, case.s, case.account, case.amount_in, self.unknown
            )
        except CriterionFailed:
            case.known, held, failed = [], [], []
        if failed:
            broken = {row.item.place for _, row in failed}
            case.known = [row for row in case.known if row.item.place not in broken]
        self.drop(rows, "criterion-failed")
        self.silenced = {row.item.place for _, _, row, _ in held}
        case.count(
            [row for row in case.known if row.collectable and row.item.place not in self.silenced]
        )

    def drop(self, rows: list[Row], reason: str) -> None:
        """Leave out, for this reason, the items that are no longer asked about."""
        kept = {row.item.place for row in self.case.known}
        for row in rows:
            if row.item.place not in kept:
                self.left_out.setdefault(row.item.place, reason)

    # --- one item --------------------------------------------------------------------------------

    def item(self, row: Row) -> ItemSeen:
        """What is known of an item, and what became of every rule about it."""
        action, money = self.decision.action, partial(_money, row.currency)
        ladder = list(self.ladder(row))
        applying = [one.id for one in ladder if one.verdict is Verdict.APPLIES]
        earned = applying[-1] if applying else None
        steps = {str(one.invoice): str(one.level) for one in action.steps} if action else {}
        ids = self.policy.compiled.ids
        free = row.last_step + self.policy.pace.between_levels
        return ItemSeen(
            id=row.id,
            due_on=_date(row.due),
            open=money(row.open),
            collectable=money(row.collectable),
            not_yet_due=money(row.not_yet_due),
            held=tuple([(name, money(minor)) for name, minor in row.held.items()]),
            reached=ids[row.reached] if row.reached >= 0 else None,
            earned=earned,
            step=steps.get(row.id),
            listed=action is not None and row.id in action.lists,
            last_step=_date(row.last_step),
            next_step=_date(free) if row.last_step and free > self.leaving() else None,
            left_out=self.left_out.get(row.item.place),
            rules=(*self.holds(row), *self.triggers(row), *ladder),
        )

    def ladder(self, row: Row) -> Iterator[RuleSeen]:
        """Every level, and the one that the item has earned, if any, as APPLIES."""
        levels = self.policy.levels
        seen = [(rank, level, self.rung(level, row)) for rank, level in enumerate(levels)]
        verdicts: dict[int, Verdict] = {}
        settled = False
        one_level = self.policy.pace.climb is Climb.ONE_LEVEL
        for rank, level, parts in seen if one_level else reversed(seen):
            verdict = self.standing(rank, level, row)
            if verdict is None:
                verdict = Verdict.NOT_ASKED if settled else self.weighed(parts)
                # One level at a time, the first above that is not passed over decides alone.
                # By age, what is below a formal act is asked too: the act may be withheld.
                applies = verdict is Verdict.APPLIES and (one_level or level.do not in FORMAL)
                settled |= applies or (one_level and verdict is Verdict.UNMET)
            verdicts[rank] = verdict
        if row.reached >= 0 and Verdict.APPLIES not in verdicts.values():
            _, level, parts = seen[row.reached]
            if self.recurs(level, row) and self.weighed(parts) is Verdict.APPLIES:
                verdicts[row.reached] = Verdict.APPLIES
        for rank, level, parts in seen:
            since = row.last_step if rank == row.reached else 0
            yield RuleSeen(
                kind=RuleKind.LEVEL,
                id=level.id,
                verdict=verdicts[rank],
                conditions=parts,
                again_on=_again(since, level.repeat_every),
            )

    def recurs(self, level: Level, row: Row) -> bool:
        """Whether it is time to speak again at the level that an item stands on."""
        rested = self.case.s.day - row.last_step
        time = level.repeat_every is not None and rested >= level.repeat_every
        return time and bool(row.collectable) and self.able(level, row)

    def rung(self, level: Level, row: Row) -> tuple[ConditionSeen, ...]:
        """The conditions of a level, `when` last."""
        tests = [("for", level.serves), ("until", level.until)]
        if level.do is _PRE_DUE:
            tests.append(("until", _LATE))
        tests.append(("when", level.when))
        return tuple([self.see.condition(part, test, row) for part, test in tests if test])

    def standing(self, rank: int, level: Level, row: Row) -> Verdict | None:
        """What is settled before the conditions of a level are asked."""
        if rank <= row.reached:
            return Verdict.REACHED
        return None if self.able(level, row) else Verdict.NOT_ASKED

    def able(self, level: Level, row: Row) -> bool:
        """Whether a level may be asked about an item at all."""
        if row.item.place in self.left_out:
            return False
        if row.collectable:
            return level.do in REMINDERS or not self.gently(row)
        return bool(row.not_yet_due) and level.do is _PRE_DUE

    def gently(self, row: Row) -> bool:
        """Whether an item gets reminders only."""
        return self.unknown or row.item.assumed

    def weighed(self, parts: tuple[ConditionSeen, ...]) -> Verdict:
        """What the conditions of a rule come to."""
        for one in parts:
            if (one.part == "until" and one.held) or (one.part == "for" and not one.held):
                return Verdict.PASSED_OVER
        return Verdict.APPLIES if parts[-1].held else Verdict.UNMET

    def holds(self, row: Row) -> Iterator[RuleSeen]:
        """The holds about one item: the first that is true silences it."""
        early = row.not_yet_due and True in self.policy.compiled.pre_due
        asked = row.item.place not in self.left_out and bool(row.collectable or early)
        for hold in self.policy.holds:
            if hold.scope is Scope.ITEM:
                parts = (self.see.condition("when", hold.when, row),)
                verdict = self.weighed(parts) if asked else Verdict.NOT_ASKED
                asked = asked and verdict is not Verdict.APPLIES
                yield RuleSeen(kind=RuleKind.HOLD, id=hold.id, verdict=verdict, conditions=parts)

    def triggers(self, row: Row) -> Iterator[RuleSeen]:
        """The triggers, each for itself."""
        place, s = row.item.place, self.case.s
        for one in self.policy.triggers:
            tests = [("for", one.serves), ("when", one.when)]
            parts = tuple([self.see.condition(part, test, row) for part, test in tests if test])
            asked = self.answering(one, row, parts)
            verdict = self.weighed(parts) if asked else Verdict.NOT_ASKED
            offers = one.do is ActionKind.PROPOSE_PLAN
            last = s.last_offered(place) if offers else s.last_spoken(place)
            again = _again(last, one.repeat_every)
            if verdict is Verdict.APPLIES and again and again.toordinal() > s.day:
                verdict = Verdict.RESTING
            yield RuleSeen(
                kind=RuleKind.TRIGGER,
                id=one.id,
                verdict=verdict,
                conditions=parts,
                again_on=again,
            )

    def answering(self, one: Trigger, row: Row, parts: tuple[ConditionSeen, ...]) -> bool:
        """Whether a trigger is asked about an item at all."""
        if one.inside:
            return not any(part.unread for part in parts)
        if not row.collectable or row.item.place in {*self.left_out, *self.silenced}:
            return False
        return one.do in REMINDERS or not self.gently(row)

    # --- the account -----------------------------------------------------------------------------

    def account_rules(self) -> Iterator[RuleSeen]:
        """The rules about the whole account, each table in its order: the first that holds."""
        policy, action = self.policy, self.decision.action
        holds = [
            (hold.id, self.see.condition("when", hold.when, None), True)
            for hold in policy.holds
            if hold.scope is Scope.ACCOUNT
        ]
        act = self.act(action)
        styles = [
            (
                row.id or f"style {at + 1}",
                self.see.condition("when", row.when, None),
                act is not None and (not row.acts or act in row.acts),
            )
            for at, row in enumerate(policy.styles)
        ]
        placing = action is not None and action.kind is ActionKind.PLACE
        partners = [
            (one.id, self.see.condition("when", one.when or _ALWAYS, None), placing)
            for one in policy.partners
        ]
        yield from self.first(RuleKind.HOLD, holds)
        yield from self.first(RuleKind.STYLE, styles)
        yield from self.first(RuleKind.PARTNER, partners)

    def act(self, action: Action | None) -> ActionKind | None:
        """What the rule behind the action does, before the style table changes it."""
        if action is not None:
            rules: tuple[Level | Trigger, ...] = (*self.policy.levels, *self.policy.triggers)
            return next(rule.do for rule in rules if rule.id == action.rule)
        return None

    def first(
        self, kind: RuleKind, rows: list[tuple[str, ConditionSeen, bool]]
    ) -> Iterator[RuleSeen]:
        """The rows of one table: the first that is asked and holds counts."""
        # A table of which one amount cannot be told is not read at all.
        open_ = not any(condition.unread for _, condition, _ in rows)
        for name, condition, asked in rows:
            parts = (condition,)
            verdict = self.weighed(parts) if open_ and asked else Verdict.NOT_ASKED
            open_ = open_ and verdict is not Verdict.APPLIES
            yield RuleSeen(kind=kind, id=name, verdict=verdict, conditions=parts)

    # --- pace and money --------------------------------------------------------------------------

    def leaving(self) -> int:
        """The day on which a message would leave; that of the question where nobody knows."""
        try:
            on = self.policy.conventions.calendar.next_business_day(self.case.as_of)
        except OutsideCoverage:
            return self.case.s.day
        return on.toordinal()

    def pace(self) -> PaceSeen:
        """How far the pace is."""
        case, pace = self.case, self.policy.pace
        leaving = self.leaving()
        days = sorted(case.s.contacted(0) | {on for on in case.spoken if on <= case.s.day})
        first = leaving
        if days:
            first = max(first, days[-1] + pace.between_contacts)
        if len(days) >= pace.per_30_days:
            first = max(first, days[-pace.per_30_days] + 30)
        if any(one.since == case.s.day for one in case.s.book.placements):
            first = max(first, case.s.day + 1)
        try:
            next_contact = self.policy.conventions.calendar.next_business_day(
                date.fromordinal(first)
            )
        except (OutsideCoverage, ValueError):
            next_contact = None
        return PaceSeen(
            last_contact=_date(days[-1]) if days else None,
            next_contact=next_contact,
            between_contacts=pace.between_contacts,
            contacts=sum(on > leaving - 30 for on in days),
            per_30_days=pace.per_30_days,
            allowed=next_contact is not None and next_contact.toordinal() == leaving,
        )

    def amounts(self) -> Iterator[AmountSeen]:
        """What may be demanded, what cash nets of it, and what is asked, per currency."""
        action, owed, spare = self.decision.action, self.case.owed, self.case.spare
        asked = {one.currency: one for one in action.amounts} if action else {}
        for currency in sorted({*owed, *spare, *asked}):
            yield AmountSeen(
                owed=Money(owed.get(currency, 0), currency),
                unapplied=Money(spare.get(currency, 0), currency),
                asked=asked.get(currency, Money.zero(currency)),
            )


_ALWAYS = Condition("True", Always(value=True))


def _money(currency: str, minor: int) -> Money:
    return Money(minor, currency)


def _date(day: int) -> date | None:
    """The date of an ordinal; None for none (0) and for never."""
    return date.fromordinal(day) if 0 < day < NEVER else None


def _again(last: int, every: int | None) -> date | None:
    return _date(last + every) if last and every else None
