"""The laws that every decision obeys, on the presets and on any policy whose rules are monotone.

The statements are in `recouvrement.testing.laws`, where hosts have them too; here they are held
against policies drawn for them. Below, what the engine promises beside: order, news, renaming.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import event, given, reject
from hypothesis import strategies as st

from recouvrement import (
    Account,
    BusinessCalendar,
    CreditRating,
    Debtor,
    ExchangeRate,
    ExchangeRates,
    Invoice,
    Money,
    Policy,
    decide,
    digest,
    preset,
    read_policy,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import preset_names
from recouvrement.policy.engine import deciding
from recouvrement.testing import check_policy
from recouvrement.testing.cases_drawn import cases_of
from recouvrement.testing.law import Law
from recouvrement.testing.laws import LAWS, breach_of
from recouvrement.testing.laws_replayed import REPLAYED
from recouvrement.testing.laws_safeguards import SAFEGUARDS
from recouvrement.testing.laws_speaking import SPEAKING
from recouvrement.testing.laws_worsening import WORSENING
from recouvrement.testing.lives import Case, Scene, lived

# Wide enough for the last months of a claim that lapses after five years.
FRANCE = BusinessCalendar.france(2024, 2042)
# Without a rate an account may be silent; a payment that closes what lacks one gives it a voice.
RATES = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2020, 1, 1), value="0.85"))
PRESET = preset("fr-b2b").completed(rates=RATES)


# --- the presets ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", preset_names())
def test_every_law_holds_on_every_preset(name: str) -> None:
    """A few cases beside the lives of silent debtors; `nox -s laws` looks at 10 000 of each."""
    check = check_policy(preset(name).completed(calendar=FRANCE, rates=RATES), examples=20)
    check.raise_on_failure()
    assert check.waived == ()
    assert check.passed == LAWS


def silent(due: date, amount: int = 900) -> Account:
    return Account.of(
        Debtor("C-17", "Atelier Vasseur", kind="business"),
        Invoice("F-41", due - timedelta(30), due_on=due, total=Money.of(amount, "EUR")),
    )


@given(st.dates(date(2026, 1, 1), date(2027, 3, 1)), st.sampled_from([BusinessCalendar(), FRANCE]))
def test_silent_debtor_climbs_every_level_of_the_preset_in_order(
    due: date, calendar: BusinessCalendar
) -> None:
    case = Case(PRESET.completed(calendar=calendar), silent(due), due - timedelta(15), decide)
    ladder = [level.id for level in PRESET.levels]
    if not any(calendar.is_business_day(due - timedelta(before)) for before in (5, 4, 3)):
        ladder.remove("pre-due")  # there was no day on which to say it
    spoken = [day.action.level for day in lived(case, 120) if day.action and day.done()]
    assert spoken == ladder


# --- policies ------------------------------------------------------------------------------------

# Criteria that grow as things get worse, with bounds that drawn accounts come across.
GROWING = {
    "days_past_due": (0, 1, 2, 5, 10, 20, 45),
    "days_since_issue": (30, 60, 90),
    "reminders": (1, 2, 3),
    "silence": (1, 2),
    "notice_days": (-5, 0, 1),
    "oldest_days_past_due": (1, 10, 30),
    "broken_promises": (1, 2),
    "days_since_broken_promise": (1, 5),
    "days_since_missed_instalment": (1, 5),
}
AMOUNTS = ("amount_due", "collectable", "open")
# What a payment or a block cannot change, and time does not.
STEADY = ("vip", "'audit' in tags", "segment == 'a'", "disputed", "insolvent", "bounced")
# What triggers hear.
HEARD = (
    "days_since_broken_promise >= 1",
    "days_since_missed_instalment >= 1",
    "days_since_returned_payment >= 0",
    "days_since_partly_kept_promise >= 1",
    "unanswered >= 2",
    "over_limit",
)
ACTS = {
    "remind": "email",
    "call": "phone",
    "visit": "visit",
    "formal_notice": "registered_letter",
    "place": None,
}
REPEATED = ("remind", "call", "visit")


@st.composite
def clauses(draw: st.DrawFn) -> str:
    """One comparison that can only become true as things worsen."""
    sort = draw(st.integers(0, 9))
    if sort == 9:
        return f"unapplied <= EUR({draw(st.sampled_from((0, 100, 1000)))})"
    if sort >= 7:
        bound = draw(st.sampled_from((1, 100, 500, 1000)))
        return f"{draw(st.sampled_from(AMOUNTS))} >= EUR({bound})"
    name = "days_past_due" if sort < 3 else draw(st.sampled_from(sorted(GROWING)))
    return f"{name} >= {draw(st.sampled_from(GROWING[name]))}"


@st.composite
def worsening(draw: st.DrawFn) -> str:
    """One to three such comparisons, any or all of them."""
    parts = draw(st.lists(clauses(), min_size=1, max_size=3))
    return draw(st.sampled_from((" and ", " or "))).join(parts)


def table(name: str, **entries: object) -> str:
    """One table of a document; what is None is left out."""
    lines = [
        f"{key} = {value}" if isinstance(value, int) else f'{key} = "{value}"'
        for key, value in entries.items()
        if value is not None
    ]
    return "\n".join([f"[{name}]", *lines, ""])


@st.composite
def triggers(draw: st.DrawFn, number: int) -> str:
    """A rule beside the ladder that hears what happened."""
    wish = st.sampled_from
    act = draw(wish(("remind", "call")))
    return table(
        "[trigger]",
        id=f"trigger-{number}",
        do=act,
        channel=ACTS[act],
        when=draw(wish(HEARD)),
        climb=draw(st.integers(0, 2)),
        repeat_every=draw(wish((None, 15))),
    )


@st.composite
def monotone_policies(draw: st.DrawFn) -> Policy:
    """Documents whose levels can only be reached as things worsen; only fixed facts hold."""
    wish = st.sampled_from
    parts = [
        'name = "drawn"\nversion = "1"\ncurrency = "EUR"\nfor = ["business", "consumer"]\n',
        table(
            "pace",
            between_contacts=draw(st.integers(1, 8)),
            per_30_days=draw(st.integers(1, 6)),
            between_levels=draw(st.integers(1, 10)),
            climb=draw(wish(("one-level", "to-age"))),
        ),
        table(
            "floor",
            formal_notice=draw(wish((None, 0, 150, 1000))),
            placement=draw(wish((None, 0, 500, 1000))),
        ),
        table(
            "promises",
            tolerance=draw(st.integers(0, 2)),
            horizon=draw(wish((10, 30))),
            broken_tolerated=draw(st.integers(0, 2)),
        ),
    ]
    parts += [draw(triggers(number)) for number in range(draw(st.integers(0, 2)))]
    for number in range(draw(st.integers(0, 2))):
        when, scope = draw(wish(STEADY)), draw(wish(("item", "account")))
        if scope == "account" and when not in ("vip", "segment == 'a'", "insolvent"):
            scope = "item"
        parts.append(table("[hold]", id=f"hold-{number}", when=when, scope=scope))
    if draw(st.booleans()):
        when = f"days_until_due <= {draw(st.integers(1, 9))}"
        until = draw(wish((None, "days_until_due < 3")))
        parts.append(
            table(
                "[level]",
                id="pre-due",
                do="pre_due_reminder",
                channel="email",
                when=when,
                until=until,
            )
        )
    for number, act in enumerate(draw(st.lists(wish(sorted(ACTS)), min_size=1, max_size=5))):
        serves = draw(wish((None, None, "vip", "not segment == 'b'")))
        parts.append(
            table(
                "[level]",
                **{"id": f"level-{number}", "do": act, "channel": ACTS[act], "for": serves},
                when=draw(worsening()),
                repeat_every=draw(wish((None, None, 20))) if act in REPEATED else None,
            )
        )
    return read_policy("\n".join(parts)).completed(
        calendar=draw(wish((BusinessCalendar(), FRANCE))),
        rates=RATES,
        application=draw(wish(("oldest_first", "explicit_only"))),
    )


policies = st.sampled_from([PRESET, PRESET.completed(calendar=FRANCE)]) | monotone_policies()


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Policy, Scene]:
    """A policy, and something to look at that is drawn for it."""
    policy = draw(policies)
    return policy, draw(cases_of(policy))


def held(laws: Iterable[Law], policy: Policy, scene: Scene) -> None:
    """Look at every day of a scene under some laws; those that hold on any document."""
    for day in scene.days_of(policy, decide):
        event(f"{day.action.kind if day.action else 'nothing'} proposed")
        for law in laws:
            if law.daily or not scene.days:
                breach = breach_of(law, day)
                assert breach is None, f"{law.name}: expected {breach.expected}, {breach.came}"


# A house may wait longer, or not hear of promises: these two are not of every document.
OF_THE_HOUSE = ("first-reminder", "broken-promise")


@given(scenes())
def test_safeguards_hold_whatever_the_document_says(drawn: tuple[Policy, Scene]) -> None:
    held(SAFEGUARDS, *drawn)


@given(scenes())
def test_nothing_rises_when_things_get_better_nor_falls_when_they_worsen(
    drawn: tuple[Policy, Scene],
) -> None:
    held(WORSENING, *drawn)


@given(scenes())
def test_nobody_is_spoken_to_too_often_twice_or_a_step_back(drawn: tuple[Policy, Scene]) -> None:
    held([law for law in SPEAKING if law.name not in OF_THE_HOUSE], *drawn)


@given(scenes())
def test_what_is_told_beside_the_decision_is_true(drawn: tuple[Policy, Scene]) -> None:
    held(REPLAYED, *drawn)


# --- what else the engine promises ---------------------------------------------------------------


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A policy, an account and a day, if possible with something to say."""
    policy, scene = draw(scenes())
    return Case(policy, scene.account, scene.as_of, decide)


