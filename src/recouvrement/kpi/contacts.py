"""Whether what we say is answered, and by somebody who may decide."""

from collections.abc import Collection, Iterable
from datetime import date
from fractions import Fraction

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.interaction import Interaction, InteractionResult
from recouvrement.facts.words import ActionKind, Channel, ContactResult, Direction
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Measure, answered
from recouvrement.kpi.perimeter import USUAL, perimeter_of
from recouvrement.position.conventions import Conventions
from recouvrement.position.ratios import in_decimal

_ANSWERS = frozenset({ContactResult.ANSWERED, ContactResult.OBJECTION, ContactResult.VAGUE_PROMISE})
# An answer of thanks or a task in the house asks for nothing.
_NO_DEMAND = frozenset({ActionKind.THANK, ActionKind.TASK})


class Contacts(Part):
    """Our contacts about money by a day: by (day, channel), how many and what became of them.

    In order: made, bounced, answered, and answered by a person whose role is one of `roles`.
    """

    __slots__ = ("made", "on", "roles")

    def __init__(self, on: date, roles: frozenset[str]) -> None:
        self.on = on
        self.roles = roles
        self.made: dict[tuple[date, Channel], list[int]] = {}

    def meet(self, view: View) -> None:
        """Count the contacts of one account."""
        ours = view.facts[Interaction]
        if not ours:
            return
        bounced, answers = set(), set()
        for one in view.facts[InteractionResult]:
            if one.on > self.on:
                continue
            if one.result in _ANSWERS:
                answers.add(one.interaction)
            elif one.result is ContactResult.BOUNCED:
                bounced.add(one.interaction)
        deciding = {one.id for one in view.account.debtor.people if one.role in self.roles}
        for one in ours:
            if one.on > self.on or one.direction is Direction.INCOMING or one.act in _NO_DEMAND:
                continue
            cell = self.made.setdefault((one.on, one.channel), [0, 0, 0, 0])
            answered_it = one.id in answers
            cell[0] += 1
            cell[1] += one.id in bounced
            cell[2] += answered_it
            cell[3] += answered_it and one.person in deciding


def contact_answer_rate(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    channel: Channel | str | None = None,
    roles: Collection[str] | None = None,
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The share, in percent, of our contacts that were answered (K16).

    The denominator is every outgoing contact about money made after `since` (ever, without it)
    through `as_of`, on all channels or on one, bounced ones included; thanks and tasks of the house
    are none. The numerator is those with a result, by then, of an answer, an objection or a vague
    promise. With `roles`, right-party contact: only those answered by a person of the debtor whose
    role is one of these, the roles that may decide payment. Undefined when no contact was made.
    The currency decides nothing here but the ledger that is shown.

    >>> from recouvrement import Debtor
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Interaction("I-1", date(2026, 10, 5), channel="phone", act="call"),
    ...     Interaction("I-2", date(2026, 10, 9), channel="email", act="remind"),
    ...     InteractionResult("R-1", date(2026, 10, 5), interaction="I-1", result="answered"),
    ... )
    >>> contact_answer_rate([account], as_of=date(2026, 10, 31))
    <K16 answer rate on 2026-10-31: 50 percent>
    """
    one_channel, deciding = _channel(channel), _roles(roles)
    options = [("denominator", "contacts made")]
    if one_channel is not None:
        options.append(("channel", str(one_channel)))
    if roles is not None:
        options.append(("answered by", ", ".join(sorted(deciding))))
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        balances=False,
        conventions=conventions,
        known_on=known_on,
        options=tuple(options),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        contacts = reading.part(Contacts, as_of, deciding, until=as_of)

        def finish() -> Measure:
            cells = [
                cell
                for (on, used), cell in contacts.made.items()
                if (since is None or on > since) and one_channel in (None, used)
            ]
            made, bounced, told, right = (sum(cell[at] for cell in cells) for at in range(4))
            part = told if roles is None else right
            return Measure(
                formula="K16",
                name="answer rate" if roles is None else "right-party contact",
                definition="answered / made * 100",
                unit="percent",
                perimeter=perimeter,
                **answered(Fraction(100 * part, made) if made else None, _none_made(since, as_of)),
                numerator=in_decimal(Fraction(part)),
                denominator=in_decimal(Fraction(made)),
                population=(
                    ("accounts", reading.accounts),
                    ("contacts made", made),
                    ("bounced", bounced),
                    ("answered", told),
                ),
                reconciliation=(closing.ledger(),),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def _none_made(since: date | None, as_of: date) -> str:
    after = "" if since is None else f"after {since} "
    return f"no contact was made {after}through {as_of}"


def _channel(channel: Channel | str | None) -> Channel | None:
    if channel is None:
        return None
    try:
        return Channel(channel)
    except ValueError:
        raise InvalidInput("channel", "one of " + ", ".join(Channel), repr(channel)) from None


def _roles(roles: Collection[str] | None) -> frozenset[str]:
    if roles is None:
        return frozenset()
    if isinstance(roles, str) or not isinstance(roles, Collection) or not roles:
        raise InvalidInput("roles", "the roles that may decide payment", repr(roles))
    return frozenset(roles)
