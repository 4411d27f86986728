"""`check_policy` finds what is wrong in a policy, or in code around the engine, and shows it."""

from __future__ import annotations

import runpy
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Debtor,
    Decision,
    Interaction,
    InvalidInput,
    InvalidPolicy,
    Invoice,
    Money,
    Policy,
    decide,
    read_policy,
)
from recouvrement.policy import Criterion
from recouvrement.testing import Check, Failure, check_policy, checking
from recouvrement.testing.laws import LAWS, breach_of, laws_named
from recouvrement.testing.lives import Case, Decider

BROKEN = Path(__file__).parent / "broken"
DOCUMENTS = {one.stem: one.read_text(encoding="utf-8") for one in BROKEN.glob("*.toml")}
ENGINES: dict[str, Any] = runpy.run_path(str(BROKEN / "engines.py"))
SOUND = read_policy(DOCUMENTS["sound"])


def policy_of(name: str) -> Policy:
    return read_policy(DOCUMENTS.get(name, DOCUMENTS["sound"]), documents=DOCUMENTS)


def decider_of(name: str) -> Decider:
    return ENGINES.get(name, decide)  # type: ignore[no-any-return]


# --- twelve ways to go wrong ---------------------------------------------------------------------

# What is broken, the laws that say so, and words of what is expected instead.
TWELVE = [
    ("dead_level", ("every-rule-reached",), "visit reached"),
    ("late_first_reminder", ("first-reminder",), "3 days late, spoken of"),
    ("small_amounts_forgotten", ("first-reminder",), "3 days late, spoken of"),
    ("silenced_by_age", ("next-day", "skipped-days", "first-reminder"), "F-1"),
    ("hidden_by_until", ("next-day", "skipped-days"), "no less than: remind (firm-letter)"),
    ("broken_promise_unheard", ("broken-promise",), "reads days_since_broken_promise"),
    ("forgotten_hold", ("collectable-only", "further-block"), "blocked"),
    ("two_demands_in_the_pace", ("pace",), "one contact in 5 days"),
    ("restart_after_a_broken_promise", ("never-back",), "a step of F-1 above"),
    ("cash_not_counted", ("amounts",), "at most 0.00 EUR"),
    ("demand_on_the_day_of_the_promise", ("collectable-only",), "which is promised"),
    ("second_run_speaks_again", ("once-recorded",), "nothing once it is recorded"),
]


@pytest.mark.parametrize(("name", "laws", "words"), TWELVE, ids=[one[0] for one in TWELVE])
def test_each_broken_policy_is_caught_with_at_most_three_facts(
    name: str, laws: tuple[str, ...], words: str
) -> None:
    policy, decider = policy_of(name), decider_of(name)
    check = check_policy(policy, decide=decider, examples=5, laws=laws)
    assert {one.name for one in check.failed} == set(laws)
    for failure in check.failed:
        assert words in failure.expected
        facts = [*failure.account.facts, *failure.further]
        assert len([one for one in facts if not isinstance(one, Interaction)]) <= 3
        assert_shows_it(failure, policy, decider)


def assert_shows_it(failure: Failure, policy: Policy, decider: Decider) -> None:
    """What is pasted is the account of the failure, and the law does not hold on it."""
    pasted: dict[str, Any] = {}
    exec(failure.source, pasted)  # noqa: S102
    assert (pasted["account"], pasted["as_of"]) == (failure.account, failure.as_of)
    (law,) = laws_named([failure.name])
    breach = breach_of(law, Case(policy, pasted["account"], pasted["as_of"], decider))
    assert breach is not None
    assert breach.further == failure.further == tuple(pasted.get("further", ()))


def test_policy_without_fault_obeys_every_law() -> None:
    check = check_policy(SOUND, examples=25)
    check.raise_on_failure()
    assert check.passed == LAWS
    assert (check.policy, check.version, check.examples) == ("sound", "1", 25)


SMALLEST = """\
from datetime import date

from recouvrement import Account, Debtor, Invoice, Money

account = Account.of(
    Debtor("C-1", "Debtor C-1", kind="business"),
    Invoice("F-1", date(2026, 1, 31), due_on=date(2026, 3, 2), total=Money.of("1000.00", "EUR")),
)
as_of = date(2026, 3, 5)"""


