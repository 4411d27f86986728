"""Entries of a document that cannot be read: each with its line, its key and what was expected.

The tables that stand beside the ladder: triggers, styles, partners, deadlines, the worklist.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.policy.telling import HEAD, REMINDER

from recouvrement import ActionKind, Channel, InvalidPolicy, Money, Tone, read_policy
from recouvrement.documents import Said, lines_of
from recouvrement.policy import Handler, Offer, Partner, Style, TaskKind, Trigger, read_condition
from recouvrement.policy.criteria import CRITERIA
from recouvrement.policy.entries import RESERVED, Entries

HEAD_LINES = 4
ALERT = '[[trigger]]\nid = "alert"\nwhen = "vip"\n'
CALL = f'{ALERT}do = "call"\nchannel = "phone"\n'
TASK = f'{ALERT}do = "task"\n'
PLAN = f'{ALERT}do = "propose_plan"\nchannel = "phone"\n'
STOP = f'{ALERT}do = "propose_order_stop"\n'
RUNG = '[[level]]\nid = "rung"\nwhen = "vip"\nchannel = "letter"\n'
STYLE = '[[style]]\nwhen = "vip"\n'
PARTNER = '[[partner]]\nid = "sea"\n'

ANSWERS = "one of remind, call, visit, propose_plan, propose_order_stop, task"
CHANNELS = "one of " + ", ".join(Channel)
TONES = "one of " + ", ".join(Tone)
HANDLERS = "one of " + ", ".join(Handler)
ACTS = ", ".join(ActionKind)
DAYS = "a whole number from 1 to 36525"
AN_ID = "an id of lower-case words joined by hyphens"
SOME_TEXT = "some text"
A_CONDITION = "a condition such as days_past_due >= 2"
ABOUT_ONE_ITEM = "which is about one item"
UNKNOWN = "a key not known here"
TRIGGER_KEYS = (
    "one of id, after, before, when, for, do, channel, tone, handler, template, climb,"
    " repeat_every, task, offer"
)
COUNTED = (
    "broken_promises, collectable, contacts_30d, days_since_broken_promise,"
    " days_since_last_contact, days_since_last_payment, days_since_missed_instalment,"
    " days_since_partly_kept_promise, days_since_returned_payment, days_since_vague_promise,"
    " habitual_delay, insolvent, median_delay, oldest_days_past_due, open, over_limit, unanswered,"
    " unapplied, vip"
)


def faults(text: str) -> list[str]:
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(text)
    return [str(fault) for fault in caught.value.faults]


def fault(tables: str, *, line: int) -> tuple[str, str, str]:
    """The field, what was expected and what came, of the one fault on a line of these tables."""
    (only,) = faults(HEAD + tables + REMINDER)
    place = f"line {HEAD_LINES + line}: "
    assert only.startswith(place), only
    field, _, rest = only.removeprefix(place).partition(": expected ")
    expected, _, got = rest.rpartition(", got ")
    return field, expected, got


# --- triggers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "line", "field", "expected", "got"),
    [
        (CALL.replace('id = "alert"\n', ""), 1, "id", AN_ID, "nothing"),
        (CALL.replace('"alert"', '"My Alert"'), 2, "id", AN_ID, "'My Alert'"),
        (CALL.replace('"alert"', "3"), 2, "id", AN_ID, "3"),
        (
            CALL.replace('"alert"', '"pace"'),
            2,
            "id",
            "an id other than the reasons " + ", ".join(sorted(RESERVED)),
            "'pace'",
        ),
        (CALL.replace('when = "vip"\n', ""), 1, "when", A_CONDITION, "nothing"),
        (CALL.replace('"vip"', "3"), 3, "when", A_CONDITION, "3"),
        (CALL.replace('"vip"', '"vip >= 3"'), 3, "when", "vip alone, or not vip", "'3'"),
        (
            CALL + 'for = "days_past_due >= 3"\n',
            6,
            "for",
            "only fixed facts: country, kind, language, sector, segment, tags, vip",
            "'days_past_due'",
        ),
        (CALL + "for = 3\n", 6, "for", A_CONDITION, "3"),
        (CALL.replace('do = "call"\n', ""), 1, "do", ANSWERS, "nothing"),
        (CALL.replace('"call"', '"formal_notice"'), 4, "do", ANSWERS, "'formal_notice'"),
        (CALL.replace('"call"', '"place"'), 4, "do", ANSWERS, "'place'"),
        (CALL.replace('"call"', '"thank"'), 4, "do", ANSWERS, "'thank'"),
        (CALL.replace('"call"', '"shout"'), 4, "do", ANSWERS, "'shout'"),
        (CALL.replace('"call"', '["call"]'), 4, "do", ANSWERS, "['call']"),
        (CALL.replace('channel = "phone"\n', ""), 1, "channel", CHANNELS, "nothing"),
        (CALL.replace('"phone"', '"drum"'), 5, "channel", CHANNELS, "'drum'"),
        (CALL + 'tone = "angry"\n', 6, "tone", TONES, "'angry'"),
        (CALL + 'handler = "boss"\n', 6, "handler", HANDLERS, "'boss'"),
        (CALL + 'template = " "\n', 6, "template", SOME_TEXT, "' '"),
        (CALL + "climb = -1\n", 6, "climb", "a whole number from 0 to 100", "-1"),
        (CALL + "climb = 101\n", 6, "climb", "a whole number from 0 to 100", "101"),
        (CALL + 'climb = "one"\n', 6, "climb", "a whole number from 0 to 100", "'one'"),
        (CALL + "climb = true\n", 6, "climb", "a whole number from 0 to 100", "True"),
        (CALL + "repeat_every = 0\n", 6, "repeat_every", DAYS, "0"),
        (CALL + "repeat_every = 36526\n", 6, "repeat_every", DAYS, "36526"),
        (CALL + "repeat_every = 7.5\n", 6, "repeat_every", DAYS, "7.5"),
        (CALL + 'task = "follow_up"\n', 6, "task", "none but on a task", "'follow_up'"),
        (STOP + 'task = "order_stop"\n', 5, "task", "none but on a task", "'order_stop'"),
        (TASK + 'task = "coffee"\n', 5, "task", "one of " + ", ".join(TaskKind), "'coffee'"),
        (
            CALL + "[trigger.offer]\ndays = 3\n",
            6,
            "offer",
            "none but on propose_plan",
            "one on call",
        ),
        (TASK + "offer = 3\n", 5, "offer", "none but on propose_plan", "one on task"),
        (
            TASK + 'until = "vip"\n',
            5,
            "until",
            TRIGGER_KEYS,
            UNKNOWN,
        ),
    ],
)
def test_trigger_that_cannot_be_read(
    tables: str, line: int, field: str, expected: str, got: str
) -> None:
    assert fault(tables, line=line) == (f"trigger.1.{field}", expected, got)


@pytest.mark.parametrize("do", ["task", "propose_order_stop"])
@pytest.mark.parametrize(
    ("entry", "got"),
    [
        ('channel = "phone"', "'phone'"),
        ('tone = "firm"', "'firm'"),
        ("climb = 1", "1"),
        ("climb = 0", "0"),
        ("repeat_every = 9", "9"),
    ],
)
def test_what_stays_inside_says_nothing_to_the_debtor(do: str, entry: str, got: str) -> None:
    tables = f'{ALERT}do = "{do}"\n{entry}\n'
    expected = f"none: {do} says nothing to the debtor"
    assert fault(tables, line=5) == (f"trigger.1.{entry.partition(' ')[0]}", expected, got)


@pytest.mark.parametrize(
    ("entry", "field", "expected", "got"),
    [
        ("instalments = 0", "instalments", "a whole number from 1 to 120", "0"),
        ("instalments = 121", "instalments", "a whole number from 1 to 120", "121"),
        ("days = 0", "days", DAYS, "0"),
        ('days = "90"', "days", DAYS, "'90'"),
        ("first_share = -1", "first_share", "a whole number from 0 to 100", "-1"),
        ("first_share = 101", "first_share", "a whole number from 0 to 100", "101"),
        (
            'approver = "automatic"',
            "approver",
            "one of collector, account_manager, lawyer",
            "'automatic'",
        ),
        ('approver = "boss"', "approver", "one of collector, account_manager, lawyer", "'boss'"),
        ("rate = 3", "rate", "one of instalments, days, first_share, approver", UNKNOWN),
    ],
)
def test_offer_that_cannot_be_read(entry: str, field: str, expected: str, got: str) -> None:
    tables = f"{PLAN}[trigger.offer]\n{entry}\n"
    assert fault(tables, line=7) == (f"trigger.1.offer.{field}", expected, got)


def test_offer_is_a_table() -> None:
    found = fault(f"{PLAN}offer = 3\n", line=6)
    assert found == ("trigger.1.offer", "a table [trigger.offer]", "3")


# --- levels --------------------------------------------------------------------------------------


@pytest.mark.parametrize("do", ["pre_due_reminder", "formal_notice", "place"])
def test_only_reminders_calls_and_visits_recur(do: str) -> None:
    found = fault(f'{RUNG}do = "{do}"\nrepeat_every = 9\n', line=6)
    assert found == (*("level.1.repeat_every", "none but on call, remind, visit", f"9 on {do}"),)


@pytest.mark.parametrize("given_", ["0", "-1", "36526", "1.0", '"7"', "true"])
def test_level_recurs_after_so_many_days(given_: str) -> None:
    field, expected, _ = fault(f'{RUNG}do = "call"\nrepeat_every = {given_}\n', line=6)
    assert (field, expected) == ("level.1.repeat_every", DAYS)


# --- styles and partners -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "line", "field", "expected", "got"),
    [
        (
            STYLE + 'acts = ["call"]\n',
            1,
            "",
            "at least one of channel, tone, handler, template, recipient",
            "none",
        ),
        ('[[style]]\ntone = "firm"\n', 1, ".when", A_CONDITION, "nothing"),
        (
            STYLE.replace("vip", "amount_due >= EUR(9)") + 'tone = "firm"\n',
            2,
            ".when",
            "an account criterion, such as collectable",
            f"'amount_due', {ABOUT_ONE_ITEM}",
        ),
        (STYLE + 'acts = "call"\ntone = "firm"\n', 3, ".acts", f"a list of {ACTS}", "'call'"),
        (
            STYLE + 'acts = ["call", "shout"]\ntone = "firm"\n',
            3,
            ".acts",
            f"only {ACTS}",
            "['shout']",
        ),
        (STYLE + 'channel = "drum"\n', 3, ".channel", CHANNELS, "'drum'"),
        (STYLE + 'tone = "angry"\n', 3, ".tone", TONES, "'angry'"),
        (STYLE + 'handler = "boss"\n', 3, ".handler", HANDLERS, "'boss'"),
        (STYLE + "template = 3\n", 3, ".template", SOME_TEXT, "3"),
        (STYLE + 'recipient = ""\n', 3, ".recipient", SOME_TEXT, "''"),
        (STYLE + 'tone = "firm"\nid = "A Row"\n', 4, ".id", AN_ID, "'A Row'"),
        (
            STYLE + 'tone = "firm"\ncolour = "red"\n',
            4,
            ".colour",
            "one of id, when, acts, channel, tone, handler, template, recipient",
            UNKNOWN,
        ),
    ],
)
def test_row_of_style_that_cannot_be_read(
    tables: str, line: int, field: str, expected: str, got: str
) -> None:
    assert fault(tables, line=line) == (f"style.1{field}", expected, got)


@pytest.mark.parametrize(
    ("tables", "line", "field", "expected", "got"),
    [
        ('[[partner]]\nrole = "agency"\n', 1, "id", AN_ID, "nothing"),
        (PARTNER, 1, "role", SOME_TEXT, "nothing"),
        (PARTNER + "role = 3\n", 3, "role", SOME_TEXT, "3"),
        (
            PARTNER + 'role = "agency"\nwhen = "days_past_due >= 3"\n',
            4,
            "when",
            "an account criterion, such as oldest_days_past_due",
            f"'days_past_due', {ABOUT_ONE_ITEM}",
        ),
        (PARTNER + 'role = "agency"\nwhen = ""\n', 4, "when", A_CONDITION, "''"),
        (
            PARTNER + 'role = "agency"\nfee = 3\n',
            4,
            "fee",
            "one of id, after, before, role, when",
            UNKNOWN,
        ),
    ],
)
def test_partner_that_cannot_be_read(
    tables: str, line: int, field: str, expected: str, got: str
) -> None:
    assert fault(tables, line=line) == (f"partner.1.{field}", expected, got)


# --- deadlines and the worklist ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "field", "expected", "got"),
    [
        (
            "[deadlines]\nlimitation_years = 0\n",
            "deadlines.limitation_years",
            "a whole number from 1 to 100",
            "0",
        ),
        (
            "[deadlines]\nlimitation_years = 101\n",
            "deadlines.limitation_years",
            "a whole number from 1 to 100",
            "101",
        ),
        (
            "[deadlines]\nclaim_months = 2.5\n",
            "deadlines.claim_months",
            "a whole number from 1 to 100",
            "2.5",
        ),
        (
            "[deadlines]\nweeks = 2\n",
            "deadlines.weeks",
            "one of limitation_years, claim_months, sector",
            UNKNOWN,
        ),
        ("[agenda]\nweights = 3\n", "agenda.weights", "one of points, minutes", UNKNOWN),
        (
            "[agenda]\npoints = 3\n",
            "agenda.points",
            "points such as 2 * oldest_days_past_due",
            "3",
        ),
        (
            '[agenda]\npoints = "2 * days_past_due"\n',
            "agenda.points",
            "an account criterion, such as oldest_days_past_due",
            f"'days_past_due', {ABOUT_ONE_ITEM}",
        ),
        (
            '[agenda]\npoints = "2 * beauty"\n',
            "agenda.points",
            f"a criterion, one of {COUNTED}",
            "'beauty'",
        ),
        (
            '[agenda]\npoints = "2 * kind"\n',
            "agenda.points",
            "a criterion that is a number, an amount, true or false",
            "'kind' (word)",
        ),
        (
            '[agenda]\npoints = "collectable"\n',
            "agenda.points",
            "an amount divided by an amount, such as collectable / EUR(1_000)",
            "'collectable'",
        ),
        ("[agenda]\nminutes = 10\n", "agenda.minutes", "a table [agenda.minutes]", "10"),
        ("[agenda.minutes]\ncoffee = 10\n", "agenda.minutes.coffee", f"one of {ACTS}", UNKNOWN),
        (
            "[agenda.minutes]\ncall = -1\n",
            "agenda.minutes.call",
            "a whole number from 0 to 1440",
            "-1",
        ),
        (
            "[agenda.minutes]\ncall = 1441\n",
            "agenda.minutes.call",
            "a whole number from 0 to 1440",
            "1441",
        ),
        (
            '[agenda.minutes]\ncall = "ten"\n',
            "agenda.minutes.call",
            "a whole number from 0 to 1440",
            "'ten'",
        ),
    ],
)
def test_deadlines_and_worklist_that_cannot_be_read(
    entry: str, field: str, expected: str, got: str
) -> None:
    assert fault(entry, line=2) == (field, expected, got)


@pytest.mark.parametrize("name", ["deadlines", "agenda"])
def test_deadlines_and_worklist_are_tables(name: str) -> None:
    assert fault(f"{name} = 3\n", line=1) == (name, f"a table [{name}]", "3")


@pytest.mark.parametrize("name", ["trigger", "style", "partner"])
@pytest.mark.parametrize("given_", ["3", '{ id = "x" }', "[3]"])
def test_rules_beside_the_ladder_are_arrays_of_tables(name: str, given_: str) -> None:
    field, expected, _ = fault(f"{name} = {given_}\n", line=1)
    assert (field, expected) == (name, f"tables [[{name}]]")


# --- together ------------------------------------------------------------------------------------


def test_ids_are_used_once_over_all_the_rules_of_a_document() -> None:
    rows = {
        "hold": 'when = "vip"\nscope = "account"\n',
        "trigger": 'when = "vip"\ndo = "task"\n',
        "level": 'when = "vip"\ndo = "remind"\nchannel = "email"\n',
        "style": 'when = "vip"\ntone = "firm"\n',
        "partner": 'role = "agency"\n',
    }
    order = list(rows)
    for first in order:
        for second in order[order.index(first) :]:
            tables = [f'[[{kind}]]\nid = "twice"\n{rows[kind]}' for kind in (second, first)]
            (only,) = faults(HEAD + "".join(tables) + REMINDER)
            assert only.endswith(f"expected an id used once, got 'twice', also {first}")


def test_faults_of_all_tables_come_at_once_in_the_order_of_the_lines() -> None:
    text = f"""{HEAD}
