"""Two wishes in one message: the second often shows only where its part of the message is read alone."""

import re
from typing import Callable, List

import numpy as np

_BREAK = re.compile(r"(?:[.,;:!?\n]+|\s-)\s+|\s+(?=(?:and|but|also|plus|then|because|oder|und|aber)\b)", re.I)
_SHORTEST_WORDS = 3
_MOST_PARTS = 4
_DECIDED = 0.6
# Said beside a wish, these ask for nothing.
_NO_WISH = {"greet", "thank", "goodbye", "affirm", "deny", "inform", "dont_know", "ask_back", "ask_if_bot"}


def parts(text: str) -> List[str]:
    """The parts of a text that may hold a wish of their own, in order; none where there are not at least two."""
    found = [part.strip() for part in _BREAK.split(text) if len(part.split()) >= _SHORTEST_WORDS]
    return found[:_MOST_PARTS] if len(found) > 1 else []


def with_second_wish(
    likely: np.ndarray, text: str, intents: List[str], read: Callable[[str], np.ndarray]
) -> np.ndarray:
    """The probabilities with the second place for the surest (0.6) other wish of a part; the first place stays.

    `read` gives the probabilities of a text in the order of `intents`.
    """
    first, second = likely.argsort()[::-1][:2]
    readings = [read(part) for part in parts(text)]
    others = [
        one
        for one in readings
        if one.max() >= _DECIDED and one.argmax() != first and intents[one.argmax()] not in _NO_WISH
    ]
    if not others:
        return likely
    wish = max(others, key=lambda one: float(one.max())).argmax()
    moved = likely.copy()
    moved[second], moved[wish] = likely[wish], likely[second]
    return moved
