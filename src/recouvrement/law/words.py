"""The closed vocabularies of law packs; each value is the word that documents use."""

from enum import StrEnum


class Label(StrEnum):
    """How sure a row is: its source was found, found in a secondary place, or only remembered.

    `S` rows compute. `S2` rows compute and carry a caveat. `M` rows are refused unless the caller
    accepts them by name.
    """

    SOURCED = "S"
    SECONDARY = "S2"
    MEMORY = "M"


class Status(StrEnum):
    """How much of a jurisdiction a pack holds; UNVERIFIED ones refuse unless accepted by name."""

    COMPLETE = "complete"
    RATES = "rates"
    UNVERIFIED = "unverified"


class Fixing(StrEnum):
    """How a series of rates becomes the rate of a day.

    `SPLIT`: each day has the rate of its semester. `LOCKED`: all days have the rate of the semester
    in which interest starts. `FLAT`: a rate that no calendar moves. `UNSETTLED`: the sources do not
    agree whether it is split, or one rate for all days, that of the due date, of the day after it
    or of the payment; where all give the same figures it computes, else it is refused unless
    accepted by name, and is then split.
    """

    SPLIT = "split"
    LOCKED = "locked"
    FLAT = "flat"
    UNSETTLED = "unsettled"


class RateRounding(StrEnum):
    """Some states round up to the next half point: the reference, or reference plus margin."""

    NONE = "none"
    REFERENCE_UP = "reference_up_to_half"
    RATE_UP = "rate_up_to_half"


class Compounding(StrEnum):
    """When interest bears interest itself.

    `YEARLY`: at the end of each year, its interest is added to what bears interest.
    """

    NEVER = "never"
    FULL_YEAR_IF_AGREED = "full_year_if_agreed"
    YEARLY = "yearly"


class DayCount(StrEnum):
    """How a day count and a year make the fraction of an annual rate."""

    ACT_365 = "ACT/365"
    ACT_ACT = "ACT/ACT"
    THIRTY_E_360 = "30E/360"
    ACT_360 = "ACT/360"


class CaveatCode(StrEnum):
    """What a value must not be shown without; packs may add codes of their own.

    `BELOW_FLOOR` and `FLOOR_NOT_KNOWN` are about a contract rate: it is below the least one that
    the law allows, or that least one is not known on some of the days. `COMPOUNDING_NOT_VERIFIED`:
    interest is simple, and nobody looked up whether this law has it so. `INTEREST_ON_INTEREST`: the
    law adds the interest of each year to what bears interest, which is left out.
    `SUPPLY_DAY_ASSUMED`: a date runs from the supply, whose day the invoice does not say; that of
    the issue stands for it. `FINANCIAL_YEAR_ASSUMED`: a time runs from the close of a financial
    year, and the calendar year stands for it.
    """

    SECONDARY_SOURCE = "secondary_source"
    FROM_MEMORY = "from_memory"
    AFTER_VERIFIED_UNTIL = "after_verified_until"
    FIXING_NOT_SETTLED = "fixing_not_settled"
    BELOW_FLOOR = "below_floor"
    FLOOR_NOT_KNOWN = "floor_not_known"
    COMPOUNDING_NOT_VERIFIED = "compounding_not_verified"
    INTEREST_ON_INTEREST = "interest_on_interest"
    SUPPLY_DAY_ASSUMED = "supply_day_assumed"
    FINANCIAL_YEAR_ASSUMED = "financial_year_assumed"


class Applies(StrEnum):
    """What a caveat of a pack is about.

    `CONSUMER`: interest that a consumer bears. `APPROPRIATION`: payments that pay interest before
    principal. `LIMITATION`: its dates.
    """

    DEFAULT = "default"
    CONTRACT = "contract"
    FIXED_SUM = "fixed_sum"
    CONSUMER = "consumer"
    APPROPRIATION = "appropriation"
    LIMITATION = "limitation"


class PeriodKind(StrEnum):
    """Whose debt a period of limitation is for, or which case: a title, the longest of all."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    NON_PROFESSIONAL = "non_professional"
    PUBLIC = "public"
    TITLE = "title"
    LONG_STOP = "long_stop"


class PeriodStart(StrEnum):
    """What limitation runs from."""

    DUE_DATE = "due_date"
    END_OF_YEAR = "end_of_year"
    END_OF_SUPPLY_YEAR = "end_of_supply_year"
    DELIVERY = "delivery"
    TITLE = "title"
    BIRTH_OF_THE_RIGHT = "birth_of_the_right"


class ClaimStart(StrEnum):
    """What the delay for filing a claim in insolvency proceedings runs from."""

    PUBLICATION = "publication"


class TermStart(StrEnum):
    """What a payment term is counted from; RECEIPT_OF_REQUEST, or the performance if later."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    RECEIPT_OF_REQUEST = "receipt_of_request"
    DELIVERY = "delivery"
