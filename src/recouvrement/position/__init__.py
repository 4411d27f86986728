"""Where an account stands on a date."""

from recouvrement.position.behaviour import Behaviour, ChannelAnswers, behaviour_of
from recouvrement.position.commitments import PlanStatus, PromiseStatus
from recouvrement.position.conventions import ApplicationRule, Conventions
from recouvrement.position.deadlines import (
    Deadline,
    DeadlineKind,
    Ground,
    Limitation,
    claim_due,
    deadlines_of,
    limitation_of,
)
from recouvrement.position.position import (
    OpenItem,
    PaymentPlanState,
    Position,
    PromiseState,
    position_of,
)

__all__ = [
    "ApplicationRule",
    "Behaviour",
    "ChannelAnswers",
    "Conventions",
    "Deadline",
    "DeadlineKind",
    "Ground",
    "Limitation",
    "OpenItem",
    "PaymentPlanState",
    "PlanStatus",
    "Position",
    "PromiseState",
    "PromiseStatus",
    "behaviour_of",
    "claim_due",
    "deadlines_of",
    "limitation_of",
    "position_of",
]
