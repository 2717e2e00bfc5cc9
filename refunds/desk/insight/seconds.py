"""Seconds between two moments, as each database counts them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class seconds_between(GenericFunction[float]):  # noqa: N801 - called like a function of the database
    """How long after the first moment the second one is; NULL where one is missing."""

    type = Float()
    inherit_cache = True
    name = "seconds_between"


@compiles(seconds_between, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    first, second = (compiler.process(clause, **how) for clause in element.clauses)
    # SQLite reads moments to the millisecond, and gives days.
    return f"round((julianday({second}) - julianday({first})) * 86400.0, 3)"


@compiles(seconds_between, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    first, second = (compiler.process(clause, **how) for clause in element.clauses)
    return f"extract(epoch from ({second} - {first}))"
