"""Only what billing signed lately counts as billing's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.backoffice.signature import VALID_FOR, is_signed
from sandbox.webhooks import signature

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SECRET = "a secret for tests that is long enough"
BODY = b'{"event_id":"EV-1"}'
SIGNED = signature(BODY, SECRET, NOW)

bodies = st.binary(max_size=200)
secrets = st.text(min_size=1, max_size=40)
moments = st.timedeltas(timedelta(0), timedelta(days=30_000)).map(lambda later: NOW + later)


@given(bodies, secrets, moments)
def test_what_the_sandbox_signs_is_signed(body: bytes, secret: str, now: datetime) -> None:
    assert is_signed(body, signature(body, secret, now), secret, now)


@given(bodies.filter(bool), st.data())
def test_any_altered_byte_of_the_body_is_refused(body: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != body[place]))
    altered = body[:place] + bytes([other]) + body[place + 1 :]
    assert not is_signed(altered, signature(body, SECRET, NOW), SECRET, NOW)


@given(bodies, bodies)
def test_a_longer_or_shorter_body_is_refused(body: bytes, other: bytes) -> None:
    assert is_signed(other, signature(body, SECRET, NOW), SECRET, NOW) is (other == body)


@given(st.integers(0, len(SIGNED) - 1), st.characters())
def test_any_altered_character_of_the_header_is_refused(place: int, other: str) -> None:
    altered = SIGNED[:place] + other + SIGNED[place + 1 :]
    assert is_signed(BODY, altered, SECRET, NOW) is (altered == SIGNED)


@given(st.integers(-310, 310))
def test_it_holds_for_five_minutes_either_way(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    assert is_signed(BODY, SIGNED, SECRET, now) is (abs(seconds) <= VALID_FOR.total_seconds())


@given(secrets.filter(lambda other: other != SECRET))
def test_another_secret_is_refused(other: str) -> None:
    assert not is_signed(BODY, SIGNED, other, NOW)


@given(st.text(max_size=120))
def test_whatever_else_stands_in_the_header_is_refused(header: str) -> None:
    assert not is_signed(BODY, header, SECRET, NOW)


def test_of_two_signatures_one_must_fit() -> None:
    seconds, ours = SIGNED.split(",")
    theirs = signature(BODY, "the secret before", NOW).split(",")[1]
    assert is_signed(BODY, f"{seconds},{theirs},{ours}", SECRET, NOW)
    assert is_signed(BODY, f"{seconds},{ours},{theirs}", SECRET, NOW)
    assert not is_signed(BODY, f"{seconds},{theirs},{theirs}", SECRET, NOW)


@pytest.mark.parametrize(
    "header",
    [
        "",
        SIGNED.split(",")[0],
        SIGNED.split(",")[1],
        f"{SIGNED},t=1",
        f"t=1,{SIGNED}",
        f" {SIGNED}",
        f"{SIGNED}\n",
        SIGNED.replace("v1=", "v0="),
        SIGNED.upper(),
        SIGNED.replace("t=", "t=0"),
        SIGNED.replace("t=1", "t=١"),
        SIGNED[:-1],
    ],
)
def test_a_header_of_another_form_is_refused(header: str) -> None:
    assert not is_signed(BODY, header, SECRET, NOW)
