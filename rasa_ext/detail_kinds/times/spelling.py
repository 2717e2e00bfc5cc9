"""Times as customers spell them: lower case, and misspelt weekdays and months put right."""

import re
from dataclasses import dataclass
from typing import List, Optional

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_OFTEN_MISSPELT = [
    *WEEKDAYS,
    *(month for month in MONTHS if len(month) > 5),
    "yesterday",
    "morning",
    "afternoon",
    "evening",
]
# Beyond one slip of the hand, and seen often; and German days, which customers in Germany mix in.
_KNOWN = {
    "wendsday": "wednesday",
    "wensday": "wednesday",
    "wedensday": "wednesday",
    "febuary": "february",
    "yday": "yesterday",
    "yesteday": "yesterday",
    "montag": "monday",
    "dienstag": "tuesday",
    "mittwoch": "wednesday",
    "donnerstag": "thursday",
    "freitag": "friday",
    "samstag": "saturday",
    "sonntag": "sunday",
    "gestern": "yesterday",
    "heute": "today",
    "januar": "january",
    "februar": "february",
    "märz": "march",
    "mai": "may",
    "juni": "june",
    "juli": "july",
    "oktober": "october",
    "dezember": "december",
}
# English words that are one slip away from a weekday.
_OTHER_WORDS = {"mundane", "warning", "mourning", "evening", "evenings", "mornings", "sundae"}


@dataclass(frozen=True)
class Spelled:
    """The text to read times from, and where each of its characters stood in the original."""

    text: str
    places: List[int]

    def original(self, start: int, end: int) -> "tuple[int, int]":
        """The span in the original text."""
        return self.places[start], self.places[end - 1] + 1


def put_right(original: str) -> Spelled:
    """Lower case, curly quotes and long dashes made plain, misspelt days and months put right."""
    text, places = "", []  # type: str, List[int]
    for match in re.finditer(r"[^\W\d_]+|[\W\d_]", original):
        written = match.group()
        right = _right_word(written.lower()) if len(written) > 1 else written.lower().translate(_PLAIN)
        # Characters of a replaced word stand where the word stood, as near as its length allows.
        last = len(written) - 1
        places += [match.start() + min(i, last) for i in range(len(right) - 1)]
        places += [match.start() + last] if right else []
        text += right
    return Spelled(text, places)


_PLAIN = str.maketrans({"\u2019": "'", "\u2013": "-", "\u2014": "-", "\u2060": " ", "\u00a0": " "})


def _right_word(word: str) -> str:
    if word in _KNOWN:
        return _KNOWN[word]
    if len(word) < 6 or word in _OTHER_WORDS or word in _OFTEN_MISSPELT:
        return word
    return next((right for right in _OFTEN_MISSPELT if _one_slip_apart(word, right)), word)


def _one_slip_apart(written: str, right: str) -> bool:
    """Whether one letter is missing, added or wrong, or two neighbours are swapped; the first letter is right."""
    if written[0] != right[0] or abs(len(written) - len(right)) > 1:
        return False
    place = next((i for i, (a, b) in enumerate(zip(written, right, strict=False)) if a != b), None)
    if place is None:
        return written != right and {written, right} != {right, right + "s"}
    ahead, behind = written[place:], right[place:]
    swapped: Optional[str] = ahead[1::-1] + ahead[2:] if len(ahead) > 1 else None
    return ahead[1:] == behind[1:] or ahead[1:] == behind or ahead == behind[1:] or swapped == behind
