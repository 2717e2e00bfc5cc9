"""The intents that have examples in data/nlu: what a sentence may be said to mean."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from refunds.data_files import read_yaml


@cache
def taught_intents(folder: Path) -> tuple[str, ...]:
    """Their names in order; raises ``DataFileError`` for a file that is no YAML."""
    blocks = [block for file in folder.glob("*.yml") for block in read_yaml(file).content["nlu"]]
    return tuple(sorted({block["intent"] for block in blocks if "intent" in block}))
