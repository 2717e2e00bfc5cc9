"""Spelling repair against the words we teach: what reads an intent sees `refund` where `refnd` was written.

Only a word that nobody knows is touched, neither our sentences nor the encoder's English; it becomes the commonest
taught word one slip away (a letter dropped, added, wrong, or two swapped) or is cut into two of them. One that was
never taught and has no capital is also cut where a half holds a slip, or becomes the one common word of the encoder's
English that is a slip away. Words with digits, addresses and identifiers stay. What is stored is never repaired: a
repair is told beside the words written.
"""

import re
from collections import Counter
from typing import AbstractSet, Dict, Iterable, Iterator, List, Mapping, Optional, Set, Tuple

from rasa_ext.mended import Repair, mended

# Shorter words are one slip away from too many others.
SHORTEST = 4
# A word taught less often may be a slip itself.
SELDOM = 3
# Both halves of words run together must be common: rare ones can be made of nearly anything.
COMMON = 12
# Shorter words that we never teach are too near to names and to other languages' words to be bent to English ones.
SHORTEST_UNTAUGHT = 5
_WORD = re.compile(r"(?<![\w@./#+-])[^\W\d_]+(?:'[^\W\d_]+)?(?![\w@/#+-]|\.\w)")


class Spelling:
    """Repairs texts. `taught` counts the words of the training sentences, `known` holds other words that are right,
    `common` those among them that an unknown word may be a slip of.
    """

    def __init__(
        self,
        taught: Mapping[str, int],
        known: AbstractSet[str] = frozenset(),
        common: AbstractSet[str] = frozenset(),
    ) -> None:
        self._taught = {word: count for word, count in taught.items() if count >= SELDOM}
        self._seen = frozenset(taught)
        self._known = known
        self._near_taught = _by_shorter(word for word in self._taught if len(word) >= SHORTEST)
        self._near_common = _by_shorter(word for word in common if len(word) >= SHORTEST_UNTAUGHT)

    def repair(self, text: str) -> str:
        """The text with its unknown words replaced where a taught one is a slip away."""
        return mended(text, self.repairs(text))

    def repairs(self, text: str) -> List[Repair]:
        """What `repair` replaces, in the order of the text."""
        read = ((found, self._repaired(found[0])) for found in _WORD.finditer(text))
        return [Repair(*found.span(), word) for found, word in read if word != found[0]]

    def _repaired(self, word: str) -> str:
        small = word.lower().replace("\u2019", "'")
        if len(small) < SHORTEST or not small.isascii() or self._is_right(small):
            return word
        near = self._nearest(small) or self._cut(small)
        if near is None and _is_plain(word) and small not in self._seen:
            near = self._cut_with_slip(small) or self._untaught(small)
        return near or word

    def _is_right(self, word: str) -> bool:
        stem = word[:-1] if word.endswith("s") else word
        return any(one in self._taught or one in self._known for one in (word, stem))

    def _nearest(self, word: str) -> Optional[str]:
        near = _one_slip_from(word, self._near_taught)
        return max(near, key=lambda candidate: (self._taught[candidate], candidate), default=None)

    def _untaught(self, word: str) -> Optional[str]:
        near = _one_slip_from(word, self._near_common) if len(word) >= SHORTEST_UNTAUGHT else []
        return near[0] if len(near) == 1 else None

    def _cut(self, word: str) -> Optional[str]:
        return self._commonest(cut for cut in _cuts(word) if all(self._is_common(half) for half in cut))

    def _cut_with_slip(self, word: str) -> Optional[str]:
        halves = ((self._half(left), self._half(right)) for left, right in _cuts(word))
        return self._commonest((left, right) for left, right in halves if left and right)

    def _commonest(self, cuts: Iterable[Tuple[str, str]]) -> Optional[str]:
        best = max(cuts, key=lambda cut: min(self._taught[half] for half in cut), default=None)
        return " ".join(best) if best else None

    def _half(self, word: str) -> Optional[str]:
        if self._is_common(word):
            return word
        near = self._nearest(word) if len(word) >= SHORTEST_UNTAUGHT else None
        return near if near and self._is_common(near) else None

    def _is_common(self, word: str) -> bool:
        return self._taught.get(word, 0) >= COMMON


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often each word stands in the texts, in lower case."""
    return Counter(word for text in texts for word in words_of(text))


def words_of(text: str) -> List[str]:
    """The words of a text in lower case, as `Spelling` cuts them."""
    return [found.lower() for found in _WORD.findall(text.replace("\u2019", "'"))]


def _cuts(word: str) -> Iterator[Tuple[str, str]]:
    return ((word[:at], word[at:]) for at in range(1, len(word)))


def _is_plain(word: str) -> bool:
    """Whether it is no name by its capital."""
    return word.islower() or word.isupper()


def _by_shorter(words: Iterable[str]) -> Dict[str, Set[str]]:
    """Each word under itself and under all that is left of it without one letter."""
    found: Dict[str, Set[str]] = {}
    for word in words:
        for shorter in {word, *_one_shorter(word)}:
            found.setdefault(shorter, set()).add(word)
    return found


def _one_slip_from(word: str, near: Mapping[str, Set[str]]) -> List[str]:
    candidates = {candidate for key in {word, *_one_shorter(word)} for candidate in near.get(key, ())}
    return [candidate for candidate in candidates if _is_one_slip(word, candidate)]


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
