"""The last four digits of a card, where the words say that they are that."""

import re
from typing import Iterator

from rasa_ext.detail_kinds.detail import Detail
from rasa_ext.detail_kinds.number_words import VALUES

_CARD = r"(?:cards?|visa|master\s?card|amex|maestro|debit|credit|account|iban)"
_LAST_FOUR = re.compile(
    r"(?:\bend(?:ing|s|ed)?(?:\s+(?:in|on|with))?(?:\s+the\s+digits)?\s*:?\s*"
    r"|\blast\s+(?:four|4)(?:\s+(?:digits?|numbers?))?(?:\s+(?:of\s+)?(?:my|the)\s+\w+)?(?:\s+(?:are|is|being))?\s*:?\s*"
    rf"|\b{_CARD}\s+(?:number\s+)?(?:no\.?\s+)?#?[.…*x•-]*\s?"
    r"|[*•x…]{2,}\s?)"
    r"(?P<digits>\d{4})(?![\d/]|[.,]\d|-\d|\s?(?:eur|usd|€|\$))",
    re.IGNORECASE,
)
_WORDS = "|".join(word for word, value in VALUES.items() if value < 10)
_SPOKEN = re.compile(
    rf"\b(?:end(?:ing|s)?(?:\s+(?:in|on|with))?|last\s+(?:four|4)(?:\s+digits?)?(?:\s+(?:are|is))?)\s*:?\s+"
    rf"(?P<digits>(?:{_WORDS})(?:[\s-]+(?:{_WORDS})){{3}})(?![\s-]*\w*\d)\b",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(r"(?<![\d.,-])(?P<digits>\d{4})\s+at\s+the\s+end\b", re.IGNORECASE)


def find_last4(text: str) -> Iterator[Detail]:
    """`last4` as four digits: "ending in 4242", "card 4242", "**** 4242"."""
    for pattern in (_LAST_FOUR, _AT_THE_END):
        for match in pattern.finditer(text):
            yield Detail(match.start("digits"), match.end("digits"), "last4", match["digits"])
    for match in _SPOKEN.finditer(text):
        digits = "".join(str(VALUES[word]) for word in re.split(r"[\s-]+", match["digits"].lower()))
        yield Detail(match.start("digits"), match.end("digits"), "last4", digits)
