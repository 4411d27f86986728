"""For the reference page: the doctests of docstrings are shown as code, which they are."""

from __future__ import annotations

import re
from typing import Any

import griffe

# From a prompt to the next blank line, or to the end.
SESSION = re.compile(r"^>>> .*?(?=^\s*$|\Z)", flags=re.MULTILINE | re.DOTALL)


def fenced(text: str) -> str:
    """The same text, each of its doctest sessions in a fence of its own."""
    return SESSION.sub(lambda session: f"```pycon\n{session[0].rstrip()}\n```\n", text)


class Fences(griffe.Extension):
    """Fence the doctests of every object whose page is built."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of `obj`, if it has one."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)
