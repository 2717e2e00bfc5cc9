"""How one-time codes are made, kept and found in a message."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.identity.codes import CodeMaker, take_code

MAKER = CodeMaker("a secret")


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("482913", "[code]"),
        ("482 913", "[code]"),
        ("482-913", "[code]"),
        ("my code is 482913.", "my code is [code]."),
        ("it's 482913, order ORD-48213", "it's [code], order ORD-48213"),
        ("code:482913", "code:[code]"),
        ("４８２９１３", "[code]"),
        ("482913\nthanks", "[code]\nthanks"),
    ],
)
def test_a_lone_number_of_six_digits_is_a_code(text: str, cleaned: str) -> None:
    assert take_code(text) == (cleaned, "482913")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "48291",
        "4829134",
        "ORD-482913",
        "ORD482913",
        "482913-1",
        "482913.50 EUR",
        "1,482913",
        "+482913",
        "0151 482 913",
        "482 913 55",
        "2026/482913",
        "482913 or 482914",
        "20.11.2026 10:00",
    ],
)
def test_other_numbers_are_no_code(text: str) -> None:
    assert take_code(text) == (text, None)


@given(st.text(alphabet="0123456789", min_size=32, max_size=32))
def test_every_code_has_six_digits_and_is_found_again(nonce: str) -> None:
    code = MAKER.code(nonce)
    assert take_code(f"the code is {code}!") == ("the code is [code]!", code)


def test_a_code_follows_from_secret_and_nonce() -> None:
    assert MAKER.code("n") == MAKER.code("n")
    assert MAKER.code("n") != MAKER.code("m")
    assert MAKER.code("n") != CodeMaker("another secret").code("n")


def test_a_hash_belongs_to_its_challenge_and_its_installation() -> None:
    kept = MAKER.code_hash("one", "482913")
    assert MAKER.fits("one", "482913", kept)
    assert not MAKER.fits("one", "482914", kept)
    assert not MAKER.fits("two", "482913", kept)
    assert not CodeMaker("another secret").fits("one", "482913", kept)


def test_codes_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []
    in_constant_time = hmac.compare_digest

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return in_constant_time(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    kept = MAKER.code_hash("one", "482913")
    assert not MAKER.fits("one", "482914", kept)
    assert compared == [(MAKER.code_hash("one", "482914"), kept)]
