"""What a channel gave us to keep and renews, such as Slack's rotating tokens: encrypted, and renewed by one alone."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from refunds.database import Database
from refunds.tables import ChannelSecretRow

CLAIM = "claim"


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """A secret as it was kept; ``ends_at`` is when it stops being good, None for never."""

    value: str
    ends_at: datetime | None


class ChannelSecrets:
    """Keeps secrets by channel and name. ``secret`` is the installation's; with another one nothing is readable."""

    def __init__(self, database: Database, secret: str) -> None:
        self._database = database
        self._fernet = Fernet(base64.urlsafe_b64encode(sha256(b"channel secrets\0" + secret.encode()).digest()))

    def read(self, channel: str, name: str) -> KeptSecret | None:
        """The secret of that name; None where there is none, or where it cannot be read any more."""
        with self._database.reading() as session:
            row = session.get(ChannelSecretRow, (channel, name))
            if row is None:
                return None
            kept, ends_at = row.value, row.ends_at
        try:
            return KeptSecret(self._fernet.decrypt(kept.encode()).decode(), ends_at)
        except InvalidToken:
            return None

    def keep(self, channel: str, values: Mapping[str, KeptSecret], now: datetime) -> None:
        """Keep several secrets at once, in the place of older ones."""
        with self._database.transaction() as session:
            for name, kept in values.items():
                _put(session, channel, name, replace(kept, value=self._encrypted(kept.value)), now)

    def claim(self, channel: str, until: datetime, now: datetime) -> bool:
        """Whether the caller may renew this channel's secrets now; nobody else may before ``until``."""
        mine = select(ChannelSecretRow).where(ChannelSecretRow.channel == channel, ChannelSecretRow.name == CLAIM)
        try:
            with self._database.transaction() as session:
                row = session.scalars(mine.with_for_update()).one_or_none()
                if row is None:
                    # Not looked for again: whoever was quicker since must be run into.
                    session.add(ChannelSecretRow(channel=channel, name=CLAIM, value="", ends_at=until, changed_at=now))
                    return True
                if row.ends_at is not None and row.ends_at > now:
                    return False
                row.ends_at, row.changed_at = until, now
        except IntegrityError:
            return False  # another process was quicker
        return True

    def release(self, channel: str, now: datetime) -> None:
        """Let the next one renew."""
        with self._database.transaction() as session:
            _put(session, channel, CLAIM, KeptSecret("", now), now)

    def _encrypted(self, value: str) -> str:
        return self._fernet.encrypt(value.encode()).decode()


def _put(session: Session, channel: str, name: str, kept: KeptSecret, now: datetime) -> None:
    row = session.get(ChannelSecretRow, (channel, name))
    if row is None:
        row = ChannelSecretRow(channel=channel, name=name)
        session.add(row)
    row.value, row.ends_at, row.changed_at = kept.value, kept.ends_at, now
