"""``python -m sandbox`` serves the stand-in back office on 127.0.0.1."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import uvicorn

from sandbox.app import create_app
from sandbox.ledger import Ledger
from sandbox.office import Office
from sandbox.settings import Settings, read_settings
from sandbox.webhooks import Webhooks
from sandbox.world_file import WorldError


def serve(settings: Settings) -> None:
    """Serve until stopped; raises ``WorldError`` for a broken world before listening."""
    ledger = Ledger(settings.ledger)
    try:
        office = Office(settings.world, ledger, _now)
        webhooks = Webhooks(office, ledger, settings.webhook_url, settings.webhook_secret, _now)
        app = create_app(office, settings.token, webhooks)
        uvicorn.run(
            app,
            host="127.0.0.1",
            port=settings.port,
            ws="none",
            log_level="warning",
            access_log=False,  # its lines would hold customers' addresses
            timeout_graceful_shutdown=2,  # an answer that shall be late must not hold up the end
        )
    finally:
        ledger.close()


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    try:
        serve(read_settings(os.environ))
    except WorldError as error:
        sys.exit(f"the sandbox cannot start, its world is broken:\n{error}")
