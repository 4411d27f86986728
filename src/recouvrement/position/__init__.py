"""Where an account stands on a date."""

from recouvrement.position.commitments import PlanStatus, PromiseStatus
from recouvrement.position.conventions import ApplicationRule, Conventions
from recouvrement.position.position import (
    OpenItem,
    PaymentPlanState,
    Position,
    PromiseState,
    position_of,
)

__all__ = [
    "ApplicationRule",
    "Conventions",
    "OpenItem",
    "PaymentPlanState",
    "PlanStatus",
    "Position",
    "PromiseState",
    "PromiseStatus",
    "position_of",
]
