"""The Python in README.md, docs/ and the scenarios runs as tests, page by page."""

from __future__ import annotations

from doctest import ELLIPSIS

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

# The example host is a program: its tests are in tests/, and importing it proves nothing.
collect_ignore_glob = ["docs/examples/*"]

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS), SkipParser()],
    patterns=["README.md", "docs/*.md", "docs/**/*.md", "tests/scenarios/*.md"],
).pytest()