def test_counter_example_has_nothing_in_it_that_may_go() -> None:
    check = check_policy(policy_of("late_first_reminder"), examples=0, laws=[18])
    (failure,) = check.failed
    assert failure.source == SMALLEST
    assert failure.came == "nothing"


# --- what is looked at ---------------------------------------------------------------------------


FALLING = "days_past_due < 28 can stop being true as days_past_due goes up"


def test_laws_of_monotone_policies_are_waived_by_name_for_others() -> None:
    text = DOCUMENTS["sound"].replace("days_past_due >= 20", "20 <= days_past_due < 28")
    check = check_policy(text, examples=0)
    assert [(one.number, one.name) for one in check.waived] == [
        (6, "further-payment"),
        (7, "further-block"),
        (8, "next-day"),
        (11, "skipped-days"),
    ]
    reasons = {one.reason for one in check.waived}
    assert reasons == {f"the policy is not monotone: level firm-letter: {FALLING}"}
    assert not {one.name for one in check.waived} & {law.name for law in check.passed}


def test_laws_of_the_engine_are_waived_when_another_decides() -> None:
    def wrapped(
        policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
    ) -> Decision:
        return decide(policy, account, as_of=as_of, known_on=known_on)

    check = check_policy(SOUND, decide=wrapped, examples=1, laws=[10, 12, 13])
    assert [law.name for law in check.passed] == ["pace"]
    assert [one.number for one in check.waived] == [12, 13]
    assert "another decides" in check.waived[0].reason


def test_laws_are_chosen_by_number_or_by_name() -> None:
    check = check_policy(SOUND, examples=1, laws=["amounts", 11])
    assert [law.name for law in check.passed] == ["amounts", "skipped-days", "once-recorded"]


def test_same_call_looks_at_the_same_cases() -> None:
    broken = policy_of("silenced_by_age")
    checks = [check_policy(broken, examples=15, laws=[6, 8]) for _ in range(2)]
    assert checks[0] == checks[1]
    assert checks[0].examples == 15


def test_law_broken_everywhere_is_not_looked_at_for_ever() -> None:
    check = check_policy(policy_of("late_first_reminder"), examples=500, laws=[18])
    assert check.examples == 0  # the first lives said enough
    assert len(check.failed) == 1


def test_hundreds_of_cases_are_looked_at_unless_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert checking.EXAMPLES == 400
    monkeypatch.setattr(checking, "EXAMPLES", 2)
    assert check_policy(SOUND, laws=["worked-days"]).examples == 2


def test_decider_that_fails_in_the_middle_of_a_life_is_caught_there() -> None:
    def failing(
        policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
    ) -> Decision:
        if account.interactions:
            raise RuntimeError("one contact is more than it can count")
        return decide(policy, account, as_of=as_of, known_on=known_on)

    check = check_policy(SOUND, decide=failing, examples=0, laws=["answers", "pace"])
    (failure,) = check.failed
    assert (failure.name, failure.came) == (
        "answers",
        "RuntimeError: one contact is more than it can count",
    )
    assert len(failure.account.interactions) == len(failure.account.facts) == 1


# --- what is given -------------------------------------------------------------------------------


def in_dock(item: Any, position: Any) -> bool:  # noqa: ARG001 (what a criterion is asked with)
    return "dock" in item.invoice.tags and item.collectable.minor > 0


DOCK = Criterion("in_dock", "flag", worse="up", doc="Whether it waits in the dock.", read=in_dock)
DOCKED = f"""{DOCUMENTS["sound"]}
[[trigger]]
id      = "dock"
when    = "in_dock"
do      = "task"
"""


def test_criteria_of_the_host_are_given_with_the_text_or_stand_in_the_policy() -> None:
    with pytest.raises(InvalidPolicy, match="in_dock"):
        check_policy(DOCKED)
    for policy in (DOCKED, read_policy(DOCKED, criteria=[DOCK]), SOUND):
        check = check_policy(policy, criteria=[DOCK], examples=1, laws=["worked-days"])
        assert [law.name for law in check.passed] == ["worked-days"]


