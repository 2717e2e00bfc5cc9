"""The frame between messages: what was shown, what was filed, and the orders still to come."""

from __future__ import annotations

from actions.slots import Frame
from refunds.policy.request import Claim

DAY = {"from": "2026-11-21", "to": "2026-11-21"}


def told() -> Frame:
    frame = Frame(order_number="ORD-1", words=["it was down"], time=DAY, topic="refund", email="a@example.com")
    frame.claim(Claim.FAILURE)
    return frame


def test_nothing_has_changed_before_the_first_summary_and_right_after_it() -> None:
    frame = told()
    assert frame.changed_since_shown() == set()
    frame.show("digest")
    assert frame.changed_since_shown() == set()


def test_what_changed_since_the_summary_is_known_by_name() -> None:
    frame = told()
    frame.show("digest")
    frame.order_number, frame.time = "ORD-2", None
    assert frame.changed_since_shown() == {"order_number", "time"}
    frame.add_words("and slow")
    assert frame.changed_since_shown() == {"order_number", "time", "words"}


def test_a_request_that_ends_leaves_its_story_to_the_orders_still_to_come() -> None:
    frame = told()
    frame.queue = [{"order_number": "ORD-2"}, {"order_number": "ORD-3", "words": ["too slow"]}]
    frame.end_request()
    assert (frame.order_number, frame.topic, frame.words, frame.email) == (None, None, [], "a@example.com")
    assert frame.queue[0] == {
        "order_number": "ORD-2", "words": ["it was down"], "claims": ["failure"], "time": DAY, "time_unknown": False,
    }  # fmt: skip
    assert (frame.queue[1]["words"], frame.queue[1]["time"]) == (["too slow"], DAY)


def test_what_was_filed_is_kept_with_its_case_until_the_next_is_filed() -> None:
    frame = told()
    frame.filed_as("R-22222")
    assert frame.filed is not None
    assert (frame.filed["case_id"], frame.filed["order_number"]) == ("R-22222", "ORD-1")
    assert frame.order_number is None
    frame.end_request()
    assert frame.filed["case_id"] == "R-22222"


def test_a_no_keeps_the_order_for_another_ground_and_the_request_for_an_appeal() -> None:
    frame = told()
    frame.queue = [{"order_number": "ORD-2"}]
    frame.answered_with_no("digest")
    assert (frame.order_number, frame.claims, len(frame.queue)) == ("ORD-1", [], 1)
    appealed = frame.appealed()
    assert appealed is not None
    assert (appealed[0].claims, appealed[0].time, appealed[1]) == (["failure"], DAY, "digest")


def test_another_order_after_filing_is_not_the_one_filed() -> None:
    frame = told()
    frame.filed_as("R-22222")
    frame.drop_order()
    assert frame.orders_denied == ["ORD-1"]


def test_the_frame_survives_the_way_through_the_slots() -> None:
    frame = told()
    frame.queue, frame.ends_service = [{"order_number": "ORD-2"}], True
    frame.show("digest")
    kept, _ = frame.as_events("confirm")
    assert Frame.read({"frame": kept["value"]}) == frame
