"""Calls of Slack's Web API: with the token that is good now, a deadline, and nothing repeated behind our back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from refunds.chat.channel_secrets import ChannelSecrets, KeptSecret
from refunds.errors import RefundsError
from refunds.slack_settings import SlackSettings
from web.connectors.slack.events import CHANNEL

_log = structlog.get_logger()
DEADLINE = 10.0
# Slack's tokens live 12 hours (docs.slack.dev/authentication/using-token-rotation).
RENEWED_BEFORE = timedelta(hours=2)
CLAIM_HOLDS = timedelta(seconds=30)
ANOTHER_RENEWS = 10
_EXPIRED = frozenset({"token_expired", "invalid_auth", "token_revoked"})


class SlackUnavailable(RefundsError):
    """A call whose outcome nobody knows: Slack did not answer, or not in time."""


class SlackRefused(RefundsError):
    """Slack answered no: ``error`` is its name for why; ``retry_after`` are seconds, where it said "later"."""

    def __init__(self, error: str, retry_after: float | None = None) -> None:
        super().__init__(f"Slack refused: {error}")
        self.error = error
        self.retry_after = retry_after


class BotToken:
    """The bot's token: the one of the settings, or one that is renewed before it expires and kept encrypted."""

    def __init__(self, settings: SlackSettings, kept: ChannelSecrets) -> None:
        self._settings = settings
        self._kept = kept
        self._current: KeptSecret | None = None
        self._bad: str | None = None
        self._renewing = asyncio.Lock()

    async def get(self, renew: Callable[[str], Awaitable[dict[str, Any]]]) -> str:
        """A token that is good now; ``renew`` asks Slack with a refresh token. Raises as ``SlackApi.call`` does."""
        if not self._settings.refresh_token:
            return self._settings.bot_token or ""
        async with self._renewing:
            if self._current is None or _is_due(self._current):
                self._current = await self._fresh(renew)
            return self._current.value

    def forget(self, token: str) -> None:
        """Slack says that ``token`` is no longer good: the next one asked for is another."""
        self._bad = token
        if self._current is not None and self._current.value == token:
            self._current = None

    async def _fresh(self, renew: Callable[[str], Awaitable[dict[str, Any]]]) -> KeptSecret:
        for _ in range(ANOTHER_RENEWS):
            kept = await asyncio.to_thread(self._kept.read, CHANNEL, "bot_token")
            is_good = kept is not None and kept.value != self._bad and not _is_due(kept)
            if kept is not None and is_good and await self._is_of_these_settings():
                return kept
            now = datetime.now(UTC)
            if await asyncio.to_thread(self._kept.claim, CHANNEL, now + CLAIM_HOLDS, now):
                return await self._renewed(renew)
            await asyncio.sleep(1)  # another process renews it
        raise SlackUnavailable("the bot's token is being renewed elsewhere")

    async def _renewed(self, renew: Callable[[str], Awaitable[dict[str, Any]]]) -> KeptSecret:
        refresh = await asyncio.to_thread(self._kept.read, CHANNEL, "refresh_token")
        known = refresh is not None and await self._is_of_these_settings()
        try:
            answer = await renew(refresh.value if known and refresh else self._settings.refresh_token or "")
            return await asyncio.to_thread(self._keep, answer, datetime.now(UTC))
        finally:
            await asyncio.to_thread(self._kept.release, CHANNEL, datetime.now(UTC))

    def _keep(self, answer: dict[str, Any], now: datetime) -> KeptSecret:
        token = KeptSecret(answer["access_token"], now + timedelta(seconds=int(answer["expires_in"])))
        first = KeptSecret(self._settings.refresh_token or "", None)
        values = {"bot_token": token, "refresh_token": KeptSecret(answer["refresh_token"], None), "first": first}
        self._kept.keep(CHANNEL, values, now)
        _log.info("slack_token_renewed", until=token.ends_at.isoformat() if token.ends_at else None)
        return token

    async def _is_of_these_settings(self) -> bool:
        """Whether what is kept goes back to the refresh token of the settings; a new one there begins anew."""
        first = await asyncio.to_thread(self._kept.read, CHANNEL, "first")
        return first is not None and first.value == self._settings.refresh_token


