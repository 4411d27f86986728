"""What a host adds in Python: criteria and rules, read so that no error of theirs chases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from recouvrement.errors import InvalidInput, shown
from recouvrement.facts.account import Account
from recouvrement.money import Money
from recouvrement.policy.criteria import Criterion, CriterionType
from recouvrement.policy.ladder import CodedRule
from recouvrement.position.position import Position, open_item
from recouvrement.position.standing import Row, Standing

AmountIn = Callable[[int, str], int]


class CriterionFailed(Exception):
    """A criterion or a rule of the host raised, or gave what it had not declared."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


_TYPES: Final[Mapping[CriterionType, type | tuple[type, ...]]] = {
    CriterionType.INTEGER: int,
    CriterionType.FLAG: bool,
    CriterionType.WORD: str,
    CriterionType.WORDS: (frozenset, set, tuple, list),
}


def host_criteria(given: object) -> tuple[Criterion, ...]:
    """The criteria that a host gives, each once, or `InvalidInput`."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise InvalidInput("criteria", "a collection of criteria", shown(given))
    criteria = tuple(given)
    names: set[str] = set()
    for one in criteria:
        if not isinstance(one, Criterion) or one.read is None:
            raise InvalidInput("criteria", "a Criterion with a function that reads it", shown(one))
        if one.name in names:
            raise InvalidInput("criteria", "each criterion once", f"{one.name!r} twice")
        names.add(one.name)
    return criteria


def item_reader(criterion: Criterion) -> Callable[..., Any]:
    """How generated code reads a host's criterion about one item."""

    def read(r: Row, s: Standing, a: Account, amount_in: AmountIn) -> Any:
        return _checked(criterion, amount_in, open_item(s, r), _position(s, a))

    return read


def account_reader(criterion: Criterion) -> Callable[..., Any]:
    """How generated code reads a host's criterion about the whole account."""

    def read(s: Standing, a: Account, amount_in: AmountIn) -> Any:
        return _checked(criterion, amount_in, _position(s, a), a.debtor)

    return read


def aggregated(criterion: Criterion) -> Callable[..., Any]:
    """How a rule about the account reads a criterion about items: over what may be asked for."""
    read, how = item_reader(criterion), criterion.aggregates

    def over(s: Standing, a: Account, day: int, amount_in: AmountIn) -> Any:  # noqa: ARG001
        values = [read(r, s, a, amount_in) for r in s.rows if r.collectable]
        if how == "any":
            return any(values)
        if how == "all":
            return bool(values) and all(values)
        present = [one for one in values if one is not None]
        if how == "sum":
            return sum(present)
        if not present:
            return None
        return max(present) if how == "max" else min(present)

    return over


def rule_reader(rule: CodedRule) -> Callable[..., bool]:
    """How generated code asks a rule written in Python."""

    def met(**values: Any) -> bool:
        try:
            return bool(rule.met(**values))
        except Exception:  # noqa: BLE001 (whatever the host's code raises, nobody is chased for it)
            raise CriterionFailed(rule.text) from None

    return met


def _position(s: Standing, a: Account) -> Position:
    as_of = date.fromordinal(s.day)
    return Position(a, as_of, known_on=None, conventions=s.conventions, standing=s)


def _checked(criterion: Criterion, amount_in: AmountIn, *given: Any) -> Any:
    """The value, in minor units where it is an amount, if it is what the criterion declares."""
    try:
        value = criterion.read(*given) if criterion.read is not None else None
        if isinstance(value, Money):
            declared = criterion.type is CriterionType.MONEY
            value = amount_in(value.minor, value.currency)
        else:
            declared = _is_declared(criterion, value)
        if declared and _is_within(criterion, value):
            return value
    except Exception:  # noqa: BLE001 (whatever the host's code raises, nobody is chased for it)
        raise CriterionFailed(criterion.name) from None
    raise CriterionFailed(criterion.name)


def _is_declared(criterion: Criterion, value: Any) -> bool:
    """Whether a value that is no amount is of the type declared; None is for what may be absent."""
    if value is None:
        return criterion.absent
    kind = criterion.type
    if kind is CriterionType.INTEGER and isinstance(value, bool):
        return False
    return kind in _TYPES and isinstance(value, _TYPES[kind])


def _is_within(criterion: Criterion, value: Any) -> bool:
    """Whether a value is one that the criterion says it may have."""
    if value is None:
        return True
    least, most, words = criterion.least, criterion.most, criterion.words
    return (
        (least is None or least <= value)
        and (most is None or value <= most)
        and (not words or value in words)
    )
