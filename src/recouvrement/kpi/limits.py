"""What each debtor owes beside the credit limit that he was given."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, cast

from attrs import frozen

from recouvrement.facts.account import Account
from recouvrement.kpi.closing import Closing, closing_of
from recouvrement.kpi.figures import answered, raised
from recouvrement.kpi.flows import count
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Exclusion, Measure
from recouvrement.kpi.perimeter import USUAL, Credits, Disputed, perimeter_of
from recouvrement.money import Money
from recouvrement.position.conventions import Conventions
from recouvrement.position.ratios import in_decimal
from recouvrement.tables import html_table


@frozen(kw_only=True)
class ExposureLine:
    """One debtor against his limit: what he owes (never below 0), and what is left or exceeded.

    `use` is in percent of the limit; None of a limit of 0.
    """

    debtor: str
    exposure: Money
    limit: Money
    use: Decimal | None

    @property
    def over(self) -> Money:
        """What is owed beyond the limit; 0 within it."""
        return max(self.exposure - self.limit, Money.zero(self.limit.currency))

    @property
    def headroom(self) -> Money:
        """What may still be sold on credit; 0 at the limit and beyond it."""
        return max(self.limit - self.exposure, Money.zero(self.limit.currency))


@frozen(kw_only=True, repr=False)
class Exposure(Measure):
    """A measure whose `lines` are the debtors with a limit, those furthest over it first."""

    lines: tuple[ExposureLine, ...] = ()

    def to_rows(self) -> list[dict[str, object]]:
        """One row per debtor with a limit."""
        return [
            {
                "debtor": one.debtor,
                "exposure": one.exposure,
                "limit": one.limit,
                "use": one.use,
                "over": one.over,
                "headroom": one.headroom,
            }
            for one in self.lines
        ]

    def _repr_html_(self) -> str:
        table = html_table(self.to_rows(), caption=f"{self.title} on {self.perimeter.as_of}")
        return f"{table}\n{html_table(self.certificate(), caption=self.title)}"


class Limits(Part):
    """The credit limits of the debtors, by currency, in minor units: the least that was given."""

    __slots__ = ("of",)

    def __init__(self) -> None:
        self.of: dict[str, dict[str, int]] = {}

    def meet(self, view: View) -> None:
        """Note the limit of the debtor of one account."""
        debtor = view.account.debtor
        limit = debtor.credit_limit
        if limit is not None:
            mine = self.of.setdefault(debtor.id, {})
            mine[limit.currency] = min(limit.minor, mine.get(limit.currency, limit.minor))


def exposure(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    disputed: Disputed = "in",
    credits: Credits = "apart",  # noqa: A002 (the word of the field)
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Exposure:
    """What is outstanding against the credit limits of the debtors, in percent; and each of them.

    The total is what the debtors with a limit owe ÷ the sum of their limits, those who owe nothing
    included; what one debtor owes beyond his limit is in `beside`, since the total hides it. Limits
    in other currencies are never converted: they are excluded, and so is what their debtors owe,
    as is what debtors without a limit owe. Accounts of one debtor (by its id) are added up; if they
    give different limits, the least holds. Undefined where no limit is above 0. Limits are those
    of the debtors given: the past ones are not kept. With `credits="netted"`, unapplied money is
    taken off, as `credit_advice` does. What each debtor owes is kept until the end.

    >>> from recouvrement import Debtor, Invoice
    >>> def owing(name, amount, limit):
    ...     total, most = Money.of(amount, "EUR"), Money.of(limit, "EUR")
    ...     invoice = Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=total)
    ...     return Account.of(Debtor(name, name, credit_limit=most), invoice)
    >>> found = exposure([owing("A", 300, 1000), owing("B", 900, 500)], as_of=date(2026, 10, 31))
    >>> found
    <exposure against limits on 2026-10-31: 80 percent>
    >>> [(one.debtor, str(one.use), str(one.over)) for one in found.lines]
    [('B', '180', '400.00 EUR'), ('A', '30', '0.00 EUR')]
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
        owed, limits = closing.debtors(), reading.part(Limits)

        def finish() -> Measure:
            lines = _lines(owed, limits.of, currency)
            used = sum([one.exposure.minor for one in lines])
            granted = sum([one.limit.minor for one in lines])
            over = sum([one.over.minor for one in lines])
            apart = _apart(owed, limits.of, currency)
            shares = [
                ("balance", closing.balance),
                ("debtors in credit", -sum([minor for minor in owed.values() if minor < 0])),
                *((reason, -minor) for reason, (_, minor) in apart.items()),
            ]
            why_not = f"no debtor has a credit limit above 0 in {currency}"
            return Exposure(
                formula="exposure against limits",
                name="exposure against limits",
                definition="open of the debtors with a limit / sum of their limits * 100",
                unit="percent",
                perimeter=perimeter,
                **answered(Fraction(100 * used, granted) if granted > 0 else None, why_not),
                numerator=closing.money(used),
                denominator=closing.money(granted),
                population=(
                    ("accounts", reading.accounts),
                    ("debtors with a limit", len(lines)),
                    ("debtors over their limit", sum([one.over.minor > 0 for one in lines])),
                    *closing.population(),
                ),
                excluded=(
                    *closing.excluded(),
                    *(
                        Exclusion(reason, number, closing.money(minor))
                        for reason, (number, minor) in apart.items()
                        if number
                    ),
                    *_foreign(limits.of, currency),
                ),
                reconciliation=(
                    closing.ledger(),
                    closing.used("balance"),
                    closing.tally("owed under a limit", shares, used),
                ),
                beside=(
                    ("over the limits", closing.money(over)),
                    ("left under the limits", _left(closing, lines)),
                ),
                flags=raised({"net credit": closing.balance < 0}),
                lines=tuple(lines),
            )

        return finish

    return cast("Exposure", measured(accounts, perimeter, conventions, collect))