@given(cases(), st.randoms(use_true_random=False))
def test_order_in_which_facts_arrive_changes_neither_decision_nor_digest(
    case: Case, chance: random.Random
) -> None:
    facts = list(case.account.facts)
    chance.shuffle(facts)
    shuffled = Account.of(case.account.debtor, *facts, creditor=case.account.creditor)
    assert case.decided(shuffled) == case.decided()
    assert digest(case.policy, shuffled, as_of=case.as_of) == digest(
        case.policy, case.account, as_of=case.as_of
    )


ENDINGS = (
    "claim_filed_on",
    "ended_on",
    "notified_on",
    "published_on",
    "resolved_on",
    "signed_on",
    "withdrawn_on",
)


def cut(fact: Fact, day: date) -> Fact:
    """The fact as it was on a day: what had not ended yet has no ending."""
    later = {
        one.name: None
        for one in attrs.fields(type(fact))
        if one.name in ENDINGS and (getattr(fact, one.name) or day) > day
    }
    if "resolved_on" in later or ("ended_on" in later and hasattr(fact, "outcome")):
        later["outcome"] = None
    return attrs.evolve(fact, **later) if later else fact


def without(account: Account, gone: list[Fact]) -> Account:
    """The account without some facts; a case where others still speak of them is left aside."""
    left = [fact for fact in account.facts if fact not in gone]
    try:
        return Account.of(account.debtor, *left, creditor=account.creditor)
    except ValueError:
        reject()


