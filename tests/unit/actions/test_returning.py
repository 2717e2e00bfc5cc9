"""Coming back after hours."""

from __future__ import annotations

import pytest

from actions.returning import is_back, remind_of_request
from tests.unit.actions.talks import said, talk_of

FRAME = {
    "order_number": "ORD-10001",
    "words": ["it was down"],
    "time": {"from": "2026-11-21", "to": "2026-11-21"},
    "queue": [{"order_number": "ORD-10002"}],
}


@pytest.mark.parametrize(
    ("last_at", "back"),
    [
        (None, False),
        ("2026-11-24T11:59:00+00:00", False),
        ("2026-11-24T10:00:01+00:00", False),
        ("2026-11-24T10:00:00+00:00", True),
        ("2026-11-20T10:00:00+00:00", True),
    ],
)
def test_two_hours_make_an_absence(last_at: str | None, back: bool) -> None:
    assert is_back(talk_of("hello", last_at=last_at)) is back


def test_who_comes_back_hears_what_is_known_and_what_is_open() -> None:
    talk = talk_of("hello", asked="confirm", customer_id="C-1", frame=FRAME)
    remind_of_request(talk)
    heard = said(talk)
    for known in ("ORD-10001", "it was down", "21 Nov 2026", "ORD-10002", "Nothing is filed so far"):
        assert known in heard


def test_who_is_not_verified_any_more_hears_only_their_own_words() -> None:
    talk = talk_of("hello", asked="email", frame=FRAME)
    remind_of_request(talk)
    assert "it was down" in said(talk)
    assert "ORD-" not in said(talk)


def test_an_order_that_they_wrote_themselves_is_no_secret() -> None:
    talk = talk_of("hello", asked="code", frame={"order_number": "ORD-10001", "words": ["refund ORD-10001"]})
    remind_of_request(talk)
    assert "• Order: ORD-10001" in said(talk)
