"""What is open, each invoice in days of the sales of its own month."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from recouvrement.facts.account import Account
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.count_back import WithoutSales, month_end
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Exclusion, Measure, answered, raised
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, one_of, perimeter_of
from recouvrement.kpi.sales import Sales, sales_of
from recouvrement.position.conventions import Conventions


def dso_true(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    without_sales: WithoutSales = "skip",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The sum, over what is open, of days since the invoice × its share of its month's sales (K5).

    For each invoice: days from its date of issue × what is open on it ÷ the sales of the calendar
    month it was issued in (through `as_of`). What was issued in a month with sales of 0 or less (an
    opening balance, for instance) has no share: it is left out and said (`without_sales="skip"`),
    or leaves the whole undefined ("stop"); undefined too where nothing has a share. 0 when nothing
    is open.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(300, "EUR")),
    ...     Invoice("F-2", date(2026, 9, 1), due_on=date(2026, 9, 9), total=Money.of(100, "EUR")),
    ...     Payment("P-1", date(2026, 9, 9), amount=Money.of(100, "EUR")),
    ... )
    >>> dso_true([account], as_of=date(2026, 10, 31))
    <K5 true DSO on 2026-10-31: 45 days>
    """
    word = one_of("without_sales", ("skip", "stop"), without_sales)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        tax_basis="gross",
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
        options=(("months without sales", word),),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        by_issue = closing.issues()
        sales = sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            shared, (number, left_out) = _shares(by_issue, sales, as_of)
            none = left_out and (word == "stop" or not shared)
            exact = None if none else sum(shared.values(), Fraction(0))
            how_much = "some" if shared else "all"
            taken = sum([by_issue[day][1] for day in shared])
            lines = [
                ("balance", closing.balance),
                ("credit beyond the items", closing.beyond),
                ("issued in months without sales", -left_out),
            ]
            without = Exclusion("issued in a month without sales", number, closing.money(left_out))
            sold = sales.after(None)
            return Measure(
                formula="K5",
                name="true DSO",
                definition="sum of days since issue * open / sales of the month of issue",
                unit="days",
                perimeter=perimeter,
                **answered(exact, f"{how_much} of what is open was issued in months without sales"),
                numerator=closing.money(taken),
                population=(
                    ("accounts", reading.accounts),
                    *closing.population(),
                    ("sales invoices", sold.invoices),
                ),
                excluded=(
                    *closing.excluded(),
                    *((without,) if number else ()),
                    *sold.excluded(),
                ),
                reconciliation=(
                    closing.ledger(),
                    closing.used("balance"),
                    closing.tally("shared out", lines, taken),
                    sold.tally(),
                ),
                flags=raised(
                    {
                        "net credit": closing.balance < 0,
                        "part left out": bool(shared) and left_out > 0,
                    }
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def _shares(
    by_issue: dict[int, list[int]], sales: Sales, as_of: date
) -> tuple[dict[int, Fraction], tuple[int, int]]:
    """Days × share of each day of issue; how many items have no share, and how much is open."""
    shared: dict[int, Fraction] = {}
    sold: dict[date, int] = {}
    number = left_out = 0
    for ordinal, (items, amount) in by_issue.items():
        first = date.fromordinal(ordinal).replace(day=1)
        if first not in sold:
            before = None if first == date.min else first - timedelta(1)
            sold[first] = sales.between(before, month_end(first)).minor
        if sold[first] > 0:
            days = as_of.toordinal() - ordinal
            shared[ordinal] = Fraction(days * amount, sold[first])
        else:
            number += items
            left_out += amount
    return shared, (number, left_out)
