"""An account as Python source that rebuilds it: what a person pastes into a test."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import attrs

from recouvrement.errors import InvalidFact
from recouvrement.facts.account import Account
from recouvrement.facts.fact import Fact
from recouvrement.money import Money

WIDTH: Final = 100
_INDENT = "    "


def written(value: object, *, indent: int = 0) -> str:
    """The Python expression that builds an account, a debtor, a fact or a part of one again.

    What has its default is left out. The names in it are `date` and those of `recouvrement`.

    >>> from recouvrement import Debtor, Interaction, Step
    >>> print(written(Debtor("C-1", "Atelier Vasseur", kind="business", vip=True)))
    Debtor("C-1", "Atelier Vasseur", kind="business", vip=True)
    >>> steps = [Step("F-1", "call")]
    >>> print(written(Interaction("I-1", date(2026, 3, 2), channel="phone", steps=steps)))
    Interaction("I-1", date(2026, 3, 2), channel="phone", steps=[Step("F-1", "call")])
    """
    return _Writing().expression(value, indent * len(_INDENT))


def pasteable(account: Account, as_of: date, *further: Fact) -> str:
    """The source of a counter-example: imports, `account`, `as_of`, and what is `further` recorded.

    >>> from recouvrement import Debtor, Invoice
    >>> account = Account.of(
    ...     Debtor("C-1", "Atelier Vasseur", kind="business"),
    ...     Invoice("F-1", date(2026, 1, 5), due_on=date(2026, 2, 4), total=Money.of(9, "EUR")),
    ... )
    >>> print(pasteable(account, date(2026, 2, 9)))
    from datetime import date
    <BLANKLINE>
    from recouvrement import Account, Debtor, Invoice, Money
    <BLANKLINE>
    account = Account.of(
        Debtor("C-1", "Atelier Vasseur", kind="business"),
        Invoice("F-1", date(2026, 1, 5), due_on=date(2026, 2, 4), total=Money.of("9.00", "EUR")),
    )
    as_of = date(2026, 2, 9)
    """
    writing = _Writing()
    lines = [
        f"account = {writing.expression(account, 0)}",
        f"as_of = {writing.expression(as_of, 0)}",
    ]
    if further:
        lines.append(f"further = {writing.expression(further, 0)}")
    names = sorted(writing.names - {"date"})
    imports = f"from recouvrement import {', '.join(names)}"
    if len(imports) > WIDTH:
        imports = "\n".join(
            ["from recouvrement import (", *(f"{_INDENT}{name}," for name in names), ")"]
        )
    return "\n".join(["from datetime import date", "", imports, "", *lines])


class _Writing:
    """Source being written, and the names that it needs."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def expression(self, value: object, column: int, before: int = 0) -> str:
        """The expression, on one line or broken at its arguments where it would be too long.

        It begins `before` characters to the right of `column`, and one more follows it.
        """
        line = self.line(value)
        if not isinstance(value, Account) and column + before + len(line) < WIDTH:
            return line
        head, arguments, tail = self.parts(value)
        if not arguments:
            return line
        deeper = column + len(_INDENT)
        rows = [
            f"{' ' * deeper}{prefix}{self.expression(one, deeper, len(prefix))},"
            for prefix, one in arguments
        ]
        return "\n".join([head, *rows, f"{' ' * column}{tail}"])

    def line(self, value: object) -> str:
        """The expression on one line, however long."""
        head, arguments, tail = self.parts(value)
        return head + ", ".join(prefix + self.line(one) for prefix, one in arguments) + tail

    def parts(self, value: object) -> tuple[str, list[tuple[str, object]], str]:
        """How a value is written: what opens it, its arguments with their names, what closes it."""
        arguments: list[tuple[str, object]] = []
        match value:
            case Account():
                self.names.add("Account")
                head, tail = "Account.of(", ")"
                arguments = [("", one) for one in (value.debtor, *value.facts)]
                if value.creditor is not None:
                    arguments.append(("creditor=", value.creditor))
            case Money():
                self.names.add("Money")
                head, tail = f'Money.of("{value.amount}", "{value.currency}"', ")"
            case date():
                self.names.add("date")
                head, tail = f"date({value.year}, {value.month}, {value.day}", ")"
            case Decimal():
                # Facts take numbers as text, and text keeps every digit.
                head, tail = _quoted(str(value)), ""
            case tuple():
                head, arguments, tail = "[", [("", one) for one in value], "]"
            case frozenset():
                head, arguments, tail = "{", [("", one) for one in sorted(value)], "}"
            case str():
                head, tail = _quoted(value.value if isinstance(value, Enum) else value), ""
            case _ if attrs.has(type(value)):
                self.names.add(type(value).__name__)
                head, arguments, tail = f"{type(value).__name__}(", _arguments(value), ")"
            case _:
                head, tail = repr(value), ""
        return head, arguments, tail


def _quoted(text: str) -> str:
    if text.isprintable() and not {'"', "\\"}.intersection(text):
        return f'"{text}"'
    return repr(text)


def _arguments(value: Any) -> list[tuple[str, object]]:
    """Positional fields first, then the others by name; the day it was learnt comes last."""
    given = [one for one in attrs.fields(type(value)) if one.init and not _needless(value, one)]
    given.sort(key=lambda one: (one.kw_only, one.name == "recorded_on"))
    return [(f"{one.name}=" if one.kw_only else "", getattr(value, one.name)) for one in given]


def _needless(value: Any, one: attrs.Attribute[Any]) -> bool:
    """Whether the value is the same when this field is not given."""
    if one.default is attrs.NOTHING or not one.kw_only:
        return False
    try:
        return bool(attrs.evolve(value, **{one.name: one.default}) == value)
    except InvalidFact:
        return False
