"""What changed between two policies is told rule by rule, each with an account that feels it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from tests.costly import costly
from tests.policy.documents_drawn import documents, levels, policies, triggers

from recouvrement import (
    Account,
    BusinessCalendar,
    InvalidInput,
    Money,
    Policy,
    decide,
    preset,
    read_policy,
)
from recouvrement.law import pack
from recouvrement.policy import Criterion, Style, diff
from recouvrement.policy.proofs import contrasts as room
from recouvrement.policy.proofs.cells import Cell, Key, Span
from recouvrement.policy.proofs.changes import ChangeKind, changed
from recouvrement.policy.proofs.comparison import Difference, PolicyChange
from recouvrement.policy.proofs.contrasts import Contrast, Effect, answer
from recouvrement.policy.proofs.diagrams import TooLarge
from recouvrement.policy.writing import policy_text

OLD = preset("fr-b2b")
TEXT = policy_text(OLD)


PROMISES = "[promises]"
THREE_YEARS = f"[deadlines]\nlimitation_years = 3\n{PROMISES}"


def changed_text(*changes: tuple[str, str]) -> str:
    text = TEXT
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return text


def change_of(before: str, after: str) -> PolicyChange:
    """The only change that some other words make."""
    (change,) = diff(OLD, read_policy(changed_text((before, after)))).changes
    return change


def contrast_of(change: PolicyChange, old: Policy, new: Policy) -> Contrast:
    """The witness, which both policies are asked about again."""
    assert change.effect is Effect.DECIDES_DIFFERENTLY
    assert change.witness is not None
    one = change.witness
    assert decide(old, one.account, as_of=one.as_of) == one.before
    assert decide(new, one.account, as_of=one.as_of) == one.after
    assert answer(one.before) != answer(one.after)
    return one


# --- the same ------------------------------------------------------------------------------------


def test_policy_does_not_differ_from_itself() -> None:
    same = diff(OLD, OLD)
    assert not same
    assert (same.changes, same.felt, same.to_rows()) == ((), (), [])


def test_name_version_and_what_the_host_knows_do_not_count() -> None:
    later = attrs.evolve(OLD, name="ours", version="2027.1")
    assert not diff(OLD, later.completed(application="explicit_only"))


def test_calendars_that_end_do_not_end_the_comparison() -> None:
    calendar = BusinessCalendar.france(2026, 2026)
    new = read_policy(changed_text((PROMISES, THREE_YEARS)))
    (change,) = diff(OLD.completed(calendar=calendar), new.completed(calendar=calendar)).changes
    contrast_of(change, OLD, new)


def test_same_rule_in_other_words_is_felt_by_nobody() -> None:
    change = change_of('"days_past_due >= 10"', '"not days_past_due < 10 and days_past_due > 9"')
    assert (change.rule, change.keys) == ("call", ("when",))
    assert (change.effect, change.witness) == (Effect.NONE, None)


def test_same_words_in_another_key_are_felt() -> None:
    # Under `for` the item passes over the level; under `when` it waits below.
    where = 'when    = "days_past_due >= 10"'
    new = read_policy(changed_text((where, f'{where}\nfor = "vip"')))
    (change,) = diff(OLD, new).changes
    assert change.keys == ("for",)
    assert contrast_of(change, OLD, new).before.because == ("call",)


def test_order_of_the_worklist_decides_nothing() -> None:
    change = change_of("2 * oldest_days_past_due", "3 * oldest_days_past_due")
    assert (change.rule, change.effect) == ("agenda", Effect.NONE)


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "rule", "keys"),
    [
        ('"days_past_due >= 10"', '"days_past_due >= 12"', "call", ("when",)),
        ('"days_past_due >= 10"', '"days_past_due >= 8 and vip"', "call", ("when",)),
        ('"days_until_due < 3"', '"days_until_due < 2"', "pre-due", ("until",)),
        ('channel = "letter"\ntone    = "firm"', 'channel = "email"\ntone    = "firm"',
         "firm-letter", ("channel",)),
        ('"notice_days >= 1"', '"notice_days >= 3"', "placement", ("when",)),
        ('"limitation_days <= 90"', '"limitation_days <= 60"', "limitation-near", ("when",)),
        ('"days_since_returned_payment >= 0"', '"days_since_returned_payment >= 2"',
         "returned-payment", ("when",)),
        ("climb   = 1", "climb   = 2", "broken-promise", ("climb",)),
        ("repeat_every = 15", "repeat_every = 20", "missed-instalment", ("repeat_every",)),
        ("collectable >= EUR(20_000)", "collectable >= EUR(30_000)", "large", ("when",)),
        ("unanswered >= 3", "unanswered >= 2", "unanswered", ("when",)),
        ('"terms"]', '"terms", "acceptance"]', "formal-notice", ("documents",)),
    ],
)  # fmt: skip
def test_changed_rule_is_shown_where_it_decides(
    before: str, after: str, rule: str, keys: tuple[str, ...]
) -> None:
    text = changed_text((before, after))
    new = read_policy(text)
    (change,) = diff(OLD, new).changes
    assert (change.rule, change.kind, change.keys) == (rule, ChangeKind.CHANGED, keys)
    assert (change.before, change.after) == (None, None)
    one = contrast_of(change, OLD, new)
    if rule not in {row.id for row in OLD.styles}:
        given = [*one.before.because, *one.after.because]
        given += [task.rule or "" for task in (*one.before.tasks, *one.after.tasks)]
        assert rule in given


def test_witness_of_a_bound_lies_between_the_two() -> None:
    new = read_policy(changed_text(('"days_past_due >= 10"', '"days_past_due >= 12"')))
    (change,) = diff(OLD, new).changes
    one = contrast_of(change, OLD, new)
    assert ("days_past_due", "10..11") in [(name, str(cell)) for name, cell in one.cells]
    assert (one.before.because, one.after.because) == (("call",), ())


LEVEL = (
    '\n[[level]]\nid      = "second"\nwhen    = "days_past_due >= 6"\ndo      = "remind"\n'
    'channel = "email"\n'
)
HOLD = '\n[[hold]]\nid    = "audit"\nwhen  = "\'audit\' in tags"\nscope = "item"\n'
ROW = '\n[[style]]\nwhen   = "segment == \'a\'"\ntone = "firm"\n'
PARTNER = '\n[[partner]]\nid = "bailiff"\nrole = "commissaire de justice"\n'
AFTER_FIRST = 'tone    = "courteous"\n\n[[level]]\nid      = "call"'


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("second", TEXT.replace(AFTER_FIRST, f'tone    = "courteous"\n{LEVEL}{AFTER_FIRST[21:]}')),
        ("audit", TEXT + HOLD),
        ("style.3", TEXT + ROW),
        ("bailiff", TEXT + PARTNER),
        ("alarm", f'{TEXT}\n[[trigger]]\nid = "alarm"\nwhen = "over_limit"\ndo = "task"\n'),
    ],
)
def test_rule_that_comes_or_goes_is_shown(rule: str, text: str) -> None:
    new = read_policy(text)
    (added,) = diff(OLD, new).changes
    (removed,) = diff(new, OLD).changes
    assert (added.rule, added.kind) == (rule, ChangeKind.ADDED)
    assert (removed.rule, removed.kind) == (rule, ChangeKind.REMOVED)
    contrast_of(added, OLD, new)
    contrast_of(removed, new, OLD)


def test_rule_that_another_precedes_now_has_moved() -> None:
    first, second = OLD.triggers[:2]
    swapped = attrs.evolve(OLD, triggers=(second, first, *OLD.triggers[2:]))
    (moved,) = diff(OLD, swapped).changes
    assert (moved.kind, moved.keys) == (ChangeKind.MOVED, ())
    assert moved.rule in (first.id, second.id)
    contrast_of(moved, OLD, swapped)


def test_rule_may_move_and_change() -> None:
    first, second, *rest = OLD.triggers
    other = attrs.evolve(OLD, triggers=(second, attrs.evolve(first, climb=2), *rest))
    found = [(one.rule, one.kind) for one in changed(OLD, other)]
    assert (first.id, ChangeKind.CHANGED) in found
    assert ChangeKind.MOVED in [kind for _, kind in found]


def test_row_put_before_others_leaves_them_what_they_are() -> None:
    new = read_policy(TEXT.replace("\n[[style]]", f"{ROW}\n[[style]]", 1))
    (added,) = diff(OLD, new).changes
    assert (added.rule, added.kind) == ("style.1", ChangeKind.ADDED)


def with_rows(*rows: Style) -> Policy:
    return attrs.evolve(OLD, styles=rows)


def test_name_of_a_row_is_felt_by_nobody() -> None:
    first, second = OLD.styles
    bare = with_rows(attrs.evolve(first, id=None), second)
    (change,) = diff(bare, OLD).changes
    assert (change.rule, change.keys, change.effect) == ("large", ("id",), Effect.NONE)


def test_row_without_a_name_is_told_by_its_place() -> None:
    first, second = (attrs.evolve(one, id=None) for one in OLD.styles)
    old, new = with_rows(first, second), with_rows(attrs.evolve(first, template="big"), second)
    (change,) = diff(old, new).changes
    assert (change.rule, change.keys) == ("style.1", ("template",))
    contrast_of(change, old, new)
    (removed,) = diff(old, with_rows(second)).changes
    assert (removed.rule, removed.kind) == ("style.1", ChangeKind.REMOVED)
    contrast_of(removed, old, with_rows(second))


def test_rows_with_names_are_told_apart_by_them() -> None:
    first, second = OLD.styles
    swapped = with_rows(second, first)
    (moved,) = diff(OLD, swapped).changes
    assert (moved.rule, moved.kind) == ("large", ChangeKind.MOVED)
    contrast_of(moved, OLD, swapped)


# --- keys of the document ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "before", "after", "values"),
    [
        ("pace.between_contacts", "between_contacts = 5", "between_contacts = 6", (5, 6)),
        ("pace.per_30_days", "per_30_days      = 5", "per_30_days      = 3", (5, 3)),
        ("pace.between_levels", "between_levels   = 7", "between_levels   = 9", (7, 9)),
        ("pace.climb", '"one-level"', '"to-age"', ("one-level", "to-age")),
        ("floor.formal_notice", "formal_notice = 150", "formal_notice = 300",
         (Money.of(150, "EUR"), Money.of(300, "EUR"))),
        ("floor.placement", "placement     = 500\n", "", (Money.of(500, "EUR"), None)),
        ("promises.tolerance", "tolerance        = 0", "tolerance        = 3", (0, 3)),
        ("promises.horizon", "horizon          = 30", "horizon          = 20", (30, 20)),
        ("promises.broken_tolerated", "broken_tolerated = 1", "broken_tolerated = 3", (1, 3)),
        ("deadlines.limitation_years", PROMISES, THREE_YEARS, (None, 3)),
        ("deadlines.claim_months", PROMISES, f"[deadlines]\nclaim_months = 3\n{PROMISES}",
         (None, 3)),
        ("for", '["business"]', '["business", "public"]',
         (frozenset({"business"}), frozenset({"business", "public"}))),
    ],
)  # fmt: skip
def test_changed_key_is_told_with_its_values_and_shown(
    key: str, before: str, after: str, values: tuple[object, object]
) -> None:
    new = read_policy(changed_text((before, after)))
    (change,) = diff(OLD, new).changes
    assert (change.rule, change.kind, change.keys) == (key, ChangeKind.CHANGED, ())
    assert (change.before, change.after) == values
    contrast_of(change, OLD, new)


def test_another_law_lets_claims_lapse_on_another_day() -> None:
    new = read_policy(changed_text(('"FR"', '"DE"')))
    (change,) = diff(OLD, new).changes
    assert (change.rule, change.before, change.after) == ("law", "FR", "DE")
    contrast_of(change, OLD, new)


def test_key_that_nothing_hangs_on_is_not_decided() -> None:
    """The same periods against businesses: a law of the same figures changes nothing."""
    text = changed_text(('"FR"', '"FR-ours"'))
    new = read_policy(text, laws=[attrs.evolve(pack("FR"), name="FR-ours")])
    changes = diff(OLD, new).changes
    assert [change.rule for change in changes] == ["law", "laws"]
    assert {change.effect for change in changes} == {Effect.NOT_DECIDED}


def test_another_currency_is_another_policy() -> None:
    new = preset("fr-b2b", currency="USD")
    found = diff(OLD, new)
    assert {one.rule for one in found.changes} >= {"currency", "floor.formal_notice", "order-stop"}
    for change in found.felt:
        contrast_of(change, OLD, new)
    assert found.felt


# --- what cannot be said -------------------------------------------------------------------------


def test_rule_written_in_python_is_compared_by_its_effect() -> None:
    @attrs.frozen
    class Never:
        text: str = "never"
        criteria: frozenset[str] = frozenset()

        def met(self, **_: Any) -> bool:
            return False

    first, *rest = OLD.levels[1:]
    new = attrs.evolve(OLD, levels=(OLD.levels[0], attrs.evolve(first, when=Never()), *rest))
    (change,) = diff(OLD, new).changes
    assert change.keys == ("when",)
    assert contrast_of(change, OLD, new).before.because == ("first-reminder",)


def test_case_that_nobody_would_look_at_makes_no_account() -> None:
    unheard: dict[Key, Cell] = {("silence", None): Span(10_000, 10_000)}
    assert list(room.Contrasts(OLD, OLD).made(unheard)) == []


def test_rule_that_no_account_shows_is_not_decided() -> None:
    change = change_of('"days_past_due >= 20"', '"days_past_due >= 20 or contacts_30d >= 29"')
    assert (change.effect, change.witness) == (Effect.NOT_DECIDED, None)


def test_criterion_of_the_host_is_told() -> None:
    one = Criterion("freight", "integer", doc="Days of freight.", read=lambda *_: 0)
    (change,) = diff(OLD, read_policy(TEXT, criteria=[one])).changes
    assert (change.rule, change.before, change.after) == ("criteria", (), (one,))


def test_policies_too_large_to_be_laid_side_by_side_are_asked_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_large(*_: Policy) -> None:
        raise TooLarge

    monkeypatch.setattr(room, "Regions", too_large)
    first = '"days_past_due >= 2"'
    new = read_policy(changed_text((first, '"days_past_due >= 20"')))
    (change, *_) = diff(OLD, new).changes
    contrast_of(change, OLD, new)


@pytest.mark.parametrize(("old", "new", "name"), [("x", OLD, "old"), (OLD, None, "new")])
def test_only_policies_are_compared(old: Any, new: Any, name: str) -> None:
    with pytest.raises(InvalidInput, match=f"{name}: expected a Policy"):
        diff(old, new)


def test_difference_is_read_as_a_table() -> None:
    new = read_policy(
        changed_text(("between_levels   = 7", "between_levels   = 9"), ('"FR"', '"DE"'))
    )
    found = diff(OLD, attrs.evolve(new, version="2027.1"))
    rows: list[Mapping[str, object]] = list(found.to_rows())
    assert [row["rule"] for row in rows] == ["law", "pace.between_levels"]
    assert rows[0]["as_of"] is not None
    assert rows[1]["because_before"] != rows[1]["because_after"]
    assert "<caption>fr-b2b 2026.11 → fr-b2b 2027.1</caption>" in found._repr_html_()
    assert repr(found).startswith("Difference(old=fr-b2b 2026.11, new=fr-b2b 2027.1, ")
    assert found
    assert isinstance(found, Difference)


# --- never wrong ---------------------------------------------------------------------------------


@st.composite
def versions(draw: st.DrawFn) -> tuple[Policy, Policy]:
    """A policy and another that differs by a rule, or in everything."""
    text = draw(documents())
    old = read_policy(text)
    sort = draw(st.integers(0, 3))
    if sort == 0:
        return old, draw(policies)
    if sort == 1:
        return old, read_policy("\n".join([text, draw(triggers(9))]))
    if sort == 2:
        return old, read_policy("\n".join([text, draw(levels(9))]))
    again = read_policy(draw(documents()))
    at = draw(st.integers(0, len(old.levels) - 1))
    when = again.levels[-1].when
    rungs = list(old.levels)
    rungs[at] = attrs.evolve(rungs[at], when=when)
    return old, attrs.evolve(old, levels=tuple(rungs))


@costly
@given(versions())
def test_witness_is_always_decided_differently(drawn: tuple[Policy, Policy]) -> None:
    old, new = drawn
    found = diff(old, new)
    event(f"{bool(found.felt)}")
    for change in found.felt:
        contrast_of(change, old, new)
    assert bool(found) is bool(list(changed(old, new)))


@given(policies)
def test_no_policy_differs_from_itself(policy: Policy) -> None:
    assert not diff(policy, policy)


def test_account_of_a_witness_can_be_pasted() -> None:
    new = read_policy(changed_text(('"days_past_due >= 10"', '"days_past_due >= 12"')))
    (change,) = diff(OLD, new).changes
    one = contrast_of(change, OLD, new)
    assert Account.of(one.account.debtor, *one.account.facts) == one.account
