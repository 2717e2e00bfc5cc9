"""The kept-back rows, as they lie in tests/nlu: never trained on, nor looked at to write training sentences."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Tuple

ROWS = Path(__file__).resolve().parent.parent.parent / "tests" / "nlu"
# Intents of ours that stand for one of the design's.
STANDS_FOR = {"dont_know": "inform", "ask_back": "ask_refund_policy"}


@dataclass(frozen=True)
class DetailRow:
    """A message, when and where it was written (ISO, IANA), and its details as (entity, value in JSON)."""

    text: str
    now: str
    zone: str
    details: List[Tuple[str, str]]


def single_wishes() -> List[Tuple[str, str]]:
    """(text, intent) of the rows with one wish."""
    return [(row["text"], row["intent"]) for row in _read("test.jsonl") if "intent" in row]


def two_wishes() -> List[Tuple[str, List[str]]]:
    """(text, both intents) of the rows with two."""
    return [(row["text"], row["intents"]) for row in _read("test.jsonl") if "intents" in row]


def details() -> List[DetailRow]:
    """The messages with details, written in one sitting without a look at the rules that find them."""
    return [
        DetailRow(row["text"], row["now"], row["zone"], [(name, as_text(value)) for name, value in row["details"]])
        for row in _read("details.jsonl")
    ]


def as_text(value: Any) -> str:
    """A detail's value in one writing, to compare."""
    return json.dumps(value, sort_keys=True)


def _read(name: str) -> List[Dict[str, Any]]:
    return [json.loads(line) for line in (ROWS / name).read_text(encoding="utf-8").splitlines()]
