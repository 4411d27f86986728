"""The words of policy documents and of decisions that are not words of facts."""

from enum import StrEnum


class Climb(StrEnum):
    """How an item climbs: one level at a time, or straight to the level its age deserves."""

    ONE_LEVEL = "one-level"
    TO_AGE = "to-age"


class Handler(StrEnum):
    """Who does it; formal acts are never automatic, a named person approves them."""

    AUTOMATIC = "automatic"
    COLLECTOR = "collector"
    ACCOUNT_MANAGER = "account_manager"
    LAWYER = "lawyer"


class TaskKind(StrEnum):
    """What somebody in the house has to do, so that nothing waits in silence."""

    QUALIFY = "qualify"
    CHOOSE_POLICY = "choose_policy"
    UNMATCHED_CREDIT = "unmatched_credit"
    MISSING_RATE = "missing_rate"
    MISSING_CALENDAR = "missing_calendar"
    MISSING_LAW = "missing_law"
    CLAIM_TO_FILE = "claim_to_file"
    ORDER_TO_SERVE = "order_to_serve"
    DISPUTE_OVERDUE = "dispute_overdue"
    CREDIT_NOTE_DUE = "credit_note_due"
    BLOCK_TO_REVIEW = "block_to_review"
    CONFIRM_DUE_DATE = "confirm_due_date"
    RECORD_NOTICE = "record_notice"
    RECORD_PLACEMENT = "record_placement"
    FIND_COORDINATES = "find_coordinates"
    OBTAIN_PROMISE = "obtain_promise"
    ASSIGN_OWNER = "assign_owner"
    CHOOSE_PARTNER = "choose_partner"
    CRITERION_FAILED = "criterion_failed"
    FOLLOW_UP = "follow_up"
    LIMITATION_NEAR = "limitation_near"
    ORDER_STOP = "order_stop"
