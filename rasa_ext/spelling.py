"""Spelling repair against the words we teach: what reads an intent sees `refund` where `refnd` was written.

Only a word that nobody knows is touched, neither our sentences nor the encoder's English; it becomes the commonest
taught word one slip away (a letter dropped, added, wrong, or two swapped), or is cut into two of them. Words with
digits, addresses and identifiers stay. What is stored, and where details are looked for, is never repaired.
"""

import re
from collections import Counter
from typing import AbstractSet, Dict, Iterable, Iterator, List, Mapping, Optional, Set

# Shorter words are one slip away from too many others.
SHORTEST = 4
# A word taught less often may be a slip itself.
SELDOM = 3
# Both halves of words run together must be common: rare ones can be made of nearly anything.
COMMON = 12
_WORD = re.compile(r"(?<![\w@./#+-])[^\W\d_]+(?:'[^\W\d_]+)?(?![\w@/#+-]|\.\w)")


class Spelling:
    """Repairs texts. `taught` counts the words of the training sentences, `known` holds other words that are right."""

    def __init__(self, taught: Mapping[str, int], known: AbstractSet[str] = frozenset()) -> None:
        self._taught = {word: count for word, count in taught.items() if count >= SELDOM}
        self._known = known
        self._one_shorter: Dict[str, Set[str]] = {}
        for word in self._taught:
            if len(word) >= SHORTEST:
                for shorter in {word, *_one_shorter(word)}:
                    self._one_shorter.setdefault(shorter, set()).add(word)

    def repair(self, text: str) -> str:
        """The text with its unknown words replaced where a taught one is a slip away."""
        return _WORD.sub(lambda found: self._repaired(found[0]), text)

    def _repaired(self, word: str) -> str:
        small = word.lower().replace("\u2019", "'")
        if len(small) < SHORTEST or not small.isascii() or self._is_right(small):
            return word
        return self._nearest(small) or self._cut(small) or word

    def _is_right(self, word: str) -> bool:
        stem = word[:-1] if word.endswith("s") else word
        return any(one in self._taught or one in self._known for one in (word, stem))

    def _nearest(self, word: str) -> Optional[str]:
        candidates = {near for key in {word, *_one_shorter(word)} for near in self._one_shorter.get(key, ())}
        near = [candidate for candidate in candidates if _is_one_slip(word, candidate)]
        return max(near, key=lambda candidate: (self._taught[candidate], candidate), default=None)

    def _cut(self, word: str) -> Optional[str]:
        cuts = [(word[:at], word[at:]) for at in range(1, len(word))]
        both = [cut for cut in cuts if min(self._taught.get(half, 0) for half in cut) >= COMMON]
        best = max(both, key=lambda cut: min(self._taught[half] for half in cut), default=None)
        return " ".join(best) if best else None


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in the texts, in lower case."""
    return Counter(word for text in texts for word in words_of(text))


def words_of(text: str) -> List[str]:
    """The words of a text in lower case, as `Spelling` cuts them."""
    return [found.lower() for found in _WORD.findall(text.replace("\u2019", "'"))]


def _one_shorter(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_one_slip(written: str, meant: str) -> bool:
    """Whether one letter was dropped, added or changed, or two neighbours swapped."""
    if abs(len(written) - len(meant)) > 1:
        return False
    start = next((at for at, (one, other) in enumerate(zip(written, meant, strict=False)) if one != other), None)
    if start is None:
        return True
    rest, wanted = written[start:], meant[start:]
    swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return swapped or rest[1:] == wanted[1:] or rest[1:] == wanted or rest == wanted[1:]
