"""How long payment takes: from the invoice, from its due date, by invoice and by amount paid."""

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction

from recouvrement.facts.account import Account
from recouvrement.kpi.ages import AgeFrom
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.flows import elsewhere, through
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Exclusion, Measure, Tally, answered, raised
from recouvrement.kpi.payments import Paid, Payments, payments_of
from recouvrement.kpi.perimeter import USUAL, Perimeter, one_of, perimeter_of
from recouvrement.money import Money
from recouvrement.position.conventions import Conventions
from recouvrement.position.ratios import in_decimal


def days_to_pay(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    days_from: AgeFrom = "issue",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The mean days that paid invoices took, each counting once (K11).

    Of sales that cash settled in full after `since` (ever, without it) through `as_of`: days from
    the date of `days_from` ("issue" or "due_date": then negative when early, and without those
    whose agreed date is not known) to the day of the last payment. Each part of a schedule is one.
    What is late and not paid yet is missing from any such mean, and would raise it: it is among the
    exclusions, and flagged. Undefined when nothing was paid.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> due, amount = date(2026, 10, 1), Money.of(100, "EUR")
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     *(Invoice(f"F-{n}", date(2026, 9, 1), due_on=due, total=amount) for n in (1, 2, 3)),
    ...     *(Payment(f"P-{n}", date(2026, 9, n), amount=amount) for n in (11, 21)),
    ... )
    >>> days_to_pay([account], as_of=date(2026, 10, 31))
    <K11 days to pay on 2026-10-31: 15 days, late and unpaid missing>
    """
    word = one_of("days_from", ("issue", "due_date"), days_from)
    perimeter = _perimeter(as_of, since, currency, conventions, known_on, days_from=word)

    def collect(reading: Reading) -> Finish:
        closing, payments = closing_of(reading, perimeter, as_of), payments_of(reading, perimeter)

        def finish() -> Measure:
            paid = payments.settled
            number, days = paid.number, paid.plain_waited
            if word == "due_date":
                number, days = paid.dates, paid.plain_late
            exact = Fraction(days, number) if number else None
            late = payments.open["late"]
            billed = closing.flows.billed(as_of)
            return Measure(
                formula="K11",
                name="days to pay" if word == "issue" else "days late",
                definition=f"mean of the days from {word.replace('_', ' ')} to payment in full",
                unit="days",
                perimeter=perimeter,
                **answered(exact, _nothing_paid(perimeter)),
                numerator=in_decimal(Fraction(days)),
                denominator=in_decimal(Fraction(number)),
                population=(
                    ("accounts", reading.accounts),
                    ("paid items", number),
                    ("paid items without an agreed due date", paid.number - paid.dates),
                ),
                excluded=(
                    *_left_out(payments),
                    *elsewhere("sales", closing.flows.elsewhere, as_of, None),
                ),
                reconciliation=(closing.ledger(), _settled(payments, billed, paid)),
                flags=raised(
                    {"late and unpaid missing": late[0] > 0, "negative": number > 0 > days}
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def weighted_days_to_pay(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The days from invoice to payment, each payment weighted by what it paid (K12).

    Of cash on sales that came after `since` (ever, without it) through `as_of`, and did not go
    back: amount × days from issue ÷ amount. Part payments count for what they paid. Undefined when
    nothing was paid.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(400, "EUR")),
    ...     Payment("P-1", date(2026, 9, 11), amount=Money.of(300, "EUR")),
    ...     Payment("P-2", date(2026, 10, 1), amount=Money.of(100, "EUR")),
    ... )
    >>> weighted_days_to_pay([account], as_of=date(2026, 10, 31))
    <K12 weighted days to pay on 2026-10-31: 15 days>
    """
    perimeter = _perimeter(as_of, since, currency, conventions, known_on, days_from="issue")
    definition = "sum of paid * days from issue / sum of paid"
    return measured(
        accounts,
        perimeter,
        conventions,
        _weighted(
            "K12", "weighted days to pay", definition, perimeter, lambda p: (p.waited, p.amount)
        ),
    )


