"""Customers whom their channel does not reach: the desk says so, and says by which way they are reached instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from refunds.chat.deliveries import FAILED, SENDING
from refunds.chat.lines import NOTICE, add_lines
from refunds.chat.message import Reply
from refunds.chat.reach import Trouble, unreached
from refunds.database import Database
from refunds.desk.permissions import Role
from refunds.tables import ConversationRow, DeliveryRow
from tests.chat_house import ChatHouse
from tests.desk_house import DeskHouse, Visitor
from tests.telegram_house import AMARA, TelegramHouse, telegram_house
from tests.world import wait_until

NOW = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def house(chat_on_file: ChatHouse, monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramHouse]:
    monkeypatch.setattr("web.connectors.outgoing.WAITS", (0.1, 0.1, 0.1))
    with telegram_house(chat_on_file) as running:
        yield running


@pytest.fixture
def ann(desk: DeskHouse) -> Visitor:
    return desk.signed_in(desk.agent(Role.AGENT, "Ann"))


def says(ann: Visitor, chat: str, text: str) -> None:
    assert ann.post(f"/desk/chats/{chat}/say", sent_key=f"key {text}", text=text).status_code == 303


def test_who_blocked_the_bot_is_shown_so_at_the_desk_until_a_line_arrives_again(
    house: TelegramHouse, ann: Visitor
) -> None:
    house.say("hello")
    house.hears("1: hello")
    chat = house.conversation()
    assert "Telegram: " not in ann.get(f"/desk/chats/{chat}").text
    house.telegram.blocked.add(AMARA)
    ann.post(f"/desk/chats/{chat}/take-over")
    says(ann, chat, "Are you there?")
    wait_until(lambda: house.counts.failed == 2)  # that Ann is here, and what she says
    page = ann.get(f"/desk/chats/{chat}").text
    assert "Telegram: the customer has blocked the bot. No mail can go instead" in page
    assert "not delivered: blocked by the user" in page
    with house.chat.app.database.transaction() as session:
        session.get_one(ConversationRow, chat).customer_id = "C-1001"
    assert "Telegram: the customer has blocked the bot. Mail is used" in ann.get(f"/desk/chats/{chat}/standing").text
    house.telegram.blocked.clear()
    says(ann, chat, "Good that you are back.")
    house.hears("1: hello", "Ann: Good that you are back.")
    wait_until(lambda: house.counts.sent == 2)
    assert "Telegram: " not in ann.get(f"/desk/chats/{chat}").text


def test_a_line_that_may_have_come_twice_is_marked_at_the_desk(house: TelegramHouse, ann: Visitor) -> None:
    house.telegram.will("sendMessage", "after")
    house.say("hello")
    house.hears("1: hello", "1: hello")
    wait_until(lambda: house.counts.sent == 1)
    assert "may have come twice" in ann.get(f"/desk/chats/{house.conversation()}").text


@pytest.mark.parametrize(
    ("state", "why", "expected"),
    [
        (FAILED, "user_disabled", Trouble.SHUT_OUT),
        (FAILED, "refused: Bad Request: chat not found", Trouble.REFUSED),
        (SENDING, "rate limit", Trouble.LATE),
        (SENDING, None, None),
    ],
)
def test_what_stands_in_the_way_is_told_apart(
    database: Database, state: str, why: str | None, expected: Trouble | None
) -> None:
    with database.transaction() as session:
        row = ConversationRow(conversation_id="c", channel="slack", address="T1:U1", owner="assistant", epoch=0)
        row.created_at = row.updated_at = NOW
        session.add(row)
        session.flush()
        add_lines(session, row, [Reply("hello"), Reply("more")], author=NOTICE, in_reply_to=None, now=NOW)
        session.add(DeliveryRow(conversation_id="c", number=1, state=FAILED, why="is_archived"))
        session.add(DeliveryRow(conversation_id="c", number=2, state=state, why=why))
        session.flush()
        found = unreached(session, ["c", "another"])
    assert {one: each.trouble for one, each in found.items()} == ({"c": expected} if expected else {})
