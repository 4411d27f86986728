"""What a criterion is: one name that conditions may use, ours or a host's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from keyword import iskeyword
from types import MappingProxyType
from typing import Any, Final, TypeVar

from attrs import field, frozen

from recouvrement.errors import InvalidInput, word_of


class CriterionType(StrEnum):
    """What a criterion's values are, and so what they may be compared with."""

    INTEGER = "integer"
    MONEY = "money"
    FLAG = "flag"
    WORD = "word"
    WORDS = "words"


class Scope(StrEnum):
    """Whether a criterion, or a hold, is about one open item or about the whole account."""

    ITEM = "item"
    ACCOUNT = "account"


class Worse(StrEnum):
    """Which way a criterion moves as things worsen; NEITHER when it does not say."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Aggregate(StrEnum):
    """How a criterion about items stands for an account: over all that may be asked for."""

    ANY = "any"
    ALL = "all"
    MAX = "max"
    MIN = "min"
    SUM = "sum"


_COUNTED: Final = frozenset({CriterionType.INTEGER, CriterionType.MONEY})
_ABLE: Final[Mapping[CriterionType, frozenset[Aggregate]]] = {
    CriterionType.INTEGER: frozenset({Aggregate.MAX, Aggregate.MIN, Aggregate.SUM}),
    CriterionType.MONEY: frozenset({Aggregate.MAX, Aggregate.MIN, Aggregate.SUM}),
    CriterionType.FLAG: frozenset({Aggregate.ANY, Aggregate.ALL}),
    CriterionType.WORD: frozenset(),
    CriterionType.WORDS: frozenset(),
}
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
# The names of the registry: a host's criterion may not hide one. Filled once, by `registry`.
_OURS: Final[set[str]] = set()

Word = TypeVar("Word", bound=StrEnum)


def _type(word: str) -> CriterionType:
    return word_of(CriterionType, word, "criterion.type")


def _scope(word: str) -> Scope:
    return word_of(Scope, word, "criterion.scope")


def _worse(word: str) -> Worse:
    return word_of(Worse, word, "criterion.worse")


def _aggregate(word: str | None) -> Aggregate | None:
    return None if word is None else word_of(Aggregate, word, "criterion.aggregates")


@frozen
class Criterion:
    """One name that conditions may use.

    `absent` says that it may have no value: any comparison with an absent value is false. `fixed`
    says that no later fact changes it. `least` and `most` bound what it can be, whatever happens;
    None is no bound. `aggregates` says how a criterion about items stands for the whole account,
    `instead` names the account criterion that account rules use in its place.

    A host adds its own with `read`, a function of an `OpenItem` and the `Position` it is part of,
    or for the account's scope of the `Position` and the `Debtor`. An amount is given as `Money`.

    >>> def freight_days(item, position):
    ...     return item.days_past_due if "freight" in item.invoice.tags else None
    >>> Criterion("freight_days", "integer", unit="days", worse="up", absent=True,
    ...           doc="Days past due of a freight invoice; absent for the others.",
    ...           read=freight_days).scope
    <Scope.ITEM: 'item'>

    `InvalidInput` for a name that is not a lower-case identifier, that Python or the registry
    already uses, without a `doc`, or where two fields contradict each other.
    """

    name: str
    type: CriterionType = field(converter=_type)
    doc: str = field(default="", kw_only=True)
    source: str = field(default="", kw_only=True, repr=False)
    scope: Scope = field(default=Scope.ITEM, kw_only=True, converter=_scope)
    unit: str = field(default="", kw_only=True)
    worse: Worse = field(default=Worse.NEITHER, kw_only=True, converter=_worse)
    absent: bool = field(default=False, kw_only=True)
    fixed: bool = field(default=False, kw_only=True)
    words: tuple[str, ...] = field(default=(), kw_only=True)
    instead: str | None = field(default=None, kw_only=True)
    least: int | None = field(default=None, kw_only=True)
    most: int | None = field(default=None, kw_only=True)
    aggregates: Aggregate | None = field(default=None, kw_only=True, converter=_aggregate)
    # Code is no data: two criteria that declare the same are equal whatever reads them.
    read: Callable[..., Any] | None = field(default=None, kw_only=True, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        _check_name(self)
        if not isinstance(self.doc, str) or not self.doc.strip():
            _refuse("doc", "a sentence that says what it is", self.doc)
        if not self.source:
            if not callable(self.read):
                _refuse("read", "a function that reads it", self.read)
        elif self.read is not None:
            _refuse("source", "none beside read", self.source)
        _check_bounds(self)
        _check_shape(self)


def _refuse(name: str, expected: str, got: object) -> None:
    raise InvalidInput(f"criterion.{name}", expected, repr(got))


def _check_name(one: Criterion) -> None:
    name = one.name
    if not isinstance(name, str) or not _NAME.fullmatch(name) or iskeyword(name):
        _refuse("name", "a lower-case Python identifier that is no keyword", name)
    if one.read is not None and name in _OURS:
        _refuse("name", "a name that is no criterion of the registry", name)


def _check_bounds(one: Criterion) -> None:
    for name in ("least", "most"):
        bound = getattr(one, name)
        if bound is not None and (type(bound) is not int or one.type not in _COUNTED):
            _refuse(name, "a whole number, of an integer or an amount", bound)
    if one.least is not None and one.most is not None and one.least > one.most:
        _refuse("most", f"least ({one.least}) or more", one.most)


def _check_shape(one: Criterion) -> None:
    for name in ("absent", "fixed"):
        if type(getattr(one, name)) is not bool:
            _refuse(name, "True or False", getattr(one, name))
    if one.absent and one.type in (CriterionType.FLAG, CriterionType.WORDS):
        _refuse("absent", f"False for {one.type}: nothing is no flag, and an empty set", one.absent)
    words = one.words
    if not isinstance(words, tuple) or not all(isinstance(word, str) for word in words):
        _refuse("words", "a tuple of texts", words)
    if words and one.type is not CriterionType.WORD:
        _refuse("words", f"none for {one.type}", words)
    if one.aggregates is not None:
        if one.scope is Scope.ACCOUNT:
            _refuse("aggregates", "None for a criterion of the account", one.aggregates.value)
        if one.aggregates not in _ABLE[one.type]:
            able = ", ".join(sorted(_ABLE[one.type])) or "None"
            _refuse("aggregates", f"{able} for {one.type}", one.aggregates.value)


def registry(*criteria: Criterion) -> Mapping[str, Criterion]:
    """These criteria by name, which no host's criterion may take from now on."""
    _OURS.update(one.name for one in criteria)
    return MappingProxyType({one.name: one for one in criteria})
