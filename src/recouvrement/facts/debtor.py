"""Who owes: the debtor, and the people there by role."""

from datetime import date
from typing import NewType

from attrs import field, frozen

from recouvrement.facts.checks import checked, refuse
from recouvrement.facts.words import Channel, DebtorKind
from recouvrement.money import Money

DebtorId = NewType("DebtorId", str)
PersonId = NewType("PersonId", str)


@frozen(field_transformer=checked)
class Person:
    """Somebody at the debtor's, by role; `until` is the last day of that role.

    >>> Person("P-1", "M. Lenoir", role="accounts_payable", refused_channels={"sms"}).role
    'accounts_payable'
    """

    id: PersonId = field(converter=PersonId)
    name: str
    role: str | None = field(default=None, kw_only=True)
    refused_channels: frozenset[Channel] = field(default=frozenset(), kw_only=True)
    until: date | None = field(default=None, kw_only=True)


@frozen(field_transformer=checked)
class Debtor:
    """One who owes, as the host describes him today; these attributes carry no date.

    `kind` decides which law applies: UNKNOWN gets reminders only until the host qualifies.
    `dunning_recipient` receives our voice when it is not the debtor: actions are addressed to it. A
    decision sees one account, so a host whose accounts share a recipient asks for an agenda,
    which spaces them.

    >>> Debtor("C-17", "Atelier Vasseur", kind="business", owner="Nadia").kind
    <DebtorKind.BUSINESS: 'business'>
    """

    id: DebtorId = field(converter=DebtorId)
    name: str
    kind: DebtorKind = field(default=DebtorKind.UNKNOWN, kw_only=True, converter=DebtorKind)
    country: str | None = field(default=None, kw_only=True)
    language: str | None = field(default=None, kw_only=True)
    legal_id: str | None = field(default=None, kw_only=True)
    group: str | None = field(default=None, kw_only=True)
    dunning_recipient: str | None = field(default=None, kw_only=True)
    segment: str | None = field(default=None, kw_only=True)
    sector: str | None = field(default=None, kw_only=True)
    vip: bool = field(default=False, kw_only=True)
    owner: str | None = field(default=None, kw_only=True)
    credit_limit: Money | None = field(default=None, kw_only=True)
    people: tuple[Person, ...] = field(default=(), kw_only=True)
    preferred_channels: tuple[Channel, ...] = field(default=(), kw_only=True)
    refused_channels: frozenset[Channel] = field(default=frozenset(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        known = [person.id for person in self.people]
        if len(set(known)) < len(known):
            refuse(self, "people", "each person once", sorted(known))

    @property
    def recipient(self) -> str:
        """Who hears us: the recipient named, else the debtor."""
        return self.dunning_recipient or self.id
