"""The words of documents and decisions are the ones that pages and ledgers use."""

from __future__ import annotations

from recouvrement import TaskKind
from recouvrement.policy import Climb, Handler


def test_words_are_plain_text_in_documents() -> None:
    assert list(Climb) == ["one-level", "to-age"]
    assert list(Handler) == ["automatic", "collector", "account_manager", "lawyer"]
    assert f"{TaskKind.CLAIM_TO_FILE}" == "claim_to_file"


def test_tasks_of_the_house_are_all_named() -> None:
    assert sorted(TaskKind) == [
        *("assign_owner", "block_to_review", "choose_partner", "choose_policy", "claim_to_file"),
        *("confirm_due_date", "credit_note_due", "criterion_failed", "dispute_overdue"),
        *("find_coordinates", "follow_up", "limitation_near", "missing_calendar", "missing_law"),
        *("missing_rate", "obtain_promise", "order_stop", "order_to_serve", "qualify"),
        *("record_notice", "record_placement", "unmatched_credit"),
    ]
