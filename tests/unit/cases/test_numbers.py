from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from refunds.cases.numbers import ALPHABET, is_case_number, new_case_number, normalise

random_bits = st.integers(min_value=0, max_value=2**64 - 1)


@given(random_bits)
def test_a_new_number_is_r_and_five_signs_of_the_alphabet(bits: int) -> None:
    number = new_case_number(bits)
    assert number.startswith("R-")
    assert len(number) == 7
    assert set(number[2:]) <= set(ALPHABET)
    assert is_case_number(number)


def test_the_alphabet_is_the_design_s() -> None:
    assert ALPHABET == "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@given(random_bits)
def test_every_single_wrong_sign_is_caught(bits: int) -> None:
    number = new_case_number(bits)
    for place in range(2, 7):
        for sign in ALPHABET.replace(number[place], ""):
            assert not is_case_number(number[:place] + sign + number[place + 1 :])


@given(random_bits)
def test_every_swap_of_neighbours_is_caught(bits: int) -> None:
    number = new_case_number(bits)
    for place in range(2, 6):
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert swapped == number or not is_case_number(swapped)


def test_most_bodies_give_a_number_of_their_own() -> None:
    numbers = {new_case_number(bits) for bits in range(len(ALPHABET) ** 3)}
    assert len(numbers) > 0.95 * len(ALPHABET) ** 3


@given(random_bits)
def test_a_number_is_recognised_however_it_is_typed(bits: int) -> None:
    number = new_case_number(bits)
    for typed in (number.lower(), number.replace("-", ""), number.replace("-", " "), f" r\u2013{number[2:]} "):
        assert normalise(typed) == number


def test_other_text_is_no_case_number() -> None:
    for text in ("", "R-", "ORD-48213", "R-1234", "R-ILOU0", "T-9001"):
        assert not is_case_number(normalise(text))
