"""Where an account stands on a date, and what interest the formulas give."""

from recouvrement.position.agreed_terms import TermCheck, TermReading, check_term
from recouvrement.position.behaviour import (
    Behaviour,
    ChannelAnswers,
    DelayBand,
    behaviour_of,
)
from recouvrement.position.commitments import PlanStatus, PromiseStatus
from recouvrement.position.conventions import ApplicationRule, Conventions, LimitationStart
from recouvrement.position.credit import CreditAdvice, CreditProposal, credit_advice
from recouvrement.position.deadlines import (
    Deadline,
    DeadlineKind,
    Ground,
    Limitation,
    claim_due,
    deadlines_of,
    limitation_of,
    service_due,
)
from recouvrement.position.interest.accrual import InterestRounding
from recouvrement.position.interest.appropriation import Appropriation
from recouvrement.position.interest.caveats import StatementCaveat
from recouvrement.position.interest.day_counts import year_fraction
from recouvrement.position.interest.drawing_up import interest_statement
from recouvrement.position.interest.lines import (
    FixedSumLine,
    ItemStatement,
    Received,
    StatementLine,
)
from recouvrement.position.interest.statement import Statement
from recouvrement.position.legal_periods import (
    LegalPeriods,
    ProceduralDeadline,
    periods_under,
    procedural_deadline,
)
from recouvrement.position.position import (
    OpenItem,
    PaymentPlanState,
    Position,
    PromiseState,
    position_of,
)
from recouvrement.position.retention import Expired, expired_facts, without_expired
from recouvrement.position.scorecard import (
    RiskClass,
    Scorecard,
    ScoreCriterion,
    ScoreRange,
    read_scorecard,
)
from recouvrement.position.scoring import Score, ScoreLine, score_of

__all__ = [
    "ApplicationRule",
    "Appropriation",
    "Behaviour",
    "ChannelAnswers",
    "Conventions",
    "CreditAdvice",
    "CreditProposal",
    "Deadline",
    "DeadlineKind",
    "DelayBand",
    "Expired",
    "FixedSumLine",
    "Ground",
    "InterestRounding",
    "ItemStatement",
    "LegalPeriods",
    "Limitation",
    "LimitationStart",
    "OpenItem",
    "PaymentPlanState",
    "PlanStatus",
    "Position",
    "ProceduralDeadline",
    "PromiseState",
    "PromiseStatus",
    "Received",
    "RiskClass",
    "Score",
    "ScoreCriterion",
    "ScoreLine",
    "ScoreRange",
    "Scorecard",
    "Statement",
    "StatementCaveat",
    "StatementLine",
    "TermCheck",
    "TermReading",
    "behaviour_of",
    "check_term",
    "claim_due",
    "credit_advice",
    "deadlines_of",
    "expired_facts",
    "interest_statement",
    "limitation_of",
    "periods_under",
    "position_of",
    "procedural_deadline",
    "read_scorecard",
    "score_of",
    "service_due",
    "without_expired",
    "year_fraction",
]
