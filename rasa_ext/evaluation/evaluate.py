"""`python -m rasa_ext evaluate [FOLDER]`: measures, prints figures; `make eval` writes the report into docs/ too."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

from rasa_ext.evaluation import rows
from rasa_ext.evaluation.figures import (
    Found,
    Reading,
    by_intent,
    calibration_error,
    confusion,
    exact_share,
    macro_f1,
    out_of_scope,
)
from rasa_ext.evaluation.matrix import matrix_svg
from rasa_ext.evaluation.model import TrainedModel
from rasa_ext.evaluation.report import report
from rasa_ext.noise import KINDS, noisy_copies

SEED = 12


@dataclass(frozen=True)
class Measured:
    """All that was read: plain, with each kind of noise, with two wishes, and the details (meant and read)."""

    plain: List[Reading]
    noisy: Dict[str, List[Reading]]
    two: List[Tuple[str, List[str], List[str]]]
    details: List[rows.DetailRow]
    found: List[Found]
    milliseconds: List[float]


def evaluate(folder: Optional[Path]) -> None:
    """Measures the newest model and prints the main figures as JSON; report.md and confusion.svg go into `folder`."""
    measured = measure(TrainedModel())
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.md").write_text(report(measured), encoding="utf-8")
        (folder / "confusion.svg").write_text(matrix_svg(confusion(measured.plain)), encoding="utf-8")
    print(json.dumps(main_figures(measured), indent=2))


def measure(model: TrainedModel) -> Measured:
    """Reads every kept-back row."""
    meant = rows.single_wishes()
    plain, milliseconds = [], []
    for text, intent in meant:
        started = time.perf_counter()
        plain.append(model.read(text, intent))
        milliseconds.append((time.perf_counter() - started) * 1000)
    return Measured(
        plain,
        {kind: _noisy(model, meant, kind) for kind in KINDS},
        [(text, wishes, model.wishes(text)) for text, wishes in rows.two_wishes()],
        rows.details(),
        [model.find(row) for row in rows.details()],
        sorted(milliseconds),
    )


def main_figures(measured: Measured) -> Dict[str, Any]:
    """The figures that tests hold; shares are of 1."""
    plain = macro_f1(measured.plain)
    quick = measured.milliseconds
    return {
        "rows": len(measured.plain),
        "macro_f1": round(plain, 4),
        "f1": {intent: round(one.f1, 3) for intent, one in by_intent(measured.plain).items()},
        "lost_to_noise": {kind: round(plain - macro_f1(read), 4) for kind, read in measured.noisy.items()},
        "calibration_error": round(calibration_error(measured.plain), 4),
        "out_of_scope_recall": round(out_of_scope(measured.plain).recall, 3),
        "both_wishes": round(both_wishes(measured.two), 3),
        "details_exact": round(exact_share([row.details for row in measured.details], measured.found), 4),
        "milliseconds": {"p50": round(quick[len(quick) // 2], 1), "p95": round(quick[len(quick) * 95 // 100], 1)},
    }


def both_wishes(two: Sequence[Tuple[str, List[str], List[str]]]) -> float:
    """The share of messages with two wishes of which both are among the readings."""
    return sum(set(wishes) <= set(read) for _, wishes, read in two) / len(two)


def _noisy(model: TrainedModel, meant: List[Tuple[str, str]], kind: str) -> List[Reading]:
    copies = noisy_copies([text for text, _ in meant], kind, SEED)
    return [model.read(copy, intent) for copy, (_, intent) in zip(copies, meant, strict=True)]
