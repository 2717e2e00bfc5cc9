"""The environments: what is in each, whether it is there as it should be, and the commands that make it so."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bootstrap.interpreters import ENGINE, SERVICE, Wanted, find_interpreter, version_of
from bootstrap.places import REQUIREMENTS, ROOT


@dataclass(frozen=True)
class Environment:
    """One way to fill a folder with packages.

    ``requirements`` are installed with their dependencies pinned, ``files_only`` without any dependency, and with
    ``project`` this checkout itself, editable. ``includes`` names what it holds besides. The sizes are in MB,
    measured on Linux x86-64 with an empty cache on 2026-11-24.
    """

    name: str
    folder: Path
    wanted: Wanted
    requirements: str
    download_mb: int
    installed_mb: int
    files_only: tuple[str, ...] = ()
    project: bool = False
    includes: tuple[str, ...] = ()

    @property
    def python(self) -> Path:
        """The environment's own interpreter."""
        return self.folder / "bin" / "python"

    @property
    def stamp(self) -> Path:
        """Remembers what was installed."""
        return self.folder / "installed.json"

    def digest(self) -> str:
        """A hash of everything that the environment is made from."""
        sources = [REQUIREMENTS / name for name in (self.requirements, *self.files_only)]
        if self.project:
            sources.append(ROOT / "pyproject.toml")
        return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()

    def is_current(self) -> bool:
        """Whether it was made from just what stands in the checkout now."""
        return self.python.exists() and _read_stamp(self.stamp).get(self.name) == self.digest()


def _read_stamp(stamp: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}
    return kept


SERVICE_ENVIRONMENT = Environment(
    "service", ROOT / ".venv", SERVICE, "service.txt", download_mb=90, installed_mb=165, project=True
)
DEV_ENVIRONMENT = Environment(
    "dev", ROOT / ".venv", SERVICE, "dev.txt", download_mb=200, installed_mb=440, project=True, includes=("service",)
)
ENGINE_ENVIRONMENT = Environment(
    "engine", ROOT / ".venv-rasa", ENGINE, "engine.txt", 1175, 2775, files_only=("engine-files.txt",)
)
ENVIRONMENTS = {made.name: made for made in (SERVICE_ENVIRONMENT, DEV_ENVIRONMENT, ENGINE_ENVIRONMENT)}


def prepare_folder(environment: Environment, uv: str, env: Mapping[str, str]) -> list[list[str]]:
    """The commands that leave an empty environment of a fitting Python; none when there is one already."""
    if version_of(str(environment.python)) in environment.wanted.versions:
        return []
    python = find_interpreter(environment.wanted, uv, env)
    if environment.folder.exists():
        shutil.rmtree(environment.folder)
    return [[uv, "venv", "--quiet", "--no-project", "--python", python, str(environment.folder)]]


def installation(environment: Environment, uv: str) -> list[list[str]]:
    """The commands that fill the environment, in order."""
    # Compiled once here, not at each start of a process: that saves seconds where Python may not write beside packages.
    install = [uv, "pip", "install", "--compile-bytecode", "--python", str(environment.python)]
    commands = [[*install, "--require-hashes", "-r", str(REQUIREMENTS / environment.requirements)]]
    commands += [
        [*install, "--no-deps", "--require-hashes", "-r", str(REQUIREMENTS / name)] for name in environment.files_only
    ]
    if environment.project:
        commands.append([*install, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    return commands


def remember(environment: Environment) -> None:
    """Write down what was installed, so that the next set-up has nothing to do."""
    held = {name: ENVIRONMENTS[name].digest() for name in (environment.name, *environment.includes)}
    environment.stamp.write_text(json.dumps(held, indent=2) + "\n")
