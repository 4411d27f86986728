"""How a debtor behaves: when he pays, whether he keeps his word, disputes and answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from attrs import field, frozen

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.debtor import DebtorId
from recouvrement.facts.words import Channel
from recouvrement.position.commitments import PromiseStatus
from recouvrement.position.conventions import Conventions
from recouvrement.position.habits import (
    FLOOR,
    answering_channel,
    contested,
    habitual_of,
    median_of,
    paid_items,
    quantile_of,
    still_late,
    trend_of,
    tried_channels,
    unanswered,
)
from recouvrement.position.position import position_of
from recouvrement.position.standing import Standing
from recouvrement.tables import html_table

# Promises whose day has come and which counted: the others are out of every ratio.
_JUDGED = frozenset({PromiseStatus.KEPT, PromiseStatus.PARTLY_KEPT, PromiseStatus.BROKEN})


# The bands that an ageing balance has, for what was paid instead of what is open.
_BANDS: Final = (
    ("in time", None, 0),
    ("1-30", 1, 30),
    ("31-60", 31, 60),
    ("61-90", 61, 90),
    (">90", 91, None),
)


@frozen(kw_only=True)
class DelayBand:
    """How many delays lie between two, bounds included; `share` is in percent of all of them."""

    label: str
    low: int | None
    high: int | None
    count: int
    share: Decimal | None


@frozen(kw_only=True)
class ChannelAnswers:
    """Our contacts about money on one channel that arrived: how many were seen, and answered.

    A contact is answered by an answer, an objection or a vague promise, or when the debtor writes
    or calls on that channel before our next contact there. `answer_rate` is in percent.
    """

    channel: Channel
    sent: int
    seen: int
    answered: int
    answer_rate: Decimal | None


@frozen(kw_only=True)
class Behaviour:
    """How one debtor behaved by a date: numbers, each with the count it rests on, and no verdict.

    Whatever rests on fewer than 3 cases is None: no history is not a bad payer.

    - `delays` are the days from due date to the day cash settled the item in full, in the order of
      payment, negative when early. Sales alone, with an agreed due date; an item that a credit note
      or a write-off finished is left out.
    - `median_delay` is the middle one, of two the lesser; at least three in four delays reach
      `habitual_delay` ("always a month late"); `trend` is the median of the later half less that of
      the earlier half, and needs 6. `late_share` is the percentage of them above 0.
    - `still_late` are the days past due of the sales not paid yet: delays that are not over, and
      that no figure on what was paid contains.
    - `promise_keeping` is kept ÷ (kept + partly kept + broken) in percent, over `promises_judged`.
    - `dispute_share` is the percentage of `invoices` issued that were disputed at least once;
      `unfounded_share` that of `disputes_resolved` rejected or withdrawn.
    - `unanswered` counts the days on which we spoke first since `heard_on`, of `contact_days` ever;
      `vague_promises` the answers without an amount, a date or a means.

    Source: kpi.md, K11 to K16, of one debtor.
    """

    debtor: DebtorId
    as_of: date
    known_on: date | None
    delays: tuple[int, ...]
    median_delay: int | None
    habitual_delay: int | None
    trend: int | None
    late_share: Decimal | None
    still_late: tuple[int, ...]
    promises: tuple[tuple[PromiseStatus, int], ...] = field(repr=False)
    promises_judged: int
    promise_keeping: Decimal | None
    disputes: int
    invoices: int
    invoices_disputed: int
    dispute_share: Decimal | None
    disputes_resolved: int
    disputes_unfounded: int
    unfounded_share: Decimal | None
    channels: tuple[ChannelAnswers, ...]
    answering_channel: Channel | None
    contact_days: int
    heard_on: date | None
    unanswered: int
    vague_promises: int

    @property
    def settled(self) -> int:
        """How many items cash settled in full: what the delays rest on."""
        return len(self.delays)

    def delay_at(self, percent: int) -> int | None:
        """The least delay that so many percent of them do not exceed; None under the floor.

        `InvalidInput` for what is no whole number from 0 to 100.
        """
        if type(percent) is not int or not 0 <= percent <= 100:
            raise InvalidInput("percent", "a whole number from 0 to 100", repr(percent))
        return quantile_of(self.delays, percent)

    @property
    def distribution(self) -> tuple[DelayBand, ...]:
        """The delays by bands, from in time to more than 90 days; counts add up to `settled`."""
        counts = [
            sum(
                (low is None or low <= one) and (high is None or one <= high) for one in self.delays
            )
            for _, low, high in _BANDS
        ]
        return tuple(
            DelayBand(
                label=label, low=low, high=high, count=count, share=_percent(count, self.settled)
            )
            for (label, low, high), count in zip(_BANDS, counts, strict=True)
        )

    def promises_that_are(self, status: PromiseStatus | str) -> int:
        """How many of the promises became that."""
        return dict(self.promises)[PromiseStatus(status)]

    def to_rows(self) -> list[dict[str, Any]]:
        """One plain mapping per number, with its unit and the count it rests on."""
        made = sum(count for _, count in self.promises)
        return [
            _row("median_delay", self.median_delay, "days", self.settled),
            _row("habitual_delay", self.habitual_delay, "days", self.settled),
            _row("trend", self.trend, "days", self.settled),
            _row("late_share", self.late_share, "percent", self.settled),
            *(
                _row("delays", one.count, "items", self.settled, of=one.label)
                for one in self.distribution
                if one.count
            ),
            _row(
                "still_late",
                self.still_late[-1] if self.still_late else None,
                "days",
                len(self.still_late),
            ),
            _row("promise_keeping", self.promise_keeping, "percent", self.promises_judged),
            *(
                _row("promises", count, "promises", made, of=status)
                for status, count in self.promises
                if count
            ),
            _row("dispute_share", self.dispute_share, "percent", self.invoices),
            _row("unfounded_share", self.unfounded_share, "percent", self.disputes_resolved),
            *(
                _row("answer_rate", one.answer_rate, "percent", one.sent, of=one.channel)
                for one in self.channels
            ),
            _row("unanswered", self.unanswered, "days", self.contact_days),
            _row("vague_promises", self.vague_promises, "answers", self.contact_days),
        ]

    def _repr_html_(self) -> str:
        return html_table(self.to_rows(), caption=f"{self.debtor} as of {self.as_of}")


def _row(
    name: str, value: object, unit: str, rests_on: int, *, of: str | None = None
) -> dict[str, Any]:
    return {"name": name, "of": of, "value": value, "unit": unit, "rests_on": rests_on}


def behaviour_of(
    account: Account,
    *,
    as_of: date,
    known_on: date | None = None,
    conventions: Conventions = Conventions(),  # noqa: B008 (a frozen value)
) -> Behaviour:
    """How the debtor behaved by the end of `as_of`, with what was known on `known_on`.

    Later facts are invisible. `InvalidInput` for what is no account, date or conventions.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.facts.settlement import Payment
    >>> from recouvrement.money import Money
    >>> due, amount = date(2026, 3, 1), Money.of(900, "EUR")
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     *(Invoice(f"F-{n}", due, due_on=due, total=amount) for n in (1, 2, 3)),
    ...     *(Payment(f"P-{n}", date(2026, 4, n), amount=amount) for n in (1, 2, 6)),
    ... )
    >>> behaviour = behaviour_of(account, as_of=date(2026, 6, 1))
    >>> behaviour.delays, behaviour.median_delay, behaviour.habitual_delay
    ((31, 32, 36), 32, 31)
    """
    position = position_of(account, as_of=as_of, known_on=known_on, conventions=conventions)
    s = position.standing
    delays = tuple([one.delay for one in paid_items(s)])
    became = [one.status for one in s.pledges]
    kept, judged = became.count(PromiseStatus.KEPT), sum(one in _JUDGED for one in became)
    invoices, disputed = _invoices(s)
    heard, disputes = s.heard_on(), contested(s)
    return Behaviour(
        debtor=account.debtor.id,
        as_of=as_of,
        known_on=known_on,
        delays=delays,
        median_delay=median_of(delays),
        habitual_delay=habitual_of(delays),
        trend=trend_of(delays),
        late_share=_percent(sum(one > 0 for one in delays), len(delays)),
        still_late=tuple(still_late(s)),
        promises=tuple([(status, became.count(status)) for status in PromiseStatus]),
        promises_judged=judged,
        promise_keeping=_percent(kept, judged),
        disputes=disputes.opened,
        invoices=len(invoices),
        invoices_disputed=len(disputed),
        dispute_share=_percent(len(disputed), len(invoices)),
        disputes_resolved=disputes.resolved,
        disputes_unfounded=disputes.unfounded,
        unfounded_share=_percent(disputes.unfounded, disputes.resolved),
        channels=_channels(s),
        answering_channel=answering_channel(s),
        contact_days=s.contact_days(0),
        heard_on=date.fromordinal(heard) if heard else None,
        unanswered=unanswered(s),
        vague_promises=sum(on <= s.day for on in s.book.vague),
    )


def _invoices(s: Standing) -> tuple[set[str], set[str]]:
    """The ids of the invoices issued by then, and of those that were disputed."""
    issued: set[str] = {one.invoice.id for one in s.book.items if one.issued <= s.day}
    disputed: set[str] = {one.fact.invoice for one in s.book.contests if one.opened <= s.day}
    named = {one.id: one.invoice.id for one in s.book.items}
    return issued, issued & {named.get(one, one) for one in disputed}


def _channels(s: Standing) -> tuple[ChannelAnswers, ...]:
    return tuple(
        ChannelAnswers(
            channel=one.channel,
            sent=one.sent,
            seen=one.seen,
            answered=one.answered,
            answer_rate=_percent(one.answered, one.sent),
        )
        for one in tried_channels(s)
    )


def _percent(part: int, whole: int) -> Decimal | None:
    """The share in percent, to two places, half up; None under the floor."""
    if whole < FLOOR:
        return None
    hundredths = (20_000 * part + whole) // (2 * whole)
    return Decimal(f"{hundredths // 100}.{hundredths % 100:02}")
