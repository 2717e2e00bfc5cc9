"""Telling the refund assistant that a refund has changed, as docs/backoffice-api.yaml describes it."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

import httpx

from sandbox.announcements import Announcements
from sandbox.fates import is_final
from sandbox.ledger import Ledger
from sandbox.office import Office

SIGNATURE = "Refunds-Signature"
TIMEOUT_SECONDS = 3.0


class Webhooks:
    """Looks for news and sends what waits to ``address``; ``secret`` may be there only later, nothing is sent before.

    ``clock`` gives the present, aware.
    """

    def __init__(
        self,
        office: Office,
        ledger: Ledger,
        address: str,
        secret: Callable[[], str | None],
        clock: Callable[[], datetime],
    ) -> None:
        self._office = office
        self._ledger = ledger
        self._announcements = Announcements(ledger)
        self._address = address
        self._secret = secret
        self._clock = clock
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)

    def look(self) -> None:
        """Keep an event for each refund that changed since it was last looked at."""
        if not self._secret():
            return
        with self._ledger.alone():
            now = self._clock()
            for made in self._announcements.unfinished():
                self._announcements.announce(self._office.refund(made.refund_id), is_final(made, now), now)

    def send_next(self) -> bool:
        """Send the event that is due longest. False where none is due, so that the next one may wait."""
        secret, event = self._secret(), self._announcements.next(self._clock())
        if not secret or event is None:
            return False
        if self._is_taken(event.body.encode(), secret):
            self._announcements.taken(event)
        else:
            self._announcements.not_taken(event, self._clock())
        return True

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _is_taken(self, body: bytes, secret: str) -> bool:
        signed = {"Content-Type": "application/json", SIGNATURE: signature(body, secret, self._clock())}
        try:
            return self._client.post(self._address, content=body, headers=signed).is_success
        except httpx.HTTPError:
            return False


def signature(body: bytes, secret: str, now: datetime) -> str:
    """The header by which the other side knows who sent ``body``, and when."""
    seconds = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"
