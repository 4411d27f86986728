"""The Python in README.md, docs/ and the scenarios runs as tests, page by page."""

from __future__ import annotations

from doctest import ELLIPSIS

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

# Programs, not pages: the example host has its tests in tests/, the other serves the builder.
collect_ignore_glob = ["docs/*.py", "docs/examples/*"]

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS), SkipParser()],
    patterns=["README.md", "docs/*.md", "docs/**/*.md", "tests/scenarios/*.md"],
).pytest()
