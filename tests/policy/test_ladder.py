"""The pieces of a policy have the defaults that its page gives, and say what an act is worth."""

from __future__ import annotations

import attrs
import pytest

from recouvrement import ActionKind, Money, preset
from recouvrement.policy import Climb, Floor, Pace

FLOOR = Floor(formal_notice=Money.of(150, "EUR"), placement=Money.of(500, "EUR"))


def test_pace_of_the_page_is_the_default() -> None:
    assert Pace() == preset("fr-b2b").pace
    assert (Pace().between_contacts, Pace().per_30_days, Pace().between_levels) == (5, 5, 7)
    assert Pace().climb is Climb.ONE_LEVEL


def test_floor_is_that_of_the_act() -> None:
    assert FLOOR.of(ActionKind.FORMAL_NOTICE) == Money.of(150, "EUR")
    assert FLOOR.of(ActionKind.PLACE) == Money.of(500, "EUR")


@pytest.mark.parametrize(
    "act", [one for one in ActionKind if one not in (ActionKind.FORMAL_NOTICE, ActionKind.PLACE)]
)
def test_nothing_else_has_a_floor(act: ActionKind) -> None:
    assert FLOOR.of(act) is None
    assert Floor().of(ActionKind.PLACE) is None


def test_pieces_of_a_policy_cannot_change() -> None:
    for piece in (FLOOR, Pace(), preset("fr-b2b").levels[0]):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            piece.id = "other"  # type: ignore[union-attr, misc]
