"""The law that a policy names feeds its deadlines, its tasks and the days of its contacts."""

from __future__ import annotations

import pickle
from datetime import date, time, timedelta
from typing import Any, Final

import pytest
from attrs import evolve

from recouvrement import (
    Account,
    BusinessCalendar,
    Debtor,
    Insolvency,
    Interaction,
    InvalidInput,
    InvalidPolicy,
    Invoice,
    LegalStep,
    Money,
    Step,
    decide,
    digest,
    preset,
    read_policy,
    review_on,
)
from recouvrement.law import Label, LawPack, pack, read_pack
from recouvrement.policy import Policy, explain, verify
from recouvrement.position import deadlines_of

DUE: Final = date(2026, 3, 2)
HEAD: Final = 'name = "house"\nversion = "1"\ncurrency = "EUR"\n'
LADDER: Final = """
[[trigger]]
id = "limitation-near"
when = "limitation_days <= 180"
do = "task"
task = "limitation_near"
handler = "lawyer"
[[level]]
id = "reminder"
when = "days_past_due >= 2"
do = "remind"
channel = "email"
"""


def house(
    top: str = 'law = "FR"', *, serves: str = "business", more: str = "", **given: Any
) -> Policy:
    return read_policy(f'{HEAD}{top}\nfor = ["{serves}"]\n{more}{LADDER}', **given)


def told(*facts: Any, kind: str = "business") -> Account:
    invoice = Invoice("F-1", date(2026, 2, 1), due_on=DUE, total=Money.of(900, "EUR"))
    return Account.of(Debtor("C-1", "Atelier Vasseur", kind=kind), invoice, *facts)


def last_day(policy: Policy, kind: str = "business", **about: Any) -> date | None:
    """The last day of the limitation task on the day before it."""
    law = policy.applicable(kind).conventions
    years = law.limitation_years
    assert years is not None
    as_of = date(DUE.year + years, 2, 1)
    tasks = decide(policy, told(kind=kind), as_of=as_of, **about).tasks
    return next(task.due for task in tasks if task.kind == "limitation_near")


# --- limitation and filing -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "kind", "until"),
    [
        ("FR", "business", date(2031, 3, 2)),
        ("FR", "consumer", date(2028, 3, 2)),
        ("UK", "business", date(2032, 3, 2)),
        ("DE", "business", date(2029, 12, 31)),
    ],
)
def test_claim_lapses_on_the_day_the_law_of_the_policy_gives(
    law: str, kind: str, until: date
) -> None:
    policy = house(f'law = "{law}"', serves=kind)
    law_of = policy.applicable(kind)
    assert law_of.limitation is not None
    found = deadlines_of(told(kind=kind), as_of=DUE, conventions=law_of.conventions)
    assert [(one.kind, one.on) for one in found] == [("limitation", until)]
    tasks = decide(policy, told(kind=kind), as_of=until - timedelta(30)).tasks
    assert [(one.kind, one.due) for one in tasks] == [("limitation_near", until)]


def test_public_debtors_have_the_pack_of_their_own() -> None:
    policy = house(serves="public")
    assert policy.law == "FR"
    assert repr(policy.applicable("public").pack) == "<LawPack FR-public 2026.11>"
    assert repr(policy.applicable("business").pack) == "<LawPack FR 2026.11>"
    assert policy.applicable("public").conventions.limitation_years == 4


def test_claims_are_filed_within_the_months_of_the_law() -> None:
    opened = Insolvency(
        "J-1", "receivership", opened_on=date(2026, 4, 1), published_on=date(2026, 4, 8)
    )
    (task,) = [
        one
        for one in decide(house(), told(opened), as_of=date(2026, 4, 20)).tasks
        if one.kind == "claim_to_file"
    ]
    assert task.due == date(2026, 6, 8)


def test_document_that_states_its_own_periods_is_not_asked_the_law() -> None:
    policy = house(more="[deadlines]\nlimitation_years = 3\nclaim_months = 1\n")
    law = policy.applicable("business")
    assert (law.limitation, law.claim) == (None, None)
    assert (law.conventions.limitation_years, law.conventions.claim_months) == (3, 1)
    assert law.version == "2026.11"


def test_own_trade_has_the_period_that_the_law_gives_it() -> None:
    policy = house(more='[deadlines]\nsector = "road_transport"\n')
    law = policy.applicable("business").conventions
    assert (law.limitation_years, law.limitation_from) == (1, "delivery")


