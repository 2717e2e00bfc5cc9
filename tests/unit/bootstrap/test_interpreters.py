"""Finding a Python that fits."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bootstrap.interpreters import Wanted, find_interpreter, version_of
from bootstrap.places import SetUpError

THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
WANTED = Wanted(versions=(THIS,), setting="REFUNDS_PYTHON")
NO_UV = "/bin/false"


def script(path: Path, body: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def working(path: Path) -> Path:
    return script(path, f'exec "{sys.executable}" "$@"')


def test_an_explicit_setting_wins(tmp_path: Path) -> None:
    named = working(tmp_path / "named")
    working(tmp_path / "bin" / f"python{THIS}")
    env = {"REFUNDS_PYTHON": str(named), "PATH": str(tmp_path / "bin")}
    assert find_interpreter(WANTED, NO_UV, env) == str(named)


def test_an_explicit_setting_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match=r"REFUNDS_PYTHON is .*old, which is not a Python"):
        find_interpreter(WANTED, NO_UV, {"REFUNDS_PYTHON": str(script(tmp_path / "old", "echo 2.7"))})


def test_a_shim_on_path_that_does_not_run_is_passed_over_for_pyenvs_own(tmp_path: Path) -> None:
    script(tmp_path / "shims" / f"python{THIS}", "echo 'pyenv: command not found' >&2; exit 127")
    real = working(tmp_path / "pyenv" / "versions" / f"{THIS}.1" / "bin" / f"python{THIS}")
    env = {"PATH": str(tmp_path / "shims"), "PYENV_ROOT": str(tmp_path / "pyenv")}
    assert find_interpreter(WANTED, NO_UV, env) == str(real)


def test_a_python_that_uv_fetches_is_the_last_resort(tmp_path: Path) -> None:
    uv = script(tmp_path / "uv", f'[ "$2" = find ] && echo "{sys.executable}" || exit 0')
    env = {"PATH": "", "PYENV_ROOT": str(tmp_path)}
    assert find_interpreter(WANTED, str(uv), env) == sys.executable


def test_where_none_can_be_had_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match=r"Install one .* or name it: REFUNDS_PYTHON="):
        find_interpreter(WANTED, NO_UV, {"PATH": "", "PYENV_ROOT": str(tmp_path)})


def test_a_file_that_is_no_program_has_no_version(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no program")
    assert version_of(str(tmp_path / "text")) is None
