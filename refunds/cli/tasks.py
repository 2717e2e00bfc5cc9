"""``refunds task ...``: what only a person can do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from refunds.cli.opening import opened_database
from refunds.cli.printing import Json, print_json
from refunds.settings import read_settings

if TYPE_CHECKING:
    from refunds.cases.tasks import Task
    from refunds.words import Words

app = typer.Typer(help="What only a person can do.", no_args_is_help=True)

As = Annotated[str, typer.Option("--as", help="Who does it.", metavar="NAME")]


@app.command("list")
def list_tasks(
    as_json: Json = False, done: Annotated[bool, typer.Option("--done", help="Those that are done.")] = False
) -> None:
    """List the tasks that are open, or those that are done, oldest first."""
    from refunds.cases import tasks
    from refunds.words import Words

    settings = read_settings()
    with opened_database(settings) as database, database.reading() as session:
        found = tasks.list_tasks(session, done=done)
    words = Words.load(settings.words_folder)
    rows = [_row(task, words) for task in found]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        _print(row)
    if not rows:
        typer.echo("no tasks")


@app.command("done")
def finish_task(task_id: Annotated[str, typer.Argument(metavar="ID")], who: As) -> None:
    """Mark a task as done."""
    from refunds.cases import tasks

    with opened_database(read_settings()) as database, database.transaction() as session:
        tasks.finish_task(session, task_id, who=who, now=datetime.now(UTC))
    typer.echo(f"task {task_id} is done")


def _row(task: Task, words: Words) -> dict[str, Any]:
    return {
        "task_id": task.task_id,
        "kind": task.kind,
        "case_id": task.case_id,
        "words": _words(task, words),
        "details": task.details,
        "opened_at": task.opened_at.isoformat(),
        "done_at": task.done_at and task.done_at.isoformat(),
        "done_by": task.done_by,
    }


def _words(task: Task, words: Words) -> str:
    name = f"task_{task.kind}"
    known = name if name in words.wordings else "task_other"
    return words.say(known, **{**task.details, "case": task.case_id or "unknown", "kind": task.kind})


def _print(row: dict[str, Any]) -> None:
    done = f"  done by {row['done_by']}" if row["done_by"] else ""
    typer.echo(f"{row['task_id']}  {row['opened_at'][:16]}  {row['case_id'] or '-'}  {row['kind']}{done}")
    typer.echo(f"    {row['words']}")
    if row["details"]:
        typer.echo(f"    {', '.join(f'{name}={value}' for name, value in row['details'].items())}")
