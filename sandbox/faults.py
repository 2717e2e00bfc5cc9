"""What POST /refunds does wrong when the world wants it to."""

from __future__ import annotations

import asyncio

from sandbox.answers import Refused
from sandbox.world import Fault

LATE_SECONDS = 10.0  # longer than any client's patience


async def go_wrong(fault: Fault) -> None:
    """Raise the ``Refused`` that stands for ``fault``, late where it is a time-out."""
    if fault == "429":
        raise Refused(429, "too_many_requests", "too many calls at once", retry_after=0)
    if fault.startswith("timeout"):
        await asyncio.sleep(LATE_SECONDS)
        raise Refused(504, "server_error", "something took too long")
    raise Refused(500, "server_error", "something broke")
