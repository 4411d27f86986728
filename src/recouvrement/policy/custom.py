"""What a host adds in Python: criteria and rules, read so that no error of theirs chases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

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
    CriterionType.MONEY: Money,
    CriterionType.FLAG: bool,
    CriterionType.WORD: str,
    CriterionType.WORDS: (frozenset, set, tuple, list),
}


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
    read = criterion.read
    try:
        value = read(*given) if read is not None else None
        if value is None:
            known = criterion.absent
        else:
            known = isinstance(value, _TYPES[criterion.type])
            known = known and (
                criterion.type is not CriterionType.INTEGER or type(value) is not bool
            )
        if known:
            return amount_in(value.minor, value.currency) if isinstance(value, Money) else value
    except Exception:  # noqa: BLE001 (whatever the host's code raises, nobody is chased for it)
        raise CriterionFailed(criterion.name) from None
    raise CriterionFailed(criterion.name)
