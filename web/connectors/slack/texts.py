"""Slack's way of writing text: escaped on the way out, and plain again on the way in. Pure.

https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST_SECTION = 3000
LONGEST_FALLBACK = 4000
LONGEST_TEXT = 40_000
ELLIPSIS = "…"

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_PLAIN = {escaped: plain for plain, escaped in _ESCAPES.items()}
_NEEDS_ESCAPE = re.compile("[&<>]")
_ESCAPED = re.compile("&(?:amp|lt|gt);")
_URL = re.compile(r"https?://[^\s<>|]+[^\s<>|.,;:!?)\]]")
_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_LEADING_MENTIONS = re.compile(r"^\s*(?:<@[A-Z0-9]+(?:\|[^<>]*)?>[\s,:]*)+")


def escaped(text: str) -> str:
    """``text`` so that Slack shows each character as it is: nothing in it calls people, channels or links."""
    return _NEEDS_ESCAPE.sub(lambda found: _ESCAPES[found[0]], text)


def as_mrkdwn(text: str) -> str:
    """``text`` escaped, with web addresses as links (a section that parses nothing by itself needs that said)."""
    return _URL.sub(lambda found: f"<{found[0]}>", escaped(text))


def plain(text: str) -> str:
    """What a customer wrote, from what Slack made of it: links, addresses and dates as they read."""
    return _ESCAPED.sub(lambda found: _PLAIN[found[0]], _MARKUP.sub(_read, text))


def without_mentions(text: str) -> str:
    """Slack's text without the names that it begins with: whoever calls the app by name says nothing with it."""
    return _LEADING_MENTIONS.sub("", text)


def cut(text: str, most: int) -> str:
    """``text`` within ``most`` characters, with a mark where it was longer."""
    return text if len(text) <= most else text[: most - 1] + ELLIPSIS


def pieces(text: str, most: int = LONGEST_SECTION) -> Iterator[str]:
    """``text`` as mrkdwn in parts of at most ``most`` characters, cut between lines or words where there are any."""
    while text:
        size = _fitting(text, most)
        yield as_mrkdwn(text[:size])
        text = text[size:].lstrip("\n")


def _fitting(text: str, most: int) -> int:
    size = min(len(text), most)
    while len(as_mrkdwn(text[:size])) > most:
        size -= max(1, (len(as_mrkdwn(text[:size])) - most) // 5)
    if size == len(text):
        return size
    breaks = (text.rfind(sign, size // 2, size) + 1 for sign in ("\n", " "))
    return next((place for place in breaks if place), size)


def _read(found: re.Match[str]) -> str:
    target, label = found[1], found[2]
    if label:
        return str(label)
    return re.sub(r"^(?:mailto|tel):", "", target)
