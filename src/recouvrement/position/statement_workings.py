"""What a statement of interest is made of, before it is a value: plain integers."""

from recouvrement.dates import BusinessCalendar
from recouvrement.law import Caveat, FixedSum, Row
from recouvrement.position.application import Ledger
from recouvrement.position.appropriation import Claim


class Workings:
    """What a statement was computed from, in plain integers: amounts and lines are made of it.

    `sums` are the fixed sums by place of the item that was late first, `left_out` the places of
    those in another currency, `not_held` of those that the pack knows nothing of; `bad_debts` are
    the sources that are bad debts written off, `unapplied` is what was received and found nothing
    to pay. `rests` is said with any interest, `paid_first` where a payment paid some; `shift` is
    the row that moves a due date which is no working day of the `calendar`.
    """

    __slots__ = (
        "bad_debts",
        "calendar",
        "claims",
        "ledger",
        "left_out",
        "not_held",
        "paid_first",
        "rests",
        "shift",
        "sums",
        "unapplied",
    )

    def __init__(
        self,
        *,
        ledger: Ledger,
        claims: dict[int, Claim],
        sums: dict[int, FixedSum],
        left_out: list[int],
        not_held: list[int],
        bad_debts: set[int],
        rests: tuple[Caveat, ...],
        paid_first: tuple[Caveat, ...],
        shift: Row | None,
        calendar: BusinessCalendar,
        unapplied: int,
    ) -> None:
        self.ledger = ledger
        self.claims = claims
        self.sums = sums
        self.left_out = left_out
        self.not_held = not_held
        self.rests = rests
        self.paid_first = paid_first
        self.shift = shift
        self.calendar = calendar
        self.bad_debts = bad_debts
        self.unapplied = unapplied
