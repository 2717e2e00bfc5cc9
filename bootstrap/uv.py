"""Finds uv, or gets it by pip into a small environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from bootstrap.places import REQUIREMENTS, ROOT, SetUpError

OWN = ROOT / ".uv"


def find_uv() -> str:
    """The path of a uv that runs; raises ``SetUpError`` when there is none and pip cannot bring it."""
    for candidate in (shutil.which("uv"), str(OWN / "bin" / "uv")):
        if candidate and _runs(candidate):
            return candidate
    print("Getting uv into .uv/ (about 25 MB).", flush=True)
    _get()
    return str(OWN / "bin" / "uv")


def _runs(uv: str) -> bool:
    try:
        return subprocess.run([uv, "--version"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _get() -> None:
    """By a venv; where Debian's Python comes without ensurepip, by pip into a folder."""
    wanted = ["--quiet", "--require-hashes", "-r", str(REQUIREMENTS / "uv.txt")]
    if _done([sys.executable, "-m", "venv", "--clear", str(OWN)]):
        done = _done([str(OWN / "bin" / "python"), "-m", "pip", "install", *wanted])
    else:
        done = _done([sys.executable, "-m", "pip", "install", "--target", str(OWN), *wanted])
    if not done:
        raise SetUpError(
            "uv is not here and pip could not bring it. Install uv, or the packages python3-venv and python3-pip of "
            "your system, and run this again."
        )


def _done(command: list[str]) -> bool:
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run(command, env=quiet, timeout=600, check=False).returncode == 0
