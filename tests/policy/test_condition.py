"""The condition language: what a credit manager may write, what it is read into, what is refused.

Nothing that is written is ever run: text becomes nodes of a closed set, or a fault.
"""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recouvrement import InvalidInput, Money
from recouvrement.policy import CRITERIA, Condition, Scope, read_condition
from recouvrement.policy.condition import (
    MAX_DEPTH,
    MAX_LENGTH,
    Always,
    Both,
    Comparison,
    Containment,
    Either,
    Flag,
    Membership,
    Node,
    Not,
)


def read(text: object, **options: Any) -> Node:
    return read_condition(text, **{"currency": "EUR", **options}).node


def refused(text: object, **options: Any) -> InvalidInput:
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # Python must have nothing to remark on the text either
        with pytest.raises(InvalidInput) as caught:
            read(text, **options)
    assert type(caught.value) is InvalidInput
    assert caught.value.field == "condition"
    return caught.value


LATE = Comparison("days_past_due", ">=", 30)
TAGGED = Containment("audit", "tags", negated=False)


# --- what may be written -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("days_past_due >= 30", LATE),
        ("days_past_due == 0", Comparison("days_past_due", "==", 0)),
        ("days_past_due != 1_000", Comparison("days_past_due", "!=", 1000)),
        ("days_until_due < 4", Comparison("days_until_due", "<", 4)),
        ("days_until_due <= -2", Comparison("days_until_due", "<=", -2)),
        ("notice_days > - 3", Comparison("notice_days", ">", -3)),
        ("amount_due >= EUR(12.50)", Comparison("amount_due", ">=", Money.of("12.50", "EUR"))),
        ("segment == 'retail'", Comparison("segment", "==", "retail")),
        ('segment != "secteur santé"', Comparison("segment", "!=", "secteur santé")),
        ("segment in ('a', 'b')", Membership("segment", ("a", "b"), negated=False)),
        ("segment in ('a',)", Membership("segment", ("a",), negated=False)),
        ("country not in ['FR', 'BE']", Membership("country", ("FR", "BE"), negated=True)),
        ("'audit' in tags", TAGGED),
        ("'audit' not in tags", Containment("audit", "tags", negated=True)),
        ("vip", Flag("vip")),
        ("vip == True", Comparison("vip", "==", constant=True)),
        ("disputed != False", Comparison("disputed", "!=", constant=False)),
        ("True", Always(value=True)),
        ("False", Always(value=False)),
        ("not vip", Not(Flag("vip"))),
        ("vip and disputed and bounced", Both((Flag("vip"), Flag("disputed"), Flag("bounced")))),
        ("vip or 'audit' in tags", Either((Flag("vip"), TAGGED))),
        (
            "vip or disputed and bounced",
            Either((Flag("vip"), Both((Flag("disputed"), Flag("bounced"))))),
        ),
        (
            "(vip or disputed) and bounced",
            Both((Either((Flag("vip"), Flag("disputed"))), Flag("bounced"))),
        ),
        ("not (vip or disputed)", Not(Either((Flag("vip"), Flag("disputed"))))),
    ],
)
def test_each_form_is_read_into_its_node(text: str, node: Node) -> None:
    assert read(text) == node


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30 <= days_past_due", ">="),
        ("30 < days_past_due", ">"),
        ("30 >= days_past_due", "<="),
        ("30 > days_past_due", "<"),
        ("30 == days_past_due", "=="),
        ("30 != days_past_due", "!="),
    ],
)
def test_constant_may_stand_on_the_left(written: str, meant: str) -> None:
    assert read(written) == Comparison("days_past_due", meant, 30)


def test_amounts_flags_and_words_may_stand_on_the_left_too() -> None:
    assert read("EUR(5) < amount_due") == Comparison("amount_due", ">", Money.of(5, "EUR"))
    assert read("True == vip") == Comparison("vip", "==", constant=True)
    assert read("'a' != segment") == Comparison("segment", "!=", "a")


def test_chain_is_the_comparisons_it_is_made_of() -> None:
    low, high = Comparison("days_past_due", ">=", 2), Comparison("days_past_due", "<", 10)
    assert read("2 <= days_past_due < 10") == Both((low, high))
    assert read("days_past_due < 10 != reminders") == Both(
        (high, Comparison("reminders", "!=", 10))
    )


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("EUR(0)", 0),
        ("EUR(12)", 1200),
        ("EUR(12.5)", 1250),
        ("EUR(20_000)", 2_000_000),
        ("EUR(1_000.10)", 100_010),
        ("EUR( 0.29 )", 29),  # 0.29 × 100 is 28.999… to a float
        ("EUR(9007199254740993.01)", 900_719_925_474_099_301),  # more digits than a float holds
    ],
)
def test_amount_keeps_exactly_the_digits_that_are_written(written: str, minor: int) -> None:
    assert read(f"amount_due >= {written}") == Comparison("amount_due", ">=", Money(minor, "EUR"))


