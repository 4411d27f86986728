"""From what items have earned to one message: channel, register, hands, amounts, missing pieces."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from recouvrement.facts.debtor import Debtor, Person
from recouvrement.facts.interaction import Step
from recouvrement.facts.legal import Document
from recouvrement.facts.words import ActionKind, Channel, Tone
from recouvrement.money import amounts_of
from recouvrement.policy.compiler import FORMAL, Earned
from recouvrement.policy.decision import Action
from recouvrement.policy.ladder import Level, Trigger
from recouvrement.policy.policy import Policy
from recouvrement.policy.style import Style
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
# Where somebody is disturbed on the spot.
_AT_ONCE: Final = frozenset({Channel.PHONE, Channel.SMS, Channel.VISIT, Channel.WHATSAPP})
# How long a person has before what was proposed is late.
BUSINESS_DAYS_TO_ACT: Final = 3
FIRMNESS: Final[Mapping[Tone, int]] = MappingProxyType({tone: at for at, tone in enumerate(Tone)})

_rank_of = itemgetter(0)


def highest_first(earned: Earned) -> Earned:
    """Steps by level, the highest first; those of one level stay oldest item first."""
    return sorted(earned, key=_rank_of, reverse=True)


def firmer(one: Tone, other: Tone) -> Tone:
    """The firmer of two registers.

    >>> firmer(Tone.FIRM, Tone.FRIENDLY).value
    'firm'
    """
    return max(one, other, key=FIRMNESS.__getitem__)


class Draft:
    """A message being prepared: the rule that gives it, the steps, and the items beside them."""

    __slots__ = ("amounts", "earned", "listed", "rule")

    def __init__(
        self,
        rule: Level | Trigger,
        earned: Earned,
        listed: list[Row],
        amounts: Mapping[str, int],
    ) -> None:
        self.rule = rule
        self.earned = earned
        self.listed = listed
        self.amounts = amounts


class Manner:
    """How a draft is said: the style table laid over its rule, and what the debtor can take."""

    __slots__ = ("channel", "handler", "kind", "owner", "person", "template", "tone")

    def __init__(
        self, draft: Draft, levels: tuple[Level, ...], style: Style | None, *, gently: bool
    ) -> None:
        rule = draft.rule
        self.kind, self.channel = rule.do, rule.channel
        self.tone, self.handler, self.template = rule.tone, rule.handler, rule.template
        self.person: Person | None = None
        self.owner: str | None = None
        if isinstance(rule, Trigger) and draft.earned:
            self.tone = firmer(rule.tone, levels[draft.earned[0][0]].tone)
        if style is not None:
            self.take(style, gently=gently)

    def take(self, style: Style, *, gently: bool) -> None:
        """What a style row says; a formal act keeps its channel, its register and a person.

        `gently`, what is no reminder is not said: nobody calls about a doubt of ours.
        """
        formal = self.kind in FORMAL
        self.template = style.template or self.template
        if style.handler is not None and not (formal and style.handler is Handler.AUTOMATIC):
            self.handler = style.handler
        if not formal:
            self.tone = style.tone or self.tone
            if style.channel is not None and not (gently and style.channel in _VOICES):
                self.speak(style.channel)
                if style.channel in _VOICES and style.handler is None:
                    self.handler = _by_a_person(self.handler)

    def speak(self, channel: Channel) -> None:
        """Take a channel: a reminder by telephone is a call, a call in writing a reminder."""
        self.channel = channel
        if self.kind in _AS_SPOKEN and channel in _VOICES:
            self.kind = _VOICES[channel]
        elif self.kind in _SPOKEN:
            self.kind = ActionKind.REMIND

    def reach(self, debtor: Debtor, role: str | None, lost: Collection[Channel], day: date) -> bool:
        """Settle whom to ask for and how; False when no channel is left that may be used."""
        self.person = _person_of(debtor, role, day)
        refused = set(debtor.refused_channels)
        if self.person is not None:
            refused |= self.person.refused_channels
        if self.channel is None or self.channel not in refused.union(lost):
            return True
        if self.kind in FORMAL:
            # Post alone may be used though refused: what a formal act needs is a proof.
            if self.channel not in POST:
                self.channel = Channel.REGISTERED_LETTER
            return True
        # Where letters come back electronically, the ladder goes on by post.
        post = (Channel.LETTER,) if self.channel in lost else ()
        channel = _in_writing((*debtor.preferred_channels, *post, *WRITTEN), refused.union(lost))
        if channel is None:
            return False
        self.speak(channel)
        return True


_SPOKEN: Final = frozenset({ActionKind.CALL, ActionKind.VISIT})
_AS_SPOKEN: Final = frozenset({ActionKind.REMIND, ActionKind.CALL, ActionKind.VISIT})
_VOICES: Final = {Channel.PHONE: ActionKind.CALL, Channel.VISIT: ActionKind.VISIT}


def _by_a_person(handler: Handler) -> Handler:
    return Handler.COLLECTOR if handler is Handler.AUTOMATIC else handler


def _person_of(debtor: Debtor, role: str | None, day: date) -> Person | None:
    """The first at the debtor's who still has the role."""
    for one in debtor.people:
        if role is not None and one.role == role and (one.until is None or one.until >= day):
            return one
    return None


