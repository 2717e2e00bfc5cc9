"""Who comes to the desk, and whether they may: asked before anything else of every page but signing in.

A page names its act with ``needs(Act.X)``; tests walk all routes and fail for one that names none.
"""

from __future__ import annotations

import asyncio
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from fastapi import Depends, Request

from refunds.desk.accounts import Agent
from refunds.desk.permissions import Act, may
from refunds.desk.sessions import Sessions
from refunds.settings import Settings

COOKIE = "desk"
CHANGING_NOTHING = ("GET", "HEAD")


class SignInNeeded(Exception):
    """Nobody is signed in; the answer is the way to sign in."""


class Forbidden(Exception):
    """Signed in, and not allowed; the message may be read by whoever asked."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Lets pass who may ``act``, and gives that agent to the page."""

    act: Act

    def __call__(self, request: Request) -> Agent:
        """The agent who asks; raises ``Forbidden``."""
        agent = signed_in(request)
        if not may(agent.role, self.act):
            raise Forbidden("Your role does not allow this. An admin can give you another one.")
        return agent


def needs(act: Act) -> Any:
    """A dependency of a route: only who may ``act`` passes. As ``Annotated[Agent, needs(...)]`` it gives the agent."""
    return Depends(Needs(act))


def signed_in(request: Request) -> Agent:
    """The agent who asks; the gate has let them in."""
    agent: Agent = request.state.agent
    return agent


async def still_signed_in(request: Request) -> bool:
    """Whether the session that opened a long answer (a stream of events) goes on; ask every few seconds."""
    gate: Gate = request.state.gate
    return await gate.agent_of(request, by_hand=False) is not None


class Gate:
    """Lets in who has a session and, for what changes something, knows the session's CSRF token."""

    def __init__(self, sessions: Sessions, settings: Settings) -> None:
        self._sessions = sessions
        self._secret = settings.secret.encode()

    async def __call__(self, request: Request) -> None:
        """Raises ``SignInNeeded`` or ``Forbidden``; afterwards ``signed_in`` tells who asks."""
        agent = await self.agent_of(request)
        if agent is None:
            raise SignInNeeded
        request.state.agent, request.state.gate = agent, self
        request.state.csrf = self.token(request.cookies[COOKIE])
        if request.method not in CHANGING_NOTHING:
            await self._refuse_forged(request)

    async def agent_of(self, request: Request, *, by_hand: bool = True) -> Agent | None:
        """Whose session the request's cookie opens, if any."""
        key = request.cookies.get(COOKIE)
        if not key:
            return None
        return await asyncio.to_thread(self._sessions.holder, key, datetime.now(UTC), by_hand=by_hand)

    def token(self, key: str) -> str:
        """What a form of this session carries and no other site can know."""
        return hmac.new(self._secret, b"desk csrf " + key.encode(), sha256).hexdigest()

    async def _refuse_forged(self, request: Request) -> None:
        given = request.headers.get("X-CSRF-Token") or (await request.form()).get("csrf")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), request.state.csrf.encode()):
            raise Forbidden("This form is from another sign-in. Nothing was changed: reload the page and try again.")


def only_from_here(request: Request) -> None:
    """Refuse what a page of another site sends (signing in too, which has no session to check yet)."""
    if request.method in CHANGING_NOTHING:
        return
    settings: Settings = request.app.state.settings
    origin = request.headers.get("Origin")
    own = {urlsplit(settings.site_url).netloc, request.headers.get("Host")}
    foreign = origin is not None and urlsplit(origin).netloc not in own
    if foreign or request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site"):
        raise Forbidden("This was sent by another site. Nothing was changed.")
