"""Sentences of one sitting apart from the others: to teach without a hand, and to read what that hand wrote."""

import json
from pathlib import Path
from typing import List, Optional, Tuple

import yaml

DATA = Path(__file__).resolve().parent.parent.parent / "data" / "nlu"

Row = Tuple[str, str]


def sitting(file: Path) -> List[Row]:
    """(text, intent) of a sitting's rows, kept as JSON lines."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [(row["text"], row["intent"]) for row in rows]


def taught(without: Optional[Path] = None) -> List[Row]:
    """(text, intent) of the training sentences, less those that stand in the sitting `without`."""
    left_out = {text.strip().lower() for text, _ in sitting(without)} if without else set()
    return [
        (line[2:].strip(), block["intent"])
        for file in sorted(DATA.glob("*.yml"))
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        if "intent" in block
        for line in block["examples"].splitlines()
        if line[2:].strip().lower() not in left_out
    ]
