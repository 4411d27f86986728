"""What the law says: packs of dated, sourced rows, and the questions they answer."""

from recouvrement.law.lawpack import LawPack
from recouvrement.law.rates import InterestRule, LegalRate, RateRow, RateSegment, joined
from recouvrement.law.reader import is_pack, pack, pack_names, pack_of, pack_text, read_pack
from recouvrement.law.terms import (
    ClaimDelay,
    ContactRule,
    FixedSum,
    FixedSumRule,
    LimitationPeriod,
    TermCeiling,
)
from recouvrement.law.timeline import Caveat, Row, Source
from recouvrement.law.words import (
    CaveatCode,
    Compounding,
    DayCount,
    Fixing,
    Label,
    RateRounding,
    Status,
)

__all__ = [
    "Caveat",
    "CaveatCode",
    "ClaimDelay",
    "Compounding",
    "ContactRule",
    "DayCount",
    "FixedSum",
    "FixedSumRule",
    "Fixing",
    "InterestRule",
    "Label",
    "LawPack",
    "LegalRate",
    "LimitationPeriod",
    "RateRounding",
    "RateRow",
    "RateSegment",
    "Row",
    "Source",
    "Status",
    "TermCeiling",
    "is_pack",
    "joined",
    "pack",
    "pack_names",
    "pack_of",
    "pack_text",
    "read_pack",
]
