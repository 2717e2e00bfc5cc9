"""One line of JSON an event, with nothing of a customer's in it."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from refunds.logs import set_up_logs
from refunds.settings import Settings, read_settings


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    """Logs set up for a process; everything as before afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    settings = read_settings({"REFUNDS_VAR": str(tmp_path), "REFUNDS_SMTP_URL": "smtps://us:mailword@mail.example.com"})
    yield settings
    logging.captureWarnings(False)
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()
    root.handlers[:], root.level = handlers, level


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_event_is_one_line_with_process_time_and_conversation(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("worker", settings)
    structlog.contextvars.bind_contextvars(conversation_id="c1")
    structlog.get_logger().info("turn_done", seconds=0.2, words="two\nlines")
    (event,) = lines(capsys)
    assert event.pop("timestamp").endswith("Z")
    assert event == {
        "event": "turn_done",
        "level": "info",
        "process": "worker",
        "conversation_id": "c1",
        "seconds": 0.2,
        "words": "two\nlines",
    }


def test_libraries_log_in_the_same_form(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("web", settings)
    logging.getLogger("uvicorn.error").warning("took %s", 3)
    (event,) = lines(capsys)
    assert event["event"] == "took 3"
    assert event["process"] == "web"


def test_known_noise_is_left_out(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("web", settings)
    logging.getLogger("httpx").info("HTTP Request: POST http://127.0.0.1/model/parse?token=x")
    logging.getLogger("uvicorn.access").info("GET /health")
    logging.getLogger("refunds").debug("detail")
    assert lines(capsys) == []


def test_an_exception_leaves_its_type_and_places_and_none_of_its_words(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("web", settings)
    for log in (structlog.get_logger().exception, logging.getLogger("library").exception):
        try:
            try:
                raise KeyError("Amara Okafor")
            except KeyError as cause:
                raise ValueError("ORD-48213 of Amara Okafor") from cause
        except ValueError:
            log("failed")
        (event,) = lines(capsys)
        assert event["error"] == "ValueError"
        assert event["cause"] == "KeyError"
        assert "unit/test_logs.py" in event["places"][-1]
        assert "Amara" not in json.dumps(event)


def test_an_exception_that_is_handed_over_is_logged_alike(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logs("worker", settings)
    structlog.get_logger().error("failed", exc_info=ValueError("Amara"))
    (event,) = lines(capsys)
    assert event["error"] == "ValueError"
    assert "Amara" not in json.dumps(event)


def test_addresses_and_secrets_are_blotted_out(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("web", settings)
    logging.getLogger("library").warning("mail to amara@example.com, token %s %s", settings.secret, settings.rasa_token)
    structlog.get_logger().warning("smtp", detail=["mailword", {"to": "Amara <amara.o+x@mail.example.co.uk>"}])
    first, second = lines(capsys)
    assert first["event"] == "mail to [email], token [secret] [secret]"
    assert second["detail"] == ["[secret]", {"to": "Amara <[email]>"}]


@pytest.mark.parametrize("token", ["xoxb-1-2-abc", "xoxe.xoxb-1-Mi0yLTE", "xoxe-1-My0xLW", "xapp-1-A0-abc"])
def test_a_token_that_slack_renewed_meanwhile_is_blotted_out(
    settings: Settings, capsys: pytest.CaptureFixture[str], token: str
) -> None:
    set_up_logs("web", settings)
    structlog.get_logger().warning("refused", why=f"no {token} here")
    assert token not in capsys.readouterr().out


def test_a_warning_is_an_event_too(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logs("web", settings)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    (event,) = lines(capsys)
    assert "old" in event["event"]
