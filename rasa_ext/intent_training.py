"""Teaching the intent classifier: each sentence as it was written, and once as a hurried thumb would leave it."""

from typing import Callable, List

import numpy as np

from rasa_ext.intent_model import IntentModel, fit
from rasa_ext.noise import worn
from rasa_ext.sentence_encoder import SentenceEncoder
from rasa_ext.spelling import Spelling, count_words

_SEED = 5


def teach(
    texts: List[str],
    intents: List[str],
    encoder: SentenceEncoder,
    strength: float,
    vectors_of: Callable[[List[str]], np.ndarray],
) -> IntentModel:
    """The model fitted on the sentences and on one noisy copy of each, whose spelling is repaired as when serving.

    `strength` is scikit-learn's C; `vectors_of` gives the encoder's vectors, one row a text.
    """
    words = count_words(texts)
    spelling = Spelling(words, encoder.whole_words, encoder.common_words)
    read = texts + [spelling.repair(text) for text in worn(texts, _SEED)]
    return fit(read, intents * 2, vectors_of(read), strength, words)
