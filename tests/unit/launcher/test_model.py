"""When a model counts as trained from what stands in the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from launcher.model import digest_of_inputs


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout as far as training looks at it."""
    for name in ("config.yml", "domain.yml", "data/nlu/topic.yml", "rasa_ext/part.py", "requirements/engine.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


@pytest.mark.parametrize(
    "name", ["config.yml", "domain.yml", "data/nlu/topic.yml", "rasa_ext/part.py", "requirements/engine.txt"]
)
def test_a_change_in_anything_trained_from_makes_the_model_stale(checkout: Path, name: str) -> None:
    before = digest_of_inputs(checkout)
    (checkout / name).write_text("changed")
    assert digest_of_inputs(checkout) != before


def test_a_renamed_topic_makes_the_model_stale(checkout: Path) -> None:
    before = digest_of_inputs(checkout)
    (checkout / "data/nlu/topic.yml").rename(checkout / "data/nlu/other.yml")
    assert digest_of_inputs(checkout) != before


def test_what_python_leaves_beside_the_sources_does_not(checkout: Path) -> None:
    before = digest_of_inputs(checkout)
    (checkout / "rasa_ext/__pycache__").mkdir()
    (checkout / "rasa_ext/__pycache__/part.cpython-310.pyc").write_text("compiled")
    assert digest_of_inputs(checkout) == before
