"""The conventions on which a position is read: a value that a policy carries, or the host gives."""

from datetime import date
from enum import StrEnum

from attrs import field, frozen

from recouvrement.dates import BusinessCalendar
from recouvrement.errors import InvalidInput, shown, word_of
from recouvrement.money import ExchangeRates


class ApplicationRule(StrEnum):
    """What becomes of money that nobody directed to an invoice.

    OLDEST_FIRST applies it: to an open promise or plan instalment of exactly that amount, else to
    one item of exactly that open amount, else to undisputed due items, oldest first, then disputed
    due, then not yet due. EXPLICIT_ONLY leaves it unapplied, visible, and netted.
    """

    OLDEST_FIRST = "oldest_first"
    EXPLICIT_ONLY = "explicit_only"


class LimitationStart(StrEnum):
    """What limitation runs from: the due date, the end of its year, or the day of the supply.

    END_OF_SUPPLY_YEAR is the end of the year of the due date, or of the supply if that came
    earlier. The day of the supply is that of the issue where the invoice does not say it; the
    deadline then has a caveat, as the supply may have been earlier.
    """

    DUE_DATE = "due_date"
    END_OF_YEAR = "end_of_year"
    END_OF_SUPPLY_YEAR = "end_of_supply_year"
    DELIVERY = "delivery"


def _limitation_start(word: str) -> LimitationStart:
    return word_of(LimitationStart, word, "conventions.limitation_from")


def _periods(given: object) -> tuple[tuple[date | None, int], ...]:
    """Months by the first day on which they hold, in order."""
    expected = "pairs of a date and a number of months, in order; only the first date may be None"
    try:
        found = tuple([(since, months) for since, months in given])  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        raise InvalidInput("conventions.service_months", expected, shown(given)) from None
    days = [since for since, _ in found]
    dated = days[1:] if days and days[0] is None else days
    plain = all(type(one) is date for one in dated) and dated == sorted(set(dated))
    if not plain or any(type(months) is not int or months < 1 for _, months in found):
        raise InvalidInput("conventions.service_months", expected, shown(given))
    return found


def _application(word: str) -> ApplicationRule:
    return word_of(ApplicationRule, word, "conventions.application")


@frozen(kw_only=True)
class Conventions:
    """How cash is applied, what a promise shelters and for how long, the host's calendar and rates.

    `promise_tolerance` and `promise_horizon` are days; a promise whose date lies further than the
    horizon, or a debtor with more broken promises than tolerated, shelters nothing.
    `limitation_years` is how long a claim may be brought, counted from `limitation_from`, and
    `claim_months` how long it may be filed once an insolvency is published; without them, no such
    deadline is told. `service_months` is how long an order to pay may be served, with the first day
    of the orders that have so long (None: those before).

    >>> Conventions(application="explicit_only").application
    <ApplicationRule.EXPLICIT_ONLY: 'explicit_only'>
    """

    application: ApplicationRule = field(
        default=ApplicationRule.OLDEST_FIRST, converter=_application
    )
    promise_tolerance: int = 0
    promise_horizon: int = 30
    broken_promises_tolerated: int = 1
    limitation_years: int | None = None
    limitation_from: LimitationStart = field(
        default=LimitationStart.DUE_DATE, converter=_limitation_start
    )
    claim_months: int | None = None
    service_months: tuple[tuple[date | None, int], ...] = field(default=(), converter=_periods)
    calendar: BusinessCalendar = field(factory=BusinessCalendar)
    rates: ExchangeRates = field(factory=ExchangeRates)

    def __attrs_post_init__(self) -> None:
        for name in ("promise_tolerance", "promise_horizon", "broken_promises_tolerated"):
            value = getattr(self, name)
            if type(value) is not int or value < 0:
                raise InvalidInput(f"conventions.{name}", "a whole number, 0 or more", repr(value))
        for name in ("limitation_years", "claim_months"):
            value = getattr(self, name)
            if value is not None and (type(value) is not int or not 1 <= value <= 100):
                expected = "a whole number from 1 to 100, or None"
                raise InvalidInput(f"conventions.{name}", expected, repr(value))
        if not isinstance(self.calendar, BusinessCalendar):
            raise InvalidInput("conventions.calendar", "a BusinessCalendar", repr(self.calendar))
        if not isinstance(self.rates, ExchangeRates):
            raise InvalidInput("conventions.rates", "ExchangeRates", repr(self.rates))
