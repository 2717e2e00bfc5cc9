"""``refunds migrate``, ``refunds policy check`` and ``refunds sandbox reset``."""

from __future__ import annotations

import typer

from refunds.cli.opening import opened_database
from refunds.cli.printing import Json, print_json
from refunds.settings import read_settings

policy = typer.Typer(help="The written policy.", no_args_is_help=True)
sandbox = typer.Typer(help="The stand-in back office.", no_args_is_help=True)


def migrate() -> None:
    """Bring the database to the shape that this version needs."""
    from refunds.migrating import migrate as run_migrations

    with opened_database(read_settings()) as database:
        run_migrations(database)
    typer.echo("the database is up to date")


@policy.callback()
@sandbox.callback()
def only_named() -> None:
    """Keep a group's command a word of its own while it is the only one."""


@policy.command("check")
def check() -> None:
    """Check the policy files; each error is printed as file:line: reason."""
    from refunds.policy_files import check_policy

    settings = read_settings()
    errors = check_policy(settings.policy_folder)
    for error in errors:
        typer.echo(error, err=True)
    if errors:
        raise typer.Exit(2)
    typer.echo(f"{settings.policy_folder} is sound")


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
