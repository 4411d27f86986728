"""A whole account, drawn so that its facts meet: same days, same amounts, same items."""

from collections.abc import Callable
from typing import NamedTuple

from recouvrement.facts.account import Account
from recouvrement.facts.commitment import Bill, PaymentPlan, Promise
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.fact import Fact
from recouvrement.facts.interaction import Interaction, InteractionResult
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
from recouvrement.testing.history import History, Wishes
from recouvrement.testing.settlements_drawn import (
    draw_cash_application,
    draw_credit_note,
    draw_invoice,
    draw_payment,
    draw_reversal,
    draw_write_off,
)


class Section(NamedTuple):
    """One sort of fact: how it is drawn, the letter its ids begin with, how many at most."""

    kind: type[Fact]
    maker: Callable[[History, str], Fact | None]
    letter: str
    most: int
    often: bool = False
    alone: bool = True  # whether it can be said of a debtor without invoices


# In the order in which they are drawn: what may be named comes before what names it.
SECTIONS = (
    Section(Promise, draw_promise, "W", 3, often=True),
    Section(Dispute, draw_dispute, "D", 2, often=True, alone=False),
    Section(PaymentPlan, draw_payment_plan, "L", 2, alone=False),
    Section(Payment, draw_payment, "P", 4, often=True),
    Section(Payment, draw_payment, "Q", 3),
    Section(CreditNote, draw_credit_note, "A", 3),
    Section(CashApplication, draw_cash_application, "R", 3),
    Section(Reversal, draw_reversal, "X", 2),
    Section(WriteOff, draw_write_off, "G", 2, alone=False),
    Section(DunningBlock, draw_dunning_block, "K", 2),
    Section(Bill, draw_bill, "B", 2, alone=False),
    Section(Placement, draw_placement, "T", 1, alone=False),
    Section(Assignment, draw_assignment, "S", 1, alone=False),
    Section(Insolvency, draw_insolvency, "J", 2),
    Section(Interaction, draw_interaction, "I", 4, often=True),
    Section(InteractionResult, draw_interaction_result, "IR", 3),
    Section(FormalNotice, draw_formal_notice, "N", 2, alone=False),
    Section(LegalStep, draw_legal_step, "E", 1, alone=False),
    Section(Document, draw_document, "O", 1),
    Section(Signal, draw_signal, "V", 1),
    Section(Doubtful, draw_doubtful, "U", 2, alone=False),
    Section(CreditRating, draw_credit_rating, "Y", 2),
)
_OFTEN = tuple(place for place, section in enumerate(SECTIONS) if section.often)
# Facts that few stories tell by themselves (a legal step, a document) are drawn half as much.
_SELDOM = frozenset({LegalStep, Document, Signal, FormalNotice, Doubtful, CreditRating})
_REST = tuple(
    place
    for place, section in enumerate(SECTIONS)
    for _ in range(1 if section.kind in _SELDOM else 2)
    if not section.often
)


def draw_account(choices: Choices, wishes: Wishes, debtor: str) -> Account:
    """A valid account: some have few sorts of facts, some have most of them."""
    history = History(choices, wishes)
    # Ids that go up with the order of drawing, or down: nothing may rest on either.
    first, step = choices.one_of(((1, 1), (99, -1)))
    facts: list[Fact] = [
        draw_invoice(history, f"F-{first + step * place}")
        for place in range(choices.number(0, wishes.max_invoices))
    ]
    chosen = {*_OFTEN, *(choices.one_of(_REST) for _ in range(choices.number(0, 7)))}
    for place in sorted(chosen):
        section = SECTIONS[place]
        if section.kind not in wishes.without and (section.alone or history.invoices):
            for number in range(choices.number(int(not section.often), section.most)):
                fact = section.maker(history, f"{section.letter}-{first + step * number}")
                if fact is not None:
                    facts.append(fact)
    return Account.of(
        draw_debtor(history, debtor), *facts, creditor=choices.maybe("our-company", 8)
    )
