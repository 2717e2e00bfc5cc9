"""Files that customers send on Slack, fetched with the bot's token."""

from __future__ import annotations

import asyncio

from refunds.chat.attachments import Attachments
from refunds.chat.file_kinds import LARGEST_FILE, Fault, FileRefused
from refunds.words import Words
from web.connectors.fetched_files import FetchedFiles, NotFetched
from web.connectors.slack.api import SlackApi, SlackRefused, SlackUnavailable
from web.connectors.slack.events import CHANNEL, SlackFile

TRIES = 3
PAUSE = 1.0


class SlackFiles(FetchedFiles[SlackFile]):
    """Brings files from Slack into the folder of attachments."""

    channel = CHANNEL

    def __init__(self, api: SlackApi, attachments: Attachments, words: Words) -> None:
        super().__init__(attachments, words)
        self._api = api

    async def _fetched(self, file: SlackFile) -> bytes:
        for attempt in range(1, TRIES + 1):
            try:
                return await self._content(file)
            except (SlackRefused, SlackUnavailable) as error:
                wait = error.retry_after if isinstance(error, SlackRefused) else PAUSE * attempt
                if wait is None or attempt == TRIES:
                    raise NotFetched(str(error)) from error
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
