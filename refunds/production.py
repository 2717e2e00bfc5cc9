"""What makes an environment unfit for production: what belongs to development, and what only a person can give."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

SHORTEST_SECRET = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1", "0.0.0.0")
DEFAULT_SANDBOX_PORT = "8090"


def several(text: str | None) -> tuple[str, ...]:
    """The values of a setting that may hold several, with commas between."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def problems_for_production(env: Mapping[str, str]) -> list[str]:
    """Each reason not to start in production with the environment ``env``; empty when it is fit."""
    found = [
        _rest_connector(env),
        _back_office(env),
        _mailbox(env),
        *(_secret(env, name) for name in ("REFUNDS_RASA_TOKEN", "REFUNDS_SECRET", "REFUNDS_WEBHOOK_SECRET")),
        *_identity_keys(env),
        _public_address(env),
    ]
    return [problem for problem in found if problem is not None]


def _rest_connector(env: Mapping[str, str]) -> str | None:
    if env.get("REFUNDS_REST") in (None, "", "off"):
        return None
    return "REFUNDS_REST is on: the REST connector lets anybody speak as anybody; leave it out"


def _back_office(env: Mapping[str, str]) -> str | None:
    url = env.get("REFUNDS_BACKOFFICE_URL")
    if not url:
        return "REFUNDS_BACKOFFICE_URL is not set: without it the sandbox stands in; give the vendor's own"
    sandbox_port = env.get("REFUNDS_SANDBOX_PORT") or DEFAULT_SANDBOX_PORT
    if urlsplit(url).hostname in LOOPBACK and urlsplit(url).netloc.endswith(f":{sandbox_port}"):
        return "REFUNDS_BACKOFFICE_URL is the sandbox's address: give the vendor's own"
    return None


def _mailbox(env: Mapping[str, str]) -> str | None:
    if env.get("REFUNDS_SMTP_URL"):
        return None
    return "REFUNDS_SMTP_URL is not set: mails would be written as files; give a mail server"


def _secret(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name)
    if not value:
        return f"{name} is not set: a made-up secret is for development; give {SHORTEST_SECRET} characters or more"
    return _too_short(name, value)


def _identity_keys(env: Mapping[str, str]) -> list[str | None]:
    return [_too_short("REFUNDS_IDENTITY_KEY", key) for key in several(env.get("REFUNDS_IDENTITY_KEY"))]


def _too_short(name: str, value: str) -> str | None:
    if len(value) >= SHORTEST_SECRET:
        return None
    return f"{name} has {len(value)} characters: a secret needs {SHORTEST_SECRET} or more"


def _public_address(env: Mapping[str, str]) -> str | None:
    url = env.get("REFUNDS_PUBLIC_URL")
    if not url:
        return "REFUNDS_PUBLIC_URL is not set: give the address under which customers reach this installation"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"REFUNDS_PUBLIC_URL is {url!r}: it must be a whole address such as https://refunds.example.com"
    return None
