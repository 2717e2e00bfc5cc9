"""Continuous integration must not pass over a test unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from refunds.settings import ROOT

SKIPPED_TEST = "import pytest\n\ndef test_x():\n    pytest.skip('no database')\n"
SKIPPED_MODULE = "import pytest\n\npytest.skip('no browser', allow_module_level=True)\n"


def play(test: Path, no_skip: str) -> str:
    """What pytest says of the file ``test``."""
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-c", os.devnull, "--rootdir"]
    command += [str(test.parent), str(test)]
    env = {**os.environ, "REFUNDS_NO_SKIP": no_skip, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False).stdout


@pytest.mark.parametrize(("code", "reason"), [(SKIPPED_TEST, "no database"), (SKIPPED_MODULE, "no browser")])
def test_a_skip_fails_with_its_reason_where_none_is_allowed(tmp_path: Path, code: str, reason: str) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(code)
    said = play(test, "1")
    assert "1 failed" in said or "1 error" in said
    assert reason in said


def test_a_skip_is_a_skip_elsewhere(tmp_path: Path) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(SKIPPED_TEST)
    assert "1 skipped" in play(test, "")
