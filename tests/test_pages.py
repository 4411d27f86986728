"""What the README and the pages promise beyond their code blocks, which run by themselves."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent
README = TOP / "README.md"
DECISIONS = TOP / "docs" / "decisions"
GLOSSARY = TOP / "docs" / "glossary.md"

pytestmark = pytest.mark.skipif(
    not (README.exists() and GLOSSARY.exists()), reason="the README and the pages are not here"
)

SET_UP = "python3 -m venv .venv && .venv/bin/pip install -e "
LONGEST_EMBEDDING = 20
TOP_PAGES = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
# Design's own pairs: the words that must never drift.
PAIRS = {
    "dunning level": "niveau de relance",
    "dunning block": "blocage de relance",
    "placement": "remise en contentieux ou en recouvrement",
    "proof of debt": "déclaration de créance",
    "pre-due reminder": "pré-relance",
    "average days to pay": "délai moyen de règlement",
    "appropriation": "imputation",
    "dispute": "litige",
    "litigation": "contentieux",
}


def block(text: str, language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)
    assert found
    return found[1]


def embedding() -> str:
    return README.read_text(encoding="utf-8").partition("## Embed it")[2]


def glossary() -> list[tuple[str, str]]:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|", GLOSSARY.read_text("utf-8"), re.MULTILINE)
    return [(term, french) for term, french in rows if term != "Term"]


def test_readme_gives_the_review_and_then_the_tests_in_one_command_each() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith(SET_UP)] == [
        f"{SET_UP}. && .venv/bin/python docs/examples/review.py",
        f'{SET_UP}".[test]" && .venv/bin/python -m pytest',
    ]


def test_embedding_of_the_readme_prints_what_it_says() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(block(embedding(), "python"), {"__name__": "embedding"})  # noqa: S102
    assert printed.getvalue() == block(embedding(), "text")


def test_embedding_of_the_readme_fits_in_twenty_lines() -> None:
    written = [line for line in block(embedding(), "python").splitlines() if line.strip()]
    assert len(written) <= LONGEST_EMBEDDING


@pytest.mark.parametrize("page", TOP_PAGES)
@pytest.mark.skipif(
    not (TOP / "CONTRIBUTING.md").exists(), reason="only a part of the tree is here"
)
def test_pages_at_the_top_lead_nowhere_that_does_not_exist(page: str) -> None:
    links = re.findall(r"\]\((?![a-z]+:)([^)#]+)", (TOP / page).read_text(encoding="utf-8"))
    assert [link for link in links if not (TOP / link).exists()] == []


def test_every_decision_has_its_line_in_the_index() -> None:
    index = (DECISIONS / "index.md").read_text(encoding="utf-8")
    pages = sorted(page.name for page in DECISIONS.glob("[0-9]*.md"))
    assert re.findall(r"\]\(([0-9]{4}-[a-z0-9-]+\.md)\)", index) == pages


def test_glossary_keeps_the_pairs_that_the_design_fixed() -> None:
    assert PAIRS.items() <= dict(glossary()).items()


def test_glossary_has_every_term_once() -> None:
    terms = [term for term, _ in glossary()]
    assert sorted(terms) == sorted(set(terms))
