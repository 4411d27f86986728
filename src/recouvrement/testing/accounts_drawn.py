"""A whole account, drawn so that its facts meet: the same days, the same amounts, the same items."""

from collections.abc import Callable

from recouvrement.facts.account import Account
from recouvrement.facts.commitment import Bill, PaymentPlan, Promise
from recouvrement.facts.dispute import Dispute, DunningBlock
from recouvrement.facts.fact import Fact
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
    draw_debtor,
    draw_document,
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

Maker = Callable[[History, str], Fact | None]

# In the order in which they are drawn: what may be named comes before what names it. The letter
# starts the ids, the number is how many at most.
OFTEN: tuple[tuple[type[Fact], Maker, str, int], ...] = (
    (Promise, draw_promise, "W", 3),
    (Dispute, draw_dispute, "D", 2),
    (Payment, draw_payment, "P", 4),
    (Interaction, draw_interaction, "I", 4),
)
SOMETIMES: tuple[tuple[type[Fact], Maker, str, int], ...] = (
    (PaymentPlan, draw_payment_plan, "L", 2),
    (CreditNote, draw_credit_note, "A", 2),
    (Payment, draw_payment, "Q", 3),
    (CashApplication, draw_cash_application, "R", 2),
    (Reversal, draw_reversal, "X", 2),
    (WriteOff, draw_write_off, "G", 2),
    (DunningBlock, draw_dunning_block, "K", 2),
    (Bill, draw_bill, "B", 2),
    (Placement, draw_placement, "T", 1),
    (Assignment, draw_assignment, "S", 1),
    (Insolvency, draw_insolvency, "J", 2),
    (InteractionResult, draw_interaction_result, "IR", 3),
    (FormalNotice, draw_formal_notice, "N", 1),
    (LegalStep, draw_legal_step, "E", 1),
    (Document, draw_document, "O", 1),
    (Signal, draw_signal, "V", 1),
)
# What can be said about a debtor who has no invoice.
WITHOUT_INVOICE = frozenset(
    {
        CreditNote,
        Payment,
        Reversal,
        DunningBlock,
        Interaction,
        InteractionResult,
        Insolvency,
        Promise,
        Document,
        Signal,
    }
)


def draw_account(choices: Choices, wishes: Wishes, debtor: str) -> Account:
    """A valid account; about one in four has invoices, payments and contacts only."""
    history = History(choices, wishes)
    # Ids that go up with the order of drawing, or down: order must never come from them alone.
    first, step = choices.one_of(((1, 1), (99, -1)))
    facts: list[Fact] = [
        draw_invoice(history, f"F-{first + step * place}")
        for place in range(choices.number(0, wishes.max_invoices))
    ]
    plain = choices.rarely(4)
    chosen = 0 if plain else choices.number(0, 2 ** len(SOMETIMES) - 1)
    if choices.rarely(2):  # most accounts have a few sorts of facts, some have most of them
        chosen &= choices.number(0, 2 ** len(SOMETIMES) - 1)
    asked = [line for place, line in enumerate(SOMETIMES) if chosen >> place & 1]
    sections = [line for line in (*OFTEN, *asked) if line[0] not in wishes.without]
    sections.sort(key=lambda line: _ORDER.index(line[2]))
    for kind, maker, letter, most in sections:
        if facts_allow(kind, history):
            for place in range(choices.number(0, most)):
                fact = maker(history, f"{letter}-{first + step * place}")
                if fact is not None:
                    facts.append(fact)
    return Account.of(
        draw_debtor(history, debtor), *facts, creditor=choices.maybe("our-company", 8)
    )
