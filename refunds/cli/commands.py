"""All commands under one name, and what an error becomes: 1 not found, 2 bad input, 3 a system that does not serve."""

from __future__ import annotations

import sys

import typer

from refunds.cli import cases, channels, chats, decisions, desk, installation, outbox, policy, sentences, tasks
from refunds.errors import BackOfficeUnavailable, DatabaseUnavailable, NotFound, RefundsError

app = typer.Typer(
    help="Refund cases, decisions and arrival times.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(cases.app, name="case")
app.add_typer(cases.assessments, name="assessment")
app.add_typer(chats.app, name="chat")
app.add_typer(channels.app, name="channels")
app.add_typer(desk.app, name="desk")
app.add_typer(tasks.app, name="task")
app.add_typer(outbox.app, name="outbox")
app.add_typer(policy.app, name="policy")
app.add_typer(sentences.app, name="nlu")
app.add_typer(installation.sandbox, name="sandbox")
app.command()(installation.migrate)
app.command()(decisions.decide)
app.command()(decisions.arrival)


def main() -> None:
    """Run the command of the process's arguments and leave with its exit code."""
    try:
        app()
    except RefundsError as error:
        print(error, file=sys.stderr)
        sys.exit(_exit_code(error))


def _exit_code(error: RefundsError) -> int:
    if isinstance(error, NotFound):
        return 1
    return 3 if isinstance(error, BackOfficeUnavailable | DatabaseUnavailable) else 2