def _in_writing(channels: Iterable[Channel], closed: Collection[Channel]) -> Channel | None:
    """The first of these that is in writing, and neither refused nor known to be lost."""
    for channel in channels:
        if channel in WRITTEN and channel not in closed:
            return channel
    return None


def message_of(  # noqa: PLR0917 (one message, six things it is made of)
    policy: Policy,
    debtor: Debtor,
    draft: Draft,
    manner: Manner,
    execute_on: date,
    documents: tuple[Document, ...],
) -> Action:
    """The action that says the draft in that manner."""
    rule = draft.rule
    act_by = execute_on
    if manner.handler is not Handler.AUTOMATIC:
        calendar = policy.conventions.calendar
        act_by = calendar.add_business_days(execute_on, BUSINESS_DAYS_TO_ACT)
    ids = policy.compiled.ids
    steps = draft.earned
    climbing = {row.item.place for _, row in steps}
    offer = rule.offer if isinstance(rule, Trigger) else None
    return Action(
        kind=manner.kind,
        channel=manner.channel,
        tone=manner.tone,
        handler=manner.handler,
        template=manner.template,
        recipient=debtor.recipient,
        rule=rule.id,
        level=ids[steps[0][0]] if steps else None,
        steps=tuple([Step(row.item.id, ids[rank]) for rank, row in steps]),
        lists=tuple([row.item.id for row in draft.listed if row.item.place not in climbing]),
        amounts=amounts_of(draft.amounts),
        execute_on=execute_on,
        act_by=act_by,
        approval=manner.kind in FORMAL or offer is not None,
        missing_documents=_missing(rule, draft, documents),
        person=manner.person.id if manner.person else None,
        owner=manner.owner,
        offer=offer,
        hours=_hours(policy, manner.channel),
    )


def _hours(policy: Policy, channel: Channel | None) -> tuple[tuple[time, time], ...]:
    """The hours in which somebody is spoken to or rung up; what is written waits to be read."""
    rule = policy.pace.contact_rule
    return () if rule is None or channel not in _AT_ONCE else rule.hours


def _missing(
    rule: Level | Trigger, draft: Draft, documents: tuple[Document, ...]
) -> tuple[str, ...]:
    """The pieces that the file should hold and does not, for some item that climbs."""
    if isinstance(rule, Trigger) or not rule.documents:
        return ()
    if not documents:
        return rule.documents
    items = [row.item for _, row in draft.earned]

    def complete(kind: str) -> bool:
        covering = [one.invoices for one in documents if one.kind == kind]
        return all(
            any(not named or item.id in named or item.invoice.id in named for named in covering)
            for item in items
        )

    return tuple([kind for kind in rule.documents if not complete(kind)])
