"""The named criteria that policy documents may test: type, unit, scope, and how each is read.

A criterion is read by an expression of ours over one open row `r`, the standing `s`, the account
`a` and the ordinal `day`; `amount_in` gives a money value in the policy's currency. The expressions
are trusted source: the text of a document only ever chooses among names of this table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from recouvrement.facts.book import NEVER
from recouvrement.policy.account_criteria import OF_ACCOUNTS
from recouvrement.policy.criterion import (
    Aggregate,
    Criterion,
    CriterionType,
    Scope,
    Worse,
    registry,
)
from recouvrement.policy.item_criteria import OF_ITEMS
from recouvrement.policy.readings import (
    bounced,
    broken_promises,
    days_since_broken_promise,
    days_since_last_contact,
    days_since_last_payment,
    days_since_missed_instalment,
    days_since_partly_kept_promise,
    days_since_returned_payment,
    days_since_vague_promise,
    dispute_overdue,
    insolvent,
    limitation_days,
    notice_days,
    notices_on,
    oldest_days_past_due,
    over_limit,
    plan_state,
    silence,
    total_in,
)
from recouvrement.position.habits import (
    answering_channel,
    habitual_delay,
    last_channel,
    median_delay,
    unanswered,
)

__all__ = [
    "CRITERIA",
    "READERS",
    "Aggregate",
    "Criterion",
    "CriterionType",
    "Scope",
    "Worse",
    "bounced",
    "known_criteria",
    "notices_on",
]

CRITERIA: Mapping[str, Criterion] = registry(*OF_ITEMS, *OF_ACCOUNTS)


def known_criteria(custom: Iterable[Criterion] = ()) -> dict[str, Criterion]:
    """The criteria that a policy may name: those of the table, and a host's own before them."""
    return {**CRITERIA, **{one.name: one for one in custom}}


READERS: Mapping[str, object] = MappingProxyType(
    {
        "NEVER": NEVER,
        "answering_channel": answering_channel,
        "bounced": bounced,
        "broken_promises": broken_promises,
        "days_since_broken_promise": days_since_broken_promise,
        "days_since_last_contact": days_since_last_contact,
        "days_since_last_payment": days_since_last_payment,
        "days_since_missed_instalment": days_since_missed_instalment,
        "days_since_partly_kept_promise": days_since_partly_kept_promise,
        "days_since_returned_payment": days_since_returned_payment,
        "days_since_vague_promise": days_since_vague_promise,
        "dispute_overdue": dispute_overdue,
        "habitual_delay": habitual_delay,
        "insolvent": insolvent,
        "last_channel": last_channel,
        "limitation_days": limitation_days,
        "median_delay": median_delay,
        "notice_days": notice_days,
        "oldest_days_past_due": oldest_days_past_due,
        "over_limit": over_limit,
        "plan_state": plan_state,
        "silence": silence,
        "total_in": total_in,
        "unanswered": unanswered,
    }
)