def test_condition_may_run_over_several_lines() -> None:
    condition = read_condition("\n  days_past_due >= 30\n\tand 'audit' in tags\n", currency="EUR")
    assert condition == Condition("days_past_due >= 30  and 'audit' in tags", Both((LATE, TAGGED)))


def test_condition_names_the_criteria_it_reads() -> None:
    text = "not (vip or 'a' in tags) and 2 <= reminders < 5 and kind in ('business',) or True"
    assert read_condition(text, currency="EUR").criteria == {"vip", "tags", "reminders", "kind"}


# --- types ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "got"),
    [
        ("days_late >= 3", "a criterion, one of amount_due, ", "'days_late'"),
        ("days_past_due", "days_past_due compared with a value (integer)", "'days_past_due'"),
        ("days_past_due >= '30'", "a whole number of days", "\"'30'\""),
        ("days_past_due >= 2.5", "a whole number of days", "'2.5'"),
        ("days_past_due == True", "a whole number of days", "'True'"),
        ("days_past_due >= +1", "a whole number of days", "'+1'"),
        ("days_past_due >= --1", "a whole number of days", "'--1'"),
        ("days_past_due >= -True", "a whole number of days", "'-True'"),
        ("reminders >= EUR(3)", "a whole number of contacts", "'EUR(3)'"),
        ("amount_due >= 3", "an amount such as EUR(100) for amount_due", "'3'"),
        ("amount_due >= USD(3)", "an amount such as EUR(100) for amount_due", "'USD(3)'"),
        ("amount_due >= EUR()", "an amount such as EUR(100) for amount_due", "'EUR()'"),
        ("amount_due >= EUR(1, 2)", "an amount such as EUR(100) for amount_due", "'EUR(1, 2)'"),
        ("amount_due >= EUR('3')", "an amount such as EUR(100) for amount_due", "\"EUR('3')\""),
        ("amount_due >= EUR(True)", "an amount such as EUR(100) for amount_due", "'EUR(True)'"),
        ("amount_due >= EUR(-3)", "an amount such as EUR(100) for amount_due", "'EUR(-3)'"),
        ("amount_due >= EUR(x=3)", "an amount such as EUR(100) for amount_due", "'EUR(x=3)'"),
        ("amount_due >= EUR(*3)", "an amount such as EUR(100) for amount_due", "'EUR(*3)'"),
        ("amount_due >= a.EUR(3)", "an amount such as EUR(100) for amount_due", "'a.EUR(3)'"),
        ("amount_due >= EUR(1.005)", "an amount in EUR, at most 2 decimals in EUR", "1.005"),
        ("segment == 3", "one word in quotes for segment", "'3'"),
        ("segment == a.b", "one word in quotes for segment", "'a.b'"),
        ("segment >= 'a'", "== or != with segment, which has no order", ">="),
        ("'a' < segment", "== or != with segment, which has no order", ">"),
        ("segment in 'retail'", "a criterion in ('a', 'b'), or 'a' in a criterion", "segment in"),
        ("segment in ()", "a criterion of words in at least one of them", "'()'"),
        ("segment in ('a', 3)", "one word in quotes for segment", "'3'"),
        ("segment in {'a'}", "a criterion in ('a', 'b'), or 'a' in a criterion", "segment in"),
        ("reminders in (1, 2)", "a criterion of words in at least one of them", "'(1, 2)'"),
        ("'a' in segment", "a comparison with segment (word)", "in segment"),
        ("'a' in nothing", "a criterion, one of ", "'nothing'"),
        ("3 in tags", "one word in quotes for tags", "'3'"),
        ("tags == 'a'", "'a word' in tags", "\"'a'\""),
        ("tags", "tags compared with a value (words)", "'tags'"),
        ("vip == 1", "vip alone, or not vip", "'1'"),
        ("vip == 'yes'", "vip alone, or not vip", "\"'yes'\""),
        ("vip < True", "vip alone, or not vip", "'True'"),
        ("kind == 'company'", "one of business, consumer, ", "'company'"),
        ("plan_state != 'dead'", "one of on_track, late, defaulted", "'dead'"),
        ("days_past_due is 3", "one of == != < <= > >= in, not in", "'days_past_due is 3'"),
        ("vip is not True", "one of == != < <= > >= in, not in", "'vip is not True'"),
    ],
)
def test_wrong_type_is_refused_with_what_was_expected_and_what_came(
    text: str, expected: str, got: str
) -> None:
    error = refused(text)
    assert error.expected.startswith(expected)
    assert got in error.got


