"""What `verify` says is so: planted faults are found, sound policies have none, nothing is wrong.

The faulty documents say in their comments what is wrong with them; nothing else may be found.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.costly import costly
from tests.policy.documents_drawn import documents, late_accounts, policies

from recouvrement import (
    Account,
    ActionKind,
    BusinessCalendar,
    Decision,
    FormalNotice,
    Interaction,
    InteractionResult,
    InvalidInput,
    Money,
    Policy,
    decide,
    preset,
    read_policy,
)
from recouvrement.policy import Criterion, verify
from recouvrement.policy.case import Case
from recouvrement.policy.observing import Observer
from recouvrement.policy.proofs import verification as room
from recouvrement.policy.proofs.cells import Word
from recouvrement.policy.proofs.course import Ending, EndKind
from recouvrement.policy.proofs.diagrams import ALWAYS
from recouvrement.policy.proofs.endings import Endings
from recouvrement.policy.proofs.findings import (
    FAULTS,
    Doubt,
    Finding,
    FindingKind,
    Premise,
    Proof,
    Undecided,
)
from recouvrement.policy.proofs.life import Day, life
from recouvrement.policy.proofs.reaching import Reaching
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.scenes import DAY
from recouvrement.policy.proofs.verification import Report
from recouvrement.policy.proofs.witnesses import Realising
from recouvrement.position.standing import standing_of
from recouvrement.testing import strategies

FAULTY = sorted((Path(__file__).parent / "faulty").glob("*.toml"))
PRESETS = ("courtesy-only", "fr-b2b", "fr-public", "fr-small-firm", "key-accounts")
HEAD = 'name = "x"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n'
FIRST = '[[level]]\nid = "first"\nwhen = "days_past_due >= 2"\ndo = "remind"\nchannel = "email"\n'
LAST = (
    '[[level]]\nid = "last"\nwhen = "days_past_due >= 30"\ndo = "call"\nchannel = "phone"\n'
    "repeat_every = 30\n"
)
PROOFS = (FindingKind.NEVER_FIRES, FindingKind.SHADOWED, FindingKind.DEADLOCK)


def policy_of(*parts: str) -> Policy:
    return read_policy("\n".join([HEAD, *parts]))


def trigger(name: str, when: str, **more: object) -> str:
    keys: dict[str, object] = {"do": "call", "channel": "phone", **more}
    lines = [f"{key} = {value!r}".replace("'", '"') for key, value in keys.items() if value]
    return "\n".join(["[[trigger]]", f'id = "{name}"', f'when = "{when}"', *lines, ""])


def told(findings: Iterable[Finding]) -> list[str]:
    """The findings as the comments of faulty documents say them."""
    return sorted(" ".join([one.kind, *one.rules[:1]]) for one in findings)


# --- planted faults ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_planted_faults_are_found_and_no_others(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    planted = [
        line.removeprefix("# fault:").strip()
        for line in text.splitlines()
        if line.startswith("# fault:")
    ]
    report = verify(read_policy(text))
    assert planted
    assert told(report.faults) == sorted(planted)
    assert report.decided


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_every_witness_is_what_decide_answers(path: Path) -> None:
    policy = read_policy(path.read_text(encoding="utf-8"))
    for finding in verify(policy).findings:
        witness = finding.witness
        assert witness is not None
        assert witness.realised
        assert witness.account is not None
        assert witness.as_of is not None
        assert decide(policy, witness.account, as_of=witness.as_of) == witness.decision


@pytest.mark.parametrize("path", FAULTY, ids=lambda path: path.stem)
def test_money_that_is_left_stays_left(path: Path) -> None:
    policy = read_policy(path.read_text(encoding="utf-8"))
    late = "first-reminder-late"
    for finding in verify(policy).faults:
        if finding.kind in (FindingKind.GAP, FindingKind.DEAD_END) and path.stem != late:
            witness = finding.witness
            assert witness is not None
            assert witness.account is not None
            assert witness.as_of is not None
            for days in (0, 1, 5, 30, 90, 400, 2000):
                as_of = witness.as_of + timedelta(days)
                decision = decide(policy, witness.account, as_of=as_of)
                assert decision.action is None
                assert not [task for task in decision.tasks if task.rule]


def test_twenty_faults_or_more_are_planted_of_every_kind() -> None:
    assert len(FAULTY) >= 20
    planted = {kind for path in FAULTY for kind in FAULTS if f"fault: {kind}" in path.read_text()}
    assert planted == set(FAULTS)


def test_life_that_ends_with_another_collecting_shows_no_dead_end() -> None:
    policy, due = preset("fr-b2b"), date(2026, 6, 15)
    regions = Regions(policy)
    endings = Endings(regions, policy, Realising(regions, policy), 3)
    claimed = Ending(EndKind.SILENT, "placement", (), -30, 30, ALWAYS)
    assert endings.claim(claimed, {}, due) is None


# --- sound policies ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PRESETS)
def test_presets_have_no_fault_and_nothing_undecided(name: str) -> None:
    report = verify(preset(name))
    assert report.faults == ()
    assert report.decided
    assert {one.kind for one in report.notes} <= {FindingKind.SMALL_BALANCE}


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_currency_of_a_policy_changes_nothing(currency: str) -> None:
    here, there = verify(preset("fr-b2b")), verify(preset("fr-b2b", currency=currency))
    assert told(there.findings) == told(here.findings)
    assert there.decided


def test_calendar_of_the_host_is_left_out() -> None:
    few_years = preset("fr-b2b").completed(calendar=BusinessCalendar.france(2026, 2027))
    assert verify(few_years).findings == verify(preset("fr-b2b")).findings
    assert verify(few_years).policy == few_years


def test_small_balance_is_shown_just_below_its_floor() -> None:
    policy = preset("fr-b2b")
    notice, placement = verify(policy).notes
    assert (notice.rules, notice.against) == (("formal-notice",), ("firm-letter",))
    assert (placement.rules, placement.against) == (("placement",), ("formal-notice",))
    for finding, floor in ((notice, 150), (placement, 500)):
        assert finding.witness is not None
        assert finding.witness.decision is not None
        amount = dict(finding.witness.values)["collectable"]
        assert amount < Money.of(floor, "EUR")
        assert finding.witness.decision.because == ("floor",)


def test_report_is_read_as_a_table() -> None:
    report = verify(preset("fr-b2b"))
    rows = report.to_rows()
    assert rows[0]["what"] is FindingKind.SMALL_BALANCE
    assert rows[0]["because"] == ("floor",)
    assert rows[0]["values"] == ("collectable: 0.01 EUR..149.99 EUR", "kind: 'business'")
    html = report._repr_html_()
    assert "<caption>fr-b2b 2026.11: 0 faults</caption>" in html
    bare = Report(
        report.policy,
        (Finding(FindingKind.GAP, ("first",)),),
        (Undecided(("call",), Doubt.WRITTEN_IN_PYTHON),),
    )
    assert [row["what"] for row in bare.to_rows()] == [FindingKind.GAP, None]
    assert not bare.decided
    assert bare.faults
    assert not bare.notes


# --- the promise ---------------------------------------------------------------------------------


def test_first_word_comes_within_the_promise() -> None:
    policy = policy_of(FIRST, LAST)
    assert verify(policy, first_reminder_within=2).faults == ()
    (late,) = verify(policy, first_reminder_within=1).faults
    assert (late.kind, late.rules, late.premise) == (
        FindingKind.GAP,
        ("first",),
        Premise.AS_PROPOSED,
    )
    assert late.witness is not None
    assert late.witness.account is not None
    due = late.witness.account.invoices[0].due_on
    assert late.witness.as_of == policy.conventions.calendar.next_business_day(due + timedelta(1))


def test_task_of_the_house_keeps_the_promise_too() -> None:
    slow = FIRST.replace(">= 2", ">= 20")
    assert told(verify(policy_of(slow, LAST)).faults) == ["gap first"]
    looked_at = trigger("look", "days_past_due >= 1", do="task", channel=None)
    assert verify(policy_of(slow, LAST, looked_at)).faults == ()
    too_late = looked_at.replace(">= 1", ">= 9")
    assert told(verify(policy_of(slow, LAST, too_late)).faults) == ["gap look"]


def test_pace_after_a_reminder_before_the_date_is_no_delay() -> None:
    early = (
        '[pace]\nbetween_contacts = 20\n[[level]]\nid = "early"\nwhen = "days_until_due <= 5"\n'
        'do = "pre_due_reminder"\nchannel = "email"\n'
    )
    assert verify(policy_of(early, FIRST, LAST)).faults == ()


def test_what_a_hold_silences_is_not_forgotten() -> None:
    hold = '[[hold]]\nid = "vip"\nscope = "account"\nwhen = "vip"\n'
    assert verify(policy_of(hold, FIRST, LAST)).faults == ()


def test_short_terms_are_looked_at_where_the_age_of_an_invoice_counts() -> None:
    young = FIRST.replace("days_past_due >= 2", "days_since_issue >= 10")
    (late,) = verify(policy_of(young, LAST)).faults
    assert late.kind is FindingKind.GAP
    assert late.witness is not None
    assert late.witness.account is not None
    (invoice,) = late.witness.account.invoices
    assert invoice.issued_on == invoice.due_on


def test_money_about_to_be_lost_by_time_is_looked_at() -> None:
    ends = FIRST.replace('"days_past_due >= 2"', '"limitation_days >= 100"')
    text = f"[deadlines]\nlimitation_years = 5\n{ends}"
    assert told(verify(policy_of(text)).faults) == ["dead_end first", "gap first"]


@pytest.mark.parametrize("within", [-1, True, 2.0, "3", None])
def test_promise_is_a_number_of_days(within: Any) -> None:
    with pytest.raises(InvalidInput, match="first_reminder_within"):
        verify(preset("fr-b2b"), first_reminder_within=within)


def test_only_a_policy_is_verified() -> None:
    with pytest.raises(InvalidInput, match="policy: expected a Policy, got str"):
        verify("fr-b2b")  # type: ignore[arg-type]


# --- one kind after the other --------------------------------------------------------------------


def only(policy: Policy, kind: FindingKind) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [(one.rules, one.against) for one in verify(policy).findings if one.kind is kind]


def test_shadow_names_what_throws_it() -> None:
    wide, narrow = (trigger(name, f"days_since_broken_promise >= {days}") for name, days in PAIR)
    assert only(policy_of(wide, narrow, FIRST, LAST), FindingKind.SHADOWED) == [
        (("narrow",), ("wide",))
    ]


PAIR = (("wide", 1), ("narrow", 5))


@pytest.mark.parametrize(
    ("first", "second", "shadowed"),
    [
        ({"repeat_every": 30}, {}, False),
        ({"repeat_every": 30}, {"repeat_every": 10}, False),
        ({"repeat_every": 10}, {"repeat_every": 30}, True),
        ({}, {"repeat_every": 30}, True),
        # An offer rests since the last offer, whatever else was said meanwhile.
        ({"repeat_every": 10}, {"do": "propose_plan", "repeat_every": 30}, False),
        ({}, {"do": "propose_plan", "repeat_every": 30}, True),
        (
            {"do": "propose_plan", "repeat_every": 10},
            {"do": "propose_plan", "repeat_every": 30},
            True,
        ),
        ({"do": "call"}, {"do": "remind", "channel": "email"}, False),
        ({"do": "remind", "channel": "email"}, {"do": "remind", "channel": "letter"}, True),
    ],
)
def test_trigger_that_rests_or_speaks_to_fewer_shadows_nothing(
    first: dict[str, object], second: dict[str, object], *, shadowed: bool
) -> None:
    policy = policy_of(
        trigger("wide", "days_since_broken_promise >= 1", **first),
        trigger("narrow", "days_since_broken_promise >= 5", **second),
        FIRST,
        LAST,
    )
    assert bool(only(policy, FindingKind.SHADOWED)) is shadowed


def test_exception_before_the_rule_is_no_overlap() -> None:
    policy = policy_of(
        trigger("narrow", "days_since_broken_promise >= 1 and vip", do="visit", channel="visit"),
        trigger("wide", "days_since_broken_promise >= 1"),
        FIRST,
        LAST,
    )
    assert verify(policy).faults == ()


def test_two_events_at_once_are_no_overlap() -> None:
    policy = policy_of(
        trigger("broken", "days_since_broken_promise >= 1 and vip", do="visit", channel="visit"),
        trigger("returned", "days_since_returned_payment >= 1 and collectable >= EUR(10)"),
        FIRST,
        LAST,
    )
    assert verify(policy).faults == ()


def test_overlap_that_no_account_shows_is_not_decided() -> None:
    often = "days_since_broken_promise >= 1 and silence >= 500"
    policy = policy_of(
        trigger("one", f"{often} and vip"),
        trigger("other", f"{often} and collectable >= EUR(10)", do="visit", channel="visit"),
        FIRST,
        LAST,
    )
    doubt = Undecided(("one", "other"), Doubt.NOT_REALISED, kind=FindingKind.OVERLAP)
    assert doubt in verify(policy).undecided


def test_trigger_that_nothing_silences_hounds() -> None:
    policy = policy_of(trigger("vip", "vip and days_past_due >= 10"), FIRST, LAST)
    assert only(policy, FindingKind.HOUNDS) == [(("vip",), ())]
    report = verify(policy)
    (hounds,) = [one for one in report.notes if one.kind is FindingKind.HOUNDS]
    assert hounds.witness is not None
    assert hounds.witness.account is not None
    first, second = islice(
        (day for day in life(policy, hounds.witness.account, DAY) if day.acted), 2
    )
    assert second.on - first.on == timedelta(policy.pace.between_contacts)


@pytest.mark.parametrize(
    ("when", "more"),
    [
        ("vip and days_past_due >= 10", {"repeat_every": 30}),
        ("days_since_broken_promise >= 1", {}),
        ("vip and not days_since_last_contact < 20", {}),
        ("silence <= 0 and vip", {}),
    ],
)
def test_trigger_that_speaking_silences_does_not_hound(when: str, more: dict[str, object]) -> None:
    policy = policy_of(trigger("vip", when, **more), FIRST, LAST)
    assert only(policy, FindingKind.HOUNDS) == []


@pytest.mark.parametrize(
    ("when", "monotone"),
    [
        ("days_past_due >= 2", True),
        ("not days_past_due < 2", True),
        ("days_until_due <= -2", True),
        ("unapplied <= EUR(100) and days_past_due >= 2", True),
        ("days_past_due >= 2 and vip and segment == 'a'", True),
        ("days_past_due >= 2 and (broken_promises >= 1 or not broken_promises >= 1)", True),
        ("2 <= days_past_due < 10", False),
        ("days_past_due == 2", False),
        ("days_past_due >= 2 and not days_since_broken_promise >= 1", False),
        ("days_past_due >= 2 and not disputed", False),
        ("days_past_due >= 2 and days_since_last_contact >= 9", False),
        ("days_past_due >= 2 and limitation_days > 100", False),
    ],
)
def test_rule_that_worse_makes_false_is_not_monotone(when: str, *, monotone: bool) -> None:
    text = "[deadlines]\nlimitation_years = 5\n" + FIRST.replace("days_past_due >= 2", when)
    found = only(policy_of(text, LAST), FindingKind.NON_MONOTONE)
    assert found == ([] if monotone else [(("first",), ())])


def test_case_that_no_account_shows_is_given_by_its_values() -> None:
    often = policy_of(FIRST.replace("days_past_due >= 2", "silence == 500"), LAST)
    (found,) = [one for one in verify(often).notes if one.kind is FindingKind.NON_MONOTONE]
    assert found.witness is not None
    assert not found.witness.realised
    assert ("silence", "500") in [(name, str(cell)) for name, cell in found.witness.cells]


def test_placement_waits_for_a_notice_that_never_comes() -> None:
    notice = (
        '[[level]]\nid = "notice"\nwhen = "days_past_due >= 60 and days_past_due < 50"\n'
        'do = "formal_notice"\nchannel = "registered_letter"\n'
    )
    place = '[[level]]\nid = "place"\nwhen = "days_past_due >= 90"\ndo = "place"\n'
    assert told(verify(policy_of(FIRST, notice, place)).faults) == [
        "dead_end first",
        "deadlock place",
        "never_fires notice",
    ]


def test_hold_after_a_notice_that_is_never_given_holds_nothing() -> None:
    hold = '[[hold]]\nid = "after"\nscope = "item"\nwhen = "notice_days >= 1"\n'
    assert told(verify(policy_of(hold, FIRST, LAST)).faults) == ["deadlock after"]


def test_days_beyond_the_calendar_are_no_days() -> None:
    ends = FIRST.replace("days_past_due >= 2", "2 <= days_past_due < 3_000_000")
    report = verify(policy_of(ends))
    assert told(report.faults) == ["dead_end first"]
    assert Undecided(("first",), Doubt.NOT_REALISED, kind=FindingKind.GAP) in report.undecided


def test_levels_above_one_that_stops_the_ladder_are_told_together() -> None:
    call = '[[level]]\nid = "{0}"\nwhen = "{1}"\ndo = "call"\nchannel = "phone"\n'
    levels = [
        call.format("vip", "vip"),
        call.format("third", "days_past_due >= 20"),
        call.format("fourth", "days_past_due >= 30 and not vip"),
    ]
    found = only(policy_of(FIRST, *levels), FindingKind.DEADLOCK)
    assert found == [(("fourth",), ("third",))]
    found = only(policy_of(FIRST.replace(">= 2", "< 2 and vip and not vip"), *levels), PROOFS[2])
    assert found == [(("vip", "third", "fourth"), ("first",))]


def test_trigger_lifts_over_a_level_that_is_never_met() -> None:
    never = '[[level]]\nid = "never"\nwhen = "False"\ndo = "call"\nchannel = "phone"\n'
    lifting = trigger("broken", "days_since_broken_promise >= 1", climb=1)
    assert told(verify(policy_of(FIRST, never, LAST)).faults) == [
        "dead_end first",
        "deadlock last",
        "never_fires never",
    ]
    assert told(verify(policy_of(lifting, FIRST, never, LAST)).faults) == [
        "dead_end first",
        "never_fires never",
    ]


def test_floor_is_no_dead_end_while_something_recurs() -> None:
    notice = (
        '[[level]]\nid = "notice"\nwhen = "days_past_due >= 45"\ndo = "formal_notice"\n'
        'channel = "registered_letter"\n'
    )
    place = '[[level]]\nid = "place"\nwhen = "notice_days >= 1"\ndo = "place"\n'
    floor = "[floor]\nformal_notice = 100\n"
    recurring = FIRST + "repeat_every = 20\n"
    assert told(verify(policy_of(floor, FIRST, notice, place)).findings) == ["small_balance notice"]
    assert verify(policy_of(floor, recurring, notice, place)).findings == ()


# --- what is written in Python -------------------------------------------------------------------


@attrs.frozen
class Coded:
    """A rule that the host wrote."""

    text: str = "as the house sees fit"
    criteria: frozenset[str] = frozenset({"days_past_due"})

    def met(self, **values: Any) -> bool:
        return bool(values["days_past_due"] is not None and values["days_past_due"] >= 2)


def coded(policy: Policy, level: str) -> Policy:
    rules = [attrs.evolve(one, when=Coded()) if one.id == level else one for one in policy.levels]
    return attrs.evolve(policy, levels=tuple(rules))


def test_rule_written_in_python_is_not_decided_nor_is_what_hangs_on_it() -> None:
    report = verify(coded(policy_of(FIRST, LAST), "first"))
    assert report.faults == ()
    assert report.undecided == (
        Undecided(("first",), Doubt.WRITTEN_IN_PYTHON),
        Undecided(("first",), Doubt.DEPENDS_ON_HOST, kind=FindingKind.GAP),
    )


def test_rule_written_in_python_shadows_nothing() -> None:
    policy = policy_of("[pace]\nclimb = 'to-age'\n", FIRST, LAST)
    assert verify(coded(policy, "last")).faults == ()


def criterion(**options: Any) -> Criterion:
    return Criterion("freight", "integer", doc="Days of freight.", read=lambda *_: None, **options)


def test_criterion_of_the_host_is_compared_exactly() -> None:
    text = "\n".join([HEAD, trigger("f", "freight >= 5 and freight < 3"), FIRST, LAST])
    policy = read_policy(text, criteria=[criterion(absent=True)])
    assert told(verify(policy).faults) == ["never_fires f"]
    bounded = criterion(most=4)
    text = text.replace(" and freight < 3", "")
    assert told(verify(read_policy(text, criteria=[bounded])).faults) == ["never_fires f"]


def test_criterion_of_the_host_is_no_reason_for_silence() -> None:
    text = HEAD + FIRST.replace("days_past_due >= 2", "freight >= 2") + LAST
    report = verify(read_policy(text, criteria=[criterion(absent=True)]))
    assert report.faults == ()
    assert Undecided(("first",), Doubt.DEPENDS_ON_HOST, kind=FindingKind.GAP) in report.undecided


def test_criterion_about_items_is_another_one_for_the_account() -> None:
    row = '[[style]]\nwhen = "{0}"\nhandler = "collector"\n'
    rows = [row.format("freight >= 5"), row.format("freight >= 9")]
    text = "\n".join([HEAD, FIRST, LAST, *rows])
    for how in ("max", "sum"):
        policy = read_policy(text, criteria=[criterion(aggregates=how, absent=True, most=8)])
        found = told(verify(policy).faults)
        assert found == (["never_fires style.2"] if how == "max" else ["shadowed style.2"])


def test_criteria_of_the_host_are_told_apart_by_name() -> None:
    # One about items, what it is for the account, and one that bears the name of the latter.
    row = '[[style]]\nwhen = "{0}"\nhandler = "collector"\n'
    rows = [
        row.format("freight >= 5 and (vip or True)"),
        row.format("over_freight >= 5 and not vip"),
        row.format("freight >= 9 and vip or freight >= 9"),
    ]
    other = attrs.evolve(criterion(scope="account", absent=True), name="over_freight")
    text = "\n".join([HEAD, FIRST, LAST, *rows])
    policy = read_policy(text, criteria=[criterion(aggregates="max", absent=True), other])
    assert told(verify(policy).faults) == ["shadowed style.3"]
    assert verify(policy).decided


# --- what stays undecided ------------------------------------------------------------------------


def test_proof_too_large_is_not_attempted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "Regions", partial(Regions, most=5))
    report = verify(preset("fr-b2b"))
    assert report.undecided == (Undecided((), Doubt.TOO_LARGE),)
    assert not report.findings


def test_proof_that_an_account_contradicts_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    bogus = Proof(FindingKind.NEVER_FIRES, ("first",), premise=Premise.AS_PROPOSED)
    monkeypatch.setattr(Reaching, "proofs", lambda _: iter([bogus]))
    report = verify(policy_of(FIRST, LAST))
    assert report.undecided == (
        Undecided(("first",), Doubt.NOT_REALISED, kind=FindingKind.NEVER_FIRES),
    )


def test_endless_course_is_not_decided() -> None:
    # Eighty times the same: longer than courses are followed.
    often = trigger("often", "days_past_due >= 5 and silence < 80")
    report = verify(policy_of(often, FIRST))
    assert Undecided((), Doubt.TOO_LARGE, kind=FindingKind.DEAD_END) in report.undecided
    short = trigger("often", "days_past_due >= 5 and silence < 20")
    assert told(verify(policy_of(short, FIRST)).faults) == ["dead_end often"]


# --- a finding is never wrong --------------------------------------------------------------------

START = date(2026, 1, 5)
accounts = strategies.accounts(
    days=120,
    around=[Money.of(amount, "EUR") for amount in (1, 100, 150, 500, 1000)],
    ages=(0, 1, 2, 3, 5, 10, 20, 45),
    levels=["pre", "level-0", "level-1", "level-2", "level-3"],
    kinds=("business",) * 6 + ("consumer", "unknown"),
    currencies=("EUR",),
)


def decides(policy: Policy, decision: Decision, kind: FindingKind, rule: str) -> bool:
    """Whether a rule decides: a trigger that another precedes is still among the reasons."""
    action = decision.action
    given: list[str | None] = [task.rule for task in decision.tasks]
    if action is not None:
        given += [action.rule, action.partner, action.template]
    if kind is not FindingKind.SHADOWED or rule not in {one.id for one in policy.triggers}:
        given += decision.because
    return rule in given


@given(policies, accounts, st.lists(st.integers(0, 180), min_size=4, max_size=4))
def test_rule_that_cannot_decide_never_does(
    policy: Policy, account: Account, days: list[int]
) -> None:
    found = [
        one
        for one in verify(policy).findings
        if one.kind in PROOFS and one.premise is Premise.WHATEVER_IS_RECORDED
    ]
    for offset in days if found else ():
        decision = decide(policy, account, as_of=START + timedelta(offset))
        for one in found:
            event(one.kind)
            assert not decides(policy, decision, one.kind, one.rules[0])


@given(policies, accounts)
def test_rule_that_proposals_never_reach_never_decides(policy: Policy, account: Account) -> None:
    found = [one for one in verify(policy).findings if one.kind in PROOFS]
    said = (Interaction, InteractionResult, FormalNotice)
    facts = [
        attrs.evolve(fact, recorded_on=None) for fact in account.facts if not isinstance(fact, said)
    ]
    unspoken = Account.of(account.debtor, *facts)
    for day in islice(life(policy, unspoken, START), 40 if found else 0):
        for one in found:
            rules = one.rules if one.premise is Premise.AS_PROPOSED else one.rules[:1]
            for rule in rules:
                event(one.kind)
                assert not decides(policy, day.decision, one.kind, rule)


@given(policies)
def test_witness_of_a_finding_is_what_decide_answers(policy: Policy) -> None:
    for finding in verify(policy).findings:
        witness = finding.witness
        if witness is not None and witness.account is not None and witness.as_of is not None:
            event(finding.kind)
            assert decide(policy, witness.account, as_of=witness.as_of) == witness.decision
            left = finding.kind in (FindingKind.GAP, FindingKind.DEAD_END)
            assert witness.decision is not None
            assert not (left and witness.decision.action)


# --- and nothing is left out ---------------------------------------------------------------------


def held(policy: Policy, day: Day) -> bool:
    """Whether a hold silences the item of an account."""
    s = standing_of(day.account.book, day.on.toordinal(), policy.conventions, policy.compiled.ranks)
    see = Observer(Case(policy, day.account, s, day.on))
    row = next(iter(s.rows), None)
    return any(see.condition("when", one.when, row).held for one in policy.holds)


def left_by(policy: Policy, account: Account, due: date) -> Iterator[FindingKind]:
    """What a silent life should be told of, if it comes to an end or begins late."""
    times, spoken, asked, placed, last = 0, False, False, False, None
    limit = policy.conventions.calendar.next_business_day(due + timedelta(3))
    prompt = any_held = False
    for day in life(policy, account, DAY):
        early = day.acted is not None and day.acted.kind is ActionKind.PRE_DUE_REMINDER
        if day.acted is not None:
            times, asked = times + 1, False
            spoken = spoken or not early
            placed = day.acted.kind is ActionKind.PLACE
        asked, last = asked or day.asked, day
        any_held = any_held or held(policy, day)
        prompt = prompt or (day.on <= limit and (spoken or asked or times > 0))
        if times > 30:
            return
    assert last is not None
    if any_held or placed or last.decision.action is not None:
        return
    if "floor" in last.decision.because and spoken:
        yield FindingKind.SMALL_BALANCE
    elif not asked:
        yield FindingKind.DEAD_END if spoken else FindingKind.GAP


@given(policies.flatmap(lambda one: st.tuples(st.just(one), late_accounts(one, DAY))))
def test_no_money_is_left_without_a_word(drawn: tuple[Policy, Account]) -> None:
    policy, account = drawn
    report = verify(policy)
    known = {one.kind for one in report.findings} | {one.kind for one in report.undecided}
    for kind in left_by(policy, account, account.invoices[0].due_on):
        event(kind)
        assert known & {kind, None}


# --- and it is done in time ----------------------------------------------------------------------


def large_document(chance: random.Random) -> str:
    """Sixty rules: fourteen levels, twelve triggers, six holds, twenty rows, eight partners."""
    words = [f"s{number}" for number in range(8)]

    def account() -> str:
        return chance.choice(
            [
                f"collectable >= EUR({chance.randrange(1, 400) * 100})",
                f"segment == '{chance.choice(words)}'",
                f"country in ('{chance.choice(words)}', 'FR')",
                "vip",
                f"broken_promises >= {chance.randrange(1, 4)}",
                f"oldest_days_past_due >= {chance.randrange(1, 200)}",
                f"unanswered >= {chance.randrange(1, 6)}",
                f"median_delay >= {chance.randrange(5, 60)}",
            ]
        )

    def either() -> str:
        return chance.choice((" and ", " or ")).join(account() for _ in range(2))

    parts = [HEAD, "[floor]\nformal_notice = 150\nplacement = 500\n"]
    parts += [
        f"[[hold]]\nid = 'hold-{number}'\nscope = 'item'\nwhen = \"'h{number}' in tags\"\n"
        for number in range(6)
    ]
    for number in range(12):
        when = f"days_since_broken_promise >= {number + 1} and {account()}"
        parts.append(trigger(f"trigger-{number}", when))
    days = 2
    for number in range(12):
        when = f"days_past_due >= {days} or {account()} and days_past_due >= {days - 1}"
        parts.append(FIRST.replace("first", f"level-{number}").replace("days_past_due >= 2", when))
        days += chance.randrange(5, 15)
    parts.append(
        f"[[level]]\nid = 'notice'\nwhen = 'days_past_due >= {days}'\ndo = 'formal_notice'\n"
        "channel = 'registered_letter'\n[[level]]\nid = 'place'\nwhen = 'notice_days >= 1'\n"
        "do = 'place'\n"
    )
    parts += [f'[[style]]\nwhen = "{either()}"\nhandler = "collector"\n' for _ in range(20)]
    parts += [
        f"[[partner]]\nid = 'partner-{number}'\nrole = 'agency'\nwhen = \"{either()}\"\n"
        for number in range(8)
    ]
    return "\n".join(parts)


@pytest.mark.parametrize("seed", range(3))
def test_sixty_rules_take_a_bounded_amount_of_work(seed: int) -> None:
    policy = read_policy(large_document(random.Random(seed)))
    rules = (policy.levels, policy.triggers, policy.holds, policy.styles, policy.partners)
    assert sum(map(len, rules)) == 60
    proof = room._Verification(policy, 3)
    assert list(proof.found())
    # Some tens of microseconds each: well under two seconds.
    assert len(proof.regions.diagrams) < 20_000


def test_levels_of_a_witness_are_words() -> None:
    (path,) = (one for one in FAULTY if one.stem == "own-level-reached")
    (found,) = [
        one
        for one in verify(read_policy(path.read_text())).findings
        if one.kind is FindingKind.NEVER_FIRES
    ]
    assert found.witness is not None
    assert ("level_reached", Word("call")) in found.witness.cells
    assert dict(found.witness.values)["level_reached"] == "call"


@costly
@given(documents())
def test_proof_is_the_same_whenever_it_is_made(text: str) -> None:
    assert verify(read_policy(text)).findings == verify(read_policy(text)).findings
