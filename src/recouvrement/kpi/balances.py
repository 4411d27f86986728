"""What is open on a day: how much, which part of it is late, and on how few it rests."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from recouvrement.facts.account import Account
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Measure, answered, raised
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, perimeter_of
from recouvrement.position.conventions import Conventions
from recouvrement.position.ratios import in_decimal


def outstanding(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """Everything that is open at the end of a day, due or not.

    `credits="apart"` is the gross figure, with what is unapplied among the exclusions; "netted"
    takes unapplied money off, deposits and securities excepted, and may be below 0.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(900, "EUR")),
    ...     Payment("P-9", date(2026, 10, 20), amount=Money.of(500, "EUR")),
    ... )
    >>> measure = outstanding([account], as_of=date(2026, 10, 31))
    >>> measure
    <outstanding on 2026-10-31: 400.00 EUR>
    >>> measure.reconciliation[0].amount_of("billed"), measure.reconciles
    (Money.of("900.00", "EUR"), True)
    """
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)

        def finish() -> Measure:
            value = closing.money(closing.balance)
            return Measure(
                formula="outstanding",
                name="outstanding",
                definition="sum of what is open on the items issued by the day",
                unit=currency,
                perimeter=perimeter,
                value=value,
                numerator=value,
                population=(("accounts", reading.accounts), *closing.population()),
                excluded=closing.excluded(),
                reconciliation=(closing.ledger(), closing.used("balance")),
                flags=raised({"net credit": closing.balance < 0}),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def overdue_rate(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The share, in percent, of what is open whose due date has passed (K8).

    Undefined when nothing is open, or when what is open is a net credit. An item without a due
    date (a retention) is not late. With credits netted, an account's credit beyond its items counts
    against what is overdue, so that overdue and not due always make what is open.

    >>> from recouvrement import Debtor, Invoice, Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(300, "EUR")),
    ...     Invoice("F-42", date(2026, 9, 9), due_on=date(2026, 11, 9), total=Money.of(900, "EUR")),
    ... )
    >>> overdue_rate([account], as_of=date(2026, 10, 31))
    <K8 overdue rate on 2026-10-31: 25 percent>
    """
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)

        def finish() -> Measure:
            overdue, balance = closing.balance - closing.not_due, closing.balance
            exact = Fraction(100 * overdue, balance) if balance > 0 else None
            return Measure(
                formula="K8",
                name="overdue rate",
                definition="overdue / open * 100",
                unit="percent",
                perimeter=perimeter,
                **answered(exact, f"nothing is owed on {as_of}"),
                numerator=closing.money(overdue),
                denominator=closing.money(balance),
                population=(("accounts", reading.accounts), *closing.population()),
                excluded=closing.excluded(),
                reconciliation=(closing.ledger(), closing.used("balance"), closing.overdue()),
                flags=raised(
                    {
                        "net credit": balance < 0,
                        "negative": exact is not None and exact < 0,
                    }
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def concentration(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """How few debtors hold what is open: the sum of their squared shares (K24).

    The Herfindahl-Hirschman index, between 0 and 1: 1 when one debtor owes everything, 1 ÷ n when n
    debtors owe alike. Only debtors with a debit balance have a share; accounts of one debtor (by
    its id) are added up. Undefined when nobody owes anything. `beside` says what the largest owes,
    in percent. What each debtor owes is kept until the end.

    >>> from recouvrement import Debtor, Invoice, Money
    >>> def owing(name, amount):
    ...     total = Money.of(amount, "EUR")
    ...     invoice = Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=total)
    ...     return Account.of(Debtor(name, name), invoice)
    >>> owed = [owing("A", 30), owing("B", 30), owing("C", 20), owing("D", 20)]
    >>> concentration(owed, as_of=date(2026, 10, 31))
    <K24 concentration on 2026-10-31: 0.26 index>
    """
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        owed = closing.debtors()

        def finish() -> Measure:
            debits = [minor for minor in owed.values() if minor > 0]
            total, squares = sum(debits), sum([minor * minor for minor in debits])
            exact = Fraction(squares, total * total) if total else None
            largest = None if not total else in_decimal(Fraction(100 * max(debits), total))
            credit = sum([minor for minor in owed.values() if minor < 0])
            lines = [("balance", closing.balance), ("debtors in credit", -credit)]
            return Measure(
                formula="K24",
                name="concentration",
                definition="sum of the squared shares of the debtors who owe",
                unit="index",
                perimeter=perimeter,
                **answered(exact, f"nobody owes anything on {as_of}"),
                denominator=closing.money(total),
                population=(
                    ("accounts", reading.accounts),
                    ("debtors with a debit balance", len(debits)),
                    *closing.population(),
                ),
                excluded=closing.excluded(),
                reconciliation=(
                    closing.ledger(),
                    closing.used("balance"),
                    closing.tally("debit balances", lines, total),
                ),
                beside=(("share of the largest debtor, percent", largest),),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)
