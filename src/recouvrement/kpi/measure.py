"""A figure that certifies itself: what it counts, on which perimeter, and what the ledger says."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from attrs import fields, frozen

from recouvrement.kpi import arithmetic
from recouvrement.kpi.drawing import bars
from recouvrement.kpi.figures import amount_of, answered, decimal_of, raised
from recouvrement.kpi.perimeter import Perimeter
from recouvrement.money import Money, total_of
from recouvrement.tables import html_table, text_table

__all__ = [
    "Bucket",
    "Exclusion",
    "Measure",
    "Month",
    "Roll",
    "Tally",
    "amount_of",
    "answered",
    "decimal_of",
    "raised",
]


@frozen
class Exclusion:
    """What was left out of a measure, and why: how many, and how much."""

    reason: str
    count: int
    amount: Money


@frozen
class Tally:
    """Named amounts that must add up to a total found another way, to the cent.

    >>> lines = (("billed", Money.of(900, "EUR")), ("received", Money.of(-500, "EUR")))
    >>> tally = Tally("open", lines, Money.of(400, "EUR"))
    >>> tally.adds_up, tally.amount_of("received")
    (True, Money.of("-500.00", "EUR"))
    """

    title: str
    lines: tuple[tuple[str, Money], ...]
    total: Money

    @property
    def adds_up(self) -> bool:
        """Whether the lines make the total."""
        return total_of((amount for _, amount in self.lines), self.total.currency) == self.total

    def amount_of(self, label: str) -> Money:
        """The amount of one line; zero when there is no such line."""
        return total_of(
            (amount for name, amount in self.lines if name == label), self.total.currency
        )


@frozen
class Bucket:
    """What is open between two ages, bounds included; None is no bound.

    `count` is a number of open items; in a bucket of credits, of accounts. It unpacks in the order
    of its fields.

    >>> label, low, high, amount, count = Bucket("1-30", 1, 30, Money.of(900, "EUR"), 2)
    """

    label: str
    low: int | None
    high: int | None
    amount: Money
    count: int

    def __iter__(self) -> Iterator[object]:
        return iter((self.label, self.low, self.high, self.amount, self.count))


@frozen
class Month:
    """One step of a count-back: a month, its sales, the days it gave and what was left after it."""

    month: str
    sales: Money
    days: Decimal
    rest: Money


@frozen
class Roll:
    """What went from one bucket of age to another between two closings.

    `share` is in percent of what was in the bucket `before`.
    """

    before: str
    after: str
    amount: Money
    share: Decimal


@frozen(kw_only=True)
class Measure:
    """A figure and its certificate.

    Either `value` is given (Money for amounts, else a Decimal of 28 digits of the `exact` ratio) or
    `undefined` says why there is none. `excluded` is what was left out, `reconciliation` how the
    terms follow from the ledger: its first tally is the ledger at `perimeter.as_of`. `beside` are
    figures to read beside the value, never instead of it: None where there is none.

    Measures of one perimeter have a sum (of amounts), a difference and a ratio; of different
    perimeters they have none, and `InvalidInput` says what differs.

    >>> from datetime import date
    >>> from recouvrement import Account, Debtor, Invoice, InvalidInput
    >>> from recouvrement.kpi import dso, dso_best_possible
    >>> sold = Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 11, 1), total=Money.of(9, "EUR"))
    >>> accounts, today = [Account.of(Debtor("C-1", "x"), sold)], date(2026, 10, 31)
    >>> quarter = dso(accounts, as_of=today)
    >>> quarter - dso_best_possible(accounts, as_of=today)
    <K1 - K4 DSO - best possible DSO on 2026-10-31: 0 days>
    >>> try:
    ...     quarter / dso(accounts, as_of=today, window_days=60)
    ... except InvalidInput as refused:
    ...     print(refused.got)
    since 2026-09-01, window_days 60
    """

    formula: str
    name: str
    definition: str
    unit: str
    perimeter: Perimeter
    value: Money | Decimal | None = None
    undefined: str | None = None
    exact: Fraction | None = None
    lower_bound: Decimal | None = None
    numerator: Money | Decimal | None = None
    denominator: Money | Decimal | None = None
    population: tuple[tuple[str, int], ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    reconciliation: tuple[Tally, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    months: tuple[Month, ...] = ()
    rolls: tuple[Roll, ...] = ()
    beside: tuple[tuple[str, Money | Decimal | int | None], ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def reconciles(self) -> bool:
        """Whether every tally of the reconciliation adds up to the cent."""
        return all(tally.adds_up for tally in self.reconciliation)

    @property
    def is_extensive(self) -> bool:
        """Whether it adds up over portfolios: an amount or a number of cases, never a ratio.

        Nor a forecast or a provision, whose lines belong to one portfolio: asked again, of both.
        """
        plain = type(self) is Measure
        return plain and (isinstance(self.value, Money) or self.unit == "disputes")

    def __add__(self, other: object) -> "Measure":
        """The same measure of both portfolios, which share no account; amounts and numbers only.

        `InvalidInput` unless both are of one formula and one perimeter, and for forecasts and
        provisions. What is `beside` them is not in the sum.
        """
        return arithmetic.total(self, other) if isinstance(other, Measure) else NotImplemented

    def __radd__(self, other: object) -> "Measure":
        """Itself, after the 0 that the built-in `sum` begins with."""
        return self if other == 0 and type(other) is int else NotImplemented

    def __sub__(self, other: object) -> "Measure":
        """How much this measure exceeds another of the same unit and perimeter.

        Undefined when either is; `InvalidInput` when units or perimeters differ.
        """
        if not isinstance(other, Measure):
            return NotImplemented
        return arithmetic.difference(_plain(self), _plain(other))

    def __truediv__(self, other: object) -> "Measure":
        """How many times this measure holds another of the same perimeter.

        Undefined when either is, or when the other is 0; `InvalidInput` when perimeters differ.
        """
        if not isinstance(other, Measure):
            return NotImplemented
        return arithmetic.ratio(_plain(self), _plain(other))

    @property
    def title(self) -> str:
        """The formula's id and the name; an id that is the name is said once."""
        return self.name if self.formula == self.name else f"{self.formula} {self.name}"

    def to_rows(self) -> list[dict[str, object]]:
        """Rows for any table library: one per bucket of an ageing, else the figure in one row."""
        if self.buckets:
            return [
                {
                    "bucket": one.label,
                    "low": one.low,
                    "high": one.high,
                    "amount": one.amount,
                    "count": one.count,
                }
                for one in self.buckets
            ]
        return [
            {
                "formula": self.formula,
                "measure": self.name,
                "value": self.value,
                "unit": self.unit,
                "undefined": self.undefined,
                "lower_bound": self.lower_bound,
                "numerator": self.numerator,
                "denominator": self.denominator,
                "as_of": self.perimeter.as_of,
                "since": self.perimeter.since,
                "currency": self.perimeter.currency,
                "flags": self.flags,
            }
        ]

    def certificate(self) -> list[dict[str, object]]:
        """All that stands behind the figure, line by line; what is empty is left out."""
        asked = self.perimeter
        parts: list[tuple[str, str, object]] = [
            ("result", "value", self._answer()),
            ("result", "undefined", self.undefined),
            ("result", "flags", self.flags or None),
            ("result", "definition", self.definition),
            ("result", "numerator", self.numerator),
            ("result", "denominator", self.denominator),
            ("perimeter", "as of", asked.as_of),
            ("perimeter", "since (excluded)", asked.since),
            ("perimeter", "window, days", asked.window_days),
            ("perimeter", "currency", asked.currency),
            ("perimeter", "tax basis", asked.tax_basis),
            ("perimeter", "disputed", asked.disputed),
            ("perimeter", "credits", asked.credits),
            ("perimeter", "cash application", asked.application),
            ("perimeter", "known on", asked.known_on),
            *(("perimeter", name, word) for name, word in asked.options),
            *(("population", what, count) for what, count in self.population),
            *(("beside", name, _told(figure)) for name, figure in self.beside),
            *(("bucket", f"{one.label} ({one.count})", one.amount) for one in self.buckets),
            *(("month", f"{one.month}: {_shown(one.days)} days", one.sales) for one in self.months),
            *(
                ("roll", f"{one.before} to {one.after}: {_shown(one.share)} percent", one.amount)
                for one in self.rolls
            ),
            *(("excluded", f"{one.reason} ({one.count})", one.amount) for one in self.excluded),
        ]
        for tally in self.reconciliation:
            parts += [(tally.title, label, amount) for label, amount in tally.lines]
            total = "total" if tally.adds_up else "total, which the lines do not make"
            parts.append((tally.title, total, tally.total))
        return [
            {"part": part, "line": line, "figure": figure}
            for part, line, figure in parts
            if figure is not None
        ]

    def _answer(self) -> str:
        if self.value is not None:
            return _figure(self.value, self.unit)
        if self.lower_bound is not None:
            return f"at least {_figure(self.lower_bound, self.unit)}"
        return "undefined"

    def __repr__(self) -> str:
        reason = f" ({self.undefined})" if self.undefined else ""
        flags = "".join(f", {flag}" for flag in self.flags)
        day = self.perimeter.as_of
        return f"<{self.title} on {day}: {self._answer()}{reason}{flags}>"

    def __str__(self) -> str:
        return f"{self.title}\n{text_table(self.certificate())}"

    def _repr_html_(self) -> str:
        tables = [html_table(self.certificate(), caption=self.title)]
        if self.buckets:
            amounts = [(one.label, one.amount) for one in self.buckets]
            tables.insert(0, html_table(self.to_rows(), caption=f"{self.title}, buckets"))
            tables.insert(0, bars(f"{self.title} on {self.perimeter.as_of}", amounts))
        return "\n".join(tables)


def _plain(measure: Measure) -> Measure:
    """The figure and its certificate alone: lines of its own are those of no other figure."""
    return Measure(**{one.name: getattr(measure, one.name) for one in fields(Measure)})


def _figure(value: Money | Decimal, unit: str) -> str:
    if isinstance(value, Money):
        return str(value)
    shown = _shown(value)
    if unit == "index" and value and shown == "0":
        # An index is between 0 and 1: small is not none.
        shown = format(Decimal(format(value, ".1g")), "f")
    return f"{shown} {unit}"


def _told(figure: Money | Decimal | int | None) -> object:
    return _shown(figure) if isinstance(figure, Decimal) else figure


def _shown(value: Decimal) -> str:
    """Rounded to two places: for the eye, never for another computation."""
    text = format(value, ".2f").rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
