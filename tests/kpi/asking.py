"""Every measure of this room, asked with as little as it takes, for tests of them all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

from recouvrement import kpi
from recouvrement.kpi import Measure

Function: TypeAlias = Callable[..., Measure]


def fixed(function: Function, name: str | None = None, **given: Any) -> Function:
    """The measure with these arguments unless others are given, under a name."""

    def asked(accounts: Any, **more: Any) -> Measure:
        return function(accounts, **{**given, **more})

    asked.__name__ = name or function.__name__
    return asked


def balances(since: date) -> list[Function]:
    """Measures in which a balance enters, and so a choice of what is disputed or unapplied."""
    return [
        kpi.average_age,
        fixed(kpi.average_age, "average_age_from_issue", age_from="issue"),
        kpi.concentration,
        fixed(kpi.cost_of_delay, rate="4.25", margin=5),
        fixed(kpi.dso_rolling, periods=3),
        kpi.dso_true,
        fixed(kpi.turnover, since=since),
        fixed(kpi.turnover, "turnover_of_months", since=since, balances="months"),
        fixed(kpi.unpaid_rate, window_days=100, older_than=30),
        kpi.exposure,
    ]


def others(since: date) -> list[Function]:
    """Measures in which no balance enters."""
    return [
        kpi.contact_answer_rate,
        kpi.days_beyond_terms,
        kpi.days_to_pay,
        fixed(kpi.days_to_pay, "days_late", days_from="due_date", since=since),
        kpi.dispute_rate,
        fixed(kpi.dispute_rate, "dispute_rate_by_amount", weight="amount", since=since),
        kpi.dispute_resolution_time,
        kpi.irrecoverable_share,
        fixed(kpi.irrecoverable_share, "irrecoverable_of_due", of="fallen_due", since=since),
        kpi.open_disputes,
        kpi.promise_kept_ratio,
        fixed(kpi.promise_kept_ratio, "promises_by_amount", weight="amount", since=since),
        fixed(kpi.recovery_rate, since=since),
        fixed(kpi.recovery_rate, "recovery_of_due", since=since, of="fallen_due"),
        fixed(kpi.recovery_rate, "recovery_of_age", since=since, of="age_cohort", ages=(1, 30)),
        fixed(kpi.roll_rates, since=since),
        kpi.weighted_days_late,
        kpi.weighted_days_to_pay,
    ]
