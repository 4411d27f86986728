"""Where each key of a TOML document stands: the reader of values does not say."""

from __future__ import annotations

import re

from attrs import frozen

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\-\"' ]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9_-]+))\s*=")
_QUOTES = ('"""', "'" * 3)


@frozen
class Lines:
    """The line of every key and table of one document."""

    by_path: dict[Path, int]

    def line(self, path: Path) -> int | None:
        """The line of a key, or of the nearest table around it; None when there is neither."""
        while path:
            if path in self.by_path:
                return self.by_path[path]
            path = path[:-1]
        return None


def lines_of(text: str) -> Lines:
    r"""The lines of a document that the TOML reader accepts; keys of inline tables share theirs.

    >>> lines_of('name = "x"\n[[level]]\nid = "call"').line(("level", 0, "id"))
    3
    """
    by_path: dict[Path, int] = {}
    table: Path = ()
    counts: dict[str, int] = {}
    closing: str | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if closing is not None:  # inside a text of several lines
            closing = None if closing in line else closing
            continue
        header, key = _HEADER.match(line), _KEY.match(line)
        if header is not None:
            name = header[2].strip("\"' ")
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = (name, counts[name])
                by_path.setdefault((name,), number)
            else:
                table = (name,)
            by_path.setdefault(table, number)
        elif key is not None:
            name = next(part for part in key.groups() if part is not None)
            by_path.setdefault((*table, name), number)
            for quotes in _QUOTES:
                if line.count(quotes) == 1:
                    closing = quotes
    return Lines(by_path)
