"""What a score may look at: one number each, with the count it rests on, or why there is none."""

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Final, NamedTuple

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.debtor import Debtor
from recouvrement.money import Money
from recouvrement.position.commitments import PromiseStatus
from recouvrement.position.habits import (
    FLOOR,
    contested,
    habitual_of,
    median_of,
    paid_items,
    trend_of,
    tried_channels,
    unanswered,
)
from recouvrement.position.ratios import percent_of
from recouvrement.position.standing import Standing

YEAR: Final = 365
_JUDGED: Final = (PromiseStatus.KEPT, PromiseStatus.PARTLY_KEPT, PromiseStatus.BROKEN)


class Seen(NamedTuple):
    """An observation: its value or the reason why there is none, and the count it rests on."""

    value: Fraction | None
    rests_on: int
    missing: str | None = None


class Evidence:
    """An account on a day as observations read it; what several of them need is found once."""

    __slots__ = ("debtor", "delays", "s")

    def __init__(self, s: Standing, debtor: Debtor) -> None:
        self.s = s
        self.debtor = debtor
        self.delays = [one.delay for one in paid_items(s)]

    def worth(self, amounts: Mapping[str, int], target: str) -> int | None:
        """Amounts by currency, in minor units of one; None where the host gave no rate."""
        rates, on = self.s.conventions.rates, date.fromordinal(self.s.day)
        total = 0
        for currency, minor in amounts.items():
            try:
                total += rates.convert(Money(minor, currency), target, on=on).minor
            except OutsideCoverage:
                return None
        return total

    def open_amounts(self, *, late: bool = False) -> dict[str, int]:
        """What is open by currency, or the part of it whose due date has passed."""
        amounts: dict[str, int] = {}
        for row in self.s.rows:
            if not late or row.due < self.s.day:
                amounts[row.currency] = amounts.get(row.currency, 0) + row.open
        return amounts

    def exposure(self, target: str) -> int | None:
        """What is open less the money that is netted, in minor units of a currency, never below 0.

        None where the host gave no rate.
        """
        amounts = self.open_amounts()
        for currency, minor in self.s.ledger.nettable().items():
            amounts[currency] = amounts.get(currency, 0) - minor
        total = self.worth(amounts, target)
        return None if total is None else max(0, total)

    def issued(self) -> list[int]:
        """The days of issue of the items known by then."""
        return [one.issued for one in self.s.book.items if one.issued <= self.s.day]


class Observation(NamedTuple):
    """One thing a score may look at."""

    unit: str
    read: Callable[[Evidence], Seen]
    doc: str


def _of_delays(
    measure: Callable[[list[int]], int | None], least: int
) -> Callable[[Evidence], Seen]:
    def read(e: Evidence) -> Seen:
        found, count = measure(e.delays), len(e.delays)
        if found is None:
            return Seen(None, count, f"fewer than {least} items paid")
        return Seen(Fraction(found), count)

    return read


def _share(part: int, whole: int, what: str) -> Seen:
    if whole < FLOOR:
        return Seen(None, whole, f"fewer than {FLOOR} {what}")
    return Seen(percent_of(part, whole), whole)


def _late_share(e: Evidence) -> Seen:
    return _share(sum(one > 0 for one in e.delays), len(e.delays), "items paid")


def _promise_keeping(e: Evidence) -> Seen:
    became = [one.status for one in e.s.pledges if one.status in _JUDGED]
    return _share(became.count(PromiseStatus.KEPT), len(became), "promises come to their day")


def _dispute_share(e: Evidence) -> Seen:
    s = e.s
    issued = {str(one.invoice.id) for one in s.book.items if one.issued <= s.day}
    places = {place for one in s.book.contests if one.opened <= s.day for place in one.places}
    disputed = {str(s.book.items[place].invoice.id) for place in places}
    return _share(len(issued & disputed), len(issued), "invoices")


def _unfounded_share(e: Evidence) -> Seen:
    found = contested(e.s)
    return _share(found.unfounded, found.resolved, "disputes resolved")


def _answer_rate(e: Evidence) -> Seen:
    tried = tried_channels(e.s)
    return _share(sum(one.answered for one in tried), sum(one.sent for one in tried), "contacts")


def _unanswered(e: Evidence) -> Seen:
    days = e.s.contact_days(0)
    if not days:
        return Seen(None, 0, "no contact yet")
    return Seen(Fraction(unanswered(e.s)), days)


