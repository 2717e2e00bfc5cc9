"""Long messages: their wish stands in one sentence, which is lost among the others (docs/decisions/engine.md)."""

import re
import textwrap
from typing import Callable, List

import numpy as np

LONG_CHARACTERS = 400
_PIECE_CHARACTERS = 200
# A message may have 4,000 characters; more pieces would hold up the other conversations.
_MOST_PIECES = 40
_DECIDED = 0.6
_FIRST = "request_refund"
_WISHES = {
    _FIRST,
    "report_service_failure",
    "report_wrong_charge",
    "cancel_service",
    "withdraw_from_contract",
    "ask_refund_status",
    "ask_refund_policy",
    "ask_refund_arrival",
    "ask_payment_methods",
    "ask_for_human",
}


def is_long(text: str) -> bool:
    """Whether the text is read sentence by sentence."""
    return len(text) > LONG_CHARACTERS


def sentences(text: str) -> List[str]:
    """The sentences of a text in order, none longer than 200 characters; of more than 40 the first and last 20."""
    found = [sentence for sentence in re.split(r"(?<=[.!?;])\s+|\s*\n\s*|(?<=[。！？；])", text) if sentence.strip()]
    pieces = [piece for sentence in found for piece in textwrap.wrap(sentence, _PIECE_CHARACTERS)]
    half = _MOST_PIECES // 2
    return pieces if len(pieces) <= _MOST_PIECES else pieces[:half] + pieces[-half:]


def read_long(text: str, intents: List[str], read: Callable[[str], np.ndarray]) -> np.ndarray:
    """The probabilities of the sentence that decides: the surest for a refund, else the surest for another wish.

    Where no sentence is sure (0.6) of a wish, the text is read as a whole. `read` gives the probabilities of a text
    in the order of `intents`.
    """
    readings = [read(sentence) for sentence in sentences(text)]
    wishes = [likely for likely in readings if likely.max() >= _DECIDED and intents[likely.argmax()] in _WISHES]
    if not wishes:
        return read(text)
    refund = intents.index(_FIRST)
    return max(wishes, key=lambda likely: (likely.argmax() == refund, likely.max()))
