"""The environment, read once; what production refuses."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from refunds.errors import SettingsError
from refunds.production import problems_for_production
from refunds.settings import read_settings

FIT = {
    "REFUNDS_PROFILE": "production",
    "REFUNDS_BACKOFFICE_URL": "https://backoffice.jjsg.example",
    "REFUNDS_SMTP_URL": "smtps://mail.jjsg.example",
    "REFUNDS_RASA_TOKEN": "r" * 32,
    "REFUNDS_SECRET": "s" * 32,
    "REFUNDS_WEBHOOK_SECRET": "w" * 32,
    "REFUNDS_PUBLIC_URL": "https://refunds.jjsg.example",
}


def fit(tmp_path: Path, **changed: str) -> dict[str, str]:
    return {**FIT, "REFUNDS_VAR": str(tmp_path), **changed}


def test_the_development_profile_is_the_default_and_has_its_conveniences(tmp_path: Path) -> None:
    settings = read_settings({"REFUNDS_VAR": str(tmp_path)})
    assert settings.is_development
    assert settings.rest_connector
    assert settings.backoffice_url == "http://127.0.0.1:8090"


def test_a_fit_production_environment_starts_with_nothing_of_development(tmp_path: Path) -> None:
    settings = read_settings(fit(tmp_path))
    assert not settings.is_development
    assert not settings.rest_connector
    assert settings.rasa_token == "r" * 32


def test_a_fit_production_environment_makes_up_no_secret(tmp_path: Path) -> None:
    read_settings(fit(tmp_path))
    assert not (tmp_path / "secrets").exists()


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("REFUNDS_REST", "on", "REST connector"),
        ("REFUNDS_BACKOFFICE_URL", "", "sandbox stands in"),
        ("REFUNDS_BACKOFFICE_URL", "http://127.0.0.1:8090", "sandbox's address"),
        ("REFUNDS_BACKOFFICE_URL", "http://localhost:8090/", "sandbox's address"),
        ("REFUNDS_SMTP_URL", "", "written as files"),
        ("REFUNDS_RASA_TOKEN", "", "made-up secret"),
        ("REFUNDS_RASA_TOKEN", "short", "has 5 characters"),
        ("REFUNDS_SECRET", "", "made-up secret"),
        ("REFUNDS_SECRET", "s" * 31, "has 31 characters"),
        ("REFUNDS_WEBHOOK_SECRET", "", "made-up secret"),
        ("REFUNDS_WEBHOOK_SECRET", "w" * 31, "has 31 characters"),
        ("REFUNDS_IDENTITY_KEY", "short", "has 5 characters"),
        ("REFUNDS_IDENTITY_KEY", f"{'k' * 32},short", "has 5 characters"),
        ("REFUNDS_PUBLIC_URL", "", "is not set"),
        ("REFUNDS_PUBLIC_URL", "refunds.jjsg.example", "whole address"),
    ],
)
def test_production_refuses_and_names_each_thing_that_is_not_fit(
    tmp_path: Path, name: str, value: str, reason: str
) -> None:
    with pytest.raises(SettingsError, match=f"(?s){name}.*{reason}"):
        read_settings(fit(tmp_path, **{name: value}))


def test_production_names_everything_that_is_not_fit_at_once() -> None:
    named = " ".join(problems_for_production({}))
    for name in ("BACKOFFICE_URL", "SMTP_URL", "RASA_TOKEN", "SECRET", "WEBHOOK_SECRET", "PUBLIC_URL"):
        assert f"REFUNDS_{name} is not set" in named


def test_a_back_office_on_this_machine_that_is_not_the_sandbox_is_fit() -> None:
    assert problems_for_production({**FIT, "REFUNDS_BACKOFFICE_URL": "http://127.0.0.1:9000"}) == []


def test_a_secret_is_made_at_the_first_start_and_kept_for_this_user_alone(tmp_path: Path) -> None:
    first = read_settings({"REFUNDS_VAR": str(tmp_path)})
    assert len(first.rasa_token) >= 32
    assert len({first.rasa_token, first.secret, first.webhook_secret}) == 3
    assert read_settings({"REFUNDS_VAR": str(tmp_path)}).rasa_token == first.rasa_token
    assert stat.S_IMODE((tmp_path / "secrets" / "rasa_token").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_processes_that_start_at_once_agree_on_the_secrets(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: read_settings({"REFUNDS_VAR": str(tmp_path)}), range(64)))
    assert len({(settings.rasa_token, settings.secret, settings.webhook_secret) for settings in made}) == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REFUNDS_PROFILE", "staging"),
        ("REFUNDS_WEB_PORT", "eighty"),
        ("REFUNDS_WEB_PORT", "70000"),
        ("REFUNDS_RETRY_DELAYS", "soon"),
        ("REFUNDS_REST", "perhaps"),
        ("REFUNDS_REDIS_URL", "127.0.0.1:6379"),
        ("REFUNDS_TRUSTED_PROXY", "the proxy"),
        ("REFUNDS_TRUSTED_PROXY", "10.0.0.0/8,proxy"),
    ],
)
def test_a_value_that_cannot_be_read_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings({"REFUNDS_VAR": str(tmp_path), name: value})
