"""An agreed payment term beside the longest that the law allows: dates and days, no verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, Final

from attrs import frozen

from recouvrement.dates import PaymentTerms
from recouvrement.errors import InvalidInput
from recouvrement.facts.invoice import Invoice
from recouvrement.law import Caveat, LawPack, Source, TermCeiling, pack_of
from recouvrement.position.position import check_date
from recouvrement.tables import html_table

# Months and leap years make terms differ in length: four years hold every case.
_CYCLE: Final = 4 * 365 + 1
_NOBODY: Final[frozenset[str]] = frozenset()
Dates = dict[str, date | None]


@frozen(kw_only=True)
class TermReading:
    """A term beside one ceiling of the law, in one of its readings.

    The law counts from `starts`, here `start`; `latest` is the last due date it allows and `over`
    by how many days the term goes beyond it, 0 or less where it does not. All three are None where
    the day the law counts from is not known; `starts` too, where no text was read that says it.
    """

    case: str
    terms: PaymentTerms
    starts: str | None
    start: date | None
    latest: date | None
    over: int | None
    rule: str | None
    source: Source
    caveats: tuple[Caveat, ...]


@frozen(kw_only=True)
class TermCheck:
    """An agreed term beside every ceiling that the law has for its sector.

    `due_on` is None for terms without dates: each reading then shows the invoice date, within four
    years, for which they go furthest. Which case an invoice is in is for the host to say.
    """

    law: str
    sector: str | None
    due_on: date | None
    readings: tuple[TermReading, ...]

    def of(self, case: str) -> tuple[TermReading, ...]:
        """The readings of one case; `InvalidInput` for one that the law does not have here."""
        found = tuple(one for one in self.readings if one.case == case)
        if not found:
            cases = ", ".join(dict.fromkeys(one.case for one in self.readings)) or "none"
            raise InvalidInput("case", f"one of {cases}", repr(case))
        return found

    def to_rows(self) -> list[dict[str, Any]]:
        """One plain mapping per reading, for any table library."""
        return [
            {
                "case": one.case,
                "days": one.terms.days,
                "end_of_month": one.terms.end_of_month,
                "from": one.starts,
                "start": one.start,
                "latest": one.latest,
                "over": one.over,
                "article": one.source.article,
            }
            for one in self.readings
        ]

    def _repr_html_(self) -> str:
        return html_table(self.to_rows(), caption=f"terms under {self.law}")


def check_term(
    term: PaymentTerms | Invoice | tuple[date, date],
    *,
    law: LawPack | str,
    sector: str | None = None,
    on: date | None = None,
    allow: Iterable[str] = _NOBODY,
) -> TermCheck:
    """An agreed term beside the ceilings of the law, by sector, each with its article.

    `term` is an invoice, a pair of its date and its due date, or the terms themselves, which are
    then tried on every invoice date of four years from `on`. `on` is the day of the contract: it
    decides which rows hold, and is the date of the invoice unless given. "End of month" is shown in
    both readings. `InvalidInput` for what is no agreed term (a due date that is assumed, or before
    the date of the invoice), and as the pack refuses.

    >>> check = check_term((date(2025, 2, 15), date(2025, 4, 20)), law="FR")
    >>> for one in check.readings:
    ...     print(one.case, one.starts, one.latest, one.over)
    nothing_agreed receipt None None
    agreed invoice 2025-04-16 4
    agreed_end_of_month invoice 2025-04-30 -10
    agreed_end_of_month invoice 2025-04-14 6
    periodic_invoice invoice 2025-04-01 19
    """
    found = pack_of(law)
    due_on, dates = _dates(term, on)
    first = check_date("on", dates["invoice"] if on is None else on)
    ceilings = found.term_ceiling(sector, on=first, allow=allow)
    return TermCheck(
        law=found.name,
        sector=sector,
        due_on=due_on,
        readings=tuple(
            reading for ceiling in ceilings for reading in _readings(ceiling, term, due_on, dates)
        ),
    )


def _dates(term: object, on: date | None) -> tuple[date | None, Dates]:
    """The due date, and the days from which laws count."""
    if isinstance(term, PaymentTerms):
        return None, {"invoice": check_date("on", on)}
    if isinstance(term, Invoice):
        if term.due_assumed:
            raise InvalidInput("term.due_assumed", "a due date that was agreed", "an assumed one")
        received, supplied = term.received_on, term.supplied_on
        return _not_before(term.issued_on, term.due_on), {
            "invoice": term.issued_on,
            "receipt": received,
            "delivery": supplied,
            # From the request for payment, or the performance if that comes later.
            "receipt_of_request": received and max(received, supplied or received),
        }
    if isinstance(term, tuple) and len(term) == 2:
        issued_on, due_on = term
        first = check_date("term", issued_on)
        return _not_before(first, check_date("term.due_on", due_on)), {"invoice": first}
    expected = "PaymentTerms, an Invoice, or its date and its due date"
    raise InvalidInput("term", expected, repr(term))


def _not_before(issued_on: date, due_on: date) -> date:
    # Money due in advance has no term, and dates the wrong way round would read as a short one.
    if due_on < issued_on:
        expected = f"a date on or after that of the invoice, {issued_on}"
        raise InvalidInput("term.due_on", expected, str(due_on))
    return due_on


def _readings(
    ceiling: TermCeiling, term: object, due_on: date | None, dates: Dates
) -> Iterator[TermReading]:
    starts = ceiling.starts
    for terms in ceiling.readings:
        start = None if starts is None else dates.get(starts)
        if start is not None and isinstance(term, PaymentTerms):
            start = _furthest(term, terms, start)
        latest = over = None
        if start is not None:
            latest = terms.due_on(start)
            due = term.due_on(start) if isinstance(term, PaymentTerms) else due_on
            over = None if due is None else (due - latest).days
        yield TermReading(
            case=ceiling.case,
            terms=terms,
            starts=starts,
            start=start,
            latest=latest,
            over=over,
            rule=ceiling.rule,
            source=ceiling.source,
            caveats=ceiling.caveats,
        )


def _furthest(term: PaymentTerms, ceiling: PaymentTerms, first: date) -> date:
    """The invoice date, within four years, for which a term goes furthest beyond another."""
    days = [first + timedelta(place) for place in range(min(_CYCLE, (date.max - first).days))]
    return max(days, key=lambda day: (term.due_on(day) - ceiling.due_on(day), -day.toordinal()))
