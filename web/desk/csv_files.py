"""Tables as files that spreadsheets open, and in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from fastapi import Response


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> Response:
    """``rows`` under ``columns``, to be saved as ``name``."""
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(map(_harmless, columns))
    lines.writerows(map(_harmless, row) for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _harmless(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
