"""The encoder is what it says it is, and our arithmetic is scikit-learn's."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from tests.stack import ENGINE_PYTHON, ROOT, needs_engine

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    needs_engine()
    command = [str(ENGINE_PYTHON), "benchmarks/engine_encoder.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=True)
    read: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return read


def test_the_int8_vectors_are_those_of_the_original_weights(figures: dict[str, Any]) -> None:
    assert min(figures["cosine_to_original"]) > 0.99


def test_a_sentence_has_the_same_vector_alone_and_among_others(figures: dict[str, Any]) -> None:
    assert figures["largest_difference_in_a_batch"] < 1e-4


def test_our_arithmetic_gives_the_probabilities_of_scikit_learn(figures: dict[str, Any]) -> None:
    assert figures["largest_difference_from_scikit_learn"] < 1e-5
