"""A policy written as the document that says it: keys in the order of the page, one per line."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from attrs import asdict, evolve, fields

from recouvrement.errors import Fault, InvalidInput, InvalidPolicy
from recouvrement.facts.words import ActionKind, DebtorKind
from recouvrement.money import Money
from recouvrement.policy.condition import Condition
from recouvrement.policy.ladder import Level, Trigger
from recouvrement.policy.policy import Policy, rules_of
from recouvrement.policy.reader import read_policy
from recouvrement.policy.rules import ANSWERS, RUNGS, Habits
from recouvrement.policy.style import Style
from recouvrement.position.conventions import Conventions

_ESCAPES: Final[Mapping[str, str]] = {
    '"': '\\"',
    "\\": "\\\\",
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
}
# A header ("" above the first one), and what stands under it; None is not said.
Table = tuple[str, dict[str, object]]


def policy_text(policy: Policy) -> str:
    """The flat document of a policy: `read_policy` makes an equal policy of it.

    What is inherited is written out, and conditions keep their words. What only the host knows
    (`completed`: its calendar, its rates, how cash is applied) has no key and is left out; criteria
    of the host are named, and have to be given again when the text is read.

    Raises `InvalidInput` for a policy that no document can say: a rule written in Python, or a
    value built by hand that the reader would refuse.

    >>> from recouvrement.policy import preset, read_policy
    >>> text = policy_text(preset("fr-b2b"))
    >>> print(text.partition("[promises]")[0])
    name     = "fr-b2b"
    version  = "2026.11"
    currency = "EUR"
    law      = "FR"
    for      = ["business"]
    <BLANKLINE>
    [pace]
    between_contacts = 5
    per_30_days      = 5
    between_levels   = 7
    climb            = "one-level"
    <BLANKLINE>
    [floor]
    formal_notice = 150
    placement     = 500
    <BLANKLINE>
    <BLANKLINE>
    >>> read_policy(text) == preset("fr-b2b")
    True
    """
    if not isinstance(policy, Policy):
        raise InvalidInput("policy", "a Policy", type(policy).__name__)
    coded = [
        Fault(name, "a rule that a document can say", f"one written in Python, {rule.text!r}")
        for name, rule, _ in rules_of(policy)
        if not isinstance(rule, Condition)
    ]
    if coded:
        raise InvalidInput.of(coded)
    text = "\n".join(filter(None, map(_block, _tables(policy))))
    _check(policy, text)
    return text


def _check(policy: Policy, text: str) -> None:
    """A text that says something else than the policy is never given."""
    try:
        said = read_policy(text, criteria=policy.criteria, laws=policy.laws)
    except InvalidPolicy as error:
        raise InvalidInput.of([evolve(one, where=None) for one in error.faults]) from None
    given = evolve(policy, conventions=_of_the_document(policy.conventions))
    if said != given:
        names = [one.name for one in fields(Policy) if one.eq]
        lost = [name for name in names if getattr(said, name) != getattr(given, name)]
        raise InvalidInput("policy", "what a document can say", "another " + ", ".join(lost))


def _of_the_document(conventions: Conventions) -> Conventions:
    """The conventions without what only the host knows."""
    return Conventions(
        promise_tolerance=conventions.promise_tolerance,
        promise_horizon=conventions.promise_horizon,
        broken_promises_tolerated=conventions.broken_promises_tolerated,
        limitation_years=conventions.limitation_years,
        claim_months=conventions.claim_months,
    )


def _tables(policy: Policy) -> Iterator[Table]:
    """What the document says, in the order of its keys; None for what it leaves unsaid."""
    conventions, floor = policy.conventions, policy.floor
    yield (
        "",
        {
            "name": policy.name,
            "version": policy.version,
            "currency": policy.currency,
            "law": policy.law,
            "for": _in_order(policy.serves, DebtorKind),
        },
    )
    rule = policy.pace.contact_rule
    yield (
        "[pace]",
        {
            **asdict(policy.pace, recurse=False),
            "contact_rule": None if rule is None else rule.name,
        },
    )
    yield "[floor]", asdict(floor, recurse=False)
    yield (
        "[promises]",
        {
            "tolerance": conventions.promise_tolerance,
            "horizon": conventions.promise_horizon,
            "broken_tolerated": conventions.broken_promises_tolerated,
        },
    )
    yield (
        "[deadlines]",
        {
            "limitation_years": conventions.limitation_years,
            "claim_months": conventions.claim_months,
            "sector": policy.sector,
        },
    )
    for hold in policy.holds:
        yield "[[hold]]", {"id": hold.id, "when": hold.when, "scope": hold.scope}
    for trigger in policy.triggers:
        yield "[[trigger]]", _trigger(trigger)
        if trigger.offer is not None:
            yield "[trigger.offer]", asdict(trigger.offer)
    for level in policy.levels:
        yield "[[level]]", _level(level)
    for style in policy.styles:
        yield "[[style]]", _style(style)
    for partner in policy.partners:
        yield "[[partner]]", {"id": partner.id, "role": partner.role, "when": partner.when}
    points, minutes = policy.worklist.points, policy.worklist.minutes
    yield "[agenda]", {"points": None if points is None else points.text}
    yield "[agenda.minutes]", {act: minutes.get(act) for act in ActionKind}


def _level(level: Level) -> dict[str, object]:
    return {
        "id": level.id,
        "when": level.when,
        "until": level.until,
        "for": level.serves,
        "do": level.do,
        **_manner(level, RUNGS),
        "documents": list(level.documents) or None,
        "repeat_every": level.repeat_every,
    }


def _trigger(trigger: Trigger) -> dict[str, object]:
    """What stays inside has no channel and no tone; only a task has its kind."""
    manner = _manner(trigger, ANSWERS)
    return {
        "id": trigger.id,
        "when": trigger.when,
        "for": trigger.serves,
        "do": trigger.do,
        **(manner if not trigger.inside else {**manner, "tone": None}),
        "climb": trigger.climb or None,
        "repeat_every": trigger.repeat_every,
        "task": trigger.task if trigger.do is ActionKind.TASK else None,
    }


def _manner(rule: Level | Trigger, habits: Habits) -> dict[str, object]:
    """How a rule speaks; the hands and the text that its act has anyway are not said."""
    _, handler = habits.get(rule.do, (None, None))
    return {
        "channel": rule.channel,
        "tone": rule.tone,
        "handler": None if rule.handler is handler else rule.handler,
        "template": None if rule.template == rule.id else rule.template,
    }


def _style(style: Style) -> dict[str, object]:
    return {
        "id": style.id,
        "when": style.when,
        "acts": _in_order(style.acts, ActionKind) or None,
        "channel": style.channel,
        "tone": style.tone,
        "handler": style.handler,
        "template": style.template,
        "recipient": style.recipient,
    }


def _in_order(words: Collection[str], order: Iterable[str]) -> list[str]:
    return [word for word in order if word in words]


def _block(table: Table) -> str:
    """One table as text, its values in one column; nothing for a table that says nothing."""
    header, entries = table
    said = {key: value for key, value in entries.items() if value is not None}
    width = max(map(len, said), default=0)
    lines = [f"{key:<{width}} = {_value(value)}" for key, value in said.items()]
    return "\n".join([*([header] if header else []), *lines, ""]) if lines else ""


def _value(value: object) -> str:
    match value:
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case Money():
            whole = value.amount == value.amount.to_integral_value()
            return f"{value.amount:f}" if not whole else f"{int(value.amount)}"
        case Condition():
            return _quoted(value.text)
        case str():
            return _quoted(value)
        case _:
            return str(value)


def _quoted(text: str) -> str:
    r"""A text between quotes, what a document cannot hold as it is escaped.

    >>> print(_quoted('say "hello"\n'))
    "say \"hello\"\n"
    """
    if '"' in text and "'" not in text and "\\" not in text and text.isprintable():
        return f"'{text}'"
    return '"' + "".join(map(_written, text)) + '"'


def _written(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    # Half a character, which some hosts hold, has no escape in TOML.
    if character.isprintable() or "\ud800" <= character <= "\udfff":
        return character
    return f"\\u{ord(character):04X}" if character <= "\uffff" else f"\\U{ord(character):08X}"
