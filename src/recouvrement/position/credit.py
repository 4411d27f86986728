"""What a debtor's credit limit is used for, and the limit and terms that a table would propose."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from attrs import field, frozen

from recouvrement.errors import InvalidInput, OutsideCoverage
from recouvrement.facts.account import Account
from recouvrement.facts.debtor import DebtorId
from recouvrement.money import Money, Rounding, round_fraction
from recouvrement.position.conventions import Conventions
from recouvrement.position.observations import YEAR
from recouvrement.position.position import Position, position_of
from recouvrement.position.ratios import in_decimal
from recouvrement.position.scorecard import RiskClass, Scorecard
from recouvrement.position.scoring import Score, score_at
from recouvrement.tables import html_table

# What was bought in fewer days than this says nothing of what will be bought in a year.
LEAST_HISTORY: Final = 90


class CreditProposal(StrEnum):
    """What is proposed about a credit limit; nothing is ever applied."""

    KEEP = "keep"
    RAISE = "raise"
    LOWER = "lower"
    SET = "set"
    NONE = "none"


@frozen(kw_only=True)
class CreditAdvice:
    """Exposure against limit on a day, and a proposal with its reasons, for a person to decide.

    `exposure` is what is open less the money that is netted, never below 0; `use` its percentage of
    the limit; `headroom` what is left of the limit, negative when it is exceeded. `reasons` say how
    the proposal follows, or why there is none. `exposure`, `overdue` and `purchases` are None where
    a rate of exchange is missing.
    """

    debtor: DebtorId
    as_of: date
    exposure: Money | None
    overdue: Money | None
    limit: Money | None
    use: Decimal | None
    headroom: Money | None
    purchases: Money | None
    purchase_days: int
    score: Score | None = field(repr=False)
    proposal: CreditProposal
    proposed_limit: Money | None
    proposed_terms_days: int | None
    reasons: tuple[str, ...]

    def to_rows(self) -> list[dict[str, Any]]:
        """One plain mapping per figure, then one per reason."""
        figures: list[tuple[str, object]] = [
            ("exposure", self.exposure),
            ("overdue", self.overdue),
            ("limit", self.limit),
            ("use, percent", None if self.use is None else round(self.use, 2)),
            ("headroom", self.headroom),
            (f"purchases of {self.purchase_days} days", self.purchases),
            ("score", None if self.score is None else self.score.value),
            ("proposal", self.proposal),
            ("proposed limit", self.proposed_limit),
            ("proposed terms, days", self.proposed_terms_days),
            *(("because", reason) for reason in self.reasons),
        ]
        return [{"line": line, "figure": figure} for line, figure in figures if figure is not None]

    def _repr_html_(self) -> str:
        return html_table(self.to_rows(), caption=f"{self.debtor} as of {self.as_of}: credit")


def credit_advice(
    account: Account,
    card: Scorecard | None = None,
    *,
    as_of: date,
    currency: str = "EUR",
    step: Money | None = None,
    known_on: date | None = None,
    conventions: Conventions = Conventions(),  # noqa: B008 (a frozen value)
) -> CreditAdvice:
    """Exposure against limit at the end of a day, and what the class of the score would propose.

    The limit proposed is the debtor's own purchases of the last 365 days (of his whole history when
    it is shorter), per day, times the `limit_days` of his class, down to a multiple of `step`. It
    is in the currency of his limit, else in `currency`; amounts in others are converted at the
    conventions' rates: where one is missing the amounts are None, and a reason says which. No
    proposal is made without them, a table, a score, a class that says its days, or 90 days of
    history.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.invoice import Invoice
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur", credit_limit=Money.of(1000, "EUR")),
    ...     Invoice("F-1", date(2026, 3, 1), due_on=date(2026, 3, 31), total=Money.of(900, "EUR")),
    ... )
    >>> advice = credit_advice(account, as_of=date(2026, 4, 20))
    >>> advice.use, advice.headroom, advice.proposal.value
    (Decimal('90'), Money.of("100.00", "EUR"), 'none')
    """
    if card is not None and not isinstance(card, Scorecard):
        raise InvalidInput("card", "a Scorecard, or None", type(card).__name__)
    position = position_of(account, as_of=as_of, known_on=known_on, conventions=conventions)
    limit = account.debtor.credit_limit
    unit = currency if limit is None else limit.currency
    multiple = _step(step, unit)
    amounts, why_not = _amounts(position, unit)
    exposure = None
    if amounts is not None:
        exposure = max(Money.zero(unit), amounts.open - amounts.nettable)
    score = None if card is None else score_at(position.standing, account.debtor, card)
    risk_class, reasons = _class_of(score)
    days = min(YEAR, _history(position))
    if amounts is None:
        reasons.append(why_not)
        risk_class = None
    if risk_class is not None and days < LEAST_HISTORY:
        reasons.append(f"{days} days of purchases, fewer than {LEAST_HISTORY}")
        risk_class = None
    proposed = None
    if amounts is not None and risk_class is not None and risk_class.limit_days is not None:
        per_day = Fraction(amounts.purchases.minor, days)
        minor = round_fraction(per_day * risk_class.limit_days / multiple, Rounding.DOWN) * multiple
        proposed = Money(minor, unit)
        reasons.append(
            f"purchases of {amounts.purchases} in {days} days,"
            f" for {risk_class.limit_days} days of them"
        )
    return CreditAdvice(
        debtor=account.debtor.id,
        as_of=as_of,
        exposure=exposure,
        overdue=None if amounts is None else amounts.overdue,
        limit=limit,
        use=_use(exposure, limit),
        headroom=None if limit is None or exposure is None else limit - exposure,
        purchases=None if amounts is None else amounts.purchases,
        purchase_days=days,
        score=score,
        proposal=_proposal(limit, proposed),
        proposed_limit=proposed,
        proposed_terms_days=None if risk_class is None else risk_class.terms_days,
        reasons=tuple(reasons),
    )


class _Amounts:
    """What an account owes and buys, in one currency."""

    def __init__(self, position: Position, unit: str) -> None:
        day, s = position.as_of, position.standing
        rates = position.conventions.rates

        def worth(amounts: dict[str, int]) -> Money:
            parts = [
                rates.convert(Money(minor, code), unit, on=day) for code, minor in amounts.items()
            ]
            return Money(sum(one.minor for one in parts), unit)

        opened: dict[str, int] = {}
        late: dict[str, int] = {}
        for row in s.rows:
            opened[row.currency] = opened.get(row.currency, 0) + row.open
            if row.due < s.day:
                late[row.currency] = late.get(row.currency, 0) + row.open
        bought: dict[str, int] = {}
        for one in s.book.items:
            if one.invoice.is_sale and s.day - YEAR < one.issued <= s.day:
                bought[one.currency] = bought.get(one.currency, 0) + one.total
        self.open, self.overdue = worth(opened), worth(late)
        self.nettable = worth(s.ledger.nettable())
        self.purchases = worth(bought)


def _amounts(position: Position, unit: str) -> tuple[_Amounts | None, str]:
    """The amounts, or None and why: a rate of exchange is missing."""
    try:
        return _Amounts(position, unit), ""
    except OutsideCoverage as missing:
        return None, f"amounts are not known: {missing}"


def _history(position: Position) -> int:
    """The days since the first item was issued, the first and the last included."""
    s = position.standing
    issued = [one.issued for one in s.book.items if one.issued <= s.day]
    return s.day - min(issued, default=s.day + 1) + 1


def _step(step: object, unit: str) -> int:
    if step is None:
        return 1
    if not isinstance(step, Money) or step.minor <= 0 or step.currency != unit:
        raise InvalidInput("step", f"an amount above 0 in {unit}", str(step))
    return step.minor


def _use(exposure: Money | None, limit: Money | None) -> Decimal | None:
    """The percentage of the limit that is used; None without one above 0."""
    if exposure is None or limit is None or limit.minor <= 0:
        return None
    return in_decimal(Fraction(100 * exposure.minor, limit.minor))


def _class_of(score: Score | None) -> tuple[RiskClass | None, list[str]]:
    """The class whose terms are proposed, and what led to it, or why there is none."""
    if score is None:
        return None, ["no table of scores was given"]
    if score.value is None:
        return None, [f"no score: {score.undefined}"]
    found = score.risk_class
    if found is None:
        return None, [f"the table {score.card.name} has no classes"]
    scale = f"{score.least:f} to {score.most:f}"
    reasons = [f"score {score.value:.2f} of {scale}, class {found.id} ({found.shown})"]
    if score.missing:
        reasons.append("not known: " + ", ".join(score.missing))
    if found.note is not None:
        reasons.append(found.note)
    return found, reasons


def _proposal(limit: Money | None, proposed: Money | None) -> CreditProposal:
    if proposed is None:
        return CreditProposal.NONE
    if limit is None:
        return CreditProposal.SET
    if proposed == limit:
        return CreditProposal.KEEP
    return CreditProposal.RAISE if proposed > limit else CreditProposal.LOWER
