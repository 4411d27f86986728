"""One strategy per fact: what a single fact can be, among the invoices that it may name."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypedDict, TypeVar, Unpack

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from recouvrement.facts.commitment import Bill, PaymentPlan, Promise
from recouvrement.facts.debtor import Debtor
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.interaction import Interaction, InteractionResult
from recouvrement.facts.invoice import Invoice
from recouvrement.facts.legal import (
    Assignment,
    Document,
    FormalNotice,
    Insolvency,
    LegalStep,
    Placement,
)
from recouvrement.facts.risk import CreditRating, Doubtful
from recouvrement.facts.settlement import (
    CashApplication,
    CreditNote,
    Payment,
    Reversal,
    WriteOff,
)
from recouvrement.facts.signal import Signal
from recouvrement.facts.words import Channel, DebtorKind
from recouvrement.money import Money
from recouvrement.testing.choices import Choices
from recouvrement.testing.commitments_drawn import (
    draw_bill,
    draw_dispute,
    draw_dunning_block,
    draw_payment_plan,
    draw_promise,
)
from recouvrement.testing.events_drawn import (
    draw_assignment,
    draw_credit_rating,
    draw_debtor,
    draw_document,
    draw_doubtful,
    draw_formal_notice,
    draw_insolvency,
    draw_interaction,
    draw_interaction_result,
    draw_legal_step,
    draw_placement,
    draw_signal,
)
from recouvrement.testing.history import START, History, Source, Wishes
from recouvrement.testing.settlements_drawn import (
    draw_cash_application,
    draw_credit_note,
    draw_invoice,
    draw_payment,
    draw_reversal,
    draw_write_off,
)

Drawn = TypeVar("Drawn")

ONE_INVOICE = Invoice("F-1", START, due_on=START + timedelta(30), total=Money.of(1000, "EUR"))
ONE_PAYMENT = Payment("P-1", START, amount=Money.of(1000, "EUR"))
ONE_CONTACT = Interaction("I-1", START, channel=Channel.EMAIL)


class Around(TypedDict, total=False):
    """What every fact takes: the days between which it happens, and amounts to stay close to."""

    min_date: date
    max_date: date
    around: Iterable[int | Money]


@st.composite
def _composed(draw: DrawFn, make: Callable[[Choices], Drawn]) -> Drawn:
    return make(Choices(draw))


def drawn(make: Callable[[Choices], Drawn]) -> SearchStrategy[Drawn]:
    """The strategy of what a function makes out of choices."""
    return _composed(make)


def _wishes(
    currencies: Sequence[str], ages: Iterable[int] = (), around: Around | None = None
) -> Wishes:
    around = around or {}
    first = around.get("min_date", START)
    return Wishes(
        currencies=tuple(currencies),
        start=first,
        days=(around.get("max_date", first + timedelta(120)) - first).days,
        around=tuple(around.get("around", ())),
        ages=tuple(ages),
    )


def _one(
    maker: Callable[[History, str], Drawn | None],
    named: str,
    invoices: Sequence[Invoice],
    *known: Payment | CreditNote | Interaction | Dispute,
    **around: Unpack[Around],
) -> SearchStrategy[Drawn]:
    currencies = sorted({one.total.currency for one in invoices}) or ["EUR"]
    wishes = _wishes(currencies, around=around)

    def make(choices: Choices) -> Drawn:
        history = History(choices, wishes, invoices)
        history.sources += [Source(one) for one in known if isinstance(one, Payment | CreditNote)]
        history.interactions += [one for one in known if isinstance(one, Interaction)]
        history.disputes += [one for one in known if isinstance(one, Dispute)]
        fact = maker(history, named)
        return reject() if fact is None else fact

    return drawn(make)


def debtors(
    *, named: str = "C-1", kinds: Iterable[DebtorKind | str] = tuple(DebtorKind)
) -> SearchStrategy[Debtor]:
    """Debtors of these kinds, with or without particulars, people and refused channels."""
    wishes = Wishes(kinds=tuple(map(DebtorKind, kinds)))
    return drawn(lambda choices: draw_debtor(History(choices, wishes), named))


def invoices(
    *,
    named: str = "F-1",
    currencies: Sequence[str] = ("EUR",),
    ages: Iterable[int] = (),
    **around: Unpack[Around],
) -> SearchStrategy[Invoice]:
    """Invoices: due later, at once or before issue, whole or in parts, of any kind.

    `ages` are days past due on `max_date`, drawn one day to either side.
    """
    wishes = _wishes(currencies, ages, around)
    return drawn(lambda choices: draw_invoice(History(choices, wishes), named))


def payments(
    *,
    named: str = "P-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Payment]:
    """Payments, directed or not, a deposit now and then."""
    return _one(draw_payment, named, invoices, **around)


def credit_notes(
    *,
    named: str = "A-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    disputes: Sequence[Dispute] = (),
    **around: Unpack[Around],
) -> SearchStrategy[CreditNote]:
    """Credit notes: free, allocated, or linked to one of the disputes."""
    return _one(draw_credit_note, named, invoices, *disputes, **around)


def cash_applications(
    *,
    named: str = "R-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    sources: Sequence[Payment | CreditNote] = (ONE_PAYMENT,),
    **around: Unpack[Around],
) -> SearchStrategy[CashApplication]:
    """Later advices, within what one of the sources has left to direct."""
    return _one(draw_cash_application, named, invoices, *sources, **around)


def reversals(
    *,
    named: str = "X-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    payments: Sequence[Payment] = (ONE_PAYMENT,),
    **around: Unpack[Around],
) -> SearchStrategy[Reversal]:
    """Reversals of one of the payments, whole or in part."""
    return _one(draw_reversal, named, invoices, *payments, **around)


def write_offs(
    *,
    named: str = "G-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[WriteOff]:
    """Amounts given up on one of the invoices, now and then more than it ever was."""
    return _one(draw_write_off, named, invoices, **around)


def promises(
    *,
    named: str = "W-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Promise]:
    """Promises on named invoices or on what is due, with dates around a month ahead."""
    return _one(draw_promise, named, invoices, **around)


def payment_plans(
    *,
    named: str = "L-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[PaymentPlan]:
    """Plans of one to three instalments over one or two invoices."""
    return _one(draw_payment_plan, named, invoices, **around)


def bills(
    *,
    named: str = "B-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Bill]:
    """Bills of exchange, for what an invoice is worth or for another amount."""
    return _one(draw_bill, named, invoices, **around)


def disputes(
    *,
    named: str = "D-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Dispute]:
    """Disputes, whole or partial, open or resolved with every outcome."""
    return _one(draw_dispute, named, invoices, **around)


def dunning_blocks(
    *,
    named: str = "K-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[DunningBlock]:
    """Blocks on an invoice or on the account, with an end or a day of review."""
    return _one(draw_dunning_block, named, invoices, **around)


def interactions(
    *,
    named: str = "I-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Interaction]:
    """Contacts in both directions, with steps, lists, or neither."""
    return _one(draw_interaction, named, invoices, **around)


def interaction_results(
    *,
    named: str = "IR-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    interactions: Sequence[Interaction] = (ONE_CONTACT,),
    **around: Unpack[Around],
) -> SearchStrategy[InteractionResult]:
    """What became of one of the interactions."""
    return _one(draw_interaction_result, named, invoices, *interactions, **around)


def formal_notices(
    *,
    named: str = "N-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[FormalNotice]:
    """Formal notices with days to respond."""
    return _one(draw_formal_notice, named, invoices, **around)


def legal_steps(
    *,
    named: str = "E-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[LegalStep]:
    """Events with legal effects, lasting or ended."""
    return _one(draw_legal_step, named, invoices, **around)


def insolvencies(
    *,
    named: str = "J-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Insolvency]:
    """Proceedings of every kind, open or ended."""
    return _one(draw_insolvency, named, invoices, **around)


def placements(
    *,
    named: str = "T-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Placement]:
    """Invoices handed over, for good or for a time."""
    return _one(draw_placement, named, invoices, **around)


def assignments(
    *,
    named: str = "S-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Assignment]:
    """Invoices assigned, confidentially or with notice."""
    return _one(draw_assignment, named, invoices, **around)


def documents(
    *,
    named: str = "O-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Document]:
    """Pieces of the file."""
    return _one(draw_document, named, invoices, **around)


def doubts(
    *,
    named: str = "U-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Doubtful]:
    """Invoices held to be doubtful, in part, wholly, or no longer."""
    return _one(draw_doubtful, named, invoices, **around)


def credit_ratings(
    *,
    named: str = "Y-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[CreditRating]:
    """Scores given to the debtor by one of two sources."""
    return _one(draw_credit_rating, named, invoices, **around)


def signals(
    *,
    named: str = "V-1",
    invoices: Sequence[Invoice] = (ONE_INVOICE,),
    **around: Unpack[Around],
) -> SearchStrategy[Signal]:
    """Causes heard."""
    return _one(draw_signal, named, invoices, **around)
