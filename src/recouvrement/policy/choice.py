"""Which policy serves which account: a table read from a document, the most specific row first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import evolve, field, frozen

from recouvrement.documents import Lines, Path, Said
from recouvrement.errors import InvalidInput, InvalidPolicy
from recouvrement.facts.account import Account
from recouvrement.facts.words import DebtorKind
from recouvrement.policy.entries import Entries
from recouvrement.policy.policy import Policy
from recouvrement.policy.reader import parsed
from recouvrement.tables import html_table

# What a row may ask for, in the order of the page; the first is more specific than all the others.
CONDITIONS: Final = ("debtors", "kinds", "segments", "countries", "tags")
_ROW: Final = ("policy", *CONDITIONS)


@frozen(kw_only=True)
class Choice:
    """One row: the policy, by the name the document gives it, of the accounts it asks for.

    Each condition that is not empty has to hold: the debtor is one of `debtors`, he is of one of
    the `kinds`, `segments` and `countries`, and an invoice of his bears one of the `tags`. `where`
    is the line of the document.
    """

    name: str
    policy: Policy = field(repr=False)
    debtors: frozenset[str] = frozenset()
    kinds: frozenset[DebtorKind] = frozenset()
    segments: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    where: str | None = field(default=None, eq=False)

    @property
    def asks(self) -> tuple[str, ...]:
        """The conditions that are not empty."""
        return tuple([name for name in CONDITIONS if getattr(self, name)])

    def holds_for(self, account: Account) -> bool:
        """Whether every condition holds; without any, it does."""
        debtor = account.debtor
        return (
            (not self.debtors or debtor.id in self.debtors)
            and (not self.kinds or debtor.kind in self.kinds)
            and (not self.segments or debtor.segment in self.segments)
            and (not self.countries or debtor.country in self.countries)
            and (not self.tags or any(self.tags & one.tags for one in account.invoices))
        )


def _most_specific_first(rows: Iterable[Choice]) -> tuple[Choice, ...]:
    return tuple(sorted(rows, key=lambda one: (not one.debtors, -len(one.asks))))


@frozen
class PolicyTable:
    """The policy of every account: that of the most specific row that holds, else the default.

    A row that names debtors comes before one that does not; then the more conditions a row has, the
    sooner it comes; then the order of the document decides. `choices` has that order.
    """

    default: Choice
    choices: tuple[Choice, ...] = field(default=(), converter=_most_specific_first)

    def why(self, account: Account) -> Choice:
        """The row that decides for an account; the default has no conditions."""
        if not isinstance(account, Account):
            raise InvalidInput("account", "one Account", type(account).__name__)
        for choice in self.choices:
            if choice.holds_for(account):
                return choice
        return self.default

    def policy_for(self, account: Account) -> Policy:
        """The policy of an account."""
        return self.why(account).policy

    def to_rows(self) -> list[dict[str, object]]:
        """The table, in the order in which its rows are tried."""
        return [
            {"policy": one.name, **{name: getattr(one, name) for name in CONDITIONS}}
            for one in (*self.choices, self.default)
        ]

    def _repr_html_(self) -> str:
        return html_table(self.to_rows(), caption="Choice of policy")


def read_choice(text: str, policies: Mapping[str, Policy]) -> PolicyTable:
    """The table that a TOML document states, or one `InvalidPolicy` with all its faults.

    `policies` are those it may name. Two rows that ask for the same, just as specific, and name two
    policies are a fault, and so is a row for kinds that its policy does not serve.

    >>> from recouvrement import Debtor, preset
    >>> names = ("fr-b2b", "key-accounts")
    >>> table = read_choice(
    ...     '''
    ...     default = "fr-b2b"
    ...     [[choice]]
    ...     policy = "key-accounts"
    ...     segments = ["key"]
    ...     ''',
    ...     {name: preset(name) for name in names},
    ... )
    >>> table.policy_for(Account.of(Debtor("C-1", "Atelier Vasseur", segment="key"))).name
    'key-accounts'
    """
    if not isinstance(policies, Mapping):
        raise InvalidInput("policies", "policies by name", type(policies).__name__)
    for name, policy in policies.items():
        if not isinstance(name, str) or not isinstance(policy, Policy):
            raise InvalidInput("policies", "policies by name", f"{name!r}: {policy!r}")
    try:
        document, lines = parsed(text)
    except InvalidPolicy as error:
        raise InvalidPolicy.of([evolve(one, field="choice") for one in error.faults]) from None
    rows = _Rows(document, lines, policies)
    table = rows.whole()
    if table is None:
        raise InvalidPolicy.of(rows.faults)
    return table


class _Rows(Entries):
    """One pass over a document of choices."""

    def __init__(
        self, document: dict[str, Any], lines: Lines, policies: Mapping[str, Policy]
    ) -> None:
        super().__init__(document, lines, {})
        self.policies = policies

    def whole(self) -> PolicyTable | None:
        """The table; None when something in it is wrong."""
        self.unknown((), self.document, ("default", "choice"))
        default = self.named(("default",))
        choices = [self.choice(at, row) for at, row in enumerate(self.tables("choice"))]
        self.contradictions(choices)
        if self.found or default is None:
            return None
        chosen = Choice(name=default, policy=self.policies[default], where=self.line(("default",)))
        return PolicyTable(chosen, [one for one in choices if one is not None])

    def line(self, path: Path) -> str | None:
        place = self.places.where(path)
        return None if place is None else f"line {place[1]}"

    def named(self, path: Path) -> str | None:
        """The name of a policy that is given."""
        name = self.get(path)
        if isinstance(name, str) and name in self.policies:
            return name
        self.fault(path, "one of " + ", ".join(sorted(self.policies)), name)
        return None

    def choice(self, at: int, row: dict[str, Any]) -> Choice | None:
        """One row; None when its policy or all that it asks for is wrong."""
        path = ("choice", at)
        self.unknown(path, row, _ROW)
        name = self.named((*path, "policy"))
        asked: dict[str, Any] = {
            key: frozenset(self.values((*path, key))) for key in CONDITIONS if key in row
        }
        if not asked:
            self.fault(path, "at least one of " + ", ".join(CONDITIONS), Said("none"))
        if name is None or not all(asked.values()):
            return None
        policy = self.policies[name]
        strangers = asked.get("kinds", frozenset()) - policy.serves - {DebtorKind.UNKNOWN}
        if strangers:
            expected = f"kinds that {name} serves: " + ", ".join(sorted(policy.serves))
            self.fault((*path, "kinds"), expected, Said(", ".join(sorted(strangers))))
        return Choice(name=name, policy=policy, where=self.line(path), **asked)

    def values(self, path: Path) -> tuple[str, ...]:
        """What a row asks for, none where that cannot be read."""
        if path[-1] == "kinds":
            return self.words(path, DebtorKind, required=True)
        values = self.get(path)
        whole = isinstance(values, list) and all(
            isinstance(one, str) and one.strip() for one in values
        )
        if not whole or not values:
            self.fault(path, f"a list of {path[-1]}", values)
            return ()
        return tuple(values)

    def contradictions(self, choices: list[Choice | None]) -> None:
        """A fault for each row that asks for what an earlier one asks for, just as specific."""
        earlier: dict[tuple[str, str], list[Choice]] = {}
        for at, choice in enumerate(choices):
            if choice is None or not choice.asks:
                continue
            first = choice.asks[0]
            places = [(first, value) for value in sorted(getattr(choice, first))]
            rivals = (one for place in places for one in earlier.get(place, ()))
            rival = next((one for one in rivals if _contradict(one, choice)), None)
            if rival is not None:
                shared = [
                    " and ".join(sorted(getattr(rival, name) & getattr(choice, name)))
                    for name in choice.asks
                ]
                expected = f"one policy for {', '.join(shared)}"
                got = f"{choice.name} here, {rival.name} on {rival.where}"
                self.fault(("choice", at), expected, Said(got))
            for place in places:
                earlier.setdefault(place, []).append(choice)


def _contradict(one: Choice, other: Choice) -> bool:
    """Whether two rows, none more specific than the other, give two policies for the same."""
    return (
        one.name != other.name
        and one.asks == other.asks
        and all(getattr(one, name) & getattr(other, name) for name in one.asks)
    )
