"""One table of twelve rules, decided by our generated function and by general rule engines.

The engines come with the extra `bench`; one that is not installed is not measured. Every engine
must give the same answer on every case before it is timed.
"""

from __future__ import annotations

import importlib
import json
import random
from collections.abc import Callable
from typing import Any

from recouvrement import read_policy

# First match wins: days past due, amount in cents, contacts so far, very important or not.
TABLE = (
    ("place", 90, 500_000, 4, None),
    ("notice-large", 60, 1_000_000, 3, None),
    ("notice", 60, 15_000, 3, False),
    ("visit", 45, 2_000_000, 2, None),
    ("manager", 45, 0, 2, True),
    ("firm-letter", 45, 0, 2, False),
    ("call-large", 20, 500_000, 1, None),
    ("call", 20, 0, 1, False),
    ("manager-mail", 10, 0, 0, True),
    ("second", 10, 0, 1, None),
    ("reminder", 2, 0, 0, None),
    ("courtesy", 1, 1_000_000, 0, None),
)
NAMES = tuple(row[0] for row in TABLE)
Case = tuple[int, int, int, bool]
Decide = Callable[[list[Case]], list[str]]


def cases(number: int) -> list[Case]:
    """The same cases at every run."""
    chance = random.Random(12)
    return [
        (
            chance.randrange(0, 120),
            chance.choice((5_000, 20_000, 600_000, 1_500_000, 3_000_000)),
            chance.randrange(0, 6),
            chance.random() < 0.2,
        )
        for _ in range(number)
    ]


def by_hand(given: list[Case]) -> list[str]:  # noqa: C901 (twelve rows, written out)
    """What a good programmer writes."""

    def decide(days: int, amount: int, contacts: int, vip: bool) -> str:  # noqa: C901, PLR0911, FBT001
        if days >= 90 and amount >= 500_000 and contacts >= 4:
            return "place"
        if days >= 60 and amount >= 1_000_000 and contacts >= 3:
            return "notice-large"
        if days >= 60 and amount >= 15_000 and contacts >= 3 and not vip:
            return "notice"
        if days >= 45 and amount >= 2_000_000 and contacts >= 2:
            return "visit"
        if days >= 45 and amount >= 0 and contacts >= 2 and vip:
            return "manager"
        if days >= 45 and amount >= 0 and contacts >= 2 and not vip:
            return "firm-letter"
        if days >= 20 and amount >= 500_000 and contacts >= 1:
            return "call-large"
        if days >= 20 and amount >= 0 and contacts >= 1 and not vip:
            return "call"
        if days >= 10 and amount >= 0 and contacts >= 0 and vip:
            return "manager-mail"
        if days >= 10 and amount >= 0 and contacts >= 1:
            return "second"
        if days >= 2 and amount >= 0 and contacts >= 0:
            return "reminder"
        if days >= 1 and amount >= 1_000_000 and contacts >= 0:
            return "courtesy"
        return ""

    return [decide(*one) for one in given]


def _text(row: tuple[str, int, int, int, bool | None]) -> str:
    """A row as a condition of a policy document."""
    _, days, amount, contacts, vip = row
    parts = [f"days_past_due >= {days}", f"amount_due >= EUR({amount / 100:.2f})"]
    parts.append(f"contacts_30d >= {contacts}")
    if vip is not None:
        parts.append("vip" if vip else "not vip")
    return " and ".join(parts)


def ours() -> Decide:
    """The table as a policy that climbs to age: its highest level met is the first row met."""
    head = 'name = "x"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n'
    head += '[pace]\nclimb = "to-age"\n'
    rows = "".join(
        f'[[level]]\nid = "{row[0]}"\nwhen = "{_text(row)}"\ndo = "remind"\nchannel = "email"\n'
        for row in reversed(TABLE)
    )
    compiled = read_policy(head + rows).compiled
    climb, ids = compiled.climb, (*compiled.ids, "")
    order = [
        ("days_past_due", "amount_due", "contacts_30d", "vip").index(name)
        for name in compiled.arguments
    ]

    def decide(given: list[Case]) -> list[str]:
        a, b, c, d = order
        return [ids[climb(-1, one[a], one[b], one[c], one[d])] for one in given]

    return decide


def zen() -> Decide:
    """GoRules zen-engine: one compiled expression for each row."""
    return _row_by_row(importlib.import_module("zen").compile_expression, "evaluate")


