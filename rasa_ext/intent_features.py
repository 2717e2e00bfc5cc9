"""The surface features of a sentence: pieces of words and words, in one reading for training and serving."""

import itertools
import re
from typing import List

SHORTEST_PIECE, LONGEST_PIECE = 2, 5
# U+2060 stands in front of a customer's text that begins with a slash (channel.py); it says nothing about the wish.
_WORD_JOINER = "\u2060"


def plain(text: str) -> str:
    """The text as it is read for an intent: lower case, every digit the same, blanks single."""
    lowered = text.replace(_WORD_JOINER, " ").lower().replace("\u2019", "'")
    return " ".join(re.sub(r"\d", "0", lowered).split())


def pieces(text: str) -> List[str]:
    """Runs of two to five characters within each word, the word's edges included."""
    found = []
    for word in plain(text).split():
        padded = f" {word} "
        for length in range(SHORTEST_PIECE, min(LONGEST_PIECE, len(padded)) + 1):
            found += [padded[start : start + length] for start in range(len(padded) - length + 1)]
    return found


def words(text: str) -> List[str]:
    """Single words and pairs of neighbours."""
    single = re.findall(r"[\w']+", plain(text))
    return single + [f"{left} {right}" for left, right in itertools.pairwise(single)]
