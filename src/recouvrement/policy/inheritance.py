"""A document laid over the one it extends: one flat document, each key with the place it came from.

Tables are merged key by key, rules by their id; rows of style come before those inherited. What
stands in the flat document is what the reader checks, so a fault in an inherited rule names the
document, and the line there, where the wrong text stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, Final

from attrs import evolve, frozen

from recouvrement.documents import Lines
from recouvrement.errors import Fault, InvalidPolicy, RecouvrementError, shown
from recouvrement.money import exponent_of
from recouvrement.policy.keys import DOCUMENT
from recouvrement.policy.placed import Node, Place, Places, planted, restate

# How many documents may stand above one another before nobody can follow.
MOST_PARENTS: Final = 8
_RULES: Final = ("hold", "trigger", "level", "partner")
_ROWS: Final = (*_RULES, "style")
_BESIDE: Final = ("after", "before")

Read = Callable[[str], tuple[dict[str, Any], Lines]]


@frozen(eq=False)
class Merged:
    """A flat document, where its entries stand, and what was wrong in how it was put together.

    `found` gives each fault after its document ("" for the one read) and its line.
    """

    document: dict[str, Any]
    places: Places
    found: tuple[tuple[str, int, Fault], ...]


def merged(document: dict[str, Any], lines: Lines, *, names: Collection[str], read: Read) -> Merged:
    """A document with all that it inherits; it is itself when it extends nothing.

    `names` are the documents that can be extended, `read` gives one of them. Raises `InvalidPolicy`
    where an inherited document cannot be had: nothing can be said of rules that are not there.
    """
    merge = _Merge(names, read)
    root = merge.flat(document, lines, ())
    return Merged(root.plain, Places(root), tuple(merge.found))


def in_another_currency(document: dict[str, Any], currency: str) -> dict[str, Any]:
    """The document with the same figures in another currency: 150 EUR becomes 150 USD.

    >>> in_another_currency({"currency": "EUR", "agenda": {"points": "open / EUR(1_000)"}}, "USD")
    {'currency': 'USD', 'agenda': {'points': 'open / USD(1_000)'}}
    """
    root = planted({**document, "currency": currency}, Lines({}))
    restate(root, DOCUMENT, document.get("currency"), currency)
    plain: dict[str, Any] = root.plain
    return plain


class _Merge:
    """One document and those above it, with the faults met on the way."""

    def __init__(self, names: Collection[str], read: Read) -> None:
        self.names = names
        self.read = read
        self.found: list[tuple[str, int, Fault]] = []

    def fault(self, name: str, expected: str, node: Node, got: str | None = None) -> None:
        document, line = node.where or ("", 0)
        came = shown(node.plain) if got is None else got
        self.found.append((document, line, Fault(name, expected, came, _said(node.where))))

    def flat(self, document: dict[str, Any], lines: Lines, below: tuple[str, ...]) -> Node:
        """The tree of a document laid over its parents; `below` are the names that led to it."""
        root = planted(document, lines, below[-1] if below else "")
        extends, remove = root.parts.pop("extends", None), root.parts.pop("remove", None)
        if extends is None:
            self.alone(root, remove)
            return root
        parent = self.parent(extends, below)
        _speak_of_one_currency(root, parent)
        if remove is not None:
            self.remove(remove, parent)
        parts = dict(parent.parts)
        for key, node in root.parts.items():
            known = parts.get(key)
            if key in _ROWS:
                parts[key] = self.rows(key, node, known or Node(node.where, []))
            else:
                parts[key] = _over(node, known)
        return Node(None, {}, parts)

    def alone(self, root: Node, remove: Node | None) -> None:
        """What extends nothing has no inherited rule to remove, or to put its own beside."""
        expected = "a document that extends another"
        if remove is not None:
            self.fault("remove", expected, remove, "no extends")
        for kind in _RULES:
            for at, row in enumerate(_rows(root, kind)):
                for key, node in _taken(row).items():
                    self.fault(f"{kind}.{at + 1}.{key}", expected, node, "no extends")

    def parent(self, extends: Node, below: tuple[str, ...]) -> Node:
        """The document that is extended, itself flat."""
        name = extends.plain
        if not isinstance(name, str) or name not in self.names:
            expected = "one of " + ", ".join(sorted(map(str, self.names)))
            raise InvalidPolicy("extends", expected, shown(name), _said(extends.where))
        if name in below:
            circle = " extends ".join([*below[below.index(name) :], name])
            expected = "documents that do not extend each other in a circle"
            raise InvalidPolicy("extends", expected, circle, _said(extends.where))
        if len(below) == MOST_PARENTS:
            expected = f"at most {MOST_PARENTS} documents above one another"
            raise InvalidPolicy("extends", expected, shown(name), _said(extends.where))
        try:
            document, lines = self.read(name)
        except InvalidPolicy as error:
            faults = [evolve(one, where=_inside(name, one.where)) for one in error.faults]
            raise InvalidPolicy.of(faults) from None
        return self.flat(document, lines, (*below, name))

    def remove(self, remove: Node, parent: Node) -> None:
        """Take from the parent the rules that its child does not want."""
        if remove.value != []:
            self.fault("remove", "a list of ids of inherited rules", remove)
        known = [row.id for kind in _ROWS for row in _rows(parent, kind) if row.id is not None]
        inherited, unwanted = set(known), set()
        for node in remove.parts.values():
            if isinstance(node.value, str) and node.value in inherited:
                unwanted.add(node.value)
            else:
                expected = "the id of an inherited rule, one of " + ", ".join(known)
                self.fault("remove", expected, node)
        for kind in _ROWS:
            rows = _rows(parent, kind)
            if rows:
                parent.parts[kind].hold([row for row in rows if row.id not in unwanted])

    def rows(self, kind: str, node: Node, known: Node) -> Node:
        """The rules of one kind; what is no array of tables is left for the reader to refuse."""
        mine, theirs = node.rows, known.rows
        if mine is None or theirs is None:
            return node if mine is None else known
        rows, fresh, seen = list(theirs), [], set()
        for at, row in enumerate(mine):
            name, place = f"{kind}.{at + 1}", _place_of(row.id, rows)
            if row.id in seen:
                self.fault(f"{name}.id", "an id used once", row.parts["id"])
            elif kind != "style":
                self.put(name, row, rows, place)
            elif place is None:
                fresh.append(row)
            else:
                rows[place] = _over(row, rows[place])
            if row.id is not None:
                seen.add(row.id)
        return Node(node.where, []).hold([*fresh, *rows])

    def put(self, name: str, row: Node, rows: list[Node], place: int | None) -> None:
        """One rule among those above it: where it was, at the end, or beside the one it names."""
        beside = _taken(row)
        if place is not None:
            row = _over(row, rows.pop(place))
        target = len(rows) if place is None else place
        for key, node in beside.items():
            other = _place_of(node.plain, rows)
            if other is None:
                ids = ", ".join(one.id for one in rows if one.id is not None)
                self.fault(f"{name}.{key}", f"one of {ids}", node)
            elif len(beside) > 1:
                self.fault(f"{name}.{key}", "after or before, not both", node)
            else:
                target = other + (key == "after")
        rows.insert(target, row)


def _said(place: Place | None) -> str | None:
    return _inside(place[0], f"line {place[1]}") if place is not None else None


def _inside(document: str, line: str | None) -> str:
    return ", ".join(one for one in (document, line) if one)


def _rows(document: Node, kind: str) -> list[Node]:
    """The rules of one kind, none where the document has no array of tables there."""
    node = document.parts.get(kind)
    return (node.rows or []) if node is not None else []


def _taken(row: Node) -> dict[str, Node]:
    """What a rule says of its place, which is no part of the rule."""
    return {key: row.parts.pop(key) for key in _BESIDE if key in row.parts}


def _place_of(name: object, rows: list[Node]) -> int | None:
    places = (at for at, row in enumerate(rows) if row.id == name)
    return next(places, None) if isinstance(name, str) else None


def _over(node: Node, known: Node | None) -> Node:
    """A value over the one it stands for: tables key by key, anything else whole."""
    if known is None or node.value != {} or known.value != {}:
        return node
    parts = dict(known.parts)
    for key, one in node.parts.items():
        parts[key] = _over(one, parts.get(key))
    return Node(node.where, {}, parts)


def _speak_of_one_currency(child: Node, parent: Node) -> None:
    """A document in another currency reads the figures it inherits in its own."""
    mine, theirs = child.parts.get("currency"), parent.parts.get("currency")
    if mine is None or theirs is None:
        return
    try:
        exponent_of(mine.plain)
    except RecouvrementError:
        return  # the reader says so
    restate(parent, DOCUMENT, theirs.plain, mine.plain)
