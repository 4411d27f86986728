"""How a debtor has behaved by a day, in plain integers: what he paid late, what he answered."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, NamedTuple

from recouvrement.facts.book import NEVER, Contact, Source
from recouvrement.facts.words import Channel, DisputeOutcome
from recouvrement.position.standing import Standing

# Under so many cases a number says more about chance than about the debtor.
FLOOR: Final = 3
_UNFOUNDED: Final = frozenset({DisputeOutcome.REJECTED, DisputeOutcome.WITHDRAWN})


class Paid(NamedTuple):
    """An item that cash settled in full: the day it did, and the days from its due date."""

    on: int
    place: int
    delay: int


class Tried(NamedTuple):
    """Our contacts on one channel that arrived, and how many of them were seen and answered."""

    channel: Channel
    sent: int
    seen: int
    answered: int


def paid_items(s: Standing) -> list[Paid]:
    """The sales that cash settled in full by then, in the order of the days it did.

    An item counts when the last money that settles it is cash: one that a credit note or a
    write-off finished says nothing of how late he pays. The day is that on which the money was
    received, whenever it was matched, and never before the invoice was issued. Without an agreed
    due date there is no delay.
    """
    book, day = s.book, s.day
    if not book.sources:
        return []
    ledger = s.logged()
    opens, by_place = ledger.open, ledger.by_place
    paid = []
    for item in book.items:
        place, due = item.place, item.due
        if opens[place] or item.issued > day or due == NEVER or item.assumed:
            continue
        on, by_cash = _last_money(book.sources, by_place[place], item.issued)
        if by_cash and item.invoice.is_sale:
            paid.append(Paid(on, place, on - due))
    paid.sort()
    return paid


def _last_money(
    sources: Sequence[Source], moves: list[tuple[int, int, int]], issued: int
) -> tuple[int, bool]:
    """The day of the last money that settles an item, and whether some of that day is cash."""
    if len(moves) == 1:  # the common case: one payment, one invoice
        source = sources[moves[0][1]]
        return max(source.on, issued), source.cash
    net: dict[int, int] = {}
    for _, at, amount in moves:
        net[at] = net.get(at, 0) + amount
    return max((max(sources[at].on, issued), sources[at].cash) for at in net if net[at])


def still_late(s: Standing) -> list[int]:
    """The days past due of the sales that are open and late, fewest first: delays not over yet.

    Whoever looks at what was paid alone forgets them, and they are the worst.
    """
    return [days for days in waiting(s) if days > 0]


def waiting(s: Standing) -> list[int]:
    """The days past due of every sale that is open, fewest first: below 0 before the due date."""
    return sorted(
        s.day - row.due
        for row in s.rows
        if row.due != NEVER and row.invoice.is_sale and not row.item.assumed
    )


def quantile_of(delays: Sequence[int], percent: int) -> int | None:
    """The least delay that at least so many percent of them do not exceed; None under the floor.

    One of the delays, always: no delay between two is invented.
    """
    if len(delays) < FLOOR:
        return None
    return sorted(delays)[rank_of(len(delays), percent)]


def rank_of(count: int, percent: int) -> int:
    """The place, among so many in order, of the first that this percentage does not exceed.

    >>> [rank_of(5, percent) for percent in (0, 20, 21, 50, 90, 100)]
    [0, 0, 1, 2, 4, 4]
    """
    return max(0, -(-count * percent // 100) - 1)


def median_of(delays: Sequence[int]) -> int | None:
    """The middle delay, of two the lesser; None under the floor."""
    return quantile_of(delays, 50)


def habitual_of(delays: Sequence[int]) -> int | None:
    """The lower quartile, which at least three in four delays reach; None under the floor."""
    return quantile_of(delays, 25)


def trend_of(delays: Sequence[int]) -> int | None:
    """How much later the later half is paid than the earlier one; None unless both are enough."""
    half = len(delays) // 2
    earlier, later = median_of(delays[:half]), median_of(delays[len(delays) - half :])
    return None if earlier is None or later is None else later - earlier


def median_delay(s: Standing) -> int | None:
    """The middle delay of the items paid."""
    return median_of([one.delay for one in paid_items(s)])


def habitual_delay(s: Standing) -> int | None:
    """The delay that at least three in four of the items paid reached."""
    return habitual_of([one.delay for one in paid_items(s)])


class Contested(NamedTuple):
    """Disputes opened by then, those resolved, those found to have no ground; days each lasted."""

    opened: int
    resolved: int
    unfounded: int
    lasted: tuple[int, ...]


def contested(s: Standing) -> Contested:
    """What became of the debtor's disputes; rejected and withdrawn ones had no ground."""
    opened = [one for one in s.book.contests if one.opened <= s.day]
    resolved = [one for one in opened if one.resolved <= s.day]
    return Contested(
        len(opened),
        len(resolved),
        sum(one.fact.outcome in _UNFOUNDED for one in resolved),
        tuple(one.resolved - one.opened for one in resolved),
    )


def tried_channels(s: Standing) -> list[Tried]:
    """What became of our contacts about money, per channel used.

    A contact is answered when its result says so, or when the debtor then writes or calls on the
    same channel before our next contact there.
    """
    ours: dict[Channel, list[Contact]] = {}
    for one in s.book.contacts:
        if one.on <= s.day < one.bounced:
            ours.setdefault(one.channel, []).append(one)
    theirs: dict[Channel, list[int]] = {}
    for voice in s.book.voices:
        if voice.incoming and voice.on <= s.day:
            theirs.setdefault(voice.channel, []).append(voice.on)
    return [
        _tried(channel, ours[channel], theirs.get(channel, []), s.day)
        for channel in Channel
        if channel in ours
    ]


def _tried(channel: Channel, ours: list[Contact], theirs: list[int], day: int) -> Tried:
    days = [one.on for one in ours]
    # Each letter of theirs answers the latest of ours that came before it, or the same day.
    latest = {bisect_right(days, on) - 1 for on in theirs}
    seen = answered = 0
    for at, one in enumerate(ours):
        if one.answered <= day or at in latest:
            answered += 1
            seen += 1
        elif one.seen <= day:
            seen += 1
    return Tried(channel, len(ours), seen, answered)


def answering_channel(s: Standing) -> Channel | None:
    """The channel on which most contacts are answered, among those tried often enough."""
    tried = [one for one in tried_channels(s) if one.sent >= FLOOR and one.answered]
    if not tried:
        return None
    # Of equal shares, the one tried most; then the first in the order of channels.
    best = tried[0]
    for one in tried[1:]:
        ahead = one.answered * best.sent - best.answered * one.sent
        if ahead > 0 or (ahead == 0 and one.sent > best.sent):
            best = one
    return best.channel


def unanswered(s: Standing) -> int:
    """On how many days we spoke first since the debtor last gave a sign of having heard us."""
    return s.contact_days(s.heard_on())


def last_channel(s: Standing) -> Channel | None:
    """The channel of our latest contact about money that arrived."""
    for contact in reversed(s.book.contacts):
        if contact.on <= s.day < contact.bounced:
            return contact.channel
    return None
