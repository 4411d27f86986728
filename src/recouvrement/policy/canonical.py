"""The canonical form of a decision's inputs, so that anyone can re-run it and compare.

The form is JSON with sorted keys and no spaces, in utf-8: dates in ISO form, amounts as
`{"currency": …, "minor": …}`, words by their value, decimals as text without trailing zeros, sets
sorted. Facts stand under their kind and id; endings that were not known are null.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, time
from decimal import Decimal
from typing import Any, Final

import attrs

from recouvrement.facts.account import Account
from recouvrement.facts.dispute import Dispute
from recouvrement.facts.fact import Fact
from recouvrement.facts.legal import LegalStep
from recouvrement.law import LawPack
from recouvrement.money import Money
from recouvrement.policy.condition import Condition
from recouvrement.policy.ladder import CodedRule
from recouvrement.policy.policy import Policy, check_inputs
from recouvrement.position.position import check_date

# Dates that are events of their own: masked until they have happened.
_ENDINGS: Final = frozenset(
    {
        "claim_filed_on",
        "ended_on",
        "notified_on",
        "published_on",
        "received_on",
        "resolved_on",
        "signed_on",
        "withdrawn_on",
    }
)
# How something ended is known only once it has.
_OUTCOME_OF: Final = {Dispute: "resolved_on", LegalStep: "ended_on"}


def digest(policy: Policy, account: Account, *, as_of: date, known_on: date | None = None) -> str:
    """The sha256 of what a decision rests on: visible facts, debtor, policy, law and date.

    Equal digests mean equal inputs, so the same decision.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.policy import preset
    >>> account = Account.of(Debtor("C-1", "Atelier Vasseur"))
    >>> len(digest(preset("fr-b2b"), account, as_of=date(2026, 11, 20)))
    64
    """
    form = canonical_form(policy, account, as_of=as_of, known_on=known_on)
    text = json.dumps(form, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    # Half a character, which some hosts hold in a name, is no reason to refuse an answer.
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def canonical_form(
    policy: Policy, account: Account, *, as_of: date, known_on: date | None = None
) -> dict[str, Any]:
    """The plain mapping that `digest` hashes."""
    check_inputs(policy, account)
    check_date("as_of", as_of)
    horizon = as_of if known_on is None else min(as_of, check_date("known_on", known_on))
    law = policy.applicable(account.debtor.kind)
    facts: dict[str, dict[str, Any]] = {}
    for fact in account.facts:
        known = known_on is None or fact.known_on <= known_on
        if known and fact.happened_on <= as_of:
            form = _form(fact, horizon)
            facts.setdefault(type(fact).__name__, {})[form.pop("id")] = form
    return {
        "as_of": as_of.isoformat(),
        "known_on": None if known_on is None else known_on.isoformat(),
        "creditor": account.creditor,
        "debtor": _form(account.debtor, None),
        "facts": facts,
        "policy": {**_form(policy, None), "conventions": _form(law.conventions, None)},
        "law": None if law.pack is None else {"name": law.pack.name, "version": law.version},
    }


def _form(value: Any, horizon: date | None) -> Any:
    match value:
        case Money():
            form: Any = {"currency": value.currency, "minor": value.minor}
        case date() | time():
            form = value.isoformat()
        case LawPack():
            form = {"name": value.name, "version": value.version}
        case Decimal():
            form = f"{value.normalize():f}"
        case tuple():
            form = [_form(one, horizon) for one in value]
        case frozenset():
            form = sorted(_form(one, horizon) for one in value)
        case _ if isinstance(value, CodedRule) and not isinstance(value, Condition):
            form = {"criteria": sorted(value.criteria), "text": value.text}
        case _ if attrs.has(type(value)):
            form = {
                one.name: _form(_masked(value, one.name, horizon), horizon)
                for one in attrs.fields(type(value))
                if one.eq
            }
        case _:
            form = value
    return form


def _masked(value: Any, name: str, horizon: date | None) -> Any:
    """The field as it was known: an ending after the horizon has not happened yet."""
    given = getattr(value, name)
    if horizon is None or not isinstance(value, Fact):
        return given
    ending = _OUTCOME_OF.get(type(value), name) if name == "outcome" else name
    if ending in _ENDINGS:
        on = getattr(value, ending)
        if on is not None and on > horizon:
            return None
    return given
