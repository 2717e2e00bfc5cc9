"""Worker, web and sandbox get SIGKILL while money goes back: one refund, one payout, one notice and one mail of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from refunds.app import open_app
from refunds.chat.conversations import found_or_made
from refunds.chat.lines import NOTICE
from refunds.chat.transcript import Transcript
from refunds.policy.request import Claim, NamedTime, RefundRequest
from refunds.settings import read_settings
from tests.crash.house import Point, doomed
from tests.stack import ROOT, Stack
from tests.world import wait_until

pytestmark = [pytest.mark.processes]

ORDER, PAYMENT, CUSTOMER, ADDRESS = "ORD-48213", "PAY-48213", "C-1001", "amara@example.com"
# One of each step in `make test`, all of them in `make soak`.
OF_EACH_STEP = [
    Point("worker", "refunds.payouts.sending:Payouts._store_intent", "after"),
    Point("sandbox", "sandbox.office:Office.create_refund", "after"),
    Point("web", "refunds.webhooks:take_in", "after"),
    Point("worker", "refunds.payouts.sending:Payouts._learn", "after"),
]
FURTHER = [
    Point("worker", "refunds.outbox:claim", "after"),
    Point("worker", "refunds.payouts.sending:Payouts.send", "before"),
    Point("worker", "refunds.payouts.sending:Payouts.send", "after"),
    Point("worker", "refunds.payouts.sending:Payouts._store_intent", "before"),
    Point("worker", "refunds.backoffice.client:BackOffice.create_refund", "after"),
    Point("worker", "refunds.payouts.sending:Payouts._learn", "before"),
    Point("worker", "refunds.payouts.sending:Payouts.look", "before"),
    Point("worker", "refunds.payouts.sending:Payouts.look", "after"),
    Point("worker", "refunds.notify.mails:NoticeMails.send", "after"),
    Point("worker", "refunds.outbox:done", "before"),
    Point("worker", "refunds.outbox:done", "after"),
    Point("web", "refunds.webhooks:take_in", "before"),
    Point("sandbox", "sandbox.office:Office.create_refund", "before"),
    Point("sandbox", "sandbox.ledger:Ledger.add", "after"),
    Point("sandbox", "sandbox.announcements:Announcements.announce", "after"),
    Point("sandbox", "sandbox.announcements:Announcements.taken", "before"),
]
POINTS = [*OF_EACH_STEP, *(pytest.param(point, marks=pytest.mark.soak) for point in FURTHER)]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A house without an engine: nobody talks in it."""
    stack = Stack(tmp_path_factory.mktemp("payouts"), ROOT / "sandbox" / "world.json")
    stack.refunds("migrate")
    try:
        stack.start("sandbox", "web", "worker")
        yield stack
    finally:
        stack.stop()


@pytest.mark.timeout(180)
@pytest.mark.parametrize("point", POINTS, ids=str)
def test_the_money_goes_back_once_and_is_told_once(house: Stack, point: Point) -> None:
    house.reset()
    case_id = filed(house)
    with doomed(house, point):
        house.refunds("case", "approve", case_id, "--as", "Kim", "--json")
        wait_until(lambda: shown(house, case_id)["state"] == "paid" and len(house.mails(ADDRESS)) >= 3, seconds=60)
        [refund] = refunds_made(house)
    case = shown(house, case_id)
    assert (refund["status"], refund["amount"]["value"]) == ("succeeded", "240.00")
    assert [(payout["state"], payout["refund_id"]) for payout in case["payouts"]] == [
        ("succeeded", refund["refund_id"])
    ]
    assert [event["what"] for event in case["events"]].count("paid") == 1
    told = [mail for mail in house.mails(ADDRESS) if refund["trace"]["value"] in mail]
    assert len(told) == 1
    assert [refund["trace"]["value"] in line for line in notices(house)].count(True) == 1
    assert house.refunds("outbox", "list", "--dead", "--json") == []


def filed(house: Stack) -> str:
    """A case of ORD-48213 by P1.a, filed in a conversation."""
    app, now = open_app(read_settings(house.environ)), datetime.now(UTC)
    try:
        with app.database.transaction() as session:
            conversation = found_or_made(session, "rest", "somebody", now)
            conversation.customer_id = CUSTOMER
            place = conversation.conversation_id
        failed = now - timedelta(days=3)
        request = RefundRequest(
            order_id=ORDER,
            words="my servers were down",
            claims=frozenset({Claim.FAILURE}),
            time=NamedTime(failed, failed + timedelta(hours=1)),
        )
        shown = app.filing.assess(request, customer_id=CUSTOMER, conversation_id=place, now=now)
        case = app.filing.file(
            request,
            customer_id=CUSTOMER,
            conversation_id=place,
            channel="rest",
            message_id="yes",
            confirmed_digest=shown.digest,
            now=now,
        )
    finally:
        app.database.close()
    return case.case_id


def shown(house: Stack, case_id: str) -> dict[str, Any]:
    """The case as the command line shows it."""
    case: dict[str, Any] = house.refunds("case", "show", case_id, "--json")
    return case


def refunds_made(house: Stack) -> list[dict[str, Any]]:
    """What the sandbox's ledger says of the payment."""
    answer = requests.get(f"http://127.0.0.1:{house.sandbox_port}/payments/{PAYMENT}/refunds", timeout=5)
    made: list[dict[str, Any]] = answer.json()
    return made


def notices(house: Stack) -> list[str]:
    """The notices in the chat."""
    app = open_app(read_settings(house.environ))
    try:
        [conversation] = house.refunds("chat", "list", "--json")
        lines = Transcript(app.database).since(conversation["conversation_id"], 0)
    finally:
        app.database.close()
    return [line.text for line in lines if line.author == NOTICE]
