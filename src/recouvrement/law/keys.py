"""Every key that a law document may have: what stands behind it, and what it means.

One table, from which come the keys that the reader accepts and the page that lists them.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from recouvrement.dates import EndOfMonth
from recouvrement.law.words import (
    Applies,
    ClaimStart,
    Compounding,
    DayCount,
    Fixing,
    Label,
    PeriodKind,
    PeriodStart,
    RateRounding,
    Status,
    TermStart,
)


class KeyType(StrEnum):
    """What stands behind a key."""

    TEXT = "text"
    NAME = "name"
    DATE = "date"
    FLAG = "true or false"
    WHOLE = "whole number"
    NUMBER = "number"
    PERCENT = "percent"
    SUM = "amount"
    VALUE = "value"
    WORD = "word"
    WORDS = "list of words"
    HOURS = "list of hours"
    SOURCE = "source"
    TIERS = "list of tables"


@frozen
class Key:
    """One key: `doc` says what it means, `words` those it may have.

    `required` says that it has to be there in a document without a base, or in each row.
    """

    name: str
    type: KeyType
    doc: str
    words: tuple[str, ...] = field(default=(), kw_only=True)
    required: bool = field(default=False, kw_only=True)


@frozen
class Table:
    """A table of a document, or with `many` a sort of rows: its own keys and those of `common`."""

    name: str
    doc: str
    keys: tuple[Key, ...]
    common: tuple[Key, ...] = ()
    many: bool = True

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all its keys.

        >>> TABLES["claim"].names[-3:]
        ('abroad', 'months', 'starts')
        """
        return names_of((*self.common, *self.keys))


def names_of(keys: Iterable[Key]) -> tuple[str, ...]:
    """The names of keys, in their order."""
    return tuple([key.name for key in keys])


_TEXT, _NAME, _DATE, _FLAG = KeyType.TEXT, KeyType.NAME, KeyType.DATE, KeyType.FLAG
_WHOLE, _PERCENT, _WORD, _WORDS = KeyType.WHOLE, KeyType.PERCENT, KeyType.WORD, KeyType.WORDS
_SECTOR: Final = Key(
    "sector",
    _NAME,
    "The trade it is for, which has it instead of the general rule: one name for its term and its"
    " limitation",
)

HEAD: Final = (
    Key("name", _TEXT, "How the pack is called", required=True),
    Key(
        "version",
        _TEXT,
        "Which state of the document this is; needed over a base too",
        required=True,
    ),
    Key("title", _TEXT, "What jurisdiction it is, for readers", required=True),
    Key(
        "currency",
        _TEXT,
        "ISO 4217 code of the fixed sums; over a base that holds sums, that of the base",
        required=True,
    ),
    Key(
        "status", _WORD, "How much of the jurisdiction it holds", words=tuple(Status), required=True
    ),
    Key(
        "lawyer_validated",
        _FLAG,
        "Whether a lawyer read the whole document; never over a base, whose rows he did not read",
    ),
    Key("verified_until", _DATE, "The last day for which rows that state none were checked"),
)

_LABEL: Final = Key("label", _WORD, "How sure it is; S, or that of the source", words=tuple(Label))

SOURCE: Final = (
    Key("title", _TEXT, "What was read", required=True),
    Key("published", _TEXT, "Where it was published", required=True),
    Key("read_on", _DATE, "When it was read", required=True),
    Key("label", _WORD, "How sure its rows are; S unless stated", words=tuple(Label)),
    Key("verified_until", _DATE, "The last day for which its rows were checked"),
)

CITED: Final = (
    Key("article", _TEXT, "The article; over a base, that of its rows of the name unless stated"),
    Key(
        "source",
        KeyType.SOURCE,
        "The id of a `[sources.id]`, or a table of its keys",
        required=True,
    ),
    _LABEL,
    Key("verified_until", _DATE, "The last day for which it was checked, else that of its source"),
    Key("rule", _TEXT, "What else the text says, in words"),
)
DATED: Final = (
    Key(
        "since",
        _DATE,
        "The first day it holds, of a semester for rates; none where the source does not say",
    ),
    Key("until", _DATE, "The last day it holds; none until the next row of its name"),
    *CITED,
)
TIER: Final = (
    Key("below", KeyType.SUM, "Debts below this amount; none in the last tier"),
    Key("sum", KeyType.SUM, "The sum for them", required=True),
)


def _rows(name: str, doc: str, *keys: Key) -> Table:
    return Table(name, doc, keys, DATED)


def _named(name: str, doc: str) -> Table:
    return _rows(
        name,
        doc,
        Key("name", _NAME, "What it is: rows of one name follow each other", required=True),
        Key(
            "value",
            KeyType.VALUE,
            "A number, a text, a flag, a date, a list of texts",
            required=True,
        ),
        Key("unit", _TEXT, "What a number counts: days, months, years, EUR"),
        Key(
            "starts", _NAME, "What a period runs from, a name of your own: the host gives that day"
        ),
        Key("earliest", _FLAG, "Whether the delay ends on the first day on which one may act"),
    )


