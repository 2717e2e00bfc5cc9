"""What the Makefile asks for.

``python -m launcher run`` starts everything; ``... during COMMAND`` only for as long as the command runs; ``... train``
sees to it that the model is current.
"""

from __future__ import annotations

import signal
import sys

from launcher.console import LaunchError
from launcher.model import train_if_needed
from launcher.run import run, run_during
from refunds.errors import RefundsError
from refunds.settings import ROOT, read_settings


def main(arguments: list[str]) -> int:
    """Do what is asked for; the exit status of the process."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        _do(arguments)
    except (LaunchError, RefundsError) as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


def _do(arguments: list[str]) -> None:
    match arguments:
        case ["run"]:
            run(read_settings())
        case ["during", *command] if command:
            run_during(read_settings(), command)
        case ["train"]:
            train_if_needed(ROOT, ROOT / "models" / "train.log")
        case _:
            raise LaunchError("usage: python -m launcher run|train|during COMMAND")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