def test_kind_that_nobody_knows_has_the_shortest_period_among_those_served() -> None:
    text = f'{HEAD}law = "FR"\nfor = ["business", "consumer"]\n{LADDER}'
    policy = read_policy(text)
    assert policy.applicable().conventions.limitation_years == 2
    assert house().applicable("unknown").conventions.limitation_years == 5
    both = read_policy(text.replace('"business", "consumer"', '"business", "public"'))
    assert both.applicable().conventions.limitation_years == 4
    unsaid = read_policy(text.replace('"business", "consumer"', '"non_professional", "business"'))
    assert unsaid.applicable().conventions.limitation_years == 5


def test_kind_that_nobody_knows_has_the_shortest_of_each_period() -> None:
    """A town has no delay for filing in its pack; a business has: the date is told."""
    policy = read_policy(f'{HEAD}law = "FR"\nfor = ["business", "public"]\n{LADDER}')
    opened = Insolvency(
        "J-1", "receivership", opened_on=date(2026, 4, 1), published_on=date(2026, 4, 8)
    )
    order = LegalStep("S-1", date(2026, 9, 15), kind="order", invoices=("F-2",))
    other = Invoice("F-2", date(2026, 5, 1), due_on=date(2026, 6, 1), total=Money.of(90, "EUR"))
    account = told(opened, other, order, kind="unknown")
    due = {str(one.kind): one.due for one in decide(policy, account, as_of=date(2026, 10, 1)).tasks}
    assert (due["claim_to_file"], due["order_to_serve"]) == (date(2026, 6, 8), date(2026, 12, 15))
    assert policy.applicable().conventions.limitation_years == 4


def test_kind_that_nobody_knows_may_be_one_of_which_the_law_says_nothing() -> None:
    policy = read_policy(f'{HEAD}law = "UK"\nfor = ["business", "consumer"]\n{LADDER}')
    law = policy.applicable()
    assert (law.conventions.limitation_years, set(map(str, law.missing))) == (6, {"consumer"})
    tasks = decide(policy, told(kind="unknown"), as_of=date(2026, 4, 1)).tasks
    assert "missing_law" in [one.kind for one in tasks]
    assert "missing_law" not in [
        one.kind for one in decide(policy, told(), as_of=date(2026, 4, 1)).tasks
    ]


def test_trade_of_the_house_changes_nothing_for_debtors_whose_law_does_not_know_it() -> None:
    policy = house(serves="public", more='[deadlines]\nsector = "road_transport"\n')
    assert policy.applicable("public").conventions.limitation_years == 4


def test_policy_for_nobody_is_read_as_one_for_businesses() -> None:
    assert evolve(house(), serves=frozenset()).applicable().conventions.limitation_years == 5


def test_policy_without_a_law_has_no_period_and_says_so() -> None:
    policy = house("")
    law = policy.applicable("business")
    assert (law.pack, law.version, set(map(str, law.missing))) == (None, None, {"business"})
    assert law.conventions == policy.conventions
    decision = decide(policy, told(), as_of=date(2031, 2, 1))
    assert decision.law_version is None
    assert ("missing_law", ("F-1",)) in [(one.kind, one.invoices) for one in decision.tasks]


@pytest.mark.parametrize(
    ("top", "serves", "kind", "times"),
    [
        ('law = "FR"', "business", "business", 0),
        ('law = "FR"', "non_professional", "non_professional", 1),  # no such period in the pack
        ('law = "PL"', "business", "business", 1),  # only remembered, and not accepted
        ('law = "PL"', "business", "unknown", 1),
        ('law = "PL"', "business", "public", 0),  # another policy is to be chosen first
    ],
)
def test_missing_law_is_a_task_where_a_rule_needs_it(
    top: str, serves: str, kind: str, times: int
) -> None:
    decision = decide(house(top, serves=serves), told(kind=kind), as_of=date(2026, 4, 1))
    assert sum(one.kind == "missing_law" for one in decision.tasks) == times


def test_law_that_no_rule_needs_is_not_missed() -> None:
    policy = house("")
    silent = evolve(policy, triggers=())
    assert decide(silent, told(), as_of=date(2026, 4, 1)).tasks == ()


def test_claim_that_runs_from_the_supply_may_lapse_soon_after_its_due_date() -> None:
    """Two years to pay what was carried eleven months ago: no rule about it is called dead."""
    text = LADDER.replace("limitation_days <= 180", "limitation_days <= 30 and days_past_due <= 5")
    for sector, dead in (("", True), ('[deadlines]\nsector = "road_transport"\n', False)):
        policy = read_policy(f'{HEAD}law = "FR"\nfor = ["business"]\n{sector}{text}')
        found = verify(policy).findings
        assert any("limitation-near" in one.rules for one in found) is dead


# --- packs of the host ---------------------------------------------------------------------------

