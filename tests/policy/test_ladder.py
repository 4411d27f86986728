"""The pieces of a policy have the defaults that its page gives, and say what an act is worth."""

from __future__ import annotations

import attrs
import pytest

from recouvrement import ActionKind, InvalidInput, Money, preset
from recouvrement.policy import Climb, Floor, Handler, Hold, Offer, Pace, Scope

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


def test_what_is_offered_is_little_unless_a_document_says_more() -> None:
    offer = Offer()
    assert (offer.instalments, offer.days, offer.first_share) == (3, 90, 0)
    assert offer.approver is Handler.ACCOUNT_MANAGER


def test_trigger_speaks_or_stays_inside() -> None:
    inside = {one.id for one in preset("fr-b2b").triggers if one.inside}
    assert inside == {"limitation-near", "order-stop"}


def test_hold_has_one_of_the_scopes() -> None:
    when = preset("fr-b2b").levels[0].when
    assert Hold(id="x", when=when, scope="item").scope is Scope.ITEM
    with pytest.raises(InvalidInput) as caught:
        Hold(id="x", when=when, scope=3)  # type: ignore[arg-type]
    assert str(caught.value) == "hold.scope: expected one of item, account, got 3"


def test_pieces_of_a_policy_cannot_change() -> None:
    for piece in (FLOOR, Pace(), preset("fr-b2b").levels[0]):
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            piece.id = "other"  # type: ignore[union-attr, misc]
