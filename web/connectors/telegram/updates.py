"""What Telegram tells, read: who said, edited, pressed or sent what. Pure.

https://core.telegram.org/bots/api#update
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from aiogram.types import CallbackQuery, Message, PhotoSize, Update

from refunds.chat.file_kinds import LARGEST_FILE

CHANNEL = "telegram"
PRIVATE = "private"
# A deep link's parameter: https://core.telegram.org/bots/features#deep-linking
_START = re.compile(r"/start(?:@\w+)?(?:\s+([A-Za-z0-9_-]{1,64}))?\s*")
_CASE = re.compile(r"CASE[-_]?R?-?([A-Z0-9]{5})", re.I)
_CARRY_ON = re.compile(r"CARRYON[-_]?([0-9a-f]{32})", re.I)


@dataclass(frozen=True, slots=True)
class TelegramFile:
    """A file that was sent: Telegram's id of it, its name, and its size in bytes as far as Telegram tells."""

    file_id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Said:
    """Words or files of a person in a private chat. ``edited``: in the place of what was said before.

    ``wordless`` names what we cannot take (voice, sticker, location ...), None where there is nothing of the kind.
    ``original`` is the name of the message without its edits. Photos and documents that were sent together come as a
    message each, with the same ``album``.
    """

    address: str
    message_id: str
    text: str
    locale: str | None
    file: TelegramFile | None = None
    edited: bool = False
    original: str = ""
    wordless: str | None = None
    album: str | None = None


@dataclass(frozen=True, slots=True)
class Began:
    """The chat was opened, by Start or by a deep link: for a case (its number), or to carry on (a code)."""

    address: str
    message_id: str
    locale: str | None
    case_id: str | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button under one of our messages."""

    address: str
    message_id: str
    press_id: str
    button: str
    shown_in: Message | None
    locale: str | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The bot is spoken to, or was added, where others read along."""

    chat_id: int
    is_channel: bool


Told = Said | Began | Pressed | Elsewhere


def read(update: Update) -> Told | None:
    """What an update tells us; None for what is none of ours, such as other bots' words."""
    if update.callback_query is not None:
        return _pressed(update.callback_query)
    if update.my_chat_member is not None:
        chat, now = update.my_chat_member.chat, update.my_chat_member.new_chat_member.status
        gone = now in ("left", "kicked")
        return None if chat.type == PRIVATE or gone else Elsewhere(chat.id, chat.type == "channel")
    message = update.message or update.edited_message
    if message is None or (message.from_user is not None and message.from_user.is_bot):
        return None
    if message.chat.type != PRIVATE:
        # What happens in a group without a word to us (joins, pins) needs no answer; so does an edit there.
        return Elsewhere(message.chat.id, is_channel=False) if update.message and message.text else None
    return _said(message, edited=update.edited_message is not None)


def _said(message: Message, *, edited: bool) -> Said | Began:
    address, locale = str(message.chat.id), _locale(message)
    name = _name(message, edited=edited)
    began = _START.fullmatch(message.text or "")
    parameter = (began[1] or "") if began else (message.text or "").strip()
    # A code is no message, also where somebody mended it: it is used, and stored nowhere.
    if _CARRY_ON.fullmatch(parameter) or (began and not edited):
        return _began(address, name, locale, parameter)
    text, file = message.text or message.caption or "", _file(message)
    wordless = None if text or file else str(message.content_type)
    album = f"{message.chat.id}:{message.media_group_id}" if message.media_group_id else None
    original = _name(message, edited=False)
    return Said(address, name, text, locale, file if not edited else None, edited, original, wordless, album)


def _name(message: Message, *, edited: bool) -> str:
    """The message's own name in its chat, and of an edit also when it was made."""
    name = f"{message.chat.id}:{message.message_id}"
    if not edited:
        return name
    stamp = message.edit_date or message.date
    return f"{name}#{int(stamp if isinstance(stamp, int) else stamp.timestamp())}"


def _began(address: str, name: str, locale: str | None, parameter: str) -> Began:
    case, code = _CASE.fullmatch(parameter), _CARRY_ON.fullmatch(parameter)
    return Began(address, name, locale, f"R-{case[1].upper()}" if case else None, code[1].lower() if code else None)


def _pressed(query: CallbackQuery) -> Pressed | None:
    shown = query.message
    if shown is None or shown.chat.type != PRIVATE or not query.data:
        return None
    whole = shown if isinstance(shown, Message) else None
    locale = query.from_user.language_code
    return Pressed(str(shown.chat.id), f"press:{query.id}", query.id, query.data, whole, locale)


def _file(message: Message) -> TelegramFile | None:
    if message.document is not None:
        document = message.document
        return TelegramFile(document.file_id, document.file_name or "document", document.file_size or 0)
    if message.photo:
        photo = _largest_fitting(message.photo)
        return TelegramFile(photo.file_id, "photo.jpg", photo.file_size or 0)
    return None


def _largest_fitting(sizes: list[PhotoSize]) -> PhotoSize:
    """Telegram keeps a photo in several sizes: the largest that we take."""
    fitting = [size for size in sizes if (size.file_size or 0) <= LARGEST_FILE]
    return max(fitting or sizes, key=lambda size: size.width * size.height)


def _locale(message: Message) -> str | None:
    return message.from_user.language_code if message.from_user else None
