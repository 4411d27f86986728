"""Cash application against a ledger that knows no tricks: every day in turn, every item, each rule.

It shares no code with the library. What it says on drawn accounts, the library must say.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from recouvrement import (
    Account,
    ApplicationRule,
    CashApplication,
    Conventions,
    CreditNote,
    Dispute,
    DisputeOutcome,
    Money,
    Payment,
    PaymentPlan,
    PaymentPurpose,
    Promise,
    position_of,
)
from recouvrement.facts.fact import Fact
from recouvrement.position import application
from recouvrement.testing import strategies

CURRENCIES = ("EUR", "JPY")


class NaiveLedger:
    def __init__(self, account: Account, as_of: date, *, explicit_only: bool) -> None:
        self.account = account
        self.explicit_only = explicit_only
        self.sources: list[Any] = [*account.credit_notes, *account.payments]
        whole: dict[str, Money] = {one.id: one.total for one in account.credit_notes}
        for one in account.payments:
            whole[one.id] = one.amount
        self.spare = {name: amount.minor for name, amount in whole.items()}
        self.currency = {name: amount.currency for name, amount in whole.items()}
        self.applied: dict[str, list[tuple[str, int]]] = {name: [] for name in self.spare}
        self.given_up: Counter[str] = Counter()
        self.left: dict[str, int] = {}
        self.due: dict[str, date] = {}
        self.invoice: dict[str, Any] = {}
        self.parts: dict[str, list[str]] = {}
        self.bill()
        self.waiting: dict[str, int] = {}
        self.days = [fact.happened_on for fact in account.facts]
        day = min(self.days, default=as_of)
        while day <= as_of:
            self.live(day)
            day += timedelta(1)

    def bill(self) -> None:
        rows = []
        for invoice in self.account.invoices:
            amounts = [part.amount.minor for part in invoice.schedule] or [invoice.total.minor]
            dues = [part.due_on or date.max for part in invoice.schedule] or [invoice.due_on]
            for part, name in enumerate(invoice.item_ids):
                row = (dues[part], invoice.issued_on, amounts[part], invoice.id, part, name)
                rows.append((row, invoice))
        rows.sort(key=lambda pair: pair[0])
        for (due, _, amount, name_of_invoice, _, name), invoice in rows:
            self.left[name], self.due[name], self.invoice[name] = amount, due, invoice
            self.parts.setdefault(name_of_invoice, []).append(name)
            self.parts[name] = self.parts[name_of_invoice] if name == invoice.id else [name]

    def issued(self, target: str) -> date:
        on: date = self.invoice[self.parts[target][0]].issued_on
        return on

    def live(self, day: date) -> None:
        surplus = self.directed(day)
        self.advised(day)
        if not self.explicit_only:
            self.wait_for_items_of(day)
            for name, minor in surplus.items():
                self.loose(name, minor, day)
            for source in self.sources:
                if source.happened_on == day:
                    directed = sum([minor for _, minor in self.directions(source)])
                    whole = self.spare[source.id] + sum([m for _, m in self.applied[source.id]])
                    self.loose(source.id, whole - directed, day)
        self.written_off(day)
        self.sent_back(day)

    def directions(self, source: Any) -> list[tuple[str, int]]:
        if isinstance(source, CreditNote) and source.dispute and not source.allocations:
            wanted = str(source.dispute)
            (target,) = (one.invoice for one in self.account.disputes if one.id == wanted)
            return [(target, source.total.minor)]
        return [(one.invoice, one.amount.minor) for one in source.allocations]

    def directed(self, day: date) -> dict[str, int]:
        surplus: dict[str, int] = {}
        for source in self.sources:
            for target, minor in self.directions(source):
                if max(source.happened_on, self.issued(target)) == day:
                    able = min(minor, self.spare[source.id])
                    over = able - self.apply(source.id, self.parts[target], able)
                    if over:
                        surplus[source.id] = surplus.get(source.id, 0) + over
        return surplus

    def apply(self, name: str, targets: list[str], minor: int) -> int:
        whole = minor
        for item in targets:
            taken = min(minor, self.left[item], self.spare[name])
            self.left[item] -= taken
            self.spare[name] -= taken
            minor -= taken
            self.applied[name].append((item, taken))
        return whole - minor

    def advised(self, day: date) -> None:
        for advice in self.account.cash_applications:
            (came,) = (one.happened_on for one in self.sources if one.id == advice.source)
            if max(advice.on, came, self.issued(advice.invoice)) == day:
                self.apply(advice.source, self.parts[advice.invoice], advice.amount.minor)

    def wait_for_items_of(self, day: date) -> None:
        if any(invoice.issued_on == day for invoice in self.account.invoices):
            for name, minor in list(self.waiting.items()):
                self.waiting[name] = minor - self.by_rule(name, minor, day)

    def loose(self, name: str, minor: int, day: date) -> None:
        (source,) = (one for one in self.sources if one.id == name)
        if isinstance(source, Payment) and source.purpose is not PaymentPurpose.SETTLEMENT:
            return
        minor = min(minor, self.spare[name])
        left = minor - self.by_rule(name, minor, day)
        self.waiting[name] = self.waiting.get(name, 0) + left

    def by_rule(self, name: str, minor: int, day: date) -> int:
        apart = self.apart_on(day)
        able = [
            item
            for item in self.left
            if self.left[item] > 0
            and self.invoice[item].issued_on <= day
            and self.invoice[item].total.currency == self.currency[name]
            and item not in apart
        ]
        exact = [item for item in able if self.left[item] == minor]
        preferred = [item for item in exact if not self.disputed_on(item, day)] or exact
        if preferred:
            return self.apply(name, preferred[:1], minor)
        whole = minor
        for item in able:
            if self.due[item] <= day:
                undisputed = self.left[item] - self.disputed_on(item, day)
                minor -= self.apply(name, [item], min(minor, undisputed))
        return whole - minor + self.apply(name, able, minor)

    def apart_on(self, day: date) -> set[str]:
        apart = set()
        for stay in self.account.insolvencies:
            over = stay.ended_on and stay.ended_on <= day
            if stay.kind != "conciliation" and stay.opened_on <= day and not over:
                for item, invoice in self.invoice.items():
                    if (invoice.supplied_on or invoice.issued_on) <= stay.opened_on:
                        apart.add(item)
        assigned = self.account.assignments
        told: list[Any] = [one for one in assigned if (one.notified_on or date.max) <= day]
        for hold in [*self.account.placements, *told]:
            if hold.on <= day and not (hold.ended_on and hold.ended_on <= day):
                apart.update(item for one in hold.invoices for item in self.parts[one])
        return apart

    def disputed_on(self, item: str, day: date) -> int:
        held = dict.fromkeys(self.left, 0)
        for dispute in self.account.disputes:
            if dispute.opened_on <= day < (dispute.resolved_on or date.max):
                claim = self.claim(dispute, day)
                for part in self.parts[dispute.invoice]:
                    taken = min(claim, self.left[part] - held[part])
                    held[part] += max(0, taken)
                    claim -= max(0, taken)
        return held[item]

    def claim(self, dispute: Dispute, day: date) -> int:
        if dispute.amount is None:
            return 10**15
        disputed = set(self.parts[dispute.invoice])
        claim = dispute.amount.minor
        for note in self.account.credit_notes:
            if str(note.dispute) == dispute.id and dispute.opened_on <= note.issued_on <= day:
                for target, minor in self.directions(note):
                    claim -= minor if disputed & set(self.parts[target]) else 0
        return max(0, claim)

    def written_off(self, day: date) -> None:
        for loss in self.account.write_offs:
            if max(loss.on, self.issued(loss.invoice)) == day:
                for item in self.parts[loss.invoice]:
                    taken = min(loss.amount.minor - self.given_up[loss.id], self.left[item])
                    self.left[item] -= taken
                    self.given_up[loss.id] += taken

    def sent_back(self, day: date) -> None:
        for back in self.account.reversals:
            if back.on == day:
                (payment,) = (one for one in self.account.payments if one.id == back.payment)
                minor = (back.amount or payment.amount).minor
                free = min(self.spare[payment.id], minor)
                self.spare[payment.id] -= free
                self.undo(payment.id, minor - free)
                if payment.id in self.waiting:
                    left = min(self.waiting[payment.id], self.spare[payment.id])
                    self.waiting[payment.id] = left

    def undo(self, name: str, minor: int) -> None:
        """The last cents applied come back first."""
        while minor:
            item, taken = self.applied[name].pop()
            returned = min(taken, minor)
            self.left[item] += returned
            minor -= returned
            self.applied[name].append((item, taken - returned))
            if returned == taken:
                self.applied[name].pop()

    def open(self, as_of: date) -> dict[str, int]:
        return {
            item: minor
            for item, minor in self.left.items()
            if minor and self.invoice[item].issued_on <= as_of
        }

    def unapplied(self, as_of: date) -> dict[str, int]:
        spare: Counter[str] = Counter()
        for source in self.sources:
            if source.happened_on <= as_of:
                spare[self.currency[source.id]] += self.spare[source.id]
        for loss in self.account.write_offs:
            if loss.on <= as_of:
                spare[loss.amount.currency] += loss.amount.minor - self.given_up[loss.id]
        return dict(+spare)


@given(strategies.accounts(currencies=CURRENCIES), st.data())
def test_explicit_application_is_what_a_naive_ledger_finds(
    account: Account, data: st.DataObject
) -> None:
    as_of = data.draw(strategies.as_ofs(account))
    rule = Conventions(application=ApplicationRule.EXPLICIT_ONLY)
    position = position_of(account, as_of=as_of, conventions=rule)
    naive = NaiveLedger(account, as_of, explicit_only=True)
    assert {item.id: item.open.minor for item in position.open_items} == naive.open(as_of)
    assert position.unapplied_minor == naive.unapplied(as_of)


# Promises and plans draw money to themselves, and advices away: examples tell those.
SIMPLE = strategies.accounts(currencies=CURRENCIES, without=(Promise, PaymentPlan, CashApplication))


@given(SIMPLE, st.data())
def test_oldest_first_application_is_what_a_naive_ledger_finds(
    account: Account, data: st.DataObject
) -> None:
    never_owed: list[Fact] = [
        attrs.evolve(fact, outcome=DisputeOutcome.REJECTED)
        if isinstance(fact, Dispute) and fact.resolved_on
        else fact
        for fact in account.facts
    ]
    account = Account.of(account.debtor, *never_owed)
    as_of = data.draw(strategies.as_ofs(account))
    position = position_of(account, as_of=as_of)
    naive = NaiveLedger(account, as_of, explicit_only=False)
    event(f"something was applied by the rule: {any(naive.applied.values())}")
    assert {item.id: item.open.minor for item in position.open_items} == naive.open(as_of)
    assert position.unapplied_minor == naive.unapplied(as_of)


def ledger_of(account: Account, day: int, few: int) -> tuple[object, ...]:
    """What a ledger holds that looks at so few items one by one, and at more through an index."""
    with patch.object(application, "FEW", few):
        found = application.ledger_at(account.book, day, explicit_only=False, logged=True)
    return found.open, found.applied, found.gone, found.by_place


@given(strategies.accounts(currencies=CURRENCIES), st.data())
def test_items_are_found_alike_one_by_one_and_through_the_index(
    account: Account, data: st.DataObject
) -> None:
    day = data.draw(strategies.as_ofs(account)).toordinal()
    looked, indexed = (ledger_of(account, day, few) for few in (application.FEW, -1))
    assert looked == indexed
