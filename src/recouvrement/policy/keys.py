"""Every key that a policy document may have: its type, its words, its default and its meaning.

One table, from which come the JSON Schema that editors complete documents with, the order in which
a policy is written, and the list of keys that a fault shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from attrs import field, frozen

from recouvrement.facts.words import ActionKind, Channel, DebtorKind, DocumentKind, Tone
from recouvrement.policy.criteria import Scope
from recouvrement.policy.words import Climb, Handler, TaskKind

# A century of days: longer than any rule, and short enough for every date.
MOST_DAYS: Final = 36_525
# How a rule is named: in `because`, in the steps of an interaction, and by who extends a document.
ID: Final = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"


class KeyType(StrEnum):
    """What stands behind a key."""

    TEXT = "text"
    ID = "id"
    IDS = "ids"
    INTEGER = "integer"
    AMOUNT = "amount"
    CONDITION = "condition"
    POINTS = "points"
    WORD = "word"
    WORDS = "words"
    TABLE = "table"
    ROWS = "rows"


@frozen
class Key:
    """One key: `doc` says what it means, `usual` what holds without it where that is no constant.

    `words` are those it may have; `keys` those of the table, or of each row, that it holds.
    `extending` says that it stands only in a document that extends another.
    """

    name: str
    type: KeyType
    doc: str
    words: tuple[str, ...] = field(default=(), kw_only=True)
    default: int | str | None = field(default=None, kw_only=True)
    usual: str = field(default="none", kw_only=True)
    required: bool = field(default=False, kw_only=True)
    least: int = field(default=0, kw_only=True)
    most: int = field(default=MOST_DAYS, kw_only=True)
    keys: tuple[Key, ...] = field(default=(), kw_only=True)
    extending: bool = field(default=False, kw_only=True)


def names_of(keys: Iterable[Key]) -> tuple[str, ...]:
    """The names of keys, in the order in which a document has them.

    >>> names_of(PACE)
    ('between_contacts', 'per_30_days', 'between_levels', 'climb', 'contact_rule')
    """
    return tuple([key.name for key in keys])


TEXT, INTEGER, CONDITION = KeyType.TEXT, KeyType.INTEGER, KeyType.CONDITION
WORD, WORDS, TABLE, ROWS = KeyType.WORD, KeyType.WORDS, KeyType.TABLE, KeyType.ROWS

RUNGS: Final = (
    ActionKind.PRE_DUE_REMINDER,
    ActionKind.REMIND,
    ActionKind.CALL,
    ActionKind.VISIT,
    ActionKind.FORMAL_NOTICE,
    ActionKind.PLACE,
)
ANSWERS: Final = (
    ActionKind.REMIND,
    ActionKind.CALL,
    ActionKind.VISIT,
    ActionKind.PROPOSE_PLAN,
    ActionKind.TASK,
    ActionKind.PROPOSE_ORDER_STOP,
)

_AFTER = (
    Key("after", KeyType.ID, "Stands right after this rule of the same sort.", extending=True),
    Key("before", KeyType.ID, "Stands right before this rule of the same sort.", extending=True),
)
_FOR = Key(
    "for",
    CONDITION,
    "Passed over unless this is true; fixed facts only, such as vip or segment.",
    usual="everybody",
)
_CHANNEL = Key("channel", WORD, "The way the message goes.", words=tuple(Channel))
_TONE = Key("tone", WORD, "The register of the message.", words=tuple(Tone), usual="as the act")
_HANDLER = Key(
    "handler",
    WORD,
    "Who does it; a formal act is never automatic.",
    words=tuple(Handler),
    usual="as the act",
)
_TEMPLATE = Key("template", TEXT, "The name of the text that the host writes.", usual="the id")

PACE: Final = (
    Key(
        "between_contacts",
        INTEGER,
        "Days: the next contact is allowed on that day, not before.",
        default=5,
        least=1,
    ),
    Key("per_30_days", INTEGER, "Contacts in 30 days at most.", default=5, least=1),
    Key("between_levels", INTEGER, "Days between two levels of one item.", default=7, least=1),
    Key(
        "climb",
        WORD,
        "One level at a time, or straight to the highest level met.",
        words=tuple(Climb),
        default=Climb.ONE_LEVEL,
    ),
    Key("contact_rule", TEXT, "A contact rule of the law that the pace keeps, by name."),
)
FLOOR: Final = (
    Key("formal_notice", KeyType.AMOUNT, "Below this amount, no formal notice."),
    Key("placement", KeyType.AMOUNT, "Below this amount, no placement."),
)
PROMISES: Final = (
    Key("tolerance", INTEGER, "Days after its date before a promise is broken.", default=0),
    Key("horizon", INTEGER, "Days: a promise for later than that shelters nothing.", default=30),
    Key(
        "broken_tolerated",
        INTEGER,
        "With more broken promises than that, a promise shelters nothing.",
        default=1,
    ),
)
DEADLINES: Final = (
    Key(
        "limitation_years",
        INTEGER,
        "Years from the due date until the claim is barred by time.",
        usual="as the law says",
        least=1,
        most=100,
    ),
    Key(
        "claim_months",
        INTEGER,
        "Months from the publication of an insolvency to file the claim.",
        usual="as the law says",
        least=1,
        most=100,
    ),
    Key("sector", TEXT, "Your own trade, where the law gives its claims a period of their own."),
)
HOLD: Final = (
    Key("id", KeyType.ID, "The name of the hold, given in `because`.", required=True),
    *_AFTER,
    Key("when", CONDITION, "Silence while this is true.", required=True),
    Key("scope", WORD, "Silence on one item or on the account.", words=tuple(Scope), required=True),
)
OFFER: Final = (
    Key("instalments", INTEGER, "How many instalments at most.", default=3, least=1, most=120),
    Key("days", INTEGER, "Days from today to the last instalment at most.", default=90, least=1),
    Key("first_share", INTEGER, "Percent of it to be paid at once.", default=0, most=100),
    Key(
        "approver",
        WORD,
        "Who approves the offer before it is made.",
        words=tuple([one for one in Handler if one is not Handler.AUTOMATIC]),
        default=Handler.ACCOUNT_MANAGER,
    ),
)
TRIGGER: Final = (
    Key("id", KeyType.ID, "The name of the trigger, given in `because`.", required=True),
    *_AFTER,
    Key("when", CONDITION, "What has happened, tested for each item.", required=True),
    _FOR,
    Key("do", WORD, "What is done about it.", words=ANSWERS, required=True),
    _CHANNEL,
    _TONE,
    _HANDLER,
    _TEMPLATE,
    Key(
        "climb",
        INTEGER,
        "How many levels up it moves the item; never to a formal one.",
        default=0,
        most=100,
    ),
    Key(
        "repeat_every",
        INTEGER,
        "Days before it speaks again.",
        usual="whenever its condition is true",
        least=1,
    ),
    Key(
        "task",
        WORD,
        "What the house has to do, where do = task.",
        words=tuple(TaskKind),
        default=TaskKind.FOLLOW_UP,
    ),
    Key("offer", TABLE, "The bounds of the plan to propose.", keys=OFFER),
)
LEVEL: Final = (
    Key("id", KeyType.ID, "The name of the level, kept in each item's steps.", required=True),
    *_AFTER,
    Key("when", CONDITION, "Lets an item climb to this level.", required=True),
    Key("until", CONDITION, "Passed over once this is true.", usual="never"),
    _FOR,
    Key("do", WORD, "What is done there.", words=RUNGS, required=True),
    Key(
        "channel",
        WORD,
        "The way the message goes; not needed for place.",
        words=tuple(Channel),
        usual="required",
    ),
    _TONE,
    _HANDLER,
    _TEMPLATE,
    Key("documents", WORDS, "What the file must hold by then.", words=tuple(DocumentKind)),
    Key(
        "repeat_every",
        INTEGER,
        "Days before it is proposed again while nothing above is earned.",
        usual="never",
        least=1,
    ),
)
STYLE: Final = (
    Key("id", KeyType.ID, "The name of the row, for a document that extends this one."),
    Key("when", CONDITION, "For which accounts; the first row that holds decides.", required=True),
    Key("acts", WORDS, "For which acts.", words=tuple(ActionKind), usual="all"),
    Key("channel", WORD, "Instead of the rule's; not for formal acts.", words=tuple(Channel)),
    Key("tone", WORD, "Instead of the rule's; not for formal acts.", words=tuple(Tone)),
    Key("handler", WORD, "Instead of the rule's.", words=tuple(Handler)),
    Key("template", TEXT, "Instead of the rule's."),
    Key("recipient", TEXT, "The role of the person to ask for at the debtor's."),
)
PARTNER: Final = (
    Key("id", KeyType.ID, "The name of the partner.", required=True),
    *_AFTER,
    Key("role", TEXT, "What he is.", required=True),
    Key("when", CONDITION, "For which accounts; the first that holds is chosen.", usual="all"),
)
MINUTES: Final = tuple(
    [
        Key(act, INTEGER, f"Minutes that a person needs for {act}.", usual="0", most=1440)
        for act in ActionKind
    ]
)
AGENDA: Final = (
    Key("points", KeyType.POINTS, "What orders a day's lines, highest first."),
    Key("minutes", TABLE, "The minutes that each act takes.", keys=MINUTES),
)
DOCUMENT: Final = (
    Key(
        "extends",
        TEXT,
        "The name of the document that this one is laid over: a preset, or one that is given.",
    ),
    Key("remove", KeyType.IDS, "The ids of inherited rules that do not hold here.", extending=True),
    Key("name", TEXT, "What the policy is called.", required=True),
    Key("version", TEXT, "Its version, which is in every decision.", required=True),
    Key("currency", TEXT, "The ISO 4217 code of every amount in the document.", required=True),
    Key("law", TEXT, "The law of the claims: the name of a law pack."),
    Key("for", WORDS, "The kinds of debtor it serves.", words=tuple(DebtorKind), required=True),
    Key("pace", TABLE, "One voice towards a recipient.", keys=PACE),
    Key("floor", TABLE, "Below it reminders go on, but nothing dearer.", keys=FLOOR),
    Key("promises", TABLE, "What a promise shelters, and for how long.", keys=PROMISES),
    Key("deadlines", TABLE, "The delays that the law gives.", keys=DEADLINES),
    Key("hold", ROWS, "Silence while something is true.", keys=HOLD),
    Key("trigger", ROWS, "Something happened that wants an answer of its own.", keys=TRIGGER),
    Key("level", ROWS, "The ladder, in order.", keys=LEVEL, required=True),
    Key("style", ROWS, "How and by whom; the first row that holds decides.", keys=STYLE),
    Key("partner", ROWS, "To whom files are handed over.", keys=PARTNER),
    Key("agenda", TABLE, "How a day's work is ordered and counted.", keys=AGENDA),
)


def every_key(keys: Iterable[Key] = DOCUMENT, above: str = "") -> Iterator[tuple[str, Key]]:
    """Each key with its whole name, as a fault shows it, in the order of the document.

    >>> [name for name, _ in every_key() if name.startswith("floor")]
    ['floor', 'floor.formal_notice', 'floor.placement']
    """
    for key in keys:
        yield f"{above}{key.name}", key
        yield from every_key(key.keys, f"{above}{key.name}.")
