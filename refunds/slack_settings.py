"""What the environment says about Slack: credentials, or which of them are missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """How to speak with Slack. ``app_token`` means Socket Mode; then no ``signing_secret`` is needed.

    With ``refresh_token`` (and ``client_id``, ``client_secret``) the bot's token is renewed every few hours;
    otherwise ``bot_token`` is good for ever.
    """

    bot_token: str | None
    signing_secret: str | None
    app_token: str | None
    client_id: str | None
    client_secret: str | None
    refresh_token: str | None
    api: str = API

    @property
    def missing(self) -> tuple[str, ...]:
        """The variables without which Slack stays off; none where it is on."""
        rotation = {
            "REFUNDS_SLACK_CLIENT_ID": self.client_id,
            "REFUNDS_SLACK_CLIENT_SECRET": self.client_secret,
            "REFUNDS_SLACK_REFRESH_TOKEN": self.refresh_token,
        }
        needed = rotation if any(rotation.values()) else {"REFUNDS_SLACK_BOT_TOKEN": self.bot_token}
        needed = needed | {"REFUNDS_SLACK_SIGNING_SECRET": self.app_token or self.signing_secret}
        return tuple(name for name, value in needed.items() if not value)

    @property
    def is_on(self) -> bool:
        """Whether there is all that it takes."""
        return not self.missing

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log may show."""
        kept = (self.bot_token, self.signing_secret, self.app_token, self.client_secret, self.refresh_token)
        return tuple(secret for secret in kept if secret)


def read_slack_settings(env: Mapping[str, str]) -> SlackSettings:
    """What ``env`` says; empty values count as missing."""
    return SlackSettings(
        bot_token=env.get("REFUNDS_SLACK_BOT_TOKEN") or None,
        signing_secret=env.get("REFUNDS_SLACK_SIGNING_SECRET") or None,
        app_token=env.get("REFUNDS_SLACK_APP_TOKEN") or None,
        client_id=env.get("REFUNDS_SLACK_CLIENT_ID") or None,
        client_secret=env.get("REFUNDS_SLACK_CLIENT_SECRET") or None,
        refresh_token=env.get("REFUNDS_SLACK_REFRESH_TOKEN") or None,
        api=env.get("REFUNDS_SLACK_API") or API,
    )
