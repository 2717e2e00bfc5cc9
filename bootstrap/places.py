"""Where things stand in a checkout."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"


class SetUpError(Exception):
    """The set-up cannot go on; the message says what somebody can do."""
