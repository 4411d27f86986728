"""Accounts made for wanted values show them: one criterion after the other, and several at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from recouvrement import Money, Policy, preset, read_policy
from recouvrement.policy import CRITERIA, Criterion, CriterionType, verify
from recouvrement.policy.proofs.cells import Absent, Cell, Key, OtherWord, Span, Truth, Word
from recouvrement.policy.proofs.diagrams import NEVER
from recouvrement.policy.proofs.findings import FindingKind
from recouvrement.policy.proofs.links import Stand
from recouvrement.policy.proofs.regions import Regions
from recouvrement.policy.proofs.scenes import DAY, Unshowable, ordinary_amount, pick, scene
from recouvrement.policy.proofs.witnesses import Realising, Witness, name_of, observed

DOCUMENT = """
name = "scenes"
version = "1"
currency = "EUR"
for = ["business", "consumer"]

[promises]
tolerance = 2

[deadlines]
limitation_years = 5

[[level]]
id = "first"
when = "days_past_due >= 2"
do = "remind"
channel = "email"

[[level]]
id = "call"
when = "days_past_due >= 12"
do = "call"
channel = "phone"

[[level]]
id = "notice"
when = "days_past_due >= 45"
do = "formal_notice"
channel = "registered_letter"

[[level]]
id = "place"
when = "notice_days >= 1"
do = "place"
"""
IMPOSSIBLE = {
    "days_past_due <= 0",
    "days_until_due >= 0",
    "days_until_due >= 1",
    "days_until_due >= 7",
    "days_until_due >= 30",
    "oldest_days_past_due <= 0",
    "days_since_broken_promise <= 0",
    "days_since_missed_instalment <= 0",
    "days_since_partly_kept_promise <= 0",
}


def policy_of(when: str) -> Policy:
    return read_policy(f'{DOCUMENT}\n[[trigger]]\nid = "t"\nwhen = "{when}"\ndo = "task"\n')


def clauses() -> Iterator[str]:
    """A comparison of every criterion with small and with large constants."""
    for one in CRITERIA.values():
        name = one.name
        match one.type:
            case CriterionType.INTEGER:
                for bound in (0, 1, 7, 30):
                    yield f"{name} >= {bound}"
                    yield f"{name} <= {bound}"
                yield f"not {name} >= 3"
            case CriterionType.MONEY:
                yield from (f"{name} >= EUR({bound})" for bound in (0, 100, 50_000))
                yield f"{name} < EUR(5)"
            case CriterionType.FLAG:
                yield from (name, f"not {name}")
            case CriterionType.WORD:
                known = ("first", "notice", "place") if name == "level_reached" else ("a",)
                for word in one.words or known:
                    yield f"{name} == '{word}'"
                    yield f"not {name} == '{word}'"
            case CriterionType.WORDS:
                yield from (f"'audit' in {name}", f"'audit' not in {name}")


def shown(when: str) -> Witness | None:
    """An account that shows a condition, if some case of it is shown."""
    policy = policy_of(when)
    regions = Regions(policy)
    realising = Realising(regions, policy)
    cases = regions.limit(regions.of(policy.triggers[0].when).maybe, Stand.COLLECTABLE)
    if cases == NEVER:
        assert when in IMPOSSIBLE
        return None
    for cells in realising.cases(cases):
        witness = realising.shown(cells)
        if witness is not None:
            return witness
    return None


@pytest.mark.parametrize("when", [one for one in clauses() if one not in IMPOSSIBLE])
def test_every_value_of_every_criterion_is_shown(when: str) -> None:
    witness = shown(when)
    assert witness is not None
    assert witness.realised
    assert witness.account is not None
    seen = observed(
        policy_of(when), witness.account, DAY, [name for name in CRITERIA if name in when]
    )
    assert seen


@pytest.mark.parametrize("when", sorted(IMPOSSIBLE))
def test_what_no_account_shows_is_shown_by_none(when: str) -> None:
    assert shown(when) is None


@pytest.mark.parametrize(
    "when",
    [
        "days_past_due >= 20 and days_since_issue <= 10",
        "amount_due < EUR(50) and collectable >= EUR(500) and open >= EUR(5_000)",
        "days_past_due <= 5 and oldest_days_past_due >= 90",
        "reminders >= 5 and level_reached == 'call'",
        "reminders >= 2 and silence <= 1",
        "reminders >= 2 and not level_reached == 'first' and not level_reached == 'call'",
        "level_reached == 'notice' and notice_days <= -3",
        "unanswered >= 4 and silence <= 1 and last_channel == 'letter'",
        "days_since_broken_promise >= 3 and broken_promises >= 2 and days_since_last_contact >= 9",
        "plan_state == 'defaulted' and days_since_missed_instalment >= 40",
        "kind == 'consumer' and country == 'BE' and sector == 'retail' and language == 'nl'",
        "contacts_30d >= 5 and days_since_last_contact <= 2",
        "contacts_30d <= 1 and reminders >= 3",
        "median_delay >= 20 and habitual_delay <= 5",
        "disputed and insolvent and vip and over_limit",
        "limitation_days <= 30 and days_past_due >= 100",
        "unapplied >= EUR(100) and collectable >= EUR(500)",
    ],
)
def test_several_at_once_are_shown(when: str) -> None:
    witness = shown(when)
    assert witness is not None
    assert witness.realised


@pytest.mark.parametrize(
    "when",
    [
        "days_past_due >= 5_000_000",
        "silence >= 10_000",
        "reminders >= 10_000",
        "broken_promises >= 10_000",
        "days_since_issue >= 10_000_000 and days_past_due >= 2",
    ],
)
def test_what_nobody_would_look_at_is_not_shown(when: str) -> None:
    policy = policy_of(when)
    regions = Regions(policy)
    cells = next(Realising(regions, policy).cases(regions.of(policy.triggers[0].when).maybe))
    wanted = Realising(regions, policy).wanted(cells)
    with pytest.raises(Unshowable):
        scene(policy, wanted)
    assert shown(when) is None


def test_what_cannot_be_shown_is_left_undecided_or_proved_without() -> None:
    # Money under the floor of a rule that no calendar reaches: nothing is said that is not shown.
    text = DOCUMENT.replace("days_past_due >= 2", "days_past_due >= 3_000_000")
    report = verify(read_policy(text))
    assert not report.faults
    assert {one.kind for one in report.undecided} == {FindingKind.GAP}


@pytest.mark.parametrize(
    ("cell", "ordinary", "bounds", "picked"),
    [
        (None, 12, {}, 12),
        (Absent(), 12, {}, 12),
        (Span(2, 9), 12, {}, 9),
        (Span(20, None), 12, {}, 20),
        (Span(2, 30), 12, {"least": 15}, 15),
        (Span(2, 30), 12, {"most": 5}, 5),
    ],
)
def test_number_picked_is_the_one_nearest_to_an_ordinary_one(
    cell: Span | Absent | None, ordinary: int, bounds: dict[str, int], picked: int
) -> None:
    assert pick(cell, ordinary, **bounds) == picked


def test_ordinary_amount_is_a_thousand_of_the_currency() -> None:
    for currency in ("EUR", "JPY", "KWD"):
        minor = ordinary_amount(preset("fr-b2b", currency=currency))
        assert Money(minor, currency) == Money.of(1000, currency)


def test_bare_scene_is_an_ordinary_late_invoice() -> None:
    account = scene(preset("fr-b2b"), {})
    (invoice,) = account.invoices
    assert account.facts == (invoice,)
    assert (DAY - invoice.due_on).days == 12
    assert invoice.total == Money.of(1000, "EUR")
    assert DAY.isoweekday() == 3


def test_days_until_a_date_are_days_past_it_with_another_sign() -> None:
    for span, late in ((Span(-20, -10), 12), (Span(3, None), -3), (Span(None, -40), 40)):
        wanted: dict[Key, Cell] = {("days_until_due", None): span}
        (invoice,) = scene(preset("fr-b2b"), wanted).invoices
        assert (DAY - invoice.due_on).days == late


def test_values_of_a_closed_item_are_left_out() -> None:
    policy = preset("fr-b2b")
    account = scene(policy, {})
    assert observed(policy, account, DAY, ["reminders", "vip"], item="F-9") == {"vip": False}
    assert observed(policy, account, DAY, ["reminders", "vip"]) == {"reminders": 0, "vip": False}


def test_value_that_cannot_be_read_is_left_out() -> None:
    def raising(*_: object) -> int:
        raise ZeroDivisionError

    one = Criterion("freight", "integer", doc="Days of freight.", read=raising)
    policy = read_policy(DOCUMENT, criteria=[one])
    assert observed(policy, scene(policy, {}), DAY, ["freight", "vip"]) == {"vip": False}


def test_cells_are_named_as_conditions_write_them() -> None:
    wanted: dict[Key, Cell] = {
        ("tags", "audit"): Truth(value=True),
        ("segment", None): OtherWord(("a",), "other"),
        ("level_reached", None): Word("call"),
    }
    assert [name_of(key) for key in wanted] == ["'audit' in tags", "segment", "level_reached"]
    account = scene(policy_of("vip"), wanted)
    assert account.debtor.segment == "other"
    assert account.invoices[0].tags == {"audit"}
    assert account.interactions[-1].steps[0].level == "call"
