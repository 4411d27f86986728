"""The published examples to the printed digit, from facts, and the edges of each measure."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from recouvrement import (
    Account,
    Allocation,
    CauseCode,
    Conventions,
    CreditNote,
    Debtor,
    Dispute,
    Doubtful,
    Instalment,
    Interaction,
    InteractionResult,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    Person,
    Promise,
    Reversal,
    WriteOff,
    kpi,
)
from recouvrement.facts.fact import Fact
from recouvrement.kpi import Measure

DAY = date(2026, 10, 31)
SINCE = date(2026, 9, 30)
BY_HAND = Conventions(application="explicit_only")


def euros(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


def account(*facts: Fact, name: str = "C-1", **debtor: Any) -> Account:
    return Account.of(Debtor(name, "x", **debtor), *facts)


def sale(name: str, issued: date, amount: int, *, due: date | None = None, **other: Any) -> Invoice:
    return Invoice(name, issued, due_on=due or issued, total=euros(amount), **other)


def paid(name: str, on: date, invoice: str, amount: int) -> Payment:
    return Payment(
        name, on, amount=euros(amount), allocations=(Allocation(invoice, euros(amount)),)
    )


def refused(call: Any, **asked: Any) -> str:
    with pytest.raises(InvalidInput) as caught:
        call([], **{"as_of": DAY, **asked})
    return str(caught.value)


def beside(measure: Measure, name: str) -> object:
    return dict(measure.beside)[name]


# --- K3, K5, K18: several balances, several months ---------------------------------------------


def test_rolling_dso_ends_its_months_where_the_day_is() -> None:
    def ends(on: date, periods: int = 3) -> list[str]:
        measure = kpi.dso_rolling([], as_of=on, periods=periods)
        return [label for label, _ in measure.reconciliation[-2].lines]

    assert ends(date(2026, 3, 31)) == ["on 2026-01-31", "on 2026-02-28", "on 2026-03-31"]
    assert ends(date(2026, 2, 28)) == ["on 2025-12-31", "on 2026-01-31", "on 2026-02-28"]
    assert ends(date(2026, 3, 30)) == ["on 2026-01-30", "on 2026-02-28", "on 2026-03-30"]
    assert ends(date(2026, 3, 5), 1) == ["on 2026-03-05"]


def test_rolling_dso_may_average_sales_over_other_months() -> None:
    one = account(sale("F-1", date(2026, 8, 5), 600), sale("F-2", date(2026, 10, 5), 300))
    measure = kpi.dso_rolling([one], as_of=DAY, periods=1, sales_periods=3)
    assert measure.exact == Fraction(900 * 92, 900)
    assert measure.denominator == euros(300)
    assert measure.perimeter.since == date(2026, 7, 31)
    assert measure.reconciles


def test_rolling_dso_begins_in_the_calendar() -> None:
    expected = f"fewer months than there are before {DAY}"
    assert refused(kpi.dso_rolling, periods=10**6) == f"periods: expected {expected}, got 1000000"
    message = refused(kpi.dso_rolling, sales_periods=10**6)
    assert message == f"sales_periods: expected {expected}, got 1000001"
    assert "periods: expected a whole number, 1 or more" in refused(kpi.dso_rolling, periods=0)


def test_rolling_dso_has_the_ledger_of_each_closing() -> None:
    one = account(Payment("P-1", SINCE, amount=euros(30)), sale("F-1", DAY, 100))
    asked: dict[str, Any] = {"as_of": DAY, "periods": 2, "conventions": BY_HAND}
    measure = kpi.dso_rolling([one], **asked)
    assert [(t.title, t.amount_of("unapplied")) for t in measure.reconciliation[:2]] == [
        ("ledger on 2026-10-31", euros(30)),
        ("ledger on 2026-09-30", euros(30)),
    ]
    netted = kpi.dso_rolling([one], **asked, credits="netted")
    assert netted.reconciliation[4].lines == (
        ("on 2026-09-30", euros(-30)),
        ("on 2026-10-31", euros(70)),
    )
    assert [t.title for t in netted.reconciliation[2:4]] == [
        "balance on 2026-09-30",
        "balance on 2026-10-31",
    ]
    assert (netted.flags, netted.reconciles) == (("net credit",), True)


def test_true_dso_gives_each_invoice_the_days_of_its_own_month() -> None:
    one = account(
        sale("F-1", date(2026, 9, 1), 100),
        sale("F-2", date(2026, 9, 30), 300),
        sale("F-3", date(2026, 10, 21), 50),
        paid("P-1", DAY, "F-2", 150),
    )
    measure = kpi.dso_true([one], as_of=DAY)
    assert measure.exact == Fraction(60 * 100 + 31 * 150, 400) + 10
    assert measure.flags == ()


def test_true_dso_without_sales_in_a_month_says_what_it_leaves_out() -> None:
    one = account(sale("O-1", date(2026, 9, 1), 70, kind="opening"), sale("F-1", DAY, 100))
    measure = kpi.dso_true([one], as_of=DAY)
    assert (measure.value, measure.flags) == (Decimal(0), ("part left out",))
    assert [(e.reason, e.count, e.amount) for e in measure.excluded] == [
        ("issued in a month without sales", 1, euros(70)),
        ("billed, opening: no sale", 1, euros(70)),
    ]
    stopped = kpi.dso_true([one], as_of=DAY, without_sales="stop")
    assert stopped.undefined == "some of what is open was issued in months without sales"
    assert "without_sales" in refused(kpi.dso_true, without_sales="go")


def test_true_dso_reaches_back_to_the_first_month_there_is() -> None:
    one = account(sale("F-1", date.min, 100))
    assert kpi.dso_true([one], as_of=date(1, 1, 11)).exact == 10


def test_published_example_of_turnover() -> None:
    one = account(
        sale("F-0", date(2025, 12, 1), 240_000),
        sale("F-1", date(2026, 1, 5), 3_120_000),
        paid("P-1", date(2026, 2, 5), "F-1", 3_120_000),
        sale("F-2", date(2026, 12, 1), 480_000),
        paid("P-0", date(2026, 2, 1), "F-0", 240_000),
    )
    measure = kpi.turnover([one], since=date(2025, 12, 31), as_of=date(2026, 12, 31))
    assert (measure.numerator, measure.denominator) == (euros(3_600_000), euros(360_000))
    assert (measure.value, beside(measure, "days of one turn")) == (Decimal(10), Decimal("36.5"))
    one_only = kpi.turnover(
        [one], since=date(2025, 12, 31), as_of=date(2026, 12, 31), balances="months"
    )
    assert dict(one_only.population)["closings"] == 13
    assert one_only.exact == Fraction(3_600_000 * 13, 240_000 + 3_120_000 + 240_000 + 480_000)


def test_turnover_of_nothing_is_undefined() -> None:
    measure = kpi.turnover([], since=SINCE, as_of=DAY)
    assert (measure.value, measure.undefined) == (None, "what is open is 0 on average")
    idle = kpi.turnover([account(sale("F-1", SINCE, 5))], since=SINCE, as_of=DAY)
    assert (idle.value, beside(idle, "days of one turn")) == (Decimal(0), None)
    assert refused(kpi.turnover, since=None) == "since: expected a date, got None"


# --- K7: three meanings of recovered -----------------------------------------------------------


def recovered(**asked: Any) -> Measure:
    one = account(
        sale("F-1", date(2026, 6, 1), 100),
        sale("F-2", date(2026, 9, 1), 200, due=date(2026, 9, 20)),
        sale("F-3", date(2026, 9, 10), 400, due=date(2026, 10, 10)),
        paid("P-1", date(2026, 9, 25), "F-2", 50),
        paid("P-2", date(2026, 10, 5), "F-2", 90),
        paid("P-3", date(2026, 10, 6), "F-3", 300),
        paid("P-4", date(2026, 10, 7), "F-1", 10),
        Reversal("R-1", date(2026, 10, 20), payment="P-4"),
        WriteOff("W-1", date(2026, 10, 21), invoice="F-1", amount=euros(100)),
    )
    return kpi.recovery_rate([one], **{"since": SINCE, "as_of": DAY, **asked})


def test_recovered_of_what_was_due_at_the_start() -> None:
    measure = recovered()
    assert (measure.numerator, measure.denominator) == (euros(90), euros(250))
    assert measure.value == Decimal(36)
    assert measure.reconciles


def test_collected_against_what_fell_due() -> None:
    measure = recovered(of="fallen_due")
    assert (measure.numerator, measure.denominator) == (euros(390), euros(400))
    assert measure.reconciles


@pytest.mark.parametrize(
    ("ages", "terms"),
    [
        ((1, 30), (90, 150)),
        ((91, None), (0, 100)),
        ((None, 0), (300, 400)),
        ((None, None), (390, 650)),
    ],
)
def test_recovered_by_age_at_the_start(ages: Any, terms: tuple[int, int]) -> None:
    measure = recovered(of="age_cohort", ages=ages)
    assert (measure.numerator, measure.denominator) == tuple(map(euros, terms))
    assert measure.reconciles


def test_money_that_goes_back_makes_recovery_negative() -> None:
    one = account(
        sale("F-1", date(2026, 6, 1), 100),
        paid("P-1", date(2026, 7, 1), "F-1", 60),
        Reversal("R-1", DAY, payment="P-1"),
    )
    measure = kpi.recovery_rate([one], since=SINCE, as_of=DAY)
    assert (measure.value, measure.flags) == (Decimal(-150), ("negative",))
    assert measure.reconciles


def test_retention_has_no_age() -> None:
    parts = (Instalment(SINCE, euros(60)), Instalment(None, euros(40)))
    one = account(sale("F-1", date(2026, 6, 1), 100, schedule=parts))
    asked: dict[str, Any] = {"since": SINCE, "as_of": DAY}
    assert kpi.recovery_rate([one], **asked).denominator == euros(60)
    every: dict[str, Any] = {"of": "age_cohort", "ages": (None, None)}
    assert kpi.recovery_rate([one], **asked, **every).denominator == euros(100)


PAIR = "the least and the most days past due"


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"of": "all"}, "of: expected one of due_at_start, fallen_due, age_cohort, got 'all'"),
        ({"ages": (1, 30)}, "ages: expected None, unless of='age_cohort', got (1, 30)"),
        ({"of": "age_cohort"}, f"ages: expected {PAIR}, or None, got None"),
        ({"of": "age_cohort", "ages": (1,)}, f"ages: expected {PAIR}, or None, got (1,)"),
        ({"of": "age_cohort", "ages": (30, 1)}, f"ages: expected {PAIR}, in order, got (30, 1)"),
        ({"of": "age_cohort", "ages": (1.5, 2)}, "ages: expected a whole number,"),
        ({"since": None}, "since: expected a date, got None"),
    ],
)
def test_recovery_is_asked_in_one_sense(asked: dict[str, Any], message: str) -> None:
    assert refused(kpi.recovery_rate, **{"since": SINCE, **asked}).startswith(message)


# --- K8, K17, K19: losses ----------------------------------------------------------------------


def test_unpaid_is_lost_doubtful_or_old_each_once() -> None:
    parts = (Instalment(date(2026, 6, 1), euros(40)), Instalment(DAY, euros(60)))
    one = account(
        sale("F-1", date(2026, 6, 1), 100, schedule=parts),
        sale("F-2", date(2026, 6, 2), 200),
        sale("F-3", date(2026, 9, 1), 700),
        WriteOff("W-1", date(2026, 7, 1), invoice="F-2", amount=euros(20)),
        WriteOff("W-2", date(2026, 7, 1), invoice="F-2", amount=euros(1), reason="gesture"),
        WriteOff("W-3", date(2025, 7, 1), invoice="F-2", amount=euros(9)),
        Doubtful("U-1", date(2026, 8, 1), invoice="F-3", loss_rate=50),
        Doubtful("U-2", date(2026, 9, 1), invoice="F-1", loss_rate=20),
        Doubtful("U-3", date(2026, 9, 9), invoice="F-1/2", loss_rate=0),
        Doubtful("U-4", date(2027, 1, 1), invoice="F-3", loss_rate=0),
    )
    measure = kpi.unpaid_rate([one], as_of=DAY)
    assert beside(measure, "losses") == euros(20)
    assert beside(measure, "doubtful") == euros(740)
    assert beside(measure, "more than 90 days past due") == euros(170)
    assert measure.value == Decimal(93)
    assert measure.reconciles
    assert dict(measure.population)["doubtful items"] == 2
    assert ("written off, gesture: no loss", 1, euros(1)) in [
        (one.reason, one.count, one.amount) for one in measure.excluded
    ]


def test_unpaid_rate_is_undefined_without_sales() -> None:
    measure = kpi.unpaid_rate([account(sale("O-1", SINCE, 5, kind="opening"))], as_of=DAY)
    assert measure.undefined == "sales after 2025-10-31 through 2026-10-31 are not above 0"


def test_published_example_of_the_irrecoverable_share() -> None:
    one = account(
        sale("F-1", date(2026, 9, 1), 100_000),
        WriteOff("W-1", DAY, invoice="F-1", amount=euros(1_000)),
        WriteOff("W-2", DAY, invoice="F-1", amount=euros(3), reason="small_balance"),
    )
    assert kpi.irrecoverable_share([one], as_of=DAY).value == Decimal(1)
    due = kpi.irrecoverable_share([one], as_of=DAY, since=date(2026, 8, 31), of="fallen_due")
    assert (due.value, due.denominator) == (Decimal(1), euros(100_000))


def test_later_recoveries_may_make_the_share_negative() -> None:
    one = account(sale("F-1", DAY, 1_000))
    measure = kpi.irrecoverable_share([one], as_of=DAY, recovered=euros(50))
    assert (measure.value, measure.flags) == (Decimal(-5), ("negative",))
    assert refused(kpi.irrecoverable_share, recovered=50) == (
        "recovered: expected an amount in EUR, got 50"
    )
    dollars = Money.of(5, "USD")
    assert "recovered: expected an amount in EUR" in refused(
        kpi.irrecoverable_share, recovered=dollars
    )


def test_published_example_of_the_cost_of_delay() -> None:
    one = account(sale("F-1", date(2026, 8, 1), 15_000, due=DAY - timedelta(45)))
    measure = kpi.cost_of_delay([one], as_of=DAY, rate=Decimal(4), margin="12.5")
    assert measure.value == euros(75)
    assert beside(measure, "sales that make the cost up") == euros(600)
    assert kpi.cost_of_delay([one], as_of=DAY, rate=4).beside == ()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"rate": 4.0}, "rate"),
        ({"rate": True}, "rate"),
        ({"rate": "four"}, "rate"),
        ({"rate": "NaN"}, "rate"),
        ({"rate": "1e9"}, "rate"),
        ({"rate": "0." + "1" * 50}, "rate"),
        ({"rate": 4, "day_base": 0}, "day_base"),
        ({"rate": 4, "margin": 0}, "margin"),
        ({"rate": 4, "margin": "-3"}, "margin"),
    ],
)
def test_rates_are_exact_and_a_margin_is_above_nothing(asked: dict[str, Any], field: str) -> None:
    assert refused(kpi.cost_of_delay, **asked).startswith(f"{field}: expected")


def test_negative_rate_costs_less_than_nothing_and_is_flagged() -> None:
    one = account(sale("F-1", SINCE, 100_000))
    measure = kpi.cost_of_delay([one], as_of=DAY, rate="-0.5")
    assert (measure.value, measure.flags) == (euros("-43.06"), ("negative",))


# --- K10, K24 ----------------------------------------------------------------------------------


def test_age_of_what_has_none_is_left_out() -> None:
    parts = (Instalment(SINCE, euros(60)), Instalment(None, euros(40)))
    one = account(sale("F-1", date(2026, 6, 1), 100, schedule=parts))
    measure = kpi.average_age([one], as_of=DAY)
    assert (measure.value, measure.denominator) == (Decimal(31), euros(60))
    assert [(e.reason, e.count, e.amount) for e in measure.excluded] == [
        ("without a due date", 1, euros(40))
    ]
    assert kpi.average_age([one], as_of=DAY, age_from="issue").value == Decimal(152)
    assert kpi.average_age([], as_of=DAY).undefined == (
        "nothing that has an age is open on 2026-10-31"
    )
    assert "age_from" in refused(kpi.average_age, age_from="due")


def test_published_example_of_concentration() -> None:
    owed = [
        account(sale("F-1", SINCE, share), name=f"C-{share}-{n}")
        for n, share in enumerate((30, 30, 20, 20))
    ]
    measure = kpi.concentration(owed, as_of=DAY)
    assert measure.value == Decimal("0.26")
    assert beside(measure, "share of the largest debtor, percent") == Decimal(30)


def test_accounts_of_one_debtor_are_one_share() -> None:
    one, other = (
        Account.of(Debtor("C-1", "x"), sale("F-1", SINCE, 50), creditor=creditor)
        for creditor in ("north", "south")
    )
    assert kpi.concentration([one, other], as_of=DAY).value == Decimal(1)


def test_debtor_in_credit_has_no_share() -> None:
    rich = account(Payment("P-1", DAY, amount=euros(70)), name="C-2")
    asked: dict[str, Any] = {"as_of": DAY, "credits": "netted", "conventions": BY_HAND}
    measure = kpi.concentration([account(sale("F-1", SINCE, 100)), rich], **asked)
    assert (measure.value, measure.denominator) == (Decimal(1), euros(100))
    assert measure.reconciles
    assert kpi.concentration([rich], **asked).undefined == "nobody owes anything on 2026-10-31"


# --- K11, K12, K13: delays ---------------------------------------------------------------------


def test_published_example_of_days_to_pay() -> None:
    start = date(2026, 9, 1)
    facts: list[Fact] = []
    for number, days in enumerate((28, 22, 15, 35, 20)):
        facts += [
            sale(f"F-{number}", start, 100, due=start + timedelta(20)),
            paid(f"P-{number}", start + timedelta(days), f"F-{number}", 100),
        ]
    assert kpi.days_to_pay([account(*facts)], as_of=DAY).value == Decimal(24)
    late = kpi.days_to_pay([account(*facts)], as_of=DAY, days_from="due_date")
    assert (late.value, late.name) == (Decimal(4), "days late")


def test_published_example_of_weighted_days_to_pay() -> None:
    start = date(2026, 9, 1)
    one = account(
        sale("F-1", start, 6_000, due=start + timedelta(20)),
        *(
            paid(f"P-{days}", start + timedelta(days), "F-1", amount)
            for amount, days in ((1_000, 15), (3_000, 30), (2_000, 45))
        ),
    )
    assert kpi.weighted_days_to_pay([one], as_of=DAY).value == Decimal("32.5")
    assert kpi.weighted_days_late([one], as_of=DAY).value == Decimal("12.5")
    beyond = kpi.days_beyond_terms([one], as_of=DAY)
    assert beyond.exact == Fraction(3_000 * 10 + 2_000 * 25, 6_000)
    later = kpi.weighted_days_to_pay([one], as_of=DAY, since=start + timedelta(15))
    assert later.exact == Fraction(3_000 * 30 + 2_000 * 45, 5_000)
    assert later.reconciliation[1].amount_of("paid before the period") == euros(-1_000)


def test_mean_of_the_paid_says_what_it_does_not_see() -> None:
    start = date(2026, 9, 1)
    one = account(
        sale("F-1", start, 10),
        paid("P-1", DAY, "F-1", 10),
        sale("F-2", start, 20),
        sale("F-3", start, 40, due=date(2026, 12, 1)),
        sale("F-4", start, 80),
        CreditNote("A-1", DAY, total=euros(80), allocations=(Allocation("F-4", euros(80)),)),
        sale("F-5", start, 160, kind="opening"),
        sale("F-6", start, 320, due_assumed=True),
        paid("P-6", start, "F-6", 320),
    )
    measure = kpi.days_to_pay([one], as_of=DAY)
    assert measure.value == Decimal(30)
    assert measure.flags == ("late and unpaid missing",)
    assert [(e.reason, e.count, e.amount) for e in measure.excluded] == [
        ("not paid yet", 2, euros(60)),
        ("of these, late", 1, euros(20)),
        ("settled last by a credit note or a write-off", 1, euros(80)),
        ("no sale", 1, euros(160)),
    ]
    assert measure.reconciles
    late = kpi.days_to_pay([one], as_of=DAY, days_from="due_date")
    assert late.value == Decimal(60)
    assert dict(late.population)["paid items without an agreed due date"] == 1
    weighted = kpi.weighted_days_late([one], as_of=DAY)
    assert weighted.denominator == euros(10)
    assert [(e.reason, e.amount) for e in weighted.excluded] == [
        ("paid, without an agreed due date", euros(320))
    ]
    assert beside(weighted, "late and unpaid, invoiced") == euros(20)


def test_early_payment_is_negative_except_beyond_terms() -> None:
    one = account(sale("F-1", SINCE, 10, due=DAY), paid("P-1", SINCE, "F-1", 10))
    assert kpi.weighted_days_late([one], as_of=DAY).value == Decimal(-31)
    assert kpi.days_beyond_terms([one], as_of=DAY).value == Decimal(0)
    assert kpi.days_to_pay([one], as_of=DAY, days_from="due_date").flags == ("negative",)


def test_nothing_paid_is_undefined_with_its_period() -> None:
    assert kpi.days_to_pay([], as_of=DAY).undefined == "nothing was paid through 2026-10-31"
    message = "nothing was paid after 2026-09-30 through 2026-10-31"
    assert kpi.weighted_days_late([], as_of=DAY, since=SINCE).undefined == message


def test_money_that_lies_unapplied_or_went_back_paid_nothing() -> None:
    start = date(2026, 9, 1)
    one = account(
        sale("F-1", start, 10),
        paid("P-1", SINCE, "F-1", 10),
        Reversal("R-1", DAY, payment="P-1"),
        Payment("P-2", SINCE, amount=euros(5), purpose="deposit"),
    )
    measure = kpi.weighted_days_to_pay([one], as_of=DAY)
    assert measure.value is None
    assert measure.reconciliation[1].amount_of("cash unapplied") == euros(-5)
    assert measure.reconciles


# --- K14: promises -----------------------------------------------------------------------------


def promised(name: str, due: date, amount: int, **other: Any) -> Promise:
    made = other.pop("made", date(2026, 9, 1))
    return Promise(name, made, due_on=due, amount=euros(amount), means="transfer", **other)


def promises() -> Account:
    return account(
        *(sale(f"F-{n}", date(2026, 8, 1), 100) for n in range(5)),
        promised("W-0", date(2026, 9, 10), 100, invoices=("F-0",)),
        paid("P-0", date(2026, 9, 9), "F-0", 100),
        promised("W-1", date(2026, 10, 10), 100, invoices=("F-1",)),
        paid("P-1", date(2026, 10, 9), "F-1", 40),
        promised("W-2", DAY, 100, invoices=("F-2",)),
        promised("W-3", date(2026, 11, 9), 100, invoices=("F-3",)),
        paid("P-3", DAY, "F-3", 100),
        promised("W-4", date(2026, 10, 30), 100, invoices=("F-4",), withdrawn_on=DAY),
        promised("W-5", date(2026, 10, 30), 50, invoices=("F-4",), withdrawn_on=SINCE),
    )


def test_promises_are_judged_once_their_day_has_passed() -> None:
    measure = kpi.promise_kept_ratio([promises()], as_of=DAY)
    assert (measure.numerator, measure.denominator) == (Decimal(1), Decimal(3))
    assert dict(measure.population) == {"accounts": 1, "kept": 1, "partly kept": 1, "broken": 1}
    assert (beside(measure, "partly kept"), beside(measure, "received of the partly kept")) == (
        1,
        euros(40),
    )
    assert [(e.reason, e.count) for e in measure.excluded] == [
        ("kept before its last day has passed", 1),
        ("open", 1),
        ("withdrawn", 1),
    ]
    assert measure.reconciles


def test_each_promise_belongs_to_one_period() -> None:
    asked = [
        kpi.promise_kept_ratio([promises()], since=since, as_of=on, weight="amount")
        for since, on in [(None, SINCE), (SINCE, DAY), (DAY, date(2026, 12, 31))]
    ]
    assert [one.denominator for one in asked] == [euros(100), euros(200), euros(200)]
    assert [one.value for one in asked] == [Decimal(100), Decimal(0), Decimal(50)]
    assert asked[1].excluded[1].reason == "matured before the period"


def test_tolerance_moves_the_last_day_and_is_stated() -> None:
    lenient = Conventions(promise_tolerance=5)
    measure = kpi.promise_kept_ratio([promises()], as_of=date(2026, 10, 15), conventions=lenient)
    assert measure.denominator == Decimal(1)
    assert ("promise tolerance, days", "5") in measure.perimeter.options
    assert measure.undefined is None
    nothing = kpi.promise_kept_ratio([], as_of=DAY, since=SINCE)
    assert nothing.undefined == "no promise matured from 2026-09-30 to 2026-10-31"


# --- K15, open disputes ------------------------------------------------------------------------


def test_invoice_is_never_disputed_for_more_than_its_total() -> None:
    parts = (Instalment(SINCE, euros(60)), Instalment(DAY, euros(40)))
    one = account(
        sale("F-1", SINCE, 100, schedule=parts),
        Dispute("D-1", SINCE, invoice="F-1", amount=euros(90)),
        Dispute("D-2", SINCE, invoice="F-1/1", amount=euros(70)),
        sale("F-2", SINCE, 100),
        Dispute("D-3", SINCE, invoice="F-2", amount=euros(10)),
        sale("O-1", SINCE, 30, kind="opening"),
        Dispute("D-4", SINCE, invoice="O-1"),
        Dispute("D-5", DAY + timedelta(1), invoice="F-2"),
    )
    by_amount = kpi.dispute_rate([one], as_of=DAY, weight="amount")
    assert (by_amount.numerator, by_amount.denominator) == (euros(110), euros(200))
    assert kpi.dispute_rate([one], as_of=DAY).value == Decimal(100)
    assert [(e.reason, e.count, e.amount) for e in by_amount.excluded] == [
        ("disputed, no sale", 1, euros(30)),
        ("billed, opening: no sale", 1, euros(30)),
    ]
    assert "weight" in refused(kpi.dispute_rate, weight="days")


def disputes() -> Account:
    return account(
        sale("F-1", date(2026, 8, 1), 100),
        Dispute(
            "D-1",
            date(2026, 8, 2),
            invoice="F-1",
            resolved_on=date(2026, 8, 12),
            cause="wrong_price",
            outcome="rejected",
        ),
        Dispute(
            "D-2",
            date(2026, 9, 1),
            invoice="F-1",
            resolved_on=date(2026, 10, 1),
            cause="wrong_price",
            outcome="upheld",
            amount=euros(15),
        ),
        Dispute("D-3", date(2026, 9, 21), invoice="F-1", amount=euros(20)),
    )


def test_time_to_resolve_is_told_by_cause_and_beside_the_age_of_the_open() -> None:
    measure = kpi.dispute_resolution_time([disputes()], as_of=DAY)
    assert measure.value == Decimal(20)
    assert measure.flags == ("open ones missing",)
    assert measure.beside == (
        ("open disputes", 1),
        ("mean age of open disputes, days", Decimal(40)),
        ("wrong_price (2), mean days", Decimal(20)),
    )
    assert kpi.dispute_resolution_time([disputes()], as_of=DAY, since=SINCE).value == Decimal(30)
    price = kpi.dispute_resolution_time([disputes()], as_of=DAY, cause="wrong_price")
    assert (price.flags, price.perimeter.options) == ((), (("cause", "wrong_price"),))
    other = kpi.dispute_resolution_time([disputes()], as_of=DAY, cause=CauseCode.OTHER)
    assert other.undefined == "no dispute was resolved through 2026-10-31"
    assert "cause: expected one of technical_fault" in refused(
        kpi.dispute_resolution_time, cause="price"
    )


def test_open_disputes_stand_beside_the_settlement_delay() -> None:
    measure = kpi.open_disputes([disputes()], as_of=DAY)
    assert (measure.value, measure.numerator) == (Decimal(1), euros(20))
    assert measure.beside == (
        ("mean age of open disputes, days", Decimal(40)),
        ("resolved, credit awaited", 1),
        ("held until that credit", euros(15)),
        ("mean days to pay", None),
    )
    settled = account(sale("F-9", SINCE, 5), paid("P-9", DAY, "F-9", 5), name="C-2")
    told = kpi.open_disputes([disputes(), settled], as_of=DAY)
    assert beside(told, "mean days to pay") == Decimal(31)


# --- K16: contacts -----------------------------------------------------------------------------


def contacts() -> Account:
    people = (
        Person("p-1", "A", role="accounts_payable"),
        Person("p-2", "B", role="switchboard"),
    )

    def said(name: str, on: date, channel: str = "phone", **other: Any) -> Interaction:
        return Interaction(name, on, channel=channel, **other)

    def result(name: str, contact: str, what: str, on: date = DAY) -> InteractionResult:
        return InteractionResult(name, on, interaction=contact, result=what)

    return account(
        said("I-1", SINCE, person="p-1"),
        result("R-1", "I-1", "answered"),
        said("I-2", DAY, person="p-2"),
        result("R-2", "I-2", "objection"),
        said("I-3", DAY, "email", person="p-1"),
        result("R-3", "I-3", "bounced"),
        said("I-4", DAY, "email"),
        result("R-4", "I-4", "answered", DAY + timedelta(1)),
        said("I-5", DAY, direction="incoming"),
        said("I-6", DAY, "email", act="thank"),
        said("I-7", DAY + timedelta(1)),
        people=people,
    )


def test_published_example_of_the_answer_rate() -> None:
    measure = kpi.contact_answer_rate([contacts()], as_of=DAY)
    assert (measure.value, measure.name) == (Decimal(50), "answer rate")
    assert dict(measure.population) == {
        "accounts": 1,
        "contacts made": 4,
        "bounced": 1,
        "answered": 2,
    }
    assert ("denominator", "contacts made") in measure.perimeter.options


def test_answers_by_channel_and_by_those_who_may_decide() -> None:
    phone = kpi.contact_answer_rate([contacts()], as_of=DAY, channel="phone")
    assert phone.value == Decimal(100)
    right = kpi.contact_answer_rate([contacts()], as_of=DAY, roles=["accounts_payable"])
    assert (right.value, right.name) == (Decimal(25), "right-party contact")
    assert ("answered by", "accounts_payable") in right.perimeter.options
    later = kpi.contact_answer_rate([contacts()], as_of=DAY, since=SINCE)
    assert later.denominator == Decimal(3)
    nothing = kpi.contact_answer_rate([], as_of=DAY, since=SINCE)
    assert nothing.undefined == "no contact was made after 2026-09-30 through 2026-10-31"


def test_answer_that_comes_later_is_an_answer_later() -> None:
    days = [DAY, DAY + timedelta(1)]
    told = kpi.series(
        [contacts()], {"answers": kpi.contact_answer_rate}, closings=days, opening=date(2026, 1, 1)
    )
    assert [one.numerator for one in told["answers"]] == [Decimal(2), Decimal(0)]
    since_ever = [kpi.contact_answer_rate([contacts()], as_of=on) for on in days]
    assert [one.numerator for one in since_ever] == [Decimal(2), Decimal(3)]


@pytest.mark.parametrize("roles", ["buyer", [], 3])
def test_roles_that_decide_are_named(roles: Any) -> None:
    message = refused(kpi.contact_answer_rate, roles=roles)
    assert message == f"roles: expected the roles that may decide payment, got {roles!r}"
    assert "channel: expected one of email" in refused(kpi.contact_answer_rate, channel="fax")


# --- roll rates --------------------------------------------------------------------------------


def test_what_came_back_since_did_not_roll() -> None:
    one = account(
        sale("F-1", date(2026, 9, 1), 100),
        paid("P-1", date(2026, 9, 10), "F-1", 60),
        Reversal("R-1", date(2026, 10, 10), payment="P-1"),
    )
    measure = kpi.roll_rates([one], since=SINCE, as_of=DAY)
    assert [(r.before, r.after, r.amount, r.share) for r in measure.rolls] == [
        ("1-30", "31-60", euros(40), Decimal(100))
    ]
    lines = [row for row in measure.certificate() if row["part"] == "roll"]
    assert [(row["line"], row["figure"]) for row in lines] == [
        ("1-30 to 31-60: 100 percent", euros(40))
    ]
    assert "bounds" in refused(kpi.roll_rates, since=SINCE, bounds=(3, 1))
    assert refused(kpi.roll_rates, since=None) == "since: expected a date, got None"


def test_nothing_open_at_the_start_rolls_nowhere() -> None:
    measure = kpi.roll_rates([], since=SINCE, as_of=DAY)
    assert (measure.value, measure.undefined) == (None, "nothing was open on 2026-09-30")


# --- what is undefined, left out or apart ------------------------------------------------------


def test_true_dso_of_what_has_no_sales_is_undefined_never_zero() -> None:
    opening = sale("F-1", date(2026, 9, 1), 500, kind="opening")
    measure = kpi.dso_true([account(opening)], as_of=DAY)
    assert (measure.value, measure.exact, measure.flags) == (None, None, ())
    assert measure.undefined == "all of what is open was issued in months without sales"
    both = account(opening, sale("F-2", DAY, 100))
    assert kpi.dso_true([both], as_of=DAY).flags == ("part left out",)
    stopped = kpi.dso_true([both], as_of=DAY, without_sales="stop")
    assert stopped.undefined == "some of what is open was issued in months without sales"


def test_unapplied_cash_recovers_nothing_of_what_fell_due() -> None:
    by_hand = Conventions(application="explicit_only")
    one = account(
        sale("F-1", date(2026, 9, 10), 100, due=date(2026, 10, 10)),
        paid("P-1", date(2026, 10, 6), "F-1", 100),
        Payment("P-2", date(2026, 10, 7), amount=euros(150)),
    )
    asked: dict[str, Any] = {"since": SINCE, "as_of": DAY, "conventions": by_hand}
    measure = kpi.recovery_rate([one], **asked, of="fallen_due")
    assert (measure.value, measure.flags) == (Decimal(100), ())
    assert [(e.reason, e.amount) for e in measure.excluded] == [("unapplied, apart", euros(150))]
    assert measure.reconciliation[2].lines == (
        ("collected", euros(250)),
        ("unapplied at the start", euros(0)),
        ("unapplied at the end", euros(-150)),
    )
    assert measure.reconciles


def test_due_on_the_first_day_is_due_at_the_start_and_not_overdue() -> None:
    one = account(sale("F-1", date(2026, 9, 1), 100, due=SINCE))
    assert kpi.overdue_rate([one], as_of=SINCE).value == Decimal(0)
    assert kpi.recovery_rate([one], since=SINCE, as_of=DAY).denominator == euros(100)


def test_open_disputes_hold_what_they_hold_and_not_what_waits_for_its_credit() -> None:
    one = account(
        sale("F-1", date(2026, 9, 1), 500),
        Dispute("D-1", date(2026, 9, 9), invoice="F-1", amount=euros(40)),
        Dispute(
            "D-2",
            date(2026, 9, 8),
            invoice="F-1",
            amount=euros(300),
            resolved_on=date(2026, 9, 20),
            outcome="upheld",
        ),
    )
    measure = kpi.open_disputes([one], as_of=DAY)
    assert (measure.value, measure.numerator) == (Decimal(1), euros(40))
    assert beside(measure, "held until that credit") == euros(300)


def dollars(amount: int) -> Money:
    return Money.of(amount, "USD")


def test_what_is_in_another_currency_is_said_by_every_measure() -> None:
    price = "wrong_price"
    one = account(
        sale("F-1", date(2026, 9, 1), 10),
        Invoice("F-2", date(2026, 9, 1), due_on=date(2026, 10, 10), total=dollars(20)),
        Invoice("F-3", date(2026, 9, 2), due_on=date(2026, 12, 10), total=dollars(5)),
        WriteOff("X-1", date(2026, 9, 3), invoice="F-3", amount=dollars(1)),
        Payment("P-1", date(2026, 9, 20), amount=dollars(8)),
        Payment("P-2", date(2026, 10, 20), amount=dollars(12)),
        Promise("W-1", date(2026, 10, 9), due_on=DAY, amount=dollars(12), means="transfer"),
        Promise(
            "W-2", date(2026, 11, 9), due_on=date(2026, 12, 1), amount=dollars(1), means="transfer"
        ),
        Dispute("D-1", date(2026, 9, 9), invoice="F-2", amount=dollars(3), cause=price),
        Dispute("D-2", date(2026, 9, 9), invoice="F-3", cause="wrong_quantity"),
    )

    def left_out(function: Any, **asked: Any) -> dict[str, tuple[int, Money]]:
        found = function([one], as_of=DAY, **asked).excluded
        return {
            each.reason.removesuffix(" in another currency"): (each.count, each.amount)
            for each in found
            if each.amount.currency == "USD"
        }

    assert left_out(kpi.days_to_pay) == {"sales": (2, dollars(25))}
    for function in (kpi.weighted_days_to_pay, kpi.weighted_days_late, kpi.days_beyond_terms):
        assert left_out(function) == {"received": (2, dollars(20))}
        assert left_out(function, since=SINCE) == {"received": (1, dollars(12))}
    assert left_out(kpi.promise_kept_ratio) == {"promised": (1, dollars(12))}
    assert left_out(kpi.dispute_resolution_time) == {"disputed": (2, dollars(8))}
    assert left_out(kpi.dispute_resolution_time, cause=price) == {"disputed": (1, dollars(3))}
    assert left_out(kpi.open_disputes) == {"disputed": (2, dollars(8))}
    assert left_out(kpi.dispute_rate)["disputed"] == (2, dollars(8))
    assert left_out(kpi.unpaid_rate)["written off"] == (1, dollars(1))
    given_up = left_out(kpi.irrecoverable_share, of="fallen_due")
    assert given_up == {"written off": (1, dollars(1)), "fallen due": (1, dollars(20))}
    fallen = left_out(kpi.recovery_rate, since=SINCE, of="fallen_due")
    assert fallen["received"] == (1, dollars(12))
    assert fallen["fallen due"] == (1, dollars(20))
    assert "fallen due" not in left_out(kpi.recovery_rate, since=SINCE)


def test_what_is_given_up_after_a_closing_is_not_lost_at_that_closing() -> None:
    one = account(
        sale("F-1", date(2026, 9, 1), 100),
        WriteOff("X-1", DAY, invoice="F-1", amount=euros(1)),
    )
    share = {"share": kpi.irrecoverable_share}
    told = kpi.series([one], share, closings=[SINCE, DAY], opening=date(2026, 8, 31))
    assert [measure.numerator for measure in told["share"]] == [euros(0), euros(1)]
