"""What we said we would do: policies read from documents, and the decisions they give."""

from recouvrement.policy.canonical import canonical_form, digest
from recouvrement.policy.choice import Choice, PolicyTable, read_choice
from recouvrement.policy.condition import Condition, read_condition
from recouvrement.policy.criteria import CRITERIA
from recouvrement.policy.criterion import Aggregate, Criterion, CriterionType, Scope, Worse
from recouvrement.policy.decision import Action, Decision, Task
from recouvrement.policy.engine import decide
from recouvrement.policy.ladder import CodedRule, Floor, Hold, Level, Offer, Pace, Trigger
from recouvrement.policy.points import Points, read_points
from recouvrement.policy.policy import Policy
from recouvrement.policy.reader import preset, preset_names, preset_text, read_policy
from recouvrement.policy.review import review_on
from recouvrement.policy.schema import policy_schema
from recouvrement.policy.style import Partner, Style, Worklist
from recouvrement.policy.verification import verify
from recouvrement.policy.words import Climb, Handler, TaskKind
from recouvrement.policy.writing import policy_text

__all__ = [
    "CRITERIA",
    "Action",
    "Aggregate",
    "Choice",
    "Climb",
    "CodedRule",
    "Condition",
    "Criterion",
    "CriterionType",
    "Decision",
    "Floor",
    "Handler",
    "Hold",
    "Level",
    "Offer",
    "Pace",
    "Partner",
    "Points",
    "Policy",
    "PolicyTable",
    "Scope",
    "Style",
    "Task",
    "TaskKind",
    "Trigger",
    "Worklist",
    "Worse",
    "canonical_form",
    "decide",
    "digest",
    "policy_schema",
    "policy_text",
    "preset",
    "preset_names",
    "preset_text",
    "read_choice",
    "read_condition",
    "read_points",
    "read_policy",
    "review_on",
    "verify",
]
