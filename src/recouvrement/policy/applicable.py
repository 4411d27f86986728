"""The law that a policy rests on, for debtors of one kind: the pack, and the periods it gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date
from typing import Final

from attrs import evolve, field, frozen

from recouvrement.errors import InvalidInput, shown
from recouvrement.facts.words import DebtorKind
from recouvrement.law import (
    Caveat,
    ClaimDelay,
    ContactRule,
    Label,
    LawPack,
    LimitationPeriod,
    Row,
    is_pack,
    pack,
    pack_names,
)
from recouvrement.position.conventions import Conventions, LimitationStart
from recouvrement.position.deadlines import Deadline, DeadlineKind
from recouvrement.position.legal_periods import orders_under, periods_under, service_months

# The days that a pace counts contacts over.
_DAYS: Final = 30
# Longer than any period of law.
_LONG: Final = 10_000
_FROM_THE_END: Final = (LimitationStart.END_OF_YEAR, LimitationStart.END_OF_SUPPLY_YEAR)


@frozen(kw_only=True)
class Applicable:
    """What the law of a policy says of claims on debtors of one kind.

    `pack` is None when the policy names no law. `limitation`, `claim` and `orders` (the delays to
    serve an order to pay) are rows of the pack: None where the document states a period of its own,
    and where the pack says nothing of that kind or only remembers it. `missing` are the kinds of
    which nobody says after how long a claim lapses. `conventions` are those of the policy with the
    periods of these rows.

    >>> from recouvrement.policy import preset
    >>> law = preset("fr-public").applicable("public")
    >>> law.pack, law.conventions.limitation_years, law.conventions.limitation_from.value
    (<LawPack FR-public 2026.11>, 4, 'end_of_supply_year')
    """

    pack: LawPack | None = None
    limitation: LimitationPeriod | None = None
    claim: ClaimDelay | None = None
    orders: tuple[Row, ...] = ()
    missing: frozenset[DebtorKind] = frozenset()
    conventions: Conventions = field(repr=False)

    @property
    def version(self) -> str | None:
        """The version of the pack."""
        return None if self.pack is None else self.pack.version

    def caveats(self, deadlines: Iterable[Deadline], on: date) -> tuple[Caveat, ...]:
        """What must be said on a day with these deadlines: of their rows, and of themselves."""
        said: list[Caveat] = []
        for deadline in deadlines:
            row = self._row_of(deadline)
            if row is not None:
                said += (*row.caveats, *row.caveats_on(on))
            said += deadline.caveats
        return tuple(dict.fromkeys(said))

    def _row_of(self, deadline: Deadline) -> Row | None:
        """The row that a deadline rests on, None where it is no row of the law."""
        match deadline.kind:
            case DeadlineKind.LIMITATION | DeadlineKind.POSSIBLE_LIMITATION:
                return self.limitation
            case DeadlineKind.CLAIM_TO_FILE:
                return self.claim
            case DeadlineKind.ORDER_TO_SERVE:
                made = deadline.since or date.min
                held = [row for row in self.orders if row.since is None or row.since <= made]
                return held[-1] if held else None
            case _:
                return None


def host_laws(laws: object) -> tuple[LawPack, ...]:
    """The host's own packs; `InvalidInput` for what is none, and for two of one name."""
    found = tuple(laws) if isinstance(laws, Iterable) and not isinstance(laws, str) else None
    if found is None or not all(isinstance(one, LawPack) for one in found):
        raise InvalidInput("laws", "law packs", shown(laws))
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise InvalidInput("laws", "law packs of different names", ", ".join(names))
    return found


def is_law(name: str, laws: Iterable[LawPack]) -> bool:
    """Whether the host or the library has a pack of that name."""
    return any(one.name == name for one in laws) or is_pack(name)


def known_laws(laws: Iterable[LawPack]) -> str:
    """The names that a policy may give as its law, to be told in errors."""
    return "one of " + ", ".join(dict.fromkeys([*(one.name for one in laws), *pack_names()]))


def law_for(name: str, kind: DebtorKind, laws: Iterable[LawPack]) -> LawPack:
    """The pack for claims on debtors of a kind: one of their own where there is, as `FR-public`.

    The host's packs come before ours of the same name.
    """
    own = {one.name: one for one in laws}
    special = f"{name}-{kind}"
    found = special if special in own or is_pack(special) else name
    return own[found] if found in own else pack(found)


