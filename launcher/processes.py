"""The processes of an installation and where each listens."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from refunds.settings import ROOT, Settings

SERVICE_PYTHON = ROOT / ".venv" / "bin" / "python"
ENGINE_PYTHON = ROOT / ".venv-rasa" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Process:
    """One process: how it is started, and the address it takes, if any, with the setting that changes it."""

    name: str
    python: Path
    module: str
    host: str = "127.0.0.1"
    port: int | None = None
    port_setting: str | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """What starts it."""
        return (str(self.python), "-m", self.module)


def processes_of(settings: Settings) -> list[Process]:
    """Every process that runs with these settings; the sandbox in the development profile alone."""
    sandbox = Process("sandbox", SERVICE_PYTHON, "sandbox", port=settings.sandbox_port,
                      port_setting="REFUNDS_SANDBOX_PORT")  # fmt: skip
    own = [
        Process("rasa", ENGINE_PYTHON, "rasa_ext", port=settings.rasa_port, port_setting="REFUNDS_RASA_PORT"),
        Process("actions", SERVICE_PYTHON, "actions", port=settings.actions_port, port_setting="REFUNDS_ACTIONS_PORT"),
        Process("web", SERVICE_PYTHON, "web", settings.web_host, settings.web_port, "REFUNDS_WEB_PORT"),
        Process("worker", SERVICE_PYTHON, "refunds.worker"),
    ]
    return [sandbox, *own] if settings.is_development else own
