"""Statements of interest over 100 000 invoices against a hand-written loop.

Both sides start from the same built accounts and the same dated rates, and give the same lines and
the same sums: they are compared before they are timed. The second ratio is with every line made a
value (dates, amounts, source), which the loop never does.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

from recouvrement import Account, Allocation, CreditNote, Debtor, Invoice, Money, Payment
from recouvrement.facts.fact import Fact
from recouvrement.law import LawPack, joined, pack
from recouvrement.position import interest_statement

AS_OF = date(2026, 10, 15)
INVOICES = 100_000
PER_DEBTOR = 20
FIXED_SUM = 4_000

Line = tuple[str, int, int, int, int]
Answer = tuple[int, int, int, list[Line]]
Series = dict[int, list[tuple[int, int, int, int]]]


def accounts(invoices: int) -> Iterator[Account]:
    """Business debtors of twenty invoices each, two years of them: most paid, many of them late."""
    chance = random.Random(20261015)
    for number in range(invoices // PER_DEBTOR):
        facts: list[Fact] = []
        lateness = chance.choice((-2, 0, 6, 20, 75))
        for place in range(PER_DEBTOR):
            facts += _invoice(f"F-{number}-{place}", lateness, chance)
        yield Account.of(Debtor(f"C-{number}", f"Debtor {number}", kind="business"), *facts)


def _invoice(name: str, lateness: int, chance: random.Random) -> Iterator[Fact]:
    issued = AS_OF - timedelta(chance.randrange(1, 730))
    due = issued + timedelta(chance.choice((30, 30, 45, 60)))
    left = chance.randrange(2_000, 900_000)
    yield Invoice(name, issued, due_on=due, total=Money(left, "EUR"))
    if chance.random() < 0.06:
        given = left // 5
        on = issued + timedelta(chance.randrange(5, 90))
        if on <= AS_OF:
            credit = Money(given, "EUR")
            yield CreditNote(f"A-{name}", on, total=credit, allocations=(Allocation(name, credit),))
            left -= given
    paid = due + timedelta(lateness + chance.randrange(-3, 15))
    parts = [left] if chance.random() < 0.8 else [left // 3, left // 2]
    for number, minor in enumerate(parts):
        on = paid + timedelta(25 * number)
        if on <= AS_OF and chance.random() < 0.9:
            money = Money(minor, "EUR")
            said = (Allocation(name, money),)
            yield Payment(f"P-{name}-{number}", on, amount=money, allocations=said)


def series_of(law: LawPack, books: Iterable[Account]) -> Series:
    """The dated rates of every due date in the books, as the hand-written loop would keep them."""
    found: Series = {}
    for book in books:
        for invoice in book.invoices:
            due = invoice.due_on.toordinal()
            if due not in found and invoice.due_on < AS_OF:
                segments = joined(law.segments(invoice.due_on + timedelta(1), AS_OF))
                found[due] = [
                    (one.since.toordinal(), one.until.toordinal(), *one.rate.as_integer_ratio())
                    for one in segments
                ]
    return found


Came = dict[str, list[tuple[int, int, bool]]]


def grouped(account: Account, as_of: int) -> tuple[list[tuple[int, int, int, str]], Came]:
    """The invoices issued by then, oldest first, and what came for each, in order."""
    received: Came = {}
    invoices: list[tuple[int, int, int, str]] = []
    for fact in account.facts:
        if isinstance(fact, Invoice):
            issued = fact.issued_on.toordinal()
            if issued <= as_of:
                invoices.append((fact.due_on.toordinal(), issued, fact.total.minor, fact.id))
            continue
        cash = isinstance(fact, Payment)
        if isinstance(fact, (Payment, CreditNote)) and fact.happened_on.toordinal() <= as_of:
            for part in fact.allocations:
                entry = (fact.happened_on.toordinal(), part.amount.minor, cash)
                received.setdefault(part.invoice, []).append(entry)
    invoices.sort()
    return invoices, received


def by_hand(account: Account, series: Series, as_of: int) -> Answer:
    """What a good programmer would write for these books: interest first, ACT/365, half up."""
    invoices, received = grouped(account, as_of)
    principal = interest = sums = 0
    lines: list[Line] = []
    for due, _, total, name in invoices:
        left, overdue, since, unpaid = total, total, due + 1, 0
        rates = series.get(due, [])
        for on, amount, cash in received.get(name, ()):
            if on <= due or not cash:
                overdue -= amount
        if overdue <= 0:
            rates = []  # paid in time, or what was late has been credited
        for on, amount, cash in received.get(name, ()):
            ended = bore(name, rates, since, on, left)
            owed = unpaid + sum([line[4] for line in ended])
            to_interest = min(amount, owed) if cash else 0
            if amount > to_interest:
                left -= amount - to_interest
                lines += ended
                unpaid = owed
                since = max(since, on + 1)
            unpaid -= to_interest
        if due < as_of:
            sums += FIXED_SUM if overdue > 0 else 0
            ended = bore(name, rates, since, as_of, left)
            lines += ended
            unpaid += sum([line[4] for line in ended])
        principal += left
        interest += unpaid
    return principal, interest, sums, lines


def bore(
    name: str, rates: Iterable[tuple[int, int, int, int]], since: int, until: int, base: int
) -> list[Line]:
    """The lines of one base between two days."""
    if since > until or not base:
        return []
    found = []
    for first, last, numerator, denominator in rates:
        start, end = max(first, since), min(last, until)
        if start <= end:
            whole = 73_000 * denominator
            owed = 2 * base * numerator * (end - start + 1)
            found.append((name, start, end, base, (owed + whole // 2) // whole))
    return found


def ours(account: Account, law: LawPack) -> Answer:
    """The same sums from the library, its lines in plain integers."""
    statement = interest_statement(account, as_of=AS_OF, law=law)
    return (
        statement.principal.minor,
        statement.interest.minor,
        statement.fixed_sums.minor,
        [
            (
                one.invoice,
                one.since.toordinal(),
                one.until.toordinal(),
                one.base.minor,
                one.amount.minor,
            )
            for one in statement.lines
        ],
    )


def ratios(timed: Callable[[Callable[[], object]], float]) -> dict[str, float]:
    """How many times longer than the loop statements take: the sums, and every line as a value."""
    law = pack("FR")
    books = list(accounts(INVOICES))
    series = series_of(law, books)
    as_of = AS_OF.toordinal()
    for account in books:
        if ours(account, law) != by_hand(account, series, as_of):
            raise SystemExit(f"statements of {account.debtor.id} differ")

    def by_hand_all() -> None:
        for account in books:
            by_hand(account, series, as_of)

    def ours_all() -> None:
        for account in books:
            statement = interest_statement(account, as_of=AS_OF, law=law)
            _ = statement.principal, statement.interest, statement.fixed_sums

    def values_all() -> None:
        for account in books:
            _ = interest_statement(account, as_of=AS_OF, law=law).lines

    hand = timed(by_hand_all)
    return {
        "statement_vs_hand": timed(ours_all) / hand,
        "statement_lines_vs_hand": timed(values_all) / hand,
    }