def contact_rules(name: str, laws: Iterable[LawPack]) -> dict[str, ContactRule]:
    """The contact rules of a law that a pace can keep, by name.

    A pace counts 30 days: a rule that counts more of them would be kept only in part.
    """
    rules = law_for(name, DebtorKind.UNKNOWN, laws).contact_rules
    return {
        row.name: row
        for row in rules
        if row.label is not Label.MEMORY and (row.within_days is None or row.within_days <= _DAYS)
    }


def sectors_of(name: str, laws: Iterable[LawPack]) -> set[str]:
    """The trades whose claims a law gives a period of limitation of their own."""
    periods = law_for(name, DebtorKind.BUSINESS, laws).limitation_periods
    return {row.sector for row in periods if row.sector is not None}


def applicable_to(
    kind: DebtorKind,
    *,
    law: str | None,
    laws: tuple[LawPack, ...],
    sector: str | None,
    conventions: Conventions,
    serves: Collection[DebtorKind],
) -> Applicable:
    """What a law says of claims on debtors of a kind, where the conventions say nothing themselves.

    Of a debtor whose kind nobody knows, each period is the shortest among the kinds that are
    served: a date too early costs a look at the file, one too late the claim.
    """
    if law is None:
        return Applicable(conventions=conventions, missing=_missing(kind, conventions))
    if kind is DebtorKind.UNKNOWN:
        kinds = [one for one in DebtorKind if one in serves and one is not kind]
        found = [
            applicable_to(
                one, law=law, laws=laws, sector=sector, conventions=conventions, serves=()
            )
            for one in kinds or [DebtorKind.BUSINESS]
        ]
        return _shortest(found)
    pack_ = law_for(law, kind, laws)
    limitation = claim = None
    if conventions.limitation_years is None:
        limitation = _limitation(pack_, kind, sector)
    if conventions.claim_months is None:
        with suppress(InvalidInput):  # only remembered, and not accepted
            claim = pack_.claim_delay()
    orders = orders_under(pack_)
    own = _completed(conventions, limitation, claim)
    return Applicable(
        pack=pack_,
        limitation=limitation,
        claim=claim,
        orders=orders,
        missing=_missing(kind, own),
        conventions=evolve(own, service_months=service_months(orders)),
    )


def _missing(kind: DebtorKind, conventions: Conventions) -> frozenset[DebtorKind]:
    return frozenset() if conventions.limitation_years else frozenset({kind})


def _limitation(law: LawPack, kind: DebtorKind, sector: str | None) -> LimitationPeriod | None:
    # The law of public debtors, say, knows nothing of the trades of the others.
    own = sector if sector in law.sectors else None
    with suppress(InvalidInput):  # none for that kind, or only remembered and not accepted
        return periods_under(law, kind=kind, sector=own).limitation
    return None


def _completed(
    conventions: Conventions, limitation: LimitationPeriod | None, claim: ClaimDelay | None
) -> Conventions:
    if limitation is not None:
        start = LimitationStart(limitation.starts or "")
        conventions = evolve(conventions, limitation_years=limitation.years, limitation_from=start)
    if claim is not None:
        conventions = evolve(conventions, claim_months=claim.months)
    return conventions


def _shortest(found: Sequence[Applicable]) -> Applicable:
    """Of each period the shortest; the pack is that of the first to lapse."""
    first = min(found, key=_lapse)
    filing = min(found, key=lambda one: one.conventions.claim_months or _LONG)
    serving = next((one for one in found if one.orders), first)
    conventions = evolve(
        first.conventions,
        claim_months=filing.conventions.claim_months,
        service_months=serving.conventions.service_months,
    )
    missing = frozenset[DebtorKind]().union(*(one.missing for one in found))
    return evolve(
        first, claim=filing.claim, orders=serving.orders, missing=missing, conventions=conventions
    )


def _lapse(one: Applicable) -> tuple[int, bool]:
    """Shortest first: without a period last, and from the end of the year after from its day."""
    conventions = one.conventions
    late = conventions.limitation_from in _FROM_THE_END
    return (conventions.limitation_years or _LONG, late)
