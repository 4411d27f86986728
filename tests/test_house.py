"""Rules of the house that no linter holds: size, names, built-in ways out of the process."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath

import pytest

LONGEST_MODULE = 450  # lines that are not blank: well past 400, a module holds two ideas
NAMES_THAT_SAY_NOTHING = {
    "base",
    "common",
    "core",
    "helpers",
    "manager",
    "misc",
    "process",
    "utils",
}
WAYS_OUT = {"__import__", "breakpoint", "eval", "input", "open", "print"}


def modules_of(folder: Traversable, prefix: str = "") -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        path = f"{prefix}{entry.name}"
        if entry.is_dir():
            yield from modules_of(entry, f"{path}/")
        elif entry.name.endswith(".py"):
            yield path, entry.read_text(encoding="utf-8")


MODULES = dict(modules_of(resources.files("recouvrement")))
every_module = pytest.mark.parametrize("path", MODULES)


def called_names(text: str) -> set[str]:
    calls = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return {function.id for function in calls if isinstance(function, ast.Name)}


@every_module
def test_module_holds_one_idea_and_so_stays_short(path: str) -> None:
    written = [line for line in MODULES[path].splitlines() if line.strip()]
    assert len(written) <= LONGEST_MODULE


@every_module
def test_module_name_says_what_is_inside(path: str) -> None:
    parts = {part.strip("_") for part in PurePosixPath(path).with_suffix("").parts}
    assert parts & NAMES_THAT_SAY_NOTHING == set()


@every_module
def test_module_says_in_its_docstring_what_it_is_for(path: str) -> None:
    assert ast.get_docstring(ast.parse(MODULES[path]))


@every_module
def test_module_calls_no_built_in_way_out_of_the_process(path: str) -> None:
    assert called_names(MODULES[path]) & WAYS_OUT == set()


def test_text_becomes_code_in_one_place_only() -> None:
    makers = {path for path, text in MODULES.items() if {"compile", "exec"} & called_names(text)}
    assert makers == {"policy/compiler.py"}


def test_importlib_is_used_only_to_read_our_own_data() -> None:
    imports = {
        ast.unparse(node)
        for text in MODULES.values()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {line for line in imports if "importlib" in line} <= {
        "from importlib import resources",
        "from importlib.resources import files",
        "import importlib.resources",
    }