class SlackApi:
    """One workspace's Web API. ``open`` it on the event loop that uses it."""

    def __init__(self, settings: SlackSettings, kept: ChannelSecrets) -> None:
        self._settings = settings
        self._token = BotToken(settings, kept)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Be ready for calls; asks Slack nothing, so that a start needs no Slack."""
        self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=DEADLINE))

    async def close(self) -> None:
        """Give the connections back."""
        if self._session is not None:
            await self._session.close()

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """One call, made once (again only where the token had expired).

        Raises ``SlackRefused`` for a no, and ``SlackUnavailable`` where nobody knows whether it was done.
        """
        token = await self.token()
        try:
            return await self._asked(method, token, arguments)
        except SlackRefused as error:
            if error.error not in _EXPIRED or not self._settings.refresh_token:
                raise
        self._token.forget(token)
        return await self._asked(method, await self.token(), arguments)

    async def token(self) -> str:
        """The bot's token that is good now."""
        return await self._token.get(self._renew)

    async def fetch(self, url: str, most: int) -> bytes:
        """A file's content with the bot's token, at most one byte more than ``most``.

        Raises ``SlackUnavailable``, and ``SlackRefused`` where a page to sign in comes instead, or where the file is
        kept by another service: that must not learn the token.
        """
        if not _is_slacks(url, self._settings.api):
            raise SlackRefused("file_kept_elsewhere")
        assert self._session is not None
        headers = {"Authorization": f"Bearer {await self.token()}"}
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status != 200 or response.content_type == "text/html":
                    raise SlackRefused("file_not_given")
                return await _at_most(response, most + 1)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SlackUnavailable("Slack does not give the file") from error

    async def upload(self, url: str, content: bytes) -> None:
        """Bring a file's content to the address that Slack gave for it. Raises as ``fetch``."""
        if not _is_slacks(url, self._settings.api):
            raise SlackRefused("file_goes_elsewhere")
        assert self._session is not None
        try:
            async with self._session.post(url, data=content, allow_redirects=False) as response:
                if response.status != 200:
                    raise SlackUnavailable("Slack does not take the file")
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SlackUnavailable("Slack does not take the file") from error

    def client(self, token: str | None = None) -> AsyncWebClient:
        """Slack's own client on our connections; it repeats nothing by itself."""
        return AsyncWebClient(token=token, base_url=self._settings.api, session=self._session, retry_handlers=[])

    async def _renew(self, refresh_token: str) -> dict[str, Any]:
        arguments = {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
        }
        return await self._asked("oauth.v2.access", None, arguments, as_form=True)

    async def _asked(
        self, method: str, token: str | None, arguments: dict[str, Any], *, as_form: bool = False
    ) -> dict[str, Any]:
        body = {"data": arguments} if as_form or method in _READS else {"json": arguments}
        try:
            response = await self.client(token).api_call(method, **body)  # type: ignore[arg-type]
        except SlackApiError as error:
            raise _refused(error) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise SlackUnavailable(f"{method} was not answered") from error
        data = response.data
        assert isinstance(data, dict)
        return data


# Methods that take form fields only (docs.slack.dev/apis/web-api: JSON is for methods that write).
_READS = frozenset(
    {"conversations.history", "conversations.replies", "users.info", "files.info", "files.getUploadURLExternal"}
)


def _is_slacks(url: str, api: str) -> bool:
    """Whether an address is Slack's own, or lies beside the Web API that is spoken to."""
    parts, known = urlsplit(url), urlsplit(api)
    of_slack = parts.scheme == "https" and (parts.hostname or "").endswith(".slack.com")
    return of_slack or (parts.scheme, parts.netloc) == (known.scheme, known.netloc)


def _is_due(token: KeptSecret) -> bool:
    return token.ends_at is not None and token.ends_at - RENEWED_BEFORE <= datetime.now(UTC)


def _refused(error: SlackApiError) -> RefundsError:
    """What Slack said; half an answer, or one of a server in between, leaves the outcome unknown."""
    response = error.response
    status = getattr(response, "status_code", None)
    data = getattr(response, "data", None)
    if status == 429:
        return SlackRefused("ratelimited", float(response.headers.get("Retry-After", 1)))
    if isinstance(data, dict) and isinstance(data.get("error"), str):
        if data["error"] in _OF_SLACK_ITSELF:
            return SlackUnavailable(f"Slack has trouble: {data['error']}")
        return SlackRefused(data["error"])
    return SlackUnavailable("Slack's answer could not be read")


# Slack's own trouble, after which nobody knows whether it was done.
_OF_SLACK_ITSELF = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})


async def _at_most(response: aiohttp.ClientResponse, most: int) -> bytes:
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) >= most:
            break
    return bytes(content)