def zen_table() -> Decide:
    """GoRules zen-engine: the same as one decision table, evaluated case by case."""
    engine = importlib.import_module("zen").ZenEngine()
    inputs = [{"id": f"i{at}", "name": name, "field": name} for at, name in enumerate(_FIELDS)]
    rules = [
        {
            "_id": name,
            "i0": f">= {days}",
            "i1": f">= {amount}",
            "i2": f">= {contacts}",
            "i3": "" if vip is None else str(vip).lower(),
            "o": json.dumps(name),
        }
        for name, days, amount, contacts, vip in TABLE
    ]
    table = {
        "hitPolicy": "first",
        "inputs": inputs,
        "outputs": [{"id": "o", "name": "rule", "field": "rule"}],
        "rules": rules,
    }
    node = {"id": "t", "type": "decisionTableNode", "name": "t", "content": table}
    ends = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "t", "type": "edge"},
        {"id": "b", "sourceId": "t", "targetId": "out", "type": "edge"},
    ]
    graph = {"nodes": [ends[0], node, ends[1]], "edges": edges}
    decision = engine.create_decision(json.dumps(graph))

    def decide(given: list[Case]) -> list[str]:
        return [(decision.evaluate(fact)["result"] or {}).get("rule", "") for fact in _facts(given)]

    return decide


def rule_engine() -> Decide:
    """rule-engine: one rule object for each row."""
    return _row_by_row(importlib.import_module("rule_engine").Rule, "matches")


def business_rules() -> Decide:
    """business-rules: conditions as mappings over decorated variables."""
    package = importlib.import_module("business_rules.engine")
    variables = importlib.import_module("business_rules.variables")

    class Fact(variables.BaseVariables):  # type: ignore[misc, name-defined]
        def __init__(self, case: Case) -> None:
            self.case = case

        @variables.numeric_rule_variable  # type: ignore[untyped-decorator]
        def days(self) -> int:
            return self.case[0]

        @variables.numeric_rule_variable  # type: ignore[untyped-decorator]
        def amount(self) -> int:
            return self.case[1]

        @variables.numeric_rule_variable  # type: ignore[untyped-decorator]
        def contacts(self) -> int:
            return self.case[2]

        @variables.boolean_rule_variable  # type: ignore[untyped-decorator]
        def vip(self) -> bool:
            return self.case[3]

    rows = []
    for name, *bounds, vip in TABLE:
        parts: list[dict[str, Any]] = [
            {"name": field, "operator": "greater_than_or_equal_to", "value": bound}
            for field, bound in zip(_FIELDS, bounds, strict=False)
        ]
        if vip is not None:
            parts.append({"name": "vip", "operator": "is_true" if vip else "is_false", "value": 1})
        rows.append((name, {"all": parts}))
    check = package.check_conditions_recursively

    def decide(given: list[Case]) -> list[str]:
        answers = []
        for one in given:
            fact = Fact(one)
            answers.append(next((name for name, row in rows if check(row, fact)), ""))
        return answers

    return decide


_FIELDS = ("days", "amount", "contacts", "vip")
ENGINES: dict[str, Callable[[], Decide]] = {
    "zen": zen,
    "zen_table": zen_table,
    "rule_engine": rule_engine,
    "business_rules": business_rules,
}


def _facts(given: list[Case]) -> list[dict[str, Any]]:
    return [dict(zip(_FIELDS, one, strict=True)) for one in given]


def _row_by_row(build: Callable[[str], Any], method: str) -> Decide:
    """The first row whose own expression, built once, is true of a case."""
    rows = [
        (
            name,
            build(
                f"days >= {days} and amount >= {amount} and contacts >= {contacts}"
                + ("" if vip is None else f" and vip == {str(vip).lower()}")
            ),
        )
        for name, days, amount, contacts, vip in TABLE
    ]

    def decide(given: list[Case]) -> list[str]:
        return [
            next((name for name, row in rows if getattr(row, method)(fact)), "")
            for fact in _facts(given)
        ]

    return decide


def ratios(timed: Callable[[Callable[[], object]], float], number: int = 4_000) -> dict[str, float]:
    """How many times longer each engine that is installed takes than our generated function."""
    given = cases(number)
    expected = by_hand(given)
    mine = ours()
    if mine(given) != expected:
        raise SystemExit("our table and the hand-written one differ")
    base = timed(lambda: mine(given))
    result = {"table_vs_hand": base / timed(lambda: by_hand(given))}
    for name, build in ENGINES.items():
        try:
            decide = build()
        except ImportError:
            continue
        if decide(given) != expected:
            raise SystemExit(f"{name} and the hand-written table differ")
        result[f"decide_vs_{name}"] = timed(lambda decide=decide: decide(given)) / base  # type: ignore[misc]
    return result
