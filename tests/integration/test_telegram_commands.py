"""``refunds channels telegram``: connecting a bot, and what Telegram and we have of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from refunds.cli import commands
from refunds.database import Base, Database
from refunds.errors import SettingsError
from refunds.settings import read_settings
from tests.telegram_server import BOT_TOKEN, SECRET, TelegramServer, telegram_server

HOUSE = "https://refunds.example.com"


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    with telegram_server() as running:
        yield running


def run(telegram: TelegramServer, folder: Path, *arguments: str, **other: str) -> Result:
    environ = {
        "REFUNDS_VAR": str(folder),
        "REFUNDS_PUBLIC_URL": HOUSE,
        "REFUNDS_TELEGRAM_TOKEN": BOT_TOKEN,
        "REFUNDS_TELEGRAM_SECRET": SECRET,
        "REFUNDS_TELEGRAM_API": telegram.api,
        **other,
    }
    return CliRunner().invoke(commands.app, ["channels", "telegram", *arguments], env=environ)


def test_connect_sets_the_webhook_with_its_secret(telegram: TelegramServer, tmp_path: Path) -> None:
    done = run(telegram, tmp_path, "connect")
    assert done.exit_code == 0
    assert done.output.strip() == f"@jjsg_refunds_bot brings its updates to {HOUSE}/webhooks/telegram"
    assert telegram.webhook["url"] == f"{HOUSE}/webhooks/telegram"
    assert telegram.webhook["secret_token"] == SECRET
    assert "edited_message" in json.loads(telegram.webhook["allowed_updates"])


def test_connect_takes_the_webhook_away_where_we_poll(telegram: TelegramServer, tmp_path: Path) -> None:
    telegram.webhook = {"url": HOUSE}
    assert run(telegram, tmp_path, "connect", REFUNDS_TELEGRAM_POLLING="on").exit_code == 0
    assert telegram.webhook == {}


def test_status_tells_what_telegram_has_and_how_deliveries_stand(telegram: TelegramServer, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'refunds.sqlite'}")
    Base.metadata.create_all(database.engine)
    database.close()
    run(telegram, tmp_path, "connect")
    told = json.loads(run(telegram, tmp_path, "status", "--json").stdout)
    assert told["url"] == f"{HOUSE}/webhooks/telegram"
    assert (told["bot"], told["waiting"], told["unsure"]) == ("jjsg_refunds_bot", 0, 0)


def test_what_telegram_refuses_is_said_without_the_token(telegram: TelegramServer, tmp_path: Path) -> None:
    done = run(telegram, tmp_path, "connect", REFUNDS_PUBLIC_URL="http://refunds.example.com")
    assert done.exit_code == 3
    assert "HTTPS URL must be provided" in done.output
    wrong = run(telegram, tmp_path, "connect", REFUNDS_TELEGRAM_TOKEN="123456:another-token-altogether")
    assert (wrong.exit_code, "another-token" in wrong.output) == (3, False)


def test_a_telegram_that_cannot_be_reached_is_said_so(telegram: TelegramServer, tmp_path: Path) -> None:
    done = run(telegram, tmp_path, "status", REFUNDS_TELEGRAM_API="http://127.0.0.1:9")
    assert (done.exit_code, done.output.strip()) == (3, "Telegram does not answer")


def test_without_credentials_the_command_says_which_are_missing(telegram: TelegramServer, tmp_path: Path) -> None:
    done = run(telegram, tmp_path, "connect", REFUNDS_TELEGRAM_SECRET="")
    assert isinstance(done.exception, SettingsError)
    assert str(done.exception) == "Telegram is off: set REFUNDS_TELEGRAM_SECRET"


@pytest.mark.parametrize(
    "broken", [{"REFUNDS_TELEGRAM_TOKEN": "no token"}, {"REFUNDS_TELEGRAM_SECRET": "with a blank"}], ids=str
)
def test_credentials_that_telegram_would_not_take_stop_the_start(broken: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must"):
        read_settings({"REFUNDS_VAR": str(tmp_path), **broken})
