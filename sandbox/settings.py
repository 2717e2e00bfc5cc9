"""The sandbox's part of the environment, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_WORLD = ROOT / "sandbox" / "world.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the sandbox listens, what world it serves, where its ledger lies and which token it asks for."""

    port: int
    world: Path
    ledger: Path
    token: str | None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from REFUNDS_SANDBOX_PORT, REFUNDS_SANDBOX_WORLD, REFUNDS_VAR and REFUNDS_BACKOFFICE_TOKEN."""
    return Settings(
        port=int(environment.get("REFUNDS_SANDBOX_PORT") or 8090),
        world=Path(environment.get("REFUNDS_SANDBOX_WORLD") or DEFAULT_WORLD),
        ledger=Path(environment.get("REFUNDS_VAR") or ROOT / "var") / "sandbox.sqlite",
        token=environment.get("REFUNDS_BACKOFFICE_TOKEN") or None,
    )
