"""The developers' tasks, each in its own environment: `nox -l` lists them.

The gates of every change are in `.ci/run`; what takes longer is here only.
"""

from __future__ import annotations

import runpy
import tomllib
from pathlib import Path

import nox

nox.needs_version = ">=2024.10"
nox.options.default_venv_backend = "venv"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_existing_virtualenvs = True
nox.options.sessions = ["tests", "lint", "typing", "docs"]

PYTHONS = ["3.11", "3.12", "3.13"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The suite with coverage; arguments after -- go to pytest."""
    session.install("-e", ".[test]")
    whole = [] if session.posargs else ["--cov"]
    session.run("python", "-m", "pytest", *whole, *session.posargs)


@nox.session(python="3.11")
def tests_lowest(session: nox.Session) -> None:
    """The suite on the lowest versions that pyproject.toml allows."""
    lowest = runpy.run_path(".ci/lowest.py")["lowest"]
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    session.install("-e", ".[test]", *map(lowest, project["dependencies"]))
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def typing(session: nox.Session) -> None:
    """Mypy, strict, on the package, its tests, the examples and the benchmarks."""
    session.install("-e", ".[dev]")
    session.run("mypy", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Ruff's rules and layout, and who may import what."""
    session.install("-e", ".[dev]")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("lint-imports")


@nox.session
def docs(session: nox.Session) -> None:
    """The pages, built strictly; `nox -s docs -- serve` shows them while you write."""
    session.install("-e", ".[docs]")
    session.env["NO_MKDOCS_2_WARNING"] = "1"
    session.run("mkdocs", *(session.posargs or ["build", "--strict"]))


@nox.session
def proofs(session: nox.Session) -> None:
    """Every property with 10 000 examples, new ones each time: for the night."""
    session.install("-e", ".[test]")
    session.env["HYPOTHESIS_PROFILE"] = "nightly"
    session.run("python", "-m", "pytest", *session.posargs)


@nox.session
def hostile(session: nox.Session) -> None:
    """Read 200 000 mutated policy documents: half an hour; `HOSTILE_FROM=…` begins at a number."""
    session.install("-e", ".[test]")
    session.env["HOSTILE_DOCUMENTS"] = "200000"
    tests = "tests/policy/test_hostile_documents.py"
    session.run("python", "-m", "pytest", "-n0", "-k", "mutated", tests, *session.posargs)


@nox.session
def schema(session: nox.Session) -> None:
    """Write the JSON Schema of policy documents again, from the table of their keys."""
    session.install("-e", ".")
    code = "import json; from recouvrement.policy.schema import policy_schema as made; "
    code += "print(json.dumps(made(), indent=2, ensure_ascii=False))"
    written = session.run("python", "-c", code, silent=True)
    file = Path("src/recouvrement/policy/policy.schema.json")
    file.write_text(str(written), encoding="utf-8")


@nox.session
def laws(session: nox.Session) -> None:
    """The policy laws on 10 000 cases of each preset; after --, how many, and which presets."""
    session.install("-e", ".[testing]")
    session.run("python", "tests/properties/laws_at_length.py", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the code on purpose and see a test fail; a survivor is a rule that no test holds."""
    session.install("-e", ".[test]", "mutmut~=3.8")
    session.env["HYPOTHESIS_PROFILE"] = "few"
    session.run("mutmut", "run", *session.posargs)
    session.run("mutmut", "results")


@nox.session
def bench(session: nox.Session) -> None:
    """The ratios the design promises, measured in one run; `-- --json` for machines."""
    session.install(".[bench]")
    session.run("python", "benchmarks/run.py", *session.posargs)
