"""Signing in by an identity provider: OpenID Connect, authorization code with PKCE, state and nonce.

The protocol's parts are Authlib's; its HTTP clients are not used (they are for requests and httpx2).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx
import jwt
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from jwt.types import Options

from refunds.desk.oidc_settings import OidcSettings
from refunds.desk.refusals import SignInRefused
from refunds.errors import RefundsError

TIMEOUT = httpx.Timeout(5.0)
LEEWAY_SECONDS = 60
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key pair only: never ``none``, never a shared secret."""
_NOT_VALID = "The company sign-in gave an answer that does not hold. Please begin again."


class ProviderUnavailable(RefundsError):
    """The identity provider gave no usable answer in time; the message may be read by who wants to sign in."""

    def __init__(self) -> None:
        super().__init__("The company sign-in does not answer. Please try again soon, or sign in with a password.")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What must be remembered, in the browser that began, until the provider sends it back."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider vouches for; the mail only where the provider verified it."""

    subject: str
    verified_mail: str | None


class IdentityProvider:
    """One OpenID provider. ``redirect_uri`` is our page it sends people back to."""

    def __init__(self, settings: OidcSettings, redirect_uri: str) -> None:
        self._settings = settings
        self._redirect_uri = redirect_uri

    async def begin(self) -> tuple[str, Attempt]:
        """Where to send the browser, and what to remember meanwhile; raises ``ProviderUnavailable``."""
        attempt = Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
        async with httpx.AsyncClient(timeout=TIMEOUT) as http:
            provider = await self._metadata(http)
        where = prepare_grant_uri(
            provider["authorization_endpoint"],
            self._settings.client_id,
            "code",
            redirect_uri=self._redirect_uri,
            scope="openid email",
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
        )
        return where, attempt

    async def finish(self, attempt: Attempt, state: str, code: str, now: datetime) -> Identity:
        """Who came back with ``state`` and ``code``; raises ``ProviderUnavailable`` and ``SignInRefused``."""
        if not code or not secrets.compare_digest(state.encode(), attempt.state.encode()):
            raise SignInRefused(_NOT_VALID)
        async with httpx.AsyncClient(timeout=TIMEOUT) as http:
            provider = await self._metadata(http)
            tokens = await self._tokens(http, provider, attempt, code)
            keys = await _got(http, str(provider["jwks_uri"]))
        claims = self._claims(tokens, keys, attempt, now)
        mail = claims.get("email") if claims.get("email_verified") is True else None
        return Identity(str(claims["sub"]), mail)

    async def _metadata(self, http: httpx.AsyncClient) -> Mapping[str, Any]:
        provider = await _got(http, get_well_known_url(self._settings.issuer, external=True))
        needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        if provider.get("issuer") != self._settings.issuer or any(name not in provider for name in needed):
            raise ProviderUnavailable
        return provider

    async def _tokens(
        self, http: httpx.AsyncClient, provider: Mapping[str, Any], attempt: Attempt, code: str
    ) -> Mapping[str, Any]:
        """What the provider gives for the code, which is good once: it is not asked twice."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect_uri}
        form["code_verifier"] = attempt.verifier
        # RFC 6749, 2.3.1: both are form-encoded before they are put into the header.
        who = (quote(self._settings.client_id, safe=""), quote(self._settings.client_secret, safe=""))
        try:
            answer = await http.post(str(provider["token_endpoint"]), data=form, auth=who)
        except httpx.HTTPError as error:
            raise ProviderUnavailable from error
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise SignInRefused(_NOT_VALID)
        return _read(answer)

    def _claims(
        self, tokens: Mapping[str, Any], keys: Mapping[str, Any], attempt: Attempt, now: datetime
    ) -> Mapping[str, Any]:
        """The claims of a token that this provider signed, for us, now, and for this attempt."""
        ours = {"iss": {"essential": True, "value": self._settings.issuer}}
        ours["aud"] = {"essential": True, "value": self._settings.client_id}
        params = {"nonce": attempt.nonce, "client_id": self._settings.client_id}
        try:
            token = str(tokens.get("id_token", ""))
            header, body = _verified(token, keys)
            claims = CodeIDToken(body, header, ours, {**params, "access_token": tokens.get("access_token")})
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_SECONDS)
        except (jwt.PyJWTError, JoseError) as error:
            raise SignInRefused(_NOT_VALID) from error
        return dict(claims)


def _verified(token: str, keys: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims of a token that one of ``keys`` signed; the claims themselves are judged by Authlib."""
    header = jwt.get_unverified_header(token)
    known = jwt.PyJWKSet.from_dict(dict(keys)).keys
    fitting = [key for key in known if key.key_id == header.get("kid")] or (known if len(known) == 1 else [])
    if not fitting:
        raise jwt.InvalidKeyError("no key of the provider's fits")
    judged_later: Options = {"verify_exp": False, "verify_aud": False, "verify_iss": False, "verify_iat": False}
    judged_later["verify_nbf"] = False
    return header, jwt.decode(token, fitting[0], algorithms=list(ALGORITHMS), options=judged_later)


async def _got(http: httpx.AsyncClient, address: str) -> Mapping[str, Any]:
    try:
        return _read(await http.get(address))
    except httpx.HTTPError as error:
        raise ProviderUnavailable from error


def _read(answer: httpx.Response) -> Mapping[str, Any]:
    """The JSON object of a good answer; raises ``ProviderUnavailable`` for any other."""
    try:
        found = answer.raise_for_status().json()
    except (httpx.HTTPStatusError, ValueError) as error:
        raise ProviderUnavailable from error
    if not isinstance(found, dict):
        raise ProviderUnavailable
    return found
