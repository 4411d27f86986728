"""The criteria about one open item, read over its row `r` (see `criteria` for the other names)."""

from __future__ import annotations

from typing import Final

from recouvrement.policy.criterion import Criterion, CriterionType, Worse

INTEGER, MONEY, FLAG = CriterionType.INTEGER, CriterionType.MONEY, CriterionType.FLAG
WORD, WORDS = CriterionType.WORD, CriterionType.WORDS
UP, DOWN = Worse.UP, Worse.DOWN

OF_ITEMS: Final = (
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
        least=0,
        source="(day - r.item.issued)",
        instead="oldest_days_past_due",
        doc="Days since the invoice was issued.",
    ),
    Criterion(
        "amount_due",
        MONEY,
        unit="policy currency",
        worse=UP,
        least=0,
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
        least=0,
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
        least=0,
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
        doc=(
            "Days since the last day to respond to the latest formal notice; absent without a"
            " notice."
        ),
    ),
    Criterion(
        "dispute_overdue",
        FLAG,
        source="(dispute_overdue(s, r) if s.book.contests else False)",
        instead="oldest_days_past_due",
        doc="Whether an open dispute on the item is past its date.",
    ),
    Criterion(
        "limitation_days",
        INTEGER,
        unit="days",
        worse=DOWN,
        absent=True,
        source="(limitation_days(s, r) if s.conventions.limitation_years else None)",
        instead="oldest_days_past_due",
        doc=(
            "Days to the last day before limitation, negative after; absent without its years, and"
            " while it is interrupted."
        ),
    ),
    Criterion(
        "tags",
        WORDS,
        fixed=True,
        source="r.item.invoice.tags",
        instead="segment",
        doc="The tags that the host put on the invoice.",
    ),
)
