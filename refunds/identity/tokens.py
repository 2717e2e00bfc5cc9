"""Signed tokens by which a host site says which of its customers opened the chat."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import jwt
from jwt.types import Options

from refunds.settings import Settings

AUDIENCE = "refund-assistant"
GOOD_FOR = timedelta(hours=1)

_ALGORITHM = "HS256"
# The clock is an argument: times are judged in `_is_in_time`.
_OPTIONS: Options = {
    "require": ["aud", "exp", "sub"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


def site_key(settings: Settings) -> str | None:
    """The key shared with the host site; in development one of our own, for the demo site. None: no tokens."""
    if settings.identity_key or not settings.is_development:
        return settings.identity_key
    return hmac.digest(settings.secret.encode(), b"site token", sha256).hex()


def make_token(customer_id: str, key: str, now: datetime) -> str:
    """A token as a host site makes it for the customer who is signed in there; good for an hour."""
    claims = {"sub": customer_id, "aud": AUDIENCE, "iat": now, "exp": now + GOOD_FOR}
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def customer_of_token(token: str, key: str, now: datetime) -> str | None:
    """The customer that the host site vouches for; None for a token that is forged, expired or not for us."""
    try:
        claims = jwt.decode(token, key, algorithms=[_ALGORITHM], audience=AUDIENCE, options=_OPTIONS)
    except jwt.InvalidTokenError:
        return None
    return claims["sub"] if claims["sub"] and _is_in_time(claims, now) else None


def _is_in_time(claims: dict[str, Any], now: datetime) -> bool:
    begins, ends = claims.get("nbf", 0), claims["exp"]
    if not isinstance(begins, int | float) or not isinstance(ends, int | float):
        return False
    return begins <= now.timestamp() < ends
