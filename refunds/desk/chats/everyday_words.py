"""Words that say nothing of anybody: those of the examples that the assistant learns from, and its own."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from refunds.desk.chats.scrubbing import NAMES_THAT_STAY
from refunds.words import Words

_EXAMPLE = re.compile(r"^\s+- (.*)$", re.MULTILINE)
_MARKED = re.compile(r"\](?:\{[^}]*\}|\([^)]*\))|\[")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# A name or a slip stands in one example or two.
_OFTEN = 3
_RARELY_A_NAME = 4


@cache
def everyday_words(nlu_folder: Path) -> frozenset[str]:
    """Words that stand in three examples or more and hardly ever with a capital within a sentence."""
    plain: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for file in sorted(nlu_folder.glob("*.yml")):
        for example in _EXAMPLE.findall(file.read_text(encoding="utf-8")):
            words = _WORD.findall(_MARKED.sub("", example))
            plain.update(word for word in words if word[0].islower())
            capital.update(word.lower() for word in words[1:] if word[0].isupper())
    often = {word for word, count in plain.items() if count >= _OFTEN and count > _RARELY_A_NAME * capital[word]}
    return frozenset(often | NAMES_THAT_STAY)


def words_of_ours(words: Words) -> frozenset[str]:
    """The assistant's own words, which titles of buttons and its answers are made of."""
    texts = (text for wordings in words.wordings.values() for text in wordings)
    return frozenset(word.lower().replace("\u2019", "'") for text in texts for word in _WORD.findall(text))
