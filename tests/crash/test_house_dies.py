"""Engine, actions, worker and web get SIGKILL on the way to a filed case: one case, one mail, each answer once."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from refunds.chat.transcript import Transcript
from refunds.database import Database
from tests.crash.house import Point, doomed, insist
from tests.stack import ROOT, Stack, needs_engine
from tests.world import wait_until

pytestmark = [pytest.mark.engine, pytest.mark.processes]

# One of each process in `make test`, all of them in `make soak`.
OF_EACH_PROCESS = [
    Point("rasa", "rasa_ext.channel:take_turn", "after"),
    Point("actions", "refunds.filing:Filing.file", "after"),
    Point("worker", "refunds.notify.mailer:FileMailer.send", "after"),
    Point("web", "refunds.chat.steps:Steps.answer_to_reader", "after"),
]
FURTHER = [
    Point("rasa", "rasa_ext.channel:take_turn", "before"),
    Point("rasa", "rasa.core.actions.action:RemoteAction.run", "after"),
    Point("actions", "refunds.identity:Identity.send_code", "after"),
    Point("actions", "refunds.filing:Filing.assess", "after"),
    Point("actions", "refunds.filing:Filing.file", "before"),
    Point("worker", "refunds.notify.mailer:FileMailer.send", "before"),
    Point("worker", "refunds.outbox:done", "after"),
]
POINTS = [*OF_EACH_PROCESS, *(pytest.param(point, marks=pytest.mark.soak) for point in FURTHER)]
CUSTOMER = "amara@example.com"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A house whose messages are tried again later than an engine takes to start."""
    needs_engine()
    stack = Stack(tmp_path_factory.mktemp("crash"), ROOT / "sandbox" / "world.json")
    stack.extra["REFUNDS_RETRY_DELAYS"] = "4,20"
    stack.refunds("migrate")
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", POINTS, ids=str)
def test_one_case_is_filed_one_mail_sent_and_each_answer_given_once(house: Stack, point: Point) -> None:
    house.reset()
    sender = f"customer-{secrets.token_hex(4)}"
    with doomed(house, point):
        day = (datetime.now(UTC) - timedelta(days=3)).strftime("%d %B %Y")
        told = f"I want my money back, my servers in order ORD-48213 were down on {day}"
        insist(house, sender, told, "m1", until="e-mail address")
        insist(house, sender, CUSTOMER, "m2", until="six-digit code")
        insist(house, sender, house.code_for(CUSTOMER), "m3", until="€240.00")
        insist(house, sender, "Yes, file it", "m4", until="R-")
        wait_until(lambda: len(house.mails(CUSTOMER)) == 2, seconds=30)
    cases = house.refunds("case", "list", "--json")
    assert [(case["order_id"], case["clauses"], case["amount"]) for case in cases] == [
        ("ORD-48213", ["P1.a"], "240.00")
    ]
    assert [event["what"] for event in cases[0]["events"]] == ["filed"]
    assert len(house.mails(CUSTOMER)) == 2
    assert repeated_lines(house) == []


def repeated_lines(house: Stack) -> list[str]:
    """What the assistant said more than once in answer to the same message."""
    [conversation] = house.refunds("chat", "list", "--json")
    database = Database(f"sqlite:///{house.var / 'refunds.sqlite'}")
    try:
        lines = Transcript(database).since(conversation["conversation_id"], 0)
    finally:
        database.close()
    said = Counter((line.in_reply_to, line.text) for line in lines)
    return [text for (_, text), count in said.items() if count > 1]
