"""Set up environments: ``python3 -m bootstrap service engine``. Does nothing where they are as they should be."""

from __future__ import annotations

import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor

from bootstrap.environments import ENVIRONMENTS, Environment, installation, prepare_folder, remember
from bootstrap.places import SetUpError
from bootstrap.steps import Steps
from bootstrap.uv import find_uv


def main(names: list[str]) -> int:
    """Make the environments ``names`` as they should be, all at once; 0 when they are."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    outdated = [ENVIRONMENTS[name] for name in names if not ENVIRONMENTS[name].is_current()]
    if not outdated:
        return 0
    try:
        _set_up(outdated)
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; what was downloaded is kept.", file=sys.stderr)
        return 130
    return 0


def _set_up(outdated: list[Environment]) -> None:
    print(_announcement(outdated), flush=True)
    uv = find_uv()
    # Interpreters first, one after another: their questions and messages must not mix.
    commands = [prepare_folder(each, uv, os.environ) + installation(each, uv) for each in outdated]
    with ThreadPoolExecutor(len(outdated)) as pool:
        for done in [pool.submit(_fill, *each) for each in zip(outdated, commands)]:
            done.result()


def _announcement(outdated: list[Environment]) -> str:
    download = sum(each.download_mb for each in outdated)
    installed = sum(each.installed_mb for each in outdated)
    parts = ", ".join(f"{each.name} {each.download_mb} MB" for each in outdated)
    minutes = max(1, round(download * 8 / 100 / 60 + 0.5))
    return (
        f"Setting up: up to {download} MB to download ({parts}), less where uv has it already; {installed} MB on disk. "
        f"About {minutes} min at 100 Mbit/s."
    )


def _fill(environment: Environment, commands: list[list[str]]) -> None:
    steps = Steps(environment.name)
    for command in commands:
        steps.run(command)
    remember(environment)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
