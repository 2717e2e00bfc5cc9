"""Whether each process does its work: asked for a real answer, since an engine without a model says it is up."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import httpx

from launcher.console import LaunchError, say, tail
from launcher.processes import Process
from refunds.settings import Settings

LONGEST_SECONDS = 90


def wait_until_healthy(processes: list[Process], settings: Settings, supervisor: subprocess.Popen[bytes]) -> None:
    """Return when every process answers; raises ``LaunchError`` with reasons and logs after 90 seconds."""
    started = time.time()
    reasons = dict.fromkeys(processes, "has not been asked yet")
    with httpx.Client(timeout=3.0, trust_env=False) as client:
        while reasons:
            if time.time() - started > LONGEST_SECONDS or supervisor.poll() is not None:
                raise LaunchError(_unhealthy(reasons, settings.var))
            for process in list(reasons):
                reason = why_unhealthy(process, settings, client, started)
                if reason is None:
                    say(f"  {process.name} is ready ({time.time() - started:.0f} s)")
                    del reasons[process]
                else:
                    reasons[process] = reason
            time.sleep(0.3)


def why_unhealthy(process: Process, settings: Settings, client: httpx.Client, started: float) -> str | None:
    """What ``process`` lacks to do its work, asked over ``client``; None when it is healthy.

    ``started`` (seconds since 1970) is when the processes were started: an older sign of life does not count.
    """
    if process.port is None:
        return _without_heartbeat(settings.var / "worker.heartbeat", started)
    try:
        return _without_intent(settings, client) if process.name == "rasa" else _without_ok(process, client)
    except httpx.TransportError as error:
        return f"does not answer ({type(error).__name__})"


def _without_heartbeat(heartbeat: Path, started: float) -> str | None:
    try:
        alive = heartbeat.stat().st_mtime >= started - 1
    except FileNotFoundError:
        alive = False
    return None if alive else "gives no sign of life"


def _without_intent(settings: Settings, client: httpx.Client) -> str | None:
    question = {"text": "hello"}
    answer = client.post(f"{settings.rasa_url}/model/parse", params={"token": settings.rasa_token}, json=question)
    if answer.status_code != httpx.codes.OK:
        return f"answers with status {answer.status_code}"
    return None if answer.json().get("intent", {}).get("name") else "understands nothing: it runs without a model"


def _without_ok(process: Process, client: httpx.Client) -> str | None:
    host = f"[{process.host}]" if ":" in process.host else process.host.replace("0.0.0.0", "127.0.0.1")
    answer = client.get(f"http://{host}:{process.port}/health")
    return None if answer.is_success else f"answers with status {answer.status_code}: {answer.text[:200]}"


def _unhealthy(reasons: dict[Process, str], var: Path) -> str:
    return "\n".join(
        f"{process.name} {reason}; the end of {var / 'logs' / (process.name + '.log')}:\n"
        f"{tail(var / 'logs' / (process.name + '.log'))}"
        for process, reason in reasons.items()
    )
