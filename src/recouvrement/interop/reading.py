"""What every reader returns: the accounts, what was wrong with which line, and counts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Self

from attrs import frozen

from recouvrement.errors import word_of
from recouvrement.facts.account import Account
from recouvrement.facts.words import DebtorKind

LONGEST_SHOWN = 60


@frozen
class Problem:
    """One line of the source that is set aside, or is kept although something about it is odd.

    `where` is the physical line as an editor counts it: the header is line 1.

    >>> print(Problem(12, "EcritureDate", "a date as YYYYMMDD", "'20261301'"))
    line 12: EcritureDate: expected a date as YYYYMMDD, got '20261301'
    """

    where: int
    field: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"line {self.where}: {self.field}: expected {self.expected}, got {self.got}"


@frozen(repr=False)
class Counts(Mapping[str, int]):
    """How much was read of each sort: a mapping that never changes, in the reader's order.

    >>> counts = Counts.of(invoices=2, payments=1)
    >>> counts["invoices"], dict(counts)
    (2, {'invoices': 2, 'payments': 1})
    """

    pairs: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, **counts: int) -> Self:
        """The counts given by name."""
        return cls(tuple(counts.items()))

    def __getitem__(self, name: str) -> int:
        return dict(self.pairs)[name]

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def __repr__(self) -> str:
        return "Counts.of(" + ", ".join(f"{name}={count}" for name, count in self.pairs) + ")"


@frozen
class Reading:
    """What was read: one account per debtor in the order of the source, problems, counts.

    Every line that is not in an account is in `problems`, once.
    """

    accounts: tuple[Account, ...]
    problems: tuple[Problem, ...]
    about: Counts


class Doubt(NamedTuple):
    """One thing wrong with one field of a line, before the line's doubts become its problem."""

    field: str
    expected: str
    got: str


def problem_of(where: int, doubts: Sequence[Doubt]) -> Problem:
    """All that is wrong with one line as one problem.

    >>> problem_of(3, [Doubt("total", "an amount", "''"), Doubt("due_on", "a date", "'x'")])
    Problem(where=3, field='total; due_on', expected='an amount; a date', got="''; 'x'")
    """
    fields, expected, got = zip(*doubts, strict=True)
    return Problem(where, "; ".join(fields), "; ".join(expected), "; ".join(got))


def shown_cell(value: object) -> str:
    """A cell as a problem shows it: as Python writes it, and no longer than a line."""
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def debtor_kind(word: str) -> DebtorKind:
    """The kind of debtor that the host names, or `InvalidInput`."""
    return word_of(DebtorKind, word, "kind")
