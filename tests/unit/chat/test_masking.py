"""What is taken out of a message, and what must stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from refunds.chat.masking import CARD_REMOVED, mask

CARDS = [
    "4242424242424242",
    "4242 4242 4242 4242",
    "4242-4242-4242-4242",
    "4242.4242.4242.4242",
    "4242 - 4242 - 4242 - 4242",
    "4242\u00a04242\u00a04242\u00a04242",
    "4242 424 24242 4242",
    "4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2",
    "42 42 42 42 42 42 42 42",
    "42424242 42424242",
    "4222222222222",
    "3782 822463 10005",
    "378282246310005",
    "3056 930902 5904",
    "5555 5555 5555 4444",
    "2223 0031 2200 3222",
    "6304000000000000",
    "6205 5000 0000 0000 004",
    "３７８２８２２４６３１０００５",
]


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize(
    "sentence", ["{}", "my card is {}, please refund", "card:{}.", "PAN{}x", "paid with {}\nthanks"]
)
def test_a_card_number_is_taken_out_however_it_is_written(card: str, sentence: str) -> None:
    assert mask(sentence.format(card)) == sentence.format(CARD_REMOVED)


def test_two_cards_in_a_row_are_both_taken_out() -> None:
    assert mask("4242 4242 4242 4242 5555 5555 5555 4444") == f"{CARD_REMOVED} {CARD_REMOVED}"


def test_a_card_with_expiry_and_code_loses_number_and_code() -> None:
    assert mask("4242424242424242 12/27 123") == f"{CARD_REMOVED} 12/27 [security code removed]"
    assert mask("4242 4242 4242 4242 exp 12/2027, 123.") == f"{CARD_REMOVED} exp 12/2027, [security code removed]."


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("cvv 123", "cvv [security code removed]"),
        ("CVV: 1234", "CVV: [security code removed]"),
        ("cvv123", "cvv[security code removed]"),
        ("my cvc is 123.", "my cvc is [security code removed]."),
        ("the CVV2 number on my card is: 123", "the CVV2 number on my card is: [security code removed]"),
        ("security code is 123", "security code is [security code removed]"),
        ("card verification value=123", "card verification value=[security code removed]"),
        ("the 3 digits on the back are", "the 3 digits on the back are"),
        ("3 digits on the back: 123", "3 digits on the back: [security code removed]"),
        ("123 is my cvv", "[security code removed] is my cvv"),
        ("123 (CVC)", "[security code removed] (CVC)"),
        ("cvv 123 12/27", "cvv [security code removed] 12/27"),
    ],
)
def test_a_card_security_code_is_taken_out(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("password: hunter2", "password: [password removed]"),
        ("Password=hunter2", "Password=[password removed]"),
        ("my password is hunter2", "my password is [password removed]"),
        ("my password is hunter2 and my order ORD-48213", "my password is [password removed] and my order ORD-48213"),
        ("my password's hunter2", "my password's [password removed]"),
        ("the pass word is now: 'correct horse battery'", "the pass word is now: [password removed]"),
        ("the password is now 'correct horse battery'", "the password is now [password removed]"),
        ('{"password": "hunter2", "user": "amara"}', '{"password": [password removed], "user": "amara"}'),
        ("password for amara@example.com is hunter2", "password for amara@example.com is [password removed]"),
        ("i changed my password to hunter2 yesterday", "i changed my password to [password removed] yesterday"),
        ("user amara password hunter2", "user amara password [password removed]"),
        ("pwd: s3cret!", "pwd: [password removed]"),
        ("my password is not4you", "my password is [password removed]"),
        ("my password is 123456", "my password is [password removed]"),
    ],
)
def test_a_password_is_taken_out(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "ORD-48213",
        "orders ORD-48213 ORD-48377 ORD-51900, ticket T-9001, case R-7K2MQ",
        "order 48213 48377 51900",
        "it was on 2026-11-20 and 2026-11-22",
        "2026-11-20 2026-11-22 2026-11-24",
        "24-11-2026 25-11-2026",
        "20.11.2026 10:00 to 22.11.2026 03:00",
        "I paid 1,188.00 EUR and 240.00 EUR",
        "1.188,00 € 240,00 €",
        "call me at +49 1512 3456 7890",
        "call me at +49151234567890",
        "or 0049 1512 3456 7890",
        "482913",
        "my code is 482 913",
        "the security code is 482913",
        "the security code is 482 913",
        "my security code is 482-913",
        "the one-time password is 482913",
        "one time password: 482913",
        "card ending 4242",
        "incident INC-2201 in 2026",
        "the servers 10.0.0.12 192.168.100.100 172.16.254.1 were down",
        "request 1732444800000 failed",
        "my password is wrong",
        "my password is not working, I want my money back",
        "the password is expired.",
        "I forgot my password",
        "what is my password?",
        "do you know what my password is?",
        "I need my password to log in",
        "I forgot my password ORD-48213",
        "password reset does not work",
        "password: please reset it",
        "4242 4242 4242 4241",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == text


def with_check_digit(digits: str) -> str:
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in digits[::-1][::2]]
    total = sum(doubled) + sum(int(digit) for digit in digits[::-1][1::2])
    return digits + str(-total % 10)


card_numbers = st.from_regex(r"[2-9][0-9]{11,17}", fullmatch=True).map(with_check_digit)


@given(card_numbers, st.sampled_from(["", " ", "-", " - ", "."]))
def test_every_number_that_could_be_a_card_is_taken_out(number: str, gap: str) -> None:
    written = gap.join(number[place : place + 4] for place in range(0, len(number), 4))
    assert mask(f"it is {written} ok") == f"it is {CARD_REMOVED} ok"


@given(st.text(alphabet="0123456789 -.:/+abcCVvpasswordi's=\"[]", max_size=80))
def test_masking_twice_is_masking_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.text(max_size=200))
def test_any_text_can_be_masked(text: str) -> None:
    assert isinstance(mask(text), str)


def test_the_longest_message_is_masked_at_once() -> None:
    for text in ("1 " * 2000, "4" * 4000, "password " * 440, "password for " * 300, "cvv is my " * 400):
        assert len(mask(text)) > 0