_ALL: Final = (
    Table(
        "interest",
        "How late interest is fixed, and how far the series reach",
        (
            Key("fixing", _WORD, "How a day gets its rate", words=tuple(Fixing), required=True),
            Key(
                "rounding",
                _WORD,
                "What is rounded up; none unless stated",
                words=tuple(RateRounding),
            ),
            Key(
                "covers_until",
                _DATE,
                "The last day that the rates are known for; needed with the first `[[rate]]`",
            ),
            Key("legal_covers_until", _DATE, "The same for `[[legal_rate]]`"),
        ),
        CITED,
        many=False,
    ),
    Table(
        "day_count",
        "How days make a part of a year",
        (Key("value", _WORD, "The count", words=tuple(DayCount), required=True),),
        CITED,
        many=False,
    ),
    Table(
        "compounds",
        "When interest bears interest",
        (Key("value", _WORD, "When", words=tuple(Compounding), required=True),),
        CITED,
        many=False,
    ),
    _rows(
        "rate",
        "The rate of a semester, or from a day on where it is flat",
        Key("reference", _PERCENT, "The reference, to which the margin in force is added"),
        Key("value", _PERCENT, "The rate itself; beside a reference, it must be what that gives"),
    ),
    _rows(
        "margin",
        "Points added to the reference, by the day on which interest starts",
        Key("value", _PERCENT, "How many", required=True),
    ),
    _rows(
        "consumer_margin",
        "The same where the debtor is a consumer",
        Key("value", _PERCENT, "How many", required=True),
    ),
    _rows(
        "legal_rate",
        "The rate of legal interest of a semester",
        Key("value", _PERCENT, "For most creditors", required=True),
        Key("consumer", _PERCENT, "For private creditors"),
    ),
    _rows(
        "floor",
        "The least contract rate, as a multiple of the legal rate",
        Key("value", KeyType.NUMBER, "How many times, from 0 to 100", required=True),
    ),
    _rows(
        "caveat",
        "What is said with figures, for interest that starts from `since` through `until`",
        Key("code", _NAME, "Its code", required=True),
        Key("applies", _WORDS, "What it goes with", words=tuple(Applies), required=True),
    ),
    _rows(
        "fixed_sum",
        "The sum due once for each debt paid late: `value`, or `tiers`",
        Key("value", KeyType.SUM, "The sum; 0 where the law gave none"),
        Key("tiers", KeyType.TIERS, "Sums by the size of the debt: tables of `below` and `sum`"),
    ),
    _rows(
        "limitation",
        "How long a claim can be brought",
        Key("kind", _WORD, "Whose debt, or which case", words=tuple(PeriodKind), required=True),
        _SECTOR,
        Key("years", _WHOLE, "How many", required=True),
        Key("starts", _WORD, "What it runs from; none, no deadline", words=tuple(PeriodStart)),
    ),
    _rows(
        "claim",
        "How long a claim can be filed in insolvency proceedings",
        Key("abroad", _FLAG, "Whether it is for creditors abroad; false unless stated"),
        Key("months", _WHOLE, "How many", required=True),
        Key("starts", _WORD, "What it runs from", words=tuple(ClaimStart), required=True),
    ),
    _rows(
        "term",
        "The longest payment term",
        Key("case", _NAME, "Which case, a name: nothing_agreed, agreed, public", required=True),
        _SECTOR,
        Key("days", _WHOLE, "How many", required=True),
        Key("starts", _WORD, "What it is counted from, where known", words=tuple(TermStart)),
        Key("end_of_month", _WORDS, "Its readings; none unless stated", words=tuple(EndOfMonth)),
        Key("ten_days", _FLAG, "Whether from the end of the ten days; false unless stated"),
    ),
    _rows(
        "contact",
        "When and how often contacts are made",
        Key("name", _NAME, "What it is: rows of one name follow each other", required=True),
        Key("sort", _NAME, "Which contacts it is about", required=True),
        Key("binding", _FLAG, "Whether a text fixes it; false unless stated"),
        Key(
            "default",
            _FLAG,
            "Whether it is only a caution of whoever wrote it; false unless stated",
        ),
        Key("days", _WORDS, "Days of the week by their English names; all unless stated"),
        Key("holidays", _FLAG, "Whether on holidays too; none where the source does not say"),
        Key(
            "hours",
            KeyType.HOURS,
            'Hours in order: ["10:00-13:00", "14:00-20:00"]; all unless stated',
        ),
        Key("at_most", _WHOLE, "The most contacts"),
        Key("within_days", _WHOLE, "In so many days"),
    ),
    _named(
        "retention",
        "How long personal data are kept; `expired_facts` needs `retention.archive` and"
        " `retention.accounting_records`, in years from the `settlement`",
    ),
    _named("procedure", "Delays and sums of procedures"),
    _named("parameter", "Whatever else the law says"),
)
TABLES: Final = {one.name: one for one in _ALL}
