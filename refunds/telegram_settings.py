"""What the environment says about Telegram: credentials, or which of them are missing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from refunds.errors import SettingsError

API = "https://api.telegram.org"
# core.telegram.org/bots/api#setwebhook, "secret_token"; a bot's token has its number before a colon.
_SECRET = re.compile("[A-Za-z0-9_-]{1,256}")
_TOKEN = re.compile("[0-9]+:[A-Za-z0-9_-]{10,}")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """How to speak with Telegram: with ``polling`` we ask for news, otherwise Telegram brings them, with ``secret``."""

    token: str | None
    secret: str | None
    polling: bool
    api: str = API

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables without which Telegram stays off; none where it is on."""
        needed = {"REFUNDS_TELEGRAM_TOKEN": self.token, "REFUNDS_TELEGRAM_SECRET": self.polling or self.secret}
        return tuple(name for name, value in needed.items() if not value)

    @property
    def is_on(self) -> bool:
        """Whether there is all that it takes."""
        return not self.missing

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show; the token stands in the address of every call."""
        return tuple(secret for secret in (self.token, self.secret) if secret)


def read_telegram_settings(env: Mapping[str, str], *, polling: bool) -> TelegramSettings:
    """What ``env`` says; empty values count as missing. Raises ``SettingsError`` for what Telegram would not take."""
    token, secret = env.get("REFUNDS_TELEGRAM_TOKEN") or None, env.get("REFUNDS_TELEGRAM_SECRET") or None
    if token and not _TOKEN.fullmatch(token):
        raise SettingsError("REFUNDS_TELEGRAM_TOKEN must look like 123456:ABC..., as BotFather gave it")
    if secret and not _SECRET.fullmatch(secret):
        raise SettingsError("REFUNDS_TELEGRAM_SECRET must be 1 to 256 of the signs A-Z, a-z, 0-9, _ and -")
    return TelegramSettings(token, secret, polling, (env.get("REFUNDS_TELEGRAM_API") or API).rstrip("/"))
