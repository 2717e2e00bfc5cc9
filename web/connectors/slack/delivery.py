"""Lines on their way to Slack: where each belongs, in what form, and whether Slack has it already."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from refunds.chat.lines import NOTICE
from refunds.chat.message import Line
from refunds.chat.transcript import Transcript
from refunds.words import Words
from web.connectors.outgoing import Addressed, NotTaken, Refused
from web.connectors.slack.api import SlackApi, SlackRefused, SlackUnavailable
from web.connectors.slack.blocks import in_text_alone, message_of
from web.connectors.slack.events import thread_of
from web.connectors.slack.people import People
from web.connectors.slack.sharing import SlackSharing

EVENT_TYPE = "refund_line"
LOOKED_BACK = 100
# docs.slack.dev/reference/methods/chat.postMessage, "Errors": these do not pass by themselves.
_FOR_GOOD = frozenset(
    {
        "channel_not_found",
        "user_not_found",
        "users_not_found",
        "user_disabled",
        "is_archived",
        "not_in_channel",
        "cannot_dm_bot",
        "messages_tab_disabled",
        "restricted_action",
        "msg_too_long",
        "no_text",
        "thread_not_found",
    }
)
_OF_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})


class SlackDelivery:
    """What the sender asks: ``send`` a line, ``find`` one that may have been sent."""

    def __init__(
        self, api: SlackApi, people: People, transcript: Transcript, words: Words, sharing: SlackSharing
    ) -> None:
        self._api = api
        self._sharing = sharing
        self._people = people
        self._transcript = transcript
        self._words = words

    async def send(self, where: Addressed, line: Line) -> str:
        """Post a line behind its files; gives ``channel:ts``.

        The words come last, for they can be looked up: where they stand, all does.
        Raises ``NotTaken`` and ``Refused``; all else leaves it unknown.
        """
        place = await self._place(where, line)
        line = line if line.text else replace(line, text=", ".join(file.name for file in line.files))
        message = message_of(line, self._words)
        try:
            for file in line.files[len(where.taken) :]:
                await where.took(await self._sharing.share(place, line.conversation_id, file))
            try:
                answer = await self._post(place, line, message)
            except SlackRefused as error:
                if error.error not in _OF_BLOCKS:
                    raise
                answer = await self._post(place, line, in_text_alone(line))
        except SlackRefused as error:
            raise _not_sent(error) from error
        return f"{answer['channel']}:{answer['ts']}"

    async def find(self, where: Addressed, line: Line) -> str | None:
        """Look for a line in what Slack shows of the place; None where it is not there.

        What others write in a channel the app may not read: a general word there is rather lost than said twice.
        """
        if is_public(where.address):
            raise Refused("outcome unknown in a channel")
        place = await self._place(where, line)
        arguments: dict[str, Any] = {"channel": place["channel"], "include_all_metadata": True, "limit": LOOKED_BACK}
        try:
            if "thread_ts" in place:
                answer = await self._api.call("conversations.replies", ts=place["thread_ts"], **arguments)
            else:
                answer = await self._api.call("conversations.history", **arguments)
        except SlackRefused as error:
            raise NotTaken(error.error, error.retry_after) from error
        metadata = _metadata(line)
        found = (message for message in answer["messages"] if message.get("metadata") == metadata)
        return next((f"{place['channel']}:{message['ts']}" for message in found), None)

    async def _post(self, place: dict[str, str], line: Line, message: dict[str, Any]) -> dict[str, Any]:
        return await self._api.call(
            "chat.postMessage", **place, **message, metadata=_metadata(line), unfurl_links=False, unfurl_media=False
        )

    async def _place(self, where: Addressed, line: Line) -> dict[str, str]:
        """Channel, and thread where the customer wrote in one. Nothing but our notices goes where others read."""
        if is_public(where.address):
            if line.author != NOTICE:
                raise Refused("not for a channel")
            _, channel, thread = where.address.split(":")
            return {"channel": channel, "thread_ts": thread}
        try:
            channel = await self._people.direct_channel(where.address.split(":")[1])
        except SlackRefused as error:
            raise _not_sent(error) from error
        except SlackUnavailable as error:
            raise NotTaken(str(error)) from error  # nothing was posted yet
        thread_ts = await asyncio.to_thread(self._thread, line)
        return {"channel": channel} | ({"thread_ts": thread_ts} if thread_ts else {})

    def _thread(self, line: Line) -> str | None:
        said_id = self._transcript.said(line.in_reply_to).said_id if line.in_reply_to else None
        return thread_of(said_id) if said_id else None


def is_public(address: str) -> bool:
    """Whether others read along there: a thread of a channel, not a person's direct message."""
    return address.count(":") == 2


def _metadata(line: Line) -> dict[str, Any]:
    payload = {"conversation": line.conversation_id, "number": line.number}
    return {"event_type": EVENT_TYPE, "event_payload": payload}


def _not_sent(error: SlackRefused) -> NotTaken | Refused:
    return Refused(error.error) if error.error in _FOR_GOOD else NotTaken(error.error, error.retry_after)
