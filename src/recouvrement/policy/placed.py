"""A document as a tree whose every value knows where it stands, so that trees can be merged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from attrs import define, field, frozen

from recouvrement.documents import Lines, Path
from recouvrement.policy.keys import Key, KeyType

Place = tuple[str, int]

# How deep a document has keys of ours: [[trigger]] 1 [offer] days. What lies deeper stays whole.
_DEPTH: Final = 4
_AMOUNTS: Final = re.compile(r"""'[^']*'|"[^"]*"|\b[A-Z]{3}(?=\s*\()""")


@define(eq=False)
class Node:
    """A value and where it stands; a table or a list is empty here, and holds its `parts`."""

    where: Place | None
    value: Any
    parts: dict[Any, Node] = field(factory=dict)

    @property
    def rows(self) -> list[Node] | None:
        """The tables of an array of tables; None when it is anything else."""
        rows = list(self.parts.values())
        return rows if self.value == [] and all(row.value == {} for row in rows) else None

    @property
    def id(self) -> str | None:
        """The id of a rule, None when it has none that could be one."""
        node = self.parts.get("id")
        return node.value if node is not None and isinstance(node.value, str) else None

    @property
    def plain(self) -> Any:
        """The value as a TOML reader gives it."""
        if self.value or not isinstance(self.value, (dict, list)):
            return self.value
        if isinstance(self.value, dict):
            return {key: node.plain for key, node in self.parts.items()}
        return [node.plain for node in self.parts.values()]

    def hold(self, rows: Iterable[Node]) -> Node:
        """Make these its rows; the node itself."""
        self.parts = dict(enumerate(rows))
        return self


@frozen(eq=False)
class Places:
    """Where each entry of a merged document stands."""

    root: Node = field(repr=False)

    def where(self, path: Path) -> Place | None:
        """The document ("" for the one read) and the line of an entry, or of what holds it."""
        node = self.root
        for step in path:
            if step not in node.parts:
                break
            node = node.parts[step]
        return node.where


def planted(document: dict[str, Any], lines: Lines, name: str = "") -> Node:
    """The tree of a document; `name` is that of one which another extends."""
    return _planted(document, (), lines, name, _DEPTH)


def _planted(value: Any, path: Path, lines: Lines, name: str, depth: int) -> Node:
    line = lines.line(path)
    where = None if line is None else (name, line)
    if not depth or not isinstance(value, (dict, list)):
        return Node(where, value)
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    parts = {key: _planted(one, (*path, key), lines, name, depth - 1) for key, one in pairs}
    return Node(where, type(value)(), parts)


def in_currency(text: str, old: object, new: str) -> str:
    """A condition with its amounts said in another currency; words in quotes are left alone.

    >>> in_currency("segment == 'EUR(1)' or open >= EUR(12.50)", "EUR", "USD")
    "segment == 'EUR(1)' or open >= USD(12.50)"
    """
    return _AMOUNTS.sub(lambda found: new if found[0] == old else found[0], text)


def restate(table: Node, keys: Iterable[Key], old: object, new: str) -> None:
    """Say the amounts of every condition under these keys in another currency: the same figures."""
    for key in keys:
        node = table.parts.get(key.name)
        if node is None:
            continue
        if key.type in (KeyType.CONDITION, KeyType.POINTS) and isinstance(node.value, str):
            node.value = in_currency(node.value, old, new)
        for one in node.rows or [] if key.type is KeyType.ROWS else [node]:
            restate(one, key.keys, old, new)
