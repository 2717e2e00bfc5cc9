"""Client of the engine: a message and a state go in, replies and the new state come out."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from refunds.chat.engine.connections import EngineConnections
from refunds.chat.message import Button, EngineAnswer, PersonNeeded, Reply
from refunds.chat.work import Work
from refunds.errors import EngineUnavailable

DEADLINE = 12.0
LONGEST_TITLE = 200
RECENT = timedelta(seconds=30)
GREETING_DEADLINE = 3.0
BACK_OFFICE = "back_office"


class BackOfficeLate(EngineUnavailable):
    """The engine and its actions work, but the vendor's systems behind them do not answer."""


class _ButtonForm(BaseModel):
    title: str
    payload: str


class _AskForm(BaseModel):
    owner: Literal["waiting"]
    reason: str = Field(max_length=60)
    summary: dict[str, Any] = Field(default_factory=dict)


class _CustomForm(BaseModel):
    """What an action says beside words: a card, a change it asks for, or that it failed."""

    card: dict[str, Any] | None = None
    ask: _AskForm | None = None
    failure: str | None = None


class _ReplyForm(BaseModel):
    text: str | None = None
    buttons: list[_ButtonForm] | None = None
    custom: _CustomForm | None = None


class _AnswerForm(BaseModel):
    replies: list[_ReplyForm]
    state: dict[str, Any] = Field(default_factory=dict)
    reading: dict[str, Any] | None = None
    failed: str | None = None


class EngineClient:
    """Asks the engine over one pool of connections. ``last_answer_at``: when it last gave a real answer."""

    def __init__(self, url: str, token: str, *, deadline: float = DEADLINE) -> None:
        self._deadline = deadline
        self.last_answer_at: datetime | None = None
        self._connections = EngineConnections(url, token)

    async def answer(self, work: Work) -> EngineAnswer:
        """What the engine makes of one message.

        Raises ``EngineUnavailable`` saying why there is no usable answer, ``BackOfficeLate`` when it is the
        vendor's systems that are missing.
        """
        try:
            async with asyncio.timeout(self._deadline):
                status, body = await self._connections.post("/webhooks/turn/webhook", _question(work))
        except TimeoutError as error:
            raise EngineUnavailable(type(error).__name__) from error
        if status != HTTPStatus.OK:
            raise EngineUnavailable(f"status {status}")
        answer = _read(body)
        self.last_answer_at = datetime.now(UTC)
        return answer

    async def is_answering(self, now: datetime) -> bool:
        """Whether the engine gives real answers: it did just now, or it does when greeted."""
        if self.last_answer_at is not None and now - self.last_answer_at < RECENT:
            return True
        try:
            async with asyncio.timeout(GREETING_DEADLINE):
                await self.answer(_greeting(now))
        except (EngineUnavailable, TimeoutError):
            return False
        return True

    async def close(self) -> None:
        """Give the connections back."""
        await self._connections.close()


def _greeting(now: datetime) -> Work:
    metadata = {"message_id": "health", "conversation_id": "health", "channel": "health", "now": now.isoformat()}
    unknown = {"zone": None, "locale": None, "code_outcome": None, "first": False}
    return Work("health", 0, "health", "hello", None, None, metadata | unknown)


def _question(work: Work) -> bytes:
    said = {"payload": work.payload} if work.payload else {"text": work.text}
    question = {
        "conversation_id": work.conversation_id,
        "message_id": work.message_id,
        "now": work.metadata["now"],
        "zone": work.metadata["zone"],
        "state": work.state,
        "metadata": work.metadata,
        **said,
    }
    return json.dumps(question).encode()


def _read(body: bytes) -> EngineAnswer:
    try:
        form = _AnswerForm.model_validate_json(body)
    except ValidationError as error:
        raise EngineUnavailable("not an answer") from error
    customs = [reply.custom for reply in form.replies if reply.custom]
    _raise_failure(form, customs)
    replies = tuple(_reply(reply) for reply in form.replies if reply.text)
    ask = next((custom.ask for custom in customs if custom.ask), None)
    if not replies and ask is None:
        raise EngineUnavailable("no reply")
    needed = PersonNeeded(ask.reason, ask.summary) if ask else None
    return EngineAnswer(replies, form.state, form.reading or {}, needed)


def _raise_failure(form: _AnswerForm, customs: list[_CustomForm]) -> None:
    failure = next((custom.failure for custom in customs if custom.failure), None)
    if failure == BACK_OFFICE:
        raise BackOfficeLate(failure)
    if failure or form.failed:
        raise EngineUnavailable(failure or form.failed)


def _reply(form: _ReplyForm) -> Reply:
    buttons = tuple(Button(button.title[:LONGEST_TITLE], button.payload) for button in form.buttons or ())
    return Reply(form.text or "", buttons, form.custom.card if form.custom else None)
