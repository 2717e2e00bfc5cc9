"""Sending a channel's numbered queues: one line of a conversation after the other, many conversations at once.

What may go wrong has three names: the channel certainly did not take the line (``NotTaken``, tried again), it never
will (``Refused``), or nobody knows (everything else). An unknown send is looked up where the channel can be asked;
elsewhere it is repeated at most once, and counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from refunds.chat.conversations import new_id
from refunds.chat.deliveries import Deliveries, Outgoing
from refunds.chat.message import Line
from refunds.chat.turns import Progress
from refunds.errors import DatabaseUnavailable

_log = structlog.get_logger()
AT_ONCE = 16
# So long a single send may take, all calls of it together; less than a claim holds.
LONGEST_SEND = 40.0
WAITS = (1, 2, 5, 15, 30, 60, 120, 300, 600)
MOST_ATTEMPTS = 60
KNOWN = 10_000
GRACE = 5.0


class NotTaken(Exception):
    """The channel did not take the line and may later; ``retry_after`` seconds, None: after a usual while."""

    def __init__(self, why: str, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.retry_after = retry_after


class Refused(Exception):
    """The channel will never take the line; the message says why in a word, such as ``blocked``."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """Where a line goes. A line that goes out in several parts begins behind those in ``taken``, and gives ``took``
    the channel's name of each as soon as it has it.
    """

    address: str
    taken: tuple[str, ...]
    took: Callable[[str], Awaitable[None]]


Send = Callable[[Addressed, Line], Awaitable[str]]
Find = Callable[[Addressed, Line], Awaitable[str | None]]


class Sender:
    """Sends the lines of one channel.

    ``send`` gives the channel's name of what it took, and raises ``NotTaken`` or ``Refused`` where it knows that it
    was not. ``find`` looks for a line among what the channel has: its name there, or None.
    """

    def __init__(self, channel: str, deliveries: Deliveries, send: Send, find: Find | None) -> None:
        self._channel = channel
        self._deliveries = deliveries
        self._send = send
        self._find = find
        self._own: dict[str, None] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._places = asyncio.Semaphore(AT_ONCE)

    def expect(self, conversation_id: str) -> None:
        """Lines of this conversation of the channel are sent as soon as a turn of this process brings them."""
        self._own[conversation_id] = None
        if len(self._own) > KNOWN:
            del self._own[next(iter(self._own))]

    def on_progress(self, conversation_id: str, progress: Progress) -> None:
        """Watches turns (``Turns.watch``)."""
        if progress is Progress.SAID and conversation_id in self._own:
            self.start(conversation_id)

    def start(self, conversation_id: str) -> None:
        """Send what waits in a conversation, beside all else; what goes wrong is found again by ``send_all``."""
        if conversation_id in self._running:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._drain(conversation_id))
        self._running[conversation_id] = task
        task.add_done_callback(lambda _: self._ended(conversation_id))

    async def send_all(self) -> None:
        """Start what is due, also lines of agents, notices and other processes. Raises ``DatabaseUnavailable``."""
        for conversation_id in await asyncio.to_thread(self._deliveries.due, self._channel, datetime.now(UTC)):
            self.start(conversation_id)

    async def close(self) -> None:
        """Give sends under way a moment to end; begin no more."""
        self._own.clear()
        self._again.clear()
        running = set(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=GRACE)
            for task in late:
                task.cancel()

    def _ended(self, conversation_id: str) -> None:
        del self._running[conversation_id]
        if conversation_id in self._again:
            self._again.remove(conversation_id)
            self.start(conversation_id)

    async def _drain(self, conversation_id: str) -> None:
        token = new_id()
        try:
            async with self._places:
                while outgoing := await self._taken(conversation_id, token):
                    await self._delivered(outgoing)
        except DatabaseUnavailable as error:
            _log.warning("delivery_interrupted", conversation_id=conversation_id, why=str(error))
        except Exception:  # noqa: BLE001 - the edge of a delivery: nobody above would hear of it
            _log.exception("delivery_broke", conversation_id=conversation_id)

    async def _taken(self, conversation_id: str, token: str) -> Outgoing | None:
        now = datetime.now(UTC)
        return await asyncio.to_thread(self._deliveries.take, self._channel, conversation_id, token, now)

    async def _delivered(self, outgoing: Outgoing) -> None:
        """One line is sent, and what became of it kept."""
        try:
            async with asyncio.timeout(LONGEST_SEND):
                channel_ref = await self._sent_or_found(outgoing)
        except NotTaken as error:
            await self._not_taken(outgoing, error)
        except Refused as error:
            await self._give_up(outgoing, str(error))
        except Exception as error:  # noqa: BLE001 - whatever it was, the line may have arrived
            await self._unknown(outgoing, error)
        else:
            await asyncio.to_thread(self._deliveries.sent, outgoing, channel_ref, datetime.now(UTC))

    async def _sent_or_found(self, outgoing: Outgoing) -> str:
        where = Addressed(outgoing.address, outgoing.taken, lambda ref: self._took(outgoing, ref))
        if outgoing.unsure and self._find is not None:
            found = await self._look_up(where, outgoing.line)
            if found is not None:
                return found
        elif outgoing.unknown > 1:
            raise Refused("outcome unknown twice")
        return await self._send(where, outgoing.line)

    async def _look_up(self, where: Addressed, line: Line) -> str | None:
        """A look that fails has sent nothing: it does not count as one more unknown send."""
        assert self._find is not None
        try:
            return await self._find(where, line)
        except (NotTaken, Refused):
            raise
        except Exception as error:
            raise NotTaken(f"not looked up: {type(error).__name__}") from error

    async def _took(self, outgoing: Outgoing, ref: str) -> None:
        await asyncio.to_thread(self._deliveries.took_part, outgoing, ref, datetime.now(UTC))

    async def _not_taken(self, outgoing: Outgoing, error: NotTaken) -> None:
        if outgoing.attempt >= MOST_ATTEMPTS:
            await self._give_up(outgoing, f"not taken in {MOST_ATTEMPTS} tries: {error}")
            return
        wait = WAITS[min(outgoing.attempt, len(WAITS)) - 1] if error.retry_after is None else error.retry_after
        now = datetime.now(UTC)
        self._note("line_not_taken", outgoing, str(error))
        await asyncio.to_thread(self._deliveries.failed, outgoing, str(error), now, now + timedelta(seconds=wait))

    async def _give_up(self, outgoing: Outgoing, why: str) -> None:
        self._note("line_not_delivered", outgoing, why)
        await asyncio.to_thread(self._deliveries.failed, outgoing, why, datetime.now(UTC), None)

    async def _unknown(self, outgoing: Outgoing, error: Exception) -> None:
        why = f"outcome unknown: {type(error).__name__}"
        self._note("line_outcome_unknown", outgoing, why)
        retry_at = datetime.now(UTC) + timedelta(seconds=WAITS[1])
        await asyncio.to_thread(self._deliveries.unsettled, outgoing, why, retry_at)

    def _note(self, event: str, outgoing: Outgoing, why: str) -> None:
        line = outgoing.line
        _log.warning(event, channel=self._channel, conversation_id=line.conversation_id, number=line.number, why=why)
