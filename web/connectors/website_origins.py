"""Where a connection comes from, and from where one may come."""

from __future__ import annotations

from typing import Any

from refunds.settings import Settings


def network_of(environ: dict[str, Any]) -> str:
    """The address that a connection came from, as the server sees it (`REFUNDS_TRUSTED_PROXY`)."""
    client = environ["asgi.scope"].get("client")
    return str(client[0]) if client else "unknown"


def allowed_origins(settings: Settings) -> list[str] | None:
    """The origins whose pages may chat; None leaves it at pages of our own."""
    return [settings.site_url, *settings.widget_origins] if settings.widget_origins else None
