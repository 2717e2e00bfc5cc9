"""Runs schedules one after the other on one database, each from an empty one, and says what went wrong in which."""

from __future__ import annotations

import random
import secrets
import shutil
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from structlog.testing import capture_logs

from refunds import outbox
from refunds.database import Base
from refunds.errors import RefundsError
from tests.ledger.accounts import complaints
from tests.ledger.billing import Billing, Mishaps
from tests.ledger.house import START, WORLD, Clock, House
from tests.ledger.schedule import Schedule
from tests.ledger.stepped import SteppedDatabase
from tests.world import write_world

ATTEMPTS = 4  # of the outbox; eight would make schedules longer and show nothing else


@dataclass
class Ground:
    """A database and a folder on which schedules are run. ``killed`` counts the deaths at each point of all of them."""

    url: str
    folder: Path
    workers: int
    schedules: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    killed: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._clock = Clock()
        self._database = SteppedDatabase(self.url, self._clock)
        self._world = write_world(self.folder / "world.json", WORLD)

    def close(self) -> None:
        self._database.close()

    def run(self, seed: int, doomed: Collection[str] = ()) -> Schedule:
        """One schedule; fails with all its steps where something is wrong afterwards."""
        self._begin_anew()
        billing = Billing(self._world, self.folder / "ledger.sqlite", self._clock, Mishaps(random.Random(seed)))
        billing.ledger.empty()
        house = House(self._database, self._clock, billing, self.folder)
        schedule = Schedule(house, seed, self.workers, set(doomed))
        try:
            with _same_names_again(seed), patch.object(outbox, "ATTEMPTS", ATTEMPTS), capture_logs() as logs:
                wrong = [*_played(schedule), *_unforeseen(logs)]
        finally:
            billing.close()
        self.schedules += 1
        self.passed += schedule.passed
        self.killed += schedule.killed + Counter(billing.deaths)
        assert not wrong, f"seed {seed}, doomed {sorted(doomed)}: {'; '.join(wrong)}\n" + "\n".join(schedule.trace)
        return schedule

    def _begin_anew(self) -> None:
        self._clock.now = START
        shutil.rmtree(self.folder / "mailbox", ignore_errors=True)
        with self._database.engine.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())


def _played(schedule: Schedule) -> list[str]:
    schedule.chaos()
    schedule.settle()
    forged = ["a forged webhook was taken in"] if schedule.forgeries_taken else []
    return [*complaints(schedule.house, schedule.cases), *forged]


def _unforeseen(logs: Sequence[Mapping[str, object]]) -> Iterator[str]:
    """The worker survives whatever happens; here only what is foreseen may happen."""
    for entry in logs:
        error = entry.get("exc_info")
        if isinstance(error, BaseException) and not isinstance(error, RefundsError):
            yield f"{entry['event']}: {error!r}"


@contextmanager
def _same_names_again(seed: int) -> Iterator[None]:
    """Ids that are made by chance are the same each time: rows that are due at once are taken in their order."""
    names = random.Random(seed)
    with patch.object(secrets, "token_hex", lambda size=32: f"{names.getrandbits(8 * size):0{2 * size}x}"):
        yield
