"""Files that a channel holds for us: how they are checked and kept once a connector has fetched them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from datetime import UTC, datetime
from typing import Any, Generic, Protocol, TypeVar

import structlog

from refunds.chat.attachments import MOST_FILES, Attachments, TooManyFiles
from refunds.chat.file_kinds import LARGEST_FILE, MOST_PIXELS, Fault, FileRefused, clean
from refunds.chat.masking import mask
from refunds.chat.message import Reply
from refunds.words import Words

_log = structlog.get_logger()
CLEANED_AT_ONCE = 2
_LARGEST = {"most": LARGEST_FILE // 2**20, "pixels": MOST_PIXELS // 10**6}


class FileNotKept(Exception):
    """A file that is not kept; ``reply`` tells the customer why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("a file is not kept")
        self.reply = reply


class NotFetched(Exception):
    """The channel did not give a file. Its text is logged, so it holds no address and no token."""


class ToldFile(Protocol):
    """A file as a channel tells of it."""

    @property
    def name(self) -> str:
        """What its sender called it."""

    @property
    def size(self) -> int:
        """Its bytes, as told."""


File = TypeVar("File", bound=ToldFile)


class FetchedFiles(ABC, Generic[File]):
    """Brings files from a ``channel`` into the folder of attachments, checked like those of the website."""

    channel: str

    def __init__(self, attachments: Attachments, words: Words) -> None:
        self._attachments = attachments
        self._words = words
        self._cleaning = asyncio.Semaphore(CLEANED_AT_ONCE)

    async def keep(self, address: str, file: File) -> str:
        """Fetch and keep a file, to be said with a message at ``address``; returns the attachment's id.

        A file that is told to be too large is not fetched at all. Raises ``FileNotKept``, and ``DatabaseUnavailable``.
        """
        try:
            await asyncio.to_thread(self._attachments.refuse_if_full, self.channel, address)
            if file.size > LARGEST_FILE:
                raise FileRefused(Fault.TOO_LARGE)
            content = await self._fetched(file)
            async with self._cleaning:
                cleaned = await asyncio.to_thread(clean, file.name, content)
            kept = await asyncio.to_thread(self._attachments.receive, self.channel, address, cleaned, datetime.now(UTC))
        except FileRefused as error:
            raise self._not_kept(f"utter_file_{error.fault}", **_LARGEST) from None
        except TooManyFiles:
            raise self._not_kept("utter_file_too_many", most=MOST_FILES) from None
        except NotFetched as error:
            _log.warning(f"{self.channel}_file_not_fetched", why=str(error))
            raise self._not_kept(f"utter_{self.channel}_file_not_fetched", file=mask(file.name)) from None
        return kept.attachment_id

    @abstractmethod
    async def _fetched(self, file: File) -> bytes:
        """The content, tried a few times. Raises ``FileRefused`` for one that is too large, and ``NotFetched``."""

    def _not_kept(self, name: str, **values: Any) -> FileNotKept:
        return FileNotKept(Reply(self._words.say(name, **values)))
