"""What operators must see, gathered once for /health, /metrics and the desk."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from refunds.app import App
from refunds.chat.engine import EngineClient
from refunds.desk.insight.alarms import Standing, alarms, standing
from refunds.errors import DatabaseUnavailable


@dataclass(frozen=True, slots=True)
class Looked:
    """One look: ``standing`` None where the database does not answer; ``raised`` are sentences by the alarm's name."""

    standing: Standing | None
    engine_answers: bool
    raised: Mapping[str, str]


class Alarms:
    """Looks at the engine and the database."""

    def __init__(self, app: App, engine: EngineClient) -> None:
        self._app = app
        self._engine = engine

    async def look(self, now: datetime) -> Looked:
        """How things stand at ``now``."""
        answers, stands = await asyncio.gather(self._engine.is_answering(now), asyncio.to_thread(self._standing, now))
        is_open = self._app.settings.desk_hours.is_open(now, self._app.calendars)
        return Looked(stands, answers, alarms(stands, desk_open=is_open, engine_answers=answers))

    def _standing(self, now: datetime) -> Standing | None:
        try:
            with self._app.database.reading() as session:
                return standing(session, now, gone_after=self._app.settings.desk_targets.gone_after)
        except DatabaseUnavailable:
            return None
