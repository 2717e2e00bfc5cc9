"""The encoder is what it says it is, and our arithmetic is scikit-learn's."""

from __future__ import annotations

import hashlib
import json
import subprocess
from statistics import fmean
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


def test_vectors_computed_in_int8_are_close_to_those_of_the_original_weights(figures: dict[str, Any]) -> None:
    assert min(figures["cosine_to_original"]) > 0.96
    assert fmean(figures["cosine_to_original"]) > 0.985


def test_a_sentence_has_the_same_vector_alone_and_among_others(figures: dict[str, Any]) -> None:
    assert figures["largest_difference_in_a_batch"] == 0


def test_a_model_whose_weights_are_stored_in_another_way_is_refused() -> None:
    needs_engine()
    code = "from rasa_ext.int8_products import with_int8_products; with_int8_products(b':\\x00')"
    command = [str(ENGINE_PYTHON), "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert "not stored in int8 as expected" in done.stderr


def test_our_arithmetic_gives_the_probabilities_of_scikit_learn(figures: dict[str, Any]) -> None:
    assert figures["largest_difference_from_scikit_learn"] < 1e-5


def test_the_fine_tuned_weights_are_those_that_the_recipe_names() -> None:
    weights = (ROOT / "rasa_ext" / "weights" / "encoder.onnx").read_bytes()
    assert len(weights) < 25_000_000
    assert hashlib.sha256(weights).hexdigest() in (ROOT / "encoder" / "README.md").read_text(encoding="utf-8")
