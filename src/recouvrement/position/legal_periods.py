"""The periods of a law pack as conventions of a position, and the last days of procedures."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from attrs import evolve, frozen

from recouvrement.dates import BusinessCalendar, months_after
from recouvrement.errors import InvalidInput
from recouvrement.facts.words import DebtorKind
from recouvrement.law import Caveat, ClaimDelay, LawPack, LimitationPeriod, Source, pack
from recouvrement.position.conventions import Conventions, LimitationStart
from recouvrement.position.position import check_date

_NOBODY: Final[frozenset[str]] = frozenset()


@frozen(kw_only=True)
class LegalPeriods:
    """How long a claim can be brought, and filed in insolvency, under one law, with the rows.

    `claim` is None where the pack has no such delay. The caveats of both rows go with every date
    that is computed from them.
    """

    law: str
    limitation: LimitationPeriod
    claim: ClaimDelay | None

    @property
    def caveats(self) -> tuple[Caveat, ...]:
        """What must be said with the dates."""
        rows = (self.limitation, self.claim)
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
    pack_ = _pack(law)
    limitation = pack_.limitation(str(kind), sector, on=on, allow=allow)
    if limitation.starts not in set(LimitationStart):
        expected = f"a period that runs from one of {', '.join(LimitationStart)}"
        raise InvalidInput("kind", expected, f"{kind}, from {limitation.starts}")
    delay = pack_.claim_delay(abroad=abroad, on=on, allow=allow)
    return LegalPeriods(law=pack_.name, limitation=limitation, claim=delay)


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
    `InvalidInput` for a row the pack has not, and for one that is no delay.

    >>> found = procedural_deadline("FR", "payment_order.service", date(2026, 9, 30))
    >>> str(found.on), found.source.article
    ('2026-12-30', 'Code de procédure civile, art. 1411 (décret 2026-96, art. 9)')
    """
    row = _pack(law).rule(name, on=check_date("start", start), allow=allow)
    units = {"days": 0, "months": 1, "years": 12}
    if type(row.value) is not int or row.unit not in units:
        raise InvalidInput("name", "a delay in days, months or years", repr(name))
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


def _pack(law: LawPack | str) -> LawPack:
    found = pack(law) if isinstance(law, str) else law
    if not isinstance(found, LawPack):
        raise InvalidInput("law", "a LawPack, or the name of one", repr(law))
    return found
