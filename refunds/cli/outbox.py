"""``refunds outbox ...``: what waits to be done, and what is not tried any more."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from refunds.cli.opening import opened_database
from refunds.cli.printing import Json, print_json, print_rows
from refunds.cli.tasks import As
from refunds.settings import read_settings

if TYPE_CHECKING:
    from refunds.outbox import Waiting

app = typer.Typer(help="What must happen because of an event.", no_args_is_help=True)

LISTED = ("outbox_id", "kind", "payload", "due_at", "attempts", "last_error", "dead_at")


@app.command("list")
def list_rows(
    as_json: Json = False, dead: Annotated[bool, typer.Option("--dead", help="Those nobody tries any more.")] = False
) -> None:
    """List rows that are not done, longest due first."""
    from refunds import outbox

    with opened_database(read_settings()) as database, database.reading() as session:
        rows = [_row(row) for row in outbox.waiting(session, dead=dead)]
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, LISTED, none="no rows")


@app.command()
def retry(outbox_id: Annotated[str, typer.Argument(metavar="ID")], who: As) -> None:
    """Let a dead row be tried again; its task is done by that."""
    from refunds import outbox

    with opened_database(read_settings()) as database:
        outbox.retry(database, outbox_id, who=who, now=datetime.now(UTC))
    typer.echo(f"row {outbox_id} is tried again")


def _row(row: Waiting) -> dict[str, Any]:
    times = {"written_at": row.written_at, "due_at": row.due_at, "dead_at": row.dead_at}
    return {**asdict(row), **{name: time and time.isoformat() for name, time in times.items()}}
