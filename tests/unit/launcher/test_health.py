"""A process is healthy when it gives a real answer."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pytest_httpserver import HTTPServer

from launcher.health import why_unhealthy
from launcher.processes import Process
from refunds.settings import Settings, read_settings

PYTHON = Path(sys.executable)
WORKER = Process("worker", PYTHON, "refunds.worker")


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client as the launcher has one."""
    with httpx.Client(timeout=2.0, trust_env=False) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path, httpserver: HTTPServer) -> Settings:
    """Settings whose engine is the test's own server."""
    return read_settings({"REFUNDS_VAR": str(tmp_path), "REFUNDS_RASA_PORT": str(httpserver.port)})


def why(name: str, settings: Settings, client: httpx.Client) -> str | None:
    return why_unhealthy(Process(name, PYTHON, name, port=settings.rasa_port), settings, client, 0)


def test_a_process_that_answers_is_healthy(settings: Settings, client: httpx.Client, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/health").respond_with_json({"status": "ok"})
    assert why("web", settings, client) is None


def test_a_process_that_says_what_it_lacks_is_quoted(
    settings: Settings, client: httpx.Client, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/health").respond_with_data("no database", status=503)
    assert why("web", settings, client) == "answers with status 503: no database"


def test_a_process_that_does_not_listen_is_not_healthy(client: httpx.Client, tmp_path: Path) -> None:
    settings = read_settings({"REFUNDS_VAR": str(tmp_path), "REFUNDS_RASA_PORT": "9"})
    assert why("web", settings, client) == "does not answer (ConnectError)"


def test_an_engine_that_understands_is_healthy(
    settings: Settings, client: httpx.Client, httpserver: HTTPServer
) -> None:
    asked = httpserver.expect_request("/model/parse", method="POST", query_string={"token": settings.rasa_token})
    asked.respond_with_json({"intent": {"name": "greet"}})
    assert why("rasa", settings, client) is None


def test_an_engine_without_a_model_is_not_healthy(
    settings: Settings, client: httpx.Client, httpserver: HTTPServer
) -> None:
    httpserver.expect_request("/model/parse").respond_with_json({"intent": {"name": None}})
    assert "without a model" in str(why("rasa", settings, client))


def test_a_worker_is_healthy_by_its_heartbeat(settings: Settings, client: httpx.Client) -> None:
    assert why_unhealthy(WORKER, settings, client, 0) == "gives no sign of life"
    (settings.var / "worker.heartbeat").touch()
    assert why_unhealthy(WORKER, settings, client, 0) is None


def test_a_heartbeat_from_before_the_start_does_not_count(settings: Settings, client: httpx.Client) -> None:
    (settings.var / "worker.heartbeat").touch()
    os.utime(settings.var / "worker.heartbeat", (1000, 1000))
    assert why_unhealthy(WORKER, settings, client, 2000) == "gives no sign of life"
