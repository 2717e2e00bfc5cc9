"""An agent's files on their way into a customer's chat on Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from refunds.chat.message import Attachment
from web.connectors.outgoing import NotTaken, Refused
from web.connectors.slack.api import SlackApi, SlackRefused, SlackUnavailable

FindFile = Callable[[str, str], tuple[Attachment, Path]]
"""A file of a conversation, by the ids of both, with where its content lies."""


class SlackSharing:
    """Shares files (docs.slack.dev/messaging/working-with-files, "Uploading files")."""

    def __init__(self, api: SlackApi, find_file: FindFile) -> None:
        self._api = api
        self._find_file = find_file

    async def share(self, place: dict[str, str], conversation_id: str, file: Attachment) -> str:
        """Show a file at ``place``; gives its id there.

        Raises ``NotTaken``, ``Refused`` and ``SlackRefused``; all else leaves it unknown.
        """
        _, path = await asyncio.to_thread(self._find_file, conversation_id, file.attachment_id)
        if not path.is_file():
            raise Refused("the file is gone")
        try:
            file_id = await self._uploaded(file.name, await asyncio.to_thread(path.read_bytes))
        except SlackUnavailable as error:
            raise NotTaken(str(error)) from error  # nobody sees it yet
        except SlackRefused as error:
            if error.error == "missing_scope":
                raise Refused("missing_scope: files:write") from error
            raise
        thread = {"thread_ts": place["thread_ts"]} if "thread_ts" in place else {}
        shown = [{"id": file_id, "title": file.name}]
        await self._api.call("files.completeUploadExternal", files=shown, channel_id=place["channel"], **thread)
        return file_id

    async def _uploaded(self, name: str, content: bytes) -> str:
        given = await self._api.call("files.getUploadURLExternal", filename=name, length=len(content))
        await self._api.upload(given["upload_url"], content)
        return str(given["file_id"])
