"""What we said we would do: policies read from documents, and the decisions they give."""

from recouvrement.policy.canonical import canonical_form, digest
from recouvrement.policy.condition import Condition, read_condition
from recouvrement.policy.criteria import CRITERIA, Criterion, CriterionType, Scope, Worse
from recouvrement.policy.decision import Action, Decision, Task
from recouvrement.policy.engine import decide
from recouvrement.policy.ladder import Floor, Hold, Level, Pace
from recouvrement.policy.policy import Policy
from recouvrement.policy.reader import preset, read_policy
from recouvrement.policy.words import Climb, Handler, TaskKind

__all__ = [
    "CRITERIA",
    "Action",
    "Climb",
    "Condition",
    "Criterion",
    "CriterionType",
    "Decision",
    "Floor",
    "Handler",
    "Hold",
    "Level",
    "Pace",
    "Policy",
    "Scope",
    "Task",
    "TaskKind",
    "Worse",
    "canonical_form",
    "decide",
    "digest",
    "preset",
    "read_condition",
    "read_policy",
]
