"""What a statement of interest is made of, before it is a value: plain integers."""

from recouvrement.dates import BusinessCalendar
from recouvrement.law import Caveat, FixedSum, Row
from recouvrement.position.application import Ledger
from recouvrement.position.interest.appropriation import Claim
from recouvrement.position.interest.conceded import Conceded


class Workings:
    """What a statement was computed from, in plain integers: amounts and lines are made of it.

    `conceded` is what bears nothing from the due date on. `sums` are the fixed sums by place of the
    item that was late first, `left_out` says why the others were not computed; `bad_debts` are the
    sources that are bad debts written off, `unapplied` is what came, and what was given back, and
    found nothing to pay. `rests` is said with any interest, `paid_first` where a payment paid some;
    `shift` is the row that moves a due date which is no working day of the `calendar`.
    """

    __slots__ = (
        "bad_debts",
        "calendar",
        "claims",
        "conceded",
        "currency",
        "ledger",
        "left_out",
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
        currency: str,
        claims: dict[int, Claim],
        conceded: Conceded,
        sums: dict[int, FixedSum],
        left_out: dict[int, Caveat],
        bad_debts: set[int],
        rests: tuple[Caveat, ...],
        paid_first: tuple[Caveat, ...],
        shift: Row | None,
        calendar: BusinessCalendar | None,
        unapplied: tuple[int, int],
    ) -> None:
        self.ledger = ledger
        self.currency = currency
        self.claims = claims
        self.conceded = conceded
        self.sums = sums
        self.left_out = left_out
        self.bad_debts = bad_debts
        self.rests = rests
        self.paid_first = paid_first
        self.shift = shift
        self.calendar = calendar
        self.unapplied = unapplied
