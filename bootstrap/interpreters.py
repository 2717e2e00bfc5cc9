"""Finds a Python that fits an environment: an explicit setting, PATH, pyenv, and last one that uv fetches."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bootstrap.places import SetUpError


@dataclass(frozen=True)
class Wanted:
    """Which Python an environment needs: ``versions`` in order of preference, ``setting`` to name one outright."""

    versions: tuple[str, ...]
    setting: str

    @property
    def spoken(self) -> str:
        """The versions as a sentence has them."""
        return " or ".join(self.versions)


SERVICE = Wanted(versions=("3.11", "3.12", "3.13"), setting="REFUNDS_PYTHON")
ENGINE = Wanted(versions=("3.10",), setting="REFUNDS_PYTHON310")


def find_interpreter(wanted: Wanted, uv: str, env: Mapping[str, str]) -> str:
    """The path of a Python that runs and fits.

    Raises ``SetUpError`` when the one named by the setting does not fit, or none can be had at all.
    """
    named = env.get(wanted.setting)
    if named:
        return _named(named, wanted)
    for candidate in _installed(wanted, env):
        if version_of(candidate) in wanted.versions:
            return candidate
    return _fetched(wanted, uv)


def version_of(python: str) -> str | None:
    """The version that ``python`` reports when it is run; None when it does not run (pyenv's shims may not)."""
    question = "import sys; print(*sys.version_info[:2], sep='.')"
    try:
        answer = subprocess.run([python, "-c", question], capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()


def _named(named: str, wanted: Wanted) -> str:
    if version_of(named) not in wanted.versions:
        raise SetUpError(f"{wanted.setting} is {named}, which is not a Python {wanted.spoken} that runs")
    return named


def _installed(wanted: Wanted, env: Mapping[str, str]) -> Iterator[str]:
    for version in wanted.versions:
        on_path = shutil.which("python" + version, path=env.get("PATH"))
        if on_path:
            yield on_path
    pyenv = Path(env.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")) / "versions"
    for version in wanted.versions:
        for folder in sorted(pyenv.glob(version + ".*"), reverse=True):
            yield str(folder / "bin" / ("python" + version))


def _fetched(wanted: Wanted, uv: str) -> str:
    version = wanted.versions[0]
    print(f"No Python {wanted.spoken} found here; fetching {version} by uv.", flush=True)
    try:
        subprocess.run([uv, "python", "install", "--quiet", version], timeout=900, check=True)
        found = subprocess.run(
            [uv, "python", "find", "--no-project", "--managed-python", version],
            capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
    except subprocess.SubprocessError as error:
        raise SetUpError(
            f"No Python {wanted.spoken} was found and uv could not fetch one. Install one (your system's packages, "
            f"or: pyenv install {version}) and run this again, or name it: {wanted.setting}=/path/to/python{version}"
        ) from error
    return found.stdout.strip()
