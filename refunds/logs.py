"""Logs: one line of JSON an event on standard output, with the conversation's id and nothing of a customer's."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterable
from types import TracebackType
from urllib.parse import urlsplit

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from refunds.settings import Settings

# They tell of every call, with addresses; our own events say what matters.
_TALKATIVE = (
    "aiogram",
    "alembic",
    "asyncio",
    "engineio",
    "httpcore",
    "httpx",
    "rasa_sdk",
    "sanic.access",
    "socketio",
    "urllib3",
    "uvicorn.access",
)
_OWN_HANDLERS = ("sanic.error", "sanic.root", "uvicorn", "uvicorn.access", "uvicorn.error")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
# Slack's tokens, which change while we run (docs.slack.dev/authentication/tokens).
_SLACK_TOKEN = re.compile(r"\bxox[a-z](?:\.xox[a-z])?-[\w-]+|\bxapp-[\w-]+")
_PLACES_KEPT = 6


def set_up_logs(process: str, settings: Settings) -> None:
    """Send this process's logs, and those of the libraries it uses, to standard output as JSON.

    ``structlog.contextvars.bind_contextvars(conversation_id=...)`` puts the id on every line that follows. E-mail
    addresses and this installation's secrets are blotted out; an exception leaves its type and places, not its words.
    """
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _name_process(process),
        _exception_without_words,
    ]
    structlog.configure(
        processors=[*before, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    _send_all_to(_handler(before, _secrets(settings)))


def _handler(before: list[Processor], secrets: Iterable[str]) -> logging.Handler:
    handler = logging.StreamHandler(sys.stdout)
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        _as_line(secrets),
    ]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=before, processors=last))
    return handler


def _send_all_to(handler: logging.Handler) -> None:
    logging.basicConfig(handlers=[handler], level=logging.INFO, force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _OWN_HANDLERS:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.captureWarnings(True)


def _name_process(process: str) -> Processor:
    def name(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        return {**event, "process": process}

    return name


def _exception_without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """What an exception says may hold what a customer said, or a row; its type and places suffice to find it."""
    given = event.pop("exc_info", None)
    error = sys.exception() if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["places"] = _places(error.__traceback__)
        cause = error.__cause__ or error.__context__
        if cause is not None:
            event["cause"] = type(cause).__name__
    return event


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_PLACES_KEPT:]
    return [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def _as_line(secrets: Iterable[str]) -> Processor:
    """The last step: the event as JSON, without addresses and secrets."""
    secret = re.compile("|".join(re.escape(each) for each in secrets))
    as_json = structlog.processors.JSONRenderer()

    def line(logger: WrappedLogger, method: str, event: EventDict) -> str:
        told = _SLACK_TOKEN.sub("[secret]", secret.sub("[secret]", str(as_json(logger, method, event))))
        return _EMAIL.sub("[email]", told)

    return line


def _secrets(settings: Settings) -> list[str]:
    urls = (settings.smtp_url, settings.database_url, settings.redis_url)
    url_passwords = (urlsplit(url).password for url in urls if url)
    named = (settings.secret, settings.rasa_token, *settings.identity_keys, settings.backoffice_token)
    return [
        secret for secret in (*named, *url_passwords, *settings.slack.secrets, *settings.telegram.secrets) if secret
    ]
