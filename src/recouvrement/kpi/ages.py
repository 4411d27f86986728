"""How old what is open is: in buckets of days past due, and on average."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Final, Literal, TypeAlias

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.book import NEVER
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.gathering import Finish, Reading, measured
from recouvrement.kpi.measure import Bucket, Exclusion, Measure, Tally, answered, raised
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, one_of, perimeter_of, whole
from recouvrement.position.conventions import Conventions

AgeingCredits: TypeAlias = Literal["apart", "own_bucket", "netted"]
"""Unapplied money in none of the buckets, in a bucket of its own, or netted from the oldest."""

AgeFrom: TypeAlias = Literal["due_date", "issue"]
"""Ages count from the due date, or from the date of issue."""

BOUNDS: Final = (0, 30, 60, 90, 120)
CREDIT_BUCKET: Final = "credits"


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
    edges = edges_of(bounds)
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

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)

        def finish() -> Measure:
            buckets = _buckets(closing, edges, credits)
            value = closing.money(sum(one.amount.minor for one in buckets))
            return Measure(
                formula="K9",
                name="ageing",
                definition="sum of what is open, by days past due",
                unit=currency,
                perimeter=perimeter,
                value=value,
                numerator=value,
                population=(("accounts", reading.accounts), *closing.population()),
                excluded=closing.excluded(unapplied=credits == "apart"),
                reconciliation=(closing.ledger(), _bucketed(closing, value.minor, credits)),
                buckets=buckets,
                flags=raised({"net credit": value.minor < 0}),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def average_age(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    age_from: AgeFrom = "due_date",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The age of what is open, in days, each item weighted by what is open on it (K10).

    `age_from` is the day that ages count from: the "due_date" (an item not due yet has a negative
    age, one without a date is left out and said) or the date of "issue". Undefined when no item
    that has an age is open. Unapplied money has no age: what netting cannot place is left out.

    >>> from recouvrement import Debtor, Invoice, Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-41", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(300, "EUR")),
    ...     Invoice("F-42", date(2026, 10, 1), due_on=date(2026, 11, 1), total=Money.of(99, "EUR")),
    ... )
    >>> average_age([account], as_of=date(2026, 10, 31))
    <K10 average age on 2026-10-31: 22.31 days>
    >>> average_age([account], as_of=date(2026, 10, 31), age_from="issue")
    <K10 average age on 2026-10-31: 52.56 days>
    """
    word = one_of("age_from", ("due_date", "issue"), age_from)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        disputed=disputed,
        credits=credits,
        conventions=conventions,
        known_on=known_on,
        options=(("age from", word.replace("_", " ")),),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        by_day = closing.issues() if word == "issue" else closing.by_due

        def finish() -> Measure:
            day = as_of.toordinal()
            aged = {on: cell for on, cell in by_day.items() if on != NEVER}
            weighted = sum([(day - on) * amount for on, (_, amount) in aged.items()])
            total = sum([amount for _, amount in aged.values()])
            number, undated = by_day.get(NEVER, (0, 0))
            exact = Fraction(weighted, total) if total else None
            lines = [
                ("balance", closing.balance),
                ("credit beyond the items", closing.beyond),
                ("without a due date", -undated),
            ]
            left_out = (Exclusion("without a due date", number, closing.money(undated)),)
            return Measure(
                formula="K10",
                name="average age",
                definition="sum of open * age / sum of open",
                unit="days",
                perimeter=perimeter,
                **answered(exact, f"nothing that has an age is open on {as_of}"),
                denominator=closing.money(total),
                population=(("accounts", reading.accounts), *closing.population()),
                excluded=(*closing.excluded(), *(left_out if number else ())),
                reconciliation=(
                    closing.ledger(),
                    closing.used("balance"),
                    closing.tally("aged", lines, total),
                ),
                flags=raised({"negative": exact is not None and exact < 0}),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def edges_of(bounds: Sequence[int]) -> tuple[int, ...]:
    """The bounds of the buckets, 0 among them, or `InvalidInput` that names them."""
    if isinstance(bounds, str) or not isinstance(bounds, Sequence):
        raise InvalidInput("bounds", "days past due, in order", repr(bounds))
    edges = tuple(whole("bounds", bound, least=0) for bound in bounds)
    if any(low >= high for low, high in pairwise(edges)):
        raise InvalidInput("bounds", "days past due, in order", repr(bounds))
    # What is not due is never mixed with what is late.
    return edges if edges[:1] == (0,) else (0, *edges)


def labels_of(edges: Sequence[int]) -> list[tuple[str, int | None, int | None]]:
    """The buckets between these bounds: label, first and last day past due, None for no bound."""
    spans: list[tuple[str, int | None, int | None]] = [("not due", None, 0)]
    for before, high in pairwise(edges):
        low = before + 1
        spans.append((f"{low}-{high}" if low < high else str(high), low, high))
    spans.append((f">{edges[-1]}", edges[-1] + 1, None))
    return spans


def _buckets(closing: Closing, edges: Sequence[int], mode: str) -> tuple[Bucket, ...]:
    buckets = [
        Bucket(label, low, high, closing.money(amount), number)
        for (label, low, high), (number, amount) in zip(
            labels_of(edges), closing.aged(edges), strict=True
        )
    ]
    credit = _credit(closing, mode)
    if credit or mode == "own_bucket":
        holders = closing.left_over if closing.netting else closing.holders
        buckets.append(Bucket(CREDIT_BUCKET, None, None, closing.money(-credit), holders))
    return tuple(buckets)


def _credit(closing: Closing, mode: str) -> int:
    """The unapplied money that has a bucket of its own."""
    if closing.netting:
        return closing.beyond + closing.never_netted
    return closing.unapplied if mode == "own_bucket" else 0


def _bucketed(closing: Closing, total: int, mode: str) -> Tally:
    """How the sum of the buckets follows from what the ledger has open."""
    inside = 0 if mode == "apart" else closing.unapplied
    lines = [
        ("open", closing.open),
        ("disputed, left out", -closing.disputed[1]),
        ("unapplied", -inside),
    ]
    return closing.tally("buckets", lines, total)
