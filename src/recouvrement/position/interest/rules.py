"""What a statement of interest rests on beside rates: how days count, and what bears interest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from recouvrement.errors import InvalidInput
from recouvrement.facts.book import Book
from recouvrement.law import Caveat, CaveatCode, Compounding, DayCount, Label, LawPack, Row
from recouvrement.law.words import Applies
from recouvrement.position.interest.appropriation import Appropriation, Claim
from recouvrement.position.interest.day_counts import day_count_of
from recouvrement.position.interest.rate_series import Terms
from recouvrement.position.limitation import years_after

_SHIFT: Final = "term.weekend_shift"
_WITH_CONTRACT: Final = "fixed_sum.with_contract_rate"
_NO_NOTES: Final[tuple[Caveat, ...]] = ()


def counting_of(
    law: LawPack, day_count: DayCount | str | None, as_of: date, allow: Iterable[str]
) -> tuple[DayCount, tuple[Caveat, ...]]:
    """The day count given, or the pack's with what must be said of it.

    `InvalidInput` for one of the pack's that is only remembered and was not accepted.
    """
    if day_count is not None:
        return day_count_of(day_count), _NO_NOTES
    row = law.counting(on=as_of, allow=allow)
    return DayCount(str(row.value)), row.caveats


def compounding_notes(law: LawPack, as_of: date) -> tuple[Caveat, ...]:
    """What must be said of interest that bears none itself, as it is computed under any law.

    A law that lets interest bear interest if that was agreed is not contradicted by leaving it out.
    """
    row = law.compounds
    if row.value == Compounding.FULL_YEAR_IF_AGREED:
        return _NO_NOTES
    if row.label is Label.MEMORY:
        said = (("title", row.source.title), ("published", row.source.published))
        return (Caveat(CaveatCode.COMPOUNDING_NOT_VERIFIED, row.source.article, said),)
    return row.caveats_on(as_of)


def left_to_compound(
    law: LawPack, claims: Iterable[Claim], book: Book, day: int, allow: Iterable[str]
) -> tuple[Caveat, ...]:
    """The claims whose interest should itself bear some, where the law adds it year by year.

    `InvalidInput` for such a claim unless the row or the pack was accepted: the figure would be too
    low.
    """
    row = law.compounds
    if row.value != Compounding.YEARLY:
        return _NO_NOTES
    found = tuple(_left_out(row, claims, book, day))
    if found and not law.accepts(row, allow):
        expected = (
            f"interest of at most a year: later, {row.source.article} adds that of each year to"
            f" what bears interest, which is not computed; or {law.name!r} or {row.name!r} among"
            " the names accepted, for simple interest"
        )
        raise InvalidInput("allow", expected, f"interest since {found[0].value('since')}")
    return found


def _left_out(row: Row, claims: Iterable[Claim], book: Book, day: int) -> Iterator[Caveat]:
    for claim in claims:
        if not claim.lines:
            continue
        year = years_after(claim.first, 1)
        # Interest that is left unpaid is what bears interest then, even once no principal is left.
        unpaid = claim.accrued > claim.interest_paid and min(day, claim.last) >= year
        if claim.lines[-1].until >= year or unpaid:
            item = book.items[claim.place].id
            said = (("invoice", item), ("since", date.fromordinal(claim.first)))
            yield Caveat(CaveatCode.INTEREST_ON_INTEREST, row.source.article, said)


def appropriation_notes(law: LawPack, rule: Appropriation, as_of: date) -> tuple[Caveat, ...]:
    """What the pack says of payments that pay interest before principal."""
    if rule is Appropriation.PRINCIPAL_FIRST:
        return _NO_NOTES
    return law.notes_on(Applies.APPROPRIATION, as_of)


def consumer_notes(law: LawPack, as_of: date, *, consumer: bool) -> tuple[Caveat, ...]:
    """What the pack says of interest that a consumer bears."""
    return law.notes_on(Applies.CONSUMER, as_of) if consumer else _NO_NOTES


def shift_of(law: LawPack) -> Row | None:
    """The row that moves a due date which is no working day, None where the pack holds none."""
    return _parameter(law, _SHIFT)


def without_sum(law: LawPack, terms: Terms) -> Row | None:
    """The row by which an agreed rate leaves no fixed sum, None where there is one all the same.

    The name of the row among those accepted says that the contract leaves the sum.
    """
    row = None if terms.contract_rate is None else _parameter(law, _WITH_CONTRACT)
    if row is None or row.value is not False or row.name in terms.allow | law.accepted:
        return None
    return row


def _parameter(law: LawPack, name: str) -> Row | None:
    return next((row for row in reversed(law.parameters) if row.name == name), None)
