"""What is open on a day: how much, how old, and which part of it is late."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.kpi.closing import Closing, read
from recouvrement.kpi.measure import Bucket, Measure, Tally, decimal_of
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, perimeter_of, whole
from recouvrement.position.conventions import Conventions

AgeingCredits: TypeAlias = Literal["apart", "own_bucket", "netted"]
"""Unapplied money in none of the buckets, in a bucket of its own, or netted from the oldest."""

BOUNDS: Final = (0, 30, 60, 90, 120)
CREDIT_BUCKET: Final = "credits"


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
    closing = Closing(perimeter, as_of)
    count = read(accounts, [closing], conventions)
    value = closing.money(closing.balance)
    return Measure(
        formula="outstanding",
        name="outstanding",
        definition="sum of what is open on the items issued by the day",
        unit=currency,
        perimeter=perimeter,
        value=value,
        numerator=value,
        population=(("accounts", count), *closing.population()),
        excluded=closing.excluded(),
        reconciliation=(closing.ledger(), closing.used("balance")),
        flags=("net credit",) if closing.balance < 0 else (),
    )


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
    closing = Closing(perimeter, as_of)
    count = read(accounts, [closing], conventions)
    overdue, balance = closing.balance - closing.not_due, closing.balance
    exact = Fraction(100 * overdue, balance) if balance > 0 else None
    flags = [] if balance >= 0 else ["net credit"]
    if exact is not None and exact < 0:
        flags.append("negative")
    return Measure(
        formula="K8",
        name="overdue rate",
        definition="overdue / open * 100",
        unit="percent",
        perimeter=perimeter,
        value=None if exact is None else decimal_of(exact),
        undefined=f"nothing is owed on {as_of}" if exact is None else None,
        exact=exact,
        numerator=closing.money(overdue),
        denominator=closing.money(balance),
        population=(("accounts", count), *closing.population()),
        excluded=closing.excluded(),
        reconciliation=(closing.ledger(), closing.used("balance"), overdue_of(closing)),
        flags=tuple(flags),
    )


def overdue_of(closing: Closing) -> Tally:
    """How what is overdue follows from the balance."""
    lines = [("balance", closing.balance), ("not due", -closing.not_due)]
    late = sum(closing.amounts[1:]) - closing.beyond
    return closing.tally("overdue", lines, late)


def ageing(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    bounds: Sequence[int] = BOUNDS,
    disputed: Disputed = "in",
    credits: AgeingCredits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """What is open by days past due, in buckets that add up to the value (K9).

    `bounds` are the last days of the buckets; 0, the last day on which an item is not due, always
    is one. Unapplied money is "apart", in none of the buckets, which then sum to what is open; or
    in an "own_bucket" called `credits`; or "netted" from the oldest items of its account. In these
    two modes the buckets sum to open less unapplied: what netting cannot place (a deposit, a
    security, a credit beyond the items of its account) is in a bucket called `credits` too.

    >>> from recouvrement import Debtor, Invoice, Money, Payment
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(200, "EUR")),
    ...     Payment("P-9", date(2026, 10, 20), amount=Money.of(50, "EUR")),
    ... )
    >>> by_hand = Conventions(application="explicit_only")
    >>> measure = ageing([account], as_of=date(2026, 11, 5), credits="netted", conventions=by_hand)
    >>> [(one.label, str(one.amount)) for one in measure.buckets if one.count]
    [('31-60', '150.00 EUR')]
    """
    edges = _edges(bounds)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
        modes=("apart", "own_bucket", "netted"),
        options=(("bounds", "/".join(map(str, edges))), ("age from", "due date")),
    )
    closing = Closing(perimeter, as_of, edges)
    count = read(accounts, [closing], conventions)
    buckets = _buckets(closing)
    value = closing.money(sum(one.amount.minor for one in buckets))
    return Measure(
        formula="K9",
        name="ageing",
        definition="sum of what is open, by days past due",
        unit=currency,
        perimeter=perimeter,
        value=value,
        numerator=value,
        population=(("accounts", count), *closing.population()),
        excluded=closing.excluded(unapplied=credits == "apart"),
        reconciliation=(closing.ledger(), _bucketed(closing, value.minor)),
        buckets=buckets,
        flags=("net credit",) if value.minor < 0 else (),
    )


def _edges(bounds: Sequence[int]) -> tuple[int, ...]:
    if isinstance(bounds, str) or not isinstance(bounds, Sequence):
        raise InvalidInput("bounds", "days past due, in order", repr(bounds))
    edges = tuple(whole("bounds", bound, least=0) for bound in bounds)
    if any(low >= high for low, high in pairwise(edges)):
        raise InvalidInput("bounds", "days past due, in order", repr(bounds))
    # What is not due is never mixed with what is late.
    return edges if edges[:1] == (0,) else (0, *edges)


def _buckets(closing: Closing) -> tuple[Bucket, ...]:
    edges = closing.bounds
    spans: list[tuple[str, int | None, int | None]] = [("not due", None, 0)]
    for before, high in pairwise(edges):
        low = before + 1
        spans.append((f"{low}-{high}" if low < high else str(high), low, high))
    spans.append((f">{edges[-1]}", edges[-1] + 1, None))
    buckets = [
        Bucket(label, low, high, closing.money(amount), count)
        for (label, low, high), amount, count in zip(
            spans, closing.amounts, closing.counts, strict=True
        )
    ]
    credit = _credit(closing)
    if credit or closing.perimeter.credits == "own_bucket":
        holders = closing.left_over if closing.netting else closing.holders
        buckets.append(Bucket(CREDIT_BUCKET, None, None, closing.money(-credit), holders))
    return tuple(buckets)


def _credit(closing: Closing) -> int:
    """The unapplied money that has a bucket of its own."""
    if closing.netting:
        return closing.beyond + closing.never_netted
    return closing.unapplied if closing.perimeter.credits == "own_bucket" else 0


def _bucketed(closing: Closing, total: int) -> Tally:
    """How the sum of the buckets follows from what the ledger has open."""
    inside = 0 if closing.perimeter.credits == "apart" else closing.unapplied
    lines = [
        ("open", closing.open),
        ("disputed, left out", -closing.disputed[1]),
        ("unapplied", -inside),
    ]
    return closing.tally("buckets", lines, total)
