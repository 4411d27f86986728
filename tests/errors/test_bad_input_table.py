"""The page docs/bad_input.md shows exactly what the library says: every row is provoked here.

To add a row: write it in the page, and a callable under the same id in one of the tables below. The
callable raises an error of the library, or returns the problem that a reader reported.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import evolve

from recouvrement import (
    Account,
    Allocation,
    Bill,
    BusinessCalendar,
    CashApplication,
    Channel,
    ContactResult,
    Conventions,
    CreditNote,
    CreditRating,
    Debtor,
    Direction,
    Dispute,
    Doubtful,
    DunningBlock,
    EndOfMonth,
    ExchangeRate,
    ExchangeRates,
    FormalNotice,
    Insolvency,
    InsolvencyKind,
    Instalment,
    Interaction,
    InteractionResult,
    Invoice,
    Money,
    Payment,
    PaymentPlan,
    PaymentTerms,
    Person,
    Placement,
    PlacementAgent,
    Promise,
    RecouvrementError,
    Reversal,
    Step,
    WriteOff,
    decide,
    digest,
    kpi,
    position_of,
    preset,
    read_policy,
)
from recouvrement.interop import fec, records
from recouvrement.policy import Criterion, Hold
from recouvrement.position import (
    ScoreCriterion,
    ScoreRange,
    credit_advice,
    read_scorecard,
    score_of,
)

PAGE = Path(__file__).parents[2] / "docs" / "bad_input.md"
Provoke = Callable[[], object]

DAY, LATER = date(2026, 3, 2), date(2026, 4, 1)
TEN, TWENTY = Money.of(10, "EUR"), Money.of(20, "EUR")
DOLLARS = Money.of(10, "USD")
NOON = datetime(2026, 3, 2, 12)  # noqa: DTZ001 (what a host sends by mistake)
RATE = ExchangeRate("USD", "EUR", since=DAY, value=Decimal("0.85"))
PERSON = Person("N-1", "Mme Petit")
DEBTOR = Debtor("C-17", "Atelier Vasseur")


# What a host sends may be anything: the fields are untyped here, because refusing is the subject.


def invoice(**more: Any) -> Invoice:
    fields: dict[str, Any] = {"id": "F-1", "issued_on": DAY, "due_on": LATER, "total": TEN}
    return Invoice(**fields | more)


def payment(**more: Any) -> Payment:
    fields: dict[str, Any] = {"id": "P-1", "received_on": DAY, "amount": TEN}
    return Payment(**fields | more)


def credit_note(**more: Any) -> CreditNote:
    fields: dict[str, Any] = {"id": "A-1", "issued_on": DAY, "total": TEN}
    return CreditNote(**fields | more)


def promise(**more: Any) -> Promise:
    fields: dict[str, Any] = {"id": "W-1", "made_on": DAY, "due_on": LATER, "amount": TEN}
    return Promise(**{**fields, "means": "transfer", **more})


def plan(**more: Any) -> PaymentPlan:
    fields: dict[str, Any] = {"id": "L-1", "agreed_on": DAY, "invoices": ["F-1"]}
    return PaymentPlan(**{**fields, "instalments": [Instalment(LATER, TEN)], **more})


def dispute(**more: Any) -> Dispute:
    return Dispute(**{"id": "D-1", "opened_on": DAY, "invoice": "F-1", **more})


def advice(**more: Any) -> CashApplication:
    fields: dict[str, Any] = {"id": "R-1", "on": DAY, "source": "P-1", "invoice": "F-1"}
    return CashApplication(**{**fields, "amount": TEN, **more})


def reversal(**more: Any) -> Reversal:
    return Reversal(**{"id": "X-1", "on": LATER, "payment": "P-1", **more})


def notice(**more: Any) -> FormalNotice:
    fields: dict[str, Any] = {"id": "N-1", "on": DAY, "invoices": ["F-1"], "amount": TEN}
    return FormalNotice(**{**fields, "respond_by": LATER, **more})


def doubtful(**more: Any) -> Doubtful:
    fields: dict[str, Any] = {"id": "U-1", "on": DAY, "invoice": "F-1", "loss_rate": 30}
    return Doubtful(**{**fields, **more})


def rating(score: Any) -> CreditRating:
    return CreditRating("Y-1", DAY, source="bureau", score=score)


def account(*facts: Any) -> Account:
    return Account.of(DEBTOR, invoice(), *facts)


def untyped(value: Any) -> Any:
    """The value, of which nothing is known."""
    return value


MONEY: dict[str, Provoke] = {
    "money-float": lambda: Money.of(untyped(1.10), "EUR"),
    "money-bool": lambda: Money.of(untyped(value=True), "EUR"),
    "money-text": lambda: Money.of("1 234,50", "EUR"),
    "money-underscore": lambda: Money.of("1_000", "EUR"),
    "money-digits": lambda: Money.of("10.005", "EUR"),
    "money-yen": lambda: Money.of("10.5", "JPY"),
    "money-nan": lambda: Money.of("NaN", "EUR"),
    "money-huge": lambda: Money.of("1e99", "EUR"),
    "money-currency": lambda: Money.of("10", "EURO"),
    "money-minor": lambda: Money(untyped(10.0), "EUR"),
    "money-from-text": lambda: Money.from_float(untyped("1.10"), "EUR"),
    "money-mixture": lambda: TEN + DOLLARS,
    "money-weights": lambda: TEN.split([0, 0]),
    "rate-zero": lambda: ExchangeRate("USD", "EUR", since=DAY, value=untyped("0")),
    "rate-itself": lambda: ExchangeRate("EUR", "EUR", since=DAY, value=untyped("1")),
    "rate-datetime": lambda: ExchangeRate("USD", "EUR", since=NOON, value=untyped("1")),
    "rate-twice": lambda: ExchangeRates.of(RATE, RATE),
    "rate-missing": lambda: ExchangeRates.of(RATE).rate_on("USD", "GBP", DAY),
}

TERMS: dict[str, Provoke] = {
    "terms-days": lambda: PaymentTerms(-30),
    "terms-reading": lambda: PaymentTerms.month_end(45, EndOfMonth.NONE),
    "terms-word": lambda: PaymentTerms(45, end_of_month=untyped("eom")),
    "terms-day-of-month": lambda: PaymentTerms(30, day_of_month=32),
    "terms-two-periods": lambda: PaymentTerms(
        30, end_of_month=EndOfMonth.MONTH_END_THEN_DAYS, ten_days=True
    ),
    "terms-issued": lambda: PaymentTerms(30).due_on(untyped("2026-03-02")),
    "calendar-weekend": lambda: BusinessCalendar(weekend=frozenset(range(7))),
    "calendar-outside": lambda: BusinessCalendar.france(2026, 2026).is_business_day(
        date(2031, 5, 1)
    ),
}

FACTS: dict[str, Provoke] = {
    "date-text": lambda: invoice(due_on="2026-04-01"),
    "date-datetime": lambda: payment(received_on=NOON),
    "date-missing": lambda: invoice(issued_on=None),
    "id-blank": lambda: invoice(id="  "),
    "amount-number": lambda: payment(amount=10),
    "word-unknown": lambda: promise(means="barter"),
    "words-not-a-list": lambda: Debtor("C-1", "Vasseur", refused_channels=untyped("sms")),
    "list-is-text": lambda: plan(invoices="F-1"),
    "flag-number": lambda: Debtor("C-1", "Vasseur", vip=untyped(1)),
    "debtor-people": lambda: Debtor("C-1", "Vasseur", people=(PERSON, PERSON)),
    "invoice-negative": lambda: invoice(total=-TEN),
    "invoice-tax": lambda: invoice(tax=TWENTY),
    "invoice-replaces": lambda: invoice(replaces="F-1"),
    "schedule-sum": lambda: invoice(schedule=[Instalment(LATER, TWENTY)]),
    "schedule-currency": lambda: invoice(schedule=[Instalment(LATER, DOLLARS)]),
    "instalment-zero": lambda: Instalment(LATER, Money.zero("EUR")),
    "payment-negative": lambda: payment(amount=-TEN),
    "payment-allocated": lambda: payment(allocations=[Allocation("F-1", TWENTY)]),
    "payment-allocation-currency": lambda: payment(allocations=[Allocation("F-1", DOLLARS)]),
    "allocation-zero": lambda: Allocation("F-1", Money.zero("EUR")),
    "credit-note-zero": lambda: credit_note(total=Money.zero("EUR")),
    "advice-zero": lambda: advice(amount=Money.zero("EUR")),
    "reversal-zero": lambda: reversal(amount=Money.zero("EUR")),
    "write-off-zero": lambda: WriteOff("G-1", DAY, invoice="F-1", amount=Money.zero("EUR")),
    "promise-vague": lambda: promise(amount=None),
    "promise-zero": lambda: promise(amount=Money.zero("EUR")),
    "promise-backwards": lambda: promise(due_on=date(2026, 3, 1)),
    "promise-withdrawn": lambda: promise(withdrawn_on=date(2026, 3, 1)),
    "promise-itself": lambda: promise(supersedes="W-1"),
    "plan-undated": lambda: plan(instalments=[Instalment(None, TEN)]),
    "plan-empty": lambda: plan(instalments=[]),
    "plan-currencies": lambda: plan(
        instalments=[Instalment(LATER, TEN), Instalment(LATER, DOLLARS)]
    ),
    "plan-nothing": lambda: plan(invoices=[]),
    "plan-ended": lambda: plan(ended_on=date(2026, 3, 1)),
    "bill-zero": lambda: Bill(
        "B-1", DAY, matures_on=LATER, amount=Money.zero("EUR"), invoices=["F-1"]
    ),
    "bill-nothing": lambda: Bill("B-1", DAY, matures_on=LATER, amount=TEN, invoices=[]),
    "dispute-zero": lambda: dispute(amount=Money.zero("EUR")),
    "dispute-resolved": lambda: dispute(resolved_on=date(2026, 3, 1)),
    "dispute-outcome": lambda: dispute(outcome="upheld"),
    "block-endless": lambda: DunningBlock("K-1", DAY),
    "block-backwards": lambda: DunningBlock("K-1", DAY, until=date(2026, 3, 1)),
    "contact-incoming": lambda: Interaction(
        "I-1",
        DAY,
        channel=Channel.PHONE,
        direction=Direction.INCOMING,
        steps=(Step("F-1", "call"),),
    ),
    "contact-step": lambda: Interaction(
        "I-1", DAY, channel=Channel.PHONE, steps=(Step("F-1", untyped(3)),)
    ),
    "notice-zero": lambda: notice(amount=Money.zero("EUR")),
    "notice-backwards": lambda: notice(respond_by=date(2026, 3, 1)),
    "notice-nothing": lambda: notice(invoices=[]),
    "placement-nothing": lambda: Placement("T-1", DAY, to=PlacementAgent.AGENCY, invoices=[]),
    "insolvency-ended": lambda: Insolvency(
        "J-1", InsolvencyKind.SAFEGUARD, opened_on=DAY, ended_on=date(2026, 3, 1)
    ),
}

FACTS |= {
    "doubtful-rate": lambda: doubtful(loss_rate="130"),
    "doubtful-float": lambda: doubtful(loss_rate=0.3),
    "rating-letter": lambda: rating("BBB"),
    "rating-underscore": lambda: rating("1_000"),
    "rating-nan": lambda: rating("NaN"),
    "rating-huge": lambda: rating("1e99"),
}

ACCOUNTS: dict[str, Provoke] = {
    "account-debtor": lambda: Account.of(untyped("Vasseur")),
    "account-fact": lambda: Account.of(DEBTOR, untyped([])),
    "account-creditor": lambda: Account.of(DEBTOR, creditor=" "),
    "account-twice": lambda: account(invoice()),
    "account-part-id": lambda: Account.of(
        DEBTOR, invoice(schedule=[Instalment(LATER, TEN)]), invoice(id="F-1/1")
    ),
    "account-source-id": lambda: account(payment(), credit_note(id="P-1")),
    "account-invoice": lambda: account(payment(allocations=[Allocation("F-9", TEN)])),
    "account-block": lambda: account(DunningBlock("K-1", DAY, until=LATER, invoice="F-9")),
    "account-doubtful": lambda: account(doubtful(invoice="F-9")),
    "account-step": lambda: account(
        Interaction("I-1", DAY, channel=Channel.EMAIL, steps=(Step("F-9", "call"),))
    ),
    "account-listed": lambda: account(
        Interaction("I-1", DAY, channel=Channel.EMAIL, invoices=["F-9"])
    ),
    "account-replaced": lambda: account(invoice(id="F-2", replaces="F-9")),
    "account-currency": lambda: account(promise(amount=DOLLARS, invoices=["F-1"])),
    "account-plan-currency": lambda: account(plan(instalments=[Instalment(LATER, DOLLARS)])),
    "account-note-dispute": lambda: account(credit_note(dispute="D-9")),
    "account-note-currency": lambda: account(dispute(), credit_note(total=DOLLARS, dispute="D-1")),
    "account-reversal": lambda: account(reversal()),
    "account-reversal-currency": lambda: account(payment(), reversal(amount=DOLLARS)),
    "account-reversal-early": lambda: account(payment(), reversal(on=date(2026, 3, 1))),
    "account-reversal-sum": lambda: account(payment(), reversal(), reversal(id="X-2", amount=TEN)),
    "account-advice-source": lambda: account(advice()),
    "account-advice-currency": lambda: account(payment(amount=DOLLARS), advice()),
    "account-advice-sum": lambda: account(payment(), advice(), advice(id="R-2")),
    "account-result": lambda: account(
        InteractionResult("IR-1", DAY, interaction="I-9", result=ContactResult.SEEN)
    ),
    "account-supersedes": lambda: account(promise(supersedes="W-9")),
    "account-supersedes-later": lambda: account(
        promise(supersedes="W-2"), promise(id="W-2", made_on=LATER)
    ),
    "account-supersedes-ring": lambda: (
        account(promise(supersedes="W-2"), promise(id="W-2", supersedes="W-1")).promises
    ),
    "amend-unknown": lambda: account().amend(payment()),
    "amend-changed": lambda: account().amend(invoice(total=TWENTY)),
    "position-as-of": lambda: position_of(account(), as_of=NOON),
    "position-known-on": lambda: position_of(account(), as_of=DAY, known_on=untyped("yesterday")),
    "position-slice": lambda: position_of(account(), as_of=DAY).amounts_of("overdue"),
    "conventions-rule": lambda: Conventions(application=untyped("fifo")),
    "conventions-days": lambda: Conventions(promise_tolerance=-1),
    "conventions-years": lambda: Conventions(limitation_years=0),
    "conventions-calendar": lambda: Conventions(calendar=untyped(None)),
    "conventions-rates": lambda: Conventions(rates=untyped(None)),
}

FEC_HEADER = (
    "JournalCode|JournalLib|EcritureNum|EcritureDate|CompteNum|CompteLib|CompAuxNum|CompAuxLib|"
    "PieceRef|PieceDate|EcritureLib|Debit|Credit|EcritureLet|DateLet|ValidDate|Montantdevise|Idevise"
)


def fec_problem(
    *,
    on: str = "20260105",
    debit: str = "120,00",
    credit: str = "0,00",
    letter: str = "",
    label: str = "Atelier",
    end: str = "||||",
    before: str = "",
) -> object:
    """The first problem of an export with this line on account 411."""
    line = (
        f"VE|Ventes|1|{on}|411|Clients|C1|{label}|F1|20260105|Vente|{debit}|{credit}|{letter}{end}"
    )
    return fec.read("\n".join([FEC_HEADER, *filter(None, [before]), line])).problems[0]


def csv_problem(changes: Mapping[str, Any], **more: Any) -> object:
    """The first problem of a table of one good invoice and this changed copy of it."""
    good = {"id": "F-1", "debtor": "C-1", "on": "2026-01-05", "due": "2026-02-04", "sum": "10.00"}
    columns = {"id": "id", "debtor": "debtor", "issued_on": "on", "due_on": "due", "total": "sum"}
    rows = [good, {**good, "id": "F-2", **changes}]
    return records.read(rows, columns=columns, currency="EUR", **more).problems[0]


LEDGERS: dict[str, Provoke] = {
    "fec-columns": lambda: fec.read(FEC_HEADER.replace("CompteNum", "Compte")),
    "fec-text": lambda: fec.read(untyped(None)),
    "fec-date": lambda: fec_problem(on="20261301"),
    "fec-amount": lambda: fec_problem(debit="12O,00"),
    "fec-zero": lambda: fec_problem(debit="0,00"),
    "fec-short": lambda: fec.read(f"{FEC_HEADER}\nVE|Ventes|1|20260105|411").problems[0],
    "fec-long": lambda: fec_problem(end="||||||too|many"),
    "fec-letter": lambda: fec_problem(letter="AA"),
    "fec-name": lambda: fec_problem(
        label="Atelier SAS",
        before="VE|Ventes|0|20260104|411|Clients|C1|Atelier|F0|20260104|Vente|1,00|0,00|||||",
    ),
    "fec-terms": lambda: fec.read(f"{FEC_HEADER}\n", terms=untyped("net 30")),
    "fec-kind": lambda: fec.read(f"{FEC_HEADER}\n", kind="firm"),
    "csv-amount": lambda: csv_problem({"sum": "ten"}),
    "csv-negative": lambda: csv_problem({"sum": "-3.00"}),
    "csv-blank": lambda: csv_problem({"sum": " "}),
    "csv-float": lambda: csv_problem({"sum": 10.5}),
    "csv-date": lambda: csv_problem({"due": "99/99/9999"}),
    "csv-same-id": lambda: csv_problem({"id": "F-1", "sum": "11.00"}),
    "csv-same-row": lambda: csv_problem({"id": "F-1"}),
    "csv-hour": lambda: csv_problem({"on": NOON}),
    "csv-columns": lambda: records.read(
        [],
        columns={"id": "id", "debtor": "who", "issued_on": "on", "due_on": "due"},
        currency="EUR",
    ),
    "csv-converters": lambda: csv_problem({}, converters={"x": str}),
    "csv-currency": lambda: records.read([], columns={}, currency="EURO"),
}

POLICY = """\
name = "house"
version = "1"
currency = "EUR"
for = ["business"]

