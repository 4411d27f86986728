"""What a statement of interest is made of, before it is a value: plain integers."""

from recouvrement.law import FixedSum
from recouvrement.position.application import Ledger
from recouvrement.position.appropriation import Claim


class Workings:
    """What a statement was computed from, in plain integers: amounts and lines are made of it.

    `sums` are the fixed sums by place of the item that was late first, `left_out` the places of
    those in another currency, `bad_debts` the sources that are bad debts written off; `unapplied`
    is what was received and found nothing to pay.
    """

    __slots__ = ("bad_debts", "claims", "ledger", "left_out", "sums", "unapplied")

    def __init__(
        self,
        *,
        ledger: Ledger,
        claims: dict[int, Claim],
        sums: dict[int, FixedSum],
        left_out: list[int],
        bad_debts: set[int],
        unapplied: int,
    ) -> None:
        self.ledger = ledger
        self.claims = claims
        self.sums = sums
        self.left_out = left_out
        self.bad_debts = bad_debts
        self.unapplied = unapplied
