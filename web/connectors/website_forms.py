"""What a browser sends over socket.io, checked, and the form in which lines go back to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from zoneinfo import available_timezones

from babel.core import get_global
from pydantic import AfterValidator, BaseModel, Field

from refunds.chat.attachments import MOST_FILES
from refunds.chat.message import Attachment, Line, Wish, plausible_locale


def _known_zone(zone: str | None) -> str | None:
    return zone if zone in available_timezones() else None


class Greeting(BaseModel):
    """How a browser introduces itself.

    ``token`` takes up a conversation, ``identity`` is the host site's word on who is signed in there, ``since``
    the number of the last line that it has. A zone or locale that makes no sense is left out.
    """

    token: str | None = Field(default=None, max_length=2000)
    identity: str | None = Field(default=None, max_length=4000)
    zone: Annotated[str | None, AfterValidator(_known_zone)] = None
    locale: Annotated[str | None, AfterValidator(plausible_locale)] = None
    since: int | None = Field(default=None, ge=0)

    @property
    def country(self) -> str | None:
        """The country of the browser's zone (ISO code), where that is one."""
        return get_global("zone_territories").get(self.zone or "")


class Said(BaseModel):
    """One message: the browser's own id for it, and words, the id of a button, or ids of files.

    ``wish`` comes from a button of the widget's own, whose words stand in ``text``.
    """

    id: str = Field(min_length=1, max_length=200)
    text: str = ""
    button: str | None = Field(default=None, max_length=200)
    wish: Wish | None = None
    files: tuple[Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")], ...] = Field(default=(), max_length=MOST_FILES)


class Seen(BaseModel):
    """The last line that the customer has seen."""

    number: int = Field(ge=0)


class TypingSign(BaseModel):
    """Whether the customer is writing something just now."""

    on: bool


def shown(lines: Iterable[Line]) -> list[dict[str, Any]]:
    """Lines in the browser's form; the customer's own have an ``id`` instead of a number."""
    return [_shown(line) for line in lines]


def shown_file(file: Attachment) -> dict[str, Any]:
    """A file in the browser's form; its content is fetched with the conversation's token."""
    return {"id": file.attachment_id, "name": file.name, "kind": file.kind, "bytes": file.size}


def _shown(line: Line) -> dict[str, Any]:
    name = {"id": line.said_id, "number": None} if line.said_id else {"number": line.number}
    files = {"files": [shown_file(file) for file in line.files]} if line.files else {}
    signed = {"name": line.agent_name} if line.agent_name else {}
    return (
        name
        | files
        | signed
        | {
            "author": line.author,
            "text": line.text,
            "buttons": [{"title": button.title, "id": button.button_id} for button in line.buttons],
            "card": line.card,
            "at": line.said_at.isoformat(),
        }
    )