_UNLIMITED: Final = "owed without a limit"
_ELSEWHERE: Final = "owed under a limit in another currency"


def _lines(
    owed: dict[str, int], limits: dict[str, dict[str, int]], currency: str
) -> list[ExposureLine]:
    """The debtors with a limit in the currency: the furthest over it first, then who owes most."""
    lines = []
    for debtor, mine in limits.items():
        if currency in mine:
            minor, limit = max(0, owed.get(debtor, 0)), mine[currency]
            lines.append(
                ExposureLine(
                    debtor=debtor,
                    exposure=Money(minor, currency),
                    limit=Money(limit, currency),
                    use=in_decimal(Fraction(100 * minor, limit)) if limit > 0 else None,
                )
            )
    return sorted(lines, key=lambda one: (-one.over.minor, -one.exposure.minor, one.debtor))


def _apart(
    owed: dict[str, int], limits: dict[str, dict[str, int]], currency: str
) -> dict[str, list[int]]:
    """What is owed under no limit, and under limits elsewhere: how many debtors, how much."""
    apart = {_UNLIMITED: [0, 0], _ELSEWHERE: [0, 0]}
    for debtor, minor in owed.items():
        mine = limits.get(debtor)
        if minor > 0 and (mine is None or currency not in mine):
            count(apart, _UNLIMITED if mine is None else _ELSEWHERE, minor)
    return apart


def _foreign(limits: dict[str, dict[str, int]], currency: str) -> list[Exclusion]:
    """The limits in other currencies, which nothing is compared with."""
    found: dict[str, list[int]] = {}
    for mine in limits.values():
        for code, minor in mine.items():
            if code != currency:
                count(found, code, minor)
    return [
        Exclusion("limit in another currency", number, Money(minor, code))
        for code, (number, minor) in sorted(found.items())
    ]


def _left(closing: Closing, lines: list[ExposureLine]) -> Money:
    return closing.money(sum([one.headroom.minor for one in lines]))
