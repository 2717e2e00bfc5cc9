"""The line to billing, without HTTP: the sandbox's own office, which answers, fails, is late, and dies in between."""

from __future__ import annotations

import json
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast

from pydantic import BaseModel

from refunds.backoffice.answers import Answer, TryAgain, read_answer
from refunds.backoffice.deadline import Deadline
from refunds.backoffice.transport import Call
from sandbox.announcements import Announcements, Waiting
from sandbox.answers import RefundWish, Refused
from sandbox.fates import is_final
from sandbox.ledger import Ledger
from sandbox.office import Office
from tests.ledger.actors import step
from tests.ledger.stepped import READ, SteppedDatabase

SANDBOX_POINTS = ("before the refund", "inside the refund", "after the refund")


# The records of an order take five calls; in front of the last one others may act too.
_FIRST_CALLS = {"GET /orders/{}", "GET /payments/{}/refunds"}


class SandboxDied(BaseException):
    """The sandbox got SIGKILL."""


class MortalLedger(Ledger):
    """The sandbox's ledger, in which the sandbox may die before its commit."""

    dies_inside: Callable[[], bool] = staticmethod(lambda: False)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """As the real one; a death inside leaves nothing."""
        with super().alone():
            yield
            if self.dies_inside():
                raise SandboxDied


@dataclass
class Mishaps:
    """What goes wrong on the line, and how often: chances of one call."""

    chance: random.Random
    no_answer: float = 0.0
    parked: float = 0.0
    deaths: float = 0.0
    doomed: set[str] = field(default_factory=set)  # where the sandbox dies for sure, once each

    def none_any_more(self) -> None:
        """From now on all is well."""
        self.no_answer = self.parked = self.deaths = 0.0

    def happens(self, chance: float) -> bool:
        return chance > 0 and self.chance.random() < chance

    def is_deadly(self, place: str) -> bool:
        """Whether the sandbox dies here."""
        if place in self.doomed:
            self.doomed.remove(place)
            return True
        return self.happens(self.deaths)


@dataclass
class Billing:
    """The sandbox in this process: an office over a ledger file, and what was sent to it but has not arrived."""

    world: Path
    file: Path
    clock: Callable[[], datetime]
    mishaps: Mishaps
    deaths: list[str] = field(default_factory=list)
    parked: list[tuple[RefundWish, str, datetime]] = field(default_factory=list)
    is_unsure: bool = False  # whether the last one who asked for a refund knows what became of it

    def __post_init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self.ledger = MortalLedger(self.file)
        self.ledger.run("PRAGMA synchronous = OFF")
        self.office = Office(self.world, self.ledger, self.clock)
        self.announcements = Announcements(self.ledger)

    def restart(self, place: str) -> None:
        """SIGKILL, and a new one on the same ledger."""
        self.deaths.append(place)
        self.ledger.close()
        self._start()

    def close(self) -> None:
        self.ledger.close()

    def arrive(self) -> None:
        """A refund that was asked for a while ago, by a caller who has given up, reaches billing now."""
        wish, key, _ = self.parked.pop(0)
        try:
            self.office.create_refund(wish, key)
        except Refused:
            return

    def next_event(self) -> Waiting | None:
        """What is due to be told by webhook, after a look for news."""
        now = self.clock()
        for made in self.announcements.unfinished():
            self.announcements.announce(self.office.refund(made.refund_id), is_final(made, now), now)
        return self.announcements.next(now)


class Line:
    """Stands where the transport stands in the client of the back office."""

    def __init__(self, billing: Billing, database: SteppedDatabase) -> None:
        self._billing = billing
        self._database = database
        self._seen = threading.local()  # what the current actor was last told

    def ask(self, call: Call, _deadline: Deadline) -> object:
        """The JSON value of the answer; raises as the real transport."""
        assert not self._database.is_in_transaction(), f"{call.name} inside a transaction"
        if call.method == "POST":
            return self._post(call)
        if call.name in _FIRST_CALLS:
            step(READ)
        if self._billing.mishaps.happens(self._billing.mishaps.no_answer):
            raise TryAgain(f"{call.name}: it does not answer")
        answer = _answered(call, lambda: self._found(call))
        if call.name == "GET /orders/{}":
            self._seen.disputed = cast("dict[str, dict[str, bool]]", answer)["payment"]["disputed"]
        return answer

    def close(self) -> None:
        """There is nothing to let go of."""

    def _post(self, call: Call) -> object:
        assert not self._seen.disputed, "a refund of a payment that was known to be disputed"
        step("before POST /refunds")
        self._billing.is_unsure = True
        mishaps, wish = self._billing.mishaps, RefundWish.model_validate(call.body)
        key = call.headers["Idempotency-Key"]
        if mishaps.happens(mishaps.parked):
            self._billing.parked.append((wish, key, self._billing.clock()))
            raise TryAgain(f"{call.name}: it takes too long")
        try:
            answer = _answered(call, lambda: self._made(wish, key))
        except SandboxDied:
            raise TryAgain(f"{call.name}: the connection broke") from None
        finally:
            step("after POST /refunds")
        self._billing.is_unsure = False
        return answer

    def _made(self, wish: RefundWish, key: str) -> BaseModel:
        billing = self._billing
        self._dies("before the refund")
        fault = billing.office.next_fault(wish.payment_id, key)
        if fault and not fault.endswith("_after"):
            raise _wrong(fault)
        billing.ledger.dies_inside = lambda: billing.mishaps.is_deadly("inside the refund")
        try:
            refund, _ = billing.office.create_refund(wish, key)
        except SandboxDied:
            billing.restart("inside the refund")
            raise
        finally:
            billing.ledger.dies_inside = lambda: False
        self._dies("after the refund")
        if fault:
            raise _wrong(fault)
        return refund

    def _dies(self, place: str) -> None:
        if self._billing.mishaps.is_deadly(place):
            self._billing.restart(place)
            raise SandboxDied

    def _found(self, call: Call) -> BaseModel | list[BaseModel]:
        office = self._billing.office
        if call.path == "/incidents":
            return list(office.incidents(call.query["service"], call.query["region"]))
        for pattern, find in (
            (r"/orders/([^/]+)", office.order),
            (r"/orders/([^/]+)/tickets", office.tickets_of),
            (r"/customers/([^/]+)", office.customer),
            (r"/payments/([^/]+)/refunds", office.refunds_of),
            (r"/refunds/([^/]+)", office.refund),
        ):
            if named := re.fullmatch(pattern, call.path):
                return cast("BaseModel | list[BaseModel]", find(named[1]))
        raise AssertionError(f"{call.path} is not on this line")


def _wrong(fault: str) -> Refused:
    """What the sandbox's face answers for a fault; a time-out is an answer that nobody waits for."""
    status = {"4": 429, "5": 500}.get(fault[0], 504)
    return Refused(status, "server_error", fault)


def _answered(call: Call, find: Callable[[], BaseModel | list[BaseModel]]) -> object:
    """What ``find`` gives, as it would be read from an HTTP answer."""
    try:
        found = find()
    except Refused as refused:
        return read_answer(Answer(call.name, refused.status, {}, refused.problem.model_dump_json().encode()))
    if isinstance(found, list):
        return json.loads("[" + ",".join(each.model_dump_json() for each in found) + "]")
    return json.loads(found.model_dump_json())
