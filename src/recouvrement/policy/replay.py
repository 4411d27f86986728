"""A decision made again with its workings shown: each rule asked in the order of the engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER
from recouvrement.facts.words import ActionKind, DebtorKind
from recouvrement.money import Money
from recouvrement.policy.case import Case
from recouvrement.policy.compiler import REMINDERS
from recouvrement.policy.condition import Comparison, Condition
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
from recouvrement.position.position import book_known
from recouvrement.position.standing import Row, standing_of

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
    days = tuple(spoken)
    decision = decide(policy, account, as_of=as_of, known_on=known_on, spoken=days)
    book = book_known(account, known_on)
    s = standing_of(book, as_of.toordinal(), policy.conventions, policy.compiled.ranks)
    others = frozenset(day.toordinal() for day in days)
    replay = Replay(Case(policy, account, s, as_of, others), decision)
    return Explanation(
        decision=decision,
        items=tuple([replay.item(row) for row in s.rows]),
        rules=tuple(replay.account_rules()),
        pace=replay.pace(),
        amounts=tuple(replay.amounts()),
        nearest=nearest_changes(policy, account, decision, known_on=known_on, spoken=days),
    )


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
        self.silenced = {row.item.place for _, _, row in held}
        case.count(
            [
                row
                for row in case.known
                if row.collectable and row.item.place not in self.silenced
            ]
        )

    def drop(self, rows: list[Row], reason: str) -> None:
        kept = {row.item.place for row in self.case.known}
        for row in rows:
            if row.item.place not in kept:
                self.left_out.setdefault(row.item.place, reason)

    # --- one item --------------------------------------------------------------------------------

    def item(self, row: Row) -> ItemSeen:
        """What is known of an item, and what became of every rule about it."""
        action, day = self.decision.action, partial(_money, row.currency)
        ladder = list(self.ladder(row))
        earned = next((one.id for one in ladder if one.verdict is Verdict.APPLIES), None)
        steps = {one.invoice: one.level for one in action.steps} if action else {}
        ids = self.policy.compiled.ids
        free = row.last_step + self.policy.pace.between_levels
        return ItemSeen(
            id=row.id,
            due_on=_date(row.due),
            open=day(row.open),
            collectable=day(row.collectable),
            not_yet_due=day(row.not_yet_due),
            held=tuple([(name, day(minor)) for name, minor in row.held.items()]),
            reached=ids[row.reached] if row.reached >= 0 else None,
            earned=earned,
            step=steps.get(row.item.id),
            listed=action is not None and row.id in action.lists,
            last_step=_date(row.last_step),
            next_step=_date(free) if row.last_step and free > self.leaving() else None,
            left_out=self.left_out.get(row.item.place),
            rules=(*self.holds(row), *self.triggers(row), *ladder),
        )
