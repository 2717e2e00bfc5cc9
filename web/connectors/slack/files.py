"""Files that customers send on Slack: fetched with the bot's token, checked like those of the website, and kept."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import structlog

from refunds.chat.attachments import MOST_FILES, Attachments, TooManyFiles
from refunds.chat.file_kinds import LARGEST_FILE, MOST_PIXELS, Fault, FileRefused, clean
from refunds.chat.masking import mask
from refunds.chat.message import Reply
from refunds.words import Words
from web.connectors.slack.api import SlackApi, SlackRefused, SlackUnavailable
from web.connectors.slack.events import CHANNEL, SlackFile

_log = structlog.get_logger()
CLEANED_AT_ONCE = 2
TRIES = 3
PAUSE = 1.0
_LARGEST = {"most": LARGEST_FILE // 2**20, "pixels": MOST_PIXELS // 10**6}


class NotTaken(Exception):
    """A file that is not kept; ``reply`` tells the customer why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__("a file is not kept")
        self.reply = reply


class SlackFiles:
    """Brings files from Slack into the folder of attachments."""

    def __init__(self, api: SlackApi, attachments: Attachments, words: Words) -> None:
        self._api = api
        self._attachments = attachments
        self._words = words
        self._cleaning = asyncio.Semaphore(CLEANED_AT_ONCE)

    async def keep(self, address: str, file: SlackFile) -> str:
        """Fetch and keep a file, to be said with a message at ``address``; returns the attachment's id.

        Raises ``NotTaken``, and ``DatabaseUnavailable``.
        """
        try:
            await asyncio.to_thread(self._attachments.refuse_if_full, CHANNEL, address)
            content = await self._fetched(file)
            async with self._cleaning:
                cleaned = await asyncio.to_thread(clean, file.name, content)
            kept = await asyncio.to_thread(self._attachments.receive, CHANNEL, address, cleaned, datetime.now(UTC))
        except FileRefused as error:
            raise self._not_taken(f"utter_file_{error.fault}", **_LARGEST) from None
        except TooManyFiles:
            raise self._not_taken("utter_file_too_many", most=MOST_FILES) from None
        except (SlackRefused, SlackUnavailable) as error:
            _log.warning("slack_file_not_fetched", why=str(error))
            raise self._not_taken("utter_slack_file_not_fetched", file=mask(file.name)) from None
        return kept.attachment_id

    async def _fetched(self, file: SlackFile) -> bytes:
        """The content, tried a few times; a file that is too large is not fetched at all."""
        if file.size > LARGEST_FILE:
            raise FileRefused(Fault.TOO_LARGE)
        for attempt in range(1, TRIES + 1):
            try:
                return await self._content(file)
            except (SlackRefused, SlackUnavailable) as error:
                wait = error.retry_after if isinstance(error, SlackRefused) else PAUSE * attempt
                if wait is None or attempt == TRIES:
                    raise
                await asyncio.sleep(wait)
        raise AssertionError("the last try raises")

    async def _content(self, file: SlackFile) -> bytes:
        answer = await self._api.call("files.info", file=file.file_id)
        told = answer["file"]
        if int(told.get("size") or 0) > LARGEST_FILE:
            raise FileRefused(Fault.TOO_LARGE)
        url = told.get("url_private_download") or told.get("url_private")
        if not url:
            raise SlackRefused("file_not_given")
        return await self._api.fetch(url, LARGEST_FILE)

    def _not_taken(self, name: str, **values: Any) -> NotTaken:
        return NotTaken(Reply(self._words.say(name, **values)))
