"""The second wish of a message takes the second place among the readings."""

from __future__ import annotations

import pytest

from tests.engine_process import Engine

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("text", "wishes"),
    [
        ("the uploads fail all day long and I want my money back", {"report_service_failure", "request_refund"}),
        (
            "please cancel the backup plan, and let me speak with a colleague of yours",
            {"cancel_service", "ask_for_human"},
        ),
        (
            "you billed my card two times, how long does the money need to come back?",
            {"report_wrong_charge", "ask_refund_arrival"},
        ),
    ],
)
def test_both_wishes_are_among_the_two_likeliest_readings(engine: Engine, text: str, wishes: set[str]) -> None:
    assert {one["name"] for one in engine.parse(text)["intent_ranking"][:2]} == wishes
