"""The sandbox's part of the environment, read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_WORLD = ROOT / "sandbox" / "world.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the sandbox listens, what world it serves, where its ledger lies and which token it asks for.

    It tells ``webhook_url`` of refunds that change, with the secret that is given or else lies in a file.
    """

    port: int
    world: Path
    ledger: Path
    token: str | None
    webhook_url: str
    given_webhook_secret: str | None
    webhook_secret_file: Path

    def webhook_secret(self) -> str | None:
        """What webhooks are signed with, None where there is nothing yet: the file is made by whom they are sent to."""
        if self.given_webhook_secret:
            return self.given_webhook_secret
        try:
            return self.webhook_secret_file.read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from REFUNDS_SANDBOX_PORT, _SANDBOX_WORLD, _VAR, _BACKOFFICE_TOKEN, _WEBHOOK_URL and _WEBHOOK_SECRET."""
    var = Path(environment.get("REFUNDS_VAR") or ROOT / "var")
    web = f"http://127.0.0.1:{environment.get('REFUNDS_WEB_PORT') or 8080}"
    return Settings(
        port=int(environment.get("REFUNDS_SANDBOX_PORT") or 8090),
        world=Path(environment.get("REFUNDS_SANDBOX_WORLD") or DEFAULT_WORLD),
        ledger=var / "sandbox.sqlite",
        token=environment.get("REFUNDS_BACKOFFICE_TOKEN") or None,
        webhook_url=environment.get("REFUNDS_WEBHOOK_URL") or f"{web}/webhooks/backoffice",
        given_webhook_secret=environment.get("REFUNDS_WEBHOOK_SECRET") or None,
        webhook_secret_file=var / "secrets" / "webhook_secret",
    )
