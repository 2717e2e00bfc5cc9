"""No lock on conversations: the service runs the turns of a conversation one after the other (chat/turns.py)."""

from contextlib import asynccontextmanager
from typing import Any, AsyncGenerator, Optional

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LockStore


class NoLockStore(LockStore):
    """Lets every message through at once; the stock one polls each second."""

    def __init__(self, endpoint_config: Any = None) -> None:
        super().__init__()

    def get_lock(self, conversation_id: str) -> Optional[TicketLock]:
        """There never is one."""
        return None

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_: Any, **__: Any) -> AsyncGenerator[TicketLock, None]:
        """A lock nobody has to wait for."""
        yield TicketLock(conversation_id)
