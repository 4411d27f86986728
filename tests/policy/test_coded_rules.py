"""Rules written in Python, in the place of a condition: asked like one, never trusted blindly."""

from __future__ import annotations

import pickle
from typing import Any

import attrs
import pytest
from tests.policy.telling import (
    BEFORE,
    LADDER,
    RATES,
    REMINDER,
    account,
    action_of,
    ask,
    contact,
    dollars,
    euros,
    house,
    invoice,
    notice,
    on,
    paid,
    silent,
    steps_of,
    tasks_of,
    trigger,
)

from recouvrement import (
    InvalidInput,
    InvalidPolicy,
    Policy,
    Task,
    TaskKind,
    digest,
)
from recouvrement.policy import (
    CodedRule,
    Criterion,
    Handler,
    Hold,
    Partner,
    Scope,
    Style,
    canonical_form,
    policy_text,
)

HOUSE = house(LADDER)


@attrs.frozen
class Rule:
    """A rule that reads some criteria, and is met by the values given to `test`."""

    text: str
    criteria: frozenset[str] = frozenset()
    answer: object = True

    def met(self, **values: Any) -> Any:
        assert values.keys() == set(self.criteria)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer(values) if callable(self.answer) else self.answer


@attrs.frozen
class Large:
    """A rule of a host that travels: more than a thousand euros."""

    text: str = "more than a thousand"
    criteria: frozenset[str] = frozenset({"amount_due"})

    def met(self, *, amount_due: int) -> bool:
        return amount_due > 100_000


def held(rule: object, scope: Scope | str = "item", policy: Policy = HOUSE) -> Policy:
    hold = Hold(id="coded", when=rule, scope=scope)  # type: ignore[arg-type]
    return attrs.evolve(policy, holds=(*policy.holds, hold))


def failed(name: str, *items: str) -> Task:
    return Task(TaskKind.CRITERION_FAILED, items, rule=name)


# --- where it may stand --------------------------------------------------------------------------


def test_object_with_a_text_criteria_and_an_answer_is_a_rule() -> None:
    assert isinstance(Rule("x"), CodedRule)
    assert not isinstance("days_past_due >= 2", CodedRule)


def test_hold_about_items_silences_those_on_which_it_is_met() -> None:
    told = account(invoice("F-1", 1000, due=-3), invoice("F-2", 1001, due=-3))
    decision = ask(told, 0, held(Large()))
    assert action_of(decision).invoices == ("F-1",)
    assert silent(ask(account(invoice("F-2", 1001, due=-3)), 0, held(Large())), "coded")


def test_hold_about_the_account_silences_all_of_it() -> None:
    large = Rule("large", frozenset({"collectable"}), lambda given: given["collectable"] > 150_000)
    told = account(invoice("F-1", 1000, due=-3))
    assert steps_of(ask(told, 0, held(large, "account"))) == {"F-1": "reminder"}
    both = told.record(invoice("F-2", 501, due=-3))
    assert silent(ask(both, 0, held(large, Scope.ACCOUNT)), "coded")


def test_any_condition_of_a_rule_may_be_one() -> None:
    """A level's `when`, `until` and `for`, a trigger's, a row of style, a partner."""
    reminder, *above = HOUSE.levels
    odd = Rule("odd", frozenset({"tags"}), lambda given: "odd" in given["tags"])
    told = account(invoice(due=-3, tags=["odd"]), invoice("F-2", due=-3))

    def with_level(**keys: Any) -> Policy:
        return attrs.evolve(HOUSE, levels=(attrs.evolve(reminder, **keys), *above))

    assert steps_of(ask(told, 0, with_level(when=odd))) == {"F-1": "reminder"}
    assert steps_of(ask(told, 0, with_level(until=odd))) == {"F-2": "reminder"}
    assert steps_of(ask(told, 0, with_level(serves=odd))) == {"F-1": "reminder"}
    alert = house(trigger("alert", "days_past_due >= 1"), REMINDER)
    (call,) = alert.triggers
    for key in ("when", "serves"):
        changed: Any = {key: odd}
        policy = attrs.evolve(alert, triggers=(attrs.evolve(call, **changed),))
        assert ask(told, 0, policy).because == ("alert", "reminder")
        assert ask(account(invoice("F-2", due=-3)), 0, policy).because == ("reminder",)
    rich = Rule("rich", frozenset({"collectable"}), lambda given: given["collectable"] >= 200_000)
    policy = attrs.evolve(
        HOUSE,
        styles=(Style(when=rich, handler=Handler.LAWYER),),
        partners=(
            Partner(id="sea", role="agency", when=rich),
            Partner(id="land", role="agency"),
        ),
    )
    assert action_of(ask(told, 0, policy)).handler == "lawyer"
    noticed = (contact(-40, F_1="notice"), notice(-20, "F-1"))
    for total, partner in ((2000, "sea"), (1999, "land")):
        placed = ask(account(invoice(total=total, due=-80), *noticed), 0, policy)
        assert action_of(placed).partner == partner


