"""Links in our mails that lead back into the very conversation: signed, good for a while, without anybody's details.

What a link says stands behind its ``#``: a browser sends that to no server, so that it is in no log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import jwt

GOOD_FOR = timedelta(days=7)
"""A week: whoever comes later begins a new chat, and shows who they are there."""
NOTICES_GOOD_FOR = timedelta(days=60)
"""A mail is looked for again when the next one comes too many."""
_AUDIENCE, _NOTICES = "mail-link", "notices-link"
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class ChatLinks:
    """Makes and reads links. ``site_url`` is where customers reach ``web``; ``secret`` signs."""

    site_url: str
    secret: str

    def to(self, conversation_id: str | None, now: datetime, *, case_id: str | None = None) -> str:
        """The address of the page with the chat, with the conversation and the case that a mail is about, if any."""
        about = {"case": case_id} if case_id else {}
        if conversation_id:
            claims = {"sub": conversation_id, "aud": _AUDIENCE, "exp": now + GOOD_FOR}
            about["link"] = jwt.encode(claims, self.secret, algorithm=_ALGORITHM)
        page = f"{self.site_url.rstrip('/')}/chat"
        return f"{page}#{urlencode(about)}" if about else page

    def to_notices(self, case_id: str, now: datetime) -> str:
        """The address of the page on which the case's customer says how they want to hear from us."""
        claims = {"sub": case_id, "aud": _NOTICES, "exp": now + NOTICES_GOOD_FOR}
        link = jwt.encode(claims, self.secret, algorithm=_ALGORITHM)
        return f"{self.site_url.rstrip('/')}/notices#{urlencode({'link': link})}"

    def case_of(self, link: str, now: datetime) -> str | None:
        """The case whose customer a link to that page is for; None for one that is forged or too old."""
        return self._subject(link, _NOTICES, now)

    def conversation_of(self, link: str, now: datetime) -> str | None:
        """The conversation that ``link`` (the token in it) leads to; None for one that is forged or too old."""
        return self._subject(link, _AUDIENCE, now)

    def _subject(self, link: str, audience: str, now: datetime) -> str | None:
        options: jwt.types.Options = {"require": ["exp", "sub", "aud"], "verify_exp": False}
        try:
            claims = jwt.decode(link, self.secret, algorithms=[_ALGORITHM], audience=audience, options=options)
            ends = datetime.fromtimestamp(claims["exp"], UTC)
        except (jwt.InvalidTokenError, TypeError, ValueError, OverflowError):
            return None
        return str(claims["sub"]) if now < ends else None