def _oldest(e: Evidence) -> Seen:
    if not e.issued():
        return Seen(None, 0, "no invoice yet")
    late = [e.s.day - row.due for row in e.s.rows if row.due < e.s.day]
    return Seen(Fraction(max(late, default=0)), len(late))


def _overdue_share(e: Evidence) -> Seen:
    amounts = e.open_amounts()
    if not amounts:
        return Seen(None, 0, "nothing is open")
    target, count = min(amounts), len(e.s.rows)
    whole, late = e.worth(amounts, target), e.worth(e.open_amounts(late=True), target)
    if whole is None or late is None:
        return Seen(None, count, "no exchange rate")
    return Seen(percent_of(late, whole), count)


def _limit_use(e: Evidence) -> Seen:
    limit = e.debtor.credit_limit
    if limit is None or limit.minor <= 0:
        return Seen(None, 0, "no credit limit")
    exposure = e.exposure(limit.currency)
    if exposure is None:
        return Seen(None, len(e.s.rows), "no exchange rate")
    return Seen(percent_of(exposure, limit.minor), len(e.s.rows))


def _history(e: Evidence) -> Seen:
    issued = e.issued()
    if not issued:
        return Seen(None, 0, "no invoice yet")
    return Seen(Fraction(e.s.day - min(issued)), len(issued))


def _returned(e: Evidence) -> Seen:
    s = e.s
    received = sum(one.cash and one.on <= s.day for one in s.book.sources)
    if not received:
        return Seen(None, 0, "no payment yet")
    return Seen(Fraction(sum(s.day - YEAR < on <= s.day for on, _ in s.book.returns)), received)


def _proceedings(e: Evidence) -> Seen:
    live = sum(one.opened <= e.s.day < one.ended for one in e.s.book.stays)
    return Seen(Fraction(live), live)


def rating_of(e: Evidence, source: str, valid_days: int | None) -> Seen:
    """The latest score that a source gave the debtor, unless it is too old."""
    given = [one for one in e.s.book.ratings if one.source == source and one.on <= e.s.day]
    if not given:
        return Seen(None, 0, f"no score of {source}")
    # They come in order of date: the last one holds.
    last = given[-1]
    if valid_days is not None and e.s.day - last.on > valid_days:
        return Seen(None, len(given), f"the score of {source} is older than {valid_days} days")
    return Seen(Fraction(last.score), len(given))


CREDIT_RATING: Final = "credit_rating"

OBSERVATIONS: Final[Mapping[str, Observation]] = MappingProxyType(
    {
        "median_delay": Observation(
            "days", _of_delays(median_of, FLOOR), "The middle delay of the sales paid."
        ),
        "habitual_delay": Observation(
            "days", _of_delays(habitual_of, FLOOR), "The delay that three in four of them reach."
        ),
        "trend": Observation(
            "days",
            _of_delays(trend_of, 2 * FLOOR),
            "How much later the later half is paid than the earlier one.",
        ),
        "late_share": Observation("percent", _late_share, "The share of them paid late."),
        "promise_keeping": Observation(
            "percent", _promise_keeping, "Kept promises, of those kept, partly kept or broken."
        ),
        "dispute_share": Observation("percent", _dispute_share, "Invoices disputed at least once."),
        "unfounded_share": Observation(
            "percent", _unfounded_share, "Disputes rejected or withdrawn, of those resolved."
        ),
        "answer_rate": Observation(
            "percent", _answer_rate, "Our contacts answered, on all channels together."
        ),
        "unanswered": Observation(
            "days", _unanswered, "Days on which we spoke first since the debtor last heard us."
        ),
        "oldest_days_past_due": Observation(
            "days", _oldest, "Days past due of the oldest open item; 0 when nothing is late."
        ),
        "overdue_share": Observation(
            "percent", _overdue_share, "What is past due, of what is open."
        ),
        "limit_use": Observation(
            "percent", _limit_use, "What is open less what is netted, of the credit limit."
        ),
        "history_days": Observation("days", _history, "Days since the first invoice."),
        "returned_payments": Observation(
            "payments", _returned, "Payments that came back in the last 365 days."
        ),
        "proceedings": Observation(
            "proceedings", _proceedings, "Insolvency proceedings that stay what is owed."
        ),
    }
)
"""The observations by name, but for the credit rating, which needs its source: `rating_of`."""

NAMES: Final = (*OBSERVATIONS, CREDIT_RATING)