def test_task_may_be_asked_for_by_a_rule() -> None:
    look = house(trigger("look", "False", "task"), REMINDER)
    policy = attrs.evolve(look, triggers=(attrs.evolve(look.triggers[0], when=Large()),))
    told = account(invoice("F-1", 1000), invoice("F-2", 1001))
    assert tasks_of(ask(told, 0, policy)) == [("follow_up", "F-2")]


# --- what it is given ----------------------------------------------------------------------------


def test_rule_is_given_each_criterion_by_name_and_none_where_it_is_absent() -> None:
    seen: list[dict[str, Any]] = []

    def spy(given: dict[str, Any]) -> bool:
        seen.append(given)
        return False

    names = frozenset(
        {"days_past_due", "amount_due", "level_reached", "notice_days", "vip", "tags"}
    )
    told = account(invoice(due=-3, tags=["odd"]), paid("P-1", -1, 400))
    assert steps_of(ask(told, 0, held(Rule("spy", names, spy)))) == {"F-1": "reminder"}
    assert seen == [
        {
            "days_past_due": 3,
            "amount_due": 60_000,
            "level_reached": None,
            "notice_days": None,
            "vip": False,
            "tags": frozenset({"odd"}),
        }
    ]


def test_amounts_come_in_minor_units_of_the_policys_currency() -> None:
    told = account(invoice(total=dollars(2100), due=-3))
    rated = HOUSE.completed(rates=RATES)
    assert silent(ask(told, 0, held(Large(), policy=rated)), "coded")
    less = account(invoice(total=dollars(2000), due=-3))
    assert steps_of(ask(less, 0, held(Large(), policy=rated))) == {"F-1": "reminder"}
    # Without a rate nobody knows, and nobody is chased.
    decision = ask(told, 0, held(Large()))
    assert (decision.action, tasks_of(decision)) == (None, [("missing_rate", "F-1")])


def test_rule_may_read_criteria_of_the_host() -> None:
    own = Criterion(
        *("weight", "integer"),
        aggregates="max",
        doc="How heavy it is.",
        read=lambda item, _: item.open.minor // 100,
    )
    heavy = Rule("heavy", frozenset({"weight"}), lambda given: given["weight"] > 500)
    for scope in Scope:
        policy = held(heavy, scope, house(REMINDER, criteria=[own]))
        assert silent(ask(account(invoice(total=501, due=-3)), 0, policy), "coded")
        assert steps_of(ask(account(invoice(total=500, due=-3)), 0, policy))


@pytest.mark.parametrize(
    ("answer", "silenced"), [(1, True), ("yes", True), (0, False), (None, False)]
)
def test_what_is_true_to_python_is_met(answer: object, *, silenced: bool) -> None:
    decision = ask(account(invoice(due=-3)), 0, held(Rule("x", answer=answer)))
    assert silent(decision, "coded") is silenced


# --- when it raises ------------------------------------------------------------------------------


@attrs.frozen
class NoTruth:
    def __bool__(self) -> bool:
        raise RuntimeError


