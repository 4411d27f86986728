"""The digest: what a decision rested on, in a form that anybody can write again and compare."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve

from recouvrement import (
    Account,
    Allocation,
    Assignment,
    BusinessCalendar,
    Channel,
    Debtor,
    Dispute,
    ExchangeRate,
    ExchangeRates,
    Insolvency,
    InvalidInput,
    Invoice,
    LegalStep,
    Money,
    Payment,
    PaymentPlan,
    Placement,
    Promise,
    digest,
    preset,
    read_policy,
)
from recouvrement.facts.fact import Fact
from recouvrement.facts.invoice import Instalment
from recouvrement.policy import canonical_form

POLICY = preset("fr-b2b")
DEBTOR = Debtor(
    "C-17",
    "Atelier Vasseur",
    kind="business",
    refused_channels=frozenset({Channel.SMS, Channel.PHONE}),
)
DAY = date(2026, 11, 20)
INVOICE = Invoice(
    "F-41",
    date(2026, 9, 1),
    due_on=date(2026, 10, 1),
    total=Money.of(900, "EUR"),
    tags=frozenset({"b", "a"}),
)
PAYMENT = Payment(
    "P-9",
    date(2026, 10, 20),
    amount=Money.of("500.50", "EUR"),
    allocations=(Allocation("F-41", Money.of(500, "EUR")),),
    recorded_on=date(2026, 10, 23),
)
ACCOUNT = Account.of(DEBTOR, INVOICE, PAYMENT)


def of(account: Any = ACCOUNT, policy: Any = POLICY, **asked: Any) -> str:
    return digest(policy, account, **{"as_of": DAY, **asked})


# --- the documented form -------------------------------------------------------------------------


def test_digest_is_the_sha256_of_the_canonical_json() -> None:
    form = canonical_form(POLICY, ACCOUNT, as_of=DAY)
    text = json.dumps(form, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert of() == hashlib.sha256(text.encode("utf-8")).hexdigest()


def test_form_is_the_one_that_the_page_documents() -> None:
    form = canonical_form(POLICY, ACCOUNT, as_of=DAY)
    assert form.keys() == {"as_of", "known_on", "creditor", "debtor", "facts", "policy", "law"}
    assert (form["as_of"], form["known_on"], form["creditor"]) == ("2026-11-20", None, None)
    assert form["debtor"]["id"] == "C-17"
    assert form["debtor"]["kind"] == "business"
    assert form["debtor"]["refused_channels"] == ["phone", "sms"]
    assert form["facts"]["Invoice"]["F-41"]["total"] == {"currency": "EUR", "minor": 90_000}
    assert form["facts"]["Invoice"]["F-41"]["due_on"] == "2026-10-01"
    assert form["facts"]["Invoice"]["F-41"]["tags"] == ["a", "b"]
    assert form["facts"]["Payment"]["P-9"]["recorded_on"] == "2026-10-23"
    assert form["facts"]["Payment"]["P-9"]["allocations"] == [
        {"invoice": "F-41", "amount": {"currency": "EUR", "minor": 50_000}}
    ]
    assert form["policy"]["name"] == "fr-b2b"
    assert form["policy"]["law"] == "FR"
    assert form["law"] == {"name": "FR", "version": "2026.11"}
    assert form["policy"]["conventions"]["limitation_years"] == 5
    assert form["policy"]["floor"]["placement"] == {"currency": "EUR", "minor": 50_000}
    assert form["policy"]["levels"][1]["when"]["text"] == "days_past_due >= 2"
    assert "compiled" not in form["policy"]
    assert json.loads(json.dumps(form)) == form


def test_digest_of_an_example_never_changes_by_itself() -> None:
    policy = read_policy(
        'name = "x"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n[[level]]\nid = "a"\n'
        'when = "days_past_due >= 2"\ndo = "remind"\nchannel = "email"\n'
    )
    form = canonical_form(policy, ACCOUNT, as_of=DAY)
    assert form["policy"] == {
        "name": "x",
        "version": "1",
        "currency": "EUR",
        "law": None,
        "serves": ["business"],
        "pace": {
            "between_contacts": 5,
            "per_30_days": 5,
            "between_levels": 7,
            "climb": "one-level",
            "contact_rule": None,
        },
        "floor": {"formal_notice": None, "placement": None},
        "conventions": {
            "application": "oldest_first",
            "promise_tolerance": 0,
            "promise_horizon": 30,
            "broken_promises_tolerated": 1,
            "limitation_years": None,
            "limitation_from": "due_date",
            "claim_months": None,
            "service_months": [],
            "calendar": {
                "weekend": [5, 6],
                "holidays": [],
                "valid_from": None,
                "valid_until": None,
            },
            "rates": {"rates": []},
        },
        "holds": [],
        "levels": [
            {
                "id": "a",
                "when": {
                    "text": "days_past_due >= 2",
                    "node": {"criterion": "days_past_due", "operator": ">=", "constant": 2},
                },
                "do": "remind",
                "channel": "email",
                "tone": "courteous",
                "handler": "automatic",
                "template": "a",
                "until": None,
                "serves": None,
                "documents": [],
                "repeat_every": None,
            }
        ],
        "triggers": [],
        "styles": [],
        "partners": [],
        "worklist": {"points": None, "allotted": []},
        "criteria": [],
        "sector": None,
        "laws": [],
    }
    assert form["law"] is None


def test_rules_beside_the_ladder_stand_in_the_form_with_every_default() -> None:
    policy = read_policy(
        'name = "x"\nversion = "1"\ncurrency = "EUR"\nfor = ["business"]\n'
        '[[trigger]]\nid = "t"\nwhen = "vip"\ndo = "propose_plan"\nchannel = "phone"\n'
        '[[level]]\nid = "a"\nwhen = "vip"\ndo = "remind"\nchannel = "email"\nrepeat_every = 9\n'
        '[[style]]\nwhen = "vip"\nacts = ["remind", "call"]\ntone = "firm"\n'
        '[[partner]]\nid = "p"\nrole = "agency"\n'
        '[agenda]\npoints = "open / EUR(10) + 3"\nminutes = { visit = 9, call = 3 }\n'
    )
    form = canonical_form(policy, ACCOUNT, as_of=DAY)["policy"]
    vip = {"text": "vip", "node": {"criterion": "vip"}}
    assert form["triggers"] == [
        {
            "id": "t",
            "when": vip,
            "do": "propose_plan",
            "channel": "phone",
            "tone": "courteous",
            "handler": "collector",
            "template": "t",
            "climb": 0,
            "repeat_every": None,
            "serves": None,
            "task": "follow_up",
            "offer": {
                "instalments": 3,
                "days": 90,
                "first_share": 0,
                "approver": "account_manager",
            },
        }
    ]
    assert form["levels"][0]["repeat_every"] == 9
    assert form["styles"] == [
        {
            "id": None,
            "when": vip,
            "acts": ["call", "remind"],
            "channel": None,
            "tone": "firm",
            "handler": None,
            "template": None,
            "recipient": None,
        }
    ]
    assert form["partners"] == [{"id": "p", "role": "agency", "when": None}]
    assert form["worklist"] == {
        "points": {
            "text": "open / EUR(10) + 3",
            "terms": [["open", 1]],
            "constant": 3000,
            "denominator": 1000,
        },
        "allotted": [["call", 3], ["visit", 9]],
    }
    assert json.loads(json.dumps(form)) == form


def test_rates_are_text_without_trailing_zeros_and_holidays_are_dates() -> None:
    def completed(value: str) -> Any:
        rates = ExchangeRates.of(
            ExchangeRate("USD", "EUR", since=date(2026, 1, 1), value=value),
            ExchangeRate("JPY", "EUR", since=date(2026, 1, 1), value="100"),
        )
        return POLICY.completed(calendar=BusinessCalendar.france(2026, 2026), rates=rates)

    form = canonical_form(completed("0.850"), ACCOUNT, as_of=DAY)["policy"]["conventions"]
    assert [one["value"] for one in form["rates"]["rates"]] == ["100", "0.85"]
    assert form["calendar"]["holidays"][0] == "2026-01-01"
    assert completed("0.850") == completed("0.85")
    assert of(policy=completed("0.850")) == of(policy=completed("0.85"))


def test_names_that_are_no_proper_text_are_digested_too() -> None:
    odd = Account.of(evolve(DEBTOR, name="half a character \ud800"), INVOICE)
    assert len(of(odd)) == 64


# --- the same inputs, the same digest ------------------------------------------------------------


def test_digest_is_the_same_in_another_process() -> None:
    code = (
        "from datetime import date\n"
        "from recouvrement import *\n"
        "account = Account.of(\n"
        "    Debtor('C-17', 'Atelier Vasseur', kind='business',\n"
        "        refused_channels=['phone', 'sms']),\n"
        "    Payment('P-9', date(2026, 10, 20), amount=Money.of('500.50', 'EUR'),\n"
        "        allocations=(Allocation('F-41', Money.of(500, 'EUR')),),\n"
        "        recorded_on=date(2026, 10, 23)),\n"
        "    Invoice('F-41', date(2026, 9, 1), due_on=date(2026, 10, 1),\n"
        "        total=Money.of(900, 'EUR'), tags=['a', 'b']))\n"
        "print(digest(preset('fr-b2b'), account, as_of=date(2026, 11, 20)))\n"
    )
    for seed in ("0", "7"):
        run = subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert run.stdout.strip() == of()


@pytest.mark.parametrize(
    "later",
    [
        Payment("P-10", DAY + timedelta(1), amount=Money.of(1, "EUR")),
        Invoice("F-42", DAY + timedelta(1), due_on=DAY, total=Money.of(1, "USD")),
        Promise(
            "W-1",
            DAY + timedelta(9),
            due_on=DAY + timedelta(10),
            amount=Money.of(1, "EUR"),
            means="card",
        ),
    ],
    ids=lambda fact: type(fact).__name__,
)
def test_later_facts_do_not_change_it(later: Fact) -> None:
    assert of(ACCOUNT.record(later)) == of()
    assert of(ACCOUNT.record(later), as_of=DAY + timedelta(20)) != of(as_of=DAY + timedelta(20))


OPEN = DAY - timedelta(5)
ENDS: dict[str, Any] = {"on": OPEN, "invoices": ["F-41"]}
EUR = Money.of(10, "EUR")


@pytest.mark.parametrize(
    ("fact", "ending"),
    [
        (Dispute("D-1", OPEN, invoice="F-41"), {"resolved_on": DAY, "outcome": "rejected"}),
        (LegalStep("E-1", kind="claim", **ENDS), {"ended_on": DAY, "outcome": "won"}),
        (Placement("T-1", to="agency", **ENDS), {"ended_on": DAY}),
        (Assignment("S-1", to="bank", **ENDS), {"notified_on": DAY}),
        (Assignment("S-1", to="bank", **ENDS), {"ended_on": DAY}),
        (Insolvency("J-1", "safeguard", opened_on=OPEN), {"claim_filed_on": DAY}),
        (Insolvency("J-1", "safeguard", opened_on=OPEN), {"published_on": DAY}),
        (Insolvency("J-1", "safeguard", opened_on=OPEN), {"ended_on": DAY}),
        (Promise("W-1", OPEN, due_on=DAY, amount=EUR, means="card"), {"withdrawn_on": DAY}),
        (
            PaymentPlan("L-1", OPEN, invoices=["F-41"], instalments=(Instalment(DAY, EUR),)),
            {"signed_on": DAY},
        ),
    ],
    ids=lambda part: type(part).__name__ if isinstance(part, Fact) else " ".join(part),
)
def test_later_endings_do_not_change_it_and_endings_of_the_day_do(
    fact: Fact, ending: dict[str, Any]
) -> None:
    before = ACCOUNT.record(fact)
    after = before.amend(evolve(fact, **ending))
    eve = DAY - timedelta(1)
    assert of(after, as_of=eve) == of(before, as_of=eve)
    assert of(after) != of(before)
    # Known only on the eve, it has not ended yet as far as anybody knew.
    assert of(after, known_on=eve) == of(before, known_on=eve)


def test_only_what_was_known_counts() -> None:
    friday, monday = date(2026, 10, 20), date(2026, 10, 23)
    without = Account.of(DEBTOR, INVOICE)
    assert of(as_of=monday, known_on=friday) == of(without, as_of=monday, known_on=friday)
    assert of(as_of=monday, known_on=monday) != of(without, as_of=monday, known_on=monday)


# --- other inputs, another digest ----------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [
        lambda: of(as_of=DAY + timedelta(1)),
        lambda: of(known_on=DAY),
        lambda: of(policy=preset("fr-b2b", currency="USD")),
        lambda: of(policy=POLICY.completed(application="explicit_only")),
        lambda: of(policy=POLICY.completed(calendar=BusinessCalendar.france(2026, 2026))),
        lambda: of(policy=evolve(POLICY, version="2")),
        lambda: of(policy=evolve(POLICY, law="DE")),
        lambda: of(Account.of(evolve(DEBTOR, vip=True), INVOICE, PAYMENT)),
        lambda: of(Account.of(DEBTOR, INVOICE, PAYMENT, creditor="our-company")),
        lambda: of(Account.of(DEBTOR, INVOICE)),
        lambda: of(Account.of(DEBTOR, evolve(INVOICE, tags=frozenset({"a"})), PAYMENT)),
    ],
)
def test_any_input_that_differs_gives_another_digest(other: Any) -> None:
    assert other() != of()


def test_an_account_without_facts_has_a_digest() -> None:
    assert len(of(Account.of(DEBTOR))) == 64


def test_digest_is_of_one_policy_and_one_account() -> None:
    for asked in ({"policy": "fr-b2b"}, {"account": [ACCOUNT]}):
        with pytest.raises(InvalidInput) as caught:
            of(**asked)
        assert caught.value.field in asked


@pytest.mark.parametrize("asked", [{"as_of": "2026-11-20"}, {"known_on": "yesterday"}])
def test_dates_are_dates(asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as caught:
        of(**asked)
    assert caught.value.field in asked
