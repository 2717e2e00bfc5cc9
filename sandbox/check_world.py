"""``python -m sandbox.check_world FILE...`` checks world files; with ``--schema`` it prints their JSON schema."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from sandbox.world import World
from sandbox.world_file import WorldError, load_world


def schema() -> str:
    """The JSON schema of a world file, as sandbox/world.schema.json holds it for editors."""
    return json.dumps(World.model_json_schema(), indent=2) + "\n"


def main(arguments: list[str]) -> int:
    """Check each file named; the number of broken ones is the exit code."""
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    if arguments == ["--schema"]:
        sys.stdout.write(schema())
        return 0
    return sum(not _is_sound(Path(name)) for name in arguments)


def _is_sound(file: Path) -> bool:
    try:
        load_world(file, datetime.now(UTC))
    except WorldError as error:
        print(error, file=sys.stderr)
        return False
    print(f"{file}: a sound world")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
