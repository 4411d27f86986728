"""What was said: contacts in both directions, and what became of them."""

from datetime import date
from typing import Any, ClassVar, NewType

from attrs import Attribute, field, frozen
from attrs.converters import optional

from recouvrement.facts.checks import checked, refuse
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import InvoiceId, invoice_ids
from recouvrement.facts.words import ActionKind, Channel, ContactResult, Direction, Tone

InteractionId = NewType("InteractionId", str)
InteractionResultId = NewType("InteractionResultId", str)
LevelId = NewType("LevelId", str)


def _unchecked(cls: type, fields: list["Attribute[Any]"]) -> list["Attribute[Any]"]:  # noqa: ARG001
    # Engines build steps by the thousand from ids that they hold already; the converters only tell
    # type checkers that plain text is taken.
    return [one.evolve(converter=None) for one in fields]


@frozen(field_transformer=_unchecked)
class Step:
    """One item moved to one level of the ladder; an `Interaction` checks the steps it holds.

    >>> Step("F-41", "call").level
    'call'
    """

    invoice: InvoiceId = field(converter=InvoiceId)
    level: LevelId = field(converter=LevelId)


@frozen(field_transformer=checked)
class Interaction(Fact):
    """One contact: `steps` are the items it moved, `invoices` those it merely listed.

    >>> Interaction("I-1", date(2026, 3, 3), channel="email", act="remind",
    ...             steps=[Step("F-1", "first-reminder")]).direction
    <Direction.OUTGOING: 'outgoing'>
    """

    _dated: ClassVar[str] = "on"

    id: InteractionId = field(converter=InteractionId)
    on: date
    channel: Channel = field(kw_only=True, converter=Channel)
    direction: Direction = field(default=Direction.OUTGOING, kw_only=True, converter=Direction)
    act: ActionKind | None = field(default=None, kw_only=True, converter=optional(ActionKind))
    steps: tuple[Step, ...] = field(default=(), kw_only=True)
    invoices: tuple[InvoiceId, ...] = field(default=(), kw_only=True, converter=invoice_ids)
    person: str | None = field(default=None, kw_only=True)
    tone: Tone | None = field(default=None, kw_only=True, converter=optional(Tone))
    by: str | None = field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for step in self.steps:
            for part in (step.invoice, step.level):
                if not isinstance(part, str) or not part.strip():
                    refuse(self, "steps", "an invoice and a level in each", step)
        if self.steps and self.direction is Direction.INCOMING:
            refuse(self, "steps", "none on an incoming contact", self.steps)


@frozen(field_transformer=checked)
class InteractionResult(Fact):
    """What became of a contact: sent is not seen, seen is not heard.

    >>> InteractionResult("IR-1", date(2026, 3, 4), interaction="I-1", result="bounced").result
    <ContactResult.BOUNCED: 'bounced'>
    """

    _dated: ClassVar[str] = "on"

    id: InteractionResultId = field(converter=InteractionResultId)
    on: date
    interaction: InteractionId = field(kw_only=True, converter=InteractionId)
    result: ContactResult = field(kw_only=True, converter=ContactResult)
