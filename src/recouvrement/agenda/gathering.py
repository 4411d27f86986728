"""From accounts that pass by to the agenda of a day: decided, gathered by recipient, fitted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol, runtime_checkable

from attrs import evolve

from recouvrement.agenda.assembly import Asking, Assembly, rank
from recouvrement.agenda.day import Agenda
from recouvrement.agenda.fitting import fitted
from recouvrement.agenda.line import Line
from recouvrement.agenda.undone import Undone
from recouvrement.agenda.voices import Voice, Voices
from recouvrement.errors import InvalidInput, shown
from recouvrement.facts.account import Account
from recouvrement.facts.words import Channel
from recouvrement.policy.compiler import FORMAL
from recouvrement.policy.decision import Decision
from recouvrement.policy.engine import weighed
from recouvrement.policy.policy import Policy
from recouvrement.policy.words import Handler, TaskKind
from recouvrement.position.position import book_known, check_date

# Who speaks, and to whom it is handed over, is asked only when something is said.
_NONE: frozenset[Channel] = frozenset()
_OF_THE_ACTION = frozenset({TaskKind.ASSIGN_OWNER, TaskKind.CHOOSE_PARTNER})
NOTHING = "nothing to do"


@runtime_checkable
class ChoosesPolicy(Protocol):
    """Whatever chooses a policy for each account."""

    def policy_for(self, account: Account) -> Policy:
        """The policy that serves an account."""


def agenda_of(
    policy: Policy | ChoosesPolicy,
    accounts: Iterable[Account],
    *,
    as_of: date,
    capacity: Mapping[Handler | str, int] | None = None,
    known_on: date | None = None,
    undone: Iterable[Line | Agenda] = (),
) -> Agenda:
    """The worklist of a day over many accounts: one line per recipient, worked down from the top.

    The accounts may come from a generator, in any order: each is decided and let go. Those that
    share a recipient share its pace and its line. Lines stand by the points of the policy's
    document, after those on which a right is at stake. `capacity` is the time that people have, in
    minutes by handler; what a handler has no room for is put off to the next business day, whole
    and visibly. What runs by itself and what preserves a right is never put off.

    `undone` are lines of earlier agendas, or agendas whole: what is still to be done of them keeps
    its first date, and passes to the collector once it is late.

    >>> from recouvrement.facts.debtor import Debtor
    >>> from recouvrement.facts.invoice import Invoice
    >>> from recouvrement.money import Money
    >>> from recouvrement.policy import preset
    >>> accounts = (
    ...     Account.of(
    ...         Debtor(f"C-{number}", "Atelier Vasseur", kind="business"),
    ...         Invoice("F-1", date(2026, 9, 1), due_on=date(2026, 10, number),
    ...                 total=Money.of(900, "EUR")),
    ...     )
    ...     for number in range(1, 9)
    ... )
    >>> agenda = agenda_of(preset("fr-b2b"), accounts, as_of=date(2026, 10, 6))
    >>> [line.recipient for line in agenda.lines], agenda.silences
    (['C-1', 'C-2', 'C-3', 'C-4'], (('nothing to do', 4),))

    Raises `InvalidInput` for what is no account, a date that is none, or a capacity that is no
    number of minutes; whatever the facts are, there is an agenda.
    """
    earlier = Undone(undone, check_date("as_of", as_of))
    gathering = _Gathering(policy, as_of, known_on, earlier)
    room = _capacity(capacity)
    if isinstance(accounts, (str, bytes, Account)) or not isinstance(accounts, Iterable):
        raise InvalidInput("accounts", "accounts, one after the other", type(accounts).__name__)
    for account in accounts:
        gathering.take(account)
    today, later = fitted(gathering.lines(), as_of, room)
    return Agenda(
        as_of=as_of,
        lines=today,
        carried_over=later,
        seen=gathering.seen,
        silences=tuple(sorted(gathering.silences.items())),
        capacity=tuple(sorted(room.items())),
    )


class _Gathering:
    """What is kept of the accounts that passed by: who was spoken to, and what asks for a line."""

    def __init__(self, policy: object, as_of: date, known_on: date | None, earlier: Undone) -> None:
        reach = None
        if isinstance(policy, Policy):
            # Older contacts are beyond what its pace, or an earlier line, can ask about.
            reach = max(policy.pace.between_contacts, (as_of - earlier.since).days + 1)
        elif not isinstance(policy, ChoosesPolicy):
            expected = "a Policy, or something with policy_for(account)"
            raise InvalidInput("policy", expected, type(policy).__name__)
        self.policy: Any = policy
        self.alone = isinstance(policy, Policy)
        self.as_of = as_of
        self.known_on = known_on
        self.earlier = earlier
        self.voices = Voices(as_of, reach)
        self.asking: dict[Voice, list[Asking]] = {}
        # What recipients refuse, of those that have an account of their own.
        self.refusals: dict[Voice, frozenset[Channel]] = {}
        self.silences: dict[str, int] = {}
        self.seen = 0

    def take(self, account: Account) -> None:
        """One more account, decided as if it shared its recipient with no other, and let go."""
        if not isinstance(account, Account):
            raise InvalidInput("accounts", "accounts only", type(account).__name__)
        self.seen += 1
        policy = self.policy if self.alone else self.policy.policy_for(account)
        decision, points = weighed(policy, account, as_of=self.as_of, known_on=self.known_on)
        debtor = account.debtor
        voice = Voice(account.creditor, debtor.recipient)
        if debtor.refused_channels and debtor.id == debtor.recipient:
            self.refusals[voice] = debtor.refused_channels
        book = account.book
        if book.contacts:
            known = book if self.known_on is None else book_known(account, self.known_on)
            self.voices.hear(voice, known)
        if decision.action is None and not decision.tasks:
            self.silence(decision)
            return
        weight = policy.worklist.points
        worth = Fraction(points, weight.denominator) if weight is not None else Fraction(0)
        one = Asking(decision, policy, worth, debtor.refused_channels, debtor.kind)
        self.asking.setdefault(voice, []).append(one)

    def silence(self, decision: Decision) -> None:
        """One more account that asks for nothing, and why."""
        reason = decision.because[0] if decision.because else NOTHING
        self.silences[reason] = self.silences.get(reason, 0) + 1

    def lines(self) -> list[tuple[Line, Policy]]:
        """One line per recipient with something to do, and the policy of its leading decision."""
        lines, assembly = [], Assembly(self.as_of, self.earlier)
        for voice, asking in self.asking.items():
            if len(asking) > 1:
                _each_once(asking)
            standing = list(self.together(self.paced(voice, asking)))
            if standing:
                lines.append(assembly.line(voice, standing, self.voices.last(voice)))
        return lines

    def paced(self, voice: Voice, asking: list[Asking]) -> Iterator[Asking]:
        """Those that the pace towards their recipient lets speak, and what the others leave."""
        for one in asking:
            decision, policy, *_ = one
            action = decision.action
            refused = self.refusals.get(voice, _NONE)
            if action and self.voices.too_soon(voice, action.execute_on, policy.pace):
                yield from self.put_off(one, "pace")
            elif action and action.channel in refused and action.kind not in FORMAL:
                # One account may say what another, of the recipient himself, forbids.
                yield from self.put_off(one, "channels-refused")
            else:
                yield one

    def together(self, paced: Iterable[Asking]) -> Iterator[Asking]:
        """The leading account, and those for which the same occasion will do; others wait."""
        asking = sorted(paced, key=rank)
        for one in asking:
            if one.rides_with(asking[0]):
                yield one
            else:
                yield from self.put_off(one, "pace")

    def put_off(self, one: Asking, reason: str) -> Iterator[Asking]:
        """What is left of an account that may not speak today: its tasks, if it has any."""
        waiting = _waiting(one.decision, reason)
        if waiting.tasks:
            yield one._replace(decision=waiting)
        else:
            self.silence(waiting)


def _waiting(decision: Decision, reason: str) -> Decision:
    """The decision when something forbids its action: what is said of it, and no task of it."""
    tasks = tuple(one for one in decision.tasks if one.kind not in _OF_THE_ACTION)
    return evolve(decision, action=None, tasks=tasks, because=(reason, *decision.because))


def _each_once(asking: list[Asking]) -> None:
    """`InvalidInput` when an account came twice: one of them would be spoken to twice."""
    names = sorted(one.decision.account for one in asking)
    for name, following in pairwise(names):
        if name == following:
            raise InvalidInput("accounts", "each account once", f"{name!r} twice")


def _capacity(given: object) -> dict[Handler, int]:
    if given is None:
        return {}
    people = [handler for handler in Handler if handler is not Handler.AUTOMATIC]
    expected = "minutes by handler: " + ", ".join(people)
    if not isinstance(given, Mapping):
        raise InvalidInput("capacity", expected, shown(given))
    room = {}
    for word, minutes in given.items():
        if word not in people:
            raise InvalidInput("capacity", expected, shown(word))
        if type(minutes) is not int or minutes < 0:
            raise InvalidInput(f"capacity.{word}", "minutes, 0 or more", shown(minutes))
        room[Handler(word)] = minutes
    return room
