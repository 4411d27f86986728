"""How criteria are read from the standing of an account, where an expression would not do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date

from recouvrement.errors import OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER, Notice
from recouvrement.money import Money
from recouvrement.position.commitments import PlanStatus, PromiseStatus
from recouvrement.position.limitation import limitation_day
from recouvrement.position.standing import Row, Standing


def silence(s: Standing, r: Row) -> int:
    """How many of our contacts about an item followed the last sign of being heard."""
    heard, place, day = s.heard_on(), r.item.place, s.day
    return sum(
        heard < on <= day < bounced and place in about for on, bounced, about in s.book.outgoing
    )


def bounced(s: Standing, r: Row) -> bool:
    """Whether our latest contact about an item did not arrive."""
    place, day = r.item.place, s.day
    for on, lost, about in reversed(s.book.outgoing):
        if on <= day and place in about:
            return lost <= day
    return False


def notices_on(s: Standing, r: Row) -> list[Notice]:
    """The formal notices that named an item once it was late; before, there was nothing to give."""
    place, day = r.item.place, s.day
    return [n for n in s.book.notices if r.due < n.on <= day and place in n.places]


def notice_days(s: Standing, r: Row) -> int | None:
    """Days since the last day to respond to the latest notice on an item; negative before."""
    ends = [notice.respond_by for notice in notices_on(s, r)]
    return s.day - max(ends) if ends else None


def dispute_overdue(s: Standing, r: Row) -> bool:
    """Whether an open dispute on an item is past the date it should have been resolved by."""
    place, day = r.item.place, s.day
    return any(
        c.opened <= day < c.resolved
        and place in c.places
        and c.fact.resolve_by is not None
        and c.fact.resolve_by.toordinal() < day
        for c in s.book.contests
    )


def limitation_days(s: Standing, r: Row) -> int | None:
    """Days to the last day before limitation; absent without a due date, and while interrupted."""
    years = s.conventions.limitation_years
    last = NEVER if years is None else limitation_day(s, r, years)
    return None if last == NEVER else last - s.day


def oldest_days_past_due(s: Standing) -> int | None:
    """Days past due of the oldest collectable item."""
    for r in s.rows:
        if r.collectable:
            return s.day - r.due
    return None


def days_since_last_contact(s: Standing) -> int | None:
    """Days since we last spoke first to the debtor about money."""
    last = s.last_contact()
    return s.day - last if last else None


def broken_promises(s: Standing) -> int:
    """How many of the debtor's promises are broken."""
    return sum(one.status is PromiseStatus.BROKEN for one in s.pledges)


def _matters(s: Standing, places: Iterable[int]) -> bool:
    """Whether something may be asked for on these items: what was paid since is over."""
    return any(place in s.by_place and s.by_place[place].collectable for place in places)


def days_since_broken_promise(s: Standing) -> int | None:
    """Days since the last day of the latest broken promise, until we speak to the debtor again."""
    broken = [
        one.broken_on
        for one in s.pledges
        if one.status is PromiseStatus.BROKEN and _matters(s, one.places)
    ]
    if not broken or s.last_contact() >= max(broken):
        return None
    return s.day - max(broken) + 1


def days_since_partly_kept_promise(s: Standing) -> int | None:
    """The same of the latest promise that was kept only in part."""
    ends = [
        one.pledge.due
        for one in s.pledges
        if one.status is PromiseStatus.PARTLY_KEPT and _matters(s, one.places)
    ]
    if not ends:
        return None
    last = max(ends) + s.conventions.promise_tolerance
    return None if s.last_contact() > last else s.day - last


def days_since_vague_promise(s: Standing) -> int | None:
    """Days since the latest vague promise, until a later contact, an exact promise or money.

    It came of a contact of that day, which therefore does not follow it.
    """
    said = [on for on in s.book.vague if on <= s.day]
    if not said or s.last_contact() > said[-1]:
        return None
    if any(said[-1] <= one.pledge.made for one in s.pledges):
        return None
    if any(one.cash and said[-1] <= one.on <= s.day for one in s.book.sources):
        return None
    return s.day - said[-1]


def days_since_returned_payment(s: Standing) -> int | None:
    """Days since a payment last came back from the bank, until we speak to the debtor again.

    What it had paid must be owed again: what was paid anew is over.
    """
    paid = s.ledger.by_place
    back = [
        on
        for on, at in s.book.returns
        if on <= s.day
        and _matters(s, [place for place, log in paid.items() if any(one[1] == at for one in log)])
    ]
    if not back or s.last_contact() >= back[-1]:
        return None
    return s.day - back[-1]


def days_since_last_payment(s: Standing) -> int | None:
    """Days since money last came that has not gone back whole, whatever it was for."""
    gone = s.ledger.gone
    came = [
        one.on
        for at, one in enumerate(s.book.sources)
        if one.cash and one.on <= s.day and gone.get(at, 0) < one.amount
    ]
    return s.day - max(came) if came else None


def over_limit(s: Standing, a: Account) -> bool:
    """Whether all that is open exceeds the credit limit, in the currency of the limit.

    What no exchange rate tells is left out: nobody is held to be over a limit on a guess.
    """
    limit = a.debtor.credit_limit
    if limit is None:
        return False
    sums = s.totals("open")
    total = sums.pop(limit.currency, 0)
    rates, on = s.conventions.rates, date.fromordinal(s.day)
    for currency, minor in sums.items():
        with suppress(OutsideCoverage):
            total += rates.convert(Money(minor, currency), limit.currency, on=on).minor
    return total > limit.minor


def plan_state(s: Standing) -> str | None:
    """The worst state among the debtor's live plans."""
    states = {one.status for one in s.plans}
    for state in (PlanStatus.DEFAULTED, PlanStatus.LATE, PlanStatus.ON_TRACK):
        if state in states:
            return state
    return None


def days_since_missed_instalment(s: Standing) -> int | None:
    """Days since the last day of the earliest instalment missed on a live plan."""
    live = (PlanStatus.DEFAULTED, PlanStatus.LATE)
    missed = [one.missed for one in s.plans if one.status in live]
    return s.day - min(missed) + 1 if missed else None


def insolvent(s: Standing) -> bool:
    """Whether a proceeding that stays claims is open."""
    return any(stay.opened <= s.day < stay.ended for stay in s.book.stays)


def total_in(name: str, s: Standing, amount_in: Callable[[int, str], int]) -> int:
    """The sum of an amount over the open items, in the policy's currency."""
    sums = s.ledger.nettable() if name == "unapplied" else s.totals(name)
    return sum(amount_in(minor, currency) for currency, minor in sums.items())
