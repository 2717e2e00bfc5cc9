"""The token by which a browser takes up its conversation again; whoever lacks it cannot read or join."""

from __future__ import annotations

from datetime import datetime, timedelta

import jwt

GOOD_FOR = timedelta(days=30)
AUDIENCE = "website-conversation"
_ALGORITHM = "HS256"


def make_token(address: str, secret: str, now: datetime) -> str:
    """A token for the conversation at ``address``, good for 30 days."""
    return jwt.encode({"sub": address, "aud": AUDIENCE, "exp": now + GOOD_FOR}, secret, algorithm=_ALGORITHM)


def address_of(token: str, secret: str) -> str | None:
    """The address that a token was made for; None for one that is forged, expired or for something else."""
    try:
        claims = jwt.decode(
            token, secret, algorithms=[_ALGORITHM], audience=AUDIENCE, options={"require": ["exp", "sub", "aud"]}
        )
    except jwt.InvalidTokenError:
        return None
    return str(claims["sub"])
