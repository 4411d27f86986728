"""Documents drawn at random, sound and unsound: what proofs about policies are held to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import strategies as st

from recouvrement import Account, Debtor, Invoice, Money, Policy, read_policy

# Constants that the accounts of tests come across.
NUMBERS: Mapping[str, tuple[int, ...]] = {
    "days_past_due": (0, 1, 2, 3, 5, 10, 20, 45),
    "days_until_due": (-5, -2, 0, 3),
    "days_since_issue": (10, 30, 60),
    "reminders": (0, 1, 2, 3),
    "silence": (0, 1, 2),
    "notice_days": (-3, 0, 1, 5),
    "limitation_days": (90, 1700),
    "oldest_days_past_due": (1, 5, 10, 30),
    "broken_promises": (0, 1, 2),
    "days_since_broken_promise": (1, 2, 5),
    "days_since_missed_instalment": (1, 5),
    "days_since_partly_kept_promise": (1, 4),
    "days_since_returned_payment": (0, 3),
    "days_since_vague_promise": (0, 3),
    "days_since_last_contact": (3, 7, 15),
    "contacts_30d": (0, 1, 2),
    "unanswered": (0, 1, 2),
    "median_delay": (0, 10),
}
AMOUNTS: Mapping[str, tuple[int, ...]] = {
    "amount_due": (1, 100, 500, 1000),
    "collectable": (100, 500, 1000),
    "open": (100, 1000),
}
FLAGS = ("vip", "disputed", "bounced", "insolvent", "over_limit")
WORDS: Mapping[str, tuple[str, ...]] = {
    "segment": ("a", "b"),
    "kind": ("business", "consumer", "unknown"),
    "plan_state": ("late", "on_track"),
    "last_channel": ("email", "phone"),
    "level_reached": ("level-0", "level-1"),
}
FIXED = ("vip", "not vip", "segment == 'a'", "not segment == 'b'", "'audit' in tags")
OF_ITEMS = frozenset(
    {
        "amount_due",
        "bounced",
        "days_past_due",
        "days_since_issue",
        "days_until_due",
        "disputed",
        "level_reached",
        "limitation_days",
        "notice_days",
        "reminders",
        "silence",
        "tags",
    }
)
ALL = (*NUMBERS, *AMOUNTS, *FLAGS, *WORDS, "tags")
SPOKEN = {"remind": "email", "call": "phone", "visit": "visit"}
RUNGS = {**SPOKEN, "formal_notice": "registered_letter", "place": None}
LEVELS = 4


@st.composite
def clauses(draw: st.DrawFn, *, account: bool = False) -> str:
    """One comparison of one criterion; most often how late an item is."""
    wish = st.sampled_from
    names = [name for name in ALL if not (account and name in OF_ITEMS)]
    late = "oldest_days_past_due" if account else "days_past_due"
    name = draw(wish([late] * 5 + names))
    if name in NUMBERS:
        sign = draw(wish((">=", ">=", ">=", ">", "<", "<=", "==")))
        text = f"{name} {sign} {draw(wish(NUMBERS[name]))}"
    elif name in AMOUNTS:
        text = f"{name} {draw(wish(('>=', '>=', '<')))} EUR({draw(wish(AMOUNTS[name]))})"
    elif name in WORDS:
        text = f"{name} == '{draw(wish(WORDS[name]))}'"
    else:
        text = "'audit' in tags" if name == "tags" else name
    return f"not ({text})" if draw(st.integers(0, 6)) == 6 else text


@st.composite
def conditions(draw: st.DrawFn, *, account: bool = False, most: int = 3) -> str:
    """One to three comparisons, any or all of them."""
    parts = draw(st.lists(clauses(account=account), min_size=1, max_size=most))
    return draw(st.sampled_from((" and ", " and ", " or "))).join(parts)


def table(name: str, **entries: object) -> str:
    """One table of a document; what is None is left out."""
    lines = [
        f"{key.rstrip('_')} = {value}"
        if isinstance(value, int | list)
        else f'{key.rstrip("_")} = "{value}"'
        for key, value in entries.items()
        if value is not None
    ]
    return "\n".join([f"[{name}]", *lines, ""])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Documents with every sort of rule, whose conditions make sense or do not."""
    wish = st.sampled_from
    parts = [
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
        table("deadlines", limitation_years=draw(wish((None, 5)))),
    ]
    for number in range(draw(wish((0, 0, 1, 2)))):
        scope = draw(wish(("item", "account")))
        when = draw(conditions(account=scope == "account", most=2))
        parts.append(table("[hold]", id=f"hold-{number}", scope=scope, when=when))
    parts.extend(draw(triggers(number)) for number in range(draw(wish((0, 1, 2, 3)))))
    if draw(st.booleans()):
        early = {"do": "pre_due_reminder", "channel": "email", "when": "days_until_due <= 5"}
        parts.append(table("[level]", id="pre", **early))
    parts.extend(draw(levels(number)) for number in range(draw(st.integers(2, LEVELS))))
    for number in range(draw(wish((0, 0, 1, 3)))):
        acts = draw(wish((None, ["remind"], ["call"])))
        when = draw(conditions(account=True))
        parts.append(table("[style]", when=when, template=f"style.{number + 1}", acts=acts))
    for number in range(draw(wish((0, 0, 1, 2)))):
        where = draw(st.none() | conditions(account=True))
        parts.append(table("[partner]", id=f"partner-{number}", role="bailiff", when=where))
    serves = draw(wish((["business"], ["business", "consumer"])))
    head = f'name = "drawn"\nversion = "1"\ncurrency = "EUR"\nfor = {serves}\n'
    return "\n".join([head, *parts])


