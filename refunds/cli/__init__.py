"""The command line: ``refunds ...``; ``--json`` prints JSON alone on stdout, errors go to stderr."""

from refunds.cli.commands import main

__all__ = ["main"]
