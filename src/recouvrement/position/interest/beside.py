"""What lies beside a statement of interest: what is held, and what is in another currency."""

from __future__ import annotations

from collections.abc import Iterator

from recouvrement.facts.account import Account
from recouvrement.facts.words import PaymentPurpose
from recouvrement.law import Caveat
from recouvrement.money import Money
from recouvrement.position.interest.caveats import StatementCaveat
from recouvrement.position.interest.workings import Workings


def beside(work: Workings, account: Account) -> tuple[Caveat, ...]:
    """What the account has that no figure of the statement says, with its amounts."""
    return (*_held_apart(work, account), *_other_currencies(work))


def held_apart(work: Workings) -> dict[str, int]:
    """What is left of each deposit and security in the currency of the statement, by its id."""
    ledger = work.ledger
    return {
        one.id: left
        for at, one in enumerate(ledger.book.sources)
        if one.cash and not one.netted and one.on <= ledger.day and one.currency == work.currency
        if (left := ledger.free(at))
    }


def _held_apart(work: Workings, account: Account) -> Iterator[Caveat]:
    held = held_apart(work)
    for one in account.payments:
        if one.purpose is not PaymentPurpose.SETTLEMENT and one.id in held:
            amount = Money(held[one.id], work.currency)
            values = (("payment", one.id), ("purpose", one.purpose.value), ("amount", amount))
            yield Caveat(StatementCaveat.HELD_APART, "", values)


def _other_currencies(work: Workings) -> Iterator[Caveat]:
    """What is open, and what came and settles nothing, in each other currency there is."""
    ledger, opens = work.ledger, dict[str, int]()
    for item in ledger.book.items:
        if item.issued <= ledger.day:
            opens[item.currency] = opens.get(item.currency, 0) + ledger.open[item.place]
    spare = ledger.unapplied()
    for currency in sorted((opens.keys() | spare.keys()) - {work.currency}):
        values = (
            ("currency", currency),
            ("open", Money(opens.get(currency, 0), currency)),
            ("unapplied", Money(spare.get(currency, 0), currency)),
        )
        yield Caveat(StatementCaveat.OTHER_CURRENCIES, "", values)
