"""Wishes about notices in plain words: on which way they come, and when not. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from refunds.cases.notice_wishes import NIGHT, QuietHours, Way


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished: another way, quiet hours, or none any more (``any_time``); nothing of it: to see what holds."""

    way: Way | None = None
    quiet: QuietHours | None = None
    any_time: bool = False


# Mails that are no notices, and words that are about something else.
_OTHER_MAIL = re.compile(
    r"\b(?:codes?|newsletters?|advert\w*|ads|marketing|invoices?|bills?|spam|passwords?|mailbox|outlook|smtp|imap)\b",
    re.I,
)
_NO = r"(?:do(?:n'?t| not)|never|stop|no|not|quit|without)"
# As a wish, and not what others do: "you don't email me".
_STOP = r"(?<!\byou )(?<!\bthey )(?<!\bi )\b(?:do(?:n'?t| not)|stop|quit)"
_MAIL = r"e?-?mails?"
_NEWS = r"(?:notifications?|notices?|updates?)"
_REACH = r"(?:messag|writ|notif|text|contact|ping|disturb|bother|wak|e-?mail|mail)\w*"
_AT_NIGHT = r"(?:at night|(?:during|in) the night|over ?night|while i(?:'m| am)? sleep\w*)"
_NIGHT = re.compile(rf"\b{_NO}\b[^.?!]{{0,40}}\b{_REACH}[^.?!]{{0,30}}\b{_AT_NIGHT}", re.I)
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|o'?clock|h)?"
_BETWEEN = re.compile(rf"\b(?:between|from)\s+{_CLOCK}\s*(?:and|to|until|till|-|–)\s*{_CLOCK}", re.I)
_AFTER = re.compile(rf"\b(?:after|past)\s+{_CLOCK}", re.I)
_BEFORE = re.compile(rf"\bbefore\s+{_CLOCK}", re.I)
_NOT_THEN = re.compile(rf"\b{_NO}\b[^.?!]{{0,40}}\b{_REACH}|\bquiet (?:hours|time)\b", re.I)
_ONLY_THEN = re.compile(rf"\bonly\b[^.?!]{{0,20}}\b{_REACH}|\b{_REACH}[^.?!]{{0,20}}\bonly\b", re.I)
_ANY_TIME = re.compile(
    rf"\b{_REACH}[^.?!]{{0,20}}\b(?:at )?any ?time\b|\b(?:no (?:more )?|turn off (?:the |my )?)quiet (?:hours|time)\b",
    re.I,
)
_NEEDED = re.compile(
    rf"{_STOP}\s+(?:notify\w*|messaging|texting|pinging)\s+me\b"
    rf"|{_STOP}\s+send(?:ing)?(?: me)?\s+(?:any |these |so many )?(?:more )?{_NEWS}\b"
    rf"|\bno (?:more )?{_NEWS},? please\b|\bno more {_NEWS}\b"
    r"|\bonly (?:notify|message|write to|contact) me (?:if|when) (?:it'?s )?(?:really )?(?:needed|necessary)\b",
    re.I,
)
_CHAT = re.compile(
    rf"{_STOP}\s+(?:e?-?mail(?:ing)?|mailing) me\b(?! (?:the|a|an|my|that|it)\b)"
    rf"|{_STOP}\s+send(?:ing)?(?: me)?\s+(?:any |these )?(?:more )?{_MAIL}\b"
    rf"|\bno more {_MAIL}\b|\bno {_MAIL},? please\b"
    r"|\b(?:only|just) (?:here )?(?:in|via|by|through) (?:the |this )?chat\b",
    re.I,
)
_AWAY = re.compile(rf"\b{_MAIL} me\b[^.?!]{{0,20}}\b(?:if|when) i(?:'m| am) (?:away|not here|offline|gone)\b", re.I)
_ALWAYS = re.compile(
    rf"\b(?:always|also) (?:send me )?(?:an? )?{_MAIL} me\b|\b(?:always|also) (?:tell|notify|inform) me by {_MAIL}\b"
    rf"|\b(?:everything|all (?:news|{_NEWS})) (?:also )?by {_MAIL}\b"
    rf"|\b{_MAIL} me (?:about )?(?:everything|all {_NEWS})\b",
    re.I,
)
_SHOW = re.compile(
    r"\b(?:notification|notice)s? (?:settings?|preferences?|options?)\b|\bquiet hours\b"
    r"|\b(?:change|choose|set|see) how (?:you|i)(?: can)? (?:notify|contact|reach|tell|message|hear)\b",
    re.I,
)
_WAYS = ((_AWAY, Way.AWAY), (_NEEDED, Way.NEEDED), (_CHAT, Way.CHAT), (_ALWAYS, Way.ALWAYS))
_LONGEST = 200  # characters: a longer message tells a story, in which such words mean something else


def wish_in(text: str) -> Wish | None:
    """The wish about notices that ``text`` states; None where it states none."""
    if len(text) > _LONGEST or _OTHER_MAIL.search(text):
        return None
    if _ANY_TIME.search(text):
        return Wish(any_time=True)
    quiet = _quiet_in(text)
    if quiet is not None:
        return Wish(quiet=quiet)
    way = next((way for words, way in _WAYS if words.search(text)), None)
    if way is not None:
        return Wish(way=way)
    return Wish() if _SHOW.search(text) else None


def _quiet_in(text: str) -> QuietHours | None:
    if _NIGHT.search(text):
        return NIGHT
    refused, only = _NOT_THEN.search(text), _ONLY_THEN.search(text)
    if not (refused or only):
        return None
    between, after, before = _BETWEEN.search(text), _AFTER.search(text), _BEFORE.search(text)
    if between:
        start, end = _time(*between.groups()[:3]), _time(*between.groups()[3:])
    elif after or before:
        start = _time(*after.groups()) if after else NIGHT.start
        end = _time(*before.groups()) if before else NIGHT.end
    else:
        return None
    if start is None or end is None or start == end:
        return None
    return QuietHours(start, end) if refused else QuietHours(end, start)


def _time(hour: str, minute: str | None, half: str | None) -> time | None:
    """A time as it was written; None for one that no clock shows."""
    hours, minutes, half = int(hour), int(minute or 0), (half or "").lower().replace(".", "")
    if half == "pm" and hours < 12:
        hours += 12
    elif half == "am" and hours == 12:
        hours = 0
    return time(hours % 24, minutes) if hours <= 24 and minutes < 60 else None
