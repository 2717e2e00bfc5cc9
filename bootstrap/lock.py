"""Write the pinned, hashed requirement files anew from pyproject.toml: ``python3 -m bootstrap.lock``."""

from __future__ import annotations

import subprocess
import sys

from bootstrap.places import REQUIREMENTS, ROOT, SetUpError
from bootstrap.uv import find_uv

# Each group of pyproject.toml with the oldest Python it must resolve for, and what uv must be told besides.
GROUPS = (
    ("service", "3.11", ()),
    ("dev", "3.11", ()),
    ("engine", "3.10", ()),
    ("engine-files", "3.10", ("--no-deps",)),
)


def main() -> int:
    """Lock every group; 0 when all could be resolved. What is pinned stays unless pyproject.toml forbids it."""
    try:
        uv = find_uv()
        for group, python, further in GROUPS:
            subprocess.run(_command(uv, group, python, *further), cwd=ROOT, timeout=900, check=True)
    except (SetUpError, subprocess.SubprocessError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _command(uv: str, group: str, python: str, *further: str) -> list[str]:
    target = str(REQUIREMENTS / f"{group}.txt")
    return [
        uv, "pip", "compile", "--quiet", "--universal", "--python-version", python, "--generate-hashes",
        "--no-header", *further, "--group", group, "--output-file", target,
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
