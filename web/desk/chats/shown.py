"""How moments and names of chats are shown on the desk."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError

VERIFIED_BY = {"site": "the site's sign-in", "code": "a code by mail", "agent": "an agent's questions"}
RESOLUTIONS = ("Answered", "Refund under way", "Nothing to refund", "Passed on", "No reply", "Spam")


def waited(since: datetime | None, now: datetime) -> str:
    """How long ago, in minutes, hours or days."""
    if since is None:
        return "–"
    minutes = max(int((now - since).total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes < 48 * 60 else f"{minutes // 1440} days"


def reason_words(reason: str) -> str:
    """A reason as people read it."""
    return reason.replace("_", " ").capitalize() or "–"


def language(locale: str | None) -> str:
    """A browser's language in English words: German (Germany). What is none is shown as it came."""
    try:
        return Locale.parse(locale or "", sep="-").get_display_name("en") or ""
    except (ValueError, UnknownLocaleError):
        return locale or ""


def presence(here_until: datetime | None, now: datetime) -> str:
    """Whether the customer has the chat open, "" where their channel does not tell."""
    if here_until is None:
        return ""
    return "customer is here" if here_until > now else f"customer left {waited(here_until, now)} ago"


def local_time(zone: str | None, now: datetime) -> str:
    """The customer's clock and zone, "" where it is not known."""
    return f"{now.astimezone(ZoneInfo(zone)):%a %H:%M} ({zone})" if zone else ""
