"""``refunds nlu ...``: sentences that people at the desk made examples of."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from refunds.cli.opening import opened_database
from refunds.cli.printing import Json, print_json
from refunds.settings import read_settings

if TYPE_CHECKING:
    from refunds.desk.insight.learning import Example

app = typer.Typer(help="Sentences for the assistant to learn from.", no_args_is_help=True)


@app.callback()
def nlu() -> None:
    """Sentences for the assistant to learn from."""


@app.command("review")
def review(as_json: Json = False) -> None:
    """Print accepted sentences in the form of data/nlu, to be put there; with --json all, with who decided."""
    from refunds.desk.insight.learning import ExampleState, as_training_data, examples

    with opened_database(read_settings()) as database, database.reading() as session:
        found = examples(session, None if as_json else ExampleState.ACCEPTED)
    if as_json:
        print_json(list(map(_row, found)))
    elif found:
        typer.echo(as_training_data(found), nl=False)
    else:
        typer.echo("no accepted sentences", err=True)


def _row(each: Example) -> dict[str, Any]:
    decided = each.decided_at and each.decided_at.isoformat()
    return asdict(each) | {"proposed_at": each.proposed_at.isoformat(), "decided_at": decided}
