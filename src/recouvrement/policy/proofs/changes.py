"""What changed from one version of a policy to another, rule by rule and key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from attrs import evolve, field, fields, frozen

from recouvrement.policy.ladder import Hold, Level, Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.style import Partner, Style

Rule = Hold | Level | Trigger | Partner | Style


class ChangeKind(StrEnum):
    """What became of a rule, or of a key of the document."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@frozen(kw_only=True)
class Changed:
    """One rule, or one key of the document such as "pace.between_levels", that is not the same.

    `keys` are what changed of a rule, `old` and `new` the rule as it was and is, at its place in
    `places`; for a key of the document they are its values.
    """

    rule: str
    kind: ChangeKind
    keys: tuple[str, ...] = ()
    old: Any = field(default=None, repr=False)
    new: Any = field(default=None, repr=False)
    places: tuple[int | None, int | None] = (None, None)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rule as it is, then as it was, where there is one."""
        return tuple([one for one in (self.new, self.old) if isinstance(one, Rule)])

    @property
    def table(self) -> str:
        """The table of a policy in which the rule stands."""
        return _RULES[type(self.rules[0])]

    @property
    def is_key(self) -> bool:
        """Whether it is a key of the document, and no rule."""
        return not self.rules


def changed(old: Policy, new: Policy) -> Iterator[Changed]:
    """Everything that is not the same: the keys of the document, then the rules kind by kind.

    Rules are the same when they bear the same id. Name and version do not count, nor does what
    only the host knows.
    """
    yield from _document(old, new)
    for kind, name in _RULES.items():
        compared = _styles if kind is Style else _named
        yield from compared(getattr(old, name), getattr(new, name))


_RULES: Final[Mapping[type, str]] = {
    Hold: "holds",
    Trigger: "triggers",
    Level: "levels",
    Style: "styles",
    Partner: "partners",
}


def alone(old: Policy, new: Policy, one: Changed) -> Policy:
    """The old policy with this change and no other.

    Where the change means nothing by itself (another currency, other criteria of the host), it is
    the new policy.
    """
    if one.is_key:
        part, _, name = one.rule.partition(".")
        if part in ("pace", "floor"):
            return evolve(old, **{part: evolve(getattr(old, part), **{name: one.new})})
        if one.rule in _CONVENTIONS.values():
            field_name = next(own for own, key in _CONVENTIONS.items() if key == one.rule)
            return evolve(old, conventions=evolve(old.conventions, **{field_name: one.new}))
        if one.rule in _OF_THE_LAW:
            return evolve(old, law=new.law, laws=new.laws, sector=new.sector)
        return evolve(old, serves=one.new) if part == "for" else new
    if old.criteria != new.criteria or old.currency != new.currency:
        return new
    table = one.table
    rules, later = list(getattr(old, table)), getattr(new, table)
    was_at, at = one.places
    if was_at is not None:
        del rules[was_at]
    if at is not None:
        place = len(rules) if was_at is None else was_at
        if one.kind is not ChangeKind.CHANGED:
            # Before the first of those that follow it now.
            after = [_name(rule) for rule in later[at + 1 :]]
            place = next((n for n, rule in enumerate(rules) if _name(rule) in after), len(rules))
        rules.insert(place, one.old if one.kind is ChangeKind.MOVED else one.new)
    given: dict[str, Any] = {table: tuple(rules)}
    return evolve(old, **given)


def _name(rule: Any) -> object:
    """What a rule is known by in both policies."""
    return rule.id or rule


def _document(old: Policy, new: Policy) -> Iterator[Changed]:
    """The keys of the document that are not the same."""
    for name in ("currency", "law", "laws", "sector", "serves", "worklist", "criteria"):
        yield from _key(_KEYS.get(name, name), getattr(old, name), getattr(new, name))
    for part in ("pace", "floor"):
        before, after = getattr(old, part), getattr(new, part)
        for one in fields(type(before)):
            yield from _key(f"{part}.{one.name}", *(getattr(x, one.name) for x in (before, after)))
    for name, key in _CONVENTIONS.items():
        yield from _key(key, getattr(old.conventions, name), getattr(new.conventions, name))


# They go together: a trade is one that the law knows, and a law one of the packs that are given.
_OF_THE_LAW: Final = frozenset({"law", "laws", "deadlines.sector"})
_KEYS: Final = {"sector": "deadlines.sector", "serves": "for", "worklist": "agenda"}
_CONVENTIONS: Final = {
    "promise_tolerance": "promises.tolerance",
    "promise_horizon": "promises.horizon",
    "broken_promises_tolerated": "promises.broken_tolerated",
    "limitation_years": "deadlines.limitation_years",
    "claim_months": "deadlines.claim_months",
}


def _key(name: str, before: object, after: object) -> Iterator[Changed]:
    if before != after:
        yield Changed(rule=name, kind=ChangeKind.CHANGED, old=before, new=after)


def _named(before: Sequence[Any], after: Sequence[Any]) -> Iterator[Changed]:
    olds = {one.id: (at, one) for at, one in enumerate(before)}
    news = {one.id: (at, one) for at, one in enumerate(after)}
    shared = [one.id for one in before if one.id in news]
    still = _common(shared, [one.id for one in after if one.id in olds])
    for name, (was_at, was) in olds.items():
        if name not in news:
            yield Changed(rule=name, kind=ChangeKind.REMOVED, old=was, places=(was_at, None))
    for name, (rank, rule) in news.items():
        if name not in olds:
            yield Changed(rule=name, kind=ChangeKind.ADDED, new=rule, places=(None, rank))
            continue
        was_at, was = olds[name]
        there: dict[str, Any] = {"old": was, "new": rule, "places": (was_at, rank)}
        if was != rule:
            yield Changed(rule=name, kind=ChangeKind.CHANGED, keys=_keys(was, rule), **there)
        if name not in still:
            yield Changed(rule=name, kind=ChangeKind.MOVED, **there)


def _styles(before: Sequence[Style], after: Sequence[Style]) -> Iterator[Changed]:
    """Rows that all have an id are compared by it; else in order, between those that stayed."""
    if all(one.id for one in (*before, *after)):
        yield from _named(before, after)
        return
    for olds, news in _between(before, after):
        both = min(len(olds), len(news))
        for (was_at, was), (at, row) in zip(olds, news, strict=False):
            yield Changed(
                rule=row.id or f"style.{at + 1}",
                kind=ChangeKind.CHANGED,
                keys=_keys(was, row),
                old=was,
                new=row,
                places=(was_at, at),
            )
        for was_at, was in olds[both:]:
            name = was.id or f"style.{was_at + 1}"
            yield Changed(rule=name, kind=ChangeKind.REMOVED, old=was, places=(was_at, None))
        for at, row in news[both:]:
            name = row.id or f"style.{at + 1}"
            yield Changed(rule=name, kind=ChangeKind.ADDED, new=row, places=(None, at))


def _between(
    before: Sequence[Style], after: Sequence[Style]
) -> Iterator[tuple[list[tuple[int, Style]], list[tuple[int, Style]]]]:
    """The runs of rows, each with its place, between those that are the same in both."""
    olds: list[tuple[int, Style]] = []
    news: list[tuple[int, Style]] = []
    at = other = 0
    for row in [*_common(before, after), None]:
        while at < len(before) and before[at] != row:
            olds.append((at, before[at]))
            at += 1
        while other < len(after) and after[other] != row:
            news.append((other, after[other]))
            other += 1
        yield olds, news
        olds, news, at, other = [], [], at + 1, other + 1


def _common(before: Sequence[Any], after: Sequence[Any]) -> list[Any]:
    """The longest run, in order, that both have in common."""
    longest: list[list[int]] = [[0] * (len(after) + 1) for _ in range(len(before) + 1)]
    for at in range(len(before) - 1, -1, -1):
        for other in range(len(after) - 1, -1, -1):
            if before[at] == after[other]:
                longest[at][other] = longest[at + 1][other + 1] + 1
            else:
                longest[at][other] = max(longest[at + 1][other], longest[at][other + 1])
    found, at, other = [], 0, 0
    while at < len(before) and other < len(after):
        if before[at] == after[other]:
            found.append(before[at])
            at, other = at + 1, other + 1
        elif longest[at + 1][other] >= longest[at][other + 1]:
            at += 1
        else:
            other += 1
    return found


def _keys(before: Rule, after: Rule) -> tuple[str, ...]:
    """The keys of a rule that changed, as documents name them."""
    return tuple(
        {"serves": "for"}.get(one.name, one.name)
        for one in fields(type(before))
        if getattr(before, one.name) != getattr(after, one.name)
    )
