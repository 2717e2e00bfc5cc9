"""``refunds migrate`` and ``refunds sandbox reset``."""

from __future__ import annotations

import typer

from refunds.cli.opening import opened_database
from refunds.cli.printing import Json, print_json
from refunds.settings import read_settings

sandbox = typer.Typer(help="The stand-in back office.", no_args_is_help=True)


def migrate() -> None:
    """Bring the database to the shape that this version needs."""
    from refunds.migrating import migrate as run_migrations

    with opened_database(read_settings()) as database:
        run_migrations(database)
    typer.echo("the database is up to date")


@sandbox.callback()
def only_named() -> None:
    """Keep a group's command a word of its own while it is the only one."""


@sandbox.command("reset")
def reset(as_json: Json = False) -> None:
    """Read the world file again and empty cases, conversations and mails; development profile only."""
    from refunds.reset import reset_sandbox

    settings = read_settings()
    with opened_database(settings) as database:
        emptied = reset_sandbox(settings, database)
    if as_json:
        print_json({"reset": True, "emptied": emptied})
    else:
        typer.echo("the sandbox is as its world file says; all else is empty")
