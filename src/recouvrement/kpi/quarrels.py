"""What debtors contest: how much of what is sold, for how long, and what is contested today."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from recouvrement.errors import InvalidInput
from recouvrement.facts.account import Account
from recouvrement.facts.invoice import InvoiceId
from recouvrement.facts.words import CauseCode
from recouvrement.kpi.closing import closing_of
from recouvrement.kpi.gathering import Finish, Part, Reading, View, measured
from recouvrement.kpi.measure import Exclusion, Measure, answered, raised
from recouvrement.kpi.payments import payments_of
from recouvrement.kpi.perimeter import USUAL, Perimeter, one_of, perimeter_of
from recouvrement.kpi.sales import sales_of
from recouvrement.kpi.undertakings import Weight
from recouvrement.money import Money
from recouvrement.position.contests import awaits_credit, contested_on, still_contested_on
from recouvrement.position.conventions import Conventions
from recouvrement.position.ratios import in_decimal


class Quarrels(Part):
    """The disputes on items of one currency by a day.

    `sold` is, by day of issue, how many sales were contested at least once and how much of them;
    `ended` by (day of the end, cause) how many and how many days they took; `lasting` by cause how
    many are open and their days so far. `held` is what open disputes hold of what is open,
    `awaited` what resolved ones hold until the credit owed has come.
    """

    rows_only = False

    __slots__ = (
        "awaited",
        "awaiting",
        "currency",
        "elsewhere",
        "ended",
        "held",
        "lasting",
        "no_sale",
        "on",
        "sold",
    )

    def __init__(self, currency: str, on: date) -> None:
        self.currency = currency
        self.on = on
        self.sold: dict[int, list[int]] = {}
        self.no_sale = [0, 0]
        self.ended: dict[tuple[int, CauseCode], list[int]] = {}
        self.lasting: dict[CauseCode, list[int]] = {}
        self.held = self.awaited = self.awaiting = 0
        # By cause and currency, the disputes on items of other currencies.
        self.elsewhere: dict[tuple[CauseCode, str], list[int]] = {}

    def close(self, view: View) -> None:
        """Count the disputes of one account."""
        book, day = view.book, view.day
        if not book.contests:
            return
        contested: dict[InvoiceId, int] = {}
        for one in book.contests:
            items = [book.items[place] for place in one.places]
            if one.opened > day or not items or items[0].issued > day:
                continue
            invoice, cause = items[0].invoice, one.fact.cause
            total = sum(item.total for item in items)
            slice_ = total if one.amount is None else min(one.amount, total)
            if items[0].currency != self.currency:
                elsewhere = self.elsewhere.setdefault((cause, items[0].currency), [0, 0])
                _count(elsewhere, slice_)
                continue
            contested[invoice.id] = contested.get(invoice.id, 0) + slice_
            if one.resolved <= day:
                ended = self.ended.setdefault((one.resolved, cause), [0, 0])
                _count(ended, one.resolved - one.opened)
                self.awaiting += awaits_credit(one, day)
            else:
                _count(self.lasting.setdefault(cause, [0, 0]), day - one.opened)
        invoices = {item.invoice.id: item for item in book.items}
        for name, amount in contested.items():
            invoice, issued = invoices[name].invoice, invoices[name].issued
            taken = min(amount, invoice.total.minor)
            if invoice.is_sale:
                _count(self.sold.setdefault(issued, [0, 0]), taken)
            else:
                _count(self.no_sale, taken)
        held = self._held(view, contested_on(book, day, view.ledger.open))
        still = self._held(view, still_contested_on(book, day, view.ledger.open))
        self.held += still
        self.awaited += held - still

    def _held(self, view: View, held: Mapping[int, int]) -> int:
        items = view.book.items
        return sum(
            amount for place, amount in held.items() if items[place].currency == self.currency
        )

    def excluded(self, cause: CauseCode | None = None) -> tuple[Exclusion, ...]:
        """The disputes in other currencies, of every cause or of one."""
        merged: dict[str, list[int]] = {}
        for (word, currency), (number, minor) in self.elsewhere.items():
            if cause is None or word is cause:
                cell = merged.setdefault(currency, [0, 0])
                cell[0] += number
                cell[1] += minor
        return tuple(
            Exclusion("disputed in another currency", number, Money(minor, currency))
            for currency, (number, minor) in sorted(merged.items())
        )

    def ended_after(self, since: date | None) -> dict[CauseCode, list[int]]:
        """By cause, how many ended after `since` and the days they took."""
        first = 0 if since is None else since.toordinal()
        ended: dict[CauseCode, list[int]] = {}
        for (on, cause), (number, days) in self.ended.items():
            if on > first:
                cell = ended.setdefault(cause, [0, 0])
                cell[0] += number
                cell[1] += days
        return ended


def _count(tally: list[int], amount: int) -> None:
    tally[0] += 1
    tally[1] += amount


def quarrels_of(reading: Reading, perimeter: Perimeter) -> Quarrels:
    """The disputes by the day of the perimeter."""
    return reading.part(Quarrels, perimeter.currency, perimeter.as_of, on=[perimeter.as_of])


def dispute_rate(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    weight: Weight = "count",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The share, in percent, of what was sold that was disputed at least once (K15).

    Of the sales issued after `since` (ever, without it) through `as_of`: those disputed by then, by
    "count" of invoices or by "amount", where a dispute of a part counts for that part and an
    invoice never for more than its total. Undefined when nothing was sold.

    >>> from recouvrement import Debtor, Dispute, Invoice, Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(300, "EUR")),
    ...     Invoice("F-2", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(100, "EUR")),
    ...     Dispute("D-1", date(2026, 9, 9), invoice="F-1", amount=Money.of(40, "EUR")),
    ... )
    >>> dispute_rate([account], as_of=date(2026, 10, 31))
    <K15 dispute rate on 2026-10-31: 50 percent>
    >>> dispute_rate([account], as_of=date(2026, 10, 31), weight="amount")
    <K15 dispute rate on 2026-10-31: 10 percent>
    """
    word = one_of("weight", ("count", "amount"), weight)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        tax_basis="gross",
        balances=False,
        conventions=conventions,
        known_on=known_on,
        options=(("weight", word),),
    )

    def collect(reading: Reading) -> Finish:
        closing = closing_of(reading, perimeter, as_of)
        quarrels, sales = quarrels_of(reading, perimeter), sales_of(reading, perimeter, as_of)

        def finish() -> Measure:
            sold = sales.after(since)
            first = 0 if since is None else since.toordinal()
            cells = [cell for issued, cell in quarrels.sold.items() if issued > first]
            number, minor = (sum(cell[at] for cell in cells) for at in (0, 1))
            part, base = (number, sold.invoices) if word == "count" else (minor, sold.gross)
            exact = Fraction(100 * part, base) if base else None
            terms = [
                in_decimal(Fraction(term)) if word == "count" else closing.money(term)
                for term in (part, base)
            ]
            many, amount = quarrels.no_sale
            no_sale = Exclusion("disputed, no sale", many, closing.money(amount))
            return Measure(
                formula="K15",
                name="dispute rate",
                definition="disputed at least once / sold * 100",
                unit="percent",
                perimeter=perimeter,
                **answered(exact, f"nothing was sold through {as_of}"),
                numerator=terms[0],
                denominator=terms[1],
                population=(
                    ("accounts", reading.accounts),
                    ("sales invoices", sold.invoices),
                    ("disputed sales invoices", number),
                ),
                excluded=(
                    *((no_sale,) if no_sale.count else ()),
                    *sold.excluded(),
                    *quarrels.excluded(),
                ),
                reconciliation=(closing.ledger(), sold.tally(gross=True)),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def dispute_resolution_time(
    accounts: Iterable[Account],
    *,
    as_of: date,
    since: date | None = None,
    currency: str = "EUR",
    cause: CauseCode | str | None = None,
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """The mean days from the opening of a dispute to its resolution (K15).

    Of the disputes resolved after `since` (ever, without it) through `as_of`, of every cause or of
    one. `beside` has the mean by cause, and how many disputes are open and their mean age: a
    dispute that lasts is missing from the mean, and would raise it, so read both. Undefined when
    none was resolved.

    >>> from recouvrement import Debtor, Dispute, Invoice, Money
    >>> end, price = date(2026, 9, 29), "wrong_price"
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(300, "EUR")),
    ...     Dispute("D-1", date(2026, 9, 9), invoice="F-1", resolved_on=end, cause=price),
    ...     Dispute("D-2", date(2026, 10, 1), invoice="F-1"),
    ... )
    >>> measure = dispute_resolution_time([account], as_of=date(2026, 10, 31))
    >>> measure
    <K15 time to resolve a dispute on 2026-10-31: 20 days, open ones missing>
    >>> dict(measure.beside)["mean age of open disputes, days"]
    Decimal('30')
    >>> dict(measure.beside)["wrong_price (1), mean days"]
    Decimal('20')
    """
    one_cause = _cause(cause)
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        since=since,
        balances=False,
        conventions=conventions,
        known_on=known_on,
        options=() if one_cause is None else (("cause", str(one_cause)),),
    )

    def collect(reading: Reading) -> Finish:
        closing, quarrels = closing_of(reading, perimeter, as_of), quarrels_of(reading, perimeter)

        def finish() -> Measure:
            ended = _of(quarrels.ended_after(since), one_cause)
            number, days = (sum(cell[at] for cell in ended.values()) for at in (0, 1))
            lasting = _of(quarrels.lasting, one_cause)
            open_, age = (sum(cell[at] for cell in lasting.values()) for at in (0, 1))
            return Measure(
                formula="K15",
                name="time to resolve a dispute",
                definition="mean of the days from opening to resolution",
                unit="days",
                perimeter=perimeter,
                **answered(_mean(days, number), f"no dispute was resolved through {as_of}"),
                numerator=in_decimal(Fraction(days)),
                denominator=in_decimal(Fraction(number)),
                population=(
                    ("accounts", reading.accounts),
                    ("disputes resolved", number),
                    ("disputes open", open_),
                ),
                excluded=quarrels.excluded(one_cause),
                reconciliation=(closing.ledger(),),
                beside=(
                    ("open disputes", open_),
                    ("mean age of open disputes, days", _shown_mean(age, open_)),
                    *(
                        (f"{word} ({many}), mean days", _shown_mean(took, many))
                        for word, (many, took) in sorted(ended.items())
                    ),
                ),
                flags=raised({"open ones missing": open_ > 0}),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def open_disputes(
    accounts: Iterable[Account],
    *,
    as_of: date,
    currency: str = "EUR",
    conventions: Conventions = USUAL,
    known_on: date | None = None,
) -> Measure:
    """How many disputes are open, and beside it the average settlement delay.

    The two figures that sales and service share. A dispute is open until it is resolved; the
    numerator is what these hold of what is open. `beside` has their mean age, how many others were
    found for the debtor and wait for their credit, what those hold, and the mean days from invoice
    to payment in full, ever.

    >>> from recouvrement import Debtor, Dispute, Invoice, Money
    >>> account = Account.of(
    ...     Debtor("C-17", "Atelier Vasseur"),
    ...     Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, 1), total=Money.of(300, "EUR")),
    ...     Dispute("D-1", date(2026, 9, 9), invoice="F-1", amount=Money.of(40, "EUR")),
    ... )
    >>> measure = open_disputes([account], as_of=date(2026, 10, 31))
    >>> measure, measure.numerator
    (<open disputes on 2026-10-31: 1 disputes>, Money.of("40.00", "EUR"))
    """
    perimeter = perimeter_of(
        as_of=as_of,
        currency=currency,
        balances=False,
        conventions=conventions,
        known_on=known_on,
    )

    def collect(reading: Reading) -> Finish:
        closing, quarrels = closing_of(reading, perimeter, as_of), quarrels_of(reading, perimeter)
        payments = payments_of(reading, perimeter)

        def finish() -> Measure:
            number, age = (sum(cell[at] for cell in quarrels.lasting.values()) for at in (0, 1))
            paid = payments.settled
            return Measure(
                formula="open disputes",
                name="open disputes",
                definition="number of disputes opened and not resolved",
                unit="disputes",
                perimeter=perimeter,
                **answered(Fraction(number), ""),
                numerator=closing.money(quarrels.held),
                population=(("accounts", reading.accounts), *closing.population()),
                excluded=quarrels.excluded(),
                reconciliation=(closing.ledger(),),
                beside=(
                    ("mean age of open disputes, days", _shown_mean(age, number)),
                    ("resolved, credit awaited", quarrels.awaiting),
                    ("held until that credit", closing.money(quarrels.awaited)),
                    ("mean days to pay", _shown_mean(paid.plain_waited, paid.number)),
                ),
            )

        return finish

    return measured(accounts, perimeter, conventions, collect)


def _cause(cause: CauseCode | str | None) -> CauseCode | None:
    if cause is None:
        return None
    try:
        return CauseCode(cause)
    except ValueError:
        raise InvalidInput("cause", "one of " + ", ".join(CauseCode), repr(cause)) from None


def _of(
    tallies: Mapping[CauseCode, list[int]], cause: CauseCode | None
) -> dict[CauseCode, list[int]]:
    return {word: cell for word, cell in tallies.items() if cause is None or word is cause}


def _mean(total: int, number: int) -> Fraction | None:
    return Fraction(total, number) if number else None


def _shown_mean(total: int, number: int) -> Decimal | None:
    mean = _mean(total, number)
    return None if mean is None else in_decimal(mean)
