"""A policy is one frozen value: it compares, travels, and takes what only the host knows."""

from __future__ import annotations

import copy
import pickle
from datetime import date

import attrs
import pytest

from recouvrement import (
    Account,
    ApplicationRule,
    BusinessCalendar,
    Debtor,
    ExchangeRate,
    ExchangeRates,
    InvalidInput,
    Invoice,
    Money,
    Policy,
    decide,
    digest,
    preset,
    read_policy,
)
from recouvrement.policy.policy import rules_of

POLICY = preset("fr-b2b")
ACCOUNT = Account.of(
    Debtor("C-17", "Atelier Vasseur", kind="business"),
    Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
)
TODAY = date(2026, 10, 5)
LIVELY = read_policy(
    """
name = "lively"
version = "1"
currency = "EUR"
for = ["business"]
[deadlines]
claim_months = 3
[[hold]]
id = "quiet"
when = "vip"
scope = "account"
[[hold]]
id = "audited"
when = "'audit' in tags"
scope = "item"
[[trigger]]
id = "alert"
when = "broken_promises >= 1"
for = "not vip"
do = "call"
channel = "phone"
[[trigger]]
id = "look"
when = "bounced"
do = "task"
[[level]]
id = "reminder"
when = "days_past_due >= 2"
until = "days_past_due >= 90"
for = "not vip"
do = "remind"
channel = "email"
repeat_every = 30
[[style]]
when = "open >= EUR(9)"
tone = "firm"
[[partner]]
id = "sea"
role = "agency"
when = "country == 'FR'"
[[partner]]
id = "land"
role = "agency"
[agenda]
points = "2 * vip"
[agenda.minutes]
call = 12
"""
)
RATES = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2026, 1, 1), value="0.85"))


def test_policy_cannot_change() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        POLICY.name = "other"  # type: ignore[misc]


def test_completed_adds_what_only_the_host_knows() -> None:
    france = BusinessCalendar.france(2026, 2027)
    policy = POLICY.completed(calendar=france, rates=RATES, application="explicit_only")
    assert policy.conventions.calendar == france
    assert policy.conventions.rates == RATES
    assert policy.conventions.application is ApplicationRule.EXPLICIT_ONLY
    assert policy.levels == POLICY.levels
    assert policy != POLICY


def test_completing_keeps_what_is_not_given() -> None:
    policy = POLICY.completed(application=ApplicationRule.EXPLICIT_ONLY).completed(rates=RATES)
    assert policy.conventions.application is ApplicationRule.EXPLICIT_ONLY
    assert policy.conventions.calendar == POLICY.conventions.calendar
    assert POLICY.completed() == POLICY


@pytest.mark.parametrize("name", ["application", "calendar", "rates"])
def test_completing_with_the_wrong_thing_names_the_convention(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        POLICY.completed(**{name: "nonsense"})  # type: ignore[arg-type]
    assert caught.value.field == f"conventions.{name}"


def test_every_condition_of_a_policy_is_found_with_its_scope() -> None:
    rules = [(name, test.text, str(scope)) for name, test, scope in rules_of(LIVELY)]
    assert rules == [
        ("hold quiet", "vip", "account"),
        ("hold audited", "'audit' in tags", "item"),
        ("trigger alert", "broken_promises >= 1", "item"),
        ("trigger alert", "not vip", "item"),
        ("trigger look", "bounced", "item"),
        ("level reminder", "not vip", "item"),
        ("level reminder", "days_past_due >= 90", "item"),
        ("level reminder", "days_past_due >= 2", "item"),
        ("style 1", "open >= EUR(9)", "account"),
        ("partner sea", "country == 'FR'", "account"),
    ]


def test_policy_of_every_sort_of_rule_travels() -> None:
    there = pickle.loads(pickle.dumps(LIVELY))  # noqa: S301 (our own bytes)
    assert (there, hash(there)) == (LIVELY, hash(LIVELY))
    assert there.compiled.source == LIVELY.compiled.source
    assert there.worklist.minutes == {"call": 12}


@pytest.mark.parametrize(
    "part", ["holds", "triggers", "levels", "styles", "partners", "worklist", "conventions"]
)
def test_policies_that_differ_in_a_rule_are_two(part: str) -> None:
    other = attrs.evolve(LIVELY, **{part: getattr(POLICY, part)})
    assert other != LIVELY
    assert digest(other, ACCOUNT, as_of=TODAY) != digest(LIVELY, ACCOUNT, as_of=TODAY)


@pytest.mark.parametrize("travelled", [pickle.loads(pickle.dumps(POLICY)), copy.deepcopy(POLICY)])  # noqa: S301
def test_policy_travels_and_decides_the_same_on_arrival(travelled: Policy) -> None:
    assert travelled == POLICY
    assert hash(travelled) == hash(POLICY)
    assert decide(travelled, ACCOUNT, as_of=TODAY) == decide(POLICY, ACCOUNT, as_of=TODAY)
    assert digest(travelled, ACCOUNT, as_of=TODAY) == digest(POLICY, ACCOUNT, as_of=TODAY)


def test_completed_policy_travels_with_its_conventions() -> None:
    policy = POLICY.completed(calendar=BusinessCalendar.france(2026, 2026), rates=RATES)
    assert pickle.loads(pickle.dumps(policy)) == policy  # noqa: S301 (our own bytes)


def test_accounts_and_decisions_travel_too() -> None:
    decision = decide(POLICY, ACCOUNT, as_of=TODAY)
    assert pickle.loads(pickle.dumps(decision)) == decision  # noqa: S301 (our own bytes)
    travelled = pickle.loads(pickle.dumps(ACCOUNT))  # noqa: S301 (our own bytes)
    assert travelled == ACCOUNT
    assert decide(POLICY, travelled, as_of=TODAY) == decision


def test_two_policies_with_other_rules_compile_apart() -> None:
    other = attrs.evolve(POLICY, levels=POLICY.levels[1:2])
    assert other.compiled.ids == ("first-reminder",)
    assert POLICY.compiled.ids[0] == "pre-due"
    assert "compiled" not in repr(POLICY)
