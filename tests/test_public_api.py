"""What a host sees of the package: its names, its version, its weight at import, its data."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import ModuleType

import pytest

import recouvrement

ROOMS = ["agenda", "kpi", "law", "policy", "policy.proofs", "position", "interop", "testing"]
REFERENCE = Path(__file__).parent.parent / "docs" / "reference.md"


def files_below(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in folder.iterdir():
        found.extend(files_below(entry) if entry.is_dir() else [entry])
    return found


def in_order(names: list[str]) -> list[str]:
    """Constants, then classes, then functions and modules, each by alphabet: the linter's order."""
    return sorted(set(names), key=lambda name: (not name.isupper(), name))


def public_names(module: ModuleType) -> list[str]:
    return [name for name in vars(module) if not name.startswith("_")]


def test_public_names_are_sorted_unique_and_present() -> None:
    names = list(recouvrement.__all__)
    assert names == in_order(names)
    assert [name for name in names if not hasattr(recouvrement, name)] == []


def test_every_name_of_the_root_is_declared_public_or_is_a_room() -> None:
    undeclared = set(public_names(recouvrement)) - set(recouvrement.__all__)
    modules = {name for name in undeclared if inspect.ismodule(getattr(recouvrement, name))}
    assert undeclared - modules - {"annotations"} == set()


@pytest.mark.parametrize("room", ROOMS)
def test_public_names_of_each_room_are_sorted_unique_and_present(room: str) -> None:
    module = importlib.import_module(f"recouvrement.{room}")
    names = list(module.__all__)
    assert names == in_order(names)
    assert [name for name in names if not hasattr(module, name)] == []


def test_every_public_value_says_what_it_is() -> None:
    silent = [
        name
        for name in recouvrement.__all__
        if inspect.isclass(member := getattr(recouvrement, name)) or inspect.isfunction(member)
        if not inspect.getdoc(member)
    ]
    assert silent == []


def test_no_module_bears_the_name_of_a_public_function() -> None:
    package = resources.files("recouvrement")
    modules = {
        Path(entry.name).stem for entry in files_below(package) if entry.name.endswith(".py")
    }
    rooms = [recouvrement, *(importlib.import_module(f"recouvrement.{room}") for room in ROOMS)]
    functions = {
        name for room in rooms for name in room.__all__ if inspect.isfunction(getattr(room, name))
    }
    assert modules & functions == set()


def test_importing_the_package_loads_neither_babel_nor_hypothesis() -> None:
    # A new interpreter: this one has Hypothesis already.
    code = "import sys, recouvrement; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"babel", "hypothesis"} & set(run.stdout.split()) == set()
    assert "recouvrement" in run.stdout.split()


def test_deciding_loads_no_proof() -> None:
    # A new interpreter: this one may have proved something already.
    code = "import sys, recouvrement; print(*(n for n in sys.modules if 'recouvrement' in n))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "recouvrement.policy.engine" in loaded
    assert {name for name in loaded if "proofs" in name} == set()


def test_what_is_proved_of_policies_is_in_their_room_all_the_same() -> None:
    room = importlib.import_module("recouvrement.policy")
    proofs = importlib.import_module("recouvrement.policy.proofs")
    assert room.verify is proofs.verify
    assert set(room.__all__) <= set(dir(room))
    with pytest.raises(AttributeError, match="has no attribute 'prove'"):
        _ = room.prove


def test_version_is_the_one_installed() -> None:
    assert recouvrement.__version__ == metadata.version("recouvrement")


def test_installed_package_holds_its_types_and_its_presets() -> None:
    package = resources.files("recouvrement")
    names = {entry.name for entry in files_below(package)}
    assert "py.typed" in names
    presets = package / "policy" / "presets"
    assert "fr-b2b.toml" in {entry.name for entry in presets.iterdir()}


@pytest.mark.skipif(not REFERENCE.exists(), reason="the pages of docs/ are not here")
def test_reference_page_shows_the_root_and_every_room() -> None:
    shown = {
        line.removeprefix("::: ").strip()
        for line in REFERENCE.read_text(encoding="utf-8").splitlines()
        if line.startswith("::: ")
    }
    # What is proved is shown in the room of policies, where a host imports it from.
    rooms = {f"recouvrement.{room}" for room in ROOMS if room != "policy.proofs"}
    assert {"recouvrement", *rooms} <= shown