[deadlines]
claim_months = 0

[[trigger]]
id = "one"
when = "vip"
do = "propose_plan"
channel = "drum"
[trigger.offer]
days = 0

[[style]]
when = "vip and"

[[partner]]
id = "One"
role = ""

[agenda]
points = "kind"
[agenda.minutes]
call = -1
"""
    found = [line.partition(": expected ")[0] for line in faults(text)]
    assert found == [
        "level",
        "line 7: deadlines.claim_months",
        "line 13: trigger.1.channel",
        "line 15: trigger.1.offer.days",
        "line 17: style.1",
        "line 18: style.1.when",
        "line 21: partner.1.id",
        "line 22: partner.1.role",
        "line 25: agenda.points",
        "line 27: agenda.minutes.call",
    ]


def test_every_key_beside_the_ladder_arrives_in_the_policy() -> None:
    text = f"""{HEAD}
[deadlines]
limitation_years = 5
claim_months     = 2

[[trigger]]
id           = "plan"
when         = "broken_promises >= 1"
for          = "not vip"
do           = "propose_plan"
channel      = "letter"
tone         = "firm"
handler      = "lawyer"
template     = "plan-fr"
climb        = 2
repeat_every = 30
[trigger.offer]
instalments = 6
days        = 120
first_share = 20
approver    = "collector"

