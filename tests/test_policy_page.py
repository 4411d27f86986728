"""The pages about policies say what the library says: their written parts are fresh."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from recouvrement.policy import CRITERIA
from recouvrement.policy.entries import RESERVED
from recouvrement.policy.reader import preset_names

DOCS = Path(__file__).parent.parent / "docs"

pytestmark = pytest.mark.skipif(not DOCS.exists(), reason="the pages are not here")


@pytest.fixture(scope="module")
def written() -> ModuleType:
    spec = importlib.util.spec_from_file_location("written", DOCS / "written.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", ["policies.md", "presets.md"])
def test_written_parts_of_a_page_are_what_the_library_says_today(
    page: str, written: ModuleType
) -> None:
    assert written.PART.search(text(page))
    assert written.rewritten(text(page)) == text(page), "run: python docs/written.py"


def test_page_lists_every_criterion_as_the_registry_has_it() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (\w+) \| ([a-z ]+) \| (\w+) \| (.*) \|$",
        text("policies.md"),
        flags=re.MULTILINE,
    )
    assert sorted(rows) == sorted(
        (one.name, one.scope, f"{one.type}{' or absent' if one.absent else ''}", one.worse, one.doc)
        for one in CRITERIA.values()
    )


def test_page_of_presets_has_each_of_them_and_no_fault() -> None:
    titles = re.findall(r"^## (.+)$", text("presets.md"), flags=re.MULTILINE)
    assert tuple(titles) == preset_names()
    assert text("presets.md").count("Verified: 0 faults.") == len(titles)


def test_page_names_every_reason_that_is_no_rule_of_a_document() -> None:
    section = text("policies.md").partition("## Why nothing was done")[2].partition("##")[0]
    assert {word for word in RESERVED if f"`{word}`" in section} == RESERVED
