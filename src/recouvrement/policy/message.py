"""From what items have earned to one message: channel, register, hands, amounts, missing pieces."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from operator import itemgetter
from typing import Final

from recouvrement.facts.debtor import Debtor
from recouvrement.facts.interaction import Step
from recouvrement.facts.legal import Document
from recouvrement.facts.words import ActionKind, Channel
from recouvrement.money import Money
from recouvrement.policy.compiler import FORMAL
from recouvrement.policy.decision import Action
from recouvrement.policy.ladder import Level
from recouvrement.policy.policy import Policy
from recouvrement.policy.words import Handler
from recouvrement.position.standing import Row

# Where a message goes when its channel is refused: in writing, from the lightest on.
WRITTEN: Final = (
    Channel.EMAIL,
    Channel.PORTAL,
    Channel.LETTER,
    Channel.SMS,
    Channel.WHATSAPP,
)
POST: Final = frozenset({Channel.LETTER, Channel.REGISTERED_LETTER})
# How long a person has before what was proposed is late.
BUSINESS_DAYS_TO_ACT: Final = 3

Earned = list[tuple[int, Row]]
_rank_of = itemgetter(0)


def highest_first(earned: Earned) -> Earned:
    """Steps by level, the highest first; those of one level stay oldest item first."""
    return sorted(earned, key=_rank_of, reverse=True)


class Draft:
    """A message being prepared: the steps, highest first, the items beside them, the amounts."""

    __slots__ = ("amounts", "earned", "level", "listed")

    def __init__(
        self, level: Level, earned: Earned, listed: list[Row], amounts: Mapping[str, int]
    ) -> None:
        self.level = level
        self.earned = earned
        self.listed = listed
        self.amounts = amounts


def message_of(
    policy: Policy,
    debtor: Debtor,
    draft: Draft,
    execute_on: date,
    documents: tuple[Document, ...],
) -> Action | None:
    """The action that says the draft, or None when the debtor refuses every channel it could take.

    A refused channel is never used, except post for formal acts: another way in writing is taken.
    """
    level = draft.level
    kind, channel, formal = level.do, level.channel, level.do in FORMAL
    if channel is not None and channel in debtor.refused_channels:
        if not formal:
            channel = _in_writing(debtor)
            if channel is None:
                return None
            if kind is not ActionKind.PRE_DUE_REMINDER:
                kind = ActionKind.REMIND
        elif channel not in POST:
            channel = Channel.REGISTERED_LETTER
    act_by = execute_on
    if level.handler is not Handler.AUTOMATIC:
        calendar = policy.conventions.calendar
        act_by = calendar.add_business_days(execute_on, BUSINESS_DAYS_TO_ACT)
    ids = policy.compiled.ids
    climbing = {row.item.place for _, row in draft.earned}
    return Action(
        kind=kind,
        channel=channel,
        tone=level.tone,
        handler=level.handler,
        template=level.template,
        recipient=debtor.recipient,
        level=level.id,
        steps=tuple([Step(row.item.id, ids[rank]) for rank, row in draft.earned]),
        lists=tuple([row.item.id for row in draft.listed if row.item.place not in climbing]),
        amounts=tuple([Money(minor, cur) for cur, minor in sorted(draft.amounts.items())]),
        execute_on=execute_on,
        act_by=act_by,
        approval=formal,
        missing_documents=_missing(level, draft, documents) if level.documents else (),
    )


def _in_writing(debtor: Debtor) -> Channel | None:
    for channel in (*debtor.preferred_channels, *WRITTEN):
        if channel in WRITTEN and channel not in debtor.refused_channels:
            return channel
    return None


def _missing(level: Level, draft: Draft, documents: tuple[Document, ...]) -> tuple[str, ...]:
    """The pieces that the file should hold and does not, for some item that climbs."""
    if not documents:
        return level.documents
    items = [row.item for _, row in draft.earned]

    def complete(kind: str) -> bool:
        covering = [one.invoices for one in documents if one.kind == kind]
        return all(
            any(not named or item.id in named or item.invoice.id in named for named in covering)
            for item in items
        )

    return tuple([kind for kind in level.documents if not complete(kind)])
