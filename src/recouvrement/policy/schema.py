"""The JSON Schema of policy documents, so that editors complete them and say what a key means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from recouvrement.policy.condition import MAX_LENGTH
from recouvrement.policy.keys import DOCUMENT, ID, Key, KeyType

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "pattern": r"\S"}
_RULE: Schema = {"type": "string", "pattern": f"^{ID}$"}
_FORMULA: Schema = {**_TEXT, "maxLength": MAX_LENGTH}
_PLAIN: Mapping[KeyType, Schema] = {
    KeyType.TEXT: _TEXT,
    KeyType.ID: _RULE,
    KeyType.IDS: {"type": "array", "items": _RULE},
    KeyType.AMOUNT: {"anyOf": [{"type": "number", "minimum": 0}, _TEXT]},
    KeyType.CONDITION: _FORMULA,
    KeyType.POINTS: _FORMULA,
}


def policy_schema() -> Schema:
    """The schema, draft 2020-12, generated from the table of keys.

    It holds every document that `read_policy` takes; conditions, ids used twice and whatever one
    key says of another are the reader's to judge. The package has it as a file too, beside this
    module: `policy.schema.json`.

    >>> schema = policy_schema()
    >>> schema["properties"]["pace"]["properties"]["climb"]["enum"]
    ['one-level', 'to-age']
    """
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Policy",
        "description": "What a company does about invoices that are not paid, and when.",
        **_table(DOCUMENT),
        # A document that extends another may leave out what it inherits, and speak of its rules.
        "if": {"required": ["extends"]},
        "else": _alone(DOCUMENT),
    }
    return deepcopy(schema)  # parts are shared, and the caller may change his


def _table(keys: Sequence[Key]) -> Schema:
    return {
        "type": "object",
        "properties": {key.name: _described(key) for key in keys},
        "required": [key.name for key in keys if key.required and key.type is KeyType.ID],
        "additionalProperties": False,
    }


def _described(key: Key) -> Schema:
    """What a key may hold, what it means, and what holds without it."""
    schema = {"description": key.doc, **_value(key)}
    if key.default is not None:
        schema["default"] = key.default if isinstance(key.default, int) else str(key.default)
    return schema


def _value(key: Key) -> Schema:
    words = {"enum": list(map(str, key.words))}
    match key.type:
        case KeyType.INTEGER:
            return {"type": "integer", "minimum": key.least, "maximum": key.most}
        case KeyType.WORD:
            return words
        case KeyType.WORDS:
            return {"type": "array", "items": words, **({"minItems": 1} if key.required else {})}
        case KeyType.TABLE:
            return _table(key.keys)
        case KeyType.ROWS:
            return {"type": "array", "items": _table(key.keys)}
        case _:
            return _PLAIN[key.type]


def _alone(keys: Sequence[Key]) -> Schema:
    """What more is asked of a document, and of its rules, when there is nothing to inherit."""
    properties: Schema = {}
    for key in keys:
        if key.extending:
            properties[key.name] = False
        elif key.type is KeyType.ROWS:
            properties[key.name] = {"items": _alone(key.keys)}
            if key.required:
                properties[key.name]["minItems"] = 1
    return {"required": [key.name for key in keys if key.required], "properties": properties}
