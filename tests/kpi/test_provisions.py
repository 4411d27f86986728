"""Provisions: the matrix by age with given or derived rates, and receivable by receivable."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    Allocation,
    Debtor,
    Doubtful,
    Instalment,
    InvalidInput,
    Invoice,
    Money,
    Payment,
    WriteOff,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.kpi.doubtful_debts import (
    ReceivableProvisions,
    provision_per_receivable,
)
from recouvrement.kpi.provisions import ProvisionMatrix, provision_matrix
from recouvrement.kpi.rates_given import percentage
from recouvrement.money import Rounding, round_fraction
from recouvrement.testing import strategies

DAY = date(2026, 12, 31)
IFRS = ("0.3", "1.6", "3.6", "6.6", "10.6")


def on(days: int) -> date:
    return DAY + timedelta(days)


def euros(amount: Any) -> Money:
    return Money.of(amount, "EUR")


def invoice(name: str, due: int, amount: int = 100, **other: Any) -> Invoice:
    """An invoice due so many days from the closing."""
    fields = {"due_on": on(due), "total": euros(amount), **other}
    return Invoice(name, on(min(due, 0) - 30), **fields)


def paid(name: str, day: int, item: str, amount: int = 100) -> Payment:
    given = euros(amount)
    return Payment(name, on(day), amount=given, allocations=(Allocation(item, given),))


def told(*facts: Fact, name: str = "C-1") -> Account:
    return Account.of(Debtor(name, "Atelier Vasseur"), *facts)


def matrix(*accounts: Account, **asked: Any) -> ProvisionMatrix:
    rates = {} if "history" in asked else {"rates": IFRS}
    return provision_matrix(accounts, **{"as_of": DAY, **rates, **asked})


def provided(*accounts: Account, **asked: Any) -> ReceivableProvisions:
    return provision_per_receivable(accounts, **{"as_of": DAY, **asked})


# --- the matrix ----------------------------------------------------------------------------------

PUBLISHED = told(
    invoice("F-1", 10, 15_000_000),
    invoice("F-2", -10, 7_500_000),
    invoice("F-3", -40, 4_000_000),
    invoice("F-4", -70, 2_500_000),
    invoice("F-5", -100, 1_000_000),
)


def test_published_matrix_is_580_000() -> None:
    measure = matrix(PUBLISHED)
    assert measure.value == euros(580_000)
    assert [(one.label, one.gross, one.rate, one.provision) for one in measure.lines] == [
        ("not due", euros(15_000_000), Decimal("0.3"), euros(45_000)),
        ("1-30", euros(7_500_000), Decimal("1.6"), euros(120_000)),
        ("31-60", euros(4_000_000), Decimal("3.6"), euros(144_000)),
        ("61-90", euros(2_500_000), Decimal("6.6"), euros(165_000)),
        (">90", euros(1_000_000), Decimal("10.6"), euros(106_000)),
    ]
    assert (measure.denominator, measure.flags) == (euros(30_000_000), ())
    assert measure.reconciles


def test_overlay_is_so_many_percent_of_every_rate_and_none_passes_all() -> None:
    assert matrix(PUBLISHED, overlay=10).value == euros(638_000)
    assert matrix(PUBLISHED, overlay="-50").value == euros(290_000)
    assert matrix(PUBLISHED, overlay=-100).value == euros(0)
    late = told(invoice("F-5", -100))
    assert matrix(late, rates=[0, 0, 0, 0, 80], overlay=50).value == euros(100)


def test_large_debtor_assessed_alone_leaves_the_matrix() -> None:
    large = told(invoice("F-1", -40, 1000), name="C-2")
    measure = matrix(PUBLISHED, large, assessed={"C-2": "25", "C-3": 4}, overlay=10)
    assert measure.value == euros(638_250)
    assert [(one.label, one.gross, one.rate, one.provision) for one in measure.assessed] == [
        ("C-2", euros(1000), Decimal(25), euros(250)),
        ("C-3", euros(0), Decimal(4), euros(0)),
    ]
    assert measure.lines[2].gross == euros(4_000_000)
    assert measure.reconciliation[1].amount_of("assessed alone: C-2") == euros(1000)
    assert measure.reconciles


def test_doubtful_items_are_in_the_matrix_unless_they_are_kept_apart() -> None:
    doubts = (
        Doubtful("U-1", on(-3), invoice="F-1", loss_rate=50),
        Doubtful("U-2", on(-3), invoice="F-2", loss_rate=50),
        Doubtful("U-3", on(0), invoice="F-2", loss_rate=0),
        Doubtful("U-4", on(1), invoice="F-3", loss_rate=50),
    )
    account = told(*(invoice(f"F-{n}", -10, 1000) for n in (1, 2, 3)), *doubts)
    assert matrix(account).value == euros(48)
    apart = matrix(account, doubtful="apart")
    assert apart.value == euros(32)
    assert [(one.reason, one.count, one.amount) for one in apart.excluded] == [
        ("doubtful, apart", 1, euros(1000))
    ]
    assert apart.reconciles


def test_each_line_is_rounded_to_the_cent_and_the_value_is_their_sum() -> None:
    account = told(
        invoice("F-1", 5, 1, total=Money(50, "EUR")), invoice("F-2", -5, 1, total=Money(50, "EUR"))
    )
    measure = matrix(account, rates=[1, 1, 0, 0, 0])
    assert [one.provision for one in measure.lines[:2]] == [euros("0.01"), euros("0.01")]
    assert measure.value == euros("0.02")


def test_other_currencies_and_unapplied_money_are_said() -> None:
    account = told(
        invoice("F-1", -10, total=Money.of(100, "USD")), Payment("P-1", DAY, amount=euros(40))
    )
    measure = matrix(account)
    assert measure.value == euros(0)
    assert [one.reason for one in measure.excluded] == [
        "unapplied, apart",
        "open in another currency",
    ]


# --- rates derived from history ------------------------------------------------------------------

HISTORY = [on(-60), on(-30), DAY]


def test_rates_are_derived_by_flow_from_bucket_to_bucket() -> None:
    # Not due at the first two closings: 1000, 1300; of these 400, then 200 were late a closing
    # later. Of the 400, 300 were paid and 100 passed 30 days.
    account = told(
        invoice("A", -35, 400),
        invoice("B", -35, 600),
        invoice("C", -5, 200),
        invoice("D", -5, 600),
        invoice("E", 25, 500),
        paid("P-B", -33, "B", 600),
        paid("P-D", -4, "D", 600),
        paid("P-A", -20, "A", 300),
    )
    measure = matrix(account, bounds=(0, 30), history=HISTORY, final_loss=40)
    assert [(f.bucket, f.to, f.before, f.after) for f in measure.flows] == [
        ("not due", "1-30", euros(2300), euros(600)),
        ("1-30", ">30", euros(400), euros(100)),
    ]
    assert [round(f.rate, 4) for f in measure.flows if f.rate is not None] == [
        *(Decimal("26.0870"), Decimal(25)),
    ]
    rates = [one.rate for one in measure.lines]
    assert [round(rate, 4) for rate in rates if rate is not None] == [
        *(Decimal("2.6087"), Decimal(10), Decimal(40)),
    ]
    assert [one.provision for one in measure.lines] == [euros("13.04"), euros(20), euros(40)]
    assert measure.value == euros("73.04")
    asked = dict(measure.perimeter.options)
    assert (asked["rates"], asked["final loss, percent"]) == ("derived", "40")
    assert measure.reconciles


def test_flow_above_everything_is_cut_and_flagged() -> None:
    measure = matrix(
        told(invoice("A", -35, 100), Invoice("B", on(-9), due_on=on(-9), total=euros(900))),
        bounds=(0, 30),
        history=[on(-40), on(-5)],
    )
    assert measure.flows[0].rate == Decimal(1000)
    assert measure.flags == ("a flow above 100 percent was cut",)


def test_amount_without_a_flow_makes_the_matrix_undefined() -> None:
    account = told(invoice("A", -95, 100))
    measure = matrix(account, history=[on(-3), on(-2)])
    # What reached the last bucket needs no flow; nothing else is open.
    assert measure.value == euros(100)
    assert [one.rate for one in measure.lines] == [None, None, None, None, Decimal(100)]
    without = matrix(account, told(invoice("B", 5), name="C-2"), history=[on(-3), on(-2)])
    assert without.value is None
    assert without.undefined == "no flow to derive a rate from: not due"
    assert without.numerator is None
    assert without.lines[0].provision is None


def test_rows_show_the_lines_then_the_debtors_assessed_alone() -> None:
    measure = matrix(told(invoice("F-1", -40, 1000)), assessed={"C-2": 25})
    assert measure.to_rows()[2] == {
        "bucket": "31-60",
        "gross": euros(1000),
        "rate": Decimal("3.6"),
        "provision": euros(36),
    }
    assert measure.to_rows()[-1]["bucket"] == "C-2"
    assert "<caption>K21 provision matrix on 2026-12-31</caption>" in measure._repr_html_()


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"rates": None}, "rates: expected either rates, one per bucket, or history, a list"),
        ({"rates": IFRS, "history": HISTORY}, "rates: expected either rates, one per bucket, or"),
        ({"rates": IFRS[1:]}, "rates: expected 5 percentages, one per bucket, got ('1.6',"),
        ({"rates": "12345"}, "rates: expected 5 percentages"),
        ({"rates": 3}, "rates: expected 5 percentages"),
        ({"rates": [0.3, 1, 2, 3, 4]}, "rates: expected a percentage from 0 to 100, as text"),
        ({"rates": ["x", 1, 2, 3, 4]}, "rates: expected a percentage from 0 to 100, as text"),
        ({"rates": [-1, 1, 2, 3, 4]}, "rates: expected a percentage from 0 to 100, as text"),
        ({"rates": [101, 1, 2, 3, 4]}, "rates: expected a percentage from 0 to 100, as text"),
        ({"rates": ["NaN", 1, 2, 3, 4]}, "rates: expected a percentage from 0 to 100, as text"),
        ({"overlay": -101}, "overlay: expected a percentage -100 or more, as text"),
        ({"overlay": True}, "overlay: expected a percentage -100 or more, as text"),
        ({"overlay": "1e99"}, "overlay: expected a percentage -100 or more, as text"),
        ({"history": "2026"}, "history: expected two or more closings, in order"),
        ({"history": 3}, "history: expected two or more closings, in order"),
        ({"history": [DAY]}, "history: expected two or more closings, in order"),
        ({"history": HISTORY[::-1]}, "history: expected two or more closings, in order"),
        ({"history": [DAY, "today"]}, "history: expected a date, got 'today'"),
        ({"history": HISTORY, "bounds": (0,)}, "bounds: expected a bucket between two bounds"),
        ({"bounds": "123"}, "bounds: expected days past due, in order"),
        ({"assessed": ["C-1"]}, "assessed: expected a mapping of debtor ids to percentages"),
        ({"assessed": {"C-1": 101}}, "assessed: expected a percentage from 0 to 100"),
        ({"doubtful": "out"}, "doubtful: expected one of in, apart, got 'out'"),
        ({"as_of": "today"}, "as_of: expected a date, got 'today'"),
    ],
)
def test_matrix_that_cannot_be_made_names_the_argument(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        matrix(**asked)
    assert str(caught.value).startswith(message)


def test_percentage_is_taken_as_text_or_number() -> None:
    given = [percentage("rate", one) for one in ("12.5", 12, Decimal("0.1"))]
    assert given == [Fraction(25, 2), Fraction(12), Fraction(1, 10)]
    assert percentage("rate", "-3", least=None) == -3


@pytest.mark.parametrize("slip", ["1e6", "-1000000", "1e-21", "0." + "3" * 41, "inf"])
def test_percentage_that_can_only_be_a_slip_is_refused(slip: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        percentage("rate", slip, least=None)
    assert caught.value.expected == "a percentage, as text, a whole number or a Decimal"


# --- receivable by receivable --------------------------------------------------------------------


def taxed(name: str, due: int = -60, amount: int = 1200, tax: int | None = 200) -> Invoice:
    return invoice(name, due, amount, tax=None if tax is None else euros(tax))


def doubt(name: str, day: int, item: str, rate: Any) -> Doubtful:
    return Doubtful(name, on(day), invoice=item, loss_rate=rate)


def test_published_provision_is_300() -> None:
    measure = provided(told(taxed("F-1"), doubt("U-1", 0, "F-1", 30)))
    assert measure.value == euros(300)
    (line,) = measure.lines
    assert (line.debtor, line.item, line.open, line.without_tax) == (
        *("C-1", "F-1", euros(1200), euros(1000)),
    )
    assert (line.loss_rate, line.provision) == (Decimal(30), euros(300))
    assert (line.before, line.movement, measure.opening, measure.losses) == (None,) * 4
    assert measure.denominator == euros(1200)
    assert measure.reconciles


def test_only_what_is_open_is_provided_for_with_the_invoices_own_tax() -> None:
    account = told(
        taxed("F-1"),
        taxed("F-2", tax=63),
        paid("P-1", -5, "F-1", 600),
        doubt("U-1", -9, "F-1", 50),
        doubt("U-2", -9, "F-2", 50),
    )
    # 600 × 1000/1200 × 50 % and 1200 × 1137/1200 × 50 %.
    assert [one.provision for one in provided(account).lines] == [euros(250), euros("568.50")]


def test_doubt_holds_until_another_one_and_a_rate_of_0_ends_it() -> None:
    doubts = (
        doubt("U-1", -9, "F-1", 30),
        doubt("U-2", -5, "F-1", 60),
        doubt("U-3", -2, "F-1", 0),
    )
    account = told(taxed("F-1"), *doubts)
    values = [provided(account, as_of=on(day)).value for day in (-10, -9, -5, -2)]
    assert values == [euros(0), euros(300), euros(600), euros(0)]


def test_doubt_may_be_about_one_part_of_a_scheduled_invoice() -> None:
    parts = (Instalment(on(-60), euros(900)), Instalment(on(-30), euros(300)))
    account = told(
        evolve(taxed("F-1"), schedule=parts),
        doubt("U-1", -9, "F-1", 10),
        doubt("U-2", -8, "F-1/2", 100),
    )
    assert [(one.item, one.provision) for one in provided(account).lines] == [
        ("F-1/1", euros(75)),
        ("F-1/2", euros(250)),
    ]


def test_invoice_that_states_no_tax_is_left_out_unless_a_rate_is_given() -> None:
    account = told(taxed("F-1", tax=None), doubt("U-1", -1, "F-1", 30))
    without = provided(account)
    assert (without.value, without.flags) == (euros(0), ("some tax is not stated",))
    assert [(one.reason, one.count, one.amount) for one in without.excluded] == [
        ("doubtful, tax not stated", 1, euros(1200))
    ]
    assert without.reconciles
    given = provided(account, tax_rate=20)
    assert (given.value, given.flags, given.excluded) == (euros(300), (), ())
    assert dict(given.perimeter.options) == {"tax rate, percent": "20"}
    untaxed = told(taxed("F-1", tax=0), doubt("U-1", -1, "F-1", 30))
    assert provided(untaxed).value == euros(360)


def test_movement_is_charged_or_released_receivable_by_receivable() -> None:
    account = told(
        *(taxed(f"F-{n}") for n in (1, 2, 3, 4)),
        doubt("U-1", -40, "F-1", 30),
        doubt("U-2", -40, "F-2", 50),
        doubt("U-3", -10, "F-3", 80),
        doubt("U-4", -40, "F-4", 10),
        doubt("U-5", -10, "F-1", 70),
        doubt("U-6", -10, "F-4", 0),
        paid("P-2", -3, "F-2", 1200),
    )
    measure = provided(account, since=on(-31))
    assert [(one.item, one.open, one.before, one.movement) for one in measure.lines] == [
        ("F-1", euros(1200), euros(300), euros(400)),
        ("F-2", euros(0), euros(500), euros(-500)),
        ("F-3", euros(1200), euros(0), euros(800)),
        ("F-4", euros(1200), euros(100), euros(-100)),
    ]
    assert [measure.opening, measure.charged, measure.released, measure.value] == [
        *(euros(900), euros(1200), euros(600), euros(1500)),
    ]
    assert measure.reconciliation[1].lines == (
        ("not doubtful", euros(0)),
        ("no longer doubtful", euros(1200)),
        ("doubtful", euros(2400)),
        ("doubtful, tax not stated", euros(0)),
    )
    assert measure.reconciles


def test_bad_debts_of_the_period_are_split_into_loss_and_tax() -> None:
    def lost(name: str, day: int, item: str, amount: Any, reason: Any = "bad_debt") -> WriteOff:
        given = amount if isinstance(amount, Money) else euros(amount)
        return WriteOff(name, on(day), invoice=item, amount=given, reason=reason)

    parts = (Instalment(on(-60), euros(900)), Instalment(on(-30), euros(300)))
    dollars = invoice("F-4", -60, total=Money.of(100, "USD"), tax=Money.of(9, "USD"))
    account = told(
        taxed("F-1"),
        evolve(taxed("F-2", tax=0), schedule=parts),
        taxed("F-3", tax=None),
        dollars,
        lost("G-1", -9, "F-1", 1200),
        lost("G-2", -8, "F-2/2", 300),
        lost("G-3", -8, "F-3", 70),
        lost("G-4", -8, "F-2/1", 10, reason="small_balance"),
        lost("G-5", -31, "F-2/1", 20),
        lost("G-6", 1, "F-2/1", 30),
        lost("G-7", -1, "F-4", Money.of(100, "USD")),
    )
    measure = provided(account, since=on(-31))
    assert (measure.losses, measure.tax_on_losses) == (euros(1300), euros(200))
    assert [(one.reason, one.count, one.amount) for one in measure.excluded] == [
        ("written off, tax not stated", 1, euros(70))
    ]
    assert measure.flags == ("some tax is not stated",)
    rated = provided(account, since=on(-31), tax_rate="0")
    assert (rated.losses, rated.flags) == (euros(1370), ())
    assert measure.reconciles


def test_write_off_of_an_invoice_not_known_yet_has_no_tax_either() -> None:
    account = told(
        evolve(taxed("F-1"), recorded_on=on(9)),
        WriteOff("G-1", on(-3), invoice="F-1", amount=euros(60), reason="bad_debt"),
    )
    measure = provided(account, since=on(-31), known_on=DAY)
    assert measure.losses == euros(0)
    assert [one.reason for one in measure.excluded] == [
        "written off, tax not stated",
        "unapplied, apart",
    ]


def test_rows_show_the_receivables() -> None:
    measure = provided(told(taxed("F-1"), doubt("U-1", 0, "F-1", 30)), since=on(-9))
    assert measure.to_rows() == [
        {
            "debtor": "C-1",
            "item": "F-1",
            "open": euros(1200),
            "without_tax": euros(1000),
            "loss_rate": Decimal(30),
            "provision": euros(300),
            "before": euros(0),
            "movement": euros(300),
        }
    ]
    assert "<caption>K22 provision per receivable on 2026-12-31</caption>" in (
        measure._repr_html_()
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"tax_rate": 0.2}, "tax_rate"), ({"since": DAY}, "since"), ({"as_of": None}, "as_of")],
)
def test_provision_that_cannot_be_made_names_the_argument(
    asked: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        provided(**asked)
    assert caught.value.field == field


# --- once more, by hand --------------------------------------------------------------------------

portfolios = strategies.portfolios(min_accounts=1, currencies=("EUR", "JPY"))


@st.composite
def questions(draw: st.DrawFn) -> tuple[tuple[Account, ...], dict[str, Any]]:
    portfolio = []
    for account in draw(portfolios):
        doubts: list[Fact] = []
        for number, one in enumerate(account.invoices):
            for place in range(draw(st.integers(0, 2))):
                day = one.issued_on + timedelta(draw(st.integers(0, 90)))
                rate = Decimal(draw(st.sampled_from(["0", "30", "12.5", "100"])))
                name: Any = f"more-{number}-{place}"
                doubts.append(Doubtful(name, day, invoice=one.id, loss_rate=rate))
        portfolio.append(account.record(*doubts))
    days = st.one_of(*(strategies.as_ofs(one) for one in portfolio))
    return tuple(portfolio), {"as_of": draw(days), "known_on": draw(st.none() | days)}


def rate_of(account: Account, item: Any, as_of: date, known_on: date | None) -> Fraction:
    """The loss rate that holds on an item, looked for among the facts one by one."""
    held = [
        one
        for one in account.doubts
        if one.on <= as_of
        and (known_on is None or one.known_on <= known_on)
        and one.invoice in (item.id, item.invoice.id)
    ]
    return Fraction(max(held, key=lambda one: (one.on, one.id)).loss_rate) if held else Fraction(0)


def half_up(exact: Fraction) -> int:
    return round_fraction(exact, Rounding.HALF_UP)


@given(questions(), st.sampled_from(["in", "apart"]))
def test_matrix_is_what_a_hand_would_find(
    question: tuple[tuple[Account, ...], dict[str, Any]], doubtful: Any
) -> None:
    portfolio, asked = question
    gross = dict.fromkeys(range(5), 0)
    for account in portfolio:
        for item in position_of(account, **asked).open_items:
            if item.currency == "EUR" and account.debtor.id != "C-2":
                if doubtful == "apart" and rate_of(account, item, **asked):
                    continue
                late = item.days_past_due or 0
                place = 0 if late <= 0 else 1 if late <= 30 else 2 if late <= 60 else 3
                gross[4 if late > 90 else place] += item.open.minor
    measure = provision_matrix(
        portfolio, rates=IFRS, doubtful=doubtful, assessed={"C-2": 40}, **asked
    )
    assert [one.gross.minor for one in measure.lines] == list(gross.values())
    expected = sum(half_up(gross[place] * Fraction(rate) / 100) for place, rate in enumerate(IFRS))
    alone = sum(
        position_of(account, **asked).amount_of("open", "EUR").minor
        for account in portfolio
        if account.debtor.id == "C-2"
    )
    expected += half_up(Fraction(alone * 40, 100))
    assert measure.value == Money(expected, "EUR")
    assert measure.reconciles
    event(f"something is open: {expected > 0}")


@given(portfolios, st.integers(10, 100), st.integers(1, 40))
def test_derived_rates_are_what_a_hand_would_find(
    portfolio: tuple[Account, ...], start: int, step: int
) -> None:
    days = [date(2026, 1, 5) + timedelta(start + step * number) for number in range(3)]

    def aged(day: date) -> list[int]:
        amounts = [0, 0, 0]
        for account in portfolio:
            for item in position_of(account, as_of=day).open_items:
                if item.currency == "EUR":
                    late = item.days_past_due or 0
                    amounts[0 if late <= 0 else 1 if late <= 30 else 2] += item.open.minor
        return amounts

    closings = [aged(day) for day in days]
    shares: list[Fraction | None] = []
    for place in (0, 1):
        before = closings[0][place] + closings[1][place]
        after = closings[1][place + 1] + closings[2][place + 1]
        shares.append(min(Fraction(1), Fraction(after, before)) if before else None)
    first, second = shares
    rates = [
        None if first is None or second is None else 50 * first * second,
        None if second is None else 50 * second,
        Fraction(50),
    ]
    measure = provision_matrix(
        portfolio, as_of=days[-1], history=days, bounds=(0, 30), final_loss=50
    )
    amounts = closings[-1]
    unknown = any(amount and rate is None for amount, rate in zip(amounts, rates, strict=True))
    event(f"undefined: {unknown}")
    assert (measure.value is None) == unknown == (measure.undefined is not None)
    if not unknown:
        expected = sum(
            half_up(amount * rate / 100)
            for amount, rate in zip(amounts, rates, strict=True)
            if rate is not None
        )
        assert measure.value == Money(expected, "EUR")


@given(questions(), st.integers(1, 60), st.sampled_from([None, 20]))
def test_provisions_are_what_a_hand_would_find(
    question: tuple[tuple[Account, ...], dict[str, Any]], span: int, tax_rate: int | None
) -> None:
    portfolio, asked = question
    since = asked["as_of"] - timedelta(span)

    def by_hand(day: date) -> dict[tuple[str, str], int]:
        found = {}
        for account in portfolio:
            then = {**asked, "as_of": day}
            for item in position_of(account, **then).open_items:
                rate = rate_of(account, item, **then)
                tax, total = item.invoice.tax, item.invoice.total.minor
                if item.currency != "EUR" or not rate or (tax is None and tax_rate is None):
                    continue
                net = Fraction(total - tax.minor, total) if tax is not None else Fraction(100, 120)
                found[str(account.debtor.id), item.id] = half_up(item.open.minor * net * rate / 100)
        return found

    measure = provision_per_receivable(portfolio, since=since, tax_rate=tax_rate, **asked)
    now, before = by_hand(asked["as_of"]), by_hand(since)
    assert measure.value == Money(sum(now.values()), "EUR")
    assert measure.opening == Money(sum(before.values()), "EUR")
    assert {
        (one.debtor, one.item): one.movement.minor if one.movement is not None else None
        for one in measure.lines
    } == {name: now.get(name, 0) - before.get(name, 0) for name in now.keys() | before.keys()}
    event(f"moved: {now != before}")
    assert measure.reconciles
    assert measure.charged is not None
    assert measure.released is not None
    assert measure.opening + measure.charged - measure.released == measure.value


@given(questions(), st.integers(1, 30))
def test_what_happens_or_is_learnt_later_changes_nothing(
    question: tuple[tuple[Account, ...], dict[str, Any]], days: int
) -> None:
    portfolio, asked = question
    later = max(asked["as_of"], asked["known_on"] or asked["as_of"]) + timedelta(days)
    more = []
    for account in portfolio:
        facts: list[Fact] = [Payment("later", later, amount=euros(100))]
        for one in account.invoices:
            name: Any = f"later-{one.id}"
            facts.append(Doubtful(name, later, invoice=one.id, loss_rate=Decimal(90)))
            facts.append(WriteOff(name, later, invoice=one.id, amount=one.total))
        more.append(account.record(*facts))
    for rated in (
        {"rates": IFRS},
        {"history": [asked["as_of"] - timedelta(30), asked["as_of"]]},
    ):
        there = provision_matrix(more, doubtful="apart", **rated, **asked)
        assert there == provision_matrix(portfolio, doubtful="apart", **rated, **asked)
    since = asked["as_of"] - timedelta(30)
    assert provision_per_receivable(more, since=since, **asked) == (
        provision_per_receivable(portfolio, since=since, **asked)
    )


# --- what the perimeter states, and what is refused ----------------------------------------------


def test_rates_are_in_the_perimeter_and_other_rates_are_another_perimeter() -> None:
    account = told(invoice("F-1", -40, 1000))
    one, same, other = (
        provision_matrix([account], as_of=DAY, rates=rates)
        for rates in (IFRS, [Decimal(rate) for rate in IFRS], ["9"] * 5)
    )
    assert ("rates", "0.3/1.6/3.6/6.6/10.6") in one.perimeter.options
    assert one.perimeter == same.perimeter
    for sign in ("__add__", "__sub__", "__truediv__"):
        with pytest.raises(InvalidInput, match="perimeter: expected the same of both"):
            getattr(one, sign)(other)
    alone = provision_matrix([account], as_of=DAY, rates=IFRS, assessed={"C-1": "25"})
    assert ("assessed alone, percent: C-1", "25") in alone.perimeter.options


def test_closings_after_the_day_are_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        provision_matrix([], as_of=DAY, history=[on(-30), DAY, on(30)])
    assert str(caught.value) == (
        f"history: expected closings through {DAY}: no look ahead, got {on(30)}"
    )


def test_debtor_assessed_alone_without_an_account_is_flagged() -> None:
    account = told(invoice("F-1", -40, 1000))
    found = provision_matrix([account], as_of=DAY, rates=IFRS, assessed={"C-1": 5, "GHOST": 50})
    assert found.flags == ("assessed alone, without an account: GHOST",)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            {"history": HISTORY, "final_loss": 150},
            "final_loss: expected a percentage from 0 to 100",
        ),
        ({"rates": IFRS, "final_loss": 40}, "final_loss: expected None beside rates"),
    ],
)
def test_final_loss_is_a_percentage_of_derived_rates(asked: Any, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        provision_matrix([], as_of=DAY, **asked)