@given(cases(), st.none() | st.integers(-20, 0))
def test_facts_that_happen_later_or_are_learnt_later_change_nothing(
    case: Case, lag: int | None
) -> None:
    known_on = None if lag is None else case.as_of + timedelta(lag)
    account = without(
        case.account,
        [
            fact
            for fact in case.account.facts
            if fact.happened_on > case.as_of or (known_on and fact.known_on > known_on)
        ],
    )
    event(f"{len(case.account.facts) > len(account.facts)} later facts")
    assert case.decided(account, known_on=known_on) == case.decided(known_on=known_on)
    asked: dict[str, Any] = {"as_of": case.as_of, "known_on": known_on}
    assert digest(case.policy, account, **asked) == digest(case.policy, case.account, **asked)


@given(cases())
def test_endings_that_come_later_change_nothing(case: Case) -> None:
    facts = [cut(fact, case.as_of) for fact in case.account.facts]
    try:
        account = Account.of(case.account.debtor, *facts, creditor=case.account.creditor)
    except ValueError:
        reject()
    assert case.decided(account) == case.decided()
    assert digest(case.policy, account, as_of=case.as_of) == digest(
        case.policy, case.account, as_of=case.as_of
    )


def renamed(account: Account) -> tuple[Account, dict[str, str]]:
    """The account with other ids in the same order, and which id became which."""
    ids = sorted({fact.id for fact in account.facts})  # type: ignore[attr-defined]
    names = {old: f"x{place:04}" for place, old in enumerate(ids)}
    for invoice in account.invoices:
        for item in invoice.item_ids:
            names[item] = item.replace(invoice.id, names[invoice.id], 1)

    def again(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(again, value))
        if not attrs.has(type(value)) or isinstance(value, Money):
            return value
        changes = {}
        for one in attrs.fields(type(value)):
            part = getattr(value, one.name)
            if isinstance(value, CreditRating) and one.name == "source":
                continue  # a bureau, no fact
            if one.name in REFERENCES and part is not None:
                changes[one.name] = (
                    tuple(names[name] for name in part) if isinstance(part, tuple) else names[part]
                )
            elif isinstance(part, tuple):
                changes[one.name] = again(part)
        return attrs.evolve(value, **changes)

    facts = map(again, account.facts)
    return Account.of(account.debtor, *facts, creditor=account.creditor), names


REFERENCES = (
    "id",
    "invoice",
    "invoices",
    "source",
    "payment",
    "dispute",
    "supersedes",
    "replaces",
    "interaction",
)


@given(cases())
def test_renaming_that_keeps_the_order_of_ids_changes_only_ids(case: Case) -> None:
    other, names = renamed(case.account)
    then, now = case.decided(), case.decided(other)
    tasks = [
        attrs.evolve(task, invoices=tuple(names[one] for one in task.invoices))
        for task in then.tasks
    ]
    assert now.tasks == tuple(tasks)
    assert now.because == then.because
    if then.action is None:
        assert now.action is None
    else:
        steps = tuple(attrs.evolve(one, invoice=names[one.invoice]) for one in then.action.steps)
        lists = tuple(names[one] for one in then.action.lists)
        assert now.action == attrs.evolve(then.action, steps=steps, lists=lists)


@given(cases())
def test_deciding_is_what_decide_answers_without_the_message(case: Case) -> None:
    decision = case.decided()
    because, items = deciding(case.policy, case.account, case.as_of)
    if decision.because[:1] == ("channels-refused",):
        assert because == decision.because[1:]
        return
    assert because == decision.because
    steps = decision.action.steps if decision.action else ()
    assert items == tuple(step.invoice for step in steps)
