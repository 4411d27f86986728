"""What lateness costs: the financing of what should have been paid."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Measure, raised
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, perimeter_of, whole
from recouvrement.kpi.rates_given import percentage
from recouvrement.money import Rounding, exponent_of, round_fraction
from recouvrement.position.conventions import Conventions


def cost_of_delay(
    accounts: Iterable[Account],
    *,
    as_of: date,
    rate: Decimal | int | str,
    currency: str = "EUR",
    day_base: int = 360,
    margin: Decimal | int | str | None = None,
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """What it costs to have waited for what is overdue: amount × rate × days ÷ day base (K19).

    For each item overdue on `as_of`, its days past due, at a yearly financing `rate` in percent
    over `day_base` days. Rounded half up to the minor unit; `exact` is in the currency's unit. With
    `margin`, in percent of sales and above 0, `beside` has the sales needed to make the cost up:
    cost ÷ margin. A credit beyond the items of its account saves nothing.

    >>> from recouvrement import Debtor, Invoice, Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 8, 3), due_on=date(2026, 9, 1), total=Money.of(15000, "EUR")),
    ... )
    >>> cost_of_delay([account], as_of=date(2026, 10, 16), rate="4")
    <K19 cost of delay on 2026-10-16: 75.00 EUR>
    """
    yearly, base = percentage("rate", rate, least=None), whole("day_base", day_base, least=1)
    kept = None if margin is None else percentage("margin", margin, least=None)
    if kept is not None and kept <= 0:
        raise InvalidInput("margin", "a percentage above 0", repr(margin))
    options = [("rate, percent", str(rate)), ("day base", str(base))]
    if margin is not None:
        options.append(("margin, percent", str(margin)))
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
        options=tuple(options),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)

        def finish() -> Measure:
            day = as_of.toordinal()
            late = [(day - due, cell) for due, cell in closing.by_due.items() if due < day]
            weighted = sum([days * amount for days, (_, amount) in late])
            overdue = sum([amount for _, (_, amount) in late])
            cost = weighted * yearly / (100 * base)
            value = closing.money(round_fraction(cost, Rounding.HALF_UP))
            lines = [
                ("balance", closing.balance),
                ("credit beyond the items", closing.beyond),
                ("not due", -closing.not_due),
            ]
            needed = None
            if kept is not None:
                needed = closing.money(round_fraction(cost * 100 / kept, Rounding.HALF_UP))
            return Measure(
                formula="K19",
                name="cost of delay",
                definition="sum of overdue * rate * days past due / day base",
                unit=currency,
                perimeter=perimeter,
                value=value,
                exact=cost / 10 ** exponent_of(currency),
                numerator=closing.money(overdue),
                population=(
                    ("accounts", reading.accounts),
                    *closing.population(),
                    ("overdue items", sum([number for _, (number, _) in late])),
                ),
                excluded=closing.excluded(),
                reconciliation=(
                    closing.ledger(),
                    closing.used("balance"),
                    closing.tally("overdue", lines, overdue),
                ),
                beside=(("sales that make the cost up", needed),) if kept is not None else (),
                flags=raised({"net credit": closing.balance < 0, "negative": cost < 0}),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)
