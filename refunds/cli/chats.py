"""``refunds chat ...``."""

from __future__ import annotations

import typer

from refunds.cli.opening import opened_database
from refunds.cli.printing import Json, print_json, print_rows
from refunds.settings import read_settings

app = typer.Typer(help="Conversations.", no_args_is_help=True)

LISTED = ("conversation_id", "channel", "address", "owner", "reason", "customer_id")


@app.callback()
def chats() -> None:
    """Keep ``list`` a command of its own while it is the only one."""


@app.command("list")
def list_chats(as_json: Json = False) -> None:
    """List all conversations, oldest first."""
    from refunds.chat.transcript import list_conversations

    with opened_database(read_settings()) as database, database.reading() as session:
        rows = list_conversations(session)
    if as_json:
        print_json(rows)
    else:
        print_rows(rows, LISTED, none="no conversations")
