"""The page about policies lists the criteria and the reasons that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from recouvrement.policy import CRITERIA
from recouvrement.policy.entries import RESERVED

PAGE = Path(__file__).parent.parent / "docs" / "policies.md"

pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the pages are not here")


def test_page_lists_every_criterion_as_the_registry_has_it() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \| ([a-z ]+) \| (\w+) \| (.*) \|$",
        PAGE.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    assert sorted(rows) == sorted(
        (one.name, one.scope, f"{one.type}{' or absent' if one.absent else ''}", one.worse, one.doc)
        for one in CRITERIA.values()
    )


def test_page_names_every_reason_that_is_no_rule_of_a_document() -> None:
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition("## Why nothing was done")[2].partition("##")[0]
    assert {word for word in RESERVED if f"`{word}`" in section} == RESERVED