[[trigger]]
id   = "watch"
when = "bounced"
do   = "task"
task = "find_coordinates"

{REMINDER}repeat_every = 20

[[style]]
id        = "large"
when      = "open >= EUR(9_000)"
acts      = ["call", "remind"]
channel   = "visit"
tone      = "formal"
handler   = "account_manager"
template  = "large"
recipient = "director"

[[partner]]
id   = "sea"
role = "agency"
when = "country == 'FR'"

[[partner]]
id   = "land"
role = "bailiff"

[agenda]
points = "open / EUR(10) + vip"
[agenda.minutes]
visit = 90
call  = 0
"""

    def condition(words: str) -> object:
        return read_condition(words, currency="EUR")

    policy = read_policy(text)
    assert (policy.conventions.limitation_years, policy.conventions.claim_months) == (5, 2)
    assert policy.triggers == (
        Trigger(
            id="plan",
            when=condition("broken_promises >= 1"),  # type: ignore[arg-type]
            serves=condition("not vip"),  # type: ignore[arg-type]
            do=ActionKind.PROPOSE_PLAN,
            channel=Channel.LETTER,
            tone=Tone.FIRM,
            handler=Handler.LAWYER,
            template="plan-fr",
            climb=2,
            repeat_every=30,
            offer=Offer(instalments=6, days=120, first_share=20, approver=Handler.COLLECTOR),
        ),
        Trigger(
            id="watch",
            when=condition("bounced"),  # type: ignore[arg-type]
            do=ActionKind.TASK,
            channel=None,
            tone=Tone.COURTEOUS,
            handler=Handler.COLLECTOR,
            template="watch",
            task=TaskKind.FIND_COORDINATES,
        ),
    )
    assert policy.levels[0].repeat_every == 20
    assert policy.styles == (
        Style(
            id="large",
            when=condition("open >= EUR(9_000)"),  # type: ignore[arg-type]
            acts=frozenset({ActionKind.CALL, ActionKind.REMIND}),
            channel=Channel.VISIT,
            tone=Tone.FORMAL,
            handler=Handler.ACCOUNT_MANAGER,
            template="large",
            recipient="director",
        ),
    )
    assert policy.partners == (
        Partner(id="sea", role="agency", when=condition("country == 'FR'")),  # type: ignore[arg-type]
        Partner(id="land", role="bailiff"),
    )
    assert policy.worklist.points is not None
    assert policy.worklist.points.text == "open / EUR(10) + vip"
    assert policy.worklist.minutes == {ActionKind.CALL: 0, ActionKind.VISIT: 90}


def test_defaults_beside_the_ladder() -> None:
    policy = read_policy(f"{HEAD}{PLAN}{REMINDER}")
    (plan,) = policy.triggers
    assert (plan.offer, plan.template, plan.handler) == (Offer(), "alert", "collector")
    assert (plan.climb, plan.repeat_every, plan.serves, plan.task) == (0, None, None, "follow_up")
    (stop,) = read_policy(f"{HEAD}{STOP}{REMINDER}").triggers
    assert (stop.task, stop.handler, stop.channel, stop.inside) == (
        *("order_stop", "account_manager", None, True),
    )
    bare = read_policy(HEAD + REMINDER)
    assert (bare.triggers, bare.styles, bare.partners, bare.criteria) == ((), (), (), ())
    assert (bare.worklist.points, dict(bare.worklist.minutes)) == (None, {})
    assert bare.conventions.limitation_years is None


# --- the reading of entries ----------------------------------------------------------------------


def entries(text: str) -> Entries:
    return Entries({}, lines_of(text), CRITERIA)


def test_faults_are_told_in_order_of_line_then_of_finding() -> None:
    reading = entries("b = 1\na = 1\n[[rule]]\nx = 1\n")
    reading.fault(("rule", 0, "x"), "a word", 1)
    reading.fault(("a",), "some text", Money.of(1, "EUR"))
    reading.fault(("c",), "some text", None)
    reading.fault(("a",), "a name", Said("a number"))
    assert [str(one) for one in reading.faults] == [
        "c: expected some text, got nothing",
        'line 2: a: expected some text, got Money.of("1.00", "EUR")',
        "line 2: a: expected a name, got a number",
        "line 4: rule.1.x: expected a word, got 1",
    ]


@given(
    st.sampled_from(["trigger", "style", "partner"]),
    st.lists(
        st.tuples(
            st.sampled_from(
                [
                    *("id", "when", "for", "do", "channel", "tone", "handler", "template", "climb"),
                    *("repeat_every", "task", "offer", "acts", "recipient", "role", "after"),
                ]
            ),
            st.sampled_from(
                [
                    "3",
                    '"call"',
                    "[]",
                    '["call"]',
                    "{}",
                    "true",
                    "-1.5",
                    '"vip"',
                    '"x-y"',
                    "{ days = 0 }",
                ]
            ),
        ),
        max_size=8,
        unique_by=lambda pair: pair[0],
    ),
)
def test_any_rule_is_a_rule_or_its_faults_on_its_lines(
    table: str, pairs: list[tuple[str, str]]
) -> None:
    body = "\n".join(f"{key} = {value}" for key, value in pairs)
    try:
        read_policy(f"{HEAD}[[{table}]]\n{body}\n{REMINDER}")
    except InvalidPolicy as error:
        keys = [key for key, _ in pairs]
        for one in error.faults:
            key = one.field.split(".")[2] if one.field.count(".") > 1 else ""
            line = HEAD_LINES + 2 + keys.index(key) if key in keys else HEAD_LINES + 1
            assert one.where == f"line {line}"