@pytest.mark.parametrize("answer", [ValueError("no"), NoTruth()])
def test_rule_that_raises_about_an_item_holds_that_item(answer: object) -> None:
    def only_odd(given: dict[str, Any]) -> object:
        if "odd" not in given["tags"]:
            return False
        if isinstance(answer, Exception):
            raise answer
        return answer

    policy = held(Rule("odd ones", frozenset({"tags"}), only_odd))
    told = account(invoice(due=-3, tags=["odd"]), invoice("F-2", due=-3))
    decision = ask(told, 0, policy)
    assert (action_of(decision).invoices, decision.because) == (("F-2",), ("reminder",))
    assert decision.tasks == (failed("odd ones", "F-1"),)
    alone = ask(account(invoice(due=-3, tags=["odd"])), 0, policy)
    assert silent(alone, "criterion-failed")


def test_rule_that_raises_about_the_account_holds_it() -> None:
    policy = held(Rule("mood", answer=RuntimeError()), "account")
    decision = ask(account(invoice(due=-3), invoice("F-2", due=-3)), 0, policy)
    assert silent(decision, "criterion-failed")
    assert decision.tasks == (failed("mood"),)
    assert ask(account(invoice(due=-1)), 0, policy).tasks == ()  # nothing was to be said


def test_rule_that_takes_other_names_than_it_says_raises() -> None:
    class Wrong:
        text = "wrong"
        criteria = frozenset({"vip"})

        def met(self, *, days_past_due: int) -> bool:
            return days_past_due > 3

    decision = ask(account(invoice(due=-3)), 0, held(Wrong()))
    assert silent(decision, "criterion-failed")
    assert decision.tasks == (failed("wrong", "F-1"),)


def test_style_and_partner_that_raise_say_nothing() -> None:
    boom = Rule("boom", answer=RuntimeError())
    styled = attrs.evolve(HOUSE, styles=(Style(when=boom, handler=Handler.LAWYER),))
    decision = ask(account(invoice(due=-3)), 0, styled)
    assert (decision.because, decision.tasks) == (("criterion-failed",), (failed("boom"),))
    handed = attrs.evolve(HOUSE, partners=(Partner(id="sea", role="agency", when=boom),))
    told = account(invoice(due=-80), contact(-40, F_1="notice"), notice(-20, "F-1"))
    decision = ask(told, 0, handed)
    assert silent(decision, "criterion-failed")
    assert failed("boom") in decision.tasks


