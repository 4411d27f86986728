"""The named criteria that policy documents may test: type, unit, scope, and how each is read.

A criterion is read by an expression of ours over one open row `r`, the standing `s`, the account
`a` and the ordinal `day`; `amount_in` gives a money value in the policy's currency. The expressions
are trusted source: the text of a document only ever chooses among names of this table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from attrs import field, frozen

from recouvrement.facts.book import NEVER, Notice
from recouvrement.facts.words import DebtorKind
from recouvrement.position.commitments import PlanStatus, PromiseStatus
from recouvrement.position.standing import Row, Standing


class CriterionType(StrEnum):
    """What a criterion's values are, and so what they may be compared with."""

    INTEGER = "integer"
    MONEY = "money"
    FLAG = "flag"
    WORD = "word"
    WORDS = "words"


class Scope(StrEnum):
    """Whether a criterion, or a hold, is about one open item or about the whole account."""

    ITEM = "item"
    ACCOUNT = "account"


class Worse(StrEnum):
    """Which way a criterion moves as things worsen; NEITHER when it does not say."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@frozen
class Criterion:
    """One name that conditions may use.

    `absent` says that it may have no value: any comparison with an absent value is false. `fixed`
    says that no later fact changes it. `instead` names the account criterion for account rules.
    """

    name: str
    type: CriterionType
    doc: str = field(kw_only=True)
    source: str = field(kw_only=True, repr=False)
    scope: Scope = field(default=Scope.ITEM, kw_only=True)
    unit: str = field(default="", kw_only=True)
    worse: Worse = field(default=Worse.NEITHER, kw_only=True)
    absent: bool = field(default=False, kw_only=True)
    fixed: bool = field(default=False, kw_only=True)
    words: tuple[str, ...] = field(default=(), kw_only=True)
    instead: str | None = field(default=None, kw_only=True)


def silence(s: Standing, r: Row) -> int:
    """How many of our contacts about an item followed the last sign of being heard."""
    heard, place, day = s.heard_on(), r.item.place, s.day
    return sum(
        heard < on <= day < bounced and place in about for on, bounced, about in s.book.outgoing
    )


def bounced(s: Standing, r: Row) -> bool:
    """Whether our latest contact about an item did not arrive."""
    place, day = r.item.place, s.day
    for on, lost, about in reversed(s.book.outgoing):
        if on <= day and place in about:
            return lost <= day
    return False


def notices_on(s: Standing, r: Row) -> list[Notice]:
    """The formal notices that named an item once it was late; before, there was nothing to give."""
    place, day = r.item.place, s.day
    return [n for n in s.book.notices if r.due < n.on <= day and place in n.places]


def notice_days(s: Standing, r: Row) -> int | None:
    """Days since the last day to respond to the earliest notice on an item; negative before."""
    ends = [notice.respond_by for notice in notices_on(s, r)]
    return s.day - min(ends) if ends else None


def dispute_overdue(s: Standing, r: Row) -> bool:
    """Whether an open dispute on an item is past the date it should have been resolved by."""
    place, day = r.item.place, s.day
    return any(
        c.opened <= day < c.resolved
        and place in c.places
        and c.fact.resolve_by is not None
        and c.fact.resolve_by.toordinal() < day
        for c in s.book.contests
    )


def oldest_days_past_due(s: Standing) -> int | None:
    """Days past due of the oldest collectable item."""
    for r in s.rows:
        if r.collectable:
            return s.day - r.due
    return None


def days_since_last_contact(s: Standing) -> int | None:
    """Days since we last spoke first to the debtor about money."""
    last = s.last_contact()
    return s.day - last if last else None


def broken_promises(s: Standing) -> int:
    """How many of the debtor's promises are broken."""
    return sum(one.status is PromiseStatus.BROKEN for one in s.pledges)


def days_since_broken_promise(s: Standing) -> int | None:
    """Days since the last day of the latest broken promise, until we speak to the debtor again."""
    broken = [one.broken_on for one in s.pledges if one.status is PromiseStatus.BROKEN]
    if not broken or s.last_contact() >= max(broken):
        return None
    return s.day - max(broken) + 1


def plan_state(s: Standing) -> str | None:
    """The worst state among the debtor's live plans."""
    states = {one.status for one in s.plans}
    for state in (PlanStatus.DEFAULTED, PlanStatus.LATE, PlanStatus.ON_TRACK):
        if state in states:
            return state
    return None


