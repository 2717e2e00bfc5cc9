"""How well the model understands sentences it was not trained on: `python -m rasa_ext evaluate` (`make eval`)."""

import asyncio
import json
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

from rasa_ext.mends.without_tensorflow import stand_in_for_tensorflow

ROOT = Path(__file__).resolve().parent.parent
TEST_ROWS = ROOT / "tests" / "nlu" / "test.jsonl"
# Intents of ours that stand for one of the design's.
STANDS_FOR = {"dont_know": "inform", "ask_back": "ask_refund_policy"}


def evaluate() -> None:
    """Prints one JSON object: rows, macro-F1, the F1 of each intent, and milliseconds a sentence (p50, p95)."""
    print(json.dumps(measure(_single_wishes()), indent=2))


def measure(rows: List[Tuple[str, str]]) -> Dict[str, Any]:
    """The figures on (text, intent) rows, with the newest model in models/."""
    stand_in_for_tensorflow()
    from rasa.core.agent import Agent
    from sklearn.metrics import classification_report

    agent = Agent.load(str(ROOT / "models"))
    read, milliseconds = [], []
    for text, _ in rows:
        started = time.perf_counter()
        intent = asyncio.run(agent.parse_message(text))["intent"]["name"]
        milliseconds.append((time.perf_counter() - started) * 1000)
        read.append(STANDS_FOR.get(intent, intent))
    report = classification_report([intent for _, intent in rows], read, output_dict=True, zero_division=0)
    quick = sorted(milliseconds)
    return {
        "rows": len(rows),
        "macro_f1": round(report["macro avg"]["f1-score"], 4),
        "f1": {intent: round(report[intent]["f1-score"], 3) for intent in sorted({intent for _, intent in rows})},
        "milliseconds": {"p50": round(quick[len(quick) // 2], 1), "p95": round(quick[len(quick) * 95 // 100], 1)},
    }


def _single_wishes() -> List[Tuple[str, str]]:
    with TEST_ROWS.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [(row["text"], row["intent"]) for row in rows if "intent" in row]
