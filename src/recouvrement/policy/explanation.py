"""Why a decision is what it is: every rule with what it observed, as values."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from attrs import frozen

from recouvrement.law import Caveat
from recouvrement.money import Money
from recouvrement.policy.decision import Decision
from recouvrement.policy.observing import ConditionSeen
from recouvrement.tables import html_table


class Verdict(StrEnum):
    """What became of a rule.

    APPLIES: it counts, as the level earned, the trigger in force, the hold that silences, the row
    or the partner taken. UNMET: it was asked, and its condition does not hold. PASSED_OVER: its
    `for` or its `until` leaves it out. REACHED: the item stands there already, or above. RESTING:
    it spoke too recently. NOT_ASKED: another rule answered before it, or it is not about this.
    """

    APPLIES = "applies"
    UNMET = "unmet"
    PASSED_OVER = "passed_over"
    REACHED = "reached"
    RESTING = "resting"
    NOT_ASKED = "not_asked"


class RuleKind(StrEnum):
    """The sorts of rules that a policy has."""

    HOLD = "hold"
    TRIGGER = "trigger"
    LEVEL = "level"
    STYLE = "style"
    PARTNER = "partner"


@frozen(kw_only=True)
class RuleSeen:
    """One rule, what became of it, and each of its conditions with what it observed.

    `again_on` is the first day on which a rule that recurs may speak again, where it has spoken.
    """

    kind: RuleKind
    id: str
    verdict: Verdict
    conditions: tuple[ConditionSeen, ...]
    again_on: date | None = None


@frozen(kw_only=True)
class ItemSeen:
    """One open item: its money, where it stands on the ladder, and every rule asked about it.

    `held` are the amounts that something holds, by the name of the slice. `reached` is the level
    it stands on, `earned` the one that the ladder gives it today, `step` the one it takes in the
    action. `next_step` is the first day on which the ladder may move it, None where nothing keeps
    it. `left_out` says why no rule was asked: "missing-rate" or "criterion-failed".
    """

    id: str
    due_on: date | None
    open: Money
    collectable: Money
    not_yet_due: Money
    held: tuple[tuple[str, Money], ...]
    reached: str | None
    earned: str | None
    step: str | None
    listed: bool
    last_step: date | None
    next_step: date | None
    left_out: str | None
    rules: tuple[RuleSeen, ...]

    def rule(self, rule: str) -> RuleSeen:
        """The rule of that id; `KeyError` when the policy has none."""
        return _by_id(self.rules, rule)


@frozen(kw_only=True)
class PaceSeen:
    """What the pace allows: one voice, on the day that the message would leave.

    `next_contact` is the first day on which it may leave, None where the calendar does not say;
    `contacts` are the days of the 30 before it on which we spoke first.
    """

    last_contact: date | None
    next_contact: date | None
    between_contacts: int
    contacts: int
    per_30_days: int
    allowed: bool


@frozen(kw_only=True)
class AmountSeen:
    """What may be demanded in one currency, what is unapplied and netted, and what is asked."""

    owed: Money
    unapplied: Money
    asked: Money


@frozen(kw_only=True)
class Change:
    """Something that alters the action: a later day by itself, or a further payment today."""

    on: date
    payment: Money | None = None
    decision: Decision


@frozen(kw_only=True)
class Explanation:
    """A decision replayed: what every rule observed, and the least that would alter the action.

    `rules` are those about the whole account: holds, style rows, partners. `nearest` gives the day
    of `review_on`, then per currency the smallest further payment that alters the steps, and the
    smallest that alters the act or its level where the first does not. `caveats` must be said with
    the deadlines of the account, which rest on the law of the policy. Values only: words come from
    the host or the messages.
    """

    decision: Decision
    items: tuple[ItemSeen, ...]
    rules: tuple[RuleSeen, ...]
    pace: PaceSeen
    amounts: tuple[AmountSeen, ...]
    nearest: tuple[Change, ...]
    caveats: tuple[Caveat, ...] = ()

    def item(self, item: str) -> ItemSeen:
        """The open item of that id; `KeyError` when there is none."""
        for one in self.items:
            if one.id == item:
                return one
        raise KeyError(item)

    def rule(self, rule: str) -> RuleSeen:
        """The rule about the account of that id; `KeyError` when the policy has none."""
        return _by_id(self.rules, rule)

    def to_rows(self) -> list[dict[str, object]]:
        """One plain mapping per comparison, rule by rule; `about` is empty for the account."""
        seen = [(None, rule) for rule in self.rules]
        seen += [(item.id, rule) for item in self.items for rule in item.rules]  # type: ignore[misc]
        return [row for about, rule in seen for row in _rows(about, rule)]

    def _repr_html_(self) -> str:
        decision = self.decision
        caption = f"{decision.account} as of {decision.as_of}"
        reasons = ", ".join(decision.because) or "nothing to do"
        items = [
            {
                "item": one.id,
                "due": one.due_on,
                "open": one.open,
                "collectable": one.collectable,
                "reached": one.reached,
                "earned": one.earned,
                "next_step": one.next_step,
                "left_out": one.left_out,
            }
            for one in self.items
        ]
        changes = [
            {
                "on": one.on,
                "if_paid": one.payment,
                "then": one.decision.action and one.decision.action.kind,
                "because": one.decision.because,
            }
            for one in self.nearest
        ]
        said = [
            {"caveat": one.code, "article": one.article, **dict(one.values)} for one in self.caveats
        ]
        return "\n".join(
            [
                html_table(items, caption=f"{caption}: {reasons}"),
                html_table(self.to_rows(), caption=f"{caption}, rule by rule"),
                html_table(changes, caption=f"{caption}, what would alter it"),
                html_table(said, caption=f"{caption}, what must be said with its deadlines"),
            ]
        )


def _by_id(rules: tuple[RuleSeen, ...], rule: str) -> RuleSeen:
    for one in rules:
        if one.id == rule:
            return one
    raise KeyError(rule)


def _rows(about: str | None, rule: RuleSeen) -> Iterator[dict[str, object]]:
    head = {"about": about, "rule": rule.kind, "id": rule.id, "verdict": rule.verdict}
    for condition in rule.conditions:
        part = {**head, "part": condition.part}
        if not condition.comparisons:
            yield {**part, "criterion": condition.text, "met": condition.held}
        for one in condition.comparisons:
            yield {
                **part,
                "criterion": one.criterion,
                "observed": one.unread or one.observed,
                "operator": one.operator,
                "bound": one.bound,
                "met": one.met,
                "decisive": one.decisive,
            }
