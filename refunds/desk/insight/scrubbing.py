"""Take out of a sentence what tells who said it, so that it may be kept as an example: pure.

Unlike a kept conversation (refunds/desk/chats/scrubbing.py), which needs no word that the assistant does not know: here
just these are what there is to learn, so words stay, and a person reads each sentence before it is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from refunds.chat.masking import mask

LONGEST = 300
# Stand-ins of the same form: what the assistant learns from them is the form.
_STAND_INS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "name@example.com"),
    (re.compile(r"\b(?:https?://|www\.)\S+", re.I), "example.com"),
    (re.compile(r"\bORD[-\s]?\d+\b", re.I), "ORD-10000"),
    (
        re.compile(r"(\b(?:order|ticket|case|invoice|customer)\b[\s:#]*(?:(?:number|no|id)\b[\s.:#]*)?)\d{3,}", re.I),
        r"\g<1>10000",
    ),
    (re.compile(r"\bT-\d+\b", re.I), "T-1000"),
    (re.compile(r"\bR-[2-9A-HJ-NP-Z]{5}\b", re.I), "R-22222"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){2,7}(?:\s?[A-Z0-9]{1,4})?\b"), "DE00"),
    (re.compile(r"\+?\d(?:[\s()./-]{0,2}\d){6,}"), "0000000"),
)
_REMOVED = re.compile(r"\[(?:[a-z ]+ removed|code)\]")
_MARKUP = str.maketrans("", "", "[](){}|`")
"""Training data reads these as the bounds of a detail."""


def scrubbed(text: str, names: Iterable[str] = ()) -> str:
    """``text`` in one line, 300 characters at most, without addresses, numbers and ``names``.

    A name that nobody told us stays: whoever proposes the sentence reads it first.
    """
    line = _REMOVED.sub("", mask(_REMOVED.sub("", text).translate(_MARKUP)))
    line = " ".join(line.split())
    for found, stand_in in _STAND_INS:
        line = found.sub(stand_in, line)
    words = {word for name in names for word in name.split() if len(word) > 1}
    if words:
        line = re.sub(rf"\b(?:{'|'.join(map(re.escape, sorted(words)))})\b", "Alex", line, flags=re.I)
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0]
