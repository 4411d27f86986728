"""How a debtor has behaved by a day, in plain integers: what he paid late, what he answered."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from recouvrement.facts.book import NEVER, Contact
from recouvrement.facts.words import Channel
from recouvrement.position.standing import Standing

# Under so many cases a number says more about chance than about the debtor.
FLOOR: Final = 3


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
    book, sources, day = s.book, s.book.sources, s.day
    if not sources:
        return []
    ledger = s.logged()
    paid = []
    for item in book.items:
        if item.issued > day or ledger.open[item.place] or item.due == NEVER:
            continue
        if item.assumed or not item.invoice.is_sale:
            continue
        net: dict[int, int] = {}
        for _, at, amount in ledger.by_place[item.place]:
            net[at] = net.get(at, 0) + amount
        settling = [
            (max(sources[at].on, item.issued), sources[at].cash)
            for at, amount in net.items()
            if amount
        ]
        on, by_cash = max(settling)
        if by_cash:
            paid.append(Paid(on, item.place, on - item.due))
    paid.sort()
    return paid


def median_of(delays: Sequence[int]) -> int | None:
    """The middle delay, of two the lesser; None under the floor."""
    if len(delays) < FLOOR:
        return None
    return sorted(delays)[(len(delays) - 1) // 2]


def habitual_of(delays: Sequence[int]) -> int | None:
    """The lower quartile, which at least three in four delays reach; None under the floor."""
    if len(delays) < FLOOR:
        return None
    return sorted(delays)[(len(delays) - 1) // 4]


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


def tried_channels(s: Standing) -> list[Tried]:
    """What became of our contacts about money, per channel used.

    A contact is answered when its result says so, or when the debtor then writes or calls on the
    same channel before our next contact there.
    """
    tried = []
    for channel in Channel:
        ours = [
            one
            for one in s.book.contacts
            if one.channel is channel and one.on <= s.day < one.bounced
        ]
        if ours:
            theirs = [
                one.on
                for one in s.book.voices
                if one.incoming and one.channel is channel and one.on <= s.day
            ]
            ends = [*(one.on for one in ours[1:]), NEVER]
            answered = [
                _answered(one, end, theirs, s.day) for one, end in zip(ours, ends, strict=True)
            ]
            seen = [one.seen <= s.day or said for one, said in zip(ours, answered, strict=True)]
            tried.append(Tried(channel, len(ours), sum(seen), sum(answered)))
    return tried


def _answered(one: Contact, end: int, theirs: list[int], day: int) -> bool:
    return one.answered <= day or any(one.on <= on < end for on in theirs)


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
