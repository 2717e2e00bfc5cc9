"""``refunds channels slack status``."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from refunds.cli.opening import opened_database
from refunds.cli.printing import Json, print_json
from refunds.errors import SettingsError
from refunds.settings import Settings, read_settings

if TYPE_CHECKING:
    from refunds.database import Database

app = typer.Typer(help="Slack's app.", no_args_is_help=True)
UNREACHABLE = 3
DEADLINE = 10
# docs/channels/slack-manifest.yml asks for the same.
SCOPES = frozenset(
    {
        "app_mentions:read",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "im:history",
        "im:write",
        "users:read",
    }
)


@app.callback()
def slack() -> None:
    """Keep Slack's commands words of their own."""


@app.command()
def status(as_json: Json = False) -> None:
    """Whom Slack takes us for, which scopes are missing, and how our deliveries stand."""
    from refunds.chat.deliveries import Deliveries

    settings = read_settings()
    if not settings.slack.is_on:
        raise SettingsError(f"Slack is off: set {' and '.join(settings.slack.missing)}")
    with opened_database(settings) as database:
        told = _asked(settings, _token(settings, database)) | asdict(Deliveries(database).counts("slack"))
    if as_json:
        print_json(told)
    else:
        for name, value in told.items():
            typer.echo(f"{name}: {value}")


def _token(settings: Settings, database: Database) -> str:
    from refunds.chat.channel_secrets import ChannelSecrets

    if not settings.slack.refresh_token:
        return settings.slack.bot_token or ""
    kept = ChannelSecrets(database, settings.secret).read("slack", "bot_token")
    if kept is None:
        raise SettingsError("Slack's token was not renewed yet: `web` does that when it first speaks with Slack")
    return kept.value


def _asked(settings: Settings, token: str) -> dict[str, Any]:
    """What Slack says of the token; ends the command with a reason where it does not."""
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

    try:
        answer = WebClient(token, base_url=settings.slack.api, timeout=DEADLINE).auth_test()
    except SlackApiError as error:
        typer.echo(f"Slack refuses: {error.response['error']}", err=True)
        raise typer.Exit(UNREACHABLE) from None
    except OSError:
        typer.echo("Slack does not answer", err=True)
        raise typer.Exit(UNREACHABLE) from None
    headers = {name.lower(): value for name, value in answer.headers.items()}
    granted = {scope.strip() for scope in headers.get("x-oauth-scopes", "").split(",")}
    return {"workspace": answer["team"], "bot": answer["user"], "missing_scopes": sorted(SCOPES - granted)}
