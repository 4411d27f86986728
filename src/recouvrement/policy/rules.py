"""The rules of one document: its tables read into the values that a policy is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from recouvrement.documents import Path, Said
from recouvrement.errors import InvalidInput, RecouvrementError
from recouvrement.facts.words import ActionKind, Channel, DebtorKind, DocumentKind, Tone
from recouvrement.law import LawPack
from recouvrement.money import Money, exponent_of
from recouvrement.policy.applicable import contact_rules, is_law, known_laws, sectors_of
from recouvrement.policy.compiler import FORMAL
from recouvrement.policy.criteria import Criterion, Scope
from recouvrement.policy.entries import Entries
from recouvrement.policy.keys import (
    AGENDA,
    DEADLINES,
    DOCUMENT,
    FLOOR,
    HOLD,
    LEVEL,
    OFFER,
    PACE,
    PARTNER,
    PROMISES,
    STYLE,
    TRIGGER,
    names_of,
)
from recouvrement.policy.ladder import INSIDE, Floor, Hold, Level, Offer, Pace, Trigger
from recouvrement.policy.points import Points, read_points
from recouvrement.policy.policy import Policy
from recouvrement.policy.style import Partner, Style, Worklist
from recouvrement.policy.words import Climb, Handler, TaskKind
from recouvrement.position.conventions import Conventions

Habits = Mapping[ActionKind, tuple[Tone, Handler]]

# What a rung may do, with the register and the hands it takes unless the document says otherwise.
RUNGS: Final[Habits] = {
    ActionKind.PRE_DUE_REMINDER: (Tone.FRIENDLY, Handler.AUTOMATIC),
    ActionKind.REMIND: (Tone.COURTEOUS, Handler.AUTOMATIC),
    ActionKind.CALL: (Tone.COURTEOUS, Handler.COLLECTOR),
    ActionKind.VISIT: (Tone.FIRM, Handler.COLLECTOR),
    ActionKind.FORMAL_NOTICE: (Tone.FORMAL, Handler.COLLECTOR),
    ActionKind.PLACE: (Tone.FORMAL, Handler.ACCOUNT_MANAGER),
}
# What a trigger may do: it speaks, or it stays inside the house.
ANSWERS: Final[Habits] = {
    ActionKind.REMIND: (Tone.COURTEOUS, Handler.AUTOMATIC),
    ActionKind.CALL: (Tone.COURTEOUS, Handler.COLLECTOR),
    ActionKind.VISIT: (Tone.FIRM, Handler.COLLECTOR),
    ActionKind.PROPOSE_PLAN: (Tone.COURTEOUS, Handler.COLLECTOR),
    ActionKind.PROPOSE_ORDER_STOP: (Tone.COURTEOUS, Handler.ACCOUNT_MANAGER),
    ActionKind.TASK: (Tone.COURTEOUS, Handler.COLLECTOR),
}
RECURRING: Final = frozenset({ActionKind.REMIND, ActionKind.CALL, ActionKind.VISIT})
_PEOPLE: Final = tuple([one for one in Handler if one is not Handler.AUTOMATIC])
_MOST_INSTALMENTS: Final = 120
_MOST_MINUTES: Final = 1440
_MOST_DELAY: Final = 100


class Rules(Entries):
    """One pass over a document whose inheritance is already resolved."""

    def policy(self, custom: tuple[Criterion, ...], laws: tuple[LawPack, ...]) -> Policy:
        """The policy, with stand-ins for what is wrong: it is only good without faults."""
        document = self.document
        self.unknown((), document, names_of(DOCUMENT))
        name, version = self.text(("name",)), self.text(("version",))
        law = self.law(laws)
        self.read_currency()
        serves = frozenset(self.words(("for",), DebtorKind, required=True))
        levels = self.tables("level")
        self.levels = tuple(
            str(level["id"]) for level in levels if isinstance(level.get("id"), str)
        )
        if document.get("level", []) == []:
            self.fault(("level",), "at least one [[level]]", None)
        pace, floor = self.contacts(self.pace(), law, laws), self.floor()
        conventions = self.conventions()
        holds = tuple(self.hold(at, one) for at, one in enumerate(self.tables("hold")))
        triggers = tuple(self.trigger(at, one) for at, one in enumerate(self.tables("trigger")))
        rungs = tuple(self.level(at, one) for at, one in enumerate(levels))
        styles = tuple(self.style(at, one) for at, one in enumerate(self.tables("style")))
        partners = tuple(self.partner(at, one) for at, one in enumerate(self.tables("partner")))
        worklist = self.worklist()
        self.in_order([level.get("do") for level in levels])
        rules: dict[str, Any] = {
            "holds": holds,
            "triggers": triggers,
            "levels": rungs,
            "styles": styles,
            "partners": partners,
            "worklist": worklist,
            "criteria": custom,
        }
        return Policy(
            name=name,
            version=version,
            currency=self.currency,
            law=law,
            laws=laws,
            sector=self.sector(law, laws),
            serves=serves,
            pace=pace,
            floor=floor,
            conventions=conventions,
            **({"holds": (), "levels": ()} if self.found else rules),
        )

    def law(self, laws: tuple[LawPack, ...]) -> str | None:
        """The law by name; None where the document has none, and where there is no such pack."""
        name = self.named(("law",))
        if name is None or is_law(name, laws):
            return name
        self.fault(("law",), known_laws(laws), name)
        return None

    def named(self, path: tuple[str, ...]) -> str | None:
        """Some text; None where the document has none, and where it is none."""
        found: object = self.document
        for one in path:
            if not isinstance(found, dict) or one not in found:
                return None
            found = found[one]
        return found if self.text(path) == found else None

    def sector(self, law: str | None, laws: tuple[LawPack, ...]) -> str | None:
        """The house's own trade: one that the law does not know would have the general period."""
        path = ("deadlines", "sector")
        sector = self.named(path)
        if sector is None:
            return None
        known = set() if law is None else sectors_of(law, laws)
        if sector not in known:
            among = ", ".join(sorted(known)) or "none known"
            self.fault(path, f"a sector of which the law has a period of its own: {among}", sector)
        return sector

    def read_currency(self) -> None:
        """The currency of every amount; a stand-in where it is none."""
        self.currency = self.text(("currency",))
        try:
            exponent_of(self.currency)
        except RecouvrementError:
            if "currency" in self.document:
                self.fault(("currency",), "an ISO 4217 code", self.document["currency"])
            self.currency = "EUR"

    def pace(self) -> Pace:
        """One voice towards a recipient."""
        if not self.table(("pace",), names_of(PACE)):
            return Pace()
        # At least a day: otherwise a second run of the same day would speak twice.
        return Pace(
            between_contacts=self.integer(("pace", "between_contacts"), 5, 1),
            per_30_days=self.integer(("pace", "per_30_days"), 5, 1),
            between_levels=self.integer(("pace", "between_levels"), 7, 1),
            climb=self.word(("pace", "climb"), Climb, Climb.ONE_LEVEL) or Climb.ONE_LEVEL,
        )

    def contacts(self, pace: Pace, law: str | None, laws: tuple[LawPack, ...]) -> Pace:
        """The pace, within the contact rule of the law that the document names."""
        path = ("pace", "contact_rule")
        name = self.named(path)
        known = {} if law is None else contact_rules(law, laws)
        if name is None or name in known:
            return pace if name is None else pace.under(known[name])
        among = ", ".join(known) or "none known"
        self.fault(path, f"a contact rule of the law, over 30 days at most: {among}", name)
        return pace

    def floor(self) -> Floor:
        """The amounts below which nothing dear is done."""
        if not self.table(("floor",), names_of(FLOOR)):
            return Floor()
        amounts: dict[str, Money | None] = {
            key: self.amount(("floor", key)) for key in names_of(FLOOR)
        }
        return Floor(**amounts)

    def conventions(self) -> Conventions:
        """What a promise shelters, and the delays that the law gives."""
        given: dict[str, Any] = {}
        if self.table(("promises",), names_of(PROMISES)):
            given["promise_tolerance"] = self.integer(("promises", "tolerance"), 0, 0)
            given["promise_horizon"] = self.integer(("promises", "horizon"), 30, 0)
            given["broken_promises_tolerated"] = self.integer(
                ("promises", "broken_tolerated"), 1, 0
            )
        if self.table(("deadlines",), names_of(DEADLINES)):
            for key in ("limitation_years", "claim_months"):
                given[key] = self.integer(("deadlines", key), 0, 1, _MOST_DELAY) or None
        return Conventions(**given)

    def hold(self, at: int, table: dict[str, Any]) -> Hold:
        """A rule that silences."""
        path = ("hold", at)
        self.unknown(path, table, names_of(HOLD))
        scope = self.word((*path, "scope"), Scope, None)
        if scope is None and "scope" not in table:
            self.fault((*path, "scope"), "one of item, account", None)
        return Hold(
            id=self.identifier((*path, "id")),
            when=self.condition((*path, "when"), scope=scope or Scope.ITEM),
            scope=scope or Scope.ITEM,
        )

    def act(self, path: Path, table: dict[str, Any], acts: Habits) -> ActionKind:
        """What a rule does, REMIND where that cannot be read."""
        do = self.word((*path, "do"), ActionKind, None, among=acts)
        if "do" not in table:
            self.fault((*path, "do"), "one of " + ", ".join(acts), None)
        return ActionKind.REMIND if do is None else do

    def channel(self, path: Path, table: dict[str, Any], *, needed: bool) -> Channel | None:
        """The way a message goes."""
        channel = self.word((*path, "channel"), Channel, None)
        if needed and "channel" not in table:
            self.fault((*path, "channel"), "one of " + ", ".join(Channel), None)
        return channel

    def person(self, path: Path, do: ActionKind, default: Handler) -> Handler:
        """Who does it: a formal act is for a person."""
        named = self.word((*path, "handler"), Handler, default) or default
        if do in FORMAL and named is Handler.AUTOMATIC:
            expected = "a person: a formal act is never automatic"
            self.fault((*path, "handler"), expected, named.value)
        return named

    def manner(self, path: Path, do: ActionKind, habits: Habits, identifier: str) -> dict[str, Any]:
        """How a rule speaks: register, hands, template."""
        tone, handler = habits[do]
        template = self.get((*path, "template"))
        return {
            "tone": self.word((*path, "tone"), Tone, tone) or tone,
            "handler": self.person(path, do, handler),
            "template": identifier if template is None else self.text((*path, "template")),
        }

    def level(self, at: int, table: dict[str, Any]) -> Level:
        """A rung of the ladder."""
        path = ("level", at)
        self.unknown(path, table, names_of(LEVEL))
        identifier = self.identifier((*path, "id"))
        do = self.act(path, table, RUNGS)
        every = self.days((*path, "repeat_every"))
        if every and do not in RECURRING:
            expected = "none but on " + ", ".join(sorted(RECURRING))
            self.fault((*path, "repeat_every"), expected, Said(f"{every} on {do}"))
        return Level(
            id=identifier,
            when=self.condition((*path, "when")),
            until=self.condition((*path, "until")) if "until" in table else None,
            serves=self.serves(path, table),
            do=do,
            channel=self.channel(path, table, needed=do is not ActionKind.PLACE),
            **self.manner(path, do, RUNGS, identifier),
            documents=self.words((*path, "documents"), DocumentKind),
            repeat_every=every,
        )

    def serves(self, path: Path, table: dict[str, Any]) -> Any:
        """The fixed facts that a rule is for, None when it is for all."""
        return self.condition((*path, "for"), fixed_only=True) if "for" in table else None

    def trigger(self, at: int, table: dict[str, Any]) -> Trigger:
        """A rule beside the ladder."""
        path = ("trigger", at)
        self.unknown(path, table, names_of(TRIGGER))
        identifier = self.identifier((*path, "id"))
        do = self.act(path, table, ANSWERS)
        inside = do in INSIDE
        for key in ("channel", "tone", "climb", "repeat_every"):
            if inside and key in table:
                self.fault((*path, key), f"none: {do} says nothing to the debtor", table[key])
        task = self.word((*path, "task"), TaskKind, None)
        if task is not None and do is not ActionKind.TASK:
            self.fault((*path, "task"), "none but on a task", table["task"])
        if "offer" in table and do is not ActionKind.PROPOSE_PLAN:
            self.fault((*path, "offer"), "none but on propose_plan", Said(f"one on {do}"))
        stop = do is ActionKind.PROPOSE_ORDER_STOP
        return Trigger(
            id=identifier,
            when=self.condition((*path, "when")),
            serves=self.serves(path, table),
            do=do,
            channel=self.channel(path, table, needed=not inside),
            **self.manner(path, do, ANSWERS, identifier),
            climb=self.integer((*path, "climb"), 0, 0, 100),
            repeat_every=self.days((*path, "repeat_every")),
            task=task or (TaskKind.ORDER_STOP if stop else TaskKind.FOLLOW_UP),
            offer=self.offer((*path, "offer")) if do is ActionKind.PROPOSE_PLAN else None,
        )

    def offer(self, path: Path) -> Offer:
        """What may be offered; the bounds of the house where the document says nothing."""
        self.table(path, names_of(OFFER))
        if not isinstance(self.get(path), dict):
            return Offer()
        manager = Handler.ACCOUNT_MANAGER
        approver = self.word((*path, "approver"), Handler, manager, among=_PEOPLE)
        return Offer(
            instalments=self.integer((*path, "instalments"), 3, 1, _MOST_INSTALMENTS),
            days=self.integer((*path, "days"), 90, 1),
            first_share=self.integer((*path, "first_share"), 0, 0, 100),
            approver=approver or manager,
        )

    def style(self, at: int, table: dict[str, Any]) -> Style:
        """A row of the style table."""
        path = ("style", at)
        self.unknown(path, table, names_of(STYLE))
        if not table.keys() - {"id", "when", "acts"}:
            expected = "at least one of channel, tone, handler, template, recipient"
            self.fault(path, expected, Said("none"))
        optional = {
            key: self.text((*path, key)) for key in ("template", "recipient") if key in table
        }
        return Style(
            id=self.identifier((*path, "id")) if "id" in table else None,
            when=self.condition((*path, "when"), scope=Scope.ACCOUNT),
            acts=frozenset(self.words((*path, "acts"), ActionKind)),
            channel=self.word((*path, "channel"), Channel, None),
            tone=self.word((*path, "tone"), Tone, None),
            handler=self.word((*path, "handler"), Handler, None),
            **optional,
        )

    def partner(self, at: int, table: dict[str, Any]) -> Partner:
        """Somebody to whom files are handed over."""
        path = ("partner", at)
        self.unknown(path, table, names_of(PARTNER))
        return Partner(
            id=self.identifier((*path, "id")),
            role=self.text((*path, "role")),
            when=self.condition((*path, "when"), scope=Scope.ACCOUNT) if "when" in table else None,
        )

    def worklist(self) -> Worklist:
        """How the lines of a day are ordered, and how long each act takes."""
        table = self.table(("agenda",), names_of(AGENDA))
        minutes: list[tuple[ActionKind, int]] = []
        for act in self.table(("agenda", "minutes"), tuple(ActionKind)) if table else ():
            if act in list(ActionKind):
                value = self.integer(("agenda", "minutes", act), 0, 0, _MOST_MINUTES)
                minutes.append((ActionKind(act), value))
        points = self.points(("agenda", "points")) if "points" in table else None
        return Worklist(points=points, allotted=tuple(sorted(minutes)))

    def points(self, path: Path) -> Points | None:
        """The points that order a day, None where they cannot be read."""
        try:
            return read_points(
                self.get(path),
                currency=self.currency,
                criteria=self.criteria,
            )
        except InvalidInput as error:
            self.fault(path, error.expected, Said(error.got))
            return None

    def in_order(self, acts: list[object]) -> None:
        """An item that a late pre-due reminder had moved up would never be asked for its money."""
        demanding = False
        for at, act in enumerate(acts):
            if act == ActionKind.PRE_DUE_REMINDER and demanding:
                expected = "pre-due reminders before the levels that demand"
                self.fault(("level", at, "do"), expected, act)
            elif act in list(RUNGS):
                demanding = demanding or act != ActionKind.PRE_DUE_REMINDER