def test_task_that_raises_names_the_item_and_the_message_goes() -> None:
    look = house(trigger("look", "False", "task"), REMINDER)
    boom = Rule("boom", frozenset({"tags"}), lambda given: 1 // ("odd" not in given["tags"]))
    policy = attrs.evolve(look, triggers=(attrs.evolve(look.triggers[0], when=boom),))
    told = account(invoice(due=-3, tags=["odd"]), invoice("F-2", due=-3))
    decision = ask(told, 0, policy)
    assert set(steps_of(decision)) == {"F-1", "F-2"}
    assert tasks_of(decision) == [("criterion_failed", "F-1"), ("follow_up", "F-2")]


def test_trigger_that_raises_after_another_fired_leaves_nothing_of_the_item() -> None:
    two = house(
        trigger("one", "days_past_due >= 1"), trigger("two", "days_past_due >= 1"), REMINDER
    )
    boom = Rule("boom", frozenset({"tags"}), lambda given: 1 // ("odd" not in given["tags"]))
    policy = attrs.evolve(two, triggers=(two.triggers[0], attrs.evolve(two.triggers[1], when=boom)))
    alone = account(invoice(due=-3, tags=["odd"]))
    assert silent(ask(alone, 0, policy), "criterion-failed")
    cash = policy.completed(application="explicit_only")
    told = alone.record(invoice("F-2", dollars(5), due=-3), paid("P-1", -1, dollars(2)))
    decision = ask(told, 0, cash)
    assert (action_of(decision).invoices, action_of(decision).amounts) == (("F-2",), (dollars(3),))


# --- rules that are none -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "scope", "fault"),
    [
        (
            Rule("x", frozenset({"days_late"})),
            "item",
            ("hold coded", "'days_late'"),
        ),
        (
            Rule("x", frozenset({"days_past_due"})),
            "account",
            ("hold coded", "'days_past_due'"),
        ),
        ("days_past_due >= 3", "item", ("hold coded", "'days_past_due >= 3'")),
        (None, "item", ("hold coded", "nothing")),
    ],
)
def test_rule_that_reads_what_it_cannot_is_refused_at_once(
    rule: object, scope: str, fault: tuple[str, str]
) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        held(rule, scope)
    ((one),) = caught.value.faults
    assert (one.field, one.got) == fault


def test_all_that_is_wrong_with_the_rules_of_a_host_comes_at_once() -> None:
    unknown = Rule("x", frozenset({"days_late", "weight"}))
    reminder, *above = HOUSE.levels
    no_rule: Any = len
    with pytest.raises(InvalidPolicy) as caught:
        attrs.evolve(
            HOUSE,
            holds=(Hold(id="a", when=unknown, scope=Scope.ITEM),),
            levels=(attrs.evolve(reminder, when=no_rule), *above),
            styles=(Style(when=Rule("y", frozenset({"tags"})), handler=Handler.LAWYER),),
        )
    faults = caught.value.faults
    assert [(one.field, one.got) for one in faults] == [
        ("hold a", "'days_late'"),
        ("hold a", "'weight'"),
        ("level reminder", "<built-in function len>"),
        ("style 1", "'tags'"),
    ]
    assert faults[0].expected.startswith("criteria among amount_due, answering_channel, ")
    assert faults[2].expected == "a condition, or an object with text, criteria and met"
    assert faults[3].expected == "criteria of the account"


def test_hold_of_no_scope_is_refused_and_a_word_will_do() -> None:
    assert Hold(id="x", when=Large(), scope="account").scope is Scope.ACCOUNT
    with pytest.raises(InvalidInput) as caught:
        Hold(id="x", when=Large(), scope="invoice")
    assert str(caught.value) == "hold.scope: expected one of item, account, got 'invoice'"


# --- a policy like any other ---------------------------------------------------------------------


def test_policy_with_a_rule_travels_and_decides_the_same() -> None:
    policy = held(Large())
    there = pickle.loads(pickle.dumps(policy))  # noqa: S301 (our own bytes)
    assert (there, hash(there)) == (policy, hash(policy))
    told = account(invoice("F-1", 1000, due=-3), invoice("F-2", 1001, due=-3))
    assert ask(told, 0, there) == ask(told, 0, policy)


def test_completing_and_changing_a_policy_keep_its_rule() -> None:
    policy = attrs.evolve(held(Large()).completed(rates=RATES), version="8")
    decision = ask(account(invoice("F-2", 1001, due=-3)), 0, policy)
    assert silent(decision, "coded")
    assert decision.policy_version == "8"


def test_digest_says_what_a_rule_reads_and_its_text() -> None:
    told = account(invoice(due=-3))
    form = canonical_form(held(Large()), told, as_of=on(0))["policy"]["holds"]
    assert form == [
        {
            "id": "coded",
            "scope": "item",
            "when": {"criteria": ["amount_due"], "text": "more than a thousand"},
        }
    ]
    digests = {
        digest(held(rule), told, as_of=on(0))
        for rule in (Large(), Large("more"), Large("more", frozenset({"vip"})))
    }
    assert len(digests) == 3


def test_rule_has_no_place_in_a_document() -> None:
    with pytest.raises(InvalidInput) as caught:
        policy_text(held(Large()))
    assert caught.value.field == "hold coded"


def test_pre_due_reminder_is_held_by_a_rule_too() -> None:
    policy = held(Large(), policy=house(BEFORE, REMINDER))
    assert silent(ask(account(invoice(total=1001, due=3)), 0, policy), "coded")
    action = action_of(ask(account(invoice(total=1000, due=3)), 0, policy))
    assert (action.kind, action.amounts) == ("pre_due_reminder", (euros(1000),))
