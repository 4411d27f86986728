"""Criteria of the host: read like ours, and no mistake of theirs ever becomes a demand."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.telling import (
    BEFORE,
    CALL,
    HEAD,
    LADDER,
    NOTICE,
    RATES,
    REMINDER,
    TO_AGE,
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
    table,
    tasks_of,
    trigger,
)

from recouvrement import (
    Account,
    Debtor,
    Decision,
    Dispute,
    InvalidInput,
    InvalidPolicy,
    Money,
    Policy,
    Task,
    TaskKind,
    decide,
    digest,
    read_policy,
)
from recouvrement.policy import Criterion, canonical_form
from recouvrement.policy.engine import weighed
from recouvrement.position import Position
from recouvrement.position.position import OpenItem
from recouvrement.testing import strategies


def criterion(name: str, kind: str, read: Callable[..., Any], **more: Any) -> Criterion:
    return Criterion(name, kind, doc="A criterion of the host.", read=read, **more)


def on_tag(item: OpenItem, _: Position) -> int | None:
    """How many days it travelled, by its tags; a tag that is no number raises."""
    (tag, *_rest) = [*item.invoice.tags, ""]
    return int(tag) if tag else None


FREIGHT = criterion("freight_days", "integer", on_tag, absent=True, unit="days", worse="up")


def freighted(name: str, tag: str = "", **more: Any) -> Any:
    return invoice(name, tags=[tag] if tag else [], **{"due": -3, **more})


def failed(name: str, *items: str) -> Task:
    return Task(TaskKind.CRITERION_FAILED, items, rule=name)


@attrs.frozen
class Fragile:
    """A rule that always raises."""

    text: str = "fragile"
    criteria: frozenset[str] = frozenset()

    def met(self, **_: Any) -> bool:
        raise RuntimeError


# --- read like ours ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "chased"),
    [
        ("freight_days >= 5", ("F-1",)),
        ("freight_days < 5", ("F-2",)),
        ("not (freight_days >= 5)", ("F-2", "F-3")),
        ("freight_days != 7 and days_past_due >= 3", ("F-2",)),
        ("4 <= freight_days <= 4", ("F-2",)),
    ],
)
def test_document_names_a_criterion_of_the_host_like_any_other(
    when: str, chased: tuple[str, ...]
) -> None:
    rung = table("level", id="rung", when=when, do="remind", channel="email")
    told = account(freighted("F-1", "7"), freighted("F-2", "4"), freighted("F-3"))
    decision = ask(told, 0, house(rung, criteria=[FREIGHT]))
    assert tuple(steps_of(decision)) == chased


def test_criterion_is_given_the_open_item_and_its_position() -> None:
    seen: list[tuple[OpenItem, Position]] = []

    def spy(item: OpenItem, position: Position) -> bool:
        seen.append((item, position))
        return True

    rung = table("level", id="rung", when="spy", do="remind", channel="email")
    told = account(invoice(due=-3), paid("P-1", -1, 400), contact(-9, F_1="rung-of-old"))
    policy = house(rung, criteria=[criterion("spy", "flag", spy)])
    assert steps_of(ask(told, 0, policy)) == {"F-1": "rung"}
    ((item, position),) = seen
    assert (item.id, item.days_past_due, item.collectable) == ("F-1", 3, euros(600))
    assert (item.steps, item.reminders) == (((on(-9), "rung-of-old"),), 1)
    assert (position.account, position.as_of) == (told, on(0))
    assert position.open_items == (item,)
    assert position.conventions == policy.conventions


def test_criterion_of_the_account_is_given_the_position_and_the_debtor() -> None:
    seen: list[tuple[Position, Debtor]] = []

    def spy(position: Position, debtor: Debtor) -> str:
        seen.append((position, debtor))
        return "calm"

    mood = criterion("mood", "word", spy, scope="account", words=("calm", "angry"))
    hold = table("hold", id="calm", when="mood == 'calm'", scope="account")
    told = account(invoice(due=-3))
    assert silent(ask(told, 0, house(hold, REMINDER, criteria=[mood])), "calm")
    ((position, debtor),) = seen
    assert (position.as_of, debtor) == (on(0), told.debtor)


@pytest.mark.parametrize(
    ("kind", "value", "when"),
    [
        ("integer", 3, "own == 3"),
        ("flag", True, "own"),
        ("flag", False, "not own"),
        ("word", "sea", "own in ('sea', 'road')"),
        ("words", frozenset({"sea"}), "'sea' in own"),
        ("words", {"sea"}, "'sea' in own"),
        ("words", ("sea",), "'sea' in own"),
        ("words", ["sea"], "'sea' in own"),
        ("words", [], "'sea' not in own"),
        ("money", euros("12.50"), "own == EUR(12.50)"),
        ("money", dollars(25), "own == EUR(12.50)"),
    ],
)
def test_every_type_is_compared_as_declared(kind: str, value: object, when: str) -> None:
    rung = table("level", id="rung", when=when, do="remind", channel="email")
    own = criterion("own", kind, lambda *_: value)
    policy = house(rung, criteria=[own]).completed(rates=RATES)
    decision = ask(account(invoice(due=-3)), 0, policy)
    assert (steps_of(decision), decision.tasks) == ({"F-1": "rung"}, ())


def test_amounts_of_a_criterion_are_told_in_the_currency_of_the_policy() -> None:
    cover = criterion("cover", "money", lambda *_: dollars(100), scope="account")
    hold = table("hold", id="covered", when="cover >= EUR(50)", scope="account")
    policy = house(hold, REMINDER, criteria=[cover])
    assert silent(ask(account(invoice(due=-3)), 0, policy.completed(rates=RATES)), "covered")
    decision = ask(account(invoice(due=-3)), 0, policy)  # nobody knows what a dollar is worth
    assert silent(decision, "criterion-failed")
    assert decision.tasks == (failed("cover"),)


def test_criterion_of_amounts_asks_for_the_rates_of_what_is_owed() -> None:
    own = criterion("own", "money", lambda item, _: item.open)
    rung = table("level", id="rung", when="own >= EUR(1)", do="remind", channel="email")
    policy = house(rung, criteria=[own])
    assert (policy.compiled.item_money, policy.compiled.account_money) == (True, False)
    decision = ask(account(invoice("F-1", dollars(9), due=-3), invoice("F-2", due=-3)), 0, policy)
    assert (steps_of(decision), tasks_of(decision)) == (
        *({"F-2": "rung"}, [("missing_rate", "F-1")]),
    )


# --- over a whole account ------------------------------------------------------------------------


def value_of_tag(item: OpenItem, _: Position) -> Any:
    return {"yes": True, "no": False, "": None}.get("".join(item.invoice.tags), False)


@pytest.mark.parametrize(
    ("how", "when", "tags", "held"),
    [
        ("any", "fragile", ("no", "yes"), True),
        ("any", "fragile", ("no", "no"), False),
        ("all", "fragile", ("yes", "yes"), True),
        ("all", "fragile", ("no", "yes"), False),
        ("max", "freight_days >= 7", ("7", "4"), True),
        ("max", "freight_days >= 8", ("7", "4"), False),
        ("max", "freight_days >= 4", ("", "4"), True),
        ("max", "freight_days >= 0", ("", ""), False),
        ("min", "freight_days <= 4", ("7", "4"), True),
        ("min", "freight_days <= 3", ("7", "4"), False),
        ("min", "freight_days >= 0", ("", ""), False),
        ("sum", "freight_days == 11", ("7", "4"), True),
        ("sum", "freight_days == 7", ("7", ""), True),
        ("sum", "freight_days == 0", ("", ""), True),
    ],
)
def test_criterion_about_items_stands_for_all_that_may_be_asked_for(
    how: str, when: str, tags: tuple[str, str], *, held: bool
) -> None:
    if when == "fragile":
        own = criterion("fragile", "flag", value_of_tag, aggregates=how)
    else:
        own = criterion("freight_days", "integer", on_tag, absent=True, aggregates=how)
    hold = table("hold", id="held", when=when, scope="account")
    policy = house(hold, REMINDER, criteria=[own])
    told = account(
        freighted("F-1", tags[0]),
        freighted("F-2", tags[1]),
        freighted("F-3", "yes" if when == "fragile" else "90", due=40),  # not due: no part of it
        freighted("F-4", "oops"),
        Dispute("D-4", on(-2), invoice="F-4"),
    )
    assert silent(ask(told, 0, policy), "held") is held


@pytest.mark.parametrize("how", ["max", "min"])
def test_highest_and_lowest_of_nothing_are_absent(how: str) -> None:
    """A reminder of what will be due: nothing may be asked for, so there is nothing to compare."""
    own = criterion("parcels", "integer", lambda *_: 3, aggregates=how)

    def answer(when: str, due: int) -> Decision:
        hold = table("hold", id="held", when=when, scope="account")
        return ask(account(invoice(due=due)), 0, house(hold, BEFORE, REMINDER, criteria=[own]))

    assert action_of(answer("parcels >= 1", 3)).kind == "pre_due_reminder"
    assert silent(answer("not (parcels >= 1)", 3), "held")
    assert silent(answer("parcels >= 1", -3), "held")


def test_all_of_nothing_is_false() -> None:
    own = criterion("sealed", "flag", lambda *_: True, aggregates="all")
    hold = table("hold", id="held", when="sealed", scope="account")
    policy = house(hold, BEFORE, REMINDER, criteria=[own])
    assert action_of(ask(account(invoice(due=3)), 0, policy)).kind == "pre_due_reminder"
    assert silent(ask(account(invoice(due=-3)), 0, policy), "held")


def test_account_rules_of_every_table_may_name_it() -> None:
    own = criterion("freight_days", "integer", on_tag, absent=True, aggregates="max")
    policy = house(
        table("style", when="freight_days >= 7", tone="firm"),
        table("partner", id="sea", role="agency", when="freight_days >= 7"),
        table("partner", id="land", role="agency"),
        '[agenda]\npoints = "3 * freight_days"\n',
        LADDER,
        criteria=[own],
    )
    slow, fast = account(freighted("F-1", "7")), account(freighted("F-1", "6"))
    assert action_of(ask(slow, 0, policy)).tone == "firm"
    assert action_of(ask(fast, 0, policy)).tone == "courteous"
    assert [weighed(policy, told, as_of=on(0))[1] for told in (slow, fast)] == [21, 18]
    for tag, partner in (("7", "sea"), ("6", "land")):
        noticed = (contact(-40, F_1="notice"), notice(-20, "F-1"))
        told = account(freighted("F-1", tag, due=-80), *noticed)
        assert action_of(ask(told, 0, policy)).partner == partner


def test_criterion_that_does_not_aggregate_is_refused_in_rules_about_the_account() -> None:
    hold = table("hold", id="held", when="freight_days >= 7", scope="account")
    with pytest.raises(InvalidPolicy) as caught:
        house(hold, REMINDER, criteria=[FREIGHT])
    assert caught.value.got == "'freight_days', which is about one item"


# --- when it fails -------------------------------------------------------------------------------

RULES: dict[str, tuple[str, ...]] = {
    "level": (table("level", id="rung", when="freight_days < 9", do="remind", channel="email"),),
    "until": (REMINDER + 'until = "freight_days >= 9"\n',),
    "hold": (table("hold", id="held", when="freight_days >= 9", scope="item"), REMINDER),
    "trigger": (trigger("alert", "freight_days < 9"), REMINDER),
    "second trigger": (
        trigger("one", "days_past_due >= 1"),
        trigger("two", "freight_days < 9", climb=1),
        REMINDER,
    ),
}


@pytest.mark.parametrize("tables", RULES.values(), ids=RULES)
def test_item_on_which_a_criterion_raises_is_not_chased_and_the_others_are(
    tables: tuple[str, ...],
) -> None:
    policy = house(*tables, criteria=[FREIGHT])
    told = account(freighted("F-1", "by sea"), freighted("F-2", "4"))
    decision = ask(told, 0, policy)
    assert action_of(decision).invoices == ("F-2",)
    assert action_of(decision).amounts == (euros(1000),)
    assert decision.tasks == (failed("freight_days", "F-1"),)
    assert "criterion-failed" not in decision.because
    alone = ask(account(freighted("F-1", "by sea")), 0, policy)
    assert silent(alone, "criterion-failed")
    assert alone.tasks == (failed("freight_days", "F-1"),)


def test_cash_of_another_currency_does_not_speak_for_an_item_that_failed() -> None:
    policy = house(*RULES["second trigger"], criteria=[FREIGHT])
    policy = policy.completed(application="explicit_only")
    told = account(
        freighted("F-1", "by sea", total=dollars(50)),
        freighted("F-2", "4"),
        paid("P-1", -1, dollars(20)),
    )
    decision = ask(told, 0, policy)
    assert (action_of(decision).invoices, decision.because) == (("F-2",), ("one", "two"))
    assert tasks_of(decision) == [("criterion_failed", "F-1")]
    alone = account(freighted("F-1", "by sea", total=dollars(50)), paid("P-1", -1, dollars(20)))
    assert silent(ask(alone, 0, policy), "criterion-failed")


def test_what_no_rule_asks_about_an_item_cannot_fail() -> None:
    policy = house(*RULES["level"], criteria=[FREIGHT])
    told = account(
        freighted("F-1", "by sea", due=20),
        freighted("F-2", "by land"),
        Dispute("D-2", on(-2), invoice="F-2"),
        freighted("F-3", "4"),
    )
    decision = ask(told, 0, policy)
    assert (steps_of(decision), decision.tasks) == ({"F-3": "rung"}, ())


def test_criterion_about_what_is_not_due_yet_fails_for_it_alone() -> None:
    early = BEFORE.replace("days_until_due <= 5", "freight_days >= 1")
    policy = house(early, REMINDER, criteria=[FREIGHT])
    told = account(freighted("F-1", "by sea", due=4), freighted("F-2", "4", due=4))
    decision = ask(told, 0, policy)
    assert (steps_of(decision), decision.tasks) == (
        *({"F-2": "before"}, (failed("freight_days", "F-1"),)),
    )


def boom(*_: object) -> Any:
    raise RuntimeError


ACCOUNT_RULES = {
    "level": (table("level", id="rung", when="mood", do="remind", channel="email"),),
    "trigger": (trigger("alert", "mood"), REMINDER),
    "item hold": (table("hold", id="held", when="mood", scope="item"), REMINDER),
    "account hold": (table("hold", id="held", when="mood", scope="account"), REMINDER),
    "style": (table("style", when="mood", tone="firm"), REMINDER),
}


@pytest.mark.parametrize("tables", ACCOUNT_RULES.values(), ids=ACCOUNT_RULES)
def test_account_on_which_a_criterion_raises_is_not_chased(tables: tuple[str, ...]) -> None:
    mood = criterion("mood", "flag", boom, scope="account")
    decision = ask(account(invoice(due=-3)), 0, house(*tables, criteria=[mood]))
    assert silent(decision, "criterion-failed")
    assert decision.tasks == (failed("mood"),)


def test_partner_that_cannot_be_chosen_hands_over_nothing() -> None:
    mood = criterion("mood", "flag", boom, scope="account")
    policy = house(table("partner", id="sea", role="agency", when="mood"), LADDER, criteria=[mood])
    told = account(invoice(due=-80), contact(-40, F_1="notice"), notice(-20, "F-1"))
    decision = ask(told, 0, policy)
    assert silent(decision, "criterion-failed")
    assert failed("mood") in decision.tasks
    assert steps_of(ask(account(invoice(due=-3)), 0, policy)) == {"F-1": "reminder"}


def test_criterion_that_fails_on_one_item_fails_for_the_rules_about_the_account() -> None:
    own = attrs.evolve(FREIGHT, aggregates="max")
    hold = table("hold", id="held", when="freight_days >= 9", scope="account")
    told = account(freighted("F-1", "by sea"), freighted("F-2", "4"))
    decision = ask(told, 0, house(hold, REMINDER, criteria=[own]))
    assert silent(decision, "criterion-failed")
    assert decision.tasks == (failed("freight_days"),)


def test_hold_that_cannot_be_read_is_asked_only_when_there_is_something_to_say() -> None:
    mood = criterion("mood", "flag", boom, scope="account")
    policy = house(*ACCOUNT_RULES["account hold"], criteria=[mood])
    decision = ask(account(invoice()), 1, policy)
    assert (decision.because, decision.tasks) == ((), ())


def test_lower_level_that_fails_where_a_formal_one_may_not_be_taken_stops_everything() -> None:
    """To its age, the notice is next; under its floor the call is asked, which was not before."""
    policy = house(
        "[floor]\nformal_notice = 5000\n",
        TO_AGE,
        CALL,
        NOTICE,
        criteria=[FREIGHT],
    )
    fragile = attrs.evolve(policy.levels[0], when=Fragile())
    policy = attrs.evolve(policy, levels=(fragile, policy.levels[1]))
    decision = ask(account(invoice(due=-40)), 0, policy)
    assert silent(decision, "criterion-failed")
    assert decision.tasks == (failed("fragile"),)


# --- inside the house ----------------------------------------------------------------------------


def test_task_that_cannot_tell_about_an_item_names_it_and_the_message_goes() -> None:
    look = trigger("look", "freight_days >= 4", "task")
    policy = house(look, REMINDER, criteria=[FREIGHT])
    told = account(freighted("F-1", "by sea"), freighted("F-2", "4"), freighted("F-3", "3"))
    decision = ask(told, 0, policy)
    assert list(steps_of(decision)) == ["F-1", "F-2", "F-3"]
    assert [(one.kind, one.invoices, one.rule) for one in decision.tasks] == [
        ("criterion_failed", ("F-1",), "freight_days"),
        ("follow_up", ("F-2",), "look"),
    ]


def test_what_failed_is_named_once_whoever_asked() -> None:
    look = trigger("look", "freight_days >= 4", "task")
    watch = trigger("watch", "freight_days >= 5", "task")
    policy = house(look, watch, *RULES["level"], criteria=[FREIGHT])
    told = account(
        freighted("F-1", "by sea"),
        freighted("F-2", "by air"),
        Dispute("D-2", on(-2), invoice="F-2"),
    )
    decision = ask(told, 0, policy)
    assert silent(decision, "criterion-failed")
    assert decision.tasks == (failed("freight_days", "F-1"), failed("freight_days", "F-2"))


def test_task_that_cannot_tell_about_the_account_says_so_and_the_message_goes() -> None:
    mood = criterion("mood", "flag", boom, scope="account")
    tables = (trigger("look", "mood", "task"), trigger("watch", "not mood", "task"), REMINDER)
    decision = ask(account(invoice(due=-3)), 0, house(*tables, criteria=[mood]))
    assert steps_of(decision) == {"F-1": "reminder"}
    assert decision.tasks == (failed("mood"),)


def test_two_criteria_that_fail_are_two_tasks() -> None:
    other = criterion("weight", "integer", boom)
    rung = table("level", id="rung", when="freight_days >= 1", do="remind", channel="email")
    hold = table("hold", id="held", when="weight >= 1", scope="item")
    policy = house(hold, rung, criteria=[FREIGHT, other])
    told = account(freighted("F-1", "by sea"), freighted("F-2", "4"))
    assert ask(told, 0, policy).tasks == (failed("freight_days", "F-1"), failed("weight", "F-2"))


def test_worklist_whose_points_fail_counts_nothing_and_says_so() -> None:
    mood = criterion("mood", "integer", boom, scope="account")
    policy = house('[agenda]\npoints = "5 + mood"\n', REMINDER, criteria=[mood])
    decision, points = weighed(policy, account(invoice(due=-3)), as_of=on(0))
    assert (points, steps_of(decision)) == (0, {"F-1": "reminder"})
    assert decision.tasks == (failed("mood"),)
    assert ask(account(invoice(due=-3)), 0, policy).tasks == ()
    nothing, points = weighed(policy, account(), as_of=on(0))
    assert (nothing, points) == (Decision("C-17", on(0), policy_version="7"), 0)


# --- what was not declared -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "value", "more"),
    [
        ("integer", "3", {}),
        ("integer", 3.0, {}),
        ("integer", True, {}),
        ("integer", None, {}),
        ("integer", euros(3), {}),
        ("integer", 2, {"least": 3}),
        ("integer", 4, {"most": 3}),
        ("money", 3, {}),
        ("money", None, {}),
        ("money", euros(2), {"least": 300}),
        ("money", euros(4), {"most": 300}),
        ("flag", 1, {}),
        ("flag", "yes", {}),
        ("flag", None, {}),
        ("word", 3, {}),
        ("word", None, {}),
        ("word", "air", {"words": ("sea", "road")}),
        ("words", "sea", {}),
        ("words", {"sea": 1}, {}),
        ("words", None, {}),
    ],
)
def test_value_that_was_not_declared_is_a_failure(kind: str, value: object, more: Any) -> None:
    when = {
        "integer": "own >= -99",
        "money": "own >= EUR(0)",
        "flag": "own or not own",
        "word": "own != 'other'",
        "words": "'sea' not in own",
    }
    if more.get("words"):
        when["word"] = "own != 'sea'"
    rung = table("level", id="rung", when=when[kind], do="remind", channel="email")
    policy = house(rung, criteria=[criterion("own", kind, lambda *_: value, **more)])
    decision = ask(account(invoice(due=-3)), 0, policy)
    assert silent(decision, "criterion-failed")
    assert decision.tasks == (failed("own", "F-1"),)


@pytest.mark.parametrize(
    ("kind", "value", "more"),
    [
        ("integer", 3, {"least": 3, "most": 3}),
        ("money", euros(3), {"least": 300, "most": 300}),
        ("integer", None, {"absent": True, "least": 3}),
        ("money", None, {"absent": True}),
        ("word", None, {"absent": True, "words": ("sea",)}),
        ("word", "sea", {"words": ("sea",)}),
    ],
)
def test_value_at_the_bounds_declared_is_none(kind: str, value: object, more: Any) -> None:
    when = {"integer": "own < -99", "money": "own < EUR(0)", "word": "own != 'sea'"}[kind]
    rung = table("level", id="rung", when=f"not ({when})", do="remind", channel="email")
    policy = house(rung, criteria=[criterion("own", kind, lambda *_: value, **more)])
    assert steps_of(ask(account(invoice(due=-3)), 0, policy)) == {"F-1": "rung"}


def test_programs_that_are_told_to_stop_do() -> None:
    def stop(*_: object) -> Any:
        raise KeyboardInterrupt

    rung = table("level", id="rung", when="own", do="remind", channel="email")
    policy = house(rung, criteria=[criterion("own", "flag", stop)])
    with pytest.raises(KeyboardInterrupt):
        ask(account(invoice(due=-3)), 0, policy)


# --- how they are given --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given_", "expected", "got"),
    [
        (FREIGHT, "a collection of criteria", "Criterion(name='freight_days'"),
        (None, "a collection of criteria", "nothing"),
        ("freight_days", "a collection of criteria", "'freight_days'"),
        (["freight_days"], "a Criterion with a function that reads it", "'freight_days'"),
        (
            [Criterion("freight_days", "integer", doc="Ours.", source="r.reminders")],
            "a Criterion with a function that reads it",
            "Criterion(name='freight_days'",
        ),
        ([FREIGHT, FREIGHT], "each criterion once", "'freight_days' twice"),
    ],
)
def test_criteria_that_are_none_are_refused(given_: Any, expected: str, got: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_policy(HEAD + REMINDER, criteria=given_)
    assert (caught.value.field, caught.value.expected) == ("criteria", expected)
    assert caught.value.got.startswith(got)


def test_criteria_may_come_from_a_generator() -> None:
    policy = house(*RULES["level"], criteria=(one for one in [FREIGHT]))
    assert policy.criteria == (FREIGHT,)


def test_criterion_that_the_host_did_not_give_is_unknown() -> None:
    with pytest.raises(InvalidPolicy, match="expected a criterion, one of amount_due, "):
        house(*RULES["level"])


def test_policy_whose_criteria_are_taken_away_is_refused() -> None:
    own = attrs.evolve(FREIGHT, aggregates="max")
    policy = house('[agenda]\npoints = "2 * freight_days"\n', *RULES["level"], criteria=[own])
    with pytest.raises(InvalidPolicy) as caught:
        attrs.evolve(policy, criteria=())
    assert [(one.field, one.got) for one in caught.value.faults] == [
        ("level rung", "'freight_days'"),
        ("points", "'freight_days'"),
    ]
    assert caught.value.expected.startswith("criteria among amount_due, ")


# --- travelling, comparing, completing -----------------------------------------------------------


def test_policy_with_criteria_travels_and_decides_the_same() -> None:
    policy = house(*RULES["level"], criteria=[FREIGHT])
    there = pickle.loads(pickle.dumps(policy))  # noqa: S301 (our own bytes)
    told = account(freighted("F-1", "7"), freighted("F-2", "by sea"))
    assert there == policy
    assert ask(told, 0, there) == ask(told, 0, policy)
    assert digest(there, told, as_of=on(0)) == digest(policy, told, as_of=on(0))


def test_completing_a_policy_keeps_its_criteria() -> None:
    policy = house(*RULES["level"], criteria=[FREIGHT]).completed(rates=RATES)
    assert policy.criteria == (FREIGHT,)
    assert steps_of(ask(account(freighted("F-1", "7")), 0, policy)) == {"F-1": "rung"}


def test_digest_says_what_a_criterion_declares_and_not_its_code() -> None:
    policy = house(*RULES["level"], criteria=[FREIGHT])
    told = account(freighted("F-1", "7"))
    form = canonical_form(policy, told, as_of=on(0))["policy"]["criteria"]
    assert form == [
        {
            "name": "freight_days",
            "type": "integer",
            "doc": "A criterion of the host.",
            "source": "",
            "scope": "item",
            "unit": "days",
            "worse": "up",
            "absent": True,
            "fixed": False,
            "words": [],
            "instead": None,
            "least": None,
            "most": None,
            "aggregates": None,
        }
    ]
    same = house(*RULES["level"], criteria=[attrs.evolve(FREIGHT, read=boom)])
    assert digest(same, told, as_of=on(0)) == digest(policy, told, as_of=on(0))
    other = house(*RULES["level"], criteria=[attrs.evolve(FREIGHT, doc="Another.")])
    assert digest(other, told, as_of=on(0)) != digest(policy, told, as_of=on(0))


def test_policy_without_criteria_of_the_host_pays_nothing_for_them() -> None:
    assert "try" not in house(LADDER).compiled.source
    assert "try" in house(*RULES["level"], criteria=[FREIGHT]).compiled.source


# --- whatever raises -----------------------------------------------------------------------------


def sometimes(item: OpenItem, _: Position) -> int:
    """Raises on every other item, by its amount."""
    return 1 // (item.open.minor % 2)


EVERYWHERE = (
    trigger("one", "days_past_due >= 1"),
    trigger("two", "wild >= 1 or days_past_due >= 1", climb=1),
    trigger("in", "wild >= 1", "task"),
    LADDER.replace("days_past_due >= 10", "days_past_due >= 10 and wild >= 0"),
)
WILD: Policy = house(*EVERYWHERE, criteria=[criterion("wild", "integer", sometimes)]).completed(
    rates=RATES
)


@given(st.data())
def test_item_on_which_a_criterion_raises_is_never_chased(data: st.DataObject) -> None:
    told: Account = data.draw(
        strategies.accounts(
            currencies=("EUR", "EUR", "USD"),
            levels=[level.id for level in WILD.levels],
            ages=[2, 10, 20, 30],
            kinds=["business", "unknown"],
        )
    )
    as_of = data.draw(st.dates(date(2026, 3, 1), date(2026, 6, 1)))
    decision = decide(WILD, told, as_of=as_of)
    named = {
        item
        for task in decision.tasks
        if task.kind is TaskKind.CRITERION_FAILED
        for item in task.invoices
    }
    if decision.action is not None:
        assert named.isdisjoint(decision.action.invoices)
        assert all(isinstance(one, Money) and one for one in decision.action.amounts)