def days_since_missed_instalment(s: Standing) -> int | None:
    """Days since the last day of the earliest instalment missed on a live plan."""
    live = (PlanStatus.DEFAULTED, PlanStatus.LATE)
    missed = [one.missed for one in s.plans if one.status in live]
    return s.day - min(missed) + 1 if missed else None


def insolvent(s: Standing) -> bool:
    """Whether a proceeding that stays claims is open."""
    return any(stay.opened <= s.day < stay.ended for stay in s.book.stays)


def total_in(name: str, s: Standing, amount_in: Callable[[int, str], int]) -> int:
    """The sum of an amount over the open items, in the policy's currency."""
    if name == "unapplied":
        return sum(amount_in(minor, cur) for cur, minor in s.ledger.nettable().items())
    by_currency: dict[str, int] = {}
    for r in s.rows:
        by_currency[r.item.currency] = by_currency.get(r.item.currency, 0) + getattr(r, name)
    return sum(amount_in(minor, currency) for currency, minor in by_currency.items())


INTEGER, MONEY, FLAG = CriterionType.INTEGER, CriterionType.MONEY, CriterionType.FLAG
WORD, WORDS = CriterionType.WORD, CriterionType.WORDS
ACCOUNT, UP, DOWN = Scope.ACCOUNT, Worse.UP, Worse.DOWN

