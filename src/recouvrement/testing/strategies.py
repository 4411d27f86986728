"""Hypothesis strategies for every fact, for accounts and portfolios: realistic, and adversarial.

Facts meet on purpose: the same days and the days beside them, the same amounts to the cent, money
exactly as promised, later news of earlier facts. For tests of policies, give the constants of the
policy: amounts `around` them and due dates at `ages` are drawn one unit to either side, and
`levels` are those that interactions moved items to. Everything drawn is accepted by `Account.of`.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import TypedDict, Unpack

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from recouvrement.facts.account import Account
from recouvrement.facts.fact import Fact
from recouvrement.facts.words import DebtorKind
from recouvrement.money import Money, exponent_of
from recouvrement.testing.accounts_drawn import draw_account
from recouvrement.testing.facts_drawn import (
    assignments,
    bills,
    cash_applications,
    credit_notes,
    credit_ratings,
    debtors,
    disputes,
    documents,
    doubts,
    drawn,
    dunning_blocks,
    formal_notices,
    insolvencies,
    interaction_results,
    interactions,
    invoices,
    legal_steps,
    payment_plans,
    payments,
    placements,
    promises,
    reversals,
    signals,
    write_offs,
)
from recouvrement.testing.history import LEVELS, START, Wishes

__all__ = [
    "accounts",
    "amounts",
    "as_ofs",
    "assignments",
    "bills",
    "cash_applications",
    "credit_notes",
    "credit_ratings",
    "currencies",
    "dates",
    "debtors",
    "disputes",
    "documents",
    "doubts",
    "dunning_blocks",
    "formal_notices",
    "insolvencies",
    "interaction_results",
    "interactions",
    "invoices",
    "legal_steps",
    "payment_plans",
    "payments",
    "placements",
    "portfolios",
    "promises",
    "reversals",
    "signals",
    "write_offs",
]

# Exponents 2, 0, 3, and 2 again where a display would show none.
CURRENCIES = ("EUR", "USD", "JPY", "TND", "RSD")


def currencies(*, among: Sequence[str] = CURRENCIES) -> SearchStrategy[str]:
    """ISO 4217 codes, by default of every exponent that matters."""
    return st.sampled_from(list(among))


def dates(*, min_value: date = START, max_value: date | None = None) -> SearchStrategy[date]:
    """Days of the span, by default the four months in which accounts are drawn."""
    return st.dates(min_value, max_value or min_value + timedelta(120))


def amounts(
    *,
    currency: str = "EUR",
    min_minor: int = 1,
    max_minor: int = 2_000_000,
    around: Iterable[int | Money] = (),
) -> SearchStrategy[Money]:
    """Amounts from `min_minor` to `max_minor` minor units, and one unit around the constants.

    >>> from hypothesis import find
    >>> find(amounts(around=[15_000]), lambda amount: amount.minor > 14_999)
    Money.of("150.00", "EUR")
    """
    near = [
        value
        for one in around
        if not isinstance(one, Money) or one.currency == currency
        for value in range(_minor(one) - 1, _minor(one) + 2)
        if min_minor <= value <= max_minor
    ]
    minor = st.integers(min_minor, max_minor)
    return st.builds(Money, st.sampled_from(near) | minor if near else minor, st.just(currency))


def _minor(amount: int | Money) -> int:
    return amount.minor if isinstance(amount, Money) else amount


def accounts(
    *,
    currencies: Sequence[str] = ("EUR",),
    start: date = START,
    days: int = 120,
    around: Iterable[int | Money] = (),
    ages: Iterable[int] = (),
    levels: Iterable[str] = (),
    kinds: Iterable[DebtorKind | str] = tuple(DebtorKind),
    max_invoices: int = 6,
    without: Collection[type[Fact]] = (),
    debtor: str = "C-1",
) -> SearchStrategy[Account]:
    """Valid accounts whose facts happen from `start` through `start` + `days`, or a little after.

    `around` are amounts (Money, or minor units of any currency) and `ages` days past due on the
    last day of the span, each drawn one unit to either side; `levels` are the ids of steps; `kinds`
    are those of debtors; `without` names sorts of facts to leave out.

    >>> from hypothesis import find
    >>> find(accounts(), lambda account: len(account.invoices) == 2).invoices[1].total
    Money.of("100.00", "EUR")
    """
    wishes = _wishes(
        currencies=currencies,
        start=start,
        days=days,
        around=around,
        ages=ages,
        levels=levels,
        kinds=kinds,
        max_invoices=max_invoices,
        without=without,
    )
    return drawn(lambda choices: draw_account(choices, wishes, debtor))


class Options(TypedDict, total=False):
    """The options of `accounts` that a portfolio takes for all of its accounts."""

    currencies: Sequence[str]
    start: date
    days: int
    around: Iterable[int | Money]
    ages: Iterable[int]
    levels: Iterable[str]
    kinds: Iterable[DebtorKind | str]
    max_invoices: int
    without: Collection[type[Fact]]


def _wishes(**options: Unpack[Options]) -> Wishes:
    wishes = Wishes(
        currencies=tuple(options.get("currencies", ("EUR",))),
        start=options.get("start", START),
        days=options.get("days", 120),
        around=tuple(options.get("around", ())),
        ages=tuple(options.get("ages", ())),
        levels=tuple(options.get("levels", ())) or LEVELS,
        kinds=tuple(map(DebtorKind, options.get("kinds", DebtorKind))),
        max_invoices=options.get("max_invoices", 6),
        without=frozenset(options.get("without", ())),
    )
    for currency in wishes.currencies:
        exponent_of(currency)
    return wishes


def portfolios(
    *, min_accounts: int = 0, max_accounts: int = 4, **options: Unpack[Options]
) -> SearchStrategy[tuple[Account, ...]]:
    """Accounts of distinct debtors, drawn with the options of `accounts`."""
    wishes = _wishes(**options)
    return drawn(
        lambda choices: tuple(
            draw_account(choices, wishes, f"C-{place}")
            for place in range(1, choices.number(min_accounts, max_accounts) + 1)
        )
    )


def as_ofs(account: Account) -> SearchStrategy[date]:
    """Days on which an account may change: every date in its facts, the day before and after."""
    found = set[date]()
    for fact in account.facts:
        parts: list[object] = [fact, *getattr(fact, "schedule", ())]
        for part in [*parts, *getattr(fact, "instalments", ())]:
            found.update(
                value
                for one in attrs.fields(type(part))
                if isinstance(value := getattr(part, one.name), date)
            )
    near = {day + timedelta(shift) for day in found or {START} for shift in (-1, 0, 1)}
    # The later the simpler: nothing is hidden yet, or any more.
    days = sorted(near, reverse=True)
    return st.sampled_from(days) | st.sampled_from(days[: 1 + len(days) // 4])
