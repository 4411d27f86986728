"""The laws that every decision obeys, in one table: the safeguards, and those of the design."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from recouvrement.errors import InvalidInput, OutsideCoverage
from recouvrement.testing.law import Breach, Law
from recouvrement.testing.laws_reached import REACHED
from recouvrement.testing.laws_replayed import REPLAYED
from recouvrement.testing.laws_safeguards import SAFEGUARDS
from recouvrement.testing.laws_speaking import SPEAKING
from recouvrement.testing.laws_worsening import WORSENING
from recouvrement.testing.lives import Case, NoAnswer


def _number(law: Law) -> int:
    return law.number or 0


# The safeguards first, then by number.
LAWS: Final = tuple(sorted((*SAFEGUARDS, *WORSENING, *SPEAKING, *REPLAYED, REACHED), key=_number))
ANSWERS: Final = SAFEGUARDS[0]


def laws_named(wanted: Collection[int | str] | None) -> tuple[Law, ...]:
    """The laws of these numbers or names, in their order; all of them for None.

    >>> [law.name for law in laws_named([11, "pace"])]
    ['pace', 'skipped-days', 'once-recorded']
    """
    if wanted is None:
        return LAWS
    known = {law.name for law in LAWS} | {law.number for law in LAWS if law.number}
    strangers = sorted(str(one) for one in wanted if one not in known)
    if strangers:
        expected = "among " + ", ".join(sorted(law.name for law in LAWS)) + ", or their numbers"
        raise InvalidInput("laws", expected, ", ".join(strangers))
    return tuple(law for law in LAWS if law.name in wanted or law.number in wanted)


def breach_of(law: Law, case: Case) -> Breach | None:
    """The breach of a law that a case shows, None when it holds.

    A decider that gives no answer breaks the law that there is one, and no other; on days that the
    policy's calendar does not cover, none can be judged.
    """
    try:
        return law.breach(case)
    except OutsideCoverage:
        return None
    except NoAnswer as error:
        if law is not ANSWERS:
            return None
        return Breach(
            account=error.account,
            as_of=error.as_of,
            expected="a decision that can be acted on and recorded",
            came=error.came,
        )