OURS: Final = """
version = "2027.1"
verified_until = 2027-12-31
[[limitation]]
kind    = "business"
since   = 2026-01-01
years   = 4
starts  = "due_date"
source  = { title = "a bill", published = "the gazette", read_on = 2026-11-20 }
article = "art. 1"
"""


def ours() -> LawPack:
    return read_pack(OURS, base=pack("FR"))


def test_packs_of_the_host_come_before_ours() -> None:
    policy = house(laws=[ours()])
    assert policy.applicable("business").conventions.limitation_years == 4
    assert decide(policy, told(), as_of=DUE).law_version == "2027.1"
    assert repr(policy.applicable("public").pack) == "<LawPack FR-public 2026.11>"
    assert preset("fr-b2b", laws=[ours()]).applicable("business").version == "2027.1"


def test_period_that_is_only_remembered_counts_once_the_host_accepts_it() -> None:
    (row, *_) = pack("FR").limitation_periods
    unsure = evolve(pack("FR"), limitation_periods=(evolve(row, label=Label.MEMORY),))
    assert house(laws=[unsure]).applicable("business").limitation is None
    law = house(laws=[unsure.accepting("FR")]).applicable("business")
    assert law.conventions.limitation_years == 5
    found = deadlines_of(told(), as_of=DUE, conventions=law.conventions)
    assert "from_memory" in [one.code for one in law.caveats(found, DUE)]


def test_law_of_the_host_may_have_a_name_of_its_own() -> None:
    policy = house('law = "ours"', laws=[evolve(pack("FR"), name="ours")])
    assert policy.applicable("consumer").conventions.limitation_years == 2
    assert policy.applicable("public").conventions.limitation_years is None


def test_law_that_exists_nowhere_is_refused_with_its_line() -> None:
    with pytest.raises(InvalidPolicy) as caught:
        house('law = "Atlantis"')
    assert str(caught.value).startswith("line 4: law: expected one of AT, BE, ")
    assert str(caught.value).endswith("got 'Atlantis'")
    with pytest.raises(InvalidPolicy, match=r"law: expected one of ours, AT, .*, got 'Atlantis'"):
        evolve(house(laws=[evolve(pack("FR"), name="ours")]), law="Atlantis")
    assert house('law = "GB"').applicable("business").conventions.limitation_years == 6


@pytest.mark.parametrize("laws", [3, "FR", ["FR"], [None], pack("FR"), [pack("FR"), pack("FR")]])
def test_what_is_no_law_pack_is_refused(laws: Any) -> None:
    with pytest.raises(InvalidInput, match="laws: expected law packs"):
        house(laws=laws)


@pytest.mark.parametrize("top", ['law = "FR"', ""])
def test_trade_that_the_law_does_not_know_is_refused(top: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        house(top, more='[deadlines]\nsector = "moon"\n')
    among = "other_transport, road_transport" if top else "none known"
    assert (
        f"deadlines.sector: expected a sector of which the law has a period of its own: {among}"
        in str(caught.value)
    )
    with pytest.raises(InvalidPolicy, match=r"deadlines\.sector: expected some text, got 3"):
        house(top, more="[deadlines]\nsector = 3\n")


def test_kind_that_is_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"kind: expected one of .*, got 'martian'"):
        house().applicable("martian")


# --- what travels with a decision ----------------------------------------------------------------


def test_decision_and_digest_name_the_law() -> None:
    policy, later = house(), house(laws=[evolve(pack("FR"), version="2027.1")])
    assert decide(policy, told(), as_of=DUE).law_version == "2026.11"
    assert decide(policy, Account.of(told().debtor), as_of=DUE).law_version == "2026.11"
    assert digest(policy, told(), as_of=DUE) != digest(later, told(), as_of=DUE)
    assert digest(policy, told(), as_of=DUE) != digest(house(laws=[ours()]), told(), as_of=DUE)
    travelled = pickle.loads(pickle.dumps(later))  # noqa: S301 (our own bytes)
    assert digest(travelled, told(), as_of=DUE) == digest(later, told(), as_of=DUE)


def test_caveats_of_the_law_reach_the_explanation() -> None:
    verified = pack("FR").limitation("business").verified_until
    before = explain(house(), told(), as_of=date(2026, 4, 1)).caveats
    after = explain(house(), told(), as_of=verified + timedelta(1)).caveats
    late = {one.code for one in after} - {one.code for one in before}
    assert late == {"after_verified_until"}
    assert (
        "after_verified_until"
        in explain(house(), told(), as_of=verified + timedelta(1))._repr_html_()
    )
    carrier = house(more='[deadlines]\nsector = "road_transport"\n')
    assumed = explain(carrier, told(), as_of=date(2026, 4, 1)).caveats
    assert "supply_day_assumed" in [one.code for one in assumed]
    assert explain(house(""), told(), as_of=verified).caveats == ()
    public = explain(house(serves="public"), told(kind="public"), as_of=DUE).caveats
    assert "limitation_start_not_settled" in [one.code for one in public]


