"""``refunds channels telegram connect|status``, ``refunds channels slack status``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from refunds.cli import slack
from refunds.cli.opening import opened_database
from refunds.cli.printing import Json, print_json
from refunds.errors import SettingsError
from refunds.settings import Settings, read_settings

if TYPE_CHECKING:
    from aiogram import Bot

T = TypeVar("T")
app = typer.Typer(help="Channels other than the website.", no_args_is_help=True)
telegram = typer.Typer(help="Telegram's bot.", no_args_is_help=True)
app.add_typer(telegram, name="telegram")
app.add_typer(slack.app, name="slack")

UNREACHABLE = 3
_COMMANDS = {"start": "Begin, or begin anew", "help": "What I can do"}


@telegram.command()
def connect() -> None:
    """Tell Telegram where to bring its updates; with polling, that it need not bring any."""
    settings = _telegram_settings()
    told = _asked(settings, lambda bot: _connected(bot, settings))
    typer.echo(told)


@telegram.command()
def status(as_json: Json = False) -> None:
    """What Telegram has of the webhook, and how our deliveries stand."""
    from refunds.chat.deliveries import Deliveries

    settings = _telegram_settings()
    told: dict[str, Any] = _asked(settings, _webhook)
    with opened_database(settings) as database:
        counts = Deliveries(database).counts("telegram")
    told |= {name: getattr(counts, name) for name in ("waiting", "sent", "failed", "unsure")}
    if as_json:
        print_json(told)
    else:
        for name, value in told.items():
            typer.echo(f"{name}: {value}")


def _telegram_settings() -> Settings:
    settings = read_settings()
    if not settings.telegram.is_on:
        raise SettingsError(f"Telegram is off: set {' and '.join(settings.telegram.missing)}")
    return settings


def _asked(settings: Settings, ask: Callable[[Bot], Awaitable[T]]) -> T:
    """What Telegram answers; ends the command with a reason where it does not. The reason never holds the token."""
    from aiogram.exceptions import AiogramError, TelegramAPIError, TelegramNetworkError

    from refunds.telegram_bot import OutcomeUnknown, open_bot

    async def run() -> T:
        bot = open_bot(settings.telegram)
        try:
            return await ask(bot)
        finally:
            await bot.session.close()

    try:
        return asyncio.run(run())
    except (TelegramNetworkError, OutcomeUnknown):
        typer.echo("Telegram does not answer", err=True)
    except TelegramAPIError as error:
        typer.echo(f"Telegram refuses: {error.message}", err=True)
    except AiogramError as error:
        typer.echo(f"Telegram's answer cannot be read: {type(error).__name__}", err=True)
    raise typer.Exit(UNREACHABLE)


async def _connected(bot: Bot, settings: Settings) -> str:
    from aiogram.types import BotCommand

    from refunds.telegram_bot import PATH, UPDATES

    name = (await bot.get_me()).username
    await bot.set_my_commands([BotCommand(command=one, description=said) for one, said in _COMMANDS.items()])
    if settings.telegram.polling:
        await bot.delete_webhook()
        return f"@{name} has no webhook; the web process asks for its updates"
    url = f"{settings.site_url.rstrip('/')}{PATH}"
    await bot.set_webhook(url, secret_token=settings.telegram.secret, allowed_updates=UPDATES)
    return f"@{name} brings its updates to {url}"


async def _webhook(bot: Bot) -> dict[str, Any]:
    info = await bot.get_webhook_info()
    return {
        "bot": (await bot.get_me()).username,
        "url": info.url or None,
        "pending_updates": info.pending_update_count,
        "last_error": info.last_error_message,
    }
