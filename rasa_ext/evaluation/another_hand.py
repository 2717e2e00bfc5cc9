"""`python -m rasa_ext another-hand SITTING [WEIGHTS]`: words of a hand that the classifier was not taught by.

A classifier is fitted on data/nlu without the sentences of SITTING (JSON lines with `text` and `intent`) and reads
them. The encoder must not have seen them either: WEIGHTS are those of `encoder.fine_tune --without SITTING`.
"""

import json
from pathlib import Path
from typing import Dict, List, Optional

from rasa_ext.evaluation.figures import Reading, by_intent, calibration_error, macro_f1, mistaken_pairs, out_of_scope
from rasa_ext.evaluation.rows import STANDS_FOR
from rasa_ext.evaluation.sittings import sitting, taught
from rasa_ext.intent_classifier import SentenceIntentClassifier
from rasa_ext.intent_model import IntentModel
from rasa_ext.intent_training import teach
from rasa_ext.noise import KINDS, noisy_copies
from rasa_ext.sentence_encoder import WEIGHTS, SentenceEncoder
from rasa_ext.spelling import Spelling

SEED = 12
_MISTAKES = 12


def another_hand(file: Path, weights: Optional[Path] = None) -> None:
    """Prints the figures as JSON; shares are of 1."""
    encoder = SentenceEncoder(weights or WEIGHTS)
    model = _fitted(encoder, file)
    spelling = Spelling(model.words, encoder.whole_words, encoder.common_words)
    texts, meant = zip(*sitting(file), strict=True)
    plain = _read(model, encoder, spelling, list(texts), list(meant))
    macro = macro_f1(plain)
    lost = {
        kind: macro - macro_f1(_read(model, encoder, spelling, noisy_copies(list(texts), kind, SEED), list(meant)))
        for kind in KINDS
    }
    figures = {
        "rows": len(plain),
        "macro_f1": round(macro, 4),
        "f1": {intent: round(one.f1, 3) for intent, one in by_intent(plain).items()},
        "lost_to_noise": {kind: round(points, 4) for kind, points in lost.items()},
        "calibration_error": round(calibration_error(plain), 4),
        "out_of_scope_recall": round(out_of_scope(plain).recall, 3),
        "mistakes": [f"{meant} read as {read}: {times}" for meant, read, times in mistaken_pairs(plain, _MISTAKES)],
    }
    print(json.dumps(figures, indent=2))


def _fitted(encoder: SentenceEncoder, without: Path) -> IntentModel:
    texts, intents = map(list, zip(*taught(without), strict=True))
    strength = SentenceIntentClassifier.get_default_config()["strength"]
    return teach(texts, intents, encoder, strength, encoder.encode_all)


def _read(
    model: IntentModel, encoder: SentenceEncoder, spelling: Spelling, texts: List[str], meant: List[str]
) -> List[Reading]:
    repaired = [spelling.repair(text) for text in texts]
    vectors = encoder.encode_all(repaired)
    return [
        Reading(text, intent, _ranking(model, model.probabilities(text, vector)))
        for text, vector, intent in zip(repaired, vectors, meant, strict=True)
    ]


def _ranking(model: IntentModel, likely: "list[float]") -> "list[tuple[str, float]]":
    named: Dict[str, float] = {}
    for at in sorted(range(len(likely)), key=lambda at: -likely[at]):
        named.setdefault(STANDS_FOR.get(model.intents[at], model.intents[at]), float(likely[at]))
    return list(named.items())
