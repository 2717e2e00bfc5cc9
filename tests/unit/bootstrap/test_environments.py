"""What an environment is made from, and when it is made anew."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bootstrap.environments import DEV_ENVIRONMENT, ENGINE_ENVIRONMENT, installation, remember


def test_an_environment_without_a_stamp_is_not_current(tmp_path: Path) -> None:
    assert not replace(ENGINE_ENVIRONMENT, folder=tmp_path).is_current()


def test_what_was_remembered_is_current(tmp_path: Path) -> None:
    made = replace(ENGINE_ENVIRONMENT, folder=tmp_path)
    made.python.parent.mkdir()
    made.python.touch()
    remember(made)
    assert made.is_current()


def test_an_environment_for_development_serves_as_one_for_the_service(tmp_path: Path) -> None:
    made = replace(DEV_ENVIRONMENT, folder=tmp_path)
    made.python.parent.mkdir()
    made.python.touch()
    remember(made)
    assert set(made.stamp.read_text().split('"')) >= {"dev", "service"}


def test_a_stamp_for_other_requirements_is_not_current(tmp_path: Path) -> None:
    made = replace(ENGINE_ENVIRONMENT, folder=tmp_path)
    made.python.parent.mkdir()
    made.python.touch()
    made.stamp.write_text('{"engine": "of another day"}')
    assert not made.is_current()


def test_everything_installed_from_a_registry_is_hashed() -> None:
    for command in installation(ENGINE_ENVIRONMENT, "uv"):
        assert "--require-hashes" in command


def test_the_engines_model_files_come_without_what_they_would_pull_in() -> None:
    assert "--no-deps" in installation(ENGINE_ENVIRONMENT, "uv")[1]
