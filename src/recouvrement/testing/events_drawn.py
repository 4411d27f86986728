"""Debtors, contacts, notices, proceedings and other events, drawn one at a time."""

from itertools import product

from recouvrement.facts.debtor import Debtor, Person
from recouvrement.facts.interaction import Interaction, InteractionResult, Step
from recouvrement.facts.legal import (
    Assignment,
    Document,
    FormalNotice,
    Insolvency,
    LegalStep,
    Placement,
)
from recouvrement.facts.risk import CreditRating, Doubtful
from recouvrement.facts.signal import Signal
from recouvrement.facts.words import (
    ActionKind,
    Assignee,
    CauseCode,
    Channel,
    ContactResult,
    Direction,
    DocumentKind,
    InsolvencyKind,
    LegalStepKind,
    PlacementAgent,
    Tone,
)
from recouvrement.testing.history import History

COUNTRIES = ("FR", "DE", "GB")


def draw_debtor(h: History, name: str) -> Debtor:
    """A debtor of one of the kinds asked for, mostly with few particulars."""
    c = h.choices
    kind = c.one_of(h.wishes.kinds)
    if not c.rarely(4):
        return Debtor(name, f"Debtor {name}", kind=kind)
    refused = c.some_of(tuple(Channel), 2) if c.rarely(2) else ()
    not_wanted = c.some_of(tuple(Channel), 1) if c.rarely(4) else ()
    person = Person(
        "N-1",
        "Mme Petit",
        role=c.maybe("accounts_payable"),
        refused_channels=frozenset(not_wanted),
        until=c.maybe(h.wishes.last),
    )
    return Debtor(
        name,
        f"Debtor {name}",
        kind=kind,
        country=c.one_of((None, *COUNTRIES)),
        language=c.maybe("fr"),
        legal_id=c.maybe("732 829 320"),
        group=c.maybe("G-1"),
        dunning_recipient=c.maybe("R-1"),
        segment=c.one_of((None, "a", "b", "c")),
        sector=c.maybe("retail"),
        vip=c.rarely(3),
        owner=c.maybe("Nadia"),
        credit_limit=h.amount() if c.rarely(4) else None,
        people=(person,) if c.rarely(2) else (),
        preferred_channels=c.some_of(tuple(Channel), 2) if c.rarely(3) else (),
        refused_channels=frozenset(refused),
    )


def draw_interaction(h: History, name: str) -> Interaction:
    """A contact, mostly ours, that moves an item or two to levels asked for, or lists them."""
    c, on = h.choices, h.day()
    odd = c.rarely(5)
    act, incoming = c.one_of(tuple(product((None, *ActionKind), (False, False, False, True))))
    items = [item for item, _ in h.items()]
    steps = c.some_of(items, 2) if items and not incoming and not c.rarely(4) else ()
    interaction = Interaction(
        name,
        on,
        channel=c.one_of(tuple(Channel)) if odd else Channel.EMAIL,
        direction=Direction.INCOMING if incoming else Direction.OUTGOING,
        act=act,
        steps=tuple(Step(item, c.one_of(h.wishes.levels)) for item in steps),
        invoices=c.some_of(items, 2) if items and c.rarely(3) else (),
        person="N-1" if odd else None,
        tone=c.one_of(tuple(Tone)) if odd else None,
        by="Nadia" if odd else None,
        recorded_on=h.learnt(on),
    )
    h.interactions.append(interaction)
    return interaction


def draw_interaction_result(h: History, name: str) -> InteractionResult | None:
    """What became of a contact, that day or later; None without a contact."""
    if not h.interactions:
        return None
    contact = h.choices.one_of(h.interactions)
    on = h.later(contact.on, 20)
    return InteractionResult(
        name,
        on,
        interaction=contact.id,
        result=h.choices.one_of((ContactResult.BOUNCED, *ContactResult)),
        recorded_on=h.learnt(on),
    )


def draw_formal_notice(h: History, name: str) -> FormalNotice:
    """A notice on one or two items of a currency, with days to respond."""
    on, currency = h.day(), h.item()[1].currency
    return FormalNotice(
        name,
        on,
        invoices=h.some_items(currency),
        amount=h.amount(currency),
        respond_by=h.later(on, 15),
        received_on=on,
        recorded_on=h.learnt(on),
    )


def draw_legal_step(h: History, name: str) -> LegalStep:
    """An event with legal effects on an item."""
    c, on = h.choices, h.day()
    return LegalStep(
        name,
        on,
        kind=c.one_of(tuple(LegalStepKind)),
        invoices=[h.item()[0]],
        ended_on=h.later(on) if c.rarely(3) else None,
        outcome="granted",
        recorded_on=h.learnt(on),
    )


def draw_insolvency(h: History, name: str) -> Insolvency:
    """A proceeding of any kind, open or ended."""
    c, on = h.choices, h.day()
    return Insolvency(
        name,
        c.one_of(tuple(InsolvencyKind)),
        opened_on=on,
        published_on=on,
        ended_on=h.later(on) if c.rarely(3) else None,
        claim_filed_on=h.later(on) if c.rarely(2) else None,
        recorded_on=h.learnt(on),
    )


def draw_placement(h: History, name: str) -> Placement:
    """One or two items handed over, for good or for a time."""
    c, on = h.choices, h.day()
    return Placement(
        name,
        on,
        to=c.one_of(tuple(PlacementAgent)),
        invoices=h.some_items(h.item()[1].currency),
        ended_on=h.later(on) if c.rarely(3) else None,
        recorded_on=h.learnt(on),
    )


def draw_assignment(h: History, name: str) -> Assignment:
    """One or two items assigned, confidentially or with notice to the debtor."""
    c, on = h.choices, h.day()
    return Assignment(
        name,
        on,
        to=c.one_of(tuple(Assignee)),
        invoices=h.some_items(h.item()[1].currency),
        notified_on=h.later(on) if c.rarely(2) else None,
        ended_on=h.later(on) if c.rarely(3) else None,
        recorded_on=h.learnt(on),
    )


def draw_document(h: History, name: str) -> Document:
    """A piece of the file, about an item or about the account."""
    c, on = h.choices, h.day()
    items = [item for item, _ in h.items()]
    return Document(
        name,
        on,
        kind=c.one_of(tuple(DocumentKind)),
        invoices=c.some_of(items, 2) if items and c.rarely(2) else (),
        recorded_on=h.learnt(on),
    )


def draw_doubtful(h: History, name: str) -> Doubtful:
    """An item held to be doubtful: in part, not at all any more, or wholly."""
    c, on = h.choices, h.day()
    return Doubtful(
        name,
        on,
        invoice=h.item()[0],
        loss_rate=c.one_of(("30", "0", "100", "12.5")),
        recorded_on=h.learnt(on),
    )


def draw_credit_rating(h: History, name: str) -> CreditRating:
    """A score of one of two sources, now and then one below 0."""
    c, on = h.choices, h.day()
    return CreditRating(
        name,
        on,
        source=c.one_of(("bureau", "insurer")),
        score=c.number(-1, 100),
        recorded_on=h.learnt(on),
    )


def draw_signal(h: History, name: str) -> Signal:
    """A cause heard, with or without what is at stake."""
    c, on = h.choices, h.day()
    items = [item for item, _ in h.items()]
    return Signal(
        name,
        on,
        cause=c.one_of(tuple(CauseCode)),
        words="nothing before June",
        heard_by="the driver",
        invoices=c.some_of(items, 1) if items and c.rarely(2) else (),
        stake=h.amount() if c.rarely(4) else None,
        recorded_on=h.learnt(on),
    )
