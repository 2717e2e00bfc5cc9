"""The environment, read once. Everything a process may be told from outside stands here."""

from __future__ import annotations

import ipaddress
import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from refunds.desk.oidc_settings import OidcSettings, read_oidc_settings
from refunds.desk_hours import DeskHours, read_desk_hours
from refunds.desk_targets import DeskTargets, read_desk_targets
from refunds.errors import SettingsError
from refunds.production import problems_for_production, several
from refunds.slack_settings import SlackSettings, read_slack_settings
from refunds.telegram_settings import TelegramSettings, read_telegram_settings

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs. ``secret`` signs tokens and derives one-time codes; ``webhook_secret`` is what the
    back office signs its webhooks with. A token of a host site is good when any of ``identity_keys`` signed it.

    ``retry_delays`` are the seconds after which a message that the engine could not answer is tried again.
    """

    profile: str
    var: Path
    database_url: str
    backoffice_url: str
    backoffice_token: str | None
    sandbox_world: Path
    smtp_url: str | None
    mail_from: str
    public_url: str | None
    web_host: str
    web_port: int
    rasa_port: int
    actions_port: int
    sandbox_port: int
    rasa_token: str
    secret: str
    webhook_secret: str
    widget_origins: tuple[str, ...]
    identity_keys: tuple[str, ...]
    redis_url: str | None
    trusted_proxies: tuple[str, ...]
    retry_delays: tuple[float, ...]
    desk_hours: DeskHours
    desk_targets: DeskTargets
    slack: SlackSettings
    telegram: TelegramSettings
    policy_folder: Path = ROOT / "policy"
    words_folder: Path = ROOT / "data" / "responses"
    sentences_folder: Path = ROOT / "data" / "nlu"
    rest_connector: bool = False
    oidc: OidcSettings | None = None

    @property
    def is_development(self) -> bool:
        """Whether the sandbox, the file mailbox and other conveniences are on."""
        return self.profile == "dev"

    @property
    def mailbox(self) -> Path:
        """Where mails land as files in the development profile."""
        return self.var / "mailbox"

    @property
    def attachments(self) -> Path:
        """Where files that customers send are kept."""
        return self.var / "attachments"

    @property
    def rasa_url(self) -> str:
        """Where the engine listens."""
        return f"http://127.0.0.1:{self.rasa_port}"

    @property
    def site_url(self) -> str:
        """The address under which customers reach ``web``."""
        return self.public_url or f"http://127.0.0.1:{self.web_port}"


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from ``environ`` (the process's own by default).

    Raises ``SettingsError`` for a value that cannot be read or a production profile that is not fit to start.
    """
    env = dict(os.environ if environ is None else environ)
    profile = env.get("REFUNDS_PROFILE", "dev")
    if profile not in ("dev", "production"):
        raise SettingsError(f"REFUNDS_PROFILE is {profile!r}; it must be dev or production")
    if profile == "production":
        _refuse_unfit(problems_for_production(env))
    var = Path(env.get("REFUNDS_VAR", ROOT / "var")).absolute()
    var.mkdir(parents=True, exist_ok=True)
    sandbox_port = _port(env, "REFUNDS_SANDBOX_PORT", 8090)
    return Settings(
        profile=profile,
        var=var,
        database_url=env.get("REFUNDS_DATABASE_URL") or f"sqlite:///{var / 'refunds.sqlite'}",
        backoffice_url=env.get("REFUNDS_BACKOFFICE_URL") or f"http://127.0.0.1:{sandbox_port}",
        backoffice_token=env.get("REFUNDS_BACKOFFICE_TOKEN"),
        sandbox_world=Path(env.get("REFUNDS_SANDBOX_WORLD") or ROOT / "sandbox" / "world.json"),
        smtp_url=env.get("REFUNDS_SMTP_URL"),
        mail_from=env.get("REFUNDS_MAIL_FROM", "JJSG refunds <refunds@jjsg.example>"),
        public_url=env.get("REFUNDS_PUBLIC_URL"),
        web_host=env.get("REFUNDS_WEB_HOST", "127.0.0.1"),
        web_port=_port(env, "REFUNDS_WEB_PORT", 8080),
        rasa_port=_port(env, "REFUNDS_RASA_PORT", 5005),
        actions_port=_port(env, "REFUNDS_ACTIONS_PORT", 5055),
        sandbox_port=sandbox_port,
        rasa_token=env.get("REFUNDS_RASA_TOKEN") or _kept_secret(var, "rasa_token"),
        secret=env.get("REFUNDS_SECRET") or _kept_secret(var, "secret"),
        webhook_secret=env.get("REFUNDS_WEBHOOK_SECRET") or _kept_secret(var, "webhook_secret"),
        widget_origins=several(env.get("REFUNDS_WIDGET_ORIGINS")),
        identity_keys=several(env.get("REFUNDS_IDENTITY_KEY")),
        redis_url=_redis(env.get("REFUNDS_REDIS_URL")),
        trusted_proxies=_proxies(several(env.get("REFUNDS_TRUSTED_PROXY"))),
        retry_delays=_delays(env.get("REFUNDS_RETRY_DELAYS", "5,20")),
        desk_hours=read_desk_hours(
            env.get("REFUNDS_DESK_HOURS") or "Mon-Fri 09:00-18:00",
            env.get("REFUNDS_DESK_ZONE") or "Europe/Berlin",
            env.get("REFUNDS_DESK_COUNTRY") or "DE",
        ),
        desk_targets=read_desk_targets(env),
        slack=read_slack_settings(env),
        telegram=read_telegram_settings(env, polling=_switch(env, "REFUNDS_TELEGRAM_POLLING", False)),
        rest_connector=_switch(env, "REFUNDS_REST", profile == "dev"),
        oidc=read_oidc_settings(env),
    )


def _refuse_unfit(problems: list[str]) -> None:
    if problems:
        raise SettingsError("not fit for production:\n" + "\n".join(f"- {problem}" for problem in problems))


def _switch(env: Mapping[str, str], name: str, default: bool) -> bool:
    text = env.get(name) or ("on" if default else "off")
    if text not in ("on", "off"):
        raise SettingsError(f"{name} is {text!r}; it must be on or off")
    return text == "on"


def _port(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(f"{name} is {text!r}; it must be a port between 1 and 65535")
    return int(text)


def _delays(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError as error:
        raise SettingsError(f"REFUNDS_RETRY_DELAYS is {text!r}; it must be seconds such as 5,20") from error


def _redis(url: str | None) -> str | None:
    if url and (urlsplit(url).scheme not in ("redis", "rediss") or not urlsplit(url).hostname):
        raise SettingsError(
            "REFUNDS_REDIS_URL must look like redis://host:port/0 or rediss://user:password@host:port/0"
        )
    return url or None


def _proxies(addresses: tuple[str, ...]) -> tuple[str, ...]:
    for address in addresses:
        try:
            ipaddress.ip_network(address)
        except ValueError as error:
            raise SettingsError(
                f"REFUNDS_TRUSTED_PROXY names {address!r}; it must be an address or a network such as 10.0.0.0/8"
            ) from error
    return addresses


def _kept_secret(var: Path, name: str) -> str:
    """A secret made at the first start and kept, readable by this user alone.

    Written aside and linked into place, so that of several processes that start at once one wins and none reads half.
    """
    path = var / "secrets" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        descriptor, aside = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
        with suppress(FileExistsError):
            os.link(aside, path)
        os.unlink(aside)
    return path.read_text().strip()
