"""The laws that every decision obeys, on the preset and on any policy whose levels are monotone.

Amounts and ages are drawn one unit around the constants of the policy, contacts from its levels.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import attrs
from hypothesis import event, given, reject
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Action,
    ActionKind,
    Assignment,
    BusinessCalendar,
    Channel,
    CreditNote,
    Debtor,
    DebtorKind,
    Decision,
    Direction,
    DunningBlock,
    ExchangeRate,
    ExchangeRates,
    FormalNotice,
    Insolvency,
    Interaction,
    Invoice,
    Money,
    OpenItem,
    Payment,
    PaymentPurpose,
    Placement,
    Policy,
    Position,
    Promise,
    WriteOff,
    decide,
    digest,
    position_of,
    preset,
    read_policy,
)
from recouvrement.facts.fact import Fact
from recouvrement.policy import Handler, TaskKind
from recouvrement.policy.condition import (
    Both,
    Comparison,
    Either,
    Node,
    Not,
)
from recouvrement.policy.engine import deciding
from recouvrement.testing import strategies

START = date(2026, 1, 5)
DAYS = 120
LAST = START + timedelta(DAYS)
ONE_DAY = timedelta(1)
FRANCE = BusinessCalendar.france(2025, 2028)
# Without a rate an account may be silent; a payment that closes what lacks one gives it a voice.
RATES = ExchangeRates.of(ExchangeRate("USD", "EUR", since=date(2020, 1, 1), value="0.85"))
PRESET = preset("fr-b2b").completed(rates=RATES)
REMINDERS = (ActionKind.PRE_DUE_REMINDER, ActionKind.REMIND)
FORMAL = (ActionKind.FORMAL_NOTICE, ActionKind.PLACE)
# What says nothing about money, so leaves the pace alone.
NO_DEMAND = (ActionKind.THANK, ActionKind.TASK)


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
ACTS = {
    "remind": "email",
    "call": "phone",
    "visit": "visit",
    "formal_notice": "registered_letter",
    "place": None,
}


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
            )
        )
    return read_policy("\n".join(parts)).completed(
        calendar=draw(wish((BusinessCalendar(), FRANCE))),
        rates=RATES,
        application=draw(wish(("oldest_first", "explicit_only"))),
    )


policies = st.sampled_from([PRESET, PRESET.completed(calendar=FRANCE)]) | monotone_policies()


def constants(policy: Policy) -> tuple[set[int], set[Money]]:
    """The ages and the amounts at which a policy changes its mind."""
    ages: set[int] = set()
    amounts = {one for one in (policy.floor.formal_notice, policy.floor.placement) if one}
    conditions = [one for level in policy.levels for one in (level.when, level.until) if one]
    for found in (one for condition in conditions for one in comparisons(condition.node)):
        match found:
            case Comparison(constant=Money() as amount):
                amounts.add(amount)
            case Comparison("days_past_due" | "oldest_days_past_due", _, int(age)):
                ages.add(age)
            case Comparison("days_until_due", _, int(age)):
                ages.add(-age)
            case _:
                pass
    return ages, amounts


def comparisons(node: Node) -> Iterator[Comparison]:
    """Every comparison of a condition."""
    match node:
        case Both(operands) | Either(operands):
            for operand in operands:
                yield from comparisons(operand)
        case Not(operand):
            yield from comparisons(operand)
        case Comparison():
            yield node
        case _:
            pass


class Case(NamedTuple):
    """A policy, an account and a day on which to ask."""

    policy: Policy
    account: Account
    as_of: date

    def decided(self, account: Account | None = None, **asked: Any) -> Decision:
        return decide(self.policy, account or self.account, **{"as_of": self.as_of, **asked})


# Sorts of facts after which there is often nothing to say: some of the time there are none.
SILENCING = (Assignment, DunningBlock, Insolvency, Placement)
SETTLING = (CreditNote, Payment, WriteOff)
WITHOUT = ((), SILENCING, SETTLING, (*SILENCING, *SETTLING))


@st.composite
def cases(draw: st.DrawFn, /, *, late: bool = False, **wishes: Any) -> Case:
    """A case, if possible one with something to say; `late` asks after the last fact."""
    policy = draw(policies)
    ages, amounts = constants(policy)
    kinds = (*["business"] * 7, "unknown", "public")
    wishes = {"kinds": kinds, "without": draw(st.sampled_from(WITHOUT)), **wishes}
    account = draw(
        strategies.accounts(
            days=DAYS,
            around=sorted(amounts),
            ages=sorted(ages),
            levels=[level.id for level in policy.levels],
            **wishes,
        ).filter(lambda one: one.invoices)
    )
    last = max([LAST, *(fact.happened_on for fact in account.facts)])
    if late:
        near = st.integers(0, 12).map(lambda shift: last + timedelta(shift))
    else:
        near = st.integers(-2, 9).map(lambda shift: LAST + timedelta(shift))
        near |= strategies.as_ofs(account)
    for as_of in draw(st.lists(near, min_size=5, max_size=5)):
        case = Case(policy, account, as_of)
        if case.decided().action is not None:
            break
    return case


def rank_of(policy: Policy, decision: Decision) -> int:
    """How high on the ladder the proposal is, -1 without one."""
    ids = [level.id for level in policy.levels]
    return ids.index(decision.action.level) if decision.action else -1


def is_pre_due(decision: Decision) -> bool:
    return decision.action is not None and decision.action.kind is ActionKind.PRE_DUE_REMINDER


def done(account: Account, action: Action, on: date) -> Account:
    """The account once the host has done what was proposed, and recorded it."""
    items = tuple(step.invoice for step in action.steps)
    if action.channel is None:
        return account.record(Placement(f"T-{on}", on, to="agency", invoices=items))
    account = account.record(
        Interaction(
            f"I-{on}",
            on,
            channel=action.channel,
            act=action.kind,
            steps=action.steps,
            invoices=action.lists,
            tone=action.tone,
        )
    )
    if action.kind is not ActionKind.FORMAL_NOTICE:
        return account
    return account.record(
        FormalNotice(
            f"N-{on}",
            on,
            invoices=items,
            amount=Money(1, account_currency(account, items[0])),
            respond_by=on + timedelta(8),
        )
    )


def account_currency(account: Account, item: str) -> str:
    return next(one.total.currency for one in account.invoices if item in (one.id, *one.item_ids))


def demands(account: Account, by: date) -> list[date]:
    """The days on which we spoke first and, as far as was known by then, were heard."""
    bounced = {
        one.interaction for one in account.results if one.result == "bounced" and one.on <= by
    }
    return [
        one.on
        for one in account.interactions
        if one.on <= by
        and one.direction is Direction.OUTGOING
        and one.act not in NO_DEMAND
        and one.id not in bounced
    ]


# --- 3: order ------------------------------------------------------------------------------------


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


# --- 4: later facts and later endings ------------------------------------------------------------

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


# --- 5: renaming ---------------------------------------------------------------------------------


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


# --- 6: a further payment ------------------------------------------------------------------------


@given(cases(late=True, currencies=("EUR", "EUR", "USD")), st.data())
def test_further_payment_never_raises_the_level_unless_it_keeps_a_promise(
    case: Case, data: st.DataObject
) -> None:
    conventions = case.policy.conventions
    before = position_of(case.account, as_of=case.as_of, conventions=conventions)
    amounts = [item.open for item in before.open_items] + [Money.of(100, "EUR")]
    amount = data.draw(st.sampled_from(amounts)) * 1
    amount = data.draw(st.sampled_from([amount, Money(max(1, amount.minor // 3), amount.currency)]))
    purpose = data.draw(st.sampled_from([PaymentPurpose.SETTLEMENT] * 3 + list(PaymentPurpose)))
    account = case.account.record(Payment("P-further", case.as_of, amount=amount, purpose=purpose))
    after = position_of(account, as_of=case.as_of, conventions=conventions)
    if [one.received for one in before.promises] != [one.received for one in after.promises] or [
        one.received for one in before.plans
    ] != [one.received for one in after.plans]:
        event("keeps a promise or a plan")
        return
    then, now = case.decided(), case.decided(account)
    event(f"from {rank_of(case.policy, then)} to {rank_of(case.policy, now)}")
    assert rank_of(case.policy, now) <= rank_of(case.policy, then)


# --- 7: a further block --------------------------------------------------------------------------


@given(cases(currencies=("EUR", "EUR", "USD")), st.data())
def test_further_block_never_creates_an_action_nor_raises_its_level(
    case: Case, data: st.DataObject
) -> None:
    items = [item for invoice in case.account.invoices for item in (invoice.id, *invoice.item_ids)]
    blocked = data.draw(st.sampled_from([None, *items]))
    account = case.account.record(
        DunningBlock(
            "K-further", case.as_of - timedelta(3), until=case.as_of, invoice=blocked, reason="new"
        )
    )
    then, now = case.decided(), case.decided(account)
    event(f"from {rank_of(case.policy, then)} to {rank_of(case.policy, now)}")
    assert rank_of(case.policy, now) <= rank_of(case.policy, then)
    if blocked is None:
        assert now.action is None


# --- 8 and 11: time only worsens -----------------------------------------------------------------


def undated(account: Account) -> Account:
    """The account whose host learnt everything the day it happened."""
    facts = [attrs.evolve(fact, recorded_on=None) for fact in account.facts]
    return Account.of(account.debtor, *facts, creditor=account.creditor)


@given(cases(), st.integers(1, 20))
def test_with_the_facts_known_skipping_days_never_lowers_the_proposal(
    case: Case, skipped: int
) -> None:
    account = undated(case.account)
    today = case.decided(account, known_on=case.as_of)
    if is_pre_due(today):
        event("pre-due, excepted")
        return
    level = rank_of(case.policy, today)
    event(f"level {level}")
    for day in range(1, skipped + 1):
        later = case.decided(account, as_of=case.as_of + timedelta(day), known_on=case.as_of)
        assert rank_of(case.policy, later) >= level
        level = rank_of(case.policy, later) if not is_pre_due(later) else level


@given(cases())
def test_once_recorded_the_same_day_proposes_nothing(case: Case) -> None:
    decision = case.decided()
    if decision.action is None:
        event("nothing proposed")
        return
    event(decision.action.kind)
    account = done(case.account, decision.action, case.as_of)
    assert case.decided(account).action is None


# --- 10: pace ------------------------------------------------------------------------------------


class Day(NamedTuple):
    """One day of a life: what was known when it began, and what was decided."""

    account: Account
    decision: Decision
    acted: bool


def lived(case: Case, days: int, *, on_weekends: bool = False) -> Iterator[Day]:
    """Day after day, when the host does all that is proposed and records it.

    It does so on the day of execution; or, on weekends too, on the day of the decision.
    """
    account = undated(case.account)
    for number in range(days):
        day = case.as_of + timedelta(number)
        decision = case.decided(account, as_of=day)
        action = decision.action
        acted = action is not None and (on_weekends or action.execute_on == day)
        yield Day(account, decision, acted)
        if action is not None and acted:
            account = done(account, action, day)


hosts = st.sampled_from([{"on_weekends": False}, {"on_weekends": True}])


def spoken_levels(days: Iterable[Day]) -> list[str]:
    """The levels of what was done, in order."""
    return [day.decision.action.level for day in days if day.acted and day.decision.action]


@given(cases(max_invoices=3, kinds=("business",)), hosts)
def test_never_two_demands_inside_the_pace(case: Case, host: dict[str, bool]) -> None:
    pace = case.policy.pace
    spoken = 0
    for account, decision, _ in lived(case, 45, **host):
        if decision.action is None:
            continue
        spoken += 1
        done = decision.action.execute_on
        before = demands(account, decision.as_of)
        assert all(one < decision.as_of for one in before)
        assert all((done - one).days >= pace.between_contacts for one in before)
        recent = {one for one in before if (done - one).days < 30}
        assert len(recent) < pace.per_30_days
    event(f"spoken {min(spoken, 4)} times")


@given(cases(max_invoices=3, kinds=("business",)))
def test_no_item_climbs_twice_between_levels_nor_goes_back(case: Case) -> None:
    last: dict[str, date] = {}
    reached: dict[str, int] = {}
    ids = [level.id for level in case.policy.levels]
    case = case._replace(account=undated(without_contacts(case.account)))
    for _, decision, acted in lived(case, 60):
        action = decision.action
        if action is None or not acted:
            continue
        for step in action.steps:
            rank = ids.index(step.level)
            assert rank > reached.get(step.invoice, -1)
            if action.kind is not ActionKind.PRE_DUE_REMINDER:
                gap = (decision.as_of - last.get(step.invoice, date.min)).days
                assert gap >= case.policy.pace.between_levels
                last[step.invoice] = decision.as_of
            reached[step.invoice] = rank


def without_contacts(account: Account) -> Account:
    kept = [
        fact
        for fact in account.facts
        if type(fact).__name__ not in ("Interaction", "InteractionResult")
    ]
    return Account.of(account.debtor, *kept, creditor=account.creditor)


# --- 17: every level of the preset is reached ----------------------------------------------------


def silent(due: date, amount: int = 900) -> Account:
    return Account.of(
        Debtor("C-17", "Atelier Vasseur", kind="business"),
        Invoice("F-41", due - timedelta(30), due_on=due, total=Money.of(amount, "EUR")),
    )


@given(st.dates(date(2026, 1, 1), date(2027, 3, 1)), st.sampled_from([BusinessCalendar(), FRANCE]))
def test_silent_debtor_climbs_every_level_of_the_preset_but_broken_promise(
    due: date, calendar: BusinessCalendar
) -> None:
    case = Case(PRESET.completed(calendar=calendar), silent(due), due - timedelta(15))
    ladder = [level.id for level in PRESET.levels if level.id != "broken-promise"]
    if not any(calendar.is_business_day(due - timedelta(before)) for before in (5, 4, 3)):
        ladder.remove("pre-due")  # there was no day on which to say it
    assert spoken_levels(lived(case, 120)) == ladder


@given(st.dates(date(2026, 1, 1), date(2027, 3, 1)), st.integers(3, 40), st.integers(1, 30))
def test_broken_promise_is_acted_on_and_the_ladder_goes_on_from_where_it_was(
    due: date, made: int, horizon: int
) -> None:
    start, made_on = due - timedelta(15), due + timedelta(made)
    *past, today = lived(Case(PRESET, silent(due), start), made + 16)
    amount, promised = Money.of(900, "EUR"), made_on + timedelta(horizon)
    account = today.account.record(
        Promise("W-1", made_on, due_on=promised, amount=amount, means="transfer")
    )
    days = list(lived(Case(PRESET, account, made_on), horizon + 60))
    sheltered = [day for day in days if day.decision.as_of <= promised]
    assert not any(day.acted for day in sheltered)
    # Broken, it is in the reasons as soon as the item may climb again.
    broken = [day for day in days if day.decision.as_of > promised]
    said_before = spoken_levels(past)
    steps = [day.decision.as_of for day in past if day.acted]
    first = max([promised + ONE_DAY, *(step + timedelta(7) for step in steps[-1:])])
    then = next(day for day in broken if day.decision.as_of >= first)
    later = {"firm-letter", "formal-notice", "placement"}
    if later & set(said_before):
        assert set(spoken_levels(broken)) <= later
    elif "call" in said_before and (first - due).days >= 20:
        assert then.decision.because[-1] == "firm-letter"
    else:
        assert then.decision.because[-1] == "broken-promise"
    # And nothing courteous comes after a firm word.
    assert not {"first-reminder", "call"} & set(spoken_levels(broken))


# --- 18: the first reminder comes in time --------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.sampled_from([1, 20, 15_000, 90_000])),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([BusinessCalendar(), FRANCE]),
    hosts,
)
def test_first_reminder_comes_within_three_days_or_as_soon_as_the_pace_allows(
    invoices: list[tuple[int, int]], calendar: BusinessCalendar, host: dict[str, bool]
) -> None:
    facts = [
        Invoice(
            f"F-{number}",
            START - timedelta(20),
            due_on=START + timedelta(due),
            total=Money(minor, "EUR"),
        )
        for number, (due, minor) in enumerate(invoices)
    ]
    account = Account.of(Debtor("C-1", "Atelier Vasseur", kind="business"), *facts)
    case = Case(PRESET.completed(calendar=calendar), account, START - timedelta(10))
    waiting: dict[str, date] = {one.id: one.due_on for one in facts}
    for _, decision, _ in lived(case, 70, **host):
        day, action = decision.as_of, decision.action
        if action is not None and action.kind is not ActionKind.PRE_DUE_REMINDER:
            for item in action.invoices:
                waiting.pop(item, None)
        for due in waiting.values():
            if day >= calendar.next_business_day(due + timedelta(3)):
                # One voice: it waits for the pace, or for the day that a placement took.
                assert decision.because[0] in ("pace", "placement")
    assert not waiting


# --- safeguards ----------------------------------------------------------------------------------


class Proposal(NamedTuple):
    """What was proposed, and what it speaks of."""

    case: Case
    action: Action
    decision: Decision
    position: Position
    items: dict[str, OpenItem]

    @property
    def spoken(self) -> list[OpenItem]:
        return [self.items[name] for name in self.action.invoices]

    @property
    def ranks(self) -> list[int]:
        ids = [level.id for level in self.case.policy.levels]
        return [ids.index(step.level) for step in self.action.steps]


@st.composite
def proposals(draw: st.DrawFn) -> Proposal:
    """Something proposed, on what was known that day or before."""
    case = draw(cases(currencies=("EUR", "EUR", "USD")))
    lag = draw(st.none() | st.integers(-20, 0))
    known_on = None if lag is None else case.as_of + timedelta(lag)
    decision = case.decided(known_on=known_on)
    position = position_of(
        case.account,
        as_of=case.as_of,
        known_on=known_on,
        conventions=case.policy.conventions,
    )
    items = {item.id: item for item in position.open_items}
    assert all(set(task.invoices) <= items.keys() for task in decision.tasks)
    if decision.action is None:
        event("nothing proposed")
        reject()
    event(decision.action.kind)
    return Proposal(case, decision.action, decision, position, items)


@given(proposals())
def test_message_speaks_of_what_may_be_asked_for_and_of_nothing_else(one: Proposal) -> None:
    action = one.action
    assert action.steps
    assert len(set(action.invoices)) == len(action.invoices)
    assert action.recipient == one.case.account.debtor.recipient
    if is_pre_due(one.decision):
        assert not action.lists
        assert all(item.not_yet_due for item in one.spoken)
    else:
        assert all(item.collectable for item in one.spoken)


@given(proposals())
def test_amounts_never_exceed_what_is_owed_less_unapplied_cash(one: Proposal) -> None:
    assert one.action.amounts
    pre_due = is_pre_due(one.decision)
    for amount in one.action.amounts:
        there = [item for item in one.spoken if item.currency == amount.currency]
        owed = sum((item.not_yet_due if pre_due else item.collectable).minor for item in there)
        spare = sum(
            money.minor for money in one.position.nettable if money.currency == amount.currency
        )
        assert 0 < amount.minor <= (owed if pre_due else owed - spare)


@given(proposals())
def test_highest_step_gives_the_level_and_each_item_goes_up(one: Proposal) -> None:
    action, ids = one.action, [level.id for level in one.case.policy.levels]
    assert one.ranks == sorted(one.ranks, reverse=True)
    assert action.level == action.steps[0].level
    assert one.decision.because == tuple(dict.fromkeys(step.level for step in action.steps))
    for step, rank in zip(action.steps, one.ranks, strict=True):
        before = [ids.index(name) for _, name in one.items[step.invoice].steps if name in ids]
        assert rank > max(before, default=-1)


@given(proposals())
def test_message_leaves_on_a_day_that_is_worked_by_a_channel_that_is_not_refused(
    one: Proposal,
) -> None:
    action, case = one.action, one.case
    assert case.policy.conventions.calendar.is_business_day(action.execute_on)
    assert case.as_of <= action.execute_on <= action.act_by
    if action.channel in case.account.debtor.refused_channels:
        assert action.kind in FORMAL
        assert action.channel in (Channel.LETTER, Channel.REGISTERED_LETTER)


@given(proposals())
def test_formal_acts_are_approved_by_a_person_named_and_worth_it(one: Proposal) -> None:
    action, case = one.action, one.case
    if action.kind not in FORMAL:
        return
    assert action.approval
    assert action.handler is not Handler.AUTOMATIC
    floor = case.policy.floor.of(action.kind)
    if floor is not None and {amount.currency for amount in action.amounts} == {"EUR"}:
        assert sum(amount.minor for amount in action.amounts) >= floor.minor
    if action.kind is ActionKind.PLACE:
        over = [
            notice
            for notice in case.account.notices
            if notice.on <= case.as_of and notice.respond_by < case.as_of
        ]
        named = {name for notice in over for name in notice.invoices}
        assert all(item.id in named or item.invoice.id in named for item in one.spoken)


@given(proposals())
def test_what_we_do_not_know_gets_reminders_only(one: Proposal) -> None:
    kind = one.case.account.debtor.kind
    assert kind is DebtorKind.UNKNOWN or kind in one.case.policy.serves
    if kind is DebtorKind.UNKNOWN:
        assert one.decision.tasks[0].kind is TaskKind.QUALIFY
    if kind is DebtorKind.UNKNOWN or any(item.invoice.due_assumed for item in one.spoken):
        assert one.action.kind in REMINDERS


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