@st.composite
def triggers(draw: st.DrawFn, number: int) -> str:
    """A trigger that speaks, or one that asks something of the house."""
    wish = st.sampled_from
    do = draw(wish((*SPOKEN, "task")))
    spoken: dict[str, object] = {}
    if do in SPOKEN:
        spoken = {
            "channel": SPOKEN[do],
            "climb": draw(wish((0, 0, 1, 2))),
            "repeat_every": draw(wish((None, None, 10, 30))),
        }
    serves = draw(wish((None, None, None, *FIXED)))
    when = draw(conditions())
    return table("[trigger]", id=f"trigger-{number}", do=do, when=when, for_=serves, **spoken)


@st.composite
def levels(draw: st.DrawFn, number: int) -> str:
    """A level of any act."""
    wish = st.sampled_from
    do = draw(wish(("remind", *RUNGS)))
    return table(
        "[level]",
        id=f"level-{number}",
        do=do,
        channel=RUNGS[do],
        when=draw(conditions()),
        for_=draw(wish((None, None, None, *FIXED))),
        until=draw(st.none() | st.none() | clauses()),
        repeat_every=draw(wish((None, None, 20))) if do in SPOKEN else None,
    )


policies = documents().map(read_policy)


@st.composite
def late_accounts(draw: st.DrawFn, policy: Policy, day: date) -> Account:
    """One invoice of a debtor whom the policy serves: not due yet, due that day, or old."""
    wish = st.sampled_from
    debtor = Debtor(
        "C-1",
        "Drawn",
        kind=draw(wish(sorted(policy.serves))),
        vip=draw(st.booleans()),
        segment=draw(wish((None, "a", "b", "c"))),
        credit_limit=draw(wish((None, Money.of(1, "EUR")))),
    )
    due = day - timedelta(draw(wish((-30, -30, 0, 46, 200))))
    amount = Money.of(draw(wish(("0.50", "50", "99.99", "100", "150", "700", "5000"))), "EUR")
    tags = draw(wish((frozenset[str](), frozenset({"audit"}))))
    return Account.of(
        debtor, Invoice("F-1", due - timedelta(30), due_on=due, total=amount, tags=tags)
    )