def test_words_of_the_document_are_known_to_the_condition() -> None:
    words = {"level_reached": ("call", "notice")}
    assert read("level_reached == 'call'", words=words) == Comparison("level_reached", "==", "call")
    assert refused("level_reached == 'cal'", words=words).expected == "one of call, notice"


@pytest.mark.parametrize(
    "text",
    [
        "days_past_due >= days_until_due",
        "oldest_days_past_due == days_past_due",
        "2 < days_past_due < reminders",
        "vip == disputed",
    ],
)
def test_criterion_against_criterion_is_refused(text: str) -> None:
    assert refused(text).expected == "a criterion against a constant"


@pytest.mark.parametrize("name", [one.name for one in CRITERIA.values() if one.scope == "item"])
def test_item_criterion_in_an_account_rule_is_told_which_one_to_use(name: str) -> None:
    instead = CRITERIA[name].instead
    assert instead is not None
    assert CRITERIA[instead].scope is Scope.ACCOUNT
    text = f"'x' in {name}" if name == "tags" else f"{name} == 1"
    error = refused(text, scope=Scope.ACCOUNT)
    assert error.expected == f"an account criterion, such as {instead}"
    assert error.got == f"{name!r}, which is about one item"


def test_account_criterion_may_stand_in_a_rule_about_an_item() -> None:
    assert read("vip", scope=Scope.ITEM) == read("vip", scope=Scope.ACCOUNT) == Flag("vip")


def test_only_fixed_facts_say_whom_a_level_is_for() -> None:
    assert read("vip and 'audit' in tags", fixed_only=True) == Both((Flag("vip"), TAGGED))
    error = refused("days_past_due >= 3", fixed_only=True)
    assert error.expected == (
        "only fixed facts: country, kind, language, sector, segment, tags, vip"
    )


# --- bounds --------------------------------------------------------------------------------------


def test_length_is_bounded() -> None:
    text = "vip" + " " * (MAX_LENGTH - 3)
    assert read(text) == Flag("vip")
    error = refused(text + " ")
    assert (error.expected, error.got) == ("at most 400 characters", "401")


def test_depth_is_bounded() -> None:
    assert isinstance(read("not " * (MAX_DEPTH - 1) + "vip"), Not)
    for text in (
        "not " * MAX_DEPTH + "vip",
        "not " * 98 + "vip",
        "(" * (MAX_DEPTH + 1) + "vip" + ")" * (MAX_DEPTH + 1),
        "(" * 190 + "vip" + ")" * 190,
        "[" * 190 + "]" * 190,
    ):
        assert refused(text).expected == "at most 12 levels of nesting"
    assert read("(" * MAX_DEPTH + "vip" + ")" * MAX_DEPTH) == Flag("vip")


def test_a_parenthesis_inside_a_word_nests_nothing() -> None:
    word = "((" * MAX_DEPTH
    assert read(f"segment == '{word}'") == Comparison("segment", "==", word)


@pytest.mark.parametrize("text", [None, 3, b"vip", ["vip"], True, "", "   ", "\n\t"])
def test_condition_is_some_text(text: object) -> None:
    assert refused(text).expected == "a condition such as days_past_due >= 2"


