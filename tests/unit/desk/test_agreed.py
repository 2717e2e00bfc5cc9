"""What the assistant begins with after an agent: read by the one file of the actions that knows slots."""

from __future__ import annotations

from actions.slots import Frame
from refunds.desk.chats.agreed import Agreed, GoesOnWith, state_of
from refunds.desk.chats.notes import named_in

TOLD = {"topic": "refund", "order_number": "ORD-1", "words": ["it was down"], "claims": ["fault"], "shown_digest": "x"}
BEFORE = {"slots": {"frame": TOLD, "pending_question": "confirm"}, "active_loop": None}


def frame_of(agreed: Agreed, before: dict[str, object] | None = None) -> Frame:
    return Frame.read(state_of(agreed, before)["slots"])


def test_an_agreed_order_is_checked_with_what_was_told_of_it_and_without_the_open_question() -> None:
    state = state_of(Agreed(GoesOnWith.REFUND, order_id="ORD-1"), BEFORE)
    frame = Frame.read(state["slots"])
    assert (frame.topic, frame.order_number, frame.words) == ("refund", "ORD-1", ["it was down"])
    assert frame.shown_digest is None
    assert state["slots"]["pending_question"] is None
    assert state["active_loop"] is None


def test_what_was_told_of_another_order_is_not_carried_over() -> None:
    frame = frame_of(Agreed(GoesOnWith.REFUND, order_id="ORD-2"), dict(BEFORE))
    assert (frame.order_number, frame.words, frame.claims) == ("ORD-2", [], [])


def test_an_agreed_case_is_looked_up() -> None:
    frame = frame_of(Agreed(GoesOnWith.STATUS, case_id="R-7XK2Q"), dict(BEFORE))
    assert (frame.topic, frame.case_number, frame.order_number) == ("status", "R-7XK2Q", None)


def test_without_an_agreement_the_assistant_begins_anew() -> None:
    assert frame_of(Agreed(), dict(BEFORE)) == Frame()
    assert state_of(Agreed(), None)["slots"] == {"frame": None, "pending_question": None}


def test_a_name_is_named_whole_or_by_its_first_part_and_not_as_the_start_of_another() -> None:
    names = [("1", "Ann Berg"), ("2", "Anna Lund")]
    assert named_in("please look, @ann", names) == ["1"]
    assert named_in("@Anna Lund!", names) == ["2"]
    assert named_in("mail ann@jjsg.example", names) == []
