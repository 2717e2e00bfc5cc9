"""Arguments and options that several commands about a case take."""

from __future__ import annotations

from typing import Annotated

import typer

from refunds.cases.numbers import normalise

CaseNumber = Annotated[str, typer.Argument(help="A case number such as R-K7M2X.", metavar="ID", callback=normalise)]
AsName = Annotated[str, typer.Option("--as", metavar="NAME", help="Who decides; it stands in the case's events.")]
Version = Annotated[
    int | None, typer.Option(help="The case's version that was looked at; another one now is refused.", min=1)
]
