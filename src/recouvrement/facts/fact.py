"""What every fact shares: an identifier, the day it happened, the day the host learnt it."""

from datetime import date
from typing import ClassVar, NewType

from attrs import field, frozen

from recouvrement.facts.checks import checked

FactId = NewType("FactId", str)


@frozen(field_transformer=checked)
class Fact:
    """Something that happened, never changed afterwards.

    `recorded_on` is the day the host learnt it (None: the day it happened).
    """

    _dated: ClassVar[str]

    recorded_on: date | None = field(default=None, kw_only=True)

    @property
    def happened_on(self) -> date:
        """The business date: before it, the fact is invisible."""
        on: date = getattr(self, self._dated)
        return on

    @property
    def known_on(self) -> date:
        """The day from which the host knew it."""
        return self.recorded_on or self.happened_on
