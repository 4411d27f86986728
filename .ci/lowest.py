"""Print the lowest versions the project allows, one requirement a line, for pip to install.

They are read from pyproject.toml, so that what is promised there is what is tested.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

BOUND = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)>=(?P<version>[0-9][0-9A-Za-z.]*)")


def lowest(requirement: str) -> str:
    """The requirement at its lower bound; a cap, a marker or no bound is refused."""
    bound = BOUND.fullmatch(requirement)
    if bound is None:
        raise SystemExit(f"pyproject.toml: expected name>=version, got {requirement!r}")
    return f"{bound['name']}=={bound['version']}"


def main() -> None:
    """One line per run-time dependency."""
    text = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    for requirement in tomllib.loads(text)["project"]["dependencies"]:
        print(lowest(requirement))


if __name__ == "__main__":
    main()