def weighted_days_late(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The days from due date to payment, each payment weighted by what it paid (K12).

    As `weighted_days_to_pay`, from the due date: an early payment counts below 0. What has no
    agreed due date is left out, and said.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 9, 21), total=Money.of(400, "EUR")),
    ...     Payment("P-1", date(2026, 9, 11), amount=Money.of(100, "EUR")),
    ...     Payment("P-2", date(2026, 10, 1), amount=Money.of(300, "EUR")),
    ... )
    >>> weighted_days_late([account], as_of=date(2026, 10, 31))
    <K12 weighted days late on 2026-10-31: 5 days>
    """
    perimeter = _perimeter(as_of, since, currency, conventions, known_on, days_from="due_date")
    definition = "sum of paid * days from due date / sum of paid"
    return measured(
        accounts,
        perimeter,
        conventions,
        _weighted("K12", "weighted days late", definition, perimeter, lambda p: (p.late, p.dated)),
    )


def days_beyond_terms(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The days past due at which money came, weighted by amount; early counts as 0 (K13).

    As `weighted_days_late`, but who pays early does not make up for who pays late.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 9, 21), total=Money.of(400, "EUR")),
    ...     Payment("P-1", date(2026, 9, 11), amount=Money.of(100, "EUR")),
    ...     Payment("P-2", date(2026, 10, 1), amount=Money.of(300, "EUR")),
    ... )
    >>> days_beyond_terms([account], as_of=date(2026, 10, 31))
    <K13 days beyond terms on 2026-10-31: 7.5 days>
    """
    perimeter = _perimeter(as_of, since, currency, conventions, known_on, days_from="due_date")
    definition = "sum of paid * days past due, early as 0 / sum of paid"
    return measured(
        accounts,
        perimeter,
        conventions,
        _weighted("K13", "days beyond terms", definition, perimeter, lambda p: (p.beyond, p.dated)),
    )


def _perimeter(
    as_of: date,
    since: date | None,
    currency: str,
    conventions: Conventions,
    known_on: date | None,
    *,
    days_from: str,
) -> Perimeter:
    return perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        balances=False,
        conventions=conventions,
        known_on=known_on,
        options=(("days from", days_from.replace("_", " ")),),
    )


def _weighted(
    formula: str,
    name: str,
    definition: str,
    perimeter: Perimeter,
    terms: Callable[[Paid], tuple[int, int]],
) -> Callable[[Reading], Finish]:
    """How days × amount ÷ amount is gathered, from what was paid in the period."""

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, perimeter.as_of)
        payments = payments_of(reading, perimeter)

        def finish() -> Measure:
            paid = payments.cash
            weighted, amount = terms(paid)
            exact = Fraction(weighted, amount) if amount else None
            undated = paid.amount - amount
            without = Exclusion(
                "paid, without an agreed due date", paid.number - paid.dates, closing.money(undated)
            )
            late = payments.open["late"]
            return Measure(
                formula=formula,
                name=name,
                definition=definition,
                unit="days",
                perimeter=perimeter,
                **answered(exact, _nothing_paid(perimeter)),
                denominator=closing.money(amount),
                population=(("accounts", reading.accounts), ("payments on items", paid.number)),
                excluded=(
                    *((without,) if undated else ()),
                    *elsewhere(
                        "received",
                        closing.flows.received_elsewhere,
                        perimeter.as_of,
                        perimeter.since,
                    ),
                ),
                reconciliation=(
                    closing.ledger(),
                    _cash(payments, closing, undated, amount),
                ),
                beside=(("late and unpaid, invoiced", closing.money(late[1])),),
                flags=raised({"negative": exact is not None and exact < 0}),
            )

        return finish

    return collect


def _nothing_paid(perimeter: Perimeter) -> str:
    since = "" if perimeter.since is None else f"after {perimeter.since} "
    return f"nothing was paid {since}through {perimeter.as_of}"


def _left_out(payments: Payments) -> tuple[Exclusion, ...]:
    """The items that a mean of the paid ones does not see."""
    seen = {
        "not paid yet": payments.open["open"],
        "of these, late": payments.open["late"],
        "settled last by a credit note or a write-off": payments.otherwise,
        "no sale": payments.apart,
    }
    return tuple(
        Exclusion(reason, number, _money(payments, minor))
        for reason, (number, minor) in seen.items()
        if number
    )


def _money(payments: Payments, minor: int) -> Money:
    return Money(minor, payments.currency)


def _settled(payments: Payments, billed: int, paid: Paid) -> Tally:
    """How the totals of the items paid in the period follow from all that was billed."""
    lines = (
        ("billed", billed),
        ("not paid yet", -payments.open["open"][1]),
        ("settled last by a credit note or a write-off", -payments.otherwise[1]),
        ("no sale", -payments.apart[1]),
        ("paid before the period", -payments.settled_before),
    )
    return Tally(
        "paid items",
        tuple((label, _money(payments, minor)) for label, minor in lines),
        _money(payments, paid.amount),
    )


def _cash(payments: Payments, closing: Closing, undated: int, amount: int) -> Tally:
    """How what is weighted follows from all the cash that came."""
    flows, on = closing.flows, closing.on
    lines = (
        ("received", through(flows.received, on)),
        ("reversed", -through(flows.reversed, on)),
        ("cash unapplied", -payments.free),
        ("on items that are no sale", -payments.no_sale),
        ("paid before the period", -payments.cash_before),
        ("without an agreed due date", -undated),
    )
    return closing.tally("paid", lines, amount)
