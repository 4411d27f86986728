"""The periods of a law pack as conventions of a position, and the last days of procedures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from attrs import evolve, frozen

from recouvrement.dates import BusinessCalendar, months_after
from recouvrement.errors import InvalidInput
from recouvrement.facts.words import DebtorKind
from recouvrement.law import (
    Caveat,
    ClaimDelay,
    Label,
    LawPack,
    LimitationPeriod,
    Row,
    Source,
    pack_of,
)
from recouvrement.position.conventions import Conventions, LimitationStart
from recouvrement.position.position import check_date

_NOBODY: Final[frozenset[str]] = frozenset()
# The row of a pack that says how long an order to pay may be served.
_SERVICE: Final = "payment_order.service"


@frozen(kw_only=True)
class LegalPeriods:
    """How long a claim can be brought, and filed in insolvency, under one law, with the rows.

    `claim` is None where the pack has no such delay, `orders` are those to serve an order to pay,
    oldest first. The caveats of the rows go with every date that is computed from them.
    """

    law: str
    limitation: LimitationPeriod
    claim: ClaimDelay | None
    orders: tuple[Row, ...] = ()

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What must be said with the dates."""
        rows = (self.limitation, self.claim, *self.orders)
        found = [caveat for row in rows if row is not None for caveat in row.caveats]
        return tuple(dict.fromkeys(found))

    def conventions(self, base: Conventions = Conventions()) -> Conventions:  # noqa: B008 (frozen)
        """The same conventions, with the periods of this law: deadlines are then told.

        >>> from recouvrement.position.legal_periods import periods_under
        >>> german = periods_under("DE", kind="business").conventions()
        >>> german.limitation_years, german.limitation_from.value, german.claim_months
        (3, 'end_of_year', None)
        """
        return evolve(
            base,
            limitation_years=self.limitation.years,
            limitation_from=LimitationStart(self.limitation.starts or ""),
            claim_months=None if self.claim is None else self.claim.months,
            service_months=service_months(self.orders),
        )


def periods_under(
    law: LawPack | str,
    *,
    kind: DebtorKind | str = DebtorKind.BUSINESS,
    sector: str | None = None,
    abroad: bool = False,
    on: date | None = None,
    allow: Iterable[str] = _NOBODY,
) -> LegalPeriods:
    """The periods of a law for claims on debtors of a kind, of a sector that may have its own.

    `abroad` is a creditor to whom the law gives longer to file. `on` is the day the claims fell
    due: without it, the latest rows. `InvalidInput` as the pack refuses, and for a period that runs
    from something no position knows.

    >>> found = periods_under("FR", sector="road_transport")
    >>> found.limitation.years, found.limitation.starts, found.claim.months
    (1, 'delivery', 2)
    """
    pack_ = pack_of(law)
    limitation = pack_.limitation(str(kind), sector, on=on, allow=allow)
    if limitation.starts not in set(LimitationStart):
        expected = f"a period that runs from one of {', '.join(LimitationStart)}"
        raise InvalidInput("kind", expected, f"{kind}, from {limitation.starts}")
    delay = pack_.claim_delay(abroad=abroad, on=on, allow=allow)
    orders = orders_under(pack_, allow=allow)
    return LegalPeriods(law=pack_.name, limitation=limitation, claim=delay, orders=orders)


def orders_under(law: LawPack, *, allow: Iterable[str] = _NOBODY) -> tuple[Row, ...]:
    """The delays of a law to serve an order to pay, oldest first; none that is only remembered.

    >>> from recouvrement.law import pack
    >>> [(str(row.since), row.value) for row in orders_under(pack("FR"))]
    [('None', 6), ('2026-09-01', 3)]
    """
    rows = [row for row in law.procedures if row.name == _SERVICE and row.unit == "months"]
    sure = [row for row in rows if row.label is not Label.MEMORY or law.accepts(row, allow)]
    return tuple([evolve(row, caveats=row.standing_caveats) for row in sure])


def service_months(rows: Iterable[Row]) -> tuple[tuple[date | None, int], ...]:
    """The rows as conventions state them."""
    return tuple([(row.since, row.value) for row in rows if type(row.value) is int])


@frozen(kw_only=True)
class ProceduralDeadline:
    """The last day of a procedure's delay, with the row it comes from.

    `on` is the day counted, `shifted` the next business day where that is none: laws shift the
    delays of procedures, and the calendar says which days those are.
    """

    name: str
    start: date
    on: date
    shifted: date
    source: Source
    caveats: tuple[Caveat, ...]


def procedural_deadline(
    law: LawPack | str,
    name: str,
    start: date,
    *,
    calendar: BusinessCalendar = BusinessCalendar(),  # noqa: B008 (a frozen value)
    allow: Iterable[str] = _NOBODY,
) -> ProceduralDeadline:
    """The last day of a delay of the pack, by the name of its row, that runs from a day.

    The day itself does not count; months end on the same day of the month, or on its last.
    `InvalidInput` for a row the pack has not, and for one that is no delay or has no last day:
    something that is possible from a day on is no deadline.

    >>> found = procedural_deadline("FR", "payment_order.service", date(2026, 9, 30))
    >>> str(found.on), found.source.article
    ('2026-12-30', 'Code de procédure civile, art. 1411 (décret 2026-96, art. 9)')
    """
    row = pack_of(law).rule(name, on=check_date("start", start), allow=allow)
    units = {"days": 0, "months": 1, "years": 12}
    if type(row.value) is not int or row.unit not in units:
        raise InvalidInput("name", "a delay in days, months or years", repr(name))
    if row.earliest:
        expected = "a delay that has a last day: this one has a first"
        raise InvalidInput("name", expected, repr(name))
    if row.unit == "days":
        last = start + timedelta(row.value)
    else:
        last = months_after(start, row.value * units[row.unit])
    return ProceduralDeadline(
        name=name,
        start=start,
        on=last,
        shifted=calendar.next_business_day(last),
        source=row.source,
        caveats=row.caveats,
    )