[[level]]
id = "reminder"
when = "days_past_due >= 2"
do = "remind"
channel = "email"
"""
HOLD = """
[[hold]]
id = "quiet"
when = "vip"
scope = "account"
"""


def policy(*changes: tuple[str, str], more: str = "") -> object:
    """The document above with something changed in it."""
    text = POLICY
    for old, new in changes:
        text = text.replace(old, new)
    return read_policy(text + more)


def condition(text: str) -> object:
    """The document above with another condition, on line 8."""
    return policy(('"days_past_due >= 2"', f'"""{text}"""'))


def trigger(entries: str) -> object:
    """The document above with a trigger, from line 12 on."""
    return policy(more=f'[[trigger]]\nid = "alert"\nwhen = "vip"\n{entries}')


def plan_of(entry: str) -> object:
    """The document above with the offer of a plan, whose bound stands on line 17."""
    return trigger(f'do = "propose_plan"\nchannel = "phone"\n[trigger.offer]\n{entry}')


def points(text: str) -> object:
    """The document above with points, on line 12."""
    return policy(more=f'[agenda]\npoints = "{text}"')


POLICIES: dict[str, Provoke] = {
    "policy-text": lambda: read_policy(untyped(b"name")),
    "policy-toml": lambda: policy(('name = "house"', "name = house")),
    "policy-nested": lambda: policy(more="[x]\ny = " + "[" * 4000),
    "policy-name": lambda: policy(('name = "house"\n', "")),
    "policy-version": lambda: policy(('"1"', "1")),
    "policy-currency": lambda: policy(('"EUR"', '"EURO"')),
    "policy-for": lambda: policy(('["business"]', '["company"]')),
    "policy-table": lambda: policy(more="[[triggers]]\nid = 1"),
    "policy-key": lambda: policy(("channel =", "canal = 1\nchannel =")),
    "policy-no-level": lambda: read_policy(POLICY.partition("[[level]]")[0]),
    "policy-pace": lambda: policy(more="[pace]\nbetween_contacts = 0"),
    "policy-climb": lambda: policy(more='[pace]\nclimb = "fast"'),
    "policy-floor": lambda: policy(more="[floor]\nplacement = 500.005"),
    "policy-id": lambda: policy(('"reminder"', '"First Reminder"')),
    "policy-id-twice": lambda: policy(more=HOLD.replace("quiet", "reminder")),
    "policy-id-reserved": lambda: policy(('"reminder"', '"pace"')),
    "policy-do": lambda: policy(('"remind"', '"thank"')),
    "policy-channel": lambda: policy(('"email"', '"pigeon"')),
    "policy-no-channel": lambda: policy(('channel = "email"\n', "")),
    "policy-automatic": lambda: policy(('"remind"', '"formal_notice"\nhandler = "automatic"')),
    "policy-order": lambda: policy(
        more='[[level]]\nid = "early"\nwhen = "vip"\ndo = "pre_due_reminder"\nchannel = "email"'
    ),
    "policy-scope": lambda: policy(more=HOLD.replace('scope = "account"', "")),
    "policy-item-in-account": lambda: policy(more=HOLD.replace("vip", "days_past_due >= 9")),
    "policy-for-changing": lambda: policy(("channel =", 'for = "reminders >= 2"\nchannel =')),
    "policy-repeat": lambda: policy(('"remind"', '"place"\nrepeat_every = 9')),
    "policy-deadlines": lambda: policy(more="[deadlines]\nlimitation_years = 0"),
    "trigger-do": lambda: trigger('do = "formal_notice"\nchannel = "letter"'),
    "trigger-channel": lambda: trigger('do = "call"'),
    "trigger-for": lambda: trigger('do = "task"\nfor = "bounced"'),
    "trigger-climb": lambda: trigger('do = "call"\nchannel = "phone"\nclimb = "one"'),
    "trigger-repeat": lambda: trigger('do = "call"\nchannel = "phone"\nrepeat_every = 0'),
    "trigger-inside": lambda: trigger('do = "task"\nchannel = "phone"'),
    "trigger-task": lambda: trigger('do = "call"\nchannel = "phone"\ntask = "follow_up"'),
    "trigger-offer": lambda: trigger('do = "call"\nchannel = "phone"\noffer = { days = 30 }'),
    "trigger-offer-table": lambda: trigger('do = "propose_plan"\nchannel = "phone"\noffer = 3'),
    "trigger-offer-days": lambda: plan_of("days = 0"),
    "trigger-offer-share": lambda: plan_of("first_share = 101"),
    "trigger-approver": lambda: plan_of('approver = "automatic"'),
    "style-nothing": lambda: policy(more='[[style]]\nwhen = "vip"'),
    "style-item": lambda: policy(more='[[style]]\nwhen = "silence >= 3"\nchannel = "letter"'),
    "style-acts": lambda: policy(more='[[style]]\nwhen = "vip"\nacts = ["ring"]\ntone = "firm"'),
    "style-recipient": lambda: policy(more='[[style]]\nwhen = "vip"\nrecipient = ""'),
    "partner-role": lambda: policy(more='[[partner]]\nid = "sea"'),
    "partner-item": lambda: policy(
        more='[[partner]]\nid = "sea"\nrole = "agency"\nwhen = "notice_days >= 9"'
    ),
    "agenda-act": lambda: policy(more="[agenda.minutes]\ncoffee = 10"),
    "agenda-minutes": lambda: policy(more="[agenda.minutes]\ncall = 1441"),
    "points-missing": lambda: points(""),
    "points-unknown": lambda: points("2 * beauty"),
    "points-item": lambda: points("2 * days_past_due"),
    "points-word": lambda: points("2 * kind"),
    "points-amount": lambda: points("collectable + 3"),
    "points-zero": lambda: points("collectable / EUR(0)"),
    "points-foreign-amount": lambda: points("collectable / USD(10)"),
    "points-product": lambda: points("vip * broken_promises"),
    "points-call": lambda: points("max(vip, 3)"),
    "points-float": lambda: points("1.5 * vip"),
    "points-long": lambda: points("vip + " * 80 + "vip"),
    "condition-missing": lambda: policy(('when = "days_past_due >= 2"\n', "")),
    "condition-unknown": lambda: condition("days_late >= 2"),
    "condition-type": lambda: condition("days_past_due >= 'two'"),
    "condition-float": lambda: condition("days_past_due >= 2.5"),
    "condition-hexadecimal": lambda: condition("days_past_due >= 0x10"),
    "condition-arithmetic": lambda: condition("days_past_due >= 1 + 1"),
    "condition-two-criteria": lambda: condition("days_past_due >= reminders"),
    "condition-order-on-text": lambda: condition("segment > 'a'"),
    "condition-word": lambda: condition("kind == 'company'"),
    "condition-foreign-amount": lambda: condition("amount_due >= USD(100)"),
    "condition-bare-amount": lambda: condition("amount_due >= 100"),
    "condition-cents": lambda: condition("amount_due >= EUR(0.001)"),
    "condition-call": lambda: condition("open('/etc/passwd')"),
    "condition-import": lambda: condition("__import__('os')"),
    "condition-attribute": lambda: condition("vip.__class__"),
    "condition-subscript": lambda: condition("tags[0] == 'a'"),
    "condition-format": lambda: condition("f'{vip}' in tags"),
    "condition-percent": lambda: condition("'%s' % vip in tags"),
    "condition-lambda": lambda: condition("lambda: vip"),
    "condition-statement": lambda: condition("import os"),
    "condition-nested": lambda: condition("(" * 13 + "vip" + ")" * 13),
    "condition-long": lambda: condition("vip or " * 80 + "vip"),
    "condition-look-alike": lambda: condition("\uff56ip"),
    "condition-comment": lambda: condition("vip # or disputed"),
    "preset-name": lambda: preset("fr-b2c"),
    "decide-many": lambda: decide(preset("fr-b2b"), untyped([account()]), as_of=DAY),
    "decide-as-of": lambda: decide(preset("fr-b2b"), account(), as_of=NOON),
    "decide-spoken": lambda: decide(
        preset("fr-b2b"), account(), as_of=DAY, spoken=untyped("2026-03-02")
    ),
    "decide-spoken-day": lambda: decide(
        preset("fr-b2b"), account(), as_of=DAY, spoken=[untyped("2026-03-02")]
    ),
    "digest-policy": lambda: digest(untyped("fr-b2b"), account(), as_of=DAY),
}


def criterion(**more: Any) -> Criterion:
    fields: dict[str, Any] = {"name": "freight_days", "type": "integer", "doc": "Days at sea."}
    return Criterion(**{**fields, "read": lambda *_: None, **more})


def coded(*criteria: str, scope: str = "item") -> object:
    """A policy with a hold written in Python that reads these."""
    rule = SimpleNamespace(text="a rule", criteria=frozenset(criteria), met=lambda **_: True)
    return held(rule, scope)


def held(rule: object, scope: str = "item") -> object:
    house = preset("fr-b2b")
    hold = Hold(id="coded", when=untyped(rule), scope=untyped(scope))
    return evolve(house, holds=(*house.holds, hold))


HOSTS: dict[str, Provoke] = {
    "criterion-name": lambda: criterion(name="Freight days"),
    "criterion-keyword": lambda: criterion(name="from"),
    "criterion-ours": lambda: criterion(name="vip"),
    "criterion-type": lambda: criterion(type="float"),
    "criterion-doc": lambda: criterion(doc=" "),
    "criterion-read": lambda: criterion(read=None),
    "criterion-scope": lambda: criterion(scope="invoice"),
    "criterion-worse": lambda: criterion(worse="higher"),
    "criterion-absent": lambda: criterion(type="flag", absent=True),
    "criterion-fixed": lambda: criterion(fixed=1),
    "criterion-least": lambda: criterion(type="flag", least=0),
    "criterion-most": lambda: criterion(least=3, most=2),
    "criterion-words": lambda: criterion(words=("sea",)),
    "criterion-aggregates": lambda: criterion(type="flag", aggregates="max"),
    "criterion-aggregates-account": lambda: criterion(scope="account", aggregates="max"),
    "criteria-text": lambda: read_policy(POLICY, criteria=untyped("freight_days")),
    "criteria-name": lambda: read_policy(POLICY, criteria=[untyped("freight_days")]),
    "criteria-twice": lambda: read_policy(POLICY, criteria=[criterion(), criterion()]),
    "rule-none": lambda: held("vip"),
    "rule-unknown": lambda: coded("days_late"),
    "rule-item": lambda: coded("days_past_due", scope="account"),
    "rule-scope": lambda: coded("vip", scope="invoice"),
}

BANDS = (ScoreRange(9, below=1), ScoreRange(0, at_least=1))


def ranges(*bands: ScoreRange) -> ScoreCriterion:
    return ScoreCriterion("trend", weight=1, ranges=bands)


def matrix(**more: Any) -> object:
    return kpi.provision_matrix([], **{"as_of": DAY, "rates": ["1", "2", "3", "4", "5"], **more})


RISKS: dict[str, Provoke] = {
    "score-hole": lambda: ranges(BANDS[0], ScoreRange(0, at_least=2)),
    "score-overlap": lambda: ranges(ScoreRange(9, below=2), BANDS[1]),
    "score-below": lambda: ranges(BANDS[1]),
    "score-above": lambda: ranges(BANDS[0]),
    "score-criterion": lambda: ScoreCriterion("turnover", weight=1, ranges=BANDS),
    "score-weight": lambda: ScoreCriterion("trend", weight=0, ranges=BANDS),
    "score-source": lambda: ScoreCriterion("credit_rating", weight=1, ranges=BANDS),
    "score-line": lambda: read_scorecard('name = "house"\nversion = "1"\n[[criteria]]\n'),
    "score-card": lambda: score_of(account(), untyped("house"), as_of=DAY),
    "credit-step": lambda: credit_advice(account(), as_of=DAY, step=DOLLARS),
    "forecast-weeks": lambda: kpi.cash_forecast([], as_of=DAY, weeks=0),
    "forecast-quantiles": lambda: kpi.cash_forecast([], as_of=DAY, quantiles=(90, 50, 10)),
    "backtest-day": lambda: kpi.backtest([], on=[LATER], as_of=DAY),
    "matrix-rates": lambda: matrix(rates=["1", "2"]),
    "matrix-float": lambda: matrix(rates=untyped([0.3, 1.6, 3.6, 6.6, 10.6])),
    "matrix-neither": lambda: matrix(rates=None),
    "matrix-history": lambda: matrix(rates=None, history=[LATER, DAY]),
}


def dso(**more: Any) -> object:
    return kpi.dso([], **{"as_of": DAY, **more})


def planned(**more: Any) -> kpi.PlannedAction:
    fields: dict[str, Any] = {"account": "C-17", "act": "call", "since": DAY, "act_by": LATER}
    return kpi.PlannedAction(**{**fields, **more})


MEASURES: dict[str, Provoke] = {
    "measure-account": lambda: kpi.dso(untyped(account()), as_of=DAY),
    "measure-accounts": lambda: kpi.dso(untyped([DEBTOR]), as_of=DAY),
    "measure-day": lambda: dso(as_of="2026-03-02"),
    "measure-period": lambda: kpi.collection_effectiveness([], since=DAY, as_of=DAY),
    "measure-currency": lambda: dso(currency="EURO"),
    "measure-disputed": lambda: dso(disputed=True),
    "measure-credits": lambda: dso(credits="net"),
    "measure-own-bucket": lambda: dso(credits="own_bucket"),
    "measure-conventions": lambda: dso(conventions="explicit_only"),
    "measure-window": lambda: dso(window_days=0),
    "measure-bounds": lambda: kpi.ageing([], as_of=DAY, bounds=(30, 0)),
    "measure-rate": lambda: kpi.cost_of_delay([], as_of=DAY, rate=untyped(4.5)),
    "measure-rate-slip": lambda: kpi.cost_of_delay([], as_of=DAY, rate="1e6"),
    "measure-margin": lambda: kpi.cost_of_delay([], as_of=DAY, rate=4, margin=0),
    "measure-channel": lambda: kpi.contact_answer_rate([], as_of=DAY, channel="fax"),
    "measure-roles": lambda: kpi.contact_answer_rate([], as_of=DAY, roles="buyer"),
    "measure-of": lambda: kpi.recovery_rate([], since=DAY, as_of=LATER, of=untyped("all")),
    "measure-sum": lambda: kpi.dso([], as_of=DAY) + kpi.dso([], as_of=DAY),
    "measure-perimeters": lambda: kpi.dso([], as_of=DAY) / kpi.dso([], as_of=LATER),
    "survey-nothing": lambda: kpi.survey([], {}, as_of=DAY),
    "survey-since": lambda: kpi.survey([], {"rolls": kpi.roll_rates}, as_of=DAY),
    "survey-by": lambda: kpi.survey([], {"DSO": kpi.dso}, as_of=DAY, by=untyped("town")),
    "series-order": lambda: kpi.series([], {"DSO": kpi.dso}, closings=[LATER, DAY]),
    "planned-act": lambda: planned(act="dance"),
    "planned-backwards": lambda: planned(since=LATER, act_by=DAY),
    "planned-list": lambda: kpi.actions_on_time([], untyped("call"), as_of=DAY),
}

PROVOKED: Mapping[str, Provoke] = {
    **MEASURES,
    **MONEY,
    **TERMS,
    **FACTS,
    **ACCOUNTS,
    **POLICIES,
    **HOSTS,
    **LEDGERS,
    **RISKS,
}

ROW = re.compile(r"^\| `(?P<id>[\w-]+)` \|(?P<what>.+)\| `(?P<message>.+)` \|$")


def rows_of(page: str) -> list[tuple[str, str]]:
    """The (id, message) of every row of the page, in order."""
    found = [ROW.match(line) for line in page.splitlines() if line.startswith("| `")]
    assert None not in found, "a row is `| `id` | what came | `message` |`"
    return [(row["id"], row["message"]) for row in found if row]


def message_of(provoke: Provoke) -> str:
    """What the library says: the text of its error, else of the problem that is returned."""
    try:
        return str(provoke())
    except RecouvrementError as error:
        return str(error)


needs_page = pytest.mark.skipif(not PAGE.exists(), reason="the pages of docs/ are not here")


@needs_page
def test_every_row_of_the_page_is_provoked_once_and_every_provocation_is_in_the_page() -> None:
    ids = [name for name, _ in rows_of(PAGE.read_text(encoding="utf-8"))]
    assert sorted(ids) == sorted(PROVOKED)


@needs_page
@pytest.mark.parametrize("name", PROVOKED)
def test_page_shows_the_message_exactly(name: str) -> None:
    shown = dict(rows_of(PAGE.read_text(encoding="utf-8")))
    assert message_of(PROVOKED[name]) == shown.get(name)


def test_every_message_says_the_field_what_was_expected_and_what_came() -> None:
    said = [message_of(provoke) for provoke in {**FACTS, **ACCOUNTS}.values()]
    assert [one for one in said if not re.match(r"^\S.*: expected .+, got .+$", one)] == []


def test_every_error_keeps_its_parts_beside_its_message() -> None:
    with pytest.raises(RecouvrementError) as caught:
        invoice(total=-TEN)
    assert (caught.value.field, caught.value.got) == ("invoice.total", "-10.00 EUR")  # type: ignore[attr-defined]


def test_all_the_faults_of_an_account_are_said_at_once() -> None:
    with pytest.raises(RecouvrementError) as caught:
        account(reversal(), advice(), payment(id="P-2", allocations=[Allocation("F-9", TEN)]))
    assert str(caught.value).splitlines() == [
        "Payment('P-2').allocations: expected the id of an invoice of the account, got 'F-9'",
        "Reversal('X-1').payment: expected an id among the Payment facts of the account, got 'P-1'",
        (
            "CashApplication('R-1').source: expected the id of a payment or a credit note of the"
            " account, got 'P-1'"
        ),
    ]
