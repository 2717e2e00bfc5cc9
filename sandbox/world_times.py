"""Times of a world file: ISO 8601, or relative to the moment the world was loaded (-10d, -36h, +20d, -5m)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator, ValidationInfo, WithJsonSchema

_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_RELATIVE = re.compile(r"([+-]?\d+)([mhd])")


def resolve(written: str, now: datetime) -> datetime:
    """The moment that ``written`` names, in UTC; a time without a zone is UTC.

    Raises ``ValueError`` where it is neither relative nor ISO 8601.
    """
    if relative := _RELATIVE.fullmatch(written):
        return now + int(relative[1]) * _UNITS[relative[2]]
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise ValueError(f"{written!r} is no time: write ISO 8601 or an offset such as -10d, -36h, +5m") from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def _resolve_field(written: object, info: ValidationInfo) -> object:
    if isinstance(written, str) and info.context:
        return resolve(written, info.context["now"])
    return written


WorldTime = Annotated[
    datetime,
    BeforeValidator(_resolve_field),
    WithJsonSchema({"type": "string", "description": "ISO 8601, or an offset from now: -10d, -36h, +5m"}),
]
