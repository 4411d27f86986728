"""A policy document read whole: every fault at once, each with its line and its key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from importlib import resources
from typing import Any, TypeVar

from recouvrement.errors import Fault, InvalidInput, InvalidPolicy, RecouvrementError
from recouvrement.facts.words import ActionKind, Channel, DebtorKind, DocumentKind, Tone
from recouvrement.money import Money, exponent_of
from recouvrement.policy.compiler import FORMAL
from recouvrement.policy.condition import Condition, read_condition
from recouvrement.policy.criteria import Scope
from recouvrement.policy.document import Lines, lines_of
from recouvrement.policy.ladder import Floor, Hold, Level, Pace
from recouvrement.policy.policy import Policy
from recouvrement.policy.words import Climb, Handler
from recouvrement.position.conventions import Conventions

Word = TypeVar("Word", bound=StrEnum)

# What a rung may do, with the register and the hands it takes unless the document says otherwise.
_RUNGS: Mapping[ActionKind, tuple[Tone, Handler]] = {
    ActionKind.PRE_DUE_REMINDER: (Tone.FRIENDLY, Handler.AUTOMATIC),
    ActionKind.REMIND: (Tone.COURTEOUS, Handler.AUTOMATIC),
    ActionKind.CALL: (Tone.COURTEOUS, Handler.COLLECTOR),
    ActionKind.VISIT: (Tone.FIRM, Handler.COLLECTOR),
    ActionKind.FORMAL_NOTICE: (Tone.FORMAL, Handler.COLLECTOR),
    ActionKind.PLACE: (Tone.FORMAL, Handler.ACCOUNT_MANAGER),
}
_TOP = ("name", "version", "currency", "law", "for", "pace", "floor", "promises", "hold", "level")
_LEVEL = (
    "id",
    "when",
    "until",
    "for",
    "do",
    "channel",
    "tone",
    "handler",
    "template",
    "documents",
)
# Reasons that `because` may give beside the ids of rules.
RESERVED = frozenset(
    {
        "awaiting-notice",
        "channels-refused",
        "floor",
        "kind-not-served",
        "outside-calendar",
        "pace",
        "unapplied-cash",
    }
)
_ID = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_NUMBER = re.compile(r"[0-9]+")
# A century of days: longer than any rule, and short enough for every date.
_MOST = 36_525
_LONGEST_SHOWN = 200


def read_policy(text: str) -> Policy:
    """The policy that a TOML document states, or one `InvalidPolicy` with all its faults.

    >>> from recouvrement.errors import InvalidPolicy
    >>> try:
    ...     read_policy('name = "x"')
    ... except InvalidPolicy as error:
    ...     print(error.faults[0])
    version: expected some text, got nothing
    """
    return _read(text, restated=None)


def preset(name: str, *, currency: str | None = None) -> Policy:
    """A ready policy, written as a document like any user's.

    With `currency`, the same figures are read in that currency: 150 EUR becomes 150 USD.

    >>> preset("fr-b2b", currency="USD").floor.placement
    Money.of("500.00", "USD")
    """
    folder = resources.files("recouvrement.policy") / "presets"
    known = sorted(one.name.removesuffix(".toml") for one in folder.iterdir())
    if name not in known:
        raise InvalidInput("preset", "one of " + ", ".join(known), repr(name))
    if currency is not None:
        exponent_of(currency)
    return _read((folder / f"{name}.toml").read_text(encoding="utf-8"), restated=currency)


def _read(text: object, *, restated: str | None) -> Policy:
    if not isinstance(text, str):
        raise InvalidPolicy("policy", "the text of a TOML document", type(text).__name__)
    text = text.removeprefix("\ufeff")  # some editors begin a file with a mark of their own
    try:
        document = tomllib.loads(text, parse_float=Decimal)
        lines = lines_of(text)
    except tomllib.TOMLDecodeError as error:
        reason, _, place = str(error).partition(" (at ")
        line = _NUMBER.search(place)  # none where the document ends too early
        raise _unreadable(reason, int(line[0]) if line else text.count("\n") + 1) from None
    except (ValueError, ArithmeticError, RecursionError):
        lengths = [len(one) for one in text.split("\n")]
        reason = "a number or a nesting beyond measure"
        raise _unreadable(reason, lengths.index(max(lengths)) + 1) from None
    reading = _Reading(document, lines, restated)
    policy = reading.policy()
    if reading.faults:
        raise InvalidPolicy.of(sorted(reading.faults, key=_by_line))
    return policy


def _unreadable(reason: str, line: int) -> InvalidPolicy:
    return InvalidPolicy("policy", "a TOML document", reason, f"line {line}")


def _shown(value: object) -> str:
    """What came, as a fault shows it."""
    try:
        plain = isinstance(value, Decimal)
        text = "nothing" if value is None else str(value) if plain else repr(value)
    except ValueError:  # Python writes no number of more than 4300 digits
        text = "a number of thousands of digits"
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _by_line(fault: Fault) -> int:
    return int(fault.where.removeprefix("line ")) if fault.where else 0


class _Reading:
    """One pass over a document: faults are gathered, and a stand-in lets the reading go on."""

    def __init__(self, document: dict[str, Any], lines: Lines, restated: str | None) -> None:
        self.document = document
        self.lines = lines
        self.faults: list[Fault] = []
        self.currency = "EUR"
        self.restated = restated
        self.ids: dict[str, str] = {}
        self.levels: tuple[str, ...] = ()

    def fault(self, path: tuple[str | int, ...], expected: str, got: object) -> None:
        shown = got if isinstance(got, _Said) else _shown(got)
        name = ".".join(f"{one + 1}" if isinstance(one, int) else one for one in path)
        line = self.lines.line(path)
        place = None if line is None else f"line {line}"
        self.faults.append(Fault(name, expected, str(shown), place))

    def policy(self) -> Policy:
        document = self.document
        self.unknown((), document, _TOP)
        name, version = self.text(("name",)), self.text(("version",))
        law = self.text(("law",)) if "law" in document else None
        self.currency = self.text(("currency",))
        try:
            exponent_of(self.currency)
        except RecouvrementError:
            if "currency" in document:
                self.fault(("currency",), "an ISO 4217 code", document["currency"])
            self.currency = "EUR"
        serves = frozenset(self.words(("for",), DebtorKind, required=True))
        levels = self.tables("level")
        self.levels = tuple(
            str(level["id"]) for level in levels if isinstance(level.get("id"), str)
        )
        if document.get("level", []) == []:
            self.fault(("level",), "at least one [[level]]", None)
        pace, floor, conventions = self.pace(), self.floor(), self.conventions()
        holds = tuple(self.hold(at, table) for at, table in enumerate(self.tables("hold")))
        rungs = tuple(self.level(at, table) for at, table in enumerate(levels))
        self.in_order([level.get("do") for level in levels])
        if self.faults:
            holds, rungs = (), ()
        return Policy(
            name=name,
            version=version,
            currency=self.restated or self.currency,
            law=law,
            serves=serves,
            pace=pace,
            floor=floor,
            conventions=conventions,
            holds=holds,
            levels=rungs,
        )

    def get(self, path: tuple[str | int, ...]) -> Any:
        value: Any = self.document
        for one in path:
            value = value.get(one) if isinstance(value, dict) else value[one]
        return value

    def unknown(
        self, path: tuple[str | int, ...], table: dict[str, Any], known: tuple[str, ...]
    ) -> None:
        for key in table:
            if key not in known:
                self.fault(
                    (*path, key), "one of " + ", ".join(known), _Said("a key not known here")
                )

    def text(self, path: tuple[str | int, ...]) -> str:
        value = self.get(path)
        if not isinstance(value, str) or not value.strip():
            self.fault(path, "some text", value)
            return "?"
        return value

    def table(self, name: str, known: tuple[str, ...]) -> dict[str, Any]:
        table = self.document.get(name, {})
        if not isinstance(table, dict):
            self.fault((name,), f"a table [{name}]", table)
            self.document[name] = table = {}
        self.unknown((name,), table, known)
        return table

    def tables(self, name: str) -> list[dict[str, Any]]:
        tables = self.document.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
            self.fault((name,), f"tables [[{name}]]", tables)
            return []
        return tables

    def integer(self, table: str, key: str, default: int, least: int) -> int:
        value = self.document.get(table, {}).get(key, default)
        if type(value) is not int or not least <= value <= _MOST:
            self.fault((table, key), f"a whole number from {least} to {_MOST}", value)
            return default
        return value

    def word(
        self, path: tuple[str | int, ...], words: type[Word], default: Word | None
    ) -> Word | None:
        value = self.get(path)
        if value is None:
            return default
        if isinstance(value, str) and value in list(words):
            return words(value)
        self.fault(path, "one of " + ", ".join(words), value)
        return default

    def words(
        self, path: tuple[str | int, ...], words: type[Word], *, required: bool = False
    ) -> tuple[Word, ...]:
        values = self.get(path)
        if values is None and not required:
            return ()
        if not isinstance(values, list) or (required and not values):
            self.fault(path, "a list of " + ", ".join(words), values)
            return ()
        strangers = [one for one in values if not isinstance(one, str) or one not in list(words)]
        if strangers:
            self.fault(path, "only " + ", ".join(words), strangers)
            return ()
        return tuple(words(one) for one in values)

    def pace(self) -> Pace:
        known = ("between_contacts", "per_30_days", "between_levels", "climb")
        self.table("pace", known)
        # At least a day: otherwise a second run of the same day would speak twice.
        return Pace(
            between_contacts=self.integer("pace", "between_contacts", 5, 1),
            per_30_days=self.integer("pace", "per_30_days", 5, 1),
            between_levels=self.integer("pace", "between_levels", 7, 1),
            climb=self.word(("pace", "climb"), Climb, Climb.ONE_LEVEL) or Climb.ONE_LEVEL
            if "pace" in self.document
            else Climb.ONE_LEVEL,
        )

    def floor(self) -> Floor:
        amounts: dict[str, Money] = {}
        for key, value in self.table("floor", ("formal_notice", "placement")).items():
            if key in ("formal_notice", "placement"):
                amount = self.amount(("floor", key), value)
                if amount is not None:
                    amounts[key] = amount
        return Floor(**amounts)

    def amount(self, path: tuple[str | int, ...], value: object) -> Money | None:
        """Digits are read as written: TOML numbers come as int or Decimal, never as float."""
        currency = self.restated or self.currency
        try:
            amount = Money.of(value, currency)  # type: ignore[arg-type]
        except ValueError:
            amount = None
        if amount is None or amount.minor < 0:
            self.fault(path, f"an amount in {currency}, 0 or more", value)
            return None
        return amount

    def conventions(self) -> Conventions:
        self.table("promises", ("tolerance", "horizon", "broken_tolerated"))
        return Conventions(
            promise_tolerance=self.integer("promises", "tolerance", 0, 0),
            promise_horizon=self.integer("promises", "horizon", 30, 0),
            broken_promises_tolerated=self.integer("promises", "broken_tolerated", 1, 0),
        )

    def identifier(self, path: tuple[str | int, ...]) -> str:
        value = self.get(path)
        if not isinstance(value, str) or not _ID.fullmatch(value):
            self.fault(path, "an id of lower-case words joined by hyphens", value)
            return "?"
        if value in RESERVED:
            self.fault(path, "an id other than the reasons " + ", ".join(sorted(RESERVED)), value)
        elif value in self.ids:
            self.fault(path, "an id used once", _Said(f"{value!r}, also {self.ids[value]}"))
        self.ids.setdefault(value, ".".join(str(one) for one in path[:1]))
        return value

    def condition(
        self,
        path: tuple[str | int, ...],
        *,
        scope: Scope = Scope.ITEM,
        fixed_only: bool = False,
    ) -> Condition:
        try:
            return read_condition(
                self.get(path),
                currency=self.currency,
                restated=self.restated,
                scope=scope,
                words={"level_reached": self.levels},
                fixed_only=fixed_only,
            )
        except InvalidInput as error:
            self.fault(path, error.expected, _Said(error.got))
            return read_condition("False", currency="EUR")

    def hold(self, at: int, table: dict[str, Any]) -> Hold:
        path = ("hold", at)
        self.unknown(path, table, ("id", "when", "scope"))
        scope = self.word((*path, "scope"), Scope, None)
        if scope is None and "scope" not in table:
            self.fault((*path, "scope"), "one of item, account", None)
        return Hold(
            id=self.identifier((*path, "id")),
            when=self.condition((*path, "when"), scope=scope or Scope.ITEM),
            scope=scope or Scope.ITEM,
        )

    def level(self, at: int, table: dict[str, Any]) -> Level:
        path = ("level", at)
        self.unknown(path, table, _LEVEL)
        identifier = self.identifier((*path, "id"))
        do = self.word((*path, "do"), ActionKind, None)
        if do is None and "do" not in table:
            self.fault((*path, "do"), "one of " + ", ".join(_RUNGS), None)
        if do is not None and do not in _RUNGS:
            self.fault((*path, "do"), "one of " + ", ".join(_RUNGS), do.value)
        tone, handler = _RUNGS.get(do or ActionKind.REMIND, _RUNGS[ActionKind.REMIND])
        channel = self.word((*path, "channel"), Channel, None)
        if channel is None and "channel" not in table and do is not ActionKind.PLACE:
            self.fault((*path, "channel"), "one of " + ", ".join(Channel), None)
        named = self.word((*path, "handler"), Handler, handler) or handler
        if do in FORMAL and named is Handler.AUTOMATIC:
            self.fault((*path, "handler"), "a person: a formal act is never automatic", named.value)
        return Level(
            id=identifier,
            when=self.condition((*path, "when")),
            until=self.condition((*path, "until")) if "until" in table else None,
            serves=self.condition((*path, "for"), fixed_only=True) if "for" in table else None,
            do=do or ActionKind.REMIND,
            channel=channel,
            tone=self.word((*path, "tone"), Tone, tone) or tone,
            handler=named,
            template=self.text((*path, "template")) if "template" in table else identifier,
            documents=self.words((*path, "documents"), DocumentKind),
        )

    def in_order(self, acts: list[object]) -> None:
        """An item that a late pre-due reminder had moved up would never be asked for its money."""
        demanding = False
        for at, act in enumerate(acts):
            if act == ActionKind.PRE_DUE_REMINDER and demanding:
                expected = "pre-due reminders before the levels that demand"
                self.fault(("level", at, "do"), expected, act)
            elif act in list(_RUNGS):
                demanding = demanding or act != ActionKind.PRE_DUE_REMINDER


class _Said(str):
    """A description of what came, to be shown as it is."""

    __slots__ = ()
