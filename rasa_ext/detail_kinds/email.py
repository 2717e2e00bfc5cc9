"""Mail addresses, also spelled out."""

import re
from typing import Iterator

from rasa_ext.detail_kinds.detail import Detail

_WRITTEN = re.compile(r"[\w.+-]*[\w+-]@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", re.IGNORECASE)
_DOT = r"(?:\s*[\[(]\s*dot\s*[\])]\s*|\s+dot\s+|\.(?=\w))"
_MARK = r"(?:\s+(?:dot|underscore|dash|hyphen|minus|plus)\s+|[.+_-])"
_SPELLED = re.compile(
    rf"(?P<name>\w+(?:{_MARK}\w+)*)(?:\s*[\[(]\s*at\s*[\])]\s*|\s+at\s+|\s+@\s+)"
    rf"(?P<host>[\w-]+(?:{_DOT}[\w-]+)*{_DOT}[a-z]{{2,}})(?!\w)",
    re.IGNORECASE,
)
_MARKS = {"dot": ".", "underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+"}
_SAID = re.compile(r"[\s\[(]*\b(dot|underscore|dash|hyphen|minus|plus)\b[\s\])]*", re.IGNORECASE)


def find_emails(text: str) -> Iterator[Detail]:
    """`email` in lower case; spelled out ("amara at example dot com") only where "dot" or brackets show it is one."""
    for match in _WRITTEN.finditer(text):
        yield Detail(match.start(), match.end(), "email", match.group().lower())
    for match in _SPELLED.finditer(text):
        said = match.group().lower()
        if re.search(r"\bdot\b|[\[(]\s*at\s*[\])]|\s@\s", said):
            address = f"{_joined(match['name'])}@{_joined(match['host'])}"
            yield Detail(match.start(), match.end(), "email", address)


def _joined(spelled: str) -> str:
    return re.sub(r"\s+", "", _SAID.sub(lambda mark: _MARKS[mark[1].lower()], spelled.lower()))
