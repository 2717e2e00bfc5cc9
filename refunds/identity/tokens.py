"""Signed tokens by which a host site says which of its customers opened the chat."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from jwt.types import Options

from refunds.settings import Settings

AUDIENCE = "refund-assistant"
GOOD_FOR = timedelta(hours=1)
# So far a host site's clock may be from ours.
CLOCK_SKEW = timedelta(seconds=60)

_ALGORITHM = "HS256"
# The clock is an argument: times are judged in `_is_in_time`.
_OPTIONS: Options = {
    "require": ["aud", "exp", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


def site_keys(settings: Settings) -> tuple[str, ...]:
    """The keys shared with the host site, old and new while they change; in development one of our own, for the demo
    site. None at all: no tokens.
    """
    if settings.identity_keys or not settings.is_development:
        return settings.identity_keys
    return (hmac.digest(settings.secret.encode(), b"site token", sha256).hex(),)


def make_token(customer_id: str, key: str, now: datetime) -> str:
    """A token as a host site makes it for the customer who is signed in there; good for an hour."""
    claims = {"sub": customer_id, "aud": AUDIENCE, "iat": now, "exp": now + GOOD_FOR}
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def customer_of_token(token: str, keys: Iterable[str], now: datetime) -> str | None:
    """The customer that the host site vouches for by any of ``keys``.

    None for a token that is forged, expired or not for us.
    """
    claims = next((claims for key in keys if (claims := _claims(token, key)) is not None), None)
    return str(claims["sub"]) if claims and claims["sub"] and _is_in_time(claims, now) else None


def _claims(token: str, key: str) -> dict[str, Any] | None:
    try:
        return jwt.decode(token, key, algorithms=[_ALGORITHM], audience=AUDIENCE, options=_OPTIONS)
    except jwt.InvalidTokenError:
        return None


def _is_in_time(claims: dict[str, Any], now: datetime) -> bool:
    begins, ends = claims.get("nbf", 0), claims["exp"]
    if not isinstance(begins, int | float) or not isinstance(ends, int | float):
        return False
    skew = CLOCK_SKEW.total_seconds()
    return begins - skew <= now.timestamp() < ends + skew
