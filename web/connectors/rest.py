"""REST in the shape known from Rasa, in development: one request, its answers, and the late ones before them."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from refunds.chat.admission import Admission, Admitted
from refunds.chat.conversations import new_id
from refunds.chat.message import Incoming, Line
from refunds.chat.transcript import Transcript
from refunds.chat.turns import Progress, Received, Turns
from refunds.errors import DatabaseUnavailable, NothingSaid
from refunds.words import Words

CHANNEL = "rest"
LONGEST_WAIT = 14.0


class Message(BaseModel):
    """What a client posts; with a ``message_id`` of its own a repeat brings the stored answers."""

    sender: str = Field(min_length=1, max_length=200)
    message: str
    message_id: str | None = Field(default=None, min_length=1, max_length=200)


class _Wait:
    """A request that waits: ``lines`` are its answer where it is given them without asking the database."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self.lines: Sequence[Line] = ()

    def read(self, lines: Sequence[Line]) -> None:
        """Take the answer."""
        self.lines = lines
        self.news.set()

    async def for_news(self) -> None:
        """Wait until something may have been said; a second at most, since another process may be the one to say it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self.news.wait()
        self.news.clear()


class RestConnector:
    """Holds a request until its message is answered."""

    def __init__(self, admission: Admission, turns: Turns, transcript: Transcript, words: Words) -> None:
        self._admission = admission
        self._turns = turns
        self._transcript = transcript
        self._words = words
        self._awaited: Counter[str] = Counter()
        self._waiting: defaultdict[str, set[_Wait]] = defaultdict(set)
        turns.watch(self._wake)
        self.router = APIRouter()
        self.router.add_api_route("/webhooks/rest/webhook", self.receive, methods=["POST"])

    async def receive(self, message: Message) -> JSONResponse:
        """Answers within 15 s, each once: 503 when the message could not be stored; blank ones are told so."""
        return JSONResponse(await self._answers(message))

    async def _answers(self, message: Message) -> list[dict[str, Any]]:
        try:
            received = await self._received(message)
        except NothingSaid:
            return [_said(message.sender, self._words.say("utter_nothing_said"))]
        try:
            with self._awaiting(received.admitted) as wait:
                self._turns.begin(received)
                await self._settled(received, wait)
                lines = wait.lines or await asyncio.to_thread(self._collect, received.admitted)
        except DatabaseUnavailable:
            # The message is safe, only its answer cannot be read now: it comes with the next request.
            return [_said(message.sender, self._words.say("utter_answer_late"))]
        return [_shown(message.sender, line) for line in lines]

    async def _received(self, message: Message) -> Received:
        incoming = Incoming(CHANNEL, message.sender, message.message_id or new_id(), message.message)
        try:
            return await self._turns.receive(self._admission, incoming, datetime.now(UTC))
        except DatabaseUnavailable as error:
            raise HTTPException(503, self._words.say("utter_not_received")) from error

    async def _settled(self, received: Received, wait: _Wait) -> None:
        """Wait for the answer, or for the sentence that it will be late; say that sentence when time is up."""
        admitted = received.admitted
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_WAIT):
                if received.work is not None:
                    await wait.for_news()
                while not wait.lines and not await asyncio.to_thread(self._is_settled, admitted):
                    await wait.for_news()
                return
        await self._turns.tell_late(admitted.conversation_id, admitted.message_id)

    def _is_settled(self, admitted: Admitted) -> bool:
        return self._transcript.is_done(admitted.message_id) or any(
            line.in_reply_to == admitted.message_id for line in self._transcript.undelivered(admitted.conversation_id)
        )

    def _collect(self, admitted: Admitted) -> list[Line]:
        """The message's own lines, and before them what was not delivered yet and no other request waits for."""
        own = self._transcript.answers_to(admitted.message_id)
        late = [
            line
            for line in self._transcript.undelivered(admitted.conversation_id)
            if line.in_reply_to not in self._awaited and (not own or line.number < own[-1].number)
        ]
        lines = sorted([*late, *own], key=lambda line: line.number)
        if lines:
            self._transcript.mark_delivered(admitted.conversation_id, lines[-1].number)
        return lines

    @contextmanager
    def _awaiting(self, admitted: Admitted) -> Iterator[_Wait]:
        wait = _Wait()
        self._waiting[admitted.conversation_id].add(wait)
        self._awaited[admitted.message_id] += 1
        try:
            with self._turns.reading(admitted.message_id, wait.read):
                yield wait
        finally:
            self._awaited -= Counter([admitted.message_id])
            self._waiting[admitted.conversation_id].discard(wait)
            if not self._waiting[admitted.conversation_id]:
                del self._waiting[admitted.conversation_id]

    def _wake(self, conversation_id: str, progress: Progress) -> None:
        if progress is Progress.SAID:
            for wait in self._waiting.get(conversation_id, ()):
                wait.news.set()


def _said(sender: str, text: str) -> dict[str, Any]:
    return {"recipient_id": sender, "text": text, "buttons": []}


def _shown(sender: str, line: Line) -> dict[str, Any]:
    buttons = [{"title": button.title, "payload": button.button_id} for button in line.buttons]
    shown = {"recipient_id": sender, "text": line.text, "buttons": buttons}
    return shown | ({"custom": line.card} if line.card else {})
