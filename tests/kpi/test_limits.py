"""Exposure against credit limits: by hand, by a naive computation, and beside the credit advice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Conventions,
    Debtor,
    Dispute,
    Invoice,
    Money,
    Payment,
    kpi,
    position_of,
)
from recouvrement.kpi import Exposure
from recouvrement.position import credit_advice
from recouvrement.testing import strategies
from recouvrement.testing.history import START

DAY = START + timedelta(110)
EURO_LIMITS = [None, Money(0, "EUR"), Money(5_000, "EUR"), Money(90_000, "EUR")]
limits = st.sampled_from([*EURO_LIMITS, Money(7_000, "USD")])
portfolios = st.tuples(
    strategies.portfolios(currencies=("EUR", "EUR", "USD"), max_accounts=4),
    st.lists(limits, min_size=4, max_size=4),
    st.lists(st.sampled_from("ABCD"), min_size=4, max_size=4),
).map(
    lambda drawn: tuple(
        evolve(one, debtor=Debtor(name, name, credit_limit=limit))
        for one, limit, name in zip(*drawn, strict=False)
    )
)


def euros(amount: int) -> Money:
    return Money.of(amount, "EUR")


def owing(
    name: str, amount: int, limit: Money | None, *, currency: str = "EUR", paid: int = 0
) -> Account:
    due = date(2026, 3, 2)
    facts = [Invoice("F-1", due, due_on=due, total=Money.of(amount, currency))] if amount else []
    cash = [Payment("P-1", due, amount=Money.of(paid, currency))] if paid else []
    return Account.of(Debtor(name, name, credit_limit=limit), *facts, *cash)


def asked(*accounts: Account, **more: object) -> Exposure:
    return kpi.exposure(accounts, **{"as_of": date(2026, 4, 1), **more})  # type: ignore[arg-type]


def left_out(measure: Exposure) -> dict[str, tuple[int, str]]:
    return {one.reason: (one.count, str(one.amount)) for one in measure.excluded}


def test_the_total_hides_what_each_debtor_shows() -> None:
    measure = asked(
        owing("A", 900, euros(500)), owing("B", 300, euros(1000)), owing("C", 0, euros(900))
    )
    assert measure.exact == 50
    assert (measure.numerator, measure.denominator) == (euros(1200), euros(2400))
    assert dict(measure.beside) == {
        "over the limits": euros(400),
        "left under the limits": euros(1600),
    }
    rows = [tuple(map(str, row.values())) for row in measure.to_rows()]
    assert rows == [
        ("A", "900.00 EUR", "500.00 EUR", "180", "400.00 EUR", "0.00 EUR"),
        ("B", "300.00 EUR", "1000.00 EUR", "30", "0.00 EUR", "700.00 EUR"),
        ("C", "0.00 EUR", "900.00 EUR", "0", "0.00 EUR", "900.00 EUR"),
    ]
    assert dict(measure.population)["debtors over their limit"] == 1
    assert "<td>180</td>" in measure._repr_html_()
    assert measure._repr_html_().count("<table>") == 2


def test_limits_in_other_currencies_are_excluded_with_what_is_owed_under_them() -> None:
    dollars = Money.of(700, "USD")
    measure = asked(
        owing("A", 100, euros(400)),
        owing("B", 50, dollars),
        owing("C", 0, dollars),
        owing("D", 20, None),
        owing("E", 90, euros(400), currency="USD"),
    )
    assert left_out(measure) == {
        "open in another currency": (1, "90.00 USD"),
        "owed without a limit": (1, "20.00 EUR"),
        "owed under a limit in another currency": (1, "50.00 EUR"),
        "limit in another currency": (2, "1400.00 USD"),
    }
    assert measure.exact == Fraction(100, 8)
    assert measure.reconciles


def test_the_least_limit_of_one_debtor_holds_over_all_his_accounts() -> None:
    measure = asked(
        owing("A", 100, euros(400)), owing("A", 200, euros(300)), owing("A", 0, euros(900))
    )
    (line,) = measure.lines
    assert (line.exposure, line.limit, line.use) == (euros(300), euros(300), Decimal(100))
    assert (line.over, line.headroom) == (euros(0), euros(0))


def test_a_debtor_in_credit_uses_nothing_of_his_limit() -> None:
    rich = owing("A", 100, euros(400), paid=250)
    measure = asked(rich, owing("B", 80, euros(100)), credits="netted")
    assert [(one.debtor, str(one.exposure)) for one in measure.lines] == [
        ("B", "80.00 EUR"),
        ("A", "0.00 EUR"),
    ]
    assert measure.reconciles
    assert measure.reconciliation[2].amount_of("debtors in credit") == euros(150)
    assert asked(rich, credits="netted").flags == ("net credit",)


def test_exposure_is_undefined_without_a_limit_above_nothing() -> None:
    for accounts in ((), (owing("A", 100, None),), (owing("A", 100, euros(0)),)):
        measure = asked(*accounts)
        assert measure.value is None
        assert measure.undefined == "no debtor has a credit limit above 0 in EUR"
    (line,) = measure.lines
    assert (line.use, line.over) == (None, euros(100))


def test_what_is_disputed_may_be_left_out_of_exposure() -> None:
    one = owing("A", 100, euros(400))
    contested = one.record(Dispute("D-1", date(2026, 3, 9), invoice="F-1", amount=euros(60)))
    assert asked(contested).exact == 25
    assert asked(contested, disputed="out").exact == 10


@given(portfolio=portfolios, netted=st.booleans())
def test_exposure_by_definition(portfolio: tuple[Account, ...], *, netted: bool) -> None:
    owed: dict[str, int] = {}
    for one in portfolio:
        position = position_of(one, as_of=DAY)
        credit = sum(m.minor for m in position.nettable if m.currency == "EUR") if netted else 0
        name = one.debtor.id
        owed[name] = owed.get(name, 0) + position.amount_of("open", "EUR").minor - credit
    given_limits: dict[str, int] = {}
    for one in portfolio:
        limit = one.debtor.credit_limit
        if limit is not None and limit.currency == "EUR":
            known = given_limits.get(one.debtor.id)
            given_limits[one.debtor.id] = limit.minor if known is None else min(known, limit.minor)
    used = {name: max(0, owed[name]) for name in given_limits}
    measure = kpi.exposure(portfolio, as_of=DAY, credits="netted" if netted else "apart")
    assert measure.reconciles, measure.reconciliation
    assert {one.debtor: one.exposure.minor for one in measure.lines} == used
    assert {one.debtor: one.limit.minor for one in measure.lines} == given_limits
    base = sum(given_limits.values())
    assert measure.exact == (Fraction(100 * sum(used.values()), base) if base else None)
    assert (measure.undefined is None) == (base > 0)
    over = sum(max(0, used[name] - limit) for name, limit in given_limits.items())
    assert dict(measure.beside)["over the limits"] == Money(over, "EUR")


@given(one=strategies.accounts(currencies=("EUR",)), rule=st.sampled_from([Conventions()]))
def test_exposure_netted_is_that_of_the_credit_advice(one: Account, rule: Conventions) -> None:
    limited = evolve(one, debtor=evolve(one.debtor, credit_limit=Money(50_000, "EUR")))
    advice = credit_advice(limited, as_of=DAY, conventions=rule)
    measure = kpi.exposure([limited], as_of=DAY, credits="netted", conventions=rule)
    assert (measure.lines[0].exposure, measure.lines[0].use) == (advice.exposure, advice.use)
