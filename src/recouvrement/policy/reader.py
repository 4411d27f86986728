"""A policy document read whole: every fault at once, each with its line and its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from recouvrement.documents import Lines, document_of
from recouvrement.errors import InvalidInput, InvalidPolicy
from recouvrement.law import LawPack
from recouvrement.money import exponent_of
from recouvrement.policy.applicable import host_laws
from recouvrement.policy.criteria import Criterion, known_criteria
from recouvrement.policy.custom import host_criteria
from recouvrement.policy.inheritance import in_another_currency, merged
from recouvrement.policy.policy import Policy
from recouvrement.policy.rules import Rules

# Hundreds of rules.
_LONGEST = 200_000


def read_policy(
    text: str,
    *,
    documents: Mapping[str, str] | None = None,
    criteria: Iterable[Criterion] = (),
    laws: Iterable[LawPack] = (),
) -> Policy:
    """The policy that a TOML document states, or one `InvalidPolicy` with all its faults.

    A document that `extends` another finds it among `documents`, by name, else among the presets.
    `criteria` are the host's own, which the document may name like any other. `laws` are the host's
    own packs, or ours with its rows laid over: they come before ours of the same name.

    >>> from recouvrement.errors import InvalidPolicy
    >>> try:
    ...     read_policy('name = "x"')
    ... except InvalidPolicy as error:
    ...     print(error.faults[0])
    version: expected some text, got nothing
    """
    return _read(text, documents or {}, host_criteria(criteria), host_laws(laws), restated=None)


def preset(name: str, *, currency: str | None = None, laws: Iterable[LawPack] = ()) -> Policy:
    """A ready policy, written as a document like any user's.

    With `currency`, the same figures are read in that currency: 150 EUR becomes 150 USD. `laws` as
    for `read_policy`.

    >>> preset("fr-b2b", currency="USD").floor.placement
    Money.of("500.00", "USD")
    """
    text = preset_text(name)
    if currency is not None:
        exponent_of(currency)
    return _read(text, {}, (), host_laws(laws), restated=currency)


def preset_names() -> tuple[str, ...]:
    """The names of the ready policies, sorted.

    >>> "fr-b2b" in preset_names()
    True
    """
    folder = resources.files("recouvrement.policy") / "presets"
    return tuple(sorted(one.name.removesuffix(".toml") for one in folder.iterdir()))


def preset_text(name: str) -> str:
    """The document of a ready policy, to read, to copy, or to extend."""
    if name not in preset_names():
        raise InvalidInput("preset", "one of " + ", ".join(preset_names()), repr(name))
    folder = resources.files("recouvrement.policy") / "presets"
    return (folder / f"{name}.toml").read_text(encoding="utf-8")


def _read(
    text: object,
    documents: Mapping[str, str],
    custom: tuple[Criterion, ...],
    laws: tuple[LawPack, ...],
    *,
    restated: str | None,
) -> Policy:
    document, lines = parsed(text)

    def another(name: str) -> tuple[dict[str, Any], Lines]:
        return parsed(documents[name] if name in documents else preset_text(name))

    flat = merged(document, lines, names={*documents, *preset_names()}, read=another)
    criteria = known_criteria(custom)
    document = flat.document if restated is None else in_another_currency(flat.document, restated)
    rules = Rules(document, flat.places, criteria)
    policy = rules.policy(custom, laws)
    rules.found.extend(flat.found)
    if rules.found:
        raise InvalidPolicy.of(rules.faults)
    return policy


def parsed(text: object) -> tuple[dict[str, Any], Lines]:
    """A document's entries, and where they stand; `InvalidPolicy` for what is no TOML."""
    return document_of(text, "policy", InvalidPolicy, longest=_LONGEST)
