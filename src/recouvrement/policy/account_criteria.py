"""The criteria about a whole account, read over its standing `s` and the account `a` itself."""

from __future__ import annotations

from typing import Final

from recouvrement.facts.words import Channel, DebtorKind
from recouvrement.policy.criterion import Criterion, CriterionType, Scope, Worse
from recouvrement.position.commitments import PlanStatus

INTEGER, MONEY, FLAG = CriterionType.INTEGER, CriterionType.MONEY, CriterionType.FLAG
WORD = CriterionType.WORD
ACCOUNT, UP, DOWN = Scope.ACCOUNT, Worse.UP, Worse.DOWN

OF_ACCOUNTS: Final = (
    Criterion(
        "collectable",
        MONEY,
        scope=ACCOUNT,
        unit="policy currency",
        worse=UP,
        least=0,
        source="total_in('collectable', s, amount_in)",
        doc="All that may be asked for today.",
    ),
    Criterion(
        "open",
        MONEY,
        scope=ACCOUNT,
        unit="policy currency",
        worse=UP,
        least=0,
        source="total_in('open', s, amount_in)",
        doc="All that is open, due or not, held or not.",
    ),
    Criterion(
        "unapplied",
        MONEY,
        scope=ACCOUNT,
        unit="policy currency",
        worse=DOWN,
        least=0,
        source="total_in('unapplied', s, amount_in)",
        doc="Money received or given back that settles nothing yet and may be netted.",
    ),
    Criterion(
        "oldest_days_past_due",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        least=1,
        source="oldest_days_past_due(s)",
        doc="Days past due of the oldest collectable item; absent when nothing is collectable.",
    ),
    Criterion(
        "days_since_last_contact",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        absent=True,
        least=0,
        source="days_since_last_contact(s)",
        doc="Days since we last spoke first about money; absent before the first time.",
    ),
    Criterion(
        "contacts_30d",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        least=0,
        most=30,
        source="s.contact_days(day - 30)",
        doc="On how many of the last 30 days we spoke first about money.",
    ),
    Criterion(
        "broken_promises",
        INTEGER,
        scope=ACCOUNT,
        unit="promises",
        worse=UP,
        least=0,
        source="broken_promises(s)",
        doc="How many of the debtor's promises are broken.",
    ),
    Criterion(
        "days_since_broken_promise",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        least=1,
        source="(days_since_broken_promise(s) if s.pledges else None)",
        doc=(
            "Days since the last day of the latest broken promise; absent once we have spoken to"
            " the debtor since, or nothing it was about may be asked for."
        ),
    ),
    Criterion(
        "plan_state",
        WORD,
        scope=ACCOUNT,
        absent=True,
        words=(PlanStatus.ON_TRACK, PlanStatus.LATE, PlanStatus.DEFAULTED),
        source="plan_state(s)",
        doc="The worst state among the live payment plans; absent without one.",
    ),
    Criterion(
        "days_since_missed_instalment",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        least=1,
        source="days_since_missed_instalment(s)",
        doc="Days since the last day of the earliest missed instalment; absent when none is.",
    ),
    Criterion(
        "days_since_partly_kept_promise",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        least=1,
        source="(days_since_partly_kept_promise(s) if s.pledges else None)",
        doc=(
            "Days since the last day of the latest promise kept only in part; absent once"
            " we have spoken to the debtor since, or nothing it was about may be asked for."
        ),
    ),
    Criterion(
        "days_since_vague_promise",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        least=0,
        source="(days_since_vague_promise(s) if s.book.vague else None)",
        doc=(
            "Days since the latest vague promise; absent once we have spoken on a later day, an"
            " exact one was made, or money came."
        ),
    ),
    Criterion(
        "days_since_returned_payment",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        least=0,
        source="(days_since_returned_payment(s) if s.book.returns else None)",
        doc=(
            "Days since a payment last came back from the bank; absent once we have spoken to the"
            " debtor since, or what it had paid was paid anew."
        ),
    ),
    Criterion(
        "days_since_last_payment",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        absent=True,
        least=0,
        source="(days_since_last_payment(s) if s.book.sources else None)",
        doc="Days since money last came and stayed; absent before the first payment.",
    ),
    Criterion(
        "unanswered",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        worse=UP,
        least=0,
        source="(unanswered(s) if s.book.contacts else 0)",
        doc="On how many days we spoke first since the debtor last gave a sign of having heard us.",
    ),
    Criterion(
        "last_channel",
        WORD,
        scope=ACCOUNT,
        absent=True,
        words=tuple(Channel),
        source="(last_channel(s) if s.book.contacts else None)",
        doc="The channel of our latest contact about money that arrived; absent before the first.",
    ),
    Criterion(
        "answering_channel",
        WORD,
        scope=ACCOUNT,
        absent=True,
        words=tuple(Channel),
        source="(answering_channel(s) if s.book.contacts else None)",
        doc=(
            "The channel on which the debtor answers most often, among those with 3 contacts or"
            " more; absent without one."
        ),
    ),
    Criterion(
        "median_delay",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        absent=True,
        source="(median_delay(s) if s.book.sources else None)",
        doc=(
            "The middle delay from due date to full payment, of two the lesser; absent under 3"
            " invoices paid."
        ),
    ),
    Criterion(
        "habitual_delay",
        INTEGER,
        scope=ACCOUNT,
        unit="days",
        absent=True,
        source="(habitual_delay(s) if s.book.sources else None)",
        doc=(
            "The delay that at least three in four paid invoices reached; absent under 3 invoices"
            " paid."
        ),
    ),
    Criterion(
        "over_limit",
        FLAG,
        scope=ACCOUNT,
        worse=UP,
        source="(a.debtor.credit_limit is not None and over_limit(s, a))",
        doc="Whether all that is open exceeds the debtor's credit limit, as far as rates tell.",
    ),
    Criterion(
        "insolvent",
        FLAG,
        scope=ACCOUNT,
        source="insolvent(s)",
        doc="Whether a proceeding that stays claims is open.",
    ),
    Criterion(
        "vip",
        FLAG,
        scope=ACCOUNT,
        fixed=True,
        source="a.debtor.vip",
        doc="Whether the host marks the debtor as one to handle by hand.",
    ),
    Criterion(
        "kind",
        WORD,
        scope=ACCOUNT,
        fixed=True,
        words=tuple(DebtorKind),
        source="a.debtor.kind",
        doc="What sort of debtor it is in law.",
    ),
    Criterion(
        "segment",
        WORD,
        scope=ACCOUNT,
        fixed=True,
        absent=True,
        source="a.debtor.segment",
        doc="The host's segment of the debtor.",
    ),
    Criterion(
        "sector",
        WORD,
        scope=ACCOUNT,
        fixed=True,
        absent=True,
        source="a.debtor.sector",
        doc="The debtor's sector.",
    ),
    Criterion(
        "country",
        WORD,
        scope=ACCOUNT,
        fixed=True,
        absent=True,
        source="a.debtor.country",
        doc="The debtor's country.",
    ),
    Criterion(
        "language",
        WORD,
        scope=ACCOUNT,
        fixed=True,
        absent=True,
        source="a.debtor.language",
        doc="The debtor's language.",
    ),
)