def test_row_of_an_order_is_the_one_of_the_day_it_was_made() -> None:
    """Orders of before September 2026 rest on a row that was checked until the end of August."""
    policy, asked = house(), date(2026, 10, 1)

    def said(*made: date) -> set[object]:
        orders = [
            LegalStep(f"S-{at}", on, kind="order", invoices=("F-1",)) for at, on in enumerate(made)
        ]
        caveats = explain(policy, told(*orders), as_of=asked).caveats
        return {one.article for one in caveats if "1411" in one.article}

    assert said() == said(date(2026, 9, 15)) == set()
    assert said(date(2026, 8, 15)) == {"Code de procédure civile, art. 1411"}


def test_answer_changes_on_the_day_the_law_makes_it_change() -> None:
    policy = house('law = "DE"', more="")
    asked = policy.applicable("business").conventions
    (deadline,) = deadlines_of(told(), as_of=DUE, conventions=asked)
    spoken = Interaction(
        "I-1", date(2026, 3, 4), channel="email", act="remind", steps=(Step("F-1", "reminder"),)
    )
    account = told(spoken)
    assert deadline.on == date(2029, 12, 31)
    assert review_on(policy, account, as_of=date(2026, 4, 1)) is None  # tasks are no answer
    outward = read_policy(
        f'{HEAD}law = "DE"\nfor = ["business"]\n'
        + LADDER.replace(
            'do = "task"\ntask = "limitation_near"\nhandler = "lawyer"',
            'do = "call"\nchannel = "phone"',
        )
    )
    assert review_on(outward, account, as_of=date(2026, 4, 1)) == deadline.on - timedelta(180)


# --- contact rules -------------------------------------------------------------------------------

RULE: Final = '[pace]\nbetween_contacts = 1\nper_30_days = 9\ncontact_rule = "contact.collection"\n'


def test_pace_keeps_the_number_of_a_contact_rule() -> None:
    assert house(more=RULE).pace.per_30_days == 4
    assert house(more=RULE.replace("= 9", "= 3")).pace.per_30_days == 3
    enforcement = house(more=RULE.replace("collection", "enforcement"))
    assert enforcement.pace.per_30_days == 9


def test_nobody_is_contacted_on_a_day_that_the_rule_leaves_out() -> None:
    """A host that works on Saturdays: the rule does not."""
    worked = BusinessCalendar(weekend={6})
    saturday = date(2026, 3, 7)
    free = house(more=RULE.replace('contact_rule = "contact.collection"\n', "")).completed(
        calendar=worked
    )
    kept = house(more=RULE).completed(calendar=worked)
    told_of = {policy: decide(policy, told(), as_of=saturday).action for policy in (free, kept)}
    assert [action.execute_on for action in told_of.values() if action] == [
        saturday,
        saturday + timedelta(2),
    ]
    assert kept.completed(application="explicit_only").conventions.calendar.weekend == {5, 6}


HOURS: Final = ((time(10), time(13)), (time(14), time(20)))


@pytest.mark.parametrize(("channel", "hours"), [("email", ()), ("letter", ()), ("sms", HOURS)])
def test_hours_are_told_for_what_disturbs_on_the_spot(channel: str, hours: Any) -> None:
    text = f'{HEAD}law = "FR"\nfor = ["business"]\n{RULE}{LADDER}'
    policy = read_policy(text.replace('channel = "email"', f'channel = "{channel}"'))
    action = decide(policy, told(), as_of=date(2026, 3, 5)).action
    assert action is not None
    assert action.hours == hours


@pytest.mark.parametrize(
    ("top", "name", "among"),
    [
        (
            'law = "FR"',
            "contact.moon",
            "contact.collection, contact.enforcement, contact.prospecting",
        ),
        ('law = "DE"', "contact.collection", "none known"),
        ("", "contact.collection", "none known"),
    ],
)
def test_contact_rule_that_the_law_has_not_is_refused(top: str, name: str, among: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        house(top, more=RULE.replace("contact.collection", name))
    assert f"contact rule of the law, over 30 days at most: {among}, got '{name}'" in str(
        caught.value
    )


def test_contact_rule_over_more_days_than_the_pace_counts_is_refused() -> None:
    quarterly = evolve(pack("FR").contact_rules[0], within_days=90)
    law = evolve(pack("FR"), contact_rules=(quarterly,))
    with pytest.raises(InvalidPolicy, match="over 30 days at most: none known"):
        house(more=RULE, laws=[law])
