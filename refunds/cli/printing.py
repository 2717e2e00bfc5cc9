"""How commands print: JSON for programs, short lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON only.")]


def print_json(value: Any) -> None:
    """``value`` as indented JSON on stdout."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def print_rows(rows: Iterable[Mapping[str, Any]], columns: tuple[str, ...], *, none: str) -> None:
    """A line for each row with its ``columns`` below each other; ``none`` where there are no rows."""
    cells = [[cell(row[column]) for column in columns] for row in rows]
    if not cells:
        typer.echo(none)
        return
    widths = [max(len(line[place]) for line in [list(columns), *cells]) for place in range(len(columns))]
    for line in [list(columns), *cells]:
        typer.echo("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def print_fields(row: Mapping[str, Any], names: tuple[str, ...]) -> None:
    """A line for each field of ``row``, name first."""
    for name in names:
        typer.echo(f"{name.replace('_', ' ') + ':':<18}{cell(row[name])}")


def cell(value: Any) -> str:
    """One value in a few words."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) or "-" if isinstance(value, list) else str(value)
