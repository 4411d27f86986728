"""What we said we would do: policies read from documents, and the decisions they give."""

from typing import TYPE_CHECKING

from recouvrement.policy.canonical import canonical_form, digest
from recouvrement.policy.choice import Choice, PolicyTable, read_choice
from recouvrement.policy.condition import Condition, read_condition
from recouvrement.policy.criteria import CRITERIA
from recouvrement.policy.criterion import Aggregate, Criterion, CriterionType, Scope, Worse
from recouvrement.policy.decision import Action, Decision, Task
from recouvrement.policy.engine import decide
from recouvrement.policy.explanation import Change, Explanation, Verdict
from recouvrement.policy.ladder import CodedRule, Floor, Hold, Level, Offer, Pace, Trigger
from recouvrement.policy.points import Points, read_points
from recouvrement.policy.policy import Policy
from recouvrement.policy.reader import preset, preset_names, preset_text, read_policy
from recouvrement.policy.replay import explain
from recouvrement.policy.review import review_on
from recouvrement.policy.schema import policy_schema
from recouvrement.policy.scored import score_criterion
from recouvrement.policy.style import Partner, Style, Worklist
from recouvrement.policy.words import Climb, Handler, TaskKind
from recouvrement.policy.writing import policy_text

if TYPE_CHECKING:
    from recouvrement.policy.proofs import Report, diff, verify
else:

    def __getattr__(name: str) -> object:
        """What is proved of policies: loaded when first asked for, as deciding never needs it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from recouvrement.policy import proofs  # noqa: PLC0415 (the point of it)

        return getattr(proofs, name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})


__all__ = [
    "CRITERIA",
    "Action",
    "Aggregate",
    "Change",
    "Choice",
    "Climb",
    "CodedRule",
    "Condition",
    "Criterion",
    "CriterionType",
    "Decision",
    "Explanation",
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
    "Report",
    "Scope",
    "Style",
    "Task",
    "TaskKind",
    "Trigger",
    "Verdict",
    "Worklist",
    "Worse",
    "canonical_form",
    "decide",
    "diff",
    "digest",
    "explain",
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
    "score_criterion",
    "verify",
]
