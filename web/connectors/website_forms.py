"""What a browser sends over socket.io, checked, and the form in which lines go back to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, Field

from refunds.chat.message import Line

_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")


def _known_zone(zone: str | None) -> str | None:
    return zone if zone in available_timezones() else None


def _plausible_locale(locale: str | None) -> str | None:
    return locale if locale and _LOCALE.fullmatch(locale) else None


class Greeting(BaseModel):
    """How a browser introduces itself.

    ``token`` takes up a conversation, ``identity`` is the host site's word on who is signed in there, ``since``
    the number of the last line that it has. A zone or locale that makes no sense is left out.
    """

    token: str | None = Field(default=None, max_length=2000)
    identity: str | None = Field(default=None, max_length=4000)
    zone: Annotated[str | None, AfterValidator(_known_zone)] = None
    locale: Annotated[str | None, AfterValidator(_plausible_locale)] = None
    since: int | None = Field(default=None, ge=0)


class Said(BaseModel):
    """One message: the browser's own id for it, and words or the id of a button."""

    id: str = Field(min_length=1, max_length=200)
    text: str = ""
    button: str | None = Field(default=None, max_length=200)


def shown(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines in the browser's form; the customer's own have an ``id`` instead of a number."""
    return [_shown(line) for line in lines]


def _shown(line: Line) -> dict[str, Any]:
    name = {"id": line.said_id, "number": None} if line.said_id else {"number": line.number}
    return name | {
        "author": line.author,
        "text": line.text,
        "buttons": [{"title": button.title, "id": button.button_id} for button in line.buttons],
        "card": line.card,
        "at": line.said_at.isoformat(),
    }
