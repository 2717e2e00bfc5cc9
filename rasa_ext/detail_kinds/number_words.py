"""Numbers written as words, as far as customers write amounts, hours and digits so."""

import re
from typing import Optional

_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
VALUES = {
    **{word: value for value, word in enumerate(_SMALL)},
    **{word: 10 * place for place, word in enumerate(_TENS, 2)},
    "oh": 0,
}
_SCALES = {"hundred": 100, "thousand": 1000}
_UNIT = "|".join([*_SMALL, *_TENS])
# "two hundred and forty", "a thousand", "twenty-five"
NUMBER_IN_WORDS = rf"(?:(?:an?|{_UNIT})(?:[\s-]+(?:and\s+)?(?:hundred|thousand|{_UNIT}))*)"


def number_from_words(text: str) -> Optional[int]:
    """The whole number that the words say, or None when they say none ("a", "and")."""
    total, current, said = 0, 0, False
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in VALUES:
            current, said = current + VALUES[word], True
        elif word in _SCALES:
            current, said = max(current, 1) * _SCALES[word], True
            if word == "thousand":
                total, current = total + current, 0
    return total + current if said else None
