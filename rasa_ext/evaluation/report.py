"""The report in words and tables, from what was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, List, Sequence

from rasa_ext.evaluation.figures import (
    Score,
    by_entity,
    by_intent,
    calibration_error,
    doubt,
    exact_share,
    macro_f1,
    mistaken_pairs,
    out_of_scope,
    reliability,
)

if TYPE_CHECKING:
    from rasa_ext.evaluation.evaluate import Measured

_THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5)
_MISTAKES = 15
_HEAD = """# How well customers are understood

Written by `make eval`; do not edit. Rows: `tests/nlu/test.jsonl` (given with the project, never trained on) and
`tests/nlu/details.jsonl` (one sitting, without a look at the rules). Noise is seeded (`rasa_ext/noise.py`).
"""


def report(measured: Measured) -> str:
    """The whole report as Markdown."""
    parts = [_HEAD, *_intents(measured), *_noise(measured), *_confidence(measured), *_wishes(measured)]
    return "\n".join([*parts, *_details(measured)])


def _intents(measured: Measured) -> List[str]:
    scores = by_intent(measured.plain)
    pairs = [(meant, read, str(count)) for meant, read, count in mistaken_pairs(measured.plain, _MISTAKES)]
    return [
        f"## Intents\n\n{len(measured.plain)} rows with one wish: macro-F1 **{macro_f1(measured.plain):.3f}**.\n",
        _scores("intent", scores.items()),
        "![Confusion matrix: rows what was meant, columns what was read](confusion.svg)\n",
        "Commonest mistakes:\n",
        _table(("meant", "read", "times"), pairs),
    ]


def _noise(measured: Measured) -> List[str]:
    plain = macro_f1(measured.plain)
    rows = [(kind, f"{macro_f1(read):.3f}", f"{plain - macro_f1(read):.3f}") for kind, read in measured.noisy.items()]
    return ["## Noise\n", _table(("every row with", "macro-F1", "lost"), rows)]


def _confidence(measured: Measured) -> List[str]:
    fence = out_of_scope(measured.plain)
    bins = [
        (f"{one.low:.1f} to {one.low + 0.1:.1f}", str(one.rows), f"{one.confidence:.2f}", f"{one.right:.2f}")
        for one in reliability(measured.plain)
    ]
    asked = [
        (f"{one.below:.2f}", f"{one.right_asked:.1%}", f"{one.wrong_asked:.0%}")
        for one in doubt(measured.plain, _THRESHOLDS)
    ]
    return [
        "## Confidence\n\nHow often a reading is right, by how sure it is; expected calibration error "
        f"{calibration_error(measured.plain):.3f}.\n",
        _table(("confidence", "rows", "mean", "right"), bins),
        "What a threshold of doubt would ask about:\n",
        _table(("below", "understood rightly, yet asked about", "misunderstood, and asked about"), asked),
        f"Out of scope: {fence.recall:.0%} are kept out where at most 3% of the others are (everything whose "
        f"likelihood of `out_of_scope` is {fence.threshold:.3f} or more; {fence.false_alarms:.1%} false alarms).\n",
    ]


def _wishes(measured: Measured) -> List[str]:
    lost = [(wishes, read) for _, wishes, read in measured.two if not set(wishes) <= set(read)]
    kept = len(measured.two) - len(lost)
    said = f"Of {len(measured.two)} messages with two wishes, both are among the readings in **{kept}**."
    rows = [(" + ".join(wishes), " + ".join(read)) for wishes, read in lost]
    return [f"## Two wishes\n\n{said}\n", _table(("meant", "read"), sorted(rows))] if rows else [said]


def _details(measured: Measured) -> List[str]:
    meant = [row.details for row in measured.details]
    share = exact_share(meant, measured.found)
    return [
        f"## Details\n\n{len(meant)} messages; all details exact, and no more, in **{share:.1%}**.\n",
        _scores("detail", by_entity(meant, measured.found).items()),
    ]


def _scores(name: str, scores: Iterable[tuple[str, Score]]) -> str:
    rows = [(key, f"{one.precision:.3f}", f"{one.recall:.3f}", f"{one.f1:.3f}", str(one.rows)) for key, one in scores]
    return _table((name, "precision", "recall", "F1", "rows"), rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"
