"""Signing in through the identity provider: there and back."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import jwt
import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from refunds.app import App
from refunds.desk.oidc import Attempt, IdentityProvider, ProviderUnavailable
from refunds.desk.oidc_settings import OidcSettings
from refunds.desk.refusals import SignInRefused
from web.desk.pages import render
from web.desk.signing_in import let_in, safe_next

BACK = "/desk/oidc/done"
COOKIE = "desk_oidc"
GOOD_FOR = timedelta(minutes=10)
_log = structlog.get_logger()


class OidcSigningIn:
    """Two pages: one sends to the provider, to the other it sends back."""

    def __init__(self, app: App, settings: OidcSettings) -> None:
        self._app = app
        self._provider = IdentityProvider(settings, app.settings.site_url + BACK)
        self.public = APIRouter()
        self.public.add_api_route("/oidc/begin", self._begin, methods=["GET"])
        self.public.add_api_route("/oidc/done", self._finish, methods=["GET"])

    async def _begin(self, request: Request, next: str = "") -> Response:
        try:
            where, attempt = await self._provider.begin()
        except ProviderUnavailable as error:
            return self._failed(request, 503, error)
        answer = RedirectResponse(where, 303)
        answer.set_cookie(
            COOKIE,
            self._sealed(attempt, safe_next(next)),
            max_age=int(GOOD_FOR.total_seconds()),
            path="/desk/oidc",
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https" or not self._app.settings.is_development,
        )
        return answer

    async def _finish(self, request: Request, state: str = "", code: str = "", error: str = "") -> Response:
        try:
            attempt, wanted = self._opened(request.cookies.get(COOKIE, ""))
            who = await self._provider.finish(attempt, state, code, datetime.now(UTC))
            agent = await asyncio.to_thread(self._app.accounts.known_by, who.subject, who.verified_mail)
        except ProviderUnavailable as unavailable:
            return self._failed(request, 503, unavailable)
        except SignInRefused as refused:
            _log.warning("desk_oidc_refused", provider_said=error[:40])
            return self._failed(request, 401, refused)
        answer = await let_in(self._app, request, agent, how="identity provider", next_page=wanted)
        answer.delete_cookie(COOKIE, path="/desk/oidc")
        return answer

    def _failed(self, request: Request, status: int, why: Exception) -> Response:
        return render(request, "error.html", status, title="You are not signed in", sentence=str(why))

    def _sealed(self, attempt: Attempt, wanted: str) -> str:
        """The attempt for the browser's cookie: nobody else can make one that opens."""
        kept = {"state": attempt.state, "nonce": attempt.nonce, "verifier": attempt.verifier, "next": wanted}
        return jwt.encode({**kept, "aud": COOKIE, "exp": datetime.now(UTC) + GOOD_FOR}, self._app.settings.secret)

    def _opened(self, sealed: str) -> tuple[Attempt, str]:
        try:
            kept = jwt.decode(sealed, self._app.settings.secret, algorithms=["HS256"], audience=COOKIE)
        except jwt.PyJWTError:
            raise SignInRefused("That took too long, or began in another browser. Please begin again.") from None
        return Attempt(kept["state"], kept["nonce"], kept["verifier"]), kept["next"]
