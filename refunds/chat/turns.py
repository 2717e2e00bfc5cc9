"""Turns: many conversations at once, and within each the customer's messages one after the other."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any, ParamSpec, TypeVar

import structlog

from refunds.chat.admission import Admission, Admitted
from refunds.chat.conversations import new_id
from refunds.chat.engine import EngineClient
from refunds.chat.message import Incoming, Line
from refunds.chat.steps import Steps
from refunds.chat.work import Work
from refunds.database import Database
from refunds.errors import DatabaseUnavailable, EngineUnavailable
from refunds.handoff import Desk, HandOff
from refunds.words import Words

_log = structlog.get_logger()
P = ParamSpec("P")
Taken = TypeVar("Taken")
# Threads mostly wait for the database; more of them would only queue there.
THREADS = 32


class Progress(StrEnum):
    """What the watchers of turns hear about a conversation.

    The assistant thinks, an agent or the customer is writing, or something new may stand there.
    """

    THINKING = "thinking"
    AGENT_WRITES = "agent_writes"
    CUSTOMER_WRITES = "customer_writes"
    SAID = "said"


Watcher = Callable[[str, Progress], None]
Reader = Callable[[Sequence[Line]], None]
Turn = Callable[[], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Received:
    """A message that is safe, and in hand where its turn has come; ``work`` is under the lease of ``token``."""

    admitted: Admitted
    token: str
    work: Work | None


class Turns:
    """Brings each message of a customer through the engine, once and in order."""

    def __init__(
        self,
        database: Database,
        engine: EngineClient,
        handoff: HandOff,
        desk: Desk,
        words: Words,
        *,
        retry_delays: Sequence[float],
    ) -> None:
        self._steps = Steps(database, handoff, desk, words, retry_delays=retry_delays)
        # SQLite has one writer at a time: more threads would only take the processor from each other.
        self._threads = ThreadPoolExecutor(1 if database.is_sqlite else THREADS, thread_name_prefix="turns")
        self._engine = engine
        self._running: set[asyncio.Task[None]] = set()
        self._watchers: list[Watcher] = []
        self._readers: defaultdict[str, list[Reader]] = defaultdict(list)

    def watch(self, watcher: Watcher) -> None:
        """Call ``watcher`` on this process's event loop whenever a turn of its own gets on, or ``tell`` is called."""
        self._watchers.append(watcher)

    @contextmanager
    def reading(self, message_id: str, reader: Reader) -> Iterator[None]:
        """Give ``reader`` the lines that answer a message as soon as they are stored, where this process does that.

        They count as delivered then. It is not called where lines from before have to be read first, nor for words
        that no turn brought.
        """
        self._readers[message_id].append(reader)
        try:
            yield
        finally:
            self._readers[message_id].remove(reader)
            if not self._readers[message_id]:
                del self._readers[message_id]

    async def receive(self, admission: Admission, incoming: Incoming, now: datetime) -> Received:
        """Admit a message and take it in hand, in one transaction; ``begin`` its turn then.

        Raises as ``Admission.admit`` does. A turn that is not begun is found by ``sweep`` when its lease has run out.
        """
        token = new_id()
        admitted, work = await self._in_thread(self._steps.receive, admission, incoming, token, now)
        return Received(admitted, token, work)

    def begin(self, received: Received) -> None:
        """Run the turn of a message that was received, as ``start`` does."""
        conversation_id = received.admitted.conversation_id
        if received.admitted.repeated:
            self.start(conversation_id)
        else:
            self._begin(conversation_id, partial(self._go_on, conversation_id, received.token, received.work))

    def start(self, conversation_id: str) -> None:
        """Run the conversation's turn beside all others; what goes wrong is found again by ``sweep``."""
        self._begin(conversation_id, partial(self.run, conversation_id))

    async def run(self, conversation_id: str) -> None:
        """Answer what waits in a conversation, unless somebody else is at it.

        Raises ``DatabaseUnavailable``; what was begun is then taken up by whoever finds its lease run out.
        """
        token = new_id()
        async with self._leaving(conversation_id, token):
            work = await self._in_thread(self._steps.take, conversation_id, token)
            await self._work_off(conversation_id, token, work)

    async def sweep(self) -> None:
        """Start the turns that are due and that nobody works on. Raises ``DatabaseUnavailable``."""
        for conversation_id in await self._in_thread(self._steps.due):
            self.start(conversation_id)

    async def tell_late(self, conversation_id: str, message_id: str) -> None:
        """Say that the answer to a message takes longer, once."""
        await self._in_thread(self._steps.tell_late, conversation_id, message_id)

    def tell(self, conversation_id: str, progress: Progress) -> None:
        """Tell the watchers of this process what others than turns did: agents, or a customer at the keys."""
        for watcher in self._watchers:
            watcher(conversation_id, progress)

    async def close(self) -> None:
        """Break off what runs; its messages stay pending, for another process or the next start."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        self._threads.shutdown(wait=False)

    async def _in_thread(self, step: Callable[P, Taken], *args: P.args, **kwargs: P.kwargs) -> Taken:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(step, *args, **kwargs))

    async def _go_on(self, conversation_id: str, token: str, work: Work | None) -> None:
        async with self._leaving(conversation_id, token):
            await self._work_off(conversation_id, token, work)

    @asynccontextmanager
    async def _leaving(self, conversation_id: str, token: str) -> AsyncIterator[None]:
        """Gives the lease back when the turn is broken off."""
        try:
            yield
        except asyncio.CancelledError:
            await self._in_thread(self._steps.leave, conversation_id, token)
            raise

    async def _work_off(self, conversation_id: str, token: str, work: Work | None) -> None:
        while work is not None:
            self.tell(conversation_id, Progress.THINKING)
            work = await self._worked(work, token)
            self.tell(conversation_id, Progress.SAID)
        self.tell(conversation_id, Progress.SAID)

    async def _worked(self, work: Work, token: str) -> Work | None:
        try:
            answer = await self._engine.answer(work)
        except EngineUnavailable as error:
            _log.warning("answer_failed", conversation_id=work.conversation_id, why=str(error))
            return await self._in_thread(self._steps.fail, work, token, error)
        if work.message_id not in self._readers:
            return await self._in_thread(self._steps.answer, work, token, answer)
        following, lines = await self._in_thread(self._steps.answer_to_reader, work, token, answer)
        if lines:
            for reader in self._readers.get(work.message_id, ()):
                reader(lines)
        return following

    def _begin(self, conversation_id: str, turn: Turn) -> None:
        task = asyncio.create_task(self._logged(conversation_id, turn))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _logged(self, conversation_id: str, turn: Turn) -> None:
        try:
            await turn()
        except DatabaseUnavailable as error:
            _log.warning("turn_interrupted", conversation_id=conversation_id, why=str(error))
        except Exception:  # noqa: BLE001 - the edge of a turn: nobody above would hear of it
            _log.exception("turn_broke", conversation_id=conversation_id)
