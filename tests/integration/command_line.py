"""``refunds ...`` in this process, as a shell would run it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from refunds.cli import main


@dataclass(frozen=True)
class Printed:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its answer to ``--json``."""
        return json.loads(self.out)


Run = Callable[..., Printed]


def runner(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``refunds`` with the arguments given."""

    def command(*arguments: str) -> Printed:
        monkeypatch.setattr(sys, "argv", ["refunds", *arguments])
        try:
            main()
            code = 0
        except SystemExit as left:
            code = left.code if isinstance(left.code, int) else 0
        captured = capsys.readouterr()
        return Printed(code, captured.out, captured.err)

    return command
