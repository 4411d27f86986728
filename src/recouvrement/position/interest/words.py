"""One plain sentence for each caveat: what it means for the figures of a statement, no advice.

English, as the page is. What a pack says of its own it says in its own words: the rule of its row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from recouvrement.law import Caveat, CaveatCode, LawPack
from recouvrement.position.interest.caveats import StatementCaveat

SENTENCES: Final[Mapping[str, str]] = {
    # Of the law.
    CaveatCode.SECONDARY_SOURCE: (
        "A figure rests on a row that was read in a secondary source only."
    ),
    CaveatCode.FROM_MEMORY: (
        "A figure rests on a row whose text nobody read, and which the caller accepted by name."
    ),
    CaveatCode.AFTER_VERIFIED_UNTIL: (
        "The row was checked until that day only; the figures take it as unchanged since."
    ),
    CaveatCode.FIXING_NOT_SETTLED: (
        "Which day's rate a late payment bears is not settled; here each day bears that of its"
        " semester."
    ),
    CaveatCode.BELOW_FLOOR: (
        "On these days the agreed rate is lower than the least one of the law; each line shows the"
        " rate that it was computed at."
    ),
    CaveatCode.FLOOR_NOT_KNOWN: (
        "The least rate of these days is not known, so the agreed one was compared with none."
    ),
    CaveatCode.COMPOUNDING_NOT_VERIFIED: (
        "Interest bears no interest here; whether the law has it so was not looked up."
    ),
    CaveatCode.INTEREST_ON_INTEREST: (
        "The interest that the interest of each full year would bear is left out of the figures."
    ),
    CaveatCode.SUPPLY_DAY_ASSUMED: (
        "The day of the supply is not known; a date was counted from the day of issue."
    ),
    CaveatCode.FINANCIAL_YEAR_ASSUMED: (
        "The close of the financial year is not known; a date was counted from 31 December."
    ),
    # Of the facts.
    StatementCaveat.DUE_DATE_ASSUMED: (
        "No interest and no fixed sum is counted on it until its due date is confirmed."
    ),
    StatementCaveat.DISPUTED: (
        "The disputed amount is in the principal, and interest is counted on it."
    ),
    StatementCaveat.DISPUTE_UPHELD: (
        "This amount was conceded and awaits its credit note: it bears no interest from the due"
        " date on, and the ledger holds what is unpaid of it until the credit note comes."
    ),
    StatementCaveat.INSOLVENCY: (
        "No interest is counted from the day the proceeding opened; a fixed sum is counted only if"
        " none was open on the due date."
    ),
    StatementCaveat.BILL: (
        "Interest is counted from the due date, not from the maturity of the bill."
    ),
    StatementCaveat.PLAN: "Interest is counted from the due date, not from the dates of the plan.",
    StatementCaveat.ASSIGNED: (
        "The claim was assigned and the debtor told; what it owes is counted here all the same."
    ),
    StatementCaveat.CREDITED_LATE: (
        "Interest is counted on the amount credited until the day of the credit note at the latest."
    ),
    StatementCaveat.CREDITED_FROM_START: (
        "No interest is counted on the amount credited, from the due date on."
    ),
    StatementCaveat.BAD_DEBT_GIVEN_UP: (
        "What was written off is left out of principal and interest from the next day on."
    ),
    StatementCaveat.DUE_BEFORE_ISSUE: (
        "Interest is counted from the day after the due date: also on days before the item was"
        " issued."
    ),
    StatementCaveat.NOT_AN_INVOICE: (
        "It is an opening or an adjustment: interest is counted on it, and no fixed sum."
    ),
    StatementCaveat.ACCESSORIES_BILLED: (
        "Late payment was billed apart: the interest and the fixed sums computed here may be the"
        " same, and nothing is deducted for it."
    ),
    StatementCaveat.FIXED_SUM_IN_OTHER_CURRENCY: (
        "The fixed sum is not counted: the law has it in its own currency."
    ),
    StatementCaveat.FIXED_SUM_NOT_HELD: (
        "No fixed sum is counted: the law pack does not know whether there is one."
    ),
    StatementCaveat.FIXED_SUM_WITH_AGREED_RATE: (
        "No fixed sum is counted: as the law pack has it, it goes with the rate of the law, and"
        " another was agreed."
    ),
    StatementCaveat.DUE_ON_WEEKEND: (
        "Interest and the fixed sum are counted from the day after the due date given, which the"
        " law moves to the next working day."
    ),
    StatementCaveat.HELD_APART: "It is held, pays nothing here and is not deducted.",
    StatementCaveat.OTHER_CURRENCIES: (
        "Items and money in this currency are in no figure of this statement."
    ),
}


def meaning_of(caveat: Caveat, law: LawPack) -> str:
    """What a caveat means for the figures; nothing for a code that neither we nor the pack know.

    >>> from recouvrement.law import pack
    >>> meaning_of(Caveat("held_apart", ""), pack("FR"))
    'It is held, pays nothing here and is not deducted.'
    >>> meaning_of(Caveat("debtor_at_fault", ""), pack("AT"))
    'Only where the debtor answers for the delay: otherwise 4 % a year.'
    >>> meaning_of(Caveat("of_somebody_else", ""), pack("FR"))
    ''
    """
    own = {row.value: row.rule for row in law.caveats}
    return SENTENCES.get(caveat.code) or own.get(caveat.code) or ""
