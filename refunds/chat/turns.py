"""Turns: many conversations at once, and within each the customer's messages one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from enum import StrEnum

import structlog

from refunds.chat.conversations import new_id
from refunds.chat.engine import EngineClient
from refunds.chat.steps import Steps
from refunds.chat.work import Work
from refunds.database import Database
from refunds.errors import DatabaseUnavailable, EngineUnavailable
from refunds.handoff import HandOff
from refunds.words import Words

_log = structlog.get_logger()


class Progress(StrEnum):
    """What the watchers of turns hear about a conversation: it thinks, or something new may stand there."""

    THINKING = "thinking"
    SAID = "said"


Watcher = Callable[[str, Progress], None]


class Turns:
    """Brings each message of a customer through the engine, once and in order."""

    def __init__(
        self, database: Database, engine: EngineClient, handoff: HandOff, words: Words, retry_delays: Sequence[float]
    ) -> None:
        self._steps = Steps(database, handoff, words, retry_delays)
        self._engine = engine
        self._running: set[asyncio.Task[None]] = set()
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Call ``watcher`` on this process's event loop whenever a turn of its own gets on."""
        self._watchers.append(watcher)

    def start(self, conversation_id: str) -> None:
        """Run the conversation's turn beside all others; what goes wrong is found again by ``sweep``."""
        task = asyncio.create_task(self._logged(conversation_id))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def run(self, conversation_id: str) -> None:
        """Answer what waits in a conversation, unless somebody else is at it.

        Raises ``DatabaseUnavailable``; what was begun is then taken up by whoever finds its lease run out.
        """
        token = new_id()
        try:
            await self._run(conversation_id, token)
        except asyncio.CancelledError:
            await asyncio.to_thread(self._steps.leave, conversation_id, token)
            raise

    async def sweep(self) -> None:
        """Start the turns that are due and that nobody works on. Raises ``DatabaseUnavailable``."""
        for conversation_id in await asyncio.to_thread(self._steps.due):
            self.start(conversation_id)

    async def tell_late(self, conversation_id: str, message_id: str) -> None:
        """Say that the answer to a message takes longer, once."""
        await asyncio.to_thread(self._steps.tell_late, conversation_id, message_id)

    async def close(self) -> None:
        """Break off what runs; its messages stay pending, for another process or the next start."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _run(self, conversation_id: str, token: str) -> None:
        work = await asyncio.to_thread(self._steps.take, conversation_id, token)
        while work is not None:
            self._tell(conversation_id, Progress.THINKING)
            work = await self._worked(work, token)
            self._tell(conversation_id, Progress.SAID)
        self._tell(conversation_id, Progress.SAID)

    async def _worked(self, work: Work, token: str) -> Work | None:
        try:
            answer = await self._engine.answer(work)
        except EngineUnavailable as error:
            _log.warning("answer_failed", conversation_id=work.conversation_id, why=str(error))
            return await asyncio.to_thread(self._steps.fail, work, token, error)
        return await asyncio.to_thread(self._steps.answer, work, token, answer)

    async def _logged(self, conversation_id: str) -> None:
        try:
            await self.run(conversation_id)
        except DatabaseUnavailable as error:
            _log.warning("turn_interrupted", conversation_id=conversation_id, why=str(error))
        except Exception:  # noqa: BLE001 - the edge of a turn: nobody above would hear of it
            _log.exception("turn_broke", conversation_id=conversation_id)

    def _tell(self, conversation_id: str, progress: Progress) -> None:
        for watcher in self._watchers:
            watcher(conversation_id, progress)
