"""Case numbers that survive a telephone: no look-alike signs, and a check character for slips and swaps.

The five signs' places in the alphabet, weighted 1 to 5, add up to a multiple of 31. Being prime and larger than
the alphabet, 31 catches every wrong sign and every swap of two; bodies whose check would be sign 31 are left out.
"""

from __future__ import annotations

import re

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PRIME = 31
BODY_LENGTH = 4
_BODIES: int = len(ALPHABET) ** BODY_LENGTH
_CHECK_WEIGHT_INVERSE = pow(BODY_LENGTH + 1, -1, PRIME)
_SHAPE = re.compile(f"R-[{ALPHABET}]{{{BODY_LENGTH + 1}}}")


def new_case_number(random_bits: int) -> str:
    """A case number, ``R-`` and five signs, from at least 32 random bits; the same bits give the same number."""
    body = random_bits % _BODIES
    while _check(_places(body)) >= len(ALPHABET):
        body = (body + 1) % _BODIES
    places = _places(body)
    return "R-" + "".join(ALPHABET[place] for place in (*places, _check(places)))


def normalise(text: str) -> str:
    """``text`` as a case number is written: upper case, no blanks, one dash (``r k7m2x`` gives ``R-K7M2X``)."""
    signs = re.sub(r"[\s\-\u2010-\u2015]", "", text).upper()
    return f"R-{signs[1:]}" if signs.startswith("R") else signs


def is_case_number(text: str) -> bool:
    """Whether ``text`` is a case number as this project makes them, its check character included."""
    if not _SHAPE.fullmatch(text):
        return False
    return _weighted_sum([ALPHABET.index(sign) for sign in text.removeprefix("R-")]) % PRIME == 0


def _places(body: int) -> list[int]:
    places = []
    for _ in range(BODY_LENGTH):
        body, place = divmod(body, len(ALPHABET))
        places.append(place)
    return places


def _check(places: list[int]) -> int:
    return -_weighted_sum(places) * _CHECK_WEIGHT_INVERSE % PRIME


def _weighted_sum(places: list[int]) -> int:
    return sum(weight * place for weight, place in enumerate(places, start=1))
