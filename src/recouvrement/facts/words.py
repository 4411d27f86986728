"""The closed vocabularies that facts use; each value is the word that documents use."""

from enum import StrEnum


class DebtorKind(StrEnum):
    """Which law and which register the debtor calls for; UNKNOWN gets reminders only."""

    BUSINESS = "business"
    CONSUMER = "consumer"
    NON_PROFESSIONAL = "non_professional"
    PUBLIC = "public"
    UNKNOWN = "unknown"


class Channel(StrEnum):
    """The way a message goes."""

    EMAIL = "email"
    SMS = "sms"
    PHONE = "phone"
    WHATSAPP = "whatsapp"
    LETTER = "letter"
    REGISTERED_LETTER = "registered_letter"
    VISIT = "visit"
    PORTAL = "portal"


class Tone(StrEnum):
    """The register of a message, from the first question to the formal demand."""

    FRIENDLY = "friendly"
    COURTEOUS = "courteous"
    FIRM = "firm"
    FORMAL = "formal"


class ActionKind(StrEnum):
    """What is done towards a debtor, or (TASK) inside the house."""

    PRE_DUE_REMINDER = "pre_due_reminder"
    REMIND = "remind"
    CALL = "call"
    VISIT = "visit"
    FORMAL_NOTICE = "formal_notice"
    PLACE = "place"
    PROPOSE_PLAN = "propose_plan"
    PROPOSE_ORDER_STOP = "propose_order_stop"
    THANK = "thank"
    TASK = "task"


class Means(StrEnum):
    """How money is paid, or is expected to be."""

    TRANSFER = "transfer"
    CARD = "card"
    CHEQUE = "cheque"
    DIRECT_DEBIT = "direct_debit"
    CASH = "cash"
    BILL = "bill"
    SET_OFF = "set_off"


class InvoiceKind(StrEnum):
    """What an invoice stands for: STANDARD, DEPOSIT, PROGRESS and FINAL are sales, others not."""

    STANDARD = "standard"
    DEPOSIT = "deposit"
    PROGRESS = "progress"
    FINAL = "final"
    OPENING = "opening"
    ACCESSORIES = "accessories"
    ADJUSTMENT = "adjustment"


class InstalmentKind(StrEnum):
    """A part of an invoice that falls due (TERM) or is held back as a guarantee (RETENTION)."""

    TERM = "term"
    RETENTION = "retention"


class PaymentPurpose(StrEnum):
    """What money is for: a SETTLEMENT is netted, a DEPOSIT or a SECURITY never is."""

    SETTLEMENT = "settlement"
    DEPOSIT = "deposit"
    SECURITY = "security"


class ReversalReason(StrEnum):
    """Why money that came went back."""

    RETURNED = "returned"
    CHARGEBACK = "chargeback"
    REFUNDED = "refunded"
    MISPOSTED = "misposted"


class WriteOffReason(StrEnum):
    """Why an amount is given up."""

    BAD_DEBT = "bad_debt"
    SMALL_BALANCE = "small_balance"
    SETTLEMENT_DISCOUNT = "settlement_discount"
    BANK_CHARGES = "bank_charges"
    WITHHOLDING_TAX = "withholding_tax"
    EXCHANGE_DIFFERENCE = "exchange_difference"
    GESTURE = "gesture"


class CauseCode(StrEnum):
    """Why a debtor does not pay, as heard; what each means is known by the listening room alone."""

    TECHNICAL_FAULT = "technical_fault"
    SERVICE_NOT_DELIVERED = "service_not_delivered"
    DELIVERY_UNUSABLE = "delivery_unusable"
    COMMERCIAL_DISAGREEMENT = "commercial_disagreement"
    MISSING_DOCUMENT = "missing_document"
    INVOICE_UNREADABLE = "invoice_unreadable"
    INVOICE_UNMATCHED = "invoice_unmatched"
    WRONG_PRICE = "wrong_price"
    WRONG_QUANTITY = "wrong_quantity"
    BROKEN_SALES_PROMISE = "broken_sales_promise"
    CONTRACT_TOO_RIGID = "contract_too_rigid"
    CHEAPER_COMPETITOR = "cheaper_competitor"
    LOSS_OF_TRUST = "loss_of_trust"
    NO_FOLLOW_UP = "no_follow_up"
    CASH_STRAIN = "cash_strain"
    EVASIVE = "evasive"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class DisputeOutcome(StrEnum):
    """Who was right: UPHELD means the debtor was."""

    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Direction(StrEnum):
    """Who spoke: OUTGOING is ours, INCOMING the debtor's."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"


class ContactResult(StrEnum):
    """What became of a contact: sent is not seen, seen is not heard."""

    DELIVERED = "delivered"
    SEEN = "seen"
    ANSWERED = "answered"
    BOUNCED = "bounced"
    NO_ANSWER = "no_answer"
    OBJECTION = "objection"
    VAGUE_PROMISE = "vague_promise"


class LegalStepKind(StrEnum):
    """An event that the law gives effects to; an ORDER to pay ends on the day it is served."""

    ACKNOWLEDGEMENT = "acknowledgement"
    CLAIM = "claim"
    PROTECTIVE_MEASURE = "protective_measure"
    ENFORCEMENT = "enforcement"
    TITLE = "title"
    ORDER = "order"
    MEDIATION = "mediation"


class InsolvencyKind(StrEnum):
    """The proceeding opened: CONCILIATION stays nothing, the others stay earlier claims."""

    CONCILIATION = "conciliation"
    SAFEGUARD = "safeguard"
    RECEIVERSHIP = "receivership"
    LIQUIDATION = "liquidation"


class PlacementAgent(StrEnum):
    """To whom a claim is handed over for collection."""

    AGENCY = "agency"
    BAILIFF = "bailiff"
    LAWYER = "lawyer"
    COURT = "court"


class Assignee(StrEnum):
    """To whom a claim is assigned."""

    FACTOR = "factor"
    BANK = "bank"


class DocumentKind(StrEnum):
    """A piece of the file that supports a claim."""

    ORDER = "order"
    CONTRACT = "contract"
    DELIVERY_NOTE = "delivery_note"
    TERMS = "terms"
    ACCEPTANCE = "acceptance"
    GUARANTEE = "guarantee"
    INVOICE_COPY = "invoice_copy"
    CORRESPONDENCE = "correspondence"
    OTHER = "other"