# --- hostile text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "__import__('os').system('true') == 0",
        "eval('1')",
        "open('/etc/passwd')",
        "().__class__",
        "().__class__.__bases__[0].__subclasses__() == 1",
        "vip.__class__ == 'x'",
        "tags[0] == 'a'",
        "lambda: vip",
        "(vip := True)",
        "[vip for vip in (1,)]",
        "{vip for vip in (1,)}",
        "(vip for vip in (1,))",
        "{'vip': True}",
        "{**{}}",
        "vip if disputed else bounced",
        "f'{vip}' in tags",
        "f'{__import__(\"os\")}' == segment",
        "'%s' % vip in tags",
        "'{}'.format(vip) in tags",
        "await vip",
        "yield vip",
        "*vip",
        "vip,",
        "vip, disputed",
        "vip; disputed",
        "import os",
        "def f(): pass",
        "vip = True",
        "days_past_due + 1 >= 3",
        "days_past_due >= 1 + 1",
        "days_past_due >= 10**9",
        "days_past_due >= 9**9**9**9**9",
        "amount_due >= EUR(10) * 2",
        "amount_due >= EUR(1)(2)",
        "~vip",
        "-vip",
        "None",
        "...",
        "vip is None",
        "1",
        "'audit'",
        "1 < 2",
        "1 < 2 < days_past_due",
        "'a' in ('a', 'b')",
        "'a' == 'a'",
        "segment == None",
        "segment == b'a'",
        "vip @ vip",
        "vip disputed",
        "days_past_due >=",
        "days_past_due => 3",
        "days_past_due >= 3 &&",
        "vip & disputed",
        "vip ! disputed",
        "vip $ disputed",
        "(vip",
        "vip)",
        "'audit in tags",
        "not",
        "`vip`",
        "print",
        "True()",
        "c_vip",
        "level_ids == 'a'",
        "NEVER >= 3",
        "total_in",
        "s.rows",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    refused(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\uff56ip", "'\\uff56'"),  # Python reads full-width letters as plain ones
        ("amount_due >= \uff25UR(5)", "'\\uff25'"),
        ("v\u0131p", "'\\u0131'"),
        ("days\u203fpast\u203fdue >= 3", "'\\u203f'"),
        ("days_past_due >= \u0663", "'\\u0663'"),
        ("days_past_due\u00a0>= 3", "'\\xa0'"),
        ("segment == \u2018a\u2019", "'\\u2018'"),
        ("'au\u202edit' in tags", "'\\u202e'"),  # would show its letters backwards
        ("'au\u200bdit' in tags", "'\\u200b'"),
        ("'\\x61udit' in tags", "'\\\\'"),
        ("vip and \\\n disputed", "'\\\\'"),
        ("'\\d' in tags", "'\\\\'"),
        ("vip # or disputed", "'#'"),
        ("vip # aloud\n and disputed", "'#'"),  # or the second line would be lost
        ("#", "'#'"),
        ("vip\x00", "'\\x00'"),
        ("vip\rdisputed", "'\\r'"),
        ("vip\x0cand disputed", "'\\x0c'"),
        ("\ud800", "'\\ud800'"),
        ("\ufeffvip", "'\\ufeff'"),
    ],
)
def test_what_is_read_is_what_a_person_sees(text: str, shown: str) -> None:
    error = refused(text)
    assert error.expected == "plain characters, without escapes or comments"
    assert error.got == shown


def test_a_hash_inside_a_word_is_a_letter_like_another() -> None:
    assert read("'#1' in tags") == Containment("#1", "tags", negated=False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("days_past_due >= 0x1F", "'0x1F'"),
        ("days_past_due >= 0b11", "'0b11'"),
        ("days_past_due >= 3j", "'3j'"),
        ("amount_due >= EUR(1e3)", "'1e3'"),
        ("amount_due >= EUR(1.5E-1)", "'1.5E'"),
        ("days_past_due >= 1and vip", "'1and'"),
        ("days_past_due >= 1_x", "'1_x'"),
    ],
)
def test_numbers_are_in_plain_digits(text: str, shown: str) -> None:
    error = refused(text)
    assert (error.expected, error.got) == ("numbers in plain digits", shown)


@pytest.mark.parametrize(
    "text",
    ["'au' 'dit' in tags", "r'a' in tags", "u'a' in tags", "b'a' in tags", "'''a''' in tags"],
)
def test_word_is_what_stands_between_its_quotes(text: str) -> None:
    assert refused(text).expected == "one word in quotes for tags"


def test_text_that_python_itself_cannot_hold_is_refused_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def overflow(*_: object, **__: object) -> None:
        raise RecursionError

    monkeypatch.setattr("ast.parse", overflow)
    assert refused("vip").got == "'vip' (RecursionError)"


WORDS = [
    *CRITERIA,
    *(
        "and",
        "or",
        "not",
        "in",
        "is",
        "if",
        "else",
        "lambda",
        "True",
        "False",
        "None",
        "EUR",
        "USD",
    ),
    *(
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ":=",
        ".",
        "*",
        "-",
    ),
    *(
        "'a'",
        '"b"',
        "f'{x}'",
        "1",
        "2.5",
        "1_0",
        "0x1",
        "\n",
        "#",
        "\\",
        "\u0000",
        "\uff56ip",
        "é",
        "=",
        ";",
    ),
]


@given(st.text() | st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join))
@example("not " * 50 + "vip")
@example("(" * 199 + ")" * 199)
@example("-" * 399 + "1")
@example("9" * 400)
def test_any_text_is_a_condition_or_one_fault(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = tried(text)
    if isinstance(found, Condition):
        assert found.criteria <= CRITERIA.keys()
    else:
        assert found.expected
        assert found.got


def tried(text: str) -> Condition | InvalidInput:
    try:
        return read_condition(text, currency="EUR")
    except InvalidInput as error:
        return error