def test_rule_that_no_story_reaches_is_taken_for_dead() -> None:
    text = 'name = "x"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n'
    text += '[[level]]\nid = "a"\nwhen = "days_past_due >= 2"\ndo = "remind"\nchannel = "email"\n'
    text += DOCKED[DOCKED.rindex("[[trigger]]") :]
    check = check_policy(text, criteria=[DOCK], examples=0, laws=["every-rule-reached"])
    assert [one.expected.partition(" ")[0] for one in check.failed] == ["dock"]


def test_story_of_the_host_shows_the_rule_that_no_story_of_ours_reaches() -> None:
    shown = Account.of(
        Debtor("C-17", "Atelier Vasseur", kind="business"),
        Invoice(
            "F-41",
            date(2026, 1, 5),
            due_on=date(2026, 2, 4),
            total=Money.of(900, "EUR"),
            tags=frozenset({"dock"}),
        ),
    )
    nothing = Account.of(Debtor("C-18", "Garage Petit", kind="business"))
    stories = [nothing, shown]
    check = check_policy(DOCKED, criteria=[DOCK], examples=0, laws=[17], stories=stories)
    assert [law.number for law in check.passed] == [17]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"policy": 7}, "a Policy, or the text of one"),
        ({"laws": ["no-such-law", 99]}, "among amounts, answers"),
        ({"laws": [1]}, "or their numbers"),
        ({"examples": -1}, "0 or more"),
        ({"examples": True}, "0 or more"),
    ],
)
def test_arguments_that_mean_nothing_are_refused(arguments: Any, expected: str) -> None:
    with pytest.raises(InvalidInput, match=expected):
        check_policy(**{"policy": SOUND, **arguments})


# --- what comes back -----------------------------------------------------------------------------


def late() -> Check:
    return check_policy(policy_of("late_first_reminder"), examples=0, laws=["amounts", 18])


def test_failure_is_raised_with_the_source_to_paste() -> None:
    with pytest.raises(AssertionError) as raised:
        late().raise_on_failure()
    text = str(raised.value)
    assert text.startswith("policy sound, version 1: 1 of 2 laws fails\n\nlaw 18, first-reminder: ")
    assert "  expected F-1, 3 days late, spoken of\n  came nothing\n" in text
    assert text.endswith(late().failed[0].source)


def test_failure_of_a_law_without_number_is_told_by_its_name() -> None:
    decider = decider_of("cash_not_counted")
    check = check_policy(SOUND, decide=decider, examples=0, laws=["amounts"])
    assert str(check.failed[0]).startswith("amounts: Amounts never exceed")


def test_rows_give_every_law_its_result() -> None:
    rows = late().to_rows()
    assert [(row["law"], row["name"], row["result"]) for row in rows] == [
        (18, "first-reminder", "failed"),
        (None, "amounts", "passed"),
    ]
    waived = check_policy(SOUND, decide=lambda *_, **__: None, examples=0, laws=[13])  # type: ignore[arg-type]
    assert [row["result"] for row in waived.to_rows()] == ["waived"]


def test_notebook_shows_the_table_and_the_source_escaped() -> None:
    html = late()._repr_html_()
    assert "<caption>sound 1: 1 passed, 1 failed, 0 waived, on 0 cases</caption>" in html
    assert "<pre>law 18, first-reminder" in html
    assert "Debtor(&quot;C-1&quot;" in html
    assert "<pre>" not in check_policy(SOUND, examples=0, laws=["answers"])._repr_html_()


# --- where it runs -------------------------------------------------------------------------------


@given(st.just(DOCUMENTS["late_first_reminder"]))
def test_it_runs_inside_another_property(text: str) -> None:
    policy = read_policy(text, documents=DOCUMENTS)
    assert check_policy(policy, examples=1, laws=["first-reminder"]).failed


def test_outside_pytest_it_writes_nothing(tmp_path: Path) -> None:
    program = (
        "from recouvrement import preset\n"
        "from recouvrement.testing import check_policy\n"
        "print(check_policy(preset('fr-b2b'), examples=3, laws=['pace', 'amounts']).examples)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert (run.stdout, run.stderr) == ("3\n", "")
    assert list(tmp_path.iterdir()) == []