_TABLE = (
    Criterion(
        "days_past_due",
        INTEGER,
        unit="days",
        worse=UP,
        absent=True,
        source="(day - r.due if r.due < NEVER else None)",
        instead="oldest_days_past_due",
        doc="Days since the due date: 0 on the day itself, negative before, absent without one.",
    ),
    Criterion(
        "days_until_due",
        INTEGER,
        unit="days",
        worse=DOWN,
        absent=True,
        source="(r.due - day if r.due < NEVER else None)",
        instead="oldest_days_past_due",
        doc="Days to the due date: 0 on the day itself, negative after, absent without one.",
    ),
    Criterion(
        "days_since_issue",
        INTEGER,
        unit="days",
        worse=UP,
        source="(day - r.item.issued)",
        instead="oldest_days_past_due",
        doc="Days since the invoice was issued.",
    ),
    Criterion(
        "amount_due",
        MONEY,
        unit="policy currency",
        worse=UP,
        source="amount_in(r.collectable or r.not_yet_due, r.item.currency)",
        instead="collectable",
        doc="What may be asked for on the item: its collectable part, or before, what will be due.",
    ),
    Criterion(
        "disputed",
        FLAG,
        source="('disputed' in r.held)",
        instead="collectable",
        doc="Whether a part of the item is disputed.",
    ),
    Criterion(
        "reminders",
        INTEGER,
        unit="contacts",
        worse=UP,
        source="r.reminders",
        instead="contacts_30d",
        doc="How many contacts that arrived moved the item up the ladder, of any kind.",
    ),
    Criterion(
        "level_reached",
        WORD,
        absent=True,
        source="(level_ids[r.reached] if r.reached >= 0 else None)",
        instead="broken_promises",
        doc="The highest level the item was moved to; absent before the first.",
    ),
    Criterion(
        "silence",
        INTEGER,
        unit="contacts",
        worse=UP,
        source="silence(s, r)",
        instead="contacts_30d",
        doc="Our contacts about the item since the debtor last gave a sign of having heard us.",
    ),
    Criterion(
        "bounced",
        FLAG,
        source="bounced(s, r)",
        instead="days_since_last_contact",
        doc="Whether our latest contact about the item did not arrive.",
    ),
    Criterion(
        "notice_days",
        INTEGER,
        unit="days",
        worse=UP,
        absent=True,
        source="(notice_days(s, r) if s.book.notices else None)",
        instead="oldest_days_past_due",
        doc="Days since the last day to respond to a formal notice; absent without a notice.",
    ),
    Criterion(
        "dispute_overdue",
        FLAG,
        source="(dispute_overdue(s, r) if s.book.contests else False)",
        instead="oldest_days_past_due",
        doc="Whether an open dispute on the item is past its date.",
    ),
    Criterion(
        "tags",
        WORDS,
        fixed=True,
        source="r.item.invoice.tags",
        instead="segment",
        doc="The tags that the host put on the invoice.",
    ),
    Criterion(
        "collectable",
        MONEY,
        scope=ACCOUNT,
        unit="policy currency",
        worse=UP,
        source="total_in('collectable', s, amount_in)",
        doc="All that may be asked for today.",
    ),
    Criterion(
        "open",
        MONEY,
        scope=ACCOUNT,
        unit="policy currency",
        worse=UP,
        source="total_in('open', s, amount_in)",
        doc="All that is open, due or not, held or not.",
    ),
    Criterion(
        "unapplied",
        MONEY,
        scope=ACCOUNT,
        unit="policy currency",
        worse=DOWN,
        source="total_in('unapplied', s, amount_in)",
        doc="Money received or given back that settles nothing yet and may be netted.",
    ),
    Criterion(
        "oldest_days_past_due",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        source="oldest_days_past_due(s)",
        doc="Days past due of the oldest collectable item; absent when nothing is collectable.",
    ),
    Criterion(
        "days_since_last_contact",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        absent=True,
        source="days_since_last_contact(s)",
        doc="Days since we last spoke first about money; absent before the first time.",
    ),
    Criterion(
        "contacts_30d",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        source="s.contact_days(day - 30)",
        doc="On how many of the last 30 days we spoke first about money.",
    ),
    Criterion(
        "broken_promises",
        INTEGER,
        scope=ACCOUNT,
        unit="promises",
        worse=UP,
        source="broken_promises(s)",
        doc="How many of the debtor's promises are broken.",
    ),
    Criterion(
        "days_since_broken_promise",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        source="(days_since_broken_promise(s) if s.pledges else None)",
        doc=(
            "Days since the last day of the latest broken promise; absent once we have spoken to"
            " the debtor since."
        ),
    ),
    Criterion(
        "plan_state",
        WORD,
        scope=ACCOUNT,
        absent=True,
        words=(PlanStatus.ON_TRACK, PlanStatus.LATE, PlanStatus.DEFAULTED),
        source="plan_state(s)",
        doc="The worst state among the live payment plans; absent without one.",
    ),
    Criterion(
        "days_since_missed_instalment",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        source="days_since_missed_instalment(s)",
        doc="Days since the last day of the earliest missed instalment; absent when none is.",
    ),
    Criterion(
        "insolvent",
        FLAG,
        scope=ACCOUNT,
        source="insolvent(s)",
        doc="Whether a proceeding that stays claims is open.",
    ),
    Criterion(
        "vip",
        FLAG,
        scope=ACCOUNT,
        fixed=True,
        source="a.debtor.vip",
        doc="Whether the host marks the debtor as one to handle by hand.",
    ),
    Criterion(
        "kind",
        WORD,
        scope=ACCOUNT,
        fixed=True,
        words=tuple(DebtorKind),
        source="a.debtor.kind",
        doc="What sort of debtor it is in law.",
    ),
    Criterion(
        "segment",
        WORD,
        scope=ACCOUNT,
        fixed=True,
        absent=True,
        source="a.debtor.segment",
        doc="The host's segment of the debtor.",
    ),
    Criterion(
        "sector",
        WORD,
        scope=ACCOUNT,
        fixed=True,
        absent=True,
        source="a.debtor.sector",
        doc="The debtor's sector.",
    ),
    Criterion(
        "country",
        WORD,
        scope=ACCOUNT,
        fixed=True,
        absent=True,
        source="a.debtor.country",
        doc="The debtor's country.",
    ),
)

CRITERIA: Mapping[str, Criterion] = MappingProxyType({one.name: one for one in _TABLE})

READERS: Mapping[str, object] = MappingProxyType(
    {
        "NEVER": NEVER,
        "bounced": bounced,
        "broken_promises": broken_promises,
        "days_since_broken_promise": days_since_broken_promise,
        "days_since_last_contact": days_since_last_contact,
        "days_since_missed_instalment": days_since_missed_instalment,
        "dispute_overdue": dispute_overdue,
        "insolvent": insolvent,
        "notice_days": notice_days,
        "oldest_days_past_due": oldest_days_past_due,
        "plan_state": plan_state,
        "silence": silence,
        "total_in": total_in,
    }
)
