"""An office over one small world, by a clock of the test's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sandbox.answers import RefundWish, Refused
from sandbox.ledger import Ledger
from sandbox.office import Office
from sandbox.world import Amount
from tests.world import order, world, write_world

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Bench:
    """An office over one world, with its clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = Clock()
        self.ledger = Ledger(folder / "sandbox.sqlite")

    def office(self, **parts: Any) -> Office:
        return Office(write_world(self.folder / "world.json", world(**parts)), self.ledger, self.clock)

    def paid(self, **payment: Any) -> Office:
        return self.office(orders=[order(payment=payment)])

    def restart(self) -> Office:
        """The office after a kill: the same files, nothing else."""
        self.ledger.close()
        self.ledger = Ledger(self.folder / "sandbox.sqlite")
        return Office(self.folder / "world.json", self.ledger, self.clock)


def wish(value: str = "240.00", currency: str = "EUR", reason: str = "P1.a", **more: str) -> RefundWish:
    return RefundWish(payment_id="PAY-10001", amount=Amount(value=value, currency=currency), reason=reason, **more)


def refusal(office: Office, asked: RefundWish, key: str = "key") -> str:
    with pytest.raises(Refused) as refused:
        office.create_refund(asked, key)
    return refused.value.problem.code
