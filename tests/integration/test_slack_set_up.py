"""What an operator sets up: the manifest asks for what is used and no more, and a command says how it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml
from typer.testing import CliRunner

from refunds.cli import commands
from refunds.cli.slack import SCOPES
from refunds.database import Base, Database
from refunds.settings import ROOT
from tests.slack_server import BOT_TOKEN, SIGNING_SECRET, SlackServer, slack_server

MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "docs/channels/slack-manifest.yml").read_text())


def test_the_manifest_asks_for_the_scopes_that_the_page_explains_and_no_more() -> None:
    page = (ROOT / "docs/channels/slack.md").read_text()
    explained = set(re.findall(r"^\| `([\w:]+)` \|", page, re.MULTILINE)) & SCOPES
    assert set(MANIFEST["oauth_config"]["scopes"]["bot"]) == SCOPES == explained
    assert not any(scope.startswith(("channels:", "groups:", "mpim:")) for scope in SCOPES)


def test_the_manifest_lists_the_events_and_the_command_that_are_listened_to() -> None:
    source = (ROOT / "web/connectors/slack/connector.py").read_text()
    listened = set(re.findall(r'app\.event\("(\w+)"\)', source))
    assert {event.split(".")[0] for event in MANIFEST["settings"]["event_subscriptions"]["bot_events"]} == listened
    assert [one["command"] for one in MANIFEST["features"]["slash_commands"]] == ["/refund"]
    addresses = {one["url"] for one in MANIFEST["features"]["slash_commands"]}
    addresses |= {MANIFEST["settings"][name]["request_url"] for name in ("event_subscriptions", "interactivity")}
    assert addresses == {"https://refunds.example.com/slack/events"}


def asked(folder: Path, slack: SlackServer, token: str = BOT_TOKEN) -> tuple[int, str]:
    database = Database(f"sqlite:///{folder / 'refunds.sqlite'}")
    Base.metadata.create_all(database.engine)
    database.close()
    environ = {"REFUNDS_VAR": str(folder), "REFUNDS_SLACK_API": slack.api, "REFUNDS_SLACK_BOT_TOKEN": token}
    environ |= {"REFUNDS_SLACK_SIGNING_SECRET": SIGNING_SECRET, "REFUNDS_DATABASE_URL": database.url}
    done = CliRunner().invoke(commands.app, ["channels", "slack", "status"], env=environ)
    return done.exit_code, done.output


def test_the_status_names_the_scopes_that_are_missing_and_counts_the_deliveries(tmp_path: Path) -> None:
    with slack_server() as slack:
        slack.scopes = SCOPES - {"files:read"}
        code, told = asked(tmp_path, slack)
    assert (code, told.splitlines()[:3]) == (0, ["workspace: JJSG", "bot: refunds", "missing_scopes: ['files:read']"])
    assert "waiting: 0" in told


def test_the_status_says_no_more_than_that_the_token_is_not_good(tmp_path: Path) -> None:
    with slack_server() as slack:
        assert asked(tmp_path, slack, token="xoxb-wrong") == (3, "Slack refuses: invalid_auth\n")
    assert asked(tmp_path, slack) == (3, "Slack does not answer\n")
